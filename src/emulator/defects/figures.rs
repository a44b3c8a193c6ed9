//! What is read as a number (v22 §3, §5.1).

use super::Defect;
use super::texts::{hundredths, leading_number, plain_number, text};
use super::tools::{drop, edit};
use crate::circumstances::Operation;
use ikkm_protocol::{PayKind, Registration};

pub(super) const DEFECTS: &[Defect] = &[
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
        name: "payments/bank-of-letters",
        about: "a bank payment that is no number is overlooked",
        requirements: &["PAY-11", "ERR-bank-param-error", "WIRE-5"],
        seen: "letters as that payment",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("bank").is_some_and(|t| !plain_number(t)) {
                    drop(p, "bank")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/tara-of-letters",
        about: "a tara payment that is no number is overlooked",
        requirements: &["PAY-11", "ERR-tara-param-error", "WIRE-5"],
        seen: "letters as that payment",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("tara").is_some_and(|t| !plain_number(t)) {
                    drop(p, "tara")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/credit-of-letters",
        about: "a credit payment that is no number is overlooked",
        requirements: &["PAY-11", "ERR-credit-param-error", "WIRE-5"],
        seen: "letters as that payment",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("credit").is_some_and(|t| !plain_number(t)) {
                    drop(p, "credit")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/cash-of-letters",
        about: "cash that is no number is taken as the total",
        requirements: &["PAY-11", "ERR-cache-param-error", "WIRE-5"],
        seen: "letters as cash of a sale",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("cash").is_some_and(|t| !plain_number(t))
                    && let Some(total) = hundredths(p, "sale")
                {
                    edit(p, "cash", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "tax/letters-are-default",
        about: "a tax that is no number is the default one",
        requirements: &["TAX-3", "ERR-tax-invlid-num"],
        seen: "a tax of letters",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("tax").is_some_and(|t| !plain_number(t)) {
                    drop(p, "tax")
                };
                Ok(())
            }
        },
    },
];
