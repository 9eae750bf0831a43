"""What people do in a shop, by function: what a deployed stack is tried with, and what shows that a role is least and enough.

Each function has a scenario: calls that need everything that its role allows. A scenario may be run any number of times, and
stops at the first call that isn't answered as it should. What any function does when it is the first one of a new shop (it
writes what all agree on) is in the scenarios of AuthFunction and AuthorizerFunction.
"""

import base64
import json
import uuid

PASSWORD = "Vitrine-2026"
# ministack doesn't send what Cognito would: its codes are always these.
SIGN_UP_CODE, RESET_CODE = "123456", "654321"
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


class Refused(Exception):
    """A call that wasn't answered as it should."""


class Person:
    def __init__(self, email, identifier, token=None, refresh=None):
        self.email, self.id, self.token, self.refresh = email, identifier, token, refresh


class Shopping:
    def __init__(self, shop):
        self.shop = shop
        self.seller = self.join("Seller")
        self.client = self.join("Client")

    def call(self, method, path, status, body=None, who=None, **headers):
        """What the answer says; it must have this status."""
        answered, _, said = self.shop.ask(method, path, body, who.token if who else None, **headers)
        if answered != status:
            raise Refused(f"{method} {path}: {answered}, not {status}: {said}")
        return said

    # ---- people ----

    def sign_up(self, kind, email=None, status=201):
        email = email or f"{uuid.uuid4().hex[:16]}@example.com"
        more = {"mobile": "+34600123456"} if kind == "Client" else {}
        said = self.call("POST", f"/{kind}", status, {"email": email, "password": PASSWORD, "full_name": "Somebody", **more})
        return Person(email, said.get("id"))

    def sign_in(self, person):
        tokens = self.call("POST", "/Login", 200, {"email": person.email, "password": PASSWORD})
        person.token, person.refresh = tokens["access_token"], tokens["refresh_token"]
        return person

    def join(self, kind):
        person = self.sign_up(kind)
        self.call("POST", "/Account/Confirm", 200, {"email": person.email, "code": SIGN_UP_CODE})
        return self.sign_in(person)

    # ---- goods ----

    def product(self, name="Pot", **more):
        return self.call("POST", "/Product", 201, {"name": f"{name} {uuid.uuid4().hex[:8]}", "price": "9.50", "category": "Tea",
                                                   "stock": 50, **more}, self.seller)

    def buy(self, *products, key=None):
        return self.call("POST", "/Purchase", 201, {
            "items": [{"product_id": product["id"], "quantity": 2, "price": product["price"]} for product in products],
            "delivery": {"full_name": "Ada", "address": ["1 Quay"], "mobile": "+34600123456"}},
            self.client, Idempotency_Key=key or str(uuid.uuid4()))

    def sale_of(self, purchase):
        """The seller's part of a purchase. A listing may be a little late."""
        for _ in range(20):
            for sale in self.call("GET", "/Sale?limit=100", 200, who=self.seller)["sales"]:
                if sale["purchase_id"] == purchase["id"]:
                    return sale
        raise Refused(f"no sale of {purchase['id']}")

    # ---- scenarios ----

    def auth(self):
        self.shop.renew("AuthFunction")
        self.call("GET", "/", 200)
        self.call("GET", "/Health", 200)
        person = self.join("Client")
        self.call("POST", "/Login/Refresh", 200, {"refresh_token": person.refresh})
        self.call("POST", "/Password", 200, {"password": PASSWORD, "new_password": PASSWORD}, person)
        self.sign_in(person)
        self.call("POST", "/Password/Forgot", 200, {"email": person.email})
        self.call("POST", "/Password/Reset", 200, {"email": person.email, "code": RESET_CODE, "password": PASSWORD})
        self.sign_in(person)
        self.call("POST", "/Logout", 204, {"refresh_token": person.refresh})
        self.call("GET", "/nothing", 404)
        self.call("PUT", "/Login", 405)

    def account(self, kind):
        """A sign-up, the first try of which broke off when Cognito knew of it and nobody else; a profile."""
        email = f"{uuid.uuid4().hex[:16]}@example.com"
        self.shop.client("cognito-idp").sign_up(ClientId=self.shop.ids["PoolClient"], Username=email, Password=PASSWORD,
                                                UserAttributes=[{"Name": "email", "Value": email}])
        person = self.sign_up(kind, email)
        self.call("POST", "/Account/Confirm", 200, {"email": person.email, "code": SIGN_UP_CODE})
        self.sign_up(kind, person.email, 409)
        self.sign_in(person)
        self.call("GET", f"/{kind}/{person.id}", 200, who=person)
        self.call("PATCH", f"/{kind}/{person.id}", 200, {"full_name": "Somebody Else"}, person)
        return person

    def clients(self):
        person, product = self.account("Client"), self.product()
        cart = self.call("GET", "/Cart", 200, who=person)
        self.call("PUT", "/Cart", 200, {"items": [{"product_id": product["id"], "quantity": 1}], "version": cart["version"]}, person)
        self.call("GET", "/Cart", 200, who=person)
        self.call("DELETE", f"/Client/{person.id}", 204, who=person)

    def sellers(self):
        person = self.account("Seller")
        self.call("GET", "/Seller?limit=2", 200)
        self.call("GET", f"/Seller/{self.seller.id}", 200)
        self.call("GET", f"/Seller/{self.seller.id}/Stats?days=7", 200, who=self.seller)
        self.call("DELETE", f"/Seller/{person.id}", 204, who=person)

    def products(self):
        product = self.product(category=f"Of its own {uuid.uuid4().hex[:8]}")
        path = f"/Product/{product['id']}"
        self.call("GET", path, 200)
        product = self.call("PATCH", path, 200, {"price": "8.00", "category": "Tea"}, self.seller)
        self.call("POST", "/Product/Batch", 200, {"items": [{"name": "Cup", "price": "2.00", "category": "Tea", "stock": 5}]}, self.seller)
        self.call("PUT", f"{path}/Picture", 200, PICTURE, self.seller, Content_Type="image/png")
        if self.call("GET", f"{path}/Picture", 200, Accept="image/png") != PICTURE:
            raise Refused("the picture is another")
        for query in ("limit=2", "q=pot", "category=Tea", "min_price=1.00&sort=price", f"seller_id={self.seller.id}", "in_stock=true"):
            self.call("GET", f"/Product?{query}", 200)
        self.call("GET", "/Category", 200)
        self.call("DELETE", f"{path}/Picture", 200, who=self.seller)
        self.call("DELETE", path, 204, who=self.seller)

    def purchases(self):
        one, other, key = self.product(), self.product(), str(uuid.uuid4())
        purchase = self.buy(one, other, key=key)
        if self.buy(one, other, key=key)["id"] != purchase["id"]:
            raise Refused("a purchase that was sent twice is two")
        self.call("GET", "/Purchase", 200, who=self.client)
        self.call("GET", "/Purchase?q=pot", 200, who=self.client)
        self.call("GET", f"/Purchase/{purchase['id']}", 200, who=self.client)
        sale = self.sale_of(purchase)
        self.call("GET", f"/Sale/{sale['id']}", 200, who=self.seller)
        self.call("POST", f"/Sale/{sale['id']}/Ship", 200, {"tracking": "AB 1"}, self.seller)
        self.call("POST", f"/Sale/{sale['id']}/Deliver", 200, who=self.seller)
        self.call("POST", f"/Purchase/{self.buy(one)['id']}/Cancel", 200, {}, self.client)
        self.call("POST", f"/Sale/{self.sale_of(self.buy(one))['id']}/Cancel", 200, {}, self.seller)
        self.call("POST", "/Sale/Batch", 200, {"items": [{"id": self.sale_of(self.buy(one))["id"], "status": "shipped"}]}, self.seller)
        since = self.call("GET", "/Changes", 200, who=self.seller)["since"]
        self.call("GET", f"/Changes?since={since}", 200, who=self.seller)

    def authorizer(self):
        """With a token that the gateway doesn't know yet, and as the first function of a shop that wakes."""
        self.sign_in(self.client)
        self.shop.renew("AuthorizerFunction")
        self.call("GET", "/Cart", 200, who=self.client)

    def follow(self):
        """What happened is handed to FollowFunction, step by step, and the hour strikes."""
        self.shop.start_records()
        product = self.product("Kettle", category=f"Followed {uuid.uuid4().hex[:8]}", stock=7)
        self.hand_over_changes()
        purchase = self.buy(product)
        self.call("POST", f"/Sale/{self.sale_of(purchase)['id']}/Ship", 200, {}, self.seller)
        self.call("PATCH", f"/Product/{product['id']}", 200, {"name": "Another name"}, self.seller)
        self.hand_over_changes()
        self.call("DELETE", f"/Product/{product['id']}", 204, who=self.seller)
        person = self.join("Seller")
        self.call("PATCH", f"/Seller/{person.id}", 200, {"full_name": "New Name"}, person)
        self.call("DELETE", f"/Seller/{person.id}", 204, who=person)
        buyer = self.join("Client")
        self.call("DELETE", f"/Client/{buyer.id}", 204, who=buyer)
        self.hand_over_changes()
        self.hand_over({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}})

    def hand_over_changes(self):
        """What follows is followed in turn."""
        for _ in range(10):
            records = self.shop.take_records()
            if not records:
                return
            self.hand_over({"Records": records})

    def hand_over(self, event):
        said = self.shop.invoke("FollowFunction", event)
        if (said or {}).get("batchItemFailures") or "errorMessage" in (said or {}):
            raise Refused(f"FollowFunction: {json.dumps(said)[:300]}")

    def scenario(self, function):
        """Of a function, by the name that the template gives it."""
        return getattr(self, function.replace("Function", "").lower())
