//! What was appended reads back, half lines and strangers included.

use super::*;
use crate::report::sample;
use time::macros::datetime;

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("ikkm-run-file-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn begin(target: &str) -> Begin {
    let cases = sample::run().cases.iter().map(|case| case.name.clone()).collect();
    Begin { schema: SCHEMA, target: target.into(), cases, ..Begin::default() }
}

const NOW: OffsetDateTime = datetime!(2026-11-23 19:30:00 UTC);

#[test]
fn what_was_appended_reads_back_and_half_a_line_is_passed_over() {
    let folder = folder("back");
    let run = sample::run();
    let mut file = RunFile::begin(&folder, &begin("a"), NOW).unwrap();
    for case in &run.cases[..3] {
        file.ended(case, run.answers.clone(), None).unwrap();
    }
    let path = file.path().to_owned();
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&fs::metadata(&path).unwrap()) & 0o777, 0o600);
    OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"case\":{\"resu").unwrap();
    let earlier = Earlier::read(&path).unwrap();
    assert_eq!(earlier.cases, run.cases[..3]);
    assert_eq!((earlier.answers, earlier.whole), (run.answers, false));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_newest_of_its_target_is_found_and_old_ones_go() {
    let folder = folder("newest");
    for (target, day) in [("a", 1), ("b", 2), ("a", 3), ("a", 4)] {
        let file = RunFile::begin(&folder, &begin(target), NOW.replace_day(day).unwrap()).unwrap();
        file.end(None).unwrap();
    }
    fs::write(folder.join("20990101T000000-000.jsonl"), "[]\n").unwrap();
    let of_a = of_target(&folder, "a");
    assert_eq!(of_a.len(), 3);
    assert!(of_a[0].display().to_string().contains("20261104"));
    assert!(Earlier::read(&of_a[0]).unwrap().whole);
    keep_newest(&folder, "a", 2);
    assert_eq!(of_target(&folder, "a").len(), 2);
    assert_eq!(of_target(&folder, "b").len(), 1, "another's stay");
    assert!(Earlier::read(&folder.join("20990101T000000-000.jsonl")).is_err());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn of_all_targets_together_the_oldest_go_and_what_is_no_run_file_stays() {
    let folder = folder("most");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("19990101T000000-000.jsonl"), "[]\n").unwrap();
    for second in 0..260 {
        let at = NOW + time::Duration::seconds(second);
        RunFile::begin(&folder, &begin(&format!("port {second}")), at).unwrap().end(None).unwrap();
    }
    keep_newest(&folder, "port 259", 10);
    // The stranger's is the oldest of all, and stays.
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 201);
    assert!(of_target(&folder, "port 59").is_empty());
    assert_eq!(of_target(&folder, "port 60").len(), 1);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_case_in_which_it_stopped_runs_again_and_the_last_before_the_books_too() {
    let folder = folder("standing");
    let run = sample::run();
    let mut file = RunFile::begin(&folder, &begin("a"), NOW).unwrap();
    file.ended(&run.cases[0], BTreeMap::new(), None).unwrap();
    file.ended(&run.cases[1], BTreeMap::new(), None).unwrap();
    file.ended(&run.cases[2], BTreeMap::new(), Some("the device is gone")).unwrap();
    let path = file.path().to_owned();
    file.end(Some("the device is gone")).unwrap();
    let earlier = Earlier::read(&path).unwrap();
    assert!(!earlier.whole);
    let names = |cases: &[CaseResult]| cases.iter().map(|case| case.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&earlier.standing()), ["key/rotates"], "the second registered, and was not reconciled");
    assert_eq!(earlier.failed(), ["key/replay-registers-nothing"]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn joined_results_stand_in_the_order_of_the_cases() {
    use Verdict::Pass;
    let case = |name: &str, suite: &str| sample::case(name, suite, Pass);
    let order: Vec<String> = ["a/1", "b/1", "a/2"].map(str::to_owned).into();
    let old = vec![case("a/1", "a"), case("b/1", "b"), case("reconciliation/b", "b")];
    let new = vec![case("a/2", "a"), case("reconciliation/a", "a"), case("b/1", "b")];
    let names: Vec<String> = joined(&order, old, new).into_iter().map(|case| case.name).collect();
    assert_eq!(names, ["a/1", "b/1", "reconciliation/b", "a/2", "reconciliation/a"]);
}
