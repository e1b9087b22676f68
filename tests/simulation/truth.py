"""Hodgkin & Huxley 1952, typed again from the paper and solved by SciPy: what the package is compared with."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy.integrate import solve_ivp

REST = (-64.99637933119206, 0.05295508681300811, 0.5959941247398641, 0.31773239976086565)


def vtrap(x, k):
    """x / (exp(x/k) - 1)."""
    return k if abs(x / k) < 1e-9 else x / np.expm1(x / k)


def slopes(t, y, current, phi=1.0):
    v, m, h, n = y
    am, bm = 0.1 * vtrap(-(v + 40), 10), 4 * np.exp(-(v + 65) / 18)
    ah, bh = 0.07 * np.exp(-(v + 65) / 20), 1 / (np.exp(-(v + 35) / 10) + 1)
    an, bn = 0.01 * vtrap(-(v + 55), 10), 0.125 * np.exp(-(v + 65) / 80)
    i = current(t) if callable(current) else current
    dv = i - 120 * m**3 * h * (v - 50) - 36 * n**4 * (v + 77) - 0.3 * (v + 54.387)
    return dv, phi * (am * (1 - m) - bm * m), phi * (ah * (1 - h) - bh * h), phi * (an * (1 - n) - bn * n)


def solve(current, edges, initial=REST, phi=1.0, grid=None, rtol=1e-11):
    """Spike times and values on a grid, restarted at every edge of the current, so that nothing is stepped over."""
    y, times, values = np.array(initial), [], []

    def crossing(t, y, *args):
        return y[0]

    crossing.direction = 1
    for begin, end in pairwise(edges):
        inside = None if grid is None else grid[(grid >= begin) & (grid <= end)]
        done = solve_ivp(
            slopes,
            (begin, end),
            y,
            args=(current, phi),
            method="DOP853",
            rtol=rtol,
            atol=1e-13,
            events=crossing,
            t_eval=inside,
        )
        times.append(done.t_events[0])
        if grid is not None:
            values.append((done.t, done.y))
            y = solve_ivp(slopes, (begin, end), y, args=(current, phi), method="DOP853", rtol=rtol, atol=1e-13).y[:, -1]
        else:
            y = done.y[:, -1]
    return np.concatenate(times), values


@lru_cache(maxsize=32)
def constant(current, duration, phi=1.0):
    """Spike times under a constant current from rest."""
    return solve(current, (0.0, duration), phi=phi, rtol=1e-12)[0]
