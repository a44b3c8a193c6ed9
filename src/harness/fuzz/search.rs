//! Draws sequences, plays them, and shrinks the first one that fails.
//!
//! A case is one number: its seed decides the sequence to the last byte, on any machine.

use super::coverage::Coverage;
use super::operation::Operation;
use super::player::{Ending, Finding, PlayError, Played, Step, Watch, play};
use crate::bench::Bench;
use crate::device::session::{Outgoing, Session};
use crate::device::transport::Outcome;
use crate::runner::judge;
use ikkm_protocol::{Method, Params};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use thiserror::Error;

/// What makes a device as on its first day, with its bench.
pub type Fresh = Box<dyn FnMut() -> Pin<Box<dyn Future<Output = Result<(Session, Bench), String>>>>>;

/// The device to be searched.
pub struct Subject {
    /// The conversation with it.
    pub session: Session,
    /// Its bench.
    pub bench: Bench,
    /// Makes it new before each sequence; without, sequences follow each other on one device.
    pub fresh: Option<Fresh>,
    /// What is known of its session.
    pub watch: Watch,
    /// Set when the search is to end before its next operation.
    pub interrupted: Arc<AtomicBool>,
}

/// How far to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The first case's seed; the next case's is one more.
    pub seed: u64,
    /// Cases at the most.
    pub cases: u64,
    /// Requests at the most before something is found.
    pub budget: u64,
    /// Requests at the most to shrink what was found.
    pub shrink_budget: u64,
}

/// The search could not be carried out.
#[derive(Debug, Error)]
pub enum SearchError {
    /// A sequence could not be played.
    #[error("case {seed} could not be played: {source}")]
    Play {
        /// The case's seed.
        seed: u64,
        /// Why.
        source: PlayError,
    },
    /// No new device could be made.
    #[error("no device for the next case: {0}")]
    Fresh(String),
    /// The tax directory cannot be read.
    #[error("the tax directory cannot be read: {0}")]
    Taxes(String),
}

/// Something found, as short as it could be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failure {
    /// The case's seed.
    pub seed: u64,
    /// Requests sent until it was found.
    pub found_after: u64,
    /// Requests that shrinking cost.
    pub shrink_requests: u64,
    /// What is wrong.
    pub finding: Finding,
    /// The shrunk sequence as it was played.
    pub steps: Vec<Step>,
    /// The last operation that was begun, from 0.
    pub reached: usize,
    /// Why it could not be shrunk as far as the budget would have let: the device, for one, takes no key
    /// any more.
    pub unshortened: Option<String>,
}

/// What a search came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Cases played.
    pub cases: u64,
    /// Operations played.
    pub operations: u64,
    /// Requests sent.
    pub requests: u64,
    /// What was played in which states.
    pub coverage: Coverage,
    /// The first failure.
    pub failure: Option<Failure>,
    /// Somebody asked for the end.
    pub interrupted: bool,
}

/// The sequence of a seed.
pub use super::plan::{draw, whole_deck};

impl Subject {
    /// Plays cases until one fails or a limit is reached.
    ///
    /// # Errors
    /// [`SearchError`]: device or bench cannot be worked with.
    pub async fn search(
        &mut self,
        limits: &Limits,
        mut done: impl FnMut(u64),
    ) -> Result<Outcomes, SearchError> {
        let mut outcomes = Outcomes::default();
        let taxes = self.taxes().await?;
        for case in 0..limits.cases {
            if outcomes.requests >= limits.budget {
                break;
            }
            let seed = limits.seed.wrapping_add(case);
            let operations = draw(seed);
            outcomes.cases += 1;
            outcomes.operations += operations.len() as u64;
            let (played, requests) = match self.case(seed, &taxes, &operations, Ending::Look(seed)).await {
                Err(SearchError::Play { source: PlayError::Interrupted, .. }) => {
                    outcomes.interrupted = true;
                    break;
                }
                played => played?,
            };
            outcomes.requests += requests;
            outcomes.coverage.add(played.goals);
            done(outcomes.cases);
            if let Some(finding) = played.finding {
                let found_after = outcomes.requests;
                let mut failure = Failure {
                    seed,
                    found_after,
                    shrink_requests: 0,
                    finding,
                    steps: played.steps,
                    reached: played.reached,
                    unshortened: None,
                };
                // What was found stays found: the fault may be just what lets nothing more be played.
                let shrunk = self.shrink(&taxes, limits.shrink_budget, &operations, &mut failure).await;
                failure.unshortened = shrunk.err().map(|error| error.to_string());
                outcomes.failure = Some(failure);
                break;
            }
        }
        Ok(outcomes)
    }

