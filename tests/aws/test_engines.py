#!/usr/bin/python3
"""Any store with any identity behind any front end: a shop's day on each of the eight, on ministack, and that what waits for a store or
an identity elsewhere holds nobody else up."""

import contextlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import between
import gateway
import host
import rie
import stack

stack.in_venv()
sys.path.insert(0, f"{os.environ['top_srcdir']}/tests/fault")
import hostile_server  # noqa: E402 (its folder is named above)

PASSWORD, OTHER = "Vitrine-2026", "Another-2026"
SIGN_UP_CODE = "123456"  # ministack's, for everybody
WAIT = 60
# One that has to be looked at: {"alg":"RS256","kid":"k"} and {}.
TOKEN = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.e30.AAAA"
STORES, IDENTITIES, FRONTS = ("sqlite", "dynamodb"), ("local", "cognito"), ("vitrined", "functions")


class Shop:
    """A new shop of that kind, and a program that serves it."""

    def __init__(self, cloud, folder, store, identity, front, *more):
        self.cloud, self.confirms = cloud, identity == "cognito"
        self.between = between.Between(cloud.port)
        options = ["--store", store, "--identity", identity]
        if "sqlite" == store or "local" == identity:
            options += ["--db", f"{folder}/shop.db"]
        if store == "dynamodb":
            options += ["--table", self.make_table()]
        if identity == "cognito":
            pool, app = self.make_pool()
            options += ["--user-pool", pool, "--user-pool-client", app]
        os.environ.update({"AWS_ENDPOINT_URL": self.between.url, "AWS_REGION": stack.REGION, "AWS_ACCESS_KEY_ID": "test",
                           "AWS_SECRET_ACCESS_KEY": "test"})
        self.options = options
        self.server = Server(*options, *more, front=front)

    def make_table(self):
        tables = self.cloud.client("dynamodb")
        name = f"shop-{time.monotonic_ns()}"
        tables.create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"},
                                                                      {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk")],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
        return name

    def make_pool(self):
        identity = self.cloud.client("cognito-idp")
        pool = identity.create_user_pool(PoolName="test", UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
        for group in ("Clients", "Sellers"):
            identity.create_group(GroupName=group, UserPoolId=pool)
        return pool, identity.create_user_pool_client(
            UserPoolId=pool, ClientName="test", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            PreventUserExistenceErrors="ENABLED", EnableTokenRevocation=True)["UserPoolClient"]["ClientId"]

    def stop(self):
        self.server.__exit__(None)
        self.between.shutdown()

    def call(self, method, path, body=None, token=None, **headers):
        return self.server.call(method, path, body, **headers, **({"Authorization": f"Bearer {token}"} if token else {}))

    def did(self, status, *arguments, **named):
        answer = self.call(*arguments, **named)
        assert answer.status == status, (arguments, answer.status, answer.body)
        return answer.json() if answer.body else None

    def member(self, kind, email):
        mobile = {"mobile": "+34600123456"} if kind == "Client" else {}
        made = self.did(201, "POST", f"/{kind}", {"email": email, "password": PASSWORD, "full_name": f"A {kind}", **mobile})
        if self.confirms:
            self.did(200, "POST", "/Account/Confirm", {"email": email, "code": SIGN_UP_CODE})
        tokens = self.did(200, "POST", "/Login", {"email": email.upper(), "password": PASSWORD})
        assert tokens["user_id"] == made["id"] and tokens["group_name"] == f"{kind}s"
        return made["id"], tokens


class Server(hostile_server.Server):
    """vitrined, or the small gateway, which takes its options."""

    def __init__(self, *options, front):
        super().__init__(*options, demo=False) if front == "vitrined" else self.start_gateway(options)

    def start_gateway(self, options):
        self.process = subprocess.Popen([sys.executable, gateway.__file__, "--listen", "127.0.0.1:0", *options],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        # What the functions log is read meanwhile, so that they don't wait for it.
        self.logged = []
        threading.Thread(target=lambda: self.logged.extend(self.process.stderr), daemon=True).start()
        match = re.fullmatch(r"listening on (\S+)\n", self.process.stdout.readline().decode())
        assert match, self.logged
        self.address = ("127.0.0.1", int(match[1].rsplit(":", 1)[1]))


def shop_day(shop):
    """Two sign up, one sells, the other buys, both leave."""
    features = shop.did(200, "GET", "/")["features"]
    assert ("confirmation" in features) == shop.confirms, features
    shop.did(200, "GET", "/Health")
    grace, seller = shop.member("Seller", "grace@example.com")
    ada, buyer = shop.member("Client", "ada@example.com")
    selling, buying = seller["access_token"], buyer["access_token"]
    product = shop.did(201, "POST", "/Product", {"name": "A lamp", "price": "12.50", "category": "Light", "stock": 3}, token=selling)
    shop.did(403, "POST", "/Product", {"name": "A lamp", "price": "12.50", "category": "Light"}, token=buying)
    assert shop.did(200, "GET", f"/Product/{product['id']}")["seller_name"] == "A Seller"
    assert [each["id"] for each in shop.did(200, "GET", "/Product")["products"]] == [product["id"]]
    assert shop.did(200, "GET", "/Category")["categories"][0]["name"] == "Light"

    lines = [{"product_id": product["id"], "quantity": 2, "price": "12.50"}]
    shop.did(200, "PUT", "/Cart", {"version": 0, "items": [{"product_id": product["id"], "quantity": 3}]}, token=buying)
    bought = [shop.call("POST", "/Purchase", {"items": lines}, token=buying, Idempotency_Key="once") for _ in range(2)]
    assert [each.status for each in bought] == [201, 201] and bought[0].body == bought[1].body, bought[0].body
    assert bought[1].headers.get("idempotent-replayed") == "true", bought[1].headers
    shop.did(409, "POST", "/Purchase", {"items": lines}, token=buying, Idempotency_Key="twice")
    assert shop.did(200, "GET", f"/Product/{product['id']}")["stock"] == 1
    assert shop.did(200, "GET", "/Cart", token=buying)["items"][0]["quantity"] == 1
    purchase = bought[0].json()
    assert [each["id"] for each in shop.did(200, "GET", "/Purchase", token=buying)["purchases"]] == [purchase["id"]]
    sale = shop.did(200, "GET", "/Sale", token=selling)["sales"][0]
    assert sale["total"] == "25.00"
    shop.did(200, "POST", f"/Sale/{sale['id']}/Ship", {"tracking": "T1"}, token=selling)
    shop.did(409, "POST", f"/Purchase/{purchase['id']}/Cancel", token=buying)
    shop.did(404, "GET", f"/Purchase/{purchase['id']}", token=shop.member("Client", "eve@example.com")[1]["access_token"])

    renewed = shop.did(200, "POST", "/Login/Refresh", {"refresh_token": buyer["refresh_token"]})
    shop.did(200, "PATCH", f"/Client/{ada}", {"full_name": "Ada"}, token=renewed["access_token"])
    shop.did(200, "POST", "/Password", {"password": PASSWORD, "new_password": OTHER}, token=buying)
    shop.did(401, "POST", "/Login/Refresh", {"refresh_token": renewed["refresh_token"]})
    shop.did(200, "POST", "/Login", {"email": "ada@example.com", "password": OTHER})
    shop.did(204, "DELETE", f"/Client/{ada}", token=buying)
    shop.did(204, "DELETE", f"/Seller/{grace}", token=selling)
    shop.did(401, "GET", "/Purchase", token=buying)
    shop.did(401, "POST", "/Login", {"email": "ada@example.com", "password": OTHER})
    shop.did(404, "GET", f"/Product/{product['id']}")


def nobody_waits(shop, ask, what):
    """While one waits for what is elsewhere, the only event loop answers others."""
    reached, released = threading.Event(), threading.Event()
    shop.between.do_after(1, lambda: (reached.set(), released.wait(WAIT)), lambda operation, body: what in operation + json.dumps(body))
    answers = []
    thread = threading.Thread(target=lambda: answers.append(ask(shop)))
    thread.start()
    try:
        assert reached.wait(WAIT), "it was not asked"
        for _ in range(10):
            assert shop.call("GET", "/Metrics").status == 200
        assert not answers
    finally:
        released.set()
        thread.join(WAIT)
    assert answers and answers[0].status < 500, answers


@contextlib.contextmanager
def open_shop(cloud, *what):
    with tempfile.TemporaryDirectory(prefix="vitrine-engines-") as folder:
        shop = Shop(cloud, folder, *what)
        try:
            yield shop
        finally:
            shop.stop()


def follows(shop, program):
    """FollowFunction takes both of its samples. It never reads the stream by itself, not at the full hour either: Lambda does."""
    function = (rie.Rie if rie.PROGRAM else host.Host)(program, "FollowFunction", gateway.read_settings(shop.options), subprocess.DEVNULL)
    try:
        for name, answer in (("follow", {"batchItemFailures": []}), ("follow-hour", {})):
            with open(f"{os.environ['top_srcdir']}/events/{name}.json", encoding="utf-8") as file:
                outcome = function.invoke(json.load(file))
            assert outcome.kind == "answer" and outcome.json() == answer, (name, outcome)
    finally:
        function.stop()
    asked = set(shop.between.operations())
    assert "Query" in asked and not asked & {"DescribeTable", "DescribeStream", "GetShardIterator", "GetRecords"}, asked


def deployed_day(cloud, program):
    """A program that is deployed serves a shop's day, and what follows; in AWS's own runtime, where that is set up."""
    with open_shop(cloud, "dynamodb", "cognito", "functions", "--program", program, *(["--rie"] if rie.PROGRAM else [])) as shop:
        shop_day(shop)
        follows(shop, program)


def deployed(program):
    """The program that is deployed holds what is on AWS alone, and says so."""
    libraries = subprocess.run(["ldd", program], stdout=subprocess.PIPE, text=True, timeout=WAIT, check=True).stdout
    assert "libcurl" in libraries and "sqlite" not in libraries, libraries
    for settings in ({"VITRINE_DB": "shop.db"}, {"VITRINE_STORE": "dynamodb", "VITRINE_TABLE": "shop", "VITRINE_DB": "shop.db"}):
        function = host.Host(program, "AuthFunction", {**settings, "AWS_REGION": stack.REGION, "AWS_ACCESS_KEY_ID": "test",
                                                       "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
                             subprocess.DEVNULL)
        error = function.init_error
        function.stop()
        # The second has a store, but nobody is there who could be asked for it.
        assert error and ("VITRINE_STORE" in str(error) or "DynamoDB" in str(error)), error


def run(tests):
    passed = failed = 0
    for name, test in tests:
        try:
            test()
            print(f"ok: {name}", flush=True)
            passed += 1
        except Exception:
            traceback.print_exc(file=sys.stdout)
            print(f"not ok: {name}", flush=True)
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    with stack.Stack() as cloud:
        def day(*what):
            with open_shop(cloud, *what) as shop:
                shop_day(shop)

        def waits(store, identity, ask, what):
            with open_shop(cloud, store, identity, "vitrined", "--threads", "1") as shop:
                nobody_waits(shop, ask, what)

        program = f"{os.environ['top_builddir']}/lambda/aws/bootstrap"
        tests = [(f"{store} and {identity} behind {front}", lambda each=(store, identity, front): day(*each))
                 for store, identity, front in itertools.product(STORES, IDENTITIES, FRONTS)]
        tests.append(("the deployed program holds nothing that is in a file", lambda: deployed(program)))
        tests.append(("a day of the deployed program", lambda: deployed_day(cloud, program)))
        tests.append(("nobody waits for DynamoDB with another", lambda: waits(
            "dynamodb", "local", lambda shop: shop.call("GET", "/Product/01ARZ3NDEKTSV4RRFFQ69G5FAV"),
            "01ARZ3NDEKTSV4RRFFQ69G5FAV")))
        tests.append(("nobody waits for Cognito with another", lambda: waits(
            "sqlite", "cognito", lambda shop: shop.call("POST", "/Login", {"email": "ada@example.com", "password": PASSWORD}),
            "ada@example.com")))
        tests.append(("nobody waits for Cognito's keys with another", lambda: waits(
            "sqlite", "cognito", lambda shop: shop.call("GET", "/Cart", token=TOKEN), "keys")))
        return run([each for each in tests if not sys.argv[1:] or each[0] in sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
