#!/usr/bin/python3
"""The program of the Lambda functions, and what its host asks of it: each of events/, failures, deadlines, its end."""

import base64
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback

import host

SOURCE, BUILD = os.environ["top_srcdir"], os.environ["top_builddir"]
PROGRAM = f"{BUILD}/lambda/bootstrap"
GRACE = 60
LATE = 3.0  # seconds that a function has where one of its requests can't end


def event(name):
    with open(f"{SOURCE}/events/{name}.json", encoding="utf-8") as file:
        return json.load(file)


def listing(**changes):
    """The sample of the products, without parameters."""
    return dict(event("products"), multiValueQueryStringParameters=None, queryStringParameters=None, **changes)


class Shop:
    """A shop's file, and functions that work on it."""

    def __init__(self, folder):
        self.folder, self.log, self.hosts = folder, host.Log(f"{folder}/log"), []

    def start(self, handler, **environment):
        found = host.Host(PROGRAM, handler, {"VITRINE_DB": f"{self.folder}/shop.db", **environment}, self.log)
        self.hosts.append(found)
        return found

    def stop(self):
        statuses = [each.stop() for each in self.hosts]
        self.log.close()
        return statuses


def answered(outcome, status):
    assert outcome.kind == "answer", outcome
    answer = outcome.json()
    assert answer["statusCode"] == status, answer
    assert not answer["isBase64Encoded"]
    return json.loads(answer["body"]) if answer["body"] else None


def with_body(sample, body, **headers):
    """The sample with another body."""
    changed = dict(sample, body=base64.b64encode(json.dumps(body).encode()).decode(), isBase64Encoded=True)
    changed["multiValueHeaders"] = {**sample["multiValueHeaders"], "Content-Type": ["application/json"],
                                    **{name.replace("_", "-"): [value] for name, value in headers.items()}}
    return changed


def sign_in(shop):
    """A seller's access token."""
    answered(shop.start("SellersFunction").invoke(event("sellers")), 201)
    auth = shop.start("AuthFunction")
    return answered(auth.invoke(with_body(event("auth"), {"email": "grace@example.com", "password": "Vitrine-2026"})), 200)[
        "access_token"]


def test_samples(shop):
    """Each sample event does what it says, on one connection."""
    clients, auth = shop.start("ClientsFunction"), shop.start("AuthFunction")
    assert answered(clients.invoke(event("clients")), 201)["full_name"] == "Ada Buyer"
    tokens = answered(auth.invoke(event("auth")), 200)
    assert answered(shop.start("SellersFunction").invoke(event("sellers")), 201)["full_name"] == "Grace Seller"
    products = shop.start("ProductsFunction")
    for _ in range(20):
        assert answered(products.invoke(event("products")), 200)["products"] == []
    purchase = event("purchases")
    purchases = shop.start("PurchasesFunction")
    assert answered(purchases.invoke(purchase), 401)["code"] == "invalid_token"
    purchase["multiValueHeaders"]["Authorization"] = [tokens["access_token"]]
    assert answered(purchases.invoke(purchase), 404)["code"] == "not_found"
    for each in shop.hosts:
        assert each.connections == 1, (each.handler, each.connections)


def test_authorizer(shop):
    """The policy is for the whole stage; whatever isn't a good token is Unauthorized, in this word."""
    token, sample = sign_in(shop), event("authorizer")
    authorizer = shop.start("AuthorizerFunction")
    policy = authorizer.invoke(dict(sample, authorizationToken=f"Bearer {token}")).json()
    assert policy["policyDocument"]["Statement"] == [{
        "Action": "execute-api:Invoke", "Effect": "Allow",
        "Resource": "arn:aws:execute-api:eu-west-1:123456789012:shop1example/Prod/*"}], policy
    head, payload, signature = token.split(".")
    forged = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    for wrong in ("TOKEN", "", f"{head}.{payload}.", f"{forged}.{payload}.", f"{head}.{payload}.{signature[::-1]}"):
        outcome = authorizer.invoke(dict(sample, authorizationToken=wrong))
        assert outcome.kind == "error" and outcome.error_type == "Unauthorized", outcome
        assert outcome.json() == {"errorMessage": "Unauthorized", "errorType": "Unauthorized"}
    outcome = authorizer.invoke(dict(sample, methodArn="arn:aws:execute-api:*"))
    assert outcome.kind == "error" and outcome.error_type == "invalid", outcome
    authorizer.stop()
    assert token not in shop.log.read()


def test_foreign(shop):
    """A function serves its own rows; an unknown path and a wrong method are told by any."""
    products, sample = shop.start("ProductsFunction"), event("products")
    for path in ("/Purchase", "/Seller", "/"):
        assert answered(products.invoke(dict(sample, path=path, resource=path)), 404)
    assert answered(products.invoke(dict(sample, path="/x", resource="/{proxy+}", pathParameters={"proxy": "x"})), 404)
    assert answered(products.invoke(dict(sample, httpMethod="PUT")), 405)


def test_nonsense(shop):
    """No bytes make a function of the API fail, or say more in the log than it should."""
    products = shop.start("ProductsFunction")
    nonsense = (b"", b"{", b"[]", b"null", b'{"httpMethod":"GET","path":"/Product","body":"\\u0000"}', b"\xff" * 100,
                b"[" * 100000, event("authorizer"), event("follow"))
    for wrong in nonsense:
        assert answered(products.invoke(wrong), 400)["code"] == "invalid"
    assert answered(products.invoke(event("products")), 200)
    products.stop()
    entries = [json.loads(line) for line in shop.log.read().splitlines()]
    assert [entry.get("status") for entry in entries] == [400] * len(nonsense) + [200], entries
    for entry in entries:
        assert entry["function"] == "ProductsFunction" and entry["request_id"], entry


