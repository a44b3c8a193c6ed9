//! Start data of one's own for the emulator: what `--seed FILE` and `POST /seed` take.
//!
//! Whatever a seed leaves out is the personality's.

use ikkm_emulator::{Cashier, Directories, Good, History, Personality, Tax};
use ikkm_protocol::{Key, Registration, parse_plain};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Amounts, numbers of receipts and the like that a seed may hold at the most.
const MOST: usize = 10_000;

/// The data with which a register begins. What is left out is the personality's.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SeedSource {
    /// `factorySerialNumber`.
    pub serial: Option<String>,
    /// The first web-API key, eight digits.
    pub key: Option<String>,
    /// Cash in the drawer before the first shift, in tenge: `5000` or `"5000.50"`.
    pub drawer: Option<Amount>,
    /// The tax directory.
    pub taxes: Option<Vec<TaxSource>>,
    /// The id of the default tax; by default the first one's.
    pub default_tax: Option<u64>,
    /// The cashiers.
    pub cashiers: Option<Vec<CashierSource>>,
    /// The id of the cashier who is logged in; by default the first one's.
    pub cashier: Option<u64>,
    /// Goods (v22 §9.1).
    pub goods: Option<Vec<GoodSource>>,
    /// Folders of goods: id and name.
    pub catalog: Option<BTreeMap<u64, String>>,
    /// The number of the first shift on record.
    pub first_shift: Option<u64>,
    /// The number of the last receipt before the first one on record; 0 is a new device.
    pub last_receipt: Option<u64>,
    /// The shifts on record, the oldest first, each a list of receipts.
    pub shifts: Option<Vec<Vec<ReceiptSource>>>,
    /// Whether the last of the shifts is still open.
    pub open: Option<bool>,
}

/// An amount in tenge, as a number or as text.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Amount {
    /// Whole tenge.
    Whole(u64),
    /// `"5000.50"`.
    Text(String),
}

/// A tax.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TaxSource {
    /// Its id, which a till must ask for and never hard-code.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its rate in percent.
    pub percent: Amount,
    /// Included in the amount (by default), else on top of it.
    pub included: Option<bool>,
}

/// A cashier.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CashierSource {
    /// Code.
    pub id: u64,
    /// Name.
    pub name: String,
    /// A senior cashier or administrator (by default).
    pub senior: Option<bool>,
}

/// An article of the directory of goods.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GoodSource {
    /// Internal code (`uid`).
    pub uid: u64,
    /// Product code (`code1`); by default the internal one.
    pub code: Option<u64>,
    /// Bar code (`code2`).
    pub barcode: Option<String>,
    /// Name.
    pub name: String,
    /// Retail price in tenge.
    pub price: Amount,
    /// Its tax; by default the default one.
    pub tax: Option<u64>,
    /// A service, not a product.
    pub service: Option<bool>,
    /// Measure.
    pub measure: Option<u64>,
    /// Its folder.
    pub folder: Option<u64>,
}

/// A receipt on record: one of the four types with its total in tenge, paid in cash.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ReceiptSource {
    /// A sale.
    Sale(Amount),
    /// A purchase.
    Buy(Amount),
    /// The return of a sale.
    SaleReturn(Amount),
    /// The return of a purchase.
    BuyReturn(Amount),
}

/// The register that a seed makes, and its first key.
#[derive(Debug, Clone)]
pub struct Seeded {
    /// A personality with other data.
    pub personality: Personality,
    /// The key on its screen.
    pub key: Key,
}

/// Reads a seed: YAML, of which JSON is a part.
///
/// # Errors
/// A sentence with the line, or with the field that does not fit.
pub fn read(text: &str, base: &Personality, key: Key) -> Result<Seeded, String> {
    source(text)?.apply(base, key)
}

/// Reads the text alone.
///
/// # Errors
/// A sentence with line and column.
pub fn source(text: &str) -> Result<SeedSource, String> {
    let options = serde_saphyr::options! { with_snippet: false, strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| error.to_string())
}

impl Amount {
    fn decimal(&self, what: &str) -> Result<Decimal, String> {
        let amount = match self {
            Amount::Whole(number) => Decimal::from(*number),
            Amount::Text(text) => parse_plain(text).map_err(|_| format!("{what}: {text:?} is no amount"))?,
        };
        if amount.normalize().scale() > 2 || amount > Decimal::from(1_000_000_000_u64) {
            return Err(format!("{what}: {amount} is no amount of tenge with at most two decimals"));
        }
        Ok(amount)
    }

