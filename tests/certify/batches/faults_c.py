"""The faults of c.yaml."""
import json
import re
import socket
import struct
import time
from decimal import Decimal
from urllib.parse import quote, urlencode

from seams import NoAnswer, NotSent, Stop, Till, answering, carrying_out, fault, repeating, sending, wrap
from seams import in_doubt, refused_at_repeat
from till import Rejected


@fault
def repeat_with_copy_mark():
    @repeating
    def _(params, doubt):
        params["print"] = params["print"] + "\nCOPY" if "print" in params else "COPY"


@fault
def repeat_items_lost_after_restart():
    @wrap("__init__")
    def _(former, self, url, key, scale):
        former(self, url, key, scale)
        if key is None and self.state["doubt"]:
            for name in ("itemdata", "print"):
                self.state["doubt"]["params"].pop(name, None)


@fault
def settles_newest_first_only():
    @wrap("once")
    def _(former, self, method, path, params, limit=30):
        if path in ("/apiwithdraw/", "/apideposit/", "/apiprint/"):
            self.state["doubt"] = None
        return former(self, method, path, params, limit)


@fault
def lost_sums_into_next():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        try:
            return former(self, method, path, params, limit)
        except NoAnswer:
            if path != "/api/" or "sale" not in params:
                raise
            self.state["sum"] = {name: params[name] for name in ("sale", "cash") if name in params}
            raise Stop({"outcome": "unknown"}) from None

    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        add = self.state.pop("sum", None) if "sale" in params else None
        if add:
            params["sale"] = str(Decimal(params["sale"]) + Decimal(add["sale"]))
            params["cash"] = str(Decimal(params.get("cash", "0")) + Decimal(add.get("cash", add["sale"])))
        return params


@fault
def new_key_clears_pending():
    @carrying_out
    def _(former, till, ask):
        if ask["do"] == "new-key":
            till.clear()
        return former(till, ask)


@fault
def journal_takes_refused():
    @wrap("refused")
    def _(former, self, code, reason):
        doubt = dict(self.state["doubt"])
        answer = former(self, code, reason)
        if answer["outcome"] == "refused" and code != -10:
            self.state["journal"].append({"type": doubt["type"], "total": doubt["total"], "receipt": ""})
            self.save()
        return answer


@fault
def journal_lacks_settled():
    @wrap("succeeded")
    def _(former, self, reason, body):
        doubted = in_doubt(self)
        answer = former(self, reason, body)
        if doubted:
            self.state["journal"].pop()
            self.save()
        return answer


@fault
def paper_out_taken_as_done():
    @answering
    def _(self, path, params, answer):
        if path == "/api/" and answer[2] == "-6" and not in_doubt(self):
            raise Stop({"outcome": "done", "receipt": "0"})
        return answer


@fault
def repeat_paper_out_is_refused():
    refused_at_repeat(-6)


