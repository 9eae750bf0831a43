#!/usr/bin/python3
"""Who may include whom: the arrows between the folders point one way, and a library has one door."""

import os
import re
import sys

import tree

# A folder and the folders whose headers its files may include, besides its own.
ALLOWED = {
    "base": set(),
    "models": {"base"},
    "wire": {"base", "models"},
    "net": {"base", "models", "wire"},
    "platform": {"base", "models", "wire"},
    "shop": {"base", "models", "net"},
    "tui": {"base"},
    "screens": {"base", "models", "wire", "net", "shop", "tui"},
}

# The same for the folders inside of a folder. Every file of tui and of screens is in one of these.
INSIDE = {
    "tui": {
        "tui/paint": set(),
        "tui/terminal": {"tui/paint"},
        "tui/widgets": {"tui/paint", "tui/terminal"},
        "tui/picture": {"tui/paint"},
        "tui/view": {"tui/paint", "tui/terminal", "tui/widgets", "tui/picture"},
    },
    "screens": {
        "screens/app": set(),
        "screens/parts": {"screens/app"},
        "screens/start": {"screens/app", "screens/parts"},
        "screens/buying": {"screens/app", "screens/parts"},
        "screens/selling": {"screens/app", "screens/parts"},
        "screens/account": {"screens/app", "screens/parts"},
    },
}
# The table of all screens stands above them, and is for app.
SCREENS_TABLE = "screens/screens.def"
# What knows a folder's insides, and the folder that alone may include it.
PRIVATE = {"screens/app/app_internal.h": "screens/app"}

# The files of net are a chain: each may include its own header and those of the files before it.
NET_CHAIN = ("state", "session", "pending", "net_profile", "net_args", "net_reply", "request", "answer", "reply", "link",
             "exchange", "tokens", "call", "features", "full", "first/reading", "first/job", "first/starts",
             "first/catalogue", "first/fetch", "first/listing", "first/history", "first/accounts", "first/products", "first/purchase",
             "first/first", "profile", "net")
# What people outside of net may include; of net/first only what stands above it may include its door.
NET_OPEN = re.compile(r"^net/(net|net_args|net_profile|net_reply|pending|session|state)\.h$")
NET_FIRST_DOOR = "net/first/first.h"

# Within platform: the handlers know the stores and identities by their two headers, and the front ends not at all.
HANDLERS = ("auth", "clients", "sellers", "products", "purchases")
HANDLERS_SEE = re.compile(r"^platform/([^/]+\.(h|def)|(" + "|".join(HANDLERS) +
                          r")/[^/]+|store/store\.h|identity/identity\.h)$")
# Whatever else knows an engine is a main program, or what puts the parts together for them.
ENGINES = re.compile(r"^platform/(db|aws|open|store/[^/]+|identity/[^/]+)/")
MAINS = re.compile(r"^platform/((http|lambda)/main\.c$|open/)")
BACK_ENDS_SEE = {
    "db": re.compile(r"^platform/(db/|[^/]+\.(h|def)$)"),
    "store/sqlite": re.compile(r"^platform/(db/|store/sqlite/|store/(store|[a-z]+_rule)\.h$|[^/]+\.(h|def)$)"),
    "store/dynamodb": re.compile(r"^platform/(aws/|store/dynamodb/|store/(store|[a-z]+_rule)\.h$|[^/]+\.(h|def)$)"),
    "identity/local": re.compile(r"^platform/(db/|identity/local/|identity/[^/]+\.h$|[^/]+\.(h|def)$)"),
    "identity/cognito": re.compile(r"^platform/(aws/|identity/cognito/|identity/[^/]+\.h$|[^/]+\.(h|def)$)"),
}

# A library's header and the files that may include it.
DOORS = {
    "curl/curl.h": re.compile(r"^wire/"),
    "sqlite3.h": re.compile(r"^platform/(db|store/sqlite|identity/local)/"),
    "systemd/sd-daemon.h": re.compile(r"^platform/http/"),
    "chafa.h": re.compile(r"^tui/picture/"),
    "png.h": re.compile(r"^tui/picture/"),
    "jpeglib.h": re.compile(r"^tui/picture/"),
}
CURSES = re.compile(r"^(n?cursesw?/)?(n?curses|term|panel|form|menu)\.h$")
EVENT = re.compile(r"^(event2?/|event\.h|evhttp\.h)")
# Libraries that one file each may know.
ONE_DOOR = ("jwt.h", "sodium.h")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def includes():
    """(path, line, quote, header) of every include outside the tests."""
    for path in tree.files(".c", ".h", ".def"):
        if not tree.in_folder(path, *ALLOWED):
            continue
        text = tree.read(path)
        for match in INCLUDE.finditer(text):
            yield path, text.count("\n", 0, match.start()) + 1, match.group(1), match.group(2)


