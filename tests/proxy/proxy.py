#!/usr/bin/python3
"""An HTTP/1.1 proxy between a client and a platform, for tests: it can hold, drop, delay, cut and corrupt a reply, answer
something else, and be gone altogether. It tells a test when something has happened, so that no test has to sleep.

    proxy.py --upstream http://127.0.0.1:3000 [--listen 127.0.0.1:0|unix:PATH] [--control 127.0.0.1:0|unix:PATH]

prints `control on ADDRESS`, then `listening on URL`. On the control socket each line is one JSON command, answered by one
JSON line; several connections may be open. It ends with its standard input, or at SIGTERM.

    {"do": "rule", "method": "POST", "path": "/Purchase", "nth": 1, "count": 1, "action": "drop", …}  -> {"rule": 1}
        `path` is compared without the query; a final * stands for anything; `method` and `path` may be left out. Of the
        matching requests that come after this, `count` (-1: all) from the nth on are dealt with so. Actions:
        hold          the reply waits for `release`            hold_request    so does the request, before it is passed on
        drop          the reply is lost, the connection closed drop_request    the request is lost
        cut           half of the reply's bytes, then closed   corrupt         bytes in the middle of its body changed
        delay         the reply comes `ms` later
        answer        `status`, `headers` {}, `body` instead; the request is not passed on. `after`: it is, first;
                      `hold`: the answer waits for `release`
        poison        in the JSON of the reply, every text member named in `names` (absent: every text) becomes one of `texts`
                      in turn; "@raw@" in it then becomes the bytes `raw` (base64), whatever JSON says
        short         of a listing: pages have `most` rows at most, and each of them comes after an empty one; `name` is
                      its array
        stream        `head`, then `chunk` (base64; or `blanks`: so many MiB of them, by gzip) `times` times (-1: until
                      the client has enough); not passed on
    {"do": "unrule", "rule": 1}                     the rule matches no more
    {"do": "release"}                               everything held goes on, also what would be held by present rules
    {"do": "wait", "event": "request", "method": …, "path": …, "count": 2, "timeout": 10}
        answers once that many matching events have happened since the start or the last `clear`: `request` (arrived),
        `reply` (sent), `held`, `gone` (the client closed a held connection). {"error": …} when the time is over.
    {"do": "requests", "method": …, "path": …}      {"requests": [{method, path, headers, body, connection}, …]}
    {"do": "down"}  {"do": "up"}                    nobody listens, and every connection is cut; the same address again
    {"do": "upstream", "to": URL}                   another platform from now on
    {"do": "clear"}                                 forgets rules and events, releases
"""

import argparse
import base64
import gzip
import itertools
import json
import os
import select
import signal
import socket
import sys
import threading
from urllib.parse import parse_qsl, urlencode, urlsplit

HEAD_MAX = 256 * 1024


class Gone(Exception):
    """The other side closed, or sent what is no HTTP."""


def listener(address):
    if address.startswith("unix:"):
        path = address[len("unix:"):]
        if os.path.exists(path):
            os.unlink(path)
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        name = address
    else:
        host, _, port = address.rpartition(":")
        server = socket.socket(socket.AF_INET)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((host, int(port)))
        name = "%s:%d" % server.getsockname()
    server.listen(128)
    return server, name


def connect(url):
    if url.startswith("unix:"):
        peer = socket.socket(socket.AF_UNIX)
        peer.connect(url[len("unix:"):])
    else:
        parts = urlsplit(url)
        peer = socket.create_connection((parts.hostname, parts.port), 30)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return peer


