#!/usr/bin/python3
"""bench.py [--quick] [--write FILE] BUILD: how fast the platform is, beside the bare engines that it stands on.

vitrined, and what it is compared with, run on one core; the load, by wrk, on another. Catalogues are made once and kept in
BUILD/bench. Prints one table, and writes it to BUILD/bench-platform.md; --write puts it into FILE, between its marks.
--quick measures for a shorter time. Figures decide nothing: this fails only when something can't be measured.
"""

import argparse
import datetime
import hashlib
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SEED = 20261122
PASSWORD = "Correct-Horse-1"
SMALL, LARGE = 1000, 1000000
COMMON = ("s", "made", "years", "for")  # each is in 48 to 54 of 100 products, in the name or the description
MADE_OF = ("tests/bench/make_catalogue.c", "tests/bench/vocabulary.h", "platform/store/sqlite/schema.c",
           "platform/store/sqlite/search.c", "models/search.c")


def pinned(core, command):
    """The command, on one core; anywhere when there is but one."""
    return ["taskset", "-c", str(core), *command] if (os.cpu_count() or 1) > 1 else list(command)


class Server:
    """A program that prints `listening on URL`; on core 0."""

    def __init__(self, command, environment=None):
        self.began = time.monotonic()
        self.process = subprocess.Popen(pinned(0, command), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        env=environment, text=True)
        for line in self.process.stdout:
            if line.startswith("listening on "):
                self.start_seconds = time.monotonic() - self.began
                self.url = line.split()[2].rstrip("/")
                return
        sys.exit(f"bench: {' '.join(map(str, command))} did not start: status {self.process.wait()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def memory(self):
        """Resident bytes; taskset has become the program, so the process is that."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.M).group(1)) * 1024

    def ask(self, method, path, body=None, token=None, more=None):
        connection = http.client.HTTPConnection(urllib.parse.urlparse(self.url).netloc, timeout=60)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = "Bearer " + token
        headers.update(more or {})
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        reply = connection.getresponse()
        data = reply.read()
        connection.close()
        if reply.status >= 300:
            sys.exit(f"bench: {method} {path}: {reply.status} {data[:300]!r}")
        return data


class Bench:
    name = "platform"

    def __init__(self, build, quick):
        self.build = build
        self.quick = quick
        self.folder = build / "bench"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=self.folder))
        self.seconds = 1 if quick else 4
        self.rounds = 2 if quick else 3
        self.repeats = 3 if quick else 9
        self.rows = []
        self.runs = 0
        self.random = random.Random(SEED)

    # ---- tools ----

    def program(self, name):
        return str(self.build / "tests/bench" / name)

    def vitrined(self, *arguments):
        return [str(self.build / "vitrined"), "--listen", "127.0.0.1:0", "--threads", "1", "--no-log", *map(str, arguments)]

    def catalogue(self, count):
        """The file of a catalogue, made when it isn't there or the code that makes it has changed."""
        mark = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in MADE_OF)).hexdigest()[:12]
        path = self.folder / f"catalogue-{count}-{mark}.db"
        if path.exists():
            return path
        for old in self.folder.glob(f"catalogue-{count}-*"):
            old.unlink()
        print(f"making a catalogue of {count:,} products", file=sys.stderr, flush=True)
        began = time.monotonic()
        half = path.with_suffix(".half")
        subprocess.run([self.program("make_catalogue"), half, str(count), str(SEED)], check=True)
        half.rename(path)
        print(f"made in {time.monotonic() - began:.0f} s, {path.stat().st_size >> 20} MiB", file=sys.stderr, flush=True)
        return path

    def wrk(self, url, script, connections, environment):
        command = pinned(1, ["wrk", "-t1", f"-c{connections}", f"-d{self.seconds}s", "--timeout", "30s",
                             "-s", str(HERE / script), url])
        done = subprocess.run(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=True)
        found = re.search(r"^RESULT requests=(\d+) microseconds=(\d+) p50=(\d+) p99=(\d+) bad=(\d+)$", done.stdout, re.M)
        if not found or int(found.group(5)) or not int(found.group(1)):
            sys.exit(f"bench: the load went wrong:\n{done.stdout}")
        requests, microseconds, p50, p99, _ = map(int, found.groups())
        return {"rate": requests / microseconds * 1e6, "p50": p50 / 1000, "p99": p99 / 1000}

    def get_pages(self, server, paths, connections=32):
        listed = self.scratch / "paths"
        listed.write_text("\n".join(paths) + "\n")
        return self.wrk(server.url, "pages.lua", connections, {"BENCH_PATHS": str(listed)})

    def in_turn(self, *measures):
        """The best of some rounds of each; in turn, so that what disturbs the machine disturbs all of them."""
        rounds = [[measure() for measure in measures] for _ in range(self.rounds + 1)][1:]
        return [max(found, key=lambda one: one["rate"]) for found in zip(*rounds)]

    def row(self, what, figure, beside="", aim="", met=None):
        self.rows.append((what, figure, beside, aim, "" if met is None else "yes" if met else "no"))
        print(f"{what}: {figure} {beside}", file=sys.stderr, flush=True)

    # ---- what is measured ----

    def page_paths(self, server):
        """The first pages, and those after them, of several listings."""
        categories = [row["name"] for row in json.loads(server.ask("GET", "/Category"))["categories"]]
        starts = ["", "&sort=price", "&sort=-price"] + [f"&category={name}" for name in categories[:8]]
        paths = []
        for start in starts:
            cursor = ""
            for _ in range(12):
                paths.append(f"/Product?limit=20{start}{cursor}")
                page = json.loads(server.ask("GET", paths[-1]))
                if len(page["products"]) != 20 or not page["next_cursor"]:
                    break
                cursor = "&cursor=" + urllib.parse.quote(page["next_cursor"], safe="")
        return [path for path in paths if len(json.loads(server.ask("GET", path))["products"]) == 20]

    def strange_paths(self):
        """Pages that share next to nothing: each begins at another price."""
        prices = self.random.sample(range(100, 50000), 3000)
        return [f"/Product?limit=20&sort=price&min_price={price // 100}.{price % 100:02}" for price in prices]

    def measure_pages(self, server, count, how, aim="", met=lambda ratio: None, paths=None):
        paths = paths or self.page_paths(server)
        size = round(statistics.mean(len(server.ask("GET", path)) for path in paths))
        with Server([self.program("bare_evhttp"), str(size)]) as bare:
            ours, theirs = self.in_turn(lambda: self.get_pages(server, paths), lambda: self.get_pages(bare, paths))
        ratio = ours["rate"] / theirs["rate"]
        self.row(f"pages of 20 products, of {count:,}, {how}", f"{ratio:.2f} of evhttp",
                 f"{ours['rate']:,.0f}/s; evhttp with the same {size:,} bytes {theirs['rate']:,.0f}/s", aim, met(ratio))

    def searches(self, common=None):
        """Two words each, some cut short: what people type. `common`: one word, and one of these whole."""
        words = subprocess.run([self.program("make_catalogue"), "words"], stdout=subprocess.PIPE, text=True,
                               check=True).stdout.lower().split()
        queries = []
        while len(queries) < 2000:
            pair = self.random.sample(words, 2)
            cut = [word[:self.random.randint(min(2, len(word)), len(word))] for word in pair]
            if common:
                cut[1] = self.random.choice(common)
            queries.append("/Product?limit=20&q=" + urllib.parse.quote(" ".join(cut)))
        return queries

    def measure_search(self, server, count, what, common=None):
        queries = self.searches(common)
        found, = self.in_turn(lambda: self.get_pages(server, queries, connections=1))
        self.row(f"search, {what}, of {count:,}", f"p50 {found['p50']:.2f} ms, p99 {found['p99']:.2f} ms",
                 f"{found['rate']:,.0f}/s on one connection", "p99 under 10 ms", found["p99"] < 10)

    def measure_memory(self, server, count, when):
        memory = server.memory() / 2**20
        self.row(f"resident memory, {count:,} products, {when}", f"{memory:.1f} MiB", "", "under 64 MiB", memory < 64)

    def start_times(self, what, arguments, fresh=False):
        times = []
        for number in range(self.repeats):
            more = ["--db", self.scratch / f"start-{number}.db"] if fresh else []
            with Server(self.vitrined(*arguments, *more)) as server:
                times.append(server.start_seconds * 1000)
        self.row(f"start, {what}", f"{statistics.median(times):.0f} ms", f"slowest of {len(times)}: {max(times):.0f} ms")

    def measure_busy_pages(self, server, products, token):
        """Pages while somebody buys, a hundred times a second at most."""
        over = threading.Event()
        bought = 0

        def buy_on():
            nonlocal bought
            while not over.wait(0.01):
                row = products[bought % len(products)]
                items = [{"product_id": row["id"], "quantity": 1, "price": row["price"]}]
                server.ask("POST", "/Purchase", {"items": items}, token, {"Idempotency-Key": f"busy-{bought}"})
                bought += 1

        buyer = threading.Thread(target=buy_on)
        began = time.monotonic()
        buyer.start()
        try:
            self.measure_pages(server, SMALL, "asked for again, while others buy", "at least 0.5", lambda ratio: ratio >= 0.5)
        finally:
            over.set()
            buyer.join()
        self.row("purchases meanwhile", f"{bought / (time.monotonic() - began):.0f}/s")

    def sign_up(self, server, count):
        tokens = []
        for number in range(count):
            login = {"email": f"buyer{number}@example.com", "password": PASSWORD}
            server.ask("POST", "/Client", {**login, "full_name": f"Buyer {number}", "mobile": "+34600123456"})
            tokens.append(json.loads(server.ask("POST", "/Login", login))["access_token"])
        return tokens

    def measure_purchases(self):
        shop = self.scratch / "purchases.db"
        shutil.copy(self.catalogue(SMALL), shop)
        with Server(self.vitrined("--db", shop)) as server:
            products = json.loads(server.ask("GET", "/Product?limit=100"))["products"]
            (self.scratch / "products").write_text("".join(f"{row['id']} {row['price']}\n" for row in products))
            tokens = self.sign_up(server, 64)
            (self.scratch / "tokens").write_text("\n".join(tokens) + "\n")
            self.measure_busy_pages(server, products, tokens[0])
            for clients in (1, 64):
                bought, bare = self.in_turn(lambda: self.buy(server, clients), self.commit)
                ratio = bought["rate"] / bare["rate"]
                aim = ("above 1", ratio > 1) if clients == 64 else ("", None)
                self.row(f"purchases, {clients} client{'s' * (clients > 1)}", f"{ratio:.2f} of bare commits",
                         f"{bought['rate']:,.0f}/s, p99 {bought['p99']:.1f} ms; bare {bare['rate']:,.0f}/s", *aim)

    def buy(self, server, clients):
        self.runs += 1
        environment = {"BENCH_TOKENS": str(self.scratch / "tokens"), "BENCH_RUN": f"run{self.runs}",
                       "BENCH_PRODUCTS": str(self.scratch / "products")}
        return self.wrk(server.url, "purchases.lua", clients, environment)

    def commit(self):
        command = pinned(0, [self.program("bare_commit"), str(self.scratch / "bare.db"), str(self.seconds)])
        return {"rate": float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)}

    def long_products(self):
        """A batch of products whose descriptions are as long as they may be, of words that differ."""
        letters = "abcdefghijklmnopqrstuvwxyz"
        items = []
        for number in range(100):
            words = "".join("".join(self.random.choices(letters, k=7)) + " " for _ in range(500))
            items.append({"name": f"Thing {number}", "category": "Things", "description": words[:4000].strip(), "price": "1.00",
                          "stock": 1})
        return {"items": items}

    def waits_meanwhile(self, server, token, work):
        """How long (ms) small writes take while `work` is done; and how long that took (s)."""
        over, waits = threading.Event(), []

        def write_on():
            cart = json.loads(server.ask("GET", "/Cart", token=token))
            while not over.wait(0.002):
                began = time.monotonic()
                cart = json.loads(server.ask("PUT", "/Cart", {"items": [], "version": cart["version"]}, token))
                waits.append((time.monotonic() - began) * 1000)

        writer = threading.Thread(target=write_on)
        began = time.monotonic()
        writer.start()
        try:
            work()
            took = time.monotonic() - began
        finally:
            over.set()
            writer.join()
        return sorted(waits), took

    def measure_waits(self, server, token, what, work):
        waits, took = self.waits_meanwhile(server, token, work)
        self.row(f"a small write during {what}", f"p99 {waits[len(waits) * 99 // 100]:.1f} ms, most {waits[-1]:.1f} ms",
                 f"{len(waits):,} of them in {took:.1f} s")

    def measure_large_writes(self):
        """What a small write waits for while large ones are made: they are made in slices."""
        batches = 2 if self.quick else 20
        with Server(self.vitrined("--db", self.scratch / "slices.db")) as server:
            token, buyer = self.sign_up(server, 2)
            seller = {"email": "seller@example.com", "password": PASSWORD}
            server.ask("POST", "/Seller", {**seller, "full_name": "Seller"})
            login = json.loads(server.ask("POST", "/Login", seller))
            bodies = [self.long_products() for _ in range(batches)]
            path, own = f"/Seller/{login['user_id']}", login["access_token"]
            self.measure_waits(server, token, f"{batches} batches of 100 long products",
                               lambda: [server.ask("POST", "/Product/Batch", body, own) for body in bodies])

            product = json.loads(server.ask("GET", "/Product?limit=1"))["products"][0]
            bought = {"items": [{"product_id": product["id"], "quantity": 1, "price": product["price"]}]}
            server.ask("POST", "/Purchase", bought, buyer, {"Idempotency-Key": "slices"})
            since = json.loads(server.ask("GET", "/Changes", token=buyer))["since"]

            def delete():
                server.ask("DELETE", path, token=own)
                self.await_change(server, buyer, since)  # a sale is cancelled once all products are gone

            self.measure_waits(server, token, f"the end of a seller of {100 * batches:,} of them", delete)

    def await_change(self, server, token, since):
        """Whoever asks waits until there is something to tell, or for a while; so they ask again, ten times at most."""
        for _ in range(10):
            news = json.loads(server.ask("GET", f"/Changes?since={urllib.parse.quote(since)}", token=token))
            if news["changes"]:
                return
            since = news["since"]
        sys.exit("bench: nothing was told")

    def run(self):
        for count in (SMALL, LARGE):
            with Server(self.vitrined("--db", self.catalogue(count))) as server:
                self.measure_pages(server, count, "asked for again", "at least 0.5", lambda ratio: ratio >= 0.5)
                if count == LARGE:
                    self.measure_memory(server, count, "after pages")
            with Server(self.vitrined("--page-cache", 0, "--db", self.catalogue(count))) as server:
                self.measure_pages(server, count, "from the database", "at least 0.5", lambda ratio: ratio >= 0.5)
                if count == LARGE:
                    self.measure_pages(server, count, "each another one", paths=self.strange_paths())
                    self.measure_search(server, count, "two words")
                    self.measure_search(server, count, "a word and one that half of them have", COMMON)
                    self.measure_memory(server, count, "after pages and searches, from the database")
        self.measure_purchases()
        self.measure_large_writes()
        self.start_times("an empty shop", [], fresh=True)
        self.start_times("the demo", ["--demo"])
        self.start_times(f"{LARGE:,} products", ["--db", self.catalogue(LARGE)])

    # ---- the table ----

    def table(self):
        heads = ("measured", "figure", "in numbers", "aim", "met")
        lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
        return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in self.rows]) + "\n"


