"""Runs to draw, in the shape that `simulate` gives them: small cells, integrated here by Runge and Kutta's method."""

from __future__ import annotations

from collections.abc import Callable
from math import exp

import numpy as np
import pytest
import xarray as xr

Rate = Callable[[float], float]
Gates = dict[str, tuple[int, Rate, Rate]]  # name -> power, steady value, time constant
Channels = dict[str, tuple[float, float, Gates]]  # name -> conductance (mS/cm²), reversal potential (mV), gates


def rates(alpha: Rate, beta: Rate) -> tuple[Rate, Rate]:
    return (lambda v: alpha(v) / (alpha(v) + beta(v))), (lambda v: 1 / (alpha(v) + beta(v)))


def linoid(x: float) -> float:
    return x / (1 - exp(-x)) if abs(x) > 1e-9 else 1 + x / 2


def sigmoid(half: float, slope: float) -> Rate:
    return lambda v: 1 / (1 + exp(-(v - half) / slope))


SQUID: Channels = {
    "Na": (
        120.0,
        50.0,
        {
            "m": (3, *rates(lambda v: linoid((v + 40) / 10), lambda v: 4 * exp(-(v + 65) / 18))),
            "h": (1, *rates(lambda v: 0.07 * exp(-(v + 65) / 20), lambda v: 1 / (1 + exp(-(v + 35) / 10)))),
        },
    ),
    "K": (
        36.0,
        -77.0,
        {"n": (4, *rates(lambda v: 0.1 * linoid((v + 55) / 10), lambda v: 0.125 * exp(-(v + 65) / 80)))},
    ),
    "leak": (0.3, -54.387, {}),
}
MANY: Channels = {
    **SQUID,
    "KA": (10.0, -80.0, {"a": (3, sigmoid(-50, 20), lambda v: 0.8), "b": (1, sigmoid(-70, -7), lambda v: 15.0)}),
    "CaT": (1.5, 120.0, {"s": (2, sigmoid(-52, 7.4), lambda v: 1.5), "u": (1, sigmoid(-80, -5), lambda v: 30.0)}),
    "HCN": (0.2, -30.0, {"r": (1, sigmoid(-75, -8), lambda v: 50.0)}),
}


def simulate(
    channels: Channels,
    current: Callable[[float], float] = lambda t: 10.0 if 5 <= t < 45 else 0.0,
    *,
    duration: float = 50.0,
    every: float = 0.025,
    command: Callable[[float], float] | None = None,
    cell: str = "squid",
    record: str = "all",
) -> xr.Dataset:
    """Integrate a cell, or hold its voltage, and dress the result as the package does."""
    gates = [(c, g, *rule) for c, (_, _, own) in channels.items() for g, rule in own.items()]
    n = round(duration / every)
    times = np.arange(n + 1) * every
    state = np.array([-65.0] + [inf(-65.0) for _, _, _, inf, _ in gates])

    def opening(x: np.ndarray, channel: str) -> float:
        return float(np.prod([x[1 + i] ** p for i, (c, _, p, _, _) in enumerate(gates) if c == channel]))

    def slope(t: float, x: np.ndarray) -> np.ndarray:
        v = float(x[0])
        ionic = sum(g * opening(x, c) * (v - e) for c, (g, e, _) in channels.items())
        dv = 0.0 if command else current(t) - ionic
        return np.array([dv] + [(inf(v) - x[1 + i]) / tau(v) for i, (_, _, _, inf, tau) in enumerate(gates)])

    path = np.empty((n + 1, len(state)))
    for k, t in enumerate(times):
        if command:
            state[0] = command(float(t))
        path[k] = state
        a = slope(t, state)
        b = slope(t + every / 2, state + every / 2 * a)
        c = slope(t + every / 2, state + every / 2 * b)
        d = slope(t + every, state + every * c)
        state = state + every / 6 * (a + 2 * b + 2 * c + d)

    def over_time(values: np.ndarray, name: str, units: str, kind: str) -> tuple[str, np.ndarray, dict[str, str]]:
        return "time", values, {"long_name": name, "units": units, "kind": kind}

    v = path[:, 0]
    ds = xr.Dataset(coords={"time": ("time", times, {"units": "ms", "long_name": "time"})})
    ds["V"] = over_time(v, "membrane potential", "mV", "voltage")
    if not command:
        ds["stimulus"] = over_time(np.array([current(t) for t in times]), "injected current", "µA/cm²", "stimulus")
    total = np.zeros(n + 1)
    for c, (g, e, _) in channels.items():
        conductance = g * np.array([opening(x, c) for x in path])
        total += conductance * (v - e)
        if record == "all":
            ds[f"{c}.I"] = over_time(conductance * (v - e), f"{c} current", "µA/cm²", "current")
            ds[f"{c}.conductance"] = over_time(conductance, f"{c} conductance", "mS/cm²", "conductance")
    if record == "all":
        for i, (c, g, *_) in enumerate(gates):
            ds[f"{c}.{g}"] = over_time(path[:, 1 + i], f"{c} gate {g}", "1", "gate")
    if command:
        ds["I_clamp"] = over_time(total, "clamp current", "µA/cm²", "current")
        ds.attrs["clamp"] = "voltage"
    else:
        up = np.flatnonzero((v[:-1] < 0) & (v[1:] >= 0))
        crossings = times[up] - v[up] / (v[up + 1] - v[up]) * every
        padded = np.append(crossings, np.nan)
        ds["spike_times"] = "spike", padded, {"units": "ms", "long_name": "spike times", "kind": "other"}
        ds["spike_count"] = (), len(up), {"units": "1", "long_name": "number of spikes", "kind": "other"}
    ds.attrs |= {"kind": "run", "cell": cell, "citation": "Hodgkin & Huxley 1952", "method": "rk4", "tolerance": 1e-6}
    return ds


@pytest.fixture(scope="session")
def train() -> xr.Dataset:
    """Some spikes of the squid axon, everything recorded."""
    return simulate(SQUID)


@pytest.fixture(scope="session")
def silent() -> xr.Dataset:
    """The squid axon at rest."""
    return simulate(SQUID, lambda t: 0.0, duration=5)


@pytest.fixture(scope="session")
def clamped() -> xr.Dataset:
    """The squid axon under voltage clamp."""
    return simulate(SQUID, command=lambda t: 0.0 if 2 <= t < 12 else -65.0, duration=15)


@pytest.fixture(scope="session")
def six() -> xr.Dataset:
    """A cell of six channels."""
    return simulate(MANY, lambda t: 20.0 if t >= 5 else 0.0, duration=20, cell="six")
