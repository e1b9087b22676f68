"""Stimuli as they reach the membrane: values, edges, sums, noise."""

from __future__ import annotations

import numpy as np
import pytest

import loligo as lo
from loligo.errors import LoligoWarning, SimulationError
from loligo.simulation.protocol import lower

SQUID = lo.cells.squid()
LEAK = lo.Cell("leak", [lo.Channel("leak", g=0.2, E=0)])


def value(stimulus, t, duration=100.0):
    return lower(stimulus, duration)(np.atleast_1d(np.asarray(t, float)))


def test_values_of_every_stimulus():
    t = np.array([0.0, 4.9, 5.0, 12.5, 19.9, 20.0, 60.0])
    np.testing.assert_allclose(value(lo.Step(3, 5, 20), t), [0, 0, 3, 3, 3, 0, 0])
    np.testing.assert_allclose(value(lo.Ramp(3, 5, 20), t), [0, 0, 0, 1.5, 2.98, 0, 0], atol=1e-12)
    np.testing.assert_allclose(
        value(lo.Ramp(3, 5, 20, initial=1, hold=True), t), [0, 0, 1, 2, 2.98666666667, 3, 3], atol=1e-9
    )
    np.testing.assert_allclose(
        value(lo.Pulses(2, 1, 10, 3, start=5), [5, 5.9, 6.1, 15.5, 25.5, 35.5]), [2, 2, 0, 2, 2, 0]
    )
    sine = 1 + 2 * np.sin(2 * np.pi * 50e-3 * (t - 5) + 0.3)
    np.testing.assert_allclose(
        value(lo.Sine(2, 50, 5, 20, phase=0.3, offset=1), t), np.where((t >= 5) & (t < 20), sine, 0), atol=1e-12
    )
    np.testing.assert_allclose(
        value(lo.Waveform([5, 12, 20], [1, 4, 2]), [4, 5, 8.5, 12, 16, 25]), [0, 1, 2.5, 4, 3, 0]
    )
    held = lo.Waveform([5, 12, 20], [1, 4, 2], interpolation="previous")
    np.testing.assert_allclose(value(held, [4, 5, 8.5, 12, 16, 25]), [0, 1, 1, 4, 4, 0])


def test_a_chirp_sweeps_its_frequency():
    """Zero crossings of sin(2 pi (f0 s + (f1 - f0) s^2 / 2T)): phase = pi k."""
    chirp = lo.Chirp(1, 10, 110, start=0, stop=1000)
    k = np.arange(1, 100)
    f0, rate = 0.01, 0.1 / 1000
    crossing = (-f0 + np.sqrt(f0**2 + rate * k)) / rate
    np.testing.assert_allclose(value(chirp, crossing[crossing < 1000], 1000.0), 0, atol=1e-9)


def test_stimuli_add_up():
    t = np.linspace(0, 99, 500)
    parts = [
        lo.Step(3, 5, 50),
        lo.Ramp(2, 10, 70),
        lo.Sine(1, 40, 3),
        lo.Pulses(4, 2, 7, 5, 11),
        lo.Waveform([0, 30, 90], [1, -1, 2]),
    ]
    total = parts[0] + parts[1] + parts[2] + parts[3] + parts[4]
    np.testing.assert_allclose(value(total, t), sum(value(p, t) for p in parts), atol=1e-12)
    assert value(lo.Pulses(0.1, 1, 2, 40) + lo.Pulses(-0.1, 1, 2, 40), t).any() == False  # noqa: E712  (exactly nothing)


def closed_form(times, currents, t):
    """A leaky membrane from rest under steps: the sum of exponentials."""
    v = np.zeros_like(t)
    for begin, change in zip(times, np.diff([0, *currents]), strict=True):
        late = t >= begin
        v[late] += change / 0.2 * (1 - np.exp(-0.2 * (t[late] - begin)))
    return v


def test_every_edge_is_met_exactly():
    """Pulses far shorter than the steps around them, at awkward times, against the closed form."""
    times = [1.23456, 1.23556, 7.77777, 7.77778, 40.0, 40.0001]
    currents = [1e3, 0, -1e5, 0, 3e4, 0]
    stimulus = sum(
        (lo.Step(currents[i], times[i], times[i + 1]) for i in range(2, 6, 2)), lo.Step(currents[0], times[0], times[1])
    )
    ds = lo.simulate(LEAK, stimulus, duration=50, tolerance=1e-9)
    np.testing.assert_allclose(ds.V, closed_form(times, currents, ds.time.values), atol=1e-7)
    for method, dt in (("rk4", 0.1), ("staggered", 0.05)):
        ds = lo.simulate(LEAK, stimulus, duration=50, method=method, dt=dt)
        np.testing.assert_allclose(ds.V, closed_form(times, currents, ds.time.values), atol=2e-3)


