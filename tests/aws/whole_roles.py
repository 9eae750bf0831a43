#!/usr/bin/python3
"""Each role of template.yaml is enough and least: its function's scenario works, and no longer does when any action is taken out of
the role, or when another table or pool stands in for its own. In the end it works again: so it was the role each time.

Not shown here, since ministack asks nobody for them: what a function may write to its log and its traces, and what Lambda may
read of the stream in a function's name.
"""

import copy
import json
import os
import sys

import stack
import template

sys.path.append(f"{os.environ['top_srcdir']}/tests")
from rules import Tally  # noqa: E402
from shopping import Refused, Shopping  # noqa: E402

NOT_ASKED = {"Log", "Trace", "Stream"}


class Role:
    """A role's policy as it is deployed, and with something else in its place for a while."""

    def __init__(self, shop, role):
        self.iam, self.name = shop.client("iam"), shop.ids[role]
        self.policy, = self.iam.list_role_policies(RoleName=self.name)["PolicyNames"]
        self.document = self.iam.get_role_policy(RoleName=self.name, PolicyName=self.policy)["PolicyDocument"]

    def put(self, document):
        self.iam.put_role_policy(RoleName=self.name, PolicyName=self.policy, PolicyDocument=json.dumps(document))

    def statement(self, document, sid):
        return next(each for each in document["Statement"] if each["Sid"] == sid)

    def variants(self):
        """(what was changed, policy)."""
        for statement in self.document["Statement"]:
            sid = statement["Sid"]
            if sid in NOT_ASKED:
                continue
            for action in statement["Action"]:
                changed = copy.deepcopy(self.document)
                left = self.statement(changed, sid)["Action"]
                left.remove(action)
                if not left:
                    changed["Statement"].remove(self.statement(changed, sid))
                yield f"without {action}", changed
            changed = copy.deepcopy(self.document)
            self.statement(changed, sid)["Resource"] += "2"
            yield f"another {sid.lower()}", changed


def works(scenario):
    """Faults: none when the scenario works."""
    try:
        scenario()
    except Refused as refused:
        return [refused]
    return []


def breaks(scenario, role, policy):
    """Faults: none when the scenario, which works, fails under this policy."""
    role.put(policy)
    try:
        scenario()
    except Refused as refused:
        print(f"    {str(refused)[:110]}")
        return []
    finally:
        role.put(role.document)
    return ["everything works all the same"]


def main():
    stack.in_venv()
    tally = Tally()
    wanted = sys.argv[1:]
    with stack.Stack() as shop:
        shop.deploy()
        shop.stop_stream()
        people = Shopping(shop)
        for function in sorted(template.functions(template.load())):
            if wanted and function not in wanted:
                continue
            scenario, role = people.scenario(function), Role(shop, function.replace("Function", "Role"))
            if not tally.rule(f"{function} works", works(scenario)):
                continue
            for what, policy in role.variants():
                tally.rule(f"{function} {what}", breaks(scenario, role, policy))
            tally.rule(f"{function} works again", works(scenario))
    tally.finish()


if __name__ == "__main__":
    main()
