//! From a seed to a sequence: a state that is reached first, and the cards of the deck that are played
//! in it. Seeds that follow each other go through the whole deck, and each time through it every card
//! meets another state: nothing is looked at twice before all was looked at once.

use super::deck::{Deck, good, plain, query, registration};
use super::dice::Dice;
use super::form::Form;
use super::operation::{Call, Card, Operation};
use crate::conditions::{Condition, ConditionName};
use std::sync::LazyLock;

/// Cards of one sequence.
const BLOCK: usize = 72;
/// So many of them are played in a state that hides what others would show.
const IN_STATE: usize = 16;
/// Each time after so many of them the books are glanced at.
const UNTIL_GLANCE: usize = 28;

/// States that a block of cards is played in; a card moves on by one each time through the deck.
const STATES: [&str; 14] = [
    "open shift",
    "batch mode",
    "second shift",
    "header set",
    "restarted",
    "empty drawer",
    "mixed payment off",
    "after cash in",
    "external printer",
    "closed shift",
    "after a card",
    "many receipts",
    "after an X report",
    "first day",
];

static DECK: LazyLock<Deck> = LazyLock::new(Deck::new);
/// The cards in an order in which neighbours have little to do with each other.
/// Those after which nobody can say what the books hold come by themselves, a block from the middle on; those
/// of which little is expected come last.
static ORDER: LazyLock<Vec<usize>> = LazyLock::new(|| {
    let order = Dice::new(0x1cc).order(DECK.len());
    let (seldom, often): (Vec<usize>, Vec<usize>) = order.into_iter().partition(|card| DECK.is_seldom(*card));
    let (blurring, mut all): (Vec<usize>, Vec<usize>) = often.into_iter().partition(|card| DECK.blurs(*card));
    let middle = (all.len() / 2 / BLOCK * BLOCK).min(all.len());
    all.splice(middle..middle, blurring);
    all.extend(seldom);
    all
});

/// How many seeds in a row play every card of the deck once.
pub fn whole_deck() -> u64 {
    ORDER.len().div_ceil(BLOCK) as u64
}

/// The sequence of a seed.
pub fn draw(seed: u64) -> Vec<Operation> {
    if let Some(one) = super::pairs::draw(seed) {
        return one;
    }
    let mut dice = Dice::new(seed);
    let blocks = ORDER.len().div_ceil(BLOCK).max(1);
    // The first seed that anybody takes is 1.
    let number = usize::try_from(seed.wrapping_sub(1) % (1 << 30)).unwrap_or_default();
    let (block, pass) = (number % blocks, number / blocks);
    let state = STATES[(block + pass) % STATES.len()];
    let mut out = Vec::new();
    begin(&mut dice, &mut out);
    reach(state, &mut dice, &mut out);
    let cards = ORDER.get(block * BLOCK..).unwrap_or_default();
    let cards = cards.get(..BLOCK.min(cards.len())).unwrap_or_default();
    let drawn = dice.order(cards.len()).into_iter().filter_map(|at| cards.get(at).copied());
    let (blurring, clear): (Vec<usize>, Vec<usize>) = drawn.partition(|card| DECK.blurs(*card));
    let (first, rest) = clear.split_at(clear.len().min(IN_STATE));
    play(first, &mut dice, &mut out);
    leave(state, &mut out);
    play(rest, &mut dice, &mut out);
    if !blurring.is_empty() {
        out.push(Operation::Look);
    }
    play(&blurring, &mut dice, &mut out);
    out
}

/// Ends a state that bars operations, or hides what they do.
fn leave(state: &str, out: &mut Vec<Operation>) {
    match state {
        "batch mode" => out.push(query("/apicheck/", &[("ofdNormalMode", "true")])),
        "mixed payment off" => out.push(Operation::Clear(ConditionName::MixedPaymentOff)),
        "empty drawer" => out.push(query("/apideposit", &[("cash", "9000")])),
        _ => {}
    }
}

fn play(cards: &[usize], dice: &mut Dice, out: &mut Vec<Operation>) {
    for (played, card) in cards.iter().enumerate() {
        if played > 0 && played.is_multiple_of(UNTIL_GLANCE) {
            out.push(Operation::Glance);
        }
        out.extend(DECK.draw(*card, dice));
    }
}

/// Something in the drawer, and a shift that is open.
fn begin(dice: &mut Dice, out: &mut Vec<Operation>) {
    let total = dice.pick(&["900", "1500.50", "3000", "12000.05"]);
    match dice.below(3) {
        0 => out.push(query("/apideposit", &[("cash", total)])),
        _ => out.push(Operation::Call(registration(dice, &[("sale", total), ("cash", total)]))),
    }
}

fn reach(state: &str, dice: &mut Dice, out: &mut Vec<Operation>) {
    match state {
        "closed shift" => out.extend([good(dice), plain("/apizreport")]),
        "second shift" => out.extend([good(dice), plain("/apizreport"), good(dice)]),
        "restarted" => out.extend([good(dice), Operation::Restart]),
        "empty drawer" => {
            out.extend([query("/apiwithdraw", &[("cash", "<drawer>")]), Operation::Glance]);
        }
        "batch mode" => out.push(query("/apicheck/", &[("ofdPacketMode", "true")])),
        "header set" => {
            let text = format!("Fz head {}", dice.below(10_000));
            out.push(Operation::Call(Call::with("/apicheck/", Form::Body, &[("printHeader", &text)])));
        }
        "mixed payment off" => {
            out.extend(Condition::new(ConditionName::MixedPaymentOff, None).map(Operation::Establish));
        }
        "after cash in" => out.push(query("/apideposit", &[("cash", dice.pick(&["100", "5000.05"]))])),
        "after a card" => {
            out.push(Operation::Card(Card::new("purchase", "150", 7, true, "/apicheck/getInfo")));
        }
        "external printer" => out.push(query("/apicheck/", &[("setPrintMode", "lan-printer")])),
        "many receipts" => out.extend((0..5).map(|_| good(dice))),
        "first day" => {
            out.extend(Condition::new(ConditionName::FreshDevice, None).map(Operation::Establish));
            out.extend([plain("/apicheck"), plain("/apicheck/printLastDocument")]);
            // Numbers of one digit, and of two.
            let sale = |dice: &mut Dice| registration(dice, &[("sale", "90"), ("cash", "90")]);
            out.extend((0..10).map(|_| Operation::Call(sale(dice))));
            out.push(Operation::Look);
        }
        "after an X report" => out.push(plain("/apixreport")),
        _ => out.push(good(dice)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn seeds_in_a_row_play_every_card_and_each_card_meets_every_state() {
        let order: BTreeSet<usize> = ORDER.iter().copied().collect();
        assert_eq!(order.len(), DECK.len());
        let blocks = ORDER.len().div_ceil(BLOCK);
        for block in 0..blocks {
            let met: BTreeSet<usize> = (0..STATES.len()).map(|pass| (block + pass) % STATES.len()).collect();
            assert_eq!(met.len(), STATES.len());
        }
    }
}
