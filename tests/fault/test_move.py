#!/usr/bin/env python3
"""A shop moves by `vitrined export` and `vitrined import`: what the API answers is the same before and after, byte for byte;
killed in the middle, it goes on; half a shop isn't served; what isn't a shop's file, or no new shop, is refused."""

import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import traceback
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from shop import WAIT, Server  # noqa: E402  pylint: disable=wrong-import-position

PASSWORD, NEW_PASSWORD = "Vitrine-2026", "Another-2027"
PEOPLE = ("ada@example.com", "grace@example.com", "buyer@example.com")
KILLS = 12
VITRINED = os.environ["VITRINED"]


def run(*words):
    return subprocess.run([VITRINED, *words], capture_output=True, timeout=WAIT, check=False, text=True)


def did(*words):
    result = run(*words)
    assert result.returncode == 0, (words, result)
    return result.stdout


def refused(says, *words):
    result = run(*words)
    assert result.returncode == 1 and says in result.stderr, (says, words, result)
    return result.stderr


def sum_of(begun, chain):
    """A line's, from its beginning and the sum of the line before."""
    return hashlib.blake2b(begun.encode(), key=chain, digest_size=32).digest()


def line(kind, row, chain):
    begun = f'{{"kind":"{kind}","row":{row}'
    return f'{begun},"sum":"{sum_of(begun, chain).hex()[:16]}"}}\n'


def purchase(product, quantity):
    return {"items": [{"product_id": product["id"], "quantity": quantity, "price": product["price"]}], "note": "Two\nlines",
            "delivery": {"full_name": "Ada", "address": ["1 Quay", "Here"], "mobile": "+34600123456"}}


def fill(server):
    """Beyond what the demo has: another buyer, purchases with keys, a cart, a picture, a closed account."""
    buyer = {"email": "buyer@example.com", "password": PASSWORD, "full_name": "Bu\u00f1uel", "mobile": "+34600123456"}
    server.ask("POST", "/Client", buyer, wanted=201)
    people = {email: server.sign_in(email, PASSWORD) for email in PEOPLE}
    products = server.ask("GET", "/Product?limit=20&in_stock=true&sort=price").json["products"]
    replays = []
    for i, product in enumerate(products[:8]):
        email = PEOPLE[2] if i % 2 else PEOPLE[0]
        sent = {"path": "/Purchase", "body": purchase(product, 1), "headers": {"Idempotency-Key": f"moves-{i}"}}
        made = server.ask("POST", who=people[email], wanted=201, **sent)
        replays.append((email, sent, made.body))
    server.ask("POST", f"/Purchase/{made.json['id']}/Cancel", {"reason": "Bought twice."}, people[PEOPLE[2]])
    server.ask("PUT", "/Cart", {"version": 0, "items": [{"product_id": products[9]["id"], "quantity": 2, "price": "1.00"}]},
               people[PEOPLE[2]])
    gone = {"email": "gone@example.com", "password": PASSWORD, "full_name": "Gone", "mobile": "+34600123456"}
    server.ask("POST", "/Client", gone, wanted=201)
    person = server.sign_in(gone["email"], PASSWORD)
    server.ask("POST", "/Purchase", purchase(products[0], 1), person, 201, {"Idempotency-Key": "gone"})
    server.ask("DELETE", f"/Client/{person.id}", who=person, wanted=204)
    return people, replays


def pages(server, path, who=None):
    """All pages of a listing, as they were answered."""
    cursor, found = "", []
    while True:
        answer = server.ask("GET", path + cursor, who=who)
        found.append(answer.body)
        if not answer.json.get("next_cursor"):
            return found
        cursor = ("&" if "?" in path else "?") + "cursor=" + urllib.parse.quote(answer.json["next_cursor"])


