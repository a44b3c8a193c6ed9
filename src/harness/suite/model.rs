//! Cases as the runner takes them: tables unfolded, texts checked, places kept.

use super::check::{Path, Rule};
use super::expect::Expectation;
use super::template::Template;
use crate::conditions::{BenchAction, Condition, ConditionName, Observation};
use crate::device::delivery::DropReply;
use ikkm_protocol::{Method, WireRequest};
use ikkm_requirements::Level;
use rust_decimal::Decimal;

/// One suite file.
#[derive(Debug, Clone)]
pub struct Suite {
    /// The file's stem: `rounding`.
    pub name: String,
    /// The file's path as given.
    pub file: String,
    /// What it is for.
    pub about: String,
    /// Its cases, rows unfolded.
    pub cases: Vec<Case>,
}

/// One test case.
#[derive(Debug, Clone)]
pub struct Case {
    /// The slug, with the row's name where it comes from a table.
    pub name: String,
    /// The suite's name.
    pub suite: String,
    /// `file:line`, for messages.
    pub place: String,
    /// Why it is there.
    pub about: Option<String>,
    /// The requirements it checks; never empty.
    pub requirements: Vec<String>,
    /// The highest level among them.
    pub level: Level,
    /// The table that it comes from, or its own name.
    pub table: String,
    /// Its levels of the table's factors: `type=sale`.
    pub levels: Vec<String>,
    /// Bars the till until a restart: runs last.
    pub last: bool,
    /// At least one answer must look like this.
    pub must_occur: Option<Lazy<Expectation>>,
    /// Without an answer that looks like this nothing can be told.
    pub inconclusive_without: Option<Lazy<Expectation>>,
    /// What must hold before.
    pub given: Given,
    /// What is done.
    pub steps: Vec<Step>,
    /// What is done at the end in any case.
    pub afterwards: Vec<Step>,
}

/// What must hold before the first step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// Whether a shift must be open.
    pub shift_open: Option<bool>,
    /// Exactly so much cash in the drawer.
    pub drawer: Option<Decimal>,
    /// At least so much cash in the drawer.
    pub drawer_at_least: Option<Decimal>,
    /// The device's rounding rule.
    pub rounding_rule: Option<String>,
    /// The default tax must be an included one.
    pub included_tax: bool,
    /// The default tax must have a rate above zero.
    pub taxed: bool,
    /// At least so many taxes.
    pub taxes_at_least: Option<usize>,
}

/// One step of a case.
#[derive(Debug, Clone)]
pub struct Step {
    /// `file:line`.
    pub place: String,
    /// What is done.
    pub action: StepAction,
    /// How often.
    pub times: u32,
    /// The requirement that a failed expectation breaks.
    pub cites: String,
    /// What may come back; `None` where a question is asked or nothing is expected.
    pub expect: Option<Lazy<Expectation>>,
    /// Answers that show that the device lacks what the case needs.
    pub skip_on: Option<Lazy<Expectation>>,
    /// How long the step may take, in seconds.
    pub within: Option<Template>,
    /// How many different receipts the answers of requests sent together may name.
    pub receipts: Option<Receipts>,
    /// An open question and its named answers.
    pub question: Option<Question>,
    /// How the books moved.
    pub moves: Option<Vec<Move>>,
    /// What must stand in the JSON document.
    pub checks: Vec<Check>,
    /// What must be on the tape, in order.
    pub printed: Vec<Template>,
    /// What must not be on the tape.
    pub not_printed: Vec<Template>,
    /// The widest line allowed on the tape, in characters.
    pub widest: Option<usize>,
    /// The lengths that the widest line on the tape may have; empty where nothing is said.
    pub width: Vec<usize>,
    /// The accepted document to compare with.
    pub golden: Option<String>,
    /// Whether the bytes on the wire are checked.
    pub exact_wire: bool,
    /// Values to keep: name and where they stand.
    pub save: Vec<(String, Saved)>,
    /// The step leaves it open whether the device does something.
    pub may_succeed: bool,
    /// The step wants to see -2 instead of waiting it out.
    pub takes_busy: bool,
    /// The step expects that nothing at all is observed, so that there is nothing to wait for.
    pub expects_nothing: bool,
    /// The step only prepares what later ones check: the line under which its success is judged.
    pub prepares: Option<&'static str>,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum StepAction {
    /// Sends a request.
    Send(Send),
    /// Sends requests at the same time.
    Together(Vec<Send>),
    /// Brings a bench condition about.
    Establish(Condition),
    /// Ends a bench condition.
    Clear(ConditionName),
    /// Lets the bench act.
    Act(BenchAction),
    /// Asks the bench what happened.
    Observe(Observation),
    /// Waits, in seconds on the run's clock.
    Wait(u64),
    /// Reads the books' documents and reconciles them.
    Reconcile(Extent),
    /// Only looks at the books.
    CheckOnly,
}

