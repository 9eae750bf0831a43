"""Values at and beyond every edge of a shape, to be judged by the decoder in C and by the schema in openapi.yaml."""

import copy
import itertools

ID = "01JD8ZQ4T7M3XK2V9B6N5C0RHE"
WRONG_TYPES = (None, True, 7, 1.5, "text", [], {}, ["a"], {"a": 1})
CONTROLS = ("\n", "\t", "\x1b", "\x7f", "\x80", "\x9b", "\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a",
            "\u202e", "\u2066", "\u2069")
NOT_CONTROLS = ("\u00a0", "\u061b", "\u061d", "\u200d", "\u2010", "\u202f", "\u2065", "\u206a", "é", "京", "😀")
UNSEEN = (" ", "\u00a0", "\u00ad", "\u200b", "\u2060", "\u2800", "\u3164", "\ufe0f", "\ufeff", "\u0301", "❤\ufe0f", "\u200da")
EMAILS = (" a@b.c", "\u00a0a@b.c\u3000", "\u200ba@b.c\u200b", "a\u00a0b@c.d", "a@b\u200b.c", "a@b.\u00adc", "a@b.c\ufe0f", "\ufe0fa@b.c",
          "a@b.c", "first.last+tag@example.com", "ñandú@example.com", "a@b", "a@.b", "a@b.", "@b.c", "a@", "a@@b.c", "a@b@c.d",
          ".a@b.c", "a.@b.c", "a..b@c.d", "a@b..c", "a b@c.d", "a@-b.c", "a(b@c.d", 'a"b@c.d', "a<b@c.d", "a,b@c.d", "a;b@c.d",
          "a:b@c.d", "a\\b@c.d", "a[b@c.d", "a@b.c.d.e", "a@b-c.d", "x" * 64 + "@b.c", "x" * 65 + "@b.c", "a\x1b@b.c", "", "a@b.c\n",
          "a*b@0.c*", "a@b_c.d", "a@xn--a.b")
PASSWORDS = ("aaaaAAA1", "aaaaaaa1", "AAAAAAA1", "aaaaAAAA", "aA1 éé 京", "aA1\naaaaa")
MOBILES = ("+34600123456", "34600123456", "+04600123456", "+346001", "+3460012", "+34600123", "+123456789012345",
           "+1234567890123456", "+34 600123456", "+346001234a", "+", "")
IDS = (ID, "", "a", "a" * 64, "a" * 65, "3f1c-9", "a_b", "a/b", "a b", "é", "a\n")
MONEY_FORMS = ("79", "12.5", "14.50", "14.505", "14.", ".5", "", " 1", "1 ", "+1", "-1", "1e3", "1,5", "free", "0", "0.0", "0.00",
               "0.01", "00014.50", "000000123456789.00", "0000000123456789", "1000000000000000", "1.5\n")


def money(minor):
    return f"{minor // 100}.{minor % 100:02d}"


def text(length, character="x"):
    return character * length


def texts(field):
    low, high = field["min"], field["max"]
    if field["lines"]:
        yield from ("a\nb", "\n", "a\n\nb\n", "a\n\tb", "a\r\nb", "\n\x1b")
    if high:
        for length in sorted({max(low - 1, 0), low, high, high + 1}):
            yield text(length)
            yield text(length, "京")
    yield from (f"a{c}b" for c in CONTROLS + NOT_CONTROLS)
    yield from ("a\n", "\x1b")
    yield from UNSEEN
    yield from (f" {c}\u3000" for c in UNSEEN)


def emails(field):
    for length in (field["min"] - 1, field["min"], field["max"], field["max"] + 1):
        yield f"a@{text(max(length - 4, 0))}.c"
    yield from EMAILS


def passwords(field):
    for length in (field["min"] - 1, field["min"], field["max"], field["max"] + 1):
        yield "aA1" + text(length - 3)
    yield from PASSWORDS


