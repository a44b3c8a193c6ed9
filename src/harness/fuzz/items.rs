//! `itemdata`: goods that make the total, discounts, many positions, three alphabets, and JSON that is
//! odd or none.

use super::dice::Dice;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// The text of `itemdata` and the total that goes with it.
pub(super) type Items = (String, String);

const NAMES: [&str; 7] =
    ["Tea", "Чай чёрный", "Жылқы еті", "a\"b\\c", "Кофе & торт = 100%", "ӘҒҚҢӨҰҮҺІ", "әғқңөұүһі"];

/// How quantities are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity {
    /// A few.
    Whole,
    /// Below one.
    Part,
    /// Above 1 with thousandths.
    Mixed,
    /// Above 100 with thousandths.
    Hundreds,
    /// Above 1000 with thousandths.
    Thousands,
}

impl Quantity {
    /// In thousandths; odd eighths, which have three decimals, and make whole hundredths of prices in steps
    /// of 8 of them.
    fn draw(self, dice: &mut Dice) -> u32 {
        let eighths = |dice: &mut Dice, from: usize, to: usize| {
            let drawn = from + dice.below(to - from);
            u32::try_from(drawn | 1).unwrap_or(1) * 125
        };
        match self {
            Quantity::Whole => 1000 * u32::try_from(1 + dice.below(5)).unwrap_or(1),
            Quantity::Part => eighths(dice, 1, 8),
            Quantity::Mixed => eighths(dice, 9, 80),
            Quantity::Hundreds => eighths(dice, 801, 8000),
            Quantity::Thousands => eighths(dice, 8001, 16_000),
        }
    }
}

fn item(name: &str, price: Decimal, quantity: Decimal, sum: Decimal) -> Value {
    json!({"name": name, "price": price.normalize().to_string(), "qty": quantity.normalize().to_string(),
        "sum": sum.normalize().to_string()})
}

/// Where a discount stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Discount {
    None,
    First,
    Middle,
    Last,
    Two,
}

/// Goods with their total.
pub(super) fn goods(dice: &mut Dice, count: usize, quantity: Quantity, discount: Discount) -> Items {
    let mut total = Decimal::ZERO;
    let mut items = Vec::new();
    for _ in 0..count.max(1) {
        let price = Decimal::new(i64::try_from(8 * (1 + dice.below(900))).unwrap_or(8), 2);
        let quantity = Decimal::new(quantity.draw(dice).into(), 3);
        let name = dice.pick(&NAMES);
        total += price * quantity;
        items.push(item(name, price, quantity, price * quantity));
    }
    let places: &[usize] = match discount {
        Discount::None => &[],
        Discount::First => &[0],
        Discount::Middle => &[1],
        Discount::Last => &[usize::MAX],
        Discount::Two => &[1, usize::MAX],
    };
    for place in places {
        let off = Decimal::new(i64::try_from(1 + dice.below(300)).unwrap_or(1), 2);
        if off + Decimal::ONE < total {
            total -= off;
            let at = (*place).min(items.len());
            items.insert(at, json!({"name": "fz off", "discount": off.normalize().to_string()}));
        }
    }
    let text = Value::Array(items).to_string();
    // JSON has two ways to write a letter.
    let text = if dice.below(4) == 0 { escaped(&text) } else { text };
    (text, total.normalize().to_string())
}

/// The same JSON with every letter outside ASCII as its escape.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            ascii if ascii.is_ascii() => out.push(ascii),
            other => other.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out += &format!("\\u{unit:04x}")),
        }
    }
    out
}

/// So many positions of 10 each, with one sum.
pub(super) fn many(count: usize) -> Items {
    let ten = Decimal::from(10);
    let items = (0..count).map(|index| item(&format!("Nr {index:03}"), ten, Decimal::ONE, ten)).collect();
    (Value::Array(items).to_string(), (count * 10).to_string())
}

/// Texts that a device may or must refuse, with a total of 100.
pub(super) const ODD: [&str; 15] = [
    "[{",
    "",
    "null",
    "{}",
    "[]",
    "[1]",
    "abc",
    r#"[{"name":"a","price":"100","qty":"1","sum":"100"}"#,
    r#"[{"name":"a","price":"100","qty":"1","sum":"100"}]}}x"#,
    r#"[{"name":"a"}]"#,
    r#"[{"price":"100","qty":"1","sum":"100"}]"#,
    r#"[{"name":"a","price":100,"qty":1,"sum":100}]"#,
    r#"[{"name":"a","price":"50","qty":"1","sum":"100"}]"#,
    r#"[{"name":"a","price":"99","qty":"1","sum":"99"}]"#,
    r#"[{"name":"a","price":"80","qty":"1.2504","sum":"100.03"}]"#,
];
