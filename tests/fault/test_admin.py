#!/usr/bin/env python3
"""What whoever runs a shop does by vitrined's commands while it is served: list and close accounts, take a product off sale."""

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import traceback

import hostile_api as api
from hostile_server import WAIT, Server


def run(*words):
    return subprocess.run([os.environ["VITRINED"], *words], capture_output=True, timeout=WAIT, check=False, text=True)


def did(*words):
    result = run(*words)
    assert result.returncode == 0 and not result.stderr, (words, result)
    return result.stdout


def refused(code, *words, says):
    result = run(*words)
    assert result.returncode == code and not result.stdout, (words, result)
    assert result.stderr.startswith("vitrined: ") and says in result.stderr, (words, result)


def accounts(shop):
    rows = [line.split("\t") for line in did("account", "list", "--db", shop).splitlines()]
    for row in rows:
        assert len(row) == 5 and re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", row[0]) and row[1] in ("client", "seller"), row
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row[2]), row
    assert [row[0] for row in rows] == sorted(row[0] for row in rows), "in the order of their ids"
    return {row[3]: row for row in rows}


def bearer(session):
    return {"Authorization": "Bearer " + session["access_token"]}


def accounts_are_listed(server, shop):
    listed = accounts(shop)
    grace, ada = api.sign_in(server, "grace@example.com"), api.sign_in(server, "ada@example.com")
    assert listed["grace@example.com"][0] == grace["user_id"] and listed["grace@example.com"][1] == "seller"
    assert listed["ada@example.com"][0] == ada["user_id"] and listed["ada@example.com"][1] == "client"
    # What a name holds moves no cursor.
    answer = server.call("PATCH", "/Client/" + ada["user_id"], {"full_name": "A \u202e name"}, **bearer(ada))
    assert answer.status in (200, 400)
    assert "\u202e" not in did("account", "list", "--db", shop) and "\x1b" not in did("account", "list", "--db", shop)


def addresses_that_are_told_do_nothing_to_a_terminal(shop):
    """One whose address is an older account's, too, is told at each start; an older version may have let anything in."""
    with contextlib.closing(sqlite3.connect(shop, timeout=WAIT)) as database:
        kept = database.execute("SELECT email_key, email, account_id FROM login WHERE email = 'ada@example.com'").fetchone()
        with database:
            database.execute("UPDATE login SET email_key = ' ' || ?1, email = ?1 WHERE account_id = ?2", ("a\x1b[2Jb", kept[2]))
        try:
            said = run("account", "list", "--db", shop).stderr
        finally:
            with database:
                database.execute("UPDATE login SET email_key = ?, email = ? WHERE account_id = ?", kept)
    assert said.startswith(f"vitrined: The address a\ufffd[2Jb of account {kept[2]} is ") and said.count("\n") == 1, said


def a_seller_is_closed(server, shop):
    grace = api.sign_in(server, "grace@example.com")
    products = [product for product in api.all_products(server) if product["seller_id"] == grace["user_id"]]
    assert products
    said = did("account", "close", grace["user_id"], "--db", shop)
    assert grace["user_id"] in said and "seller" in said, said

    assert server.call("GET", "/Sale", **bearer(grace)).status == 401
    assert server.call("POST", "/Login/Refresh", {"refresh_token": grace["refresh_token"]}).status == 401
    assert server.call("POST", "/Login", {"email": "grace@example.com", "password": api.PASSWORD}).status == 401
    for product in products:
        server.call("GET", "/Product/" + product["id"]).problem(404)
    assert "grace@example.com" not in accounts(shop)
    refused(1, "account", "close", grace["user_id"], "--db", shop, says="no account")


def a_client_is_closed(server, shop):
    ada = api.sign_in(server, "ada@example.com")
    did("account", "close", ada["user_id"], "--db", shop)
    assert server.call("GET", "/Purchase", **bearer(ada)).status == 401
    assert "ada@example.com" not in accounts(shop)


def a_product_is_archived(server, shop):
    product = api.all_products(server)[0]
    said = did("product", "archive", product["id"], "--db", shop)
    assert product["id"] in said and product["name"] in said, said
    server.call("GET", "/Product/" + product["id"]).problem(404)
    refused(1, "product", "archive", product["id"], "--db", shop, says="no such product")


def what_is_no_shop_is_refused(folder):
    for words in (["account", "list"], ["account", "close", "x"], ["product", "archive", "x"]):
        refused(1, *words, "--db", f"{folder}/none.db", says=f"{folder}/none.db")
        refused(2, *words, "--demo", says="--demo")
    assert not os.path.exists(f"{folder}/none.db"), "a command makes no shop"
    for words in (["account"], ["account", "close"], ["account", "close", "a", "b"], ["account", "list", "a"], ["account", "open"],
                  ["product", "archive"], ["product", "archive", ""], ["product"]):
        refused(2, *words, says="")


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        shop = f"{folder}/shop.db"
        with Server("--db", shop) as server:
            tests = [(accounts_are_listed, server, shop), (addresses_that_are_told_do_nothing_to_a_terminal, shop),
                     (a_product_is_archived, server, shop), (a_seller_is_closed, server, shop),
                     (a_client_is_closed, server, shop), (what_is_no_shop_is_refused, folder)]
            for test, *arguments in tests:
                try:
                    test(*arguments)
                    server.check()
                except Exception:  # pylint: disable=broad-except
                    failed += 1
                    print(f"not ok: {test.__name__}")
                    traceback.print_exc(file=sys.stdout)
                else:
                    passed += 1
                    print(f"ok: {test.__name__}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
