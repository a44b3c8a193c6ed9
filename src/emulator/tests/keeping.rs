//! A device that keeps so many receipts: it registers for days, and does not grow.

use super::{START, Till};
use crate::personality::personalities;
use time::Duration;

const KEPT: usize = 20;

#[test]
fn receipts_are_bounded_and_the_books_go_on() {
    for personality in personalities() {
        let mut till = Till::at(personality.name);
        till.machine.keep(KEPT);
        let before = till.machine.books.fiscal[ikkm_protocol::Registration::Sale];
        let mut keys = Vec::new();
        for second in 0..4_000 {
            till.now = START + Duration::seconds(10 * second);
            keys.push(till.machine.key().clone());
            let answer = till.get("/api/?sale=10&cash=10");
            assert_eq!(answer.status, 200, "{}: {answer:?}", personality.name);
            let books = &till.machine.books;
            let kept: usize = books.shifts.iter().map(|shift| shift.receipts.len()).sum();
            // What it began with may be more, until the first shift is full.
            assert!(kept <= KEPT || second < KEPT as i64, "{}: {kept} receipts", personality.name);
        }
        let books = &till.machine.books;
        assert!(books.shifts.len() <= 110, "{}: {} shifts", personality.name, books.shifts.len());
        let total = books.fiscal[ikkm_protocol::Registration::Sale] - before;
        assert_eq!(total, rust_decimal::Decimal::from(40_000), "{}", personality.name);
        // The youngest are found by their key, the old ones are not.
        let found = |key| books.receipt_of(key, true).is_some();
        assert!(keys.iter().rev().take(KEPT / 2).all(found), "{}", personality.name);
        assert!(!keys.iter().take(3_900).any(found), "{}", personality.name);
    }
}

#[test]
fn an_archived_shift_has_its_report_and_no_receipts() {
    let mut till = Till::at("plain");
    till.machine.keep(KEPT);
    let shift = till.machine.books.next_shift;
    for _ in 0..100 {
        assert_eq!(till.get("/api/?sale=10&cash=10").status, 200);
    }
    let report = till.get(&format!("/dump/table/shifts/{shift}/report"));
    assert!(String::from_utf8_lossy(&report.body).contains("fiscalData"), "{report:?}");
    let receipts = till.get(&format!("/dump/table/shifts/{shift}/cheques"));
    assert!(!String::from_utf8_lossy(&receipts.body).contains("chequeId"), "{receipts:?}");
    let list = till.get("/dump/table/shifts");
    assert!(!String::from_utf8_lossy(&list.body).contains(&format!("\"id\":{shift},")), "{list:?}");
}

#[test]
fn what_waits_to_be_sent_survives_but_what_is_archived() {
    let mut till = Till::at("plain");
    till.machine.keep(KEPT);
    till.machine.session.packet_mode = true;
    for _ in 0..100 {
        assert_eq!(till.get("/api/?sale=10&cash=10").status, 200);
    }
    let waits = till.machine.books.queued_numbers().len();
    assert!((1..=KEPT).contains(&waits), "{waits}");
    let now = till.now;
    till.machine.push_queue(now);
    assert_eq!(till.machine.books.queued(), 0);
}