def everything(server, people):
    """What the API tells, by what was asked."""
    told = {}
    listings = ["/Product?limit=7", "/Product?sort=price&limit=30", "/Product?q=coffee", "/Product?q=la&category=Kitchen", "/Category",
                "/Seller"]
    for path in listings:
        told[path] = pages(server, path)
    for page in told["/Product?limit=7"]:
        for product in re.findall(rb'\{"id":"(\w+)"[^{}]*"has_picture":true', page):
            path = f"/Product/{product.decode()}/Picture"
            told[path] = [server.ask("GET", path).body]
    for email, person in people.items():
        client = server.ask("GET", f"/Client/{person.id}", who=person, wanted=None)
        if client.status == 200:
            paths = ["/Purchase?limit=3", "/Purchase?q=a", "/Cart", f"/Client/{person.id}"]
            paths += [f"/Purchase/{entry}" for entry in re.findall(r'\{"id":"(\w{26})","client_id"', server.ask(
                "GET", "/Purchase?limit=100", who=person).text)]
        else:
            paths = ["/Sale?limit=3", "/Sale?status=placed", f"/Seller/{person.id}", f"/Seller/{person.id}/Stats?days=60"]
            paths += [f"/Sale/{entry}" for entry in re.findall(r'\{"id":"(\w{26})","purchase_id"', server.ask(
                "GET", "/Sale?limit=100", who=person).text)]
        assert len(paths) > 6, paths
        for path in paths:
            told[f"{email} {path}"] = pages(server, path, person)
    return told


def code_for(server, outbox, email):
    """From the mail to that address, which comes soon after it was asked for."""
    for _ in range(100000):
        for name in os.listdir(outbox):
            if name.endswith(".eml"):
                with open(f"{outbox}/{name}", encoding="utf-8") as mail:
                    text = mail.read()
                if f"<{email}>" in text:
                    return text.split("\n    ")[1][:8]
        server.ask("GET", "/Health")
    raise AssertionError(f"no mail came to {email}")


def sign_in_anew(server, outbox, email):
    """By a forgotten password, since none came along."""
    assert server.ask("POST", "/Login", {"email": email, "password": PASSWORD}, wanted=None).status == 401
    server.ask("POST", "/Password/Forgot", {"email": email}, wanted=None)
    server.ask("POST", "/Password/Reset", {"email": email, "code": code_for(server, outbox, email), "password": NEW_PASSWORD}, wanted=None)
    return server.sign_in(email, NEW_PASSWORD)


