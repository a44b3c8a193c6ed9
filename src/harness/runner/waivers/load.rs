//! A file of waivers, read with its places kept.

use super::{Deviation, FirmwareRange, Subject, Waiver, Waivers};
use crate::suite::diagnostic::{Diagnostic, did_you_mean};
use crate::suite::load::{LARGEST, SuiteError, parse, read_text};
use crate::suite::text::Text;
use crate::text::fits;
use ikkm_requirements::requirements;
use serde::Deserialize;
use std::path::Path;
use std::str::FromStr;
use time::Date;
use time::macros::format_description;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSource {
    waivers: Vec<WaiverSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaiverSource {
    case: Option<Text>,
    requirement: Option<Text>,
    observed: ObservedSource,
    reason: Text,
    owner: Text,
    expires: Text,
    firmware: Option<FirmwareSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObservedSource {
    status: Option<Text>,
    code: Option<Text>,
    reason: Option<Text>,
    found: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirmwareSource {
    from: Option<Text>,
    to: Option<Text>,
}

/// Loads a file of waivers; `names` are the cases that there are.
///
/// # Errors
/// [`SuiteError`]: the file cannot be read, or its mistakes, each with its place.
pub fn load(path: &Path, names: &[&str]) -> Result<Waivers, SuiteError> {
    let text = read_text(path, LARGEST)?;
    read(&path.display().to_string(), &text, names).map_err(SuiteError::Faulty)
}

/// Reads waivers out of a text.
///
/// # Errors
/// Every mistake, in order of its place.
pub fn read(file: &str, text: &str, names: &[&str]) -> Result<Waivers, Vec<Diagnostic>> {
    let source: FileSource = parse(file, text).map_err(|mistake| vec![*mistake])?;
    let mut reader = Reader { file, text, mistakes: Vec::new() };
    let waivers: Vec<Waiver> =
        source.waivers.iter().filter_map(|waiver| reader.waiver(waiver, names)).collect();
    if reader.mistakes.is_empty() { Ok(Waivers(waivers)) } else { Err(reader.mistakes) }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    mistakes: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn mistake(&mut self, at: &Text, message: String, help: Option<String>) {
        let mut mistake = Diagnostic::at(self.file, self.text, at.position, message);
        mistake.help = help;
        self.mistakes.push(mistake);
    }

    fn waiver(&mut self, source: &WaiverSource, names: &[&str]) -> Option<Waiver> {
        let (at, subject) = match (&source.case, &source.requirement) {
            (Some(name), None) => {
                if !names.iter().any(|known| fits(&name.text, known)) {
                    let help = did_you_mean(&name.text, names.iter().copied());
                    self.mistake(name, format!("there is no case `{}`", name.text), help);
                }
                (name, Subject::Case(name.text.clone()))
            }
            (None, Some(id)) => {
                if requirements().get(&id.text).is_none() {
                    let known = requirements().all().map(|line| line.id.as_str());
                    let help = did_you_mean(&id.text, known);
                    self.mistake(id, format!("the register has no requirement `{}`", id.text), help);
                }
                (id, Subject::Requirement(id.text.clone()))
            }
            _ => {
                let help = "one waiver, one subject".to_owned();
                self.mistake(
                    &source.reason,
                    "a waiver names either a `case` or a `requirement`".to_owned(),
                    Some(help),
                );
                return None;
            }
        };
        let observed = Deviation {
            status: self.number(source.observed.status.as_ref()),
            code: self.number(source.observed.code.as_ref()),
            reason: source.observed.reason.as_ref().map(|text| text.text.clone()),
            found: source.observed.found.as_ref().map(|text| text.text.clone()),
        };
        if observed == Deviation::default() {
            let help = "say what was seen: status, code, reason or found".to_owned();
            self.mistake(at, "a waiver without a deviation would cover everything".to_owned(), Some(help));
        }
        for (name, text) in [("reason", &source.reason), ("owner", &source.owner)] {
            if text.text.trim().is_empty() {
                self.mistake(text, format!("the waiver has no {name}"), None);
            }
        }
        let firmware = source.firmware.as_ref().map_or_else(FirmwareRange::default, |range| FirmwareRange {
            from: self.number(range.from.as_ref()),
            to: self.number(range.to.as_ref()),
        });
        let expires = Date::parse(&source.expires.text, format_description!("[year]-[month]-[day]"));
        let Ok(expires) = expires else {
            let help = "write year, month and day, such as 2027-01-31".to_owned();
            self.mistake(&source.expires, format!("`{}` is no date", source.expires.text), Some(help));
            return None;
        };
        Some(Waiver {
            place: format!("{}:{}", self.file, at.position.line),
            subject,
            observed,
            reason: source.reason.text.clone(),
            owner: source.owner.text.clone(),
            expires,
            firmware,
        })
    }

    fn number<N: FromStr>(&mut self, text: Option<&Text>) -> Option<N> {
        let text = text?;
        let number = text.text.parse().ok();
        if number.is_none() {
            self.mistake(text, format!("`{}` is no whole number that fits here", text.text), None);
        }
        number
    }
}
