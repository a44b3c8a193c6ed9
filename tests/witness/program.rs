//! The program itself, between a register in another process and tills that are this test.

use super::support::Sandbox;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn program(folder: &Sandbox) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ikkm-conformance"));
    command.current_dir(folder.path()).env_remove("IKKM_KEY");
    command
}

/// A started command that ends with the test.
struct Started {
    child: Child,
    address: String,
    key: Option<String>,
}

impl Started {
    fn new(mut command: Command) -> Started {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let (mut address, mut key) = (None, None);
        while address.is_none() {
            let line = lines.next().expect("a line before the end").expect("UTF-8");
            key = line.strip_prefix("web-API key ").map(str::to_owned).or(key);
            address = line.strip_prefix("listening on http://").map(str::to_owned);
        }
        // Whoever does not read would make it wait.
        std::thread::spawn(move || lines.for_each(drop));
        Started { child, address: address.expect("an address"), key }
    }

    fn interrupt(&mut self) -> i32 {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a signal");
        self.child.wait().expect("its end").code().expect("a code")
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn register(folder: &Sandbox, more: &[&str]) -> Started {
    let mut command = program(folder);
    command.args(["emulate", "--listen", "127.0.0.1:0", "--quiet"]).args(more);
    Started::new(command)
}

fn witness(folder: &Sandbox, target: &str, more: &[&str]) -> Started {
    let mut command = program(folder);
    command.args(["witness", "--listen", "127.0.0.1:0", "--target", &format!("http://{target}")]).args(more);
    Started::new(command)
}

/// One exchange on a connection of its own; the answer's bytes.
fn exchange(address: &str, target: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream
        .write_all(format!("GET {target} HTTP/1.1\r\nHost: r\r\nConnection: close\r\n\r\n").as_bytes())
        .expect("sent");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

fn body(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
}

/// Sells with the right key, a second apart; gives the key after it.
fn sell(address: &str, key: &str, count: usize) -> String {
    let mut key = key.to_owned();
    for at in 0..count {
        if at > 0 {
            std::thread::sleep(Duration::from_millis(1050));
        }
        let fresh = body(&exchange(address, &format!("/api/?key={key}&sale=80{at}&cash=1000")));
        assert_eq!(fresh.len(), 8, "{fresh}");
        key = fresh;
    }
    key
}

fn json(folder: &Sandbox, name: &str) -> Value {
    let text = std::fs::read_to_string(folder.path().join(name)).expect("a report");
    serde_json::from_str(&text).expect("JSON")
}

fn run(folder: &Sandbox, arguments: &[&str]) -> (i32, String) {
    let output = program(folder).args(arguments).output().expect("the program starts");
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), text)
}

#[test]
fn a_morning_is_recorded_judged_again_and_becomes_a_suite_that_finds_a_defect() {
    let folder = Sandbox::new();
    let shop = register(&folder, &[]);
    let mut stands = witness(&folder, &shop.address, &["--record", "day.jsonl"]);
    let first = shop.key.clone().expect("a key");
    let key = sell(&stands.address, &first, 3);
    std::thread::sleep(Duration::from_millis(1050));
    let info = exchange(&stands.address, &format!("/apicheck/getInfo?key={key}"));
    assert!(body(&info).contains("cashWeHave"));
    assert_eq!(stands.interrupt(), 0);
    let recording = std::fs::read_to_string(folder.path().join("day.jsonl")).expect("a recording");
    assert!(!recording.contains(&first) && !recording.contains(&key), "no key is in it");
    assert_eq!(recording.lines().count(), 5);
    // The same verdicts, byte for byte.
    let live = std::fs::read(folder.path().join("reports/witness.json")).expect("a report");
    let again = ["--json", "again.json", "--junit", "again.xml", "--html", "again.html"];
    let (code, told) = run(&folder, &[&["witness", "--replay", "day.jsonl"][..], &again[..]].concat());
    assert_eq!(code, 0, "{told}");
    assert_eq!(std::fs::read(folder.path().join("again.json")).expect("a report"), live);
    // A suite of it is lint-clean, green on this emulator, and finds a defect that it touches.
    let made = ["--write-suite", "day.yaml", "--write-har", "day.har", "--anonymise"];
    let (code, told) = run(&folder, &[&["witness", "--replay", "day.jsonl"][..], &made[..]].concat());
    assert_eq!(code, 0, "{told}");
    let (code, told) = run(&folder, &["lint", "day.yaml"]);
    assert_eq!(code, 0, "{told}");
    let (code, told) = run(&folder, &["run", "day.yaml"]);
    assert_eq!(code, 0, "{told}");
    let (code, told) = run(&folder, &["run", "day.yaml", "--defect", "keys/ten-digits"]);
    assert_eq!(code, 1, "{told}");
    // And the archive is judged like the recording.
    let (code, told) = run(&folder, &["witness", "--har", "day.har"]);
    assert_eq!(code, 0, "{told}");
    assert!(
        told.contains("register/KEY-3")
            || json(&folder, "reports/witness.json").to_string().contains("register/KEY-3")
    );
}

#[test]
fn a_finding_carries_its_side_and_the_exit_code_says_so() {
    let folder = Sandbox::new();
    let shop = register(&folder, &["--defect", "keys/ten-digits"]);
    let mut stands = witness(&folder, &shop.address, &["--record", "day.jsonl", "--show-keys"]);
    let first = shop.key.clone().expect("a key");
    exchange(&stands.address, &format!("/api/?key={first}&sale=100&cash=100"));
    assert_eq!(stands.interrupt(), 1);
    let results = json(&folder, "reports/witness.json");
    let sides: Vec<&str> = results["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|one| one["side"].as_str())
        .collect();
    assert!(sides.contains(&"register") && !sides.contains(&"till"), "{sides:?}");
    let recording = std::fs::read_to_string(folder.path().join("day.jsonl")).expect("a recording");
    assert!(recording.contains(&first), "the keys were asked for");
    for report in ["witness.json", "witness.xml", "witness.html"] {
        let text = std::fs::read_to_string(folder.path().join("reports").join(report)).expect("a report");
        assert!(!text.contains(&first), "{report} holds a key");
    }
}

#[test]
fn wrong_usage_nothing_passed_and_a_taken_address_have_their_codes() {
    let folder = Sandbox::new();
    for wrong in [
        &["witness"][..],
        &["witness", "--listen", "127.0.0.1:0"],
        &["witness", "--replay", "none.jsonl"],
        &["witness", "--listen", "127.0.0.1:0", "--target", "ftp://x"],
        &["witness", "--listen", "127.0.0.1:0", "--target", "http://127.0.0.1:1", "--write-suite", "x.yaml"],
    ] {
        assert_eq!(run(&folder, wrong).0, 2, "{wrong:?}");
    }
    let (code, told) = run(
        &folder,
        &["witness", "--listen", "127.0.0.1:0", "--target", "http://127.0.0.1:1", "--for", "1s"],
    );
    assert_eq!(code, 2, "{told}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let (code, told) = run(&folder, &["witness", "--listen", &address, "--target", "http://127.0.0.1:1"]);
    assert_eq!(code, 3, "{told}");
    folder.file("half.jsonl", "{\"exchange\":{}}\n");
    let (code, told) = run(&folder, &["witness", "--replay", "half.jsonl"]);
    assert_eq!(code, 2);
    assert!(told.contains("line 1"), "{told}");
}

/// Echoes what it was asked for, in order, on connections that stay open.
fn echo() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut stream = stream;
                let mut kept: Vec<u8> = Vec::new();
                let mut piece = [0; 4096];
                while let Ok(count @ 1..) = stream.read(&mut piece) {
                    kept.extend_from_slice(&piece[..count]);
                    while let Some(end) = kept.windows(4).position(|four| four == b"\r\n\r\n") {
                        let head: Vec<u8> = kept.drain(..end + 4).collect();
                        let line =
                            String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned();
                        let text = format!(
                            "HTTP/1.1 200 0\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{line}",
                            line.len()
                        );
                        if stream.write_all(text.as_bytes()).is_err() {
                            return;
                        }
                    }
                }
            });
        }
    });
    address
}

