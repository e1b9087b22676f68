"""How far down, and up, firing goes on: the lowest current of the way down, asked at many phases of the cycle at once.

An abrupt step to a lower current may stop the firing at some phases and not at others, since rest is stable there too
(Best 1979, Biophys J 27:87). So each current is tried from several states of the firing at the lowest current yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rates = Callable[[Array, Array], tuple[Array, Array]]
PHASES, CURRENTS, ROUNDS = 8, 7, 100
AGAIN = np.geomspace(0.3, 1e-5, 4)  # how far below the lowest current it is tried again, in units of the spacing


@dataclass(frozen=True)
class Down:
    """The way down.

    Attributes
    ----------
    rate : array (steps)
        Hz, from firing.
    lowest : float
        Current at which firing still goes on, to the tolerance; the least of them where it goes on at all, NaN where
        it does at none.
    states : array (steps, states)
        Where each run ended.
    """

    rate: Array
    lowest: float
    states: Array


def way_down(rates: Rates, steps: Array, begin: Array, tolerance: float) -> Down:
    """Follow firing to lower currents.

    Parameters
    ----------
    rates : callable
        ``rates(currents, states)``: the rate of each, and the states at the end.
    steps : array
        Currents in increasing order.
    begin : array (states)
        A state of the firing membrane.
    tolerance : float
        Relative width of the final bracket.
    """
    rate, finals = rates(steps, np.tile(begin, (len(steps), 1)))
    firing = np.flatnonzero(rate > 0)
    if not len(firing):
        return Down(rate, float("nan"), finals)
    first, phases = int(firing[0]), finals[firing[:PHASES]]
    while first > 0:
        tried = np.arange(max(0, first - CURRENTS), first)
        found, ends = _each(rates, steps[tried], phases)
        if not found.any():
            break
        best = found.max(axis=1)
        rate[tried] = np.where(best > 0, best, rate[tried])
        finals[tried[best > 0]] = ends[best > 0, np.argmax(found[best > 0], axis=1)]
        first, phases = int(tried[np.argmax(best > 0)]), _of_lowest(found, ends)
    if first == 0:
        return Down(rate, float(steps[0]), finals)
    no, yes = float(steps[first - 1]), float(steps[first])
    spacing = yes - no
    for _ in range(ROUNDS):
        sharp = yes - no <= tolerance * max(abs(yes), spacing)
        # A step that stopped the firing from further above may not do so from here.
        currents = yes - spacing * AGAIN if sharp else np.linspace(no, yes, CURRENTS + 2)[1:-1]
        found, ends = _each(rates, currents, phases)
        best = found.max(axis=1) > 0
        if best.any():
            place = int(np.argmax(best))
            lower = float(currents[place - 1]) if place else (yes - spacing if sharp else no)
            no, yes = lower, float(currents[place])
            phases = _of_lowest(found, ends)
        elif sharp:
            break
        else:
            no = float(currents[-1])
    return Down(rate, 0.5 * (no + yes), finals)


def way_up(rates: Rates, bracket: tuple[float, float], phases: Array, tolerance: float) -> float:
    """The highest current of a bracket, (firing, silent), at which firing goes on from one of these states of it."""
    yes, no = bracket
    spacing = no - yes
    while no - yes > tolerance * max(abs(yes), spacing):
        currents = np.linspace(yes, no, CURRENTS + 2)[1:-1]
        found, ends = _each(rates, currents, phases)
        known = np.flatnonzero(found.max(axis=1) > 0)
        if len(known):
            last = int(known[-1])
            yes, no = float(currents[last]), float(currents[last + 1]) if last + 1 < CURRENTS else no
            phases = _of_lowest(found[last:], ends[last:])
        else:
            no = float(currents[0])
    return 0.5 * (yes + no)


def _each(rates: Rates, currents: Array, phases: Array) -> tuple[Array, Array]:
    """Rates (currents, phases) and final states (currents, phases, states)."""
    rate, finals = rates(np.repeat(currents, len(phases)), np.tile(phases, (len(currents), 1)))
    shape = (len(currents), len(phases))
    return rate.reshape(shape), finals.reshape(*shape, -1)


def _of_lowest(rate: Array, finals: Array) -> Array:
    """States in which the membrane fires, those at the lowest currents first."""
    row, column = np.nonzero(rate > 0)
    states: Array = finals[row[:PHASES], column[:PHASES]]
    return states
