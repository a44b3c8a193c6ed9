//! The shift report, with and without taxes (v22 §9.2, "Shift report (z/x-report)").

use super::{amount, exact, minutes, seconds};
use crate::behaviour::{PastCash, Revenue};
use crate::books::{ByType, Shift, TaxTurnover};
use crate::machine::Machine;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use time::PrimitiveDateTime;

impl Machine {
    /// The report of a shift; of an archived one only the fiscal data are left.
    pub(crate) fn shift_report(&self, shift: &Shift, with_taxes: bool) -> Value {
        let mut report = Map::new();
        if shift.archived && !self.archive_keeps_sums() {
            report.insert("isArhived".into(), self.boolean(true));
            if self.behaviour.reports.archived_has_opening {
                report.insert("fiscalDataOnShiftOpen".into(), fiscal(&shift.fiscal_at_open, "sale"));
            }
            report.insert("fiscalData".into(), self.current_fiscal());
            return Value::Object(report);
        }
        let open_word = if self.behaviour.reports.state_opened { "opened" } else { "open" };
        let state = if shift.closed.is_some() { "closed" } else { open_word };
        report.insert("shiftState".into(), json!(state));
        report.insert("dateOpen".into(), json!(self.report_date(shift.opened)));
        let closed = shift.closed.map_or(String::new(), |at| self.report_date(at));
        report.insert("dateClose".into(), json!(closed));
        report.insert("fiscalDataOnShiftOpen".into(), fiscal(&shift.fiscal_at_open, "sale"));
        for kind in Registration::ALL {
            let (count, details) = count_and_details(kind);
            report.insert(count.into(), json!(self.books.counts[kind]));
            let sum = amount(shift.sums[kind]);
            report.insert(details.into(), json!({"sum": sum, "cheques": shift.counts[kind]}));
        }
        report.insert("cashOutDocCount".into(), json!(shift.cash_out.count));
        report.insert("cashOutTotal".into(), amount(shift.cash_out.sum));
        report.insert("cashInDocCount".into(), json!(shift.cash_in.count));
        report.insert("cashInTotal".into(), amount(shift.cash_in.sum));
        report.insert("cashWeHave".into(), amount(self.cash_of(shift)));
        report.insert("revenue".into(), amount(self.revenue(shift)));
        report.insert("fiscalData".into(), self.current_fiscal());
        if with_taxes {
            report.insert("taxes".into(), self.taxes(shift));
        }
        Value::Object(report)
    }

    fn report_date(&self, at: PrimitiveDateTime) -> String {
        if self.behaviour.reports.seconds { seconds(at) } else { minutes(at) }
    }

    /// A boolean in the form of Q-DUMP-1.
    fn boolean(&self, value: bool) -> Value {
        if self.behaviour.reports.text_booleans { json!(value.to_string()) } else { json!(value) }
    }

    fn current_fiscal(&self) -> Value {
        let sale = if self.behaviour.reports.fiscal_sales { "sales" } else { "sale" };
        fiscal(&self.books.fiscal, sale)
    }

    /// `cashWeHave` of a report (Q-DUMP-4).
    fn cash_of(&self, shift: &Shift) -> Decimal {
        match (shift.closed, self.behaviour.reports.past_cash) {
            (Some(_), PastCash::AtClose) => shift.drawer_at_close,
            _ => self.books.drawer,
        }
    }

    /// `revenue` of a report (Q-DUMP-4).
    fn revenue(&self, shift: &Shift) -> Decimal {
        let sums = &shift.sums;
        let net = sums[Registration::Sale] - sums[Registration::SaleReturn];
        match self.behaviour.reports.revenue {
            Revenue::Net => net,
            Revenue::Sales => sums[Registration::Sale],
            Revenue::Flow => net - sums[Registration::Buy] + sums[Registration::BuyReturn],
        }
    }

    /// `taxes` of reportwithtax: for each type, each tax with its turnover and what it came to.
    fn taxes(&self, shift: &Shift) -> Value {
        let mut types = Map::new();
        for kind in Registration::ALL {
            let mut entries: Vec<Value> = Vec::new();
            let own = shift.taxes.iter().filter(|((of, ..), _)| *of == kind);
            for ((_, id, included), tax) in own {
                entries.push(json!({
                    "taxId": id,
                    "turnover": amount(tax.turnover),
                    "taxDetails": [{
                        "taxId": id,
                        "isIncluded": self.boolean(*included),
                        "taxPercent": exact(tax.percent.normalize()),
                        "amount": amount(self.tax_amount(tax, *included)),
                    }],
                }));
            }
            let seen = |id: u64| shift.taxes.keys().any(|(of, held, _)| *of == kind && *held == id);
            let taxes = self.directories.taxes.iter().filter(|tax| !seen(tax.id));
            for tax in taxes.filter(|_| self.behaviour.reports.zero_taxes) {
                entries.push(json!({
                    "taxId": tax.id,
                    "turnover": amount(Decimal::ZERO),
                    "taxDetails": [{
                        "taxId": tax.id,
                        "isIncluded": self.boolean(tax.included),
                        "taxPercent": exact(tax.percent.normalize()),
                        "amount": amount(Decimal::ZERO),
                    }],
                }));
            }
            types.insert(kind.wire().into(), Value::Array(entries));
        }
        Value::Object(types)
    }

    /// An included tax is rate/(100+rate) of the turnover (TAX-6); one on top is what was added.
    fn tax_amount(&self, tax: &TaxTurnover, included: bool) -> Decimal {
        if !included {
            return tax.on_top;
        }
        let of = Decimal::ONE_HUNDRED + tax.percent;
        let part = tax.turnover.checked_mul(tax.percent).and_then(|product| product.checked_div(of));
        self.behaviour.numbers.round_amount(part.unwrap_or_default())
    }
}

/// The names of a type's count and details; the last is spelt so in the document.
fn count_and_details(kind: Registration) -> (&'static str, &'static str) {
    match kind {
        Registration::Sale => ("totalSaleCheques", "saleDetails"),
        Registration::Buy => ("totalBuyCheques", "buyDetails"),
        Registration::SaleReturn => ("totalSaleReturnCheques", "saleReturnDetails"),
        Registration::BuyReturn => ("totalBuyReturnCheques", "buyRetDetails"),
    }
}

fn fiscal(sums: &ByType<Decimal>, sale: &str) -> Value {
    let mut fields = Map::new();
    for kind in Registration::ALL {
        let name = if kind == Registration::Sale { sale } else { kind.wire() };
        fields.insert(name.into(), amount(sums[kind]));
    }
    Value::Object(fields)
}
