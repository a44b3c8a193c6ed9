//! How requests are heard, what is read as a number, and the form of answers (v22 §3, §5.2).

use super::prelude::*;

mutants! {
    "wire/withdraw-by-get-only": "a withdrawal by POST is an unknown method" ["WIRE-2"] "a withdrawal by POST" => Refuses(&[On(Withdraw), Posted], refusal::WRONG_METHOD);
    "wire/deposit-by-post-only": "a deposit by GET is an unknown method" ["WIRE-2" "CASH-1"] "a deposit by GET" => Refuses(&[On(Deposit), Got], refusal::WRONG_METHOD);
    "wire/post-loses-tax": "by POST the tax is overlooked" ["WIRE-2" "TAX-1"] "the tax of a receipt that was posted" => Overlooks(&[On(Register), Posted], "tax");
    "wire/post-takes-bank-as-cash": "by POST a card payment is booked as cash" ["WIRE-2" "PAY-16"] "the drawer after a posted card sale"
        => TakesFor(&[On(Register), Posted, Lacks("cash")], "bank", "cash");
    "wire/types-in-any-case": "Sale= is taken for sale=" ["WIRE-3"] "a type with a capital letter" => AnyCase(&TYPES);
    "wire/payments-in-any-case": "Cash= is taken for cash=" ["WIRE-3"] "a payment with a capital letter" => AnyCase(&PAYMENTS);
    "wire/key-in-any-case": "KEY= is taken for key=" ["WIRE-3"] "the key's parameter in capitals" => AnyCase(&["key"]);
    "wire/latin-paper": "letters outside ASCII are printed as question marks" ["WIRE-4"] "the tape after Russian or Kazakh text" => Prints(&[], Lines::Text(By(latin)));
    "wire/no-kazakh-paper": "letters that only Kazakh has are printed as question marks" ["WIRE-4"] "the tape after Kazakh text" => Prints(&[], Lines::Text(By(without_kazakh)));
    "wire/latin-online": "names lose their Cyrillic letters online" ["WIRE-4" "ITEM-3"] "names in messages to the tax committee"
        => Sends(&[], Message::Name(By(|t| t.chars().filter(char::is_ascii).collect())));
    "wire/hears-while-off": "the web API goes on while it is switched off" ["WIRE-13"] "a request while the API is off" => ListensWhenOff;
    "wire/new-key-when-on": "the key turns when the web API is switched on" ["WIRE-14" "KEY-4" "KEY-11"] "the key after the API was off and on" => Turns(&[On(SwitchOn)]);
    "wire/decimal-comma": "a decimal comma is taken as a dot" ["WIRE-5" "REG-4"] "a total with a comma" => Understands(&[], &TYPES, By(|t| t.replace(',', ".")));
    "wire/comma-in-payments": "a decimal comma in a payment is taken as a dot" ["WIRE-5" "PAY-11" "ERR-bank-param-error" "ERR-cache-param-error" "ERR-tara-param-error" "ERR-credit-param-error" "ERR-cache-param-error-cash" "CASH-3"] "a payment with a comma"
        => Understands(&[], &PAYMENTS, By(|t| t.replace(',', ".")));
    "wire/exponent": "1e3 is taken as 1000" ["WIRE-5" "REG-4"] "a total with an exponent" => Understands(&[], &TYPES, By(exponent));
    "wire/grouped-digits": "blanks and apostrophes in a total are dropped" ["WIRE-5" "REG-4"] "a total with grouped digits" => Understands(&[], &TYPES, By(|t| t.trim().replace([' ', '\'', '_'], "")));
    "wire/number-until-letter": "a total is read up to its first letter" ["WIRE-5" "REG-4" "ERR-sale-param-error" "ERR-buy-param-error" "ERR-saleRet-param-error" "ERR-buyRet-param-error"] "a total that ends in letters"
        => Understands(&[], &TYPES, By(leading_number));
    "wire/deposit-until-letter": "a deposit is read up to its first letter" ["WIRE-5" "CASH-3" "ERR-cache-param-error-cash"] "a deposit that ends in letters"
        => Understands(&[On(Deposit)], &["cash"], By(leading_number));
    "payments/bank-of-letters": "a bank payment that is no number is overlooked" ["PAY-11" "ERR-bank-param-error" "WIRE-5"] "letters as that payment" => Overlooks(&[NoNumber("bank")], "bank");
    "payments/tara-of-letters": "a tara payment that is no number is overlooked" ["PAY-11" "ERR-tara-param-error" "WIRE-5"] "letters as that payment" => Overlooks(&[NoNumber("tara")], "tara");
    "payments/credit-of-letters": "a credit payment that is no number is overlooked" ["PAY-11" "ERR-credit-param-error" "WIRE-5"] "letters as that payment"
        => Overlooks(&[NoNumber("credit")], "credit");
    "payments/cash-of-letters": "cash that is no number is taken as the total" ["PAY-11" "ERR-cache-param-error" "WIRE-5"] "letters as cash of a sale"
        => Follows(&[NoNumber("cash"), Number("sale")], "cash", "sale");
    "tax/letters-are-default": "a tax that is no number is the default one" ["TAX-3" "ERR-tax-invlid-num"] "a tax of letters" => Overlooks(&[NoNumber("tax")], "tax");
    "wire/newline-after-key": "a new key is followed by a line feed" ["WIRE-1" "KEY-3"] "the body of a registration's answer" => Answers(&[On(Register), Done], By(|a| a.body.push(b'\n')));
    "wire/space-before-code": "a refusal's code stands after a blank" ["WIRE-1"] "the body of a refusal" => Answers(&[Refused], By(|a| a.body.insert(0, b' ')));
    "wire/length-one-short": "the length of a status is one byte short" ["WIRE-1"] "Content-Length against the body" => Header(&[On(Check)], "Content-Length", "0");
    "wire/length-too-long": "the length of a deposit's answer is told too long" ["WIRE-1"] "Content-Length against the body" => Header(&[On(Deposit)], "Content-Length", "9");
    "wire/word-beside-code": "a refusal's body repeats the reason after the code" ["WIRE-1" "WIRE-10"] "the body of a refusal"
        => Answers(&[Refused], By(|a| a.body = [&a.body[..], b" ", &a.reason[..]].concat()));
    "wire/created": "a registration is answered 201" ["WIRE-10" "REG-1"] "the status of a success" => Status(&[On(Register), Done], 201);
    "wire/errors-are-200": "refusals come with status 200" ["WIRE-10"] "the status of a refusal" => Status(&[Refused], 200);
    "wire/device-errors-are-500": "refusals of the device come with status 500" ["WIRE-10" "PRN-8" "SHIFT-3" "SHIFT-5" "ERR-internal-error" "ERR-unknown-error" "ERR-check-printer-or-batt"] "the status of a refusal while a condition stands"
        => Status(&[Code(-6)], 500), Status(&[Code(-3)], 500), Status(&[Code(-11)], 500), Status(&[Code(-99)], 500), Status(&[Code(-4)], 500);
    "wire/reason-says-ok": "a withdrawal's reason is OK instead of its number" ["WIRE-10" "CASH-1"] "the reason phrase of a withdrawal" => Reason(&[On(Withdraw), Done], "OK");
    "wire/capital-reason": "the X report's reason has capitals" ["WIRE-10" "SHIFT-1"] "the reason phrase of an X report" => Reason(&[On(XReport), Done], "X-Report-Started");
    "wire/empty-reason-on-error": "a refusal has no reason phrase" ["WIRE-10"] "the reason phrase of a refusal" => Reason(&[Refused], "");
    "wire/late-x-report": "an X report is answered after 31 seconds" ["WIRE-11"] "the time that an answer takes" => Late(&[On(XReport)], 31);
    "wire/number-as-json": "number answers are labelled application/json" ["WIRE-12"] "the Content-Type of a number answer"
        => Answers(&[], By(|a| if !matches!(a.body.first(), Some(b'{' | b'[')) { header(a, "Content-Type", "application/json") }));
    "wire/trailing-comma": "a shift report ends in a comma before its brace, as in the vendor's example" ["WIRE-12"] "whether a parser takes the document"
        => Answers(&[PathEnds("/report")], By(|a| if a.body.pop() == Some(b'}') { a.body.extend(b",}") }));
    "wire/unescaped-names": "names in cheques are not escaped" ["WIRE-12" "DUMP-1"] "a directory that holds a name with a quote" => Answers(&[PathEnds("/table/taxes")], By(|a| a.body.extend(b"\n}")));
}
