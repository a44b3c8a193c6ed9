//! The time of a sequence, alike for both devices: one that takes longer over an operation is not late for it.

/// When each operation began, in seconds of this device and in those that both share.
#[derive(Debug, Clone, Default)]
pub(super) struct Timeline(Vec<Begun>);

#[derive(Debug, Clone, Copy)]
struct Begun {
    own: i64,
    shared: i64,
    /// Seconds that pass on both; `None` for an operation that lasts as long as the device likes.
    waits: Option<i64>,
}

impl Timeline {
    /// An operation begins at this second of the sequence; one that only waits does so on both devices.
    pub fn begins(&mut self, own: i64, waits: Option<u64>) {
        let shared = self.0.last().map_or(0, |last| last.shared + last.waits.unwrap_or_default());
        self.0.push(Begun { own, shared, waits: waits.and_then(|seconds| i64::try_from(seconds).ok()) });
    }

    /// A second of this device as one of both; what is still to come keeps its distance from now.
    pub fn shared(&self, own: i64, now: i64) -> i64 {
        let moment = own.min(now);
        let place = self.0.iter().rev().find(|begun| begun.own <= moment);
        let shared = match place {
            None => moment,
            Some(begun) => match begun.waits {
                Some(seconds) => begun.shared + (moment - begun.own).min(seconds),
                None => begun.shared,
            },
        };
        shared + (own - moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sale, a day of waiting, a sale; each sale takes so long.
    fn day(each: i64) -> Timeline {
        let mut timeline = Timeline::default();
        timeline.begins(0, None);
        timeline.begins(each, Some(86_400));
        timeline.begins(each + 86_400, None);
        timeline
    }

    #[test]
    fn a_slow_device_is_not_late() {
        let (quick, slow) = (day(1), day(200));
        assert_eq!(quick.shared(86_401, 86_402), slow.shared(86_790, 86_800));
        assert_eq!(quick.shared(0, 86_402), slow.shared(150, 86_800));
    }

    #[test]
    fn a_date_before_or_after_its_operation_stays_apart() {
        let quick = day(1);
        assert_eq!(quick.shared(-3_600, 86_402), -3_600);
        assert_eq!(quick.shared(86_402 + 7_200, 86_402), 86_400 + 7_200);
        assert_eq!(quick.shared(43_201, 86_402), 43_200);
    }
}
