//! Everything that a run talks to: a session with a device, a bench, a clock.

use super::CliError;
use super::initial_key::{first_key, open_journal};
use super::target::TargetArgs;
use crate::embedded::bench::EmbeddedBench;
use ikkm_emulator::defects::defect;
use ikkm_emulator::{Device, DeviceClock, Machine, personality};
use ikkm_harness::bench::command::CommandBench;
use ikkm_harness::bench::http::HttpBench;
use ikkm_harness::bench::operator::Operator;
use ikkm_harness::bench::{Action, Bench, Hello, Patience, Request};
use ikkm_harness::bench::{BenchFault, Carrier};
use ikkm_harness::device::clock::{Advance, Clock};
use ikkm_harness::device::effects::Grants;
use ikkm_harness::device::pace::Pace;
use ikkm_harness::device::session::{KeyChain, Session};
use ikkm_harness::device::transport::{Transport, TransportOptions};
use ikkm_protocol::Key;
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{BufReader, stderr, stdin};
use tokio::sync::Mutex;

/// A device ready to be tested.
pub struct Rig {
    /// The conversation with it.
    pub session: Session,
    /// Its bench.
    pub bench: Bench,
    /// How reports name it.
    pub target: String,
    /// Its URL, for commands that can be pasted.
    pub url: String,
    /// Whether it is the embedded emulator.
    pub embedded: bool,
    /// The key given, where the journal's is tried before it.
    pub fallback: Option<Key>,
    /// What the user should know.
    pub notices: Vec<String>,
}

/// Sets up the embedded emulator or the target that the arguments name.
///
/// # Errors
/// Wrong usage (exit 2), or a bench that does not answer (exit 3).
pub async fn rig(args: &TargetArgs) -> Result<Rig, CliError> {
    let bench = open_bench(args).await?;
    let told = bench.as_ref().and_then(|bench| bench.hello().url.clone());
    match args.target.clone().or(told) {
        Some(target) => on_target(args, &target, bench.unwrap_or_else(Bench::none)).await,
        None if bench.is_some() => {
            Err(CliError::Usage("this bench names no device: pass --target URL".to_owned()))
        }
        None => embedded(args).await,
    }
}

/// Sets up the embedded emulator.
///
/// # Errors
/// As for [`rig`].
pub async fn embedded(args: &TargetArgs) -> Result<Rig, CliError> {
    let name = args.personality.as_deref().unwrap_or("plain");
    let device = start_emulator(name, &args.defects, args.key()?, LOOPBACK, DeviceClock::standing()).await?;
    let key = device.with(|machine, _| machine.key().clone());
    let bench = EmbeddedBench::new(device.clone());
    let clock = bench.clock();
    let bench = Bench::open(Box::new(bench)).await.map_err(bench_fault)?;
    let url = format!("http://{}", device.address());
    let session = Session::new(
        transport(&url, None, Connections::Embedded)?,
        Some(transport(&url, Some(args.second_address.unwrap_or(SECOND_LOOPBACK)), Connections::Embedded)?),
        clock,
        Pace::new(args.rate()?.unwrap_or(None)),
        args.grants()?.unwrap_or_else(Grants::everything),
        KeyChain::new(key),
    )
    .with_limits(args.limits()?);
    let target = named(name, &args.defects);
    Ok(Rig { session, bench, target, url, embedded: true, fallback: None, notices: Vec::new() })
}

/// How reports name an embedded emulator.
fn named(personality: &str, defects: &[String]) -> String {
    if defects.is_empty() {
        return format!("embedded emulator ({personality})");
    }
    format!("embedded emulator ({personality}, with {})", defects.join(", "))
}

const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
/// On loopback any address of 127/8 is there to send from.
const SECOND_LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// A stand-in for what the arguments name: an embedded emulator that is granted and can do just as
/// much. A `second` address and the `abilities` of a bench are given only where the original has them.
///
/// # Errors
/// As [`rig`].
pub async fn stand_in(
    personality: &str,
    defects: &[String],
    grants: Grants,
    abilities: Option<&Hello>,
    second: bool,
) -> Result<Rig, CliError> {
    let device = start_emulator(personality, defects, None, LOOPBACK, DeviceClock::standing()).await?;
    let key = device.with(|machine, _| machine.key().clone());
    let bench = EmbeddedBench::new(device.clone());
    let clock = bench.clock();
    let bench = Bench::open(Box::new(bench)).await.map_err(bench_fault)?;
    let bench = match abilities {
        Some(abilities) => bench.limited_to(abilities),
        None => bench,
    };
    let url = format!("http://{}", device.address());
    let second =
        if second { Some(transport(&url, Some(SECOND_LOOPBACK), Connections::Embedded)?) } else { None };
    let session = Session::new(
        transport(&url, None, Connections::Embedded)?,
        second,
        clock,
        Pace::new(None),
        grants,
        KeyChain::new(key),
    );
    let target = format!("stand-in ({personality})");
    Ok(Rig { session, bench, target, url, embedded: true, fallback: None, notices: Vec::new() })
}

