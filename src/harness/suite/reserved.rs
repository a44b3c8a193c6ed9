//! Names of cases that no suite writes: the program gives them itself, and everything that takes a
//! case's name knows them.

/// The group of the reconciliations that end a suite.
const RECONCILIATION: &str = "reconciliation";

/// The name of the case that tells what was wrong with answers whatever they answered.
pub const EVERY_ANSWER: &str = "run/every-answer";

/// Groups that only the program names: reconciliations, waivers that are not in order, and what
/// stopped a run.
pub const GROUPS: [&str; 3] = [RECONCILIATION, "waiver", "run"];

/// The name of the reconciliation that ends a suite: `reconciliation/replay`.
pub fn reconciliation_of(suite: &str) -> String {
    format!("{RECONCILIATION}/{suite}")
}

/// The suite whose reconciliation a name is.
pub fn reconciled(name: &str) -> Option<&str> {
    name.strip_prefix(RECONCILIATION)?.strip_prefix('/')
}

/// The reserved group that a name is in.
pub fn group_of(name: &str) -> Option<&'static str> {
    let group = name.split('/').next()?;
    GROUPS.into_iter().find(|reserved| *reserved == group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_its_suite_and_back() {
        assert_eq!(reconciled(&reconciliation_of("replay")), Some("replay"));
        assert_eq!(reconciled("bank/reconciliation"), None);
        assert_eq!(reconciled("reconciliations/x"), None);
        assert_eq!(group_of("waiver/pay/change"), Some("waiver"));
        assert_eq!(group_of("bank/reconciliation"), None);
    }
}
