#!/usr/bin/python3
"""Identity over Cognito, on ministack: every operation through a real vitrined, sign-ups that break off after each step or meet, and
addresses as Cognito gets them.

Where ministack differs from Cognito, the test that steps around it says so. Roles aren't looked at here: all is done as the account's root.
"""

import concurrent.futures
import json
import os
import re
import subprocess
import sys
import threading

import user_pool
from shopping import PASSWORD, RESET_CODE, SIGN_UP_CODE
from user_pool import OTHER, WAIT, World, jwks, problem, sign_in


# ---- every operation ----

def test_life(world):
    """An account from its sign-up to its end."""
    service = world.call("GET", "/").json()
    assert "confirmation" in service["features"], service
    made = world.sign_up("Ada@Example.com")
    assert made.status == 201 and made.json()["email"] == "Ada@Example.com", made.body
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", made.json()["id"]), "the id is the store's"
    problem(world.login("ada@example.com"), 403, "not_confirmed")
    wrong, nobody = world.confirm("ada@example.com", "000000"), world.confirm("nobody@example.com", "000000")
    assert problem(wrong, 400, "invalid_code")["detail"] == problem(nobody, 400, "invalid_code")["detail"]
    assert world.confirm("ADA@example.com").status == 200
    problem(world.confirm("ada@example.com"), 400, "invalid_code")
    problem(world.sign_up("ada@example.com"), 409, "email_taken")
    problem(world.sign_up("ada@example.com", OTHER), 409, "email_taken")
    problem(world.sign_up("ada@example.com", kind="Seller"), 409, "email_taken")

    wrong, nobody = world.login("ada@example.com", OTHER), world.login("nobody@example.com", OTHER)
    assert problem(wrong, 401, "invalid_credentials")["detail"] == problem(nobody, 401, "invalid_credentials")["detail"]
    tokens = world.login("ada@example.com").json()
    assert tokens["group_name"] == "Clients" and tokens["user_id"] == made.json()["id"] and tokens["expires_in"] == 3600
    path = f"/Client/{tokens['user_id']}"
    assert world.call("GET", path, token=tokens["access_token"]).status == 200
    renewed = world.call("POST", "/Login/Refresh", {"refresh_token": tokens["refresh_token"]})
    assert renewed.status == 200 and renewed.json()["refresh_token"] == tokens["refresh_token"], renewed.body
    assert world.call("GET", path, token=renewed.json()["access_token"]).status == 200
    problem(world.call("POST", "/Login/Refresh", {"refresh_token": "nonsense"}), 401, "invalid_token")

    for refresh_token in (tokens["refresh_token"], tokens["refresh_token"], "nonsense", tokens["access_token"]):
        assert world.call("POST", "/Logout", {"refresh_token": refresh_token}).status == 204
    problem(world.call("POST", "/Login/Refresh", {"refresh_token": tokens["refresh_token"]}), 401, "invalid_token")

    assert world.call("DELETE", path, token=renewed.json()["access_token"]).status == 204
    assert not world.users("ada@example.com")
    problem(world.call("GET", path, token=renewed.json()["access_token"]), 401, "invalid_token")
    problem(world.login("ada@example.com"), 401, "invalid_credentials")
    again, _ = world.member("ada@example.com")
    assert again != made.json()["id"]


def test_passwords(world):
    """Forgotten, reset, changed: each ends all sign-ins."""
    account, tokens = world.member("grace@example.com", "Seller")
    refresh = {"refresh_token": tokens["refresh_token"]}
    answers = [world.call("POST", "/Password/Forgot", {"email": email}) for email in ("GRACE@example.com", "nobody@example.com")]
    assert [answer.status for answer in answers] == [200, 200] and answers[0].body == answers[1].body
    for email, code, password in (("grace@example.com", "000000", OTHER), ("nobody@example.com", RESET_CODE, OTHER)):
        problem(world.call("POST", "/Password/Reset", {"email": email, "code": code, "password": password}), 400, "invalid_code")
    reset = {"email": "Grace@example.com", "code": RESET_CODE, "password": OTHER}
    assert world.call("POST", "/Password/Reset", {**reset, "password": "weak"}).status == 400
    assert world.call("POST", "/Login/Refresh", refresh).status == 200
    assert world.call("POST", "/Password/Reset", reset).status == 200
    problem(world.call("POST", "/Password/Reset", reset), 400, "invalid_code")
    problem(world.call("POST", "/Login/Refresh", refresh), 401, "invalid_token")
    problem(world.login("grace@example.com"), 401, "invalid_credentials")

    tokens = world.login("grace@example.com", OTHER).json()
    assert tokens["user_id"] == account and tokens["group_name"] == "Sellers"
    change = {"password": "Wrong-2026", "new_password": PASSWORD}
    problem(world.call("POST", "/Password", change, tokens["access_token"]), 401, "invalid_credentials")
    change["password"] = OTHER
    assert world.call("POST", "/Password", change, tokens["access_token"]).status == 200
    problem(world.call("POST", "/Login/Refresh", {"refresh_token": tokens["refresh_token"]}), 401, "invalid_token")
    problem(world.login("grace@example.com", OTHER), 401, "invalid_credentials")
    assert world.login("grace@example.com").status == 200


