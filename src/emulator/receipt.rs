//! Receipts and other documents as lines on paper (v22 §5.1).

use super::behaviour::PaperNumber;
use super::books::Receipt;
use super::items::Item;
use super::machine::Machine;
use super::printer::{Part, Printed, of_part, plain};
use super::registration::Draft;
use rust_decimal::Decimal;

impl Machine {
    /// The lines of a new receipt: the session's header, `print`, the rows, what was paid, `footer`.
    pub(super) fn receipt_lines(&self, receipt: &Receipt, draft: &Draft) -> Vec<Printed> {
        let mut lines = self.heading(receipt);
        lines.extend(of_part(Part::Print, draft.texts.print.iter().cloned()));
        lines.extend(match &draft.items {
            Some(items) => of_part(Part::Row, items.list.iter().map(|item| self.item_line(item))),
            None => of_part(Part::Row, [self.automatic_line(receipt, draft.owed.total)]),
        });
        lines.extend(plain(self.sum_lines(receipt, draft)));
        lines.extend(of_part(Part::Footer, draft.texts.footer.iter().cloned()));
        lines
    }

    /// The sums under the rows: tax, total, payments, change.
    fn sum_lines(&self, receipt: &Receipt, draft: &Draft) -> Vec<String> {
        let mut lines = Vec::new();
        if !draft.owed.tax_on_top.is_zero() {
            lines.push(format!("{} {}", draft.tax.name, self.sum_on_paper(draft.owed.tax_on_top)));
        }
        lines.push(format!("TOTAL {}", self.sum_on_paper(receipt.total)));
        for (kind, sum) in &draft.payments {
            lines.push(format!("{} {}", kind.wire(), self.sum_on_paper(*sum)));
        }
        let change = draft.tendered() - draft.cash;
        if change > Decimal::ZERO {
            lines.push(format!("change {}", self.sum_on_paper(change)));
        }
        lines
    }

    /// The lines of a receipt of which only the books are left.
    pub(super) fn plain_receipt(&self, receipt: &Receipt) -> Vec<Printed> {
        let mut lines = self.heading(receipt);
        for row in &receipt.rows {
            lines.extend(of_part(
                Part::Row,
                [self.position_line(&row.name, row.quantity, row.price, row.sum)],
            ));
        }
        lines.extend(plain(vec![format!("TOTAL {}", self.sum_on_paper(receipt.total))]));
        lines
    }

    /// The lines of an X or Z report.
    pub(super) fn report_lines(&self, title: &str) -> Vec<String> {
        let mut lines = vec![title.to_owned()];
        if let Some(shift) = self.books.open_shift() {
            lines.push(format!("SHIFT {}", shift.id));
            for kind in ikkm_protocol::Registration::ALL {
                let sum = self.sum_on_paper(shift.sums[kind]);
                lines.push(format!("{} {} {sum}", self.type_word(kind), shift.counts[kind]));
            }
        }
        lines.push(format!("CASH {}", self.sum_on_paper(self.books.drawer)));
        lines
    }

    /// A sum as it is printed, with the currency's word.
    pub(super) fn sum_on_paper(&self, sum: Decimal) -> String {
        format!("{}{}", self.number_on_paper(sum), self.behaviour.items.currency)
    }

    fn heading(&self, receipt: &Receipt) -> Vec<Printed> {
        // A header that no longer fits the selected printer is left out rather than cut.
        let header = self.session.header.as_deref().and_then(|text| self.lay_out(text).ok());
        let mut lines = of_part(Part::Header, header.unwrap_or_default());
        lines.extend(plain(vec![format!("RECEIPT {}", receipt.number)]));
        lines
    }

    /// `Sale 1x100 = 100 tenge` (v22 §5.1, "Table part of receipt").
    fn automatic_line(&self, receipt: &Receipt, total: Decimal) -> String {
        let number = self.number_on_paper(total);
        {
            let items = &self.behaviour.items;
            format!("{} 1{}{number} = {number}{}", self.type_word(receipt.kind), items.times, items.currency)
        }
    }

    fn item_line(&self, item: &Item) -> String {
        match item {
            Item::Good { name, price, quantity, sum } => self.position_line(name, *quantity, *price, *sum),
            Item::Discount { name, sum } => format!("{name} -{}", self.sum_on_paper(*sum)),
        }
    }

    fn position_line(&self, name: &str, quantity: Decimal, price: Decimal, sum: Decimal) -> String {
        let (quantity, price) = (quantity.normalize(), self.number_on_paper(price));
        format!("{name} {quantity}{}{price} = {}", self.behaviour.items.times, self.sum_on_paper(sum))
    }

    fn number_on_paper(&self, number: Decimal) -> String {
        match self.behaviour.items.paper_number {
            PaperNumber::Short => number.normalize().to_string(),
            PaperNumber::TwoDecimals => super::number::money(number).to_string(),
        }
    }
}
