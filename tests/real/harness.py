# SPDX-License-Identifier: MIT
"""What the tests of real programs share: a folder, the command, its trace.

    with harness.Place(options) as place:
        run = place.run(["redis-server", ...])       # loopscope run -- ...
        ...
        status = run.wait()
        verdict = run.check()

Everything is on loopback and below one temporary folder; what was started is
ended with it. As root, `--user nobody` does all of it as an ordinary user, with
a copy of what was built.
"""
import argparse
import calendar
import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 77
OURS = ("LOOPSCOPE", "LOOPSCOPE_COLLECTOR", "LOOPSCOPE_SESSION",
        "LOOPSCOPE_CLOCK", "LS_EXAMPLE_SPEED", "LD_PRELOAD")


def parser(purpose):
    """The options that all of these programs have."""
    it = argparse.ArgumentParser(description=purpose)
    it.add_argument("--build", default=os.path.join(HERE, "../../build/release"),
                    help="the tree that was built (default: build/release)")
    it.add_argument("--user", help="as root: do it as this ordinary user")
    it.add_argument("--keep", action="store_true",
                    help="keep the folder with the traces, and say where")
    return it


def become(user, build):
    """Start this program anew as USER, with copies that USER can read."""
    account = pwd.getpwnam(user)
    copy = tempfile.mkdtemp(prefix="loopscope-as-%s-" % user)
    os.chmod(copy, 0o755)
    # A compiler's environment may be closed to others.
    shutil.copytree(HERE, os.path.join(copy, "tests/real"))
    tree = os.path.join(copy, "build")
    for folder in ("bin", "lib", "tests"):
        copy_programs(os.path.join(build, folder), os.path.join(tree, folder))
    subprocess.run(["chmod", "-R", "a+rX", copy], check=True)
    script = os.path.join(copy, "tests/real", os.path.basename(sys.argv[0]))
    arguments, skip = [], False
    for argument in sys.argv[1:]:
        if argument in ("--user", "--build"):
            skip = True
        elif skip:
            skip = False
        elif not argument.startswith(("--user=", "--build=")):
            arguments.append(argument)
    home = os.path.join(copy, "home")
    os.mkdir(home)
    os.chown(home, account.pw_uid, account.pw_gid)
    code = subprocess.call(
        ["setpriv", "--reuid", str(account.pw_uid), "--regid",
         str(account.pw_gid), "--clear-groups", sys.executable, script,
         "--build", tree] + arguments,
        cwd=home, env=dict(os.environ, HOME=home, TMPDIR="/tmp"))
    shutil.rmtree(copy, ignore_errors=True)
    sys.exit(code)


def copy_programs(source, target):
    """The files directly in SOURCE that are programs or libraries."""
    os.makedirs(target, exist_ok=True)
    if not os.path.isdir(source):
        return
    for name in os.listdir(source):
        path = os.path.join(source, name)
        if os.path.isfile(path) and (os.access(path, os.X_OK) or ".so" in name):
            shutil.copy2(path, target, follow_symlinks=False)


def start(options):
    """To be called first: changes the user if that was asked for."""
    options.build = os.path.abspath(options.build)
    if options.user and os.geteuid() == 0 and options.user != "root":
        become(options.user, options.build)
    command = os.path.join(options.build, "bin/loopscope")
    if not os.access(command, os.X_OK):
        sys.exit("no %s: build first, or say --build TREE" % command)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as it:
        return it.getsockname()[1]


def plain_environment(**more):
    env = {k: v for k, v in os.environ.items() if k not in OURS}
    env.update(LANG="C.UTF-8", LC_ALL="C.UTF-8", **more)
    return env


class Trouble(Exception):
    """What went wrong, in one line."""


