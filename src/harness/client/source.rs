//! The shape of the client suites, as serde types; `schema --client` prints the JSON Schema.

use crate::suite::text::Text;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

/// A suite of scenarios for clients.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientSource {
    /// What the suite is for, in a sentence.
    pub about: Text,
    /// The scenarios.
    pub scenarios: Vec<ScenarioSource>,
}

/// A scenario, or with `rows` one for each row.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScenarioSource {
    /// A stable slug with a group: `replay/reply-lost`.
    pub name: Text,
    /// Why the scenario is there.
    pub about: Option<Text>,
    /// The duties (`CLI-…`) that it tests; without its situation seen it is inconclusive.
    pub requirements: Vec<Text>,
    /// What the device is like.
    pub given: Option<GivenSource>,
    /// A table: each row makes one scenario, named `name/row`; `<column>` in a step is its value.
    pub rows: Option<Vec<IndexMap<String, Text>>>,
    /// What happens, in order.
    pub steps: Vec<StepSource>,
}

/// What the device is like.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GivenSource {
    /// The key on the screen, eight digits.
    pub key: Option<Text>,
    /// `true`: the `Date` header is one that HTTP knows.
    pub http_date: Option<bool>,
    /// `true`: number answers are `text/plain`.
    pub plain_text: Option<bool>,
    /// `true`: each answer ends the connection.
    pub closes: Option<bool>,
    /// `false`: a repeat is refused after a restart (Q-KEY-2).
    pub repeats_after_restart: Option<bool>,
    /// `false`: a repeat is refused while a fault stands (Q-KEY-3).
    pub repeats_under_fault: Option<bool>,
}

/// A position of a receipt; a discount has only `name` and `discount`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemSource {
    /// Its name.
    pub name: Text,
    /// The price of one, in tenge.
    pub price: Option<Text>,
    /// How many.
    pub qty: Option<Text>,
    /// The sum, in tenge.
    pub sum: Option<Text>,
    /// A discount on the receipt, in tenge.
    pub discount: Option<Text>,
}

/// What the device does to the n-th request of a kind, counted from this step.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeviceSource {
    /// `any`, `register`, `deposit`, `withdraw`, `x-report`, `z-report`, `bank`, `check`, `print`,
    /// `dump`.
    pub on: Text,
    /// The first one that is meant; 1.
    pub nth: Option<Text>,
    /// How many; 1.
    pub times: Option<Text>,
    /// `lose-request`, `lose-reply`, `reset`, `restart`, `double`, `late SECONDS`, `cut BYTES` (before
    /// the end), `hold BYTES` (the same, but the connection stays open; `hold 0` leaves the answer whole),
    /// `pieces BYTES`, `garble TEXT`, `answer CODE REASON`.
    pub does: Option<Text>,
    /// A condition that stands for these requests: `busy`, `paper-out`, `blocked 5`, …
    pub stands: Option<Text>,
}

/// One step: it asks the client, or does something to the device.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StepSource {
    /// Asks for a sale of this total, in tenge.
    pub sale: Option<Text>,
    /// Asks for a purchase.
    pub buy: Option<Text>,
    /// Asks for the return of a sale.
    #[serde(rename = "saleReturn")]
    pub sale_return: Option<Text>,
    /// Asks for the return of a purchase.
    #[serde(rename = "buyReturn")]
    pub buy_return: Option<Text>,
    /// Payment in cash, in tenge.
    pub cash: Option<Text>,
    /// Payment by bank card.
    pub bank: Option<Text>,
    /// Payment in tare.
    pub tara: Option<Text>,
    /// Payment on credit.
    pub credit: Option<Text>,
    /// The receipt's positions.
    pub items: Option<Vec<ItemSource>>,
    /// `80 of 10`: so many positions of that price, instead of `items`.
    pub positions: Option<Text>,
    /// The name of a tax of the device's directory.
    pub tax: Option<Text>,
    /// Text to print with the receipt.
    pub print: Option<Text>,
    /// Text at the receipt's end.
    pub footer: Option<Text>,
    /// Asks to take cash out.
    pub withdraw: Option<Text>,
    /// Asks to put cash in.
    pub deposit: Option<Text>,
    /// `true`: asks for an X report.
    pub x_report: Option<bool>,
    /// `true`: asks for a Z report.
    pub z_report: Option<bool>,
    /// Asks to print a text.
    pub print_text: Option<Text>,
    /// Asks for a text on top of all receipts.
    pub print_header: Option<Text>,
    /// `true`: asks for the device's status.
    pub status: Option<bool>,
    /// Asks for a card operation: `purchase`, `refund`, `reversal`, `reconciliation`.
    pub card: Option<Text>,
    /// The amount of the card operation.
    pub amount: Option<Text>,
    /// The number of the card operation.
    pub trackdocument: Option<Text>,
    /// Asks what became of the card operation of that number.
    pub card_result: Option<Text>,
    /// `true`: asks the client to find out what became of what is unsettled.
    pub settle: Option<bool>,
    /// `true`: asks for the client's own books.
    pub journal: Option<bool>,
    /// `true`: the user types the key that the screen shows.
    pub new_key: Option<bool>,
    /// `true`: the client restarts in an orderly way.
    pub restart: Option<bool>,
    /// Kills the client at the n-th request of this step; alone, between two operations.
    pub kill: Option<Text>,
    /// The step stands so many times.
    pub repeat: Option<Text>,
    /// What the driver may report: `done` (where nothing is written), `refused -3`, `unknown`,
    /// `rejected`, joined with ` or `.
    pub expect: Option<Text>,
    /// The duty that another outcome breaks; by default the scenario's first.
    pub cites: Option<Text>,
    /// `true`: what is asked must not reach the device as it stands.
    pub unsendable: Option<bool>,
    /// What the device does to coming requests.
    pub device: Option<DeviceSource>,
    /// A condition that stands from here: `paper-out`, `blocked 5`, …
    pub set: Option<Text>,
    /// A condition that ends here.
    pub clear: Option<Text>,
    /// Somebody else registers so many sales; never one (driver protocol).
    pub foreign_sales: Option<Text>,
    /// The device's owner has this key made, eight digits; the ones before are worth nothing.
    pub screen_key: Option<Text>,
    /// `true`: the device is switched off and on.
    pub power_cycle: Option<bool>,
    /// The card operation ends: `success` or `fail`.
    pub finish_card: Option<Text>,
    /// `off`: connections are refused; `on`: taken again.
    pub listen: Option<Text>,
    /// `true`: what `device` steps set ends, also what no request has met yet.
    pub clear_faults: Option<bool>,
}
