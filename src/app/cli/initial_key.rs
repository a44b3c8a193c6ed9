//! Where a device's journal is, and which key a run begins with.

use super::CliError;
use super::target::TargetArgs;
use ikkm_harness::device::journal::{Chain, Journal, JournalError, default_path};
use ikkm_protocol::Key;
use reqwest::Url;
use std::net::{IpAddr, ToSocketAddrs};
use std::path::PathBuf;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The key that a run begins with.
#[derive(Debug, PartialEq, Eq)]
pub struct FirstKey {
    /// The key to begin with.
    pub key: Key,
    /// The key given, where the journal's is tried before it.
    pub fallback: Option<Key>,
    /// What to tell the user.
    pub notice: Option<String>,
}

/// Opens the journal of the device at `target`.
///
/// # Errors
/// Exit 2 where no place can be told, 3 where another run holds it or it cannot be used.
pub fn open_journal(args: &TargetArgs, target: &str) -> Result<Journal, CliError> {
    let path = match &args.state {
        Some(path) => path.clone(),
        None => default_place(target)?,
    };
    Journal::open(&path, target, &now()).map_err(not_carried_out)
}

/// The device has told its serial number: its journal is gone on with, at whatever address it was kept, and
/// no other run may be at it. `true` where that is another journal than the address's. What `--state` names
/// is the user's choice and stays.
///
/// # Errors
/// Exit 3 where another run is at the device, or the journal cannot be used.
pub fn follow_device(
    journal: Option<&mut Journal>,
    args: &TargetArgs,
    target: &str,
    serial: Option<&str>,
) -> Result<bool, CliError> {
    match (journal, serial) {
        (Some(journal), Some(serial)) if args.state.is_none() => {
            journal.follow(&default_place(target)?, serial, target, &now()).map_err(not_carried_out)
        }
        (Some(journal), serial) => journal.claim(serial).map(|()| false).map_err(not_carried_out),
        (None, _) => Ok(false),
    }
}

fn now() -> String {
    // The year is far from where the format ends.
    OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default()
}

fn not_carried_out(error: JournalError) -> CliError {
    CliError::NotCarriedOut(error.to_string())
}

fn default_place(target: &str) -> Result<PathBuf, CliError> {
    let url = Url::parse(target).map_err(|error| {
        CliError::Usage(format!("`{target}` is no URL: {error}; write http://ADDRESS:8080"))
    })?;
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let host = url.host_str().unwrap_or("device");
    let port = url.port_or_known_default().unwrap_or(80);
    let place = |host: &str| {
        default_path(host, port, folder("XDG_STATE_HOME"), folder("HOME")).ok_or_else(|| {
            let why = "there is no state folder (neither XDG_STATE_HOME nor HOME is set)";
            CliError::Usage(format!("{why}, so the key chain cannot be kept: pass --state FILE"))
        })
    };
    let (named, resolved) = (place(host)?, place(&resolved(host, port))?);
    if named != resolved && named.exists() && !resolved.exists() {
        // Earlier versions kept it by the name: its keys are this device's.
        std::fs::rename(&named, &resolved).map_err(|error| {
            CliError::NotCarriedOut(format!("cannot rename the journal {}: {error}", named.display()))
        })?;
    }
    Ok(resolved)
}

/// The address that a name stands for, so that two names of one device have one journal; the name
/// itself where it stands for none.
fn resolved(host: &str, port: u16) -> String {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let Ok(addresses) = (bare, port).to_socket_addrs() else { return host.to_owned() };
    let addresses: Vec<IpAddr> = addresses.map(|address| address.ip()).collect();
    let first = addresses.iter().find(|address| address.is_ipv4()).or(addresses.first());
    first.map_or_else(|| host.to_owned(), |address| address.to_string())
}

/// Chooses between the key given and the journal's; `None` when there is neither.
pub fn first_key(chain: &Chain, given: Option<Key>) -> Option<FirstKey> {
    let plainly = |key| FirstKey { key, fallback: None, notice: None };
    match (chain.current.clone(), given) {
        (None, given) => given.map(plainly),
        (Some(known), None) => Some(plainly(known)),
        (Some(known), Some(given)) if known == given => Some(plainly(known)),
        (Some(known), Some(given)) if chain.is_spent(&given) => Some(FirstKey {
            key: known,
            fallback: Some(given),
            notice: Some("the key given was spent by an earlier run: the journal's is used".to_owned()),
        }),
        // An open operation is settled with the key that it was sent with.
        (Some(known), Some(given)) if chain.open.is_some() => {
            Some(FirstKey { key: known, fallback: Some(given), notice: None })
        }
        (Some(_), Some(given)) => Some(plainly(given)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_harness::device::journal::{JournalEntry, Record};
    use ikkm_protocol::{Method, WireRequest};

    fn key(text: &str) -> Key {
        Key::parse(text).unwrap()
    }

    fn begins(chain: &Chain, given: Option<&str>) -> Option<(String, bool, bool)> {
        let first = first_key(chain, given.map(key))?;
        Some((first.key.as_str().to_owned(), first.fallback.is_some(), first.notice.is_some()))
    }

    #[test]
    fn a_spent_key_gives_way_to_the_journals() {
        let mut chain = Chain::default();
        assert_eq!(begins(&chain, None), None);
        assert_eq!(begins(&chain, Some("00000001")), Some(("00000001".into(), false, false)));
        for key in ["00000001", "00000002"] {
            chain.apply(&Record::Key { key: key.into() });
        }
        assert_eq!(begins(&chain, None), Some(("00000002".into(), false, false)));
        assert_eq!(begins(&chain, Some("00000002")), Some(("00000002".into(), false, false)));
        assert_eq!(begins(&chain, Some("00000001")), Some(("00000002".into(), true, true)));
        assert_eq!(begins(&chain, Some("00000009")), Some(("00000009".into(), false, false)));
        let request = WireRequest::bare(Method::Get, "/api/?key=00000002&sale=1");
        chain.apply(&Record::Sent(JournalEntry::new(1, &request, None)));
        assert_eq!(begins(&chain, Some("00000009")), Some(("00000002".into(), true, false)));
    }
}
