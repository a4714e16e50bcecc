# SPDX-License-Identifier: MIT
"""The real programs: how each is started, driven and ended, and of each plant
what has to be seen: the class of its cause, the call that blocked, and a
function on the stack."""
import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import time

import harness

PLANTS = os.path.join(harness.HERE, "plants")
BLOCKED, COMPUTING = "blocked", "computing"


class Program:
    """NAME, the files that it needs, and its plants. Those of `apart` have a
    run of their own: they are reported as one with another, being the same
    call at the same place as far as symbols go."""
    name = ""
    needs = ()
    plants = {}
    apart = ()

    def missing(self, place):
        for need in self.needs:
            path = shutil.which(need) if "/" not in need else need
            if not path or not os.path.exists(path):
                return need
        return None

    def version(self, place):
        return ""

    def drive(self, place, world, plants):
        """Run it with these plants; returns the run, which is over."""
        raise NotImplementedError


def first_word(pattern, text):
    found = re.search(pattern, text)
    return found.group(1) if found else "?"


class Alone(Program):
    """One that stalls by itself and ends."""

    def command(self, place, plants):
        raise NotImplementedError

    def environment(self, plants):
        return {}

    def drive(self, place, world, plants):
        env = harness.plain_environment(**world.environment(),
                                        **self.environment(plants))
        run = place.run(self.command(place, plants), env=env,
                        pass_fds=self.descriptors(world))
        status = run.wait()
        if status != 0:
            raise harness.Trouble("%s exited with %d" % (self.name, status))
        return run

    def descriptors(self, world):
        return ()


class Node(Alone):
    name = "node"
    needs = ("/usr/bin/node",)
    plants = {
        "computing": (COMPUTING, "", "uv_run|node::"),
        "sleeping": (BLOCKED, "", "Wait|cond|futex|syscall"),
        "file": (BLOCKED, "read|open", "uv_fs_read|node::fs|uv__fs"),
        "socket": (BLOCKED, "read", "uv_fs_read|node::fs|uv__fs"),
        "lock": (BLOCKED, "", "Wait|cond|futex|syscall"),
        "child": (BLOCKED, "epoll", "SyncProcessRunner|uv_run"),
        "spawn": (BLOCKED, "epoll", "SyncProcessRunner|uv_run"),
    }
    apart = ("socket", "spawn")

    def version(self, place):
        return harness.output_of("/usr/bin/node", "--version").strip()

    def command(self, place, plants):
        # Descriptor 3 is the socket; it is passed on by number.
        return ["/usr/bin/bash", "-c", 'exec 3<&"$PLANT_SOCKET" && exec "$@"',
                "node", "/usr/bin/node",
                os.path.join(PLANTS, "node_plants.js"), *plants]

    def drive(self, place, world, plants):
        self.socket = world.ends[1].fileno()
        return super().drive(place, world, plants)

    def environment(self, plants):
        return {"PLANT_SOCKET": str(self.socket)}

    def descriptors(self, world):
        return (world.ends[1].fileno(),)


class NodeNamed(Node):
    """It says itself which code it makes, in /tmp/perf-PID.map."""
    name = "node --perf-basic-prof"
    plants = {
        "computing": (COMPUTING, "", "^burn$"),
        "file": (BLOCKED, "read|open", "^readFifo$"),
        "socket": (BLOCKED, "read", "^readSocket$"),
    }
    apart = ("socket",)

    def environment(self, plants):
        return {**super().environment(plants), "NODE_OPTIONS":
                "--perf-basic-prof --interpreted-frames-native-stack"}

    def drive(self, place, world, plants):
        try:
            return super().drive(place, world, plants)
        finally:
            for pid in {truth["pid"] for truth in world.truths()}:
                with contextlib.suppress(FileNotFoundError):
                    os.remove("/tmp/perf-%d.map" % pid)


class Asyncio(Alone):
    name = "python3 asyncio"
    needs = ("/usr/bin/python3",)
    options = ()
    plants = {
        "computing": (COMPUTING, "", "Py"),
        "sleeping": (BLOCKED, "nanosleep|select", "^sleeping$"),
        "file": (BLOCKED, "read|open", "^file$"),
        "socket": (BLOCKED, "recv|poll", "^sock$"),
        "lock": (BLOCKED, "sem_|pthread_|futex", "^lock$"),
        "flock": (BLOCKED, "flock", "^flock$"),
        "child": (BLOCKED, "wait", "^child$"),
        "system": (BLOCKED, "system|wait", "^system$"),
    }

    def version(self, place):
        return harness.output_of("/usr/bin/python3", "--version").split()[-1]

    def command(self, place, plants):
        return ["/usr/bin/python3", os.path.join(PLANTS, "asyncio_plants.py"),
                *self.options, *plants]


class Uvloop(Asyncio):
    name = "python3-uvloop"
    options = ("--uvloop",)

    def missing(self, place):
        found = harness.output_of("/usr/bin/python3", "-c",
                                  "import uvloop; print(uvloop.__version__)")
        return None if found[:1].isdigit() else "python3-uvloop"

    def version(self, place):
        return harness.output_of(
            "/usr/bin/python3", "-c",
            "import uvloop; print(uvloop.__version__)").strip()


