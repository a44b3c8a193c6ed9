//! One reading of the books: getInfo and the current shift's report, as figures (v22 §7.1, §9.2).

use ikkm_protocol::{Params, Registration, parse_plain};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// A figure of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    /// The fiscal total of a type, over the device's whole life.
    Fiscal(Registration),
    /// The shift's sum of a type.
    ShiftSum(Registration),
    /// The shift's number of receipts of a type.
    ShiftReceipts(Registration),
    /// The number of all receipts of a type.
    AllReceipts(Registration),
    /// The cash in the drawer as getInfo says it.
    Drawer,
    /// The cash in the drawer as the open shift's report says it.
    ReportDrawer,
    /// Cash put in, by the shift's report.
    CashIn,
    /// How often.
    CashInCount,
    /// Cash taken out.
    CashOut,
    /// How often.
    CashOutCount,
}

impl Figure {
    /// Whether it starts anew with each shift.
    pub fn of_shift(self) -> bool {
        matches!(
            self,
            Figure::ShiftSum(_)
                | Figure::ShiftReceipts(_)
                | Figure::CashIn
                | Figure::CashInCount
                | Figure::CashOut
                | Figure::CashOutCount
        )
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Figure::Fiscal(kind) => write!(f, "fiscal total of {kind} (report: fiscalData)"),
            Figure::ShiftSum(kind) => write!(f, "shift's sum of {kind} (report: {}.sum)", details(*kind)),
            Figure::ShiftReceipts(kind) => {
                write!(f, "shift's receipts of {kind} (report: {}.cheques)", details(*kind))
            }
            Figure::AllReceipts(kind) => write!(f, "receipts of {kind} (report: {})", total_receipts(*kind)),
            Figure::Drawer => f.write_str("cash in the drawer (getInfo: cashWeHave)"),
            Figure::ReportDrawer => f.write_str("cash in the drawer (report: cashWeHave)"),
            Figure::CashIn => f.write_str("cash put in (report: cashInTotal)"),
            Figure::CashInCount => f.write_str("deposits (report: cashInDocCount)"),
            Figure::CashOut => f.write_str("cash taken out (report: cashOutTotal)"),
            Figure::CashOutCount => f.write_str("withdrawals (report: cashOutDocCount)"),
        }
    }
}

fn details(kind: Registration) -> &'static str {
    match kind {
        Registration::Sale => "saleDetails",
        Registration::Buy => "buyDetails",
        Registration::SaleReturn => "saleReturnDetails",
        Registration::BuyReturn => "buyRetDetails",
    }
}

fn total_receipts(kind: Registration) -> &'static str {
    match kind {
        Registration::Sale => "totalSaleCheques",
        Registration::Buy => "totalBuyCheques",
        Registration::SaleReturn => "totalSaleReturnCheques",
        Registration::BuyReturn => "totalBuyReturnCheques",
    }
}

/// The books at one moment. A figure that the device does not show, or not as a number, is missing:
/// the document suites say so, the books' judge goes by what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// `currentShiftID`.
    pub shift: u64,
    /// Whether that shift is open.
    pub open: bool,
    /// The figures found.
    pub figures: BTreeMap<Figure, Decimal>,
}

impl Reading {
    /// The cash in the drawer, in tenge.
    pub fn drawer(&self) -> Option<Decimal> {
        self.figures.get(&Figure::Drawer).copied()
    }

    /// The cash in the drawer, in tenge, from getInfo alone; `None` where it shows no number.
    pub fn drawer_of(info: &Value) -> Option<Decimal> {
        number(info.get("cashWeHave")?)
    }

    /// The shift's number and whether it is open, from getInfo; `None` where either cannot be read.
    pub fn shift_of(info: &Value) -> Option<(u64, bool)> {
        let id = number(info.get("currentShiftID")?)?.to_string().parse().ok()?;
        match info.get("currentShiftStatus")?.as_str()? {
            "opened" | "open" => Some((id, true)),
            "closed" => Some((id, false)),
            _ => None,
        }
    }

    /// Takes out of this earlier reading what a bench moves that closed the shift itself in between:
    /// the cash in the drawer, where the device empties it with the Z report (open, `Q-SHIFT-1`; v22
    /// §6.3 says nothing of it). A bench may clear an aged shift that way.
    pub fn closed_meanwhile(&mut self, after: &Reading) {
        if !self.open || after.open || !after.drawer().is_some_and(|cash| cash.is_zero()) {
            return;
        }
        for drawer in [Figure::Drawer, Figure::ReportDrawer] {
            self.figures.entry(drawer).and_modify(|cash| *cash = Decimal::ZERO);
        }
    }

