//! What a run on a device takes of all cases: a covering array. Requests differ in factors (endpoint,
//! method, key, type, payment, amount, what is expected, what came before, and the line that is judged), a
//! table's rows in its columns; every pair of their levels is to be there once, and every requirement before
//! that. A greedy choice is enough, and where a run would become too long the dearest pairs stay uncovered
//! and are told.
//!
//! Not all pairs are worth the same. What a line says is to be seen at every level once (`KEY-9` at each
//! endpoint): that finds more than two levels of requests about anything. And a table's rows are worth less
//! the more there are, else the longest tables would take a whole run.

use super::lean::is_plain;
use super::outcome::Pairs;
use super::plan;
use crate::bench::BenchAction;
use crate::suite::model::{Case, KeyUse, Lazy, Send, Step, StepAction};
use ikkm_protocol::{PayKind, Registration, parse_plain};
use ikkm_requirements::{Level, requirements};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

/// What is asked of a choice.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// About so many requests at the most.
    pub requests: u64,
    /// Another array of the same pairs; the same one where `None`.
    pub rotate: Option<u64>,
}

/// Requests that a run over the API alone may take: a quarter of an hour at one a second.
pub const API_ALONE: u64 = 900;
/// Requests that a run with a bench may take.
pub const WITH_BENCH: u64 = 3_000;
/// What is kept back of them: what a case sends is reckoned here, and counted only by a rehearsal, with the
/// reconciliations. A part of them, and what every run needs, short or long.
const KEPT_BACK: f64 = 0.04;
const KEPT_OF_EACH: f64 = 60.0;

/// What a line at a level is worth, beside any two levels of a request.
const LINE_AT_LEVEL: f64 = 5.0;
/// What each question of a case is worth for itself, if it is the only one of its table; the rows of a table
/// share it. A case that asks much in a row is worth as much as cases that ask one by one.
const ROW: f64 = 20.0;
/// What a level of a table's column is worth, to be there once: more than its meetings with other levels.
const LEVEL: f64 = 4.0;
/// What a question that the document leaves open is worth beside a line: whatever the device answers is right.
const OPEN_QUESTION: f64 = 0.4;
/// What the looks at the books come to that a case shares with others.
const SHARED_LOOK: f64 = 0.2;

/// The cases chosen, and what they cover.
#[derive(Debug, Clone)]
pub struct Choice<'c> {
    /// The cases, in the order given.
    pub cases: Vec<&'c Case>,
    /// Pairs that they cover, and that all cases cover that could run.
    pub pairs: Pairs,
    /// The pairs that stay uncovered, each as `a and b`.
    pub uncovered: Vec<String>,
}

/// Chooses among cases. `runs` tells which of them could run at all; of the others those are taken that
/// a run without bounds of bench and grants would take, so that it is told what they lack.
pub fn choose<'c>(cases: &[&'c Case], runs: impl Fn(&Case) -> bool, bounds: Bounds) -> Choice<'c> {
    let mut names = Names::default();
    let mut rows: HashMap<&str, u32> = HashMap::new();
    cases.iter().for_each(|case| *rows.entry(&case.table).or_default() += 1);
    let share = |case: &Case| 1.0 / f64::from(rows.get(case.table.as_str()).copied().unwrap_or(1));
    let worth: Vec<Worth> = cases.iter().map(|case| Worth::of(case, share(case), &mut names)).collect();
    let can: Vec<bool> = cases.iter().map(|case| runs(case)).collect();
    let all_can = can.iter().all(|can| *can);
    let mut taken = greedy(&worth, &can, bounds, &names);
    let pairs_of = |wanted: &dyn Fn(usize) -> bool| -> BTreeSet<u32> {
        let wanted = worth.iter().enumerate().filter(|(at, _)| can[*at] && wanted(*at));
        wanted.flat_map(|(_, worth)| worth.pairs.iter().copied()).collect()
    };
    let (total, covered) = (pairs_of(&|_| true), pairs_of(&|at| taken[at]));
    if !all_can {
        let everything = vec![true; cases.len()];
        let wide = Bounds { requests: WITH_BENCH, ..bounds };
        let others = greedy(&worth, &everything, wide, &names);
        for (at, other) in others.into_iter().enumerate() {
            taken[at] |= other && !can[at];
        }
    }
    Choice {
        cases: cases.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(case, _)| *case).collect(),
        pairs: Pairs { covered: covered.len(), total: total.len() },
        uncovered: total.difference(&covered).map(|pair| names.text(*pair)).collect(),
    }
}