class Libevent(Alone):
    """What stalls is C with symbols: the very function is named."""
    name = "libevent"
    binary = "real_libevent_plants"
    plants = {
        "computing": (COMPUTING, "", "plant_computing"),
        "sleeping": (BLOCKED, "usleep", "plant_sleeping"),
        "file": (BLOCKED, "read", "plant_file"),
        "socket": (BLOCKED, "recv", "plant_socket"),
        "lock": (BLOCKED, "pthread_mutex_lock", "plant_lock"),
        "flock": (BLOCKED, "flock", "plant_flock"),
        "child": (BLOCKED, "system|wait", "plant_child"),
        "raw": (BLOCKED, "nanosleep|^$", "plant_raw"),
        "jit": (COMPUTING, "", "plant_jit"),
    }
    package = "libevent-2.1-7"

    def missing(self, place):
        path = place.built(self.binary)
        return None if os.path.exists(path) else self.binary

    def version(self, place):
        return harness.output_of("dpkg-query", "-W", "-f", "${Version}",
                                 self.package).split("-")[0].split(":")[-1]

    def command(self, place, plants):
        return [place.built(self.binary), *plants]


class Libev(Libevent):
    name = "libev"
    binary = "real_libev_plants"
    package = "libev-dev"


class Nvim(Alone):
    name = "nvim"
    needs = ("nvim", "flock")
    plants = {
        "computing": (COMPUTING, "", "lua|uv_run|nlua|main"),
        "sleeping": (BLOCKED, "uv_sleep|nanosleep", ""),
        "file": (BLOCKED, "read|open", ""),
        "uv_file": (BLOCKED, "uv_fs_read", ""),
        "socket": (BLOCKED, "recv", ""),
        "flock": (BLOCKED, "flock", ""),
        "child": (BLOCKED, "system|wait", ""),
    }

    def version(self, place):
        return first_word(r"NVIM v(\S+)", harness.output_of("nvim",
                                                            "--version"))

    def environment(self, plants):
        return {"PLANT_NAMES": " ".join(plants)}

    def command(self, place, plants):
        return ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c",
                "luafile " + os.path.join(PLANTS, "nvim_plants.lua")]


