//! A suite's source to cases: rows unfolded, every name and text checked.

use super::diagnostic::{Diagnostic, did_you_mean};
use super::model::{Case, Given, StepAction, Suite};
use super::reserved::group_of;
use super::source::{CaseSource, GivenSource, SuiteSource};
use super::text::Text;
use ikkm_requirements::{Level, requirements};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

mod bounds;
mod modes;
mod step;

/// Mistakes that are told of one file; whoever has mended them is told the next ones.
const MOST_MISTAKES: usize = 100;

/// The mistakes found so far, and what is needed to show them.
pub(super) struct Mistakes<'a> {
    file: &'a str,
    source: &'a str,
    list: Vec<Diagnostic>,
    /// Steps that were unfolded so far.
    unfolded: u64,
}

impl Mistakes<'_> {
    /// Notes a mistake at a text's place.
    fn add(&mut self, at: &Text, message: impl Into<String>, help: Option<String>) {
        let mut diagnostic = Diagnostic::at(self.file, self.source, at.position, message);
        diagnostic.help = help;
        // A table's rows share their steps: one mistake there is one mistake.
        if self.list.len() < MOST_MISTAKES && !self.list.contains(&diagnostic) {
            self.list.push(diagnostic);
        }
    }

    fn place(&self, at: &Text) -> String {
        format!("{}:{}", self.file, at.position.line)
    }
}

/// Turns a suite's source into its cases.
///
/// # Errors
/// Every mistake, in order of its place.
pub fn suite(file: &str, text: &str, source: SuiteSource) -> Result<Suite, Vec<Diagnostic>> {
    let name =
        Path::new(file).file_stem().map_or_else(|| file.into(), |stem| stem.to_string_lossy().into_owned());
    let mut mistakes = Mistakes { file, source: text, list: Vec::new(), unfolded: 0 };
    let mut cases = Vec::new();
    if source.cases.is_empty() {
        mistakes.add(&source.about, "the suite has no case", None);
    }
    for case in &source.cases {
        cases_of(&name, case, &mut cases, &mut mistakes);
    }
    mistakes.list.sort_by_key(|mistake| mistake.position);
    if mistakes.list.is_empty() {
        Ok(Suite { name, file: file.to_owned(), about: source.about.text, cases })
    } else {
        Err(mistakes.list)
    }
}

/// Every case's name must be unique over all suites: results and waivers go by it.
pub(super) fn names_once(suites: &[Suite], mistakes: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for (suite, case) in suites.iter().flat_map(|suite| suite.cases.iter().map(move |case| (suite, case))) {
        if let Some(first) = seen.insert(&case.name, &case.place) {
            mistakes.push(
                Diagnostic::file(&suite.file, format!("the case name `{}` stands twice", case.name))
                    .help(format!("the other one is at {first}; give one of them a name of its own")),
            );
        }
    }
}

/// One source case to its cases: itself, or one a row.
fn cases_of(suite: &str, source: &CaseSource, cases: &mut Vec<Case>, mistakes: &mut Mistakes) {
    if !is_slug(&source.name.text, true) {
        let help =
            "write a group, a slash and a name in small letters, such as `key/replay-registers-nothing`";
        mistakes.add(&source.name, format!("`{}` is no case name", source.name.text), Some(help.to_owned()));
    }
    if let Some(group) = group_of(&source.name.text) {
        let help = format!("the program names cases of `{group}/` itself; choose another group");
        mistakes.add(&source.name, format!("the group `{group}` is reserved"), Some(help));
    }
    let given = source.given.as_ref().map_or_else(Given::default, |given| given_of(given, mistakes));
    if source.steps.is_empty() {
        mistakes.add(&source.name, "the case has no step", None);
    }
    if !bounds::table(source, mistakes) {
        return;
    }
    let no_rows = [IndexMap::new()];
    let combined;
    let rows = match (&source.rows, &source.factors) {
        (Some(_), Some(_)) => {
            let help = "give the rows, or the factors whose combinations are the rows";
            mistakes.add(&source.name, "the case has `rows` and `factors`", Some(help.to_owned()));
            return;
        }
        (None, Some(factors)) => {
            combined = combinations(factors, &source.name);
            combined.as_slice()
        }
        (Some(rows), None) => rows.as_slice(),
        (None, None) => &no_rows,
    };
    if rows.is_empty() {
        mistakes.add(&source.name, "the table has no row", None);
        return;
    }
    let levels = factors_of(rows);
    let columns: BTreeSet<&str> = rows.iter().flat_map(|row| row.keys().map(String::as_str)).collect();
    let holders: Vec<(&str, String)> =
        columns.into_iter().map(|column| (column, format!("<{column}>"))).collect();
    let mut used = BTreeSet::new();
    for row in rows {
        let fill = Row { values: row, holders: &holders, used: &mut used };
        if let Some(mut case) = one_case(suite, source, &given, fill, mistakes) {
            let own = row.iter().filter(|(name, _)| levels.contains(name.as_str()));
            case.levels = own.map(|(name, value)| format!("{name}={}", value.text)).collect();
            if case.levels.is_empty() {
                case.levels.extend(row.get("row").map(|label| format!("row={}", label.text)));
            }
            cases.push(case);
        }
    }
    for (name, value) in rows.iter().flatten() {
        let known = ["row", "requirements"].contains(&name.as_str());
        if !known && !used.contains(name.as_str()) {
            let help = format!("write `<{name}>` in a step, or leave the column out");
            mistakes.add(value, format!("no step uses the column `{name}`"), Some(help));
        }
    }
}

