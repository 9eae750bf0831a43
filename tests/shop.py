"""A vitrined, on a file unless it is the demo, and those who ask it for things."""

import http.client
import json
import subprocess
import urllib.parse

WAIT = 120  # seconds that anything may take: a test that needs them has failed


class Person:
    def __init__(self, email, tokens):
        self.email = email
        self.id = tokens["user_id"]
        self.token = tokens["access_token"]


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    def __init__(self, vitrined, path, *options):
        place = ["--db", path] if path else []
        self.line = [vitrined, *place, "--listen", "127.0.0.1:0", "--no-log", *options]
        self.process = None
        self.address = None

    def __enter__(self):
        self.process = subprocess.Popen(self.line, stdout=subprocess.PIPE, text=True)
        said = self.process.stdout.readline()
        if not said.startswith("listening on "):
            self.process.wait(WAIT)
            raise RuntimeError(f"vitrined said {said!r}")
        self.address = urllib.parse.urlsplit(said.split()[-1]).netloc
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(WAIT)
        self.process.stdout.close()

    def ask(self, method, path, body=None, who=None, wanted=200, headers=None):
        connection = http.client.HTTPConnection(self.address, timeout=WAIT)
        sent = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        if body:
            sent.setdefault("Content-Type", "application/json")
        if who:
            sent["Authorization"] = f"Bearer {who.token}"
        connection.request(method, path, body, sent)
        answer = Answer(connection.getresponse())
        connection.close()
        if wanted and answer.status != wanted:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.text[:300]}")
        return answer

    def sign_in(self, email, password):
        return Person(email, self.ask("POST", "/Login", {"email": email, "password": password}).json)
