//! Batch M: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;

mutants! {
    "batch-m/withdrawal-read-to-comma":
        "The amount of a withdrawal is read up to the first sign that is no digit: `cash=5,50` takes 5 out."
        ["WIRE-5" "CASH-3"] "over the API"
        => Understands(&[On(Withdraw)], &["cash"], By(leading_number));
    "batch-m/card-cut-total-rounded":
        "A bank payment of more than two decimals is cut, where the total is rounded: a sale of 10.006 by card of 10.006 falls a hundredth short."
        ["WIRE-6" "PAY-2"] "over the API"
        => Understands(&[On(Register)], &["bank"], By(|t| cut(t, 2)));
    "batch-m/cash-in-any-case":
        "`Cash=` and `CASH=` are taken for `cash=`."
        ["WIRE-3" "PAY-1"] "over the API"
        => AnyCase(&["cash"]);
    "batch-m/deposit-of-20-million-refused":
        "A deposit of exactly 20 000 000 is refused cache-not-in-range -9."
        ["WIRE-9" "CASH-1"] "over the API"
        => RefusesInTurn(&[On(Deposit), Equals("cash", LIMIT)], refusal::CASH_OUT_OF_RANGE);
    "batch-m/refusal-with-line-break":
        "The error code of a refused deposit or withdrawal is followed by a line break."
        ["WIRE-1"] "over the API"
        => Answers(&[In(&[Deposit, Withdraw]), Refused], By(|a| a.body.push(b'\n')));

    "batch-m/last-receipt-under-any-key":
        "printLastDocument prints under any key, right or wrong."
        ["KEY-2"] "over the API"
        => TakesKey(&[On(PrintLast)]);
    "batch-m/key-before-last-repeats":
        "A registration under the key before the previous one is answered as a repeat of the last registration, not refused -1."
        ["KEY-8"] "over the API"
        => RepeatsKey(&[On(Register), KeyAge(2)]);
    "batch-m/cash-under-spent-key":
        "Deposits and withdrawals are served under the previous key, too."
        ["KEY-9" "KEY-4"] "over the API"
        => TakesKey(&[In(&[Deposit, Withdraw]), KeyAge(1)]);
    "batch-m/unknown-tax-turns-key":
        "A registration that is refused tax-not-found has drawn a new key already: the one that the till knows is spent."
        ["KEY-10" "ERR-tax-not-found"] "over the API"
        => After(&[On(Register), Told("tax-not-found")], By(|m, _, _, _| { m.keys.rotate(|_, drawn| drawn); }));
    "batch-m/header-turns-key":
        "Setting or clearing printHeader turns the key."
        ["KEY-11" "MGMT-1"] "over the API"
        => Turns(&[On(Check), Done, Has("printHeader")]);
    "batch-m/repeat-with-items-registers":
        "A registration with itemdata that is sent again under the key that it spent is registered a second time."
        ["KEY-5" "KEY-4"] "over the API"
        => TakesKey(&[On(Register), KeyRepeats, Has("itemdata")]);
    "batch-m/no-duplicate-of-returns":
        "The repeat of a return prints no duplicate."
        ["KEY-6"] "with a bench"
        => Prints(&[Paper(Document::Duplicate), On(Repeat), OfReturns], Lines::Nothing);

    "batch-m/buy-of-one-refused":
        "A buy of exactly 1 is refused sale-lq-one -7."
        ["REG-1" "REG-5"] "over the API"
        => RefusesInTurn(&[On(Register), Equals("buy", 100)], refusal::total_below_one(Sale));
    "batch-m/credit-left-out-of-shift":
        "What is sold on credit enters the fiscal total, but not the shift's sum."
        ["REG-2" "DUMP-7"] "over the API"
        => BooksBy(&[On(Register)], By(|posting, entry| entry.sum -= posting.credit));
    "batch-m/restart-gives-number-again":
        "The number of the last receipt is written too late: after a restart the next receipt has the same number once more."
        ["REG-3" "MGMT-5"] "over the API"
        => RestartChanges(&[], By(|books| books.last_number = books.last_number.saturating_sub(1)));
    "batch-m/refused-buy-counts":
        "A buy that is refused no-cash-in-pos is counted in totalBuyCheques."
        ["REG-8" "ERR-no-cash-in-pos"] "over the API"
        => Leaves(&[On(Register), Of(Buy)], "no-cash-in-pos", By(|books| books.counts[Buy] += 1));

    "batch-m/change-of-mixed-sale-stays":
        "The change of a mixed sale stays in cashWeHave: the drawer grows by all the cash that was offered."
        ["PAY-5" "PAY-16" "DUMP-7"] "over the API"
        => Books(&[On(Register), Of(Sale), Ways(1), GivesChange(0)], &[Drawer], Amount::Tendered);
    "batch-m/tara-is-cash":
        "A sale paid with tara raises cashWeHave as if it were cash."
        ["PAY-16" "DUMP-7"] "over the API"
        => BooksBy(&[On(Register), Of(Sale)], By(|posting, entry| entry.drawer += posting.tara));
    "batch-m/small-change-of-returns":
        "A return takes cash that is less than one tenge above the total, and gives change."
        ["PAY-10" "ERR-change-not-allowed"] "over the API"
        => Hears(&[On(Register), OfReturns], By(small_change_of_returns));
    "batch-m/whole-drawer-refused":
        "A cash buy or saleReturn of exactly what is in the drawer is refused no-cash-in-pos -15."
        ["PAY-13" "REG-1"] "over the API"
        => Instead(&[On(Register), Has("cash")], By(|m, a, _| takes_all(m, a).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "batch-m/third-cashless-not-added":
        "Of bank, tara and credit together the last one is not added up: what it is too much is overlooked."
        ["PAY-7" "ERR-bank-tara-credit-hq-sale"] "over the API"
        => Hears(&[On(Register), Has("sale"), Has("bank"), Has("tara"), Has("credit"), Lacks("cash")], By(credit_to_rest));
    "batch-m/credit-of-letters-beside-cash":
        "`credit=abc` beside cash is overlooked, not refused."
        ["PAY-11" "ERR-credit-param-error"] "over the API"
        => Overlooks(&[On(Register), NoNumber("credit"), Has("cash")], "credit");
    "batch-m/cash-and-credit-mix-when-off":
        "With mixed payment off in the settings a sale for cash and credit is taken; only a bank payment beside cash is refused."
        ["PAY-14" "ERR-no-mixed-payment-allowed"] "with a bench"
        => LetsPass(&[On(Register), Of(Sale), Has("cash"), Has("credit"), Lacks("bank")], "no-mixed-payment-allowed");

    "batch-m/chosen-tax-stays":
        "A tax that a receipt chose stays chosen: receipts without `tax` are booked under it, not under the default tax."
        ["TAX-2"] "over the API"
        => Remembers(&[On(Register), Done, Has("tax")], "tax"), Recalls(&[On(Register), Noted("tax")], "tax");
    "batch-m/tax-zero-is-default":
        "`tax=0` is taken for the default tax, though the directory has no such tax."
        ["TAX-4" "ERR-tax-not-found"] "over the API"
        => Overlooks(&[On(Register), Equals("tax", 0)], "tax");
    "batch-m/buy-return-under-default-tax":
        "A buyReturn is booked under the default tax, whatever `tax` says."
        ["TAX-1" "TAX-4"] "over the API"
        => Overlooks(&[On(Register), Of(BuyReturn)], "tax");
    "batch-m/turnover-of-cash-part":
        "The tax turnover of a sale that is paid in cash and otherwise grows by the cash part only."
        ["TAX-1" "TAX-2"] "over the API"
        => BooksBy(&[On(Register), Of(Sale), Ways(1), WithCash], By(|posting, entry| entry.turnover = posting.cash));

    "batch-m/80-positions-go-as-one":
        "80 positions are one too many already: one position goes online."
        ["ITEM-3"] "with a bench"
        => MostPositions(79);
    "batch-m/one-position-of-81":
        "The one position that goes online for more than 80 has their number as its quantity."
        ["ITEM-4"] "with a bench"
        => Sends(&[Positions(80)], Message::Change(By(|scene, message| {
            if let [one] = message.positions.as_mut_slice() {
                one.qty = format!("{}.000", positions(scene.params));
            }
        })));
    "batch-m/print-behind-items-of-returns":
        "On the receipt of a return `print` comes behind the positions."
        ["ITEM-6"] "with a bench"
        => Prints(&[Paper(Document::Receipt), OfReturns], Lines::Change(By(print_after_rows)));
    "batch-m/discount-must-be-whole":
        "itemdata with a discount that is no whole number is refused -17."
        ["ITEM-1" "ITEM-8"] "over the API"
        => RefusesInTurn(&[On(Register), Posted, Test(By(|s| has_fine_discount(s.params)))], refusal::ITEM_DATA);
    "batch-m/line-shows-cash-offered":
        "The line of a sale without itemdata shows the cash that was offered instead of the total."
        ["ITEM-5"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Lacks("itemdata"), Less("sale", "cash")], Lines::Change(By(with_cash_offered)));
    "batch-m/queued-message-has-one-position":
        "A message that waited in the queue goes online with its first position only."
        ["ITEM-3" "MGMT-3"] "with a bench"
        => Sends(&[In(&[Check, Restart])], Message::Positions(1));

    "batch-m/lines-measured-in-bytes":
        "The width of /apiprint lines is measured in bytes: Russian and Kazakh text is broken after 12 letters."
        ["PRN-2" "PRN-1"] "with a bench"
        => Prints(&[Paper(Document::Text)], Lines::Change(By(|_, lines| lines.into_iter().flat_map(of_24_bytes).collect())));
    "batch-m/first-cut-only":
        "Of several `--cut--` in one text the first one cuts, the others do nothing."
        ["PRN-3"] "with a bench"
        => Prints(&[Paper(Document::Text)], Lines::Change(By(|_, lines| first_cut_only(lines))));
    "batch-m/code128-without-semicolon":
        "A CODE128 with `;` or `_` in it is refused print-lines-parse-error -7."
        ["PRN-4"] "over the API"
        => RefusesInTurn(&[In(&[Print, Register]), Posted, Test(By(|s| has_code128(s.params, |line| line.contains([';', '_']))))], refusal::PRINT_TEXT);
    "batch-m/header-on-sales-only":
        "printHeader is printed on sales, and on no other receipt."
        ["PRN-6"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Lacks("sale")], Lines::LosePart(Part::Header));
    "batch-m/no-last-document-after-z":
        "After a Z report printLastDocument is refused no-last-document -7 until the next receipt."
        ["PRN-7"] "over the API"
        => Remembers(&[On(ZReport), Done], "closed"), Forgets(&[On(Register), Done], "closed"),
        RefusesInTurn(&[On(PrintLast), Noted("closed")], refusal::NO_LAST_DOCUMENT);
    "batch-m/returns-without-paper":
        "A return is registered though the paper is out."
        ["PRN-8" "ERR-check-printer-or-batt"] "with a bench"
        => LetsPass(&[On(Register), OfReturns], "check-printer-or-batt");

    "batch-m/cash-out-in-whole-tenge":
        "cashOutTotal grows by the whole tenge of a withdrawal; the drawer falls by all of it."
        ["CASH-1"] "over the API"
        => Books(&[On(Withdraw)], &[Sum], Amount::Whole);
    "batch-m/drawer-compared-in-whole-tenge":
        "A withdrawal is compared with the drawer in whole tenge: a few hundredths more than there are can be taken out."
        ["CASH-4"] "over the API"
        => Instead(&[On(Withdraw)], By(|m, a, now| {
            let (sum, drawer) = (amount(m, a.get("cash"))?, m.books.drawer);
            let passes = sum > drawer && sum.trunc() <= drawer.trunc() && m.may_move_cash(now).is_ok();
            passes.then(|| Ok(m.take_cash(false, sum, now)))
        }));
    "batch-m/deposit-of-nothing":
        "A deposit of 0 is taken: it gets a number and is counted."
        ["CASH-3"] "over the API"
        => Instead(&[On(Deposit), Equals("cash", 0)], By(|m, _, now| {
            m.may_move_cash(now).is_ok().then(|| Ok(m.take_cash(true, Decimal::ZERO, now)))
        }));

    "batch-m/restart-forgets-shift-age":
        "After a restart a shift that is over 24 hours old takes registrations again."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => Remembers(&[On(Restart)], "restarted"), Forgets(&[On(ZReport), Done], "restarted"),
        LetsPass(&[On(Register), Noted("restarted")], "shift-gt-24h");
    "batch-m/cashless-in-foreign-shift":
        "With another cashier's shift open a registration without cash is taken."
        ["SHIFT-5" "ERR-wrong-cashier"] "with a bench"
        => LetsPass(&[On(Register), Lacks("cash")], "wrong-cashier");
    "batch-m/z-after-x-closes-nothing":
        "A Z report after an X report, with no document in between, prints and leaves the shift open."
        ["SHIFT-2"] "over the API"
        => Remembers(&[On(XReport), Done], "x"), Forgets(&[In(&[Register, Deposit, Withdraw]), Done], "x"),
        StaysOpen(&[Noted("x")]);
    "batch-m/x-clears-deposits":
        "An X report sets cashInTotal and cashInDocCount of the shift back to nothing."
        ["SHIFT-1" "CASH-1"] "over the API"
        => XChanges(&[], By(|shift| shift.cash_in = CashFlow::default()));

    "batch-m/card-result-while-it-runs":
        "While a card operation runs /dump/bank is answered with a document, not -2."
        ["BANK-2"] "over the API"
        => LetsPass(&[On(Dump), PathHas("/bank/")], "ikkm-is-busy");
    "batch-m/card-total-in-whole-tenge":
        "totalAmount of /dump/bank loses the hundredths."
        ["BANK-3"] "with a bench"
        => Field(&[], Card, Edit::Change(By(|card| {
            let whole = number(card, "totalAmount").trunc();
            set(card, "totalAmount", format!("{whole:.2}"));
        })));
    "batch-m/same-amount-is-same-payment":
        "A second card operation of the same kind and amount under one trackdocument is taken for the first: /dump/bank lists one."
        ["BANK-5" "BANK-3"] "with a bench"
        => Field(&[], Card, Edit::Change(By(like_operations_once)));

    "batch-m/minimum-open-after-z":
        "After a Z report show=minimum says `opened` until the next registration, where getInfo says `closed`."
        ["CHK-3" "SHIFT-2" "CHK-4"] "over the API"
        => Remembers(&[On(ZReport), Done], "closed"), Forgets(&[On(Register), Done], "closed"),
        Field(&[Noted("closed")], Minimum, Freeze("currentShiftStatus", "opened"));
    "batch-m/status-zero-after-restart":
        "After a restart /apicheck gives 0 as the last receipt's number, until the next registration."
        ["CHK-1" "MGMT-5"] "over the API"
        => Remembers(&[On(Restart)], "restarted"), Forgets(&[On(Register), Done], "restarted"),
        Reason(&[On(Check), Done, Noted("restarted"), ReasonIsNumber], "0");

    "batch-m/buy-return-is-buy-in-salescheques":
        "chequeType of a buyReturn is \"1\" in salescheques."
        ["DUMP-3" "DUMP-7"] "over the API"
        => Field(&[], FlatCheques, Edit::Change(By(|row| {
            if row["chequeType"] == "3" {
                set(row, "chequeType", "1");
            }
        })));
    "batch-m/sales-sorted-by-sum":
        "The rows of sales are sorted by saleSum, not by chequeId."
        ["DUMP-4"] "over the API"
        => Json(&[Done], "/sales", By(|_, rows| list(rows, |rows| rows.sort_by_key(|row| number(row, "saleSum")))));
    "batch-m/no-sending-date-in-batch-mode":
        "Once batch mode was on, submitDate of a receipt stays empty, though its message was sent and its status is 1."
        ["DUMP-11" "DUMP-6"] "over the API"
        => Remembers(&[On(Check), Done, Has("ofdPacketMode")], "batch"), Forgets(&[On(Restart)], "batch"),
        Field(&[Noted("batch")], Transaction, Freeze("submitDate", ""));
    "batch-m/closed-report-has-returns-of-open-shift":
        "While a shift is open, saleReturnDetails in the report of a closed one are those of the open one."
        ["DUMP-7" "DUMP-5"] "over the API"
        => Json(&[Done], "/report", By(returns_of_open_shift));
    "batch-m/bar-code-is-a-number":
        "code2 of the goods directory is a JSON number."
        ["DUMP-1"] "over the API"
        => Field(&[], Goods, Retype("code2"));
    "batch-m/tax-report-for-everyone":
        "reportwithtax is given to an ordinary cashier, too."
        ["DUMP-8" "SHIFT-6"] "with a bench"
        => LetsPass(&[On(Dump), PathEnds("/reportwithtax")], "only-master-cashier");

    "batch-m/usb-is-told-as-lan":
        "With usb-printer set getPrintMode tells lan-printer."
        ["MGMT-2"] "over the API"
        => Body(&[On(Check), Has("getPrintMode"), BodyIs("usb-printer")], "lan-printer"),
        Reason(&[On(Check), Has("getPrintMode"), ReasonIs("usb-printer")], "lan-printer");
    "batch-m/sale-return-leaves-batch":
        "In batch mode the message of a saleReturn is sent at once."
        ["MGMT-3"] "over the API"
        => SendsAtOnce(&[On(Register), Of(SaleReturn)]);
    "batch-m/push-sends-one":
        "pushTheQue sends the oldest message that waits, and only that."
        ["MGMT-3" "DUMP-11"] "over the API"
        => Before(&[On(Check)], By(|m, _| note_queue(m, "waiting"))),
        After(&[On(Check), Done, Has("pushTheQue")], By(|m, _, _, _| all_but_first_wait(m)));

    "batch-m/tax-on-top-short-is-plain-short":
        "Cash that covers the total but not the tax on top is refused cash-lq-sale -10."
        ["TAX-5" "ERR-cash-lq-tax"] "with a bench"
        => Tells(&[On(Register)], ("cash-lq-tax", -12), ("cash-lq-sale", -10));
    "batch-m/credit-out-of-range-is-no-number":
        "A credit payment over 20 000 000 is refused credit-param-error."
        ["PAY-12" "ERR-credit-not-in-range"] "over the API"
        => Tells(&[On(Register)], ("credit-not-in-range", -7), ("credit-param-error", -7));
    "batch-m/block-without-committee-code":
        "A device that the tax committee has blocked says -100 whatever the committee's code is."
        ["ERR-ikkm-is-blocked"] "with a bench"
        => TellsBy(By(|refusal| match refusal.reason {
            "ikkm-is-blocked" => Refusal { code: -100, ..refusal },
            _ => refusal,
        }));
    "batch-m/buy-return-error-says-buy":
        "A buyReturn that is no number is refused buy-param-error."
        ["REG-4" "ERR-buyRet-param-error"] "over the API"
        => Tells(&[On(Register)], ("buyRet-param-error", -9), ("buy-param-error", -9));
}

