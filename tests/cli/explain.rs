//! `explain`, `help`, `--version`, completions and manual pages: what a person asks the program itself.

use super::support::Sandbox;
use super::{call, ikkm};

/// The commands that the help of the program lists.
fn commands() -> Vec<String> {
    let help = ikkm(&["--help"]);
    let (_, list) = help.stdout.split_once("Commands:\n").expect("a list of commands");
    let lines = list.lines().take_while(|line| line.starts_with("  "));
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn explain_tells_what_a_name_means_and_what_was_meant() {
    ikkm(&["explain", "PAY-4"]).assert_code(0).assert_tells(&["PAY-4 (must, v22 §5.1)", "payments/"]);
    ikkm(&["explain", "paper-out"]).assert_code(0).assert_tells(&["take the paper out"]);
    ikkm(&["explain", "books/buy-as-sale"])
        .assert_code(0)
        .assert_tells(&["Seeded as: BooksAs([Of(Buy)], Sale)"]);
    ikkm(&["explain", "PAY-44"]).assert_code(2).assert_tells(&["nothing is called `PAY-44`", "did you mean"]);
}

#[test]
fn each_command_shows_its_exit_codes_and_an_example() {
    let all = commands();
    assert!(all.len() >= 16, "{all:?}");
    for name in all {
        let help = ikkm(&[&name, "--help"]);
        help.assert_code(0).assert_tells(&["Exit codes: 0", &format!("Example: ikkm-conformance {name}")]);
        let topic = ikkm(&["help", &name]);
        topic.assert_code(0).assert_tells(&["Exit codes: 0"]);
    }
}

#[test]
fn topics_have_a_help_of_their_own() {
    ikkm(&["help", "exit-codes"]).assert_code(0).assert_tells(&["3  could not be carried out"]);
    ikkm(&["help", "findings"]).assert_code(0).assert_tells(&["explain ID"]);
    ikkm(&["help", "nothing"]).assert_code(2).assert_tells(&["no command or topic `nothing`"]);
}

#[test]
fn the_version_names_commit_requirements_and_suites() {
    let told = ikkm(&["--version"]);
    told.assert_code(0).assert_tells(&["commit", "document      v22", "requirements  ", "suites        "]);
    assert_eq!(ikkm(&["-V"]).stdout.lines().count(), 1);
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let script = ikkm(&["completions", shell]);
        script.assert_code(0).assert_tells(&["certify", "qualify"]);
    }
    let folder = Sandbox::new();
    call(folder.path(), &["man", "pages"]).assert_code(0);
    for name in commands() {
        let page = folder.path().join(format!("pages/ikkm-conformance-{name}.1"));
        assert!(page.exists(), "{} is missing", page.display());
    }
}
