//! Shifts, cards, session variables, conditions and actions.

use super::*;
use crate::{Action, Condition, ConditionName, Unsupported, personalities};

#[test]
fn a_z_report_closes_the_shift_and_the_next_receipt_opens_one() {
    for personality in personalities() {
        let mut till = Till::at(personality.name);
        receipt(&till.get("/api/?sale=800&cash=800"));
        let shift: u64 = till.info("currentShiftID").parse().expect("a number");
        assert_eq!(till.info("currentShiftStatus"), "opened");
        assert_eq!(till.get("/apizreport").reason_text(), "z-report-started");
        till.wait(60);
        assert_eq!(till.info("currentShiftStatus"), "closed", "{}", personality.name);
        receipt(&till.get("/api/?sale=800&cash=800"));
        assert_eq!(till.info("currentShiftID"), (shift + 1).to_string());
        assert_eq!(till.machine.books.imbalance(), None);
    }
}

#[test]
fn a_slow_z_report_is_busy_until_it_ends_sooner_with_fast_timers() {
    for (timers, seconds) in [("timersNormal", 38), ("timersFast", 6)] {
        let mut till = Till::at("slow");
        receipt(&till.get("/api/?sale=800&cash=800"));
        assert_eq!(till.get(&format!("/apicheck/?{timers}=true")).status, 200);
        assert_eq!(till.get("/apizreport").status, 200);
        till.wait(seconds - 1);
        assert_eq!(pair(&till.get("/api/?sale=5&cash=5")).1, -2);
        till.wait(1);
        assert_eq!(till.info("currentShiftStatus"), "closed");
        assert_eq!(till.info("cashWeHave"), "0.00");
    }
}

#[test]
fn an_aged_shift_is_closed_by_z_or_cleared() {
    let mut till = Till::at("plain");
    let now = till.now;
    till.machine.establish(Condition::ShiftOver24h, now).expect("aged");
    till.machine.establish(Condition::ShiftOver7d, now).expect("aged");
    till.machine.clear(ConditionName::ShiftOver7d, now).expect("cleared");
    assert_eq!(pair(&till.get("/api/?sale=5&cash=5")).0, "shift-gt-24h");
    assert_eq!(till.get("/apizreport").status, 200);
    receipt(&till.get("/api/?sale=5&cash=5"));
    till.machine.clear(ConditionName::ShiftOver24h, now).expect("cleared");
    receipt(&till.get("/api/?sale=5&cash=5"));
    till.wait(24 * 3600 + 1);
    assert_eq!(pair(&till.get("/api/?sale=5&cash=5")).0, "shift-gt-24h");
}

#[test]
fn batch_mode_queues_and_push_sends() {
    let mut till = Till::at("plain");
    assert_eq!(till.get("/apicheck/?ofdPacketMode=true").status, 200);
    let answer = till.get("/api/?sale=5&cash=5");
    let key = answer.body_text().expect("a key").to_owned();
    assert_eq!(till.info("messagesQueSize"), "1");
    assert!(till.machine.take_online().is_empty());
    let queued = till.document(&format!("/dump/transaction/{key}"));
    assert_eq!((queued["status"].as_i64(), queued["onlineCode"].as_str()), (Some(0), Some("")));
    assert_eq!(till.get("/apicheck/?pushTheQue=true").status, 200);
    assert_eq!(till.machine.take_online().len(), 1);
    let sent = till.document(&format!("/dump/transaction/{key}"));
    assert_eq!(sent["status"].as_i64(), Some(1));
    assert_ne!(sent["onlineCode"].as_str(), Some(""));
    receipt(&till.get("/api/?sale=5&cash=5"));
    assert_eq!(till.get("/apicheck/?ofdNormalMode=true").status, 200);
    assert_eq!(till.info("messagesQueSize"), "0");
}

