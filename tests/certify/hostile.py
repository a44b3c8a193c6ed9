"""A driver that fails or lies in one scenario and is a good client in all others.

hostile.py WHAT GOOD-CLIENT
"""
import json
import os
import sys
import time

what, good = sys.argv[1:3]
if os.path.basename(os.getcwd()) != "basics-pays-bank":
    os.execv(good, [good])
if what == "chatters":
    sys.stderr.write("x" * 80 + "\n")
    sys.stderr.write(("y" * 1000 + "\n") * 5000)
    sys.stderr.flush()
    os.execv(good, [good])
if what in ("hangs", "never-reads"):
    if what == "hangs":
        sys.stdin.readline()
    time.sleep(600)
if what == "crashes":
    sys.exit(7)
if what == "floods":
    sys.stdout.write("z" * 3_000_000)
    sys.stdout.flush()
    time.sleep(600)


def say(answer):
    print(json.dumps(answer), flush=True)


url = key = None
for line in sys.stdin:
    ask = json.loads(line)
    done = {"outcome": "done"}
    if "id" in ask:
        done["id"] = ask["id"]
    if ask["do"] == "connect":
        url, key = ask["url"], ask["key"]
    if ask["do"] == "register":
        if what == "crashes-later":
            sys.exit(7)
        if what == "garbage":
            print("ready to sell", flush=True)
            continue
        if what == "no-outcome":
            say({"id": ask["id"], "outcome": "perhaps"})
            continue
        if what == "not-text":
            sys.stdout.buffer.write(b"\xff\xfe\x00\n")
            sys.stdout.buffer.flush()
            continue
        if what == "wrong-id":
            say({"id": "another", "outcome": "done", "receipt": "1"})
            continue
        if what == "out-of-order":
            say({"id": "s2", "outcome": "done"})
            say(done)
            continue
        if what == "lacks-it":
            say(dict(done, outcome="unsupported"))
            continue
        if what == "claims":
            say(dict(done, receipt="4233"))
            continue
        import urllib.request  # it takes its time, and only few need it
        target = f"{url}/api/?key={key}&sale={ask['total']}&bank={ask['bank']}"
        with urllib.request.urlopen(target) as reply:
            receipt = reply.reason
        if what == "hides":
            say(dict(done, outcome="rejected"))
            continue
        done["receipt"] = receipt
    say(done)
    if ask["do"] == "bye" and what == "stays":
        time.sleep(600)
