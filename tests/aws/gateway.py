#!/usr/bin/python3
"""A small gateway that does what was seen of API Gateway, with the functions behind it, each a process of its own.

    gateway.py [--listen 127.0.0.1:PORT] [--program FILE] [--rie] [--db FILE] [--outbox DIRECTORY] [--store ENGINE]…

It takes what vitrined takes (the shop's settings, each with a value) and says what vitrined says, so that whatever is tried on
that can be tried on this. What it serves is what models/api.def has: each path with any method, and whatever is left as
/{proxy+}. Requests are handed over as events of a REST API's proxy integration (payload 1.0), all media types binary. What
needs a token goes past the authorizer first, whose answer is kept for some minutes. What the gateway says by itself it says as
problem details, as a template's GatewayResponses can have it.

The functions run in a runtime of ours, or with --rie (or VITRINE_GATEWAY_RIE=1, for whom no option can be given) in aws-lambda-rie.
"""

import argparse
import base64
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

import host
import rie

STAGE = "Prod"
BODY_MAX = 10 * 1024 * 1024
EVENT_MAX = 6 * 1024 * 1024
REST = "AuthFunction"  # what serves /{proxy+}
AUTHORIZER = "AuthorizerFunction"
NEEDS_TOKEN = {"SIGNED_IN", "CLIENT", "SELLER", "SELF"}
POLICY_SECONDS = 300
API = "arn:aws:execute-api:us-east-1:000000000000:local"


class Route:
    """A resource of the API, and the function of each of its methods."""

    def __init__(self, resource):
        self.resource, self.functions, self.guarded = resource, {}, set()
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
        if row["who"] in NEEDS_TOKEN:
            route.guarded.add(row["method"])
    # What is written out goes before what stands for anything.
    return sorted(routes.values(), key=lambda route: route.resource.count("{"))


def problem(status, code, message):
    """What the gateway says by itself."""
    identifier = str(uuid.uuid4())
    body = {"type": f"urn:vitrine:problem:{code}", "title": message, "status": status, "detail": message, "code": code,
            "request_id": identifier, "errors": [], "message": message}
    headers = [("Content-Type", "application/problem+json"), ("X-Request-Id", identifier), ("Cache-Control", "no-store")]
    if status == 401:
        headers.append(("WWW-Authenticate", 'Bearer realm="vitrine"'))
    return status, headers, json.dumps(body).encode()


def covers(pattern, arn):
    """Does a policy's resource, in which an asterisk stands for anything, mean this call?"""
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), arn) is not None


def gather(pairs):
    """{name: [value, …]} of pairs, names alike in any case."""
    found, spelling = {}, {}
    for name, value in pairs:
        found.setdefault(spelling.setdefault(name.lower(), name), []).append(value)
    return found


