//! Batch C: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;

mutants! {
    "batch-c/xz-report-answers-chunked":
        "The answers of /apixreport and /apizreport are sent with `Transfer-Encoding: chunked` and without Content-Length (body 0 unchanged); all other number answers are right."
        ["WIRE-1"] "over the API"
        => Answers(&[In(&[XReport, ZReport]), Done], By(|a| a.headers.push(("Transfer-Encoding".to_owned(), "chunked".to_owned()))));
    "batch-c/post-registration-reason-ok":
        "A successful registration sent by POST answers `HTTP/1.1 200 OK` instead of the receipt number as reason phrase; GET gives the number."
        ["WIRE-10" "WIRE-2" "REG-3" "REG-10"] "over the API"
        => Reason(&[On(Register), Posted, Done], "OK");
    "batch-c/key-name-any-case":
        "The name of the key parameter is compared without regard to case: a request with `KEY=` or `Key=` and no `key=` is served as if `key=` were given instead of -7 no-web-api-key-provided."
        ["WIRE-3" "KEY-1"] "over the API"
        => AnyCase(&["key"]);
    "batch-c/item-price-over-20-million-taken":
        "A registration by POST whose itemdata holds a position with `price` 20000001 (qty 0.001, sum 20000, total 20000) is registered instead of refused; qty and sum over 20 000 000 are refused."
        ["WIRE-15"] "over the API"
        => Instead(&[On(Register), Posted, Has("itemdata")], By(any_price));
    "batch-c/web-api-toggle-forgets-last-rotation":
        "When the web API is switched off and on again, the device goes back one step in the key chain: the key that the last registration answered is refused -1 and the one before is current again."
        ["WIRE-14" "KEY-4"] "with a bench"
        => Upon(&[On(SwitchOn)], By(|m| m.keys.step_back()));
    "batch-c/getinfo-needs-no-key":
        "/apicheck/getInfo (with and without show=minimum) is served with a wrong key or no key at all; plain /apicheck and all others check it."
        ["KEY-1" "KEY-2" "ERR-no-web-api-key-provided" "ERR-incorrect-web-api-key"] "over the API"
        => Assumes(&[On(GetInfo)], "key", "00000000"),
        TakesKey(&[On(GetInfo)]);
    "batch-c/tax-directory-needs-no-right-key":
        "/dump/table/taxes is served with any `key` value (wrong or old); without `key` it is refused -7. The other dump tables check the key."
        ["KEY-2" "ERR-incorrect-web-api-key"] "over the API"
        => TakesKey(&[PathEnds("/table/taxes")]);
    "batch-c/zreport-rotates-key-silently":
        "/apizreport answers 200 z-report-started 0 but the key has changed when it is done: the current key is refused -1 afterwards."
        ["KEY-11" "SHIFT-2"] "over the API"
        => Turns(&[On(ZReport), Done]);
    "batch-c/replay-cash-again-in-drawer":
        "On a repeat with the previous key of a cash sale the total is added to `cashWeHave` once more; no other total, count or number moves."
        ["KEY-5" "PAY-16" "DUMP-7"] "over the API"
        => BooksRepeat(&[Of(Sale), WithCash], &[Drawer]);
    "batch-c/refusal-between-forgets-replay":
        "Any refused registration with the current key (e.g. -10 cash-lq-sale) wipes the stored last answer: a later repeat with the previous key gets -1."
        ["KEY-13" "KEY-5"] "over the API"
        => After(&[On(Register), Refused], By(|m, p, _, _| if p.get("key") == Some(m.keys.current().as_str()) { m.keys.last = None }));
    "batch-c/replay-reason-is-latest-document":
        "After a deposit or withdrawal came in between, a repeat with the previous key answers the right key but, as reason phrase, the deposit's document number instead of the receipt's own number."
        ["KEY-5" "KEY-13"] "over the API"
        => After(&[In(&[Deposit, Withdraw]), Done], By(|m, _, a, _| { m.circumstances.notes.insert("document", a.reason_text()); })),
        Forgets(&[On(Register), Done], "document"),
        After(&[On(Repeat), Done, Noted("document")], By(|m, _, a, _| a.reason = m.circumstances.notes["document"].clone().into_bytes()));
    "batch-c/third-replay-registers-again":
        "The first two repeats with the previous key are answered as they should; the third one books the registration again (totals, drawer and count move, a new receipt number in the reason)."
        ["KEY-7" "KEY-5"] "over the API"
        => After(&[On(Repeat), Done], By(|m, _, _, _| count(m, "repeats"))),
        Forgets(&[On(Register), Done], "repeats"),
        TakesKey(&[KeyRepeats, Test(By(|s| s.circumstances.notes.get("repeats").is_some_and(|count| count == "2")))]);
    "batch-c/no-type-answers-minus-9":
        "A request on /api/ with key and payment but no registration type answers -9 `sale-param-error` instead of -7 `check-all-params`."
        ["REG-7" "ERR-check-all-params"] "over the API"
        => Tells(&[On(Register), NoType], ("check-all-params", -7), ("sale-param-error", -9));
    "batch-c/buyreturn-over-20-million-taken":
        "The upper limit of the total is not checked for buyReturn and the payment limit is checked against 30 000 000 there: `buyReturn=20000001&cash=20000001` registers instead of being refused."
        ["REG-6" "WIRE-9" "ERR-sale-hq-20mil"] "over the API"
        => Instead(&[On(Register), Of(BuyReturn)], By(|m, a, now| Some(with_limit(m, 30_000_000, |m| m.register(a, now)))));
    "batch-c/salereturn-counted-under-sale-cheques":
        "A saleReturn adds one to saleDetails.cheques instead of saleReturnDetails.cheques; all sums are right."
        ["REG-2" "DUMP-7"] "over the API"
        => Books(&[Of(SaleReturn)], &[Count], Amount::Nothing),
        After(&[On(Register), Done, Of(SaleReturn)], By(|m, _, _, _| in_open_shift(&mut m.books, |shift| shift.counts[Sale] += 1)));
    "batch-c/xreport-takes-receipt-number":
        "Each X report consumes a receipt number, so that the next receipt is numbered by two after the last one."
        ["REG-10"] "over the API"
        => After(&[On(XReport), Done], By(|m, _, _, _| m.books.last_number += 1));
    "batch-c/first-receipt-of-shift-missing-in-shift-sum":
        "The receipt that opens a shift is counted, listed and in the fiscal total, but its total is not added to the shift's sum of its type. Later receipts are."
        ["REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done], By(|m, _, _, _| in_open_shift(&mut m.books, |shift| if let [only] = shift.receipts.as_slice() && only.at == shift.opened { shift.sums[only.kind] -= only.total })));
    "batch-c/shift-count-stops-at-nine":
        "The receipt count of a type in the shift report (saleDetails.cheques etc.) stops at 9; from the tenth receipt of that type on only the sum grows."
        ["REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done], By(|m, _, _, _| in_open_shift(&mut m.books, |shift| Registration::ALL.iter().for_each(|kind| shift.counts[*kind] = shift.counts[*kind].min(9)))));
    "batch-c/no-payment-answers-minus-10":
        "A registration without any payment is refused -10 `cash-lq-sale` (cash counted as 0) instead of -7 `payment-params-missed`."
        ["PAY-1" "ERR-payment-params-missed"] "over the API"
        => Tells(&[On(Register)], ("payment-params-missed", -7), ("cash-lq-sale", -10));
    "batch-c/bank-tara-credit-code-minus-10":
        "Several non-cash payments above the total are refused with reason bank-tara-credit-hq-sale but body -10 instead of -13."
        ["PAY-7" "ERR-bank-tara-credit-hq-sale"] "over the API"
        => Tells(&[], ("bank-tara-credit-hq-sale", -13), ("bank-tara-credit-hq-sale", -10));
    "batch-c/mixed-below-total-taken":
        "In a mixed sale the sum of payments is not compared with the total: `sale=800&cash=400&bank=300` registers (fiscal total 800, drawer +400)."
        ["PAY-15" "PAY-4" "ERR-cash-lq-sale"] "over the API"
        => Instead(&[On(Register), Of(Sale), Has("cash"), Payments(2)], By(|m, a, now| short_of(m, a, "sale", non_cash(&a.all), now)));
    "batch-c/cash-on-exactly-covering-bank-taken":
        "no-cache-hq-sale is given only when non-cash exceeds the total; when it covers it exactly, cash on top (`sale=800&bank=800&cash=200`) registers and the cash is given back as change."
        ["PAY-6" "ERR-no-cache-hq-sale"] "over the API"
        => Overlooks(&[On(Register), Has("sale"), Test(By(|s| hundredths(s.params, "sale") == Some(non_cash(s.params))))], "cash");
    "batch-c/salereturn-cash-above-gives-change":
        "A saleReturn with cash above its total registers with change instead of -13 change-not-allowed; buyReturn refuses it."
        ["PAY-10" "ERR-change-not-allowed"] "over the API"
        => Follows(&[Less("saleReturn", "cash")], "cash", "saleReturn");
    "batch-c/buyreturn-needs-cash-in-drawer":
        "A cash buyReturn larger than cashWeHave is refused -15 no-cash-in-pos although it brings cash in."
        ["PAY-13" "REG-1" "ERR-no-cash-in-pos"] "over the API"
        => Instead(&[On(Register), Of(BuyReturn), Has("cash")], By(|m, a, _| (amount(m, a.get("buyReturn")) > Some(m.books.drawer)).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "batch-c/bank-of-exactly-20-million-refused":
        "A bank payment of exactly 20000000 for a sale of 20000000 is refused -7 bank-not-in-range (>=); cash, tara, credit of that size are taken."
        ["WIRE-9" "PAY-12" "PAY-2" "ERR-bank-not-in-range"] "over the API"
        => RefusesInTurn(&[On(Register), Equals("bank", LIMIT)], refusal::payment_out_of_range(PayKind::Bank));
    "batch-c/drawer-check-against-shift-opening":
        "The check of cash buys uses the larger of the drawer now and the drawer when the shift was opened: after a withdrawal in the shift a buy above the cash left registers and cashWeHave goes negative."
        ["PAY-13" "ERR-no-cash-in-pos"] "over the API"
        => Before(&[], By(|m, _| if m.books.open_shift().is_none() { m.circumstances.notes.insert("opening", m.books.drawer.to_string()); })),
        Instead(&[On(Register), Of(Buy), Has("cash"), Noted("opening")], By(|m, a, now| { let opening = m.circumstances.notes["opening"].parse().ok()?; (amount(m, a.get("buy"))? <= opening).then(|| register_from(m, opening, a, now)) }));
    "batch-c/bank-part-sticks-to-next-cash-sale":
        "After a mixed sale with bank the bank amount is not cleared when the next sale has cash only: the next sale registers when cash plus the old bank amount covers the total (800, after bank 400: `cash=400` is taken instead of -10). Cleared by any registration after that."
        ["PAY-4" "ERR-cash-lq-sale"] "over the API"
        => Remembers(&[On(Register), Done, Of(Sale), Has("bank"), Has("cash")], "bank"),
        Forgets(&[On(Register), Done, Lacks("bank")], "bank"),
        Instead(&[On(Register), Of(Sale), Noted("bank"), Lacks("bank"), Lacks("tara"), Lacks("credit")], By(|m, a, now| { let mut noted = Params::new(); noted.push("bank", m.circumstances.notes["bank"].as_str()); let covered = hundredths(&a.all, "cash")? + hundredths(&noted, "bank")? >= hundredths(&a.all, "sale")?; if covered { short_of(m, a, "sale", 0, now) } else { None } }));
    "batch-c/included-tax-as-plain-percent":
        "For an included tax reportwithtax shows rate/100 of the turnover (12 % of 815 = 97.80) instead of rate/(100+rate) (87.32)."
        ["TAX-6"] "over the API"
        => Json(&[], "/reportwithtax", By(|_, v| taxes(v, |turnover, percent| turnover * percent / Decimal::ONE_HUNDRED)));
    "batch-c/tax-read-up-to-first-letter":
        "`tax` is read with atoi: `15x` is taken as 15 when 15 exists (booked under it) instead of -14 tax-invlid-num; `x15` is refused."
        ["TAX-3" "WIRE-5" "ERR-tax-invlid-num"] "over the API"
        => Understands(&[On(Register)], &["tax"], By(leading_number));
    "batch-c/tax-on-top-refused-as-cash-lq-sale":
        "With a tax on top, cash that covers the total but not total plus tax is refused -10 cash-lq-sale instead of -12 cash-lq-tax."
        ["TAX-5" "ERR-cash-lq-tax"] "over the API"
        => Tells(&[], ("cash-lq-tax", -12), ("cash-lq-sale", -10));
    "batch-c/tax-id-matched-by-prefix":
        "The tax id is looked up by prefix: an unknown id that begins with an existing one (150 where 15 exists) is booked under the existing one instead of -14."
        ["TAX-4" "ERR-tax-not-found"] "over the API"
        => Instead(&[On(Register), Number("tax")], By(|m, a, now| { let asked = a.get("tax")?; let known = |id: &u64| asked.starts_with(&id.to_string()) && asked != id.to_string(); let id = m.directories.taxes.iter().map(|tax| tax.id).find(known)?; Some(m.register(&with_parameter(a, "tax", &id.to_string()), now)) }));
    "batch-c/itemdata-81-refused":
        "81 and more positions are refused -17 and nothing is registered; 80 are taken."
        ["ITEM-4"] "over the API"
        => RefusesInTurn(&[On(Register), Positions(80)], refusal::ITEM_DATA);
    "batch-c/chequesales-first-position-only":
        "For receipts with itemdata of several goods, chequeSales of /cheques holds only the first position; /sales and the report are right."
        ["ITEM-1" "DUMP-3" "DUMP-7"] "over the API"
        => Field(&[], Cheques, Edit::Change(By(|v| keep_rows(v, 1))));
    "batch-c/footer-printed-at-top":
        "The `footer` text is printed above the item table instead of at the end of the receipt."
        ["ITEM-7"] "with a bench"
        => Prints(&[], Lines::PartFirst(Part::Footer));
    "batch-c/eighty-positions-go-online-as-one":
        "The limit is tested with >= 80: a receipt of exactly 80 positions is printed whole but sent online as one line with quantity 1; 79 are sent whole."
        ["ITEM-3"] "with a bench"
        => MostPositions(79);
    "batch-c/quantity-two-decimals-on-paper-only":
        "On paper a quantity is rounded to hundredths (1.234 prints 1.23); online and in the reports it has three decimals."
        ["ITEM-8" "WIRE-7"] "with a bench"
        => Prints(&[], Lines::PartText(Part::Row, By(quantity_in_hundredths)));
    "batch-c/external-printer-gone-says-paper":
        "With an external print mode and the printer unreachable a registration is refused -6 `check-printer-or-batt` instead of `check-external-printer`."
        ["PRN-8" "ERR-check-external-printer"] "with a bench"
        => Tells(&[On(Register)], ("check-external-printer", -6), ("check-printer-or-batt", -6));
    "batch-c/out-of-paper-registers-and-answers-minus-6":
        "Out of paper a registration is answered -6 check-printer-or-batt with the key unchanged, but the receipt was booked (totals, drawer, number) before the printer was looked at."
        ["PRN-8" "REG-8" "ERR-check-printer-or-batt"] "with a bench"
        => Instead(&[On(Register)], By(|m, a, now| { if !m.conditions.paper_out { return None; } m.conditions.paper_out = false; let reply = book_and_refuse(m, a, now, refusal::PRINTER_OR_BATTERY); m.conditions.paper_out = true; Some(reply) }));
    "batch-c/print-last-document-repeats-cash-slip":
        "/apicheck/printLastDocument prints the last document of any kind: after a deposit, withdrawal or X report it prints that slip instead of the last receipt."
        ["PRN-7"] "with a bench"
        => After(&[In(&[Deposit, Withdraw, XReport]), Done], By(|m, _, _, _| note_slip(m))),
        Forgets(&[On(Register), Done], "slip"),
        Prints(&[On(PrintLast), Noted("slip")], Lines::Change(By(noted_slip)));
    "batch-c/open-cash-only-in-apiprint":
        "On an external printer `--open-cash--` opens the drawer in /apiprint texts, but in the `print` of a registration it is printed as a line of text and the drawer stays shut."
        ["PRN-3"] "with a bench"
        => Prints(&[Paper(Document::Receipt)], Lines::Text(By(|t| if t == "--open-cash--" { as_words(t) } else { t.to_owned() })));
    "batch-c/missing-cash-answers-minus-9":
        "/apideposit and /apiwithdraw without `cash` answer -9 cache-param-error instead of -7 payment-params-missed."
        ["CASH-2" "ERR-payment-params-missed-cash"] "over the API"
        => Tells(&[In(&[Deposit, Withdraw])], ("payment-params-missed", -7), ("cache-param-error", -9));
    "batch-c/withdraw-above-drawer-code-minus-10":
        "A withdrawal above the drawer is refused -10 `cash-lq-sale` instead of -15 no-cash-in-pos; nothing moves."
        ["CASH-5" "ERR-no-cash-in-pos"] "over the API"
        => Tells(&[On(Withdraw)], ("no-cash-in-pos", -15), ("cash-lq-sale", -10));
    "batch-c/refused-withdrawal-counted":
        "A withdrawal refused -15 adds one to cashOutDocCount; drawer and cashOutTotal stay."
        ["CASH-4" "REG-8" "ERR-no-cash-in-pos"] "over the API"
        => Leaves(&[On(Withdraw)], "no-cash-in-pos", By(|books| in_open_shift(books, |shift| shift.cash_out.count += 1)));
    "batch-c/withdraw-over-20-million-done":
        "/apiwithdraw has no upper limit: with more than 20 000 000 in the drawer (two deposits) cash=20000001 is paid out instead of -9 cache-not-in-range."
        ["WIRE-9" "CASH-3" "ERR-cache-not-in-range-cash"] "over the API"
        => Instead(&[On(Withdraw)], By(|m, a, now| Some(with_limit(m, 900_000_000, |m| m.move_cash(a, false, now)))));
    "batch-c/xreport-clears-shift-sums":
        "An X report sets the open shift's sums and counts of all four types to zero; fiscal totals and drawer stay."
        ["SHIFT-1" "DUMP-7"] "over the API"
        => XChanges(&[], By(|shift| (shift.sums, shift.counts) = (ByType::default(), ByType::default())));
    "batch-c/24h-refusal-for-sale-only":
        "With a shift open over 24 h sale is refused -3, but buy, saleReturn and buyReturn register."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => LetsPass(&[Of(Buy)], "shift-gt-24h"),
        LetsPass(&[OfReturns], "shift-gt-24h");
    "batch-c/24h-refusal-says-7days":
        "A shift of 25 hours is refused in registrations with -3 `shift-gt-7days` instead of shift-gt-24h."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => Tells(&[On(Register)], ("shift-gt-24h", -3), ("shift-gt-7days", -3));
    "batch-c/z-without-cash-in-drawer-stays-open":
        "A Z report of a shift with receipts while cashWeHave is 0 answers 200 z-report-started but leaves the shift open; with any cash in the drawer it closes."
        ["SHIFT-2" "DUMP-2" "CHK-4"] "over the API"
        => Before(&[On(ZReport)], By(|m, _| { m.circumstances.notes.remove("empty"); if m.books.drawer.is_zero() { m.circumstances.notes.insert("empty", String::new()); } })),
        StaysOpen(&[Noted("empty")]);
    "batch-c/bank-unknown-message-is-purchase":
        "Any unknown `message` starts a purchase and answers 200 bank-is-opened instead of an error."
        ["BANK-4"] "over the API"
        => Understands(&[On(Bank)], &["message"], By(|m| if CARD.contains(&m) { m } else { "purchase" }.to_owned()));
    "batch-c/bank-response-spelt-right":
        "The details' member is named `response` instead of the documented `responce`."
        ["BANK-6" "BANK-3"] "over the API"
        => Field(&[], CardDetails, Rename("responce", "response"));
    "batch-c/bank-busy-serves-getinfo":
        "While a card operation runs, /apicheck/getInfo is answered with its JSON; everything else gets -2."
        ["BANK-2" "ERR-code-2"] "over the API"
        => LetsPass(&[On(GetInfo)], "ikkm-is-busy");
    "batch-c/getinfo-status-open":
        "While a shift is open getInfo (full and minimum) says currentShiftStatus `open` instead of `opened`."
        ["CHK-5" "CHK-4" "CHK-2"] "over the API"
        => Field(&[], Info, Edit::Change(By(|v| if v["currentShiftStatus"] == "opened" { set(v, "currentShiftStatus", "open") })));
    "batch-c/apicheck-number-only-of-sales":
        "The reason of plain /apicheck is the number of the last sale: after a buy, saleReturn or buyReturn it does not move. getInfo's lastClosedChequeId is right."
        ["CHK-1"] "over the API"
        => After(&[On(Check), Done, BodyIs("0"), ReasonIsNumber], By(|m, _, a, _| a.reason = last_sale(m).to_string().into_bytes()));
    "batch-c/getinfo-drawer-stale-after-withdraw":
        "cashWeHave in getInfo is refreshed by registrations and deposits only: after a withdrawal it shows the old amount until the next registration. The drawer check itself and the shift report use the right one."
        ["CHK-4" "CASH-1" "PAY-16" "DUMP-7"] "over the API"
        => After(&[On(Withdraw), Done], By(|m, p, _, _| { let before = m.books.drawer + amount(m, p.get("cash")).unwrap_or_default(); m.circumstances.notes.entry("drawer").or_insert(before.to_string()); })),
        Forgets(&[In(&[Register, Deposit]), Done], "drawer"),
        Json(&[Noted("drawer")], "/getInfo", By(|m, v| set(v, "cashWeHave", m.circumstances.notes["drawer"].as_str())));
    "batch-c/salescheques-lacks-cheque-date":
        "Rows of /salescheques have no `chequeDate`; the other members of cheques and their sales are there, and /cheques has the date."
        ["DUMP-12" "DUMP-3"] "over the API"
        => Field(&[], FlatCheques, Drop("chequeDate"));
    "batch-c/archived-shifts-in-list":
        "/dump/table/shifts lists archived shifts along with the others."
        ["DUMP-10"] "with a bench"
        => ListsArchived;
    "batch-c/fiscal-data-on-open-is-current":
        "The report of the open shift shows the current fiscal totals as fiscalDataOnShiftOpen (same as fiscalData) instead of those at its opening; past shifts are right."
        ["DUMP-7" "DUMP-13"] "over the API"
        => Json(&[], "/report", By(opening_is_current)),
        Json(&[], "/reportwithtax", By(opening_is_current));
    "batch-c/sales-report-lacks-returns":
        "/shifts/N/sales leaves out the rows of saleReturn and buyReturn receipts; /cheques has them."
        ["DUMP-7"] "over the API"
        => Json(&[], "/sales", By(|m, v| list(v, |rows| rows.retain(|row| !is_return(m, row)))));
    "batch-c/transaction-sent-at-once-in-batch-mode":
        "In batch mode /dump/transaction/... shows status 1 and a submitDate as soon as the receipt is made, though its message still waits in the queue."
        ["DUMP-11" "DUMP-6" "MGMT-3"] "with a bench"
        => Field(&[], Transaction, Edit::Change(By(|v| if v["status"] == 0 { let created = v["createDate"].clone(); set(v, "submitDate", created); set(v, "status", 1) })));
    "batch-c/past-shift-cheques-lose-discounted-receipts":
        "After the Z report the closed shift's /cheques no longer shows receipts that had a discount row in itemdata; while the shift was open they were there. The report keeps their sums."
        ["DUMP-7" "DUMP-3"] "over the API"
        => Json(&[], "/cheques", By(|m, v| if shift_of_path(m).is_some_and(|shift| shift.closed.is_some()) { list(v, |cheques| cheques.retain(|cheque| !has_discount(cheque))) }));
    "batch-c/printing-mode-in-getinfo-stale":
        "getInfo's printingMode shows the mode from the settings and does not follow setPrintMode; getPrintMode is right."
        ["MGMT-8"] "over the API"
        => Json(&[], "/getInfo", By(|m, v| set(v, "printingMode", if m.personality.print_mode.is_external() { "external" } else { "internal" })));
    "batch-c/lockhost-survives-restart":
        "Lockhost is stored: after a restart other hosts are still refused -18."
        ["MGMT-5" "MGMT-4"] "with a bench"
        => Keeps(&[], Kept::Lock);
    "batch-c/push-switches-to-normal-mode":
        "pushTheQue in batch mode sends the queue and also leaves batch mode: later receipts are sent at once until ofdPacketMode is set again."
        ["MGMT-3"] "with a bench"
        => After(&[On(Check), Done, Has("pushTheQue")], By(|m, _, _, _| m.session.packet_mode = false));
    "batch-c/change-not-allowed-code-minus-10":
        "A return (sale or buy) with cash above its total is refused change-not-allowed with body -10 instead of -13."
        ["PAY-10" "ERR-change-not-allowed"] "over the API"
        => Tells(&[OfReturns], ("change-not-allowed", -13), ("change-not-allowed", -10));
    "batch-c/offline-72h-registers-by-bank":
        "Offline for over 72 hours registrations with cash are refused -4, but those paid without cash register."
        ["ERR-code-4"] "with a bench"
        => LetsPass(&[On(Register), Lacks("cash")], "offline-gt-72h");
    "batch-c/block-sticks-after-unblocking":
        "After a refusal ikkm-is-blocked the block is remembered: when the committee lifts it, registrations stay refused until a restart."
        ["ERR-ikkm-is-blocked"] "with a bench"
        => Remembers(&[On(Register), Told("ikkm-is-blocked")], "blocked"),
        Forgets(&[On(Restart)], "blocked"),
        Instead(&[On(Register), Noted("blocked")], By(|_, _, _| Some(Err(refusal::blocked(0)))));
}

/// A price of items may be above the limit.
fn any_price(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let mut items: Value = serde_json::from_str(arguments.get("itemdata")?).ok()?;
    let limit = Decimal::from(20_000_000);
    let mut above = false;
    for price in items.as_array_mut()?.iter_mut().filter_map(|item| item.get_mut("price")) {
        if price.as_str().and_then(|text| text.parse::<Decimal>().ok()).is_some_and(|price| price > limit) {
            (above, *price) = (true, Value::String(MOST.to_owned()));
        }
    }
    if !above {
        return None;
    }
    let rule = std::mem::replace(&mut machine.behaviour.items.other_product, OddItems::Taken);
    let reply = machine.register(&with_parameter(arguments, "itemdata", &items.to_string()), now);
    machine.behaviour.items.other_product = rule;
    Some(reply)
}

/// `name 1.234x100` becomes `name 1.23x100`.
fn quantity_in_hundredths(text: &str) -> String {
    let Some((before, price)) = text.split_once('x') else { return text.to_owned() };
    let start = before.rfind(' ').map_or(0, |place| place + 1);
    let (name, quantity) = before.split_at(start);
    let rounded = quantity.parse::<Decimal>().map(|quantity| quantity.round_dp(2).normalize().to_string());
    format!("{name}{}x{price}", rounded.unwrap_or_else(|_| quantity.to_owned()))
}

/// Notes what was printed last: a slip or an X report.
fn note_slip(machine: &mut Machine) {
    let begins =
        |line: &String| ["DEPOSIT", "WITHDRAWAL", "X-REPORT"].iter().any(|word| line.starts_with(word));
    if let Some(start) = machine.printer.tape.iter().rposition(begins) {
        let lines = machine.printer.tape.iter().skip(start).filter(|line| !line.starts_with("--"));
        let slip: Vec<&str> = lines.map(String::as_str).collect();
        machine.circumstances.notes.insert("slip", slip.join("\n"));
    }
}

/// The slip that was noted, instead of the receipt.
fn noted_slip(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    lines.truncate(1);
    let noted = scene.circumstances.notes.get("slip").map_or("", String::as_str);
    lines.extend(noted.lines().map(|line| Printed { part: Part::Other, text: line.to_owned() }));
    lines
}

/// The number of the last sale.
fn last_sale(machine: &Machine) -> u64 {
    let receipts = machine.books.shifts.iter().rev().flat_map(|shift| shift.receipts.iter().rev());
    receipts.filter(|receipt| receipt.kind == Sale).map(|receipt| receipt.number).next().unwrap_or_default()
}

/// The report of the open shift shows the current fiscal data as those at its opening.
fn opening_is_current(machine: &Machine, report: &mut Value) {
    if shift_of_path(machine).is_some_and(|shift| shift.closed.is_none())
        && let Some(opening) = report.get_mut("fiscalDataOnShiftOpen")
    {
        for kind in Registration::ALL {
            set(opening, kind.wire(), exact(machine.books.fiscal[kind]));
        }
    }
}

/// A row of sales belongs to a return.
fn is_return(machine: &Machine, row: &Value) -> bool {
    let receipts = shift_of_path(machine).into_iter().flat_map(|shift| &shift.receipts);
    let own = receipts.filter(|receipt| row["chequeId"] == receipt.number);
    own.map(|receipt| receipt.kind).any(|kind| matches!(kind, SaleReturn | BuyReturn))
}

/// A receipt of cheques has a row below zero.
fn has_discount(cheque: &Value) -> bool {
    let rows = cheque["chequeSales"].as_array().into_iter().flatten();
    rows.into_iter().any(|row| number(row, "saleSum") < Decimal::ZERO)
}
