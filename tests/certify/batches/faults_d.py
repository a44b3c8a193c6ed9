"""The faults of d.yaml."""
import json
from decimal import Decimal

from seams import NoAnswer, carrying_out, fault, in_doubt, repeating, sending, wrap

PAYMENTS = ("cash", "bank", "tara", "credit")


def whole(text):
    return str(int(Decimal(text)))


@fault
def repeat_done_tells_next_number():
    @wrap("succeeded")
    def _(former, self, reason, body):
        if in_doubt(self):
            last = self.state["journal"][-1]["receipt"] if self.state["journal"] else "0"
            reason = str(int(last) + 1)
        return former(self, reason, body)


@fault
def key_file_with_newline():
    @wrap("__init__")
    def _(former, self, url, key, scale):
        former(self, url, key, scale)
        if key is None:
            self.state["key"] += "\n"


@fault
def repeat_total_in_whole_tenge():
    @repeating
    def _(params, doubt):
        for name in (doubt["type"], *PAYMENTS):
            if name in params:
                params[name] = whole(params[name])


@fault
def withdraw_in_whole_tenge():
    @sending
    def _(self, method, path, params, limit):
        if path == "/apiwithdraw/":
            params["cash"] = whole(params["cash"])
        return method, path, params, limit


@fault
def z_report_sent_again():
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        try:
            return former(self, method, path, params, limit)
        except NoAnswer:
            if path != "/apizreport/":
                raise
            return former(self, method, path, params, limit)


@fault
def print_header_printed_at_once():
    @carrying_out
    def _(former, till, ask):
        return former(till, dict(ask, do="print") if ask["do"] == "print-header" else ask)


@fault
def card_amount_in_hundredths():
    @carrying_out
    def _(former, till, ask):
        if ask["do"] == "bank" and "amount" in ask:
            ask = dict(ask, amount=whole(Decimal(str(ask["amount"])) * 100))
        return former(till, ask)


@fault
def card_result_of_last_number():
    @carrying_out
    def _(former, till, ask):
        if ask["do"] == "bank":
            till.track = ask.get("trackdocument")
        if ask["do"] == "bank-result" and getattr(till, "track", None):
            ask = dict(ask, trackdocument=till.track)
        return former(till, ask)


@fault
def refund_sent_as_purchase():
    @carrying_out
    def _(former, till, ask):
        if ask["do"] == "bank" and ask.get("message") in ("refund", "reversal"):
            ask = dict(ask, message="purchase")
        return former(till, ask)


@fault
def lost_card_result_is_fail():
    @wrap("bank_result")
    def _(former, self, ask):
        answer = former(self, ask)
        return {"outcome": "done", "result": "fail"} if answer == {"outcome": "unknown"} else answer


@fault
def code_without_minus():
    @carrying_out
    def _(former, till, ask):
        answer = former(till, ask)
        if answer["outcome"] == "refused":
            answer = dict(answer, code=-answer["code"])
        return answer


@fault
def settle_believes_it_done():
    @wrap("settle")
    def _(former, self):
        doubt = self.state["doubt"]
        if doubt:
            self.settled.append({"id": doubt["id"], "type": doubt["type"], "total": doubt["total"],
                                 "outcome": "done", "receipt": ""})
            self.clear()


@fault
def items_of_first_receipt():
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        if "itemdata" in params:
            params["itemdata"] = self.state.setdefault("items", params["itemdata"])
        return params


@fault
def tax_sticks():
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        if "tax" in params:
            self.state["tax"] = params["tax"]
        elif "tax" in self.state:
            params["tax"] = self.state["tax"]
        return params


@fault
def print_of_refused_goes_with_next():
    @wrap("refused")
    def _(former, self, code, reason):
        text = self.state["doubt"]["params"].get("print")
        answer = former(self, code, reason)
        if answer["outcome"] == "refused" and text:
            self.state["text"] = text
            self.save()
        return answer

    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        text = self.state.pop("text", None)
        if text:
            params["print"] = "\n".join([text] + ([params["print"]] if "print" in params else []))
        return params


