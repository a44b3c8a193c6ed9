"""The faults of f.yaml."""
import json
import re
import threading
import time
from decimal import Decimal

import wire
from seams import NoAnswer, Stop, answering, carrying_out, fault, in_doubt, renamed, repeating, sending, wrap
from till import Rejected

TYPES = (("saleReturn", "sale"), ("buyReturn", "buy"))


@fault
def new_key_written_late():
    @wrap("save")
    def _(former, self):
        key = self.state["key"]
        if self.state["doubt"] is None and getattr(self, "written", None):
            self.state["key"] = self.written
        else:
            self.written = key
        former(self)
        self.state["key"] = key

    @wrap("new_key")
    def _(former, self, key):
        self.written = None
        former(self, key)

    @carrying_out
    def _(former, till, ask):
        if ask["do"] in ("restart", "bye"):
            till.written = None
            till.save()
        return former(till, ask)


@fault
def repeat_under_typed_key():
    @sending
    def _(self, method, path, params, limit):
        if path == "/api/" and in_doubt(self):
            params["key"] = self.key()
        return method, path, params, limit


@fault
def repeat_without_tax():
    @repeating
    def _(params, doubt):
        params.pop("tax", None)


@fault
def forgotten_after_third_loss():
    @sending
    def _(self, method, path, params, limit):
        if path == "/api/" and in_doubt(self) and self.state["doubt"].get("tries", 0) >= 3:
            raise Stop({"outcome": "unknown"})
        return method, path, params, limit


@fault
def settled_not_booked():
    @wrap("settle")
    def _(former, self):
        booked = len(self.state["journal"])
        former(self)
        del self.state["journal"][booked:]
        self.save()


@fault
def report_body_becomes_key():
    @answering
    def _(self, path, params, answer):
        if path in ("/apixreport/", "/apizreport/") and answer[0] == 200:
            self.state["key"] = answer[2]
            self.save()
        return answer


@fault
def no_pause_after_refusal():
    @answering
    def _(self, path, params, answer):
        if answer[0] == 400:
            self.last = 0
        return answer


@fault
def z_given_up_after_60():
    @sending
    def _(self, method, path, params, limit):
        return method, path, params, 57 if path == "/apizreport/" else limit


@fault
def no_patience_after_lost_z():
    @sending
    def _(self, method, path, params, limit):
        self.closing = 0
        return method, path, params, limit


@fault
def items_by_get():
    @sending
    def _(self, method, path, params, limit):
        if "itemdata" in params and "print" not in params and "footer" not in params:
            method = "GET"
        return method, path, params, limit


@fault
def amounts_with_six_digits():
    @wrap("amount")
    def _(former, self, text, least="0"):
        return f"{float(former(self, text, least)):g}"


@fault
def return_beside_sale_of_zero():
    @sending
    def _(self, method, path, params, limit):
        for back, name in TYPES:
            if back in params:
                params[name] = "0"
        return method, path, params, limit


@fault
def itemdata_with_trailing_comma():
    @sending
    def _(self, method, path, params, limit):
        if params.get("itemdata", "").count("{") > 1:
            params["itemdata"] = params["itemdata"].rstrip("]") + ",]"
        return method, path, params, limit


@fault
def block_told_without_hundred():
    @carrying_out
    def _(former, till, ask):
        answer = former(till, ask)
        if answer.get("code", 0) <= -100:
            answer = dict(answer, code=answer["code"] + 100)
        return answer


@fault
def code_is_first_digit():
    @wrap("code")
    def _(former, self, body):
        return int(str(former(self, body))[:2])


@fault
def busy_asked_at_once():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        answer = former(self, method, path, params, limit)
        for _ in range(5):
            if path != "/api/" and answer[2] == "-2":
                self.last = 0
                answer = former(self, method, path, params, limit)
        return answer


@fault
def goes_on_after_wrong_key_in_cash():
    @wrap("once")
    def _(former, self, method, path, params, limit=30):
        answer = former(self, method, path, params, limit)
        if path in ("/apideposit/", "/apiwithdraw/") and answer.get("code") == -1:
            self.state["stopped"] = False
            self.save()
        return answer


@fault
def one_read_a_reply():
    @wrap("read")
    def _(former, self, link, deadline):
        link.settimeout(max(deadline - time.monotonic(), 0.001))
        head, found, body = link.recv(65536).partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
        if not found or (length and len(body) < int(length[1])):
            raise NoAnswer("half a reply")
        return self.parse(head, body[:int(length[1])] if length else body)


