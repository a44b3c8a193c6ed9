//! The device as a pure state machine: a request and the time go in, an answer comes out. It has
//! no clock, socket, thread or randomness of its own.

use super::arguments::{Arguments, Route};
use super::bank::Bank;
use super::behaviour::{Behaviour, MalformedKey, Unexpected};
use super::books::Books;
use super::circumstances::{Circumstances, Operation};
use super::conditions::Conditions;
use super::directories::Directories;
use super::keys::{KeyChain, KeyQuestion, KeyVerdict};
use super::online::OnlineMessage;
use super::personality::Personality;
use super::printer::Printer;
use super::refusal::{self, Refusal};
use super::reply::{Reply, dress};
use super::session::Session;
use super::shift::RunningZ;
use ikkm_protocol::{Answer, Key, Method, WireRequest};
use std::net::IpAddr;
use time::{Duration, PrimitiveDateTime};

/// What comes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// An answer.
    Answer(Answer),
    /// None: the web API is off, nothing listens (WIRE-13).
    Silence,
}

/// A whole device. A copy is a device of its own.
#[derive(Debug, Clone)]
pub struct Machine {
    pub(super) personality: Personality,
    pub(super) behaviour: Behaviour,
    pub(super) first_key: Key,
    pub(super) directories: Directories,
    pub(super) books: Books,
    pub(super) keys: KeyChain,
    pub(super) bank: Bank,
    pub(super) session: Session,
    pub(super) conditions: Conditions,
    pub(super) running_z: Option<RunningZ>,
    /// The time of what happens now; `None` before anything did.
    pub(super) now: Option<PrimitiveDateTime>,
    /// The web cashier waits for a person after a restart.
    pub(super) is_down: bool,
    pub(super) printer: Printer,
    pub(super) circumstances: Circumstances,
    /// The key on the screen when the request came that is answered next.
    pub(super) key_on_arrival: Option<Key>,
    pub(super) online: Vec<OnlineMessage>,
    /// Whether the history was moved to where the clock starts.
    pub(super) anchored: bool,
    /// How many receipts are kept; all of them where that is not said.
    pub(super) most_receipts: Option<usize>,
}

impl Machine {
    /// A device of that personality, answering open questions by `behaviour`, showing `key`.
    ///
    /// Its history ends shortly before the first instant that it is told.
    pub fn new(personality: &Personality, behaviour: Behaviour, key: Key) -> Machine {
        let start = super::start::begin(personality, &behaviour);
        let mut machine = Machine {
            keys: KeyChain::new(key.clone(), personality.seed),
            first_key: key,
            directories: personality.directories.clone(),
            books: start,
            bank: Bank::default(),
            session: Session::default(),
            conditions: Conditions::default(),
            running_z: None,
            now: None,
            is_down: false,
            printer: Printer::default(),
            circumstances: Circumstances::new(),
            key_on_arrival: None,
            online: Vec::new(),
            anchored: false,
            most_receipts: None,
            personality: personality.clone(),
            behaviour,
        };
        machine.printer.last_receipt =
            machine.books.last_receipt().map(|receipt| machine.plain_receipt(receipt));
        machine
    }

    /// Answers a request whose turn comes after it waited; `shown` is the key on the screen when it came.
    pub(super) fn handle_in_turn(
        &mut self,
        request: &WireRequest,
        from: IpAddr,
        now: PrimitiveDateTime,
        shown: Key,
    ) -> Reaction {
        self.circumstances.overtaken = shown != *self.keys.current();
        self.key_on_arrival = Some(shown);
        let reaction = self.handle(request, from, now);
        self.key_on_arrival = None;
        self.circumstances.overtaken = false;
        reaction
    }

    /// Answers a request that came from that host at that time.
    pub fn handle(&mut self, request: &WireRequest, from: IpAddr, now: PrimitiveDateTime) -> Reaction {
        self.catch_up(now);
        if self.is_silent() {
            return Reaction::Silence;
        }
        let reply = self.reply(request, from, now);
        self.turn_key(reply.is_ok());
        if let Err(refusal) = reply {
            self.refused(refusal);
        }
        let not_found = self.behaviour.wire.unknown_path_is_404
            && self.circumstances.operation == Operation::Unknown
            && reply == Err(refusal::WRONG_METHOD);
        let reply = reply.map_err(|refusal| self.named(refusal));
        let mut answer = dress(reply, &self.behaviour.wire, now);
        if not_found {
            show_page(&mut answer);
        }
        self.send_off(request, &mut answer, now);
        self.circumstances.end(answer.status == 200);
        Reaction::Answer(answer)
    }

