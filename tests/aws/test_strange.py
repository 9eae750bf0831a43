#!/usr/bin/python3
"""What the engine does with a DynamoDB that is none: answers that are cut, huge, of other types or nonsense. It must end each call
soon, with the right kind of error, and without a secret in it."""

import gzip
import json
import os
import socket
import sys
import threading
import time

import engines
import proxy

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from rules import Tally

SECRET, TOKEN = "sec+ret/of-the-test", "to+ken/of-the-test"
KEY = ("AKIDEXAMPLE", SECRET, TOKEN)
COMMANDS = {
    "get": ("get", "a", "b"), "many": ("many", "3"), "query": ("query", "a", "m"), "write": ("write", "a"), "put": ("put", "3"),
    "scan": ("scan", "a", "m"),
    "shards": ("shards",), "read": ("read", "shard-1", "17"), "table": ("table",), "call": ("call", "2", "InitiateAuth", "os"),
}
SECONDS_MAX = 6  # of a call, whose deadline is 1.5 s: the machine is busy


class Strange:
    """Answers each request with `reply`: bytes, or what it makes of the operation."""

    def __init__(self):
        self.reply, self.asked, self.sent = b"", [], []  # operations, and the bodies that came with them
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        try:
            with peer, peer.makefile("rb") as stream:
                peer.settimeout(30)
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    line = stream.readline()
                    if not line:
                        return
                    head += line
                fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:-2])
                body = stream.read(int(fields.get("Content-Length", "0")))
                operation = fields.get("X-Amz-Target", ".").split(".")[1]
                self.asked.append(operation)
                self.sent.append(body.decode())
                peer.sendall(self.reply(operation) if callable(self.reply) else self.reply)
        except OSError:
            pass

    def stop(self):
        self.listener.close()


def reply(body, status=200, length=None, more=""):
    body = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    return (f"HTTP/1.1 {status} X\r\nContent-Type: application/x-amz-json-1.0\r\n{more}"
            f"Content-Length: {len(body) if length is None else length}\r\nConnection: close\r\n\r\n").encode() + body


def mistake(error, **more):
    return reply({"__type": error, **more}, 400)


def text(value):
    return {"S": value}


