#!/usr/bin/python3
"""A small gateway that does what was seen of API Gateway, with the functions behind it, each a process of its own.

    gateway.py --db FILE [--listen 127.0.0.1:PORT] [--outbox DIRECTORY]

It takes what vitrined takes and says what vitrined says, so that whatever is tried on that can be tried on this. What it
serves is what models/api.def has: each path with any method, and whatever is left as /{proxy+}. Requests are handed over as
events of a REST API's proxy integration (payload 1.0), all media types binary.
"""

import argparse
import base64
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

import host

STAGE = "Prod"
BODY_MAX = 10 * 1024 * 1024
EVENT_MAX = 6 * 1024 * 1024
REST = "AuthFunction"  # what serves /{proxy+}


class Route:
    """A resource of the API, and the function of each of its methods."""

    def __init__(self, resource):
        self.resource, self.functions = resource, {}
        self.parts = resource.strip("/").split("/")

    def match(self, parts):
        """The path's parameters, or None."""
        if len(parts) != len(self.parts):
            return None
        found = {}
        for mine, theirs in zip(self.parts, parts):
            if mine.startswith("{") and theirs:
                found[mine[1:-1]] = urllib.parse.unquote(theirs)
            elif mine != theirs:
                return None
        return found

    def function(self, method):
        return self.functions.get(method) or next(iter(self.functions.values()))


def read_routes(build):
    table = json.loads(subprocess.run([f"{build}/tests/unit/dump_api"], capture_output=True, check=True, timeout=60).stdout)
    routes = {}
    for row in table["rows"]:
        route = routes.setdefault(row["path"], Route(row["path"]))
        route.functions[row["method"]] = row["function"] + "Function"
    # What is written out goes before what stands for anything.
    return sorted(routes.values(), key=lambda route: route.resource.count("{"))


def problem(status, message):
    """What the gateway says by itself."""
    return status, [("Content-Type", "application/json")], json.dumps({"message": message}).encode()


def gather(pairs):
    """{name: [value, …]} of pairs, names alike in any case."""
    found, spelling = {}, {}
    for name, value in pairs:
        found.setdefault(spelling.setdefault(name.lower(), name), []).append(value)
    return found


class Gateway:
    def __init__(self, routes, functions):
        self.routes, self.functions = routes, functions

    def route(self, path):
        """(resource, function by method, parameters)."""
        parts = path.strip("/").split("/") if path != "/" else [""]
        for route in self.routes:
            found = route.match(parts)
            if found is not None and (path == "/" or not path.endswith("/")):
                return route.resource, route.function, found
        return "/{proxy+}", lambda _: REST, {"proxy": urllib.parse.unquote(path[1:])}

    def event(self, method, target, headers, body, address):
        path, _, query = target.partition("?")
        resource, function, parameters = self.route(path)
        values = gather(headers)
        queries = {}
        for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True):
            queries.setdefault(name, []).append(value)
        return function(method), {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "headers": {name: value[-1] for name, value in values.items()} or None,
            "multiValueHeaders": values or None,
            "queryStringParameters": {name: value[-1] for name, value in queries.items()} or None,
            "multiValueQueryStringParameters": queries or None,
            "pathParameters": parameters or None,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": resource, "httpMethod": method, "path": f"/{STAGE}{path}", "stage": STAGE,
                "accountId": "000000000000", "apiId": "local", "protocol": "HTTP/1.1",
                "requestId": str(uuid.uuid4()), "requestTimeEpoch": int(time.time() * 1000),
                "identity": {"sourceIp": address, "userAgent": values.get("User-Agent", [None])[0]},
            },
            "body": base64.b64encode(body).decode() if body else None,
            "isBase64Encoded": bool(body),
        }

    def answer(self, method, target, headers, body, address):
        """(status, headers, body) of a request."""
        if len(body) > BODY_MAX:
            return problem(413, "Request Too Long")
        function, event = self.event(method, target, headers, body, address)
        event = json.dumps(event).encode()
        if len(event) > EVENT_MAX:
            return problem(413, "Request Too Long")
        outcome = self.functions[function].invoke(event)
        if outcome.kind == "timeout":
            return problem(504, "Endpoint request timed out")
        if outcome.kind != "answer":
            print(f"{function}: {outcome}", file=sys.stderr, flush=True)
            return problem(502, "Internal server error")
        return self.read_answer(outcome.json())

    @staticmethod
    def read_answer(answer):
        known = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
        if set(answer) - known or not isinstance(answer["statusCode"], int):
            return problem(502, "Internal server error")
        pairs = [(name, value) for name, values in answer.get("multiValueHeaders", {}).items() for value in values]
        pairs += [(name, value) for name, value in answer.get("headers", {}).items()]
        body = answer.get("body") or ""
        return answer["statusCode"], pairs, base64.b64decode(body, validate=True) if answer.get("isBase64Encoded") else body.encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_):
        pass

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.serve
        raise AttributeError(name)

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = self.requestline.split(" ")[1]  # self.path is without what the library takes for a mistake
        status, headers, content = self.server.gateway.answer(self.command, target, list(self.headers.items()), body,
                                                              self.client_address[0])
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.send_header("Date", self.date_time_string())
        self.end_headers()
        if status not in (204, 304) and self.command != "HEAD":
            self.wfile.write(content)
        self.wfile.flush()


def start_functions(program, names, environment, log):
    functions = {}
    for name in names:
        functions[name] = host.Host(program, name, environment, log)
        if functions[name].init_error:
            raise SystemExit(f"{name}: {functions[name].init_error}")
    return functions


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--db", required=True)
    parser.add_argument("--listen", default="127.0.0.1:0")
    parser.add_argument("--outbox")
    options = parser.parse_args()
    build = os.environ["top_builddir"]
    routes = read_routes(build)
    names = sorted({name for route in routes for name in route.functions.values()})
    environment = {"VITRINE_DB": options.db}
    if options.outbox:
        environment["VITRINE_OUTBOX"] = options.outbox
    functions = start_functions(f"{build}/lambda/bootstrap", names, environment, sys.stderr)
    address, _, port = options.listen.rpartition(":")
    server = host.Server((address, int(port)), Handler)
    server.gateway = Gateway(routes, functions)
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    print(f"listening on http://{address}:{server.server_port}", flush=True)
    ending.wait()
    server.shutdown()
    statuses = {name: function.stop() for name, function in functions.items()}
    for name, status in statuses.items():
        if status:
            print(f"{name} ended with status {status}", file=sys.stderr)
    return 1 if any(statuses.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
