"""What does one evaluation of a larger cell cost, in evaluations of the squid's?

The same measurement as `rhs.py`, of cells with 9 to 13 states, in turn with the squid's.

    python benchmarks/cells.py
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from common import report, table
from rhs import apart, in_a_row, stopwatch

import loligo as lo
from loligo.numerics import kernel
from loligo.system import system

CELLS = (
    "squid", "destexhe_1996_tc", "mahon_2000", "rothman_manis_2003_type_i_c", "mainen_sejnowski_1996_2comp",
    "prinz_2003_ab_pd",
)  # fmt: skip
LANES = (4, 8)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=500, help="how often each is timed (default 500)")
    parser.add_argument("--quick", action="store_true", help="50 rounds, and nothing is written")
    options = parser.parse_args()
    rows = []
    for lanes in LANES:
        for label, loop in (("in a row", in_a_row), ("apart", apart)):
            clocks: dict[str, Callable[[], float]] = {}
            for name in CELLS:
                cell = getattr(lo.cells, name)()
                whole = system(cell)
                (f, _), numbers = kernel.physics(whole, "explicit", lanes), kernel.numbers(whole, "explicit", lanes)
                clocks[name] = stopwatch(loop, f, numbers, lanes, cell)
            times: dict[str, list[float]] = {name: [] for name in CELLS}
            for _ in range(50 if options.quick else options.rounds):
                for name, clock in clocks.items():
                    times[name].append(clock())
            squid = np.array(times["squid"])
            for name in CELLS:
                found = np.array(times[name])
                states = len(system(getattr(lo.cells, name)()).states)
                rows.append([name, states, lanes, label, float(found.min()), float(np.median(found / squid))])
    report(
        "cells",
        "One right-hand side of larger cells, per lane",
        "float64, one core; squids: the median ratio to the squid's within a round.",
        table(["cell", "states", "lanes", "", "best (ns)", "squids"], rows),
        save=not options.quick,
    )


if __name__ == "__main__":
    main()
