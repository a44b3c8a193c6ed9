//! The kill matrix of clients: each mistake that the example client can be given is found by a
//! scenario that names the duty it breaks.

use super::support::{Sandbox, root};
use super::{certify, json, python_client, test};
use libtest_mimic::Trial;
use std::collections::BTreeSet;
use std::process::Command;

/// Mistake, scenario, duty.
const ROWS: &[(&str, &str, &str)] = &[
    ("any-amount", "values/third-decimal", "CLI-25"),
    ("any-decimals", "values/quantity-with-four-decimals", "CLI-25"),
    ("any-number-of-items", "values/too-many-positions", "CLI-27"),
    ("any-payment", "values/cash-too-little", "CLI-26"),
    ("any-sum", "values/positions-make-no-total", "CLI-27"),
    ("block-code-cut", "errors/unknown-code/-142", "CLI-12"),
    ("books-nothing", "replay/reply-lost", "CLI-3"),
    ("books-twice", "replay/reply-lost", "CLI-3"),
    ("broken-json", "basics/items", "CLI-11"),
    ("capital-key", "basics/first-sale", "CLI-22"),
    ("capital-sale", "basics/pays-bank", "CLI-22"),
    ("card-always-paid", "basics/card-failed", "CLI-23"),
    ("card-paid-if-listed", "basics/card-failed", "CLI-23"),
    ("cash-is-total", "basics/first-sale", "CLI-20"),
    ("closes-on-3", "errors/shift-over-a-day", "CLI-28"),
    ("code-is-key", "errors/unknown-code/-42", "CLI-12"),
    ("comma", "values/decimals", "CLI-9"),
    ("cp1251", "basics/print-alone", "CLI-8"),
    ("done-when-lost", "replay/request-lost", "CLI-5"),
    ("done-without-answer", "replay/deposit-request-lost", "CLI-5"),
    ("doubt-lost-on-restart", "restart/in-doubt", "CLI-3"),
    ("drops-card", "basics/mixed-payment", "CLI-20"),
    ("drops-items", "basics/items", "CLI-20"),
    ("drops-last-item", "basics/items", "CLI-20"),
    ("drops-texts", "basics/texts", "CLI-20"),
    ("forgets-doubt", "replay/gives-up-then-sells", "CLI-3"),
    ("goes-on-after-1", "errors/wrong-key", "CLI-13"),
    ("half-a-second", "basics/card-running", "CLI-6"),
    ("hammers-on-2", "errors/busy", "CLI-13"),
    ("hard-coded-tax", "basics/taxes", "CLI-15"),
    ("impatient", "wire/deposit-late", "CLI-7"),
    ("keeps-old-key", "basics/key-rotates", "CLI-1"),
    ("keeps-tax-ids", "basics/taxes-edited-between", "CLI-15"),
    ("key-as-number", "basics/leading-zero", "CLI-2"),
    ("key-lost-on-restart", "restart/client", "CLI-16"),
    ("lies", "values/third-decimal", "CLI-5"),
    ("locks-no-host", "basics/host-lock", "CLI-18"),
    ("locks-once", "basics/host-lock", "CLI-18"),
    ("lower-case-names", "basics/each-type", "CLI-22"),
    ("needs-html", "wire/http-date-plain-text", "CLI-14"),
    ("needs-http-date", "wire/document-date", "CLI-14"),
    ("needs-word-as-reason", "wire/document-date", "CLI-14"),
    ("never-repeats", "replay/reply-lost", "CLI-3"),
    ("new-key-as-number", "basics/first-sale", "CLI-2"),
    ("no-key", "basics/cash-in-and-out", "CLI-1"),
    ("no-pace", "basics/card-running", "CLI-6"),
    ("one-code-for-all", "errors/unknown-code/-42", "CLI-12"),
    ("print-by-get", "basics/print-alone", "CLI-8"),
    ("reads-until-close", "wire/left-open", "CLI-14"),
    ("receipt-plus-one", "basics/first-sale", "CLI-21"),
    ("refused-when-lost", "replay/reply-lost", "CLI-5"),
    ("refused-without-answer", "replay/deposit-lost", "CLI-5"),
    ("repeat-differs", "replay/reply-lost", "CLI-4"),
    ("repeats-blindly", "replay/deposit-lost", "CLI-19"),
    ("retries-on-6", "errors/paper-out", "CLI-28"),
    ("sells-over-doubt", "replay/gives-up-then-sells", "CLI-4"),
    ("takes-cut-body", "wire/cut-body", "CLI-14"),
    ("tells-no-receipt", "basics/first-sale", "CLI-31"),
    ("texts-by-get", "basics/texts", "CLI-8"),
    ("thirty-for-z", "wire/z-report-takes-long", "CLI-7"),
    ("trusts-refused-repeat", "replay/paper-out-meanwhile", "CLI-5"),
    ("unknown-when-done", "basics/first-sale", "CLI-14"),
    ("waits-forever", "wire/held-open", "CLI-14"),
];

