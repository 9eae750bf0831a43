#!/usr/bin/python3
"""A shop of every schema there was (schema-*.db.gz, see make_shop.py) opens in today's vitrined and has lost nothing: who could
sign in still can, all that was told is told, and every key is answered with the bytes that it was answered with before.
"""

import base64
import glob
import gzip
import json
import os
import sqlite3
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, ".."))
import shop
from rules import Tally

VITRINED = os.environ.get("VITRINED") or os.path.join(os.environ.get("top_builddir", "build"), "vitrined")
TRIES = 2000

# Numbers that no answer of before told whole. They are the same in each version, whatever else its tables are.
SUMS = {
    "stock": "SELECT sum(stock) FROM product",
    "revenue": "SELECT sum(units), sum(amount) FROM revenue",
    "lines": "SELECT count(*), sum(price * quantity) FROM line",
    "pictures": "SELECT count(*), sum(length(bytes)) FROM picture",
}


def unpack(name):
    with gzip.open(name) as packed:
        return packed.read()


def look(path, sql, *values):
    database = sqlite3.connect(path, timeout=shop.WAIT)
    try:
        with database:
            return database.execute(sql, values).fetchall()
    finally:
        database.close()


def difference(old, new, place=""):
    """Where what was told before isn't told any more; what is new doesn't matter."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name, value in old.items():
            if name not in new:
                yield f"{place}/{name} is gone"
            elif name != "next_cursor":
                yield from difference(value, new[name], f"{place}/{name}")
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield f"{place}: {len(old)} of them before, {len(new)} now"
        for index, (before, now) in enumerate(zip(old, new)):
            yield from difference(before, now, f"{place}/{index}")
    elif old != new:
        yield f"{place} was {old!r}, is {new!r}"


class Old:
    def __init__(self, name, folder):
        self.name = os.path.basename(name).removesuffix(".db.gz")
        self.made = json.loads(unpack(name.removesuffix(".db.gz") + ".json.gz"))
        self.path = os.path.join(folder, self.name + ".db")
        with open(self.path, "wb") as file:
            file.write(unpack(name))
        # The keys were used just now; and the answer to one of them is written as nobody would today.
        look(self.path, "UPDATE idempotency SET created_at = ?", int(time.time() * 1000))
        odd = self.made["keys"][0]
        odd["answer"] = odd["answer"].replace("{", "{ ", 1).replace('{ "id"', '{"id"').replace(',"', ', "', 1)
        look(self.path, "UPDATE idempotency SET answer = ? WHERE key = ? AND client = (SELECT n FROM account WHERE email = ?)",
             odd["answer"], odd["key"], odd["email"])
        self.sums = {what: look(self.path, sql) for what, sql in SUMS.items()}
        self.people = {}

    def who(self, server, email):
        if email and email not in self.people:
            self.people[email] = server.sign_in(email, self.made["password"])
        return self.people.get(email)

    def sum_faults(self):
        for what, sql in SUMS.items():
            now = look(self.path, sql)
            if now != self.sums[what]:
                yield f"{what}: {self.sums[what]} before, {now} now"

    def key_faults(self, server):
        for key in self.made["keys"]:
            answer = server.ask("POST", "/Purchase", key["body"], self.who(server, key["email"]), wanted=None,
                                headers={"Idempotency-Key": key["key"]})
            if answer.status != 201 or answer.headers.get("idempotent-replayed") != "true":
                yield f"{key['key'][:20]}: {answer.status}, {answer.headers.get('idempotent-replayed')}"
            elif answer.text != key["answer"]:
                yield f"{key['key'][:20]}: was {key['answer']}, is {answer.text}"
            elif answer.headers["location"] != f"/Purchase/{answer.json['id']}":
                yield f"{key['key'][:20]}: at {answer.headers['location']}"

    def answer_faults(self, server):
        for asked in self.made["answers"]:
            answer = server.ask("GET", asked["path"], None, self.who(server, asked["email"]))
            yield from difference(asked["answer"], answer.json, asked["path"])
        for picture in self.made["pictures"]:
            if server.ask("GET", picture["path"]).body != base64.b64decode(picture["bytes"]):
                yield f"{picture['path']} is another one"

    def compared(self, server):
        """Each answer that follows from its purchase is kept no longer as it was written; the odd one is."""
        for _ in range(TRIES):
            left = look(self.path, "SELECT count(*) FROM purchase_key WHERE form = 0")
            if left == [(0,)]:
                break
            server.ask("GET", "/Health")
        else:
            yield f"{left} are not looked at"
        kept = look(self.path, "SELECT key FROM purchase_key WHERE answer IS NOT NULL")
        if kept != [(self.made["keys"][0]["key"],)]:
            yield f"kept as they were written: {kept}"

    def check(self, tally):
        with shop.Server(VITRINED, self.path) as server:
            tally.rule(f"{self.name}: every key is answered as before", self.key_faults(server))
            tally.rule(f"{self.name}: all that was told is told", self.answer_faults(server))
        tally.rule(f"{self.name}: what was counted is counted", self.sum_faults())
        with shop.Server(VITRINED, self.path) as server:
            tally.rule(f"{self.name}: answers that follow from their purchases are not kept", self.compared(server))
            tally.rule(f"{self.name}: and every key is still answered as before", self.key_faults(server))
            tally.rule(f"{self.name}: as is all else", self.answer_faults(server))


def main():
    tally = Tally()
    names = sorted(glob.glob(os.path.join(HERE, "schema-*.db.gz")))
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            Old(name, folder).check(tally)
    tally.rule("there is a shop of each schema that was ever in use", [] if names else ["there is none"])
    tally.finish()


if __name__ == "__main__":
    main()
