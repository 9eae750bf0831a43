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

LIBRARIES = ("platform/db/libdb.a", "platform/aws/libaws.a", "platform/store/sqlite/libsqlite.a",
             "platform/store/dynamodb/libdynamodb.a", "platform/identity/local/liblocal.a",
             "platform/identity/cognito/libcognito.a")

MEMBER = re.compile(r"^([^\s:]+\.o):$")
SYMBOL = re.compile(r"^[0-9a-f]*\s+([A-Za-z])\s+(\S+)$")


def built():
    """The folder that holds what was built, or None."""
    for folder in (".", os.path.join(tree.ROOT, "build")):
        if all(os.path.exists(os.path.join(folder, library)) for library in LIBRARIES):
            return folder
    return None


def graph(path):
    """{object: {object it uses: a symbol}}."""
    listing = subprocess.run(["nm", path], capture_output=True, text=True, check=True, timeout=60).stdout
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


def main():
    tally = tree.Tally()
    tally.rule("a circle is seen", [] if circle({"a": {"b": "x"}, "b": {"c": "y"}, "c": {"a": "z"}}) else ["it isn't"])
    folder = built()
    if folder is None:
        print("There is no build here, nor in build/. Run make first, then this in the folder where it was run.")
    tally.rule("the libraries are built", [] if folder else [", ".join(LIBRARIES)])
    for library in LIBRARIES if folder else ():
        edges, members = graph(os.path.join(folder, library))
        found = circle(edges)
        told = [f"{user} uses {edges[user][used]} of {used}" for user, used in zip(found, found[1:])] if found else []
        if len(members) < 3:
            told = [f"only {len(members)} files found in it"]
        tally.rule(f"no file of {library} stands on itself", told)
    tally.finish()


if __name__ == "__main__":
    sys.exit(main())