@fault
def tax_ids_kept_for_ever():
    @wrap("tax")
    def _(former, self, name):
        kept = self.state.setdefault("taxes", {})
        if name not in kept:
            kept[name] = former(self, name)
            self.save()
        return kept[name]


@fault
def restart_brings_back_first_key():
    @wrap("connected")
    def _(former, self):
        self.state.setdefault("first", self.state["key"])
        return former(self)

    @carrying_out
    def _(former, till, ask):
        if ask["do"] == "restart":
            till.state["key"] = till.state["first"]
            till.save()
        return former(till, ask)


@fault
def withdrawal_sent_again_later():
    @carrying_out
    def _(former, till, ask):
        held = getattr(till, "held", None)
        till.held = None
        if held and ask["do"] not in ("restart", "bye"):
            try:
                former(till, held)
            except Rejected:
                pass
        answer = former(till, ask)
        if ask["do"] == "withdraw" and answer["outcome"] == "unknown":
            till.held = ask
        return answer


@fault
def footer_as_print():
    @sending
    def _(self, method, path, params, limit):
        if "footer" in params:
            lines = [params["print"]] if "print" in params else []
            params["print"] = "\n".join([*lines, params.pop("footer")])
        return method, path, params, limit


@fault
def positions_as_one_piece():
    @wrap("items")
    def _(former, self, items, total):
        return [dict(item, qty="1", price=item["sum"]) if "sum" in item else item
                for item in former(self, items, total)]


@fault
def receipt_number_by_own_count():
    @wrap("succeeded")
    def _(former, self, reason, body):
        count = self.state.get("count")
        if count:
            reason = str(count + 1)
        self.state["count"] = int(reason) if reason.isdigit() else None
        return former(self, reason, body)


@fault
def itemdata_in_camel_case():
    renamed("itemdata", "itemData")


@fault
def card_paid_when_nothing_failed():
    @answering
    def _(self, path, params, answer):
        if path.startswith("/dump/bank/") and answer[0] == 200:
            result = json.loads(answer[2])
            failed = any(one.get("result") == "fail" for one in result.get("details", []))
            result["transactionResult"] = "fail" if failed else "success"
            answer = answer[0], answer[1], json.dumps(result)
        return answer


@fault
def status_beside_registration():
    def ask_status(till):
        try:
            with till.connect() as link:
                link.sendall((till.head("GET", f"/apicheck/?key={till.key()}") + "\r\n").encode())
                link.settimeout(30 * till.scale)
                link.recv(65536)
        except OSError:
            pass

    @sending
    def _(self, method, path, params, limit):
        self.registers = path == "/api/"
        return method, path, params, limit

    @wrap("read")
    def _(former, self, link, deadline):
        if not self.registers:
            return former(self, link, deadline)
        beside = threading.Thread(target=ask_status, args=(self,))
        beside.start()
        try:
            return former(self, link, deadline)
        finally:
            beside.join()


@fault
def payments_of_returns_unchecked():
    @wrap("registration")
    def _(former, self, ask):
        wire.PLANTED = "any-payment" if ask["type"] in dict(TYPES) else None
        try:
            return former(self, ask)
        finally:
            wire.PLANTED = None


@fault
def first_eighty_positions_sent():
    @wrap("items")
    def _(former, self, items, total):
        if len(items) > 80:
            items = items[:80]
            total = sum(Decimal(item.get("sum", "0")) - Decimal(item.get("discount", "0")) for item in items)
        return former(self, items, total)


@fault
def print_without_answer_sent_until_answered():
    @carrying_out
    def _(former, till, ask):
        answer = former(till, ask)
        for _ in range(3):
            if ask["do"] == "print" and answer["outcome"] == "unknown":
                answer = former(till, ask)
        return answer


@fault
def paper_out_at_repeat_is_refused():
    @wrap("refused")
    def _(former, self, code, reason):
        if in_doubt(self) and code == -6:
            self.clear()
            return {"outcome": "refused", "code": code, "reason": reason, "ask": "paper"}
        return former(self, code, reason)


@fault
def lost_deposit_is_done():
    @carrying_out
    def _(former, till, ask):
        answer = former(till, ask)
        if ask["do"] == "deposit" and answer["outcome"] == "unknown":
            answer = {"outcome": "done"}
        return answer
