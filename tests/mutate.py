#!/usr/bin/python3
"""mutate.py: would a test notice? Changes the storefront's code on purpose, one place at a time, and runs the tests.

    tests/mutate.py [--seed N] [--count 200] [--only N] [--files PATTERN…] [--tests PATTERN…] [--jobs N] [--list]
                    [--work FOLDER] [-- arguments of configure]

All lines of the folders below that hold code are put in an order drawn by the seed, and for each what is changed there
(mutators.py). They are tried in that order until `count` of them have been run: what doesn't compile, and what makes the
same program, is passed over. For each a line is printed, `caught by TEST`, `survived` or `does not compile`; what survived
is also kept as a patch under `work`. Then somebody finds out which test is missing, or why none is.

It works on copies of the tree, one for each job, below `work` (build-mutate/ if not said otherwise), which stay for the
next time. What has been tried is kept there, too: the same command goes on where it was stopped, as long as neither the
code nor the tests have changed. Tests that don't even pass without a change are told, and left out.

Of the tests those run whose program is another than before (all of tests/screens/ when `vitrine` is), in the order of how
long they take, unit tests first; the first that fails twice ends it. A test that takes far longer than it should has
noticed, too. Since a test is ended as soon as it fails, it may leave a folder in /tmp.
"""

import argparse
import difflib
import fnmatch
import hashlib
import json
import os
import pathlib
import random
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import mutators

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("net", "shop", "tui", "screens")
TESTS = ("tests/unit", "tests/fuzz", "tests/screens")  # in which order
SCREENS = "tests/screens"
PROGRAM = "vitrine"
SKIPPED = 77
BASE_LIMIT_S = 900  # for a test without a change
MAKE_FILES = ("build.mk", "Makefile.am", "configure.ac")


def run(arguments, folder, **options):
    return subprocess.run(arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, **options)


def sources():
    """What git knows, and what it would, by path: the bytes."""
    listed = run(["git", "ls-files", "-co", "--exclude-standard"], ROOT)
    if listed.returncode:
        sys.exit(f"mutate.py: {listed.stdout}")
    return {path: (ROOT / path).read_bytes() for path in sorted(listed.stdout.splitlines()) if (ROOT / path).is_file()}


def digest_of(files):
    total = hashlib.sha256()
    for path, content in files.items():
        total.update(f"{path}\0{len(content)}\0".encode() + content)
    return total.hexdigest()[:12]


def draw(files, seed):
    """[(path, mutation)]: a mutation of each line that has one, in the order of the seed."""
    chance = random.Random(seed)
    lines = []
    for path, content in files.items():
        if not path.endswith((".c", ".h")) or path.split("/")[0] not in FOLDERS:
            continue
        lines += [(path, choices) for _, choices in sorted(mutators.mutations(content.decode()).items())]
    chance.shuffle(lines)
    return [(path, chance.choice(choices)) for path, choices in lines]


def fits(name, patterns):
    return not patterns or any(fnmatch.fnmatch(name, one) for one in patterns)


# ---- a test ----

