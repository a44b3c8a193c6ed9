//! What became of a request that got no answer: by the repeat of v22 §4, else by the reports.

use super::cash::{CashDocuments, CashOperation};
use super::delivery::Outcome;
use super::effects::{Effect, effect_of};
use super::session::{Outgoing, PAUSE, Session, SessionError};
use ikkm_protocol::{Answer, Key, Kind, WireRequest};
use serde_json::Value;
use std::time::Duration;

/// How often a lost registration is sent again before it is given up, one a second.
const SETTLE_TRIES: u32 = 5;

/// How often a reading is tried before the device counts as gone.
const READ_TRIES: u32 = 3;

/// How long a shift may take to close (v22 §3).
const CLOSING: Duration = Duration::from_secs(90);

/// What became of a request that got no answer and is not protected by the repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LostReply {
    /// It was carried out; says how that shows.
    Done(String),
    /// It was not.
    NotDone(String),
    /// That cannot be found out; says where to look.
    Unknown(String),
    /// That cannot be found out and does not matter: it prints, or sets what can be set again.
    Harmless(String),
}

impl LostReply {
    /// In words.
    pub fn words(&self) -> &str {
        match self {
            LostReply::Done(words)
            | LostReply::NotDone(words)
            | LostReply::Unknown(words)
            | LostReply::Harmless(words) => words,
        }
    }
}

/// Whether the repeat of v22 §4 tells what became of a request.
pub(super) fn is_repeatable(request: &WireRequest) -> bool {
    matches!(request.path(), "/api" | "/api/")
}

/// Whether a refusal says that the parameters were looked at, so that the key was good and nothing
/// registered with it. Of the others (a wrong key, no paper, a blocked device …) none says anything
/// of the first sending.
pub(super) fn proves_refused(answer: &Answer) -> bool {
    matches!(answer.kind(), Kind::Refused { code: -10..=-7 | -14..=-12 | -17 })
}

impl Session {
    /// Repeats a registration until its answer is known. A refusal settles it only where it is one
    /// of the parameters, or where the key is still good: then nothing was registered with it.
    pub(super) async fn settle(
        &mut self,
        request: &WireRequest,
        second: bool,
    ) -> Result<Answer, SessionError> {
        let current = self.known.keys.current().cloned();
        let spends = current.as_ref().filter(|key| request.params().get("key") == Some(key.as_str()));
        if let Some(answer) = self.repeated(request, second).await? {
            let settled = match (answer.kind(), spends) {
                (Kind::Keyed { .. }, _) | (_, None) => true,
                (_, Some(_)) if proves_refused(&answer) => true,
                (_, Some(key)) => self.takes(key).await? == Some(true),
            };
            if settled {
                self.known.apply_answer(request, &answer);
                return Ok(answer);
            }
        }
        Err(SessionError::Unsettled { tries: SETTLE_TRIES })
    }

    /// Sends a registration again until an answer comes that is not *busy*: [`SETTLE_TRIES`] times at
    /// the most without an answer, and for as long as a device may be busy with the first sending.
    pub(super) async fn repeated(
        &mut self,
        request: &WireRequest,
        second: bool,
    ) -> Result<Option<Answer>, SessionError> {
        let began = self.clock().now();
        let mut unanswered = 0;
        loop {
            let delivery = self.once(request, second).await?;
            let waited = self.clock().now().saturating_sub(began);
            match delivery.outcome {
                Outcome::Answered(answer) if answer.kind() != (Kind::Refused { code: -2 }) => {
                    return Ok(Some(answer));
                }
                Outcome::Answered(_) if waited < self.channel.busy_limit() => {}
                Outcome::Answered(_) => return Ok(None),
                // It was tried for a minute.
                Outcome::NotSent(_) if delivery.refused => return Ok(None),
                _ => unanswered += 1,
            }
            if unanswered == SETTLE_TRIES {
                return Ok(None);
            }
            self.clock().sleep(PAUSE).await?;
        }
    }

    /// Whether the device still takes a key in a reading: then no registration has spent it.
    /// `None` when it does not say.
    pub(super) async fn takes(&mut self, key: &Key) -> Result<Option<bool>, SessionError> {
        let answer = self.read_with("/apicheck/getInfo/", key).await?;
        Ok(answer.and_then(|answer| match answer.kind() {
            Kind::Refused { code: -1 } => Some(false),
            _ if answer.status == 200 => Some(true),
            _ => None,
        }))
    }

