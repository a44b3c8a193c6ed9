//! A lab file, and runs on many devices.

use super::shelf::Shelf;
use super::support::Sandbox;
use super::{call, json, verdicts};
use libtest_mimic::Trial;
use std::collections::BTreeSet;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("together": one_device_of_a_lab_replaces_a_long_command_line, a_key_in_a_lab_file_is_an_error_and_is_not_shown, each_device_has_a_column_and_the_exit_code_is_the_worst, a_divided_run_has_the_verdicts_of_one_device_and_says_where_each_case_ran, devices_that_are_not_equal_are_refused_with_the_difference, a_device_that_is_gone_is_told_and_the_others_do_its_cases)
}

const RUN: [&str; 5] = ["run", "--lab", "lab.yaml", "--yes", "--quiet"];

fn one_device_of_a_lab_replaces_a_long_command_line() {
    let shelf = Shelf::new(&[&[], &[]], "");
    let at = shelf.folder.path();
    call(at, &["lint", "lab.yaml"]).assert(0, &["1 lab(s)"]);
    call(at, &["probe", "--lab", "lab.yaml", "--device", "till-1"]).assert(0, &[]);
    call(at, &["plan", "--lab", "lab.yaml", "--device", "till-0", "--case", "key/*"])
        .assert(0, &["http://127"]);
    let key = ["--case", "key/*"];
    call(at, &[&RUN[..], &key, &["--device", "till-0"]].concat()).assert(0, &[]);
    call(at, &[&RUN[..], &key].concat()).assert(2, &["several devices", "till-0, till-1"]);
    call(at, &[&RUN[..], &key, &["--device", "till-9"]].concat()).assert(2, &["no device `till-9`"]);
    call(at, &[&RUN[..], &key, &["--target", "http://x:1", "--device", "till-0"]].concat())
        .assert(2, &["both name a device"]);
    call(at, &["run", "--split"]).assert(2, &["--lab"]);
}

fn a_key_in_a_lab_file_is_an_error_and_is_not_shown() {
    let folder = Sandbox::new();
    folder.file("lab.yaml", "devices: [{name: a, target: \"http://127.0.0.1:1\", key: \"31415926\"}]\n");
    for arguments in [&["lint", "lab.yaml"][..], &RUN] {
        let told = call(folder.path(), arguments);
        told.assert(2, &["a key does not stand in the lab file"]);
        assert!(!told.told.contains("31415926"), "{}", told.told);
    }
}

fn each_device_has_a_column_and_the_exit_code_is_the_worst() {
    let shelf = Shelf::new(&[&[], &["--defect", "info/no-printingmode"]], "");
    let at = shelf.folder.path();
    let told = call(at, &[&RUN[..], &["--each", "--requirement", "CHK-2", "--summary", "sum.md"]].concat());
    told.assert(1, &["v till-0", "v till-1", ". x CHK-2"]);
    let results = json(at, "reports/results.json");
    let all = verdicts(&results);
    assert!(all.keys().any(|name| name.ends_with(" [till-0]")), "{all:?}");
    assert!(all.iter().all(|(name, verdict)| verdict != "fail" || name.ends_with(" [till-1]")), "{all:?}");
    assert_eq!(results["run"]["matrix"][0]["devices"], serde_json::json!(["till-1"]));
    let junit = std::fs::read_to_string(at.join("reports/junit.xml")).expect("JUnit");
    assert!(junit.contains("[till-1]"), "the device stands in the name");
}

fn a_divided_run_has_the_verdicts_of_one_device_and_says_where_each_case_ran() {
    let shelf = Shelf::new(&[&[], &[], &[]], "");
    let at = shelf.folder.path();
    // What closes shifts takes its time; these groups have every other kind of case.
    let some = ["--case", "key/*", "--case", "payments/*", "--case", "registration/*", "--case", "tax/*"];
    call(at, &[&RUN[..], &some, &["--device", "till-0", "--json", "one.json"]].concat()).assert(0, &[]);
    call(at, &[&RUN[..], &some, &["--split", "--json", "split.json"]].concat()).assert(0, &["where it ran"]);
    let (one, split) = (json(at, "one.json"), json(at, "split.json"));
    let ordinary = |results| {
        let mut all = verdicts(results);
        all.retain(|name, _| !name.starts_with("reconciliation/"));
        all
    };
    assert_eq!(ordinary(&split), ordinary(&one));
    let places = split["run"]["ran-on"].as_object().expect("where each ran");
    let used: BTreeSet<&str> = places.values().filter_map(|place| place.as_str()).collect();
    assert!(used.len() >= 3, "{used:?}");
}

fn devices_that_are_not_equal_are_refused_with_the_difference() {
    let shelf = Shelf::new(&[&[], &["--defect", "info/no-printingmode"]], "");
    let at = shelf.folder.path();
    let split = [&RUN[..], &["--split", "--case", "key/*"]].concat();
    call(at, &split).assert(2, &["these differ", "printing mode: till-0 has", "till-1 has none"]);
    call(at, &[&split[..], &["--unequal"]].concat()).assert(0, &["not equal"]);
}

fn a_device_that_is_gone_is_told_and_the_others_do_its_cases() {
    let mut shelf = Shelf::new(&[&[], &[], &[]], "");
    shelf.kill(1);
    let at = shelf.folder.path();
    // The wait for a device that is gone, a minute, is shortened.
    let split = ["--split", "--case", "key/*", "--json", "split.json", "--patience", "15"];
    let told = call(at, &[&RUN[..], &split].concat());
    told.assert(3, &["till-1: falls out"]);
    let all = verdicts(&json(at, "split.json"));
    let group: Vec<_> = all.iter().filter(|(name, _)| name.starts_with("key/")).collect();
    assert!(!group.is_empty() && group.iter().all(|(_, verdict)| *verdict != "inconclusive"), "{group:?}");
}
