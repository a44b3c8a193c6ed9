//! The conversation of a case: what it sends, the keys that it saw, and the transcript of it. The one
//! place where a case's requests leave and where its texts have their keys hidden.

use crate::device::session::{Outgoing, Sent, Session, SessionError};
use crate::device::transport::Outcome;
use crate::runner::judge::{self, Before};
use crate::runner::outcome::Event;
use crate::runner::state::LastAnswer;
use crate::runner::transcript::{self, Redactor};
use crate::suite::model::{KeyUse, Send};
use ikkm_protocol::{Answer, Key, Kind};

/// What a case says to the device and hears from it.
pub(in crate::runner) struct Conversation<'r> {
    pub session: &'r mut Session,
    /// The target as the transcript shows it.
    target: &'r str,
    show_keys: bool,
    events: Vec<Event>,
    /// Hides every key seen in this case, so that none shows in a report.
    redactor: Redactor,
    /// Receipt and new key of the last registration of this case.
    registered: Option<(u64, Key)>,
    /// The key that it spent.
    spent: Option<Key>,
    /// What the last request came to, in this case or the one before.
    pub last: &'r mut LastAnswer,
    /// The last registration of the run.
    last_registration: &'r mut Option<Outgoing>,
}

impl<'r> Conversation<'r> {
    pub fn new(
        session: &'r mut Session,
        target: &'r str,
        show_keys: bool,
        last: &'r mut LastAnswer,
        last_registration: &'r mut Option<Outgoing>,
    ) -> Conversation<'r> {
        Conversation {
            session,
            target,
            show_keys,
            events: Vec::new(),
            redactor: Redactor::default(),
            registered: None,
            spent: None,
            last,
            last_registration,
        }
    }

    /// Sends one request and writes it into the transcript.
    pub async fn send(&mut self, outgoing: &Outgoing) -> Result<Sent, SessionError> {
        let uses_current =
            outgoing.key.is_some() && outgoing.key.as_ref() == self.session.known.keys.current();
        self.learn_keys();
        let sent = self.session.send(outgoing).await?;
        if uses_current && sent.request.registration().is_some() && sent.answer().is_some() {
            *self.last_registration = Some(outgoing.clone());
        }
        self.keep(&sent, uses_current);
        Ok(sent)
    }

    /// Sends requests at the same time and writes each into the transcript.
    pub async fn send_together(&mut self, outgoings: &[Outgoing]) -> Result<Vec<Sent>, SessionError> {
        self.learn_keys();
        let key = self.session.known.keys.current().cloned();
        let uses_current: Vec<bool> =
            outgoings.iter().map(|outgoing| outgoing.key.is_some() && outgoing.key == key).collect();
        let sent = self.session.send_together(outgoings).await?;
        self.note(format!("{} requests sent at the same time:", sent.len()));
        for (sent, uses_current) in sent.iter().zip(uses_current) {
            self.keep(sent, uses_current);
        }
        Ok(sent)
    }

    /// Writes a request and what came of it down.
    fn keep(&mut self, sent: &Sent, uses_current: bool) {
        self.learn_keys();
        if !self.show_keys {
            let current = if uses_current { sent.key.as_ref() } else { self.session.known.keys.current() };
            self.redactor.set_current(current);
        }
        self.events.push(Event::Exchange(transcript::exchange(sent, self.target, &self.redactor)));
        if let Some(answer) = &sent.settled {
            let told = judge::describe(answer);
            self.note(format!("the lost registration was settled by its repeat: {told}"));
        }
        if let Some(fate) = &sent.lost_reply {
            self.note(format!("what became of the lost request: {}", fate.words()));
        }
        if !sent.refused_for.is_zero() {
            let seconds = sent.refused_for.as_secs_f32().ceil();
            self.note(format!("the connection was refused for {seconds} s, and tried again each second"));
        }
        if sent.sendings > 1 {
            self.note(format!("sent {} times: the device was busy (-2)", sent.sendings));
        }
        *self.last = match &sent.delivery.outcome {
            Outcome::Answered(answer) => match answer.kind() {
                Kind::Keyed { .. } if sent.request.registration().is_some() => LastAnswer::Registered,
                Kind::Refused { code } if code != -1 => LastAnswer::Refused,
                Kind::Refused { .. } => *self.last,
                _ => LastAnswer::Other,
            },
            _ => *self.last,
        };
    }

    /// What the judge has to know of the moment before a request is sent.
    pub fn before(&self, sent: Option<&Key>) -> Before {
        Before {
            sent: sent.cloned(),
            current: self.session.known.keys.current().cloned(),
            last_receipt: self.session.known.last_receipt,
            registered: self.registered.clone(),
        }
    }

    /// Remembers a registration for `repeated`, `<receipt>` and the keys.
    pub fn remember(&mut self, sent: &Sent, answer: &Answer, send: &Send) {
        let registers = sent.request.registration().is_some() && send.key == KeyUse::Current;
        if let (true, Kind::Keyed { number, key }) = (registers, answer.kind()) {
            self.registered = Some((number, key));
            self.spent = sent.key.clone();
            *self.last = LastAnswer::Registered;
        }
    }

    /// After documents were destroyed nothing was registered, and numbering begins anew.
    pub fn forget_registration(&mut self) {
        self.session.known.last_receipt = None;
        self.registered = None;
    }

    /// What a placeholder about the conversation stands for.
    pub fn value(&self, name: &str) -> Option<String> {
        let text = |key: &Key| key.as_str().to_owned();
        match name {
            "key" => self.session.known.keys.current().map(text),
            "receipt" => self.registered.as_ref().map(|(number, _)| number.to_string()),
            "fresh-key" => self.registered.as_ref().map(|(_, key)| text(key)),
            "spent-key" => self.spent.as_ref().map(text),
            _ => None,
        }
    }

    /// The last registration of the run, to be repeated.
    pub fn last_registration(&self) -> Option<Outgoing> {
        self.last_registration.clone()
    }

    pub fn note(&mut self, text: impl Into<String>) {
        self.events.push(Event::Note(text.into()));
    }

    /// Notes something once a case.
    pub fn note_once(&mut self, text: String) {
        if !self.events.iter().any(|event| matches!(event, Event::Note(known) if *known == text)) {
            self.note(text);
        }
    }

    /// What the bench was asked, and what it said.
    pub fn bench(&mut self, text: String) {
        self.events.push(Event::Bench(text));
    }

    /// The last exchange as reports show it.
    pub fn last_shown(&self) -> Option<&Event> {
        self.events.iter().rfind(|event| matches!(event, Event::Exchange(_)))
    }

    /// Where in the transcript the last exchange is.
    pub fn last_exchange(&self) -> Option<usize> {
        self.events.iter().rposition(|event| matches!(event, Event::Exchange(_)))
    }

    /// Hides every key seen in this case, unless keys are to be shown.
    pub fn redactor(&self) -> Redactor {
        let mut redactor = self.redactor.clone();
        if !self.show_keys {
            redactor.learn(self.session.known.keys.secrets());
            redactor.set_current(self.session.known.keys.current());
        }
        redactor
    }

    fn learn_keys(&mut self) {
        if !self.show_keys {
            self.redactor.learn(self.session.known.keys.secrets());
        }
    }

    /// The transcript; the conversation is over.
    pub fn into_transcript(self) -> Vec<Event> {
        self.events
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::setup::SessionSetup;

    fn session() -> Session {
        let key = Key::parse("11111111").unwrap();
        SessionSetup::new("http://127.0.0.1:9".parse().unwrap(), key).open().unwrap()
    }

    #[test]
    fn a_conversation_knows_its_placeholders_and_hides_its_keys() {
        let mut session = session();
        let (mut last, mut registration) = (LastAnswer::None, None);
        let talk = Conversation::new(&mut session, "http://x", false, &mut last, &mut registration);
        assert_eq!(talk.value("key").as_deref(), Some("11111111"));
        assert_eq!((talk.value("receipt"), talk.value("drawer")), (None, None));
        assert_eq!(talk.redactor().hide("key=11111111"), "key=$KEY_1");
        assert_eq!(talk.redactor().hide_in_command("key=11111111"), "key=$IKKM_KEY");
    }

    #[test]
    fn a_note_is_written_once_and_is_no_exchange() {
        let mut session = session();
        let (mut last, mut registration) = (LastAnswer::None, None);
        let mut talk = Conversation::new(&mut session, "http://x", true, &mut last, &mut registration);
        talk.note_once("a".to_owned());
        talk.note_once("a".to_owned());
        assert_eq!(talk.last_exchange(), None);
        assert_eq!(talk.redactor().hide("11111111"), "11111111", "keys are shown where that was asked");
        assert_eq!(talk.into_transcript().len(), 1);
    }
}
