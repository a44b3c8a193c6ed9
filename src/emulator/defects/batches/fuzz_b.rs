//! Batch B for the fuzzer: stateful and numeric faults, written from the requirements and the vendor's
//! document alone, without a look at the fuzzer or any suite.

use super::*;

/// The parameters that hold an amount.
const AMOUNTS: [&str; 8] = ["sale", "buy", "saleReturn", "buyReturn", "cash", "bank", "tara", "credit"];

mutants! {
    "fuzz-b/get-drops-second-decimal":
        "By GET amounts with two decimals lose the last one in total and payments (sale=10.55&cash=10.55 is booked as 10.50); the same request by POST is booked as 10.55."
        ["WIRE-2" "REG-2"] "over the API"
        => Understands(&[On(Register), Got], &AMOUNTS, By(|t| if t.split_once('.').is_some_and(|(_, rest)| rest.len() == 2) { cut(t, 1) } else { t.to_owned() }));
    "fuzz-b/half-hundredth-returns-raw":
        "Totals of returns are not rounded in the shift sums: saleReturn=10.016 (cash=10.016) shows 10.016 in the report's sum and 10.02 in fiscal data."
        ["WIRE-6" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, OfReturns], By(|m, p, _, _| add_raw_rest(m, p))),
        Json(&[], "/report", By(show_raw_returns)),
        Json(&[], "/reportwithtax", By(show_raw_returns));
    "fuzz-b/bank-exact-20mil-refused":
        "sale=20000000&bank=20000000 is refused -7 bank-not-in-range; with cash=20000000 the same sale is taken."
        ["WIRE-9" "PAY-2"] "over the API"
        => RefusesInTurn(&[On(Register), Equals("bank", LIMIT)], refusal::payment_out_of_range(PayKind::Bank));
    "fuzz-b/item-price-limit-only-first":
        "A price over 20 million is refused only in the first element of itemdata; in the second or later element price 20000001 is taken."
        ["WIRE-15"] "over the API"
        => Instead(&[On(Register), Has("itemdata")], By(with_later_price));
    "fuzz-b/qty-thousandth-truncated":
        "Quantities with more than three decimals are rounded properly below 1 and cut off from 1 up: qty 1.2349 shows as 1.234 instead of 1.235."
        ["WIRE-7" "ITEM-8"] "over the API"
        => After(&[On(Register), Done, Has("itemdata")], By(|m, p, _, _| cut_quantities(m, p)));
    "fuzz-b/grouping-taken-in-total":
        "A blank within a total is dropped: sale=1%20000&cash=1000 is registered as a sale of 1000; payments with a blank within are refused."
        ["WIRE-5" "REG-4" "ERR-sale-param-error"] "over the API"
        => Understands(&[On(Register)], &TYPES, By(|t| if t.trim().contains(' ') { t.replace(' ', "") } else { t.to_owned() }));
    "fuzz-b/kazakh-lost-after-restart":
        "After a restart the Kazakh letters beyond the Russian alphabet (ә, ғ, қ, ң, ө, ұ, ү, һ, і) print as question marks; before it they print rightly."
        ["WIRE-4"] "with a bench"
        => Prints(&[Once(Restart)], Lines::Text(By(without_kazakh)));
    "fuzz-b/deposit-reason-word":
        "From the second deposit of a shift the reason phrase is deposit-ok instead of the document number."
        ["WIRE-10" "CASH-1"] "over the API"
        => After(&[On(Deposit), Done], By(|m, _, a, _| if m.books.open_shift().is_some_and(|shift| shift.cash_in.count > 1) { a.reason = b"deposit-ok".to_vec() }));
    "fuzz-b/newline-after-z":
        "After the first Z report since power-on the bodies of registration answers end with a line feed (counted in Content-Length)."
        ["WIRE-1"] "over the API"
        => Remembers(&[On(ZReport), Done], "z"),
        Forgets(&[On(Restart)], "z"),
        Answers(&[On(Register), Done, Noted("z")], By(|a| a.body.push(b'\n')));
    "fuzz-b/error-200-after-five":
        "From the fifth consecutive error answer on, errors come with status 200 (body and reason phrase as before); a success resets the count."
        ["WIRE-10"] "over the API"
        => After(&[Done], By(|m, _, _, _| mark(m, "errors", false))),
        After(&[Refused], By(|m, _, _, _| count(m, "errors"))),
        Status(&[Refused, Test(By(|s| counted(s, "errors") >= 5))], 200);
    "fuzz-b/nokey-after-success":
        "/apicheck without key is answered 0 when the request before it carried the right key; otherwise it is refused."
        ["KEY-1" "ERR-no-web-api-key-provided"] "over the API"
        => Recalls(&[On(Check)], "key"),
        After(&[], By(|m, p, a, _| note_right_key(m, p, a)));
    "fuzz-b/wrong-key-post-deposit":
        "apideposit by POST does not compare the key: any 8 digits are taken and the deposit is booked; by GET the key is checked."
        ["KEY-2" "ERR-incorrect-web-api-key"] "over the API"
        => TakesKey(&[On(Deposit), Posted, Test(By(|s| s.key.is_some_and(|key| key.given.len() == 8 && key.given.bytes().all(|byte| byte.is_ascii_digit()))))]);
    "fuzz-b/repeat-new-key-each-time":
        "The first repeat gives the same new key as the registration; the second repeat makes yet another key, and the first new key is then no longer taken."
        ["KEY-5" "KEY-7"] "over the API"
        => Turns(&[On(Repeat), Done, Noted("repeated")]),
        KeyAsBody(&[On(Repeat), Done]),
        Remembers(&[On(Repeat), Done], "repeated"),
        Forgets(&[On(Register), Done], "repeated");
    "fuzz-b/repeat-lost-after-error":
        "A refused registration (-7) with the current key in between makes the device forget the previous key: the repeat of the last success is refused -1."
        ["KEY-13" "KEY-7" "KEY-5"] "over the API"
        => Remembers(&[On(Register), Code(-7), Has("key")], "lost"),
        Forgets(&[On(Register), Done], "lost"),
        RefusesKey(&[KeyRepeats, Noted("lost")]);
    "fuzz-b/repeat-of-buy-refused":
        "The previous key is answered by a repeat only when the last registration was a sale; after a buy or a return it is refused -1."
        ["KEY-5"] "over the API"
        => RefusesKey(&[KeyRepeats, Test(By(|s| s.key.is_some_and(|key| key.last.iter().all(|(name, _)| name != "sale"))))]);
    "fuzz-b/repeat-mixed-moves-drawer":
        "The repeat of a mixed sale raises cashWeHave by the cash part once more; sums and counts do not move."
        ["KEY-5" "PAY-16" "DUMP-7"] "over the API"
        => BooksRepeat(&[Of(Sale), Ways(1)], &[Drawer]);
    "fuzz-b/repeat-gives-deposit-number":
        "A repeat after a deposit or withdrawal gives the number of that cash document in its reason phrase instead of the receipt's number."
        ["KEY-5" "KEY-13"] "over the API"
        => After(&[In(&[Deposit, Withdraw]), Done], By(|m, _, a, _| { m.circumstances.notes.insert("document", a.reason_text()); })),
        Forgets(&[On(Register), Done], "document"),
        After(&[On(Repeat), Done, Noted("document")], By(|m, _, a, _| a.reason = m.circumstances.notes["document"].clone().into_bytes()));
    "fuzz-b/repeat-moves-lastclosed":
        "Each repeat raises lastClosedChequeId by one though no receipt is added; the answer is right."
        ["KEY-5" "CHK-4"] "over the API"
        => After(&[On(Repeat), Done], By(|m, _, _, _| m.books.last_closed += 1));
    "fuzz-b/repeat-other-type-registers":
        "The previous key with another type and the same total (buy after sale) registers; the same type with another total does not."
        ["KEY-12" "KEY-4"] "over the API"
        => TakesKey(&[KeyRepeats, Test(By(says_other_type))]);
    "fuzz-b/duplicate-of-receipt-before":
        "The duplicate printed at a repeat is of the receipt before the last one, from the second receipt since power-on."
        ["KEY-6"] "with a bench"
        => Prints(&[On(Repeat), Paper(Document::Duplicate), Noted("paper-before")], Lines::Change(By(receipt_before))),
        After(&[On(Register), Done], By(|m, _, _, _| note_paper(m))),
        Forgets(&[On(Restart)], "paper-last"),
        Forgets(&[On(Restart)], "paper-before");
    "fuzz-b/seventh-key-same":
        "At every seventh registration since power-on the answer's key is the one that was sent: no rotation."
        ["KEY-3" "KEY-4"] "over the API"
        => KeepsKey(&[Every(Register, 7, 6)]);
    "fuzz-b/key-turns-on-long-print":
        "An /apiprint with more than 10 lines rotates the key without telling the new one in the body; short texts do not."
        ["KEY-11"] "over the API"
        => Turns(&[On(Print), Done, Test(By(|s| s.params.get("print").is_some_and(|text| text.lines().count() > 10)))]);
    "fuzz-b/old-key-reads-info-after-repeat":
        "After a repeat was served, the previous key is also taken by /apicheck/getInfo until the next rotation; without a repeat it is refused."
        ["KEY-9"] "over the API"
        => Remembers(&[On(Repeat), Done], "repeated"),
        Forgets(&[On(Register), Done], "repeated"),
        TakesKey(&[On(GetInfo), KeyAge(1), Noted("repeated")]);
    "fuzz-b/key-turns-on-tax-error":
        "A registration refused -14 tax-not-found rotates the key unseen: the key it carried is refused -1 afterwards."
        ["KEY-10" "ERR-tax-not-found"] "over the API"
        => After(&[On(Register), Told("tax-not-found")], By(|m, _, _, _| { m.keys.rotate(|_, drawn| drawn); }));
    "fuzz-b/buy-below-one":
        "buy takes totals from 0.01 (buy=0.50&cash=0.50 with cash in the drawer registers); the other types refuse below 1."
        ["REG-5" "ERR-sale-lq-one"] "over the API"
        => TakesLess(&[Of(Buy), Above("buy", 0)]);
    "fuzz-b/buyreturn-no-upper-limit":
        "buyReturn has no upper limit for total and payment: buyReturn=20000001&bank=20000001 is registered."
        ["REG-6" "PAY-12" "WIRE-9"] "over the API"
        => Instead(&[On(Register), Of(BuyReturn)], By(|m, a, now| Some(with_limit(m, 900_000_000, |m| m.register(a, now)))));
    "fuzz-b/salereturn-lowers-sale-total":
        "A saleReturn lowers the fiscal total of sale by its total and leaves fiscal saleReturn alone; the shift's sums are right."
        ["REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Of(SaleReturn)], By(|m, _, _, _| if let Some(total) = m.books.last_receipt().map(|receipt| receipt.total) { m.books.fiscal[SaleReturn] -= total; m.books.fiscal[Sale] -= total; }));
    "fuzz-b/tiyn-lost-in-fiscal":
        "Fiscal totals grow by the whole tenge of a receipt only: a sale of 99.99 moves fiscalData by 99, shift sums by 99.99."
        ["REG-2" "DUMP-7"] "over the API"
        => Books(&[On(Register)], &[Fiscal], Amount::Whole);
    "fuzz-b/tax-refusal-opens-shift":
        "With the shift closed, a registration refused -14 opens a new shift: currentShiftStatus becomes opened and a shift row with opened 1 appears."
        ["REG-8" "CHK-4" "ERR-tax-not-found"] "over the API"
        => After(&[On(Register), Code(-14)], By(|m, _, _, now| m.begin_shift(now)));
    "fuzz-b/second-return-letters-code":
        "buyReturn=abc is refused with saleRet-param-error instead of buyRet-param-error once a saleReturn has been registered since power-on; before that it is right."
        ["REG-4" "ERR-buyRet-param-error"] "over the API"
        => Remembers(&[On(Register), Done, Of(SaleReturn)], "returned"),
        Forgets(&[On(Restart)], "returned"),
        Tells(&[Noted("returned")], ("buyRet-param-error", -9), ("saleRet-param-error", -9));
    "fuzz-b/number-jumps-after-nine":
        "After receipt numbers ending in 9 the next number is two higher (9 is followed by 11); otherwise it grows by one."
        ["REG-10"] "over the API"
        => After(&[On(Register), Done], By(|m, _, _, _| if m.books.last_number % 10 == 9 { m.books.last_number += 1 }));
    "fuzz-b/change-taken-from-next":
        "The change given in a cash sale is subtracted again from the drawer at the next cash sale: 800 with 1000 then 500 with 500 leaves cashWeHave at 1100 instead of 1300."
        ["PAY-3" "PAY-16" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Of(Sale), Has("cash"), Lacks("bank"), Lacks("tara"), Lacks("credit")], By(|m, p, _, _| take_change_again(m, p)));
    "fuzz-b/cash-10mil-change-missing":
        "In a sale paid with cash of 10000000 or more the change is not taken off: the drawer rises by the whole cash received."
        ["PAY-3" "DUMP-7"] "over the API"
        => Books(&[Of(Sale), Above("cash", 999_999_999), GivesChange(0)], &[Drawer], Amount::Tendered);
    "fuzz-b/salereturn-empties-refused":
        "A cash saleReturn of exactly the amount in the drawer is refused -15; buys that empty it exactly are taken."
        ["PAY-13" "REG-1"] "over the API"
        => Instead(&[On(Register), Of(SaleReturn), Same("saleReturn", "cash")], By(|m, a, _| (amount(m, a.get("saleReturn")) == Some(m.books.drawer)).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "fuzz-b/bank-return-needs-drawer":
        "A bank saleReturn larger than the cash in the drawer is refused -15 although no cash moves."
        ["PAY-13" "PAY-16" "REG-1"] "over the API"
        => Instead(&[On(Register), Of(SaleReturn), Same("saleReturn", "bank")], By(|m, a, _| (amount(m, a.get("bank")) > Some(m.books.drawer)).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "fuzz-b/negative-bank-beside-cash":
        "sale=800&cash=900&bank=-100 is registered as covered; a negative bank payment alone is refused."
        ["PAY-12" "ERR-bank-not-in-range"] "over the API"
        => Instead(&[On(Register), Has("sale"), Has("cash"), Has("bank")], By(|m, a, now| fuzz_a::with_negative(m, a, "bank", now)));
    "fuzz-b/credit-hq-in-buy-taken":
        "buy=800&credit=900 is registered; bank and tara above the total, and credit above a sale, are refused."
        ["PAY-8" "ERR-credit-hq-sale"] "over the API"
        => Follows(&[On(Register), Lacks("cash"), Lacks("bank"), Lacks("tara"), Less("buy", "credit"), Below("credit", LIMIT + 1)], "credit", "buy");
    "fuzz-b/no-cash-on-top-by-two":
        "Cash on top is refused when one non-cash payment covers the total; when two cover it together (bank=500&tara=300&cash=100 for 800) it is registered."
        ["PAY-6" "ERR-no-cache-hq-sale"] "over the API"
        => Overlooks(&[On(Register), Has("cash"), Payments(3), Test(By(|s| hundredths(s.params, "sale") == Some(non_cash(s.params))))], "cash");
    "fuzz-b/three-way-payment-refused":
        "A sale with three payment types (cash, bank and tara adding up to the total) is refused -13; two types are taken."
        ["PAY-5"] "over the API"
        => RefusesInTurn(&[On(Register), Has("sale"), Payments(3)], refusal::NO_MIXED_PAYMENT);
    "fuzz-b/buyreturn-change-given":
        "buyReturn with cash above the total is registered with change; saleReturn refuses it with change-not-allowed."
        ["PAY-10" "ERR-change-not-allowed"] "over the API"
        => Follows(&[On(Register), Lacks("bank"), Lacks("tara"), Lacks("credit"), Less("buyReturn", "cash"), Below("cash", LIMIT + 1)], "cash", "buyReturn");
    "fuzz-b/mixed-off-noncash-pair":
        "With mixed payment off, a sale with bank and cash is refused, but one with bank and credit together is registered."
        ["PAY-14" "ERR-no-mixed-payment-allowed"] "with a bench"
        => LetsPass(&[Of(Sale), Has("bank"), Has("credit"), Lacks("cash"), Lacks("tara")], "no-mixed-payment-allowed");
    "fuzz-b/mixed-short-taken-small":
        "A mixed sale that falls short of its total by less than 1 is registered (sale=800 with cash=400 and bank=399.50)."
        ["PAY-15"] "over the API"
        => Instead(&[On(Register), Has("sale"), Has("cash"), Payments(2)], By(short_by_less_than_one));
    "fuzz-b/tara-moves-drawer":
        "In a mixed sale of cash and tara the tara part also raises cashWeHave; tara alone does not."
        ["PAY-16" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale), WithCash], By(|p, e| e.drawer += p.tara));
    "fuzz-b/letters-in-tara-ignored":
        "tara=abc beside a cash payment that covers the sale is ignored and the sale registered; alone it is refused."
        ["PAY-11" "ERR-tara-param-error"] "over the API"
        => Overlooks(&[On(Register), NotLess("cash", "sale"), Test(By(|s| s.params.get("tara").is_some_and(|tara| tara.bytes().all(|byte| byte.is_ascii_alphabetic()))))], "tara");
    "fuzz-b/credit-clipped-to-20mil":
        "A credit payment over 20 million is clipped to 20000000: sale=20000000&credit=20000001 is registered as exactly paid; cash, bank and tara over 20 million are refused."
        ["PAY-12" "PAY-8" "WIRE-9" "ERR-credit-not-in-range" "ERR-credit-hq-sale"] "over the API"
        => Reads(&[On(Register), Above("credit", LIMIT)], "credit", MOST);
    "fuzz-b/tax-of-refused-stays":
        "A registration refused for its payment leaves its tax=<other id> behind: the next receipt without tax is booked under it."
        ["TAX-2"] "over the API"
        => Recalls(&[On(Register)], "tax"),
        Remembers(&[On(Register), Code(-10), Number("tax")], "tax"),
        Remembers(&[On(Register), Code(-13), Number("tax")], "tax"),
        Forgets(&[On(Register), Done], "tax");
    "fuzz-b/tax-digits-then-letters":
        "A tax value that begins with a known id and goes on with letters (for id 2: tax=2x) is taken as that id; pure letters are refused."
        ["TAX-3" "ERR-tax-invlid-num"] "over the API"
        => Understands(&[On(Register)], &["tax"], By(leading_number));
    "fuzz-b/tax-on-top-below-thousand":
        "With a tax on top of the amount, cash equal to the total is taken for totals under 1000; from 1000 on -12 cash-lq-tax comes."
        ["TAX-5" "ERR-cash-lq-tax"] "with a bench"
        => Instead(&[On(Register), Has("sale"), Has("cash"), Below("sale", 100_000)], By(without_tax_on_top));
    "fuzz-b/return-tax-default":
        "saleReturn books its rows under the default tax whatever tax says, with 200; the three other types obey."
        ["TAX-1"] "over the API"
        => Overlooks(&[On(Register), Has("saleReturn")], "tax");
    "fuzz-b/tax-turnover-of-one-receipt":
        "With two or more receipts under one included tax the amount in reportwithtax is the tax of the last receipt only; turnover is the sum."
        ["TAX-6" "DUMP-5"] "over the API"
        => Json(&[], "/reportwithtax", By(tax_of_last_receipt));
    "fuzz-b/eightytwo-loses-last":
        "A receipt with 82 positions or more prints only the first 81; 81 and fewer are all printed."
        ["ITEM-4"] "with a bench"
        => Prints(&[], Lines::MostRows(81));
    "fuzz-b/seventynine-limit-with-discount":
        "79 goods and one discount (80 elements) are sent online as one position, since a discount counts twice; 80 goods are sent whole."
        ["ITEM-3"] "with a bench"
        => Sends(&[On(Register), Has("itemdata")], Message::Change(By(|s, m| if discounts_count_twice(s) { d::one_position(m) })));
    "fuzz-b/over-limit-word-sale":
        "With 81 and more positions in a saleReturn the one online position carries the word of sale; with a sale it is right, and ITEM-5's line of a saleReturn has the right word."
        ["ITEM-4" "ITEM-5"] "with a bench"
        => Sends(&[On(Register), Of(SaleReturn), Positions(80)], Message::Name(By(|_| "Sale".to_owned())));
    "fuzz-b/over-limit-qty-count":
        "The one online position of a receipt over 80 positions has the number of positions as its quantity instead of 1."
        ["ITEM-4"] "with a bench"
        => Sends(&[On(Register), Positions(80)], Message::Change(By(|s, m| { let count = positions(s.params); m.positions.iter_mut().for_each(|one| one.qty = format!("{count}.000")); })));
    "fuzz-b/json-tail-ignored":
        "itemdata whose array is complete but followed by broken text ([{...}]}}x) is taken and the receipt registered; text broken before the closing bracket gives -17."
        ["ITEM-2" "ERR-code-17"] "over the API"
        => Understands(&[On(Register)], &["itemdata"], By(without_tail));
    "fuzz-b/discount-third-decimal":
        "A discount of 10.126 is kept and shown with three decimals in print and reports; price and sum are rounded to hundredths."
        ["ITEM-8"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("itemdata")], Lines::Change(By(raw_discounts_on_paper))),
        After(&[On(Register), Done, Has("itemdata")], By(|m, p, _, _| note_raw_discounts(m, p))),
        Json(&[Noted("discounts")], "/cheques", By(|m, v| each(v, |cheque| { let id = cheque["chequeId"].clone(); if let Some(rows) = cheque.get_mut("chequeSales") { each(rows, |row| raw_discount(m, &id, row)) } }))),
        Json(&[Noted("discounts")], "/sales", By(|m, v| each(v, |row| { let id = row["chequeId"].clone(); raw_discount(m, &id, row) })));
    "fuzz-b/print-after-items-when-footer":
        "With print, itemdata and footer together print is printed behind the table; without a footer it comes first."
        ["ITEM-6"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("itemdata"), Has("footer")], Lines::Change(By(print_after_rows)));
    "fuzz-b/footer-on-next-receipt":
        "A footer is printed again at the end of the next receipt when that has none; the third receipt is free of it."
        ["ITEM-7"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Lacks("footer"), Noted("footer")], Lines::Change(By(with_last_footer))),
        After(&[On(Register), Done], By(|m, p, _, _| note_parameter(m, p, "footer")));
    "fuzz-b/one-line-qty-after-items":
        "A receipt without itemdata shows the quantity of the last position of the receipt before it (for instance 3) instead of 1; with none before it shows 1."
        ["ITEM-5"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Lacks("itemdata"), Noted("quantity")], Lines::Change(By(with_last_quantity))),
        Sends(&[On(Register), Lacks("itemdata"), Noted("quantity")], Message::Change(By(|s, m| m.positions.iter_mut().for_each(|one| one.qty.clone_from(&s.circumstances.notes["quantity"]))))),
        After(&[On(Register), Done], By(|m, p, _, _| note_quantity(m, p)));
    "fuzz-b/busy-stays-after-failed-card":
        "After a card transaction that ended with fail, the device goes on answering -2 to everything until a restart; after a success it is free again."
        ["BANK-2" "ERR-code-2"] "with a bench"
        => Before(&[], By(|m, _| { let seen = m.circumstances.notes.get("failed").and_then(|seen| seen.parse().ok()).unwrap_or(0); mark(m, "stuck", m.bank.failed() > seen) })),
        Upon(&[On(Restart)], By(|m| { let failed = m.bank.failed().to_string(); m.circumstances.notes.insert("failed", failed); })),
        Refuses(&[Noted("stuck")], refusal::BUSY);
    "fuzz-b/header-first-receipt-only":
        "A printHeader text is printed on the first receipt after it was set and on no later one."
        ["PRN-6"] "with a bench"
        => After(&[On(Register), Done], By(|m, _, _, _| m.session.header = None));
    "fuzz-b/header-appended":
        "A second printHeader does not replace the first but is appended, and clear removes only the last of them: a receipt after clear still has the first."
        ["PRN-6"] "with a bench"
        => After(&[On(Check), Done, Has("printHeader")], By(|m, p, _, _| append_header(m, p))),
        Forgets(&[On(Restart)], "headers");
    "fuzz-b/shift-age-modulo-week":
        "The age of the open shift is counted modulo 7 days: a shift open 25 h to 7 days is refused -3, but one open 7 days and 1 hour takes registrations (and withdrawals and deposits) as if it were 1 hour old."
        ["SHIFT-4" "SHIFT-3" "ERR-shift-gt-7days" "ERR-shift-gt-24h"] "with a bench"
        => Ages(By(|age, _, _| age - TimeSpan::days(7) * i32::try_from(age.whole_days() / 7).unwrap_or_default()));
    "fuzz-b/code128-max-127":
        "A CODE128 command with 128 allowed symbols is printed as plain text; up to 127 it is a bar code."
        ["PRN-4"] "with a bench"
        => Prints(&[], Lines::Text(By(|t| if t.starts_with("--barcode128-") && t.chars().count() > "--barcode128---".len() + 127 { as_words(t) } else { t.to_owned() })));
    "fuzz-b/last-document-before-last":
        "printLastDocument prints the last receipt right after it; asked a second time without a new receipt it prints the one before."
        ["PRN-7"] "with a bench"
        => Prints(&[On(PrintLast), Paper(Document::Duplicate), Noted("asked"), Noted("paper-before")], Lines::Change(By(receipt_before))),
        Remembers(&[On(PrintLast), Done], "asked"),
        Forgets(&[On(Register), Done], "asked"),
        After(&[On(Register), Done], By(|m, _, _, _| note_paper(m)));
    "fuzz-b/paperout-registers-bank":
        "Out of paper, cash registrations are refused -6, but those paid by bank are registered and answered 200 without a print."
        ["PRN-8" "ERR-check-printer-or-batt" "REG-8"] "with a bench"
        => Before(&[], By(|m, _| mark(m, "no-paper", m.conditions.paper_out))),
        LetsPass(&[On(Register), Noted("no-paper"), Has("bank"), Lacks("cash"), Lacks("tara"), Lacks("credit")], "check-printer-or-batt"),
        Prints(&[On(Register), Noted("no-paper")], Lines::Nothing);
    "fuzz-b/withdraw-counted-as-deposit-second":
        "From the second withdrawal of a shift on the amount goes to cashInTotal and cashInDocCount; cashWeHave falls rightly."
        ["CASH-1" "DUMP-7"] "over the API"
        => Forgets(&[On(ZReport), Done], "withdrawals"),
        After(&[On(Withdraw), Done], By(|m, p, _, _| count_as_deposit(m, p)));
    "fuzz-b/deposit-hundredths-lost":
        "A deposit with a fraction raises cashWeHave by its whole tenge only (200.75 gives 200), cashInTotal by all."
        ["CASH-1" "DUMP-7"] "over the API"
        => Books(&[On(Deposit)], &[Drawer], Amount::Whole);
    "fuzz-b/refused-withdraw-counts":
        "A withdrawal refused because it is above the drawer still raises cashOutDocCount by one; sums and drawer stay."
        ["CASH-4" "CASH-1"] "over the API"
        => Leaves(&[On(Withdraw)], "no-cash-in-pos", By(|books| in_open_shift(books, |shift| shift.cash_out.count += 1)));
    "fuzz-b/cash-count-over-z":
        "cashInDocCount and cashInTotal are not set back at a Z report: the second shift's report starts with those of the first."
        ["CASH-1" "DUMP-5" "DUMP-7"] "over the API"
        => NewShift(By(|shift, before| shift.cash_in = before.cash_in));
    "fuzz-b/zero-withdraw-taken":
        "apiwithdraw with cash=0.00 is answered 200 with a document number; cash=0 and a deposit of 0.00 are refused."
        ["CASH-3" "ERR-cache-not-in-range-cash"] "over the API"
        => Instead(&[On(Withdraw), Is("cash", "0.00")], By(|m, _, now| Some(m.may_move_cash(now).map(|()| m.take_cash(false, Decimal::ZERO, now)))));
    "fuzz-b/x-report-empties-sums":
        "A second X report in the same shift sets saleDetails of the report to sum 0 and cheques 0."
        ["SHIFT-1" "DUMP-7"] "over the API"
        => XChanges(&[Noted("x")], By(|shift| { shift.sums[Sale] = Decimal::ZERO; shift.counts[Sale] = 0; })),
        Remembers(&[On(XReport), Done], "x"),
        Forgets(&[On(ZReport), Done], "x");
    "fuzz-b/age-forgotten-by-restart":
        "A restart makes a shift older than 24 h young again: registrations are taken afterwards without a Z report."
        ["SHIFT-3" "MGMT-5" "ERR-shift-gt-24h"] "with a bench"
        => Remembers(&[On(Restart)], "young"),
        Forgets(&[On(ZReport), Done], "young"),
        LetsPass(&[On(Register), Noted("young")], "shift-gt-24h");
    "fuzz-b/age-kept-over-z":
        "After -3 shift-gt-24h once a Z report and the first registration were made, the age goes on from the old shift's opening: the new shift's second registration is refused -3."
        ["SHIFT-3"] "with a bench"
        => Remembers(&[On(Register), Told("shift-gt-24h"), Test(By(|s| !s.circumstances.notes.contains_key("old")))], "late"),
        Forgets(&[On(ZReport), Done], "old"),
        Remembers(&[On(ZReport), Done, Noted("late")], "again"),
        Forgets(&[On(ZReport), Done], "late"),
        Remembers(&[On(Register), Done, Noted("again")], "old"),
        Forgets(&[On(Register), Done], "again"),
        RefusesInTurn(&[On(Register), Noted("old")], refusal::SHIFT_OVER_DAY);
    "fuzz-b/only-sale-after-24h-refused":
        "With a shift older than 24 h sale and buy are refused -3, saleReturn and buyReturn are registered."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => LetsPass(&[On(Register), OfReturns], "shift-gt-24h");
    "fuzz-b/card-total-last-only":
        "With two successful transactions of one trackdocument totalAmount gives the amount of the last one only instead of the sum."
        ["BANK-3"] "with a bench"
        => Field(&[], Card, Edit::Change(By(|v| if let Some(last) = details(v).iter().rfind(|one| one["result"] == "success") { let amount = last["amount"].clone(); set(v, "totalAmount", amount) })));
    "fuzz-b/details-last-only":
        "details lists only the latest transaction of a trackdocument used more than once, while foundTransactions counts all."
        ["BANK-5" "BANK-3"] "with a bench"
        => Field(&[], Card, Edit::Change(By(last_detail)));
    "fuzz-b/trackdocument-milliard-taken":
        "trackdocument=1000000000 is taken and 0 is refused; 999999999 is taken rightly."
        ["BANK-4"] "over the API"
        => Overlooks(&[On(Bank), Equals("trackdocument", 100_000_000_000)], "trackdocument");
    "fuzz-b/info-status-after-z-second":
        "After the second Z report since power-on getInfo shows currentShiftStatus opened until the next registration, though the shifts list has opened 0."
        ["CHK-4" "SHIFT-2" "CHK-5"] "over the API"
        => After(&[On(ZReport), Done], By(|m, _, _, _| { count(m, "reports"); let second = m.circumstances.notes["reports"] == "2"; mark(m, "pending", second) })),
        Forgets(&[On(Register), Done], "pending"),
        Forgets(&[On(Restart)], "reports"),
        Field(&[Noted("pending")], Info, Freeze("currentShiftStatus", "opened"));
    "fuzz-b/shift-list-end-sums":
        "When a shift is closed its row in /dump/table/shifts changes to the fiscal sums at its end; while it is open the row has those at its beginning."
        ["DUMP-13"] "over the API"
        => Json(&[], "/table/shifts", By(sums_at_end));
    "fuzz-b/lockhost-lost-at-z":
        "A Z report lifts Lockhost: afterwards requests from another host are served without a restart."
        ["MGMT-4"] "with a bench"
        => After(&[On(ZReport), Done], By(|m, _, _, _| m.session.locked_to = None));
    "fuzz-b/batch-mode-over-restart":
        "ofdPacketMode is kept over a restart: a registration after it stays queued and messagesQueSize grows until pushTheQue or ofdNormalMode."
        ["MGMT-5" "MGMT-3"] "over the API"
        => Keeps(&[], Kept::BatchMode);
    "fuzz-b/cheque-date-of-opening-day":
        "chequeDate is put together from the day of the shift's opening and the time of the receipt: after the clock passed midnight in an open shift, a new receipt is dated earlier than the ones before it."
        ["DUMP-14"] "with a bench"
        => Json(&[], "/cheques", By(dated_by_opening)),
        Json(&[], "/salescheques", By(dated_by_opening));
    "fuzz-b/push-leaves-batch-mode":
        "pushTheQue also ends batch mode: the registration after it is sent at once (messagesQueSize stays 0), though ofdNormalMode was not asked and no restart came."
        ["MGMT-3"] "over the API"
        => After(&[On(Check), Done, Has("pushTheQue")], By(|m, _, _, _| m.session.packet_mode = false));
    "fuzz-b/return-types-swap-when-closed":
        "In …/shifts/N/cheques of a closed shift chequeType of saleReturn and buyReturn are swapped (\"3\" and \"2\"); while the shift is open they are right."
        ["DUMP-3" "DUMP-7"] "over the API"
        => Json(&[], "/cheques", By(|m, v| if shift_of_path(m).is_some_and(|shift| shift.closed.is_some()) { each(v, swap_returns) }));
}