class Stream:
    """Bytes as they come, with what was read too far."""

    def __init__(self, peer):
        self.peer = peer
        self.rest = b""

    def more(self):
        try:
            data = self.peer.recv(65536)
        except OSError as error:
            raise Gone from error
        if not data:
            raise Gone
        self.rest += data

    def head(self):
        while b"\r\n\r\n" not in self.rest:
            if len(self.rest) > HEAD_MAX:
                raise Gone
            self.more()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        return head + b"\r\n\r\n"

    def exactly(self, length):
        while len(self.rest) < length:
            self.more()
        data, self.rest = self.rest[:length], self.rest[length:]
        return data

    def line(self):
        while b"\r\n" not in self.rest:
            self.more()
        line, self.rest = self.rest.split(b"\r\n", 1)
        return line + b"\r\n"

    def chunked(self):
        """(raw bytes, content)"""
        raw = content = b""
        while True:
            line = self.line()
            size = int(line.split(b";")[0], 16)
            data = self.exactly(size + 2) if size else b""
            raw += line + data
            content += data[:-2]
            if not size:
                while True:
                    line = self.line()
                    raw += line
                    if line == b"\r\n":
                        return raw, content

    def to_end(self):
        try:
            while True:
                self.more()
        except Gone:
            data, self.rest = self.rest, b""
            return data


def fields(head):
    found = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            found[name.strip().lower()] = value.strip()
    return found


def read_body(stream, headers, until_closed):
    """(raw bytes, content)"""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return stream.chunked()
    if "content-length" in headers:
        data = stream.exactly(int(headers["content-length"]))
        return data, data
    data = stream.to_end() if until_closed else b""
    return data, data


def read_reply(stream):
    """(head, raw body) of the final reply."""
    while True:
        head = stream.head()
        status = int(head.split(b" ", 2)[1])
        if status >= 200:
            break
    if status in (204, 304):
        return head, b""
    return head, read_body(stream, fields(head), True)[0]


def matches(wanted, method, path):
    if wanted.get("method") not in (None, method):
        return False
    pattern = wanted.get("path")
    if pattern is None:
        return True
    path = path.split("?", 1)[0]
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern


