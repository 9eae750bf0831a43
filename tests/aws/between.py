"""What stands between a program of ours and Cognito in tests: it keeps what is asked, and breaks off when it is told to."""

import contextlib
import http.client
import http.server
import json
import threading

WAIT = 60


class Between(http.server.ThreadingHTTPServer):
    """A server on a port of its own, before the one at `upstream`, a port of this machine."""

    daemon_threads = True

    def __init__(self, upstream):
        super().__init__(("127.0.0.1", 0), Passing)
        self.upstream, self.lock = upstream, threading.Lock()
        self.asked, self.left, self.after = [], None, None
        # ministack looks whether an address is free and then makes its login: of several at the same time more than one gets one.
        # Cognito gives one, so they go there one by one.
        self.signing_up = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def refuse_after(self, calls):
        """From now on so many calls go through, and those behind them are refused; None: all do."""
        with self.lock:
            self.left, self.asked = calls, []

    def do_after(self, calls, deed, of=lambda operation, body: operation != "keys"):
        """Does it when the call of that number, of those that `of` names, has been answered, before the answer is handed on.
        (What is fetched without an operation, a pool's public keys, is "keys" to `of`, and not kept.)"""
        with self.lock:
            self.after, self.asked = (calls, deed, of), []

    def operations(self):
        with self.lock:
            return [operation for operation, _ in self.asked]

    def names(self):
        """The addresses and logins that Cognito was asked about."""
        with self.lock:
            return [body.get("Username") or body.get("AuthParameters", {}).get("USERNAME") for _, body in self.asked]


class Passing(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass  # whoever asked was ended

    def do_GET(self):
        self.pass_on(None)

    def do_POST(self):
        self.pass_on(self.rfile.read(int(self.headers["Content-Length"])))

    def pass_on(self, body):
        between = self.server
        operation = (self.headers.get("X-Amz-Target") or "").rpartition(".")[2]
        with between.lock:
            refused = bool(operation) and between.left == 0
            if operation and between.left:
                between.left -= 1
            if operation:
                between.asked.append((operation, json.loads(body)))
            after, due = between.after, False
            if after and operation and after[2](*between.asked[-1]):
                due = sum(after[2](*each) for each in between.asked) == after[0]
            elif after and not operation:
                due = after[2]("keys", {})
        if refused:
            self.answer(400, b'{"__type":"NobodyKnowsException","message":"no"}')
            return
        with between.signing_up if operation == "SignUp" else contextlib.nullcontext():
            status, content = self.ask(body)
        if due:
            between.after = None
            after[1]()
        self.answer(status, content)

    def ask(self, body):
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=WAIT)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("connection", "content-length")}
        upstream.request(self.command, self.path, body, headers)
        reply = upstream.getresponse()
        content = reply.read()
        upstream.close()
        return reply.status, content

    def answer(self, status, content):
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            pass  # whoever asked was ended