def points_up(top, path, header):
    """Does the path, which is in `top`, include what it may not know of the same `top`?"""
    sees = INSIDE[top].get(os.path.dirname(path), set()) | {os.path.dirname(path)}
    if header == SCREENS_TABLE:
        return os.path.dirname(path) != "screens/app"
    return os.path.dirname(header) not in sees


def link_of(path):
    """What a file of net is called in the chain."""
    return os.path.splitext(path)[0].removeprefix("net/")


def place_in_net(path):
    """A file's place in the chain; behind all others when it has none, which is a fault of its own."""
    return NET_CHAIN.index(link_of(path)) if link_of(path) in NET_CHAIN else len(NET_CHAIN)


def against_net(path, header):
    """Does the path include what stands above it in net, or what isn't for it?"""
    if not path.startswith("net/"):
        return not NET_OPEN.match(header)
    if header.startswith("net/first/") and not path.startswith("net/first/") and header != NET_FIRST_DOOR:
        return True
    # What knows all calls of the first platform is told of by its door, which therefore stands below them.
    return header != NET_FIRST_DOOR and place_in_net(header) > place_in_net(path)


def main():
    tally = tree.Tally()
    found = list(includes())
    ours = [entry for entry in found if entry[2] == '"']

    tally.rule("the sources were found", [] if len(found) > 10 else ["too few includes: is top_srcdir right?"])
    tally.rule("our own headers are included from the root, as \"folder/file.h\"",
               (f"{path}:{line}: {header}" for path, line, _, header in ours
                if header.split("/")[0] not in ALLOWED and not header.startswith("build/")))
    tally.rule("arrows between the folders point one way",
               (f"{path}:{line}: {header}" for path, line, _, header in ours
                if header.split("/")[0] in ALLOWED and header.split("/")[0] != path.split("/")[0]
                and header.split("/")[0] not in ALLOWED[path.split("/")[0]]))
    for top, folders in INSIDE.items():
        tally.rule(f"every file of {top} is in a folder that has its arrows",
                   (path for path in tree.files(".c", ".h", ".def") if tree.in_folder(path, top)
                    and os.path.dirname(path) not in folders and path != SCREENS_TABLE))
        tally.rule(f"arrows inside of {top} point one way",
                   (f"{path}:{line}: {header}" for path, line, _, header in ours
                    if tree.in_folder(path, top) and tree.in_folder(header, top) and points_up(top, path, header)))
    links = {link_of(path): path for path in tree.files(".c", ".h") if path.startswith("net/")}
    tally.rule("every file of net has its place in the chain, and no other name has one",
               [*(path for link, path in links.items() if link not in NET_CHAIN),
                *(f"{link}: there is no such file" for link in NET_CHAIN if link not in links)])
    tally.rule("net is a chain, with a few headers for those outside",
               (f"{path}:{line}: {header}" for path, line, _, header in ours
                if header.startswith("net/") and against_net(path, header)))
    tally.rule("a folder's own headers are included there alone",
               (f"{path}:{line}: {header}" for path, line, _, header in ours
                if header in PRIVATE and not tree.in_folder(path, PRIVATE[header])))
    tally.rule("handlers know store and identity only by their headers",
               (f"{path}:{line}: {header}" for path, line, _, header in ours
                if tree.in_folder(path, *(f"platform/{name}" for name in HANDLERS))
                and header.startswith("platform/") and not HANDLERS_SEE.match(header)))
    tally.rule("only main programs know which store and which identity there are",
               (f"{path}:{line}: {header}" for path, line, _, header in ours
                if path.startswith("platform/") and not ENGINES.match(path) and not MAINS.match(path)
                and ENGINES.match(header)))
    tally.rule("stores and identities know no handler and no front end",
               (f"{path}:{line}: {header}" for path, line, _, header in ours
                for name, sees in BACK_ENDS_SEE.items()
                if path.startswith(f"platform/{name}/") and header.startswith("platform/") and not sees.match(header)))
    tally.rule("only tui/terminal and tui/paint include curses",
               (f"{path}:{line}: {header}" for path, line, _, header in found
                if CURSES.match(header) and not tree.in_folder(path, "tui/terminal", "tui/paint")))
    tally.rule("only platform/http includes libevent",
               (f"{path}:{line}: {header}" for path, line, _, header in found
                if EVENT.match(header) and not path.startswith("platform/http/")))
    for library, door in DOORS.items():
        tally.rule(f"{library} is included where it belongs",
                   (f"{path}:{line}" for path, line, _, header in found if header == library and not door.match(path)))
    for library in ONE_DOOR:
        users = sorted({path for path, _, _, header in found if header == library})
        tally.rule(f"one file at most includes {library}", users if len(users) > 1 else [])
    tally.finish()


if __name__ == "__main__":
    sys.exit(main())
