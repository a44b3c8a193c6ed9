//! Payments: what was offered against what is owed (v22 §5.1, §11).

use super::arguments::Arguments;
use super::behaviour::{Behaviour, ZeroPayment};
use super::number::Misread;
use super::refusal::{self, Refusal};
use ikkm_protocol::{PayKind, Registration};
use rust_decimal::Decimal;

/// The payments of one registration, each rounded.
pub(super) type Payments = Vec<(PayKind, Decimal)>;

/// What a registration costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Owed {
    /// The total that the request names.
    pub total: Decimal,
    /// A tax on top of it; zero for an included one.
    pub tax_on_top: Decimal,
    /// What the books move by: the total, or total plus tax (Q-TAX-1).
    pub booked: Decimal,
}

/// Reads each payment on its own.
pub(super) fn read(arguments: &Arguments, rules: &Behaviour) -> Result<Payments, Refusal> {
    let mut payments = Payments::new();
    for kind in PayKind::ALL {
        if let Some(text) = arguments.get(kind.wire()) {
            payments.push((kind, read_one(kind, text, rules)?));
        }
    }
    if payments.is_empty() {
        return Err(refusal::NO_PAYMENT);
    }
    let any_money = payments.iter().any(|(_, sum)| !sum.is_zero());
    let zero = payments.iter().find(|(_, sum)| sum.is_zero()).map(|(kind, _)| *kind);
    match (zero, rules.payment.zero) {
        (Some(kind), ZeroPayment::Refused) if any_money => return Err(refusal::payment_out_of_range(kind)),
        (Some(_), ZeroPayment::Ignored) if any_money => payments.retain(|(_, sum)| !sum.is_zero()),
        _ => {}
    }
    Ok(payments)
}

fn read_one(kind: PayKind, text: &str, rules: &Behaviour) -> Result<Decimal, Refusal> {
    rules.numbers.amount(text, Decimal::ZERO).map_err(|misread| match misread {
        Misread::NotANumber => refusal::payment_no_number(kind),
        Misread::Below if rules.payment.negative_is_no_number => refusal::payment_no_number(kind),
        Misread::Below | Misread::Above => refusal::payment_out_of_range(kind),
    })
}

/// Checks the payments against what is owed and gives the cash that stays in, or leaves, the
/// drawer.
pub(super) fn settle(
    kind: Registration,
    owed: Owed,
    payments: &[(PayKind, Decimal)],
    may_mix: bool,
    rules: &Behaviour,
) -> Result<Decimal, Refusal> {
    match payments {
        [] => Err(refusal::NO_PAYMENT),
        [(PayKind::Cash, cash)] => settle_cash(kind, owed, *cash, rules),
        [(non_cash, sum)] => settle_non_cash(kind, owed, *non_cash, *sum, rules),
        _ if !may_mix => Err(refusal::NO_MIXED_PAYMENT),
        several => settle_mixed(owed, several),
    }
}

fn settle_cash(kind: Registration, owed: Owed, cash: Decimal, rules: &Behaviour) -> Result<Decimal, Refusal> {
    // A sale's cash must cover the tax whatever the books move by; the others pay what is booked.
    let due = if kind == Registration::Sale { owed.total + owed.tax_on_top } else { owed.booked };
    if cash < owed.total {
        return Err(refusal::CASH_BELOW_TOTAL);
    }
    if cash < due {
        return Err(refusal::CASH_BELOW_TAX);
    }
    let gives_change = match kind {
        Registration::Sale => true,
        Registration::Buy => rules.payment.buy_gives_change,
        Registration::SaleReturn | Registration::BuyReturn => false,
    };
    if cash > due && !gives_change {
        return Err(refusal::NO_CHANGE);
    }
    Ok(owed.booked)
}

fn settle_non_cash(
    kind: Registration,
    owed: Owed,
    with: PayKind,
    sum: Decimal,
    rules: &Behaviour,
) -> Result<Decimal, Refusal> {
    if sum < owed.total {
        return Err(if rules.payment.short_is_cash_lq_sale {
            refusal::CASH_BELOW_TOTAL
        } else {
            refusal::payment_not_total(with, -10)
        });
    }
    if sum < owed.booked {
        return Err(refusal::CASH_BELOW_TAX);
    }
    if sum > owed.booked {
        let is_return = matches!(kind, Registration::SaleReturn | Registration::BuyReturn);
        return Err(match (is_return, rules.payment.return_above_is_change) {
            (false, _) => refusal::payment_not_total(with, rules.payment.single_above_code),
            (true, true) => refusal::NO_CHANGE,
            (true, false) => refusal::payment_not_total(with, -10),
        });
    }
    Ok(Decimal::ZERO)
}

