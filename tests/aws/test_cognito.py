#!/usr/bin/python3
"""Identity over Cognito, on ministack: every operation through a real vitrined, sign-ups that break off after each step, addresses as
Cognito gets them, and tokens that nobody should believe, by vitrined and by the authorizer of the functions.

Where ministack differs from Cognito, the test that steps around it says so. Roles aren't looked at here: all is done as the account's root.
"""

import base64
import concurrent.futures
import hashlib
import hmac
import http.client
import http.server
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import between
import host
import stack

stack.in_venv()
sys.path.insert(0, f"{os.environ['top_srcdir']}/tests/fault")
import hostile_server  # noqa: E402 (its folder is named above)

PASSWORD, OTHER = "Vitrine-2026", "Another-2026"
# ministack has one code for all who sign up and one for all who forgot their password.
SIGN_UP_CODE, RESET_CODE = "123456", "654321"
POLICY = {"MinimumLength": 8, "RequireLowercase": True, "RequireUppercase": True, "RequireNumbers": True, "RequireSymbols": False}
WAIT = 60


class World:
    """A user pool, a shop's file, and a vitrined that works on both."""

    def __init__(self, cloud, folder):
        self.cloud, self.folder, self.cognito = cloud, folder, cloud.client("cognito-idp")
        self.pool, self.app = self.make_pool()
        self.between = between.Between(cloud.port)
        self.db, self.server = f"{folder}/{self.pool}.db", None
        os.environ.update({"AWS_ENDPOINT_URL": self.between.url, "AWS_REGION": stack.REGION, "AWS_ACCESS_KEY_ID": "test",
                           "AWS_SECRET_ACCESS_KEY": "test"})

    def make_pool(self):
        pool = self.cognito.create_user_pool(
            PoolName="test", UsernameAttributes=["email"], UsernameConfiguration={"CaseSensitive": False},
            AutoVerifiedAttributes=["email"], Policies={"PasswordPolicy": POLICY})["UserPool"]["Id"]
        for group in ("Clients", "Sellers"):
            self.cognito.create_group(GroupName=group, UserPoolId=pool)
        return pool, self.make_app(pool)

    def make_app(self, pool):
        return self.cognito.create_user_pool_client(
            UserPoolId=pool, ClientName="test", GenerateSecret=False, PreventUserExistenceErrors="ENABLED", EnableTokenRevocation=True,
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]

    @property
    def options(self):
        return ("--db", self.db, "--identity", "cognito", "--user-pool", self.pool, "--user-pool-client", self.app)

    def start(self):
        self.server = hostile_server.Server(*self.options, demo=False)

    def stop(self):
        if self.server:
            self.server.__exit__(None)
            self.server = None

    def crash(self):
        self.server.process.send_signal(signal.SIGKILL)

    def bury(self):
        """What a crash has left."""
        process = self.server.process
        process.wait(WAIT)
        assert process.returncode == -signal.SIGKILL, process.returncode
        process.stdout.close()
        process.stderr.close()
        self.server = None

    def call(self, method, path, body=None, token=None):
        return self.server.call(method, path, body, **({"Authorization": f"Bearer {token}"} if token else {}))

    def sign_up(self, email, password=PASSWORD, kind="Client"):
        mobile = {"mobile": "+34600123456"} if kind == "Client" else {}
        return self.call("POST", f"/{kind}", {"email": email, "password": password, "full_name": "Somebody", **mobile})

    def login(self, email, password=PASSWORD):
        return self.call("POST", "/Login", {"email": email, "password": password})

    def confirm(self, email, code=SIGN_UP_CODE):
        return self.call("POST", "/Account/Confirm", {"email": email, "code": code})

    def member(self, email, kind="Client"):
        """A new account, confirmed and signed in: (id, tokens)."""
        made = self.sign_up(email, kind=kind)
        assert made.status == 201, made.body
        assert self.confirm(email).status == 200
        tokens = self.login(email)
        assert tokens.status == 200, tokens.body
        assert tokens.json()["user_id"] == made.json()["id"]
        return made.json()["id"], tokens.json()

    def users(self, email=None):
        """The logins in the pool, or those of an address."""
        found = []
        for page in self.cognito.get_paginator("list_users").paginate(UserPoolId=self.pool):
            for user in page["Users"]:
                address = {each["Name"]: each["Value"] for each in user["Attributes"]}["email"]
                found += [user["Username"]] if email in (None, address) else []
        return found

    def groups(self, login):
        return [each["GroupName"] for each in
                self.cognito.admin_list_groups_for_user(UserPoolId=self.pool, Username=login)["Groups"]]

    def accounts(self):
        """The accounts in the store: id -> address."""
        listed = subprocess.run([os.environ["VITRINED"], "account", "list", *self.options], stdout=subprocess.PIPE, text=True,
                                timeout=WAIT, check=True).stdout
        return {row.split("\t")[0]: row.split("\t")[3] for row in listed.splitlines()}


