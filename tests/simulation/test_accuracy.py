"""Accuracy against SciPy, and order of convergence of every method."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import brentq
from truth import REST, constant, solve

import loligo as lo

SQUID = lo.cells.squid()


def error_of_spikes(ds, exact):
    assert len(ds.spike_times) == len(exact)
    return float(np.max(np.abs(ds.spike_times.values - exact)))


@pytest.mark.slow
@pytest.mark.parametrize("current", [8.0, 10.0, 14.0, 20.0])
def test_default_settings_keep_every_spike_within_a_microsecond(current):
    """500 ms of tonic firing against DOP853 at rtol 1e-12: 0.001 ms by default, 1e-6 ms at tolerance 1e-9."""
    exact = constant(current, 500.0)
    assert error_of_spikes(lo.simulate(SQUID, lo.Step(current), duration=500), exact) < 1e-3
    assert error_of_spikes(lo.simulate(SQUID, lo.Step(current), duration=500, tolerance=1e-9), exact) < 1e-6


@pytest.mark.slow
def test_states_and_currents_on_the_grid():
    """V, gates and currents at every sample against SciPy, through a step that begins and ends off the grid."""
    grid = np.arange(0, 30.01, 0.1)
    edges = (0.0, 2.03, 21.77, 30.0)
    ds = lo.simulate(SQUID, lo.Step(12, start=2.03, stop=21.77), duration=30, every=0.1, record="all", tolerance=1e-10)
    _, parts = solve(lambda t: 12.0 * (2.03 <= t < 21.77), edges, grid=grid)
    exact = {round(t, 9): y for ts, ys in parts for t, y in zip(ts, ys.T, strict=True)}
    v, m, h, n = np.array([exact[round(t, 9)] for t in grid]).T
    np.testing.assert_allclose(ds.V, v, atol=2e-6)
    np.testing.assert_allclose(ds["Na.m"], m, atol=1e-7)
    np.testing.assert_allclose(ds["Na.h"], h, atol=1e-8)
    np.testing.assert_allclose(ds["K.n"], n, atol=1e-8)
    np.testing.assert_allclose(ds["Na.I"], 120 * m**3 * h * (v - 50), atol=5e-5)
    np.testing.assert_allclose(ds["K.conductance"], 36 * n**4, atol=1e-6)
    np.testing.assert_allclose(ds["leak.I"], 0.3 * (v + 54.387), atol=1e-6)


METHODS = ["dopri5", "rk4", "staggered", "heun", "exponential_euler", "euler_maruyama"]
ORDERS = {
    "rk4": (4, [0.01, 0.005, 0.0025]),
    "staggered": (2, [0.01, 0.005, 0.0025]),
    "heun": (2, [0.01, 0.005, 0.0025]),
    "exponential_euler": (1, [0.002, 0.001, 0.0005]),
    "euler_maruyama": (1, [0.002, 0.001, 0.0005]),
}


@pytest.fixture(scope="module")
def reference():
    """One spike and its aftermath, under a step, an oscillation and a ramp."""
    stimulus = lo.Step(9, start=1.04) + lo.Sine(2, 150, start=1.04) + lo.Ramp(-3, start=4.0, stop=9.6)
    kwargs = {"duration": 12, "every": 0.01, "record": ["K.n"], "estimate_error": False}
    return stimulus, kwargs, lo.simulate(SQUID, stimulus, tolerance=1e-13, **kwargs)


@pytest.mark.slow
@pytest.mark.parametrize("method", ORDERS)
def test_measured_order_on_a_spike(method, reference):
    """Within 0.1 of nominal for V and a gate on the output grid; for the time of the spike too, but for rk4, whose
    interpolant has an error of the same order that varies with the place of the crossing in the step (see below)."""
    nominal, steps = ORDERS[method]
    stimulus, kwargs, exact = reference
    errors = []
    for dt in steps:
        ds = lo.simulate(SQUID, stimulus, method=method, dt=dt, **kwargs)
        seen = [float(np.sqrt(np.mean((ds[name] - exact[name]) ** 2))) for name in ("V", "K.n")]
        errors.append([*seen, error_of_spikes(ds, exact.spike_times.values)][: 2 if method == "rk4" else 3])
    measured = np.log2(np.array(errors[-2]) / np.array(errors[-1]))
    assert np.all(np.abs(measured - nominal) < 0.1), measured


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "nominal", "steps"), [("dopri5", 5, [0.8, 0.4, 0.2, 0.1]), ("rk4", 4, [0.4, 0.2, 0.1, 0.05, 0.025])]
)
def test_measured_order_against_a_closed_form(method, nominal, steps):
    """A leaky membrane driven by a sine: V on the grid, and the times of 122 threshold crossings, within 0.1 of
    nominal."""
    g, amplitude, frequency = 0.5, 100.0, 303.7
    w = 2e-3 * np.pi * frequency
    cell = lo.Cell("passive", [lo.Channel("leak", g=g, E=0)])

    def exact(t):
        return amplitude / (g * g + w * w) * (g * np.sin(w * t) - w * np.cos(w * t) + w * np.exp(-g * t))

    errors = []
    for dt in steps:
        ds = lo.simulate(
            cell, lo.Sine(amplitude, frequency), duration=400, every=0.0137, method=method, dt=dt, spike_threshold=5,
            spike_rise=5, estimate_error=False,
        )  # fmt: skip
        crossings = [brentq(lambda t: exact(t) - 5, t - 0.3, t + 0.3, xtol=1e-14) for t in ds.spike_times.values]
        assert len(crossings) == 122
        late = ds.spike_times.values - crossings
        errors.append((np.sqrt(np.mean((ds.V - exact(ds.time)) ** 2)), np.sqrt(np.mean(late**2))))
    first, last = np.array(errors[0]), np.array(errors[-1])
    measured = np.log2(first / last) / np.log2(steps[0] / steps[-1])
    assert np.all(np.abs(measured - nominal) < 0.1), measured


def test_adaptive_error_falls_with_the_tolerance(reference):
    stimulus, kwargs, exact = reference
    errors, steps = [], []
    for tolerance in (1e-5, 1e-7, 1e-9, 1e-11):
        ds = lo.simulate(SQUID, stimulus, tolerance=tolerance, **kwargs)
        errors.append(float(np.abs(ds.V - exact.V).max()))
        steps.append(ds.attrs["steps"])
    assert all(coarse > 20 * fine for coarse, fine in pairwise(errors)), errors
    order = -np.log(errors[1] / errors[3]) / np.log(steps[1] / steps[3])
    assert order > 4.9, order  # of five at least; more, as shorter steps follow the upstroke more closely


def test_every_method_agrees(reference):
    """Different equations of motion (derivatives, linear form), same cell."""
    stimulus, kwargs, exact = reference
    for method in METHODS:
        ds = lo.simulate(SQUID, stimulus, method=method, dt=0.001, **kwargs)
        allowed = 0.01 if method in ("exponential_euler", "euler_maruyama") else 2e-4
        assert error_of_spikes(ds, exact.spike_times.values) < allowed


def test_the_output_grid_has_no_influence():
    coarse = lo.simulate(SQUID, lo.Step(10), duration=60, every=3.7)
    fine = lo.simulate(SQUID, lo.Step(10), duration=60, every=0.01)
    np.testing.assert_array_equal(coarse.spike_times, fine.spike_times)
    assert coarse.attrs["steps"] == fine.attrs["steps"]
    np.testing.assert_allclose(fine.time[-1], 60)
    assert len(fine.time) == 6001


def test_temperature_speeds_the_gates():
    phi = 3 ** ((18.5 - 6.3) / 10)
    exact, _ = solve(20.0, (0.0, 60.0), initial=REST, phi=phi)
    ds = lo.simulate(SQUID.with_(celsius=18.5), lo.Step(20), duration=60, tolerance=1e-9)
    assert error_of_spikes(ds, exact) < 1e-6


def test_the_1952_cell_is_the_modern_one_shifted():
    """V = -65 mV is V = 0; the leaks differ by 0.3 (10.613 - 10.59892...), which is a current."""
    old = lo.simulate(
        lo.cells.squid_1952(), lo.Step(10), duration=40, spike_threshold=65.0, initial={"V": 0.0}, tolerance=1e-10
    )
    shift = 0.3 * (10.613 - 10.598920969391683)
    new = lo.simulate(SQUID, lo.Step(10 - shift), duration=40, initial={"V": -65.0}, tolerance=1e-10)
    np.testing.assert_allclose(old.spike_times, new.spike_times, atol=1e-7)
    np.testing.assert_allclose(old.V - 65, new.V, atol=1e-5)
