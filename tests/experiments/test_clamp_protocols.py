"""Voltage-clamp protocols against closed forms, the formulas typed again."""

from __future__ import annotations

import numpy as np
import pytest

import loligo as lo
from loligo import experiments
from loligo.errors import LoligoError

SQUID = lo.cells.squid()


def n_rates(v):
    return 0.01 * (v + 55) / (1 - np.exp(-(v + 55) / 10)), 0.125 * np.exp(-(v + 65) / 80)


def h_rates(v):
    return 0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10))


def after(x, rates, t):
    alpha, beta = rates
    return alpha / (alpha + beta) + (x - alpha / (alpha + beta)) * np.exp(-(alpha + beta) * t)


def steady(rates):
    return rates[0] / (rates[0] + rates[1])


def test_tail_currents():
    found = experiments.tail_currents(SQUID, pulse=20, pulse_duration=7)
    open_ = 36 * after(steady(n_rates(-65.0)), n_rates(20.0), 7.0) ** 4
    assert found.attrs["conductance"] == pytest.approx(open_, rel=1e-11)
    assert found.attrs["reversal"] == pytest.approx(-77, abs=1e-9)
    v, t = -100.0, found.time.values
    n = after(after(steady(n_rates(-65.0)), n_rates(20.0), 7.0), n_rates(v), t)
    np.testing.assert_allclose(found["current"].sel(voltage=v), 36 * n**4 * (v + 77), rtol=1e-10)
    decay = float(found["decay_time"].sel(voltage=v))
    traced = np.interp(decay, t, n**4 - n[-1] ** 4)
    assert traced == pytest.approx((n[0] ** 4 - n[-1] ** 4) / np.e, rel=1e-5)


def test_sodium_tails_reverse_beyond_the_potentials_that_were_tried():
    found = experiments.tail_currents(SQUID, [-100, -60, -20], channel="Na", pulse_duration=0.5)
    assert found.attrs["reversal"] == pytest.approx(50, abs=1e-8)


def test_inactivation_is_steady_h():
    found = experiments.inactivation(SQUID, np.arange(-140, -59, 5.0))
    t = np.linspace(0, 3, 300_001)
    m_rates = lambda v: (0.1 * (v + 40) / (1 - np.exp(-(v + 40) / 10)), 4 * np.exp(-(v + 65) / 18))  # noqa: E731
    starts = [(steady(m_rates(v)), steady(h_rates(v))) for v in found.prepulse.values]
    peaks = [np.max(120 * after(m, m_rates(0.0), t) ** 3 * after(h, h_rates(0.0), t)) * 50 for m, h in starts]
    np.testing.assert_allclose(found["peak"], -np.array(peaks), rtol=2e-6)
    # m begins at 0.1 instead of 0 at -60 mV, so that the peak is a little larger than h says
    h = np.array([h for _, h in starts])
    np.testing.assert_allclose(found.available, h / h[0], rtol=0.03)
    wide = experiments.inactivation(SQUID)
    assert wide.attrs["half"] == pytest.approx(-62.3, abs=0.7)  # where h itself is one half
    assert wide.attrs["slope"] == pytest.approx(7, abs=0.5)


def test_recovery_has_the_time_constant_of_h():
    found = experiments.recovery(SQUID, np.geomspace(2, 80, 12))
    assert found.attrs["tau"] == pytest.approx(8.516010764, rel=3e-3)
    assert found.attrs["end"] == pytest.approx(1, abs=1e-3)
    cold = experiments.recovery(SQUID, hold=-90)
    assert cold.attrs["tau"] == pytest.approx(1 / sum(h_rates(-90.0)), rel=5e-3)


def test_currents_of_the_test_pulses():
    """What is peaked is shown: over (prepulse, time) and (interval, time)."""
    for found, over in (
        (experiments.inactivation(SQUID, [-120, -60, -20]), "prepulse"),
        (experiments.recovery(SQUID, [2, 8, 64]), "interval"),
    ):
        largest = np.abs(found.current).max("time")
        peak = np.abs(found.peak) if over == "prepulse" else found.recovered * largest[-1]
        np.testing.assert_allclose(largest, peak, rtol=2e-3)
        assert found.current.dims == (over, "time") and float(found.time[0]) == 0


