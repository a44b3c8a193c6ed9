//! Card operations and their documents (v22 §6).

use super::prelude::*;

mutants! {
    "bank/total-of-all": "totalAmount holds failed operations too" ["BANK-3"] "totalAmount after a failure" => Field(&[], Card, Edit::Change(By(total_of_all)));
    "bank/success-is-ok": "transactionResult is ok instead of success" ["BANK-3" "BANK-6"] "transactionResult"
        => Field(&[], Card, Edit::Change(By(|v| if v["transactionResult"] == "success" { set(v, "transactionResult", "ok") })));
    "bank/found-is-one": "foundTransactions is always 1" ["BANK-3" "BANK-5"] "foundTransactions after two operations"
        => Field(&[], Card, Edit::Change(By(|v| if !details(v).is_empty() { set(v, "foundTransactions", "1") })));
    "bank/details-of-last": "details hold the last operation only" ["BANK-5" "BANK-3"] "details after two operations under one number" => Field(&[], Card, Edit::Change(By(last_detail)));
    "bank/amount-in-hundredths": "totalAmount is in hundredths" ["BANK-3"] "totalAmount"
        => Field(&[], Card, Edit::Change(By(|v| set(v, "totalAmount", v["totalAmount"].as_str().unwrap_or("").replace('.', "")))));
    "bank/field-response-spelt-right": "responce in a card document is not as documented" ["BANK-6"] "that field of details" => Field(&[], CardDetails, Rename("responce", "response"));
    "bank/field-amount-is-number": "amount in a card document is not as documented" ["BANK-6"] "that field of details" => Field(&[], CardDetails, Retype("amount"));
    "bank/field-no-trace": "traceNumber in a card document is not as documented" ["BANK-6"] "that field of details" => Field(&[], CardDetails, Drop("traceNumber"));
    "bank/field-currency-is-number": "currency in a card document is not as documented" ["BANK-6"] "that field of details" => Field(&[], CardDetails, Retype("currency"));
    "bank/field-no-operation": "operationType in a card document is not as documented" ["BANK-6"] "that field of details" => Field(&[], CardDetails, Drop("operationType"));
    "bank/field-holder-is-null": "cardHolderName in a card document is not as documented" ["BANK-6"] "that field of details" => Field(&[], CardDetails, Null("cardHolderName"));
    "bank/no-refund": "refund is an unknown card operation" ["BANK-1"] "apibank with message=refund" => Refuses(&[On(Bank), Is("message", "refund")], refusal::CHECK_ALL);
    "bank/no-reversal": "reversal is an unknown card operation" ["BANK-1"] "apibank with message=reversal" => Refuses(&[On(Bank), Is("message", "reversal")], refusal::CHECK_ALL);
    "bank/no-reconciliation": "reconciliation is an unknown card operation" ["BANK-1"] "apibank with message=reconciliation"
        => Refuses(&[On(Bank), Is("message", "reconciliation")], refusal::CHECK_ALL);
    "bank/reason-misspelt": "a card operation is answered bank-opened" ["BANK-1" "WIRE-10"] "the reason phrase of apibank" => Reason(&[On(Bank), Done], "bank-opened");
    "bank/fraction-refused": "a card amount with hundredths is refused" ["BANK-1"] "apibank with 150.50" => Refuses(&[On(Bank), Decimals("amount", 0)], refusal::CHECK_ALL);
    "bank/not-busy-for-sales": "registrations go on while a card operation runs" ["BANK-2" "ERR-code-2"] "a sale while a card operation runs" => LetsPass(&[On(Register)], "ikkm-is-busy");
    "bank/not-busy-for-status": "the status is 0 while a card operation runs" ["BANK-2" "ERR-code-2"] "a status while a card operation runs" => LetsPass(&[On(Check)], "ikkm-is-busy");
    "bank/second-starts": "a second card operation starts beside the first" ["BANK-2" "ERR-code-2"] "apibank while a card operation runs" => LetsPass(&[On(Bank)], "ikkm-is-busy");
    "bank/any-message": "an unknown message is a purchase" ["BANK-4"] "apibank with an unknown message"
        => Understands(&[On(Bank)], &["message"], By(|m| if CARD.contains(&m) { m } else { "purchase" }.to_owned()));
    "bank/amount-of-letters": "a card amount is read up to its first letter" ["BANK-4"] "apibank with an amount of letters" => Reads(&[On(Bank), NoNumber("amount")], "amount", "1");
    "bank/track-zero": "trackdocument 0 is taken" ["BANK-4"] "apibank with trackdocument 0" => Overlooks(&[On(Bank), Is("trackdocument", "0")], "trackdocument");
    "bank/track-too-large": "trackdocument above 999999999 is taken" ["BANK-4"] "apibank with trackdocument 1000000000" => Overlooks(&[On(Bank), Is("trackdocument", "1000000000")], "trackdocument");
}
