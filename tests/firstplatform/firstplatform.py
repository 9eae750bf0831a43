#!/usr/bin/python3
"""A stand-in for the first platform: every call, field, error and oddity that the base profile has to live with, in memory.

    firstplatform.py [--listen 127.0.0.1:0] [--control 127.0.0.1:0] [--base-path /Prod] [--empty]
                     [--fail "POST /Purchase 3 500"]...

prints `control on ADDRESS`, then `listening on URL`; ends with its standard input, or at SIGTERM. Unless --empty there is a
small shop: sellers grace@example.com and the client ada@example.com, password Vitrine-2026.

It behaves as the first platform was seen to: an account that has just been made is not confirmed, and signing in to it is a
500 that names UserNotConfirmedException; the authorizer answers a token that it can't decode with 500 {"message":null}, lets
forged and expired ones pass, and says "Message" when it denies; ids are ULIDs in the order in which things were made, and
lists begin with the oldest; prices and dates are whatever text was sent; and a function that the gateway gave up on (504)
goes on working: what it was to record is recorded later.

On the control socket each line is one JSON command, answered by one JSON line:

    {"do": "fail", "method": "POST", "path": "/Purchase", "nth": 3, "count": 1, "status": 500, "record": false}
        of the matching requests from now on, `count` from the nth on are answered so; `record`: after having been done;
        `late`: it will be done when that is ordered; `hold`: it is done and answered when that is ordered (by the status, or
        as usual without one); status 0: the connection is closed without an answer; `message`: other words than usual, or
        null; `member`: its name, if not "message"; `text`: something that is no JSON; `shut`: no connection is taken any more after this one. The path may be "*"
    {"do": "record", "count": 1}              what was late is done now, the oldest first (all without `count`):
                                              {"recorded": n}; `before`: not after that time (ms since 1970)
    {"do": "drop"}                            what was late, or is held, is never done
    {"do": "held", "count": 1}                waits until so many requests are held
    {"do": "release"}                         what is held is done and answered; `before` as above
    {"do": "requests"}                        all so far: {"requests": [{method, path, authorization, body}, …]}
    {"do": "add", "what": "products", "row": {…}}   puts a row in as it is ("products", "purchases", "sellers", "clients")
    {"do": "change", "what": "products", "id": "…", "row": {…}}   what is given of one becomes so
    {"do": "rows", "what": "purchases"}       the rows as they are
    {"do": "confirm", "email": "…"}           somebody has opened the link in their mail
    {"do": "empty", "what": "purchases"}      no rows at all, or none of that kind
    {"do": "expire"}                          no token can be decoded any longer
    {"do": "clear"}                           forgets faults and requests
"""

import argparse
import base64
import json
import os
import signal
import socket
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PASSWORD = "Vitrine-2026"
SHOP = [
    ("Yirgacheffe, washed, 250 g", "14.50", "Coffee", 0), ("Huila decaf, 250 g", "13", "Coffee", 0),
    ("京都 煎茶 sencha, 100 g", "19.8", "Tea", 1), ("Café crème cups, set of 6", "42.00", "Kitchen", 1),
    ("Filter papers, 100", "3.9", "Kitchen", 0), ("Advice", "free", "Services", 1),
    ("Old grinder", "12.345", "Kitchen", 0), ("Tin with a dent", "79", "Kitchen", 0),
    ("Beans by the pound", "12,50", "", 0),
]
UNCONFIRMED = ("cognito error: An error occurred (UserNotConfirmedException) when calling the InitiateAuth operation: "
               "User is not confirmed.")
TIMED_OUT = "Endpoint request timed out"
HELD_S = 60


def weak(password):
    return not (len(password) >= 8 and any(c.islower() for c in password) and any(c.isupper() for c in password)
                and any(c.isdigit() for c in password))


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class Refused(Exception):
    def __init__(self, status, message, member="message"):
        super().__init__(message)
        self.status, self.message, self.member = status, message, member