#[test]
fn card_payments_run_until_they_are_finished() {
    let mut till = Till::at("plain");
    let start = "/apibank/?message=purchase&amount=100&trackdocument=345";
    for success in [true, false, true] {
        assert_eq!(till.get(start).reason_text(), "bank-is-opened");
        assert_eq!(pair(&till.get("/api/?sale=5&cash=5")).1, -2);
        till.machine.act(Action::FinishBank { success }, till.now).expect("one runs");
    }
    let result = till.document("/dump/bank/345/trackdocument");
    assert_eq!(result["foundTransactions"], "3");
    assert_eq!(result["totalAmount"], "200.00");
    assert_eq!(result["transactionResult"], "success");
    let idle = till.machine.act(Action::FinishBank { success: true }, till.now);
    assert_eq!(idle, Err(Unsupported::NoCardTransaction));
    for bad in [
        "message=gift&amount=5",
        "message=purchase&amount=x",
        "message=purchase&amount=5&trackdocument=0",
        "message=purchase&amount=5&trackdocument=1000000000",
        "message=refund&amount=20000001",
        "message=refund",
    ] {
        assert_eq!(pair(&till.get(&format!("/apibank/?{bad}"))).1, -7, "{bad}");
    }
    assert_eq!(till.get(start).status, 200);
    till.wait(200);
    assert_eq!(till.document("/dump/bank/345/trackdocument")["transactionResult"], "fail");
}

#[test]
fn print_modes_are_told_and_set() {
    let mut till = Till::at("plain");
    assert_eq!(till.get("/apicheck/?getPrintMode=true").body, b"internal-printer");
    for mode in ["lan-printer", "usb-printer", "internal-printer"] {
        assert_eq!(till.get(&format!("/apicheck/?setPrintMode={mode}")).status, 200);
        assert_eq!(till.get("/apicheck/?getPrintMode=true").body, mode.as_bytes());
    }
    assert_eq!(till.get("/apicheck/?setPrintMode=plotter").status, 400);
    assert_eq!(Till::at("strict").get("/apicheck/?getPrintMode=true").reason_text(), "internal-printer");
}

#[test]
fn a_restart_forgets_the_session_and_nothing_else() {
    let mut till = Till::at("plain");
    receipt(&till.get("/api/?sale=5&cash=5"));
    for variable in ["timersFast", "keepLanPrinter", "ofdPacketMode", "disableWebMgmt", "Lockhost"] {
        assert_eq!(till.get(&format!("/apicheck/?{variable}=true")).status, 200, "{variable}");
    }
    receipt(&till.get("/api/?sale=5&cash=5"));
    let before = till.document("/apicheck/getInfo");
    assert!(!till.machine.web_management_is_on() && till.machine.keeps_lan_printer());
    let key = till.machine.key().clone();
    till.machine.act(Action::PowerCycle, till.now).expect("a restart");
    assert!(till.machine.web_management_is_on() && !till.machine.keeps_lan_printer());
    assert_eq!(till.machine.key(), &key);
    let after = till.document("/apicheck/getInfo");
    for field in ["cashWeHave", "lastClosedChequeId", "currentShiftID", "currentShiftStatus"] {
        assert_eq!(before[field], after[field], "{field}");
    }
}

#[test]
fn a_factory_reset_is_the_first_day() {
    let mut till = Till::at("frugal");
    let start = till.document("/apicheck/getInfo");
    receipt(&till.get("/api/?sale=5&cash=5"));
    till.machine.establish(Condition::PaperOut, till.now).expect("no paper");
    till.machine.act(Action::FactoryReset, till.now).expect("reset");
    assert_eq!(till.document("/apicheck/getInfo"), start);
    receipt(&till.get("/api/?sale=5&cash=5"));
}

#[test]
fn a_device_without_battery_has_no_low_one_and_a_fresh_one_no_archive() {
    let mut mains = Till::at("mains");
    assert_eq!(mains.machine.establish(Condition::BatteryLow, START), Err(Unsupported::NoBattery));
    assert!(mains.document("/apicheck/getInfo").get("batteryCapacityPerc").is_none());
    mains.machine.establish(Condition::FreshDevice, START).expect("fresh");
    assert_eq!(mains.machine.establish(Condition::ArchivedShift, START), Err(Unsupported::NoClosedShift));
}

#[test]
fn nothing_answers_while_the_api_is_off() {
    let mut till = Till::at("plain");
    till.machine.establish(Condition::ApiOff, START).expect("off");
    let request = WireRequest::bare(Method::Get, "/apicheck?key=12345678");
    assert_eq!(till.machine.handle(&request, HERE, START), Reaction::Silence);
    till.machine.clear(ConditionName::ApiOff, START).expect("on");
    assert_eq!(till.get("/apicheck").status, 200);
}
