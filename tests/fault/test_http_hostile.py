#!/usr/bin/python3
"""Everything that the internet sends: the server answers each with its own 4xx, or closes at its time-out; nothing is written,
memory stays flat, and it goes on serving. VITRINED names the program."""

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import hostile_api as api  # noqa: E402
import hostile_http as http  # noqa: E402
from hostile_server import Connection, Server, WAIT, raise_file_limit, request  # noqa: E402

IDLE = 5000


def unix_socket(folder):
    """0600; one that is in use is left alone, one that was left behind is replaced; it is removed at the end."""
    path = f"{folder}/socket"
    with Server(listen="unix:" + path) as server:
        assert server.url == "unix:" + path
        assert os.stat(path).st_mode & 0o777 == 0o600
        with Connection(path, socket.AF_UNIX) as connection:
            assert connection.send(request("GET", "/Health")).answer().status == 200
            assert connection.send(request("GET", "/Metrics")).answer().status == 200
        with Server(listen="unix:" + path, ready=False) as second:
            assert second.process.wait(WAIT) == 1
            assert b"in use" in second.process.stderr.peek()
            second.process.returncode = 0  # as it should
        with Connection(path, socket.AF_UNIX) as connection:
            assert connection.send(request("GET", "/Health")).answer().status == 200
    assert not os.path.exists(path)
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(path)
    with Server(listen="unix:" + path):
        with Connection(path, socket.AF_UNIX) as connection:
            assert connection.send(request("GET", "/Health")).answer().status == 200
    with open(path, "w", encoding="ascii") as file:  # a file is not ours to remove
        file.write("kept")
    with Server(listen="unix:" + path, ready=False) as server:
        assert server.process.wait(WAIT) == 1
        server.process.returncode = 0
    with open(path, encoding="ascii") as file:
        assert file.read() == "kept"


def tls(folder):
    """TLS 1.2 and later; old versions, plain text and silence are cut off."""
    if not shutil.which("openssl"):
        print("  no openssl to make a certificate with")
        return
    certificate, key = f"{folder}/cert.pem", f"{folder}/key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
                    "-out", certificate, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                   check=True, capture_output=True)
    context = ssl.create_default_context(cafile=certificate)

    def wrap(plain):
        return context.wrap_socket(plain, server_hostname="localhost")

    with Server("--tls-cert", certificate, "--tls-key", key, "--header-timeout", "0.5") as server:
        assert server.url.startswith("https://")
        with Connection(server.address, wrap=wrap) as connection:
            for _ in range(3):
                assert connection.send(request("GET", "/Product?limit=100")).answer().status == 200
            assert connection.send(request("POST", "/Login", http.LOGIN)).answer().status == 200
            connection.send(http.POST + b"Content-Length: 2000000\r\n\r\n").answer().problem(413)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with Connection(server.address, wrap=wrap) as connection:
            assert connection.socket.version() == "TLSv1.2"
            assert connection.send(request("GET", "/Health")).answer().status == 200
        with server.connect() as connection:  # says nothing
            connection.closed()
        with server.connect() as connection:  # says something else
            connection.send(b"GET / HTTP/1.1\r\n\r\n")
            while connection.more():
                pass
        with Connection(server.address, wrap=wrap) as connection:
            assert connection.send(request("GET", "/Health")).answer().status == 200