/// Numbers for levels, and for pairs of them.
#[derive(Default)]
struct Names {
    levels: HashMap<String, u32>,
    texts: Vec<String>,
    pairs: HashMap<(u32, u32), u32>,
    /// The levels of each pair, and what it is worth.
    worth: Vec<((u32, u32), f64)>,
}

impl Names {
    fn level(&mut self, text: &str) -> u32 {
        if let Some(number) = self.levels.get(text) {
            return *number;
        }
        let number = self.texts.len() as u32;
        self.texts.push(text.to_owned());
        self.levels.insert(text.to_owned(), number);
        number
    }

    /// What a pair is worth is said by who names it first.
    fn pair(&mut self, one: u32, other: u32, worth: f64) -> u32 {
        let levels = (one.min(other), one.max(other));
        *self.pairs.entry(levels).or_insert_with(|| {
            self.worth.push((levels, worth));
            self.worth.len() as u32 - 1
        })
    }

    /// A line for itself: it stands beside nothing else.
    fn line(&mut self, id: &str) -> u32 {
        let whole = id.split('/').next().unwrap_or(id);
        let worth = match requirements().level(whole) {
            Level::Must => 400.0,
            Level::Should => 200.0,
            Level::Advice | Level::Open => 100.0,
        };
        let line = self.level(&format!("line {whole}"));
        self.pair(line, line, worth)
    }

    fn worth(&self, pair: u32) -> f64 {
        self.worth.get(pair as usize).map_or(0.0, |(_, worth)| *worth)
    }

    fn text(&self, pair: u32) -> String {
        let Some(((one, other), _)) = self.worth.get(pair as usize) else { return String::new() };
        let text = |level: u32| self.texts.get(level as usize).map_or("", String::as_str);
        let (one, other) = (text(*one), text(*other));
        let (one, other) = if one < other { (one, other) } else { (other, one) };
        format!("{one} and {other}")
    }
}

/// What a case covers and costs.
struct Worth {
    lines: BTreeSet<u32>,
    pairs: BTreeSet<u32>,
    /// What it is worth for itself.
    own: f64,
    requests: f64,
}

impl Worth {
    /// `share` is what a row of its table is worth beside a case that is alone.
    fn of(case: &Case, share: f64, names: &mut Names) -> Worth {
        let cited = case
            .requirements
            .iter()
            .chain(case.steps.iter().filter_map(|step| step.question.as_ref().map(|question| &question.id)));
        let lines = cited.map(|id| names.line(id)).collect();
        let mut pairs = BTreeSet::new();
        for (line, levels) in levels_of_steps(case) {
            let weight = if requirements().level(line) == Level::Open { OPEN_QUESTION } else { 1.0 };
            let line = names.level(line);
            let levels: Vec<u32> = levels.iter().map(|level| names.level(level)).collect();
            for (at, one) in levels.iter().enumerate() {
                pairs.insert(names.pair(line, *one, LINE_AT_LEVEL * weight));
                let others = levels.iter().skip(at + 1);
                pairs.extend(others.map(|other| names.pair(*one, *other, weight)));
            }
        }
        let asks = case.steps.iter().any(|step| step.question.is_some());
        let weight = if asks { OPEN_QUESTION } else { 1.0 };
        let table = names.level(&case.table);
        let levels: Vec<u32> = case.levels.iter().map(|level| names.level(level)).collect();
        for (at, (one, name)) in levels.iter().zip(&case.levels).enumerate() {
            pairs.insert(names.pair(table, *one, LEVEL * weight));
            let of_table = names.level(&format!("{} {name}", case.table));
            let others = levels.iter().skip(at + 1);
            pairs.extend(others.map(|other| names.pair(of_table, *other, share)));
        }
        if case.levels.is_empty() {
            let itself = names.level("itself");
            pairs.insert(names.pair(table, itself, 1.0));
        }
        let own = ROW * share * asked(case) * weight;
        Worth { lines, pairs, own, requests: requests(case) }
    }

    /// What it adds to what is covered.
    fn adds(&self, covered: &BTreeSet<u32>, names: &Names) -> f64 {
        let fresh = self.lines.iter().chain(&self.pairs).filter(|one| !covered.contains(one));
        self.own + fresh.map(|one| names.worth(*one)).sum::<f64>()
    }
}

