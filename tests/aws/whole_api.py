#!/usr/bin/python3
"""The API's contract suite through the gateway of the deployed stack. What can't be the same there is named here, with the reason."""

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


def main():
    sam.want_venv()
    sam.artifact()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="vitrine-api-") as folder:
        done = subprocess.run([f"{sam.BUILD}/tests/contract/api_http", f"{folder}/transcript", folder], stdin=subprocess.DEVNULL,
                              env={**os.environ, "VITRINED": f"{sam.SOURCE}/tests/aws/deployed.py"}, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=SECONDS, text=True, errors="replace", check=False)
    suite = done.stdout.split("[==========]")[0:3]
    text = "".join(suite)
    passed = set(re.findall(r"^\[       OK \] (\w+)$", text, re.M))
    failed = set(re.findall(r"\[  FAILED  \] (\w+)$", text, re.M))
    for name in sorted(passed | failed):
        if name in DIFFERENT and name in failed:
            print(f"different: {name}: {DIFFERENT[name]}")
        else:
            tally.rule(name, re.findall(rf"RUN      \] {name}$(.*?)FAILED", text, re.S | re.M) if name in failed else [])
    tally.rule("all of it ran", [] if len(passed | failed) > 60 and "test_every_row_succeeded" in passed else [text[-3000:]])
    tally.finish()


if __name__ == "__main__":
    main()
