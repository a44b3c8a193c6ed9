//! What a run leaves behind, and how long it takes: a device is found as it was lent, whatever way a case
//! ends, and one that never finishes does not keep a run for ever.

mod support;

use ikkm_app::embedded::Embedded;
use ikkm_emulator::behaviour::ZAnswer;
use ikkm_emulator::{Behaviour, Condition, Device, Fault, Observer, Seen, personality};
use ikkm_harness::runner::cover::{API_ALONE, Bounds, WITH_BENCH, choose, could_run};
use ikkm_harness::runner::order::in_order;
use ikkm_harness::runner::outcome::{CaseResult, RunResult, Verdict};
use ikkm_harness::runner::run::{RunOptions, Runner};
use ikkm_harness::suite::load::load_text;
use ikkm_harness::suite::{Case, Suite, builtin};
use ikkm_protocol::Answer;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use time::OffsetDateTime;

/// The session variables of v22 §10.1, as the device itself holds them.
fn session_variables(device: &Device) -> String {
    device.with(|machine, now| {
        let seen = machine.snapshot(0, now);
        format!(
            "prints on {}, batch mode {}, fast timers {}, locked to {:?}, header {:?}, LAN printer kept {}, \
             web management {}",
            seen.print_mode,
            seen.batch_mode,
            seen.fast_timers,
            seen.locked_to,
            seen.header,
            machine.keeps_lan_printer(),
            machine.web_management_is_on()
        )
    })
}

/// What came of a run.
struct Ran {
    result: RunResult,
    /// The session variables before and after it.
    variables: [String; 2],
    /// How long it took by the device's clock.
    took: Duration,
}

/// Runs cases on a fresh device that behaves so; somebody may watch it once the run has begun.
fn ran(
    behaviour: Behaviour,
    cases: &[&Case],
    interrupted: &Arc<AtomicBool>,
    observer: Option<Arc<dyn Observer>>,
) -> Ran {
    let plain = personality("plain").expect("plain");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let started = Embedded::start(&plain, behaviour).await;
        let Embedded { device, url, setup, bench } = started.expect("an emulator with its bench");
        let session = setup.open().expect("a session");
        let interrupted = Arc::clone(interrupted);
        let options = RunOptions { target: url, strict: false, golden: None, thrifty: true, interrupted };
        let mut runner = Runner::new(session, bench, options, "TEST".to_owned());
        let before = session_variables(&device);
        let (facts, _) = runner.identify().await.expect("getInfo of a fresh emulator");
        if let Some(observer) = observer {
            device.observe(observer);
        }
        let began = runner.spent().waits;
        let result = runner.run(cases, facts, OffsetDateTime::UNIX_EPOCH, |_, _, _| {}).await;
        let took = runner.spent().waits.saturating_sub(began);
        let after = session_variables(&device);
        device.shutdown().await;
        Ran { result, variables: [before, after], took }
    })
}

fn plain() -> Behaviour {
    personality("plain").expect("plain").behaviour
}

#[test]
fn each_suite_leaves_the_session_variables_as_it_found_them() {
    let suites = builtin::device().expect("the built-in suites");
    let mut changed = Vec::new();
    for suite in &suites {
        let cases = in_order(suite.cases.iter().collect());
        let [before, after] = ran(plain(), &cases, &Arc::default(), None).variables;
        if before != after {
            changed.push(format!("{}: {before} became {after}", suite.name));
        }
    }
    assert!(changed.is_empty(), "{changed:#?}");
}

