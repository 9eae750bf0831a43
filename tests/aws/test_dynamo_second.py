#!/usr/bin/python3
"""DynamoDB as an engine, a second opinion: every function of it on ministack, which verifies signatures by code of its own and
enforces what the user may do."""

import json
import os
import subprocess
import sys

import engines
import stack

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from rules import Tally

PROGRAM = os.path.join(os.environ["top_builddir"], "tests/aws/live_dynamo")
SECONDS = 300
# What the engine calls, with the two that make a table, and the stream's.
ACTIONS = ["BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "CreateTable", "DeleteItem", "DescribeStream", "DescribeTable",
           "DescribeTimeToLive", "GetItem", "GetRecords", "GetShardIterator", "PutItem", "Query", "Scan", "UpdateItem",
           "UpdateTimeToLive"]


def user(shop, name, actions):
    """A new user who may do that on any table: its keys."""
    iam = shop.client("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="tables", PolicyDocument=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": [f"dynamodb:{action}" for action in actions], "Resource": "*"}]}))
    made = iam.create_access_key(UserName=name)["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"], None


def functions(shop, key):
    ran = subprocess.run([PROGRAM], env=engines.environment(shop.endpoint, key, stack.REGION, VITRINE_STAND_IN="ministack"),
                         timeout=SECONDS, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if ran.returncode:
        yield from [f"status {ran.returncode}", *(line for line in ran.stdout.splitlines() if "ERROR" in line or "FAILED" in line)]


def told(shop, key, *words):
    asker = engines.Asker(engines.environment(shop.endpoint, key, stack.REGION))
    answer = " ".join(asker.ask(*words))
    asker.end()
    return answer


def strangers(shop, key):
    """A wrong secret, and who may not."""
    shop.client("dynamodb").create_table(
        TableName="strange", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}])
    reader = user(shop, "reader", ["GetItem"])
    for who, words, wanted in (((key[0], key[1] + "x", None), ("get", "a", "b"), "internal DynamoDB refused GetItem (InvalidSignature"),
                               (("AKIAIOSFODNN7EXAMPLE", key[1], None), ("get", "a", "b"), "internal DynamoDB refused GetItem (Unrecognized"),
                               (reader, ("get", "a", "b"), "ok "),
                               (reader, ("write", "a"), "internal DynamoDB does not allow TransactWriteItems: "),
                               (reader, ("put", "2"), "internal DynamoDB does not allow BatchWriteItem: "),
                               (key, ("write", "a"), "ok "), (key, ("write", "a"), "conflict 1 01 01")):
        answer = told(shop, who, *words)
        if not answer.startswith(wanted):
            yield f"{words}: {answer[:200]} and not {wanted}"


def main():
    stack.in_venv()
    tally = Tally()
    with stack.Stack() as shop:
        key = user(shop, "engine", ACTIONS)
        tally.rule("every function, on ministack", functions(shop, key))
        tally.rule("wrong keys and missing rights are told", strangers(shop, key))
    tally.finish()


if __name__ == "__main__":
    main()
