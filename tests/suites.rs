//! Every built-in case is a test of its own, against a fresh emulator; and every personality runs two thirds of
//! the built-in suites, others than its neighbours. `cargo test --test suites -- --ignored personality/` has it run
//! the rest; `qualify` runs all.
//!
//! `cargo test --test suites -- key/` runs the cases of that group; `--list`, `--exact`, `--skip` and
//! `--ignored` do what they do elsewhere.

mod support;

use ikkm_emulator::behaviour::AfterRestart;
use ikkm_emulator::defects::{Defect, tolerated, unseen};
use ikkm_emulator::{personalities, personality};
use ikkm_harness::golden::Golden;
use ikkm_harness::runner::order::in_order;
use ikkm_harness::runner::outcome::{CaseResult, RunResult, Verdict};
use ikkm_harness::suite::{Case, Suite, builtin};
use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let suites = match builtin::device() {
        Ok(suites) => Arc::new(suites),
        Err(mistakes) => {
            mistakes.iter().for_each(|mistake| eprintln!("{}", mistake.render(false)));
            return ExitCode::FAILURE;
        }
    };
    // The plain one is what each case runs on by itself, and what `tests/docs.rs` runs as a whole.
    let mut others = personalities();
    others.retain(|device| device.name != "plain");
    let others: Vec<(&'static str, Arc<Mutex<Applicable>>)> =
        others.iter().map(|device| (device.name, Arc::default())).collect();
    let mut trials: Vec<Trial> = (0..PARTS)
        .flat_map(|part| others.iter().enumerate().map(move |(at, other)| (part, at, other)))
        .map(|(part, at, (name, applicable))| {
            let left_out = (part + at) % 3 == 2;
            personality_run(name, Arc::clone(&suites), part, Arc::clone(applicable))
                .with_ignored_flag(left_out)
        })
        .collect();
    trials.extend(suites.iter().flat_map(|suite| &suite.cases).cloned().map(single_case));
    let together = Together::new(tolerated());
    let mut alike: Vec<Trial> = tolerated()
        .iter()
        .map(|one| tolerated_run(one, Arc::clone(&together), Arc::clone(&suites)))
        .collect();
    let together = Together::new(unseen());
    alike.extend(unseen().iter().map(|one| unseen_run(one, Arc::clone(&together), Arc::clone(&suites))));
    // One of each begins the run that the others find done.
    trials.splice(0..0, [alike.remove(0), alike.remove(alike.len() - 1)]);
    trials.extend(alike);
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What shows on a device that has all these faults at once: a run of all cases is shared by the tests of each.
struct Together {
    faults: &'static [Defect],
    result: OnceLock<RunResult>,
}

impl Together {
    fn new(faults: &'static [Defect]) -> Arc<Together> {
        Arc::new(Together { faults, result: OnceLock::new() })
    }

    fn result(&self, suites: &[Suite]) -> &RunResult {
        self.result.get_or_init(|| {
            let cases = in_order(suites.iter().flat_map(|suite| &suite.cases).collect());
            faulty(&cases, self.faults)
        })
    }
}

fn faulty(cases: &[&Case], faults: &[Defect]) -> RunResult {
    let mut plain = personality("plain").expect("a personality is plain");
    faults.iter().for_each(|fault| fault.apply(&mut plain.behaviour));
    support::run_cases_on(&plain, cases, None, false)
}

/// A deviation that is at most a warning is no failure: in no case while all of them are there, and for itself
/// in the cases that warned then, of which one warns of it.
fn tolerated_run(deviation: &'static Defect, together: Arc<Together>, suites: Arc<Vec<Suite>>) -> Trial {
    Trial::test(deviation.name, move || {
        let good = [Verdict::Pass, Verdict::Warn, Verdict::NotApplicable, Verdict::Inconclusive];
        let all = together.result(&suites);
        none_but(&good, all)?;
        let warned: BTreeSet<&str> = all
            .cases
            .iter()
            .filter(|case| case.verdict == Verdict::Warn)
            .map(|case| case.name.as_str())
            .collect();
        let cases = suites.iter().flat_map(|suite| &suite.cases);
        let cases = in_order(cases.filter(|case| warned.contains(case.name.as_str())).collect());
        let alone = faulty(&cases, std::slice::from_ref(deviation));
        if alone.count(Verdict::Warn) == 0 {
            return Err("nothing was seen of it".into());
        }
        none_but(&good, &alone)
    })
}

/// A fault that nothing shows leaves every verdict as it is: whoever can see it makes a defect of it.
fn unseen_run(fault: &'static Defect, together: Arc<Together>, suites: Arc<Vec<Suite>>) -> Trial {
    Trial::test(fault.name, move || none_but(&[Verdict::Pass], together.result(&suites)))
}

fn single_case(case: Case) -> Trial {
    Trial::test(case.name.clone(), move || {
        let golden = Golden::new(support::root().join("golden"), false);
        none_but(&[Verdict::Pass], &support::run_cases("plain", &[&case], Some(golden)))
    })
}

/// In so many parts a personality runs all suites: a shift with the receipts of all of them makes every document
/// long, which takes twice the time. In one go `tests/docs.rs` runs them on `plain`, and `qualify` on every
/// personality.
const PARTS: usize = 9;

/// Of them so many run without `--ignored`.
const BY_DAY: usize = 6;

/// How many cases of the parts that a personality has run are applicable to it.
#[derive(Default)]
struct Applicable {
    parts: usize,
    cases: usize,
    applicable: usize,
}

/// The n-th part of the suites on a personality.
fn personality_run(
    name: &'static str,
    suites: Arc<Vec<Suite>>,
    part: usize,
    all: Arc<Mutex<Applicable>>,
) -> Trial {
    Trial::test(format!("personality/{name}/{}-of-{PARTS}", part + 1), move || {
        let own = suites.iter().skip(part).step_by(PARTS);
        let cases = in_order(own.flat_map(|suite| &suite.cases).collect());
        let result = support::run_cases(name, &cases, None);
        // A device without a battery cannot run it low; but most of all parts must be applicable.
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        all.parts += 1;
        all.cases += cases.len();
        all.applicable += cases.len() - result.count(Verdict::NotApplicable);
        if all.parts >= BY_DAY && all.applicable * 10 < all.cases * 8 {
            return Err(format!("only {} of {} cases are applicable", all.applicable, all.cases).into());
        }
        drop(all);
        let mut good = vec![Verdict::Pass, Verdict::NotApplicable];
        // Where a device does not go on after a restart, nothing can be told of what a restart leaves.
        let device = personality(name).ok_or("no such personality")?;
        if device.behaviour.management.after_restart != AfterRestart::GoesOn {
            let unclear = result.cases.iter().filter(|case| case.verdict == Verdict::Inconclusive);
            let other = |case: &&CaseResult| {
                !case.message.as_deref().is_some_and(|why| why.contains("after its restart"))
            };
            if let Some(case) = unclear.clone().find(other) {
                return Err(format!("{}: {}", case.name, case.message.as_deref().unwrap_or("")).into());
            }
            good.push(Verdict::Inconclusive);
        }
        none_but(&good, &result)
    })
}

/// Every verdict is one of these; any other is a gap in the suites or in the emulator.
fn none_but(good: &[Verdict], result: &RunResult) -> Result<(), Failed> {
    let mut told: Vec<String> = result
        .cases
        .iter()
        .filter(|case| !good.contains(&case.verdict))
        .map(|case| format!("{} {}: {}", case.verdict, case.name, case.message.as_deref().unwrap_or("")))
        .collect();
    told.extend(result.stopped.iter().map(|why| format!("the run stopped: {why}")));
    if told.is_empty() { Ok(()) } else { Err(told.join("\n").into()) }
}
