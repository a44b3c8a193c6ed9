//! Batch D: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;

mutants! {
    "batch-d/getinfo-rounding-rule-spelt-right":
        "getInfo names the member `roundingRule` and has no `roudingRule`."
        ["WIRE-8" "CHK-2"] "over the API"
        => Field(&[], Info, Rename("roudingRule", "roundingRule"));
    "batch-d/apiwithdraw-get-only":
        "POST on /apiwithdraw with valid parameters is refused 400 `incorrect-method` -8 and moves nothing; GET works, and /apideposit takes both."
        ["WIRE-2" "CASH-1"] "over the API"
        => RefusesInTurn(&[On(Withdraw), Posted], refusal::WRONG_METHOD);
    "batch-d/payment-names-any-case":
        "Payment parameter names are lower-cased before look-up: `sale=800&Cash=800` or `BANK=800` registers instead of -7 payment-params-missed. Other names stay case-sensitive."
        ["WIRE-3" "PAY-1"] "over the API"
        => AnyCase(&PAYMENTS);
    "batch-d/total-takes-exponent":
        "The total of any type is parsed with exponents: `sale=8e2&cash=800` registers 800 instead of -9 sale-param-error. Payments refuse exponents."
        ["WIRE-5" "REG-4" "ERR-sale-param-error" "ERR-buy-param-error" "ERR-saleRet-param-error" "ERR-buyRet-param-error"] "over the API"
        => Understands(&[On(Register)], &TYPES, By(scientific));
    "batch-d/registration-slow-when-queue-full":
        "When messagesQueSize is 5 or more (batch mode), each registration answers only after 40 s; otherwise at once. Result is right."
        ["WIRE-11"] "over the API"
        => Before(&[On(Register)], By(|m, _| mark(m, "full", m.books.queued() >= 5))),
        Late(&[On(Register), Noted("full")], 40);
    "batch-d/replay-prints-no-duplicate":
        "The previous key in a registration repeats receipt number and new key and registers nothing, but no duplicate is printed."
        ["KEY-6"] "with a bench"
        => Prints(&[On(Repeat)], Lines::Nothing);
    "batch-d/apiprint-takes-wrong-key":
        "POST /apiprint prints and answers success with any key of 8 digits instead of -1."
        ["KEY-2" "KEY-9" "ERR-incorrect-web-api-key"] "over the API"
        => TakesKey(&[On(Print), Posted, Test(By(|s| s.key.is_some_and(|key| key.given.len() == 8 && key.given.bytes().all(|byte| byte.is_ascii_digit()))))]);
    "batch-d/replay-works-once-only":
        "The first repeat with the previous key answers as it should; the second and every later repeat of the same registration gets -1 incorrect-web-api-key."
        ["KEY-7" "KEY-5"] "over the API"
        => Remembers(&[On(Repeat), Done], "repeated"),
        Forgets(&[On(Register), Done], "repeated"),
        RefusesKey(&[KeyRepeats, Noted("repeated")]);
    "batch-d/replay-counts-receipt-again":
        "On a repeat with the previous key the shift's receipt count of that type (e.g. saleDetails.cheques) goes up by one; sums, drawer and number stay."
        ["KEY-5" "REG-2" "DUMP-7"] "over the API"
        => BooksRepeat(&[], &[Count]);
    "batch-d/replay-for-sale-only":
        "The previous key is repeated when it was spent by a sale; when buy, saleReturn or buyReturn spent it, the same request again is refused -1."
        ["KEY-5" "KEY-7"] "over the API"
        => RefusesKey(&[KeyRepeats, Test(By(|s| s.key.is_some_and(|key| key.last.iter().all(|(name, _)| name != "sale"))))]);
    "batch-d/key-two-rotations-old-repeats":
        "The device remembers the last two spent keys: a registration with the key before the previous one repeats the answer of that older receipt (old number, the key that it was answered) instead of -1."
        ["KEY-8" "ERR-incorrect-web-api-key"] "over the API"
        => RepeatsKey(&[On(Register), KeyAge(2)]),
        After(&[On(Repeat), Done], By(|m, p, a, _| older_answer(m, p, a)));
    "batch-d/every-eighth-key-has-seven-digits":
        "Leading zeros are dropped: every eighth successful registration since the start answers a key of 7 digits (which the device then takes as current) instead of 8."
        ["KEY-3"] "over the API"
        => After(&[On(Register), Done], By(|m, _, a, _| seven_digits(m, a, 8))),
        GIVES_SHORT_KEY, TAKES_SHORT_KEY, REFUSES_WHOLE_KEY;
    "batch-d/sale-over-20-million-code-minus-9":
        "A total over 20 000 000 of any type is refused with the reason sale-hq-20mil but body -9 instead of -7."
        ["REG-6" "WIRE-9" "ERR-sale-hq-20mil"] "over the API"
        => Tells(&[], ("sale-hq-20mil", -7), ("sale-hq-20mil", -9));
    "batch-d/two-types-first-one-wins":
        "Two types in one request (`sale=100&buy=100&cash=100`) register the first one in the order sale, buy, saleReturn, buyReturn and ignore the other instead of -7 check-all-params."
        ["REG-7" "ERR-check-all-params"] "over the API"
        => Overlooks(&[Has("sale")], "buy"),
        Overlooks(&[Has("sale")], "saleReturn"),
        Overlooks(&[Has("sale")], "buyReturn"),
        Overlooks(&[Has("buy")], "saleReturn"),
        Overlooks(&[Has("buy")], "buyReturn"),
        Overlooks(&[Has("saleReturn")], "buyReturn");
    "batch-d/tara-sale-not-in-fiscal-total":
        "A sale paid by tara alone is listed and counted in the shift but its total is not added to the fiscal total of sales."
        ["REG-2" "DUMP-7"] "over the API"
        => Books(&[Of(Sale), OneWay, Has("tara")], &[Fiscal], Amount::Nothing);
    "batch-d/total-limit-compared-as-integer":
        "The total is cut to an integer before comparing with 20 000 000: `sale=20000000.99` with a payment split (bank=10000000, credit=10000000.99) registers instead of -7."
        ["REG-6" "WIRE-9" "ERR-sale-hq-20mil"] "over the API"
        => Instead(&[On(Register), Below("cash", LIMIT + 1)], By(total_as_integer)),
        Instead(&[On(Register), Lacks("cash")], By(total_as_integer));
    "batch-d/first-receipt-after-z-lists-in-old-shift":
        "The first registration after a Z report opens the new shift and counts in its report, but /cheques, /salescheques and /sales show it under the closed shift's number."
        ["REG-9" "DUMP-7" "DUMP-14"] "over the API"
        => After(&[On(Register), Done, Once(ZReport)], By(|m, _, _, _| note_opening(m))),
        Json(&[Noted("moved")], "/cheques", By(|m, v| moved(m, v, "cheques"))),
        Json(&[Noted("moved")], "/salescheques", By(|m, v| moved(m, v, "salescheques"))),
        Json(&[Noted("moved")], "/sales", By(|m, v| moved(m, v, "sales")));
    "batch-d/fiscal-sale-total-as-float32":
        "The fiscal total of sales is kept as 32-bit float: once it is above 200 000 it loses hundredths (rounds to the nearest float32 after each addition); the shift's sums are exact."
        ["REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Of(Sale)], By(|m, _, _, _| m.books.fiscal[Sale] = as_float(m.books.fiscal[Sale])));
    "batch-d/credit-alone-not-known":
        "A sale paid by credit alone is refused -7 payment-params-missed; credit beside another payment is taken."
        ["PAY-2" "ERR-payment-params-missed"] "over the API"
        => Overlooks(&[On(Register), Has("sale"), Lacks("cash"), Lacks("bank"), Lacks("tara")], "credit");
    "batch-d/buyreturn-cash-lowers-drawer":
        "A cash buyReturn subtracts its total from cashWeHave instead of adding it."
        ["PAY-16" "DUMP-7"] "over the API"
        => Books(&[Of(BuyReturn), WithCash], &[Drawer], Amount::Back);
    "batch-d/tara-above-total-taken":
        "A sale or buy paid by tara alone above its total (`sale=500&tara=600`) registers with total 500 instead of being refused tara-hq-sale; bank and credit are refused."
        ["PAY-8" "ERR-tara-hq-sale"] "over the API"
        => Follows(&[Lacks("cash"), Lacks("bank"), Lacks("credit"), Less("sale", "tara"), Below("tara", LIMIT + 1)], "tara", "sale"),
        Follows(&[Lacks("cash"), Lacks("bank"), Lacks("credit"), Less("buy", "tara"), Below("tara", LIMIT + 1)], "tara", "buy");
    "batch-d/tara-left-out-of-noncash-sum":
        "The check that several non-cash payments do not exceed the total adds bank and credit only: `sale=800&bank=500&tara=400` registers instead of -13."
        ["PAY-7" "ERR-bank-tara-credit-hq-sale"] "over the API"
        => Hears(&[On(Register), Has("sale"), Has("tara"), Lacks("cash"), Payments(2)], By(tara_of_rest));
    "batch-d/buyreturn-cash-below-taken":
        "A buyReturn with cash below its total registers (total as sent, drawer up by the cash given) instead of -10; saleReturn refuses it."
        ["PAY-10" "ERR-cash-lq-sale"] "over the API"
        => Instead(&[On(Register), Of(BuyReturn), Has("cash")], By(|m, a, now| short_of(m, a, "buyReturn", 0, now)));
    "batch-d/salereturn-above-drawer-taken":
        "A cash saleReturn larger than the cash in the drawer registers and cashWeHave goes below zero; a cash buy is refused -15."
        ["PAY-13" "ERR-no-cash-in-pos"] "over the API"
        => LetsPass(&[Of(SaleReturn)], "no-cash-in-pos");
    "batch-d/change-above-5000-refused":
        "A cash sale whose change would exceed 5000 is refused -13 change-not-allowed; smaller change is given."
        ["PAY-3" "ERR-change-not-allowed"] "over the API"
        => RefusesInTurn(&[On(Register), Of(Sale), Lacks("bank"), Lacks("tara"), Lacks("credit"), Test(By(|s| gap(s.params, "sale", "cash") > Some(500_000)))], refusal::NO_CHANGE);
    "batch-d/three-way-mix-forgets-tara-in-change":
        "For the change of a mixed sale the device takes total minus bank minus credit and forgets tara: 800 by cash 500, bank 200, tara 300 adds 500 to cashWeHave instead of 300. Mixes without tara are right."
        ["PAY-5" "PAY-16" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale), WithCash, Ways(2)], By(|p, e| e.drawer = p.tendered.min(e.drawer + p.tara)));
    "batch-d/no-payment-taken-after-no-cache-refusal":
        "After a refusal -13 no-cache-hq-sale the parsed payments stay in memory: the next registration without any payment is booked with them (if they cover it) instead of -7 payment-params-missed."
        ["PAY-1" "ERR-payment-params-missed" "REG-8"] "over the API"
        => After(&[On(Register), Told("no-cache-hq-sale")], By(|m, p, _, _| note_payments(m, p))),
        Forgets(&[On(Register), Done], "payments"),
        Instead(&[On(Register), NoPayment, Noted("payments")], By(with_noted_payments));
    "batch-d/tax-parameter-ignored":
        "A valid `tax` id is checked but the receipt is always booked under the default tax (cheques' taxId and reportwithtax)."
        ["TAX-1"] "over the API"
        => Instead(&[On(Register), Number("tax")], By(|m, a, now| { let id = a.get("tax")?.parse().ok()?; m.directories.tax(id)?; Some(m.register(&without_parameter(a, "tax"), now)) }));
    "batch-d/sale-rows-show-default-tax":
        "The `taxId` of rows in cheques, salescheques and sales is always the default tax; reportwithtax has the receipt under the right tax."
        ["TAX-1" "DUMP-7"] "over the API"
        => Json(&[], "/cheques", By(|m, v| each(v, |cheque| if let Some(rows) = cheque.get_mut("chequeSales") { each(rows, |row| set(row, "taxId", m.directories.default_tax)) }))),
        Json(&[], "/salescheques", By(|m, v| each(v, |row| set(row, "taxId", m.directories.default_tax)))),
        Json(&[], "/sales", By(|m, v| each(v, |row| set(row, "taxId", m.directories.default_tax))));
    "batch-d/return-turnover-under-sale-tax":
        "reportwithtax adds the turnover of saleReturn receipts to the `sale` tax rows instead of to `saleReturn`; the report's sums are right."
        ["TAX-1" "TAX-6" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Of(SaleReturn)], By(|m, _, _, _| in_open_shift(&mut m.books, turnover_of_returns)));
    "batch-d/refused-receipt-tax-becomes-next-default":
        "A registration with a valid `tax` that is refused for another reason (e.g. -10) leaves that tax behind: the next registration without `tax` is booked under it, the one after that under the default again."
        ["TAX-2"] "over the API"
        => Recalls(&[On(Register)], "tax"),
        Remembers(&[On(Register), Refused, Number("tax"), Test(By(|s| s.answer.is_some_and(|answer| ![b"-14".as_slice(), b"-1"].contains(&answer.body.as_slice()))))], "tax"),
        Forgets(&[On(Register), Done], "tax");
    "batch-d/broken-json-registers-anyway":
        "When itemdata does not parse, the receipt is registered with the automatic one line and answered 200 with a new key instead of -17."
        ["ITEM-2" "ERR-code-17" "REG-8"] "over the API"
        => Overlooks(&[Test(By(|s| s.params.get("itemdata").is_some_and(is_no_json)))], "itemdata");
    "batch-d/items-print-before-print-text":
        "With both `print` and `itemdata` the paper shows the item table first and the `print` text after it."
        ["ITEM-6"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("itemdata")], Lines::Change(By(print_after_rows)));
    "batch-d/footer-bar-codes-as-text":
        "Bar code commands in `footer` come out as plain text; in `print`, printHeader and /apiprint they become bar codes."
        ["ITEM-7" "PRN-4"] "with a bench"
        => Prints(&[], Lines::PartText(Part::Footer, By(|t| if t.starts_with("--barcode") { as_words(t) } else { t.to_owned() })));
    "batch-d/over-eighty-all-sent-online":
        "A receipt of 81 and more positions sends all its positions online instead of exactly one."
        ["ITEM-4"] "with a bench"
        => MostPositions(100_000);
    "batch-d/after-long-receipt-all-go-online-as-one":
        "After a receipt of more than 80 positions a flag stays set: all later receipts with itemdata, however short, send one position online until the next Z report or restart. Paper is right."
        ["ITEM-3" "ITEM-1"] "with a bench"
        => Remembers(&[On(Register), Done, Positions(80)], "long"),
        Forgets(&[On(ZReport), Done], "long"),
        Forgets(&[On(Restart)], "long"),
        Sends(&[On(Register), Noted("long"), Has("itemdata")], Message::Change(By(|_, m| one_position(m))));
    "batch-d/unreadable-print-text-code-minus-9":
        "A `print` text whose bytes are no UTF-8 is refused print-lines-parse-error with body -9 instead of -7, on /apiprint and in registrations."
        ["PRN-5" "ERR-print-lines-parse-error"] "over the API"
        => Tells(&[], ("print-lines-parse-error", -7), ("print-lines-parse-error", -9));
    "batch-d/out-of-paper-return-goes-through":
        "Out of paper sale and buy are refused -6, but saleReturn and buyReturn register with 200 and a new key, and nothing prints."
        ["PRN-8" "ERR-check-printer-or-batt"] "with a bench"
        => Before(&[On(Register)], By(|m, _| mark(m, "no-paper", m.conditions.paper_out))),
        LetsPass(&[On(Register), OfReturns], "check-printer-or-batt"),
        Prints(&[On(Register), Noted("no-paper")], Lines::Nothing);
    "batch-d/no-last-document-after-z":
        "After a Z report /apicheck/printLastDocument answers -7 no-last-document until the next registration, although there are receipts."
        ["PRN-7" "ERR-no-last-document"] "over the API"
        => Remembers(&[On(ZReport), Done], "z"),
        Forgets(&[On(Register), Done], "z"),
        RefusesInTurn(&[On(PrintLast), Noted("z")], refusal::NO_LAST_DOCUMENT);
    "batch-d/header-missing-on-returns":
        "The printHeader text prints on sale and buy receipts but not on saleReturn and buyReturn."
        ["PRN-6"] "with a bench"
        => Prints(&[Paper(Document::Receipt), OfReturns], Lines::LosePart(Part::Header));
    "batch-d/deposit-non-number-code-minus-7":
        "`cash=abc` on /apideposit and /apiwithdraw is refused cache-param-error with body -7 (the registration row) instead of -9."
        ["CASH-3" "ERR-cache-param-error-cash"] "over the API"
        => Tells(&[In(&[Deposit, Withdraw])], ("cache-param-error", -9), ("cache-param-error", -7));
    "batch-d/deposit-of-zero-done":
        "/apideposit with cash=0 answers 200 and counts a document in cashInDocCount; withdrawals of 0 are refused."
        ["CASH-3" "ERR-cache-not-in-range-cash"] "over the API"
        => Instead(&[On(Deposit), Equals("cash", 0)], By(|m, _, now| Some(m.may_move_cash(now).map(|()| m.take_cash(true, Decimal::ZERO, now)))));
    "batch-d/withdraw-drops-hundredths":
        "A withdrawal with hundredths lowers cashWeHave by whole tenge only (50.75 by 50), while cashOutTotal grows by 50.75."
        ["CASH-1" "WIRE-6" "DUMP-7"] "over the API"
        => Books(&[On(Withdraw)], &[Drawer], Amount::Whole);
    "batch-d/cash-in-total-carries-over-z":
        "cashInTotal and cashInDocCount are not cleared by a Z report: the next shift's report begins with the deposits of the last one. Cash out is cleared."
        ["CASH-1" "DUMP-7"] "over the API"
        => NewShift(By(|shift, before| shift.cash_in = before.cash_in));
    "batch-d/z-leaves-opened-1-in-list":
        "After a Z report getInfo says closed, but /dump/table/shifts still shows `opened` 1 for that shift until the next shift opens."
        ["SHIFT-2" "DUMP-2"] "over the API"
        => Json(&[Once(ZReport)], "/table/shifts", By(|m, v| if m.books.open_shift().is_none() && let Some(last) = m.books.shifts.last() { each(v, |row| if row["id"] == last.id { set(row, "opened", 1) }) }));
    "batch-d/wrong-cashier-answers-minus-16":
        "With another cashier's open shift a registration is refused -16 only-master-cashier instead of -11 wrong-cashier."
        ["SHIFT-5" "ERR-wrong-cashier"] "with a bench"
        => Tells(&[On(Register)], ("wrong-cashier", -11), ("only-master-cashier", -16));
    "batch-d/seven-days-never-named":
        "With a shift older than 7 days registrations, withdraw and deposit all say -3 `shift-gt-24h`; shift-gt-7days is said nowhere."
        ["SHIFT-4" "ERR-shift-gt-7days"] "with a bench"
        => Tells(&[], ("shift-gt-7days", -3), ("shift-gt-24h", -3));
    "batch-d/shift-age-in-calendar-days":
        "The shift counts as too old as soon as the calendar date differs from its opening date: a shift opened at 23:00 refuses registrations -3 from midnight on."
        ["SHIFT-3" "REG-1" "ERR-shift-gt-24h"] "with a bench"
        => Ages(By(|age, opened, now| if now.date() == opened.date() { age } else { age.max(TimeSpan::hours(25)) }));
    "batch-d/bank-track-number-limit-missing":
        "trackdocument=1000000000 (and above) is taken by /apibank; 0 and negatives are refused."
        ["BANK-4"] "over the API"
        => Overlooks(&[On(Bank), Above("trackdocument", 99_999_999_900)], "trackdocument");
    "batch-d/bank-total-includes-failed":
        "totalAmount of /dump/bank/N/trackdocument sums the failed transactions of the number as well as the successful ones."
        ["BANK-3"] "with a bench"
        => Field(&[], Card, Edit::Change(By(total_of_all)));
    "batch-d/bank-busy-withdrawal-done":
        "While a card operation runs, /apiwithdraw is done with 200 (drawer moves) instead of -2; all others get -2."
        ["BANK-2" "ERR-code-2" "REG-8"] "over the API"
        => LetsPass(&[On(Withdraw)], "ikkm-is-busy");
    "batch-d/apicheck-body-is-key":
        "A ready device answers plain /apicheck with the current key as body instead of 0; the reason is right."
        ["CHK-1"] "over the API"
        => KeyAsBody(&[On(Check), Done, BodyIs("0"), ReasonIsNumber]);
    "batch-d/getinfo-last-receipt-one-behind-by-post":
        "After a registration sent by POST getInfo's lastClosedChequeId keeps the number before it, until a registration by GET or a Z report brings it up to date."
        ["CHK-4" "WIRE-2"] "over the API"
        => Before(&[On(Register)], By(|m, _| { let last = m.books.last_closed.to_string(); m.circumstances.notes.insert("before", last); })),
        After(&[On(Register), Posted, Done], By(|m, _, _, _| { let before = m.circumstances.notes.get("before").cloned().unwrap_or_default(); m.circumstances.notes.insert("behind", before); })),
        Forgets(&[On(Register), Got, Done], "behind"),
        Forgets(&[On(ZReport), Done], "behind"),
        Json(&[Noted("behind")], "/getInfo", By(|m, v| set(v, "lastClosedChequeId", m.circumstances.notes["behind"].as_str())));
    "batch-d/minimum-cached-from-first-call":
        "getInfo/?show=minimum is built once per shift: after its first call it repeats the same last receipt number and status until the next Z report is done; the full getInfo is right."
        ["CHK-3" "CHK-4"] "over the API"
        => Forgets(&[On(ZReport), Done], "minimum"),
        After(&[On(GetInfo), Is("show", "minimum"), Done], By(|m, _, a, _| a.body = m.circumstances.notes.entry("minimum").or_insert_with(|| String::from_utf8_lossy(&a.body).into_owned()).clone().into_bytes()));
    "batch-d/cheque-types-2-and-3-swapped":
        "/cheques and /salescheques show \"3\" for a saleReturn and \"2\" for a buyReturn; the report's sums are right."
        ["DUMP-3" "DUMP-7"] "over the API"
        => Field(&[], Cheques, Edit::Change(By(swap_returns))),
        Field(&[], FlatCheques, Edit::Change(By(swap_returns)));
    "batch-d/salescheques-nested":
        "/salescheques gives the same nested structure as /cheques (rows with chequeSales) instead of a flat list."
        ["DUMP-3"] "over the API"
        => Json(&[], "/salescheques", By(|m, v| if let Some(shift) = shift_of_path(m) { *v = receipts(shift, "cheques", &m.behaviour.reports) }));
    "batch-d/sales-sorted-as-text":
        "/sales is sorted by chequeId as text: receipt 10 comes before receipt 9, 100 before 99."
        ["DUMP-4"] "over the API"
        => Json(&[], "/sales", By(|_, v| list(v, |rows| rows.sort_by_key(|row| row["chequeId"].to_string()))));
    "batch-d/cheques-lag-one-behind":
        "/cheques does not show the latest receipt of an open shift until the next registration or a Z report; /sales and the report have it."
        ["DUMP-7" "DUMP-3"] "over the API"
        => Json(&[], "/cheques", By(|m, v| if shift_of_path(m).is_some_and(|shift| shift.closed.is_none()) { list(v, |cheques| { cheques.pop(); }) }));
    "batch-d/submit-date-filled-while-unsent":
        "/dump/transaction/... of a receipt that is not yet sent (batch mode) has status 0 but submitDate equal to createDate."
        ["DUMP-6" "DUMP-11"] "over the API"
        => Field(&[], Transaction, Edit::Change(By(|v| if v["status"] == 0 { let created = v["createDate"].clone(); set(v, "submitDate", created) })));
    "batch-d/push-marks-only-first-message-sent":
        "pushTheQue sends all queued messages, but only the oldest receipt's status turns to 1 with a submitDate; the other ones stay at 0."
        ["DUMP-11" "MGMT-3"] "with a bench"
        => Before(&[On(Check)], By(|m, _| { let waiting = m.books.queued_numbers().iter().map(u64::to_string).collect::<Vec<_>>().join(" "); m.circumstances.notes.insert("waiting", waiting); })),
        After(&[On(Check), Done, Has("pushTheQue")], By(|m, _, _, _| unmark_sent(m)));
    "batch-d/only-first-variable-takes-effect":
        "Of several variables in one /apicheck query (e.g. setPrintMode and ofdPacketMode) only the first one is acted on; the answer is success."
        ["MGMT-7"] "over the API"
        => Hears(&[On(Check)], By(first_variable));
    "batch-d/lockhost-leaves-dump-open":
        "After Lockhost=true other hosts are refused -18 on /api..., but /dump/... is served to them (with the right key)."
        ["MGMT-4" "ERR-code-18"] "with a bench"
        => LetsPass(&[On(Dump)], "host-is-rejected");
    "batch-d/disable-web-mgmt-kills-dumps":
        "After /apicheck/?disableWebMgmt=true all /dump/... requests are answered 400 incorrect-method -8 until a restart."
        ["MGMT-1" "DUMP-1" "DUMP-2"] "over the API"
        => Remembers(&[On(Check), Done, Has("disableWebMgmt")], "web"),
        Forgets(&[On(Restart)], "web"),
        RefusesInTurn(&[On(Dump), Noted("web")], refusal::WRONG_METHOD);
    "batch-d/credit-param-error-code-minus-9":
        "`sale=800&credit=abc` is refused credit-param-error with body -9 instead of -7; cash, bank and tara give -7."
        ["PAY-11" "ERR-credit-param-error"] "over the API"
        => Tells(&[], ("credit-param-error", -7), ("credit-param-error", -9));
    "batch-d/unknown-path-and-method-served":
        "An unknown path gives 404 with an HTML page and PUT or DELETE is handled like GET: -8 incorrect-method shows nowhere."
        ["ERR-incorrect-method"] "over the API"
        => ServesOtherMethods,
        Says(&[On(Unknown), Told("incorrect-method")], 404, "Not Found", "<html><body>Not Found</body></html>");
    "batch-d/blocked-return-still-booked":
        "While the committee's block stands, saleReturn and buyReturn are answered ikkm-is-blocked with the right code but are booked in the fiscal totals and the shift's sums."
        ["ERR-ikkm-is-blocked" "REG-8" "DUMP-7"] "with a bench"
        => After(&[On(Register), OfReturns, Refused, Test(By(|s| s.answer.is_some_and(|answer| answer.reason == b"ikkm-is-blocked")))], By(|m, _, _, now| book_total(m, now)));
}

