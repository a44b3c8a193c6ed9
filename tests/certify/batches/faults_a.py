"""The faults of a.yaml."""
import json
import os
import socket
import threading
import time
from decimal import Decimal
from urllib.parse import urlencode

from seams import NoAnswer, NotSent, Stop, Till, answering, carrying_out, fault, repeating, sending, wrap
from seams import in_doubt, refused_at_repeat


@fault
def repeat_cash_becomes_total():
    @repeating
    def _(params, doubt):
        if "cash" in params:
            params["cash"] = doubt["total"]


@fault
def repeat_without_footer():
    repeating(lambda params, doubt: params.pop("footer", None))


@fault
def single_pending_slot():
    @wrap("register")
    def _(former, self, ask):
        self.state["doubt"] = None
        return former(self, ask)


@fault
def repeat_only_for_sale():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        try:
            return former(self, method, path, params, limit)
        except NoAnswer:
            if path == "/api/" and self.state["doubt"]["type"] != "sale":
                raise Stop({"outcome": "unknown"}) from None
            raise


@fault
def pending_lost_at_restart():
    @carrying_out
    def _(former, till, ask):
        if ask["do"] == "restart":
            till.clear()
        return former(till, ask)


@fault
def key_not_stored_after_mixed():
    @wrap("succeeded")
    def _(former, self, reason, body):
        mixed = sum(name in self.state["doubt"]["params"] for name in ("cash", "bank", "tara", "credit")) > 1
        return former(self, reason, self.state["key"] if mixed else body)


@fault
def bank_uses_connect_key():
    @wrap("__init__")
    def _(former, self, url, key, scale):
        former(self, url, key, scale)
        self.state.setdefault("first", self.state["key"])
        self.save()

    @carrying_out
    def _(former, till, ask):
        if ask["do"] == "new-key":
            till.state["first"] = ask["key"]
        return former(till, ask)

    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        if path.startswith(("/apibank", "/dump/bank")):
            self.key = lambda: self.state["first"]
        try:
            return former(self, method, path, params, limit)
        finally:
            self.__dict__.pop("key", None)


@fault
def reply_key_through_int():
    wrap("succeeded")(lambda former, self, reason, body: former(self, reason, str(int(body))))


@fault
def repeat_busy_is_refused():
    refused_at_repeat(-2)


@fault
def z_lost_is_done():
    @wrap("once")
    def _(former, self, method, path, params, limit=30):
        answer = former(self, method, path, params, limit)
        return {"outcome": "done"} if path == "/apizreport/" and answer["outcome"] == "unknown" else answer


@fault
def print_refused_is_done():
    @wrap("once")
    def _(former, self, method, path, params, limit=30):
        answer = former(self, method, path, params, limit)
        return {"outcome": "done"} if path == "/apiprint/" and answer["outcome"] == "refused" else answer


@fault
def pace_only_after_success():
    @answering
    def _(self, path, params, answer):
        self.refused_last = answer[0] != 200
        return answer

    @wrap("pace")
    def _(former, self):
        if not getattr(self, "refused_last", False):
            former(self)
        self.refused_last = False


@fault
def repeat_limit_five_seconds():
    # The client allows three seconds more than the limit.
    sending(lambda self, method, path, params, limit:
            (method, path, params, 2 if path == "/api/" and in_doubt(self) else limit))


@fault
def short_items_by_get():
    @sending
    def _(self, method, path, params, limit):
        texts = "print" in params or "footer" in params
        if "itemdata" in params and not texts and len(urlencode({"itemdata": params["itemdata"]})) < 400:
            method = "GET"
        return method, path, params, limit


@fault
def cash_moves_capital_name():
    @sending
    def _(self, method, path, params, limit):
        if path in ("/apideposit/", "/apiwithdraw/"):
            params["Cash"] = params.pop("cash")
        return method, path, params, limit


@fault
def million_with_exponent():
    @wrap("amount")
    def _(former, self, text, least="0"):
        sent = former(self, text, least)
        return f"{float(sent):g}" if Decimal(sent) >= 1_000_000 else sent


@fault
def return_sends_two_types():
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        if "saleReturn" in params:
            params = {"sale": params["saleReturn"], **params}
        return params


@fault
def quote_in_name_raw():
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        if "items" in ask:
            parts = ["{" + ", ".join(f'"{name}": "{value}"' for name, value in item.items()) + "}"
                     for item in ask["items"]]
            params["itemdata"] = "[" + ", ".join(parts) + "]"
        return params


@fault
def blocked_code_folded():
    @wrap("code")
    def _(former, self, body):
        code = former(self, body)
        return -100 if -199 <= code <= -100 else code


