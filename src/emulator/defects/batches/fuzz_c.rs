//! Batch C for the fuzzer: stateful and numeric faults, written chapter by chapter from the requirements and
//! the vendor's document alone, before a look at the fuzzer or any suite. Faults that an earlier batch has
//! in the same words were left out.

use super::*;

mutants! {
    "fuzz-c/drawer-keeps-thousandths":
        "A cash sale with a third decimal is rounded everywhere but in the drawer, which goes on with all its decimals: after two sales of 10.004 cashWeHave is a hundredth more than what was registered."
        ["WIRE-6" "PAY-16" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Has("sale"), Has("cash")], By(|m, p, _, _| keep_thousandths(m, p)));
    "fuzz-c/withdraw-cut-not-rounded":
        "A withdrawal is cut to hundredths (10.006 takes 10.00), registrations are rounded."
        ["WIRE-6" "CASH-1"] "over the API"
        => Understands(&[On(Withdraw)], &["cash"], By(|t| if plain_number(t) { cut(t, 2) } else { t.to_owned() }));
    "fuzz-c/deposit-limit-by-whole-part":
        "Of a deposit only the whole tenge are compared with 20 million: 20000000.99 is taken, 20000001 is refused."
        ["WIRE-9" "CASH-3" "ERR-cache-not-in-range-cash"] "over the API"
        => Instead(&[On(Deposit), Above("cash", LIMIT), Below("cash", LIMIT + 100)], By(|m, a, now| Some(with_limit(m, 900_000_000, |m| m.move_cash(a, true, now)))));
    "fuzz-c/buy-exact-20mil-refused":
        "buy=20000000 is refused sale-hq-20mil; the three other types take it."
        ["WIRE-9" "REG-6"] "over the API"
        => RefusesInTurn(&[On(Register), Equals("buy", LIMIT)], refusal::total_above_limit(Sale));
    "fuzz-c/credit-exact-20mil-refused":
        "sale=20000000&credit=20000000 is refused -7 credit-not-in-range; paid otherwise it is taken."
        ["WIRE-9" "PAY-2"] "over the API"
        => RefusesInTurn(&[On(Register), Equals("credit", LIMIT)], refusal::payment_out_of_range(PayKind::Credit));
    "fuzz-c/qty-two-decimals-above-hundred":
        "Quantities above 100 are rounded to hundredths in the reports, smaller ones to thousandths."
        ["WIRE-7" "ITEM-8"] "over the API"
        => After(&[On(Register), Done, Has("itemdata")], By(|m, _, _, _| last_rows(m, |row| if row.quantity > Decimal::ONE_HUNDRED { row.quantity = row.quantity.round_dp(2) })));
    "fuzz-c/exponent-in-deposit":
        "apideposit takes cash=1e3 for 1000."
        ["WIRE-5" "CASH-3" "ERR-cache-param-error-cash"] "over the API"
        => Understands(&[On(Deposit)], &["cash"], By(exponent));
    "fuzz-c/comma-ends-bank-amount":
        "A bank payment is read up to a decimal comma: sale=5&bank=5,5 is registered as paid with 5."
        ["WIRE-5" "PAY-11" "ERR-bank-param-error"] "over the API"
        => Understands(&[On(Register)], &["bank"], By(|t| t.split_once(',').map_or(t, |(whole, _)| whole).to_owned()));
    "fuzz-c/kazakh-lost-in-header":
        "The Kazakh letters of a printHeader print as question marks; print, footer and goods are right."
        ["WIRE-4" "PRN-6"] "with a bench"
        => Prints(&[], Lines::PartText(Part::Header, By(without_kazakh)));
    "fuzz-c/posted-withdrawal-counted-twice":
        "A withdrawal by POST raises cashOutTotal by twice its amount, by GET by the amount; the drawer is right."
        ["WIRE-2" "CASH-1" "DUMP-7"] "over the API"
        => Books(&[On(Withdraw), Posted], &[Sum], Amount::Twice);
    "fuzz-c/footer-letters-lost-beside-items":
        "On receipts with itemdata all letters of the footer outside ASCII print as question marks."
        ["WIRE-4" "ITEM-7"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("itemdata")], Lines::PartText(Part::Footer, By(latin)));
    "fuzz-c/length-short-on-large-total":
        "From a total of 10000000 on the answer of a sale says Content-Length 7, its body has 8 digits."
        ["WIRE-1"] "over the API"
        => Header(&[On(Register), Done, Above("sale", 999_999_999)], "Content-Length", "7");
    "fuzz-c/names-in-any-case-by-post":
        "In a form body parameter names are known in any case (CASH=100 pays); in a query they are not."
        ["WIRE-3" "PAY-1"] "over the API"
        => Hears(&[On(Register), Posted], By(|params| TYPES.iter().chain(&PAYMENTS).for_each(|name| any_case(params, name))));
    "fuzz-c/key-turns-on-refused-return":
        "A refused saleReturn rotates the key unseen; refusals of the other types do not."
        ["KEY-10"] "over the API"
        => After(&[On(Register), Refused, Has("saleReturn"), Has("key")], By(|m, _, a, _| if a.body != b"-1" { m.keys.rotate(|_, drawn| drawn); }));
    "fuzz-c/key-turns-on-posted-deposit":
        "A deposit by POST is answered with a new key, which is then the right one; by GET the key stays."
        ["KEY-11" "CASH-1"] "over the API"
        => Turns(&[On(Deposit), Done, Posted]),
        KeyAsBody(&[On(Deposit), Done]);
    "fuzz-c/repeat-lost-after-x":
        "After an X report the repeat of the last registration is refused -1."
        ["KEY-13" "KEY-5"] "over the API"
        => Remembers(&[On(XReport), Done], "lost"),
        Forgets(&[On(Register), Done], "lost"),
        RefusesKey(&[KeyRepeats, Noted("lost")]);
    "fuzz-c/repeat-of-bank-buy-registers":
        "The repeat of a buy paid by bank registers it a second time; other repeats are right."
        ["KEY-5" "KEY-4"] "over the API"
        => TakesKey(&[On(Register), KeyRepeats, Has("buy"), Has("bank")]);
    "fuzz-c/older-key-asks-status":
        "A key two rotations old is served by apicheck, and by nothing else."
        ["KEY-8"] "over the API"
        => TakesKey(&[On(Check), KeyAge(2)]);
    "fuzz-c/previous-key-prints-x":
        "The previous key is served by apixreport."
        ["KEY-9"] "over the API"
        => TakesKey(&[On(XReport), KeyAge(1)]);
    "fuzz-c/dumps-compare-four-digits":
        "Of the key of a dump only the last four digits are compared."
        ["KEY-2" "ERR-incorrect-web-api-key"] "over the API"
        => TakesKey(&[On(Dump), Test(By(|s| s.key.is_some_and(|key| key.given.len() == 8 && key.given.get(4..) == key.current.as_str().get(4..))))]);
    "fuzz-c/repeat-lost-after-short-cash":
        "A registration refused -10 with the current key makes the device forget the previous one: the repeat of the last success is refused -1."
        ["KEY-13" "KEY-5"] "over the API"
        => Remembers(&[On(Register), Code(-10)], "lost"),
        Forgets(&[On(Register), Done], "lost"),
        RefusesKey(&[KeyRepeats, Noted("lost")]);
    "fuzz-c/buyreturn-counted-as-buy":
        "A buyReturn raises the shift's count of buys instead of its own; sums are right."
        ["REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Of(BuyReturn)], By(|m, _, _, _| in_open_shift(&mut m.books, |shift| { shift.counts[BuyReturn] -= 1; shift.counts[Buy] += 1; })));
    "fuzz-c/number-spent-by-tax-refusal":
        "A registration refused -14 uses up a receipt number."
        ["REG-10" "REG-8"] "over the API"
        => After(&[On(Register), Code(-14)], By(|m, _, _, _| m.books.last_number += 1));
    "fuzz-c/number-again-after-z":
        "The first document after a Z report has the number of the last one before it."
        ["REG-3"] "over the API"
        => After(&[On(ZReport), Done], By(|m, _, _, _| m.books.last_number -= 1));
    "fuzz-c/buyreturn-below-one":
        "buyReturn takes totals below 1; the other types refuse them."
        ["REG-5" "ERR-sale-lq-one"] "over the API"
        => TakesLess(&[Of(BuyReturn), Above("buyReturn", 0)]);
    "fuzz-c/salereturn-limit-by-whole-part":
        "Of a saleReturn only the whole tenge are compared with 20 million: 20000000.99 by bank is taken."
        ["REG-6" "WIRE-9" "ERR-sale-hq-20mil"] "over the API"
        => Instead(&[On(Register), Above("saleReturn", LIMIT), Below("saleReturn", LIMIT + 100)], By(|m, a, now| Some(with_limit(m, 900_000_000, |m| m.register(a, now)))));
    "fuzz-c/any-refusal-opens-shift":
        "With the shift closed any refused registration opens a new one."
        ["REG-8" "CHK-4"] "over the API"
        => After(&[On(Register), Refused, Has("key")], By(|m, _, a, now| if a.body != b"-1" && a.body != b"-2" { m.begin_shift(now) }));
    "fuzz-c/first-receipt-of-shift-uncounted":
        "The first receipt after a Z report is not counted in its shift; sums are right."
        ["REG-2" "DUMP-7"] "over the API"
        => Remembers(&[On(ZReport), Done], "closed"),
        Books(&[On(Register), Noted("closed")], &[Count], Amount::Nothing),
        Forgets(&[On(Register), Done], "closed");
    "fuzz-c/hundredths-lost-from-eleventh":
        "From the eleventh receipt of a shift on the fiscal total of sales grows by whole tenge only."
        ["REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Has("sale")], By(|m, _, _, _| whole_from_eleventh(m)));
    "fuzz-c/buyreturn-lowers-buys":
        "A buyReturn also lowers the fiscal total of buys."
        ["REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Of(BuyReturn)], By(|m, _, _, _| if let Some(total) = m.books.last_receipt().map(|receipt| receipt.total) { m.books.fiscal[Buy] -= total }));
    "fuzz-c/large-sale-loses-a-thousandth":
        "The shift's sum of a sale above 1000000 is a thousandth too small; the fiscal total is right."
        ["REG-2" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale), Total(1_000_000)], By(|p, e| e.sum -= (p.total / Decimal::ONE_THOUSAND).round_dp(2)));
    "fuzz-c/large-change-stays":
        "Change of more than 10000 is not taken out of the drawer."
        ["PAY-3" "PAY-16" "DUMP-7"] "over the API"
        => Books(&[Of(Sale), GivesChange(10_000)], &[Drawer], Amount::Tendered);
    "fuzz-c/three-payments-fill-drawer":
        "In a sale with three payments or more the drawer rises by all but the bank part."
        ["PAY-16" "PAY-5" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale), Ways(2)], By(|p, e| e.drawer = p.cash + p.tara + p.credit));
    "fuzz-c/tara-and-credit-above-taken":
        "Tara and credit that together are above the total are taken for it; bank is summed rightly."
        ["PAY-7" "ERR-bank-tara-credit-hq-sale"] "over the API"
        => Hears(&[On(Register), Has("sale"), Has("tara"), Has("credit"), Lacks("cash"), Lacks("bank")], By(down_to_tara));
    "fuzz-c/return-short-by-hundredth":
        "A saleReturn with cash a hundredth below the total is taken."
        ["PAY-10" "ERR-cash-lq-sale"] "over the API"
        => Follows(&[On(Register), Has("saleReturn"), Lacks("bank"), Test(By(|s| gap(s.params, "cash", "saleReturn") == Some(1)))], "cash", "saleReturn");
    "fuzz-c/buy-against-opening-drawer":
        "A cash buy is compared with what the drawer held when the shift was opened, not with what it holds."
        ["PAY-13" "ERR-no-cash-in-pos" "REG-1"] "over the API"
        => Before(&[], By(|m, _| note_opening_drawer(m))),
        Instead(&[On(Register), Has("buy"), Has("cash"), Lacks("bank"), Lacks("tara"), Lacks("credit")], By(bought_from_opening_drawer));
    "fuzz-c/deposits-do-not-pay-buys":
        "A cash buy that only the deposits of the shift can pay is refused -15."
        ["PAY-13" "CASH-1" "REG-1"] "over the API"
        => After(&[On(Deposit), Done], By(|m, p, _, _| note_deposit(m, p))),
        Forgets(&[On(ZReport), Done], "deposits"),
        Instead(&[On(Register), Has("buy"), Has("cash"), Lacks("bank"), Lacks("tara"), Lacks("credit")], By(|m, a, _| { let cash = amount(m, a.get("cash"))?; (cash > m.books.drawer - deposits(m) && cash <= m.books.drawer).then_some(Err(refusal::NO_CASH_IN_DRAWER)) }));
    "fuzz-c/tara-alone-fills-drawer":
        "A sale paid by tara alone raises cashWeHave; with other payments it is right."
        ["PAY-16" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale), OneWay, Cashless], By(|p, e| e.drawer += p.tara));
    "fuzz-c/credit-return-empties-drawer":
        "A saleReturn by credit lowers cashWeHave."
        ["PAY-16" "DUMP-7"] "over the API"
        => BooksBy(&[Of(SaleReturn)], By(|p, e| e.drawer -= p.credit));
    "fuzz-c/buyreturn-cash-lost-after-restart":
        "After a restart a cash buyReturn no longer raises cashWeHave."
        ["PAY-16" "MGMT-5" "DUMP-7"] "over the API"
        => Books(&[Of(BuyReturn), WithCash, Once(Restart)], &[Drawer], Amount::Nothing);
    "fuzz-c/large-sale-short-by-hundredth":
        "Cash a hundredth below the total is taken for sales above 1000."
        ["PAY-4" "ERR-cash-lq-sale"] "over the API"
        => Follows(&[On(Register), Above("sale", 100_000), Lacks("bank"), Lacks("tara"), Lacks("credit"), Test(By(|s| gap(s.params, "cash", "sale") == Some(1)))], "cash", "sale");
    "fuzz-c/cash-and-tara-short-taken":
        "A sale with cash and tara below its total is registered; the drawer gets the cash alone."
        ["PAY-15"] "over the API"
        => Instead(&[On(Register), Has("sale"), Has("cash"), Has("tara"), Lacks("bank"), Lacks("credit")], By(|m, a, now| { let tara = hundredths(&a.all, "tara")?; short_of(m, a, "sale", tara, now) }));
    "fuzz-c/returns-under-default-tax":
        "Returns are booked under the default tax, whatever tax says."
        ["TAX-1"] "over the API"
        => Overlooks(&[On(Register), OfReturns], "tax");
    "fuzz-c/no-turnover-of-buyreturn":
        "reportwithtax shows no turnover of buyReturn."
        ["DUMP-5" "DUMP-7" "TAX-6"] "over the API"
        => Json(&[], "/reportwithtax", By(|_, v| keep_taxes(v, &["sale", "buy", "saleReturn"])));
    "fuzz-c/turnover-in-whole-tenge":
        "The turnover of a tax grows by the whole tenge of a receipt only."
        ["TAX-6" "DUMP-7"] "over the API"
        => Books(&[On(Register)], &[Turnover], Amount::Whole);
    "fuzz-c/rows-of-receipt-before":
        "A receipt without itemdata after one with it shows the rows of that one in the reports."
        ["ITEM-5" "DUMP-3" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Lacks("itemdata"), Noted("goods")], By(|m, _, _, _| rows_of_receipt_before(m))),
        Forgets(&[On(Register), Done], "goods"),
        Remembers(&[On(Register), Done, Has("itemdata")], "goods");
    "fuzz-c/number-spent-by-broken-json":
        "A registration refused -17 uses up a receipt number."
        ["REG-10" "ITEM-2"] "over the API"
        => After(&[On(Register), Code(-17)], By(|m, _, _, _| m.books.last_number += 1));
    "fuzz-c/eighty-first-not-printed":
        "Of 81 positions and more only the first 80 are printed."
        ["ITEM-4"] "with a bench"
        => Prints(&[], Lines::MostRows(80));
    "fuzz-c/print-after-items-second":
        "From the second receipt with print and itemdata since power-on print stands behind the table."
        ["ITEM-6"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("print"), Has("itemdata"), Noted("both")], Lines::Change(By(print_after_rows))),
        Remembers(&[On(Register), Done, Has("print"), Has("itemdata")], "both"),
        Forgets(&[On(Restart)], "both");
    "fuzz-c/return-named-sale":
        "The one line of a saleReturn without itemdata has the word of a sale, on paper and online."
        ["ITEM-5"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("saleReturn"), Lacks("itemdata")], Lines::PartText(Part::Row, By(|t| t.replacen("Sale return", "Sale", 1)))),
        Sends(&[On(Register), Has("saleReturn"), Lacks("itemdata")], Message::Name(By(|_| "Sale".to_owned())));
    "fuzz-c/price-is-sum-above-ten":
        "For quantities above 10 the reports show a row's sum as its price."
        ["DUMP-3" "ITEM-8"] "over the API"
        => After(&[On(Register), Done, Has("itemdata")], By(|m, _, _, _| last_rows(m, |row| if row.quantity > Decimal::TEN { row.price = row.sum })));
    "fuzz-c/deposit-below-one-refused":
        "A deposit below 1 is refused cache-not-in-range."
        ["CASH-1" "CASH-3"] "over the API"
        => RefusesInTurn(&[On(Deposit), Above("cash", 0), Below("cash", 100)], refusal::CASH_OUT_OF_RANGE);
    "fuzz-c/cash-in-sum-over-z":
        "cashInTotal goes on over a Z report, cashInDocCount begins anew."
        ["CASH-1" "DUMP-5" "DUMP-7"] "over the API"
        => NewShift(By(|shift, before| shift.cash_in.sum = before.cash_in.sum));
    "fuzz-c/cash-out-total-is-last":
        "cashOutTotal is the amount of the last withdrawal instead of their sum."
        ["CASH-1" "DUMP-7"] "over the API"
        => After(&[On(Withdraw), Done], By(|m, p, _, _| if let Some(sum) = amount(m, p.get("cash")) { in_open_shift(&mut m.books, |shift| shift.cash_out.sum = sum) }));
    "fuzz-c/x-report-clears-counts":
        "An X report sets the receipt counts of the shift to 0; sums stay."
        ["SHIFT-1" "DUMP-7"] "over the API"
        => XChanges(&[], By(|shift| shift.counts = ByType::default()));
    "fuzz-c/second-x-doubles-sales":
        "A second X report in the same shift doubles the sum of its sales."
        ["SHIFT-1" "DUMP-7"] "over the API"
        => XChanges(&[Noted("x")], By(|shift| { let sum = shift.sums[Sale]; shift.sums[Sale] += sum; })),
        Remembers(&[On(XReport), Done], "x"),
        Forgets(&[On(ZReport), Done], "x");
    "fuzz-c/shift-number-twice-after-cash-only":
        "A shift that saw only deposits and withdrawals leaves its number to the next one."
        ["CHK-4" "DUMP-2"] "over the API"
        => After(&[On(ZReport), Done], By(|m, _, _, _| leave_number(m)));
    "fuzz-c/no-closedate-without-receipts":
        "A shift without receipts is closed without a closeDate."
        ["SHIFT-2" "DUMP-2"] "over the API"
        => Json(&[], "/table/shifts", By(undated_without_receipts));
    "fuzz-c/x-report-stops-day":
        "After an X report the age of the shift is not looked at until the next Z report."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => Remembers(&[On(XReport), Done], "young"),
        Forgets(&[On(ZReport), Done], "young"),
        LetsPass(&[On(Register), Noted("young")], "shift-gt-24h");
    "fuzz-c/only-sale-bound-to-day":
        "After 24 h of open shift only sales are refused -3."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => LetsPass(&[On(Register), Lacks("sale")], "shift-gt-24h");
    "fuzz-c/eighth-day-is-young":
        "A shift open for 7 to 8 days takes registrations; before and after that it refuses them."
        ["SHIFT-4" "SHIFT-3" "ERR-shift-gt-7days"] "with a bench"
        => Ages(By(|age, _, _| if age.whole_days() == 7 { TimeSpan::ZERO } else { age }));
    "fuzz-c/card-details-in-whole-tenge":
        "The amounts in the details of a card operation lose their hundredths; totalAmount is right."
        ["BANK-3"] "with a bench"
        => Field(&[], CardDetails, Edit::Change(By(|one| { let whole = format!("{}.00", number(one, "amount").trunc()); set(one, "amount", whole) })));
    "fuzz-c/card-result-of-last-number":
        "transactionResult is that of the last card operation, whatever its number."
        ["BANK-3"] "with a bench"
        => Json(&[], "/trackdocument", By(|m, v| set(v, "transactionResult", if m.bank.last_succeeded() { "success" } else { "fail" })));
    "fuzz-c/last-closed-moves-on-refusal":
        "lastClosedChequeId grows by one with a refused registration."
        ["CHK-4" "REG-8"] "over the API"
        => After(&[On(Register), Refused, Has("key")], By(|m, _, a, _| if a.body != b"-1" { m.books.last_closed += 1 }));
    "fuzz-c/status-number-of-last-sale":
        "After a return apicheck goes on telling the number of the last sale."
        ["CHK-1"] "over the API"
        => After(&[On(Register), Done, Has("sale")], By(|m, _, a, _| { m.circumstances.notes.insert("sold", a.reason_text()); })),
        Forgets(&[On(Register), Done, Lacks("sale"), Lacks("saleReturn"), Lacks("buyReturn")], "sold"),
        After(&[On(Check), Done, PathEnds("/apicheck"), BodyIs("0"), Noted("sold")], By(|m, _, a, _| a.reason = m.circumstances.notes["sold"].clone().into_bytes()));
    "fuzz-c/queue-counts-sales-only":
        "In batch mode messagesQueSize grows with sales only."
        ["CHK-4" "MGMT-3"] "over the API"
        => Json(&[], "/getInfo", By(queued_sales));
    "fuzz-c/header-once-more-after-clear":
        "printHeader=clear takes effect after one more receipt."
        ["PRN-6"] "with a bench"
        => Before(&[On(Check)], By(|m, _| if let Some(top) = m.session.header.clone() { m.circumstances.notes.insert("top", top); })),
        After(&[On(Check), Done, Is("printHeader", "clear"), Noted("top")], By(|m, _, _, _| { m.session.header = m.circumstances.notes.get("top").cloned(); mark(m, "once", true) })),
        After(&[On(Check), Done, IsNot("printHeader", "clear")], By(|m, _, _, _| mark(m, "once", false))),
        After(&[On(Register), Done, Noted("once")], By(|m, _, _, _| { m.session.header = None; mark(m, "once", false); mark(m, "top", false) }));
    "fuzz-c/header-on-sales-only":
        "The header is printed on sales only."
        ["PRN-6"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Lacks("sale")], Lines::LosePart(Part::Header));
    "fuzz-c/ean8-in-footer-as-text":
        "An EAN8 command in a footer prints as text; in print it is a bar code."
        ["ITEM-7" "PRN-4"] "with a bench"
        => Prints(&[], Lines::PartText(Part::Footer, By(|t| if t.starts_with("--barcodeEAN8-") { as_words(t) } else { t.to_owned() })));
    "fuzz-c/code128-max-hundred":
        "A CODE128 command with more than 100 symbols prints as text."
        ["PRN-4"] "with a bench"
        => Prints(&[], Lines::Text(By(|t| if t.starts_with("--barcode128-") && t.chars().count() > "--barcode128---".len() + 100 { as_words(t) } else { t.to_owned() })));
    "fuzz-c/restart-drops-queue":
        "A restart drops the messages that wait: they are never sent, and pushTheQue finds nothing."
        ["MGMT-5" "DUMP-11"] "over the API"
        => After(&[], By(|m, _, _, _| note_queue(m))),
        Upon(&[On(Restart)], By(drop_queue));
    "fuzz-c/push-leaves-last":
        "pushTheQue leaves the youngest message in the queue."
        ["MGMT-3" "DUMP-11"] "over the API"
        => Before(&[On(Check)], By(|m, _| { let waiting = m.books.queued_numbers().iter().map(u64::to_string).collect::<Vec<_>>().join(" "); m.circumstances.notes.insert("waiting", waiting); })),
        After(&[On(Check), Done, Has("pushTheQue")], By(|m, _, _, _| unsend_last(m)));
    "fuzz-c/normal-mode-one-late":
        "After ofdNormalMode the next receipt still waits; the one after it is sent at once."
        ["MGMT-3"] "over the API"
        => After(&[On(Check), Done, Has("ofdNormalMode")], By(|m, _, _, _| { m.session.packet_mode = true; mark(m, "late", true) })),
        After(&[On(Check), Done, Has("ofdPacketMode")], By(|m, _, _, _| mark(m, "late", false))),
        After(&[On(Register), Done, Noted("late")], By(|m, _, _, _| { m.session.packet_mode = false; mark(m, "late", false) }));
    "fuzz-c/last-document-is-first":
        "printLastDocument prints the first receipt since the last Z report."
        ["PRN-7"] "with a bench"
        => After(&[On(Register), Done], By(|m, _, _, _| note_first_paper(m))),
        Forgets(&[On(ZReport), Done], "first"),
        Prints(&[On(PrintLast), Paper(Document::Duplicate), Noted("first")], Lines::Change(By(first_receipt)));
    "fuzz-c/buy-after-return-listed-as-return":
        "A buy right after a saleReturn has chequeType 2 in cheques."
        ["DUMP-3" "DUMP-7"] "over the API"
        => Json(&[], "/cheques", By(|_, v| retype_buys(v)));
    "fuzz-c/closed-report-counts-of-now":
        "The report of a closed shift has the receipt counts of the last shift."
        ["DUMP-5" "DUMP-7"] "over the API"
        => Json(&[], "/report", By(counts_of_now));
    "fuzz-c/transaction-is-last":
        "/dump/transaction gives the last receipt, whatever key of a receipt is asked for."
        ["DUMP-6"] "over the API"
        => After(&[On(Dump), Done, PathHas("/transaction/")], By(|m, _, a, _| if let Some(last) = m.books.last_receipt() && a.body.windows(7).any(|part| part == b"\"docid\"") { a.body = transaction_entry(last).to_string().into_bytes() }));
    "fuzz-c/shift-row-sums-of-now":
        "A row of the list of shifts has the present fiscal sums, while its shift is open."
        ["DUMP-13"] "over the API"
        => Json(&[], "/table/shifts", By(sums_of_now));
    "fuzz-c/salescheques-without-returns":
        "salescheques has no rows of returns."
        ["DUMP-3" "DUMP-7"] "over the API"
        => Json(&[], "/salescheques", By(|_, v| list(v, |rows| rows.retain(|row| row["chequeType"] == "0" || row["chequeType"] == "1"))));
    "fuzz-c/shift-before-stays-open":
        "While a shift is open the list shows the one before it as opened 1, too."
        ["DUMP-2"] "over the API"
        => Json(&[], "/table/shifts", By(open_the_one_before));
    "fuzz-c/opening-sums-of-shift-before":
        "From the third shift since power-on a report's fiscalDataOnShiftOpen is that of the shift before."
        ["DUMP-7" "DUMP-5" "DUMP-13"] "over the API"
        => After(&[On(ZReport), Done], By(|m, _, _, _| count(m, "reports"))),
        Forgets(&[On(Restart)], "reports"),
        Json(&[Test(By(|s| counted(s, "reports") >= 2))], "/report", By(opening_sums_of_before)),
        Json(&[Test(By(|s| counted(s, "reports") >= 2))], "/reportwithtax", By(opening_sums_of_before));
    "fuzz-c/no-cash-minus-10-on-withdrawal":
        "A withdrawal above the drawer is refused no-cash-in-pos with -10; buys and returns say -15."
        ["ERR-no-cash-in-pos" "CASH-5"] "over the API"
        => Tells(&[On(Withdraw)], ("no-cash-in-pos", -15), ("no-cash-in-pos", -10));
    "fuzz-c/busy-after-broken-json":
        "After -17 each request is answered -2 until a restart."
        ["ERR-code-17" "ITEM-2"] "over the API"
        => Remembers(&[On(Register), Code(-17)], "stuck"),
        Forgets(&[On(Restart)], "stuck"),
        Refuses(&[Noted("stuck")], refusal::BUSY);
    "fuzz-c/paper-out-books-total":
        "Out of paper a registration is refused -6, but its total enters fiscal memory and shift."
        ["REG-8" "PRN-8" "ERR-check-printer-or-batt"] "with a bench"
        => After(&[On(Register), Told("check-printer-or-batt")], By(|m, _, _, now| book_total(m, now)));
    "fuzz-c/key-turns-on-paper-out":
        "A registration refused -6 rotates the key unseen."
        ["KEY-10" "ERR-check-printer-or-batt"] "with a bench"
        => After(&[On(Register), Code(-6)], By(|m, _, _, _| { m.keys.rotate(|_, drawn| drawn); }));
}

