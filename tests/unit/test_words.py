#!/usr/bin/python3
"""Holds screens/app/words.def to the codes that a platform can send: openapi.yaml, models/violation.def, base/err.def and
the codes that the platform's sources name. Each has one whole sentence, and no sentence is of a code that nobody sends.

    test_words.py [TOP]

Prints "N passed, M failed" last and exits 1 when something failed.
"""
import glob
import os
import re
import sys

TOP = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def sentences(macro):
    return re.findall(r"^%s\((\w+), \"(.*)\"\)$" % macro, read("screens/app/words.def"), re.M)


def enum(schema):
    """The values of one schema's enum in openapi.yaml."""
    text = re.search(r"^    %s:\n(?:      .*\n)*?      enum:\n((?:        - \w+\n)+)" % schema, read("openapi.yaml"), re.M)
    return re.findall(r"- (\w+)", text.group(1))


def kinds():
    """The codes of err.def that have a status."""
    return [code for status, code in re.findall(r"^ERR\(\w+, (\d+), \"(\w+)\"", read("base/err.def"), re.M) if int(status)]


def violations():
    return dict(re.findall(r"^VIOLATION\((\w+), \"(.*)\"\)$", read("models/violation.def"), re.M))


def named():
    """The codes that the platform's sources give to an error."""
    found = set()
    for folder in ("platform", "models"):
        for path in glob.glob(os.path.join(TOP, folder, "**", "*.c"), recursive=True):
            with open(path, encoding="utf-8") as file:
                found |= set(re.findall(r"err_code\([^;\"]*?ERR_\w+, \"(\w+)\"", file.read()))
    return found


def compare(have, wanted, what):
    have = [code for code, _ in have]
    for code in sorted(set(wanted) - set(have)):
        yield f"{what} {code} has no sentence"
    for code in sorted(set(have) - set(wanted)):
        yield f"{what} {code} has a sentence, and nobody sends it"
    for code in sorted({code for code in have if have.count(code) > 1}):
        yield f"{what} {code} has two sentences"


def check_problems():
    codes = set(enum("Code"))
    if len(codes) < 20:
        yield f"openapi.yaml: only {len(codes)} codes were found"
    yield from compare(sentences("PROBLEM"), codes, "problem")
    for code in sorted((set(kinds()) | named()) - codes):
        yield f"openapi.yaml doesn't name {code}"


def check_faults():
    yield from compare(sentences("FAULT"), enum("ErrorCode"), "fault")
    yield from compare(sentences("FAULT"), list(violations()) + ["invalid"], "fault")


SENT = {"throttled": {"seconds"}, "unavailable": {"seconds"}, "invalid": {"message"}, "illegal_transition": {"from", "to"}}


def check_params():
    """What stands in braces is sent: what the violation's own sentence uses, or a wait."""
    details = violations()
    for code, sentence in sentences("FAULT"):
        allowed = set(re.findall(r"\{(\w+)\}", details.get(code, ""))) | ({"message"} if code == "invalid" else set())
        for name in set(re.findall(r"\{(\w+)\}", sentence)) - allowed:
            yield f"fault {code}: {{{name}}} isn't sent"
    for code, sentence in sentences("PROBLEM"):
        allowed = SENT.get(code, set())
        for name in set(re.findall(r"\{(\w+)\}", sentence)) - allowed:
            yield f"problem {code}: {{{name}}} isn't sent"


def check_sentences():
    """They are whole: a capital letter at the start, a point at the end."""
    for code, sentence in sentences("PROBLEM") + sentences("FAULT"):
        if not re.fullmatch(r"[A-Z].*(\.|\{message\})", sentence):
            yield f"{code}: \"{sentence}\" is no whole sentence"
        if len(sentence) > 110:
            yield f"{code}: {len(sentence)} characters"


def main():
    passed = failed = 0
    for name, check in sorted(globals().items()):
        if not name.startswith("check_"):
            continue
        faults = list(check())
        for fault in faults:
            print(f"not ok: {name}: {fault}")
        passed, failed = passed + (not faults), failed + bool(faults)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
