"""Requests that are HTTP, but not what the contract says."""

import base64
import hashlib
import hmac
import json
import urllib.parse

from hostile_server import request

PASSWORD = "Vitrine-2026"
SQL = ["' OR '1'='1", "'; DROP TABLE product; --", '"; DELETE FROM account; --', "1) UNION SELECT * FROM meta --",
       "a\\' OR 1=1 /*", "%' AND 1=0 UNION ALL SELECT value FROM meta --", "NEAR(", '"a" OR "b"', "a* AND b*", "name:x", "^x", "(((",
       "-", "*", '"', "'"]


def sign_in(server, email):
    answer = server.call("POST", "/Login", {"email": email, "password": PASSWORD})
    assert answer.status == 200, answer.body
    return answer.json()


def product(**changes):
    return {"name": "A name", "price": "1.50", "category": "Tests", "description": "", "stock": 1, **changes}


def all_products(server):
    found, cursor = [], ""
    while True:
        page = server.call("GET", "/Product?limit=100" + cursor).json()
        found += page["products"]
        if not page.get("next_cursor"):
            return found
        cursor = "&cursor=" + urllib.parse.quote(page["next_cursor"])


def everything(server, session):
    """What hostile requests must not change."""
    sales = server.call("GET", "/Sale?limit=100", Authorization="Bearer " + session["access_token"]).json()
    return all_products(server), sales


class Untouched:
    """Nothing is written meanwhile."""

    def __init__(self, server):
        self.server = server
        self.session = sign_in(server, "grace@example.com")

    def __enter__(self):
        self.before = everything(self.server, self.session)
        return self.session["access_token"]

    def __exit__(self, kind, *_):
        if kind is None:
            assert everything(self.server, self.session) == self.before, "something was written"


BROKEN = [
    b"{", b"}", b"[]", b"null", b"1", b'"a"', b"{}x", b"{,}", b'{"name"}', b'{"name":}', b"{'name':1}", b"{name:1}", b'{"a":1,}',
    b'{"name":"\x01"}', b'{"name":"\\x"}', b'{"name":"\\ud800"}', b'{"name":"\\u0000"}', b'{"name":"a\0b"}', b"\xef\xbb\xbf{}",
    b"\xff\xfe{\0}\0", b'{"name":"\xff"}', b'{"name":"\xc0\xaf"}', b'{"name":"\xed\xa0\x80"}', b'{"name":"\xf4\x90\x80\x80"}',
    b'{"name":01}', b'{"name":+1}', b'{"name":.5}', b'{"name":1.}', b'{"name":1e}', b'{"name":NaN}', b'{"name":Infinity}',
    b'{"name":tru}', b'{"name":TRUE}', b"[" * 100000, b"[" * 100000 + b"]" * 100000, b'{"a":' * 100000 + b"1" + b"}" * 100000,
    b'{"name":"a","name":"b"}', b'{"a":{"b":1,"b":2}}', b"{" + b",".join(b'"a%d":1' % i for i in range(50000)) + b"}",
    b" " * 1000000, b'"' + b"a" * 1000000, b"1" * 1000000, b'{"stock":' + b"9" * 100000 + b"}", b"[" + b"1," * 500000 + b"1]",
]


def broken_json(server):
    with Untouched(server) as token:
        for body in BROKEN:
            for method, path in (("POST", "/Product"), ("POST", "/Login"), ("POST", "/Product/Batch")):
                answer = server.call(method, path, body, Authorization="Bearer " + token)
                try:
                    answer.problem(400)
                except AssertionError as error:
                    raise AssertionError(f"{method} {path} {body[:80]!r}: {error}") from error


VALUES = [None, True, False, 0, -1, 1.5, 1e300, 10**40, "", " ", [], {}, [[]], {"a": 1}, "a" * 5000, "\u202e", "\x1b[2J", "\x7f", "\x85",
          "\u2028", "1e400", "0x10", "-0", "1.005", "NaN", "\U0001f600" * 5000]


