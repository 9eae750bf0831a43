#!/usr/bin/python3
"""Holds the demo catalogue (assets/catalogue.json and assets/pictures/) to the platform's limits and to being a shop.

    test_catalogue.py [ASSETS]

Each check_* function below is one test; what it yields are the faults it found. Prints "N passed, M failed" last and
exits 1 when something failed.
"""
import collections
import json
import os
import re
import struct
import sys
import unicodedata
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
ASSETS = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "..", "..", "assets")
PICTURES = os.path.join(ASSETS, "pictures")

PRODUCT_FIELDS = {"seller": int, "name": str, "category": str, "price": str, "stock": int, "description": str}
SELLER_FIELDS = {"email": str, "full_name": str}
PRICE = re.compile(r"(0|[1-9][0-9]{0,8})\.[0-9]{2}")
EMAIL = re.compile(r"[a-z0-9.]+@example\.com")
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PICTURE_LIMIT = 64 * 1024

# What the screens of the documentation and the tests of the shop's first page count on.
KNOWN = (
	("Yirgacheffe, washed, 250 g", "Coffee", "Grace Roasters", "14.50", 38),
	("Huila decaf, 250 g", "Coffee", "Grace Roasters", "13.00", 4),
	("京都 煎茶 sencha, 100 g", "Tea", "Kintaro", "19.80", 12),
	("Café crème cups, set of 6", "Kitchen", "Línea Norte", "42.00", 0),
)
FIRST_PAGE = 20


def read_catalogue():
	def no_duplicates(pairs):
		keys = [key for key, _ in pairs]
		if len(set(keys)) != len(keys):
			raise ValueError("a key is given twice: %s" % keys)
		return dict(pairs)
	with open(os.path.join(ASSETS, "catalogue.json"), "rb") as file:
		data = file.read()
	return data, json.loads(data.decode("utf-8"), object_pairs_hook=no_duplicates)


def texts(catalogue):
	for product in catalogue["products"]:
		for field in ("name", "category", "description"):
			yield product["name"], product[field]
	for seller in catalogue["sellers"]:
		for field in SELLER_FIELDS:
			yield seller["full_name"], seller[field]


def has(found, what):
	if not found:
		yield "there is no " + what


def between(label, value, least, most):
	if not least <= value <= most:
		yield "%s: %s is not within %s and %s" % (label, value, least, most)


def is_fields(label, item, fields, optional=()):
	for field, kind in fields.items():
		if type(item.get(field)) is not kind:       # bool is an int to isinstance
			yield "%s: %s is missing or no %s" % (label, field, kind.__name__)
	for field in set(item) - set(fields) - set(optional):
		yield "%s: unknown field %s" % (label, field)


def check_shape(catalogue, data):
	for field in set(catalogue) ^ {"sellers", "products"}:
		yield "top: %s is missing or unknown" % field
	for seller in catalogue["sellers"]:
		yield from is_fields(seller, seller, SELLER_FIELDS)
	for product in catalogue["products"]:
		yield from is_fields(product.get("name"), product, PRODUCT_FIELDS, ["picture"])


def check_one_product_a_line(catalogue, data):
	starts = [line for line in data.decode("utf-8").split("\n") if line.lstrip().startswith('{"seller"')]
	yield from between("lines that are a product", len(starts), len(catalogue["products"]), len(catalogue["products"]))


def check_counts(catalogue, data):
	products = catalogue["products"]
	yield from between("products", len(products), 170, 1000)
	yield from between("sellers", len(catalogue["sellers"]), 7, 7)
	categories = collections.Counter(product["category"] for product in products)
	yield from between("categories", len(categories), 9, 30)
	for category, count in categories.items():
		yield from between("products of " + category, count, 5, len(products))
	sold = collections.Counter(product["seller"] for product in products)
	for index, seller in enumerate(catalogue["sellers"]):
		yield from between("products of " + seller["full_name"], sold[index], 15, 60)


