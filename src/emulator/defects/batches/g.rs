//! Batch G: mutants that were written from the requirements and the vendor's document alone, without a
//! look at any suite.

use super::*;
use crate::keys::fingerprint;
use crate::printer::plain;
use crate::session::PrintMode;

mutants! {
    "batch-g/one-decimal-read-as-hundredths":
        "A deposit or withdrawal with a single decimal reads it as hundredths: `cash=10.5` moves 10.05."
        ["CASH-1" "WIRE-5"] "over the API"
        => Understands(&[In(&[Deposit, Withdraw])], &["cash"], By(one_decimal_as_hundredths));
    "batch-g/carry-of-rounding-lost":
        "Where rounding a number of a registration to hundredths would carry into the tenge, the carry is lost: 10.996 becomes 10.00."
        ["WIRE-6"] "over the API"
        => Understands(&[On(Register)], &["sale", "buy", "saleReturn", "buyReturn", "cash", "bank", "tara", "credit"], By(carry_lost));
    "batch-g/cash-refusal-ends-with-line-end":
        "The body of a refused deposit or withdrawal is the code and a line end."
        ["WIRE-1"] "over the API"
        => Answers(&[In(&[Deposit, Withdraw]), Refused], By(|a| a.body.push(b'\n')));
    "batch-g/fraction-above-limit-taken":
        "Totals and payments are compared with 20 million by their whole tenge: `sale=20000000.50&cash=20000000.50` registers."
        ["WIRE-9" "REG-6" "PAY-12" "ERR-sale-hq-20mil"] "over the API"
        => Instead(&[On(Register), Test(By(|s| above_limit_by_fraction(s.params)))], By(|m, a, now| Some(with_limit(m, 20_000_001, |m| m.register(a, now)))));
    "batch-g/minimum-only-by-get":
        "getInfo by POST overlooks `show=minimum` and gives the whole document."
        ["WIRE-2" "CHK-6" "CHK-3"] "over the API"
        => Overlooks(&[On(GetInfo), Posted], "show");
    "batch-g/returns-in-small-letters-taken":
        "`salereturn=` and `buyreturn=` are taken for saleReturn and buyReturn."
        ["WIRE-3"] "over the API"
        => TakesFor(&[On(Register)], "salereturn", "saleReturn"), TakesFor(&[On(Register)], "buyreturn", "buyReturn");
    "batch-g/goods-list-ends-with-comma":
        "The list of goods has a comma after its last element, which no parser of JSON takes."
        ["WIRE-12" "DUMP-1"] "over the API"
        => Answers(&[On(Dump), Done, PathEnds("/table/items")], By(|a| a.body.insert(a.body.len().saturating_sub(1), b',')));

    "batch-g/new-key-used-ends-repeat":
        "As soon as any other request has come with the new key, the previous key is refused -1 instead of repeated."
        ["KEY-13" "KEY-5" "KEY-7"] "over the API"
        => Remembers(&[Off(Register), Off(Repeat), Done], "new key used"),
        Forgets(&[On(Register), Done], "new key used"),
        RefusesKey(&[KeyRepeats, Noted("new key used")]);
    "batch-g/repeat-draws-one-more-key":
        "A repeat draws one more key and answers that; the key that the first answer gave is refused from then on."
        ["KEY-5" "KEY-4"] "over the API"
        => After(&[On(Repeat), Done], By(|m, _, a, _| { m.keys.rotate(|_, drawn| drawn); a.body = m.keys.current().as_str().as_bytes().to_vec(); }));
    "batch-g/print-needs-no-key":
        "/apiprint without a key prints; only a wrong key is refused."
        ["KEY-1" "ERR-no-web-api-key-provided"] "over the API"
        => Before(&[On(Print)], By(|m, _| { m.circumstances.notes.insert("key", m.keys.current().as_str().to_owned()); })),
        Recalls(&[On(Print)], "key");
    "batch-g/withdrawal-turns-key":
        "A withdrawal answers a new key; a deposit keeps it."
        ["KEY-11" "CASH-1"] "over the API"
        => Turns(&[On(Withdraw), Done]), KeyAsBody(&[On(Withdraw), Done]);
    "batch-g/duplicate-without-rows":
        "The duplicate that a repeat prints has head and total, but no rows."
        ["KEY-6"] "with a bench"
        => Prints(&[On(Repeat), Paper(Document::Duplicate)], Lines::LosePart(Part::Row));
    "batch-g/repeat-goes-online-again":
        "A repeat sends the receipt to the tax committee a second time."
        ["KEY-5"] "with a bench"
        => After(&[On(Repeat), Done], By(|m, _, _, _| send_last_again(m)));
    "batch-g/repeat-by-other-method-refused":
        "The previous key is repeated only to the HTTP method of the first sending; a POST after a GET, or a GET after a POST, is refused -1."
        ["KEY-5" "WIRE-2"] "over the API"
        => Remembers(&[On(Register), Done, Posted], "posted"),
        Forgets(&[On(Register), Done, Got], "posted"),
        RefusesKey(&[KeyRepeats, Got, Noted("posted")]),
        RefusesKey(&[KeyRepeats, Posted, Test(By(|s| !s.circumstances.notes.contains_key("posted")))]);
    "batch-g/previous-key-registers-other-type":
        "The previous key in a registration of another type registers it and gives a new key."
        ["KEY-12" "KEY-4"] "over the API"
        => TakesKey(&[KeyRepeats, Test(By(names_other_type))]);

    "batch-g/card-buy-not-counted":
        "A buy without cash moves all sums, but neither buyDetails.cheques nor totalBuyCheques."
        ["REG-2" "DUMP-7"] "over the API"
        => Books(&[Of(Buy), Cashless], &[Count, TotalCount], Amount::Nothing);
    "batch-g/number-skipped-after-return":
        "The receipt that follows a saleReturn or buyReturn has a number two higher than that one."
        ["REG-10"] "over the API"
        => Steps(&[On(Register), Noted("returned")], 2),
        Remembers(&[On(Register), Done, OfReturns], "returned"),
        Forgets(&[On(Register), Done, Test(By(|s| matches!(s.kind(), Some(Sale | Buy))))], "returned");
    "batch-g/return-lowers-fiscal-sales":
        "A saleReturn lowers the fiscal total of sales instead of raising that of sale returns; the shift's sums are right."
        ["REG-2" "DUMP-7"] "over the API"
        => Books(&[Of(SaleReturn)], &[Fiscal], Amount::Nothing),
        After(&[On(Register), Done, Of(SaleReturn)], By(|m, p, _, _| lower_fiscal_sales(m, p)));

    "batch-g/change-has-16-bits":
        "The change is held in 16 bits of hundredths: of a change of 655.36 or more every full 655.36 stays in the drawer."
        ["PAY-3" "PAY-16" "DUMP-7"] "over the API"
        => BooksBy(&[Of(Sale), GivesChange(655)], By(change_in_16_bits));
    "batch-g/mixed-sale-gives-no-change":
        "A sale by cash and something else whose sum is above the total is refused change-not-allowed -13: cash 500 and bank 400 for 800."
        ["PAY-5"] "over the API"
        => RefusesInTurn(&[On(Register), Has("sale"), Has("cash"), Payments(2), Test(By(|s| needs_change(s.params)))], refusal::NO_CHANGE);
    "batch-g/third-payment-not-added":
        "Of three ways of paying a sale only two are added up: 900 by cash 300, bank 300 and tara 300 is refused cash-lq-sale -10."
        ["PAY-5"] "over the API"
        => RefusesInTurn(&[On(Register), Has("sale"), Payments(3), Test(By(|s| two_fall_short(s.params)))], refusal::CASH_BELOW_TOTAL);
    "batch-g/tara-error-named-bank":
        "A tara that is no number is refused bank-param-error."
        ["PAY-11" "ERR-tara-param-error"] "over the API"
        => Tells(&[On(Register)], ("tara-param-error", -7), ("bank-param-error", -7));
    "batch-g/drawer-compared-in-whole-tenge":
        "A cash buy or saleReturn is compared with the drawer by whole tenge: with 100.10 in it 100.90 is paid out, and the drawer is below zero."
        ["PAY-13" "ERR-no-cash-in-pos"] "over the API"
        => Instead(&[On(Register), Has("cash")], By(pay_out_by_whole_tenge));
    "batch-g/mixed-off-bars-only-cash":
        "With mixed payment switched off, a sale by several ways without cash is taken."
        ["PAY-14" "ERR-no-mixed-payment-allowed"] "with a bench"
        => LetsPass(&[On(Register), Has("sale"), Lacks("cash")], "no-mixed-payment-allowed");

    "batch-g/tax-of-buy-overlooked":
        "`tax` in a buy is overlooked: it is booked under the default tax."
        ["TAX-1"] "over the API"
        => Overlooks(&[On(Register), Has("buy")], "tax");
    "batch-g/named-tax-stays":
        "A tax that a receipt named counts for the receipts after it that name none, until the shift is closed."
        ["TAX-2"] "over the API"
        => Recalls(&[On(Register)], "tax"),
        Remembers(&[On(Register), Done, Has("tax")], "tax"),
        Forgets(&[On(ZReport), Done], "tax");
    "batch-g/tax-on-top-unchecked-with-items":
        "With a tax on top, a sale with itemdata is taken though its cash covers the total alone."
        ["TAX-5" "ERR-cash-lq-tax"] "with a bench"
        => Instead(&[On(Register), Has("sale"), Has("cash"), Has("itemdata")], By(without_tax_check));

    "batch-g/items-of-return-not-online":
        "Of a saleReturn with several positions one line of the whole sum goes online."
        ["ITEM-3" "ITEM-1"] "with a bench"
        => Sends(&[], Message::Change(By(|_, message| one_line_of_return(message))));
    "batch-g/price-of-weighed-goods-whole":
        "cheques, salescheques and sales show the price of a position with a fractional quantity in whole tenge."
        ["ITEM-8" "DUMP-3"] "over the API"
        => After(&[On(Register), Done, Has("itemdata")], By(|m, _, _, _| in_open_shift(&mut m.books, cut_weighed_prices)));
    "batch-g/cut-off-itemdata-taken":
        "itemdata that breaks off before its closing bracket is taken."
        ["ITEM-2" "ERR-code-17"] "over the API"
        => Understands(&[On(Register)], &["itemdata"], By(|t| if t.starts_with('[') && t.ends_with('}') { format!("{t}]") } else { t.to_owned() }));
    "batch-g/footer-above-total":
        "`footer` is printed between the rows and the total instead of at the end."
        ["ITEM-7"] "with a bench"
        => Prints(&[Paper(Document::Receipt)], Lines::Change(By(|_, lines| footer_above_total(lines))));

    "batch-g/empty-lines-not-printed":
        "Empty lines of a text are left out on paper."
        ["PRN-1"] "with a bench"
        => Prints(&[], Lines::Change(By(|_, mut lines| { lines.retain(|line| !line.text.trim().is_empty()); lines })));
    "batch-g/only-first-cut-cuts":
        "Of several `--cut--` in a text of /apiprint only the first one cuts."
        ["PRN-3"] "with a bench"
        => Prints(&[Paper(Document::Text)], Lines::Change(By(|_, lines| first_cut_only(lines))));
    "batch-g/header-with-word-clear-removes":
        "A printHeader that holds the word `clear` anywhere removes the header."
        ["PRN-6"] "with a bench"
        => Understands(&[On(Check)], &["printHeader"], By(|t| if t.contains("clear") { "clear".to_owned() } else { t.to_owned() }));
    "batch-g/print-text-becomes-last-document":
        "After /apiprint, printLastDocument and the duplicate of a repeat print that text instead of the receipt."
        ["PRN-7" "KEY-6"] "with a bench"
        => After(&[On(Print), Done], By(|m, p, _, _| keep_text_as_last(m, p)));
    "batch-g/x-report-without-paper-started":
        "Out of paper, an X report is answered x-report-started, and nothing is printed."
        ["PRN-8" "ERR-check-printer-or-batt"] "with a bench"
        => Instead(&[On(XReport)], By(|m, _, _| m.conditions.paper_out.then(|| Ok(Reply::zero("x-report-started")))));

    "batch-g/whole-drawer-not-withdrawn":
        "A withdrawal of exactly what is in the drawer is refused -15 no-cash-in-pos."
        ["CASH-1" "CASH-4"] "over the API"
        => Instead(&[On(Withdraw)], By(|m, a, _| (amount(m, a.get("cash"))? == m.books.drawer).then_some(Err(refusal::NO_CASH_IN_DRAWER))));
    "batch-g/x-report-clears-cash-documents":
        "An X report sets the shift's sums and counts of deposits and withdrawals to zero."
        ["SHIFT-1" "CASH-1"] "over the API"
        => XChanges(&[], By(|shift| { shift.cash_in = CashFlow::default(); shift.cash_out = CashFlow::default(); }));
    "batch-g/z-right-after-x-closes-nothing":
        "A Z report that comes directly after an X report is answered as started and leaves the shift open."
        ["SHIFT-2"] "over the API"
        => StaysOpen(&[Next(XReport)]);
    "batch-g/old-shift-takes-returns":
        "In a shift of more than 24 hours returns are taken; sales and buys are refused."
        ["SHIFT-3" "ERR-shift-gt-24h"] "with a bench"
        => LetsPass(&[On(Register), OfReturns], "shift-gt-24h");
    "batch-g/cashless-in-others-shift":
        "In another cashier's open shift registrations without cash are taken."
        ["SHIFT-5" "ERR-wrong-cashier"] "with a bench"
        => LetsPass(&[On(Register), Lacks("cash")], "wrong-cashier");
    "batch-g/ordinary-cashier-reads-taxes":
        "An ordinary cashier gets reportwithtax; the other reports are refused -16."
        ["DUMP-8" "SHIFT-6" "ERR-only-master-cashier"] "with a bench"
        => LetsPass(&[On(Dump), PathEnds("/reportwithtax")], "only-master-cashier");

    "batch-g/refunds-lower-total-amount":
        "totalAmount of a card document takes refunds off instead of adding them."
        ["BANK-3"] "over the API"
        => Json(&[], "/trackdocument", By(|_, card| refunds_taken_off(card)));
    "batch-g/nine-digit-trackdocument-refused":
        "/apibank refuses a trackdocument of nine digits."
        ["BANK-1" "BANK-4"] "over the API"
        => RefusesInTurn(&[On(Bank), Above("trackdocument", 9_999_999_900)], refusal::CHECK_ALL);
    "batch-g/card-result-told-while-it-runs":
        "While a card operation runs, /dump/bank answers what has ended so far instead of -2."
        ["BANK-2" "ERR-code-2"] "over the API"
        => LetsPass(&[On(Dump), PathEnds("/trackdocument")], "ikkm-is-busy");
    "batch-g/single-card-operation-is-no-list":
        "Where one card operation is found, `details` is that object instead of a list of one."
        ["BANK-6" "BANK-3"] "over the API"
        => Json(&[], "/trackdocument", By(|_, card| unlist_single(card)));

    "batch-g/apicheck-number-of-last-getinfo":
        "Once getInfo was asked, /apicheck tells the receipt number that getInfo showed last, though receipts came since."
        ["CHK-1" "CHK-4"] "over the API"
        => After(&[On(GetInfo), Done], By(|m, _, _, _| { m.circumstances.notes.insert("shown", m.books.last_closed.to_string()); })),
        After(&[On(Check), Done, ReasonIsNumber, Noted("shown")], By(|m, _, a, _| a.reason = m.circumstances.notes["shown"].clone().into_bytes()));
    "batch-g/minimum-holds-queue":
        "getInfo with show=minimum holds messagesQueSize, too."
        ["CHK-6"] "over the API"
        => Json(&[Is("show", "minimum")], "/getInfo", By(|m, info| info["messagesQueSize"] = json!(m.books.queued().to_string())));

    "batch-g/cheques-are-a-page-of-ten":
        "cheques of a shift has its first ten receipts only."
        ["DUMP-7" "DUMP-3"] "over the API"
        => Json(&[], "/cheques", By(|_, receipts| list(receipts, |list| list.truncate(10))));
    "batch-g/positions-of-one-price-merged":
        "salescheques makes one row of positions of a receipt that have the same price, with their quantities and sums added up."
        ["DUMP-3"] "over the API"
        => Json(&[], "/salescheques", By(|_, rows| list(rows, merge_same_prices)));
    "batch-g/fiscal-at-open-is-current":
        "The report of an open shift shows the current fiscal data as those at its opening."
        ["DUMP-7" "DUMP-13"] "over the API"
        => Json(&[], "/report", By(|_, report| opening_is_now(report))),
        Json(&[], "/reportwithtax", By(|_, report| opening_is_now(report)));
    "batch-g/cheque-date-in-utc":
        "chequeDate is five hours behind (UTC), while shifts and transactions show local time."
        ["DUMP-14"] "over the API"
        => Json(&[], "/cheques", By(dates_in_utc)), Json(&[], "/salescheques", By(dates_in_utc));
    "batch-g/queued-transaction-has-submit-date":
        "A transaction whose message still waits shows its date of creation as submitDate."
        ["DUMP-6" "DUMP-11"] "over the API"
        => Field(&[], Transaction, Edit::Change(By(|one| if one["status"] == 0 { let created = one["createDate"].clone(); set(one, "submitDate", created) })));
    "batch-g/sales-grouped-by-type":
        "sales of a shift lists the rows of all sales first, then those of buys and of the returns, each by receipt."
        ["DUMP-4"] "over the API"
        => Json(&[], "/sales", By(group_by_type));
    "batch-g/discount-stays-in-shift-sum":
        "A sale with a discount moves saleDetails.sum by what it was before the discount; fiscal data and receipts are right."
        ["REG-2" "DUMP-7"] "over the API"
        => After(&[On(Register), Done, Of(Sale), Has("itemdata")], By(|m, p, _, _| add_discounts(m, p)));

    "batch-g/returns-pass-by-batch-mode":
        "In batch mode returns are sent at once; sales and buys wait."
        ["MGMT-3" "CHK-4"] "over the API"
        => SendsAtOnce(&[On(Register), OfReturns]);
    "batch-g/queue-size-counted-at-receipts":
        "messagesQueSize is counted when a receipt is registered: after pushTheQue it goes on showing what waited, until the next receipt."
        ["CHK-4" "MGMT-3"] "over the API"
        => After(&[On(Register), Done], By(|m, _, _, _| { m.circumstances.notes.insert("waiting", m.books.queued().to_string()); })),
        Json(&[Noted("waiting")], "/getInfo", By(|m, info| set(info, "messagesQueSize", m.circumstances.notes["waiting"].clone())));
    "batch-g/locked-device-tells-getinfo":
        "With Lockhost on, getInfo is served to other hosts too."
        ["MGMT-4" "ERR-code-18"] "with a bench"
        => LetsPass(&[On(GetInfo)], "host-is-rejected");
    "batch-g/restart-closes-shift":
        "A restart closes the open shift."
        ["MGMT-5" "CHK-4"] "over the API"
        => Upon(&[On(Restart)], By(|m| if let Some(now) = m.now { m.books.close_shift(now) }));
    "batch-g/header-hides-other-variables":
        "Of a query with printHeader and other variables only printHeader takes effect."
        ["MGMT-7"] "over the API"
        => Hears(&[On(Check), Has("printHeader")], By(|p| p.0.retain(|(name, _)| name == "key" || name == "printHeader")));
    "batch-g/usb-shown-as-internal":
        "getInfo's printingMode is `internal` while the USB printer is set; getPrintMode is right."
        ["MGMT-8"] "over the API"
        => Json(&[], "/getInfo", By(|m, info| if m.print_mode() == PrintMode::Usb { set(info, "printingMode", "internal") }));
    "batch-g/no-web-management-no-dumps":
        "disableWebMgmt switches off /dump as well: until a restart every document is refused -8."
        ["MGMT-1" "DUMP-2" "DUMP-5"] "over the API"
        => Remembers(&[On(Check), Done, Is("disableWebMgmt", "true")], "no web management"),
        Forgets(&[On(Restart)], "no web management"),
        RefusesInTurn(&[On(Dump), Noted("no web management")], refusal::WRONG_METHOD);

    "batch-g/incorrect-method-is-7":
        "incorrect-method is told with the code -7."
        ["ERR-incorrect-method"] "over the API"
        => Tells(&[], ("incorrect-method", -8), ("incorrect-method", -7));
    "batch-g/damaged-database-counts-sale":
        "A sale that is refused internal-error is counted in saleDetails.cheques."
        ["ERR-internal-error" "REG-8"] "with a bench"
        => Leaves(&[On(Register), Has("sale")], "internal-error", By(count_one));
}

