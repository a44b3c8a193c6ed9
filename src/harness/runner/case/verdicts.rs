//! The judge of a case: its expectations against what came, the findings that this makes, and the
//! verdict. It sends nothing and reads nothing.

use super::Halt;
use crate::ledger::moved::Comparison;
use crate::ledger::reading::Figure;
use crate::ledger::rounding::Rounding;
use crate::runner::document::{self, Held, Rounded};
use crate::runner::judge::{self, Before};
use crate::runner::open_answers::OpenAnswers;
use crate::runner::outcome::{Cause, Finding, Verdict};
use crate::runner::tape;
use crate::suite::check::{Path, Rule};
use crate::suite::expect::Expectation;
use crate::suite::model::{Case, Lazy, Step};
use crate::text::clip;
use ikkm_protocol::Answer;
use ikkm_requirements::{Level, requirements};
use serde_json::Value;

/// Where something is judged: the line that it checks, its place in the suite, the exchange.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'s> {
    pub cites: &'s str,
    pub place: &'s str,
    /// Index into the transcript.
    pub exchange: Option<usize>,
}

impl<'s> At<'s> {
    pub fn of(step: &'s Step, exchange: Option<usize>) -> At<'s> {
        At { cites: &step.cites, place: &step.place, exchange }
    }

    /// The same, citing another line.
    pub fn citing(self, cites: &'s str) -> At<'s> {
        At { cites, ..self }
    }
}

/// A check of a document, its placeholders filled in.
#[derive(Debug)]
pub(super) struct FilledCheck<'s> {
    pub place: &'s str,
    pub path: Path,
    pub rule: Rule,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// What the case is about: it makes the verdict.
    Own,
    /// What only prepares it: it is found, and the case could not be judged.
    Preparing,
}

/// Judges one case.
pub(super) struct CaseJudge<'r> {
    case: &'r Case,
    open: &'r mut OpenAnswers,
    findings: Vec<(Role, Finding)>,
    /// An answer looked as `must-occur` says.
    occurred: bool,
    /// An answer looked as `inconclusive-without` says.
    told: bool,
}

