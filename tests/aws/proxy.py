"""What lies between a program and DynamoDB on a bad day: verifies each request's signature by itself, and makes trouble
of some of them: of `rate` in a thousand, drawn by the seed."""

import collections
import http.client
import http.server
import json
import random
import socket
import struct
import sys
import threading

import sigv4

DYNAMODB = "com.amazonaws.dynamodb.v20120810#"
KEYS = {"AKIDEXAMPLE": ("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a/session+token==")}
REGION = "eu-west-1"
SILENCE_SECONDS = 30  # whoever waits longer has no time limit of its own
UPSTREAM_SECONDS = 60

# Each with the operations that it can befall; None: all.
FAULTS = {
    "conflict": ("TransactWriteItems",),       # another transaction changes one of the items
    "throttled_part": ("TransactWriteItems",),  # a part of it is throttled
    "in_progress": ("TransactWriteItems",),
    "unprocessed": ("BatchGetItem", "BatchWriteItem"),  # only a part of it is done
    "throttle": None,
    "throughput": None,
    "error": None,
    "unavailable": None,    # a balancer answers, in HTML
    "silence": None,        # before DynamoDB was asked
    "silence_after": None,  # and after it did what was asked
    "reset": None,
    "reset_after": None,
    "cut": None,            # in the middle of the answer
}


class Hangup(Exception):
    """The connection ends without an answer."""


