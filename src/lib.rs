//! The library of ikkm-conformance: a register in your tests ([`Register`]), suites against it
//! ([`load_suites`], [`load_suite`], [`Register::check`]), and the judge alone ([`judge`]).
//!
#![doc = include_str!("../docs/library.md")]
//!
#![doc = include_str!("../docs/architecture.md")]

use ikkm_app::embedded::bench::EmbeddedBench;
use ikkm_app::embedded::{Embedded, EmbeddedError};
use ikkm_emulator::{Device, Personality, personality};
use ikkm_harness::bench::message::{Reply, Request};
use ikkm_harness::runner::judge::compare;
use ikkm_harness::runner::order::in_order;
use ikkm_harness::runner::run::{RunOptions, Runner};
use ikkm_harness::suite::expect::{ExpectError, Expectation};
use ikkm_harness::suite::load;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use thiserror::Error;
use time::OffsetDateTime;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

pub use ikkm_emulator::Snapshot;
pub use ikkm_harness::runner::judge::{Before, Difference};
pub use ikkm_harness::runner::outcome::{CaseResult, FindingGroup, RunResult, Verdict};
pub use ikkm_harness::suite::diagnostic::Diagnostic;
pub use ikkm_harness::suite::load::SuiteError;
pub use ikkm_harness::suite::{Case, Suite};
pub use ikkm_protocol::{Answer, Key};

/// A register of this process, listening on a port of its own until it is dropped. Its clock stands, but
/// for [`Register::advance`] and the waits of cases that it is checked with.
pub struct Register {
    device: Device,
    url: String,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

/// A register could not be had, told or checked.
#[derive(Debug, Error)]
pub enum RegisterError {
    /// `list personalities` names those that there are.
    #[error("no personality is called {0:?}; `ikkm-conformance list personalities` names them")]
    Personality(String),
    /// No port, no thread, or a session that cannot begin.
    #[error("the register cannot be started: {0}")]
    Start(String),
    /// The message is none of the bench protocol.
    #[error("{0}: no message of the bench protocol")]
    Message(String),
    /// The register cannot do that, or failed to.
    #[error("{message}: {why}")]
    Refused {
        /// What it was told.
        message: String,
        /// Why it is not so.
        why: String,
    },
}

impl From<EmbeddedError> for RegisterError {
    fn from(error: EmbeddedError) -> RegisterError {
        RegisterError::Start(error.to_string())
    }
}

impl From<io::Error> for RegisterError {
    fn from(error: io::Error) -> RegisterError {
        RegisterError::Start(error.to_string())
    }
}

impl Register {
    /// A register that answers what the vendor's document leaves open in the usual way.
    ///
    /// # Errors
    /// [`RegisterError::Start`].
    pub fn start() -> Result<Register, RegisterError> {
        Register::like("plain")
    }

    /// A register of another personality: other answers where the document is silent, other start data.
    ///
    /// # Errors
    /// [`RegisterError::Personality`], [`RegisterError::Start`].
    pub fn like(name: &str) -> Result<Register, RegisterError> {
        let found = personality(name).ok_or_else(|| RegisterError::Personality(name.to_owned()))?;
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        // A thread and a runtime of its own: a test may be async or not, and may block.
        let thread = std::thread::Builder::new().name("register".to_owned()).spawn(move || {
            // Whoever asked waits for the answer; should it have gone away, the device ends, too.
            match start(&found) {
                Ok((runtime, device)) if tell.send(Ok(device.clone())).is_ok() => runtime.block_on(async {
                    let _ = stopped.await;
                    device.shutdown().await;
                }),
                Ok(_) => {}
                Err(error) => drop(tell.send(Err(error))),
            }
        })?;
        let ended = |_| RegisterError::Start("its thread ended".to_owned());
        let device = told.recv().map_err(ended)??;
        let url = format!("http://{}", device.address());
        Ok(Register { device, url, running: Some((stop, thread)) })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The key on its screen now: eight digits (v22 §4). It changes with every registration.
    pub fn key(&self) -> String {
        self.device.with(|machine, _| machine.key().as_str().to_owned())
    }

    /// What it shows of itself: receipts, shift, drawer and fiscal totals in tenge, the paper.
    pub fn state(&self) -> Snapshot {
        self.device.with(|machine, now| machine.snapshot(0, now))
    }

    /// Moves its clock forward.
    pub fn advance(&self, seconds: u64) {
        self.device.advance(seconds);
    }

    /// Tells it a message of the bench protocol (docs/writing-a-bench.md).
    ///
    /// # Errors
    /// [`RegisterError::Message`], [`RegisterError::Refused`].
    pub fn tell(&self, message: &str) -> Result<(), RegisterError> {
        let read = serde_json::from_str(message).ok().and_then(|message| Request::from_json(&message));
        let request = read.ok_or_else(|| RegisterError::Message(message.to_owned()))?;
        let bench = EmbeddedBench::new(self.device.clone());
        let reply = apart(|runtime| runtime.block_on(bench.carry_out(&request)))?;
        match reply {
            Reply::Done(_) => Ok(()),
            Reply::Unsupported(why) | Reply::Failed(why) => {
                Err(RegisterError::Refused { message: message.to_owned(), why })
            }
        }
    }

    /// Runs the cases of suites against it, everything granted, as `ikkm-conformance run` does.
    ///
    /// # Errors
    /// [`RegisterError::Start`] when a session with it cannot begin.
    pub fn check(&self, suites: &[Suite]) -> Result<RunResult, RegisterError> {
        let cases = in_order(suites.iter().flat_map(|suite| &suite.cases).collect());
        apart(|runtime| runtime.block_on(run(self.device.clone(), &cases)))?
    }
}

impl Drop for Register {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            // Either may have ended already.
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Register").field("url", &self.url).finish_non_exhaustive()
    }
}

fn start(personality: &Personality) -> Result<(Runtime, Device), RegisterError> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let started = runtime.block_on(Embedded::start(personality, personality.behaviour.clone()))?;
    Ok((runtime, started.device))
}