impl StepAction {
    /// The requests that it sends.
    pub fn requests(&self) -> &[Send] {
        match self {
            StepAction::Send(send) => std::slice::from_ref(send),
            StepAction::Together(sends) => sends,
            _ => &[],
        }
    }
}

/// How many receipts there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipts {
    /// So many.
    Exactly(usize),
    /// So many or fewer.
    AtMost(usize),
}

/// How much is read to reconcile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The documents of every shift that is not archived, up to six.
    All,
    /// The current shift's receipts and its report with taxes: five requests.
    Current,
}

/// A request to send.
#[derive(Debug, Clone)]
pub struct Send {
    /// GET or POST.
    pub method: Method,
    /// The path, maybe with a query.
    pub path: Template,
    /// The parameters, without the key.
    pub params: Vec<(String, Template)>,
    /// Content type and body instead of a form.
    pub body: Option<(String, Template)>,
    /// Which key goes along.
    pub key: KeyUse,
    /// From the second local address.
    pub second_address: bool,
    /// When the connection is dropped instead of reading the answer.
    pub drop_reply: Option<DropReply>,
    /// Without a pause after the request before.
    pub unpaced: bool,
    /// A request like the one that will be sent, with something in place of what only the device can
    /// fill in: what it could do, and where it goes, shows before anything is sent.
    pub sample: WireRequest,
}

/// Which key goes along with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyUse {
    /// The one that the last rotating answer gave.
    Current,
    /// The one that this answer spent.
    Previous,
    /// One spent two or more rotations ago.
    Older,
    /// Eight digits that never were a key of this device, as far as we know.
    Wrong,
    /// The current key with another digit at this place, from 1.
    Near(usize),
    /// No `key` parameter at all.
    None,
    /// This text.
    Literal(String),
}

/// An open question and the named answers that a device may give.
#[derive(Debug, Clone)]
pub struct Question {
    /// `Q-KEY-1` or a part of it, `Q-WIRE-5/leading-plus`.
    pub id: String,
    /// Names and what they look like, in order.
    pub answers: Vec<(String, Lazy<Expectation>)>,
    /// An answer that fits none of them is a failure.
    pub closed: bool,
}

/// By how much one figure moved.
#[derive(Debug, Clone)]
pub struct Move {
    /// One of [`super::moves::FIGURES`].
    pub figure: String,
    /// The amounts, as `moves::parse` reads them.
    pub amounts: Template,
}

/// What must stand at a path of a document.
#[derive(Debug, Clone)]
pub struct Check {
    /// `file:line`.
    pub place: String,
    /// The path.
    pub path: Lazy<Path>,
    /// The rule.
    pub rule: Lazy<Rule>,
}

/// Where a saved value comes from.
#[derive(Debug, Clone)]
pub enum Saved {
    /// The key that the request was sent with.
    SentKey,
    /// The key in the answer.
    Key,
    /// The number in the reason phrase.
    Receipt,
    /// How long the step took, in whole seconds.
    Elapsed,
    /// A path into the JSON document.
    Json(Lazy<Path>),
}

/// A text of one of the small languages: read when loaded where it has no placeholder that only the
/// device can fill, else when the step runs.
#[derive(Debug, Clone)]
pub struct Lazy<T> {
    template: Template,
    parse: fn(&str) -> Option<T>,
}

impl<T> Lazy<T> {
    /// A text whose form was checked.
    pub(super) fn new(template: Template, parse: fn(&str) -> Option<T>) -> Lazy<T> {
        Lazy { template, parse }
    }

    /// The placeholders that need values.
    pub fn names(&self) -> Vec<String> {
        self.template.names().map(str::to_owned).collect()
    }

    /// Fills the placeholders in and reads the result.
    ///
    /// # Errors
    /// A sentence that names the placeholder without a value, or the text that makes no sense.
    pub fn get(&self, value_of: impl FnMut(&str) -> Option<String>) -> Result<T, String> {
        let text = self.template.fill(value_of).map_err(|name| format!("`<{name}>` has no value here"))?;
        (self.parse)(&text).ok_or_else(|| format!("`{text}` makes no sense here"))
    }
}
