//! The accepted documents under `golden/` are what the emulator shows in its start state.
//!
//! `cargo insta review` goes through what changed; `cargo run -- run --accept-golden` takes all of it.

mod support;

use ikkm_harness::golden::Golden;
use ikkm_harness::suite::{Case, builtin};
use std::collections::BTreeSet;

#[test]
fn every_accepted_document_is_current() {
    let suites = builtin::device().expect("faultless suites");
    let cases: Vec<&Case> =
        suites.iter().flat_map(|suite| &suite.cases).filter(|case| compares(case)).collect();
    let shown = support::Sandbox::new();
    let result = support::run_cases("plain", &cases, Some(Golden::new(shown.path(), true)));
    assert_eq!(result.stopped, None);

    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(support::root().join("golden"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in names(shown.path()) {
            let path = shown.path().join(format!("{name}.snap"));
            let document = insta::Snapshot::from_file(&path).expect("a snapshot just written");
            let document = document.as_text().expect("a text").to_string();
            insta::assert_snapshot!(name.as_str(), document);
        }
    });
    let kept = names(&support::root().join("golden"));
    assert_eq!(kept, names(shown.path()), "golden/ holds what no case compares, or lacks one");
}

fn compares(case: &Case) -> bool {
    case.steps.iter().any(|step| step.golden.is_some())
}

/// The names of the accepted documents in a folder.
fn names(folder: &std::path::Path) -> BTreeSet<String> {
    let files = std::fs::read_dir(folder).expect("a folder of snapshots");
    let paths = files.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "snap"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect()
}
