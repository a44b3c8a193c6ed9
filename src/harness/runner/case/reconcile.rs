//! Reconciling the device's documents with each other and with what was acknowledged.

use super::{CaseRun, Halt};
use crate::ledger::documents::{Documents, ShiftDocuments, text};
use crate::ledger::reading::Reading;
use crate::suite::model::{Extent, Step};
use serde_json::Value;

/// Shifts that are read at the most: a device may keep hundreds.
const MOST_SHIFTS: usize = 6;

impl CaseRun<'_> {
    /// Reads, compares, and records every difference; what is wrong ends the case.
    pub(super) async fn reconcile(&mut self, step: &Step, extent: Extent) -> Result<(), Halt> {
        let documents = self.documents(extent).await?;
        let found = self.state().ledger.reconcile(&documents);
        let found = found.into_iter().map(|wrong| {
            self.finding(wrong.requirement, &step.place, wrong.expectation(), wrong.found.clone())
        });
        let found = found.collect();
        let open = self.state().open_rounding.clone();
        self.differ(found, open)
    }

    async fn documents(&mut self, extent: Extent) -> Result<Documents, Halt> {
        let info = self.document(super::books::GET_INFO).await?;
        let Some((current, _)) = Reading::shift_of(&info) else {
            return Err(Halt::Inconclusive(
                "getInfo names no shift, so nothing can be reconciled".to_owned(),
            ));
        };
        let (shifts, mut numbers) = match extent {
            Extent::Current => (Value::Null, Vec::new()),
            Extent::All => {
                let list = self.document("/dump/table/shifts").await?;
                let numbers = list.as_array().into_iter().flatten().filter_map(shift_number).collect();
                (list, numbers)
            }
        };
        numbers.push(current);
        numbers.sort_unstable();
        numbers.dedup();
        numbers.retain(|number| *number <= current);
        let oldest = numbers.len().saturating_sub(MOST_SHIFTS);
        let mut books = Vec::new();
        for shift in numbers.split_off(oldest) {
            books.push(self.shift_documents(shift, shift == current, extent).await?);
        }
        Ok(Documents { info, shifts, books })
    }

    async fn shift_documents(
        &mut self,
        shift: u64,
        current: bool,
        extent: Extent,
    ) -> Result<ShiftDocuments, Halt> {
        let base = format!("/dump/table/shifts/{shift}");
        let mut documents = ShiftDocuments { shift, ..ShiftDocuments::default() };
        documents.cheques = self.document(&format!("{base}/cheques")).await?;
        if extent == Extent::All {
            documents.report = self.document(&format!("{base}/report")).await?;
        }
        if current || extent == Extent::All {
            documents.with_tax = self.document(&format!("{base}/reportwithtax")).await?;
            documents.salescheques = self.document(&format!("{base}/salescheques")).await?;
            documents.sales = self.document(&format!("{base}/sales")).await?;
        }
        Ok(documents)
    }
}

fn shift_number(shift: &Value) -> Option<u64> {
    shift.get("id").and_then(text)?.parse().ok()
}
