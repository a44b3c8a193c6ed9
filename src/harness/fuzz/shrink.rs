//! A failure made short and simple: first only its last operations, then without each that is not
//! needed, then with the plainest spelling and amounts. Each trial plays no more than it must: where
//! an answer showed the failure, the books are not read for it.

use super::form::Form;
use super::operation::{Call, KeyChoice, Operation};
use super::player::Ending;
use super::search::{Failure, SearchError, Subject};
use crate::suite::expect::Shape;
use ikkm_protocol::parse_plain;
use rust_decimal::Decimal;

/// Something that a sequence may show, and a shorter one may show as well.
pub(crate) trait Trial {
    /// Why a trial cannot be made.
    type Error;

    /// Plays a sequence; where it shows the same, it is what is left of the failure.
    async fn shows(&mut self, operations: &[Operation]) -> Result<bool, Self::Error>;
}

/// What one operation alone is likely to be among, each with what belongs to it, and what must follow it to
/// show it.
#[derive(Debug, Default)]
pub(crate) struct Likely {
    pub units: Vec<Vec<Operation>>,
    /// The last one of each kind: what is registered, and whether with positions.
    pub each: Vec<Vec<Operation>>,
    pub end: Vec<Operation>,
}

/// Makes a sequence as short and simple as the trial lets: guesses first, the shortest before the others,
/// then one operation alone by halves, then whatever can be left out; amounts come last.
///
/// # Errors
/// The trial's own; what it took for shorter before stays with it.
pub(crate) async fn shorten<T: Trial>(
    trial: &mut T,
    mut operations: Vec<Operation>,
    guesses: Vec<Vec<Operation>>,
    likely: Likely,
) -> Result<Vec<Operation>, T::Error> {
    let mut guessed = false;
    for few in guesses {
        if trial.shows(&few).await? {
            (operations, guessed) = (few, true);
            break;
        }
    }
    let Likely { each, units, end } = likely;
    // One of each kind is few, and mostly among them is one that will do.
    if !guessed
        && each.len() * 2 < units.len()
        && trial.shows(&[each.concat(), end.clone()].concat()).await?
        && let Some(one) = single_out(trial, each, &end).await?
    {
        (operations, guessed) = (one, true);
    }
    if !guessed && let Some(one) = single_out(trial, units, &end).await? {
        operations = one;
    }
    leave_out(trial, &mut operations).await?;
    if operations.len() > SHORT && count_up(trial, &mut operations).await? {
        leave_out(trial, &mut operations).await?;
    }
    make_alike(trial, &mut operations).await?;
    simplify(trial, &mut operations).await?;
    Ok(operations)
}

/// The one operation that shows it, by halves: where the later half does not, it is taken to be in the other
/// one, and only what is left at the end is tried.
async fn single_out<T: Trial>(
    trial: &mut T,
    mut units: Vec<Vec<Operation>>,
    end: &[Operation],
) -> Result<Option<Vec<Operation>>, T::Error> {
    let whole = |units: &[Vec<Operation>]| [units.concat(), end.to_vec()].concat();
    let mut tried = false;
    while units.len() > 1 {
        let later = units.split_off(units.len() / 2);
        tried = trial.shows(&whole(&later)).await?;
        if tried {
            units = later;
        }
    }
    if units.is_empty() {
        return Ok(None);
    }
    let one = whole(&units);
    Ok((tried || trial.shows(&one).await?).then_some(one))
}

/// Requests after which a failure of one operation is not made plainer.
const ONE_STEP: u64 = 135;

/// Lines that tell of shifts that are closed.
const OF_CLOSED: [&str; 4] = ["DUMP-2", "DUMP-13", "DUMP-14", "SHIFT-2"];

/// A sequence of more operations is not short.
const SHORT: usize = 6;