    /// Nothing listens.
    fn is_silent(&self) -> bool {
        self.conditions.api_off || self.is_down
    }

    /// How long what comes now is held until the shift is closed (SHIFT-7).
    pub(super) fn holds(&self, now: PrimitiveDateTime) -> Duration {
        match self.running_z {
            Some(z) if self.behaviour.shift.held_while_closing => (z.ends - now).max(Duration::ZERO),
            _ => Duration::ZERO,
        }
    }

    /// The web API is switched off.
    pub(super) fn switched_off(&mut self) {
        self.circumstances.notes.insert("web-api-off", String::new());
    }

    /// The web API is switched on again.
    pub(super) fn switched_on(&mut self) {
        self.happened(Operation::SwitchOn, |machine| {
            machine.circumstances.notes.remove("web-api-off");
            machine.is_down = false;
        });
    }

    /// Answers a request whose HTTP method is neither GET nor POST.
    pub fn handle_other_method(&mut self, now: PrimitiveDateTime) -> Reaction {
        self.refuse(refusal::WRONG_METHOD, now)
    }

    /// Answers a request that comes while another one is being answered: -2 (Q-WIRE-9).
    pub fn handle_overlapping(&mut self, now: PrimitiveDateTime) -> Reaction {
        self.refuse(refusal::BUSY, now)
    }

    fn refuse(&mut self, refusal: Refusal, now: PrimitiveDateTime) -> Reaction {
        self.catch_up(now);
        if self.is_silent() {
            return Reaction::Silence;
        }
        Reaction::Answer(dress(Err(self.named(refusal)), &self.behaviour.wire, now))
    }

    /// From now on at most so many receipts are kept, so that a device that registers for days does not grow:
    /// a shift that holds half of them is closed with a Z report before the next registration, and the
    /// oldest closed shifts are archived. What is archived has its report, but no receipts.
    pub fn keep(&mut self, receipts: usize) {
        self.most_receipts = Some(receipts);
    }

    /// The key that the device's screen shows.
    pub fn key(&self) -> &Key {
        self.keys.current()
    }

    /// Its owner has another key made: the ones before are worth nothing, and nothing can be repeated.
    pub fn replace_key(&mut self, key: Key) {
        self.keys.replace(key);
    }

    /// How the device decides.
    pub fn behaviour(&self) -> &Behaviour {
        &self.behaviour
    }

    /// Whether the web management interface is on (v22 §10.1).
    pub fn web_management_is_on(&self) -> bool {
        !self.session.web_management_off
    }

    /// Whether the connection to the LAN printer is kept open (v22 §10.1).
    pub fn keeps_lan_printer(&self) -> bool {
        self.session.keeps_lan_printer
    }

    /// Every line printed since the last call, in order.
    pub fn take_tape(&mut self) -> Vec<String> {
        self.printer.take_tape()
    }

    /// Every message sent to the tax committee since the last call, in order.
    pub fn take_online(&mut self) -> Vec<OnlineMessage> {
        std::mem::take(&mut self.online)
    }