/// Every combination of the factors' levels as a row, named by its levels.
fn combinations(
    factors: &IndexMap<String, IndexMap<String, IndexMap<String, Text>>>,
    at: &Text,
) -> Vec<IndexMap<String, Text>> {
    let mut rows: Vec<(Vec<&str>, IndexMap<String, Text>)> = vec![(Vec::new(), IndexMap::new())];
    for levels in factors.values() {
        rows = rows
            .iter()
            .flat_map(|(names, columns)| {
                levels.iter().map(move |(name, own)| {
                    let mut names = names.clone();
                    names.push(name);
                    let mut columns = columns.clone();
                    columns.extend(own.iter().map(|(column, value)| (column.clone(), value.clone())));
                    (names, columns)
                })
            })
            .collect();
    }
    rows.into_iter()
        .map(|(names, mut columns)| {
            columns.insert("row".to_owned(), at.with(names.join(".")));
            columns
        })
        .collect()
}

/// The columns of a table that are factors: whose values come back in other rows. Any other only names
/// its row.
fn factors_of(rows: &[IndexMap<String, Text>]) -> BTreeSet<String> {
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in
        rows.iter().flatten().filter(|(name, _)| !["row", "requirements"].contains(&name.as_str()))
    {
        values.entry(name).or_default().push(&value.text);
    }
    let comes_back = |list: &[&str]| list.iter().collect::<BTreeSet<_>>().len() < list.len();
    values.into_iter().filter(|(_, list)| comes_back(list)).map(|(name, _)| name.to_owned()).collect()
}

fn one_case(
    suite: &str,
    source: &CaseSource,
    given: &Given,
    mut row: Row,
    mistakes: &mut Mistakes,
) -> Option<Case> {
    let mut name = source.name.text.clone();
    let mut place = mistakes.place(&source.name);
    if source.rows.is_some() || source.factors.is_some() {
        let Some(label) = row.values.get("row") else {
            let at = row.values.values().next().unwrap_or(&source.name);
            mistakes.add(at, "the row has no name", Some("add a column `row` with a short slug".to_owned()));
            return None;
        };
        if !is_slug(&label.text, false) {
            mistakes.add(
                label,
                format!("`{}` is no row name: use small letters, digits, - and .", label.text),
                None,
            );
        }
        name = format!("{name}/{}", label.text);
        place = mistakes.place(label);
    }
    let mut cited: Vec<Text> = source.requirements.clone();
    if let Some(own) = row.values.get("requirements") {
        cited = own.text.split(',').map(|id| own.with(id.trim().to_owned())).collect();
    }
    cited.iter().for_each(|id| {
        known_requirement(id, mistakes);
    });
    let Some(first) = cited.first() else {
        mistakes.add(&source.name, "the case cites no requirement", None);
        return None;
    };
    // A step that cites nothing checks the case's first line that can be broken at all.
    let is_open = |id: &&Text| requirements().get(&id.text).is_some_and(|line| line.level == Level::Open);
    let cited_by_default = cited.iter().find(|id| !is_open(id)).unwrap_or(first).text.as_str();
    let mut steps: Vec<_> = source
        .steps
        .iter()
        .filter_map(|step| {
            let compiled = step::compile(step, cited_by_default, &source.name, &mut row, mistakes)?;
            Some((step.cites.is_none(), compiled))
        })
        .collect();
    // What comes last is what the case is about, and what cites a line is about that line.
    let last = steps.len().saturating_sub(1);
    for (at, (silent, step)) in steps.iter_mut().enumerate() {
        step.prepares = step::prepares(step).filter(|_| *silent && at < last);
    }
    let mut steps: Vec<_> = steps.into_iter().map(|(_, step)| step).collect();
    // Under a condition of the bench -2 may be the very answer that is asked for.
    if steps.iter().any(|step| matches!(step.action, StepAction::Establish(_))) {
        steps.iter_mut().for_each(|step| step.takes_busy |= step::takes_refusals(step));
    }
    let afterwards: Vec<_> = source
        .afterwards
        .iter()
        .flatten()
        .filter_map(|step| step::compile(step, cited_by_default, &source.name, &mut row, mistakes))
        .collect();
    step::names_have_values(source, &steps, mistakes);
    let last = source.last.unwrap_or(false);
    for (mode, help) in modes::left_behind(&steps, &afterwards, last) {
        mistakes.add(&source.name, format!("the case leaves {mode} behind"), Some(help.to_owned()));
    }
    let must_occur = row.option(&source.must_occur).map(|text| step::expectation(&text, mistakes));
    let inconclusive_without =
        row.option(&source.inconclusive_without).map(|text| step::expectation(&text, mistakes));
    let cited_ids: Vec<String> = cited.iter().map(|id| id.text.clone()).collect();
    let level = cited_ids.iter().filter_map(|id| requirements().get(id)).map(|found| found.level).max();
    Some(Case {
        name,
        suite: suite.to_owned(),
        place,
        about: source.about.as_ref().map(|about| about.text.clone()),
        level: level.unwrap_or(Level::Open),
        requirements: cited_ids,
        table: source.name.text.clone(),
        levels: Vec::new(),
        last,
        must_occur,
        inconclusive_without,
        given: given.clone(),
        steps,
        afterwards,
    })
}

