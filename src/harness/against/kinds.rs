//! Equal differences: the same place, the same way of differing, whatever the amounts, shifts and seeds.

use super::documents::QUEUE;
use super::paper::MADE_UP;
use super::seen::{Channel, Difference, NOTHING};
use super::together::Unlike;
use super::words::{bare, without_roles};
use crate::fuzz::coverage::named;
use crate::fuzz::operation::{Call, KeyChoice, Operation};
use ikkm_protocol::Registration;
use std::collections::{BTreeMap, BTreeSet};

/// What equal differences share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    /// Where: a channel,
    pub channel: Channel,
    /// and a place in it.
    pub place: String,
    /// How the two differ there.
    pub how: String,
}

impl Kind {
    pub(super) fn of(unlike: &Unlike, difference: &Difference) -> Kind {
        let mut place = general(&difference.place.name, own_type(&unlike.operation));
        if difference.place.channel == Channel::Answer {
            place = format!("{place} to {}", asked(&unlike.operation));
        }
        let how = match difference.place.channel {
            // What is printed and sent differs with each request.
            Channel::Paper | Channel::Online => of_texts(difference),
            Channel::Answer | Channel::Document | Channel::Books => without_roles(&difference.kind()),
            Channel::Head => difference.kind(),
        };
        Kind { channel: difference.place.channel, place, how }
    }
}

/// One time that a difference showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The sequence.
    pub seed: u64,
    /// The operation in it; `None` at rest.
    pub at: Option<usize>,
    /// What the operation is called.
    pub operation: String,
    /// What the new device showed.
    pub new: String,
    /// What the old one showed.
    pub old: String,
}

/// Kinds of difference that show at the very same operations, and so are one.
#[derive(Debug, Clone, Default)]
pub struct Together {
    /// The kinds, the first to be told first.
    pub kinds: Vec<Kind>,
    /// When the first of them showed.
    pub occurrences: Vec<Occurrence>,
}

impl Together {
    /// Whether it is of headers alone.
    pub(super) fn is_header(&self) -> bool {
        self.kinds.iter().all(|kind| kind.channel == Channel::Head)
    }
}

/// When something showed: sequence and operation.
pub(super) type Times = BTreeSet<(u64, Option<usize>)>;

/// Every difference that showed, by kind.
#[derive(Debug, Clone, Default)]
pub struct Differences(BTreeMap<Kind, Vec<Occurrence>>);

impl Differences {
    pub(super) fn add(&mut self, seed: u64, unlike: &Unlike) {
        let operation = match unlike.at {
            None => "at rest".to_owned(),
            Some(_) => asked(&unlike.operation),
        };
        for difference in &unlike.differences {
            let all = self.0.entry(Kind::of(unlike, difference)).or_default();
            if all.last().is_some_and(|last| (last.seed, last.at) == (seed, unlike.at)) {
                continue;
            }
            let (new, old) = (difference.of_new(), difference.of_old());
            all.push(Occurrence { seed, at: unlike.at, operation: operation.clone(), new, old });
        }
    }

    /// Whether nothing differed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Kinds that always come together, and may have one cause, are told as one: a receipt that is not booked
    /// is missing in each sum.
    pub fn together(&self) -> Vec<Together> {
        let mut by_times: BTreeMap<Times, Vec<Together>> = BTreeMap::new();
        for (kind, occurrences) in &self.0 {
            let times: Times = occurrences.iter().map(|one| (one.seed, one.at)).collect();
            let at_rest = times.iter().all(|(_, at)| at.is_none());
            let all = by_times.entry(times).or_default();
            let new = Together { kinds: vec![kind.clone()], occurrences: occurrences.clone() };
            let (joined, mut others): (Vec<Together>, Vec<Together>) = std::mem::take(all)
                .into_iter()
                .partition(|one| one.kinds.iter().any(|other| other.goes_with(kind, at_rest)));
            let one = joined.into_iter().chain([new]).reduce(|mut one, other| {
                one.kinds.extend(other.kinds);
                one
            });
            others.extend(one);
            *all = others;
        }
        let mut all: Vec<Together> = by_times.into_values().flatten().collect();
        all.sort_by_key(|one| one.occurrences.first().map(|first| (first.seed, first.at)));
        all
    }
}