/// What a request's total has beyond hundredths goes into the shift's sum.
fn add_raw_rest(machine: &mut Machine, params: &Params) {
    for kind in [SaleReturn, BuyReturn] {
        if let Some(raw) = params.get(kind.wire()).and_then(|total| total.parse::<Decimal>().ok()) {
            let rest = raw - machine.behaviour.numbers.round_amount(raw);
            in_open_shift(&mut machine.books, |shift| shift.sums[kind] += rest);
        }
    }
}

/// The sums of returns are shown with every decimal that they have.
fn show_raw_returns(machine: &Machine, report: &mut Value) {
    let Some(shift) = shift_of_path(machine) else { return };
    for (kind, name) in [(SaleReturn, "saleReturnDetails"), (BuyReturn, "buyRetDetails")] {
        if let Some(details) = report.get_mut(name)
            && shift.sums[kind].scale() > 2
        {
            set(details, "sum", exact(shift.sums[kind]));
        }
    }
}

/// A price above the limit is taken in any element but the first.
fn with_later_price(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let most = Decimal::from(20_000_000);
    let above = |item: &Value| number(item, "price") > most;
    let items = elements(&arguments.all);
    let (first, later) = items.split_first()?;
    let fits = AMOUNTS.iter().all(|name| hundredths(&arguments.all, name) <= Some(LIMIT));
    (fits && !above(first) && later.iter().any(above))
        .then(|| with_limit(machine, 900_000_000, |machine| machine.register(arguments, now)))
}