def test_service(world):
    """The pool's own keys are what the platform tells; a shop that has them alone can't be asked without a token."""
    told = {key["kid"] for key in json.loads(world.call("GET", "/.well-known/jwks.json").body)["keys"]}
    kept = {key["kid"] for key in jwks(world)["keys"]}
    assert told and told == kept, (told, kept)
    problem(world.call("GET", "/Client/01ARZ3NDEKTSV4RRFFQ69G5FAV"), 401, "unauthenticated")


def test_folding(world):
    """ministack compares no case, and Cognito knows nothing of international domains: what it gets is folded in every call."""
    world.between.refuse_after(None)
    made = world.sign_up("Émile@Bücher.Example")
    assert made.status == 201, made.body
    folded = "émile@xn--bcher-kva.example"
    world.confirm("ÉMILE@BÜCHER.example")
    tokens = world.login("émile@xn--bcher-kva.EXAMPLE")
    assert tokens.status == 200 and tokens.json()["user_id"] == made.json()["id"], tokens.body
    problem(world.sign_up("ÉMILE@bücher.example", OTHER), 409, "email_taken")
    world.call("POST", "/Password/Forgot", {"email": "ÉMILE@BÜCHER.EXAMPLE"})
    world.call("POST", "/Password/Reset", {"email": "ÉMILE@BÜCHER.EXAMPLE", "code": RESET_CODE, "password": OTHER})
    operations, names = world.between.operations(), world.between.names()
    asked = dict(zip(operations, names))
    assert set(asked) >= {"SignUp", "ConfirmSignUp", "InitiateAuth", "ForgotPassword", "ConfirmForgotPassword",
                          "AdminUserGlobalSignOut", "AdminAddUserToGroup"}, operations
    login = asked.pop("AdminAddUserToGroup")
    assert all(name == folded for name in names if name != login), list(zip(operations, names))
    assert world.users(folded) == [login]


# ---- sign-ups that break off ----

def check_whole(world, email, kind="Client"):
    """There is one login, in one group, with one account, and its owner gets in."""
    logins = world.users(email)
    assert len(logins) == 1, logins
    assert world.groups(logins[0]) == [f"{kind}s"]
    accounts = [account for account, address in world.accounts().items() if address == email]
    assert len(accounts) == 1, accounts
    tokens = world.login(email)
    assert tokens.status == 200 and tokens.json()["user_id"] == accounts[0], tokens.body
    assert world.call("GET", f"/{kind}/{accounts[0]}", token=tokens.json()["access_token"]).status == 200


def count_calls(world):
    """Calls of Cognito that a sign-up is made of."""
    world.between.refuse_after(None)
    assert world.sign_up("counted@example.com").status == 201
    return len(world.between.operations())


def test_refused_after_each_step(world):
    """Cognito refuses from a step on; the next try, with the same address and password, is the whole."""
    steps = count_calls(world)
    assert steps >= 2
    for confirmed in (False, True):
        for step in range(steps):
            email = f"step-{step}-{confirmed}@example.com".lower()
            world.between.refuse_after(step)
            assert world.sign_up(email).status >= 500
            world.between.refuse_after(None)
            assert email not in world.accounts().values()
            if confirmed and step:
                world.confirm(email)
                problem(world.login(email), 403, "sign_up_unfinished")
                problem(world.sign_up(email, OTHER), 409, "email_taken")
            again = world.sign_up(email.upper())
            assert again.status == 201, (step, confirmed, again.body)
            # The store has the address as it was typed, so what follows looks for that.
            assert again.json()["email"] == email.upper()
            if not (confirmed and step):
                assert world.confirm(email).status == 200
            logins = world.users(email)
            assert len(logins) == 1 and world.groups(logins[0]) == ["Clients"]
            assert world.login(email).json()["user_id"] == again.json()["id"]
            assert list(world.accounts().values()).count(email.upper()) == 1
            problem(world.sign_up(email), 409, "email_taken")


def test_killed_after_each_step(world):
    """kill -9 as soon as Cognito has done a step, whose answer never arrives: behind the last one only the account is missing."""
    steps = count_calls(world)
    for step in range(1, steps + 1):
        for kind in ("Client", "Seller"):
            email = f"killed-{step}-{kind}@example.com".lower()
            world.between.do_after(step, world.crash)
            try:
                world.sign_up(email, kind=kind)
                raise RuntimeError("it was answered")
            except AssertionError:  # the connection was closed
                pass
            world.bury()
            assert len(world.between.operations()) == step
            world.start()
            assert email not in world.accounts().values()
            assert len(world.users(email)) == 1
            assert world.sign_up(email, kind=kind).status == 201
            assert world.confirm(email).status == 200
            check_whole(world, email, kind)


