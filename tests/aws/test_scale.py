#!/usr/bin/python3
"""What each endpoint takes of DynamoDB, counted, in a small shop and in a large one: no listing scans, and nothing grows with the
catalogue.

Some products are made by the platform; then there are more and more of them: the rows of each are copied, under other ids, in
dynoxide's own file, which is as if they had been made one by one and quicker by far. VITRINE_SCALE_PRODUCTS makes it smaller.
VITRINE_SCALE_WRITE=1 writes what was counted, and what comes of it, into docs/scale.md; otherwise the page is compared with it.
"""

import base64
import json
import os
import re
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zlib

SOURCE, BUILD = os.environ["top_srcdir"], os.environ["top_builddir"]
sys.path.insert(0, f"{SOURCE}/tests")

import engines
import rules

TABLE = "vitrine"
MADE, SMALL, LARGE = 200, 1000, int(os.environ.get("VITRINE_SCALE_PRODUCTS", "100000"))
PAGE = f"{SOURCE}/docs/scale.md"
WAIT = 60
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET = "Correct horse 5"
# No page may cost more, whatever is asked for: one that gathers 500 products, and one that looks at 4,000 rows twice.
MOST_READ, MOST_ROWS = 400, 8200


class Engine(engines.Dynoxide):
    """dynoxide on a file, which another process may write into."""

    def __init__(self, folder):
        self.path = f"{folder}/table.db"
        super().__init__(self.path)

    def multiply(self, first, times, left_out):
        """Each product that was made, but for some, so many times, with all that is kept of it by its id; `first`: as often as
        it is there already."""
        prefixes = [f"00{DIGITS[number // 32]}{DIGITS[number % 32]}" for number in range(first, times)]
        copied = "CASE WHEN pk GLOB 'S:P#*' THEN substr(pk, 5) ELSE substr(sk, -26) END"
        with sqlite3.connect(self.path, timeout=WAIT) as base:
            base.execute("CREATE TEMP TABLE prefixes (prefix TEXT)")
            base.executemany("INSERT INTO prefixes VALUES (?)", [(each,) for each in prefixes])
            base.execute(f"""INSERT INTO "{TABLE}" (pk, sk, item_json, item_size, hash_prefix)
                SELECT replace(pk, id, new), replace(sk, id, new), replace(item_json, id, new), item_size, hash_prefix
                FROM (SELECT *, prefix || substr(id, 5) AS new
                      FROM (SELECT *, {copied} AS id FROM "{TABLE}"
                            WHERE pk GLOB 'S:P#*' OR pk GLOB 'S:L*' OR pk GLOB 'S:IL*' OR pk GLOB 'S:W#*') JOIN prefixes
                      WHERE id GLOB '01*' AND id NOT IN ({", ".join("?" * len(left_out))}))""", left_out)
        base.close()

    def products(self):
        with sqlite3.connect(self.path, timeout=WAIT) as base:
            count = base.execute(f"""SELECT count(*) FROM "{TABLE}" WHERE pk = 'S:L'""").fetchone()[0]
        base.close()
        return count


