//! Payments, what they do to the drawer, and taxes (v22 §5.1, §11.2).

use super::prelude::*;

mutants! {
    "payments/none-in-return-is-cash": "a saleReturn without payment is paid in cash" ["PAY-1" "ERR-payment-params-missed"] "a saleReturn without payment"
        => Copies(&[NoPayment], "cash", "saleReturn");
    "payments/bank-above-buy": "a bank payment above a buy is taken down to it" ["PAY-8"] "a single payment above the total"
        => Follows(&[Lacks("cash"), Less("buy", "bank"), Below("bank", LIMIT + 1)], "bank", "buy");
    "payments/mixed-buy": "a buy may be paid in two ways" ["PAY-9" "ERR-no-mixed-payment-allowed" "PAY-10"] "a mixed buy" => Hears(&[], By(|p| all_by_card(p, "buy")));
    "payments/mixed-sale-return": "a sale-return may be paid in two ways" ["PAY-9" "ERR-no-mixed-payment-allowed" "PAY-10"] "a mixed sale-return" => Hears(&[], By(|p| all_by_card(p, "saleReturn")));
    "payments/mixed-buy-return": "a buy-return may be paid in two ways" ["PAY-9" "ERR-no-mixed-payment-allowed" "PAY-10"] "a mixed buy-return" => Hears(&[], By(|p| all_by_card(p, "buyReturn")));
    "payments/change-in-sale-return": "a sale-return gives change" ["PAY-10" "ERR-change-not-allowed"] "a sale-return with cash above it"
        => Follows(&[Less("saleReturn", "cash")], "cash", "saleReturn");
    "payments/short-sale-return": "a sale-return takes less cash than its total" ["PAY-10" "ERR-cash-lq-sale" "PAY-4"] "a sale-return with cash below it"
        => Follows(&[Less("cash", "saleReturn")], "cash", "saleReturn");
    "payments/change-in-buy-return": "a buy-return gives change" ["PAY-10" "ERR-change-not-allowed"] "a buy-return with cash above it" => Follows(&[Less("buyReturn", "cash")], "cash", "buyReturn");
    "payments/short-buy-return": "a buy-return takes less cash than its total" ["PAY-10" "ERR-cash-lq-sale" "PAY-4"] "a buy-return with cash below it"
        => Follows(&[Less("cash", "buyReturn")], "cash", "buyReturn");
    "payments/credit-is-cash": "credit is booked as cash" ["PAY-16" "PAY-2"] "the drawer after a sale on credit" => TakesFor(&[Lacks("cash")], "credit", "cash");
    "payments/change-stays": "the drawer takes all cash of a sale, change included" ["PAY-3" "PAY-16" "DUMP-7"] "the drawer after a sale with change"
        => Books(&[Of(Sale), GivesChange(0), OneWay], &[Drawer], Amount::Tendered);
    "payments/large-change-stays": "change above 1000 stays in the drawer" ["PAY-3" "PAY-16" "DUMP-7"] "the drawer after a sale with large change"
        => Books(&[GivesChange(1000)], &[Drawer], Amount::Tendered);
    "payments/mixed-change-stays": "change of a mixed sale stays in the drawer" ["PAY-5" "PAY-3" "PAY-16" "DUMP-7"] "the drawer after a mixed sale with change"
        => Books(&[Ways(1), GivesChange(0)], &[Drawer], Amount::Tendered);
    "payments/mixed-total-in-drawer": "a mixed sale moves the drawer by its whole total" ["PAY-5" "PAY-16" "DUMP-7"] "the drawer after a mixed sale"
        => Books(&[Ways(1), WithCash], &[Drawer], Amount::Total);
    "payments/drawer-below-zero": "cash that is not there is paid out" ["PAY-13" "ERR-no-cash-in-pos"] "a buy above the drawer" => LetsPass(&[On(Register)], "no-cash-in-pos");
    "payments/card-in-drawer": "a card sale moves the drawer" ["PAY-16" "DUMP-7"] "the drawer after a card sale" => Books(&[Of(Sale), Cashless, OneWay], &[Drawer], Amount::Total);
    "payments/card-return-from-drawer": "a saleReturn by card is paid out of the drawer" ["PAY-16" "DUMP-7"] "the drawer after a card saleReturn"
        => Books(&[Of(SaleReturn), Cashless], &[Drawer], Amount::MinusTotal);
    "payments/buy-return-lowers": "a cash buyReturn lowers the drawer" ["PAY-16" "DUMP-7"] "the drawer after a cash buyReturn" => Books(&[Of(BuyReturn)], &[Drawer], Amount::Back);
    "payments/buy-leaves-drawer": "a cash buy leaves the drawer alone" ["PAY-16" "DUMP-7"] "the drawer after a cash buy" => Books(&[Of(Buy)], &[Drawer], Amount::Nothing);
    "tax/ignored": "the tax of a request is overlooked" ["TAX-1"] "the tax of a receipt with another tax"
        => Overlooks(&[Is("tax", "1")], "tax"), Overlooks(&[Is("tax", "2")], "tax"), Overlooks(&[Is("tax", "3")], "tax");
    "tax/other-default": "without a tax the second one is booked" ["TAX-2"] "the tax of a receipt without one" => Assumes(&[On(Register)], "tax", "2");
    "tax/other-default-in-returns": "without a tax a saleReturn is booked under the second one" ["TAX-2"] "the tax of a saleReturn without one" => Assumes(&[Has("saleReturn")], "tax", "2");
    "tax/unknown-is-default": "an unknown tax is the default one" ["TAX-4" "ERR-tax-not-found"] "a tax id that is not in the directory"
        => Overlooks(&[Number("tax"), IsNot("tax", "1"), IsNot("tax", "2"), IsNot("tax", "3")], "tax");
    "tax/on-top-not-asked-for": "cash for the total alone pays a tax on top too" ["TAX-5" "ERR-cash-lq-tax"] "a sale with a tax on top, paid without it"
        => Understands(&[Same("sale", "cash")], &["cash"], By(doubled));
    "tax/of-the-gross": "an included tax is the rate of the turnover" ["TAX-6"] "taxDetails of reportwithtax"
        => Json(&[], "/reportwithtax", By(|_, v| taxes(v, |turnover, percent| turnover * percent / Decimal::ONE_HUNDRED)));
    "tax/whole-tenge": "an included tax is shown in whole tenge" ["TAX-6"] "taxDetails of reportwithtax"
        => Json(&[], "/reportwithtax", By(|_, v| taxes(v, |turnover, percent| included(turnover, percent).trunc())));
    "tax/turnover-without-buys": "the turnover under a tax leaves buys out" ["TAX-1" "TAX-2" "DUMP-7" "TAX-6"] "turnover of reportwithtax after a buy"
        => Books(&[Of(Buy)], &[Turnover], Amount::Nothing);
    "payments/cash-on-covered": "cash beside a card payment that covers the sale is overlooked" ["PAY-6" "ERR-no-cache-hq-sale"] "a covered sale with cash"
        => Overlooks(&[NotLess("bank", "sale")], "cash");
    "payments/cash-on-exactly-covered": "cash is overlooked where tara is exactly the total" ["PAY-6" "ERR-no-cache-hq-sale"] "a sale covered by tara, with cash"
        => Overlooks(&[Same("sale", "tara")], "cash");
    "payments/two-non-cash-above": "a card and a credit payment above the total are taken down to it" ["PAY-7" "ERR-bank-tara-credit-hq-sale"] "a sale with two payments above it"
        => Hears(&[Less("bank", "sale")], By(|p| down_to_rest(p, "credit")));
    "payments/bank-and-tara-above": "a card and a tara payment above the total are taken down to it" ["PAY-7" "ERR-bank-tara-credit-hq-sale"] "a sale with two payments above it"
        => Hears(&[Less("bank", "sale")], By(|p| down_to_rest(p, "tara")));
    "payments/bank-above-sale": "a bank payment above a sale is taken down to it" ["PAY-8" "ERR-bank-hq-sale"] "a single payment above the total"
        => Follows(&[Lacks("cash"), Less("sale", "bank"), Below("bank", LIMIT + 1)], "bank", "sale");
    "payments/tara-above-sale": "a tara payment above a sale is taken down to it" ["PAY-8" "ERR-tara-hq-sale"] "a single payment above the total"
        => Follows(&[Lacks("cash"), Less("sale", "tara"), Below("tara", LIMIT + 1)], "tara", "sale");
    "payments/credit-above-sale": "a credit payment above a sale is taken down to it" ["PAY-8" "ERR-credit-hq-sale"] "a single payment above the total"
        => Follows(&[Lacks("cash"), Less("sale", "credit"), Below("credit", LIMIT + 1)], "credit", "sale");
    "payments/none-is-cash": "a sale without payment is paid in cash" ["PAY-1" "ERR-payment-params-missed"] "a sale without payment" => Copies(&[NoPayment], "cash", "sale");
    "payments/tara-unknown": "tara is no payment" ["PAY-2"] "a sale paid with tara" => Overlooks(&[On(Register)], "tara");
    "payments/bank-refused": "a sale by card alone is refused" ["PAY-2"] "a sale paid by card" => Refuses(&[Same("bank", "sale")], refusal::NO_MIXED_PAYMENT);
    "payments/change-refused": "a sale with change is refused" ["PAY-3"] "a sale with more cash than its total" => Refuses(&[Lacks("bank"), Less("sale", "cash")], refusal::NO_CHANGE);
    "payments/cash-hundredth-short": "cash one hundredth short is taken" ["PAY-4" "ERR-cash-lq-sale"] "a sale paid one hundredth short"
        => Follows(&[Test(By(|s| gap(s.params, "cash", "sale") == Some(1)))], "cash", "sale");
    "payments/cash-short-taken-in-large-sale": "cash short of a total above 1000 is taken" ["PAY-4" "ERR-cash-lq-sale"] "a large sale paid short"
        => Follows(&[Lacks("bank"), Above("sale", 99_999), Less("cash", "sale")], "cash", "sale");
    "payments/mixed-refused": "every mixed sale is refused" ["PAY-5"] "a sale paid in cash and by card" => Refuses(&[Has("sale"), Payments(2)], refusal::NO_MIXED_PAYMENT);
    "payments/three-ways-refused": "a sale paid in three ways is refused" ["PAY-5"] "a sale paid in cash, by card and with tara" => Refuses(&[Has("sale"), Payments(3)], refusal::CHECK_ALL);
    "payments/mixed-setting-ignored": "mixed payment is taken though the settings forbid it" ["PAY-14" "ERR-no-mixed-payment-allowed"] "a mixed sale with mixed payment off"
        => LetsPass(&[Of(Sale)], "no-mixed-payment-allowed");
    "payments/card-short": "a card payment short of the sale is taken" ["PAY-15"] "a sale with too small a card payment"
        => Follows(&[Lacks("cash"), Lacks("tara"), Lacks("credit"), Less("bank", "sale")], "bank", "sale");
    "payments/mixed-short": "a mixed sale paid short is taken" ["PAY-15"] "a mixed sale with too small payments" => Hears(&[Has("bank")], By(up_to_sale));
}
