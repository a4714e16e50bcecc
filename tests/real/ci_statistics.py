#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Does the gate cry wolf, and does it miss one? Clean programs (an HTTP server
under load, a gather of timers, work with files) and programs in which a stall of
60 ms is planted (computing, blocked, half of each), under `loopscope run
--check`, beside processes that compute all the time: four for each processor.
No clean run may have an error; every stall has to be found as an error, and its
class has to be right in 99 of 100.

    ci_statistics.py --clean 1000 --planted 300 --markdown docs/ci-statistics.md
"""
import collections
import json
import os
import subprocess
import sys

import harness
import judge

CLASSES = {"spin": "computing", "sleep": "blocked", "mixed": "mixed"}
STALL_MS = "60"


def example(place, name):
    return os.path.join(place.build, "examples", name)


def clean_programs(place):
    """Name, command line and environment of each."""
    files = place.path("files")
    os.makedirs(files, exist_ok=True)
    speed = {"LS_EXAMPLE_SPEED": "10"}
    programs = [
        ("HTTP server under load",
         [example(place, "http_server"), "--good-only",
          "-o", place.path("own.json")], speed),
        ("gather of timers", [example(place, "gather"), "-o",
                              place.path("own.json")], speed),
        ("work with files", [place.built("real_file_work"), files], {}),
    ]
    return programs[1:] if place.options.no_http else programs


def gate(place, command, more):
    """What the gate says of a run, and its exit status."""
    env = harness.plain_environment(**more)
    run = place.run(command, ["--check", "--format", "json"], env=env,
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        said = run.process.communicate(timeout=120)[1]
    except subprocess.TimeoutExpired:
        raise harness.Trouble("hangs: %s" % " ".join(run.command)) from None
    status = run.process.returncode
    place.runs.remove(run)
    try:
        verdict = json.loads(said)
    except ValueError:
        raise harness.Trouble("%s said no verdict: %s" % (
            command[0], said.decode(errors="replace")[-300:])) from None
    os.unlink(run.trace_path)
    return verdict, status


class Row:
    """Of one program."""

    def __init__(self, name):
        self.name = name
        self.runs = self.good = self.class_right = 0
        self.warned = 0


def tell(name, i, verdict, status):
    print("%s %d: exit %d: %s" % (name, i, status, "; ".join(
        "%s: %s %s" % (f["severity"], f["message"], f.get("cause"))
        for f in verdict["findings"])), flush=True)


def clean_run(place, program, row, i):
    name, command, env = program
    verdict, status = gate(place, command, env)
    row.runs += 1
    row.good += status == 0 and verdict["verdict"] == "pass"
    row.warned += any(f["severity"] == "warning" for f in verdict["findings"])
    if status:
        tell(name, i, verdict, status)


def planted_run(place, how, row, i):
    command = [place.built("real_stalling"), place.path("count"), how, STALL_MS]
    verdict, status = gate(place, command, {})
    found = [f for f in verdict["findings"]
             if f["rule"] in judge.STALLS and f["severity"] == "error"]
    found.sort(key=lambda f: -f["duration_ns"])
    row.runs += 1
    row.good += status == 1 and bool(found)
    right = found and found[0]["cause"]["class"] == CLASSES[how]
    row.class_right += bool(right)
    if status != 1 or not right:
        tell(how, i, verdict, status)


def measure(place, options):
    clean = collections.OrderedDict()
    planted = collections.OrderedDict()
    programs = clean_programs(place)
    for i in range(options.clean):
        program = programs[i % len(programs)]
        row = clean.setdefault(program[0], Row(program[0]))
        clean_run(place, program, row, i)
    for i in range(options.planted):
        how = list(CLASSES)[i % len(CLASSES)]
        row = planted.setdefault(how, Row("%s ms planted: %s" % (
            STALL_MS, CLASSES[how])))
        planted_run(place, how, row, i)
    return list(clean.values()), list(planted.values())


def table(clean, planted):
    lines = ["| clean programs | runs | without an error | with a warning |",
             "|---|---:|---:|---:|"]
    lines += ["| %s | %d | %d | %d |" % (r.name, r.runs, r.good, r.warned)
              for r in clean]
    lines += ["", "| stalls | runs | found, as an error | class right |",
              "|---|---:|---:|---:|"]
    lines += ["| %s | %d | %d | %d |" % (r.name, r.runs, r.good, r.class_right)
              for r in planted]
    return "\n".join(lines) + "\n"


def is_good(clean, planted):
    runs = sum(r.runs for r in planted)
    right = sum(r.class_right for r in planted)
    return (all(r.good == r.runs for r in clean + planted) and
            right * 100 >= runs * 99)


def document(options, text):
    purpose = __doc__.split("\n\n", maxsplit=1)[0]
    with open(options.markdown, "w", encoding="utf-8") as out:
        out.write("# The gate on a busy machine\n\nWritten by "
                  "`scripts/ci-statistics` on Linux %s, %d processors, beside "
                  "%d busy processes.\n\n%s\n\n%s" % (
                      os.uname().release, os.cpu_count(), options.busy, purpose,
                      text))


def main():
    parser = harness.parser(__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--clean", type=int, default=1000)
    parser.add_argument("--planted", type=int, default=300)
    parser.add_argument("--busy", type=int, default=4 * os.cpu_count(),
                        help="processes that compute beside")
    parser.add_argument("--no-http", action="store_true",
                        help="leave out the server")
    parser.add_argument("--markdown", help="write the table there")
    options = parser.parse_args()
    harness.start(options)
    with harness.Place(options) as place:
        busy = [subprocess.Popen([place.built("real_busy")])
                for _ in range(options.busy)]
        try:
            clean, planted = measure(place, options)
        except harness.Trouble as why:
            print("ci-statistics: %s" % why)
            return 1
        finally:
            for process in busy:
                process.kill()
                process.wait()
    text = table(clean, planted)
    print(text, end="", flush=True)
    if options.markdown:
        document(options, text)
    good = is_good(clean, planted)
    print("ci-statistics: %s" % ("all as it has to be" if good else "FAILED"))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