def machine():
    model = re.search(r"^model name\s*:\s*(.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    memory = re.search(r"^MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text(), re.M)
    return (f"{model.group(1).strip() if model else os.uname().machine}, {os.cpu_count()} cores,"
            f" {round(int(memory.group(1)) / 2**20)} GiB of memory, Linux {os.uname().release.split('-')[0]}")


def put(path, name, text):
    """Puts it into the file in place of what stands between its two marks."""
    page = path.read_text()
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    if page.count(begin) != 1 or page.count(end) != 1:
        sys.exit(f"bench: {path} has no place for {name}")
    path.write_text(page[:page.index(begin) + len(begin)] + text + page[page.index(end):])


def main(kind, about):
    parser = argparse.ArgumentParser(description=about.split("\n", 1)[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", type=pathlib.Path)
    options = parser.parse_args()
    for tool in ("wrk", "taskset"):
        if not shutil.which(tool):
            sys.exit(f"bench: {tool} is missing")
    bench = kind(options.build.resolve(), options.quick)
    try:
        bench.run()
    finally:
        shutil.rmtree(bench.scratch)
    report = f"Measured on {machine()}, {datetime.date.today()}.\n\n{bench.table()}"
    (options.build / f"bench-{kind.name}.md").write_text(report)
    print(report, end="")
    if options.write:
        put(ROOT / options.write, kind.name, report)


if __name__ == "__main__":
    main(Bench, __doc__)
