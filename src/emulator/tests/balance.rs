//! What balanced books are, said apart from how they are kept.

use crate::books::Books;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;

impl Books {
    /// What is wrong with the books, if anything (DUMP-7).
    pub(crate) fn imbalance(&self) -> Option<String> {
        let mut fiscal = self.shifts.first().map_or(self.fiscal, |shift| shift.fiscal_at_open);
        for shift in &self.shifts {
            if shift.fiscal_at_open != fiscal {
                return Some(format!(
                    "shift {} opens with {:?}, not {fiscal:?}",
                    shift.id, shift.fiscal_at_open
                ));
            }
            for kind in Registration::ALL {
                let own = || shift.receipts.iter().filter(|receipt| receipt.kind == kind);
                let totals: Decimal = own().map(|receipt| receipt.total).sum();
                let rows: Decimal = own().flat_map(|receipt| &receipt.rows).map(|row| row.sum).sum();
                let turnover: Decimal =
                    shift.taxes.iter().filter(|((k, ..), _)| *k == kind).map(|(_, tax)| tax.turnover).sum();
                let sum = shift.sums[kind];
                if totals != sum
                    || rows != sum
                    || turnover != sum
                    || own().count() as u64 != shift.counts[kind]
                {
                    return Some(format!(
                        "shift {} {kind}: receipts {totals}, rows {rows}, taxes {turnover}, sum {sum}",
                        shift.id
                    ));
                }
                fiscal[kind] += sum;
            }
        }
        (fiscal != self.fiscal).then(|| format!("fiscal memory {:?}, shifts make {fiscal:?}", self.fiscal))
    }
}
