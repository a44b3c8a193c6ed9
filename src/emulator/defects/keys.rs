//! Which keys are taken, what a repeat does, when the key turns and to what (v22 §4, §5.3).

use super::prelude::*;

mutants! {
    "keys/none-for-status": "the status is told without a key" ["KEY-1" "ERR-no-web-api-key-provided"] "a status request without a key" => Says(&[On(Check), Lacks("key")], 200, "0", "0");
    "keys/none-for-dumps": "directories are shown without a key" ["KEY-1" "ERR-no-web-api-key-provided"] "a directory without a key" => Says(&[PathHas("/dump/table/"), Lacks("key")], 200, "ok", "[]");
    "keys/any-for-reports": "any key does for reports" ["KEY-2" "KEY-9" "ERR-incorrect-web-api-key" "KEY-8"] "a wrong key on that method" => TakesKey(&[On(Dump)]);
    "keys/any-for-print": "any key does for print text" ["KEY-2" "KEY-9" "ERR-incorrect-web-api-key"] "a wrong key on that method" => TakesKey(&[On(Print)]);
    "keys/any-for-info": "any key does for getInfo" ["KEY-2" "KEY-9" "ERR-incorrect-web-api-key"] "a wrong key on that method" => TakesKey(&[On(GetInfo)]);
    "keys/any-for-x-report": "any key does for an X report" ["KEY-2" "KEY-9" "ERR-incorrect-web-api-key"] "a wrong key on that method" => TakesKey(&[On(XReport)]);
    "keys/any-for-z-report": "any key does for a Z report" ["KEY-2" "KEY-9" "ERR-incorrect-web-api-key"] "a wrong key on that method" => TakesKey(&[On(ZReport)]);
    "keys/any-for-card": "any key does for a card operation" ["KEY-2" "KEY-9" "ERR-incorrect-web-api-key"] "a wrong key on that method" => TakesKey(&[On(Bank)]);
    "keys/any-for-deposit": "any key does for a deposit" ["KEY-2" "KEY-9" "ERR-incorrect-web-api-key" "KEY-8"] "a wrong key on that method" => TakesKey(&[On(Deposit)]);
    "keys/any-for-last-document": "any key does for the last document" ["KEY-2" "KEY-9" "ERR-incorrect-web-api-key"] "a wrong key on that method" => TakesKey(&[On(PrintLast)]);
    "keys/any-for-restart": "any key does for a restart" ["KEY-2" "KEY-9" "ERR-incorrect-web-api-key"] "a wrong key on that method" => TakesKey(&[On(Manage)]);
    "keys/wrong-registers": "a registration under a key that is none is taken" ["KEY-2" "REG-8" "ERR-incorrect-web-api-key"] "a registration with a wrong key" => TakesKey(&[On(Register), KeyUnknown]);
    "keys/spent-for-deposit": "the key just spent does for a deposit" ["KEY-9" "KEY-4" "ERR-incorrect-web-api-key"] "a deposit with the previous key" => TakesKey(&[On(Deposit), KeyAge(1)]);
    "keys/spent-for-status": "the key just spent does for a status" ["KEY-9" "KEY-4"] "a status request with the previous key" => TakesKey(&[On(Check), KeyAge(1)]);
    "keys/spent-for-dumps": "the key just spent does for reports" ["KEY-9" "KEY-4"] "a report with the previous key" => TakesKey(&[On(Dump), KeyAge(1)]);
    "keys/old-for-dumps": "the last ten keys do for reports" ["KEY-8" "KEY-9"] "a report with an older key" => TakesKey(&[On(Dump), KeyKnown]);
    "keys/older-repeats": "a key two registrations old repeats too" ["KEY-8"] "a registration with an older key" => RepeatsKey(&[On(Register), KeyAge(2)]);
    "keys/very-old-registers": "a key from five registrations ago registers" ["KEY-8" "REG-8"] "a registration with a much older key" => TakesKey(&[On(Register), KeyAge(5)]);
    "keys/repeat-registers": "the repeat of a registration is registered again" ["KEY-5"] "the books after a repeat" => TakesKey(&[KeyRepeats]);
    "keys/repeat-refused": "the repeat of a registration is refused" ["KEY-5" "KEY-7"] "the answer to a repeat" => RefusesKey(&[KeyRepeats]);
    "keys/repeat-moves-drawer": "a repeat moves the drawer" ["KEY-5"] "the drawer after a repeat" => BooksRepeat(&[], &[Drawer]);
    "keys/repeat-counts": "a repeat counts as one more receipt" ["KEY-5"] "the count of receipts after a repeat" => BooksRepeat(&[], &[Count, TotalCount]);
    "keys/repeat-of-return-books": "the repeat of a saleReturn is booked in the fiscal memory" ["KEY-5"] "fiscal data after the repeat of a saleReturn" => BooksRepeat(&[Of(SaleReturn)], &[Fiscal]);
    "keys/third-repeat-books": "every third repeat is booked" ["KEY-7" "KEY-5"] "the books after several repeats" => BooksRepeat(&[Every(Repeat, 3, 2)], &ALL_FIGURES);
    "keys/repeat-other-number": "a repeat tells the number after the receipt's" ["KEY-5"] "the reason phrase of a repeat" => Answers(&[On(Repeat), Done], By(|a| a.reason = next_of(&a.reason_text())));
    "keys/repeat-gives-spent-key": "a repeat gives the spent key back" ["KEY-5"] "the body of a repeat" => After(&[On(Repeat)], By(|_, p, a, _| a.body = p.get("key").unwrap_or("").into()));
    "keys/repeat-turns-key": "a repeat turns the key" ["KEY-5" "KEY-7"] "the request after a repeat" => Turns(&[On(Repeat), Done]);
    "keys/no-duplicate": "a repeat prints nothing" ["KEY-6"] "the tape after a repeat" => Prints(&[On(Repeat)], Lines::Nothing);
    "keys/duplicate-once": "only the first of two repeats prints" ["KEY-6"] "the tape after the second repeat" => Prints(&[On(Repeat), Next(Repeat)], Lines::Nothing);
    "keys/duplicate-without-rows": "a duplicate has no rows" ["KEY-6" "PRN-7"] "the tape after a repeat" => Prints(&[Paper(Document::Duplicate)], Lines::LosePart(Part::Row));
    "keys/third-repeat-refused": "every third repeat is refused" ["KEY-7" "KEY-5"] "the answers to several repeats" => RefusesKey(&[KeyRepeats, Every(Repeat, 3, 2)]);
    "keys/other-parameters-register": "the key just spent registers when the parameters differ" ["KEY-12" "Q-KEY-1"] "the books after the spent key with another total"
        => TakesKey(&[KeyRepeats, OtherParameters]);
    "keys/repeat-forgotten-by-deposit": "no repeat after a deposit came between" ["KEY-13"] "a repeat after a deposit" => RefusesKey(&[KeyRepeats, Next(Deposit)]);
    "keys/repeat-forgotten-by-x-report": "no repeat after an X report came between" ["KEY-13"] "a repeat after an X report" => RefusesKey(&[KeyRepeats, Next(XReport)]);
    "keys/repeat-forgotten-by-refusal": "no repeat after a refusal came between" ["KEY-13" "KEY-5"] "a repeat after a refused request" => RefusesKey(&[KeyRepeats, NextToRefusal]);
    "keys/same-again": "every fifth registration gives the same key again" ["KEY-3"] "the keys of several registrations" => KeepsKey(&[Every(Register, 5, 4)]);
    "keys/zero-lost": "a key that begins with 0 is sent without it" ["KEY-3"] "the length of the key, once in ten registrations"
        => Answers(&[On(Register), Done], By(|a| if a.body.first() == Some(&b'0') { a.body.remove(0); }));
    "keys/none-after-buy-return": "a buyReturn is answered 0 instead of a key" ["KEY-3" "WIRE-10"] "the body of a buyReturn's answer" => Body(&[Has("buyReturn"), Done], "0");
    "keys/ten-digits": "keys have ten digits" ["KEY-3"] "the length of the key" => Answers(&[On(Register), Done], By(|a| a.body.extend(b"00")));
    "keys/error-turns-key": "a refused registration turns the key" ["KEY-10"] "the request after a refusal" => Turns(&[On(Register), Refused]);
    "keys/refused-withdrawal-turns-key": "a refused withdrawal turns the key" ["KEY-10"] "the request after a refused withdrawal" => Turns(&[On(Withdraw), Refused]);
    "keys/refused-print-turns-key": "a refused print turns the key" ["KEY-10"] "the request after a refused print" => Turns(&[On(Print), Refused]);
    "keys/unknown-method-turns-key": "an unknown method turns the key" ["KEY-10"] "the request after an unknown method" => Turns(&[On(Unknown), Refused]);
    "keys/turns-on-withdraw": "the key turns on a successful withdraw" ["KEY-11" "CASH-1"] "the request after it" => Turns(&[On(Withdraw), Done]);
    "keys/turns-on-deposit": "the key turns on a successful deposit" ["KEY-11" "CASH-1"] "the request after it" => Turns(&[On(Deposit), Done]);
    "keys/turns-on-x-report": "the key turns on a successful x-report" ["KEY-11"] "the request after it" => Turns(&[On(XReport), Done]);
    "keys/turns-on-z-report": "the key turns on a successful z-report" ["KEY-11"] "the request after it" => Turns(&[On(ZReport), Done]);
    "keys/turns-on-card": "the key turns on a successful card" ["KEY-11" "BANK-1"] "the request after it" => Turns(&[On(Bank), Done]);
    "keys/turns-on-print": "the key turns on a successful print" ["KEY-11"] "the request after it" => Turns(&[On(Print), Done]);
    "keys/turns-on-dump": "the key turns on a successful dump" ["KEY-11"] "the request after it" => Turns(&[On(Dump), Done]);
    "keys/turns-on-status": "the key turns on a successful status" ["KEY-11" "MGMT-1"] "the request after it" => Turns(&[On(Check), Done]);
    "keys/turns-on-last-document": "the key turns on a successful last-document" ["KEY-11"] "the request after it" => Turns(&[On(PrintLast), Done]);
    "keys/turns-on-second-x-report": "the key turns on every second X report" ["KEY-11"] "the request after two X reports" => Turns(&[On(XReport), Done, Every(XReport, 2, 1)]);
}
