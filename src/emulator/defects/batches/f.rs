//! Batch F: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;

mutants! {
    "batch-f/exact-limit-refused-in-buy-return":
        "A buyReturn of exactly 20000000 is refused sale-hq-20mil; the other types take it."
        ["WIRE-9" "REG-6" "REG-1"] "over the API"
        => RefusesInTurn(&[On(Register), Equals("buyReturn", LIMIT)], refusal::total_above_limit(Sale));
    "batch-f/deposit-third-decimal-cut":
        "A deposit with three decimals moves the drawer by the rounded amount and cashInTotal by the cut one."
        ["WIRE-6" "CASH-1" "DUMP-7"] "over the API"
        => After(&[On(Deposit), Done], By(|m, p, _, _| cash_in_cut(m, p)));
    "batch-f/restart-empties-queue":
        "Messages that wait in batch mode are lost at a restart: they are never sent, and their transactions stay at status 0."
        ["MGMT-5" "DUMP-11" "CHK-4"] "over the API"
        => RestartChanges(&[], By(lose_queue));
    "batch-f/exponent-taken-in-card-amount":
        "/apibank takes `amount=1e3` for 1000."
        ["BANK-4" "WIRE-5"] "over the API"
        => Understands(&[On(Bank)], &["amount"], By(d::scientific));
    "batch-f/document-length-in-characters":
        "Content-Length of a JSON document counts characters instead of bytes, so that a document with Cyrillic names is cut."
        ["WIRE-1" "WIRE-12" "DUMP-1"] "over the API"
        => Answers(&[In(&[Dump, GetInfo]), Done], By(length_in_characters));
    "batch-f/post-on-dump-has-no-key":
        "A POST on /dump finds no key in the body and is refused -7 no-web-api-key-provided."
        ["WIRE-2"] "over the API"
        => Overlooks(&[On(Dump), Posted], "key");
    "batch-f/tara-and-credit-in-any-case":
        "`TARA=` and `Credit=` are taken for tara and credit; the other names are told apart by case."
        ["WIRE-3"] "over the API"
        => AnyCase(&["tara", "credit"]);
    "batch-f/card-part-third-decimal-cut":
        "bank, tara and credit are cut to two decimals, while the total is rounded: `sale=800.006&bank=800.006` falls short by a hundredth."
        ["WIRE-6"] "over the API"
        => Understands(&[On(Register)], &["bank", "tara", "credit"], By(|t| if plain_number(t) { cut(t, 2) } else { t.to_owned() }));
    "batch-f/refused-withdrawal-has-status-200":
        "A withdrawal above the drawer is answered with status 200; reason and body are those of the refusal."
        ["WIRE-10" "CASH-4"] "over the API"
        => Status(&[On(Withdraw), Told("no-cash-in-pos")], 200);
    "batch-f/errors-of-dumps-typed-as-json":
        "Refusals of /dump requests are labelled application/json."
        ["WIRE-12"] "over the API"
        => Header(&[On(Dump), Refused], "Content-Type", "application/json");
    "batch-f/no-duplicate-of-card-sale":
        "The repeat of a registration that was paid by card prints no duplicate."
        ["KEY-6"] "with a bench"
        => Prints(&[On(Repeat), Has("bank"), Lacks("cash")], Lines::Nothing);
    "batch-f/buy-return-repeat-registers":
        "The previous key in a buyReturn registers once more instead of being repeated."
        ["KEY-5" "KEY-4" "KEY-12"] "over the API"
        => TakesKey(&[KeyRepeats, Has("buyReturn")]);
    "batch-f/previous-key-prints-last-document":
        "/apicheck/printLastDocument takes the previous key."
        ["KEY-9" "KEY-4" "ERR-incorrect-web-api-key"] "over the API"
        => TakesKey(&[On(PrintLast), KeyAge(1)]);
    "batch-f/minimum-with-any-key":
        "getInfo/?show=minimum is served with any key of 8 digits; the whole getInfo checks it."
        ["KEY-2" "ERR-incorrect-web-api-key" "KEY-9"] "over the API"
        => TakesKey(&[On(GetInfo), Is("show", "minimum"), Test(By(|s| s.key.is_some_and(|key| key.given.len() == 8)))]);
    "batch-f/refused-change-turns-key":
        "The refusal change-not-allowed draws a new key, which is told nowhere."
        ["KEY-10" "ERR-change-not-allowed"] "over the API"
        => After(&[On(Register), Told("change-not-allowed")], By(|m, _, _, _| { m.keys.rotate(|_, drawn| drawn); }));
    "batch-f/repeat-loses-leading-zero":
        "The repeat's answer gives a key that begins with 0 without that digit; the first answer gives it whole."
        ["KEY-5" "KEY-7"] "over the API"
        => Answers(&[On(Repeat), Done], By(|a| if a.body.first() == Some(&b'0') { a.body.remove(0); }));
    "batch-f/earlier-report-is-the-next-one":
        "The report of a shift before the last closed one shows the sums of the shift after it."
        ["DUMP-7" "DUMP-5"] "over the API"
        => Json(&[], "/report", By(report_of_next));
    "batch-f/repeat-paid-otherwise-registers":
        "The previous key in a registration of the same type and total but another way of paying registers."
        ["KEY-12" "KEY-4"] "over the API"
        => TakesKey(&[KeyRepeats, Test(By(paid_otherwise))]);
    "batch-f/card-number-of-refund-in-clear":
        "/dump/bank shows the whole card number of a refund; purchases are masked."
        ["BANK-7"] "over the API"
        => Field(&[], CardDetails, Edit::Change(By(|row| if row["operationType"] == "refund" { set(row, "PAN", "4000123412341234") })));
    "batch-f/buy-return-counted-as-buy":
        "A buyReturn adds one to buyDetails.cheques instead of buyRetDetails.cheques; all sums are right."
        ["REG-2" "DUMP-7"] "over the API"
        => Books(&[Of(BuyReturn)], &[Count], Amount::Nothing),
        After(&[On(Register), Done, Of(BuyReturn)], By(|m, _, _, _| in_open_shift(&mut m.books, |shift| shift.counts[Buy] += 1)));
    "batch-f/refusal-opens-shift":
        "With the shift closed, a registration that is refused for its payments opens the next shift."
        ["REG-8" "REG-9"] "over the API"
        => After(&[On(Register), Code(-10)], By(|m, _, _, now| m.begin_shift(now))),
        After(&[On(Register), Code(-13)], By(|m, _, _, now| m.begin_shift(now)));
    "batch-f/sale-with-return-registers-sale":
        "`sale` and `saleReturn` in one request register the sale instead of -7 check-all-params."
        ["REG-7" "ERR-check-all-params"] "over the API"
        => Overlooks(&[On(Register), Has("sale")], "saleReturn");
    "batch-f/returns-under-one-pass":
        "The lower limit of 1 is not checked for returns: `saleReturn=0.50&cash=0.50` registers."
        ["REG-5" "ERR-sale-lq-one"] "over the API"
        => TakesLess(&[OfReturns]);
    "batch-f/shift-sum-has-32-bits":
        "The shift's sum of sales begins anew beyond 42949672.95; the fiscal total is right."
        ["REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Of(Sale)], By(|m, _, _, _| in_open_shift(&mut m.books, |shift| if shift.sums[Sale] > Decimal::new(u32::MAX.into(), 2) { shift.sums[Sale] -= Decimal::new(1 << 32, 2) })));
    "batch-f/buy-return-error-named-buy":
        "A buyReturn that is no number is refused buy-param-error instead of buyRet-param-error."
        ["REG-4" "ERR-buyRet-param-error"] "over the API"
        => Tells(&[On(Register)], ("buyRet-param-error", -9), ("buy-param-error", -9));
    "batch-f/change-kept-beside-tara":
        "In a sale by cash and tara the change stays in the drawer."
        ["PAY-5" "PAY-3" "PAY-16" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale), WithCash, Has("tara")], By(|p, e| e.drawer = p.tendered));
    "batch-f/large-note-refused":
        "Cash of more than a hundred times the total is refused cache-not-in-range."
        ["PAY-3" "PAY-12"] "over the API"
        => Instead(&[On(Register), Of(Sale), Has("cash")], By(|m, a, _| (amount(m, a.get("cash"))? > amount(m, a.get("sale"))? * Decimal::ONE_HUNDRED).then_some(Err(refusal::payment_out_of_range(PayKind::Cash)))));
    "batch-f/drawer-check-forgets-deposits":
        "A cash buy that only this shift's deposits cover is refused -15 no-cash-in-pos."
        ["PAY-13" "REG-1" "ERR-no-cash-in-pos"] "over the API"
        => Instead(&[On(Register), Of(Buy), NotLess("cash", "buy")], By(|m, a, _| (amount(m, a.get("buy"))? > m.books.drawer - m.books.open_shift().map_or(Decimal::ZERO, |shift| shift.cash_in.sum)).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "batch-f/third-payment-ignored":
        "Of cash, bank and credit in one sale the credit is ignored, so that the sale is refused for too little."
        ["PAY-5" "PAY-2"] "over the API"
        => Overlooks(&[On(Register), Has("sale"), Has("cash"), Has("bank")], "credit");
    "batch-f/mixed-sale-return-taken":
        "A saleReturn by cash and bank that make its total together registers."
        ["PAY-9" "ERR-no-mixed-payment-allowed"] "over the API"
        => Instead(&[On(Register), Has("saleReturn"), Has("cash"), Has("bank"), Lacks("tara"), Lacks("credit")], By(mixed_return));
    "batch-f/credit-return-below-taken":
        "A saleReturn by credit alone below its total registers."
        ["PAY-15" "PAY-10"] "over the API"
        => Follows(&[On(Register), Lacks("cash"), Lacks("bank"), Lacks("tara"), Above("credit", 0), Less("credit", "saleReturn")], "credit", "saleReturn");
    "batch-f/minimum-lacks-tax-in-closed-shift":
        "getInfo/?show=minimum has no default tax while the shift is closed."
        ["CHK-3"] "over the API"
        => Field(&[], Minimum, Edit::Change(By(|v| if v["currentShiftStatus"] == "closed" { without(v, "defaultApiTaxID") })));
    "batch-f/tax-turnover-in-whole-units":
        "reportwithtax shows turnovers without their hundredths; the amounts of tax are right."
        ["TAX-6" "DUMP-7" "DUMP-5"] "over the API"
        => Json(&[], "/reportwithtax", By(|_, v| each_tax(v, |tax| shorten(tax, "turnover", 0))));
    "batch-f/tax-ignored-for-credit":
        "`tax` of a sale on credit is ignored: the receipt is booked under the default tax."
        ["TAX-1"] "over the API"
        => Overlooks(&[On(Register), Has("sale"), Has("credit"), Number("tax")], "tax");
    "batch-f/tax-amount-from-whole-turnover":
        "The amount of an included tax in reportwithtax is worked out from the turnover rounded to whole units."
        ["TAX-6"] "over the API"
        => Json(&[], "/reportwithtax", By(|_, v| each_tax(v, tax_of_whole)));
    "batch-f/leading-discount-not-printed":
        "A discount that is the first element of itemdata is left out on paper."
        ["ITEM-1"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("itemdata")], Lines::Change(By(without_leading_discount)));
    "batch-f/long-receipt-online-sum-of-eighty":
        "Of 81 and more positions the one that goes online shows the sum of the first 80 instead of the total."
        ["ITEM-4"] "with a bench"
        => Sends(&[On(Register), Positions(80)], Message::Change(By(|s, m| { let sum = sum_of(s.params, 80); m.positions.iter_mut().for_each(|one| one.sum = sum.clone()) })));
    "batch-f/quantity-unrounded-online":
        "Quantities go online with all the decimals that were sent; paper and documents are rounded."
        ["ITEM-8" "WIRE-7"] "with a bench"
        => Sends(&[On(Register), Has("itemdata")], Message::Change(By(quantities_as_sent)));
    "batch-f/json-tail-ignored":
        "Whatever stands behind the last closing bracket of itemdata is ignored."
        ["ITEM-2" "ERR-code-17"] "over the API"
        => Understands(&[On(Register)], &["itemdata"], By(|t| t.rfind(']').and_then(|end| t.get(..=end)).unwrap_or(t).to_owned()));
    "batch-f/footer-before-items-with-print":
        "With print, itemdata and footer the footer prints before the items."
        ["ITEM-7"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("print"), Has("itemdata"), Has("footer")], Lines::Change(By(footer_above_rows)));
    "batch-f/quotes-in-names-not-printed":
        "Quotation marks within the name of a position are left out on paper."
        ["ITEM-1"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("itemdata")], Lines::PartText(Part::Row, By(|t| t.replace('"', ""))));
    "batch-f/header-lost-beside-another-variable":
        "printHeader in one request with another session variable is not set."
        ["MGMT-7" "PRN-6"] "with a bench"
        => Overlooks(&[On(Check), Has("printHeader"), Test(By(|s| s.params.0.len() > 2))], "printHeader");
    "batch-f/header-barcodes-as-words":
        "Bar code commands in printHeader print as words; in print, footer and /apiprint they become bar codes."
        ["PRN-4" "PRN-6"] "with a bench"
        => Prints(&[], Lines::PartText(Part::Header, By(|t| if t.starts_with("--barcode") { as_words(t) } else { t.to_owned() })));
    "batch-f/kazakh-letters-lost-in-header":
        "Letters that only Kazakh has print as question marks in printHeader's text."
        ["WIRE-4" "PRN-6"] "with a bench"
        => Prints(&[], Lines::PartText(Part::Header, By(without_kazakh)));
    "batch-f/ean8-loses-leading-zero":
        "An EAN8 whose number begins with 0 is printed without that digit."
        ["PRN-4"] "with a bench"
        => Prints(&[], Lines::Text(By(|t| t.strip_prefix("--barcodeEAN8-0").map_or_else(|| t.to_owned(), |rest| format!("--barcodeEAN8-{rest}")))));
    "batch-f/withdrawal-of-all-not-counted":
        "A withdrawal that empties the drawer is not counted in cashOutDocCount; cashOutTotal is right."
        ["CASH-1" "DUMP-5"] "over the API"
        => After(&[On(Withdraw), Done], By(|m, _, _, _| if m.books.drawer.is_zero() { in_open_shift(&mut m.books, |shift| shift.cash_out.count -= 1) }));
    "batch-f/x-report-clears-deposit-count":
        "An X report sets cashInDocCount of the open shift to zero; cashInTotal stays."
        ["SHIFT-1" "CASH-1"] "over the API"
        => XChanges(&[], By(|shift| shift.cash_in.count = 0));
    "batch-f/day-counted-from-last-receipt":
        "The 24 hours of a shift run from its last receipt instead of its opening."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => Before(&[On(Register)], By(|m, now| { let fresh = m.books.last_receipt().is_some_and(|receipt| now - receipt.at < TimeSpan::DAY); mark(m, "fresh", fresh); })),
        LetsPass(&[On(Register), Noted("fresh")], "shift-gt-24h");
    "batch-f/other-cashier-may-return":
        "A saleReturn is registered in another cashier's open shift; the other types are refused -11."
        ["SHIFT-5" "ERR-wrong-cashier"] "with a bench"
        => LetsPass(&[On(Register), Has("saleReturn")], "wrong-cashier");
    "batch-f/refund-left-out-of-details":
        "A refund is not listed in the details of its trackdocument."
        ["BANK-3" "BANK-5"] "over the API"
        => Field(&[], Card, Edit::Change(By(without_refunds)));
    "batch-f/transactions-served-while-busy":
        "/dump/transaction is served during a card operation; everything else is refused -2."
        ["BANK-2" "ERR-code-2"] "over the API"
        => LetsPass(&[On(Dump), PathHas("/dump/transaction")], "ikkm-is-busy");
    "batch-f/offline-block-outlives-contact":
        "Once a registration was refused -4, registrations stay refused after the contact is restored, until a restart."
        ["ERR-code-4"] "with a bench"
        => Remembers(&[On(Register), Code(-4)], "offline"),
        Forgets(&[On(Restart)], "offline"),
        RefusesInTurn(&[On(Register), Noted("offline")], refusal::OFFLINE);
    "batch-f/status-stale-after-buy-return":
        "After a buyReturn /apicheck goes on telling the number of the receipt before it, until another type is registered."
        ["CHK-1"] "over the API"
        => Before(&[On(Register)], By(|m, _| { let last = m.books.last_closed.to_string(); m.circumstances.notes.insert("before", last); })),
        After(&[On(Register), Done, Has("buyReturn")], By(|m, _, _, _| { let before = m.circumstances.notes.get("before").cloned().unwrap_or_default(); m.circumstances.notes.insert("stale", before); })),
        Forgets(&[On(Register), Done, Lacks("buyReturn")], "stale"),
        After(&[On(Check), Done, ReasonIsNumber, Noted("stale")], By(|m, _, a, _| a.reason = m.circumstances.notes["stale"].clone().into_bytes()));
    "batch-f/transaction-dated-by-last-receipt":
        "/dump/transaction shows the date of the last receipt as createDate, whichever receipt is asked for."
        ["DUMP-14" "DUMP-6"] "over the API"
        => After(&[On(Dump), Done, PathHas("/dump/transaction/")], By(|m, _, a, _| if let Some(at) = m.books.last_receipt().map(|receipt| receipt.at) { change(a, |v| set(v, "createDate", seconds(at))) }));
    "batch-f/transactions-forgotten-at-z":
        "/dump/transaction knows no receipt of a closed shift."
        ["DUMP-6"] "over the API"
        => Instead(&[On(Dump), PathHas("/dump/transaction/")], By(|m, _, _| receipt_of_closed(m).then_some(Err(refusal::CHECK_ALL))));
    "batch-f/push-sends-one":
        "pushTheQue sends the oldest message only; the others go on waiting."
        ["MGMT-3" "DUMP-11"] "over the API"
        => Before(&[On(Check)], By(|m, _| { let waiting = m.books.queued_numbers().iter().map(u64::to_string).collect::<Vec<_>>().join(" "); m.circumstances.notes.insert("waiting", waiting); })),
        After(&[On(Check), Done, Has("pushTheQue")], By(|m, _, _, _| queue_rest(m)));
    "batch-f/lock-ends-with-shift":
        "Lockhost ends with a Z report: other hosts are served afterwards."
        ["MGMT-4" "ERR-code-18"] "with a bench"
        => After(&[On(ZReport), Done], By(|m, _, _, _| m.session.locked_to = None));
    "batch-f/paper-out-return-is-booked":
        "Out of paper a saleReturn is refused -6 and enters the fiscal total and the shift's sum all the same."
        ["PRN-8" "REG-8" "ERR-check-printer-or-batt" "DUMP-7"] "with a bench"
        => After(&[On(Register), Has("saleReturn"), Told("check-printer-or-batt")], By(|m, _, _, now| book_total(m, now)));
}

