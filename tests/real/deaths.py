#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A program under `loopscope run` ends at random moments: by SIGKILL, SIGSEGV,
abort(), _exit() and exec(). The trace is whole, no turn that the program had
counted is missing, and `run` exits as the program did.

    deaths.py --build build/release --times 200 --seed 1
"""
import os
import random
import struct
import subprocess
import sys

import harness

STATUS = {"kill": 128 + 9, "segv": 128 + 11, "abort": 128 + 6, "exit": 7,
          "exec": 5}


def counted(path):
    """What the program counted: turns, and its pid."""
    with open(path, "rb") as it:
        return struct.unpack("<QQ", it.read(16))


def turns_of(path, pid):
    """Turns that began, and records that are told to be lost."""
    begun = lost = 0
    mark = '"pid":%d,' % pid
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if '"ph":"B"' in line and '"cat":"turn"' in line and mark in line:
                begun += 1
            elif '"loopscope_end"' in line:
                lost = int(line.split('"lost":')[1].split(",")[0].split("}")[0])
    return begun, lost


def check_format(place, trace):
    checker = place.built("check_format")
    if not os.path.exists(checker):
        raise harness.Trouble("%s is not built" % checker)
    done = subprocess.run([checker, trace], check=False,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode == 0:
        return []
    return [done.stderr.decode("utf-8", "replace").splitlines()[0]]


def die_once(place, how, after_us):
    count = place.path("count")
    if os.path.exists(count):
        os.unlink(count)
    errors = place.path("errors")
    with open(errors, "wb") as err:
        run = place.run([place.built("real_dying"), count, how, str(after_us)],
                        stderr=err)
        status = run.wait()
    wrong = []
    if status != STATUS[how]:
        wrong.append("status %d, not %d" % (status, STATUS[how]))
    with open(errors, encoding="utf-8", errors="replace") as it:
        said = it.read().strip()
    if said:
        wrong.append("said: %s" % said[:200])
    n_counted, pid = counted(count)
    begun, lost = turns_of(run.trace_path, pid)
    wrong += check_format(place, run.trace_path)
    # One more may have begun than was counted, and the first may be too early.
    if not n_counted <= begun <= n_counted + 2:
        wrong.append("%d turns counted, %d in the trace, %d records told lost"
                     % (n_counted, begun, lost))
    if lost:
        wrong.append("%d records lost" % lost)
    os.unlink(run.trace_path)
    return n_counted, wrong


def main():
    parser = harness.parser(__doc__.split("\n\n")[0])
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most-ms", type=int, default=200,
                        help="the latest moment")
    options = parser.parse_args()
    harness.start(options)
    chance = random.Random(options.seed)
    print("deaths: %d times, seed %d" % (options.times, options.seed))
    n_wrong = n_turns = 0
    with harness.Place(options) as place:
        for i in range(options.times):
            how = sorted(STATUS)[i % len(STATUS)]
            after_us = chance.randrange(options.most_ms * 1000)
            try:
                n_counted, wrong = die_once(place, how, after_us)
            except (harness.Trouble, OSError) as trouble:
                n_counted, wrong = 0, [str(trouble)]
            n_turns += n_counted
            n_wrong += bool(wrong)
            if wrong:
                print("%d: %s after %d us: %s" % (i, how, after_us,
                                                  "; ".join(wrong)), flush=True)
    print("deaths: %d of %d right; %d turns counted by the programs, none of "
          "them missing in those" % (options.times - n_wrong, options.times,
                                     n_turns))
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
