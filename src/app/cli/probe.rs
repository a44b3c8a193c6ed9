//! `probe`: what device is this, and what could a run do to it? Reads only, and settles nothing.

use super::CliError;
use super::initial_key::FirstKey;
use super::rig::{device_setup, open_bench};
use super::target::TargetArgs;
use super::terminal::stdout;
use clap::Args;
use ikkm_harness::bench::Bench;
use ikkm_harness::device::effects::{Effect, Grants};
use ikkm_harness::device::identity::{Identity, IdentityError, identify};
use ikkm_harness::device::session::{Outgoing, Session};
use ikkm_harness::ledger::reading::Reading;
use ikkm_harness::runner::plan;
use ikkm_harness::runner::transcript::Redactor;
use ikkm_harness::suite::{Case, SuiteError, builtin};
use ikkm_harness::text::{json_for_terminal, shown as for_person};
use serde_json::{Map, Value, json};
use std::io::Write;

/// Which device.
#[derive(Debug, Args)]
pub struct ProbeArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// One JSON object instead of lines
    #[arg(long)]
    json: bool,
}

/// The readings beside getInfo: a name, and the path after /dump.
const DIRECTORIES: [(&str, &str); 4] = [
    ("taxes", "/dump/table/taxes"),
    ("cashiers", "/dump/table/cashiers"),
    ("items", "/dump/table/items"),
    ("catalog", "/dump/table/catalog"),
];

/// Asks the device; the exit code is 0 when it is one.
pub async fn probe(args: ProbeArgs) -> Result<u8, CliError> {
    let bench = open_bench(&args.target).await?.unwrap_or_else(Bench::none);
    let told = bench.hello().url.clone();
    let target = args
        .target
        .target
        .clone()
        .or(told)
        .ok_or_else(|| CliError::Usage("there is nothing to probe: pass --target URL".to_owned()))?;
    // It may only read. The journal tells the key; nothing is written to it but that somebody looked.
    let (setup, FirstKey { fallback, notice, .. }) = device_setup(&args.target, &target, &bench)?;
    let mut session = setup.open().map_err(|error| CliError::Usage(error.to_string()))?;
    let mut notes = Vec::from_iter(notice);
    let identity = match identify(&mut session).await {
        Err(IdentityError::Key) if fallback.is_some() => {
            session.known.keys.reset(fallback);
            identify(&mut session).await
        }
        other => other,
    };
    let identity = identity.map_err(|error| {
        let open = notes.iter().map(|note| format!("; {note}")).collect::<String>();
        CliError::NotCarriedOut(format!("{error}{open}"))
    })?;
    if args.target.expect_serial.is_some() && args.target.expect_serial != identity.serial {
        let hidden = Redactor::new(session.known.keys.current(), session.known.keys.secrets());
        let found = hidden.hide(&for_person(identity.serial.as_deref().unwrap_or("none")));
        return Err(CliError::NotCarriedOut(format!("this is another device than expected: serial {found}")));
    }
    if let Some(journal) = session.journal() {
        let claimed = journal.claim(identity.serial.as_deref());
        claimed.map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
    }
    let status = status(&mut session).await?;
    let mut readings = Map::new();
    if let Some((shift, _)) = Reading::shift_of(&identity.info) {
        readings.insert(
            "report".to_owned(),
            document(&mut session, &format!("/dump/table/shifts/{shift}/report")).await?,
        );
    }
    for (name, path) in DIRECTORIES {
        readings.insert(name.to_owned(), document(&mut session, path).await?);
    }
    let grants = args.target.grants()?.unwrap_or_else(Grants::reading);
    let could = could(&grants, &bench, session.has_second_address())?;
    notes.extend(
        session.left_open().map(|open| format!("an earlier run left open: {open}; `run` settles it")),
    );
    let hidden = Redactor::new(session.known.keys.current(), session.known.keys.secrets());
    let told = Told { target, status, identity, readings, could, notes };
    let text = if args.json { told.json() } else { told.lines() };
    stdout().write_all(hidden.hide(&text).as_bytes())?;
    Ok(0)
}

/// What /apicheck says (v22 §7): whether it is ready, and the last receipt.
async fn status(session: &mut Session) -> Result<String, CliError> {
    let answer = answer(session, "/apicheck/").await?;
    Ok(match answer {
        Some(answer) if answer.status == 200 => format!("ready, last receipt {}", answer.reason_text()),
        Some(answer) => format!("not ready: {} {}", answer.reason_text(), answer.body_text().unwrap_or("?")),
        None => "no answer to /apicheck".to_owned(),
    })
}