fn ask_many(address: &str, connection: usize, count: usize, pause: Duration) -> Vec<Duration> {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_nodelay(true).expect("a socket");
    let mut took = Vec::new();
    for at in 0..count {
        let line = format!("GET /apicheck/?connection={connection}&at={at} HTTP/1.1");
        let began = Instant::now();
        stream.write_all(format!("{line}\r\nHost: r\r\n\r\n").as_bytes()).expect("sent");
        let mut answer = Vec::new();
        let mut piece = [0; 4096];
        while !answer.ends_with(line.as_bytes()) {
            let count = stream.read(&mut piece).expect("an answer");
            assert!(count > 0, "the connection ended at {at}");
            answer.extend_from_slice(&piece[..count]);
        }
        took.push(began.elapsed());
        std::thread::sleep(pause);
    }
    took
}

/// 200 requests a second from 20 connections, in order of how long they took.
fn twenty_tills(address: &str, count: usize) -> Vec<Duration> {
    let tills: Vec<_> = (0..20)
        .map(|connection| {
            let address = address.to_owned();
            std::thread::spawn(move || ask_many(&address, connection, count, Duration::from_millis(95)))
        })
        .collect();
    let all = tills.into_iter().flat_map(|till| till.join().expect("every answer, in order"));
    let mut took: Vec<Duration> = all.collect();
    took.sort();
    took
}

