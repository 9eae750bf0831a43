"""aws-lambda-rie, AWS's own stand-in for Lambda's runtime, with a function in it: the same to ask as host.Host."""

import http.client
import json
import os
import select
import socket
import subprocess
import sys
import time

from host import GRACE_SECONDS, START_SECONDS, Outcome

PROGRAM = os.environ.get("VITRINE_RIE", "")
INVOKE = "/2015-03-31/functions/function/invocations"


def want():
    if not PROGRAM:
        print("aws-lambda-rie is not set up here (VITRINE_RIE)")
        sys.exit(77)


def free_ports(count):
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Rie:
    def __init__(self, program, handler, environment, log=None, seconds=29):
        self.handler, self.seconds = handler, seconds
        self.port, runtime = free_ports(2)
        whole = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VITRINE_"))}
        whole.update(environment, AWS_LAMBDA_FUNCTION_TIMEOUT=str(seconds))
        self.process = subprocess.Popen(
            [PROGRAM, "--runtime-interface-emulator-address", f"127.0.0.1:{self.port}", "--runtime-api-address",
             f"127.0.0.1:{runtime}", program, handler],
            env=whole, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.await_listening()

    def await_listening(self):
        """It says nothing when it listens, so it is tried, a thousand times at most."""
        for _ in range(1000):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            select.select([], [], [], START_SECONDS / 1000)
        self.process.kill()
        raise RuntimeError(f"aws-lambda-rie doesn't start {self.handler}")

    def invoke(self, event, seconds=None, patience=None):
        assert seconds is None, "it has one deadline for all"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience or GRACE_SECONDS)
        began = time.monotonic()
        connection.request("POST", INVOKE, event if isinstance(event, bytes) else json.dumps(event).encode())
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        outcome = self.read(answer.status, body)
        outcome.seconds = time.monotonic() - began
        return outcome

    @staticmethod
    def read(status, body):
        if status != 200:
            return Outcome("exit", body)
        if body.startswith(b"Task timed out"):
            return Outcome("timeout", body)
        said = json.loads(body)
        if "errorType" in said:
            return Outcome("error", body, said["errorType"])
        return Outcome("answer", body)

    def stop(self):
        self.process.terminate()
        try:
            return self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