impl Kind {
    /// Whether one of the two has nothing there.
    pub(super) fn is_missing(&self) -> bool {
        self.how.starts_with("nothing / ") || self.how.ends_with(" / nothing")
    }

    /// Whether two kinds that show at the same operations may have one cause.
    fn goes_with(&self, other: &Kind, at_rest: bool) -> bool {
        use Channel::{Answer, Books, Document, Head, Online, Paper};
        let of_type = |kind: &Kind| kind.place.contains("type of ");
        let document = |kind: &Kind| kind.place.split(": ").next().unwrap_or_default().to_owned();
        let numbers = |kind: &Kind| kind.how == "other numbers" || kind.how.contains(" lines");
        let new_lacks = |kind: &Kind| kind.how.starts_with("nothing /") || kind.how.starts_with("gone /");
        let old_lacks = |kind: &Kind| kind.how.ends_with("/ nothing") || kind.how.ends_with("/ gone");
        match (self.channel, other.channel) {
            // How a device writes a line says nothing of what else is on paper.
            _ if self.place == MADE_UP || other.place == MADE_UP => false,
            (Answer | Head, Answer | Head) => true,
            (Answer | Head, _) | (_, Answer | Head) => false,
            (Paper | Online, Paper | Online) => true,
            (Books | Document, Books | Document) if bare(&self.place) == bare(&other.place) => true,
            (Books | Document, Books | Document) if of_type(self) && of_type(other) => {
                let renamed = new_lacks(self) && old_lacks(other) || old_lacks(self) && new_lacks(other);
                renamed && document(self) == document(other)
            }
            // A row that one of the two lacks has no type of anything in it.
            (Books | Document, Books | Document)
                if new_lacks(self) && new_lacks(other) || old_lacks(self) && old_lacks(other) =>
            {
                !at_rest && document(self) == document(other)
            }
            // What one of the two lacks is no amount that differs.
            (Books | Document, Books | Document) => {
                !at_rest && of_type(self) == of_type(other) && self.is_missing() == other.is_missing()
            }
            (Books | Document, Paper | Online) => numbers(other) || self.place.ends_with(QUEUE),
            (Paper | Online, Books | Document) => numbers(self) || other.place.ends_with(QUEUE),
        }
    }
}

/// The call in few words: what it does, to which path, and under what.
pub(super) fn asked(operation: &Operation) -> String {
    let name = named(operation).map_or("the bench", |(name, _)| name);
    let Operation::Call(call) = operation else { return name.to_owned() };
    let kind = own_type(operation).filter(|kind| *kind != name);
    let under = call.under.map(|condition| format!(" under {}", condition.name())).unwrap_or_default();
    let key = match call.key {
        KeyChoice::Current => String::new(),
        other => format!(", key: {}", other.name()),
    };
    match (kind, call.path) {
        (Some(kind), _) => format!("{name} ({kind}{key}){under}"),
        (None, "/api/") => format!("{name}{key}{under}"),
        (None, "/apicheck/") => format!("{name} ({}{key}){under}", variables(call)),
        (None, path) => format!("{path}{key}{under}"),
    }
}

fn variables(call: &Call) -> String {
    let names: Vec<&str> = call.params.iter().map(|(name, _)| name.as_str()).collect();
    names.join(", ")
}

/// The type of a registration.
fn own_type(operation: &Operation) -> Option<&'static str> {
    let Operation::Call(call) = operation else { return None };
    let kinds = call.params.iter().filter_map(|(name, _)| Registration::from_wire(name));
    kinds.into_iter().next().map(Registration::wire).filter(|_| call.path == "/api/")
}

