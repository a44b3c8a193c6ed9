//! Requests and answers on the wire (v22 §3, §5.2).

use super::Defect;
use super::texts::{KAZAKH, any_case, leading_number, map_text, name};
use super::tools::{drop, edit, header};
use crate::emulator::circumstances::Operation;
use crate::emulator::refusal;
use crate::protocol::Method;
use crate::protocol::PayKind;
use crate::protocol::Registration;
use std::time::Duration;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "wire/newline-after-key",
        about: "a new key is followed by a line feed",
        requirements: &["WIRE-1", "KEY-3"],
        seen: "the body of a registration's answer",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Register && a.status == 200 {
                    a.body.push(b'\n');
                }
            })
        },
    },
    Defect {
        name: "wire/space-before-code",
        about: "a refusal's code stands after a blank",
        requirements: &["WIRE-1"],
        seen: "the body of a refusal",
        change: |b| {
            b.prescribed.transformers.push(|_, a| {
                if a.status == 400 {
                    a.body.insert(0, b' ');
                }
            })
        },
    },
    Defect {
        name: "wire/length-one-short",
        about: "the length of a status is one byte short",
        requirements: &["WIRE-1"],
        seen: "Content-Length against the body",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Check {
                    header(a, "Content-Length", "0");
                }
            })
        },
    },
    Defect {
        name: "wire/length-too-long",
        about: "the length of a deposit's answer is told too long",
        requirements: &["WIRE-1"],
        seen: "Content-Length against the body",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Deposit {
                    header(a, "Content-Length", "9");
                }
            })
        },
    },
    Defect {
        name: "wire/word-beside-code",
        about: "a refusal's body repeats the reason after the code",
        requirements: &["WIRE-1", "WIRE-10"],
        seen: "the body of a refusal",
        change: |b| {
            b.prescribed.transformers.push(|_, a| {
                if a.status == 400 {
                    a.body.push(b' ');
                    a.body.extend(a.reason.clone());
                }
            })
        },
    },
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
        name: "wire/decimal-comma",
        about: "a decimal comma is taken as a dot",
        requirements: &["WIRE-5", "REG-4"],
        seen: "a total with a comma",
        change: |b| {
            b.prescribed.hears = |_, p| {
                for kind in Registration::ALL {
                    edit(p, kind.wire(), |t| t.replace(',', "."))
                }
                Ok(())
            }
        },
    },
    Defect {
        name: "wire/comma-in-payments",
        about: "a decimal comma in a payment is taken as a dot",
        requirements: &[
            "WIRE-5",
            "PAY-11",
            "ERR-bank-param-error",
            "ERR-cache-param-error",
            "ERR-tara-param-error",
            "ERR-credit-param-error",
            "ERR-cache-param-error-cash",
            "CASH-3",
        ],
        seen: "a payment with a comma",
        change: |b| {
            b.prescribed.hears = |_, p| {
                for kind in PayKind::ALL {
                    edit(p, kind.wire(), |t| t.replace(',', "."))
                }
                Ok(())
            }
        },
    },
    Defect {
        name: "wire/exponent",
        about: "1e3 is taken as 1000",
        requirements: &["WIRE-5", "REG-4"],
        seen: "a total with an exponent",
        change: |b| {
            b.prescribed.hears = |_, p| {
                for kind in Registration::ALL {
                    edit(p, kind.wire(), |t| {
                        t.replace("e3", "000").replace("e2", "00").replace("E3", "000").replace("E2", "00")
                    })
                }
                Ok(())
            }
        },
    },
    Defect {
        name: "wire/grouped-digits",
        about: "blanks and apostrophes in a total are dropped",
        requirements: &["WIRE-5", "REG-4"],
        seen: "a total with grouped digits",
        change: |b| {
            b.prescribed.hears = |_, p| {
                for kind in Registration::ALL {
                    edit(p, kind.wire(), |t| t.trim().replace([' ', '\'', '_'], ""))
                }
                Ok(())
            }
        },
    },
    Defect {
        name: "wire/number-until-letter",
        about: "a total is read up to its first letter",
        requirements: &[
            "WIRE-5",
            "REG-4",
            "ERR-sale-param-error",
            "ERR-buy-param-error",
            "ERR-saleRet-param-error",
            "ERR-buyRet-param-error",
        ],
        seen: "a total that ends in letters",
        change: |b| {
            b.prescribed.hears = |_, p| {
                for kind in Registration::ALL {
                    edit(p, kind.wire(), leading_number)
                }
                Ok(())
            }
        },
    },
    Defect {
        name: "wire/deposit-until-letter",
        about: "a deposit is read up to its first letter",
        requirements: &["WIRE-5", "CASH-3", "ERR-cache-param-error-cash"],
        seen: "a deposit that ends in letters",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Deposit {
                    edit(p, "cash", leading_number)
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "wire/created",
        about: "a registration is answered 201",
        requirements: &["WIRE-10", "REG-1"],
        seen: "the status of a success",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Register && a.status == 200 {
                    a.status = 201;
                }
            })
        },
    },
    Defect {
        name: "wire/errors-are-200",
        about: "refusals come with status 200",
        requirements: &["WIRE-10"],
        seen: "the status of a refusal",
        change: |b| {
            b.prescribed.transformers.push(|_, a| {
                if a.status == 400 {
                    a.status = 200;
                }
            })
        },
    },
    Defect {
        name: "wire/device-errors-are-500",
        about: "refusals of the device come with status 500",
        requirements: &[
            "WIRE-10",
            "PRN-8",
            "SHIFT-3",
            "SHIFT-5",
            "ERR-internal-error",
            "ERR-unknown-error",
            "ERR-check-printer-or-batt",
        ],
        seen: "the status of a refusal while a condition stands",
        change: |b| {
            b.prescribed.transformers.push(|_, a| {
                if a.status == 400
                    && [b"-6".as_slice(), b"-3", b"-11", b"-99", b"-4"].contains(&a.body.as_slice())
                {
                    a.status = 500;
                }
            })
        },
    },
    Defect {
        name: "wire/reason-says-ok",
        about: "a withdrawal's reason is OK instead of its number",
        requirements: &["WIRE-10", "CASH-1"],
        seen: "the reason phrase of a withdrawal",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Withdraw && a.status == 200 {
                    a.reason = b"OK".to_vec();
                }
            })
        },
    },
    Defect {
        name: "wire/capital-reason",
        about: "the X report's reason has capitals",
        requirements: &["WIRE-10", "SHIFT-1"],
        seen: "the reason phrase of an X report",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::XReport && a.status == 200 {
                    a.reason = b"X-Report-Started".to_vec();
                }
            })
        },
    },
    Defect {
        name: "wire/empty-reason-on-error",
        about: "a refusal has no reason phrase",
        requirements: &["WIRE-10"],
        seen: "the reason phrase of a refusal",
        change: |b| {
            b.prescribed.transformers.push(|_, a| {
                if a.status == 400 {
                    a.reason.clear();
                }
            })
        },
    },
    Defect {
        name: "wire/late-x-report",
        about: "an X report is answered after 31 seconds",
        requirements: &["WIRE-11"],
        seen: "the time that an answer takes",
        change: |b| {
            b.prescribed.answers_after =
                |c| Duration::from_secs(if c.operation == Operation::XReport { 31 } else { 0 })
        },
    },
    Defect {
        name: "wire/number-as-json",
        about: "number answers are labelled application/json",
        requirements: &["WIRE-12"],
        seen: "the Content-Type of a number answer",
        change: |b| {
            b.prescribed.transformers.push(|_, a| {
                if a.body.first() != Some(&b'{') && a.body.first() != Some(&b'[') {
                    header(a, "Content-Type", "application/json");
                }
            })
        },
    },
    Defect {
        name: "wire/trailing-comma",
        about: "a shift report ends in a comma before its brace, as in the vendor's example",
        requirements: &["WIRE-12"],
        seen: "whether a parser takes the document",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.trim_end_matches('/').ends_with("/report") && a.body.pop() == Some(b'}') {
                    a.body.extend(b",}");
                }
            })
        },
    },
    Defect {
        name: "wire/unescaped-names",
        about: "names in cheques are not escaped",
        requirements: &["WIRE-12", "DUMP-1"],
        seen: "a directory that holds a name with a quote",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.trim_end_matches('/').ends_with("/table/taxes") {
                    a.body.extend(b"\n}");
                }
            })
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
        requirements: &["WIRE-14", "KEY-4"],
        seen: "the key after the API was off and on",
        change: |b| b.prescribed.turns_key = |c, _| c.operation == Operation::SwitchOn,
    },
];
