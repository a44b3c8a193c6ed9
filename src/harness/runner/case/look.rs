//! A step that looks: at the tape, at what went online, at the key; or asks a person to.

use super::{CaseRun, Halt};
use crate::bench::{self, Observation, Reply};
use crate::runner::tape;
use crate::suite::model::Step;
use serde_json::Value;

impl CaseRun<'_> {
    /// Looks at what the bench saw; `None` when a person answered for the whole step.
    pub(super) async fn look(&mut self, step: &Step, what: Observation) -> Result<Option<Value>, Halt> {
        let mut printed = Vec::new();
        for template in &step.printed {
            printed.push(self.fill(template).await?);
        }
        let mut not_printed = Vec::new();
        for template in &step.not_printed {
            not_printed.push(self.fill(template).await?);
        }
        if what == Observation::Tape && self.runner.bench.confirms() {
            self.confirm(step, &printed, &not_printed).await?;
            return Ok(None);
        }
        let list = match what {
            Observation::Tape => {
                let lines = bench::tape(self.observe(what).await?)?;
                self.judge_tape(step, &lines, &printed, &not_printed)?;
                Value::from(lines)
            }
            Observation::Online => self.messages(step).await?,
            Observation::Key => Value::Object(self.observe(what).await?),
        };
        Ok(Some(list))
    }

    fn judge_tape(
        &mut self,
        step: &Step,
        lines: &[String],
        printed: &[String],
        not_printed: &[String],
    ) -> Result<(), Halt> {
        let shown = || {
            let all: Vec<&str> = lines.iter().map(String::as_str).collect();
            crate::text::clip(&format!("a tape of {} lines: {}", all.len(), all.join(" | ")), 600)
        };
        let difference = if let Some(pattern) = tape::missing(lines, printed) {
            Some((format!("a line with `{pattern}` on the tape, in that order"), shown()))
        } else if let Some(line) = tape::unwanted(lines, not_printed) {
            Some((
                format!("no line with any of `{}`", not_printed.join("`, `")),
                format!("the line `{line}`"),
            ))
        } else {
            step.widest.and_then(|widest| Some((widest, tape::too_wide(lines, widest)?))).map(
                |(widest, line)| {
                    (format!("lines of at most {widest} characters"), format!("the line `{line}`"))
                },
            )
        };
        match difference {
            None => Ok(()),
            Some((expected, found)) => {
                let finding = self.finding(&step.cites, &step.place, expected, found);
                self.found(finding)
            }
        }
    }

    async fn confirm(&mut self, step: &Step, printed: &[String], not_printed: &[String]) -> Result<(), Halt> {
        let mut questions: Vec<String> = Vec::new();
        if !printed.is_empty() {
            questions.push(format!("Did the device print, in this order: {}?", printed.join(" / ")));
        }
        if !not_printed.is_empty() {
            questions.push(format!("Is it right that nothing printed holds: {}?", not_printed.join(" / ")));
        }
        if let Some(widest) = step.widest {
            questions.push(format!("Is every printed line at most {widest} characters long?"));
        }
        for check in &step.checks {
            let mut names = check.path.names();
            names.extend(check.rule.names());
            let values = self.values(names).await?;
            let value_of = |name: &str| values.get(name).cloned();
            let path = check.path.get(value_of).map_err(Halt::Inconclusive)?;
            let rule = check.rule.get(value_of).map_err(Halt::Inconclusive)?;
            questions.push(tape::question(&path, &rule).ok_or_else(|| {
                Halt::NotApplicable(format!(
                    "a person cannot be asked whether `{path}` of what was printed is {rule}: this needs a \
                     test bench that reads the tape, --bench PROGRAM"
                ))
            })?);
        }
        for question in questions {
            match self.runner.bench.confirm(&question).await? {
                Reply::Failed(_) => {
                    let finding =
                        self.finding(&step.cites, &step.place, question, "the operator says no".to_owned());
                    self.found(finding)?;
                }
                Reply::Done(_) => {}
                Reply::Unsupported(why) => return Err(Halt::NotApplicable(why)),
            }
        }
        Ok(())
    }
}