/// A case that sets every mode and then comes to each of the ways in which a case may end.
fn ending(step: &str) -> String {
    format!(
        "about: a
cases:
  - name: a/ends
    requirements: [MGMT-1]
    steps:
      - {{get: \"/apicheck/?ofdPacketMode=true\", expect: success}}
      - {{get: \"/apicheck/?timersFast=true\", expect: success}}
      - {{get: \"/apicheck/?keepLanPrinter=true\", expect: success}}
      - {{get: \"/apicheck/?setPrintMode=lan-printer\", expect: success}}
      - {{post: /apicheck/, with: {{printHeader: Left}}, expect: success}}
      - {step}
    afterwards:
      - {{get: \"/apicheck/?ofdNormalMode=true\"}}
      - {{get: \"/apicheck/?timersNormal=true\"}}
      - {{get: \"/apicheck/?closeLanPrinter=true\"}}
      - {{get: \"/apicheck/?setPrintMode=internal-printer\"}}
      - {{post: /apicheck/, with: {{printHeader: clear}}}}
"
    )
}

#[test]
fn a_mode_is_put_back_in_every_ending() {
    let endings = [
        ("{get: /apicheck/, expect: \"200 * 0\"}", Verdict::Pass),
        ("{get: /apicheck/, expect: -14 tax-not-found}", Verdict::Fail),
        (
            "{sale: 10, cash: 10, tax: 99, skip-on: -14 tax-not-found, expect: registered}",
            Verdict::NotApplicable,
        ),
    ];
    for (step, verdict) in endings {
        let suite = load_text("a.yaml", &ending(step)).expect("a suite");
        let cases: Vec<&Case> = suite.cases.iter().collect();
        let Ran { result, variables: [before, after], .. } = ran(plain(), &cases, &Arc::default(), None);
        assert_eq!(result.cases[0].verdict, verdict, "{step}: {:?}", result.cases[0].message);
        assert_eq!(before, after, "{step}");
    }
}

#[test]
fn a_lock_does_not_outlive_a_case_that_did_not_get_to_its_restart() {
    let yaml = "about: a
cases:
  - name: a/locks
    requirements: [MGMT-4]
    last: true
    steps:
      - {get: \"/apicheck/?Lockhost=true\", expect: success}
      - {get: /apicheck/, expect: -14 tax-not-found}
      - {act: power-cycle}
  - name: a/reads
    requirements: [MGMT-4]
    last: true
    steps:
      - {get: /apicheck/, from: second, expect: 200 * 0}
";
    let suite = load_text("a.yaml", yaml).expect("a suite");
    let cases: Vec<&Case> = suite.cases.iter().collect();
    let Ran { result, variables: [before, after], .. } = ran(plain(), &cases, &Arc::default(), None);
    let verdicts: Vec<Verdict> = result.cases.iter().map(|case| case.verdict).collect();
    assert_eq!(verdicts, [Verdict::Fail, Verdict::Pass], "{:?}", result.cases);
    assert_eq!(before, after);
}

#[test]
fn a_mode_is_put_back_when_the_run_is_interrupted() {
    let suite = load_text("a.yaml", &ending("{wait: 60}")).expect("a suite");
    let cases: Vec<&Case> = suite.cases.iter().collect();
    let interrupted = Arc::new(AtomicBool::new(false));
    let observer: Arc<dyn Observer> = Arc::new(Interrupts(Arc::clone(&interrupted)));
    let Ran { result, variables: [before, after], .. } = ran(plain(), &cases, &interrupted, Some(observer));
    assert_eq!(result.cases[0].verdict, Verdict::Inconclusive);
    assert!(result.stopped.as_deref().is_some_and(|why| why.contains("interrupted")), "{:?}", result.stopped);
    assert_eq!(before, after);
}

/// Somebody who interrupts the run as soon as a header is set.
#[derive(Debug)]
struct Interrupts(Arc<AtomicBool>);

impl Observer for Interrupts {
    fn request(&self, _: &Device, seen: &Seen<'_>) {
        if seen.request.params().get("printHeader") == Some("Left") {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    fn reply(&self, _: &Device, _: u64, _: Option<&Answer>, _: Option<&Fault>) {}

    fn gone(&self, _: u64) {}

    fn closed(&self, _: u64) {}
}

/// Somebody who makes the device busy for ever from its hundredth request on.
#[derive(Debug)]
struct Hangs;

impl Observer for Hangs {
    fn request(&self, device: &Device, seen: &Seen<'_>) {
        if seen.number == 100 {
            device.with(|machine, now| machine.establish(Condition::Busy, now)).expect("a condition");
        }
    }

    fn reply(&self, _: &Device, _: u64, _: Option<&Answer>, _: Option<&Fault>) {}

    fn gone(&self, _: u64) {}

    fn closed(&self, _: u64) {}
}

/// Somebody who lets the first card payment go on for ever, whatever the bench says.
#[derive(Debug)]
struct ReadsTheCardForEver;

impl Observer for ReadsTheCardForEver {
    fn request(&self, _: &Device, _: &Seen<'_>) {}

    fn reply(&self, device: &Device, _: u64, answer: Option<&Answer>, _: Option<&Fault>) {
        if answer.is_some_and(|answer| answer.reason == b"bank-is-opened") {
            device.with(|machine, now| machine.establish(Condition::Busy, now)).expect("a condition");
        }
    }

    fn gone(&self, _: u64) {}

    fn closed(&self, _: u64) {}
}

/// What a run on a device takes: with a bench, or over the API alone.
fn chosen(suites: &[Suite], bench: bool) -> Vec<&Case> {
    let all: Vec<&Case> = suites.iter().flat_map(|suite| &suite.cases).collect();
    let grants = "all".parse().expect("grants");
    let runs = could_run(&grants, bench, false);
    let requests = if bench { WITH_BENCH } else { API_ALONE };
    let mut cases = choose(&all, &runs, Bounds { requests, rotate: None }).cases;
    cases.retain(|case| runs(case));
    in_order(cases)
}

#[test]
fn a_device_that_never_finishes_costs_ten_minutes_at_the_most() {
    let suites = builtin::device().expect("the built-in suites");
    let with_bench = chosen(&suites, true);
    let planned = ran(plain(), &with_bench, &Arc::default(), None).took;
    let mut endless = plain();
    endless.shift.z_answer = ZAnswer::AtStart;
    endless.shift.z_seconds = (1_000_000, 1_000_000);
    let mut told = Vec::new();
    let watched = |observer: Arc<dyn Observer>| Some(observer);
    for (name, behaviour, observer) in [
        ("a Z report", endless, None),
        ("a card payment", plain(), watched(Arc::new(ReadsTheCardForEver))),
        ("everything", plain(), watched(Arc::new(Hangs))),
    ] {
        let Ran { result, took, .. } = ran(behaviour, &with_bench, &Arc::default(), observer);
        let points = result.cases.iter().filter(|case| {
            case.verdict == Verdict::Inconclusive
                && case.message.as_deref().is_some_and(|why| why.contains("this case was not begun"))
        });
        let at_once: Vec<&CaseResult> = points.collect();
        if at_once.is_empty() || at_once.iter().any(|case| case.requests > 1) {
            told.push(format!("{name}: {} cases were not begun", at_once.len()));
        }
        if took > planned + Duration::from_secs(600) {
            told.push(format!("{name}: {took:?}, and {planned:?} was planned"));
        }
    }
    assert!(told.is_empty(), "{told:#?}");
}
