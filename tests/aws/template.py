"""template.yaml as Python sees it, for the tests that read it."""

import os

import yaml

SOURCE = os.environ["top_srcdir"]
PATH = f"{SOURCE}/template.yaml"


class Loader(yaml.SafeLoader):
    """`!Ref Table` becomes {"Ref": "Table"}, `!GetAtt Table.Arn` {"Fn::GetAtt": "Table.Arn"}, and so on."""


def construct(loader, tag, node):
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", construct)


def load(path=PATH):
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, Loader)


def of_type(template, kind):
    """{logical id: resource}."""
    return {name: resource for name, resource in template["Resources"].items() if resource["Type"] == kind}


def functions(template):
    """{logical id: properties}, with what Globals say for all."""
    shared = template["Globals"]["Function"]
    return {name: {**shared, **resource["Properties"]}
            for name, resource in of_type(template, "AWS::Serverless::Function").items()}


def statements(template, role):
    """The statements of a role, all policies of it."""
    return [statement for policy in template["Resources"][role]["Properties"]["Policies"]
            for statement in policy["PolicyDocument"]["Statement"]]
