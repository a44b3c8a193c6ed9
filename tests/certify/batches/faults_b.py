"""The faults of b.yaml."""
import json
import os
import re
import time
from decimal import Decimal
from urllib.parse import quote, urlencode

from seams import NoAnswer, NotSent, Stop, Till, Wire, answering, carrying_out, client, fault, repeating
from seams import in_doubt, refused_at_repeat, renamed, sending, wrap


@fault
def repeat_reads_fresh_tax():
    repeating(lambda params, doubt: params.pop("tax", None))


@fault
def repeat_pays_by_bank():
    @repeating
    def _(params, doubt):
        if params.pop("cash", None) is not None:
            params["bank"] = doubt["total"]


@fault
def same_total_is_repeat():
    @wrap("register")
    def _(former, self, ask):
        doubt = self.state["doubt"]
        if doubt and (doubt["type"], doubt["total"]) == (ask["type"], ask["total"]):
            return self.attempt(fresh=False)
        return former(self, ask)


@fault
def gives_up_after_two_repeats():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        try:
            return former(self, method, path, params, limit)
        except NoAnswer:
            if path == "/api/" and self.state["doubt"].get("tries", 0) >= 2:
                raise Stop({"outcome": "unknown"}) from None
            raise


@fault
def status_minus_one_ends_repeat():
    @answering
    def _(self, path, params, answer):
        doubt = self.state["doubt"]
        if path == "/apicheck/" and answer[2] == "-1" and doubt:
            entry = {"id": doubt["id"], "type": doubt["type"], "total": doubt["total"]}
            self.settled.append(dict(entry, outcome="refused", code=-1))
            self.state.update(doubt=None, stopped=True)
            self.save()
        return answer


@fault
def compensating_return():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        try:
            return former(self, method, path, params, limit)
        except NoAnswer:
            if path != "/api/" or "sale" not in params:
                raise
            try:
                former(self, "GET", path, {"saleReturn": params["sale"], "cash": params["sale"]}, limit)
            except NoAnswer:
                pass
            raise Stop({"outcome": "unknown"}) from None


@fault
def repeat_key_not_stored():
    wrap("succeeded")(lambda former, self, reason, body:
                      former(self, reason, self.state["key"] if in_doubt(self) else body))


@fault
def zero_body_becomes_key():
    @answering
    def _(self, path, params, answer):
        if answer[0] == 200 and not path.startswith("/dump"):
            self.state["key"] = answer[2]
        return answer


@fault
def key_file_as_number():
    @wrap("save")
    def _(former, self):
        kept = self.state["key"]
        self.state["key"] = int(kept)
        former(self)
        self.state["key"] = kept

    @wrap("__init__")
    def _(former, self, url, key, scale):
        former(self, url, key, scale)
        self.state["key"] = str(self.state["key"])


@fault
def unsettled_booked_twice():
    @wrap("settle")
    def _(former, self):
        twice = bool(self.state["doubt"]) and self.state["doubt"].get("tries", 0) > 1
        before = len(self.state["journal"])
        former(self)
        if twice and len(self.state["journal"]) > before:
            self.state["journal"].append(self.state["journal"][-1])
            self.save()


@fault
def repeat_shift_old_is_refused():
    refused_at_repeat(-3)


@fault
def deposit_refused_is_done():
    @wrap("once")
    def _(former, self, method, path, params, limit=30):
        reasons = []
        self.heard = reasons
        answer = former(self, method, path, params, limit)
        if path == "/apideposit/" and answer["outcome"] == "refused":
            return {"outcome": "done", "receipt": reasons[-1]}
        return answer

    @answering
    def _(self, path, params, answer):
        getattr(self, "heard", []).append(answer[1])
        return answer


@fault
def z_refused_is_done():
    @wrap("once")
    def _(former, self, method, path, params, limit=30):
        answer = former(self, method, path, params, limit)
        return {"outcome": "done"} if path == "/apizreport/" and answer["outcome"] == "refused" else answer


@fault
def pace_from_half_second():
    @wrap("pace")
    def _(former, self):
        scale, self.scale = self.scale, self.scale * 0.5
        former(self)
        self.scale = scale


@fault
def pace_per_method():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        times = self.__dict__.setdefault("times", {})
        self.last = times.get(path, 0)
        try:
            return former(self, method, path, params, limit)
        finally:
            times[path] = self.last


@fault
def z_limit_thirty():
    sending(lambda self, method, path, params, limit: (method, path, params, min(limit, 27)))


@fault
def post_limit_twelve():
    sending(lambda self, method, path, params, limit:
            (method, path, params, 9 if method == "POST" else limit))


@fault
def header_by_get():
    sending(lambda self, method, path, params, limit:
            ("GET" if "printHeader" in params else method, path, params, limit))


