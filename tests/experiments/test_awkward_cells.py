"""Cells that a question was not made for: what is said must be true, and a number must be the one that it claims to be."""

from __future__ import annotations

import json
import math
import warnings

import numpy as np
import pytest

import loligo as lo
from loligo import experiments

SQUID = lo.cells.squid()
PASSIVE = lo.Cell("passive", [lo.Channel("leak", g=0.3, E=-65)])
TWO_RESTS = lo.Cell(
    "two rests",
    [
        lo.Channel("leak", g=0.3, E=-70),
        lo.Channel("NaP", g=0.5, E=50, m=lo.Gate(1, inf=1 / (1 + lo.exp(-(lo.V + 40) / 5)))),
    ],
)
BISTABLE = lo.cells.izhikevich_2007_inap_ik_bistable()  # rests, or fires for ever


def no_numbers(found, *kept):
    return all(math.isnan(found.attrs[name]) for name in json.loads(found.attrs["units"]) if name not in kept)


# threshold, strength and duration


def test_a_rheobase_below_the_weakest_pulse_of_the_scan():
    cell = lo.cells.wang_buzsaki_1996()
    found = experiments.strength_duration(cell, [1.0, 50.0], long=100, window=60, tolerance=1e-4)
    rheobase = found.attrs["rheobase"]
    assert found.attrs["status"] == "done" and 0.16 < rheobase < 0.3
    beside = [0.999 * rheobase, 1.001 * rheobase]
    runs = lo.simulate(
        cell, lo.Step(0, stop=100), duration=160, over={"stimulus.amplitude": beside}, record=lo.Spikes()
    )
    np.testing.assert_array_equal(runs.spike_count > 0, [False, True])


def test_graded_responses_have_no_rheobase():
    for cell in (PASSIVE, SQUID.block("Na", 1), SQUID.with_({"celsius": 35})):
        assert "graded" in experiments.strength_duration(cell, [1.0, 10.0]).attrs["status"]


def test_a_potential_that_runs_away_ends_no_threshold():
    """Long strong pulses take the ventricular cell to where its steps never end: that is no "no"."""
    found = experiments.threshold(lo.cells.beeler_reuter_1977(), 20, tolerance=1e-3)
    assert found.attrs["status"] == "done" and len(json.loads(found.attrs["answers"])) == 1


# refractoriness


def test_a_second_pulse_that_comes_before_the_spike_is_over():
    """With n stuck the spike of the first pulse still rises after 2 ms; later, no pulse fires it again."""
    found = experiments.refractory_period(SQUID.freeze("K.n"))
    assert np.isnan(found.ratio).all() and no_numbers(found, "resting_threshold", "first", "strongest")
    assert "absolutely refractory for longer than 40 ms" in found.attrs["status"]


def test_the_end_of_the_absolute_period_does_not_hang_on_the_intervals():
    """Soon after a spike only pulses of about one size fire it again, between those of any scan."""
    ends = [
        experiments.refractory_period(SQUID, intervals, first=20).attrs["absolute"]
        for intervals in ([7.0, 8.0], [10.0, 12.0], [8.1, 9.0])
    ]
    assert max(ends) - min(ends) < 1e-5 and 5.5 < ends[0] < 6.4185  # which a scan of 32 pulses found


def test_a_cell_with_quick_spikes_is_refractory_too():
    for cell in (lo.cells.connor_stevens_1977(), lo.cells.frankenhaeuser_huxley_1964()):
        found = experiments.refractory_period(cell, np.arange(2.0, 12.0))
        own = experiments.threshold(cell, 0.5).attrs["threshold"]
        assert found.attrs["resting_threshold"] == pytest.approx(own, rel=2e-6)
        assert 1 < found.attrs["absolute"] < 5


def test_a_long_spike_has_longer_intervals():
    """That of a ventricle lasts 290 ms."""
    found = experiments.refractory_period(lo.cells.beeler_reuter_1977(), tolerance=1e-3).attrs
    assert found["status"] == "done" and 280 < found["absolute"] < found["relative"] < 400


def test_a_cell_that_goes_on_firing_has_no_refractory_period():
    found = experiments.refractory_period(BISTABLE)
    assert "fires again without a second pulse" in found.attrs["status"]
    assert no_numbers(found, "resting_threshold", "first", "strongest")