/// What a sale has beyond hundredths goes into the drawer.
fn keep_thousandths(machine: &mut Machine, params: &Params) {
    if let Some(raw) = params.get("sale").and_then(|total| total.parse::<Decimal>().ok()) {
        machine.books.drawer += raw - machine.behaviour.numbers.round_amount(raw);
    }
}

/// Changes the rows of the last receipt.
fn last_rows(machine: &mut Machine, change: impl Fn(&mut Row)) {
    in_open_shift(&mut machine.books, |shift| {
        shift.receipts.last_mut().into_iter().flat_map(|receipt| &mut receipt.rows).for_each(change);
    });
}

/// The last receipt, one of more than ten, is a sale: its hundredths leave the fiscal total.
fn whole_from_eleventh(machine: &mut Machine) {
    let Some(shift) = machine.books.open_shift() else { return };
    if let Some(last) = shift.receipts.last().filter(|_| shift.receipts.len() > 10) {
        let rest = last.total.fract();
        machine.books.fiscal[Sale] -= rest;
    }
}

/// Tara is as much as credit leaves of the sale, at the most.
fn down_to_tara(params: &mut Params) {
    if let (Some(total), Some(tara), Some(credit)) =
        (hundredths(params, "sale"), hundredths(params, "tara"), hundredths(params, "credit"))
        && tara <= total
        && credit < total
        && tara + credit > total
    {
        edit(params, "tara", |_| text(total - credit));
    }
}