class Gateway:
    def __init__(self, routes, functions):
        self.routes, self.functions, self.policies = routes, functions, {}

    def route(self, path):
        """(route, parameters)."""
        parts = path.strip("/").split("/") if path != "/" else [""]
        for route in self.routes:
            found = route.match(parts)
            if found is not None and (path == "/" or not path.endswith("/")):
                return route, found
        rest = Route("/{proxy+}")
        rest.functions["ANY"] = REST
        return rest, {"proxy": urllib.parse.unquote(path[1:])}

    def policy(self, token, arn):
        """(who, resource) that the authorizer answered for this token, or the problem."""
        kept = self.policies.get(token)
        if kept and kept[0] > time.monotonic():
            return kept[1], None
        outcome = self.functions[AUTHORIZER].invoke({"type": "TOKEN", "methodArn": arn, "authorizationToken": token})
        if outcome.kind == "error" and outcome.json()["errorMessage"] == "Unauthorized":
            return None, problem(401, "unauthenticated", "Unauthorized")
        if outcome.kind != "answer":
            print(f"{AUTHORIZER}: {outcome}", file=sys.stderr, flush=True)
            return None, problem(500, "internal", "Internal error")
        answer = outcome.json()
        statement, = answer["policyDocument"]["Statement"]
        assert answer["policyDocument"]["Version"] == "2012-10-17" and statement["Effect"] == "Allow", answer
        assert statement["Action"] == "execute-api:Invoke", answer
        self.policies[token] = time.monotonic() + POLICY_SECONDS, (answer["principalId"], statement["Resource"])
        return self.policies[token][1], None

    def authorize(self, method, path, headers):
        """(who, None), or (None, problem)."""
        token = next((value for name, value in headers if name.lower() == "authorization"), "")
        if not token:
            return None, problem(401, "unauthenticated", "Unauthorized")
        arn = f"{API}/{STAGE}/{method}{path}"
        policy, wrong = self.policy(token, arn)
        if wrong:
            return None, wrong
        if not covers(policy[1], arn):
            return None, problem(403, "forbidden", "User is not authorized to access this resource")
        return policy[0], None

    @staticmethod
    def event(route, parameters, method, target, headers, body, address, who):
        path, _, query = target.partition("?")
        values = gather(headers)
        queries = {}
        for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True):
            queries.setdefault(name, []).append(value)
        return {
            "resource": route.resource,
            "path": path,
            "httpMethod": method,
            "headers": {name: value[-1] for name, value in values.items()} or None,
            "multiValueHeaders": values or None,
            "queryStringParameters": {name: value[-1] for name, value in queries.items()} or None,
            "multiValueQueryStringParameters": queries or None,
            "pathParameters": parameters or None,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": route.resource, "httpMethod": method, "path": f"/{STAGE}{path}", "stage": STAGE,
                "accountId": "000000000000", "apiId": "local", "protocol": "HTTP/1.1",
                "requestId": str(uuid.uuid4()), "requestTimeEpoch": int(time.time() * 1000),
                **({"authorizer": {"principalId": who, "integrationLatency": 0}} if who else {}),
                "identity": {"sourceIp": address, "userAgent": values.get("User-Agent", [None])[0]},
            },
            "body": base64.b64encode(body).decode() if body else None,
            "isBase64Encoded": bool(body),
        }

    def answer(self, method, target, headers, body, address):
        """(status, headers, body) of a request."""
        if len(body) > BODY_MAX:
            return problem(413, "too_large", "Request Too Long")
        path, who = target.partition("?")[0], None
        route, parameters = self.route(path)
        if method in route.guarded:
            who, wrong = self.authorize(method, path, headers)
            if wrong:
                return wrong
        event = json.dumps(self.event(route, parameters, method, target, headers, body, address, who)).encode()
        if len(event) > EVENT_MAX:
            return problem(413, "too_large", "Request Too Long")
        function = route.function(method)
        outcome = self.functions[function].invoke(event)
        if outcome.kind == "timeout":
            return problem(504, "timeout", "Endpoint request timed out")
        if outcome.kind != "answer":
            print(f"{function}: {outcome}", file=sys.stderr, flush=True)
            return problem(502, "internal", "Internal server error")
        return self.read_answer(outcome.json())

    @staticmethod
    def read_answer(answer):
        known = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
        if set(answer) - known or not isinstance(answer["statusCode"], int):
            return problem(502, "internal", "Internal server error")
        pairs = [(name, value) for name, values in answer.get("multiValueHeaders", {}).items() for value in values]
        pairs += [(name, value) for name, value in answer.get("headers", {}).items()]
        body = answer.get("body") or ""
        return answer["statusCode"], pairs, base64.b64decode(body, validate=True) if answer.get("isBase64Encoded") else body.encode()


class Handler(host.Connection):
    """Hands each request, whatever its method, to the gateway."""

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


def until_ended():
    """An event that SIGTERM sets."""
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    return ending


def serve(gateway, listen, ending):
    """Says where it listens, as vitrined does, and serves until `ending` is set. `gateway` has an `answer`, as Gateway has."""
    address, _, port = listen.rpartition(":")
    server = host.Server((address, int(port)), Handler)
    server.gateway = gateway
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    print(f"listening on http://{address}:{server.server_port}", flush=True)
    ending.wait()
    server.shutdown()


def read_settings(words):
    """--user-pool ID to VITRINE_USER_POOL=ID; the functions say what is wrong with them. And where AWS is."""
    settings = {f"VITRINE_{name.removeprefix('--').replace('-', '_').upper()}": value
                for name, value in zip(words[::2], words[1::2], strict=True)}
    return {**settings, **{name: value for name, value in os.environ.items() if name.startswith("AWS_")}}


def start_functions(program, names, environment, log, in_rie):
    """aws-lambda-rie tells nobody that a function can't start."""
    functions = {}
    for name in names:
        if in_rie:
            functions[name] = rie.Rie(program, name, environment, log)
            continue
        functions[name] = host.Host(program, name, environment, log)
        if functions[name].init_error:
            raise SystemExit(f"{name}: {functions[name].init_error}")
    return functions


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    build = os.environ["top_builddir"]
    parser.add_argument("--listen", default="127.0.0.1:0")
    parser.add_argument("--program", default=f"{build}/lambda/bootstrap")
    parser.add_argument("--rie", action="store_true", default=bool(os.environ.get("VITRINE_GATEWAY_RIE")))
    options, settings = parser.parse_known_args()
    ending = until_ended()
    routes = read_routes(build)
    names = sorted({name for route in routes for name in route.functions.values()} | {AUTHORIZER})
    environment = read_settings(settings)
    functions = start_functions(options.program, names, environment, sys.stderr, options.rie)
    serve(Gateway(routes, functions), options.listen, ending)
    statuses = {name: function.stop() for name, function in functions.items()}
    for name, status in statuses.items():
        if status:
            print(f"{name} ended with status {status}", file=sys.stderr)
    return 1 if any(statuses.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
