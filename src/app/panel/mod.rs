//! The panel of a running emulator: a page that shows the register and lets a person act on it, and the
//! same as JSON for scripts.
//!
//! - [`history`]: the last exchanges, each with what the register thought; the log of `emulate`
//! - [`view`]: the register as JSON, with the key's QR code and bar codes drawn
//! - [`faults`]: faults of the wire by name, for messages and for `--fault`
//! - [`routes`]: `/`, `/state`, `/history`, `/events`

pub mod faults;
pub mod history;
pub mod routes;
pub mod view;

use history::ExchangeHistory;
use ikkm_emulator::Device;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use tokio::sync::watch;

/// What the panel looks at: a device, and what went over its wire.
#[derive(Debug, Clone)]
pub struct Panel {
    device: Device,
    history: Arc<ExchangeHistory>,
    /// Counts what happened; a page that sees it change asks anew.
    changes: watch::Sender<u64>,
    /// The seeded defects in force.
    defects: Arc<[String]>,
}

impl Panel {
    /// A panel for that device, which it watches from now on.
    pub fn new(device: Device, defects: &[String], log: history::Log) -> Panel {
        let (changes, _) = watch::channel(0);
        let history = Arc::new(ExchangeHistory::new(changes.clone(), log));
        device.observe(Arc::clone(&history) as Arc<dyn ikkm_emulator::Observer>);
        Panel { device, history, changes, defects: defects.into() }
    }

    /// Something happened beside the wire: a condition, a restart, time.
    pub fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }
}

/// Where a device listens, as a command on this machine reaches it.
fn url(device: &Device) -> String {
    let mut address = device.address();
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
    }
    format!("http://{address}")
}
