use super::*;

fn ask(list: &[(&str, &str)]) -> String {
    ask_under(None, list)
}

fn ask_under(condition: Option<Condition>, list: &[(&str, &str)]) -> String {
    let params = Params(list.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect());
    let situation = Situation {
        drawer: Some(1000.into()),
        taxes: vec!["1".into()],
        included: vec!["1".into()],
        default_tax: Some("1".into()),
        condition,
    };
    registration(Method::Get, &params, &Rules::all(false)[0], &situation).to_string()
}

#[test]
fn what_is_right_must_succeed() {
    assert_eq!(ask(&[("sale", "800.10"), ("cash", "1000")]), "success");
    assert_eq!(ask(&[("buy", "20"), ("cash", "20"), ("tax", "1")]), "success");
}

#[test]
fn each_fault_has_its_pair() {
    assert_eq!(ask(&[("sale", "1e3"), ("cash", "5")]), "-13 * or -10 * or -9 sale-param-error");
    assert_eq!(ask(&[("sale", "0.5"), ("cash", "5")]), "-7 *-lq-one");
    assert_eq!(ask(&[("sale", "20000001"), ("cash", "20000000")]), "-10 cash-lq-sale or -7 *-hq-20mil");
    assert_eq!(ask(&[("sale", "5")]), "-7 payment-params-missed");
    assert_eq!(ask(&[("sale", "5"), ("cash", "x")]), "-7 cache-param-error or -7 payment-params-missed");
    assert_eq!(ask(&[("sale", "5"), ("cash", "5"), ("tax", "9")]), "-14 tax-not-found");
    assert_eq!(ask(&[("sale", "5"), ("cash", "5"), ("tax", "a")]), "-14 tax-invlid-num");
}

#[test]
fn what_is_open_may_be_either() {
    assert_eq!(ask(&[("sale", "0.995"), ("cash", "5")]), "success or -7 *-lq-one");
    assert_eq!(ask(&[("sale", "+5"), ("cash", "5")]), "success or -9 sale-param-error");
    assert!(ask(&[("sale", "5"), ("cash", "5"), ("x", "1")]).starts_with("success"));
    assert!(ask(&[("cash", "0"), ("bank", "1")]).contains("-7 *-not-in-range"), "with no total either");
}

#[test]
fn each_condition_has_its_refusal() {
    use ConditionName as Name;
    for (name, code, answer) in [
        (Name::PaperOut, None, "-6 check-printer-or-batt"),
        (Name::BatteryLow, None, "-6 check-printer-or-batt or -5 *"),
        (Name::ExternalPrinterMissing, None, "-6 check-external-printer"),
        (Name::Blocked, Some(0), "-100 ikkm-is-blocked"),
        (Name::Blocked, Some(42), "-142 ikkm-is-blocked"),
        (Name::Blocked, Some(99), "-199 ikkm-is-blocked"),
        (Name::Offline72h, None, "-4 *"),
        (Name::DatabaseDamaged, None, "-99 internal-error"),
        (Name::UnknownFault, None, "-99 unknown-error"),
        (Name::Busy, None, "-2 *"),
        (Name::MixedPaymentOff, None, "success"),
    ] {
        let condition = Condition::new(name, code);
        assert!(condition.is_some(), "{name:?} {code:?}");
        assert_eq!(ask_under(condition, &[("sale", "5"), ("cash", "5")]), answer, "{name:?} {code:?}");
    }
    let off = Condition::new(Name::MixedPaymentOff, None);
    assert!(off.is_some());
    let mixed = [("sale", "5"), ("cash", "3"), ("bank", "2")];
    assert_eq!(ask_under(None, &mixed), "success");
    assert!(!ask_under(off, &mixed).contains("success"));
}

#[test]
fn cash_in_and_out_have_their_range_and_the_drawer_its_bottom() {
    let ask = |into: bool, list: &[(&str, &str)], drawer: Option<i64>| {
        let params = Params(list.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect());
        let situation = Situation { drawer: drawer.map(Decimal::from), ..Situation::default() };
        cash(into, &params, &Rules::all(false)[0], &situation).to_string()
    };
    for (into, sum, drawer, answer) in [
        (true, "100", Some(0), "success"),
        (true, "0", Some(0), "-9 cache-not-in-range or -9 cache-param-error"),
        (true, "20000000", None, "success"),
        (true, "20000001", None, "-9 cache-not-in-range"),
        (true, "x", None, "-9 cache-param-error"),
        (false, "1000", Some(1000), "success"),
        (false, "1000.01", Some(1000), "-15 no-cash-in-pos"),
        (false, "5", None, "success or -15 no-cash-in-pos"),
    ] {
        assert_eq!(ask(into, &[("cash", sum)], drawer), answer, "{into} {sum} {drawer:?}");
    }
    assert_eq!(ask(true, &[], None), "-7 payment-params-missed");
}

#[test]
fn totals_and_payments_have_their_ranges() {
    let full = "20000000";
    for (list, answer) in [
        ([("sale", "1"), ("cash", "1")], "success"),
        ([("sale", full), ("cash", full)], "success"),
        ([("sale", "20000000.004"), ("cash", full)], "success or -7 *-hq-20mil"),
        ([("sale", "20000000.01"), ("cash", full)], "-10 cash-lq-sale or -7 *-hq-20mil"),
        ([("sale", "0.99"), ("cash", "1")], "-7 *-lq-one"),
        ([("sale", "-5"), ("cash", "1")], "-13 * or -10 * or -9 sale-param-error or -7 *-lq-one"),
        ([("buy", "x"), ("cash", "1")], "-13 * or -10 * or -9 buy-param-error"),
        ([("saleReturn", "x"), ("cash", "1")], "-13 * or -10 * or -9 saleRet-param-error"),
        ([("buyReturn", "x"), ("cash", "1")], "-13 * or -10 * or -9 buyRet-param-error"),
        ([("sale", "5"), ("bank", "x")], "-7 bank-param-error or -7 payment-params-missed"),
        (
            [("sale", "5"), ("tara", "-1")],
            "-7 payment-params-missed or -7 tara-not-in-range or -7 tara-param-error",
        ),
        (
            [("sale", "5"), ("credit", "20000000.01")],
            "-13 credit-hq-sale or -10 credit-hq-sale or -7 credit-not-in-range",
        ),
        ([("sale", "5"), ("cash", "20000000.01")], "-7 cache-not-in-range"),
    ] {
        assert_eq!(ask(&list), answer, "{list:?}");
    }
}
