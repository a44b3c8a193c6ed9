//! Error codes and short reasons as names, with plain words for people (v22 §11).
//!
//! Which reason goes with which code is *not* here: the emulator has its own rows, the suites have
//! theirs, so that a wrong pair cannot hide in common code.

/// What a code means and what a person at the till does about it; unknown codes are said to be so.
pub fn describe(code: i32) -> &'static str {
    match code {
        0 => "ready, a registration may be sent",
        -1 => "the web-API key is not the current one: read the key off the device's screen",
        -2 => "a registration or a card transaction is running: try again with the same key",
        -3 => "the shift has been open too long: close it with a Z report",
        -4 => "offline for more than 72 hours: restore the connection, then unlock the register",
        -5 => "the battery is low",
        -6 => "the printer is not ready: check paper, battery or the external printer",
        -7 => "a parameter is missing or out of its range",
        -8 => "there is no such method",
        -9 => "a parameter that must be a number is none, or is out of range",
        -10 => "the payment is less than the total",
        -11 => "the open shift belongs to another cashier",
        -12 => "the cash covers the total but not the tax on top of it",
        -13 => "the payment does not fit the receipt: too much, or a mix that is not allowed",
        -14 => "the tax is unknown",
        -15 => "there is not enough cash in the drawer",
        -16 => "only a senior cashier may do this",
        -17 => "itemdata is no JSON that can be read",
        -18 => "requests from this address are barred until the device restarts",
        -99 => "internal error: see the device's event log",
        -199..=-100 => "the tax committee has blocked the register (its own code is the number past 100)",
        _ => "a code that v22 does not list",
    }
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn every_listed_code_has_words_of_its_own() {
        let unknown = describe(-42);
        for code in (-18..=0).chain([-99, -100, -150, -199]) {
            assert_ne!(describe(code), unknown, "{code}");
        }
        assert_eq!(describe(-200), unknown);
        assert_eq!(describe(7), unknown);
    }
}
