"""When refractoriness ends: bisected between the intervals that were tried, and between the pulses."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .search import accuracy_for

Array = NDArray[np.float64]
Fires = Callable[[Array, Array, float], NDArray[np.bool_]]
"""Which second pulses, (intervals, sizes, accuracy), fire the cell again."""
CUTS, ROUNDS = 7, 60  # intervals that are tried in each round; rounds at most
CLOSER, WIDER = 8.0, 3.0  # by how much the range of sizes shrinks in a round, and grows again where it must
PULSES, MOST = 24, 400  # in that range, as a rule and at most
FINE = 0.01  # step of the logarithm of the sizes where a response was missed
SLIDE = 2.0  # relative change of the size for one of the interval, per ms, that is allowed for, at the very end
EARLIEST, STEPS = 0.03, 16  # part of the interval by which a response may have been missed, then; and how many


def first_response(
    fires: Fires, least: float, no: float, yes: float, sizes: Array, tolerance: float
) -> tuple[float, float]:
    """The shortest interval after which one of these pulses, or one between them, fires the cell again, ms; and which.

    Soon after a spike only pulses of certain sizes still do, stronger ones at shorter intervals, until there are none.
    So every round also looks closer at the sizes around those that did in the round before, and where a pulse fires
    the cell at an interval that was thought too short, the search goes on below. Were it to stay with the sizes and
    intervals it began with, the answer would hang on them.

    Parameters
    ----------
    least : float
        No interval is shorter, ms.
    no, yes : float
        Intervals after which none of these pulses does, and one does; NaN where there are no such.
    sizes : array
        µA/cm², or mV, in increasing order; a single one is all that is tried.
    tolerance : float
        Relative width of the bracket.
    """
    nothing = math.nan, math.nan
    if math.isnan(no):
        return nothing
    final, most, single = accuracy_for(tolerance), yes, len(sizes) == 1
    spread = full = math.log(sizes[-1] / sizes[0])
    roughest = 1e-6
    for _ in range(ROUNDS):
        width = (yes - no) / yes
        accuracy = max(final, min(roughest, 1e-3 * width))
        at = np.linspace(no, yes, CUTS + 2)
        every = np.repeat(at, len(sizes)), np.tile(sizes, len(at))
        each = fires(*every, accuracy).reshape(len(at), len(sizes))
        said = np.asarray(each.any(axis=1))
        if said[0] or not said[-1]:  # what was said of fewer pulses, or by a rougher integration, does not hold
            lower, upper = max(least, no - 2 * (yes - no)), yes
            if not said[-1]:
                upper = min(most, yes + 2 * (yes - no))
            if (lower, upper) == (no, yes):
                return nothing
            no, yes = lower, upper
            roughest = max(final, 0.1 * accuracy)  # or the same would be said again
            spread = min(full, spread * WIDER)
            step = max(min(FINE, spread / PULSES), spread / MOST)
            known = each[0] if said[0] else each.any(axis=0)
        else:
            place = int(np.argmax(said))
            no, yes, known = float(at[place - 1]), float(at[place]), each[place]
            if accuracy == final and yes - no <= tolerance * yes:
                there = _middle(sizes[known])
                earlier, size = (math.nan, there) if single else _missed(fires, least, yes, there, tolerance)
                if math.isnan(earlier):
                    return 0.5 * (no + yes), there
                away = yes - earlier
                no, yes, spread = max(least, earlier - 3 * away), earlier, 8 * SLIDE * away
                sizes, known = np.array([size]), np.ones(1, dtype=bool)
            else:
                spread /= CLOSER
            step = spread / PULSES
        if not single and known.any():
            sizes = _around(sizes[known], spread, step)
    return nothing


def _missed(fires: Fires, least: float, interval: float, size: float, tolerance: float) -> tuple[float, float]:
    """An earlier interval, after which a pulse of almost this size fires the cell, and that; NaN where none does."""
    earlier = interval * (1 - np.geomspace(min(tolerance, 0.1 * EARLIEST), EARLIEST, STEPS))
    away = np.linspace(-SLIDE, SLIDE, 2 * PULSES) * (interval - earlier)[:, None]
    sizes = size * np.exp(np.clip(away, -1, 1))
    said = fires(np.repeat(earlier, sizes.shape[1]), sizes.ravel(), accuracy_for(tolerance)).reshape(sizes.shape)
    said &= (earlier > least)[:, None]
    some = np.flatnonzero(said.any(axis=1))
    if not len(some):
        return math.nan, math.nan
    return float(earlier[some[-1]]), _middle(sizes[some[-1]][said[some[-1]]])


def _middle(sizes: Array) -> float:
    return float(sizes[len(sizes) // 2])


def _around(fire: Array, spread: float, step: float) -> Array:
    """Sizes in a range around those that fire, which it holds all; a step of their logarithm apart."""
    half = 0.5 * max(spread, 2 * math.log(fire[-1] / fire[0]), 1e-9)
    count = int(np.clip(2 * half / max(step, 1e-12), PULSES, MOST))
    around = math.sqrt(fire[0] * fire[-1]) * np.exp(np.linspace(-half, half, count))
    made: Array = np.unique(np.append(around, _middle(fire)))
    return made
