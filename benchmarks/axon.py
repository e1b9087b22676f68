"""Compartment-steps per second of a squid axon, 5 cm, dt 0.01 ms, float64; variants side by side; memory.

    python benchmarks/axon.py [--no-save]

What was measured elsewhere on the same kind of machine is no part of this script; see `benchmarks/README.md`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
from common import report, table, timed

import loligo as lo
from loligo.simulation.compartments import start_of
from loligo.simulation.journey import layout_of
from loligo.simulation.march import March, Wanted

SQUID = lo.cells.squid().with_({"celsius": 18.5})
PULSE = lo.Step(20_000, stop=0.5)
VARIANTS = 16


def axon(n: int, **changes: float) -> lo.Cable:
    return lo.Cable(SQUID, length=50_000, diameter=476, Ra=35.4, n=n).with_(changes)


def marching(bodies: Sequence[lo.Cable | lo.Tree], stimulus: lo.Step, duration: float) -> Callable[[], None]:
    """The solver alone: one body, or several side by side."""
    layouts = [layout_of(body) for body in bodies]
    starts = [start_of(one.parts, "rest")[0] for one in layouts]
    sources = [one.sources(stimulus) for one in layouts]
    most = 8 * layouts[0].parts.n * len(bodies)

    def once() -> None:
        march = March([one.parts for one in layouts], starts, Wanted(np.zeros(0, dtype=np.int64), most=most))
        march.run(sources, duration, 0.01)

    return once


def speed() -> str:
    """Compartment-steps per second on one core."""
    rows = []
    for n in (100, 1000, 10_000, 100_000, 1_000_000):
        duration = 10.0 if n <= 10_000 else 1.0 if n <= 100_000 else 0.2
        once = marching([axon(n)], PULSE, duration)
        once()
        times = timed(once, seconds=2.0)
        steps = n * duration / 0.01 * 1e-3
        rows.append([n, steps / times.min(), steps / np.median(times), memory(n)])
    head = ["compartments", "best, M compartment-steps/s", "median", "memory of a run, bytes per compartment"]
    return table(head, rows)


MEMORY = """
import re, sys, warnings, loligo as lo
warnings.simplefilter("ignore")
n = int(sys.argv[1])
axon = lo.Cable(lo.cells.squid(), 50.0 * n, 476, Ra=35.4, n=1000)
highest = lambda: 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
for body in (axon, axon.with_(n=n)):
    before = highest()
    lo.simulate(body, lo.Step(20_000, stop=0.05), duration=0.1, every=0.05)
print((highest() - before) / n)
"""


def memory(n: int) -> float | str:
    """What `simulate` takes beyond what is there already; meaningless for few compartments."""
    if n < 100_000:
        return "-"
    done = subprocess.run([sys.executable, "-c", MEMORY, str(n)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def side_by_side() -> str:
    """Sixteen variants in units of one run, in turns, so that both see the same machine."""
    fibre = lo.Myelinated(lo.cells.frankenhaeuser_huxley_1964(), 14)
    sections = [lo.Section("s0", 300, 8)]
    sections += [
        lo.Section(f"s{i}", 200, 8 * 0.63 ** int(np.log2(i + 1)), parent=f"s{(i - 1) // 2}") for i in range(1, 31)
    ]
    tree = lo.Tree(sections, SQUID, dx=5)
    rows = []
    for name, body, path, values, stimulus in (
        ("squid axon, 100 compartments", axon(100), "diameter", np.linspace(200, 600, VARIANTS), PULSE),
        ("squid axon, 1000 compartments", axon(1000), "diameter", np.linspace(200, 600, VARIANTS), PULSE),
        ("squid axon, 1000 compartments", axon(1000), "celsius", np.linspace(6, 20, VARIANTS), PULSE),
        ("myelinated fibre, 201 compartments", fibre, "diameter", np.linspace(5, 20, VARIANTS), lo.Step(5, stop=0.1)),
        ("tree, 31 sections, 1260 compartments", tree, "Na.g", np.linspace(80, 140, VARIANTS), lo.Step(20, stop=0.5)),
    ):
        bodies = [body.with_({path: float(v)}) for v in values]
        halves = [marching(bodies[:8], stimulus, 5.0), marching(bodies[8:], stimulus, 5.0)]
        alone = marching([body], stimulus, 5.0)
        one, many = turns([alone, lambda halves=halves: [half() for half in halves]], time.thread_time)
        whole = [
            lambda body=body, stimulus=stimulus: lo.simulate(body, stimulus, duration=10),
            *(
                lambda workers=workers, body=body, path=path, values=values, stimulus=stimulus: lo.simulate(
                    body, stimulus, duration=10, over={path: values}, workers=workers
                )
                for workers in (1, None)
            ),
        ]
        single, core = turns(whole[:2], time.process_time)
        clock, cores = turns([whole[0], whole[2]], time.perf_counter)
        rows.append([name, path, many / one, core / single, cores / clock])
    return table(["what", "varied", "the solver alone, one core", "simulate, one core", "simulate, all cores"], rows)


def turns(calls: Sequence[Callable[[], object]], clock: Callable[[], float], rounds: int = 12) -> list[float]:
    """The best time of each, seconds, taking turns."""
    best = [float("inf")] * len(calls)
    for call in calls:
        call()
    for _ in range(rounds):
        for k, call in enumerate(calls):
            began = clock()
            call()
            best[k] = min(best[k], clock() - began)
    return best


SIXTEEN = """**Sixteen variants**, in units of one run of the same fibre (seconds of processor for one core, of the
clock for all). A single cable is folded into columns, and fills the vector units by itself; a tree is not."""


def main() -> None:
    save = "--no-save" not in sys.argv
    report("axon", "A squid axon", f"{speed()}\n\n{SIXTEEN}\n\n{side_by_side()}", save=save)


if __name__ == "__main__":
    main()
