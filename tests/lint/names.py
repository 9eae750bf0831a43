#!/usr/bin/python3
"""The libraries of both programs can be linked together, and a name begins with one module in the whole tree.

By hand: in the folder of a build, or anywhere else for that in build/.
"""

import os
import re
import subprocess
import sys
import tempfile

import tree

STOREFRONT = ("net", "shop", "tui", "screens", "cli")
PLATFORM = ("platform",)

DEFINED = re.compile(r"^\S*:(\S+\.o):[0-9a-f]+ [TDBR] (\S+)$", re.M)
TWICE = re.compile(r"(multiple definition of\b.*|duplicate symbol.*)")


def link(paths):
    """What is defined twice, in the linker's words, when all of all libraries is made one object."""
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(["ld", "-r", "-o", os.path.join(folder, "all.o"), "--whole-archive", *paths],
                              capture_output=True, text=True, timeout=120)
    told = sorted(set(TWICE.findall(made.stderr)))
    return told or ([made.stderr.strip()] if made.returncode else [])


def modules():
    """{name of a header: the folders at the top that have one of that name}."""
    found = {}
    for path in tree.files(".h"):
        if tree.in_folder(path, *STOREFRONT, *PLATFORM):
            found.setdefault(os.path.basename(path)[:-2], set()).add(path.split("/")[0])
    return found


def module_of(name, known):
    """The longest name of a header that it begins with, or None."""
    parts = name.split("_")
    return next((module for end in range(len(parts) - 1, 0, -1) for module in ["_".join(parts[:end])] if module in known),
                None)


def strangers(path, library, known):
    """Names of one program's library that begin like a module that only the other one has."""
    listing = subprocess.run(["nm", "-A", "--defined-only", path], capture_output=True, text=True, check=True, timeout=60)
    mine = STOREFRONT if tree.in_folder(library, *STOREFRONT) else PLATFORM if tree.in_folder(library, *PLATFORM) else ()
    for member, name in DEFINED.findall(listing.stdout) if mine else ():
        module = module_of(name, known)
        if module and not known[module] & set(mine):
            yield f"{library}, {member}: {name} begins like {module}.h of {', '.join(sorted(known[module]))}/"


def main():
    tally = tree.Tally()
    known = modules()
    tally.rule("a name's module is the longest that fits",
               [] if module_of("a_b_c", {"a": 1, "a_b": 1}) == "a_b" and not module_of("ab", {"a": 1, "ab": 1}) else ["no"])
    wanted = tree.libraries()
    folder = tree.built(wanted)
    tally.rule("the libraries are built", [] if folder else wanted)
    paths = [os.path.join(folder, library) for library in wanted] if folder else []
    tally.rule("no name is defined twice in the libraries of both programs", link(paths) if paths else [])
    tally.rule("no name of one program begins like a module of the other",
               (told for path, library in zip(paths, wanted) for told in strangers(path, library, known)))
    tally.finish()


if __name__ == "__main__":
    sys.exit(main())
