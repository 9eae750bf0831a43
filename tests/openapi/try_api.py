#!/usr/bin/python3
"""try_api.py ST VITRINED OPENAPI: Schemathesis (its program is ST) tries the API of a real vitrined as OPENAPI describes it, as
a client and, at the same time on a shop of its own, as a seller, with all of its checks (schemathesis.toml beside this says
what isn't a finding, and why). Bounded, and seeded: VITRINE_SEED gives another seed. The last line is `N passed, N failed`."""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SEED = os.environ.get("VITRINE_SEED") or "1"
EXAMPLES = "4"  # of each operation in each phase
TIME = 540  # seconds for one account's run; more is a failure
WAIT = 30
PHASES = {"examples", "coverage", "fuzzing", "stateful"}
# The calls that only the other of the two is to try: those of a seller, and those that anybody may make.
LEFT_OUT = {"Client": "seller", "Seller": "anyone"}
# What must have succeeded at least once for each account: without an account, or a shop, every refusal would be in order.
MUST_SUCCEED = {
    "Client": {"GET /Cart", "GET /Product/{id}", "GET /Purchase"},
    "Seller": {"GET /Sale", "POST /Product"},
}


def succeeded(report):
    """The operations that were answered with a success, and the phases that ended."""
    operations, phases = set(), set()
    for line in report.read_text(encoding="utf-8").splitlines():
        (event, about), = json.loads(line).items()
        if event == "PhaseFinished" and about["phase"]["is_enabled"]:
            phases.add(about["phase"]["name"])
        recorder = about.get("recorder", {})
        for case, interaction in recorder.get("interactions", {}).items():
            if interaction["response"] and interaction["response"]["status_code"] < 300 and case in recorder["cases"]:
                value = recorder["cases"][case]["value"]
                operations.add(f"{value['method']} {value['path']}")
    return operations, phases


def run(group, url, folder, program, description):
    """What is wrong, in words; nothing is."""
    report = pathlib.Path(folder) / "report.ndjson"
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "try_account", "PYTHONPATH": str(HERE), "NO_COLOR": "1",
                   "PYTHONDONTWRITEBYTECODE": "1", "VITRINE_TRY_GROUP": group, "VITRINE_TRY_URL": url}
    command = [program, "--config-file", str(HERE / "schemathesis.toml"), "run", description, "--url", url, "--seed", SEED,
               "--exclude-by", f"/x-who == {LEFT_OUT[group]}", "--max-examples", EXAMPLES, "--checks", "all",
               "--report", "ndjson", "--report-ndjson-path", str(report)]
    try:
        done = subprocess.run(command, cwd=folder, env=environment, timeout=TIME, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, encoding="utf-8")
    except subprocess.TimeoutExpired:
        return f"not done after {TIME} s"
    if done.returncode != 0:
        return f"{done.stdout}\nSchemathesis ended with {done.returncode}"
    operations, phases = succeeded(report)
    print(f"{group}: {len(operations)} operations succeeded at least once", flush=True)
    if not PHASES <= phases:
        return f"only these phases ended: {sorted(phases)}"
    missing = MUST_SUCCEED[group] - operations
    return f"these never succeeded: {sorted(missing)}" if missing else ""


def try_as(group, program, vitrined, description):
    """Did all of it pass?"""
    with tempfile.TemporaryDirectory() as folder:
        # Changes are not waited for, since nothing would happen meanwhile.
        command = [vitrined, "--demo", "--no-log", "--listen", "127.0.0.1:0", "--wait-timeout", "0.05"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                url = re.fullmatch(r"listening on (\S+)\n", server.stdout.readline()).group(1)
                fault = run(group, url, folder, program, description)
            finally:
                server.terminate()
                status = server.wait(WAIT)
    if status != 0:
        fault += f"\nvitrined ended with {status}"
    print(f"FAIL: as {group}, seed {SEED}\n{fault}" if fault else f"PASS: as {group}, seed {SEED}", flush=True)
    return not fault


def main():
    paths = [os.path.abspath(path) for path in sys.argv[1:4]]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        outcomes = list(pool.map(lambda group: try_as(group, *paths), MUST_SUCCEED))
    print(f"{sum(outcomes)} passed, {len(outcomes) - sum(outcomes)} failed")
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
