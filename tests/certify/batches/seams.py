"""How a fault gets into the example client: wrappers around its methods, put in place before it starts."""
import client
from till import Till
from wire import NoAnswer, NotSent, Wire

__all__ = ["fault", "wrap", "sending", "repeating", "carrying_out", "answering", "refused_at_repeat", "Stop", "NoAnswer",
           "NotSent", "Till", "Wire", "client", "in_doubt", "renamed"]


class Stop(Exception):
    """The client leaves an attempt with this answer, and forgets the registration."""


def fault(function):
    function.is_fault = True
    return function


def wrap(name, owner=Till):
    """Replaces a method by one that gets the former one first: `@wrap("save") def _(former, self)`."""
    def place(function):
        former = getattr(owner, name)
        setattr(owner, name, lambda self, *rest, **named: function(former, self, *rest, **named))
        return function
    return place


def sending(change):
    """Each request passes `change(till, method, path, params, limit)`, which gives them back."""
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        return former(self, *change(self, method, path, dict(params), limit))


def renamed(name, to):
    """Each request that has that parameter sends it under another name."""
    @sending
    def _(self, method, path, params, limit):
        if name in params:
            params[to] = params.pop(name)
        return method, path, params, limit


def in_doubt(till):
    return bool(till.state["doubt"] and till.state["doubt"]["lost"])


def repeating(change):
    """Each repeat of a registration passes `change(params, doubt)`."""
    def changed(self, method, path, params, limit):
        if path == "/api/" and in_doubt(self):
            change(params, self.state["doubt"])
            if "print" in params or "footer" in params:
                method = "POST"
        return method, path, params, limit
    sending(changed)


def answering(change):
    """Each whole answer passes `change(till, path, params, answer)`; a `Stop` ends the attempt."""
    @wrap("send")
    def _(former, self, method, path, params, limit=30):
        return change(self, path, params, former(self, method, path, params, limit))


def refused_at_repeat(code):
    """That answer to the repeat of a registration ends it as refused."""
    @answering
    def _(self, path, params, answer):
        if path == "/api/" and in_doubt(self) and answer[2] == str(code):
            raise Stop({"outcome": "refused", "code": code})
        return answer


def carrying_out(change):
    """Each instruction passes `change(former, till, ask)`, which gives the answer."""
    former = client.carry_out
    client.carry_out = lambda till, ask: change(former, till, ask)


@wrap("attempt")
def _(former, self, fresh):
    try:
        return former(self, fresh)
    except Stop as stop:
        self.clear()
        return stop.args[0]
