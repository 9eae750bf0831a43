"""rules.py: what the scripts here count: rules, each of which holds or fails with its list of faults."""

import sys

SHOWN_FAULTS = 40


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def rule(self, name, faults):
        """Whether it holds: there are no faults."""
        faults = list(faults)
        if faults:
            self.failed += 1
            print(f"not ok: {name}")
            for fault in faults[:SHOWN_FAULTS]:
                print(f"    {fault}")
            if len(faults) > SHOWN_FAULTS:
                print(f"    and {len(faults) - SHOWN_FAULTS} more")
        else:
            self.passed += 1
            print(f"ok: {name}")
        return not faults

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed or not self.passed else 0)
