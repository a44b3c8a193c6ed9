//! What a run has done to a device so far, and what it may still do.

use super::cash::CashOperation;
use super::effects::{Effect, effects_of};
use ikkm_protocol::amount::parse_plain;
use ikkm_protocol::{Answer, PayKind, Registration, WireRequest};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeMap;
use thiserror::Error;

/// Receipts of one kind: what they are worth to a return.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReceiptKind {
    /// Their type.
    pub registration: Registration,
    /// What they were paid with; a mixed receipt has a part in several kinds.
    pub paid: PayKind,
    /// The tax that was asked for.
    pub tax: Option<String>,
}

/// What a run has done to a device so far, acknowledged or not: what may have happened counts. Sums in tenge.
#[derive(Debug, Clone, Default)]
pub struct RunTotals {
    receipts: BTreeMap<Registration, (u64, Decimal)>,
    parts: BTreeMap<ReceiptKind, Decimal>,
    modes: BTreeMap<&'static str, String>,
    moved: Decimal,
    /// Requests that had an effect were sent.
    pub touched: bool,
}

impl RunTotals {
    /// How many receipts of that type were registered, and their sum.
    pub fn registered(&self, kind: Registration) -> (u64, Decimal) {
        self.receipts.get(&kind).copied().unwrap_or_default()
    }

    /// How many receipts were registered in all, and the sum of their amounts.
    pub fn all(&self) -> (u64, Decimal) {
        self.receipts.values().fold((0, Decimal::ZERO), |(count, sum), (more, amount)| {
            (count + more, sum.saturating_add(*amount))
        })
    }

    /// What was registered, by type, payment and tax.
    pub fn parts(&self) -> &BTreeMap<ReceiptKind, Decimal> {
        &self.parts
    }

    /// Receipts of that kind and sum were registered.
    pub(super) fn add(&mut self, kind: ReceiptKind, sum: Decimal) {
        let known = self.parts.entry(kind).or_default();
        *known = known.saturating_add(sum);
    }

    /// How much more cash is in the drawer for what was registered, in tenge; deposits and withdrawals count.
    pub fn cash(&self) -> Decimal {
        let paid = self.parts.iter().filter(|(kind, _)| kind.paid == PayKind::Cash);
        paid.fold(self.moved, |sum, (kind, part)| match kind.registration {
            Registration::Sale | Registration::BuyReturn => sum.saturating_add(*part),
            Registration::Buy | Registration::SaleReturn => sum.saturating_sub(*part),
        })
    }

    /// Cash was put in or taken out.
    pub(super) fn follow_cash(&mut self, request: &WireRequest, answer: &Answer) {
        let params = request.params();
        let amount = params.get("cash").map(amount_of).unwrap_or_default();
        if answer.status == 200 && request.path().starts_with("/apideposit") {
            self.moved = self.moved.saturating_add(amount);
        } else if answer.status == 200 && request.path().starts_with("/apiwithdraw") {
            self.moved = self.moved.saturating_sub(amount);
        }
    }

    /// Modes that are not as they were, in words.
    pub fn modes(&self) -> impl Iterator<Item = &str> {
        self.modes.values().map(String::as_str)
    }

    /// Every host but this one is shut out, until a restart (v22 §10.1).
    pub fn shuts_out_others(&self) -> bool {
        self.modes.contains_key("host")
    }

    /// A restart has put all modes back (v22 §10.1).
    pub fn restarted(&mut self) {
        self.modes.clear();
    }

    /// A registration was made, or may have been.
    pub(super) fn register(&mut self, request: &WireRequest) {
        let Some(registration) = request.registration() else { return };
        let params = request.params();
        let amount = |name: &str| params.get(name).map(amount_of).unwrap_or_default();
        let total = amount(registration.wire());
        let (count, sum) = self.receipts.entry(registration).or_default();
        *count += 1;
        *sum = sum.saturating_add(total);
        let mut rest = total;
        for paid in [PayKind::Bank, PayKind::Tara, PayKind::Credit, PayKind::Cash] {
            // Change comes from the cash part: what is left of the total is what stays.
            let part = if paid == PayKind::Cash { rest } else { amount(paid.wire()).min(rest) };
            rest -= part;
            if !part.is_zero() {
                let tax = params.get("tax").map(str::to_owned);
                self.add(ReceiptKind { registration, paid, tax }, part);
            }
        }
    }

    /// A request was answered with success: what modes are other than before?
    pub(super) fn follow_modes(&mut self, request: &WireRequest, answer: &Answer) {
        if answer.status != 200 {
            return;
        }
        for (name, value) in &request.params().0 {
            let (mode, words) = match name.as_str() {
                "doReboot" => {
                    self.restarted();
                    continue;
                }
                "timersFast" => ("timers", Some("the Z report's timers are fast".to_owned())),
                "timersNormal" => ("timers", None),
                "keepLanPrinter" => ("lan", Some("the LAN printer's connection is kept open".to_owned())),
                "closeLanPrinter" => ("lan", None),
                "ofdPacketMode" => ("ofd", Some("messages go out in batches only".to_owned())),
                "ofdNormalMode" => ("ofd", None),
                "setPrintMode" => {
                    let mode: String = value.chars().take(20).collect();
                    ("print", Some(format!("the print mode was set to {mode}")))
                }
                "disableWebMgmt" => ("web", Some("web management is off".to_owned())),
                "Lockhost" => ("host", Some("the device answers this host only".to_owned())),
                "printHeader" if value == "clear" => ("header", None),
                "printHeader" => ("header", Some("receipts carry a header text".to_owned())),
                _ => continue,
            };
            match words {
                Some(words) => self.modes.insert(mode, words),
                None => self.modes.remove(mode),
            };
        }
    }
}

