#!/usr/bin/python3
"""Holds openapi.yaml, models/api.def, the shapes, the limits, the errors and the handlers together, both ways.

dump_api prints what the code has; it also judges samples by the shapes' own decoders, which must come to the same verdict
as the schemas here.
"""

import glob
import json
import os
import re
import subprocess
import sys

import contract
import samples

BUILD = os.environ.get("top_builddir", "build")
DUMP = os.environ.get("DUMP_API") or os.path.join(BUILD, "tests/unit/dump_api")

SECURITY = {
    "ANYONE": [], "ANYONE_OR_SELF": [{}, {"token": []}], "SIGNED_IN": [{"token": []}], "CLIENT": [{"token": []}],
    "SELLER": [{"token": []}], "SELF": [{"token": []}],
}
CONFLICTS = {
    "client_create": "EmailTaken", "seller_create": "EmailTaken", "cart_put": "CartConflict",
    "product_update": "ProductConflict", "purchase_create": "PurchaseRefused", "purchase_cancel": "IllegalTransition",
    "sale_ship": "IllegalTransition", "sale_deliver": "IllegalTransition", "sale_cancel": "IllegalTransition",
}
PICTURE_TYPES = {"image/png", "image/jpeg"}
# Of times and days, which only answers have, and those that any text fits.
FORMATS = {"binary", "date", "date-time", "password"}
HEADERS_OF_ERRORS = {"401": "WWW-Authenticate", "405": "Allow", "415": "Accept-Encoding", "429": "Retry-After", "503": "Retry-After"}


def narrowed(dump):
    """What the schema of an answer may say beyond its shape, which sets no limit there."""
    limits = dump["limits"]
    return {
        ("SellerStats", "best_products"): {"maxItems": limits["STATS_TOP"]},
        ("SellerStats", "low_stock"): {"maxItems": limits["STATS_TOP"]},
        ("LowProduct", "stock"): {"minimum": 0, "maximum": limits["LOW_STOCK"]},
        ("Tokens", "group_name"): {"type": "string", "enum": dump["groups"]},
    }


def run_dump(*arguments, stdin=None):
    return subprocess.run([DUMP, *arguments], input=stdin, stdout=subprocess.PIPE, check=True, text=True, encoding="utf-8").stdout


def without_words(schema):
    return {key: value for key, value in schema.items() if key not in ("description", "examples", "default")}


