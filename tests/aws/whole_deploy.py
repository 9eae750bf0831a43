#!/usr/bin/python3
"""template.yaml deployed by sam to ministack with roles enforced, tried through its gateway, and by the storefront."""

import json
import os
import subprocess
import sys
import traceback

import sam
import stack

sys.path.append(f"{sam.SOURCE}/tests")
from rules import Tally  # noqa: E402
from shopping import Refused, Shopping  # noqa: E402

PAYMENT = "Cash on delivery, or a transfer."
# What the samples of events/ are answered in a new shop: a status, or all that is said.
SAMPLES = {
    "auth": 401, "authorizer": "Unauthorized", "clients": 201, "follow": {"batchItemFailures": []}, "follow-hour": {},
    "products": 200, "purchases": 401, "sellers": 201,
}
PROGRAM = os.environ.get("VITRINE") or f"{os.environ['top_builddir']}/vitrine"


def faults(test, *arguments):
    """What was wrong; nothing when nothing was."""
    try:
        test(*arguments)
        return []
    except (Refused, AssertionError, RuntimeError, KeyError) as wrong:
        return [*traceback.format_tb(wrong.__traceback__)[-1:], f"{type(wrong).__name__}: {wrong}"]


def service(shop):
    """Parameters arrive; functions work under their own roles."""
    status, headers, said = shop.ask("GET", "/")
    assert status == 200 and (said["currency"], said["delivery"], said["payment"]) == ("USD", "optional", PAYMENT), said
    assert headers["X-Request-Id"], headers
    assert shop.key_id("AuthFunction").startswith("ASIA"), "it works as the account's root, so roles mean nothing"


def samples(shop):
    """Each function answers its samples, handed over as Lambda does it."""
    assert set(SAMPLES) == {name.removesuffix(".json") for name in os.listdir(f"{sam.SOURCE}/events")}
    for name, wanted in SAMPLES.items():
        with open(f"{sam.SOURCE}/events/{name}.json", encoding="utf-8") as file:
            said = shop.invoke(name.partition("-")[0].capitalize() + "Function", json.load(file))
        assert wanted in (said, said.get("statusCode"), said.get("errorMessage")), (name, said)


def gateway(shop):
    """What the gateway says by itself is a problem, and the rest is the platform's."""
    status, headers, said = shop.ask("GET", "/Cart")
    assert status == 401 and headers["Content-Type"] == "application/problem+json" and headers["WWW-Authenticate"] == "Bearer"
    assert said["code"] == "unauthenticated" and said["request_id"] and said["status"] == 401, said
    for token in ("x", "x.y.z"):
        assert shop.ask("GET", "/Cart", token=token)[0] == 401
    assert shop.ask("GET", "/nothing/there")[2]["code"] == "not_found"
    status, headers, said = shop.ask("PUT", "/Product")
    assert status == 405 and said["code"] == "method_not_allowed" and "GET" in headers["Allow"], (status, headers)


def storefront(shop):
    """vitrine reaches it and knows it for what it is."""
    done = subprocess.run([PROGRAM, "--api", shop.url, "info"], capture_output=True, text=True, timeout=120, check=False,
                          env={**os.environ, "HOME": shop.folder.name, "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": ""})
    assert done.returncode == 0 and shop.url in done.stdout, (done.returncode, done.stdout, done.stderr)


def main():
    stack.in_venv()
    tally = Tally()
    with stack.Stack() as shop:
        shop.deploy(Payment=PAYMENT, Currency="USD")
        tally.rule("service document", faults(service, shop))
        tally.rule("samples", faults(samples, shop))
        tally.rule("gateway", faults(gateway, shop))
        people = Shopping(shop)
        for function in sorted(shop.functions()):
            if function != "FollowFunction":
                tally.rule(function, faults(people.scenario(function)))
        shop.stop_stream()
        tally.rule("FollowFunction", faults(people.follow))
        tally.rule("vitrine", faults(storefront, shop))
        if tally.failed:
            print(shop.logged()[-4000:])
    tally.finish()


if __name__ == "__main__":
    main()
