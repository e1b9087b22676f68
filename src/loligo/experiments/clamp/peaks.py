"""Where sampled traces are largest, and where they change their sign, between their samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def peaks(traces: Array, every: float) -> tuple[Array, Array]:
    """Value and time of the largest absolute value of each trace, on a parabola through three samples."""
    size = np.abs(np.nan_to_num(traces))
    i = np.argmax(size, axis=1)
    rows = np.arange(len(traces))
    inner = np.clip(i, 1, traces.shape[1] - 2)
    a, b, c = (traces[rows, inner + k] for k in (-1, 0, 1))
    bend = a - 2 * b + c
    at_end = (i != inner) | (bend == 0)
    x = np.where(at_end, 0.0, 0.5 * (a - c) / np.where(bend == 0, 1.0, bend))
    value = np.where(at_end, traces[rows, i], b - 0.25 * (a - c) * x)
    return value, np.where(at_end, i, inner + x) * every


def zero_crossing(x: Array, y: Array) -> float:
    """Where y last changes its sign from below to above, on a straight line; NaN where it never does."""
    order = np.argsort(x)
    x, y = x[order], y[order]
    place = np.flatnonzero((y[:-1] < 0) & (y[1:] >= 0))
    if not len(place):
        at_edge = len(x) > 1 and y[0] == 0 and y[1] > 0  # it reverses at the very first potential
        return float(x[0]) if at_edge else float("nan")
    i = place[-1]
    return float(x[i] - y[i] * (x[i + 1] - x[i]) / (y[i + 1] - y[i]))
