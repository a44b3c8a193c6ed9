//! A qualification for the console.

use super::matrix::Matrix;
use std::fmt::Write;

/// The summary: survivors, false alarms, idle cases.
pub fn summary(matrix: &Matrix) -> String {
    let mut out = String::new();
    for trial in matrix.survivors() {
        let ids = trial.mutant.requirements.join(" ");
        line(&mut out, format_args!("survived  {}  ({ids}): {}", trial.mutant.name, trial.mutant.about));
        if let Some(accident) = trial.accidents.first() {
            let what = format!("{} by {}: {}", accident.requirement, accident.case, accident.message);
            line(&mut out, format_args!("          only by accident {what}"));
        }
        if let Some(trouble) = &trial.trouble {
            line(&mut out, format_args!("          {trouble}"));
        }
    }
    for baseline in matrix.accused() {
        for alarm in &baseline.alarms {
            line(&mut out, format_args!("false alarm  {}  {alarm}", baseline.name));
        }
    }
    fuzz(&mut out, matrix);
    for idle in matrix.idle() {
        line(&mut out, format_args!("kills nothing  {}  {}", idle.case, idle.why));
    }
    for single in matrix.singles() {
        let others = match single.others {
            0 => "no other case catches its defects".to_owned(),
            more => format!("its defects are caught by {more} more under other lines"),
        };
        let (id, case) = (single.requirement, single.case);
        line(&mut out, format_args!("one killer only  {id}  {case}; {others}"));
    }
    let survivors = matrix.survivors().count();
    if matrix.full {
        let (aimed, all) = matrix.aimed();
        line(&mut out, format_args!("{aimed} of {all} findings name a line that their defect breaks"));
    }
    line(
        &mut out,
        format_args!(
            "{} defects: {} killed, {survivors} survived ({} of them caught by accident only); \
             {} personalities, {} with false alarms; {:.0} s",
            matrix.trials.len(),
            matrix.trials.len() - survivors,
            matrix.accidental(),
            matrix.baselines.len(),
            matrix.accused().count(),
            matrix.duration.as_secs_f64(),
        ),
    );
    out
}

/// What the fuzzer should have found, and its figures.
fn fuzz(out: &mut String, matrix: &Matrix) {
    for fuzz_trial in matrix.missed() {
        let why = fuzz_trial.trouble.as_deref().unwrap_or("nothing found within the bound");
        line(out, format_args!("missed by the fuzzer  {}: {why}", fuzz_trial.name));
    }
    if matrix.fuzz_trials.is_empty() {
        return;
    }
    let (all, promised) = matrix.hunted();
    for (whose, figures) in [("of all", all), ("of those that it must find", promised)] {
        line(
            out,
            format_args!(
                "fuzz, {whose}: {} of {} found, after {} requests in the median and {} at the most, \
                 in {} steps at the most",
                figures.found, figures.hunted, figures.median, figures.worst, figures.longest
            ),
        );
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a text cannot fail.
    let _ = writeln!(out, "{text}");
}

#[cfg(test)]
mod tests {
    use super::super::matrix::tests::sample;

    #[test]
    fn it_names_the_survivor_and_its_accident() {
        let text = super::summary(&sample());
        assert!(text.contains("survived  books/c  (REG-2): goes <wrong>"), "{text}");
        assert!(text.contains("only by accident KEY-7 by key/two"), "{text}");
        assert!(text.ends_with("3 defects: 2 killed, 1 survived (1 of them caught by accident only); 1 personalities, 0 with false alarms; 2 s\n"), "{text}");
        assert!(text.contains("3 of 4 findings name a line that their defect breaks"), "{text}");
        assert!(text.contains("kills nothing  key/three  others name its lines: KEY-5 by 1"), "{text}");
        assert!(text.contains("one killer only  KEY-7  key/two; its defects are caught by 1 more"), "{text}");
    }
}