/// The shift's deposits have the amount as it was sent, cut to hundredths.
fn cash_in_cut(machine: &mut Machine, params: &Params) {
    let sent = params.get("cash").filter(|text| plain_number(text)).map(|text| cut(text, 2));
    if let (Some(rounded), Some(cut)) =
        (amount(machine, params.get("cash")), amount(machine, sent.as_deref()))
    {
        in_open_shift(&mut machine.books, |shift| shift.cash_in.sum += cut - rounded);
    }
}

/// What waits is forgotten, and goes on being told as not sent.
fn lose_queue(books: &mut Books) {
    let waiting = books.queued_numbers();
    let now = books.last_receipt().map(|receipt| receipt.at);
    if let Some(now) = now {
        books.send_queue(now);
        waiting.into_iter().for_each(|number| books.show_unsent(number));
    }
}

/// `Content-Length` of a document in characters.
fn length_in_characters(answer: &mut Answer) {
    let length = String::from_utf8_lossy(&answer.body).chars().count();
    header(answer, "Content-Length", &length.to_string());
}

/// The sums of the shift after the one that is asked for, where that is closed too.
fn report_of_next(machine: &Machine, report: &mut Value) {
    let next = shift_of_path(machine).and_then(|shift| machine.books.shift(shift.id + 1));
    if let Some(next) = next.filter(|next| next.closed.is_some() && !next.archived) {
        let other = machine.shift_report(next, false);
        for field in ["saleDetails", "buyDetails", "saleReturnDetails", "buyRetDetails"] {
            set(report, field, other[field].clone());
        }
    }
}

