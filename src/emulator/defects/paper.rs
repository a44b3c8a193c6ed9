//! What is printed (v22 §8, §10.1).

use super::prelude::*;

mutants! {
    "print/first-50-lines": "a text prints 50 lines at most" ["PRN-1"] "the tape after a long text" => Prints(&[Paper(Document::Text)], Lines::First(50));
    "print/last-line-lost": "the last line of a text is lost" ["PRN-1"] "the tape after a text" => Prints(&[Paper(Document::Text)], Lines::LoseLast);
    "print/lines-joined": "line ends in a receipt's print text are blanks" ["PRN-1"] "the tape of a receipt with print text" => Understands(&[On(Register)], &["print"], By(|t| t.replace('\n', " ")));
    "print/text-says-done": "a text is answered and not printed" ["PRN-1"] "the tape after a text" => Prints(&[Paper(Document::Text)], Lines::Nothing);
    "print/23-characters": "the internal printer breaks lines at 23 characters" ["PRN-2"] "the tape after a line of 24 characters" => Prints(&[], Lines::Narrower(24, 23));
    "print/29-characters": "an external printer breaks lines at 29 characters" ["PRN-2"] "the tape after a line of 30 characters on an external printer" => Prints(&[], Lines::Narrower(30, 29));
    "print/no-cut": "--cut-- does not cut" ["PRN-3"] "the tape of an external printer" => Understands(&[], &["print"], By(|t| t.replace("--cut--\n", "")));
    "print/no-rule": "--line-- draws nothing" ["PRN-3"] "the tape of an external printer" => Prints(&[], Lines::Lose("--line--"));
    "print/drawer-stays-shut": "--open-cash-- opens nothing" ["PRN-3"] "the tape of an external printer" => Prints(&[], Lines::Lose("--open-cash--"));
    "print/no-ean13": "EAN13 bar codes are not printed" ["PRN-4" "ITEM-7"] "the tape after such a bar code" => Prints(&[], Lines::LoseBeginning("--barcodeEAN13-"));
    "print/no-ean8": "EAN8 bar codes are not printed" ["PRN-4" "ITEM-7"] "the tape after such a bar code" => Prints(&[], Lines::LoseBeginning("--barcodeEAN8-"));
    "print/no-code128": "128 bar codes are not printed" ["PRN-4" "ITEM-7"] "the tape after such a bar code" => Prints(&[], Lines::LoseBeginning("--barcode128-"));
    "print/long-code128": "a CODE128 of more than 64 symbols is refused" ["PRN-4"] "a CODE128 of 128 symbols"
        => Refuses(&[Test(By(|s| has_code128(s.params, |line| line.len() > 80)))], refusal::PRINT_TEXT);
    "print/code128-without-punctuation": "a CODE128 with punctuation is refused" ["PRN-4"] "a CODE128 with every symbol allowed"
        => Refuses(&[Test(By(|s| has_code128(s.params, |line| line.contains(';'))))], refusal::PRINT_TEXT);
    "print/header-once": "the header is on the first receipt only" ["PRN-6"] "the tape of two receipts after printHeader" => Prints(&[NotNext(Check)], Lines::LosePart(Part::Header));
    "print/header-not-on-returns": "the header is missing on receipts with items" ["PRN-6"] "the tape of a receipt with several rows after printHeader"
        => Prints(&[Paper(Document::Receipt)], Lines::Change(By(without_header_beside_items)));
    "print/clear-is-text": "printHeader=clear prints clear" ["PRN-6"] "the tape of a receipt after clear" => Understands(&[Is("printHeader", "clear")], &["printHeader"], By(|_| "clear ".to_owned()));
    "print/last-says-done": "printLastDocument prints nothing" ["PRN-7"] "the tape after printLastDocument" => Prints(&[On(PrintLast)], Lines::Nothing);
    "print/last-without-footer": "the last document lacks its footer and texts" ["PRN-7"] "the tape after printLastDocument" => Prints(&[On(PrintLast)], Lines::First(2));
    "print/no-last-is-done": "on a new device printLastDocument is answered as done" ["PRN-7" "ERR-no-last-document"] "printLastDocument on a new device"
        => Says(&[On(PrintLast), Told("no-last-document")], 200, "0", "0");
    "print/registers-without-paper": "registrations go on without paper" ["PRN-8" "ERR-check-printer-or-batt"] "a sale without paper" => LetsPass(&[On(Register)], "check-printer-or-batt");
    "print/prints-without-paper": "texts are taken without paper" ["PRN-8" "ERR-check-printer-or-batt"] "apiprint without paper" => LetsPass(&[On(Print)], "check-printer-or-batt");
    "print/registers-without-lan-printer": "registrations go on without the external printer" ["PRN-8" "ERR-check-external-printer"] "a sale while the external printer is gone"
        => LetsPass(&[On(Register)], "check-external-printer");
    "print/battery-ignored": "registrations go on with a low battery" ["ERR-code-5"] "a sale while the battery is low"
        => Decides(By(|b| b.printing.low_battery_is_5 = true)), LetsPass(&[], "low-battery");
}