def test_removal_breaks_off(world):
    """The account is gone and its login is not: it opens nothing, and the address is free for whoever has its password."""
    account, tokens = world.member("leaving@example.com")
    world.between.refuse_after(0)
    assert world.call("DELETE", f"/Client/{account}", token=tokens["access_token"]).status >= 500
    world.between.refuse_after(None)
    problem(world.call("GET", f"/Client/{account}", token=tokens["access_token"]), 401, "account_gone")
    assert len(world.users("leaving@example.com")) == 1
    problem(world.login("leaving@example.com"), 403, "sign_up_unfinished")
    problem(world.sign_up("leaving@example.com", OTHER), 409, "email_taken")
    again = world.sign_up("leaving@example.com")
    assert again.status == 201 and again.json()["id"] != account
    assert world.confirm("leaving@example.com").status == 200
    check_whole(world, "leaving@example.com")


def crossed(world, email, kind, step, calls):
    """A client's sign-up waits behind a step while another one with the same address and password makes so many calls, or all; then
    it goes on to its end, and then the other one does. Both answers."""
    stands, ended, others = threading.Event(), threading.Event(), []

    def other():
        world.between.do_after(calls, lambda: stands.is_set() or (stands.set(), ended.wait(WAIT)))
        others.append(pool.submit(world.sign_up, email, kind=kind))
        others[0].add_done_callback(lambda _: stands.set())
        assert stands.wait(WAIT)

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        world.between.do_after(step, other)
        first = world.sign_up(email)
        ended.set()
        return first, others[0].result(WAIT)


def test_two_at_once(world):
    """Of two who sign up with one address, in one group or two, one does, at whatever step of the other's each of them comes."""
    steps, most, orders = count_calls(world), 7, set()
    for kind in ("Client", "Seller"):
        for step in range(1, steps + 1):
            for calls in range(1, most + 1):
                email = f"crossed-{kind}-{step}-{calls}@example.com".lower()
                first, second = crossed(world, email, kind, step, calls)
                assert sorted((first.status, second.status)) == [201, 409], (email, first.body, second.body)
                made, refused = (first, second) if first.status == 201 else (second, first)
                problem(refused, 409, "email_taken")
                assert world.confirm(email).status == 200
                check_whole(world, email, "Client" if made is first else kind)
                assert list(world.accounts()).count(made.json()["id"]) == 1
                orders.add((kind, made is first))
        assert (kind, True) in orders and (kind, False) in orders, orders


def test_many_at_once(world):
    """Of eight who sign up with one address at the same time, one does."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: world.sign_up("crowd@example.com"), range(8)))
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [201] + [409] * 7, statuses
    assert world.confirm("crowd@example.com").status == 200
    check_whole(world, "crowd@example.com")


def test_without_us(world):
    """Whoever knows the app client may sign up at Cognito itself: such a login has no account, whatever it calls itself."""
    email = "outsider@example.com"
    sub = world.cognito.sign_up(ClientId=world.app, Username=email, Password=PASSWORD)["UserSub"]
    world.cognito.confirm_sign_up(ClientId=world.app, Username=email, ConfirmationCode=SIGN_UP_CODE)
    problem(world.login(email), 403, "sign_up_unfinished")
    token = sign_in(world, world.app, email)["AccessToken"]
    for path in (f"/Client/{sub}", "/Cart", "/Purchase"):
        problem(world.call("GET", path, token=token), 401, "invalid_token")
    made = world.sign_up(email)
    assert made.status == 201, made.body
    check_whole(world, email)


def test_moved(world):
    """An account that moves here: its login is made without a mail, and a forgotten password opens it."""
    seller, _ = world.member("mover@example.com", "Seller")
    moved = f"{world.folder}/moved.jsonl"
    subprocess.run([os.environ["VITRINED"], "export", moved, *world.options], check=True, timeout=WAIT, stdout=subprocess.DEVNULL)
    other = World(world.cloud, world.folder)
    try:
        for _ in range(2):  # the second time there is nothing to do
            done = subprocess.run([os.environ["VITRINED"], "import", moved, *other.options], timeout=WAIT, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, check=False)
        logins = other.users("mover@example.com")
        assert len(logins) == 1 and other.groups(logins[0]) == ["Sellers"], (logins, done.stderr)
        other.start()
        problem(other.login("mover@example.com"), 401, "invalid_credentials")
        assert other.call("POST", "/Password/Forgot", {"email": "mover@example.com"}).status == 200
        assert other.call("POST", "/Password/Reset",
                          {"email": "mover@example.com", "code": RESET_CODE, "password": OTHER}).status == 200
        tokens = other.login("mover@example.com", OTHER)
        assert tokens.status == 200 and tokens.json()["user_id"] == seller, tokens.body
    finally:
        other.stop()
        other.between.shutdown()
        os.environ["AWS_ENDPOINT_URL"] = world.between.url


if __name__ == "__main__":
    sys.exit(user_pool.run(globals()))
