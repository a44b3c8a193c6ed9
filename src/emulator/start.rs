//! The history with which a device starts: closed shifts with receipts of all types, and books
//! that balance.

use super::behaviour::{Behaviour, Posting};
use super::books::{Books, ByType, Receipt, Sending};
use super::items;
use super::number::money;
use super::personality::Personality;
use ikkm_protocol::{Key, Registration};
use rust_decimal::Decimal;
use time::macros::datetime;
use time::{Duration, PrimitiveDateTime};

/// Where the history ends before it is moved to the device's first instant.
const NOMINAL_END: PrimitiveDateTime = datetime!(2026-01-01 12:00);

/// What a device has behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Number of the first shift on record.
    pub first_shift: u64,
    /// Number of the last receipt before the first one on record.
    pub last_number: u64,
    /// Fiscal sums, in hundredths, and counts before the first shift on record, by `chequeType`.
    pub before: [(i64, u64); 4],
    /// Cash in the drawer at that time, in hundredths.
    pub drawer: i64,
    /// The shifts on record, oldest first; each is a list of receipts: type and total in hundredths.
    pub shifts: Vec<Vec<(Registration, i64)>>,
    /// The last of the shifts is still open.
    pub open: bool,
}

/// The books at the end of the personality's history.
pub(super) fn begin(personality: &Personality, behaviour: &Behaviour) -> Books {
    let history = &personality.history;
    let mut books = Books::blank(history.first_shift);
    books.last_number = history.last_number;
    books.last_closed = history.last_number;
    books.fiscal = ByType::new(history.before.map(|(sum, _)| Decimal::new(sum, 2)));
    books.counts = ByType::new(history.before.map(|(_, count)| count));
    books.drawer = Decimal::new(history.drawer, 2);
    let shifts = history.shifts.len();
    for (place, receipts) in history.shifts.iter().enumerate() {
        let is_open = history.open && place + 1 == shifts;
        // A shift is opened each morning; one that is still open was opened two hours ago.
        let days_ago = i64::try_from(shifts - place).unwrap_or(1);
        let opened = if is_open {
            NOMINAL_END - Duration::hours(2)
        } else {
            NOMINAL_END - Duration::days(days_ago) - Duration::hours(4)
        };
        books.ensure_shift(personality.directories.cashier, opened);
        for (minute, (kind, total)) in (1..).zip(receipts) {
            let at = opened + Duration::minutes(minute);
            register(&mut books, personality, behaviour, *kind, Decimal::new(*total, 2), at);
        }
        if !is_open {
            books.close_shift(opened + Duration::hours(9));
        }
    }
    books
}

fn register(
    books: &mut Books,
    personality: &Personality,
    behaviour: &Behaviour,
    kind: Registration,
    total: Decimal,
    at: PrimitiveDateTime,
) {
    let Some(tax) = personality.directories.tax(personality.directories.default_tax) else { return };
    let number = books.last_number + 1;
    let (Some(spent), Some(answered)) = (past_key(number), past_key(number + 1)) else { return };
    let [sale, buy, sale_return, buy_return] = behaviour.items.type_words;
    let word = ByType::new([sale, buy, sale_return, buy_return])[kind];
    books.last_number = number;
    let receipt = Receipt {
        number,
        at,
        kind,
        total: money(total),
        tax: tax.clone(),
        tax_on_top: Decimal::ZERO,
        rows: vec![items::single_row(word, total)],
        first_row: books.last_row + 1,
        spent,
        answered,
        sending: match behaviour.management.linked {
            true => Sending::Sent(at + Duration::seconds(29)),
            false => Sending::Queued,
        },
        over_limit: false,
    };
    let posting = Posting {
        kind,
        total: money(total),
        fiscal: money(total),
        cash: money(total),
        tendered: money(total),
        payments: 1,
        rows: 1,
        credit: Decimal::ZERO,
        tara: Decimal::ZERO,
    };
    books.register(receipt, posting.entry(), personality.directories.cashier, at);
}

/// The key that was current before the receipt of that number; long spent.
fn past_key(number: u64) -> Option<Key> {
    Key::parse(&format!("{:08}", number.wrapping_mul(48_271) % 100_000_000)).ok()
}

/// Moves the history so that it ends where the device's clock starts.
pub(super) fn anchor(books: &mut Books, now: PrimitiveDateTime) {
    let distance = now - NOMINAL_END;
    for instant in books.instants_mut() {
        *instant = instant.saturating_add(distance);
    }
}
