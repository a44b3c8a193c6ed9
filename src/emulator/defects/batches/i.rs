//! Batch I: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;
use rust_decimal::RoundingStrategy;

mutants! {
    "batch-i/deposit-of-20-million-refused":
        "A deposit of exactly 20 000 000 is refused cache-not-in-range -9."
        ["WIRE-9" "CASH-1"] "over the API"
        => RefusesInTurn(&[On(Deposit), Equals("cash", LIMIT)], refusal::CASH_OUT_OF_RANGE);
    "batch-i/kazakh-letters-of-footer-lost":
        "The letters that Kazakh has beside the Russian ones come out as question marks in a footer."
        ["WIRE-4" "ITEM-7"] "with a bench"
        => Prints(&[], Lines::PartText(Part::Footer, By(without_kazakh)));
    "batch-i/decimal-comma-in-withdrawal":
        "/apiwithdraw takes an amount with a decimal comma: `cash=10,5` pays out 10.50."
        ["WIRE-5" "CASH-3"] "over the API"
        => Understands(&[On(Withdraw)], &["cash"], By(|text| text.replace(',', ".")));
    "batch-i/sale-return-rounded-up":
        "A saleReturn of more than two decimals is rounded up to the next hundredth, where everything else is rounded as it should be: 10.001 becomes 10.01."
        ["WIRE-6" "REG-2"] "over the API"
        => Understands(&[On(Register), Has("saleReturn")], &["saleReturn", "cash", "bank", "tara", "credit"], By(up_to_hundredths));
    "batch-i/cash-by-any-name-in-and-out":
        "/apideposit and /apiwithdraw take `Cash=` and `CASH=` for `cash=`."
        ["WIRE-3" "CASH-2"] "over the API"
        => Hears(&[In(&[Deposit, Withdraw])], By(|params| any_case(params, "cash")));
    "batch-i/line-end-after-repeated-key":
        "The key that a repeat answers is followed by a line end."
        ["WIRE-1" "KEY-5"] "over the API"
        => Answers(&[On(Repeat), Done], By(|answer| answer.body.push(b'\n')));

    "batch-i/quick-z-turns-key":
        "With fast timers a Z report turns the key."
        ["KEY-11"] "over the API"
        => Remembers(&[On(Check), Is("timersFast", "true"), Done], "fast"),
        Forgets(&[On(Check), Is("timersNormal", "true"), Done], "fast"),
        Forgets(&[On(Restart)], "fast"),
        Turns(&[On(ZReport), Done, Noted("fast")]);
    "batch-i/key-before-the-last-repeats":
        "A key that is two rotations old repeats the last registration, as the previous one does."
        ["KEY-8"] "over the API"
        => RepeatsKey(&[On(Register), KeyAge(2)]);
    "batch-i/repeat-of-buy-pays-again":
        "The repeat of a cash buy takes its cash from the drawer once more; the sums stay."
        ["KEY-5" "DUMP-7"] "over the API"
        => BooksRepeat(&[Of(Buy)], &[Drawer]);
    "batch-i/any-key-for-card-results":
        "/dump/bank is answered under any key."
        ["KEY-2"] "over the API"
        => TakesKey(&[On(Dump), PathHas("/bank/")]);
    "batch-i/broken-items-turn-key":
        "A registration that is refused -17 for its itemdata turns the key."
        ["KEY-10" "ITEM-2"] "over the API"
        => After(&[On(Register), Code(-17)], By(|machine, _, _, _| {
            machine.keys.rotate(|_, drawn| drawn);
        }));
    "batch-i/other-type-under-spent-key-registers":
        "The previous key with another type of registration registers it."
        ["KEY-12" "KEY-4"] "over the API"
        => TakesKey(&[On(Register), KeyAge(1), Test(By(is_other_type))]);

    "batch-i/credit-not-in-shift-sum":
        "What of a sale is on credit is missing in the shift's sum; the fiscal total has it."
        ["REG-2" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale)], By(|posting, entry| entry.sum -= posting.credit));
    "batch-i/return-of-one-tenge-refused":
        "A saleReturn or buyReturn of exactly 1 is refused sale-lq-one -7."
        ["REG-5" "REG-1"] "over the API"
        => RefusesInTurn(&[On(Register), Equals("saleReturn", 100)], refusal::total_below_one(Sale)),
        RefusesInTurn(&[On(Register), Equals("buyReturn", 100)], refusal::total_below_one(Sale));
    "batch-i/return-numbered-as-receipt-before":
        "A saleReturn gets the number of the document before it."
        ["REG-3"] "over the API"
        => Steps(&[On(Register), Has("saleReturn")], 0);
    "batch-i/unknown-tax-counts-receipt":
        "A sale that is refused for an unknown tax counts in totalSaleCheques all the same."
        ["REG-8" "TAX-4"] "over the API"
        => Leaves(&[On(Register), Has("sale")], "tax-not-found", By(|books| books.counts[Sale] += 1));
    "batch-i/shift-sum-in-32-bits":
        "A shift's sum is held as hundredths in 32 bits: above 21 474 836.47, with two receipts of 20 000 000, it turns negative."
        ["REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done], By(|machine, _, _, _| in_open_shift(&mut machine.books, wrap_sums)));

    "batch-i/change-beside-credit-stays-in-drawer":
        "In a sale for cash beside credit or tare, the change stays in the drawer's figure: it moves by the cash that was offered."
        ["PAY-16" "PAY-5"] "over the API"
        => BooksBy(&[Of(Sale), Ways(1)], By(|posting, entry| {
            if posting.credit + posting.tara > Decimal::ZERO {
                entry.drawer = posting.tendered;
            }
        }));
    "batch-i/tare-and-credit-above-total-taken":
        "Tare and credit that sum above the total of a sale are taken; only what includes a card is refused."
        ["PAY-7"] "over the API"
        => Hears(&[On(Register), Has("tara"), Has("credit"), Lacks("bank"), Lacks("cash")], By(credit_down_to_rest));
    "batch-i/drawer-compared-in-whole-tenge":
        "A cash saleReturn is compared with the drawer in whole tenge: it may be some tiyn more than the drawer holds."
        ["PAY-13"] "over the API"
        => Instead(&[On(Register), Has("saleReturn")], By(|machine, arguments, now| {
            let drawer = machine.books.drawer.trunc() + Decimal::new(99, 2);
            Some(register_from(machine, drawer, arguments, now))
        }));
    "batch-i/card-buy-return-fills-drawer":
        "A buyReturn without cash raises the drawer by its total."
        ["PAY-16" "DUMP-7"] "over the API"
        => Books(&[Of(BuyReturn), Cashless], &[Drawer], Amount::Total);
    "batch-i/mixed-payment-off-bars-cash-only":
        "With mixed payment switched off, a sale in two ways without cash is still taken."
        ["PAY-14"] "with a bench"
        => LetsPass(&[On(Register), Has("sale"), Lacks("cash")], "no-mixed-payment-allowed");
    "batch-i/buy-return-gives-change":
        "A buyReturn for more cash than its total is taken and gives change."
        ["PAY-10"] "over the API"
        => Follows(&[On(Register), Less("buyReturn", "cash"), Below("cash", LIMIT + 1)], "cash", "buyReturn");

    "batch-i/tax-stays-for-next-receipt":
        "After a registration with a tax, the next ones without are booked under it, until a restart."
        ["TAX-2"] "over the API"
        => Recalls(&[On(Register)], "tax"),
        Remembers(&[On(Register), Has("tax"), Done], "tax"),
        Forgets(&[On(Restart)], "tax");
    "batch-i/items-under-default-tax":
        "A registration with itemdata is booked under the default tax, whatever `tax` says."
        ["TAX-1"] "over the API"
        => Overlooks(&[On(Register), Posted, Has("itemdata")], "tax");
    "batch-i/tax-read-up-to-first-letter":
        "A tax id is read up to its first letter: `tax=2x` is the tax 2."
        ["TAX-3"] "over the API"
        => Understands(&[On(Register)], &["tax"], By(leading_number));
    "batch-i/sales-show-default-tax":
        "The rows of sales carry the default tax's id, whatever the receipt was booked under; cheques has the right one."
        ["TAX-1" "DUMP-4"] "over the API"
        => Json(&[], "/sales", By(|machine, rows| each(rows, |row| set(row, "taxId", machine.directories.default_tax))));

    "batch-i/over-eighty-sends-quantity-of-positions":
        "The one position that goes online for a receipt of more than 80 has as many pieces as there were positions."
        ["ITEM-4"] "with a bench"
        => Sends(&[On(Register), Positions(80)], Message::Change(By(|scene, message| {
            let count = positions(scene.params);
            message.positions.iter_mut().for_each(|one| one.qty = format!("{count}.000"));
        })));
    "batch-i/footer-on-sales-only":
        "A footer is printed on sales only; a buy or a return loses it."
        ["ITEM-7"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Of(Buy)], Lines::LosePart(Part::Footer)),
        Prints(&[Paper(Document::Receipt), OfReturns], Lines::LosePart(Part::Footer));
    "batch-i/sale-return-sends-first-position":
        "Of a saleReturn with itemdata only the first position goes online."
        ["ITEM-3"] "with a bench"
        => Sends(&[On(Register), Has("saleReturn"), Has("itemdata")], Message::Positions(1));
    "batch-i/automatic-line-ends-in-cash":
        "The line of a sale without itemdata ends in the cash that was offered instead of the total: `Sale 1x800 = 1000`."
        ["ITEM-5"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Lacks("itemdata"), Less("sale", "cash")], Lines::Change(By(cash_for_total)));
    "batch-i/mixed-sale-sends-cash-part":
        "Of a mixed sale without itemdata, the line that goes online has the cash part as its sum."
        ["ITEM-5"] "with a bench"
        => Sends(&[On(Register), Has("sale"), Lacks("itemdata"), Has("cash"), Payments(2)], Message::Change(By(|scene, message| {
            if let Some(cash) = hundredths(scene.params, "cash") {
                message.positions.iter_mut().for_each(|one| one.sum = Decimal::new(cash, 2).to_string());
            }
        })));

    "batch-i/header-gone-after-z":
        "A Z report ends the header: the receipts of the next shift are printed without it."
        ["PRN-6"] "with a bench"
        => After(&[On(ZReport), Done], By(|machine, _, _, _| machine.session.header = None));
    "batch-i/one-bar-code-a-document":
        "Of several bar codes in a document only the first is printed."
        ["PRN-4"] "with a bench"
        => Prints(&[], Lines::Change(By(one_bar_code)));
    "batch-i/usb-printer-opens-no-drawer":
        "After the switch to the USB printer `--open-cash--` does nothing."
        ["PRN-3"] "with a bench"
        => Forgets(&[On(Check), Has("setPrintMode"), Done], "usb"),
        Remembers(&[On(Check), Is("setPrintMode", "usb-printer"), Done], "usb"),
        Forgets(&[On(Restart)], "usb"),
        Prints(&[Noted("usb")], Lines::Lose("--open-cash--"));
    "batch-i/cashless-receipt-needs-no-paper":
        "A registration without cash is carried out though the paper is out."
        ["PRN-8" "ERR-check-printer-or-batt"] "with a bench"
        => LetsPass(&[On(Register), Lacks("cash")], "check-printer-or-batt");
    "batch-i/last-document-is-cash-slip":
        "After a deposit or withdrawal printLastDocument prints its slip instead of the last receipt."
        ["PRN-7"] "with a bench"
        => After(&[In(&[Deposit, Withdraw]), Done], By(|machine, _, answer, _| {
            let text = format!("CASH {}", answer.reason_text());
            machine.printer.last_receipt = Some(vec![Printed { part: Part::Other, text }]);
        }));

    "batch-i/refused-withdrawal-is-counted":
        "A withdrawal above the drawer is refused and counts in cashOutDocCount."
        ["CASH-4"] "over the API"
        => Leaves(&[On(Withdraw)], "no-cash-in-pos", By(|books| in_open_shift(books, |shift| shift.cash_out.count += 1)));
    "batch-i/cash-out-total-is-last-one":
        "cashOutTotal holds the last withdrawal instead of the sum of all."
        ["CASH-1"] "over the API"
        => After(&[On(Withdraw), Done], By(|machine, params, _, _| {
            if let Some(sum) = amount(machine, params.get("cash")) {
                in_open_shift(&mut machine.books, |shift| shift.cash_out.sum = sum);
            }
        }));

    "batch-i/x-report-clears-cash-in":
        "An X report sets the shift's deposits back to none."
        ["SHIFT-1"] "over the API"
        => XChanges(&[], By(|shift| shift.cash_in = CashFlow::default()));
    "batch-i/close-date-is-open-date":
        "In the list of shifts a closed one has its opening as its closeDate."
        ["DUMP-14" "SHIFT-2"] "over the API"
        => Field(&[], Shifts, Edit::Change(By(|row| {
            if row["opened"] == 0 {
                let opened = row["openDate"].clone();
                set(row, "closeDate", opened);
            }
        })));
    "batch-i/returns-after-24-hours":
        "After 24 hours of open shift returns are still registered."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => LetsPass(&[On(Register), Has("saleReturn")], "shift-gt-24h"),
        LetsPass(&[On(Register), Has("buyReturn")], "shift-gt-24h");
    "batch-i/shift-begins-with-returns-of-last":
        "A new shift's sum of sale returns begins with that of the shift before."
        ["DUMP-7"] "over the API"
        => NewShift(By(|shift, before| shift.sums[SaleReturn] = before.sums[SaleReturn]));
    "batch-i/old-shift-cannot-be-closed":
        "A shift of more than 24 hours bars the Z report too: -3 shift-gt-24h."
        ["SHIFT-3" "SHIFT-2"] "with a bench"
        => Instead(&[On(ZReport)], By(|machine, _, now| {
            let shift = machine.books.open_shift()?;
            (machine.age_of(shift, now) > TimeSpan::hours(24)).then_some(Err(refusal::SHIFT_OVER_DAY))
        }));
    "batch-i/z-right-after-x-closes-nothing":
        "A Z report that follows an X report at once prints and leaves the shift open."
        ["SHIFT-2"] "over the API"
        => StaysOpen(&[Next(XReport)]);

    "batch-i/refund-lowers-total-amount":
        "totalAmount of a card document takes successful refunds off instead of adding them."
        ["BANK-3"] "with a bench"
        => Field(&[], Card, Edit::Change(By(refunds_taken_off)));
    "batch-i/x-report-during-card":
        "An X report is printed while a card operation runs."
        ["BANK-2"] "over the API"
        => LetsPass(&[On(XReport)], "ikkm-is-busy");
    "batch-i/trackdocument-in-16-bits":
        "The number of a card operation is held in 16 bits: what was started as 70000 is found as 4464."
        ["BANK-3"] "with a bench"
        => Understands(&[On(Bank)], &["trackdocument"], By(in_16_bits));
    "batch-i/card-results-gone-after-restart":
        "A restart forgets the results of card operations."
        ["MGMT-5" "BANK-3"] "with a bench"
        => Upon(&[On(Restart)], By(|machine| machine.bank = Default::default()));

    "batch-i/purchase-is-no-last-receipt":
        "lastClosedChequeId and apicheck's reason stay behind after a buy or buyReturn."
        ["CHK-1" "CHK-4"] "over the API"
        => Books(&[Of(Buy)], &[Last], Amount::Nothing),
        Books(&[Of(BuyReturn)], &[Last], Amount::Nothing);
    "batch-i/queue-size-without-first-message":
        "messagesQueSize leaves out the message that goes next: it shows 0 while one waits."
        ["CHK-4" "MGMT-3"] "over the API"
        => Json(&[], "/getInfo", By(|machine, info| {
            let behind = machine.books.queued().saturating_sub(1);
            set(info, "messagesQueSize", behind.to_string());
        }));

    "batch-i/closed-shift-lacks-last-receipt":
        "cheques of a closed shift leaves its last receipt out."
        ["DUMP-3" "DUMP-7"] "over the API"
        => Json(&[], "/cheques", By(|machine, receipts| {
            if shift_of_path(machine).is_some_and(|shift| shift.closed.is_some()) {
                list(receipts, |receipts| { receipts.pop(); });
            }
        }));
    "batch-i/flat-list-without-buys":
        "salescheques leaves the buys out."
        ["DUMP-3" "DUMP-7"] "over the API"
        => Json(&[], "/salescheques", By(|_, rows| list(rows, |rows| rows.retain(|row| row["chequeType"] != "1"))));
    "batch-i/transactions-for-any-cashier":
        "/dump/transaction is given to an ordinary cashier."
        ["DUMP-8"] "with a bench"
        => LetsPass(&[On(Dump), PathHas("/transaction/")], "only-master-cashier");
    "batch-i/cheque-date-in-utc":
        "chequeDate in cheques is five hours behind the dates of the shift."
        ["DUMP-14"] "over the API"
        => Json(&[], "/cheques", By(dates_in_utc));

    "batch-i/locked-host-spares-dumps":
        "After Lockhost other hosts are still given directories and reports."
        ["MGMT-4" "ERR-code-18"] "over the API"
        => LetsPass(&[On(Dump)], "host-is-rejected");
    "batch-i/push-sends-one-message":
        "pushTheQue sends the oldest message only; the others go on waiting."
        ["MGMT-3" "DUMP-11"] "over the API"
        => Before(&[On(Check)], By(|machine, _| note_queue(machine, "waiting"))),
        After(&[On(Check), Is("pushTheQue", "true"), Done], By(|machine, _, _, _| all_but_first_wait(machine)));
    "batch-i/restart-forgets-withdrawals":
        "A restart sets cashOutTotal and cashOutDocCount of the open shift to zero."
        ["MGMT-5"] "over the API"
        => RestartChanges(&[], By(|books| in_open_shift(books, |shift| shift.cash_out = CashFlow::default())));
    "batch-i/no-way-back-to-internal-printer":
        "Once another printer was set, `setPrintMode=internal-printer` is answered as success and changes nothing."
        ["MGMT-2"] "over the API"
        => Remembers(&[On(Check), Is("setPrintMode", "usb-printer"), Done], "external"),
        Remembers(&[On(Check), Is("setPrintMode", "lan-printer"), Done], "external"),
        Forgets(&[On(Restart)], "external"),
        Overlooks(&[On(Check), Is("setPrintMode", "internal-printer"), Noted("external")], "setPrintMode");

    "batch-i/damaged-database-is-unknown-error":
        "A damaged database is told as unknown-error."
        ["ERR-internal-error"] "with a bench"
        => Tells(&[], ("internal-error", -99), ("unknown-error", -99));
    "batch-i/blocked-code-of-one-digit":
        "Of the tax committee's code only the last digit is told: for 12 the answer is -102."
        ["ERR-ikkm-is-blocked"] "with a bench"
        => TellsBy(By(|refusal| match refusal.reason {
            "ikkm-is-blocked" => Refusal { code: -100 - (-100 - refusal.code) % 10, ..refusal },
            _ => refusal,
        }));
    "batch-i/missing-printer-told-as-paper":
        "A missing external printer is told as check-printer-or-batt."
        ["PRN-8" "ERR-check-external-printer"] "with a bench"
        => Tells(&[], ("check-external-printer", -6), ("check-printer-or-batt", -6));
    "batch-i/withdrawal-out-of-range-is-minus-7":
        "A withdrawal over 20 000 000 is refused cache-not-in-range with -7, as a registration's cash is."
        ["CASH-3" "ERR-cache-not-in-range-cash"] "over the API"
        => Tells(&[On(Withdraw)], ("cache-not-in-range", -9), ("cache-not-in-range", -7));
    "batch-i/new-device-prints-last-document":
        "On a device without any document printLastDocument is answered as success."
        ["PRN-7" "ERR-no-last-document"] "with a bench"
        => Instead(&[On(PrintLast)], By(|machine, _, _| {
            machine.printer.last_receipt.is_none().then(|| Ok(Reply::zero("0")))
        }));
}

