//! Where the machine lets itself be changed: one method a point, which does as the document says
//! where nothing is seeded, and as the mutations say, in their order, where something is.

use super::document::change_field;
use super::{Amount, Figure, Kept, Mutation, Scene};
use crate::arguments::Arguments;
use crate::behaviour::{Behaviour, CashEntry, Entry, Posting};
use crate::books::Shift;
use crate::circumstances::Operation;
use crate::keys::{KeyQuestion, KeyVerdict};
use crate::machine::Machine;
use crate::online::OnlineMessage;
use crate::printer::{Document, Printed};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::session::Session;
use ikkm_protocol::{Answer, Key, Method, Params, WireRequest};
use rust_decimal::Decimal;
use time::{Duration, PrimitiveDateTime};

/// The mutations of a device, in their order. Most devices have none.
#[derive(Debug, Clone, Default)]
pub struct Mutations(Vec<Mutation>);

impl Mutations {
    /// Puts mutations on a device, after those that it has.
    pub(crate) fn seed(behaviour: &mut Behaviour, mutations: &[Mutation]) {
        for mutation in mutations {
            if let Mutation::Decides(decision) = mutation {
                (decision.0)(behaviour);
            }
            behaviour.mutations.0.push(*mutation);
        }
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Mutation> {
        self.0.iter()
    }

    /// The device conforms.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn any(&self, test: impl Fn(&Mutation) -> bool) -> bool {
        self.0.iter().any(test)
    }

    /// It listens while the web API is off.
    pub(crate) fn listen_when_off(&self) -> bool {
        self.any(|mutation| matches!(mutation, Mutation::ListensWhenOff))
    }

    /// It serves other HTTP methods as GET.
    pub(crate) fn serve_other_methods(&self) -> bool {
        self.any(|mutation| matches!(mutation, Mutation::ServesOtherMethods))
    }

    /// How long a registration waits for its turn after it came. Where others come meanwhile, a key
    /// that was good when it came may be spent by then (v22 §4).
    pub(crate) fn wait_of_turn(&self) -> std::time::Duration {
        let waits = self.0.iter().filter_map(|mutation| match mutation {
            Mutation::WaitsItsTurn(milliseconds) => Some(*milliseconds),
            _ => None,
        });
        std::time::Duration::from_millis(waits.max().unwrap_or_default())
    }
}

