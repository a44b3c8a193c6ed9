//! Batch H: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;

mutants! {
    "batch-h/deposit-cut-to-hundredths":
        "A deposit of more than two decimals is cut, where everything else is rounded: `cash=10.006` moves 10.00."
        ["WIRE-6" "CASH-1"] "over the API"
        => Understands(&[On(Deposit)], &["cash"], By(|t| cut(t, 2)));
    "batch-h/quantity-to-hundredths":
        "cheques, salescheques and sales hold quantities rounded to hundredths: 1.234 shows as 1.23."
        ["WIRE-7" "ITEM-8"] "over the API"
        => After(&[On(Register), Done, Has("itemdata")], By(|m, _, _, _| in_open_shift(&mut m.books, quantities_to_hundredths)));
    "batch-h/card-of-20-million-refused":
        "A bank payment of exactly 20 000 000 is refused bank-not-in-range -7."
        ["WIRE-9" "PAY-2"] "over the API"
        => RefusesInTurn(&[On(Register), Equals("bank", LIMIT)], refusal::payment_out_of_range(PayKind::Bank));
    "batch-h/deposit-by-post-refused":
        "/apideposit and /apiwithdraw by POST are refused incorrect-method -8."
        ["WIRE-2" "CASH-1"] "over the API"
        => RefusesInTurn(&[In(&[Deposit, Withdraw]), Posted], refusal::WRONG_METHOD);
    "batch-h/document-as-long-as-its-letters":
        "The length of a directory or report is counted in letters instead of bytes: one with Russian or Kazakh names breaks off before its end."
        ["WIRE-12" "DUMP-1" "WIRE-4"] "over the API"
        => Answers(&[On(Dump), Done], By(|a| { let letters = String::from_utf8_lossy(&a.body).chars().count(); a.body.truncate(letters); }));

    "batch-h/key-is-a-number":
        "The key is held as a number: a new one that begins with zero is given without it, in fewer than eight digits."
        ["KEY-3"] "over the API"
        => After(&[In(&[Register, Repeat, Deposit, Withdraw]), Done], By(|m, _, a, _| without_leading_zeros(m, a))),
        TakesKey(&[Test(By(|s| s.key.is_some_and(|key| is_without_zeros(key.given, key.current))))]);
    "batch-h/refused-registration-ends-repeat":
        "After a registration was refused for its parameters, the previous key is refused -1 instead of repeated."
        ["KEY-5" "KEY-7" "KEY-13"] "over the API"
        => After(&[On(Register), Refused, Test(By(|s| s.answer.is_some_and(|a| a.body != b"-1" && a.body != b"-2")))], By(|m, _, _, _| mark(m, "failed", true))),
        Forgets(&[On(Register), Done], "failed"),
        RefusesKey(&[KeyRepeats, Noted("failed")]);
    "batch-h/repeat-of-buy-return-registers":
        "A buyReturn that is sent again under the key that it spent is registered a second time."
        ["KEY-5" "KEY-4"] "over the API"
        => TakesKey(&[KeyRepeats, Of(BuyReturn)]);
    "batch-h/third-repeat-registers":
        "A registration is repeated twice; sent a third time under its spent key it is registered anew."
        ["KEY-7" "KEY-5"] "over the API"
        => After(&[On(Repeat), Done], By(|m, _, _, _| count(m, "repeats"))),
        Forgets(&[On(Register), Done], "repeats"),
        TakesKey(&[KeyRepeats, Test(By(|s| counted(s, "repeats") >= 2))]);
    "batch-h/no-duplicate-of-cashless-receipt":
        "The repeat of a receipt that was paid without cash prints no duplicate."
        ["KEY-6"] "with a bench"
        => Prints(&[On(Repeat), Lacks("cash"), Paper(Document::Duplicate)], Lines::Nothing);
    "batch-h/empty-drawer-turns-key":
        "A registration that is refused no-cash-in-pos -15 turns the key all the same; nobody is told the new one."
        ["KEY-10" "ERR-no-cash-in-pos"] "over the API"
        => After(&[On(Register), Told("no-cash-in-pos")], By(|m, _, _, _| { m.keys.rotate(|_, drawn| drawn); }));
    "batch-h/same-total-otherwise-paid-registers":
        "Under the previous key a registration of the same type and total that is paid otherwise is registered."
        ["KEY-12" "KEY-4"] "over the API"
        => TakesKey(&[On(Register), KeyAge(1), OtherParameters, Test(By(same_total_otherwise_paid))]);
    "batch-h/repeat-tells-number-of-cash-document":
        "A repeat after a deposit or withdrawal tells that document's number instead of the receipt's."
        ["KEY-5" "KEY-13"] "over the API"
        => After(&[In(&[Deposit, Withdraw]), Done], By(|m, _, a, _| { m.circumstances.notes.insert("document", a.reason_text().to_string()); })),
        Forgets(&[On(Register), Done], "document"),
        After(&[On(Repeat), Done, Noted("document")], By(|m, _, a, _| a.reason = m.circumstances.notes["document"].clone().into_bytes()));

    "batch-h/half-tenge-taken-beside-sales":
        "Only a sale is checked for less than 1: a buy, saleReturn or buyReturn of 0.50 is registered."
        ["REG-5" "ERR-sale-lq-one"] "over the API"
        => TakesLess(&[On(Register), Lacks("sale")]);
    "batch-h/short-cash-uses-up-number":
        "A registration that is refused cash-lq-sale uses up a receipt number: the next receipt's is one too high."
        ["REG-10" "REG-8"] "over the API"
        => Leaves(&[On(Register)], "cash-lq-sale", By(|books| books.last_number += 1));
    "batch-h/refused-payment-opens-shift":
        "A registration that is refused for its payment (-10, -13, -15) opens a shift where none is open."
        ["REG-8" "CHK-4"] "over the API"
        => After(&[On(Register), Refused], By(|m, _, a, now| if [&b"-10"[..], b"-13", b"-15"].contains(&a.body.as_slice()) { m.begin_shift(now); }));
    "batch-h/buy-reopens-closed-shift":
        "A buy that comes first after a Z report is booked in the closed shift, which is open again, instead of opening a new one."
        ["REG-9" "SHIFT-2" "DUMP-7"] "over the API"
        => Instead(&[On(Register), Has("buy")], By(in_closed_shift));
    "batch-h/change-of-mixed-sale-stays":
        "The change of a sale by several ways stays in the drawer: cash 500 and bank 400 for 800 leave 500 in it."
        ["PAY-5" "PAY-16" "PAY-3"] "over the API"
        => Books(&[Of(Sale), Ways(1), GivesChange(0)], &[Drawer], Amount::Tendered);
    "batch-h/card-return-asks-drawer":
        "A saleReturn without cash that is larger than the cash in the drawer is refused no-cash-in-pos -15."
        ["REG-1" "PAY-13" "PAY-16"] "over the API"
        => Instead(&[On(Register), Has("saleReturn"), Lacks("cash")], By(|m, a, _| (amount(m, a.get("saleReturn"))? > m.books.drawer).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "batch-h/tara-and-credit-above-total-taken":
        "A sale by tara and credit that sum above the total is registered."
        ["PAY-7" "ERR-bank-tara-credit-hq-sale"] "over the API"
        => Hears(&[On(Register), Has("sale"), Lacks("bank")], By(credit_down_to_rest));
    "batch-h/buy-return-gives-change":
        "A buyReturn with cash above the total is registered as if it were paid exactly."
        ["PAY-10" "ERR-change-not-allowed"] "over the API"
        => Follows(&[On(Register), Has("buyReturn"), Less("buyReturn", "cash")], "cash", "buyReturn");
    "batch-h/mixed-short-of-tiyn-taken":
        "A sale by cash and card that is short of the total by less than a tenge is registered as paid in full."
        ["PAY-15" "PAY-16"] "over the API"
        => Hears(&[On(Register), Has("sale")], By(|p| if short_of_tiyn(p) { up_to_sale(p) }));
    "batch-h/credit-range-named-bank":
        "A credit over 20 million is refused bank-not-in-range."
        ["PAY-12" "ERR-credit-not-in-range"] "over the API"
        => Tells(&[On(Register)], ("credit-not-in-range", -7), ("bank-not-in-range", -7));
    "batch-h/mixed-buy-taken":
        "A buy by cash and card is registered."
        ["PAY-9" "ERR-no-mixed-payment-allowed"] "over the API"
        => LetsPass(&[On(Register), Has("buy")], "no-mixed-payment-allowed");

    "batch-h/turnover-under-default-tax":
        "A receipt with a tax of its own shows it in cheques, but reportwithtax counts it under the default tax."
        ["TAX-1" "DUMP-5"] "over the API"
        => After(&[On(Register), Done, Has("tax")], By(|m, _, _, _| turnover_to_default(m)));
    "batch-h/tax-0-is-default":
        "`tax=0` is taken for no tax parameter and booked under the default tax."
        ["TAX-4" "ERR-tax-not-found"] "over the API"
        => Overlooks(&[On(Register), Equals("tax", 0)], "tax");
    "batch-h/tax-of-returns-as-on-top":
        "reportwithtax works the included tax of saleReturns and buyReturns out as rate/100 of the turnover; sales and buys are right."
        ["TAX-6"] "over the API"
        => Json(&[], "/reportwithtax", By(|_, report| return_taxes_as_on_top(report)));

    "batch-h/eighty-positions-are-too-many":
        "A receipt of exactly 80 positions goes online as one line of the whole sum."
        ["ITEM-3"] "with a bench"
        => MostPositions(79);
    "batch-h/paper-ends-at-position-80":
        "Of a receipt with more than 80 positions the first 80 are printed."
        ["ITEM-4"] "with a bench"
        => Prints(&[Paper(Document::Receipt)], Lines::MostRows(80));
    "batch-h/print-below-items-beside-footer":
        "With `print`, `itemdata` and `footer` in one receipt `print` comes after the items."
        ["ITEM-6"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("footer"), Has("itemdata")], Lines::Change(By(print_after_rows)));
    "batch-h/footer-stays":
        "The footer of a receipt is printed on those after it that bring none, until a restart."
        ["ITEM-7"] "with a bench"
        => Remembers(&[On(Register), Done, Has("footer")], "footer"),
        Forgets(&[On(Restart)], "footer"),
        Prints(&[Paper(Document::Receipt), Lacks("footer"), Noted("footer")], Lines::Change(By(with_kept_footer)));
    "batch-h/line-of-sale-shows-cash":
        "The line of a sale without itemdata shows on paper the cash that was given instead of the total: 800 paid with 1000 is `Sale 1x1000 = 1000`."
        ["ITEM-5"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Less("sale", "cash"), Lacks("itemdata")], Lines::Change(By(cash_shown_for_total)));

    "batch-h/rule-after-cut-lost":
        "`--line--` that comes directly after `--cut--` is not printed."
        ["PRN-3"] "with a bench"
        => Prints(&[], Lines::Change(By(|_, lines| without_rules_after_cuts(lines))));
    "batch-h/ean8-of-footer-as-text":
        "An EAN8 bar code in `footer` is printed as text; in `print` and printHeader it is a bar code."
        ["PRN-4" "ITEM-7"] "with a bench"
        => Prints(&[], Lines::PartText(Part::Footer, By(|t| if t.starts_with("--barcodeEAN8-") { as_words(t) } else { t.to_owned() })));
    "batch-h/header-ends-with-shift":
        "A Z report removes the printHeader."
        ["PRN-6"] "with a bench"
        => After(&[On(ZReport), Done], By(|m, _, _, _| m.session.header = None));
    "batch-h/last-document-is-last-sale":
        "printLastDocument prints the last sale, though a receipt of another type came after it."
        ["PRN-7"] "with a bench"
        => After(&[On(Register), Done, Has("sale")], By(|m, _, _, _| note_last_receipt(m))),
        Prints(&[On(PrintLast), Paper(Document::Duplicate), Noted("last sale")], Lines::Change(By(noted_sale)));

    "batch-h/withdrawal-counts-as-both":
        "A withdrawal counts in cashInDocCount too."
        ["CASH-1"] "over the API"
        => After(&[On(Withdraw), Done], By(|m, _, _, _| in_open_shift(&mut m.books, |shift| shift.cash_in.count += 1)));
    "batch-h/withdrawal-of-zero-taken":
        "A withdrawal of 0 is answered as success, with a document number."
        ["CASH-3" "ERR-cache-not-in-range-cash"] "over the API"
        => Instead(&[On(Withdraw), Equals("cash", 0)], By(|m, _, now| Some(Ok(m.take_cash(false, Decimal::ZERO, now)))));
    "batch-h/only-cash-of-shift-withdrawn":
        "A withdrawal is compared with what the shift itself took in by sales and deposits: what was in the drawer before cannot be withdrawn and is refused -15."
        ["CASH-1" "CASH-5"] "over the API"
        => Instead(&[On(Withdraw)], By(|m, a, _| (amount(m, a.get("cash"))? > taken_in_shift(m)).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "batch-h/cash-error-of-registration":
        "cache-param-error of a deposit or withdrawal has the code -7, as in a registration."
        ["CASH-3" "ERR-cache-param-error-cash"] "over the API"
        => Tells(&[In(&[Deposit, Withdraw])], ("cache-param-error", -9), ("cache-param-error", -7));

    "batch-h/close-date-is-open-date":
        "closeDate in the list of shifts repeats openDate."
        ["DUMP-14" "SHIFT-2" "DUMP-2"] "over the API"
        => Field(&[], Shifts, Edit::Change(By(|row| if row["opened"] == 0 { let opened = row["openDate"].clone(); set(row, "closeDate", opened) })));
    "batch-h/day-counted-from-last-receipt":
        "The 24 hours of a shift are counted from its last receipt: one that registers every few hours is never too old."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => Before(&[On(Register)], By(|m, now| { let fresh = has_fresh_receipt(m, now); mark(m, "fresh", fresh); })),
        LetsPass(&[On(Register), Noted("fresh")], "shift-gt-24h");
    "batch-h/week-begins-anew":
        "The age of a shift starts again at seven days: in the eighth day of a shift registrations, deposits and withdrawals are taken."
        ["SHIFT-4" "ERR-shift-gt-7days"] "with a bench"
        => Ages(By(|age, _, _| TimeSpan::seconds(age.whole_seconds() % TimeSpan::WEEK.whole_seconds())));
    "batch-h/returns-in-others-shift":
        "In another cashier's open shift returns are taken."
        ["SHIFT-5" "ERR-wrong-cashier"] "with a bench"
        => LetsPass(&[On(Register), OfReturns], "wrong-cashier");
    "batch-h/ordinary-cashier-reads-transactions":
        "An ordinary cashier gets /dump/transaction; the other reports are refused -16."
        ["DUMP-8" "ERR-only-master-cashier"] "with a bench"
        => LetsPass(&[On(Dump), PathHas("/transaction/")], "only-master-cashier");

    "batch-h/every-card-operation-is-purchase":
        "operationType of a card document is always `purchase`."
        ["BANK-3" "BANK-6"] "over the API"
        => Field(&[], CardDetails, Freeze("operationType", "purchase"));
    "batch-h/failed-card-unmasked":
        "Of a card operation that failed the whole card number is shown."
        ["BANK-7"] "over the API"
        => Field(&[], CardDetails, Edit::Change(By(|one| if one["result"] == "fail" { set(one, "PAN", "4276380012340018") })));
    "batch-h/tables-served-while-card-runs":
        "While a card operation runs, directories and reports are served."
        ["BANK-2" "ERR-code-2"] "over the API"
        => LetsPass(&[On(Dump), PathHas("/table/")], "ikkm-is-busy");
    "batch-h/success-hides-failures-of-number":
        "Once a card operation of a trackdocument was a success, its failed ones are no longer found."
        ["BANK-5" "BANK-3"] "over the API"
        => Json(&[], "/trackdocument", By(|_, card| without_failures(card)));

    "batch-h/apicheck-zero-without-shift":
        "While no shift is open, /apicheck tells 0 as the last receipt's number."
        ["CHK-1" "CHK-4"] "over the API"
        => After(&[On(Check), Done, ReasonIsNumber], By(|m, _, a, _| if m.books.open_shift().is_none() { a.reason = b"0".to_vec(); }));
    "batch-h/minimum-status-kept-from-registration":
        "currentShiftStatus of show=minimum stays `opened` from a registration until the next restart, though a Z report came since."
        ["CHK-3" "CHK-4"] "over the API"
        => Remembers(&[On(Register), Done], "registered"), Forgets(&[On(Restart)], "registered"),
        Field(&[Noted("registered")], Minimum, Freeze("currentShiftStatus", "opened"));
    "batch-h/returns-are-no-last-receipt":
        "lastClosedChequeId and the number of /apicheck do not follow returns."
        ["CHK-4" "CHK-1"] "over the API"
        => Books(&[OfReturns], &[Last], Amount::Nothing);

    "batch-h/shift-list-shows-sums-at-end":
        "The rows of /dump/table/shifts hold the fiscal totals after the shift's receipts instead of those at its beginning."
        ["DUMP-13" "DUMP-2"] "over the API"
        => Json(&[], "/table/shifts", By(sums_at_end));
    "batch-h/return-types-swapped-in-flat-list":
        "In salescheques chequeType of a saleReturn is 3 and of a buyReturn 2; cheques is right."
        ["DUMP-3"] "over the API"
        => Field(&[], FlatCheques, Edit::Change(By(swap_returns)));
    "batch-h/buy-returns-shown-as-sale-returns":
        "buyRetDetails of the shift report shows what saleReturnDetails has."
        ["DUMP-7" "REG-2"] "over the API"
        => Json(&[], "/report", By(|_, report| copy_return_details(report))), Json(&[], "/reportwithtax", By(|_, report| copy_return_details(report)));
    "batch-h/one-tax-of-a-type":
        "reportwithtax lists for each type only one tax, though receipts of several were registered."
        ["DUMP-5" "TAX-1"] "over the API"
        => Json(&[], "/reportwithtax", By(|_, report| first_taxes(report)));
    "batch-h/opening-holds-first-receipt":
        "fiscalDataOnShiftOpen of a report already holds the shift's first receipt; the list of shifts is right."
        ["DUMP-7" "DUMP-13"] "over the API"
        => Json(&[], "/report", By(add_first_receipt)), Json(&[], "/reportwithtax", By(add_first_receipt));
    "batch-h/transaction-has-last-number":
        "docid of every transaction is the number of the last receipt."
        ["DUMP-6"] "over the API"
        => After(&[On(Dump), Done, PathHas("/transaction/")], By(|m, _, a, _| { let last = m.books.last_closed.to_string(); change(a, |one| set(one, "docid", last)); }));

    "batch-h/push-ends-batch-mode":
        "pushTheQue ends batch mode: the receipts after it are sent at once."
        ["MGMT-3"] "over the API"
        => After(&[On(Check), Done, Is("pushTheQue", "true")], By(|m, _, _, _| m.session.packet_mode = false));
    "batch-h/lock-bars-registrations-only":
        "With Lockhost on, other hosts are refused registrations; everything else is served to them."
        ["MGMT-4" "ERR-code-18"] "with a bench"
        => LetsPass(&[Off(Register)], "host-is-rejected");
    "batch-h/printing-mode-of-settings":
        "printingMode of getInfo shows the printer of the settings, whatever setPrintMode set."
        ["MGMT-8"] "over the API"
        => Json(&[], "/getInfo", By(|m, info| set(info, "printingMode", if m.personality.print_mode.is_external() { "external" } else { "internal" })));
    "batch-h/restart-cuts-drawer-to-tenge":
        "A restart brings the cash in the drawer back in whole tenge."
        ["MGMT-5" "DUMP-7"] "over the API"
        => RestartChanges(&[], By(|books| books.drawer = books.drawer.trunc()));
    "batch-h/offline-takes-returns":
        "Offline for more than 72 hours returns are taken; sales and buys are refused -4."
        ["ERR-code-4"] "with a bench"
        => LetsPass(&[On(Register), OfReturns], "offline-gt-72h");
    "batch-h/paper-out-until-restart":
        "Once check-printer-or-batt was told, whatever prints is refused so until a restart, new paper or not."
        ["ERR-check-printer-or-batt" "PRN-8"] "with a bench"
        => After(&[Told("check-printer-or-batt")], By(|m, _, _, _| mark(m, "no paper", true))),
        Forgets(&[On(Restart)], "no paper"),
        RefusesInTurn(&[In(&[Register, Deposit, Withdraw, XReport, ZReport, Print, PrintLast]), Noted("no paper")], refusal::PRINTER_OR_BATTERY);
}

fn quantities_to_hundredths(shift: &mut Shift) {
    let rows = shift.receipts.last_mut().into_iter().flat_map(|receipt| &mut receipt.rows);
    rows.for_each(|row| row.quantity = row.quantity.round_dp(2));
}

fn without_leading_zeros(machine: &Machine, answer: &mut Answer) {
    let key = machine.keys.current().as_str();
    if answer.body == key.as_bytes() {
        answer.body = key.trim_start_matches('0').as_bytes().to_vec();
    }
}

/// A key that begins with zero, without it.
fn is_without_zeros(given: &str, key: &Key) -> bool {
    key.as_str().starts_with('0') && given == key.as_str().trim_start_matches('0')
}

/// The request names type and total of the last registration, and other payments.
fn same_total_otherwise_paid(scene: &Scene<'_>) -> bool {
    let last = scene.key.map_or(&[][..], |key| key.last);
    let said = |name: &str| last.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let same = |name: &str| said(name) == scene.params.get(name);
    scene.kind().is_some_and(|kind| same(kind.wire())) && !PAYMENTS.into_iter().all(same)
}

/// Where no shift is open, the last one is open again.
fn in_closed_shift(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let last = machine.books.shifts.last_mut().filter(|shift| !shift.archived)?;
    let closed = last.closed.take();
    let reply = machine.register(arguments, now);
    if reply.is_err()
        && let Some(last) = machine.books.shifts.last_mut()
    {
        last.closed = closed;
    }
    Some(reply)
}

/// Credit beside tara is what the tara leaves of the sale, at the most.
fn credit_down_to_rest(params: &mut Params) {
    if let (Some(total), Some(tara), Some(credit)) =
        (hundredths(params, "sale"), hundredths(params, "tara"), hundredths(params, "credit"))
        && tara < total
        && tara + credit > total
    {
        edit(params, "credit", |_| text(total - tara));
    }
}

/// Cash and card are less than the sale by less than a tenge.
fn short_of_tiyn(params: &Params) -> bool {
    let paid = hundredths(params, "cash").zip(hundredths(params, "bank"));
    let short = hundredths(params, "sale").zip(paid).map(|(total, (cash, bank))| total - cash - bank);
    short.is_some_and(|short| (1..100).contains(&short))
}

/// The turnover of the last receipt goes from its tax to the default one.
fn turnover_to_default(machine: &mut Machine) {
    let Some(default) = machine.directories.tax(machine.directories.default_tax).cloned() else { return };
    in_open_shift(&mut machine.books, |shift| {
        let Some(receipt) = shift.receipts.last().filter(|receipt| receipt.tax.id != default.id) else {
            return;
        };
        let own = (receipt.kind, receipt.tax.id, receipt.tax.included);
        let nothing =
            TaxTurnover { turnover: Decimal::ZERO, percent: default.percent, on_top: Decimal::ZERO };
        shift.taxes.entry((receipt.kind, default.id, default.included)).or_insert(nothing).turnover +=
            receipt.total;
        if let Some(tax) = shift.taxes.get_mut(&own) {
            tax.turnover -= receipt.total;
        }
        shift.taxes.retain(|_, tax| !tax.turnover.is_zero());
    });
}

fn return_taxes_as_on_top(report: &mut Value) {
    for kind in ["saleReturn", "buyReturn"] {
        let Some(taxes) = report["taxes"].get_mut(kind) else { continue };
        each(taxes, |tax| {
            let turnover = number(tax, "turnover");
            each(&mut tax["taxDetails"], |one| {
                let part = turnover * number(one, "taxPercent") / Decimal::ONE_HUNDRED;
                set(one, "amount", exact(part.round_dp(2)));
            });
        });
    }
}

fn with_kept_footer(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let kept = scene.circumstances.notes.get("footer").map_or("", String::as_str);
    lines.extend(kept.lines().map(|text| Printed { part: Part::Footer, text: text.to_owned() }));
    lines
}

fn without_rules_after_cuts(lines: Vec<Printed>) -> Vec<Printed> {
    let mut kept: Vec<Printed> = Vec::with_capacity(lines.len());
    for line in lines {
        if line.text != "--line--" || kept.last().is_none_or(|before| before.text != "--cut--") {
            kept.push(line);
        }
    }
    kept
}

fn note_last_receipt(machine: &mut Machine) {
    let lines = machine.printer.last_receipt.iter().flatten().map(|line| line.text.as_str());
    let text = lines.collect::<Vec<_>>().join("\n");
    machine.circumstances.notes.insert("last sale", text);
}

fn noted_sale(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let sale = scene.circumstances.notes.get("last sale").map_or("", String::as_str);
    lines.truncate(1);
    lines.extend(sale.lines().map(|text| Printed { part: Part::Other, text: text.to_owned() }));
    lines
}

fn taken_in_shift(machine: &Machine) -> Decimal {
    machine.books.open_shift().map_or(Decimal::ZERO, |shift| shift.sums[Sale] + shift.cash_in.sum)
}

fn has_fresh_receipt(machine: &Machine, now: PrimitiveDateTime) -> bool {
    let last = machine.books.open_shift().and_then(|shift| shift.receipts.last());
    last.is_some_and(|receipt| now - receipt.at <= TimeSpan::DAY)
}

fn without_failures(card: &mut Value) {
    let (done, failed): (Vec<Value>, Vec<Value>) =
        details(card).into_iter().partition(|one| one["result"] == "success");
    if !done.is_empty() && !failed.is_empty() {
        set(card, "foundTransactions", done.len().to_string());
        set(card, "transactionResult", "success");
        set(card, "details", done);
    }
}

fn sums_at_end(machine: &Machine, shifts: &mut Value) {
    each(shifts, |row| {
        let shift = row["id"].as_u64().and_then(|id| machine.books.shift(id));
        for kind in Registration::ALL {
            let sum = number(row, kind.wire()) + shift.map_or(Decimal::ZERO, |shift| shift.sums[kind]);
            set(row, kind.wire(), exact(sum));
        }
    });
}

fn copy_return_details(report: &mut Value) {
    let details = report["saleReturnDetails"].clone();
    set(report, "buyRetDetails", details);
}

fn first_taxes(report: &mut Value) {
    let kinds = report.get_mut("taxes").and_then(Value::as_object_mut);
    kinds
        .into_iter()
        .flat_map(|kinds| kinds.values_mut())
        .for_each(|taxes| list(taxes, |all| all.truncate(1)));
}

fn add_first_receipt(machine: &Machine, report: &mut Value) {
    let first = shift_of_path(machine).and_then(|shift| shift.receipts.first());
    if let (Some(first), Some(opening)) = (first, report.get_mut("fiscalDataOnShiftOpen")) {
        let sum = number(opening, first.kind.wire()) + first.total;
        set(opening, first.kind.wire(), exact(sum));
    }
}
