"""What Schemathesis loads (SCHEMATHESIS_HOOKS): it asks as an account of the group in VITRINE_TRY_GROUP, which is made when
there is none, or when one of the calls that were tried has ended it or its password."""

import json
import os
import secrets
import urllib.error
import urllib.request

import schemathesis

GROUP = os.environ["VITRINE_TRY_GROUP"]
URL = os.environ["VITRINE_TRY_URL"]
WAIT = 30


def ask(method, path, body=None, token=None):
    """The answer's members; None when it is an error."""
    headers = {"Content-Type": "application/json"} if body else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(URL + path, json.dumps(body).encode() if body else None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=WAIT) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        error.close()
        return None


def new_account():
    login = {"email": f"{secrets.token_hex(8)}@example.org", "password": "Aa1" + secrets.token_hex(8)}
    account = {**login, "full_name": "Who tries", **({"mobile": "+34600123456"} if GROUP == "Client" else {})}
    if not ask("POST", f"/{GROUP}", account):
        raise AssertionError("nobody can sign up any more")
    tokens = ask("POST", "/Login", login)
    return tokens["user_id"], tokens["access_token"]


@schemathesis.auth(refresh_interval=2)
class Account:
    def __init__(self):
        self.id = self.token = None

    def get(self, case, context):
        if not self.token or not ask("GET", f"/{GROUP}/{self.id}", token=self.token):
            self.id, self.token = new_account()
        return self.token

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"
