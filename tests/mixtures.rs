//! No false alarm on devices that answer the open questions in any mixture: the fuzzer on `plain`
//! with each single answer turned, and the fuzzer and the suites on random mixtures of answers over every
//! personality. Each device is a test; those for the night are `--ignored`, and begin with `night/`.

mod support;

use ikkm_app::embedded::Embedded;
use ikkm_emulator::behaviour::*;
use ikkm_emulator::{Personality, personalities, personality};
use ikkm_harness::fuzz::player::Watch;
use ikkm_harness::fuzz::search::{Fresh, Limits, Subject};
use ikkm_harness::runner::cover::{Bounds, WITH_BENCH, choose};
use ikkm_harness::runner::order::in_order;
use ikkm_harness::suite::{Suite, builtin};
use libtest_mimic::{Arguments, Failed, Trial};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};
use support::Dice;

/// One other answer to one open question.
type Turn = fn(&mut Behaviour);

/// The questions, each with its other answers.
const QUESTIONS: &[(&str, &[Turn])] = &[
    (
        "Q-WIRE-1",
        &[
            |b| b.numbers.rounding = Rounding::HalfUp,
            |b| b.numbers.rounding = Rounding::HalfEven,
            |b| b.numbers.rounding = Rounding::HalfDown,
            |b| b.numbers.rounding = Rounding::Truncate,
            |b| b.numbers.rounding = Rounding::Ceiling,
        ],
    ),
    (
        "Q-WIRE-1 of quantities",
        &[
            |b| b.numbers.quantity_rounding = Rounding::Truncate,
            |b| b.numbers.quantity_rounding = Rounding::Ceiling,
            |b| b.numbers.quantity_rounding = Rounding::HalfEven,
        ],
    ),
    (
        "Q-WIRE-2",
        &[
            |b| b.numbers.range_check = RangeCheck::BeforeRounding,
            |b| b.numbers.range_check = RangeCheck::AfterRounding,
        ],
    ),
    (
        "Q-WIRE-8",
        &[
            |b| b.numbers.rule = RoundingRule::Hundredth,
            |b| b.numbers.rule = RoundingRule::Whole,
            |b| b.numbers.rule = RoundingRule::WholeTotal,
        ],
    ),
    ("Q-WIRE-5 plus", &[|b| b.numbers.forms.leading_plus = true, |b| b.numbers.forms.leading_plus = false]),
    (
        "Q-WIRE-5 zeros",
        &[|b| b.numbers.forms.leading_zeros = true, |b| b.numbers.forms.leading_zeros = false],
    ),
    ("Q-WIRE-5 dot", &[|b| b.numbers.forms.bare_dot = true, |b| b.numbers.forms.bare_dot = false]),
    (
        "Q-WIRE-5 space",
        &[|b| b.numbers.forms.surrounding_space = true, |b| b.numbers.forms.surrounding_space = false],
    ),
    ("Q-WIRE-3", &[|b| b.wire.number_type = NumberType::Plain, |b| b.wire.date = DateForm::Http]),
    ("Q-WIRE-4 multipart", &[|b| b.wire.multipart = true]),
    ("Q-WIRE-4 split", &[|b| b.wire.split_parameters = false, |b| b.wire.split_parameters = true]),
    (
        "Q-WIRE-4 twice",
        &[|b| b.wire.twice = Twice::First, |b| b.wire.twice = Twice::Last, |b| b.wire.twice = Twice::Refused],
    ),
    (
        "Q-WIRE-6",
        &[
            |b| b.wire.extra_parameter = Unexpected::CheckAllParams,
            |b| b.wire.extra_parameter = Unexpected::IncorrectMethod,
            |b| b.wire.bare_api = false,
        ],
    ),
    (
        "Q-WIRE-7",
        &[
            |b| b.wire.document_reason = DocumentReason::Standard,
            |b| b.wire.document_reason = DocumentReason::Empty,
        ],
    ),
    ("Q-REG-2 method", &[|b| b.wire.method_before_key = true]),
    ("closes", &[|b| b.wire.closes = true]),
    ("Q-KEY-1", &[|b| b.keys.repeats_other_parameters = false, |b| b.keys.repeats_other_parameters = true]),
    ("Q-KEY-2 Z", &[|b| b.keys.repeats_after_z = false, |b| b.keys.repeats_after_z = true]),
    ("Q-KEY-2 restart", &[|b| b.keys.repeats_after_restart = false, |b| b.keys.repeats_after_restart = true]),
    ("Q-KEY-3", &[|b| b.keys.repeats_under_fault = false, |b| b.keys.repeats_under_fault = true]),
    (
        "Q-REG-2",
        &[
            |b| b.registration.checks.reverse(),
            |b| b.registration.checks.rotate_left(2),
            |b| b.registration.checks.swap(1, 2),
        ],
    ),
    ("Q-REG-1", &[|b| b.registration.range_reasons_say_sale = false]),
    ("Q-TAX-1", &[|b| tax_on_top(b, false, false), |b| tax_on_top(b, true, true)]),
    (
        "Q-KEY-4",
        &[
            |b| b.keys.malformed = MalformedKey::Wrong,
            |b| b.keys.malformed = MalformedKey::Parameter,
            |b| b.keys.malformed = MalformedKey::NoNumber,
        ],
    ),
    ("Q-WIRE-10", &[|b| b.wire.capital_types = true, |b| b.wire.capital_types = false]),
    ("print with slash", &[|b| b.wire.print_with_slash = false]),
    ("Q-ITEM-4 times", &[|b| b.items.times = " x "]),
    ("font", &[|b| b.printing.font = Font::Small, |b| b.printing.font = Font::Large]),
    ("busy after printing", &[|b| b.printing.busy_after_ms = 2_500]),
    ("opening message", &[|b| b.shift.opening_message = true]),
    (
        "held while closing",
        &[|b| {
            (b.shift.z_answer, b.shift.z_seconds) = (ZAnswer::AtStart, (88, 14));
            b.shift.held_while_closing = true;
        }],
    ),
    ("foreign shift first", &[|b| b.shift.foreign_shift_first = true]),
    ("item code", &[|b| b.reports.item_code_null = true]),
    ("zero taxes", &[|b| b.reports.zero_taxes = true]),
    ("newer receipts", &[|b| b.reports.newer_receipts = true]),
    ("no committee", &[|b| b.management.linked = false]),
    ("both spellings", &[|b| b.management.both_spellings = true]),
    ("absent printer", &[|b| b.management.absent_printer = Some(ikkm_emulator::PrintMode::Usb)]),
    ("Q-PAY-1", &[|b| b.payment.single_above_code = -13, |b| b.payment.single_above_code = -10]),
    ("Q-PAY-2", &[|b| b.payment.buy_gives_change = true, |b| b.payment.buy_gives_change = false]),
    (
        "Q-PAY-3",
        &[
            |b| b.payment.zero = ZeroPayment::Ignored,
            |b| b.payment.zero = ZeroPayment::Counts,
            |b| b.payment.zero = ZeroPayment::Refused,
        ],
    ),
    ("Q-PAY-4", &[|b| b.payment.return_above_is_change = false]),
    ("Q-PAY-5", &[|b| b.payment.negative_is_no_number = true]),
    ("PAY-15", &[|b| b.payment.short_is_cash_lq_sale = false]),
    (
        "Q-ITEM-1",
        &[
            |b| b.items.texts_by_get = Unexpected::Ignored,
            |b| b.items.texts_by_get = Unexpected::IncorrectMethod,
        ],
    ),
    ("Q-ITEM-2 sum", &[|b| b.items.other_sum = OddItems::Taken]),
    ("Q-ITEM-2 product", &[|b| b.items.other_product = OddItems::Taken]),
    ("Q-ITEM-2 nameless", &[|b| b.items.nameless = OddItems::Taken]),
    ("Q-ITEM-2 numbers", &[|b| b.items.json_numbers = OddItems::Refused]),
    ("Q-ITEM-2 empty", &[|b| b.items.empty_array = OddItems::Taken]),
    ("Q-ITEM-2 no array", &[|b| b.items.not_an_array = OddItems::Taken]),
    ("Q-ITEM-3", &[|b| b.items.reports_hold_all = false]),
    (
        "Q-ITEM-5",
        &[|b| b.items.discount = DiscountForm::NegativeQuantity, |b| b.items.discount = DiscountForm::Spread],
    ),
    ("Q-PRN-2", &[|b| b.printing.long_line = LongLine::Refused, |b| b.printing.long_line = LongLine::Cut]),
    ("Q-PRN-3", &[|b| b.printing.low_battery_is_5 = true]),
    ("Q-PRN-4", &[|b| b.printing.body = PrintBody::Empty, |b| b.printing.body = PrintBody::Word]),
    ("Q-SHIFT-1 without", &[|b| b.shift.z_without_shift = false, |b| b.shift.z_without_shift = true]),
    ("Q-SHIFT-1 drawer", &[|b| b.shift.z_empties_drawer = true, |b| b.shift.z_empties_drawer = false]),
    ("Q-SHIFT-4", &[|b| b.shift.z_answer = ZAnswer::AtStart, |b| b.shift.z_answer = ZAnswer::AtEnd]),
    ("Q-SHIFT-2 cash", &[|b| b.shift.day_bars_cash = true]),
    ("Q-SHIFT-2 X", &[|b| b.shift.day_bars_x = true]),
    ("Q-SHIFT-2 week", &[|b| b.shift.week_in_registration = true, |b| b.shift.week_bars_cash = false]),
    ("Q-CASH-1 numbers", &[|b| b.shift.cash_shares_numbers = false, |b| b.shift.cash_shares_numbers = true]),
    ("Q-CASH-1 last", &[|b| b.shift.cash_is_last_receipt = true]),
    ("Q-CASH-1 Z", &[|b| b.shift.z_takes_number = true]),
    (
        "Q-SHIFT-3",
        &[|b| {
            b.shift.senior = SeniorRules { directories: true, bank_results: true, z_report: true, cash: true }
        }],
    ),
    (
        "Q-DUMP-1",
        &[
            |b| b.reports.fiscal_sales = false,
            |b| b.reports.state_opened = true,
            |b| b.reports.seconds = true,
            |b| b.reports.text_booleans = false,
        ],
    ),
    ("Q-DUMP-4", &[|b| b.reports.past_cash = PastCash::AtClose, |b| b.reports.revenue = Revenue::Flow]),
    (
        "field order",
        &[
            |b| b.reports.field_order = FieldOrder::Reversed,
            |b| b.reports.field_order = FieldOrder::Alphabetical,
        ],
    ),
    ("Q-CHK-1", &[|b| b.management.always_ready = false]),
    ("404", &[|b| b.wire.unknown_path_is_404 = true]),
    ("new key after restart", &[|b| b.management.after_restart = AfterRestart::NewKey]),
    ("zero cash", &[|b| b.shift.zero_cash_is_no_number = true]),
    ("Q-TAX-1 by figure", &[|b| tax_on_top(b, false, true), |b| tax_on_top(b, true, false)]),
];

