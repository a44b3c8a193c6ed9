//! Batch K: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;
use crate::printer::plain;

mutants! {
    "batch-k/payment-with-comma":
        "A payment with a decimal comma is taken as one with a dot: `cash=800,50` pays 800.50."
        ["WIRE-5" "PAY-11"] "over the API"
        => Understands(&[On(Register)], &PAYMENTS, By(|t| t.replace(',', ".")));
    "batch-k/grouped-withdrawal":
        "A withdrawal of `1 000` is taken as 1000: blanks between the digits are skipped."
        ["WIRE-5" "CASH-3"] "over the API"
        => Understands(&[On(Withdraw)], &["cash"], By(|t| t.replace(' ', "")));
    "batch-k/limit-of-deposit-in-tenge":
        "Of a deposit the limit sees the whole tenge only: 20000000.50 is taken."
        ["WIRE-9" "CASH-3"] "over the API"
        => Instead(&[On(Deposit), Above("cash", LIMIT), Below("cash", LIMIT + 100)], By(|m, a, now| Some(with_limit(m, 20_000_001, |m| m.move_cash(a, true, now)))));
    "batch-k/footer-without-kazakh":
        "Letters that Kazakh has beside the Russian ones are question marks in a footer."
        ["WIRE-4" "ITEM-7"] "with a bench"
        => Prints(&[], Lines::PartText(Part::Footer, By(without_kazakh)));
    "batch-k/line-break-after-cash-refusal":
        "A refused deposit or withdrawal ends its body with a line break."
        ["WIRE-1"] "over the API"
        => Answers(&[In(&[Deposit, Withdraw]), Refused], By(|a| a.body.push(b'\n')));
    "batch-k/card-cut-total-rounded":
        "A payment by card is cut to hundredths where the total is rounded: `sale=10.006&bank=10.006` falls short."
        ["WIRE-6" "PAY-2"] "over the API"
        => Understands(&[On(Register)], &["bank"], By(|t| cut(t, 2)));

    "batch-k/refused-withdrawal-turns-key":
        "A withdrawal that is refused turns the key all the same."
        ["KEY-10"] "over the API"
        => Turns(&[On(Withdraw), Refused]);
    "batch-k/repeat-gives-another-key":
        "A repeat tells the old receipt number, but a key that is drawn anew."
        ["KEY-5"] "over the API"
        => After(&[On(Repeat), Done], By(|m, _, a, _| { m.keys.rotate(|_, drawn| drawn); a.body = m.keys.current().as_str().as_bytes().to_vec(); }));
    "batch-k/last-digit-of-key-ignored":
        "Seven digits of the key are compared: one whose last digit is another is taken."
        ["KEY-2"] "over the API"
        => TakesKey(&[Test(By(|s| s.key.is_some_and(|key| key.given.len() == 8 && key.given.get(..7) == key.current.as_str().get(..7))))]);
    "batch-k/repeat-after-withdrawal-registers":
        "A withdrawal takes the place of the last registration: the repeat right after it is registered a second time."
        ["KEY-5" "KEY-4" "KEY-13"] "over the API"
        => TakesKey(&[KeyRepeats, Next(Withdraw)]);
    "batch-k/repeat-of-mixed-sale-moves-drawer":
        "The repeat of a sale for cash and card puts its cash into the drawer once more."
        ["KEY-5"] "over the API"
        => BooksRepeat(&[Of(Sale), Ways(1)], &[Drawer]);
    "batch-k/duplicate-without-rows":
        "The duplicate that a repeat prints has no positions."
        ["KEY-6"] "with a bench"
        => Prints(&[On(Repeat), Paper(Document::Duplicate)], Lines::LosePart(Part::Row));

    "batch-k/mixed-sale-fiscal-by-cash":
        "A sale for cash and card moves the fiscal total by its cash alone."
        ["REG-2" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale), Ways(1), WithCash], By(|p, e| e.fiscal = p.cash));
    "batch-k/credit-not-counted":
        "A receipt on credit moves the sums, but is not counted among the shift's receipts."
        ["REG-2"] "over the API"
        => Books(&[Test(By(|s| s.posting.is_some_and(|p| !p.credit.is_zero())))], &[Count], Amount::Nothing);
    "batch-k/card-return-is-cancellation":
        "A saleReturn without cash is booked as a cancellation: it lowers the sales instead of raising their returns."
        ["REG-2" "DUMP-7"] "over the API"
        => BooksBy(&[Of(SaleReturn), Cashless], By(|_, e| { e.as_kind = Sale; e.fiscal = -e.fiscal; e.sum = -e.sum; e.count = 0; e.total_count = 0; }));
    "batch-k/unknown-tax-counts-receipt":
        "A registration that is refused for an unknown tax is counted as a sale of the open shift."
        ["REG-8" "ERR-tax-not-found"] "over the API"
        => Leaves(&[On(Register)], "tax-not-found", By(count_one));
    "batch-k/number-again-after-repeat":
        "The registration after a repeat is given the repeated receipt's number."
        ["REG-3"] "over the API"
        => Steps(&[On(Register), Next(Repeat)], 0);

    "batch-k/change-of-mixed-sale-stays":
        "The change of a sale for cash and card stays in the drawer's sum."
        ["PAY-5" "PAY-3" "PAY-16"] "over the API"
        => Books(&[Of(Sale), Ways(1), GivesChange(0)], &[Drawer], Amount::Tendered);
    "batch-k/tara-enters-drawer":
        "Containers that a sale is paid with are counted as cash in the drawer."
        ["PAY-16"] "over the API"
        => BooksBy(&[Of(Sale)], By(|p, e| e.drawer += p.tara));
    "batch-k/return-within-a-tenge":
        "A return for cash is taken where the cash is less than a tenge above the total."
        ["PAY-10" "ERR-change-not-allowed"] "over the API"
        => Hears(&[On(Register), Has("cash")], By(small_change_of_returns));
    "batch-k/cash-short-of-tiyn":
        "A sale's cash is compared in whole tenge: 5 pays a sale of 5.50."
        ["PAY-4" "ERR-cash-lq-sale"] "over the API"
        => Hears(&[On(Register), Lacks("bank"), Lacks("tara"), Lacks("credit")], By(cash_in_whole_tenge));
    "batch-k/cash-beside-credit-mixed-when-off":
        "With mixed payment switched off, a sale for cash and credit is taken all the same."
        ["PAY-14" "ERR-no-mixed-payment-allowed"] "with a bench"
        => LetsPass(&[On(Register), Has("sale"), Has("cash"), Has("credit")], "no-mixed-payment-allowed");
    "batch-k/cash-on-top-of-credit":
        "A sale that credit pays in full is taken with cash on top, which is overlooked."
        ["PAY-6" "ERR-no-cache-hq-sale"] "over the API"
        => Overlooks(&[On(Register), Same("sale", "credit"), Above("cash", 0), Lacks("bank"), Lacks("tara")], "cash");

    "batch-k/tax-of-return-overlooked":
        "saleReturn and buyReturn are booked under the default tax, whatever `tax` says."
        ["TAX-1"] "over the API"
        => Overlooks(&[On(Register), OfReturns, Number("tax")], "tax");
    "batch-k/tax-zero-is-default":
        "`tax=0` is taken for no tax at all: the receipt goes under the default one."
        ["TAX-4" "ERR-tax-not-found"] "over the API"
        => Overlooks(&[On(Register), Is("tax", "0")], "tax");
    "batch-k/named-tax-without-turnover":
        "A receipt under a tax that the request names is missing from that tax's turnover in reportwithtax."
        ["TAX-1" "DUMP-5"] "over the API"
        => Books(&[Has("tax")], &[Turnover], Amount::Nothing);
    "batch-k/letters-behind-tax":
        "Of `tax=2x` the digits count."
        ["TAX-3" "ERR-tax-invlid-num"] "over the API"
        => Understands(&[On(Register)], &["tax"], By(leading_number));

    "batch-k/discount-not-sent":
        "Discounts are left out of the message to the tax committee."
        ["ITEM-3"] "with a bench"
        => Sends(&[], Message::Change(By(|_, message| message.positions.retain(|one| !one.sum.starts_with('-')))));
    "batch-k/automatic-line-of-cash":
        "The line that stands for the positions of a sale with change prints the cash that was given instead of the total."
        ["ITEM-5"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Less("sale", "cash"), Lacks("itemdata")], Lines::Change(By(cash_shown_for_total)));
    "batch-k/quantity-printed-as-sent":
        "A quantity of more than three decimals is printed as it was sent."
        ["ITEM-8" "WIRE-7"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("itemdata")], Lines::Change(By(quantities_as_sent)));
    "batch-k/print-below-rows-beside-footer":
        "A receipt with a footer has its `print` text behind the positions."
        ["ITEM-6"] "with a bench"
        => Prints(&[Paper(Document::Receipt), Has("itemdata"), Has("footer")], Lines::Change(By(print_after_rows)));
    "batch-k/comma-behind-last-item":
        "`itemdata` with a comma behind its last position is taken."
        ["ITEM-2" "ERR-code-17"] "over the API"
        => Understands(&[On(Register)], &["itemdata"], By(|t| t.replace(",]", "]").replace(",}", "}")));

    "batch-k/header-until-z":
        "The Z report takes the session's header away."
        ["PRN-6"] "with a bench"
        => After(&[On(ZReport), Done], By(|m, _, _, _| m.session.header = None));
    "batch-k/header-only-once":
        "While a header stands another one is answered as a success and changes nothing."
        ["PRN-6"] "with a bench"
        => After(&[On(Check), Done, Has("printHeader")], By(|m, p, _, _| first_header_stays(m, p))),
        Forgets(&[On(Restart)], "header");
    "batch-k/external-lines-of-32":
        "On an external printer text is broken at 32 characters, as on the internal one in its small font."
        ["PRN-2"] "with a bench"
        => Remembers(&[On(Check), Done, IsNot("setPrintMode", "internal-printer")], "setPrintMode"),
        Forgets(&[On(Check), Done, Is("setPrintMode", "internal-printer")], "setPrintMode"),
        Forgets(&[On(Restart)], "setPrintMode"),
        Prints(&[Noted("setPrintMode")], Lines::Narrower(33, 32));
    "batch-k/plus-in-code128-is-blank":
        "Bar codes are decoded a second time: a plus in a CODE128 is printed as a blank."
        ["PRN-4"] "with a bench"
        => Prints(&[], Lines::Text(By(|t| if t.starts_with("--barcode128-") { t.replace('+', " ") } else { t.to_owned() })));
    "batch-k/last-document-is-last-sale":
        "Only sales are kept for printing again: after a buy or a return the sale before it comes as the last document."
        ["PRN-7" "KEY-6"] "with a bench"
        => Before(&[On(Register)], By(|m, _| keep_last_receipt(m))),
        After(&[On(Register), Done, Lacks("sale")], By(|m, _, _, _| bring_last_receipt_back(m)));

    "batch-k/whole-drawer-not-withdrawn":
        "A withdrawal of just what the drawer holds is refused no-cash-in-pos -15."
        ["CASH-1"] "over the API"
        => Instead(&[On(Withdraw)], By(|m, a, _| (amount(m, a.get("cash"))? == m.books.drawer).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "batch-k/refused-withdrawal-counts":
        "A withdrawal above the drawer is refused, and counted as a document."
        ["CASH-4"] "over the API"
        => Leaves(&[On(Withdraw)], "no-cash-in-pos", By(|books| in_open_shift(books, |shift| shift.cash_out.count += 1)));
    "batch-k/cash-in-is-last-deposit":
        "`cashInTotal` is the last deposit instead of the sum of all."
        ["CASH-1" "DUMP-7"] "over the API"
        => After(&[On(Deposit), Done], By(|m, p, _, _| last_deposit_alone(m, p)));
    "batch-k/day-ends-at-midnight":
        "A shift is too old for registrations from midnight on, however lately it was opened."
        ["REG-1" "ERR-shift-gt-24h"] "with a bench"
        => Ages(By(|age, opened, now| if opened.date() == now.date() { age } else { age.max(TimeSpan::minutes(24 * 60 + 1)) }));
    "batch-k/old-shift-cannot-be-closed":
        "After 24 hours the Z report is refused shift-gt-24h -3, too."
        ["SHIFT-3" "SHIFT-2"] "with a bench"
        => Instead(&[On(ZReport)], By(|m, _, now| m.books.open_shift().is_some_and(|shift| now - shift.opened > TimeSpan::hours(24)).then_some(Err(refusal::SHIFT_OVER_DAY))));
    "batch-k/return-in-foreign-shift":
        "In another cashier's shift a saleReturn is taken."
        ["SHIFT-5" "ERR-wrong-cashier"] "with a bench"
        => LetsPass(&[On(Register), Has("saleReturn")], "wrong-cashier");

    "batch-k/prints-while-card-runs":
        "While a card operation runs, /apiprint and printLastDocument print instead of answering -2."
        ["BANK-2" "ERR-code-2"] "over the API"
        => LetsPass(&[In(&[Print, PrintLast])], "ikkm-is-busy");
    "batch-k/found-counts-successes":
        "`foundTransactions` counts the successful ones, though the details list all."
        ["BANK-3"] "with a bench"
        => Field(&[], Card, Edit::Change(By(|card| { let found = details(card).iter().filter(|one| one["result"] == "success").count(); set(card, "foundTransactions", found.to_string()); })));
    "batch-k/card-total-in-whole-tenge":
        "`totalAmount` of a card document has lost its hundredths: 15.50 shows as 15.00."
        ["BANK-3"] "with a bench"
        => Field(&[], Card, Edit::Change(By(|card| { let total = number(card, "totalAmount").trunc(); set(card, "totalAmount", format!("{total}.00")); })));
    "batch-k/like-card-operations-once":
        "Of several card operations with one number, amount, kind and result one is found."
        ["BANK-5" "BANK-3"] "with a bench"
        => Field(&[], Card, Edit::Change(By(like_operations_once)));

    "batch-k/minimum-tells-last-sale":
        "getInfo with `show=minimum` tells the number of the last sale, whatever was registered since."
        ["CHK-3" "CHK-4"] "over the API"
        => Json(&[Is("show", "minimum")], "/getInfo", By(tell_last_sale));
    "batch-k/queue-without-returns":
        "`messagesQueSize` leaves returns out."
        ["CHK-4" "MGMT-3"] "over the API"
        => Json(&[], "/getInfo", By(queue_without_returns));

    "batch-k/sales-by-tax":
        "/sales is sorted by tax, and only within a tax by receipt."
        ["DUMP-4"] "over the API"
        => Json(&[], "/sales", By(|_, rows| list(rows, |rows| rows.sort_by_key(|row| row["taxId"].as_u64()))));
    "batch-k/sales-of-last-shift-always":
        "/sales of an earlier shift gives the rows of the last one."
        ["DUMP-4" "DUMP-7"] "over the API"
        => Json(&[], "/sales", By(|m, rows| if let Some(last) = m.books.shifts.last() { *rows = receipts(last, "sales", &m.behaviour.reports); }));
    "batch-k/fiscal-data-of-opening-before":
        "A new shift takes the fiscal data at its opening from the shift before."
        ["DUMP-7" "DUMP-13"] "over the API"
        => NewShift(By(|shift, before| shift.fiscal_at_open = before.fiscal_at_open));
    "batch-k/submit-date-while-queued":
        "A receipt whose message still waits shows its creation date as `submitDate`."
        ["DUMP-6" "DUMP-11"] "over the API"
        => Field(&[], Transaction, Edit::Change(By(|receipt| if receipt["status"] == 0 { let created = receipt["createDate"].clone(); set(receipt, "submitDate", created); })));
    "batch-k/pushed-receipt-stays-unsent":
        "pushTheQue sends what waits and empties the queue, but the receipts keep status 0."
        ["DUMP-11"] "over the API"
        => Before(&[On(Check)], By(|m, _| note_queue(m, "queue"))),
        After(&[On(Check), Done, Is("pushTheQue", "true")], By(|m, _, _, _| show_kept_unsent(m)));
    "batch-k/tax-report-for-anyone":
        "An ordinary cashier is given reportwithtax."
        ["DUMP-8" "SHIFT-6" "ERR-only-master-cashier"] "with a bench"
        => LetsPass(&[On(Dump), PathEnds("/reportwithtax")], "only-master-cashier");

    "batch-k/pushed-message-of-one-position":
        "A message that waited goes out with its first position alone."
        ["ITEM-3" "MGMT-3"] "with a bench"
        => Sends(&[On(Check)], Message::Positions(1));
    "batch-k/normal-mode-sends-once":
        "ofdNormalMode sends what waits, but the device goes on queueing."
        ["MGMT-3"] "over the API"
        => Remembers(&[On(Check), Done, Is("ofdPacketMode", "true")], "ofdPacketMode"),
        Forgets(&[On(Restart)], "ofdPacketMode"),
        After(&[On(Check), Done, Is("ofdNormalMode", "true"), Noted("ofdPacketMode")], By(|m, _, _, _| m.session.packet_mode = true));
    "batch-k/beep-turns-key":
        "The buzzer turns the key."
        ["MGMT-1" "KEY-11"] "over the API"
        => Turns(&[On(Check), Has("beep"), Done]);
    "batch-k/restart-cuts-drawer":
        "A restart brings the drawer back in whole tenge."
        ["MGMT-5" "DUMP-7"] "over the API"
        => RestartChanges(&[], By(|books| books.drawer = books.drawer.trunc()));

    "batch-k/busy-with-status-200":
        "The refusal -2 has status 200."
        ["ERR-code-2" "WIRE-10"] "over the API"
        => Status(&[Code(-2)], 200);
    "batch-k/tax-on-top-told-as-short-cash":
        "Cash that covers the total and not the tax on top is refused cash-lq-sale -10."
        ["ERR-cash-lq-tax" "TAX-5"] "with a bench"
        => Tells(&[], ("cash-lq-tax", -12), ("cash-lq-sale", -10));
    "batch-k/offline-device-buys":
        "A device that has been offline for more than 72 hours takes buys."
        ["ERR-code-4"] "with a bench"
        => LetsPass(&[On(Register), Has("buy")], "offline-gt-72h");
    "batch-k/letters-in-deposit-told-as-7":
        "A deposit or withdrawal that is no number is refused with the code that the same reason has in registrations: -7."
        ["ERR-cache-param-error-cash" "CASH-3"] "over the API"
        => Tells(&[In(&[Deposit, Withdraw])], ("cache-param-error", -9), ("cache-param-error", -7));
    "batch-k/no-paper-until-restart":
        "Once a request was refused for want of paper, registrations are until the next restart, paper or not."
        ["ERR-check-printer-or-batt"] "with a bench"
        => After(&[Told("check-printer-or-batt")], By(|m, _, _, _| mark(m, "no-paper", true))),
        Forgets(&[On(Restart)], "no-paper"),
        RefusesInTurn(&[On(Register), Noted("no-paper")], refusal::PRINTER_OR_BATTERY);
}

/// Cash that is short of a sale by hundredths alone is the total.
fn cash_in_whole_tenge(params: &mut Params) {
    if let (Some(total), Some(cash)) = (hundredths(params, "sale"), hundredths(params, "cash"))
        && cash < total
        && cash / 100 == total / 100
    {
        edit(params, "cash", |_| text(total));
    }
}

/// Rows show quantities of more than three decimals as `itemdata` has them.
fn quantities_as_sent(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    for item in elements(scene.params) {
        let (Some(name), Some(quantity)) = (item["name"].as_str(), item["qty"].as_str()) else { continue };
        if quantity.split_once('.').is_none_or(|(_, decimals)| decimals.len() <= 3) {
            continue;
        }
        for line in lines.iter_mut().filter(|line| line.part == Part::Row) {
            if let Some(rest) = line.text.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')) {
                let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
                line.text = format!("{name} {quantity}{rest}");
            }
        }
    }
    lines
}

