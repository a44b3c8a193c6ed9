//! Batch L: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;
use crate::keys::fingerprint;
use time::Date;

mutants! {
    "batch-l/comma-in-payment-taken":
        "A payment with a decimal comma is taken as if it had a dot: `cash=5,50` pays 5.50."
        ["WIRE-5" "PAY-11"] "over the API"
        => Understands(&[On(Register)], &["cash", "bank", "tara", "credit"], By(|t| t.replace(',', ".")));
    "batch-l/withdrawal-of-20-million-refused":
        "A withdrawal of exactly 20 000 000 is refused cache-not-in-range -9, however much is in the drawer."
        ["WIRE-9" "CASH-1"] "over the API"
        => RefusesInTurn(&[On(Withdraw), Equals("cash", LIMIT)], refusal::CASH_OUT_OF_RANGE);
    "batch-l/fiscal-memory-cuts":
        "A total of more than two decimals is rounded everywhere but in the fiscal memory, which cuts it: 10.006 is 10.01 in the shift and 10.00 there."
        ["WIRE-6" "REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done], By(|m, p, _, _| cut_in_fiscal_memory(m, p)));
    "batch-l/straight-u-without-stroke":
        "The printer's code page has no straight u with a stroke: Ұ and ұ are printed as Ү and ү."
        ["WIRE-4" "PRN-1"] "with a bench"
        => Prints(&[], Lines::Text(By(|t| t.replace('Ұ', "Ү").replace('ұ', "ү"))));
    "batch-l/line-feed-behind-cash-answer":
        "The answer to a deposit or withdrawal by POST has a line feed behind the key."
        ["WIRE-1" "WIRE-2" "CASH-1"] "over the API"
        => Answers(&[In(&[Deposit, Withdraw]), Posted, Done], By(|a| a.body.push(b'\n')));
    "batch-l/minimum-only-by-get":
        "`show=minimum` is overlooked by POST: the whole getInfo comes."
        ["WIRE-2"] "over the API"
        => Overlooks(&[On(GetInfo), Posted], "show");

    "batch-l/key-with-a-tail-taken":
        "Only the first eight digits of a key are compared: the current key with a ninth digit is served."
        ["KEY-2"] "over the API"
        => TakesKey(&[Test(By(|s| s.key.is_some_and(|key| has_tail(key.given, key.current))))]);
    "batch-l/repeat-by-post-registers":
        "A registration that was sent by GET and is repeated by POST is registered a second time."
        ["KEY-5" "KEY-12" "WIRE-2"] "over the API"
        => After(&[On(Register), Done], By(|m, _, _, _| { let got = m.circumstances.method == Method::Get; mark(m, "by-get", got); })),
        TakesKey(&[On(Register), KeyRepeats, Posted, Noted("by-get")]);
    "batch-l/no-duplicate-on-external-printer":
        "A repeat prints its duplicate on the internal printer only; an external one just cuts."
        ["KEY-6"] "with a bench"
        => Before(&[On(Register)], By(|m, _| { let external = m.print_mode().is_external(); mark(m, "external", external); })),
        Prints(&[On(Repeat), Paper(Document::Duplicate), Noted("external")], Lines::Nothing);
    "batch-l/key-before-last-repeats":
        "A registration under the key of the last but one registration repeats the last answer instead of -1."
        ["KEY-8" "KEY-4"] "over the API"
        => RepeatsKey(&[On(Register), KeyAge(2)]);
    "batch-l/taxes-without-key":
        "The tax directory is served to whoever asks without a key."
        ["KEY-1" "ERR-no-web-api-key-provided"] "over the API"
        => Before(&[On(Dump)], By(|m, _| { let key = m.keys.current().as_str().to_owned(); m.circumstances.notes.insert("key", key); })),
        Recalls(&[On(Dump), PathEnds("/table/taxes")], "key");
    "batch-l/tax-error-turns-key":
        "A registration that is refused for its tax turns the key, which the answer does not tell."
        ["KEY-10" "TAX-4"] "over the API"
        => After(&[On(Register), Code(-14)], By(|m, _, _, _| { m.keys.rotate(|_, drawn| drawn); }));

    "batch-l/cashless-buy-return-not-counted":
        "A buyReturn without cash moves the sums but not the shift's count of receipts."
        ["REG-2" "DUMP-7"] "over the API"
        => Books(&[On(Register), Of(BuyReturn), Cashless], &[Count], Amount::Nothing);
    "batch-l/refused-buy-counted":
        "A buy that is refused no-cash-in-pos is counted among the buys of the open shift."
        ["REG-8" "PAY-13" "ERR-no-cash-in-pos"] "over the API"
        => Leaves(&[On(Register), Of(Buy)], "no-cash-in-pos", By(|books| in_open_shift(books, |shift| shift.counts[Buy] += 1)));
    "batch-l/number-again-after-restart":
        "The first receipt after a restart has the number of the document before it."
        ["REG-3" "MGMT-5"] "over the API"
        => Upon(&[On(Restart)], By(|m| mark(m, "restarted", true))),
        Steps(&[On(Register), Noted("restarted")], 0),
        Forgets(&[On(Register), Done], "restarted");
    "batch-l/limit-in-whole-tenge":
        "Registrations compare whole tenge with the limit: a total and a payment of 20 000 000.50 are taken."
        ["WIRE-9" "REG-6" "PAY-12"] "over the API"
        => Instead(&[On(Register)], By(|m, a, now| Some(register_under_whole_limit(m, a, now))));

    "batch-l/mixed-change-stays-in-drawer":
        "The change of a mixed sale is not taken off the drawer: cash 500 and bank 400 for 800 leave 500 in it."
        ["PAY-5" "PAY-3" "PAY-16" "DUMP-7"] "over the API"
        => Books(&[On(Register), Of(Sale), Ways(1), GivesChange(0)], &[Drawer], Amount::Tendered);
    "batch-l/tara-buy-return-into-drawer":
        "A buyReturn that is paid in containers raises the cash in the drawer."
        ["PAY-16" "DUMP-7"] "over the API"
        => BooksBy(&[On(Register), Of(BuyReturn)], By(|posting, entry| entry.drawer += posting.tara));
    "batch-l/drawer-checked-in-whole-tenge":
        "A cash buy or saleReturn that is larger than the drawer by less than a tenge is taken, where the whole tenge are the same."
        ["PAY-13"] "over the API"
        => Instead(&[On(Register), Has("cash")], By(register_below_zero));
    "batch-l/non-cash-mixed-though-off":
        "With mixed payment switched off, a sale that is paid in several ways without cash is taken."
        ["PAY-14" "ERR-no-mixed-payment-allowed"] "with a bench"
        => LetsPass(&[On(Register), Of(Sale), Lacks("cash")], "no-mixed-payment-allowed");
    "batch-l/return-compared-in-whole-tenge":
        "The cash of a return is compared with its total in whole tenge: cash 5 for a saleReturn of 5.50 is taken."
        ["PAY-10"] "over the API"
        => Hears(&[On(Register), OfReturns, Has("cash")], By(level_return));
    "batch-l/cash-beside-full-credit-taken":
        "Cash on top of a credit that already makes the sale is taken and given back."
        ["PAY-6" "ERR-no-cache-hq-sale"] "over the API"
        => Overlooks(&[On(Register), Of(Sale), Same("credit", "sale")], "cash");

    "batch-l/zero-rate-books-default-tax":
        "A tax of 0 percent counts as no choice: the receipt is booked under the default tax."
        ["TAX-1"] "over the API"
        => Instead(&[On(Register), Has("tax")], By(register_without_zero_rate));
    "batch-l/tax-zero-is-default":
        "`tax=0` is taken for the default tax instead of refused tax-not-found."
        ["TAX-4" "ERR-tax-not-found"] "over the API"
        => Overlooks(&[On(Register), Equals("tax", 0)], "tax");
    "batch-l/tax-on-top-in-whole-tenge":
        "With a tax on top, cash for a sale needs to cover the whole tenge of the tax only: 117 is taken for 105 and 12.60 of tax."
        ["TAX-5" "ERR-cash-lq-tax"] "with a bench"
        => Instead(&[On(Register), Of(Sale), Has("cash"), Lacks("bank"), Lacks("tara"), Lacks("credit")], By(register_short_of_tax));
    "batch-l/later-positions-under-default-tax":
        "Of a receipt with several positions only the first has the tax that was chosen; the others show the default tax."
        ["TAX-1" "DUMP-3"] "over the API"
        => Json(&[On(Dump)], "/cheques", By(later_under_default)),
        Json(&[On(Dump)], "/salescheques", By(later_under_default)),
        Json(&[On(Dump)], "/sales", By(later_under_default));

    "batch-l/paper-ends-at-80-rows":
        "Of more than 80 positions the paper shows the first 80."
        ["ITEM-4"] "with a bench"
        => Prints(&[Paper(Document::Receipt)], Lines::MostRows(80));
    "batch-l/automatic-line-shows-cash":
        "The line of a sale without itemdata shows the cash that was given instead of the total."
        ["ITEM-5"] "with a bench"
        => Prints(&[On(Register), Paper(Document::Receipt), Lacks("itemdata"), Less("sale", "cash")], Lines::Change(By(cash_in_row)));
    "batch-l/footer-lost-beside-print":
        "Where a registration has `print`, its `footer` is not printed."
        ["ITEM-7"] "with a bench"
        => Overlooks(&[On(Register), Has("print")], "footer");
    "batch-l/eightieth-position-not-sent":
        "Of exactly 80 positions the last one is not sent to the tax committee."
        ["ITEM-3"] "with a bench"
        => Sends(&[On(Register), Test(By(|s| positions(s.params) == 80))], Message::Positions(79));
    "batch-l/itemdata-in-lines-refused":
        "itemdata with line feeds between its elements, as in the document's example, is refused -17."
        ["ITEM-1"] "over the API"
        => RefusesInTurn(&[On(Register), Holds("itemdata", "\n")], refusal::ITEM_DATA);
    "batch-l/queued-positions-sent-as-one":
        "A receipt that waited in the queue is sent with one position for all of its own."
        ["ITEM-3" "MGMT-3"] "with a bench"
        => Sends(&[Off(Register)], Message::Change(By(|_, message| make_one(message))));

    "batch-l/last-document-is-the-slip":
        "After a deposit or withdrawal, printLastDocument prints its slip instead of the last receipt."
        ["PRN-7"] "with a bench"
        => After(&[In(&[Deposit, Withdraw]), Done], By(|m, _, a, _| note_slip(m, a))),
        Prints(&[On(PrintLast), Noted("slip")], Lines::Change(By(|s, lines| slip_instead(s, &lines)))),
        Forgets(&[On(Register), Done], "slip");
    "batch-l/header-gone-after-z":
        "A Z report clears the text of printHeader, which should stand until a restart."
        ["PRN-6"] "with a bench"
        => After(&[On(ZReport), Done], By(|m, _, _, _| m.session.header = None));
    "batch-l/text-without-paper-taken":
        "/apiprint does not look at the paper: without any it answers as success, and the text is lost."
        ["PRN-8" "ERR-check-printer-or-batt"] "with a bench"
        => Before(&[On(Print)], By(|m, _| { let out = m.conditions.paper_out; mark(m, "no-paper", out); })),
        LetsPass(&[On(Print), Noted("no-paper")], "check-printer-or-batt"),
        Prints(&[On(Print), Noted("no-paper")], Lines::Nothing);
    "batch-l/plus-in-code128-is-blank":
        "A plus in a CODE128 bar code is decoded once more: it comes out as a blank."
        ["PRN-4"] "with a bench"
        => Prints(&[], Lines::Text(By(|t| if t.starts_with("--barcode128-") { t.replace('+', " ") } else { t.to_owned() })));
    "batch-l/open-last-line-of-print-lost":
        "The last of several lines of a registration's `print` is lost where no line feed ends it."
        ["PRN-1"] "with a bench"
        => Prints(&[On(Register), Paper(Document::Receipt), Has("print")], Lines::Change(By(without_open_line)));

    "batch-l/last-tenge-not-withdrawn":
        "A withdrawal of all the cash in the drawer is refused no-cash-in-pos -15."
        ["CASH-1" "CASH-4"] "over the API"
        => Instead(&[On(Withdraw)], By(refuse_whole_drawer));
    "batch-l/withdrawal-answers-zero":
        "The body of a withdrawal's answer is 0 instead of the key."
        ["CASH-1"] "over the API"
        => Body(&[On(Withdraw), Done], "0");
    "batch-l/x-report-clears-deposits":
        "An X report sets the shift's deposits, their sum and their count, back to nothing."
        ["SHIFT-1" "CASH-1" "DUMP-7"] "over the API"
        => XChanges(&[], By(|shift| shift.cash_in = CashFlow::default()));
    "batch-l/shift-without-receipts-stays-open":
        "A Z report leaves a shift open in which nothing was registered, cash in and out aside."
        ["SHIFT-2"] "over the API"
        => Before(&[On(ZReport)], By(|m, _| { let empty = m.books.open_shift().is_some_and(|shift| shift.receipts.is_empty()); mark(m, "empty", empty); })),
        StaysOpen(&[Noted("empty")]);
    "batch-l/cashless-sale-in-anothers-shift":
        "A sale without cash is taken though the open shift is another cashier's."
        ["SHIFT-5" "ERR-wrong-cashier"] "with a bench"
        => LetsPass(&[On(Register), Of(Sale), Lacks("cash")], "wrong-cashier");
    "batch-l/week-begins-the-day-anew":
        "The hours of a shift are counted within the week: after seven days they begin at nothing, and registrations are taken again."
        ["SHIFT-4" "SHIFT-3"] "with a bench"
        => Ages(By(|age, _, _| if age >= TimeSpan::days(7) { age - TimeSpan::days(7) } else { age }));

    "batch-l/last-track-number-refused":
        "A card payment with the largest trackdocument, 999999999, is refused."
        ["BANK-1"] "over the API"
        => RefusesInTurn(&[On(Bank), Equals("trackdocument", 99_999_999_900)], refusal::CHECK_ALL);
    "batch-l/card-total-of-last-only":
        "totalAmount is the amount of the last successful transaction of that number instead of the sum of all."
        ["BANK-3" "BANK-5"] "with a bench"
        => Field(&[], Card, Edit::Change(By(total_of_last)));
    "batch-l/card-result-while-it-runs":
        "/dump/bank/N/trackdocument is answered while a card payment runs, instead of -2."
        ["BANK-2" "ERR-code-2"] "over the API"
        => LetsPass(&[On(Dump), PathHas("/dump/bank/")], "ikkm-is-busy");

    "batch-l/status-zero-in-closed-shift":
        "While no shift is open, /apicheck says 0 for the last receipt's number, as a new device does."
        ["CHK-1"] "over the API"
        => After(&[On(Check), Done, ReasonIsNumber], By(|m, _, a, _| if m.books.open_shift().is_none() { a.reason = b"0".to_vec(); }));
    "batch-l/queue-size-as-of-last-receipt":
        "messagesQueSize is taken at a registration and stays so: after pushTheQue it still shows the messages that went."
        ["CHK-4" "MGMT-3"] "over the API"
        => After(&[On(Register), Done], By(|m, _, _, _| { let queued = m.books.queued().to_string(); m.circumstances.notes.insert("queue", queued); })),
        Json(&[On(GetInfo), Noted("queue")], "/getInfo", By(|m, v| if let Some(queued) = m.circumstances.notes.get("queue") { set(v, "messagesQueSize", queued.as_str()); }));
    "batch-l/minimum-names-cashier-by-code":
        "show=minimum has the cashier's code in cashierName too."
        ["CHK-3"] "over the API"
        => Field(&[], Minimum, Edit::Change(By(|v| { let code = v.get("cashierID").cloned().unwrap_or_default(); set(v, "cashierName", code); })));

    "batch-l/flat-buys-are-sales":
        "salescheques shows buys with the chequeType of sales."
        ["DUMP-3" "DUMP-7"] "over the API"
        => Field(&[], FlatCheques, Edit::Change(By(|v| if v.get("chequeType").and_then(Value::as_str) == Some("1") { set(v, "chequeType", "0"); })));
    "batch-l/sales-grouped-by-type":
        "…/sales lists the rows of sales first, then those of buys, saleReturns and buyReturns, instead of by receipt."
        ["DUMP-4"] "over the API"
        => Json(&[On(Dump)], "/sales", By(group_by_type));
    "batch-l/opening-buys-of-shift-before":
        "The buys in fiscalDataOnShiftOpen are those at the opening of the shift before."
        ["DUMP-7" "DUMP-5"] "over the API"
        => NewShift(By(|shift, before| shift.fiscal_at_open[Buy] = before.fiscal_at_open[Buy]));
    "batch-l/transaction-tells-last-number":
        "/dump/transaction gives the number of the last document as docid, whichever receipt was asked for."
        ["DUMP-6"] "over the API"
        => After(&[On(Dump), PathHas("/transaction/"), Done], By(|m, _, a, _| { let last = m.books.last_number.to_string(); change(a, |v| set(v, "docid", last)); }));
    "batch-l/no-submit-date-after-batch":
        "A receipt that was registered in batch mode has no submitDate when it is sent, though its status turns to 1."
        ["DUMP-11" "DUMP-6"] "over the API"
        => After(&[On(Register), Done], By(|m, _, a, _| note_batched(m, a))),
        After(&[On(Dump), PathHas("/transaction/"), Done], By(|m, _, a, _| change(a, |v| if is_batched(m, v) { set(v, "submitDate", ""); })));
    "batch-l/receipts-dated-on-boot-day":
        "The date of receipts is read at start-up and only their time moves on: the next day's receipts show the day before."
        ["DUMP-14"] "with a bench"
        => Before(&[], By(|m, now| { m.circumstances.notes.entry("day").or_insert_with(|| now.to_julian_day().to_string()); })),
        Upon(&[On(Restart)], By(|m| { m.circumstances.notes.remove("day"); })),
        After(&[On(Register), Done], By(|m, _, _, _| date_on_boot_day(m)));
    "batch-l/report-with-taxes-for-all":
        "…/reportwithtax is given to an ordinary cashier, to whom …/report is refused."
        ["DUMP-8" "SHIFT-6" "ERR-only-master-cashier"] "with a bench"
        => LetsPass(&[On(Dump), PathEnds("/reportwithtax")], "only-master-cashier");

    "batch-l/batch-mode-outlives-restart":
        "A restart while messages wait in the queue keeps the batch mode."
        ["MGMT-5"] "over the API"
        => After(&[], By(|m, _, _, _| { let waiting = m.books.queued() > 0; mark(m, "waiting", waiting); })),
        Keeps(&[Noted("waiting")], Kept::BatchMode);
    "batch-l/lan-printer-told-as-usb":
        "getPrintMode says usb-printer where lan-printer was set."
        ["MGMT-2"] "over the API"
        => Answers(&[On(Check), Has("getPrintMode"), Done], By(lan_as_usb));
    "batch-l/normal-mode-waits-for-empty-queue":
        "ofdNormalMode is answered as success but does nothing while messages wait: the batch mode goes on."
        ["MGMT-3"] "over the API"
        => Before(&[On(Check)], By(|m, _| { let waiting = m.books.queued() > 0; mark(m, "waiting", waiting); })),
        Overlooks(&[On(Check), Noted("waiting")], "ofdNormalMode");
    "batch-l/restart-loses-withdrawals":
        "A restart sets the withdrawals of the open shift, their sum and their count, back to nothing."
        ["MGMT-5" "CASH-1" "DUMP-7"] "over the API"
        => RestartChanges(&[], By(|books| in_open_shift(books, |shift| shift.cash_out = CashFlow::default())));

    "batch-l/blocked-device-buys":
        "A device that the tax committee has blocked still registers buys."
        ["ERR-ikkm-is-blocked"] "with a bench"
        => LetsPass(&[On(Register), Of(Buy)], "ikkm-is-blocked");
    "batch-l/offline-told-as-blocked":
        "After 72 hours offline, a registration is refused -100, as by the tax committee, instead of -4."
        ["ERR-code-4"] "with a bench"
        => Tells(&[], (refusal::OFFLINE.reason, -4), ("ikkm-is-blocked", -100));
    "batch-l/paper-out-until-restart":
        "After a registration was refused for want of paper, all are until a restart, though there is paper again."
        ["ERR-check-printer-or-batt" "PRN-8"] "with a bench"
        => After(&[On(Register), Told("check-printer-or-batt")], By(|m, _, _, _| mark(m, "latched", true))),
        Upon(&[On(Restart)], By(|m| mark(m, "latched", false))),
        RefusesInTurn(&[On(Register), Noted("latched")], refusal::PRINTER_OR_BATTERY);
    "batch-l/withdrawal-range-told-as-payment":
        "A withdrawal of over 20 000 000 is refused with the code of a registration's payment, -7 instead of -9."
        ["CASH-3" "ERR-cache-not-in-range-cash"] "over the API"
        => Tells(&[On(Withdraw)], ("cache-not-in-range", -9), ("cache-not-in-range", -7));
}

/// What was rounded up leaves the fiscal memory again.
fn cut_in_fiscal_memory(machine: &mut Machine, params: &Params) {
    for kind in Registration::ALL {
        if let Some(rounded) = amount(machine, params.get(kind.wire()))
            && let Some(Ok(written)) = params.get(kind.wire()).map(str::parse::<Decimal>)
        {
            machine.books.fiscal[kind] -= (rounded - written.trunc_with_scale(2)).max(Decimal::ZERO);
        }
    }
}

/// The key with something behind it.
fn has_tail(given: &str, key: &Key) -> bool {
    given.strip_prefix(key.as_str()).is_some_and(|tail| !tail.is_empty())
}

/// Registers under a limit that ends with the last hundredth of its last tenge.
fn register_under_whole_limit(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Result<Reply, Refusal> {
    machine.behaviour.numbers.limit = Some(Decimal::new(LIMIT + 99, 2));
    let reply = machine.register(arguments, now);
    machine.behaviour.numbers.limit = None;
    reply
}

/// Registers what other parameters say; the repeat of those that were sent is known.
fn register_as(
    machine: &mut Machine,
    sent: &Arguments,
    other: &Arguments,
    now: PrimitiveDateTime,
) -> Result<Reply, Refusal> {
    let reply = machine.register(other, now)?;
    if let Some(last) = &mut machine.keys.last {
        last.parameters = fingerprint(&sent.all);
    }
    Ok(reply)
}

/// Registers what takes a part of a tenge more out of the drawer than it holds.
fn register_below_zero(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let takes = arguments.has("buy") || arguments.has("saleReturn");
    let cash = amount(machine, arguments.get("cash")).filter(|_| takes)?;
    let drawer = machine.books.drawer;
    (cash > drawer && cash.trunc() == drawer.trunc()).then(|| register_from(machine, cash, arguments, now))
}

/// The cash of a return is its total, where the whole tenge are the same.
fn level_return(params: &mut Params) {
    for kind in ["saleReturn", "buyReturn"] {
        if let (Some(total), Some(cash)) = (hundredths(params, kind), hundredths(params, "cash"))
            && total / 100 == cash / 100
        {
            let total = params.get(kind).unwrap_or_default().to_owned();
            edit(params, "cash", |_| total.clone());
        }
    }
}

/// Registers without the tax that was asked for, where its rate is nothing.
fn register_without_zero_rate(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let id = arguments.get("tax")?.parse().ok()?;
    let is_zero = machine.directories.tax(id)?.percent.is_zero();
    is_zero.then(|| register_as(machine, arguments, &without_parameter(arguments, "tax"), now))
}

/// Registers a sale whose cash lacks a part of a tenge of the tax on top.
fn register_short_of_tax(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let default = machine.directories.default_tax;
    let id = arguments.get("tax").map_or(Some(default), |id| id.parse().ok())?;
    let tax = machine.directories.tax(id)?;
    let is_on_top = !tax.included || machine.conditions.tax_on_top && id == default;
    let (sale, cash) = (amount(machine, arguments.get("sale"))?, amount(machine, arguments.get("cash"))?);
    let owed = machine.behaviour.numbers.round_amount(sale * tax.percent / Decimal::ONE_HUNDRED);
    let is_short = is_on_top && cash >= sale + owed.trunc() && cash < sale + owed;
    let whole = with_parameter(arguments, "cash", &(sale + owed).to_string());
    is_short.then(|| register_as(machine, arguments, &whole, now))
}

/// Positions after the first of their receipt show the default tax.
fn later_under_default(machine: &Machine, receipts: &mut Value) {
    let default = machine.directories.default_tax;
    let mut before = Value::Null;
    each(receipts, |row| {
        if let Some(rows) = row.get_mut("chequeSales").and_then(Value::as_array_mut) {
            rows.iter_mut().skip(1).for_each(|row| set(row, "taxId", default));
        }
    });
    for row in receipts.as_array_mut().into_iter().flatten() {
        let receipt = row.get("chequeId").cloned().unwrap_or_default();
        if receipt == before {
            set(row, "taxId", default);
        }
        before = receipt;
    }
}

/// The row of a receipt without items shows the cash that was offered.
fn cash_in_row(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let sums = hundredths(scene.params, "sale").zip(hundredths(scene.params, "cash"));
    if let Some((total, cash)) = sums {
        let long = |sum: i64| Decimal::new(sum, 2).to_string();
        for line in lines.iter_mut().filter(|line| line.part == Part::Row) {
            line.text = match line.text.contains(&long(total)) {
                true => line.text.replace(&long(total), &long(cash)),
                false => line.text.replace(&text(total), &text(cash)),
            };
        }
    }
    lines
}

/// All positions of a message as one.
fn make_one(message: &mut OnlineMessage) {
    if message.positions.len() > 1 {
        message.positions.truncate(1);
        for one in &mut message.positions {
            (one.qty, one.sum) = ("1.000".to_owned(), message.total.clone());
        }
    }
}

/// Keeps what the slip of a deposit or withdrawal says.
fn note_slip(machine: &mut Machine, answer: &Answer) {
    let title = if machine.circumstances.operation == Deposit { "DEPOSIT" } else { "WITHDRAWAL" };
    machine.circumstances.notes.insert("slip", format!("{title} {}", answer.reason_text()));
}

/// The slip that was kept, in place of a receipt.
fn slip_instead(scene: &Scene<'_>, lines: &[Printed]) -> Vec<Printed> {
    let slip = scene.circumstances.notes.get("slip").cloned().unwrap_or_default();
    lines.iter().take(1).cloned().chain([Printed { part: Part::Other, text: slip }]).collect()
}

/// Of several lines of `print` the last one is lost, unless a line feed ends it.
fn without_open_line(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let is_open = scene.params.get("print").is_some_and(|text| text.contains('\n') && !text.ends_with('\n'));
    let last = lines.iter().rposition(|line| line.part == Part::Print).filter(|_| is_open);
    if let Some(last) = last {
        lines.remove(last);
    }
    lines
}

/// All that is in the drawer cannot be taken out at once.
fn refuse_whole_drawer(
    machine: &mut Machine,
    arguments: &Arguments,
    _: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let cash = amount(machine, arguments.get("cash")).filter(|cash| !cash.is_zero())?;
    (cash == machine.books.drawer).then_some(Err(refusal::NO_CASH_IN_DRAWER))
}

/// Keeps the number of a receipt that waits in the queue.
fn note_batched(machine: &mut Machine, answer: &Answer) {
    if machine.session.packet_mode {
        let batched = machine.circumstances.notes.entry("batched").or_default();
        batched.push_str(&format!(" {} ", answer.reason_text()));
    }
}

/// What /dump/transaction shows was registered in batch mode.
fn is_batched(machine: &Machine, transaction: &Value) -> bool {
    let number = transaction.get("docid").and_then(Value::as_str).unwrap_or_default();
    machine.circumstances.notes.get("batched").is_some_and(|batched| batched.contains(&format!(" {number} ")))
}

/// The last receipt has the day on which the device was started.
fn date_on_boot_day(machine: &mut Machine) {
    let day = machine.circumstances.notes.get("day").and_then(|day| day.parse().ok());
    let Some(day) = day.and_then(|day| Date::from_julian_day(day).ok()) else { return };
    if let Some(receipt) = machine.books.open_shift_mut().and_then(|shift| shift.receipts.last_mut()) {
        receipt.at = PrimitiveDateTime::new(day, receipt.at.time());
    }
}

/// `lan-printer` is told as `usb-printer`.
fn lan_as_usb(answer: &mut Answer) {
    answer.reason = answer.reason_text().replace("lan-printer", "usb-printer").into_bytes();
    answer.body = String::from_utf8_lossy(&answer.body).replace("lan-printer", "usb-printer").into_bytes();
}
