"""The faults of g.yaml."""
import json
import re
import time
from decimal import Decimal

import wire
from seams import NoAnswer, NotSent, Stop, carrying_out, fault, in_doubt, refused_at_repeat, repeating
from seams import renamed, sending, wrap
from till import LIMIT, Rejected

LOOK_ALIKES = str.maketrans("ӘәҒғҚқҢңӨөҰұҮүҺһІі", "АаГгКкНнОоУуУуХхИи")


@fault
def key_without_zero_by_post():
    @sending
    def _(self, method, path, params, limit):
        if method == "POST":
            params["key"] = params.get("key", self.key()).lstrip("0")
        return method, path, params, limit


@fault
def key_of_repeat_not_kept():
    @wrap("succeeded")
    def _(former, self, reason, body):
        key, repeated = self.state["key"], in_doubt(self)
        answer = former(self, reason, body)
        if repeated:
            self.state["key"] = key
            self.save()
        return answer


@fault
def repeat_with_exact_cash():
    @repeating
    def _(params, doubt):
        if "sale" in params and "cash" in params:
            others = sum(Decimal(params.get(name, "0")) for name in ("bank", "tara", "credit"))
            params["cash"] = str(Decimal(params["sale"]) - others)


@fault
def texts_of_doubt_lost_on_restart():
    @wrap("__init__")
    def _(former, self, url, key, scale):
        former(self, url, key, scale)
        if key is None and self.state["doubt"]:
            for name in ("print", "footer"):
                self.state["doubt"]["params"].pop(name, None)
            self.save()


@fault
def only_sales_are_repeated():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        try:
            return former(self, method, path, params, limit)
        except NotSent:
            raise
        except NoAnswer:
            if path == "/api/" and self.state["doubt"]["type"] != "sale":
                raise Stop({"outcome": "unknown"}) from None
            raise


@fault
def like_sale_taken_for_repeat():
    @wrap("register")
    def _(former, self, ask):
        doubt = self.state["doubt"]
        if in_doubt(self) and (doubt["type"], doubt["total"]) == (ask["type"], ask["total"]):
            return self.attempt(fresh=False)
        return former(self, ask)


@fault
def busy_at_repeat_is_refused():
    refused_at_repeat(-2)


@fault
def reading_without_pause():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        if path.startswith("/dump/") or path == "/apicheck/" and not params:
            self.last = 0
        return former(self, method, path, params, limit)


@fault
def receipt_with_items_given_up_after_20():
    @sending
    def _(self, method, path, params, limit):
        return method, path, params, 17 if "itemdata" in params else limit


@fault
def footer_alone_by_get():
    @sending
    def _(self, method, path, params, limit):
        if "footer" in params and "print" not in params and "itemdata" not in params:
            method = "GET"
        return method, path, params, limit


@fault
def kazakh_letters_as_russian():
    @sending
    def _(self, method, path, params, limit):
        for name in ("print", "footer", "printHeader", "itemdata"):
            if name in params:
                params[name] = params[name].translate(LOOK_ALIKES)
        return method, path, params, limit


@fault
def round_amounts_with_exponent():
    @wrap("amount")
    def _(former, self, text, least="0"):
        return str(Decimal(former(self, text, least)).normalize())


@fault
def discount_as_sale_return():
    @sending
    def _(self, method, path, params, limit):
        off = [one["discount"] for one in json.loads(params.get("itemdata", "[]")) if "discount" in one]
        if "sale" in params and off:
            params["saleReturn"] = str(sum(map(Decimal, off)))
        return method, path, params, limit


@fault
def quotes_in_names_not_escaped():
    @sending
    def _(self, method, path, params, limit):
        if "itemdata" in params:
            params["itemdata"] = params["itemdata"].replace('\\"', '"')
        return method, path, params, limit


@fault
def codes_after_13_unknown():
    @carrying_out
    def _(former, till, ask):
        answer = former(till, ask)
        if -18 <= answer.get("code", 0) <= -14:
            answer = dict(answer, code=-99)
        return answer


@fault
def wrong_key_tried_three_times():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        answer = former(self, method, path, params, limit)
        for _ in range(2):
            if path == "/api/" and not in_doubt(self) and answer[2] == "-1":
                answer = former(self, method, path, params, limit)
        return answer


