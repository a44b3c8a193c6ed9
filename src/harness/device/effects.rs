//! What a request could do to a device, and what a run was granted.
//!
//! The effect follows what a *faulty* device might make of a request, not the refusal that a case
//! expects: so an unknown path counts as fiscal, and a parameter counts wherever it stands, in any
//! case. This is the one place where that is decided.

use ikkm_protocol::{Params, WireRequest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A class of effects, the more dangerous ones last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Nothing but an answer.
    Read,
    /// Paper, or a beep.
    Print,
    /// A device that works otherwise until it restarts.
    Manage,
    /// A card transaction.
    Bank,
    /// A closed shift.
    Shift,
    /// Receipts, cash in or out: the fiscal memory.
    Fiscal,
    /// Other firmware.
    Update,
    /// Documents destroyed.
    Wipe,
    /// More than one request at a time, or a second.
    Concurrency,
}

impl Effect {
    /// All of them, the more dangerous ones last.
    pub const ALL: [Effect; 9] = [
        Effect::Read,
        Effect::Print,
        Effect::Manage,
        Effect::Bank,
        Effect::Shift,
        Effect::Fiscal,
        Effect::Update,
        Effect::Wipe,
        Effect::Concurrency,
    ];

    /// The word for `--allow`.
    pub fn as_str(self) -> &'static str {
        match self {
            Effect::Read => "read",
            Effect::Print => "print",
            Effect::Manage => "manage",
            Effect::Bank => "bank",
            Effect::Shift => "shift",
            Effect::Fiscal => "fiscal",
            Effect::Update => "update",
            Effect::Wipe => "wipe",
            Effect::Concurrency => "concurrency",
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// No effect has that name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no effect {name:?}{}: use read, print, manage, bank, shift, fiscal, update, wipe, concurrency or all",
    .meant.as_ref().map(|meant| format!(", perhaps {meant:?} was meant")).unwrap_or_default())]
pub struct UnknownEffect {
    /// The name as given.
    pub name: String,
    /// The nearest name, if one is near.
    pub meant: Option<&'static str>,
}

impl FromStr for Effect {
    type Err = UnknownEffect;

    fn from_str(name: &str) -> Result<Effect, UnknownEffect> {
        Effect::ALL.into_iter().find(|effect| effect.as_str() == name).ok_or_else(|| {
            let words = Effect::ALL.iter().map(|effect| effect.as_str()).chain([ALL]);
            let meant = words.map(|word| (strsim::damerau_levenshtein(word, name), word)).min();
            UnknownEffect {
                name: name.to_owned(),
                meant: meant.filter(|(distance, _)| *distance <= 2).map(|(_, word)| word),
            }
        })
    }
}

/// The word that grants everything but `update`, `wipe` and `concurrency`.
const ALL: &str = "all";

/// The effects that a run may have; reading is always among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grants(BTreeSet<Effect>);

impl Grants {
    /// Reading alone: what a device gets without `--allow`.
    pub fn reading() -> Grants {
        Grants(BTreeSet::from([Effect::Read]))
    }

    /// Everything: for the embedded emulator, whose receipts nobody keeps.
    pub fn everything() -> Grants {
        Grants(BTreeSet::from(Effect::ALL))
    }

    /// The same with one effect more.
    pub fn with(mut self, effect: Effect) -> Grants {
        self.0.insert(effect);
        self
    }

    /// Whether requests with that effect may be sent.
    pub fn admits(&self, effect: Effect) -> bool {
        self.0.contains(&effect)
    }

    /// The most dangerous effect of the request that was not granted.
    pub fn missing(&self, request: &WireRequest) -> Option<Effect> {
        effects_of(request).into_iter().rev().find(|effect| !self.admits(*effect))
    }
}

impl FromStr for Grants {
    type Err = UnknownEffect;

    /// Reads `print,fiscal`, with `all` for everything but the three that want their own names.
    fn from_str(list: &str) -> Result<Grants, UnknownEffect> {
        let mut grants = Grants::reading();
        for name in list.split(',').map(str::trim) {
            if name == ALL {
                grants.0.extend(Effect::ALL.into_iter().filter(|effect| *effect < Effect::Update));
            } else {
                grants.0.insert(name.parse()?);
            }
        }
        Ok(grants)
    }
}

/// The most dangerous thing that the request could do.
pub fn effect_of(request: &WireRequest) -> Effect {
    effects_of(request).into_iter().next_back().unwrap_or(Effect::Fiscal)
}

/// Everything that the request could do: each of these must be granted.
pub fn effects_of(request: &WireRequest) -> BTreeSet<Effect> {
    let path = request.path();
    // `/api` and `/api/` are the same to every router; anything else that differs may not be.
    let (of_path, family) = path_effect(path.strip_suffix('/').unwrap_or(path));
    let mut effects = BTreeSet::from([of_path]);
    let Params(params) = request.params();
    for (name, _) in &params {
        let known = parameter_effect(&name.to_ascii_lowercase());
        effects.extend(known.or_else(|| family.of_unknown(name)));
    }
    if !request.body.is_empty() && !is_form(request) {
        // Whatever stands in it, a device may read parameters out of it.
        effects.insert(if family == Family::Manage { Effect::Update } else { Effect::Manage });
    }
    effects
}

fn is_form(request: &WireRequest) -> bool {
    request.content_type.as_deref().is_some_and(|kind| kind.starts_with(ikkm_protocol::request::FORM))
}

/// What an unknown parameter may do depends on where it is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Check,
    Manage,
    Other,
}

impl Family {
    fn of_unknown(self, name: &str) -> Option<Effect> {
        let harmless = matches!(name, "key" | "show" | "getPrintMode");
        (self != Family::Other && !harmless).then_some(Effect::Manage)
    }
}

fn path_effect(path: &str) -> (Effect, Family) {
    match path {
        "/apicheck" | "/apicheck/getInfo" => (Effect::Read, Family::Check),
        "/apicheck/printLastDocument" => (Effect::Print, Family::Check),
        "/apimanage" => (Effect::Manage, Family::Manage),
        "/apiprint" | "/apixreport" => (Effect::Print, Family::Other),
        "/apizreport" => (Effect::Shift, Family::Other),
        "/apibank" => (Effect::Bank, Family::Other),
        _ if is_dump(path) => (Effect::Read, Family::Other),
        _ => (Effect::Fiscal, Family::Other),
    }
}

/// `/dump/…` in plain segments: no escapes, no dots, no doubled slash, which could lead elsewhere.
fn is_dump(path: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    path.strip_prefix("/dump/").is_some_and(|rest| rest.split('/').all(plain))
}

/// What a known parameter may do on whatever path; `name` in lower case.
fn parameter_effect(name: &str) -> Option<Effect> {
    Some(match name {
        "sale" | "buy" | "salereturn" | "buyreturn" => Effect::Fiscal,
        "doupdate" => Effect::Update,
        "beep" | "printlastdocument" => Effect::Print,
        "doreboot" | "timersfast" | "timersnormal" | "keeplanprinter" | "closelanprinter"
        | "setprintmode" | "ofdpacketmode" | "ofdnormalmode" | "pushtheque" | "disablewebmgmt"
        | "lockhost" | "printheader" => Effect::Manage,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
