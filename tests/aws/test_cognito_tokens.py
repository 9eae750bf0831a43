#!/usr/bin/python3
"""Tokens that nobody should believe, by vitrined over Cognito and by the authorizer of the functions, on ministack's tokens and keys."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import sys
import threading
import time

import host
import stack
import user_pool
from shopping import PASSWORD, SIGN_UP_CODE
from user_pool import WAIT, jwks, sign_in


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
    world.start("--jwks", keys.url, "--issuer", claims["iss"])
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


if __name__ == "__main__":
    sys.exit(user_pool.run(globals()))
