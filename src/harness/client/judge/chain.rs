//! Keys, and the registration in doubt (v22 §4).

use super::Notes;
use super::commits::Commits;
use super::view::{Exchange, Moment, Reply, View, told};
use crate::client::trace::What;

mod keys;

/// A registration that was sent and not answered.
struct Doubt {
    key: String,
    fingerprint: Vec<(String, String)>,
    /// The device registered it.
    committed: bool,
    operation: Option<usize>,
    /// What happened to it.
    story: String,
    /// A repeat was refused with -1, or the user typed another key: no repeat can settle it any more.
    dead: bool,
    repeated: bool,
    /// The client was killed over it: to keep it is a *should*.
    crashed: bool,
}

/// How the client began, as long as it has sent nothing since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Began {
    /// With a key that was typed, or some requests ago.
    Fresh,
    /// Again, after it had ended in order.
    Orderly,
    /// Again, after it was killed.
    Crashed,
}

struct Walk<'n, 's> {
    notes: &'n mut Notes<'s>,
    commits: Commits,
    known: Option<String>,
    /// Keys of answers that may or may not have been heard.
    perhaps: Vec<String>,
    /// Pieces of bodies that were cut.
    pieces: Vec<String>,
    doubt: Option<Doubt>,
    /// The key that was refused with -1 outside a doubt.
    refused: Option<String>,
    rotated: bool,
    began: Began,
    listening: bool,
    /// Others have registered since the doubt.
    others_sold: bool,
    /// The request whose answer has not left yet.
    waiting: Option<usize>,
    /// The registration asked for while another one, that the device had done, was in doubt.
    tempted: Option<usize>,
    /// A registration that the device had done was in doubt, and was settled by its repeat.
    spent: bool,
}

/// Walks through the trace; gives what the device registered for whom.
pub(super) fn judge(view: &View, notes: &mut Notes) -> Commits {
    let mut walk = Walk {
        notes,
        commits: Commits::default(),
        known: None,
        perhaps: Vec::new(),
        pieces: Vec::new(),
        doubt: None,
        refused: None,
        rotated: false,
        began: Began::Fresh,
        listening: true,
        others_sold: false,
        waiting: None,
        tempted: None,
        spent: false,
    };
    for moment in &view.moments {
        match moment {
            Moment::Asked(at) => walk.asked(view, *at),
            Moment::Ended(at) => walk.ended(view, *at),
            Moment::Came(at) => walk.came(view, *at),
            Moment::Left(at) => walk.left(view, *at),
            Moment::Other(place) => match view.trace.entries.get(*place).map(|entry| &entry.what) {
                Some(What::Killed) => walk.killed(view),
                Some(What::ScreenKey { .. }) => walk.others_sold = true,
                Some(What::Device { did }) if did.contains("refuses connections") => walk.listening = false,
                Some(What::Device { did }) if did.contains("takes connections") => walk.listening = true,
                _ => {}
            },
        }
    }
    walk.commits
}

impl Walk<'_, '_> {
    fn asked(&mut self, view: &View, at: usize) {
        let Some(operation) = view.operations.get(at) else { return };
        match operation.word() {
            "connect" | "new-key" => {
                if let Some(key) = operation.text("key") {
                    if operation.word() == "new-key" {
                        self.refused = None;
                        // The repeat may still settle it, unless others have sold, or the client
                        // has lost it with its key.
                        let lost = self.others_sold || self.notes.crashed.is_some();
                        if let Some(doubt) = self.doubt.as_mut().filter(|_| lost) {
                            doubt.dead = true;
                        }
                        self.began = Began::Fresh;
                    }
                    self.known = Some(key);
                }
            }
            "restart" => self.begins_again(Began::Orderly),
            "register" | "settle" => {
                if let Some(doubt) = &mut self.doubt {
                    doubt.repeated = false;
                    if doubt.committed && operation.word() == "register" {
                        self.tempted = Some(at);
                    }
                }
            }
            _ => {}
        }
    }

    /// A client that starts again may try the key that it has.
    fn begins_again(&mut self, how: Began) {
        self.began = how;
        self.refused = None;
    }

