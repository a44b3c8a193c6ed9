//! `emulate` and `personalities`: the emulator on its own.

use super::CliError;
use super::interruption::Interruption;
use super::rig::start_emulator;
use super::terminal::stdout;
use crate::embedded::bench::EmbeddedBench;
use crate::embedded::control::{self, begin_with};
use crate::panel::Panel;
use crate::panel::faults::{self, FAULTS};
use crate::panel::history::Log;
use clap::Args;
use ikkm_emulator::{DeviceClock, RecurringFault, RequestKind, personalities as all};
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
    /// Spoil every N-th registration, such as lose-reply:every=10
    ///
    /// lose-request, lose-reply, reset, cut, late, double, garble, busy, each with :every=N
    #[arg(long, value_name = "FAULT:every=N")]
    fault: Vec<String>,
    /// Keep at most so many receipts, for a register that runs for days
    ///
    /// A shift that holds half of them is closed with a Z report, and the oldest closed shifts are archived.
    #[arg(long, value_name = "RECEIPTS", value_parser = clap::value_parser!(u32).range(10..))]
    keep: Option<u32>,
    /// Where the panel for people is served; the control port serves it, too
    ///
    /// It shows the register's screen, paper and exchanges, and has switches.
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "127.0.0.1:8082")]
    panel: Option<SocketAddr>,
    /// How each request is logged on standard output
    #[arg(long, value_name = "FORM", default_value = "text", value_parser = ["text", "json"])]
    log: String,
    /// Start data of your own, from taxes to the drawer (`schema --of seed`)
    #[arg(long, value_name = "FILE")]
    seed: Option<std::path::PathBuf>,
    /// Pages in a browser may use the web API (CORS); a register itself has no such word
    #[arg(long)]
    cors: bool,
    /// No line a request
    #[arg(long)]
    quiet: bool,
}

/// Runs until Ctrl-C, SIGTERM or SIGHUP.
pub async fn emulate(args: EmulateArgs) -> Result<u8, CliError> {
    let key = args
        .key
        .as_deref()
        .map(Key::parse)
        .transpose()
        .map_err(|error| CliError::Usage(error.to_string()))?;
    let own_key = key.clone();
    let device =
        start_emulator(&args.personality, &args.defects, key, args.listen, DeviceClock::real()).await?;
    if let Some(path) = &args.seed {
        let wrong = |why: String| CliError::Usage(format!("--seed {}: {why}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        device.with(|machine, now| begin_with(machine, &text, own_key.clone(), now)).map_err(wrong)?;
    }
    if args.cors {
        device.open_to_pages();
    }
    if let Some(receipts) = args.keep {
        device.with(|machine, _| machine.keep(receipts as usize));
    }
    for text in &args.fault {
        device.inject_recurring(fault(text)?);
    }
    let log = match args.log.as_str() {
        _ if args.quiet => Log::None,
        "json" => Log::Json,
        _ => Log::Text,
    };
    let panel = Panel::new(device.clone(), &args.defects, log);
    for (name, listen) in [("control port", args.control), ("panel", args.panel)] {
        let Some(listen) = listen else { continue };
        let address = control::serve(EmbeddedBench::new(device.clone()), panel.clone(), listen)
            .await
            .map_err(|error| CliError::NotCarriedOut(format!("cannot listen on {listen}: {error}")))?;
        writeln!(stdout(), "{name} on http://{address}")?;
        if !address.ip().is_loopback() {
            writeln!(
                std::io::stderr(),
                "warning: whoever reaches http://{address} can act on this register: there is no password"
            )?;
        }
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
    let fault = faults::fault(name).ok_or_else(usage)?;
    let every = every.parse().ok().filter(|every| *every > 0).ok_or_else(usage)?;
    Ok(RecurringFault { on: RequestKind::Register, every, fault })
}

/// Lists the conforming personalities.
pub fn personalities() -> Result<u8, CliError> {
    let mut out = stdout();
    for personality in all() {
        writeln!(out, "{:10} {}", personality.name, personality.about)?;
    }
    Ok(0)
}