def picture():
    """A PNG of one grey pixel."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b""))


class Cost:
    def __init__(self, answer):
        self.requests, self.rows = answer["requests"], answer["rows"]
        self.read, self.written = answer["read"] / 1000, answer["written"] / 1000

    def cells(self):
        return f"{self.requests} | {self.rows} | {self.read:g} | {self.written:g}"


class Platform:
    """The platform over that engine, a request at a time (metered.c)."""

    def __init__(self, engine):
        place = engines.environment(f"http://127.0.0.1:{engine.port}", ("test", "test", None), "us-east-1")
        self.process = subprocess.Popen([f"{BUILD}/tests/aws/metered", TABLE], env=place, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.costs = {}  # of what is measured, by its name

    def stop(self):
        self.process.stdin.close()
        status = self.process.wait(WAIT)
        self.process.stdout.close()
        return status

    def _exchange(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the platform has ended"
        return json.loads(line)

    def ask(self, method, path, body=None, who=None, measured=None, **more):
        """The answer's body; `measured`: the name that its cost is kept under."""
        message = {"method": method, "path": path} | more
        if who:
            message["token"] = who["access_token"]
        if body is not None:
            message["body"] = body if isinstance(body, str) else json.dumps(body)
        answer = self._exchange(message)
        assert 200 <= answer["status"] < 300, (method, path, answer)
        if measured:
            self.costs[measured] = Cost(answer)
        return json.loads(answer["body"]) if answer["body"] else None

    def list(self, measured=None, **query):
        return self.ask("GET", "/Product", query=[[name, str(value)] for name, value in query.items()], measured=measured)

    def tend(self, measured=None):
        answer = self._exchange({"tend": True})
        assert answer["status"] == 200
        if measured:
            self.costs[measured] = Cost(answer)


class Shop:
    """Sellers, buyers, and a catalogue: 99 of 100 products are sold out; "amber" and "brass" are each in one of four, and in three
    products both."""

    def __init__(self, platform):
        self.platform, self.keys = platform, 0
        self.seller, self.client = self.person("Seller", "Maker"), self.person("Client", "Ada")

    def person(self, kind, name, **measured):
        body = {"email": f"{name}.{kind}@shop.example".lower(), "password": SECRET, "full_name": name}
        if kind == "Client":
            body["mobile"] = "+4670000000"
        self.platform.ask("POST", f"/{kind}", body, **measured)
        return self.platform.ask("POST", "/Login", {"email": body["email"], "password": SECRET})

    def add(self, products):
        made = []
        for start in range(0, len(products), 100):
            answer = self.platform.ask("POST", "/Product/Batch", {"items": products[start:start + 100]}, self.seller)
            made += [outcome["product"]["id"] for outcome in answer["outcomes"]]
        return made

    def fill(self):
        words = ["amber", "brass", "cedar", "denim"]
        self.add([{"name": f"{words[number % 4].title()} n{number}", "category": f"Aisle {number % 10}",
                   "price": f"{1 + number % 97}.00", "stock": 0 if number % 100 else 1000, "description": "Made by hand."}
                  for number in range(MADE)])
        self.both = self.add([{"name": f"Amber lamp of brass {number}", "category": "Lamps", "price": "5000.00", "stock": 90,
                               "description": "Rare."} for number in range(3)])
        self.platform.tend()

    def key(self):
        self.keys += 1
        return f"key-{os.getpid()}-{self.keys}"


def measure_listings(shop):
    platform = shop.platform
    first = platform.list("GET /Product, newest")
    platform.list("GET /Product, newest, the next page", cursor=first["next_cursor"])
    platform.list("GET /Product, by price", sort="price")
    platform.list("GET /Product, of a category", category="Aisle 3")
    platform.list("GET /Product, of a seller", seller_id=shop.seller["user_id"])
    platform.list("GET /Product, of a category and a seller", category="Aisle 3", seller_id=shop.seller["user_id"])
    platform.list("GET /Product, within prices, by price", min_price="20.00", max_price="40.00", sort="price")
    platform.list("GET /Product, within prices, newest", min_price="20.00", max_price="40.00")
    platform.list("GET /Product, an empty range of prices", min_price="500.00", max_price="600.00")
    platform.list("GET /Product, in stock, 99 of 100 sold out", in_stock="true", limit=10)
    platform.list("GET /Product, in stock, of a category, by price", in_stock="true", category="Aisle 0", sort="price", limit=10)
    platform.list("GET /Product, one word, in one of four", q="amber")
    platform.list("GET /Product, the beginning of a word", q="am")
    platform.list("GET /Product, a word of few", q="lamp")
    platform.list("GET /Product, two words, 3 have both", q="amber brass")
    platform.list("GET /Product, a word of many and one of few", q="amber lamp")
    platform.list("GET /Product, a word, in stock", q="amber", in_stock="true", limit=10)
    platform.list("GET /Product, a word, by price", q="amber", sort="price")
    platform.list("GET /Product, a word that nothing has", q="xylophone")


