//! The time that cases wait on: the wall's, or a virtual one that only moves when it is told to.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use thiserror::Error;
use tokio::time::Instant;

/// What moves a device's virtual clock by that many seconds: the bench act `advance-clock`.
pub type Advance = Arc<dyn Fn(u64) -> Advancing + Send + Sync>;
/// An advance under way; an error says in words why the clock did not move.
pub type Advancing = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// How far a device's virtual clock has moved, told by the device: it may let time pass by itself, when it holds a
/// request.
pub type Passed = Arc<dyn Fn() -> Duration + Send + Sync>;

/// The device's clock did not move.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the device's virtual clock did not advance: {0}")]
pub struct ClockError(String);

/// A clock shared by the session, the runner and the bench; clones show the same time.
#[derive(Clone)]
pub enum Clock {
    /// The wall's time, since the given instant.
    Real(Instant),
    /// The device's virtual time, which sleeping moves.
    Virtual {
        /// How far it has moved.
        passed: Passed,
        /// Moves the device's clock.
        advance: Advance,
    },
}

impl Clock {
    /// A clock that shows the wall's time from now on.
    pub fn real() -> Clock {
        Clock::Real(Instant::now())
    }

    /// A clock at zero, whose sleeping advances the device instead of waiting, and is all that moves it.
    pub fn virtual_with(advance: Advance) -> Clock {
        let slept = Arc::new(Mutex::new(Duration::ZERO));
        let passed = Arc::clone(&slept);
        let moved: Advance = Arc::new(move |seconds| {
            let (slept, advancing) = (Arc::clone(&slept), advance(seconds));
            Box::pin(async move {
                advancing.await?;
                let mut slept = slept.lock().unwrap_or_else(PoisonError::into_inner);
                *slept = slept.saturating_add(Duration::from_secs(seconds));
                Ok(())
            })
        });
        let passed: Passed = Arc::new(move || *passed.lock().unwrap_or_else(PoisonError::into_inner));
        Clock::Virtual { passed, advance: moved }
    }

    /// The time since the clock's start.
    pub fn now(&self) -> Duration {
        match self {
            Clock::Real(start) => start.elapsed(),
            Clock::Virtual { passed, .. } => passed(),
        }
    }

    /// Lets that much time pass. A virtual clock moves by whole seconds, rounded up.
    ///
    /// # Errors
    /// [`ClockError`] when the device's virtual clock cannot be moved.
    pub async fn sleep(&self, time: Duration) -> Result<(), ClockError> {
        match self {
            Clock::Real(_) => tokio::time::sleep(time).await,
            Clock::Virtual { advance, .. } => {
                let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
                advance(seconds).await.map_err(ClockError)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if matches!(self, Clock::Real(_)) { "real" } else { "virtual" };
        write!(f, "Clock({kind}, {:?})", self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn real_time_passes_on_the_wall() {
        let clock = Clock::real();
        clock.sleep(Duration::from_millis(1500)).await.unwrap();
        assert_eq!(clock.now(), Duration::from_millis(1500));
    }

    #[tokio::test(start_paused = true)]
    async fn virtual_time_is_the_devices() {
        let moved = Arc::new(Mutex::new(Vec::new()));
        let log = moved.clone();
        let clock = Clock::virtual_with(Arc::new(move |seconds| {
            log.lock().unwrap().push(seconds);
            Box::pin(async { Ok(()) })
        }));
        let wall = Instant::now();
        clock.clone().sleep(Duration::from_millis(1200)).await.unwrap();
        clock.sleep(Duration::from_secs(90_000)).await.unwrap();
        assert_eq!(*moved.lock().unwrap(), [2, 90_000]);
        assert_eq!(clock.now(), Duration::from_secs(90_002));
        assert_eq!(wall.elapsed(), Duration::ZERO);
    }

    #[tokio::test]
    async fn what_the_device_lets_pass_by_itself_passes() {
        let own = Arc::new(Mutex::new(Duration::ZERO));
        let shown = Arc::clone(&own);
        let passed: Passed = Arc::new(move || *shown.lock().unwrap());
        let clock = Clock::Virtual { passed, advance: Arc::new(|_| Box::pin(async { Ok(()) })) };
        *own.lock().unwrap() = Duration::from_secs(88);
        assert_eq!(clock.now(), Duration::from_secs(88));
    }

    #[tokio::test]
    async fn a_clock_that_sticks_says_so() {
        let clock = Clock::virtual_with(Arc::new(|_| Box::pin(async { Err("no such act".into()) })));
        let error = clock.sleep(Duration::from_secs(1)).await.unwrap_err();
        assert_eq!(error.to_string(), "the device's virtual clock did not advance: no such act");
        assert_eq!(clock.now(), Duration::ZERO);
    }
}
