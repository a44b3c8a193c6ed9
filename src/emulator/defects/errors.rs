//! Wrong pairs of reason and code (v22 §11.2): each row of the vendor's table mixed up once.

use super::prelude::*;

mutants! {
    "errors/no-key-called-wrong": "tells no-web-api-key-provided -7 as incorrect-web-api-key -1" ["ERR-no-web-api-key-provided" "KEY-1"] "the refusal's reason and code"
        => Tells(&[], ("no-web-api-key-provided", -7), ("incorrect-web-api-key", -1));
    "errors/wrong-key-code": "tells incorrect-web-api-key -1 as incorrect-web-api-key -7" ["ERR-incorrect-web-api-key" "KEY-2" "KEY-8" "KEY-9"] "the refusal's reason and code"
        => Tells(&[], ("incorrect-web-api-key", -1), ("incorrect-web-api-key", -7));
    "errors/external-printer-as-paper": "tells check-external-printer -6 as check-printer-or-batt -6" ["ERR-check-external-printer" "PRN-8"] "the refusal's reason and code"
        => Tells(&[], ("check-external-printer", -6), ("check-printer-or-batt", -6));
    "errors/paper-as-external": "tells check-printer-or-batt -6 as check-external-printer -6" ["ERR-check-printer-or-batt" "PRN-8"] "the refusal's reason and code"
        => Tells(&[], ("check-printer-or-batt", -6), ("check-external-printer", -6));
    "errors/sale-param-code": "tells sale-param-error -9 as sale-param-error -7" ["ERR-sale-param-error" "REG-4" "WIRE-5"] "the refusal's reason and code"
        => Tells(&[], ("sale-param-error", -9), ("sale-param-error", -7));
    "errors/buy-param-as-sale": "tells buy-param-error -9 as sale-param-error -9" ["ERR-buy-param-error" "REG-4" "WIRE-5"] "the refusal's reason and code"
        => Tells(&[], ("buy-param-error", -9), ("sale-param-error", -9));
    "errors/sale-return-spelt-out": "tells saleRet-param-error -9 as saleReturn-param-error -9" ["ERR-saleRet-param-error" "REG-4" "WIRE-5"] "the refusal's reason and code"
        => Tells(&[], ("saleRet-param-error", -9), ("saleReturn-param-error", -9));
    "errors/buy-return-spelt-out": "tells buyRet-param-error -9 as buyReturn-param-error -9" ["ERR-buyRet-param-error" "REG-4" "WIRE-5"] "the refusal's reason and code"
        => Tells(&[], ("buyRet-param-error", -9), ("buyReturn-param-error", -9));
    "errors/check-all-code": "tells check-all-params -7 as check-all-params -9" ["ERR-check-all-params" "REG-7"] "the refusal's reason and code"
        => Tells(&[], ("check-all-params", -7), ("check-all-params", -9));
    "errors/no-payment-as-check-all": "tells payment-params-missed -7 as check-all-params -7" ["ERR-payment-params-missed" "ERR-payment-params-missed-cash" "PAY-1" "CASH-2"] "the refusal's reason and code"
        => Tells(&[], ("payment-params-missed", -7), ("check-all-params", -7));
    "errors/cash-param-spelt-right": "tells cache-param-error -7 as cash-param-error -7" ["ERR-cache-param-error" "PAY-11" "WIRE-5"] "the refusal's reason and code"
        => Tells(&[], ("cache-param-error", -7), ("cash-param-error", -7));
    "errors/bank-param-code": "tells bank-param-error -7 as bank-param-error -9" ["ERR-bank-param-error" "PAY-11" "WIRE-5"] "the refusal's reason and code"
        => Tells(&[], ("bank-param-error", -7), ("bank-param-error", -9));
    "errors/tara-param-as-tare": "tells tara-param-error -7 as tare-param-error -7" ["ERR-tara-param-error" "PAY-11" "WIRE-5"] "the refusal's reason and code"
        => Tells(&[], ("tara-param-error", -7), ("tare-param-error", -7));
    "errors/credit-param-as-bank": "tells credit-param-error -7 as bank-param-error -7" ["ERR-credit-param-error" "PAY-11" "WIRE-5"] "the refusal's reason and code"
        => Tells(&[], ("credit-param-error", -7), ("bank-param-error", -7));
    "errors/cash-range-spelt-right": "tells cache-not-in-range -7 as cash-not-in-range -7" ["ERR-cache-not-in-range" "PAY-12" "WIRE-9"] "the refusal's reason and code"
        => Tells(&[], ("cache-not-in-range", -7), ("cash-not-in-range", -7));
    "errors/bank-range-as-param": "tells bank-not-in-range -7 as bank-param-error -7" ["ERR-bank-not-in-range" "PAY-12" "WIRE-9"] "the refusal's reason and code"
        => Tells(&[], ("bank-not-in-range", -7), ("bank-param-error", -7));
    "errors/tara-range-code": "tells tara-not-in-range -7 as tara-not-in-range -9" ["ERR-tara-not-in-range" "PAY-12" "WIRE-9"] "the refusal's reason and code"
        => Tells(&[], ("tara-not-in-range", -7), ("tara-not-in-range", -9));
    "errors/credit-range-as-tara": "tells credit-not-in-range -7 as tara-not-in-range -7" ["ERR-credit-not-in-range" "PAY-12" "WIRE-9"] "the refusal's reason and code"
        => Tells(&[], ("credit-not-in-range", -7), ("tara-not-in-range", -7));
    "errors/below-one-code": "tells sale-lq-one -7 as sale-lq-one -9" ["ERR-sale-lq-one" "REG-5"] "the refusal's reason and code" => Tells(&[], ("sale-lq-one", -7), ("sale-lq-one", -9));
    "errors/above-limit-misspelt": "tells sale-hq-20mil -7 as sale-hq-20mln -7" ["ERR-sale-hq-20mil" "REG-6" "WIRE-9"] "the refusal's reason and code"
        => Tells(&[], ("sale-hq-20mil", -7), ("sale-hq-20mln", -7));
    "errors/cash-short-code": "tells cash-lq-sale -10 as cash-lq-sale -12" ["ERR-cash-lq-sale" "PAY-4" "PAY-10" "PAY-15"] "the refusal's reason and code"
        => Tells(&[], ("cash-lq-sale", -10), ("cash-lq-sale", -12));
    "errors/cash-short-as-cache": "tells cash-lq-sale -10 as cache-lq-sale -10" ["ERR-cash-lq-sale" "PAY-4" "PAY-10" "PAY-15"] "the refusal's reason and code"
        => Tells(&[], ("cash-lq-sale", -10), ("cache-lq-sale", -10));
    "errors/bank-above-as-cash": "tells bank-hq-sale -10 as cash-lq-sale -10" ["ERR-bank-hq-sale" "PAY-8"] "the refusal's reason and code" => Tells(&[], ("bank-hq-sale", -10), ("cash-lq-sale", -10));
    "errors/tara-above-as-bank": "tells tara-hq-sale -10 as bank-hq-sale -10" ["ERR-tara-hq-sale" "PAY-8"] "the refusal's reason and code" => Tells(&[], ("tara-hq-sale", -10), ("bank-hq-sale", -10));
    "errors/credit-above-code": "tells credit-hq-sale -10 as credit-hq-sale -7" ["ERR-credit-hq-sale" "PAY-8" "Q-PAY-1"] "the refusal's reason and code"
        => Tells(&[], ("credit-hq-sale", -10), ("credit-hq-sale", -7));
    "errors/sum-above-shortened": "tells bank-tara-credit-hq-sale -13 as bank-hq-sale -13" ["ERR-bank-tara-credit-hq-sale" "PAY-7"] "the refusal's reason and code"
        => Tells(&[], ("bank-tara-credit-hq-sale", -13), ("bank-hq-sale", -13));
    "errors/sum-above-code": "tells bank-tara-credit-hq-sale -13 as bank-tara-credit-hq-sale -10" ["ERR-bank-tara-credit-hq-sale" "PAY-7"] "the refusal's reason and code"
        => Tells(&[], ("bank-tara-credit-hq-sale", -13), ("bank-tara-credit-hq-sale", -10));
    "errors/cash-not-needed-spelt-right": "tells no-cache-hq-sale -13 as no-cash-hq-sale -13" ["ERR-no-cache-hq-sale" "PAY-6"] "the refusal's reason and code"
        => Tells(&[], ("no-cache-hq-sale", -13), ("no-cash-hq-sale", -13));
    "errors/no-mixed-code": "tells no-mixed-payment-allowed -13 as no-mixed-payment-allowed -10" ["ERR-no-mixed-payment-allowed" "PAY-9" "PAY-14"] "the refusal's reason and code"
        => Tells(&[], ("no-mixed-payment-allowed", -13), ("no-mixed-payment-allowed", -10));
    "errors/no-change-code": "tells change-not-allowed -13 as change-not-allowed -10" ["ERR-change-not-allowed" "PAY-10"] "the refusal's reason and code"
        => Tells(&[], ("change-not-allowed", -13), ("change-not-allowed", -10));
    "errors/tax-number-spelt-right": "tells tax-invlid-num -14 as tax-invalid-num -14" ["ERR-tax-invlid-num" "TAX-3"] "the refusal's reason and code"
        => Tells(&[], ("tax-invlid-num", -14), ("tax-invalid-num", -14));
    "errors/tax-unknown-as-invalid": "tells tax-not-found -14 as tax-invlid-num -14" ["ERR-tax-not-found" "TAX-4"] "the refusal's reason and code"
        => Tells(&[], ("tax-not-found", -14), ("tax-invlid-num", -14));
    "errors/tax-short-as-short": "tells cash-lq-tax -12 as cash-lq-sale -10" ["ERR-cash-lq-tax" "TAX-5"] "the refusal's reason and code" => Tells(&[], ("cash-lq-tax", -12), ("cash-lq-sale", -10));
    "errors/empty-drawer-code": "tells no-cash-in-pos -15 as no-cash-in-pos -10" ["ERR-no-cash-in-pos" "PAY-13" "CASH-4"] "the refusal's reason and code"
        => Tells(&[], ("no-cash-in-pos", -15), ("no-cash-in-pos", -10));
    "errors/damaged-as-unknown": "tells internal-error -99 as unknown-error -99" ["ERR-internal-error"] "the refusal's reason and code" => Tells(&[], ("internal-error", -99), ("unknown-error", -99));
    "errors/unknown-as-internal": "tells unknown-error -99 as internal-error -99" ["ERR-unknown-error"] "the refusal's reason and code" => Tells(&[], ("unknown-error", -99), ("internal-error", -99));
    "errors/wrong-cashier-code": "tells wrong-cashier -11 as wrong-cashier -16" ["ERR-wrong-cashier" "SHIFT-5"] "the refusal's reason and code"
        => Tells(&[], ("wrong-cashier", -11), ("wrong-cashier", -16));
    "errors/day-code": "tells shift-gt-24h -3 as shift-gt-24h -2" ["ERR-shift-gt-24h" "SHIFT-3" "SHIFT-4"] "the refusal's reason and code" => Tells(&[], ("shift-gt-24h", -3), ("shift-gt-24h", -2));
    "errors/week-as-day": "tells shift-gt-7days -3 as shift-gt-24h -3" ["ERR-shift-gt-7days" "SHIFT-4"] "the refusal's reason and code" => Tells(&[], ("shift-gt-7days", -3), ("shift-gt-24h", -3));
    "errors/no-last-code": "tells no-last-document -7 as no-last-document -8" ["ERR-no-last-document" "PRN-7"] "the refusal's reason and code"
        => Tells(&[], ("no-last-document", -7), ("no-last-document", -8));
    "errors/print-text-code": "tells print-lines-parse-error -7 as print-lines-parse-error -17" ["ERR-print-lines-parse-error" "PRN-5"] "the refusal's reason and code"
        => Tells(&[], ("print-lines-parse-error", -7), ("print-lines-parse-error", -17));
    "errors/senior-only-code": "tells only-master-cashier -16 as only-master-cashier -11" ["ERR-only-master-cashier" "SHIFT-6" "DUMP-8"] "the refusal's reason and code"
        => Tells(&[], ("only-master-cashier", -16), ("only-master-cashier", -11));
    "errors/cash-in-param-code": "tells cache-param-error -9 as cache-param-error -7" ["ERR-cache-param-error-cash" "CASH-3" "WIRE-5"] "the refusal's reason and code"
        => Tells(&[], ("cache-param-error", -9), ("cache-param-error", -7));
    "errors/cash-in-range-code": "tells cache-not-in-range -9 as cache-not-in-range -7" ["ERR-cache-not-in-range-cash" "CASH-3" "WIRE-9"] "the refusal's reason and code"
        => Tells(&[], ("cache-not-in-range", -9), ("cache-not-in-range", -7));
    "errors/unknown-method-code": "tells incorrect-method -8 as incorrect-method -7" ["ERR-incorrect-method"] "the refusal's reason and code"
        => Tells(&[], ("incorrect-method", -8), ("incorrect-method", -7));
    "errors/busy-code": "tells ikkm-is-busy -2 as ikkm-is-busy -99" ["ERR-code-2" "BANK-2" "SHIFT-7"] "the refusal's reason and code" => Tells(&[], ("ikkm-is-busy", -2), ("ikkm-is-busy", -99));
    "errors/offline-code": "tells offline-gt-72h -4 as offline-gt-72h -3" ["ERR-code-4"] "the refusal's reason and code" => Tells(&[], ("offline-gt-72h", -4), ("offline-gt-72h", -3));
    "errors/json-code": "tells itemdata-json-error -17 as itemdata-json-error -7" ["ERR-code-17" "ITEM-2"] "the refusal's reason and code"
        => Tells(&[], ("itemdata-json-error", -17), ("itemdata-json-error", -7));
    "errors/host-code": "tells host-is-rejected -18 as host-is-rejected -16" ["ERR-code-18" "MGMT-4"] "the refusal's reason and code"
        => Tells(&[], ("host-is-rejected", -18), ("host-is-rejected", -16));
    "errors/blocked-without-code": "a block is always -100, whatever the committee's code" ["ERR-ikkm-is-blocked"] "the code of a refusal while the committee's code is not 0"
        => TellsBy(By(|r| if r.reason == "ikkm-is-blocked" { Refusal { code: -100, ..r } } else { r }));
    "errors/blocked-counts-up": "the committee's code is added to -100 instead of taken off" ["ERR-ikkm-is-blocked"] "the code of a refusal while the committee's code is not 0"
        => TellsBy(By(|r| if r.reason == "ikkm-is-blocked" { Refusal { code: -200 - r.code, ..r } } else { r }));
    "errors/low-battery-is-no-paper-code": "a low battery is told as -7" ["ERR-code-5" "Q-PRN-3"] "the refusal while the battery is low"
        => Decides(By(|b| b.printing.low_battery_is_5 = true)), Tells(&[], ("low-battery", -5), ("low-battery", -7));
    "errors/pair-slips-after-x-report": "after an X report a missing payment is told with -9" ["ERR-payment-params-missed" "PAY-1" "CASH-2" "ERR-payment-params-missed-cash"] "a registration without payment, right after an X report"
        => Tells(&[Next(XReport)], ("payment-params-missed", -7), ("payment-params-missed", -9));
}