/// `8e2` is 800.
pub(super) fn scientific(text: &str) -> String {
    let value = text.contains(['e', 'E']).then(|| Decimal::from_scientific(text).ok()).flatten();
    value.map_or_else(|| text.to_owned(), |value| value.normalize().to_string())
}

/// The answer of the receipt that spent the key which was sent.
pub(super) fn older_answer(machine: &Machine, params: &Params, answer: &mut Answer) {
    let key = params.get("key").and_then(|key| Key::parse(key).ok());
    if let Some(receipt) = key.and_then(|key| machine.books.receipt_of(&key, true)) {
        answer.reason = receipt.number.to_string().into_bytes();
        answer.body = receipt.answered.as_str().as_bytes().to_vec();
    }
}

/// Every so many registrations one gives a key without its first digit.
pub(super) fn seven_digits(machine: &mut Machine, answer: &mut Answer, each: u64) {
    let short = (machine.circumstances.times(Register) + 1).is_multiple_of(each);
    mark(machine, "short", short);
    if short
        && let Some(rest) = machine.keys.current().as_str().get(1..)
        && let Ok(key) = Key::parse(&format!("0{rest}"))
    {
        answer.body = key.as_str().as_bytes().to_vec();
        machine.keys.set_current(key);
    }
}

/// A total is cut to whole tenge before it is compared with the limit.
fn total_as_integer(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let total = TYPES.iter().find_map(|name| hundredths(&arguments.all, name))?;
    let payments_fit = PAYMENTS.iter().all(|name| hundredths(&arguments.all, name) <= Some(LIMIT));
    (payments_fit && (LIMIT + 1..LIMIT + 100).contains(&total))
        .then(|| with_limit(machine, 20_000_001, |machine| machine.register(arguments, now)))
}

