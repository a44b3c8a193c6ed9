//! How amounts and quantities are rounded; the least and the greatest number (v22 §3, §5.1).

use super::prelude::*;

mutants! {
    "limits/no-third-decimal": "a total of three decimals is no number" ["WIRE-6"] "a total with three decimals" => Refuses(&[Decimals("sale", 2)], refusal::total_no_number(Sale));
    "limits/whole-tenge": "amounts are rounded to whole tenge though roudingRule says no" ["WIRE-6" "REG-2"] "the books after 100.40"
        => Decides(By(|b| b.numbers.rule = RoundingRule::Whole)), Field(&[], Info, Freeze("roudingRule", "no"));
    "limits/tenths": "a total of three decimals is brought to tenths" ["WIRE-6"] "the books after a total with three decimals" => Understands(&[Decimals("sale", 2)], &["sale"], By(|t| cut(t, 1)));
    "limits/deposit-truncates": "deposits are truncated where totals are rounded" ["WIRE-6" "Q-WIRE-1"] "a deposit with three decimals beside a sale"
        => Understands(&[On(Deposit)], &["cash"], By(|t| cut(t, 2)));
    "limits/returns-round-up": "totals of saleReturn are rounded up where others are rounded to the nearest" ["WIRE-6"] "a saleReturn of three decimals"
        => Understands(&[Decimals("saleReturn", 2)], &["cash", "bank", "saleReturn"], By(|t| format!("{}9", cut(t, 2))));
    "limits/binary-fractions": "totals that end in 29 hundredths are booked one hundredth short, as binary fractions make them" ["REG-2" "WIRE-6"] "the books after a total ending in .29"
        => Books(&[Ends(29)], &[Fiscal, Sum], Amount::HundredthLess);
    "limits/drawer-in-floats": "the drawer loses a hundredth on totals that end in 57" ["REG-2" "PAY-16" "PAY-3" "DUMP-7"] "the drawer after a total ending in .57"
        => BooksBy(&[Ends(57)], By(|_, e| if e.drawer > CENT { e.drawer -= CENT }));
    "limits/quantity-two-decimals": "quantities in cheques have two decimals" ["WIRE-7" "ITEM-8" "DUMP-3" "DUMP-7"] "qty in cheques" => Field(&[], ChequeRows, Shorten("qty", 2));
    "limits/quantity-two-decimals-in-sales": "quantities in sales have two decimals" ["WIRE-7" "ITEM-8" "DUMP-4" "DUMP-7"] "qty in sales" => Field(&[], Sales, Shorten("qty", 2));
    "limits/quantity-two-decimals-online": "quantities online have two decimals" ["WIRE-7" "ITEM-8" "ITEM-3"] "qty in messages" => Sends(&[], Message::Quantity(By(|t| cut(t, 2))));
    "limits/quantity-whole-on-paper": "fractions of a quantity are not printed" ["WIRE-7" "ITEM-8"] "the tape after a quantity of 1.234" => Prints(&[], Lines::PartText(Part::Row, By(whole_quantity)));
    "limits/rounding-rule-spelt-right": "getInfo says roundingRule" ["WIRE-8" "CHK-2"] "the field's name in getInfo" => Field(&[], Info, Rename("roudingRule", "roundingRule"));
    "limits/no-rounding-rule": "getInfo says nothing of rounding" ["WIRE-8" "CHK-2"] "the field in getInfo" => Field(&[], Info, Drop("roudingRule"));
    "cash/deposit-in-whole-tenge": "deposits lose their hundredths" ["CASH-1" "WIRE-6"] "the drawer after a deposit with hundredths" => Books(&[On(Deposit)], &[Drawer, Sum], Amount::Whole);
    "limits/exact-limit-refused-in-sale": "exactly 20 000 000 is refused as sale" ["WIRE-9" "REG-6"] "20000000 at that place"
        => Refuses(&[On(Register), Equals("sale", LIMIT)], refusal::total_above_limit(Sale));
    "limits/exact-limit-refused-in-buy-return": "exactly 20 000 000 is refused as buy-return" ["WIRE-9" "REG-6"] "20000000 at that place"
        => Refuses(&[On(Register), Equals("buyReturn", LIMIT)], refusal::total_above_limit(Sale));
    "limits/exact-limit-refused-in-bank": "exactly 20 000 000 is refused as bank" ["WIRE-9" "PAY-12"] "20000000 at that place"
        => Refuses(&[On(Register), Equals("bank", LIMIT)], refusal::payment_out_of_range(PayKind::Bank));
    "limits/exact-limit-refused-in-deposit": "exactly 20 000 000 is refused as deposit" ["WIRE-9" "CASH-3"] "20000000 at that place"
        => Refuses(&[On(Deposit), Equals("cash", LIMIT)], refusal::CASH_OUT_OF_RANGE);
    "limits/over-limit-taken-in-sale": "more than 20 000 000 is taken down to it as sale" ["WIRE-9" "REG-6" "ERR-sale-hq-20mil"] "20000000.01 at that place"
        => Reads(&[On(Register), Above("sale", LIMIT)], "sale", MOST);
    "limits/over-limit-taken-in-buy": "more than 20 000 000 is taken down to it as buy" ["WIRE-9" "REG-6"] "20000000.01 at that place" => Reads(&[On(Register), Above("buy", LIMIT)], "buy", MOST);
    "limits/over-limit-taken-in-cash": "more than 20 000 000 is taken down to it as cash" ["WIRE-9" "PAY-12" "ERR-cache-not-in-range"] "20000000.01 at that place"
        => Reads(&[On(Register), Above("cash", LIMIT)], "cash", MOST);
    "limits/over-limit-taken-in-bank": "more than 20 000 000 is taken down to it as bank" ["WIRE-9" "PAY-12" "ERR-bank-not-in-range"] "20000000.01 at that place"
        => Reads(&[On(Register), Above("bank", LIMIT)], "bank", MOST);
    "limits/over-limit-taken-in-tara": "more than 20 000 000 is taken down to it as tara" ["WIRE-9" "PAY-12" "ERR-tara-not-in-range"] "20000000.01 at that place"
        => Reads(&[On(Register), Above("tara", LIMIT)], "tara", MOST);
    "limits/over-limit-taken-in-deposit": "more than 20 000 000 is taken down to it as deposit" ["WIRE-9" "CASH-3" "ERR-cache-not-in-range-cash"] "20000000.01 at that place"
        => Reads(&[On(Deposit), Above("cash", LIMIT)], "cash", MOST);
    "limits/over-limit-taken-in-withdrawal": "more than 20 000 000 is taken down to it as withdrawal" ["WIRE-9" "CASH-3" "ERR-cache-not-in-range-cash"] "20000000.01 at that place"
        => Reads(&[On(Withdraw), Above("cash", LIMIT)], "cash", MOST);
    "limits/card-amount-unlimited": "a card amount above 20 000 000 is taken" ["WIRE-15" "BANK-4"] "20000000.01 in apibank" => Reads(&[On(Bank), Above("amount", LIMIT)], "amount", MOST);
    "limits/item-price-unlimited": "an item's price above 20 000 000 is taken" ["WIRE-15"] "itemdata with a price of 20000000.01"
        => Decides(By(|b| (b.items.other_product, b.items.other_sum) = (OddItems::Taken, OddItems::Taken))), Understands(&[], &["itemdata"], By(clamp_items));
    "limits/below-one-taken": "a total below 1 is taken as 1" ["REG-5" "ERR-sale-lq-one"] "a sale of 0.99" => Reads(&[Below("sale", 100)], "sale", "1");
    "limits/below-one-taken-in-return": "a saleReturn below 1 is taken as 1" ["REG-5"] "a saleReturn of 0.50"
        => Understands(&[Below("saleReturn", 100)], &["saleReturn", "cash", "bank"], By(|_| "1".to_owned()));
    "limits/zero-taken": "a total of 0 is taken as 1" ["REG-5"] "a sale of 0" => Reads(&[Equals("sale", 0)], "sale", "1");
    "limits/one-refused": "a total of exactly 1 is refused" ["REG-5" "REG-1"] "a sale of 1" => Refuses(&[Equals("sale", 100)], refusal::total_below_one(Sale));
    "limits/one-refused-in-buy": "a buy of exactly 1 is refused" ["REG-5" "REG-1"] "a buy of 1" => Refuses(&[Equals("buy", 100)], refusal::total_below_one(Sale));
    "payments/credit-range-unchecked": "a credit payment above 20 000 000 is only too much for the sale" ["PAY-12" "ERR-credit-not-in-range" "WIRE-9"] "credit of 20000000.01"
        => Reads(&[Above("credit", LIMIT)], "credit", MOST);
}
