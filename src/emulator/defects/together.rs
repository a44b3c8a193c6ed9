//! What goes wrong only where requests come at the same time (v22 §3, §4): the time between looking at
//! a key and spending it.

use super::prelude::*;

/// Long enough for another request to come meanwhile, on a busy machine too: milliseconds.
const TURN: u64 = 40;

mutants! {
    "keys/race-both-register": "the key is looked at when a request comes and spent when its turn does: two at once both register" ["KEY-5" "KEY-12" "KEY-4"] "two receipts of two registrations sent at the same time"
        => WaitsItsTurn(TURN), TakesKey(&[KeyShown]);
    "keys/race-others-register": "of two at once with one key, the second registers too where its parameters differ" ["KEY-12"] "two receipts of two different registrations sent at the same time"
        => WaitsItsTurn(TURN), TakesKey(&[KeyShown, OtherParameters]);
    "books/race-counts-twice": "a repeat that was overtaken by its first sending enters the books again" ["KEY-5"] "the books after two equal registrations sent at the same time"
        => WaitsItsTurn(TURN), BooksRepeat(&[Overtaken], &ALL_FIGURES);
    "keys/race-loses-the-repeat": "the second of two equal registrations sent at once is told that its key is wrong" ["KEY-5"] "-1 instead of the first one's answer"
        => WaitsItsTurn(TURN), RefusesKey(&[KeyRepeats, Overtaken]);
}