impl<'r> CaseJudge<'r> {
    pub fn new(case: &'r Case, open: &'r mut OpenAnswers) -> CaseJudge<'r> {
        CaseJudge { case, open, findings: Vec::new(), occurred: false, told: false }
    }

    /// Records a finding; `Err` when it ends the case. Nothing is found wrong in the name of an open
    /// question: where a case that only asks cannot go on, it could not ask.
    pub fn found(
        &mut self,
        at: At<'_>,
        expected: impl Into<String>,
        found: impl Into<String>,
        open: Option<&str>,
    ) -> Result<(), Halt> {
        let finding = self.finding(at, expected, found);
        if finding.level == Level::Open {
            let why = format!(
                "the question could not be asked: expected {}; found {}",
                finding.expected, finding.found
            );
            return Err(Halt::Inconclusive(why));
        }
        self.record(finding, open)
    }

    /// Records what is wrong with an answer to an open question (one outside a closed list, or two
    /// different ones), under the line that the question opens.
    fn found_of_question(
        &mut self,
        at: At<'_>,
        question: &str,
        expected: String,
        found: String,
        open: Option<&str>,
    ) -> Result<(), Halt> {
        let line = self.line_of_question(question);
        let finding = self.finding(at.citing(&line), format!("{expected} ({question})"), found);
        self.record(finding, open)
    }

    fn record(&mut self, finding: Finding, open: Option<&str>) -> Result<(), Halt> {
        is_certain(&finding, open)?;
        let ends = finding.level == Level::Must;
        self.findings.push((Role::Own, finding));
        if ends { Err(Halt::Broken) } else { Ok(()) }
    }

    /// Records what is worth a warning at the most, whatever the level of its line.
    pub fn warned(
        &mut self,
        at: At<'_>,
        expected: impl Into<String>,
        found: impl Into<String>,
        open: Option<&str>,
    ) -> Result<(), Halt> {
        let mut finding = self.finding(at, expected, found);
        if finding.level == Level::Must {
            finding.level = Level::Should;
        }
        if finding.level == Level::Open { Ok(()) } else { self.record(finding, open) }
    }

    /// Records, beside what was found, that the device claims circumstances that do not hold.
    fn claimed(&mut self, role: Role, at: At<'_>, line: Option<&str>, answer: &Answer) {
        let (Some(line), Some(cause)) = (line.filter(|line| *line != at.cites), self.cause()) else { return };
        let expected = "no such refusal while its cause is not there";
        let mut finding = self.finding(at.citing(line), expected, judge::describe(answer));
        finding.follows = Some(cause);
        self.findings.push((role, finding));
    }

    /// Records what is wrong with a step that only prepares the case, under its own line.
    pub fn found_in_preparation(
        &mut self,
        at: At<'_>,
        expected: impl Into<String>,
        found: impl Into<String>,
        open: Option<&str>,
    ) -> Halt {
        let finding = self.finding(at, expected, found);
        if let Err(halt) = is_certain(&finding, open) {
            return halt;
        }
        let why = format!(
            "what only prepares this case went wrong ({}): expected {}; found {}",
            finding.requirement, finding.expected, finding.found
        );
        if finding.level != Level::Open {
            self.findings.push((Role::Preparing, finding));
        }
        Halt::Inconclusive(why)
    }

    /// A finding at a place, with the level of the requirement that it cites.
    fn finding(&self, at: At<'_>, expected: impl Into<String>, found: impl Into<String>) -> Finding {
        Finding {
            requirement: at.cites.to_owned(),
            level: requirements().level(at.cites),
            place: at.place.to_owned(),
            expected: expected.into(),
            found: found.into(),
            exchange: at.exchange,
            follows: None,
            side: None,
        }
    }

    /// The line that an answer to an open question breaks: one that the case cites beside it, else the
    /// one that the question opens.
    fn line_of_question(&self, question: &str) -> String {
        let is_open = |id: &str| requirements().get(id).is_none_or(|line| line.level == Level::Open);
        let own = self.case.requirements.iter().find(|id| !is_open(id));
        own.cloned().unwrap_or_else(|| judge::line_behind(question).to_owned())
    }

    /// The first finding so far, as the cause of others.
    pub fn cause(&self) -> Option<Cause> {
        let (_, first) = self.findings.first()?;
        Some(Cause {
            case: self.case.name.clone(),
            requirement: first.requirement.clone(),
            place: first.place.clone(),
        })
    }

    /// An answer against what its step expects. Where it differs the case ends, whatever the level: a
    /// wrong answer can leave the device in any state.
    pub fn answer(
        &mut self,
        at: At<'_>,
        prepares: Option<&str>,
        expectation: &Expectation,
        answer: &Answer,
        before: &Before,
        open: Option<&str>,
    ) -> Result<(), Halt> {
        let Err(difference) = judge::compare(expectation, answer, before) else {
            if let Some((line, documented)) = judge::mended(answer) {
                let expected = format!("the reason {documented}, as v22 spells it");
                self.warned(at.citing(line), expected, judge::describe(answer), open)?;
            }
            return Ok(());
        };
        // A device that claims circumstances which do not hold is wrong in that, whatever was asked.
        let claim = Some(answer).filter(|_| expectation.may_succeed()).and_then(judge::claims);
        if let Some(own) = prepares {
            let line = difference.requirement.unwrap_or(own);
            if !self.case.requirements.iter().any(|id| id == line) {
                let halt =
                    self.found_in_preparation(at.citing(line), difference.expected, difference.found, open);
                self.claimed(Role::Preparing, at, claim.as_deref(), answer);
                return Err(halt);
            }
        }
        let line = difference.requirement.unwrap_or(at.cites);
        let found = self.found(at.citing(line), difference.expected, difference.found, open);
        if !matches!(found, Err(Halt::Inconclusive(_))) {
            self.claimed(Role::Own, at, claim.as_deref(), answer);
        }
        found?;
        if difference.requirement == Some("WIRE-12") && at.cites != "WIRE-12" {
            // The document is what the step is about: without it, its own line does not hold either.
            let cause = self.cause();
            let mut own = self.finding(at, expectation.to_string(), "a document that cannot be read");
            own.follows = cause;
            if own.level != Level::Open {
                return self.record(own, open).and(Err(Halt::Broken));
            }
        }
        Err(Halt::Broken)
    }

    /// Writes an answer to an open question down; two different ones in a run are a finding.
    pub fn record_answer(
        &mut self,
        at: At<'_>,
        question: &str,
        given: &str,
        open: Option<&str>,
    ) -> Result<(), Halt> {
        match self.open.answer(question, given, at.place) {
            Ok(()) => Ok(()),
            Err((earlier, place)) => {
                let expected = format!("the same answer as at {place}: {earlier}");
                self.found_of_question(at, question, expected, given.to_owned(), open)
            }
        }
    }

    /// An answer outside a closed list.
    pub fn outside(
        &mut self,
        at: At<'_>,
        question: &str,
        known: &str,
        answer: &Answer,
        open: Option<&str>,
    ) -> Result<(), Halt> {
        let expected = format!("one of the answers that the requirements allow: {known}");
        self.found_of_question(at, question, expected, judge::describe(answer), open)
    }

    /// A document against the checks of a step. Every check is made, so that all differences are told;
    /// the first one decides how it ends.
    pub fn document(
        &mut self,
        at: At<'_>,
        json: &Value,
        checks: &[FilledCheck<'_>],
        open: Option<&str>,
    ) -> Result<(), Halt> {
        let mut ended = Ok(());
        for check in checks {
            let at = At { place: check.place, ..at };
            let held = match document::check(json, &check.path, &check.rule) {
                Ok(Held::Plainly) => Ok(()),
                Ok(Held::AsElsewhere(modes)) => self.as_elsewhere(at, &modes, open),
                Ok(Held::Unlisted(difference)) => {
                    self.warned(at, difference.expected, difference.found, open)
                }
                Ok(Held::Rounded(what, modes)) => self.learn(at, what, &modes, open),
                Err(difference) => self.found(at, difference.expected, difference.found, open),
            };
            ended = worse(ended, held);
        }
        ended
    }

    /// Takes over how a value was rounded; a finding where nothing explains all seen so far.
    pub fn learn(
        &mut self,
        at: At<'_>,
        what: Rounded,
        modes: &[Rounding],
        open: Option<&str>,
    ) -> Result<(), Halt> {
        if self.open.learn(what, modes) {
            return Ok(());
        }
        let learnt = self.open.learnt(what).to_string();
        let now: Vec<&str> = modes.iter().map(|mode| mode.as_str()).collect();
        let expected = format!("{} rounded {learnt}, as elsewhere in this run", what.as_str());
        self.found(at, expected, format!("rounded {}", now.join(" or ")), open)
    }

    /// A finding where none of these ways of rounding is one in which the device rounds its amounts, as
    /// far as that was seen.
    fn as_elsewhere(&mut self, at: At<'_>, modes: &[Rounding], open: Option<&str>) -> Result<(), Halt> {
        if self.open.agrees(Rounded::Amount, modes) {
            return Ok(());
        }
        let learnt = self.open.learnt(Rounded::Amount).to_string();
        let now: Vec<&str> = modes.iter().map(|mode| mode.as_str()).collect();
        let expected = format!("a share of the turnover rounded {learnt}, as other amounts in this run");
        self.found(at, expected, format!("one rounded {}", now.join(" or ")), open)
    }

    /// How the books moved against what a step says. `nothing_expected` tells that no figure was to.
    pub fn moves(
        &mut self,
        at: At<'_>,
        comparison: Comparison,
        nothing_expected: bool,
        cause: Option<Cause>,
        open: Option<&str>,
    ) -> Result<(), Halt> {
        match comparison {
            Comparison::Agrees(modes) => {
                if self.open.learn(Rounded::Amount, &modes) {
                    return Ok(());
                }
                let earlier = self.open.learnt(Rounded::Amount).to_string();
                let now: Vec<&str> = modes.iter().map(|mode| mode.as_str()).collect();
                let expected = format!("amounts rounded {earlier}, as before in this run");
                let found = format!("rounded {}", now.join(" or "));
                self.found_of_question(at, "Q-WIRE-1", expected, found, open)
            }
            Comparison::Differs(mismatches) => {
                let found = mismatches.into_iter().map(|mismatch| {
                    let line = self.line_of_figure(at.cites, mismatch.figure, nothing_expected);
                    let expected =
                        format!("{}: {} (was {})", mismatch.figure, mismatch.expected, mismatch.before);
                    self.finding(at.citing(&line), expected, mismatch.found.to_string())
                });
                let mut found: Vec<Finding> = found.collect();
                // One operation that was booked wrongly moves several figures: they are told with the first.
                let first = found.first().map(|first| Cause {
                    case: self.case.name.clone(),
                    requirement: first.requirement.clone(),
                    place: first.place.clone(),
                });
                found.iter_mut().skip(1).for_each(|finding| finding.follows = first.clone());
                self.differ(found, cause, open)
            }
        }
    }

    /// Discrepancies of reconciled books.
    pub fn reconciled(
        &mut self,
        at: At<'_>,
        discrepancies: Vec<(String, String, String)>,
        cause: Option<Cause>,
        open: Option<&str>,
    ) -> Result<(), Halt> {
        let found = discrepancies
            .into_iter()
            .map(|(line, expected, found)| self.finding(at.citing(&line), expected, found))
            .collect();
        self.differ(found, cause, open)
    }

    /// Records differences of the books, which end the case. `open` says why they may be none, `cause`
    /// what explains them.
    fn differ(
        &mut self,
        mut found: Vec<Finding>,
        cause: Option<Cause>,
        open: Option<&str>,
    ) -> Result<(), Halt> {
        let Some(first) = found.first() else { return Ok(()) };
        is_certain(first, open)?;
        if let Some(cause) = cause {
            found.iter_mut().for_each(|finding| finding.follows = Some(cause.clone()));
        }
        self.findings.extend(found.into_iter().map(|finding| (Role::Own, finding)));
        Err(Halt::Broken)
    }

    /// The requirement that a figure's wrong move breaks: the figure's own line, where the case cites
    /// it, else what the step cites, as for a refusal that is counted as cash moved; of several lines of a
    /// figure the one that the step cites. Where that is an open
    /// question, the line that the answer to it may not break: something moved that should not have, or by
    /// another amount.
    fn line_of_figure(&self, cites: &str, figure: Figure, nothing_expected: bool) -> String {
        let own: &[&str] = match figure {
            Figure::Fiscal(_) | Figure::ShiftSum(_) | Figure::ShiftReceipts(_) | Figure::AllReceipts(_) => {
                &["REG-2"]
            }
            Figure::Drawer | Figure::ReportDrawer => &["PAY-3", "PAY-5", "PAY-16", "CASH-1"],
            Figure::CashIn | Figure::CashInCount | Figure::CashOut | Figure::CashOutCount => &["CASH-1"],
        };
        let cited = |id: &&str| self.case.requirements.iter().any(|known| known == id);
        let is_open = requirements().get(cites).is_some_and(|line| line.level == Level::Open);
        let is_of_cash = own == ["CASH-1"];
        match own.iter().copied().find(cited) {
            Some(_) if own.contains(&cites) || nothing_expected && is_of_cash && !is_open => cites.to_owned(),
            Some(own) => own.to_owned(),
            None if is_open && nothing_expected => "REG-8".to_owned(),
            None if is_open && matches!(figure, Figure::Drawer | Figure::ReportDrawer) => "PAY-16".to_owned(),
            None if is_open => own[0].to_owned(),
            None => cites.to_owned(),
        }
    }

    /// The printed tape against what a step says.
    pub fn tape(
        &mut self,
        at: At<'_>,
        lines: &[String],
        asked: tape::Asked<'_>,
        widths: &mut tape::Width,
        open: Option<&str>,
    ) -> Result<(), Halt> {
        let shown = || clip(&format!("a tape of {} lines: {}", lines.len(), lines.join(" | ")), 600);
        let difference = if let Some(pattern) = widths.missing(lines, asked.printed) {
            Some((format!("a line with `{pattern}` on the tape, in that order"), shown()))
        } else if let Some(line) = tape::unwanted(lines, asked.not_printed) {
            let unwanted = format!("no line with any of `{}`", asked.not_printed.join("`, `"));
            Some((unwanted, format!("the line `{line}`")))
        } else if let Some(wrong) = widths.wrong(lines, asked.width) {
            Some((wrong, shown()))
        } else {
            let too_wide = |widest| Some((widest, tape::too_wide(lines, widest)?));
            asked.widest.and_then(too_wide).map(|(widest, line)| {
                (format!("lines of at most {widest} characters"), format!("the line `{line}`"))
            })
        };
        match difference {
            None => Ok(()),
            Some((expected, found)) => self.found(at, expected, found, open),
        }
    }

    /// Remembers whether an answer is of the kind that the case is about.
    pub fn note_occurrences(&mut self, answer: &Answer, before: &Before) {
        let looks_so = |lazy: &Option<Lazy<Expectation>>| {
            let expectation = lazy.as_ref().and_then(|lazy| lazy.get(|_| None).ok());
            expectation.is_some_and(|expectation| judge::compare(&expectation, answer, before).is_ok())
        };
        self.occurred |= looks_so(&self.case.must_occur);
        self.told |= looks_so(&self.case.inconclusive_without);
    }

    /// What at least one answer of the case had to look like.
    pub fn occurrences(&mut self, exchange: Option<usize>, open: Option<&str>) -> Result<(), Halt> {
        if self.case.inconclusive_without.is_some() && !self.told {
            let why =
                "no answer of the device was of the kind that the case is about, so nothing can be told";
            return Err(Halt::Inconclusive(why.to_owned()));
        }
        if let (Some(lazy), false) = (&self.case.must_occur, self.occurred) {
            let expected = lazy.get(|_| None).map_or_else(|why| why, |expectation| expectation.to_string());
            let at = At { cites: &self.case.requirements[0], place: &self.case.place, exchange };
            return self.found(
                at,
                format!("at least one answer of this case to be {expected}"),
                "none was",
                open,
            );
        }
        Ok(())
    }

    /// The verdict of the findings, and all of them.
    pub fn conclude(self, strict: bool) -> (Verdict, Vec<Finding>) {
        let own = self.findings.iter().filter(|(role, _)| *role == Role::Own);
        let levels: Vec<Level> = own.map(|(_, finding)| finding.level).collect();
        let verdict = verdict_of(&levels, strict, !self.findings.is_empty());
        let mut findings: Vec<Finding> = self.findings.into_iter().map(|(_, finding)| finding).collect();
        findings.dedup();
        (verdict, findings)
    }
}