/// Type and total are those of the last registration, the ways of paying are others.
fn paid_otherwise(scene: &Scene<'_>) -> bool {
    let Some(key) = scene.key else { return false };
    let last = |name: &str| key.last.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    TYPES.iter().all(|name| last(name) == scene.params.get(name))
        && PAYMENTS.iter().any(|name| last(name).is_some() != scene.params.get(name).is_some())
}

/// A return by cash and card is booked as one by card, of which the cash leaves the drawer.
fn mixed_return(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let [total, cash, bank] =
        ["saleReturn", "cash", "bank"].map(|name| hundredths(&arguments.all, name).unwrap_or_default());
    if cash == 0 || bank == 0 || cash + bank != total {
        return None;
    }
    let by_card = with_parameter(&without_parameter(arguments, "cash"), "bank", &text(total));
    let reply = machine.register(&by_card, now);
    if reply.is_ok() {
        machine.books.drawer -= Decimal::new(cash, 2);
    }
    Some(reply)
}

/// Each tax of each type in a report.
fn each_tax(report: &mut Value, change: impl Fn(&mut Value)) {
    let kinds = report.get_mut("taxes").and_then(Value::as_object_mut);
    kinds.into_iter().flat_map(|kinds| kinds.values_mut()).for_each(|list| each(list, &change));
}

