//! Payments against a total: which refusals chapter 5 and table 11.2 give (v22 §5.1, §11).

use super::answers::Answers;
use ikkm_protocol::{PayKind, Registration};
use rust_decimal::Decimal;

/// What a registration is to be paid with, and from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bill<'a> {
    pub kind: Registration,
    /// Rounded.
    pub total: Decimal,
    /// Rounded, in the order of the document.
    pub payments: &'a [(PayKind, Decimal)],
    /// The cash in the drawer, where it is known.
    pub drawer: Option<Decimal>,
    /// Mixed payment is switched off in the settings.
    pub mixed_off: bool,
}

/// The answers that a bill allows.
pub(super) fn settle(bill: Bill<'_>, answers: &mut Answers) {
    let nonzero: Vec<(PayKind, Decimal)> =
        bill.payments.iter().filter(|(_, sum)| !sum.is_zero()).copied().collect();
    if nonzero.len() == bill.payments.len() {
        return paid(bill, answers);
    }
    // A payment of nothing may count or be passed over (Q-PAY-3).
    if nonzero.is_empty() {
        answers.must(-10, "*");
        if bill.payments.len() > 1 {
            answers.may(-13, "*");
        }
        return;
    }
    let mut without = Answers::default();
    paid(Bill { payments: &nonzero, ..bill }, &mut without);
    let mut with = Answers::default();
    paid(bill, &mut with);
    answers.either(without, with);
}

fn paid(bill: Bill<'_>, answers: &mut Answers) {
    match bill.payments {
        [] => answers.must(-7, "payment-params-missed"),
        [(PayKind::Cash, cash)] => in_cash(bill, *cash, answers),
        [(kind, sum)] => without_cash(bill, *kind, *sum, answers),
        _ => mixed(bill, answers),
    }
}

fn in_cash(bill: Bill<'_>, cash: Decimal, answers: &mut Answers) {
    if cash < bill.total {
        answers.must(-10, "cash-lq-sale");
    }
    if cash > bill.total {
        match bill.kind {
            Registration::Sale => {}
            // Q-PAY-2: change, or a refusal.
            Registration::Buy => answers.may(-13, "*"),
            Registration::SaleReturn | Registration::BuyReturn => answers.must(-13, "change-not-allowed"),
        }
    }
    if matches!(bill.kind, Registration::Buy | Registration::SaleReturn) {
        match bill.drawer {
            Some(drawer) if bill.total > drawer => answers.must(-15, "no-cash-in-pos"),
            Some(drawer) if cash <= drawer => {}
            _ => answers.may(-15, "no-cash-in-pos"),
        }
    }
}

fn without_cash(bill: Bill<'_>, kind: PayKind, sum: Decimal, answers: &mut Answers) {
    if sum < bill.total {
        // PAY-15: any reason of the family.
        short(answers);
    }
    if sum > bill.total {
        let above = format!("{}-hq-sale", kind.wire());
        // Q-PAY-1, Q-PAY-4: -10 by the table, -13 by the prose.
        answers.must(-10, &above);
        answers.must(-13, &above);
        if matches!(bill.kind, Registration::SaleReturn | Registration::BuyReturn) {
            answers.must(-10, "change-not-allowed");
            answers.must(-13, "change-not-allowed");
        }
    }
}

fn mixed(bill: Bill<'_>, answers: &mut Answers) {
    if bill.kind != Registration::Sale || bill.mixed_off {
        answers.must(-13, "no-mixed-payment-allowed");
    }
    let non_cash: Vec<&(PayKind, Decimal)> =
        bill.payments.iter().filter(|(kind, _)| *kind != PayKind::Cash).collect();
    let cash = bill.payments.len() > non_cash.len();
    let sum: Decimal = non_cash.iter().map(|(_, sum)| *sum).sum();
    let paid: Decimal = bill.payments.iter().map(|(_, sum)| *sum).sum();
    if sum > bill.total && non_cash.len() > 1 {
        answers.must(-13, "bank-tara-credit-hq-sale");
    }
    if cash && sum >= bill.total {
        answers.must(-13, "no-cache-hq-sale");
    }
    for (kind, one) in non_cash {
        if *one > bill.total {
            answers.must(-10, &format!("{}-hq-sale", kind.wire()));
            answers.must(-13, &format!("{}-hq-sale", kind.wire()));
        }
    }
    if paid < bill.total {
        short(answers);
    }
    if bill.kind != Registration::Sale {
        // Beside being mixed, a return or purchase may be paid wrongly, too.
        for reason in ["change-not-allowed", "no-cash-in-pos", "cash-lq-sale"] {
            let code = match reason {
                "no-cash-in-pos" => -15,
                "cash-lq-sale" => -10,
                _ => -13,
            };
            answers.may(code, reason);
        }
    }
}

fn short(answers: &mut Answers) {
    for reason in ["cash-lq-sale", "*-hq-sale"] {
        answers.must(-10, reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PayKind::{Bank, Cash, Tara};
    use Registration::{Buy, Sale, SaleReturn};

    fn text(kind: Registration, total: i64, payments: &[(PayKind, i64)], drawer: i64) -> String {
        let payments: Vec<_> = payments.iter().map(|(kind, sum)| (*kind, Decimal::from(*sum))).collect();
        let mut answers = Answers::default();
        let drawer = Some(drawer.into());
        let bill = Bill { kind, total: total.into(), payments: &payments, drawer, mixed_off: false };
        settle(bill, &mut answers);
        answers.to_string()
    }

    #[test]
    fn sales() {
        assert_eq!(text(Sale, 800, &[(Cash, 1000)], 0), "success");
        assert_eq!(text(Sale, 800, &[(Cash, 200)], 0), "-10 cash-lq-sale");
        assert_eq!(text(Sale, 800, &[(Cash, 500), (Bank, 400)], 0), "success");
        assert_eq!(text(Sale, 800, &[(Cash, 2000), (Bank, 800)], 0), "-13 no-cache-hq-sale");
        assert_eq!(text(Sale, 800, &[(Bank, 500), (Tara, 400)], 0), "-13 bank-tara-credit-hq-sale");
        assert!(text(Sale, 800, &[(Bank, 900)], 0).contains("bank-hq-sale"));
        assert!(text(Sale, 800, &[(Bank, 800), (Cash, 0)], 0).starts_with("success"));
    }

    #[test]
    fn the_others() {
        assert_eq!(text(Buy, 80, &[(Cash, 80)], 80), "success");
        assert_eq!(text(Buy, 80, &[(Cash, 80)], 79), "-15 no-cash-in-pos");
        assert_eq!(text(Buy, 80, &[(Cash, 90)], 100), "success or -13 *");
        assert_eq!(text(SaleReturn, 80, &[(Cash, 90)], 100), "-13 change-not-allowed");
        assert!(text(SaleReturn, 80, &[(Cash, 40), (Bank, 40)], 100).contains("no-mixed-payment-allowed"));
        assert!(text(Buy, 80, &[(Cash, 80), (Bank, 0)], 100).starts_with("success"));
    }
}
