//! Batch J: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;
use crate::printer::plain;
use crate::session::PrintMode;

mutants! {
    "batch-j/commas-left-out":
        "A comma in an amount of a registration is taken for a sign of grouping and left out: `sale=1,000` is 1000."
        ["WIRE-5" "REG-4" "PAY-11"] "over the API"
        => Understands(&[On(Register)], AMOUNTS, By(|t| t.replace(',', "")));
    "batch-j/singles-above-100-thousand":
        "Amounts of a registration above 100 000 are kept as singles: 1234567.89 becomes 1234567.88, and 20000001 becomes 20000000."
        ["WIRE-6" "REG-2" "WIRE-9" "REG-6"] "over the API"
        => Understands(&[On(Register)], AMOUNTS, By(single));
    "batch-j/posted-variables-unheard":
        "/apicheck by POST knows `printHeader` alone; every other variable in it is overlooked, and the status is answered."
        ["WIRE-2" "MGMT-2" "MGMT-3" "MGMT-4"] "over the API"
        => Hears(&[On(Check), Posted], By(|p| p.0.retain(|(name, _)| name == "key" || name == "printHeader")));
    "batch-j/receipt-by-post-is-just-ok":
        "A registration by POST is answered 200 with the word OK instead of the receipt number."
        ["WIRE-10" "WIRE-2"] "over the API"
        => Reason(&[On(Register), Posted, Done], "OK");
    "batch-j/cash-errors-end-their-line":
        "The code of a refused deposit or withdrawal is followed by a line feed."
        ["WIRE-1" "WIRE-10"] "over the API"
        => Answers(&[In(&[Deposit, Withdraw]), Refused], By(|a| a.body.push(b'\n')));

    "batch-j/card-payment-turns-key":
        "When a card transaction ends with success the key turns: the one that was good before is refused -1."
        ["KEY-11" "BANK-1"] "with a bench"
        => After(&[On(Bank), Done], By(|m, _, _, _| mark(m, "card", true))),
        Before(&[Noted("card")], By(|m, _| key_after_card(m)));
    "batch-j/other-method-registers-again":
        "A registration that is sent again by the other HTTP method, POST for GET or GET for POST, is registered a second time."
        ["KEY-5" "KEY-4" "WIRE-2"] "over the API"
        => After(&[On(Register), Done, Posted], By(|m, _, _, _| mark(m, "posted", true))),
        After(&[On(Register), Done, Got], By(|m, _, _, _| mark(m, "posted", false))),
        TakesKey(&[KeyRepeats, Got, Noted("posted")]),
        TakesKey(&[KeyRepeats, Posted, Test(By(|s| !s.circumstances.notes.contains_key("posted")))]);
    "batch-j/repeat-registers-after-half-minute":
        "A registration is repeated for 30 seconds; sent again later under its spent key it is registered anew."
        ["KEY-5" "KEY-4" "KEY-7"] "over the API"
        => Before(&[On(Register)], By(|m, now| { let late = is_late(m, now); mark(m, "late", late); })),
        TakesKey(&[KeyRepeats, Noted("late")]);
    "batch-j/any-key-prints-last-document":
        "/apicheck/printLastDocument looks at no key: any is taken."
        ["KEY-2"] "over the API"
        => TakesKey(&[On(PrintLast)]);
    "batch-j/broken-items-turn-key":
        "A registration that is refused -17 for its itemdata turns the key."
        ["KEY-10" "ITEM-2"] "over the API"
        => After(&[On(Register), Code(-17)], By(|m, _, _, _| { m.keys.rotate(|_, drawn| drawn); }));
    "batch-j/no-duplicate-on-external-printer":
        "While an external printer was chosen with setPrintMode, the repeat of a registration prints no duplicate."
        ["KEY-6"] "with a bench"
        => Remembers(&[On(Check), Done, Is("setPrintMode", "lan-printer")], "external"),
        Remembers(&[On(Check), Done, Is("setPrintMode", "usb-printer")], "external"),
        Forgets(&[On(Check), Done, Is("setPrintMode", "internal-printer")], "external"),
        Forgets(&[On(Restart)], "external"),
        Prints(&[On(Repeat), Noted("external")], Lines::Nothing);

    "batch-j/sale-of-one-tenge-refused":
        "A sale of exactly 1 is refused sale-lq-one -7."
        ["REG-5" "REG-1"] "over the API"
        => RefusesInTurn(&[On(Register), Equals("sale", 100)], refusal::total_below_one(Sale));
    "batch-j/return-also-lowers-sales":
        "A saleReturn is added to the fiscal total of the returns, and taken off that of the sales too."
        ["REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Has("saleReturn")], By(|m, p, _, _| {
            if let Some(total) = amount(m, p.get("saleReturn")) { m.books.fiscal[Sale] -= total; }
        }));
    "batch-j/booked-before-paper-is-looked-at":
        "Without paper a registration is refused -6 after it was booked: its total is in the fiscal memory and the shift."
        ["REG-8" "ERR-check-printer-or-batt"] "with a bench"
        => Instead(&[On(Register)], By(|m, a, now| m.conditions.paper_out.then(|| book_without_paper(m, a, now))));
    "batch-j/total-in-parts-has-no-limit":
        "Only payments are held against the limit: a sale over 20 000 000 that is paid in two parts below it is registered."
        ["REG-6" "WIRE-9"] "over the API"
        => Instead(
            &[On(Register), Above("sale", LIMIT), Payments(2), Test(By(|s| payments_within_limit(s.params)))],
            By(|m, a, now| Some(with_limit(m, 100_000_000, |m| m.register(a, now)))),
        );
    "batch-j/credit-is-no-turnover-of-shift":
        "What a sale leaves on credit enters the fiscal total, and not the shift's sum."
        ["REG-2" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale)], By(|posting, entry| entry.sum -= posting.credit));

    "batch-j/change-of-mixed-sale-stays":
        "The change of a sale that is paid in several ways is not taken out of the drawer: cash 500 beside bank 400 for 800 leaves 500 in it."
        ["PAY-16" "PAY-5" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale), Ways(1), WithCash], By(|posting, entry| entry.drawer = posting.tendered));
    "batch-j/cash-taken-beside-tara-that-covers":
        "Cash on top of tara that is the whole total is not refused, but given back."
        ["PAY-6" "ERR-no-cache-hq-sale"] "over the API"
        => Hears(&[On(Register), Number("cash"), Lacks("bank"), Lacks("credit"), Same("tara", "sale")], By(|p| drop(p, "cash")));
    "batch-j/buy-return-gives-change":
        "Cash above the total of a buyReturn is taken, and change given, as in a sale."
        ["PAY-10" "ERR-change-not-allowed"] "over the API"
        => Follows(&[On(Register), Less("buyReturn", "cash")], "cash", "buyReturn");
    "batch-j/return-needs-sales-of-shift":
        "A cash saleReturn is refused no-cash-in-pos -15 where the sales of the shift are less than it, however much lies in the drawer."
        ["REG-1" "PAY-13"] "over the API"
        => Instead(&[On(Register), Has("saleReturn"), Has("cash")], By(|m, a, _| {
            let sold = m.books.open_shift().map_or(Decimal::ZERO, |shift| shift.sums[Sale]);
            amount(m, a.get("saleReturn")).filter(|total| *total > sold).map(|_| Err(refusal::NO_CASH_IN_DRAWER))
        }));
    "batch-j/cash-compared-in-whole-tenge":
        "Cash that is short of the total by hundredths alone is taken: 800 for a sale of 800.60."
        ["PAY-4" "ERR-cash-lq-sale"] "over the API"
        => Follows(
            &[On(Register), Less("cash", "sale"), Lacks("bank"), Lacks("tara"), Lacks("credit"), Test(By(|s| same_tenge(s.params)))],
            "cash", "sale",
        );
    "batch-j/cash-over-limit-gives-change":
        "Cash over 20 000 000 is taken in a sale, as 20 000 000."
        ["PAY-12" "WIRE-9" "ERR-cache-not-in-range"] "over the API"
        => Reads(&[On(Register), Has("sale"), Above("cash", LIMIT)], "cash", MOST);
    "batch-j/mixed-off-bars-cash-alone":
        "With mixed payment switched off a sale that is paid by card and on credit is still taken; only cash beside them is refused."
        ["PAY-14" "ERR-no-mixed-payment-allowed"] "with a bench"
        => LetsPass(&[On(Register), Has("sale"), Lacks("cash")], "no-mixed-payment-allowed");

    "batch-j/returns-under-default-tax":
        "A return is booked under the default tax, whatever `tax` says."
        ["TAX-1"] "over the API"
        => Overlooks(&[On(Register), OfReturns], "tax");
    "batch-j/tax-stays-chosen":
        "A registration without `tax` is booked under the tax that was named last, not under the default one."
        ["TAX-2"] "over the API"
        => Remembers(&[On(Register), Done, Has("tax")], "tax"),
        Forgets(&[On(Restart)], "tax"),
        Recalls(&[On(Register)], "tax");
    "batch-j/tax-read-to-its-first-letter":
        "`tax` is read as far as it is a number: `1abc` is tax 1."
        ["TAX-3" "ERR-tax-invlid-num"] "over the API"
        => Understands(&[On(Register)], &["tax"], By(leading_number));
    "batch-j/tax-on-top-reckoned-as-included":
        "When cash is held against total and tax on top, the tax is reckoned as an included one: at 12 percent 111 is enough for 100."
        ["TAX-5" "ERR-cash-lq-tax"] "with a bench"
        => Instead(
            &[On(Register), Has("sale"), Has("cash"), Lacks("bank"), Lacks("tara"), Lacks("credit")],
            By(short_of_tax),
        );

    "batch-j/collected-position-counts-goods":
        "The one position that goes online for more than 80 has their number as its quantity instead of 1."
        ["ITEM-4"] "with a bench"
        => Sends(&[On(Register), Positions(80)], Message::Change(By(|s, message| {
            let count = positions(s.params);
            if let [one] = message.positions.as_mut_slice() { one.qty = format!("{count}.000"); }
        })));
    "batch-j/online-line-in-whole-tenge":
        "The line that stands for a receipt without itemdata goes online without its hundredths: 5.25 as 5.00."
        ["ITEM-5" "WIRE-6"] "with a bench"
        => Sends(&[On(Register), Lacks("itemdata")], Message::Sum(By(|sum| format!("{}.00", cut(sum, 0)))));
    "batch-j/paper-quantity-to-hundredths":
        "A quantity is printed with two decimals, the third is cut off: 1.235 as 1.23."
        ["ITEM-8" "WIRE-7"] "with a bench"
        => Prints(&[], Lines::PartText(Part::Row, By(without_thousandths)));
    "batch-j/broken-items-beside-print-overlooked":
        "Broken itemdata is overlooked where `print` is there too: the receipt is registered without it."
        ["ITEM-2"] "over the API"
        => Overlooks(&[On(Register), Posted, Has("print"), Test(By(|s| s.params.get("itemdata").is_some_and(is_no_json)))], "itemdata");
    "batch-j/only-sales-send-positions":
        "Positions go online for sales alone; a message of another type has one position with the total."
        ["ITEM-3"] "with a bench"
        => Sends(&[On(Register), Lacks("sale"), Positions(1)], Message::Change(By(|_, message| one_position(message))));

    "batch-j/header-of-128-bytes":
        "`printHeader` is kept in 128 bytes; what is beyond them is not printed."
        ["PRN-6" "WIRE-4"] "with a bench"
        => Understands(&[On(Check), Posted], &["printHeader"], By(first_128_bytes));
    "batch-j/code128-ends-at-space":
        "The content of a CODE128 is printed up to its first space."
        ["PRN-4"] "with a bench"
        => Prints(&[], Lines::Text(By(code128_to_space)));
    "batch-j/last-document-gone-after-z":
        "After a Z report there is no last document until the next receipt: no-last-document -7."
        ["PRN-7"] "over the API"
        => Remembers(&[On(ZReport), Done], "closed"),
        Forgets(&[On(Register), Done], "closed"),
        RefusesInTurn(&[On(PrintLast), Noted("closed")], refusal::NO_LAST_DOCUMENT);
    "batch-j/text-without-paper-taken":
        "/apiprint without paper is answered as success, and nothing is printed."
        ["PRN-8" "ERR-check-printer-or-batt"] "with a bench"
        => Instead(&[On(Print), Posted], By(|m, a, _| m.conditions.paper_out.then(|| print_without_paper(m, a))));

    "batch-j/withdrawal-takes-what-is-there":
        "A withdrawal above the drawer is not refused; it takes out all that is there."
        ["CASH-4"] "over the API"
        => Instead(&[On(Withdraw)], By(|m, a, now| {
            let drawer = m.books.drawer;
            let above = drawer > Decimal::ZERO && amount(m, a.get("cash")).is_some_and(|sum| sum > drawer);
            above.then(|| m.move_cash(&with_parameter(a, "cash", &drawer.to_string()), false, now))
        }));
    "batch-j/withdrawals-do-not-add-up":
        "cashOutTotal of a shift is its last withdrawal, not the sum of them all."
        ["CASH-1" "DUMP-5"] "over the API"
        => After(&[On(Withdraw), Done], By(|m, p, _, _| {
            if let Some(sum) = amount(m, p.get("cash")) { in_open_shift(&mut m.books, |shift| shift.cash_out.sum = sum); }
        }));

    "batch-j/x-report-clears-deposits":
        "An X report sets count and sum of the shift's deposits to zero."
        ["SHIFT-1" "CASH-1"] "over the API"
        => XChanges(&[], By(|shift| shift.cash_in = CashFlow::default()));
    "batch-j/shift-without-receipts-stays-open":
        "A Z report of a shift without receipts, with a deposit in it say, is printed, and the shift stays open."
        ["SHIFT-2"] "over the API"
        => Instead(&[On(ZReport)], By(|m, _, now| print_empty_z(m, now)));
    "batch-j/day-ends-at-midnight":
        "A shift is too old for registrations from midnight on, not after 24 hours: shift-gt-24h -3 to a shift of a few hours."
        ["SHIFT-3" "REG-1"] "with a bench"
        => Ages(By(|age, opened, now| if now.date() == opened.date() { age } else { age.max(TimeSpan::hours(25)) }));
    "batch-j/refused-cashier-takes-shift-over":
        "A registration in another cashier's shift is refused wrong-cashier -11 once; the shift is the refused one's from then on."
        ["SHIFT-5" "ERR-wrong-cashier"] "with a bench"
        => After(&[On(Register), Told("wrong-cashier")], By(|m, _, _, _| {
            let cashier = m.directories.cashier;
            in_open_shift(&mut m.books, |shift| shift.cashier = cashier);
        }));
    "batch-j/tax-report-for-every-cashier":
        "reportwithtax is given to an ordinary cashier too."
        ["DUMP-8" "SHIFT-6" "ERR-only-master-cashier"] "with a bench"
        => LetsPass(&[On(Dump), PathEnds("/reportwithtax")], "only-master-cashier");

    "batch-j/result-while-card-payment-runs":
        "/dump/bank is answered while a card payment runs, where everything is -2."
        ["BANK-2"] "with a bench"
        => LetsPass(&[On(Dump), PathHas("/bank/")], refusal::BUSY.reason);
    "batch-j/card-total-of-last-success":
        "totalAmount is the last successful transaction of a number, not the sum of all."
        ["BANK-3" "BANK-5"] "with a bench"
        => Json(&[], "/trackdocument", By(|_, card| total_of_last(card)));
    "batch-j/same-number-twice-refused":
        "A card operation with the trackdocument of the one before is refused check-all-params -7."
        ["BANK-5" "BANK-1"] "with a bench"
        => Remembers(&[On(Bank), Done, Has("trackdocument")], "trackdocument"),
        RefusesInTurn(&[On(Bank), Test(By(|s| s.params.get("trackdocument").is_some_and(|track| {
            s.circumstances.notes.get("trackdocument").is_some_and(|last| last == track)
        })))], refusal::CHECK_ALL);

    "batch-j/minimum-lags-a-receipt":
        "lastClosedChequeId of show=minimum is the one from before the last registration."
        ["CHK-4" "CHK-3"] "over the API"
        => Before(&[On(Register)], By(|m, _| { m.circumstances.notes.insert("last", m.books.last_closed.to_string()); })),
        Json(&[Is("show", "minimum")], "/getInfo", By(|m, info| {
            if let Some(last) = m.circumstances.notes.get("last") { set(info, "lastClosedChequeId", last.as_str()); }
        }));
    "batch-j/queue-of-one-or-none":
        "messagesQueSize tells 1 where several messages wait."
        ["CHK-4" "MGMT-3"] "over the API"
        => Field(&[], WholeInfo, Edit::Change(By(|info| {
            if number(info, "messagesQueSize") > Decimal::ONE { set(info, "messagesQueSize", "1"); }
        })));

    "batch-j/closed-when-opened":
        "closeDate of a closed shift is the date of its opening."
        ["DUMP-14"] "over the API"
        => Json(&[], "/table/shifts", By(|_, shifts| each(shifts, |shift| {
            if shift["opened"] == 0 { let opening = shift["openDate"].clone(); set(shift, "closeDate", opening); }
        })));
    "batch-j/one-tax-a-type":
        "reportwithtax has one tax a type: what was turned over under another is missing."
        ["DUMP-5" "TAX-1"] "over the API"
        => Json(&[], "/reportwithtax", By(|_, report| {
            let kinds = report.get_mut("taxes").and_then(Value::as_object_mut);
            kinds.into_iter().flat_map(|kinds| kinds.values_mut()).for_each(|kind| list(kind, |taxes| taxes.truncate(1)));
        }));
    "batch-j/ten-receipts-a-list":
        "cheques lists the first ten receipts of a shift."
        ["DUMP-3" "DUMP-7"] "over the API"
        => Json(&[], "/cheques", By(|_, receipts| list(receipts, |receipts| receipts.truncate(10))));
    "batch-j/submitted-before-it-is-sent":
        "submitDate of a transaction that waits in the queue is its creation date, while status is 0."
        ["DUMP-6" "DUMP-11"] "over the API"
        => Field(&[], Transaction, Edit::Change(By(|entry| {
            if entry["status"] == 0 { let created = entry["createDate"].clone(); set(entry, "submitDate", created); }
        })));
    "batch-j/returns-at-open-stand-still":
        "A new shift begins with the fiscal total of saleReturns that the shift before began with."
        ["DUMP-7" "DUMP-5"] "over the API"
        => NewShift(By(|shift, before| shift.fiscal_at_open[SaleReturn] = before.fiscal_at_open[SaleReturn]));
    "batch-j/push-marks-last-alone":
        "pushTheQue sends every message, and only the last one's status turns to 1."
        ["DUMP-11"] "over the API"
        => Before(&[On(Check)], By(|m, _| {
            let waiting: Vec<String> = m.books.queued_numbers().iter().map(u64::to_string).collect();
            m.circumstances.notes.insert("waiting", waiting.join(" "));
        })),
        After(&[On(Check), Has("pushTheQue"), Done], By(|m, _, _, _| mark_last_alone(m)));

    "batch-j/z-report-pushes-queue":
        "In batch mode a Z report sends all messages that wait."
        ["MGMT-3"] "over the API"
        => After(&[On(ZReport), Done], By(|m, _, _, now| m.push_queue(now)));
    "batch-j/info-for-locked-out-hosts":
        "After Lockhost=true other hosts are refused -18, but get getInfo."
        ["MGMT-4" "ERR-code-18"] "over the API"
        => LetsPass(&[On(GetInfo)], refusal::HOST_BARRED.reason);
    "batch-j/closing-lan-connection-goes-internal":
        "closeLanPrinter sets the internal printer, whatever setPrintMode said."
        ["MGMT-2"] "over the API"
        => After(&[On(Check), Done, Has("closeLanPrinter")], By(|m, _, _, _| m.session.print_mode = Some(PrintMode::Internal)));

    "batch-j/restart-loses-last-number":
        "After a restart the next receipt has the number of the last document before it."
        ["REG-3" "MGMT-5"] "over the API"
        => RestartChanges(&[], By(|books| books.last_number = books.last_number.saturating_sub(1)));
    "batch-j/status-is-zero-after-restart":
        "From a restart to the next receipt /apicheck tells 0 as the last receipt's number, as if the device were new."
        ["CHK-1" "MGMT-5"] "over the API"
        => Remembers(&[On(Restart)], "restarted"),
        Forgets(&[On(Register), Done], "restarted"),
        Reason(&[On(Check), Done, ReasonIsNumber, Noted("restarted")], "0");
    "batch-j/restart-forgets-cash-documents":
        "A restart sets counts and sums of the open shift's deposits and withdrawals to zero."
        ["MGMT-5" "CASH-1" "DUMP-7"] "over the API"
        => RestartChanges(&[], By(|books| in_open_shift(books, |shift| {
            shift.cash_in = CashFlow::default();
            shift.cash_out = CashFlow::default();
        })));

    "batch-j/cash-range-code-of-registrations":
        "A deposit or withdrawal over 20 000 000 is refused cache-not-in-range with the code -7 of registrations, instead of -9."
        ["ERR-cache-not-in-range-cash" "CASH-3"] "over the API"
        => Tells(&[In(&[Deposit, Withdraw])], ("cache-not-in-range", -9), ("cache-not-in-range", -7));
    "batch-j/offline-bars-sales-alone":
        "After 72 hours offline sales are refused -4, and the other three types registered."
        ["ERR-code-4"] "with a bench"
        => LetsPass(&[On(Register), Lacks("sale")], refusal::OFFLINE.reason);
    "batch-j/blocked-without-committee-code":
        "A blocked device says -100 whatever code the tax committee gave."
        ["ERR-ikkm-is-blocked"] "with a bench"
        => TellsBy(By(|told| if told.reason == "ikkm-is-blocked" { Refusal { code: -100, ..told } } else { told }));
    "batch-j/credit-told-as-tara":
        "A credit payment that is no number is refused tara-param-error."
        ["ERR-credit-param-error" "PAY-11"] "over the API"
        => Tells(&[On(Register)], ("credit-param-error", -7), ("tara-param-error", -7));
}