/// How many different things a case asks: the same request again is one of them, and each look at the paper
/// or at what went online is another.
fn asked(case: &Case) -> f64 {
    let questions: BTreeSet<String> = case
        .steps
        .iter()
        .filter(|step| step.expect.is_some() || !step.checks.is_empty() || !step.printed.is_empty())
        .map(|step| {
            let sent = step.action.requests().iter().map(|send| {
                let (path, params) = (send.sample.path(), send.sample.params().encode());
                format!("{} {path} {params} {:?}", send.method.as_str(), send.key)
            });
            format!("{} {} {:?}", outcome(step), looks(step).unwrap_or_default(), sent.collect::<Vec<_>>())
        })
        .collect();
    questions.len().max(1) as f64
}

/// About how many requests a case sends: its own, and what is read to judge it.
fn requests(case: &Case) -> f64 {
    let plain = is_plain(case);
    let looks = case.steps.iter().filter(|step| step.moves.is_some()).count();
    let own: f64 =
        case.steps
            .iter()
            .map(|step| {
                let sends = step.action.requests().len() as f64 * f64::from(step.times);
                // With another key it is refused, and waits for nothing.
                let closes =
                    step.action.requests().iter().any(|send| {
                        send.sample.path().starts_with("/apizreport") && send.key == KeyUse::Current
                    });
                let extra = match &step.action {
                    StepAction::Reconcile(_) => 9.0,
                    // The device is asked whether it is back; of the card and the clock the bench alone is asked.
                    StepAction::Act(BenchAction::FinishBank { .. } | BenchAction::AdvanceClock(_)) => 0.0,
                    StepAction::Act(_) => 1.0,
                    _ => 0.0,
                };
                sends + extra + if closes { 2.0 } else { 0.0 }
            })
            .sum();
    // What is owed is looked at before a case that has to look for itself.
    let looked = match (plain, looks) {
        (true, 0) => 0.0,
        (true, _) => SHARED_LOOK,
        (false, looks) => 2.0 * looks as f64 + 2.0,
    };
    let fixture = if case.given.shift_open == Some(false) { 3.0 } else { 0.1 };
    own + looked + fixture + case.afterwards.len() as f64
}

/// The line that each of a case's requests is judged by, and its levels.
fn levels_of_steps(case: &Case) -> Vec<(&str, Vec<String>)> {
    let mut all = Vec::new();
    let mut before = "nothing".to_owned();
    for (at, step) in case.steps.iter().enumerate() {
        for send in step.action.requests() {
            let mut levels = levels(step, send);
            levels.push(format!("after {before}"));
            if let Some(next) = case.steps.get(at + 1) {
                levels.extend(looks(next));
            }
            levels.extend(looks(step));
            levels.sort();
            levels.dedup();
            all.push((step.cites.as_str(), levels));
        }
        if let Some(now) = leaves(step) {
            before = now;
        }
    }
    all
}

/// What the device has behind it once a step is done.
fn leaves(step: &Step) -> Option<String> {
    match &step.action {
        StepAction::Send(send) => Some(format!("{} {}", endpoint(send), outcome(step))),
        StepAction::Together(_) => Some("several at once".to_owned()),
        StepAction::Establish(condition) => Some(condition.name().as_str().to_owned()),
        StepAction::Clear(condition) => Some(format!("{} cleared", condition.as_str())),
        StepAction::Act(action) => Some(action.name().to_owned()),
        _ => None,
    }
}

fn looks(step: &Step) -> Option<String> {
    match &step.action {
        StepAction::Observe(what) => Some(format!("seen on {}", what.as_str())),
        StepAction::Send(send) if !step.checks.is_empty() => Some(format!("seen in {}", endpoint(send))),
        _ if step.moves.is_some() => Some("seen in the books".to_owned()),
        _ => None,
    }
}

fn levels(step: &Step, send: &Send) -> Vec<String> {
    let params = send.sample.params();
    let mut levels =
        vec![endpoint(send), format!("by {}", send.method.as_str()), format!("expecting {}", outcome(step))];
    if send.key != KeyUse::Current {
        levels.push(match &send.key {
            KeyUse::Literal(_) => "key written".to_owned(),
            key => format!("key {key:?}").to_lowercase(),
        });
    }
    for kind in Registration::ALL {
        if let Some(total) = params.get(kind.wire()) {
            levels.push(kind.wire().to_owned());
            levels.push(format!("total {}", amount(total)));
        }
    }
    let paid: Vec<&str> =
        PayKind::ALL.iter().map(|kind| kind.wire()).filter(|kind| params.get(kind).is_some()).collect();
    if !paid.is_empty() {
        levels.push(format!("paid by {}", paid.join("+")));
        let classes: BTreeSet<&str> = paid.iter().filter_map(|kind| params.get(kind)).map(amount).collect();
        levels.extend(classes.into_iter().map(|class| format!("payment {class}")));
    }
    let others = ["tax", "itemdata", "print", "footer", "printHeader", "message"];
    levels.extend(others.iter().filter(|name| params.get(name).is_some()).map(|name| format!("with {name}")));
    levels
}

