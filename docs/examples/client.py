#!/usr/bin/env python3
"""The driver around a good client of the iKKM web API (docs/certify.md): it reads one JSON object a
line, has the client in till.py do it, and writes one JSON object a line. Only the standard library.

`--defect NAME` plants one mistake, for the certification's own tests; `--defects` lists them.
"""
import json
import os
import re
import sys
import time

sys.dont_write_bytecode = True
from till import Rejected, Till  # noqa: E402
from wire import defect  # noqa: E402


def carry_out(till, ask):
    word = ask["do"]
    if word == "register":
        return till.register(ask)
    if word in ("withdraw", "deposit"):
        return till.once("GET", f"/api{word}/", {"cash": till.amount(ask["cash"], "0.01")})
    if word == "x-report":
        return till.once("GET", "/apixreport/", {})
    if word == "z-report":
        return till.once("GET", "/apizreport/", {}, 90)
    if word == "print":
        return till.once("GET" if defect("texts-by-get") else "POST", "/apiprint/", {"print": ask["text"]})
    if word == "print-header":
        return till.once("POST", "/apicheck/", {"printHeader": ask["text"]})
    if word == "status":
        return till.once("GET", "/apicheck/", {})
    if word == "bank":
        names = ("message", "amount", "trackdocument")
        return till.once("GET", "/apibank/", {name: str(ask[name]) for name in names if name in ask})
    if word == "bank-result":
        return till.bank_result(ask)
    if word == "settle":
        till.settle()
        return {"outcome": "unknown" if till.state["doubt"] else "done"}
    if word == "journal":
        entries = [{name: one[name] for name in ("type", "total", "receipt")}
                   for one in till.state["journal"]]
        return {"outcome": "done", "journal": entries}
    if word == "new-key":
        till.new_key(ask["key"])
        return {"outcome": "done"}
    if word in ("restart", "bye"):
        return {"outcome": "done"}
    return {"outcome": "unsupported"}


def main():
    till = None
    for line in sys.stdin:
        ask = json.loads(line)
        if ask["do"] == "connect":
            till = Till(ask["url"], ask.get("key"), ask["seconds_per_second"])
            answer = till.connected()
        else:
            if defect("hangs") and ask["do"] == "register":
                time.sleep(1e6)
            if defect("crashes") and ask["do"] == "register":
                sys.exit(3)
            try:
                answer = carry_out(till, ask)
            except Rejected as why:
                answer = {"outcome": "rejected", "why": str(why)}
        if till and till.settled:
            answer["settled"], till.settled = till.settled, []
        if "id" in ask:
            answer["id"] = "other" if defect("mixes-up") else ask["id"]
        if defect("garbage"):
            print("ready", flush=True)
            continue
        if defect("lies") and answer["outcome"] in ("unknown", "rejected", "refused"):
            answer = dict(answer, outcome="done", receipt="1")
        print(json.dumps(answer, ensure_ascii=False), flush=True)
        if ask["do"] in ("restart", "bye"):
            return


if __name__ == "__main__":
    if "--defects" in sys.argv:
        folder = os.path.dirname(os.path.abspath(__file__))
        texts = [open(os.path.join(folder, name), encoding="utf-8").read()
                 for name in ("client.py", "till.py", "wire.py")]
        print("\n".join(sorted(set(re.findall(r'defect\("([a-z0-9-]+)"\)', "".join(texts))))))
    else:
        main()