/// Quantities from 1 up are cut to thousandths.
fn cut_quantities(machine: &mut Machine, params: &Params) {
    let items = elements(params);
    in_open_shift(&mut machine.books, |shift| {
        let rows = shift.receipts.last_mut().map(|receipt| &mut receipt.rows);
        for (row, item) in rows.into_iter().flatten().zip(&items) {
            let quantity = number(item, "qty");
            if quantity >= Decimal::ONE && item.get("discount").is_none() {
                row.quantity = quantity.trunc_with_scale(3);
            }
        }
    });
}

/// Keeps the key where the request had the right one; forgets it else.
fn note_right_key(machine: &mut Machine, params: &Params, answer: &Answer) {
    let right = params.get("key").is_some() && answer.body != b"-1";
    let current = machine.keys.current().as_str().to_owned();
    match right {
        true => machine.circumstances.notes.insert("key", current),
        false => machine.circumstances.notes.remove("key"),
    };
}

/// The last registration had another type and the same total.
fn says_other_type(scene: &Scene<'_>) -> bool {
    let (Some(kind), Some(key)) = (scene.kind(), scene.key) else { return false };
    let before = key.last.iter().find(|(name, _)| TYPES.contains(&name.as_str()));
    before.is_some_and(|(name, total)| name != kind.wire() && scene.params.get(kind.wire()) == Some(total))
}

