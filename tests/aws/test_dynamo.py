#!/usr/bin/python3
"""DynamoDB as an engine, on dynoxide: every function of it, with each signature verified, and with all the trouble that the proxy
makes: the same end each time."""

import os
import random
import subprocess
import sys
import time

import engines
import proxy
import sigv4

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from rules import Tally

PROGRAM = os.path.join(os.environ["top_builddir"], "tests/aws/live_dynamo")
SECONDS = 300
TRY_MS = 300  # of a try, where many are in vain
RATE = 120    # of a thousand requests,
RATES = {"conflict": 250, "throttled_part": 250, "in_progress": 250, "unprocessed": 500}  # or of those of some operations
KEY = ("AKIDEXAMPLE", *proxy.KEYS["AKIDEXAMPLE"])


def seed():
    given = os.environ.get("VITRINE_SEED") or str(random.SystemRandom().randrange(10**9))
    print(f"VITRINE_SEED={given}", flush=True)
    os.environ["VITRINE_SEED"] = given
    return int(given)


def live(url, key=KEY, **more):
    """What is wrong with a run of the tests of all functions."""
    ran = subprocess.run([PROGRAM], env=engines.environment(url, key, proxy.REGION, **more), timeout=SECONDS, check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wrong = [line for line in ran.stdout.splitlines() if "FAILED" in line or "ERROR" in line or "adding:" in line]
    return [f"status {ran.returncode}", *(wrong or ran.stdout.splitlines()[-5:])] if ran.returncode or wrong else []


def known_signatures():
    """Two of the examples that AWS has published (its test suite of 2015)."""
    headers = {"host": "example.amazonaws.com", "x-amz-date": "20150830T123600Z"}
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    for method, wanted in (("GET", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
                           ("POST", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")):
        text = sigv4.canonical(method, "/", headers, ["host", "x-amz-date"], b"")
        found = sigv4.signature(secret, headers["x-amz-date"], "us-east-1", "service", text)
        if found != wanted:
            yield f"{method}: {found}"


def in_front(dynoxide, **options):
    return proxy.Proxy(dynoxide.port, **options)


def verified(dynoxide, key):
    """Every request was signed right, and connections were kept: a thread needs one, and so does who was refused none."""
    front = in_front(dynoxide, keys={key[0]: key[1:]})
    yield from live(front.url, key)
    told = front.told()
    front.stop()
    if told["refused"]:
        yield f"refused: {told['refused'][:5]}"
    requests = sum(told["operations"].values())
    if told["connections"] > 20 or requests < 300:
        yield f"{told['connections']} connections for {requests} requests"
    if told["told_again"]:
        yield f"{told['told_again']} transactions were sent again for nothing"
    if told["leaves"]:
        yield f"{told['leaves']} requests waited for leave to send their body"


def under(dynoxide, fault, number):
    """One fault, again and again; then something was tried again, and the end is the same."""
    front = in_front(dynoxide, seed=number)
    front.change(rate=RATES.get(fault, RATE), only=fault and [fault])
    began = time.monotonic()
    yield from live(front.url, VITRINE_TRY_MS=str(TRY_MS), VITRINE_TROUBLE="1")
    told = front.told()
    front.stop()
    print(f"    {time.monotonic() - began:.1f} s, {sum(told['operations'].values())} requests, {told['faults']}", flush=True)
    if sum(told["faults"].values()) < 3:
        yield f"too little trouble was made: {told['faults']}"
    if fault in ("silence_after", "reset_after", "cut", None) and not told["told_again"]:
        yield "no transaction was done without its answer being heard"


def main():
    tally = Tally()
    number = seed()
    with engines.Dynoxide() as dynoxide:
        tally.rule("signatures are those that AWS has published", known_signatures())
        tally.rule("every function, on dynoxide itself", live(f"http://127.0.0.1:{dynoxide.port}"))
        tally.rule("every function, signed, with a session", verified(dynoxide, KEY))
        tally.rule("every function, signed, without a session", verified(dynoxide, ("AKIDPLAIN", "secret+/=&%", None)))
        for at, fault in enumerate(proxy.FAULTS):
            tally.rule(f"every function, with trouble: {fault}", under(dynoxide, fault, number + at))
        tally.rule("every function, with trouble of all kinds", under(dynoxide, None, number))
    tally.finish()


if __name__ == "__main__":
    main()
