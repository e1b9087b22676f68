"""The formulas that Hodgkin and Huxley laid through their rate constants, fitted to rates with errors.

With x = (V - midpoint) / slope: x / (1 - exp(-x)), exp(-x) and 1 / (1 + exp(-x)), each times a rate. The fit compares
logarithms, because the rates span decades and so do their errors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
KINDS = {
    (2, 0, 0): "linoid", (2, 0, 1): "exponential", (2, 1, 0): "exponential", (2, 1, 1): "sigmoid",
    (1, 0, 0): "linoid", (1, 0, 1): "exponential",
}  # fmt: skip
"""By number of gates of the channel, which of them, and whether alpha (0) or beta (1)."""
FLOOR = 0.005  # least error of a logarithm that a fit believes: rates that were known exactly would weigh too much


@dataclass(frozen=True)
class Refit:
    """A formula: its kind, rate (1/ms), midpoint and slope (mV)."""

    kind: str
    rate: float
    midpoint: float
    slope: float

    def values(self, v: Array) -> Array:
        """The rate at given potentials, 1/ms; NaN where it was not determined."""
        if np.isnan(self.rate):
            return np.full(len(v), np.nan)
        made: Array = np.exp(_logarithm(self.kind, v, np.log(self.rate), self.midpoint, self.slope))
        return made


def refit(place: tuple[int, int, int], voltages: Array, log: Array, error: Array, reference: float) -> Refit:
    """Lay a formula through rates.

    Parameters
    ----------
    place : (int, int, int)
        A key of `KINDS`.
    voltages, log, error : array
        mV; the logarithm of the rates (1/ms) and its standard error, NaN where there is none.
    reference : float
        mV; where an exponential's rate is told.
    """
    from scipy.optimize import least_squares

    kind = KINDS[place]
    known = np.isfinite(log) & np.isfinite(error)
    free = 2 if kind == "exponential" else 3
    if known.sum() < free:
        return Refit(kind, np.nan, np.nan, np.nan)
    v, y, weight = voltages[known], log[known], 1 / np.hypot(error[known], FLOOR)
    rate0 = float(np.interp(reference, v, y))
    starts: list[tuple[float, ...]]
    if kind == "exponential":
        starts = [(rate0, slope) for slope in (20.0, 80.0)]
    else:
        starts = [(float(y.max()) - (2.0 if kind == "linoid" else 0.0), reference + d, 10.0) for d in (10, 25, 40)]

    def away(p: Array) -> Array:
        a, middle, slope = (p[0], reference, p[1]) if kind == "exponential" else p
        return (_logarithm(kind, v, a, middle, slope) - y) * weight

    tried = [least_squares(away, s, method="lm", max_nfev=400) for s in starts]
    best = min(tried, key=lambda done: float(done.cost)).x
    if kind == "exponential":
        return Refit(kind, float(np.exp(best[0])), reference, float(best[1]))
    return Refit(kind, float(np.exp(best[0])), float(best[1]), float(best[2]))


def _logarithm(kind: str, v: Array, log_rate: float, midpoint: float, slope: float) -> Array:
    """Logarithm of a formula, without overflow."""
    x = (v - midpoint) / slope
    if kind == "exponential":
        made: Array = log_rate - x
        return made
    if kind == "sigmoid":
        return np.asarray(log_rate - np.logaddexp(0.0, -x))
    small = np.abs(x) < 1e-6
    safe = np.where(small, 1.0, x)
    # x / (1 - exp(-x)) = exp(x / 2) (x / 2) / sinh(x / 2)
    half = np.abs(safe) / 2
    log_sinh = half + np.log(-np.expm1(-2 * half)) - np.log(2.0)
    return np.asarray(log_rate + x / 2 + np.where(small, 0.0, np.log(half) - log_sinh))


def boltzmann(v: Array, part: Array) -> tuple[float, float, Array]:
    """Half (mV), slope (mV) and values of 1 / (1 + exp((V - half) / slope)) laid through parts; NaN if flat."""
    from scipy.optimize import least_squares

    known = np.isfinite(part)
    nothing = float("nan"), float("nan"), np.full(len(v), np.nan)
    if known.sum() < 3 or part[known].max() - part[known].min() < 0.1:
        return nothing
    x, y = v[known], part[known]
    middle = float(x[np.argmin(np.abs(y - 0.5 * (y.max() + y.min())))])
    done = least_squares(
        lambda p: 1 / (1 + np.exp(np.clip((x - p[0]) / p[1], -300, 300))) - y, (middle, 7.0), method="lm"
    )  # fmt: skip
    half, slope = map(float, done.x)
    return half, slope, 1 / (1 + np.exp(np.clip((v - half) / slope, -300, 300)))


def exponential_rise(t: Array, y: Array) -> tuple[float, float, float, Array]:
    """Start, end, time constant and values of end + (start - end) exp(-t / tau); NaN where that is no rise."""
    from scipy.optimize import least_squares

    tau0 = float(np.interp(y[0] + 0.63 * (y[-1] - y[0]), y, t)) if y[-1] > y[0] else float("nan")
    if not np.isfinite(tau0) or tau0 <= 0:
        return float("nan"), float("nan"), float("nan"), np.full(len(t), np.nan)
    start = (float(y[0]), float(y[-1]), np.log(tau0))
    done = least_squares(lambda p: p[1] + (p[0] - p[1]) * np.exp(-t / np.exp(p[2])) - y, start, method="lm")
    a, b, tau = float(done.x[0]), float(done.x[1]), float(np.exp(done.x[2]))
    return a, b, tau, b + (a - b) * np.exp(-t / tau)
