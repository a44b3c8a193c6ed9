//! Batch B: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;

mutants! {
    "batch-b/post-number-answers-end-with-newline":
        "The success answer of a registration sent by POST has the body `87654321\\n` with Content-Length 9; by GET it is the bare 8 digits."
        ["WIRE-1" "WIRE-2"] "over the API"
        => Answers(&[On(Register), Posted, Done], By(|a| a.body.push(b'\n')));
    "batch-b/cash-in-out-errors-status-200":
        "Refusals of /apideposit and /apiwithdraw (missing, bad, out of range cash) carry the right reason phrase and body but HTTP status 200 instead of 400."
        ["WIRE-10" "CASH-2" "CASH-3" "ERR-payment-params-missed-cash" "ERR-cache-param-error-cash" "ERR-cache-not-in-range-cash"] "over the API"
        => Status(&[In(&[Deposit, Withdraw]), Told("payment-params-missed")], 200),
        Status(&[In(&[Deposit, Withdraw]), Told("cache-param-error")], 200),
        Status(&[In(&[Deposit, Withdraw]), Told("cache-not-in-range")], 200);
    "batch-b/cash-parsed-with-strtod-prefix":
        "The `cash` of a registration is read up to the first character that is no number: `sale=800&cash=1000abc` registers with cash 1000 instead of -7 cache-param-error (a value that begins with a letter is still refused)."
        ["WIRE-5" "PAY-11" "ERR-cache-param-error"] "over the API"
        => Understands(&[On(Register)], &["cash"], By(leading_number));
    "batch-b/deposit-refuses-exactly-20-million":
        "/apideposit compares with >= : exactly 20000000 is refused -9 cache-not-in-range; 19999999.99 is taken. Registrations take 20000000."
        ["WIRE-9" "CASH-1" "CASH-3" "ERR-cache-not-in-range-cash"] "over the API"
        => RefusesInTurn(&[On(Deposit), Equals("cash", LIMIT)], refusal::CASH_OUT_OF_RANGE);
    "batch-b/web-api-off-still-answers-minus-99":
        "While the web API is switched off on the device, port 8080 goes on listening and answers 400 `unknown-error` -99 to everything instead of nothing at all."
        ["WIRE-13"] "with a bench"
        => ListensWhenOff,
        Refuses(&[Noted("web-api-off")], refusal::UNKNOWN);
    "batch-b/missing-key-answers-minus-1":
        "A request without `key` is answered 400 `incorrect-web-api-key` -1 instead of `no-web-api-key-provided` -7, on every path."
        ["KEY-1" "ERR-no-web-api-key-provided"] "over the API"
        => Tells(&[], ("no-web-api-key-provided", -7), ("incorrect-web-api-key", -1));
    "batch-b/deposit-takes-previous-key":
        "/apideposit with the previous key is done (drawer and cashInTotal move) instead of refused -1; withdraw refuses it."
        ["KEY-9" "ERR-incorrect-web-api-key"] "over the API"
        => TakesKey(&[On(Deposit), KeyAge(1)]);
    "batch-b/refused-cash-lq-rotates-key":
        "A registration refused with -10 cash-lq-sale spends the key: the device silently makes a new one, so that the next request with the current key is refused -1. Other refusals do not rotate."
        ["KEY-10" "PAY-4" "ERR-cash-lq-sale"] "over the API"
        => After(&[On(Register), Told("cash-lq-sale")], By(|m, _, _, _| { m.keys.rotate(|_, drawn| drawn); }));
    "batch-b/replay-with-other-type-registers":
        "The previous key with the same amount but another registration type (sale spent it, saleReturn comes) is registered as a new receipt; the same type with any total is repeated."
        ["KEY-12" "KEY-4"] "over the API"
        => TakesKey(&[KeyRepeats, Test(By(says_other_type))]);
    "batch-b/deposit-between-forgets-replay":
        "A successful /apideposit or /apiwithdraw wipes the stored last answer: the previous key in a registration is then refused -1 instead of repeated."
        ["KEY-13" "KEY-5"] "over the API"
        => After(&[In(&[Deposit, Withdraw]), Done], By(|m, _, _, _| m.keys.last = None));
    "batch-b/restart-lets-previous-key-register-anew":
        "After a restart the stored last answer is empty and the previous key is treated as valid: the same registration with it is booked a second time with a new number and key (the current key works, too)."
        ["KEY-4" "KEY-5" "MGMT-9" "REG-8"] "over the API"
        => TakesKey(&[On(Register), KeyAge(1), Noted("restarted")]),
        Remembers(&[On(Restart)], "restarted"),
        Forgets(&[On(Register), Done], "restarted");
    "batch-b/key-compared-on-first-seven-digits":
        "The key check compares the first seven digits only: a key whose last digit is changed is taken on every path."
        ["KEY-2" "KEY-8" "ERR-incorrect-web-api-key"] "over the API"
        => TakesKey(&[Test(By(|s| s.key.is_some_and(|key| key.given.len() == 8 && key.given.get(..7) == key.current.as_str().get(..7))))]);
    "batch-b/buy-non-number-says-sale-param-error":
        "`buy=abc` is refused with -9 but the reason phrase `sale-param-error`; the other types name themselves."
        ["REG-4" "ERR-buy-param-error"] "over the API"
        => Tells(&[], ("buy-param-error", -9), ("sale-param-error", -9));
    "batch-b/buy-under-one-taken":
        "The lower limit is not checked for buy: `buy=0.5&cash=0.5` (cash in the drawer) registers instead of -7. The other three types refuse."
        ["REG-5" "ERR-sale-lq-one"] "over the API"
        => TakesLess(&[Of(Buy)]);
    "batch-b/fiscal-total-drops-hundredths-of-returns":
        "The fiscal totals saleReturn and buyReturn grow by the whole tenge only (100.75 adds 100); the shift's sums have the hundredths."
        ["REG-2" "WIRE-6" "DUMP-7"] "over the API"
        => Books(&[OfReturns], &[Fiscal], Amount::Whole);
    "batch-b/refusal-burns-receipt-number":
        "A registration refused with a payment error (-10, -12, -13 or -15) still takes a receipt number: the next good receipt's number is one higher than it should be. Nothing else moves."
        ["REG-10"] "over the API"
        => After(&[On(Register), Code(-10)], By(|m, _, _, _| m.books.last_number += 1)),
        After(&[On(Register), Code(-12)], By(|m, _, _, _| m.books.last_number += 1)),
        After(&[On(Register), Code(-13)], By(|m, _, _, _| m.books.last_number += 1)),
        After(&[On(Register), Code(-15)], By(|m, _, _, _| m.books.last_number += 1));
    "batch-b/tax-refusal-leaves-cash-in-drawer":
        "A cash sale refused -14 tax-not-found has already added its total to cashWeHave; nothing else is booked."
        ["REG-8" "TAX-4" "ERR-tax-not-found" "DUMP-7"] "over the API"
        => After(&[On(Register), Of(Sale), Has("cash"), Told("tax-not-found")], By(|m, p, _, _| m.books.drawer += amount(m, p.get("sale")).unwrap_or_default()));
    "batch-b/receipt-number-repeats-after-restart":
        "After a restart the number counter is read back one too low: the first receipt gets the same number as the last one before the restart."
        ["REG-3" "REG-10" "MGMT-5"] "over the API"
        => RestartChanges(&[], By(|books| books.last_number -= 1));
    "batch-b/bank-buy-lowers-drawer":
        "A buy paid by bank lowers cashWeHave by its total as if it were cash; other non-cash registrations leave the drawer alone."
        ["PAY-16" "DUMP-7"] "over the API"
        => Books(&[Of(Buy), Cashless, Has("bank")], &[Drawer], Amount::MinusTotal);
    "batch-b/cash-param-error-in-registration-code-minus-9":
        "`cash=abc` in a registration is refused cache-param-error with body -9 (the cash in/out row) instead of -7."
        ["PAY-11" "ERR-cache-param-error"] "over the API"
        => Tells(&[On(Register)], ("cache-param-error", -7), ("cache-param-error", -9));
    "batch-b/single-credit-below-total-taken":
        "A sale paid by credit alone below the total registers instead of a -10; bank and tara are refused."
        ["PAY-15"] "over the API"
        => Follows(&[Lacks("cash"), Lacks("bank"), Lacks("tara"), Less("credit", "sale")], "credit", "sale");
    "batch-b/cash-short-by-less-than-one-taken":
        "Cash and total are compared as whole tenge: `sale=800.90&cash=800.10` registers instead of -10 cash-lq-sale."
        ["PAY-4" "ERR-cash-lq-sale"] "over the API"
        => Follows(&[Lacks("bank"), Lacks("tara"), Lacks("credit"), Less("cash", "sale"), Test(By(|s| whole(s.params, "cash") == whole(s.params, "sale")))], "cash", "sale");
    "batch-b/mixed-with-change-refused":
        "A mixed sale whose payments exceed the total is refused -13 no-cache-hq-sale even where non-cash alone does not cover it (800: cash 500 + bank 400); an exact mix is taken."
        ["PAY-5" "ERR-no-cache-hq-sale"] "over the API"
        => RefusesInTurn(&[On(Register), Of(Sale), Has("cash"), Test(By(|s| non_cash(s.params) > 0 && hundredths(s.params, "sale").is_some_and(|total| non_cash(s.params) < total && non_cash(s.params) + hundredths(s.params, "cash").unwrap_or_default() > total)))], refusal::CASH_NOT_NEEDED);
    "batch-b/bank-salereturn-needs-cash-in-drawer":
        "The drawer check is made for every saleReturn: one paid by bank larger than cashWeHave is refused -15 although no cash moves."
        ["PAY-13" "REG-1" "ERR-no-cash-in-pos"] "over the API"
        => Instead(&[On(Register), Of(SaleReturn), Has("bank"), Lacks("cash")], By(|m, a, _| (amount(m, a.get("saleReturn")) > Some(m.books.drawer)).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "batch-b/cash-over-20-million-gives-change":
        "Cash in a sale has no upper limit: `sale=800&cash=20000001` registers and gives change instead of -7 cache-not-in-range."
        ["PAY-12" "WIRE-9" "ERR-cache-not-in-range"] "over the API"
        => Reads(&[On(Register), Of(Sale), Above("cash", LIMIT)], "cash", MOST);
    "batch-b/drawer-check-in-whole-tenge":
        "The drawer check cuts both sides to whole tenge: with 100.00 in the drawer a cash buy or saleReturn of 100.90 registers and cashWeHave becomes -0.90."
        ["PAY-13" "ERR-no-cash-in-pos"] "over the API"
        => Instead(&[On(Register), Has("cash")], By(drawer_in_whole_tenge));
    "batch-b/mixed-off-lets-noncash-mix-pass":
        "With mixed payment switched off in the settings, mixes with cash are refused -13, but a sale paid by bank and credit without cash (400 + 400 for 800) registers."
        ["PAY-14" "ERR-no-mixed-payment-allowed"] "with a bench"
        => LetsPass(&[Of(Sale), Lacks("cash")], "no-mixed-payment-allowed");
    "batch-b/unknown-tax-becomes-default":
        "A numeric tax id that is not in the directory is booked under the default tax instead of refused -14 tax-not-found."
        ["TAX-4" "ERR-tax-not-found"] "over the API"
        => Instead(&[On(Register), Number("tax")], By(|m, a, now| { let known = a.get("tax")?.parse().is_ok_and(|id| m.directories.tax(id).is_some()); (!known).then(|| m.register(&without_parameter(a, "tax"), now)) }));
    "batch-b/tax-ignored-by-post":
        "By POST the `tax` parameter is not read: the receipt goes under the default tax, and an unknown or non-number tax is not refused. GET is right."
        ["TAX-1" "WIRE-2"] "over the API"
        => Overlooks(&[On(Register), Posted], "tax");
    "batch-b/tax-on-top-not-required":
        "With a tax on top of the amount, cash that covers the total but not total plus tax is taken (the sale registers) instead of -12 cash-lq-tax."
        ["TAX-5" "ERR-cash-lq-tax"] "over the API"
        => Instead(&[On(Register), Has("cash")], By(|m, a, now| match m.register(a, now) { Err(refusal::CASH_BELOW_TAX) => Some(m.register(&with_parameter(a, "cash", &doubled(a.get("cash").unwrap_or(""))), now)), reply => Some(reply) }));
    "batch-b/tax-amount-truncated":
        "The amount of an included tax in reportwithtax is cut, not rounded, to hundredths (12 % of a turnover of 50: 5.357... shows 5.35 instead of 5.36; a turnover of 815 shows 87.32 either way)."
        ["TAX-6"] "over the API"
        => Json(&[], "/reportwithtax", By(|_, v| taxes(v, |turnover, percent| included(turnover, percent).trunc_with_scale(2))));
    "batch-b/discount-row-refused":
        "A row of {name, discount} without price, qty and sum is answered -17; itemdata of goods only is taken."
        ["ITEM-1"] "over the API"
        => RefusesInTurn(&[On(Register), Holds("itemdata", "\"discount\"")], refusal::ITEM_DATA);
    "batch-b/json-refusal-has-already-booked":
        "With broken itemdata the device answers -17 and keeps the key, but the sale is already in the fiscal total and the shift's sum and count; no cheque is listed and the drawer is unchanged."
        ["ITEM-2" "REG-8" "ERR-code-17" "DUMP-7"] "over the API"
        => After(&[On(Register), Told("itemdata-json-error")], By(|m, _, _, now| book_total(m, now)));
    "batch-b/footer-sticks-to-later-receipts":
        "The `footer` of a registration is printed at the end of all later receipts, too, that bring no footer, until another footer or a restart."
        ["ITEM-7"] "with a bench"
        => Remembers(&[On(Register), Done, Has("footer")], "footer"),
        Forgets(&[On(Restart)], "footer"),
        Prints(&[Paper(Document::Receipt), Lacks("footer"), Noted("footer")], Lines::Change(By(noted_footer)));
    "batch-b/over-eighty-online-quantity-is-count":
        "The single position that goes online for 81 and more positions carries the number of positions (81) as quantity instead of 1."
        ["ITEM-4"] "with a bench"
        => Sends(&[On(Register), Positions(80)], Message::Change(By(|s, m| m.positions.iter_mut().for_each(|one| one.qty = format!("{}.000", positions(s.params))))));
    "batch-b/auto-line-shows-cash-given":
        "Without itemdata, when a cash sale has change, the automatic line on paper and online shows the cash given (1x1000) instead of the total (1x800)."
        ["ITEM-5"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Lacks("itemdata"), Less("sale", "cash")], Lines::Change(By(cash_in_line))),
        Sends(&[On(Register), Lacks("itemdata"), Less("sale", "cash")], Message::Change(By(|s, m| m.positions.iter_mut().for_each(|one| one.sum = two_decimals(s.params, "cash")))));
    "batch-b/print-header-once-only":
        "The header set by printHeader prints on the next receipt only and is gone afterwards."
        ["PRN-6"] "with a bench"
        => After(&[On(Register), Done], By(|m, _, _, _| m.session.header = None));
    "batch-b/registration-print-newlines-not-split":
        "In the `print` of a registration the `\\n` are replaced by blanks and the text comes as one wrapped paragraph; /apiprint splits at them."
        ["PRN-1"] "with a bench"
        => Understands(&[On(Register)], &["print"], By(|t| t.replace('\n', " ")));
    "batch-b/external-lines-broken-at-36":
        "On an external printer (lan or usb) the tape is laid out 36 characters wide: text lines of 37 to 42 characters are broken or cut at 36, on receipts and in /apiprint, so that neither 42 nor 30 is shown. The internal printer is right."
        ["PRN-2"] "with a bench"
        => Prints(&[], Lines::Narrower(37, 36));
    "batch-b/unreadable-print-text-registers-first":
        "A registration by POST whose `print` is no UTF-8 is answered -7 print-lines-parse-error, but the receipt is already booked (totals, number, drawer); the key stays."
        ["PRN-5" "REG-8" "ERR-print-lines-parse-error"] "over the API"
        => Instead(&[On(Register), Posted, Holds("print", "\u{fffd}")], By(|m, a, now| Some(book_and_refuse(m, &without_parameter(a, "print"), now, refusal::PRINT_TEXT))));
    "batch-b/withdraw-answers-body-zero":
        "A successful /apiwithdraw answers body 0 instead of the key; reason phrase and effects are right."
        ["CASH-1"] "over the API"
        => Body(&[On(Withdraw), Done], "0");
    "batch-b/withdraw-above-drawer-done":
        "A withdrawal above the drawer is done and cashWeHave goes below zero."
        ["CASH-4" "CASH-5" "ERR-no-cash-in-pos"] "over the API"
        => LetsPass(&[On(Withdraw)], "no-cash-in-pos");
    "batch-b/post-deposit-done-twice":
        "A deposit by POST is booked twice (cashWeHave, cashInTotal and cashInDocCount move double) with one answer; by GET once."
        ["CASH-1" "WIRE-2" "DUMP-7"] "over the API"
        => Books(&[On(Deposit), Posted], &[Drawer, Sum, Count], Amount::Twice);
    "batch-b/deposit-refused-when-drawer-passes-20-million":
        "A deposit within the range is refused -9 cache-not-in-range when the drawer would hold more than 20 000 000 after it."
        ["CASH-1" "WIRE-9" "ERR-cache-not-in-range-cash"] "over the API"
        => Instead(&[On(Deposit)], By(|m, a, _| (m.books.drawer + amount(m, a.get("cash"))? > Decimal::from(20_000_000)).then_some(Err(refusal::CASH_OUT_OF_RANGE))));
    "batch-b/zreport-answers-with-key":
        "/apizreport answers 200 z-report-started with the current key as body instead of 0."
        ["SHIFT-2" "WIRE-10"] "over the API"
        => KeyAsBody(&[On(ZReport), Done]);
    "batch-b/close-date-empty-after-z":
        "After a Z report the shift's row in /dump/table/shifts has `opened` 0 but an empty `closeDate`."
        ["SHIFT-2" "DUMP-14"] "over the API"
        => Field(&[], Shifts, Freeze("closeDate", ""));
    "batch-b/registration-during-z-goes-into-old-shift":
        "A registration that arrives while a Z report is running is neither answered -2 nor held: it registers at once and is added to the shift that is being closed."
        ["SHIFT-7" "ERR-code-2" "SHIFT-2" "DUMP-7"] "over the API"
        => Decides(By(|b| b.shift.z_answer = ZAnswer::AtStart)),
        LetsPass(&[On(Register), Closing], "ikkm-is-busy");
    "batch-b/24h-flag-survives-z":
        "Once a registration was refused for a shift over 24 h, the flag is not cleared by the Z report: the new shift refuses registrations -3, too, until a restart."
        ["SHIFT-3" "REG-9" "ERR-shift-gt-24h"] "with a bench"
        => Remembers(&[On(Register), Told("shift-gt-24h")], "old"),
        Forgets(&[On(Restart)], "old"),
        RefusesInTurn(&[On(Register), Noted("old")], refusal::SHIFT_OVER_DAY);
    "batch-b/bank-amount-letters-taken":
        "/apibank with amount=abc starts a purchase of 0 and answers 200 bank-is-opened instead of refusing."
        ["BANK-4"] "over the API"
        => Reads(&[On(Bank), NoNumber("amount")], "amount", "0");
    "batch-b/bank-found-only-last-transaction":
        "When one trackdocument was used for several card operations, /dump/bank/N/trackdocument gives only the latest one: foundTransactions \"1\", its amount as totalAmount, one element in details."
        ["BANK-5" "BANK-3"] "over the API"
        => Field(&[], Card, Edit::Change(By(only_last_card)));
    "batch-b/bank-busy-registration-queued":
        "A valid registration sent while a card operation runs is answered -2 but kept, and is booked as a receipt (totals and number move, key rotates) when the operation ends."
        ["BANK-2" "ERR-code-2" "REG-8" "KEY-10"] "over the API"
        => After(&[On(Register), Told("ikkm-is-busy")], By(|m, p, _, _| if m.bank.is_running() { m.circumstances.notes.insert("kept", p.encode()); })),
        Before(&[Noted("kept")], By(register_kept));
    "batch-b/getinfo-ram-missing":
        "getInfo holds no `totalRamUsedMb`; all other fields are there."
        ["CHK-2"] "over the API"
        => Field(&[], WholeInfo, Drop("totalRamUsedMb"));
    "batch-b/minimum-shows-drawer":
        "getInfo/?show=minimum holds `cashWeHave` and `messagesQueSize` besides the documented members."
        ["CHK-6"] "over the API"
        => Json(&[Is("show", "minimum")], "/getInfo", By(|m, v| { v["cashWeHave"] = json!(m.books.drawer.to_string()); v["messagesQueSize"] = json!(m.books.queued().to_string()) }));
    "batch-b/apicheck-zero-after-restart":
        "After a restart plain /apicheck answers reason 0 (as a new device) until the next registration; getInfo is right."
        ["CHK-1" "MGMT-5"] "over the API"
        => Remembers(&[On(Restart)], "restarted"),
        Forgets(&[On(Register), Done], "restarted"),
        Reason(&[On(Check), Noted("restarted"), BodyIs("0"), ReasonIsNumber], "0");
    "batch-b/open-report-has-closing-date":
        "The report of an open shift carries `dateClose` with the current time."
        ["DUMP-15"] "over the API"
        => After(&[PathEnds("/report"), Done], By(|_, _, a, now| change(a, |v| if v["dateClose"] == "" { set(v, "dateClose", minutes(now)) })));
    "batch-b/archived-flag-spelt-right":
        "For an archived shift the report gives the fiscal data and `isArchived` true instead of `isArhived`."
        ["DUMP-9"] "with a bench"
        => Field(&[], Report, Rename("isArhived", "isArchived")),
        Field(&[], TaxReport, Rename("isArhived", "isArchived"));
    "batch-b/shift-row-sums-are-of-the-shift":
        "The sale/buy/saleReturn/buyReturn of a row in /dump/table/shifts are that shift's own turnover instead of the fiscal totals at its opening."
        ["DUMP-13"] "over the API"
        => Json(&[], "/table/shifts", By(own_sums));
    "batch-b/past-report-shows-current-sums":
        "The report of a closed shift shows the saleDetails, buyDetails, saleReturnDetails and buyRetDetails of the current (or last) shift instead of its own; its dates and fiscalDataOnShiftOpen are right."
        ["DUMP-7" "DUMP-5"] "over the API"
        => Json(&[], "/report", By(details_of_last));
    "batch-b/afternoon-dates-in-12-hour-clock":
        "chequeDate is written with a 12-hour clock without am/pm: from 13:00 on receipts are dated 01:00 and so on, earlier than the shift's openDate and than the morning's receipts. Other dates are right."
        ["DUMP-14"] "with a bench"
        => Field(&[], Cheques, Edit::Change(By(|v| twelve_hours(v, "chequeDate")))),
        Field(&[], FlatCheques, Edit::Change(By(|v| twelve_hours(v, "chequeDate"))));
    "batch-b/document-dates-frozen-at-shift-opening":
        "chequeDate of every receipt is the shift's openDate: after the clock moved hours or a day within an open shift new receipts still show the opening time."
        ["DUMP-14"] "with a bench"
        => Json(&[], "/cheques", By(dated_at_opening)),
        Json(&[], "/salescheques", By(dated_at_opening));
    "batch-b/get-print-mode-always-internal":
        "getPrintMode answers internal-printer whatever setPrintMode set; printing does go to the printer that was set."
        ["MGMT-2"] "over the API"
        => Body(&[Has("getPrintMode"), Done], "internal-printer");
    "batch-b/batch-mode-survives-restart":
        "ofdPacketMode is stored: after a restart messages are still queued and not sent until ofdNormalMode."
        ["MGMT-5" "MGMT-3"] "with a bench"
        => Keeps(&[], Kept::BatchMode);
    "batch-b/restart-loses-open-shift-sums":
        "After a restart in an open shift its report shows sums and counts of the four types from zero; fiscal totals, cheques and drawer are kept."
        ["MGMT-5" "DUMP-7"] "over the API"
        => RestartChanges(&[], By(|books| in_open_shift(books, |shift| (shift.sums, shift.counts) = (ByType::default(), ByType::default()))));
    "batch-b/salereturn-param-error-spelt-out":
        "`saleReturn=abc` is refused -9 with the reason `saleReturn-param-error` instead of saleRet-param-error."
        ["REG-4" "ERR-saleRet-param-error"] "over the API"
        => Tells(&[], ("saleRet-param-error", -9), ("saleReturn-param-error", -9));
    "batch-b/blocked-code-always-minus-100":
        "Blocked by the committee with code n > 0 the device answers ikkm-is-blocked with body -100 instead of -100 - n."
        ["ERR-ikkm-is-blocked"] "with a bench"
        => TellsBy(By(|r| if r.reason == "ikkm-is-blocked" { Refusal { code: -100, ..r } } else { r }));
    "batch-b/low-battery-refusal-registers":
        "On low battery a registration is refused with the battery code and the key stays, but the receipt was booked before (fiscal total, shift sum and count, drawer, number)."
        ["ERR-code-5" "ERR-check-printer-or-batt" "REG-8" "DUMP-7"] "with a bench"
        => Instead(&[On(Register)], By(low_battery_registers));
}

/// The last registration was of another type.
fn says_other_type(scene: &Scene<'_>) -> bool {
    let (Some(kind), Some(key)) = (scene.kind(), scene.key) else { return false };
    key.last.iter().all(|(name, _)| name != kind.wire())
}

/// The whole tenge of a parameter.
fn whole(params: &Params, name: &str) -> Option<i64> {
    hundredths(params, name).map(|value| value / 100)
}

/// A parameter with two decimals.
fn two_decimals(params: &Params, name: &str) -> String {
    Decimal::new(hundredths(params, name).unwrap_or_default(), 2).to_string()
}

/// Cash that is in the drawer but for its hundredths is there.
fn drawer_in_whole_tenge(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let name = ["buy", "saleReturn"].into_iter().find(|name| arguments.has(name))?;
    let (paid, drawer) = (amount(machine, arguments.get(name))?, machine.books.drawer);
    if paid <= drawer || paid.trunc() > drawer.trunc() {
        return None;
    }
    machine.books.drawer += Decimal::ONE;
    let reply = machine.register(arguments, now);
    machine.books.drawer -= Decimal::ONE;
    Some(reply)
}

/// The footer that was noted, under the receipt.
fn noted_footer(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let noted = scene.circumstances.notes.get("footer").map_or("", String::as_str);
    lines.extend(noted.lines().map(|line| Printed { part: Part::Footer, text: line.to_owned() }));
    lines
}

/// The automatic line shows the cash that was given.
fn cash_in_line(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let shown = |name| {
        let number = text(hundredths(scene.params, name).unwrap_or_default());
        format!("1x{number} = {number}")
    };
    let (total, cash) = (shown("sale"), shown("cash"));
    let rows = lines.iter_mut().filter(|line| line.part == Part::Row);
    rows.for_each(|line| line.text = line.text.replace(&total, &cash));
    lines
}

/// A card document with its last operation only.
fn only_last_card(card: &mut Value) {
    last_detail(card);
    if let Some(last) = details(card).first() {
        set(card, "foundTransactions", "1");
        set(card, "totalAmount", last["amount"].clone());
    }
}

/// The registration that was kept while a card operation ran is booked when that has ended.
fn register_kept(machine: &mut Machine, now: PrimitiveDateTime) {
    if machine.bank.is_running() {
        return;
    }
    if let Some(kept) = machine.circumstances.notes.remove("kept")
        && !kept.is_empty()
    {
        let all = Params::decode(kept.as_bytes());
        // It was valid when it came; one that is not any more is lost.
        let _ = machine.register(&Arguments { method: Method::Post, all, ambiguous: false }, now);
    }
}

/// The report of a closed shift has the details of the last one.
fn details_of_last(machine: &Machine, report: &mut Value) {
    let Some(last) = machine.books.shifts.last() else { return };
    let last = machine.shift_report(last, false);
    for field in ["saleDetails", "buyDetails", "saleReturnDetails", "buyRetDetails"] {
        set(report, field, last[field].clone());
    }
}

/// A date with the hours of half a day.
fn twelve_hours(object: &mut Value, field: &str) {
    let date = object[field].as_str().unwrap_or("").to_owned();
    if let Some((day, time)) = date.split_once(' ')
        && let Some((hour, rest)) = time.split_once(':')
        && let Ok(hour @ 13..) = hour.parse::<u8>()
    {
        set(object, field, format!("{day} {:02}:{rest}", hour - 12));
    }
}

/// Receipts are dated to the opening of their shift.
fn dated_at_opening(machine: &Machine, receipts: &mut Value) {
    if let Some(shift) = shift_of_path(machine) {
        each(receipts, |receipt| set(receipt, "chequeDate", seconds(shift.opened)));
    }
}

/// On low battery a registration is booked and refused.
fn low_battery_registers(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    if !machine.conditions.battery_low {
        return None;
    }
    let refusal = match machine.behaviour.printing.low_battery_is_5 {
        true => refusal::LOW_BATTERY,
        false => refusal::PRINTER_OR_BATTERY,
    };
    machine.conditions.battery_low = false;
    let reply = book_and_refuse(machine, arguments, now, refusal);
    machine.conditions.battery_low = true;
    Some(reply)
}
