//! The board on which the devices of a divided run find their next case.

use super::interruption::Interruption;
use super::lab_run::Labelled;
use ikkm_harness::lab::queue::Queue;
use ikkm_harness::runner::order::lateness;
use ikkm_harness::runner::outcome::{CaseResult, DeviceFacts, RunResult};
use ikkm_harness::runner::run::Runner;
use ikkm_harness::suite::Case;
use ikkm_harness::suite::reserved::group_of;
use std::cell::RefCell;
use std::collections::VecDeque;
use time::OffsetDateTime;
use tokio::sync::Notify;

/// What all devices see.
pub(super) struct Board<'c> {
    state: RefCell<State<'c>>,
    changed: Notify,
}

struct State<'c> {
    queue: Queue<'c>,
    /// What each device has taken and not begun.
    hands: Vec<VecDeque<&'c Case>>,
    /// Devices whose till is barred: they take nothing any more but what bars it, too.
    barred: Vec<bool>,
    /// Devices that run a case.
    working: usize,
    /// What became of cases whose device was lost and that are to run again: the device, the result.
    lost: Vec<(usize, CaseResult)>,
}

impl<'c> Board<'c> {
    pub(super) fn new(queue: Queue<'c>, devices: usize) -> Board<'c> {
        let state = State {
            queue,
            hands: vec![VecDeque::new(); devices],
            barred: vec![false; devices],
            working: 0,
            lost: Vec::new(),
        };
        Board { state: RefCell::new(state), changed: Notify::new() }
    }

    /// The next case of that device: of the piece that it holds, of the queue, or of what a slower device
    /// holds and has not begun.
    fn next(&self, me: usize) -> Option<&'c Case> {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        if state.hands[me].is_empty() {
            if let Some(piece) = state.queue.take() {
                state.hands[me].extend(piece.cases);
            } else {
                let slow = state
                    .hands
                    .iter_mut()
                    .filter(|hand| hand.back().is_some_and(|case| lateness(case) < 2))
                    .max_by_key(|hand| hand.len());
                let stolen = slow.and_then(VecDeque::pop_back);
                state.hands[me].extend(stolen);
            }
        }
        let is_late = |case: &&Case| lateness(case) == 2;
        if state.barred[me] && !state.hands[me].front().is_some_and(is_late) {
            let back = std::mem::take(&mut state.hands[me]);
            state.queue.give_back(back.into());
            return None;
        }
        let case = state.hands[me].pop_front()?;
        state.barred[me] = lateness(case) == 2;
        Some(case)
    }

    /// The next case, for which a device without work waits while others work: one of these may fall out.
    async fn wait(&self, me: usize) -> Option<&'c Case> {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if let Some(case) = self.next(me) {
                self.state.borrow_mut().working += 1;
                return Some(case);
            }
            if self.state.borrow().working == 0 {
                return None;
            }
            changed.await;
        }
    }

    /// A device has nothing to do any more, or was lost: what it did not come to goes to the others.
    fn rests(&self, me: usize, lost: Option<(&'c Case, CaseResult)>, taken: Option<&'c Case>) {
        let mut state = self.state.borrow_mut();
        state.working -= 1;
        let mut back: Vec<&Case> = taken.into_iter().collect();
        back.extend(std::mem::take(&mut state.hands[me]));
        if let Some((case, result)) = lost {
            back.insert(0, case);
            state.lost.push((me, result));
        }
        state.queue.give_back(back);
        drop(state);
        self.changed.notify_waiters();
    }

    /// What was lost with its device, and what nobody came to.
    pub(super) fn end(self) -> (Vec<(usize, CaseResult)>, Vec<&'c Case>) {
        let state = self.state.into_inner();
        let left = state.queue.left();
        (state.lost, left)
    }
}

/// What one device does of a divided run.
pub(super) async fn work<'c>(
    board: &Board<'c>,
    me: usize,
    runner: &mut Runner,
    device: DeviceFacts,
    started: OffsetDateTime,
    watch: &mut Labelled<'_>,
    interruption: &Interruption,
) -> RunResult {
    let mut whole: Option<RunResult> = None;
    while let Some(first) = board.wait(me).await {
        let mut handed = vec![first];
        let mut more = || {
            let case = if interruption.happened() { None } else { board.next(me) };
            handed.extend(case);
            case
        };
        let mut run = runner.run_fed(vec![first], &mut more, device.clone(), started, watch).await;
        let mut again = None;
        let mut taken = None;
        if run.stopped.is_some() && !interruption.happened() {
            let done = |case: &Case| run.cases.iter().any(|result| result.name == case.name);
            taken = handed.iter().copied().find(|case| !done(case));
            // Where the books' case was stopped, no other one was.
            let last =
                run.cases.iter().rposition(|case| case.name != ikkm_harness::suite::reserved::EVERY_ANSWER);
            let stopped_in = last.filter(|at| group_of(&run.cases[*at].name).is_none());
            if let Some(at) = stopped_in
                && let Some(case) = handed.iter().copied().find(|case| case.name == run.cases[at].name)
                && board.state.borrow_mut().queue.may_run_again(case)
            {
                again = Some((case, run.cases.remove(at)));
            }
        }
        board.rests(me, again, taken);
        let ends = run.stopped.is_some() || interruption.happened() || watch.watching.gave_up();
        whole = Some(match whole.take() {
            None => run,
            Some(mut all) => {
                all.cases.append(&mut run.cases);
                all.remarks.append(&mut run.remarks);
                all.duration += run.duration;
                all.answers = run.answers;
                all.stopped = run.stopped;
                all
            }
        });
        if ends {
            break;
        }
    }
    match whole {
        Some(run) => run,
        // The others were quicker: nothing was left for this one.
        None => runner.run_watched(&[], device, started, watch).await,
    }
}
