#!/usr/bin/python3
"""The simulation of the keys' load (keys.py), against what docs/scale.md says of it. VITRINE_SCALE_WRITE=1 writes it there.
VITRINE_SEED draws another shop: what is claimed must hold for that, too."""

import os
import sys

SOURCE = os.environ["top_srcdir"]
sys.path.insert(0, f"{SOURCE}/tests")

import keys
import rules

PAGE = f"{SOURCE}/docs/scale.md"
MARKS = ("<!-- keys -->", "<!-- end of keys -->")
RATES = (1, 1000, 100_000)
PART = 0.25  # of what a key may get, with shards


def outcome(shop, rate):
    """A row for a rate: as the table is, and with as many shards as are needed."""
    plain, sharded = keys.Load(shop, rate), keys.Load(shop, rate, PART)
    count = keys.partitions_for(rate)
    parted, fullest = sharded.part(count)
    return {
        "rate": rate,
        "product": plain.busiest["stock"],
        "sales": plain.busiest["sales"],
        "counter": plain.busiest["day"],
        "stocks": sum(shards > 1 for shards in sharded.shards["stock"]),
        "stock shards": max(sharded.shards["stock"]),
        "sales shards": max(sharded.shards["sales"]),
        "counter shards": max(sharded.shards["day"]),
        "partitions": count,
        "fullest": sharded.fullest(count),
        "parted": parted,
        "fullest parted": fullest,
    }


def table(rows):
    yield ("| purchases/s | best sold product's stock: write units/s | busiest shard of sales | busiest counter |"
           " stocks in shards, most shards | most shards of sales, of a counter | partitions, the fullest | once parted, the fullest |")
    yield "|---|---|---|---|---|---|---|---|"
    for row in rows:
        yield (f"| {row['rate']:,} | {row['product']:,.1f} | {row['sales']:,.1f} | {row['counter']:,.1f} |"
               f" {row['stocks']}, {row['stock shards']} | {row['sales shards']}, {row['counter shards']} |"
               f" {row['partitions']:,}, {row['fullest']:,.0f} |"
               f" {row['parted']:,}, {row['fullest parted']:,.0f} |")


def read_page():
    with open(PAGE, encoding="utf-8") as file:
        return file.read()


def counted(name):
    """Write units that the page tells of (test_scale.py counts them)."""
    return float(read_page().split(f"| {name} |")[1].split("|")[3])


def units():
    # What follows is counted with where reading the stream stands.
    page = counted("POST /Purchase, of one product") + counted("what follows POST /Purchase") - keys.PLACE
    if keys.UNITS != page:
        yield f"a purchase writes {page:g} units, and {keys.UNITS} are put onto keys"


def claims(rows):
    one, thousand, most = rows
    if one["product"] > keys.LIMIT / 100 or one["fullest"] > keys.LIMIT / 10:
        yield f"one a second is felt: {one}"
    if thousand["stocks"] or thousand["sales shards"] > keys.SALES_SHARDS or thousand["counter shards"] > 1:
        yield f"a thousand a second need shards: {thousand}"
    if thousand["fullest"] > keys.LIMIT:
        yield f"a thousand a second don't fit as they are: {thousand}"
    if min(most["product"], most["sales"], most["counter"]) < keys.LIMIT:
        yield f"a hundred thousand a second need no shards: {most}"
    if most["fullest parted"] > keys.LIMIT or most["parted"] > most["partitions"] * 1.2:
        yield f"a hundred thousand a second don't fit, with shards: {most}"


def main():
    tally = rules.Tally()
    usual = [outcome(keys.Shop(), rate) for rate in RATES]
    if os.environ.get("VITRINE_SCALE_WRITE"):
        before, rest = read_page().split(MARKS[0])
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write("\n".join([before + MARKS[0], *table(usual), MARKS[1] + rest.split(MARKS[1])[1]]))
    tally.rule("what is claimed holds", claims(usual))
    seed = int(os.environ.get("VITRINE_SEED") or int.from_bytes(os.urandom(4), "big"))
    print(f"VITRINE_SEED={seed}")
    tally.rule("in another shop, too", claims([outcome(keys.Shop(seed), rate) for rate in RATES]))
    tally.rule("all that a purchase writes is put onto keys", units())
    told = read_page()
    tally.rule("docs/scale.md tells it", [line for line in table(usual) if line not in told])
    tally.finish()


if __name__ == "__main__":
    main()