def problem(answer, status, code):
    found = answer.problem(status)
    assert found["code"] == code, found
    return found


# ---- every operation ----

def test_life(world):
    """An account from its sign-up to its end."""
    service = world.call("GET", "/").json()
    assert "confirmation" in service["features"], service
    made = world.sign_up("Ada@Example.com")
    assert made.status == 201 and made.json()["email"] == "Ada@Example.com", made.body
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", made.json()["id"]), "the id is the store's"
    problem(world.login("ada@example.com"), 403, "not_confirmed")
    wrong, nobody = world.confirm("ada@example.com", "000000"), world.confirm("nobody@example.com", "000000")
    assert problem(wrong, 400, "invalid_code")["detail"] == problem(nobody, 400, "invalid_code")["detail"]
    assert world.confirm("ADA@example.com").status == 200
    problem(world.confirm("ada@example.com"), 400, "invalid_code")
    problem(world.sign_up("ada@example.com"), 409, "email_taken")
    problem(world.sign_up("ada@example.com", OTHER), 409, "email_taken")
    problem(world.sign_up("ada@example.com", kind="Seller"), 409, "email_taken")

    wrong, nobody = world.login("ada@example.com", OTHER), world.login("nobody@example.com", OTHER)
    assert problem(wrong, 401, "invalid_credentials")["detail"] == problem(nobody, 401, "invalid_credentials")["detail"]
    tokens = world.login("ada@example.com").json()
    assert tokens["group_name"] == "Clients" and tokens["user_id"] == made.json()["id"] and tokens["expires_in"] == 3600
    path = f"/Client/{tokens['user_id']}"
    assert world.call("GET", path, token=tokens["access_token"]).status == 200
    renewed = world.call("POST", "/Login/Refresh", {"refresh_token": tokens["refresh_token"]})
    assert renewed.status == 200 and renewed.json()["refresh_token"] == tokens["refresh_token"], renewed.body
    assert world.call("GET", path, token=renewed.json()["access_token"]).status == 200
    problem(world.call("POST", "/Login/Refresh", {"refresh_token": "nonsense"}), 401, "invalid_token")

    for refresh_token in (tokens["refresh_token"], tokens["refresh_token"], "nonsense", tokens["access_token"]):
        assert world.call("POST", "/Logout", {"refresh_token": refresh_token}).status == 204
    problem(world.call("POST", "/Login/Refresh", {"refresh_token": tokens["refresh_token"]}), 401, "invalid_token")

    assert world.call("DELETE", path, token=renewed.json()["access_token"]).status == 204
    assert not world.users("ada@example.com")
    problem(world.call("GET", path, token=renewed.json()["access_token"]), 401, "invalid_token")
    problem(world.login("ada@example.com"), 401, "invalid_credentials")
    again, _ = world.member("ada@example.com")
    assert again != made.json()["id"]


