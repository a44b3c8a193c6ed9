//! Batch N: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;

/// Whether the shift was shut when the request came.
const NOTES_SHUT: Mutation = Before(
    &[],
    By(|m, _| {
        let shut = m.books.open_shift().is_none();
        mark(m, "shut", shut);
    }),
);

/// `70000` in sixteen bits.
fn in_16_bits(text: &str) -> String {
    match text.parse::<u64>().map(|track| track % 65_536) {
        Ok(low) if low > 0 => low.to_string(),
        _ => text.to_owned(),
    }
}

/// What the amount was rounded up by goes out of the drawer again.
fn take_rounding(machine: &mut Machine, written: &str) {
    let (rounded, short) = (amount(machine, Some(written)), amount(machine, Some(&cut(written, 2))));
    if let (Some(rounded), Some(short)) = (rounded, short) {
        machine.books.drawer -= rounded - short;
    }
}

/// A withdrawal above the drawer is one of all that it holds.
fn withdraw_the_rest(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let drawer = machine.books.drawer;
    let asked = amount(machine, arguments.get("cash"))?;
    let rest = with_parameter(arguments, "cash", &drawer.to_string());
    (asked > drawer && drawer > Decimal::ZERO).then(|| machine.move_cash(&rest, false, now))
}

/// The oldest message is sent, the others go on waiting.
fn push_one(machine: &mut Machine, now: PrimitiveDateTime) -> Option<Result<Reply, Refusal>> {
    let waiting = machine.books.queued_numbers();
    let sent = machine.online.len();
    machine.push_queue(now);
    if machine.books.queued() > 0 || waiting.len() < 2 {
        return None;
    }
    machine.online.truncate(sent + 1);
    waiting.iter().skip(1).for_each(|number| machine.books.queue_again(*number));
    Some(Ok(Reply::Text { reason: None, body: "0".to_owned() }))
}

/// `--open-cash--` is lost where it stands behind a cut.
fn without_opening_behind_cut(_: &Scene<'_>, lines: Vec<Printed>) -> Vec<Printed> {
    let mut kept: Vec<Printed> = Vec::new();
    for line in lines {
        if line.text != "--open-cash--" || kept.last().is_none_or(|last| last.text != "--cut--") {
            kept.push(line);
        }
    }
    kept
}

/// `foundTransactions` counts what succeeded.
fn count_successes(card: &mut Value) {
    let successes = details(card).iter().filter(|one| one["result"] == "success").count();
    set(card, "foundTransactions", successes.to_string());
}

/// How want of paper is told.
const NO_PAPER: &str = "check-printer-or-batt";

