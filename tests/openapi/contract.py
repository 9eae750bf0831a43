"""openapi.yaml, read for the tests: references put in their place, patterns in Python's own dialect."""

import os
import sys

import jsonschema
import yaml

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from rules import Tally  # for those who use this one

ROOT = os.path.abspath(os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", ".."))
METHODS = ("get", "put", "post", "patch", "delete")


def load():
    with open(os.path.join(ROOT, "openapi.yaml"), encoding="utf-8") as stream:
        return yaml.safe_load(stream)


def follow(document, pointer):
    node = document
    for part in pointer.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def expand(document, node):
    """The node with every $ref replaced by what it names, and its siblings beside that."""
    if isinstance(node, list):
        return [expand(document, item) for item in node]
    if not isinstance(node, dict):
        return node
    siblings = {key: expand(document, value) for key, value in node.items() if key != "$ref"}
    if "$ref" not in node:
        return siblings
    target = expand(document, follow(document, node["$ref"]))
    clashes = set(target) & set(siblings) - {"description"}
    if clashes:
        raise ValueError(f"{node['$ref']} already says {sorted(clashes)}")
    return {**target, **siblings}


def pythonic(node):
    """ECMA-262's `$` is the very end of the text; Python's also stands before a last line feed."""
    if isinstance(node, list):
        return [pythonic(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: pythonic(value) for key, value in node.items()}
    pattern = node.get("pattern")
    if isinstance(pattern, str) and pattern.endswith("$"):
        node["pattern"] = pattern[:-1] + r"\Z"
    return node


def validator(schema):
    return jsonschema.Draft202012Validator(pythonic(schema))


def complaint(check, value):
    """The first thing that a validator has against a value, or None."""
    error = jsonschema.exceptions.best_match(check.iter_errors(value))
    return error and f"{'/'.join(map(str, error.absolute_path)) or 'it'}: {error.message[:300]}"


def operations(document):
    """(operationId, path, method, operation, parameters of path and operation) of each."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                parameters = [expand(document, parameter)
                              for parameter in item.get("parameters", []) + operation.get("parameters", [])]
                yield operation["operationId"], path, method.upper(), operation, parameters
