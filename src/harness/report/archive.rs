//! Reports of earlier runs: `reports/` holds the last run, `reports/runs/<time>/` the ones before it, so
//! that a run of a few cases does not cost the results of a whole one.

use super::json;
use super::run_file::stamp;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The folder of earlier runs, in that of the reports.
const RUNS: &str = "runs";

/// Moves the reports of the last run away that these paths would overwrite, and keeps so many earlier
/// runs; the newest whole one is never among those that go.
///
/// # Errors
/// What the system says; nothing is lost then.
pub fn move_away(paths: &[PathBuf], keep: usize) -> io::Result<()> {
    let there: Vec<&PathBuf> =
        paths.iter().filter(|path| fs::symlink_metadata(path).is_ok_and(|one| one.is_file())).collect();
    let Some(folder) = there.first().and_then(|path| path.parent()) else { return Ok(()) };
    let runs = folder.join(RUNS);
    let to = free(&runs, &time_of(&there));
    fs::create_dir_all(&to)?;
    for path in there {
        if let Some(name) = path.file_name() {
            fs::rename(path, to.join(name))?;
        }
    }
    prune(&runs, keep)
}

/// When the run was, as its results say, or else as its files do.
fn time_of(paths: &[&PathBuf]) -> String {
    let told = paths.iter().filter(|path| path.extension().is_some_and(|one| one == "json"));
    let told = told.filter_map(|path| json::read_results(path).ok());
    let mut times = told.filter_map(|results| OffsetDateTime::parse(&results.started, &Rfc3339).ok());
    let written = || paths.iter().find_map(|path| fs::metadata(path).ok()?.modified().ok());
    let at = times.next().or_else(|| written().map(OffsetDateTime::from));
    stamp(at.unwrap_or(OffsetDateTime::UNIX_EPOCH))
}

fn free(runs: &Path, name: &str) -> PathBuf {
    let names = (1u32..).map(|n| if n == 1 { name.to_owned() } else { format!("{name}-{n}") });
    names.map(|name| runs.join(name)).find(|path| !path.exists()).unwrap_or_else(|| runs.join(name))
}

fn prune(runs: &Path, keep: usize) -> io::Result<()> {
    let mut folders: Vec<PathBuf> = fs::read_dir(runs)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders.reverse();
    let whole = folders.iter().position(|folder| is_whole(folder));
    for (at, old) in folders.iter().enumerate().skip(keep) {
        if Some(at) != whole {
            fs::remove_dir_all(old)?;
        }
    }
    Ok(())
}

fn is_whole(folder: &Path) -> bool {
    json::read_results(&folder.join("results.json")).is_ok_and(|results| results.run.part.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_last_run_moves_and_the_newest_whole_one_stays() {
        let root = std::env::temp_dir().join(format!("ikkm-archive-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        let paths = [root.join("results.json"), root.join("junit.xml")];
        for day in 1..=6 {
            move_away(&paths, 2).unwrap();
            let mut run = sample::run();
            run.started = run.started.replace_day(day).unwrap();
            run.facts.part = (day > 1).then(|| "--case a/*".to_owned());
            fs::write(&paths[0], json::render(&run).unwrap()).unwrap();
            fs::write(&paths[1], "<testsuites/>").unwrap();
        }
        let mut kept: Vec<String> = fs::read_dir(root.join(RUNS))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        kept.sort();
        assert_eq!(kept, ["20261101T193000", "20261104T193000", "20261105T193000"]);
        assert_eq!(fs::read_dir(root.join(RUNS).join(&kept[0])).unwrap().count(), 2);
        fs::remove_dir_all(root).unwrap();
    }
}
