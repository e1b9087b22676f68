"""Current against voltage through an amplifier."""

import numpy as np
import pytest

import loligo as lo
from loligo.experiments import current_voltage

SQUID = lo.cells.squid()
VOLTAGES = np.arange(-60.0, 21.0, 10.0)


def test_a_good_amplifier_is_an_ideal_clamp():
    rig = lo.Amplifier(series_resistance=0.01, area=1257, bandwidth=1000)
    good, ideal = current_voltage(SQUID, voltages=VOLTAGES, clamp=rig), current_voltage(SQUID, voltages=VOLTAGES)
    for name in ("Na.peak", "K.steady", "Na.peak_conductance"):
        assert good[name].values == pytest.approx(ideal[name].values, rel=0.02, abs=1.0)
    assert good["Na.peak_ideal"].values == pytest.approx(ideal["Na.peak"].values, rel=1e-12)
    assert abs(good.attrs["largest_error"]) < 0.4
    assert good["peak"].values == pytest.approx(ideal["peak"].values, rel=0.02, abs=8)  # filtered at 10 kHz


def test_series_resistance_makes_the_current_a_cliff_and_compensation_mends_it():
    poor, better = (
        current_voltage(SQUID, voltages=VOLTAGES, clamp=lo.Amplifier(series_resistance=5, area=1257, compensation=c))
        for c in (0, 90)
    )
    ideal = poor["Na.peak_ideal"].values
    at = VOLTAGES == -50
    assert poor["Na.peak"].values[at] < 10 * ideal[at] < 0  # V has escaped
    assert poor["V_error"].values[at] > 40
    assert abs(better["Na.peak"].values - ideal).max() < 0.5 * abs(poor["Na.peak"].values - ideal).max()
    assert abs(better.attrs["largest_error"]) < abs(poor.attrs["largest_error"])
    error = poor["V"].values - VOLTAGES[:, None]
    late = poor["I_true"].values[:, -1]
    assert error[:, -1] == pytest.approx(-5 * late, rel=0.02, abs=0.05)


def test_what_cannot_be():
    with pytest.raises(lo.LoligoError, match="give an Amplifier without a command"):
        current_voltage(SQUID, clamp=lo.VoltageClamp(-65, 0, 0, 1))
    with pytest.raises(lo.LoligoError, match="area: the currents of squid are per area"):
        current_voltage(SQUID, clamp=lo.Amplifier())
    found = current_voltage(SQUID, voltages=[0, 20], clamp=lo.Amplifier(area=1257, correction=95, neutralised=0))
    assert "the amplifier is unstable" in found.attrs["status"]
    assert lo.plot(found) is not None


def test_leak_subtraction_takes_away_what_charges_the_membrane():
    """Whatever the amplifier does not cancel is linear, and P/N knows."""
    rig = lo.Amplifier(series_resistance=0.02, area=1257, cancelled=0, filter=20)
    found = lo.experiments.leak_subtraction(SQUID, clamp=rig, duration=5)
    early = found.sel(time=slice(0, 0.03))
    transient = abs(early.measured).max()
    assert transient > 3_000
    assert abs(early.corrected - early.true).max() < 0.01 * transient
    ideal = lo.experiments.leak_subtraction(SQUID, duration=5)
    late = slice(2, 5)  # later by the delay of the filter, and with V off by a third of a millivolt
    assert found.corrected.sel(time=late).values == pytest.approx(
        ideal.corrected.sel(time=late).values, rel=0.02, abs=20
    )


def test_a_slow_ramp_through_an_amplifier():
    rig = lo.Amplifier(series_resistance=2, area=1257, correction=50)
    found, ideal = (lo.experiments.voltage_ramp(SQUID, duration=200, clamp=c) for c in (rig, None))
    assert "amplifier (2 MΩ, prediction 0 %, correction 50 %)" in found.attrs["criterion"]
    assert float(found.current.sel(voltage=50, method="nearest")) < 0.9 * float(ideal.current[-1])
    unstable = pytest.raises(lo.LoligoError, match="clamp: the amplifier is unstable")
    with pytest.warns(lo.LoligoWarning), unstable:
        lo.experiments.voltage_ramp(SQUID, clamp=rig.with_(correction=95, neutralised=0))


def test_prepulses_and_pairs_of_pulses_through_an_amplifier():
    """A poor clamp lets V escape, so that the first opening of the channels looks like all of them."""
    poor = lo.Amplifier(series_resistance=3, area=1257)
    good = lo.Amplifier(series_resistance=0.02, area=1257)
    prepulses = [-100.0, -80.0, -65.0, -50.0]
    options = {"duration": 20, "pulse_duration": 3, "pulse": -20}
    ideal = lo.experiments.inactivation(SQUID, prepulses, **options)
    near, far = (lo.experiments.inactivation(SQUID, prepulses, clamp=c, **options) for c in (good, poor))
    assert near.available.values == pytest.approx(ideal.available.values, abs=0.01)
    assert abs(far.available - ideal.available).max() > 0.05
    assert far.attrs["criterion"].startswith("amplifier (3 MΩ")
    gaps = [1.0, 4.0, 16.0]
    same = lo.experiments.recovery(SQUID, gaps, pulse_duration=3, clamp=good)
    assert same.recovered.values == pytest.approx(
        lo.experiments.recovery(SQUID, gaps, pulse_duration=3).recovered.values, abs=0.01
    )