class RedisClient:
    """As much of redis' protocol as is needed here."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.lines = self.socket.makefile("rb")

    def __call__(self, *words):
        out = b"*%d\r\n" % len(words)
        for word in words:
            word = str(word).encode()
            out += b"$%d\r\n%s\r\n" % (len(word), word)
        self.socket.sendall(out)
        return self.answer()

    def answer(self):
        line = self.lines.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"$":
            if int(rest) < 0:
                return None
            return self.lines.read(int(rest) + 2)[:-2].decode()
        if kind == b"*":
            return [self.answer() for _ in range(max(0, int(rest)))]
        if kind == b":":
            return int(rest)
        return rest.decode()


LUA_BURN = """
local total = 0
for i = 1, tonumber(ARGV[1]) do total = (total + i * i) % 1000003 end
return total"""


class Redis(Program):
    """Its own commands where they stall, a module where none does. What they
    took is in redis' own slow log."""
    name = "redis-server"
    needs = ("redis-server",)
    plants = {
        "computing": (COMPUTING, "", "luaV_execute|lua|evalCommand|call|main"),
        "debug sleep": (BLOCKED, "sleep", ""),
        "migrate": (BLOCKED, "poll", ""),
        "lock": (BLOCKED, "pthread_mutex_lock", "plant_lock"),
        "file": (BLOCKED, "read", "plant_file"),
        "child": (BLOCKED, "system|wait", "plant_child"),
    }

    def missing(self, place):
        if not os.path.exists(place.built("real_redis_plants.so")):
            return "real_redis_plants.so"
        return super().missing(place)

    def version(self, place):
        return first_word(r"v=(\S+)", harness.output_of("redis-server",
                                                        "--version"))

    def command(self, place, port):
        return ["redis-server", "--port", str(port), "--bind", "127.0.0.1",
                "--save", "", "--appendonly", "no", "--dir", place.folder,
                "--enable-debug-command", "yes",
                "--slowlog-log-slower-than", "0", "--loadmodule",
                place.built("real_redis_plants.so")]

    def drive(self, place, world, plants):
        port = harness.free_port()
        env = harness.plain_environment(**world.environment())
        run = place.run(self.command(place, port), env=env,
                        stdout=subprocess.DEVNULL)
        run.wait_for(port)
        redis = RedisClient(port)
        redis("SET", "key", "value")
        for plant in plants:
            time.sleep(0.04)
            self.stall(redis, world, plant)
        time.sleep(0.04)
        redis.socket.sendall(b"SHUTDOWN NOSAVE\r\n")
        status = run.wait()
        if status != 0:
            raise harness.Trouble("redis exited with %d" % status)
        return run

    def stall(self, redis, world, plant):
        at = time.time_ns()
        if plant == "computing":
            redis("EVAL", LUA_BURN, 0, 1)
            redis("EVAL", LUA_BURN, 0, 50000)
            took_us = max(1, self.slow_us(redis))
            at, before = time.time_ns(), self.cpu_ns(redis)
            redis("EVAL", LUA_BURN, 0, 50000 * 90000 // took_us)
            world.tell(plant, at, self.cpu_ns(redis) - before, "cpu")
        elif plant == "debug sleep":
            redis("DEBUG", "SLEEP", "0.08")
            self.tell_slow(redis, world, plant, at)
        elif plant == "migrate":
            redis("MIGRATE", "127.0.0.1", world.silent_port, "key", 0, 80)
            self.tell_slow(redis, world, plant, at)
        elif redis("PLANT", plant) != "OK":
            raise harness.Trouble("redis has no plant %s" % plant)

    @staticmethod
    def cpu_ns(redis):
        """Of the thread that serves, as redis says."""
        lines = dict(line.split(":") for line in redis("INFO", "cpu").split()
                     if ":" in line)
        return round(1e9 * (float(lines["used_cpu_user_main_thread"]) +
                            float(lines["used_cpu_sys_main_thread"])))

    @staticmethod
    def slow_us(redis):
        """How long the last command took."""
        return redis("SLOWLOG", "GET", 1)[0][2]

    def tell_slow(self, redis, world, plant, at):
        world.tell(plant, at, self.slow_us(redis) * 1000, "wall")


class Nginx(Program):
    name = "nginx (perl)"
    needs = ("/usr/sbin/nginx", "/usr/lib/nginx/modules/ngx_http_perl_module.so")
    where = "/plant/"
    modules = "load_module /usr/lib/nginx/modules/ngx_http_perl_module.so;"
    http = "perl_modules %s; perl_require nginx_plants.pm;" % PLANTS
    locations = "location /plant/ { perl nginx_plants::handle; }"
    plants = {
        "computing": (COMPUTING, "", "Perl_|perl"),
        "sleeping": (BLOCKED, "sleep", "Perl_|perl"),
        "file": (BLOCKED, "read", "Perl_|perl"),
        "socket": (BLOCKED, "read", "Perl_|perl"),
        "flock": (BLOCKED, "flock", "Perl_|perl"),
        "child": (BLOCKED, "wait|system", "Perl_|perl"),
    }
    apart = ("socket",)

    def version(self, place):
        return first_word(r"nginx/(\S+)", harness.output_of("/usr/sbin/nginx",
                                                            "-v"))

    def drive(self, place, world, plants):
        port = harness.free_port()
        config = nginx_config(place, port, MODULES=self.modules, HTTP=self.http,
                              LOCATIONS=self.locations)
        env = harness.plain_environment(**world.environment())
        run = place.run(["/usr/sbin/nginx", "-p", place.folder, "-c", config],
                        env=env,
                        stderr=subprocess.DEVNULL)
        run.wait_for(port)
        for plant in plants:
            time.sleep(0.04)
            if plant == "flock":
                world.hold_lock()
            if get(port, self.where + plant) != 200:
                raise harness.Trouble("nginx does not do %s" % plant)
        time.sleep(0.04)
        end_nginx(place)
        status = run.wait()
        if status != 0:
            raise harness.Trouble("nginx exited with %d" % status)
        return run


class NginxLua(Nginx):
    name = "nginx (lua)"
    needs = ("/usr/sbin/nginx", "/usr/lib/nginx/modules/ngx_http_lua_module.so",
             "/usr/lib/nginx/modules/ndk_http_module.so")
    where = "/lua/"
    modules = ("load_module /usr/lib/nginx/modules/ndk_http_module.so;\n"
               "load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;")
    http = ""
    apart = ()
    locations = "location /lua/ { content_by_lua_file %s/nginx_plants.lua; }" \
        % PLANTS
    plants = {
        "computing": (COMPUTING, "", "lua|ngx_|main"),
        "file": (BLOCKED, "read|open", ""),
        "child": (BLOCKED, "system|wait", ""),
    }


def nginx_config(place, port, daemon="off", workers=1, **parts):
    with open(os.path.join(PLANTS, "nginx.conf.in"), encoding="utf-8") as it:
        text = it.read()
    parts = {"MODULES": "", "HTTP": "", "LOCATIONS": "", **parts,
             "FOLDER": place.folder, "PORT": port, "DAEMON": daemon,
             "WORKERS": workers}
    for key, value in parts.items():
        text = text.replace("@%s@" % key, str(value))
    path = place.path("nginx.conf")
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


def end_nginx(place):
    with open(place.path("nginx.pid"), encoding="ascii") as it:
        pid = int(it.read())
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


ALL = (Node(), NodeNamed(), Asyncio(), Uvloop(), Redis(), Nginx(), NginxLua(),
       Nvim(), Libevent(), Libev())
