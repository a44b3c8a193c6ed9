"""A client that knows only real seconds: unscaled.py GOOD-CLIENT"""
import json
import subprocess
import sys

client = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
for line in sys.stdin:
    ask = json.loads(line)
    if ask["do"] == "connect":
        ask["seconds_per_second"] = 1
    client.stdin.write(json.dumps(ask) + "\n")
    client.stdin.flush()
    answer = json.loads(client.stdout.readline())
    if ask["do"] == "connect":
        answer["scaled"] = False
    print(json.dumps(answer), flush=True)
