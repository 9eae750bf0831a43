#!/usr/bin/python3
"""Many buyers at once on a DynamoDB that conflicts, throttles, fails, and loses answers before and after it did what was asked: no
purchase lost, doubled or oversold (test_buyers looks at the books)."""

import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "aws"), os.path.join(HERE, "..")]

import engines
import proxy
from rules import Tally

PROGRAM = os.path.join(os.environ["top_builddir"], "tests/contract/test_buyers")
SECONDS = 300
KEY, REGION = ("test", "test", None), "us-east-1"  # what the program signs with
# What is made, how often in a thousand requests.
TROUBLE = {
    "conflicts of transactions": (["conflict", "throttled_part", "in_progress"], 600),
    "answers that are lost after the commit": (["reset_after", "silence_after", "cut"], 250),
    "connections and answers that fail before": (["reset", "silence", "error", "unavailable", "throttle", "unprocessed"], 200),
    "all of it": (None, 200),
}


def seed():
    given = os.environ.get("VITRINE_SEED") or str(random.SystemRandom().randrange(10**9))
    print(f"VITRINE_SEED={given}", flush=True)
    return int(given)


def under(dynoxide, faults, rate, number, unknown):
    """What is wrong after a run with that trouble. How many calls ended without anybody knowing what became of them is added to a
    list."""
    front = proxy.Proxy(dynoxide.port, keys={KEY[0]: KEY[1:]}, region=REGION, seed=number)
    whole = engines.environment(front.url, KEY, REGION, VITRINE_DYNAMODB_ENDPOINT=front.url, VITRINE_TROUBLE="1",
                                VITRINE_SEED=str(number))
    process = subprocess.Popen([PROGRAM], env=whole, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True)
    said = []
    for line in process.stdout:
        said.append(line.rstrip())
        if said[-1] in ("begin", "end"):
            front.change(rate=rate if said[-1] == "begin" else 0, only=faults)
            process.stdin.write("\n")
            process.stdin.flush()
    status = process.wait(SECONDS)
    told = front.told()
    front.stop()
    unknown += [int(line.split()[-1]) for line in said if line.startswith("bought")]
    print("   ", *(line for line in said if line.startswith("bought")), told["faults"], flush=True)
    if status:
        yield from [f"status {status}", *said[-12:]]
    if told["refused"]:
        yield f"signatures were refused: {told['refused'][:3]}"
    if sum(told["faults"].values()) < 20:
        yield f"too little trouble was made: {told['faults']}"
    if faults and "reset_after" in faults and not told["told_again"]:
        yield "no transaction was done without its answer being heard"


def main():
    tally = Tally()
    number, unknown = seed(), []
    with engines.Dynoxide() as dynoxide:
        for at, (name, (faults, rate)) in enumerate(TROUBLE.items()):
            tally.rule(f"the books agree after trouble: {name}", under(dynoxide, faults, rate, number + at, unknown))
        tally.rule("some calls ended without anybody knowing what became of them", [] if sum(unknown) else ["none did"])
    tally.finish()


if __name__ == "__main__":
    main()
