"""Explicit Runge-Kutta pairs on the squid axon, under one and the same step control: how much work is each?

A prototype made to choose the default method by (see `work_precision.py`); it has nothing of Loligo in it. The norm of
the error and the proportional-integral controller are those of `loligo/numerics/lanes/control.py`. A spike time is
found by shortening the step in which V crosses 0 mV until it ends there, so no interpolant is judged, only the pair.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from common import squid_equations, squid_rest
from numba import njit
from scipy.integrate import RK45
from scipy.integrate._ivp import dop853_coefficients as dop853

SPIKES = 1000


@dataclass(frozen=True)
class Pair:
    """A Runge-Kutta method with an embedded estimate of its error.

    Attributes
    ----------
    a, b : array
        Stages, and the step they make.
    errors : array (1 or 2, stages + 1)
        Weights of the error estimates; the last is for the derivative at the end of the step, which is the first stage
        of the next one. DOP853 has two, combined as Hairer, Norsett & Wanner (1993) do.
    order : int
    evaluations : int
        Of the right-hand side in a step.
    dense : int
        Further ones that its interpolant needs.
    """

    name: str
    a: np.ndarray
    b: np.ndarray
    errors: np.ndarray
    order: int
    evaluations: int
    dense: int


def _tsitouras() -> Pair:
    """Tsitouras (2011) Runge-Kutta pairs of order 5(4) satisfying only the first column simplifying assumption.

    Comput Math Appl 62:770-775, table 1, coefficients in double precision.
    """
    rows = [
        [],
        [0.161],
        [-0.008480655492356989, 0.335480655492357],
        [2.8971530571054935, -6.359448489975075, 4.3622954328695815],
        [5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525],
        [5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383],
    ]
    b = [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774]
    e = [
        -0.001780011052225777, -0.0008164344596567469, 0.007880878010261995, -0.1447110071732629,
        0.5823571654525552, -0.45808210592918697, 1 / 66,
    ]  # fmt: skip
    a = np.zeros((6, 6))
    for i, row in enumerate(rows):
        a[i, :i] = row
    return Pair("Tsitouras 5(4)", a, np.array(b), np.array([e]), 5, 6, 0)


def _dormand_prince() -> Pair:
    a = np.zeros((6, 6))
    a[:, :5] = RK45.A
    return Pair("Dormand-Prince 5(4)", a, RK45.B, RK45.E[None, :], 5, 6, 0)


def _dop853() -> Pair:
    stages = dop853.N_STAGES
    errors = np.zeros((2, stages + 1))
    errors[0], errors[1] = dop853.E5, dop853.E3
    return Pair("DOP853", dop853.A[:stages, :stages].copy(), dop853.B.copy(), errors, 8, stages, 3)


PAIRS = (_dormand_prince(), _tsitouras(), _dop853())
for _pair, _nodes in zip(PAIRS, (RK45.C, [0, 0.161, 0.327, 0.9, 0.9800255409045097, 1], dop853.C[:12]), strict=True):
    assert np.allclose(_pair.a.sum(axis=1), _nodes, atol=1e-13)
    assert np.allclose([_pair.b.sum(), *_pair.errors.sum(axis=1)], [1] + [0] * len(_pair.errors), atol=1e-13)


@lru_cache(maxsize=1)
def _compiled():
    equations = squid_equations()

    @njit(error_model="numpy")
    def step(y, h, current, a, b, k, z):
        """From y and its derivative k[0] to z and its derivative k[-1]."""
        stages = len(b)
        for i in range(1, stages + 1):
            for j in range(4):
                slope = 0.0
                for l in range(i):
                    slope += (a[i, l] if i < stages else b[l]) * k[l, j]
                z[j] = y[j] + h * slope
            equations(z, current, k[i])

    @njit(error_model="numpy")
    def crossing(y, h, current, a, b, first):
        """The length of the step that ends at 0 mV, by bisection."""
        k, z = np.zeros((len(b) + 1, 4)), np.empty(4)
        k[0] = first
        low, high = 0.0, h
        for _ in range(50):
            middle = 0.5 * (low + high)
            step(y, middle, current, a, b, k, z)
            if z[0] < 0.0:
                low = middle
            else:
                high = middle
        return 0.5 * (low + high)

    @njit(error_model="numpy")
    def integrate(start, current, duration, a, b, errors, order, tolerance, floor, spikes):
        """Returns the numbers of steps tried, steps accepted and spikes."""
        k, y, z = np.zeros((len(b) + 1, 4)), start.copy(), np.empty(4)
        equations(y, current, k[0])
        time, h, older = 0.0, 0.005, 1.0
        tried = accepted = found = 0
        while time < duration * (1 - 1e-14):
            h = min(h, duration - time)
            step(y, h, current, a, b, k, z)
            tried += 1
            first = second = 0.0
            for j in range(4):
                scale = tolerance * (floor[j] + abs(y[j]) + abs(z[j]))
                one = two = 0.0
                for l in range(len(b) + 1):
                    one += errors[0, l] * k[l, j]
                    two += errors[-1, l] * k[l, j]
                first += (h * one / scale) ** 2 / 4
                second += (h * two / scale) ** 2 / 4
            if len(errors) == 2:
                first = first * first / (first + 0.01 * second)
            error = max(math.sqrt(first), 1e-10)
            factor = 0.95 * older ** (0.3 / order) / error ** (0.525 / order)
            factor = min(5.0, max(0.2, factor))
            if error <= 1.0:
                if y[0] < 0.0 <= z[0]:
                    spikes[found] = time + crossing(y, h, current, a, b, k[0])
                    found += 1
                time += h
                y[:] = z
                k[0] = k[-1]
                older = error
                accepted += 1
                h *= factor
            else:
                h *= min(factor, 0.95)
        return tried, accepted, found

    return integrate


def integrate(pair: Pair, current: float, duration: float, tolerance: float) -> tuple[np.ndarray, int, int]:
    """Integrate the squid axon from rest.

    Returns
    -------
    spikes : array
        Spike times, ms.
    evaluations, dense : int
        Of the right-hand side: for the steps alone, and with what the interpolant needs in every accepted step.
    """
    spikes, floor = np.empty(SPIKES), np.array([1.0, 0.01, 0.01, 0.01])
    tried, accepted, found = _compiled()(
        squid_rest(), current, duration, pair.a, pair.b, pair.errors, pair.order, tolerance, floor, spikes
    )
    evaluations = 1 + tried * pair.evaluations
    return spikes[:found], evaluations, evaluations + accepted * pair.dense
