"""Equilibria of many variants of a membrane at once, in compiled code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..system import System
from . import kernel
from .batch import COMMON_GROUPS, INPUT_ROWS, PADDING, PARAMETER_ROWS, ROW, WIDTH

Array = NDArray[np.float64]
MOST = 12  # equilibria that are kept of each variant


def roots(
    system: System, parameters: Array, current: float, span: tuple[float, float], points: int
) -> tuple[Array, NDArray[np.int64]]:
    """Where dV/dt vanishes, everything else being at its steady value.

    Parameters
    ----------
    system : System
    parameters : array (variants, parameters)
    current : float
        Applied current, µA/cm².
    span : (float, float)
        Range of V, mV.
    points : int
        Points of the scan; two roots between two of them are missed.

    Returns
    -------
    roots : array (variants, MOST)
        mV, increasing; NaN where there are no more.
    count : array of int (variants)
        -1 where V changes nowhere in the range; -2 minus the number found where two more may hide close together.
    """
    numbers = kernel.numbers(system, "drift", kernel.SWEEP_LANES)
    derived = numbers.derive(parameters)
    f, _ = kernel.physics(system, "drift", kernel.SWEEP_LANES)
    block = np.zeros(ROW * (INPUT_ROWS + PARAMETER_ROWS) + COMMON_GROUPS * (WIDTH + PADDING))
    block[:ROW] = current
    found = np.full((len(parameters), MOST), np.nan)
    count = np.zeros(len(parameters), dtype=np.int64)
    shape = np.array([derived.shape[1], points, MOST], dtype=np.int64)
    tables = [block, numbers.constants, shape, derived, np.array(span), found, count]
    kernel.root_finder()(f, tables, len(parameters))
    return found, count
