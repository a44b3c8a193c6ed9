//! What a session needs to begin: one place for a run, a probe, the fuzzer and the tests.

use super::channel::Channel;
use super::clock::Clock;
use super::effects::Grants;
use super::journal::Journal;
use super::keychain::KeyChain;
use super::knowledge::Knowledge;
use super::pace::Pace;
use super::permission::Permission;
use super::session::Session;
use super::totals::Limits;
use super::transport::{Transport, TransportError, TransportOptions};
use ikkm_protocol::Key;
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// On loopback any address of 127/8 is there to send from.
const SECOND_LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// How a session is to begin. The fields say what differs from a cautious conversation with a
/// device ([`SessionSetup::new`]).
pub struct SessionSetup {
    /// Where the device is, and how connections to it are dealt with.
    pub transport: TransportOptions,
    /// A second local address to send from, where there is one.
    pub second_address: Option<IpAddr>,
    /// The clock that waits are done on.
    pub clock: Clock,
    /// Requests a second at the most; `None` does not wait.
    pub rate: Option<f64>,
    /// What may be sent.
    pub grants: Grants,
    /// What may be registered at the most.
    pub limits: Limits,
    /// No answer, and no busy device, is waited for longer, where the limit of v22 §3 is longer.
    pub patience: Duration,
    /// The key on the device's screen.
    pub key: Key,
    /// Where each request that could change the device is written down before it leaves.
    pub journal: Option<Journal>,
}

impl SessionSetup {
    /// For a device: reading alone, one request a second, a connection for each. A device may close a
    /// connection that it did not say it closes, and would take the next request with it: an answer
    /// lost that the device never held back.
    pub fn new(target: Url, key: Key) -> SessionSetup {
        SessionSetup {
            transport: TransportOptions::new(target),
            second_address: None,
            clock: Clock::real(),
            rate: Some(1.0),
            grants: Grants::reading(),
            limits: Limits::default(),
            patience: Duration::MAX,
            key,
            journal: None,
        }
    }

    /// For an emulator in this process, whose receipts nobody keeps: everything is granted, nothing
    /// waits, connections are used again, and there is a second address.
    pub fn embedded(target: Url, key: Key, clock: Clock) -> SessionSetup {
        let mut setup = SessionSetup::new(target, key);
        setup.transport.fresh_connection = false;
        setup.transport.keeps_connections = true;
        setup.second_address = Some(SECOND_LOOPBACK);
        setup.grants = Grants::everything();
        SessionSetup { clock, rate: None, ..setup }
    }

    /// A session; nothing is sent yet.
    ///
    /// # Errors
    /// [`TransportError::Target`] for anything but `http://HOST[:PORT]`.
    pub fn open(self) -> Result<Session, TransportError> {
        let second = match self.second_address {
            Some(address) => {
                Some(Transport::new(TransportOptions { source: Some(address), ..self.transport.clone() })?)
            }
            None => None,
        };
        let first = Transport::new(self.transport)?;
        let channel = Channel::new(first, second, self.clock, Pace::new(self.rate), self.patience);
        let permission = Permission { grants: self.grants, limits: self.limits };
        let known = Knowledge::new(KeyChain::new(self.key));
        Ok(Session::new(channel, permission, known, self.journal))
    }
}