def test_picture(shop):
    """Bytes that are no text go both ways as base64."""
    token = sign_in(shop)
    products = shop.start("ProductsFunction")
    create = with_body(listing(httpMethod="POST"),
                       {"name": "Pot", "price": "9.50", "category": "Tea"}, Authorization=f"Bearer {token}")
    product = answered(products.invoke(create), 201)["id"]
    with open(f"{SOURCE}/assets/pictures/{sorted(os.listdir(f'{SOURCE}/assets/pictures'))[0]}", "rb") as file:
        picture = file.read()
    kind = "image/png" if picture[1:4] == b"PNG" else "image/jpeg"
    path = {"path": f"/Prod/Product/{product}/Picture", "resource": "/Product/{id}/Picture",
            "pathParameters": {"id": product}}
    put = dict(create, **path, httpMethod="PUT", body=base64.b64encode(picture).decode())
    put["multiValueHeaders"] = {**put["multiValueHeaders"], "Content-Type": [kind]}
    assert answered(products.invoke(put), 200)["has_picture"] is True
    answer = products.invoke(listing(**path)).json()
    assert answer["statusCode"] == 200 and answer["isBase64Encoded"], answer["statusCode"]
    assert base64.b64decode(answer["body"], validate=True) == picture
    assert answer["multiValueHeaders"]["Content-Type"] == [kind]
    head = products.invoke(listing(**path, httpMethod="HEAD")).json()
    assert head["statusCode"] == 200 and head["body"] == "" and not head["isBase64Encoded"]


def try_deadline(shop, token, products, *limits):
    """A seller's product is begun while somebody else holds the shop, and answered before the deadline of LATE seconds."""
    create = with_body(listing(httpMethod="POST"),
                       {"name": "Late", "price": "9.50", "category": "Tea"}, Authorization=f"Bearer {token}")
    other = sqlite3.connect(f"{shop.folder}/shop.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    outcome = products.invoke(create, *limits)
    assert outcome.kind == "answer", outcome
    assert answered(outcome, 503)["code"] == "unavailable"
    assert LATE - 1 < outcome.seconds < LATE, outcome.seconds
    assert answered(products.invoke(listing()), 200)["products"] == []
    other.execute("ROLLBACK")
    other.close()
    until = time.monotonic() + GRACE
    found = []
    while not found and time.monotonic() < until:
        found = answered(products.invoke(listing()), 200)["products"]
    assert [product["name"] for product in found] == ["Late"], "what was begun has happened, once"
    assert '"late":true' in shop.log.read()


def test_deadline(shop):
    """A request that can't end answers 503 before its deadline. What it began goes on; the next one is served."""
    try_deadline(shop, sign_in(shop), shop.start("ProductsFunction"), LATE, GRACE)


def test_no_time(shop):
    """What comes too late isn't begun."""
    products = shop.start("ProductsFunction")
    assert answered(products.invoke(event("products"), 0.2, GRACE), 503)["code"] == "unavailable"
    assert answered(products.invoke(event("products")), 200)


def test_start(shop):
    """What keeps a function from starting is told to its host, and it ends."""
    for handler, environment, says in (
            ("Function", {}, "_HANDLER"),
            ("FollowFunction", {}, "stream"),
            ("AuthFunction", {"VITRINE_CURRENCY": "euro"}, "VITRINE_CURRENCY"),
            ("AuthFunction", {"VITRINE_DELIVERY": "perhaps"}, "VITRINE_DELIVERY"),
            ("AuthFunction", {"VITRINE_PAYMENT": "a\nb"}, "VITRINE_PAYMENT"),
            ("AuthFunction", {"VITRINE_DB": ""}, "VITRINE_DB"),
            ("AuthFunction", {"VITRINE_DB": "/nonexistent/shop.db"}, "")):
        started = shop.start(handler, **environment)
        assert started.process.wait(GRACE) == 1, handler
        assert started.init_error and says in started.init_error["errorMessage"], (handler, started.init_error)
        assert started.connections == 1
        shop.hosts.remove(started)
    bare = subprocess.run([PROGRAM], env={}, capture_output=True, timeout=60, text=True, check=False)
    assert bare.returncode == 1 and "AWS_LAMBDA_RUNTIME_API" in bare.stderr, bare


def test_settings(shop):
    """What the environment says is what the service document says."""
    auth = shop.start("AuthFunction", VITRINE_CURRENCY="USD", VITRINE_DELIVERY="required", VITRINE_PAYMENT="Cash.")
    service = answered(auth.invoke(dict(event("auth"), httpMethod="GET", path="/Prod", resource="/", body=None)), 200)
    assert (service["currency"], service["delivery"], service["payment"]) == ("USD", "required", "Cash."), service


def main(tests, kind):
    passed = failed = 0
    for name, test in list(tests.items()):
        if not name.startswith("test_") or not callable(test):
            continue
        with tempfile.TemporaryDirectory(prefix="vitrine-bootstrap-") as folder:
            shop = kind(folder)
            try:
                test(shop)
                good = True
            except Exception:  # pylint: disable=broad-except
                traceback.print_exc()
                print(shop.log.read(), file=sys.stderr)
                good = False
            statuses = shop.stop()
            if any(statuses):
                print(f"{name}: functions ended with {statuses}", file=sys.stderr)
                good = False
        print(f"{'ok' if good else 'not ok'}: {name[5:]}: {test.__doc__.splitlines()[0]}", flush=True)
        passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(globals(), Shop))
