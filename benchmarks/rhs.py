"""The innermost loop: how long does one evaluation of the squid's right-hand side take, per lane?

The compiled physics that the integrators call, for blocks of several widths, with the pass that shares exponentials
(`loligo/system/exponentials.py`) and without it.

    python benchmarks/rhs.py

*In a row*: each evaluation starts from the last one's derivatives, as inside a step, so it cannot begin before that one
has ended. *Apart*: all start from the same state, and overlap as far as the processor can. Both include the call.
"""

from __future__ import annotations

import argparse
import ctypes
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
from common import report, table
from numba import cfunc, types

import loligo as lo
from loligo.numerics import kernel
from loligo.numerics.bits import call_address
from loligo.numerics.lanes.interface import IN, PHYSICS, WORK, P, Q, Y
from loligo.simulation.rest import initial_state, parameter_values
from loligo.system import lower, system

REALS = PHYSICS.args[0]
OPTIONS = {"error_model": "numpy", "fastmath": {"contract", "nsz", "arcp"}}
EVALUATIONS = 20_000
LANES = (4, 8, 16, 64)


@cfunc(types.void(types.int64, REALS, REALS, types.int64, types.int64, types.float64), **OPTIONS)
def apart(f, b, k, n, count, h):
    """Evaluate again and again at the same state."""
    for _ in range(count):
        call_address(f, (b, k))


@cfunc(types.void(types.int64, REALS, REALS, types.int64, types.int64, types.float64), **OPTIONS)
def in_a_row(f, b, k, n, count, h):
    """Evaluate, and go a little way along: Euler's method with a very short step."""
    for _ in range(count):
        call_address(f, (b, k))
        for e in range(4 * n):
            b[IN + e] += h * b[P + e]


def block(numbers: kernel.Numbers, lanes: int, cell: lo.Cell | None = None) -> np.ndarray:
    """A block of lanes of a cell, the squid's axon unless given, on their way up a spike, every lane at another V."""
    cell = cell or lo.cells.squid()
    whole = system(cell)
    start = initial_state(cell, {"V": -60.0} if cell.initial else "rest")
    b = np.zeros(WORK)
    b[:lanes] = 10.0
    derived = numbers.derive(np.array([parameter_values(cell)]))[0]
    for row, value in enumerate(derived):
        b[Q + row * lanes : Q + (row + 1) * lanes] = value
    for row, state in enumerate(whole.states):
        for group in (Y, IN):
            b[group + row * lanes : group + (row + 1) * lanes] = start[state.path]
    b[IN : IN + lanes] = np.linspace(-70, 30, lanes)
    return b


def stopwatch(
    loop: object, f: int, numbers: kernel.Numbers, lanes: int, cell: lo.Cell | None = None
) -> Callable[[], float]:
    """A function that returns ns per evaluation and lane."""
    kept = block(numbers, lanes, cell)
    call = loop.ctypes  # type: ignore[attr-defined]

    def address(array: np.ndarray) -> ctypes.Array | object:
        return ctypes.cast(array.ctypes.data, call.argtypes[1])

    def measure() -> float:
        b = kept.copy()
        count = max(EVALUATIONS // lanes, 500)
        start = time.perf_counter()
        call(f, address(b), address(numbers.constants), lanes, count, 1e-9)
        return 1e9 * (time.perf_counter() - start) / (count * lanes)

    return measure


@contextmanager
def sharing(shared: bool) -> Iterator[None]:
    """Generate code with the pass that shares exponentials, or without."""
    kernel._source.cache_clear()
    kernel.physics.cache_clear()
    kernel.numbers.cache_clear()
    passed = lower.share if shared else lambda formulas, variables: ([], formulas)
    with patch.object(lower, "share", passed):
        yield
    kernel._source.cache_clear()
    kernel.physics.cache_clear()
    kernel.numbers.cache_clear()


def exponentials() -> int:
    """How many exponentials the generated source has."""
    text = kernel.physics_source(system(lo.cells.squid()), "explicit", 4)[0].functions["derivatives"]
    return len(re.findall(r"\bexp(m1|rel)?\(", text))


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2000, help="how often each is timed (default 2000)")
    parser.add_argument("--quick", action="store_true", help="50 rounds, and nothing is written")
    options = parser.parse_args()
    clocks: dict[tuple[bool, int, str], Callable[[], float]] = {}
    count: dict[bool, int] = {}
    for shared in (True, False):
        for lanes in LANES:
            with sharing(shared):
                whole = system(lo.cells.squid())
                (f, _), numbers = kernel.physics(whole, "explicit", lanes), kernel.numbers(whole, "explicit", lanes)
                count[shared] = exponentials()
            for name, loop in (("in a row", in_a_row), ("apart", apart)):
                clocks[shared, lanes, name] = stopwatch(loop, f, numbers, lanes)
    times: dict[tuple[bool, int, str], list[float]] = {key: [] for key in clocks}
    for _ in range(50 if options.quick else options.rounds):
        for key, clock in clocks.items():
            times[key].append(clock())
    rows = []
    for lanes in LANES:
        for name in ("in a row", "apart"):
            with_, without = np.array(times[True, lanes, name]), np.array(times[False, lanes, name])
            figures = [np.min(with_), np.median(with_), np.min(without), np.median(without), np.median(without / with_)]
            rows.append([lanes, name, *map(float, figures)])
    head = ["lanes", "", "shared, best (ns)", "median (ns)", "not shared, best (ns)", "median (ns)", "gain"]
    report(
        "rhs",
        "One right-hand side of the squid, per lane",
        f"{count[True]} exponentials with sharing, {count[False]} without. float64, one core, "
        f"{len(times[True, 4, 'apart'])} times {EVALUATIONS} evaluations, in turn. Gain: median ratio within a round.",
        table(head, rows),
        save=not options.quick,
    )


if __name__ == "__main__":
    main()
