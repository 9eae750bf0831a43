#!/usr/bin/python3
"""bench_client.py [--quick] [--write FILE] BUILD: how fast and how small the storefront is, at its terminal.

bench_client runs vitrine in a pseudo-terminal and measures; vitrined runs on one core, as in bench.py, whose catalogues
and options these are. The table goes to BUILD/bench-client.md.
"""

import json
import os
import socket
import statistics
import subprocess
import sys

from bench import HERE, LARGE, Bench, Server, main

SMALL = 60
SESSIONS = 200
DELAY_MS = 2000
ROWS = 2000
IDLE_SECONDS = 10


def quantile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


class Proxy(Server):
    """tests/proxy/proxy.py before a platform; every reply comes DELAY_MS later once `delay` was called."""

    def __init__(self, upstream):
        read, write = os.pipe()
        self.keep = write  # it ends with its standard input
        command = [sys.executable, "-B", str(HERE.parent / "proxy/proxy.py"), "--upstream", upstream]
        self.process = subprocess.Popen(command, stdin=read, stdout=subprocess.PIPE, text=True)
        os.close(read)
        self.control = self.process.stdout.readline().split()[2]
        self.url = self.process.stdout.readline().split()[2].rstrip("/")

    def delay(self):
        host, _, port = self.control.rpartition(":")
        with socket.create_connection((host, int(port))) as control:
            rule = {"do": "rule", "nth": 1, "count": -1, "action": "delay", "ms": DELAY_MS}
            control.sendall(json.dumps(rule).encode() + b"\n")
            if "rule" not in json.loads(control.makefile().readline()):
                sys.exit("bench: the proxy does not delay")

    def __exit__(self, *_):
        os.close(self.keep)
        super().__exit__()


class ClientBench(Bench):
    name = "client"

    def start(self, what, url, text, number):
        environment = {**os.environ, "VITRINE": str(self.build / "vitrine")}
        return subprocess.Popen([self.program("bench_client"), what, url, text, str(number)], env=environment,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def measure(self, what, url, text, number):
        """Its lines, as lists of numbers."""
        process = self.start(what, url, text, number)
        lines = [[float(word) for word in line.split()] for line in process.communicate()[0].splitlines()]
        if process.returncode or not lines:
            sys.exit(f"bench: bench_client {what} failed")
        return lines

    def first_product(self, server):
        """The beginning of its name, no longer than any column."""
        return json.loads(server.ask("GET", "/Product?limit=1"))["products"][0]["name"][:10].rstrip()

    # ---- what is measured ----

    def measure_start(self, shop, url, text, aims=(10, 50)):
        rounds = [self.measure("start", url, text, 5 if self.quick else 31) for _ in range(self.rounds)]
        for column, (what, aim) in enumerate(zip(("the first frame", "a usable shop"), aims)):
            values = min(([line[column] for line in lines] for lines in rounds), key=statistics.median)
            middle = statistics.median(values)
            self.row(f"exec to {what}, {shop}", f"{middle:.1f} ms",
                     f"fastest {min(values):.1f} ms, slowest {max(values):.1f} ms",
                     *((f"{aim} ms", middle <= aim) if aim else ()))

    def measure_keys(self, what, url, text, latency):
        lines = self.measure(what, url, text, 200 if self.quick else 1000)
        times = [line[0] / 1000 for line in lines]
        middle, late = statistics.median(times), quantile(times, 0.99)
        self.row(f"key to frame, {latency}", f"p50 {middle:.2f} ms, p99 {late:.2f} ms",
                 f"{len(times):,} keys, slowest {max(times):.2f} ms", "p50 under 1 ms, p99 under 3 ms",
                 middle < 1 and late < 3)
        return [line[1] for line in lines]

    def measure_bytes(self, keys):
        mean = statistics.mean(keys)
        self.row("bytes per cursor key, 80x24", f"{mean:.0f}", f"at most {max(keys):.0f}", "150", mean <= 150)

    def measure_repaint(self, what, url, text):
        repaint = max(line[0] for line in self.measure("repaint", url, text, 5))
        self.row(f"bytes of a full repaint, 120x40, {what}", f"{repaint:,.0f}", "", "6 KB", repaint <= 6000)

    def measure_idle(self, url, text):
        lines = self.measure("idle", url, text, IDLE_SECONDS)
        for what, (count, wakeups) in zip(("the shop", "the inventory", "the dashboard", "the sales"), lines):
            self.row(f"{IDLE_SECONDS} idle seconds, {what}", f"{count:.0f} bytes, {wakeups:.0f} wake-ups", "", "0 and 0",
                     not count and not wakeups)

    def measure_memory(self, count):
        with Server(self.vitrined("--db", self.catalogue(count))) as server:
            lines = self.measure("memory", server.url, self.first_product(server), min(count, ROWS))
        first, last = (resident / 1024 for resident, _ in lines)
        aims = (("10 MB resident", first * 2**20 <= 10e6), ("within 1 MiB of that", abs(last - first) < 1))
        for when, (resident, proportional), aim in zip(("at first", f"after {min(count, ROWS):,} rows"), lines, aims):
            self.row(f"memory of a session alone, {count:,} products, {when}", f"{resident / 1024:.1f} MiB resident",
                     f"{proportional / 1024:.1f} MiB proportional", *aim)

    def measure_many(self, server, text):
        process = self.start("many", server.url, text, SESSIONS)
        first, usable, resident, proportional = (float(word) for word in process.stdout.readline().split())
        platform = server.memory()
        process.communicate("\n")
        if process.returncode:
            sys.exit("bench: bench_client many failed")
        self.row(f"{SESSIONS} sessions at once", f"all usable after {usable / 1000:.2f} s",
                 f"all first frames after {first / 1000:.2f} s; vitrined then has {platform / 2**20:.1f} MiB")
        self.row(f"memory of each of {SESSIONS} sessions", f"{proportional / 1024:.2f} MiB proportional",
                 f"{resident / 1024:.1f} MiB resident", "2.5 MB proportional", proportional * 1024 <= 2.5e6)

    def run(self):
        with Server(self.vitrined("--demo")) as server:
            text = self.first_product(server)
            self.measure_start("the demo", server.url, text)
            self.measure_start("vitrine demo, with a platform of its own", "demo", text, (10, None))
            keys = self.measure_keys("keys", server.url, text, "no latency")
            with Proxy(server.url) as proxy:
                proxy.delay()
                self.measure_keys("keys-waiting", proxy.url, text, f"while a reply takes {DELAY_MS // 1000} s")
            self.measure_bytes(keys)
            self.measure_repaint("with a picture", server.url, text)
            self.measure_idle(server.url, text)
            self.measure_many(server, text)
        with Server(self.vitrined("--db", self.catalogue(LARGE))) as server:
            text = self.first_product(server)
            self.measure_repaint("without one", server.url, text)
            self.measure_start(f"{LARGE:,} products", server.url, text)
        self.measure_memory(SMALL)
        self.measure_memory(LARGE)


if __name__ == "__main__":
    main(ClientBench, __doc__)