def demo_state(path):
    """What the file says of its demo; None as long as it says nothing."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            row = database.execute("SELECT value FROM meta WHERE name = 'demo'").fetchone()
            return row and row[0]
    except sqlite3.Error:
        return None


def command_line(folder):
    """Errors are clear and have their exit codes; a backup is the same shop."""
    def run(*words):
        return subprocess.run([os.environ["VITRINED"], *words], capture_output=True, timeout=WAIT, check=False, text=True,
                              env={**os.environ, "XDG_DATA_HOME": folder})

    assert run("--help").returncode == 0 and run("--version").stdout.startswith("vitrined ")
    for words in (["--nonsense"], ["nonsense"], ["--threads", "0"], ["--tls-cert", "x"],
                  ["--log", "x", "--no-log"]):
        result = run(*words)
        assert result.returncode == 2 and result.stderr.startswith("vitrined: "), result
    for words in (["--listen", "nonsense"], ["--listen", "256.0.0.1:1"], ["--db", f"{folder}/no/where"], ["--log", f"{folder}/no/where"],
                  ["--tls-cert", "/x", "--tls-key", "/x"], ["backup", f"{folder}/copy", "--db", f"{folder}/none"]):
        result = run(*words, *([] if words[0] == "backup" else ["--demo"]))
        assert result.returncode == 1 and result.stderr.startswith("vitrined: "), (words, result)
    assert not os.path.exists(f"{folder}/none")

    # A demo that was killed while its file was being filled says so, and is not half a shop for ever.
    half = f"{folder}/half.db"
    with subprocess.Popen([os.environ["VITRINED"], "--demo", "--no-log", "--listen", "127.0.0.1:0", "--db", half],
                          stdout=subprocess.PIPE) as process:
        deadline = time.monotonic() + WAIT
        while not demo_state(half) and time.monotonic() < deadline:
            pass
        process.kill()
    assert demo_state(half) in ("filling", "filled")
    with contextlib.closing(sqlite3.connect(half)) as database, database:  # should it have been quicker
        database.execute("UPDATE meta SET value = 'filling' WHERE name = 'demo'")
    result = run("--demo", "--no-log", "--db", half)
    assert result.returncode == 1 and "take a new file" in result.stderr, result

    shop, copy = f"{folder}/shop.db", f"{folder}/copy.db"
    with Server("--db", shop) as server:
        before = api.all_products(server)
        assert run("backup", copy, "--db", shop).returncode == 0
        result = run("backup", copy, "--db", shop)
        assert result.returncode == 1 and copy in result.stderr, "a file that is there is left alone"
        assert os.stat(copy).st_mode & 0o777 == 0o600
    with Server("--db", copy, demo=False) as server:
        assert api.all_products(server) == before
        api.sign_in(server, "ada@example.com")
    result = run("--no-log", "--db", copy, "--currency", "SEK")
    assert result.returncode == 1 and "EUR" in result.stderr, result


def logs(folder):
    """A log that can't be written is counted and told of; one that nobody reads holds up neither the start nor the end."""
    fifo = f"{folder}/fifo"
    os.mkfifo(fifo)
    with Server(log=fifo) as server:
        server.check()
        with open(fifo, "rb") as reader:
            assert json.loads(reader.readline())["op"] == "health"
        server.check()
    with Server(log=fifo) as server:  # and without having had a reader at all: ends by SIGTERM
        server.check()
    with Server(log="/dev/full") as server:
        with server.connect() as connection:
            for _ in range(3000):
                assert connection.send(request("GET", "/Health")).answer().status == 200
        for _ in range(10000):
            if server.metric("vitrine_log_lines_dropped_total") >= 3000:
                break
        assert server.metric("vitrine_log_lines_dropped_total") >= 3000
        assert b"can't write the log /dev/full (No space left on device)" in server.process.stderr.peek()


class Runner:
    def __init__(self):
        self.passed = self.failed = 0

    def run(self, test, *arguments, server=None):
        try:
            test(*arguments)
            if server:
                server.check()
        except Exception:  # pylint: disable=broad-except
            self.failed += 1
            print(f"not ok: {test.__name__}")
            traceback.print_exc(file=sys.stdout)
        else:
            self.passed += 1
            print(f"ok: {test.__name__}")
        sys.stdout.flush()


def main():
    limit = raise_file_limit()
    runner = Runner()
    with Server() as server:
        for test in (http.protocol, http.broken_requests, http.smuggling, http.unknown_paths_and_methods, http.floods_of_header,
                     http.bodies_too_large, http.endings, http.pipelining, http.metrics, api.broken_json, api.wrong_values,
                     api.sql_in_every_field, api.forged_tokens):
            runner.run(test, server, server=server)
        runner.run(http.idle_connections, server, min(IDLE, limit - 500), server=server)
    with Server("--header-timeout", "0.5", "--request-timeout", "3", "--write-timeout", "0.5") as server:
        runner.run(http.slow_senders, server, server=server)
        runner.run(http.stalled_readers, server, server=server)
    with Server("--body-memory", "8", "--request-timeout", "5") as server:
        runner.run(http.unfinished_bodies, server, server=server)
    with Server("--max-connections", "50", "--threads", "1") as server:
        runner.run(http.too_many_connections, server, server=server)
    runner.run(http.drain, lambda *options: Server(*(options or ("--drain-timeout", "2"))))
    with tempfile.TemporaryDirectory() as folder:
        runner.run(unix_socket, folder)
        runner.run(tls, folder)
        runner.run(command_line, folder)
        runner.run(logs, folder)
        runner.run(api.secrets_in_the_log, Server, folder)
    print(f"{runner.passed} passed, {runner.failed} failed")
    return 1 if runner.failed or not runner.passed else 0


if __name__ == "__main__":
    sys.exit(main())