/// A fault that counts may show with nothing but what was set and plain registrations after it, as many as it
/// takes: then any of them can be left out that are too many.
async fn count_up<T: Trial>(trial: &mut T, operations: &mut Vec<Operation>) -> Result<bool, T::Error> {
    let is_set =
        |operation: &&Operation| matches!(operation, Operation::Call(call) if call.path == "/apicheck/");
    let first: Vec<Operation> = operations.iter().find(is_set).cloned().into_iter().collect();
    let last = operations.last().filter(|last| !registers(last) && !is_set(last)).cloned();
    for count in [3, 6, 12] {
        let counted = [first.clone(), vec![plainest(); count], last.iter().cloned().collect()].concat();
        if trial.shows(&counted).await? {
            *operations = counted;
            return Ok(true);
        }
    }
    Ok(false)
}

fn registers(operation: &Operation) -> bool {
    matches!(operation, Operation::Call(call)
        if call.path == "/api/" && call.key == KeyChoice::Current && call.under.is_none() && !call.lost)
}

/// A registration whose total nobody could find fault with.
fn plainest() -> Operation {
    Operation::Call(Call::with("/api/", Form::Query, &[("sale", "100"), ("cash", "100")]))
}

/// Registrations that follow each other become the same one several times: a fault that counts needs so many,
/// whatever they say.
async fn make_alike<T: Trial>(trial: &mut T, operations: &mut Vec<Operation>) -> Result<(), T::Error> {
    let mut from = 0;
    while from < operations.len() {
        let run = operations.iter().skip(from).take_while(|one| registers(one)).count();
        if run > 2 {
            for same in [run, run - 1] {
                let mut alike = operations.clone();
                alike.iter_mut().skip(from).take(same).for_each(|one| *one = plainest());
                if alike == *operations || trial.shows(&alike).await? {
                    *operations = alike;
                    break;
                }
            }
        }
        from += run + 1;
    }
    Ok(())
}

/// Leaves out halves, quarters and so on, as long as it shows without them.
async fn leave_out<T: Trial>(trial: &mut T, operations: &mut Vec<Operation>) -> Result<(), T::Error> {
    let mut size = operations.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < operations.len() && operations.len() > 1 {
            let end = (at + size).min(operations.len());
            let mut shorter = operations.clone();
            shorter.drain(at..end);
            if !shorter.is_empty() && trial.shows(&shorter).await? {
                *operations = shorter;
            } else {
                at = end;
            }
        }
        size /= 2;
    }
    Ok(())
}

async fn simplify<T: Trial>(trial: &mut T, operations: &mut Vec<Operation>) -> Result<(), T::Error> {
    for at in 0..operations.len() {
        let mut tried = 0;
        while let Some(simpler) = operations.get(at).and_then(|one| simpler(one).into_iter().nth(tried)) {
            let mut all = operations.clone();
            if let Some(one) = all.get_mut(at) {
                *one = simpler;
            }
            // What is simpler now has other simpler forms.
            tried = if trial.shows(&all).await? {
                *operations = all;
                0
            } else {
                tried + 1
            };
        }
    }
    Ok(())
}

/// A search for something shorter that fails in the same way.
struct Narrower<'a> {
    subject: &'a mut Subject,
    taxes: &'a [String],
    budget: u64,
    ending: Ending,
    failure: &'a mut Failure,
    /// Operations that are left, a look aside.
    left: usize,
}

impl Trial for Narrower<'_> {
    type Error = SearchError;

    async fn shows(&mut self, operations: &[Operation]) -> Result<bool, SearchError> {
        let failure = &mut *self.failure;
        // One operation alone is short enough: how plainly it is written is worth no more requests than that.
        let is_one = self.left <= 1 && failure.shrink_requests >= ONE_STEP;
        if failure.shrink_requests >= self.budget || is_one {
            return Ok(false);
        }
        let (played, requests) = self.subject.case(failure.seed, self.taxes, operations, self.ending).await?;
        failure.shrink_requests += requests;
        // The same line of the requirements must be broken: else it is another failure.
        let Some(finding) =
            played.finding.filter(|finding| finding.requirement == failure.finding.requirement)
        else {
            return Ok(false);
        };
        failure.finding = finding;
        failure.steps = played.steps;
        self.left =
            operations.iter().filter(|one| !matches!(one, Operation::Glance | Operation::Look)).count();
        Ok(true)
    }
}

