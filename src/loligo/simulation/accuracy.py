"""How wrong the numbers of a run may be: a run compared with its companion at another tolerance or step."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..numerics import kernel

Array = NDArray[np.float64]

# The companion of an adaptive run has this part of its tolerance; factors by which a difference is multiplied before it
# is stated as an error; least error of a spike time claimed, ms per unit of tolerance (benchmarks/error_estimate.py).
FINER, CAUTION, CAUTION_FIXED, SHARPEST = 0.03, 5.0, 2.5, 0.2
LEAST_ERROR_V, LEAST_ERROR_TIME = 1e-9, 1e-10  # mV, ms: rounding; no smaller error is claimed


def companion(adaptive: bool, control: float) -> float:
    """Tolerance, or step, of the companion of a run."""
    return control * FINER if adaptive else control / 2


def stated_error(
    method: kernel.Method, adaptive: bool, control: float, v: tuple[Array, Array], spikes: tuple[Array, Array]
) -> tuple[float, float]:
    """Estimated error of V (mV) and of the spike times (ms) of a run, from its difference to its companion.

    A fixed step h of order p is compared with h / 2: the difference is 1 - 2^-p of the error. An adaptive run is
    compared with one of 0.03 times its tolerance. Where stability rather than accuracy limits the step, the errors of
    the two vary and may partly cancel in the difference; `CAUTION` makes up for that. Infinite if the numbers of
    spikes differ.
    """
    mine, other = spikes
    difference = float(np.nanmax(np.abs(v[0] - v[1]), initial=0.0))
    shift = float(np.max(np.abs(mine - other), initial=0.0)) if len(mine) == len(other) else math.inf
    factor = CAUTION if adaptive else CAUTION_FIXED / (1 - 0.5**method.order)
    sharpest = SHARPEST * control if adaptive and len(mine) else 0.0
    return max(factor * difference, LEAST_ERROR_V), max(factor * shift, sharpest, LEAST_ERROR_TIME)