def amounts(field):
    yield from MONEY_FORMS
    if field["max"]:
        yield from (money(n) for n in (field["min"] - 1, field["min"], field["max"], field["max"] + 1) if n >= 0)
        yield str(field["max"] // 100)
        yield str(field["max"] // 100 + 1)


def numbers(field):
    if field["max"]:
        yield from (field["min"] - 1, field["min"], field["max"], field["max"] + 1)
    yield from (1.0, 2 ** 53, -2 ** 53, 1e300)


def choices(field):
    yield from field["choices"]
    yield from ("", field["choices"][0] + "x", field["choices"][0].upper())


def names(field):
    """Lists of texts: too few, too many, and each text at its edges."""
    right = "x"
    for count in {max(field["min"] - 1, 0), field["min"], field["max"], field["max"] + 1}:
        yield [right] * count
    inner = {"min": 1, "max": field["each"], "lines": False}
    yield from ([right, value] for value in itertools.chain(texts(inner), (None, 1, [], {})))


OF_TYPE = {
    "text": texts, "name": texts, "email": emails, "password": passwords, "money": amounts, "int": numbers, "choice": choices,
    "id": lambda field: IDS, "mobile": lambda field: MOBILES, "bool": lambda field: (True, False),
    "list": lambda field: (), "object": lambda field: (), "names": names,
}
GOOD = {"id": ID, "email": "ada@example.com", "password": "Vitrine-2026", "mobile": "+34600123456", "bool": True}


def good(shapes, field):
    kind = field["type"]
    if kind == "list":
        return [good_object(shapes, field["of"])]
    if kind == "object":
        return good_object(shapes, field["of"])
    if kind == "names":
        return ["x"] * max(field["min"], 1)
    if kind == "money":
        return "14.50"
    if kind == "int":
        return max(field["min"], 1)
    if kind == "choice":
        return field["choices"][0]
    return GOOD.get(kind, text(max(field["min"], 1)))


def good_object(shapes, name):
    return {field["name"]: good(shapes, field) for field in shapes[name]}


def variants(shapes, name):
    """Objects of a shape: one that is right in all, and others that differ from it in one place."""
    right = good_object(shapes, name)
    yield right
    yield {**right, "unknown": 1}
    yield {}
    for field in shapes[name]:
        member = field["name"]
        yield {key: value for key, value in right.items() if key != member}
        yield {member: right[member]}
        for value in itertools.chain(WRONG_TYPES, OF_TYPE[field["type"]](field)):
            yield {**right, member: value}
        if field["type"] == "list":
            for count in {0, max(field["min"] - 1, 0), field["min"], field["max"], field["max"] + 1}:
                yield {**right, member: [copy.deepcopy(right[member][0]) for _ in range(count)]}
            for inner in variants(shapes, field["of"]):
                yield {**right, member: [inner]}
            for odd in (None, 1, "text", []):
                yield {**right, member: [odd]}
        if field["type"] == "object":
            for inner in variants(shapes, field["of"]):
                yield {**right, member: inner}


def bodies(shapes, name):
    yield from variants(shapes, name)
    yield from (None, True, 7, "text", [], [good_object(shapes, name)])


def wire(value):
    return value if isinstance(value, str) else "true" if value is True else "false" if value is False else str(value)


QUERY_FORMS = ("", "0", "1", "007", "-1", "+1", " 1", "1 ", "1x", "1.0", "1e2", "99999999999999999999", "true", "false", "TRUE", "yes")


def queries(shapes, name):
    """Lists of [name, value]: one that is right, and others with one parameter changed, doubled or unknown."""
    right = [[field["name"], wire(good(shapes, field))] for field in shapes[name]]
    yield right
    yield []
    yield right + [["unknown", "1"]]
    yield from (right + [pair] for pair in right)
    for place, field in enumerate(shapes[name]):
        values = itertools.chain((wire(value) for value in OF_TYPE[field["type"]](field)), QUERY_FORMS)
        for value in values:
            if "e+" not in value:
                yield right[:place] + [[field["name"], value]] + right[place + 1:]
