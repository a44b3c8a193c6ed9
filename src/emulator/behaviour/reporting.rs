//! Decisions about documents, status and management.

use crate::session::PrintMode;

/// Which key names a receipt in /dump/transaction (Q-DUMP-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptKey {
    /// The one that the registration spent.
    Spent,
    /// The one that it was answered.
    Answered,
}

/// What a dump of something unknown gives (Q-DUMP-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownDump {
    /// `check-all-params` -7.
    CheckAllParams,
    /// `incorrect-method` -8.
    IncorrectMethod,
    /// A document with nothing in it.
    Empty,
}

/// The meaning of `revenue` (Q-DUMP-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revenue {
    /// Sales less their returns.
    Net,
    /// Sales alone.
    Sales,
    /// All that came in less all that went out: sales and returned purchases less the rest.
    Flow,
}

/// `cashWeHave` in the report of a closed shift (Q-DUMP-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastCash {
    /// The drawer as it is now.
    Now,
    /// The drawer when the shift closed.
    AtClose,
}

/// The order of fields in documents. JSON gives it no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldOrder {
    /// As in the vendor's examples.
    Document,
    /// The other way round.
    Reversed,
    /// By name.
    Alphabetical,
}

/// Directories and reports (v22 §9).
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRules {
    /// `fiscalData.sales` as in the example; else `sale` as in the text (Q-DUMP-1).
    pub fiscal_sales: bool,
    /// `shiftState` of an open shift is `opened`; else `open` (Q-DUMP-1).
    pub state_opened: bool,
    /// The shift report's dates have seconds (Q-DUMP-1).
    pub seconds: bool,
    /// Booleans are the texts `"true"` and `"false"` (Q-DUMP-1).
    pub text_booleans: bool,
    /// Key of a receipt (Q-DUMP-2).
    pub receipt_key: ReceiptKey,
    /// An unknown shift (Q-DUMP-3).
    pub unknown_shift: UnknownDump,
    /// An unknown web-key (Q-DUMP-3).
    pub unknown_receipt: UnknownDump,
    /// An unknown table (Q-DUMP-3).
    pub unknown_table: UnknownDump,
    /// `revenue` (Q-DUMP-4).
    pub revenue: Revenue,
    /// `cashWeHave` of a past shift (Q-DUMP-4).
    pub past_cash: PastCash,
    /// An archived shift's report has the fiscal data at its opening beside the current ones.
    pub archived_has_opening: bool,
    /// `itemCode` is null; else empty.
    pub item_code_null: bool,
    /// reportwithtax has rows for taxes without turnover too.
    pub zero_taxes: bool,
    /// Lists hold receipts of a type that v22 does not have.
    pub newer_receipts: bool,
    /// The order of fields.
    pub field_order: FieldOrder,
}

impl Default for ReportRules {
    fn default() -> ReportRules {
        ReportRules {
            fiscal_sales: true,
            state_opened: false,
            seconds: false,
            text_booleans: true,
            receipt_key: ReceiptKey::Answered,
            unknown_shift: UnknownDump::CheckAllParams,
            unknown_receipt: UnknownDump::CheckAllParams,
            unknown_table: UnknownDump::IncorrectMethod,
            revenue: Revenue::Net,
            past_cash: PastCash::Now,
            archived_has_opening: false,
            item_code_null: false,
            zero_taxes: false,
            newer_receipts: false,
            field_order: FieldOrder::Document,
        }
    }
}

/// The body of a management answer (Q-MGMT-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagementBody {
    /// `0`.
    Zero,
    /// `ok`.
    Word,
    /// `{"result":"ok"}`.
    Json,
}

/// In which order several session variables of one query take effect (Q-MGMT-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableOrder {
    /// As they stand: of two that contradict each other the last one counts.
    AsGiven,
    /// The other way round: the first one counts.
    Reversed,
}

/// What a restart leaves of the web cashier (MGMT-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterRestart {
    /// It goes on with the same key.
    GoesOn,
    /// It goes on with a new key, which a person reads off the screen.
    NewKey,
    /// It stays down until a person starts it.
    StaysDown,
}

/// Status and management (v22 §7, §10).
#[derive(Debug, Clone, PartialEq)]
pub struct ManagementRules {
    /// apicheck answers 0 whatever fault stands; else the fault (Q-CHK-1).
    pub always_ready: bool,
    /// Bodies of management answers (Q-MGMT-1).
    pub body: ManagementBody,
    /// getPrintMode tells the mode in the body; else in the reason, with the usual body (Q-MGMT-1).
    pub mode_in_body: bool,
    /// An unknown apicheck parameter is ignored; else `check-all-params` -7 (Q-MGMT-1).
    pub ignores_unknown_variable: bool,
    /// An unknown print mode is answered as success and changes nothing; else
    /// `check-all-params` -7 (Q-MGMT-1).
    pub ignores_unknown_mode: bool,
    /// Several variables in one query (Q-MGMT-2).
    pub several: VariableOrder,
    /// Messages reach the tax committee; else they wait for ever.
    pub linked: bool,
    /// getInfo says `roundingRule` beside `roudingRule`.
    pub both_spellings: bool,
    /// A print mode whose printer is not there: it is refused with -6.
    pub absent_printer: Option<PrintMode>,
    /// The web cashier after a restart (MGMT-9).
    pub after_restart: AfterRestart,
}

impl Default for ManagementRules {
    fn default() -> ManagementRules {
        ManagementRules {
            always_ready: true,
            body: ManagementBody::Zero,
            mode_in_body: true,
            ignores_unknown_variable: false,
            ignores_unknown_mode: false,
            several: VariableOrder::AsGiven,
            linked: true,
            both_spellings: false,
            absent_printer: None,
            after_restart: AfterRestart::GoesOn,
        }
    }
}
