//! `--compensate`, `compensate`: what a run sold is returned, and so on, so that the day's sums come out even.

use crate::device::session::{Outgoing, Session, SessionError};
use crate::device::totals::{LimitError, ReceiptKind, RunTotals};
use crate::device::transport::Outcome;
use crate::ledger::allowed::LIMIT;
use ikkm_protocol::{Answer, Kind, PayKind, Registration};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What is returned, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returned {
    /// A receipt was registered; in words.
    Done(String),
    /// That sum stays; says why.
    Not(String),
}

impl Returned {
    /// In words.
    pub fn words(&self) -> &str {
        match self {
            Returned::Done(words) | Returned::Not(words) => words,
        }
    }
}

/// Receipts that have to be registered for the sums to come out even.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owed(Vec<(ReceiptKind, Decimal)>);

impl Owed {
    /// What these sums leave open: what was sold and not returned is returned, what was returned too much
    /// is sold, and the same for purchases; a receipt for each kind of payment and tax, each of at most
    /// 20 million.
    pub fn of<'t>(sums: impl IntoIterator<Item = &'t RunTotals>) -> Owed {
        let mut parts: BTreeMap<ReceiptKind, Decimal> = BTreeMap::new();
        for (part, sum) in sums.into_iter().flat_map(RunTotals::parts) {
            let known = parts.entry(part.clone()).or_default();
            *known = known.saturating_add(*sum);
        }
        Owed(owed(&parts))
    }

    /// How many receipts that takes.
    pub fn receipts(&self) -> usize {
        self.receipts_of().count()
    }

    /// Their sum, in tenge.
    pub fn sum(&self) -> Decimal {
        self.receipts_of().fold(Decimal::ZERO, |sum, (_, amount)| sum.saturating_add(amount))
    }

    /// Each kind with its sum, in words: `saleReturn 600 by cash`.
    pub fn words(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(part, sum)| format!("{} {sum} by {}", part.registration, part.paid.wire()))
    }

    fn receipts_of(&self) -> impl Iterator<Item = (&ReceiptKind, Decimal)> {
        self.0.iter().flat_map(|(part, open)| {
            let mut rest = *open;
            std::iter::from_fn(move || {
                let amount = rest.min(LIMIT);
                rest -= amount;
                (amount >= Decimal::ONE).then_some((part, amount))
            })
        })
    }

    /// Registers them, and tells of each; `goes_on` is asked before each whether there is to be one more.
    ///
    /// # Errors
    /// [`SessionError`] when the device or the journal is lost on the way.
    pub async fn register(
        &self,
        session: &mut Session,
        goes_on: impl Fn() -> bool,
        mut tell: impl FnMut(Returned),
    ) -> Result<(), SessionError> {
        for (part, open) in &self.0 {
            let mut rest = *open;
            while rest >= Decimal::ONE {
                if !goes_on() {
                    return Ok(());
                }
                let amount = rest.min(LIMIT);
                if let Some(why) = register(session, part, amount).await? {
                    let kind = format!("{} {}", part.paid.wire(), part.registration);
                    tell(Returned::Not(format!("not compensated: {rest} by {kind}: {why}")));
                    rest = Decimal::ZERO;
                    break;
                }
                let (kind, paid) = (part.registration, part.paid.wire());
                tell(Returned::Done(format!("compensated: {kind} {amount} by {paid}")));
                rest -= amount;
            }
            if rest > Decimal::ZERO {
                let paid = part.paid.wire();
                let why = "a receipt is of 1 at least";
                tell(Returned::Not(format!("not compensated: {rest} by {paid}: {why}")));
            }
        }
        Ok(())
    }
}

/// Returns what this run sold. Says what was done and what could not be.
///
/// # Errors
/// As [`Owed::register`].
pub async fn compensate(session: &mut Session) -> Result<Vec<String>, SessionError> {
    let mut remarks = Vec::new();
    let owed = Owed::of([&session.known.totals]);
    owed.register(session, || true, |told| remarks.push(told.words().to_owned())).await?;
    Ok(remarks)
}

