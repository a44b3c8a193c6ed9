//! Benches that are programs of the user's: one that works, and ones that do not.

use super::emulator::Emulator;
use super::support::{UNATTENDED, python, root};
use super::{Outcome, call, suite};
use serde_json::Value;

const KEY: &str = "01234567";

/// Runs cases on an emulator with a bench program.
fn with_bench(emulator: &Emulator, bench: &str, arguments: &[&str]) -> Outcome {
    let target = ["run", "--target", &emulator.url, "--key", KEY];
    let more = ["--allow", "all", "--bench", bench];
    call(emulator.folder().path(), &[&target[..], &more, UNATTENDED, arguments].concat())
}

fn example(emulator: &Emulator) -> String {
    let script = root().join("docs/examples/bench.py");
    format!("{} {} {}", python(), script.display(), emulator.control_address())
}

/// A bench of one `sh` line for each message.
fn shell(pieces: &[&str]) -> String {
    let body: String = pieces.iter().map(|piece| format!("read -r line; {piece}\n")).collect();
    shell_words::join(["sh", "-c", &body])
}

const HELLO: &str =
    r#"echo '{"ok":true,"name":"lab","conditions":["paper-out"],"actions":[],"observations":[]}'"#;

/// Two cases: the first needs the bench, the second does not.
fn paper_then_good() -> String {
    let paper = "  - name: test/paper\n    requirements: [PRN-8]\n    steps:\n      - {establish: paper-out}\n      - {sale: 100, cash: 100, expect: -6 check-printer-or-batt}\n";
    suite(&format!("{paper}{}", super::GOOD))
}

fn verdicts(emulator: &Emulator) -> Vec<String> {
    let path = emulator.folder().path().join("reports/results.json");
    let results: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("results")).expect("JSON");
    let cases = results["cases"].as_array().expect("cases").iter();
    cases
        .map(|case| format!("{} {}", case["name"].as_str().unwrap(), case["verdict"].as_str().unwrap()))
        .collect()
}

#[test]
fn the_example_in_the_documentation_works() {
    let emulator = Emulator::start(KEY, "plain");
    let told =
        with_bench(&emulator, &example(&emulator), &["--requirement", "PRN-8", "--requirement", "KEY-6"]);
    told.assert_code(0).assert_tells(&["bench example lab", "0 fail"]);
    let verdicts = verdicts(&emulator);
    assert!(verdicts.iter().filter(|line| line.ends_with(" pass")).count() >= 3, "{verdicts:?}");
    let script = std::fs::read_to_string(root().join("docs/examples/bench.py")).expect("the script");
    assert!(script.lines().count() <= 45, "it is to be a short one");
}

#[test]
fn what_it_does_not_name_is_not_applicable() {
    let emulator = Emulator::start(KEY, "plain");
    let told = with_bench(&emulator, &example(&emulator), &["--case", "*wrong-cashier*"]);
    told.assert_code(2).assert_tells(&["needs a test bench", "nothing was tested"]);
    assert!(verdicts(&emulator).iter().all(|line| line.ends_with("not-applicable")));
}

