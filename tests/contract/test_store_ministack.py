#!/usr/bin/python3
"""The store suite over ministack: a second opinion on what DynamoDB does. All of it where there is no dynoxide; otherwise without the
two parts of which each takes it minutes."""

import os
import re
import subprocess
import sys

SOURCE, BUILD = os.environ["top_srcdir"], os.environ["top_builddir"]
sys.path.insert(0, f"{SOURCE}/tests/aws")
import stack  # noqa: E402 (its folder is named above)

PARTS = ("accounts", "products", "search", "carts", "purchases", "sales", "orders", "changes", "threads", "random")


def main():
    stack.in_venv()
    cloud = stack.Stack()
    cloud.start()
    wanted = {} if not os.environ.get("VITRINE_DYNOXIDE") else {"VITRINE_PARTS": "".join(f"{part}," for part in PARTS)}
    try:
        done = subprocess.run([f"{BUILD}/tests/contract/test_store_dynamodb"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace",
                              env={**os.environ, **wanted, "VITRINE_DYNAMODB_ENDPOINT": cloud.endpoint})
    finally:
        cloud.stop()
    print(done.stdout)
    passed = len(re.findall(r"^\[       OK \]", done.stdout, re.M))
    failed = len(set(re.findall(r"^\[  FAILED  \] \w+$", done.stdout, re.M)))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or done.returncode or passed < 10 else 0)


main()