def wrong_values(server):
    """Every field of a product with every kind of value that it can't have."""
    fine = {"name": (), "description": ("", " ", "1e400", "0x10", "-0", "1.005", "NaN"), "category": (), "price": (), "stock": (0,)}
    with Untouched(server) as token:
        for field, allowed in fine.items():
            for value in VALUES:
                if value in allowed and type(value) is not bool:
                    continue
                if field in ("name", "category") and value in ("1e400", "0x10", "-0", "1.005", "NaN", " "):
                    continue
                if value is None and field in ("description", "stock"):
                    continue
                answer = server.call("POST", "/Product", product(**{field: value}), Authorization="Bearer " + token)
                try:
                    answer.problem(400)
                except AssertionError as error:
                    raise AssertionError(f"{field} {value!r:.60}: {error}") from error
        for number in (b"1e400", b"-1e400", b"1e40", b"123456789012345678901234567890", b"1.5", b"-1"):
            body = json.dumps(product()).encode().replace(b'"stock": 1', b'"stock": ' + number)
            server.call("POST", "/Product", body, Authorization="Bearer " + token).problem(400)
        server.call("POST", "/Product", product(extra=1), Authorization="Bearer " + token).problem(400)
        for missing in ("name", "price", "category"):
            body = product()
            del body[missing]
            server.call("POST", "/Product", body, Authorization="Bearer " + token).problem(400)
        for kind in ("text/plain", "application/xml", "application/jsonx", ""):
            server.call("POST", "/Product", product(), Authorization="Bearer " + token, Content_Type=kind).problem(415)


def sql_in_every_field(server):
    """Where it is a text like any other it is kept as it is; elsewhere it is refused or finds nothing."""
    token = sign_in(server, "grace@example.com")["access_token"]
    client = sign_in(server, "ada@example.com")["access_token"]
    with_token = {"Authorization": "Bearer " + token}
    for sql in SQL:
        quoted = urllib.parse.quote(sql, safe="")
        made = server.call("POST", "/Product", product(name=sql + " x", category=sql[:39] + "x", description=sql), **with_token)
        assert made.status == 201, made.body
        kept = server.call("GET", "/Product/" + made.json()["id"]).json()
        assert (kept["name"], kept["description"]) == (sql + " x", sql)
        changed = server.call("PATCH", "/Product/" + kept["id"], {"description": sql + sql}, **with_token)
        assert changed.status == 200 and changed.json()["description"] == sql + sql
        assert server.call("DELETE", "/Product/" + kept["id"], **with_token).status == 204
        for target in (f"/Product?q={quoted}", f"/Product?category={urllib.parse.quote(sql[:40], safe='')}"):
            assert server.call("GET", target).status == 200, target
        for target in (f"/Product?seller_id={quoted}", f"/Product?sort={quoted}", f"/Product?cursor={quoted}",
                       f"/Product?min_price={quoted}", f"/Product?limit={quoted}", f"/Product?{quoted}=1", f"/Product/{quoted}",
                       f"/Seller/{quoted}", f"/Seller/{quoted}/Stats", f"/Client/{quoted}", f"/Purchase/{quoted}"):
            answer = server.call("GET", target, Authorization="Bearer " + client)
            if target.startswith("/Product?seller_id") and answer.status == 200:
                assert answer.json()["products"] == []
            else:
                answer.problem(400, 403, 404)
        server.call("POST", "/Login", {"email": sql, "password": sql}).problem(400, 401, 429)
        server.call("PUT", "/Cart", {"version": 0, "items": [{"product_id": sql, "quantity": 1}]},
                    Authorization="Bearer " + client).problem(400, 409)
        server.call("POST", "/Purchase", {"items": [{"product_id": sql, "quantity": 1, "price": "1.00"}]},
                    Authorization="Bearer " + client, Idempotency_Key=sql.replace(" ", "_")).problem(400, 409)
    assert len(all_products(server)) >= 150


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def der(tag, content):
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def public_pem(key):
    """The key of a JSON Web Key Set as it would stand in a PEM file."""
    numbers = b"".join(der(2, b"\0" + decode(key[name])) if decode(key[name])[0] & 0x80 else der(2, decode(key[name]))
                       for name in ("n", "e"))
    algorithm = der(0x30, bytes.fromhex("06092a864886f70d010101") + b"\x05\0")
    text = base64.b64encode(der(0x30, algorithm + der(3, b"\0" + der(0x30, numbers)))).decode()
    lines = "\n".join(text[i:i + 64] for i in range(0, len(text), 64))
    return f"-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----\n"


