"""What does a sweep cost, and how does it grow: with variants, duration, states, threads, a store, a cluster?

    python benchmarks/sweeps.py             # results/sweeps.md
    python benchmarks/sweeps.py --quick     # a tenth of the variants, and nothing is written

Squid axons under constant currents of 0 to 20 µA/cm², with spike counts, unless a table says otherwise; simulated time
per second of waiting, the best of three.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from common import report, table

import loligo as lo

SQUID = lo.cells.squid()
COUNT = lo.Spikes(times=False)
TOP = 20.0  # µA/cm²


def seconds(call: Callable[[], object], repeats: int = 3) -> float:
    """The best of a few."""
    found = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return min(found)


def sweep(cell: lo.Cell, variants: int, duration: float, **options: object) -> Callable[[], object]:
    """A sweep over the current, ready to go."""
    over = options.pop("over", {"stimulus.amplitude": np.linspace(0, TOP, variants)})
    chosen = {"workers": 1, "record": COUNT, "estimate_error": False, **options}
    return lambda: lo.simulate(cell, lo.Step(), duration=duration, over=over, **chosen)


def speed(cell: lo.Cell, variants: int, duration: float, **options: object) -> tuple[float, float]:
    """Seconds, and million neuron-ms per second."""
    call = sweep(cell, variants, duration, **options)
    call()
    spent = seconds(call)
    return spent, variants * duration / spent / 1e6


def with_gates(extra: int) -> lo.Cell:
    """The squid with further, nearly closed channels: the same behaviour from more states."""
    cell = SQUID
    for i in range(extra):
        gate = lo.Gate(1, inf=1 / (1 + lo.exp(-(lo.V + 40 + i) / 9)), tau=1 + 5 / (1 + lo.exp((lo.V + 50 - i) / 15)))
        cell = cell + lo.Channel(f"X{i}", g=1e-6, E=-70, x=gate)
    return cell


def growth(scale: float) -> list[str]:
    """Tables of what the cost grows with."""
    n = int(10_000 * scale)
    by_number = [[v, *speed(SQUID, v, 500)] for v in (1, 8, 64, 1_000, int(100_000 * scale))]
    by_duration = [[d, *speed(SQUID, n, d)] for d in (10.0, 100.0, 1000.0)]
    by_states = [[4 + extra, *speed(with_gates(extra), n // 2, 200)] for extra in (0, 4, 11, 28)]
    by_threads = [[w, *speed(SQUID, n, 500, workers=w)] for w in (1, 2)]
    precise = [[t, p, *speed(SQUID, n, 500, tolerance=t, precision=p)] for p in ("double", "single")
               for t in (1e-8, 1e-6, 1e-5)]  # fmt: skip
    columns = ["time (s)", "million neuron-ms per s"]
    return [
        "**Variants** (500 ms, one thread):", table(["variants", *columns], by_number),
        f"**Duration** ({n} variants, one thread):", table(["duration (ms)", *columns], by_duration),
        f"**States** ({n // 2} variants of 200 ms, one thread):", table(["states", *columns], by_states),
        f"**Threads** ({n} variants of 500 ms):", table(["threads", *columns], by_threads),
        f"**Tolerance and precision** ({n} variants of 500 ms, one thread):",
        table(["tolerance", "precision", *columns], precise),
    ]  # fmt: skip


def parameters(scale: float) -> str:
    """What it costs that every variant rests elsewhere, or that more is recorded."""
    n = int(10_000 * scale)
    conductances = {"K.g": np.linspace(30, 45, n)}
    kinds = {
        "one stimulus for each, spike counts": {},
        "one cell for each, with a rest of its own": {"over": conductances},
        "spike times": {"record": lo.Spikes()},
        "highest and mean V": {"record": [lo.Peak(), lo.Mean()]},
        "V every 1 ms": {"record": "V", "every": 1.0},
    }
    return table(
        ["what", "time (s)", "million neuron-ms per s"], [[k, *speed(SQUID, n, 200, **o)] for k, o in kinds.items()]
    )


def waiting(scale: float) -> str:
    """A sweep that mixes silent and firing cells: each lane takes the next variant as soon as it is free."""
    half = int(5_000 * scale)
    silent, firing = np.linspace(0, 1, half), np.linspace(15, 20, half)
    mixed = np.stack([silent, firing], axis=1).reshape(-1)
    times = {}
    for name, currents in (("silent", silent), ("firing", firing), ("silent and firing in turn", mixed)):
        call = sweep(SQUID, len(currents), 500, over={"stimulus.amplitude": currents})
        call()
        times[name] = seconds(call)
    rows = [[name, spent] for name, spent in times.items()]
    rows.append(["the two apart, added up", times["silent"] + times["firing"]])
    return table(["variants", "time (s)"], rows)


def kept_on_disk(scale: float) -> str:
    """A store, and a cluster of two workers on this machine, beside two threads."""
    n = int(50_000 * scale)
    rows = [["two threads, in memory", seconds(sweep(SQUID, n, 500, workers=2), 2)]]
    with tempfile.TemporaryDirectory() as folder:
        paths = (Path(folder) / f"{i}.zarr" for i in range(9))
        rows.append(
            ["two threads, into a store", seconds(lambda: sweep(SQUID, n, 500, workers=2, store=next(paths))(), 2)]
        )
    try:
        import distributed
    except ImportError:
        return table(["how", "time (s)"], rows)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        sweep(SQUID, 5000, 10, client=client)()
        rows.append(["two Dask workers", seconds(sweep(SQUID, n, 500, client=client), 2)])
        empty = sweep(SQUID, 64 * 2048, 0.01, client=client)
        empty()
        rows.append(["two Dask workers, 64 blocks of next to nothing", seconds(empty, 2)])
    return table(["how", "time (s)"], rows)


def single(scale: float) -> str:
    """A sweep of one variant beside a single run."""
    one = {"stimulus.amplitude": [10.0]}
    calls = {
        "simulate, a single run": lambda: lo.simulate(SQUID, lo.Step(10), duration=500, estimate_error=False),
        "a sweep of one variant, V too": sweep(SQUID, 1, 500, over=one, record=["V"], every=0.025),
        "a sweep of one variant": sweep(SQUID, 1, 500, over=one),
    }
    for call in calls.values():
        call()
    return table(["what", "time (ms)"], [[name, 1e3 * seconds(call, 20)] for name, call in calls.items()])


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the variants, and nothing is written")
    options = parser.parse_args()
    scale = 0.1 if options.quick else 1.0
    warnings.simplefilter("ignore", lo.LoligoWarning)
    report(
        "sweeps",
        "What a sweep costs, and how it grows",
        "Squid axons under constant currents of 0 to 20 µA/cm² from rest; tolerance 1e-6; the best of three.",
        *growth(scale),
        f"**What is kept, and what varies** ({int(10_000 * scale)} variants of 200 ms, one thread):",
        parameters(scale),
        f"**Waiting** ({int(10_000 * scale)} variants of 500 ms at most, one thread):",
        waiting(scale),
        f"**Where it runs** ({int(50_000 * scale)} variants of 500 ms):",
        kept_on_disk(scale),
        "**One variant** (500 ms):",
        single(scale),
        save=not options.quick,
    )


if __name__ == "__main__":
    main()
