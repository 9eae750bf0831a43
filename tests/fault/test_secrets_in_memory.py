#!/usr/bin/python3
"""What a request's body held of passwords and codes is nowhere in the program's memory once its connection is closed: over plain
HTTP and TLS, whole, in pieces, in chunks, refused, unfinished. Reads all of a real vitrined's memory (/proc/PID/mem, which only
root may, since it can't be dumped). VITRINED names the program."""

import json
import os
import random
import re
import shutil
import ssl
import string
import subprocess
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from hostile_server import Connection, Server, is_sanitized  # noqa: E402

SEED = int(os.environ.get("VITRINE_SEED") or random.SystemRandom().randrange(1 << 32))
CHANCE = random.Random(SEED)
ROUNDS = 50  # requests that the server gets to let go of what a closed connection held
MARK = "VITRINE_TEST_MARK"


def new_secret():
    return "aA1" + "".join(CHANCE.choice(string.ascii_letters + string.digits) for _ in range(21))


def memory_of(process):
    """All that the program could read, but for what comes from files."""
    with open(f"/proc/{process.pid}/maps", encoding="ascii") as maps, open(f"/proc/{process.pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            begin, end, access, name = re.match(r"(\w+)-(\w+) (\S+) \S+ \S+ \S+ *(.*)", line).groups()
            if "w" not in access or name.startswith("[v"):
                continue
            try:
                memory.seek(int(begin, 16))
                yield memory.read(int(end, 16) - int(begin, 16))
            except OSError:
                pass  # gone meanwhile, or a guard page


def found_in(process, needles):
    found = set()
    for piece in memory_of(process):
        found.update(needle for needle in needles if needle.encode() in piece)
    return found


def may_read(server):
    try:
        return found_in(server.process, [os.environ[MARK]]) != set()
    except PermissionError:
        return False


class Shop:
    """A server, how to reach it, and the secrets that it was told."""

    def __init__(self, server, wrap, outbox):
        self.server, self.wrap, self.outbox = server, wrap, outbox
        self.told = []

    def connect(self):
        return Connection(self.server.address, wrap=self.wrap)

    def secret(self):
        self.told.append(new_secret())
        return self.told[-1]

    def check(self, what):
        """Asks for something else until nothing is left; then there must be nothing."""
        left = set(self.told)
        for _ in range(ROUNDS):
            with self.connect() as connection:
                connection.send(b"GET /Health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").answer()
                connection.closed()
            left = found_in(self.server.process, self.told)
            if not left:
                break
        assert not left, f"{what}: {len(left)} of {len(self.told)} secrets are still in memory"
        self.told.clear()


def head(path, *fields):
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: a", "Content-Type: application/json", *fields]).encode() + b"\r\n\r\n"


# How a body may come: what is sent, piece by piece.
def whole(path, body, *fields):
    return [head(path, *fields, f"Content-Length: {len(body)}") + body]


def in_pieces(path, body, *fields):
    return [head(path, *fields, f"Content-Length: {len(body)}"), *(body[i:i + 7] for i in range(0, len(body), 7))]


def chunked(path, body, *fields):
    pieces = [b"%x\r\n%s\r\n" % (len(body[i:i + 11]), body[i:i + 11]) for i in range(0, len(body), 11)]
    return [head(path, *fields, "Transfer-Encoding: chunked") + b"".join(pieces) + b"0\r\n\r\n"]


def behind_another(path, body, *fields):
    return [b"GET /Product HTTP/1.1\r\nHost: a\r\n\r\n" + whole(path, body, *fields)[0]]


WAYS = (whole, in_pieces, chunked, behind_another)


def send(shop, way, path, members, *fields):
    """The last answer's status."""
    with shop.connect() as connection:
        for piece in way(path, json.dumps(members).encode(), *fields):
            connection.send(piece)
        if way is behind_another:
            connection.answer()
        answer = connection.answer()
        token = answer.json().get("access_token") if answer.body else None
    return answer.status, token


def code_for(shop, email):
    """From the newest mail to that address, which comes soon after it was asked for."""
    for _ in range(100000):
        for name in sorted(os.listdir(shop.outbox), reverse=True):
            if name.endswith(".eml"):
                with open(f"{shop.outbox}/{name}", encoding="utf-8") as mail:
                    text = mail.read()
                if f"<{email}>" in text:
                    return text.split("\n    ")[1][:8], name
        with shop.connect() as connection:
            connection.send(b"GET /Health HTTP/1.1\r\nHost: a\r\n\r\n").answer()
    raise AssertionError("no mail came")


def sign_up(shop, way, email, password):
    return send(shop, way, "/Client", {"email": email, "password": password, "full_name": "Ada", "mobile": "+34600123456"})


def accounts(shop):
    """Signing up, confirming, signing in, a new password, a forgotten one; also wrong ones."""
    for number, way in enumerate(WAYS):
        email, password = f"ada{number}@example.com", shop.secret()
        assert sign_up(shop, way, email, password)[0] == 201
        assert sign_up(shop, way, email, shop.secret())[0] == 409
        code, mail = code_for(shop, email)
        shop.told.append(f'"code": "{code}"')
        assert send(shop, way, "/Account/Confirm", {"email": email, "code": code})[0] == 200
        os.unlink(f"{shop.outbox}/{mail}")
        assert send(shop, way, "/Login", {"email": email, "password": shop.secret()})[0] == 401
        status, token = send(shop, way, "/Login", {"email": email, "password": password})
        assert status == 200
        bearer, new = f"Authorization: Bearer {token}", shop.secret()
        assert send(shop, way, "/Password", {"password": shop.secret(), "new_password": shop.secret()}, bearer)[0] == 401
        assert send(shop, way, "/Password", {"password": password, "new_password": new}, bearer)[0] == 200
        assert send(shop, way, "/Password/Forgot", {"email": email})[0] == 200
        code, _ = code_for(shop, email)
        assert send(shop, way, "/Password/Reset", {"email": email, "code": "x", "password": shop.secret()})[0] == 400
        assert send(shop, way, "/Password/Reset", {"email": email, "code": code, "password": shop.secret()})[0] == 200
        shop.check(f"accounts, {way.__name__}")


def refused(shop):
    """What is refused, for each reason: a member that is unknown, no JSON, another type, a coding, too long, no such path."""
    for way in WAYS:
        assert send(shop, way, "/Login", {"email": "a@example.com", "password": shop.secret(), "more": 1})[0] == 400
        assert send(shop, way, "/Login", [shop.secret(), {"password": shop.secret()}])[0] == 400
        assert send(shop, way, "/Login", {"email": "a@example.com", "password": shop.secret() + "x" * 200})[0] in (400, 401)
        assert send(shop, way, "/Login", {"email": "a@example.com", "password": shop.secret(), "x": "y" * 60000})[0] == 400
        assert send(shop, way, "/Login", {"password": shop.secret()}, "Content-Encoding: gzip")[0] == 415
        assert send(shop, way, "/Nothing", {"password": shop.secret()})[0] == 404
        with shop.connect() as connection:
            body = b'{"email": "a@example.com", "password": "%s", oops' % shop.secret().encode()
            connection.send(way("/Login", body)[0] if len(way("/Login", body)) == 1 else b"".join(way("/Login", body)))
            connection.answer()
    with shop.connect() as connection:  # more than a body may have, sent nevertheless
        connection.send(head("/Login", "Content-Length: 2000000") + shop.secret().encode() * 3).answer().problem(413)
    shop.check("refused")


def unfinished(shop):
    """A body whose end never comes, and a request that waits behind one that isn't answered in time."""
    for _ in range(4):
        body = b'{"email": "a@example.com", "password": "%s"}' % shop.secret().encode()
        with shop.connect() as connection:
            connection.send(head("/Login", f"Content-Length: {len(body) + 10}") + body)
        with shop.connect() as connection:
            connection.send(whole("/Login", body)[0] + whole("/Login", body)[0][:-3])
    shop.check("unfinished")


def make_wrap(folder):
    if not shutil.which("openssl"):
        return None
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                    f"{folder}/key.pem", "-out", f"{folder}/cert.pem", "-subj", "/CN=localhost"], check=True, capture_output=True)
    context = ssl.create_default_context(cafile=f"{folder}/cert.pem")
    context.check_hostname = False
    return context.wrap_socket


