//! A difference as a suite: `run` passes it on the device that is right, or on the old one where nothing is
//! right or wrong, and fails it on the other.

use super::conclusion::{Told, Why};
use super::search::Short;
use super::together::Which;
use crate::fuzz::operation::{Call, Operation};
use crate::fuzz::player::Step;
use crate::fuzz::suite_file::write_step;
use crate::suite::expect::{Expectation, Shape};
use crate::text::{one_line, shown};
use ikkm_requirements::requirements;
use std::fmt::Write;

/// The text of a suite with one case: the shortest sequence that shows the difference.
pub fn text(number: usize, told: &Told) -> String {
    let Some(short) = told.shortest() else { return String::new() };
    let cites = told.why.line();
    let words = requirements().get(cites).map_or("", |line| line.words.as_str());
    let place = short.of.kinds.first().map_or("", |kind| kind.place.as_str());
    let mut out = format!(
        "# Two devices side by side: {}\n# The new one: {}\n# The old one: {}\n# {cites}: the device {}\n",
        shown(place),
        one_line(&shown(&short.new)),
        one_line(&shown(&short.old)),
        one_line(words),
    );
    let _ = write!(
        out,
        "about: What two devices do otherwise, shortened\ncases:\n  - name: against/difference-{number}\n    requirements: [{cites}]\n    steps:\n"
    );
    let steps = steps(short, &told.why);
    for step in &steps {
        write_step(&mut out, step, cites);
    }
    let looks = |step: &Step| matches!(step.operation, Operation::Look | Operation::Glance);
    if !steps.last().is_some_and(looks) {
        out.push_str("      - {reconcile: all}\n");
    }
    out
}

/// The steps, a line each.
pub fn lines(told: &Told) -> Vec<String> {
    let Some(short) = told.shortest() else { return Vec::new() };
    let mut out = String::new();
    for step in &steps(short, &told.why) {
        write_step(&mut out, step, told.why.line());
    }
    out.lines().map(|line| line.trim().trim_start_matches("- ").to_owned()).collect()
}

/// The steps with what the device that is right was allowed to answer; where nobody is wrong, the last one
/// with what the old one did.
fn steps(short: &Short, why: &Why) -> Vec<Step> {
    let judged = match why {
        Why::Breaks { which: Which::Old, .. } => &short.judged_new,
        _ => &short.judged_old,
    };
    let mut steps = judged.steps.clone();
    if steps.is_empty() {
        let plain = |operation: &Operation| Step {
            operation: operation.clone(),
            expectation: None,
            registered: false,
        };
        steps = short.operations.iter().map(plain).collect();
    }
    let open = !matches!(why, Why::Breaks { .. });
    if open && let Some(shape) = shape(&short.old) {
        let shows = |step: &&mut Step| match (&step.operation, &short.shown_by) {
            (Operation::Call(call), Some(Operation::Call(other))) => same(call, other),
            _ => false,
        };
        if let Some(step) = steps.iter_mut().rev().find(shows) {
            step.expectation = Some(Expectation(vec![shape]));
        }
    }
    steps
}

fn same(one: &Call, other: &Call) -> bool {
    one.path == other.path && one.key == other.key
}

/// What the old device answered, as a suite expects it.
fn shape(said: &str) -> Option<Shape> {
    let (status, rest) = said.split_once([' ', ','])?;
    match status {
        "200" if said.ends_with("a fresh key") => Some(Shape::Registered),
        "200" if said.ends_with("the current key") => Some(Shape::Done),
        "200" if said.ends_with("a document") => Some(Shape::Document),
        "400" => {
            let (reason, code) = rest.trim().rsplit_once(' ')?;
            let code = code.parse().ok()?;
            Some(Shape::Refusal { code, reason: (!reason.contains(' ')).then(|| reason.to_owned()) })
        }
        _ => None,
    }
}