def test_passwords(world):
    """Forgotten, reset, changed: each ends all sign-ins."""
    account, tokens = world.member("grace@example.com", "Seller")
    refresh = {"refresh_token": tokens["refresh_token"]}
    answers = [world.call("POST", "/Password/Forgot", {"email": email}) for email in ("GRACE@example.com", "nobody@example.com")]
    assert [answer.status for answer in answers] == [200, 200] and answers[0].body == answers[1].body
    for email, code, password in (("grace@example.com", "000000", OTHER), ("nobody@example.com", RESET_CODE, OTHER)):
        problem(world.call("POST", "/Password/Reset", {"email": email, "code": code, "password": password}), 400, "invalid_code")
    reset = {"email": "Grace@example.com", "code": RESET_CODE, "password": OTHER}
    assert world.call("POST", "/Password/Reset", {**reset, "password": "weak"}).status == 400
    assert world.call("POST", "/Login/Refresh", refresh).status == 200
    assert world.call("POST", "/Password/Reset", reset).status == 200
    problem(world.call("POST", "/Password/Reset", reset), 400, "invalid_code")
    problem(world.call("POST", "/Login/Refresh", refresh), 401, "invalid_token")
    problem(world.login("grace@example.com"), 401, "invalid_credentials")

    tokens = world.login("grace@example.com", OTHER).json()
    assert tokens["user_id"] == account and tokens["group_name"] == "Sellers"
    change = {"password": "Wrong-2026", "new_password": PASSWORD}
    problem(world.call("POST", "/Password", change, tokens["access_token"]), 401, "invalid_credentials")
    change["password"] = OTHER
    assert world.call("POST", "/Password", change, tokens["access_token"]).status == 200
    problem(world.call("POST", "/Login/Refresh", {"refresh_token": tokens["refresh_token"]}), 401, "invalid_token")
    problem(world.login("grace@example.com", OTHER), 401, "invalid_credentials")
    assert world.login("grace@example.com").status == 200


def test_service(world):
    """The pool's own keys are what the platform tells; a shop that has them alone can't be asked without a token."""
    told = {key["kid"] for key in json.loads(world.call("GET", "/.well-known/jwks.json").body)["keys"]}
    kept = {key["kid"] for key in jwks(world)["keys"]}
    assert told and told == kept, (told, kept)
    problem(world.call("GET", "/Client/01ARZ3NDEKTSV4RRFFQ69G5FAV"), 401, "unauthenticated")


def test_folding(world):
    """ministack compares no case, and Cognito knows nothing of international domains: what it gets is folded in every call."""
    world.between.refuse_after(None)
    made = world.sign_up("Émile@Bücher.Example")
    assert made.status == 201, made.body
    folded = "émile@xn--bcher-kva.example"
    world.confirm("ÉMILE@BÜCHER.example")
    tokens = world.login("émile@xn--bcher-kva.EXAMPLE")
    assert tokens.status == 200 and tokens.json()["user_id"] == made.json()["id"], tokens.body
    problem(world.sign_up("ÉMILE@bücher.example", OTHER), 409, "email_taken")
    world.call("POST", "/Password/Forgot", {"email": "ÉMILE@BÜCHER.EXAMPLE"})
    world.call("POST", "/Password/Reset", {"email": "ÉMILE@BÜCHER.EXAMPLE", "code": RESET_CODE, "password": OTHER})
    operations, names = world.between.operations(), world.between.names()
    asked = dict(zip(operations, names))
    assert set(asked) >= {"SignUp", "ConfirmSignUp", "InitiateAuth", "ForgotPassword", "ConfirmForgotPassword",
                          "AdminUserGlobalSignOut", "AdminAddUserToGroup"}, operations
    login = asked.pop("AdminAddUserToGroup")
    assert all(name == folded for name in names if name != login), list(zip(operations, names))
    assert world.users(folded) == [login]


# ---- sign-ups that break off ----

def check_whole(world, email, kind="Client"):
    """There is one login, in one group, with one account, and its owner gets in."""
    logins = world.users(email)
    assert len(logins) == 1, logins
    assert world.groups(logins[0]) == [f"{kind}s"]
    accounts = [account for account, address in world.accounts().items() if address == email]
    assert len(accounts) == 1, accounts
    tokens = world.login(email)
    assert tokens.status == 200 and tokens.json()["user_id"] == accounts[0], tokens.body
    assert world.call("GET", f"/{kind}/{accounts[0]}", token=tokens.json()["access_token"]).status == 200


def count_calls(world):
    """Calls of Cognito that a sign-up is made of."""
    world.between.refuse_after(None)
    assert world.sign_up("counted@example.com").status == 201
    return len(world.between.operations())


