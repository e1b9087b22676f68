"""Voltage clamp and current clamp in turn, and virtual conductances: against SciPy and against whole cells."""

import json
import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from test_amplifier import hodgkin_huxley

import loligo as lo

SQUID = lo.cells.squid()
FINE = {"tolerance": 1e-11, "record": "all"}


def free(t, y, current, g=0.0, e=0.0):
    v, *gates = y
    slopes, ionic = hodgkin_huxley(v, *gates)
    return [current - ionic - g * (v - e), *slopes]


def test_a_released_membrane_agrees_with_scipy():
    """Held at -65, for 0.3 ms at -20 mV, released, taken back: gates in closed form, then the equations as they are."""
    ds = lo.simulate(
        SQUID, clamp=lo.SwitchedClamp([("V", -65, 2), ("V", -20, 0.3), ("I", -2, 7.7), ("V", -70, 5)]), duration=15,
        every=0.1, **FINE,
    )  # fmt: skip

    def held(v, gates, length):
        slopes = [hodgkin_huxley(v, *x)[0] for x in ((0, 0, 0), (1, 1, 1))]
        a, s = np.array(slopes[0]), np.array(slopes[0]) - np.array(slopes[1])
        return a / s + (np.array(gates) - a / s) * np.exp(-s * length)

    start = held(-65, [0, 0, 0], 1e9)
    at = held(-20, start, 0.3)
    t = ds.time.values
    within = (t > 2.35) & (t < 9.95)
    found = solve_ivp(free, (2.3, 10), [-20, *at], "DOP853", t[within], args=(-2,), rtol=1e-11, atol=1e-13)
    assert ds.V.values[within] == pytest.approx(found.y[0], abs=2e-6)
    assert ds["Na.h"].values[within] == pytest.approx(found.y[2], abs=1e-8)
    end = solve_ivp(free, (2.3, 10), [-20, *at], "DOP853", args=(-2,), rtol=1e-11, atol=1e-13).y[1:, -1]
    for k in np.flatnonzero(t > 10):
        expected = held(-70, end, t[k] - 10)
        assert [ds[f"{g}"].values[k] for g in ("Na.m", "Na.h", "K.n")] == pytest.approx(expected, abs=1e-8)
    assert ds.V.sel(time=[1.0, 2.2, 12.0], method="nearest").values.tolist() == [-65, -20, -70]
    assert float(ds.V.sel(time=2.0, method="nearest")) == -20  # at a jump, what comes after it
    assert int(ds.spike_count) == 1
    first = solve_ivp(
        free, (2.3, 10), [-20, *at], "DOP853", args=(-2,), rtol=1e-11, atol=1e-13, events=lambda _, y, *a: y[0]
    )
    assert ds.spike_times.values == pytest.approx(first.t_events[0][:1], abs=1e-7)
    assert np.isnan(ds.stimulus.values[t < 2]).all()
    assert (ds.stimulus.values[within] == -2).all()
    assert np.isnan(ds.I_clamp.values[within]).all()
    assert np.isnan(ds.V_command.values[within]).all()


def test_voltage_alone_is_a_voltage_clamp_and_current_alone_a_step():
    switched = lo.simulate(SQUID, clamp=lo.SwitchedClamp([("V", -65, 2), ("V", 10, 5)]), duration=9, record="all")
    plain = lo.simulate(SQUID, clamp=lo.VoltageClamp(-65, 10, 2, 20), duration=9, record="all")
    assert switched.attrs["method"] == "exact"
    for name in ("V", "Na.I", "K.n", "I_clamp"):
        assert switched[name].values == pytest.approx(plain[name].values, rel=1e-13)
    switched = lo.simulate(SQUID, clamp=lo.SwitchedClamp([("I", 0, 5), ("I", 10, 40), ("I", 0, 1)]), duration=50)
    plain = lo.simulate(SQUID, lo.Step(10, start=5, stop=45), duration=50)
    assert switched.spike_times.values == pytest.approx(plain.spike_times.values, abs=1e-4)
    assert abs(switched.V - plain.V).max() < plain.attrs["error_V"] + switched.attrs["error_V"]


def test_ramps_of_either_kind():
    up = lo.simulate(SQUID, clamp=lo.SwitchedClamp([("V", -65, 1), ("V", -65, 15, 8)]), duration=9, **FINE)
    same = lo.simulate(SQUID, clamp=lo.VoltageSteps(-65, [(-65, 1), (-65, 15, 8)]), duration=9, **FINE)
    assert up["Na.I"].values[:-1] == pytest.approx(same["Na.I"].values[:-1], abs=1e-6)
    ramp = lo.simulate(SQUID, clamp=lo.SwitchedClamp([("I", 0, 30, 15)]), duration=15, **FINE)
    same = lo.simulate(SQUID, lo.Ramp(30, 0, 15), duration=15, **FINE)
    assert ramp.V.values == pytest.approx(same.V.values, abs=1e-6)


def test_the_last_phase_lasts_and_a_long_one_is_cut():
    clamp = lo.SwitchedClamp([("V", -65, 1), ("I", 3, 1)])
    assert lo.simulate(SQUID, clamp=clamp, duration=3).stimulus.values[-1] == 3
    cut = lo.SwitchedClamp([("V", -65, 1), ("V", -60, -20, 8)]).within(5.0)
    assert cut[-1] == ("V", 1.0, 5.0, -60.0, -40.0)