/// A place without numbers of shifts and taxes, and without the type that was registered.
fn general(name: &str, own: Option<&str>) -> String {
    let mut name = name.split(" (").next().unwrap_or(name).replace("reportwithtax: ", "report: ");
    for list in ["cheques: row ", "salescheques: row ", "sales: row "] {
        if let Some(rest) = name.strip_prefix(list) {
            let rest = rest.split_once(": ").map_or(rest, |(_, rest)| rest);
            return format!("row of a receipt: {rest}");
        }
    }
    for list in ["salescheques: ", "sales: "] {
        if let Some(rest) = name.strip_prefix(list).filter(|rest| rest.starts_with("cheque")) {
            name = format!("cheques: {rest}");
        }
    }
    if let Some(kind) = own {
        let (sum, count) = match kind {
            "sale" => ("saleDetails.", "totalSaleCheques"),
            "buy" => ("buyDetails.", "totalBuyCheques"),
            "saleReturn" => ("saleReturnDetails.", "totalSaleReturnCheques"),
            _ => ("buyRetDetails.", "totalBuyReturnCheques"),
        };
        for (own, word) in [(sum, "<type>Details."), (count, "total<type>Cheques")] {
            name = name.replace(own, word);
        }
        for before in ["fiscalData.", "fiscalDataOnShiftOpen.", "taxes."] {
            for spelt in [kind, "sales"].iter().take(if kind == "sale" { 2 } else { 1 }) {
                let (end, dotted) = (format!("{before}{spelt}"), format!("{before}{spelt}."));
                if name.ends_with(&end) {
                    name = name.replace(&end, &format!("{before}<type>"));
                }
                name = name.replace(&dotted, &format!("{before}<type>."));
            }
        }
    }
    let parts = name.split('.').map(|part| {
        let role = part == "default" || part == "unknown" || part.starts_with("tax-");
        let number = role || !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if number { "#" } else { part }
    });
    parts.collect::<Vec<_>>().join(".")
}

/// The same lines, in another order.
pub(super) const IN_ANOTHER_ORDER: &str = "in another order";

fn of_texts(difference: &Difference) -> String {
    let (new, old) = (difference.of_new(), difference.of_old());
    let (new, old): (Vec<&str>, Vec<&str>) = (new.split(" / ").collect(), old.split(" / ").collect());
    let nothing = |list: &[&str]| list == [NOTHING];
    let digits = |text: &str| text.chars().filter(|symbol| !symbol.is_ascii_digit()).collect::<String>();
    match () {
        () if nothing(&new) => "nothing / something".to_owned(),
        () if nothing(&old) => "something / nothing".to_owned(),
        () if new.len() != old.len() => format!("{} lines / {}", few(new.len()), few(old.len())),
        () if digits(&new.join("")) == digits(&old.join("")) => "other numbers".to_owned(),
        () => {
            let mut sorted = [new.clone(), old.clone()];
            sorted.iter_mut().for_each(|list| list.sort_unstable());
            if sorted[0] == sorted[1] { IN_ANOTHER_ORDER } else { "another text" }.to_owned()
        }
    }
}

fn few(count: usize) -> &'static str {
    match count {
        0 | 1 => "one",
        2..=9 => "few",
        _ => "many",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::form::Form;

    #[test]
    fn a_place_is_the_same_for_every_type_shift_and_tax() {
        assert_eq!(general("reportwithtax: fiscalData.sales", Some("sale")), "report: fiscalData.<type>");
        assert_eq!(general("report: fiscalData.saleReturn", Some("saleReturn")), "report: fiscalData.<type>");
        assert_eq!(general("report: fiscalData.saleReturn", Some("sale")), "report: fiscalData.saleReturn");
        assert_eq!(general("report: buyRetDetails.sum", Some("buyReturn")), "report: <type>Details.sum");
        assert_eq!(
            general("reportwithtax: taxes.buy.31.turnover", Some("buy")),
            "report: taxes.<type>.#.turnover"
        );
        assert_eq!(general("sales: row 2: qty", None), "row of a receipt: qty");
        assert_eq!(general("shifts: closeDate of a new shift (2)", None), "shifts: closeDate of a new shift");
    }

    #[test]
    fn an_operation_is_named_in_few_words() {
        let call = |path, params: &[(&str, &str)]| Operation::Call(Call::with(path, Form::Query, params));
        assert_eq!(asked(&call("/api/", &[("sale", "5"), ("cash", "5")])), "sale");
        assert_eq!(
            asked(&call("/api/", &[("buy", "5"), ("cash", "5"), ("tax", "1")])),
            "registration with a tax (buy)"
        );
        assert_eq!(asked(&call("/apicheck/", &[("beep", "true")])), "other variable (beep)");
        assert_eq!(asked(&call("/apixreport", &[])), "/apixreport");
        assert_eq!(asked(&Operation::Restart), "restart");
    }
}