def forged(token, pem):
    """Tokens that must not be believed."""
    head, body, signature = token.split(".")
    claims = json.loads(decode(body))
    header = json.loads(decode(head))

    def made(header_changes, claim_changes, sign):
        text = encode(json.dumps({**header, **header_changes}).encode()) + "." + encode(json.dumps({**claims, **claim_changes}).encode())
        return text + "." + sign(text)

    def hs256(secret):
        return lambda text: encode(hmac.new(secret, text.encode(), hashlib.sha256).digest())

    for name in ("none", "None", "NONE", "nOnE", ""):
        yield made({"alg": name}, {}, lambda text: "")
        yield made({"alg": name}, {}, lambda text: signature)
    for secret in (pem, pem.rstrip("\n"), pem.replace("\n", "\r\n"), "", "secret"):
        yield made({"alg": "HS256"}, {}, hs256(secret.encode()))
    for changes in ({"sub": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, {"exp": 99999999999}, {"cognito:groups": ["Clients"]}, {"iss": "other"}):
        yield made({}, changes, lambda text: signature)
    yield made({"alg": "RS512"}, {}, lambda text: signature)
    yield made({"kid": "../../etc/passwd"}, {"sub": "x"}, lambda text: signature)
    yield from (f"{head}.{body}.", f"{head}.{body}", f"{head}..{signature}", f".{body}.{signature}", f"{head}.{body}.{signature}.x",
                f"{head}.{body}.{signature[:-4]}", f"{head}.{body}.{signature[:-1] + ('A' if signature[-1] != 'A' else 'Q')}x",
                "..", ".", "x", "a.b.c", "A" * 12000, "." * 9000, "null", "{}", "\\u0000", "é")


def forged_tokens(server):
    session = sign_in(server, "grace@example.com")
    token = session["access_token"]
    me = "/Seller/" + session["user_id"]
    keys = server.call("GET", "/.well-known/jwks.json").json()["keys"]
    assert server.call("GET", "/Sale", Authorization=token).status == 200, "a raw token is taken"
    with Untouched(server):
        for bad in [*forged(token, public_pem(keys[0])), session["id_token"], session["refresh_token"]]:
            for value in (bad, "Bearer " + bad):
                for method, path, body in (("GET", "/Sale", None), ("POST", "/Product", product()), ("GET", me, None)):
                    data = request(method, path, body, Authorization=value)
                    answer = server.ask(data)
                    assert answer.status in (401, 400), f"{value[:100]}: {answer.status} {answer.body[:200]}"
                    answer.problem(401, 400)
    server.call("GET", "/Sale").problem(401)
    server.call("GET", "/Sale", Authorization="Basic Z3JhY2U6cGFzc3dvcmQ=").problem(401)


def secrets_in_the_log(start, folder):
    """The log holds a line of JSON for each request, and nothing that anybody said."""
    path = f"{folder}/access.log"
    with start(log=path) as server:
        session = sign_in(server, "ada@example.com")
        server.call("GET", "/Product?q=confidential-words", Authorization="Bearer " + session["access_token"])
        server.call("GET", "/Client/" + session["user_id"], Authorization="Bearer " + session["access_token"])
        server.call("GET", "/hidden-path", User_Agent="hidden-agent")
        server.call("POST", "/Client", {"email": "private@example.com", "password": "Hidden-Word-1", "full_name": "Private Person",
                                        "mobile": "+34600999888"})
        server.ask(b"hidden-nonsense\r\n\r\n")
    with open(path, encoding="utf-8") as log:
        lines = log.read().splitlines()
    assert len(lines) == 6, lines
    for line in lines:
        entry = json.loads(line)
        assert set(entry) == {"time", "request_id", "op", "method", "status", "bytes", "ms", "address"}, entry
        assert entry["address"] == "127.0.0.0"
    ops = sorted(json.loads(line)["op"] for line in lines)  # an answer may overtake the line of the one before
    assert ops == ["client_create", "client_get", "login", "none", "none", "product_list"], ops
    text = "\n".join(lines).lower()
    for secret in ("ada", "example.com", PASSWORD.lower(), session["access_token"].lower(), session["refresh_token"].lower(), "hidden",
                   "confidential", "private", "600999888", session["user_id"].lower()):
        assert secret not in text, f"{secret} is in the log"
