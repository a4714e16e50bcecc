#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: test_chat.py SERVER TEST

Starts the server, comes to it as guests with plain sockets, and looks at what
they read. It asks for nothing but the words: that they come late, it would not
see.
"""

import socket
import subprocess
import sys


class Guest:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.lines = self.socket.makefile("r")
        self.reads("welcome")

    def says(self, line):
        self.socket.sendall(f"{line}\n".encode())

    def reads(self, expected):
        line = self.lines.readline().rstrip("\n")
        if line != expected:
            sys.exit(f"read {line!r}, not {expected!r}")

    def leaves(self):
        self.lines.close()
        self.socket.close()


def everybody_reads_it(port):
    guests = [Guest(port) for _ in range(4)]
    guests[0].says("tea is ready")
    for guest in guests[1:]:
        guest.reads("tea is ready")


def a_guest_leaves(port):
    one, other = Guest(port), Guest(port)
    one.leaves()
    other.reads("somebody left")


tests = {"everybody_reads_it": everybody_reads_it,
         "a_guest_leaves": a_guest_leaves}
server = subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE, text=True)
try:
    tests[sys.argv[2]](int(server.stdout.readline()))
finally:
    server.terminate()
    status = server.wait()
sys.exit(f"the server ended with {status}" if status else 0)