def test_a_virtual_channel_is_a_channel():
    """On from the beginning to the end it is a cell that carries the channel."""
    ka = lo.channels.k_a_connor_stevens()
    stimulus = lo.Step(12, start=5, stop=45)
    virtual = lo.simulate(SQUID, stimulus, clamp=lo.DynamicClamp(ka), duration=50, **FINE)
    start = {"V": json.loads(virtual.attrs["initial"])["V"]}
    real = lo.simulate(SQUID + ka, stimulus, duration=50, initial=start, **FINE)
    assert virtual.V.values == pytest.approx(real.V.values, abs=1e-5)
    assert virtual.spike_times.values == pytest.approx(real.spike_times.values, abs=1e-6)
    plain = lo.simulate(SQUID, stimulus, duration=50)
    assert int(plain.spike_count) != int(virtual.spike_count)


def test_a_conductance_switched_on_and_off_agrees_with_scipy():
    clamp = lo.DynamicClamp(conductance=0.4, E=-80, start=8.03, stop=22.51)
    ds = lo.simulate(SQUID, lo.Step(10), clamp=clamp, duration=40, every=0.1, **FINE)
    now = [json.loads(ds.attrs["initial"])[k] for k in ("V", "Na.m", "Na.h", "K.n")]
    t, crossings = ds.time.values, []
    for begin, end, g in ((0, 8.03, 0.0), (8.03, 22.51, 0.4), (22.51, 40, 0.0)):
        here = (t >= begin) & (t < end)

        def up(_, y, *rest):
            return y[0]

        up.direction = 1
        found = solve_ivp(
            free, (begin, end), now, "DOP853", np.append(t[here], end), args=(10, g, -80), rtol=1e-11, atol=1e-13,
            events=up,
        )  # fmt: skip
        assert ds.V.values[here] == pytest.approx(found.y[0, :-1], abs=1e-5)
        current = g * (found.y[0, :-1] + 80)
        assert ds["virtual.I"].values[here] == pytest.approx(current, abs=1e-5)
        now, crossings = found.y[:, -1], [*crossings, *found.t_events[0]]
    assert ds.spike_times.values == pytest.approx(crossings, abs=1e-6)
    assert (ds.stimulus == 10).all()


def test_taking_a_channel_away():
    """A virtual K of factor -1 silences the cell's own."""
    clamp = lo.DynamicClamp(SQUID["K"], factor=-1)
    less = lo.simulate(SQUID, lo.Step(5, stop=1), clamp=clamp, duration=6, **FINE)
    start = {k: v for k, v in json.loads(less.attrs["initial"]).items() if k in ("V", "Na.m", "Na.h")}
    none = lo.simulate(SQUID - "K", lo.Step(5, stop=1), duration=6, initial=start, **FINE)
    assert less.V.values == pytest.approx(none.V.values, abs=1e-5)
    anti = lo.DynamicClamp(conductance=-0.3, E=-54.387)
    assert (anti.factor, dict(anti.channel.parameters)["g"].value) == (-1, 0.3)
    leakless = lo.simulate(SQUID, lo.Step(2), clamp=anti, duration=20, **FINE)
    v = json.loads(leakless.attrs["initial"])["V"]
    same = lo.simulate(SQUID.with_({"leak.g": 0}), lo.Step(2), duration=20, initial={"V": v}, **FINE)
    assert leakless.V.values == pytest.approx(same.V.values, abs=1e-5)


def test_a_virtual_synapse_and_a_spike_across_the_switch():
    synapse = lo.channels.ampa_brunel_wang().replace(times=[10, 12], g=2)
    on = lo.simulate(SQUID, clamp=lo.DynamicClamp(synapse), duration=20)
    real = lo.simulate(SQUID + synapse, duration=20)
    assert on.V.values == pytest.approx(real.V.values, abs=1e-3)
    assert int(on.spike_count) == 1
    plain = lo.simulate(SQUID, lo.Step(10), duration=40)
    for shift in (-0.05, 0.0, 0.05):  # nothing is switched but the step of the integrator
        at = float(plain.spike_times[1]) + shift
        clamp = lo.DynamicClamp(conductance=0.0, E=0, start=at, stop=at + 5)
        ds = lo.simulate(SQUID, lo.Step(10), clamp=clamp, duration=40)
        assert ds.spike_times.values == pytest.approx(plain.spike_times.values, abs=1e-3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lo.SwitchedClamp([]), "SwitchedClamp.phases: none given"),
        (lambda: lo.SwitchedClamp([("U", 1, 2)]), r"SwitchedClamp.phases\[0\]: \('U', 1, 2\); give"),
        (lambda: lo.SwitchedClamp([("V", 1, 2), ("I", 1, 0)]), r"phases\[1\]: a phase of 0 ms"),
        (lambda: lo.DynamicClamp(), "give a channel, or conductance= and E="),
        (lambda: lo.DynamicClamp(conductance=1), "give a channel, or conductance= and E="),
        (lambda: lo.DynamicClamp("K"), "DynamicClamp.channel: 'K'; give a Channel"),
        (lambda: lo.DynamicClamp(SQUID["K"], 5, 5), "on from 5 to 5 ms; give 0 <= start < stop"),
        (lambda: lo.DynamicClamp(SQUID["K"], factor=math.nan), "factor"),
        (
            lambda: lo.simulate(SQUID, lo.Step(1), clamp=lo.SwitchedClamp([("I", 0, 5)]), duration=5),
            "no current can be",
        ),
        (
            lambda: lo.simulate(SQUID, clamp=lo.DynamicClamp(SQUID["K"]), duration=5, over={"K.g": [1, 2]}),
            "a DynamicClamp is run once",
        ),
        (lambda: lo.simulate(SQUID, clamp="V", duration=5), "clamp: 'V' is not a voltage clamp"),
    ],
)
def test_bad_input(make, message):
    with pytest.raises(lo.LoligoError, match=message):
        make()
