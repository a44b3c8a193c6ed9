//! One case against one device: preparation, steps, expectations, a verdict, and order afterwards.
//!
//! A case while it runs is three values with one owner each: the [`conversation`], the
//! [`bookkeeping`](super::bookkeeping) and the judge in [`verdicts`]. What is here reads the case and
//! tells each of them what to do: `preparation` before the first step, `requests`, `observations` and
//! `bench_acts` for the steps, `readings` for what the harness itself has to know.

use super::bookkeeping::Bookkeeping;
use super::every_answer::EveryAnswer;
use super::lean;
use super::left_out::LeftOut;
use super::outcome::{CaseResult, Verdict};
use super::patience::WaitBudget;
use super::run::{RunOptions, Runner};
use super::state::Link;
use super::tape::Widths;
use crate::bench::{Bench, BenchAction, BenchFault, ConditionName, Observation};
use crate::device::clock::ClockError;
use crate::device::session::SessionError;
use crate::golden::Golden;
use crate::suite::model::{Case, Step, StepAction};
use conversation::Conversation;
use requests::Done;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Duration;
use verdicts::{At, CaseJudge};

mod bench_acts;
mod conversation;
mod key_loss;
mod observations;
mod preparation;
mod readings;
mod requests;
mod values;
mod verdicts;

/// Why a case ended before its last step.
#[derive(Debug)]
pub(super) enum Halt {
    /// A *must* is broken; the finding is recorded.
    Broken,
    /// The harness or the bench could not tell.
    Inconclusive(String),
    /// Something is missing that the case needs.
    NotApplicable(String),
    /// Somebody asked for the end.
    Interrupted,
    /// The run cannot go on.
    Stop(String),
}

impl From<SessionError> for Halt {
    fn from(error: SessionError) -> Halt {
        match error {
            SessionError::NotGranted(_) | SessionError::NoSecondAddress | SessionError::Limit(_) => {
                Halt::NotApplicable(error.to_string())
            }
            _ => Halt::Stop(error.to_string()),
        }
    }
}

impl From<BenchFault> for Halt {
    fn from(fault: BenchFault) -> Halt {
        Halt::Stop(fault.to_string())
    }
}

impl From<ClockError> for Halt {
    fn from(error: ClockError) -> Halt {
        Halt::Stop(error.to_string())
    }
}

/// A case while it runs.
pub(super) struct CaseRun<'r> {
    case: &'r Case,
    options: &'r RunOptions,
    bench: &'r mut Bench,
    talk: Conversation<'r>,
    books: &'r mut Bookkeeping,
    judge: CaseJudge<'r>,
    patience: &'r mut WaitBudget,
    undocumented: &'r mut BTreeMap<&'static str, BTreeSet<String>>,
    lost_replies: &'r mut BTreeMap<String, u32>,
    remarks: &'r mut Vec<String>,
    left_out: &'r mut LeftOut,
    widths: &'r mut Widths,
    link: &'r mut Link,
    down: &'r mut Option<String>,
    every_answer: &'r mut EveryAnswer,
    /// What the case would have seen online, had there been a committee to talk to.
    unseen: bool,
    /// The print mode that the case has set.
    print_mode: String,
    token: String,
    saved: BTreeMap<String, String>,
    established: Vec<ConditionName>,
    /// A Z report was accepted, and its end was not waited for yet.
    closing: bool,
    /// A card payment was begun, and its end was not seen yet.
    paying: bool,
    /// What it says of the books is seen at a later look.
    puts_off: bool,
    /// The first step was reached.
    began: bool,
}

/// Why nothing that goes online can be seen.
const NO_LINK: &str = "the device has no committee to talk to: its messages wait, and nothing goes online";

/// Whether a step looks at paper or documents.
fn looks_elsewhere(step: &Step) -> bool {
    let online = matches!(step.action, StepAction::Observe(Observation::Online));
    !online && (!step.checks.is_empty() || !step.printed.is_empty())
}