def measure_accounts(shop, size):
    ask = shop.platform.ask
    for kind in ("Client", "Seller"):
        who = shop.person(kind, f"Guest{size}", measured=f"POST /{kind}")
        ask("POST", "/Password", {"password": SECRET, "new_password": SECRET + "x"}, who, "POST /Password")
        who = ask("POST", "/Login", {"email": f"guest{size}.{kind}@shop.example".lower(), "password": SECRET + "x"},
                  measured="POST /Login")
        ask("POST", "/Login/Refresh", {"refresh_token": who["refresh_token"]}, measured="POST /Login/Refresh")
        path = f"/{kind}/{who['user_id']}"
        ask("GET", path, who=who, measured=f"GET /{kind}/{{id}}")
        ask("PATCH", path, {"full_name": "Somebody"}, who, f"PATCH /{kind}/{{id}}")
        if kind == "Seller":
            ask("GET", f"{path}/Stats", who=who, measured="GET /Seller/{id}/Stats")
        ask("DELETE", path, who=who, measured=f"DELETE /{kind}/{{id}}")
    shop.platform.tend()
    ask("GET", "/Seller", measured="GET /Seller")


def measure_products(shop):
    ask, who = shop.platform.ask, shop.seller
    body = {"name": "Elm spoon", "category": "Aisle 3", "price": "7.00", "stock": 4, "description": "For soup."}
    product = ask("POST", "/Product", body, who, "POST /Product")
    path = f"/Product/{product['id']}"
    shop.platform.tend("what follows POST /Product")
    ask("GET", path, measured="GET /Product/{id}")
    ask("PATCH", path, {"price": "8.00"}, who, "PATCH /Product/{id}")
    ask("PUT", f"{path}/Picture", base64.b64encode(picture()).decode(), who, "PUT /Product/{id}/Picture", type="image/png")
    ask("GET", f"{path}/Picture", measured="GET /Product/{id}/Picture")
    ask("DELETE", f"{path}/Picture", who=who, measured="DELETE /Product/{id}/Picture")
    ask("POST", "/Product/Batch", {"items": [{"id": product["id"], "stock": 5}]}, who, "POST /Product/Batch, of one")
    shop.platform.tend()
    ask("DELETE", path, who=who, measured="DELETE /Product/{id}")
    shop.platform.tend("what follows DELETE /Product/{id}")
    ask("GET", "/Category", measured="GET /Category")


def measure_purchases(shop):
    ask, client, seller = shop.platform.ask, shop.client, shop.seller
    product = shop.platform.list(q="lamp")["products"][0]
    items = [{"product_id": product["id"], "quantity": 1, "price": product["price"]}]
    cart = ask("GET", "/Cart", who=client, measured="GET /Cart")
    ask("PUT", "/Cart", {"items": items, "version": cart["version"]}, client, "PUT /Cart")
    body = {"items": [{"product_id": product["id"], "quantity": 1, "price": product["price"]}],
            "delivery": {"full_name": "Ada", "address": ["Main Street 1", "Town"], "mobile": "+4670000000"}}
    shop.platform.tend()
    key = shop.key()
    made = ask("POST", "/Purchase", body, client, "POST /Purchase, of one product", key=key)
    shop.platform.tend("what follows POST /Purchase")
    ask("POST", "/Purchase", body, client, "POST /Purchase, a key again", key=key)
    ask("GET", "/Purchase", who=client, measured="GET /Purchase")
    ask("GET", f"/Purchase/{made['id']}", who=client, measured="GET /Purchase/{id}")
    ask("POST", f"/Purchase/{made['id']}/Cancel", {}, client, "POST /Purchase/{id}/Cancel")
    sales = []
    for _ in range(3):
        ask("POST", "/Purchase", body, client, key=shop.key())
    for sale in ask("GET", "/Sale", who=seller, measured="GET /Sale")["sales"]:
        if sale["status"] == "placed":
            sales.append(sale["id"])
    ask("GET", f"/Sale/{sales[0]}", who=seller, measured="GET /Sale/{id}")
    ask("POST", f"/Sale/{sales[0]}/Ship", {}, seller, "POST /Sale/{id}/Ship")
    ask("POST", f"/Sale/{sales[0]}/Deliver", None, seller, "POST /Sale/{id}/Deliver")
    ask("POST", f"/Sale/{sales[1]}/Cancel", {}, seller, "POST /Sale/{id}/Cancel")
    ask("POST", "/Sale/Batch", {"items": [{"id": sales[2], "status": "shipped"}]}, seller, "POST /Sale/Batch, of one")
    shop.platform.tend()
    ask("GET", "/Changes", who=client, measured="GET /Changes")