class Shop:
    def __init__(self, empty):
        self.lock = threading.RLock()
        self.news = threading.Condition(self.lock)
        self.requests, self.faults, self.late = [], [], []
        self.made = self.held = self.releases = self.drops = 0
        self.undecodable = False
        self.before = None
        self.rows = {"clients": [], "sellers": [], "products": [], "purchases": []}
        if not empty:
            self.open()

    def open(self):
        for email, name in (("grace@example.com", "Grace Roasters"), ("kintaro@example.com", "Kintaro")):
            self.rows["sellers"].append(self.account(email, PASSWORD, name))
        self.rows["clients"].append(dict(self.account("ada@example.com", PASSWORD, "Ada Example"),
                                         mobile="+34600123456"))
        for name, price, category, seller in SHOP:
            self.rows["products"].append({"id": self.new_id(), "name": name, "price": price, "category": category,
                                          "seller_id": self.rows["sellers"][seller]["id"]})

    def new_id(self):
        """A ULID that is greater than those before it."""
        self.made += 1
        return "01KB%022d" % self.made

    @staticmethod
    def account(email, password, full_name, confirmed=True):
        return {"id": str(uuid.uuid4()), "email": email, "password": password, "full_name": full_name,
                "confirmed": confirmed}

    # -- the calls --

    @staticmethod
    def need(body, *names):
        for name in names:
            if not isinstance(body.get(name), str) or not body[name]:
                raise Refused(400, "Missing required field: " + name)

    def login(self, body):
        self.need(body, "email", "password")
        for group, kind in (("Clients", "clients"), ("Sellers", "sellers")):
            for row in self.rows[kind]:
                if row["email"] == body["email"] and row["password"] == body["password"]:
                    if not row.get("confirmed", True):
                        raise Refused(500, UNCONFIRMED)
                    return self.grant(row, group)
        raise Refused(401, "Incorrect username or password.")

    def grant(self, row, group):
        now = int(time.time())
        claims = {"sub": row["id"], "cognito:groups": [group], "iat": now, "exp": now + 3600,
                  "iss": "https://identity.example/pool", "jti": str(uuid.uuid4())}
        head = part({"alg": "RS256", "kid": "first"})
        access = ".".join((head, part(dict(claims, token_use="access", username=row["id"])), "c2lnbmF0dXJl"))
        identity = ".".join((head, part(dict(claims, token_use="id", email=row["email"])), "c2lnbmF0dXJl"))
        return {"message": "Login successful", "access_token": access, "refresh_token": str(uuid.uuid4()),
                "id_token": identity, "group_name": group, "user_id": row["id"]}

    def sign_up(self, kind, body):
        self.need(body, "email", "password", "full_name", *(("mobile",) if kind == "clients" else ()))
        if weak(body["password"]):
            raise Refused(400 if kind == "clients" else 401, "Password did not conform with policy")
        if any(row["email"] == body["email"] for rows in ("clients", "sellers") for row in self.rows[rows]):
            raise Refused(409, "An account with the given email already exists.")
        row = self.account(body["email"], body["password"], body["full_name"], confirmed=False)
        if kind == "clients":
            row["mobile"] = body["mobile"]
        self.rows[kind].append(row)
        return {"message": "User created successfully"}

    def account_get(self, kind, number):
        for row in self.rows[kind]:
            if row["id"] == number:
                return {name: value for name, value in row.items() if name not in ("password", "confirmed")}
        raise Refused(404, "User not found")

    def authorize(self, authorization):
        """Whose token it is. The authorizer reads it, and checks nothing; what it can't read makes it fail."""
        try:
            if self.undecodable:
                raise ValueError("no token")
            middle = authorization.split(".")[1]
            return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))["sub"]
        except (IndexError, KeyError, TypeError, ValueError):
            raise Refused(500, None) from None

    def own_seller(self, number, authorization):
        if not authorization:
            raise Refused(401, "Unauthorized")
        if self.authorize(authorization) != number:
            raise Refused(403, "User is not authorized to access this resource with an explicit deny", "Message")
        return self.account_get("sellers", number)

    def listing(self, kind):
        if not self.rows[kind]:
            raise Refused(404, "No %s found" % kind)
        hidden = ("password", "mobile", "confirmed")
        return {kind: [{name: value for name, value in row.items() if name not in hidden}
                       if isinstance(row, dict) else row for row in self.rows[kind]]}

    def product_create(self, body):
        self.need(body, "seller_id", "name", "price", "category")
        self.rows["products"].append(dict({name: body[name] for name in ("seller_id", "name", "price", "category")},
                                          id=self.new_id()))
        return {"message": "Product created successfully"}

    def product_update(self, number, body):
        self.need(body, "seller_id")
        changes = {name: body[name] for name in ("name", "price", "category") if name in body}
        if not changes:
            raise Refused(400, "Nothing to update")
        for row in self.rows["products"]:
            if row["id"] == number and row["seller_id"] == body["seller_id"]:
                row.update(changes)
                return {"message": "Product updated successfully"}
        raise Refused(404, "Product not found")

    def purchase_create(self, body):
        names = ("client_name", "seller_name", "product_name", "price", "purchase_date")
        self.need(body, *names)
        row = {name: body[name] for name in names[:-1]}
        self.rows["purchases"].append(dict(row, id=self.new_id(), pruchase_date=body["purchase_date"]))
        return {"message": "Purchase created successfully"}

    def answer(self, method, path, authorization, body):
        """What a call answers; raises Refused."""
        pieces = path.strip("/").split("/")
        call = (method, pieces[0], len(pieces))
        table = {
            ("POST", "Login", 1): lambda: self.login(body),
            ("POST", "Client", 1): lambda: self.sign_up("clients", body),
            ("GET", "Client", 2): lambda: self.account_get("clients", pieces[1]),
            ("POST", "Seller", 1): lambda: self.sign_up("sellers", body),
            ("GET", "Seller", 1): lambda: self.listing("sellers"),
            ("GET", "Seller", 2): lambda: self.own_seller(pieces[1], authorization),
            ("GET", "Product", 1): lambda: self.listing("products"),
            ("POST", "Product", 1): lambda: self.product_create(body),
            ("PATCH", "Product", 2): lambda: self.product_update(pieces[1], body),
            ("POST", "Purchase", 1): lambda: self.purchase_create(body),
            ("GET", "Purchase", 1): lambda: self.listing("purchases"),
        }
        if call not in table:
            raise Refused(403, "Missing Authentication Token")
        return table[call]()

    def outcome(self, method, path, authorization, body):
        """(status, answer) of doing it now."""
        try:
            return 200, self.answer(method, path, authorization, body)
        except Refused as refused:
            return refused.status, {refused.member: refused.message}

    # -- faults and control --

    def fault_for(self, method, path):
        for fault in self.faults:
            if fault["method"] == method and fault["path"] in (path, "*"):
                fault["seen"] += 1
                nth, count = fault.get("nth", 1), fault.get("count", 1)
                if fault["seen"] >= nth and (count < 0 or fault["seen"] < nth + count):
                    return fault
        return None

    def command(self, order):
        with self.lock:
            return getattr(self, "order_" + order.pop("do"))(order) or {}

    def order_fail(self, order):
        self.faults.append(dict(order, seen=0))

    @staticmethod
    def in_time(order):
        return order.get("before") is None or time.time() * 1000 < order["before"]

    def order_record(self, order):
        count = order.get("count", len(self.late)) if self.in_time(order) else 0
        now, self.late = self.late[:count], self.late[count:]
        return {"recorded": sum(self.outcome(*call)[0] == 200 for call in now)}

    def order_drop(self, order):
        self.late = []
        self.drops += 1
        self.news.notify_all()

    def order_held(self, order):
        if not self.news.wait_for(lambda: self.held >= order["count"], timeout=HELD_S):
            raise ValueError("nothing is held")

    def order_release(self, order):
        self.before = order.get("before")
        self.releases += 1
        self.news.notify_all()

    def order_confirm(self, order):
        for rows in (self.rows["clients"], self.rows["sellers"]):
            for row in rows:
                row["confirmed"] = row.get("confirmed", True) or row["email"] == order["email"]

    def order_requests(self, order):
        return {"requests": self.requests}

    def order_add(self, order):
        self.rows[order["what"]].append(order["row"])

    def order_change(self, order):
        for row in self.rows[order["what"]]:
            if row["id"] == order["id"]:
                row.update(order["row"])

    def order_rows(self, order):
        return {"rows": self.rows[order["what"]]}

    def order_empty(self, order):
        for what in [order["what"]] if "what" in order else self.rows:
            self.rows[what].clear()

    def order_expire(self, order):
        self.undecodable = True

    def order_clear(self, order):
        self.requests, self.faults = [], []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shop = None
    base_path = ""

    def log_message(self, *args):
        pass

    def reply(self, status, answer):
        is_text = isinstance(answer, str)
        data = (answer if is_text else json.dumps(answer, ensure_ascii=False)).encode("utf-8", "surrogatepass")
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if is_text else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def body(self):
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            value = json.loads(data) if data else {}
        except ValueError:
            value = {}
        return value if isinstance(value, dict) else {}

    def decide(self, call):
        """(status, answer); status 0 means silence, and an answer that is text is no JSON."""
        shop = self.shop
        method, path, authorization, body = call
        with shop.lock:
            shop.requests.append({"method": method, "path": path, "authorization": authorization, "body": body})
            fault = shop.fault_for(method, path)
            if not fault:
                return shop.outcome(*call)
            if fault.get("hold") and not self.wait():
                return 0, None
            if fault.get("shut"):
                self.close_connection = True
                self.server.socket.shutdown(socket.SHUT_RDWR)
                threading.Thread(target=self.server.shutdown, daemon=True).start()
            if fault.get("late"):
                shop.late.append(call)
            if fault.get("record") or fault.get("hold") or fault.get("shut"):
                done = shop.outcome(*call)
                if "status" not in fault:
                    return done
            usual = TIMED_OUT if fault["status"] == 504 else "Internal server error"
            return fault["status"], fault.get("text", {fault.get("member", "message"): fault.get("message", usual)})

    def wait(self):
        """Until what is held is released, true, or dropped; others are served meanwhile."""
        shop = self.shop
        releases, drops = shop.releases, shop.drops
        shop.held += 1
        shop.news.notify_all()
        shop.news.wait_for(lambda: shop.releases > releases or shop.drops > drops, timeout=HELD_S)
        shop.held -= 1
        return shop.releases > releases and shop.in_time({"before": shop.before})

    def serve(self):
        body = self.body()
        path = self.path.split("?", 1)[0]
        if not path.startswith(self.base_path + "/"):
            self.reply(403, {"message": "Forbidden"})
            return
        status, answer = self.decide((self.command, path[len(self.base_path):], self.headers.get("Authorization", ""),
                                      body))
        if status:
            self.reply(status, answer)
        else:
            self.close_connection = True

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = serve


