#!/usr/bin/python3
"""GET /Changes that waits: thousands of waiters hold no thread, a sale wakes those whom it concerns and nobody else, also from
another process on the same file, nobody is lost or forgotten, and every wait ends. VITRINED names the program; VITRINE_SEED
repeats a run, and names of tests on the command line choose them."""

import contextlib
import os
import random
import select
import socket
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from hostile_server import Server, WAIT, is_sanitized, raise_file_limit, request  # noqa: E402
from rules import Tally  # noqa: E402

OF_ACCOUNT = 16  # WAITERS_OF_ACCOUNT
LOOKS = 100000  # a bound for whoever looks whether something has come true
PATIENT = ("--wait-timeout", "600")


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


class Person:
    """Somebody who is signed in, and how far they have been told."""

    def __init__(self, server, group, name):
        self.server = server
        account = {"email": f"{name}@example.com", "password": "Vitrine-2026", "full_name": name}
        if group == "Client":
            account["mobile"] = "+34600123456"
        assert server.call("POST", f"/{group}", account).status == 201
        tokens = server.call("POST", "/Login", {"email": account["email"], "password": account["password"]}).json()
        self.token = tokens["access_token"]
        self.since = self.do("GET", "/Changes")["since"]

    def do(self, method, target, body=None, status=200, **headers):
        answer = self.server.call(method, target, body, **bearer(self.token), **headers)
        assert answer.status == status, f"{method} {target}: {answer.status} {answer.body[:300]}"
        return answer.json()

    def question(self, since=None):
        return request("GET", "/Changes?since=" + urllib.parse.quote(since or self.since), **bearer(self.token))

    def wait(self, server=None):
        """A connection that waits, or has its answer."""
        return (server or self.server).connect().send(self.question())

    def offer(self, name, stock=100000):
        return self.do("POST", "/Product", {"name": name, "price": "1.00", "category": "Things", "stock": stock}, 201)["id"]

    def buy(self, key, *products, server=None):
        items = [{"product_id": product, "quantity": 1, "price": "1.00"} for product in products]
        answer = (server or self.server).call("POST", "/Purchase", {"items": items}, Idempotency_Key=key, **bearer(self.token))
        assert answer.status == 201, answer.body
        return answer.json()


def until(what, holds):
    """Looks until it is so: each look is a question to the server."""
    end = time.monotonic() + WAIT
    for _ in range(LOOKS):
        if holds():
            return
        assert time.monotonic() < end, f"never came true: {what}"
    raise AssertionError(f"never came true: {what}")


def expect_waiting(server, count):
    until(f"{count} wait", lambda: server.metric("vitrine_waiting") == count)


def threads(server):
    return len(os.listdir(f"/proc/{server.process.pid}/task"))


def answered(connections):
    """Those at which there is something to read now."""
    poll = select.poll()
    by_fd = {connection.socket.fileno(): connection for connection in connections}
    for fd in by_fd:
        poll.register(fd, select.POLLIN)
    return [by_fd[fd] for fd, _ in poll.poll(0)]


def told(connection):
    answer = connection.answer()
    assert answer.status == 200, answer.body
    return answer.json()


def service(_):
    """What the service document names."""
    with Server() as server:
        features = server.call("GET", "/").json()["features"]
        assert "changes" in features and "changes_wait" in features, features