def test_a_relative_period_that_does_not_end_says_so():
    found = experiments.refractory_period(lo.cells.wang_buzsaki_1996()).attrs
    assert math.isnan(found["relative"]) and "40 ms after the first pulse it still takes 1.049" in found["status"]


def test_a_relative_period_that_ends_slowly():
    """The threshold comes back to that at rest by 0.05 % in a ms: the period hangs on the last digits of both."""
    cell = lo.cells.rothman_manis_2003_type_ii()
    found = [experiments.refractory_period(cell, [25.0, 35.0], tolerance=t).attrs["relative"] for t in (1e-6, 5e-7)]
    assert found[0] == pytest.approx(found[1], rel=2e-6) and 30 < found[0] < 31


def test_the_absolute_period_below_the_shortest_interval():
    found = experiments.refractory_period(lo.cells.pospischil_2008_fs(), [2.0, 3.0, 5.0], tolerance=1e-4).attrs
    assert 1 < found["absolute"] < 2 < found["relative"] < 3


def test_a_graded_cell_has_no_refractory_period():
    found = experiments.refractory_period(SQUID.with_({"celsius": 35}))
    assert "graded" in found.attrs["status"] and np.isnan(found.ratio).all()


# firing


def test_the_onset_of_a_saddle_node_is_that_of_no_length_of_the_steps():
    """Rinzel & Ermentrout 1998: 39.96 µA/cm², arbitrarily slow in the one, not from a homoclinic orbit in the other."""
    for name, kind in (("class1", "class 1"), ("homoclinic", "class 2")):
        found = experiments.firing_rate(getattr(lo.cells, f"morris_lecar_1981_{name}")()).attrs
        assert found["onset"] == pytest.approx(39.96, abs=0.005) and found["excitability"] == kind
        assert (found["onset_rate"] == 0) == (kind == "class 1")


def test_a_slow_onset_does_not_hang_on_the_currents():
    cell = lo.cells.pospischil_2008_rs()
    found = [experiments.firing_rate(cell, steps, down=False) for steps in (None, np.linspace(0.1, 3, 30))]
    assert found[0].attrs["onset"] == pytest.approx(found[1].attrs["onset"], rel=1e-5)
    assert "its onset: of 2000 ms" in found[0].attrs["criterion"]
    beside = found[0].attrs["onset"] + np.array([-0.01, 0.01])
    longer = lo.simulate(cell, lo.Step(0), duration=8000, over={"stimulus.amplitude": beside}, record=lo.Spikes())
    assert [bool(times[np.isfinite(times)].max(initial=0) > 6000) for times in longer.spike_times.values] == [
        False,
        True,
    ]


def test_only_what_fires_once_is_of_class_3():
    steps = [10.0, 50.0]
    assert experiments.firing_rate(SQUID.freeze("K.n"), steps, duration=100).attrs["excitability"] == "class 3"
    for cell in (PASSIVE, lo.cells.morris_lecar_1981_class2()):
        found = experiments.firing_rate(cell, steps, duration=100)
        assert "unknown" in found.attrs["excitability"] and "10 to 50 µA/cm²" in found.attrs["status"]


def test_firing_beside_rest_is_followed_below_the_currents():
    found = experiments.firing_rate(BISTABLE).attrs
    assert found["bistable_from"] < 0  # not the lowest of the currents, 0.5
    last = []
    for current in (found["bistable_from"] + 0.01, found["bistable_from"] - 0.01):
        lowered = lo.Step(33, 0, 0.5) + lo.Ramp(current, 20, 420) + lo.Step(current, 420, 2000)
        last.append(float(lo.simulate(BISTABLE, lowered, duration=2000).spike_times.values[-1]))
    assert last[0] > 1990 > 1000 > last[1]


@pytest.mark.parametrize("name", ["noble_1962", "destexhe_1996_tc", "butera_1999_model1"])
def test_a_pacemaker_has_no_onset(name):
    found = experiments.firing_rate(getattr(lo.cells, name)(), [0.5, 1.0], down=False)
    assert "no stable resting state" in found.attrs["status"] and math.isnan(found.attrs["onset"])
    assert "no stable resting state" in found.attrs["excitability"]


