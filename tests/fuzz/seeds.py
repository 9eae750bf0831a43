#!/usr/bin/python3
"""Makes what fuzz_base, fuzz_dynamo, fuzz_input, fuzz_json, fuzz_router, fuzz_settings, fuzz_text, fuzz_url and fuzz_view start from,
in corpus/. Run it when requests change, which test_seeds.py notices; files that a fuzzer has added (their names are hashes) stay."""

import json
import pathlib
import random
import re

HERE = pathlib.Path(__file__).resolve().parent / "corpus"

PRODUCT = {"id": "P1", "name": "京都 煎茶 sencha", "description": "", "price": "19.80", "currency": "EUR", "category": "Tea",
           "seller_id": "S1", "seller_name": "Kintaro", "stock": 12, "version": 1, "has_picture": False,
           "created_at": "2026-11-22T15:04:05.678Z", "updated_at": "2026-11-22T15:04:05.678+01:00"}
LINE = {"product_id": "P1", "product_name": "tea", "seller_id": "S1", "seller_name": "K", "price": "1.00", "quantity": 2,
        "status": "placed"}
DELIVERY = {"full_name": "Ada", "address": ["12 Harbour Street", "08001 Barcelona"], "mobile": "+34600123456"}
SHIPPED = {"tracking": "CC 7712 0913 5 ES", "shipped_at": "2026-11-22T15:04:05.678Z"}
CANCELLED = {"reason": "The last one broke.", "cancelled_by": "seller"}

# Something for every shape of the API.
OBJECTS = {
    "sign-up-client": {"email": "ada@example.com", "password": "Vitrine-2026", "full_name": "Ada", "mobile": "+34600123456"},
    "sign-up-seller": {"email": "grace@example.com", "password": "Vitrine-2026", "full_name": "Línea Norte"},
    "patch": {"full_name": "Ada", "mobile": "+34600123456"},
    "patch-address": {"address": ["12 Harbour Street", "08001 Barcelona"]}, "patch-no-address": {"address": []},
    "login": {"email": "ada@example.com", "password": "x"},
    "refresh": {"refresh_token": "abc"},
    "confirm": {"email": "ada@example.com", "code": "123456"},
    "reset": {"email": "ada@example.com", "code": "123456", "password": "Vitrine-2026"},
    "password": {"password": "x", "new_password": "Vitrine-2026"},
    "product-create": {"seller_id": "S1", "name": "tea", "description": "é", "price": "1.5", "category": "Tea", "stock": 0},
    "product-patch": {"price": "999999999.99", "stock": 1000000, "version": 7},
    "batch": {"items": [{"id": "P1", "stock": 3}, {"name": "n", "price": "1", "category": "c"}]},
    "cart-put": {"items": [{"product_id": "P1", "quantity": 2, "price": "1.00"}], "version": 3},
    "purchase-request": {"items": [{"product_id": "P1", "quantity": 2, "price": "14.50"}]},
    "purchase-delivery": {"items": [{"product_id": "P1", "quantity": 2, "price": "14.50"}], "delivery": DELIVERY,
                          "note": "Ring twice.\nThank you."},
    "ship": {"tracking": "CC 7712 0913 5 ES"}, "cancel": {"reason": "The last one broke."},
    "sale-batch": {"items": [{"id": "E1", "status": "shipped", "tracking": "T"},
                             {"id": "E2", "status": "cancelled", "reason": "R"}, {"id": "E3", "status": "placed"}]},
    "sale-batch-answer": {"outcomes": [{"index": 0, "status": 409, "code": "illegal_transition", "message": "m"}]},
    "client": {"id": "C1", "email": "ada@example.com", "full_name": "Ada", "mobile": None},
    "seller-page": {"sellers": [{"id": "S1", "full_name": "G"}], "next_cursor": "abc"},
    "tokens": {"message": "m", "access_token": "a", "refresh_token": "r", "id_token": "i", "expires_in": 3600,
               "group_name": "Clients", "user_id": "C1"},
    "service": {"name": "Vitrine", "version": "1", "profile": "full", "currency": "EUR", "features": ["cart", "stats"],
                "delivery": "optional", "payment": "By invoice."},
    "product-page": {"products": [PRODUCT], "next_cursor": None},
    "category-page": {"categories": [{"name": "Tea", "products": 4}], "next_cursor": None},
    "batch-answer": {"outcomes": [{"index": 0, "status": 200, "product": PRODUCT},
                                  {"index": 1, "status": 409, "code": "c", "message": "m"}]},
    "cart": {"items": [{"product_id": "P1", "quantity": 2, "name": "n", "price": "1.00", "stock": 2, "seller_id": "S1",
                        "seller_name": "s", "available": True, "seen_price": "0.90"}], "version": 1, "currency": "EUR"},
    "purchase": {"id": "U1", "client_id": "C1", "client_name": "Ada", "purchase_date": "0000-01-01T00:00:00+23:59",
                 "status": "shipped", "currency": "EUR", "total": "2.00", "lines": [LINE],
                 "parts": [{"seller_id": "S1", "status": "shipped", **SHIPPED}, {"seller_id": "S2", "status": "cancelled", **CANCELLED}],
                 "delivery": DELIVERY, "note": "a\nb"},
    "sale": {"id": "E1", "purchase_id": "U1", "client_name": "Ada", "seller_id": "S1",
             "purchase_date": "2026-11-22T15:04:05Z", "status": "placed", "currency": "EUR", "total": "2.00",
             "lines": [{"product_id": "P1", "product_name": "n", "price": "1.00", "quantity": 2}], **SHIPPED, "delivery": DELIVERY},
    "stats": {"currency": "EUR", "days": 1, "revenue": "2.00", "units": 2, "previous_revenue": "0.00", "open_sales": 1,
              "per_day": [{"day": "2026-11-22", "revenue": "2.00", "units": 2}],
              "best_products": [{"product_id": "P1", "name": "n", "units": 2, "revenue": "2.00"}],
              "low_stock": [{"product_id": "P1", "name": "n", "stock": 0}]},
}