    /// Puts the two documents together; `None` where the shift cannot be told.
    pub fn new(info: &Value, report: &Value) -> Option<Reading> {
        let (shift, open) = Reading::shift_of(info)?;
        let mut figures = BTreeMap::new();
        let mut put = |figure, value: Option<&Value>| {
            if let Some(amount) = value.and_then(number) {
                figures.insert(figure, amount);
            }
        };
        put(Figure::Drawer, info.get("cashWeHave"));
        if open {
            put(Figure::ReportDrawer, report.get("cashWeHave"));
        }
        let fiscal = report.get("fiscalData");
        for kind in Registration::ALL {
            let shown = fiscal.and_then(|fiscal| match kind {
                // Example and text differ here (Q-DUMP-1).
                Registration::Sale => fiscal.get("sales").or_else(|| fiscal.get("sale")),
                other => fiscal.get(other.wire()),
            });
            put(Figure::Fiscal(kind), shown);
            let shift = report.get(details(kind));
            put(Figure::ShiftSum(kind), shift.and_then(|shift| shift.get("sum")));
            put(Figure::ShiftReceipts(kind), shift.and_then(|shift| shift.get("cheques")));
            put(Figure::AllReceipts(kind), report.get(total_receipts(kind)));
        }
        put(Figure::CashIn, report.get("cashInTotal"));
        put(Figure::CashInCount, report.get("cashInDocCount"));
        put(Figure::CashOut, report.get("cashOutTotal"));
        put(Figure::CashOutCount, report.get("cashOutDocCount"));
        Some(Reading { shift, open, figures })
    }
}

/// A JSON number, or a text that is a plain number, exactly as written.
pub fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => parse_plain(&number.to_string()).ok(),
        Value::String(text) => parse_plain(text).ok(),
        _ => None,
    }
}

/// The first amount in a parameter that is no whole tenge, as written (v22 §5.1).
pub fn part_of_tenge(name: &str, value: &str) -> Option<String> {
    let odd = |amount: &Decimal| !amount.fract().is_zero();
    if name == "itemdata" {
        let rows: Vec<Map<String, Value>> = serde_json::from_str(value).ok()?;
        let mut members = rows.iter().flatten().filter(|(name, _)| *name != "qty" && *name != "name");
        return members.find_map(|(_, value)| number(value).filter(odd)).map(|amount| amount.to_string());
    }
    parse_plain(value).ok().filter(odd).map(|amount| amount.to_string())
}

/// The amounts of a request that are no whole tenge, each with its parameter.
pub fn parts_of_tenge(params: &Params) -> impl Iterator<Item = (&str, String)> {
    params.0.iter().filter_map(|(name, value)| Some((name.as_str(), part_of_tenge(name, value)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_figures_from_text_and_numbers() {
        let info = json!({"currentShiftID": "109", "currentShiftStatus": "opened", "cashWeHave": "1108.00"});
        let report = json!({
            "fiscalData": {"sales": 218867407.47, "buy": 529.70, "saleReturn": "5", "buyReturn": 0.00},
            "saleDetails": {"sum": 1000.00, "cheques": 12}, "totalSaleCheques": 1200,
            "cashWeHave": 1108.00, "cashInTotal": "x"
        });
        let reading = Reading::new(&info, &report).unwrap();
        assert_eq!((reading.shift, reading.open), (109, true));
        assert_eq!(reading.drawer(), Some("1108".parse().unwrap()));
        assert_eq!(reading.figures[&Figure::Fiscal(Registration::Sale)], "218867407.47".parse().unwrap());
        assert_eq!(reading.figures[&Figure::ShiftReceipts(Registration::Sale)], Decimal::from(12));
        assert!(!reading.figures.contains_key(&Figure::CashIn));
    }

    #[test]
    fn a_drawer_emptied_by_the_bench_s_own_z_report_is_no_movement() {
        let reading = |status: &str, cash: u32| {
            let info = json!({"currentShiftID": "7", "currentShiftStatus": status, "cashWeHave": cash});
            Reading::new(&info, &json!({"cashWeHave": cash, "totalSaleCheques": 3})).unwrap()
        };
        let zero = Some(Decimal::ZERO);
        for (before, after, forgiven) in [
            (reading("opened", 500), reading("closed", 0), true),
            (reading("opened", 500), reading("closed", 400), false),
            (reading("opened", 500), reading("opened", 0), false),
            (reading("closed", 500), reading("closed", 0), false),
        ] {
            let mut seen = before.clone();
            seen.closed_meanwhile(&after);
            assert_eq!(seen.drawer() == zero, forgiven, "{before:?} then {after:?}");
            assert_eq!(seen.figures[&Figure::AllReceipts(Registration::Sale)], Decimal::from(3));
        }
    }

    #[test]
    fn documents_without_a_shift_are_no_reading() {
        for info in [json!({}), json!(null), json!({"currentShiftID": "x", "currentShiftStatus": "opened"})] {
            assert!(Reading::new(&info, &json!({})).is_none());
        }
    }

    #[test]
    fn parts_of_a_tenge_are_found_wherever_an_amount_stands() {
        for (name, value, found) in [
            ("sale", "100.50", Some("100.50")),
            ("cash", "100.00", None),
            ("bank", "12,5", None),
            ("itemdata", r#"[{"name": "Tea 0.5", "price": "100", "qty": "0.5", "sum": "50"}]"#, None),
            ("itemdata", r#"[{"name": "Tea", "price": 99.9, "qty": 1, "sum": 100}]"#, Some("99.9")),
            ("itemdata", r#"[{"name": "less", "discount": "0.1"}]"#, Some("0.1")),
            ("itemdata", "[", None),
        ] {
            assert_eq!(part_of_tenge(name, value).as_deref(), found, "{name} {value}");
        }
    }
}
