//! The suite language's shape, as serde types. `schema` prints the JSON Schema made from them, so an
//! editor completes and checks; the doc comments are what the editor shows.

use super::text::Text;
use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// The levels of a factor, by name: each fills its columns.
pub type Levels = IndexMap<String, IndexMap<String, Text>>;

/// A suite: one file of test cases for a device.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SuiteSource {
    /// What the suite is for, in a sentence.
    pub about: Text,
    /// The test cases.
    pub cases: Vec<CaseSource>,
}

/// A test case, or with `rows` one case for each row.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CaseSource {
    /// A stable slug with a group: `key/replay-registers-nothing`.
    pub name: Text,
    /// Why the case is there, where its name and steps do not say it.
    pub about: Option<Text>,
    /// Ids of the register that the case checks; the first is cited where a step cites none.
    pub requirements: Vec<Text>,
    /// `true`: bars the till until a restart; such cases run last.
    pub last: Option<bool>,
    /// What must hold before the first step; the harness brings it about.
    pub given: Option<GivenSource>,
    /// At least one answer of the case must look like this (as in `expect`), else the first
    /// requirement is broken.
    pub must_occur: Option<Text>,
    /// Where no answer of the case looks like this, the case is inconclusive.
    pub inconclusive_without: Option<Text>,
    /// A table: each row makes one case, named `name/row`; `<column>` in a step is the row's value.
    /// The column `requirements` speaks of the row itself.
    pub rows: Option<Vec<IndexMap<String, Text>>>,
    /// A table of every combination: the names of factors, each with the names of its levels, each with
    /// the columns that it fills. Makes cases named `name/level.level`.
    pub factors: Option<IndexMap<String, Levels>>,
    /// What is done, in order.
    pub steps: Vec<StepSource>,
    /// What is done at the end in any case, to leave the device as it was; nothing is judged here.
    pub afterwards: Option<Vec<StepSource>>,
}

/// What must hold before the first step.
#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GivenSource {
    /// `open` or `closed`: the state of the shift.
    pub shift: Option<Text>,
    /// Exactly so much cash in the drawer, in tenge (brought about by a deposit or withdrawal).
    pub drawer: Option<Text>,
    /// At least so much cash in the drawer, in tenge.
    pub drawer_at_least: Option<Text>,
    /// The device's `roudingRule` must be this, else the case is not applicable.
    pub rounding_rule: Option<Text>,
    /// `true`: the device's default tax must be included in the amount, else not applicable.
    pub included_tax: Option<bool>,
    /// `true`: the device's default tax must have a rate above zero, else not applicable.
    pub taxed: Option<bool>,
    /// At least so many taxes in the directory, else not applicable.
    pub taxes_at_least: Option<Text>,
}