    fn reply(
        &mut self,
        request: &WireRequest,
        from: IpAddr,
        now: PrimitiveDateTime,
    ) -> Result<Reply, Refusal> {
        let rules = &self.behaviour.wire;
        let route = match Route::of(request.path(), rules.bare_api) {
            Route::Print if request.path().ends_with('/') && !rules.print_with_slash => Route::Unknown,
            route => route,
        };
        self.circumstances.begin(Operation::from(&route), request.method);
        if !self.session.admits(from) {
            self.bar(refusal::HOST_BARRED)?;
        }
        if route == Route::Unknown && self.behaviour.wire.method_before_key {
            return Err(refusal::WRONG_METHOD);
        }
        let mut arguments = Arguments::read(request, &self.behaviour.wire);
        self.understand(request.path(), &mut arguments, now)?;
        let key = arguments.get("key").ok_or(refusal::NO_KEY)?;
        let last = self.keys.last.as_ref();
        let question = KeyQuestion {
            same_parameters: last.is_some_and(|last| last.said(&arguments.all)),
            last: last.map_or(&[], |last| last.parameters.as_slice()),
            given: key,
            current: self.keys.current(),
            current_on_arrival: self.key_on_arrival.as_ref().is_some_and(|shown| shown.as_str() == key),
            repeatable: route == Route::Register && self.is_repeat(key, &arguments),
            age: self.keys.age(key),
        };
        let repeat = match self.key_verdict(&question) {
            KeyVerdict::Serve => false,
            KeyVerdict::Repeat => true,
            KeyVerdict::Refuse => return Err(self.wrong_key(key)),
        };
        if self.is_busy() {
            self.bar(refusal::BUSY)?;
        }
        if repeat {
            self.circumstances.begin(Operation::Repeat, request.method);
            return self.repeat(now);
        }
        if arguments.ambiguous {
            return Err(refusal::CHECK_ALL);
        }
        if let Some(reply) = self.instead(&arguments, now) {
            return reply;
        }
        match route {
            Route::Register => {
                self.make_room(now);
                self.register(&arguments, now)
            }
            Route::Withdraw => self.move_cash(&arguments, false, now),
            Route::Deposit => self.move_cash(&arguments, true, now),
            Route::XReport => self.x_report(now),
            Route::ZReport => self.z_report(now),
            Route::Bank => self.start_bank(&arguments, now),
            Route::Check => self.check(&arguments, from, now),
            Route::GetInfo => Ok(self.get_info(&arguments)),
            Route::PrintLast => self.print_last(),
            Route::Print => self.print_text(&arguments),
            Route::Manage => self.manage(&arguments, now),
            Route::Dump(parts) => self.dump(&parts),
            Route::Unknown => Err(refusal::WRONG_METHOD),
        }
    }

    /// A registration or card transaction runs, or a Z report, or the printer.
    fn is_busy(&self) -> bool {
        let prints = self.now.is_some_and(|now| self.printer.is_busy(now));
        self.conditions.busy || self.bank.is_running() || self.running_z.is_some() || prints
    }

    /// How a wrong key is refused; one that is not eight digits is Q-KEY-4.
    fn wrong_key(&self, key: &str) -> Refusal {
        let is_key = key.len() == 8 && key.bytes().all(|byte| byte.is_ascii_digit());
        match self.behaviour.keys.malformed {
            MalformedKey::Parameter if !is_key => refusal::NO_KEY,
            MalformedKey::NoNumber if !is_key => refusal::KEY_NO_NUMBER,
            _ => refusal::WRONG_KEY,
        }
    }

    /// Ends what time has ended since the last event.
    pub(super) fn catch_up(&mut self, now: PrimitiveDateTime) {
        if !self.anchored {
            super::start::anchor(&mut self.books, now);
            self.anchored = true;
        }
        self.now = Some(now);
        let waited = self.behaviour.shift.held_while_closing;
        if self.running_z.is_some_and(|z| waited || now >= z.ends) {
            self.finish_z(now);
        }
        if self.bank.has_given_up(now) {
            self.bank.finish(false, now);
        }
    }

    /// Refuses parameters that the operation does not know (Q-WIRE-6).
    pub(super) fn refuse_extra(&self, arguments: &Arguments, known: &[&str]) -> Result<(), Refusal> {
        let extra = arguments.all.0.iter().any(|(name, _)| !known.contains(&name.as_str()));
        unexpected(extra, self.behaviour.wire.extra_parameter)
    }

    /// What becomes of a parameter that is POST-only (Q-ITEM-1): its value, or nothing by GET.
    pub(super) fn posted<'a>(
        &self,
        arguments: &'a Arguments,
        name: &str,
    ) -> Result<Option<&'a str>, Refusal> {
        let by_get = arguments.method == Method::Get && arguments.has(name);
        unexpected(by_get, self.behaviour.items.texts_by_get)?;
        Ok(if by_get { None } else { arguments.get(name) })
    }
}

/// A path that is nothing is answered as web servers do.
fn show_page(answer: &mut Answer) {
    answer.status = 404;
    answer.reason = b"Not Found".to_vec();
    answer.body = b"<html><body>Not Found</body></html>".to_vec();
    let length = answer.body.len().to_string();
    let header = answer.headers.iter_mut().find(|(name, _)| name == "Content-Length");
    header.into_iter().for_each(|(_, value)| value.clone_from(&length));
}

/// Refuses what is there though it should not be.
pub(super) fn unexpected(is_there: bool, then: Unexpected) -> Result<(), Refusal> {
    match then {
        _ if !is_there => Ok(()),
        Unexpected::Ignored => Ok(()),
        Unexpected::CheckAllParams => Err(refusal::CHECK_ALL),
        Unexpected::IncorrectMethod => Err(refusal::WRONG_METHOD),
    }
}
