"""When refractoriness ends: bisected between the intervals that were tried."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .search import accuracy_for

Array = NDArray[np.float64]
Fires = Callable[[Array, Array, float], NDArray[np.bool_]]
"""Which second pulses, (intervals, sizes, accuracy), fire the cell again."""
CUTS, ROUNDS = 7, 30  # intervals that are tried in each round; rounds at most


def first_response(fires: Fires, no: float, yes: float, sizes: Array, tolerance: float) -> float:
    """The shortest interval after which one of these pulses fires the cell again, ms.

    Parameters
    ----------
    no, yes : float
        Intervals after which none does, and one does; NaN where there are no such.
    sizes : array
        µA/cm², or mV.
    tolerance : float
        Relative width of the bracket.
    """
    if math.isnan(no):
        return math.nan

    def ask(intervals: Array, accuracy: float) -> NDArray[np.bool_]:
        every = np.repeat(intervals, len(sizes)), np.tile(sizes, len(intervals))
        return np.asarray(fires(*every, accuracy).reshape(len(intervals), len(sizes)).any(axis=1))

    return _bisected(ask, no, yes, tolerance)


def _bisected(ask: Callable[[Array, float], NDArray[np.bool_]], no: float, yes: float, tolerance: float) -> float:
    """Where the answer changes; the integrator is as rough as the bracket allows, and its ends are tried again."""
    final, limits = accuracy_for(tolerance), (no, yes)
    for _ in range(ROUNDS):
        width = (yes - no) / yes
        accuracy = max(final, min(1e-6, 1e-3 * width))
        at = np.linspace(no, yes, CUTS + 2)
        said = ask(at, accuracy)
        if said[0] or not said[-1]:  # what a rougher integration said does not hold
            no, yes = max(limits[0], no - 2 * (yes - no)), min(limits[1], yes + 2 * (yes - no))
            if (no, yes) == limits and width == (yes - no) / yes:
                return math.nan
            continue
        place = int(np.argmax(said))
        no, yes = float(at[place - 1]), float(at[place])
        if accuracy == final and yes - no <= tolerance * yes:
            break
    return 0.5 * (no + yes)
