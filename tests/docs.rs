//! README.md and docs/ tell the truth: their commands run, their suites pass, their output is printed.
//!
//! - ```` ```sh ```` blocks: every command is run in a folder of the document's own, against an
//!   emulator in the place of the device; a block marked `sh fails` must end 1;
//! - ```` ```yaml ```` blocks: linted and run, and there for the commands as `mine.yaml`; a block
//!   marked `yaml fails` must end 1;
//! - ```` ```yaml lab ```` blocks: lab files, linted;
//! - ```` ```text ```` blocks: each line is printed by what ran before, numbers and `…` aside;
//! - ```` ```sh install ```` blocks: the files are those that `package.sh` makes; `tests/packages.rs` runs them;
//! - ```` ```yaml gitlab ````, ```` ```yaml github ```` and ```` ```groovy ```` blocks: pipelines, whose shell
//!   lines are run one by one by a shell;
//! - links: the file and the heading are there, in the book, too.

#[path = "docs/book.rs"]
mod book;
mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use support::{Sandbox, UNATTENDED, root};

/// The device and the control port of the documents; the first register is one to practise on.
const DEVICES: [&str; 2] = ["http://192.168.1.50:8080", "http://127.0.0.1:8080"];
const CONTROL: &str = "127.0.0.1:8081";

#[test]
fn readme() {
    Document::new("README.md").check();
}

#[test]
fn start_qa() {
    Document::new("docs/start-qa.md").check();
}

#[test]
fn start_integrator() {
    Document::new("docs/start-integrator.md").check();
}

#[test]
fn start_ci() {
    Document::new("docs/start-ci.md").check();
}

