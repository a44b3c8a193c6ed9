//! Results as for devices: choosing, waivers, `diff`; and clients that cannot scale.

use super::support::{Sandbox, root};
use super::{Outcome, certify, json, outcome, program, python_client, rust_client, test};
use libtest_mimic::Trial;
use std::path::Path;

pub fn trials() -> Vec<Trial> {
    vec![
        test("results/chosen", scenarios_are_chosen_by_name),
        test("results/waivers", a_waiver_holds_until_it_is_out_of_order),
        test("results/diff", two_results_are_compared),
        test("results/real-time", a_client_that_cannot_scale_is_judged_in_real_time),
    ]
}

fn scenarios_are_chosen_by_name() {
    let folder = Sandbox::new();
    let told = certify(folder.path(), &rust_client(), &["--case", "values/b*", "--case", "basics/pays-*"]);
    told.assert_code(0).assert_tells(&["4 cases: 4 pass"]);
    certify(folder.path(), &rust_client(), &["--case", "no/such"]).assert_code(2);
    outcome(program(folder.path(), &["certify"])).assert_code(2).assert_tells(&["--driver", "--watch"]);
    let suite = "about: x\nscenarios:\n  - name: mine/one\n    requirements: [CLI-20]\n    steps: [{sale: 5, cash: 5}]\n";
    let path = folder.file("mine.yaml", suite);
    let path = path.to_str().expect("a path in UTF-8");
    certify(folder.path(), &rust_client(), &[path]).assert_code(0).assert_tells(&["1 case: 1 pass"]);
    folder.file("mine.yaml", suite.replace("sale:", "sael:"));
    certify(folder.path(), &rust_client(), &[path]).assert_code(2).assert_tells(&["did you mean `sale`"]);
}

fn faulty(folder: &Path, more: &[&str]) -> Outcome {
    certify(
        folder,
        &python_client(Some("receipt-plus-one")),
        &[&["--case", "basics/pays-bank"], more].concat(),
    )
}

fn a_waiver_holds_until_it_is_out_of_order() {
    let folder = Sandbox::new();
    faulty(folder.path(), &["--write-waivers", "waivers.yaml"]).assert_code(1);
    // A proposal waives nothing until a person has given reason and owner.
    faulty(folder.path(), &["--waivers", "waivers.yaml"])
        .assert_code(1)
        .assert_tells(&["waives nothing yet"]);
    let proposed = std::fs::read_to_string(folder.path().join("waivers.yaml")).expect("the proposal");
    folder.file("waivers.yaml", proposed.replace("not looked at yet", "known").replace("nobody yet", "QA"));
    faulty(folder.path(), &["--waivers", "waivers.yaml"]).assert_code(0).assert_tells(&["WAIVED"]);
    // A waived breach is no certificate.
    assert_eq!(json(folder.path(), "reports/certificate.json")["certified"], false);
    let mended = ["--case", "basics/pays-bank", "--waivers", "waivers.yaml"];
    let told = certify(folder.path(), &python_client(None), &mended);
    told.assert_code(1).assert_tells(&["matches nothing any more"]);
    let waiver = |found: &str, expires: &str| {
        let text = format!(
            "waivers:\n  - {{requirement: CLI-21, observed: {{found: '{found}'}}, reason: r, owner: o, expires: {expires}}}\n"
        );
        folder.file("own.yaml", text);
        faulty(folder.path(), &["--waivers", "own.yaml"])
    };
    waiver("*reported receipt*", "2999-12-31").assert_code(0);
    waiver("*no number*", "2999-12-31").assert_code(1).assert_tells(&["the deviation changed"]);
    waiver("*reported receipt*", "2001-12-31").assert_code(1).assert_tells(&["expired on 2001-12-31"]);
    folder.file("own.yaml", "waivers:\n  - {case: basics/pays-bnak, observed: {code: -1}, reason: r, owner: o, expires: 2999-12-31}\n");
    faulty(folder.path(), &["--waivers", "own.yaml"]).assert_code(2).assert_tells(&["basics/pays-bank"]);
}

fn two_results_are_compared() {
    let folder = Sandbox::new();
    let run = |driver: &str, name: &str| {
        certify(folder.path(), driver, &["--case", "basics/pays-*", "--json", name])
    };
    run(&python_client(None), "old.json").assert_code(0);
    run(&python_client(Some("receipt-plus-one")), "new.json").assert_code(1);
    let diff = |a: &str, b: &str| outcome(program(folder.path(), &["diff", a, b]));
    diff("old.json", "new.json").assert_code(1).assert_tells(&["basics/pays-bank"]);
    diff("old.json", "old.json").assert_code(0);
}

fn a_client_that_cannot_scale_is_judged_in_real_time() {
    let folder = Sandbox::new();
    let driver = format!("python3 {}", root().join("tests/certify/unscaled.py").display());
    let driver = format!("{driver} {}", rust_client());
    let told = certify(folder.path(), &driver, &["--case", "basics/first-sale", "--scale", "0.02"]);
    told.assert_code(0);
    let transcript = json(folder.path(), "reports/transcript.jsonl");
    assert_eq!(transcript["second"], 1000);
    let sent = transcript["entries"].as_array().expect("entries").iter();
    let times: Vec<u64> = sent
        .filter(|entry| !entry["what"]["request"].is_null())
        .filter_map(|entry| entry["at"].as_u64())
        .collect();
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] > 900), "{times:?}");
}