/// An amount as a device may take it, to hundredths; zero where it is no number.
fn amount_of(text: &str) -> Decimal {
    let exact = parse_plain(text.trim()).unwrap_or_default();
    exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// What a run may register at the most; `None` is without bound.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Receipts.
    pub receipts: Option<u64>,
    /// The sum of their amounts, in tenge.
    pub total: Option<Decimal>,
}

/// A request could register more than a run may.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LimitError {
    /// One receipt too many.
    #[error("needs more receipts than --max-receipts {0} allows")]
    Receipts(u64),
    /// Too large a sum.
    #[error("needs a larger sum than --max-total {0} allows")]
    Total(Decimal),
}

impl Limits {
    /// Whether a request may be sent after what was done so far: whatever a faulty device may
    /// register of it counts, also where a case expects a refusal.
    ///
    /// # Errors
    /// The bound that it could break.
    pub fn admit(&self, done: &RunTotals, request: &WireRequest) -> Result<(), LimitError> {
        if !effects_of(request).contains(&Effect::Fiscal) || CashOperation::of(request).is_some() {
            return Ok(());
        }
        let (receipts, total) = done.all();
        if let Some(most) = self.receipts.filter(|most| receipts >= *most) {
            return Err(LimitError::Receipts(most));
        }
        let params = request.params();
        let could = params.0.iter().filter_map(|(name, value)| {
            let registers = Registration::ALL.iter().any(|kind| kind.wire().eq_ignore_ascii_case(name));
            registers.then(|| amount_of(value).abs())
        });
        let largest = could.max().unwrap_or_default();
        match self.total.filter(|most| total.saturating_add(largest) > *most) {
            Some(most) => Err(LimitError::Total(most)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_protocol::{Method, Params};

    fn request(path: &str, params: &[(&str, &str)]) -> WireRequest {
        let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        WireRequest::new(Method::Get, path, &Params(params))
    }

    fn part(totals: &RunTotals, paid: PayKind) -> String {
        let kind = ReceiptKind { registration: Registration::Sale, paid, tax: None };
        totals.parts().get(&kind).copied().unwrap_or_default().to_string()
    }

    #[test]
    fn change_is_no_part_of_a_receipt() {
        let mut totals = RunTotals::default();
        totals.register(&request("/api/", &[("sale", "800.10"), ("cash", "500"), ("bank", "400")]));
        totals.register(&request("/api/", &[("sale", "100"), ("cash", "1000")]));
        assert_eq!(part(&totals, PayKind::Bank), "400");
        assert_eq!(part(&totals, PayKind::Cash), "500.10");
        assert_eq!(totals.all(), (2, "900.10".parse().unwrap()));
    }

    #[test]
    fn limits_count_what_a_request_could_do() {
        let mut totals = RunTotals::default();
        let limits = Limits { receipts: Some(2), total: Some(1000.into()) };
        let sale = |total| request("/api/", &[("sale", total), ("cash", "1")]);
        assert_eq!(limits.admit(&totals, &sale("1000")), Ok(()));
        assert_eq!(limits.admit(&totals, &sale("1000.01")), Err(LimitError::Total(1000.into())));
        let wrong_case = request("/api/", &[("Sale", "1001")]);
        assert_eq!(limits.admit(&totals, &wrong_case), Err(LimitError::Total(1000.into())));
        totals.register(&sale("600"));
        assert_eq!(limits.admit(&totals, &sale("401")), Err(LimitError::Total(1000.into())));
        totals.register(&sale("1"));
        assert_eq!(limits.admit(&totals, &sale("1")), Err(LimitError::Receipts(2)));
        for path in ["/apideposit/", "/apicheck/", "/apizreport/"] {
            assert_eq!(limits.admit(&totals, &request(path, &[("cash", "9")])), Ok(()), "{path}");
        }
        assert_eq!(Limits::default().admit(&totals, &sale("1")), Ok(()));
    }

    #[test]
    fn modes_are_remembered_until_they_are_put_back() {
        let done = Answer { status: 200, reason: vec![], headers: vec![], body: b"0".to_vec() };
        let mut totals = RunTotals::default();
        let mut send = |name, value| {
            totals.follow_modes(&request("/apicheck/", &[(name, value)]), &done);
            totals.modes().count()
        };
        assert_eq!(send("timersFast", "true"), 1);
        assert_eq!(send("printHeader", "hello"), 2);
        assert_eq!(send("printHeader", "clear"), 1);
        assert_eq!(send("timersNormal", "true"), 0);
        assert_eq!(send("Lockhost", "true"), 1);
        assert_eq!(send("doReboot", "true"), 0);
        let lock = request("/apicheck/", &[("Lockhost", "true")]);
        totals.follow_modes(&lock, &done);
        assert!(totals.shuts_out_others());
        totals.restarted();
        assert!(!totals.shuts_out_others());
    }
}
