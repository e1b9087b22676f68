"""A laboratory, served by a process of its own as a user would start it."""

import json
import re
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Served:
    address: str
    process: subprocess.Popen

    @property
    def host(self):
        return re.search(r"//([^/]+)", self.address)[1]

    def connect(self, origin="own", host=None, query=""):
        """A conversation with the server, by another origin or name if asked for."""
        from websockets.sync.client import connect

        own = self.address.split("?")[0].rstrip("/")
        return connect(
            f"ws://{host or self.host}/socket{query}",
            origin=own if origin == "own" else origin,
            max_size=None,
            open_timeout=20,
        )


def start(*arguments):
    """Start `loligo lab` and read the address that it prints."""
    command = [sys.executable, "-m", "loligo", "lab", "--no-browser", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    found = re.search(r"http://\S+", line)
    if not found:
        process.wait(20)
        raise AssertionError(f"{line}{process.stderr.read()}")
    for pipe in (process.stdout, process.stderr):
        threading.Thread(target=pipe.read, daemon=True).start()
    return Served(found[0], process)


def end(served):
    served.process.terminate()
    served.process.wait(20)
    for pipe in (served.process.stdout, served.process.stderr):
        pipe.close()


def decoded(frame):
    """Header and arrays of a frame."""
    (length,) = struct.unpack_from("<I", frame)
    header = json.loads(frame[4 : 4 + length])
    arrays, place = {}, 4 + length
    for name, count in header["arrays"]:
        arrays[name] = np.frombuffer(frame, "<f4", count, place)
        place += 4 * count
    assert place == len(frame)
    return header, arrays


STEP = [{"type": "step", "amplitude": 10, "start": 5, "stop": 45}]


def question(kind, number=1, preparation=None, **more):
    if kind in ("run", "share"):
        more = {"stimuli": STEP, "duration": 50, **more}
    return {"type": kind, "id": number, "preparation": preparation or {}, **more}


def ask(socket, sent):
    """Send a question, and wait for its answer."""
    socket.send(json.dumps(sent))
    while True:
        header, arrays = decoded(socket.recv(timeout=120))
        if header["kind"] != "busy":
            return header, arrays
