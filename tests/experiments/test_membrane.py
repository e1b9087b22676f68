"""The other experiments: against published numbers, closed forms and definitions."""

from __future__ import annotations

import json

import numpy as np
import pytest

import loligo as lo
from loligo import experiments

SQUID = lo.cells.squid()
WARM = SQUID.with_({"celsius": 18.5})


def test_currents_under_voltage_clamp():
    """The family of a student's exercise, hold -65 mV (µA/cm², to the digits given)."""
    found = experiments.current_voltage(SQUID, voltages=[-40, -20, 0, 20, 50, 80])
    np.testing.assert_allclose(found["Na.peak"], [-416, -1238, -1457, -1115, 0, 1469], atol=0.5)
    np.testing.assert_allclose(found["K.steady"][[0, 5]], [263, 5323], atol=0.5)
    np.testing.assert_allclose(found["Na.peak_time"][[0, 5]], [1.41, 0.30], atol=0.005)
    assert found.attrs["Na.reversal"] == pytest.approx(50, abs=1e-9)


def test_currents_from_a_deeper_hold():
    found = experiments.current_voltage(SQUID, hold=-100, voltages=np.arange(-20, 10, 1))
    assert float(found["Na.peak"].min()) == pytest.approx(-2410, abs=5)
    found = experiments.current_voltage(SQUID, voltages=np.arange(-20, 10, 1))
    assert float(found["Na.peak"].min()) == pytest.approx(-1464, abs=0.5)
    assert float(found.voltage[found["Na.peak"].values.argmin()]) == -3


def test_steady_currents_are_the_formulas():
    found = experiments.current_voltage(SQUID, voltages=[-50, 0], duration=400)
    v = np.array([-50.0, 0.0])
    n = 1 / (1 + 0.125 * np.exp(-(v + 65) / 80) * (1 - np.exp(-(v + 55) / 10)) / (0.01 * (v + 55)))
    np.testing.assert_allclose(found["K.steady"], 36 * n**4 * (v + 77), rtol=1e-9)


@pytest.mark.parametrize(
    ("cell", "resonance", "largest"), [(SQUID, 66.686744, 2.42334106), (WARM, 122.97695, 1.36780724)]
)
def test_impedance(cell, resonance, largest):
    found = experiments.impedance(cell).attrs
    assert found["resonance"] == pytest.approx(resonance, rel=2e-8)
    assert found["largest"] == pytest.approx(largest, rel=5e-9)
    assert found["at_zero"] == pytest.approx(0.85697516, rel=1e-8)


def test_impedance_of_a_passive_membrane():
    """R / (1 + i omega R C): no resonance."""
    cell = lo.Cell("passive", [lo.Channel("leak", g=0.5, E=-65)])
    found = experiments.impedance(cell, [0, 10, 100])
    omega = 2e-3 * np.pi * found.frequency
    np.testing.assert_allclose(found["impedance"], abs(2 / (1 + 2j * omega.values)), rtol=1e-12)
    assert found.attrs["resonance"] == 0 and found.attrs["Q"] == pytest.approx(1)


def test_impedance_by_a_chirp():
    found = experiments.impedance(SQUID, np.linspace(5, 200, 60), chirp=True)
    np.testing.assert_allclose(found.measured[:-5], found.impedance[:-5], rtol=2e-3)


@pytest.mark.parametrize(
    ("celsius", "peak", "at", "trough"),
    [(6.3, 105.410354, 1.159310, -11.181091), (18.5, 96.91586, 0.49061, -10.48956), (0, 106.68212, 1.97379, -11.26181)],
)
def test_anatomy_of_the_response_to_15_mv(celsius, peak, at, trough):
    found = experiments.anatomy(SQUID.with_({"celsius": celsius}))
    assert found.attrs["peak"] + 65 == pytest.approx(peak, abs=6e-6)
    assert found.attrs["peak_time"] == pytest.approx(at, abs=6e-6)
    assert found.attrs["trough"] + 65 == pytest.approx(trough, abs=6e-6)
    assert (found.attrs["carries_upstroke"], found.attrs["ends_upstroke"]) == ("Na", "K")


def test_anatomy_of_the_response_to_a_pulse():
    """10 µA/cm² for 1 ms: peak 39.1 mV, half width 1.46 ms, 296 and -69 V/s, 31.4 and 12.5 mS/cm²."""
    found = experiments.anatomy(SQUID, 10, 1).attrs
    digits = {"peak": (39.1, 0.05), "rise": (296, 1), "fall": (-69, 0.5), "half_width": (1.46, 0.01)}
    digits |= {"Na.peak_conductance": (31.4, 0.05), "K.peak_conductance": (12.5, 0.05)}
    for name, (expected, within) in digits.items():
        assert found[name] == pytest.approx(expected, abs=within), name
    assert experiments.anatomy(WARM).attrs["rise"] == pytest.approx(563.15, abs=0.02)