def test_usual_currents_fit_the_unit_of_the_cell():
    absolute = lo.cells.rothman_manis_2003_type_ii()  # 12 pF
    found = experiments.latency(absolute)
    assert found.attrs["status"] == "done" and float(found.amplitude.max()) == pytest.approx(600)
    assert "600 pA" in experiments.firing_rate(absolute).attrs["status"]


# when, and how


def test_what_the_current_alone_does_is_no_spike():
    assert "fires at none" in experiments.latency(PASSIVE).attrs["status"]
    assert np.isnan(experiments.latency(PASSIVE).latency).all()
    found = experiments.adaptation(PASSIVE, 25).attrs
    assert found["spikes"] == 0 and found["status"] == "passive does not fire in 500 ms of 25 µA/cm²"
    found = experiments.accommodation(PASSIVE, 25.0, longest=20, points=10).attrs
    assert "the current alone" in found["status"] and math.isnan(found["slowest_duration"])


def test_a_return_to_rest_is_no_rebound():
    """Without potassium the axon rests at -0.6 mV."""
    found = experiments.rebound(SQUID.block("K", 1)).attrs
    assert math.isnan(found["most"]) and "rests at -0.6 mV" in found["status"]


def test_without_rest_there_is_nothing_to_excite():
    cell = SQUID.with_({"K.E": -55})
    for ask, kept in (
        (experiments.latency, ()),
        (experiments.rebound, ()),
        (experiments.anatomy, ("peak", "peak_time", "trough", "trough_time")),
        (experiments.energy, ("peak", "peak_time", "trough", "trough_time")),
        (experiments.dose_response, ()),
        (experiments.temperature, ()),
    ):
        found = ask(cell, **({"channel": "Na"} if ask is experiments.dose_response else {}))
        assert "no stable resting state" in found.attrs["status"] and no_numbers(found, *kept)


def test_a_current_without_rest_cannot_rise_slowly_enough():
    found = experiments.accommodation(lo.cells.wang_buzsaki_1996(), points=20).attrs
    assert "however slowly" in found["status"] and math.isnan(found["slowest_duration"])


# one spike


@pytest.mark.parametrize("cell", [PASSIVE, SQUID.block("Na", 1), SQUID.block("K", 1)])
def test_what_is_no_spike_has_no_anatomy(cell):
    found = experiments.anatomy(cell)
    assert "does not fire" in found.attrs["status"] and found.attrs["carries_upstroke"] == ""
    assert no_numbers(found, "peak", "peak_time", "trough", "trough_time")


def test_a_spike_that_was_blocked_costs_nothing_that_is_known():
    found = experiments.energy(SQUID.block("Na", 1))
    assert "does not fire" in found.attrs["status"] and math.isnan(found.attrs["sodium"])


def test_one_spike_of_a_train_is_taken_apart():
    found = experiments.anatomy(BISTABLE, 15.0)
    assert "until the next spike begins" in found.attrs["criterion"] and float(found.time[-1]) < 3
    v = found.V.values
    assert ((v[1:] >= -30) & (v[:-1] < -30)).sum() == 1
    inward = -(found["NaP.I"] - found["NaP.I"][0])
    assert found.attrs["NaP.charge_in"] < 1000 < float(inward.sum()) * 0.002 * 45  # of the 30 ms it were those of 13


def test_the_long_spike_of_a_ventricle_is_seen_to_its_end():
    """Beeler & Reuter 1977, figure 5: about 300 ms."""
    cell = lo.cells.beeler_reuter_1977()
    found = experiments.anatomy(cell).attrs
    assert found["status"] == "done" and 250 < found["apd90"] < 320
    assert "does not end: 50 ms" in experiments.anatomy(cell, window=50).attrs["status"]


def test_the_steepest_rise_of_one_compartment_of_two():
    """Between compartments current flows, too: the currents of the membrane do not make up dV/dt."""
    cell = lo.cells.mainen_sejnowski_1996_2comp()
    found = experiments.anatomy(cell, 5, 1)
    slope = np.gradient(found.V.values, found.time.values).max()
    assert found.attrs["rise"] == pytest.approx(slope, rel=0.01)
    assert found.attrs["carries_upstroke"] == "Na"


