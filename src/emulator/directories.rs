//! The device's directories: taxes, cashiers, goods and folders (v22 §9.1).

use rust_decimal::Decimal;

/// A tax.
#[derive(Debug, Clone, PartialEq)]
pub struct Tax {
    /// Its code, which changes when the tax is edited.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its rate in percent.
    pub percent: Decimal,
    /// Included in the amount; else on top of it.
    pub included: bool,
}

/// A cashier.
#[derive(Debug, Clone, PartialEq)]
pub struct Cashier {
    /// Code.
    pub id: u64,
    /// Name.
    pub name: String,
    /// Senior cashier or administrator.
    pub senior: bool,
}

/// An article (v22 §9.1, Directories Goods).
#[derive(Debug, Clone, PartialEq)]
pub struct Good {
    /// Internal code.
    pub uid: u64,
    /// Product code.
    pub code1: u64,
    /// Bar code.
    pub code2: String,
    /// Name.
    pub name: String,
    /// Retail price.
    pub price1: Decimal,
    /// Tax code.
    pub itemtax1: u64,
    /// 0 a product, 1 a service.
    pub itemtype: u64,
    /// Measure.
    pub measure: u64,
    /// Folder.
    pub catalogid: u64,
}

/// All directories.
#[derive(Debug, Clone, PartialEq)]
pub struct Directories {
    /// Taxes, in the order in which they are listed.
    pub taxes: Vec<Tax>,
    /// Code of the default tax.
    pub default_tax: u64,
    /// Cashiers.
    pub cashiers: Vec<Cashier>,
    /// Code of the cashier who is logged in.
    pub cashier: u64,
    /// Goods.
    pub goods: Vec<Good>,
    /// Folders: code and name.
    pub folders: Vec<(u64, String)>,
}

impl Directories {
    /// The tax with that code.
    pub(super) fn tax(&self, id: u64) -> Option<&Tax> {
        self.taxes.iter().find(|tax| tax.id == id)
    }

    /// The cashier who is logged in.
    pub(super) fn current_cashier(&self) -> Option<&Cashier> {
        self.cashiers.iter().find(|cashier| cashier.id == self.cashier)
    }

    /// Somebody else than the cashier who is logged in.
    pub(super) fn other_cashier(&self) -> u64 {
        let other = self.cashiers.iter().map(|cashier| cashier.id).find(|id| *id != self.cashier);
        other.unwrap_or(self.cashier.saturating_add(1))
    }

    /// Every tax was edited: all get new codes, in everything that points to them.
    pub(super) fn edit_taxes(&mut self) {
        let shift = self.taxes.iter().map(|tax| tax.id).max().unwrap_or(0);
        for tax in &mut self.taxes {
            tax.id = tax.id.saturating_add(shift);
        }
        for good in &mut self.goods {
            good.itemtax1 = good.itemtax1.saturating_add(shift);
        }
        self.default_tax = self.default_tax.saturating_add(shift);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tax(id: u64) -> Tax {
        Tax { id, name: format!("tax {id}"), percent: Decimal::TEN, included: true }
    }

    #[test]
    fn edited_taxes_have_ids_that_none_had() {
        let mut directories = Directories {
            taxes: vec![tax(3), tax(1), tax(7)],
            default_tax: 1,
            cashiers: vec![],
            cashier: 1,
            goods: vec![],
            folders: vec![],
        };
        directories.edit_taxes();
        let ids: Vec<u64> = directories.taxes.iter().map(|tax| tax.id).collect();
        assert_eq!(ids, [10, 8, 14]);
        assert_eq!(directories.default_tax, 8);
    }
}
