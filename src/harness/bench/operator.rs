//! The operator bench: a person, who is told in plain words what to do and asked what was seen.

use super::{Answering, BenchFault, Carrier, Reply, Request};
use crate::conditions::{BenchAction, ConditionName, Observation};
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The longest line that a person types, in bytes.
const MAX_LINE: u64 = 4096;

/// A person at a terminal, or at whatever the reader and writer are. Has no time limit.
pub struct Operator<R, W> {
    reader: R,
    writer: W,
}

impl<R, W> Operator<R, W>
where
    R: AsyncBufRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    /// A person who reads from `writer` and types into `reader`.
    pub fn new(reader: R, writer: W) -> Operator<R, W> {
        Operator { reader, writer }
    }

    async fn answer(&mut self, request: &Request) -> Result<Reply, BenchFault> {
        match request {
            Request::Hello => Ok(Reply::Done(hello())),
            Request::Bye => Ok(done(json!({}))),
            Request::Observe(Observation::Key) => self.observe_key(request).await,
            Request::Observe(_) => Ok(Reply::Unsupported(format!("an operator cannot {}", request.name()))),
            Request::Establish(condition) if condition.name() == ConditionName::ArchivedShift => {
                self.archived_shift(request).await
            }
            Request::Establish(_) | Request::Clear(_) | Request::Act(_) => self.instruct(request).await,
        }
    }

    async fn instruct(&mut self, request: &Request) -> Result<Reply, BenchFault> {
        let what = instruction(request);
        let typed =
            self.prompt(request, &format!("{what}\nThen press Enter (s and Enter to skip): ")).await?;
        Ok(if is_skip(&typed) { skipped() } else { done(json!({})) })
    }

    async fn archived_shift(&mut self, request: &Request) -> Result<Reply, BenchFault> {
        let question = "Which shift of the device is in the archive? Type its number (s to skip): ";
        loop {
            let typed = self.prompt(request, question).await?;
            if is_skip(&typed) {
                return Ok(skipped());
            }
            if let Ok(shift) = typed.parse::<u64>() {
                return Ok(done(json!({"shift": shift})));
            }
        }
    }

    async fn observe_key(&mut self, request: &Request) -> Result<Reply, BenchFault> {
        let question = "Type the 8 digits of the web-API key on the device's screen (s to skip): ";
        loop {
            let typed = self.prompt(request, question).await?;
            if is_skip(&typed) {
                return Ok(skipped());
            }
            if ikkm_protocol::Key::parse(&typed).is_ok() {
                return Ok(done(json!({"key": typed})));
            }
        }
    }

    async fn yes_or_no(&mut self, question: &str) -> Result<Reply, BenchFault> {
        loop {
            let typed =
                self.prompt_for("a question", &format!("{question}\nyes, no or skip (y/n/s): ")).await?;
            match typed.to_lowercase().as_str() {
                "y" | "yes" => return Ok(done(json!({}))),
                "n" | "no" => return Ok(Reply::Failed(format!("the operator said no to: {question}"))),
                "s" | "skip" => return Ok(skipped()),
                _ => {}
            }
        }
    }

    async fn prompt(&mut self, request: &Request, text: &str) -> Result<String, BenchFault> {
        self.prompt_for(&request.name(), text).await
    }

    async fn prompt_for(&mut self, asked: &str, text: &str) -> Result<String, BenchFault> {
        let gone = |why: &str| BenchFault::Gone { request: asked.to_owned(), why: why.to_owned() };
        let shown = async {
            self.writer.write_all(format!("\n{text}").as_bytes()).await?;
            self.writer.flush().await
        };
        shown.await.map_err(|error| gone(&error.to_string()))?;
        let mut typed = Vec::new();
        let mut bounded = (&mut self.reader).take(MAX_LINE);
        let count = bounded.read_until(b'\n', &mut typed).await.map_err(|error| gone(&error.to_string()))?;
        if count == 0 {
            return Err(gone("nobody is at the terminal"));
        }
        Ok(String::from_utf8_lossy(&typed).trim().to_owned())
    }
}