/// One step: it sends one request, or acts on the bench, or waits, or looks; and says what must come
/// back.
#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StepSource {
    /// Registers a sale of this total, in tenge.
    pub sale: Option<Text>,
    /// Registers a purchase of this total.
    pub buy: Option<Text>,
    /// Registers the return of a sale.
    #[serde(rename = "saleReturn")]
    pub sale_return: Option<Text>,
    /// Registers the return of a purchase.
    #[serde(rename = "buyReturn")]
    pub buy_return: Option<Text>,
    /// The registration type as a value (`sale`, `buy`, `saleReturn`, `buyReturn`), for tables; with
    /// `total`.
    pub register: Option<Text>,
    /// The total that goes with `register`.
    pub total: Option<Text>,
    /// Payment in cash.
    pub cash: Option<Text>,
    /// Payment by bank card.
    pub bank: Option<Text>,
    /// Payment in tare.
    pub tara: Option<Text>,
    /// Payment on credit.
    pub credit: Option<Text>,
    /// A tax id of the device's directory: `<default-tax>`, `<other-tax>`, `<unknown-tax>`, `<zero-tax>` (0, which is not in it).
    pub tax: Option<Text>,
    /// The receipt's table as JSON; `<positions 79 of 10>` stands for 79 positions of 10 tenge.
    pub itemdata: Option<Text>,
    /// Text to print.
    pub print: Option<Text>,
    /// Text to print at the receipt's end.
    pub footer: Option<Text>,
    /// Takes cash out of the drawer.
    pub withdraw: Option<Text>,
    /// Puts cash into the drawer.
    pub deposit: Option<Text>,
    /// A GET request for this path, which may hold a query.
    pub get: Option<Text>,
    /// A POST request for this path.
    pub post: Option<Text>,
    /// Further parameters, in order.
    pub with: Option<IndexMap<String, Text>>,
    /// A body exactly as it stands, instead of a form; `<key>` is the key.
    pub body: Option<Text>,
    /// The `Content-Type` that goes with `body`.
    pub content_type: Option<Text>,
    /// `GET` or `POST`; by default POST where print, itemdata or footer is sent, else GET. `PUT` is a
    /// method that no device takes.
    pub method: Option<Text>,
    /// Which key goes along: `current` (default), `previous`, `older`, `wrong`, `near-8` (the
    /// current one with another eighth digit), `none`, or a text.
    pub key: Option<Text>,
    /// `second`: send from the second local address (`--second-address`).
    pub from: Option<Text>,
    /// Loses the answer on purpose: `at-once` drops the connection as soon as the registration has
    /// left, `on-arrival` when its answer begins to come. What became of it is found out as for every
    /// lost answer; `expect` then is about the repeat's answer.
    pub drop_reply: Option<Text>,
    /// `true`: sent without a pause after the request before (needs `--allow concurrency`).
    #[serde(alias = "hasty")]
    pub unpaced: Option<bool>,
    /// Sends these requests at the same time, each on its own connection (needs `--allow concurrency`);
    /// `expect` is about each answer. Registrations here must have the same type and total.
    pub at_once: Option<Vec<StepSource>>,
    /// How many different receipts the answers of `at-once` may name between them: `1` or `at-most 1`.
    pub receipts: Option<Text>,
    /// Do the step so many times.
    pub times: Option<Text>,
    /// Brings a bench condition about, until it is cleared or the case ends.
    pub establish: Option<Text>,
    /// Ends a bench condition.
    pub clear: Option<Text>,
    /// Lets the bench do something once.
    pub act: Option<Text>,
    /// Asks the bench what happened since the last look: `tape`, `online` or `key`.
    pub observe: Option<Text>,
    /// The tax committee's code that goes with `establish: blocked`.
    pub code: Option<Text>,
    /// The seconds that go with `act: advance-clock`.
    pub seconds: Option<Text>,
    /// `success` or `fail`, with `act: finish-bank`.
    pub result: Option<Text>,
    /// `all`: reads the documents of the shifts that are not archived (of the last six at the most) and
    /// compares them with each other and with everything that the device acknowledged.
    pub reconcile: Option<Text>,
    /// Waits so many seconds on the run's clock.
    pub wait: Option<Text>,
    /// What must come back: `registered`, `repeated`, `done`, `document`, `success`, `refused`,
    /// `no-answer`, `-10 cash-lq-sale`, `200 x-report-started 0`; alternatives joined by ` or `.
    pub expect: Option<Text>,
    /// An answer that looks like this shows that the device lacks what the case needs: the case ends
    /// not applicable.
    pub skip_on: Option<Text>,
    /// The step may take so many seconds, of a Z report until the shift is closed.
    pub within: Option<Text>,
    /// The requirement that this step's expectation checks.
    pub cites: Option<Text>,
    /// An open question of the register; `answers` names what may come back.
    pub ask: Option<Text>,
    /// Name of an answer to what it looks like (as in `expect`).
    pub answers: Option<IndexMap<String, Text>>,
    /// By how much each figure moved since the last reading; figures not named must not have moved.
    pub moves: Option<MovesSource>,
    /// The answer's (or observation's) JSON: path to what must stand there.
    pub check: Option<IndexMap<String, Text>>,
    /// Texts that must be on the tape, in this order; `*` stands for anything.
    pub printed: Option<Vec<Text>>,
    /// Texts that must not be on the tape.
    pub not_printed: Option<Vec<Text>>,
    /// The widest printed line has one of these lengths in characters, always the same in a run: `30 or 42`.
    pub width: Option<Text>,
    /// The widest printed line must not be longer than so many characters.
    pub widest: Option<Text>,
    /// Compares the JSON document with the accepted one of that name.
    pub golden: Option<Text>,
    /// `exact`: the bytes on the wire are checked too (Content-Length, HTTP version, nothing around).
    pub wire: Option<Text>,
    /// Keeps values under a name: name to JSON path of the answer, or to `key`, `sent-key`,
    /// `receipt`, or `elapsed` (whole seconds, of a Z report until the shift is closed).
    pub save: Option<IndexMap<String, Text>>,
}

/// `nothing`, or figures and by how much they moved.
#[derive(Debug, Clone)]
pub enum MovesSource {
    /// No figure may have moved.
    Nothing,
    /// These moved, the others not.
    Figures(IndexMap<String, Text>),
}

impl<'de> Deserialize<'de> for MovesSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<MovesSource, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = MovesSource;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`nothing`, or figures such as {sale: 800, drawer: 800}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<MovesSource, E> {
                match text {
                    "nothing" => Ok(MovesSource::Nothing),
                    other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MovesSource, A::Error> {
                let mut figures = IndexMap::new();
                while let Some((name, amount)) = map.next_entry()? {
                    figures.insert(name, amount);
                }
                Ok(MovesSource::Figures(figures))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl JsonSchema for MovesSource {
    fn schema_name() -> Cow<'static, str> {
        "Moves".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "`nothing`, or figures (sale, buy, saleReturn, buyReturn, drawer, cash-in, cash-out) and by how much they moved",
            "oneOf": [
                { "const": "nothing" },
                { "type": "object", "additionalProperties": { "type": ["string", "number"] } }
            ]
        })
    }
}
