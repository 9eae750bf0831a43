#!/usr/bin/python3
"""Makes a shop's database by asking a vitrined for things, and notes all that it answered: what test_old_shop.py holds a
later vitrined to. Each file here was made by the vitrined that wrote that version of the schema.

    make_shop.py VITRINED OUT

writes OUT.db.gz and OUT.json.gz.
"""

import base64
import gzip
import json
import os
import sqlite3
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import shop

PASSWORD = "Vitrine-2026"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def sign_up(server, group, name, email):
    body = {"email": email, "password": PASSWORD, "full_name": name}
    if group == "Client":
        body["mobile"] = "+34600123456"
    server.ask("POST", f"/{group}", body, wanted=201)
    return server.sign_in(email, PASSWORD)


def product(server, seller, name, price, stock, category="Things", description="A thing, and a good one."):
    body = {"name": name, "price": price, "stock": stock, "category": category, "description": description}
    return server.ask("POST", "/Product", body, seller, wanted=201).json


class Made:
    """What is noted."""

    def __init__(self, server):
        self.server = server
        self.keys = []
        self.answers = []

    def buy(self, who, key, *items):
        text = json.dumps({"items": [{"product_id": p["id"], "quantity": n, "price": p["price"]} for p, n in items]})
        answer = self.server.ask("POST", "/Purchase", text, who, wanted=201, headers={"Idempotency-Key": key})
        self.keys.append({"email": who.email, "key": key, "body": text, "answer": answer.text})
        return answer.json

    def note(self, path, who=None):
        answer = self.server.ask("GET", path, None, who)
        self.answers.append({"email": who and who.email, "path": path, "answer": answer.json})
        return answer.json


def newest_sale(server, seller):
    return server.ask("GET", "/Sale?limit=1", None, seller).json["sales"][0]["id"]


def move(server, seller, *steps):
    sale = newest_sale(server, seller)
    for step in steps:
        server.ask("POST", f"/Sale/{sale}/{step}", None, seller)


def fill(server):
    made = Made(server)
    ada = sign_up(server, "Client", "Ada \"the first\" Llull", "ada@example.com")
    bob = sign_up(server, "Client", "Bøb", "bob@example.com")
    cleo = sign_up(server, "Client", "Cleo", "cleo@example.com")
    grace = sign_up(server, "Seller", "Grace Roasters", "grace@example.com")
    linus = sign_up(server, "Seller", "京都 Linus", "linus@example.com")
    otto = sign_up(server, "Seller", "Otto", "otto@example.com")
    beans = product(server, grace, "Beans \"très bons\" \\ 250 g", "14.50", 100, "Coffee")
    cup = product(server, grace, "Cup", "3.05", 100, "Kitchen", "")
    tea = product(server, linus, "煎茶 sencha", "19.80", 100, "Tea")
    lamp = product(server, otto, "Lamp", "120.00", 9)
    many = [product(server, linus, f"Tin {i}", "1.10", 50, "Tins") for i in range(32)]
    gone = product(server, grace, "Gone by now", "2.00", 5)
    server.ask("PUT", f"/Product/{cup['id']}/Picture", PNG, grace, headers={"Content-Type": "image/png"})

    made.buy(ada, "key-one", (beans, 2))
    made.buy(ada, "shipped", (beans, 1), (tea, 3))
    move(server, grace, "Ship")
    move(server, linus, "Ship", "Deliver")
    made.buy(ada, "many", *[(tin, 1 + i % 3) for i, tin in enumerate(many)])
    cancelled = made.buy(ada, "cancelled", (cup, 4), (tea, 1))
    server.ask("POST", f"/Purchase/{cancelled['id']}/Cancel", None, ada)
    made.buy(bob, "key-one", (gone, 1), (lamp, 2), (cup, 1))
    move(server, grace, "Cancel")
    made.buy(bob, "~" * 255, (lamp, 1))
    move(server, otto, "Ship")
    made.buy(bob, "last", (tea, 7))
    server.ask("POST", "/Purchase", {"items": [{"product_id": cup["id"], "quantity": 1, "price": cup["price"]}]}, cleo,
               wanted=201, headers={"Idempotency-Key": "cleo"})

    # What changes afterwards changes no answer, but for the name of who has left.
    server.ask("DELETE", f"/Product/{gone['id']}", None, grace, wanted=204)
    server.ask("PATCH", f"/Product/{tea['id']}", {"name": "Sencha", "price": "21.00"}, linus)
    server.ask("PATCH", f"/Seller/{linus.id}", {"full_name": "Linus of Kyoto"}, linus)
    server.ask("PATCH", f"/Client/{bob.id}", {"full_name": "Bob"}, bob)
    server.ask("DELETE", f"/Seller/{otto.id}", None, otto, wanted=204)
    server.ask("DELETE", f"/Client/{cleo.id}", None, cleo, wanted=204)
    for key in made.keys:
        who = {"ada@example.com": ada, "bob@example.com": bob}[key["email"]]
        key["answer"] = server.ask("POST", "/Purchase", key["body"], who, wanted=201,
                                   headers={"Idempotency-Key": key["key"]}).text
    cart = [{"product_id": beans["id"], "quantity": 2}, {"product_id": gone["id"], "quantity": 1},
            {"product_id": tea["id"], "quantity": 5}]
    version = server.ask("GET", "/Cart", None, ada).json["version"]
    server.ask("PUT", "/Cart", {"items": cart, "version": version}, ada)

    for who in (ada, bob):
        made.note(f"/Client/{who.id}", who)
        made.note("/Cart", who)
        for purchase in made.note("/Purchase?limit=100", who)["purchases"]:
            made.note(f"/Purchase/{purchase['id']}", who)
    for who in (grace, linus):
        made.note(f"/Seller/{who.id}", who)
        made.note("/Sale?limit=100", who)
        made.note("/Sale?status=placed&limit=100", who)
    for path in ("/Seller?limit=100", "/Category?limit=100", "/Product?sort=newest&limit=100", "/Product?sort=price&limit=100"):
        made.note(path)
    return {"password": PASSWORD, "keys": made.keys, "answers": made.answers,
            "pictures": [{"path": f"/Product/{cup['id']}/Picture", "bytes": base64.b64encode(PNG).decode()}]}


def main():
    vitrined, out = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "shop.db")
        with shop.Server(vitrined, path) as server:
            made = fill(server)
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA journal_mode = DELETE")
            database.execute("VACUUM")
        database.close()
        with open(path, "rb") as file, gzip.GzipFile(f"{out}.db.gz", "wb", mtime=0) as packed:
            packed.write(file.read())
    with gzip.GzipFile(f"{out}.json.gz", "wb", mtime=0) as packed:
        packed.write(json.dumps(made, ensure_ascii=False, indent=0).encode())


if __name__ == "__main__":
    main()
