"""The faults of e.yaml."""
import json
from decimal import Decimal

from seams import NoAnswer, carrying_out, fault, in_doubt, renamed, repeating, sending, wrap

PAYMENTS = ("cash", "bank", "tara", "credit")
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"


@fault
def repeat_without_print_beside_items():
    @repeating
    def _(params, doubt):
        if "itemdata" in params:
            params.pop("print", None)


@fault
def repeat_of_mixed_is_cash():
    @repeating
    def _(params, doubt):
        if sum(name in params for name in PAYMENTS) > 1:
            for name in PAYMENTS:
                params.pop(name, None)
            params["cash"] = params[doubt["type"]]


@fault
def second_lost_is_refused():
    @wrap("attempt")
    def _(former, self, fresh):
        send = self.send

        def counted(method, path, params, limit=30):
            if path == "/api/" and self.state["doubt"] and self.state["doubt"].get("tries", 0) >= 2:
                return 400, "given-up", "-99999999"
            return send(method, path, params, limit)

        self.send = counted
        try:
            answer = former(self, fresh)
        finally:
            self.send = send
        if self.state["doubt"] and self.state["doubt"].get("tries", 0) >= 2:
            self.clear()
            answer = {"outcome": "refused", "code": -99}
        return answer


@fault
def wrong_key_at_repeat_is_refused():
    @wrap("refused")
    def _(former, self, code, reason):
        if in_doubt(self) and code == -1:
            self.state["stopped"] = True
            self.clear()
            return {"outcome": "refused", "code": code, "reason": reason, "ask": "key"}
        return former(self, code, reason)


@fault
def repeats_in_pairs():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        if path == "/api/" and in_doubt(self) and self.state["doubt"].get("tries") == 2:
            self.last = 0
        return former(self, method, path, params, limit)


@fault
def status_given_up_after_5():
    @sending
    def _(self, method, path, params, limit):
        if path == "/apicheck/" and "Lockhost" not in params and "printHeader" not in params:
            limit = 2
        return method, path, params, limit


@fault
def footer_in_cp1251():
    import wire
    former = wire.urlencode

    def encoded(params, **named):
        if "footer" in params:
            return former(params, encoding="cp1251", errors="replace")
        return former(params, **named)

    wire.urlencode = encoded


@fault
def kazakh_letters_as_entities():
    @sending
    def _(self, method, path, params, limit):
        for name in ("print", "footer"):
            if name in params:
                params[name] = "".join(f"&#{ord(letter)};" if letter in KAZAKH else letter
                                       for letter in params[name])
        return method, path, params, limit


@fault
def deposit_in_hundredths():
    @sending
    def _(self, method, path, params, limit):
        if path == "/apideposit/":
            params["cash"] = str(int(Decimal(params["cash"]) * 100))
        return method, path, params, limit


def items_changed(change):
    @wrap("items")
    def _(former, self, items, total):
        return [change(dict(item)) for item in former(self, items, total)]


@fault
def small_quantity_as_exponent():
    def exponent(item):
        if "qty" in item and Decimal(item["qty"]) < Decimal("0.1"):
            item["qty"] = f"{Decimal(item['qty']).normalize():e}"
        return item
    items_changed(exponent)


@fault
def buy_return_sent_as_sale_return():
    renamed("buyReturn", "saleReturn")


@fault
def return_without_tax():
    @sending
    def _(self, method, path, params, limit):
        if "saleReturn" in params or "buyReturn" in params:
            params.pop("tax", None)
        return method, path, params, limit


@fault
def line_end_in_name_unescaped():
    @sending
    def _(self, method, path, params, limit):
        if "itemdata" in params:
            params["itemdata"] = params["itemdata"].replace("\\n", "\n")
        return method, path, params, limit


@fault
def cash_refusals_are_99():
    @carrying_out
    def _(former, till, ask):
        answer = former(till, ask)
        if ask["do"] in ("deposit", "withdraw") and answer["outcome"] == "refused":
            answer = dict(answer, code=-99)
        return answer


@fault
def wrong_key_tried_thrice():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        answer = former(self, method, path, params, limit)
        for _ in range(2):
            if path == "/api/" and answer[2] == "-1":
                answer = former(self, method, path, params, limit)
        return answer


