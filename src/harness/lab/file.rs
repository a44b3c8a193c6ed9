//! The lab file: the devices of a shelf, and what a team shares of its runs.
//!
//! Keys stand in files or variables of the environment, never in the lab file, which is one to commit.

use crate::device::effects::Grants;
use crate::suite::SuiteError;
use crate::suite::diagnostic::Diagnostic;
use crate::suite::load::{parse, read_text};
use crate::text::shown;
use ikkm_protocol::amount::parse_plain;
use reqwest::Url;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// A lab file as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "A lab of registers")]
pub struct LabSource {
    /// What this shelf is, in a sentence.
    #[serde(default)]
    pub about: Option<String>,
    /// What holds for each device that does not say otherwise.
    #[serde(default)]
    pub defaults: Defaults,
    /// Suite files or folders, from the lab file's folder on; without any, the built-in suites.
    #[serde(default)]
    pub suites: Vec<PathBuf>,
    /// The file of known deviations.
    #[serde(default)]
    pub waivers: Option<PathBuf>,
    /// Where reports go, from the folder on in which the program is started.
    #[serde(default)]
    pub reports: Reports,
    /// The devices.
    pub devices: Vec<DeviceSource>,
}

/// What holds for each device.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Defaults {
    /// A test bench: a program, the http:// address of a control port, `operator`, or `none`.
    pub bench: Option<String>,
    /// Variables of the environment that a bench program gets.
    pub env: Vec<String>,
    /// What may touch a device, as `--allow` takes it: `fiscal,print`.
    pub allow: Option<String>,
    /// Requests a second, or `unlimited`.
    pub rate: Option<String>,
    /// Devices of one group are equal: firmware or model.
    pub group: Option<String>,
    /// Receipts that a run registers on a device at most.
    pub max_receipts: Option<u64>,
    /// The sum of these at most, in tenge.
    pub max_total: Option<String>,
}

/// Where reports go.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Reports {
    /// The JUnit report.
    pub junit: Option<PathBuf>,
    /// The results.
    pub json: Option<PathBuf>,
    /// The page for people.
    pub html: Option<PathBuf>,
    /// The summary in Markdown.
    pub summary: Option<PathBuf>,
}

/// One device as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeviceSource {
    /// Its name on the shelf: lower-case letters, digits and hyphens.
    pub name: String,
    /// Its address, such as `http://192.168.1.50:8080`.
    pub target: String,
    /// The file that holds its key, from the lab file's folder on.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
    /// The variable of the environment that holds its key.
    #[serde(default)]
    pub key_variable: Option<String>,
    /// Here only to be refused: a lab file holds no key.
    #[serde(default)]
    #[schemars(skip)]
    pub key: Option<IgnoredAny>,
    /// Its `factorySerialNumber` (v22 §4.2): another device at this address is refused.
    #[serde(default)]
    pub serial: Option<String>,
    /// As in `defaults`.
    #[serde(default)]
    pub bench: Option<String>,
    /// As in `defaults`.
    #[serde(default)]
    pub env: Vec<String>,
    /// As in `defaults`.
    #[serde(default)]
    pub allow: Option<String>,
    /// As in `defaults`.
    #[serde(default)]
    pub rate: Option<String>,
    /// As in `defaults`.
    #[serde(default)]
    pub group: Option<String>,
    /// As in `defaults`.
    #[serde(default)]
    pub max_receipts: Option<u64>,
    /// As in `defaults`.
    #[serde(default)]
    pub max_total: Option<String>,
    /// A second local address to send from.
    #[serde(default)]
    pub second_address: Option<IpAddr>,
    /// The journal of its key chain; by default one a device in the user's state folder.
    #[serde(default)]
    pub state: Option<PathBuf>,
}

/// A lab, its defaults handed out and its paths resolved.
#[derive(Debug)]
pub struct Lab {
    /// Suite files or folders.
    pub suites: Vec<PathBuf>,
    /// The file of known deviations.
    pub waivers: Option<PathBuf>,
    /// Where reports go.
    pub reports: Reports,
    /// The devices; never empty, each name once.
    pub devices: Vec<DeviceSource>,
}

/// The largest lab file that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Whether a text is a lab file rather than a suite: it has devices at its top.
pub fn is_lab(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("devices:"))
}

/// Reads a lab file.
///
/// # Errors
/// What cannot be read, or each mistake in it.
pub fn load(path: &Path) -> Result<Lab, SuiteError> {
    let text = read_text(path, LARGEST)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    load_text(&path.display().to_string(), &text, folder).map_err(SuiteError::Faulty)
}

