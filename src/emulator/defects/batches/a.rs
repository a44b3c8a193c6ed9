//! Batch A: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;

mutants! {
    "batch-a/errors-of-three-chars-content-length-2":
        "Error answers carry a hard-coded `Content-Length: 2`. -1 and -7 are right; for every code of three characters or more (-10, -13, -17, -100 ...) the body is sent whole but the header still says 2."
        ["WIRE-1"] "over the API"
        => Header(&[Refused], "Content-Length", "2");
    "batch-a/getinfo-cashwehave-named-twice":
        "In getInfo's JSON the member `cashWeHave` appears twice (same value both times), once at its place and once at the end."
        ["WIRE-12"] "over the API"
        => Answers(&[On(GetInfo), Done], By(|a| name_twice(a, "cashWeHave")));
    "batch-a/bank-takes-decimal-comma":
        "Only in the `bank` payment a comma is replaced by a dot: `sale=800.50&bank=800,50` registers instead of -7 bank-param-error. Other payments and the total refuse the comma."
        ["WIRE-5" "PAY-11" "ERR-bank-param-error"] "over the API"
        => Understands(&[On(Register)], &["bank"], By(|t| t.replace(',', ".")));
    "batch-a/deposit-rounds-drawer-and-total-differently":
        "A deposit with more than two decimals is rounded to the nearest hundredth in `cashInTotal` but cut to hundredths in `cashWeHave`: 10.126 adds 10.13 to one and 10.12 to the other."
        ["WIRE-6" "CASH-1" "DUMP-7"] "over the API"
        => After(&[On(Deposit), Done, Decimals("cash", 2)], By(|m, p, _, _| m.books.drawer -= lost_by_cutting(m, p.get("cash"))));
    "batch-a/kazakh-letters-print-as-question-marks":
        "On paper the Kazakh-only letters (ә ғ қ ң ө ұ ү һ і and capitals) come out as `?` in item names and in `print` text; Russian and English letters and the online message are right."
        ["WIRE-4" "ITEM-1" "PRN-1"] "with a bench"
        => Prints(&[], Lines::PartText(Part::Row, By(without_kazakh))),
        Prints(&[], Lines::PartText(Part::Print, By(without_kazakh))),
        Prints(&[Paper(Document::Text)], Lines::Text(By(without_kazakh)));
    "batch-a/deposit-rotates-key":
        "A successful /apideposit answers with a fresh 8-digit key in the body and takes only that key afterwards; /apiwithdraw keeps the key."
        ["KEY-11" "CASH-1"] "over the API"
        => Turns(&[On(Deposit), Done]),
        KeyAsBody(&[On(Deposit), Done]);
    "batch-a/zreport-takes-previous-key":
        "/apizreport accepts the previous key as well as the current one and closes the shift; all other non-registrations refuse the previous key."
        ["KEY-9" "ERR-incorrect-web-api-key"] "over the API"
        => TakesKey(&[On(ZReport), KeyAge(1)]);
    "batch-a/replay-invents-new-key":
        "A repeat with the previous key answers the same receipt number but a freshly made new key, and only this one is current from then on; the key that the first answer gave is refused -1."
        ["KEY-5" "KEY-7"] "over the API"
        => Turns(&[On(Repeat), Done]),
        KeyAsBody(&[On(Repeat), Done]);
    "batch-a/replay-with-other-total-registers":
        "The previous key with the same type but another total is registered as a new receipt (new number, new key, totals move) instead of repeated or refused; with the same total it repeats."
        ["KEY-12" "KEY-8" "KEY-4"] "over the API"
        => TakesKey(&[KeyRepeats, Test(By(says_other_total))]);
    "batch-a/replay-not-by-post":
        "A repeat with the previous key sent by POST is refused -1 (whatever method the first sending had); by GET it is repeated."
        ["KEY-5" "WIRE-2"] "over the API"
        => RefusesKey(&[KeyRepeats, Posted]);
    "batch-a/replay-goes-online-again":
        "A repeat with the previous key puts the receipt's message into the committee's queue once more: it is sent online twice (messagesQueSize grows by one in batch mode); all local totals stay."
        ["KEY-5"] "over the API"
        => After(&[On(Repeat), Done], By(|m, _, _, now| send_last_again(m, now)));
    "batch-a/every-sixth-registration-keeps-key":
        "On every sixth successful registration since the start the key handed out is the one that was sent: no rotation. The other registrations rotate."
        ["KEY-3" "KEY-4"] "over the API"
        => KeepsKey(&[Every(Register, 6, 5)]);
    "batch-a/buyreturn-booked-as-buy":
        "A buyReturn adds its total to the fiscal `buy` total instead of to `buyReturn`; the shift's buyRetDetails and the cheques list are right."
        ["REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Of(BuyReturn)], By(|m, _, _, _| fiscal_as(m, Buy)));
    "batch-a/sale-of-zero-registers":
        "A total of exactly 0 passes the lower limit for every type (`sale=0&cash=100` registers a receipt of 0 with all the cash as change); 0.01 to 0.99 is refused."
        ["REG-5" "ERR-sale-lq-one"] "over the API"
        => TakesLess(&[Test(By(|s| s.kind().is_some_and(|kind| hundredths(s.params, kind.wire()) == Some(0))))]);
    "batch-a/credit-sale-doubled-in-shift-sum":
        "A sale that has a credit payment part adds its total twice to the shift's saleDetails.sum; fiscal total and count are right."
        ["REG-2" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale)], By(|p, e| if p.credit > Decimal::ZERO { e.sum += e.sum }));
    "batch-a/two-types-only-seen-beside-sale":
        "Two types are detected only when one of them is sale: `buy=100&buyReturn=100&cash=100` registers both as two receipts and answers the second one's number."
        ["REG-7" "ERR-check-all-params"] "over the API"
        => Instead(&[On(Register), Lacks("sale")], By(each_type));
    "batch-a/refused-buy-counted-in-shift":
        "A cash buy refused -15 no-cash-in-pos adds one to buyDetails.cheques of the open shift; no sum moves."
        ["REG-8" "PAY-13" "ERR-no-cash-in-pos" "DUMP-7"] "over the API"
        => Leaves(&[Of(Buy)], "no-cash-in-pos", By(|books| in_open_shift(books, |shift| shift.counts[Buy] += 1)));
    "batch-a/shift-stays-closed-until-second-receipt":
        "After a Z report the first registration is booked in the new shift, but getInfo's currentShiftStatus says `closed` and /dump/table/shifts shows no shift with opened 1 until the second registration."
        ["REG-9" "CHK-4" "DUMP-2"] "over the API"
        => Json(&[Once(ZReport)], "/getInfo", By(|m, v| if has_one_receipt(m) { set(v, "currentShiftStatus", "closed") })),
        Json(&[Once(ZReport)], "/table/shifts", By(|m, v| if has_one_receipt(m) { each(v, |shift| set(shift, "opened", 0)) }));
    "batch-a/change-stays-in-drawer":
        "A cash sale adds the cash given, not the total, to cashWeHave (800 paid with 1000 adds 1000). Mixed sales are right."
        ["PAY-3" "PAY-16" "DUMP-7"] "over the API"
        => Books(&[Of(Sale), OneWay, GivesChange(0)], &[Drawer], Amount::Tendered);
    "batch-a/bank-salereturn-lowers-drawer":
        "A saleReturn paid back by bank lowers cashWeHave by its total."
        ["PAY-16" "DUMP-7"] "over the API"
        => Books(&[Of(SaleReturn), Cashless, Has("bank")], &[Drawer], Amount::MinusTotal);
    "batch-a/mixed-change-stays-in-drawer":
        "In a mixed sale with change (800: cash 500, bank 400) cashWeHave grows by the cash given, 500, instead of 400. Pure cash sales are right."
        ["PAY-5" "PAY-16" "DUMP-7"] "over the API"
        => Books(&[Of(Sale), Ways(1), GivesChange(0)], &[Drawer], Amount::Tendered);
    "batch-a/mixed-buyreturn-taken":
        "Mixed payment is refused in buy and saleReturn but taken in buyReturn (`buyReturn=500&cash=200&bank=300` registers)."
        ["PAY-9" "ERR-no-mixed-payment-allowed"] "over the API"
        => LetsPass(&[Of(BuyReturn)], "no-mixed-payment-allowed");
    "batch-a/salereturn-bank-below-taken":
        "A saleReturn paid by bank below its total (`saleReturn=800&bank=500`) registers as 800 instead of being refused."
        ["PAY-10" "PAY-15"] "over the API"
        => Follows(&[Lacks("cash"), Less("bank", "saleReturn")], "bank", "saleReturn");
    "batch-a/buy-of-exactly-the-drawer-refused":
        "A cash buy of exactly what cashWeHave shows is refused -15 no-cash-in-pos (>= instead of >); saleReturn of exactly that is taken."
        ["PAY-13" "REG-1" "ERR-no-cash-in-pos"] "over the API"
        => Instead(&[On(Register), Of(Buy), Same("buy", "cash")], By(|m, a, _| (amount(m, a.get("buy")) == Some(m.books.drawer)).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "batch-a/bad-second-payment-ignored":
        "A non-cash payment that is no number is dropped when cash covers the total: `sale=800&cash=800&tara=abc` registers as a cash sale instead of -7 tara-param-error. Alone it is refused."
        ["PAY-11" "ERR-bank-param-error" "ERR-tara-param-error" "ERR-credit-param-error"] "over the API"
        => Overlooks(&[NotLess("cash", "sale"), NoNumber("bank")], "bank"),
        Overlooks(&[NotLess("cash", "sale"), NoNumber("tara")], "tara"),
        Overlooks(&[NotLess("cash", "sale"), NoNumber("credit")], "credit");
    "batch-a/cash-credit-mix-credit-into-drawer":
        "In a sale paid by cash and credit the credit part is added to cashWeHave along with the cash part (800: cash 300, credit 500 adds 800); credit alone leaves the drawer."
        ["PAY-16" "PAY-5" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale), WithCash], By(|p, e| e.drawer += p.credit));
    "batch-a/no-cash-in-pos-sticks-until-z":
        "Once a cash buy or saleReturn was refused -15, every further cash buy or saleReturn is refused -15, even after a deposit that covers it, until a Z report or a restart."
        ["PAY-13" "REG-1" "ERR-no-cash-in-pos"] "over the API"
        => Remembers(&[On(Register), Told("no-cash-in-pos")], "short"),
        Forgets(&[On(ZReport), Done], "short"),
        Forgets(&[On(Restart)], "short"),
        RefusesInTurn(&[On(Register), Noted("short"), Of(Buy), Has("cash")], refusal::NO_CASH_IN_DRAWER),
        RefusesInTurn(&[On(Register), Noted("short"), Of(SaleReturn), Has("cash")], refusal::NO_CASH_IN_DRAWER);
    "batch-a/non-number-tax-says-not-found":
        "`tax=abc` is refused -14 with the reason tax-not-found instead of tax-invlid-num."
        ["TAX-3" "ERR-tax-invlid-num"] "over the API"
        => Tells(&[], ("tax-invlid-num", -14), ("tax-not-found", -14));
    "batch-a/tax-sticks-to-later-receipts":
        "Once a registration gave `tax`, later registrations without `tax` are booked under that id until a restart; getInfo's defaultApiTaxID stays as it was."
        ["TAX-2"] "over the API"
        => Recalls(&[On(Register)], "tax"),
        Remembers(&[On(Register), Done, Has("tax")], "tax"),
        Forgets(&[On(Restart)], "tax");
    "batch-a/second-tax-turnover-on-first-row":
        "In reportwithtax, when a shift has sales under two or more taxes, all turnover is shown under the tax that was used first in the shift; the rows of the others are missing or 0."
        ["TAX-1" "TAX-6" "DUMP-7"] "over the API"
        => Json(&[], "/reportwithtax", By(one_tax_row));
    "batch-a/only-first-position-under-chosen-tax":
        "With itemdata of several positions and a `tax` that is not the default, only the first position's row and turnover go under the chosen tax; the other positions are booked under the default tax."
        ["TAX-1" "DUMP-7"] "over the API"
        => After(&[On(Register), Done], By(|m, _, _, _| rest_under_default_tax(m))),
        Json(&[], "/cheques", By(|m, v| each(v, |cheque| if let Some(rows) = cheque.get_mut("chequeSales") { rest_shows_tax(rows, m.directories.default_tax) }))),
        Json(&[], "/salescheques", By(|m, v| rest_shows_tax(v, m.directories.default_tax))),
        Json(&[], "/sales", By(|m, v| rest_shows_tax(v, m.directories.default_tax)));
    "batch-a/broken-json-code-minus-7":
        "Broken itemdata is refused with body -7 `check-all-params` instead of -17; nothing is registered."
        ["ITEM-2" "ERR-code-17"] "over the API"
        => Tells(&[Test(By(|s| s.params.get("itemdata").is_some_and(is_no_json)))], ("itemdata-json-error", -17), ("check-all-params", -7));
    "batch-a/unclosed-json-array-taken":
        "The JSON reader stops at the end of the text without complaint: itemdata whose closing `]` (or last `}]`) is missing is registered with the rows read so far; other syntax errors give -17."
        ["ITEM-2" "ERR-code-17"] "over the API"
        => Understands(&[On(Register)], &["itemdata"], By(closed));
    "batch-a/print-dropped-when-footer-given":
        "When a registration brings both `print` and `footer`, the `print` text does not come on paper; either alone does."
        ["ITEM-6" "PRN-1"] "with a bench"
        => Overlooks(&[On(Register), Has("footer")], "print");
    "batch-a/over-eighty-prints-first-eighty":
        "Of 81 and more positions only the first 80 come on paper; online there is the one line, as it should be."
        ["ITEM-4"] "with a bench"
        => Prints(&[], Lines::MostRows(80));
    "batch-a/items-stick-to-next-receipt":
        "A registration without itemdata, when the one before it had some, prints and sends online the positions of the one before instead of the one line with the type's word, quantity 1 and its own total."
        ["ITEM-5"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Lacks("itemdata"), Noted("rows")], Lines::Change(By(noted_rows))),
        Sends(&[On(Register), Lacks("itemdata"), Noted("positions")], Message::Change(By(noted_positions))),
        After(&[On(Register), Done], By(|m, _, _, _| note_items(m)));
    "batch-a/print-header-clear-prints-clear":
        "printHeader=clear sets the header to the word `clear`, which prints on every following receipt, instead of removing the header."
        ["PRN-6"] "with a bench"
        => Understands(&[Is("printHeader", "clear")], &["printHeader"], By(|_| "clear ".to_owned()));
    "batch-a/only-first-bar-code-of-text":
        "In a text with several bar code commands only the first becomes a bar code; the others print as plain text."
        ["PRN-4"] "with a bench"
        => Prints(&[], Lines::Change(By(first_bar_code)));
    "batch-a/barcode128-limited-to-64":
        "A `--barcode128-...--` of more than 64 allowed symbols (65 to 128) is printed as plain text; shorter ones become bar codes."
        ["PRN-4"] "with a bench"
        => Prints(&[], Lines::Text(By(|t| if t.starts_with("--barcode128-") && t.chars().count() > "--barcode128---".len() + 64 { as_words(t) } else { t.to_owned() })));
    "batch-a/paper-out-sticks-after-reload":
        "After one -6 for want of paper, registrations stay refused with -6 when paper is in again, until a restart."
        ["ERR-check-printer-or-batt" "PRN-8"] "with a bench"
        => Remembers(&[On(Register), Told("check-printer-or-batt")], "paper"),
        Forgets(&[On(Restart)], "paper"),
        RefusesInTurn(&[On(Register), Noted("paper")], refusal::PRINTER_OR_BATTERY);
    "batch-a/deposit-not-in-cash-in-total":
        "A deposit moves cashWeHave and cashInDocCount but cashInTotal of the shift report stays."
        ["CASH-1" "DUMP-7"] "over the API"
        => Books(&[On(Deposit)], &[Sum], Amount::Nothing);
    "batch-a/negative-deposit-taken":
        "/apideposit with a negative amount is done: cash=-100 lowers cashWeHave and cashInTotal by 100. Withdraw refuses negatives."
        ["CASH-3" "ERR-cache-param-error-cash" "ERR-cache-not-in-range-cash"] "over the API"
        => Instead(&[On(Deposit)], By(negative_deposit));
    "batch-a/second-deposit-overwrites-total":
        "cashInTotal holds the last deposit of the shift instead of the sum of all; count and drawer are right."
        ["CASH-1" "DUMP-7"] "over the API"
        => After(&[On(Deposit), Done], By(|m, p, _, _| if let Some(sum) = amount(m, p.get("cash")) { in_open_shift(&mut m.books, |shift| shift.cash_in.sum = sum) }));
    "batch-a/cash-out-count-lost-at-restart":
        "After a restart in an open shift cashOutDocCount of its report is 0 again; cashOutTotal keeps its sum."
        ["CASH-1" "MGMT-5"] "over the API"
        => RestartChanges(&[], By(|books| in_open_shift(books, |shift| shift.cash_out.count = 0)));
    "batch-a/xreport-says-z-report-started":
        "/apixreport answers 200 with reason `z-report-started` and body 0; it works as an X report."
        ["SHIFT-1" "WIRE-10"] "over the API"
        => Reason(&[On(XReport), Done], "z-report-started");
    "batch-a/ordinary-cashier-named-wrong-cashier":
        "An ordinary cashier (own shift) who asks for a senior's operation is refused -16, but with the reason wrong-cashier."
        ["SHIFT-6" "DUMP-8" "ERR-only-master-cashier"] "with a bench"
        => Tells(&[], ("only-master-cashier", -16), ("wrong-cashier", -16));
    "batch-a/fast-timers-ignored":
        "/apicheck/?timersFast=true answers success, but a Z report still takes as long as in normal mode (20 s or more)."
        ["SHIFT-8"] "over the API"
        => Decides(By(|b| b.shift.z_answer = ZAnswer::AtStart)),
        TakesFor(&[], "timersFast", "timersNormal");
    "batch-a/shift-age-wraps-at-seven-days":
        "The age of the shift is kept modulo 168 hours: from 7 days to 7 days 24 h registrations are taken again; between 24 h and 7 days they are refused."
        ["SHIFT-4" "SHIFT-3"] "with a bench"
        => Ages(By(|age, _, _| age - TimeSpan::days(7) * i32::try_from(age.whole_days() / 7).unwrap_or_default()));
    "batch-a/bank-reversal-unknown":
        "/apibank with message=reversal is refused -7 check-all-params; the other three messages start."
        ["BANK-1"] "over the API"
        => Refuses(&[On(Bank), Is("message", "reversal")], refusal::CHECK_ALL);
    "batch-a/bank-card-number-in-clear":
        "`PAN` in the details shows all 16 digits instead of a masked number."
        ["BANK-7"] "over the API"
        => Field(&[], CardDetails, Freeze("PAN", "4276123412340018"));
    "batch-a/bank-track-number-matched-by-prefix":
        "/dump/bank/N/trackdocument finds all transactions whose number begins with N: asking for 34 lists those of 345, too, and sums them in totalAmount."
        ["BANK-3" "BANK-5"] "over the API"
        => TracksByBeginning;
    "batch-a/getinfo-amount-as-number":
        "getInfo gives `cashWeHave` as a JSON number (1108.00) instead of a string."
        ["CHK-2"] "over the API"
        => Field(&[], WholeInfo, Retype("cashWeHave"));
    "batch-a/minimum-lacks-default-tax":
        "getInfo/?show=minimum has no default tax (`defaultApiTaxID`); the full document has it."
        ["CHK-3"] "over the API"
        => Field(&[], Minimum, Drop("defaultApiTaxID"));
    "batch-a/queue-size-not-lowered-by-push":
        "pushTheQue sends the queued messages (status turns 1), but messagesQueSize keeps its old value until a restart."
        ["CHK-4" "MGMT-3"] "with a bench"
        => After(&[On(Register), Done], By(|m, _, _, _| count_queued(m))),
        Forgets(&[On(Restart)], "queue"),
        Forgets(&[On(Check), Done, Has("ofdNormalMode")], "queue"),
        Json(&[Noted("queue")], "/getInfo", By(|m, v| set(v, "messagesQueSize", m.circumstances.notes["queue"].as_str())));
    "batch-a/buy-return-details-renamed":
        "The shift report names the member `buyReturnDetails` instead of `buyRetDetails`."
        ["DUMP-5"] "over the API"
        => Field(&[], Report, Rename("buyRetDetails", "buyReturnDetails")),
        Field(&[], TaxReport, Rename("buyRetDetails", "buyReturnDetails"));
    "batch-a/shifts-list-opened-as-bool":
        "/dump/table/shifts gives `opened` as true/false instead of 1/0."
        ["DUMP-2"] "over the API"
        => Field(&[], Shifts, Edit::Change(By(|v| set(v, "opened", v["opened"] == 1))));
    "batch-a/reportwithtax-lacks-buy-taxes":
        "`taxes` of /reportwithtax has only `sale` and `saleReturn`; buys and buyReturns of the shift have no tax rows."
        ["DUMP-5" "TAX-1" "TAX-6"] "over the API"
        => Field(&[], TaxReport, Edit::Change(By(|v| keep_taxes(v, &["sale", "saleReturn"]))));
    "batch-a/ordinary-cashier-reads-salescheques":
        "An ordinary cashier is refused -16 for shifts, cheques, sales and report, but /salescheques and /reportwithtax are served to him."
        ["DUMP-8" "SHIFT-6" "ERR-only-master-cashier"] "with a bench"
        => LetsPass(&[On(Dump), PathEnds("/salescheques")], "only-master-cashier"),
        LetsPass(&[On(Dump), PathEnds("/reportwithtax")], "only-master-cashier");
    "batch-a/transaction-shows-latest-receipt":
        "/dump/transaction/<web-key> with a valid older receipt's web-key gives the docid, dates and status of the latest receipt instead."
        ["DUMP-6"] "over the API"
        => Json(&[PathHas("/transaction/")], "", By(|m, v| if let Some(receipt) = m.books.last_receipt() { *v = transaction_entry(receipt) }));
    "batch-a/sales-row-per-payment-in-mixed-sale":
        "In /sales (not in /cheques and the report) a mixed sale without itemdata appears as one row per payment, each with the full total as saleSum, so that sales exceed cheques."
        ["DUMP-7"] "over the API"
        => After(&[On(Register), Done, Has("sale"), Lacks("itemdata"), Payments(2)], By(|m, _, _, _| note_last(m, "mixed"))),
        Json(&[Noted("mixed")], "/sales", By(|m, v| list(v, |rows| repeat_noted(m, rows))));
    "batch-a/beep-refused":
        "/apicheck/?beep=true is answered 400 check-all-params -7; the other variables succeed."
        ["MGMT-1"] "over the API"
        => Refuses(&[On(Check), Has("beep")], refusal::CHECK_ALL);
    "batch-a/batch-queue-sent-by-z-report":
        "In batch mode a Z report sends the whole queue to the committee (messagesQueSize falls to 0) although nothing asked for it."
        ["MGMT-3" "DUMP-11"] "with a bench"
        => After(&[On(ZReport), Done], By(|m, _, _, now| m.push_queue(now)));
    "batch-a/other-variable-lifts-lockhost":
        "With Lockhost in force, any later /apicheck variable from the locking host (e.g. beep=true or printHeader) resets the lock: other hosts are served again."
        ["MGMT-4" "ERR-code-18"] "with a bench"
        => After(&[On(Check), Done, Lacks("Lockhost")], By(|m, p, _, _| if p.0.iter().any(|(name, _)| name != "key") { m.session.locked_to = None }));
    "batch-a/buyreturn-param-error-code-minus-7":
        "`buyReturn=abc` is refused buyRet-param-error with body -7 instead of -9."
        ["REG-4" "ERR-buyRet-param-error"] "over the API"
        => Tells(&[], ("buyRet-param-error", -9), ("buyRet-param-error", -7));
    "batch-a/credit-above-total-named-bank":
        "A sale or buy paid by credit alone above the total is refused with the reason bank-hq-sale instead of credit-hq-sale."
        ["PAY-8" "ERR-credit-hq-sale"] "over the API"
        => Tells(&[], ("credit-hq-sale", -10), ("bank-hq-sale", -10)),
        Tells(&[], ("credit-hq-sale", -13), ("bank-hq-sale", -13));
    "batch-a/database-fault-code-minus-9":
        "With a damaged database a registration is refused internal-error with body -9 (cut off) instead of -99."
        ["ERR-internal-error"] "with a bench"
        => Tells(&[], ("internal-error", -99), ("internal-error", -9));
}

