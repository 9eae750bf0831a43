"""The parts of AWS that tests start on this machine, and what a test does that finds one missing."""

import contextlib
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
START_SECONDS = 60


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def tool(variable, name):
    """The program that the variable names."""
    path = os.environ.get(variable)
    if not path or not os.access(path, os.X_OK):
        skip(f"{name} is not there: {variable} says where it is")
    return path


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


# dynoxide 3.2.0 looks through all records of all streams at each change; with these it finds what it looks for.
INDEXES = """CREATE INDEX IF NOT EXISTS by_number ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
CREATE INDEX IF NOT EXISTS by_shard ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER))"""


class Dynoxide:
    """A DynamoDB on loopback, on a file of SQLite's: that one, or one that goes with it and is as good as in memory."""

    def __init__(self, path=None):
        program, fast = tool("VITRINE_DYNOXIDE", "dynoxide"), "/dev/shm"
        self.folder = tempfile.TemporaryDirectory(prefix="vitrine-dynoxide-", dir=fast if os.path.isdir(fast) else None)
        self.port, path = free_port(), path or f"{self.folder.name}/db"
        self.process = subprocess.Popen([program, "serve", "-p", str(self.port), "--db-path", path],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + START_SECONDS
        while not self.listens():
            if time.monotonic() > end:
                self.stop()
                raise RuntimeError("dynoxide doesn't listen")
            try:
                raise RuntimeError(f"dynoxide ended with {self.process.wait(0.02)}")
            except subprocess.TimeoutExpired:
                pass
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.executescript(INDEXES)

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.terminate()
        self.process.wait(START_SECONDS)
        self.folder.cleanup()


def environment(url, key, region, **more):
    """What a program of ours finds that is to use what is at `url`; `key` is (id, secret, token or None), or None."""
    whole = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    whole.update({"AWS_ENDPOINT_URL": url, "AWS_REGION": region}, **more)
    if key:
        whole.update({"AWS_ACCESS_KEY_ID": key[0], "AWS_SECRET_ACCESS_KEY": key[1]})
        whole.update({"AWS_SESSION_TOKEN": key[2]} if key[2] else {})
    return whole


class Asker:
    """ask_dynamo, which does what it is told."""

    def __init__(self, whole):
        program = os.path.join(os.environ["top_builddir"], "tests/aws/ask_dynamo")
        self.process = subprocess.Popen([program], env=whole, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        """The answer's words: [how it ended, …]."""
        self.process.stdin.write("\t".join(words) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{words}: the program ended with {self.process.wait(START_SECONDS)}")
        return line.rstrip("\n").split(" ")

    def end(self):
        """Its status."""
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(START_SECONDS)
