"""HTTP that isn't, or that is meant to hurt."""

import select
import signal
import socket
import threading
import time

from hostile_server import WAIT, is_sanitized, request

HOST = b"Host: localhost\r\n"
GET = b"GET /Health HTTP/1.1\r\n" + HOST
POST = b"POST /Login HTTP/1.1\r\n" + HOST
LOGIN = {"email": "ada@example.com", "password": "Vitrine-2026"}
MIB = 1 << 20

REFUSED = {
    "no line": b"\x16\x03\x01\x02\x00\x01\x00",
    "one word": b"GET\r\n\r\n",
    "no version": b"GET /Health\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTX": b"GET / HTTX/1.1\r\n" + HOST + b"\r\n",
    "bare line feeds": b"GET /Health HTTP/1.1\nHost: localhost\n\n",
    "two spaces": b"GET  /Health HTTP/1.1\r\n" + HOST + b"\r\n",
    "long method": b"A" * 40 + b" / HTTP/1.1\r\n" + HOST + b"\r\n",
    "bad method": b"G{T / HTTP/1.1\r\n" + HOST + b"\r\n",
    "no Host": b"GET /Health HTTP/1.1\r\n\r\n",
    "two Hosts": GET + HOST + b"\r\n",
    "two words in Host": b"GET /Health HTTP/1.1\r\nHost: a b\r\n\r\n",
    "a person in Host": b"GET /Health HTTP/1.1\r\nHost: user@x\r\n\r\n",
    "no such port in Host": b"GET /Health HTTP/1.1\r\nHost: x:99999\r\n\r\n",
    "a path in Host": b"GET /Health HTTP/1.1\r\nHost: x/y\r\n\r\n",
    "a person in the target": b"GET http://user@x/Health HTTP/1.1\r\n" + HOST + b"\r\n",
    "folded": GET + b"X: a\r\n b\r\n\r\n",
    "space before the colon": GET + b"X : a\r\n\r\n",
    "no colon": GET + b"X\r\n\r\n",
    "NUL in a value": GET + b"X: a\0b\r\n\r\n",
    "NUL in the path": b"GET /Hea\0lth HTTP/1.1\r\n" + HOST + b"\r\n",
    "control in a value": GET + b"X: \x1b[31m\r\n\r\n",
    "carriage return in a value": GET + b"X: a\rb\r\n\r\n",
    "escape cut": b"GET /% HTTP/1.1\r\n" + HOST + b"\r\n",
    "escape not hex": b"GET /%zz HTTP/1.1\r\n" + HOST + b"\r\n",
    "escaped NUL": b"GET /%00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "escaped slash": b"GET /Product%2F1 HTTP/1.1\r\n" + HOST + b"\r\n",
    "escaped Latin-1": b"GET /%E9 HTTP/1.1\r\n" + HOST + b"\r\n",
    "overlong UTF-8": b"GET /%C0%AF HTTP/1.1\r\n" + HOST + b"\r\n",
    "raw bytes in the path": b"GET /\xc3\xa9 HTTP/1.1\r\n" + HOST + b"\r\n",
    "fragment": b"GET /#a HTTP/1.1\r\n" + HOST + b"\r\n",
    "bad escape in the query": b"GET /Product?q=%4 HTTP/1.1\r\n" + HOST + b"\r\n",
    "NUL in the query": b"GET /Product?q=%00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "bad UTF-8 in the query": b"GET /Product?q=%ff HTTP/1.1\r\n" + HOST + b"\r\n",
    "65 parameters": b"GET /Product?" + b"&".join(b"a%d=" % i for i in range(65)) + b" HTTP/1.1\r\n" + HOST + b"\r\n",
}