/// `10.5` is understood as 10.05.
fn one_decimal_as_hundredths(text: &str) -> String {
    match text.split_once('.') {
        Some((whole, fraction)) if plain_number(text) && fraction.len() == 1 => {
            format!("{whole}.0{fraction}")
        }
        _ => text.to_owned(),
    }
}

/// `10.996` is understood as 10.00.
fn carry_lost(text: &str) -> String {
    let value: Option<Decimal> = text.parse().ok().filter(|_| plain_number(text));
    let past_half = |value: &Decimal| value.fract() > Decimal::new(995, 3);
    value.filter(past_half).map_or_else(|| text.to_owned(), |value| value.trunc().to_string())
}

/// A number of a registration is above 20 million by less than a tenge, and none by more.
fn above_limit_by_fraction(params: &Params) -> bool {
    let numbers = TYPES.iter().chain(&PAYMENTS).filter_map(|name| hundredths(params, name));
    numbers.max().is_some_and(|most| (LIMIT + 1..LIMIT + 100).contains(&most))
}

/// The last receipt's message goes out once more, where messages go at once.
fn send_last_again(machine: &mut Machine) {
    if !machine.session.packet_mode
        && let Some(receipt) = machine.books.last_receipt()
    {
        let message = machine.message(receipt);
        machine.send(message);
    }
}

