//! Everything that a run talks to: a session with a device, a bench, a clock.

use super::CliError;
use super::initial_key::{FirstKey, first_key, open_journal};
use super::target::TargetArgs;
use crate::embedded::{Embedded, EmbeddedError};
use ikkm_emulator::defects::defect;
use ikkm_emulator::{Device, DeviceClock, Machine, personality};
use ikkm_harness::bench::command::CommandBench;
use ikkm_harness::bench::http::HttpBench;
use ikkm_harness::bench::operator::Operator;
use ikkm_harness::bench::{Bench, BenchAction, Hello, Patience, Request};
use ikkm_harness::bench::{BenchFault, Carrier};
use ikkm_harness::device::clock::{Advance, Clock};
use ikkm_harness::device::effects::Grants;
use ikkm_harness::device::session::Session;
use ikkm_harness::device::setup::SessionSetup;
use ikkm_harness::device::transport::TransportError;
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
    /// The report of the open shift before anything was done, where it was read.
    pub report: Option<serde_json::Value>,
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
    let Embedded { url, mut setup, bench, .. } = Embedded::of(device).await.map_err(not_embedded)?;
    setup.second_address = args.second_address.or(setup.second_address);
    setup.rate = args.rate()?.unwrap_or(setup.rate);
    setup.grants = args.grants()?.unwrap_or(setup.grants);
    setup.limits = args.limits()?;
    let session = setup.open().map_err(no_device)?;
    let target = named(name, &args.defects);
    Ok(Rig { session, bench, target, url, embedded: true, fallback: None, notices: Vec::new(), report: None })
}

/// How reports name an embedded emulator.
pub(super) fn named(personality: &str, defects: &[String]) -> String {
    if defects.is_empty() {
        return format!("embedded emulator ({personality})");
    }
    format!("embedded emulator ({personality}, with {})", defects.join(", "))
}

const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

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
    person: bool,
    second: bool,
) -> Result<Rig, CliError> {
    let device = start_emulator(personality, defects, None, LOOPBACK, DeviceClock::standing()).await?;
    let Embedded { url, mut setup, bench, .. } = Embedded::of(device).await.map_err(not_embedded)?;
    let bench = match abilities {
        Some(abilities) => bench.limited_to(abilities),
        None => bench,
    };
    let bench = if person { bench.as_person() } else { bench };
    setup.second_address = setup.second_address.filter(|_| second);
    setup.grants = grants;
    let session = setup.open().map_err(no_device)?;
    let target = format!("stand-in ({personality})");
    Ok(Rig { session, bench, target, url, embedded: true, fallback: None, notices: Vec::new(), report: None })
}

async fn on_target(args: &TargetArgs, target: &str, bench: Bench) -> Result<Rig, CliError> {
    if args.personality.is_some() || !args.defects.is_empty() {
        return Err(CliError::Usage(
            "--personality and --defect are for the embedded emulator, not for a --target".to_owned(),
        ));
    }
    let (mut setup, first) = device_setup(args, target, &bench)?;
    setup.grants = args.grants()?.unwrap_or(setup.grants);
    setup.limits = args.limits()?;
    setup.patience = args.patience.map_or(Duration::MAX, Duration::from_secs);
    if let Some(address) = &args.bench
        && bench.hello().virtual_clock
        && address.starts_with("http://")
    {
        setup.clock = virtual_clock(address)?;
    }
    let session = setup.open().map_err(no_device)?;
    let url = target.to_owned();
    let notices = first.notice.into_iter().collect();
    Ok(Rig {
        session,
        bench,
        target: url.clone(),
        url,
        embedded: false,
        fallback: first.fallback,
        notices,
        report: None,
    })
}

/// What a session with the device at that URL needs, so far that it may only read, and where its key
/// comes from.
///
/// # Errors
/// Wrong usage (exit 2), or a journal that cannot be used (exit 3).
pub(super) fn device_setup(
    args: &TargetArgs,
    target: &str,
    bench: &Bench,
) -> Result<(SessionSetup, FirstKey), CliError> {
    let told = bench.hello().key.as_deref().and_then(|text| Key::parse(text).ok());
    let given = args.key()?.or(told);
    let journal = open_journal(args, target)?;
    let first = first_key(journal.chain(), given).ok_or_else(|| {
        let ways = "--key, --key-file or IKKM_KEY";
        CliError::Usage(format!(
            "a target needs its web-API key, as the device's screen shows it: pass {ways}"
        ))
    })?;
    let url = Url::parse(target).map_err(|error| {
        CliError::Usage(format!("`{target}` is no URL: {error}; write http://ADDRESS:8080"))
    })?;
    let mut setup = SessionSetup::new(url, first.key.clone());
    setup.second_address = args.second_address;
    setup.rate = args.rate()?.unwrap_or(setup.rate);
    // Where nothing waits a second between two requests, a connection need not be made for each.
    setup.transport.fresh_connection = setup.rate.is_some();
    setup.journal = Some(journal);
    Ok((setup, first))
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

fn no_device(error: TransportError) -> CliError {
    CliError::Usage(error.to_string())
}

fn not_embedded(error: EmbeddedError) -> CliError {
    CliError::NotCarriedOut(error.to_string())
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
            let request = Request::Act(BenchAction::AdvanceClock(seconds));
            let asked = line.lock().await.ask(&request).await;
            asked.map(|_| ()).map_err(|fault| fault.to_string())
        })
    });
    Ok(Clock::virtual_with(advance))
}

/// How long a goodbye may take before the program ends anyway.
pub const GOODBYE: Duration = Duration::from_secs(5);
