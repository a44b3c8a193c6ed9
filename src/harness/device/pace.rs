//! Keeping requests apart: at most R starts a second, measured at the socket (v22 §3).

use std::time::Duration;
use tokio::time::Instant;

/// When the next request may start.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    last: Option<Instant>,
}

impl Pace {
    /// At most `rate` requests a second; `None` does not wait. A rate that is no positive number
    /// counts as the slowest there is, one request an hour.
    pub fn new(rate: Option<f64>) -> Pace {
        let slowest = Duration::from_secs(3600);
        let gap = rate.map_or(Duration::ZERO, |rate| {
            let gap = Duration::try_from_secs_f64(1.0 / rate).unwrap_or(slowest).min(slowest);
            // One part in a hundred more: the device measures arrivals, and a network wobbles.
            gap + gap / 100
        });
        Pace { gap, last: None }
    }

    /// Waits until a next request may start.
    pub async fn wait(&mut self) {
        // Sleeping until an instant that has passed still waits for the timer's next tick.
        if let Some(next) = self.last.map(|last| last + self.gap)
            && next > Instant::now()
        {
            tokio::time::sleep_until(next).await;
        }
    }

    /// Notes that the first byte of a request left then (a delivery's `started`).
    pub fn sent(&mut self, first_byte: Instant) {
        self.last = self.last.max(Some(first_byte));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn gap(rate: Option<f64>) -> Duration {
        let mut pace = Pace::new(rate);
        pace.wait().await;
        let first = Instant::now();
        pace.sent(first);
        tokio::time::sleep(Duration::from_millis(1)).await;
        pace.wait().await;
        first.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn starts_are_a_gap_apart() {
        for (rate, least, most) in [(1.0, 1000, 1020), (0.5, 2000, 2030), (10.0, 100, 103)] {
            let gap = gap(Some(rate)).await.as_millis();
            assert!((least..=most).contains(&gap), "{rate}: {gap} ms");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_rate_nothing_waits() {
        assert_eq!(gap(None).await, Duration::from_millis(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_that_is_none_is_slow_never_fast() {
        for rate in [0.0, -1.0, f64::NAN, 1e-300] {
            assert!(gap(Some(rate)).await >= Duration::from_secs(3600), "{rate}");
        }
    }
}
