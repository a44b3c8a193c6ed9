//! `itemdata`: goods that make the total, discounts, 79 to 82 positions, three alphabets, and JSON
//! that is odd or none.

use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;
use serde_json::json;

/// The text of `itemdata` and the total that goes with it.
pub(super) type Items = (String, String);

const NAMES: [&str; 6] = ["Tea", "Чай чёрный", "Жылқы еті", "a\"b\\c", "Кофе & торт = 100%", "ӘҒҚҢӨҰҮҺІ"];

/// Price in hundredths, quantity in thousandths, name.
fn good() -> impl Strategy<Value = (u32, u32, &'static str)> {
    let quantity = prop_oneof![
        4 => (1u32..5).prop_map(|whole| whole * 1000),
        2 => (1u32..40).prop_map(|part| part * 125),
    ];
    // Prices in steps of 8 hundredths: with eighths the products are whole hundredths.
    ((1u32..4000).prop_map(|price| price * 8), quantity, select(NAMES.as_slice()))
}

fn item(name: &str, price: Decimal, quantity: Decimal, sum: Decimal) -> serde_json::Value {
    json!({"name": name, "price": price.to_string(), "qty": quantity.normalize().to_string(), "sum": sum.to_string()})
}

fn goods(list: &[(u32, u32, &'static str)], discount: u32) -> Items {
    let mut total = Decimal::ZERO;
    let mut items = Vec::new();
    for (price, quantity, name) in list {
        let (price, quantity) = (Decimal::new((*price).into(), 2), Decimal::new((*quantity).into(), 3));
        let sum = (price * quantity).normalize();
        total += sum;
        items.push(item(name, price, quantity, sum));
    }
    let off = Decimal::new(discount.into(), 2);
    if !off.is_zero() && off + Decimal::ONE < total {
        total -= off;
        items.push(json!({"name": "discount", "discount": off.to_string()}));
    }
    (serde_json::Value::Array(items).to_string(), total.normalize().to_string())
}

fn many(count: u32) -> Items {
    let items = (0..count)
        .map(|index| item(&format!("Nr {index}"), Decimal::from(10), Decimal::ONE, Decimal::from(10)))
        .collect();
    (serde_json::Value::Array(items).to_string(), (count * 10).to_string())
}

/// Texts that a device may or must refuse, with a total of 100.
const ODD: [&str; 12] = [
    "[{",
    "",
    "null",
    "{}",
    "[]",
    "[1]",
    r#"[{"name":"a"}]"#,
    r#"[{"price":"100","qty":"1","sum":"100"}]"#,
    r#"[{"name":"a","price":100,"qty":1,"sum":100}]"#,
    r#"[{"name":"a","price":"50","qty":"1","sum":"100"}]"#,
    r#"[{"name":"a","price":"99","qty":"1","sum":"99"}]"#,
    r#"[{"name":"a","price":"80","qty":"1.2504","sum":"100.03"}]"#,
];

/// Items with their total.
pub(super) fn any() -> BoxedStrategy<Items> {
    prop_oneof![
        5 => (prop::collection::vec(good(), 1..5), Just(0)).prop_map(|(list, off)| goods(&list, off)),
        2 => (prop::collection::vec(good(), 1..5), 1u32..500).prop_map(|(list, off)| goods(&list, off)),
        1 => (79u32..83).prop_map(many),
        2 => select(ODD.as_slice()).prop_map(|text| (text.to_owned(), "100".to_owned())),
    ]
    .boxed()
}
