#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Real programs with planted stalls, under `loopscope run`: is each one found,
with its duration, its cause, its stack and its name?

    planted.py --build build/release
    planted.py --only redis --only nvim
    planted.py --markdown table.md
"""
import sys

import harness
import judge
import programs
import world

COLUMNS = ("program", "version", "plant", "truth", "seen", "of", "cause",
           "named", "ok")


def rows_of(program, options):
    """The rows of all of its plants, or None: it is not there."""
    with harness.Place(options) as place:
        lacking = program.missing(place)
        if lacking:
            print("%s: skipped, there is no %s" % (program.name, lacking))
            return None
        version = program.version(place)
    together = [p for p in program.plants if p not in program.apart]
    rows = run_plants(program, together, options)
    if program.apart:
        rows += run_plants(program, list(program.apart), options)
    for row in rows:
        row.update(program=program.name, version=version)
    return rows


def run_plants(program, plants, options):
    with harness.Place(options) as place:
        it = world.World(place.folder)
        try:
            run = program.drive(place, it, plants)
            return judge_run(program, plants, run, it)
        except (harness.Trouble, OSError) as trouble:
            return [{"plant": "-", "wrong": [str(trouble)]}]


def judge_run(program, plants, run, it):
    verdict, _ = run.check()
    trace = run.trace()
    truths = {t["plant"]: t for t in it.truths()}
    rows = []
    for plant in plants:
        if plant not in truths:
            rows.append({"plant": plant, "wrong": ["did not happen"]})
            continue
        rows.append(judge.row(truths[plant], verdict["findings"],
                              trace.start_ns(), program.plants[plant],
                              trace.turns()))
    return rows


def cells(row):
    def ms(key):
        return "%.1f ms" % row[key] if key in row else "-"
    return (row["program"], row["version"], row["plant"], ms("truth_ms"),
            ms("seen_ms"), row.get("of", "-"), row.get("cause", "-"),
            row.get("named") or "-",
            "yes" if not row["wrong"] else "no: " + "; ".join(row["wrong"]))


def print_table(rows):
    table = [COLUMNS] + [cells(row) for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(COLUMNS))]
    for line in table:
        print("  ".join(c.ljust(w) for c, w in zip(line, widths)).rstrip())


def write_markdown(rows, path):
    with open(path, "w", encoding="utf-8") as out:
        out.write("| %s |\n" % " | ".join(COLUMNS))
        out.write("|%s\n" % ("---|" * len(COLUMNS)))
        for row in rows:
            shown = [c.replace("|", "\\|") for c in cells(row)]
            shown[7] = "`%s`" % shown[7] if shown[7] != "-" else "-"
            out.write("| %s |\n" % " | ".join(shown))


def main():
    parser = harness.parser(__doc__.split("\n\n")[0])
    parser.add_argument("--only", action="append", default=[],
                        help="programs whose name contains this")
    parser.add_argument("--markdown", metavar="FILE",
                        help="write the table there too")
    options = parser.parse_args()
    harness.start(options)
    rows, n_skipped = [], 0
    for program in programs.ALL:
        if options.only and not any(o in program.name for o in options.only):
            continue
        found = rows_of(program, options)
        n_skipped += found is None
        rows += found or []
    print_table(rows)
    if options.markdown:
        write_markdown(rows, options.markdown)
    n_wrong = sum(1 for row in rows if row["wrong"])
    print("planted: %d stalls, %d right, %d wrong; %d programs skipped"
          % (len(rows), len(rows) - n_wrong, n_wrong, n_skipped))
    if n_wrong:
        return 1
    return 0 if rows else harness.SKIPPED


if __name__ == "__main__":
    sys.exit(main())
