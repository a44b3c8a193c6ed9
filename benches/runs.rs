//! How fast a whole run against the embedded emulator is: `cargo bench`.
//!
//! No statistics: the figure to watch is requests a second, and its order of magnitude is enough to
//! see when something began to cost milliseconds a request.

#[path = "../tests/support/mod.rs"]
mod support;

use ikkm_harness::suite::{Case, builtin};
use std::time::Instant;

fn main() {
    let suites = builtin::device().expect("faultless suites");
    let mut cases: Vec<&Case> = suites.iter().flat_map(|suite| &suite.cases).collect();
    cases.sort_by_key(|case| case.last);
    for round in 1..=3 {
        let began = Instant::now();
        let result = support::run_cases("plain", &cases, None);
        let seconds = began.elapsed().as_secs_f64();
        let rate = result.requests() as f64 / seconds;
        println!(
            "round {round}: {} cases, {} requests in {seconds:.2} s, {rate:.0} requests/s",
            result.cases.len(),
            result.requests()
        );
    }
}
