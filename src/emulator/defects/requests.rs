//! How requests are heard: methods, names of parameters, letters (v22 §3).

use super::Defect;
use super::texts::{KAZAKH, any_case, map_text, name};
use super::tools::drop;
use crate::circumstances::Operation;
use crate::refusal;
use ikkm_protocol::{Method, PayKind, Registration};

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "wire/withdraw-by-get-only",
        about: "a withdrawal by POST is an unknown method",
        requirements: &["WIRE-2"],
        seen: "a withdrawal by POST",
        change: |b| {
            b.prescribed.hears = |c, _| {
                if c.operation == Operation::Withdraw && c.method == Method::Post {
                    Err(refusal::WRONG_METHOD)
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "wire/deposit-by-post-only",
        about: "a deposit by GET is an unknown method",
        requirements: &["WIRE-2", "CASH-1"],
        seen: "a deposit by GET",
        change: |b| {
            b.prescribed.hears = |c, _| {
                if c.operation == Operation::Deposit && c.method == Method::Get {
                    Err(refusal::WRONG_METHOD)
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "wire/post-loses-tax",
        about: "by POST the tax is overlooked",
        requirements: &["WIRE-2", "TAX-1"],
        seen: "the tax of a receipt that was posted",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.method == Method::Post && c.operation == Operation::Register {
                    drop(p, "tax")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "wire/post-takes-bank-as-cash",
        about: "by POST a card payment is booked as cash",
        requirements: &["WIRE-2", "PAY-16"],
        seen: "the drawer after a posted card sale",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.method == Method::Post
                    && c.operation == Operation::Register
                    && !p.0.iter().any(|(n, _)| n == "cash")
                {
                    name(p, "bank", "cash")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "wire/types-in-any-case",
        about: "Sale= is taken for sale=",
        requirements: &["WIRE-3"],
        seen: "a type with a capital letter",
        change: |b| {
            b.prescribed.hears = |_, p| {
                for kind in Registration::ALL {
                    any_case(p, kind.wire())
                }
                Ok(())
            }
        },
    },
    Defect {
        name: "wire/payments-in-any-case",
        about: "Cash= is taken for cash=",
        requirements: &["WIRE-3"],
        seen: "a payment with a capital letter",
        change: |b| {
            b.prescribed.hears = |_, p| {
                for kind in PayKind::ALL {
                    any_case(p, kind.wire())
                }
                Ok(())
            }
        },
    },
    Defect {
        name: "wire/key-in-any-case",
        about: "KEY= is taken for key=",
        requirements: &["WIRE-3"],
        seen: "the key's parameter in capitals",
        change: |b| {
            b.prescribed.hears = |_, p| {
                any_case(p, "key");
                Ok(())
            }
        },
    },
    Defect {
        name: "wire/latin-paper",
        about: "letters outside ASCII are printed as question marks",
        requirements: &["WIRE-4"],
        seen: "the tape after Russian or Kazakh text",
        change: |b| {
            b.prescribed.prints = |_, _, lines| {
                map_text(lines, |t| t.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect())
            }
        },
    },
    Defect {
        name: "wire/no-kazakh-paper",
        about: "letters that only Kazakh has are printed as question marks",
        requirements: &["WIRE-4"],
        seen: "the tape after Kazakh text",
        change: |b| {
            b.prescribed.prints = |_, _, lines| {
                map_text(lines, |t| t.chars().map(|c| if KAZAKH.contains(c) { '?' } else { c }).collect())
            }
        },
    },
    Defect {
        name: "wire/latin-online",
        about: "names lose their Cyrillic letters online",
        requirements: &["WIRE-4", "ITEM-3"],
        seen: "names in messages to the tax committee",
        change: |b| {
            b.prescribed.sends = |_, mut m| {
                m.positions.iter_mut().for_each(|one| one.name.retain(|c| c.is_ascii()));
                Some(m)
            }
        },
    },
    Defect {
        name: "wire/hears-while-off",
        about: "the web API goes on while it is switched off",
        requirements: &["WIRE-13"],
        seen: "a request while the API is off",
        change: |b| b.prescribed.listens_when_off = true,
    },
    Defect {
        name: "wire/new-key-when-on",
        about: "the key turns when the web API is switched on",
        requirements: &["WIRE-14", "KEY-4", "KEY-11"],
        seen: "the key after the API was off and on",
        change: |b| b.prescribed.turns_key = |c, _| c.operation == Operation::SwitchOn,
    },
];
