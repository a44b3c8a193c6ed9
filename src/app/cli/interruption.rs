//! Ctrl-C, SIGTERM and SIGHUP: the request in flight is finished, then the command ends in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// Whether somebody asked for the end.
#[derive(Debug, Clone)]
pub struct Interruption {
    flag: Arc<AtomicBool>,
    told: watch::Receiver<bool>,
}

impl Interruption {
    /// Listens from now on. Whoever asks twice does not want to wait: the program then ends at once, and
    /// the journal holds what is open.
    pub fn listen() -> Interruption {
        let flag = Arc::new(AtomicBool::new(false));
        let (tell, told) = watch::channel(false);
        let set = Arc::clone(&flag);
        let (listens, begun) = std::sync::mpsc::channel::<()>();
        // A thread of its own: a command may be busy without awaiting anything.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            // Without one, signals end the program as they always do.
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async move {
                let Some(mut signals) = Signals::new() else { return };
                drop(listens);
                signals.next().await;
                set.store(true, Ordering::Relaxed);
                // Nobody may be waiting for it.
                let _ = tell.send(true);
                signals.next().await;
                std::process::exit(3);
            });
        });
        // Whoever is told that the program is ready may end it at once. The end of the channel is the
        // word, whether the thread listens or cannot.
        let _ = begun.recv();
        Interruption { flag, told }
    }

    /// Set once somebody asked.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.flag)
    }

    /// Whether somebody asked.
    pub fn happened(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }

    /// Waits until somebody asks.
    pub async fn wait(&self) {
        let mut told = self.told.clone();
        if told.wait_for(|told| *told).await.is_err() {
            // Signals cannot be listened to here, so this never comes.
            std::future::pending::<()>().await;
        }
    }
}

/// The signals that ask for the end.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Option<Signal>,
}

impl Signals {
    fn new() -> Option<Signals> {
        Some(Signals {
            interrupt: signal(SignalKind::interrupt()).ok()?,
            terminate: signal(SignalKind::terminate()).ok()?,
            hangup: if ignores_hangup() { None } else { signal(SignalKind::hangup()).ok() },
        })
    }

    async fn next(&mut self) {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = hangup => {}
        }
    }
}

/// Whether the program was started by `nohup`, so that a closed terminal must not end it.
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}