/// Notes a shift that the last receipt opened.
fn note_opening(machine: &mut Machine) {
    if let Some(shift) = machine.books.open_shift()
        && let [only] = shift.receipts.as_slice()
        && only.at == shift.opened
    {
        let id = shift.id;
        machine.circumstances.notes.entry("moved").or_default().push_str(&format!(" {id} "));
    }
}

/// The first receipt of a shift that was noted is listed in the shift before.
fn moved(machine: &Machine, document: &mut Value, kind: &str) {
    let noted = machine.circumstances.notes.get("moved").map_or("", String::as_str);
    let is_noted = |shift: &Shift| noted.contains(&format!(" {} ", shift.id));
    let Some(mut shift) = shift_of_path(machine).cloned() else { return };
    if is_noted(&shift) && !shift.receipts.is_empty() {
        shift.receipts.remove(0);
    }
    let next = machine.books.shift(shift.id + 1).filter(|next| is_noted(next));
    shift.receipts.extend(next.and_then(|next| next.receipts.first()).cloned());
    *document = receipts(&shift, kind, &machine.behaviour.reports);
}

/// A sum above 200 000 as a float of 32 bits holds it.
fn as_float(sum: Decimal) -> Decimal {
    match sum.to_f32().and_then(Decimal::from_f32_retain) {
        Some(held) if sum > Decimal::from(200_000) => held.round_dp(2),
        _ => sum,
    }
}

