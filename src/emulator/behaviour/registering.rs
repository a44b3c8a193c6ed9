//! Decisions about registrations: totals, payments, items, printing.

use super::Unexpected;

/// One group of checks of a registration; the first that fails gives the answer (Q-REG-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Faults, shift and cashier.
    Device,
    /// The total and its range.
    Total,
    /// Each payment on its own.
    Payments,
    /// The tax id.
    Tax,
    /// `itemdata`.
    Items,
    /// `print` and `footer`.
    Texts,
}

/// Registrations as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct RegistrationRules {
    /// The order in which faults are found (Q-REG-2). A check that is left out is not made.
    pub checks: Vec<Check>,
    /// `sale-lq-one` and `sale-hq-20mil` keep their name for the other types (Q-REG-1).
    pub range_reasons_say_sale: bool,
    /// With a tax on top, the fiscal totals move by total plus tax; else by the total (Q-TAX-1).
    pub tax_in_fiscal: bool,
    /// With a tax on top, so do the shift's sums and turnovers (Q-TAX-1).
    pub tax_in_sums: bool,
    /// With a tax on top, so do the rows of receipts (Q-TAX-1).
    pub tax_in_rows: bool,
    /// With a tax on top, so does the drawer: it holds what was taken (Q-TAX-1).
    pub tax_in_drawer: bool,
}

impl Default for RegistrationRules {
    fn default() -> RegistrationRules {
        RegistrationRules {
            checks: vec![
                Check::Device,
                Check::Total,
                Check::Payments,
                Check::Tax,
                Check::Items,
                Check::Texts,
            ],
            range_reasons_say_sale: true,
            tax_in_fiscal: true,
            tax_in_sums: true,
            tax_in_rows: true,
            tax_in_drawer: true,
        }
    }
}

/// A payment of 0 beside another one (Q-PAY-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZeroPayment {
    /// As if it were not given.
    Ignored,
    /// A payment like any other: the receipt is a mixed one.
    Counts,
    /// Out of range.
    Refused,
}

/// Payments.
#[derive(Debug, Clone, PartialEq)]
pub struct PaymentRules {
    /// Code of a single non-cash payment above the total, -10 or -13 (Q-PAY-1).
    pub single_above_code: i32,
    /// Cash above the total in a buy gives change; else -13 (Q-PAY-2).
    pub buy_gives_change: bool,
    /// A payment of 0 beside another (Q-PAY-3).
    pub zero: ZeroPayment,
    /// A non-cash return above the total is `change-not-allowed` -13; else `…-hq-sale` -10
    /// (Q-PAY-4).
    pub return_above_is_change: bool,
    /// A negative payment, deposit or withdrawal is a `…-param-error`; else `…-not-in-range`
    /// (Q-PAY-5).
    pub negative_is_no_number: bool,
    /// A single non-cash payment below the total is `cash-lq-sale`; else `…-hq-sale`, both -10
    /// (PAY-15).
    pub short_is_cash_lq_sale: bool,
}

impl Default for PaymentRules {
    fn default() -> PaymentRules {
        PaymentRules {
            single_above_code: -10,
            buy_gives_change: false,
            zero: ZeroPayment::Ignored,
            return_above_is_change: true,
            negative_is_no_number: false,
            short_is_cash_lq_sale: true,
        }
    }
}

/// Something odd in `itemdata`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OddItems {
    /// -17.
    Refused,
    /// Taken as far as it goes.
    Taken,
}

/// How a discount shows in reports and online (Q-ITEM-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscountForm {
    /// A row of its own: quantity 1, negative price and sum.
    NegativePrice,
    /// A row of its own: quantity -1, positive price, negative sum.
    NegativeQuantity,
    /// Taken off the other rows in proportion.
    Spread,
}

/// How numbers look on paper (Q-ITEM-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperNumber {
    /// `100`, `1.5`.
    Short,
    /// `100.00`, `1.50`.
    TwoDecimals,
}

