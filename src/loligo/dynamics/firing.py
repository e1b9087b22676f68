"""From a simulated train of spikes to a cycle on a mesh, for Newton's method to finish."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import LoligoError, LoligoWarning
from ..model.stimulus import Step
from ..simulation import simulate
from .collocation import Orbit, gauss
from .field import CURRENT, Array, Field
from .records import Options

DURATIONS = (400.0, 2000.0, 10000.0)  # ms: each tried if the one before showed no period
STARTS = (0.0, -40.0)  # mV: where trains are started, besides rest
RESTING = 1e-8  # 1/ms: what moves no faster than this has come to rest
LONGEST_PATTERN = 24  # crossings in one period


def firing_orbit(field: Field, p: float, options: Options) -> Orbit | None:
    """The stable cycle that the cell settles on from rest or from depolarised starts; None if there is none.

    Parameters
    ----------
    field : Field
        With one free parameter, or none.
    p : float
        Its value.
    """
    path = field.free[0] if field.free else ""
    states = {s.path for s in field.system.states}
    if field.held or path in states:
        return None
    cell = field.cell if path in ("", CURRENT) else field.cell.with_({path: p})
    current = p if path == CURRENT else field.current
    own = dict(cell.initial)
    at = np.array([p] if path else [])
    starts: list[Any] = [own] if own else []
    for begin in [*starts, *({"V": v} for v in STARTS), "rest"]:
        for duration in DURATIONS:
            trace = _run(cell, current, duration, begin, field.paths)
            if trace is None:
                break
            time, x = trace
            crossings = _crossings(time, x[:, 0])
            # no spike yet is no rest: next to a saddle-node a cell creeps for seconds
            if not len(crossings) and np.abs(field(x[-1], at) / field.scale).max() < RESTING:
                break
            period = _period(crossings) if len(crossings) > 2 else None
            if period is not None:
                return _orbit(time, x, float(crossings[-1]), period, p, options)
    return None


def orbit_from(field: Field, p: float, start: Array, options: Options, durations: Sequence[float]) -> Orbit | None:
    """The stable cycle that a field with states held settles on from a state; None if there is none.

    By SciPy's LSODA, since what is held makes it another system than the one that is compiled for simulations.
    """
    from scipy.integrate import solve_ivp

    flow = field.scalar(np.array([p]))
    for duration in durations:
        times = np.arange(0.0, duration, duration / 40_000)
        done = solve_ivp(
            lambda _, x: flow(x), (0.0, float(times[-1])), start, method="LSODA", rtol=1e-8, atol=1e-9, t_eval=times,
        )  # fmt: skip
        if not done.success or not np.isfinite(done.y).all():
            return None
        crossings = _crossings(times, done.y[0])
        if not len(crossings):
            return None
        period = _period(crossings) if len(crossings) > 2 else None
        if period is not None:
            return _orbit(times, done.y.T, float(crossings[-1]), period, p, options)
    return None


def _run(cell: Any, current: float, duration: float, begin: Any, paths: tuple[str, ...]) -> tuple[Array, Array] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LoligoWarning)  # what it says of rest and of spikes is beside the point here
        try:
            ds = simulate(cell, Step(current), duration=duration, initial=begin, record=list(paths), every=0.01 if
                          duration < 1000 else 0.05, tolerance=1e-8, estimate_error=False)  # fmt: skip
        except LoligoError:
            return None
    x = np.stack([ds[path].values for path in paths], axis=1)
    return (ds.time.values, x) if np.isfinite(x).all() else None


def _crossings(time: Array, v: Array) -> Array:
    """When V rises through the middle of its range, over the second half."""
    late = len(v) // 2
    t, v = time[late:], v[late:]
    if np.ptp(v) < 1.0:
        return np.empty(0)
    middle = 0.5 * (v.max() + v.min())
    up = np.flatnonzero((v[:-1] < middle) & (v[1:] >= middle))
    return np.asarray(t[up] + (middle - v[up]) / (v[up + 1] - v[up]) * (t[up + 1] - t[up]))


def _period(crossings: Array) -> float | None:
    """The shortest time after which the last crossings repeat themselves."""
    gaps = np.diff(crossings)
    for k in range(1, min(LONGEST_PATTERN, len(gaps) // 2) + 1):
        if np.allclose(gaps[-k:], gaps[-2 * k : -k], rtol=1e-3, atol=1e-4):
            return float(gaps[-k:].sum())
    return None


def _orbit(time: Array, x: Array, end: float, period: float, p: float, options: Options) -> Orbit:
    """The last period before `end`, on a mesh of equal lengths of path."""
    scheme = gauss(options.degree)
    inside = (time >= end - period) & (time <= end)
    t, path = (time[inside] - (end - period)) / period, x[inside]
    size = np.maximum(np.ptp(path, axis=0), 1e-12)
    length = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(path / size, axis=0)).max(axis=1) + 1 / len(t))])
    mesh = np.interp(np.linspace(0, length[-1], options.intervals + 1), length, t)
    mesh[0], mesh[-1] = 0.0, 1.0
    phases = mesh[:-1, None] + np.diff(mesh)[:, None] * np.concatenate([[0.0], scheme.c])
    values = np.stack([np.interp(end - period + period * phases, time, column) for column in x.T], axis=-1)
    return Orbit(mesh, values[:, 0], values[:, 1:], period, p)