impl Subject {
    /// Makes the failure as short and simple as the budget lets.
    pub(super) async fn shrink(
        &mut self,
        taxes: &[String],
        budget: u64,
        operations: &[Operation],
        failure: &mut Failure,
    ) -> Result<(), SearchError> {
        let at_end = failure.finding.at_end;
        let ending = if at_end { Ending::Look(failure.seed) } else { Ending::None };
        let kept = if at_end { operations.len() } else { (failure.reached + 1).min(operations.len()) };
        let whole = operations.get(..kept).unwrap_or(operations).to_vec();
        let mut guesses = guesses(&whole, failure.finding.culprit, at_end);
        let of_closed =
            failure.finding.of_closed || OF_CLOSED.contains(&failure.finding.requirement.as_str());
        if at_end && failure.finding.culprit.is_none() {
            if !of_closed {
                guesses.clear();
            }
            // What was wrong before anything was done needs nothing.
            guesses.insert(0, Vec::new());
        }
        let likely = likely(failure, &whole);
        let left = whole.len();
        let mut trial = Narrower { subject: self, taxes, budget, ending, failure, left };
        shorten(&mut trial, whole, guesses, likely).await.map(|_| ())
    }
}

/// What a look at the books shows wrong is mostly done by one registration or movement of cash, its repeat
/// included; all else costs requests.
fn likely(failure: &Failure, whole: &[Operation]) -> Likely {
    let shows = |operation: &Operation| matches!(operation, Operation::Glance | Operation::Look);
    let last = whole.last().filter(|last| shows(last) && !failure.finding.at_end);
    if last.is_none() && !failure.finding.at_end {
        return Likely::default();
    }
    let mut units: Vec<Vec<Operation>> = Vec::new();
    let until = failure.steps.len() - usize::from(last.is_some());
    let mut each: Vec<((String, bool), Operation)> = Vec::new();
    for step in failure.steps.iter().take(until) {
        match &step.operation {
            // What a glance shows came after the glance before it, or it would have shown then.
            look if shows(look) && last.is_some() => {
                units.clear();
                each.clear();
            }
            Operation::Call(call) if ["/api/", "/apideposit", "/apiwithdraw"].contains(&call.path) => {
                match units.last_mut().filter(|_| call.key == KeyChoice::Previous) {
                    Some(unit) => unit.push(step.operation.clone()),
                    None => units.push(vec![step.operation.clone()]),
                }
                let is_done = step.expectation.as_ref().is_some_and(|all| all.0 == [Shape::Done]);
                if step.registered || is_done {
                    let first = call.params.first().map_or(call.path, |(name, _)| name);
                    let items = call.params.iter().any(|(name, _)| name == "itemdata");
                    let kind = (first.to_owned(), items);
                    each.retain(|(of, _)| *of != kind);
                    each.push((kind, step.operation.clone()));
                }
            }
            _ => {}
        }
    }
    let each = each.into_iter().map(|(_, one)| vec![one]).collect();
    Likely { units, each, end: last.cloned().into_iter().collect() }
}