@fault
def busy_refused_then_sent():
    @carrying_out
    def _(former, till, ask):
        held = getattr(till, "held", None)
        if held and not till.state["doubt"] and ask["do"] != "connect":
            till.held = None
            till.state["doubt"] = held
            till.attempt(fresh=True)
        if ask["do"] != "register":
            return former(till, ask)
        send = till.send

        def busy(method, path, params, limit=30):
            answer = send(method, path, params, limit)
            if path == "/api/" and answer[2] == "-2" and not in_doubt(till):
                till.held = dict(till.state["doubt"])
                return 400, answer[1], "-2222"
            return answer

        till.send = busy
        try:
            answer = former(till, ask)
        finally:
            till.send = send
        return dict(answer, code=-2) if answer.get("code") == -2222 else answer


@fault
def receipt_number_of_three_digits():
    @wrap("succeeded")
    def _(former, self, reason, body):
        return former(self, reason[-3:], body)


@fault
def answer_without_body_is_done():
    @wrap("read")
    def _(former, self, link, deadline):
        head = []

        class Kept:
            def __getattr__(self, name):
                return getattr(link, name)

            def recv(self, size):
                data = link.recv(size)
                head.append(data)
                return data

        try:
            return former(self, Kept(), deadline)
        except (NoAnswer, OSError):
            data = b"".join(head)
            start, found, body = data.partition(b"\r\n\r\n")
            if found and not body and b" 200 " in start.split(b"\r\n")[0] and self.state["doubt"]:
                status, reason, _ = self.parse(start, b"")
                return status, reason, self.state["key"]
            raise


@fault
def first_tax_for_all():
    @wrap("tax")
    def _(former, self, name):
        self.first_tax = getattr(self, "first_tax", None) or former(self, name)
        return self.first_tax


@fault
def typed_key_not_kept():
    @wrap("new_key")
    def _(former, self, key):
        self.before = self.state["key"]
        former(self, key)
        self.typed = key

    @carrying_out
    def _(former, till, ask):
        if ask["do"] == "restart" and getattr(till, "typed", None) == till.state["key"]:
            till.state["key"] = till.before
            till.save()
        return former(till, ask)


@fault
def refund_started_again():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        try:
            return former(self, method, path, params, limit)
        except NoAnswer:
            if params.get("message") != "refund":
                raise
            return former(self, method, path, params, limit)


@fault
def busy_card_result_is_fail():
    @wrap("bank_result")
    def _(former, self, ask):
        try:
            path = f"/dump/bank/{ask['trackdocument']}/trackdocument"
            status, _, body = self.send("GET", path, {})
        except NoAnswer:
            return {"outcome": "unknown"}
        if status == 200:
            return {"outcome": "done", "result": json.loads(body).get("transactionResult")}
        if body == "-2":
            return {"outcome": "done", "result": "fail"}
        return {"outcome": "refused", "code": self.code(body)}


@fault
def settled_tells_next_receipt():
    @wrap("settle")
    def _(former, self):
        before = len(self.settled)
        former(self)
        for entry in self.settled[before:]:
            if entry.get("receipt", "").isdigit():
                entry["receipt"] = str(int(entry["receipt"]) + 1)


@fault
def track_number_cut():
    @carrying_out
    def _(former, till, ask):
        if "trackdocument" in ask:
            ask = dict(ask, trackdocument=int(str(ask["trackdocument"])[:6]))
        return former(till, ask)


@fault
def discount_sent_as_position():
    def position(item):
        if "discount" in item:
            less = "-" + item.pop("discount")
            item.update(price=less, qty="1", sum=less)
        return item
    items_changed(position)


@fault
def print_lines_cut_at_24():
    @sending
    def _(self, method, path, params, limit):
        if "print" in params:
            params["print"] = "\n".join(line[:24] for line in params["print"].split("\n"))
        return method, path, params, limit


@fault
def percent_unescaped():
    import wire
    former = wire.urlencode

    def encoded(params, **named):
        return former(params, **named).replace("%25", "%")

    wire.urlencode = encoded


@fault
def journal_begins_anew():
    @wrap("__init__")
    def _(former, self, url, key, scale):
        former(self, url, key, scale)
        if key is None:
            self.state["journal"] = []


@fault
def new_key_refuses_what_is_unsettled():
    @wrap("new_key")
    def _(former, self, key):
        doubt = self.state["doubt"]
        if doubt:
            self.settled.append({"id": doubt["id"], "type": doubt["type"], "total": doubt["total"],
                                 "outcome": "refused", "code": -1})
            self.clear()
        former(self, key)


@fault
def locks_after_first_registration():
    @wrap("connected")
    def _(former, self):
        self.unlocked = True
        return {"outcome": "done"}

    @wrap("register")
    def _(former, self, ask):
        answer = former(self, ask)
        if getattr(self, "unlocked", False):
            self.unlocked = False
            try:
                self.send("GET", "/apicheck/", {"Lockhost": "true"})
            except NoAnswer:
                pass
        return answer
