"""Plays the person of `--bench operator`: operator.py CONTROL-HOST:PORT PROGRAM ARGS…

Runs the program on a pseudo-terminal, does through an emulator's control port what it is told, and
answers questions as somebody would who looks at the printer. Ends with the program's exit code.
"""
import http.client
import json
import os
import pty
import sys

control, program = sys.argv[1], sys.argv[2:]


def bench(**message):
    connection = http.client.HTTPConnection(control, timeout=20)
    connection.request("POST", "/", json.dumps(message), {"Content-Type": "application/json"})
    return json.loads(connection.getresponse().read())


def answer(told):
    """What to type, once the last words ask for something; None as long as they do not."""
    global questions
    if told.endswith("Enter when it is done, n, s or u: "):
        questions += 1
        if "offline" in told:
            return "s no server here\n"
        done = "clear" if "put the paper back" in told else "establish"
        assert bench(do=done, condition="paper-out")["ok"]
        return "\n" if done == "clear" else "the roll was new\n"
    if told.endswith("y, n, s or u: "):
        questions += 1
        lines = bench(do="observe", observation="tape")["lines"]
        # The last question: what was found wrong before may stand above it.
        before = max(("in this order: ", "exactly this: "), key=told.rfind)
        wanted = told.split(before)[-1].split("?")[0]
        # The first answer is typed wrongly, and taken back at the next question.
        if questions == 3:
            return "n\n"
        if questions == 4:
            told_lines.extend(lines)
            return "u\n"
        lines += told_lines
        return "y a bit pale\n" if any(wanted in line for line in lines) else "n\n"
    return None


questions, told_lines = 0, []
process, terminal = pty.fork()
if process == 0:
    os.execv(program[0], program)
told = ""
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    if not piece:
        break
    sys.stdout.write(piece.decode())
    told += piece.decode()
    typed = answer(told)
    if typed is not None:
        told = ""
        os.write(terminal, typed.encode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