@fault
def busy_tight_loop():
    @answering
    def _(self, path, params, answer):
        self.busy = getattr(self, "busy", 0) + 1 if answer[2] == "-2" else 0
        if self.busy >= 50 and path == "/api/":
            raise Stop({"outcome": "refused", "code": -2})
        return answer

    @wrap("pace")
    def _(former, self):
        if getattr(self, "busy", 0):
            time.sleep(0.2 * self.scale)
        else:
            former(self)


@fault
def odd_date_is_no_answer():
    @wrap("parse")
    def _(former, self, head, body):
        if b"\nDate: 20" in head:
            raise ValueError("odd date")
        return former(self, head, body)


@fault
def one_recv_per_reply():
    @wrap("read")
    def _(former, self, link, deadline):
        link.settimeout(max(deadline - time.monotonic(), 0.001))
        data = link.recv(4096)
        if not data:
            raise NoAnswer("nothing came")
        head, _, body = data.partition(b"\r\n\r\n")
        return self.parse(head, body)


@fault
def tax_id_table_built_in():
    @wrap("tax")
    def _(former, self, name):
        table = {"VAT 13%": "1", "w/o VAT": "2", "VAT 12%": "15"}
        return table[name] if name in table else former(self, name)


@fault
def tax_copy_survives_restart():
    @wrap("tax")
    def _(former, self, name):
        if os.path.exists("taxes.json"):
            with open("taxes.json", encoding="utf-8") as file:
                self.taxes = json.load(file)
        number = former(self, name)
        with open("taxes.json", "w", encoding="utf-8") as file:
            json.dump(self.taxes, file)
        return number

    @answering
    def _(self, path, params, answer):
        if path == "/api/" and answer[2] == "-14":
            raise Stop({"outcome": "refused", "code": -14})
        return answer


@fault
def restart_restores_first_key():
    @wrap("__init__")
    def _(former, self, url, key, scale):
        former(self, url, key, scale)
        self.state["key"] = self.state.setdefault("first", self.state["key"])
        self.save()

    @carrying_out
    def _(former, till, ask):
        if ask["do"] == "new-key":
            till.state["first"] = ask["key"]
        return former(till, ask)


@fault
def no_lock_at_all():
    wrap("connected")(lambda former, self: {"outcome": "done"})


@fault
def withdraw_sent_again():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        try:
            return former(self, method, path, params, limit)
        except NoAnswer:
            if path != "/apiwithdraw/":
                raise
            return former(self, method, path, params, limit)


@fault
def print_text_trimmed():
    @sending
    def _(self, method, path, params, limit):
        if "print" in params:
            params["print"] = "\n".join(line.strip() for line in params["print"].split("\n"))
        return method, path, params, limit


@fault
def footer_sticks():
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        if hasattr(self, "footer"):
            params.setdefault("footer", self.footer)
        if "footer" in params:
            self.footer = params["footer"]
        return params


@fault
def receipt_from_own_counter():
    @wrap("succeeded")
    def _(former, self, reason, body):
        counter = self.state.get("counter")
        self.state["counter"] = int(reason) if counter is None else counter + 1
        return former(self, str(self.state["counter"]), body)


@fault
def first_detail_decides():
    @answering
    def _(self, path, params, answer):
        if path.startswith("/dump/bank") and answer[0] == 200:
            document = json.loads(answer[2])
            details = document.get("details") or [{}]
            document["transactionResult"] = details[0].get("result", document.get("transactionResult"))
            answer = answer[0], answer[1], json.dumps(document)
        return answer


@fault
def keepalive_poll_beside():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        if path != "/api/":
            return former(self, method, path, params, limit)
        done = threading.Event()

        def poll():
            if not done.wait(2 * self.scale + 1.03 * self.scale):
                try:
                    with socket.create_connection((self.host, self.port)) as link:
                        link.sendall(f"GET /apicheck/?key={self.key()} HTTP/1.1\r\nHost: {self.host}\r\n"
                                     "Connection: close\r\n\r\n".encode())
                        link.recv(1024)
                except OSError:
                    pass
        thread = threading.Thread(target=poll)
        thread.start()
        try:
            return former(self, method, path, params, limit)
        finally:
            done.set()
            thread.join()


@fault
def shift_old_auto_z():
    @answering
    def _(self, path, params, answer):
        if path == "/api/" and answer[2] == "-3":
            self.send("GET", "/apizreport/", {}, 90)
            return self.send("POST" if "itemdata" in params else "GET", path, params)
        return answer


@fault
def http_1_0_request():
    @wrap("head")
    def _(former, self, method, target):
        return former(self, method, target).replace("HTTP/1.1", "HTTP/1.0")