/// Checks that the register has that id; `Q-WIRE-5/leading-plus` is a part of `Q-WIRE-5`.
fn known_requirement(id: &Text, mistakes: &mut Mistakes) -> bool {
    let known = requirements().get(&id.text).is_some();
    if !known {
        let help = did_you_mean(&id.text, requirements().all().map(|found| found.id.as_str()));
        mistakes.add(id, format!("the register has no requirement `{}`", id.text), help);
    }
    known
}

fn is_slug(text: &str, grouped: bool) -> bool {
    let word = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.'))
    };
    match (grouped, text.split_once('/')) {
        (true, Some((group, name))) => word(group) && name.split('/').all(word),
        (true, None) => false,
        (false, _) => word(text),
    }
}

fn given_of(source: &GivenSource, mistakes: &mut Mistakes) -> Given {
    let amount = |text: &Option<Text>, mistakes: &mut Mistakes| {
        let text = text.as_ref()?;
        match ikkm_protocol::parse_plain(&text.text) {
            Ok(value) if !value.is_sign_negative() => Some(value),
            _ => {
                mistakes.add(text, format!("`{}` is no amount", text.text), None);
                None
            }
        }
    };
    let shift_open = source.shift.as_ref().and_then(|text| match text.text.as_str() {
        "open" => Some(true),
        "closed" => Some(false),
        other => {
            mistakes.add(
                text,
                format!("`{other}` is no state of a shift"),
                Some("write `open` or `closed`".into()),
            );
            None
        }
    });
    if let (Some(false), Some(text)) = (shift_open, &source.drawer) {
        let help = "a Z report may empty the drawer; write `drawer-at-least`, or open the shift";
        mistakes.add(text, "an exact drawer cannot go with a closed shift", Some(help.to_owned()));
    }
    let taxes_at_least = source.taxes_at_least.as_ref().and_then(|text| {
        let count = text.text.parse().ok();
        if count.is_none() {
            mistakes.add(text, format!("`{}` is no count", text.text), None);
        }
        count
    });
    Given {
        shift_open,
        drawer: amount(&source.drawer, mistakes),
        drawer_at_least: amount(&source.drawer_at_least, mistakes),
        rounding_rule: source.rounding_rule.as_ref().map(|text| text.text.clone()),
        included_tax: source.included_tax.unwrap_or(false),
        taxed: source.taxed.unwrap_or(false),
        taxes_at_least,
    }
}

/// A row of a table while it is filled into the steps.
pub(super) struct Row<'a, 'c> {
    values: &'a IndexMap<String, Text>,
    /// The columns of the table, and how each stands in a text.
    holders: &'a [(&'c str, String)],
    used: &'a mut BTreeSet<&'c str>,
}

impl Row<'_, '_> {
    /// The text with this row's values; `None` when it is nothing but a column that the row lacks,
    /// so that the field it stands for is left out.
    fn fill(&mut self, text: &Text) -> Option<Text> {
        let mut out = text.text.clone();
        // Most texts hold no column, and are not searched for each of them.
        let holders = if out.contains('<') { self.holders } else { &[] };
        for (column, holder) in holders {
            if !out.contains(holder) {
                continue;
            }
            self.used.insert(column);
            match self.values.get(*column) {
                Some(value) => out = out.replace(holder, &value.text),
                None if text.text == *holder => return None,
                None => out = out.replace(holder, ""),
            }
        }
        Some(text.with(out))
    }

    fn option(&mut self, text: &Option<Text>) -> Option<Text> {
        text.as_ref().and_then(|text| self.fill(text))
    }

    /// A mapping with this row's values, in names too; entries whose value the row lacks drop out.
    fn map(&mut self, map: &IndexMap<String, Text>) -> Vec<(Text, Text)> {
        map.iter()
            .filter_map(|(name, value)| {
                let value = self.fill(value)?;
                let name = self.fill(&value.with(name.clone()))?;
                Some((name, value))
            })
            .collect()
    }
}
