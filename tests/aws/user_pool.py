"""A user pool on ministack, a shop's file, and a real vitrined that works on both: what the tests of identity over Cognito share."""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback

import between
import stack
from shopping import PASSWORD, SIGN_UP_CODE

stack.in_venv()
sys.path.insert(0, f"{os.environ['top_srcdir']}/tests/fault")
import hostile_server  # noqa: E402 (its folder is named above)

OTHER = "Another-2026"
POLICY = {"MinimumLength": 8, "RequireLowercase": True, "RequireUppercase": True, "RequireNumbers": True, "RequireSymbols": False}
WAIT = 60


class World:
    """A user pool, a shop's file, and a vitrined that works on both."""

    def __init__(self, cloud, folder):
        self.cloud, self.folder, self.cognito = cloud, folder, cloud.client("cognito-idp")
        self.pool, self.app = self.make_pool()
        self.between = between.Between(cloud.port)
        self.db, self.server = f"{folder}/{self.pool}.db", None
        os.environ.update({"AWS_ENDPOINT_URL": self.between.url, "AWS_REGION": stack.REGION, "AWS_ACCESS_KEY_ID": "test",
                           "AWS_SECRET_ACCESS_KEY": "test"})

    def make_pool(self):
        pool = self.cognito.create_user_pool(
            PoolName="test", UsernameAttributes=["email"], UsernameConfiguration={"CaseSensitive": False},
            AutoVerifiedAttributes=["email"], Policies={"PasswordPolicy": POLICY})["UserPool"]["Id"]
        for group in ("Clients", "Sellers"):
            self.cognito.create_group(GroupName=group, UserPoolId=pool)
        return pool, self.make_app(pool)

    def make_app(self, pool):
        return self.cognito.create_user_pool_client(
            UserPoolId=pool, ClientName="test", GenerateSecret=False, PreventUserExistenceErrors="ENABLED", EnableTokenRevocation=True,
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]

    @property
    def options(self):
        return ("--db", self.db, "--identity", "cognito", "--user-pool", self.pool, "--user-pool-client", self.app)

    def start(self, *more):
        self.server = hostile_server.Server(*self.options, *more, demo=False)

    def stop(self):
        if self.server:
            self.server.__exit__(None)
            self.server = None

    def crash(self):
        self.server.process.send_signal(signal.SIGKILL)

    def bury(self):
        """What a crash has left."""
        process = self.server.process
        process.wait(WAIT)
        assert process.returncode == -signal.SIGKILL, process.returncode
        process.stdout.close()
        process.stderr.close()
        self.server = None

    def call(self, method, path, body=None, token=None):
        return self.server.call(method, path, body, **({"Authorization": f"Bearer {token}"} if token else {}))

    def sign_up(self, email, password=PASSWORD, kind="Client"):
        mobile = {"mobile": "+34600123456"} if kind == "Client" else {}
        return self.call("POST", f"/{kind}", {"email": email, "password": password, "full_name": "Somebody", **mobile})

    def login(self, email, password=PASSWORD):
        return self.call("POST", "/Login", {"email": email, "password": password})

    def confirm(self, email, code=SIGN_UP_CODE):
        return self.call("POST", "/Account/Confirm", {"email": email, "code": code})

    def member(self, email, kind="Client"):
        """A new account, confirmed and signed in: (id, tokens)."""
        made = self.sign_up(email, kind=kind)
        assert made.status == 201, made.body
        assert self.confirm(email).status == 200
        tokens = self.login(email)
        assert tokens.status == 200, tokens.body
        assert tokens.json()["user_id"] == made.json()["id"]
        return made.json()["id"], tokens.json()

    def users(self, email=None):
        """The logins in the pool, or those of an address."""
        found = []
        for page in self.cognito.get_paginator("list_users").paginate(UserPoolId=self.pool):
            for user in page["Users"]:
                address = {each["Name"]: each["Value"] for each in user["Attributes"]}["email"]
                found += [user["Username"]] if email in (None, address) else []
        return found

    def groups(self, login):
        return [each["GroupName"] for each in
                self.cognito.admin_list_groups_for_user(UserPoolId=self.pool, Username=login)["Groups"]]

    def accounts(self):
        """The accounts in the store: id -> address."""
        listed = subprocess.run([os.environ["VITRINED"], "account", "list", *self.options], stdout=subprocess.PIPE, text=True,
                                timeout=WAIT, check=True).stdout
        return {row.split("\t")[0]: row.split("\t")[3] for row in listed.splitlines()}


def problem(answer, status, code):
    found = answer.problem(status)
    assert found["code"] == code, found
    return found


def jwks(world):
    connection = http.client.HTTPConnection("127.0.0.1", world.cloud.port, timeout=WAIT)
    connection.request("GET", f"/{world.pool}/.well-known/jwks.json")
    return json.load(connection.getresponse())


def sign_in(world, app, email, password=PASSWORD):
    return world.cognito.initiate_auth(ClientId=app, AuthFlow="USER_PASSWORD_AUTH",
                                       AuthParameters={"USERNAME": email, "PASSWORD": password})["AuthenticationResult"]


def run(tests):
    """Each function test_ of them in a world of its own, or those that were named; the program's exit status."""
    passed = failed = 0
    with stack.Stack() as cloud, tempfile.TemporaryDirectory(prefix="vitrine-cognito-") as folder:
        for name, test in [each for each in tests.items() if each[0].startswith("test_")]:
            if len(sys.argv) > 1 and name not in sys.argv[1:]:
                continue
            world = World(cloud, folder)
            try:
                world.start()
                test(world)
                world.stop()
                print(f"ok: {test.__doc__.splitlines()[0]}")
                passed += 1
            except Exception:
                traceback.print_exc(file=sys.stdout)
                print(f"not ok: {name}")
                failed += 1
                if world.server:
                    world.server.process.kill()
                    world.server.process.wait()
            world.between.shutdown()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