def end_group(process):
    """Ends what was started for a test, and nothing else."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            continue


def watch(process, limit_s):
    """"failed" as soon as it says so, "time limit", or None: its output has ended."""
    end = time.monotonic() + limit_s
    tail = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            left = end - time.monotonic()
            if left <= 0 or not selector.select(left):
                return "time limit"
            more = os.read(process.stdout.fileno(), 65536)
            if not more:
                return None
            tail = (tail + more)[-70000:]
            if b"[  FAILED  ]" in tail:
                return "failed"


class Tree:
    """A copy of the sources, and its build."""

    def __init__(self, folder, configure):
        self.folder = folder
        self.build = folder / "build"
        self.configure = configure
        self.seen = {}    # programs: (time of the file, hash)
        self.before = {}  # their hashes without a change
        self.tests = []
        self.environment = ""
        self.process = None  # the test that is running

    def fail(self, what, output):
        sys.exit(f"mutate.py: {what} failed in {self.folder}:\n{output[-3000:]}")

    def copy(self, files):
        """Makes the copy what the sources are; files that are so already keep their time."""
        again = not (self.build / "Makefile").exists()
        for path, content in files.items():
            place = self.folder / path
            if place.is_file() and place.read_bytes() == content:
                continue
            again = again or path.endswith(MAKE_FILES)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            shutil.copymode(ROOT / path, place)
        known = self.folder / ".mutate-files"
        for path in set(known.read_text().splitlines() if known.exists() else ()) - set(files):
            (self.folder / path).unlink(missing_ok=True)
            again = True
        known.write_text("\n".join(files))
        return again

    def prepare(self, files):
        if self.copy(files):
            self.build.mkdir(exist_ok=True)
            compiler = ["CC=ccache gcc"] if shutil.which("ccache") and shutil.which("gcc") else []
            for arguments, folder in ((["autoreconf", "-fi"], self.folder),
                                      (["../configure", "--enable-tests", *compiler, *self.configure], self.build)):
                done = run(arguments, folder)
                if done.returncode:
                    self.fail(" ".join(arguments), done.stdout)
        good, output = self.make()
        if not good:
            self.fail("make", output)
        self.environment = self.ask("$(AM_TESTS_ENVIRONMENT)")
        self.find_tests()
        self.before = self.programs()

    def ask(self, what):
        """What a variable of the Makefile says."""
        rule = "say-it:; @printf '%s\\n' '" + what + "'\n"
        answer = subprocess.run(["make", "-s", "--no-print-directory", "-f", "Makefile", "-f", "-", "say-it"],
                                cwd=self.build, input=rule, stdout=subprocess.PIPE, text=True, check=True)
        return answer.stdout.strip()

    def make(self):
        """Programs first, so that most of what doesn't compile is known soon; then the tests."""
        for arguments in (["all"], ["check", "TESTS="]):
            done = run(["make", "-s", *arguments], self.build)
            if done.returncode:
                return False, done.stdout
        return True, ""

    def symbols(self, *arguments):
        """What files of the build define."""
        listed = run(["nm", "--defined-only", *arguments], self.build).stdout
        return {words[2] for words in map(str.split, listed.splitlines()) if len(words) == 3}

    def find_tests(self):
        """Those that hold something of the folders that are changed, or run the program."""
        listed = [test for folder in TESTS for test in self.ask("$(TESTS)").split()
                  if test.startswith(folder + "/") and (self.build / test).is_file()]
        objects = [path for folder in FOLDERS for path in (self.build / folder).rglob("*.o")]
        ours = self.symbols("-g", *objects) - {"main"}
        self.tests = [test for test in listed if test.startswith(SCREENS + "/") or ours & self.symbols(test)]

    def programs(self):
        """{program or test: hash}."""
        for name in [PROGRAM, *self.tests]:
            changed = (self.build / name).stat().st_mtime_ns
            if self.seen.get(name, (0, ""))[0] != changed:
                self.seen[name] = changed, hashlib.sha256((self.build / name).read_bytes()).hexdigest()
        return {name: self.seen[name][1] for name in [PROGRAM, *self.tests]}

    def concerned(self):
        """The tests whose verdict may be another now; and is anything?"""
        now = self.programs()
        different = {name for name in now if now[name] != self.before.get(name)}
        return {test for test in now if test != PROGRAM and
                (test in different or (PROGRAM in different and test.startswith(SCREENS + "/")))}

    def test(self, name, limit_s):
        """How it ended: "passed", "failed" or "time limit"."""
        with tempfile.TemporaryDirectory(prefix="vm-") as folder:
            os.chmod(folder, 0o755)  # some tests go on as another user
            command = f"TMPDIR={folder}; export TMPDIR; {self.environment} exec ./{name}"
            process = self.process = subprocess.Popen(["/bin/sh", "-c", command], cwd=self.build, stdin=subprocess.DEVNULL,
                                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                                      start_new_session=True)
            verdict = watch(process, limit_s)
            if not verdict:
                try:
                    verdict = "passed" if process.wait(limit_s) in (0, SKIPPED) else "failed"
                except subprocess.TimeoutExpired:
                    verdict = "time limit"
            end_group(process)
            process.stdout.close()
            self.process = None
        return verdict


# ---- a run ----

