#!/usr/bin/python3
"""bench_aws.py [--quick] [--write FILE] BUILD: how fast and how small the platform is as Lambda functions.

This is the runtime API of one function at a time, over a plain socket, so that what it costs by itself is little. The store is
DynamoDB's stand-in dynoxide (VITRINE_DYNOXIDE, or BUILD/aws/dynoxide), and SQLite where there is none. The table goes to
BUILD/bench-aws.md.
"""

import contextlib
import http.client
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import time
import uuid

from bench import PASSWORD, ROOT, Bench, main

PRODUCTS = 1000
PACKAGED = ROOT / "build-lambda/lambda/aws/bootstrap"  # made by `./bootstrap lambda`
COGNITO = {"VITRINE_IDENTITY": "cognito", "VITRINE_USER_POOL": "us-east-1_bench", "VITRINE_USER_POOL_CLIENT": "bench"}
NEXT = b"GET /2018-06-01/runtime/invocation/next "
ERROR = re.compile(rb"^POST /2018-06-01/runtime/(init/error|invocation/[^/]+/error) ")
EVENT = {"resource": "/{proxy+}", "queryStringParameters": None, "multiValueQueryStringParameters": None,
         "pathParameters": None, "stageVariables": None, "isBase64Encoded": False}


def quantile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def proxy_event(method, path, body=None, token=None, headers=()):
    """What API Gateway hands over, as small as it may be."""
    path, _, query = path.partition("?")
    sent = {"Host": "api.example.com", **({"Authorization": f"Bearer {token}"} if token else {}), **dict(headers)}
    if body is not None:
        sent["Content-Type"] = "application/json"
    fields = [pair.split("=", 1) for pair in query.split("&") if pair]
    return json.dumps({
        **EVENT, "httpMethod": method, "path": path, "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": dict(fields) or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in fields} or None,
        "body": None if body is None else json.dumps(body),
        "requestContext": {"requestId": str(uuid.uuid4()), "stage": "Prod", "path": f"/Prod{path}", "httpMethod": method,
                           "identity": {"sourceIp": "203.0.113.7"}, "resourcePath": "/{proxy+}"},
    }).encode()