def check_sellers(catalogue, data):
	sellers = catalogue["sellers"]
	for field in SELLER_FIELDS:
		values = [seller[field].casefold() for seller in sellers]
		yield from between("distinct " + field, len(set(values)), len(sellers), len(sellers))
	for seller in sellers:
		if not EMAIL.fullmatch(seller["email"]):
			yield "%s: not a plain address at example.com" % seller["email"]
		yield from between(seller["email"], len(seller["email"]), 1, 254)
		yield from between(seller["full_name"], len(seller["full_name"]), 1, 120)


def check_demo_seller(catalogue, data):
	grace = catalogue["sellers"][0]
	if (grace["email"], grace["full_name"]) != ("grace@example.com", "Grace Roasters"):
		yield "the first seller is %s" % grace
	own = [product for product in catalogue["products"] if product["seller"] == 0]
	yield from between("products of the demo seller", len(own), 25, 40)
	for product in own:
		if product["category"] not in ("Coffee", "Kitchen"):
			yield "%s: the demo seller sells no %s" % (product["name"], product["category"])
	yield from has([p for p in own if p["stock"] == 0], "product of the demo seller that is out of stock")
	yield from has([p for p in own if 1 <= p["stock"] <= 5], "product of the demo seller that runs low")


def check_limits(catalogue, data):
	for product in catalogue["products"]:
		name = product["name"]
		yield from between(name + ": seller", product["seller"], 0, len(catalogue["sellers"]) - 1)
		yield from between(name + ": length of the name", len(name), 1, 120)
		yield from between(name + ": length of the category", len(product["category"]), 1, 40)
		yield from between(name + ": length of the description", len(product["description"]), 60, 350)
		yield from between(name + ": stock", product["stock"], 0, 300)


def check_names_distinct(catalogue, data):
	for field in ("name", "description"):
		seen = collections.Counter(product[field].casefold() for product in catalogue["products"])
		for value, count in seen.items():
			if count > 1:
				yield "%s: %d products have this %s" % (value, count, field)


def check_prices(catalogue, data):
	cents = []
	for product in catalogue["products"]:
		if not PRICE.fullmatch(product["price"]):
			yield "%s: the price is written %r" % (product["name"], product["price"])
			continue
		cents.append(int(product["price"].replace(".", "")))
		yield from between(product["name"] + ": price in cents", cents[-1], 90, 129000)
	yield from between("lowest price in cents", min(cents), 90, 90)
	yield from between("highest price in cents", max(cents), 129000, 129000)


def check_stock_varied(catalogue, data):
	stocks = [product["stock"] for product in catalogue["products"]]
	yield from between("out of stock", stocks.count(0), 4, 15)
	yield from between("low stock", sum(1 <= stock <= 5 for stock in stocks), 10, 30)
	yield from between("different stocks", len(set(stocks)), 60, 301)


def check_text_clean(catalogue, data):
	for label, text in texts(catalogue):
		if unicodedata.normalize("NFC", text) != text:
			yield "%s: %r is not NFC" % (label, text)
		# Cc controls, Cf invisible format characters (bidi, joiners), Cs Co Cn what is no character, Zl Zp line ends
		bad = [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or c == "\ufffd"]
		if bad:
			yield "%s: %r holds %r" % (label, text, bad)
		if [c for c in text if ord(c) > 0xffff]:
			yield "%s: %r holds an emoji or another character beyond the basic plane" % (label, text)
		if text != text.strip() or "  " in text:
			yield "%s: stray space in %r" % (label, text)


def check_descriptions_read_well(catalogue, data):
	for product in catalogue["products"]:
		text = product["description"]
		if not text[0].isupper() or text[-1] not in ".!?":
			yield "%s: the description is no sentence" % product["name"]
		yield from between(product["name"] + ": sentences", len(re.findall(r"[.!?](?= |$)", text)), 1, 3)


def check_scripts(catalogue, data):
	names = "".join(product["name"] for product in catalogue["products"])
	for script in ("CJK UNIFIED", "HIRAGANA", "HANGUL", "CYRILLIC", "GREEK"):
		yield from has([c for c in names if unicodedata.name(c, "").startswith(script)], "name in " + script)
	yield from has([c for c in names if unicodedata.east_asian_width(c) == "W"], "wide character in a name")
	yield from has([c for c in names if unicodedata.combining(c)], "combining character in a name")
	for letter in "éèïØäŠ×":
		yield from has(letter in names, "%s in a name" % letter)
	yield from has([p for p in catalogue["products"] if len(p["name"]) > 100], "name that no list can show whole")


