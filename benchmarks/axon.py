"""Compartment-steps per second of a squid axon, 5 cm, dt 0.01 ms, float64, one core.

    python benchmarks/axon.py [--no-save]

What was measured elsewhere on the same kind of machine is no part of this script; see `benchmarks/README.md`.
"""

from __future__ import annotations

import sys

import numpy as np
from common import report, table, timed

import loligo as lo
from loligo.simulation.axon import layout
from loligo.simulation.compartments import start_of
from loligo.simulation.march import March, Wanted


def main() -> None:
    rows = []
    for n in (100, 1000, 10_000, 100_000):
        axon = lo.Cable(lo.cells.squid().with_({"celsius": 18.5}), length=50_000, diameter=476, Ra=35.4, n=n)
        parts = layout(axon).parts
        start, _ = start_of(parts, "rest")
        duration = 10.0 if n <= 10_000 else 1.0

        def once(axon=axon, parts=parts, start=start, duration=duration, n=n) -> None:
            march = March([parts], [start], Wanted(np.zeros(0, dtype=np.int64), most=8 * n))
            march.run([layout(axon).sources(lo.Step(20_000, stop=0.5))], duration, 0.01)

        once()
        times = timed(once, seconds=2.0)
        steps = n * duration / 0.01 * 1e-3
        rows.append([n, steps / times.min(), steps / np.median(times)])
    text = table(["compartments", "best, M compartment-steps/s", "median"], rows)
    report("axon", "A squid axon", text, save="--no-save" not in sys.argv)


if __name__ == "__main__":
    main()
