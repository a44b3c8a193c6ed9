//! Registration and its repeat (v22 §4, §5.1).
//!
//! - `reading`: what a request names: type and total, tax, positions, texts

mod reading;

use super::arguments::Arguments;
use super::behaviour::{Check, OddItems, Posting};
use super::books::{Receipt, Row, Sending};
use super::directories::Tax;
use super::items::{self, Item};
use super::keys::{LastRegistration, fingerprint};
use super::machine::Machine;
use super::number;
use super::online::OnlineMessage;
use super::payment::{self, Owed, Payments};
use super::printer::Document;
use super::refusal::{self, Refusal};
use super::reply::Reply;
use ikkm_protocol::{PayKind, Registration};
use rust_decimal::Decimal;
use time::PrimitiveDateTime;

const KNOWN: [&str; 13] = [
    "key",
    "sale",
    "buy",
    "saleReturn",
    "buyReturn",
    "cash",
    "bank",
    "tara",
    "credit",
    "tax",
    "print",
    "itemdata",
    "footer",
];

/// Text that goes on the receipt beside its rows, laid out.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    pub print: Vec<String>,
    pub footer: Vec<String>,
}

impl Machine {
    /// The key is the previous one and its registration is to be repeated (KEY-5, Q-KEY-1, -2).
    pub(super) fn is_repeat(&self, key: &str, arguments: &Arguments) -> bool {
        let rules = &self.behaviour.keys;
        self.keys.is_previous(key)
            && self.keys.last.as_ref().is_some_and(|last| {
                (rules.repeats_other_parameters || last.said(&arguments.all))
                    && (rules.repeats_after_z || !last.before_z)
                    && (rules.repeats_after_restart || !last.before_restart)
            })
    }

    /// Repeats the last answer and prints a duplicate; nothing is registered (KEY-5, KEY-6).
    pub(super) fn repeat(&mut self, now: PrimitiveDateTime) -> Result<Reply, Refusal> {
        let number = self.keys.last.as_ref().map(|last| last.number).ok_or(refusal::WRONG_KEY)?;
        if !self.behaviour.keys.repeats_under_fault {
            self.may_register(now)?;
        }
        if self.may_print().is_ok()
            && let Some(lines) = self.printer.last_receipt.clone()
        {
            self.print_duplicate(lines);
        }
        let posting = self.keys.last.as_ref().and_then(|last| last.posting);
        if let Some(entry) = posting.and_then(|posting| self.repeat_entry(&posting)) {
            self.books.post(entry, self.directories.cashier, now);
        }
        Ok(Reply::keyed(number, self.keys.current()))
    }

    /// Registers a receipt: every check first, then every change.
    pub(super) fn register(
        &mut self,
        arguments: &Arguments,
        now: PrimitiveDateTime,
    ) -> Result<Reply, Refusal> {
        let total = self.read_total(arguments);
        let payments = payment::read(arguments, &self.behaviour);
        let tax = self.read_tax(arguments);
        let items = self.read_items(arguments);
        let texts = self.read_texts(arguments);
        for check in &self.behaviour.registration.checks {
            let refusal = match check {
                Check::Device => self.may_register(now).err(),
                Check::Total => total.err(),
                Check::Payments => payments.as_ref().err().copied(),
                Check::Tax => tax.as_ref().err().copied(),
                Check::Items => items.as_ref().err().copied(),
                Check::Texts => texts.as_ref().err().copied(),
            };
            if let Some(refusal) = refusal {
                return Err(refusal);
            }
        }
        let (kind, total) = total?;
        let (payments, tax, texts) = (payments?, tax?, texts?);
        let owed = self.owed(total, &tax);
        let settings_mix = kind == Registration::Sale && !self.conditions.mixed_payment_off;
        let may_mix = settings_mix || self.bar(refusal::NO_MIXED_PAYMENT).is_ok();
        let cash = payment::settle(kind, owed, &payments, may_mix, &self.behaviour)?;
        let takes_cash = matches!(kind, Registration::Buy | Registration::SaleReturn);
        if takes_cash && cash > self.books.drawer {
            self.bar(refusal::NO_CASH_IN_DRAWER)?;
        }
        let items = self.matching_items(items?, total)?;
        self.refuse_extra(arguments, &KNOWN)?;
        Ok(self.commit(Draft { kind, owed, payments, cash, tax, items, texts }, arguments, now))
    }

    /// What the customer owes, and what the books move by (Q-TAX-1).
    fn owed(&self, total: Decimal, tax: &Tax) -> Owed {
        let tax_on_top = if tax.included {
            Decimal::ZERO
        } else {
            self.behaviour.numbers.round_amount(total * tax.percent / Decimal::ONE_HUNDRED)
        };
        let booked = if self.behaviour.registration.tax_in_drawer { total + tax_on_top } else { total };
        Owed { total, tax_on_top, booked }
    }