def mistake(error, message="", namespace=DYNAMODB, status=400, **more):
    return status, json.dumps({"__type": namespace + error, "message": message, **more}).encode(), "application/x-amz-json-1.0"


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection of a program, and one to DynamoDB."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 120
    upstream = None

    def log_message(self, *_):
        pass

    def setup(self):
        super().setup()
        with self.server.proxy.lock:
            self.server.proxy.connections += 1

    def finish(self):
        try:
            super().finish()
        except OSError:
            pass
        if self.upstream:
            self.upstream.close()

    def answer(self, status, body, media_type, length=None):
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def handle_expect_100(self):
        with self.server.proxy.lock:
            self.server.proxy.leaves += 1
        return super().handle_expect_100()

    # ---- DynamoDB ----

    def ask(self, body):
        """What DynamoDB says to that body."""
        if not self.upstream:
            self.upstream = http.client.HTTPConnection("127.0.0.1", self.server.proxy.upstream, timeout=UPSTREAM_SECONDS)
        sent = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "content-length", "accept-encoding")}
        self.upstream.request("POST", "/", body, sent)
        found = self.upstream.getresponse()
        return found.status, found.read(), found.headers.get("Content-Type", "")

    # ---- trouble ----

    def hang_up(self, reset):
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True
        raise Hangup

    def say_nothing(self):
        """Until the other side gives up."""
        self.connection.settimeout(SILENCE_SECONDS)
        try:
            self.connection.recv(1)
        except OSError:
            pass
        self.hang_up(False)

    def cancelled(self, request, code):
        """Of one part at least."""
        count, chance = len(request["TransactItems"]), self.server.proxy.chance
        hit = set(chance.sample(range(count), chance.randint(1, min(count, 3))))
        reasons = [{"Code": code, "Message": "Transaction is ongoing for the item"} if at in hit else {"Code": "None"}
                   for at in range(count)]
        codes = ", ".join(reason["Code"] for reason in reasons)
        return mistake("TransactionCanceledException", f"Transaction cancelled, please refer cancellation reasons for specific "
                       f"reasons [{codes}]", CancellationReasons=reasons)

    def partly(self, operation, request):
        """Asks for a part only (of one thing: for nothing), and hands the rest back."""
        (table, things), = request["RequestItems"].items()
        rows = things["Keys"] if operation == "BatchGetItem" else things
        kept = self.server.proxy.chance.randrange(len(rows)) if len(rows) > 1 else 0

        def of(part):
            return {table: {**things, "Keys": part} if operation == "BatchGetItem" else part}

        left = "UnprocessedKeys" if operation == "BatchGetItem" else "UnprocessedItems"
        if not kept:
            return 200, json.dumps({left: of(rows), "Responses": {}}).encode(), "application/x-amz-json-1.0"
        status, body, media_type = self.ask(json.dumps({**request, "RequestItems": of(rows[:kept])}).encode())
        if status != 200:
            return status, body, media_type
        return status, json.dumps({**json.loads(body), left: of(rows[kept:])}).encode(), media_type

    def trouble(self, fault, operation, body):
        """The answer of that fault, if it is one."""
        request = json.loads(body)
        before = {
            "conflict": lambda: self.cancelled(request, "TransactionConflict"),
            "throttled_part": lambda: self.cancelled(request, "ThrottlingError"),
            "in_progress": lambda: mistake("TransactionInProgressException", "The transaction with the given request token is "
                                           "already in progress."),
            "unprocessed": lambda: self.partly(operation, request),
            "throttle": lambda: mistake("ThrottlingException", "Rate exceeded", "com.amazon.coral.availability#"),
            "throughput": lambda: mistake("ProvisionedThroughputExceededException", "The level of configured provisioned "
                                          "throughput for the table was exceeded."),
            "error": lambda: mistake("InternalServerError", "The request processing has failed", status=500),
            "unavailable": lambda: (503, b"<html>Service Unavailable</html>", "text/html"),
            "silence": self.say_nothing,
            "reset": lambda: self.hang_up(True),
        }
        if fault in before:
            return before[fault]()
        found = self.ask(body)
        self.server.proxy.note_commit(operation, request, found[0])
        if fault == "silence_after":
            self.say_nothing()
        if fault == "reset_after":
            self.hang_up(True)
        self.answer(found[0], found[1][:len(found[1]) // 2], found[2], len(found[1]))
        return self.hang_up(False)

    # ---- a request ----

    def do_POST(self):
        proxy = self.server.proxy
        try:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers.get("X-Amz-Target", ".").split(".")[1]
            self.answer(*self.judged(proxy, operation, body))
        except Hangup:
            pass
        except (OSError, http.client.HTTPException):
            self.close_connection = True

    def judged(self, proxy, operation, body):
        try:
            proxy.keys.judge("POST", self.path, self.headers.items(), body, "dynamodb")
        except sigv4.Refused as refused:
            with proxy.lock:
                proxy.refused.append(refused.error)
            return mistake(refused.error, refused.message, "")
        fault = proxy.draw(operation)
        if fault:
            return self.trouble(fault, operation, body)
        found = self.ask(body)
        proxy.note_commit(operation, json.loads(body), found[0])
        return found


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Proxy:
    def __init__(self, upstream, keys=None, region=REGION, seed=1):
        self.upstream, self.keys = upstream, sigv4.Keys(keys or KEYS, region)
        self.lock, self.chance = threading.Lock(), random.Random(seed)
        self.rate, self.only = 0, None
        self.faults, self.operations, self.refused = collections.Counter(), collections.Counter(), []
        self.commits, self.connections, self.leaves = collections.Counter(), 0, 0
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.proxy = self
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def change(self, rate, only):
        """From now on; `only` None: every fault."""
        with self.lock:
            self.rate, self.only = rate, only

    def draw(self, operation):
        """The fault that befalls this request, or None."""
        with self.lock:
            self.operations[operation] += 1
            if self.chance.randrange(1000) >= self.rate:
                return None
            fitting = [name for name, operations in FAULTS.items()
                       if (not operations or operation in operations) and (not self.only or name in self.only)]
            if not fitting:
                return None
            fault = self.chance.choice(fitting)
            self.faults[fault] += 1
            return fault

    def note_commit(self, operation, request, status):
        """How often DynamoDB said that a transaction was done, by its token: it does one token once, and says so again."""
        if operation == "TransactWriteItems" and status == 200:
            with self.lock:
                self.commits[request.get("ClientRequestToken")] += 1

    def told(self):
        with self.lock:
            return {"faults": dict(self.faults), "operations": dict(self.operations), "refused": self.refused,
                    "connections": self.connections, "leaves": self.leaves,
                    "told_again": sum(count - 1 for count in self.commits.values())}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
