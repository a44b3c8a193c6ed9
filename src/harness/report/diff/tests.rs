//! Every pair of verdicts, and how a comparison reads.

use super::*;
use crate::report::sample;

fn results(cases: &[(&str, Verdict)]) -> Results {
    let mut run = sample::run();
    run.cases = cases.iter().map(|(name, verdict)| sample::case(name, "suite", *verdict)).collect();
    Results::from(&run)
}

#[test]
fn every_pair_of_verdicts_has_one_meaning() {
    use Verdict::*;
    let broken = [
        (Pass, NotApplicable),
        (Pass, Inconclusive),
        (Pass, Warn),
        (Pass, Fail),
        (NotApplicable, Inconclusive),
        (NotApplicable, Warn),
        (NotApplicable, Fail),
        (Inconclusive, Warn),
        (Inconclusive, Fail),
        (Warn, Fail),
    ];
    let fixed = [(Fail, Pass), (Warn, Pass)];
    for old in Verdict::ALL {
        for new in Verdict::ALL {
            let diff = compare(&results(&[("a", old)]), &results(&[("a", new)]));
            let expected = match (old, new) {
                _ if old == new => None,
                pair if broken.contains(&pair) => Some(Change::Broken),
                pair if fixed.contains(&pair) => Some(Change::Fixed),
                _ => Some(Change::Changed),
            };
            assert_eq!(diff.cases.first().map(|case| case.change), expected, "{old} → {new}");
            assert_eq!(diff.got_worse(), expected == Some(Change::Broken), "{old} → {new}");
            assert_eq!(diff.same, usize::from(old == new));
        }
    }
}

#[test]
fn a_waiver_that_comes_is_a_change_and_one_that_goes_makes_it_worse() {
    let with = |verdict: Verdict, waived: bool| {
        let mut results = results(&[("a", verdict)]);
        results.cases[0].waived = waived.then(|| "mended soon".to_owned());
        results
    };
    use Verdict::*;
    for (old, new, expected) in [
        ((Fail, false), (Fail, true), Some(Change::Changed)),
        ((Pass, false), (Fail, true), Some(Change::Changed)),
        ((Fail, true), (Fail, true), None),
        ((Fail, true), (Fail, false), Some(Change::Broken)),
        ((Warn, true), (Fail, false), Some(Change::Broken)),
        ((Fail, true), (Pass, false), Some(Change::Fixed)),
    ] {
        let diff = compare(&with(old.0, old.1), &with(new.0, new.1));
        assert_eq!(diff.cases.first().map(|case| case.change), expected, "{old:?} {new:?}");
    }
    let diff = compare(&with(Fail, true), &with(Fail, false));
    assert!(diff.to_markdown(10).contains("fail (waived) → fail"), "{}", diff.to_markdown(10));
}

#[test]
fn a_waiver_out_of_order_is_broken_and_its_end_a_repair() {
    let clean = results(&[("a", Verdict::Pass)]);
    let mut faulty = results(&[("a", Verdict::Pass), ("waiver/a", Verdict::Fail)]);
    faulty.cases[1].suite = WAIVERS.to_owned();
    assert_eq!(compare(&clean, &faulty).cases[0].change, Change::Broken);
    assert_eq!(compare(&faulty, &clean).cases[0].change, Change::Fixed);
}

#[test]
fn musts_come_first_in_every_table() {
    let mut old =
        results(&[("a/open", Verdict::Pass), ("b/should", Verdict::Pass), ("c/must", Verdict::Pass)]);
    let mut new =
        results(&[("a/open", Verdict::Fail), ("b/should", Verdict::Fail), ("c/must", Verdict::Fail)]);
    for results in [&mut old, &mut new] {
        results.cases[0].level = Level::Open;
        results.cases[1].level = Level::Should;
    }
    let text = compare(&old, &new).to_markdown(10);
    let at = |name: &str| text.find(name).unwrap();
    assert!(at("c/must") < at("b/should") && at("b/should") < at("a/open"), "{text}");
}

#[test]
fn a_case_that_went_missing_is_worse_and_a_new_one_is_not() {
    let (one, two) =
        (results(&[("a", Verdict::Pass)]), results(&[("a", Verdict::Pass), ("b", Verdict::Fail)]));
    assert!(compare(&two, &one).got_worse());
    assert!(!compare(&one, &two).got_worse());
    assert_eq!(compare(&one, &two).cases[0].change, Change::Added);
    assert_eq!(compare(&one, &two).same, 1);
}

#[test]
fn a_changed_answer_is_told_and_is_no_fault() {
    let old = results(&[("a", Verdict::Pass)]);
    let mut new = old.clone();
    new.answers.insert("Q-KEY-1".into(), "repeats".into());
    new.answers.remove("Q-WIRE-1");
    new.answers.insert("Q-PAY-1".into(), "-10".into());
    let diff = compare(&old, &new);
    assert!(!diff.got_worse());
    let text = diff.to_text(10);
    for line in ["Q-KEY-1: refuses -1 → repeats", "Q-PAY-1: not asked → -10", "Q-WIRE-1: half-up → not asked"]
    {
        assert!(text.contains(line), "{text}");
    }
}

fn two_runs() -> Diff {
    use Verdict::*;
    let mut old =
        results(&[("z/a", Pass), ("a/b", Pass), ("c", Fail), ("d", Fail), ("gone", Pass), ("same", Pass)]);
    let mut new = results(&[
        ("z/a", Fail),
        ("a/b", Warn),
        ("c", Pass),
        ("d", Inconclusive),
        ("same", Pass),
        ("new", Pass),
    ]);
    new.cases[1].level = Level::Should;
    new.cases[0].message = Some("expected `a|b`, found <script>\u{1b}[2J".into());
    old.answers.insert("Q-KEY-1".into(), "repeats".into());
    new.device.firmware = Some("101022".into());
    compare(&old, &new)
}

#[test]
fn reads_well_as_text() {
    insta::assert_snapshot!(two_runs().to_text(10));
}

#[test]
fn reads_well_as_markdown() {
    insta::assert_snapshot!(two_runs().to_markdown(10));
}