async fn on_target(args: &TargetArgs, target: &str, bench: Bench) -> Result<Rig, CliError> {
    if args.personality.is_some() || !args.defects.is_empty() {
        return Err(CliError::Usage(
            "--personality and --defect are for the embedded emulator, not for a --target".to_owned(),
        ));
    }
    let told = bench.hello().key.as_deref().and_then(|text| Key::parse(text).ok());
    let given = args.key()?.or(told);
    let journal = open_journal(args, target)?;
    let first = first_key(journal.chain(), given).ok_or_else(|| {
        let ways = "--key, --key-file or IKKM_KEY";
        CliError::Usage(format!(
            "a target needs its web-API key, as the device's screen shows it: pass {ways}"
        ))
    })?;
    let rate = args.rate()?.unwrap_or(Some(1.0));
    let connections = Connections::Fresh;
    let second = match args.second_address {
        Some(address) => Some(transport(target, Some(address), connections)?),
        None => None,
    };
    let clock = match &args.bench {
        Some(address) if bench.hello().virtual_clock && address.starts_with("http://") => {
            virtual_clock(address)?
        }
        _ => Clock::real(),
    };
    let session = Session::new(
        transport(target, None, connections)?,
        second,
        clock,
        Pace::new(rate),
        args.grants()?.unwrap_or_else(Grants::reading),
        KeyChain::new(first.key),
    )
    .with_limits(args.limits()?)
    .with_patience(args.patience.map_or(Duration::MAX, Duration::from_secs))
    .with_journal(journal);
    let url = target.to_owned();
    let notices = first.notice.into_iter().collect();
    Ok(Rig { session, bench, target: url.clone(), url, embedded: false, fallback: first.fallback, notices })
}

/// Starts an emulator of that personality, with these defects seeded.
///
/// # Errors
/// An unknown personality or defect (exit 2), or an address that cannot be listened on (exit 3).
pub async fn start_emulator(
    name: &str,
    defects: &[String],
    key: Option<Key>,
    listen: SocketAddr,
    clock: DeviceClock,
) -> Result<Device, CliError> {
    let personality = personality(name).ok_or_else(|| {
        CliError::Usage(format!("there is no personality `{name}`; `personalities` lists them"))
    })?;
    let key = match key {
        Some(key) => key,
        None => personality.first_key().map_err(|error| CliError::NotCarriedOut(error.to_string()))?,
    };
    let mut behaviour = personality.behaviour.clone();
    for name in defects {
        let defect = defect(name).ok_or_else(|| {
            CliError::Usage(format!("there is no seeded defect `{name}`; `defects` lists them"))
        })?;
        defect.apply(&mut behaviour);
    }
    let machine = Machine::new(&personality, behaviour, key);
    Device::start(machine, listen, clock)
        .await
        .map_err(|error| CliError::NotCarriedOut(format!("cannot listen on {listen}: {error}")))
}

/// How connections are dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connections {
    /// The embedded emulator's: used again.
    Embedded,
    /// One for each request. A device may close a connection that it did not say it closes, and would
    /// take the next request with it: an answer lost that the device never held back.
    Fresh,
}

/// Connections to the device at that URL.
pub(super) fn transport(
    target: &str,
    source: Option<IpAddr>,
    connections: Connections,
) -> Result<Transport, CliError> {
    let url = Url::parse(target).map_err(|error| {
        CliError::Usage(format!("`{target}` is no URL: {error}; write http://ADDRESS:8080"))
    })?;
    let mut options = TransportOptions::new(url);
    options.source = source;
    options.fresh_connection = connections == Connections::Fresh;
    options.keeps_connections = connections == Connections::Embedded;
    Transport::new(options).map_err(|error| CliError::Usage(error.to_string()))
}

/// The bench that the arguments name, if any; it is only asked what it can do.
///
/// # Errors
/// A bench that cannot be started or does not answer (exit 3).
pub async fn open_bench(args: &TargetArgs) -> Result<Option<Bench>, CliError> {
    let Some(what) = &args.bench else { return Ok(None) };
    let carrier: Box<dyn Carrier> = match what.as_str() {
        "none" => return Ok(Some(Bench::none())),
        "operator" => Box::new(Operator::new(BufReader::new(stdin()), stderr())),
        address if address.starts_with("http://") => Box::new(http_bench(address)?),
        program => {
            let started = CommandBench::start(program, &args.env, Patience::default());
            Box::new(started.map_err(bench_fault)?)
        }
    };
    Bench::open(carrier).await.map(Some).map_err(bench_fault)
}

fn http_bench(address: &str) -> Result<HttpBench, CliError> {
    HttpBench::new(address, Patience::default()).map_err(|fault| CliError::Usage(fault.to_string()))
}

fn bench_fault(fault: BenchFault) -> CliError {
    CliError::NotCarriedOut(fault.to_string())
}

/// Waiting moves the emulator's clock through its control port, on a line of its own.
fn virtual_clock(address: &str) -> Result<Clock, CliError> {
    let line = Arc::new(Mutex::new(http_bench(address)?));
    let advance: Advance = Arc::new(move |seconds| {
        let line = Arc::clone(&line);
        Box::pin(async move {
            let request = Request::Act(Action::AdvanceClock(seconds));
            let asked = line.lock().await.ask(&request).await;
            asked.map(|_| ()).map_err(|fault| fault.to_string())
        })
    });
    Ok(Clock::virtual_with(advance))
}

/// How long a goodbye may take before the program ends anyway.
pub const GOODBYE: Duration = Duration::from_secs(5);
