#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What `loopscope run` costs real servers: each is started twice, once traced,
and the two serve the same load in turns, so that what the machine does
meanwhile hits both. The servers are on processor 0, the collector on 1.
The clients are put beside the servers, so that the collector has a processor to
itself: the most requests a second are fewer then by what recording takes; and
beside the collector, where they are also fewer by what that takes of the
clients' time. Processor time a request is measured at half of that, where nobody
waits for a processor.

Prints rows for the table of scripts/bench: what, value, unit, ratio to
untraced. A processor time is the server's own, without the collector's.

    pairs.py --build build/release --pairs 9 --milliseconds 1000
"""
import os
import statistics
import subprocess
import sys
import time

import harness
import programs

RUN = os.path.join(harness.HERE, "../bench/run")


class Server:
    """One that is there twice. LOAD: protocol, connections, depth."""

    def __init__(self, name, command, load, needs=None, prepare=None):
        self.name, self.command, self.load = name, command, load
        self.needs, self.prepare = needs, prepare


def redis_command(place, port):
    return ["redis-server", "--port", str(port), "--bind", "127.0.0.1",
            "--save", "", "--appendonly", "no", "--dir", place.folder]


def set_key(port):
    programs.RedisClient(port)("SET", "key", "value")


def uv_command(kind):
    return lambda place, port: [place.built("bench_uv_server"), kind, str(port)]


def node_command(place, port):
    return ["/usr/bin/node", os.path.join(RUN, "http_server.js"), str(port)]


SERVERS = (
    Server("redis GET", redis_command, ("redis", 50, 1), "redis-server",
           set_key),
    Server("redis GET, 16 at once", redis_command, ("redis", 50, 16),
           "redis-server", set_key),
    Server("TCP echo on libuv", uv_command("echo"), ("echo", 50, 1)),
    Server("HTTP on libuv", uv_command("http"), ("http", 50, 1)),
    Server("HTTP on node", node_command, ("http", 50, 1), "/usr/bin/node"),
)


def cpu_ns(pid):
    """Of all threads that live."""
    total = 0
    for task in os.listdir("/proc/%d/task" % pid):
        try:
            with open("/proc/%d/task/%s/schedstat" % (pid, task)) as it:
                total += int(it.read().split()[0])
        except FileNotFoundError:
            pass
    return total


def descendants(pid):
    found = []
    with open("/proc/%d/task/%d/children" % (pid, pid)) as it:
        for word in it.read().split():
            found += [int(word)] + descendants(int(word))
    return found


class Started:
    """One of the two. The collector is the parent of the traced one."""

    def __init__(self, place, server, traced):
        self.port = harness.free_port()
        command = ["taskset", "-c", "0"] + server.command(place, self.port)
        if traced:
            first = ["taskset", "-c", "1", place.loopscope, "run", "-o",
                     place.path("trace.json"), "--"]
            command = first + command
        self.process = subprocess.Popen(
            command, cwd=place.folder, env=harness.plain_environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        harness.wait_until(lambda: harness.answers(self.port),
                           what=server.name)
        self.collector = self.process.pid if traced else None
        self.pid = descendants(self.process.pid)[0] if traced \
            else self.process.pid
        if server.prepare:
            server.prepare(self.port)

    def end(self):
        os.kill(self.pid, 15)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise harness.Trouble("a server does not end") from None


def burst(place, server, started, milliseconds, rate=0, processor=1):
    """Requests a second, CPU ns of the server a request, and CPU share of the
    collector while the load lasted, with the clients on PROCESSOR."""
    protocol, connections, depth = server.load
    cpu = cpu_ns(started.pid)
    collector = cpu_ns(started.collector) if started.collector else 0
    done = subprocess.run(
        ["taskset", "-c", str(processor), place.built("bench_load"), protocol,
         str(started.port), str(connections), str(depth), str(milliseconds),
         str(rate)],
        stdout=subprocess.PIPE, check=True, env=harness.plain_environment())
    n, ns = map(int, done.stdout.split())
    if n == 0:
        raise harness.Trouble("%s served nothing in %d ms"
                              % (server.name, milliseconds))
    cpu = cpu_ns(started.pid) - cpu
    if started.collector:
        time.sleep(0.3)  # it may lag behind
        collector = cpu_ns(started.collector) - collector
    return n / ns * 1e9, cpu / n, collector / ns


def take_pairs(place, server, both, options, rate=0, processor=1):
    pairs = []
    for i in range(options.pairs):
        order = both if i % 2 == 0 else both[::-1]
        seen = {s: burst(place, server, s, options.milliseconds, rate,
                         processor)
                for s in order}
        pairs.append((seen[both[0]], seen[both[1]]))
    return pairs


def measure(place, server, options):
    """Pairs at half of what the server can do, at all that it can, and at all
    that it can with the clients beside it."""
    both = [Started(place, server, traced) for traced in (False, True)]
    try:
        burst(place, server, both[1], options.milliseconds)
        most, _, _ = burst(place, server, both[0], options.milliseconds)
        half = take_pairs(place, server, both, options, most / 2)
        full = take_pairs(place, server, both, options)
        beside = take_pairs(place, server, both, options, processor=0)
    finally:
        for started in both:
            started.end()
    os.unlink(place.path("trace.json"))
    return half, full, beside


def row(what, value, unit, ratio, to="untraced"):
    print("%s\t%s\t%s\t%s\t%s" % (what, value, unit, ratio, to), flush=True)


def print_rows(server, half, full, beside):
    def median(values):
        return statistics.median(list(values))
    row("%s: CPU a request" % server.name,
        "%.2f" % (median(b[1] for _, b in half) / 1000), "us",
        "%.3f" % median(b[1] / a[1] for a, b in half))
    row("%s: requests, a processor for the collector" % server.name,
        "%.0f" % median(b[0] for _, b in beside), "/s",
        "%.3f" % median(b[0] / a[0] for a, b in beside))
    row("%s: requests, it shares the clients'" % server.name,
        "%.0f" % median(b[0] for _, b in full), "/s",
        "%.3f" % median(b[0] / a[0] for a, b in full))
    row("%s: the collector" % server.name,
        "%.0f" % (median(b[2] for _, b in full) * 100), "%", "-",
        "a processor")


def main():
    parser = harness.parser(__doc__.split("\n\n")[0])
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--milliseconds", type=int, default=1000)
    parser.add_argument("--only", action="append", default=[],
                        help="servers whose name contains this")
    options = parser.parse_args()
    harness.start(options)
    for server in SERVERS:
        if options.only and not any(o in server.name for o in options.only):
            continue
        with harness.Place(options) as place:
            if server.needs and not harness.output_of(
                    "sh", "-c", "command -v " + server.needs):
                row(server.name, "-", "", "-", "not installed")
                continue
            print_rows(server, *measure(place, server, options))
    return 0


if __name__ == "__main__":
    sys.exit(main())