/// Runs a case; the text says why the run cannot go on, if it cannot.
pub(super) async fn run(runner: &mut Runner, case: &Case) -> (CaseResult, Option<String>) {
    let requests_before = runner.session.requests();
    let began = runner.wall.now();
    runner.bench.begins_case(&case.name);
    let token = runner.state.next_token();
    let state = &mut runner.state;
    state.books.begin_case();
    let talk = Conversation::new(
        &mut runner.session,
        &runner.options.target,
        runner.show_keys,
        &mut state.last,
        &mut state.last_registration,
    );
    let mut run = CaseRun {
        case,
        options: &runner.options,
        bench: &mut runner.bench,
        talk,
        books: &mut state.books,
        judge: CaseJudge::new(case, &mut state.open),
        patience: &mut state.patience,
        undocumented: &mut state.undocumented,
        lost_replies: &mut state.lost_replies,
        remarks: &mut state.remarks,
        left_out: &mut state.left_out,
        widths: &mut state.widths,
        link: &mut state.link,
        down: &mut state.down,
        every_answer: &mut state.every_answer,
        unseen: false,
        print_mode: String::new(),
        token,
        saved: BTreeMap::new(),
        established: Vec::new(),
        closing: false,
        paying: false,
        puts_off: false,
        began: false,
    };
    let ended = run.all_steps().await;
    let tidied = run.tidy(ended.as_ref().err()).await;
    let redactor = run.talk.redactor();
    if let Some(cause) = run.judge.cause() {
        run.books.distrust(cause);
    }
    let (mut verdict, findings) = run.judge.conclude(runner.options.strict);
    let transcript = run.talk.into_transcript();
    let mut stop = None;
    let mut message = None;
    for halt in [ended.err(), tidied.err()].into_iter().flatten() {
        // What was already found wrong stays found.
        let open = verdict == Verdict::Pass || verdict == Verdict::Inconclusive && message.is_none();
        let (becomes, why) = match halt {
            Halt::Broken => continue,
            Halt::Inconclusive(why) => (Verdict::Inconclusive, why),
            Halt::NotApplicable(why) if verdict == Verdict::Inconclusive => (verdict, why),
            Halt::NotApplicable(why) => (Verdict::NotApplicable, why),
            Halt::Interrupted => {
                let why = "interrupted; the verdicts so far are kept".to_owned();
                stop.get_or_insert_with(|| why.clone());
                (Verdict::Inconclusive, why)
            }
            Halt::Stop(why) => {
                stop.get_or_insert_with(|| why.clone());
                (Verdict::Inconclusive, why)
            }
        };
        if open {
            verdict = becomes;
            message.get_or_insert(why);
        }
    }
    if let (Verdict::Fail | Verdict::Warn, Some(first)) = (verdict, findings.first()) {
        message = Some(format!("{}: expected {}; found {}", first.requirement, first.expected, first.found));
    }
    let mut result = CaseResult {
        name: case.name.clone(),
        suite: case.suite.clone(),
        verdict,
        level: case.level,
        requirements: case.requirements.clone(),
        requests: u32::try_from(runner.session.requests() - requests_before).unwrap_or(u32::MAX),
        duration: runner.wall.now().saturating_sub(began),
        message,
        findings,
        transcript,
        waived: None,
    };
    // Whatever way a key got into a text, it stays here.
    redactor.hide_in(&mut result);
    (result, stop.map(|why| redactor.hide(&why)))
}

