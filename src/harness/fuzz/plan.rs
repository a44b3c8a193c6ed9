//! From a seed to a sequence: which goals it is drawn for, how their states are reached, and what
//! follows them. Seeds that follow each other take goals that follow each other in a fixed mixed
//! order: none is looked at twice before all were looked at once.

use super::amounts;
use super::coverage::{Goal, goals};
use super::form::Form;
use super::operation::{Call, Card, KeyChoice, Operation};
use super::strategy;
use crate::bench::{Condition, ConditionName};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Goals of one sequence.
const GOALS: u64 = 8;
/// Steps through the list of goals; it has no factor in common with their number.
const STRIDE: u64 = 373;

/// Draws one sequence.
struct Plan {
    runner: TestRunner,
    out: Vec<Operation>,
    serial: u64,
}

/// The sequence of a seed.
pub fn draw(seed: u64) -> Vec<Operation> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
    let mut plan = Plan { runner, out: Vec::new(), serial: seed % 1_000 };
    let all = goals();
    let count = all.len() as u64;
    for number in 0..GOALS {
        let place = (seed % count * GOALS + number) % count * STRIDE % count;
        let Some(goal) = usize::try_from(place).ok().and_then(|at| all.get(at)) else { continue };
        plan.reach(goal.state);
        plan.play(goal);
        plan.follow(goal.state);
    }
    plan.out
}

impl Plan {
    fn below(&mut self, count: u64) -> u64 {
        self.runner.rng().next_u64() % count.max(1)
    }