/// A sale with several payments.
fn settle_mixed(owed: Owed, payments: &[(PayKind, Decimal)]) -> Result<Decimal, Refusal> {
    let cash = payments.iter().find(|(kind, _)| *kind == PayKind::Cash).map(|(_, sum)| *sum);
    let non_cash: Decimal =
        payments.iter().filter(|(kind, _)| *kind != PayKind::Cash).map(|(_, sum)| *sum).sum();
    let several_non_cash = payments.len() - usize::from(cash.is_some()) > 1;
    if several_non_cash && non_cash > owed.booked {
        return Err(refusal::NON_CASH_ABOVE_TOTAL);
    }
    // Cash is not needed where the rest covers the total that the request names (PAY-6).
    if cash.is_some() && non_cash >= owed.total {
        return Err(refusal::CASH_NOT_NEEDED);
    }
    let paid = non_cash + cash.unwrap_or_default();
    // Cash must cover the tax on top in any case, as in a sale for cash alone.
    let due = if cash.is_some() { owed.total + owed.tax_on_top } else { owed.booked };
    if paid < owed.total {
        return Err(refusal::CASH_BELOW_TOTAL);
    }
    if paid < due {
        return Err(refusal::CASH_BELOW_TAX);
    }
    Ok(owed.booked - non_cash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use PayKind::{Bank, Cash, Credit, Tara};
    use Registration::{Buy, BuyReturn, Sale, SaleReturn};

    fn pay(kind: Registration, total: i64, payments: &[(PayKind, i64)]) -> Result<Decimal, Refusal> {
        pay_by(&Behaviour::default(), kind, total, payments)
    }

    fn pay_by(
        rules: &Behaviour,
        kind: Registration,
        total: i64,
        payments: &[(PayKind, i64)],
    ) -> Result<Decimal, Refusal> {
        let total = Decimal::from(total);
        let owed = Owed { total, tax_on_top: Decimal::ZERO, booked: total };
        let payments: Payments = payments.iter().map(|(kind, sum)| (*kind, Decimal::from(*sum))).collect();
        settle(kind, owed, &payments, kind == Sale, rules)
    }

    #[test]
    fn sales_as_in_the_document() {
        assert_eq!(pay(Sale, 800, &[(Cash, 1000)]), Ok(800.into()));
        assert_eq!(pay(Sale, 800, &[(Cash, 200)]), Err(refusal::CASH_BELOW_TOTAL));
        assert_eq!(pay(Sale, 800, &[(Cash, 500), (Bank, 400)]), Ok(400.into()));
        assert_eq!(pay(Sale, 800, &[(Cash, 2000), (Bank, 800)]), Err(refusal::CASH_NOT_NEEDED));
        assert_eq!(pay(Sale, 800, &[(Bank, 500), (Tara, 400)]), Err(refusal::NON_CASH_ABOVE_TOTAL));
        assert_eq!(pay(Sale, 800, &[(Bank, 500), (Credit, 300)]), Ok(0.into()));
        assert_eq!(pay(Sale, 800, &[(Cash, 100), (Bank, 400)]), Err(refusal::CASH_BELOW_TOTAL));
        assert_eq!(pay(Sale, 800, &[(Tara, 900)]), Err(refusal::payment_not_total(Tara, -10)));
    }

    #[test]
    fn the_other_types_pay_exactly_and_in_one_kind() {
        for kind in [Buy, SaleReturn, BuyReturn] {
            assert_eq!(pay(kind, 800, &[(Cash, 800)]), Ok(800.into()));
            assert_eq!(pay(kind, 800, &[(Bank, 800)]), Ok(0.into()));
            assert_eq!(pay(kind, 800, &[(Cash, 900)]), Err(refusal::NO_CHANGE));
            assert_eq!(pay(kind, 800, &[(Cash, 700)]), Err(refusal::CASH_BELOW_TOTAL));
            assert_eq!(pay(kind, 800, &[(Cash, 400), (Bank, 400)]), Err(refusal::NO_MIXED_PAYMENT));
        }
        let mut rules = Behaviour::default();
        rules.payment.buy_gives_change = true;
        assert_eq!(pay_by(&rules, Buy, 800, &[(Cash, 900)]), Ok(800.into()));
        assert_eq!(pay_by(&rules, SaleReturn, 800, &[(Cash, 900)]), Err(refusal::NO_CHANGE));
    }

    #[test]
    fn a_tax_on_top_is_owed_too() {
        let rules = Behaviour::default();
        for booked in [100, 112] {
            let owed = Owed { total: 100.into(), tax_on_top: 12.into(), booked: booked.into() };
            let cash = |sum: i64| settle(Sale, owed, &[(Cash, sum.into())], true, &rules);
            assert_eq!(cash(99), Err(refusal::CASH_BELOW_TOTAL));
            assert_eq!(cash(111), Err(refusal::CASH_BELOW_TAX));
            assert_eq!(cash(112), Ok(booked.into()));
            let bank = |sum: i64| settle(Sale, owed, &[(Bank, sum.into())], true, &rules);
            assert_eq!(bank(booked), Ok(0.into()));
        }
    }
}
