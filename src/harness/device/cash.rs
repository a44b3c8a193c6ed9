//! The documents of cash in and out: how many there are tells whether a lost one was made (v22 §9.2).

use ikkm_protocol::{Answer, WireRequest};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many documents of cash in and out an open shift has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CashDocuments {
    /// The shift's number.
    pub shift: u64,
    /// `cashInDocCount`.
    pub deposits: u64,
    /// `cashOutDocCount`.
    pub withdrawals: u64,
}

/// Cash put into the drawer or taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CashOperation {
    /// /apideposit.
    Deposit,
    /// /apiwithdraw.
    Withdrawal,
}

impl CashOperation {
    /// The operation that a request asks for, if it is one of the two.
    pub fn of(request: &WireRequest) -> Option<CashOperation> {
        match request.path().trim_end_matches('/') {
            "/apideposit" => Some(CashOperation::Deposit),
            "/apiwithdraw" => Some(CashOperation::Withdrawal),
            _ => None,
        }
    }
}

impl CashDocuments {
    /// Reads them from the answer to a shift's report, while that shift is open.
    pub fn of_report(request: &WireRequest, answer: &Answer) -> Option<CashDocuments> {
        let rest = request.path().strip_prefix("/dump/table/shifts/")?;
        let (shift, document) = rest.trim_end_matches('/').split_once('/')?;
        if !matches!(document, "report" | "reportwithtax") || answer.status != 200 {
            return None;
        }
        let report: Value = serde_json::from_slice(&answer.body).ok()?;
        if !matches!(report.get("shiftState")?.as_str()?, "open" | "opened") {
            return None;
        }
        let count = |name: &str| {
            let value = report.get(name)?;
            value.as_u64().or_else(|| value.as_str()?.parse().ok())
        };
        Some(CashDocuments {
            shift: shift.parse().ok()?,
            deposits: count("cashInDocCount")?,
            withdrawals: count("cashOutDocCount")?,
        })
    }

    /// The same with one more document.
    pub fn and(mut self, operation: CashOperation) -> CashDocuments {
        match operation {
            CashOperation::Deposit => self.deposits += 1,
            CashOperation::Withdrawal => self.withdrawals += 1,
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_protocol::Method;

    fn read(path: &str, body: &str) -> Option<CashDocuments> {
        let answer = Answer { status: 200, reason: vec![], headers: vec![], body: body.into() };
        CashDocuments::of_report(&WireRequest::bare(Method::Get, path), &answer)
    }

    #[test]
    fn an_open_shifts_report_tells() {
        let body = r#"{"shiftState":"opened","cashInDocCount":2,"cashOutDocCount":"1"}"#;
        let found = read("/dump/table/shifts/9/report?key=1", body).unwrap();
        assert_eq!(found, CashDocuments { shift: 9, deposits: 2, withdrawals: 1 });
        assert_eq!(found.and(CashOperation::Deposit).deposits, 3);
        assert_eq!(found.and(CashOperation::Withdrawal).withdrawals, 2);
    }

    #[test]
    fn anything_else_does_not() {
        let closed = r#"{"shiftState":"closed","cashInDocCount":2,"cashOutDocCount":1}"#;
        for (path, body) in [
            ("/dump/table/shifts/9/report", closed),
            ("/dump/table/shifts/9/report", "{}"),
            ("/dump/table/shifts/9/report", "-1"),
            (
                "/dump/table/shifts/x/report",
                r#"{"shiftState":"open","cashInDocCount":2,"cashOutDocCount":1}"#,
            ),
            ("/dump/table/shifts/9/sales", r#"{"shiftState":"open","cashInDocCount":2,"cashOutDocCount":1}"#),
            ("/dump/table/shifts", "[]"),
        ] {
            assert_eq!(read(path, body), None, "{path} {body}");
        }
    }
}