# series


def test_a_cell_that_does_not_depend_on_temperature():
    found = experiments.temperature(lo.cells.wang_buzsaki_1996(), [10.0, 20.0])
    assert "does not depend on temperature" in found.attrs["status"] and math.isnan(found.attrs["block"])


def test_a_block_is_from_where_on_nothing_is_all_or_none():
    cell = SQUID.with_({"leak.E": -25})  # at 0 °C it does not rest
    found = experiments.temperature(cell, [0.0, 10.0, 20.0, 30.0])
    assert found.attrs["block"] == 30 and "at 0 °C" in found.attrs["status"]
    assert "no all-or-none response" in experiments.dose_response(PASSIVE, "leak", [0.0, 0.5]).attrs["status"]


def test_a_cell_that_15_mv_do_not_fire_has_a_spike_in_a_series():
    found = experiments.dose_response(lo.cells.pospischil_2008_rs(), "Na", [0.0, 0.2])
    assert (found.peak > 30).all() and np.isfinite(found.apd90).all()


# voltage clamp, impedance


def test_the_largest_inward_current_also_where_an_outward_one_is_larger():
    found = experiments.current_voltage(SQUID)
    least = found.I_clamp.min("time")
    assert found.attrs["largest_inward"] == pytest.approx(float(least.min()), rel=1e-4)
    assert found.attrs["largest_inward_at"] == float(found.voltage[int(least.values.argmin())]) == -5
    outward = experiments.current_voltage(PASSIVE, voltages=[-60, -50]).attrs
    assert math.isnan(outward["largest_inward"])


def test_a_reversal_at_the_first_potential():
    found = experiments.current_voltage(SQUID.with_({"K.E": -100}), voltages=[-100, -50, 0]).attrs
    assert found["K.reversal"] == -100 and math.isnan(
        experiments.current_voltage(SQUID.block("K", 1)).attrs["K.reversal"]
    )


def test_a_ramp_on_cells_without_gates_or_with_two_compartments():
    assert experiments.voltage_ramp(PASSIVE).attrs["zero"] == pytest.approx(-65)
    found = experiments.voltage_ramp(lo.cells.pinsky_rinzel_1994(), duration=100).attrs
    assert "several compartments" in found["status"] and math.isfinite(found["zero"])


def test_a_clamp_of_a_compartment_beside_the_one_that_is_stimulated():
    found = experiments.current_voltage(lo.cells.mainen_sejnowski_1996_2comp(), voltages=[-20, 0, 20])
    assert (found["Na.peak"] < 0).all()


def test_a_current_that_is_not_there():
    gone = SQUID.block("K", 1)
    found = experiments.tail_currents(gone).attrs
    assert "no current of K" in found["status"] and math.isnan(found["conductance"])
    for ask in (experiments.inactivation, experiments.recovery):
        assert "no current of Na" in ask(SQUID.block("Na", 1)).attrs["status"]


def test_prepulses_that_cannot_be_carried_out_are_named():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = experiments.inactivation(lo.cells.beeler_reuter_1977(), [-140, -90, -80, -75, -70, -60])
    assert "prepulses of -140 mV" in found.attrs["status"] and -76 < found.attrs["half"] < -72


def test_a_recovery_beyond_the_intervals():
    cell = lo.cells.beeler_reuter_1977()
    assert "slower than the longest" in experiments.recovery(cell).attrs["status"]
    assert "faster than the shortest" in experiments.recovery(lo.cells.butera_1999_model1()).attrs["status"]


def test_rates_that_records_do_not_determine():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = experiments.recover_rates(SQUID.block("K", 1), voltages=[-60, 0, 20]).attrs
    assert "do not determine" in found["status"] and "K.n.alpha" in found["status"]


def test_the_impedance_of_a_frozen_gate_at_0_hz():
    """1 / (dI/dV) with n held, not with n at its steady value."""
    stuck = SQUID.freeze("K.n")
    found = experiments.impedance(stuck, [0.0, 0.01]).attrs
    step = lo.simulate(stuck, lo.Step(0.01), duration=200, tolerance=1e-10)
    assert found["at_zero"] == pytest.approx((float(step.V[-1]) - float(step.V[0])) / 0.01, rel=0.02)