# Texts that are broken, or that a reader may stumble on.
TEXTS = {
    "empty": b"", "blank": b" \t\r\n", "null": b"null", "deep": b"[" * 100, "deepest": b"[" * 32 + b"]" * 32,
    "too-deep": b'{"a":' * 33 + b"1" + b"}" * 33, "twice": b'{"a":1,"a":2}', "twice-escaped": b'{"a":1,"\\u0061":2}',
    "nul": b'{"a":"\\u0000"}', "raw-nul": b'{"a":"\0"}', "huge-number": b'{"stock":1e400}',
    "long-number": b'{"stock":' + b"9" * 100 + b"}", "exact": b'{"version":9007199254740993}',
    "surrogate": b'"\\ud800"', "pair": b'"\\ud83d\\uded2"', "latin": b'{"name":"\xe9"}', "bom": b"\xef\xbb\xbf{}",
    "pointer": '{"京京京京京京京京京京京京京京京京京京京京京京京京京京京京京京京京京京京京~/":1}'.encode(),
    "twice-wide": ('{"' + "京" * 40 + '":1,"' + "京" * 40 + '":1}').encode(), "comment": b"{}//", "many": b"[" + b"0," * 4100 + b"0]",
    "control": b'{"name":"a\\u001b[2J"}', "sql": b'{"items":[{"product_id":"\'; DROP TABLE product; --","quantity":1}]}',
}