def test_recovery_where_activation_is_instantaneous():
    """Wang & Buzsáki: the current is largest at once, in proportion to h; whatever the interval, a sample sees it."""
    gaps = np.array([0.5, 1.1, 2.3, 5.7, 13.3, 45.2548])

    def h(v):
        a, b = 0.07 * np.exp(-(v + 58) / 20), 1 / (np.exp(-0.1 * (v + 28)) + 1)
        return a / (a + b), 1 / (5 * (a + b))

    (rest, slow), (open_, fast) = h(-65.0), h(0.0)
    inactivated = open_ + (rest - open_) * np.exp(-10 / fast)
    expected = (rest + (inactivated - rest) * np.exp(-gaps / slow)) / rest
    found = experiments.recovery(lo.cells.wang_buzsaki_1996(), gaps)
    assert found.recovered.values == pytest.approx(expected, rel=1e-9)


def test_slow_ramps_give_the_steady_current():
    fast, slow = (experiments.voltage_ramp(SQUID, duration=t) for t in (1000, 8000))
    assert slow.attrs["difference"] < fast.attrs["difference"] / 6
    assert slow.attrs["zero"] == pytest.approx(-64.99638, abs=0.1)  # the resting potential
    v = slow.voltage.values
    np.testing.assert_allclose((v[0], v[-1]), (-100, 60), atol=1e-9)  # from start to stop, at the slope stated
    assert slow.attrs["slope"] == pytest.approx(160 / 8000)
    m = steady((0.1 * (v + 40.0000001) / (1 - np.exp(-(v + 40.0000001) / 10)), 4 * np.exp(-(v + 65) / 18)))
    total = (
        120 * m**3 * steady(h_rates(v)) * (v - 50) + 36 * steady(n_rates(v + 1e-9)) ** 4 * (v + 77) + 0.3 * (v + 54.387)
    )
    np.testing.assert_allclose(slow["steady"], total, rtol=1e-5, atol=1e-4)


def test_p_over_n_takes_the_leak_away():
    found = experiments.leak_subtraction(SQUID, pulses=4)
    leak = 0.3 * 100  # mS/cm² times the step: what is taken away, but for the little that K moves
    np.testing.assert_allclose(found["leak"], leak, atol=0.01)
    assert found.attrs["error"] < 0.01
    assert experiments.leak_subtraction(SQUID, hold=-65).attrs["error"] > 1  # small pulses there move the gates


def test_p_over_n_brings_noise_along():
    found = experiments.leak_subtraction(SQUID, pulses=8, noise=2, seed=1)
    assert found.attrs["noise"] == pytest.approx(2 * np.sqrt(1 + 8), rel=0.05)


def test_on_other_cells():
    for cell in (lo.cells.wang_buzsaki_1996(), lo.cells.connor_stevens_1977()):
        assert experiments.inactivation(cell).attrs["status"] == "done"
        assert np.isfinite(experiments.voltage_ramp(cell, duration=200).attrs["difference"])


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("tail_currents", {"channel": "Ca"}, "no channel 'Ca'"),
        ("tail_currents", {"voltages": [0]}, "at least two"),
        ("tail_currents", {"pulse_duration": 0}, "pulse_duration"),
        ("inactivation", {"prepulses": [0, 10]}, "at least three"),
        ("recovery", {"intervals": [1, 2]}, "at least three"),
        ("recovery", {"pulse": 50}, "no current of 'Na'"),
        ("voltage_ramp", {"start": 0, "stop": 0}, "begins and ends"),
        ("leak_subtraction", {"pulses": 0}, "N >= 1"),
    ],
)
def test_mistakes(name, arguments, message):
    with pytest.raises(LoligoError, match=message):
        getattr(experiments, name)(SQUID, **arguments)


def test_a_channel_that_does_not_inactivate_says_so():
    assert "no inactivation" in experiments.inactivation(SQUID, channel="leak").attrs["status"]