/// Keeps the lines of the last receipt, and of the one before.
fn note_paper(machine: &mut Machine) {
    let lines: Vec<&str> =
        machine.printer.last_receipt.iter().flatten().map(|line| line.text.as_str()).collect();
    let notes = &mut machine.circumstances.notes;
    if let Some(before) = notes.insert("paper-last", lines.join("\n")) {
        notes.insert("paper-before", before);
    }
}

/// The receipt before is printed instead.
fn receipt_before(scene: &Scene<'_>, _: Vec<Printed>) -> Vec<Printed> {
    let before = scene.circumstances.notes.get("paper-before").map_or("", String::as_str);
    std::iter::once("DUPLICATE")
        .chain(before.lines())
        .map(|text| Printed { part: Part::Other, text: text.to_owned() })
        .collect()
}

/// The change of the cash sale before leaves the drawer again.
fn take_change_again(machine: &mut Machine, params: &Params) {
    let change = gap(params, "sale", "cash").unwrap_or_default();
    let before = machine.circumstances.notes.insert("change", change.to_string());
    let before: i64 = before.and_then(|change| change.parse().ok()).unwrap_or_default();
    machine.books.drawer -= Decimal::new(before, 2);
}

/// A mixed sale that is short of its total by less than a tenge is taken.
fn short_by_less_than_one(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let others = non_cash(&arguments.all);
    let missing = hundredths(&arguments.all, "sale")? - others - hundredths(&arguments.all, "cash")?;
    (1..100).contains(&missing).then(|| short_of(machine, arguments, "sale", others, now)).flatten()
}

