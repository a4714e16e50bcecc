#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A program under `loopscope run` overwrites the memory that it shares with the
collector, with random bytes at random moments. The collector ends normally,
with a trace that opens and that says so if something was lost. To be run with
a collector that was built with ASan and UBSan (the dev tree).

    scribbles.py --build build/dev --times 100 --seed 1
"""
import os
import subprocess
import sys

import deaths
import harness

SANITIZER = ("AddressSanitizer", "runtime error", "LeakSanitizer")


def read(path):
    with open(path, encoding="utf-8", errors="replace") as it:
        return it.read()


def opens(place, trace):
    """Whether report and check get on with it."""
    wrong = []
    for command in (["report", trace], ["check", trace]):
        done = subprocess.run([place.loopscope] + command, check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              timeout=60)
        allowed = (0,) if command[0] == "report" else (0, 1, 2, 3)
        if done.returncode not in allowed:
            wrong.append("%s exits with %d" % (command[0], done.returncode))
        wrong += [s for s in SANITIZER if s.encode() in done.stderr]
    return wrong


def scribble_once(place, seed):
    count, errors = place.path("count"), place.path("errors")
    if os.path.exists(count):
        os.unlink(count)
    with open(errors, "wb") as err:
        run = place.run([place.built("real_scribbling"), count, str(seed),
                         "150"], stderr=err)
        status = run.wait(60)
    said = read(errors)
    wrong = [s for s in SANITIZER if s in said]
    # The program may break by what it does; the collector may not.
    if status == 125 or (status != 0 and status < 128):
        wrong.append("status %d" % status)
    if not os.path.exists(run.trace_path):
        return wrong + ["no trace"], said, 0
    n_counted, pid = deaths.counted(count)
    begun, lost = deaths.turns_of(run.trace_path, pid)
    wrong += deaths.check_format(place, run.trace_path)
    wrong += opens(place, run.trace_path)
    missing = max(0, n_counted - begun)
    if missing > 1 and not lost:
        wrong.append("%d of %d turns are missing, and nothing says so"
                     % (missing, n_counted))
    if not wrong:
        os.unlink(run.trace_path)
    return wrong, said, missing


def main():
    parser = harness.parser(__doc__.split("\n\n")[0])
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    harness.start(options)
    print("scribbles: %d times, seeds from %d" % (options.times, options.seed))
    n_wrong = n_lossy = 0
    with harness.Place(options) as place:
        for seed in range(options.seed, options.seed + options.times):
            try:
                wrong, said, missing = scribble_once(place, seed)
            except (harness.Trouble, OSError, subprocess.TimeoutExpired) as it:
                wrong, said, missing = [str(it)], "", 0
            n_lossy += missing > 0
            n_wrong += bool(wrong)
            if wrong:
                print("seed %d: %s\n%s" % (seed, "; ".join(wrong),
                                           said[:4000]), flush=True)
    print("scribbles: %d of %d right; turns were missing in %d, and told"
          % (options.times - n_wrong, options.times, n_lossy))
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