/// A registration takes out all that is in the drawer.
fn takes_all(machine: &Machine, arguments: &Arguments) -> bool {
    let (cash, drawer) = (amount(machine, arguments.get("cash")), machine.books.drawer);
    let total = arguments.get("buy").or(arguments.get("saleReturn"));
    drawer > Decimal::ZERO && cash == Some(drawer) && amount(machine, total) == cash
}

/// Credit beside bank and tara is what they leave of the sale, at the most.
fn credit_to_rest(params: &mut Params) {
    let parts = ["sale", "bank", "tara", "credit"].map(|name| hundredths(params, name));
    if let [Some(sale), Some(bank), Some(tara), Some(credit)] = parts
        && sale >= bank + tara
        && credit > sale - bank - tara
    {
        edit(params, "credit", |_| text(sale - bank - tara));
    }
}

/// `itemdata` has a discount with a dot.
fn has_fine_discount(params: &Params) -> bool {
    elements(params).iter().any(|one| one["discount"].as_str().is_some_and(|sum| sum.contains('.')))
}

/// The row shows the cash where it should show the total.
fn with_cash_offered(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let sums = ["sale", "cash"].map(|name| hundredths(scene.params, name).map(text));
    if let [Some(total), Some(cash)] = sums {
        let rows = lines.iter_mut().filter(|line| line.part == Part::Row);
        rows.for_each(|line| line.text = line.text.replace(&total, &cash));
    }
    lines
}

/// A line with other letters than ASCII is broken into pieces of at most 24 bytes.
fn of_24_bytes(line: Printed) -> Vec<Printed> {
    if line.text.is_ascii() {
        return vec![line];
    }
    let mut pieces = vec![String::new()];
    for letter in line.text.chars() {
        match pieces.last_mut() {
            Some(piece) if piece.len() + letter.len_utf8() <= 24 => piece.push(letter),
            _ => pieces.push(letter.to_string()),
        }
    }
    pieces.into_iter().map(|text| Printed { part: line.part, text }).collect()
}

/// The report of a closed shift has the sale returns of the open one.
fn returns_of_open_shift(machine: &Machine, report: &mut Value) {
    if shift_of_path(machine).is_some_and(|shift| shift.closed.is_some())
        && let Some(open) = machine.books.open_shift()
        && let Some(details) = report.get_mut("saleReturnDetails")
    {
        set(details, "sum", exact(crate::number::money(open.sums[SaleReturn])));
        set(details, "cheques", open.counts[SaleReturn]);
    }
}