def each_item(change):
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        if "itemdata" in params:
            items = json.loads(params["itemdata"])
            for item in items:
                change(item)
            params["itemdata"] = json.dumps(items, ensure_ascii=False)
        return params


@fault
def quantity_in_whole_units():
    @each_item
    def _(item):
        if "qty" in item:
            item["qty"] = whole(item["qty"])


@fault
def item_names_of_twenty_letters():
    @each_item
    def _(item):
        if "name" in item:
            item["name"] = item["name"][:20]


@fault
def line_breaks_become_blanks():
    @sending
    def _(self, method, path, params, limit):
        for name in ("print", "footer", "printHeader"):
            if name in params:
                params[name] = params[name].replace("\n", " ")
        return method, path, params, limit


@fault
def tara_sent_as_credit():
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        if "tara" in params:
            params["credit"] = params.pop("tara")
        return params


@fault
def cash_beside_card():
    @wrap("registration")
    def _(former, self, ask):
        params = former(self, ask)
        if "sale" in params and [name for name in PAYMENTS if name in params] == ["bank"]:
            params["cash"] = params["bank"]
        return params


@fault
def no_pause_after_locking():
    @wrap("connected")
    def _(former, self):
        answer = former(self)
        self.last = 0
        return answer


@fault
def ten_seconds_for_items():
    @sending
    def _(self, method, path, params, limit):
        return method, path, params, 10 if "itemdata" in params else limit


@fault
def ten_seconds_for_cash():
    @sending
    def _(self, method, path, params, limit):
        return method, path, params, 10 if path in ("/apiwithdraw/", "/apideposit/") else limit


@fault
def lost_withdrawal_is_done():
    @carrying_out
    def _(former, till, ask):
        answer = former(till, ask)
        if ask["do"] == "withdraw" and answer["outcome"] == "unknown":
            answer = {"outcome": "done"}
        return answer


@fault
def repeat_after_restart_pays_cash():
    @wrap("__init__")
    def _(former, self, url, key, scale):
        former(self, url, key, scale)
        doubt = self.state["doubt"]
        if key is None and doubt:
            params = {name: value for name, value in doubt["params"].items() if name not in PAYMENTS}
            doubt["params"] = dict(params, cash=doubt["params"][doubt["type"]])


def tried_again_in_cash(told):
    """A registration refused with that code goes out once more, paid by cash alone."""
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        answer = former(self, method, path, params, limit)
        if path == "/api/" and answer[2] == told:
            kind = self.state["doubt"]["type"]
            params = {name: value for name, value in params.items() if name not in PAYMENTS}
            answer = former(self, method, path, dict(params, cash=params[kind]), limit)
        return answer


@fault
def too_little_cash_raised():
    tried_again_in_cash("-10")


@fault
def mixed_refusal_tried_as_cash():
    tried_again_in_cash("-13")


@fault
def every_refusal_asks_for_key():
    @wrap("refused")
    def _(former, self, code, reason):
        answer = former(self, code, reason)
        return dict(answer, ask="key") if answer["outcome"] == "refused" else answer


@fault
def ampersand_not_escaped():
    import wire
    former = wire.urlencode
    wire.urlencode = lambda params, **named: former(params, **named).replace("%26", "&")


@fault
def x_report_closes_shift():
    @carrying_out
    def _(former, till, ask):
        return former(till, dict(ask, do="z-report") if ask["do"] == "x-report" else ask)


@fault
def journal_holds_cash_given():
    @wrap("succeeded")
    def _(former, self, reason, body):
        doubt = self.state["doubt"]
        given = doubt["params"].get("cash") if doubt["type"] == "sale" else None
        answer = former(self, reason, body)
        if given and Decimal(given) > Decimal(doubt["total"]):
            self.state["journal"][-1]["total"] = given
            self.save()
        return answer


@fault
def journal_calls_returns_sales():
    @wrap("succeeded")
    def _(former, self, reason, body):
        answer = former(self, reason, body)
        entry = self.state["journal"][-1]
        entry["type"] = entry["type"].removesuffix("Return")
        self.save()
        return answer
