//! A failure as a suite file: `run` takes it, fails the same way, and passes on a device that is
//! right.

use super::form::{Form, Written};
use super::operation::{Call, Card, KeyChoice, Operation};
use super::player::Step;
use super::search::Failure;
use crate::conditions::{Condition, ConditionName};
use crate::suite::expect::{Expectation, Shape};
use crate::text::{shown, yaml_quoted};
use ikkm_protocol::Params;
use ikkm_requirements::requirements;
use std::fmt::Write;

/// The text of a suite with one case that does what failed.
pub fn text(failure: &Failure) -> String {
    let finding = &failure.finding;
    let words = requirements().get(&finding.requirement).map_or("", |line| line.words.as_str());
    let mut out = format!(
        "# Found by fuzz with seed {}: {}{}{}.\n# Expected: {}\n# Found: {}\n",
        failure.seed,
        finding.requirement,
        if words.is_empty() { "" } else { ", the device " },
        words.replace('\n', " ").trim_end_matches('.'),
        shown(&finding.expected),
        shown(&finding.found)
    );
    let _ = write!(
        out,
        "about: A sequence that fuzz found{}\ncases:\n  - name: fuzz/seed-{}\n    requirements: [{}]\n    steps:\n",
        if failure.unshortened.is_none() { " and shortened" } else { "" },
        failure.seed,
        finding.requirement
    );
    let looks = |step: &Step| matches!(step.operation, Operation::Look | Operation::Glance);
    let looked = finding.at_end || failure.steps.last().is_some_and(looks);
    if looked && proof(failure).is_empty() && failure.steps.first().is_some_and(|first| !looks(first)) {
        // What the books hold at the end is told from where they stood before.
        out.push_str("      - {reconcile: all}\n");
    }
    write_proven(&mut out, failure);
    if proof(failure).is_empty() && !failure.steps.last().is_some_and(looks) {
        out.push_str("      - {reconcile: all}\n");
    }
    let undoing = undoing(&failure.steps);
    if !undoing.is_empty() {
        out.push_str("    afterwards:\n");
        undoing.iter().for_each(|undo| line(&mut out, undo));
    }
    out
}

/// The steps, and what shows it after them; what was printed and sent before the last of them is no concern of
/// that.
fn write_proven(out: &mut String, failure: &Failure) {
    let Failure { finding, steps, .. } = failure;
    let cites = &finding.requirement;
    let proof = proof(failure);
    let asks = |what: &str| proof.iter().any(|proof| proof.starts_with(&format!("observe: {what}")));
    let seen: Vec<&str> = ["tape", "online"].into_iter().filter(|what| asks(what)).collect();
    let apart = if seen.is_empty() { 0 } else { steps.len().saturating_sub(1) };
    let (before, rest) = steps.split_at(apart);
    write_steps(out, before, cites);
    if !before.is_empty() {
        seen.iter().for_each(|what| line(out, &format!("observe: {what}")));
    }
    write_steps(out, rest, cites);
    for proof in proof {
        // A look that only keeps something judges nothing.
        let judges = !proof.contains("save: ");
        line(out, &if judges { format!("{proof}, cites: {cites}") } else { proof.clone() });
    }
}

/// Refusals that drawer and clock decide, as the fuzzer does not always know them: for every device alike.
const OF_STATE: [&str; 3] = ["no-cash-in-pos", "shift-gt-24h", "shift-gt-7days"];

/// The steps that show a failure. Where it is open whether a request is refused, a right device may print or send
/// something else.
fn proof(failure: &Failure) -> Vec<&String> {
    let last = failure.steps.last().and_then(|step| step.expectation.as_ref());
    let refuses = |shape: &Shape| match shape {
        Shape::Refusal { reason, .. } => reason.as_deref().is_none_or(|reason| !OF_STATE.contains(&reason)),
        shape => matches!(shape, Shape::Refused | Shape::Unserved),
    };
    let takes = |shape: &Shape| !matches!(shape, Shape::Refused | Shape::Unserved | Shape::Refusal { .. });
    let open = last.is_some_and(|last| last.0.iter().any(refuses) && last.0.iter().any(takes));
    failure.finding.proof.iter().filter(|proof| !open || !proof.starts_with("observe:")).collect()
}

