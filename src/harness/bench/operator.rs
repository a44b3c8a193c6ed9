//! The operator bench: a person, who is told in plain words what to do and asked what was seen.

use super::{Answering, BenchFault, Carrier, Reply, Request};
use crate::conditions::{BenchAction, ConditionName, Observation};
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The longest line that a person types, in bytes.
const MAX_LINE: u64 = 4096;

/// How answers are written; told once.
const LEGEND: &str = "Answer each question with a line. n: no, or it cannot be done; s: skip it; u: take the last \
                      answer back, its case runs again. What you write after the answer is kept as a note: `y a bit pale`.";

/// A person at a terminal, or at whatever the reader and writer are. Has no time limit.
pub struct Operator<R, W> {
    reader: R,
    writer: W,
    /// The case that asks.
    case: String,
    /// How often something was asked, and how often it is expected to be.
    asked: u64,
    expected: Option<u64>,
    /// The case and the question of the last answer.
    last: Option<(String, String)>,
    taken_back: Option<String>,
}

/// What a person typed.
enum Typed {
    /// A word, and the note after it; nothing but Enter is no word.
    Answer(String, String),
    /// The answer before was taken back, and this case has to run again for it.
    Again,
}

impl<R, W> Operator<R, W>
where
    R: AsyncBufRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    /// A person who reads from `writer` and types into `reader`.
    pub fn new(reader: R, writer: W) -> Operator<R, W> {
        Operator {
            reader,
            writer,
            case: String::new(),
            asked: 0,
            expected: None,
            last: None,
            taken_back: None,
        }
    }

    async fn answer(&mut self, request: &Request) -> Result<Reply, BenchFault> {
        match request {
            Request::Hello => Ok(Reply::Done(hello())),
            Request::Bye => Ok(done(json!({}), "")),
            Request::Observe(Observation::Key) => {
                let is_key =
                    |typed: &str| ikkm_protocol::Key::parse(typed).is_ok().then(|| json!({"key": typed}));
                let question = "Which web-API key does the device's screen show?";
                self.value(request, question, "its 8 digits, s or u: ", is_key).await
            }
            Request::Observe(_) => Ok(Reply::Unsupported(format!("an operator cannot {}", request.name()))),
            Request::Establish(condition) if condition.name() == ConditionName::ArchivedShift => {
                let is_number = |typed: &str| typed.parse::<u64>().ok().map(|shift| json!({"shift": shift}));
                let question = "Which shift of the device is in the archive?";
                self.value(request, question, "its number, s or u: ", is_number).await
            }
            Request::Establish(_) | Request::Clear(_) | Request::Act(_) => self.instruct(request).await,
        }
    }

    /// Tells what is to be done.
    async fn instruct(&mut self, request: &Request) -> Result<Reply, BenchFault> {
        let what = instruction(request);
        let typed = self.ask_person(&request.name(), &what, "Enter when it is done, n, s or u: ").await?;
        let Typed::Answer(word, note) = typed else { return Ok(again()) };
        Ok(match word.to_lowercase().as_str() {
            "" | "d" | "done" | "y" | "yes" => done(json!({}), &note),
            "n" | "no" => Reply::Failed(with_note("the operator could not do it", &note)),
            "s" | "skip" => skipped(&note),
            // Any other words are a note.
            _ => done(json!({}), format!("{word} {note}").trim()),
        })
    }

    /// Asks for a value until one is typed.
    async fn value(
        &mut self,
        request: &Request,
        question: &str,
        hint: &str,
        read: impl Fn(&str) -> Option<Value>,
    ) -> Result<Reply, BenchFault> {
        loop {
            let Typed::Answer(word, note) = self.ask_person(&request.name(), question, hint).await? else {
                return Ok(again());
            };
            if is_skip(&word) {
                return Ok(skipped(&note));
            }
            if let Some(fields) = read(&word) {
                return Ok(done(fields, &note));
            }
            self.is_asked_again();
        }
    }

    async fn yes_or_no(&mut self, question: &str) -> Result<Reply, BenchFault> {
        loop {
            let Typed::Answer(word, note) = self.ask_person("a question", question, "y, n, s or u: ").await?
            else {
                return Ok(again());
            };
            match word.to_lowercase().as_str() {
                "y" | "yes" => return Ok(done(json!({}), &note)),
                "n" | "no" => return Ok(Reply::Failed(with_note("no", &note))),
                "s" | "skip" => return Ok(skipped(&note)),
                _ => self.is_asked_again(),
            }
        }
    }

    /// What was typed is no answer: the same question comes again, and counts once.
    fn is_asked_again(&mut self) {
        self.asked -= 1;
    }

    /// Asks once more than the person takes answers back; `asked` names it for errors.
    async fn ask_person(&mut self, asked: &str, question: &str, hint: &str) -> Result<Typed, BenchFault> {
        if self.asked == 0 {
            self.show(asked, &format!("\n{LEGEND}\n")).await?;
        }
        self.asked += 1;
        let of = self.expected.map_or_else(String::new, |all| format!(" of {}", all.max(self.asked)));
        let head = match self.case.as_str() {
            "" => format!("{}{of}", self.asked),
            case => format!("{}{of}  {case}", self.asked),
        };
        loop {
            self.show(asked, &format!("\n{head}\n{question}\n{hint}")).await?;
            let typed = self.line(asked).await?;
            let (word, note) = typed.split_once(char::is_whitespace).unwrap_or((&typed, ""));
            if !matches!(word.to_lowercase().as_str(), "u" | "undo") {
                self.last = Some((self.case.clone(), question.to_owned()));
                return Ok(Typed::Answer(word.to_owned(), note.trim().to_owned()));
            }
            let Some((case, of)) = self.last.take() else {
                self.show(asked, "There is no answer to take back.\n").await?;
                continue;
            };
            let when = if case == self.case { "now" } else { "after this one" };
            self.show(asked, &format!("Taken back: your answer to \"{of}\". {case} runs again {when}.\n"))
                .await?;
            let is_this = case == self.case;
            self.taken_back = Some(case);
            if is_this {
                return Ok(Typed::Again);
            }
        }
    }

    async fn show(&mut self, asked: &str, text: &str) -> Result<(), BenchFault> {
        let shown = async {
            self.writer.write_all(text.as_bytes()).await?;
            self.writer.flush().await
        };
        shown.await.map_err(|error| gone(asked, &error.to_string()))
    }

    async fn line(&mut self, asked: &str) -> Result<String, BenchFault> {
        let mut typed = Vec::new();
        let mut bounded = (&mut self.reader).take(MAX_LINE);
        let read = bounded.read_until(b'\n', &mut typed).await;
        if read.map_err(|error| gone(asked, &error.to_string()))? == 0 {
            return Err(gone(asked, "nobody is at the terminal"));
        }
        Ok(String::from_utf8_lossy(&typed).trim().to_owned())
    }
}

