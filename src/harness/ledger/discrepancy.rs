//! A figure of the books that is not what it must be, for a person who has to look for it.

use super::reading::Figure;

/// A figure of the books that is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// The requirement that it breaks.
    pub requirement: &'static str,
    /// The figure.
    pub figure: String,
    /// The document that shows it.
    pub document: String,
    /// The figure of the account that it is, where it is one.
    pub of: Option<Figure>,
    /// What it must be.
    pub expected: String,
    /// What it is.
    pub found: String,
    /// The operation after which it first differs, as far as that can be told.
    pub after: Option<String>,
}

impl Discrepancy {
    pub(super) fn new(
        requirement: &'static str,
        figure: &str,
        document: &str,
        expected: &str,
        found: &str,
    ) -> Discrepancy {
        Discrepancy {
            requirement,
            figure: figure.to_owned(),
            of: None,
            document: document.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
            after: None,
        }
    }

    /// What was expected, in a line with figure, document and operation.
    pub fn expectation(&self) -> String {
        let after = self.after.as_ref().map_or(String::new(), |after| format!("; first wrong after {after}"));
        format!("{} in {}: {}{after}", self.figure, self.document, self.expected)
    }
}
