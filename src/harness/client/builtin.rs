//! The client suites: those that are part of the program, and files.

use super::compile::load_text;
use super::scenario::{Given, Scenario};
use crate::suite::diagnostic::Diagnostic;
use crate::suite::load::{LARGEST, SuiteError, read_text};
use std::path::{Path, PathBuf};

/// File name and text of every built-in client suite, in the order in which they run.
pub const CLIENT: &[(&str, &str)] = &[
    ("suites/client/basics.yaml", include_str!("../../../suites/client/basics.yaml")),
    ("suites/client/values.yaml", include_str!("../../../suites/client/values.yaml")),
    ("suites/client/replay.yaml", include_str!("../../../suites/client/replay.yaml")),
    ("suites/client/wire.yaml", include_str!("../../../suites/client/wire.yaml")),
    ("suites/client/errors.yaml", include_str!("../../../suites/client/errors.yaml")),
    ("suites/client/restart.yaml", include_str!("../../../suites/client/restart.yaml")),
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

/// Loads client suites from files, or from all YAML files right in a folder.
///
/// # Errors
/// [`SuiteError`]: a path that cannot be read, or mistakes.
pub fn load_paths(paths: &[PathBuf]) -> Result<Vec<Scenario>, SuiteError> {
    let mut scenarios = Vec::new();
    for path in paths {
        for file in files(path)? {
            let text = read_text(&file, LARGEST)?;
            let name = file.display().to_string();
            scenarios.extend(load_text(&name, &text).map_err(SuiteError::Faulty)?);
        }
    }
    Ok(scenarios)
}

fn files(path: &Path) -> Result<Vec<PathBuf>, SuiteError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = |source| SuiteError::Unreadable { path: path.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.extension().is_some_and(|ext| ext == "yaml" || ext == "yml") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() { Err(SuiteError::NoSuites(path.to_owned())) } else { Ok(files) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_requirements::register;
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
        for line in register().all().filter(|line| line.is_client()) {
            let cited = scenarios.iter().any(|scenario| scenario.requirements.contains(&line.id));
            assert!(cited, "no scenario tests {}", line.id);
        }
    }

    #[test]
    fn every_file_of_the_folder_is_built_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../suites/client");
        assert_eq!(files(&folder).unwrap().len(), CLIENT.len());
    }
}
