//! Values for the placeholders that only the device can fill.

use super::verdicts::FilledCheck;
use super::{CaseRun, Halt};
use crate::ledger::reading::Reading;
use crate::suite::expect::Expectation;
use crate::suite::model::{Lazy, Step};
use crate::suite::template::Template;
use serde_json::Value;
use std::collections::BTreeMap;

impl CaseRun<'_> {
    /// Fills a text's placeholders in, asking the device for what is not known yet.
    pub(super) async fn fill(&mut self, template: &Template) -> Result<String, Halt> {
        let values = self.values(template.names().map(str::to_owned).collect()).await?;
        template.fill(|name| values.get(name).cloned()).map_err(no_value)
    }

    /// A text of one of the small languages, its placeholders filled in.
    pub(super) async fn filled<T>(&mut self, lazy: &Lazy<T>) -> Result<T, Halt> {
        let values = self.values(lazy.names()).await?;
        lazy.get(|name| values.get(name).cloned()).map_err(Halt::Inconclusive)
    }

    /// What a step expects.
    pub(super) async fn expectation(&mut self, step: &Step) -> Result<Option<Expectation>, Halt> {
        match &step.expect {
            Some(lazy) => Ok(Some(self.filled(lazy).await?)),
            None => Ok(None),
        }
    }

    /// The checks of a step.
    pub(super) async fn checks<'s>(&mut self, step: &'s Step) -> Result<Vec<FilledCheck<'s>>, Halt> {
        let mut checks = Vec::new();
        for check in &step.checks {
            checks.push(FilledCheck {
                place: &check.place,
                path: self.filled(&check.path).await?,
                rule: self.filled(&check.rule).await?,
            });
        }
        Ok(checks)
    }

    /// The values of these names.
    async fn values(&mut self, names: Vec<String>) -> Result<BTreeMap<String, String>, Halt> {
        let mut values = BTreeMap::new();
        for name in names {
            let value = self.value(&name).await?;
            values.insert(name, value);
        }
        Ok(values)
    }

    /// One value: saved by a step, or known of the device.
    pub(super) async fn value(&mut self, name: &str) -> Result<String, Halt> {
        if let Some(value) = self.saved.get(name) {
            return Ok(value.clone());
        }
        let known = match name {
            "run" => Some(self.token.clone()),
            "drawer" => Some(self.drawer().await?.to_string()),
            "shift" => Some(self.shift().await?.to_string()),
            "default-tax" | "other-tax" | "unknown-tax" | "zero-tax" => Some(self.tax(name).await?),
            _ => self.talk.value(name),
        };
        known.ok_or_else(|| no_value(name.to_owned()))
    }

    /// The current shift's number. Under some conditions getInfo is all that can be read, or not even
    /// that; then it is the shift of the last reading.
    async fn shift(&mut self) -> Result<u64, Halt> {
        if let Some(reading) = self.books.reading() {
            return Ok(reading.shift);
        }
        if let Some(shift) = self.books.predicted().and_then(|now| now.shift.filter(|_| now.open)) {
            return Ok(shift);
        }
        let known = self.books.opening().map(|reading| reading.shift);
        match (self.info().await, known) {
            (Ok(info), known) => {
                Reading::shift_of(&info).map(|(shift, _)| shift).or(known).ok_or_else(|| {
                    let why = "the shift cannot be read: getInfo has no number in currentShiftID";
                    Halt::Inconclusive(why.to_owned())
                })
            }
            (Err(Halt::Inconclusive(_)), Some(shift)) => Ok(shift),
            (Err(halt), _) => Err(halt),
        }
    }

    /// A tax id: the default one, another one of the directory, or one that is not in it; 0 as such.
    async fn tax(&mut self, which: &str) -> Result<String, Halt> {
        let told = self.books.ledger.default_tax().map(str::to_owned);
        let default = match told.filter(|_| self.books.trusts_ledger()) {
            Some(told) => told,
            None => match self.info().await?.get("defaultApiTaxID") {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                _ => return Err(Halt::Inconclusive("getInfo has no defaultApiTaxID".to_owned())),
            },
        };
        let taxes = self.taxes().await?;
        let ids: Vec<String> = taxes.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default();
        let found = match which {
            "default-tax" => Some(default),
            "other-tax" => ids.into_iter().find(|id| *id != default),
            "zero-tax" if ids.iter().any(|id| id == "0") => {
                return Err(Halt::NotApplicable("the tax directory has a tax 0".to_owned()));
            }
            "zero-tax" => Some("0".to_owned()),
            _ => (1..=9999).rev().map(|id: u32| id.to_string()).find(|id| !ids.contains(id)),
        };
        let value = found.ok_or_else(|| {
            Halt::NotApplicable("the tax directory has no second tax; add one to the device".to_owned())
        })?;
        // The directory cannot change under a case but by the bench, which forgets these.
        self.saved.insert(which.to_owned(), value.clone());
        Ok(value)
    }

    /// Forgets what a bench act may have changed.
    pub(super) fn forget_directories(&mut self) {
        for name in ["default-tax", "other-tax", "unknown-tax", "zero-tax"] {
            self.saved.remove(name);
        }
        self.books.forget_device();
    }
}

fn no_value(name: String) -> Halt {
    Halt::Inconclusive(format!("`<{name}>` has no value: the step that would give it did not"))
}
