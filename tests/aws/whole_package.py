#!/usr/bin/python3
"""What is deployed is one program that Lambda's image can run: it is small, needs libc alone, no newer one than is there, runs in
a root that holds libc and nothing else, and serves a shop."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

import host
import sam
import stack
import test_engines

sys.path.append(f"{sam.SOURCE}/tests")
from rules import Tally  # noqa: E402

BYTES_MAX = 6 * 1000 * 1000
GLIBC_MAX = (2, 34)  # of Amazon Linux 2023
LOADER = "/lib64/ld-linux-x86-64.so.2"


def readelf(option, program):
    return subprocess.run(["readelf", "-W", option, program], capture_output=True, check=True, text=True, timeout=60).stdout


def size(program):
    bytes_count = os.path.getsize(program)
    print(f"{bytes_count} bytes")
    return [f"{bytes_count} bytes, {BYTES_MAX} are the limit"] if bytes_count > BYTES_MAX else []


def needs(program):
    dynamic = readelf("-d", program)
    found = set(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)) - {os.path.basename(LOADER)}
    yield from found ^ {"libc.so.6"}
    yield from re.findall(r"\(R(?:UN)?PATH\).*", dynamic)
    if f"interpreter: {LOADER}" not in readelf("-l", program):
        yield "it is started by another loader"


def newest_libc(program):
    versions = {tuple(map(int, version.split("."))): symbol for symbol, version in
                re.findall(r"(\S+)@+GLIBC_([0-9.]+)", readelf("--dyn-syms", program))}
    print(f"GLIBC_{'.'.join(map(str, max(versions)))} at most")
    yield from (f"{symbol} is of GLIBC {version}" for version, symbol in versions.items() if version > GLIBC_MAX)
    versions = re.findall(r"Name: GLIBC_([0-9.]+)", readelf("-V", program))
    yield from (f"GLIBC_{version}" for version in versions if tuple(map(int, version.split("."))) > GLIBC_MAX)


def libc():
    """The paths of this machine's libc and its loader."""
    table = subprocess.run(["ldd", "/bin/true"], capture_output=True, check=True, text=True, timeout=60).stdout
    return re.search(r"libc\.so\.6 => (\S+)", table)[1], LOADER


def runs_alone(program):
    with tempfile.TemporaryDirectory() as root:
        for path in libc():
            os.makedirs(os.path.dirname(root + path), exist_ok=True)
            shutil.copy(os.path.realpath(path), root + path)
        shutil.copy(program, f"{root}/bootstrap")
        enter = ["unshare", *([] if os.geteuid() == 0 else ["--map-root-user"]), "--root", root, "/bootstrap"]
        log = host.Log(f"{root}/log")
        function = host.Host(enter, "ProductsFunction", {}, log)
        function.stop()
        log.close()
        # It got as far as to ask for its settings, and could say so.
        said = (function.init_error or {}).get("errorMessage", f"nothing: {log.read()}")
        if not re.fullmatch(r"The environment variable VITRINE_\w+ is missing", said):
            yield said


def serves(program):
    try:
        with stack.Stack() as cloud:
            test_engines.deployed_day(cloud, program)
    except Exception:
        yield traceback.format_exc()


def main():
    tally, program = Tally(), sam.artifact()
    tally.rule("size", size(program))
    tally.rule("libraries", needs(program))
    tally.rule("version of libc", newest_libc(program))
    tally.rule("runs in a root of its own", runs_alone(program))
    tally.rule("serves a shop's day", serves(program))
    tally.finish()


if __name__ == "__main__":
    main()