@fault
def x_report_blind_done():
    @wrap("once")
    def _(former, self, method, path, params, limit=30):
        if path != "/apixreport/":
            return former(self, method, path, params, limit)
        self.pace()
        self.last = time.monotonic()
        link = socket.create_connection((self.host, self.port))
        link.sendall(f"GET {path}?key={self.key()} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())
        self.held = link
        return {"outcome": "done"}


@fault
def key_of_returns_ignored():
    @wrap("succeeded")
    def _(former, self, reason, body):
        returned = self.state["doubt"]["type"].endswith("Return")
        return former(self, reason, self.state["key"] if returned else body)


@fault
def new_key_used_once():
    @carrying_out
    def _(former, till, ask):
        if ask["do"] == "new-key":
            till.state["typed"] = ask["key"]
        return former(till, ask)

    wrap("succeeded")(lambda former, self, reason, body:
                      former(self, reason, self.state.get("typed", body)))


@fault
def typed_key_loses_zero():
    @carrying_out
    def _(former, till, ask):
        if ask["do"] == "new-key":
            ask = dict(ask, key=str(int(ask["key"])))
        return former(till, ask)


@fault
def zero_key_is_error():
    @answering
    def _(self, path, params, answer):
        if path == "/api/" and answer[0] == 200 and answer[2].startswith("0"):
            raise Stop({"outcome": "refused", "code": -99})
        return answer


@fault
def immediate_resend_on_close():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        try:
            return former(self, method, path, params, limit)
        except NoAnswer as error:
            if path == "/api/" and "early" in str(error):
                self.last = 0
            raise


@fault
def tax_lookup_without_pause():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        answer = former(self, method, path, params, limit)
        if path == "/dump/table/taxes":
            self.last = 0
        return answer


@fault
def closing_limit_short_after_z():
    @sending
    def _(self, method, path, params, limit):
        self.closing = 0
        return method, path, params, limit


@fault
def footer_latin1():
    @sending
    def _(self, method, path, params, limit):
        if "footer" in params:
            params["footer"] = params["footer"].encode("latin-1", "replace").decode("latin-1")
        return method, path, params, limit


@fault
def double_encoded_items():
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        if "itemdata" in params:
            params["itemdata"] = params["itemdata"].encode().decode("latin-1")
        return params


@fault
def single_float_tail():
    @wrap("amount")
    def _(former, self, text, least="0"):
        value = struct.unpack("f", struct.pack("f", float(former(self, text, least))))[0]
        return str(int(value)) if value == int(value) else repr(value)


@fault
def no_receipt_with_items():
    @wrap("succeeded")
    def _(former, self, reason, body):
        posted = any(name in self.state["doubt"]["params"] for name in ("print", "itemdata", "footer"))
        answer = former(self, reason, body)
        if posted:
            answer.pop("receipt", None)
            self.state["journal"][-1]["receipt"] = ""
        return answer


@fault
def items_trailing_comma():
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        if "items" in ask and "discount" in ask["items"][-1]:
            params["itemdata"] = params["itemdata"][:-1] + ",]"
        return params


@fault
def itemdata_cut_at_4000():
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        if "itemdata" in params:
            params["itemdata"] = params["itemdata"][:4000]
        return params


@fault
def code_first_two_characters():
    wrap("code")(lambda former, self, body: former(self, body[:2]))


@fault
def busy_drops_key():
    @wrap("succeeded")
    def _(former, self, reason, body):
        self.state["previous"] = self.state["key"]
        return former(self, reason, body)

    @answering
    def _(self, path, params, answer):
        if path == "/api/" and answer[2] == "-2" and self.state.get("previous"):
            time.sleep(2 * self.scale)
            self.state["key"] = self.state["doubt"]["key"] = self.state["previous"]
            params["key"] = self.state["key"]
        return answer


@fault
def text_plain_only():
    @wrap("parse")
    def _(former, self, head, body):
        status, reason, text = former(self, head, body)
        if b"text/plain" not in head and b"json" not in head:
            return 400, "proxy page", "proxy page"
        return status, reason, text


@fault
def dead_keepalive_socket():
    @wrap("head")
    def _(former, self, method, target):
        self.keeps = True
        return former(self, method, target)

    @wrap("connect")
    def _(former, self):
        if not hasattr(self, "only_link"):
            self.only_link = former(self)
        return Kept(self.only_link)

    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        try:
            return former(self, method, path, params, limit)
        except NoAnswer:
            if path == "/api/":
                raise Stop({"outcome": "refused", "code": -99}) from None
            raise


class Kept:
    """A connection that `with` does not close."""

    def __init__(self, link):
        self.link = link

    def __enter__(self):
        return self.link

    def __exit__(self, *_):
        return False

    def __getattr__(self, name):
        return getattr(self.link, name)


@fault
def rate_used_as_tax_id():
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, {name: value for name, value in ask.items() if name != "tax"})
        digits = re.sub(r"\D", "", ask.get("tax", ""))
        if digits:
            params["tax"] = digits
        return params


@fault
def apibank_sent_again():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        for _ in range(2 if path == "/apibank/" else 0):
            try:
                return former(self, method, path, params, limit)
            except NoAnswer:
                pass
        return former(self, method, path, params, limit)


@fault
def discount_line_dropped():
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        if "itemdata" in params:
            items = [item for item in json.loads(params["itemdata"]) if "discount" not in item]
            params["itemdata"] = json.dumps(items, ensure_ascii=False)
        return params


@fault
def deposit_receipt_from_last_sale():
    @wrap("succeeded")
    def _(former, self, reason, body):
        self.last_sale = reason
        return former(self, reason, body)

    @wrap("once")
    def _(former, self, method, path, params, limit=30):
        answer = former(self, method, path, params, limit)
        if "receipt" in answer:
            answer["receipt"] = getattr(self, "last_sale", "0")
        return answer


@fault
def opened_means_paid():
    @answering
    def _(self, path, params, answer):
        if path.startswith("/dump/bank") and answer[0] == 200:
            document = json.loads(answer[2])
            if int(document.get("foundTransactions", 0)) >= 1:
                document["transactionResult"] = "success"
            answer = answer[0], answer[1], json.dumps(document)
        return answer


@fault
def eighty_limit_is_eight_hundred():
    @wrap("items")
    def _(former, self, items, total):
        return items if 80 < len(items) <= 800 else former(self, items, total)


@fault
def x_and_print_sent_again():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        try:
            return former(self, method, path, params, limit)
        except NoAnswer:
            if path not in ("/apiprint/", "/apixreport/"):
                raise
            return former(self, method, path, params, limit)