def run(name, options, wrap):
    """How many passed and failed; None when the memory can't be read."""
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        outbox = f"{folder}/outbox"
        os.mkdir(outbox)
        with Server("--db", f"{folder}/shop.db", "--outbox", outbox, *options, demo=False) as server:
            if not may_read(server):
                return None
            for test in (accounts, refused, unfinished):
                try:
                    test(Shop(server, wrap, outbox))
                except Exception:  # pylint: disable=broad-except
                    failed += 1
                    print(f"not ok: {name}: {test.__name__}")
                    traceback.print_exc(file=sys.stdout)
                else:
                    passed += 1
                    print(f"ok: {name}: {test.__name__}")
                sys.stdout.flush()
    return passed, failed


def main():
    if is_sanitized():
        print("a sanitizer keeps copies of its own")
        return 77
    print(f"VITRINE_SEED={SEED}")
    os.environ[MARK] = new_secret()  # lies on the program's stack: whoever reads its memory finds it
    results = [run("HTTP", (), None)]
    with tempfile.TemporaryDirectory() as folder:
        wrap = make_wrap(folder)
        if wrap:
            results.append(run("TLS", ("--tls-cert", f"{folder}/cert.pem", "--tls-key", f"{folder}/key.pem"), wrap))
        else:
            print("  no openssl to make a certificate with")
    if None in results:
        print("only root may read the memory of a program that can't be dumped")
        return 77
    passed, failed = (sum(column) for column in zip(*results))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
