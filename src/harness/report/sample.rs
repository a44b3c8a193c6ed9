//! One run with a case of every verdict, for the tests of all reports.

use crate::runner::outcome::{
    CaseResult, DeviceFacts, Event, Finding, RunFacts, RunResult, ShownExchange, Untested, Verdict,
};
use ikkm_requirements::Level;
use std::time::Duration;
use time::macros::datetime;

/// A case without findings or transcript.
pub fn case(name: &str, suite: &str, verdict: Verdict) -> CaseResult {
    CaseResult {
        name: name.into(),
        suite: suite.into(),
        verdict,
        level: Level::Must,
        requirements: vec!["KEY-5".into()],
        requests: 4,
        duration: Duration::from_micros(12_345),
        message: None,
        findings: vec![],
        transcript: vec![],
        waived: None,
    }
}

fn exchange() -> ShownExchange {
    ShownExchange {
        curl: "curl -sS -i 'http://127.0.0.1:8080/api/?key=<previous>&sale=800&cash=1000'".into(),
        sent: "GET /api/?key=<previous>&sale=800&cash=1000".into(),
        status: Some("400 incorrect-web-api-key".into()),
        headers: vec!["Content-Length: 2".into(), "Content-Type: text/html; charset=UTF-8".into()],
        body: "-1".into(),
        trouble: None,
        millis: 3,
    }
}

fn finding(requirement: &str, level: Level) -> Finding {
    Finding {
        requirement: requirement.into(),
        level,
        place: "suites/device/replay.yaml:41".into(),
        expected: "the same answer as before: 200 <receipt>, <new key>".into(),
        found: "400 incorrect-web-api-key, body -1".into(),
        exchange: Some(1),
        follows: None,
        side: None,
    }
}

/// The run.
pub fn run() -> RunResult {
    let transcript = vec![Event::Note("a sale of 800 is registered".into()), Event::Exchange(exchange())];
    let failed = CaseResult {
        message: Some("KEY-5: expected the same answer, found -1".into()),
        findings: vec![finding("KEY-5", Level::Must)],
        transcript: transcript.clone(),
        ..case("key/replay-registers-nothing", "replay", Verdict::Fail)
    };
    let warned = CaseResult {
        level: Level::Should,
        requirements: vec!["KEY-13".into()],
        message: Some("KEY-13: expected the same answer, found -1".into()),
        findings: vec![Finding { found: "200 17 with \"\"".into(), ..finding("KEY-13", Level::Should) }],
        transcript,
        ..case("key/replay-after-x-report", "replay", Verdict::Warn)
    };
    let waived = CaseResult {
        message: Some("expected change-not-allowed, found <b>\u{1b}[31m]]></b>".into()),
        waived: Some("vendor fixes it in 1020 (A. Bek, until 2027-01-31)".into()),
        ..case("pay/return-change", "payments", Verdict::Fail)
    };
    let unclear = CaseResult {
        message: Some("no text was refused".into()),
        ..case("print/unreadable", "printing", Verdict::Inconclusive)
    };
    let lacking = |name: &str| CaseResult {
        message: Some("needs a bench that can `finish-bank`".into()),
        requests: 0,
        ..case(name, "bank", Verdict::NotApplicable)
    };
    let cases = vec![
        case("key/rotates", "keys", Verdict::Pass),
        failed,
        warned,
        waived,
        unclear,
        lacking("bank/purchase"),
        lacking("bank/refund"),
    ];
    RunResult {
        target: "http://192.168.1.50:8080".into(),
        device: DeviceFacts { serial: Some("011700029000".into()), firmware: Some("101021".into()) },
        bench: "none".into(),
        seed: Some(42),
        started: datetime!(2026-11-23 19:30:00.5 UTC),
        duration: Duration::from_millis(61_234),
        groups: crate::runner::grouping::groups(&cases),
        pairs: None,
        cases,
        answers: [("Q-KEY-1", "refuses -1"), ("Q-WIRE-1", "half-up")]
            .map(|(id, answer)| (id.to_owned(), answer.to_owned()))
            .into(),
        untested: [("BANK-1", "bank"), ("BANK-2", "bank"), ("MGMT-6", "grant")]
            .map(|(id, what)| Untested {
                requirement: id.into(),
                why: match what {
                    "bank" => "needs a bench that can `finish-bank`".into(),
                    _ => "needs --allow update".into(),
                },
            })
            .into(),
        stopped: None,
        remarks: vec!["4 receipts of 3200.00 in all stay registered".into()],
        facts: RunFacts::default(),
    }
}