def check_known_products(catalogue, data):
	last = {product["name"]: product for product in catalogue["products"][-FIRST_PAGE:]}
	for name, category, seller, price, stock in KNOWN:
		product = last.get(name)
		if product is None:
			yield "%s is not on the first page" % name
			continue
		found = (product["category"], catalogue["sellers"][product["seller"]]["full_name"], product["price"], product["stock"])
		if found != (category, seller, price, stock):
			yield "%s is %s" % (name, found)


def check_first_page_varied(catalogue, data):
	last = catalogue["products"][-FIRST_PAGE:]
	yield from between("categories on the first page", len({product["category"] for product in last}), 8, 30)
	yield from between("sellers on the first page", len({product["seller"] for product in last}), 6, 7)
	run, longest, before = 0, 0, None
	for product in catalogue["products"]:
		run = run + 1 if product["category"] == before else 1
		before = product["category"]
		longest = max(longest, run)
	yield from between("neighbours of one category", longest, 1, 3)


def png_faults(path):
	"""Reads a PNG to its last pixel row, so that a truncated or altered file is noticed."""
	with open(path, "rb") as file:
		data = file.read()
	yield from between("bytes", len(data), 100, PICTURE_LIMIT - 1)
	if not data.startswith(PNG_SIGNATURE):
		yield "not a PNG"
		return
	chunks, at = [], len(PNG_SIGNATURE)
	while at < len(data):
		if at + 12 > len(data):
			yield "cut off"
			return
		(length,) = struct.unpack_from(">I", data, at)
		body = data[at + 4:at + 8 + length]
		if data[at + 8 + length:at + 12 + length] != struct.pack(">I", zlib.crc32(body)):
			yield "wrong sum in %r" % body[:4]
			return
		chunks.append((body[:4], body[4:]))
		at += 12 + length
	if chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
		yield "does not begin with IHDR and end with IEND"
		return
	width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", chunks[0][1])
	yield from between("width", width, 160, 240)
	yield from between("height", height, 120, 180)
	if (depth, colour, interlace) != (8, 2, 0):
		yield "not 8-bit RGB without interlace"
		return
	try:
		pixels = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
	except zlib.error as error:
		yield "pixels: %s" % error
		return
	yield from between("bytes of pixels", len(pixels), height * (1 + 3 * width), height * (1 + 3 * width))
	if len(set(pixels)) < 10:
		yield "there is nothing to see"


def check_pictures(catalogue, data):
	used = collections.Counter(product["picture"] for product in catalogue["products"] if "picture" in product)
	there = {name for name in os.listdir(PICTURES) if name.endswith(".png")}
	yield from between("pictures", len(there), 8, 20)
	yield from between("products with a picture", sum(used.values()), 20, len(catalogue["products"]) - 20)
	for name in set(used) - there:
		yield "%s is shown by a product but is not there" % name
	for name in there - set(used):
		yield "%s is shown by no product" % name
	for name in sorted(there):
		for fault in png_faults(os.path.join(PICTURES, name)):
			yield "%s: %s" % (name, fault)


def main():
	try:
		data, catalogue = read_catalogue()
	except (OSError, ValueError) as error:
		print("FAIL read_catalogue: %s" % error)
		print("0 passed, 1 failed")
		return 1
	passed = failed = 0
	for name, check in list(globals().items()):
		if not name.startswith("check_"):
			continue
		try:
			faults = list(check(catalogue, data))
		except Exception as error:      # a catalogue of another shape must not stop the other checks
			faults = ["%s: %s" % (type(error).__name__, error)]
		passed, failed = passed + (not faults), failed + bool(faults)
		print("%s %s" % ("FAIL" if faults else "ok  ", name[len("check_"):]))
		for fault in faults:
			print("     " + fault)
	print("%d passed, %d failed" % (passed, failed))
	return 1 if failed else 0


if __name__ == "__main__":
	sys.exit(main())