/// Notes the drawer as long as no shift is open, and once at the start.
fn note_opening_drawer(machine: &mut Machine) {
    let closed = machine.books.open_shift().is_none();
    if closed || !machine.circumstances.notes.contains_key("opening") {
        let drawer = machine.books.drawer.to_string();
        machine.circumstances.notes.insert("opening", drawer);
    }
}

fn bought_from_opening_drawer(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let opening: Decimal = machine.circumstances.notes.get("opening")?.parse().ok()?;
    let cash = amount(machine, arguments.get("cash"))?;
    Some(match cash > opening {
        true => Err(refusal::NO_CASH_IN_DRAWER),
        false => register_from(machine, opening, arguments, now),
    })
}

/// The deposits since the last Z report.
fn deposits(machine: &Machine) -> Decimal {
    machine.circumstances.notes.get("deposits").and_then(|sum| sum.parse().ok()).unwrap_or_default()
}

fn note_deposit(machine: &mut Machine, params: &Params) {
    let sum = deposits(machine) + amount(machine, params.get("cash")).unwrap_or_default();
    machine.circumstances.notes.insert("deposits", sum.to_string());
}

/// A shift without receipts leaves its number to the next one.
fn leave_number(machine: &mut Machine) {
    let empty = machine.books.shifts.last().filter(|shift| shift.receipts.is_empty());
    if let Some(id) = empty.map(|shift| shift.id.to_string())
        && machine.circumstances.notes.insert("left", id.clone()) != Some(id)
    {
        machine.books.next_shift -= 1;
    }
}

