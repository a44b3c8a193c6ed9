//! Registrations, items, printing and what goes online.

use super::*;
use crate::Condition;
use rust_decimal::Decimal;

fn items(count: usize) -> String {
    let item = |n| format!(r#"{{"name":"item {n}","price":"10","qty":"1","sum":"10"}}"#);
    format!("[{}]", (1..=count).map(item).collect::<Vec<_>>().join(","))
}

fn cash(till: &mut Till) -> Decimal {
    till.info("cashWeHave").parse().expect("a sum")
}

#[test]
fn the_drawer_moves_by_the_cash_part_only() {
    let mut till = Till::at("plain");
    for (query, moved) in [
        ("sale=800&cash=1000", 800),
        ("sale=800&bank=800", 0),
        ("sale=800&cash=500&bank=400", 400),
        ("buy=100&cash=100", -100),
        ("saleReturn=50&cash=50", -50),
        ("saleReturn=50&bank=50", 0),
        ("buyReturn=30&cash=30", 30),
    ] {
        let before = cash(&mut till);
        receipt(&till.get(&format!("/api/?{query}")));
        assert_eq!(cash(&mut till) - before, Decimal::from(moved), "{query}");
    }
    assert_eq!(till.machine.books.imbalance(), None);
}

#[test]
fn eighty_positions_go_online_and_eighty_one_as_one() {
    for (name, all_in_reports) in [("plain", true), ("upward", false)] {
        for count in [1, 80, 81, 200] {
            let mut till = Till::at(name);
            let total = (count * 10).to_string();
            let sent =
                [("sale", total.as_str()), ("cash", &total), ("itemdata", &items(count)), ("print", "first")];
            receipt(&till.post("/api/", &sent));
            let tape = till.machine.take_tape();
            let printed = tape.iter().filter(|line| line.starts_with("item ")).count();
            assert_eq!(printed, count);
            let place = |what: &str| tape.iter().position(|line| line.starts_with(what));
            assert!(place("first") < place("item "), "{tape:?}");
            let online = till.machine.take_online();
            let positions = &online[0].positions;
            assert_eq!(positions.len(), if count > 80 { 1 } else { count });
            assert_eq!(online[0].total, format!("{total}.00"));
            if count > 80 {
                assert_eq!(
                    (positions[0].name.as_str(), positions[0].sum.as_str()),
                    ("Sale", online[0].total.as_str())
                );
            }
            let rows = till.machine.books.last_receipt().map(|receipt| receipt.rows.len());
            assert_eq!(rows, Some(if count > 80 && !all_in_reports { 1 } else { count }));
            assert_eq!(till.machine.books.imbalance(), None);
        }
    }
}

#[test]
fn without_items_there_is_one_line() {
    for (name, line) in [
        ("plain", "Sale 1x800.5 = 800.5 tenge"),
        ("strict", "Sale 1x800.50 = 800.50 tenge"),
        ("upward", "Sale 1x800.5 = 800.5"),
        ("frugal", "Сату 1x800.5 = 800.5 tg"),
    ] {
        let mut till = Till::at(name);
        receipt(&till.get("/api/?sale=800.50&cash=1000"));
        let tape = till.machine.take_tape();
        assert!(tape.iter().any(|printed| printed == line), "{name}: {tape:?}");
    }
}

#[test]
fn a_tax_on_top_is_booked_or_not_but_consistently() {
    for (name, booked) in [("plain", 112), ("lenient", 100)] {
        let mut till = Till::at(name);
        till.machine.establish(Condition::TaxOnTop, START).expect("a tax on top");
        let before = cash(&mut till);
        let fiscal = till.machine.books.fiscal[ikkm_protocol::Registration::Sale];
        assert_eq!(pair(&till.get("/api/?sale=100&cash=100")).0, "cash-lq-tax");
        receipt(&till.get("/api/?sale=100&cash=200"));
        assert_eq!(cash(&mut till) - before, Decimal::from(booked));
        let after = till.machine.books.fiscal[ikkm_protocol::Registration::Sale];
        assert_eq!(after - fiscal, Decimal::from(booked));
        assert_eq!(till.machine.books.imbalance(), None);
    }
}

#[test]
fn print_text_is_laid_out_for_the_printer() {
    let mut till = Till::at("plain");
    let text = "съешь ещё этих мягких французских булок\n--cut--\n--line--\n--barcodeEAN13-7501031311309--";
    assert_eq!(till.post("/apiprint", &[("print", text)]).status, 200);
    let inside = till.machine.take_tape();
    assert_eq!(inside[0].chars().count(), 24);
    assert!(!inside.iter().any(|line| line == "--cut--"));
    assert_eq!(till.get("/apicheck/?setPrintMode=lan-printer").status, 200);
    assert_eq!(till.post("/apiprint", &[("print", text)]).status, 200);
    let outside = till.machine.take_tape();
    assert_eq!(outside[0], "съешь ещё этих мягких французских булок");
    assert_eq!(outside[1..], ["--cut--", "--line--", "--barcodeEAN13-7501031311309--", "--cut--"]);
    let bad = till.post("/apiprint", &[("print", "--barcodeEAN13-7501031311308--")]);
    assert_eq!(pair(&bad).0, "print-lines-parse-error");
}

#[test]
fn a_header_stays_until_it_is_cleared_or_the_device_restarts() {
    let mut till = Till::at("plain");
    let printed = |till: &mut Till| {
        receipt(&till.get("/api/?sale=5&cash=5"));
        till.machine.take_tape().iter().any(|line| line == "Реклама")
    };
    assert_eq!(till.post("/apicheck", &[("printHeader", "Реклама")]).status, 200);
    assert!(printed(&mut till) && printed(&mut till));
    assert_eq!(till.post("/apicheck", &[("printHeader", "clear")]).status, 200);
    assert!(!printed(&mut till));
    assert_eq!(till.post("/apicheck", &[("printHeader", "Реклама")]).status, 200);
    assert_eq!(till.get("/apimanage/?doReboot=true").status, 200);
    assert!(!printed(&mut till));
}

#[test]
fn odd_requests_are_refused_or_not_by_choice() {
    let with_items = "/api/?sale=10&cash=10&itemdata=%5B%7B%7D%5D";
    assert_eq!(pair(&Till::at("plain").get(with_items)), ("check-all-params".into(), -7));
    assert_eq!(pair(&Till::at("strict").get(with_items)), ("incorrect-method".into(), -8));
    receipt(&Till::at("lenient").get(with_items));
    receipt(&Till::at("plain").get("/api/?sale=10&cash=10&colour=red"));
    assert_eq!(pair(&Till::at("strict").get("/api/?sale=10&cash=10&colour=red")).1, -7);
    receipt(&Till::at("lenient").get("/api?sale=%2B10.&cash=%2010"));
    assert_eq!(pair(&Till::at("strict").get("/api?sale=10&cash=10")).1, -8);
}