class Comparison:
    def __init__(self):
        self.document = contract.load()
        self.dump = json.loads(run_dump())
        self.schemas = self.document["components"]["schemas"]
        self.shapes = self.dump["shapes"]
        self.rows = {row["name"]: row for row in self.dump["rows"]}
        self.operations = {entry[0]: entry for entry in contract.operations(self.document)}
        self.narrowed = narrowed(self.dump)
        # A name that a caller made up may hold anything.
        self.instead = {("ProblemError", "code"): self.value("ErrorCode"), ("ProblemError", "pointer"): {"type": "string"}}
        self.tally = contract.Tally()

    def value(self, name):
        return without_words(contract.expand(self.document, self.schemas[name]))

    # ---- fields ----

    def limited_text(self, field, name):
        expected = self.value(name)
        if field["max"]:
            expected["maxLength"] = field["max"]
            if field["min"]:
                expected["minLength"] = field["min"]
        return expected

    def expected_field(self, field):
        """The schema that a field must have, as far as it says something about values."""
        kind = field["type"]
        if field["nullable"]:
            return {"type": ["string", "null"]}
        if kind in ("text", "name", "email", "password", "mobile"):
            return self.limited_text(field, "Lines" if field["lines"] else kind.capitalize())
        if kind in ("id", "time", "day"):
            return self.value(kind.capitalize())
        if kind == "money":
            return self.value("Money" if not field["max"] else "Price" if field["min"] else "PriceBound")
        if kind == "int":
            return {"type": "integer", **({"minimum": field["min"], "maximum": field["max"]} if field["max"] else {})}
        if kind == "bool":
            return {"type": "boolean"}
        if kind == "choice":
            return {"type": "string", "enum": field["choices"]}
        if kind == "params":
            return self.value("Params")
        if kind == "object":
            return {"$ref": f"#/components/schemas/{field['of']}"}
        limits = {"minItems": field["min"], "maxItems": field["max"]} if field["max"] else {}
        if kind == "list":
            items = {"$ref": f"#/components/schemas/{field['of']}"}
        elif field["each"]:
            items = {**self.value("Name" if field["normal"] else "Text"), "minLength": 1, "maxLength": field["each"]}
        else:
            items = {"type": "string"}
        return {"type": "array", "items": items, **{key: value for key, value in limits.items() if value}}

    def field_faults(self, shape, field, schema):
        own = schema.get("$ref") == f"#/components/schemas/{field['of']}" or field["type"] == "list"
        found = without_words(schema if own else contract.expand(self.document, schema))
        if field["type"] == "names":
            found["items"] = without_words(found["items"])
        expected = self.expected_field(field)
        if field["name"] == "currency":
            expected = self.value("Currency")
        extra = self.narrowed.get((shape, field["name"]))
        if extra:
            expected = {**expected, **extra}
            if "enum" in extra:
                expected = extra
        expected = self.instead.get((shape, field["name"]), expected)
        if found != expected:
            yield f"{shape}.{field['name']}: openapi.yaml has {found}, models/ have {expected}"

    def shape_faults(self, name, request):
        schema = self.schemas.get(name)
        if schema is None:
            yield f"{name} is not in openapi.yaml"
            return
        fields = {field["name"]: field for field in self.shapes[name]}
        properties = schema.get("properties", {})
        for odd in sorted(set(fields) ^ set(properties)):
            yield f"{name}.{odd} is only in {'models/' if odd in fields else 'openapi.yaml'}"
        needed = {field["name"] for field in fields.values() if field["required"] or field["nullable"]}
        for odd in sorted(needed ^ set(schema.get("required", []))):
            yield f"{name}.{odd} is required only in {'models/' if odd in needed else 'openapi.yaml'}"
        if list(properties) != [n for n in fields if n in properties]:
            yield f"{name}: the members come in another order than in models/"
        if request and schema.get("additionalProperties") is not False:
            yield f"{name}: a request's unknown members are refused, and the schema doesn't say so"
        if schema.get("type") != "object":
            yield f"{name} is no object"
        for member in fields.keys() & properties.keys():
            yield from self.field_faults(name, fields[member], properties[member])

    def used_shapes(self, column):
        found = []

        def visit(name):
            if name and name not in found and name != "Picture":
                found.append(name)
                for field in self.shapes[name]:
                    visit(field["of"])
        for row in self.rows.values():
            visit(row[column])
        return found

    # ---- rows ----

    def parameter_faults(self, row, parameters):
        ours = {field["name"]: field for field in self.shapes[row["query"]]} if row["query"] else {}
        theirs = {parameter["name"]: parameter for parameter in parameters if parameter["in"] == "query"}
        for odd in sorted(set(ours) ^ set(theirs)):
            yield f"{row['name']}: parameter {odd} is only in {'models/' if odd in ours else 'openapi.yaml'}"
        for name in ours.keys() & theirs.keys():
            if bool(theirs[name].get("required")) != ours[name]["required"]:
                yield f"{row['name']}: parameter {name} is not required alike"
            yield from self.field_faults(row["query"], ours[name], theirs[name]["schema"])
        in_path = [p for p in parameters if p["in"] == "path"]
        if [p["name"] for p in in_path] != re.findall(r"{(\w+)}", row["path"]):
            yield f"{row['name']}: the path's parameters are not those of openapi.yaml"
        for parameter in in_path:
            if without_words(parameter["schema"]) != self.value("Id"):
                yield f"{row['name']}: {{id}} is not an Id"
        expected = {"purchase_create": [("Idempotency-Key", True)], "picture_get": [("If-None-Match", False)]}
        found = [(p["name"], bool(p.get("required"))) for p in parameters if p["in"] == "header"]
        if found != expected.get(row["name"], []):
            yield f"{row['name']}: headers {found}"

    def body_faults(self, row, operation):
        body = operation.get("requestBody")
        content = {} if body is None else body.get("content", {})
        found = {kind: media["schema"].get("$ref", "").rsplit("/", 1)[-1] for kind, media in content.items()}
        expected = ({} if not row["body"] else {kind: "Picture" for kind in PICTURE_TYPES} if row["body"] == "Picture"
                    else {"application/json": row["body"]})
        if found != expected:
            yield f"{row['name']}: body {found}, in the table {expected}"
        if body is not None and body.get("required") is not row["body_required"]:
            yield f"{row['name']}: the body is {'' if row['body_required'] else 'not '}required"

    def expected_errors(self, row):
        """Status and component of every error that a row can answer."""
        name, who = row["name"], row["who"]
        found = {"400": "Invalid", "408": "TimedOut", "413": "TooLarge", "429": "Throttled", "431": "HeadersTooLarge",
                 "500": "Internal", "503": "Unavailable"}
        if who != "ANYONE" or name in ("login", "login_refresh"):
            found["401"] = "Unauthenticated"
        if who in ("CLIENT", "SELLER", "SELF"):
            found["403"] = "Forbidden"
        if name == "login":
            found["403"] = "NotConfirmed"
        if "{id}" in row["path"]:
            found["404"] = "NotFound"
        if name in CONFLICTS:
            found["409"] = CONFLICTS[name]
        if row["body"]:
            found["415"] = "MediaType"
        if name == "purchase_create":
            found["404"] = "NotFound"  # the account was deleted meanwhile
            found["422"] = "Unprocessable"
        if row["method"] != "GET":
            found["507"] = "StorageFull"
        return found

    def answer_faults(self, row, operation):
        responses = operation["responses"]
        expected = self.expected_errors(row)
        if row["name"] == "picture_get":
            expected["304"] = "NotModified"
        for status in sorted(set(responses) ^ (set(expected) | {str(row["status"])})):
            yield f"{row['name']}: status {status} is only in {'openapi.yaml' if status in responses else 'the contract'}"
        for status in expected.keys() & responses.keys():
            if responses[status] != {"$ref": f"#/components/responses/{expected[status]}"}:
                yield f"{row['name']}: {status} is {responses[status]}, should be {expected[status]}"
        success = responses.get(str(row["status"]), {})
        found = {kind: media["schema"].get("$ref", "").rsplit("/", 1)[-1] for kind, media in success.get("content", {}).items()}
        if row["name"] == "picture_get":
            schemas = {kind: "Picture" for kind in PICTURE_TYPES}
        elif row["name"] == "jwks":
            schemas = {"application/json": "KeySet"}
        else:
            schemas = {"application/json": row["answer"]} if row["answer"] else {}
        if found != schemas:
            yield f"{row['name']}: answers {found}, in the table {schemas}"
        headers = {"X-Request-Id"} | ({"Location"} if row["status"] == 201 else set()) | (
            {"Idempotent-Replayed"} if row["name"] == "purchase_create" else {"ETag"} if row["name"] == "picture_get" else set())
        if set(success.get("headers", {})) != headers:
            yield f"{row['name']}: headers {sorted(success.get('headers', {}))}, should be {sorted(headers)}"

    def row_faults(self, row):
        _, path, method, operation, parameters = self.operations[row["name"]]
        for what, found, expected in (
                ("path", path, row["path"]), ("method", method, row["method"]), ("tags", operation.get("tags"), [row["function"]]),
                ("security", operation.get("security"), SECURITY[row["who"]]), ("x-who", operation.get("x-who"), row["who"].lower()),
                ("x-may-be-repeated", operation.get("x-may-be-repeated"), row["retry"])):
            if found != expected:
                yield f"{row['name']}: {what} is {found}, in the table {expected}"
        if not operation.get("summary") or not operation.get("description"):
            yield f"{row['name']} is not described"
        yield from self.parameter_faults(row, parameters)
        yield from self.body_faults(row, operation)
        yield from self.answer_faults(row, operation)

    def compare_rows(self):
        self.tally.rule("every row of api.def is in openapi.yaml and the other way round",
                         (f"{name} is only in {'api.def' if name in self.rows else 'openapi.yaml'}"
                          for name in sorted(set(self.rows) ^ set(self.operations))))
        for name in self.rows:
            if name in self.operations:
                self.tally.rule(f"row {name}", self.row_faults(self.rows[name]))

    # ---- the decoders' verdicts ----

    def verdicts(self, requests):
        lines = "".join(json.dumps(sample, ensure_ascii=False) + "\n" for sample in requests)
        answers = run_dump("check", stdin=lines).split()
        if len(answers) != len(requests):
            raise RuntimeError("dump_api judged another number of samples than it was given")
        return [answer == "true" for answer in answers]

    def body_verdict_faults(self, name):
        schema = contract.expand(self.document, self.schemas[name])
        for rule in ("minProperties", "anyOf"):
            schema.pop(rule, None)  # that a change changes something is for the handler to see
        check = contract.validator(schema)
        bodies = list(samples.bodies(self.shapes, name))
        accepted = 0
        for body, taken in zip(bodies, self.verdicts([{"shape": name, "body": body} for body in bodies])):
            accepted += taken
            why = contract.complaint(check, body)
            if taken != (why is None):
                shown = json.dumps(body, ensure_ascii=False)[:300]
                yield f"{name}: the decoder {'takes' if taken else 'refuses'} {shown}; the schema says: {why or 'good'}"
        if not accepted or accepted == len(bodies):
            yield f"{name}: the samples prove nothing"

    @staticmethod
    def query_is_good(checks, kinds, query):
        if len({name for name, _ in query}) != len(query) or any(name not in checks for name, _ in query):
            return False
        for name, text in query:
            value = text
            if kinds[name] == "integer":
                if not re.fullmatch(r"-?[0-9]+", text):
                    return False
                value = int(text)
            elif kinds[name] == "boolean":
                value = {"true": True, "false": False}.get(text)
            if not checks[name].is_valid(value):
                return False
        return True

    def query_verdict_faults(self, row):
        parameters = [p for p in self.operations[row["name"]][4] if p["in"] == "query"]
        checks = {p["name"]: contract.validator(p["schema"]) for p in parameters}
        kinds = {p["name"]: p["schema"].get("type") for p in parameters}
        queries = list(samples.queries(self.shapes, row["query"]))
        for query, taken in zip(queries, self.verdicts([{"shape": row["query"], "query": query} for query in queries])):
            if taken != self.query_is_good(checks, kinds, query):
                shown = json.dumps(query, ensure_ascii=False)[:300]
                yield f"{row['name']}: the decoder {'takes' if taken else 'refuses'} {shown}, the schemas don't agree"

    def change_faults(self, name):
        """A change of nothing is refused, and the schema says so: seller_id and version change nothing by themselves."""
        changing = [field["name"] for field in self.shapes[name] if field["name"] not in ("seller_id", "version")]
        every = len(changing) == len(self.shapes[name])
        said = self.schemas[name].get("minProperties") == 1 if every else (
            self.schemas[name].get("anyOf") == [{"required": [member]} for member in changing])
        if not said:
            yield f"{name} may be sent without a change, says openapi.yaml"

    def compare_shapes(self):
        requests, answers = self.used_shapes("body"), self.used_shapes("answer") + ["SellerPublic"]
        for name in sorted(set(requests) | set(answers)):
            self.tally.rule(f"shape {name}", self.shape_faults(name, name in requests))
        for name in sorted({row["body"] for row in self.rows.values() if row["body"]} - {"Picture"}):
            self.tally.rule(f"bodies of {name} are judged alike", self.body_verdict_faults(name))
            if name.endswith("Patch"):
                self.tally.rule(f"{name} wants a change", self.change_faults(name))
        for row in self.rows.values():
            if row["query"] and row["name"] in self.operations:
                self.tally.rule(f"queries of {row['name']} are judged alike", self.query_verdict_faults(row))

    # ---- limits, errors, handlers ----

    def limit_faults(self):
        with open(os.path.join(contract.ROOT, "models/limits.h"), encoding="utf-8") as stream:
            text = stream.read()
        named = set(re.findall(r"^\s*(?:#define )?LIMIT_(\w+)\s*(?:=|INT64_C)", text, re.M))
        limits = self.dump["limits"]
        yield from (f"LIMIT_{name} is not printed by dump_api, or no longer in limits.h" for name in sorted(named ^ set(limits)))
        stated = {key.upper(): value for key, value in self.document["x-limits"].items()}
        yield from (f"x-limits has {name} = {stated.get(name)}, limits.h has {limits.get(name)}"
                    for name in sorted(set(limits) | set(stated)) if limits.get(name) != stated.get(name))
        parameters = self.document["components"]["parameters"]
        days = [p for p in self.operations["seller_stats"][4] if p["name"] == "days"][0]
        words = [p for p in self.operations["product_list"][4] if p["name"] == "q"][0]["description"]
        for what, found, name in (
                ("default of limit", parameters["Limit"]["schema"].get("default"), "PAGE_DEFAULT"),
                ("default of days", days["schema"].get("default"), "STATS_DAYS_DEFAULT"),
                ("length of Idempotency-Key", parameters["IdempotencyKey"]["schema"].get("maxLength"), "IDEMPOTENCY_KEY"),
                ("size of a picture", self.schemas["Picture"].get("maxLength"), "PICTURE"),
                ("words of q", int((re.findall(r"at most (\d+)", words) or ["0"])[0]), "QUERY_WORDS")):
            if found != limits.get(name):
                yield f"{what}: {found}, limits.h has {limits.get(name)}"

    def code_faults(self):
        sources = ""
        for folder in ("base", "models", "platform"):
            for path in glob.glob(os.path.join(contract.ROOT, folder, "**", "*.[ch]"), recursive=True):
                with open(path, encoding="utf-8") as stream:
                    sources += stream.read()
        stated = set(self.schemas["Code"]["enum"])
        on_wire = {error["code"] for error in self.dump["errors"] if error["status"]}
        inner = {error["code"] for error in self.dump["errors"] if not error["status"]}
        used = set(re.findall(r'err_code\(\s*[^;"]*?ERR_\w+,\s*"(\w+)"', sources)) - inner
        yield from (f"code {code} is answered, and not in openapi.yaml" for code in sorted((on_wire | used) - stated))
        places = set(self.schemas["ErrorCode"]["enum"])
        # What a store or identity finds fault with carries the error's own code.
        known = set(self.dump["violations"]) | {"invalid"}
        yield from (f"ErrorCode has {code} only in {'openapi.yaml' if code in places else 'violation.def'}"
                    for code in sorted(places ^ known))
        yield from (f"code {code} of openapi.yaml is nowhere in the sources" for code in sorted(stated - on_wire)
                    if f'"{code}"' not in sources)

    def problem_faults(self):
        statuses = {error["status"] for error in self.dump["errors"] if error["status"]}
        by_name = {}
        for _, _, _, operation, _ in self.operations.values():
            for status, response in operation["responses"].items():
                if "$ref" in response:
                    by_name.setdefault(response["$ref"].rsplit("/", 1)[-1], set()).add(status)
        for status, response in self.document["x-otherwise"].items():
            by_name.setdefault(response["$ref"].rsplit("/", 1)[-1], set()).add(status)
        for name, response in self.document["components"]["responses"].items():
            used = by_name.get(name, set())
            if len(used) != 1:
                yield f"response {name} stands for {sorted(used)}"
                continue
            status = used.pop()
            if status == "304":
                continue
            if int(status) not in statuses:
                yield f"response {name}: err.def has no {status}"
            headers = {"X-Request-Id"} | ({HEADERS_OF_ERRORS[status]} if status in HEADERS_OF_ERRORS else set())
            if set(response["headers"]) != headers:
                yield f"response {name}: headers {sorted(response['headers'])}, should be {sorted(headers)}"
            if set(response["content"]) != {"application/problem+json"}:
                yield f"response {name} is no problem"

    def handler_faults(self):
        found = {}
        for path in glob.glob(os.path.join(contract.ROOT, "platform", "**", "*.c"), recursive=True):
            with open(path, encoding="utf-8") as stream:
                for name in re.findall(r"^bool handle_(\w+)\(struct task \*\w+, struct err \*\w+\)$", stream.read(), re.M):
                    found.setdefault(name, []).append(os.path.relpath(path, contract.ROOT))
        yield from (f"handle_{name} is defined in {found.get(name, 'no file')}" for name in self.rows if len(found.get(name, [])) != 1)
        yield from (f"handle_{name} in {paths} serves no row" for name, paths in found.items() if name not in self.rows)

    def format_faults(self):
        """Whoever checks a format has rules of their own for it, which the decoders don't know: a pattern says what is taken."""
        found = set(re.findall(r'"format": "([^"]+)"', json.dumps(self.document)))
        yield from (f"format {name} may be stricter than what is taken" for name in sorted(found - FORMATS))

    def unused_faults(self):
        refs = set(re.findall(r"#/components/(\w+/\w+)", json.dumps(self.document)))
        for kind, components in self.document["components"].items():
            if kind != "securitySchemes":
                yield from (f"{kind}/{name} is never used" for name in components if f"{kind}/{name}" not in refs)

    def finish(self):
        self.tally.rule("limits", self.limit_faults())
        self.tally.rule("codes of errors", self.code_faults())
        self.tally.rule("responses for errors", self.problem_faults())
        self.tally.rule("every row has its handler, and every handler its row", self.handler_faults())
        self.tally.rule("no format is stricter than what is taken", self.format_faults())
        self.tally.rule("every component is used", self.unused_faults())
        self.tally.finish()


def main():
    comparison = Comparison()
    comparison.compare_rows()
    comparison.compare_shapes()
    comparison.finish()


if __name__ == "__main__":
    sys.exit(main())