def test_impedance_in_the_unit_of_the_cell():
    for cell, unit in ((SQUID, "kΩ·cm²"), (lo.cells.rothman_manis_2003_type_ii(), "GΩ")):
        found = experiments.impedance(cell)
        assert json.loads(found.attrs["units"])["largest"] == found.impedance.attrs["units"] == unit


def test_which_of_two_rests_is_said():
    for ask in (experiments.threshold, experiments.latency, experiments.impedance):
        assert "lowest of 2 stable resting states" in ask(TWO_RESTS).attrs["criterion"]
    assert "resting states" not in experiments.threshold(SQUID).attrs["criterion"]


# comparisons


def test_fibres_are_compared():
    """A cell beside a fibre stands for the same fibre of it; one that does not conduct, for an answer that says so."""
    cell = SQUID.with_({"celsius": 18.5})
    axon = lo.Cable(cell, length=30_000, diameter=476, Ra=35.4, n=300)
    what = {"less Na": cell.block("Na", 0.3), "no Na": cell.block("Na", 1)}
    found = experiments.compare(axon, what, "conduction_velocity")
    alone = experiments.conduction_velocity(axon.with_(cell=what["less Na"])).attrs["velocity"]
    assert list(found) == ["squid", "less Na", "no Na"] and found["less Na"].attrs["velocity"] == alone
    assert math.isnan(found["no Na"].attrs["velocity"]) and "no propagated impulse" in found["no Na"].attrs["status"]
    with pytest.raises(lo.SimulationError, match="no propagated impulse"):
        experiments.compare({"no Na": axon.with_(cell=what["no Na"])}, None, "conduction_velocity")
    for wrong in (7, {"seven": 7}):
        with pytest.raises(lo.LoligoError, match="7"):
            experiments.compare(wrong)


def test_what_an_electrode_sees_of_no_impulse():
    """A fibre without sodium channels: what is left is the stimulus, and that is said."""
    silent = lo.Cable(lo.cells.squid().block("Na", 1), 40_000, 476, 35.4, n=100)
    found = experiments.extracellular_potential(silent)
    assert "no impulse passes" in found.attrs["status"] and found.V.max() < 0


def test_the_channel_in_question():
    """Na and K where there are such; else one that is called so, else the first with gates; another by name only."""
    for cell, inactivating, tailing in (
        (SQUID, "Na", "K"),
        (lo.cells.rothman_manis_2003_type_i_c(), "Na", "KHT"),
        (lo.cells.chay_keizer_1983(), "CaV", "K"),
        (PASSIVE, "leak", "leak"),
    ):
        assert experiments.inactivation(cell, [-100, -60, -20]).attrs["channel"] == inactivating
        assert experiments.tail_currents(cell).attrs["channel"] == tailing
    with pytest.raises(lo.LoligoError, match="no channel 'Ca'; it has Na, K, leak; name one"):
        experiments.recovery(SQUID, channel="Ca")


def test_oscillations_below_the_criterion_are_mentioned():
    """With E_K at -55 mV the squid axon oscillates for ever, but below 0 mV: no spikes, and not nothing."""
    restless = SQUID.with_({"K.E": -55})
    said = experiments.firing_rate(restless).attrs["status"]
    assert "upstrokes of at least 40 mV that end below the spike threshold of 0 mV" in said
    assert said.endswith("give spike_threshold")
    assert (experiments.firing_rate(restless, spike_threshold=-25).rate > 0).any()
    assert "upstrokes" not in experiments.firing_rate(SQUID.block("Na", 1)).attrs["status"]


def test_a_stiff_cell_is_not_given_up():
    """A gate of 0.5 µs needs thousands of steps for each ms, and is worth them: as good as one that follows at once."""
    steady = 1 / (1 + lo.exp(-(lo.V + 40) / 5))
    at_once, stiff = (
        SQUID + lo.Channel("X", g=0.05, E=-65, x=lo.Gate(1, inf=steady, **speed)) for speed in ({}, {"tau": 0.0005})
    )
    expected, found = (experiments.threshold(cell, 1.0).attrs for cell in (at_once, stiff))
    assert found["status"] == "done" and found["threshold"] == pytest.approx(expected["threshold"], rel=2e-6)
