//! `--shard`: the K-th part of the cases that are selected, balanced by what they cost.

use super::CliError;
use super::rehearsal::Scene;
use super::target::TargetArgs;
use ikkm_harness::lab::division::{Shard, shards};
use ikkm_harness::runner::rehearsal::Rehearsal;
use ikkm_harness::suite::Case;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The part of the cases that the shard names; all of them without one.
///
/// # Errors
/// As [`Scene::of`]; wrong usage where the part is empty.
pub async fn part<'c>(
    shard: Option<Shard>,
    target: &TargetArgs,
    thrifty: bool,
    cases: Vec<&'c Case>,
) -> Result<Vec<&'c Case>, CliError> {
    let Some(shard) = shard else { return Ok(cases) };
    let scene = Scene::of(target, thrifty).await?;
    let seconds = seconds(&scene.rehearse(&cases).await?, scene.rate);
    let taken = shards(&cases, &seconds, shard.of).into_iter().nth(shard.number - 1).unwrap_or_default();
    if taken.is_empty() {
        let all = cases.len();
        return Err(CliError::Usage(format!(
            "--shard {shard}: {all} case(s) do not make {} parts; take fewer",
            shard.of
        )));
    }
    Ok(taken)
}

/// What each case costs, in seconds of device time.
pub fn seconds(rehearsal: &Rehearsal, rate: f64) -> Vec<f64> {
    rehearsal.cases.iter().map(|case| case.cost.seconds(rate)).collect()
}

/// A hash of which cases are selected, by which `merge` knows the shards of one run.
pub fn hash(cases: &[&Case]) -> String {
    let mut hasher = Sha256::new();
    let mut names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    names.sort_unstable();
    for name in names {
        hasher.update(name.as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