def measure(shop, size):
    shop.platform.costs = {}
    measure_accounts(shop, size)
    measure_listings(shop)
    measure_products(shop)
    measure_purchases(shop)
    return shop.platform.costs


# ---- what must hold ----

# Rows of api.def that ask nothing of the table but who it is that asks, or that only identity answers.
ELSEWHERE = {"GET /", "GET /Health", "GET /.well-known/jwks.json", "POST /Logout", "POST /Account/Confirm", "POST /Password/Forgot",
             "POST /Password/Reset"}


def unmeasured(costs):
    with open(f"{SOURCE}/models/api.def", encoding="utf-8") as file:
        rows = re.findall(r'^API\(\w+, (\w+), "([^"]+)"', file.read(), re.MULTILINE)
    names = [name.split(",")[0] for name in costs]
    return [f"{method} {path}" for method, path in rows
            if f"{method} {path}" not in names and f"{method} {path}" not in ELSEWHERE]


# What grows until it is as much as a page may cost: in the small shop all that fits is read and sorted, or walked through.
BOUNDED = {"GET /Product, within prices, newest", "GET /Product, two words, 3 have both", "GET /Product, a word, by price"}

# Those who ask have some more purchases and sales the second time.
MORE = {"requests": 2, "rows": 10, "read": 10, "written": 2}


def grown(small, large):
    for name, before in small.items():
        for what, more in MORE.items():
            was, now = getattr(before, what), getattr(large[name], what)
            if now > was * 1.1 + more and name not in BOUNDED:
                yield f"{name}: {was:g} {what} with {SMALL} products, {now:g} with {LARGE}"


def scanning():
    """Files of the store that scan the table, besides the one that carries a shop away."""
    folder = f"{SOURCE}/platform/store/dynamodb"
    for name in sorted(os.listdir(folder)):
        with open(f"{folder}/{name}", encoding="utf-8") as file:
            if "dynamo_scan" in file.read() and name != "export.c":
                yield name


def dear(costs):
    for name, cost in costs.items():
        if cost.read > MOST_READ or cost.rows > MOST_ROWS:
            yield f"{name}: {cost.rows} rows, {cost.read:g} units"


def pages(shop, **query):
    """All that is found, and how many pages it took."""
    found, cursor, count = [], {}, 0
    while count < 1000:
        page = shop.platform.list("page", **query, **cursor)
        cost = shop.platform.costs.pop("page")
        assert cost.read <= MOST_READ and cost.rows <= MOST_ROWS, cost.cells()
        found += [product["id"] for product in page["products"]]
        count += 1
        if not page.get("next_cursor"):
            return found, count
        cursor = {"cursor": page["next_cursor"]}
    raise AssertionError("a listing that doesn't end")