    /// Finds out by reading what became of a request; `None` when the device cannot be read now.
    pub(super) async fn find_out(
        &mut self,
        request: &WireRequest,
        before: Option<CashDocuments>,
    ) -> Result<Option<LostReply>, SessionError> {
        if let Some(operation) = CashOperation::of(request) {
            return self.cash_outcome(operation, before).await;
        }
        Ok(match effect_of(request) {
            Effect::Shift => return self.shift_outcome().await,
            Effect::Read | Effect::Print | Effect::Manage => Some(LostReply::Harmless(
                "whether it was carried out cannot be read; it registers nothing and may be sent again"
                    .to_owned(),
            )),
            Effect::Bank => Some(LostReply::Unknown(
                "whether a card transaction began is not known: look at the bank terminal's own journal"
                    .to_owned(),
            )),
            _ => Some(LostReply::Unknown(
                "whether it did anything is not known: compare the device's receipts and drawer".to_owned(),
            )),
        })
    }

    async fn cash_outcome(
        &mut self,
        operation: CashOperation,
        before: Option<CashDocuments>,
    ) -> Result<Option<LostReply>, SessionError> {
        let Some(before) = before else {
            let words = "whether cash was moved is not known, since the documents before it were not counted: \
                         count the drawer and compare it with cashWeHave";
            return Ok(Some(LostReply::Unknown(words.to_owned())));
        };
        let report =
            Outgoing::get(&format!("/dump/table/shifts/{}/report", before.shift), self.key()?).wire();
        let Some(answer) = self.read(&report).await? else { return Ok(None) };
        let Some(now) = CashDocuments::of_report(&report, &answer) else {
            let words =
                format!("whether cash was moved is not known: shift {} has no open report", before.shift);
            return Ok(Some(LostReply::Unknown(words)));
        };
        Ok(Some(if now == before {
            LostReply::NotDone("the shift's report shows no new document: it was not carried out".to_owned())
        } else if now == before.and(operation) {
            self.known.cash = Some(now);
            LostReply::Done("the shift's report shows the document: it was carried out".to_owned())
        } else {
            LostReply::Unknown(
                "the shift's report shows other documents too: compare them by hand".to_owned(),
            )
        }))
    }

    async fn shift_outcome(&mut self) -> Result<Option<LostReply>, SessionError> {
        let began = self.clock().now();
        loop {
            let key = self.key()?;
            let Some(answer) = self.read_with("/apicheck/getInfo/", &key).await? else { return Ok(None) };
            let info: Option<Value> = serde_json::from_slice(&answer.body).ok();
            let status = info.as_ref().and_then(|info| info.get("currentShiftStatus")?.as_str());
            match status {
                Some("closed") => return Ok(Some(LostReply::Done("the shift is closed".to_owned()))),
                Some(_) if self.clock().now().saturating_sub(began) < CLOSING => {
                    self.clock().sleep(PAUSE).await?;
                }
                Some(_) => {
                    let words = "the shift is still open after 90 s: it was not closed";
                    return Ok(Some(LostReply::NotDone(words.to_owned())));
                }
                None => {
                    let words = "getInfo does not say whether the shift is open: look at the device";
                    return Ok(Some(LostReply::Unknown(words.to_owned())));
                }
            }
        }
    }

    async fn read_with(&mut self, path: &str, key: &Key) -> Result<Option<Answer>, SessionError> {
        self.read(&Outgoing::get(path, key.clone()).wire()).await
    }

    /// Reads, a silent device tried again, and a busy one as long as it may be; `None` when it stays so.
    async fn read(&mut self, request: &WireRequest) -> Result<Option<Answer>, SessionError> {
        let began = self.clock().now();
        let mut silent = 0;
        while silent < READ_TRIES {
            let delivery = self.once(request, false).await?;
            match delivery.outcome {
                Outcome::Answered(answer) if answer.kind() != (Kind::Refused { code: -2 }) => {
                    return Ok(Some(answer));
                }
                Outcome::Answered(_)
                    if self.clock().now().saturating_sub(began) >= self.channel.busy_limit() =>
                {
                    return Ok(None);
                }
                Outcome::Answered(_) => {}
                Outcome::NotSent(_) if delivery.refused => return Ok(None),
                _ => silent += 1,
            }
            self.clock().sleep(PAUSE).await?;
        }
        Ok(None)
    }
}
