//! What a run is about to do to a device, for the person who is asked.

use super::rig::Rig;
use ikkm_harness::device::effects::Effect;
use ikkm_harness::report::progress::Expected;
use ikkm_harness::runner::plan;
use ikkm_harness::suite::Case;
use std::collections::BTreeSet;

/// What a run is about to do to a device.
#[derive(Debug, Clone, Default)]
pub struct RunPreview {
    /// Requests that change something are among it.
    pub changes: bool,
    /// What it will do, a line each.
    pub lines: Vec<String>,
    /// What it is expected to send and to last, where that is known.
    pub expected: Option<Expected>,
}

impl RunPreview {
    /// What these cases would change, as far as was granted.
    pub fn of(rig: &Rig, cases: &[&Case]) -> RunPreview {
        let session = &rig.session;
        let mut effects = BTreeSet::new();
        let mut changing = 0;
        for case in cases {
            let lacks =
                plan::missing(case, session.grants(), rig.bench.hello(), session.has_second_address());
            let own = plan::effects(case);
            if lacks.is_none() && own.iter().any(|effect| *effect != Effect::Read) {
                changing += 1;
                effects.extend(own);
            }
        }
        if changing == 0 {
            return RunPreview::default();
        }
        let named = effects.iter().filter(|effect| **effect != Effect::Read).map(|effect| effect.as_str());
        let names = named.collect::<Vec<_>>().join(", ");
        RunPreview {
            changes: true,
            lines: vec![format!("{changing} of {} cases change it: {names}", cases.len())],
            expected: None,
        }
    }
}
