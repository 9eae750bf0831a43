#!/usr/bin/python3
"""Makes the shop that test_old_search.py opens: texts as people wrote them before they got one form, more products than a slice
of the new index holds, and two addresses that are one now. By the vitrined whose search it is about.

    make_search.py VITRINED OUT

writes OUT.db.gz.
"""

import gzip
import os
import sqlite3
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import shop

PASSWORD = "Vitrine-2026"
NAMED = [("\u00a0Lamp from  Łódź\u200b", "Mugs"), ("\u200b", "mugs"), ("Cafe\u0301 cups", "MÚGS"), ("vim", "\u00a0mugs "),
         ("vim-haproxy", "Editors"), ("Drill A-100/B", "Tools"), ("gvim", "Editors"), ("nano", "Editors")]
MANY = 600


def sign_up(server, name, email):
    server.ask("POST", "/Seller", {"email": email, "password": PASSWORD, "full_name": name}, wanted=201)
    return server.sign_in(email, PASSWORD)


def fill(server):
    grace = sign_up(server, "Grace\u00a0 Roasters ", "ada@bücher.example")
    linus = sign_up(server, "Ærø Works", "ada@xn--bcher-kva.example")
    for name, category in NAMED:
        body = {"name": name, "price": "1.00", "stock": 1, "category": category, "description": "Not for vim washing"}
        server.ask("POST", "/Product", body, grace, wanted=201)
    for first in range(0, MANY, 100):
        items = [{"name": f"Tin {i} of red tea", "price": "1.00", "stock": 1, "category": "Tins", "description": "Washed"}
                 for i in range(first, first + 100)]
        server.ask("POST", "/Product/Batch", {"items": items}, linus)


def main():
    vitrined, out = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "shop.db")
        with shop.Server(vitrined, path) as server:
            fill(server)
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA journal_mode = DELETE")
            database.execute("VACUUM")
        database.close()
        with open(path, "rb") as file, gzip.GzipFile(f"{out}.db.gz", "wb", mtime=0) as packed:
            packed.write(file.read())


if __name__ == "__main__":
    main()