/// A number of more than two decimals, rounded up to hundredths.
fn up_to_hundredths(text: &str) -> String {
    let exact = |text: &str| text.parse::<Decimal>().ok().filter(|_| plain_number(text));
    let rounded = |value: Decimal| value.round_dp_with_strategy(2, RoundingStrategy::AwayFromZero);
    exact(text).map_or_else(|| text.to_owned(), |value| rounded(value).to_string())
}

/// The last registration was of another type than this one.
fn is_other_type(scene: &Scene<'_>) -> bool {
    let last = scene.key.map_or(&[][..], |key| key.last);
    scene.kind().is_some_and(|kind| !last.is_empty() && last.iter().all(|(name, _)| name != kind.wire()))
}

/// Sums beyond 31 bits of hundredths have turned negative.
fn wrap_sums(shift: &mut Shift) {
    for kind in Registration::ALL {
        if shift.sums[kind] > Decimal::new(i32::MAX.into(), 2) {
            shift.sums[kind] -= Decimal::new(1 << 32, 2);
        }
    }
}

/// The credit of a sale is what its tare leaves, at the most.
fn credit_down_to_rest(params: &mut Params) {
    if let (Some(total), Some(tara), Some(credit)) =
        (hundredths(params, "sale"), hundredths(params, "tara"), hundredths(params, "credit"))
        && tara < total
        && tara + credit > total
        && credit <= LIMIT
    {
        edit(params, "credit", |_| text(total - tara));
    }
}

/// Behind the sign of equality stands the cash that was offered.
fn cash_for_total(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let shown = |name| hundredths(scene.params, name).map(text);
    if let (Some(total), Some(cash)) = (shown("sale"), shown("cash")) {
        for line in lines.iter_mut().filter(|line| line.part == Part::Row) {
            if let Some((front, sum)) = line.text.split_once(" = ") {
                line.text = format!("{front} = {}", sum.replacen(&total, &cash, 1));
            }
        }
    }
    lines
}

/// The first bar code stays.
fn one_bar_code(_: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let mut codes = 0;
    lines.retain(|line| {
        let is_code = line.text.starts_with("--barcode");
        codes += usize::from(is_code);
        !is_code || codes == 1
    });
    lines
}

/// What is left of a number in 16 bits, where it is in the range.
fn in_16_bits(text: &str) -> String {
    let number = text.parse::<u64>().ok().filter(|number| *number <= 999_999_999);
    number.map_or_else(|| text.to_owned(), |number| (number % 65_536).to_string())
}
