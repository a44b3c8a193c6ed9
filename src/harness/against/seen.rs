//! What is seen of an operation on one device, in words that hold for any device: no key, number, date or
//! serial of its own is left in it.

use super::paper::MADE_UP;
use rust_decimal::Decimal;
use std::fmt;

/// How far two clocks, or two moments of asking, may be apart: a shift takes up to 90 s to close (v22 §3), and what
/// comes meanwhile may be held as long.
const SLACK: i64 = 180;

/// A reply was lost, and the repeat is no answer to the registration.
pub(super) const UNTOLD: &str = "lost, and the repeat does not tell it";

/// How two amounts differ by less than one tenge,
pub(super) const IN_ITS_HUNDREDTHS: &str = "in its hundredths";
/// and by more.
pub(super) const BY_ANOTHER_AMOUNT: &str = "by another amount";

/// Where something is seen. The order is that in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// What the answer says.
    Answer,
    /// Its headers and reason phrase, where these are no part of what it says.
    Head,
    /// The document that it is.
    Document,
    /// getInfo and the reports after it.
    Books,
    /// The tape.
    Paper,
    /// What went to the tax committee.
    Online,
}

/// A place where both devices can be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// What it is part of.
    pub channel: Channel,
    /// Its name: a document and a member, for instance.
    pub name: String,
    /// The operation whose receipt it shows, where that is another one.
    pub of: Option<usize>,
}

impl Place {
    /// One of the present operation.
    pub fn new(channel: Channel, name: impl Into<String>) -> Place {
        Place { channel, name: name.into(), of: None }
    }
}

/// What stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A word that both devices must share.
    Word(String),
    /// An amount or count, or by how much one moved.
    Number {
        /// By how much it moved, or what it is of something new.
        value: Decimal,
        /// As it is shown, with the decimals that it has.
        shown: Decimal,
    },
    /// An amount worked out of another one that stands beside it: the ways of rounding that it may come from.
    Rounded {
        /// To the nearest hundredth.
        nearest: bool,
        /// To the hundredth below.
        down: bool,
        /// To the hundredth above.
        up: bool,
    },
    /// A moment.
    Date {
        /// How it is written: a 9 for each digit.
        form: String,
        /// Seconds since the sequence began, by the device's own dates.
        at: i64,
    },
}

impl Fact {
    /// A word.
    pub fn word(text: impl Into<String>) -> Fact {
        Fact::Word(text.into())
    }

    /// Whether both say the same, each for its own device.
    pub fn agrees(&self, other: &Fact) -> bool {
        match (self, other) {
            (Fact::Word(one), Fact::Word(other)) => one == other,
            (Fact::Number { value, shown }, Fact::Number { value: other, shown: beside }) => {
                // The decimals of a sum that ends otherwise say nothing.
                let alike = shown.fract() != beside.fract() || shown.scale() == beside.scale();
                value == other && alike
            }
            (
                Fact::Rounded { nearest, down, up },
                Fact::Rounded { nearest: beside, down: below, up: above },
            ) => *nearest && *beside || *down && *below || *up && *above,
            (Fact::Date { form, at }, Fact::Date { form: written, at: then }) => {
                form == written && at.abs_diff(*then) <= SLACK.unsigned_abs()
            }
            _ => false,
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fact::Word(text) => f.write_str(text),
            Fact::Number { value, shown } if value == shown => write!(f, "{shown}"),
            Fact::Number { value, .. } if value.is_zero() => f.write_str("does not move"),
            Fact::Number { value, .. } if value.is_sign_negative() => write!(f, "less by {}", value.abs()),
            Fact::Number { value, .. } => write!(f, "more by {value}"),
            Fact::Rounded { nearest: true, .. } => f.write_str("rounded to the nearest hundredth"),
            Fact::Rounded { down: true, .. } => f.write_str("rounded down"),
            Fact::Rounded { .. } => f.write_str("rounded up"),
            Fact::Date { form, at } => write!(f, "a date ({form}), {at} s after the beginning"),
        }
    }
}

/// Everything seen of one operation on one device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen(pub Vec<(Place, Fact)>);

impl Seen {
    /// Notes what stands at a place.
    pub fn put(&mut self, channel: Channel, name: impl Into<String>, fact: Fact) {
        self.0.push((Place::new(channel, name), fact));
    }

    fn at(&self, place: &Place) -> Option<&Fact> {
        self.0.iter().find(|(own, _)| own == place).map(|(_, fact)| fact)
    }
}

/// One place where two devices are not alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub place: Place,
    /// What stands there on the new device; `None` for nothing.
    pub new: Option<Fact>,
    /// What stands there on the old one.
    pub old: Option<Fact>,
}

