"""Numbers of Hodgkin & Huxley 1952 and of later work on their equations, recomputed independently (Hassard 1978;
Rinzel & Miller 1980; Hendrick 2026). Depolarisations are from V = -65 mV."""

from __future__ import annotations

import numpy as np
import pytest

import loligo as lo

SQUID = lo.cells.squid()
REST = lo.resting_states(SQUID)[0].state


def shocked(depolarisation, cell=SQUID, duration=12.0):
    """The membrane action potential after an instantaneous depolarisation (their figures 12 and 14)."""
    state = dict(lo.resting_states(cell)[0].state)
    state["V"] += depolarisation
    return lo.simulate(
        cell, duration=duration, initial=state, every=0.0005, tolerance=1e-11, estimate_error=False, spike_threshold=-40
    )


@pytest.mark.parametrize(
    ("shock", "peak", "at", "trough"),
    [
        (90, 108.536595, 0.297504, -11.228679),
        (15, 105.410354, 1.159310, -11.181091),
        (7, 102.118567, 3.391218, -11.158067),
    ],
)
def test_membrane_action_potentials(shock, peak, at, trough):
    """Figure 12: 90, 15 and 7 mV give a full spike."""
    u = shocked(shock).V + 65
    late = u.where(u.time > 0.1, drop=True)
    assert float(late.max()) == pytest.approx(peak, abs=5e-5)
    assert float(late.time[int(np.argmax(late.data))]) == pytest.approx(at, abs=6e-4)
    assert float(u.min()) == pytest.approx(trough, abs=5e-5)


def test_six_millivolts_do_not_fire():
    u = shocked(6).V + 65
    assert float(u.max()) == pytest.approx(6.003621, abs=1e-6)
    assert float(u.min()) == pytest.approx(-2.113812, abs=2e-6)


@pytest.mark.parametrize(("celsius", "threshold"), [(6.3, 6.505071209), (0.0, 6.832340805), (18.5, 7.383458488)])
def test_threshold_shock(celsius, threshold):
    """A peak below and above u = 50 mV within 1e-6 mV of the published threshold."""
    cell = SQUID.with_(celsius=celsius)
    peaks = [float(shocked(threshold + d, cell, 40.0).V.max()) + 65 for d in (-1e-6, 1e-6)]
    assert peaks[0] < 50 < peaks[1]


@pytest.mark.parametrize(
    ("celsius", "peak", "minimum"), [(0, 106.68212, -11.26181), (18.5, 96.91586, -10.48956), (25, 85.27113, -9.20391)]
)
def test_a_shock_of_fifteen_millivolts_at_other_temperatures(celsius, peak, minimum):
    u = shocked(15, SQUID.with_(celsius=celsius), 10.0).V + 65
    assert float(u.max()) == pytest.approx(peak, abs=5e-5)
    assert float(u.min()) == pytest.approx(minimum, abs=5e-5)


@pytest.mark.parametrize(
    ("current", "period"),
    [(7, 17.14469990911774), (10, 14.636209989831595), (20, 11.564697477), (30, 10.127073059), (50, 8.544380411)],
)
def test_periods_of_tonic_firing(current, period):
    ds = lo.simulate(SQUID, lo.Step(current), duration=900, tolerance=1e-10, every=1, spike_threshold=-15)
    intervals = np.diff(ds.spike_times.values)[-10:]
    np.testing.assert_allclose(intervals, period, atol=3e-8)


@pytest.mark.parametrize(("current", "spikes"), [(2.240333624, 1), (5.968901, 2), (6.167768, 3)])
def test_number_of_spikes_of_a_long_step(current, spikes):
    """Just above each published current there is one spike more than just below."""
    below, above = (
        int(
            lo.simulate(
                SQUID, lo.Step(current + d), duration=200, tolerance=1e-10, every=1, spike_threshold=-15
            ).spike_count
        )
        for d in (-2e-6, 2e-6)
    )
    assert (below, above) == (spikes - 1, spikes)


@pytest.mark.parametrize(("duration", "threshold"), [(0.1, 65.127425), (0.5, 13.275124), (1, 6.918926), (5, 2.351105)])
def test_strength_and_duration(duration, threshold):
    counts = [
        int(
            lo.simulate(
                SQUID, lo.Step(threshold + d, 0, duration), duration=50, tolerance=1e-9, every=1, spike_threshold=-15
            ).spike_count
        )
        for d in (-2e-6, 2e-6)
    ]
    assert counts == [0, 1]


@pytest.mark.parametrize(("hold", "peak", "at"), [(-30, 112.06449, 6.55570), (-26.5, 111.96382, 6.27229)])
def test_anode_break(hold, peak, at):
    """Figure 22: released from a hyperpolarisation, the membrane fires."""
    v = REST["V"] + hold
    start = lo.simulate(SQUID, clamp=lo.VoltageClamp(v, 0, 1, 2), duration=2, record="all").isel(time=0)
    state = {"V": v, **{name: float(start[name]) for name in ("Na.m", "Na.h", "K.n")}}
    u = lo.simulate(SQUID, duration=20, initial=state, every=0.0005, tolerance=1e-11, estimate_error=False).V + 65
    assert float(u.max()) == pytest.approx(peak, abs=5e-3)
    assert float(u.time[int(np.argmax(u.data))]) == pytest.approx(at, abs=5e-3)


def test_a_ramp_too_slow_does_not_fire():
    """Accommodation: 0.5 uA/cm2 per ms fires at 8.894797 ms, 0.1 only past the Hopf current, at 180.61 ms."""
    fast = lo.simulate(SQUID, lo.Ramp(10, 0, 20), duration=20, spike_threshold=-15, tolerance=1e-9)
    assert float(fast.spike_times[0]) == pytest.approx(8.894797, abs=1e-5)
    slow = lo.simulate(SQUID, lo.Ramp(20, 0, 200), duration=200, spike_threshold=-15, tolerance=1e-10)
    assert float(slow.spike_times[0]) == pytest.approx(180.61, abs=0.01)
