"""How wrong the numbers of a run may be: a run compared with companions at other tolerances or steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..numerics import kernel

Array = NDArray[np.float64]

# An adaptive run is compared with one of a small part of its tolerance, which tells its error; and, since the two may
# agree by accident, with one of not so small a part, whose difference counts less. A coarse run costs little, and is
# compared with an even finer one. (Which parts and which factors: benchmarks/error_estimate.py)
FINER, FAINTER, WEIGHT, USUAL = 0.03, 0.2, 0.3, 1e-6
CAUTION, CAUTION_FIXED = 4.0, 2.5  # by which a difference is multiplied before it is stated as an error
LEAST_ERROR_V, LEAST_ERROR_TIME = 1e-9, 1e-10  # mV, ms: rounding; no smaller error is claimed


@dataclass(frozen=True)
class Companion:
    """Another run of the same thing: its tolerance or step, and how much its difference counts."""

    control: float
    weight: float


def companions(adaptive: bool, control: float) -> tuple[Companion, ...]:
    """With what a run of some tolerance, or step, is compared. The first is the finest."""
    if not adaptive:
        return (Companion(control / 2, 1.0),)
    finest = FINER * min(1.0, math.sqrt(USUAL / control))
    return Companion(control * finest, 1.0), Companion(control * FAINTER, WEIGHT)


def stated_error(
    method: kernel.Method, adaptive: bool, control: float, v: tuple[Array, Array], spikes: Sequence[Array]
) -> tuple[float, float]:
    """Estimated error of V (mV) and of the spike times (ms) of a run, from its difference to its companions.

    A fixed step h of order p is compared with h / 2: the difference is 1 - 2^-p of the error. Where stability rather
    than accuracy limits an adaptive step, the errors of two runs vary and may partly cancel in the difference;
    `CAUTION` makes up for that. Infinite if the numbers of spikes differ.

    Parameters
    ----------
    v : tuple of array
        Of the run and of its first companion.
    spikes : sequence of array
        Spike times of the run and of each companion.
    """
    apart = np.subtract(v[0], v[1])
    difference = float(np.max(np.abs(apart, out=apart), initial=0.0))
    mine, *others = spikes
    shifts = [
        c.weight * float(np.max(np.abs(mine - other), initial=0.0)) if len(mine) == len(other) else math.inf
        for c, other in zip(companions(adaptive, control), others, strict=True)
    ]
    factor = CAUTION if adaptive else CAUTION_FIXED / (1 - 0.5**method.order)
    return max(factor * difference, LEAST_ERROR_V), max(factor * max(shifts), LEAST_ERROR_TIME)
