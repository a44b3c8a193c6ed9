//! Decisions about cash, shifts and cards.

/// When the Z report is answered (Q-SHIFT-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZAnswer {
    /// At its start; while it runs everything else is -2.
    AtStart,
    /// At its end: the shift is closed when the answer comes.
    AtEnd,
}

/// Cash in and out, and shifts (v22 §5.3).
#[derive(Debug, Clone, PartialEq)]
pub struct ShiftRules {
    /// Z without an open shift prints an empty report; else `check-all-params` -7 (Q-SHIFT-1).
    pub z_without_shift: bool,
    /// The Z report pays the drawer out; else the cash stays (Q-SHIFT-1).
    pub z_empties_drawer: bool,
    /// When Z is answered (Q-SHIFT-4).
    pub z_answer: ZAnswer,
    /// Seconds that a Z report runs, with normal and with fast timers (v22 §10.1).
    pub z_seconds: (u32, u32),
    /// A shift over 24 h refuses deposits and withdrawals too (Q-SHIFT-2).
    pub day_bars_cash: bool,
    /// A shift over 24 h refuses X reports too (Q-SHIFT-2).
    pub day_bars_x: bool,
    /// A registration says `shift-gt-7days` after a week; else `shift-gt-24h` (Q-SHIFT-2).
    pub week_in_registration: bool,
    /// Deposits and withdrawals are refused with `shift-gt-7days` after a week (Q-SHIFT-2).
    pub week_bars_cash: bool,
    /// Deposits and withdrawals take their numbers from the receipts (Q-CASH-1).
    pub cash_shares_numbers: bool,
    /// `lastClosedChequeId` follows deposits and withdrawals (Q-CASH-1).
    pub cash_is_last_receipt: bool,
    /// The Z report takes a number of the receipts (Q-CASH-1).
    pub z_takes_number: bool,
    /// What comes while a shift closes waits until it is closed; else it is -2 (SHIFT-7).
    pub held_while_closing: bool,
    /// The opening of a shift is a message of its own.
    pub opening_message: bool,
    /// An ordinary cashier meets another's open shift first: -11 instead of -16.
    pub foreign_shift_first: bool,
    /// A deposit or withdrawal of 0 is `cache-param-error`; else `cache-not-in-range`.
    pub zero_cash_is_no_number: bool,
    /// Operations beside the reports that need a senior cashier (Q-SHIFT-3).
    pub senior: SeniorRules,
}

/// Which operations need a senior cashier beside the reports of v22 §9.2 (Q-SHIFT-3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SeniorRules {
    /// The directories of v22 §9.1.
    pub directories: bool,
    /// /dump/bank.
    pub bank_results: bool,
    /// The Z report.
    pub z_report: bool,
    /// Deposits and withdrawals.
    pub cash: bool,
}

impl Default for ShiftRules {
    fn default() -> ShiftRules {
        ShiftRules {
            z_without_shift: true,
            z_empties_drawer: false,
            z_answer: ZAnswer::AtEnd,
            z_seconds: (40, 8),
            day_bars_cash: false,
            day_bars_x: false,
            week_in_registration: false,
            week_bars_cash: true,
            cash_shares_numbers: true,
            cash_is_last_receipt: false,
            z_takes_number: false,
            held_while_closing: false,
            opening_message: false,
            foreign_shift_first: false,
            zero_cash_is_no_number: false,
            senior: SeniorRules::default(),
        }
    }
}

/// `transactionResult` where one number has a success and a failure (Q-BANK-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MixedResult {
    /// The last one's.
    Last,
    /// `success` where there is any.
    AnySuccess,
    /// `fail` where there is any.
    AnyFailure,
}

/// The form of `dateTime` in bank documents (Q-BANK-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BankDate {
    /// `22-11-2017 17:19:55`, as in the example.
    DayFirst,
    /// `2017-11-22 17:19:55`, as in the text.
    YearFirst,
}

/// Card payments (v22 §6).
#[derive(Debug, Clone, PartialEq)]
pub struct BankRules {
    /// A bad parameter is `bank-param-error` -7; else `check-all-params` -7 (Q-BANK-1).
    pub bad_is_bank_param: bool,
    /// Form of `dateTime` (Q-BANK-1).
    pub date: BankDate,
    /// Success and failure under one number (Q-BANK-2).
    pub mixed: MixedResult,
    /// A reconciliation is listed among the transactions (Q-BANK-2).
    pub lists_reconciliation: bool,
    /// An unknown number gives a document without transactions; else `check-all-params` -7
    /// (Q-BANK-3).
    pub unknown_is_empty: bool,
    /// A payment without `trackdocument` is found under the number 0 (Q-BANK-3).
    pub untracked_is_zero: bool,
    /// Seconds after which the terminal gives up and the transaction fails.
    pub gives_up_after: u32,
}

impl Default for BankRules {
    fn default() -> BankRules {
        BankRules {
            bad_is_bank_param: false,
            date: BankDate::DayFirst,
            mixed: MixedResult::Last,
            lists_reconciliation: false,
            unknown_is_empty: true,
            untracked_is_zero: false,
            gives_up_after: 180,
        }
    }
}