/// The parameters of a registration that are amounts.
const AMOUNTS: &[&str] = &["sale", "buy", "saleReturn", "buyReturn", "cash", "bank", "tara", "credit"];

/// A large amount as a float of 32 bits holds it.
fn single(text: &str) -> String {
    match text.parse::<f32>() {
        Ok(value) if plain_number(text) && value > 100_000.0 => format!("{value:.2}"),
        _ => text.to_owned(),
    }
}

/// The card transaction that ran has ended: the key turns after a success.
fn key_after_card(machine: &mut Machine) {
    if !machine.bank.is_running() {
        mark(machine, "card", false);
        if machine.bank.last_succeeded() {
            machine.keys.rotate(|_, drawn| drawn);
        }
    }
}

/// The last receipt is more than half a minute old.
fn is_late(machine: &Machine, now: PrimitiveDateTime) -> bool {
    machine.books.last_receipt().is_some_and(|receipt| now - receipt.at > TimeSpan::seconds(30))
}

/// A registration is booked and then refused for want of paper.
fn book_without_paper(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Result<Reply, Refusal> {
    without_paper(machine, |machine| book_and_refuse(machine, arguments, now, refusal::PRINTER_OR_BATTERY))
}

/// A text is taken, and not printed.
fn print_without_paper(machine: &mut Machine, arguments: &Arguments) -> Result<Reply, Refusal> {
    without_paper(machine, |machine| machine.print_text(arguments))
}

/// Does something as if paper were there; nothing reaches the tape.
fn without_paper<R>(machine: &mut Machine, act: impl FnOnce(&mut Machine) -> R) -> R {
    let printer = machine.printer.clone();
    machine.conditions.paper_out = false;
    let done = act(machine);
    machine.conditions.paper_out = true;
    machine.printer = printer;
    done
}

/// No payment is above 20 million.
fn payments_within_limit(params: &Params) -> bool {
    PAYMENTS.iter().all(|name| hundredths(params, name).is_none_or(|value| value <= LIMIT))
}

/// Cash and sale are the same in whole tenge.
fn same_tenge(params: &Params) -> bool {
    hundredths(params, "cash").map(|cash| cash / 100) == hundredths(params, "sale").map(|sale| sale / 100)
}

/// Cash that covers the total and the tax as if it were included is taken.
fn short_of_tax(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let default = machine.directories.default_tax;
    let id = arguments.get("tax").map_or(Some(default), |text| text.parse().ok())?;
    let tax = machine.directories.taxes.iter().find(|tax| tax.id == id)?;
    let on_top = !tax.included || (machine.conditions.tax_on_top && id == default);
    let (total, cash) = (amount(machine, arguments.get("sale"))?, amount(machine, arguments.get("cash"))?);
    let rounded = |part: Decimal| machine.behaviour.numbers.round_amount(part);
    let due = total + rounded(total * tax.percent / Decimal::ONE_HUNDRED);
    let asked = total + rounded(included(total, tax.percent));
    let taken = on_top && asked <= cash && cash < due;
    taken.then(|| machine.register(&with_parameter(arguments, "cash", &due.to_string()), now))
}

/// A message with all its positions in one.
fn one_position(message: &mut OnlineMessage) {
    let name = message.positions.first().map_or_else(String::new, |first| first.name.clone());
    message.positions = vec![OnlinePosition { name, qty: "1.000".to_owned(), sum: message.total.clone() }];
}

/// The last of three decimals is cut off, wherever three stand.
fn without_thousandths(text: &str) -> String {
    let mut kept = String::new();
    let mut decimals = None;
    for symbol in text.chars() {
        decimals = match (symbol, decimals) {
            ('.', _) => Some(0),
            ('0'..='9', Some(count)) => Some(count + 1),
            _ => None,
        };
        if decimals.is_none_or(|count| count < 3) {
            kept.push(symbol);
        }
    }
    kept
}

/// As many whole letters as 128 bytes hold.
fn first_128_bytes(text: &str) -> String {
    text.char_indices()
        .take_while(|(at, letter)| at + letter.len_utf8() <= 128)
        .map(|(_, letter)| letter)
        .collect()
}

/// A CODE128 up to its first space.
fn code128_to_space(text: &str) -> String {
    match text.strip_prefix("--barcode128-").and_then(|content| content.split_once(' ')) {
        Some((front, _)) if !front.is_empty() => format!("--barcode128-{front}--"),
        _ => text.to_owned(),
    }
}

/// The report of an open shift without receipts, which stays open.
fn print_empty_z(machine: &mut Machine, now: PrimitiveDateTime) -> Option<Result<Reply, Refusal>> {
    machine.books.open_shift().filter(|shift| shift.receipts.is_empty())?;
    machine.senior_if(machine.behaviour.shift.senior.z_report).ok()?;
    machine.may_report(now).ok()?;
    let lines = plain(machine.report_lines("Z-REPORT"));
    machine.print(Document::Report, lines);
    Some(Ok(Reply::zero("z-report-started")))
}

/// Of the messages that waited before the push only the last is told as sent.
fn mark_last_alone(machine: &mut Machine) {
    let waiting = machine.circumstances.notes.remove("waiting").unwrap_or_default();
    let numbers: Vec<u64> = waiting.split(' ').filter_map(|number| number.parse().ok()).collect();
    if let [others @ .., _] = numbers.as_slice() {
        others.iter().for_each(|number| machine.books.show_unsent(*number));
    }
}
