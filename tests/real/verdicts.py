#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The verdict on a busy machine: a loop that spins for 50 ms, one that sleeps
for 50 ms, one that does 25 of each, and one that is clean, each many times,
beside other processes that compute all the time. The class of the cause has to
be right, and its own time within 2 ms of the truth, in 99 of 100; no clean run
may have an error. Runs in which the host took time from this machine
(/proc/stat: steal) are counted apart.

    verdicts.py --build build/release --times 100 --clean 200 --busy 8
"""
import os
import subprocess
import sys

import harness
import judge

CLASSES = {"spin": "computing", "sleep": "blocked", "mixed": "mixed"}


def stolen_ticks():
    with open("/proc/stat", encoding="ascii") as it:
        return int(it.readline().split()[8])


def run_once(place, how):
    """The findings, what the program says that it took, and stolen ticks."""
    before = stolen_ticks()
    run = place.run([place.built("real_stalling"), place.path("count"), how],
                    stdout=subprocess.PIPE)
    said = run.process.stdout.read().split()
    status = run.wait(120)
    stolen = stolen_ticks() - before
    if status != 0 or len(said) != 2:
        raise harness.Trouble("%s exited with %d" % (how, status))
    verdict, code = run.check()
    os.unlink(run.trace_path)
    return verdict, code, sum(map(int, said)), stolen


class Count:
    """Of one kind of run."""

    def __init__(self):
        self.runs = self.class_right = self.time_right = self.severity = 0
        self.worst_ms = 0.0

    def add(self, finding, truth_ns, kind):
        self.runs += 1
        if not finding:
            return ["not found"]
        cause = finding["cause"]
        off_ms = (cause["cpu_ns"] + cause["blocked_ns"] - truth_ns) / 1e6
        self.worst_ms = max(self.worst_ms, abs(off_ms))
        self.class_right += cause["class"] == kind
        self.time_right += abs(off_ms) <= 2
        wrong = []
        if cause["class"] != kind:
            wrong.append("class %s" % cause["class"])
        if abs(off_ms) > 2:
            wrong.append("%+.2f ms off" % off_ms)
        return wrong and wrong + [str(cause)]


def stall_runs(place, how, times):
    quiet, stolen = Count(), Count()
    for i in range(times):
        verdict, _, truth_ns, ticks = run_once(place, how)
        found = [f for f in verdict["findings"] if f["rule"] in judge.STALLS]
        found.sort(key=lambda f: -f["duration_ns"])
        count = stolen if ticks else quiet
        wrong = count.add(found[0] if found else None, truth_ns, CLASSES[how])
        if wrong:
            print("%s %d%s: %s" % (how, i, " (stolen %d)" % ticks if ticks
                                   else "", "; ".join(wrong)), flush=True)
    return quiet, stolen


def enough(n, of):
    return n * 100 >= of * 99


def report(how, count, apart):
    print("verdicts: %s%s: class right in %d of %d, own time within 2 ms in %d; "
          "the worst is %.2f ms off"
          % (how, " (time was stolen)" if apart else "", count.class_right,
             count.runs, count.time_right, count.worst_ms), flush=True)


def clean_runs(place, times):
    n_errors = n_warned = 0
    for i in range(times):
        verdict, code, _, _ = run_once(place, "clean")
        found = [f for f in verdict["findings"] if f["rule"] in judge.STALLS]
        failed = code != 0 or any(f["severity"] == "error" for f in found)
        n_errors += failed
        n_warned += bool(found) and not failed
        if failed or found:
            print("clean %d: exit %d: %s" % (
                i, code, "; ".join(f["message"] for f in found)), flush=True)
    print("verdicts: clean: %d of %d without an error, %d with a warning"
          % (times - n_errors, times, n_warned))
    return n_errors or not enough(times - n_warned, times)


def measure(place, options):
    n_failed = 0
    for how in CLASSES:
        quiet, stolen = stall_runs(place, how, options.times)
        report(how, quiet, False)
        if stolen.runs:
            report(how, stolen, True)
        n_failed += not (enough(quiet.class_right, quiet.runs) and
                         enough(quiet.time_right, quiet.runs))
    return n_failed + bool(clean_runs(place, options.clean))


def main():
    parser = harness.parser(__doc__.split("\n\n")[0])
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--clean", type=int, default=200)
    parser.add_argument("--busy", type=int, default=8,
                        help="processes that compute beside")
    options = parser.parse_args()
    harness.start(options)
    print("verdicts: %d runs of each kind, %d clean, beside %d busy processes "
          "on %d processors" % (options.times, options.clean, options.busy,
                                os.cpu_count()), flush=True)
    with harness.Place(options) as place:
        busy = [subprocess.Popen([place.built("real_busy")])
                for _ in range(options.busy)]
        try:
            n_failed = measure(place, options)
        finally:
            for process in busy:
                process.kill()
                process.wait()
    print("verdicts: %s" % ("%d parts failed" % n_failed if n_failed
                            else "all as they have to be"))
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
