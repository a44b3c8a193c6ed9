//! What this program is made of: version, commit, and the hash of what it judges by.

use ikkm_harness::client::builtin as scenarios;
use ikkm_harness::suite::builtin;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// The commit that it was built from, where it was built in a checkout.
const COMMIT: &str = env!("IKKM_COMMIT");

/// `0.1.0`.
pub fn short() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// Version, commit, and the hashes of requirements and suites: what two people compare before they
/// compare results.
pub fn long() -> &'static str {
    static LONG: OnceLock<String> = OnceLock::new();
    LONG.get_or_init(|| {
        format!(
            "{}\ncommit        {COMMIT}\ndocument      v22\nrequirements  {}\nsuites        {}",
            short(),
            hash([ikkm_requirements::TEXT]),
            hash(builtin::DEVICE.iter().chain(scenarios::CLIENT).flat_map(|(name, text)| [*name, *text])),
        )
    })
}

/// The first twelve digits of the SHA-256 of some texts.
fn hash<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut all = Sha256::new();
    for text in texts {
        all.update(text.as_bytes());
        all.update([0]);
    }
    all.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
