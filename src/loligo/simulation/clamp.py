"""The ideal voltage clamp in closed form.

While V stands still, a gate whose rates depend on V alone relaxes as x(t) = x_inf + (x_0 - x_inf) exp(-s t): Hodgkin
& Huxley 1952, equations 8 to 10. Between the steps of a protocol the solution is exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..numerics.arrays import array_function
from ..system import System
from .protocol import Protocol

Array = NDArray[np.float64]


def solvable(held: System) -> bool:
    """Do the rates of all gates of a clamped system depend on V alone?"""
    gates = {v.symbol for v in held.states}
    return not any((a.free_symbols | s.free_symbols) & gates for a, s in held.linear)


def solve(
    held: System, parameters: tuple[float, ...], protocol: Protocol, start: dict[str, float], grid: Array
) -> tuple[dict[str, Array], dict[str, float]]:
    """The gates on a grid of times, and at the end, under a command made of steps.

    Parameters
    ----------
    held : System
        With V clamped.
    parameters : tuple of float
    protocol : Protocol
        The command; constant on every segment.
    start : dict of str to float
        Gates at time 0.
    grid : array (samples)
        ms.
    """
    count = len(held.states)
    if count == 0:
        return {}, {}
    formulas = tuple(a for a, _ in held.linear) + tuple(s for _, s in held.linear)
    values = np.array(array_function(held, formulas)([0.0] * count, protocol.base[:-1], parameters))
    opening, speed = values[:count], values[count:]
    gates = np.empty((count, len(grid)))
    x = np.array([start[v.path] for v in held.states])
    for segment, (begin, end) in enumerate(zip(protocol.times[:-1], protocol.times[1:], strict=True)):
        steady = opening[:, segment] / speed[:, segment]
        last = segment == len(protocol.times) - 2
        here = (grid >= begin) & ((grid <= end * (1 + 1e-12)) if last else (grid < end))
        decay = np.exp(-np.outer(speed[:, segment], grid[here] - begin))
        gates[:, here] = steady[:, None] + (x - steady)[:, None] * decay
        x = steady + (x - steady) * np.exp(-speed[:, segment] * (end - begin))
    return {v.path: gates[j] for j, v in enumerate(held.states)}, {v.path: x[j] for j, v in enumerate(held.states)}