/// Cash need not cover the tax on top.
fn without_tax_on_top(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let cash = amount(machine, arguments.get("cash"))?;
    let reply = machine.register(arguments, now);
    if reply != Err(refusal::CASH_BELOW_TAX) {
        return Some(reply);
    }
    let drawer = machine.books.drawer;
    let reply = machine.register(&with_parameter(arguments, "cash", &(cash + cash).to_string()), now);
    machine.books.drawer = drawer + cash;
    Some(reply)
}

/// The tax of a type is that of its last receipt.
fn tax_of_last_receipt(machine: &Machine, report: &mut Value) {
    let Some(shift) = shift_of_path(machine) else { return };
    for kind in Registration::ALL {
        let Some(rows) = report.pointer_mut(&format!("/taxes/{}", kind.wire())) else { continue };
        each(rows, |row| {
            let of_tax = |receipt: &&crate::books::Receipt| {
                receipt.kind == kind && row["taxId"] == receipt.tax.id && receipt.tax.included
            };
            let Some(last) = shift.receipts.iter().rfind(of_tax) else { return };
            let tax = included(last.total, last.tax.percent).round_dp(2);
            if let Some(detail) = row.pointer_mut("/taxDetails/0") {
                set(detail, "amount", exact(tax));
            }
        });
    }
}

