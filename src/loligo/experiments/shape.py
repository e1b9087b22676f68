"""Measures of a spike on its trace: width, duration, steepest rise, what flows in all."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
EVERY = 0.002  # ms: interval of the samples of a spike


def width_at(v: Array, top: int, level: float) -> float:
    """Time for which V is above a level around its peak."""
    before, after = np.flatnonzero(v[:top] < level), np.flatnonzero(v[top:] < level)
    if not len(before) or not len(after):
        return math.nan
    i, j = before[-1], top + after[0]
    start = i + (level - v[i]) / (v[i + 1] - v[i])
    end = j - 1 + (level - v[j - 1]) / (v[j] - v[j - 1])
    return float((end - start) * EVERY)


def time_to(v: Array, speed: Array, rise: tuple[int, int], level: float) -> float:
    """Time from the steepest rise until V falls below a level; NaN if it never does."""
    begin, top = rise
    after = np.flatnonzero(v[top:] < level)
    if not len(after) or top - begin < 3:
        return math.nan
    i = begin + 1 + int(np.argmax(speed[begin + 1 : top]))
    a, b, c = (float(speed[i + k]) for k in (-1, 0, 1))
    steepest = i + (0.5 * (a - c) / (a - 2 * b + c) if b > max(a, c) else 0.0)
    j = top + int(after[0])
    end = j - 1 + (level - float(v[j - 1])) / float(v[j] - v[j - 1])
    return (end - steepest) * EVERY


def crest(values: Array, part: slice, time: Array, end: float) -> float:
    """Largest value of a part of a trace, on a curve through five samples; not across the end of the pulse."""
    i = (part.start or 0) + int(np.argmax(values[part]))
    if not 1 < i < len(values) - 2 or time[i - 2] < end <= time[i + 2]:
        return float(values[i])
    curve = np.polynomial.Polynomial.fit(np.arange(-2.0, 3.0), values[i - 2 : i + 3], 4, domain=(-1, 1))
    flat = curve.deriv().roots()
    flat = flat[(np.abs(flat.imag) < 1e-9) & (np.abs(flat.real) <= 1)].real
    return float(max(values[i], *curve(flat), -math.inf))


def integral(values: Array) -> float:
    """Simpson's rule on the grid of `one_run`."""
    n = (len(values) - 1) // 2 * 2
    y = values[: n + 1]
    return float(EVERY / 3 * (y[0] + y[-1] + 4 * y[1:-1:2].sum() + 2 * y[2:-1:2].sum()))
