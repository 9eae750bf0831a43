#!/usr/bin/python3
"""A shop from before the search knew the best first (search-2.db.gz, see make_search.py): the index of now is built while the
former one answers, whenever vitrined is killed meanwhile, and texts get their one form.
"""

import gzip
import os
import sqlite3
import subprocess
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, ".."))
import shop
from make_search import MANY, PASSWORD
from rules import Tally

VITRINED = os.environ.get("VITRINED") or os.path.join(os.environ.get("top_builddir", "build"), "vitrined")
TRIES = 20000
FOUND = {
    "vim": ["vim", "vim-haproxy", "nano", "gvim", "Drill A-100/B", "Café cups", "Unnamed", "Lamp from Łódź"],
    "lodz": ["Lamp from Łódź"],
    "a100b": ["Drill A-100/B"],
    "cafe": ["Café cups"],
    "roasters lamp": ["Lamp from Łódź"],
    "irgendwas": [],
    "aero tin 17": [f"Tin {n} of red tea" for n in (*range(179, 169, -1), 17)],
    "tin 17": [f"Tin {n} of red tea" for n in (17, *range(179, 169, -1))],
}


def look(path, sql):
    database = sqlite3.connect(path, timeout=shop.WAIT)
    try:
        with database:
            return database.execute(sql).fetchall()
    finally:
        database.close()


def names(server, **query):
    found, cursor = [], None
    for _ in range(TRIES):
        more = {"cursor": cursor} if cursor else {}
        page = server.ask("GET", "/Product?" + urllib.parse.urlencode({**query, **more, "limit": 100})).json
        found += [product["name"] for product in page["products"]]
        cursor = page["next_cursor"]
        if not cursor:
            return found
    raise RuntimeError(f"{query} has no end")


def built(path):
    return look(path, "SELECT built = 9223372036854775807 AND former = 0 FROM search_state") == [(1,)]


def build(server, path):
    for _ in range(TRIES):
        if built(path):
            return
        server.ask("GET", "/Health")
    yield "the index is not built"


def search_faults(server):
    for q, expected in FOUND.items():
        found = names(server, q=q)
        if found != expected:
            yield f"{q} finds {found}"
    for q in ("tea", "ti", "washed tins"):
        if len(names(server, q=q)) != MANY:
            yield f"{q} finds {len(names(server, q=q))}"


def form_faults(server):
    categories = {row["name"]: row["products"] for row in server.ask("GET", "/Category").json["categories"]}
    if categories != {"Mugs": 4, "Editors": 3, "Tools": 1, "Tins": MANY}:
        yield f"categories: {categories}"
    if names(server, category="múgs") != ["vim", "Café cups", "Unnamed", "Lamp from Łódź"]:
        yield f"of Mugs: {names(server, category='múgs')}"
    sellers = [row["full_name"] for row in server.ask("GET", "/Seller").json["sellers"]]
    if sorted(sellers) != ["Grace Roasters", "Ærø Works"]:
        yield f"sellers: {sellers}"


def while_it_is_built(path):
    """Killed again and again, each time a little later; each time the search answers."""
    for kill in range(6):
        with shop.Server(VITRINED, path) as server:
            for _ in range(kill * 3):
                if len(names(server, q="tea")) != MANY:
                    yield f"while it is built, tea finds {len(names(server, q='tea'))}"
            server.process.kill()


def address_faults(path):
    line = [VITRINED, "--db", path, "--listen", "127.0.0.1:0", "--no-log"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        process.terminate()
        told = process.communicate(timeout=shop.WAIT)[1]
    if "The address ada@xn--bcher-kva.example of account " not in told:
        yield f"the operator is told {told!r}"
    with shop.Server(VITRINED, path) as server:
        ids = {server.sign_in(email, PASSWORD).id for email in ("Ada@BÜCHER.example", "ada@xn--bcher-kva.example")}
        if len(ids) != 2:
            yield "both sign in as one"


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "shop.db")
        with gzip.open(os.path.join(HERE, "search-2.db.gz")) as packed, open(path, "wb") as file:
            file.write(packed.read())
        tally.rule("the search answers while its index is built", while_it_is_built(path))
        with shop.Server(VITRINED, path) as server:
            tally.rule("the index is built", build(server, path))
            tally.rule("what is called so comes first", search_faults(server))
            tally.rule("texts have their one form", form_faults(server))
        tally.rule("the former index is gone", look(path, "SELECT name FROM sqlite_schema WHERE name = 'search'"))
        tally.rule("the index is whole", [row for row in look(path, "PRAGMA integrity_check") if row != ("ok",)])
        tally.rule("addresses that are one are told of", address_faults(path))
    tally.finish()


if __name__ == "__main__":
    main()
