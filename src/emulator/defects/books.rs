//! Numbers of receipts and shifts, what a refusal leaves behind, sums and counts (v22 §5.1, §9.2).

use super::prelude::*;

mutants! {
    "books/number-again-after-x-report": "after an X report the last number is given again" ["REG-3"] "the number after an X report" => Steps(&[On(Register), Next(XReport)], 0);
    "books/number-drops": "every twentieth receipt has a lower number" ["REG-3" "REG-10"] "the numbers of many receipts" => Steps(&[Every(Register, 20, 19)], -1);
    "books/number-skips": "every seventh receipt skips a number" ["REG-10"] "the numbers of consecutive receipts" => Steps(&[Every(Register, 7, 6)], 2);
    "books/number-skips-after-refusal": "a refusal takes a number" ["REG-10" "REG-8"] "the number after a refused registration" => Steps(&[NextToRefusal], 2);
    "books/shift-keeps-number": "a new shift has the number of the one before" ["REG-9" "SHIFT-2" "CHK-4"] "the shift's number after a Z report and a sale"
        => NewShift(By(|shift, before| shift.id = before.id));
    "books/shift-keeps-sums": "a new shift begins with the sums of the one before" ["REG-9" "SHIFT-2" "REG-2" "DUMP-7"] "the report of a new shift"
        => NewShift(By(|shift, before| shift.sums = before.sums));
    "books/shift-keeps-cash-in": "a new shift begins with the deposits of the one before" ["DUMP-7" "SHIFT-2" "CASH-1" "REG-9"] "cashInTotal of a new shift"
        => NewShift(By(|shift, before| shift.cash_in = before.cash_in));
    "books/opening-fiscal-stale": "a new shift's opening data are those of the shift before" ["DUMP-7" "DUMP-5"] "fiscalDataOnShiftOpen of a new shift"
        => NewShift(By(|shift, before| shift.fiscal_at_open = before.fiscal_at_open));
    "books/not-counted-after-refusal": "the registration after a refusal is not counted" ["REG-2" "REG-8"] "the shift's receipts after a refusal and a sale"
        => Books(&[On(Register), NextToRefusal], &[Count], Amount::Nothing);
    "books/two-types-take-first": "of two types the first is taken" ["REG-7" "ERR-check-all-params"] "a request with sale and buy"
        => Overlooks(&[Has("sale")], "buy"), Overlooks(&[Has("sale")], "saleReturn"), Overlooks(&[Has("sale")], "buyReturn");
    "books/two-returns-taken": "of two returns the first is taken" ["REG-7" "ERR-check-all-params"] "a request with saleReturn and buyReturn" => Overlooks(&[Has("saleReturn")], "buyReturn");
    "books/no-type-is-sale": "without a type the payment is a sale" ["REG-7" "ERR-check-all-params"] "a request without a type" => Copies(&[On(Register), NoType], "sale", "cash");
    "books/refused-short-cash-counts": "a sale refused for too little cash is counted" ["REG-8" "PAY-4"] "the shift's receipts after cash-lq-sale" => Leaves(&[], "cash-lq-sale", By(count_one));
    "books/refused-mixed-in-drawer": "cash of a sale refused as covered stays in the drawer" ["REG-8" "PAY-6"] "the drawer after no-cache-hq-sale"
        => Leaves(&[], "no-cache-hq-sale", By(|books| books.drawer += Decimal::ONE_HUNDRED));
    "books/refused-tax-counts": "a sale refused for its tax is in the fiscal memory" ["REG-8" "TAX-4"] "fiscal data after tax-not-found"
        => Leaves(&[], "tax-not-found", By(|books| books.fiscal[Sale] += Decimal::ONE));
    "books/refused-items-count": "a sale with broken items is counted" ["REG-8" "ITEM-2"] "the shift's receipts after -17" => Leaves(&[], "itemdata-json-error", By(count_one));
    "books/refused-withdrawal-lowers": "a withdrawal above the drawer empties it" ["CASH-4" "REG-8"] "the drawer after no-cash-in-pos"
        => Leaves(&[On(Withdraw)], "no-cash-in-pos", By(|books| books.drawer = Decimal::ZERO));
    "books/refused-out-of-paper-counts": "a sale refused without paper is booked" ["REG-8" "PRN-8" "ERR-check-printer-or-batt"] "fiscal data after check-printer-or-batt"
        => Leaves(&[On(Register)], "check-printer-or-batt", By(|books| books.fiscal[Sale] += Decimal::ONE_HUNDRED));
    "books/buy-return-refused": "a buyReturn is not taken" ["REG-1"] "a buyReturn" => Refuses(&[Has("buyReturn")], refusal::CHECK_ALL);
    "books/sale-return-as-buy-return": "a saleReturn is booked as a buyReturn" ["REG-1" "REG-2"] "fiscal data after a saleReturn" => BooksAs(&[Of(SaleReturn)], BuyReturn);
    "books/buy-as-sale": "a buy is booked as a sale" ["REG-1" "REG-2"] "fiscal data after a buy" => BooksAs(&[Of(Buy)], Sale);
    "books/no-fiscal-sale": "a sale does not reach the fiscal memory" ["REG-2" "DUMP-7"] "fiscal data after it" => Books(&[Of(Sale)], &[Fiscal], Amount::Nothing);
    "books/no-fiscal-buy": "a buy does not reach the fiscal memory" ["REG-2" "DUMP-7"] "fiscal data after it" => Books(&[Of(Buy)], &[Fiscal], Amount::Nothing);
    "books/no-fiscal-sale-return": "a sale-return does not reach the fiscal memory" ["REG-2" "DUMP-7"] "fiscal data after it" => Books(&[Of(SaleReturn)], &[Fiscal], Amount::Nothing);
    "books/no-fiscal-buy-return": "a buy-return does not reach the fiscal memory" ["REG-2" "DUMP-7"] "fiscal data after it" => Books(&[Of(BuyReturn)], &[Fiscal], Amount::Nothing);
    "books/no-shift-sum-buy": "a buy does not reach the shift's sum" ["REG-2" "DUMP-7"] "the shift report after it" => Books(&[Of(Buy)], &[Sum], Amount::Nothing);
    "books/no-shift-sum-buy-return": "a buy-return does not reach the shift's sum" ["REG-2" "DUMP-7"] "the shift report after it" => Books(&[Of(BuyReturn)], &[Sum], Amount::Nothing);
    "books/no-count-sale-return": "a saleReturn is not counted in the shift" ["REG-2"] "the shift's receipts after it" => Books(&[Of(SaleReturn)], &[Count], Amount::Nothing);
    "books/no-total-count-buy": "a buy is missing in the count of all receipts" ["REG-2"] "totalBuyCheques after it" => Books(&[Of(Buy)], &[TotalCount], Amount::Nothing);
    "books/mixed-counts-twice": "a sale paid in two ways counts as two receipts" ["REG-2"] "the shift's receipts after a mixed sale" => Books(&[Ways(1)], &[Count], Amount::Twice);
    "books/three-payments-lose-sum": "a sale paid in three ways is missing in the shift's sum" ["REG-2" "DUMP-7" "PAY-5"] "the shift report after three payments"
        => Books(&[Ways(2)], &[Sum], Amount::Nothing);
    "books/large-totals-lost": "totals above 10 million do not reach the shift's sum" ["REG-2"] "the shift report after 20 000 000" => Books(&[Total(10_000_000)], &[Sum], Amount::Nothing);
    "books/fraction-lost-in-fiscal": "the fiscal memory keeps whole tenge" ["REG-2" "WIRE-6" "DUMP-7"] "fiscal data after a total with hundredths" => Books(&[], &[Fiscal], Amount::Whole);
    "books/fraction-lost-in-return": "the shift's sum of returns keeps whole tenge" ["REG-2" "WIRE-6" "DUMP-7"] "the shift report after a return with hundredths"
        => Books(&[Of(SaleReturn)], &[Sum], Amount::Whole);
    "books/not-booked-after-x-report": "the registration after an X report misses the shift's sum" ["REG-2" "SHIFT-1"] "the shift report after an X report and a sale"
        => Books(&[On(Register), Next(XReport)], &[Sum], Amount::Nothing);
    "books/many-rows-lose-sum": "a receipt of more than 50 positions misses the fiscal memory" ["REG-2" "ITEM-3" "ITEM-4"] "fiscal data after 80 positions"
        => Books(&[Rows(50)], &[Fiscal], Amount::Nothing);
}