def check_found(shop, products):
    found, count = pages(shop, q="amber brass")
    if sorted(found) != sorted(shop.both):
        yield f"two words find {found}"
    print(f"two words, each in a quarter of {products} products, 3 of which have both: {count} pages")
    found, count = pages(shop, in_stock="true", limit=100)
    wanted = (products - len(shop.both)) // 100 + len(shop.both)
    if len(found) != wanted or len(set(found)) != wanted:
        yield f"in stock are {wanted}, found {len(found)}"
    if count > wanted // 100 + 1:
        yield f"{wanted} that are in stock took {count} pages"


def check_one(costs):
    empty = costs["GET /Product, an empty range of prices"]
    if empty.requests > 1 or empty.rows or empty.read > 1:
        yield f"an empty range: {empty.cells()}"
    page, stock = costs["GET /Product, newest"], costs["GET /Product, in stock, 99 of 100 sold out"]
    if stock.read > page.read:
        yield f"what is in stock: {stock.cells()}"
    few = costs["GET /Product, a word of many and one of few"]
    if few.rows > 300 or few.read > 60:
        yield f"a word of many and one of few: {few.cells()}"


# ---- the page ----

# us-east-1, in dollars: docs/scale.md has the sources.
WRITES, READS = 0.625, 0.125  # a million units
CALLS, GIGABYTE_SECOND = 0.20, 0.0000133334  # Lambda: a million calls; arm64
MEMORY, BILLED = 0.25, 0.025  # GB, and seconds that a purchase is taken to last
GATEWAY = {"REST API": 3.50, "HTTP API": 1.00, "function URL": 0.00}  # a million calls
PURCHASE, FOLLOWS = "POST /Purchase, of one product", "what follows POST /Purchase"
FOLLOWED = 10  # changes of as many purchases that one call of FollowFunction takes on, at least


def lambda_cost(calls, seconds):
    """Of a million."""
    return calls * CALLS + seconds * MEMORY * GIGABYTE_SECOND * 1e6


def units_cost(cost):
    return cost.written * WRITES + cost.read * READS


def costs_table(costs):
    transaction, follows = costs[PURCHASE], costs[FOLLOWS]
    made = (units_cost(transaction), lambda_cost(1, BILLED))
    followed = (units_cost(follows), lambda_cost(1 / FOLLOWED, BILLED))
    yield "| a million purchases | DynamoDB | Lambda | API | together |"
    yield "|---|---|---|---|---|"
    yield (f"| the transaction: {transaction.written:g} write, {transaction.read:g} read units | {made[0]:.2f} $ | {made[1]:.2f} $ |"
           f" | {sum(made):.2f} $ |")
    yield (f"| what follows: {follows.written:g} write, {follows.read:g} read units | {followed[0]:.2f} $ | {followed[1]:.2f} $ | |"
           f" {sum(followed):.2f} $ |")
    for name, price in GATEWAY.items():
        yield f"| the gateway: {name} | | | {price:.2f} $ | {price:.2f} $ |"
    for name, price in GATEWAY.items():
        yield f"| all of it, with the {name} | | | | {sum(made) + sum(followed) + price:.2f} $ |"


def needs_table(costs):
    transaction, follows = costs[PURCHASE], costs[FOLLOWS]
    yield ("| purchases/s | write units/s | read units/s | partitions for that | functions at once, by time; by 10 calls/s each |"
           " $ a day, HTTP API |")
    yield "|---|---|---|---|---|---|"
    for rate in (1, 1000, 100_000):
        writes, reads = (rate * (getattr(transaction, kind) + getattr(follows, kind)) for kind in ("written", "read"))
        dollars = (units_cost(transaction) + units_cost(follows) + lambda_cost(1, BILLED) + lambda_cost(1 / FOLLOWED, BILLED)
                   + GATEWAY["HTTP API"]) * rate * 86400 / 1e6
        yield (f"| {rate:,} | {writes:,.0f} | {reads:,.0f} | {max(1, -(-writes // 1000), -(-reads // 3000)):,.0f} |"
               f" {max(1, rate * BILLED):,.0f}; {max(1, rate / 10):,.0f} | {dollars:,.2f} |")


