//! An emulator in this process, ready to be tested: a device, a bench, and what a session needs.

use super::bench::EmbeddedBench;
use ikkm_emulator::{Behaviour, Device, DeviceClock, Machine, Personality};
use ikkm_harness::bench::{Bench, BenchFault};
use ikkm_harness::device::setup::SessionSetup;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use thiserror::Error;

/// An emulator in this process and everything that testing it takes.
pub struct Embedded {
    /// The running device; when the last copy is dropped, it ends.
    pub device: Device,
    /// Its URL, for commands that can be pasted.
    pub url: String,
    /// A session to be opened: everything granted, unpaced, waiting moves the device's own clock.
    pub setup: SessionSetup,
    /// Its bench.
    pub bench: Bench,
}

/// The emulator could not be started.
#[derive(Debug, Error)]
pub enum EmbeddedError {
    /// No port of its own, no key, or a URL that is none.
    #[error("the embedded emulator cannot be started: {0}")]
    Start(String),
    /// Its bench does not answer.
    #[error(transparent)]
    Bench(#[from] BenchFault),
}

impl Embedded {
    /// Starts an emulator of that personality that behaves so; its clock stands until a case waits.
    ///
    /// # Errors
    /// [`EmbeddedError`].
    pub async fn start(personality: &Personality, behaviour: Behaviour) -> Result<Embedded, EmbeddedError> {
        let key = personality.first_key().map_err(|error| EmbeddedError::Start(error.to_string()))?;
        let machine = Machine::new(personality, behaviour, key);
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let started = Device::start(machine, listen, DeviceClock::standing()).await;
        Embedded::of(started.map_err(|error: io::Error| EmbeddedError::Start(error.to_string()))?).await
    }

    /// The same around a device that runs already.
    ///
    /// # Errors
    /// [`EmbeddedError`].
    pub async fn of(device: Device) -> Result<Embedded, EmbeddedError> {
        let key = device.with(|machine, _| machine.key().clone());
        let url = format!("http://{}", device.address());
        let target = url.parse().map_err(|error| EmbeddedError::Start(format!("{url}: {error}")))?;
        let bench = EmbeddedBench::new(device.clone());
        let setup = SessionSetup::embedded(target, key, bench.clock());
        let bench = Bench::open(Box::new(bench)).await?;
        Ok(Embedded { device, url, setup, bench })
    }
}
