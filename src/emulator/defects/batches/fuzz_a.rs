//! Batch A for the fuzzer: stateful and numeric faults, written from the requirements and the vendor's
//! document alone, without a look at the fuzzer or any suite.

use super::*;

mutants! {
    "fuzz-a/post-drops-second-payment":
        "In a POST mixed sale only the first payment parameter of the body is read (cash=500&bank=400 for 800 is refused -10 cash-lq-sale); by GET the same mixed sale succeeds."
        ["WIRE-2" "PAY-5"] "over the API"
        => Hears(&[On(Register), Posted, Has("sale"), Payments(2)], By(first_payment));
    "fuzz-a/third-decimal-cut-in-drawer":
        "A total with three decimals (cash sale 10.019) moves fiscal total and shift sum by 10.02, but cashWeHave by 10.01: the drawer truncates."
        ["WIRE-6" "PAY-16" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Has("cash")], By(|m, p, _, _| cut_in_drawer(m, p)));
    "fuzz-a/deposit-exact-20mil-refused":
        "apideposit with cash=20000000 exactly is refused -9 cache-not-in-range; 19999999.99 is taken."
        ["WIRE-9" "CASH-1"] "over the API"
        => RefusesInTurn(&[On(Deposit), Equals("cash", LIMIT)], refusal::CASH_OUT_OF_RANGE);
    "fuzz-a/withdraw-no-upper-limit":
        "apiwithdraw has no 20 million check: with two deposits of 15000000 in the drawer, a withdrawal of 20000001 succeeds."
        ["WIRE-9" "CASH-3"] "over the API"
        => Instead(&[On(Withdraw), Above("cash", LIMIT)], By(|m, a, now| Some(with_limit(m, 900_000_000, |m| m.move_cash(a, false, now)))));
    "fuzz-a/large-qty-two-decimals":
        "Quantities of 1000 and more are rounded to 2 decimals instead of 3 (qty 1234.567 shows as 1234.57 in cheques, sales and on paper); smaller ones are right."
        ["WIRE-7" "ITEM-8"] "over the API"
        => Prints(&[], Lines::PartText(Part::Row, By(large_quantity_shortened))),
        After(&[On(Register), Done, Has("itemdata")], By(|m, _, _, _| shorten_large_quantities(m)));
    "fuzz-a/exponent-taken-in-buy":
        "buy=1e3 with cash=1000 is registered as a buy of 1000; sale, saleReturn and buyReturn refuse the exponent."
        ["WIRE-5" "REG-4" "ERR-buy-param-error"] "over the API"
        => Understands(&[On(Register)], &["buy"], By(d::scientific));
    "fuzz-a/comma-taken-in-deposit":
        "apideposit cash=100,50 is taken as 100.50; everywhere else a decimal comma is refused."
        ["WIRE-5" "CASH-3" "ERR-cache-param-error-cash"] "over the API"
        => Understands(&[On(Deposit)], &["cash"], By(|t| t.replace(',', ".")));
    "fuzz-a/repeat-reason-ok":
        "A repeat with the previous key is answered 200 with the right new key, but the reason phrase is OK instead of the receipt number."
        ["WIRE-10" "KEY-5"] "over the API"
        => Reason(&[On(Repeat), Done], "OK");
    "fuzz-a/rounding-name-after-restart":
        "After a restart getInfo spells the field roundingRule instead of roudingRule."
        ["WIRE-8" "CHK-2" "MGMT-5"] "over the API"
        => Field(&[Once(Restart)], Info, Rename("roudingRule", "roundingRule"));
    "fuzz-a/clen-of-last-answer":
        "The first error answer after a successful registration carries Content-Length 8 while its body is only the code (2 to 4 bytes), and the connection is closed; further errors are right."
        ["WIRE-1"] "over the API"
        => Header(&[Refused, Noted("length")], "Content-Length", "8"),
        Forgets(&[Refused], "length"),
        Remembers(&[On(Register), Done], "length");
    "fuzz-a/drawer-named-twice-when-empty":
        "While the drawer is exactly 0.00, getInfo holds the member cashWeHave twice."
        ["WIRE-12"] "over the API"
        => Answers(&[On(GetInfo), Done, Test(By(|s| s.answer.is_some_and(drawer_is_empty)))], By(|a| a::name_twice(a, "cashWeHave")));
    "fuzz-a/repeat-lost-after-deposit":
        "After a successful deposit the previous key is forgotten: the repeat of the last registration is refused -1."
        ["KEY-5" "KEY-7" "KEY-13"] "over the API"
        => Remembers(&[On(Deposit), Done], "lost"),
        Forgets(&[On(Register), Done], "lost"),
        RefusesKey(&[KeyRepeats, Noted("lost")]);
    "fuzz-a/repeat-only-twice":
        "The third repeat of one registration with the previous key and any later one is refused -1 incorrect-web-api-key."
        ["KEY-5" "KEY-7"] "over the API"
        => After(&[On(Repeat), Done], By(|m, _, _, _| count(m, "repeats"))),
        Forgets(&[On(Register), Done], "repeats"),
        RefusesKey(&[KeyRepeats, Test(By(|s| counted(s, "repeats") >= 2))]);
    "fuzz-a/third-last-key-repeats":
        "A registration with the key two rotations old is answered like a repeat: 200 with the last receipt number and the current key."
        ["KEY-8"] "over the API"
        => RepeatsKey(&[On(Register), KeyAge(2)]);
    "fuzz-a/old-key-withdraws":
        "apiwithdraw takes the previous key as well and pays out, until the next rotation; all other methods refuse it."
        ["KEY-9"] "over the API"
        => TakesKey(&[On(Withdraw), KeyAge(1)]);
    "fuzz-a/key-turns-on-no-cash":
        "The refusal -15 no-cash-in-pos of a buy or saleReturn makes a new key: afterwards the key it was sent with is refused as a current key and works only as the previous one."
        ["KEY-10" "ERR-no-cash-in-pos"] "over the API"
        => After(&[On(Register), Told("no-cash-in-pos")], By(|m, _, _, _| spend_key_of_refusal(m)));
    "fuzz-a/key-turns-at-z":
        "A Z report rotates the key: after it the key sent with apizreport is refused -1 by apicheck."
        ["KEY-11"] "over the API"
        => Turns(&[On(ZReport), Done]);
    "fuzz-a/repeat-other-total-registers":
        "The previous key with another total (same type) registers the receipt and rotates the key; with the same total it repeats."
        ["KEY-12" "KEY-4"] "over the API"
        => TakesKey(&[KeyRepeats, Test(By(a::says_other_total))]);
    "fuzz-a/repeat-return-counts":
        "The repeat of a saleReturn with the previous key raises the shift's count of saleReturn receipts by one; sums do not move."
        ["KEY-5" "REG-2" "DUMP-7"] "over the API"
        => BooksRepeat(&[Of(SaleReturn)], &[Count]);
    "fuzz-a/second-duplicate-unprinted":
        "The first repeat of a registration prints a duplicate, the second and later repeats of the same one print nothing; answers are right."
        ["KEY-6"] "with a bench"
        => Prints(&[On(Repeat), Paper(Document::Duplicate), Noted("repeated")], Lines::Nothing),
        Remembers(&[On(Repeat), Done], "repeated"),
        Forgets(&[On(Register), Done], "repeated");
    "fuzz-a/every-tenth-key-short":
        "Every tenth new key (counted over rotations) is given out with 7 digits, and only that 7 digit key is taken next."
        ["KEY-3" "WIRE-10"] "over the API"
        => After(&[On(Register), Done], By(|m, _, a, _| d::seven_digits(m, a, 10))),
        GIVES_SHORT_KEY, TAKES_SHORT_KEY, REFUSES_WHOLE_KEY;
    "fuzz-a/refusal-revives-old-key":
        "After a refused registration with the current key (any -7) the previous key counts as a current one: a registration sent with it is registered as a new receipt."
        ["KEY-4" "KEY-12" "KEY-5"] "over the API"
        => Remembers(&[On(Register), Code(-7), Has("key")], "revived"),
        Forgets(&[On(Register), Done], "revived"),
        TakesKey(&[On(Register), KeyAge(1), Noted("revived")]);
    "fuzz-a/number-spent-by-refusal":
        "A registration refused for its payment (-10 or -13) uses up a receipt number: the next success has a number two higher than the last one."
        ["REG-10"] "over the API"
        => After(&[On(Register), Code(-10)], By(|m, _, _, _| m.books.last_number += 1)),
        After(&[On(Register), Code(-13)], By(|m, _, _, _| m.books.last_number += 1));
    "fuzz-a/number-falls-back-at-restart":
        "After a restart the receipt numbering goes on from the number at the last Z report (or from 1), so that numbers of the open shift are given a second time."
        ["REG-3" "MGMT-5"] "over the API"
        => RestartChanges(&[], By(|books| books.last_number = number_at_z(books)));
    "fuzz-a/returns-below-one":
        "saleReturn and buyReturn take totals below 1 (0.50 with cash=0.50 registers); sale and buy refuse them."
        ["REG-5" "ERR-sale-lq-one"] "over the API"
        => TakesLess(&[OfReturns]);
    "fuzz-a/one-exactly-refused":
        "A sale of exactly 1 (sale=1&cash=1) is refused -7 sale-lq-one; 1.01 is taken."
        ["REG-5" "REG-1"] "over the API"
        => RefusesInTurn(&[On(Register), Equals("sale", 100)], refusal::total_below_one(Sale));
    "fuzz-a/fiscal-wraps-at-21mil":
        "fiscalData sums are kept in a 32 bit counter of hundredths: when the total of a type would pass 21474836.47 (two sales of 15000000), it wraps around; shift sums stay right."
        ["REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done], By(|m, _, _, _| wrap_fiscal(m)));
    "fuzz-a/mixed-counts-twice":
        "A mixed sale raises the shift's sale receipt count by two; its sums are right."
        ["REG-2" "DUMP-7"] "over the API"
        => Books(&[Of(Sale), Ways(1)], &[Count], Amount::Twice);
    "fuzz-a/broken-json-moves-drawer":
        "A cash sale refused -17 for broken itemdata still raises cashWeHave by its total; nothing else moves."
        ["REG-8" "ITEM-2" "ERR-code-17"] "over the API"
        => After(&[On(Register), Code(-17), Has("sale"), Has("cash"), Lacks("bank"), Lacks("tara"), Lacks("credit")], By(|m, p, _, _| m.books.drawer += amount(m, p.get("sale")).unwrap_or_default()));
    "fuzz-a/sale-with-buyreturn-passes":
        "A request with both sale and buyReturn is registered as the sale; every other pair is refused."
        ["REG-7" "ERR-check-all-params"] "over the API"
        => Overlooks(&[On(Register), Has("sale"), Has("buyReturn")], "buyReturn");
    "fuzz-a/second-shift-not-opened":
        "After the second Z report since power-on the next registration does not open a shift: currentShiftStatus stays closed and the shifts list gets no row with opened 1, though receipts are registered."
        ["REG-9" "CHK-4" "DUMP-2"] "over the API"
        => After(&[On(ZReport), Done], By(|m, _, _, _| count(m, "reports"))),
        Forgets(&[On(Restart)], "reports"),
        Json(&[Test(By(|s| counted(s, "reports") == 2))], "/getInfo", By(|_, v| set(v, "currentShiftStatus", "closed"))),
        Json(&[Test(By(|s| counted(s, "reports") == 2))], "/table/shifts", By(|_, v| each(v, |row| set(row, "opened", 0))));
    "fuzz-a/mixed-change-left-in-drawer":
        "In a mixed sale the change is not taken off: cash=500&bank=400 for 800 raises cashWeHave by 500 instead of 400. All-cash sales are right."
        ["PAY-5" "PAY-3" "PAY-16" "DUMP-7"] "over the API"
        => Books(&[Of(Sale), Ways(1), GivesChange(0)], &[Drawer], Amount::Tendered);
    "fuzz-a/cash-one-hundredth-short":
        "A sale whose cash is below the total by 0.01 is registered (sale=100&cash=99.99); 0.02 below is refused."
        ["PAY-4" "ERR-cash-lq-sale"] "over the API"
        => Follows(&[On(Register), Lacks("bank"), Lacks("tara"), Lacks("credit"), Test(By(|s| gap(s.params, "cash", "sale") == Some(1)))], "cash", "sale");
    "fuzz-a/drawer-exact-buy-refused":
        "A cash buy of exactly the amount in the drawer is refused -15; one hundredth less is taken."
        ["PAY-13" "REG-1"] "over the API"
        => Instead(&[On(Register), Of(Buy), Same("buy", "cash")], By(|m, a, _| (amount(m, a.get("buy")) == Some(m.books.drawer)).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "fuzz-a/empty-drawer-return-passes":
        "When the drawer is exactly 0.00 the cash check is skipped: a cash saleReturn is registered and cashWeHave becomes negative. With any cash in the drawer the check works."
        ["PAY-13" "ERR-no-cash-in-pos"] "over the API"
        => Before(&[], By(|m, _| mark(m, "empty", m.books.drawer.is_zero()))),
        LetsPass(&[Of(SaleReturn), Noted("empty")], "no-cash-in-pos");
    "fuzz-a/negative-tara-taken":
        "sale=800&cash=900&tara=-100 is registered; negative cash, bank and credit are refused."
        ["PAY-12" "ERR-tara-not-in-range"] "over the API"
        => Instead(&[On(Register), Has("sale"), Has("tara")], By(|m, a, now| with_negative(m, a, "tara", now)));
    "fuzz-a/credit-left-out-of-sum":
        "Of several non-cash payments only bank and tara are summed: sale=800&bank=400&tara=300&credit=300 is registered."
        ["PAY-7" "ERR-bank-tara-credit-hq-sale"] "over the API"
        => Hears(&[On(Register), Has("sale"), Has("credit"), Lacks("cash"), Payments(2)], By(credit_of_rest));
    "fuzz-a/tara-covers-plus-cash":
        "Cash on top of non-cash that covers the total is refused for bank and credit only: sale=800&tara=800&cash=100 is registered."
        ["PAY-6" "ERR-no-cache-hq-sale"] "over the API"
        => Overlooks(&[On(Register), Has("cash"), Lacks("bank"), Lacks("credit"), Same("sale", "tara")], "cash");
    "fuzz-a/mixed-buyreturn-taken":
        "buyReturn takes cash and bank together when they make the total; buy and saleReturn refuse mixed payment."
        ["PAY-9"] "over the API"
        => LetsPass(&[Of(BuyReturn), Lacks("tara"), Lacks("credit"), Test(By(cash_and_bank_make_buy_return))], "no-mixed-payment-allowed");
    "fuzz-a/return-short-by-fraction":
        "For returns cash and total are compared as whole numbers: saleReturn=800&cash=800.00 works, and saleReturn=800.90&cash=800.10 is registered too."
        ["PAY-10" "ERR-cash-lq-sale"] "over the API"
        => Follows(&[On(Register), Lacks("bank"), Lacks("tara"), Lacks("credit"), Test(By(|s| same_tenge(s.params, "saleReturn")))], "cash", "saleReturn"),
        Follows(&[On(Register), Lacks("bank"), Lacks("tara"), Lacks("credit"), Test(By(|s| same_tenge(s.params, "buyReturn")))], "cash", "buyReturn");
    "fuzz-a/mixed-off-forgotten-after-z":
        "With mixed payment switched off, mixed sales are refused only until the first Z report; after it they are taken though the setting still stands."
        ["PAY-14" "ERR-no-mixed-payment-allowed"] "with a bench"
        => After(&[On(ZReport), Done], By(|m, _, _, _| mark(m, "forgotten", m.conditions.mixed_payment_off))),
        Before(&[], By(|m, _| if !m.conditions.mixed_payment_off { mark(m, "forgotten", false) })),
        LetsPass(&[Of(Sale), Noted("forgotten")], "no-mixed-payment-allowed");
    "fuzz-a/payment-of-last-sale-assumed":
        "A sale without any payment is registered as cash for its total if the receipt before it was a cash sale; as the first receipt, or after a bank sale, it is refused."
        ["PAY-1" "ERR-payment-params-missed"] "over the API"
        => Copies(&[On(Register), Has("sale"), NoPayment, Noted("cash-sale")], "cash", "sale"),
        Forgets(&[On(Register), Done], "cash-sale"),
        Remembers(&[On(Register), Done, Has("sale"), Has("cash"), Lacks("bank"), Lacks("tara"), Lacks("credit")], "cash-sale");
    "fuzz-a/buyreturn-no-cash-in":
        "A cash buyReturn leaves cashWeHave as it was; the three other types move it rightly."
        ["PAY-16" "DUMP-7"] "over the API"
        => Books(&[Of(BuyReturn)], &[Drawer], Amount::Nothing);
    "fuzz-a/tax-sticks-to-next":
        "The tax of a receipt sent with tax=<other id> also holds for the next receipt sent without tax; the one after that has the default again."
        ["TAX-2"] "over the API"
        => Recalls(&[On(Register)], "tax"),
        After(&[On(Register), Done], By(|m, p, _, _| note_parameter(m, p, "tax")));
    "fuzz-a/tax-zero-is-default":
        "tax=0 (not in the directory) is taken as the default tax; other unknown ids are refused."
        ["TAX-4" "ERR-tax-not-found"] "over the API"
        => Overlooks(&[On(Register), Is("tax", "0")], "tax");
    "fuzz-a/tax-lost-with-items":
        "With itemdata in the request the tax parameter is ignored and the rows are booked under the default tax."
        ["TAX-1"] "over the API"
        => Overlooks(&[On(Register), Has("itemdata")], "tax");
    "fuzz-a/tax-cut-not-rounded":
        "In reportwithtax the amount of an included tax is truncated to hundredths (12 % of a turnover of 815.00 gives 87.32 rightly, of 100.00 gives 10.71 rightly, of 50.00 gives 5.35 instead of 5.36)."
        ["TAX-6"] "over the API"
        => Json(&[], "/reportwithtax", By(|_, v| taxes(v, |turnover, percent| included(turnover, percent).trunc_with_scale(2))));
    "fuzz-a/eighty-online-as-one":
        "A receipt with exactly 80 positions is sent online as one position with the type's word; 79 are sent whole."
        ["ITEM-3"] "with a bench"
        => Sends(&[], Message::Change(By(|_, m| if m.positions.len() == 80 { d::one_position(m) })));
    "fuzz-a/eightyone-sent-whole":
        "A receipt with exactly 81 positions is sent online with all its 81 positions; 82 and more are sent as one."
        ["ITEM-4"] "with a bench"
        => MostPositions(81);
    "fuzz-a/discount-ends-list":
        "A discount in the middle of itemdata ends the table: elements behind it are neither printed nor sent online; a discount at the end does no harm."
        ["ITEM-1" "ITEM-3"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("itemdata")], Lines::Change(By(|s, lines| at_most(up_to_discount(s), Part::Row, lines)))),
        Sends(&[On(Register), Has("itemdata")], Message::Change(By(|s, m| m.positions.truncate(up_to_discount(s)))));
    "fuzz-a/word-of-last-type":
        "A registration without itemdata prints the type's word of the previous registration without itemdata (a buy after a sale shows the sale's word); the first after power-on is right."
        ["ITEM-5"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Lacks("itemdata"), Noted("word")], Lines::Change(By(with_last_word))),
        After(&[On(Register), Done], By(|m, _, _, _| note_word(m))),
        Forgets(&[On(Restart)], "word");
    "fuzz-a/items-stick-to-second":
        "The table of a receipt with itemdata is printed again on the next receipt that has no itemdata, in place of its one line."
        ["ITEM-5" "ITEM-1"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Lacks("itemdata"), Noted("rows")], Lines::Change(By(a::noted_rows))),
        After(&[On(Register), Done], By(|m, _, _, _| a::note_items(m)));
    "fuzz-a/footer-before-items-second":
        "From the second receipt with a footer since power-on, the footer is printed above the table instead of at the end."
        ["ITEM-7"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("footer"), Noted("footer")], Lines::Change(By(footer_above_rows))),
        Remembers(&[On(Register), Done, Has("footer")], "footer"),
        Forgets(&[On(Restart)], "footer");
    "fuzz-a/print-cut-at-256-lines":
        "A text of /apiprint or print is printed only up to line 256; further lines are lost without an error."
        ["PRN-1"] "with a bench"
        => Prints(&[Paper(Document::Text)], Lines::First(256)),
        Prints(&[Paper(Document::Receipt)], Lines::Change(By(|_, lines| at_most(256, Part::Print, lines))));
    "fuzz-a/header-survives-restart":
        "printHeader is kept over a restart (doReboot): the first receipt after it still has the header."
        ["PRN-6" "MGMT-5"] "with a bench"
        => Keeps(&[], Kept::Header);
    "fuzz-a/header-lost-at-z":
        "A Z report removes the printHeader text: receipts of the next shift print without it, though no restart and no clear came."
        ["PRN-6"] "with a bench"
        => After(&[On(ZReport), Done], By(|m, _, _, _| m.session.header = None));
    "fuzz-a/ean8-fails-after-ean13":
        "In a text that has an EAN13 command before it, an EAN8 command is printed as its plain command text instead of a bar code; alone it is right."
        ["PRN-4"] "with a bench"
        => Prints(&[], Lines::Change(By(ean8_after_ean13)));
    "fuzz-a/last-document-gone-after-restart":
        "printLastDocument after a restart answers -7 no-last-document although receipts exist; after the next registration it works again."
        ["PRN-7" "MGMT-5"] "over the API"
        => Remembers(&[On(Restart)], "restarted"),
        Forgets(&[On(Register), Done], "restarted"),
        RefusesInTurn(&[On(PrintLast), Noted("restarted")], refusal::NO_LAST_DOCUMENT);
    "fuzz-a/paper-error-stays":
        "After paper ran out and was put back, registrations go on answering -6 check-printer-or-batt until a restart."
        ["PRN-8" "ERR-check-printer-or-batt"] "with a bench"
        => After(&[On(Register), Told("check-printer-or-batt")], By(|m, _, _, _| if m.conditions.paper_out { mark(m, "paper", true) })),
        Forgets(&[On(Restart)], "paper"),
        RefusesInTurn(&[On(Register), Noted("paper")], refusal::PRINTER_OR_BATTERY);
    "fuzz-a/withdraw-exact-refused":
        "A withdrawal of exactly the amount in the drawer is refused -15; one hundredth less is paid out."
        ["CASH-1"] "over the API"
        => Instead(&[On(Withdraw)], By(|m, a, _| (!m.books.drawer.is_zero() && amount(m, a.get("cash")) == Some(m.books.drawer)).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "fuzz-a/withdraw-over-by-fraction":
        "A withdrawal is compared with the drawer in whole tenge: with 100.00 in the drawer a withdrawal of 100.99 is paid out and cashWeHave is -0.99."
        ["CASH-4" "CASH-5"] "over the API"
        => Instead(&[On(Withdraw)], By(withdraw_whole_tenge));
    "fuzz-a/deposit-counts-two-over-million":
        "A deposit of 1000000 or more raises cashInDocCount by two; sums are right."
        ["CASH-1" "DUMP-7"] "over the API"
        => Books(&[On(Deposit), Above("cash", 99_999_999)], &[Count], Amount::Twice);
    "fuzz-a/cash-missing-uses-last":
        "apideposit without cash repeats the amount of the last deposit if there was one since power-on; only on a fresh device it is refused."
        ["CASH-2" "ERR-payment-params-missed-cash"] "over the API"
        => Recalls(&[On(Deposit)], "cash"),
        Remembers(&[On(Deposit), Done], "cash"),
        Forgets(&[On(Restart)], "cash");
    "fuzz-a/x-report-resets-cash-count":
        "An X report sets cashInDocCount and cashInTotal of the open shift's report to 0."
        ["SHIFT-1" "CASH-1"] "over the API"
        => XChanges(&[], By(|shift| shift.cash_in = CashFlow::default()));
    "fuzz-a/closedate-empty-second-shift":
        "The Z report of the second and any later shift sets opened 0 but leaves closeDate empty in the shifts list."
        ["SHIFT-2" "DUMP-2"] "over the API"
        => After(&[On(ZReport), Done, Once(ZReport)], By(|m, _, _, _| note_closed(m))),
        Json(&[Noted("closed")], "/table/shifts", By(without_close_date));
    "fuzz-a/shift-24h-from-last-receipt":
        "The 24 hours are counted from the last receipt, not from the opening of the shift: a shift open 25 h with a receipt 2 h ago still takes registrations."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => Before(&[], By(|m, now| { let fresh = m.books.open_shift().and_then(|shift| shift.receipts.last()).is_some_and(|last| now - last.at <= TimeSpan::hours(24)); mark(m, "fresh", fresh) })),
        LetsPass(&[On(Register), Noted("fresh")], "shift-gt-24h");
    "fuzz-a/shift-error-stays-after-z":
        "After -3 shift-gt-24h and a successful Z report the first registration of the new shift is refused -3 as well; the second is taken."
        ["SHIFT-3"] "with a bench"
        => Remembers(&[On(Register), Told("shift-gt-24h"), Test(By(|s| !s.circumstances.notes.contains_key("again")))], "late"),
        Forgets(&[On(Register), Told("shift-gt-24h")], "again"),
        Remembers(&[On(ZReport), Done, Noted("late")], "again"),
        Forgets(&[On(ZReport), Done], "late"),
        RefusesInTurn(&[On(Register), Noted("again")], refusal::SHIFT_OVER_DAY);
    "fuzz-a/wrong-cashier-only-sale":
        "With another cashier's shift open only sale is refused -11; buy and the returns are registered."
        ["SHIFT-5" "ERR-wrong-cashier"] "with a bench"
        => LetsPass(&[On(Register), Lacks("sale")], "wrong-cashier");
    "fuzz-a/failed-in-card-total":
        "totalAmount in /dump/bank/N/trackdocument sums failed transactions as well when the same number also has a successful one."
        ["BANK-3"] "with a bench"
        => Field(&[], Card, Edit::Change(By(|v| if details(v).iter().any(|one| one["result"] == "success") { total_of_all(v) })));
    "fuzz-a/found-counts-success-only":
        "foundTransactions counts only successful transactions, while details lists failed ones too (one success and one failure give \"1\")."
        ["BANK-3" "BANK-5"] "with a bench"
        => Field(&[], Card, Edit::Change(By(|v| { let good = details(v).iter().filter(|one| one["result"] == "success").count(); set(v, "foundTransactions", good.to_string()) })));
    "fuzz-a/refund-turns-key":
        "apibank with message=refund rotates the key although it answers 0; the other messages do not."
        ["BANK-1" "KEY-11"] "over the API"
        => Turns(&[On(Bank), Is("message", "refund"), Done]);
    "fuzz-a/busy-forgets-reports":
        "While a card operation runs, registrations, cash, apicheck and print answer -2, but /dump/table/shifts and the shift reports are served."
        ["BANK-2" "ERR-code-2"] "over the API"
        => LetsPass(&[On(Dump), PathHas("/table/shifts")], "ikkm-is-busy");
    "fuzz-a/lastclosed-lags-by-one":
        "The reason phrase of /apicheck gives the receipt number before the last one, from the second receipt since power-on; getInfo is right."
        ["CHK-1" "CHK-4"] "over the API"
        => After(&[On(Register), Done], By(|m, _, _, _| note_number(m))),
        Forgets(&[On(Restart)], "last"),
        Forgets(&[On(Restart)], "before"),
        After(&[On(Check), Done, ReasonIsNumber, Noted("before")], By(|m, _, a, _| a.reason = m.circumstances.notes["before"].clone().into_bytes()));
    "fuzz-a/minimum-status-stale":
        "getInfo/?show=minimum keeps currentShiftStatus opened after a Z report until the next registration; the full getInfo is right."
        ["CHK-3" "CHK-4"] "over the API"
        => Before(&[On(ZReport)], By(|m, _| mark(m, "open", m.books.open_shift().is_some()))),
        Remembers(&[On(ZReport), Done, Noted("open")], "stale"),
        Forgets(&[On(Register), Done], "stale"),
        Field(&[Noted("stale")], Minimum, Freeze("currentShiftStatus", "opened"));
    "fuzz-a/drawer-number-when-whole":
        "cashWeHave in getInfo is a JSON number when the drawer holds whole tenge, and text when it has a fraction."
        ["CHK-2"] "over the API"
        => Field(&[], WholeInfo, Edit::Change(By(|v| if v["cashWeHave"].as_str().is_some_and(|cash| cash.ends_with(".00")) { retype(v, "cashWeHave") })));
    "fuzz-a/sales-sorted-as-text":
        "The rows of …/sales are sorted by chequeId as text: 10 and 11 come before 9."
        ["DUMP-4"] "over the API"
        => Json(&[], "/sales", By(|_, v| list(v, |rows| rows.sort_by_key(|row| row["chequeId"].to_string()))));
    "fuzz-a/second-shift-holds-first":
        "…/shifts/N/cheques of the second shift also lists the receipts of the first one; sales and report are right."
        ["DUMP-3" "DUMP-7"] "over the API"
        => After(&[On(ZReport), Done], By(|m, _, _, _| note_first_shift(m))),
        Json(&[Noted("first-shift")], "/cheques", By(with_first_shift));
    "fuzz-a/open-sums-of-second-shift-zero":
        "fiscalDataOnShiftOpen is 0 for all four types in the report of the second and later shifts, though the first shift had turnover."
        ["DUMP-5" "DUMP-7" "DUMP-13"] "over the API"
        => After(&[Done, Once(ZReport), In(&[Register, Deposit, Withdraw])], By(|m, _, _, _| in_open_shift(&mut m.books, |shift| shift.fiscal_at_open = ByType::default())));
    "fuzz-a/queued-submitdate-set":
        "In batch mode a queued receipt's /dump/transaction shows status 0 but a submitDate equal to its createDate."
        ["DUMP-6" "DUMP-11"] "over the API"
        => Field(&[], Transaction, Edit::Change(By(|v| if v["status"] == 0 { let created = v["createDate"].clone(); set(v, "submitDate", created) })));
    "fuzz-a/printmode-forgotten-after-receipt":
        "setPrintMode=lan-printer is told by getPrintMode until the next registration; after it the mode is internal-printer again without a restart."
        ["MGMT-2"] "over the API"
        => After(&[On(Register), Done], By(|m, _, _, _| m.session.print_mode = None));
    "fuzz-a/batch-leaks-third":
        "In batch mode every third message is sent to the committee at once instead of being queued."
        ["MGMT-3" "DUMP-11"] "with a bench"
        => After(&[On(Register), Done], By(|m, _, _, _| if m.session.packet_mode { count(m, "messages") })),
        SendsAtOnce(&[On(Register), Test(By(|s| counted(s, "messages") % 3 == 2))]);
    "fuzz-a/push-sends-first-only":
        "pushTheQue sends only the oldest queued message; the others stay and messagesQueSize falls by one only."
        ["MGMT-3" "DUMP-11"] "over the API"
        => Before(&[On(Check)], By(|m, _| { let waiting = m.books.queued_numbers().iter().map(u64::to_string).collect::<Vec<_>>().join(" "); m.circumstances.notes.insert("waiting", waiting); })),
        After(&[On(Check), Done, Has("pushTheQue")], By(|m, _, _, _| unsend_all_but_first(m)));
    "fuzz-a/only-first-variable":
        "Of several session variables in one apicheck query only the first one takes effect (setPrintMode=lan-printer&ofdPacketMode=true sets the print mode but not batch mode); the answer is success."
        ["MGMT-7"] "over the API"
        => Hears(&[On(Check)], By(first_variable));
    "fuzz-a/drawer-zero-after-restart":
        "A restart in an open shift sets cashWeHave to the value at the last Z report (0 in the first shift); all other figures survive."
        ["MGMT-5" "CHK-4" "DUMP-7"] "over the API"
        => RestartChanges(&[], By(|books| if books.open_shift().is_some() { books.drawer = drawer_at_z(books) }));
    "fuzz-a/old-key-registers-after-restart":
        "After a restart the last registration's memory is lost, but its spent key is still accepted: the same registration sent with the previous key is booked a second time under a new receipt number."
        ["KEY-12" "KEY-5" "KEY-4" "Q-KEY-2"] "over the API"
        => Remembers(&[On(Restart)], "restarted"),
        Forgets(&[On(Register), Done], "restarted"),
        TakesKey(&[On(Register), KeyAge(1), Noted("restarted")]);
}

/// Of several payments the first is there.
fn first_payment(params: &mut Params) {
    let mut payments = 0;
    params.0.retain(|(name, _)| {
        let is_payment = PAYMENTS.contains(&name.as_str());
        payments += usize::from(is_payment);
        !is_payment || payments == 1
    });
}

/// The drawer moves by a cash total that is cut to hundredths.
fn cut_in_drawer(machine: &mut Machine, params: &Params) {
    if non_cash(params) > 0 {
        return;
    }
    let Some(kind) = Registration::ALL.into_iter().find(|kind| params.get(kind.wire()).is_some()) else {
        return;
    };
    let lost = a::lost_by_cutting(machine, params.get(kind.wire()));
    machine.books.drawer -= if matches!(kind, Sale | BuyReturn) { lost } else { -lost };
}

/// `Tea 1234.567x1 = 1234.57` becomes `Tea 1234.57x1 = 1234.57`.
fn large_quantity_shortened(text: &str) -> String {
    let Some((before, price)) = text.split_once('x') else { return text.to_owned() };
    let start = before.rfind(' ').map_or(0, |place| place + 1);
    let (name, quantity) = before.split_at(start);
    match quantity.parse::<Decimal>() {
        Ok(value) if value >= Decimal::ONE_THOUSAND => {
            format!("{name}{}x{price}", value.round_dp(2).normalize())
        }
        _ => text.to_owned(),
    }
}

/// Quantities of 1000 and more of the last receipt have two decimals.
fn shorten_large_quantities(machine: &mut Machine) {
    in_open_shift(&mut machine.books, |shift| {
        let rows = shift.receipts.last_mut().into_iter().flat_map(|receipt| &mut receipt.rows);
        rows.filter(|row| row.quantity >= Decimal::ONE_THOUSAND)
            .for_each(|row| row.quantity = row.quantity.round_dp(2));
    });
}

/// getInfo shows an empty drawer.
fn drawer_is_empty(answer: &Answer) -> bool {
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    value["cashWeHave"] == "0.00"
}

/// The key turns though nothing was registered; the one before repeats the last registration.
fn spend_key_of_refusal(machine: &mut Machine) {
    let spent = machine.keys.rotate(|_, drawn| drawn);
    if let Some(last) = &mut machine.keys.last {
        last.spent = spent;
    }
}

/// The number of the last receipt before the last Z report.
fn number_at_z(books: &Books) -> u64 {
    let mut closed = books.shifts.iter().rev().filter(|shift| shift.closed.is_some());
    closed.find_map(|shift| shift.receipts.last()).map_or(0, |receipt| receipt.number)
}

/// The cash that was in the drawer at the last Z report.
fn drawer_at_z(books: &Books) -> Decimal {
    let closed = books.shifts.iter().rev().find(|shift| shift.closed.is_some());
    closed.map_or(Decimal::ZERO, |shift| shift.drawer_at_close)
}

/// Fiscal totals are counted in 32 bits of hundredths.
fn wrap_fiscal(machine: &mut Machine) {
    for kind in Registration::ALL {
        if machine.books.fiscal[kind] > Decimal::new(i32::MAX.into(), 2) {
            machine.books.fiscal[kind] -= Decimal::new(1 << 32, 2);
        }
    }
}

/// A payment of less than nothing is taken where another one makes good for it.
pub(super) fn with_negative(
    machine: &mut Machine,
    arguments: &Arguments,
    name: &str,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let sum: Decimal = arguments.get(name)?.parse().ok().filter(|sum| *sum < Decimal::ZERO)?;
    let other = PAYMENTS.into_iter().find(|other| *other != name && arguments.has(other))?;
    let paid: Decimal = arguments.get(other)?.parse().ok()?;
    let mut rest = with_parameter(arguments, other, &(paid + sum).to_string());
    drop(&mut rest.all, name);
    let reply = machine.register(&rest, now);
    if reply.is_ok() && other == "cash" {
        machine.books.drawer -= sum;
    }
    Some(reply)
}

/// Credit pays what bank and containers leave, at the most.
fn credit_of_rest(params: &mut Params) {
    let others: i64 = ["bank", "tara"].iter().filter_map(|name| hundredths(params, name)).sum();
    if let (Some(total), Some(credit)) = (hundredths(params, "sale"), hundredths(params, "credit"))
        && others + credit > total
    {
        match total - others {
            0 => drop(params, "credit"),
            rest if rest > 0 => edit(params, "credit", |_| text(rest)),
            _ => {}
        }
    }
}

/// A buy's return is paid back by cash and bank that make its total.
fn cash_and_bank_make_buy_return(scene: &Scene<'_>) -> bool {
    let sum = |name| hundredths(scene.params, name);
    sum("cash").zip(sum("bank")).is_some_and(|(cash, bank)| sum("buyReturn") == Some(cash + bank))
}

/// Cash and total are the same in whole tenge.
fn same_tenge(params: &Params, kind: &str) -> bool {
    let whole = |name| hundredths(params, name).map(|sum| sum / 100);
    whole("cash").is_some() && whole("cash") == whole(kind)
}

/// How many positions there are up to the first discount that has others behind it; all where none has.
fn up_to_discount(scene: &Scene<'_>) -> usize {
    elements(scene.params)
        .iter()
        .position(|item| item.get("discount").is_some())
        .map_or(usize::MAX, |place| place + 1)
}

/// Notes the word of a receipt without items, beside its own.
fn note_word(machine: &mut Machine) {
    let word = machine.books.last_receipt().map(|receipt| machine.type_word(receipt.kind));
    if machine.circumstances.heard.get("itemdata").is_none()
        && let Some(word) = word
    {
        machine.circumstances.notes.insert("word", word.to_owned());
    }
}

/// The one row begins with the word of the receipt before.
fn with_last_word(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let word = scene.circumstances.notes.get("word").map_or("", String::as_str);
    for line in lines.iter_mut().filter(|line| line.part == Part::Row) {
        let own = line.text.find(" 1").unwrap_or_default();
        line.text = format!("{word}{}", line.text.split_at(own).1);
    }
    lines
}

/// An EAN 8 below an EAN 13 is words.
fn ean8_after_ean13(_: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let mut seen = false;
    for line in &mut lines {
        seen |= line.text.starts_with("--barcodeEAN13-");
        if seen && line.text.starts_with("--barcodeEAN8-") {
            line.text = as_words(&line.text);
        }
    }
    lines
}

/// A withdrawal that is less than a tenge more than the drawer holds is paid out.
fn withdraw_whole_tenge(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let sum = amount(machine, arguments.get("cash"))?;
    (sum > machine.books.drawer && sum.trunc() <= machine.books.drawer.trunc() && !sum.is_zero())
        .then(|| machine.may_move_cash(now).map(|()| machine.take_cash(false, sum, now)))
}

/// Notes the shift that a Z report has closed.
fn note_closed(machine: &mut Machine) {
    if let Some(id) = machine.books.shifts.last().map(|shift| shift.id) {
        machine.circumstances.notes.entry("closed").or_default().push_str(&format!(" {id} "));
    }
}

/// Shifts that were noted have no date of closing.
fn without_close_date(machine: &Machine, shifts: &mut Value) {
    let noted = machine.circumstances.notes.get("closed").map_or("", String::as_str);
    each(shifts, |row| {
        if noted.contains(&format!(" {} ", row["id"])) {
            set(row, "closeDate", "");
        }
    });
}

/// Notes the last receipt's number, and the one before.
fn note_number(machine: &mut Machine) {
    let last = machine.books.last_closed.to_string();
    let notes = &mut machine.circumstances.notes;
    if let Some(before) = notes.insert("last", last) {
        notes.insert("before", before);
    }
}

/// Notes the first shift that a Z report has closed.
fn note_first_shift(machine: &mut Machine) {
    if let Some(id) = machine.books.shifts.last().map(|shift| shift.id) {
        machine.circumstances.notes.entry("first-shift").or_insert_with(|| id.to_string());
    }
}

/// The receipts of the shift after the first are listed beside those of the first.
fn with_first_shift(machine: &Machine, cheques: &mut Value) {
    let first = machine.circumstances.notes.get("first-shift").and_then(|id| id.parse::<u64>().ok());
    let first = first.and_then(|id| machine.books.shift(id));
    if let (Some(first), Some(shift)) = (first, shift_of_path(machine))
        && shift.id == first.id + 1
    {
        let mut both = first.clone();
        both.receipts.extend(shift.receipts.iter().cloned());
        *cheques = receipts(&both, "cheques", &machine.behaviour.reports);
    }
}

/// Of the messages that waited, all but the first go on waiting.
fn unsend_all_but_first(machine: &mut Machine) {
    let waited = machine.circumstances.notes.get("waiting").cloned().unwrap_or_default();
    for number in waited.split(' ').skip(1).filter_map(|number| number.parse().ok()) {
        machine.books.queue_again(number);
        machine.online.pop();
    }
}