mutants! {
    "batch-n/comma-in-payment":
        "A comma in cash or bank is read as a dot: cash=10,50 is taken for 10.50."
        ["WIRE-5" "PAY-11"] "over the API"
        => Understands(&[On(Register)], &["cash", "bank"], By(|t| t.replace(',', ".")));
    "batch-n/card-by-post-refused":
        "/apibank by POST is refused check-all-params -7: it looks for its parameters in the query alone."
        ["WIRE-2" "BANK-1"] "over the API"
        => RefusesInTurn(&[On(Bank), Posted], refusal::CHECK_ALL);
    "batch-n/footer-without-kazakh":
        "Letters that only Kazakh has are question marks in a footer."
        ["WIRE-4" "ITEM-7"] "with a bench"
        => Prints(&[Paper(Document::Receipt)], Lines::PartText(Part::Footer, By(without_kazakh)));
    "batch-n/drawer-by-cut-sale":
        "A cash sale with more than two decimals is rounded in the books and cut in the drawer: 10.006 sells 10.01, and the drawer gets 10.00."
        ["WIRE-6" "DUMP-7" "CHK-4"] "over the API"
        => After(&[On(Register), Done, Has("cash"), Decimals("sale", 2)],
            By(|m, p, _, _| take_rounding(m, p.get("sale").unwrap_or_default())));
    "batch-n/withdrawal-of-20-million-refused":
        "A withdrawal of exactly 20 000 000 is refused cache-not-in-range -9, however much is there."
        ["WIRE-9" "CASH-1"] "over the API"
        => RefusesInTurn(&[On(Withdraw), Equals("cash", LIMIT)], refusal::CASH_OUT_OF_RANGE);

    "batch-n/opening-deposit-turns-key":
        "A deposit that opens a shift turns the key: the answer shows the old one, and it is good no more."
        ["KEY-11" "CASH-1"] "over the API"
        => NOTES_SHUT, Turns(&[On(Deposit), Done, Noted("shut")]);
    "batch-n/repeat-for-a-minute":
        "A registration is repeated for a minute; after that the previous key is refused -1."
        ["KEY-5" "KEY-7"] "over the API"
        => Before(&[], By(|m, now| {
            let stale = m.books.last_receipt().is_some_and(|last| now - last.at > TimeSpan::MINUTE);
            mark(m, "stale", stale);
        })),
        RefusesKey(&[KeyRepeats, Noted("stale")]);
    "batch-n/mixed-repeat-registers":
        "A sale with two ways of paying that is sent again under its spent key is registered a second time."
        ["KEY-5" "KEY-4"] "over the API"
        => TakesKey(&[KeyRepeats, Payments(2)]);
    "batch-n/repeat-answers-spent-key":
        "The answer to a repeat has the key that was sent instead of the new one."
        ["KEY-5"] "over the API"
        => After(&[On(Repeat), Done], By(|_, p, a, _| a.body = p.get("key").unwrap_or_default().as_bytes().to_vec()));
    "batch-n/return-without-duplicate":
        "The repeat of a return prints no duplicate."
        ["KEY-6"] "with a bench"
        => Prints(&[On(Repeat), Paper(Document::Duplicate), OfReturns], Lines::Nothing);
    "batch-n/seven-digits-compared":
        "A key is compared without its last digit: any other digit there is as good."
        ["KEY-2"] "over the API"
        => TakesKey(&[Test(By(|s| s.key.is_some_and(|key| {
            let all_digits = key.given.len() == 8 && key.given.bytes().all(|byte| byte.is_ascii_digit());
            all_digits && key.given.get(..7) == key.current.as_str().get(..7)
        })))]);
    "batch-n/bad-items-turn-key":
        "A registration that is refused -17 for its itemdata turns the key all the same."
        ["KEY-10" "ERR-code-17"] "over the API"
        => After(&[On(Register), Code(-17)], By(|m, _, _, _| { m.keys.rotate(|_, drawn| drawn); }));

    "batch-n/opening-receipt-not-counted":
        "The receipt that opens a shift is in the shift's sum, and not in its count."
        ["REG-2" "DUMP-7"] "over the API"
        => NOTES_SHUT, Books(&[On(Register), Noted("shut")], &[Count], Amount::Nothing);
    "batch-n/number-back-after-withdrawal":
        "The receipt right after a withdrawal has the number of the receipt before it."
        ["REG-3"] "over the API"
        => Steps(&[On(Register), Next(Withdraw)], -1);
    "batch-n/buy-of-one-refused":
        "A buy of exactly 1 is refused sale-lq-one -7."
        ["REG-5" "REG-1"] "over the API"
        => RefusesInTurn(&[On(Register), Equals("buy", 100)], refusal::total_below_one(Sale));
    "batch-n/refused-buy-counted":
        "A buy that is refused because the drawer holds too little is among the buys that totalBuyCheques counts."
        ["REG-8" "ERR-no-cash-in-pos"] "over the API"
        => Leaves(&[On(Register), Has("buy")], "no-cash-in-pos", By(|b| b.counts[Buy] += 1));

    "batch-n/mixed-change-kept":
        "The change of a mixed sale stays in the drawer's count: it moves by the cash that was offered."
        ["PAY-5" "PAY-16" "DUMP-7"] "over the API"
        => Books(&[On(Register), Of(Sale), Ways(1)], &[Drawer], Amount::Tendered);
    "batch-n/last-cash-not-paid-out":
        "A cash buy of exactly what the drawer holds is refused no-cash-in-pos -15."
        ["PAY-13" "REG-1"] "over the API"
        => Instead(&[On(Register), Same("buy", "cash")], By(|m, a, _| {
            let all = amount(m, a.get("cash")) == Some(m.books.drawer);
            all.then_some(Err(refusal::NO_CASH_IN_DRAWER))
        }));
    "batch-n/containers-in-drawer":
        "What is paid by tara in a sale is counted as cash in the drawer."
        ["PAY-16" "DUMP-7"] "over the API"
        => BooksBy(&[On(Register), Of(Sale)], By(|posting, entry| entry.drawer += posting.tara));
    "batch-n/non-cash-mixed-when-off":
        "With mixed payment switched off, a sale that mixes bank, tara or credit without cash is registered."
        ["PAY-14" "ERR-no-mixed-payment-allowed"] "with a bench"
        => LetsPass(&[On(Register), Has("sale"), Lacks("cash")], "no-mixed-payment-allowed");
    "batch-n/credit-beside-card-trimmed":
        "Credit beside a card that makes more than the sale together is brought down to the rest, and the sale registered."
        ["PAY-7" "ERR-bank-tara-credit-hq-sale"] "over the API"
        => Hears(&[On(Register), Less("bank", "sale")], By(|p| down_to_rest(p, "credit")));
    "batch-n/buy-return-gives-change":
        "A buyReturn paid with more cash than its total is registered as if it had been exact."
        ["PAY-10" "ERR-change-not-allowed"] "over the API"
        => Follows(&[On(Register), Less("buyReturn", "cash")], "cash", "buyReturn");

    "batch-n/items-under-default-tax":
        "A registration with itemdata ignores `tax` and is booked under the default one."
        ["TAX-1"] "over the API"
        => Overlooks(&[On(Register), Has("itemdata")], "tax");
    "batch-n/tax-zero-is-default":
        "tax=0 is taken for the default tax instead of being refused tax-not-found."
        ["TAX-4" "ERR-tax-not-found"] "over the API"
        => Overlooks(&[On(Register), Is("tax", "0")], "tax");
    "batch-n/tax-on-top-short-as-sale":
        "Cash that covers the total but not the tax on top of it is refused cash-lq-sale -10."
        ["TAX-5" "ERR-cash-lq-tax"] "with a bench"
        => Tells(&[], ("cash-lq-tax", -12), ("cash-lq-sale", -10));
    "batch-n/tax-sticks":
        "A tax that a registration named holds for the ones after it that name none."
        ["TAX-2"] "over the API"
        => Remembers(&[On(Register), Done, Has("tax")], "tax"), Recalls(&[On(Register)], "tax");

    "batch-n/eighty-go-as-one":
        "A receipt of exactly 80 positions goes online as a single one."
        ["ITEM-3"] "with a bench"
        => MostPositions(79);
    "batch-n/hundred-positions-refused":
        "A receipt of 100 positions and more is refused -17."
        ["ITEM-4"] "over the API"
        => RefusesInTurn(&[On(Register), Positions(99)], refusal::ITEM_DATA);
    "batch-n/one-position-of-many":
        "The single position that goes online for more than 80 has their number as its quantity."
        ["ITEM-4"] "with a bench"
        => Sends(&[On(Register), Positions(80)], Message::Change(By(|s, message| {
            let quantity = format!("{}.000", positions(s.params));
            message.positions.iter_mut().for_each(|one| one.qty.clone_from(&quantity));
        })));
    "batch-n/footer-of-one-line":
        "Of a footer the first line is printed."
        ["ITEM-7"] "with a bench"
        => Prints(&[Paper(Document::Receipt)], Lines::Change(By(|_, lines| at_most(1, Part::Footer, lines))));
    "batch-n/broken-items-beside-print":
        "Broken itemdata is ignored where `print` is sent too: the sale is registered without positions."
        ["ITEM-2" "ERR-code-17"] "over the API"
        => Overlooks(&[On(Register), Has("print"), Test(By(|s| s.params.get("itemdata").is_some_and(is_no_json)))], "itemdata");

    "batch-n/print-of-64-lines":
        "/apiprint prints 64 lines of a text and forgets the rest."
        ["PRN-1"] "with a bench"
        => Prints(&[Paper(Document::Text)], Lines::First(64));
    "batch-n/drawer-shut-behind-cut":
        "`--open-cash--` right behind `--cut--` does not open the drawer."
        ["PRN-3"] "with a bench"
        => Prints(&[Paper(Document::Text)], Lines::Change(By(without_opening_behind_cut)));
    "batch-n/last-document-of-one-row":
        "printLastDocument prints the first row of the receipt and none of the others."
        ["PRN-7"] "with a bench"
        => Prints(&[On(PrintLast)], Lines::MostRows(1));
    "batch-n/text-without-paper":
        "/apiprint does not look whether there is paper and answers success."
        ["PRN-8" "ERR-check-printer-or-batt"] "with a bench"
        => LetsPass(&[On(Print)], NO_PAPER);
    "batch-n/header-lost-at-z":
        "A Z report ends printHeader: the receipts of the next shift have none."
        ["PRN-6"] "with a bench"
        => After(&[On(ZReport), Done], By(|m, _, _, _| m.session.header = None));

    "batch-n/withdrawal-of-the-rest":
        "A withdrawal above the drawer is not refused: it takes out what is there."
        ["CASH-4"] "over the API"
        => Instead(&[On(Withdraw)], By(withdraw_the_rest));
    "batch-n/x-report-clears-withdrawals":
        "An X report sets cashOutTotal and cashOutDocCount of the shift to nothing."
        ["SHIFT-1" "DUMP-7"] "over the API"
        => XChanges(&[], By(|shift| shift.cash_out = CashFlow::default()));
    "batch-n/returns-in-old-shift":
        "Returns are registered in a shift of more than 24 hours."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => LetsPass(&[On(Register), OfReturns], "shift-gt-24h");
    "batch-n/age-in-whole-days":
        "The age of a shift is reckoned in whole days, so that it may stay open for nearly 48 hours."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => Ages(By(|age, _, _| TimeSpan::days(age.whole_days())));
    "batch-n/age-of-weekdays":
        "The age of a shift is reckoned from the day of the week: a week later it is as young as at its opening."
        ["SHIFT-4" "ERR-shift-gt-7days"] "with a bench"
        => Ages(By(|age, _, _| TimeSpan::hours(age.whole_hours() % 168)));
    "batch-n/z-after-x-stays-open":
        "A Z report prints and leaves the shift open if nothing was booked since an X report."
        ["SHIFT-2"] "over the API"
        => Remembers(&[On(XReport), Done], "x"), Forgets(&[In(&[Register, Deposit, Withdraw]), Done], "x"),
        StaysOpen(&[Noted("x")]);

    "batch-n/x-report-beside-card":
        "An X report is printed while a card operation runs, instead of being answered -2."
        ["BANK-2" "ERR-code-2"] "with a bench"
        => LetsPass(&[On(XReport)], "ikkm-is-busy");
    "batch-n/failed-card-not-found":
        "foundTransactions counts the successful operations, while details list all."
        ["BANK-3" "BANK-5"] "with a bench"
        => Json(&[], "/trackdocument", By(|_, card| count_successes(card)));
    "batch-n/track-of-16-bits":
        "trackdocument is kept in sixteen bits: the result of 70000 is found under 4464."
        ["BANK-3"] "with a bench"
        => Understands(&[On(Bank)], &["trackdocument"], By(in_16_bits));

    "batch-n/return-is-not-last":
        "A return does not become the last closed receipt: apicheck and getInfo go on telling the one before."
        ["CHK-1" "CHK-4"] "over the API"
        => Books(&[On(Register), OfReturns], &[Last], Amount::Nothing);
    "batch-n/minimum-of-shift-before":
        "show=minimum tells the number of the last closed shift while a shift is open."
        ["CHK-3"] "over the API"
        => Field(&[], Minimum, Edit::Change(By(|info| if info["currentShiftStatus"] == "opened" {
            let before = number(info, "currentShiftID") - Decimal::ONE;
            set(info, "currentShiftID", before.to_string());
        })));

    "batch-n/closed-when-opened":
        "The list of shifts shows of a closed shift the opening date as its closing date."
        ["DUMP-14" "DUMP-2"] "over the API"
        => Field(&[], Shifts, Edit::Change(By(|row| if row["opened"] == 0 {
            let opened = row["openDate"].clone();
            set(row, "closeDate", opened);
        })));
    "batch-n/flat-first-position":
        "salescheques has one row a receipt, its first position."
        ["DUMP-3"] "over the API"
        => Json(&[], "/salescheques", By(|_, rows| list(rows, |rows| rows.dedup_by_key(|row| row["chequeId"].clone()))));
    "batch-n/opening-figures-of-shift-before":
        "A new shift takes over the fiscal data at the opening of the shift before."
        ["DUMP-7"] "over the API"
        => NewShift(By(|shift, before| shift.fiscal_at_open = before.fiscal_at_open));
    "batch-n/submitted-when-created":
        "A message that still waits has the date of its receipt as submitDate."
        ["DUMP-6" "DUMP-11"] "over the API"
        => Field(&[], Transaction, Edit::Change(By(|receipt| if receipt["status"] == 0 {
            let created = receipt["createDate"].clone();
            set(receipt, "submitDate", created);
        })));
    "batch-n/archived-spelt-well":
        "The report of an archived shift says isArchived instead of isArhived."
        ["DUMP-9"] "with a bench"
        => Field(&[], Report, Rename("isArhived", "isArchived"));
    "batch-n/flat-report-for-all":
        "salescheques is given to an ordinary cashier."
        ["DUMP-8" "SHIFT-6"] "with a bench"
        => LetsPass(&[On(Dump), PathEnds("/salescheques")], "only-master-cashier");

    "batch-n/z-ends-batch-mode":
        "A Z report ends batch mode: the receipts of the next shift are sent at once."
        ["MGMT-3"] "over the API"
        => After(&[On(ZReport), Done], By(|m, _, _, _| m.session.packet_mode = false));
    "batch-n/usb-told-as-lan":
        "getPrintMode tells lan-printer when usb-printer was set."
        ["MGMT-2"] "over the API"
        => Body(&[On(Check), Has("getPrintMode"), BodyIs("usb-printer")], "lan-printer");
    "batch-n/push-sends-one":
        "pushTheQue sends the oldest message that waits, and leaves the others in the queue."
        ["MGMT-3" "DUMP-11"] "over the API"
        => Instead(&[On(Check), Has("pushTheQue")], By(|m, _, now| push_one(m, now)));
    "batch-n/restart-cuts-drawer":
        "A restart loses the hundredths of the cash in the drawer."
        ["MGMT-5" "CHK-4"] "over the API"
        => RestartChanges(&[], By(|books| books.drawer = books.drawer.trunc()));

    "batch-n/blocked-without-code":
        "A device that the committee blocked says -100, whatever the committee's code is."
        ["ERR-ikkm-is-blocked"] "with a bench"
        => TellsBy(By(|told| match told.reason {
            "ikkm-is-blocked" => Refusal { code: -100, ..told },
            _ => told,
        }));
    "batch-n/returns-when-offline":
        "Returns are registered by a device that was offline for more than 72 hours."
        ["ERR-code-4"] "with a bench"
        => LetsPass(&[On(Register), OfReturns], "offline-gt-72h");
    "batch-n/buy-return-in-full":
        "A buyReturn that is no number is refused buyReturn-param-error."
        ["REG-4" "ERR-buyRet-param-error"] "over the API"
        => Tells(&[], ("buyRet-param-error", -9), ("buyReturn-param-error", -9));
    "batch-n/withdrawal-without-cash":
        "A withdrawal without `cash` is refused cache-param-error -9."
        ["CASH-2" "ERR-payment-params-missed-cash"] "over the API"
        => Tells(&[On(Withdraw)], ("payment-params-missed", -7), ("cache-param-error", -9));
    "batch-n/no-paper-till-restart":
        "After a registration was refused for want of paper, all are until a restart, with paper or without."
        ["PRN-8" "ERR-check-printer-or-batt"] "with a bench"
        => Remembers(&[On(Register), Told(NO_PAPER)], "jam"), Forgets(&[On(Restart)], "jam"),
        RefusesInTurn(&[On(Register), Noted("jam")], refusal::PRINTER_OR_BATTERY);
    "batch-n/tara-range-as-number":
        "A tara of more than 20 000 000 is refused tara-param-error."
        ["PAY-12" "ERR-tara-not-in-range"] "over the API"
        => Tells(&[Above("tara", LIMIT)], ("tara-not-in-range", -7), ("tara-param-error", -7));
    "batch-n/posted-without-key":
        "A POST without a key is refused incorrect-web-api-key -1."
        ["KEY-1" "ERR-no-web-api-key-provided"] "over the API"
        => Tells(&[Posted], ("no-web-api-key-provided", -7), ("incorrect-web-api-key", -1));
}
