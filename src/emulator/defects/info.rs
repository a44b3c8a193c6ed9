//! The status, and the fields of getInfo (v22 §7).

use super::prelude::*;

mutants! {
    "check/shift-for-receipt": "the status tells the shift's number" ["CHK-1"] "the reason of a status" => Reason(&[On(Check), Done, BodyIs("0"), ReasonIsNumber], "109");
    "check/new-device-one": "a new device tells receipt 1" ["CHK-1"] "the reason of a status on a new device" => Reason(&[On(Check), ReasonIs("0")], "1");
    "check/returns-are-no-receipts": "the last receipt is not told after a return" ["CHK-1" "CHK-4"] "the status after a saleReturn" => Books(&[OfReturns], &[Last], Amount::Nothing);
    "check/key-in-body": "the status holds the key" ["CHK-1"] "the body of a status" => KeyAsBody(&[On(Check), BodyIs("0"), ReasonIsNumber]);
    "info/cash-late": "cashWeHave is 0 right after a withdrawal" ["CHK-4" "CASH-1" "DUMP-7"] "getInfo after a withdrawal" => Field(&[Next(Withdraw)], Info, Freeze("cashWeHave", "0.00"));
    "info/always-open": "the shift is always told as open" ["CHK-4" "SHIFT-2"] "getInfo after a Z report" => Field(&[], Info, Freeze("currentShiftStatus", "opened"));
    "info/queue-always-empty": "the queue is always told as empty" ["CHK-4" "MGMT-3"] "getInfo in batch mode" => Field(&[], Info, Freeze("messagesQueSize", "0"));
    "info/shift-stands": "the shift's number stands still" ["CHK-4"] "getInfo after a new shift" => Field(&[], Info, Freeze("currentShiftID", "109"));
    "info/last-receipt-stands": "the last receipt's number stands still" ["CHK-4"] "getInfo after a sale" => Field(&[], Info, Freeze("lastClosedChequeId", "4231"));
    "info/no-databasesizekb": "getInfo lacks databaseSizeKb" ["CHK-2"] "that field of getInfo" => Field(&[], WholeInfo, Drop("databaseSizeKb"));
    "info/no-totalramusedmb": "getInfo lacks totalRamUsedMb" ["CHK-2"] "that field of getInfo" => Field(&[], WholeInfo, Drop("totalRamUsedMb"));
    "info/no-printingmode": "getInfo lacks printingMode" ["CHK-2"] "that field of getInfo" => Field(&[], WholeInfo, Drop("printingMode"));
    "info/no-cashierid": "getInfo lacks cashierID" ["CHK-2"] "that field of getInfo" => Field(&[], WholeInfo, Drop("cashierID"));
    "info/no-factoryserialnumber": "getInfo lacks factorySerialNumber" ["CHK-2"] "that field of getInfo" => Field(&[], WholeInfo, Drop("factorySerialNumber"));
    "info/type-applicationversion": "applicationVersion of getInfo has another JSON type" ["CHK-2"] "that field of getInfo" => Field(&[], WholeInfo, Retype("applicationVersion"));
    "info/type-cashwehave": "cashWeHave of getInfo has another JSON type" ["CHK-2"] "that field of getInfo" => Field(&[], WholeInfo, Retype("cashWeHave"));
    "info/type-lastclosedchequeid": "lastClosedChequeId of getInfo has another JSON type" ["CHK-2"] "that field of getInfo" => Field(&[], WholeInfo, Retype("lastClosedChequeId"));
    "info/type-messagesquesize": "messagesQueSize of getInfo has another JSON type" ["CHK-2"] "that field of getInfo" => Field(&[], WholeInfo, Retype("messagesQueSize"));
    "info/serial-misspelt": "getInfo says factorySerial" ["CHK-2"] "the serial number in getInfo" => Field(&[], Info, Rename("factorySerialNumber", "factorySerial"));
    "info/queue-spelt-right": "getInfo says messagesQueueSize" ["CHK-2" "CHK-4"] "the queue in getInfo" => Field(&[], Info, Rename("messagesQueSize", "messagesQueueSize"));
    "info/minimum-is-all": "show=minimum shows everything" ["CHK-6"] "getInfo with show=minimum" => Overlooks(&[], "show");
    "info/minimum-without-cashier": "show=minimum lacks the cashier's name" ["CHK-3"] "getInfo with show=minimum" => Field(&[], Minimum, Drop("cashierName"));
    "info/minimum-without-tax": "show=minimum lacks the default tax" ["CHK-3"] "getInfo with show=minimum" => Field(&[], Minimum, Drop("defaultApiTaxID"));
}