DISPLAYED = {
    "ascii": b"Yirgacheffe, washed, 250 g", "accents": "Café crème, Línea, Straße, ΣΊΣΥΦΟΣ, İstanbul".encode(),
    "combining": "e\u0301 a\u0308\u0304\u0301\u0301\u0301\u0301".encode(), "mark-first": "\u0301abc".encode(),
    "wide": "京都 煎茶 한국 Ｆｕｌｌ".encode(), "jamo": "\u1112\u1161\u11ab".encode(),
    "flags": "🇪🇸🇫🇷🇩".encode(), "emoji": "👩‍👩‍👧 👍🏽 ❤️ 🛒".encode(), "indic": "हिन्दी ก็ தமிழ்".encode(),
    "escape": b"\x1b[2J\x1b]52;c;QUJD\x07\x1b]0;t\x1b\\", "c1": b"\xc2\x9b31m\x9b31m\x90q", "bidi": "\u202eabc\u2066d\u2069\u200f\u061c".encode(),
    "zero-width": "a\u200b\u200b\u200b\u200b\u200b\u200db\ufeff\u2060\u00ad".encode(), "lines": b"a\r\nb\tc\x0b\x0c\x00d",
    "overlong": b"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf", "surrogates": b"\xed\xa0\x80\xed\xbf\xbf", "cut": "京".encode()[:2],
    "private": "\ue000\U000f0000\U0010ffff\ufffe\u0378".encode(), "prepend": "\u0600a \U000110bdb".encode(),
    "tags": "a\U000e0041\U000e007f\U000e0100".encode(), "compat": "ﬁ ﷺ ½ ① ㎏ ℻ №".encode(),
    "words": ("wort" * 20 + " " + "京" * 30 + " x_y-z").encode(), "flood": ("a" + "\u0301" * 300).encode(),
}

# What terminals send; \xff ends a piece, and the byte behind it is a time (fuzz_input.c).
TYPED = {
    "keys": b"abc\r\n\t\x7f\x08\x01\x1a\x1b[A\x1bOB\x1b[1;5C\x1b[3;5~\x1b[Z\x1bOM\x1bOj\x1b[[A\x1b[11^", "text": "ñ京😀".encode(),
    "alt": b"\x1bx\x1b\x7f\x1b\x1b[A\x1b\x1b\x1bq\x1b\xc3\xa9\x1b\\", "escape": b"\x1b\xff\x20q\x1b\xff\x05[\xff\x05A",
    "kitty": b"\x1b[98;1:3u\x1b[97:65;2:1u\x1b[1;1:2B\x1b[57414;5u\x1b[3;129:1~\x1b[27;5;97~\x1b[113;9u",
    "kitty-odd": b"\x1b[1;2u\x1b[0;2u\x1b[27;6;1~\x1b[57441;2:3u\x1b[55296u\x1b[155;1u\x1b[97:65:66;2:1:9;65:66u\x1bO5A",
    "mouse": b"\x1b[<0;10;5M\x1b[<0;10;5m\x1b[<64;1;1M\x1b[M !!\x1b[M#!!\x1b[<16;300;200M",
    "osc": b"\x1b]11;rgb:ffff/ffff/ffff\x07\x1b]11;rgba:1e/1e/1e/ff\x1b\\\x1b]11;#1e1e1e\x07\x1b]11;\xff\x10rgb:0/0/0\x1b\xff\x05\\",
    "strings": b"\x1bP>|quick(1)\x1b\\\x1b_Gi=31;qOK\x1b\\\x1b^q\x1b\\\x1bXq\x1b\\\x1b]q\x18\x1b_q\x1a\x1b]q\x1b[A\x1bPq\x03",
    "c1": "\x9d11;rgb:0/0/0\x9c\x90q\x9c\x9f\x9cA\x9b1;5B\x8fC\x98q\x9e\x84".encode("utf-8"),
    "string-without-end": b"\x1b]11;rgb" + b"q\xff\xff" * 4, "answers": b"\x1b[?62;4;22c\x1b[?997;2n\x1b[?2026;2$y\x1b[>1;2c\x1b[24;80R",
    "paste": b"\x1b[200~hi \x1b[20 \x03q\x1b[201~x", "paste-without-end": b"\x1b[200~abc\xff\x40x\x03\xff\x20q" + b"\xff\xff" * 4,
    "paste-long": b"\x1b[200~" + b"p" * 5000 + b"\x1b[201~", "csi-long": b"\x1b[" + b"1;" * 300 + b"Aq", "ss3-long": b"\x1bO" + b"1;" * 300 + b"Aq", "cut-off": b"\x1b[1;5\xff\x40\x1b[\xff\x40\xe4\xba\xff\x40q",
}