/// The header that was set first stands until it is cleared.
fn first_header_stays(machine: &mut Machine, params: &Params) {
    let Some(text) = params.get("printHeader") else { return };
    let notes = &mut machine.circumstances.notes;
    if text == "clear" {
        notes.remove("header");
    } else {
        let first = notes.entry("header").or_insert_with(|| text.to_owned());
        machine.session.header = Some(first.clone());
    }
}

/// Keeps the lines of the receipt that would be printed again.
fn keep_last_receipt(machine: &mut Machine) {
    if let Some(lines) = &machine.printer.last_receipt {
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        machine.circumstances.notes.insert("last-receipt", texts.join("\n"));
    }
}

/// The receipt that was kept is printed again.
fn bring_last_receipt_back(machine: &mut Machine) {
    if let Some(kept) = machine.circumstances.notes.get("last-receipt") {
        machine.printer.last_receipt = Some(plain(kept.lines().map(str::to_owned).collect()));
    }
}

/// The sum of the open shift's deposits is the one that was just made.
fn last_deposit_alone(machine: &mut Machine, params: &Params) {
    if let Some(sum) = amount(machine, params.get("cash")) {
        in_open_shift(&mut machine.books, |shift| shift.cash_in.sum = sum);
    }
}

/// The last closed receipt of getInfo is the last sale.
fn tell_last_sale(machine: &Machine, info: &mut Value) {
    let receipts = machine.books.shifts.iter().rev().flat_map(|shift| shift.receipts.iter().rev());
    if let Some(sale) = receipts.into_iter().find(|receipt| receipt.kind == Sale) {
        set(info, "lastClosedChequeId", sale.number.to_string());
    }
}

/// The queue of getInfo has no returns.
fn queue_without_returns(machine: &Machine, info: &mut Value) {
    let queued = machine.books.queued_numbers();
    let receipts = machine.books.shifts.iter().flat_map(|shift| &shift.receipts);
    let returns = receipts.filter(|one| matches!(one.kind, SaleReturn | BuyReturn));
    let left_out = returns.filter(|one| queued.contains(&one.number)).count();
    set(info, "messagesQueSize", machine.books.queued().saturating_sub(left_out).to_string());
}

/// The receipts that waited are told as not sent.
fn show_kept_unsent(machine: &mut Machine) {
    let kept = machine.circumstances.notes.remove("queue").unwrap_or_default();
    for number in kept.split(' ').filter_map(|number| number.parse().ok()) {
        machine.books.show_unsent(number);
    }
}
