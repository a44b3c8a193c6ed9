//! Positions, footers and the line of a receipt without any (v22 §5.1).

use super::prelude::*;

mutants! {
    "items/refused": "itemdata with a discount is refused" ["ITEM-1"] "a sale with a discount line" => Refuses(&[Holds("itemdata", "\"discount\"")], refusal::ITEM_DATA);
    "items/second-lost": "of several items only the first is printed" ["ITEM-1" "ITEM-3" "ITEM-4"] "the tape of a receipt with several items" => Prints(&[], Lines::MostRows(1));
    "items/one-row-in-books": "the reports hold one row for all items" ["ITEM-1" "DUMP-3" "DUMP-4"] "cheques after several items" => Field(&[], Cheques, Edit::Change(By(|v| keep_rows(v, 1))));
    "items/broken-json-ignored": "broken JSON is as none" ["ITEM-2" "ERR-code-17"] "a sale with broken itemdata"
        => Overlooks(&[Test(By(|s| s.params.get("itemdata").is_some_and(is_no_json)))], "itemdata");
    "items/79-online": "80 positions go online as one" ["ITEM-3"] "messages after 80 positions" => MostPositions(79);
    "items/80-refused": "80 positions are refused" ["ITEM-3"] "a sale with 80 positions" => Refuses(&[Test(By(|s| positions(s.params) == 80))], refusal::ITEM_DATA);
    "items/40-printed": "only 40 positions are printed" ["ITEM-3" "ITEM-4"] "the tape of a receipt with 80 positions" => Prints(&[], Lines::MostRows(40));
    "items/last-lost-online": "the eightieth position is not sent" ["ITEM-3"] "messages after 80 positions" => Sends(&[], Message::Positions(79));
    "items/81-online": "81 positions go online one by one" ["ITEM-4"] "messages after 81 positions" => MostPositions(81);
    "items/any-number-online": "all positions go online however many" ["ITEM-4"] "messages after more than 80 positions" => MostPositions(1_000);
    "items/81-refused": "more than 80 positions are refused" ["ITEM-4"] "a sale with 81 positions" => Refuses(&[Positions(80)], refusal::ITEM_DATA);
    "items/81-printed-80": "of more than 80 positions 80 are printed" ["ITEM-4"] "the tape of a receipt with 81 positions" => Prints(&[], Lines::MostRows(80));
    "items/no-line": "a receipt without itemdata has no line" ["ITEM-5"] "the tape of a receipt without itemdata" => Prints(&[], Lines::Change(By(without_single_row)));
    "items/line-without-count": "the line of a receipt without itemdata lacks the count" ["ITEM-5"] "the tape of a receipt without itemdata"
        => Prints(&[], Lines::PartText(Part::Row, By(|t| t.replacen(" 1x", " ", 1))));
    "items/print-after-items": "print text comes after the items" ["ITEM-6"] "the tape of a receipt with both" => Prints(&[], Lines::PartLast(Part::Print));
    "items/print-lost-beside-items": "print text is lost beside items" ["ITEM-6" "PRN-1"] "the tape of a receipt with both" => Overlooks(&[Has("itemdata")], "print");
    "items/footer-lost": "the footer is not printed" ["ITEM-7"] "the tape of a receipt with a footer" => Prints(&[], Lines::LosePart(Part::Footer));
    "items/footer-on-top": "the footer is printed first" ["ITEM-7"] "the tape of a receipt with a footer" => Prints(&[], Lines::PartFirst(Part::Footer));
    "items/no-codes-in-footer": "bar codes in a footer are not printed" ["ITEM-7"] "the tape of a receipt with a bar code in its footer" => Prints(&[], Lines::Change(By(without_footer_codes)));
    "items/whole-quantities-in-cheques": "quantities in cheques are whole" ["ITEM-8" "WIRE-7" "DUMP-3"] "qty in cheques after 1.5" => Field(&[], ChequeRows, Shorten("qty", 0));
    "items/prices-in-tenths": "prices in sales are shown in tenths" ["ITEM-8" "DUMP-7" "DUMP-4"] "price in sales" => Field(&[], Sales, Shorten("price", 1));
    "items/sums-whole-online": "sums online are whole" ["ITEM-8" "ITEM-3"] "sums in messages" => Sends(&[], Message::Sum(By(|t| cut(t, 0))));
}
