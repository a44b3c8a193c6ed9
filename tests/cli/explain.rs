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
fn the_help_of_each_command_fits_on_a_screen_and_help_tells_all_of_it() {
    for name in commands() {
        let help = ikkm(&[&name, "--help"]).stdout;
        let widest = help.lines().map(|line| line.chars().count()).max().unwrap_or_default();
        assert!(help.lines().count() <= 55 && widest <= 122, "{name}: {widest} columns\n{help}");
        assert_eq!(help, ikkm(&[&name, "-h"]).stdout);
    }
    for flag in ["--run-dir", "--accept-golden", "`all` is everything but"] {
        ikkm(&["help", "run"]).assert_tells(&[flag]);
    }
}

#[test]
fn the_reference_pages_name_all_that_there_is() {
    let folder = Sandbox::new();
    call(folder.path(), &["reference", "pages"]).assert_code(0);
    let page = |name: &str| {
        std::fs::read_to_string(folder.path().join("pages").join(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let tells = |text: &str, name: &str| assert!(text.contains(name), "{name} is missing");
    let requirements = page("requirements.md");
    for line in ikkm_requirements::requirements().all() {
        tells(&requirements, &format!("</a>{} | {} | §{} |", line.id, line.level, line.section));
    }
    assert!(requirements.contains("`keys/repeat-registers`"));
    let mutants = page("mutants.md");
    for one in ikkm_emulator::defects::defects() {
        tells(&mutants, &format!("| `{}` |", one.name));
    }
    let personalities = page("personalities.md");
    for one in ikkm_emulator::personalities() {
        tells(&personalities, &format!("| `{}` |", one.name));
    }
    let conditions = page("conditions.md");
    for name in ikkm_harness::bench::ConditionName::ALL {
        tells(&conditions, &format!("| `{name}` |"));
    }
    let help = page("commands.md");
    for name in commands() {
        tells(&help, &format!("\n## {name}\n"));
    }
    let (language, schemas) = (page("suite-language.md"), page("schemas.md"));
    for (file, command) in [("schema.json", &["schema"][..]), ("client-schema.json", &["schema", "--client"])]
    {
        let schema = ikkm(command).stdout;
        tells(&schemas, schema.trim_end());
        let schema: serde_json::Value = serde_json::from_str(&schema).expect(file);
        let objects = schema["$defs"].as_object().expect("objects").values().chain([&schema]);
        for field in
            objects.filter_map(|object| object["properties"].as_object()).flat_map(|fields| fields.keys())
        {
            tells(&language, &format!("| `{field}` |"));
        }
    }
}

#[test]
fn the_examples_are_written_and_nothing_is_overwritten() {
    let folder = Sandbox::new();
    for _ in 0..2 {
        call(folder.path(), &["examples"]).assert_code(0).assert_tells(&["docs/examples/client.py"]);
    }
    for name in ["bench.py", "client.py", "till.py", "wire.py"] {
        let written = std::fs::read(folder.path().join("docs/examples").join(name)).expect(name);
        assert_eq!(
            written,
            std::fs::read(super::support::root().join("docs/examples").join(name)).expect(name)
        );
    }
    let mine = folder.file("docs/examples/till.py", "mine");
    call(folder.path(), &["examples"]).assert_code(2).assert_tells(&["till.py` is there already"]);
    assert_eq!(std::fs::read_to_string(mine).expect("mine"), "mine");
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