/// There are 80 elements or less, and more where discounts count twice.
fn discounts_count_twice(scene: &Scene<'_>) -> bool {
    let items = elements(scene.params);
    let discounts = items.iter().filter(|item| item.get("discount").is_some()).count();
    items.len() <= 80 && items.len() + discounts > 80
}

/// A list without what stands behind it.
fn without_tail(text: &str) -> String {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match values.next() {
        Some(Ok(Value::Array(_))) => text.get(..values.byte_offset()).unwrap_or(text).to_owned(),
        _ => text.to_owned(),
    }
}

/// Discounts of more than two decimals: as they are shown, and as they are.
fn raw_discounts(params: &Params) -> Vec<(Decimal, Decimal)> {
    let all = elements(params).into_iter().filter(|item| item.get("discount").is_some());
    let raw = all.map(|item| number(&item, "discount")).filter(|raw| raw.normalize().scale() > 2);
    raw.map(|raw| (raw.round_dp(2), raw.normalize())).collect()
}

fn raw_discounts_on_paper(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    for (shown, raw) in raw_discounts(scene.params) {
        let (shown, raw) = (format!(" -{}", shown.normalize()), format!(" -{raw}"));
        for line in lines.iter_mut().filter(|line| line.part == Part::Row) {
            line.text = line.text.replace(&shown, &raw);
        }
    }
    lines
}

