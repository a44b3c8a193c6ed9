//! `itemdata`: what it holds, and the rows that a receipt gets from it (v22 §5.1).

use super::behaviour::{Behaviour, DiscountForm, OddItems};
use super::books::Row;
use super::number::{self, money};
use super::refusal::{self, Refusal};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

/// One position of `itemdata`, rounded.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    /// Goods or a service.
    Good { name: String, price: Decimal, quantity: Decimal, sum: Decimal },
    /// Something taken off.
    Discount { name: String, sum: Decimal },
}

impl Item {
    /// What the position adds to the total.
    pub(super) fn adds(&self) -> Decimal {
        match self {
            Item::Good { sum, .. } => *sum,
            Item::Discount { sum, .. } => -*sum,
        }
    }
}

/// Reads `itemdata`; `unnamed` is what an item without a name is called.
///
/// `None` means that the receipt is as one without `itemdata`.
pub(super) fn read(text: &str, rules: &Behaviour, unnamed: &str) -> Result<Option<Vec<Item>>, Refusal> {
    let value: Value = serde_json::from_str(text).map_err(|_| refusal::ITEM_DATA)?;
    let Value::Array(elements) = value else {
        return nothing_if(rules.items.not_an_array);
    };
    if elements.is_empty() {
        return nothing_if(rules.items.empty_array);
    }
    elements.iter().map(|element| read_item(element, rules, unnamed)).collect::<Result<_, _>>().map(Some)
}

fn nothing_if(odd: OddItems) -> Result<Option<Vec<Item>>, Refusal> {
    taken(odd).map(|()| None)
}

fn taken(odd: OddItems) -> Result<(), Refusal> {
    match odd {
        OddItems::Taken => Ok(()),
        OddItems::Refused => Err(refusal::ITEM_DATA),
    }
}

fn read_item(element: &Value, rules: &Behaviour, unnamed: &str) -> Result<Item, Refusal> {
    let fields = element.as_object().ok_or(refusal::ITEM_DATA)?;
    let name = match fields.get("name") {
        Some(Value::String(name)) if !name.is_empty() => name.clone(),
        None | Some(Value::String(_) | Value::Null) => {
            taken(rules.items.nameless)?;
            unnamed.to_owned()
        }
        Some(_) => return Err(refusal::ITEM_DATA),
    };
    let amount = |field| {
        let text = number_text(fields, field, rules)?;
        rules.numbers.amount(&text, Decimal::ZERO).map_err(|_| refusal::ITEM_DATA)
    };
    if fields.contains_key("discount") {
        return Ok(Item::Discount { name, sum: amount("discount")? });
    }
    let quantity_text = number_text(fields, "qty", rules)?;
    let quantity = rules.numbers.quantity(&quantity_text).map_err(|_| refusal::ITEM_DATA)?;
    let (price, sum) = (amount("price")?, amount("sum")?);
    let written = |text: &str| number::read(text, rules.numbers.forms).unwrap_or_default();
    let exact = written(&number_text(fields, "price", rules)?).checked_mul(written(&quantity_text));
    if !fits(exact, sum) && !fits(price.checked_mul(quantity), sum) {
        taken(rules.items.other_product)?;
    }
    Ok(Item::Good { name, price, quantity, sum })
}

/// The product is the sum, but for the hundredth that rounding may cost.
fn fits(product: Option<Decimal>, sum: Decimal) -> bool {
    product.is_some_and(|product| (product - sum).abs() <= Decimal::new(1, 2))
}

fn number_text(fields: &Map<String, Value>, name: &str, rules: &Behaviour) -> Result<String, Refusal> {
    match fields.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => {
            taken(rules.items.json_numbers)?;
            Ok(number.to_string())
        }
        _ => Err(refusal::ITEM_DATA),
    }
}

/// The single row of a receipt that has no others.
pub(super) fn single_row(name: &str, total: Decimal) -> Row {
    Row { name: name.to_owned(), quantity: Decimal::new(1000, 3), price: money(total), sum: money(total) }
}

