//! A failure made short and simple: first only its last operations, then without each that is not
//! needed, then with the plainest spelling and amounts. Each trial plays no more than it must: where
//! an answer showed the failure, the books are not read for it.

use super::form::Form;
use super::operation::{Call, KeyChoice, Operation};
use super::player::Ending;
use super::search::{Failure, SearchError, Subject};
use ikkm_protocol::parse_plain;
use rust_decimal::Decimal;

/// Something that a sequence may show, and a shorter one may show as well.
pub(crate) trait Trial {
    /// Why a trial cannot be made.
    type Error;

    /// Plays a sequence; where it shows the same, it is what is left of the failure.
    async fn shows(&mut self, operations: &[Operation]) -> Result<bool, Self::Error>;
}

/// Makes a sequence as short and simple as the trial lets: guesses first, the shortest before the others.
///
/// # Errors
/// The trial's own; what it took for shorter before stays with it.
pub(crate) async fn shorten<T: Trial>(
    trial: &mut T,
    mut operations: Vec<Operation>,
    guesses: Vec<Vec<Operation>>,
) -> Result<Vec<Operation>, T::Error> {
    for few in guesses {
        if trial.shows(&few).await? {
            operations = few;
            break;
        }
    }
    leave_out(trial, &mut operations).await?;
    simplify(trial, &mut operations).await?;
    Ok(operations)
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
}

impl Trial for Narrower<'_> {
    type Error = SearchError;

    async fn shows(&mut self, operations: &[Operation]) -> Result<bool, SearchError> {
        let failure = &mut *self.failure;
        if failure.shrink_requests >= self.budget {
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
        let guesses = guesses(&whole, failure.finding.culprit, at_end);
        let mut trial = Narrower { subject: self, taxes, budget, ending, failure };
        shorten(&mut trial, whole, guesses).await.map(|_| ())
    }
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
    } else if !at_end && !shows(last) {
        places.push(vec![last]);
        // A session variable, a registration, or whatever came just before.
        let sets = |operation: &Operation| match operation {
            Operation::Call(call) => call.path == "/apicheck/" || call.path == "/apideposit",
            Operation::Restart | Operation::Establish(_) => true,
            _ => false,
        };
        let registers = |operation: &Operation| match operation {
            Operation::Call(call) => call.path == "/api/" && call.key == KeyChoice::Current,
            _ => false,
        };
        let before =
            |is: &dyn Fn(&Operation) -> bool| (0..last).rev().find(|at| whole.get(*at).is_some_and(is));
        let mut two: Vec<usize> =
            [last.checked_sub(1), before(&registers), before(&sets)].into_iter().flatten().collect();
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
    for optional in ["tax", "print", "footer", "comment"] {
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