/// What puts back the session variables that the steps may have set (v22 §10.1).
fn undoing(steps: &[Step]) -> Vec<String> {
    let sets = |name: &str| {
        steps.iter().any(|step| match &step.operation {
            Operation::Call(call) if call.path.starts_with("/apicheck") || call.path == "/apimanage/" => call
                .params
                .iter()
                .any(|(of, value)| of == name && (name != "printHeader" || value != "clear")),
            _ => false,
        })
    };
    let undo =
        |name: &str, value: &str| format!("post: /apicheck/, with: {{{name}: {}}}", yaml_quoted(value));
    let mut all = Vec::new();
    for (set, name, value) in [
        ("printHeader", "printHeader", "clear"),
        ("ofdPacketMode", "ofdNormalMode", "true"),
        ("timersFast", "timersNormal", "true"),
        ("keepLanPrinter", "closeLanPrinter", "true"),
        ("setPrintMode", "setPrintMode", "internal-printer"),
    ] {
        all.extend(sets(set).then(|| undo(name, value)));
    }
    // Nothing but a restart ends these.
    if sets("Lockhost") || sets("disableWebMgmt") {
        all.push("act: power-cycle".to_owned());
    }
    all
}

/// The steps of what failed, a line each, as they stand in the suite.
pub fn steps(failure: &Failure) -> Vec<String> {
    let mut out = String::new();
    write_proven(&mut out, failure);
    out.lines().map(|line| line.trim().trim_start_matches("- ").to_owned()).collect()
}

/// How many operations the steps are, where the same one several times in a row is one.
pub fn count(failure: &Failure) -> usize {
    failure.steps.chunk_by(same).map(written_as).sum()
}

/// How many lines equal steps in a row are: two stay two, more are one with `times`.
fn written_as(alike: &[Step]) -> usize {
    if alike.len() > 2 { 1 } else { alike.len() }
}

/// Which of them shows the failure, from 1.
pub fn shown_by(failure: &Failure) -> usize {
    let until = failure.steps.len().min(failure.finding.step + 1);
    failure.steps.get(..until).unwrap_or_default().chunk_by(same).map(written_as).sum::<usize>().max(1)
}

/// The same request, which may stand in a suite once with `times`.
fn same(one: &Step, other: &Step) -> bool {
    let plain = |call: &Call| !call.lost && call.under.is_none() && call.key == KeyChoice::Current;
    matches!(&one.operation, Operation::Call(call) if plain(call)) && one == other
}

/// Each step; one that comes several times in a row says how often.
fn write_steps(out: &mut String, steps: &[Step], cites: &str) {
    for alike in steps.chunk_by(same) {
        match alike {
            [Step { operation: Operation::Call(call), expectation, .. }, _, _, ..] => {
                let one = call_step(call, expectation.as_ref(), cites);
                line(out, &format!("{one}, times: {}", alike.len()));
            }
            one => one.iter().for_each(|step| write_step(out, step, cites)),
        }
    }
}

pub(crate) fn write_step(out: &mut String, step: &Step, cites: &str) {
    match &step.operation {
        Operation::Call(call) => {
            if let Some(condition) = call.under {
                line(out, &establish(condition));
            }
            line(out, &call_step(call, step.expectation.as_ref(), cites));
            if let Some(condition) = call.under {
                line(out, &format!("clear: {}", condition.name()));
            }
            if let Some(again) = asked_again(call, step, cites) {
                line(out, &again);
            }
        }
        Operation::Wait(seconds) => {
            // A step waits a day at the most.
            let mut left = *seconds;
            while left > 0 {
                let part = left.min(86_400);
                line(out, &format!("wait: {part}"));
                left -= part;
            }
        }
        Operation::Restart => line(out, "act: power-cycle"),
        Operation::Look | Operation::Glance => line(out, "reconcile: all"),
        Operation::Receipt(_) => line(out, "get: /dump/transaction/<fresh-key>, expect: anything"),
        Operation::Card(card) => {
            let Card { message, amount, track, success, meanwhile } = card;
            let word = if *success { "success" } else { "fail" };
            line(
                out,
                &format!(
                    "get: \"/apibank/?message={message}&amount={amount}&trackdocument={track}\", expect: 200 bank-is-opened 0, cites: BANK-1"
                ),
            );
            line(out, &format!("get: {meanwhile}, expect: \"-2\", cites: BANK-2"));
            line(out, &format!("act: finish-bank, result: {word}"));
            line(out, &format!("get: /dump/bank/{track}/trackdocument, expect: document, cites: BANK-3"));
        }
        Operation::Establish(condition) => line(out, &establish(*condition)),
        Operation::Clear(name) => line(out, &format!("clear: {name}")),
        Operation::Repeat => {}
    }
}