/// A member of the document is there a second time, at its end.
pub(super) fn name_twice(answer: &mut Answer, field: &str) {
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if let Some(held) = value.get(field)
        && answer.body.pop() == Some(b'}')
    {
        answer.body.extend(format!(",\"{field}\":{held}}}").into_bytes());
    }
}

/// What the drawer does not get of a deposit that is cut instead of rounded.
pub(super) fn lost_by_cutting(machine: &Machine, text: Option<&str>) -> Decimal {
    let written: Decimal = text.and_then(|text| text.parse().ok()).unwrap_or_default();
    machine.behaviour.numbers.round_amount(written) - written.trunc_with_scale(2)
}

/// The last registration had the same type and another total.
pub(super) fn says_other_total(scene: &Scene<'_>) -> bool {
    let (Some(kind), Some(key)) = (scene.kind(), scene.key) else { return false };
    let before = key.last.iter().find(|(name, _)| name == kind.wire());
    before.is_some_and(|(_, total)| scene.params.get(kind.wire()) != Some(total))
}

/// The last receipt's message is sent once more, or waits once more.
fn send_last_again(machine: &mut Machine, now: PrimitiveDateTime) {
    machine.books.queue_last_again();
    if !machine.session.packet_mode {
        machine.push_queue(now);
    }
}