/// The rows that stand for these items, discounts in the form of Q-ITEM-5. Their sums make what
/// the items make.
pub(super) fn rows(items: &[Item], form: DiscountForm) -> Vec<Row> {
    let goods: Decimal = items.iter().filter(|item| matches!(item, Item::Good { .. })).map(Item::adds).sum();
    let spread = form == DiscountForm::Spread && !goods.is_zero();
    let mut rows: Vec<Row> = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::Good { name, price, quantity, sum } => {
                rows.push(Row { name: name.clone(), quantity: *quantity, price: *price, sum: *sum });
            }
            Item::Discount { .. } if spread => {}
            Item::Discount { name, sum } => rows.push(discount_row(name, *sum, form)),
        }
    }
    if spread {
        take_off(&mut rows, goods, items.iter().map(Item::adds).sum());
    }
    rows
}

fn discount_row(name: &str, sum: Decimal, form: DiscountForm) -> Row {
    let one = Decimal::new(1000, 3);
    let (quantity, price) = match form {
        DiscountForm::NegativeQuantity => (-one, sum),
        DiscountForm::NegativePrice | DiscountForm::Spread => (one, -sum),
    };
    Row { name: name.to_owned(), quantity, price, sum: -sum }
}

/// Brings rows that make `before` down to `after`, each in proportion; the last takes the rest.
fn take_off(rows: &mut [Row], before: Decimal, after: Decimal) {
    let mut left = after;
    if let Some((last, others)) = rows.split_last_mut() {
        for row in others {
            let share = (row.sum * after).checked_div(before).unwrap_or_default();
            row.sum = number::round(share, 2, super::behaviour::Rounding::HalfEven);
            left -= row.sum;
        }
        last.sum = money(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(text: &str) -> Result<Option<Vec<Item>>, Refusal> {
        read(text, &Behaviour::default(), "Sale")
    }

    #[test]
    fn the_documents_example_is_read() {
        let text = r#"[{"name":"Tea","price":"200","qty":"2","sum":"400"},
            {"name":"Stake","price":"6000","qty":"2","sum":"12000"},
            {"name":"discount 10%","discount":"1240"}]"#;
        let items = take(text).unwrap().unwrap();
        assert_eq!(items.iter().map(Item::adds).sum::<Decimal>(), Decimal::from(11160));
        for form in [DiscountForm::NegativePrice, DiscountForm::NegativeQuantity, DiscountForm::Spread] {
            let sum: Decimal = rows(&items, form).iter().map(|row| row.sum).sum();
            assert_eq!(sum, Decimal::from(11160), "{form:?}");
        }
        assert_eq!(rows(&items, DiscountForm::Spread).len(), 2);
    }

    #[test]
    fn broken_json_is_always_refused() {
        for text in ["", "[", "{", "[{}", "[1]", "[{}]", r#"[{"name":"x"}]"#, "nonsense"] {
            assert_eq!(take(text), Err(refusal::ITEM_DATA), "{text}");
        }
        assert!(take(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn odd_items_follow_the_rules() {
        let mut rules = Behaviour::default();
        let wrong_product = r#"[{"name":"a","price":"2","qty":"2","sum":"5"}]"#;
        assert!(read(wrong_product, &rules, "Sale").is_err());
        rules.items.other_product = OddItems::Taken;
        assert!(read(wrong_product, &rules, "Sale").is_ok());
        assert!(read("[]", &rules, "Sale").is_err());
        rules.items.empty_array = OddItems::Taken;
        assert_eq!(read("[]", &rules, "Sale"), Ok(None));
        rules.items.nameless = OddItems::Taken;
        let nameless = read(r#"[{"price":1,"qty":1.5,"sum":1.50}]"#, &rules, "Sale").unwrap().unwrap();
        assert!(matches!(&nameless[0], Item::Good { name, .. } if name == "Sale"));
    }

    #[test]
    fn numbers_over_the_limit_are_refused() {
        assert!(take(r#"[{"name":"a","price":"20000000.01","qty":"1","sum":"20000000.01"}]"#).is_err());
        assert!(take(r#"[{"name":"a","price":"0.01","qty":"20000001","sum":"200000.01"}]"#).is_err());
    }
}
