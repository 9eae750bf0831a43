#!/usr/bin/python3
"""A catalogue of software packages: what is called by the word that is searched for comes first. Runs over a few hundred names
(packages.txt: name, section); `test_best_packages.py --all` over everything that the machine's own package list offers.
"""

import collections
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, ".."))
import shop
from rules import Tally

VITRINED = os.environ.get("VITRINED") or os.path.join(os.environ.get("top_builddir", "build"), "vitrined")
WANTED = ("vim", "nginx", "emacs", "git")
PASSWORD = "Vitrine-2026"
Package = collections.namedtuple("Package", "name section description")


def sample():
    with open(os.path.join(HERE, "packages.txt"), encoding="utf-8") as lines:
        for line in lines:
            name, section = line.split()
            yield Package(name, section, f"A package of {section}, beside vim, nginx, emacs and git")


def everything():
    text = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, check=True).stdout.decode(errors="replace")
    for entry in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in entry.split("\n") if ": " in line and not line.startswith(" "))
        if "Package" in fields:
            yield Package(fields["Package"], fields.get("Section", "none"), fields.get("Description", fields["Package"]))


def fill(server, packages):
    server.ask("POST", "/Seller", {"email": "s@example.com", "password": PASSWORD, "full_name": "Archive"}, wanted=201)
    seller = server.sign_in("s@example.com", PASSWORD)
    items = [{"name": package.name[:120], "price": "1.00", "stock": 1, "category": package.section[:40],
              "description": package.description[:4000]} for package in packages]
    for first in range(0, len(items), 100):
        answer = server.ask("POST", "/Product/Batch", {"items": items[first:first + 100]}, seller).json
        faults = [row for row in answer["outcomes"] if row["status"] != 201]
        if faults:
            raise RuntimeError(f"{faults[:3]}")


def first_faults(server, names):
    for word in WANTED:
        began = time.monotonic()
        page = server.ask("GET", "/Product?" + urllib.parse.urlencode({"q": word, "limit": 5})).json
        took = (time.monotonic() - began) * 1000
        found = [product["name"] for product in page["products"]]
        print(f"# {word}: {', '.join(found)} ({took:.1f} ms)")
        if word in names and found[:1] != [word]:
            yield f"{word} finds {found}"
        if not all(word in name for name in found):
            yield f"{word} finds {found} first, though it is in other names"


def main():
    tally = Tally()
    whole = "--all" in sys.argv[1:]
    if whole and not shutil.which("apt-cache"):
        print("there is no apt-cache here")
        sys.exit(77)
    packages = list(everything() if whole else sample())
    if whole and len(packages) < 10000:
        print(f"apt-cache knows {len(packages)} packages only: apt-get update")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        with shop.Server(VITRINED, os.path.join(folder, "shop.db")) as server:
            fill(server, packages)
            tally.rule(f"of {len(packages)} packages, what is called so comes first",
                       first_faults(server, {package.name for package in packages}))
    tally.finish()


if __name__ == "__main__":
    main()