/// The last receipt's total is in another type's fiscal total.
fn fiscal_as(machine: &mut Machine, kind: Registration) {
    if let Some((own, total)) = machine.books.last_receipt().map(|receipt| (receipt.kind, receipt.total)) {
        machine.books.fiscal[own] -= total;
        machine.books.fiscal[kind] += total;
    }
}

/// Each type that is named is registered.
fn each_type(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let named: Vec<&str> = TYPES.into_iter().filter(|name| arguments.has(name)).collect();
    if named.len() < 2 {
        return None;
    }
    let mut reply = None;
    for kind in named {
        let mut one = arguments.clone();
        one.all.0.retain(|(name, _)| name == kind || !TYPES.contains(&name.as_str()));
        reply = Some(machine.register(&one, now));
        if matches!(reply, Some(Err(_))) {
            break;
        }
    }
    reply
}

/// The open shift has one receipt.
fn has_one_receipt(machine: &Machine) -> bool {
    machine.books.open_shift().is_some_and(|shift| shift.receipts.len() == 1)
}

/// All turnover of a type stands under the tax that the shift used first.
fn one_tax_row(machine: &Machine, report: &mut Value) {
    let id = machine.circumstances.path.split('/').find_map(|part| part.parse().ok());
    let shift = id.and_then(|id| machine.books.shift(id));
    let first = shift.and_then(|shift| shift.receipts.first()).map(|receipt| receipt.tax.id);
    let Some(taxes) = report.get_mut("taxes").and_then(Value::as_object_mut) else { return };
    for rows in taxes.values_mut().filter_map(Value::as_array_mut).filter(|rows| rows.len() > 1) {
        let sum = |rows: &[Value], pick: fn(&Value) -> Decimal| rows.iter().map(pick).sum::<Decimal>();
        let turnover = sum(rows, |row| number(row, "turnover"));
        let amount =
            sum(rows, |row| row.pointer("/taxDetails/0").map_or(Decimal::ZERO, |tax| number(tax, "amount")));
        let place = rows.iter().position(|row| row["taxId"] == json!(first)).unwrap_or_default();
        let mut kept = rows.swap_remove(place);
        set(&mut kept, "turnover", exact(turnover));
        if let Some(details) = kept.pointer_mut("/taxDetails/0") {
            set(details, "amount", exact(amount));
        }
        *rows = vec![kept];
    }
}