/// Reads a lab out of a text; paths in it go from that folder on.
///
/// # Errors
/// Each mistake.
pub fn load_text(file: &str, text: &str, folder: &Path) -> Result<Lab, Vec<Diagnostic>> {
    let source: LabSource = parse(file, text).map_err(|mistake| vec![*mistake])?;
    let mut mistakes = Vec::new();
    let mut wrong = |what: String, help: &str| mistakes.push(Diagnostic::file(file, what).help(help));
    if source.devices.is_empty() {
        wrong("the lab has no device".to_owned(), "give each one a name and a target under `devices`");
    }
    let (mut names, mut targets, mut serials) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for device in &source.devices {
        let name = shown(&device.name);
        let mut wrong = |what: String, help: &str| wrong(format!("the device `{name}`: {what}"), help);
        let is_slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if device.name.is_empty() || device.name.len() > 40 || !device.name.chars().all(is_slug) {
            wrong("this is no name".to_owned(), "up to 40 lower-case letters, digits and hyphens");
        }
        if !names.insert(&device.name) {
            wrong("this name stands twice".to_owned(), "give each device a name of its own");
        }
        if !targets.insert(device.target.trim_end_matches('/')) {
            wrong("another device has this target".to_owned(), "one device answers at one address");
        }
        if device.serial.as_ref().is_some_and(|serial| !serials.insert(serial)) {
            wrong("another device has this serial".to_owned(), "a serial number is one device's");
        }
        if !Url::parse(&device.target).is_ok_and(|url| url.scheme() == "http" && url.has_host()) {
            wrong("the target is no address".to_owned(), "write http://ADDRESS:8080");
        }
        if device.key.is_some() {
            wrong(
                "a key does not stand in the lab file, which others read".to_owned(),
                "name a file with `key-file` or a variable with `key-variable`, and take a new key",
            );
        }
        if device.key_file.is_some() && device.key_variable.is_some() {
            wrong("the key comes from a file and from a variable".to_owned(), "leave out one of them");
        }
    }
    let own = |device: &DeviceSource| {
        (device.name.clone(), device.allow.clone(), device.rate.clone(), device.max_total.clone())
    };
    let common = &source.defaults;
    let defaults =
        ("defaults".to_owned(), common.allow.clone(), common.rate.clone(), common.max_total.clone());
    for (whose, allow, rate, sum) in std::iter::once(defaults).chain(source.devices.iter().map(own)) {
        let whose = shown(&whose);
        if let Some(Err(error)) = allow.map(|list| list.parse::<Grants>()) {
            wrong(format!("`{whose}`: allow: {error}"), "the effects are those of --allow");
        }
        let number = |text: &String| text.parse::<f64>().is_ok_and(|rate| rate.is_finite() && rate > 0.0);
        if rate.as_ref().is_some_and(|text| text != "unlimited" && !number(text)) {
            wrong(
                format!("`{whose}`: this is no rate"),
                "write requests a second, such as 0.5, or `unlimited`",
            );
        }
        if sum.as_ref().is_some_and(|text| !parse_plain(text).is_ok_and(|sum| !sum.is_sign_negative())) {
            wrong(format!("`{whose}`: max-total is no sum"), "write tenge, such as 1000 or 99.50");
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let at = |path: PathBuf| folder.join(path);
    let devices = source.devices.into_iter().map(|device| with_defaults(device, &source.defaults, folder));
    Ok(Lab {
        suites: source.suites.into_iter().map(at).collect(),
        waivers: source.waivers.map(at),
        reports: source.reports,
        devices: devices.collect(),
    })
}

fn with_defaults(device: DeviceSource, defaults: &Defaults, folder: &Path) -> DeviceSource {
    let defaults = defaults.clone();
    DeviceSource {
        bench: device.bench.or(defaults.bench),
        env: if device.env.is_empty() { defaults.env } else { device.env },
        allow: device.allow.or(defaults.allow),
        rate: device.rate.or(defaults.rate),
        group: device.group.or(defaults.group),
        max_receipts: device.max_receipts.or(defaults.max_receipts),
        max_total: device.max_total.or(defaults.max_total),
        key_file: device.key_file.map(|path| folder.join(path)),
        state: device.state.map(|path| folder.join(path)),
        ..device
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> String {
        let mistakes = load_text("lab.yaml", text, Path::new("")).unwrap_err();
        mistakes.iter().map(|mistake| mistake.render(false)).collect()
    }

    #[test]
    fn defaults_hold_where_a_device_says_nothing_and_paths_go_from_the_file_on() {
        let text = "defaults: {allow: \"fiscal,print\", rate: 1, group: v2}
suites: [mine.yaml]
devices:
  - {name: one, target: \"http://127.0.0.1:1\", key-file: one.key, rate: 0.5}
  - {name: two, target: \"http://127.0.0.1:2\", key-variable: TWO, group: v3, max-total: 99.50}
";
        let lab = load_text("lab.yaml", text, Path::new("shelf")).unwrap();
        assert_eq!(lab.suites, [PathBuf::from("shelf/mine.yaml")]);
        let [one, two] = lab.devices.as_slice() else { panic!("two devices") };
        assert_eq!((one.rate.as_deref(), two.rate.as_deref()), (Some("0.5"), Some("1")));
        assert_eq!((one.group.as_deref(), two.group.as_deref()), (Some("v2"), Some("v3")));
        assert_eq!(one.key_file, Some(PathBuf::from("shelf/one.key")));
        assert_eq!(two.allow.as_deref(), Some("fiscal,print"));
    }

    #[test]
    fn a_key_in_the_file_is_a_mistake_and_is_not_shown() {
        for key in ["\"12345678\"", "12345678", "{file: x}"] {
            let told = mistakes(&format!("devices: [{{name: a, target: \"http://h:1\", key: {key}}}]"));
            assert!(told.contains("a key does not stand in the lab file"), "{told}");
            assert!(!told.contains("12345678"), "{told}");
        }
    }

    #[test]
    fn every_mistake_is_told() {
        let told = mistakes(
            "defaults: {allow: everything-else, rate: fast}
devices:
  - {name: A b, target: nowhere}
  - {name: a, target: \"http://h:1\", serial: \"1\", max-total: lots, key-file: x, key-variable: Y}
  - {name: a, target: \"http://h:1/\", serial: \"1\"}
",
        );
        for part in [
            "no name",
            "stands twice",
            "has this target",
            "has this serial",
            "no address",
            "allow:",
            "no rate",
            "no sum",
            "from a file and",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(mistakes("devices: []").contains("no device"));
        assert!(mistakes("devices: [{nam: a}]").contains("nam"));
        assert!(mistakes("").contains("empty"));
    }
}
