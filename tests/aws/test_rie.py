#!/usr/bin/python3
"""The program of the Lambda functions in aws-lambda-rie: the samples of events/, and what tests/aws/host.py was made after."""

import sys

import rie
import test_bootstrap
from test_bootstrap import Shop, answered, event


class RieShop(Shop):
    def start(self, handler, seconds=29, **environment):
        found = rie.Rie(test_bootstrap.PROGRAM, handler, {"VITRINE_DB": f"{self.folder}/shop.db", **environment}, self.log, seconds)
        self.hosts.append(found)
        return found

    def stop(self):
        for each in self.hosts:
            each.stop()
        self.log.close()
        return []


def test_samples(shop):
    """Each sample event does what it says."""
    assert answered(shop.start("ClientsFunction").invoke(event("clients")), 201)["full_name"] == "Ada Buyer"
    tokens = answered(shop.start("AuthFunction").invoke(event("auth")), 200)
    assert answered(shop.start("SellersFunction").invoke(event("sellers")), 201)["full_name"] == "Grace Seller"
    products = shop.start("ProductsFunction")
    for _ in range(20):
        assert answered(products.invoke(event("products")), 200)["products"] == []
    purchase, purchases = event("purchases"), shop.start("PurchasesFunction")
    assert answered(purchases.invoke(purchase), 401)["code"] == "invalid_token"
    purchase["multiValueHeaders"]["Authorization"] = [tokens["access_token"]]
    assert answered(purchases.invoke(purchase), 404)["code"] == "not_found"


def test_deadline(shop):
    """A request that can't end answers 503 before Lambda ends the function, which then serves the next one."""
    token = test_bootstrap.sign_in(shop)
    products = shop.start("ProductsFunction", int(test_bootstrap.LATE))
    answered(products.invoke(event("products")), 200)
    test_bootstrap.try_deadline(shop, token, products)


def test_start(shop):
    """A function that can't start is no answer, and is told as what it is."""
    outcome = shop.start("AuthFunction", VITRINE_CURRENCY="euro").invoke(event("auth"))
    assert outcome.kind in ("error", "exit") and b"VITRINE_CURRENCY" in outcome.body, outcome


test_authorizer = test_bootstrap.test_authorizer
test_foreign = test_bootstrap.test_foreign
test_picture = test_bootstrap.test_picture


if __name__ == "__main__":
    rie.want()
    sys.exit(test_bootstrap.main(globals(), RieShop))