/// What the positions after the first of the last receipt turned over is under the default tax.
fn rest_under_default_tax(machine: &mut Machine) {
    let Some(tax) = machine.directories.tax(machine.directories.default_tax).cloned() else { return };
    let Some(shift) = machine.books.open_shift_mut() else { return };
    let Some(receipt) = shift.receipts.last() else { return };
    if receipt.rows.len() < 2 || receipt.tax.id == tax.id {
        return;
    }
    let rest: Decimal = receipt.rows.iter().skip(1).map(|row| row.sum).sum();
    let (kind, own) = (receipt.kind, (receipt.tax.id, receipt.tax.included));
    if let Some(turnover) = shift.taxes.get_mut(&(kind, own.0, own.1)) {
        turnover.turnover -= rest;
    }
    let none = TaxTurnover { turnover: Decimal::ZERO, percent: tax.percent, on_top: Decimal::ZERO };
    shift.taxes.entry((kind, tax.id, tax.included)).or_insert(none).turnover += rest;
}

/// Rows after the first of a receipt show that tax. In `chequeSales` all are of one receipt.
fn rest_shows_tax(rows: &mut Value, tax: u64) {
    let mut before = None;
    for row in rows.as_array_mut().into_iter().flatten() {
        let receipt = row.get("chequeId").cloned().unwrap_or_default();
        if before.as_ref() == Some(&receipt) {
            set(row, "taxId", tax);
        }
        before = Some(receipt);
    }
}