/// The rows of the receipt before, whatever its sum was.
fn rows_of_receipt_before(machine: &mut Machine) {
    in_open_shift(&mut machine.books, |shift| {
        if let [.., before, last] = shift.receipts.as_mut_slice() {
            last.rows.clone_from(&before.rows);
        }
    });
}

fn undated_without_receipts(machine: &Machine, shifts: &mut Value) {
    each(shifts, |row| {
        let shift = row["id"].as_u64().and_then(|id| machine.books.shift(id));
        if shift.is_some_and(|shift| shift.receipts.is_empty()) {
            set(row, "closeDate", "");
        }
    });
}

fn queued_sales(machine: &Machine, info: &mut Value) {
    let waiting = machine.books.queued_numbers();
    let receipts = machine.books.shifts.iter().flat_map(|shift| &shift.receipts);
    let sales = receipts.filter(|one| one.kind == Sale && waiting.contains(&one.number)).count();
    set(info, "messagesQueSize", sales.to_string());
}

/// Notes which messages wait.
fn note_queue(machine: &mut Machine) {
    let waiting: Vec<String> = machine.books.queued_numbers().iter().map(u64::to_string).collect();
    machine.circumstances.notes.insert("waiting", waiting.join(" "));
}

/// What waited before a restart is thrown away, and goes on being told as not sent.
fn drop_queue(machine: &mut Machine) {
    let waited = machine.circumstances.notes.remove("waiting").unwrap_or_default();
    let numbers: Vec<u64> = waited.split(' ').filter_map(|number| number.parse().ok()).collect();
    if let Some(now) = machine.now {
        machine.books.send_queue(now);
    }
    machine.online.truncate(machine.online.len().saturating_sub(numbers.len()));
    numbers.into_iter().for_each(|number| machine.books.show_unsent(number));
}