FILES = {
    "settings": b"; a person's\napi = http://127.0.0.1:3000/Prod\ntheme = light\n", "settings-wrong": b"theme = pink\ncolour = red\nnonsense\n",
    "settings-odd": b"\xef\xbb\xbf  theme=mono\napi: http://a.example\n# themes = many\n\n[x]\ntheme = dark",
    "settings-blanks": b"\xef\xbb\xbf\x0bapi:no\n\x0capi: \r\n \r\x0btheme = mono",
    "settings-twice-begun": b"\xef\xbb\xbf\xef\xbb\xbf\xff\xff[shop]fly\xff\xff [sho",
    "settings-long": b"api = http://" + b"a" * 300 + b"\n", "settings-continued": b"api = http://a\n theme = dark\n",
    "keys": b"[shop]\nadd = F2 p C-x M-x S-Tab Space\nopen =\n[everywhere]\nquit = Q ^Q\n", "keys-taken": b"[shop]\nadd = q\nopen = q Enter\n",
    "keys-wrong": b"[shop]\nfly = f\nadd = Hyper-x\n[nowhere]\na = b\nadd\n", "keys-many": b"[shop]\nadd = a b c d e f g h\n",
}


# A base URL, the path of a request there, and where its answer sends us on to.
ADDRESSES = {
    "plain": ("http://127.0.0.1:3000",), "path": ("https://shop.example.com/Prod/",), "slashes": ("http://a.test///",),
    "socket": ("unix:/run/vitrine/socket",), "socket-relative": ("unix:run",), "ipv6": ("http://[::1]:3000/Prod",),
    "ipv6-zone": ("http://[fe80::1%25lo]:1",), "ipv6-broken": ("http://[::1",), "name-like-loopback": ("http://127.example.com",),
    "loopback-short": ("http://127.1",), "loopback-octal": ("http://0177.0.0.1",), "loopback-number": ("http://2130706433",),
    "localhost": ("http://LOCALHOST",), "user": ("http://u:p@a.test",), "user-trick": ("http://a.test\\@b.test",),
    "query": ("http://a.test/?q",), "query-empty": ("http://a.test/Prod?",), "user-empty": ("http://@a.test",),
    "fragment": ("http://a.test#f",), "scheme": ("gopher://a.test",), "none": ("a.test",),
    "script": ("javascript:alert(1)",), "one-slash": ("http:/a.test/Prod",), "three-slashes": ("http:///a.test",),
    "port": ("http://a.test:99999",), "port-empty": ("http://a.test:",), "port-zero": ("http://a.test:0",),
    "wide": ("http://münchen.test/ü",), "escape": ("http://a%2fb.test/%00",), "blank": ("http://a b.test",),
    "to-https": ("http://a.test/Prod", "/", "https://a.test/Prod/"), "to-port": ("http://a.test:80", "/", "https://a.test:8443/"),
    "to-other": ("http://a.test", "/", "https://b.test/"), "to-longer": ("http://a.test", "/", "https://a.test.b.test/"),
    "to-user": ("http://a.test", "/", "https://u@a.test/"), "to-relative": ("http://a.test/Prod", "/", "../x?y#z"),
    "to-network": ("http://a.test", "/", "//a.test/"), "to-script": ("http://a.test", "/", "javascript:alert(1)"),
    "to-ipv6": ("http://[::1]:80", "/", "https://[::1]/"), "to-nothing": ("http://a.test", "/", ""),
}


# What the first platform answers, and what it might.
UNIT = {"id": "01KB0000000000000000000001", "client_name": "Ada", "seller_name": "Grace", "product_name": "Tea", "price": "12,50",
        "pruchase_date": "2026-11-24T06:00:00.123Z"}