/// The amount of an included tax, from the turnover in whole units.
fn tax_of_whole(tax: &mut Value) {
    let turnover = number(tax, "turnover").round();
    if let Some(list) = tax.get_mut("taxDetails") {
        each(list, |one| {
            if one["isIncluded"] == "true" || one["isIncluded"] == true {
                let amount = included(turnover, number(one, "taxPercent")).round_dp(2);
                set(one, "amount", exact(amount));
            }
        });
    }
}

/// The row of a discount that comes first is lost.
fn without_leading_discount(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let leads = elements(scene.params).first().is_some_and(|first| first.get("discount").is_some());
    if leads && let Some(first) = lines.iter().position(|line| line.part == Part::Row) {
        lines.remove(first);
    }
    lines
}

/// What the first so many positions come to.
fn sum_of(params: &Params, most: usize) -> String {
    let positions = elements(params);
    let sum: Decimal =
        positions.iter().take(most).map(|one| number(one, "sum") - number(one, "discount")).sum();
    crate::number::money(sum).to_string()
}

/// Quantities of the message are those that were sent.
fn quantities_as_sent(scene: &Scene<'_>, message: &mut OnlineMessage) {
    let sent = elements(scene.params);
    if sent.len() == message.positions.len() {
        for (position, sent) in message.positions.iter_mut().zip(&sent) {
            if let Some(qty) = sent["qty"].as_str() {
                qty.clone_into(&mut position.qty);
            }
        }
    }
}

