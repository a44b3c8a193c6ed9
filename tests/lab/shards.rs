//! `--shard` and `merge`.

use super::support::Sandbox;
use super::{call, json, verdicts};
use libtest_mimic::Trial;
use serde_json::Value;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("shards": shards_hold_each_case_once_and_are_planned_to_last_alike, merged_shards_are_the_whole_run, what_does_not_belong_together_is_refused_and_a_missing_shard_is_told)
}

/// Seconds that the plan of a shard gives.
fn planned(folder: &std::path::Path, shard: &str) -> (f64, Vec<String>) {
    let file = format!("plan-{}.json", shard.replace('/', "-"));
    let some = ["--case", "documents/*", "--case", "shift/*", "--case", "payments/*", "--case", "key/*"];
    call(folder, &[&["plan", "--shard", shard, &format!("--json={file}")], &some[..]].concat())
        .assert(0, &[]);
    let plan = json(folder, &file);
    let names = plan["cases"].as_array().expect("cases").iter();
    let names = names.map(|case| case["name"].as_str().unwrap_or_default().to_owned()).collect();
    (plan["seconds"].as_f64().expect("seconds"), names)
}

fn shards_hold_each_case_once_and_are_planned_to_last_alike() {
    let folder = Sandbox::new();
    let (whole, mut all) = planned(folder.path(), "1/1");
    let shards: Vec<(f64, Vec<String>)> = ["1/3", "2/3", "3/3"].map(|k| planned(folder.path(), k)).into();
    let mut parts: Vec<String> = shards.iter().flat_map(|(_, names)| names.clone()).collect();
    parts.sort();
    all.sort();
    assert_eq!(parts, all);
    for (seconds, _) in &shards {
        assert!((0.25..0.45).contains(&(seconds / whole)), "{seconds} of {whole}");
    }
    assert_eq!(shards[0], planned(folder.path(), "1/3"), "the same each time");
}

fn merged_shards_are_the_whole_run() {
    let folder = Sandbox::new();
    let at = folder.path();
    let defect =
        ["--defect", "info/no-printingmode", "--case", "check/*", "--case", "manage/*", "--case", "cash/*"];
    let run = |more: &[&str]| call(at, &[&["run", "--quiet"], &defect[..], more].concat());
    run(&["--json", "whole.json"]).assert(1, &[]);
    for shard in ["1/2", "2/2"] {
        let file = format!("part-{}.json", &shard[..1]);
        run(&["--shard", shard, "--json", &file]);
    }
    let merged = ["merge", "part-1.json", "part-2.json", "--json", "merged.json", "--summary", "sum.md"];
    call(at, &merged).assert(1, &["where it ran", "shard 1/2", "shard 2/2"]);
    let (whole, merged) = (json(at, "whole.json"), json(at, "merged.json"));
    let ordinary = |results: &Value| {
        let mut all = verdicts(results);
        // How often the books are reconciled depends on what a shard registered.
        all.retain(|name, _| !name.starts_with("reconciliation/"));
        all
    };
    assert_eq!(ordinary(&merged), ordinary(&whole));
    let told = |results: &Value| results["findings"].as_array().expect("findings").len();
    assert_eq!(told(&merged), told(&whole), "each deviation is told once");
    assert_eq!(merged["stopped"], Value::Null);
    for file in ["reports/junit.xml", "reports/index.html", "sum.md"] {
        assert!(at.join(file).exists(), "{file}");
    }
}

fn what_does_not_belong_together_is_refused_and_a_missing_shard_is_told() {
    let folder = Sandbox::new();
    let at = folder.path();
    let run = |shard: &str, group: &str, file: &str| {
        call(at, &["run", "--quiet", "--case", group, "--shard", shard, "--json", file]).assert(0, &[]);
    };
    run("1/2", "key/*", "a.json");
    run("2/2", "cash/*", "b.json");
    call(at, &["merge", "a.json", "b.json"]).assert(2, &["do not belong together", "selected cases"]);
    call(at, &["merge", "a.json", "a.json"]).assert(2, &["do not belong together"]);
    call(at, &["merge", "a.json", "none.json"]).assert(2, &["none.json"]);
    call(at, &["merge", "a.json"]).assert(3, &["shard 2/2 is missing"]);
    call(at, &["merge", "a.json", "--json", "a.json"]).assert(2, &["name one file"]);
    call(at, &["run", "--shard", "3/2"]).assert(2, &["K/N"]);
    call(at, &["run", "--case", "key/*", "--shard", "900/900"]).assert(2, &["take fewer"]);
}