/// The path without what only a device fills in.
fn endpoint(send: &Send) -> String {
    let path = send.sample.path().trim_end_matches('/');
    let parts = path.split('/').map(|part| {
        let number = !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
        if number { "N" } else { part }
    });
    let mut text = parts.collect::<Vec<_>>().join("/");
    if text == "/apicheck" {
        let params = send.sample.params();
        let variable = params.0.iter().map(|(name, _)| name.as_str()).find(|name| *name != "key");
        text.extend(variable.map(|name| format!("?{name}")));
    }
    text
}

/// What a step expects, its first alternative.
fn outcome(step: &Step) -> String {
    if let Some(question) = &step.question {
        return question.id.split('/').next().unwrap_or_default().to_owned();
    }
    let expected = step.expect.as_ref().and_then(|lazy: &Lazy<_>| lazy.get(|_| Some("0".to_owned())).ok());
    let text = expected.map(|expected: crate::suite::expect::Expectation| expected.to_string());
    text.map_or_else(
        || "anything".to_owned(),
        |text| text.split(", or ").next().unwrap_or_default().to_owned(),
    )
}

/// The class of an amount as it is written.
fn amount(text: &str) -> &'static str {
    let Ok(value) = parse_plain(text) else { return "no number" };
    let scale = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let limit = Decimal::from(20_000_000);
    match () {
        () if value.is_sign_negative() => "negative",
        () if value.is_zero() => "zero",
        () if value < Decimal::ONE => "below one",
        () if value > limit => "above the limit",
        () if value == limit => "the limit",
        () if text.starts_with(['+', '0', '.']) || text.ends_with('.') => "oddly written",
        () if scale > 2 => "of many decimals",
        () if scale > 0 => "of hundredths",
        () => "whole",
    }
}

/// One candidate with what it was worth when it was last looked at.
struct Candidate {
    ratio: f64,
    at: usize,
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Candidate) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Candidate) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Candidate) -> Ordering {
        self.ratio.total_cmp(&other.ratio).then(other.at.cmp(&self.at))
    }
}

/// Takes, again and again, the case that adds most for its requests, until nothing is added or no more
/// fits: first of those that test a line which none tests yet, so that none is left out for want of room.
fn greedy(worth: &[Worth], can: &[bool], bounds: Bounds, names: &Names) -> Vec<bool> {
    let mut taken = vec![false; worth.len()];
    let mut covered = BTreeSet::new();
    let kept = KEPT_OF_EACH.min(0.1 * bounds.requests as f64);
    let mut left = bounds.requests as f64 * (1.0 - KEPT_BACK) - kept;
    for new_lines in [true, false] {
        // What a case adds never grows, so a candidate that is still the best after another look is the best.
        let ratio = |at: usize, covered: &BTreeSet<u32>| {
            let one = &worth[at];
            let wanted = !new_lines || one.lines.iter().any(|line| !covered.contains(line));
            let adds = if wanted { one.adds(covered, names) } else { 0.0 };
            adds / one.requests.max(1.0) * chance(bounds.rotate, at)
        };
        let able = (0..worth.len()).filter(|at| can[*at] && !taken[*at]);
        let mut heap: BinaryHeap<Candidate> =
            able.map(|at| Candidate { ratio: ratio(at, &covered), at }).collect();
        while let Some(Candidate { at, .. }) = heap.pop() {
            let now = Candidate { ratio: ratio(at, &covered), at };
            if now.ratio <= 0.0 {
                continue;
            }
            if heap.peek().is_some_and(|next| *next > now) {
                heap.push(now);
                continue;
            }
            if worth[at].requests > left {
                continue;
            }
            left -= worth[at].requests;
            taken[at] = true;
            covered.extend(worth[at].lines.iter().chain(&worth[at].pairs));
        }
    }
    taken
}

/// A factor near one that another seed makes another: so successive runs take different arrays.
fn chance(seed: Option<u64>, at: usize) -> f64 {
    let Some(seed) = seed else { return 1.0 };
    let mixed = (seed ^ 0x9E37_79B9_7F4A_7C15).wrapping_add(at as u64).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0x94D0_49BB_1331_11EB);
    0.5 + (mixed >> 33) as f64 / f64::from(u32::MAX)
}