class Run:
    def __init__(self, options):
        self.options = options
        self.files = sources()
        self.mark = digest_of(self.files)
        self.drawn = draw(self.files, options.seed)
        self.order = [number for number, (path, _) in enumerate(self.drawn) if fits(path, options.files)]
        self.work = pathlib.Path(options.work).resolve()
        self.results = {}  # number: (outcome, by what)
        self.times = {}    # of tests without a change, in seconds; None: it fails
        self.measured = {} # the same with the program that it is true of
        self.next = 0
        self.lock = threading.Lock()
        self.work.mkdir(parents=True, exist_ok=True)
        tests = hashlib.sha256("\0".join(options.tests or ()).encode()).hexdigest()[:4] if options.tests else "all"
        self.name = f"{options.seed}-{self.mark}-{tests}"
        self.kept = self.work / f"results-{self.name}.tsv"
        self.timed = self.work / "times.json"
        self.read_kept()

    def read_kept(self):
        if self.kept.exists():
            for line in self.kept.read_text().splitlines():
                number, outcome, by = line.split("\t")[:3]
                self.results[int(number)] = outcome, by
        if self.timed.exists():
            self.measured = json.loads(self.timed.read_text())

    def measure(self, tree):
        """How long each test takes without a change; those that fail are left out."""
        for name in tree.tests:
            if not fits(name, self.options.tests):
                continue
            program = tree.before[name] + (tree.before[PROGRAM] if name.startswith(SCREENS + "/") else "")
            if self.measured.get(name, [""])[0] == program:
                self.times[name] = self.measured[name][1]
                continue
            for _ in range(2):
                begun = time.monotonic()
                if tree.test(name, BASE_LIMIT_S) == "passed":
                    self.times[name] = time.monotonic() - begun
                    break
            else:
                self.times[name] = None
                print(f"left out, since it fails without a change: {name}", flush=True)
            self.measured[name] = program, self.times[name]
            self.timed.write_text(json.dumps(self.measured))

    def in_order(self, names):
        usable = [name for name in names if self.times.get(name) is not None and fits(name, self.options.tests)]
        return sorted(usable, key=lambda name: (TESTS.index("/".join(name.split("/")[:2])), self.times[name]))

    def judge(self, tree):
        """(outcome, by what) of the tree as it is."""
        if not tree.make()[0]:
            return "does not compile", ""
        concerned = tree.concerned()
        if tree.programs() == tree.before:
            return "same program", ""
        for name in self.in_order(concerned):
            limit_s = 20 + 5 * self.times[name]
            verdict = tree.test(name, limit_s)
            if verdict == "time limit":
                return "caught", name + " (time limit)"
            if verdict == "failed" and tree.test(name, limit_s) != "passed":
                return "caught", name
        return "survived", ""

    def try_one(self, tree, number):
        path, mutation = self.drawn[number]
        before = self.files[path].decode()
        after = mutators.apply(before, mutation)
        begun = time.monotonic()
        place = tree.folder / path
        place.write_text(after)
        try:
            outcome, by = self.judge(tree)
        finally:
            place.write_text(before)
        with self.lock:
            self.results[number] = outcome, by
            self.tell(number, time.monotonic() - begun)
            with self.kept.open("a") as kept:
                kept.write(f"{number}\t{outcome}\t{by}\t{path}:{mutation.line}\t{mutation.what}\n")
            if outcome == "survived":
                self.keep_patch(number, path, before, after)

    def tell(self, number, seconds):
        path, mutation = self.drawn[number]
        outcome, by = self.results[number]
        print(f"{number:5}  {path}:{mutation.line}  {mutation.what}  {outcome}{' by ' + by if by else ''}"
              f" ({seconds:.0f} s)", flush=True)

    def keep_patch(self, number, path, before, after):
        folder = self.work / f"survivors-{self.name}"
        folder.mkdir(exist_ok=True)
        lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), "a/" + path, "b/" + path)
        (folder / f"{number:05}-{path.replace('/', '-')}.patch").write_text("".join(lines))

    def counted(self):
        """Those that ran, in the order of the seed."""
        return [number for number in self.order if self.results.get(number, ("",))[0] in ("caught", "survived")]

    def take(self):
        """The number of the next to be tried, or None."""
        with self.lock:
            while self.next < len(self.order) and len(self.counted()) < self.options.count:
                self.next += 1
                if self.order[self.next - 1] not in self.results:
                    return self.order[self.next - 1]
            return None

    def go(self, tree):
        while (number := self.take()) is not None:
            self.try_one(tree, number)

    def summary(self):
        counted = self.counted()
        caught = sum(self.results[number][0] == "caught" for number in counted)
        passed_over = sum(number in self.results for number in self.order) - len(counted)
        for folder in FOLDERS:
            ours = [number for number in counted if self.drawn[number][0].startswith(folder + "/")]
            good = sum(self.results[number][0] == "caught" for number in ours)
            if ours:
                print(f"{folder + '/':10} {good} of {len(ours)} caught")
        print(f"{len(counted)} mutants: {caught} caught, {len(counted) - caught} survived; {passed_over} passed over; "
              f"seed {self.options.seed}")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seed", type=int, default=None, help="of what is drawn; by chance, and printed, if not said")
    parser.add_argument("--count", type=int, default=200, help="how many are run (200)")
    parser.add_argument("--only", type=int, metavar="N", help="only the one of this number, again")
    parser.add_argument("--files", nargs="+", metavar="PATTERN", help="only in files such as 'net/*'")
    parser.add_argument("--tests", nargs="+", metavar="PATTERN", help="only by tests such as 'tests/unit/*'")
    parser.add_argument("--jobs", type=int, default=1, help="how many at the same time, each with a tree of its own (1)")
    parser.add_argument("--work", default=str(ROOT / "build-mutate"), help="where the copies and the results are")
    parser.add_argument("--list", action="store_true", help="only say what would be tried first")
    parser.add_argument("configure", nargs="*", help="after --: arguments of configure")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1000000)
    return options


def main():
    options = parse()
    this = Run(options)
    print(f"seed {options.seed}: {len(this.order)} lines", flush=True)
    if options.list:
        for number in this.order[:options.count]:
            path, mutation = this.drawn[number]
            print(f"{number:5}  {path}:{mutation.line}  {mutation.what}")
        return
    trees = [Tree(this.work / f"tree-{job}", options.configure) for job in range(options.jobs)]
    for tree in trees:
        tree.folder.mkdir(exist_ok=True)
        tree.prepare(this.files)
    this.measure(trees[0])
    if options.only is not None:
        this.try_one(trees[0], options.only)
        return
    threads = [threading.Thread(target=this.go, args=(tree,), daemon=True) for tree in trees]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        for tree in trees:
            if tree.process:
                end_group(tree.process)
        print("stopped; the same command goes on from here")
        return
    this.summary()


if __name__ == "__main__":
    main()