impl Machine {
    fn mutations(&self) -> std::slice::Iter<'_, Mutation> {
        self.behaviour.mutations.iter()
    }

    fn scene(&self) -> Scene<'_> {
        Scene::of(&self.circumstances)
    }

    /// A request is understood.
    pub(crate) fn understand(
        &mut self,
        path: &str,
        arguments: &mut Arguments,
        now: PrimitiveDateTime,
    ) -> Result<(), Refusal> {
        if self.behaviour.mutations.is_empty() {
            return Ok(());
        }
        path.clone_into(&mut self.circumstances.path);
        self.circumstances.closing = self.running_z.is_some();
        for mutation in self.behaviour.mutations.clone().iter() {
            if let Mutation::Before(when, act) = *mutation
                && self.scene().holds(when)
            {
                (act.0)(self, now);
            }
        }
        for mutation in self.behaviour.mutations.iter() {
            let params = &mut arguments.all;
            let scene = Scene { params, ..Scene::of(&self.circumstances) };
            match *mutation {
                Mutation::Refuses(when, refusal) if scene.holds(when) => return Err(refusal),
                Mutation::Overlooks(when, name) if scene.holds(when) => super::tools::drop(params, name),
                Mutation::TakesFor(when, name, other) if scene.holds(when) => {
                    super::tools::name(params, name, other);
                }
                Mutation::Reads(when, name, value) if scene.holds(when) => {
                    super::tools::edit(params, name, |_| value.to_owned());
                }
                Mutation::Assumes(when, name, value) if scene.holds(when) && params.get(name).is_none() => {
                    params.push(name, value);
                }
                Mutation::Copies(when, name, from) if scene.holds(when) && params.get(name).is_none() => {
                    if let Some(value) = params.get(from).map(str::to_owned) {
                        params.push(name, value);
                    }
                }
                Mutation::Follows(when, name, from) if scene.holds(when) => {
                    if let Some(value) = params.get(from).map(str::to_owned) {
                        super::tools::edit(params, name, |_| value.clone());
                    }
                }
                Mutation::Recalls(when, name) if scene.holds(when) && params.get(name).is_none() => {
                    if let Some(value) = self.circumstances.notes.get(name) {
                        params.push(name, value.as_str());
                    }
                }
                Mutation::AnyCase(names) => {
                    names.iter().for_each(|name| super::tools::any_case(params, name));
                }
                Mutation::Understands(when, names, change) if scene.holds(when) => {
                    names.iter().for_each(|name| super::tools::edit(params, name, change.0));
                }
                Mutation::Hears(when, change) if scene.holds(when) => (change.0)(params),
                _ => {}
            }
        }
        self.circumstances.heard = arguments.all.clone();
        Ok(())
    }

    /// What a key is worth (v22 §4).
    pub(crate) fn key_verdict(&self, question: &KeyQuestion<'_>) -> KeyVerdict {
        let scene = Scene { key: Some(question), ..self.scene() };
        self.mutations().fold(question.verdict(), |verdict, mutation| match *mutation {
            Mutation::TakesKey(when) if scene.holds(when) => KeyVerdict::Serve,
            Mutation::RepeatsKey(when) if scene.holds(when) => KeyVerdict::Repeat,
            Mutation::RefusesKey(when) if scene.holds(when) => KeyVerdict::Refuse,
            _ => verdict,
        })
    }

    /// What is done instead of what was asked for.
    pub(crate) fn instead(
        &mut self,
        arguments: &Arguments,
        now: PrimitiveDateTime,
    ) -> Option<Result<Reply, Refusal>> {
        if self.behaviour.mutations.is_empty() {
            return None;
        }
        self.behaviour.mutations.clone().iter().find_map(|mutation| match *mutation {
            Mutation::RefusesInTurn(when, refusal) if self.scene().holds(when) => Some(Err(refusal)),
            Mutation::Instead(when, act) if self.scene().holds(when) => (act.0)(self, arguments, now),
            _ => None,
        })
    }

    /// Spends the current key; gives it back (v22 §4).
    pub(crate) fn spend_key(&mut self) -> Key {
        let scene = Scene::of(&self.circumstances);
        let stays = self.behaviour.mutations.any(|mutation| match *mutation {
            Mutation::KeepsKey(when) => scene.holds(when),
            _ => false,
        });
        self.keys.rotate(|current, drawn| if stays { current.clone() } else { drawn })
    }

    /// Lets the key turn where an operation beside a registration turns it: none does (v22 §5.3).
    pub(crate) fn turn_key(&mut self, success: bool) {
        let scene = Scene { done: Some(success), ..Scene::of(&self.circumstances) };
        let turns = self.behaviour.mutations.any(|mutation| match *mutation {
            Mutation::Turns(when) => scene.holds(when),
            _ => false,
        });
        if turns {
            self.keys.rotate(|_, drawn| drawn);
        }
    }

    /// Something stands in the way of the operation: it is refused, as the document prescribes.
    pub(crate) fn bar(&self, refusal: Refusal) -> Result<(), Refusal> {
        let passes = self.mutations().any(|mutation| match *mutation {
            Mutation::LetsPass(when, reason) => reason == refusal.reason && self.scene().holds(when),
            _ => false,
        });
        if passes { Ok(()) } else { Err(refusal) }
    }

    /// The pair that tells a refusal (v22 §11.2).
    pub(crate) fn named(&self, refusal: Refusal) -> Refusal {
        self.mutations().fold(refusal, |refusal, mutation| match *mutation {
            Mutation::Tells(when, from, (reason, code))
                if (refusal.reason, refusal.code) == from && self.scene().holds(when) =>
            {
                Refusal { reason, code }
            }
            Mutation::TellsBy(change) => (change.0)(refusal),
            _ => refusal,
        })
    }

    /// What a refusal leaves in the books: nothing (v22 §5.2).
    pub(crate) fn refused(&mut self, refusal: Refusal) {
        for mutation in self.behaviour.mutations.iter() {
            if let Mutation::Leaves(when, reason, change) = *mutation
                && reason == refusal.reason
                && Scene::of(&self.circumstances).holds(when)
            {
                (change.0)(&mut self.books);
            }
        }
    }

    /// The number of the next document (v22 §5.2).
    pub(crate) fn next_number(&self) -> u64 {
        let step = self.mutations().fold(1, |step, mutation| match *mutation {
            Mutation::Steps(when, other) if self.scene().holds(when) => other,
            _ => step,
        });
        self.books.last_number.saturating_add_signed(step)
    }

    /// How a registration enters the books (v22 §5.1).
    pub(crate) fn entry(&self, posting: &Posting) -> Entry {
        let scene = Scene { posting: Some(posting), ..self.scene() };
        let mut entry = posting.entry();
        for mutation in self.mutations() {
            match *mutation {
                Mutation::Books(when, figures, amount) if scene.holds(when) => {
                    figures.iter().for_each(|figure| move_figure(&mut entry, *figure, amount, posting));
                }
                Mutation::BooksBy(when, change) if scene.holds(when) => (change.0)(posting, &mut entry),
                Mutation::BooksAs(when, kind) if scene.holds(when) => entry.as_kind = kind,
                _ => {}
            }
        }
        entry
    }

    /// How a repeat enters the books: not at all (v22 §4).
    pub(crate) fn repeat_entry(&self, posting: &Posting) -> Option<Entry> {
        let scene = Scene { posting: Some(posting), ..self.scene() };
        self.mutations().fold(None, |entry, mutation| match *mutation {
            Mutation::BooksRepeat(when, figures) if scene.holds(when) => {
                let mut entry = entry.unwrap_or_else(|| Entry::nothing(posting.kind));
                let full = posting.entry();
                for figure in figures {
                    match figure {
                        Figure::Fiscal => entry.fiscal = full.fiscal,
                        Figure::Sum => entry.sum = full.sum,
                        Figure::Count => entry.count = full.count,
                        Figure::TotalCount => entry.total_count = full.total_count,
                        Figure::Drawer => entry.drawer = full.drawer,
                        Figure::Turnover | Figure::Last => {}
                    }
                }
                Some(entry)
            }
            _ => entry,
        })
    }

    /// How a deposit (`into`) or withdrawal enters the books (v22 §5.3).
    pub(crate) fn cash_entry(&self, into: bool, sum: Decimal) -> CashEntry {
        let mut entry = CashEntry::of(into, sum);
        for mutation in self.mutations() {
            match *mutation {
                Mutation::Books(when, figures, amount) if self.scene().holds(when) => {
                    for figure in figures {
                        match figure {
                            Figure::Drawer => entry.drawer = amount.of(entry.drawer, None),
                            Figure::Sum => entry.sum = amount.of(entry.sum, None),
                            Figure::Count => entry.count = amount.of_count(entry.count),
                            _ => {}
                        }
                    }
                }
                Mutation::DepositIsOut => entry.into = false,
                _ => {}
            }
        }
        entry
    }

    /// Whether a message waits: in batch mode it does (v22 §10.1).
    pub(crate) fn queues(&self) -> bool {
        let at_once = || {
            self.mutations().any(|mutation| match *mutation {
                Mutation::SendsAtOnce(when) => self.scene().holds(when),
                _ => false,
            })
        };
        !self.behaviour.management.linked || self.session.packet_mode && !at_once()
    }

    /// Whether a Z report closes the shift: it does (v22 §5.3).
    pub(crate) fn closes_shift(&self) -> bool {
        !self.mutations().any(|mutation| match *mutation {
            Mutation::StaysOpen(when) => self.scene().holds(when),
            _ => false,
        })
    }

    /// A shift was opened: it begins with nothing of the one before.
    pub(crate) fn shift_begun(&mut self) {
        if let Some((shift, [.., before])) = self.books.shifts.split_last_mut() {
            for mutation in self.behaviour.mutations.iter() {
                if let Mutation::NewShift(change) = mutation {
                    (change.0)(shift, before);
                }
            }
        }
    }

    /// An X report was printed: it changes nothing of the shift (v22 §5.3).
    pub(crate) fn x_reported(&mut self) {
        let scene = Scene::of(&self.circumstances);
        if let Some(shift) = self.books.open_shift_mut() {
            for mutation in self.behaviour.mutations.iter() {
                if let Mutation::XChanges(when, change) = *mutation
                    && scene.holds(when)
                {
                    (change.0)(shift);
                }
            }
        }
    }

    /// How old a shift may be for a registration, and beyond which it says so differently (v22 §11).
    pub(crate) fn shift_ages(&self) -> (Duration, Duration) {
        let hours = self.mutations().fold(24, |hours, mutation| match *mutation {
            Mutation::DayHas(other) => other,
            _ => hours,
        });
        (Duration::hours(hours), Duration::days(7))
    }

    /// How long a shift has been open.
    pub(crate) fn age_of(&self, shift: &Shift, now: PrimitiveDateTime) -> Duration {
        self.mutations().fold(now - shift.opened, |age, mutation| match mutation {
            Mutation::Ages(change) => (change.0)(age, shift.opened, now),
            _ => age,
        })
    }

    /// The least total of a registration: a tenge (v22 §5.1).
    pub(crate) fn least_total(&self) -> Decimal {
        self.mutations().fold(Decimal::ONE, |least, mutation| match *mutation {
            Mutation::TakesLess(when) if self.scene().holds(when) => Decimal::ZERO,
            _ => least,
        })
    }

    /// Whether a card operation has the number that is asked for.
    pub(crate) fn is_track(&self, held: u64, asked: u64) -> bool {
        let by_beginning =
            self.behaviour.mutations.any(|mutation| matches!(mutation, Mutation::TracksByBeginning));
        held == asked || (by_beginning && held.to_string().starts_with(&asked.to_string()))
    }

    /// What a restart leaves: nothing of the session, everything of the books (v22 §10.1).
    pub(crate) fn restarted(&mut self) {
        let scene = Scene::of(&self.circumstances);
        let mut kept = Session::default();
        for mutation in self.behaviour.mutations.iter() {
            match *mutation {
                Mutation::Keeps(when, what) if scene.holds(when) => match what {
                    Kept::Header => kept.header.clone_from(&self.session.header),
                    Kept::BatchMode => kept.packet_mode = self.session.packet_mode,
                    Kept::PrintMode => kept.print_mode = self.session.print_mode,
                    Kept::Lock => kept.locked_to = self.session.locked_to,
                    Kept::Timers => kept.fast_timers = self.session.fast_timers,
                },
                Mutation::RestartChanges(when, change) if scene.holds(when) => (change.0)(&mut self.books),
                _ => {}
            }
        }
        self.session = kept;
    }

    /// The most positions that go online one by one (v22 §5.1).
    pub(crate) fn most_positions(&self) -> usize {
        self.mutations().fold(80, |most, mutation| match *mutation {
            Mutation::MostPositions(other) => other,
            _ => most,
        })
    }

    /// An archived shift keeps its whole report: only the fiscal data are left (v22 §9.2).
    pub(crate) fn archive_keeps_sums(&self) -> bool {
        self.behaviour.mutations.any(|mutation| matches!(mutation, Mutation::ArchiveKeepsSums))
    }

    /// Archived shifts are listed: they are not (v22 §9.2).
    pub(crate) fn lists_archived(&self) -> bool {
        self.behaviour.mutations.any(|mutation| matches!(mutation, Mutation::ListsArchived))
    }

    /// What of a document reaches the paper: all of it.
    pub(crate) fn on_paper(&self, document: Document, lines: Vec<Printed>) -> Vec<Printed> {
        let scene = Scene { paper: Some(document), ..self.scene() };
        self.mutations().fold(lines, |lines, mutation| match mutation {
            Mutation::Prints(when, edit) if scene.holds(when) => edit.apply(&scene, lines),
            _ => lines,
        })
    }

    /// What of a message reaches the tax committee: all of it.
    pub(crate) fn on_line(&self, message: OnlineMessage) -> Option<OnlineMessage> {
        self.mutations().try_fold(message, |message, mutation| match mutation {
            Mutation::Sends(when, edit) if self.scene().holds(when) => edit.apply(&self.scene(), message),
            _ => Some(message),
        })
    }

    /// How long the answer just given takes beside the usual.
    pub(crate) fn takes(&self) -> std::time::Duration {
        let seconds = self.mutations().filter_map(|mutation| match *mutation {
            Mutation::Late(when, seconds) if self.scene().holds(when) => Some(seconds),
            _ => None,
        });
        std::time::Duration::from_secs(seconds.sum())
    }

    /// The finished answer on its way to the wire.
    pub(crate) fn send_off(&mut self, request: &WireRequest, answer: &mut Answer, now: PrimitiveDateTime) {
        if self.behaviour.mutations.is_empty() {
            return;
        }
        let params = Arguments::read(request, &self.behaviour.wire).all;
        let told = answer.header("Content-Length").map(str::to_owned);
        for mutation in self.behaviour.mutations.clone().iter() {
            self.change_answer(mutation, request.path(), &params, answer, now);
        }
        if answer.header("Content-Length") == told.as_deref() {
            super::tools::header(answer, "Content-Length", &answer.body.len().to_string());
        }
        self.note(Some(answer));
    }

    fn change_answer(
        &mut self,
        mutation: &Mutation,
        path: &str,
        params: &Params,
        answer: &mut Answer,
        now: PrimitiveDateTime,
    ) {
        let scene = Scene { params, path, answer: Some(answer), ..Scene::of(&self.circumstances) };
        let holds = |when| scene.holds(when);
        match *mutation {
            Mutation::After(when, act) if holds(when) => (act.0)(self, params, answer, now),
            Mutation::Field(when, place, edit) if holds(when) => change_field(path, answer, place, &edit),
            Mutation::Json(when, ending, change)
                if holds(when) && path.trim_end_matches('/').ends_with(ending) =>
            {
                super::document::change(answer, |document| (change.0)(self, document));
            }
            Mutation::Status(when, status) if holds(when) => answer.status = status,
            Mutation::Reason(when, reason) if holds(when) => answer.reason = reason.as_bytes().to_vec(),
            Mutation::Body(when, body) if holds(when) => answer.body = body.as_bytes().to_vec(),
            Mutation::KeyAsBody(when) if holds(when) => {
                answer.body = self.keys.current().as_str().as_bytes().to_vec();
            }
            Mutation::Says(when, status, reason, body) if holds(when) => {
                answer.status = status;
                answer.reason = reason.as_bytes().to_vec();
                answer.body = body.as_bytes().to_vec();
            }
            Mutation::Header(when, name, value) if holds(when) => super::tools::header(answer, name, value),
            Mutation::Answers(when, change) if holds(when) => (change.0)(answer),
            _ => {}
        }
    }

    /// Something happened to the device without a request: a restart, the web API on again.
    pub(crate) fn happened(&mut self, operation: Operation, end: impl FnOnce(&mut Machine)) {
        self.circumstances.begin(operation, Method::Get);
        end(self);
        for mutation in self.behaviour.mutations.clone().iter() {
            if let Mutation::Upon(when, change) = *mutation
                && self.scene().holds(when)
            {
                (change.0)(self);
            }
        }
        self.turn_key(true);
        self.note(None);
        self.circumstances.end(true);
    }

    /// Takes and strikes out notes.
    fn note(&mut self, answer: Option<&Answer>) {
        for mutation in self.behaviour.mutations.iter() {
            let scene = Scene { answer, ..Scene::of(&self.circumstances) };
            match *mutation {
                Mutation::Remembers(when, note) if scene.holds(when) => {
                    let value = scene.params.get(note).unwrap_or("").to_owned();
                    self.circumstances.notes.insert(note, value);
                }
                Mutation::Forgets(when, note) if scene.holds(when) => {
                    self.circumstances.notes.remove(note);
                }
                _ => {}
            }
        }
    }
}

