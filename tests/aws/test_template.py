#!/usr/bin/python3
"""template.yaml says what models/api.def, openapi.yaml and the program say, and what `sam validate --lint` doesn't look at."""

import glob
import json
import os
import re
import subprocess
import sys

import template

SOURCE, BUILD = os.environ["top_srcdir"], os.environ["top_builddir"]
sys.path += [f"{SOURCE}/tests", f"{SOURCE}/tests/openapi"]
import contract  # noqa: E402
from rules import Tally  # noqa: E402

NEEDS_TOKEN = {"SIGNED_IN", "CLIENT", "SELLER", "SELF"}
REST = "/{proxy+}"
GATEWAY_SECONDS = 29
# What AWS gives a name that is one in an account, or in the world.
NAMES = {"AlarmName", "BucketName", "ClientName", "FunctionName", "LogGroupName", "Name", "RoleName", "TableName", "TopicName",
         "UserPoolName"}
# AWS knows no resource for these.
ANYWHERE = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
KEPT = {"AWS::DynamoDB::Table", "AWS::Cognito::UserPool", "AWS::Cognito::UserPoolGroup"}
PARAMETERS = {"Stage", "Currency", "Delivery", "Payment", "AlarmAddress"}

document = template.load()
resources = document["Resources"]
functions = template.functions(document)


def dump():
    """The program's tables."""
    return json.loads(subprocess.run([f"{BUILD}/tests/unit/dump_api"], capture_output=True, check=True, timeout=60).stdout)


def routes():
    """{(path, method): (function, needs a token)} of all functions."""
    found = {}
    for name, function in functions.items():
        for event in function.get("Events", {}).values():
            if event["Type"] != "Api":
                continue
            properties = event["Properties"]
            assert properties["RestApiId"] == {"Ref": "Api"}, event
            key = properties["Path"], properties["Method"]
            assert key not in found, f"{key} is there twice"
            authorizer = properties.get("Auth", {}).get("Authorizer")
            assert authorizer in (None, "Token"), event
            found[key] = name, authorizer is not None
    return found


def test_routes():
    """Each row of api.def reaches its function, by the authorizer where it needs a token, and nothing else is there."""
    found, wanted = routes(), {}
    for row in dump()["rows"]:
        path, method, guarded = row["path"], row["method"], row["who"] in NEEDS_TOKEN
        wanted[path, "ANY"] = row["function"] + "Function", False
        if guarded:
            wanted[path, method] = row["function"] + "Function", True
    wanted[REST, "ANY"] = "AuthFunction", False
    assert found == wanted, [key for key in found.keys() | wanted.keys() if found.get(key) != wanted.get(key)]


def test_openapi():
    """Each operation of openapi.yaml has a route, and needs a token there where it does here."""
    found = routes()
    description = contract.load()
    for _, path, method, operation, _ in contract.operations(description):
        security = operation.get("security", description.get("security", []))
        guarded = bool(security) and {} not in security
        function, by_token = found.get((path, method)) or found[path, "ANY"]
        assert by_token == guarded, (method, path, function)


def test_functions():
    """What runs where: lint takes any runtime."""
    with open(f"{SOURCE}/platform/lambda/function.c", encoding="utf-8") as file:
        handlers = set(re.findall(r'^    \{"(\w+)",', file.read(), re.M))
    assert set(functions) == handlers, (set(functions), handlers)
    for name, function in functions.items():
        assert function["Runtime"] == "provided.al2023", name
        assert function["Architectures"] == ["x86_64"], name
        assert function["Handler"] == name
        assert function["Tracing"] == "Active", name
        assert resources[name]["Metadata"] == {"BuildMethod": "makefile"}, name
        assert os.path.exists(f"{SOURCE}/{function['CodeUri']}/Makefile"), name
        assert function["LoggingConfig"] == {"LogGroup": {"Ref": name.replace("Function", "Log")}}, name
        assert resources[name.replace("Function", "Log")]["Properties"]["RetentionInDays"] > 0
        if any(event["Type"] == "Api" for event in function.get("Events", {}).values()) or name == "AuthorizerFunction":
            assert function["Timeout"] < GATEWAY_SECONDS, name
    sources = {event for event in functions["FollowFunction"]["Events"]}
    assert sources == {"Stream", "Hourly"}
    stream = functions["FollowFunction"]["Events"]["Stream"]["Properties"]
    assert stream["Stream"] == {"Fn::GetAtt": "Table.StreamArn"} and stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert stream["StartingPosition"] == "TRIM_HORIZON"  # what changed before the function was there is followed, too
    assert functions["FollowFunction"]["Events"]["Hourly"]["Properties"]["Schedule"] == "rate(1 hour)"