/// A document; null where the device does not give it.
async fn document(session: &mut Session, path: &str) -> Result<Value, CliError> {
    let answer = answer(session, path).await?.filter(|answer| answer.status == 200);
    Ok(answer.and_then(|answer| serde_json::from_slice(&answer.body).ok()).unwrap_or_default())
}

async fn answer(session: &mut Session, path: &str) -> Result<Option<ikkm_protocol::Answer>, CliError> {
    let failed =
        |error: ikkm_harness::device::session::SessionError| CliError::NotCarriedOut(error.to_string());
    let key = session.key().map_err(failed)?;
    let sent = session.send(&Outgoing::get(path, key)).await.map_err(failed)?;
    Ok(sent.answer().cloned())
}

/// How many built-in cases would run as called, and how many more each further grant admits.
fn could(granted: &Grants, bench: &Bench, second: bool) -> Result<Vec<(String, usize)>, CliError> {
    let suites = builtin::device().map_err(|mistakes| CliError::Suites(SuiteError::Faulty(mistakes)))?;
    let cases: Vec<&Case> =
        suites.iter().flat_map(|suite| &suite.cases).filter(|case| !case.exhaustive).collect();
    let runs = |grants: &Grants| {
        let can = |case: &&&Case| plan::missing(case, grants, bench.hello(), second).is_none();
        cases.iter().filter(can).count()
    };
    let now = runs(granted);
    let mut lines = vec![("as called".to_owned(), now)];
    let mut growing = granted.clone();
    for effect in Effect::ALL.into_iter().filter(|effect| !granted.admits(*effect)) {
        let before = runs(&growing);
        growing = growing.with(effect);
        lines.push((format!("and with --allow {effect}"), runs(&growing) - before));
    }
    Ok(lines)
}

/// What was found.
struct Told {
    target: String,
    status: String,
    identity: Identity,
    readings: Map<String, Value>,
    could: Vec<(String, usize)>,
    notes: Vec<String>,
}

impl Told {
    fn json(&self) -> String {
        let could: Map<String, Value> =
            self.could.iter().map(|(what, cases)| (what.clone(), json!(cases))).collect();
        let told = json!({
            "target": self.target, "serial": self.identity.serial, "firmware": self.identity.firmware,
            "status": self.status, "info": self.identity.info, "readings": self.readings,
            "cases": could, "notes": self.notes,
        });
        json_for_terminal(&format!("{told:#}\n")).into_owned()
    }

    fn lines(&self) -> String {
        let info = |name: &str| shown(self.identity.info.get(name));
        let fiscal = self.readings.get("report").and_then(|report| report.get("fiscalData"));
        let total = |name: &str| shown(fiscal.and_then(|totals| totals.get(name)));
        // Example and text differ here (Q-DUMP-1).
        let sale = if fiscal.is_some_and(|totals| totals.get("sales").is_some()) { "sales" } else { "sale" };
        let mut lines = vec![
            ("device", self.target.clone()),
            ("serial", shown(self.identity.serial.clone().map(Value::from).as_ref())),
            ("firmware", shown(self.identity.firmware.clone().map(Value::from).as_ref())),
            ("status", self.status.clone()),
            ("shift", format!("{} {}", info("currentShiftID"), info("currentShiftStatus"))),
            ("cashier", format!("{} {}", info("cashierID"), info("cashierName"))),
            ("drawer", info("cashWeHave")),
            (
                "totals",
                format!(
                    "sale {}, buy {}, saleReturn {}, buyReturn {}",
                    total(sale),
                    total("buy"),
                    total("saleReturn"),
                    total("buyReturn")
                ),
            ),
            ("rounding", info("roudingRule")),
            ("taxes", format!("{} (default {})", named(self.readings.get("taxes")), info("defaultApiTaxID"))),
            ("cashiers", named(self.readings.get("cashiers"))),
            ("goods", counted(self.readings.get("items"))),
        ];
        let could = self.could.iter().map(|(what, cases)| format!("{cases} cases {what}"));
        lines.extend(could.enumerate().map(|(at, line)| (if at == 0 { "a run" } else { "" }, line)));
        lines.extend(self.notes.iter().map(|note| ("note", note.clone())));
        lines.iter().map(|(name, text)| format!("{name:9} {}\n", for_person(text))).collect()
    }
}

/// A value as text; `unknown` where the device does not say it.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "unknown".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// A directory of id and name.
fn named(directory: Option<&Value>) -> String {
    let Some(Value::Object(entries)) = directory else { return "unknown".to_owned() };
    let names: Vec<String> = entries.iter().map(|(id, name)| format!("{id} {}", shown(Some(name)))).collect();
    names.join(", ")
}

fn counted(list: Option<&Value>) -> String {
    list.and_then(Value::as_array).map_or_else(|| "unknown".to_owned(), |list| list.len().to_string())
}
