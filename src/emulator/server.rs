//! A machine with a socket, a clock and faults.
//!
//! - `pages`: the words by which a browser lets a page use it
//! - `serving`: one connection, from its first byte to its last answer

mod pages;
mod serving;

use super::clock::DeviceClock;
use super::faults::{FaultRule, Faults, RecurringFault};
use super::machine::Machine;
use super::observer::Observer;
use super::record::{Arrival, ArrivalLog};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use time::PrimitiveDateTime;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A running device, until [`Device::shutdown`]. Copies are handles to the same one.
#[derive(Debug, Clone)]
pub struct Device {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    address: SocketAddr,
    state: Mutex<State>,
    in_flight: AtomicUsize,
    observer: OnceLock<Arc<dyn Observer>>,
    connections: AtomicU64,
    requests: AtomicU64,
    listening: tokio::sync::Mutex<Option<Listening>>,
    /// Pages of any origin may use it; a register itself has no word for that.
    open_to_pages: AtomicBool,
}

#[derive(Debug)]
struct State {
    machine: Machine,
    clock: DeviceClock,
    faults: Faults,
    recorder: ArrivalLog,
}

/// The accept loop, and the word that ends it and all its connections.
#[derive(Debug)]
struct Listening {
    accepting: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl Device {
    /// Starts a device; port 0 takes a free one.
    ///
    /// # Errors
    /// Whatever the address cannot be listened on for.
    pub async fn start(machine: Machine, listen: SocketAddr, clock: DeviceClock) -> io::Result<Device> {
        let listener = TcpListener::bind(listen).await?;
        let shared = Arc::new(Shared {
            address: listener.local_addr()?,
            state: Mutex::new(State {
                machine,
                clock,
                faults: Faults::default(),
                recorder: ArrivalLog::default(),
            }),
            in_flight: AtomicUsize::new(0),
            observer: OnceLock::new(),
            connections: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            listening: tokio::sync::Mutex::new(None),
            open_to_pages: AtomicBool::new(false),
        });
        let device = Device { shared };
        *device.shared.listening.lock().await = Some(device.accept_on(listener));
        Ok(device)
    }

    /// Where it listens, or listened.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Does something with the machine, at the device's time, between two requests.
    pub fn with<R>(&self, act: impl FnOnce(&mut Machine, PrimitiveDateTime) -> R) -> R {
        let mut state = self.shared.lock();
        let now = state.clock.now();
        act(&mut state.machine, now)
    }

    /// Switches the web API off, which ends its listening.
    pub async fn switch_off(&self) {
        if !self.with(|machine, _| machine.behaviour().mutations.listen_when_off()) {
            self.stop_listening().await;
        }
        self.with(|machine, _| machine.switched_off());
    }

    /// Switches the web API on again.
    ///
    /// # Errors
    /// The address was taken by someone else meanwhile.
    pub async fn switch_on(&self) -> io::Result<()> {
        self.listen_again().await?;
        self.with(|machine, _| machine.switched_on());
        Ok(())
    }

    /// Stops listening: connections are refused, open ones end.
    pub async fn stop_listening(&self) {
        if let Some(listening) = self.shared.listening.lock().await.take() {
            // Nobody receives where no connection is open; that is as good.
            let _ = listening.stop.send(true);
            listening.accepting.abort();
            // The task is cancelled; only its end matters, for then the socket is closed.
            let _ = listening.accepting.await;
        }
    }

    /// Listens again at the same address; nothing happens where it does.
    ///
    /// # Errors
    /// The address was taken by someone else meanwhile.
    pub async fn listen_again(&self) -> io::Result<()> {
        let mut listening = self.shared.listening.lock().await;
        if listening.is_none() {
            let address = self.shared.address;
            let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            *listening = Some(self.accept_on(socket.listen(128)?));
        }
        Ok(())
    }

    /// Moves the device's clock forward.
    pub fn advance(&self, seconds: u64) {
        self.shared.lock().clock.advance(seconds);
    }

    /// Sets one more fault.
    pub fn inject(&self, rule: FaultRule) {
        self.shared.lock().faults.add(rule);
    }

    /// Sets one more fault that comes again and again.
    pub fn inject_recurring(&self, fault: RecurringFault) {
        self.shared.lock().faults.add_recurring(fault);
    }

    /// From now on, keeps what arrives.
    pub fn record(&self) {
        self.shared.lock().recorder.start();
    }

    /// What arrived since [`Device::record`].
    pub fn requests(&self) -> Vec<Arrival> {
        self.shared.lock().recorder.seen()
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Lets somebody watch all that comes from now on; the first one stays.
    pub fn observe(&self, observer: Arc<dyn Observer>) {
        // A second watcher would miss what came before: there is one from the start, or none.
        let _ = self.shared.observer.set(observer);
    }

    /// Lets pages of any origin in a browser use it: answers say so, and a preflight is answered without
    /// the device having seen it.
    pub fn open_to_pages(&self) {
        self.shared.open_to_pages.store(true, Ordering::SeqCst);
    }

    /// Ends the device.
    pub async fn shutdown(&self) {
        self.stop_listening().await;
    }

    fn accept_on(&self, listener: TcpListener) -> Listening {
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::clone(&self.shared);
        let accepting = tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, peer)) => {
                        let connection = serving::serve(Arc::clone(&shared), stream, peer.ip());
                        let mut stopped = stopped.clone();
                        tokio::spawn(async move {
                            tokio::select! {
                                () = connection => {}
                                _ = stopped.wait_for(|stop| *stop) => {}
                            }
                        });
                    }
                    // Out of file descriptors, say: the next connection may do better.
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            }
        });
        Listening { accepting, stop }
    }
}

impl Shared {
    /// A panic elsewhere leaves the machine as it was: it changes only after every check.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
