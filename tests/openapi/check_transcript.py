#!/usr/bin/python3
"""Holds a transcript of the contract suite against openapi.yaml.

Each answer must be described: its status at that operation, its headers, its media type, its body by the schema, with no
member that the schema doesn't name. A request that succeeded must be one that openapi.yaml allows: what it forbids is
refused by the platform.

    check_transcript.py [--log LOG] TRANSCRIPT…

LOG, when there is one, is what the platform logged meanwhile: no password, token or personal value of the transcripts may
be in it.
"""

import argparse
import json
import os
import re
import urllib.parse

import contract


def closed(schema):
    """The schema with every object closed: a member that isn't described doesn't pass. allOf is merged first."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "allOf" in schema:
        schema = merged(schema)
    schema = {key: closed(value) if key in ("items", "oneOf", "anyOf", "extra") else value for key, value in schema.items()}
    if "properties" in schema:
        schema["properties"] = {name: closed(value) for name, value in schema["properties"].items()}
        if schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
    return schema


def merged(schema):
    whole = {"type": "object", "properties": {}, "required": []}
    for part in schema["allOf"]:
        for name, value in part.get("properties", {}).items():
            before = whole["properties"].get(name)
            whole["properties"][name] = {**before, **value} if before else value
        whole["required"] += part.get("required", [])
        whole.update({key: part[key] for key in ("if", "then", "else") if key in part})
    return whole


class Described:
    """One answer that openapi.yaml describes."""

    def __init__(self, document, response):
        response = contract.expand(document, response)
        self.bodies = {}
        for kind, media in response.get("content", {}).items():
            binary = media["schema"].get("format") == "binary"
            self.bodies[kind] = media["schema"]["maxLength"] if binary else contract.validator(closed(media["schema"]))
        self.headers = {name.lower(): (header.get("required", False), contract.validator(header["schema"]))
                        for name, header in response.get("headers", {}).items()}

    def faults(self, entry, headers):
        for name, (required, check) in self.headers.items():
            if name not in headers:
                if required:
                    yield f"header {name} is missing"
                continue
            why = contract.complaint(check, headers[name])
            if why:
                yield f"header {name}: {why}"
        for name in ("location", "etag", "idempotent-replayed", "retry-after", "www-authenticate", "allow", "accept-encoding"):
            if name in headers and name not in self.headers:
                yield f"header {name} is not described there"
        yield from self.body_faults(entry, headers.get("content-type"))

    def body_faults(self, entry, kind):
        if not self.bodies:
            if entry["length"] or kind:
                yield f"a body ({kind}) where none is described"
            return
        check = self.bodies.get(kind)
        if check is None:
            yield f"media type {kind} is not described there"
        elif isinstance(check, int):
            if not 0 < entry["length"] <= check:
                yield f"{entry['length']} bytes"
        else:
            why = contract.complaint(check, json.loads(entry["body"]))
            if why:
                yield why


class Operation:
    def __init__(self, document, entry):
        self.name, path, self.method, operation, parameters = entry
        # A path without a hole wins over one with: /Product/Batch is not the product whose id is Batch.
        self.hole = "{" in path
        self.path = re.compile("/".join("([^/]+)" if part.startswith("{") else re.escape(part) for part in path.split("/")) + r"\Z")
        self.answers = {int(status): Described(document, response) for status, response in operation["responses"].items()}
        self.parameters = {p["name"].lower() if p["in"] == "header" else p["name"]: p for p in parameters}
        self.checks = {name: contract.validator(p["schema"]) for name, p in self.parameters.items()}
        self.bodies = {}
        self.body_required = operation.get("requestBody", {}).get("required", False)
        for kind, media in operation.get("requestBody", {}).get("content", {}).items():
            schema = contract.expand(document, media["schema"])
            self.bodies[kind] = schema["maxLength"] if schema.get("format") == "binary" else contract.validator(schema)

    def request_faults(self, entry, headers, query):
        """Why a request that succeeded is not one that openapi.yaml allows."""
        for name, text in query:
            if name not in self.parameters or self.parameters[name]["in"] != "query":
                yield f"parameter {name} was taken"
                continue
            kind = self.parameters[name]["schema"].get("type")
            value = int(text) if kind == "integer" else {"true": True, "false": False}.get(text) if kind == "boolean" else text
            why = contract.complaint(self.checks[name], value)
            if why:
                yield f"parameter {name} was taken: {why}"
        for name, parameter in self.parameters.items():
            if parameter["in"] == "header" and parameter.get("required"):
                why = contract.complaint(self.checks[name], headers.get(name))
                if why:
                    yield f"header {name} was taken: {why}"
        if not self.bodies:
            if entry["request_length"]:
                yield "a body was taken where none is described"
            return
        if not entry["request_length"] and not self.body_required:
            return
        kind = headers.get("content-type", "").split(";")[0].strip().lower()
        check = self.bodies.get(kind)
        if check is None:
            yield f"a body of type {kind} was taken"
        elif isinstance(check, int):
            if not 0 < entry["request_length"] <= check:
                yield f"a body of {entry['request_length']} bytes was taken"
        else:
            why = contract.complaint(check, json.loads(entry["request_body"]))
            if why:
                yield f"a body was taken: {why}"


class Checker:
    def __init__(self):
        document = contract.load()
        self.operations = sorted((Operation(document, entry) for entry in contract.operations(document)), key=lambda o: o.hole)
        self.otherwise = {int(status): Described(document, response) for status, response in document["x-otherwise"].items()}
        self.asked = set()

    def serving(self, method, path):
        fitting = [operation for operation in self.operations if operation.path.match(path)]
        if fitting and not fitting[0].hole:
            fitting = [operation for operation in fitting if not operation.hole]
        for operation in fitting:
            if operation.method == method:
                return operation, True
        return None, bool(fitting)

    def judge(self, entry):
        """The operation's name (None: there is none), and what is wrong with the answer."""
        operation, known = self.serving(entry["method"], urllib.parse.unquote(entry["target"].partition("?")[0]))
        if operation:
            self.asked.add(operation.name)
        return operation and operation.name, list(self.faults(entry, operation, known))

    def faults(self, entry, operation, known):
        query = entry["target"].partition("?")[2]
        headers = {name.lower(): value for name, value in entry["headers"]}
        sent = {name.lower(): value for name, value in entry["request_headers"]}
        status = entry["status"]
        if operation is None:
            wanted = 405 if known else 404
            if status != wanted:
                yield f"should be {wanted}"
            else:
                yield from self.otherwise[status].faults(entry, headers)
            return
        described = operation.answers.get(status)
        if described is None:
            yield f"{operation.name} doesn't describe {status}"
            return
        yield from described.faults(entry, headers)
        if status >= 400:
            problem = json.loads(entry["body"])
            if problem.get("status") != status or problem.get("request_id") != headers.get("x-request-id"):
                yield "status or request_id in the problem are not those of the answer"
            if problem.get("detail") != problem.get("message"):
                yield "message is not detail"
        elif status < 300:
            pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
            yield from operation.request_faults(entry, sent, pairs)