fn line(out: &mut String, inner: &str) {
    let _ = writeln!(out, "      - {{{inner}}}");
}

fn establish(condition: Condition) -> String {
    match condition.code() {
        Some(code) => format!("establish: {}, code: {code}", condition.name()),
        None => format!("establish: {}", condition.name()),
    }
}

/// A lost answer is asked for again: for the device that is the same request a second time.
fn asked_again(call: &Call, step: &Step, cites: &str) -> Option<String> {
    let allowed = step.expectation.as_ref().filter(|_| call.lost)?;
    let succeeds = |shape: &Shape| matches!(shape, Shape::Registered);
    let (key, expectation) = if !allowed.0.iter().any(succeeds) {
        (KeyChoice::Current, allowed.clone())
    } else if allowed.0.iter().all(succeeds) {
        (KeyChoice::Previous, Expectation(vec![Shape::Repeated]))
    } else if step.registered {
        (KeyChoice::Previous, Expectation(vec![Shape::Repeated, Shape::Refused]))
    } else {
        return None;
    };
    Some(call_step(&Call { key, ..call.clone() }, Some(&expectation), cites))
}

fn call_step(call: &Call, expectation: Option<&Expectation>, cites: &str) -> String {
    let mut fields = Vec::new();
    let filled_in = call.params.iter().any(|(_, value)| value.starts_with('<'));
    let params = Params(call.params.clone());
    let method = call.method().as_str().to_lowercase();
    let plain = matches!(call.form(), Form::Query | Form::Body) && !call.doubled();
    if call.params.is_empty() {
        fields.push(format!("{method}: {}", call.path));
    } else if plain || filled_in {
        fields.push(format!("{method}: {}", call.path));
        let with: Vec<String> =
            call.params.iter().map(|(name, value)| format!("{name}: {}", yaml_quoted(value))).collect();
        fields.push(format!("with: {{{}}}", with.join(", ")));
    } else {
        match call.form().write(&params, Some("<key>")) {
            Written::Query(query) => {
                fields.push(format!("get: {}", yaml_quoted(&format!("{}?{query}", call.path))));
            }
            Written::Body { query, kind, body } => {
                let joint = if query.is_empty() { "" } else { "?" };
                fields.push(format!("post: {}", yaml_quoted(&format!("{}{joint}{query}", call.path))));
                fields.push(format!("content-type: {}", yaml_quoted(&kind)));
                fields.push(format!("body: {}", yaml_quoted(&body)));
            }
            Written::Plain => {}
        }
    }
    if call.elsewhere {
        fields.push("from: second".to_owned());
    }
    if call.key != KeyChoice::Current {
        fields.push(format!("key: {}", call.key.name()));
    }
    let unheard = Expectation(vec![Shape::NoAnswer]);
    // Nothing listens while the web API is off, whatever else was to be seen.
    let off = call.under.is_some_and(|condition| condition.name() == ConditionName::ApiOff);
    if let Some(expectation) = expectation.or(off.then_some(&unheard)) {
        let shapes: Vec<String> = expectation.0.iter().map(shape).collect();
        fields.push(format!("expect: {}", yaml_quoted(&shapes.join(" or "))));
        fields.push(format!("cites: {cites}"));
    }
    fields.join(", ")
}

/// A shape as the suite language writes it.
fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Registered => "registered".to_owned(),
        Shape::Repeated => "repeated".to_owned(),
        Shape::Done => "done".to_owned(),
        Shape::Refused => "refused".to_owned(),
        Shape::Unserved => "unserved".to_owned(),
        Shape::Success => "success".to_owned(),
        Shape::Document => "document".to_owned(),
        Shape::NoAnswer => "no-answer".to_owned(),
        // The ledger speaks neither of headers nor of documents' contents.
        Shape::Anything | Shape::Json { .. } | Shape::Header { .. } => "anything".to_owned(),
        Shape::Refusal { code, reason: Some(reason) } => format!("{code} {reason}"),
        Shape::Refusal { code, reason: None } => code.to_string(),
        Shape::Literal { status, reason, body } => format!("{status} {reason} {body}"),
    }
}
