"""How long do experiments on the squid axon take? One process, one core, warm: after a first call that compiles.

python benchmarks/experiments.py [--quick]

The bars are what a slider of the laboratory can bear. Processor time, which a busy machine falsifies less than time on
the wall; on an idle one they are the same.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import numpy as np
from common import repeated, report, table

import loligo as lo

QUICK = "--quick" in sys.argv


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    squid, ask = lo.cells.squid(), lo.experiments
    cases: list[tuple[str, Callable[[], object], int, int]] = [
        ("threshold of 1 ms, to 1e-6", lambda: ask.threshold(squid, 1.0), 10, 40),
        ("strength and duration, 50 durations",
         lambda: ask.strength_duration(squid, np.geomspace(0.05, 50, 50)), 150, 10),
        ("refractoriness, 50 intervals",
         lambda: ask.refractory_period(squid, np.linspace(2, 40, 50)), 150, 10),
        ("f-I curve of 200 points, 500 ms, up and down",
         lambda: ask.firing_rate(squid, np.linspace(0.25, 50, 200)), 250, 10),
        ("rates from clamp records", lambda: ask.recover_rates(squid), 1000, 5),
    ]  # fmt: skip
    rows = []
    for name, work, bar, repeats in cases:
        _, best, median = repeated(work, 2 if QUICK else repeats, time.process_time)
        rows.append((name, bar, 1e3 * best, 1e3 * median))
    report("experiments", "Experiments", table(["what", "bar, ms", "best, ms", "median, ms"], rows), save=not QUICK)


if __name__ == "__main__":
    main()
