//! Pieces of start data that the personalities are put together from.

use crate::directories::{Cashier, Directories, Good, Tax};
use crate::start::History;
use ikkm_protocol::Registration::{Buy, BuyReturn, Sale, SaleReturn};
use rust_decimal::Decimal;

/// Taxes from id, name, percent and whether they are included.
pub(super) fn taxes(list: &[(u64, &str, i64, bool)]) -> Vec<Tax> {
    list.iter()
        .map(|(id, name, percent, included)| Tax {
            id: *id,
            name: (*name).to_owned(),
            percent: Decimal::from(*percent),
            included: *included,
        })
        .collect()
}

/// Cashiers from id, name and whether they are seniors.
pub(super) fn cashiers(list: &[(u64, &str, bool)]) -> Vec<Cashier> {
    list.iter()
        .map(|(id, name, senior)| Cashier { id: *id, name: (*name).to_owned(), senior: *senior })
        .collect()
}

/// Directories with these taxes and cashiers; the first cashier is logged in.
pub(super) fn directories(taxes: Vec<Tax>, default_tax: u64, cashiers: Vec<Cashier>) -> Directories {
    let good = |uid: u64, name: &str, hundredths, itemtype, catalogid| Good {
        uid,
        code1: 800 + uid,
        code2: format!("{:012}", 487_000_000_000 + uid * 1_117),
        name: name.to_owned(),
        price1: Decimal::new(hundredths, 2),
        itemtax1: default_tax,
        itemtype,
        measure: 0,
        catalogid,
    };
    Directories {
        default_tax,
        cashier: cashiers.first().map_or(0, |cashier| cashier.id),
        cashiers,
        goods: vec![
            good(11, "Coffee", 77_000, 0, 1),
            good(12, "Шай қара", 45_050, 0, 1),
            good(13, "Доставка", 100_000, 1, 2),
        ],
        folders: vec![(1, "Bar".to_owned()), (2, "Қызметтер".to_owned())],
        taxes,
    }
}

/// A history of two closed shifts, and an open third where `open`; `scale` stretches its sums.
pub(super) fn history(first_shift: u64, last_number: u64, drawer: i64, scale: i64, open: bool) -> History {
    let mut shifts = vec![
        vec![(Sale, 120_000 * scale), (Sale, 45_050), (SaleReturn, 20_000), (Buy, 30_000)],
        vec![(Sale, 80_000 * scale), (Buy, 15_025), (BuyReturn, 5_000), (SaleReturn, 10_010), (Sale, 99_999)],
    ];
    if open {
        shifts.push(vec![(Sale, 50_000 * scale), (Sale, 12_345)]);
    }
    let before = [(218_861_420 * scale, 1_187), (52_970, 7), (1_999_600, 12), (0, 0)];
    History { first_shift, last_number, before, drawer, shifts, open }
}