class Proxy:
    def __init__(self, listen, upstream):
        self.changed = threading.Condition()
        self.upstream = upstream
        self.rules = []
        self.rules_made = 0
        self.events = []  # (event, method, path)
        self.requests = []
        self.releases = 0
        self.connections = {}
        self.connections_made = 0
        self.server, self.address = listener(listen)
        threading.Thread(target=self.accept, args=(self.server,), daemon=True).start()

    # -- what happens --

    def happened(self, event, request):
        with self.changed:
            self.events.append((event, request["method"], request["path"]))
            self.changed.notify_all()

    def rule_for(self, request):
        with self.changed:
            chosen = None
            for rule in self.rules:
                if not matches(rule, request["method"], request["path"]):
                    continue
                rule["seen"] += 1
                nth, count = rule.get("nth", 1), rule.get("count", 1)
                if chosen is None and rule["seen"] >= nth and (count < 0 or rule["seen"] < nth + count):
                    chosen = rule
            return chosen

    def accept(self, server):
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            with self.changed:
                if self.server is not server:
                    peer.close()
                    return
                self.connections_made += 1
                number = self.connections_made
                self.connections[number] = peer
            threading.Thread(target=self.serve, args=(peer, number), daemon=True).start()

    def serve(self, peer, number):
        stream = Stream(peer)
        try:
            if peer.family == socket.AF_INET:
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while self.one(peer, stream, number):
                pass
        except (Gone, OSError, ValueError):
            pass
        with self.changed:
            self.connections.pop(number, None)
        peer.close()

    def one(self, peer, stream, number):
        """One request; False when the connection is to be closed."""
        head = stream.head()
        method, path, _ = head.decode("latin-1").split("\r\n", 1)[0].split(" ", 2)
        headers = fields(head)
        raw, content = read_body(stream, headers, False)
        request = {"method": method, "path": path, "headers": headers, "connection": number,
                   "body": content.decode("utf-8", "replace")}
        with self.changed:
            self.requests.append(request)
        rule = self.rule_for(request)
        self.happened("request", request)
        action = rule["action"] if rule else "pass"
        sent = getattr(self, "do_" + action)(peer, request, head + raw, rule)
        if sent:
            self.happened("reply", request)
        return sent

    # -- actions: True when the connection goes on --

    def ask(self, raw):
        with self.changed:
            upstream = self.upstream
        try:
            other = connect(upstream)
        except OSError as error:
            raise Gone from error
        with other:
            other.sendall(raw)
            return read_reply(Stream(other))

    def do_pass(self, peer, request, raw, rule):
        head, body = self.ask(raw)
        peer.sendall(head + body)
        return "connection" not in fields(head) or fields(head)["connection"].lower() != "close"

    def wait_release(self, peer, request):
        with self.changed:
            before = self.releases
        self.happened("held", request)
        told = False
        with self.changed:
            while self.releases == before:
                self.changed.wait(0.05)
                if not told and select.select([peer], [], [], 0)[0]:
                    told = True
                    self.events.append(("gone", request["method"], request["path"]))
                    self.changed.notify_all()

    def do_hold(self, peer, request, raw, rule):
        head, body = self.ask(raw)
        self.wait_release(peer, request)
        peer.sendall(head + body)
        return True

    def do_hold_request(self, peer, request, raw, rule):
        self.wait_release(peer, request)
        return self.do_pass(peer, request, raw, rule)

    def do_drop(self, peer, request, raw, rule):
        self.ask(raw)
        return False

    def do_drop_request(self, peer, request, raw, rule):
        return False

    def do_cut(self, peer, request, raw, rule):
        head, body = self.ask(raw)
        reply = head + body
        peer.sendall(reply[:len(reply) - max(1, len(body) // 2)] if body else reply[:len(reply) // 2])
        return False

    def do_corrupt(self, peer, request, raw, rule):
        head, body = self.ask(raw)
        middle = len(body) // 2
        junk = bytes((byte ^ 0x5B) for byte in body[middle:middle + 8])
        peer.sendall(head + body[:middle] + junk + body[middle + 8:])
        return True

    def do_delay(self, peer, request, raw, rule):
        head, body = self.ask(raw)
        threading.Event().wait(rule.get("ms", 0) / 1000)
        peer.sendall(head + body)
        return True

    def do_answer(self, peer, request, raw, rule):
        if rule.get("after"):
            self.ask(raw)
        if rule.get("hold"):
            self.wait_release(peer, request)
        body = rule.get("body", "")
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        headers.update(rule.get("headers", {}))
        head = "HTTP/1.1 %d Said\r\n" % rule["status"] + "".join("%s: %s\r\n" % item for item in headers.items())
        peer.sendall(head.encode() + b"\r\n" + body)
        return True

    def do_poison(self, peer, request, raw, rule):
        head, body = self.ask(raw)
        names, texts = rule.get("names"), itertools.cycle(rule["texts"])

        def poison(value, name):
            if isinstance(value, dict):
                return {key: poison(member, key) for key, member in value.items()}
            if isinstance(value, list):
                return [poison(member, name) for member in value]
            return next(texts) if isinstance(value, str) and (names is None or name in names) else value

        try:
            body = json.dumps(poison(json.loads(body), "")).encode()
            body = body.replace(b"@raw@", base64.b64decode(rule.get("raw", "")))
        except ValueError:
            pass  # a picture
        lines = [line for line in head.split(b"\r\n")[:-2] if not line.lower().startswith(b"content-length:")]
        peer.sendall(b"\r\n".join(lines + [b"Content-Length: %d" % len(body), b"", b""]) + body)
        return True

    def do_short(self, peer, request, raw, rule):
        path, _, query = request["path"].partition("?")
        pairs = dict(parse_qsl(query, keep_blank_values=True))
        pause, cursor = "pause.", pairs.pop("cursor", "")
        if not cursor.startswith(pause):
            return self.do_answer(peer, request, raw, {
                "status": 200, "body": {rule["name"]: [], "next_cursor": pause + cursor}})
        if cursor != pause:
            pairs["cursor"] = cursor[len(pause):]
        pairs["limit"] = min(int(pairs.get("limit", 50)), rule["most"])
        line, rest = raw.split(b"\r\n", 1)
        line = "%s %s?%s HTTP/1.1" % (request["method"], path, urlencode(pairs))
        return self.do_pass(peer, request, line.encode() + b"\r\n" + rest, rule)

    def do_stream(self, peer, request, raw, rule):
        peer.sendall(rule.get("head", "").encode("latin-1"))
        blanks = rule.get("blanks", 0)
        chunk = gzip.compress(b" " * (blanks << 20)) if blanks else base64.b64decode(rule.get("chunk", ""))
        times = rule.get("times", 1)
        while times:
            peer.sendall(chunk)
            times -= 1
        return False

    # -- commands --

    def command(self, order):
        return getattr(self, "order_" + order.pop("do"))(order)

    def order_rule(self, order):
        if not hasattr(self, "do_" + order["action"]):
            raise ValueError("no such action")
        with self.changed:
            self.rules_made += 1
            self.rules.append(dict(order, number=self.rules_made, seen=0))
            return {"rule": self.rules_made}

    def order_unrule(self, order):
        with self.changed:
            self.rules = [rule for rule in self.rules if rule["number"] != order["rule"]]
        return {}

    def order_release(self, order):
        with self.changed:
            self.rules = [rule for rule in self.rules
                          if not rule["action"].startswith("hold") and not rule.get("hold")]
            self.releases += 1
            self.changed.notify_all()
        return {}

    def order_wait(self, order):
        def enough():
            return sum(1 for event, method, path in self.events
                       if event == order["event"] and matches(order, method, path)) >= order.get("count", 1)
        with self.changed:
            if not self.changed.wait_for(enough, order.get("timeout", 20)):
                return {"error": "it did not happen"}
        return {}

    def order_requests(self, order):
        with self.changed:
            return {"requests": [request for request in self.requests
                                 if matches(order, request["method"], request["path"])]}

    def order_down(self, order):
        with self.changed:
            server, self.server = self.server, None
            connections = list(self.connections.values())
        if server:
            server.shutdown(socket.SHUT_RDWR)
            server.close()
        for peer in connections:
            try:
                peer.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        return {}

    def order_up(self, order):
        with self.changed:
            if not self.server:
                self.server, self.address = listener(self.address)
                threading.Thread(target=self.accept, args=(self.server,), daemon=True).start()
        return {}

    def order_upstream(self, order):
        with self.changed:
            self.upstream = order["to"]
        return {}

    def order_clear(self, order):
        with self.changed:
            self.rules, self.events, self.requests = [], [], []
            self.releases += 1
            self.changed.notify_all()
        return {}


def obey(peer, target):
    """A control connection: a command a line."""
    with peer, peer.makefile("rwb") as lines:
        for line in lines:
            try:
                answer = target.command(json.loads(line))
            except (KeyError, ValueError, AttributeError, TypeError, OSError) as error:
                answer = {"error": repr(error)}
            try:
                lines.write(json.dumps(answer).encode() + b"\n")
                lines.flush()
            except OSError:
                return


def control(address, target):
    server, name = listener(address)

    def accept():
        while True:
            peer, _ = server.accept()
            threading.Thread(target=obey, args=(peer, target), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return name


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--upstream", required=True)
    parser.add_argument("--listen", default="127.0.0.1:0")
    parser.add_argument("--control", default="127.0.0.1:0")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    proxy = Proxy(options.listen, options.upstream)
    print("control on", control(options.control, proxy), flush=True)
    scheme = "" if proxy.address.startswith("unix:") else "http://"
    path = urlsplit(options.upstream).path.rstrip("/") if not options.upstream.startswith("unix:") else ""
    print("listening on", scheme + proxy.address + ("" if not scheme else path), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
