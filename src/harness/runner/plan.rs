//! What a case needs before anything is sent: effects, bench, a second address.

use crate::bench::Hello;
use crate::device::effects::{Effect, Grants, effects_of};
use crate::suite::model::{Action, Case, KeyUse, Send};
use ikkm_protocol::{Params, WireRequest};
use std::collections::BTreeSet;

/// The effects that a case may have on a device, its fixtures' among them.
pub fn effects(case: &Case) -> BTreeSet<Effect> {
    let mut effects = BTreeSet::new();
    for step in case.steps.iter().chain(&case.afterwards) {
        match &step.action {
            Action::Send(_) | Action::Together(_) => {
                let requests = step.action.requests();
                effects.extend(requests.iter().flat_map(|send| effects_of(&sample_request(send))));
                if requests.len() > 1 || requests.iter().any(|send| send.hasty) {
                    effects.insert(Effect::Concurrency);
                }
            }
            Action::Establish(condition) => effects.extend(condition.name().effect()),
            Action::Act(action) => effects.extend(action.effect()),
            _ => {}
        }
    }
    let given = &case.given;
    if given.drawer.is_some()
        || given.drawer_at_least.is_some()
        || given.shift_open == Some(true)
        || given.included_tax
        || given.taxed
    {
        effects.insert(Effect::Fiscal);
    }
    if given.shift_open == Some(false) {
        effects.insert(Effect::Shift);
    }
    effects
}

/// A request like the one that a step will send, with something in place of what only the device can
/// fill in.
pub(super) fn sample_request(send: &Send) -> WireRequest {
    let dummy = |_: &str| Some("0".to_owned());
    let fill = |template: &crate::suite::template::Template| template.fill(dummy).unwrap_or_default();
    let mut params = Params::new();
    if send.key != KeyUse::None {
        params.push("key", "00000000");
    }
    for (name, value) in &send.params {
        params.push(name.clone(), fill(value));
    }
    match &send.body {
        None => WireRequest::new(send.method, &fill(&send.path), &params),
        Some((kind, body)) => WireRequest {
            method: send.method,
            target: fill(&send.path),
            content_type: Some(kind.clone()),
            body: fill(body).into_bytes(),
        },
    }
}

/// Why a case cannot run here, with what would let it; `None` when it can.
pub fn missing(case: &Case, grants: &Grants, bench: &Hello, second_address: bool) -> Option<String> {
    let refused: Vec<String> = effects(case)
        .into_iter()
        .filter(|effect| !grants.admits(*effect))
        .map(|effect| effect.to_string())
        .collect();
    if !refused.is_empty() {
        return Some(format!("needs --allow {}", refused.join(",")));
    }
    let can = |list: &[String], name: &str| list.iter().any(|known| known == name);
    for step in &case.steps {
        let lacks = match &step.action {
            Action::Establish(condition) if !can(&bench.conditions, condition.name().as_str()) => {
                Some(format!("condition `{}`", condition.name()))
            }
            Action::Act(action) if !can(&bench.actions, action.name()) => {
                Some(format!("action `{}`", action.name()))
            }
            Action::Observe(what) if !can(&bench.observations, what.as_str()) => {
                Some(format!("observation `{}`", what.as_str()))
            }
            Action::Send(send) if send.second_address && !second_address => {
                return Some("needs a second local address: --second-address ADDR".to_owned());
            }
            _ => None,
        };
        if let Some(what) = lacks {
            return Some(format!("needs a test bench with the {what}: --bench …"));
        }
    }
    None
}
