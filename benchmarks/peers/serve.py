"""How a peer answers: one job on each line of standard input, one answer on each line of standard output, both JSON.

Only the standard library is imported at the top, and NumPy inside functions, because this file runs in the environment
of each peer, and because a cold start must not pay for it.

A job: ``currents`` (µA/cm²), ``duration`` (ms), ``setting`` (step in ms, or tolerance), ``start`` (V, m, h, n at rest),
and ``want``, one of

- ``"spikes"``: the most accurate spike times that the peer can give, whatever it costs;
- ``"trace"``: V of one neuron every 0.025 ms, and the spike times (looked for when the clock has stopped);
- ``"count"``: as many neurons as possible as fast as possible, with their spikes counted or kept, if that can be done.

`prepare(job)` builds everything that need not be timed and returns a function without arguments; its result is a dict
with ``spikes`` (a list for each neuron), ``counts``, or ``final`` (V at the end), and, if the peer has a clock of its
own that leaves out loading and saving, ``seconds``. Values may be functions, which are called when the clock has
stopped.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

EVERY = 0.025  # ms: interval of a trace
Job = dict[str, Any]
Run = Callable[[], dict[str, Any]]


def serve(prepare: Callable[[Job], Run], first: Callable[[], object], packages: tuple[str, ...]) -> None:
    """Answer jobs until the input ends; with ``--cold``, give the first result and leave."""
    if "--cold" in sys.argv:
        first()
        return
    answers = os.fdopen(os.dup(1), "w")  # what a peer prints by itself must not get in between
    os.dup2(2, 1)
    last, run = None, None
    for line in sys.stdin:
        job = json.loads(line)
        try:
            began = time.perf_counter()
            build = 0.0
            if job != last:
                last, run = None, None  # frees the old one before the new one is built
                run = prepare(job)
                last, build = job, time.perf_counter() - began
            assert run is not None
            answer = _clocked(run) | {"build": build}
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        answer["versions"] = versions(packages)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _clocked(run: Run) -> dict[str, Any]:
    began = time.perf_counter()
    found = run()
    wall = time.perf_counter() - began
    answer = {name: value() if callable(value) else value for name, value in found.items()}
    answer["wall"] = wall
    answer.setdefault("seconds", wall)
    answer["memory"] = max(peak_memory(), answer.pop("child_memory", 0.0))
    return plain(answer)


def plain(value: Any) -> Any:
    """Arrays as lists, for JSON."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.tolist() if hasattr(value, "tolist") else value


def peak_memory(process: int | str = "self") -> float:
    """The most memory that a process ever held, MB; 0 if nobody knows."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
    except OSError:
        pass  # not Linux, or that process has just ended
    if process != "self":
        return 0.0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def versions(packages: tuple[str, ...]) -> str:
    """What the peer runs on."""
    found = []
    for name in packages:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join([*found, f"Python {platform.python_version()}"])


def crossings(v: Any, dt: float) -> list[list[float]]:
    """Upward crossings of 0 mV of sampled voltages, shape (neurons, samples), on a cubic through four samples."""
    import numpy as np

    found = []
    for row in np.atleast_2d(np.asarray(v, dtype=float)):
        times = []
        for i in np.flatnonzero((row[:-1] < 0) & (row[1:] >= 0)):
            first = min(max(i - 1, 0), len(row) - 4)
            cubic = np.polynomial.Polynomial.fit(np.arange(4.0), row[first : first + 4], 3).convert()
            low, high = float(i - first), float(i - first + 1)
            for _ in range(60):
                middle = (low + high) / 2
                low, high = (middle, high) if cubic(middle) < 0 else (low, middle)
            times.append((first + (low + high) / 2) * dt)
        found.append(times)
    return found


def area_for(density_to_nanoampere: float) -> float:
    """Area in µm² on which 1 µA/cm² is so many nA: 1 µm² × 1 µA/cm² = 1e-5 nA."""
    return density_to_nanoampere / 1e-5