# Items as DynamoDB gives them, each with something that is none.
ITEMS = {
    "product": {"pk": {"S": "P#1"}, "sk": {"S": "H"}, "stock": {"N": "12"}, "price": {"N": "1980"}, "arch": {"BOOL": True}},
    "cart": {"items": {"L": [{"M": {"p": {"S": "P1"}, "q": {"N": "2"}}}, {"S": "x"}, {"N": "3"}, {"L": []}, 7]}},
    "picture": {"b": {"B": "iVBORw0KGgo="}, "c": {"B": "iVBORw0KGgo"}, "d": {"B": "****"}, "e": {"B": ""}},
    "numbers": {"a": {"N": "-9223372036854775808"}, "b": {"N": "99999999999999999999999999999999999999"}, "c": {"N": "1.5"},
                "d": {"N": "1E+3"}, "e": {"N": ""}, "f": {"N": 5}},
    "sets": {"a": {"SS": ["x"]}, "b": {"NS": ["1"]}, "c": {"BS": [""]}, "d": {"NULL": True}},
    "types": {"a": 1, "b": "S", "c": [], "d": {}, "e": {"S": 1}, "f": {"M": []}, "g": {"L": {}}, "h": {"BOOL": "true"}},
    "maps": {"m": {"M": {"m": {"M": {"m": {"M": {"t": {"S": "deep"}}}}}}}},
}


def units(*changes):
    return {"purchases": [dict(UNIT, id=f"01KB{number:022}", **change) for number, change in enumerate(changes)]}


FIRST = {
    "products": {"products": [{"id": "1", "name": "京都 煎茶", "price": "19.8", "category": "Tea", "seller_id": "s"},
                              {"id": "2", "name": "b", "price": "free", "category": "", "seller_id": "t"},
                              {"id": "3", "name": "c", "price": 12.345, "category": "T" * 300},
                              {"id": "4", "name": "d", "price": None, "category": 7, "seller_id": {}}, 5, None,
                              {"id": "", "name": "e"}, {"id": 6, "name": 7, "price": "1.234,50"}]},
    "sellers": {"sellers": [{"id": "t", "full_name": "Grace"}, {"id": "s", "full_name": "京"}, {"id": "s", "full_name": "x"}, []]},
    "purchases": units({}, {}, {"client_name": "Bob"}, {"price": "3"}, {"pruchase_date": "yesterday"}, {"pruchase_date": ""},
                       {"pruchase_date": "03/02/2021", "price": "free"}, {"pruchase_date": 1690000000}, {"price": "1,234"},
                       {"pruchase_date": "2021-05-06 07:08:09.123456"}, {"pruchase_date": "2021-05-06"}),
    "purchase-spelt": {"purchases": [{"client_name": "Ada", "purchase_date": "2020-01-02"}, {"client_name": "Ada"}]},
    "huge-sum": units(*[{"price": "92233720368547758.07"}] * 3), "many": units(*[{"price": str(n)} for n in range(30)]),
    "both": {"products": [{"id": "1", "name": "a", "seller_id": "s"}], "sellers": [{"id": "s", "full_name": "b"}],
             "purchases": [UNIT]},
    "none": {"message": "No products found"}, "silent": {"message": None}, "denied": {"Message": "explicit deny"},
    "no-list": {"products": {}, "sellers": 1, "purchases": "x"}, "empty": {"products": [], "sellers": [], "purchases": []},
    "unconfirmed": {"message": "cognito error: (UserNotConfirmedException)"},
}
PRICES = ["79", "12.5", "12,50", "1.234,50", "1,234.5", "1 234 567", "1'234", "1,234", "1,2,34", "12.", ",5", "-3", "1e3", "0",
          "92233720368547758.07", "92233720368547758,08", "999'999'999,99"]


def rows():
    """(op, method, path, who) of every row of the API."""
    text = (HERE.parents[2] / "models" / "api.def").read_text()
    return re.findall(r'^API\((\w+), (\w+), "([^"]+)", (\w+)', text, re.M)