@pytest.mark.parametrize(("cell", "sodium", "excess"), [(SQUID, 14.45496, 13.23), (WARM, 4.01280, 3.995)])
def test_energy(cell, sodium, excess):
    found = experiments.energy(cell).attrs
    assert found["sodium"] == pytest.approx(sodium, abs=1e-5)
    assert found["excess"] == pytest.approx(excess, abs=0.005)
    assert found["atp"] == pytest.approx(sodium / 3, abs=1e-5)


def test_latency():
    found = experiments.latency(SQUID, [2.3, 3, 4, 5], spike_threshold=-15)
    np.testing.assert_allclose(found.latency, [7.21060683, 4.55317325, 3.48326096, 2.92948284], atol=6e-7)


def test_traces_of_latency_rebound_and_adaptation():
    """V where the answer was read: it crosses the criterion at the latency; hyperpolarised before a rebound; at each spike."""
    late = experiments.latency(SQUID, [3.0, 10.0])
    for current in (3.0, 10.0):
        v = late.V.sel(amplitude=current)
        crossing = float(v.time[int(np.argmax(v.values >= 0))])
        assert crossing == pytest.approx(float(late.latency.sel(amplitude=current)), abs=0.011)
    back = experiments.rebound(SQUID, [-10.0, -1.0])
    assert float(back.V.sel(amplitude=-10).max()) > 30 > -50 > float(back.V.sel(amplitude=-1).max())
    steady = experiments.adaptation(SQUID, 20)
    up = np.flatnonzero((steady.V.values[:-1] < 0) & (steady.V.values[1:] >= 0))
    assert len(up) == steady.attrs["spikes"] and steady.moment.values[up[-1]] == pytest.approx(
        steady.time.values[-1], abs=0.2
    )


def test_adaptation():
    found = experiments.adaptation(SQUID, 20).attrs
    assert found["last_rate"] == pytest.approx(86.470053, abs=1e-5)
    assert found["index"] < 0  # the squid's first interval is its longest


def test_adaptation_is_asked_at_a_moderate_current():
    """A regular-spiking cell slows down by half at twice its threshold; an interneuron does not at all."""
    cell = lo.cells.pospischil_2008_rs()
    found, same = experiments.adaptation(cell).attrs, experiments.adaptation(lo.cells.wang_buzsaki_1996()).attrs
    times = lo.simulate(cell, lo.Step(found["amplitude"]), duration=500, tolerance=1e-8).spike_times.values
    assert found["index"] == pytest.approx(1 - np.diff(times)[0] / np.diff(times)[-1], abs=1e-6)
    assert 0.4 < found["index"] < 0.6 and same["index"] == pytest.approx(0, abs=1e-6)
    assert found["amplitude"] == pytest.approx(2 * 0.50071, rel=1e-3)


def test_the_rheobase_of_any_length():
    """Where rest ends in a saddle-node, the fold that continuation finds; and any length of pulse shows it but barely."""
    cell = lo.cells.wang_buzsaki_1996()
    found = experiments.strength_duration(cell, [1.0])
    (fold,) = [
        p.value
        for p in lo.dynamics.continuation(cell, "stimulus.amplitude", (0, 1), cycles=False).special
        if p.kind == "fold"
    ]
    assert found.attrs["rheobase"] == pytest.approx(fold, rel=1e-6) and "any length" in found.attrs["criterion"]
    of_100 = experiments.strength_duration(cell, [1.0], long=100).attrs["rheobase"]
    assert of_100 == pytest.approx(0.1962, abs=1e-4)
    assert "rheobase: of a pulse of 100 ms" in experiments.strength_duration(SQUID, [1.0]).attrs["criterion"]


def test_traces_beside_an_answer():
    """1 % below it the cell does not do what it does 1 % above it."""
    asked = {
        "strength_duration": {"durations": [1.0]}, "firing_rate": {"amplitudes": [2, 5, 10], "duration": 200},
        "accommodation": {"longest": 30, "points": 30}, "refractory_period": {"intervals": np.arange(10.0, 25)},
    }  # fmt: skip
    for name, given in asked.items():
        found = getattr(experiments, name)(SQUID, **given)
        v = found["pair.V" if name == "refractory_period" else "V"]
        late = v.where(v.time > {"firing_rate": 120, "refractory_period": 12}.get(name, 0))
        no, yes = (float(late.sel(side=side).max()) for side in ("no", "yes"))
        assert no < -40 < 0 < yes, name


