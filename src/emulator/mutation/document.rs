//! Fields of JSON documents that a mutation takes away or changes.

use super::By;
use super::tools::{each, number, rename, retype, set, shorten, without};
use ikkm_protocol::Answer;
use serde_json::Value;

/// Where in the documents a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// getInfo, whole and minimum.
    Info,
    /// getInfo without `show=minimum`.
    WholeInfo,
    /// getInfo with `show=minimum`.
    Minimum,
    /// /dump/table/items.
    Goods,
    /// /dump/table/shifts.
    Shifts,
    /// The receipts of cheques.
    Cheques,
    /// The rows of their `chequeSales`.
    ChequeRows,
    /// salescheques.
    FlatCheques,
    /// sales.
    Sales,
    /// report.
    Report,
    /// reportwithtax.
    TaxReport,
    /// `taxDetails` of the sales' taxes in reportwithtax.
    SaleTaxDetails,
    /// `saleDetails` of report.
    SaleDetails,
    /// /dump/transaction.
    Transaction,
    /// /dump/bank/N/trackdocument.
    Card,
    /// Its `details`.
    CardDetails,
}

/// What becomes of a field.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Edit {
    /// It is missing.
    Drop(&'static str),
    /// It has another name.
    Rename(&'static str, &'static str),
    /// A number is text, or a text what it spells.
    Retype(&'static str),
    /// It is always that text.
    Freeze(&'static str, &'static str),
    /// It is always that number.
    FreezeNumber(&'static str, i64),
    /// It is null.
    Null(&'static str),
    /// It has no more decimals than that.
    Shorten(&'static str, u32),
    /// A number is one more.
    OneMore(&'static str),
    /// Whatever the code makes of the object.
    Change(By<fn(&mut Value)>),
}

impl Edit {
    fn apply(&self, object: &mut Value) {
        match *self {
            Edit::Drop(field) => without(object, field),
            Edit::Rename(field, to) => rename(object, field, to),
            Edit::Retype(field) => retype(object, field),
            Edit::Freeze(field, text) => set(object, field, text),
            Edit::FreezeNumber(field, value) => set(object, field, value),
            Edit::Null(field) => set(object, field, Value::Null),
            Edit::Shorten(field, places) => shorten(object, field, places),
            Edit::OneMore(field) => {
                let next = number(object, field) + rust_decimal::Decimal::ONE;
                set(object, field, next.to_string());
            }
            Edit::Change(change) => (change.0)(object),
        }
    }
}

impl Place {
    /// Whether documents at that path have it.
    fn is_at(self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        match self {
            Place::Info | Place::WholeInfo | Place::Minimum => path.ends_with("/getInfo"),
            Place::Goods => path.ends_with("/table/items"),
            Place::Shifts => path.ends_with("/table/shifts"),
            Place::Cheques | Place::ChequeRows => path.ends_with("/cheques"),
            Place::FlatCheques => path.ends_with("/salescheques"),
            Place::Sales => path.ends_with("/sales"),
            Place::Report | Place::SaleDetails => path.ends_with("/report"),
            Place::TaxReport | Place::SaleTaxDetails => path.ends_with("/reportwithtax"),
            Place::Transaction => path.contains("/transaction/"),
            Place::Card | Place::CardDetails => path.ends_with("/trackdocument"),
        }
    }

    /// Every object of a document that stands there.
    fn visit(self, document: &mut Value, change: impl Fn(&mut Value)) {
        let whole = document.get("cashWeHave").is_some();
        match self {
            Place::WholeInfo if !whole => {}
            Place::Minimum if whole => {}
            Place::Info | Place::WholeInfo | Place::Minimum => change(document),
            Place::Report | Place::TaxReport | Place::Transaction | Place::Card => change(document),
            Place::Goods | Place::Shifts | Place::Cheques | Place::FlatCheques | Place::Sales => {
                each(document, change);
            }
            Place::ChequeRows => each(document, |cheque| inner(cheque, "chequeSales", &change)),
            Place::CardDetails => inner(document, "details", change),
            Place::SaleDetails => {
                if let Some(details) = document.get_mut("saleDetails") {
                    change(details);
                }
            }
            Place::SaleTaxDetails => {
                if let Some(taxes) = document.pointer_mut("/taxes/sale") {
                    each(taxes, |tax| inner(tax, "taxDetails", &change));
                }
            }
        }
    }
}

fn inner(object: &mut Value, field: &str, change: impl Fn(&mut Value)) {
    if let Some(list) = object.get_mut(field) {
        each(list, change);
    }
}

/// Changes a field of the document that an answer holds, where it is one of these.
pub(super) fn change_field(path: &str, answer: &mut Answer, place: Place, edit: &Edit) {
    if place.is_at(path) {
        change(answer, |document| place.visit(document, |object| edit.apply(object)));
    }
}

/// Changes the document of a success.
pub(crate) fn change(answer: &mut Answer, change: impl FnOnce(&mut Value)) {
    if answer.status == 200
        && let Ok(mut value) = serde_json::from_slice::<Value>(&answer.body)
    {
        change(&mut value);
        answer.body = value.to_string().into_bytes();
    }
}
