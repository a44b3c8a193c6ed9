"""How the client in till.py talks: one request a second, one at a time, and only whole answers."""
import re
import socket
import sys
import time
from urllib.parse import quote, urlencode, urlsplit

PLANTED = sys.argv[sys.argv.index("--defect") + 1] if "--defect" in sys.argv else None


def defect(name):
    """Whether this is the mistake that was planted (for the certification's own tests)."""
    return name == PLANTED


class NoAnswer(Exception):
    """No whole answer came."""


class NotSent(NoAnswer):
    """Nothing was sent: no connection."""


class Wire:
    """The device at a URL; `key()` gives the key, `scale` is how long a second lasts."""

    keeps = False  # whether a connection serves more than one request

    def __init__(self, url, scale):
        self.host, self.port = urlsplit(url).hostname, urlsplit(url).port
        self.scale = scale
        self.last = None
        self.closing = 0  # until then a shift may still be closing

    def pace(self):
        """One request a second, from start to start."""
        if defect("no-pace"):
            return
        second = self.scale * (0.4 if defect("half-a-second") else 1.03)
        now = time.monotonic()
        if self.last is None:
            time.sleep(second)
        elif now - self.last < second:
            time.sleep(self.last + second - now)

    def send(self, method, path, params, limit=30):
        """One request; gives status, reason and body as text."""
        params = dict(params)
        params.setdefault("key", self.key())
        if defect("no-key") and path != "/api/":
            del params["key"]
        if defect("capital-key"):
            params["Key"] = params.pop("key")
        text = urlencode(params, quote_via=quote)
        if method == "GET":
            head, body = self.head("GET", f"{path}?{text}"), b""
        else:
            body = text.encode()
            if defect("cp1251") and method == "POST":
                body = urlencode(params, encoding="cp1251", errors="replace").encode()
            head = (self.head("POST", path) + "Content-Type: application/x-www-form-urlencoded\r\n"
                    f"Content-Length: {len(body)}\r\n")
        self.pace()
        if time.monotonic() < self.closing:
            limit = max(limit, 90)
        if defect("impatient"):
            limit = 5
        if defect("thirty-for-z"):
            limit = min(limit, 30)
        deadline = time.monotonic() + (limit + 3) * self.scale
        self.last = time.monotonic()
        try:
            link = self.connect()
        except OSError as error:
            raise NotSent(str(error)) from error
        with link:
            try:
                self.last = time.monotonic()
                link.sendall(f"{head}\r\n".encode() + body)
                return self.read(link, deadline)
            except (OSError, ValueError, NoAnswer) as error:
                if path == "/apizreport/":
                    self.closing = self.last + 90 * self.scale
                raise NoAnswer(str(error)) from error

    def head(self, method, target):
        """The first lines of a request."""
        keeps = "" if self.keeps else "Connection: close\r\n"
        return f"{method} {target} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{keeps}"

    def connect(self):
        return socket.create_connection((self.host, self.port), timeout=10 * self.scale + 1)

    def read(self, link, deadline):
        data = b""
        while True:
            head, found, body = data.partition(b"\r\n\r\n")
            if found:
                length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
                if length and len(body) >= int(length[1]) and not defect("reads-until-close"):
                    return self.parse(head, body[:int(length[1])])
                if defect("takes-cut-body") and body:
                    more = link.recv(65536) if not length else b""
                    if not more:
                        return self.parse(head, body)
            left = deadline - time.monotonic()
            if left <= 0 and not defect("waits-forever"):
                raise NoAnswer("the time is over")
            link.settimeout(max(left, 0.001) if not defect("waits-forever") else None)
            more = link.recv(65536)
            if not more:
                if found and (not length or defect("reads-until-close") and len(body) >= int(length[1])):
                    return self.parse(head, body)
                raise NoAnswer("the connection ended early")
            data += more

    def parse(self, head, body):
        line = head.split(b"\r\n")[0].decode("utf-8", "replace")
        version, status, reason = (line.split(" ", 2) + ["", ""])[:3]
        if not version.startswith("HTTP/1."):
            raise ValueError("no HTTP")
        if defect("needs-http-date") and not re.search(rb"(?m)^Date: \w\w\w,", head):
            raise ValueError("odd date")
        if defect("needs-html") and b"text/html" not in head and b"json" not in head:
            raise ValueError("odd type")
        if defect("needs-word-as-reason") and reason.isdigit():
            raise ValueError("odd reason")
        return int(status), reason, body.decode("utf-8", "replace")
