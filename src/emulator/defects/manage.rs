//! Session variables, restarts, and registrations that a fault should bar (v22 §10, §11).

use super::prelude::*;

mutants! {
    "manage/no-beep": "beep is an unknown parameter" ["MGMT-1"] "beep=true" => Refuses(&[Has("beep")], refusal::CHECK_ALL);
    "manage/no-timers-fast": "timersFast is an unknown parameter" ["MGMT-1" "SHIFT-8"] "timersFast=true" => Refuses(&[Has("timersFast")], refusal::CHECK_ALL);
    "manage/no-timers-normal": "timersNormal is an unknown parameter" ["MGMT-1" "SHIFT-8"] "timersNormal=true" => Refuses(&[Has("timersNormal")], refusal::CHECK_ALL);
    "manage/no-keep-printer": "keepLanPrinter is an unknown parameter" ["MGMT-1"] "keepLanPrinter=true" => Refuses(&[Has("keepLanPrinter")], refusal::CHECK_ALL);
    "manage/no-close-printer": "closeLanPrinter is an unknown parameter" ["MGMT-1"] "closeLanPrinter=true" => Refuses(&[Has("closeLanPrinter")], refusal::CHECK_ALL);
    "manage/no-web-off": "disableWebMgmt is an unknown parameter" ["MGMT-1"] "disableWebMgmt=true" => Refuses(&[Has("disableWebMgmt")], refusal::CHECK_ALL);
    "manage/no-normal-mode": "ofdNormalMode is an unknown parameter" ["MGMT-1" "MGMT-3"] "ofdNormalMode=true" => Refuses(&[Has("ofdNormalMode")], refusal::CHECK_ALL);
    "manage/beep-turns-key": "a beep turns the key" ["MGMT-1" "KEY-11"] "the request after a beep" => Turns(&[On(Check), Done, Every(Check, 4, 0)]);
    "manage/no-usb": "setPrintMode=usb-printer is overlooked" ["MGMT-2"] "getPrintMode after setPrintMode=usb-printer" => Reads(&[Is("setPrintMode", "usb-printer")], "setPrintMode", "lan-printer");
    "manage/mode-not-set": "setPrintMode changes nothing" ["MGMT-2"] "getPrintMode after setPrintMode" => Reads(&[], "setPrintMode", "true"), TakesFor(&[], "setPrintMode", "beep");
    "manage/mode-always-internal": "getPrintMode always tells internal-printer" ["MGMT-2"] "getPrintMode after setPrintMode" => Body(&[Has("getPrintMode"), Done], "internal-printer");
    "manage/batch-ignored": "batch mode sends at once" ["MGMT-3"] "messagesQueSize in batch mode" => SendsAtOnce(&[]);
    "manage/push-does-nothing": "pushTheQue sends nothing" ["MGMT-3" "DUMP-11"] "messagesQueSize after pushTheQue" => TakesFor(&[], "pushTheQue", "beep");
    "manage/normal-still-batch": "ofdNormalMode leaves batch mode on" ["MGMT-3"] "messages after ofdNormalMode" => TakesFor(&[], "ofdNormalMode", "pushTheQue");
    "manage/push-loses-messages": "what waited in batch mode is never sent" ["MGMT-3"] "messages after pushTheQue" => Sends(&[On(Check)], Message::Lose);
    "manage/nothing-sent": "nothing reaches the tax committee" ["MGMT-3" "ITEM-3"] "messages after a sale" => Sends(&[], Message::Lose);
    "manage/lock-ignored": "Lockhost locks nothing" ["MGMT-4" "ERR-code-18"] "a request from another host after Lockhost" => LetsPass(&[], "host-is-rejected");
    "manage/lock-for-registrations-only": "Lockhost bars registrations only" ["MGMT-4" "ERR-code-18"] "a report from another host after Lockhost" => LetsPass(&[Off(Register)], "host-is-rejected");
    "manage/locked-out-reads": "a locked-out host may still ask for the status" ["MGMT-4" "ERR-code-18"] "a status from another host after Lockhost" => LetsPass(&[On(Check)], "host-is-rejected");
    "manage/no-update": "doUpdate is an unknown parameter" ["MGMT-6"] "doUpdate=true" => Refuses(&[Has("doUpdate")], refusal::CHECK_ALL);
    "restart/keeps-header": "a restart keeps the header" ["MGMT-5" "PRN-6"] "what stands after a restart" => Keeps(&[], Kept::Header);
    "restart/keeps-batch-mode": "a restart keeps the batch-mode" ["MGMT-5"] "what stands after a restart" => Keeps(&[], Kept::BatchMode);
    "restart/keeps-print-mode": "a restart keeps the print-mode" ["MGMT-5"] "what stands after a restart" => Keeps(&[], Kept::PrintMode);
    "restart/keeps-lock": "a restart keeps the lock" ["MGMT-5" "MGMT-4"] "what stands after a restart" => Keeps(&[], Kept::Lock);
    "restart/keeps-timers": "a restart keeps the timers" ["MGMT-5"] "what stands after a restart" => Decides(By(|b| b.shift.z_answer = ZAnswer::AtStart)), Keeps(&[], Kept::Timers);
    "restart/header-kept-twice": "the second restart keeps the header" ["MGMT-5" "PRN-6"] "a receipt after two restarts" => Keeps(&[Every(Restart, 2, 1)], Kept::Header);
    "restart/drawer-lost": "a restart empties the drawer" ["MGMT-5" "DUMP-7"] "cashWeHave after a restart" => RestartChanges(&[], By(|books| books.drawer = Decimal::ZERO));
    "restart/second-loses-fiscal": "every second restart takes a sale out of the fiscal memory" ["MGMT-5" "DUMP-7"] "fiscal data after two restarts"
        => RestartChanges(&[Every(Restart, 2, 1)], By(|books| books.fiscal[Sale] -= Decimal::ONE_HUNDRED));
    "restart/numbers-again": "a restart goes back by one number" ["MGMT-5" "REG-3" "REG-10"] "the number after a restart" => RestartChanges(&[], By(|books| books.last_number -= 1));
    "restart/closes-shift": "a restart closes the shift" ["MGMT-5" "SHIFT-2" "CHK-4"] "the shift after a restart"
        => RestartChanges(&[], By(|books| in_open_shift(books, |shift| shift.closed = Some(shift.opened))));
    "restart/receipts-lost": "a restart loses the shift's receipts" ["MGMT-5" "DUMP-7" "DUMP-3"] "cheques after a restart"
        => RestartChanges(&[], By(|books| in_open_shift(books, |shift| shift.receipts.clear())));
    "faults/blocked-registers": "a blocked device registers" ["ERR-ikkm-is-blocked"] "a sale while blocked" => LetsPass(&[], "ikkm-is-blocked");
    "faults/offline-registers": "a device offline for 72 hours registers" ["ERR-code-4"] "a sale after 72 hours offline" => LetsPass(&[], "offline-gt-72h");
    "faults/damaged-registers": "a device with a damaged database registers" ["ERR-internal-error"] "a sale with a damaged database" => LetsPass(&[], "internal-error");
    "faults/unknown-fault-registers": "a device with an unknown fault registers" ["ERR-unknown-error"] "a sale while a fault without a name stands" => LetsPass(&[], "unknown-error");
    "faults/unknown-method-is-status": "an unknown method is answered as a status" ["ERR-incorrect-method"] "a path that does not exist"
        => Says(&[On(Unknown), Told("incorrect-method")], 200, "0", "0");
}