/// Does something on a thread and a runtime of its own: within an async test another one could not block.
fn apart<R: Send>(act: impl FnOnce(&Runtime) -> R + Send) -> Result<R, RegisterError> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    std::thread::scope(|scope| {
        let done = scope.spawn(move || act(&runtime)).join();
        done.map_err(|_| RegisterError::Start("it panicked; please report that".to_owned()))
    })
}

async fn run(device: Device, cases: &[&Case]) -> Result<RunResult, RegisterError> {
    let refused = |error: &dyn fmt::Display| RegisterError::Start(error.to_string());
    let Embedded { url, setup, bench, .. } = Embedded::of(device).await?;
    let session = setup.open().map_err(|error| refused(&error))?;
    let options =
        RunOptions { target: url, strict: false, golden: None, thrifty: false, interrupted: Arc::default() };
    let mut runner = Runner::new(session, bench, options, "TEST".to_owned());
    let (facts, _) = runner.identify().await.map_err(|error| refused(&error))?;
    Ok(runner.run(cases, facts, OffsetDateTime::now_utc(), |_, _, _| {}).await)
}

/// Reads suites from files and folders.
///
/// # Errors
/// [`SuiteError`]: a file that cannot be read, or every mistake with its place.
pub fn load_suites(paths: &[PathBuf]) -> Result<Vec<Suite>, SuiteError> {
    load::load_paths(paths)
}

/// Reads a suite from its text; `file` is how places name it. The language is told in
/// docs/writing-a-case.md.
///
/// # Errors
/// Every mistake with its place.
pub fn load_suite(file: &str, text: &str) -> Result<Suite, Mistakes> {
    load::load_text(file, text).map_err(Mistakes)
}

/// What is wrong with a suite, each with its place.
#[derive(Debug, Error)]
pub struct Mistakes(pub Vec<Diagnostic>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|mistake| writeln!(f, "{}", mistake.render(false)))
    }
}

/// An answer is not what was expected, or the expectation cannot be read.
#[derive(Debug, Error)]
pub enum JudgeError {
    /// The expectation is not in the suites' language.
    #[error(transparent)]
    Expectation(#[from] ExpectError),
    /// The answer differs.
    #[error("expected {}, found {}", .0.expected, .0.found)]
    Differs(Difference),
}

/// Judges a recorded answer by an expectation in the language of the suites; nothing is sent.
///
/// ```
/// use ikkm_conformance::{Answer, Before, Key, judge};
///
/// let answer = |status, reason: &str, body: &str| Answer {
///     status,
///     reason: reason.into(),
///     headers: vec![],
///     body: body.into(),
/// };
/// // The key turns with every registration, and receipts are numbered upwards.
/// let key = Key::parse("01234567").ok();
/// let before = Before { sent: key.clone(), current: key, last_receipt: Some(17), ..Before::default() };
/// assert!(judge("registered", &answer(200, "18", "87654321"), &before).is_ok());
/// assert!(judge("registered", &answer(200, "18", "01234567"), &before).is_err());
/// assert!(judge("-10 cash-lq-sale", &answer(400, "cash-lq-sale", "-10"), &before).is_ok());
/// ```
///
/// # Errors
/// [`JudgeError`].
pub fn judge(expected: &str, answer: &Answer, before: &Before) -> Result<(), JudgeError> {
    compare(&Expectation::parse(expected)?, answer, before).map_err(JudgeError::Differs)
}