/// Mistakes of the driver, not of the client: nothing is said of the client then (`hostile`).
const OF_THE_DRIVER: [&str; 4] = ["crashes", "garbage", "hangs", "mixes-up"];

/// What a correct but simple client does: it is certified, and at most remarked upon.
const SIMPLE: [(&str, &str); 2] = [("gives-up-on-2", "errors/busy"), ("polls", "basics/long-run")];

/// Duties that are a *should*: a broken one is a warning, unless a *must* is broken with it.
const SHOULD: [&str; 10] =
    ["CLI-18", "CLI-24", "CLI-25", "CLI-26", "CLI-27", "CLI-28", "CLI-29", "CLI-30", "CLI-31", "CLI-32"];

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![test("matrix", every_mistake_has_a_row)];
    trials.extend(ROWS.iter().map(|(defect, scenario, duty)| {
        test(&format!("matrix/{defect}"), move || is_found(defect, scenario, duty))
    }));
    trials.extend(SIMPLE.iter().map(|(habit, scenario)| {
        test(&format!("matrix/simple/{habit}"), move || {
            let told = certify(Sandbox::new().path(), &python_client(Some(habit)), &["--case", scenario]);
            told.assert_code(0).assert_tells(&["1 pass"]);
        })
    }));
    trials
}

fn every_mistake_has_a_row() {
    let client = root().join("docs/examples/client.py");
    let listed = Command::new("python3").arg(client).arg("--defects").output().expect("the defects");
    let listed = String::from_utf8(listed.stdout).expect("UTF-8");
    let listed: BTreeSet<&str> = listed.lines().collect();
    let rows =
        ROWS.iter().map(|(defect, ..)| *defect).chain(OF_THE_DRIVER).chain(SIMPLE.map(|(habit, _)| habit));
    assert_eq!(rows.collect::<BTreeSet<&str>>(), listed);
    assert!(listed.len() >= 40);
}

fn is_found(defect: &str, scenario: &str, duty: &str) {
    let folder = Sandbox::new();
    // A client that waits for ever, or for each answer as long as it may, is waited for: 300 s of the scaled clock.
    let scale = if ["waits-forever", "reads-until-close"].contains(&defect) { "0.02" } else { "0.1" };
    let told = certify(folder.path(), &python_client(Some(defect)), &["--case", scenario, "--scale", scale]);
    if !SHOULD.contains(&duty) {
        told.assert_code(1);
    }
    let results = json(folder.path(), "reports/certify.json");
    let findings = results["cases"][0]["findings"].as_array().expect("findings").clone();
    let named: Vec<&str> = findings.iter().filter_map(|finding| finding["requirement"].as_str()).collect();
    assert!(named.contains(&duty), "{scenario} blames {named:?}, not {duty}\n{}", told.told);
}
