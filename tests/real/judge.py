# SPDX-License-Identifier: MIT
"""Compares what `loopscope check` found with what was planted.

A truth is of CPU time or of wall time. So on a busy machine too: the finding's
computing is compared with the first, computing, blocked and descheduled
together with the second."""
import re

TOLERANCE_NS = 2_000_000
LEAST_PART = 0.75  # of a turn, for the call to be its name
LEAST_NS = 10_000_000  # less is not what was planted
STALLS = ("blocking-call", "stall", "sync-uv-call", "long-turn")


def overlap_ns(finding, begin, end):
    first = finding["start_ns"]
    last = first + finding["duration_ns"]
    return min(last, end) - max(first, begin)


def find(findings, begin, end):
    """Those that lie where the plant was, the one that does most first. (It
    may have taken longer by the clock than it says, on a busy machine.)"""
    there = [f for f in findings if f["rule"] in STALLS and "duration_ns" in f
             and overlap_ns(f, begin, end) > LEAST_NS]
    return sorted(there, key=lambda f: -overlap_ns(f, begin, end))


def seen_ns(finding, of):
    cause = finding.get("cause")
    if not cause:
        return finding["duration_ns"]
    if of == "cpu":
        return cause["cpu_ns"]
    return cause["cpu_ns"] + cause["blocked_ns"] + cause["descheduled_ns"]


def functions(finding):
    frames = [f.get("function", "") for f in finding.get("stack", [])]
    return frames + [finding.get("location", {}).get("function", "")]


def row(truth, findings, start_ns, wanted, turns):
    """One row of the table. WANTED: class, and what the call and a function on
    the stack have to be, as regular expressions ("" for any)."""
    begin = truth["utc_ns"] - start_ns
    found = find(findings, begin, begin + truth["ns"])
    result = {"plant": truth["plant"], "truth_ms": truth["ns"] / 1e6,
              "wrong": []}
    if not found:
        result["wrong"].append("not found")
        return result
    finding = found[0]
    seen, result["of"] = nearest(truth, finding, turns)
    result.update(seen_ms=seen / 1e6, call=finding.get("call", ""),
                  cause=finding.get("cause", {}).get("class", "?"))
    judge(result, finding, seen - truth["ns"], wanted)
    return result


def nearest(truth, finding, turns):
    """How long it was seen: the finding's time; or, where the call that is
    named is only the greater part of it (a process is made before it is waited
    for), that of the turn."""
    of = truth["of"]
    seen = seen_ns(finding, of)
    if abs(seen - truth["ns"]) <= TOLERANCE_NS:
        return seen, finding["rule"]
    first, last = finding["start_ns"], (finding["start_ns"] +
                                        finding["duration_ns"])
    around = [seen_ns(t, of) for t in turns
              if overlap_ns(t, first, last) > LEAST_NS]
    if around and max(around) * LEAST_PART <= seen:
        return max(around), "turn"
    return seen, finding["rule"]


def judge(result, finding, off_ns, wanted):
    wrong = result["wrong"]
    kind, call, frame = wanted
    if abs(off_ns) > TOLERANCE_NS:
        wrong.append("%+.1f ms off" % (off_ns / 1e6))
    if result["cause"] != kind:
        wrong.append("class %s, not %s" % (result["cause"], kind))
    if not finding.get("stack"):
        wrong.append("no stack")
    if not re.search(call, result["call"]):
        wrong.append("call '%s', not %s" % (result["call"], call))
    names = [n for n in functions(finding) if n and re.search(frame, n)]
    named = [result["call"]] + (names[:1] if frame else [])
    result["named"] = " in ".join(n for n in named if n)
    if frame and not names:
        wrong.append("no frame like %s" % frame)