/// With a tax on top: what the figures count, and what the drawer holds (Q-TAX-1).
fn tax_on_top(behaviour: &mut Behaviour, in_figures: bool, in_drawer: bool) {
    let rules = &mut behaviour.registration;
    (rules.tax_in_fiscal, rules.tax_in_sums) = (in_figures, in_figures);
    (rules.tax_in_rows, rules.tax_in_drawer) = (in_figures, in_drawer);
}

fn subject(personality: Personality, behaviour: Behaviour) -> Fresh {
    Box::new(move || {
        let (personality, behaviour) = (personality.clone(), behaviour.clone());
        Box::pin(async move {
            let embedded =
                Embedded::start(&personality, behaviour).await.map_err(|error| error.to_string())?;
            let session = embedded.setup.open().map_err(|error| error.to_string())?;
            Ok((session, embedded.bench))
        })
    })
}

/// What the fuzzer finds on such a device; it should be nothing.
fn alarms(personality: &Personality, behaviour: Behaviour, seed: u64, cases: u64) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut fresh = subject(personality.clone(), behaviour);
        let (session, bench) = fresh().await.expect("a device");
        let mut subject = Subject {
            session,
            bench,
            fresh: Some(fresh),
            watch: Watch::fresh(),
            interrupted: Arc::default(),
        };
        let limits = Limits { seed, cases, budget: u64::MAX, shrink_budget: 2_000 };
        let found = subject.search(&limits, |_| {}).await.expect("a search");
        assert_eq!(found.failure.is_none(), found.cases == cases);
        found
            .failure
            .map(|failure| format!("seed {}: {:?} {:?}", failure.seed, failure.finding, failure.steps))
    })
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    // The dearest first, so that no thread is left alone with them.
    let mut trials: Vec<Trial> = (0..5).map(|mixture| trial("suites/", mixture, suites_on)).collect();
    trials.extend((0..10).map(|mixture| trial("mixture/", mixture, |mixture| mixed(mixture, 8))));
    for (at, (question, turns)) in QUESTIONS.iter().enumerate() {
        trials.extend((0..turns.len()).map(|turn| {
            Trial::test(format!("turned/{question}/{turn}"), move || good(turned_alone(at, turn, 2)))
        }));
    }
    // For the night: more of everything, under other seeds.
    let night = (5..205).map(|mixture| trial("night/suites/", mixture, suites_on));
    let night = night.chain((10..210).map(|one| trial("night/mixture/", one, |one| mixed(one, 8))));
    let night = night.chain((300..320).map(|one| trial("night/long/mixture/", one, |one| mixed(one, 160))));
    let night = night.chain(personalities().into_iter().map(|personality| {
        Trial::test(format!("night/long/personality/{}", personality.name), move || {
            let mut behaviour = personality.behaviour.clone();
            behaviour.wire.delay_ms = 0;
            good(alarms(&personality, behaviour, 1, 160))
        })
    }));
    let turned = QUESTIONS.iter().enumerate().flat_map(|(at, (question, turns))| {
        (0..turns.len()).map(move |turn| {
            Trial::test(format!("night/turned/{question}/{turn}"), move || good(turned_alone(at, turn, 24)))
        })
    });
    trials.extend(night.chain(turned).map(|trial| trial.with_ignored_flag(true)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(kind: &str, mixture: u64, found: impl Fn(u64) -> Option<String> + Send + 'static) -> Trial {
    Trial::test(format!("{kind}{mixture}"), move || good(found(mixture)))
}

fn good(found: Option<String>) -> Result<(), Failed> {
    found.map_or(Ok(()), |found| Err(found.into()))
}

/// `plain` with another answer to one question.
fn turned_alone(question: usize, turn: usize, cases: u64) -> Option<String> {
    let plain = personality("plain").expect("plain");
    let mut behaviour = plain.behaviour.clone();
    QUESTIONS[question].1[turn](&mut behaviour);
    alarms(&plain, behaviour, 1_000 + 20 * question as u64, cases)
}

/// A device that answers every question at random, and what was turned on it.
fn mixture(dice: &mut Dice) -> (Personality, String) {
    let all = personalities();
    let mut personality = all[dice.below(all.len())].clone();
    personality.behaviour.wire.delay_ms = 0;
    let mut turned = Vec::new();
    for (question, turns) in QUESTIONS {
        let choice = dice.below(2 * turns.len());
        if let Some(turn) = turns.get(choice) {
            turn(&mut personality.behaviour);
            turned.push(format!("{question} {choice}"));
        }
    }
    let told = format!("{} with {}", personality.name, turned.join(", "));
    (personality, told)
}

/// So many sequences on a mixture.
fn mixed(number: u64, cases: u64) -> Option<String> {
    let (personality, turned) = mixture(&mut Dice(number));
    let found = alarms(&personality, personality.behaviour.clone(), 5_000 + 20 * number, cases);
    found.map(|found| format!("{turned}: {found}"))
}

/// What a run on a device takes of the suites, on a mixture; each takes another covering array.
fn suites_on(number: u64) -> Option<String> {
    static SUITES: LazyLock<Vec<Suite>> = LazyLock::new(|| builtin::device().expect("the built-in suites"));
    let cases = in_order(SUITES.iter().flat_map(|suite| &suite.cases).collect());
    let (mut personality, turned) = mixture(&mut Dice(1_000 + number));
    // At least one operation says that a shift is older than a week (SHIFT-4).
    let shift = &mut personality.behaviour.shift;
    shift.week_in_registration |= !shift.week_bars_cash;
    let bounds = Bounds { requests: WITH_BENCH, rotate: Some(number) };
    let chosen = choose(&cases, |_| true, bounds).cases;
    let result = support::run_cases_on(&personality, &chosen, None, true);
    let wrong = result.cases.iter().filter(|case| !case.findings.is_empty());
    let mut found: Vec<String> =
        wrong.map(|case| format!("{}: {}", case.name, case.message.as_deref().unwrap_or(""))).collect();
    found.extend(result.stopped);
    (!found.is_empty()).then(|| format!("{turned}: {found:#?}"))
}
