//! What this program is made of: version, commit, and the hash of what it judges by.

use ikkm_harness::client::builtin as scenarios;
use ikkm_harness::suite::builtin;
use ikkm_harness::text::with_digits;
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
            requirements(),
            suites(),
        )
    })
}

/// Version and commit, as results tell them.
pub fn program() -> String {
    format!("ikkm-conformance {} ({COMMIT})", short())
}

/// The hash of the requirements.
pub fn requirements() -> String {
    hash([ikkm_requirements::TEXT])
}

/// The hash of the built-in suites.
pub fn suites() -> String {
    hash(builtin::DEVICE.iter().chain(scenarios::CLIENT).flat_map(|(name, text)| [*name, *text]))
}

/// The command line as it was given; whatever looks like a key is left out.
pub fn command_line() -> String {
    let arguments = std::env::args_os().skip(1).map(|one| hidden(&one.to_string_lossy()));
    std::iter::once("ikkm-conformance".to_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// The text with each run of eight digits, which may be a key, left out.
fn hidden(text: &str) -> String {
    with_digits(text, |digits| if digits.len() == 8 { "<key>" } else { digits }.into())
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

#[cfg(test)]
mod tests {
    #[test]
    fn a_command_line_is_told_without_its_key() {
        let told = super::hidden("--key=12345678 --target http://127.0.0.1:8080");
        assert_eq!(told, "--key=<key> --target http://127.0.0.1:8080");
    }
}
