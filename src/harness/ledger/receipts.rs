//! Acknowledged registrations against the receipts that `cheques` shows.

use super::account::{Done, Entry, OnTop, booked};
use super::discrepancy::Discrepancy;
use super::documents::Receipt;
use super::reading::number;
use super::rules::Rules;
use super::written::value;
use ikkm_protocol::Params;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// The receipts that documents show, by number.
pub(super) type Shown = BTreeMap<u64, Receipt>;

/// More goods than this need not show one by one (Q-ITEM-3).
const MOST_POSITIONS: usize = 80;

/// Each acknowledged receipt must be there, with its type, sum, tax and rows.
pub(super) fn compare(
    entries: &[Entry],
    shown: &Shown,
    rules: &Rules,
    default_tax: Option<&str>,
    on_top: &OnTop,
) -> Vec<Discrepancy> {
    let mut found = Vec::new();
    for entry in entries {
        let Done::Receipt(registered) = &entry.what else { continue };
        let (number, params) = (&registered.number, &registered.params);
        let registering = registered.registering(rules.last_counts);
        let wrong = |requirement, figure: &str, expected: &str, have: &str| Discrepancy {
            after: Some(entry.name.clone()),
            ..Discrepancy::new(
                requirement,
                &format!("{figure} of receipt {number}"),
                "…/cheques",
                expected,
                have,
            )
        };
        let Some(receipt) = shown.get(number) else {
            found.push(wrong("DUMP-3", "entry", "there", "missing"));
            continue;
        };
        if receipt.kind != registering.kind {
            found.push(wrong("DUMP-3", "type", registering.kind.wire(), receipt.kind.wire()));
        }
        let total = booked(registering, rules, rules.tax.rows, default_tax, on_top);
        if receipt.sum() != total {
            found.push(wrong("DUMP-7", "sum of the rows", &total.to_string(), &receipt.sum().to_string()));
        }
        let tax = registering.tax.as_deref().or(default_tax);
        let other = receipt.rows.iter().find(|row| tax.is_some_and(|tax| tax != row.tax));
        if let (Some(row), Some(tax)) = (other, tax) {
            let requirement = if registering.tax.is_some() { "TAX-1" } else { "TAX-2" };
            found.push(wrong(requirement, "tax", tax, &row.tax));
        }
        if tax.is_some_and(|tax| !on_top.contains_key(tax))
            && let Some(goods) = goods(params, registering.total, rules)
            && let Some((expected, have)) = rows(&goods, receipt, rules)
        {
            found.push(wrong("ITEM-8", "rows", &expected, &have));
        }
    }
    found
}

/// Quantity, price and sum of one position, as written.
type Good = (Decimal, Decimal, Decimal);

/// The goods of an `itemdata` that leaves nothing open: at most 80, no discount, all texts, sums
/// that make the total.
/// Where amounts are rounded to tenge, what becomes of a position's price and sum is open with it
/// (Q-WIRE-8), so then only whole ones are certain.
fn goods(params: &Params, total: Decimal, rules: &Rules) -> Option<Vec<Good>> {
    let list: Value = serde_json::from_str(value(params, "itemdata", rules.last_counts)?).ok()?;
    let goods = list.as_array()?.iter().map(good).collect::<Option<Vec<Good>>>()?;
    let sum: Decimal = goods.iter().map(|(_, _, sum)| *sum).sum();
    let whole = |amount: &Decimal| amount.fract().is_zero();
    let certain = goods.iter().all(|(_, price, sum)| match rules.places {
        0 => whole(price) && whole(sum),
        _ => sum.normalize().scale() <= 2,
    });
    (sum == total && certain && (1..=MOST_POSITIONS).contains(&goods.len())).then_some(goods)
}

fn good(item: &Value) -> Option<Good> {
    let text = |name: &str| item.get(name)?.as_str().map(|_| ()).and(item.get(name)).and_then(number);
    item.get("name")?.as_str().filter(|name| !name.is_empty())?;
    if item.get("discount").is_some() {
        return None;
    }
    let (quantity, price, sum) = (text("qty")?, text("price")?, text("sum")?);
    (quantity.checked_mul(price)? == sum).then_some((quantity, price, sum))
}

