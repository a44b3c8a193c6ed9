//! A rehearsal: cases carried out by the very code of a run, against a stand-in, and counted.
//!
//! So nothing has to be kept in step with the runner: what a case sends here, it sends there, as far
//! as the stand-in answers as the device does.

use super::case;
use super::outcome::Verdict;
use super::run::Runner;
use crate::suite::model::Case;
use rust_decimal::Decimal;
use std::ops::{Add, AddAssign};
use std::time::Duration;

/// What something costs a device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Requests sent.
    pub requests: u64,
    /// Receipts registered.
    pub receipts: u64,
    /// Shifts closed.
    pub shifts: u64,
    /// The sum of these receipts, in tenge.
    pub sum: Decimal,
    /// How the drawer's cash changes, in tenge.
    pub drawer: Decimal,
    /// What the bench is asked to do: for an operator, a person's work.
    pub acts: u64,
    /// Time spent waiting beside the pace, on the device's clock.
    pub waits: Duration,
}

impl Cost {
    /// Seconds of device time at so many requests a second.
    pub fn seconds(&self, rate: f64) -> f64 {
        // Counts this small are exact as floating point, and time is no money.
        self.requests as f64 / rate + self.waits.as_secs_f64()
    }

    /// The dearer of two in each respect.
    pub fn at_most(self, other: Cost) -> Cost {
        Cost {
            requests: self.requests.max(other.requests),
            receipts: self.receipts.max(other.receipts),
            shifts: self.shifts.max(other.shifts),
            sum: self.sum.max(other.sum),
            drawer: self.drawer,
            acts: self.acts.max(other.acts),
            waits: self.waits.max(other.waits),
        }
    }
}

impl Add for Cost {
    type Output = Cost;

    fn add(self, other: Cost) -> Cost {
        Cost {
            requests: self.requests + other.requests,
            receipts: self.receipts + other.receipts,
            shifts: self.shifts + other.shifts,
            sum: self.sum.saturating_add(other.sum),
            drawer: self.drawer.saturating_add(other.drawer),
            acts: self.acts + other.acts,
            waits: self.waits + other.waits,
        }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Cost) {
        *self = *self + other;
    }
}

/// One case of a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsed {
    /// What it cost.
    pub cost: Cost,
    /// What is missing, where it was not applicable.
    pub lacks: Option<String>,
}

/// A whole rehearsal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rehearsal {
    /// What is sent before the first case, to see what device it is.
    pub first_look: Cost,
    /// The cases in order.
    pub cases: Vec<Rehearsed>,
    /// How many reconciliations of the books the run has beside its cases.
    pub reconciliations: usize,
}

impl Rehearsal {
    /// What all of it cost.
    pub fn total(&self) -> Cost {
        self.cases.iter().fold(self.first_look, |sum, case| sum + case.cost)
    }
}

impl Runner {
    /// Runs the cases in order and counts.
    ///
    /// # Errors
    /// A sentence, when the stand-in cannot be worked with.
    pub async fn rehearse(&mut self, cases: &[&Case]) -> Result<Rehearsal, String> {
        self.identify().await?;
        let mut rehearsal = Rehearsal { first_look: self.spent(), ..Rehearsal::default() };
        for (at, case) in cases.iter().enumerate() {
            let before = self.spent();
            let (result, mut stop) = case::run(self, case).await;
            // The reconciliation at a suite's end is booked on the suite's last case.
            if stop.is_none()
                && let Some(reconciliation) = self.reconciliation(cases, at)
            {
                stop = case::run(self, &reconciliation).await.1;
                rehearsal.reconciliations += 1;
            }
            if let Some(why) = stop {
                return Err(format!("the rehearsal of {} stopped: {why}", case.name));
            }
            // No stand-in books otherwise than it says; if one did, it would be told by the run itself.
            self.state.books.put_off.suspects();
            let after = self.spent();
            rehearsal.cases.push(Rehearsed {
                cost: Cost {
                    requests: after.requests - before.requests,
                    receipts: after.receipts - before.receipts,
                    shifts: after.shifts - before.shifts,
                    sum: after.sum - before.sum,
                    drawer: after.drawer - before.drawer,
                    acts: after.acts - before.acts,
                    waits: after.waits.saturating_sub(before.waits),
                },
                lacks: result.message.filter(|_| result.verdict == Verdict::NotApplicable),
            });
        }
        Ok(rehearsal)
    }

    /// What was spent so far.
    pub fn spent(&self) -> Cost {
        Cost {
            requests: self.session.requests(),
            receipts: self.state.books.receipts.into(),
            shifts: self.state.books.z_reports.into(),
            sum: self.session.known.totals.all().1,
            drawer: self.session.known.totals.cash(),
            acts: self.bench.acts(),
            waits: self.session.clock().now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_requests_at_the_rate_and_waits() {
        let cost = Cost { requests: 90, waits: Duration::from_secs(30), ..Cost::default() };
        assert_eq!(cost.seconds(1.0), 120.0);
        assert_eq!(cost.seconds(0.5), 210.0);
    }

    #[test]
    fn the_dearer_is_taken_in_each_respect() {
        let one = Cost { requests: 5, receipts: 1, ..Cost::default() };
        let two = Cost { requests: 3, receipts: 2, ..Cost::default() };
        assert_eq!(one.at_most(two), Cost { requests: 5, receipts: 2, ..Cost::default() });
        assert_eq!((one + two).requests, 8);
    }
}
