//! What is made of what passed: a suite, an HTTP archive.

use super::{CliError, WitnessArgs, kept};
use ikkm_harness::report::Written;
use ikkm_harness::witness::Witness;
use ikkm_harness::witness::day;
use ikkm_harness::witness::exchange::Exchange;
use ikkm_harness::witness::har;
use ikkm_harness::witness::recording::{self, Begin};

/// Writes what was asked for.
pub(super) fn write(args: &WitnessArgs, written: &mut Written) -> Result<(), CliError> {
    if args.write_suite.is_none() && args.write_har.is_none() {
        return Ok(());
    }
    let (begin, exchanges) = exchanges(args)?;
    if let Some(path) = &args.write_suite {
        written.add(path, Ok(day::suite(&exchanges)));
    }
    if let Some(path) = &args.write_har {
        written.add(path, Ok(har::text(&begin, &exchanges)));
    }
    Ok(())
}

/// Everything that was kept, keys hidden.
fn exchanges(args: &WitnessArgs) -> Result<(Begin, Vec<Exchange>), CliError> {
    // The keys are numbered as they came: one pass, from the first.
    let mut witness = Witness::new();
    let mut all = Vec::new();
    if let Some(path) = args.replay.as_ref().or(args.record.as_ref()) {
        let begin = recording::read(path, |exchange| all.push(kept(args, &mut witness, &exchange)))
            .map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
        return Ok((begin, all));
    }
    let Some(path) = &args.har else { return Ok((Begin::default(), all)) };
    let (begin, exchanges) = har::read(path).map_err(|error| CliError::Usage(error.to_string()))?;
    all.extend(exchanges.iter().map(|exchange| kept(args, &mut witness, exchange)));
    Ok((begin, all))
}
