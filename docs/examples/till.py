"""A good client of the iKKM web API. Its memory is one file, state.json, written before each sending:
so it survives a restart and a crash."""
import json
import os
import re
from decimal import Decimal, InvalidOperation

from wire import NoAnswer, NotSent, Wire, defect

PAYMENTS = ("cash", "bank", "tara", "credit")
LIMIT = Decimal(20_000_000)


class Rejected(Exception):
    """The client itself would not send it."""


class Till(Wire):
    def __init__(self, url, key, scale):
        super().__init__(url, scale)
        self.state = {"key": key, "doubt": None, "journal": [], "stopped": False}
        self.resumed = key is None
        if key is None:
            with open("state.json", encoding="utf-8") as file:
                self.state = json.load(file)
            if defect("key-lost-on-restart"):
                self.state["key"] = "12345678"
            if defect("doubt-lost-on-restart"):
                self.state["doubt"] = None
        else:
            if defect("key-as-number"):
                self.state["key"] = str(int(key))
            self.save()
        self.taxes = None
        self.settled = []

    def key(self):
        return self.state["key"]

    def save(self):
        with open("state.tmp", "w", encoding="utf-8") as file:
            json.dump(self.state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace("state.tmp", "state.json")

    # ---- registrations ----

    def register(self, ask):
        if self.state["stopped"] and not defect("goes-on-after-1"):
            raise Rejected("a new key is needed")
        params = self.registration(ask)
        if self.state["doubt"] and not defect("forgets-doubt") and not defect("sells-over-doubt"):
            self.settle()
            if self.state["doubt"]:
                raise Rejected("an earlier registration is not clear")
        if defect("polls"):
            try:
                self.send("GET", "/apicheck/", {})
            except NoAnswer:
                pass
        if self.state["doubt"] and defect("sells-over-doubt"):
            self.state["doubt"] = None
        self.state["doubt"] = {"id": ask.get("id"), "type": ask["type"], "total": ask["total"],
                               "tax": ask.get("tax"), "params": params, "key": self.state["key"],
                               "lost": False}
        self.save()
        return self.attempt(fresh=True)

    def attempt(self, fresh):
        """Sends what is in doubt, until it is clear or nothing more can be done."""
        doubt = self.state["doubt"]
        posts = any(name in doubt["params"] for name in ("print", "itemdata", "footer"))
        method = "POST" if posts and not defect("texts-by-get") else "GET"
        if defect("print-by-get") and "itemdata" not in doubt["params"]:
            method = "GET"
        refused_tax = False
        for _ in range(90):
            try:
                # A repeat goes with the key of the first sending, whatever was typed since.
                status, reason, body = self.send(method, "/api/", dict(doubt["params"], key=doubt["key"]))
            except NotSent:
                if not doubt["lost"] and fresh:
                    # Nothing ever went out: there is no doubt.
                    self.clear()
                    return {"outcome": "unknown"}
                return {"outcome": "unknown"}
            except NoAnswer:
                doubt["lost"] = True
                doubt["tries"] = doubt.get("tries", 0) + 1
                if defect("refused-when-lost"):
                    self.clear()
                    return {"outcome": "refused", "code": -99}
                if defect("done-when-lost"):
                    self.clear()
                    return {"outcome": "done", "receipt": "1"}
                if defect("never-repeats"):
                    self.save()
                    return {"outcome": "unknown"}
                if defect("repeat-differs"):
                    doubt["params"] = dict(doubt["params"], footer="again")
                    method = "POST"
                self.save()
                if doubt["tries"] % 5 == 0:
                    return {"outcome": "unknown"}
                continue
            if status == 200 and (re.fullmatch(r"\d{8}", body) or defect("takes-cut-body")):
                return self.succeeded(reason, body)
            code = self.code(body)
            if defect("code-is-key") and code < 0:
                self.state["key"] = body
            if code == -2 and not defect("gives-up-on-2"):
                if defect("hammers-on-2"):
                    self.last = 0
                continue
            if code == -6 and defect("retries-on-6"):
                continue
            if code == -3 and defect("closes-on-3"):
                self.send("GET", "/apizreport/", {}, 90)
                continue
            if code == -14 and doubt.get("tax") and not refused_tax and not defect("keeps-tax-ids"):
                refused_tax = True
                self.taxes = None
                doubt["params"]["tax"] = self.tax(doubt["tax"])
                self.save()
                continue
            return self.refused(code, reason)
        return {"outcome": "unknown"}

    def succeeded(self, reason, body):
        doubt = self.state["doubt"]
        if not defect("keeps-old-key"):
            self.state["key"] = str(int(body)) if defect("new-key-as-number") else body
        if defect("receipt-plus-one"):
            reason = str(int(reason) + 1)
        entry = {"id": doubt["id"], "type": doubt["type"], "total": doubt["total"], "receipt": reason}
        self.state["journal"].append(entry)
        if doubt["lost"] and defect("books-twice"):
            self.state["journal"].append(entry)
        if doubt["lost"] and defect("books-nothing"):
            self.state["journal"] = self.state["journal"][:-1]
        self.clear()
        if defect("unknown-when-done"):
            return {"outcome": "unknown"}
        answer = {"outcome": "done", "receipt": reason}
        if defect("tells-no-receipt"):
            del answer["receipt"]
        return answer

    def refused(self, code, reason):
        doubt = self.state["doubt"]
        proves_nothing = code in (-1, -2, -3, -4, -5, -6, -11, -16, -18) or -199 <= code <= -99
        if doubt["lost"] and proves_nothing and not defect("trusts-refused-repeat"):
            doubt["dead"] = code == -1
            self.state["stopped"] = self.state["stopped"] or code == -1
            self.save()
            return {"outcome": "unknown", "code": code}
        if code == -1:
            self.state["stopped"] = True
        self.clear()
        if defect("one-code-for-all"):
            code = -99
        if defect("block-code-cut") and code <= -100:
            code = -100
        asks = {-1: "key", -6: "paper", -3: "close-shift"}
        answer = {"outcome": "refused", "code": code, "reason": reason}
        return dict(answer, ask=asks[code]) if code in asks else answer

    def clear(self):
        self.state["doubt"] = None
        self.save()

    def new_key(self, key):
        """The user typed it. What the device would not repeat stays unknown for ever."""
        if self.state["doubt"] and self.state["doubt"].get("dead"):
            self.state["doubt"] = None
        self.state.update(key=key, stopped=False)
        self.save()

    def settle(self):
        doubt = self.state["doubt"]
        if not doubt or doubt.get("dead") or defect("never-repeats"):
            return
        answer = self.attempt(fresh=False)
        if answer["outcome"] != "unknown":
            entry = {"id": doubt["id"], "type": doubt["type"], "total": doubt["total"]}
            self.settled.append(dict(entry, **answer))

    # ---- what is sent ----

    def amount(self, text, least="0"):
        try:
            value = Decimal(text)
        except InvalidOperation as error:
            raise Rejected(f"{text} is no amount") from error
        if not defect("any-amount"):
            if value != value.quantize(Decimal("0.01")):
                raise Rejected(f"{text} has more than two decimals")
            if not Decimal(least) <= value <= LIMIT:
                raise Rejected(f"{text} is out of range")
        text = format(value, "f")
        return text.replace(".", ",") if defect("comma") else text

    def registration(self, ask):
        kind = ask["type"]
        name = kind.lower() if defect("lower-case-names") else kind
        name = kind.capitalize() if defect("capital-sale") else name
        params = {name: self.amount(ask["total"], "1")}
        total = Decimal(ask["total"])
        paid = {name: Decimal(ask[name]) for name in PAYMENTS if name in ask}
        other = sum((paid[name] for name in paid if name != "cash"), Decimal(0))
        every = sum(paid.values(), Decimal(0))
        fits = every >= total and other <= total and not (other == total and paid.get("cash", 0) > 0)
        if kind != "sale":
            fits = every == total and len(paid) == 1
        if not fits and not defect("any-payment"):
            raise Rejected("these payments do not go together")
        for name in paid:
            params[name] = self.amount(ask[name])
        if defect("cash-is-total") and "cash" in params:
            params["cash"] = params.get(kind, ask["total"])
        if defect("drops-card") and len(paid) > 1:
            params["cash"] = self.amount(ask["total"])
            params.pop("bank", None)
        for name in ("print", "footer"):
            if name in ask and not defect("drops-texts"):
                params[name] = ask[name]
        if "items" in ask and not defect("drops-items"):
            params["itemdata"] = json.dumps(self.items(ask["items"], total), ensure_ascii=False)
            if defect("broken-json"):
                params["itemdata"] = params["itemdata"].replace('"', "'")
        if "tax" in ask:
            params["tax"] = self.tax(ask["tax"])
        return params

    def items(self, items, total):
        if len(items) > 80 and not defect("any-number-of-items"):
            raise Rejected("more than 80 positions")
        result = Decimal(0)
        for item in items:
            for name, places in (("price", 2), ("qty", 3), ("sum", 2), ("discount", 2)):
                value = Decimal(item.get(name, "0"))
                if value != round(value, places) and not defect("any-decimals"):
                    raise Rejected(f"{name} {value} has too many decimals")
            result += Decimal(item.get("sum", "0")) - Decimal(item.get("discount", "0"))
        if result != total and not defect("any-sum"):
            raise Rejected("the positions do not make the total")
        return items[:-1] if defect("drops-last-item") and len(items) > 1 else items

    def tax(self, name):
        if defect("hard-coded-tax"):
            return {"VAT 12%": "1", "w/o VAT": "2", "Excise 5%": "3"}.get(name, "1")
        if self.taxes is None:
            try:
                status, _, body = self.send("GET", "/dump/table/taxes", {})
            except NoAnswer as error:
                raise Rejected("the taxes cannot be read") from error
            if status != 200:
                raise Rejected(f"the taxes cannot be read: {body}")
            self.taxes = {told: number for number, told in json.loads(body).items()}
        if name not in self.taxes:
            raise Rejected(f"there is no tax {name}")
        return self.taxes[name]

    def code(self, body):
        return int(body) if re.fullmatch(r"-\d{1,6}", body) else -99

    # ---- everything else ----

    def once(self, method, path, params, limit=30):
        """What no replay protects is sent once."""
        if self.state["stopped"]:
            raise Rejected("a new key is needed")
        if self.state["doubt"] and path != "/apicheck/":
            self.settle()
        try:
            status, reason, body = self.send(method, path, params, limit)
        except NoAnswer:
            if defect("repeats-blindly"):
                try:
                    self.send(method, path, params, limit)
                except NoAnswer:
                    pass
            if defect("done-without-answer"):
                return {"outcome": "done", "receipt": "1"}
            if defect("refused-without-answer"):
                return {"outcome": "refused", "code": -99}
            return {"outcome": "unknown"}
        if status == 200:
            return {"outcome": "done", "receipt": reason} if reason.isdigit() else {"outcome": "done"}
        code = self.code(body)
        self.state["stopped"] = self.state["stopped"] or (code == -1 and not self.state["doubt"])
        self.save()
        return {"outcome": "refused", "code": -99 if defect("one-code-for-all") else code}

    def bank_result(self, ask):
        if defect("card-always-paid"):
            return {"outcome": "done", "result": "success"}
        for _ in range(10):
            try:
                status, _, body = self.send("GET", f"/dump/bank/{ask['trackdocument']}/trackdocument", {})
            except NoAnswer:
                return {"outcome": "unknown"}
            if status == 200:
                result = json.loads(body).get("transactionResult")
                if defect("card-paid-if-listed"):
                    result = "success"
                return {"outcome": "done", "result": result} if result in ("success", "fail") \
                    else {"outcome": "unknown"}
            if self.code(body) != -2:
                break
        return {"outcome": "refused", "code": self.code(body)}

    def connected(self):
        if not defect("locks-no-host") and not (defect("locks-once") and self.resumed):
            try:
                self.send("GET", "/apicheck/", {"Lockhost": "true"})
            except NoAnswer:
                pass
        return {"outcome": "done"}
