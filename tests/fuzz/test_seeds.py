#!/usr/bin/python3
"""The corpus begins with what seeds.py makes: a request of each row of the API among it."""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import seeds
from rules import Tally


def main():
    tally = Tally()
    wanted = seeds.seeds()
    rows = [op for op, *_ in seeds.rows()]
    tally.rule("the table of the API is read", [] if len(rows) > 20 else [f"{len(rows)} rows"])
    tally.rule("each row has a seed", [op for op in rows if f"router/{op}" not in wanted])
    for title, wrong in (("is there", lambda path, value: not path.exists()),
                         ("is as it is made", lambda path, value: path.exists() and path.read_bytes() != value)):
        names = sorted(name for name, value in wanted.items() if wrong(seeds.HERE / name, value))
        tally.rule(f"each seed {title}", names + ["Run tests/fuzz/seeds.py and commit what it makes."] if names else [])
    tally.finish()


if __name__ == "__main__":
    sys.exit(main())