/// Containers pay what the others leave, at the most.
fn tara_of_rest(params: &mut Params) {
    let others: i64 = ["bank", "credit"].iter().filter_map(|name| hundredths(params, name)).sum();
    if let (Some(total), Some(tara)) = (hundredths(params, "sale"), hundredths(params, "tara"))
        && others < total
        && others + tara > total
    {
        edit(params, "tara", |_| text(total - others));
    }
}

/// Notes the payments of a request.
fn note_payments(machine: &mut Machine, params: &Params) {
    let paid = params.0.iter().filter(|(name, _)| PAYMENTS.contains(&name.as_str())).cloned().collect();
    machine.circumstances.notes.insert("payments", Params(paid).encode());
}

/// A registration without payment is paid by those that were noted, where they do.
fn with_noted_payments(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let noted = machine.circumstances.notes.remove("payments")?;
    let mut paid = arguments.clone();
    paid.all.0.extend(Params::decode(noted.as_bytes()).0);
    machine.register(&paid, now).ok().map(Ok)
}

/// The turnover of sale returns stands under the taxes of sales.
fn turnover_of_returns(shift: &mut Shift) {
    let own: Vec<_> = shift.taxes.keys().filter(|(kind, ..)| *kind == SaleReturn).copied().collect();
    for key in own {
        if let Some(returned) = shift.taxes.remove(&key) {
            let none = TaxTurnover { turnover: Decimal::ZERO, on_top: Decimal::ZERO, ..returned };
            let sold = shift.taxes.entry((Sale, key.1, key.2)).or_insert(none);
            sold.turnover += returned.turnover;
            sold.on_top += returned.on_top;
        }
    }
}

/// A message of one position, whatever was sold.
pub(super) fn one_position(message: &mut OnlineMessage) {
    let name = match message.kind {
        Sale => "Sale",
        Buy => "Buy",
        SaleReturn => "Sale return",
        BuyReturn => "Buy return",
    };
    let (name, qty) = (name.to_owned(), "1.000".to_owned());
    message.positions = vec![OnlinePosition { name, qty, sum: message.total.clone() }];
}

/// Of the messages that waited, all but the first are told as waiting.
fn unmark_sent(machine: &mut Machine) {
    let waited = machine.circumstances.notes.get("waiting").cloned().unwrap_or_default();
    for number in waited.split(' ').skip(1).filter_map(|number| number.parse().ok()) {
        machine.books.show_unsent(number);
    }
}
