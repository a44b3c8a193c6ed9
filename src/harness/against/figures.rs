//! What one cause does to several figures: a receipt that only one device books moves its sum, the revenue, the
//! drawer and the count of receipts, and may open a shift, all at the same operation.

use super::search::Short;
use super::seen::{BY_ANOTHER_AMOUNT, Channel, IN_ITS_HUNDREDTHS};
use super::words::untyped;
use ikkm_protocol::parse_plain;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Ends of names that tell the same thing by count and by sum.
const COUNTS: [&str; 3] = ["DocCount", "Total", "Sum"];

/// A figure of a document, and what the two devices showed of it each time that it differed.
pub(super) struct Figure<'a> {
    /// Its place, whatever the type.
    name: String,
    how: &'a str,
    /// Sequence and operation, to what was shown.
    shown: BTreeMap<(u64, Option<usize>), Shown<'a>>,
}

/// What the new and the old device showed.
type Shown<'a> = (&'a str, &'a str);

impl<'a> Figure<'a> {
    /// The figure that a difference is about, if it is one.
    pub(super) fn of(short: &'a Short) -> Option<Figure<'a>> {
        let kind = short.of.kinds.first()?;
        let is_one = matches!(kind.channel, Channel::Document | Channel::Books);
        is_one.then(|| Figure {
            name: untyped(&kind.place),
            how: &kind.how,
            shown: short
                .of
                .occurrences
                .iter()
                .map(|one| ((one.seed, one.at), (one.new.as_str(), one.old.as_str())))
                .collect(),
        })
    }

    /// Whether one cause shows in both: they mostly differ at the same operations, and there by the same amount, or
    /// on one and the same device alone, or they count and sum the same thing. Or they are the same member in two
    /// documents, and differ in the same way, and not by what amount there may be.
    pub(super) fn shares_cause_with(&self, other: &Figure<'_>) -> bool {
        let both: Vec<_> =
            self.shown.iter().filter_map(|(when, own)| Some((own, other.shown.get(when)?))).collect();
        let fewer = self.shown.len().min(other.shown.len());
        let either = self.shown.len() + other.shown.len() - both.len();
        if 4 * both.len() < either {
            return false;
        }
        let (document, member) = self.parts();
        let (beside, same) = other.parts();
        let amounts = [BY_ANOTHER_AMOUNT, IN_ITS_HUNDREDTHS].contains(&self.how);
        let one_member = member == same && member.len() > 3 && self.how == other.how && !amounts;
        let mostly = |alike: &dyn Fn(&Shown<'a>, &Shown<'_>) -> bool| {
            2 * both.iter().filter(|(one, beside)| alike(one, beside)).count() > both.len()
        };
        one_member
            || 2 * both.len() > fewer
                && (document == beside && stem(member) == stem(same)
                    || mostly(&|one, beside| apart(one).is_some() && apart(one) == apart(beside))
                    || mostly(&|one, beside| moved(one).is_some() && moved(one) == moved(beside)))
    }

    /// Whether it ever moved on one of the two devices alone.
    pub(super) fn moves_alone(&self) -> bool {
        self.shown.values().any(|shown| moved(shown).is_some())
    }

    /// The document and the last name of the member; of what a type has, the whole name.
    fn parts(&self) -> (&str, &str) {
        let (document, member) = self.name.split_once(": ").unwrap_or(("", &self.name));
        let last = member.rsplit(['.', ' ']).next().unwrap_or(member);
        (document, if last.starts_with('<') { member } else { last })
    }
}

/// A name without what tells counts from sums.
fn stem(member: &str) -> &str {
    COUNTS.iter().find_map(|end| member.strip_suffix(end)).unwrap_or(member)
}

/// By how much the two are apart, if both are amounts.
fn apart((new, old): &Shown<'_>) -> Option<Decimal> {
    let amount = |text: &str| match (text.strip_prefix("more by "), text.strip_prefix("less by ")) {
        (Some(more), _) => parse_plain(more).ok(),
        (_, Some(less)) => parse_plain(less).ok().map(|amount| -amount),
        _ if text == "does not move" => Some(Decimal::ZERO),
        _ => parse_plain(text).ok(),
    };
    let apart = (amount(new)? - amount(old)?).abs();
    (!apart.is_zero()).then_some(apart)
}

/// Whether it moved on the new device alone; `None` where it moved on both, or one of them lacks it.
fn moved((new, old): &Shown<'_>) -> Option<bool> {
    let moves = |text: &str| text.starts_with("more by ") || text.starts_with("less by ") || is_state(text);
    let stands = |text: &str, other: &str| match is_state(other) {
        true => text == "nothing, or as it was",
        false => text == "does not move",
    };
    match () {
        () if moves(new) && stands(old, new) => Some(true),
        () if moves(old) && stands(new, old) => Some(false),
        () => None,
    }
}

/// A shift's state, as getInfo tells it.
fn is_state(text: &str) -> bool {
    matches!(text, "opened" | "closed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure<'a>(name: &str, shown: &[(usize, &'a str, &'a str)]) -> Figure<'a> {
        let how = if name.ends_with("Date") { "at another time" } else { BY_ANOTHER_AMOUNT };
        let shown = shown.iter().map(|(at, new, old)| ((1, Some(*at)), (*new, *old))).collect();
        Figure { name: untyped(name), how, shown }
    }

    #[test]
    fn figures_that_move_by_the_same_amount_or_on_one_device_alone_have_one_cause() {
        let sum = figure("report: saleDetails.sum", &[(1, "0.00", "100.00"), (4, "50.00", "80.00")]);
        let revenue = figure("report: revenue", &[(1, "more by 0.00", "more by 100.00")]);
        assert!(sum.shares_cause_with(&revenue) && revenue.shares_cause_with(&sum));
        let other_amount = figure("report: revenue", &[(1, "0.00", "99.00")]);
        let other_time = figure("report: revenue", &[(2, "0.00", "100.00")]);
        assert!(!sum.shares_cause_with(&other_amount) && !sum.shares_cause_with(&other_time));
        let drawer = figure("getInfo: cashWeHave", &[(1, "more by 5.00", "does not move")]);
        let shift = figure("getInfo: currentShiftStatus", &[(1, "opened", "nothing, or as it was")]);
        let elsewhere = figure("getInfo: currentShiftStatus", &[(1, "nothing, or as it was", "opened")]);
        assert!(drawer.shares_cause_with(&shift) && !drawer.shares_cause_with(&elsewhere));
    }

    #[test]
    fn counts_and_sums_and_one_member_in_two_documents_have_one_cause() {
        let sum = figure("report: cashInTotal", &[(1, "0.00", "50.00")]);
        assert!(sum.shares_cause_with(&figure("report: cashInDocCount", &[(1, "0", "1")])));
        assert!(!sum.shares_cause_with(&figure("report: cashOutDocCount", &[(1, "0", "1")])));
        let date = figure("cheques: chequeDate", &[(1, "today", "tomorrow")]);
        let of_row =
            |times: &[(usize, &'static str, &'static str)]| figure("row of a receipt: chequeDate", times);
        assert!(date.shares_cause_with(&of_row(&[(1, "now", "then"), (9, "now", "then")])));
        assert!(!date.shares_cause_with(&of_row(&[(9, "now", "then")])), "never at the same operation");
        let total = figure("report: fiscalData.sale", &[(1, "1.00", "2.00")]);
        let then = figure("report: fiscalDataOnShiftOpen.buy", &[(1, "7.00", "9.00")]);
        assert!(!total.shares_cause_with(&then), "other members of a type");
    }
}