    fn hundredths(&self, what: &str) -> Result<i64, String> {
        let amount = self.decimal(what)? * Decimal::ONE_HUNDRED;
        amount.to_i64().ok_or_else(|| format!("{what}: {amount} is too much"))
    }
}

impl SeedSource {
    /// The register that it makes of that personality.
    ///
    /// # Errors
    /// A sentence that names the field.
    pub fn apply(&self, base: &Personality, key: Key) -> Result<Seeded, String> {
        let mut personality = base.clone();
        if let Some(serial) = &self.serial {
            personality.serial = serial.clone().into();
        }
        personality.directories = self.directories(&base.directories)?;
        personality.history = self.history(base)?;
        let key = match &self.key {
            Some(text) => Key::parse(text).map_err(|error| format!("key: {error}"))?,
            None => key,
        };
        Ok(Seeded { personality, key })
    }

    /// The directories with what the seed says of them.
    ///
    /// # Errors
    /// A sentence that names the field.
    pub fn directories(&self, base: &Directories) -> Result<Directories, String> {
        let mut all = base.clone();
        if let Some(taxes) = &self.taxes {
            all.taxes = taxes.iter().map(tax).collect::<Result<_, _>>()?;
            unique("taxes", all.taxes.iter().map(|tax| tax.id))?;
            let first = all.taxes.first().ok_or("taxes: a register has one at least")?;
            let known = all.taxes.iter().any(|tax| tax.id == all.default_tax);
            all.default_tax = if known { all.default_tax } else { first.id };
        }
        if let Some(id) = self.default_tax {
            all.default_tax = id;
        }
        if !all.taxes.iter().any(|tax| tax.id == all.default_tax) {
            return Err(format!("default-tax: there is no tax {}", all.default_tax));
        }
        if let Some(cashiers) = &self.cashiers {
            let one = |one: &CashierSource| Cashier {
                id: one.id,
                name: one.name.clone(),
                senior: one.senior.unwrap_or(true),
            };
            all.cashiers = cashiers.iter().map(one).collect();
            unique("cashiers", all.cashiers.iter().map(|cashier| cashier.id))?;
            all.cashier = all.cashiers.first().ok_or("cashiers: a register has one at least")?.id;
        }
        if let Some(id) = self.cashier {
            all.cashier = id;
        }
        if !all.cashiers.iter().any(|cashier| cashier.id == all.cashier) {
            return Err(format!("cashier: there is no cashier {}", all.cashier));
        }
        if let Some(folders) = &self.catalog {
            all.folders = folders.iter().map(|(id, name)| (*id, name.clone())).collect();
        }
        if let Some(goods) = &self.goods {
            all.goods = goods.iter().map(|one| good(one, &all)).collect::<Result<_, _>>()?;
            unique("goods", all.goods.iter().map(|good| good.uid))?;
        } else {
            // Goods of the personality go with taxes of one's own.
            let known: BTreeSet<u64> = all.taxes.iter().map(|tax| tax.id).collect();
            let default = all.default_tax;
            all.goods
                .iter_mut()
                .filter(|good| !known.contains(&good.itemtax1))
                .for_each(|good| good.itemtax1 = default);
        }
        Ok(all)
    }

    fn history(&self, base: &Personality) -> Result<History, String> {
        let mut history = base.history.clone();
        if let Some(drawer) = &self.drawer {
            history.drawer = drawer.hundredths("drawer")?;
        }
        history.first_shift = self.first_shift.unwrap_or(history.first_shift).max(1);
        history.last_number = self.last_receipt.unwrap_or(history.last_number);
        if let Some(shifts) = &self.shifts {
            if shifts.len() > MOST || shifts.iter().map(Vec::len).sum::<usize>() > MOST {
                return Err(format!("shifts: {MOST} receipts at the most"));
            }
            let receipts =
                |shift: &Vec<ReceiptSource>| shift.iter().map(receipt).collect::<Result<Vec<_>, _>>();
            history.shifts = shifts.iter().map(receipts).collect::<Result<_, _>>()?;
            history.open = false;
        }
        history.open = self.open.unwrap_or(history.open);
        if self.last_receipt == Some(0) {
            // A new device has nothing behind it.
            history.before = [(0, 0); 4];
        }
        Ok(history)
    }
}

