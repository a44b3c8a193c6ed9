//! README.md and docs/ tell the truth: their commands run, their suites pass, their output is printed.
//!
//! - ```` ```sh ```` blocks: every command is run in a folder of the document's own, against an
//!   emulator in the place of the device; a block marked `sh fails` must end 1;
//! - ```` ```yaml ```` blocks: linted and run, and there for the commands as `mine.yaml`; a block
//!   marked `yaml fails` must end 1;
//! - ```` ```text ```` blocks: each line is printed by what ran before, numbers and `…` aside;
//! - links: the file is there.

mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use support::{Sandbox, UNATTENDED, root};

/// The device and the control port of the documents.
const DEVICE: &str = "http://192.168.1.50:8080";
const CONTROL: &str = "127.0.0.1:8081";

#[test]
fn readme() {
    Document::new("README.md").check();
}

#[test]
fn writing_a_case() {
    Document::new("docs/writing-a-case.md").check();
}

#[test]
fn writing_a_bench() {
    Document::new("docs/writing-a-bench.md").check();
}

#[test]
fn certify() {
    Document::new("docs/certify.md").check();
}

#[test]
fn reading_a_finding() {
    Document::new("docs/reading-a-finding.md").check();
}

#[test]
fn every_document_is_tested_and_every_link_leads_somewhere() {
    let tested = include_str!("docs.rs");
    for entry in std::fs::read_dir(root().join("docs")).expect("docs/") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "md") {
            let text = std::fs::read_to_string(&path).expect("a document");
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            let has_examples = text.contains("```");
            assert!(!has_examples || tested.contains(&format!("docs/{name}")), "{name} is not tested");
            links(&path, &text);
        }
    }
    let readme = root().join("README.md");
    links(&readme, &std::fs::read_to_string(&readme).expect("README.md"));
}

#[test]
fn every_field_of_the_suite_language_is_described() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../suites/schema.json")).expect("the schema");
    let text = include_str!("../docs/writing-a-case.md");
    let is_named = |name: &str| {
        let of_a_name = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-');
        text.match_indices(name).any(|(at, _)| {
            !of_a_name(text[..at].chars().next_back()) && !of_a_name(text[at + name.len()..].chars().next())
        })
    };
    let kinds = ["CaseSource", "GivenSource", "StepSource"].map(|kind| &schema["$defs"][kind]);
    let mut fields = 0;
    for kind in kinds.into_iter().chain([&schema]) {
        for name in kind["properties"].as_object().expect("fields").keys() {
            assert!(is_named(name), "docs/writing-a-case.md does not name `{name}`");
            fields += 1;
        }
    }
    assert!(fields > 60, "only {fields} fields in the schema");
}

fn links(file: &Path, text: &str) {
    for link in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')) {
        let target = file.parent().expect("a folder").join(link.0);
        assert!(link.0.starts_with("http") || target.exists(), "{} links to {}", file.display(), link.0);
    }
}

/// A document, its folder, and the emulator that is the device in its commands.
struct Document {
    blocks: Vec<(String, String)>,
    folder: Sandbox,
    device: Emulator,
    printed: String,
}

