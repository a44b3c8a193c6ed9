//! The pages of what the emulator can be: conditions of its bench, personalities, mutants.

use super::{code, head, plain};
use crate::cli::explain::Known;
use ikkm_harness::bench::operator::in_words;
use ikkm_harness::bench::{BenchAction, ConditionName};
use ikkm_harness::device::effects::Effect;
use std::fmt::Write;

/// Conditions and actions, with what a person is asked for and what they need.
pub fn conditions() -> String {
    let about = "What a bench brings about or does. The control port of the emulator takes them by name, \
                 `establish:`, `clear:` and `act:` in a suite, too; [Writing a bench](../writing-a-bench.md) has \
                 the messages. `blocked` takes the tax committee's code, `advance-clock` seconds, `finish-bank` \
                 a result.";
    let mut out = head("Conditions and actions", about);
    out += "\n## Conditions\n\n| name | a person is asked to | needs on a device |\n|---|---|---|\n";
    for name in ConditionName::ALL {
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            code(name.as_str()),
            plain(in_words(name)),
            needs(name.effect())
        );
    }
    out += "\n## Actions\n\n| name | needs on a device |\n|---|---|\n";
    for action in [
        BenchAction::AdvanceClock(0),
        BenchAction::PowerCycle,
        BenchAction::FactoryReset,
        BenchAction::FinishBank { success: true },
    ] {
        let _ = writeln!(out, "| {} | {} |", code(action.name()), needs(action.effect()));
    }
    out += "\n## Effects that are granted\n\n`--allow` takes these words; `all` is print, fiscal, shift, bank and \
            manage.\n\n";
    for effect in Effect::ALL {
        let _ = writeln!(out, "- {}", code(effect.as_str()));
    }
    out
}

fn needs(effect: Option<Effect>) -> String {
    effect.map_or("nothing".to_owned(), |effect| code(&format!("--allow {}", effect.as_str())))
}

/// The personalities.
pub fn personalities(known: &Known) -> String {
    let about = "Each is a register that conforms and answers what the document leaves open in its own way; what \
                 works with all of them works. `emulate --personality NAME` runs one.";
    let mut out = head("Personalities", about);
    out += "\n| name | what it does | serial | firmware |\n|---|---|---|---|\n";
    for one in &known.personalities {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            code(one.name),
            plain(one.about),
            one.serial,
            one.firmware
        );
    }
    out
}

/// The mutants by chapter.
pub fn mutants(known: &Known) -> String {
    let about = "A mutant is the emulator with a fault of firmware seeded. `qualify` runs the suites against each; \
                 `emulate --defect NAME` lets you meet one. *How it shows* says what somebody would have to look at.";
    let mut out = head("Mutants", about);
    let mut chapter = "";
    for one in &known.defects {
        let of = one.name.split('/').next().unwrap_or_default();
        if of != chapter {
            chapter = of;
            let _ = writeln!(out, "\n## {of}\n");
            out += "| name | what goes wrong | breaks | how it shows |\n|---|---|---|---|\n";
        }
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            code(one.name),
            plain(one.about),
            one.requirements.join(", "),
            plain(one.seen)
        );
    }
    out
}
