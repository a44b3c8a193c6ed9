//! Ctrl-C, SIGTERM and SIGHUP during a certification: no driver lives on, and the reports are written.

use super::support::Sandbox;
use super::{is_alive, json, program, rust_client, test};
use libtest_mimic::Trial;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub fn trials() -> Vec<Trial> {
    ["INT", "TERM", "HUP"]
        .into_iter()
        .flat_map(|signal| {
            [
                test(&format!("interrupted/drivers-{signal}"), move || no_driver_lives_on(signal)),
                test(&format!("interrupted/person-{signal}"), move || a_person_keeps_what_was_played(signal)),
            ]
        })
        .collect()
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
    assert!(sent.expect("kill").success());
}

/// Waits for something that comes soon, however busy the machine is.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < end, "it does not come: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Every process that a driver consisted of: each writes its number down.
fn processes(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("processes")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn no_driver_lives_on(signal: &str) {
    let folder = Sandbox::new();
    let list = folder.path().join("processes");
    // One scenario is played to its end; the drivers of the others hang, and each has a child that does.
    let hangs = format!(
        "case $PWD in *basics-pays-tara) exec {client};; esac; sleep 600 & echo $! >> {list}; echo $$ >> {list}; wait",
        client = rust_client(),
        list = list.display()
    );
    let driver = shell_words::join(["sh", "-c", &hangs]);
    let mut child = program(folder.path(), &["certify", "--driver", &driver, "--scale", "1", "--jobs", "4"])
        .args(["--case", "basics/pays-*"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    until("drivers that hang", || processes(folder.path()).len() >= 4);
    let running = processes(folder.path());
    assert!(running.iter().any(|id| is_alive(Path::new(&format!("/proc/{id}")))));
    let began = Instant::now();
    send(signal, &child);
    assert_eq!(child.wait().expect("its end").code(), Some(3), "{signal}");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    until("the end of every driver", || {
        processes(folder.path()).iter().all(|id| !is_alive(Path::new(&format!("/proc/{id}"))))
    });
    let results = json(folder.path(), "reports/certify.json");
    assert!(results["stopped"].as_str().expect("why it stopped").contains("interrupted"), "{results}");
    for name in ["certify.xml", "certify.html", "certificate.json", "certificate.html", "transcript.jsonl"] {
        assert!(folder.path().join("reports").join(name).exists(), "{name} is not written");
    }
    assert_eq!(json(folder.path(), "reports/certificate.json")["certified"], false);
}

fn a_person_keeps_what_was_played(signal: &str) {
    let folder = Sandbox::new();
    let mut child = program(
        folder.path(),
        &["certify", "--manual", "--listen", "127.0.0.1:0", "--case", "basics/pays-bank"],
    )
    .stdin(Stdio::piped())
    .stdout(Stdio::piped())
    .stderr(Stdio::null())
    .spawn()
    .expect("the program starts");
    // The person is asked something and does not answer: the standard input stays open.
    let input = child.stdin.take();
    let mut output = std::io::BufReader::new(child.stdout.take().expect("its output"));
    let mut asked = String::new();
    while !asked.contains("basics/pays-bank") {
        let read = std::io::BufRead::read_line(&mut output, &mut asked).expect("a line");
        assert!(read > 0, "it ended: {asked}");
    }
    std::thread::sleep(Duration::from_millis(200));
    send(signal, &child);
    // What it still says is read, so that it can say it.
    let rest = std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
    assert_eq!(child.wait().expect("its end").code(), Some(3), "{signal}");
    rest.join().expect("read").expect("read");
    drop(input);
    let results = json(folder.path(), "reports/certify.json");
    assert!(results["stopped"].as_str().expect("why it stopped").contains("interrupted"), "{results}");
    assert!(folder.path().join("reports/certify.xml").exists());
}