    /// What the client had sent and not heard when it was killed is in doubt.
    fn killed(&mut self, view: &View) {
        self.begins_again(Began::Crashed);
        if let Some(doubt) = &mut self.doubt {
            doubt.crashed = true;
        }
        let Some(exchange) = self.waiting.and_then(|at| view.exchanges.get(at)) else { return };
        if exchange.is_registration() {
            let story = exchange.reply.as_ref().map_or_else(String::new, |reply| told(exchange, reply));
            // Without a reply so far the device is at work on it: it holds the answer back.
            let committed = exchange.reply.is_none() || exchange.did().is_some();
            self.doubt_about(exchange, exchange.operation, committed, story);
            if let Some(doubt) = &mut self.doubt {
                doubt.crashed = true;
            }
        }
    }

    /// Whether a client that was to settle, or to go on, did what it could.
    fn ended(&mut self, view: &View, at: usize) {
        let Some(operation) = view.operations.get(at) else { return };
        let word = operation.word();
        if word == "connect" && self.began == Began::Crashed && operation.outcome() == Some("rejected") {
            let device = "the client was killed".to_owned();
            let client = "it came back without its key".to_owned();
            self.notes.crashed.get_or_insert(operation.at);
            self.notes.broke("CLI-29", operation.step, device, client, None);
        }
        if self.refused.is_some() && word == "register" && operation.requests.is_empty() {
            self.notes.tested("CLI-13");
        }
        if self.tempted == Some(at) {
            self.notes.tested("CLI-4");
        }
        let Some(doubt) = &self.doubt else { return };
        if doubt.operation == Some(at) || operation.killed || operation.broken.is_some() {
            return;
        }
        let could = self.listening && !doubt.dead && !doubt.repeated;
        let outcome = operation.outcome().filter(|outcome| *outcome != "unsupported");
        if word == "settle" && could && outcome.is_some() {
            let client = "asked to settle, it did not repeat that registration".to_owned();
            let story = doubt.story.clone();
            let id = if doubt.crashed { "CLI-29" } else { "CLI-3" };
            self.notes.broke(id, operation.step, story, client, None);
        }
    }

    fn came(&mut self, view: &View, at: usize) {
        let Some(exchange) = view.exchanges.get(at) else { return };
        self.waiting = Some(at);
        if !exchange.is_of_document() {
            return;
        }
        let step = exchange.operation.and_then(|at| view.operations.get(at)).and_then(|one| one.step);
        self.key_of(view, exchange, step);
        if exchange.is_registration() {
            self.registration(view, exchange, step);
        }
        self.began = Began::Fresh;
    }

    fn registration(&mut self, view: &View, exchange: &Exchange, step: Option<usize>) {
        let fingerprint = exchange.fingerprint();
        let key = exchange.params.get("key").unwrap_or_default();
        let mut owner = self.commits.owner_of(view, exchange);
        // After a new key a user may well ask for the same once more; no repeat was possible any more.
        if self.doubt.as_ref().is_some_and(|doubt| doubt.dead && doubt.key != key && doubt.operation != owner)
        {
            self.doubt = None;
        }
        match &mut self.doubt {
            Some(doubt) if doubt.fingerprint == fingerprint && doubt.key == key => {
                doubt.repeated = true;
                owner = doubt.operation;
                self.notes.tested("CLI-3");
            }
            Some(doubt) => {
                let same = doubt.fingerprint == fingerprint;
                let crashed = doubt.crashed;
                let repeats = doubt.key == key && !same && owner.is_some() && owner == doubt.operation;
                if repeats {
                    let client = format!("its repeat is another registration: {}", exchange.shown());
                    let story = doubt.story.clone();
                    self.notes.broke("CLI-3", step, story, client, Some(exchange.number));
                    doubt.repeated = true;
                }
                let (id, did) = match (same, doubt.committed) {
                    (true, true) => ("CLI-3", "it sold it again under another key"),
                    (false, true) if doubt.key == key => ("CLI-4", "it sent another one under that key"),
                    _ if crashed => ("CLI-29", "it sent another one first"),
                    _ => ("CLI-3", "it sent another one first"),
                };
                if !doubt.dead || (same && doubt.committed) || id == "CLI-4" {
                    let client = format!("{did}: {}", exchange.shown());
                    let story = doubt.story.clone();
                    self.notes.broke(id, step, story, client, Some(exchange.number));
                }
            }
            None if self.spent => self.notes.tested("CLI-4"),
            None => {}
        }
        if let Some(owner) = owner {
            self.commits.owner.insert(exchange.number, owner);
        }
        if exchange.reply.is_none() {
            // Nothing was ever answered; it is in doubt from the start.
            self.doubt_about(exchange, owner, false, "got no answer".to_owned());
        }
    }

