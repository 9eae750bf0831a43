#!/usr/bin/python3
"""A shop moves from one machine to AWS's engines and back, by real vitrineds: out of SQLite and local identity into DynamoDB (dynoxide)
and Cognito (ministack), where everybody who forgot their password finds what was theirs; and into SQLite again, row by row the same."""

import json
import os
import re
import sys
import tempfile
import time

import engines
import stack

stack.in_venv()
sys.path[:0] = [f"{os.environ['top_srcdir']}/tests", f"{os.environ['top_srcdir']}/tests/fault"]
import test_move as moving  # noqa: E402 (its folder is named above)
from rules import Tally  # noqa: E402
from shop import Server  # noqa: E402

FOLLOW_SECONDS = 400
TABLE, RESET_CODE = "shop", "654321"  # ministack has one code for all who forgot their password
PAYMENT = "This shop is a demonstration: nothing is charged, and nothing is sent."


def make_pool(cognito):
    """A pool as the template makes it, as far as it matters here."""
    pool = cognito.create_user_pool(
        PoolName="test", UsernameAttributes=["email"], UsernameConfiguration={"CaseSensitive": False}, AutoVerifiedAttributes=["email"],
        Policies={"PasswordPolicy": {"MinimumLength": 8, "RequireLowercase": True, "RequireUppercase": True, "RequireNumbers": True,
                                     "RequireSymbols": False}})["UserPool"]["Id"]
    for group in ("Clients", "Sellers"):
        cognito.create_group(GroupName=group, UserPoolId=pool)
    app = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="test", GenerateSecret=False, PreventUserExistenceErrors="ENABLED", EnableTokenRevocation=True,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]
    return pool, app


def make_table(url):
    import boto3

    boto3.client("dynamodb", endpoint_url=url, region_name=stack.REGION, aws_access_key_id="test", aws_secret_access_key="test").create_table(
        TableName=TABLE, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})


def joined(pages):
    """What the pages of a listing hold, whatever their sizes; anything else as it is."""
    try:
        answers = [json.loads(page) for page in pages]
    except ValueError:
        return pages
    lists = [name for name, value in answers[0].items() if isinstance(value, list) and "next_cursor" in answers[0]]
    if len(lists) != 1:
        return answers
    return [row for answer in answers for row in answer[lists[0]]]


class World:
    def __init__(self, cloud, folder):
        self.folder = folder
        self.pool, self.app = make_pool(cloud.client("cognito-idp"))
        self.file, self.old = f"{folder}/shop.jsonl", f"{folder}/old.db"
        self.there = ["--store", "dynamodb", "--table", TABLE, "--identity", "cognito", "--user-pool", self.pool,
                      "--user-pool-client", self.app]

    def fill(self):
        with Server(moving.VITRINED, self.old, "--demo") as server:
            people, self.replays = moving.fill(server)
            self.told = moving.everything(server, people)
        self.said = moving.did("export", self.file, "--db", self.old)

    def sign_in_anew(self, server, email):
        server.ask("POST", "/Password/Forgot", {"email": email}, wanted=None)
        server.ask("POST", "/Password/Reset", {"email": email, "code": RESET_CODE, "password": moving.NEW_PASSWORD}, wanted=None)
        return server.sign_in(email, moving.NEW_PASSWORD)

    def moves_there(self):
        said = moving.did("import", self.file, *self.there)
        if said.splitlines()[0].split(":")[1] != self.said.splitlines()[0].split(":")[1]:
            yield f"{said} is not {self.said}"

    def answers_the_same(self):
        with Server(moving.VITRINED, None, *self.there, "--payment", PAYMENT) as server:
            people = {email: self.sign_in_anew(server, email) for email in moving.PEOPLE}
            self.follow(server, people)
            told = moving.everything(server, people)
            yield from (f"{asked} is asked of one only" for asked in told.keys() ^ self.told.keys())
            for asked in told.keys() & self.told.keys():
                if joined(told[asked]) != joined(self.told[asked]):
                    yield f"{asked}: {told[asked]!r:.400} is not {self.told[asked]!r:.400}"
            for email, sent, made in self.replays:
                again = server.ask("POST", who=people[email], wanted=201, **sent)
                if again.body != made or again.headers.get("idempotent-replayed") != "true":
                    yield f"{again.body!r} is not {made!r}"

    def follow(self, server, people):
        """Statistics and the search follow by and by."""
        grace = people["grace@example.com"]
        path = f"/Seller/{grace.id}/Stats?days=60"
        end = time.monotonic() + FOLLOW_SECONDS
        while time.monotonic() < end:
            if server.ask("GET", path, who=grace).body == self.told[f"grace@example.com {path}"][0] and \
                    joined(moving.pages(server, "/Product?q=coffee")) == joined(self.told["/Product?q=coffee"]):
                return
        raise RuntimeError("what follows never comes")

    def moves_back(self):
        again, last, new = f"{self.folder}/again.jsonl", f"{self.folder}/last.jsonl", f"{self.folder}/new.db"
        moving.did("export", again, *self.there)
        moving.did("import", again, "--db", new)
        moving.did("export", last, "--db", new)
        rows = []
        for name in (self.file, again, last):
            with open(name, encoding="utf-8") as lines:
                rows.append([re.sub(r',"sum":"\w+"\}$', "", line.rstrip("\n")) for line in lines][1:])
        for pair in zip(*rows):
            if len(set(pair)) != 1:
                yield pair
                return
        if len({len(found) for found in rows}) != 1:
            yield f"{[len(found) for found in rows]} rows"


def main():
    tally = Tally()
    with stack.Stack() as cloud, engines.Dynoxide() as dynoxide, tempfile.TemporaryDirectory() as folder:
        table = f"http://127.0.0.1:{dynoxide.port}"
        make_table(table)
        os.environ.update({"AWS_ENDPOINT_URL": cloud.endpoint, "AWS_ENDPOINT_URL_DYNAMODB": table,
                           "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": table, "AWS_REGION": stack.REGION, "AWS_ACCESS_KEY_ID": "test",
                           "AWS_SECRET_ACCESS_KEY": "test"})
        world = World(cloud, folder)
        world.fill()
        tally.rule("all of it moves to AWS's engines", world.moves_there())
        tally.rule("what is asked there is answered as before", world.answers_the_same())
        tally.rule("and back it is the same, row by row", world.moves_back())
    tally.finish()


if __name__ == "__main__":
    main()
