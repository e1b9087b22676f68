"""How long do diagrams and phase planes take? One process, one core; every figure after a first, compiling call.

python benchmarks/dynamics.py [--quick]
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from common import repeated, report, table

import loligo as lo

QUICK = "--quick" in sys.argv
CURRENT = "stimulus.amplitude"


def main() -> None:
    squid = lo.cells.squid()
    d = lo.dynamics
    currents = iter(range(10_000))

    def plane() -> object:
        made = d.phase_plane(squid, "V", "K.n", current=next(currents) / 100)
        return made.separatrix

    cases: list[tuple[str, Callable[[], object], int]] = [
        ("equilibria of the squid axon over -10 to 200 µA/cm², with both Hopf points",
         lambda: d.continuation(squid, CURRENT, (-10, 200), cycles=False), 20),
        ("the full diagram: equilibria, cycles, stability, seven special points",
         lambda: d.continuation(squid, CURRENT, (-10, 200)), 5),
        ("phase plane of V and n, m and h steady, with its quasi-threshold", plane, 100),
        ("phase plane of V and n, h frozen, nullclines, field and fixed points",
         lambda: d.phase_plane(squid, "V", "K.n", rest={"Na.h": "frozen"}), 50),
        ("the same with its separatrix",
         lambda: d.phase_plane(squid, "V", "K.n", rest={"Na.h": "frozen"}).separatrix, 20),
        ("phase response at 10 µA/cm², adjoint and 24 pulses", lambda: d.phase_response(squid, 10), 5),
        ("Hopf curve in current and temperature",
         lambda: d.bifurcation_curves(squid, CURRENT, (0, 200), "celsius", (0, 35)), 3),
    ]  # fmt: skip
    rows = [(name, *repeated(work, 2 if QUICK else repeats)) for name, work, repeats in cases]
    report("dynamics", "Dynamics", table(["what", "first call, s", "best, s", "median, s"], rows), save=not QUICK)


if __name__ == "__main__":
    main()
