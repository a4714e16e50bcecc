# SPDX-License-Identifier: MIT
"""asyncio_plants.py [--uvloop] PLANT...: an event loop that ticks each 5 ms and
stalls in the ways that are named, one after another, each with its truth in
the file PLANT_TRUTH. What it needs of the world is in the environment, as
plants.h says."""
import asyncio
import fcntl
import json
import os
import socket
import subprocess
import sys
import threading
import time

HELD_S = 0.070


def computing():
    end = time.thread_time_ns() + 90_000_000
    total = 0
    while time.thread_time_ns() < end:
        total += sum(range(2000))
    return total


def sleeping():
    time.sleep(0.080)


def file():
    with open(os.environ["PLANT_FIFO"], "rb", buffering=0) as fifo:
        fifo.read(1)


def sock():
    connection.sendall(b"x")
    connection.recv(1)


def hold(lock, held):
    with lock:
        held.set()
        time.sleep(HELD_S)


def lock():
    taken, held = threading.Lock(), threading.Event()
    threading.Thread(target=hold, args=(taken, held)).start()
    held.wait()
    with taken:
        pass


def flock():
    with open(os.environ["PLANT_LOCK"], "w") as ours:
        fcntl.flock(ours, fcntl.LOCK_EX)


def hold_file():
    """Before `flock`: another holds the file, and lets go after a while."""
    theirs = open(os.environ["PLANT_LOCK"], "w")
    fcntl.flock(theirs, fcntl.LOCK_EX)
    threading.Timer(HELD_S, theirs.close).start()


def child():
    subprocess.run(["sleep", "0.08"], check=True)


def system():
    os.system("exec sleep 0.08")


PLANTS = {
    "computing": (computing, "cpu"), "sleeping": (sleeping, "wall"),
    "file": (file, "wall"), "socket": (sock, "wall"), "lock": (lock, "wall"),
    "flock": (flock, "wall"), "child": (child, "wall"),
    "system": (system, "wall"),
}


def plant(name):
    run, of = PLANTS[name]
    if run is flock:
        hold_file()
    clock = time.thread_time_ns if of == "cpu" else time.monotonic_ns
    at, begin = time.time_ns(), clock()
    run()
    truth = {"plant": name, "pid": os.getpid(), "utc_ns": at,
             "ns": clock() - begin, "of": of}
    with open(os.environ["PLANT_TRUTH"], "a") as out:
        out.write(json.dumps(truth) + "\n")


address = ("127.0.0.1", int(os.environ["PLANT_PORT"]))
connection = socket.create_connection(address)


async def main(names):
    for name in names:
        for _ in range(8):
            await asyncio.sleep(0.005)
        asyncio.get_running_loop().call_soon(plant, name)
    for _ in range(8):
        await asyncio.sleep(0.005)


arguments = sys.argv[1:]
if arguments[:1] == ["--uvloop"]:
    import uvloop
    uvloop.install()
    arguments = arguments[1:]
asyncio.run(main(arguments or list(PLANTS)))
