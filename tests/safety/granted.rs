//! What arrives at the device's side: nothing that was not granted, and nothing too fast.

use crate::devices::KEY;
use crate::support::on_a_runtime;
use crate::{folder, paced, suite};
use ikkm_app::embedded::Embedded;
use ikkm_emulator::{Device, DeviceClock, Machine, personality};
use ikkm_harness::device::effects::{Effect, Grants};
use ikkm_harness::runner::cover::{Bounds, WITH_BENCH, choose};
use ikkm_harness::runner::run::{RunOptions, Runner};
use ikkm_harness::suite::{Case, builtin};
use ikkm_protocol::{Key, WireRequest};
use libtest_mimic::Trial;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("granted": nothing_that_was_not_granted_arrives, a_paced_run_keeps_a_second_between_requests_and_one_in_flight)
}

async fn device() -> Device {
    let plain = personality("plain").unwrap();
    let machine = Machine::new(&plain, plain.behaviour.clone(), Key::parse(KEY).unwrap());
    Device::start(machine, "127.0.0.1:0".parse().unwrap(), DeviceClock::standing()).await.unwrap()
}

/// What a request does, told by this test's own, coarser table.
fn does(request: &WireRequest) -> Vec<Effect> {
    let params = request.params();
    let has = |names: &[&str]| {
        params.0.iter().any(|(given, _)| names.iter().any(|name| name.eq_ignore_ascii_case(given)))
    };
    let path = request.path().trim_end_matches('/');
    let mut effects = Vec::new();
    let own = match path {
        "/apicheck" | "/apicheck/getInfo" => None,
        "/apiprint" | "/apixreport" | "/apicheck/printLastDocument" => Some(Effect::Print),
        "/apizreport" => Some(Effect::Shift),
        "/apibank" => Some(Effect::Bank),
        "/apimanage" => Some(Effect::Manage),
        dump if dump.starts_with("/dump/") => None,
        // Registrations, cash in and out, and every path that the document does not know.
        _ => Some(Effect::Fiscal),
    };
    effects.extend(own);
    for (effect, names) in [
        (Effect::Print, &["beep"][..]),
        (Effect::Fiscal, &["sale", "buy", "saleReturn", "buyReturn"]),
        (Effect::Update, &["doUpdate"]),
        (
            Effect::Manage,
            &["doReboot", "Lockhost", "setPrintMode", "printHeader", "disableWebMgmt", "timersFast"],
        ),
        (Effect::Manage, &["ofdPacketMode", "ofdNormalMode", "pushTheQue", "keepLanPrinter", "timersNormal"]),
    ] {
        effects.extend(has(names).then_some(effect));
    }
    effects
}

fn nothing_that_was_not_granted_arrives() {
    on_a_runtime(nothing_that_was_not_granted_arrives_on_it());
}

async fn nothing_that_was_not_granted_arrives_on_it() {
    let suites = builtin::device().unwrap();
    let all: Vec<&Case> = suites.iter().flat_map(|suite| &suite.cases).collect();
    let bounds = Bounds { requests: WITH_BENCH, rotate: None };
    let cases = choose(&all, |_| true, bounds).cases;
    let options =
        [Effect::Print, Effect::Manage, Effect::Bank, Effect::Shift, Effect::Fiscal, Effect::Update];
    // Each withheld alone, and each granted alone.
    let mut runs: Vec<Vec<Effect>> = options.iter().map(|effect| vec![*effect]).collect();
    runs.extend(
        options
            .iter()
            .map(|alone| options.into_iter().filter(|effect| effect != alone).collect::<Vec<Effect>>()),
    );
    let mut sent_at_all = Vec::new();
    for withheld in runs {
        let device = device().await;
        device.record();
        let granted = Effect::ALL.into_iter().filter(|effect| !withheld.contains(effect));
        let grants = granted.fold(Grants::reading(), Grants::with);
        let Embedded { url, mut setup, bench, .. } = Embedded::of(device.clone()).await.unwrap();
        setup.grants = grants;
        let session = setup.open().unwrap();
        let options = RunOptions {
            target: url.clone(),
            strict: false,
            golden: None,
            thrifty: false,
            interrupted: Arc::default(),
        };
        let mut runner = Runner::new(session, bench, options, "T".to_owned());
        let (facts, _) = runner.identify().await.unwrap();
        let result = runner.run(&cases, facts, OffsetDateTime::UNIX_EPOCH, |_, _, _| {}).await;
        // Beside them there are the reconciliations at the suites' ends.
        let own = cases.iter().filter(|case| result.cases.iter().any(|ran| ran.name == case.name)).count();
        assert_eq!((result.stopped, own), (None, cases.len()), "without {withheld:?}");
        for seen in device.requests() {
            let effects = does(&seen.request);
            let ungranted = effects.iter().find(|effect| withheld.contains(effect));
            assert_eq!(ungranted, None, "not granted: {}", seen.request.target);
            sent_at_all.extend(effects);
        }
        device.shutdown().await;
    }
    for effect in options {
        assert!(sent_at_all.contains(&effect), "no run sent anything of {effect}: the test shows nothing");
    }
}

fn a_paced_run_keeps_a_second_between_requests_and_one_in_flight() {
    on_a_runtime(a_paced_run_keeps_a_second_between_requests_and_one_in_flight_on_it());
}

async fn a_paced_run_keeps_a_second_between_requests_and_one_in_flight_on_it() {
    let device = device().await;
    device.record();
    let folder = folder("paced");
    let text = "
about: Two looks and a sale.
cases:
  - name: paced/looks
    requirements: [CHK-1]
    steps:
      - {get: /apicheck/, expect: 200 * 0, times: 2}
      - {sale: 100, cash: 100, expect: registered}
";
    let suite = suite(&folder, text);
    let mut command = paced(&folder, &suite, &format!("http://{}", device.address()));
    command.args(["--key", KEY, "--allow", "fiscal", "--yes"]);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let seen = device.requests();
    assert!(seen.len() >= 5, "{} requests", seen.len());
    // That each start is a whole second after the one before is shown with a virtual clock (`device::pace`).
    // Here arrivals are measured, and on a busy machine one is seen later than it came: never the sum of all.
    for (seconds, one) in (0..).zip(&seen) {
        let since = one.at - seen[0].at + Duration::from_millis(100);
        assert!(since >= Duration::from_secs(seconds), "request {seconds} came after {since:?}");
    }
    assert!(seen.iter().all(|seen| !seen.overlaps), "two were in flight at once");
}