class Trace:
    """A trace's lines, as they stand in the file."""

    def __init__(self, path):
        self.path = path
        self.events = []
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                line = line.strip().lstrip(",")
                if line not in ("[", "]", ""):
                    self.events.append(json.loads(line))

    def metadata(self, name):
        return [e for e in self.events
                if e["ph"] == "M" and e["name"] == name]

    def args(self, name):
        found = self.metadata(name)
        return found[-1]["args"] if found else {}

    def start_ns(self):
        """UTC of the trace's time 0."""
        return utc_ns(self.args("loopscope_trace")["start"])

    def turns(self):
        """Those that were measured, as findings are: from when, how long, and
        how it was spent."""
        found, begun = [], {}
        for event in self.events:
            if event.get("cat") != "turn":
                continue
            if event["ph"] == "B":
                begun[event["tid"]] = event["ts"]
            elif "cpu_ns" in event.get("args", {}):
                begin = begun[event["tid"]]
                found.append({"start_ns": begin * 1000,
                              "duration_ns": (event["ts"] - begin) * 1000,
                              "cause": event["args"]})
        return found

    def process_names(self):
        """Of each process the names that it had, by pid."""
        names = {}
        for event in self.metadata("process_name"):
            known = names.setdefault(event["pid"], [])
            if event["args"]["name"] not in known:
                known.append(event["args"]["name"])
        return names


def utc_ns(text):
    whole, _, fraction = text.rstrip("Z").partition(".")
    seconds = time.strptime(whole, "%Y-%m-%dT%H:%M:%S")
    return calendar.timegm(seconds) * 10**9 + int(fraction.ljust(9, "0")[:9])


class Run:
    """One `loopscope run`."""

    def __init__(self, place, arguments, options, **popen):
        self.place = place
        self.trace_path = os.path.join(place.folder,
                                       "trace%d.json" % len(place.runs))
        self.command = [place.loopscope, "run", "-o", self.trace_path]
        self.command += list(options) + ["--"] + list(arguments)
        popen.setdefault("env", plain_environment())
        popen.setdefault("cwd", place.folder)
        popen.setdefault("stdin", subprocess.DEVNULL)
        self.process = subprocess.Popen(self.command, start_new_session=True,
                                        **popen)

    def wait(self, seconds=60):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Trouble("hangs: %s" % " ".join(self.command)) from None

    def wait_for(self, port):
        """Until somebody listens there."""
        def is_up():
            if self.process.poll():
                raise Trouble("exited with %d: %s" % (
                    self.process.returncode, " ".join(self.command)))
            return answers(port)
        wait_until(is_up, what="port %d" % port)

    def end(self):
        """Whatever is left of it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def trace(self):
        return Trace(self.trace_path)

    def check(self, *more):
        """What check says, and its exit status."""
        done = subprocess.run(
            [self.place.loopscope, "check", "--format", "json", *more,
             self.trace_path], stdout=subprocess.PIPE, check=False,
            env=plain_environment(), cwd=self.place.folder)
        if not done.stdout:
            raise Trouble("check printed nothing, and exited with %d"
                          % done.returncode)
        return json.loads(done.stdout), done.returncode


class Place:
    """A temporary folder, and what runs in it."""

    def __init__(self, options):
        self.options = options
        self.build = options.build
        self.loopscope = os.path.join(options.build, "bin/loopscope")
        self.folder = None
        self.runs = []

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="loopscope-real-")
        # Servers that give up root still write here.
        os.chmod(self.folder, 0o777 if os.geteuid() == 0 else 0o700)
        return self

    def __exit__(self, *unused):
        for run in self.runs:
            run.end()
        if self.options.keep:
            print("kept: %s" % self.folder)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def built(self, name):
        """A program or library of the tests."""
        return os.path.join(self.build, "tests", name)

    def run(self, arguments, options=(), **popen):
        run = Run(self, arguments, options, **popen)
        self.runs.append(run)
        return run


def wait_until(is_true, seconds=20, what="it"):
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            raise Trouble("%s did not come within %d s" % (what, seconds))
        time.sleep(0.01)


def answers(port):
    with contextlib.suppress(OSError):
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    return False


def output_of(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False,
                              env=plain_environment(), timeout=20)
        return done.stdout.decode("utf-8", "replace")
    except OSError:
        return ""
