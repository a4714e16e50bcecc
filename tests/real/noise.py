#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Ordinary programs that are no event loops, with and without `loopscope run`:
the same output and exit status, and no stall is found in them.

    noise.py --build build/release
    noise.py --only git
"""
import http.server
import json
import os
import re
import subprocess
import sys
import threading

import harness
import judge

# Each is a line of bash, in a folder of its own. What differs from run to run
# whatever runs it (times, sizes that a cache decides) is taken out by the
# expressions.
CASES = [
    ("curl", "file", "curl -sS file://$PWD/../input/text"),
    ("curl", "http", "curl -sS http://127.0.0.1:$PORT/text"),
    ("curl", "slow", "curl -sS http://127.0.0.1:$PORT/slow"),
    ("curl", "refused", "curl -sS http://127.0.0.1:1/; echo $?"),
    ("wget", "http", "wget -nv -O - http://127.0.0.1:$PORT/text"),
    ("wget", "slow", "wget -nv -O - http://127.0.0.1:$PORT/slow"),
    ("git", "clone", "git clone -q ../input/repository clone && "
     "git -C clone log --oneline && git -C clone status --short"),
    ("git", "gc", "git clone -q ../input/repository clone && cd clone && "
     "git gc -q && git fsck && git count-objects"),
    ("git", "http", "git clone -q http://127.0.0.1:$PORT/repository/.git x && "
     "git -C x log --format=%H"),
    ("bash", "read -t", "read -t 0.2 line < <(sleep 1); echo $?"),
    ("bash", "pipes", "seq 1 50000 | sort -rn | head -3 | tr 0-9 a-j; "
     "echo ${PIPESTATUS[*]}"),
    ("bash", "jobs", "for i in 1 2 3; do (sleep 0.1; exit $i) & done; "
     "for job in $(jobs -p); do wait $job; echo $?; done"),
    ("bash", "signal", "(kill -TERM $BASHPID); echo $?; exit 3"),
    ("python3", "-c", "/usr/bin/python3 -c 'import time, json; "
     "time.sleep(0.2); print(json.dumps([sum(range(1000000))]))'"),
    ("python3", "child", "/usr/bin/python3 -c 'import subprocess; "
     "print(subprocess.run([\"sleep\", \"0.2\"]).returncode)'"),
    ("python3", "select", "/usr/bin/python3 -c 'import select; "
     "print([select.select([], [], [], 0.1) for _ in range(3)])'"),
    ("python3", "traceback", "/usr/bin/python3 -c 'raise SystemExit(4)'"),
    ("make", "-j4", "cp -r ../input/project/. . && make -s -j4 && ./program"),
    ("sort", "large", "sort -S 4M --parallel=2 ../input/numbers | md5sum"),
    ("cmake", "configure", "cp -r ../input/project/. . && "
     "cmake -S . -B build -DCMAKE_BUILD_TYPE=Release && "
     "cmake --build build -j4 && build/program",
     [(r"\(\d+\.\d+s\)", "(time)"), (r"(?m)^\[ *\d+%\].*\n", "")]),
]

MAKEFILE = """
objects = one.o two.o three.o main.o
program: $(objects)
\t$(CC) -o $@ $(objects)
%.o: %.c
\tsleep 0.1; $(CC) -c -o $@ $<
"""
CMAKELISTS = """cmake_minimum_required(VERSION 3.20)
project(program C)
add_executable(program one.c two.c three.c main.c)
"""
MAIN = """#include <stdio.h>
int one(void), two(void), three(void);
int main(void) { printf("%d\\n", one() + two() + three()); return 0; }
"""


class Server(http.server.SimpleHTTPRequestHandler):
    """The input folder; /slow comes late and in pieces."""
    protocol_version = "HTTP/1.0"

    def do_GET(self):
        if self.path != "/slow":
            super().do_GET()
            return
        self.send_response(200)
        self.end_headers()
        for _ in range(5):
            self.wfile.write(b"a piece\n")
            threading.Event().wait(0.15)

    def log_message(self, *unused):
        pass


def write(path, text):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def make_input(place):
    folder = place.path("input")
    project = os.path.join(folder, "project")
    os.makedirs(project)
    write(os.path.join(folder, "text"), "a line\n" * 1000)
    with open(os.path.join(folder, "numbers"), "w", encoding="ascii") as out:
        for i in range(400000):
            out.write("%d\n" % (i * 7919 % 1000003))
    for number, name in enumerate(("one", "two", "three"), 1):
        write(os.path.join(project, name + ".c"),
              "int %s(void);\nint %s(void) { return %d; }\n"
              % (name, name, number))
    write(os.path.join(project, "main.c"), MAIN)
    write(os.path.join(project, "Makefile"), MAKEFILE)
    write(os.path.join(project, "CMakeLists.txt"), CMAKELISTS)
    make_repository(os.path.join(folder, "repository"))
    return folder


def make_repository(folder):
    env = harness.plain_environment(
        GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@example.org",
        GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a@example.org",
        GIT_AUTHOR_DATE="2020-01-01T00:00:00Z",
        GIT_COMMITTER_DATE="2020-01-01T00:00:00Z", HOME=folder)
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True,
                   env=env)
    for i in range(20):
        write(os.path.join(folder, "file%d" % i), "text %d\n" % i * 500)
        subprocess.run(["git", "-C", folder, "add", "."], check=True, env=env)
        subprocess.run(["git", "-C", folder, "commit", "-q", "-m", "n%d" % i],
                       check=True, env=env)
    subprocess.run(["git", "-C", folder, "update-server-info"], check=True)


def outcome(place, case, port, first):
    """What the line of bash does, started by FIRST, in a folder of its own that
    has the same name both times."""
    folder = place.path("work")
    subprocess.run(["rm", "-rf", folder], check=True)
    os.mkdir(folder)
    env = harness.plain_environment(PORT=str(port), HOME=folder,
                                    GIT_CONFIG_NOSYSTEM="1")
    done = subprocess.run(
        first + ["/bin/bash", "-c", case[2]], cwd=folder, env=env, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=120)
    return done.returncode, clean(case, done.stdout), clean(case, done.stderr)


def clean(case, output):
    text = output.decode("utf-8", "replace")
    # wget says when; programs say with which number a process was.
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "(now)", text)
    for pattern, instead in case[3] if len(case) > 3 else []:
        text = re.sub(pattern, instead, text)
    return text


def compare(place, case, port):
    trace = place.path("trace.json")
    plain = outcome(place, case, port, [])
    traced = outcome(place, case, port,
                     [place.loopscope, "run", "-o", trace, "--"])
    wrong = []
    for name, a, b in zip(("status", "output", "errors"), plain, traced):
        if a != b:
            wrong.append("%s differs: %r, %r" % (name, str(a)[-200:],
                                                 str(b)[-200:]))
    return wrong + stalls(place, trace)


def stalls(place, trace):
    done = subprocess.run([place.loopscope, "check", "--format", "json", trace],
                          stdout=subprocess.PIPE, check=False)
    try:
        findings = json.loads(done.stdout)["findings"]
    except ValueError:
        return ["check cannot use the trace (%d)" % done.returncode]
    return ["%s: %s" % (f["process"]["name"] if "process" in f else "?",
                        f["message"])
            for f in findings if f["rule"] in judge.STALLS]


def main():
    parser = harness.parser(__doc__.split("\n\n")[0])
    parser.add_argument("--only", action="append", default=[],
                        help="cases of the program with this name")
    options = parser.parse_args()
    harness.start(options)
    n_wrong = n_skipped = n = 0
    with harness.Place(options) as place:
        folder = make_input(place)
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0),
            lambda *a: Server(*a, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for case in CASES:
            if options.only and case[0] not in options.only:
                continue
            if not harness.output_of("sh", "-c", "command -v " + case[0]):
                n_skipped += 1
                continue
            wrong = compare(place, case, server.server_port)
            n += 1
            n_wrong += bool(wrong)
            print("%-8s %-10s %s" % (case[0], case[1],
                                     "; ".join(wrong) or "ok"), flush=True)
    print("noise: %d commands, %d as without, %d not; %d skipped"
          % (n, n - n_wrong, n_wrong, n_skipped))
    return 1 if n_wrong else 0 if n else harness.SKIPPED


if __name__ == "__main__":
    sys.exit(main())