/// What is likely to be all that matters, the shortest first: the operation that the books name, the
/// last one, the last one after another, and twice as many of the last ones each time.
pub(crate) fn guesses(whole: &[Operation], culprit: Option<usize>, at_end: bool) -> Vec<Vec<Operation>> {
    let of = |places: &[usize]| -> Vec<Operation> {
        places.iter().filter_map(|at| whole.get(*at).cloned()).collect()
    };
    let last = whole.len().saturating_sub(1);
    let shows = |at: usize| matches!(whole.get(at), Some(Operation::Glance | Operation::Look));
    let mut places: Vec<Vec<usize>> = Vec::new();
    if let Some(culprit) = culprit {
        let end: &[usize] = if at_end || culprit == last { &[] } else { &[last] };
        places.push([&[culprit], end].concat());
        if let Some(before) = culprit.checked_sub(1) {
            places.push([&[before, culprit], end].concat());
        }
        if let Some(before) = culprit.checked_sub(2) {
            places.push([&[before, before + 1, culprit], end].concat());
        }
    } else if at_end {
        // What shows of a shift that is closed.
        let closes = |one: &Operation| matches!(one, Operation::Call(call) if call.path == "/apizreport" && call.key == KeyChoice::Current);
        let z = (1..whole.len()).rev().find(|at| whole.get(*at).is_some_and(closes));
        places.extend(z.map(|z| vec![z]));
        places.extend(z.map(|z| vec![0, z]));
    } else if !shows(last) {
        places.push(vec![last]);
        // A session variable, a registration, or whatever came just before.
        let sets = |operation: &Operation| match operation {
            Operation::Call(call) => call.path == "/apicheck/" || call.path == "/apideposit",
            Operation::Restart | Operation::Establish(_) => true,
            _ => false,
        };
        let path = |operation: &Operation| match operation {
            Operation::Call(call) => Some(call.path),
            _ => None,
        };
        let same = |operation: &Operation| {
            path(operation).is_some() && path(operation) == whole.get(last).and_then(path)
        };
        let before =
            |is: &dyn Fn(&Operation) -> bool| (0..last).rev().find(|at| whole.get(*at).is_some_and(is));
        let mut two: Vec<usize> = [last.checked_sub(1), before(&registers), before(&sets), before(&same)]
            .into_iter()
            .flatten()
            .collect();
        two.sort_unstable_by(|one, other| other.cmp(one));
        two.dedup();
        places.extend(two.iter().map(|at| vec![*at, last]));
        if let (Some(sold), Some(set)) = (before(&registers), before(&sets)) {
            places.push(vec![sold.min(set), sold.max(set), last]);
        }
    }
    if shows(last) && !at_end {
        // What a glance shows came after the glance before it, or it would have shown then.
        let before = (0..last).rev().find(|at| shows(*at)).unwrap_or_default();
        places.push((before..whole.len()).collect());
    } else if !at_end {
        places.extend([2, 4].map(|count| (whole.len().saturating_sub(count)..whole.len()).collect()));
    }
    places.dedup();
    places.iter().map(|places| of(places)).filter(|few| few.len() < whole.len()).collect()
}

/// Simpler forms of an operation, the simplest first; none that is as simple as itself.
fn simpler(operation: &Operation) -> Vec<Operation> {
    let Operation::Call(call) = operation else { return Vec::new() };
    let mut all = Vec::new();
    let texts = ["print", "footer", "itemdata", "printHeader"];
    let has_texts = call.params.iter().any(|(name, _)| texts.contains(&name.as_str()));
    if call.form != Form::Query && (call.form != Form::Body || !has_texts) {
        let form = if has_texts { Form::Body } else { Form::Query };
        all.push(Call { form, ..call.clone() });
    }
    if call.lost {
        all.push(Call { lost: false, ..call.clone() });
    }
    if call.under.is_some() {
        all.push(Call { under: None, ..call.clone() });
    }
    for optional in ["itemdata", "tax", "print", "footer", "comment"] {
        if call.params.len() > 1 && call.params.iter().any(|(name, _)| name == optional) {
            let mut fewer = call.clone();
            fewer.params.retain(|(name, _)| name != optional);
            all.push(fewer);
        }
    }
    all.extend(plainer_amounts(call));
    all.into_iter().map(Operation::Call).collect()
}

