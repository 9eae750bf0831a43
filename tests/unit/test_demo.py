#!/usr/bin/python3
"""What the demonstration has to show of orders: addresses, parcels that can be followed, notes, reasons, and how to pay."""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import shop
from rules import Tally

VITRINED = os.environ.get("VITRINED") or os.path.join(os.environ.get("top_builddir", "build"), "vitrined")
PASSWORD = "Vitrine-2026"


def service_faults(server):
    service = server.ask("GET", "/").json
    if "demonstration" not in service.get("payment", "") or service["delivery"] != "optional":
        yield f"the service document says {service}"


def all_of(server, who, what):
    """A whole listing."""
    rows, cursor = [], ""
    while cursor is not None:
        page = server.ask("GET", f"/{what.capitalize()[:-1]}?limit=100{cursor}", None, who).json
        rows += page[what]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    return rows


def buyer_faults(server):
    ada = server.sign_in("ada@example.com", PASSWORD)
    address = server.ask("GET", f"/Client/{ada.id}", None, ada).json.get("address")
    purchases = all_of(server, ada, "purchases")
    parts = [part for purchase in purchases for part in purchase["parts"]]
    if not address or any(purchase["delivery"]["address"] != address for purchase in purchases):
        yield f"not every purchase goes to {address}"
    if not any("note" in purchase for purchase in purchases) or all("note" in purchase for purchase in purchases):
        yield "all purchases have a note, or none"
    yield from part_faults(parts)


def part_faults(parts):
    wanted = {"placed": set(), "shipped": {"tracking", "shipped_at"}, "cancelled": {"cancelled_by", "reason"},
              "delivered": {"tracking", "shipped_at", "delivered_at"}}
    for status, members in wanted.items():
        found = [part for part in parts if part["status"] == status]
        if not found:
            yield f"nothing is {status}"
        for part in found:
            if set(part) - {"seller_id", "status"} != members:
                yield f"what is {status} has {sorted(part)}"
    for part in parts:
        if part["status"] == "delivered" and not part["shipped_at"] < part["delivered_at"]:
            yield f"delivered before it was shipped: {part}"
    numbers = [part["tracking"] for part in parts if "tracking" in part]
    if len(set(numbers)) != len(numbers):
        yield "two parcels have one number"


def seller_faults(server):
    grace = server.sign_in("grace@example.com", PASSWORD)
    sales = all_of(server, grace, "sales")
    if any("delivery" not in sale for sale in sales):
        yield "a sale goes nowhere"
    if len({sale["delivery"]["full_name"] for sale in sales}) < 3:
        yield "the demo's seller sends everything to the same few"


def main():
    tally = Tally()
    with shop.Server(VITRINED, None, "--demo") as server:
        tally.rule("the service document", service_faults(server))
        tally.rule("a buyer's purchases", buyer_faults(server))
        tally.rule("a seller's sales", seller_faults(server))
    with shop.Server(VITRINED, None, "--demo", "--payment", "In beans.") as server:
        tally.rule("what is said of paying is said", [] if server.ask("GET", "/").json["payment"] == "In beans." else ["no"])
    tally.finish()


if __name__ == "__main__":
    main()
