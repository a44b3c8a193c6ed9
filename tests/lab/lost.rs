//! Devices that are lost in mid-run, slow, or of another firmware: each ends as it is told, and no verdict is
//! lost.

use super::shelf::Shelf;
use super::{Outcome, call, json, verdicts};
use libtest_mimic::Trial;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("lost": a_device_that_is_lost_in_mid_run_leaves_its_cases_to_the_others, a_slow_device_does_what_it_can_and_no_verdict_is_another, a_device_of_another_firmware_is_refused_and_waived_by_its_own_firmware_where_it_may_share)
}

const SPLIT: [&str; 6] = ["run", "--lab", "lab.yaml", "--split", "--yes", "--quiet"];
const CASES: [&str; 4] = ["--case", "key/*", "--case", "registration/*"];

/// What stands between the program and a device.
#[derive(Default)]
struct Gate {
    /// Requests that went through.
    passed: AtomicUsize,
    /// Shut: what comes is refused, and what is open is cut.
    shut: AtomicBool,
}

impl Gate {
    /// Lets `most` requests through, each after a while; then the device is gone.
    fn before(device: SocketAddr, most: usize, pause: Duration) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("an address");
        let address = listener.local_addr().expect("its address");
        let gate = Arc::new(Gate::default());
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(device)) else { break };
                if gate.shut.load(Ordering::Relaxed) {
                    break;
                }
                let gate = Arc::clone(&gate);
                std::thread::spawn(move || gate.carry(client, server, most, pause));
            }
            // The listener is dropped here: nobody is there any more.
        });
        address
    }

    fn carry(&self, mut client: TcpStream, mut server: TcpStream, most: usize, pause: Duration) {
        let (Ok(mut back), Ok(mut from)) = (client.try_clone(), server.try_clone()) else { return };
        let answers = std::thread::spawn(move || std::io::copy(&mut from, &mut back));
        let mut bytes = [0; 65_536];
        while let Ok(read) = client.read(&mut bytes) {
            let begins = bytes[..read].starts_with(b"GET ") || bytes[..read].starts_with(b"POST ");
            if begins && self.passed.fetch_add(1, Ordering::Relaxed) >= most {
                self.shut.store(true, Ordering::Relaxed);
                let _ = client.shutdown(std::net::Shutdown::Both);
                let own = client.local_addr().map(TcpStream::connect);
                drop(own);
                break;
            }
            std::thread::sleep(pause);
            if read == 0 || server.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        let _ = server.shutdown(std::net::Shutdown::Both);
        let _ = answers.join();
    }
}

/// Puts a gate before one device of the lab.
fn gate(shelf: &Shelf, at: usize, most: usize, pause: Duration) {
    let device: SocketAddr = shelf.urls[at].trim_start_matches("http://").parse().expect("its address");
    let gate = Gate::before(device, most, pause);
    let lab = std::fs::read_to_string(shelf.folder.path().join("lab.yaml")).expect("the lab");
    shelf.folder.file("lab.yaml", lab.replace(&shelf.urls[at], &format!("http://{gate}")));
}

/// What a single device comes to.
fn alone(shelf: &Shelf) -> BTreeMap<String, String> {
    let at = shelf.folder.path();
    let one = ["run", "--lab", "lab.yaml", "--yes", "--quiet", "--device", "till-0", "--json", "one.json"];
    call(at, &[&one[..], &CASES].concat()).assert(0, &[]);
    ordinary(shelf, "one.json")
}

fn ordinary(shelf: &Shelf, file: &str) -> BTreeMap<String, String> {
    let mut all = verdicts(&json(shelf.folder.path(), file));
    all.retain(|name, _| !name.starts_with("reconciliation/"));
    all
}

fn divided(shelf: &Shelf, more: &[&str]) -> Outcome {
    call(shelf.folder.path(), &[&SPLIT[..], &CASES, &["--json", "split.json"], more].concat())
}

fn a_device_that_is_lost_in_mid_run_leaves_its_cases_to_the_others() {
    let shelf = Shelf::new(&[&[], &[]], "");
    let expected = alone(&shelf);
    gate(&shelf, 1, 40, Duration::ZERO);
    // The wait for a device that is gone, a minute, is shortened.
    let told = divided(&shelf, &["--patience", "5"]);
    told.assert(3, &["till-1: falls out"]);
    assert_eq!(ordinary(&shelf, "split.json"), expected, "{}", told.told);
}

fn a_slow_device_does_what_it_can_and_no_verdict_is_another() {
    let shelf = Shelf::new(&[&[], &[]], "");
    let expected = alone(&shelf);
    gate(&shelf, 1, usize::MAX, Duration::from_millis(20));
    divided(&shelf, &[]).assert(0, &["where it ran"]);
    assert_eq!(ordinary(&shelf, "split.json"), expected);
}

fn a_device_of_another_firmware_is_refused_and_waived_by_its_own_firmware_where_it_may_share() {
    // 101050 is the firmware of that personality, 101021 that of the others.
    let wrong = ["--defect", "info/no-printingmode"];
    let shelf = Shelf::new(&[&wrong, &[&wrong[..], &["--personality", "unlinked"]].concat()], "");
    shelf.folder.file(
        "known.yaml",
        "waivers:\n".to_owned()
            + &[101_021, 101_050].map(|firmware| {
                format!(
                    "  - {{requirement: CHK-2, observed: {{found: \"*printingMode*\"}}, reason: known, owner: qa, expires: 2099-01-01, firmware: {{from: {firmware}, to: {firmware}}}}}\n"
                )
            }).concat(),
    );
    let of = |more: &[&str]| {
        let all = [&SPLIT[..], &["--requirement", "CHK-2", "--json", "split.json"], more].concat();
        call(shelf.folder.path(), &all)
    };
    of(&[]).assert(2, &["firmware: till-0 has 101021, till-1 has 101050", "taxes: "]);
    of(&["--unequal"]).assert(1, &["not equal: firmware"]);
    of(&["--unequal", "--waivers", "known.yaml"]).assert(0, &["waived"]);
}