/// An array that ends too early, closed.
fn closed(text: &str) -> String {
    if !text.starts_with('[') || !is_no_json(text) {
        return text.to_owned();
    }
    let endings = ["]", "}]"].map(|end| format!("{text}{end}"));
    endings.into_iter().find(|text| !is_no_json(text)).unwrap_or_else(|| text.to_owned())
}

/// Keeps what the last receipt printed and sent of its items; forgets them after one without.
pub(super) fn note_items(machine: &mut Machine) {
    let notes = &mut machine.circumstances.notes;
    if machine.circumstances.heard.get("itemdata").is_none() {
        notes.remove("rows");
        notes.remove("positions");
        return;
    }
    let lines = machine.printer.last_receipt.iter().flatten().filter(|line| line.part == Part::Row);
    let rows: Vec<&str> = lines.map(|line| line.text.as_str()).collect();
    notes.insert("rows", rows.join("\n"));
    let receipt = machine.books.last_receipt();
    let position = |row: &Row| format!("{}\t{}\t{}", row.name, row.quantity, row.sum);
    let positions: Vec<String> = receipt.iter().flat_map(|receipt| &receipt.rows).map(position).collect();
    notes.insert("positions", positions.join("\n"));
}

/// The rows of the receipt before, instead of the own one.
pub(super) fn noted_rows(scene: &Scene<'_>, lines: Vec<Printed>) -> Vec<Printed> {
    let noted = scene.circumstances.notes.get("rows").map_or("", String::as_str);
    let row = |line: Printed| match line.part {
        Part::Row => noted.lines().map(|text| Printed { part: Part::Row, text: text.to_owned() }).collect(),
        _ => vec![line],
    };
    lines.into_iter().flat_map(row).collect()
}