    fn doubt_about(&mut self, exchange: &Exchange, owner: Option<usize>, committed: bool, story: String) {
        if let Some(doubt) = &mut self.doubt {
            if doubt.fingerprint == exchange.fingerprint() {
                doubt.committed |= committed;
            }
            return;
        }
        self.commits.doubted.extend(owner);
        self.doubt = Some(Doubt {
            key: exchange.params.get("key").unwrap_or_default().to_owned(),
            fingerprint: exchange.fingerprint(),
            committed,
            operation: owner,
            story,
            dead: false,
            repeated: false,
            crashed: false,
        });
    }

    fn left(&mut self, view: &View, at: usize) {
        let Some(exchange) = view.exchanges.get(at) else { return };
        let Some(reply) = &exchange.reply else { return };
        self.waiting = self.waiting.filter(|waiting| *waiting != at);
        if exchange.heard().is_none() {
            self.pieces.push(reply.body.clone());
        }
        if exchange.is_registration() {
            self.registered(view, exchange, reply);
        } else if let Some(reply) = exchange.heard() {
            if reply.code() == Some(-1) && self.doubt.is_none() {
                self.refused = exchange.params.get("key").map(str::to_owned);
            }
            if let Some(key) = reply.key() {
                self.known = Some(key.to_owned());
            }
        }
    }

    /// The answer to a registration left.
    fn registered(&mut self, view: &View, exchange: &Exchange, reply: &Reply) {
        let heard = exchange.heard().is_some();
        let owner = self.commits.owner.get(&exchange.number).copied();
        let done = exchange.did().and_then(|reply| reply.key()).is_some();
        if done && self.commits.all.insert(reply.reason.clone()) {
            self.commit(view, exchange, owner, &reply.reason);
        }
        // The same number with another key is no repeat: the device gave that key, and the client has to use it.
        let told_before = reply.key().is_some_and(|key| {
            self.commits.heard.iter().any(|(receipt, told)| *receipt == reply.reason && told == key)
        });
        let in_doubt = self.doubt.as_ref().is_some_and(|doubt| doubt.fingerprint == exchange.fingerprint());
        match (heard, reply.key(), reply.code()) {
            // A repeat has told the client meanwhile; its key may be spent by now.
            (_, Some(_), _) if told_before => {}
            (true, Some(key), _) => {
                self.known = Some(key.to_owned());
                self.rotated = true;
                self.commits.heard.push((reply.reason.clone(), key.to_owned()));
                if in_doubt {
                    self.spent |= self.doubt.take().is_some_and(|doubt| doubt.committed);
                }
            }
            (true, None, Some(-1)) if in_doubt => {
                if let Some(doubt) = &mut self.doubt {
                    doubt.dead = true;
                }
            }
            (true, None, Some(-1)) => self.refused = exchange.params.get("key").map(str::to_owned),
            (true, None, Some(code)) if in_doubt && !proves_nothing(code) => self.doubt = None,
            (true, ..) => {}
            (false, key, _) => {
                if exchange.gone {
                    self.perhaps.extend(key.map(str::to_owned));
                }
                self.doubt_about(exchange, owner, done, told(exchange, reply));
            }
        }
    }

    fn commit(&mut self, view: &View, exchange: &Exchange, owner: Option<usize>, receipt: &str) {
        let Some(owner) = owner else { return };
        if let Some(receipts) = self.commits.book(view, exchange, owner, receipt) {
            let device = format!("the device has registered receipts {}", receipts.join(" and "));
            let client = format!("it sold one sale twice: {}", exchange.shown());
            let step = view.operations.get(owner).and_then(|one| one.step);
            self.notes.broke("CLI-3", step, device, client, Some(exchange.number));
        }
    }
}

/// A refusal that says nothing about an earlier sending: the device refused before it looked.
pub(super) fn proves_nothing(code: i32) -> bool {
    matches!(code, -6..=-1 | -11 | -16 | -18 | -199..=-99)
}
