//! The client suites: those that are part of the program, and files.

use super::compile::load_text;
use super::scenario::{Given, Scenario};
use crate::suite::diagnostic::Diagnostic;
use crate::suite::load::{FileText, SuiteError, read_paths};
use std::path::PathBuf;

/// File name and text of every built-in client suite, in the order in which they run.
pub const CLIENT: &[(&str, &str)] = &[
    ("suites/client/basics.yaml", include_str!("../../../suites/client/basics.yaml")),
    ("suites/client/values.yaml", include_str!("../../../suites/client/values.yaml")),
    ("suites/client/replay.yaml", include_str!("../../../suites/client/replay.yaml")),
    ("suites/client/wire.yaml", include_str!("../../../suites/client/wire.yaml")),
    ("suites/client/errors.yaml", include_str!("../../../suites/client/errors.yaml")),
    ("suites/client/restart.yaml", include_str!("../../../suites/client/restart.yaml")),
    ("suites/client/factors.yaml", include_str!("../../../suites/client/factors.yaml")),
    ("suites/client/others.yaml", include_str!("../../../suites/client/others.yaml")),
];

/// Loads the built-in client suites.
///
/// # Errors
/// The mistakes in them; a test keeps them free of any.
pub fn client() -> Result<Vec<Scenario>, Vec<Diagnostic>> {
    let mut scenarios = Vec::new();
    for (file, text) in CLIENT {
        scenarios.extend(load_text(file, text)?);
    }
    Ok(scenarios)
}

/// What stands for the scenario where nothing is asked and whatever comes is judged.
pub fn watch() -> Scenario {
    Scenario {
        name: "watch/traffic".to_owned(),
        suite: "watch".to_owned(),
        place: "--watch".to_owned(),
        about: "whatever came".to_owned(),
        requirements: ["CLI-1", "CLI-6", "CLI-22"].map(str::to_owned).to_vec(),
        given: Given {
            key: "12345678".to_owned(),
            http_date: false,
            plain_text: false,
            closes: false,
            repeats_after_restart: true,
            repeats_under_fault: true,
        },
        steps: Vec::new(),
    }
}

/// Loads client suites from files and folders, as [`crate::suite::load::read_paths`] finds them.
///
/// # Errors
/// [`SuiteError`]: a path that cannot be read, or mistakes.
pub fn load_paths(paths: &[PathBuf]) -> Result<Vec<Scenario>, SuiteError> {
    load_files(&read_paths(paths)?)
}

/// Loads client suites that were read.
///
/// # Errors
/// All mistakes of all files.
pub fn load_files(files: &[FileText]) -> Result<Vec<Scenario>, SuiteError> {
    let (mut scenarios, mut mistakes) = (Vec::new(), Vec::new());
    for file in files {
        match load_text(&file.name, &file.text) {
            Ok(more) => scenarios.extend(more),
            Err(more) => mistakes.extend(more),
        }
    }
    if mistakes.is_empty() { Ok(scenarios) } else { Err(SuiteError::Faulty(mistakes)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_requirements::requirements;
    use std::collections::BTreeSet;

    #[test]
    fn the_suites_are_faultless_and_cover_every_duty() {
        let scenarios = client().unwrap_or_else(|mistakes| {
            let shown: Vec<String> = mistakes.iter().map(|mistake| mistake.render(false)).collect();
            panic!("{}", shown.join("\n"))
        });
        assert!(scenarios.len() >= 60, "{} scenarios", scenarios.len());
        let names: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
        assert_eq!(names.len(), scenarios.len(), "names are unique over all suites");
        for line in requirements().all().filter(|line| line.is_client()) {
            let cited = scenarios.iter().any(|scenario| scenario.requirements.contains(&line.id));
            assert!(cited, "no scenario tests {}", line.id);
        }
    }

    #[test]
    fn every_file_of_the_folder_is_built_in() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../suites/client");
        assert_eq!(read_paths(&[folder]).unwrap().len(), CLIENT.len());
    }
}
