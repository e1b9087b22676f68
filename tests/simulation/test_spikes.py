"""What counts as a spike, and what is said about upstrokes that do not."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import loligo as lo
from loligo.errors import LoligoWarning

SQUID = lo.cells.squid()
PASSIVE = lo.Cell("passive", [lo.Channel("leak", g=5, E=-65)])  # tau 0.2 ms: follows the current closely


def follow(times, volts, **kwargs):
    """Lead a passive membrane along a given V: the current is g (V - E) + C dV/dt, here slow enough to leave out."""
    current = [5 * (v + 65) for v in volts]
    return lo.simulate(PASSIVE, lo.Waveform(times, current), duration=times[-1], initial={"V": volts[0]}, **kwargs)


def test_crossing_times_are_the_solver_s_own():
    """The time of a crossing of a closed-form charging curve."""
    cell = lo.Cell("passive", [lo.Channel("leak", g=0.1, E=-65)])
    ds = lo.simulate(cell, lo.Step(10, start=3.3), duration=30, every=7, tolerance=1e-10)
    exact = 3.3 - 10 * np.log(1 - 65 / 100)  # V + 65 = 100 (1 - exp(-t / 10 ms)) reaches 65 mV
    np.testing.assert_allclose(ds.spike_times, [exact], atol=1e-8)


def test_ripples_on_the_threshold_are_one_spike():
    times, volts = [0, 50, 60, 70, 80, 90, 100, 110, 160], [-65, 1, -3, 3, -2, 4, -4, 30, -65]
    assert int(follow(times, volts).spike_count) == 1
    assert int(follow(times, volts, spike_rise=3).spike_count) == 4


def test_small_oscillation_about_the_threshold_is_none():
    times = np.arange(0, 200, 5.0)
    volts = np.where(np.arange(len(times)) % 2, 3.0, -3.0)
    assert int(follow(list(times), list(volts)).spike_count) == 0
    assert int(follow(list(times), list(volts), spike_rise=2).spike_count) == len(times) // 2


def test_a_crossing_that_falls_back_is_forgotten():
    """Up to 2 mV from -4 mV (a rise of 6), back down to -70 and up again: only the second upstroke counts."""
    ds = follow([0, 40, 80, 120, 200], [-4, 2, -70, 20, -65])
    assert int(ds.spike_count) == 1
    assert float(ds.spike_times[0]) > 100


def test_threshold_and_criterion_are_written_into_the_result():
    ds = lo.simulate(SQUID, lo.Step(10), duration=40, spike_threshold=-20, spike_rise=30)
    assert ds.attrs["spike_threshold"] == -20 and ds.attrs["spike_rise"] == 30
    assert "-20 mV" in ds.attrs["spike_criterion"] and "30 mV" in ds.attrs["spike_criterion"]


def test_a_large_oscillation_below_the_line_is_not_passed_over():
    """At 100 uA/cm2 the axon oscillates by 55 mV without reaching 0 mV (peaks near V = -20 mV)."""
    with pytest.warns(LoligoWarning, match=r"did not reach the spike threshold of 0 mV.*spike_threshold=-2\d would"):
        ds = lo.simulate(SQUID, lo.Step(100), duration=200)
    assert int(ds.spike_count) <= 2
    assert "did not reach" in ds.attrs["warnings"]
    counted = lo.simulate(SQUID, lo.Step(100), duration=200, spike_threshold=-40, tolerance=1e-9)
    interval = np.diff(counted.spike_times.values)[-5:]
    np.testing.assert_allclose(interval, 6.790270717, atol=2e-6)  # period of the limit cycle, REFERENCE


def test_upstrokes_that_begin_above_the_threshold_are_said_to():
    with pytest.warns(LoligoWarning, match="began above the spike threshold of -90 mV and w"):
        lo.simulate(SQUID, lo.Step(10), duration=40, spike_threshold=-90, estimate_error=False)


def test_a_graded_response_above_28_degrees_is_said():
    """20 uA/cm2 for 1 ms at 30 degrees: a response that peaks near -17 mV."""
    with pytest.warns(LoligoWarning, match="did not reach"):
        ds = lo.simulate(SQUID.with_(celsius=30), lo.Step(20, start=1, stop=2), duration=20)
    assert float(ds.V.max()) == pytest.approx(-16.8, abs=0.1)
    assert int(ds.spike_count) == 0


def test_subthreshold_runs_are_quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for current in (1.0, 2.2, 5.0):
            lo.simulate(SQUID, lo.Step(current, start=5), duration=100)
        lo.simulate(SQUID, lo.Step(-5, start=5, stop=15), duration=20)


def test_many_spikes_are_all_kept():
    """More spikes than any first guess of their number."""
    fast = lo.simulate(SQUID.with_(celsius=18.5), lo.Step(60), duration=400, spike_threshold=-30)
    assert int(fast.spike_count) == len(fast.spike_times) > 100
    rapid = lo.simulate(PASSIVE, lo.Sine(500, 2500), duration=100, spike_threshold=-60, spike_rise=1)
    assert int(rapid.spike_count) == pytest.approx(250, abs=1)
    assert np.all(np.diff(rapid.spike_times) > 0)