/// What has to be registered for the sums to come out even: what raises the drawer first, so that
/// there is cash for the rest.
fn owed(parts: &BTreeMap<ReceiptKind, Decimal>) -> Vec<(ReceiptKind, Decimal)> {
    let of = |part: &ReceiptKind, registration| {
        let part = ReceiptKind { registration, ..part.clone() };
        parts.get(&part).copied().unwrap_or_default()
    };
    let mut owed: Vec<(ReceiptKind, Decimal)> = parts
        .iter()
        .filter_map(|(part, sum)| {
            let opposite = opposite(part.registration);
            let rest = *sum - of(part, opposite);
            (rest > Decimal::ZERO).then(|| (ReceiptKind { registration: opposite, ..part.clone() }, rest))
        })
        .collect();
    let pays_out = |part: &ReceiptKind| {
        part.paid == PayKind::Cash
            && matches!(part.registration, Registration::Buy | Registration::SaleReturn)
    };
    owed.sort_by_key(|(part, _)| pays_out(part));
    owed
}

fn opposite(registration: Registration) -> Registration {
    match registration {
        Registration::Sale => Registration::SaleReturn,
        Registration::SaleReturn => Registration::Sale,
        Registration::Buy => Registration::BuyReturn,
        Registration::BuyReturn => Registration::Buy,
    }
}

/// Registers one receipt; `Some` says why that was not done.
async fn register(
    session: &mut Session,
    part: &ReceiptKind,
    amount: Decimal,
) -> Result<Option<String>, SessionError> {
    let mut outgoing = Outgoing::get("/api/", session.key()?);
    outgoing.params.push(part.registration.wire(), amount.to_string());
    outgoing.params.push(part.paid.wire(), amount.to_string());
    if let Some(tax) = &part.tax {
        outgoing.params.push("tax", tax.clone());
    }
    let sent = match session.send(&outgoing).await {
        Ok(sent) => sent,
        Err(SessionError::Limit(limit @ (LimitError::Receipts(_) | LimitError::Total(_)))) => {
            return Ok(Some(limit.to_string()));
        }
        Err(SessionError::NotGranted(effect)) => return Ok(Some(format!("this needs --allow {effect}"))),
        Err(error) => return Err(error),
    };
    Ok(match (&sent.delivery.outcome, &sent.settled) {
        (Outcome::Answered(answer), _) | (_, Some(answer)) => refusal(answer),
        (Outcome::NotSent(why), None) => Some(why.clone()),
        _ => Some("no answer".to_owned()),
    })
}

fn refusal(answer: &Answer) -> Option<String> {
    match answer.kind() {
        Kind::Keyed { .. } => None,
        Kind::Refused { code } => {
            Some(format!("the device refuses it ({code} {})", answer.reason_text().escape_debug()))
        }
        _ => Some(format!("the device answered with status {}", answer.status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(registration: Registration, paid: PayKind) -> ReceiptKind {
        ReceiptKind { registration, paid, tax: None }
    }

    #[test]
    fn what_was_returned_already_is_not_returned_again() {
        let parts = BTreeMap::from([
            (part(Registration::Sale, PayKind::Cash), Decimal::from(800)),
            (part(Registration::SaleReturn, PayKind::Cash), Decimal::from(300)),
            (part(Registration::Sale, PayKind::Bank), Decimal::from(50)),
            (part(Registration::SaleReturn, PayKind::Bank), Decimal::from(50)),
            (part(Registration::Buy, PayKind::Cash), Decimal::from(40)),
            (part(Registration::BuyReturn, PayKind::Tara), Decimal::from(7)),
        ]);
        let owed = owed(&parts);
        assert_eq!(
            owed,
            [
                (part(Registration::BuyReturn, PayKind::Cash), Decimal::from(40)),
                (part(Registration::Buy, PayKind::Tara), Decimal::from(7)),
                (part(Registration::SaleReturn, PayKind::Cash), Decimal::from(500)),
            ]
        );
    }
}