fn tax(one: &TaxSource) -> Result<Tax, String> {
    let percent = one.percent.decimal("percent")?;
    if percent > Decimal::ONE_HUNDRED {
        return Err(format!("percent: {percent} is more than a hundred"));
    }
    Ok(Tax { id: one.id, name: one.name.clone(), percent, included: one.included.unwrap_or(true) })
}

fn good(one: &GoodSource, all: &Directories) -> Result<Good, String> {
    let itemtax1 = one.tax.unwrap_or(all.default_tax);
    if !all.taxes.iter().any(|tax| tax.id == itemtax1) {
        return Err(format!("goods: {:?} has the tax {itemtax1}, and there is none", one.name));
    }
    let catalogid = one.folder.unwrap_or_else(|| all.folders.first().map_or(0, |(id, _)| *id));
    Ok(Good {
        uid: one.uid,
        code1: one.code.unwrap_or(one.uid),
        code2: one.barcode.clone().unwrap_or_default(),
        name: one.name.clone(),
        price1: one.price.decimal("price")?,
        itemtax1,
        itemtype: u64::from(one.service.unwrap_or(false)),
        measure: one.measure.unwrap_or(0),
        catalogid,
    })
}

fn receipt(one: &ReceiptSource) -> Result<(Registration, i64), String> {
    let (kind, amount) = match one {
        ReceiptSource::Sale(amount) => (Registration::Sale, amount),
        ReceiptSource::Buy(amount) => (Registration::Buy, amount),
        ReceiptSource::SaleReturn(amount) => (Registration::SaleReturn, amount),
        ReceiptSource::BuyReturn(amount) => (Registration::BuyReturn, amount),
    };
    let sum = amount.hundredths(kind.wire())?;
    if !(100..=2_000_000_000).contains(&sum) {
        return Err(format!("{}: a total is from 1 to 20 000 000", kind.wire()));
    }
    Ok((kind, sum))
}

fn unique(what: &str, ids: impl Iterator<Item = u64>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(format!("{what}: {id} stands twice"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_emulator::personality;

    fn seeded(text: &str) -> Result<Seeded, String> {
        let plain = personality("plain").unwrap();
        let key = plain.first_key().unwrap();
        read(text, &plain, key)
    }

    #[test]
    fn what_is_left_out_is_the_personalitys() {
        let plain = personality("plain").unwrap();
        let same = seeded("{}").unwrap();
        assert_eq!(same.personality.directories, plain.directories);
        assert_eq!(same.personality.history, plain.history);
        let own = seeded("serial: \"0042\"\nkey: \"01234567\"\ndrawer: \"50.50\"\nshifts: [[{sale: 100}, {saleReturn: \"20.05\"}]]\nopen: true").unwrap();
        assert_eq!((own.personality.serial.as_ref(), own.key.as_str()), ("0042", "01234567"));
        assert_eq!(own.personality.history.drawer, 5050);
        assert_eq!(
            own.personality.history.shifts,
            [[(Registration::Sale, 10_000), (Registration::SaleReturn, 2005)]]
        );
        assert!(own.personality.history.open);
    }

    #[test]
    fn a_mistake_names_its_field() {
        for (text, told) in [
            ("serials: x", "serials"),
            ("key: \"123\"", "key"),
            ("taxes: []", "taxes"),
            ("taxes: [{id: 1, name: a, percent: 12}, {id: 1, name: b, percent: 0}]", "1 stands twice"),
            ("taxes: [{id: 1, name: a, percent: 120}]", "percent"),
            ("default-tax: 999", "default-tax"),
            ("cashier: 999", "cashier"),
            ("drawer: \"1.005\"", "drawer"),
            ("shifts: [[{sale: 0}]]", "sale"),
            ("shifts: [[{gift: 5}]]", "gift"),
            ("goods: [{uid: 1, name: Tea, price: 5, tax: 999}]", "999"),
            ("[", ""),
        ] {
            let why = seeded(text).unwrap_err();
            assert!(why.contains(told), "{text}: {why}");
        }
    }
}
