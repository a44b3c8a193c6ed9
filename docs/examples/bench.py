#!/usr/bin/env python3
"""A test bench for ikkm-conformance, to start your own from.

    ikkm-conformance run --target http://DEVICE:8080 --bench "python3 bench.py CONTROL-HOST:PORT" …

One JSON object a line comes in, one goes out, in order. This one hands each message on to the
control port of an emulator; put your relay board in the place of `lab`. What it cannot do it need not
name in HELLO: the cases that need it are then not applicable.
"""
import http.client
import json
import sys

HELLO = {
    "ok": True,
    "name": "example lab",
    "conditions": ["paper-out", "battery-low", "blocked", "ordinary-cashier"],
    "actions": ["power-cycle"],
    "observations": ["tape", "key"],
}


def lab(message):
    """Does what is asked, on a connection of its own; the answer is sent back as it is."""
    connection = http.client.HTTPConnection(sys.argv[1], timeout=60)
    connection.request("POST", "/", json.dumps(message), {"Content-Type": "application/json"})
    return json.loads(connection.getresponse().read())


for line in sys.stdin:
    message = json.loads(line)
    try:
        answer = HELLO if message["do"] == "hello" else lab(message)
    except OSError as trouble:
        # A failure of the bench, never of the device: the case ends inconclusive.
        answer = {"error": str(trouble)}
    print(json.dumps(answer), flush=True)
    if message["do"] == "bye":
        break
