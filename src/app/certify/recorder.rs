//! Writes down what happens, and does to the device what a scenario wants at the n-th request.

use crate::embedded::bench::{own_condition, own_name};
use ikkm_emulator::{Action, Device, Fault, FaultRule, Observer, RequestKind, Seen};
use ikkm_harness::client::scenario::{CountedRequests, Does, FaultAt};
use ikkm_harness::client::trace::{Fate, TraceEntry, What};
use ikkm_protocol::Answer;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// The record of one scenario.
#[derive(Debug)]
pub struct TraceRecorder {
    start: Instant,
    state: Mutex<State>,
    /// Told when the client is to be killed.
    pub kill: Notify,
}

#[derive(Debug)]
struct State {
    entries: Vec<(Instant, What)>,
    /// Real milliseconds of a scaled second.
    second: u32,
    hooks: Vec<Hook>,
    kill_in: Option<(RequestKind, u32)>,
}

/// A condition that begins and ends with certain requests.
#[derive(Debug)]
struct Hook {
    rule: FaultAt,
    seen: u32,
}

impl TraceRecorder {
    /// Starts the record.
    pub fn new(second: u32) -> TraceRecorder {
        let state = State { entries: Vec::new(), second, hooks: Vec::new(), kill_in: None };
        TraceRecorder { start: Instant::now(), state: Mutex::new(state), kill: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes something down that happens now.
    pub fn note(&self, what: What) {
        self.lock().entries.push((Instant::now(), what));
    }

    /// The client cannot scale: from here on a second is a second.
    pub fn real_time(&self) {
        self.lock().second = 1000;
    }

    /// Real milliseconds of a scaled second.
    pub fn second(&self) -> u32 {
        self.lock().second
    }

    /// So many seconds of the scaled clock, in real time.
    pub fn span(&self, seconds: u32) -> Duration {
        Duration::from_millis(u64::from(self.second()) * u64::from(seconds))
    }

    /// Kills the client at the n-th request of that kind from now; its answer is held back meanwhile.
    pub fn kill_at(&self, device: &Device, on: CountedRequests, nth: u32) {
        let on = request_kind(on);
        self.lock().kill_in = Some((on, nth));
        let fault = Fault::Delay(self.span(20));
        device.inject(FaultRule { on, after: nth.saturating_sub(1), times: 1, fault });
    }

    /// Ends every rule, and the conditions that rules have brought about.
    pub fn clear_faults(&self, device: &Device) {
        device.clear_faults();
        let hooks = std::mem::take(&mut self.lock().hooks);
        for hook in hooks {
            if let Does::Condition(condition) = hook.rule.does {
                // Nothing happens where it does not stand.
                let _ = device.with(|machine, now| machine.clear(own_name(condition.name()), now));
            }
        }
    }

    /// The step is over; nobody is killed any more.
    pub fn kill_nobody(&self) {
        self.lock().kill_in = None;
    }

    /// Sets what becomes of the n-th request of a kind.
    pub fn rule(&self, device: &Device, rule: &FaultAt) {
        let fault = match &rule.does {
            Does::Condition(_) => {
                self.lock().hooks.push(Hook { rule: rule.clone(), seen: 0 });
                return;
            }
            Does::LoseRequest => Fault::LoseRequest,
            Does::LoseReply => Fault::LoseReply,
            Does::Restart => {
                self.lock().hooks.push(Hook { rule: rule.clone(), seen: 0 });
                Fault::LoseReply
            }
            Does::Reset => Fault::Reset,
            Does::Late(seconds) => Fault::Delay(self.span(*seconds)),
            Does::CutShort(missing) => Fault::Short { missing: *missing, open: false },
            Does::HoldOpen(missing) => Fault::Short { missing: *missing, open: true },
            Does::Double => Fault::Double,
            Does::Garble(text) => Fault::Garble(text.clone().into_bytes()),
            Does::Pieces(bytes) => Fault::Pieces(*bytes, Duration::from_millis(5)),
            Does::Answer(code, reason) => Fault::Instead(refusal(*code, reason)),
        };
        let (after, times) = (rule.nth.saturating_sub(1), rule.times);
        device.inject(FaultRule { on: request_kind(rule.on), after, times, fault });
    }

    /// Everything so far, on the scaled clock.
    pub fn entries(&self) -> Vec<TraceEntry> {
        let state = self.lock();
        let second = f64::from(state.second.max(1));
        let mut entries: Vec<TraceEntry> = state
            .entries
            .iter()
            .map(|(when, what)| {
                let real = when.saturating_duration_since(self.start).as_secs_f64();
                TraceEntry { at: (real * 1_000_000.0 / second).round() as u64, what: what.clone() }
            })
            .collect();
        // A request is written down when it is whole, but counts from its first byte.
        entries.sort_by_key(|entry| entry.at);
        entries
    }
}

/// A refusal in bytes.
fn refusal(code: i32, reason: &str) -> Vec<u8> {
    let body = code.to_string();
    let length = body.len();
    format!("HTTP/1.1 400 {reason}\r\nContent-Length: {length}\r\nContent-Type: text/html; charset=UTF-8\r\nDate: 2026-03-02 09:00\r\n\r\n{body}")
        .into_bytes()
}

fn request_kind(kind: CountedRequests) -> RequestKind {
    match kind {
        CountedRequests::Any => RequestKind::Any,
        CountedRequests::Register => RequestKind::Register,
        CountedRequests::Deposit => RequestKind::Deposit,
        CountedRequests::Withdraw => RequestKind::Withdraw,
        CountedRequests::XReport => RequestKind::XReport,
        CountedRequests::ZReport => RequestKind::ZReport,
        CountedRequests::Bank => RequestKind::Bank,
        CountedRequests::Check => RequestKind::Check,
        CountedRequests::Print => RequestKind::Print,
        CountedRequests::Dump => RequestKind::Dump,
    }
}

fn fate(fault: Option<&Fault>, second: u32) -> Fate {
    match fault {
        // A whole answer over a connection that is left open is an answer.
        None | Some(Fault::Short { missing: 0, open: true }) => Fate::Whole,
        Some(Fault::LoseRequest) => Fate::RequestLost,
        Some(Fault::Instead(_)) => Fate::Instead,
        Some(Fault::LoseReply | Fault::Reset) => Fate::Lost,
        Some(Fault::Delay(late)) => {
            Fate::Late((late.as_millis() * 1000 / u128::from(second.max(1))).try_into().unwrap_or(u64::MAX))
        }
        Some(Fault::Short { open: true, .. } | Fault::HoldOpen(_)) => Fate::Held,
        Some(Fault::Cut(_) | Fault::Short { .. } | Fault::WrongLength(_)) => Fate::Cut,
        Some(Fault::Pieces(..)) => Fate::Pieces,
        Some(Fault::Double) => Fate::Doubled,
        Some(Fault::Garble(_)) => Fate::Garbled,
    }
}

impl Observer for TraceRecorder {
    fn request(&self, device: &Device, seen: &Seen<'_>) {
        let mut establish = Vec::new();
        let mut clear = Vec::new();
        {
            let mut state = self.lock();
            let request = seen.request;
            state.entries.push((
                seen.first_byte,
                What::Request {
                    number: seen.number,
                    connection: seen.connection,
                    method: seen.method.clone(),
                    target: request.target.clone(),
                    content_type: request.content_type.clone(),
                    body: String::from_utf8_lossy(&request.body).into_owned(),
                    version: seen.version.to_owned(),
                    malformed: false,
                },
            ));
            for hook in state.hooks.iter_mut().filter(|hook| request_kind(hook.rule.on).holds(request)) {
                hook.seen += 1;
                let Does::Condition(condition) = hook.rule.does else { continue };
                if hook.seen == hook.rule.nth {
                    establish.push(condition);
                } else if hook.seen == hook.rule.nth.saturating_add(hook.rule.times) {
                    clear.push(condition);
                }
            }
            if let Some((_, left)) = state.kill_in.as_mut().filter(|(kind, _)| kind.holds(request)) {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    state.kill_in = None;
                    self.kill.notify_one();
                }
            }
        }
        for condition in establish {
            // A condition that this device cannot have leaves the situation out: the duty is then
            // not tested, and the scenario inconclusive.
            let did = device.with(|machine, now| machine.establish(own_condition(condition), now));
            if did.is_ok() {
                self.note(What::Device { did: format!("{} stands", condition.name()) });
            }
        }
        for condition in clear {
            let cleared: Result<(), ikkm_emulator::Unsupported> =
                device.with(|machine, now| machine.clear(own_name(condition.name()), now));
            if cleared.is_ok() {
                self.note(What::Device { did: format!("{} is over", condition.name()) });
            }
        }
    }

    fn reply(&self, device: &Device, number: u64, answer: Option<&Answer>, fault: Option<&Fault>) {
        let restarts = {
            let mut state = self.lock();
            let fate = fate(fault, state.second);
            let instead = match fault {
                Some(Fault::Instead(bytes)) => Some(parse_refusal(bytes)),
                _ => None,
            };
            let (status, reason, body) = instead.unwrap_or_else(|| match answer {
                Some(answer) => {
                    let body = String::from_utf8_lossy(&answer.body).into_owned();
                    (answer.status, answer.reason_text(), body)
                }
                None => (0, String::new(), String::new()),
            });
            state.entries.push((Instant::now(), What::Reply { number, status, reason, body, fate }));
            let mut restarts = false;
            for hook in state.hooks.iter_mut().filter(|hook| hook.rule.does == Does::Restart) {
                restarts |= hook.seen >= hook.rule.nth && hook.seen < hook.rule.nth + hook.rule.times;
                hook.seen = hook.seen.max(hook.rule.nth) + u32::from(restarts);
            }
            restarts
        };
        if restarts && device.with(|machine, now| machine.act(Action::PowerCycle, now)).is_ok() {
            self.note(What::Device { did: "the device restarts".to_owned() });
        }
    }

    fn malformed(&self, number: u64, connection: u64, first_byte: Instant, bytes: &[u8]) {
        let mut state = self.lock();
        state.entries.push((first_byte, malformed_request(number, connection, bytes)));
        let (reason, body) = ("Bad Request".to_owned(), String::new());
        let fate = Fate::Instead;
        state.entries.push((Instant::now(), What::Reply { number, status: 400, reason, body, fate }));
    }

    fn gone(&self, connection: u64) {
        self.note(What::Gone { connection });
    }

    fn closed(&self, connection: u64) {
        self.note(What::Closed { connection });
    }
}

/// What can be read of a request that HTTP refuses: the first word, the last, and all between.
fn malformed_request(number: u64, connection: u64, bytes: &[u8]) -> What {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let line = head.lines().next().unwrap_or_default();
    let (method, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (target, version) = match rest.rsplit_once(' ') {
        Some((target, version)) if version.starts_with("HTTP/") => (target, version),
        _ => (rest, ""),
    };
    What::Request {
        number,
        connection,
        method: method.to_owned(),
        target: target.to_owned(),
        content_type: None,
        body: body.to_owned(),
        version: version.trim_start_matches("HTTP/").to_owned(),
        malformed: true,
    }
}

/// Status, reason and body of an answer that the scenario wrote.
fn parse_refusal(bytes: &[u8]) -> (u16, String, String) {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let line = head.lines().next().unwrap_or_default();
    let reason = line.splitn(3, ' ').nth(2).unwrap_or_default();
    (400, reason.to_owned(), body.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_refusal_is_read_back() {
        assert_eq!(
            parse_refusal(&refusal(-142, "ikkm-is-blocked")),
            (400, "ikkm-is-blocked".to_owned(), "-142".to_owned())
        );
    }

    #[test]
    fn times_are_told_on_the_scaled_clock() {
        let recorder = TraceRecorder::new(100);
        assert_eq!(recorder.span(30), Duration::from_secs(3));
        recorder.real_time();
        assert_eq!(recorder.span(30), Duration::from_secs(30));
        assert_eq!(fate(Some(&Fault::Delay(Duration::from_secs(3))), 100), Fate::Late(30_000));
    }
}
