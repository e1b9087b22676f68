"""Where a steady current leaves a cell no resting state."""

from __future__ import annotations

import math

from ..errors import SimulationError
from ..simulation.rest import resting_states
from .bench import Bench


def end_of_rest(bench: Bench, current: float, tolerance: float) -> float:
    """The current at which rest and a saddle meet and are gone, between 0 and one without a resting state.

    Beyond such a saddle-node bifurcation a cell must fire, though it may take its time to (Ermentrout 1996, Neural
    Comput 8:979).

    Parameters
    ----------
    bench : Bench
    current : float
    tolerance : float
        Relative.

    Returns
    -------
    float
        NaN where there is a resting state at that current, too, or rest does not end so but becomes unstable.
    """
    if not bench.settled or _rests(bench, current) or not _rests(bench, 0.0):
        return math.nan
    rest, none = 0.0, current
    while none - rest > tolerance * none:
        middle = 0.5 * (rest + none)
        rest, none = (middle, none) if _rests(bench, middle) else (rest, middle)
    beyond = none + 1e-6 * (current - none)
    met = _rests(bench, rest) - len(resting_states(bench.cell, beyond)) == 2
    return 0.5 * (rest + none) if met else math.nan


def _rests(bench: Bench, current: float) -> int:
    """Number of equilibria; 0 where none of them is a stable resting state."""
    try:
        found = resting_states(bench.cell, current)
    except SimulationError:
        return 0
    return len(found) if any(e.stable and bench.threshold > e.V for e in found) else 0
