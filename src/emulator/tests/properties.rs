//! No sequence of events panics the device, rotates the key on an error, or unbalances its books.

use super::*;
use crate::{Action, Condition, Condition::*, personalities};
use ikkm_protocol::Registration;
use proptest::prelude::*;
use rust_decimal::Decimal;

/// Something that happens to the device.
#[derive(Debug, Clone)]
enum Event {
    Request { method: Method, path: String, params: Vec<(String, String)>, key: KeyChoice },
    Raw(String),
    Establish(Condition),
    Clear(Condition),
    Act(Action),
    Wait(u32),
}

#[derive(Debug, Clone, Copy)]
enum KeyChoice {
    Current,
    Previous,
    Wrong,
    None,
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0u32..3_000_000, 0u32..5).prop_map(|(units, scale)| Decimal::new(units.into(), scale).to_string()),
        1 => prop::sample::select(vec![
            "1", "0.995", "1.005", "2.675", "20000000", "20000000.004", "20000000.01", "0800", "+5", ".5", "5.",
            "-5", "0", "1e3", "1,5", "", "x", "true", "\u{fffd}", "99999999999999999999999999999999999",
        ]).prop_map(str::to_owned),
    ]
}

/// Goods and a discount, and what they make.
fn items() -> impl Strategy<Value = (String, String)> {
    (prop::collection::vec(200u32..90_000, 1..4), 0u32..100).prop_map(|(sums, off)| {
        let hundredths = |units: u32| Decimal::new(units.into(), 2).to_string();
        let good = |sum: &u32| {
            let sum = hundredths(*sum);
            format!(r#"{{"name":"Шай","price":"{sum}","qty":"1","sum":"{sum}"}}"#)
        };
        let mut list: Vec<String> = sums.iter().map(good).collect();
        list.push(format!(r#"{{"name":"off","discount":"{}"}}"#, hundredths(off)));
        (format!("[{}]", list.join(",")), hundredths(sums.iter().sum::<u32>() - off))
    })
}

fn params() -> impl Strategy<Value = Vec<(String, String)>> {
    let money = prop::sample::select(vec![
        "sale",
        "buy",
        "saleReturn",
        "buyReturn",
        "cash",
        "bank",
        "tara",
        "credit",
        "tax",
        "amount",
        "trackdocument",
    ]);
    let words = prop::sample::select(vec![
        "beep",
        "timersFast",
        "ofdPacketMode",
        "pushTheQue",
        "ofdNormalMode",
        "Lockhost",
        "doReboot",
        "doUpdate",
        "getPrintMode",
        "disableWebMgmt",
    ]);
    let one = prop_oneof![
        8 => (money.prop_map(str::to_owned), value()),
        1 => (words.prop_map(str::to_owned), Just("true".to_owned())),
        1 => (Just("itemdata".to_owned()), items().prop_map(|(items, _)| items)),
        1 => (Just("itemdata".to_owned()), "\\PC{0,20}"),
        1 => (prop::sample::select(vec!["print", "footer", "printHeader", "x"]).prop_map(str::to_owned), "\\PC{0,60}|--cut--|--barcode128-x--"),
        1 => (Just("setPrintMode".to_owned()), prop::sample::select(vec!["lan-printer", "internal-printer"]).prop_map(str::to_owned)),
        1 => (Just("message".to_owned()), prop::sample::select(vec!["purchase", "reconciliation", "?"]).prop_map(str::to_owned)),
    ];
    prop::collection::vec(one, 0..5)
}

/// A registration that is well-formed more often than not.
fn registration() -> impl Strategy<Value = Vec<(String, String)>> {
    let kind = prop::sample::select(vec!["sale", "buy", "saleReturn", "buyReturn"]);
    let pay = prop::sample::select(vec!["cash", "bank", "tara", "credit"]);
    let total = prop_oneof![
        value().prop_map(|total| (None, total)),
        items().prop_map(|(items, total)| (Some(items), total)),
    ];
    (kind, pay, total).prop_map(|(kind, pay, (items, total))| {
        let mut list = vec![(kind.to_owned(), total.clone()), (pay.to_owned(), total)];
        list.extend(items.map(|items| ("itemdata".to_owned(), items)));
        list
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        (0u8..=255).prop_map(|code| Blocked { code }),
        prop::sample::select(vec![
            PaperOut,
            BatteryLow,
            ExternalPrinterMissing,
            Offline72h,
            ShiftOver24h,
            ShiftOver7d,
            OtherCashier,
            OrdinaryCashier,
            MixedPaymentOff,
            TaxOnTop,
            DatabaseDamaged,
            UnknownFault,
            Busy,
            ApiOff,
            FreshDevice,
            ArchivedShift,
            TaxesEdited,
        ]),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let path = prop::sample::select(vec![
        "/api/",
        "/api",
        "/apideposit",
        "/apiwithdraw",
        "/apixreport",
        "/apizreport",
        "/apibank",
        "/apicheck",
        "/apicheck/getInfo",
        "/apicheck/printLastDocument",
        "/apiprint",
        "/apimanage",
        "/dump/table/shifts",
        "/dump/table/shifts/109/reportwithtax",
        "/dump/table/shifts/1/cheques",
        "/dump/bank/5/trackdocument",
        "/dump/table/taxes",
        "/nothing",
    ]);
    let method = prop::sample::select(vec![Method::Get, Method::Post]);
    let key = prop_oneof![
        8 => Just(KeyChoice::Current), 2 => Just(KeyChoice::Previous), 1 => Just(KeyChoice::Wrong), 1 => Just(KeyChoice::None)
    ];
    let request = (method.clone(), path.prop_map(str::to_owned), params(), key.clone())
        .prop_map(|(method, path, params, key)| Event::Request { method, path, params, key });
    let register = (registration(), key).prop_map(|(params, key)| Event::Request {
        method: Method::Post,
        path: "/api/".to_owned(),
        params,
        key,
    });
    prop_oneof![
        8 => register,
        6 => request,
        1 => "/?[a-z/%?&=0-9]{0,40}".prop_map(Event::Raw),
        2 => condition().prop_map(Event::Establish),
        4 => condition().prop_map(Event::Clear),
        1 => prop::sample::select(vec![
            Action::PowerCycle, Action::FinishBank { success: true }, Action::FinishBank { success: false },
        ]).prop_map(Event::Act),
        2 => prop_oneof![0u32..100, 0u32..1_000_000].prop_map(Event::Wait),
    ]
}

/// Cash that the shifts say went in, less what went out, besides receipts.
fn cash_moved(till: &Till) -> Decimal {
    till.machine.books.shifts.iter().map(|shift| shift.cash_in.sum - shift.cash_out.sum).sum()
}

fn happen(till: &mut Till, event: &Event, previous: &mut String) -> Result<(), TestCaseError> {
    match event {
        Event::Request { method, path, params, key } => {
            let mut all = Params::new();
            let current = till.machine.key().as_str().to_owned();
            match key {
                KeyChoice::Current => all.push("key", current.as_str()),
                KeyChoice::Previous => all.push("key", previous.as_str()),
                KeyChoice::Wrong => all.push("key", "1"),
                KeyChoice::None => {}
            }
            params.iter().for_each(|(name, value)| all.push(name, value));
            let request = WireRequest::new(*method, path, &all);
            let fiscal = till.machine.books.fiscal;
            let drawer = till.machine.books.drawer;
            let moved = cash_moved(till);
            if let Reaction::Answer(answer) = till.machine.handle(&request, HERE, till.now) {
                let rotated = till.machine.key().as_str() != current;
                let registered = till.machine.books.fiscal != fiscal;
                let length = answer.body.len().to_string();
                prop_assert_eq!(answer.header("Content-Length"), Some(length.as_str()));
                // A restart may begin with another key.
                let restarts = path.starts_with("/apimanage");
                prop_assert!(rotated == registered || restarts && !registered, "{:?}", answer.reason_text());
                if answer.status == 400 {
                    let refused = matches!(answer.kind(), Kind::Refused { .. });
                    prop_assert!(!rotated && refused);
                    // A Z report that ended meanwhile may have paid the drawer out.
                    prop_assert_eq!(till.machine.books.drawer - drawer, cash_moved(till) - moved);
                }
                if rotated {
                    let grown: Decimal = Registration::ALL
                        .iter()
                        .map(|kind| till.machine.books.fiscal[*kind] - fiscal[*kind])
                        .sum();
                    let by_cash = till.machine.books.drawer - drawer - (cash_moved(till) - moved);
                    prop_assert!(by_cash.abs() <= grown, "{} moves the drawer by {}", grown, by_cash);
                    *previous = current;
                }
            }
        }
        Event::Raw(target) => {
            till.machine.handle(&WireRequest::bare(Method::Get, target), HERE, till.now);
        }
        Event::Establish(condition) => drop(till.machine.establish(*condition, till.now)),
        Event::Clear(condition) => drop(till.machine.clear(condition.name(), till.now)),
        Event::Act(action) => drop(till.machine.act(*action, till.now)),
        Event::Wait(seconds) => till.wait((*seconds).into()),
    }
    prop_assert!(till.machine.books.drawer >= Decimal::ZERO);
    prop_assert_eq!(till.machine.books.imbalance(), None);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_books_stay_balanced(events in prop::collection::vec(event(), 1..60)) {
        for personality in personalities() {
            let mut till = Till::at(personality.name);
            let mut previous = "0".to_owned();
            for event in &events {
                happen(&mut till, event, &mut previous)?;
            }
        }
    }
}