def test_temperature():
    found = experiments.temperature(SQUID, [0, 10, 30])
    np.testing.assert_allclose(found.rheobase[:2], [1.57308084, 2.85986986], rtol=1e-6)
    np.testing.assert_array_equal(found.graded, [0, 0, 1])
    np.testing.assert_allclose(found.peak + 65, [106.68212, 103.97697, 70.92675], atol=6e-6)  # after 15 mV, also there


def test_spikes_of_a_series_over_time():
    """Each is the run of the cell itself at that temperature."""
    found = experiments.temperature(SQUID, [6.3, 18.5])
    for celsius, warm in ((6.3, SQUID), (18.5, WARM)):
        rest = lo.resting_states(warm)[0].state
        run = lo.simulate(warm, duration=12, every=0.002, initial={**rest, "V": rest["V"] + 15}, tolerance=1e-9)
        v = found.V.sel(celsius=celsius)
        expected = np.interp(v.time, run.time, run.V)
        assert np.abs(v - expected).max() < 0.01


def test_dose_response():
    """20 µA/cm² for 1 ms fires at 0.4 of the sodium conductance, not at 0.3."""
    found = experiments.dose_response(SQUID, "Na", [0, 0.6, 0.75])
    assert found.threshold[1] < 20 < found.threshold[2]
    np.testing.assert_array_equal(found.graded, [0, 0, 1])
    with pytest.raises(lo.LoligoError, match="no channel 'Ca'"):
        experiments.dose_response(SQUID, "Ca")


def test_compare():
    found = experiments.compare(SQUID, {"h stuck": SQUID.freeze("Na.h")}, "threshold", duration=1)
    assert list(found) == ["squid", "h stuck"]
    assert found["squid"].attrs["threshold"] == pytest.approx(6.918926, rel=1e-6)
    assert found["h stuck"].attrs["threshold"] < 6.5
    with pytest.raises(lo.LoligoError, match="did you mean 'threshold'"):
        experiments.compare(SQUID, {}, "treshold")


def test_a_cell_whose_spikes_do_not_end():
    """Without inactivation the membrane stays at a second equilibrium, where no current flows."""
    stuck = SQUID.freeze("Na.h")
    found = experiments.anatomy(stuck)
    assert np.isnan(found.attrs["half_width"]) and "does not end" in found.attrs["status"]
    found = experiments.refractory_period(stuck)
    assert "has not ended 40 ms after it (V is 13.6 mV)" in found.attrs["status"]
    assert np.isnan(found.ratio).all() and np.isnan(found.attrs["absolute"])
    v = float(found.V[-1])
    m = 0.1 * (v + 40) / (1 - np.exp(-(v + 40) / 10)), 4 * np.exp(-(v + 65) / 18)
    n = 0.01 * (v + 55) / (1 - np.exp(-(v + 55) / 10)), 0.125 * np.exp(-(v + 65) / 80)
    open_ = [(a / (a + b)) ** p for (a, b), p in ((m, 3), (n, 4))]
    total = 120 * open_[0] * float(found["Na.h"][-1]) * (v - 50) + 36 * open_[1] * (v + 77) + 0.3 * (v + 54.387)
    assert total == pytest.approx(0, abs=1e-3)


def test_a_first_pulse_that_does_not_fire_leaves_nothing_refractory():
    found = experiments.refractory_period(SQUID, [5, 10], first=-5)
    assert "does not fire it" in found.attrs["status"] and np.isnan(found.attrs["relative"])


@pytest.mark.parametrize("cell", [SQUID, lo.cells.wang_buzsaki_1996(), lo.cells.connor_stevens_1977()], ids=str)
def test_experiments_converge(cell):
    """Halving the tolerance moves nothing by more than half of the fifth digit."""
    asked = ("strength_duration", "refractory_period", "firing_rate", "accommodation", "anode_break", "dose_response")
    for name in asked:
        more = {"channel": "Na", "blocked": [0.0, 0.3]} if name == "dose_response" else {}
        rough, fine = (getattr(experiments, name)(cell, tolerance=t, **more) for t in (1e-6, 5e-7))
        for number in json.loads(rough.attrs["units"]):
            a, b = rough.attrs[number], fine.attrs[number]
            assert a == pytest.approx(b, rel=5e-6, nan_ok=True), (name, number)
        for variable in (v for v in rough.data_vars if v != "error" and "time" not in rough[v].dims):
            np.testing.assert_allclose(rough[variable], fine[variable], rtol=1e-5, err_msg=f"{name} {variable}")
