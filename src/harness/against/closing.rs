//! What a person reads when the cases of two devices were compared: which cases differ, what is alike, and what to
//! do about it.

use super::cases::SAME_ON_BOTH;
use crate::runner::outcome::{CaseResult, FindingGroup, RunResult, Verdict};
use crate::text::{clip, one_line, shown};
use ikkm_requirements::requirements;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// Differences told with everything; the others get a line, and the reports have all.
const MOST_TOLD: usize = 8;
/// Cases named of one difference.
const MOST_CASES: usize = 4;
/// Characters of what a device said.
const LONGEST: usize = 300;

/// The closing words of a comparison.
pub fn closing(result: &RunResult, written: &[PathBuf]) -> String {
    let mut out = String::new();
    for (at, group) in result.groups.iter().enumerate() {
        match at < MOST_TOLD {
            true => told(&mut out, at + 1, group),
            false => {
                let (cases, first) = cases(group);
                let _ = writeln!(out, "{:>2} {}  {cases}: {first}", at + 1, one_line(&group.requirement));
            }
        }
    }
    let of = |verdict: Verdict| result.cases.iter().filter(move |case| case.verdict == verdict);
    let differ = of(Verdict::Fail).count();
    let wrong_on_both = of(Verdict::Pass).filter(|case| said(case).starts_with(SAME_ON_BOTH)).count();
    let _ = writeln!(out, "{}, firmware {}", shown(&result.target), firmware(result));
    let _ = write!(
        out,
        "{}: {differ} differ, {} are alike",
        counted(result.cases.len()),
        of(Verdict::Pass).count()
    );
    if wrong_on_both > 0 {
        let _ = write!(out, " ({wrong_on_both} of them do not pass, in the same way on both)");
    }
    let _ = writeln!(
        out,
        ", {} could not be compared, {} do not apply",
        of(Verdict::Inconclusive).count(),
        of(Verdict::NotApplicable).count()
    );
    let mut unclear: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for case in of(Verdict::Inconclusive) {
        unclear.entry(clip(&one_line(said(case)), 120)).or_default().push(&case.name);
    }
    for (why, names) in &unclear {
        let more = names.len().saturating_sub(MOST_CASES);
        let names: Vec<String> = names.iter().take(MOST_CASES).map(|name| one_line(name)).collect();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let _ = writeln!(out, "  not compared: {}{more}: {}", names.join(", "), shown(why));
    }
    for remark in &result.remarks {
        let _ = writeln!(out, "note: {}", shown(remark));
    }
    for path in written {
        let _ = writeln!(out, "report: {}", path.display());
    }
    let first = of(Verdict::Fail).next();
    let _ = match (&result.stopped, first) {
        (Some(why), _) => writeln!(
            out,
            "the comparison ended early: {}\nnext: see that what stopped it answers as it should, then compare again",
            shown(why)
        ),
        (None, None) if of(Verdict::Pass).count() == 0 => writeln!(out, "nothing was compared"),
        (None, None) => writeln!(out, "the two devices do alike in all that was compared"),
        (None, Some(case)) => writeln!(
            out,
            "the new device does otherwise in {}\nnext: say of each difference whether it is meant; what is not, goes back to the firmware's makers with the page, which has its exchanges; play one again with `--case '{}'`; `fuzz --against` makes each as short as it goes",
            counted(differ),
            one_line(&case.name)
        ),
    };
    out
}

/// One difference with everything.
fn told(out: &mut String, number: usize, group: &FindingGroup) {
    let id = one_line(&group.requirement);
    let words = requirements().get(&group.requirement).map_or("", |line| line.words.as_str());
    let _ = writeln!(out, "{number:>2} near {id}: {}", shown(&clip(words, LONGEST)));
    if !group.others.is_empty() {
        let others: Vec<String> = group.others.iter().take(MOST_TOLD).map(|id| one_line(id)).collect();
        let _ = writeln!(out, "    and    {}", others.join(", "));
    }
    let (cases, first) = cases(group);
    let _ = writeln!(out, "    in     {cases}: {first}");
    let _ = writeln!(out, "    new    {}", shown(&clip(&one_line(&group.found), LONGEST)));
    let _ = writeln!(out, "    old    {}\n", shown(&clip(&one_line(&group.expected), LONGEST)));
}

/// How many cases show it, and the first of them with the lines of their suites.
fn cases(group: &FindingGroup) -> (String, String) {
    let mut named: Vec<(&str, &str)> = Vec::new();
    for place in &group.places {
        if !named.iter().any(|(case, _)| *case == place.case) {
            named.push((&place.case, &place.place));
        }
    }
    let told = |(case, place): &(&str, &str)| format!("{} ({})", one_line(case), one_line(place));
    let mut first: Vec<String> = named.iter().take(MOST_CASES).map(told).collect();
    if named.len() > MOST_CASES {
        first.push(format!("and {} more", named.len() - MOST_CASES));
    }
    (counted(named.len()), first.join(", "))
}

fn said(case: &CaseResult) -> &str {
    case.message.as_deref().unwrap_or_default()
}

fn firmware(result: &RunResult) -> String {
    result.device.firmware.as_deref().map_or_else(|| "not told".to_owned(), shown)
}

fn counted(cases: usize) -> String {
    format!("{cases} case{}", if cases == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_last_words_say_what_differs_and_what_to_do() {
        let mut run = sample::run();
        run.stopped = None;
        let text = closing(&run, &["reports/index.html".into()]);
        let differ = run.cases.iter().find(|case| case.verdict == Verdict::Fail).unwrap();
        assert!(text.contains(&format!("--case '{}'", differ.name)), "{text}");
        assert!(text.contains("the new device does otherwise in ") && text.contains("    old    "), "{text}");
        run.cases.retain(|case| case.verdict == Verdict::Pass);
        run.groups.clear();
        let text = closing(&run, &[]);
        assert!(text.ends_with("the two devices do alike in all that was compared\n"), "{text}");
        run.cases.clear();
        assert!(closing(&run, &[]).ends_with("nothing was compared\n"));
        run.stopped = Some("the new device: gone".to_owned());
        assert!(closing(&run, &[]).contains("the comparison ended early: the new device: gone"));
    }
}
