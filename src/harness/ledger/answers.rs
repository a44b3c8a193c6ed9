//! A set of answers: whether a request may succeed, and every refusal that it may be given.

use crate::suite::expect::{Expectation, Shape};
use std::collections::BTreeSet;
use std::fmt;

/// A set of answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    barred: bool,
    refusals: BTreeSet<(i32, String)>,
}

impl Answers {
    /// A fault that must be refused, so or as another fault is.
    pub fn must(&mut self, code: i32, reason: &str) {
        self.barred = true;
        self.may(code, reason);
    }

    /// A refusal that the document leaves open.
    pub fn may(&mut self, code: i32, reason: &str) {
        self.refusals.insert((code, reason.to_owned()));
    }

    /// What either of two sets allows.
    pub fn either(&mut self, one: Answers, other: Answers) {
        self.barred |= one.barred && other.barred;
        self.refusals.extend(one.refusals.into_iter().chain(other.refusals));
    }

    /// What this set allows beside another: for a hypothesis more.
    pub fn or(self, other: Answers) -> Answers {
        let mut both = Answers::default();
        both.either(self, other);
        both
    }

    /// Success may come after all: something is not known that would tell.
    pub fn lenient(&mut self) {
        self.barred = false;
    }

    /// Whether the request may succeed.
    pub fn may_succeed(&self) -> bool {
        !self.barred
    }

    /// The same in the language of the suites, success first.
    pub fn shapes(&self, success: &[Shape]) -> Expectation {
        let success = success.iter().filter(|_| !self.barred).cloned();
        let refusals = self.refusals.iter().map(|(code, reason)| Shape::Refusal {
            code: *code,
            reason: (reason != "*").then(|| reason.clone()),
        });
        Expectation(success.chain(refusals).collect())
    }
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let success = (!self.barred).then(|| "success".to_owned());
        let refusals = self.refusals.iter().map(|(code, reason)| format!("{code} {reason}"));
        f.write_str(&success.into_iter().chain(refusals).collect::<Vec<_>>().join(" or "))
    }
}
