//! What is seen while a run goes on, on standard error: on a terminal one line that moves every second,
//! elsewhere a line a minute and one at each failure.

use super::text::{one_line, shown};
use crate::runner::outcome::{CaseResult, Verdict};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What a run is expected to send and to last.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// Requests of the whole run.
    pub requests: u64,
    /// Its cases and reconciliations.
    pub cases: usize,
    /// Seconds that each case takes, by its name.
    pub seconds: BTreeMap<String, f64>,
}

/// Where a run stands.
#[derive(Debug, Clone, Default)]
struct Standing {
    case: String,
    number: usize,
    total: usize,
    /// The cases that failed; one that runs again counts as it did last.
    failed: BTreeSet<String>,
    /// Requests sent so far.
    sent: Arc<AtomicU64>,
    /// Seconds since when there is no connection; 0 while there is one.
    refused_for: Arc<AtomicU64>,
    expected: Option<Expected>,
    /// Seconds of the plan that are behind, and that they really took.
    planned: f64,
    took: f64,
}

impl Standing {
    /// The line; `elapsed` is since the run began.
    fn line(&self, elapsed: Duration) -> String {
        let sent = self.sent.load(Ordering::Relaxed);
        let requests = match &self.expected {
            Some(expected) => format!("{sent} of about {} requests", expected.requests.max(sent)),
            None => format!("{sent} requests"),
        };
        let left =
            self.left(elapsed).map_or_else(String::new, |left| format!(", about {} left", clock(left)));
        let refused = match self.refused_for.load(Ordering::Relaxed) {
            0 => String::new(),
            seconds => format!("no connection for {seconds} s, trying for a minute  "),
        };
        format!(
            "{refused}{} of {}  {requests}, {} failed, {}{left}  {}",
            self.number,
            self.total,
            self.failed.len(),
            clock(elapsed),
            one_line(&self.case)
        )
    }

