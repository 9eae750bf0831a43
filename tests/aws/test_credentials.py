#!/usr/bin/python3
"""As whom the engine signs: keys that are wrong, a container's role whose keys change, expire and can't be had. The proxy checks
each signature, and stands for DynamoDB, which isn't needed for this."""

import datetime
import http.server
import json
import os
import sys
import tempfile
import threading

import engines
import proxy

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from rules import Tally

GOOD = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a/session+token==")
GET = ("get", "a", "b")


class Nowhere(proxy.Proxy):
    """A proxy that answers what was signed right by itself."""

    def __init__(self, **options):
        super().__init__(0, **options)
        self.server.RequestHandlerClass = Answering


class Answering(proxy.Handler):
    def ask(self, body):
        return 200, b"{}", "application/x-amz-json-1.0"


class Agent:
    """What tells a container its role's keys."""

    def __init__(self):
        self.status, self.body, self.asked = 200, b"", []
        agent = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                agent.asked.append((self.path, self.headers.get("Authorization")))
                self.send_response(agent.status)
                self.send_header("Content-Length", str(len(agent.body)))
                self.end_headers()
                self.wfile.write(agent.body)

        self.server = proxy.Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/v2/credentials?id=a%2Fb"

    def tell(self, key, seconds):
        expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
        self.body = json.dumps({"AccessKeyId": key[0], "SecretAccessKey": key[1], "Token": key[2],
                                "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ")}).encode()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def expect(told, wanted, what):
    told = " ".join(told)
    if not told.startswith(wanted):
        yield f"{what}: {told[:200]}"
    if any(secret in told for secret in GOOD[1:]):
        yield f"{what}: tells a secret"


def wrong_keys(front):
    for what, key, error in (("another secret", (GOOD[0], GOOD[1] + "x", GOOD[2]), "InvalidSignatureException"),
                             ("another key", ("AKIDOTHER", *GOOD[1:]), "UnrecognizedClientException"),
                             ("another token", (*GOOD[:2], "other"), "UnrecognizedClientException"),
                             ("no token", (*GOOD[:2], None), "UnrecognizedClientException")):
        asker = engines.Asker(engines.environment(front.url, key, proxy.REGION))
        before = len(front.refused)
        yield from expect(asker.ask(*GET), f"internal DynamoDB refused GetItem ({error})", what)
        if len(front.refused) != before + 1:
            yield f"{what}: tried {len(front.refused) - before} times"
        if asker.end():
            yield f"{what}: it ended badly"
    asker = engines.Asker(engines.environment(front.url, GOOD, "us-east-1"))
    yield from expect(asker.ask(*GET), "internal DynamoDB refused GetItem (InvalidSignatureException)", "another region")
    asker.end()


def unsigned(front):
    """What anybody may call carries no signature and needs no key; the rest isn't sent without one."""
    asker = engines.Asker(engines.environment(front.url, None, proxy.REGION))
    before = len(front.refused)
    yield from expect(asker.ask("call", "2", "SignUp", "o", "{}"), "ok 400 MissingAuthenticationTokenException", "an open call")
    yield from expect(asker.ask(*GET), "internal There are no AWS credentials", "a signed one")
    if len(front.refused) != before + 1:
        yield "something was sent without a signature"
    asker.end()


def container(front, agent, **more):
    return engines.Asker(engines.environment(front.url, None, proxy.REGION, AWS_CONTAINER_CREDENTIALS_FULL_URI=agent.url, **more))


def role(front, agent):
    """Asked for once, with the header; again when they are about to expire, or were refused as expired."""
    agent.tell(GOOD, 3600)
    asker = container(front, agent, AWS_CONTAINER_AUTHORIZATION_TOKEN="Basic abc")
    for _ in range(3):
        yield from expect(asker.ask(*GET), "ok", "the role's keys")
    if agent.asked != [("/v2/credentials?id=a%2Fb", "Basic abc")]:
        yield f"asked: {agent.asked}"
    asker.end()