SECRET_MEMBERS = {"password", "new_password", "email", "full_name", "mobile", "code", "refresh_token", "access_token",
                  "id_token", "client_name", "seller_name"}
SECRET_LENGTH = 8  # shorter values may be in a log by chance


def secrets(entry):
    """What of an exchange must not be logged."""
    for name, value in entry["request_headers"]:
        if name.lower() == "authorization":
            yield value.rpartition(" ")[2]
    for body in (entry["request_body"], entry["body"]):
        try:
            value = json.loads(body or "null")
        except (ValueError, RecursionError):
            continue
        pending = [value]
        while pending:
            value = pending.pop()
            if isinstance(value, list):
                pending += value
            elif isinstance(value, dict):
                pending += value.values()
                yield from (text for name, text in value.items() if name in SECRET_MEMBERS and isinstance(text, str))


def log_faults(path, hidden):
    with open(path, encoding="utf-8") as stream:
        log = stream.read()
    if log.count("\n") < 100:
        yield f"{path}: too short to prove anything"
    for value in sorted(hidden):
        if len(value) >= SECRET_LENGTH and value in log:
            yield f"{value[:60]!r} was logged"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--log")
    parser.add_argument("transcripts", nargs="+")
    arguments = parser.parse_args()
    checker = Checker()
    tally = contract.Tally()
    faults = {operation.name: [] for operation in checker.operations}
    faults["what no operation describes"] = []
    hidden = set()
    for path in arguments.transcripts:
        with open(path, encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                entry = json.loads(line)
                hidden.update(secrets(entry))
                name, found = checker.judge(entry)
                what = f"{os.path.basename(path)}:{number}: {entry['method']} {entry['target'][:100]} -> {entry['status']}"
                faults[name or "what no operation describes"].extend(f"{what}: {fault}" for fault in found)
    for name, found in faults.items():
        tally.rule(f"answers of {name}", found)
    tally.rule("every operation was asked", (name for name in faults if name not in checker.asked and " " not in name))
    if arguments.log and os.path.exists(arguments.log):
        tally.rule("no secret and nothing personal is logged", log_faults(arguments.log, hidden))
    tally.finish()


if __name__ == "__main__":
    main()