fn move_figure(entry: &mut Entry, figure: Figure, amount: Amount, posting: &Posting) {
    match figure {
        Figure::Fiscal => entry.fiscal = amount.of(entry.fiscal, Some(posting)),
        Figure::Sum => entry.sum = amount.of(entry.sum, Some(posting)),
        Figure::Turnover => entry.turnover = amount.of(entry.turnover, Some(posting)),
        Figure::Drawer => entry.drawer = amount.of(entry.drawer, Some(posting)),
        Figure::Count => entry.count = amount.of_count(entry.count),
        Figure::TotalCount => entry.total_count = amount.of_count(entry.total_count),
        Figure::Last => entry.is_last = false,
    }
}

impl Amount {
    /// What a sum moves by that should move by `rightly`.
    fn of(self, rightly: Decimal, posting: Option<&Posting>) -> Decimal {
        let part = |pick: fn(&Posting) -> Decimal| posting.map_or(rightly, pick);
        match self {
            Amount::Nothing => Decimal::ZERO,
            Amount::Whole => rightly.trunc(),
            Amount::Twice => rightly + rightly,
            Amount::Back => -rightly,
            Amount::HundredthLess => rightly - super::tools::CENT,
            Amount::Total => part(|posting| posting.total),
            Amount::MinusTotal => part(|posting| -posting.total),
            Amount::Tendered => part(|posting| posting.tendered),
        }
    }

    fn of_count(self, rightly: u64) -> u64 {
        match self {
            Amount::Nothing => 0,
            Amount::Twice => rightly * 2,
            _ => rightly,
        }
    }
}
