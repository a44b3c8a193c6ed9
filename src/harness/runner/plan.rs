//! What a case needs before anything is sent: effects, bench, a second address.

use crate::bench::Hello;
use crate::device::effects::{Effect, Grants, effects_of};
use crate::suite::model::{Case, StepAction};
use std::collections::BTreeSet;

/// The effects that a case may have on a device, its fixtures' among them.
pub fn effects(case: &Case) -> BTreeSet<Effect> {
    let mut effects = BTreeSet::new();
    for step in case.steps.iter().chain(&case.afterwards) {
        match &step.action {
            StepAction::Send(_) | StepAction::Together(_) => {
                let requests = step.action.requests();
                effects.extend(requests.iter().flat_map(|send| effects_of(&send.sample)));
                if requests.len() > 1 || requests.iter().any(|send| send.unpaced) {
                    effects.insert(Effect::Concurrency);
                }
            }
            StepAction::Establish(condition) => effects.extend(condition.name().effect()),
            StepAction::Act(action) => effects.extend(action.effect()),
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
            StepAction::Establish(condition) if !can(&bench.conditions, condition.name().as_str()) => {
                Some(format!("condition `{}`", condition.name()))
            }
            StepAction::Act(action) if !can(&bench.actions, action.name()) => {
                Some(format!("action `{}`", action.name()))
            }
            StepAction::Observe(what) if !can(&bench.observations, what.as_str()) => {
                Some(format!("observation `{}`", what.as_str()))
            }
            StepAction::Send(send) if send.second_address && !second_address => {
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
