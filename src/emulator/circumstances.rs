//! What the device is doing, and how often it has done what: all that a decision may hang on beside
//! the request itself.

use super::arguments::Route;
use ikkm_protocol::{Method, Params};
use std::collections::BTreeMap;

/// Something that the device does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Operation {
    /// A registration.
    Register,
    /// The repeat of the last registration's answer.
    Repeat,
    /// Cash taken out.
    Withdraw,
    /// Cash put in.
    Deposit,
    /// The X report.
    XReport,
    /// The Z report.
    ZReport,
    /// A card operation.
    Bank,
    /// The status, or session variables.
    Check,
    /// getInfo.
    GetInfo,
    /// The last document printed again.
    PrintLast,
    /// Text printed.
    Print,
    /// System functions.
    Manage,
    /// Directories and reports.
    Dump,
    /// A path that is nothing.
    #[default]
    Unknown,
    /// Off and on again.
    Restart,
    /// The web API switched on again.
    SwitchOn,
}

const OPERATIONS: usize = Operation::SwitchOn as usize + 1;

impl From<&Route> for Operation {
    fn from(route: &Route) -> Operation {
        match route {
            Route::Register => Operation::Register,
            Route::Withdraw => Operation::Withdraw,
            Route::Deposit => Operation::Deposit,
            Route::XReport => Operation::XReport,
            Route::ZReport => Operation::ZReport,
            Route::Bank => Operation::Bank,
            Route::Check => Operation::Check,
            Route::GetInfo => Operation::GetInfo,
            Route::PrintLast => Operation::PrintLast,
            Route::Print => Operation::Print,
            Route::Manage => Operation::Manage,
            Route::Dump(_) => Operation::Dump,
            Route::Unknown => Operation::Unknown,
        }
    }
}

/// What is asked for now, what was asked before, and how often each operation succeeded.
#[derive(Debug, Clone)]
pub(crate) struct Circumstances {
    /// What the device is doing.
    pub operation: Operation,
    /// How it was asked.
    pub method: Method,
    /// What it did before, reading aside.
    pub previous: Operation,
    /// The last operation, reading aside, was refused.
    pub after_refusal: bool,
    /// Another registration was carried out between the request's arrival and its turn.
    pub overtaken: bool,
    /// A Z report runs.
    pub closing: bool,
    /// The request's path, where something asks for it.
    pub path: String,
    /// The request's parameters as they were understood, where something asks for them.
    pub heard: Params,
    /// What is remembered from one request to a later one.
    pub notes: BTreeMap<&'static str, String>,
    succeeded: [u64; OPERATIONS],
}

impl Circumstances {
    /// Those of a device that did nothing yet.
    pub(crate) fn new() -> Circumstances {
        Circumstances {
            operation: Operation::Unknown,
            method: Method::Get,
            previous: Operation::Unknown,
            after_refusal: false,
            overtaken: false,
            closing: false,
            path: String::new(),
            heard: Params::new(),
            notes: BTreeMap::new(),
            succeeded: [0; OPERATIONS],
        }
    }

    /// How often that operation succeeded before.
    pub(crate) fn times(&self, operation: Operation) -> u64 {
        self.succeeded.get(operation as usize).copied().unwrap_or_default()
    }

    /// An operation begins.
    pub(crate) fn begin(&mut self, operation: Operation, method: Method) {
        self.operation = operation;
        self.method = method;
    }

    /// The operation that runs ends.
    pub(crate) fn end(&mut self, success: bool) {
        if success && let Some(count) = self.succeeded.get_mut(self.operation as usize) {
            *count += 1;
        }
        if !matches!(self.operation, Operation::GetInfo | Operation::Dump) {
            self.previous = self.operation;
            self.after_refusal = !success;
        }
    }
}