def test_refused_after_each_step(world):
    """Cognito refuses from a step on; the next try, with the same address and password, is the whole."""
    steps = count_calls(world)
    assert steps >= 2
    for confirmed in (False, True):
        for step in range(steps):
            email = f"step-{step}-{confirmed}@example.com".lower()
            world.between.refuse_after(step)
            assert world.sign_up(email).status >= 500
            world.between.refuse_after(None)
            assert email not in world.accounts().values()
            if confirmed and step:
                world.confirm(email)
                problem(world.login(email), 403, "sign_up_unfinished")
                problem(world.sign_up(email, OTHER), 409, "email_taken")
            again = world.sign_up(email.upper())
            assert again.status == 201, (step, confirmed, again.body)
            # The store has the address as it was typed, so what follows looks for that.
            assert again.json()["email"] == email.upper()
            if not (confirmed and step):
                assert world.confirm(email).status == 200
            logins = world.users(email)
            assert len(logins) == 1 and world.groups(logins[0]) == ["Clients"]
            assert world.login(email).json()["user_id"] == again.json()["id"]
            assert list(world.accounts().values()).count(email.upper()) == 1
            problem(world.sign_up(email), 409, "email_taken")


def test_killed_after_each_step(world):
    """kill -9 as soon as Cognito has done a step, whose answer never arrives: behind the last one only the account is missing."""
    steps = count_calls(world)
    for step in range(1, steps + 1):
        for kind in ("Client", "Seller"):
            email = f"killed-{step}-{kind}@example.com".lower()
            world.between.do_after(step, world.crash)
            try:
                world.sign_up(email, kind=kind)
                raise RuntimeError("it was answered")
            except AssertionError:  # the connection was closed
                pass
            world.bury()
            assert len(world.between.operations()) == step
            world.start()
            assert email not in world.accounts().values()
            assert len(world.users(email)) == 1
            assert world.sign_up(email, kind=kind).status == 201
            assert world.confirm(email).status == 200
            check_whole(world, email, kind)


def test_removal_breaks_off(world):
    """The account is gone and its login is not: it opens nothing, and the address is free for whoever has its password."""
    account, tokens = world.member("leaving@example.com")
    world.between.refuse_after(0)
    assert world.call("DELETE", f"/Client/{account}", token=tokens["access_token"]).status >= 500
    world.between.refuse_after(None)
    problem(world.call("GET", f"/Client/{account}", token=tokens["access_token"]), 401, "account_gone")
    assert len(world.users("leaving@example.com")) == 1
    problem(world.login("leaving@example.com"), 403, "sign_up_unfinished")
    problem(world.sign_up("leaving@example.com", OTHER), 409, "email_taken")
    again = world.sign_up("leaving@example.com")
    assert again.status == 201 and again.json()["id"] != account
    assert world.confirm("leaving@example.com").status == 200
    check_whole(world, "leaving@example.com")


def crossed(world, email, kind, step, calls):
    """A client's sign-up waits behind a step while another one with the same address and password makes so many calls, or all; then
    it goes on to its end, and then the other one does. Both answers."""
    stands, ended, others = threading.Event(), threading.Event(), []

    def other():
        world.between.do_after(calls, lambda: stands.is_set() or (stands.set(), ended.wait(WAIT)))
        others.append(pool.submit(world.sign_up, email, kind=kind))
        others[0].add_done_callback(lambda _: stands.set())
        assert stands.wait(WAIT)

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        world.between.do_after(step, other)
        first = world.sign_up(email)
        ended.set()
        return first, others[0].result(WAIT)


def test_two_at_once(world):
    """Of two who sign up with one address, in one group or two, one does, at whatever step of the other's each of them comes."""
    steps, most, orders = count_calls(world), 7, set()
    for kind in ("Client", "Seller"):
        for step in range(1, steps + 1):
            for calls in range(1, most + 1):
                email = f"crossed-{kind}-{step}-{calls}@example.com".lower()
                first, second = crossed(world, email, kind, step, calls)
                assert sorted((first.status, second.status)) == [201, 409], (email, first.body, second.body)
                made, refused = (first, second) if first.status == 201 else (second, first)
                problem(refused, 409, "email_taken")
                assert world.confirm(email).status == 200
                check_whole(world, email, "Client" if made is first else kind)
                assert list(world.accounts()).count(made.json()["id"]) == 1
                orders.add((kind, made is first))
        assert (kind, True) in orders and (kind, False) in orders, orders


