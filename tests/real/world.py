# SPDX-License-Identifier: MIT
"""What planted programs wait for: a FIFO that somebody writes into late, a port
where somebody answers late, a file that is locked. Times are long enough to be
errors, and unlike each other."""
import fcntl
import json
import os
import socket
import threading
import time

FIFO_S, PORT_S, LOCK_S = 0.075, 0.060, 0.070


class World:
    def __init__(self, folder):
        self.folder = folder
        self.fifo = os.path.join(folder, "fifo")
        self.lock = os.path.join(folder, "lock")
        self.truth = os.path.join(folder, "truth")
        os.mkfifo(self.fifo)
        for path in (self.lock, self.truth):
            open(path, "w").close()
        for path in (self.fifo, self.lock, self.truth):
            os.chmod(path, 0o666)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        # Connections come about, and nobody ever answers.
        self.silent = socket.create_server(("127.0.0.1", 0))
        self.silent_port = self.silent.getsockname()[1]
        self.ends = socket.socketpair()
        for run in (self._write_fifo, self._answer, self._answer_pair):
            threading.Thread(target=run, daemon=True).start()

    def environment(self):
        return {"PLANT_TRUTH": self.truth, "PLANT_FIFO": self.fifo,
                "PLANT_PORT": str(self.port), "PLANT_LOCK": self.lock}

    def truths(self):
        with open(self.truth, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def tell(self, plant, utc_ns, ns, of):
        """A truth that the driver knows, of a program that cannot say it."""
        with open(self.truth, "a", encoding="utf-8") as out:
            out.write(json.dumps({"plant": plant, "utc_ns": utc_ns, "ns": ns,
                                  "of": of}) + "\n")

    def hold_lock(self):
        """Lock the file now, and for a while."""
        held = open(self.lock, "w")
        fcntl.flock(held, fcntl.LOCK_EX)
        threading.Timer(LOCK_S, held.close).start()

    def _write_fifo(self):
        while True:
            try:
                fd = os.open(self.fifo, os.O_WRONLY)
            except FileNotFoundError:
                return  # the folder is gone
            time.sleep(FIFO_S)
            try:
                os.write(fd, b"x")
            except BrokenPipeError:
                pass
            os.close(fd)
            time.sleep(0.01)

    def _answer(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self._answer_one, args=(connection,),
                             daemon=True).start()

    @staticmethod
    def _answer_one(connection):
        with connection:
            try:
                if connection.recv(1):
                    time.sleep(PORT_S)
                    connection.send(b"x")
            except OSError:
                pass

    def _answer_pair(self):
        while self.ends[0].recv(1):
            time.sleep(PORT_S)
            self.ends[0].send(b"x")