class Function:
    """A function's process and the runtime API that it asks."""

    def __init__(self, program, handler, environment):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(30)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VITRINE_"))}
        api = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.began = time.monotonic()
        told = {**kept, **environment, "_HANDLER": handler, "AWS_LAMBDA_RUNTIME_API": api}
        self.process = subprocess.Popen([program], env=told, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.connection, _ = self.listener.accept()
        self.connection.settimeout(30)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.read = b""
        self.take(NEXT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.connection.close()
        self.listener.close()

    def message(self):
        while b"\r\n\r\n" not in self.read:
            self.more()
        head, _, rest = self.read.partition(b"\r\n\r\n")
        length = re.search(rb"^content-length: *(\d+)", head, re.M | re.I)
        need = int(length.group(1)) if length else 0
        while len(rest) < need:
            self.more()
            rest = self.read[len(head) + 4:]
        self.read = rest[need:]
        return head, rest[:need]

    def more(self):
        bytes_read = self.connection.recv(1 << 20)
        if not bytes_read:
            sys.exit("bench: the function has ended")
        self.read += bytes_read

    def take(self, beginning):
        head, body = self.message()
        if ERROR.match(head) or not head.startswith(beginning):
            sys.exit(f"bench: the function says {head.splitlines()[0]!r} {body[:300]!r}")
        return body

    def invoke(self, event, status):
        """The answer's body, and from handing the event over to having all of the answer, in ms."""
        head = (f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(event)}\r\n"
                f"Lambda-Runtime-Aws-Request-Id: {uuid.uuid4()}\r\n"
                f"Lambda-Runtime-Deadline-Ms: {int(time.time() * 1000) + 29000}\r\n\r\n").encode()
        began = time.monotonic()
        self.connection.sendall(head + event)
        answer = self.take(b"POST ")
        took = (time.monotonic() - began) * 1000
        self.connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        self.take(NEXT)
        answer = json.loads(answer)
        if answer["statusCode"] != status:
            sys.exit(f"bench: {answer['statusCode']} {answer['body'][:300]}")
        return answer["body"], took

    def peak(self):
        """MB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.M).group(1)) * 1024 / 1e6


class Table:
    """dynoxide, in memory, with an empty table; without its stream, each write to which goes through all that is in it."""

    def __init__(self, program):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        quiet = {name: subprocess.DEVNULL for name in ("stdin", "stdout", "stderr")}
        self.process = subprocess.Popen([program, "serve", "-p", str(port)], **quiet)
        self.port = port
        until = time.monotonic() + 10
        while True:
            try:
                self.ask("CreateTable", {
                    "TableName": "bench", "BillingMode": "PAY_PER_REQUEST",
                    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]})
                return
            except ConnectionRefusedError:
                if time.monotonic() > until or self.process.poll() is not None:
                    sys.exit("bench: dynoxide did not start")

    def ask(self, operation, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", "/", json.dumps(body), {
                "X-Amz-Target": f"DynamoDB_20120810.{operation}", "Content-Type": "application/x-amz-json-1.0",
                "Authorization": "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request,"
                                 " SignedHeaders=host;x-amz-date, Signature=0", "X-Amz-Date": "20260101T000000Z"})
            answer = connection.getresponse()
            if answer.status != 200:
                sys.exit(f"bench: {operation}: {answer.read()[:300]!r}")
        finally:
            connection.close()

    def environment(self):
        return {"VITRINE_STORE": "dynamodb", "VITRINE_TABLE": "bench", "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
                "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class AwsBench(Bench):
    name = "aws"

    def function(self, handler, environment):
        return Function(str(self.build / "lambda/bootstrap"), handler, environment)

    def measure_start(self, program, what, environment):
        times = []
        for _ in range(9 if self.quick else 31):
            with Function(program, "AuthFunction", environment) as function:
                function.invoke(proxy_event("GET", "/"), 200)
                times.append((time.monotonic() - function.began) * 1000)
                peak = function.peak()
        middle = statistics.median(times)
        self.row(f"exec to the first answer, {what}", f"{middle:.1f} ms",
                 f"fastest {min(times):.1f} ms, slowest {max(times):.1f} ms; then {peak:.1f} MB", "10 ms", middle < 10)

    def measure_warm(self, environment):
        with self.function("AuthFunction", environment) as function:
            times = [function.invoke(proxy_event("GET", "/"), 200)[1] for _ in range(200 if self.quick else 2000)]
        middle = statistics.median(times)
        self.row("a request that needs no store, warm", f"p50 {middle:.2f} ms, p99 {quantile(times, 0.99):.2f} ms",
                 f"{len(times):,} requests", "1 ms", middle < 1)

    def times_row(self, what, times):
        self.row(what, f"p50 {statistics.median(times):.2f} ms, p99 {quantile(times, 0.99):.2f} ms", f"{len(times):,} requests")

    def fill(self, environment):
        """A seller with products, a client; the client's token, and the products."""
        names = ("SellersFunction", "ClientsFunction", "AuthFunction", "ProductsFunction")
        with contextlib.ExitStack() as stack:
            sellers, clients, auth, products = (stack.enter_context(self.function(name, environment)) for name in names)
            seller = {"email": "seller@example.com", "password": PASSWORD}
            client = {"email": "client@example.com", "password": PASSWORD}
            sellers.invoke(proxy_event("POST", "/Seller", {**seller, "full_name": "Seller"}), 201)
            clients.invoke(proxy_event("POST", "/Client", {**client, "full_name": "Client", "mobile": "+4366012345678"}), 201)
            tokens = [json.loads(auth.invoke(proxy_event("POST", "/Login", one), 200)[0])["access_token"]
                      for one in (seller, client)]
            made = []
            for first in range(0, PRODUCTS, 100):
                items = [{"name": f"Thing {number} of {self.random.choice(('wood', 'steel', 'glass'))}",
                          "description": "It lasts for years. " * 5, "category": f"Things {number % 8}",
                          "price": f"{1 + number % 90}.50", "stock": 100000} for number in range(first, first + 100)]
                answer, _ = products.invoke(proxy_event("POST", "/Product/Batch", {"items": items}, tokens[0]), 200)
                made += [outcome["product"] for outcome in json.loads(answer)["outcomes"]]
            return tokens[1], made

    def measure_shop(self, environment, engine):
        rounds = 100 if self.quick else 1000
        token, made = self.fill(environment)
        with self.function("ProductsFunction", environment) as products:
            listed = [products.invoke(proxy_event("GET", "/Product?limit=20"), 200)[1] for _ in range(rounds)]
            peak = products.peak()
        self.times_row(f"20 of {PRODUCTS:,} products, {engine}", listed)
        with self.function("PurchasesFunction", environment) as purchases:
            bought = []
            for _ in range(rounds):
                product = self.random.choice(made)
                body = {"items": [{"product_id": product["id"], "quantity": 1, "price": product["price"]}]}
                event = proxy_event("POST", "/Purchase", body, token, {"Idempotency-Key": str(uuid.uuid4())})
                bought.append(purchases.invoke(event, 201)[1])
            peak = max(peak, purchases.peak())
        self.times_row(f"a purchase, {engine}", bought)
        self.row("most memory of a function", f"{peak:.1f} MB", f"{2 * rounds:,} requests of these", "16 MB", peak < 16)

    def run(self):
        kept = {"VITRINE_DB": str(self.scratch / "shop.db")}  # of dynamodb's shop, the logins
        dynoxide = os.environ.get("VITRINE_DYNOXIDE") or str(self.build / "aws/dynoxide")
        if os.access(dynoxide, os.X_OK):
            with Table(dynoxide) as table:
                if PACKAGED.exists():
                    self.measure_start(str(PACKAGED), "as it is deployed", {**table.environment(), **COGNITO})
                self.measure({**table.environment(), **kept}, "through dynoxide")
        else:
            self.measure(kept, "on SQLite")

    def measure(self, environment, engine):
        self.measure_start(str(self.build / "lambda/bootstrap"), "linked as on one machine", environment)
        self.measure_warm(environment)
        self.measure_shop(environment, engine)


if __name__ == "__main__":
    main(AwsBench, __doc__)
