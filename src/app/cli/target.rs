//! The arguments that say what is tested and what may be done to it.

use super::CliError;
use clap::Args;
use ikkm_harness::device::effects::Grants;
use ikkm_harness::device::totals::Limits;
use ikkm_protocol::Key;
use ikkm_protocol::amount::parse_plain;
use rust_decimal::Decimal;
use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// What is tested, with which key, bench, pace and grants.
#[derive(Debug, Clone, Default, Args)]
pub struct TargetArgs {
    /// A device, such as http://192.168.1.50:8080; without it, the embedded emulator
    #[arg(long, value_name = "URL", help_heading = "Device")]
    pub target: Option<String>,
    /// The key on the device's screen; without it --key-file, then the environment's IKKM_KEY
    #[arg(long, value_name = "KEY", help_heading = "Device")]
    pub key: Option<String>,
    /// A file that holds the key
    #[arg(long, value_name = "FILE", help_heading = "Device")]
    pub key_file: Option<PathBuf>,
    /// The test bench: a program, the http://ADDRESS of a control port, or `operator`
    #[arg(long, value_name = "BENCH", help_heading = "Device")]
    pub bench: Option<String>,
    /// A variable of the environment that a bench program gets beside PATH, HOME and LANG (repeatable)
    #[arg(long = "env", value_name = "NAME", help_heading = "Device", hide_short_help = true)]
    pub env: Vec<String>,
    /// Requests a second at most, or `unlimited`; 1 with --target
    #[arg(long, value_name = "R", help_heading = "Device")]
    pub rate: Option<String>,
    /// What may touch a --target: print, fiscal, shift, bank, manage; update, wipe, concurrency; all
    ///
    /// By default a device is only read. `all` is everything but update, wipe and concurrency.
    #[arg(long, value_name = "E,…", help_heading = "Device")]
    pub allow: Option<String>,
    /// A second local address to send from (host lock)
    #[arg(long, value_name = "ADDR", help_heading = "Device", hide_short_help = true)]
    pub second_address: Option<IpAddr>,
    /// Refuse a device with another factorySerialNumber, before anything else is sent
    #[arg(long, value_name = "S", help_heading = "Device")]
    pub expect_serial: Option<String>,
    /// Do not ask before the first request that changes a --target
    #[arg(long, help_heading = "Device")]
    pub yes: bool,
    /// Register at most so many receipts
    #[arg(long, value_name = "N", help_heading = "Device")]
    pub max_receipts: Option<u64>,
    /// Register receipts of at most that sum in all, in tenge
    #[arg(long, value_name = "SUM", help_heading = "Device")]
    pub max_total: Option<String>,
    /// Seconds that an answer may take, where the 30 (90 while a shift closes) are too many: for tests
    /// of what never answers
    #[arg(long, value_name = "SECONDS", hide = true)]
    pub patience: Option<u64>,
    /// The key chain's journal; by default in the user's state folder, one file a device
    #[arg(long, value_name = "FILE", help_heading = "Device", hide_short_help = true)]
    pub state: Option<PathBuf>,
    /// Which of the emulator's personalities is embedded
    #[arg(long, value_name = "NAME", help_heading = "Embedded emulator")]
    pub personality: Option<String>,
    /// A defect to seed into it; `defects` lists them (repeatable)
    #[arg(long = "defect", value_name = "NAME", help_heading = "Embedded emulator")]
    pub defects: Vec<String>,
    /// It is the second of two devices: the environment's IKKM_KEY is the first one's.
    #[arg(skip)]
    pub second: bool,
}

impl TargetArgs {
    /// Whether a device of somebody's is tested, not the embedded emulator.
    pub fn on_device(&self) -> bool {
        self.target.is_some() || self.bench.is_some()
    }

    /// The key given, if any: `--key` wins over `--key-file`, and both over `IKKM_KEY`, which is meant for
    /// a device only.
    ///
    /// # Errors
    /// [`CliError::Usage`] for a text that is no key, or a file that cannot be read.
    pub fn key(&self) -> Result<Option<Key>, CliError> {
        let environment =
            || std::env::var(self.variable()).ok().filter(|key| self.on_device() && !key.trim().is_empty());
        let (text, from) = match (&self.key, &self.key_file, environment()) {
            (Some(key), ..) => (key.clone(), "--key".to_owned()),
            (None, Some(path), _) => (read_key_file(path)?, format!("the key file {}", path.display())),
            (None, None, Some(key)) => (key, self.variable().to_owned()),
            (None, None, None) => return Ok(None),
        };
        let parsed = Key::parse(text.trim_start_matches('\u{feff}').trim());
        parsed.map(Some).map_err(|error| CliError::Usage(format!("{from}: {error}")))
    }

    /// The variable of the environment that holds its key.
    fn variable(&self) -> &'static str {
        if self.second { "IKKM_AGAINST_KEY" } else { "IKKM_KEY" }
    }

    /// `Some(None)` is unlimited.
    ///
    /// # Errors
    /// [`CliError::Usage`] for anything but a positive number or `unlimited`.
    pub fn rate(&self) -> Result<Option<Option<f64>>, CliError> {
        match self.rate.as_deref() {
            None => Ok(None),
            Some("unlimited") => Ok(Some(None)),
            Some(text) => match text.parse::<f64>() {
                Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(Some(Some(rate))),
                _ => Err(CliError::Usage(format!(
                    "--rate {text} makes no sense: write requests a second, such as 0.5, or `unlimited`"
                ))),
            },
        }
    }

    /// What may be registered at the most.
    ///
    /// # Errors
    /// [`CliError::Usage`] for a sum that is no amount.
    pub fn limits(&self) -> Result<Limits, CliError> {
        let sum = |text: &String| match parse_plain(text) {
            Ok(sum) if sum >= Decimal::ZERO => Ok(sum),
            Ok(_) => Err(CliError::Usage(format!("--max-total {text}: a sum is not below zero"))),
            Err(error) => Err(CliError::Usage(format!("--max-total: {error}"))),
        };
        Ok(Limits { receipts: self.max_receipts, total: self.max_total.as_ref().map(sum).transpose()? })
    }

    /// What was granted by name.
    ///
    /// # Errors
    /// [`CliError::Usage`] for an unknown effect.
    pub fn grants(&self) -> Result<Option<Grants>, CliError> {
        let parse =
            |list: &String| list.parse().map_err(|error| CliError::Usage(format!("--allow: {error}")));
        self.allow.as_ref().map(parse).transpose()
    }
}

/// The text of a key file; a key is short, whatever else the file is.
fn read_key_file(path: &Path) -> Result<String, CliError> {
    let unreadable = |why: &dyn std::fmt::Display| {
        CliError::Usage(format!("cannot read the key file {}: {why}", path.display()))
    };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST_KEY_FILE).read_to_end(&mut bytes));
    read.map_err(|error| unreadable(&error))?;
    String::from_utf8(bytes).map_err(|_| unreadable(&"it is no text in UTF-8; it holds the key's 8 digits"))
}

/// Bytes that are read of a key file.
const LARGEST_KEY_FILE: u64 = 1024;