/// The request is of another type than the last registration.
fn names_other_type(scene: &Scene<'_>) -> bool {
    let last = scene.key.map_or(&[][..], |key| key.last);
    let same = |kind: Registration| last.iter().any(|(name, _)| name == kind.wire());
    scene.kind().is_some_and(|kind| !same(kind))
}

fn lower_fiscal_sales(machine: &mut Machine, params: &Params) {
    if let Some(total) = amount(machine, params.get("saleReturn")) {
        machine.books.fiscal[Sale] -= total;
    }
}

fn change_in_16_bits(posting: &Posting, entry: &mut Entry) {
    let change = (posting.tendered - posting.cash) * Decimal::ONE_HUNDRED;
    entry.drawer = posting.tendered - Decimal::new(change.to_i64().unwrap_or_default() & 0xFFFF, 2);
}

/// What is paid beside cash does not cover the sale, and all together is more than it.
fn needs_change(params: &Params) -> bool {
    let (sale, cash, others) = (hundredths(params, "sale"), hundredths(params, "cash"), non_cash(params));
    let both = sale.zip(cash);
    both.is_some_and(|(sale, cash)| others > 0 && others < sale && others + cash > sale)
}

/// The first two ways of paying do not cover the sale.
fn two_fall_short(params: &Params) -> bool {
    let first: i64 = PAYMENTS.iter().filter_map(|name| hundredths(params, name)).take(2).sum();
    hundredths(params, "sale").is_some_and(|sale| first < sale)
}