SMUGGLED = b"GET /Smuggled HTTP/1.1\r\n" + HOST + b"\r\n"
SMUGGLING = {
    "two lengths": POST + b"Content-Length: 4\r\nContent-Length: 0\r\n\r\n",
    "a list of lengths": POST + b"Content-Length: 0, 4\r\n\r\n",
    "length and chunked": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked and length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "chunked twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "other encoding": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "hidden encoding": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "encoding after a bare line feed": POST + b"X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "encoding with a space": POST + b"Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "signed length": POST + b"Content-Length: +0\r\n\r\n",
    "hex length": POST + b"Content-Length: 0x0\r\n\r\n",
    "chunked in HTTP/1.0": b"POST /Login HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunk's end missing": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\naXX0\r\n\r\n",
    "chunk size with a blank": POST + b"Transfer-Encoding: chunked\r\n\r\n0 \r\n\r\n",
    "negative chunk": POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
}


def broken_requests(server):
    for name, data in REFUSED.items():
        with server.connect() as connection:
            try:
                connection.send(data).answer().problem(400)
            except AssertionError as error:
                raise AssertionError(f"{name}: {error}") from error


def smuggling(server):
    for name, data in SMUGGLING.items():
        with server.connect() as connection:
            try:
                connection.send(data + SMUGGLED).answer().problem(400)
                connection.closed()
            except AssertionError as error:
                raise AssertionError(f"{name}: {error}") from error


def unknown_paths_and_methods(server):
    for target in ("/Nothing", "//", "/Product/", "/../etc/passwd", "/%2e%2e/", "/Product/1/2/3", "/" + "a" * 8000, "/PRODUCT"):
        server.call("GET", target).problem(404)
    for method in ("BREW", "TRACE", "OPTIONS", "PROPFIND", "get", "PUT", "a"):
        answer = server.call(method, "/Product")
        answer.problem(405)
        assert {"GET", "HEAD", "POST"} <= set(answer.headers["allow"].split(", "))
    server.call("CONNECT", "localhost:80").problem(400)
    answer = server.call("POST", "/Metrics")
    answer.problem(405)
    assert answer.headers["allow"] == "GET, HEAD"
    server.ask(b"GET * HTTP/1.1\r\n" + HOST + b"\r\n").problem(400)


def floods_of_header(server):
    for data in (GET + b"X: " + b"a" * 17000 + b"\r\n\r\n", GET + b"a: b\r\n" * 101 + b"\r\n", GET + b"a" * 100000,
                 b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", b"GET /" + b"a" * 1000000,
                 GET + b"X:" + b" " * 1000000):
        server.ask(data).problem(431)
    assert server.ask(GET + b"a: b\r\n" * 99 + b"\r\n").status == 200
    server.ask(b"\r\n" * 100000).problem(400)


