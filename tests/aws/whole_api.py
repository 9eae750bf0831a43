#!/usr/bin/python3
"""The API's contract suite through the gateway of the deployed stack, and its answers held against openapi.yaml. What can't be the
same there is named here, with the reason."""

import json
import os
import re
import subprocess
import sys
import tempfile

import sam

sys.path.append(f"{sam.SOURCE}/tests")
from rules import Tally  # noqa: E402

SECONDS = 840
DIFFERENT = {
    "test_confirmation": "Cognito tells that an account isn't confirmed whatever the password is",
    "test_refresh": "Cognito's refresh tokens stay the same",
    "test_refused": "ministack makes text of a body that has no media type",
    "test_unknown_paths": "ministack takes // for /",
}


def run_suite(folder):
    """What the suite says, as it goes and in its summary."""
    done = subprocess.run([f"{sam.BUILD}/tests/contract/api_http", f"{folder}/transcript", folder], stdin=subprocess.DEVNULL,
                          env={**os.environ, "VITRINED": f"{sam.SOURCE}/tests/aws/deployed.py"}, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=SECONDS, text=True, errors="replace", check=False)
    return "".join(done.stdout.split("[==========]")[0:3])


def otherwise_described(folder):
    """What openapi.yaml says in another way, of all that was answered; but for //, as above."""
    if not os.path.exists(f"{folder}/transcript"):
        return ["nothing was asked"]
    with open(f"{folder}/transcript", encoding="utf-8") as whole, open(f"{folder}/held", "w", encoding="utf-8") as held:
        held.writelines(line for line in whole if json.loads(line)["target"] != "//")
    done = subprocess.run(["/usr/bin/python3", "-B", f"{sam.SOURCE}/tests/openapi/check_transcript.py", f"{folder}/held"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, text=True,
                          check=False)
    return [line for line in done.stdout.splitlines() if not line.startswith("ok: ")] if done.returncode else []


def main():
    sam.want_venv()
    sam.artifact()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="vitrine-api-") as folder:
        text = run_suite(folder)
        described = otherwise_described(folder)
    passed = set(re.findall(r"^\[       OK \] (\w+)$", text, re.M))
    failed = set(re.findall(r"\[  FAILED  \] (\w+)$", text, re.M))
    for name in sorted(passed | failed):
        if name in DIFFERENT and name in failed:
            print(f"different: {name}: {DIFFERENT[name]}")
        else:
            tally.rule(name, re.findall(rf"RUN      \] {name}$(.*?)FAILED", text, re.S | re.M) if name in failed else [])
    tally.rule("all of it ran", [] if len(passed | failed) > 60 and "test_every_row_succeeded" in passed else [text[-3000:]])
    tally.rule("what was answered is what openapi.yaml describes", described)
    tally.finish()


if __name__ == "__main__":
    main()