HUGE = 17 * 1024 * 1024
NONSENSE = {
    "null": reply("null"), "a list": reply("[]"), "a text": reply('"x"'), "a brace": reply("{"),
    "html": reply("<html></html>"), "bytes": reply(b"\xff\xfe{}"), "deep": reply('{"Item":' * 100 + "1" + "}" * 100),
    "twice": reply('{"Item":{},"Item":{}}'), "nul": reply('{"Item":{"a":{"S":"\\u0000"}}}'),
    "huge": reply(b'{"x":"' + b"y" * HUGE + b'"}'), "gzip that grows": reply(gzip.compress(b" " * HUGE), more="Content-Encoding: gzip\r\n"),
    "many values": reply("[" + "1," * 1100000 + "1]"),
}
# Tried again until there is no time left.
LOST = {
    "closed at once": b"",
    "nothing": reply(""), "no content": b"HTTP/1.1 204 X\r\nConnection: close\r\n\r\n", "cut": reply('{"Item":', length=100), "cut in the head": b"HTTP/1.1 200 OK\r\nContent-", "no http": b"220 hello\r\n",
    "chunk cut": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n{\"a\"",
    "bad gzip": reply(b"nonsense", more="Content-Encoding: gzip\r\n"), "500": reply("oops", 500), "503": reply("", 503),
    "a failure": reply({"__type": "x#InternalServerError"}, 500), "throttled": mistake("a.b#ThrottlingException"), "429": reply("{}", 429),
}
REFUSALS = {
    "no type": reply({"message": "x"}, 400), "type of a number": reply({"__type": 7}, 400), "endless type": mistake("x#" + "A" * 5000),
    "strange type": mistake('x#<script>"\n'), "access": mistake("y#AccessDeniedException", message="User: arn:x is not authorized"),
    "signature": mistake("y#InvalidSignatureException", message=f"The Canonical String should have been '{TOKEN}' {SECRET}"),
    "validation": mistake("y#ValidationException", message=f"Value {SECRET} is invalid"),
    "moved": reply("{}", 301, more="Location: http://127.0.0.1:1/\r\n"), "404": reply("{}", 404),
}

CANCELLED = "x#TransactionCanceledException"
OTHER = {"pk": text("other"), "sk": text("1")}
# (command, answer, what is told first). Answers that make no sense, and next to them the same that do.
TYPES = [
    ("get", {"Item": []}, "internal"), ("get", {"Item": 1}, "internal"), ("get", {"Item": {}}, "ok"), ("get", {}, "ok"),
    ("many", {"Responses": {"strange": {}}}, "internal"), ("many", {"Responses": {"strange": [1]}}, "internal"),
    ("many", {"Responses": {"strange": [OTHER]}}, "internal"), ("many", {"Responses": []}, "ok"),
    ("many", {"UnprocessedKeys": {"strange": {"Keys": [OTHER]}}}, "internal"),
    ("many", {"UnprocessedKeys": {"strange": {"Keys": [{"pk": text("m"), "sk": text("1")}]}}}, "unavailable"),
    ("many", {"Responses": {"strange": [{"pk": text("m"), "sk": text("1"), "a": 7}]}}, "ok"),
    ("query", {}, "internal"), ("query", {"Items": {}}, "internal"), ("query", {"Items": [1]}, "internal"),
    ("query", {"Items": [], "LastEvaluatedKey": 1}, "internal"), ("query", {"Items": [], "LastEvaluatedKey": {"sk": 1}}, "internal"),
    ("query", {"Items": [], "LastEvaluatedKey": {"pk": text("a"), "sk": text("m")}}, "internal"),
    ("query", {"Items": [], "LastEvaluatedKey": {"pk": text("a"), "sk": text("b")}}, "internal"),
    ("query", {"Items": [], "LastEvaluatedKey": {"pk": text("a"), "sk": text("n")}}, "ok"), ("query", {"Items": []}, "ok"),
    ("scan", {}, "internal"), ("scan", {"Items": [1]}, "internal"), ("scan", {"Items": [], "LastEvaluatedKey": {}}, "internal"),
    ("scan", {"Items": [], "LastEvaluatedKey": {"pk": text("a"), "sk": text("m")}}, "internal"),
    ("scan", {"Items": [], "LastEvaluatedKey": {"pk": text("a"), "sk": text("b")}}, "ok"), ("scan", {"Items": []}, "ok"),
    ("put", {"UnprocessedItems": {"strange": [{"PutRequest": {"Item": OTHER}}]}}, "internal"),
    ("put", {"UnprocessedItems": {"strange": [{"DeleteRequest": {"Key": {"pk": text("m"), "sk": text("1")}}}]}}, "internal"),
    ("put", {"UnprocessedItems": {"strange": [{"PutRequest": {"Item": {"pk": text("m"), "sk": text("1")}}}]}}, "unavailable"),
    ("put", {"UnprocessedItems": {"strange": 5}}, "ok"),
    ("shards", {"Table": {"LatestStreamArn": "x" * 600}}, "internal"), ("shards", {"Table": {"LatestStreamArn": 5}}, "ok"),
    ("shards", {"Table": {"LatestStreamArn": "arn"}}, "internal"),
    ("shards", {"Table": {"LatestStreamArn": "arn"}, "StreamDescription": {"Shards": {}}}, "internal"),
    ("shards", {"Table": {"LatestStreamArn": "arn"}, "StreamDescription": {"Shards": [1]}}, "internal"),
    ("shards", {"Table": {"LatestStreamArn": "arn"}, "StreamDescription": {"Shards": [{"ShardId": "x" * 200}]}}, "internal"),
    ("shards", {"Table": {"LatestStreamArn": "arn"}, "StreamDescription": {"Shards": [{"ShardId": "a", "ParentShardId": "a"}]}}, "internal"),
    ("shards", {"Table": {"LatestStreamArn": "arn"}, "StreamDescription": {"Shards": [], "LastEvaluatedShardId": "again"}}, "internal"),
    ("shards", {"Table": {"LatestStreamArn": "arn"}, "StreamDescription": {"Shards": [
        {"ShardId": "c", "ParentShardId": "b"}, {"ShardId": "b", "ParentShardId": "a"}, {"ShardId": "a", "ParentShardId": "gone"},
        {"ShardId": "d"}]}}, "ok - a< b<a c<b d< "),
    ("read", {"Table": {}}, "internal"), ("read", {"Table": {"LatestStreamArn": "arn"}}, "internal"),
    ("read", {"Table": {"LatestStreamArn": "arn"}, "ShardIterator": "x" * 3000}, "internal"),
    ("read", {"Table": {"LatestStreamArn": "arn"}, "ShardIterator": "i"}, "internal"),
    ("read", {"Table": {"LatestStreamArn": "arn"}, "ShardIterator": "i", "Records": {}}, "internal"),
    ("read", {"Table": {"LatestStreamArn": "arn"}, "ShardIterator": "i", "Records": [], "NextShardIterator": "x" * 3000}, "internal"),
    ("read", {"Table": {"LatestStreamArn": "arn"}, "ShardIterator": "i", "Records": [7]}, "ok"),
]
REASONS = [
    (None, "internal"), ({}, "internal"), ([], "internal"), ([{"Code": "None"}], "internal"), ([{"Code": "None"}] * 3, "internal"),
    ([1, 2], "internal"), ([{}, {}], "internal"), ([{"Code": 1}, {"Code": "None"}], "internal"),
    ([{"Code": "ValidationError"}, {"Code": "ConditionalCheckFailed"}], "internal"),
    ([{"Code": "Novelty"}, {"Code": "TransactionConflict"}], "internal"),
    ([{"Code": "None"}, {"Code": "TransactionConflict"}], "unavailable"), ([{"Code": "ThrottlingError"}, {"Code": "None"}], "unavailable"),
    ([{"Code": "None"}, {"Code": "ConditionalCheckFailed"}], "conflict 1 01 00"),
    ([{"Code": "TransactionConflict"}, {"Code": "ConditionalCheckFailed", "Item": {"n": {"N": "1"}}}], "conflict 1 01 01"),
    ([{"Code": "ConditionalCheckFailed", "Item": 7}, {"Code": "ConditionalCheckFailed"}], "conflict 0 11 00"),
]


class Judge:
    """Asks, and finds fault with what was told."""

    def __init__(self, strange, key=KEY, **more):
        self.strange = strange
        self.asker = engines.Asker(engines.environment(strange.url, key, proxy.REGION, **more))

    def ask(self, name, answer, wanted, command):
        self.strange.reply = answer
        began = time.monotonic()
        told = " ".join(self.asker.ask(*command))
        took = time.monotonic() - began
        if not any(told.startswith(each) for each in wanted):
            yield f"{name}, {command[0]}: {told[:200]}"
        if took > SECONDS_MAX:
            yield f"{name}, {command[0]}: took {took:.1f} s"
        if command[0] != "call" and (SECRET in told or TOKEN in told):  # `call` shows the whole answer
            yield f"{name}, {command[0]}: tells a secret: {told[:200]}"

    def end(self):
        status = self.asker.end()
        if status:
            yield f"the program ended with {status}"


def each_command(judge, answers, wanted, commands=None):
    for name, answer in answers.items():
        for command in commands or COMMANDS.values():
            yield from judge.ask(name, answer, wanted, command)


def types(judge):
    for command, answer, wanted in TYPES:
        yield from judge.ask(json.dumps(answer)[:150], reply(answer), (wanted,), COMMANDS[command])
    for reasons, wanted in REASONS:
        more = {} if reasons is None else {"CancellationReasons": reasons}
        yield from judge.ask(json.dumps(reasons), mistake(CANCELLED, **more), (wanted,), COMMANDS["write"])


def heads(judge):
    """Heads that don't end, and that are strange."""
    long = b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"y" * 90000 + b"\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    yield from judge.ask("a head of 90 KB", long, ("internal",), COMMANDS["get"])
    many = b"HTTP/1.1 200 OK\r\n" + b"X-Many: y\r\n" * 9000 + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
    yield from judge.ask("a head of 9,000 lines", many, ("internal",), COMMANDS["get"])


def once(judge, strange):
    """What may be done once only is sent once, unless it is known that it wasn't done."""
    for name, answer, sent in (("lost", b"", 1), ("500", reply("{}", 500), 1), ("throttled", mistake("TooManyRequestsException"), 2)):
        strange.asked.clear()
        yield from judge.ask(name, answer, ("unavailable",), ("call", "2", "SignUp", "o1"))
        if not (len(strange.asked) == 1 if sent == 1 else len(strange.asked) > 1):
            yield f"{name}: sent {len(strange.asked)} times"


def pauses(judge, strange):
    """Tries lie apart, and more and more so: there is time for a few of them only."""
    strange.asked.clear()
    yield from judge.ask("500", reply("{}", 500), ("unavailable",), COMMANDS["get"])
    if not 2 <= len(strange.asked) <= 40:
        yield f"tried {len(strange.asked)} times"


STREAM = {"Table": {"LatestStreamArn": "arn"}}
ITERATOR, RECORDS = reply({"ShardIterator": "first"}), reply({"Records": [], "NextShardIterator": "next"})
EXPIRED, TRIMMED = mistake("x#ExpiredIteratorException"), mistake("x#TrimmedDataAccessException")
AFTER, OLDEST = ("GetShardIterator", '"SequenceNumber":"17"'), ("GetShardIterator", "TRIM_HORIZON")
READ = ("GetRecords", '"first"')
# What is told, what each operation answers in turn (the last one again and again), what is asked for, with what in it.
STORIES = {
    "a first read": ("ok [] more", {"GetShardIterator": [ITERATOR], "GetRecords": [RECORDS]}, [AFTER, READ]),
    "its end": ("ok [] ended", {"GetShardIterator": [ITERATOR], "GetRecords": [reply({"Records": []})]}, [AFTER, READ]),
    "an iterator that expired": ("ok [] more", {"GetShardIterator": [ITERATOR], "GetRecords": [EXPIRED, RECORDS]},
                                 [AFTER, READ, AFTER, READ]),
    "one at what was removed": ("ok [] more", {"GetShardIterator": [ITERATOR], "GetRecords": [TRIMMED, RECORDS]},
                                [AFTER, READ, AFTER, READ]),
    "one that expires each time": ("unavailable", {"GetShardIterator": [ITERATOR], "GetRecords": [EXPIRED]},
                                   [AFTER, READ, AFTER, READ]),
    "what comes next was removed": ("ok [] more", {"GetShardIterator": [TRIMMED, ITERATOR], "GetRecords": [RECORDS]},
                                    [AFTER, OLDEST, READ]),
    "all was removed": ("internal", {"GetShardIterator": [TRIMMED]}, [AFTER, OLDEST]),
    "the shard was removed": ("ok [] ended", {"GetShardIterator": [mistake("x#ResourceNotFoundException")]}, [AFTER]),
    "shards of two pages": ("ok - a< b<a ", {"DescribeStream": [
        reply({"StreamDescription": {"Shards": [{"ShardId": "b", "ParentShardId": "a"}], "LastEvaluatedShardId": "b"}}),
        reply({"StreamDescription": {"Shards": [{"ShardId": "a"}]}})]},
                            [("DescribeStream", '{"StreamArn":"arn"}'), ("DescribeStream", '"ExclusiveStartShardId":"b"')]),
}


def stories(judge, strange):
    """A stream's reader goes on from what it knows, and from the oldest there is when that was removed."""
    for name, (told, answers, wanted) in STORIES.items():
        left = {"DescribeTable": [reply(STREAM)], **{operation: list(each) for operation, each in answers.items()}}

        def answer(operation, left=left):
            return left[operation].pop(0) if len(left[operation]) > 1 else left[operation][0]

        strange.asked.clear()
        strange.sent.clear()
        yield from judge.ask(name, answer, (told,), COMMANDS["shards" if "DescribeStream" in answers else "read"])
        asked = [each for each in zip(strange.asked, strange.sent) if each[0] != "DescribeTable"]
        if [each[0] for each in asked] != [each[0] for each in wanted] or any(
                part not in body for (_, body), (_, part) in zip(asked, wanted)):
            yield f"{name}: asked {asked}"


def limits(judge, strange):
    """Too many of something is an answer, but of a stream it is a matter of time."""
    strange.asked.clear()
    yield from judge.ask("Cognito's limit", mistake("LimitExceededException"), ("ok 400 LimitExceededException",), ("call", "2", "ForgotPassword", "o"))
    yield from judge.ask("the stream's", mistake("LimitExceededException"), ("unavailable",), ("call", "1", "GetRecords", "-"))


def nobody(key):
    """Nobody listens, and nobody answers."""
    port = engines.free_port()
    judge = Judge(type("Nowhere", (), {"url": f"http://127.0.0.1:{port}", "reply": b""}), key)
    yield from judge.ask("nobody listens", b"", ("unavailable",), COMMANDS["get"])
    yield from judge.end()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        judge = Judge(type("Silent", (), {"url": f"http://127.0.0.1:{silent.getsockname()[1]}", "reply": b""}), key)
        yield from judge.ask("nobody answers", b"", ("unavailable",), COMMANDS["get"])
        yield from judge.end()


def main():
    tally, strange = Tally(), Strange()
    judge = Judge(strange)
    tally.rule("what is no answer is refused at once", each_command(judge, NONSENSE, ("internal",)))
    tally.rule("types are checked, and what makes no sense is none", types(judge))
    tally.rule("heads have an end", heads(judge))
    tally.rule("what the service refuses is told without what was sent",
               each_command(judge, REFUSALS, ("internal", "ok 400", "ok 404", "ok 301")))
    tally.rule("what is lost is tried again until there is no time left",
               each_command(judge, LOST, ("unavailable",), (COMMANDS["get"], COMMANDS["write"])))
    tally.rule("what may be done once is sent once", once(judge, strange))
    tally.rule("tries are apart", pauses(judge, strange))
    tally.rule("limits", limits(judge, strange))
    tally.rule("a stream's reader finds its place again", stories(judge, strange))
    tally.rule("the program lived through all of it", judge.end())
    tally.rule("where there is nobody", nobody(KEY))
    strange.stop()
    tally.finish()


if __name__ == "__main__":
    main()
