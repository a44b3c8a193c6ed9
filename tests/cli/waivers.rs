//! `--waivers` and `--write-waivers`, from a failing run to an accepted one and back.

use super::call;
use super::support::Sandbox;

const FAULTY: [&str; 4] = ["run", "--defect", "errors/wrong-key-code", "--case"];
const SOME: &str = "key/wrong/*";

#[test]
fn what_a_run_proposes_is_accepted_until_it_is_mended() {
    let folder = Sandbox::new();
    let run = |more: &[&str]| call(folder.path(), &[&FAULTY[..], &[SOME], more].concat());
    run(&["--write-waivers", "waivers.yaml"]).assert_code(1);
    run(&["--write-waivers", "waivers.yaml"]).assert_code(2).assert_tells(&["there already"]);
    run(&["--waivers", "waivers.yaml"]).assert_code(1).assert_tells(&["over the placeholder"]);
    let proposed = std::fs::read_to_string(folder.path().join("waivers.yaml")).expect("the proposal");
    folder.file("waivers.yaml", filled_in(&proposed));
    let waived = run(&["--waivers", "waivers.yaml"]);
    waived.assert_code(0).assert_tells(&["WAIVED", "mended in 1020", "waived;"]);
    let junit = std::fs::read_to_string(folder.path().join("reports/junit.xml")).expect("the report");
    assert!(!junit.contains("<failure") && junit.contains("# waived"));
    let mended = call(folder.path(), &["run", "--case", SOME, "--waivers", "waivers.yaml"]);
    mended.assert_code(1).assert_tells(&["matches nothing any more", "waivers.yaml:"]);
    let elsewhere = call(folder.path(), &["run", "--case", "cash/*", "--waivers", "waivers.yaml"]);
    elsewhere.assert_code(0);
}

#[test]
fn another_deviation_and_an_expired_waiver_fail() {
    let folder = Sandbox::new();
    let run = |code: &str, expires: &str| {
        let waiver = format!(
            "waivers:\n  - {{requirement: KEY-2, observed: {{code: {code}}}, reason: r, owner: o, expires: {expires}}}\n"
        );
        folder.file("waivers.yaml", waiver);
        call(folder.path(), &[&FAULTY[..], &["key/wrong/all", "--waivers", "waivers.yaml"]].concat())
    };
    run("-7", "2999-12-31").assert_code(0);
    run("-8", "2999-12-31").assert_code(1).assert_tells(&["the deviation changed", "now it is status 400"]);
    run("-7", "2001-12-31").assert_code(1).assert_tells(&["expired on 2001-12-31"]);
}

#[test]
fn a_mistake_in_the_file_is_shown_before_anything_is_sent() {
    let folder = Sandbox::new();
    folder.file("w.yaml", "waivers:\n  - {case: key/rotatse/buy, observed: {code: -1}, reason: r, owner: o, expires: 2999-12-31}\n");
    let told = call(
        folder.path(),
        &["run", "--waivers", "w.yaml", "--target", "http://127.0.0.1:1", "--key", "12345678"],
    );
    told.assert_code(2).assert_tells(&["w.yaml:2", "key/rotates/buy"]);
}

/// A proposal as a person leaves it.
fn filled_in(proposed: &str) -> String {
    proposed.replace("not looked at yet", "mended in 1020").replace("nobody yet", "A. Bek")
}
