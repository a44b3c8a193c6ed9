//! The suites that are part of the program.

use super::diagnostic::Diagnostic;
use super::load::load_text;
use super::model::Suite;

/// File name and text of every built-in device suite, in the order in which they run.
pub const DEVICE: &[(&str, &str)] = &[
    ("suites/device/wire.yaml", include_str!("../../../suites/device/wire.yaml")),
    ("suites/device/key.yaml", include_str!("../../../suites/device/key.yaml")),
    ("suites/device/replay.yaml", include_str!("../../../suites/device/replay.yaml")),
    ("suites/device/together.yaml", include_str!("../../../suites/device/together.yaml")),
    ("suites/device/errors.yaml", include_str!("../../../suites/device/errors.yaml")),
    ("suites/device/registration.yaml", include_str!("../../../suites/device/registration.yaml")),
    ("suites/device/payments.yaml", include_str!("../../../suites/device/payments.yaml")),
    ("suites/device/mixed.yaml", include_str!("../../../suites/device/mixed.yaml")),
    ("suites/device/rounding.yaml", include_str!("../../../suites/device/rounding.yaml")),
    ("suites/device/limits.yaml", include_str!("../../../suites/device/limits.yaml")),
    ("suites/device/items.yaml", include_str!("../../../suites/device/items.yaml")),
    ("suites/device/positions.yaml", include_str!("../../../suites/device/positions.yaml")),
    ("suites/device/tax.yaml", include_str!("../../../suites/device/tax.yaml")),
    ("suites/device/print.yaml", include_str!("../../../suites/device/print.yaml")),
    ("suites/device/cash.yaml", include_str!("../../../suites/device/cash.yaml")),
    ("suites/device/shift.yaml", include_str!("../../../suites/device/shift.yaml")),
    ("suites/device/bank.yaml", include_str!("../../../suites/device/bank.yaml")),
    ("suites/device/check.yaml", include_str!("../../../suites/device/check.yaml")),
    ("suites/device/documents.yaml", include_str!("../../../suites/device/documents.yaml")),
    ("suites/device/books.yaml", include_str!("../../../suites/device/books.yaml")),
    ("suites/device/whole.yaml", include_str!("../../../suites/device/whole.yaml")),
    ("suites/device/across.yaml", include_str!("../../../suites/device/across.yaml")),
    ("suites/device/aftermath.yaml", include_str!("../../../suites/device/aftermath.yaml")),
    ("suites/device/everywhere.yaml", include_str!("../../../suites/device/everywhere.yaml")),
    ("suites/device/days.yaml", include_str!("../../../suites/device/days.yaml")),
    ("suites/device/seldom.yaml", include_str!("../../../suites/device/seldom.yaml")),
    ("suites/device/manage.yaml", include_str!("../../../suites/device/manage.yaml")),
];

/// Loads the built-in device suites.
///
/// # Errors
/// The mistakes in them; a test keeps them free of any.
pub fn device() -> Result<Vec<Suite>, Vec<Diagnostic>> {
    device_of(|_| true)
}

/// Loads the built-in device suites whose group of cases is wanted: a start of the program mostly reads suites.
///
/// # Errors
/// As [`device`].
pub fn device_of(wanted: impl Fn(&str) -> bool) -> Result<Vec<Suite>, Vec<Diagnostic>> {
    let files = DEVICE.iter().filter(|(_, text)| wanted(group(text)));
    files.map(|(file, text)| load_text(file, text)).collect()
}

/// The group that every case of a built-in file is in.
fn group(text: &str) -> &str {
    let first = text.split_once("\n  - name: ").map_or("", |(_, name)| name);
    first.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_file_is_built_in_and_faultless() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../suites/device");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| format!("suites/device/{}", entry.unwrap().file_name().to_string_lossy()))
            .collect();
        files.sort();
        let mut known: Vec<&str> = DEVICE.iter().map(|(file, _)| *file).collect();
        known.sort_unstable();
        assert_eq!(files, known, "DEVICE and the folder differ");
        if let Err(mistakes) = device() {
            let shown: Vec<String> = mistakes.iter().map(|mistake| mistake.render(false)).collect();
            panic!("{}", shown.join("\n"));
        }
    }

    #[test]
    fn every_case_of_a_file_is_in_its_group() {
        for (suite, (file, text)) in device().unwrap().iter().zip(DEVICE) {
            let others: Vec<&str> = suite
                .cases
                .iter()
                .map(|case| case.name.as_str())
                .filter(|name| name.split('/').next() != Some(group(text)))
                .collect();
            assert!(others.is_empty() && !group(text).is_empty(), "{file}: {others:?}");
        }
    }

    /// A person takes the paper out once for everything that needs it out.
    #[test]
    fn what_is_done_to_the_printer_by_hand_is_done_once() {
        use crate::conditions::ConditionName;
        use crate::suite::model::StepAction;
        let suites = device().unwrap();
        for name in
            [ConditionName::PaperOut, ConditionName::ExternalPrinterMissing, ConditionName::BatteryLow]
        {
            let steps = suites.iter().flat_map(|suite| &suite.cases).flat_map(|case| &case.steps);
            let times = steps
                .filter(|step| matches!(&step.action, StepAction::Establish(condition) if condition.name() == name))
                .count();
            assert_eq!(times, 1, "{name}");
        }
    }
}
