//! `--lab`: the devices of a shelf and what a team shares, in place of a long command line.

use super::CliError;
use super::run::RunArgs;
use super::target::TargetArgs;
use clap::Args;
use ikkm_harness::lab::file::{DeviceSource, Lab, load};
use ikkm_harness::suite::diagnostic::did_you_mean;
use std::path::PathBuf;

/// Which device of which lab.
#[derive(Debug, Clone, Default, Args)]
pub struct LabChoice {
    /// A file of devices and shared settings: for one of them (--device), --each or --split
    #[arg(long, value_name = "FILE", help_heading = "Device")]
    pub lab: Option<PathBuf>,
    /// The device of the lab; with --each and --split only these (repeatable)
    #[arg(long, value_name = "NAME", requires = "lab", help_heading = "Device", hide_short_help = true)]
    pub device: Vec<String>,
}

/// A lab, and how its devices share the work.
#[derive(Debug, Clone, Default, Args)]
pub struct LabArgs {
    #[command(flatten)]
    pub choice: LabChoice,
    /// All cases on each device, at the same time: one report with a column a device
    #[arg(long, requires = "lab", conflicts_with = "split", help_heading = "Device", hide_short_help = true)]
    pub each: bool,
    /// The cases of one run divided over equal devices
    #[arg(long, requires = "lab", help_heading = "Device", hide_short_help = true)]
    pub split: bool,
    /// Only the devices of that group
    #[arg(long, value_name = "GROUP", requires = "lab", help_heading = "Device", hide_short_help = true)]
    pub group: Option<String>,
    /// With --split: devices that are not equal will do
    #[arg(long, requires = "split", help_heading = "Device", hide_short_help = true)]
    pub unequal: bool,
}

impl LabChoice {
    /// The lab, where one is named.
    ///
    /// # Errors
    /// Mistakes in the file (exit 2).
    pub fn load(&self) -> Result<Option<Lab>, CliError> {
        Ok(self.lab.as_deref().map(load).transpose()?)
    }

    /// Fills in what the lab says of the one device.
    ///
    /// # Errors
    /// As [`LabChoice::load`]; wrong usage where it is not clear which device is meant.
    pub fn apply_to(&self, target: &mut TargetArgs) -> Result<(), CliError> {
        let Some(lab) = self.load()? else { return Ok(()) };
        let devices = self.devices(&lab, None)?;
        apply_device(one(&devices)?, target)
    }

    /// The devices that are named, or all; of the group, where one is named.
    ///
    /// # Errors
    /// Wrong usage: no such device or group.
    pub fn devices<'l>(&self, lab: &'l Lab, group: Option<&str>) -> Result<Vec<&'l DeviceSource>, CliError> {
        let names = || lab.devices.iter().map(|device| device.name.as_str());
        if let Some(name) = self.device.iter().find(|name| !names().any(|known| known == *name)) {
            let meant = did_you_mean(name, names())
                .unwrap_or_else(|| format!("there are: {}", names().collect::<Vec<_>>().join(", ")));
            return Err(CliError::Usage(format!("the lab has no device `{name}`; {meant}")));
        }
        let of_group = |device: &&DeviceSource| group.is_none() || device.group.as_deref() == group;
        let named = |device: &&DeviceSource| self.device.is_empty() || self.device.contains(&device.name);
        let chosen: Vec<&DeviceSource> = lab.devices.iter().filter(of_group).filter(named).collect();
        if chosen.is_empty() {
            let group = group.unwrap_or_default();
            return Err(CliError::Usage(format!("the lab has no such device in a group `{group}`")));
        }
        Ok(chosen)
    }
}

/// The only device.
///
/// # Errors
/// Wrong usage: there are more.
pub fn one<'l>(devices: &[&'l DeviceSource]) -> Result<&'l DeviceSource, CliError> {
    match devices {
        [one] => Ok(one),
        many => {
            let names: Vec<&str> = many.iter().map(|device| device.name.as_str()).collect();
            Err(CliError::Usage(format!(
                "the lab has several devices: pass --device with one of {}, or --each or --split",
                names.join(", ")
            )))
        }
    }
}

/// What the lab says of a device, where the command line does not say otherwise.
///
/// # Errors
/// Wrong usage: the command line names a device, too; a variable for the key that is not there.
pub fn apply_device(device: &DeviceSource, target: &mut TargetArgs) -> Result<(), CliError> {
    if target.target.is_some() {
        return Err(CliError::Usage("--target and --lab both name a device: leave out one".to_owned()));
    }
    target.target = Some(device.target.clone());
    if target.key.is_none() && target.key_file.is_none() {
        target.key_file = device.key_file.clone();
        if let Some(name) = &device.key_variable {
            let given = std::env::var(name).ok().filter(|key| !key.trim().is_empty());
            target.key = Some(given.ok_or_else(|| {
                let device = &device.name;
                CliError::Usage(format!("the key of `{device}` is to be in ${name}, which is not set"))
            })?);
        }
    }
    fn fill<T: Clone>(given: &mut Option<T>, told: &Option<T>) {
        if given.is_none() {
            given.clone_from(told);
        }
    }
    fill(&mut target.bench, &device.bench);
    fill(&mut target.allow, &device.allow);
    fill(&mut target.rate, &device.rate);
    fill(&mut target.expect_serial, &device.serial);
    fill(&mut target.max_receipts, &device.max_receipts);
    fill(&mut target.max_total, &device.max_total);
    fill(&mut target.second_address, &device.second_address);
    fill(&mut target.state, &device.state);
    target.env.extend(device.env.iter().cloned());
    Ok(())
}

/// What the lab says of every run, where the command line does not say otherwise.
pub fn apply_shared(lab: &Lab, args: &mut RunArgs) {
    if args.select.paths.is_empty() {
        args.select.paths.clone_from(&lab.suites);
    }
    let fill = |given: &mut Option<PathBuf>, told: &Option<PathBuf>| {
        if given.is_none() {
            given.clone_from(told);
        }
    };
    fill(&mut args.waivers, &lab.waivers);
    fill(&mut args.junit, &lab.reports.junit);
    fill(&mut args.json, &lab.reports.json);
    fill(&mut args.html, &lab.reports.html);
    fill(&mut args.ci.summary, &lab.reports.summary);
}

/// The arguments with all that the lab says of one device.
///
/// # Errors
/// As [`LabChoice::apply_to`].
pub fn with_one_device(mut args: RunArgs) -> Result<RunArgs, CliError> {
    let Some(lab) = args.lab.choice.load()? else { return Ok(args) };
    let devices = args.lab.choice.devices(&lab, args.lab.group.as_deref())?;
    apply_shared(&lab, &mut args);
    apply_device(one(&devices)?, &mut args.target)?;
    Ok(args)
}