    /// Items make the total, or are odd (Q-ITEM-2).
    fn matching_items(&self, items: Option<Vec<Item>>, total: Decimal) -> Result<Option<Items>, Refusal> {
        let Some(items) = items else { return Ok(None) };
        let sum: Decimal = items.iter().map(Item::adds).sum();
        match self.behaviour.items.other_sum {
            _ if sum == total => Ok(Some(Items { list: items, make_total: true })),
            OddItems::Taken => Ok(Some(Items { list: items, make_total: false })),
            OddItems::Refused => Err(refusal::ITEM_DATA),
        }
    }

    /// Books, prints and reports a receipt that passed every check, and gives the new key.
    fn commit(&mut self, draft: Draft, arguments: &Arguments, now: PrimitiveDateTime) -> Reply {
        self.begin_shift(now);
        let spent = self.spend_key();
        self.books.last_number = self.next_number();
        let receipt = Receipt {
            number: self.books.last_number,
            at: now,
            kind: draft.kind,
            total: number::money(draft.owed.booked),
            tax: draft.tax.clone(),
            tax_on_top: draft.owed.tax_on_top,
            rows: self.report_rows(&draft),
            first_row: self.books.last_row + 1,
            spent: spent.clone(),
            answered: self.keys.current().clone(),
            over_limit: draft.items.as_ref().is_some_and(|items| items.list.len() > self.most_positions()),
            sending: if self.queues() { Sending::Queued } else { Sending::Sent(now) },
        };
        let rules = &self.behaviour.registration;
        let counted = |counts: bool| {
            number::money(draft.owed.total + if counts { draft.owed.tax_on_top } else { Decimal::ZERO })
        };
        let posting = Posting {
            kind: receipt.kind,
            total: counted(rules.tax_in_sums),
            fiscal: counted(rules.tax_in_fiscal),
            cash: draft.cash,
            tendered: draft.tendered(),
            payments: draft.payments.len(),
            rows: receipt.rows.len(),
            credit: draft.paid_by(PayKind::Credit),
            tara: draft.paid_by(PayKind::Tara),
        };
        self.keys.last = Some(LastRegistration {
            spent,
            posting: Some(posting),
            parameters: fingerprint(&arguments.all),
            number: receipt.number,
            before_z: false,
            before_restart: false,
        });
        let lines = self.receipt_lines(&receipt, &draft);
        self.printer.last_receipt = Some(lines.clone());
        self.print(Document::Receipt, lines);
        if receipt.sending != Sending::Queued {
            let message = self.message(&receipt);
            self.send(message);
        }
        let reply = Reply::keyed(receipt.number, self.keys.current());
        let entry = self.entry(&posting);
        self.books.register(receipt, entry, self.directories.cashier, now);
        reply
    }

    /// The rows that cheques and sales hold (Q-ITEM-3, Q-ITEM-5).
    fn report_rows(&self, draft: &Draft) -> Vec<Row> {
        let rules = &self.behaviour.items;
        let word = self.type_word(draft.kind);
        let mut rows = match &draft.items {
            Some(items)
                if items.make_total
                    && (items.list.len() <= self.most_positions() || rules.reports_hold_all) =>
            {
                items::rows(&items.list, rules.discount)
            }
            _ => vec![items::single_row(word, draft.owed.total)],
        };
        if self.behaviour.registration.tax_in_rows && !draft.owed.tax_on_top.is_zero() {
            rows.push(items::single_row(&draft.tax.name, draft.owed.tax_on_top));
        }
        rows
    }

    /// The message to the tax committee; over 80 positions it has one (v22 §5.1).
    pub(super) fn message(&self, receipt: &Receipt) -> OnlineMessage {
        if receipt.over_limit {
            let one = items::single_row(self.type_word(receipt.kind), receipt.total);
            return OnlineMessage::new(receipt.kind, receipt.total, &[one]);
        }
        OnlineMessage::new(receipt.kind, receipt.total, &receipt.rows)
    }

    /// The type's word on paper and online (Q-ITEM-4).
    pub(super) fn type_word(&self, kind: Registration) -> &'static str {
        let [sale, buy, sale_return, buy_return] = self.behaviour.items.type_words;
        match kind {
            Registration::Sale => sale,
            Registration::Buy => buy,
            Registration::SaleReturn => sale_return,
            Registration::BuyReturn => buy_return,
        }
    }
}

/// The items of a receipt.
#[derive(Debug, Clone)]
pub(super) struct Items {
    pub list: Vec<Item>,
    /// Their sums make the total; else the receipt is booked as one row.
    pub make_total: bool,
}

/// A registration that passed every check.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub kind: Registration,
    pub owed: Owed,
    pub payments: Payments,
    /// The cash that stays in, or leaves, the drawer.
    pub cash: Decimal,
    pub tax: Tax,
    pub items: Option<Items>,
    pub texts: Texts,
}

impl Draft {
    /// The cash that was offered, change included.
    pub(super) fn tendered(&self) -> Decimal {
        self.paid_by(PayKind::Cash)
    }

    /// What was offered in that way.
    fn paid_by(&self, way: PayKind) -> Decimal {
        self.payments.iter().filter(|(kind, _)| *kind == way).map(|(_, sum)| *sum).sum()
    }
}