@fault
def reply_read_until_close():
    @wrap("read")
    def _(former, self, link, deadline):
        data = b""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise NoAnswer("the time is over")
            link.settimeout(max(left, 0.001))
            more = link.recv(65536)
            if not more:
                break
            data += more
        head, found, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
        if not found or length and len(body) < int(length[1]):
            raise NoAnswer("the connection ended early")
        return self.parse(head, body[:int(length[1])] if length else body)


@fault
def tax_by_its_place():
    @wrap("tax")
    def _(former, self, name):
        former(self, name)
        return str(list(self.taxes).index(name) + 1)


@fault
def tax_left_out_on_14():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        answer = former(self, method, path, params, limit)
        if path == "/api/" and "tax" in params and answer[2] == "-14":
            rest = {name: value for name, value in params.items() if name != "tax"}
            answer = former(self, method, path, rest, limit)
        return answer


@fault
def restart_takes_key_of_last_sale():
    @wrap("succeeded")
    def _(former, self, reason, body):
        if self.state["doubt"]["type"] == "sale":
            self.state["sold"] = body
        return former(self, reason, body)

    @carrying_out
    def _(former, till, ask):
        if ask["do"] == "restart" and "sold" in till.state:
            till.state["key"] = till.state["sold"]
            till.save()
        return former(till, ask)


@fault
def card_started_again_under_next_number():
    @carrying_out
    def _(former, till, ask):
        answer = former(till, ask)
        if ask["do"] == "bank" and answer["outcome"] == "unknown":
            answer = former(till, dict(ask, trackdocument=int(ask.get("trackdocument", 0)) + 1))
        return answer


@fault
def long_lines_cut():
    @sending
    def _(self, method, path, params, limit):
        for name in ("print", "footer"):
            if name in params:
                params[name] = "\n".join(line[:24] for line in params[name].split("\n"))
        return method, path, params, limit


@fault
def amount_capped_at_20_million():
    @wrap("amount")
    def _(former, self, text, least="0"):
        try:
            return former(self, text, least)
        except Rejected:
            if re.fullmatch(r"\d+(\.\d*)?", text) and Decimal(text) > LIMIT:
                return str(LIMIT)
            raise


@fault
def others_have_number_of_sale():
    @wrap("succeeded")
    def _(former, self, reason, body):
        if self.state["doubt"]["type"] == "sale":
            self.state["sold"] = reason
        return former(self, self.state.get("sold", reason), body)


@fault
def track_document_in_camel_case():
    renamed("trackdocument", "trackDocument")


@fault
def running_card_is_paid():
    @carrying_out
    def _(former, till, ask):
        answer = former(till, ask)
        if ask["do"] == "bank-result" and answer.get("code") == -2:
            answer = {"outcome": "done", "result": "success"}
        return answer


@fault
def no_lock_after_restart():
    @wrap("__init__")
    def _(former, self, url, key, scale):
        former(self, url, key, scale)
        self.resumes = key is None

    @wrap("connected")
    def _(former, self):
        return {"outcome": "done"} if self.resumes else former(self)


@fault
def cash_beside_exact_card_sent():
    @wrap("registration")
    def _(former, self, ask):
        others = sum(Decimal(ask.get(name, "0")) for name in ("bank", "tara", "credit"))
        exact = ask["type"] == "sale" and "cash" in ask and others == Decimal(ask["total"])
        wire.PLANTED = "any-payment" if exact else None
        try:
            return former(self, ask)
        finally:
            wire.PLANTED = None


@fault
def key_asked_in_others_shift():
    @carrying_out
    def _(former, till, ask):
        answer = former(till, ask)
        if answer.get("code") == -11 and answer["outcome"] == "refused":
            answer = dict(answer, ask="key")
        return answer


@fault
def doubt_written_after_loss():
    @wrap("save")
    def _(former, self):
        doubt = self.state["doubt"]
        if doubt and not doubt["lost"]:
            self.state["doubt"] = None
        former(self)
        self.state["doubt"] = doubt


@fault
def x_report_sent_again():
    @carrying_out
    def _(former, till, ask):
        answer = former(till, ask)
        if ask["do"] == "x-report" and answer["outcome"] == "unknown":
            answer = former(till, ask)
        return answer


@fault
def returns_tell_no_number():
    @carrying_out
    def _(former, till, ask):
        answer = former(till, ask)
        if ask["do"] == "register" and ask["type"].endswith("Return"):
            answer.pop("receipt", None)
        return answer