def test_many_at_once(world):
    """Of eight who sign up with one address at the same time, one does."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: world.sign_up("crowd@example.com"), range(8)))
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [201] + [409] * 7, statuses
    assert world.confirm("crowd@example.com").status == 200
    check_whole(world, "crowd@example.com")


def test_without_us(world):
    """Whoever knows the app client may sign up at Cognito itself: such a login has no account, whatever it calls itself."""
    email = "outsider@example.com"
    sub = world.cognito.sign_up(ClientId=world.app, Username=email, Password=PASSWORD)["UserSub"]
    world.cognito.confirm_sign_up(ClientId=world.app, Username=email, ConfirmationCode=SIGN_UP_CODE)
    problem(world.login(email), 403, "sign_up_unfinished")
    token = sign_in(world, world.app, email)["AccessToken"]
    for path in (f"/Client/{sub}", "/Cart", "/Purchase"):
        problem(world.call("GET", path, token=token), 401, "invalid_token")
    made = world.sign_up(email)
    assert made.status == 201, made.body
    check_whole(world, email)


def test_moved(world):
    """An account that moves here: its login is made without a mail, and a forgotten password opens it."""
    seller, _ = world.member("mover@example.com", "Seller")
    moved = f"{world.folder}/moved.jsonl"
    subprocess.run([os.environ["VITRINED"], "export", moved, *world.options], check=True, timeout=WAIT, stdout=subprocess.DEVNULL)
    other = World(world.cloud, world.folder)
    try:
        for _ in range(2):  # the second time there is nothing to do
            done = subprocess.run([os.environ["VITRINED"], "import", moved, *other.options], timeout=WAIT, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, check=False)
        logins = other.users("mover@example.com")
        assert len(logins) == 1 and other.groups(logins[0]) == ["Sellers"], (logins, done.stderr)
        other.start()
        problem(other.login("mover@example.com"), 401, "invalid_credentials")
        assert other.call("POST", "/Password/Forgot", {"email": "mover@example.com"}).status == 200
        assert other.call("POST", "/Password/Reset",
                          {"email": "mover@example.com", "code": RESET_CODE, "password": OTHER}).status == 200
        tokens = other.login("mover@example.com", OTHER)
        assert tokens.status == 200 and tokens.json()["user_id"] == seller, tokens.body
    finally:
        other.stop()
        other.between.shutdown()
        os.environ["AWS_ENDPOINT_URL"] = world.between.url


# ---- tokens that nobody should believe ----

def jwks(world):
    connection = http.client.HTTPConnection("127.0.0.1", world.cloud.port, timeout=WAIT)
    connection.request("GET", f"/{world.pool}/.well-known/jwks.json")
    return json.load(connection.getresponse())


def sign_in(world, app, email, password=PASSWORD):
    return world.cognito.initiate_auth(ClientId=app, AuthFlow="USER_PASSWORD_AUTH",
                                       AuthParameters={"USERNAME": email, "PASSWORD": password})["AuthenticationResult"]


def encode(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def pem_of(key):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    numbers = rsa.RSAPublicNumbers(*(int.from_bytes(decode(key[name]), "big") for name in ("e", "n")))
    return numbers.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def new_key():
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(65537, 2048)


def own_key(header, payload, key=None):
    """A good signature, by somebody else."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    text = f"{encode(header)}.{encode(payload)}"
    return f"{text}.{encode((key or new_key()).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def forgeries(world, good):
    """(what it is, token): all made of a good one. (What only the holder of the pool's key could sign, expired ones among them, is
    in test_rules: ministack's tokens live for five minutes at least.)"""
    head, payload, signature = good.split(".")
    header, claims = json.loads(decode(head)), json.loads(decode(payload))
    keys = jwks(world)["keys"]
    others = [key["kid"] for key in keys if key["kid"] != header["kid"]]
    pem = pem_of(next(key for key in keys if key["kid"] == header["kid"]))

    def signed(header, secret):
        text = f"{encode(header)}.{payload}"
        return f"{text}.{encode(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"

    for algorithm in ("none", "None", "NONE", ""):
        yield f"alg {algorithm}", f"{encode({**header, 'alg': algorithm})}.{payload}."
        yield f"alg {algorithm}, signed", f"{encode({**header, 'alg': algorithm})}.{payload}.{signature}"
    for name, secret in (("PEM", pem), ("PEM without its end", pem.strip()), ("modulus", keys[0]["n"].encode()), ("nothing", b"")):
        yield f"HS256 with {name}", signed({**header, "alg": "HS256"}, secret)
        yield f"HS256 with {name}, called RS256", signed(header, secret)
    for kid in (*others, "nobody's", "", None, 7, "../../keys"):
        yield f"kid {kid!r}", f"{encode({**header, 'kid': kid})}.{payload}.{signature}"
        yield f"kid {kid!r}, own key", own_key({**header, "kid": kid}, claims)
    yield "no kid", f"{encode({'alg': 'RS256'})}.{payload}.{signature}"
    yield "own key", own_key(header, claims)
    yield "own key in the token", own_key({**header, "jwk": keys[0], "jku": "https://keys.example/"}, claims)
    for member, value in (("sub", "somebody-else"), ("client_id", "other"), ("iss", "https://example.com/"), ("token_use", "id"),
                          ("exp", claims["exp"] + 86400), ("cognito:groups", ["Sellers"])):
        yield f"other {member}", f"{head}.{encode({**claims, member: value})}.{signature}"
    yield "no signature", f"{head}.{payload}."
    yield "half a signature", f"{head}.{payload}.{signature[:170]}"
    yield "signature turned round", f"{head}.{payload}.{signature[::-1]}"
    yield "two of them", f"{good}.{signature}"
    yield "nonsense", "nonsense"