def obey(peer, shop):
    """A control connection: a command a line."""
    with peer, peer.makefile("rwb") as lines:
        for line in lines:
            try:
                answer = shop.command(json.loads(line))
            except (KeyError, ValueError, AttributeError, TypeError) as error:
                answer = {"error": repr(error)}
            lines.write(json.dumps(answer).encode() + b"\n")
            lines.flush()


def control(address, shop):
    host, _, port = address.rpartition(":")
    server = socket.create_server((host, int(port)))

    def accept():
        while True:
            peer, _ = server.accept()
            threading.Thread(target=obey, args=(peer, shop), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return "%s:%d" % server.getsockname()[:2]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A client that went away is nothing to report."""

    def get_request(self):
        # TCP_NODELAY: an answer is written in two pieces.
        peer, address = super().get_request()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return peer, address


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", default="127.0.0.1:0")
    parser.add_argument("--control", default="127.0.0.1:0")
    parser.add_argument("--base-path", default="")
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--fail", action="append", default=[], metavar="METHOD PATH NTH STATUS")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))

    shop = Shop(options.empty)
    for fault in options.fail:
        method, path, nth, status = fault.split()
        shop.order_fail({"method": method, "path": path, "nth": int(nth), "status": int(status)})
    Handler.shop = shop
    Handler.base_path = options.base_path.rstrip("/")
    host, _, port = options.listen.rpartition(":")
    server = Server((host, int(port)), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("control on", control(options.control, shop), flush=True)
    print("listening on http://%s:%d%s" % (*server.server_address[:2], Handler.base_path), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
