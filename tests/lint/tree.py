"""The source tree as the lint tests see it.

Files are found by walking, not by asking git, so that the tests run in an unpacked archive too. What a build makes is left
out: folders whose names .gitignore has.
"""

import os
import re
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from rules import Tally  # for those who use this one

ROOT = os.path.abspath(os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", ".."))

MADE_FOLDERS = re.compile(r"^(build|build-.*|autom4te\.cache|node_modules|__pycache__|\.git|_build|_inst|\.deps)$")
MADE_FILES = re.compile(
    r"^(\.git|configure~?|aclocal\.m4|config\.h\.in~?|config\.(log|status)|Makefile(\.in)?|.*\.(o|a|trs|log|pyc)|\.dirstamp)$")

LIBRARY = re.compile(r"^noinst_LIBRARIES \+= %D%/(lib\w+\.a)$", re.M)


def files(*extensions):
    """Paths relative to the root, sorted; all of them, or those that end so."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        inside = os.path.relpath(folder, ROOT)
        folders[:] = [name for name in folders if not MADE_FOLDERS.match(name)
                      and not (inside == "." and re.match(r"^vitrine-[0-9]", name))]
        for name in names:
            path = os.path.normpath(os.path.join(inside, name))
            if not MADE_FILES.match(name) and (not extensions or name.endswith(extensions)):
                found.append(path)
    return sorted(found)


def read(path):
    """The text, or None for what isn't text."""
    with open(os.path.join(ROOT, path), "rb") as stream:
        data = stream.read()
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def libraries():
    """Those that the programs are made of; the tests have some of their own."""
    return sorted(os.path.join(os.path.dirname(path), name) for path in files("build.mk") if not in_folder(path, "tests")
                  for name in LIBRARY.findall(read(path)))


def built(paths):
    """The folder that holds what was built, or None."""
    for folder in (".", os.path.join(ROOT, "build")):
        if all(os.path.exists(os.path.join(folder, path)) for path in paths):
            return folder
    print("There is no build here, nor in build/. Run make first, then this in the folder where it was run.")
    return None


def strip_c(text):
    """C without comments and string literals; lines keep their numbers."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

    def blank(match):
        lines = "\n" * match.group().count("\n")
        return '""' if match.group()[0] in "\"'" else lines or " "

    return pattern.sub(blank, text)


def in_folder(path, *folders):
    return any(path.startswith(folder + "/") for folder in folders)