#[test]
fn pipelines() {
    Document::new("docs/ci.md").check();
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
fn emulator() {
    Document::new("docs/emulator.md").check();
}

#[test]
fn witness() {
    Document::new("docs/witness.md").check();
}

#[test]
fn lab() {
    Document::new("docs/lab.md").check();
}

#[test]
fn reading_a_finding() {
    Document::new("docs/reading-a-finding.md").check();
}

#[test]
fn every_document_is_tested_and_every_link_leads_somewhere() {
    let tested = include_str!("docs.rs");
    let summary = include_str!("../docs/SUMMARY.md");
    let pages = Sandbox::new();
    let made = program(pages.path()).args(["reference", "reference"]).output().expect("the program starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    for entry in std::fs::read_dir(root().join("docs")).expect("docs/") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "md") {
            let text = std::fs::read_to_string(&path).expect("a document");
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            let has_examples = text.contains("```");
            // That page is the library's documentation, so its examples are tests of their own.
            let is_tested = tested.contains(&format!("docs/{name}")) || name == "library.md";
            assert!(!has_examples || is_tested, "{name} is not tested");
            assert!(
                name == "SUMMARY.md" || summary.contains(&format!("]({name})")),
                "{name} is not in docs/SUMMARY.md"
            );
            // A book holds what is in its folder, and no more.
            assert!(!text.contains("](../"), "{name} links out of docs/: name the path as code");
            links(&path, &text, pages.path());
        }
    }
    let library = std::fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    assert!(library.contains(r#"#![doc = include_str!("../docs/library.md")]"#));
    for name in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        let path = root().join(name);
        links(&path, &std::fs::read_to_string(&path).expect(name), pages.path());
    }
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

/// Each link leads to a file, and to a heading in it where it names one; the reference is in `made`.
fn links(file: &Path, text: &str, made: &Path) {
    for (link, _) in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')) {
        if link.starts_with("http") {
            continue;
        }
        let (path, heading) = link.split_once('#').unwrap_or((link, ""));
        let target = match path {
            "" => file.to_owned(),
            path if path.starts_with("reference/") => made.join(path),
            path => file.parent().expect("a folder").join(path),
        };
        assert!(target.exists(), "{} links to {link}", file.display());
        if !heading.is_empty() {
            let text = std::fs::read_to_string(&target).expect("a document");
            let mut headings = text.lines().filter(|line| line.starts_with('#')).map(slug);
            assert!(headings.any(|one| one == heading), "{} links to {link}", file.display());
        }
    }
}

/// What a heading is called in a link.
fn slug(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    words.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
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
                "yaml lab" => {
                    self.folder.file("lab.yaml", &text);
                    self.call(&["lint", "lab.yaml"], 0);
                }
                "yaml seed" => drop(self.folder.file("seed.yaml", &text)),
                "sh witness" => self.witness(&text),
                "sh install" => text.lines().for_each(installs),
                "yaml gitlab" => self.pipeline(&gitlab_lines(&text)),
                "yaml github" => self.pipeline(&github_lines(&text)),
                "groovy" => self.pipeline(&groovy_lines(&text)),
                "json" => text.lines().for_each(|line| {
                    serde_json::from_str::<serde_json::Value>(line).expect("an object a line");
                }),
                other => panic!("what is to be done with a block of `{other}`?"),
            }
        }
    }

    /// Starts the witness, sells once through it, and ends it.
    fn witness(&mut self, text: &str) {
        let line = self.addressed(text.trim()).replace("0.0.0.0:8080", "127.0.0.1:0");
        let words = shell_words::split(&line).expect("a command line");
        let mut child = program(self.folder.path())
            .args(&words[1..])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut next = || lines.next().expect("a line before the end").expect("UTF-8");
        let address = loop {
            if let Some(address) = next().strip_prefix("listening on http://") {
                break address.to_owned();
            }
        };
        let mut stream = std::net::TcpStream::connect(address).expect("it listens");
        let sale =
            "GET /api/?key=12345678&sale=800&cash=1000 HTTP/1.1\r\nHost: r\r\nConnection: close\r\n\r\n";
        std::io::Write::write_all(&mut stream, sale.as_bytes()).expect("it takes a request");
        let mut answer = String::new();
        std::io::Read::read_to_string(&mut stream, &mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a signal");
        lines.for_each(drop);
        assert_eq!(child.wait().expect("its end").code(), Some(0));
    }

    fn suite(&mut self, text: &str, code: i32) {
        self.folder.file("suite.yaml", text);
        self.call(&["run", "suite.yaml"], code);
    }

    fn run(&mut self, line: &str) {
        let line = self.addressed(line);
        let words = shell_words::split(&line).expect("a command line");
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            // The tests are running; the key is the emulator's.
            ["cargo", "test"] => {}
            ["export", "IKKM_KEY=12345678"] => {}
            // The only run of all cases here; what else runs them is given a part.
            ["cargo", "run"] => self.call_with(&["run"], &[], 0),
            ["ikkm-conformance", "emulate", rest @ ..] => self.emulate(rest),
            ["ikkm-conformance", rest @ ..] => self.call(rest, 0),
            ["curl", "-s", "-H", kind, "--data-binary", file, address] => {
                let output = Command::new("curl")
                    .args(["-s", "-H", kind, "--data-binary", file, address])
                    .current_dir(self.folder.path())
                    .output()
                    .expect("curl");
                let answer = String::from_utf8_lossy(&output.stdout);
                assert!(answer.contains(r#""ok":true"#), "{file}: {answer}");
            }
            ["curl", "-s", "-d", message, address] => self.post(address, message),
            ["curl", "-i", address] => self.get(address),
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
        self.call_with(arguments, part_of_a_whole_run(arguments), code);
    }

    fn call_with(&mut self, arguments: &[&str], more: &[&str], code: i32) {
        let mut command = program(self.folder.path());
        command.args(arguments).args(more);
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

    /// The line, about the emulator that is the device here.
    fn addressed(&self, line: &str) -> String {
        let line =
            DEVICES.iter().fold(line.to_owned(), |line, device| line.replace(device, &self.device.url));
        line.replace(CONTROL, &self.device.control)
    }

    /// The shell lines of a pipeline, one after the other.
    fn pipeline(&self, lines: &[String]) {
        assert!(!lines.is_empty(), "a pipeline without a command");
        let bin = Path::new(env!("CARGO_BIN_EXE_ikkm-conformance")).parent().expect("a folder");
        let path = support::path();
        for line in lines {
            if line.starts_with("pip install ") {
                installs(line);
                continue;
            }
            let paced = [" run --target ", " probe --target "].iter().any(|words| line.contains(words));
            let unpaced = if paced { " --rate unlimited" } else { "" };
            let words: Vec<&str> = line.split_whitespace().skip(1).collect();
            let part: String = part_of_a_whole_run(&words).iter().map(|word| format!(" '{word}'")).collect();
            let output = Command::new("sh")
                .args(["-ec", &(self.addressed(line) + unpaced + &part)])
                .current_dir(self.folder.path())
                .env("PATH", format!("{}:{}", bin.display(), path.display()))
                .env("XDG_STATE_HOME", self.folder.path().join("state"))
                .env("IKKM_KEY", self.device.key())
                .env("GITHUB_STEP_SUMMARY", self.folder.path().join("step.md"))
                .stdin(Stdio::null())
                .output()
                .expect("a shell");
            let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{line}\n{told}");
        }
    }

    fn get(&mut self, address: &str) {
        let output = Command::new("curl").args(["-s", "-i", address]).output().expect("curl");
        assert!(output.status.success(), "{address}");
        self.printed.push_str(&String::from_utf8_lossy(&output.stdout));
        self.printed.push('\n');
    }

    fn emulate(&mut self, arguments: &[&str]) {
        let free: Vec<&str> = arguments
            .iter()
            .map(|word| if word.parse::<std::net::SocketAddr>().is_ok() { "127.0.0.1:0" } else { word })
            .collect();
        let emulator = Emulator::start(self.folder.path(), &[&["emulate"], &free[..]].concat());
        self.printed.push_str(&emulator.told);
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

/// What makes a part of a plan of all built-in cases, or of such a run on the embedded emulator: many documents have
/// such a command, and `tests/cli` and the README's first one take them all.
fn part_of_a_whole_run(arguments: &[&str]) -> &'static [&'static str] {
    let [command, rest @ ..] = arguments else { return &[] };
    let chooses = ["--case", "--requirement", "--lab", "--failed", "--resume"];
    let of_a_device = *command == "run" && rest.contains(&"--target");
    let takes_all = ["run", "plan"].contains(command)
        && !of_a_device
        && !rest.iter().any(|word| chooses.contains(word) || word.ends_with(".yaml"));
    if takes_all { &["--case", "{cash,errors,replay}/*"] } else { &[] }
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

/// A line that installs a package names one of the files that `docs/examples/package.sh` makes.
fn installs(line: &str) {
    let version = env!("CARGO_PKG_VERSION");
    let made = [
        format!("sudo apt-get install ./ikkm-conformance_{version}-1_amd64.deb"),
        format!("pip install ./ikkm_conformance-{version}-py3-none-manylinux_2_31_x86_64.whl"),
        format!("tar -xzf ikkm-conformance-{version}-x86_64-unknown-linux-gnu.tar.gz"),
    ];
    assert!(made.iter().any(|one| one == line), "`{line}` installs nothing that there is");
}

fn yaml(text: &str) -> serde_json::Value {
    serde_saphyr::from_str(text).expect("YAML")
}

fn texts(list: &serde_json::Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

/// `script:` of each job.
fn gitlab_lines(text: &str) -> Vec<String> {
    let jobs = yaml(text);
    jobs.as_object().into_iter().flatten().flat_map(|(_, job)| texts(&job["script"])).collect()
}

/// `run:` of each step of each job.
fn github_lines(text: &str) -> Vec<String> {
    let jobs = yaml(text)["jobs"].clone();
    let steps = jobs.as_object().into_iter().flatten().filter_map(|(_, job)| job["steps"].as_array());
    steps.flatten().filter_map(|step| step["run"].as_str().map(str::to_owned)).collect()
}

/// `sh '…'` of each stage.
fn groovy_lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    lines.filter_map(|line| Some(line.strip_prefix("sh '")?.strip_suffix('\'')?.to_owned())).collect()
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
        .env("PATH", support::path())
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
    /// What it printed until it listened.
    told: String,
}

impl Emulator {
    fn start(folder: &Path, arguments: &[&str]) -> Emulator {
        let mut child =
            program(folder).args(arguments).stdout(Stdio::piped()).spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let (mut control, mut told) = (String::new(), String::new());
        for line in lines.map(|line| line.expect("UTF-8")) {
            told.push_str(&line);
            told.push('\n');
            if let Some(address) = line.strip_prefix("control port on http://") {
                control = address.to_owned();
            } else if let Some(url) = line.strip_prefix("listening on ") {
                return Emulator { child, url: url.to_owned(), control, told };
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
