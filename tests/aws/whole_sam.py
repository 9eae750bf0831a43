#!/usr/bin/python3
"""sam finds nothing wrong with template.yaml, and builds of it what is deployed: one program, a copy for each function."""

import os
import shutil
import sys
import tempfile

import sam
import template

sys.path.append(f"{sam.SOURCE}/tests")
from rules import Tally  # noqa: E402


def read(path):
    with open(path, "rb") as file:
        return file.read()


def lint():
    status, output = sam.run("validate", "--lint", "--template", template.PATH)
    return [output] if status else []


def lint_notices():
    """A template with a wrong value is refused: so the other verdict means something."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/template.yaml"
        with open(template.PATH, encoding="utf-8") as file, open(path, "w", encoding="utf-8") as wrong:
            wrong.write(file.read().replace("PAY_PER_REQUEST", "PAY_PER_REQUESTS"))
        status, output = sam.run("validate", "--lint", "--template", path)
        return [] if status and "PAY_PER_REQUESTS" in output else [output]


def build():
    shutil.rmtree(sam.FOLDER, ignore_errors=True)
    sam.build()
    built = template.load(f"{sam.FOLDER}/template.yaml")
    names = template.of_type(built, "AWS::Serverless::Function")
    yield from set(template.functions(template.load())) ^ set(names)
    programs = set()
    for name, function in names.items():
        folder = os.path.join(sam.FOLDER, function["Properties"]["CodeUri"])
        if os.listdir(folder) != ["bootstrap"]:
            yield f"{name}: {os.listdir(folder)}"
        programs.add(read(f"{folder}/bootstrap"))
        if not os.access(f"{folder}/bootstrap", os.X_OK):
            yield f"{name}: not to be run"
    if len(programs) != 1 or not next(iter(programs)).startswith(b"\x7fELF"):
        yield f"{len(programs)} programs"


def main():
    sam.want_venv()
    tally = Tally()
    tally.rule("sam validate --lint", lint())
    tally.rule("sam validate --lint notices what is wrong", lint_notices())
    tally.rule("sam build --build-in-source", build())
    tally.finish()


if __name__ == "__main__":
    main()
