//! Rehearsing a run against stand-ins: what it may do and what its bench can do are the run's own.

use super::CliError;
use super::duration::spoken;
use super::rig::{GOODBYE, Rig, open_bench, stand_in};
use super::target::TargetArgs;
use ikkm_emulator::personalities;
use ikkm_harness::bench::{Bench, Hello};
use ikkm_harness::device::effects::{Effect, Grants};
use ikkm_harness::runner::budget;
use ikkm_harness::runner::order::in_order;
use ikkm_harness::runner::rehearsal::Rehearsal;
use ikkm_harness::runner::run::{RunOptions, Runner};
use ikkm_harness::suite::Case;
use std::time::Duration;

/// The pace that the vendor's document sets, in requests a second (v22 §3); device time is told at
/// this rate where a run has none.
const DEVICE_RATE: f64 = 1.0;

/// What a run with certain arguments would find: which effects it may have, what its bench can do.
pub struct Scene {
    /// The device, in words.
    pub target: String,
    /// The effects granted.
    pub grants: Grants,
    /// Requests a second.
    pub rate: f64,
    /// The bench's abilities; `None` for the embedded one, which can do everything.
    abilities: Option<Hello>,
    second: bool,
    thrifty: bool,
    /// The personalities that stand in; the likeliest first.
    personalities: Vec<String>,
    defects: Vec<String>,
}

impl Scene {
    /// The scene of these arguments; `thrifty` as the run will be. A bench is asked what it can do; the device is sent nothing.
    ///
    /// # Errors
    /// Wrong usage (exit 2), or a bench that does not answer (exit 3).
    pub async fn of(args: &TargetArgs, thrifty: bool) -> Result<Scene, CliError> {
        let on_device = args.on_device();
        let named = args.personality.clone();
        let abilities = match open_bench(args).await? {
            Some(bench) => {
                let hello = bench.hello().clone();
                // The bench's own goodbye is of no concern here.
                let _ = tokio::time::timeout(GOODBYE, bench.close()).await;
                Some(hello)
            }
            None if on_device => Some(Bench::none().hello().clone()),
            None => None,
        };
        let told = abilities.as_ref().and_then(|hello| hello.url.clone());
        let target = match args.target.clone().or(told) {
            Some(target) => target,
            None => format!("embedded emulator ({})", named.as_deref().unwrap_or("plain")),
        };
        let personalities = match named {
            Some(name) => vec![name],
            None if on_device => personalities().into_iter().map(|one| one.name.to_owned()).collect(),
            None => vec!["plain".to_owned()],
        };
        let granted = args.grants()?;
        Ok(Scene {
            target,
            grants: granted.unwrap_or_else(if on_device { Grants::reading } else { Grants::everything }),
            rate: args.rate()?.flatten().unwrap_or(DEVICE_RATE),
            abilities,
            second: !on_device || args.second_address.is_some(),
            thrifty,
            personalities,
            defects: args.defects.clone(),
        })
    }

    /// The scene of a run that is set up already: its bench was asked.
    ///
    /// # Errors
    /// Wrong usage (exit 2).
    pub fn of_rig(args: &TargetArgs, rig: &Rig, thrifty: bool) -> Result<Scene, CliError> {
        Ok(Scene {
            target: rig.target.clone(),
            grants: rig.session.grants().clone(),
            rate: args.rate()?.flatten().unwrap_or(DEVICE_RATE),
            abilities: Some(rig.bench.hello().clone()),
            second: rig.session.has_second_address(),
            thrifty,
            personalities: vec!["plain".to_owned()],
            defects: Vec::new(),
        })
    }

    /// Rehearses on the likeliest stand-in.
    ///
    /// # Errors
    /// An unknown personality (exit 2), or a stand-in that cannot be worked with (exit 3).
    pub async fn rehearse(&self, cases: &[&Case]) -> Result<Rehearsal, CliError> {
        self.rehearse_on(&self.personalities[0], self.grants.clone(), cases).await
    }

    /// Rehearses on every other stand-in: where the device is not known, it may answer as any of them.
    ///
    /// # Errors
    /// As [`Scene::rehearse`].
    pub async fn rehearse_on_others(&self, cases: &[&Case]) -> Result<Vec<Rehearsal>, CliError> {
        let mut all = Vec::new();
        for personality in self.personalities.iter().skip(1) {
            all.push(self.rehearse_on(personality, self.grants.clone(), cases).await?);
        }
        Ok(all)
    }

    /// Rehearses as if everything were granted.
    ///
    /// # Errors
    /// As [`Scene::rehearse`].
    pub async fn rehearse_everything(&self, cases: &[&Case]) -> Result<Rehearsal, CliError> {
        self.rehearse_on(&self.personalities[0], Grants::everything(), cases).await
    }

    /// Whether some effect was not granted.
    pub fn is_limited(&self) -> bool {
        Effect::ALL.iter().any(|effect| !self.grants.admits(*effect))
    }

    async fn rehearse_on(
        &self,
        personality: &str,
        grants: Grants,
        cases: &[&Case],
    ) -> Result<Rehearsal, CliError> {
        let rig = stand_in(personality, &self.defects, grants, self.abilities.as_ref(), self.second).await?;
        let options = RunOptions {
            target: rig.url,
            strict: false,
            golden: None,
            thrifty: self.thrifty,
            interrupted: Default::default(),
        };
        let mut runner = Runner::new(rig.session, rig.bench, options, "PLAN".to_owned());
        runner.rehearse(cases).await.map_err(CliError::NotCarriedOut)
    }

    /// The cases that cover most requirements in that much device time, in the order in which they
    /// run.
    ///
    /// # Errors
    /// As [`Scene::rehearse`]; wrong usage where not even one case fits.
    pub async fn within<'c>(&self, cases: &[&'c Case], budget: Duration) -> Result<Vec<&'c Case>, CliError> {
        let seconds = budget.as_secs_f64();
        let alone = self.rehearse(cases).await?;
        let mut picked = budget::pick(cases, &alone, self.rate, seconds);
        loop {
            if picked.is_empty() {
                return Err(CliError::Usage(format!(
                    "no case fits into {}; give the run more time with --budget",
                    spoken(seconds)
                )));
            }
            let mut indexes = picked.clone();
            indexes.sort_unstable();
            let chosen = in_order(indexes.into_iter().map(|index| cases[index]).collect());
            // In other company a case may cost more: a reading that another one took for it is missing.
            let mut excess = self.rehearse(&chosen).await?.total().seconds(self.rate) - seconds;
            if excess <= 0.0 {
                return Ok(chosen);
            }
            while excess > 0.0 {
                let Some(last) = picked.pop() else { break };
                excess -= alone.cases[last].cost.seconds(self.rate).max(1.0);
            }
        }
    }
}