/// Notes the discounts of the last receipt.
fn note_raw_discounts(machine: &mut Machine, params: &Params) {
    let Some(number) = machine.books.last_receipt().map(|receipt| receipt.number) else { return };
    for (shown, raw) in raw_discounts(params) {
        let note = machine.circumstances.notes.entry("discounts").or_default();
        note.push_str(&format!("{number} {shown} {raw}\n"));
    }
}

/// A row that is a discount of that receipt has all of its decimals.
fn raw_discount(machine: &Machine, receipt: &Value, row: &mut Value) {
    let noted = machine.circumstances.notes.get("discounts").map_or("", String::as_str);
    for line in noted.lines() {
        let mut words = line.split(' ');
        let (of, shown, raw) = (words.next(), words.next(), words.next());
        let decimal = |word: Option<&str>| word.and_then(|word| word.parse::<Decimal>().ok());
        if let (Some(of), Some(shown), Some(raw)) = (of, decimal(shown), decimal(raw))
            && receipt.as_u64() == of.parse().ok()
            && number(row, "saleSum") == -shown
        {
            set(row, "saleSum", exact(-raw));
        }
    }
}

fn with_last_footer(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let footer = scene.circumstances.notes.get("footer").map_or("", String::as_str);
    lines.extend(footer.lines().map(|text| Printed { part: Part::Footer, text: text.to_owned() }));
    lines
}