/// The first row that is not as its position says: expected and found.
fn rows(goods: &[Good], receipt: &Receipt, rules: &Rules) -> Option<(String, String)> {
    // By GET, itemdata may be passed over: then there is one row (Q-ITEM-1).
    if receipt.rows.len() != goods.len() {
        let single = receipt.rows.len() == 1;
        return (!single).then(|| (format!("{} rows", goods.len()), format!("{} rows", receipt.rows.len())));
    }
    if let ([row], [(_, _, sum)]) = (receipt.rows.as_slice(), goods)
        && row.quantity == Decimal::ONE
        && row.price == *sum
    {
        return None;
    }
    goods.iter().zip(&receipt.rows).find_map(|((quantity, price, sum), row)| {
        // Quantities may be rounded otherwise than amounts: within a thousandth, and exact where
        // nothing is to be rounded.
        let exact = quantity.normalize().scale() <= 3;
        let near =
            (row.quantity - quantity).abs() < Decimal::new(1, 3) && row.quantity.normalize().scale() <= 3;
        let quantity_fits = if exact { row.quantity == *quantity } else { near };
        let fits = quantity_fits && row.price == rules.round(*price) && row.sum == *sum;
        (!fits).then(|| {
            (
                format!("{quantity} x {} = {sum}", rules.round(*price)),
                format!("{} x {} = {}", row.quantity, row.price, row.sum),
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::account::Registered;
    use super::super::documents::Row;
    use super::*;
    use ikkm_protocol::Registration;

    fn entry(list: &[(&str, &str)]) -> Entry {
        let params = Params(list.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect());
        Entry { name: "it".into(), what: Done::Receipt(Registered::new(5, params).unwrap()) }
    }

    fn receipt(rows: &[(&str, &str, &str)]) -> Shown {
        let decimal = |text: &str| text.parse().unwrap();
        let rows = rows
            .iter()
            .map(|(quantity, price, sum)| Row {
                id: "1".into(),
                quantity: decimal(quantity),
                price: decimal(price),
                sum: decimal(sum),
                tax: "3".into(),
            })
            .collect();
        Shown::from([(5, Receipt { kind: Registration::Sale, rows })])
    }

    fn found(entry: Entry, shown: &Shown) -> Vec<String> {
        let rules = Rules::all(false)[0];
        let found = compare(&[entry], shown, &rules, Some("3"), &OnTop::new());
        found.iter().map(|one| format!("{} {}", one.requirement, one.figure)).collect()
    }

    const ITEMS: &str = r#"[{"name":"a","price":"2.50","qty":"1.5","sum":"3.75"},{"name":"b","price":"1","qty":"2","sum":"2"}]"#;

    #[test]
    fn rows_are_the_positions() {
        let sale = || entry(&[("sale", "5.75"), ("bank", "5.75"), ("itemdata", ITEMS)]);
        assert_eq!(found(sale(), &receipt(&[("1.5", "2.5", "3.75"), ("2", "1", "2")])), [""; 0]);
        assert_eq!(
            found(sale(), &receipt(&[("1", "2.5", "3.75"), ("2", "1", "2")])),
            ["ITEM-8 rows of receipt 5"]
        );
        assert_eq!(
            found(sale(), &receipt(&[("1.5", "2.5", "3.75"), ("2", "1", "1")])),
            ["DUMP-7 sum of the rows of receipt 5", "ITEM-8 rows of receipt 5"]
        );
    }

    #[test]
    fn where_tenge_are_rounded_to_only_whole_positions_are_judged() {
        let whole = Rules { places: 0, ..Rules::all(true)[0] };
        let params = |price: &str, sum: &str| {
            let items = format!(r#"[{{"name":"a","price":"{price}","qty":"2","sum":"{sum}"}}]"#);
            Params(vec![("itemdata".into(), items)])
        };
        assert_eq!(goods(&params("2.04", "4.08"), "4.08".parse().unwrap(), &whole), None);
        assert!(goods(&params("2", "4"), 4.into(), &whole).is_some());
    }

    #[test]
    fn a_receipt_must_be_there_under_its_tax() {
        assert_eq!(
            found(entry(&[("sale", "5"), ("bank", "5")]), &Shown::new()),
            ["DUMP-3 entry of receipt 5"]
        );
        let taxed = entry(&[("sale", "5"), ("bank", "5"), ("tax", "4")]);
        assert_eq!(found(taxed, &receipt(&[("1", "5", "5")])), ["TAX-1 tax of receipt 5"]);
    }
}
