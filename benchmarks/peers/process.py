"""The environments of the peers, and a pipe to a process in one."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from .contenders import PACKAGES, Contender

HERE = Path(__file__).parent
LIBRARIES = ("OMP", "OPENBLAS", "MKL", "NUMBA")
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in LIBRARIES} | {
    "NPROC": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
}


def environment(peer: str, folder: Path, upgrade: bool = False) -> str:
    """The Python of a peer's own environment, made if it is not there; Loligo's is the one that runs this.

    Raises
    ------
    RuntimeError
        If its packages do not install.
    """
    if peer == "loligo":
        return sys.executable
    home = folder / peer
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = home / "installed"
    wanted = " ".join(PACKAGES[peer])
    if done.exists() and done.read_text() == wanted and not upgrade:
        return str(python)
    print(f"installing {wanted} in {home}", file=sys.stderr, flush=True)
    for command in (
        [sys.executable, "-m", "venv", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", "--upgrade", *PACKAGES[peer]],
    ):
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            raise RuntimeError(f"does not install: {_reason(result.stderr)}")
    done.write_text(wanted)
    return str(python)


def _reason(text: str) -> str:
    """The line of pip's or a compiler's output that says most: the first that speaks of an error, else the last."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower() and "subprocess" not in line and len(line) > 12]
    return (telling or lines or ["no message"])[0][:200]


class Failure(Exception):
    """A peer gave no answer, and why."""


class Peer:
    """A process that answers jobs, on one core unless `cores` is None."""

    def __init__(self, contender: Contender, python: str, folder: Path, *, pinned: bool = True) -> None:
        self.contender, self.folder, self.python, self.pinned = contender, folder, python, pinned
        self.process: subprocess.Popen[str] | None = None
        self.versions = ""

    def _start(self) -> subprocess.Popen[str]:
        script = HERE / f"on_{self.contender.peer}.py"
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open as long as the process
        process = subprocess.Popen(
            [self.python, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=surroundings(self.pinned),
        )
        if self.pinned:
            pin(process.pid)
        self.lines: queue.Queue[str] = queue.Queue()

        def read() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                self.lines.put(line)
            self.lines.put("")

        threading.Thread(target=read, daemon=True).start()
        return process

    def ask(self, timeout: float = 300.0, **job: Any) -> dict[str, Any]:
        """Do a job; `Failure` if it crashes, says it cannot, or takes more than `timeout` seconds."""
        if self.process is None:
            self.process = self._start()
        assert self.process.stdin is not None
        job = self.contender.job | {"folder": str(self.folder / "mechanisms")} | job
        try:
            self.process.stdin.write(json.dumps(job) + "\n")
            self.process.stdin.flush()
            line = self.lines.get(timeout=timeout)
        except queue.Empty:
            self.close(kill=True)
            raise Failure(f"no answer within {timeout:g} s") from None
        except BrokenPipeError:
            line = ""
        if not line:
            status = self.process.wait()
            self.log.seek(0)
            reason = (self.log.read().strip().splitlines() or ["no message"])[-1][:200]
            self.close()
            raise Failure(f"crashed with status {status}: {reason}")
        answer: dict[str, Any] = json.loads(line)
        self.versions = answer["versions"]
        if "error" in answer:
            raise Failure(" ".join(answer["error"].split())[:200])
        return answer

    def close(self, kill: bool = False) -> None:
        """End the process, if there is one."""
        if self.process is not None:
            if kill:
                self.process.kill()
            assert self.process.stdin is not None
            with contextlib.suppress(BrokenPipeError):  # it may have gone already
                self.process.stdin.close()
            self.process.wait()
            self.log.close()
            self.process = None


def surroundings(pinned: bool) -> dict[str, str]:
    """Environment variables of a peer's process."""
    return dict(os.environ) | (ONE_THREAD if pinned else {})


def pin(process: int) -> None:
    """Keep a process on one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process, {max(os.sched_getaffinity(0))})


def cold(contender: Contender, python: str, **extra: str) -> float:
    """Seconds of a whole process that gives its first result: 50 ms of one neuron."""
    began = time.perf_counter()
    script = HERE / f"on_{contender.peer}.py"
    process = subprocess.Popen(
        [python, str(script), "--cold"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=surroundings(True) | extra,
    )
    pin(process.pid)
    _, errors = process.communicate(timeout=300)
    seconds = time.perf_counter() - began
    if process.returncode:
        raise Failure(f"crashed with status {process.returncode}: {(errors.strip().splitlines() or ['-'])[-1][:200]}")
    return seconds
