#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: ci_files.py parse|run SOURCE [LOOPSCOPE WAITS]

The workflow files of docs/ci. parse: they are YAML, with the parts that their
services want (77 without python3-yaml). run: each line of theirs that calls
loopscope is run by a shell, as it stands, over a test suite of which one
process stalls, and leaves what the files then upload.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml


def fail(text):
    sys.exit(f"FAILED: {text}")


def read(source, name):
    with open(os.path.join(source, "docs/ci", name), encoding="utf-8") as file:
        return file.read()


def parse(source):
    try:
        import yaml
    except ImportError:
        print("no python3-yaml")
        sys.exit(77)
    github = yaml.safe_load(read(source, "github.yml"))
    job = github["jobs"]["loops"]
    for step in job["steps"]:
        if ("run" in step) == ("uses" in step):
            fail(f"not one of run and uses: {step}")
    gitlab = yaml.safe_load(read(source, "gitlab.yml"))["loops"]
    for part in ("before_script", "script", "after_script"):
        for line in gitlab[part]:
            if not isinstance(line, str):
                fail(f"no command: {line}")
    if job["container"]["image"] != gitlab["image"]:
        fail("two images")
    packages = [re.findall(r"[a-z0-9.+]+(?:-[a-z0-9.+]+)*", part.split(
        "--no-install-recommends")[1]) for part in (
            job["steps"][0]["run"], "\n".join(gitlab["before_script"][2:3]))]
    if packages[0] != packages[1]:
        fail(f"two lists of packages: {packages}")
    common = re.search(r"build_packages=\(([^)]*)\)", open(
        os.path.join(source, "scripts/common.sh"), encoding="utf-8").read())
    lacking = set(common[1].split()) - set(packages[0]) - {"libcmocka-dev"}
    if lacking:
        fail(f"not installed: {lacking}")


def commands(text):
    """The lines that call loopscope, without what YAML puts before them."""
    found = re.findall(r"^ *(?:- )?(?:run: )?(loopscope [a-z]+ .*)$", text,
                       re.MULTILINE)
    if len(found) != len(re.findall(
            r"loopscope (?:run|check|report|view|doctor)", text)):
        fail(f"not all lines were found: {found}")
    return found


def run_line(line, folder, environment):
    done = subprocess.run(["sh", "-ec", line], cwd=folder, env=environment,
                          capture_output=True, text=True, check=False)
    print(f"{done.returncode}: {line}")
    if done.returncode != line.startswith("loopscope run"):
        fail(f"{done.returncode}: {line}\n{done.stdout}{done.stderr}")
    return done


def run_all(text, folder, waits, environment):
    os.mkdir(folder)
    os.mkdir(os.path.join(folder, "build"))
    with open(os.path.join(folder, "build/CTestTestfile.cmake"), "w",
              encoding="utf-8") as file:
        file.write(f'add_test(good "{waits}" "0")\n'
                   f'add_test(bad "{waits}" "120")\n')
    return [run_line(line, folder, environment) for line in commands(text)]


def content(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def run(source, loopscope, waits):
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PATH":
                   f"{os.path.dirname(loopscope)}:{os.environ['PATH']}"}
    with tempfile.TemporaryDirectory() as work:
        folder = os.path.join(work, "github")
        done = run_all(read(source, "github.yml"), folder, waits, environment)
        if not any("::error file=" in one.stderr for one in done):
            fail("no annotation")
        results = json.loads(content(folder, "loopscope.sarif"))
        if len(results["runs"][0]["results"]) < 1:
            fail("nothing in the SARIF file")
        if content(folder, "loopscope.png")[:4] != b"\x89PNG":
            fail("no picture")

        folder = os.path.join(work, "gitlab")
        run_all(read(source, "gitlab.yml"), folder, waits, environment)
        suites = xml.fromstring(content(folder, "loopscope.xml"))
        if len(suites.findall(".//failure")) != 1:
            fail("not one failure in the JUnit file")
        if content(folder, "loopscope.png")[:4] != b"\x89PNG":
            fail("no picture")


if sys.argv[1] == "parse":
    parse(sys.argv[2])
else:
    run(*sys.argv[2:])