    fn one<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        let at = self.below(list.len() as u64);
        list.get(usize::try_from(at).unwrap_or_default()).copied()
    }

    fn of<S: Strategy>(&mut self, strategy: S) -> Option<S::Value> {
        strategy.new_tree(&mut self.runner).ok().map(|tree| tree.current())
    }

    fn push(&mut self, call: Call) {
        self.out.push(Operation::Call(call));
    }

    fn call(&mut self, path: &'static str, params: &[(&str, &str)]) {
        self.push(Call::with(path, Form::Query, params));
    }

    /// A registration that every device takes.
    fn sale(&mut self) {
        let total = (self.below(400) + 1).to_string();
        let more = (self.below(400) + 500).to_string();
        match self.below(5) {
            0 => self.call("/api/", &[("sale", &total), ("bank", &total)]),
            1 => self.call("/api/", &[("sale", &total), ("cash", &more)]),
            2 => self.call("/api/", &[("buyReturn", &total), ("cash", &total)]),
            _ => self.call("/api/", &[("sale", &total), ("cash", &total)]),
        }
    }

    /// One that every device refuses.
    fn refused(&mut self) {
        match self.below(7) {
            0 => self.call("/api/", &[("sale", "100"), ("cash", "90")]),
            1 => self.call("/api/", &[("sale", "100")]),
            2 => self.call("/api/", &[("saleReturn", "<drawer + 0.01>"), ("cash", "<drawer + 0.01>")]),
            3 => self.call("/api/", &[("sale", "abc"), ("cash", "100")]),
            4 => self.call("/api/", &[("buy", "100"), ("cash", "60"), ("bank", "40")]),
            5 => self.push(Call::with(
                "/api/",
                Form::Body,
                &[("sale", "70"), ("cash", "70"), ("itemdata", "[{")],
            )),
            _ => self.call("/api/", &[("sale", "100"), ("cash", "100"), ("tax", "<unknown-tax>")]),
        }
    }

    fn reach(&mut self, state: &str) {
        match state {
            "closed shift" => self.push(Call::plain("/apizreport")),
            "second shift" => {
                if self.below(2) == 0 {
                    self.push(Call::plain("/apizreport"));
                    self.sale();
                }
                self.push(Call::plain("/apizreport"));
                self.sale();
            }
            "restarted" => {
                self.sale();
                self.restart();
            }
            "after a refusal" => self.refused(),
            "after a repeat" => {
                self.sale();
                (0..=self.below(3)).for_each(|_| self.out.push(Operation::Repeat));
            }
            "after a lost reply" => {
                let total = (self.below(300) + 1).to_string();
                let lost = Call::with("/api/", Form::Query, &[("sale", &total), ("cash", &total)]);
                self.push(Call { lost: true, ..lost });
            }
            "empty drawer" => self.call("/apiwithdraw", &[("cash", "<drawer>")]),
            "batch mode" => {
                self.call("/apicheck/", &[("ofdPacketMode", "true")]);
                (0..=self.below(3)).for_each(|_| self.sale());
            }
            "header set" => self.header(),
            "mixed payment off" => {
                self.out
                    .extend(Condition::new(ConditionName::MixedPaymentOff, None).map(Operation::Establish));
            }
            "shift over 24 h" => {
                self.push(Call::plain("/apizreport"));
                self.sale();
                let first = self.below(80_000) + 1;
                self.out.push(Operation::Wait(first));
                self.sale();
                self.out.push(Operation::Wait(86_700 - first));
            }
            "after an X report" => self.push(Call::plain("/apixreport")),
            "after cash in" => {
                let amount = self.one(&["100", "1000000", "0.5", "5000.05"]).unwrap_or("1");
                self.call("/apideposit", &[("cash", amount)]);
            }
            "after a card" => self.card(),
            "external printer" => self.call("/apicheck/", &[("setPrintMode", "lan-printer")]),
            "after a fault" => {
                let fault = self.of(strategy::fault()).flatten();
                let sale = Call::with("/api/", Form::Query, &[("sale", "30"), ("cash", "30")]);
                self.push(Call { under: fault, ..sale });
            }
            _ => self.sale(),
        }
    }

    fn play(&mut self, goal: &Goal) {
        match goal.operation {
            "sale" | "buy" | "saleReturn" | "buyReturn" => {
                if let Some(call) =
                    self.amount(goal.amount).and_then(|total| self.of(strategy::paid(goal.operation, total)))
                {
                    self.push(call);
                }
            }
            "deposit" | "withdraw" => {
                let path = if goal.operation == "deposit" { "/apideposit" } else { "/apiwithdraw" };
                let amount = self.amount(goal.amount).unwrap_or_default();
                self.call(path, &[("cash", &amount)]);
            }
            "sale with items" => self.drawn(strategy::with_items()),
            "registration with texts" => self.with_texts(),
            "registration with a tax" => {
                self.drawn(strategy::with_tax());
                if self.below(2) == 0 {
                    self.sale();
                }
            }
            "mixed payment" => self.drawn(strategy::mixed()),
            "faulty registration" => match self.below(3) {
                0 => self.refused(),
                _ => self.drawn(strategy::registration()),
            },
            "registration under a fault" => {
                let under = self.of(strategy::fault()).flatten();
                let kind = self.one(&["sale", "buy", "saleReturn", "buyReturn"]).unwrap_or("sale");
                self.push(Call {
                    under,
                    ..Call::with("/api/", Form::Query, &[(kind, "20"), ("cash", "20")])
                });
            }
            "registration with a bad key" => {
                let key =
                    self.one(&[KeyChoice::Older, KeyChoice::Wrong, KeyChoice::Missing, KeyChoice::Previous]);
                let key = key.unwrap_or(KeyChoice::Wrong);
                self.push(Call {
                    key,
                    ..Call::with("/api/", Form::Query, &[("sale", "40"), ("cash", "40")])
                });
            }
            "repeat" => self.out.push(Operation::Repeat),
            "lost reply" => {
                let kind = self.one(&["sale", "buyReturn", "saleReturn", "buy"]).unwrap_or("sale");
                let call = Call::with("/api/", Form::Body, &[(kind, "7.05"), ("cash", "7.05")]);
                self.push(Call { lost: true, ..call });
            }
            "X report" => self.push(Call::plain("/apixreport")),
            "Z report" => self.push(Call::plain("/apizreport")),
            "print" => self.print(),
            "last document" => self.push(Call::plain("/apicheck/printLastDocument")),
            "header" => self.header(),
            "print mode" => self.print_mode(),
            "batch mode" => {
                let name = self.one(&["ofdPacketMode", "ofdNormalMode"]).unwrap_or("ofdPacketMode");
                self.call("/apicheck/", &[(name, "true")]);
                self.sale();
            }
            "push" => self.call("/apicheck/", &[("pushTheQue", "true")]),
            "other variable" => {
                let names = [
                    "beep",
                    "timersFast",
                    "timersNormal",
                    "keepLanPrinter",
                    "closeLanPrinter",
                    "disableWebMgmt",
                ];
                let name = self.one(&names).unwrap_or("beep");
                self.call("/apicheck/", &[(name, "true")]);
            }
            "locked host" => {
                if self.below(2) == 0 {
                    self.call("/apicheck/", &[("Lockhost", "true")]);
                }
                let path = self.one(&["/apicheck", "/apicheck/getInfo", "/dump/table/taxes", "/apixreport"]);
                self.push(Call { elsewhere: true, ..Call::plain(path.unwrap_or("/apicheck")) });
            }
            "card" => self.card(),
            "restart" => self.restart(),
            "time" => {
                let seconds = self.one(&[60, 3_600, 82_000, 86_000, 86_700, 600_000, 700_000]).unwrap_or(60);
                self.out.push(Operation::Wait(seconds));
            }
            "status" => match self.below(3) {
                0 => self.push(Call::plain("/apicheck")),
                1 => self.call("/apicheck/getInfo/", &[("show", "minimum")]),
                _ => self.out.push(Operation::Glance),
            },
            "shift documents" => match self.below(3) {
                0 => self.push(Call::plain("/dump/table/shifts")),
                1 => self.out.push(Operation::Look),
                _ => self.out.push(Operation::Glance),
            },
            "directories" => {
                let tables =
                    ["/dump/table/taxes", "/dump/table/cashiers", "/dump/table/items", "/dump/table/catalog"];
                let path = self.one(&tables).unwrap_or("/dump/table/taxes");
                self.push(Call::plain(path));
            }
            "receipt details" => {
                let back = self.one(&[0, 0, 1, 3]).unwrap_or(0);
                self.out.push(Operation::Receipt(back));
            }
            "request with a bad key" => self.drawn(strategy::bad_key()),
            _ => self.drawn(strategy::cash()),
        }
    }

    /// What follows a goal: mostly something simple, which shows what it left behind.
    fn follow(&mut self, state: &str) {
        match self.below(8) {
            0..=2 => self.sale(),
            3 => self.out.push(Operation::Repeat),
            4 => self.out.push(Operation::Glance),
            _ => {}
        }
        if state == "shift over 24 h" {
            self.push(Call::plain("/apizreport"));
            self.sale();
        }
        match (state, self.below(3)) {
            ("mixed payment off", _) => {
                self.drawn(strategy::mixed());
                if self.below(2) == 0 {
                    self.out.push(Operation::Clear(ConditionName::MixedPaymentOff));
                }
            }
            ("batch mode", 0) => self.call("/apicheck/", &[("ofdNormalMode", "true")]),
            ("batch mode", 1) => self.call("/apicheck/", &[("pushTheQue", "true")]),
            ("header set", 0) => self.push(Call::with("/apicheck/", Form::Body, &[("printHeader", "clear")])),
            ("header set", _) => self.sale(),
            _ => {}
        }
    }

    fn drawn(&mut self, strategy: impl Strategy<Value = Call>) {
        let call = self.of(strategy);
        self.out.extend(call.map(Operation::Call));
    }

    fn amount(&mut self, class: &str) -> Option<String> {
        match class {
            "fraction" => self.of(amounts::fraction()),
            "limit" => self.of(amounts::limit()),
            "drawer" => self
                .one(&["<drawer>", "<drawer>", "<drawer - 0.01>", "<drawer + 0.01>", "<drawer + 0.99>"])
                .map(str::to_owned),
            "no amount" => self.of(amounts::odd()),
            _ => self.of(amounts::usual()),
        }
    }

    fn text(&mut self, what: &str) -> String {
        self.serial += 1;
        let word = self.one(&["Ab", "Жя", "Қө"]).unwrap_or("Ab");
        format!("{what} {word} {}", self.serial)
    }

    fn with_texts(&mut self) {
        let mut params = vec![("sale".to_owned(), "60".to_owned()), ("cash".to_owned(), "60".to_owned())];
        let choice = self.below(4);
        if choice != 1 {
            let text = match self.below(8) {
                0 => self.long_text(),
                _ => self.several("Fz print"),
            };
            params.push(("print".to_owned(), text));
        }
        if choice != 0 {
            params.push(("footer".to_owned(), self.several("Fz foot")));
        }
        if choice == 3 {
            let items = r#"[{"name":"Fz tea","price":"20","qty":"3","sum":"60"}]"#;
            params.push(("itemdata".to_owned(), items.to_owned()));
        }
        self.push(Call { params, form: Form::Body, ..Call::plain("/api/") });
    }

    /// One to three lines, now and then with a bar code or two.
    fn several(&mut self, what: &str) -> String {
        let mut lines: Vec<String> = (0..=self.below(3)).map(|_| self.text(what)).collect();
        let codes =
            ["--barcodeEAN13-7501031311309--", "--barcodeEAN8-96385074--", "--barcode128-TESTCODE123--"];
        if self.below(3) == 0 {
            lines.extend(
                codes.into_iter().take(usize::try_from(self.below(3) + 1).unwrap_or(1)).map(str::to_owned),
            );
            lines.push(self.text(what));
        }
        lines.join("\n")
    }

    fn long_text(&mut self) -> String {
        let count = self.one(&[60, 130, 260, 520]).unwrap_or(60);
        self.serial += 1;
        let serial = self.serial;
        (0..count).map(|line| format!("Fz {serial} line {line:03}")).collect::<Vec<_>>().join("\n")
    }

    fn print(&mut self) {
        let text = if self.below(3) == 0 { self.long_text() } else { self.several("Fz text") };
        self.push(Call::with("/apiprint", Form::Body, &[("print", &text)]));
    }

    fn header(&mut self) {
        let text = if self.below(4) == 0 { "clear".to_owned() } else { self.several("Fz top") };
        self.push(Call::with("/apicheck/", Form::Body, &[("printHeader", &text)]));
        self.sale();
    }

    fn print_mode(&mut self) {
        let mode = self.one(&["lan-printer", "internal-printer", "usb-printer"]).unwrap_or("lan-printer");
        self.call("/apicheck/", &[("setPrintMode", mode)]);
        if self.below(2) == 0 {
            self.sale();
        }
        self.call("/apicheck/", &[("getPrintMode", "true")]);
    }

    fn card(&mut self) {
        let message = self.one(&["purchase", "purchase", "refund", "reversal", "reconciliation"]);
        let meanwhile = self.one(&[
            "/apicheck",
            "/apicheck/getInfo",
            "/dump/table/shifts",
            "/dump/table/taxes",
            "/apixreport",
            "/apizreport",
            "/dump/bank/7/trackdocument",
            "/dump/table/shifts/1/report",
        ]);
        let amount = self.one(&["150", "20.50", "1", "100000"]).unwrap_or("1").to_owned();
        let (track, success) = (u32::try_from(self.below(2)).unwrap_or_default() + 7, self.below(3) != 0);
        let (message, meanwhile) = (message.unwrap_or("purchase"), meanwhile.unwrap_or("/apicheck"));
        self.out.push(Operation::Card(Card { message, amount, track, success, meanwhile }));
    }

    fn restart(&mut self) {
        if self.below(2) == 0 {
            self.out.push(Operation::Restart);
        } else {
            self.call("/apimanage/", &[("doReboot", "true")]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn seeds_in_a_row_take_every_goal_once() {
        let count = goals().len() as u64;
        let places: BTreeSet<u64> = (0..count).map(|at| at * STRIDE % count).collect();
        assert_eq!(places.len() as u64, count, "the stride must have no factor in common");
    }
}
