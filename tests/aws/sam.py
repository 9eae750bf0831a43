"""What sam makes of template.yaml: the artifacts that are deployed, built once and used by every test that runs the package."""

import os
import subprocess
import sys

SOURCE, BUILD = os.environ["top_srcdir"], os.environ["top_builddir"]
VENV = os.environ.get("VITRINE_AWS_VENV", "")
FOLDER = f"{BUILD}/aws/sam"
HOME = f"{BUILD}/aws/home"
BUILD_SECONDS = 900


def want_venv():
    """Ends the test where there is no sam."""
    if not VENV:
        print("sam and ministack are not set up here (VITRINE_AWS_VENV)")
        sys.exit(77)


def environment(**more):
    """Of sam: without a word home, without an account of AWS."""
    os.makedirs(HOME, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VITRINE_", "SAM_"))}
    return {**kept, "HOME": HOME, "SAM_CLI_TELEMETRY": "0", "PYTHONDONTWRITEBYTECODE": "", "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true", **more}


def run(*arguments, seconds=120, **more):
    """sam with these arguments, in the folder of the template; what it printed."""
    done = subprocess.run([f"{VENV}/bin/sam", *arguments], cwd=SOURCE, env=environment(**more), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, text=True)
    return done.returncode, done.stdout


def build():
    """Builds what there is to deploy."""
    status, output = run("build", "--build-dir", FOLDER, seconds=BUILD_SECONDS)
    if status:
        raise RuntimeError(output)


def artifact(function="AuthFunction"):
    """The path of a function's program, built if it isn't there."""
    path = f"{FOLDER}/{function}/bootstrap"
    if not os.path.exists(path):
        build()
    return path
