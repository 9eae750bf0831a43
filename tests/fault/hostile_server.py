"""A real vitrined to be unkind to, and a client that says exactly the bytes it is told to."""

import json
import os
import re
import resource
import signal
import socket
import subprocess

WAIT = 60  # seconds that anything may take: a test that needs them has failed


def raise_file_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def problem(self, *statuses):
        """The answer is problem+json, in full, with one of these statuses."""
        assert self.status in statuses, f"{self.status}, not {statuses}: {self.body[:300]}"
        assert self.headers.get("content-type") == "application/problem+json", self.headers
        problem = self.json()
        for member in ("type", "title", "status", "detail", "code", "request_id", "errors", "message"):
            assert member in problem, f"no {member} in {problem}"
        assert problem["status"] == self.status
        assert problem["request_id"] == self.headers["x-request-id"]
        return problem


class Connection:
    """A socket, and what of its bytes has not been taken for an answer yet."""

    def __init__(self, address, family=socket.AF_INET, wrap=None):
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(WAIT)
        self.socket.connect(address)
        if wrap:
            self.socket = wrap(self.socket)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Sends as much as the server takes; it may have answered and closed already."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return self

    def end(self):
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def more(self):
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        self.rest += data
        return bool(data)

    def take(self, count):
        while len(self.rest) < count:
            assert self.more(), f"closed after {self.rest[:200]!r}"
        data, self.rest = self.rest[:count], self.rest[count:]
        return data

    def line(self):
        while b"\r\n" not in self.rest:
            assert self.more(), f"closed after {self.rest[:200]!r}"
        line, _, self.rest = self.rest.partition(b"\r\n")
        return line.decode("latin-1")

    def answer(self, head_only=False):
        match = re.fullmatch(r"HTTP/1\.1 (\d{3}) .*", self.line())
        assert match, "not a status line"
        headers = {}
        while line := self.line():
            name, _, value = line.partition(": ")
            assert name.lower() not in headers, f"{name} twice"
            headers[name.lower()] = value
        status = int(match.group(1))
        length = 0 if head_only or status in (100, 204) else int(headers["content-length"])
        return Answer(status, headers, self.take(length))

    def closed(self):
        """The server closes, and says nothing more."""
        while self.more():
            pass
        assert not self.rest, f"more than one answer: {self.rest[:300]!r}"
        return True


def request(method, target, body=None, **headers):
    """The bytes of a well-formed request."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
    if body is not None:
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        headers.setdefault("Content_Type", "application/json")
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b"")


class Server:
    def __init__(self, *options, demo=True, listen="127.0.0.1:0", log=None, ready=True):
        command = [os.environ["VITRINED"], "--listen", listen, *options]
        command += ["--demo"] if demo else []
        command += ["--log", log] if log else ["--no-log"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.url = None
        if ready:
            line = self.process.stdout.readline().decode()
            match = re.fullmatch(r"listening on (\S+)\n", line)
            assert match, f"{line!r} {self.process.stderr.read()!r}"
            self.url = match.group(1)
            if self.url.startswith("http"):
                self.address = ("127.0.0.1", int(self.url.rsplit(":", 1)[1]))

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(WAIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        errors = self.process.stderr.read().decode(errors="replace")
        self.process.stdout.close()
        self.process.stderr.close()
        if kind is None:
            assert self.process.returncode == 0, f"ended with {self.process.returncode}: {errors[-3000:]}"

    def connect(self):
        return Connection(self.address)

    def ask(self, data):
        with self.connect() as connection:
            return connection.send(data).answer()

    def call(self, method, target, body=None, **headers):
        return self.ask(request(method, target, body, **headers))

    def check(self):
        """It is up and answers."""
        assert self.process.poll() is None, f"it died: {self.process.stderr.read()!r}"
        answer = self.call("GET", "/Health")
        assert answer.status == 200 and answer.json()["status"] == "ok", answer.body

    def memory(self):
        """Resident bytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) * 1024

    def metric(self, name):
        text = self.call("GET", "/Metrics").body.decode()
        return int(re.search(rf"^{name} (\d+)$", text, re.M).group(1))


def is_sanitized():
    """A sanitizer's own memory is not the program's to answer for."""
    with open(os.environ["VITRINED"], "rb") as program:
        data = program.read()
    return b"__asan_init" in data or b"__tsan_init" in data
