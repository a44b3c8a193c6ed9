//! What a closer reading of the vendor's document found that no case looked at.

use super::prelude::*;

/// `0`, compressed.
const GZIP_OF_ZERO: [u8; 21] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 51, 0, 0, 33, 223, 219, 244, 1, 0, 0, 0];

mutants! {
    "overlooked/card-info": "getInfo is answered while a card operation runs" ["BANK-2"] "getInfo during a card payment" => LetsPass(&[On(GetInfo)], "ikkm-is-busy");
    "overlooked/card-dump": "documents are given while a card operation runs" ["BANK-2"] "a directory during a card payment" => LetsPass(&[On(Dump)], "ikkm-is-busy");
    "overlooked/card-x-report": "an X report is made while a card operation runs" ["BANK-2"] "an X report during a card payment" => LetsPass(&[On(XReport)], "ikkm-is-busy");
    "overlooked/card-z-report": "a Z report is made while a card operation runs" ["BANK-2"] "a Z report during a card payment" => LetsPass(&[On(ZReport)], "ikkm-is-busy");
    "overlooked/card-print": "text is printed while a card operation runs" ["BANK-2"] "apiprint during a card payment" => LetsPass(&[On(Print)], "ikkm-is-busy");
    "overlooked/mode-told-not-used": "getPrintMode tells what setPrintMode set, and printing goes where it went before" ["MGMT-2"] "the width of the tape after setPrintMode" => Hears(&[Has("setPrintMode")], By(|p| p.push("beep", "true"))), Overlooks(&[Has("setPrintMode")], "setPrintMode"), After(&[Done, Has("setPrintMode")], By(|m, p, _, _| { m.circumstances.notes.insert("mode", p.get("setPrintMode").unwrap_or("").to_owned()); })), After(&[Done, Has("getPrintMode"), Noted("mode")], By(|m, _, a, _| a.body = m.circumstances.notes["mode"].clone().into_bytes())), Forgets(&[On(Restart)], "mode");
    "overlooked/mode-used-after-restart": "after a restart getPrintMode tells the settings' mode, and printing stays where setPrintMode put it" ["MGMT-5" "MGMT-2"] "the width of the tape after a restart" => Keeps(&[], Kept::PrintMode), Body(&[Once(Restart), Has("getPrintMode"), Done], "internal-printer");
    "overlooked/long-receipt-called-goods": "the one position of a long receipt is called goods" ["ITEM-4"] "messages after 81 positions" => Sends(&[Positions(80)], Message::Name(By(|_| "goods".to_owned())));
    "overlooked/long-receipt-counts": "the one position of a long receipt has the number of its positions as quantity" ["ITEM-4"] "messages after 81 positions" => Sends(&[Positions(80)], Message::Change(By(|s, m| m.positions.iter_mut().for_each(|one| one.qty = format!("{}.000", positions(s.params))))));
    "overlooked/first-variable": "of several variables the first takes effect" ["MGMT-7"] "two variables in one query" => Hears(&[On(Check)], By(first_variable));
    "overlooked/last-variable": "of several variables the last takes effect" ["MGMT-7"] "two variables in one query" => Hears(&[On(Check)], By(|p| { let last = p.0.iter().rev().find(|(name, _)| name != "key").cloned(); p.0.retain(|one| one.0 == "key" || Some(one) == last.as_ref()); }));
    "overlooked/shift-list-sums": "the list of shifts shows what each shift registered itself" ["DUMP-13"] "dump/table/shifts against fiscalDataOnShiftOpen" => Json(&[], "/table/shifts", By(own_sums));
    "overlooked/shift-list-buys": "the list of shifts shows 0 for buys" ["DUMP-13" "DUMP-2"] "dump/table/shifts against fiscalDataOnShiftOpen" => Field(&[], Shifts, FreezeNumber("buy", 0));
    "overlooked/date-stands": "every receipt has the same date" ["DUMP-14"] "chequeDate of receipts" => Field(&[], Cheques, Freeze("chequeDate", "2026-01-18 20:41:06")), Field(&[], FlatCheques, Freeze("chequeDate", "2026-01-18 20:41:06"));
    "overlooked/dates-go-back": "a later receipt is dated before an earlier one" ["DUMP-14"] "chequeDate of receipts" => Json(&[], "/cheques", By(|_, v| list(v, |list| { let dates: Vec<Value> = list.iter().rev().map(|one| one["chequeDate"].clone()).collect(); list.iter_mut().zip(dates).for_each(|(one, date)| set(one, "chequeDate", date)) })));
    "overlooked/opened-after-receipts": "a shift is dated to its last receipt" ["DUMP-14"] "openDate against chequeDate" => Json(&[], "/table/shifts", By(|m, v| each(v, |row| { let last = row["id"].as_u64().and_then(|id| m.books.shift(id)).and_then(|shift| shift.receipts.last()); if let Some(receipt) = last { set(row, "openDate", crate::documents::seconds(receipt.at + time::Duration::hours(1))) } })));
    "overlooked/fast-timers-do-nothing": "timersFast is answered and does nothing" ["SHIFT-8" "MGMT-1"] "the time of a Z report with fast timers" => Decides(By(|b| b.shift.z_answer = ZAnswer::AtStart)), TakesFor(&[], "timersFast", "beep");
    "overlooked/card-number-shown": "the card's number is shown whole" ["BANK-7"] "PAN in a card document" => Field(&[], CardDetails, Freeze("PAN", "4276123456780018"));
    "overlooked/card-date-nonsense": "dateTime of a card operation is a time of day" ["BANK-7" "BANK-6"] "dateTime in a card document" => Field(&[], CardDetails, Freeze("dateTime", "17:19:55"));
    "overlooked/text-at-30": "an external printer with 80 mm paper breaks the lines of apiprint at 30" ["PRN-2"] "the tape of texts beside that of receipts" => Prints(&[Paper(Document::Text)], Lines::Narrower(31, 30));
    "overlooked/no-cashiers": "the directory of cashiers is empty" ["DUMP-1"] "dump/table/cashiers while a cashier works" => Json(&[], "/table/cashiers", By(|_, v| *v = json!({})));
    "overlooked/info-says-open": "getInfo says open for opened" ["CHK-5" "CHK-4"] "currentShiftStatus" => Field(&[], Info, Edit::Change(By(|v| if v["currentShiftStatus"] == "opened" { set(v, "currentShiftStatus", "open") })));
    "overlooked/chunked-status": "the status comes in chunks" ["WIRE-1"] "the head of a status" => Answers(&[On(Check)], By(|a| a.headers.push(("Transfer-Encoding".to_owned(), "chunked".to_owned()))));
    "overlooked/compressed-status": "the status comes compressed" ["WIRE-1"] "the head and the body of a status" => Answers(&[On(Check), BodyIs("0")], By(|a| { a.body = GZIP_OF_ZERO.to_vec(); a.headers.push(("Content-Encoding".to_owned(), "gzip".to_owned())) }));
    "overlooked/refusal-as-page": "a refusal's code stands in an HTML page" ["WIRE-1" "WIRE-10"] "the body of a refusal" => Answers(&[Refused], By(|a| a.body = [b"<html><body>", &a.body[..], b"</body></html>"].concat()));
    "overlooked/open-report-closed": "the report of an open shift has a closing date" ["DUMP-15"] "dateClose of an open shift" => Json(&[], "/report", By(|_, v| if v["dateClose"] == "" { let opened = v["dateOpen"].clone(); set(v, "dateClose", opened) }));
    "overlooked/header-by-get": "printHeader by GET is refused, and prints all the same" ["Q-ITEM-1" "PRN-6"] "the tape after printHeader by GET" => Instead(&[On(Check), Got, Has("printHeader")], By(|m, a, _| { m.session.header = a.get("printHeader").map(str::to_owned); None }));
    "overlooked/field-twice": "a shift report names revenue twice" ["WIRE-12"] "the names in a document" => Answers(&[PathEnds("/report"), Done], By(|a| if a.body.pop() == Some(b'}') { a.body.extend(b",\"revenue\":0.00}") }));
    "overlooked/drawer-in-minimum": "show=minimum shows the drawer too" ["CHK-6"] "getInfo with show=minimum" => Json(&[Is("show", "minimum")], "/getInfo", By(|m, v| v["cashWeHave"] = json!(m.books.drawer.to_string())));
    "overlooked/short-drawer-unnamed": "a withdrawal above the drawer is refused as out of change" ["CASH-5"] "a withdrawal above the drawer" => Tells(&[On(Withdraw)], ("no-cash-in-pos", -15), ("change-not-allowed", -13));
    "overlooked/flat-without-date": "salescheques call the date date" ["DUMP-12"] "salescheques against cheques" => Field(&[], FlatCheques, Rename("chequeDate", "date"));
    "overlooked/mode-not-in-info": "printingMode of getInfo stays" ["MGMT-8"] "getInfo after setPrintMode" => Field(&[], Info, Freeze("printingMode", "internal"));
}
