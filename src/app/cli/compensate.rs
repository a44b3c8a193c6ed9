//! `compensate`: returns what a run sold that could not do so itself, by the device's journal.

use super::CliError;
use super::begin::begin;
use super::duration::spoken;
use super::interruption::Interruption;
use super::rig::{GOODBYE, rig};
use super::run_preview::RunPreview;
use super::target::TargetArgs;
use super::terminal::{stdout, tell};
use clap::Args;
use ikkm_harness::device::effects::Effect;
use ikkm_harness::device::journal::{Chain, RunSold};
use ikkm_harness::device::session::Session;
use ikkm_harness::runner::compensate::{Owed, Returned};
use ikkm_harness::text::shown;
use std::io::Write;

/// Requests before the first receipt, to see what device it is.
const FIRST_LOOK: usize = 2;

/// Which device, and how much of its journal.
#[derive(Debug, Args)]
pub struct CompensateArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// What every run of the journal sold, not only the last one that sold anything
    #[arg(long)]
    all: bool,
}

/// What is to be returned.
struct Bill {
    owed: Owed,
    /// The runs that sold it.
    from: Vec<String>,
    /// Registrations of which nobody knows whether they were made.
    unknown: Vec<String>,
}

impl Bill {
    fn of(chain: &Chain, all: bool) -> Bill {
        let runs: Vec<&RunSold> = chain.sold(all);
        let sold = runs.iter().filter(|run| !run.compensates);
        Bill {
            owed: Owed::of(runs.iter().map(|run| &run.totals)),
            from: sold.map(|run| run.at.clone()).collect(),
            unknown: runs.iter().flat_map(|run| run.unknown.clone()).collect(),
        }
    }

    /// What it comes to, a line each.
    fn lines(&self, rate: f64) -> Vec<String> {
        let receipts = self.owed.receipts();
        let minutes = spoken((receipts + FIRST_LOOK) as f64 / rate);
        let from = self.from.iter().map(|at| shown(at)).collect::<Vec<_>>().join(", ");
        let mut lines = vec![format!(
            "{receipts} receipts of {} tenge in all return what was sold by the run of {from}, in {minutes} at {rate} a second",
            self.owed.sum().normalize()
        )];
        lines.extend(self.owed.words().map(|one| format!("  {one}")));
        lines.extend(self.unknown());
        lines
    }

    fn unknown(&self) -> impl Iterator<Item = String> {
        let line = |one: &String| {
            let one = shown(one);
            format!("  not returned: whether {one} was registered is not known; look for it in the receipts")
        };
        self.unknown.iter().map(line)
    }
}

/// Returns it. The exit code is 0 where nothing is left, 3 where something is.
///
/// # Errors
/// Exit 2: wrong usage, no grant, nobody can be asked or the person said no. Exit 3: as for every run.
pub async fn compensate(args: CompensateArgs) -> Result<u8, CliError> {
    let target = &args.target;
    if !target.on_device() {
        let why = "compensate returns what was sold on a device: pass --target URL";
        return Err(CliError::Usage(why.to_owned()));
    }
    let interruption = Interruption::listen();
    let mut rig = rig(target).await?;
    let rate = target.rate()?.flatten().unwrap_or(1.0);
    let open = rig.session.left_open();
    let mut bill = bill(&mut rig.session, args.all)?;
    if bill.owed.receipts() == 0 && open.is_none() {
        writeln!(stdout(), "the journal knows of nothing on {} that is to be returned", rig.target)?;
        bill.unknown().try_for_each(|line| writeln!(stdout(), "{line}"))?;
        return Ok(if bill.unknown.is_empty() { 0 } else { 3 });
    }
    let lines = bill.lines(rate);
    if !rig.session.grants().admits(Effect::Fiscal) {
        lines.iter().try_for_each(|line| writeln!(stdout(), "{line}"))?;
        let why = "nothing was sent: compensate registers receipts, so it needs --allow fiscal";
        return Err(CliError::Usage(why.to_owned()));
    }
    let preview = RunPreview { changes: true, lines, expected: None };
    begin(&mut rig, target, &preview, &interruption).await?;
    std::mem::take(&mut rig.notices).iter().for_each(|notice| tell(&format!("note: {notice}")));
    // What was open is settled now, and the journal may be the one of another address.
    bill = self::bill(&mut rig.session, args.all)?;
    if let Some(journal) = rig.session.journal() {
        journal.compensates().map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
    }
    let (mut done, mut left) = (0, bill.unknown.len());
    let goes_on = || !interruption.happened();
    let mut said = Ok(());
    let registered = bill.owed.register(&mut rig.session, goes_on, |told| {
        match &told {
            Returned::Done(_) => done += 1,
            Returned::Not(_) => left += 1,
        }
        said = std::mem::replace(&mut said, Ok(())).and(writeln!(stdout(), "{}", told.words()));
    });
    let registered = registered.await;
    // A bench that does not say goodbye in time keeps nobody.
    let _ = tokio::time::timeout(GOODBYE, rig.bench.close()).await;
    registered
        .map_err(|error| CliError::NotCarriedOut(format!("{error}; compensate goes on where it ended")))?;
    said?;
    bill.unknown().try_for_each(|line| writeln!(stdout(), "{line}"))?;
    let of = bill.owed.receipts();
    if interruption.happened() && done < of {
        let why = format!("interrupted after {done} of {of} receipts; compensate goes on with the rest");
        return Err(CliError::NotCarriedOut(why));
    }
    writeln!(stdout(), "{done} of {of} receipts were registered")?;
    Ok(if left == 0 { 0 } else { 3 })
}

fn bill(session: &mut Session, all: bool) -> Result<Bill, CliError> {
    let journal = session.journal().ok_or_else(|| {
        CliError::NotCarriedOut(
            "there is no journal that could tell what was sold: pass --state FILE".to_owned(),
        )
    })?;
    Ok(Bill::of(journal.chain(), all))
}
