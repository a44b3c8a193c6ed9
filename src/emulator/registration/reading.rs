//! What a registration's request names: each part is read by itself, so that any of them may be
//! refused first (Q-REG-2).

use super::Texts;
use crate::arguments::Arguments;
use crate::directories::Tax;
use crate::items::{self, Item};
use crate::machine::Machine;
use crate::number::{self, Misread};
use crate::refusal::{self, Refusal};
use ikkm_protocol::Registration;
use rust_decimal::Decimal;

impl Machine {
    /// The type and its total: exactly one of the four (REG-4 to REG-7).
    pub(super) fn read_total(&self, arguments: &Arguments) -> Result<(Registration, Decimal), Refusal> {
        let mut named = Registration::ALL.into_iter().filter(|kind| arguments.has(kind.wire()));
        let (Some(kind), None) = (named.next(), named.next()) else {
            return Err(refusal::CHECK_ALL);
        };
        let text = arguments.get(kind.wire()).unwrap_or("");
        let reason =
            if self.behaviour.registration.range_reasons_say_sale { Registration::Sale } else { kind };
        let total =
            self.behaviour.numbers.total(text, self.least_total()).map_err(|misread| match misread {
                Misread::NotANumber => refusal::total_no_number(kind),
                Misread::Below => refusal::total_below_one(reason),
                Misread::Above => refusal::total_above_limit(reason),
            })?;
        Ok((kind, total))
    }

    /// The tax that the request names, or the default one (TAX-1 to TAX-4).
    pub(super) fn read_tax(&self, arguments: &Arguments) -> Result<Tax, Refusal> {
        let id = match arguments.get("tax") {
            None => Decimal::from(self.directories.default_tax),
            Some(text) => number::read(text, self.behaviour.numbers.forms).ok_or(refusal::TAX_NO_NUMBER)?,
        };
        let found = self.directories.taxes.iter().find(|tax| Decimal::from(tax.id) == id);
        let mut tax = found.cloned().ok_or(refusal::TAX_UNKNOWN)?;
        if self.conditions.tax_on_top && tax.id == self.directories.default_tax {
            tax.included = false;
        }
        Ok(tax)
    }

    pub(super) fn read_items(&self, arguments: &Arguments) -> Result<Option<Vec<Item>>, Refusal> {
        match (self.posted(arguments, "itemdata")?, self.read_total(arguments)) {
            (Some(text), Ok((kind, _))) => items::read(text, &self.behaviour, self.type_word(kind)),
            (Some(text), Err(_)) => items::read(text, &self.behaviour, ""),
            (None, _) => Ok(None),
        }
    }

    pub(super) fn read_texts(&self, arguments: &Arguments) -> Result<Texts, Refusal> {
        let lay_out = |name| match self.posted(arguments, name)? {
            Some(text) => self.lay_out(text),
            None => Ok(Vec::new()),
        };
        Ok(Texts { print: lay_out("print")?, footer: lay_out("footer")? })
    }
}
