//! Many emulated devices of one process: each is paced for itself, has one request in flight and a journal of its
//! own. `cargo test --test lab -- --ignored --nocapture a_thousand` takes the thousand, for a minute in real time,
//! and says what they cost.

use super::support::{Sandbox, on_a_runtime};
use futures_util::future::join_all;
use ikkm_emulator::{Device, DeviceClock, Machine, personality};
use ikkm_harness::device::effects::{Effect, Grants};
use ikkm_harness::device::journal::Journal;
use ikkm_harness::device::session::{Outgoing, Session};
use ikkm_harness::device::setup::SessionSetup;
use ikkm_protocol::{Key, Method, Params};
use libtest_mimic::Trial;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant};

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("thousand": each_of_many_devices_has_its_own_pace_and_journal; a_thousand_devices_at_one_request_a_second)
}

/// A device, and a session with it that keeps a journal.
struct Till {
    device: Device,
    session: Session,
}

impl Till {
    async fn start(number: usize, rate: f64, folder: &Path) -> Till {
        let plain = personality("plain").expect("the first personality");
        let key = Key::parse(&format!("{:08}", 31_000_000 + number)).expect("a key");
        let machine = Machine::new(&plain, plain.behaviour.clone(), key.clone());
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let device = Device::start(machine, listen, DeviceClock::real()).await.expect("a port");
        device.record();
        let target = format!("http://{}", device.address());
        let journal = folder.join(format!("till-{number}.jsonl"));
        let journal = Journal::open(&journal, &target, "2026-11-26T00:00:00Z").expect("its journal");
        let setup = SessionSetup::new(target.parse().expect("a URL"), key);
        let grants = Grants::reading().with(Effect::Fiscal);
        let setup = SessionSetup { rate: Some(rate), grants, journal: Some(journal), ..setup };
        Till { device, session: setup.open().expect("a session") }
    }

    /// Sells so many times; gives when each request's first byte left.
    async fn sell(&mut self, times: usize) -> Vec<Instant> {
        let mut started = Vec::new();
        for _ in 0..times {
            let key = self.session.key().expect("the key");
            let params = Params([("sale", "5"), ("cash", "5")].map(|(n, v)| (n.into(), v.into())).into());
            let sale = Outgoing { method: Method::Get, params, ..Outgoing::get("/api/", key) };
            let sent = self.session.send(&sale).await.expect("it is sent");
            assert_eq!(sent.first_answer().map(|answer| answer.status), Some(200));
            started.push(sent.delivery.started.into());
        }
        started
    }
}

/// So many devices, each sold on so many times at that rate.
async fn shelf(devices: usize, times: usize, rate: f64) {
    let folder = Sandbox::new();
    let mut tills = Vec::new();
    for number in 0..devices {
        tills.push(Till::start(number, rate, folder.path()).await);
    }
    let began = Instant::now();
    let sold = join_all(tills.iter_mut().map(|till| till.sell(times))).await;
    let took = began.elapsed();
    let gap = Duration::from_secs_f64(1.0 / rate);
    let gaps = sold.iter().flat_map(|started| started.windows(2).map(|pair| pair[1] - pair[0]));
    let violations = gaps.filter(|apart| *apart < gap).count();
    let arrivals: Vec<_> = tills.iter().map(|till| till.device.requests()).collect();
    let overlapping = arrivals.iter().flatten().filter(|arrival| arrival.overlaps).count();
    println!(
        "{devices} devices, {times} requests each in {:.1} s: {violations} too early, {overlapping} beside another; {}",
        took.as_secs_f64(),
        cost()
    );
    assert_eq!((violations, overlapping), (0, 0));
    assert!(arrivals.iter().all(|all| all.len() == times), "each request arrived, and once");
    for number in 0..devices {
        let text = std::fs::read_to_string(folder.path().join(format!("till-{number}.jsonl"))).expect("it");
        let sales = text.lines().filter(|line| line.starts_with("{\"sent\"")).count();
        assert_eq!(sales, times, "the journal of till-{number} has its own requests and no others");
    }
}

/// What this process has cost so far, where the system tells it.
fn cost() -> String {
    let read = |file: &str| std::fs::read_to_string(format!("/proc/self/{file}")).unwrap_or_default();
    let stat = read("stat");
    // Behind the name in brackets: user and system time are the 12th and 13th field, in hundredths.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
    let status = read("status");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("not told").trim();
    format!("{:.1} s of processor time, {peak} at the most", (ticks(11) + ticks(12)) / 100.0)
}

fn each_of_many_devices_has_its_own_pace_and_journal() {
    on_a_runtime(shelf(30, 4, 10.0));
}

fn a_thousand_devices_at_one_request_a_second() {
    on_a_runtime(shelf(1000, 60, 1.0));
}