impl Difference {
    /// Where two observations of one operation differ, in the order of the channels.
    pub fn all(new: &Seen, old: &Seen) -> Vec<Difference> {
        let mut places: Vec<&Place> = new.0.iter().map(|(place, _)| place).collect();
        let known: std::collections::BTreeSet<&Place> = places.iter().copied().collect();
        places.extend(old.0.iter().map(|(place, _)| place).filter(|place| !known.contains(place)));
        places.sort_by_key(|place| place.channel);
        places.dedup();
        let mut all = Vec::new();
        for place in places {
            let (new, old) = (new.at(place), old.at(place));
            if place.name == MADE_UP && (new.is_none() || old.is_none()) {
                // That the line is missing shows where it should stand.
                continue;
            }
            if !new.zip(old).is_some_and(|(new, old)| new.agrees(old)) {
                all.push(Difference { place: place.clone(), new: new.cloned(), old: old.cloned() });
            }
        }
        all
    }

    /// What the new device shows.
    pub fn of_new(&self) -> String {
        told(self.new.as_ref())
    }

    /// What the old device shows.
    pub fn of_old(&self) -> String {
        told(self.old.as_ref())
    }

    /// How the two differ, without the amounts of this very sequence: equal differences say the same.
    pub fn kind(&self) -> String {
        match (&self.new, &self.old) {
            (Some(Fact::Number { value, shown }), Some(Fact::Number { value: other, shown: beside })) => {
                let apart = (value - other).abs();
                match () {
                    () if apart.is_zero() => format!("{} decimals / {}", shown.scale(), beside.scale()),
                    () if apart < Decimal::ONE => IN_ITS_HUNDREDTHS.to_owned(),
                    () => BY_ANOTHER_AMOUNT.to_owned(),
                }
            }
            (Some(Fact::Date { form, .. }), Some(Fact::Date { form: other, .. })) if form == other => {
                "at another time".to_owned()
            }
            (new, old) => {
                let of = |fact: &Option<Fact>| match fact {
                    None => "nothing".to_owned(),
                    Some(Fact::Word(text)) if text.starts_with("{\"") => "an object".to_owned(),
                    Some(Fact::Word(text)) if text.starts_with("[{") => "a list".to_owned(),
                    Some(Fact::Word(text)) => text.clone(),
                    Some(Fact::Number { value, .. }) if value.is_zero() => "nothing".to_owned(),
                    Some(Fact::Number { .. }) => "a number".to_owned(),
                    Some(Fact::Rounded { .. }) => "otherwise rounded".to_owned(),
                    Some(Fact::Date { form, .. }) => form.clone(),
                };
                format!("{} / {}", of(new), of(old))
            }
        }
    }
}

/// What is told of a place where nothing stands.
pub(super) const NOTHING: &str = "nothing, or as it was";

fn told(fact: Option<&Fact>) -> String {
    fact.map_or_else(|| NOTHING.to_owned(), Fact::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: i64, shown: &str) -> Fact {
        Fact::Number { value: Decimal::from(value), shown: shown.parse().unwrap() }
    }

    #[test]
    fn what_belongs_to_one_device_makes_no_difference() {
        assert!(number(100, "1100.00").agrees(&number(100, "350.50")), "other histories");
        assert!(!number(100, "1100.00").agrees(&number(100, "1100")), "other decimals");
        assert!(!number(100, "1100.00").agrees(&number(99, "1099.00")));
        let date = |form: &str, at| Fact::Date { form: form.to_owned(), at };
        assert!(date("9999-99-99", 5).agrees(&date("9999-99-99", 60)));
        assert!(!date("9999-99-99", 5).agrees(&date("99.99.9999", 5)));
        assert!(!date("9999-99-99", 5).agrees(&date("9999-99-99", 3_600)));
    }

    #[test]
    fn differences_come_in_the_order_of_their_channels_and_once() {
        let mut new = Seen::default();
        let mut old = Seen::default();
        new.put(Channel::Books, "report: cashWeHave", number(5, "5.00"));
        old.put(Channel::Books, "report: cashWeHave", number(0, "0.00"));
        new.put(Channel::Answer, "answer", Fact::word("200"));
        old.put(Channel::Answer, "answer", Fact::word("400"));
        old.put(Channel::Paper, "tape", Fact::word("Tea"));
        let all = Difference::all(&new, &old);
        let names: Vec<&str> = all.iter().map(|one| one.place.name.as_str()).collect();
        assert_eq!(names, ["answer", "report: cashWeHave", "tape"]);
        assert_eq!(all[1].kind(), "by another amount");
        assert_eq!(all[2].kind(), "nothing / Tea");
        assert_eq!(Difference::all(&new, &new), []);
    }
}