/// Refunds are not listed.
fn without_refunds(card: &mut Value) {
    if let Some(rows) = card.get_mut("details") {
        list(rows, |rows| rows.retain(|row| row["operationType"] != "refund"));
    }
}

/// The path asks for a receipt of a closed shift.
fn receipt_of_closed(machine: &Machine) -> bool {
    let key = machine.circumstances.path.trim_end_matches('/').rsplit('/').next();
    let key = key.and_then(|key| Key::parse(key).ok());
    let receipt = key.and_then(|key| {
        machine.books.receipt_of(&key, true).or_else(|| machine.books.receipt_of(&key, false))
    });
    let open = machine.books.open_shift();
    receipt.is_some_and(|receipt| {
        open.is_none_or(|shift| shift.receipts.iter().all(|one| one.number != receipt.number))
    })
}

/// Of the messages that waited, all but the first wait again.
fn queue_rest(machine: &mut Machine) {
    let waited = machine.circumstances.notes.get("waiting").cloned().unwrap_or_default();
    let rest: Vec<u64> = waited.split(' ').skip(1).filter_map(|number| number.parse().ok()).collect();
    machine.online.truncate(machine.online.len().saturating_sub(rest.len()));
    rest.into_iter().for_each(|number| machine.books.queue_again(number));
}
