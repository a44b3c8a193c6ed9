//! Suite files from hell: each a clear error at once, never a panic.

use super::{GOOD, call, suite, support::Sandbox};
use std::time::{Duration, Instant};

/// Lints and runs one file that cannot be a suite.
fn refused(name: &str, content: impl AsRef<[u8]>, tells: &[&str]) {
    let folder = Sandbox::new();
    folder.file(name, content);
    for command in ["lint", "run"] {
        let began = Instant::now();
        let outcome = call(folder.path(), &[command, name]);
        // A second is meant; the rest is for a machine that has other things to do.
        assert!(began.elapsed() < Duration::from_secs(5), "{command} took {:?}", began.elapsed());
        outcome.assert_code(2).assert_tells(&[name]).assert_tells(tells);
        assert!(!outcome.stderr.contains("panicked"), "{}", outcome.told());
        let length = outcome.stdout.len() + outcome.stderr.len();
        assert!(length < 20_000, "{length} bytes of message");
    }
}

#[test]
fn an_empty_file() {
    refused("empty.yaml", "", &["the file is empty"]);
    refused("blank.yaml", " \n\n", &["the file is empty"]);
    refused("comment.yaml", "# nothing\n", &[]);
}

#[test]
fn a_file_of_50_megabytes() {
    refused("large.yaml", vec![b'#'; 50 << 20], &["larger than"]);
}

#[test]
fn a_bomb_of_aliases() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    refused("bomb.yaml", &bomb, &[]);
    let cases = bomb.lines().map(|line| line.split_once("&").unwrap().1).map(|line| format!("  - &{line}\n"));
    refused("bomb-cases.yaml", suite(&cases.collect::<String>()), &[]);
}

#[test]
fn anchors_in_a_circle() {
    refused("circle.yaml", "about: x\ncases: &c [*c]\n", &[]);
    refused("circle2.yaml", "about: x\ncases: &c\n  - name: a/b\n    steps: *c\n", &[]);
}

#[test]
fn other_encodings() {
    refused("latin1.yaml", b"about: caf\xe9\ncases: []\n", &["UTF-8", "line 1"]);
    refused("nul.yaml", b"about: x\0y\ncases: []\n", &[]);
    refused("utf16.yaml", b"\xff\xfea\0b\0", &["UTF-8"]);
}

#[test]
fn unknown_fields_are_shown_with_what_was_meant() {
    refused("a.yaml", "about: x\ncasse: []\n", &["a.yaml:2:1", "casse: []", "did you mean `cases`?"]);
    let step = GOOD.replace("expect", "expct");
    refused("b.yaml", suite(&step), &["b.yaml:6:", "did you mean `expect`?"]);
}

#[test]
fn deep_nesting() {
    refused("lists.yaml", format!("about: {}", "[".repeat(200_000)), &[]);
    refused("maps.yaml", format!("about: {}", "{a: ".repeat(100_000)), &[]);
    let indented: String = (0..1200).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    refused("indented.yaml", indented, &[]);
}

#[test]
fn things_that_are_no_mapping() {
    for (name, content) in [
        ("text.yaml", "hello"),
        ("list.yaml", "- a\n- b\n"),
        ("number.yaml", "7"),
        ("tabs.yaml", "about: x\n\tcases: []\n"),
    ] {
        refused(name, content, &[]);
    }
    refused("twice.yaml", "about: x\nabout: y\ncases: []\n", &["twice.yaml:2:1", "stands twice"]);
    refused("none.yaml", "about: x\ncases: []\n", &[]);
    refused("null.yaml", "about:\ncases:\n", &[]);
}

#[test]
fn absurd_numbers_and_texts() {
    let sends = |step: &str| {
        suite(&format!("  - name: a/b\n    requirements: [KEY-1]\n    steps:\n      - {step}\n"))
    };
    refused(
        "times.yaml",
        sends("{get: /apicheck/, times: 99999999999999999999, expect: success}"),
        &["times.yaml:6:"],
    );
    refused("wait.yaml", sends("{wait: -1}"), &["wait.yaml:6:"]);
    refused(
        "expect.yaml",
        sends("{sale: 1, cash: 1, expect: regsitered}"),
        &["expect.yaml:6:", "registered"],
    );
    refused("both.yaml", sends("{sale: 1, wait: 1}"), &["both.yaml:6:"]);
    refused("path.yaml", sends("{get: /apicheck/, check: {\"[[[\": text}}"), &["path.yaml:6:"]);
}