def test_variables():
    """The program reads every variable that it is given."""
    text = ""
    for path in glob.glob(f"{SOURCE}/platform/**/*settings.c", recursive=True):
        with open(path, encoding="utf-8") as file:
            text += file.read()
    for name, function in functions.items():
        for variable in function["Environment"]["Variables"]:
            assert f'"{variable}"' in text, f"{name}: nothing reads {variable}"


def test_store():
    table = resources["Table"]["Properties"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]] == [("pk", "HASH"), ("sk", "RANGE")]
    assert {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]} == {"pk": "S", "sk": "S"}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert not any("Index" in key for key in table)


def test_identity():
    tables = dump()
    groups = template.of_type(document, "AWS::Cognito::UserPoolGroup")
    assert {group["Properties"]["GroupName"] for group in groups.values()} == set(tables["groups"])
    client = resources["PoolClient"]["Properties"]
    assert client["GenerateSecret"] is False and client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True
    assert client["TokenValidityUnits"] == {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}
    assert (client["AccessTokenValidity"], client["RefreshTokenValidity"]) == (1, 30)  # as vitrined has it
    assert set(client["ExplicitAuthFlows"]) == {"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
    pool = resources["Pool"]["Properties"]
    assert pool["UsernameAttributes"] == ["email"] and pool["UsernameConfiguration"] == {"CaseSensitive": False}
    # A code is mailed, or nobody could confirm an address.
    message = pool["VerificationMessageTemplate"]
    assert pool["AutoVerifiedAttributes"] == ["email"] and message["DefaultEmailOption"] == "CONFIRM_WITH_CODE"
    assert "{####}" in message["EmailMessage"]
    policy = pool["Policies"]["PasswordPolicy"]
    assert policy == {"MinimumLength": tables["limits"]["PASSWORD_MIN"], "RequireLowercase": True, "RequireUppercase": True,
                      "RequireNumbers": True, "RequireSymbols": False}, policy


def test_kept():
    """What a shop can't do without stays when the stack goes, and nothing else does."""
    for name, resource in resources.items():
        policies = resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")
        assert policies == (("Retain", "Retain") if resource["Type"] in KEPT else (None, None)), name


def test_roles():
    """A role of its own for each function; no action and no resource by asterisk; each kind of action on its own resource."""
    roles = {name: function["Role"] for name, function in functions.items()}
    assert roles == {name: {"Fn::GetAtt": name.replace("Function", "Role") + ".Arn"} for name in functions}
    assert set(template.of_type(document, "AWS::IAM::Role")) == {name.replace("Function", "Role") for name in functions}
    for role in template.of_type(document, "AWS::IAM::Role"):
        assert set(resources[role]["Properties"]) == {"AssumeRolePolicyDocument", "Policies"}, role
        for statement in template.statements(document, role):
            actions, place = statement["Action"], statement["Resource"]
            assert set(statement) == {"Sid", "Effect", "Action", "Resource"} and statement["Effect"] == "Allow", statement
            assert len(actions) == len(set(actions)) and not any("*" in action for action in actions), statement
            expected = {"Log": role.replace("Role", "Log") + ".Arn", "Table": "Table.Arn", "Pool": "Pool.Arn",
                        "Stream": "Table.StreamArn"}.get(statement["Sid"])
            assert place == ({"Fn::GetAtt": expected} if expected else "*"), statement
            assert expected or set(actions) == ANYWHERE, statement
            service = {"Log": "logs", "Table": "dynamodb", "Pool": "cognito-idp", "Stream": "dynamodb", "Trace": "xray"}
            assert all(action.startswith(service[statement["Sid"]] + ":") for action in actions), statement
            assert (statement["Sid"] == "Stream") <= (role == "FollowRole"), statement
            assert not {"dynamodb:Scan", "dynamodb:DeleteTable"} & set(actions), statement


def names_of(value, inside=()):
    """Places at which something is given a name."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in NAMES and isinstance(each, str) and "Dimensions" not in inside and "RecoveryMechanisms" not in inside:
                yield inside + (key,), each
            yield from names_of(each, inside + (key,))
    elif isinstance(value, list):
        for each in value:
            yield from names_of(each, inside)


def test_no_names():
    """Two stacks live in one account."""
    assert not list(names_of({name: resource["Properties"] for name, resource in resources.items()}))


def test_api():
    api = resources["Api"]["Properties"]
    assert api["BinaryMediaTypes"] == ["*~1*"] and api["TracingEnabled"] is True
    assert api["StageName"] == {"Ref": "Stage"}
    settings, = api["MethodSettings"]
    assert settings["ResourcePath"] == "/*" and settings["HttpMethod"] == "*"
    assert settings["ThrottlingRateLimit"] > 0 and settings["ThrottlingBurstLimit"] > 0
    assert api["Auth"] == {"Authorizers": {"Token": {
        "FunctionArn": {"Fn::GetAtt": "AuthorizerFunction.Arn"}, "FunctionPayloadType": "TOKEN",
        "Identity": {"Header": "Authorization", "ReauthorizeEvery": 300}}}}


def test_gateway_responses():
    """What the gateway says by itself is a problem as all others are."""
    description = contract.load()
    check = contract.validator(contract.expand(description, description["components"]["schemas"]["Problem"]))
    answers = resources["Api"]["Properties"]["GatewayResponses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "ACCESS_DENIED", "THROTTLED", "REQUEST_TOO_LARGE"} <= set(answers)
    for name, answer in answers.items():
        problem = json.loads(answer["ResponseTemplates"]["application/json"])
        assert not contract.complaint(check, problem), contract.complaint(check, problem)
        assert problem["status"] == int(answer["StatusCode"]), name
        assert problem["message"] == problem["detail"] and problem["request_id"] == "$context.requestId", name
        headers = answer["ResponseParameters"]["Headers"]
        assert headers["Content-Type"] == "'application/problem+json'" and headers["X-Request-Id"] == "context.requestId", name
        assert ("WWW-Authenticate" in headers) == (problem["status"] == 401), name
        assert ("Retry-After" in headers) == (problem["status"] in (429, 503)), name


def test_alarms():
    """On errors and throttling of each function, on the age of the stream, and on what the API couldn't answer."""
    alarms = {name: alarm["Properties"] for name, alarm in template.of_type(document, "AWS::CloudWatch::Alarm").items()}
    watched = {(alarm["Namespace"], alarm["MetricName"], alarm["Statistic"], alarm["Dimensions"][0]["Name"],
                alarm["Dimensions"][0]["Value"]["Ref"], alarm["Threshold"]) for alarm in alarms.values()}
    failures = {("AWS/Lambda", metric, "Sum", "FunctionName", name, 0) for metric in ("Errors", "Throttles") for name in functions}
    assert watched == failures | {
        ("AWS/Lambda", "IteratorAge", "Maximum", "FunctionName", "FollowFunction", 10 * 60 * 1000),
        ("AWS/ApiGateway", "5XXError", "Sum", "ApiName", "AWS::StackName", 10)}, watched
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"]["Fn::If"][:2] == ["HasAlarmAddress", [{"Ref": "AlarmTopic"}]], name
        assert alarm["TreatMissingData"] == "notBreaching" and alarm["ComparisonOperator"] == "GreaterThanThreshold", name


def test_parameters():
    """Each can be left out, takes what the program takes, and is told in docs/deploy.md; so are the outputs."""
    parameters, limits = document["Parameters"], dump()["limits"]
    assert set(parameters) == PARAMETERS
    assert all("Default" in parameter and "Description" in parameter for parameter in parameters.values())
    service = contract.load()["components"]["schemas"]["Service"]["properties"]
    assert parameters["Delivery"]["AllowedValues"] == service["delivery"]["enum"]
    assert parameters["Payment"]["MaxLength"] == limits["PAYMENT"]
    with open(f"{SOURCE}/docs/deploy.md", encoding="utf-8") as file:
        page = file.read()
    told = dict(re.findall(r"^\| `(\w+)` \|.*\| `?(\w+)`? \|$", page, re.M))
    assert set(told) == set(parameters), told
    assert all(told[name] == parameter["Default"] for name, parameter in parameters.items() if parameter["Default"]), told
    outputs = {name: output["Value"] for name, output in document["Outputs"].items()}
    assert all(f"`{name}`" in page for name in outputs), outputs
    assert "${Api}" in outputs.pop("ApiUrl")["Fn::Sub"]
    assert outputs == {"TableName": {"Ref": "Table"}, "UserPool": {"Ref": "Pool"}, "UserPoolClient": {"Ref": "PoolClient"}}, outputs


def test_events():
    """A sample for each function, on a path that is its own."""
    found = routes()
    for name in functions:
        with open(f"{SOURCE}/events/{name.replace('Function', '').lower()}.json", encoding="utf-8") as file:
            event = json.load(file)
        if "httpMethod" in event:
            key = event["resource"], event["httpMethod"]
            assert (found.get(key) or found[event["resource"], "ANY"])[0] == name


def main():
    tally = Tally()
    for name, test in sorted(globals().items()):
        if name.startswith("test_") and callable(test):
            try:
                test()
                tally.rule(name, [])
            except (AssertionError, KeyError, ValueError) as error:
                tally.rule(name, [f"{type(error).__name__}: {error}"])
    tally.finish()


if __name__ == "__main__":
    main()
