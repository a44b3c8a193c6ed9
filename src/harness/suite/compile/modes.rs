//! Modes that a case sets and does not put back: each stays on the device until somebody notices.
//!
//! Whatever becomes of a case, its `afterwards` is done; a step is not. So a mode must be put back there,
//! whatever the steps do.

use crate::conditions::BenchAction;
use crate::suite::model::{Step, StepAction};
use std::collections::BTreeSet;

/// A mode, the parameter that sets it, the one that puts it back, and what to write.
struct Mode {
    words: &'static str,
    sets: &'static str,
    ends: &'static str,
    help: &'static str,
}

/// Where `ends` is empty only a restart puts it back.
const MODES: [Mode; 7] = [
    Mode {
        words: "the print mode",
        sets: "setPrintMode",
        ends: "setPrintMode",
        help: "add `afterwards: [{get: \"/apicheck/?setPrintMode=internal-printer\"}]`",
    },
    Mode {
        words: "the batch mode",
        sets: "ofdPacketMode",
        ends: "ofdNormalMode",
        help: "add `afterwards: [{get: \"/apicheck/?ofdNormalMode=true\"}]`",
    },
    Mode {
        words: "the connection to a LAN printer",
        sets: "keepLanPrinter",
        ends: "closeLanPrinter",
        help: "add `afterwards: [{get: \"/apicheck/?closeLanPrinter=true\"}]`",
    },
    Mode {
        words: "fast timers",
        sets: "timersFast",
        ends: "timersNormal",
        help: "add `afterwards: [{get: \"/apicheck/?timersNormal=true\"}]`",
    },
    Mode {
        words: "a header",
        sets: "printHeader",
        ends: "printHeader",
        help: "add `afterwards: [{post: /apicheck/, with: {printHeader: clear}}]`",
    },
    Mode {
        words: "a locked host",
        sets: "Lockhost",
        ends: "",
        help: "restart the device in the case, or write `last: true`",
    },
    Mode {
        words: "web management switched off",
        sets: "disableWebMgmt",
        ends: "",
        help: "restart the device in the case, or write `last: true`",
    },
];

/// The modes that are set and not put back, in words, and what to write.
pub(super) fn left_behind(
    steps: &[Step],
    afterwards: &[Step],
    last: bool,
) -> Vec<(&'static str, &'static str)> {
    let restarted = afterwards.iter().any(restarts);
    let put_back: BTreeSet<String> = afterwards.iter().flat_map(parameters).map(|(name, _)| name).collect();
    MODES
        .iter()
        .filter(|mode| {
            let sets = |step: &Step| {
                parameters(step)
                    .iter()
                    .any(|(name, value)| name == mode.sets && (name != "printHeader" || value != "clear"))
            };
            let Some(at) = steps.iter().position(|step| step.may_succeed && sets(step)) else { return false };
            let until_restart = mode.ends.is_empty();
            let restarts_later = || steps[at..].iter().any(restarts);
            !(restarted || put_back.contains(mode.ends) || until_restart && (last || restarts_later()))
        })
        .map(|mode| (mode.words, mode.help))
        .collect()
}

/// The parameters that a step sends to where modes are set.
fn parameters(step: &Step) -> Vec<(String, String)> {
    let manages = |path: &str| path.starts_with("/apicheck") || path.starts_with("/apimanage");
    let requests = step.action.requests().iter().map(|send| &send.sample);
    requests.filter(|sample| manages(sample.path())).flat_map(|sample| sample.params().0).collect()
}

fn restarts(step: &Step) -> bool {
    match &step.action {
        StepAction::Act(BenchAction::PowerCycle | BenchAction::FactoryReset) => true,
        _ => parameters(step).iter().any(|(name, _)| name == "doReboot"),
    }
}

#[cfg(test)]
mod tests {
    use crate::suite::load::load_text;

    fn mistakes(case: &str) -> String {
        let yaml = format!("about: a\ncases:\n  - {{name: a/b, requirements: [MGMT-1], {case}}}\n");
        match load_text("a.yaml", &yaml) {
            Ok(_) => String::new(),
            Err(list) => list.iter().map(|mistake| mistake.render(false)).collect(),
        }
    }

    #[test]
    fn a_mode_must_be_put_back_afterwards() {
        let sets = r#"steps: [{get: "/apicheck/?ofdPacketMode=true", expect: success}]"#;
        let back = r#"afterwards: [{get: "/apicheck/?ofdNormalMode=true"}]"#;
        assert!(mistakes(sets).contains("leaves the batch mode behind"), "{}", mistakes(sets));
        assert!(mistakes(sets).contains("ofdNormalMode"), "it says what to write");
        assert_eq!(mistakes(&format!("{sets}, {back}")), "");
        let in_a_step = r#"steps: [{get: "/apicheck/?ofdPacketMode=true", expect: success},
            {get: "/apicheck/?ofdNormalMode=true", expect: success}]"#;
        assert!(mistakes(in_a_step).contains("behind"), "a step is not done in every ending");
        let restart = "afterwards: [{act: power-cycle}]";
        assert_eq!(mistakes(&format!("{sets}, {restart}")), "");
    }

    #[test]
    fn what_only_a_restart_ends_is_restarted_or_last() {
        let locks = r#"steps: [{get: "/apicheck/?Lockhost=true", expect: success}]"#;
        assert!(mistakes(locks).contains("leaves a locked host behind"));
        assert_eq!(mistakes(&format!("{locks}, last: true")), "");
        let restarted = r#"steps: [{get: "/apicheck/?Lockhost=true", expect: success}, {act: power-cycle}]"#;
        assert_eq!(mistakes(restarted), "");
    }

    #[test]
    fn what_is_refused_or_clears_sets_nothing() {
        for steps in [
            r#"{get: "/apicheck/?setPrintMode=usb-printer", key: wrong, expect: -1 incorrect-web-api-key}"#,
            r#"{post: /apicheck/, with: {printHeader: clear}, expect: success}"#,
            r#"{get: "/apicheck/?getPrintMode=true", expect: success}"#,
        ] {
            assert_eq!(mistakes(&format!("steps: [{steps}]")), "", "{steps}");
        }
    }
}
