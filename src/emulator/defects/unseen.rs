//! Faults that nothing shows: neither the API nor anything that a bench of ours sees. What they break is told
//! as *not testable* in the coverage, instead of *pass*.

use super::prelude::*;

mutants! {
    "unseen/keep-printer-does-nothing": "keepLanPrinter is answered and does nothing" ["MGMT-1"] "whether the connection to the LAN printer is kept" => TakesFor(&[], "keepLanPrinter", "beep");
    "unseen/web-stays-on": "disableWebMgmt is answered and does nothing" ["MGMT-1"] "whether the web management answers" => TakesFor(&[], "disableWebMgmt", "beep");
    "unseen/code-stays-empty": "onlineCode stays empty after sending" ["DUMP-11"] "nowhere: onlineCode may always be empty" => Field(&[Once(Check)], Transaction, Freeze("onlineCode", ""));
}