def table(small, large):
    yield f"| endpoint | requests | rows | read units | write units | read units, {LARGE:,} products |"
    yield "|---|---|---|---|---|---|"
    for name, cost in small.items():
        yield f"| {name} | {cost.cells()} | {large[name].read:g} |"


def read_page():
    with open(PAGE, encoding="utf-8") as file:
        return file.read()


def between(text, name):
    """What stands before the marks of a part of the page, between them, and behind."""
    before, rest = text.split(f"<!-- {name} -->\n")
    inner, after = rest.split(f"<!-- end of {name} -->")
    return before + f"<!-- {name} -->\n", inner, f"<!-- end of {name} -->" + after


# What is worked out of what was counted, by the name of its part of the page.
WORKED_OUT = {"costs": costs_table, "needs": needs_table}


def write_page(small, large):
    text = read_page()
    for name, lines in (("counted", table(small, large)), *((name, lines(small)) for name, lines in WORKED_OUT.items())):
        before, _, after = between(text, name)
        text = before + "".join(f"{line}\n" for line in lines) + after
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(text)


def told():
    """What the page says was counted."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in between(read_page(), "counted")[1].splitlines()]
    return {name: Cost({"requests": int(requests), "rows": int(rows), "read": float(read) * 1000, "written": float(written) * 1000})
            for name, requests, rows, read, written, _ in rows[2:]}


def differing(small):
    """Figures of the page that are no longer so."""
    page = told()
    for name, cost in small.items():
        if name not in page:
            yield f"{name} isn't there"
            continue
        for was, now in ((page[name].read, cost.read), (page[name].written, cost.written)):
            if abs(was - now) > 2 + now / 4:
                yield f"{name}: {was:g} there, {now:g} counted"
    yield from (f"{name} is there, and wasn't counted" for name in page if name not in small)


def wrong():
    """Parts of the page that don't follow from what it says was counted."""
    page = told()
    for name, lines in WORKED_OUT.items():
        if between(read_page(), name)[1].splitlines() != list(lines(page)):
            yield f"{name}: not as worked out; VITRINE_SCALE_WRITE=1 writes it anew"


def check(tally, engine, platform):
    shop = Shop(platform)
    shop.fill()
    engine.multiply(1, SMALL // MADE, shop.both)
    small = measure(shop, SMALL)
    engine.multiply(SMALL // MADE, LARGE // MADE, shop.both)
    large = measure(shop, LARGE)
    products = engine.products()
    tally.rule("the large shop is large", [] if products > LARGE * 0.99 else [f"{products} products"])
    tally.rule("every endpoint that asks the table is counted", unmeasured(small))
    tally.rule("nothing but an export scans", scanning())
    tally.rule("nothing grows with the catalogue", grown(small, large))
    tally.rule("no page costs more than it may", [*dear(small), *dear(large)])
    tally.rule("what is asked for is found, page after page", check_found(shop, products))
    tally.rule("what is empty, rare or sold out costs little", [*check_one(small), *check_one(large)])
    if os.environ.get("VITRINE_SCALE_WRITE"):
        write_page(small, large)
    tally.rule("docs/scale.md tells what was counted", differing(small))
    tally.rule("what it needs and costs is worked out of that", wrong())
    for line in table(small, large):
        print(line)


def main():
    tally = rules.Tally()
    with tempfile.TemporaryDirectory() as folder, Engine(folder) as engine:
        platform = Platform(engine)
        try:
            check(tally, engine, platform)
        finally:
            tally.rule("the platform ends well", [] if platform.stop() == 0 else ["it doesn't"])
    tally.finish()


if __name__ == "__main__":
    main()