def thousands(count):
    """Of thousands who wait, on no thread, a sale wakes those whom it concerns; and at the end all are answered."""
    with Server("--max-connections", str(3 * count), "--workers", "4", "--drain-timeout", "60", *PATIENT) as server:
        people = [Person(server, "Seller", f"seller{i}") for i in range(count // OF_ACCOUNT)]
        product = people[7].offer("Lamp")
        client = Person(server, "Client", "client")
        before = threads(server)
        with contextlib.ExitStack() as stack:
            waiting = {person: [stack.enter_context(person.wait()) for _ in range(OF_ACCOUNT)] for person in people}
            every = [connection for connections in waiting.values() for connection in connections]
            expect_waiting(server, len(every))
            assert threads(server) == before, "waiting takes threads"
            assert not answered(every)

            client.buy("one", product)
            changes = [told(connection)["changes"] for connection in waiting[people[7]]]
            assert all(change == changes[0] for change in changes)
            assert [change["kind"] for change in changes[0]] == ["sale_placed"]
            rest = [connection for person in people if person is not people[7] for connection in waiting[person]]
            assert server.metric("vitrine_waiting") == len(rest)
            assert not answered(rest), "somebody was woken whom it doesn't concern"
            server.check()

            server.process.terminate()
            for connection in rest:
                answer = told(connection)
                assert answer["changes"] == [] and "reset" not in answer
                assert connection.closed()
            assert server.process.wait(WAIT) == 0


def who_is_woken(_):
    """A seller by a new sale, a client by each step of it, and who did it by nothing."""
    with Server(*PATIENT) as server:
        seller, other = Person(server, "Seller", "one"), Person(server, "Seller", "two")
        client, bystander = Person(server, "Client", "three"), Person(server, "Client", "four")
        product = seller.offer("Lamp")
        with other.wait() as others, bystander.wait() as bystanders:
            with seller.wait() as woken:
                expect_waiting(server, 3)
                purchase = client.buy("one", product)
                answer = told(woken)
                sale = answer["changes"][0]["subject_id"]
                seller.since = answer["since"]
            for step, kind in (("Ship", "part_shipped"), ("Deliver", "part_delivered")):
                with client.wait() as woken, seller.wait() as doing:
                    expect_waiting(server, 4)
                    seller.do("POST", f"/Sale/{sale}/{step}")
                    answer = told(woken)
                    assert [(c["kind"], c["subject_id"]) for c in answer["changes"]] == [(kind, purchase["id"])]
                    client.since = answer["since"]
                    assert not answered([others, bystanders, doing])
                expect_waiting(server, 2)


def another_process(folder):
    """What another process writes to the same file is told within a bounded time."""
    options = ("--db", f"{folder}/shop.db", *PATIENT)
    with Server(*options, demo=False) as one, Server(*options, demo=False) as other:
        seller, client = Person(one, "Seller", "one"), Person(one, "Client", "two")
        product = seller.offer("Lamp")
        for round_ in range(3):
            with seller.wait() as woken:
                expect_waiting(one, 1)
                client.buy(f"key{round_}", product, server=other)
                start = time.monotonic()
                answer = told(woken)
                took = time.monotonic() - start
                assert len(answer["changes"]) == 1 and took < 10, f"told after {took} s"
                seller.since = answer["since"]


def who_goes_away(_):
    """Is forgotten: one who closes, one who resets the connection; and one who only says no more is answered."""
    with Server(*PATIENT) as server:
        seller = Person(server, "Seller", "one")
        connections = [seller.wait() for _ in range(OF_ACCOUNT)]
        expect_waiting(server, OF_ACCOUNT)
        for connection in connections[: OF_ACCOUNT // 2]:
            connection.socket.close()
        expect_waiting(server, OF_ACCOUNT // 2)
        for connection in connections[OF_ACCOUNT // 2 + 1:]:
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.socket.close()
        expect_waiting(server, 1)
        with connections[OF_ACCOUNT // 2] as last:
            last.end()
            assert told(last)["changes"] == []
            assert last.closed()
        expect_waiting(server, 0)
        until("all are closed", lambda: server.metric("vitrine_connections") == 1)


def too_many(_):
    """Beyond a number of one account, and of all, one is answered at once."""
    with Server("--max-connections", "60", *PATIENT) as server:
        people = [Person(server, "Seller", f"seller{i}") for i in range(3)]
        with contextlib.ExitStack() as stack:
            for _ in range(OF_ACCOUNT):
                stack.enter_context(people[0].wait())
            expect_waiting(server, OF_ACCOUNT)
            with people[0].wait() as surplus:
                assert told(surplus)["changes"] == []
            for _ in range(30 - OF_ACCOUNT):
                stack.enter_context(people[1].wait())
            expect_waiting(server, 30)
            with people[2].wait() as surplus:
                assert told(surplus)["changes"] == []
            server.check()
        expect_waiting(server, 0)
        with people[0].wait():
            expect_waiting(server, 1)


def patience_ends(_):
    """Who was told nothing is answered in time, goes on on the same connection, and has missed nothing."""
    with Server("--wait-timeout", "0.4") as server:
        seller, client = Person(server, "Seller", "one"), Person(server, "Client", "two")
        product = seller.offer("Lamp")
        with seller.server.connect() as connection:
            for _ in range(3):
                start = time.monotonic()
                answer = told(connection.send(seller.question()))
                took = time.monotonic() - start
                assert answer["changes"] == [] and 0.1 < took < 30, took
                seller.since = answer["since"]
            client.buy("one", product)
            assert len(told(connection.send(seller.question()))["changes"]) == 1
            # Without `since` nobody waits, and what is wrong is said at once.
            assert told(connection.send(request("GET", "/Changes", **bearer(seller.token))))["changes"] == []
            assert connection.send(seller.question("nonsense")).answer().status == 400
            assert connection.send(request("GET", "/Changes?since=x")).answer().status == 401


def pipelined(_):
    """What follows on the same connection waits, too, and is answered in its turn."""
    with Server(*PATIENT) as server:
        seller, client = Person(server, "Seller", "one"), Person(server, "Client", "two")
        product = seller.offer("Lamp")
        with seller.wait() as connection:
            connection.send(request("GET", "/Health"))
            expect_waiting(server, 1)
            client.buy("one", product)
            assert len(told(connection)["changes"]) == 1
            assert told(connection)["status"] == "ok"


class Follower(threading.Thread):
    """Asks again and again, and now and then goes away instead of reading the answer, or before there is one."""

    def __init__(self, person, seed, over):
        super().__init__()
        self.person, self.chance, self.over = person, random.Random(seed), over
        self.sales, self.failure = {}, None

    def follow(self):
        while True:
            last = self.over.is_set()
            with self.person.wait() as connection:
                if self.chance.random() < 0.2:
                    continue
                answer = told(connection)
            if self.chance.random() < 0.1:
                continue
            assert "reset" not in answer
            for change in answer["changes"]:
                if change["kind"] == "sale_placed":
                    self.sales.setdefault(change["id"], change["subject_id"])
            self.person.since = answer["since"]
            if last and not answer["changes"]:
                return

    def run(self):
        try:
            self.follow()
        except Exception:  # pylint: disable=broad-except
            self.failure = traceback.format_exc()


def nothing_is_lost(seed):
    """While several buy, sellers who wait, go away and come back are told of each of their sales, once under one id."""
    chance = random.Random(seed)
    with Server("--wait-timeout", "0.2") as server:
        sellers = [Person(server, "Seller", f"seller{i}") for i in range(4)]
        clients = [Person(server, "Client", f"client{i}") for i in range(4)]
        products = [seller.offer("Thing") for seller in sellers]
        over = threading.Event()
        followers = [Follower(seller, chance.random(), over) for seller in sellers]
        sold = [0] * len(sellers)
        for follower in followers:
            follower.start()
        try:
            for i in range(120):
                wanted = [j for j in range(len(sellers)) if chance.random() < 0.4]
                if wanted:
                    chance.choice(clients).buy(f"key{i}", *(products[j] for j in wanted))
                for j in wanted:
                    sold[j] += 1
        finally:
            over.set()
            for follower in followers:
                follower.join(WAIT)
        for follower, count in zip(followers, sold):
            assert not follower.failure, follower.failure
            assert not follower.is_alive()
            assert len(follower.sales) == len(set(follower.sales.values())) == count, (len(follower.sales), count)


def main():
    seed = int(os.environ.get("VITRINE_SEED") or random.SystemRandom().randrange(1 << 32))
    count = min(3200, (raise_file_limit() - 600) // 2)
    print(f"VITRINE_SEED={seed}")
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for test, argument in ((service, None), (who_is_woken, None), (another_process, folder), (who_goes_away, None),
                               (too_many, None), (patience_ends, None), (pipelined, None), (nothing_is_lost, seed),
                               (thousands, count // 4 if is_sanitized() else count)):
            if sys.argv[1:] and test.__name__ not in sys.argv[1:]:
                continue
            try:
                test(argument)
                tally.rule(test.__name__, ())
            except Exception:  # pylint: disable=broad-except
                tally.rule(test.__name__, (traceback.format_exc(),))
            sys.stdout.flush()
    tally.finish()


if __name__ == "__main__":
    main()