/// `itemdata` and the line that stands for it.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemRules {
    /// GET with `itemdata`, `print`, `footer` or `printHeader` (Q-ITEM-1).
    pub texts_by_get: Unexpected,
    /// Items whose sums are not the total; taken, the receipt is booked as one line (Q-ITEM-2).
    pub other_sum: OddItems,
    /// Price times quantity is not the sum; taken, the sum counts (Q-ITEM-2).
    pub other_product: OddItems,
    /// An item without a name; taken, it is called as the type (Q-ITEM-2).
    pub nameless: OddItems,
    /// JSON numbers instead of strings (Q-ITEM-2).
    pub json_numbers: OddItems,
    /// An empty array; taken, it is as no `itemdata` (Q-ITEM-2).
    pub empty_array: OddItems,
    /// JSON that is no array; taken, it is as no `itemdata` (Q-ITEM-2).
    pub not_an_array: OddItems,
    /// Over 80 positions the local reports hold every row; else one (Q-ITEM-3).
    pub reports_hold_all: bool,
    /// The types' words, in the order of `chequeType` (Q-ITEM-4).
    pub type_words: [&'static str; 4],
    /// Numbers on paper (Q-ITEM-4).
    pub paper_number: PaperNumber,
    /// What stands between quantity and price on paper (Q-ITEM-4).
    pub times: &'static str,
    /// What follows a sum on paper, with its space: ` tenge` (Q-ITEM-4).
    pub currency: &'static str,
    /// Discounts in reports and online (Q-ITEM-5).
    pub discount: DiscountForm,
}

impl Default for ItemRules {
    fn default() -> ItemRules {
        ItemRules {
            texts_by_get: Unexpected::CheckAllParams,
            other_sum: OddItems::Refused,
            other_product: OddItems::Refused,
            nameless: OddItems::Refused,
            json_numbers: OddItems::Taken,
            empty_array: OddItems::Refused,
            not_an_array: OddItems::Refused,
            reports_hold_all: true,
            type_words: ["Sale", "Buy", "Sale return", "Buy return"],
            paper_number: PaperNumber::Short,
            times: "x",
            currency: " tenge",
            discount: DiscountForm::NegativePrice,
        }
    }
}

/// A bar code that is none (Q-PRN-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadBarcode {
    /// `print-lines-parse-error` -7.
    Refused,
    /// Printed as the text it is.
    Text,
}

/// A line longer than the paper is wide (Q-PRN-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LongLine {
    /// Goes on in the next line.
    Wrapped,
    /// Ends at the edge.
    Cut,
    /// `print-lines-parse-error` -7.
    Refused,
}

/// The body of a successful /apiprint (Q-PRN-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintBody {
    /// `0`.
    Zero,
    /// `ok`.
    Word,
    /// Nothing.
    Empty,
}

/// The width of the paper in an external printer, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// 80 mm: 42 characters.
    Wide,
    /// 57 mm: 30 characters.
    Narrow,
}

/// The font of the internal printer: its settings choose it, no request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Font {
    /// 24 characters a line.
    Normal,
    /// 32 characters a line.
    Small,
    /// 19 characters a line.
    Large,
}

/// Printing.
#[derive(Debug, Clone, PartialEq)]
pub struct PrintRules {
    /// An EAN with a wrong check digit (Q-PRN-1).
    pub wrong_check_digit: BadBarcode,
    /// A code of the wrong length (Q-PRN-1).
    pub wrong_length: BadBarcode,
    /// A code with a forbidden symbol (Q-PRN-1).
    pub wrong_symbol: BadBarcode,
    /// Lines that are too long (Q-PRN-2).
    pub long_line: LongLine,
    /// A low battery is -5; else `check-printer-or-batt` -6 (Q-PRN-3).
    pub low_battery_is_5: bool,
    /// GET on /apiprint; ignored means that the method does not matter (Q-PRN-4).
    pub by_get: Unexpected,
    /// Body of a successful /apiprint (Q-PRN-4).
    pub body: PrintBody,
    /// Paper of the external printer.
    pub paper: Paper,
    /// Font of the internal printer.
    pub font: Font,
    /// Milliseconds for which it is busy (-2) after a document.
    pub busy_after_ms: u32,
}

impl Default for PrintRules {
    fn default() -> PrintRules {
        PrintRules {
            wrong_check_digit: BadBarcode::Refused,
            wrong_length: BadBarcode::Refused,
            wrong_symbol: BadBarcode::Refused,
            long_line: LongLine::Wrapped,
            low_battery_is_5: false,
            by_get: Unexpected::CheckAllParams,
            body: PrintBody::Zero,
            paper: Paper::Wide,
            font: Font::Normal,
            busy_after_ms: 0,
        }
    }
}