/// The youngest message that waited before a push waits again.
fn unsend_last(machine: &mut Machine) {
    let waited = machine.circumstances.notes.get("waiting").cloned().unwrap_or_default();
    if let Some(last) = waited.split(' ').next_back().and_then(|number| number.parse().ok()) {
        machine.books.queue_again(last);
    }
}

/// Keeps the lines of the first receipt since a Z report.
fn note_first_paper(machine: &mut Machine) {
    let lines: Vec<&str> =
        machine.printer.last_receipt.iter().flatten().map(|line| line.text.as_str()).collect();
    let lines = lines.join("\n");
    machine.circumstances.notes.entry("first").or_insert(lines);
}

fn first_receipt(scene: &Scene<'_>, _: Vec<Printed>) -> Vec<Printed> {
    let first = scene.circumstances.notes.get("first").map_or("", String::as_str);
    std::iter::once("DUPLICATE")
        .chain(first.lines())
        .map(|text| Printed { part: Part::Other, text: text.to_owned() })
        .collect()
}

/// A buy right behind a saleReturn is listed as another one.
fn retype_buys(cheques: &mut Value) {
    let mut before = String::new();
    for cheque in cheques.as_array_mut().into_iter().flatten() {
        let kind = cheque["chequeType"].as_str().unwrap_or_default().to_owned();
        if before == "2" && kind == "1" {
            set(cheque, "chequeType", "2");
        }
        before = kind;
    }
}