def bodies_too_large(server):
    declared = POST + b"Content-Length: %d\r\n\r\n" % (2 * MIB)
    with server.connect() as connection:  # refused before it is sent, and who sends it nevertheless is not cut off at once
        connection.send(declared).answer().problem(413)
        connection.socket.sendall(b"a" * MIB)
        connection.socket.sendall(b"a" * MIB)
        connection.end().closed()
    with server.connect() as connection:  # and also when it is sent at once
        connection.send(declared + b"a" * (2 * MIB))
        connection.answer().problem(413)
        connection.closed()
    with server.connect() as connection:  # no invitation to send it
        expecting = POST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % (2 * MIB)
        connection.send(expecting).answer().problem(413)
    chunks = POST + b"Transfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b"a" * 65536 + b"\r\n") * 32 + b"0\r\n\r\n"
    with server.connect() as connection:
        connection.send(chunks).answer().problem(413)
    server.ask(POST + b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n").problem(413)
    server.ask(POST + b"Content-Length: 99999999999999999999999999\r\n\r\n").problem(413)
    # One that just fits is read to its end.
    body = b'{"email":"' + b"a" * (MIB - 12) + b'"}'
    server.ask(POST + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body).problem(400)


def endings(server):
    """Clients that stop in the middle, or only listen."""
    with server.connect() as connection:
        assert connection.send(GET + b"\r\n").end().answer().status == 200
        connection.closed()
    with server.connect() as connection:
        connection.send(request("POST", "/Login", LOGIN)).end()
        assert connection.answer().status == 200
        connection.closed()
    for cut in (b"GET", GET, POST + b"Content-Length: 5\r\n\r\nabc", POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
                POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"):
        with server.connect() as connection:
            connection.send(cut).end().answer().problem(400)
            connection.closed()
    for cut in (b"", b"G", POST + b"Content-Length: 5\r\n\r\nabc"):  # gone without a word
        server.connect().send(cut).socket.close()
    with server.connect() as connection:
        connection.end().closed()


def pipelining(server):
    """Answers come in the order of the requests, whichever thread makes them."""
    wire, expected = b"", []
    for i in range(200):
        if i % 10 == 3:
            wire += request("POST", "/Login", {"email": "nobody@example.com", "password": "Wrong-123"}, X_Request_Id=f"n-{i}")
            expected.append((401, 429))
        elif i % 10 == 7:
            wire += request("HEAD", "/Product", X_Request_Id=f"n-{i}")
            expected.append((200,))
        else:
            wire += request("GET", "/Product?limit=5", X_Request_Id=f"n-{i}")
            expected.append((200,))
    with server.connect() as connection:
        sender = threading.Thread(target=connection.send, args=(wire,))
        sender.start()
        for i, statuses in enumerate(expected):
            answer = connection.answer(head_only=i % 10 == 7)
            assert answer.status in statuses, (i, answer.status, answer.body)
            assert answer.headers["x-request-id"] == f"n-{i}"
        sender.join()
        assert connection.send(GET + b"\r\n").answer().status == 200


def protocol(server):
    """What is to work: HEAD, HTTP/1.0, 100-continue, absolute targets, chunks, one byte at a time."""
    with server.connect() as connection:
        full = connection.send(request("GET", "/Product?limit=2")).answer()
        head = connection.send(request("HEAD", "/Product?limit=2")).answer(head_only=True)
        assert head.status == 200 and head.headers["content-length"] == full.headers["content-length"]
        assert connection.send(b"GET http://localhost/Health HTTP/1.1\r\n" + HOST + b"\r\n").answer().status == 200
        assert connection.send(b"\r\n\r\n" + GET + b"\r\n").answer().status == 200
        body = request("POST", "/Login", LOGIN).partition(b"\r\n\r\n")[2]
        json_type = b"Content-Type: application/json\r\n"
        connection.send(POST + json_type + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
        assert connection.answer().status == 100
        assert connection.send(body).answer().status == 200
        chunks = b"".join(b"1;a=b\r\n" + body[i:i + 1] + b"\r\n" for i in range(len(body))) + b"0\r\nTrailer: a\r\n\r\n"
        connection.send(POST + json_type + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
        assert connection.answer().status == 200
        for byte in request("POST", "/Login", LOGIN):
            connection.send(bytes([byte]))
        assert connection.answer().status == 200
        connection.send(b"GET /Health HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n" + GET + b"\r\n")
        assert connection.answer().headers["connection"] == "close"
        connection.closed()
    with server.connect() as connection:
        assert connection.send(b"GET /Health HTTP/1.0\r\n\r\n").answer().status == 200
        connection.closed()
    with server.connect() as connection:
        kept = connection.send(b"GET /Health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").answer()
        assert kept.headers["connection"] == "keep-alive"
        assert connection.send(b"GET /Health HTTP/1.0\r\n\r\n").answer().status == 200
    with server.connect() as connection:  # a later HTTP/1 is spoken to as this one
        assert connection.send(b"GET /Health HTTP/1.2\r\n" + HOST + b"\r\n").answer().status == 200
        about = connection.send(b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n").answer()
        assert about.status == 204 and {"GET", "HEAD", "POST", "OPTIONS"} <= set(about.headers["allow"].split(", "))
        assert connection.send(b"GET /Health HTTP/1.1\r\nHost:\r\n\r\n").answer().status == 200
    assert "query" in server.ask(b"GET /Product?q=\xc3\xa9 HTTP/1.1\r\n" + HOST + b"\r\n").problem(400)["detail"]
    for coding in ("gzip", "gzip, identity", "br", "x"):
        refused = server.call("POST", "/Login", b"\x1f\x8b\x08", Content_Encoding=coding)
        refused.problem(415)
        assert refused.headers["accept-encoding"] == "identity"
    assert server.call("POST", "/Login", LOGIN, Content_Encoding="Identity").status == 200
    for sent, kept in (("my-id-1", True), ("a b", False), ("x" * 65, False), ('"', False)):
        assert (server.call("GET", "/Health", X_Request_Id=sent).headers["x-request-id"] == sent) == kept


def metrics(server):
    answer = server.call("GET", "/Metrics")
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/plain")
    assert b'vitrine_requests_total{op="health",status="2xx"}' in answer.body
    assert server.metric("vitrine_connections") >= 1
    assert server.metric("vitrine_tend_runs_total") >= server.metric("vitrine_tend_failures_total") == 0
    assert server.metric("vitrine_tend_due") in (0, 1)


def drip(connection, data, seconds):
    """A byte every `seconds` until the server says something; says how many it took."""
    for count, byte in enumerate(data):
        connection.send(bytes([byte]))
        if select.select([connection.socket], [], [], seconds)[0]:
            return count
    return len(data)


def slow_senders(server):
    """`server` gives a head 0.5 s and a request 3 s: a byte now and then must not hold it longer."""
    began = time.monotonic()
    data = request("POST", "/Login", LOGIN)
    with server.connect() as connection:  # slow, but in time
        connection.send(data[:-1])
        assert not select.select([connection.socket], [], [], 1)[0]
        assert connection.send(data[-1:]).answer().status == 200
    with server.connect() as connection:
        assert drip(connection, GET + b"X: " + b"a" * 1000, 0.05) < 200
        connection.answer().problem(408)
        connection.closed()
    with server.connect() as connection:
        connection.send(POST + b"Content-Length: 1000\r\n\r\n")
        assert drip(connection, b"a" * 1000, 0.05) < 200
        connection.answer().problem(408)
    with server.connect() as connection:
        connection.send(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        assert drip(connection, b"1\r\na\r\n" * 1000, 0.05) < 200
        connection.answer().problem(408)
    with server.connect() as connection:
        connection.send(POST + b"Content-Length: 5\r\n\r\nabcd").answer().problem(408)
    assert time.monotonic() - began < WAIT


def stalled_readers(server):
    """Asks for much and reads nothing: `server` waits 0.5 s for it, and doesn't gather answers meanwhile."""
    timed_out = "vitrine_connections_timed_out_total"
    before, already = server.memory(), server.metric(timed_out)
    length = len(server.call("GET", "/Product?limit=100").body)
    stalled = [server.connect().send(request("GET", "/Product?limit=100") * 400) for _ in range(20)]
    server.check()
    grown = server.memory() - before
    began = time.monotonic()
    while server.metric(timed_out) < already + len(stalled):
        assert time.monotonic() - began < WAIT, "they are still there"
    for connection in stalled:
        taken = 0
        while connection.more():  # what the kernel holds, then the end
            taken += len(connection.rest)
            connection.rest = b""
        assert taken < 400 * length
        connection.socket.close()
    assert grown < (640 if is_sanitized() else 32) * MIB, f"{grown} bytes more"


def unfinished_bodies(server):
    """Many bodies of 1 MiB less a byte. `server` has 8 MiB for them: the rest is refused, small requests are served."""
    before = server.memory()
    connections = [server.connect() for _ in range(60)]
    body = b"a" * (MIB - 1)
    for connection in connections:
        connection.send(POST + b"Content-Length: %d\r\n\r\n" % MIB + body)
        assert server.call("GET", "/Product?limit=1").status == 200
        assert server.metric("vitrine_request_body_bytes") < 12 * MIB
    grown = server.memory() - before
    statuses = [connection.answer().problem(503, 408)["status"] for connection in connections]
    assert statuses.count(503) > 20, statuses
    for connection in connections:
        connection.socket.close()
    assert grown < (512 if is_sanitized() else 64) * MIB, f"{grown} bytes more"


def idle_connections(server, count):
    """Thousands that say nothing, and thousands that begin to; others are served, memory stays small."""
    before = server.memory()
    idle = [server.connect() for _ in range(count)]
    server.check()
    assert server.metric("vitrine_connections") >= count
    per_idle = (server.memory() - before) / count
    for connection in idle:
        connection.send(GET + b"X: a")
    assert server.call("GET", "/Product?limit=20").status == 200
    per_begun = (server.memory() - before) / count
    assert idle[0].send(b"\r\n\r\n").answer().status == 200
    assert idle[-1].send(b"\r\n\r\n").answer().status == 200
    for connection in idle:
        connection.socket.close()
    print(f"  {count} connections: {per_idle:.0f} bytes each, {per_begun:.0f} with half a request")
    factor = 8 if is_sanitized() else 1
    assert per_idle < 4096 * factor, per_idle
    assert per_begun < 12288 * factor, per_begun


def too_many_connections(server):
    """`server` takes 50: idle ones make room, busy ones don't."""
    idle = [server.connect() for _ in range(50)]
    for connection in idle:
        assert connection.send(GET + b"\r\n").answer().status == 200
    with server.connect() as connection:
        assert connection.send(GET + b"\r\n").answer().status == 200
        assert idle[0].closed()
    for connection in idle:
        connection.socket.close()
    busy = []
    while len(busy) < 200:
        connection = server.connect().send(GET + b"X: a")
        busy.append(connection)
        if select.select([connection.socket], [], [], 0.02)[0]:
            break
    assert 40 <= len(busy) <= 120, len(busy)
    answer = busy.pop().answer()
    answer.problem(503)
    assert "retry-after" in answer.headers
    assert busy[0].send(b"\r\n\r\n").answer().status == 200
    for connection in busy:
        connection.socket.close()


def until_refused(server):
    """It has taken notice of SIGTERM."""
    began = time.monotonic()
    while time.monotonic() - began < WAIT:
        try:
            server.connect().socket.close()
        except ConnectionResetError:  # it stood in the queue of the listener that was just closed
            continue
        except ConnectionRefusedError:
            return
    raise AssertionError("it goes on accepting")


def drain(start):
    """SIGTERM: what is under way is finished, what idles is closed, nobody new gets in, and it ends with 0."""
    with start("--drain-timeout", "60") as server:  # longer than a sign-in takes on the busiest machine
        begun = server.connect()
        data = request("POST", "/Login", LOGIN)
        begun.send(data[:-1])
        idle = server.connect()
        assert idle.send(GET + b"\r\n").answer().status == 200
        server.process.send_signal(signal.SIGTERM)
        idle.closed()
        until_refused(server)
        answer = begun.send(data[-1:]).answer()
        assert answer.status == 200 and answer.headers["connection"] == "close"
        begun.closed()
        assert server.process.wait(WAIT) == 0
    with start() as server:  # somebody who never finishes doesn't keep it
        with server.connect() as begun:
            begun.send(data[:-1])
            server.check()
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(WAIT) == 0
    with start("--drain-timeout", "600") as server:  # and asked twice, it ends at once
        with server.connect() as begun:
            begun.send(data[:-1])
            server.check()
            server.process.send_signal(signal.SIGTERM)
            until_refused(server)
            server.process.send_signal(signal.SIGINT)
            assert server.process.wait(WAIT) == 1
            server.process.returncode = 0  # as it should