#[test]
fn a_bench_that_says_unsupported_or_error_does_not_stop_the_run() {
    for (answer, verdict) in
        [(r#"{"unsupported":true}"#, "not-applicable"), (r#"{"error":"relay 3 stuck"}"#, "inconclusive")]
    {
        let emulator = Emulator::start(KEY, "plain");
        emulator.folder().file("s.yaml", paper_then_good());
        let says = format!("echo '{answer}'");
        let ok = r#"echo '{"ok":true}'"#;
        let told = with_bench(&emulator, &shell(&[HELLO, &says, ok, ok]), &["s.yaml"]);
        told.assert_code(0);
        assert_eq!(verdicts(&emulator), [format!("test/paper {verdict}"), "test/good pass".to_owned()]);
    }
}

#[test]
fn a_bench_fault_ends_3_and_keeps_the_verdicts() {
    for (fault, tells) in [("echo rubbish", "rubbish"), ("echo '[1]'", "[1]"), ("exit 4", "exit status: 4")] {
        let emulator = Emulator::start(KEY, "plain");
        let first = super::GOOD.replace("test/good", "test/first");
        emulator.folder().file("s.yaml", paper_then_good().replace("cases:\n", &format!("cases:\n{first}")));
        let told = with_bench(&emulator, &shell(&[HELLO, fault]), &["s.yaml"]);
        told.assert_code(3).assert_tells(&[tells]);
        let kept = verdicts(&emulator);
        assert_eq!(kept[0], "test/first pass");
        // A fault of the bench is never booked on the device.
        assert!(kept.iter().all(|line| !line.ends_with(" fail")), "{kept:?}");
    }
}

#[test]
fn a_bench_that_cannot_start_or_greet_ends_3() {
    let emulator = Emulator::start(KEY, "plain");
    for bench in ["/no/such/program", "true", "echo hello", "http://127.0.0.1:1"] {
        with_bench(&emulator, bench, &["--requirement", "KEY-3"]).assert_code(3);
    }
}

#[test]
fn a_message_that_comes_after_the_answer_is_waited_for() {
    let emulator = Emulator::start(KEY, "plain");
    let late = "  - name: test/late\n    requirements: [ITEM-5]\n    steps:\n      - {sale: 100, cash: 100, expect: registered}\n      - {observe: online, check: {\"\": list of 1, \"[0].total\": = 100}}\n";
    emulator.folder().file("s.yaml", suite(late));
    let hello = r#"echo '{"ok":true,"name":"lab","conditions":[],"actions":[],"observations":["online"]}'"#;
    let saw = |messages: &str| format!(r#"echo '{{"ok":true,"messages":[{messages}]}}'"#);
    let sent = |total: &str| saw(&format!(r#"{{"type":"sale","total":"{total}","positions":[]}}"#));
    let none = saw("");
    // Before the case a message of an earlier receipt comes in late; the case's own takes two looks.
    let pieces = [hello, &none, &sent("10"), &none, &none, &sent("100"), r#"echo '{"ok":true}'"#];
    let told = with_bench(&emulator, &shell(&pieces), &["s.yaml"]);
    told.assert_code(0);
    assert_eq!(verdicts(&emulator)[0], "test/late pass");
}

/// Brings a condition about on an emulator, as somebody did before the run.
fn before_the_run(emulator: &Emulator, condition: &str) {
    use std::io::{Read, Write};
    let address = emulator.control_address();
    let body = format!(r#"{{"do":"establish","condition":"{condition}"}}"#);
    let mut stream = std::net::TcpStream::connect(address).expect("it listens");
    let length = body.len();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.contains(r#""ok":true"#), "{answer}");
}

#[test]
fn a_shift_that_was_too_old_before_the_run_is_not_booked_on_the_device() {
    let sale = "  - name: test/sale\n    requirements: [REG-1]\n    steps:\n      - {sale: 100, cash: 100, expect: registered}\n";
    for condition in ["shift-over-24h", "other-cashier"] {
        for (allow, verdict, code) in [("all", "pass", 0), ("fiscal,print", "not-applicable", 2)] {
            let emulator = Emulator::start(KEY, "plain");
            emulator.folder().file("s.yaml", suite(sale));
            before_the_run(&emulator, condition);
            let target = ["run", "--target", &emulator.url, "--key", KEY, "--allow", allow, "s.yaml"];
            call(emulator.folder().path(), &[&target[..], UNATTENDED].concat()).assert_code(code);
            assert_eq!(verdicts(&emulator)[0], format!("test/sale {verdict}"), "{condition}, {allow}");
        }
    }
}

#[test]
fn a_bench_program_gets_no_more_of_the_environment_than_it_should() {
    let emulator = Emulator::start(KEY, "plain");
    let folder = emulator.folder();
    folder.file("s.yaml", suite(super::GOOD));
    let script = folder.file("bench.sh", "env > seen; read -r line; echo '{\"ok\":true,\"name\":\"x\",\"conditions\":[],\"actions\":[],\"observations\":[]}'; read -r line; echo '{\"ok\":true}'");
    assert!(script.exists());
    let mut command = super::command(folder.path(), &["run", "s.yaml", "--target", &emulator.url]);
    command.args(UNATTENDED).args(["--bench", "sh bench.sh", "--env", "LAB"]);
    command.env("IKKM_KEY", KEY).env("LAB", "three").env("OTHER_SECRET", "x");
    super::outcome(command).assert_code(0);
    let seen = std::fs::read_to_string(folder.path().join("seen")).expect("it ran");
    assert!(seen.contains("LAB=three") && seen.contains("PATH="), "{seen}");
    assert!(!seen.contains(KEY) && !seen.contains("OTHER_SECRET"), "{seen}");
}