/// The verdict that findings of these levels make; those of what only prepares leave it open, and
/// advice is only remarked.
fn verdict_of(levels: &[Level], strict: bool, any: bool) -> Verdict {
    if levels.contains(&Level::Must) || strict && levels.contains(&Level::Should) {
        Verdict::Fail
    } else if levels.contains(&Level::Should) {
        Verdict::Warn
    } else if levels.is_empty() && any {
        Verdict::Inconclusive
    } else {
        Verdict::Pass
    }
}

/// What is found while something that it hangs on is open leaves the case inconclusive.
fn is_certain(finding: &Finding, open: Option<&str>) -> Result<(), Halt> {
    let Some(why) = open else { return Ok(()) };
    let (expected, found) = (&finding.expected, &finding.found);
    Err(Halt::Inconclusive(format!("{why}; compare by hand: expected {expected}; found {found}")))
}

/// What two checks of a step come to: something broken weighs more than what could not be told, and
/// else the first one counts.
fn worse(one: Result<(), Halt>, other: Result<(), Halt>) -> Result<(), Halt> {
    match (one, other) {
        (Ok(()), other) => other,
        (Err(Halt::Inconclusive(_)), Err(Halt::Broken)) => Err(Halt::Broken),
        (one, _) => one,
    }
}

#[cfg(test)]
mod tests;