/// Nothing is lost or reordered, and the median exchange takes no longer than that beside a direct one.
fn load(count: usize, adds: Duration) {
    let folder = Sandbox::new();
    let target = echo();
    let mut stands = witness(&folder, &target, &["--record", "load.jsonl", "--quiet"]);
    let direct = twenty_tills(&target, count.min(100));
    let took = twenty_tills(&stands.address, count);
    let status = std::fs::read_to_string(format!("/proc/{}/status", stands.child.id())).unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned();
    let (median, without) = (took[took.len() / 2], direct[direct.len() / 2]);
    println!("{} exchanges, median {median:?}, directly {without:?}, {peak}", took.len());
    assert!(median <= without + adds, "the median exchange takes {median:?}, directly {without:?}");
    let kilobytes: u64 = peak.split_whitespace().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    assert!(kilobytes < 300 * 1024, "{peak}");
    stands.interrupt();
    let recorded = std::fs::read_to_string(folder.path().join("load.jsonl")).expect("a recording");
    assert_eq!(recorded.lines().count(), 1 + 20 * count, "every exchange is recorded");
}

#[test]
fn nothing_is_lost_or_reordered_from_twenty_connections() {
    // Other tests run beside this one.
    load(20, Duration::from_millis(100));
}

#[test]
#[ignore = "takes a minute: cargo test --test witness -- --ignored minute"]
fn nothing_is_lost_in_a_minute_of_two_hundred_requests_a_second() {
    load(600, Duration::from_millis(2));
}

#[test]
fn killed_and_started_again_the_till_sees_one_broken_connection() {
    let folder = Sandbox::new();
    let shop = register(&folder, &[]);
    let mut stands = witness(&folder, &shop.address, &["--record", "one.jsonl"]);
    let address = stands.address.clone();
    let key = sell(&address, &shop.key.clone().expect("a key"), 1);
    // What has passed is kept a moment later: the one does not wait for the other.
    let kept = || std::fs::read_to_string(folder.path().join("one.jsonl")).unwrap_or_default();
    while kept().lines().count() < 2 {
        std::thread::sleep(Duration::from_millis(20));
    }
    stands.child.kill().expect("a kill");
    stands.child.wait().expect("its end");
    assert!(TcpStream::connect(&address).is_err(), "nobody stands there");
    let mut command = program(&folder);
    command.args(["witness", "--listen", &address, "--target", &format!("http://{}", shop.address)]);
    let mut again = Started::new(command);
    std::thread::sleep(Duration::from_millis(1050));
    sell(&again.address, &key, 1);
    assert_eq!(again.interrupt(), 0);
    let (code, told) = run(&folder, &["witness", "--replay", "one.jsonl"]);
    assert_eq!(code, 0, "what was recorded before the kill is whole: {told}");
}

#[tokio::test]
async fn traffic_passes_when_nobody_judges() {
    use ikkm_harness::witness::proxy::Proxy;
    let target = echo();
    let (host, port) = target.rsplit_once(':').expect("an address");
    let to = (host.to_owned(), port.parse().expect("a port"));
    let (proxy, told) = Proxy::bind("127.0.0.1:0".parse().expect("an address"), to).await.expect("a port");
    let address = proxy.address().expect("an address").to_string();
    // The judge is gone, as if its thread had died.
    drop(told);
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(proxy.serve(async {
        let _ = ended.await;
    }));
    let took = tokio::task::spawn_blocking(move || ask_many(&address, 1, 50, Duration::ZERO))
        .await
        .expect("answers");
    assert_eq!(took.len(), 50);
    let _ = end.send(());
    serving.await.expect("its end");
}
