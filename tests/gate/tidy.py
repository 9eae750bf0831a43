#!/usr/bin/python3
"""tidy.py BUILD JOBS [FILE…]: clang-tidy over our C files, JOBS at a time.

A file that passed is remembered under BUILD by a hash of everything that its verdict rests on (its text after the
preprocessor, comments included, the configuration, the arguments and clang-tidy itself), so that only what changed is
looked at again. The last line is `N passed, N failed`.
"""

import concurrent.futures
import hashlib
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDERS = ("base", "models", "wire", "net", "shop", "tui", "screens", "platform", "tests")


def run(arguments, **options):
    return subprocess.run(arguments, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False, **options)


def compiler_flags(build):
    listed = run(["make", "-s", "--no-print-directory", "-C", build, "print-flags"], text=True)
    if listed.returncode:
        sys.exit("tidy.py: make print-flags failed")
    # Relative to BUILD, where make ran.
    place = ROOT / build
    return ["-std=gnu11"] + ["-I" + os.path.normpath(place / flag[2:]) if flag.startswith("-I") else flag
                             for flag in listed.stdout.splitlines() if flag.startswith("-")]


def fingerprint(path, flags, common):
    expanded = run(["clang", "-E", "-C", *flags, path], stderr=subprocess.DEVNULL)
    if expanded.returncode:
        return None
    return hashlib.sha256(common + expanded.stdout).hexdigest()


def look_at(path, flags, common, memory):
    """What clang-tidy says of one file; "" when nothing."""
    mark = fingerprint(path, flags, common)
    if mark and (memory / mark).exists():
        return ""
    verdict = run(["clang-tidy", "--quiet", path, "--", *flags], stderr=subprocess.PIPE, text=True)
    if verdict.returncode:
        return verdict.stdout + ("" if verdict.stdout else verdict.stderr) or f"{path}: clang-tidy failed without a word"
    if mark:
        (memory / mark).touch()
    return ""


def main():
    build, jobs = sys.argv[1], int(sys.argv[2])
    paths = sys.argv[3:] or sorted(
        str(path.relative_to(ROOT)) for folder in FOLDERS for path in (ROOT / folder).rglob("*.c"))
    flags = compiler_flags(build)
    memory = ROOT / build / "tidy"
    memory.mkdir(parents=True, exist_ok=True)
    version = run(["clang-tidy", "--version"]).stdout
    common = version + (ROOT / ".clang-tidy").read_bytes() + (ROOT / "tests/.clang-tidy").read_bytes() + "\0".join(flags).encode()

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        verdicts = pool.map(lambda path: look_at(path, flags, common, memory), paths)
        for path, verdict in zip(paths, verdicts):
            if verdict:
                failed += 1
                print(f"not ok: {path}\n{verdict}", flush=True)
    print(f"{len(paths) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