/// What the drawer could pay but for some hundredths is paid.
fn pay_out_by_whole_tenge(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let total = amount(machine, arguments.get("buy").or(arguments.get("saleReturn")))?;
    let drawer = machine.books.drawer;
    let passes = total > drawer && total.trunc() <= drawer.trunc();
    passes.then(|| register_from(machine, total, arguments, now))
}

/// Cash that covers the total, but not its tax, is taken and goes into the drawer.
fn without_tax_check(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let reply = machine.register(arguments, now);
    if reply != Err(refusal::CASH_BELOW_TAX) {
        return Some(reply);
    }
    let cash = amount(machine, arguments.get("cash"))?;
    let drawer = machine.books.drawer;
    let enough = with_parameter(arguments, "cash", &(cash + cash).to_string());
    let reply = machine.register(&enough, now);
    if reply.is_ok() {
        machine.books.drawer = drawer + cash;
        if let Some(last) = &mut machine.keys.last {
            last.parameters = fingerprint(&arguments.all);
        }
    }
    Some(reply)
}

fn one_line_of_return(message: &mut OnlineMessage) {
    if message.kind == SaleReturn && message.positions.len() > 1 {
        let (name, qty, sum) = ("Sale return".to_owned(), "1.000".to_owned(), message.total.clone());
        message.positions = vec![OnlinePosition { name, qty, sum }];
    }
}