def renewed(front, agent):
    agent.asked.clear()
    agent.tell(GOOD, 200)  # less than five minutes: asked for anew each time
    asker = container(front, agent)
    for _ in range(3):
        yield from expect(asker.ask(*GET), "ok", "keys that expire soon")
    if agent.asked != [("/v2/credentials?id=a%2Fb", None)] * 3:
        yield f"asked {len(agent.asked)} times"
    # Those that still hold are good enough where there are no others.
    agent.status = 500
    for _ in range(3):
        yield from expect(asker.ask(*GET), "ok", "keys that expire soon, without others")
    if len(agent.asked) != 4:
        yield f"asked {len(agent.asked) - 3} times for what can't be had"
    agent.status = 200
    asker.end()


def expired(front, agent):
    """Refused as expired: others are asked for, once."""
    agent.asked.clear()
    agent.tell(GOOD, 3600)
    asker = container(front, agent)
    yield from expect(asker.ask(*GET), "ok", "before")
    front.expired = True
    yield from expect(asker.ask(*GET), "internal DynamoDB refused GetItem (ExpiredTokenException)", "expired, and the next, too")
    front.expired = False
    yield from expect(asker.ask(*GET), "ok", "afterwards")
    if len(agent.asked) != 2:
        yield f"asked {len(agent.asked)} times"
    asker.end()


def none(front, agent):
    """No keys: tried again until there is no time left. Nothing of what came is told."""
    bodies = {"nothing": b"", "no object": b"[]", "a part": json.dumps({"AccessKeyId": GOOD[0], "SecretAccessKey": GOOD[1]}).encode(),
              "a number": json.dumps({"AccessKeyId": 1, "SecretAccessKey": GOOD[1], "Token": GOOD[2], "Expiration": "x"}).encode(),
              "a line end": json.dumps({"AccessKeyId": GOOD[0], "SecretAccessKey": GOOD[1], "Token": "a\r\nX-Evil: 1",
                                        "Expiration": "2099-01-01T00:00:00Z"}).encode(),
              "huge": b'"' + b"x" * 100000 + b'"'}
    asker = container(front, agent)
    for what, body in bodies.items():
        agent.body = body
        yield from expect(asker.ask(*GET), "unavailable", what)
    agent.tell(GOOD, -5)
    yield from expect(asker.ask(*GET), "unavailable", "expired ones")
    agent.tell(GOOD, 3600)
    yield from expect(asker.ask(*GET), "ok", "good ones at last")
    if asker.end():
        yield "it ended badly"


def token_file(front, agent):
    """The header's value is read from its file each time: it changes."""
    agent.asked.clear()
    agent.tell(GOOD, 200)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "token")
        asker = container(front, agent, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=path)
        for value in ("first\n", "second"):
            with open(path, "w", encoding="ascii") as file:
                file.write(value)
            yield from expect(asker.ask(*GET), "ok", value)
        asker.end()
        # What can't stand in a header is not sent, nor is a question without it.
        for value in ("third\r\nX-Evil: 1", "fourth\t", "f\u00fcnf", None):
            if value is None:
                os.remove(path)
            else:
                with open(path, "w", encoding="utf-8", newline="") as file:
                    file.write(value)
            asker = container(front, agent, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=path)
            yield from expect(asker.ask(*GET), "internal The container's authorization token has a character that can't be sent" if value
                              else "internal The file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE can't be read", value)
            asker.end()
        if [header for _, header in agent.asked] != ["first", "second"]:
            yield f"asked: {agent.asked}"


class Expiring(Nowhere):
    expired = False

    def __init__(self, **options):
        super().__init__(**options)
        judge = self.keys.judge

        def judged(*arguments):
            key = judge(*arguments)
            if self.expired:
                raise proxy.sigv4.Refused("ExpiredTokenException", "The security token included in the request is expired")
            return key

        self.keys.judge = judged


def main():
    tally, front, agent = Tally(), Expiring(keys={GOOD[0]: GOOD[1:]}), Agent()
    tally.rule("wrong keys are told at once", wrong_keys(front))
    tally.rule("what needs no signature has none", unsigned(front))
    tally.rule("a container's role", role(front, agent))
    tally.rule("keys are renewed before they expire", renewed(front, agent))
    tally.rule("keys that were refused as expired are renewed once", expired(front, agent))
    tally.rule("keys that can't be had", none(front, agent))
    tally.rule("a token from a file", token_file(front, agent))
    agent.stop()
    front.stop()
    tally.finish()


if __name__ == "__main__":
    main()
