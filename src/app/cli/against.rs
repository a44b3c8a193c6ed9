//! `--against`: a second device beside the first.

use super::CliError;
use super::target::TargetArgs;
use clap::Args;
use std::path::PathBuf;

/// The word for the embedded emulator.
const EMULATOR: &str = "emulator";

/// The second device, with its own key, bench, pace and grants.
#[derive(Debug, Clone, Default, Args)]
pub struct AgainstArgs {
    /// A second device: the same goes to both, and what the first does otherwise is a finding
    ///
    /// A URL, or `emulator` for an embedded one. No knowledge of right and wrong is needed: it works for what
    /// the vendor's document leaves open, too.
    #[arg(long, value_name = "URL", help_heading = "Device")]
    pub against: Option<String>,
    /// A file that holds its key; without it, the environment's IKKM_AGAINST_KEY, then its journal's
    #[arg(long, value_name = "FILE", help_heading = "Device", hide_short_help = true)]
    pub against_key_file: Option<PathBuf>,
    /// Its test bench
    #[arg(long, value_name = "BENCH", help_heading = "Device", hide_short_help = true)]
    pub against_bench: Option<String>,
    /// What may touch it; by default what may touch the first
    #[arg(long, value_name = "E,…", help_heading = "Device", hide_short_help = true)]
    pub against_allow: Option<String>,
    /// Requests a second at most to it; by default as to the first
    #[arg(long, value_name = "R", help_heading = "Device", hide_short_help = true)]
    pub against_rate: Option<String>,
    /// Refuse it with another factorySerialNumber
    #[arg(long, value_name = "S", help_heading = "Device", hide_short_help = true)]
    pub against_serial: Option<String>,
    /// Its journal; by default in the user's state folder
    #[arg(long, value_name = "FILE", help_heading = "Device", hide_short_help = true)]
    pub against_state: Option<PathBuf>,
    /// The second emulator's personality
    #[arg(long, value_name = "NAME", help_heading = "Device", hide_short_help = true)]
    pub against_personality: Option<String>,
    /// A defect to seed into the second emulator (repeatable)
    #[arg(long = "against-defect", value_name = "NAME", help_heading = "Device", hide_short_help = true)]
    pub against_defects: Vec<String>,
}

/// What both are known to have answered.
#[derive(Debug, Clone, Default, Args)]
pub struct AnswersArgs {
    /// The first device's results.json: differences that its answers to the open questions explain are listed
    /// once
    #[arg(long, value_name = "FILE", help_heading = "Device", hide_short_help = true)]
    pub answers: Option<PathBuf>,
    /// The second device's results.json
    #[arg(long, value_name = "FILE", help_heading = "Device", hide_short_help = true)]
    pub against_answers: Option<PathBuf>,
}

impl AgainstArgs {
    /// Whether there is a second device.
    pub fn is_given(&self) -> bool {
        self.against.is_some() || self.against_personality.is_some() || !self.against_defects.is_empty()
    }

    /// The second device as arguments of its own.
    ///
    /// # Errors
    /// Wrong usage: a flag of the emulator for a device, or the same device twice.
    pub fn target(&self, first: &TargetArgs) -> Result<TargetArgs, CliError> {
        let device = self.against.as_deref().filter(|name| *name != EMULATOR);
        let embedded = self.against_personality.is_some() || !self.against_defects.is_empty();
        if let (Some(url), true) = (device, embedded) {
            return Err(CliError::Usage(format!(
                "--against-personality and --against-defect are for the embedded emulator, not for {url}"
            )));
        }
        if device.is_some() && device == first.target.as_deref() {
            return Err(CliError::Usage(
                "--against names the same device as --target; `fuzz` alone compares it with the requirements"
                    .to_owned(),
            ));
        }
        let Some(url) = device else {
            return Ok(TargetArgs {
                personality: self.against_personality.clone(),
                defects: self.against_defects.clone(),
                second: true,
                ..TargetArgs::default()
            });
        };
        Ok(TargetArgs {
            target: Some(url.to_owned()),
            key_file: self.against_key_file.clone(),
            bench: self.against_bench.clone(),
            env: first.env.clone(),
            rate: self.against_rate.clone().or_else(|| first.rate.clone()),
            allow: self.against_allow.clone().or_else(|| first.allow.clone()),
            second_address: first.second_address,
            expect_serial: self.against_serial.clone(),
            yes: first.yes,
            max_receipts: first.max_receipts,
            max_total: first.max_total.clone(),
            patience: first.patience,
            state: self.against_state.clone(),
            second: true,
            ..TargetArgs::default()
        })
    }
}