@fault
def decimal_comma_in_cash_moves():
    @sending
    def _(self, method, path, params, limit):
        if path in ("/apideposit/", "/apiwithdraw/"):
            params["cash"] = params["cash"].replace(".", ",")
        return method, path, params, limit


@fault
def grouped_thousands():
    wrap("amount")(lambda former, self, text, least="0":
                   f"{Decimal(former(self, text, least)):,}".replace(",", " "))


@fault
def mixed_return_passed_on():
    @wrap("registration")
    def _(former, self, ask):
        names = ("cash", "bank", "tara", "credit")
        if ask["type"] == "sale" or sum(name in ask for name in names) < 2:
            return former(self, ask)
        params = {ask["type"]: self.amount(ask["total"], "1")}
        params.update({name: self.amount(ask[name]) for name in names if name in ask})
        return params


@fault
def items_python_repr():
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        if "itemdata" in params:
            params["itemdata"] = repr(json.loads(params["itemdata"]))
        return params


@fault
def unknown_code_becomes_99():
    known = [*range(-18, 0), *range(-199, -98)]
    @wrap("code")
    def _(former, self, body):
        code = former(self, body)
        return code if code in known else -99


@fault
def refusal_body_as_key():
    @wrap("refused")
    def _(former, self, code, reason):
        self.state["key"] = f"{abs(code):08}"
        return former(self, code, reason)


@fault
def goes_on_after_minus_one():
    @wrap("register")
    def _(former, self, ask):
        self.state["stopped"] = False
        answer = former(self, ask)
        answer.pop("ask", None)
        return answer


@fault
def waits_for_close():
    @wrap("head")
    def _(former, self, method, target):
        self.keeps = True
        return former(self, method, target)

    @wrap("read")
    def _(former, self, link, deadline):
        data = b""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise NoAnswer("the time is over")
            link.settimeout(left)
            more = link.recv(65536)
            if not more:
                head, found, body = data.partition(b"\r\n\r\n")
                length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
                if not found or length and len(body) < int(length[1]):
                    raise NoAnswer("the connection ended early")
                return self.parse(head, body)
            data += more


@fault
def short_body_is_key():
    @wrap("read")
    def _(former, self, link, deadline):
        data = b""
        while True:
            head, found, body = data.partition(b"\r\n\r\n")
            length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
            if found and length and len(body) >= int(length[1]):
                return self.parse(head, body[:int(length[1])])
            link.settimeout(max(deadline - time.monotonic(), 0.001))
            more = link.recv(65536)
            if not more:
                if not body:
                    raise NoAnswer("the connection ended early")
                return self.parse(head, body)
            data += more

    @answering
    def _(self, path, params, answer):
        if path == "/api/" and answer[0] == 200 and len(answer[2]) < 8:
            raise Stop(self.succeeded(answer[1], answer[2]))
        return answer


@fault
def tax_by_likeness():
    @wrap("tax")
    def _(former, self, name):
        try:
            former(self, name)
        except Exception:
            if not self.taxes:
                raise
        return next((number for told, number in self.taxes.items() if told[:4] == name[:4]), "1")


@fault
def lockhost_lower_case():
    renamed("Lockhost", "lockhost")


@fault
def deposit_sent_again():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        try:
            return former(self, method, path, params, limit)
        except NoAnswer as error:
            if path != "/apideposit/" or "early" not in str(error):
                raise
            return former(self, method, path, params, limit)


@fault
def plus_becomes_blank():
    import wire
    wire.quote = lambda text, safe="", encoding=None, errors=None: quote(text, safe + "+", encoding, errors)


@fault
def repeat_gives_last_receipt():
    @wrap("succeeded")
    def _(former, self, reason, body):
        if in_doubt(self):
            reason = self.state.get("last-receipt", reason)
        else:
            self.state["last-receipt"] = reason
        return former(self, reason, body)


@fault
def any_success_word():
    @answering
    def _(self, path, params, answer):
        if path.startswith("/dump/bank") and answer[0] == 200:
            document = json.loads(answer[2])
            if '"success"' in answer[2]:
                document["transactionResult"] = "success"
            answer = answer[0], answer[1], json.dumps(document)
        return answer


@fault
def crash_loses_key():
    @wrap("__init__")
    def _(former, self, url, key, scale):
        former(self, url, key, scale)
        self.lost = False
        if key is None:
            self.lost = not os.path.exists("last-key")
            if not self.lost:
                with open("last-key", encoding="utf-8") as file:
                    self.state["key"] = file.read()

    @wrap("connected")
    def _(former, self):
        return {"outcome": "rejected", "why": "the key is lost"} if self.lost else former(self)

    @carrying_out
    def _(former, till, ask):
        if ask["do"] in ("restart", "bye"):
            with open("last-key", "w", encoding="utf-8") as file:
                file.write(till.state["key"])
        return former(till, ask)