impl<R, W> Carrier for Operator<R, W>
where
    R: AsyncBufRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    fn ask<'a>(&'a mut self, request: &'a Request) -> Answering<'a> {
        Box::pin(self.answer(request))
    }

    fn confirms(&self) -> bool {
        true
    }

    fn confirm<'a>(&'a mut self, question: &'a str) -> Answering<'a> {
        Box::pin(self.yes_or_no(question))
    }
}

fn hello() -> Map<String, Value> {
    let fields = json!({
        "ok": true,
        "name": "operator",
        "conditions": ConditionName::ALL.map(ConditionName::as_str),
        "actions": BenchAction::NAMES,
        // What was printed is not read off but asked about, through `confirm`.
        "observations": [Observation::Key.as_str(), Observation::Tape.as_str()],
    });
    fields.as_object().cloned().unwrap_or_default()
}

fn done(fields: Value) -> Reply {
    Reply::Done(fields.as_object().cloned().unwrap_or_default())
}

fn skipped() -> Reply {
    Reply::Unsupported("the operator skipped it".to_owned())
}

fn is_skip(typed: &str) -> bool {
    typed.eq_ignore_ascii_case("s") || typed.eq_ignore_ascii_case("skip")
}

/// What the person is to do, in plain words.
fn instruction(request: &Request) -> String {
    match request {
        Request::Establish(condition) => {
            let code = condition.code().map(|code| format!(" with code {code}")).unwrap_or_default();
            format!("Please {}{code}.", in_words(condition.name()))
        }
        Request::Clear(name) => format!("Please end this again: {}.", in_words(*name)),
        Request::Act(BenchAction::AdvanceClock(seconds)) => {
            format!("Please let {seconds} s pass on the device's clock (set it forward, or wait).")
        }
        Request::Act(BenchAction::PowerCycle) => {
            "Please switch the device off and on, and wait until the web API is ready.".to_owned()
        }
        Request::Act(BenchAction::FactoryReset) => {
            "Please reset the device to its factory state. THIS DESTROYS ITS DOCUMENTS.".to_owned()
        }
        Request::Act(BenchAction::FinishBank { success: true }) => {
            "Please complete the card transaction that is running, successfully.".to_owned()
        }
        Request::Act(BenchAction::FinishBank { success: false }) => {
            "Please let the card transaction that is running fail (cancel it).".to_owned()
        }
        Request::Hello | Request::Bye | Request::Observe(_) => request.name(),
    }
}

/// How a person would bring the condition about: the words after "please".
pub fn in_words(name: ConditionName) -> &'static str {
    match name {
        ConditionName::PaperOut => "take the paper out of the printer",
        ConditionName::BatteryLow => "run the battery low",
        ConditionName::ExternalPrinterMissing => "select an external printer and disconnect it",
        ConditionName::Blocked => "have the register blocked by the tax committee's (test) server",
        ConditionName::Offline72h => "keep the device offline for more than 72 hours (or make it believe so)",
        ConditionName::ShiftOver24h => "let the open shift become older than 24 hours",
        ConditionName::ShiftOver7d => "let the open shift become older than 7 days",
        ConditionName::OtherCashier => "log in as another cashier than the one who opened the shift",
        ConditionName::OrdinaryCashier => "log in as a cashier who is no senior",
        ConditionName::MixedPaymentOff => "switch mixed payments off in the settings",
        ConditionName::TaxOnTop => "choose a default tax that is added to the amount",
        ConditionName::DatabaseDamaged => "damage the device's database. THIS DESTROYS ITS DOCUMENTS",
        ConditionName::UnknownFault => "bring about an unknown fault of the device",
        ConditionName::Busy => "keep the device busy with a registration or a card transaction",
        ConditionName::ApiOff => "switch the web API off",
        ConditionName::FreshDevice => "make the device one without any document. THIS DESTROYS ITS DOCUMENTS",
        ConditionName::ArchivedShift => "have a shift moved to the archive",
        ConditionName::TaxesEdited => "edit a tax, so that the ids of the tax directory change",
    }
}
