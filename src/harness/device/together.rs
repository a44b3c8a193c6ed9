//! Requests that are in flight at the same time: the one exception to one request at a time.
//!
//! All are on disk before the first leaves. They carry one key, so at most one of them can register;
//! what got no answer is repeated only while that key is still good.

use super::delivery::Outcome;
use super::effects::{Effect, effect_of};
use super::lost_reply::is_repeatable;
use super::session::{Outgoing, Sent, Session, SessionError, is_busy, may_have_arrived};
use ikkm_protocol::{Answer, WireRequest};

/// What became of a request whose key another one spent meanwhile.
const SPENT: &str =
    "it is not repeated: the request beside it spent their key, with which it registers nothing";

impl Session {
    /// Sends registrations or readings at the same time, each on a connection of its own and without
    /// a pause between them. Where none of the registrations that carry the current key succeeded,
    /// the first that was lost, or that met a busy device or none, is settled (`Sent::settled`).
    ///
    /// # Errors
    /// [`SessionError`], as for [`Session::send`]; `concurrency` must be granted too.
    pub async fn send_together(&mut self, outgoings: &[Outgoing]) -> Result<Vec<Sent>, SessionError> {
        let requests: Vec<WireRequest> = outgoings.iter().map(Outgoing::wire).collect();
        self.permission.admit_together(&requests, &self.known.totals)?;
        let before = self.known.keys.current().cloned();
        let changing: Vec<&WireRequest> =
            requests.iter().filter(|request| effect_of(request) != Effect::Read).collect();
        let mut numbers = Vec::new();
        if !changing.is_empty() {
            if let Some(journal) = &mut self.journal {
                numbers = journal.sent_together(&changing)?;
            }
            self.known.totals.touched = true;
        }
        let mut numbers = numbers.into_iter();
        let journaled: Vec<Option<u64>> = requests
            .iter()
            .map(|request| if effect_of(request) == Effect::Read { None } else { numbers.next() })
            .collect();
        let deliveries = self.channel.send_together(&requests).await;
        let mut sent: Vec<Sent> = Vec::new();
        for ((request, outgoing), delivery) in requests.into_iter().zip(outgoings).zip(deliveries) {
            let key = outgoing.key.clone();
            sent.push(Sent::new(request, key, delivery, 1));
        }
        // Where a device gives several keys, the receipt with the highest number has the last one.
        let mut order: Vec<usize> = (0..sent.len()).collect();
        order.sort_by_key(|at| sent.get(*at).and_then(|sent| sent.first_answer()?.receipt()));
        for at in order {
            let (Some(sent), number) = (sent.get(at), journaled.get(at).copied().flatten()) else { continue };
            if let Some(answer) = sent.first_answer() {
                self.known.apply_answer(&sent.request, answer);
                self.note_answer(number, answer)?;
            }
        }
        for (sent, number) in sent.iter_mut().zip(&journaled) {
            let lost = may_have_arrived(&sent.delivery);
            let key_is_spent = sent.key == before && self.known.keys.current() != before.as_ref();
            match number {
                Some(_) if lost && is_repeatable(&sent.request) && sent.key.is_some() && !key_is_spent => {
                    let answer = self.settle(&sent.request, false).await?;
                    self.note_answer(*number, &answer)?;
                    sent.settled = Some(answer);
                }
                Some(_) if lost => self.note_end(*number, SPENT)?,
                Some(_) if sent.first_answer().is_none() => self.note_end(*number, "it was not sent")?,
                _ => {}
            }
        }
        for (sent, outgoing) in sent.iter_mut().zip(outgoings) {
            let unspent = sent.key == before && self.known.keys.current() == before.as_ref();
            let not_served = is_busy(&sent.delivery) || matches!(sent.delivery.outcome, Outcome::NotSent(_));
            if unspent && not_served && is_repeatable(&sent.request) {
                let again = self.send(outgoing).await?;
                sent.sendings += again.sendings;
                sent.settled = again.answer().cloned();
            }
        }
        Ok(sent)
    }

    fn note_answer(&mut self, number: Option<u64>, answer: &Answer) -> Result<(), SessionError> {
        let key = self.known.keys.current();
        match (&mut self.journal, number) {
            (Some(journal), Some(number)) => Ok(journal.answered(number, answer, key)?),
            _ => Ok(()),
        }
    }

    fn note_end(&mut self, number: Option<u64>, how: &str) -> Result<(), SessionError> {
        let key = self.known.keys.current();
        match (&mut self.journal, number) {
            (Some(journal), Some(number)) => Ok(journal.settled(number, how, key)?),
            _ => Ok(()),
        }
    }
}