/// Notes the quantity of the last position; forgets it after a receipt without any.
fn note_quantity(machine: &mut Machine, params: &Params) {
    let last = machine.books.last_receipt().and_then(|receipt| receipt.rows.last());
    let quantity = last.map(|row| row.quantity.to_string()).filter(|_| params.get("itemdata").is_some());
    match quantity {
        Some(quantity) => machine.circumstances.notes.insert("quantity", quantity),
        None => machine.circumstances.notes.remove("quantity"),
    };
}

fn with_last_quantity(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let quantity = scene.circumstances.notes.get("quantity").and_then(|text| text.parse::<Decimal>().ok());
    let quantity = quantity.unwrap_or(Decimal::ONE).normalize();
    for line in lines.iter_mut().filter(|line| line.part == Part::Row) {
        line.text = line.text.replacen(" 1x", &format!(" {quantity}x"), 1);
    }
    lines
}

/// A header comes below those that were set before; `clear` takes the last one.
fn append_header(machine: &mut Machine, params: &Params) {
    let noted = machine.circumstances.notes.get("headers").cloned().unwrap_or_default();
    let mut all: Vec<&str> = noted.split('\u{1e}').filter(|text| !text.is_empty()).collect();
    match params.get("printHeader") {
        Some("clear") => {
            all.pop();
        }
        Some(text) => all.push(text),
        None => {}
    }
    machine.session.header = (!all.is_empty()).then(|| all.join("\n"));
    let all = all.join("\u{1e}");
    machine.circumstances.notes.insert("headers", all);
}

/// From the second withdrawal of a shift on it is counted as a deposit.
fn count_as_deposit(machine: &mut Machine, params: &Params) {
    count(machine, "withdrawals");
    if machine.circumstances.notes["withdrawals"] == "1" {
        return;
    }
    let sum = amount(machine, params.get("cash")).unwrap_or_default();
    in_open_shift(&mut machine.books, |shift| {
        shift.cash_out.count -= 1;
        shift.cash_out.sum -= sum;
        shift.cash_in.count += 1;
        shift.cash_in.sum += sum;
    });
}

/// A closed shift is listed with the fiscal sums at its end.
fn sums_at_end(machine: &Machine, shifts: &mut Value) {
    each(shifts, |row| {
        let shift = row["id"].as_u64().and_then(|id| machine.books.shift(id));
        let Some(shift) = shift.filter(|shift| shift.closed.is_some()) else { return };
        let next = machine.books.shift(shift.id + 1).map(|next| next.fiscal_at_open);
        let sums = next.unwrap_or(machine.books.fiscal);
        for kind in Registration::ALL {
            set(row, kind.wire(), exact(crate::number::money(sums[kind])));
        }
    });
}

/// Receipts are dated by the day on which their shift was opened.
fn dated_by_opening(machine: &Machine, receipts: &mut Value) {
    let Some(shift) = shift_of_path(machine) else { return };
    let opened = seconds(shift.opened);
    each(receipts, |receipt| {
        let time = receipt["chequeDate"].as_str().and_then(|date| date.get(10..)).unwrap_or("");
        let date = format!("{}{time}", opened.get(..10).unwrap_or(""));
        set(receipt, "chequeDate", date);
    });
}