/// The same differences between total and payments, around a round sum.
fn plainer_amounts(call: &Call) -> Option<Call> {
    let amounts = ["sale", "buy", "saleReturn", "buyReturn", "cash", "bank", "tara", "credit"];
    let has_items = call.params.iter().any(|(name, _)| name == "itemdata");
    let first = call.params.iter().find(|(name, _)| amounts.contains(&name.as_str()))?;
    let old = parse_plain(&first.1).ok().filter(|old| *old > Decimal::ONE_HUNDRED && !has_items)?;
    let mut plainer = call.clone();
    let mut given: Vec<&mut String> = plainer
        .params
        .iter_mut()
        .filter(|(name, _)| amounts.contains(&name.as_str()))
        .map(|(_, value)| value)
        .collect();
    if given.len() > 2 {
        return None;
    }
    for value in &mut given {
        let amount = parse_plain(value).ok()?;
        let moved = amount - old + Decimal::ONE_HUNDRED;
        **value = (moved >= Decimal::ZERO).then(|| moved.normalize().to_string())?;
    }
    Some(plainer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows where that many sales with that total are played; counts what it cost.
    struct Sales {
        total: &'static str,
        least: usize,
        played: usize,
    }

    impl Trial for Sales {
        type Error = std::convert::Infallible;

        async fn shows(&mut self, operations: &[Operation]) -> Result<bool, Self::Error> {
            self.played += operations.len();
            let says = |one: &&Operation| matches!(one, Operation::Call(call) if self.total == "*" || call.params[0].1 == self.total);
            Ok(operations.iter().filter(says).count() >= self.least)
        }
    }

    fn sales(count: usize) -> Vec<Operation> {
        (1..=count)
            .map(|total| {
                let total = total.to_string();
                Operation::Call(Call::with("/api/", Form::Query, &[("sale", &total), ("cash", &total)]))
            })
            .collect()
    }

    fn shortened(trial: &mut Sales, whole: Vec<Operation>) -> Vec<Operation> {
        let units = whole.iter().map(|one| vec![one.clone()]).collect();
        let likely = Likely { units, ..Likely::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(shorten(trial, whole, Vec::new(), likely)).unwrap_or_else(|never| match never {})
    }

    #[test]
    fn one_operation_among_many_is_found_by_halves() {
        for total in ["1", "17", "64"] {
            let mut trial = Sales { total, least: 1, played: 0 };
            assert_eq!(shortened(&mut trial, sales(64)).len(), 1);
            assert!(trial.played <= 70, "{total}: {}", trial.played);
        }
    }

    #[test]
    fn one_of_each_kind_is_tried_before_all_of_them() {
        let mut trial = Sales { total: "9", least: 1, played: 0 };
        let whole = sales(64);
        let each = [9, 20, 40].into_iter().filter_map(|at| whole.get(at - 1)).map(|one| vec![one.clone()]);
        let units = whole.iter().map(|one| vec![one.clone()]).collect();
        let likely = Likely { units, each: each.collect(), end: Vec::new() };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let left = runtime.block_on(shorten(&mut trial, whole.clone(), Vec::new(), likely));
        assert_eq!(left.unwrap_or_else(|never| match never {}).len(), 1);
        assert!(trial.played <= 10, "{}", trial.played);
    }

    #[test]
    fn what_counts_becomes_the_same_several_times() {
        let mut trial = Sales { total: "*", least: 9, played: 0 };
        let left = shortened(&mut trial, sales(40));
        assert_eq!(left, vec![plainest(); 9]);
    }

    #[test]
    fn amounts_keep_their_difference() {
        let call = Call::with("/api/", Form::Query, &[("sale", "800.90"), ("cash", "800.10")]);
        let plainer = plainer_amounts(&call).unwrap();
        assert_eq!(plainer.params[0].1, "100");
        assert_eq!(plainer.params[1].1, "99.2");
        assert_eq!(plainer_amounts(&plainer), None, "as plain as can be");
        let alone = Call::with("/api/", Form::Query, &[("sale", "abc"), ("cash", "5")]);
        assert_eq!(plainer_amounts(&alone), None);
    }

    #[test]
    fn what_is_not_needed_may_go() {
        let call = Call::with("/api/", Form::Browser, &[("sale", "5"), ("cash", "5"), ("tax", "1")]);
        let all = simpler(&Operation::Call(Call { lost: true, ..call }));
        assert_eq!(all.len(), 3, "{all:?}");
        assert_eq!(simpler(&Operation::Repeat), []);
    }
}
