#!/usr/bin/python3
"""Functions that we don't call, words that we don't leave behind, and names that don't belong in a published tree.

Forbidden words are put together from pieces, so that this file may be checked by itself.
"""

import re
import sys

import tree

# Each with what to use in its place.
FUNCTIONS = {
    "strcpy": "snprintf, struct buf or arena_strdup",
    "stpcpy": "snprintf, struct buf or arena_strdup",
    "strcat": "struct buf",
    "strncpy": "snprintf or memcpy",
    "strncat": "struct buf",
    "sprintf": "snprintf or buf_printf",
    "vsprintf": "vsnprintf",
    "gets": "fgets",
    "strtok": "strcspn and strspn",
    "strtok_r": "strcspn and strspn",
    "system": "posix_spawn",
    "popen": "posix_spawn",
    "atoi": "strtol with its checks",
    "atol": "strtol with its checks",
    "atoll": "strtoll with its checks",
    "atof": "money is never a double",
    "alloca": "an arena",
    "strdupa": "an arena",
    "rand": "getrandom, or a seeded generator of one's own in a test",
    "srand": "getrandom",
    "random": "getrandom",
    "srandom": "getrandom",
    "tmpnam": "mkstemp",
    "mktemp": "mkstemp",
    "tempnam": "mkstemp",
    "gmtime": "gmtime_r",
    "localtime": "localtime_r",
    "ctime": "strftime",
    "asctime": "strftime",
    "strerror": "strerror_r or %m",
    "gethostbyname": "getaddrinfo",
    "signal": "sigaction",
}
CALL = re.compile(r"(?<![\w.>])(" + "|".join(FUNCTIONS) + r")\s*\(")

SLEEP_C = re.compile(r"(?<![\w.>])(u?sleep|nanosleep|clock_nanosleep|thrd_sleep)\s*\(")
SLEEP_PY = re.compile(r"\btime\.sleep\s*\(|\bfrom\s+time\s+import\b.*\bsleep\b|\basyncio\.sleep\s*\(\s*(?!0\s*\))")
SLEEP_SH = re.compile(r"(^|[;&|({]|\bdo\b|\bthen\b)\s*sleep\s", re.M)

# A JSON member inside a string of C. (A step of a schema that was released is never changed.)
JSON_MEMBER = re.compile(r'\\"\w+\\":')
RELEASED = "platform/store/sqlite/schema.c"

UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
MACHINE_PATHS = re.compile(
    "|".join(("/wo" + r"rk/(?!\w*\$)", "/tmp/" + "brief", r"\." + "library/", "/home/" + r"[a-z]", "/root/" + r"[\w.]")))
REGISTRY_HOSTS = re.compile("|".join((
    "registry" + r"\.npmjs", "npmjs" + r"\.org", "pypi" + r"\.org", "pythonhosted" + r"\.org", "deb" + r"\.debian\.org",
    "crates" + r"\.io", "proxy\\.golang" + r"\.org", "repo1?\\.maven" + r"\.", "snapshot\\." + r"debian\.org")))

PROSE = (".md", ".txt", ".yaml", ".yml", ".json", ".ini", ".toml", ".in", ".am", ".mk", ".ac", ".def", ".sql")
CODE = (".c", ".h", ".py", ".sh")


def hits(paths, pattern, prepare=lambda text: text):
    for path in paths:
        text = tree.read(path)
        if text is None:
            continue
        text = prepare(text)
        for match in pattern.finditer(text):
            yield path, text.count("\n", 0, match.start()) + 1, match


def places(found):
    return [f"{path}:{line}: {match.group().strip()}" for path, line, match in found]


def main():
    tally = tree.Tally()
    everything = tree.files()
    c_files = tree.files(".c", ".h", ".def")
    tests = [path for path in everything if path.startswith("tests/") and not path.startswith("tests/bench/")]
    named = [path for path in everything if path.endswith(PROSE + CODE) or "." not in path.rsplit("/", 1)[-1]]

    tally.rule("the sources were found", [] if len(c_files) > 10 else ["too few: is top_srcdir right?"])
    tally.rule("no banned function is called",
               (f"{path}:{line}: {match.group(1)}: use {FUNCTIONS[match.group(1)]}"
                for path, line, match in hits(c_files, CALL, tree.strip_c)))
    tally.rule("no JSON member is written by hand: json_member_string and its like do that",
               places(hits((path for path in c_files if not path.startswith("tests/") and path != RELEASED), JSON_MEMBER)))
    tally.rule("no C test sleeps",
               places(hits((p for p in tests if p.endswith((".c", ".h"))), SLEEP_C, tree.strip_c)))
    tally.rule("no Python test sleeps", places(hits((p for p in tests if p.endswith(".py")), SLEEP_PY)))
    tally.rule("no shell test sleeps", places(hits((p for p in tests if p.endswith(".sh")), SLEEP_SH)))
    tally.rule("nothing is marked as unfinished", places(hits(named, UNFINISHED)))
    tally.rule("no path of somebody's machine", places(hits(everything, MACHINE_PATHS)))
    tally.rule("no host name of a package registry", places(hits(everything, REGISTRY_HOSTS)))
    tally.finish()


if __name__ == "__main__":
    sys.exit(main())