def test_an_oscillation_against_its_closed_form():
    w = 2e-3 * np.pi * 80
    ds = lo.simulate(LEAK, lo.Sine(5, 80, start=2), duration=60, tolerance=1e-10)
    s = np.maximum(ds.time.values - 2, 0)
    g = 0.2
    exact = 5 / (g * g + w * w) * (g * np.sin(w * s) - w * np.cos(w * s) + w * np.exp(-g * s))
    np.testing.assert_allclose(ds.V, np.where(ds.time > 2, exact, 0), atol=1e-7)


def test_an_irregular_recording():
    """A piecewise linear current with uneven samples: the closed form, segment by segment."""
    rng = np.random.default_rng(0)
    t = np.cumsum(rng.uniform(0.003, 2, 60))
    i = rng.normal(0, 5, 60)
    ds = lo.simulate(LEAK, lo.Waveform(t, i), duration=50, tolerance=1e-10, every=0.5)
    g, v, now = 0.2, 0.0, t[0]
    exact = []
    grid = ds.time.values
    for a, b, x, y in zip(t[:-1], t[1:], i[:-1], i[1:], strict=True):
        r = (y - x) / (b - a)

        def at(s, v=v, x=x, r=r):
            return (v - x / g + r / g**2) * np.exp(-g * s) + x / g - r / g**2 + r * s / g

        exact += [at(s - a) for s in grid[(grid >= a) & (grid < b)]]
        v, now = at(b - a), b
        if now > 50:
            break
    inside = grid[(grid >= t[0])][: len(exact)]
    np.testing.assert_allclose(ds.V.sel(time=inside), exact, atol=1e-7)


def test_noise_is_frozen_and_stationary():
    path = lower(lo.Noise(2.0, tau=3.0, mean=1.0, seed=5, dt=0.05), 20_000.0)
    samples = path.base[:-1]
    assert abs(samples.mean() - 1) < 0.12  # standard error: 2 sqrt(2 * 3 / 20000) = 0.035
    assert abs(samples.std() - 2) < 0.1
    centred = samples - 1
    for lag in (1.5, 3.0, 6.0):
        k = round(lag / 0.05)
        measured = np.mean(centred[:-k] * centred[k:]) / np.mean(centred**2)
        assert abs(measured - np.exp(-lag / 3)) < 0.05
    again = lower(lo.Noise(2.0, tau=3.0, mean=1.0, seed=5, dt=0.05), 20_000.0)
    np.testing.assert_array_equal(again.base, path.base)
    other = lower(lo.Noise(2.0, tau=3.0, mean=1.0, seed=6, dt=0.05), 20_000.0)
    assert abs(np.corrcoef(other.base[:-1], samples)[0, 1]) < 0.1


def test_one_seed_is_one_current_for_every_method():
    noise = lo.Noise(3, tau=2, mean=8, seed=11, dt=0.05)
    exact = lo.simulate(SQUID, noise, duration=60, tolerance=1e-10)
    errors = []
    for dt in (0.025, 0.0125):
        ds = lo.simulate(SQUID, noise, duration=60, method="heun", dt=dt)
        assert len(ds.spike_times) == len(exact.spike_times)
        errors.append(float(abs(ds.V - exact.V).max()))
    assert errors[1] < errors[0] / 3.5  # on a given path Heun is of second order
    np.testing.assert_array_equal(ds.stimulus, exact.stimulus)
    assert not np.array_equal(lo.simulate(SQUID, noise, duration=5, seed=12).stimulus, exact.stimulus[:201])


@pytest.mark.slow
@pytest.mark.parametrize("method", ["euler_maruyama", "heun"])
def test_strong_order_one_under_noise(method):
    """The process itself is sampled exactly on a fine grid; a step of dt sees it every dt. Mean over 40 paths."""
    steps = [1 / 8, 1 / 16, 1 / 32]
    errors = np.zeros(3)
    for seed in range(40):
        noise = lo.Noise(4, tau=2, mean=3, seed=seed, dt=1 / 1024)
        exact = lo.simulate(LEAK, noise, duration=8, every=1, tolerance=1e-9, estimate_error=False)
        for i, dt in enumerate(steps):
            ds = lo.simulate(LEAK, noise, duration=8, every=1, method=method, dt=dt, estimate_error=False)
            errors[i] += float(((ds.V - exact.V) ** 2).mean()) / 40
    order = np.log2(errors[0] / errors[-1]) / 2 / 2
    assert abs(order - 1) < 0.1, (order, errors)


def test_a_step_that_does_not_fit_the_noise_is_refused():
    with pytest.raises(SimulationError, match="not a multiple"):
        lo.simulate(SQUID, lo.Noise(1, dt=0.03), duration=5, method="heun", dt=0.05)


def test_a_seed_needs_noise():
    with pytest.raises(SimulationError, match="no noise"):
        lo.simulate(SQUID, lo.Step(3), duration=5, seed=1)


def test_a_stimulus_after_the_end_is_said():
    with pytest.warns(LoligoWarning, match="after the run ends at 10 ms"):
        lo.simulate(SQUID, lo.Step(10, start=20), duration=10)
