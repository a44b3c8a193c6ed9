//! Amounts as text: whole ones, half hundredths, traps for binary numbers, the limits, and texts
//! that are numbers on some devices only or on none.

use proptest::prelude::*;
use proptest::sample::select;

/// Amounts that a binary number holds a little wrong, or that sit beside a half.
const TRAPS: [&str; 16] = [
    "1.005",
    "2.675",
    "1.015",
    "1.025",
    "1.045",
    "8.345",
    "10.075",
    "1.115",
    "5.004",
    "5.006",
    "1.0049999",
    "1.0050001",
    "33.333",
    "66.667",
    "4.35",
    "1.00500000000000000001",
];

/// Both sides of every limit.
const LIMITS: [&str; 16] = [
    "1",
    "0.99",
    "0.994",
    "0.995",
    "0.999",
    "0",
    "0.01",
    "0.004",
    "20000000",
    "19999999.99",
    "20000000.01",
    "20000000.004",
    "20000000.005",
    "20000001",
    "19999999.999",
    "20000000.00",
];

/// Numbers in odd forms, and what is none.
const ODD: [&str; 20] = [
    "-5",
    "abc",
    "",
    "1e3",
    "1,5",
    "+5",
    "0800",
    "05.50",
    ".5",
    "5.",
    " 5",
    "5 ",
    "1 000",
    "-0.01",
    "0x10",
    "NaN",
    "1.0.0",
    "1_000",
    "٣",
    "99999999999999999999",
];

/// An amount that every device takes.
pub(super) fn right() -> BoxedStrategy<String> {
    prop_oneof![
        4 => (1u32..5_000).prop_map(|units| units.to_string()),
        2 => (100u32..500_000).prop_map(|units| format!("{}.{:02}", units / 100, units % 100)),
        4 => (100u32..50_000).prop_map(|units| format!("{}.{:02}5", units / 100, units % 100)),
        3 => select(TRAPS.as_slice()).prop_map(str::to_owned),
        1 => (100u32..50_000, 0u32..10).prop_map(|(units, more)| {
            format!("{}.{:02}{more}", units / 100, units % 100)
        }),
        1 => select(vec!["20000000", "19999999.99", "1", "1.00"]).prop_map(str::to_owned),
    ]
    .boxed()
}

/// Any amount.
pub(super) fn any() -> BoxedStrategy<String> {
    prop_oneof![
        8 => right(),
        3 => select(LIMITS.as_slice()).prop_map(str::to_owned),
        2 => select(ODD.as_slice()).prop_map(str::to_owned),
    ]
    .boxed()
}
