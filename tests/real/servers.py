#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Programs that are several processes, under `loopscope run`: redis that becomes
a daemon, nginx with a master and two workers, a prefork server, a script that
starts three programs, chains of exec. Every process that had a loop is in the
trace with its name, none is lost, nothing hangs, and the status is right.

    servers.py --build build/release
    servers.py --only nginx
"""
import os
import subprocess
import sys
import time

import harness
import programs

LATE_S = 30


def pid_in(path):
    def is_there():
        return os.path.exists(path) and os.path.getsize(path) > 1
    harness.wait_until(is_there, what=path)
    with open(path, encoding="ascii") as it:
        return int(it.read())


def children_of(pid):
    path = "/proc/%d/task/%d/children" % (pid, pid)
    with open(path, encoding="ascii") as it:
        return [int(word) for word in it.read().split()]


def redis_daemon(place):
    port = harness.free_port()
    pid_file = place.path("redis.pid")
    run = place.run(["redis-server", "--port", str(port), "--bind", "127.0.0.1",
                     "--daemonize", "yes", "--pidfile", pid_file, "--save", "",
                     "--dir", place.folder, "--logfile",
                     place.path("redis.log")])
    run.wait_for(port)
    pid = pid_in(pid_file)
    redis = programs.RedisClient(port)
    for i in range(100):
        redis("SET", "key%d" % i, i)
    redis.socket.sendall(b"SHUTDOWN NOSAVE\r\n")
    return run, 0, [(pid, "redis-server", True)]


def nginx_daemon(place):
    port = harness.free_port()
    config = programs.nginx_config(place, port, daemon="on", workers=2)
    run = place.run(["/usr/sbin/nginx", "-p", place.folder, "-c", config],
                    stderr=subprocess.DEVNULL)
    run.wait_for(port)
    master = pid_in(place.path("nginx.pid"))
    harness.wait_until(lambda: len(children_of(master)) == 2, what="workers")
    workers = children_of(master)
    for _ in range(40):
        programs.get(port, "/")
    programs.end_nginx(place)
    return run, 0, [(pid, "nginx", True) for pid in workers] + [
        (master, "nginx", False)]


def prefork(place):
    port = harness.free_port()
    run = place.run([place.built("real_prefork"), str(port), "4"])
    run.wait_for(port)
    server = children_of(run.process.pid)[0]
    workers = children_of(server)
    for _ in range(40):
        programs.get(port, "/")
    os.kill(server, 15)
    return run, 0, [(pid, "real_prefork", True) for pid in workers] + [
        (server, "real_prefork", False)]


def three_programs(place):
    """A script; the second program fails, the script says with what."""
    code = """
        {stalling} a spin > a.out & first=$!
        /usr/bin/python3 -c '
import asyncio, os
open("b.pid", "w").write(str(os.getpid()))
async def main():
    for _ in range(20):
        await asyncio.sleep(0.01)
asyncio.run(main())
raise SystemExit(9)' & second=$!
        {stalling} c clean > c.out
        wait $first || exit 1
        wait $second; exit $?""".format(
            stalling=place.built("real_stalling"))
    run = place.run(["/bin/bash", "-c", code])
    run.wait()

    def pid(name):
        with open(place.path(name), "rb") as it:
            return int.from_bytes(it.read(16)[8:], "little")
    with open(place.path("b.pid"), encoding="ascii") as it:
        python = int(it.read())
    return run, 9, [(pid("a"), "real_stalling", True),
                    (pid("c"), "real_stalling", True),
                    (python, "python3", True)]


def exec_chain(place):
    """One process, and six programs one after another in it."""
    stalling = place.built("real_stalling")
    code = ("exec env A=1 nice -n 1 /bin/bash -c 'exec env B=2 %s d clean'"
            % stalling)
    run = place.run(["/bin/sh", "-c", code], stdout=subprocess.DEVNULL)
    run.wait()
    with open(place.path("d"), "rb") as it:
        pid = int.from_bytes(it.read(16)[8:], "little")
    return run, 0, [(pid, "real_stalling", True)]


def exec_of_loops(place):
    """A loop that executes a shell in the middle, and another loop after it."""
    dying, stalling = place.built("real_dying"), place.built("real_stalling")
    code = "%s f exec 100000; exec %s e clean" % (dying, stalling)
    run = place.run(["/bin/bash", "-c", code], stdout=subprocess.DEVNULL)
    run.wait()
    wanted = []
    for name, program in (("e", "real_stalling"), ("f", "real_dying")):
        with open(place.path(name), "rb") as it:
            pid = int.from_bytes(it.read(16)[8:], "little")
        wanted.append((pid, program, True))
    return run, 0, wanted


CASES = (("redis", redis_daemon), ("nginx", nginx_daemon),
         ("prefork", prefork), ("three programs", three_programs),
         ("exec chain", exec_chain), ("exec of loops", exec_of_loops))
NEEDS = {"redis": "redis-server", "nginx": "/usr/sbin/nginx"}


def turns_by_pid(trace):
    turns = {}
    for event in trace.events:
        if event["ph"] == "B" and event.get("cat") == "turn":
            turns[event["pid"]] = turns.get(event["pid"], 0) + 1
    return turns


def judge(place, case):
    run, status, wanted = case(place)
    begin = time.monotonic()
    wrong = []
    if run.wait(LATE_S) != status:
        wrong.append("status %d, not %d" % (run.process.returncode, status))
    if time.monotonic() - begin > 5:
        wrong.append("took %.1f s to end" % (time.monotonic() - begin))
    for pid, _, _ in wanted:
        if os.path.exists("/proc/%d" % pid):
            wrong.append("process %d is still there" % pid)
    trace = run.trace()
    names, turns = trace.process_names(), turns_by_pid(trace)
    for pid, name, has_loop in wanted:
        if name not in names.get(pid, []):
            wrong.append("process %d is %s in the trace, not %s"
                         % (pid, names.get(pid, "not"), name))
        if has_loop and not turns.get(pid):
            wrong.append("%s (%d) has no turn" % (name, pid))
    lost = trace.args("loopscope_end").get("lost")
    if lost != 0:
        wrong.append("lost: %s" % lost)
    return wrong, len(names), sum(turns.values())


def main():
    parser = harness.parser(__doc__.split("\n\n")[0])
    parser.add_argument("--only", action="append", default=[],
                        help="cases whose name contains this")
    options = parser.parse_args()
    harness.start(options)
    n = n_wrong = n_skipped = 0
    for name, case in CASES:
        if options.only and not any(o in name for o in options.only):
            continue
        if not harness.output_of("sh", "-c",
                                 "command -v " + NEEDS.get(name, "sh")):
            n_skipped += 1
            continue
        with harness.Place(options) as place:
            try:
                wrong, n_processes, n_turns = judge(place, case)
                said = "%d processes, %d turns" % (n_processes, n_turns)
            except (harness.Trouble, OSError) as trouble:
                wrong, said = [str(trouble)], "-"
        n += 1
        n_wrong += bool(wrong)
        print("%-15s %-28s %s" % (name, said, "; ".join(wrong) or "ok"),
              flush=True)
    print("servers: %d cases, %d right, %d wrong; %d skipped"
          % (n, n - n_wrong, n_wrong, n_skipped))
    return 1 if n_wrong else 0 if n else harness.SKIPPED


if __name__ == "__main__":
    sys.exit(main())
