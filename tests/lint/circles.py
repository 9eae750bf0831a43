#!/usr/bin/python3
"""Within a library files stand on each other one way: this reads what was built, by the symbols that each object asks for.

By hand: in the folder of a build, or anywhere else for that in build/.
"""

import collections
import os
import re
import subprocess
import sys

import tree

# What is a circle and meant to be: the files that stand on each other, and why. A row that is none any more fails.
MEANT = {
    "platform/libplatform.a": ({"export", "import"}, "each is the other's undoing, and they share the file's grammar"),
    "platform/http/libhttp.a": ({"conn", "loop"}, "a connection is watched by the loop, which opens it"),
    "tui/picture/libpicture.a": ({"jpeg", "picture", "png"}, "the table of decoders and what decoders ask are one file"),
    "screens/app/libapp.a": ({"app", "app_calls", "app_chrome", "app_keys", "app_overlay", "app_settled", "app_stack"},
                             "they are the window manager, one subject in seven files"),
}

# Libraries that are looked at as one: the second is a link in the middle of the first.
TOGETHER = {"net/libnet.a": "net/first/libfirst.a"}

# With fewer files than that, something is wrong here rather than right there.
FEWEST = 2

MEMBER = re.compile(r"^([^\s:]+\.o):$")
SYMBOL = re.compile(r"^[0-9a-f]*\s+([A-Za-z])\s+(\S+)$")


def graph(*paths):
    """{object: {object it uses: a symbol}}."""
    listing = subprocess.run(["nm", *paths], capture_output=True, text=True, check=True, timeout=60).stdout
    home, wanted, member = {}, collections.defaultdict(set), None
    for line in listing.splitlines():
        named, symbol = MEMBER.match(line), SYMBOL.match(line)
        if named:
            member = named.group(1)
        elif symbol and symbol.group(1) == "U":
            wanted[member].add(symbol.group(2))
        elif symbol and symbol.group(1) in "TDBR":
            home[symbol.group(2)] = member
    edges = collections.defaultdict(dict)
    for user, symbols in wanted.items():
        for symbol in sorted(symbols):
            if home.get(symbol, user) != user:
                edges[user][home[symbol]] = symbol
    return edges, set(home.values())


def circle(edges):
    """Some circle, as the objects along it, or None."""
    done, way = set(), []

    def visit(node):
        if node in way:
            return way[way.index(node):] + [node]
        if node in done:
            return None
        way.append(node)
        for below in edges.get(node, ()):
            found = visit(below)
            if found:
                return found
        way.pop()
        done.add(node)
        return None

    for node in sorted(edges):
        found = visit(node)
        if found:
            return found
    return None


def without(edges, meant):
    """The edges but those between two files that are meant to stand on each other."""
    return {user: {used: symbol for used, symbol in below.items() if not {user, used} <= meant}
            for user, below in edges.items()}


def reached(edges, start):
    seen, ahead = set(), [start]
    while ahead:
        for below in edges.get(ahead.pop(), ()):
            if below not in seen:
                seen.add(below)
                ahead.append(below)
    return seen


def not_circular(edges, meant):
    """Those of `meant` that no longer stand on themselves by way of the others."""
    among = {user: {used for used in edges.get(user, ()) if used in meant} for user in meant}
    return sorted(user for user in meant if not meant <= reached(among, user))


def main():
    tally = tree.Tally()
    tally.rule("a circle is seen", [] if circle({"a": {"b": "x"}, "b": {"c": "y"}, "c": {"a": "z"}}) else ["it isn't"])
    wanted = tree.libraries()
    tally.rule("the libraries were found", [name for name in MEANT if name not in wanted])
    folder = tree.built(wanted)
    tally.rule("the libraries are built", [] if folder else wanted)
    for library in wanted if folder else ():
        edges, members = graph(*(os.path.join(folder, name) for name in (library, TOGETHER.get(library)) if name))
        meant = {f"{name}.o" for name in MEANT.get(library, (set(), ""))[0]}
        left = without(edges, meant)
        found = circle(left)
        told = [f"{user} uses {left[user][used]} of {used}" for user, used in zip(found, found[1:])] if found else []
        told += [f"{name} stands in MEANT and is in no circle with the others there" for name in not_circular(edges, meant)]
        if len(members) < FEWEST:
            told = [f"only {len(members)} files found in it"]
        tally.rule(f"no file of {library} stands on itself", told)
    tally.finish()


if __name__ == "__main__":
    sys.exit(main())
