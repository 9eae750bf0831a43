#!/usr/bin/python3
"""Lengths, white space, header guards and opening comments; that every source is built and every fragment included."""

import os
import re
import sys

import tree

LENGTH_MAX = 600
WIDTH_MAX = 120
# A text in quotes that has its line to itself is not split for a few columns.
WIDTH_LOOSE = 128
TEXT = re.compile(r'^\s*\(*"')
TAB = 8
FUNCTION_MAX = 80

MEASURED = (".c", ".h", ".def", ".py", ".sh", ".mk", ".am", ".ac", ".sql")
C = (".c", ".h", ".def")
FOLDERS = ("base", "models", "wire", "net", "shop", "tui", "screens", "platform")
KEPT_AS_IS = re.compile(r"(^|/)(golden|goldens|corpus|fixtures)/|^assets/|\.(svg|png|jpe?g)$")


def width(line):
    """Columns, with tabs of eight; wide characters count as one, which is kinder than the editor."""
    return len(line.expandtabs(TAB))


def is_too_wide(line):
    return width(line) > (WIDTH_LOOSE if TEXT.match(line) else WIDTH_MAX)


def lines_of(paths):
    for path in paths:
        text = tree.read(path)
        if text is not None:
            yield from ((path, number, line) for number, line in enumerate(text.split("\n"), 1))


def functions(text):
    """(line, length) of each function body: an opening brace in the first column to its closing one."""
    start = None
    for number, line in enumerate(text.split("\n"), 1):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            yield start, number - start + 1
            start = None


def opening_comment(path, text):
    """A header opens with `/* name.h: what it is for`."""
    return text.startswith(f"/* {os.path.basename(path)}: ")


def guard(path):
    return "VITRINE_" + re.sub(r"[^A-Z0-9]", "_", path.upper())


def build_text():
    fragments = [path for path in tree.files("build.mk", "Makefile.am")]
    return {path: tree.read(path) for path in fragments}


def unbuilt(fragments):
    """Sources that no fragment names."""
    named = set()
    for path, text in fragments.items():
        folder = os.path.dirname(path)
        for word in re.findall(r"[\w%./-]+", text):
            named.add(os.path.normpath(word.replace("%D%", folder or ".").replace("%reldir%", folder or ".")))
    # A program without _SOURCES is made of the one file of its name.
    return [path for path in tree.files(".c", ".h", ".def") if tree.in_folder(path, *FOLDERS, "tests")
            and path not in named and not (path.endswith(".c") and path[:-2] in named)]


def not_included(fragments):
    included = set()
    for path, text in fragments.items():
        for name in re.findall(r"^\s*include\s+(\S+)", text, re.M):
            included.add(name.replace("$(top_srcdir)/", "").replace("$(srcdir)/", "").replace("%D%", os.path.dirname(path)))
    return [path for path in fragments if path.endswith("build.mk") and path not in included]


def main():
    tally = tree.Tally()
    everything = [path for path in tree.files() if not KEPT_AS_IS.search(path)]
    c_files = tree.files(*C)
    headers = [path for path in tree.files(".h") if tree.in_folder(path, *FOLDERS)]
    texts = {path: tree.read(path) for path in everything}
    measured = [path for path in everything if path.endswith(MEASURED) or path in ("bootstrap", ".ci/run")]

    tally.rule("the sources were found", [] if len(c_files) > 10 else ["too few: is top_srcdir right?"])
    tally.rule(f"no file is longer than {LENGTH_MAX} lines",
               (f"{path}: {texts[path].count(chr(10))}" for path in measured if texts[path].count("\n") > LENGTH_MAX))
    tally.rule(f"no line of C is wider than {WIDTH_MAX} columns",
               (f"{path}:{number}: {width(line)}" for path, number, line in lines_of(tree.files(".c", ".h"))
                if is_too_wide(line)))
    tally.rule(f"no function is longer than {FUNCTION_MAX} lines",
               (f"{path}:{line}: {length}" for path in c_files for line, length in functions(texts[path] or "")
                if length > FUNCTION_MAX))
    tally.rule("no trailing white space, no carriage return",
               (f"{path}:{number}" for path, number, line in lines_of(measured)
                if line != line.rstrip(" \t\r")))
    tally.rule("C is indented with tabs",
               (f"{path}:{number}" for path, number, line in lines_of(c_files) if re.match(r" {8}", line)))
    tally.rule("every text ends with a newline",
               (path for path in measured if texts[path] and not texts[path].endswith("\n")))
    tally.rule("every header opens with `/* name.h: …`", (path for path in headers if not opening_comment(path, texts[path])))
    tally.rule("every header has its guard",
               (f"{path}: {guard(path)}" for path in headers
                if f"#ifndef {guard(path)}\n#define {guard(path)}\n" not in texts[path]))
    fragments = build_text()
    tally.rule("every C file is named in a build.mk", unbuilt(fragments))
    tally.rule("every build.mk is included", not_included(fragments))
    tally.finish()


if __name__ == "__main__":
    sys.exit(main())