impl Document {
    fn new(name: &str) -> Document {
        let text = std::fs::read_to_string(root().join(name)).expect("the document");
        let folder = Sandbox::new();
        for entry in std::fs::read_dir(root().join("docs/examples")).expect("docs/examples/") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|ending| ending == "py") {
                let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
                folder.file(&format!("docs/examples/{name}"), std::fs::read(&path).expect("an example"));
            }
        }
        let arguments =
            ["emulate", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--key", "12345678"];
        let device = Emulator::start(folder.path(), &arguments);
        Document { blocks: blocks(&text), folder, device, printed: String::new() }
    }

    fn check(mut self) {
        assert!(!self.blocks.is_empty());
        // A suite may stand before or after the commands that name it.
        if let Some((_, suite)) = self.blocks.iter().find(|(kind, _)| kind == "yaml") {
            self.folder.file("mine.yaml", suite);
        }
        for (kind, text) in std::mem::take(&mut self.blocks) {
            match kind.as_str() {
                "sh" => text.lines().for_each(|line| self.run(line)),
                "sh fails" => text.lines().for_each(|line| self.fails(line)),
                "yaml" => self.suite(&text, 0),
                "yaml fails" => self.suite(&text, 1),
                "text" => self.compare(&text),
                "json" => text.lines().for_each(|line| {
                    serde_json::from_str::<serde_json::Value>(line).expect("an object a line");
                }),
                other => panic!("what is to be done with a block of `{other}`?"),
            }
        }
    }

    fn suite(&mut self, text: &str, code: i32) {
        self.folder.file("suite.yaml", text);
        self.call(&["run", "suite.yaml"], code);
    }

    fn run(&mut self, line: &str) {
        let line = line.replace(DEVICE, &self.device.url).replace(CONTROL, &self.device.control);
        let words = shell_words::split(&line).expect("a command line");
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            // The tests are running; the key is the emulator's.
            ["cargo", "test"] => {}
            ["export", "IKKM_KEY=12345678"] => {}
            ["cargo", "run"] => self.call(&["run"], 0),
            ["ikkm-conformance", "emulate", rest @ ..] => self.emulate(rest),
            ["ikkm-conformance", rest @ ..] => self.call(rest, 0),
            ["curl", "-s", "-d", message, address] => self.post(address, message),
            _ => panic!("`{line}` is no command that this test knows how to run"),
        }
    }

    fn fails(&mut self, line: &str) {
        let words = shell_words::split(line).expect("a command line");
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ["ikkm-conformance", rest @ ..] = words.as_slice() else { panic!("`{line}` is not ours") };
        self.call(rest, 1);
    }

    fn call(&mut self, arguments: &[&str], code: i32) {
        let mut command = program(self.folder.path());
        command.args(arguments);
        if arguments.contains(&"--target") {
            command
                .env("IKKM_KEY", self.device.key())
                .args(UNATTENDED.iter().filter(|word| !arguments.contains(word)));
        }
        let output = command.output().expect("the program starts");
        let told = String::from_utf8(output.stdout).expect("UTF-8");
        let wrong = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{told}\n{wrong}");
        self.printed.push_str(&told);
        self.printed.push_str(&wrong);
    }

    fn emulate(&self, arguments: &[&str]) {
        let free: Vec<&str> = arguments
            .iter()
            .map(|word| if word.parse::<std::net::SocketAddr>().is_ok() { "127.0.0.1:0" } else { word })
            .collect();
        Emulator::start(self.folder.path(), &[&["emulate"], &free[..]].concat());
    }

    fn post(&self, address: &str, message: &str) {
        let output = Command::new("curl").args(["-s", "-d", message, address]).output().expect("curl");
        let answer = String::from_utf8_lossy(&output.stdout);
        assert!(answer.contains(r#""ok":true"#), "{message}: {answer}");
    }

    /// Each line was printed; numbers may differ, `…` stands for anything.
    fn compare(&self, text: &str) {
        let printed: Vec<String> = self.printed.lines().map(without_numbers).collect();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let wanted = without_numbers(line);
            let parts: Vec<&str> = wanted.split('…').collect();
            assert!(
                printed.iter().any(|line| has_parts(line, &parts)),
                "`{line}` is not printed\n{}",
                self.printed
            );
        }
    }
}

fn has_parts(line: &str, parts: &[&str]) -> bool {
    let mut rest = line;
    parts.iter().all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

fn without_numbers(line: &str) -> String {
    let mut out = String::new();
    for character in line.trim().chars() {
        match character.is_ascii_digit() {
            true if out.ends_with('#') => {}
            true => out.push('#'),
            false => out.push(character),
        }
    }
    out
}

/// The fenced blocks: what stands behind the fence, and the lines.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((kind.to_owned(), body.join("\n") + "\n"));
        }
    }
    blocks
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ikkm-conformance"));
    command
        .current_dir(folder)
        .env_remove("IKKM_KEY")
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("NO_COLOR", "1")
        .stdin(Stdio::null());
    command
}

/// An emulator in a process of its own; it ends with the document.
struct Emulator {
    child: Child,
    url: String,
    /// `HOST:PORT`
    control: String,
}

impl Emulator {
    fn start(folder: &Path, arguments: &[&str]) -> Emulator {
        let mut child =
            program(folder).args(arguments).stdout(Stdio::piped()).spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut control = String::new();
        for line in lines.map(|line| line.expect("UTF-8")) {
            if let Some(address) = line.strip_prefix("control port on http://") {
                control = address.to_owned();
            } else if let Some(url) = line.strip_prefix("listening on ") {
                return Emulator { child, url: url.to_owned(), control };
            }
        }
        let ended = child.wait();
        panic!("the emulator ended before it listened: {ended:?}");
    }

    /// The key that its screen would show.
    fn key(&self) -> String {
        let output = Command::new("curl")
            .args([
                "-s",
                "-d",
                r#"{"do":"observe","observation":"key"}"#,
                &format!("http://{}/", self.control),
            ])
            .output()
            .expect("curl");
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        answer["key"].as_str().expect("a key").to_owned()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