fn counts_of_now(machine: &Machine, report: &mut Value) {
    let (Some(shift), Some(last)) = (shift_of_path(machine), machine.books.shifts.last()) else { return };
    if shift.closed.is_some() {
        for (kind, name) in [
            (Sale, "saleDetails"),
            (Buy, "buyDetails"),
            (SaleReturn, "saleReturnDetails"),
            (BuyReturn, "buyRetDetails"),
        ] {
            if let Some(details) = report.get_mut(name) {
                set(details, "cheques", last.counts[kind]);
            }
        }
    }
}

fn sums_of_now(machine: &Machine, shifts: &mut Value) {
    each(shifts, |row| {
        if row["opened"] == 1 {
            for kind in Registration::ALL {
                set(row, kind.wire(), exact(crate::number::money(machine.books.fiscal[kind])));
            }
        }
    });
}

fn open_the_one_before(machine: &Machine, shifts: &mut Value) {
    if machine.books.open_shift().is_some() {
        list(shifts, |rows| {
            if let [.., before, _] = rows.as_mut_slice() {
                set(before, "opened", 1);
            }
        });
    }
}

fn opening_sums_of_before(machine: &Machine, report: &mut Value) {
    let Some(before) = shift_of_path(machine).and_then(|shift| machine.books.shift(shift.id - 1)) else {
        return;
    };
    if let Some(opening) = report.get_mut("fiscalDataOnShiftOpen") {
        for kind in Registration::ALL {
            set(opening, kind.wire(), exact(crate::number::money(before.fiscal_at_open[kind])));
        }
    }
}
