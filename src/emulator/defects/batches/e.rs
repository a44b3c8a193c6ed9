//! Batch E: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;

mutants! {
    "batch-e/receipt-number-with-hash":
        "The reason phrase of a successful registration is `#123` instead of `123`."
        ["WIRE-10"] "over the API"
        => Answers(&[On(Register), Done], By(|a| a.reason.insert(0, b'#')));
    "batch-e/getinfo-begins-with-byte-order-mark":
        "The JSON of getInfo begins with the three bytes of a UTF-8 byte order mark; the other documents do not."
        ["WIRE-12"] "over the API"
        => Answers(&[On(GetInfo), Done], By(|a| { a.body.splice(0..0, [0xEF, 0xBB, 0xBF]); }));
    "batch-e/total-with-inner-blank-taken":
        "A total of sale or buy written with a blank as sign of grouping (`sale=1 000&cash=1000`) registers 1000 instead of -9."
        ["WIRE-5" "REG-4" "ERR-sale-param-error" "ERR-buy-param-error"] "over the API"
        => Understands(&[On(Register)], &["sale", "buy"], By(without_inner_blanks));
    "batch-e/withdraw-takes-comma":
        "/apiwithdraw takes `cash=10,50` for 10.50; deposits and registrations refuse the comma."
        ["WIRE-5" "CASH-3" "ERR-cache-param-error-cash"] "over the API"
        => Understands(&[On(Withdraw)], &["cash"], By(|t| t.replace(',', ".")));
    "batch-e/russian-lost-on-apiprint":
        "Letters outside ASCII print as question marks when the text comes by /apiprint; in receipts they print right."
        ["WIRE-4" "PRN-1"] "with a bench"
        => Prints(&[Paper(Document::Text)], Lines::Text(By(latin)));
    "batch-e/bank-of-exactly-20-million-refused":
        "`bank=20000000` is refused bank-not-in-range -7; 19999999.99 is taken, and so is cash of 20000000."
        ["WIRE-9" "ERR-bank-not-in-range"] "over the API"
        => RefusesInTurn(&[On(Register), Equals("bank", LIMIT)], refusal::payment_out_of_range(PayKind::Bank));
    "batch-e/buyreturn-fiscal-in-whole-tenge":
        "The fiscal total of buyReturn moves by whole tenge only: 10.50 adds 10. Shift sums and receipts are right."
        ["REG-2" "WIRE-6" "DUMP-7"] "over the API"
        => Books(&[Of(BuyReturn)], &[Fiscal], Amount::Whole);
    "batch-e/quantity-shown-with-two-decimals":
        "cheques, salescheques and sales show quantities with at most two decimals (1.234 as 1.23); paper is right."
        ["WIRE-7" "ITEM-8"] "over the API"
        => Field(&[], ChequeRows, Shorten("qty", 2)),
        Field(&[], FlatCheques, Shorten("qty", 2)),
        Field(&[], Sales, Shorten("qty", 2));
    "batch-e/apicheck-refuses-post":
        "POST on plain /apicheck is refused incorrect-method -8; with session variables POST works."
        ["WIRE-2" "CHK-1"] "over the API"
        => RefusesInTurn(&[On(Check), Posted, Test(By(|s| s.params.0.iter().all(|(name, _)| name == "key")))], refusal::WRONG_METHOD);
    "batch-e/dump-by-post-takes-any-key":
        "Documents under /dump asked by POST are served whatever 8 digits the key is; by GET a wrong key is refused."
        ["KEY-2" "ERR-incorrect-web-api-key"] "over the API"
        => TakesKey(&[On(Dump), Posted, KeyUnknown, Test(By(|s| s.key.is_some_and(|key| key.given.len() == 8)))]);
    "batch-e/deposit-compares-key-as-number":
        "/apideposit compares keys as numbers: the current key with a zero before it (9 digits) is taken."
        ["KEY-2"] "over the API"
        => TakesKey(&[On(Deposit), Test(By(|s| s.key.is_some_and(|key| key.given.strip_prefix('0') == Some(key.current.as_str()))))]);
    "batch-e/refusal-ends-the-repeat":
        "When a registration with the current key was refused since, the previous key is not repeated any more but refused -1, until the next registration."
        ["KEY-5" "KEY-13"] "over the API"
        => Remembers(&[On(Register), Refused, Test(By(|s| s.answer.is_some_and(|answer| answer.body != b"-1")))], "refused"),
        Forgets(&[On(Register), Done], "refused"),
        RefusesKey(&[KeyRepeats, Noted("refused")]);
    "batch-e/repeat-tells-number-of-last-cash-document":
        "When a deposit or withdrawal came after the registration, its repeat tells that document's number as receipt number."
        ["KEY-5" "KEY-13"] "over the API"
        => After(&[In(&[Deposit, Withdraw]), Done], By(|m, _, a, _| { let number = a.reason_text().to_string(); m.circumstances.notes.insert("cash-number", number); })),
        Forgets(&[On(Register), Done], "cash-number"),
        After(&[On(Repeat), Done, Noted("cash-number")], By(|m, _, a, _| a.reason = m.circumstances.notes["cash-number"].clone().into_bytes()));
    "batch-e/x-report-turns-key":
        "An X report draws a new key: the one it was asked with is refused afterwards, and the new one is told nowhere."
        ["KEY-11" "SHIFT-1"] "over the API"
        => Turns(&[On(XReport), Done]);
    "batch-e/refusal-with-items-turns-key":
        "Any refusal of a registration that had itemdata turns the key; the new one is told nowhere."
        ["KEY-10"] "over the API"
        => Turns(&[On(Register), Refused, Has("itemdata")]);
    "batch-e/previous-key-registers-after-withdrawal":
        "When a withdrawal was the last operation, a registration with the previous key registers anew instead of being repeated."
        ["KEY-5" "KEY-13" "KEY-4" "KEY-12"] "over the API"
        => TakesKey(&[On(Register), KeyRepeats, Next(Withdraw)]);
    "batch-e/repeat-of-return-pays-out-again":
        "A repeat of a cash saleReturn lowers cashWeHave by its total once more; nothing else moves."
        ["KEY-5" "DUMP-7" "PAY-16"] "over the API"
        => BooksRepeat(&[Of(SaleReturn), WithCash], &[Drawer]);
    "batch-e/print-header-needs-no-right-key":
        "printHeader is set with any key of 8 digits; every other request checks the key."
        ["KEY-2" "ERR-incorrect-web-api-key"] "over the API"
        => TakesKey(&[On(Check), Has("printHeader"), Test(By(|s| s.key.is_some_and(|key| key.given.len() == 8)))]);
    "batch-e/card-operation-without-key-says-wrong-key":
        "/apibank without `key` is refused -1 incorrect-web-api-key instead of -7 no-web-api-key-provided."
        ["KEY-1" "ERR-no-web-api-key-provided"] "over the API"
        => Tells(&[On(Bank)], ("no-web-api-key-provided", -7), ("incorrect-web-api-key", -1));
    "batch-e/returns-counted-among-all-sales":
        "totalSaleCheques grows with saleReturn receipts as well as with sales; the shift's counts are right."
        ["REG-2" "DUMP-5" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Of(SaleReturn)], By(|m, _, _, _| m.books.counts[Sale] += 1));
    "batch-e/mixed-sale-takes-two-numbers":
        "A sale with two or more payments takes two numbers: its receipt's number is two above the last one."
        ["REG-10"] "over the API"
        => Steps(&[On(Register), Payments(2)], 2);
    "batch-e/buy-below-one-registers":
        "The lower limit of 1 is not checked for buy: `buy=0.50&cash=0.50` registers. The other types check it."
        ["REG-5"] "over the API"
        => TakesLess(&[Of(Buy)]);
    "batch-e/salereturn-of-exactly-20-million-refused":
        "A saleReturn of exactly 20000000 is refused sale-hq-20mil; the other types take it."
        ["WIRE-9" "REG-6" "REG-1"] "over the API"
        => RefusesInTurn(&[On(Register), Equals("saleReturn", LIMIT)], refusal::total_above_limit(Sale));
    "batch-e/same-sale-again-taken-for-repeat":
        "A registration with the current key whose parameters are those of the last one counts as its repeat: the old number and the same key are answered, and nothing is registered."
        ["REG-1" "REG-2" "KEY-3"] "over the API"
        => RepeatsKey(&[On(Register), KeyAge(0), Test(By(|s| s.key.is_some_and(|key| key.same_parameters && !key.last.is_empty())))]);
    "batch-e/refused-buy-opens-shift":
        "With the shift closed, a buy refused -15 no-cash-in-pos opens the next shift."
        ["REG-8" "REG-9" "ERR-no-cash-in-pos"] "over the API"
        => After(&[On(Register), Told("no-cash-in-pos")], By(|m, _, _, now| m.begin_shift(now)));
    "batch-e/refused-change-leaves-message-in-queue":
        "messagesQueSize grows by one with each registration that is refused change-not-allowed."
        ["REG-8" "CHK-4"] "over the API"
        => Leaves(&[], "change-not-allowed", By(|books| books.opening_messages += 1));
    "batch-e/cash-beside-covering-tara-taken":
        "Cash on top of tara that covers the sale is dropped (`sale=800&tara=800&cash=100` registers) instead of refused -13; beside bank and credit it is refused."
        ["PAY-6" "ERR-no-cache-hq-sale"] "over the API"
        => Overlooks(&[On(Register), Has("sale"), Same("tara", "sale"), Has("cash"), Lacks("bank"), Lacks("credit")], "cash");
    "batch-e/bank-below-a-buy-taken":
        "A buy paid by bank alone below its total (`buy=800&bank=500`) registers as 800."
        ["PAY-15"] "over the API"
        => Follows(&[On(Register), Lacks("cash"), Lacks("tara"), Lacks("credit"), Less("bank", "buy")], "bank", "buy");
    "batch-e/buyreturn-gives-change":
        "A buyReturn with cash above its total registers and gives change; saleReturn refuses it."
        ["PAY-10" "ERR-change-not-allowed"] "over the API"
        => Follows(&[On(Register), Less("buyReturn", "cash"), Below("cash", LIMIT + 1)], "cash", "buyReturn");
    "batch-e/change-not-allowed-code-minus-10":
        "`change-not-allowed` comes with body -10 instead of -13."
        ["PAY-10" "ERR-change-not-allowed"] "over the API"
        => Tells(&[], ("change-not-allowed", -13), ("change-not-allowed", -10));
    "batch-e/mixed-off-lets-three-payments-pass":
        "With mixed payment switched off, a sale by two payments is refused, one by three or four registers."
        ["PAY-14" "ERR-no-mixed-payment-allowed"] "with a bench"
        => LetsPass(&[Of(Sale), Payments(3)], "no-mixed-payment-allowed");
    "batch-e/bank-return-needs-cash-in-drawer":
        "A saleReturn by bank that is larger than the cash in the drawer is refused -15 no-cash-in-pos."
        ["REG-1" "PAY-16" "ERR-no-cash-in-pos"] "over the API"
        => Instead(&[On(Register), Of(SaleReturn), Has("bank"), Lacks("cash")], By(|m, a, _| (amount(m, a.get("bank"))? > m.books.drawer).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "batch-e/buy-limited-by-cash-of-this-shift":
        "A cash buy above what the open shift took in (cash sales and deposits) is refused -15, although the drawer holds enough from earlier shifts."
        ["PAY-13" "REG-1" "ERR-no-cash-in-pos"] "over the API"
        => Instead(&[On(Register), Of(Buy), Has("cash")], By(|m, a, _| (amount(m, a.get("cash"))? > taken_in(m)).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "batch-e/cash-out-of-range-code-minus-9-in-sale":
        "`cash=20000001` in a registration is refused cache-not-in-range with body -9 (the row of cash in and out) instead of -7."
        ["PAY-12" "ERR-cache-not-in-range"] "over the API"
        => Tells(&[On(Register)], ("cache-not-in-range", -7), ("cache-not-in-range", -9));
    "batch-e/negative-bank-taken-as-positive":
        "`sale=800&bank=-800` registers as paid 800 by bank; the other payments refuse a minus."
        ["PAY-12" "PAY-11"] "over the API"
        => Understands(&[On(Register)], &["bank"], By(|t| t.strip_prefix('-').unwrap_or(t).to_owned()));
    "batch-e/change-of-coins-stays-in-drawer":
        "Change of less than one tenge is not taken out of the drawer: 799.50 paid with 800 adds 800 to cashWeHave."
        ["PAY-3" "PAY-16" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale), WithCash], By(|p, e| if p.tendered - p.cash < Decimal::ONE { e.drawer = p.tendered }));
    "batch-e/tax-beside-items-ignored":
        "`tax` is ignored when the registration has itemdata: the receipt is booked under the default tax."
        ["TAX-1"] "over the API"
        => Overlooks(&[On(Register), Has("itemdata"), Number("tax")], "tax");
    "batch-e/tax-zero-is-default":
        "`tax=0` registers under the default tax instead of -14 tax-not-found."
        ["TAX-4" "ERR-tax-not-found"] "over the API"
        => Overlooks(&[On(Register), Equals("tax", 0)], "tax");
    "batch-e/closed-shift-shows-no-taxes":
        "reportwithtax of a closed shift has `taxes` without rows; of the open shift it is right."
        ["DUMP-5" "TAX-1" "DUMP-7"] "over the API"
        => Json(&[], "/reportwithtax", By(|m, v| if shift_of_path(m).is_some_and(|shift| shift.closed.is_some()) { keep_taxes(v, &[]) }));
    "batch-e/eightieth-position-not-sent":
        "A receipt of exactly 80 positions goes online with 79; paper and documents are right."
        ["ITEM-3"] "with a bench"
        => Sends(&[On(Register), Test(By(|s| positions(s.params) == 80))], Message::Positions(79));
    "batch-e/sum-of-part-quantities-is-price":
        "In sales, rows whose quantity is no whole number show the unit price as saleSum; cheques are right."
        ["DUMP-7" "ITEM-8" "ITEM-1"] "over the API"
        => Field(&[], Sales, Edit::Change(By(|row| if !number(row, "qty").fract().is_zero() { let price = row["price"].clone(); set(row, "saleSum", price) })));
    "batch-e/footer-prints-first-line-only":
        "Of a footer with several lines only the first is printed."
        ["ITEM-7"] "with a bench"
        => Prints(&[Paper(Document::Receipt)], Lines::Change(By(|_, lines| at_most(1, Part::Footer, lines))));
    "batch-e/print-lost-on-salereturn":
        "`print` text of a saleReturn is not printed; of the other types it is."
        ["PRN-1"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Of(SaleReturn)], Lines::LosePart(Part::Print));
    "batch-e/item-names-cut-online":
        "Names of positions go online with at most 16 letters; paper has them whole."
        ["ITEM-1" "ITEM-3"] "with a bench"
        => Sends(&[Has("itemdata")], Message::Name(By(|name| name.chars().take(16).collect())));
    "batch-e/escaped-letters-in-items-not-decoded":
        "Letters written as \\uXXXX in itemdata come out as these six signs, on paper and online."
        ["ITEM-1" "WIRE-4"] "with a bench"
        => Understands(&[On(Register)], &["itemdata"], By(|t| t.replace("\\u", "\\\\u")));
    "batch-e/empty-lines-not-printed":
        "Empty lines of a print text are left out."
        ["PRN-1"] "with a bench"
        => Prints(&[], Lines::Change(By(|_, mut lines| { lines.retain(|line| !(matches!(line.part, Part::Print) && line.text.trim().is_empty())); lines }))),
        Prints(&[Paper(Document::Text)], Lines::Change(By(|_, mut lines| { lines.retain(|line| !line.text.trim().is_empty()); lines })));
    "batch-e/ean8-printed-as-words":
        "`--barcodeEAN8-…--` prints as text; the two other bar codes work."
        ["PRN-4"] "with a bench"
        => Prints(&[], Lines::Text(By(|t| if t.starts_with("--barcodeEAN8") { as_words(t) } else { t.to_owned() })));
    "batch-e/header-clear-prints-clear":
        "printHeader with the value `clear` sets the header to that word: receipts begin with `clear`."
        ["PRN-6"] "with a bench"
        => After(&[On(Check), Done, Is("printHeader", "clear")], By(|m, _, _, _| m.session.header = Some("clear".to_owned())));
    "batch-e/absent-external-printer-named-internal":
        "With the external printer gone a registration is refused check-printer-or-batt -6 instead of check-external-printer."
        ["PRN-8" "ERR-check-external-printer"] "with a bench"
        => Tells(&[On(Register)], ("check-external-printer", -6), ("check-printer-or-batt", -6));
    "batch-e/withdrawal-of-whole-drawer-refused":
        "A withdrawal of exactly what the drawer holds is refused -15."
        ["CASH-1" "ERR-no-cash-in-pos"] "over the API"
        => Instead(&[On(Withdraw)], By(|m, a, _| (amount(m, a.get("cash"))? == m.books.drawer).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "batch-e/withdrawal-without-cash-says-no-number":
        "/apiwithdraw without `cash` is refused cache-param-error -9 instead of payment-params-missed -7; deposits are right."
        ["CASH-2" "ERR-payment-params-missed-cash"] "over the API"
        => Tells(&[On(Withdraw)], ("payment-params-missed", -7), ("cache-param-error", -9));
    "batch-e/x-report-clears-returns":
        "An X report sets saleReturnDetails of the open shift (sum and count) to zero."
        ["SHIFT-1" "DUMP-7"] "over the API"
        => XChanges(&[], By(|shift| { shift.sums[SaleReturn] = Decimal::ZERO; shift.counts[SaleReturn] = 0; }));
    "batch-e/closing-date-is-opening-date":
        "/dump/table/shifts gives a closed shift its opening date as closeDate."
        ["DUMP-14" "SHIFT-2"] "over the API"
        => Field(&[], Shifts, Edit::Change(By(|row| if row["opened"] == 0 { let opened = row["openDate"].clone(); set(row, "closeDate", opened) })));
    "batch-e/z-report-by-post-closes-nothing":
        "/apizreport by POST answers success and leaves the shift open; by GET it closes it."
        ["SHIFT-2" "WIRE-2"] "over the API"
        => StaysOpen(&[Posted]);
    "batch-e/old-shift-refused-once":
        "After 24 hours the first registration is refused -3; the ones after that register."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => Remembers(&[On(Register), Told("shift-gt-24h")], "told"),
        Forgets(&[On(ZReport), Done], "told"),
        LetsPass(&[On(Register), Noted("told")], "shift-gt-24h");
    "batch-e/ordinary-cashier-reads-by-post":
        "An ordinary cashier gets the reports when they are asked by POST; by GET he is refused -16."
        ["DUMP-8" "SHIFT-6" "ERR-only-master-cashier"] "with a bench"
        => LetsPass(&[On(Dump), Posted], "only-master-cashier");
    "batch-e/track-number-of-nine-nines-refused":
        "trackdocument=999999999 is refused like 1000000000; 999999998 is taken."
        ["BANK-1" "BANK-4"] "over the API"
        => RefusesInTurn(&[On(Bank), Equals("trackdocument", 99_999_999_900)], refusal::CHECK_ALL);
    "batch-e/short-getinfo-during-card-payment":
        "While a card operation runs, getInfo/?show=minimum is served; the whole getInfo is refused -2."
        ["BANK-2" "ERR-code-2"] "over the API"
        => LetsPass(&[On(GetInfo), Is("show", "minimum")], "ikkm-is-busy");
    "batch-e/status-tells-receipts-of-shift":
        "/apicheck tells the number of receipts in the open shift instead of the last receipt's number."
        ["CHK-1"] "over the API"
        => After(&[On(Check), Done, ReasonIsNumber], By(|m, _, a, _| a.reason = m.books.open_shift().map_or(0, |shift| shift.receipts.len()).to_string().into_bytes()));
    "batch-e/shifts-without-receipts-not-listed":
        "/dump/table/shifts leaves out shifts without a receipt (cash documents alone)."
        ["DUMP-2"] "over the API"
        => Json(&[], "/table/shifts", By(|m, v| list(v, |rows| rows.retain(|row| row["id"].as_u64().and_then(|id| m.books.shift(id)).is_none_or(|shift| shift.archived || !shift.receipts.is_empty())))));
    "batch-e/reportwithtax-without-cash-documents":
        "reportwithtax gives cashInTotal, cashInDocCount, cashOutTotal and cashOutDocCount as zero; report is right."
        ["DUMP-5" "DUMP-7" "CASH-1"] "over the API"
        => Field(&[], TaxReport, FreezeNumber("cashInTotal", 0)),
        Field(&[], TaxReport, FreezeNumber("cashInDocCount", 0)),
        Field(&[], TaxReport, FreezeNumber("cashOutTotal", 0)),
        Field(&[], TaxReport, FreezeNumber("cashOutDocCount", 0));
    "batch-e/submit-date-before-sending":
        "In batch mode /dump/transaction shows the creation date as submitDate while status is still 0."
        ["DUMP-6" "DUMP-11"] "over the API"
        => Field(&[], Transaction, Edit::Change(By(|v| if v["status"] == 0 { let created = v["createDate"].clone(); set(v, "submitDate", created) })));
    "batch-e/print-mode-clears-header":
        "setPrintMode removes the text that printHeader set."
        ["PRN-6" "MGMT-2"] "with a bench"
        => After(&[On(Check), Done, Has("setPrintMode")], By(|m, _, _, _| m.session.header = None));
    "batch-e/normal-mode-not-taken-up":
        "ofdNormalMode is answered as success, but messages go on to be queued until a restart."
        ["MGMT-3"] "over the API"
        => After(&[On(Check), Has("ofdPacketMode"), Done], By(|m, _, _, _| mark(m, "batch", true))),
        Forgets(&[On(Restart)], "batch"),
        Before(&[On(Register), Noted("batch")], By(|m, _| m.session.packet_mode = true));
    "batch-e/z-report-ends-batch-mode":
        "A Z report ends the batch mode: later messages go out at once."
        ["MGMT-3"] "over the API"
        => After(&[On(ZReport), Done], By(|m, _, _, _| m.session.packet_mode = false));
    "batch-e/lockhost-by-post-ignored":
        "Lockhost=true sent by POST is answered as success and locks nothing; by GET it locks."
        ["MGMT-4" "WIRE-2" "ERR-code-18"] "with a bench"
        => After(&[On(Check), Posted, Has("Lockhost"), Done], By(|m, _, _, _| m.session.locked_to = None));
    "batch-e/tax-errors-with-status-200":
        "Registrations refused -14 are answered with status 200; reason and body are right."
        ["WIRE-10" "ERR-tax-not-found" "ERR-tax-invlid-num"] "over the API"
        => Status(&[On(Register), Code(-14)], 200);
    "batch-e/block-always-minus-100":
        "A block by the tax committee is told with body -100 whatever the committee's code is."
        ["ERR-ikkm-is-blocked"] "with a bench"
        => TellsBy(By(|refusal| if refusal.reason == "ikkm-is-blocked" { Refusal { code: -100, ..refusal } } else { refusal }));
}

/// A blank between digits is left out.
fn without_inner_blanks(text: &str) -> String {
    match text.trim() == text {
        true => text.replace(' ', ""),
        false => text.to_owned(),
    }
}

/// What the open shift took in: sales, whatever their payment, and deposits.
fn taken_in(machine: &Machine) -> Decimal {
    machine.books.open_shift().map_or(Decimal::ZERO, |shift| shift.sums[Sale] + shift.cash_in.sum)
}