    /// How long it still takes: by the plan, at the pace so far; without a plan by the cases so far.
    fn left(&self, elapsed: Duration) -> Option<Duration> {
        let seconds = match &self.expected {
            Some(expected) => {
                let all: f64 = expected.seconds.values().sum();
                // The plan is believed until a minute of it is behind.
                let pace = if self.planned > 60.0 { (self.took / self.planned).clamp(0.2, 5.0) } else { 1.0 };
                let in_this_case = (elapsed.as_secs_f64() - self.took).max(0.0);
                (all - self.planned) * pace - in_this_case
            }
            None => {
                let done = self.number.saturating_sub(1);
                if done < 5 {
                    return None;
                }
                elapsed.as_secs_f64() / done as f64 * self.total.saturating_sub(done) as f64
            }
        };
        Duration::try_from_secs_f64(seconds.max(0.0)).ok()
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// When a line is told where nothing moves: each minute, and when a connection is lost.
#[derive(Debug, Default)]
struct LineTimes {
    seconds: u64,
    refused: bool,
}

impl LineTimes {
    /// Asked each second.
    fn is_due(&mut self, refused_for: u64) -> bool {
        self.seconds += 1;
        let was_refused = std::mem::replace(&mut self.refused, refused_for > 0);
        let lost = self.refused && !was_refused;
        lost || self.seconds.is_multiple_of(60)
    }
}

/// `4:07`, `1:02:33`.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Shows where a run stands, until it is dropped.
#[derive(Debug)]
pub struct Progress {
    standing: Arc<Mutex<Standing>>,
    began: Instant,
    bar: Option<ProgressBar>,
    end: Option<Sender<()>>,
    ticker: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins to show; `sent` counts the requests, `refused_for` the seconds without a connection.
    pub fn begin(sent: Arc<AtomicU64>, refused_for: Arc<AtomicU64>, expected: Option<Expected>) -> Progress {
        let standing = Standing { sent, refused_for, expected, ..Standing::default() };
        let refused_for = Arc::clone(&standing.refused_for);
        let standing = Arc::new(Mutex::new(standing));
        let began = Instant::now();
        let bar = io::stderr().is_terminal().then(|| ProgressBar::new_spinner().with_style(style()));
        let (end, ended) = mpsc::channel();
        let (shared, own_bar) = (Arc::clone(&standing), bar.clone());
        let ticker = std::thread::Builder::new().name("progress".to_owned()).spawn(move || {
            let line = || shared.lock().unwrap_or_else(PoisonError::into_inner).line(began.elapsed());
            let mut told = LineTimes::default();
            while ended.recv_timeout(SECOND) == Err(RecvTimeoutError::Timeout) {
                match &own_bar {
                    Some(bar) => bar.set_message(line()),
                    None if told.is_due(refused_for.load(Ordering::Relaxed)) => tell(&line()),
                    None => {}
                }
            }
        });
        // Where no thread can be had, the run goes on all the same.
        Progress { standing, began, bar, end: Some(end), ticker: ticker.ok() }
    }

    fn standing(&self, change: impl FnOnce(&mut Standing)) {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut standing);
        if let Some(bar) = &self.bar {
            bar.set_message(standing.line(self.began.elapsed()));
        }
    }

    /// A case begins.
    pub fn begins(&self, name: &str, number: usize, total: usize) {
        self.standing(|standing| {
            let planned = standing.expected.as_ref().map_or(total, |expected| expected.cases.max(total));
            (standing.case, standing.number, standing.total) = (name.to_owned(), number, planned.max(number));
        });
    }

    /// A case has ended.
    pub fn ended(&self, case: &CaseResult) {
        let against = case.verdict == Verdict::Fail && case.waived.is_none();
        self.standing(|standing| {
            match against {
                true => standing.failed.insert(case.name.clone()),
                false => standing.failed.remove(&case.name),
            };
            let planned = standing.expected.as_ref().and_then(|plan| plan.seconds.get(&case.name));
            standing.planned += planned.copied().unwrap_or_default();
            standing.took = self.began.elapsed().as_secs_f64();
        });
        if self.bar.is_none()
            && let Some(line) = failure(case)
        {
            tell(&line);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(ticker) = self.ticker.take() {
            // It shows lines and nothing else: how it ended is of no concern.
            let _ = ticker.join();
        }
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// The line at a failure or a warning; a pass says nothing.
pub(super) fn failure(case: &CaseResult) -> Option<String> {
    let label = match case.verdict {
        Verdict::Fail | Verdict::Warn if case.waived.is_some() => "WAIVED",
        Verdict::Fail => "FAIL",
        Verdict::Warn => "WARN",
        Verdict::Pass | Verdict::Inconclusive | Verdict::NotApplicable => return None,
    };
    let why = match (&case.waived, case.findings.first()) {
        (Some(waived), _) => shown(waived),
        (None, Some(one)) => {
            format!(
                "{}: expected {}, found {}",
                one_line(&one.requirement),
                shown(&one.expected),
                shown(&one.found)
            )
        }
        (None, None) => shown(case.message.as_deref().unwrap_or("no message")),
    };
    Some(format!("{label}  {}  {why}", one_line(&case.name)))
}

/// Where standard error is closed, nobody wants to know.
fn tell(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

fn style() -> ProgressStyle {
    // The template is fixed; should a version of the crate refuse it, its own style does.
    ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn standing(expected: Option<Expected>) -> Standing {
        Standing {
            case: "key/rotates".into(),
            number: 11,
            total: 20,
            failed: ["key/one", "key/two"].map(str::to_owned).into(),
            sent: Arc::new(AtomicU64::new(70)),
            expected,
            ..Standing::default()
        }
    }

    #[test]
    fn the_line_tells_the_case_the_requests_the_failures_and_the_time_left() {
        let seconds = [("a", 100.0), ("b", 200.0)].map(|(name, took)| (name.to_owned(), took)).into();
        let mut standing = standing(Some(Expected { requests: 300, cases: 20, seconds }));
        (standing.planned, standing.took) = (100.0, 50.0);
        let line = standing.line(Duration::from_secs(60));
        assert_eq!(line, "11 of 20  70 of about 300 requests, 2 failed, 1:00, about 1:30 left  key/rotates");
    }

    #[test]
    fn without_a_plan_the_cases_so_far_tell_the_time_left() {
        let line = standing(None).line(Duration::from_secs(3700));
        assert_eq!(line, "11 of 20  70 requests, 2 failed, 1:01:40, about 1:01:40 left  key/rotates");
    }

    #[test]
    fn a_lost_connection_is_told_at_once_and_a_standing_one_each_minute() {
        let standing = standing(None);
        standing.refused_for.store(12, Ordering::Relaxed);
        let line = standing.line(Duration::from_secs(60));
        assert!(line.starts_with("no connection for 12 s, trying for a minute  11 of 20"), "{line}");
        let mut times = LineTimes::default();
        let due: Vec<u64> =
            (1..=130).filter(|at| times.is_due(if (70..80).contains(at) { at - 69 } else { 0 })).collect();
        assert_eq!(due, [60, 70, 120]);
    }

    #[test]
    fn a_failure_is_one_line_and_a_pass_none() {
        let lines: Vec<String> = sample::run().cases.iter().filter_map(failure).collect();
        assert_eq!(lines.len(), 3);
        assert!(
            lines[0].starts_with("FAIL  key/replay-registers-nothing  KEY-5: expected the same"),
            "{lines:?}"
        );
        assert!(lines[2].starts_with("WAIVED  pay/return-change  vendor"), "{lines:?}");
        assert!(lines.iter().all(|line| !line.contains(char::is_control)));
    }
}