fn cut_weighed_prices(shift: &mut Shift) {
    let rows = shift.receipts.last_mut().into_iter().flat_map(|receipt| &mut receipt.rows);
    rows.filter(|row| !row.quantity.fract().is_zero()).for_each(|row| row.price = row.price.trunc());
}

fn footer_above_total(lines: Vec<Printed>) -> Vec<Printed> {
    let total = |line: &Printed| line.part == Part::Other && line.text.starts_with("TOTAL");
    moved(lines, Part::Footer, |others| others.iter().position(total))
}

fn keep_text_as_last(machine: &mut Machine, params: &Params) {
    if let Some(lines) = params.get("print").and_then(|text| machine.lay_out(text).ok()) {
        machine.printer.last_receipt = Some(plain(lines));
    }
}

fn unlist_single(card: &mut Value) {
    if let [single] = details(card).as_slice() {
        set(card, "details", single.clone());
    }
}

fn merge_same_prices(rows: &mut Vec<Value>) {
    let mut merged: Vec<Value> = Vec::new();
    for row in rows.drain(..) {
        let same = |one: &&mut Value| one["chequeId"] == row["chequeId"] && one["price"] == row["price"];
        match merged.iter_mut().find(same) {
            Some(first) => ["qty", "saleSum"].iter().for_each(|field| {
                let sum = number(first, field) + number(&row, field);
                set(first, field, exact(sum));
            }),
            None => merged.push(row),
        }
    }
    *rows = merged;
}

fn opening_is_now(report: &mut Value) {
    if report["shiftState"] != "closed" {
        let mut current = report["fiscalData"].clone();
        rename(&mut current, "sales", "sale");
        set(report, "fiscalDataOnShiftOpen", current);
    }
}

fn add_discounts(machine: &mut Machine, params: &Params) {
    let discounts = elements(params).iter().map(|element| number(element, "discount")).sum::<Decimal>();
    in_open_shift(&mut machine.books, |shift| shift.sums[Sale] += discounts.round_dp(2));
}
