#!/usr/bin/python3
"""What vitrined says of where purchases go, and of paying, by --delivery and --payment; and that a key outlives a rule."""

import json
import os
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import shop
from rules import Tally

VITRINED = os.environ.get("VITRINED") or os.path.join(os.environ.get("top_builddir", "build"), "vitrined")
PASSWORD = "Vitrine-2026"
DELIVERY = {"full_name": "Ada", "address": ["1 Quay", "Here"], "mobile": "+34600123456"}
SENTENCE = "By invoice, within 30 days."


class Shop:
    """One file, served by one vitrined after another."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "shop.db")
        self.product = None
        self.keys = {}

    def serve(self, *options):
        return shop.Server(VITRINED, self.path, *options)

    def open(self):
        with self.serve() as server:
            server.ask("POST", "/Client", {"email": "ada@example.com", "password": PASSWORD, "full_name": "Ada",
                                           "mobile": "+34600123456"}, wanted=201)
            server.ask("POST", "/Seller", {"email": "grace@example.com", "password": PASSWORD, "full_name": "Grace"},
                       wanted=201)
            grace = server.sign_in("grace@example.com", PASSWORD)
            self.product = server.ask("POST", "/Product", {"name": "Cup", "price": "2.00", "category": "Kitchen",
                                                           "stock": 100}, grace, wanted=201).json["id"]

    def buy(self, server, key, delivery):
        body = {"items": [{"product_id": self.product, "quantity": 1, "price": "2.00"}]}
        if delivery:
            body["delivery"] = DELIVERY
        ada = server.sign_in("ada@example.com", PASSWORD)
        answer = server.ask("POST", "/Purchase", json.dumps(body), ada, wanted=None, headers={"Idempotency-Key": key})
        if answer.status == 201 and key not in self.keys:
            self.keys[key] = (delivery, answer.text)
        return answer

    def rule_faults(self, rule, without, given):
        """What each of both ways to buy is answered; and all keys from before, whatever is a rule now."""
        with self.serve("--delivery", rule) as server:
            service = server.ask("GET", "/").json
            if service["delivery"] != rule or ("delivery" in service["features"]) != (rule != "none"):
                yield f"{rule}: the service document says {service}"
            for key, (delivery, text) in list(self.keys.items()):
                again = self.buy(server, key, delivery)
                if again.status != 201 or again.text != text or again.headers.get("idempotent-replayed") != "true":
                    yield f"{rule}: {key} is answered {again.status} {again.text}"
            for delivery, wanted in ((False, without), (True, given)):
                answer = self.buy(server, f"{rule}-{delivery}", delivery)
                if answer.status != wanted:
                    yield f"{rule}: {'with' if delivery else 'without'} a delivery: {answer.status} {answer.text}"
                if wanted == 400 and answer.json["errors"][0]["pointer"] != "/delivery":
                    yield f"{rule}: {answer.text}"
                if wanted == 201 and ("delivery" in answer.json) != delivery:
                    yield f"{rule}: {answer.text}"

    def payment_faults(self):
        with self.serve() as server:
            if "payment" in server.ask("GET", "/").json:
                yield "somebody has to pay somehow, says the service document, and nobody told it"
        with self.serve("--payment", SENTENCE) as server:
            if server.ask("GET", "/").json.get("payment") != SENTENCE:
                yield "the sentence is not told"


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        place = Shop(folder)
        place.open()
        for rule, without, given in (("optional", 201, 201), ("required", 400, 201), ("none", 201, 400)):
            tally.rule(f"--delivery {rule}", place.rule_faults(rule, without, given))
        tally.rule("--payment", place.payment_faults())
    tally.finish()


if __name__ == "__main__":
    main()