/// Whether a case could run with these grants, with a bench or without, from one address or two.
pub fn could_run(
    grants: &crate::device::effects::Grants,
    bench: bool,
    second: bool,
) -> impl Fn(&Case) -> bool {
    let grants = grants.clone();
    move |case| {
        let asks = |step: &Step| {
            matches!(
                step.action,
                StepAction::Establish(_) | StepAction::Clear(_) | StepAction::Act(_) | StepAction::Observe(_)
            )
        };
        let from_second = |step: &Step| step.action.requests().iter().any(|send| send.second_address);
        plan::effects(case).iter().all(|effect| grants.admits(*effect))
            && (bench || !case.steps.iter().any(asks))
            && (second || !case.steps.iter().any(from_second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::load::load_text;

    const TABLE: &str = "about: x
cases:
  - name: a/table
    requirements: [REG-1]
    factors:
      type: {sale: {type: sale}, buy: {type: buy}, sale-return: {type: saleReturn}, buy-return: {type: buyReturn}}
      pay: {cash: {cash: 5}, bank: {bank: 5}, tara: {tara: 5}, credit: {credit: 5}}
      by: {get: {method: GET}, post: {method: POST}}
    steps:
      - {register: <type>, total: 5, cash: <cash>, bank: <bank>, tara: <tara>, credit: <credit>, method: <method>, expect: registered}
";

    fn bounds(requests: u64, rotate: Option<u64>) -> Bounds {
        Bounds { requests, rotate }
    }

    #[test]
    fn every_pair_of_levels_is_there_once_and_not_every_row() {
        let suite = load_text("s.yaml", TABLE).unwrap();
        let cases: Vec<&Case> = suite.cases.iter().collect();
        assert_eq!(cases.len(), 32);
        let choice = choose(&cases, |_| true, bounds(31, None));
        assert!((16..=24).contains(&choice.cases.len()), "{}", choice.cases.len());
        assert_eq!(choice.pairs.covered, choice.pairs.total);
        for (one, other) in [("sale", "bank"), ("buy-return", "credit"), ("sale-return", "post")] {
            let both = |case: &&Case| {
                let row = case.name.rsplit('/').next().unwrap_or_default();
                row.split('.').any(|level| level == one) && row.split('.').any(|level| level == other)
            };
            assert!(choice.cases.iter().any(both), "{one} and {other}");
        }
    }

    #[test]
    fn another_seed_takes_another_array_of_the_same_pairs() {
        let suite = load_text("s.yaml", TABLE).unwrap();
        let cases: Vec<&Case> = suite.cases.iter().collect();
        let names = |seed| {
            let choice = choose(&cases, |_| true, bounds(31, seed));
            assert_eq!(choice.pairs.covered, choice.pairs.total);
            choice.cases.iter().map(|case| case.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(Some(1)), names(Some(1)));
        assert_ne!(names(Some(1)), names(Some(2)));
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let suite = load_text("s.yaml", TABLE).unwrap();
        let cases: Vec<&Case> = suite.cases.iter().collect();
        let choice = choose(&cases, |_| true, bounds(6, None));
        assert!(choice.cases.len() <= 6 && !choice.uncovered.is_empty());
        assert_eq!(choice.pairs.total - choice.pairs.covered, choice.uncovered.len());
    }

    #[test]
    fn every_line_of_the_built_in_suites_stays_tested() {
        let suites = crate::suite::builtin::device().unwrap();
        let cases: Vec<&Case> = suites.iter().flat_map(|suite| &suite.cases).collect();
        let lines = |cases: &[&Case]| -> BTreeSet<String> {
            cases.iter().flat_map(|case| case.requirements.iter().cloned()).collect()
        };
        for (bench, requests) in [(true, WITH_BENCH), (false, API_ALONE)] {
            for rotate in [None, Some(1), Some(2)] {
                let grants = crate::device::effects::Grants::everything();
                let runs = could_run(&grants, bench, false);
                let able: Vec<&Case> = cases.iter().copied().filter(|case| runs(case)).collect();
                let choice = choose(&able, |_| true, bounds(requests, rotate));
                let lost: Vec<String> = lines(&able).difference(&lines(&choice.cases)).cloned().collect();
                assert!(lost.is_empty(), "{requests} requests, {rotate:?}: {lost:?}");
                assert!(choice.cases.len() < able.len());
            }
        }
    }
}