def request(method, target, headers=(), body=b""):
    lines = [f"{method} {target}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def requests():
    bodies = {"login": "login", "login_refresh": "refresh", "logout": "refresh", "account_confirm": "confirm",
              "password_forgot": "login", "password_reset": "reset", "password_change": "password",
              "client_create": "sign-up-client", "client_update": "patch", "seller_create": "sign-up-seller",
              "seller_update": "patch", "cart_put": "cart-put", "product_create": "product-create",
              "product_update": "product-patch", "product_batch": "batch", "purchase_create": "purchase-delivery",
              "purchase_cancel": "cancel", "sale_ship": "ship", "sale_cancel": "cancel", "sale_batch": "sale-batch"}
    for op, method, path, who in rows():
        seller = who == "SELLER" or path.startswith("/Seller")
        own = "C1" if path.startswith("/Client") else "S1" if path.startswith("/Seller") else "P1"
        headers = [f"authorization: Bearer {'seller' if seller else 'client'}-token", "idempotency-key: k"]
        body = b""
        if op in bodies:
            headers.append("content-type: application/json")
            body = json.dumps(OBJECTS[bodies[op]]).encode()
        if op == "picture_put":
            headers.append("content-type: image/png")
            body = b"\x89PNG\r\n\x1a\n\0\0\0\0IHDR....\0\0\0\0IEND...."
        yield op, request(method, path.replace("{id}", own), headers, body)
    yield "query", request("GET", "/Product?q=caf%C3%A9+au&category=Tea&seller_id=S1&min_price=0&max_price=9.5&in_stock=true"
                           "&sort=-price&limit=100&cursor=abc")
    yield "purchase-search", request("GET", "/Purchase?q=%23E1+caf%C3%A9&limit=5", ["authorization: Bearer client-token"])
    yield "sale-search", request("GET", "/Sale?q=tea&status=placed", ["authorization: Bearer seller-token"])
    yield "bodiless", request("POST", "/Sale/E1/Ship", ["authorization: Bearer seller-token"])
    yield "query-wrong", request("GET", "/Product?limit=0&limit=1&%E4%BA%AC=1&sort=&x")
    yield "target-absolute", request("GET", "http://host/Product?q=a")
    yield "target-wrong", request("GET", "/Product/%2F%00%zz")
    yield "batch-hidden", request("GET", "/Product/Batch")
    yield "not-allowed", request("BREW", "/Product/P1/Picture")
    yield "nowhere", request("GET", "//Product/../Product/")
    yield "no-key", request("POST", "/Purchase", ["authorization: client-token", "content-type: application/json"],
                            json.dumps(OBJECTS["purchase-request"]).encode())
    yield "twice", request("POST", "/Purchase",
                           ["authorization: client-token", "idempotency-key: k", "content-type: application/json"],
                           json.dumps({"items": OBJECTS["purchase-request"]["items"] * 2}).encode())
    yield "etag", request("GET", "/Product/P1/Picture", ['if-none-match: "ff-8"'])
    for kind in (1, 8, 14, 15, 16, 21):
        yield f"fail-{kind}", request("GET", "/Product/P1", [f"x-fail: {kind}"])


def seeds():
    """{name within the corpus: bytes}."""
    files = {f"json/{name}": json.dumps(value, ensure_ascii=False).encode() for name, value in OBJECTS.items()}
    files.update((f"json/{name}", value) for name, value in TEXTS.items())
    files.update((f"base/{name}", json.dumps(value, ensure_ascii=False).encode()) for name, value in FIRST.items())
    files.update((f"base/price-{number}", text.encode()) for number, text in enumerate(PRICES))
    files.update((f"base/text-{name}", value) for name, value in TEXTS.items())
    files.update((f"dynamo/{name}", json.dumps(value).encode()) for name, value in ITEMS.items())
    files.update((f"input/{name}", value) for name, value in TYPED.items())
    files.update((f"settings/{name}", value) for name, value in FILES.items())
    files.update((f"text/{name}", value) for name, value in DISPLAYED.items())
    files.update((f"router/{name}", value) for name, value in requests())
    choices = random.Random(4711)
    files.update((f"view/{number}", choices.randbytes(900)) for number in range(16))
    files.update((f"url/{name}", "\n".join(lines).encode()) for name, lines in ADDRESSES.items())
    return files


def main():
    for name, value in seeds().items():
        path = HERE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(value)


if __name__ == "__main__":
    main()