impl CaseRun<'_> {
    async fn all_steps(&mut self) -> Result<(), Halt> {
        self.go_on()?;
        self.needs()?;
        self.is_up().await?;
        self.still_busy().await?;
        if self.books.put_off.is_due_before(self.case) {
            self.reading().await?;
        }
        // Accepted whole documents are those of the start state.
        let whole = self.options.golden.as_ref().is_some_and(Golden::needs_start_state);
        if whole && self.case.steps.iter().any(|step| step.golden.is_some()) {
            self.act(BenchAction::FactoryReset).await?;
        }
        self.fixtures().await?;
        for what in [Observation::Tape, Observation::Online] {
            let observes = |step: &Step| matches!(step.action, StepAction::Observe(seen) if seen == what);
            if self.case.steps.iter().any(observes) && !self.bench.confirms() {
                match what {
                    Observation::Online => self.let_messages_by().await?,
                    _ => drop(self.observe(what).await?),
                }
            }
        }
        self.puts_off = lean::is_plain(self.case) && self.books.trusts_ledger();
        if self.case.steps.iter().any(|step| step.moves.is_some()) && !self.puts_off {
            let reading = self.reading().await?;
            self.books.open_with(reading);
        }
        self.learn_link().await?;
        self.began = true;
        for step in &self.case.steps {
            self.go_on()?;
            if self.closing && !step.takes_busy {
                self.wait_for_closed_shift().await?;
            }
            self.step(step).await?;
        }
        self.judge.occurrences(self.talk.last_exchange(), self.books.open_in_case())?;
        if self.unseen && !self.case.steps.iter().any(looks_elsewhere) {
            return Err(Halt::NotApplicable(NO_LINK.to_owned()));
        }
        Ok(())
    }

    /// Does a step as often as it says, then judges books, documents and tape.
    async fn step(&mut self, step: &Step) -> Result<(), Halt> {
        let mut seen = None;
        let mut refused = false;
        let mut undone = false;
        for _ in 0..step.times {
            self.go_on()?;
            match &step.action {
                StepAction::Send(send) => match self.send_step(step, send).await? {
                    Done::Something(json) => (seen, refused) = (json, false),
                    Done::Refused(json) => (seen, refused) = (json, true),
                    Done::Nothing => (seen, refused) = (None, true),
                    Done::Undone => (refused, undone) = (true, true),
                },
                StepAction::Together(sends) => self.together_step(step, sends).await?,
                StepAction::Establish(condition) => self.establish(*condition).await?,
                StepAction::Clear(condition) => {
                    self.established.retain(|standing| standing != condition);
                    self.clear(*condition).await?;
                }
                StepAction::Act(action) => self.act(*action).await?,
                StepAction::Observe(what) => match self.look(step, *what).await? {
                    Some(json) => {
                        self.save_seen(step, &json).await?;
                        seen = Some(json);
                    }
                    None => return Ok(()),
                },
                StepAction::Reconcile(extent) => self.reconcile(step, *extent).await?,
                StepAction::Wait(seconds) => {
                    self.wait_unless_interrupted(Duration::from_secs(*seconds)).await?
                }
                StepAction::CheckOnly => {}
            }
        }
        if let Some(moves) = &step.moves {
            let open_ended = undone || refused && step.may_succeed;
            self.judge_moves(step, moves, open_ended).await?;
        }
        if !step.checks.is_empty() {
            self.judge_document(step, seen.as_ref(), refused).await?;
        }
        if let (Some(name), Some(json)) = (&step.golden, &seen) {
            self.judge_golden(step, name, json)?;
        }
        Ok(())
    }

    /// Where a step is judged, after its last exchange.
    fn at<'s>(&self, step: &'s Step) -> At<'s> {
        At::of(step, self.talk.last_exchange())
    }

    /// Ends the run where somebody asked for it.
    fn go_on(&self) -> Result<(), Halt> {
        if self.options.interrupted.load(Ordering::Relaxed) { Err(Halt::Interrupted) } else { Ok(()) }
    }

    /// Clears what stands and puts back what the case changed, whatever way it ended, so that the next
    /// case finds the device as it should be.
    async fn tidy(&mut self, halted: Option<&Halt>) -> Result<(), Halt> {
        let mut ended = if self.closing { self.wait_for_closed_shift().await } else { Ok(()) };
        while let Some(condition) = self.established.pop() {
            // One that cannot be cleared must not keep the others.
            ended = ended.and(self.clear(condition).await);
        }
        // A device that is gone or takes no key can be told nothing.
        if self.began && !matches!(halted, Some(Halt::Stop(_))) {
            ended = ended.and(self.put_back().await);
            // A lock that only a restart ends must not meet the next case, where this one did not get to its own.
            let restarts = |step: &Step| matches!(step.action, StepAction::Act(BenchAction::PowerCycle));
            if self.talk.session.known.totals.shuts_out_others() && self.case.steps.iter().any(restarts) {
                ended = ended.and(self.act(BenchAction::PowerCycle).await);
            }
        }
        ended
    }

    /// Does what stands under `afterwards`. Nothing is judged here; what could not be put back is told.
    async fn put_back(&mut self) -> Result<(), Halt> {
        let case = self.case;
        for step in &case.afterwards {
            let done = match &step.action {
                StepAction::Send(send) => self.put_back_by(send).await,
                StepAction::Clear(condition) => self.clear(*condition).await.map(|()| None),
                StepAction::Act(action) => self.act(*action).await.map(|()| None),
                StepAction::Wait(seconds) => self.wait(Duration::from_secs(*seconds)).await.map(|()| None),
                _ => Ok(None),
            };
            let why = match done {
                Ok(why) => why,
                Err(Halt::Stop(why)) => return Err(Halt::Stop(why)),
                Err(Halt::Inconclusive(why) | Halt::NotApplicable(why)) => Some(why),
                Err(Halt::Broken | Halt::Interrupted) => None,
            };
            if let Some(why) = why {
                let remark = format!("{}: not put back at {}: {why}", case.name, step.place);
                let remark = self.talk.redactor().hide(&remark);
                self.talk.note(remark.clone());
                self.remarks.push(remark);
            }
        }
        Ok(())
    }

    /// Waits as a step says, unless the run is interrupted meanwhile.
    async fn wait_unless_interrupted(&self, duration: Duration) -> Result<(), Halt> {
        let flag = &self.options.interrupted;
        let cut = async {
            while !flag.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            slept = self.talk.session.clock().sleep(duration) => Ok(slept?),
            () = cut => Err(Halt::Interrupted),
        }
    }

    /// Waits on the run's clock.
    async fn wait(&self, duration: Duration) -> Result<(), Halt> {
        Ok(self.talk.session.clock().sleep(duration).await?)
    }
}
