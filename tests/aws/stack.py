"""A deployed stack on this machine: ministack, which stands in for AWS with roles enforced, and template.yaml deployed to it by sam.

Where ministack differs from AWS, a step here makes up for it, and says so.
"""

import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request

import engines
import sam
import template

REGION, ACCOUNT = "us-east-1", "000000000000"
START_SECONDS = 120
STOP_SECONDS = 30
ROOT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}


def in_venv():
    """Ends the test where ministack is not set up; goes on with the Python that it is installed for."""
    sam.want_venv()
    python = f"{sam.VENV}/bin/python"
    if os.path.realpath(sys.prefix) != os.path.realpath(sam.VENV):
        os.execv(python, [python, "-B", *sys.argv])


def plain(value):
    """What boto3 made of an event's bytes and times."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value.timestamp()


class Stack:
    def __init__(self, name="shop"):
        self.name, self.port = name, engines.free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.folder = tempfile.TemporaryDirectory(prefix="vitrine-aws-")
        self.log_path = f"{self.folder.name}/ministack.log"
        self.ready, self.process, self.clients, self.ids = threading.Event(), None, {}, {}
        self.renewals = 0

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    # ---- ministack ----

    def start(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VITRINE_"))}
        self.process = subprocess.Popen(
            [f"{sam.VENV}/bin/ministack"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, env={
                # Loopback alone: it would listen everywhere. Functions are processes: it would ask for Docker.
                **kept, "BIND_HOST": "127.0.0.1", "MINISTACK_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port),
                "LAMBDA_EXECUTOR": "local", "IOT_MTLS_ENABLED": "0", "DOCKER_HOST": "unix:///nonexistent", "AUTH": "true",
                "HOME": self.folder.name, "TMPDIR": self.folder.name, "PYTHONDONTWRITEBYTECODE": "", "PYTHONUNBUFFERED": "1"})
        threading.Thread(target=self.follow, daemon=True).start()
        if not self.ready.wait(START_SECONDS) or self.process.poll() is not None:
            self.stop()
            raise RuntimeError(f"ministack doesn't start: {self.logged()[-2000:]}")

    def follow(self):
        """Its log, kept; it tells when it listens."""
        with open(self.log_path, "wb") as log:
            for line in self.process.stdout:
                log.write(line)
                log.flush()
                if b"Running on" in line:
                    self.ready.set()
        self.ready.set()

    def logged(self):
        try:
            with open(self.log_path, encoding="utf-8", errors="replace") as log:
                return log.read()
        except FileNotFoundError:
            return ""

    def stop(self):
        """Ends it, and the functions that it started: they are in its session."""
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.folder.cleanup()

    def client(self, service):
        """boto3's, as the account's root."""
        import boto3
        import botocore.config

        if service not in self.clients:
            self.clients[service] = boto3.client(
                service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test",
                config=botocore.config.Config(parameter_validation=service != "apigateway"))
        return self.clients[service]

    # ---- the stack ----

    def deploy(self, **parameters):
        """sam deploy, and what ministack needs besides."""
        overrides = ["--parameter-overrides", *(f'{name}="{value}"' for name, value in parameters.items())] if parameters else []
        sam.artifact()
        status, output = sam.run(
            "deploy", "--template-file", f"{sam.FOLDER}/template.yaml", "--stack-name", self.name, "--resolve-s3", "--capabilities",
            "CAPABILITY_IAM", "--no-confirm-changeset", "--no-progressbar", "--region", REGION, *overrides, seconds=600,
            AWS_ENDPOINT_URL=self.endpoint, **ROOT)
        if status:
            raise RuntimeError(f"{output}\n{self.logged()[-3000:]}")
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        self.ids = {each["LogicalResourceId"]: each["PhysicalResourceId"] for page in pages
                    for each in page["StackResourceSummaries"]}
        self.stage = parameters.get("Stage", "Prod")
        self.tell_endpoint()
        self.complete_api()

    def functions(self):
        return [name for name in self.ids if name.endswith("Function")]

    def tell_endpoint(self, *names, **more):
        """ministack doesn't tell functions where it is."""
        functions = self.client("lambda")
        for name in names or self.functions():
            variables = functions.get_function_configuration(FunctionName=self.ids[name])["Environment"]["Variables"]
            functions.update_function_configuration(
                FunctionName=self.ids[name], Environment={"Variables": {**variables, "AWS_ENDPOINT_URL": self.endpoint, **more}})

    def complete_api(self):
        """ministack leaves methods ANY, binary media types, and what the gateway says by itself out of an API's definition."""
        gateway, api, document = self.client("apigateway"), self.ids["Api"], template.load()
        places = {item["path"]: item["id"] for item in gateway.get_resources(restApiId=api, limit=500)["items"]}
        for function, properties in template.functions(document).items():
            arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.ids[function]}"
            uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"
            for event in properties.get("Events", {}).values():
                if event["Type"] == "Api" and event["Properties"]["Method"] == "ANY":
                    method = {"restApiId": api, "resourceId": places[event["Properties"]["Path"]], "httpMethod": "ANY"}
                    gateway.put_method(**method, authorizationType="NONE")
                    gateway.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
        for kind, answer in document["Resources"]["Api"]["Properties"]["GatewayResponses"].items():
            headers = answer["ResponseParameters"]["Headers"]
            gateway.put_gateway_response(
                restApiId=api, responseType=kind, statusCode=answer["StatusCode"],
                responseParameters={f"gatewayresponse.header.{name}": value for name, value in headers.items()},
                responseTemplates=answer["ResponseTemplates"])
        # Its way to change one isn't AWS's: it wants the whole list as a value, which boto3 must not look at.
        kinds = [kind.replace("~1", "/") for kind in document["Resources"]["Api"]["Properties"]["BinaryMediaTypes"]]
        gateway.update_rest_api(restApiId=api, patchOperations=[{"op": "replace", "path": "/binaryMediaTypes", "value": kinds}])
        gateway.create_deployment(restApiId=api, stageName=self.stage)

    # ---- functions, by themselves ----

    def invoke(self, function, event):
        """What a function answers to an event that is no request."""
        answer = self.client("lambda").invoke(FunctionName=self.ids[function], Payload=json.dumps(event).encode())
        return json.loads(answer["Payload"].read() or b"null")

    def renew(self, function):
        """The function starts anew, in a shop where nothing is settled yet but what is in the table otherwise."""
        table = self.client("dynamodb")
        for setting in ("currency", "cursor_key"):
            table.delete_item(TableName=self.ids["Table"], Key={"pk": {"S": f"SET#{setting}"}, "sk": {"S": "S"}})
        self.renewals += 1
        self.tell_endpoint(function, RENEWAL=str(self.renewals))

    def key_id(self, function):
        """Of the credentials that a function's process has now."""
        for name in os.listdir("/proc"):
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    variables = dict(each.split(b"=", 1) for each in file.read().split(b"\0") if b"=" in each)
            except (OSError, ValueError):
                continue
            if variables.get(b"_HANDLER") == function.encode() and variables.get(b"AWS_ENDPOINT_URL") == self.endpoint.encode():
                return variables[b"AWS_ACCESS_KEY_ID"].decode()
        return "nothing: it doesn't run"

    def stop_stream(self):
        """From now on only take_records tells of changes."""
        functions = self.client("lambda")
        for mapping in functions.list_event_source_mappings(FunctionName=self.ids["FollowFunction"])["EventSourceMappings"]:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)

    def start_records(self):
        """What take_records tells begins now."""
        arn = self.client("dynamodb").describe_table(TableName=self.ids["Table"])["Table"]["LatestStreamArn"]
        streams = self.client("dynamodbstreams")
        shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        self.iterators = [streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST")
                          ["ShardIterator"] for shard in shards]

    def take_records(self):
        """The table's changes since the last call, as Lambda hands them over."""
        records, streams = [], self.client("dynamodbstreams")
        for index, iterator in enumerate(self.iterators):
            while True:
                page = streams.get_records(ShardIterator=iterator)
                records += page["Records"]
                iterator = self.iterators[index] = page["NextShardIterator"]
                if not page["Records"]:
                    break
        return json.loads(json.dumps(records, default=plain))

    @property
    def url(self):
        return f"{self.endpoint}/restapis/{self.ids['Api']}/{self.stage}/_user_request_"

    # ---- asking it ----

    def ask(self, method, path, body=None, token=None, **headers):
        """(status, headers, what the body says or its bytes)."""
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        if body is not None and not isinstance(body, bytes):
            request.add_header("Content-Type", "application/json")
        request.add_header("Accept", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, answered, content = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            status, answered, content = error.code, error.headers, error.read()
        try:
            return status, answered, json.loads(content)
        except ValueError:
            return status, answered, content
