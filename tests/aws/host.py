"""What Lambda is to a function's process: the runtime API (2018-06-01), and the process with its environment.

It runs anywhere and does what was seen of aws-lambda-rie: one event at a time, a deadline, an answer or an error for each.
"""

import http.server
import json
import os
import queue
import subprocess
import threading
import time
import uuid

API = "/2018-06-01/runtime"
START_SECONDS = 60
GRACE_SECONDS = 60


class Outcome:
    """How an invocation ended: `kind` is answer, error, timeout or exit."""

    def __init__(self, kind, body=b"", error_type=""):
        self.kind, self.body, self.error_type = kind, body, error_type
        self.seconds = 0.0

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.kind} {self.error_type} {self.body[:300]!r}"


class Invocation:
    def __init__(self, event, seconds):
        self.id = str(uuid.uuid4())
        self.event, self.seconds = event, seconds
        self.outcome = queue.Queue()


class Log:
    """What functions say, in a file that they append to. It is read through another opening of it: a process shares its place in
    the file with whoever started it, so one that reads from the start would have it write there. A function tells of a request
    after its answer has left; all is there once it was stopped."""

    def __init__(self, path):
        self.path, self.file = path, open(path, "ab")

    def fileno(self):
        return self.file.fileno()

    def read(self):
        with open(self.path, encoding="utf-8") as file:
            return file.read()

    def close(self):
        self.file.close()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


class Connection(http.server.BaseHTTPRequestHandler):
    """One that is kept for many requests. Each answer goes out at once, and nothing is logged."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_):
        pass


class Handler(Connection):
    """One connection of the process."""

    def setup(self):
        super().setup()
        self.server.host.connections += 1

    def answer(self, status, body=b"{}", headers=()):
        self.send_response(status)
        for name, value in (("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def do_GET(self):
        host = self.server.host
        if self.path != f"{API}/invocation/next":
            self.answer(404)
            return
        host.ready.set()
        host.asked.release()
        invocation = host.events.get()
        if invocation is None:
            self.close_connection = True
            return
        deadline = int((time.time() + invocation.seconds) * 1000)
        self.answer(200, invocation.event, (
            ("Lambda-Runtime-Aws-Request-Id", invocation.id),
            ("Lambda-Runtime-Deadline-Ms", str(deadline)),
            ("Lambda-Runtime-Invoked-Function-Arn", f"arn:aws:lambda:us-east-1:000000000000:function:{host.handler}"),
            ("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000")))

    def do_POST(self):
        host = self.server.host
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path == f"{API}/init/error":
            host.init_error = json.loads(body)
            host.ready.set()
            self.answer(202)
            return
        _, _, _, _, identifier, what = (self.path.split("/") + [""] * 6)[:6]
        invocation = host.running if host.running and host.running.id == identifier else None
        if not invocation or what not in ("response", "error"):
            self.answer(400)
            return
        host.running = None
        kind = "answer" if what == "response" else "error"
        invocation.outcome.put(Outcome(kind, body, self.headers.get("Lambda-Runtime-Function-Error-Type", "")))
        self.answer(202)


class Host:
    """A function's process (a program, or a command with arguments; what it says goes to `log`) and what it asks. `asked` is
    released each time it asks for an event."""

    def __init__(self, program, handler, environment, log=None, seconds=29):
        self.handler, self.seconds = handler, seconds
        self.events, self.running, self.lock = queue.Queue(), None, threading.Lock()
        self.ready, self.asked, self.init_error, self.connections = threading.Event(), threading.Semaphore(0), None, 0
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.host = self
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        whole = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VITRINE_"))}
        whole.update(environment, _HANDLER=handler, AWS_LAMBDA_RUNTIME_API=f"127.0.0.1:{self.server.server_port}")
        command = [program] if isinstance(program, str) else program
        self.process = subprocess.Popen(command, env=whole, stdin=subprocess.DEVNULL, stderr=log)
        threading.Thread(target=self.watch, daemon=True).start()
        if not self.ready.wait(START_SECONDS):
            self.process.kill()
            raise RuntimeError(f"{handler} doesn't start")

    def watch(self):
        self.process.wait()
        self.ready.set()
        running = self.running
        if running:
            running.outcome.put(Outcome("exit"))

    def invoke(self, event, seconds=None, patience=None):
        """One event, as bytes or as what JSON is made of. Those that come meanwhile wait for it. `seconds` is what the function
        is told, `patience` how long it has in truth; the same when it isn't given."""
        invocation = Invocation(event if isinstance(event, bytes) else json.dumps(event).encode(), seconds or self.seconds)
        with self.lock:
            if self.process.poll() is not None:
                return Outcome("exit")
            began = time.monotonic()
            self.running = invocation
            self.events.put(invocation)
            try:
                outcome = invocation.outcome.get(timeout=patience or invocation.seconds)
            except queue.Empty:
                self.running = None
                outcome = Outcome("timeout")
            outcome.seconds = time.monotonic() - began
            return outcome

    def stop(self):
        """Ends the process as a shutdown does; its status."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.events.put(None)
        self.server.shutdown()
        self.server.server_close()
        return status
