//! `emulate` and `personalities`: the emulator on its own.

use super::CliError;
use super::interruption::Interruption;
use super::rig::start_emulator;
use super::terminal::stdout;
use crate::embedded::bench::EmbeddedBench;
use crate::embedded::control;
use clap::Args;
use ikkm_emulator::{DeviceClock, Fault, RecurringFault, RequestKind, personalities as all};
use ikkm_protocol::Key;
use std::io::Write;
use std::net::SocketAddr;

/// Which emulator, and where it listens.
#[derive(Debug, Args)]
pub struct EmulateArgs {
    /// Where the web API listens; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where the control port listens, which brings conditions about (docs/writing-a-bench.md)
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "127.0.0.1:8081")]
    control: Option<SocketAddr>,
    /// The first web-API key; by default the personality's
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// How it answers what the document leaves open; `personalities` lists them
    #[arg(long, value_name = "NAME", default_value = "plain")]
    personality: String,
    /// A defect to seed; `defects` lists them (repeatable)
    #[arg(long = "defect", value_name = "NAME")]
    defects: Vec<String>,
    /// Spoil every N-th registration: lose-request, lose-reply, reset, cut, double, each with :every=N
    #[arg(long, value_name = "FAULT:every=N")]
    fault: Vec<String>,
}

/// Runs until Ctrl-C, SIGTERM or SIGHUP.
pub async fn emulate(args: EmulateArgs) -> Result<u8, CliError> {
    let key = args
        .key
        .as_deref()
        .map(Key::parse)
        .transpose()
        .map_err(|error| CliError::Usage(error.to_string()))?;
    let device =
        start_emulator(&args.personality, &args.defects, key, args.listen, DeviceClock::real()).await?;
    for text in &args.fault {
        device.inject_recurring(fault(text)?);
    }
    if let Some(listen) = args.control {
        let address = control::serve(EmbeddedBench::new(device.clone()), listen)
            .await
            .map_err(|error| CliError::NotCarriedOut(format!("cannot listen on {listen}: {error}")))?;
        writeln!(stdout(), "control port on http://{address}")?;
    }
    // Before it says that it is ready: who reads that line may end it at once.
    let interruption = Interruption::listen();
    let key = device.with(|machine, _| machine.key().as_str().to_owned());
    writeln!(stdout(), "web-API key {key}")?;
    writeln!(stdout(), "listening on http://{}", device.address())?;
    stdout().flush()?;
    interruption.wait().await;
    device.shutdown().await;
    Ok(0)
}

/// Reads `lose-reply:every=3`.
fn fault(text: &str) -> Result<RecurringFault, CliError> {
    let usage = || {
        let names = FAULTS.map(|(name, _)| name).join(", ");
        CliError::Usage(format!("--fault {text}: write one of {names}, then `:every=` and a number from 1"))
    };
    let (name, every) = text.split_once(":every=").ok_or_else(usage)?;
    let (_, fault) = FAULTS.into_iter().find(|(known, _)| *known == name).ok_or_else(usage)?;
    let every = every.parse().ok().filter(|every| *every > 0).ok_or_else(usage)?;
    Ok(RecurringFault { on: RequestKind::Register, every, fault })
}

/// The faults of the wire by name. A cut answer ends within its head.
const FAULTS: [(&str, Fault); 5] = [
    ("lose-request", Fault::LoseRequest),
    ("lose-reply", Fault::LoseReply),
    ("reset", Fault::Reset),
    ("cut", Fault::Cut(30)),
    ("double", Fault::Double),
];

/// Lists the conforming personalities.
pub fn personalities() -> Result<u8, CliError> {
    let mut out = stdout();
    for personality in all() {
        writeln!(out, "{:10} {}", personality.name, personality.about)?;
    }
    Ok(0)
}
