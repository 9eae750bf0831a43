#!/usr/bin/python3
"""`./bootstrap demo-aws`: template.yaml on ministack, filled with the demo's catalogue through the API, and the storefront on it."""

import json
import os
import subprocess
import sys
import urllib.parse

import sam
import stack
from shopping import SIGN_UP_CODE

SOURCE, BUILD = os.environ["top_srcdir"], os.environ["top_builddir"]
PASSWORD = "Vitrine-2026"
BATCH = 100
TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


def wanted(answer, *statuses):
    """What an answer says, which must be one of these."""
    status, _, said = answer
    if status not in statuses:
        raise RuntimeError(f"{status}: {said}")
    return said


def sign_up(shop, kind, email, name, **more):
    """A confirmed account; its access token."""
    wanted(shop.ask("POST", f"/{kind}", {"email": email, "password": PASSWORD, "full_name": name, **more}), 201)
    wanted(shop.ask("POST", "/Account/Confirm", {"email": email, "code": SIGN_UP_CODE}), 200)
    return wanted(shop.ask("POST", "/Login", {"email": email, "password": PASSWORD}), 200)["access_token"]


def put_products(shop, token, products):
    """Creates them, with their pictures."""
    for at in range(0, len(products), BATCH):
        some = products[at:at + BATCH]
        items = [{key: product[key] for key in ("name", "category", "price", "stock", "description") if key in product}
                 for product in some]
        outcomes = wanted(shop.ask("POST", "/Product/Batch", {"items": items}, token), 200)["outcomes"]
        for product, outcome in zip(some, outcomes):
            if "picture" in product:
                path = f"{SOURCE}/assets/pictures/{product['picture']}"
                with open(path, "rb") as file:
                    wanted(shop.ask("PUT", f"/Product/{urllib.parse.quote(outcome['product']['id'])}/Picture", file.read(), token,
                                    Content_Type=TYPES[os.path.splitext(path)[1]]), 200)


def fill(shop):
    with open(f"{SOURCE}/assets/catalogue.json", encoding="utf-8") as file:
        catalogue = json.load(file)
    sign_up(shop, "Client", "ada@example.com", "Ada Buyer", mobile="+441234567890")
    for index, seller in enumerate(catalogue["sellers"]):
        token = sign_up(shop, "Seller", seller["email"], seller["full_name"])
        put_products(shop, token, [product for product in catalogue["products"] if product["seller"] == index])


def main():
    stack.in_venv()
    print("Building what template.yaml describes", flush=True)
    sam.build()
    print("Starting what stands in for AWS, and deploying to it", flush=True)
    with stack.Stack() as shop:
        shop.deploy(Payment="This is a demo: nothing is paid.")
        print("Putting the demo's catalogue into the shop", flush=True)
        fill(shop)
        print(f"The shop is at {shop.url}", flush=True)
        return subprocess.run([f"{BUILD}/vitrine", "--api", shop.url, *sys.argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
