//! The time of a device: the wall clock with an offset, or a virtual clock that only moves when it
//! is told to.

use time::macros::datetime;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

/// A device's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceClock {
    /// The wall clock (UTC), that much ahead.
    Real {
        /// How far ahead of the wall clock it is.
        ahead: Duration,
    },
    /// A clock that stands until it is moved.
    Virtual {
        /// The instant that it shows.
        now: PrimitiveDateTime,
    },
}

impl DeviceClock {
    /// The wall clock.
    pub fn real() -> DeviceClock {
        DeviceClock::Real { ahead: Duration::ZERO }
    }

    /// A virtual clock at an instant that is always the same, so that runs repeat exactly.
    pub fn standing() -> DeviceClock {
        DeviceClock::Virtual { now: datetime!(2026-03-02 09:00) }
    }

    /// The time now.
    pub fn now(&self) -> PrimitiveDateTime {
        match self {
            DeviceClock::Real { ahead } => {
                let utc = OffsetDateTime::now_utc();
                PrimitiveDateTime::new(utc.date(), utc.time()).saturating_add(*ahead)
            }
            DeviceClock::Virtual { now } => *now,
        }
    }

    /// Lets time pass: a virtual clock moves at once; of a real one this is how long to wait.
    pub(super) fn let_pass(&mut self, time: Duration) -> std::time::Duration {
        match self {
            DeviceClock::Real { .. } => time.unsigned_abs(),
            DeviceClock::Virtual { now } => {
                *now = now.saturating_add(time);
                std::time::Duration::ZERO
            }
        }
    }

    /// Moves the clock forward; it stops at the end of the calendar.
    pub fn advance(&mut self, seconds: u64) {
        let step = Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
        match self {
            DeviceClock::Real { ahead } => *ahead = ahead.saturating_add(step),
            DeviceClock::Virtual { now } => *now = now.saturating_add(step),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_clock_moves_only_when_told() {
        let mut clock = DeviceClock::standing();
        let start = clock.now();
        assert_eq!(clock.now(), start);
        clock.advance(90);
        assert_eq!(clock.now() - start, Duration::seconds(90));
        clock.advance(u64::MAX);
        clock.advance(u64::MAX);
        assert_eq!(clock.now(), PrimitiveDateTime::MAX);
    }

    #[test]
    fn a_real_clock_takes_any_step() {
        let mut clock = DeviceClock::real();
        let before = clock.now();
        clock.advance(3600);
        assert!(clock.now() - before >= Duration::hours(1));
        clock.advance(u64::MAX);
        assert_eq!(clock.now(), PrimitiveDateTime::MAX);
    }
}
