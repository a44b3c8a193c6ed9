//! `probe`: what device is this, and what could a run do to it? Reads only, and settles nothing.

use super::CliError;
use super::initial_key::{FirstKey, follow_device};
use super::lab::LabChoice;
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
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value, json};
use std::io::{BufWriter, Write};

/// Which device.
#[derive(Debug, Args)]
pub struct ProbeArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    lab: LabChoice,
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
pub async fn probe(mut args: ProbeArgs) -> Result<u8, CliError> {
    args.lab.apply_to(&mut args.target)?;
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
    if let Some(why) = &identity.unread {
        return Err(CliError::NotCarriedOut(why.clone()));
    }
    if args.target.expect_serial.is_some() && args.target.expect_serial != identity.serial {
        let hidden = Redactor::new(session.known.keys.current(), session.known.keys.secrets());
        let found = for_person(&hidden.hide(identity.serial.as_deref().unwrap_or("none")));
        return Err(CliError::NotCarriedOut(format!("this is another device than expected: serial {found}")));
    }
    follow_device(session.journal(), &args.target, &target, identity.serial.as_deref())?;
    let status = status(&mut session).await?;
    let mut readings = Vec::new();
    if let Some((shift, _)) = Reading::shift_of(&identity.info) {
        let path = format!("/dump/table/shifts/{shift}/report");
        readings.push(("report", document(&mut session, &path).await?));
    }
    for (name, path) in DIRECTORIES {
        readings.push((name, document(&mut session, path).await?));
    }
    let grants = args.target.grants()?.unwrap_or_else(Grants::reading);
    let could = could(&grants, &bench, session.has_second_address())?;
    notes.extend(
        session.left_open().map(|open| format!("an earlier run left open: {open}; `run` settles it")),
    );
    let hidden = Redactor::new(session.known.keys.current(), session.known.keys.secrets());
    let told =
        Told { target, status, identity, readings: Readings { bodies: readings, hidden }, could, notes };
    if args.json {
        told.json(&mut ForTerminal(BufWriter::new(stdout())))?;
    } else {
        stdout().write_all(told.lines().as_bytes())?;
    }
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

/// A document's bytes; none where the device does not give it.
async fn document(session: &mut Session, path: &str) -> Result<Vec<u8>, CliError> {
    let answer = answer(session, path).await?.filter(|answer| answer.status == 200);
    Ok(answer.map(|answer| answer.body).unwrap_or_default())
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
    let cases: Vec<&Case> = suites.iter().flat_map(|suite| &suite.cases).collect();
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
    readings: Readings,
    could: Vec<(String, usize)>,
    notes: Vec<String>,
}

/// The documents as they came: what a device makes of a directory may have megabytes, and many times that
/// once it is read, so only one at a time is.
struct Readings {
    bodies: Vec<(&'static str, Vec<u8>)>,
    hidden: Redactor,
}

impl Readings {
    /// What is read of a document; nothing where it is none.
    fn read<D: DeserializeOwned + Default>(&self, name: &str) -> D {
        let body = self.bodies.iter().find(|(known, _)| *known == name).map(|(_, body)| body.as_slice());
        body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default()
    }
}

impl Serialize for Readings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.bodies.len()))?;
        for (name, _) in &self.bodies {
            let mut value: Value = self.read(name);
            self.hidden.hide_in_json(&mut value);
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

/// A totals' document, as far as it is shown.
#[derive(Default, Deserialize)]
struct Report {
    #[serde(rename = "fiscalData")]
    fiscal: Option<Map<String, Value>>,
}

impl Told {
    /// One object, written as it is made.
    fn json(mut self, out: &mut impl Write) -> Result<(), CliError> {
        let hidden = &self.readings.hidden;
        hidden.hide_in_json(&mut self.identity.info);
        let hide = |text: &String| hidden.hide(text);
        let cases: Map<String, Value> =
            self.could.iter().map(|(what, cases)| (what.clone(), json!(cases))).collect();
        let shown = ToldInJson {
            target: &self.target,
            serial: self.identity.serial.as_ref().map(hide),
            firmware: self.identity.firmware.as_ref().map(hide),
            status: hide(&self.status),
            info: &self.identity.info,
            readings: &self.readings,
            cases,
            notes: self.notes.iter().map(hide).collect(),
        };
        serde_json::to_writer_pretty(&mut *out, &shown).map_err(std::io::Error::from)?;
        writeln!(out)?;
        out.flush()?;
        Ok(())
    }

    fn lines(&self) -> String {
        let info = |name: &str| shown(self.identity.info.get(name));
        let fiscal = self.readings.read::<Report>("report").fiscal;
        let total = |name: &str| shown(fiscal.as_ref().and_then(|totals| totals.get(name)));
        // Example and text differ here (Q-DUMP-1).
        let has_sales = fiscal.as_ref().is_some_and(|totals| totals.get("sales").is_some());
        let sale = if has_sales { "sales" } else { "sale" };
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
            (
                "taxes",
                format!("{} (default {})", named(&self.readings.read("taxes")), info("defaultApiTaxID")),
            ),
            ("cashiers", named(&self.readings.read("cashiers"))),
            ("goods", counted(self.readings.read("items"))),
        ];
        let could = self.could.iter().map(|(what, cases)| format!("{cases} cases {what}"));
        lines.extend(could.enumerate().map(|(at, line)| (if at == 0 { "a run" } else { "" }, line)));
        lines.extend(self.notes.iter().map(|note| ("note", note.clone())));
        // Hidden before it is cut: half a key is nearly a key.
        let told = |text: &str| for_person(&self.readings.hidden.hide(text));
        lines.iter().map(|(name, text)| format!("{name:9} {}\n", told(text))).collect()
    }
}

/// The same in JSON.
#[derive(Serialize)]
struct ToldInJson<'a> {
    target: &'a str,
    serial: Option<String>,
    firmware: Option<String>,
    status: String,
    info: &'a Value,
    readings: &'a Readings,
    cases: Map<String, Value>,
    notes: Vec<String>,
}

/// JSON on its way to a terminal, to which it does nothing.
struct ForTerminal<W>(W);

impl<W: Write> Write for ForTerminal<W> {
    /// What comes is whole characters: JSON is written text by text.
    fn write(&mut self, json: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(json);
        self.0.write_all(json_for_terminal(&text).as_bytes())?;
        Ok(json.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
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
fn named(directory: &Value) -> String {
    let Value::Object(entries) = directory else { return "unknown".to_owned() };
    let names: Vec<String> = entries.iter().map(|(id, name)| format!("{id} {}", shown(Some(name)))).collect();
    names.join(", ")
}

/// How many rows a list has, whatever is in them.
fn counted(list: Option<Vec<IgnoredAny>>) -> String {
    list.map_or_else(|| "unknown".to_owned(), |list| list.len().to_string())
}