fn gone(asked: &str, why: &str) -> BenchFault {
    BenchFault::Gone { request: asked.to_owned(), why: why.to_owned() }
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

    fn begins_case(&mut self, name: &str) {
        name.clone_into(&mut self.case);
    }

    fn expects(&mut self, questions: u64) {
        self.expected = Some(questions);
    }

    fn taken_back(&mut self) -> Option<String> {
        self.taken_back.take()
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

/// Done, with what the person noted as `note`.
fn done(fields: Value, note: &str) -> Reply {
    let mut fields = fields.as_object().cloned().unwrap_or_default();
    if !note.is_empty() {
        fields.insert("note".to_owned(), note.into());
    }
    Reply::Done(fields)
}

fn skipped(note: &str) -> Reply {
    Reply::Unsupported(with_note("the operator skipped it", note))
}

fn again() -> Reply {
    Reply::Unsupported("the operator took an answer back: the case runs again".to_owned())
}

fn with_note(words: &str, note: &str) -> String {
    if note.is_empty() { words.to_owned() } else { format!("{words}: {note}") }
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
        Request::Clear(name) => format!("Please {}.", ended_in_words(*name)),
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

/// How a person would end the condition: the words after "please".
fn ended_in_words(name: ConditionName) -> &'static str {
    match name {
        ConditionName::PaperOut => "put the paper back into the printer",
        ConditionName::BatteryLow => "charge the battery again",
        ConditionName::ExternalPrinterMissing => {
            "connect the external printer again, or select the internal one"
        }
        ConditionName::Blocked => "have the register unblocked by the tax committee's (test) server",
        ConditionName::Offline72h => "bring the device online again, and wait until its messages have left",
        ConditionName::ShiftOver24h | ConditionName::ShiftOver7d => "close the old shift on the device",
        ConditionName::OtherCashier => "log in as the cashier who opened the shift",
        ConditionName::OrdinaryCashier => "log in as a senior cashier",
        ConditionName::MixedPaymentOff => "switch mixed payments on in the settings",
        ConditionName::TaxOnTop => "choose the default tax that was there before",
        ConditionName::DatabaseDamaged => "repair the device's database",
        ConditionName::UnknownFault => "end the unknown fault of the device",
        ConditionName::Busy => "let the device finish what it is busy with",
        ConditionName::ApiOff => "switch the web API on again",
        ConditionName::FreshDevice => "put the device back as it was before, if you need its documents",
        ConditionName::ArchivedShift => "leave the archived shift where it is",
        ConditionName::TaxesEdited => "put the edited tax back as it was",
    }
}
