//! A connection that is refused is tried again for a minute: a device restarts, a cable is put back. Not a
//! byte has left, so nothing can happen twice.

use super::channel::SendOptions;
use super::delivery::Delivery;
use super::session::{PAUSE, Session, SessionError};
use ikkm_protocol::WireRequest;
use std::sync::atomic::Ordering;
use std::time::Duration;

impl Session {
    /// Sends once there is a connection, and says how long there was none. A device that was gone for a
    /// minute is not waited for again until it was there.
    pub(super) async fn try_for_a_minute(
        &mut self,
        request: &WireRequest,
        options: SendOptions,
    ) -> Result<(Delivery, Duration), SessionError> {
        let began = self.clock().now();
        let mut options = options;
        loop {
            let delivery = self.channel.send(request, options).await?;
            let waited = self.clock().now().saturating_sub(began);
            let is_over = waited >= self.channel.refused_limit();
            if !delivery.refused || is_over || self.channel.gone || self.is_given_up() {
                self.channel.gone = delivery.refused && (is_over || self.channel.gone);
                self.channel.refused_for.store(0, Ordering::Relaxed);
                return Ok((delivery, if options.again { waited } else { Duration::ZERO }));
            }
            self.channel.refused_for.store(waited.as_secs() + 1, Ordering::Relaxed);
            options.again = true;
            self.clock().sleep(PAUSE).await?;
        }
    }

    fn is_given_up(&self) -> bool {
        self.channel.given_up.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use crate::device::clock::Clock;
    use crate::device::session::{Outgoing, Session};
    use crate::device::setup::SessionSetup;
    use crate::device::transport::Outcome;
    use ikkm_protocol::Key;
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener};
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::sync::{Arc, Mutex};

    /// An address at which nobody listens.
    fn nobody() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
    }

    /// A session that waits on a virtual clock; `second` is told each second that passes.
    fn session(address: SocketAddr, second: impl Fn(u64) + Send + Sync + 'static) -> Session {
        let key = Key::parse("11111111").unwrap();
        let mut setup = SessionSetup::new(format!("http://{address}").parse().unwrap(), key);
        let passed = AtomicU64::new(0);
        setup.clock = Clock::virtual_with(Arc::new(move |seconds| {
            second(passed.fetch_add(seconds, Ordering::Relaxed) + seconds);
            Box::pin(async { Ok(()) })
        }));
        setup.rate = None;
        setup.open().unwrap()
    }

    fn look() -> Outgoing {
        Outgoing::get("/apicheck/", Key::parse("11111111").unwrap())
    }

    /// Answers one request, in a thread of its own.
    fn comes_back(address: SocketAddr) {
        let listener = TcpListener::bind(address).unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1000]);
            let _ =
                stream.write_all(b"HTTP/1.1 200 ready\r\nContent-Length: 1\r\nConnection: close\r\n\r\n0");
        });
    }

    #[tokio::test]
    async fn a_device_that_comes_back_within_a_minute_is_gone_on_with() {
        let address = nobody();
        let mut session = session(address, move |passed| {
            if passed == 40 {
                comes_back(address);
            }
        });
        let counter = session.refused_counter();
        let sent = session.send(&look()).await.unwrap();
        assert!(sent.answer().is_some_and(|answer| answer.status == 200), "{:?}", sent.delivery.outcome);
        assert_eq!(sent.refused_for.as_secs(), 40);
        assert_eq!((session.requests(), counter.load(Ordering::Relaxed)), (1, 0));
    }

    #[tokio::test]
    async fn after_a_minute_it_is_gone_and_not_waited_for_again() {
        let seconds = Arc::new(Mutex::new(Vec::new()));
        let passed = Arc::clone(&seconds);
        let mut session = session(nobody(), move |at| passed.lock().unwrap().push(at));
        let counter = session.refused_counter();
        for _ in 0..2 {
            let sent = session.send(&look()).await.unwrap();
            assert!(matches!(&sent.delivery.outcome, Outcome::NotSent(why) if why.contains("no connection")));
        }
        assert_eq!(seconds.lock().unwrap().len(), 60, "the second refusal is believed at once");
        assert_eq!(counter.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn whoever_takes_a_refusal_or_gives_up_does_not_wait() {
        let mut taking = session(nobody(), |_| panic!("it waits"));
        let refused = Outgoing { take_refused: true, ..look() };
        assert!(taking.send(&refused).await.unwrap().delivery.refused);
        let flag = Arc::new(AtomicBool::new(false));
        let set = Arc::clone(&flag);
        let mut interrupted = session(nobody(), move |passed| {
            assert!(passed <= 3, "it goes on");
            set.store(passed == 3, Ordering::Relaxed);
        });
        interrupted.give_up_with(flag);
        assert_eq!(interrupted.send(&look()).await.unwrap().refused_for.as_secs(), 3);
    }
}
