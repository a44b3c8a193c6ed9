//! The operator bench on a pseudo-terminal, with a script in the place of the person.

use super::emulator::Emulator;
use super::support::{UNATTENDED, root};
use super::{command, outcome};

/// What the person at the terminal is made of: python's `pty` runs the program, reads what it asks,
/// does it through the emulator's control port, and types the answer.
const PERSON: &str = "tests/cli/operator.py";

#[test]
fn a_person_is_told_what_to_do_and_asked_what_was_printed() {
    let emulator = Emulator::start("01234567", "plain");
    let program = env!("CARGO_BIN_EXE_ikkm-conformance");
    let folder = emulator.folder();
    folder.file(
        "s.yaml",
        super::suite(
            "  - name: test/paper
    requirements: [PRN-8]
    steps:
      - {establish: paper-out}
      - {sale: 100, cash: 100, expect: -6 check-printer-or-batt}
      - {clear: paper-out}
      - {sale: 100, cash: 100, expect: registered}
  - name: test/printed
    requirements: [PRN-1]
    steps:
      - {post: /apiprint/, with: {print: hello operator}, expect: success}
      - {observe: tape, printed: [hello operator]}
  - name: test/not-printed
    requirements: [PRN-1]
    steps:
      - {post: /apiprint/, with: {print: something}, expect: success}
      - {observe: tape, printed: [nothing of the kind]}
  - name: test/lines
    requirements: [PRN-1]
    steps:
      - {post: /apiprint/, with: {print: one line}, expect: success}
      - {observe: tape, check: {\"[last]\": text = one line}}
  - name: test/not-to-be-asked
    requirements: [PRN-1]
    steps:
      - {post: /apiprint/, with: {print: one line}, expect: success}
      - {observe: tape, check: {\"[last]\": text digits}}
  - name: test/skipped
    requirements: [ERR-code-4]
    steps:
      - {establish: offline-72h}
",
        ),
    );
    // The same call as any other, only behind a terminal.
    let arguments = ["run", "s.yaml", "--target", &emulator.url, "--key", "01234567"];
    let granted = ["--allow", "all", "--bench", "operator"];
    let mut plain = command(folder.path(), &[&arguments[..], &granted, UNATTENDED].concat());
    let mut person = std::process::Command::new("python3");
    person.arg(root().join(PERSON)).arg(emulator.control_address()).arg(program).args(plain.get_args());
    person
        .current_dir(folder.path())
        .env_remove("IKKM_KEY")
        .env("XDG_STATE_HOME", folder.path().join("state"));
    plain.stdin(std::process::Stdio::null());
    let told = outcome(person);
    told.assert_code(1);
    told.assert_tells(&[
        "Please take the paper out of the printer.",
        "Did the device print",
        "Is the last line",
    ]);
    told.assert_tells(&[
        "4 pass",
        "1 fail",
        "2 not-applicable",
        "a person cannot be asked whether",
        "the operator says no",
        "the operator skipped it: no server here",
    ]);
    // The plan knows how often a person is asked; the answer that was wrong was taken back.
    told.assert_tells(&["asks the person 7 times", "1 of 7  test/paper", "5 of 7  test/printed"]);
    told.assert_tells(&[
        "Taken back: your answer to \"Did the device print",
        "test/printed runs again after this one",
    ]);
}