class Move:
    def __init__(self, folder):
        self.folder = folder
        self.old, self.new, self.file = f"{folder}/old.db", f"{folder}/new.db", f"{folder}/shop.jsonl"
        self.outbox = f"{folder}/outbox"
        os.mkdir(self.outbox)
        with Server(VITRINED, self.old, "--demo") as server:
            people, self.replays = fill(server)
            self.told = everything(server, people)
            # While it is served, and as it is at this moment.
            self.said = did("export", self.file, "--db", self.old)

    def answers_are_the_same(self):
        assert os.stat(self.file).st_mode & 0o777 == 0o600
        assert "in the file" in self.said, self.said
        said = did("import", self.file, "--db", self.new)
        assert self.said.split(":")[1].strip() == said.splitlines()[0].split(":")[1].strip(), (self.said, said)
        with Server(VITRINED, self.new, "--outbox", self.outbox, "--payment",
                    "This shop is a demonstration: nothing is charged, and nothing is sent.") as server:
            people = {email: sign_in_anew(server, self.outbox, email) for email in PEOPLE}
            told = everything(server, people)
            assert told.keys() == self.told.keys()
            for asked, answer in told.items():
                assert answer == self.told[asked], (asked, answer, self.told[asked])
            for email, sent, made in self.replays:
                again = server.ask("POST", who=people[email], wanted=201, **sent)
                assert again.body == made and again.headers["idempotent-replayed"] == "true", (again.body, made)
            gone = server.ask("POST", "/Login", {"email": "gone@example.com", "password": PASSWORD}, wanted=None)
            assert gone.status == 401

    def and_back(self):
        """What it was moved into can be moved on: the same rows."""
        again = f"{self.folder}/again.jsonl"
        for source, copy in ((self.new, again), (self.old, f"{self.folder}/old.jsonl")):
            did("export", copy, "--db", source)
        rows = []
        for copy in (again, f"{self.folder}/old.jsonl"):
            with open(copy, encoding="utf-8") as lines:
                rows.append([re.sub(r',"sum":"\w+"\}$', "", line.rstrip("\n")) for line in lines][1:-1])
        # Replaying has changed nothing.
        assert rows[0] == rows[1], [pair for pair in zip(*rows) if pair[0] != pair[1]][:3]

    def killed_it_goes_on(self):
        chance = random.Random(os.environ.get("VITRINE_SEED") or 1)
        shop, killed = f"{self.folder}/killed.db", 0
        for _ in range(KILLS):
            with subprocess.Popen([VITRINED, "import", self.file, "--db", shop], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) as process:
                try:
                    process.wait(chance.random() * 0.2)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                process.wait(WAIT)
                if process.returncode == 0:
                    break
                assert process.returncode == -signal.SIGKILL, process.stderr.read()
                killed += 1
            state = run("account", "list", "--db", shop)
            assert state.returncode == 0 or "half moved in" in state.stderr or "no shop" in state.stderr or shop in state.stderr, state
        else:
            did("import", self.file, "--db", shop)
        print(f"killed {killed} times")
        copy = f"{self.folder}/killed.jsonl"
        did("export", copy, "--db", shop)
        with open(copy, encoding="utf-8") as found, open(self.file, encoding="utf-8") as wanted:
            assert found.readlines()[-1].split(',"sum"')[0].split('"digest"')[1] == \
                wanted.readlines()[-1].split(',"sum"')[0].split('"digest"')[1]

    def what_does_not_fit_is_refused(self):
        refused("take a new one", "import", self.file, "--db", self.old)
        refused("moved in here already", "import", self.file, "--db", self.new)
        refused("exists already", "export", self.file, "--db", self.old)
        refused("no.db", "export", f"{self.folder}/x", "--db", f"{self.folder}/no.db")
        assert not os.path.exists(f"{self.folder}/no.db") and not os.path.exists(f"{self.folder}/x")
        refused("prices in EUR", "import", self.file, "--db", f"{self.folder}/usd.db", "--currency", "USD")
        with open(self.file, encoding="utf-8") as lines:
            text = lines.readlines()
        damaged = f"{self.folder}/damaged.jsonl"
        with open(damaged, "w", encoding="utf-8") as out:
            out.writelines(text[:5] + [text[5].replace('"', "'", 1)] + text[6:])
        refused("line 6:", "import", damaged, "--db", f"{self.folder}/fresh.db")
        # A file whose sums are right may hold anything, and vitrined quotes it: a terminal must not do what it says.
        with open(damaged, "w", encoding="utf-8") as out:
            out.write(text[0] + line("account", '{"\\u001b[2J":1}', sum_of(text[0].rpartition(',"sum"')[0], bytes(32))))
        says = refused("line 2:", "import", damaged, "--db", f"{self.folder}/fresh.db")
        assert "[2J is not known here" in says and "\x1b" not in says, says
        with open(damaged, "w", encoding="utf-8") as out:
            out.writelines(text[:-1])
        refused(f"line {len(text)}: The file breaks off here", "import", damaged, "--db", f"{self.folder}/fresh.db")
        did("import", self.file, "--db", f"{self.folder}/fresh.db")


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        move = Move(folder)
        for test in (move.answers_are_the_same, move.and_back, move.killed_it_goes_on, move.what_does_not_fit_is_refused):
            try:
                test()
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print(f"not ok: {test.__name__}")
                traceback.print_exc(file=sys.stdout)
            else:
                passed += 1
                print(f"ok: {test.__name__}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