/// The positions of the receipt before, instead of the own one.
fn noted_positions(scene: &Scene<'_>, message: &mut OnlineMessage) {
    let noted = scene.circumstances.notes.get("positions").map_or("", String::as_str);
    let position = |line: &str| {
        let mut parts = line.split('\t').map(str::to_owned);
        Some(OnlinePosition { name: parts.next()?, qty: parts.next()?, sum: parts.next()? })
    };
    message.positions = noted.lines().filter_map(position).collect();
}

/// Bar codes after the first are words.
fn first_bar_code(_: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let codes = lines.iter_mut().filter(|line| line.text.starts_with("--barcode"));
    codes.skip(1).for_each(|line| line.text = as_words(&line.text));
    lines
}

/// A deposit of less than nothing is booked as it is.
fn negative_deposit(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let sum: Decimal = arguments.get("cash")?.parse().ok()?;
    (sum < Decimal::ZERO)
        .then(|| machine.may_move_cash(now).map(|()| machine.take_cash(true, sum.round_dp(2), now)))
}

/// A message waits that is counted for ever.
fn count_queued(machine: &mut Machine) {
    if machine.session.packet_mode {
        let notes = &mut machine.circumstances.notes;
        let count: u64 = notes.get("queue").and_then(|count| count.parse().ok()).unwrap_or_default();
        notes.insert("queue", (count + 1).to_string());
    }
}

/// Notes the last receipt's number, beside those noted before.
fn note_last(machine: &mut Machine, note: &'static str) {
    if let Some(receipt) = machine.books.last_receipt() {
        machine.circumstances.notes.entry(note).or_default().push_str(&format!(" {} ", receipt.number));
    }
}

/// The rows of receipts that were noted are there twice.
fn repeat_noted(machine: &Machine, rows: &mut Vec<Value>) {
    let noted = machine.circumstances.notes.get("mixed").map_or("", String::as_str);
    let twice = |row: Value| {
        let times = if noted.contains(&format!(" {} ", row["chequeId"])) { 2 } else { 1 };
        std::iter::repeat_n(row, times)
    };
    *rows = std::mem::take(rows).into_iter().flat_map(twice).collect();
}