class KeyServer(http.server.ThreadingHTTPServer):
    """A set of public keys at a URL of its own."""

    daemon_threads = True

    def __init__(self, *keys):
        super().__init__(("127.0.0.1", 0), KeyServer.Handler)
        self.body, self.url = json.dumps({"keys": keys}).encode(), f"http://127.0.0.1:{self.server_port}/set/keys.json"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            found = self.path == "/set/keys.json"
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(self.server.body if found else b"")


class Authorizer:
    """The function that API Gateway asks, on the world's shop."""

    def __init__(self, world, **more):
        with open(f"{os.environ['top_srcdir']}/events/authorizer.json", encoding="utf-8") as file:
            self.sample = json.load(file)
        self.log = host.Log(f"{world.folder}/function.log")
        self.function = host.Host(f"{os.environ['top_builddir']}/lambda/bootstrap", "AuthorizerFunction", {
            "VITRINE_DB": world.db, "VITRINE_IDENTITY": "cognito", "VITRINE_USER_POOL": world.pool, **more,
            "VITRINE_USER_POOL_CLIENT": world.app, "AWS_ENDPOINT_URL": world.between.url, "AWS_REGION": stack.REGION}, self.log)

    def ask(self, token):
        return self.function.invoke(dict(self.sample, authorizationToken=token))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.function.stop()
        self.log.close()


def bad_tokens(world):
    """All of them, with the good one that most are made of."""
    account, tokens = world.member("target@example.com")
    good = tokens["access_token"]
    found = list(forgeries(world, good))
    found += [("an id token", tokens["id_token"]), ("a refresh token", tokens["refresh_token"])]
    found.append(("another client's", sign_in(world, world.make_app(world.pool), "target@example.com")["AccessToken"]))
    pool, app = world.make_pool()
    world.cognito.sign_up(ClientId=app, Username="target@example.com", Password=PASSWORD)
    world.cognito.confirm_sign_up(ClientId=app, Username="target@example.com", ConfirmationCode=SIGN_UP_CODE)
    found.append(("another pool's", sign_in(world, app, "target@example.com")["AccessToken"]))
    world.cognito.delete_user_pool(UserPoolId=pool)
    return account, good, found


def test_bad_tokens(world):
    """vitrined takes none of them, and the good one before and after."""
    account, good, bad = bad_tokens(world)
    assert len(bad) > 40
    assert world.call("GET", f"/Client/{account}", token=good).status == 200
    for name, token in bad:
        answer = world.call("GET", f"/Client/{account}", token=token)
        assert answer.status == 401 and answer.json()["code"] == "invalid_token", (name, answer.body)
    assert world.call("GET", f"/Client/{account}", token=good).status == 200


