"""keys.py: where purchases write, by key: a simulation of the load on the table's partitions.

DynamoDB keeps items by the hash of their partition key, in partitions that take LIMIT write units a second each. It parts those
that get more, down to a single key, whose newest item it can't part. So two things are asked: how much does the busiest key get, and
how evenly do keys fill partitions before any is parted? Sales follow Zipf's law: the product at rank r is sold in proportion to 1 / r.
Buyers are many, and none buys much: what they write is spread evenly.

docs/scale.md has the outcome; test_keys.py compares.
"""

import hashlib
import itertools
import math
import random

LIMIT = 1000  # write units that a partition takes in a second
PRODUCTS, SELLERS = 100_000, 1_000
SALES_SHARDS = 16  # of a seller's sales: platform/store/dynamodb/keys.c
SEED = 8

# Write units of a purchase of one product, by the keys that they go to: POST /Purchase in docs/scale.md (14), and what follows (12,
# without where reading the stream stands): the sale again, and five items of the seller's, each on its own.
OF_BUYER, OF_STOCK, OF_SALES, OF_COUNTER = 10, 2, 4, 2
COUNTERS = ("day", "day and product", "open", "change", "place of the change")
PLACE = 2  # of where reading the stream stands, which is the same key for all and isn't there on Lambda
UNITS = OF_BUYER + OF_STOCK + OF_SALES + OF_COUNTER * len(COUNTERS)


class Shop:
    def __init__(self, seed=SEED):
        source = random.Random(seed)
        self.salt = source.random()
        self.sum = math.fsum(1 / rank for rank in range(1, PRODUCTS + 1))
        self.seller = [source.randrange(SELLERS) for _ in range(PRODUCTS)]

    def share(self, product):
        """The share of all units sold that is the product's; 0 is the best sold one."""
        return 1 / (product + 1) / self.sum

    def place(self, key):
        """Where a key's hash lies, from 0 to 1."""
        digest = hashlib.md5(f"{self.salt} {key}".encode(), usedforsecurity=False).digest()
        return int.from_bytes(digest[:8], "big") / 2**64

    def seller_shares(self):
        shares = [0.0] * SELLERS
        for product in range(PRODUCTS):
            shares[self.seller[product]] += self.share(product)
        return shares


def shards_for(load, part):
    """In how many shards a key must be that gets so many units a second, so that none gets more than a part of LIMIT."""
    return max(1, math.ceil(load / (LIMIT * part)))


class Load:
    """All keys at a rate of purchases: how much each gets, a second. `part`: what gets more than this part of LIMIT is in as many
    shards as it takes; None: everything is as it is, with a seller's sales in SALES_SHARDS."""

    def __init__(self, shop, rate, part=None):
        self.even = rate * OF_BUYER
        products = [shop.share(product) * rate for product in range(PRODUCTS)]
        sellers = [share * rate for share in shop.seller_shares()]
        # Of each kind of key the units a second, and the shards that there are anyway.
        kinds = {"stock": (products, OF_STOCK, 1), "sales": (sellers, OF_SALES, SALES_SHARDS)}
        for name in COUNTERS:
            kinds[name] = (products if "product" in name else sellers, OF_COUNTER, 1)
        self.busiest, self.shards, keys = {}, {}, []
        for name, (sold, units, least) in kinds.items():
            shards = [max(least, shards_for(each * units, part)) if part else least for each in sold]
            self.shards[name] = shards
            self.busiest[name] = max(each * units / count for each, count in zip(sold, shards))
            keys += [(shop.place(f"{name} {number} {shard}"), sold[number] * units / count)
                     for number, count in enumerate(shards) for shard in range(count)]
        self.keys = sorted(keys)

    def partitions(self, count):
        """The keys within each of so many partitions of the same width."""
        filled = [[] for _ in range(count)]
        for place, load in self.keys:
            filled[int(place * count)].append((place, load))
        return filled

    def fullest(self, count):
        return max(math.fsum(load for _, load in keys) for keys in self.partitions(count)) + self.even / count

    def part(self, count):
        """How many there are once those that get more than LIMIT were parted, and what the fullest of them gets."""
        leaves = [leaf for number, keys in enumerate(self.partitions(count))
                  for leaf in self._halves(keys, number / count, 1 / count)]
        return len(leaves), max(leaves)

    def _halves(self, keys, start, width):
        load = math.fsum(each for _, each in keys) + self.even * width
        if load <= LIMIT or (len(keys) <= 1 and self.even * width < 1):
            return [load]
        middle = start + width / 2
        sides = ([key for key in keys if key[0] < middle], [key for key in keys if key[0] >= middle])
        return list(itertools.chain(self._halves(sides[0], start, width / 2), self._halves(sides[1], middle, width / 2)))


def partitions_for(rate, spare=2):
    """How many partitions are there at first: four, or `spare` times what is written, by warm throughput."""
    return max(4, math.ceil(rate * UNITS * spare / LIMIT))
