//! How a device writes amounts on paper: the line that it makes up for a receipt without goods, the word for
//! each type, the currency and the decimals are its own (Q-ITEM-4).

use std::collections::BTreeMap;

/// A line of goods on paper, without blanks: `Sale1x100=100tenge`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ItemLine<'a> {
    word: &'a str,
    quantity: &'a str,
    times: &'a str,
    price: &'a str,
    sum: &'a str,
    currency: &'a str,
}

impl<'a> ItemLine<'a> {
    /// Reads a line whose blanks are gone.
    pub fn read(line: &'a str) -> Option<ItemLine<'a>> {
        let (left, right) = line.split_once('=')?;
        let (left, price) = number_at_end(left)?;
        let times_at = left.rfind(|symbol: char| symbol.is_ascii_digit())? + 1;
        let (left, times) = left.split_at_checked(times_at)?;
        let (word, quantity) = number_at_end(left)?;
        let end = right.find(|symbol| !figure(symbol)).unwrap_or(right.len());
        let (sum, currency) = right.split_at_checked(end)?;
        let few = |text: &str| text.chars().count() <= 8;
        (!sum.is_empty() && !times.is_empty() && few(times) && few(currency)).then_some(ItemLine {
            word,
            quantity,
            times,
            price,
            sum,
            currency,
        })
    }

    /// Whether it may stand for a receipt without goods.
    pub fn is_one(&self) -> bool {
        plain(self.quantity) == "1"
    }
}

fn figure(symbol: char) -> bool {
    symbol.is_ascii_digit() || symbol == '.'
}

fn number_at_end(text: &str) -> Option<(&str, &str)> {
    let at = text
        .rfind(|symbol| !figure(symbol))
        .map_or(0, |at| at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let (before, number) = text.split_at_checked(at)?;
    (!number.is_empty()).then_some((before, number))
}

/// A number without zeros at its end.
fn plain(number: &str) -> &str {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    }
}

/// How a device writes on paper, as far as it was seen.
#[derive(Debug, Clone, Default)]
pub(super) struct PaperForm {
    words: BTreeMap<String, String>,
    times: Option<String>,
    currency: Option<String>,
    two_decimals: Option<bool>,
}

impl PaperForm {
    /// Learns from a line of goods; `made_up` is the type of a receipt without any.
    pub fn learn(&mut self, line: &ItemLine<'_>, made_up: Option<&str>) {
        self.times.get_or_insert_with(|| line.times.to_owned());
        self.currency.get_or_insert_with(|| line.currency.to_owned());
        let decimals = line.sum.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        if decimals < 2 || line.sum.ends_with('0') {
            self.two_decimals.get_or_insert(decimals == 2);
        }
        if let Some(kind) = made_up {
            self.words.entry(kind.to_owned()).or_insert_with(|| line.word.to_owned());
        }
    }

    /// The form of a line that was made up, without its amounts.
    pub fn told(&self, line: &ItemLine<'_>) -> String {
        let decimals = match self.two_decimals {
            Some(true) => "with decimals",
            Some(false) => "no more decimals than it has",
            None => "with its decimals",
        };
        format!("{} 1{}#=#{}, {decimals}", line.word, line.times, line.currency)
    }

    /// A line without what is only this device's way of writing; `made_up` as in [`PaperForm::learn`].
    pub fn without(&self, line: &str, made_up: Option<&str>) -> String {
        let own = |number: &str| match self.two_decimals {
            Some(true) => plain(number).to_owned(),
            _ => number.to_owned(),
        };
        let is = |known: &Option<String>, text: &str| known.as_deref() == Some(text);
        if let Some(item) = ItemLine::read(line) {
            let times = if is(&self.times, item.times) { "x" } else { item.times };
            let currency = if is(&self.currency, item.currency) { "" } else { item.currency };
            let known = made_up.and_then(|kind| self.words.get(kind));
            let word = if known.is_some_and(|word| word == item.word) { "<type>" } else { item.word };
            return format!(
                "{word}{}{times}{}={}{currency}",
                own(item.quantity),
                own(item.price),
                own(item.sum)
            );
        }
        let bare = match self.currency.as_deref().filter(|currency| !currency.is_empty()) {
            Some(currency) => line
                .strip_suffix(currency)
                .filter(|rest| rest.ends_with(|symbol: char| symbol.is_ascii_digit()))
                .unwrap_or(line),
            // What may be one, as long as none was seen.
            _ => {
                let rest = line.trim_end_matches(char::is_alphabetic);
                let amount = rest.ends_with(|symbol: char| symbol.is_ascii_digit());
                if amount && line.len() - rest.len() <= 16 { rest } else { line }
            }
        };
        match number_at_end(bare) {
            // Of the texts that others had printed nothing is known here: only what looks like an amount is one.
            Some((before, number))
                if number.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 2) =>
            {
                format!("{before}{}", own(number))
            }
            _ => bare.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(line: &str) -> PaperForm {
        let mut form = PaperForm::default();
        form.learn(&ItemLine::read(line).unwrap(), Some("sale"));
        form
    }

    #[test]
    fn words_signs_currency_and_decimals_are_each_devices_own() {
        let all =
            ["Sale1x100=100tenge", "Сату1x100.00=100.00", "Продажа1х100=100тг", "Sale1*100.00=100.00tg"];
        for line in all {
            let form = form(line);
            assert_eq!(form.without(line, Some("sale")), "<type>1x100=100", "{line}");
        }
        let (tenge, cents) = (form("Sale1x100=100tenge"), form("Sale1x100.00=100.00"));
        assert_eq!(tenge.without("TOTAL1500.5tenge", None), cents.without("TOTAL1500.50", None));
        assert_eq!(tenge.without("Tea2x50.5=101tenge", None), cents.without("Tea2x50.50=101.00", None));
    }

    #[test]
    fn what_a_device_writes_otherwise_than_before_stays() {
        let form = form("Sale1x100=100tenge");
        assert_eq!(form.without("Sale1x100=99tenge", Some("sale")), "<type>1x100=99");
        assert_eq!(form.without("Buy1x100=100tenge", Some("sale")), "Buy1x100=100");
        assert_eq!(form.without("Sale1x100=100tg", Some("sale")), "<type>1x100=100tg");
        assert_eq!(form.without("TOTAL100.00tenge", None), "TOTAL100.00");
        assert_eq!(form.without("Thank you", None), "Thank you");
        let unknown = PaperForm::default();
        assert_eq!(unknown.without("TOTAL100tenge", None), "TOTAL100", "what may be a currency");
        assert_eq!(unknown.without("--code128--", None), "--code128--");
        assert_eq!(ItemLine::read("=1"), None);
        assert_eq!(ItemLine::read("a=b"), None);
    }
}