    /// The print mode as it is now, where the device tells it: to be put back at the end.
    pub async fn print_mode(&mut self) -> Option<String> {
        let mut params = Params::new();
        params.push("getPrintMode", "true");
        let ask = Outgoing { params, ..Outgoing::get("/apicheck/", self.session.key().ok()?) };
        let sent = self.session.send(&ask).await.ok()?;
        let Outcome::Answered(answer) = &sent.delivery.outcome else { return None };
        let said = format!("{} {}", answer.reason_text(), String::from_utf8_lossy(&answer.body));
        let modes = ["internal-printer", "lan-printer", "usb-printer"];
        modes.into_iter().find(|mode| answer.status == 200 && said.contains(mode)).map(str::to_owned)
    }

    /// Puts back the session variables that sequences have set (v22 §10.1); gives those that could not be.
    pub async fn put_back(&mut self, mode: Option<&str>) -> Vec<&'static str> {
        let mut left = Vec::new();
        for (name, value) in self.watch.undoing(mode) {
            let Ok(key) = self.session.key() else { return vec!["all of them: the key is not known"] };
            let mut params = Params::new();
            params.push(name, value);
            let method = Method::Post;
            let undo = Outgoing { method, params, ..Outgoing::get("/apicheck/", key) };
            let done = match self.session.send(&undo).await {
                Ok(sent) => {
                    matches!(&sent.delivery.outcome, Outcome::Answered(answer) if answer.status == 200)
                }
                Err(_) => false,
            };
            if !done {
                left.push(name);
            }
        }
        left
    }

    pub(crate) async fn case(
        &mut self,
        seed: u64,
        taxes: &[String],
        operations: &[Operation],
        ending: Ending,
    ) -> Result<(Played, u64), SearchError> {
        if let Some(fresh) = &mut self.fresh {
            (self.session, self.bench) = fresh().await.map_err(SearchError::Fresh)?;
            self.watch = Watch::fresh();
        }
        let before = self.session.requests();
        let watch = &mut self.watch;
        let played =
            play(&mut self.session, &mut self.bench, taxes, operations, watch, ending, &self.interrupted)
                .await
                .map_err(|source| SearchError::Play { seed, source })?;
        Ok((played, self.session.requests() - before))
    }

    /// The ids of the tax directory, asked once.
    pub(crate) async fn taxes(&mut self) -> Result<Vec<String>, SearchError> {
        let why = |why: String| SearchError::Taxes(why);
        let key = self.session.key().map_err(|error| why(error.to_string()))?;
        let sent = self
            .session
            .send(&Outgoing::get("/dump/table/taxes", key))
            .await
            .map_err(|error| why(error.to_string()))?;
        let Some(answer) = sent.first_answer() else {
            return Err(why("no answer".to_owned()));
        };
        let document = judge::document(answer).filter(|_| answer.status == 200);
        let ids = document.as_ref().and_then(|document| document.as_object());
        Ok(ids.ok_or_else(|| why(judge::describe(answer)))?.keys().cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn a_seed_is_a_sequence_to_the_byte() {
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        // What other machines draw, too.
        let text: String = (0..20).map(|seed| format!("{:?}", draw(seed))).collect();
        let digest = Sha256::digest(text.as_bytes());
        let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "1947a3b95443a00d");
    }
}