def test_authorizer(world):
    """Nor does the function that API Gateway asks; what the policy names is the account, not Cognito's login."""
    account, good, bad = bad_tokens(world)
    with Authorizer(world) as authorizer:
        policy = authorizer.ask(f"Bearer {good}").json()
        assert policy["principalId"] == account, policy
        assert policy["policyDocument"]["Statement"][0]["Effect"] == "Allow"
        for name, token in bad:
            outcome = authorizer.ask(token)
            assert outcome.kind == "error" and outcome.error_type == "Unauthorized", (name, outcome)
        assert authorizer.ask(good).kind == "answer"
        authorizer.function.stop()
        assert good not in authorizer.log.read()


def test_rules(world):
    """Issuer and public keys are settings: with keys of this test's, each rule is broken in a token that is signed as it should be."""
    account, tokens = world.member("ruled@example.com")
    claims = {**json.loads(decode(tokens["access_token"].split(".")[1])), "iss": "https://issuer.example/pool"}
    key, header = new_key(), {"alg": "RS256", "kid": "test"}
    numbers = key.public_key().public_numbers()
    keys = KeyServer({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "test", "n": encode(numbers.n.to_bytes(256, "big")), "e": "AQAB"})
    now = int(time.time())
    good = own_key(header, claims, key)
    bad = [("expired", {"exp": now - 1}), ("expired long ago", {"exp": 1}), ("for ever", {"exp": None}), ("in words", {"exp": "soon"}),
           ("Cognito's issuer", {"iss": f"https://cognito-idp.us-east-1.amazonaws.com/{world.pool}"}), ("no issuer", {"iss": None}),
           ("longer issuer", {"iss": claims["iss"] + "/"}), ("id", {"token_use": "id"}), ("no use", {"token_use": None}),
           ("other client", {"client_id": "other"}), ("aud in its place", {"client_id": None, "aud": world.app}),
           ("other login", {"sub": "somebody-else"}), ("no login", {"sub": None}), ("odd login", {"sub": "../" + claims["sub"]})]
    tokens = [(name, own_key(header, {**claims, **change}, key)) for name, change in bad]
    tokens += [("wrong kid", own_key({**header, "kid": "other"}, claims, key)), ("no kid", own_key({"alg": "RS256"}, claims, key)),
               ("alg none", own_key({**header, "alg": "none"}, claims, key)), ("alg PS256", own_key({**header, "alg": "PS256"}, claims, key))]
    more = {"VITRINE_JWKS": keys.url, "VITRINE_ISSUER": claims["iss"]}
    world.stop()
    world.server = hostile_server.Server(*world.options, "--jwks", keys.url, "--issuer", claims["iss"], demo=False)
    with Authorizer(world, **more) as authorizer:
        for token in (good, own_key(header, {**claims, "exp": now + 5 * WAIT}, key)):
            assert world.call("GET", f"/Client/{account}", token=token).status == 200
            assert authorizer.ask(token).json()["principalId"] == account
        for name, token in tokens:
            answer, outcome = world.call("GET", f"/Client/{account}", token=token), authorizer.ask(token)
            assert answer.status == 401 and answer.json()["code"] in ("invalid_token", "token_expired"), (name, answer.body)
            assert (answer.json()["code"] == "token_expired") == name.startswith("expired"), (name, answer.body)
            assert outcome.kind == "error" and outcome.error_type == "Unauthorized", (name, outcome)
    keys.shutdown()


def main():
    passed = failed = 0
    with stack.Stack() as cloud, tempfile.TemporaryDirectory(prefix="vitrine-cognito-") as folder:
        for name, test in [each for each in globals().items() if each[0].startswith("test_")]:
            if len(sys.argv) > 1 and name not in sys.argv[1:]:
                continue
            world = World(cloud, folder)
            try:
                world.start()
                test(world)
                world.stop()
                print(f"ok: {test.__doc__.splitlines()[0]}")
                passed += 1
            except Exception:
                traceback.print_exc(file=sys.stdout)
                print(f"not ok: {name}")
                failed += 1
                if world.server:
                    world.server.process.kill()
                    world.server.process.wait()
            world.between.shutdown()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
