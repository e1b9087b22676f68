"""Experiments on fibres against closed forms, and what is known of nerves."""

from __future__ import annotations

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

import loligo as lo
from loligo import experiments
from loligo.experiments.fibres.branching import fork
from loligo.experiments.fibres.runs import straight

SQUID = lo.cells.squid()
WARM = SQUID.with_({"celsius": 18.5})
AXON = lo.Cable(WARM, 40_000, 476, 35.4, n=200)
PASSIVE = lo.Cell("passive", [lo.Channel("leak", g=0.1, E=-70)])
FROG = lo.cells.frankenhaeuser_huxley_1964()


@pytest.mark.parametrize("right", ["sealed", "killed", -70.0])
@pytest.mark.parametrize("length", [300, 2000, 20_000])
def test_input_resistance_and_length_constant_in_closed_form(length, right):
    """Rall 1959: the end of a semi-infinite cable times coth or tanh of its length."""
    d, ra, g = 4e-4, 150.0, 1e-4
    reach, endless = math.sqrt(d / (4 * ra * g)), 2 / math.pi * math.sqrt(ra / g) * d**-1.5
    whole = length * 1e-4 / reach
    exact = endless * (1 / math.tanh(whole) if right == "sealed" else math.tanh(whole))
    found = experiments.length_constant(lo.Cable(PASSIVE, length, 4, ra, n=max(100, length // 25), right=right)).attrs
    assert found["input_resistance_theory"] == pytest.approx(exact * 1e-6, rel=1e-12)
    assert found["input_resistance"] == pytest.approx(exact * 1e-6, rel=2e-5)
    assert found["length_constant"] == pytest.approx(reach * 1e4, rel=1e-5)
    assert found["error"] < 2e-5
    if length == 20_000:
        assert found["input_resistance"] == pytest.approx(found["infinite_resistance"], rel=1e-5)


def test_of_a_membrane_with_gates_the_slope_counts():
    """Not the chord conductance: the resistance to 0 Hz that impedance finds, published as 0.85697516 kΩ·cm²."""
    found = experiments.length_constant(AXON.with_(length=20_000)).attrs
    assert found["slope_resistance"] == pytest.approx(0.85697516, rel=1e-8)
    assert found["length_constant"] == pytest.approx(found["length_constant_theory"], rel=1e-6)
    assert found["error"] < 2e-6


@pytest.mark.parametrize("cell", [PASSIVE, SQUID.with_({"K.E": -55})])
def test_where_no_impulse_can_run(cell):
    with pytest.raises(lo.SimulationError):
        experiments.travelling_wave(lo.Cable(cell, 10_000, 10))


def test_a_dead_membrane_is_refused_with_what_came_to_the_end():
    with pytest.raises(lo.SimulationError, match=r"no propagated impulse: V at the far end reached -6\d"):
        experiments.conduction_velocity(AXON.with_({"Na.g": 30}), duration=5)
    with pytest.raises(lo.SimulationError, match="no propagated impulse: V at the far end reached"):
        experiments.conduction_velocity(AXON, lo.Step(10, stop=0.1), duration=5)


@pytest.mark.parametrize("name", experiments.ON_FIBRES)
def test_a_cell_is_no_fibre(name):
    with pytest.raises(lo.LoligoError, match=f"{name} needs a"):
        getattr(experiments, name)(SQUID)


@pytest.mark.parametrize("name", ["traub_miles_1991", "pospischil_2008_rs", "connor_stevens_1977"])
def test_the_wave_of_other_cells_is_what_runs(name):
    """Two methods that share no equation solver."""
    fibre = lo.Cable(getattr(lo.cells, name)(), 1000, 10, 100)
    fibre = fibre.with_(length=300 * fibre.automatic_dx, n=300)
    run, wave = experiments.conduction_velocity(fibre, duration=40).attrs, experiments.travelling_wave(fibre).attrs
    assert abs(run["velocity"] - wave["velocity"]) < run["error"] < 2e-3 * run["velocity"]
    assert run["order"] == pytest.approx(2, abs=0.3)


def test_where_dx_is_too_coarse_the_error_says_so():
    """The foot of this cell's impulse grows by 166 per ms: the order that refinement shows is not 2."""
    fibre = lo.Cable(lo.cells.olufsen_2003_rtm(), 1000, 10, 100)
    fibre = fibre.with_(length=300 * fibre.automatic_dx, n=300)
    run, wave = experiments.conduction_velocity(fibre, duration=20).attrs, experiments.travelling_wave(fibre).attrs
    assert not abs(run["order"] - 2) < 0.7
    assert 0.03 < abs(run["velocity"] - wave["velocity"]) < run["error"]


def test_velocity_goes_with_the_square_root_of_the_diameter():
    """Whatever the compartments: their number per length constant differs here."""
    found = [lo.conduction_velocity(lo.Cable(WARM, x, d, 35.4), duration=8).attrs["velocity"]
             for x, d in ((50_000, 476), (12_000, 40))]  # fmt: skip
    assert found[0] / found[1] == pytest.approx(math.sqrt(476 / 40), rel=5e-4)
    curve = experiments.velocity_vs_diameter(AXON, [119, 238, 952])
    assert curve.attrs["exponent"] == pytest.approx(0.5, abs=max(2 * curve.attrs["exponent_error"], 1e-6))
    other = experiments.velocity_vs_diameter(AXON.with_(Ra=4 * 35.4), [119, 476]).velocity
    assert float(other[1]) == pytest.approx(18.731888 / 2, rel=1e-3)  # and with one over the root of Ra


def test_velocity_of_a_myelinated_fibre_is_in_proportion():
    found = experiments.velocity_vs_diameter(lo.Myelinated(FROG, 14), [7, 14, 28], duration=5)
    assert found.attrs["exponent"] == pytest.approx(1, abs=2e-3)


def test_runs_and_waves_agree_about_temperature():
    tapering = AXON.with_(diameter=lambda x: 476.0)  # not known to be uniform: by runs
    celsius = [10, 18.5, 30]
    runs, waves = (experiments.velocity_vs_temperature(f, celsius, duration=8) for f in (tapering, AXON))
    assert runs.attrs["criterion"] != waves.attrs["criterion"]
    assert runs.velocity.values == pytest.approx(waves.velocity.values, rel=2e-3)


@pytest.mark.slow
def test_the_block_of_a_fibre_by_runs_is_below_that_of_the_wave():
    found = experiments.velocity_vs_temperature(AXON.with_(diameter=lambda x: 476.0, length=60_000), [30, 33, 36])
    assert found.attrs["block"] == pytest.approx(33.69, abs=0.7)


def test_the_safety_factor_is_one_over_what_fires():
    """By hand: the delivered current, weakened to just above and below, in the same membrane by itself."""
    found = experiments.safety_factor(AXON)
    factor = found.attrs["safety_factor"]
    for times, fires in ((1.002, True), (0.998, False)):
        pulse = lo.Waveform(found.time.values, times / factor * found.delivered.values)
        ds = lo.simulate(WARM, pulse, duration=12, spike_threshold=-20)
        assert (float(ds.V.max()) > -20) == fires
    assert found.attrs["charge"] / found.attrs["least_charge"] == pytest.approx(factor, rel=1e-9)
    # the core's current is C V'' / K of the wave: what it charges the membrane with, up to the steepest point
    wave = experiments.travelling_wave(AXON).attrs
    assert found.attrs["charge"] == pytest.approx(wave["rise"] / wave["K"], rel=2e-3)


def test_safety_falls_with_sodium_and_the_run_agrees_with_the_wave():
    factors = [experiments.safety_factor(AXON.with_({"Na.g": g})).attrs["safety_factor"] for g in (120, 80, 60, 48)]
    assert all(a > b > 1 for a, b in pairwise(factors))
    run = experiments.safety_factor(AXON.with_(diameter=lambda x: 476.0, n=800), duration=5, dt=0.0025).attrs
    assert run["safety_factor"] == pytest.approx(factors[0], rel=0.01)


def test_safety_of_a_myelinated_fibre_falls_to_one_where_conduction_fails():
    factors = []
    for part in (1, 0.4, 0.25):
        node = FROG.with_({"Na.P": part * FROG.parameters["Na.P"].value})
        factors.append(experiments.safety_factor(lo.Myelinated(node, 14), duration=6).attrs["safety_factor"])
    assert 1.5 > factors[0] > factors[1] > factors[2] and factors[2] == pytest.approx(1.05, abs=0.05)
    with pytest.raises(lo.SimulationError, match="no propagated impulse at"):
        experiments.safety_factor(lo.Myelinated(FROG.with_({"Na.P": 0.0016}), 14), duration=6)


def test_a_branch_point_of_ratio_one_is_not_noticed():
    """Rall's equivalent cylinder."""
    found = experiments.branch_block(AXON.with_(length=20_000, n=100), [1, 4], tolerance=0.3)
    assert found.delay.values[0] == pytest.approx(0, abs=1e-9) and found.delay.values[1] > 0.05
    tree = fork(AXON, 3.0, daughters=2)
    assert sum(s.profile[0][1] ** 1.5 for s in tree.sections[1:]) / 476**1.5 == pytest.approx(3)
    plain = lo.simulate(fork(AXON, 1.0, daughters=1), lo.Step(20_000, stop=0.5), duration=5, where="parent")
    both = lo.simulate(fork(AXON, 1.0, daughters=2), lo.Step(20_000, stop=0.5), duration=5, where="parent")
    ends = [float(ds.arrival.values[(ds.section == "daughter0").values][-1]) for ds in (plain, both)]
    assert ends[0] == pytest.approx(ends[1], abs=2e-3)


def test_a_branch_point_blocks_above_a_ratio_of_about_ten():
    """Goldstein & Rall 1974, at all of whose membranes it fails beyond about 10; sooner in the warmth (Westerfield 1978)."""
    found = {t: experiments.branch_block(AXON.with_({"celsius": t}, length=20_000, n=64), [4, 40]) for t in (18.5, 25)}
    critical = {t: ds.attrs["critical"] for t, ds in found.items()}
    assert 9 < critical[18.5] < 16 and critical[25] < critical[18.5]
    assert found[18.5].passes.values.tolist() == [1, 0]


def test_impulses_that_collide_end():
    found = experiments.collision(AXON, duration=6)
    assert found.attrs["place"] == pytest.approx(20_000, abs=20) and found.attrs["passed"] == 1
    late = found.V.sel(time=slice(found.attrs["time"] + 2.5, None))
    assert float(late.max()) < -55  # nothing comes through
    alone = lo.simulate(AXON, lo.Step(20_000, stop=0.5), duration=6)
    assert float(alone.arrival.max()) > found.attrs["time"] + 0.8


def test_the_wake_of_an_impulse():
    """Slower close behind, faster farther on, and at last the same (Miller & Rinzel 1981)."""
    found = experiments.refractory_wake(AXON, [1, 3, 6, 30], dt=0.01)
    ratio = found.ratio.values
    assert np.isnan(ratio[0]) and ratio[1] < 0.95 and ratio[2] > 1.02 and ratio[3] == pytest.approx(1, abs=1e-4)
    assert 1 < found.attrs["absolute"] < 3
    assert found.attrs["velocity"] == pytest.approx(18.73, rel=3e-3)


class TestOutside:
    """The potential of line sources, and its reverse."""

    def test_potential_of_a_line_by_quadrature(self):
        line = straight(lo.Cable(PASSIVE, 1000, 5, n=7))
        electrode = lo.PointElectrode(330, 40, resistivity=250)
        weights = line.transfer(electrode)
        for i in (0, 2, 6):
            mean, _ = quad(lambda x: 1 / math.hypot(x - 330, 40), line.begin[i], line.end[i], epsabs=1e-14)
            volt = 250 / (4 * math.pi) * 1e-9 / 1e-4 * mean / (line.end[i] - line.begin[i])  # Ω·cm A / cm
            assert weights[i] == pytest.approx(volt * 1e3, rel=1e-10)

    def test_far_away_it_is_a_point_in_the_middle(self):
        line = straight(lo.Cable(PASSIVE, 1000, 5, n=10))
        weights = line.transfer(lo.PointElectrode(500, 1e6))
        assert weights == pytest.approx(np.full(10, 1e-2 * 300 / (4 * math.pi * 1e6)), rel=1e-6)

    def test_the_activating_function_changes_sign_where_it_should(self):
        """The second derivative of 1 / sqrt(x² + h²) is zero at x = h / sqrt(2) (Rattay 1986)."""
        cable = lo.Cable(WARM, 40_000, 476, n=4000)
        found = experiments.extracellular_strength_duration(
            cable.with_(n=400), lo.PointElectrode(20_000, 2000), [1.0], window=5, tolerance=0.5
        )
        x, f = found.x.values, found.activating.values
        k = np.flatnonzero(np.diff(np.sign(f)))
        zeros = x[k] - f[k] * np.diff(x)[k] / np.diff(f)[k]
        inner = zeros[np.abs(zeros - 20_000) < 5000]
        assert inner == pytest.approx(20_000 + np.array([-1, 1]) * 2000 / math.sqrt(2), abs=5)
        assert f[np.abs(x - 20_000).argmin()] > 0  # a cathode
        assert abs((found.activating.values * cable.cell.capacitance.value).sum()) < 1e-6 * f.max()

    def test_a_passive_fibre_follows_theory(self):
        """In a uniform field gradient nothing happens but at the ends; the rest of charge is kept."""
        line = straight(lo.Cable(PASSIVE, 2000, 4, 150, n=50))
        reached = np.zeros(50)
        for k, w in line.reached(lo.PointElectrode(700, 100)):
            reached[k] = w
        assert abs(reached.sum()) < 1e-12 * np.abs(reached).max()

    def test_reciprocity(self):
        """V here for an electrode there is the potential there for a current here, up to the sign of its return."""
        cable, electrode = lo.Cable(PASSIVE, 2000, 4, 150, n=80), lo.PointElectrode(900, 60)
        line = straight(cable)
        outer = lo.simulate(cable, lo.Step(100, at=electrode), duration=120, dt=0.1, every=120, where=[312.5])
        inner = lo.simulate(cable, lo.Step(100, at=312.5), duration=120, dt=0.1, every=120)
        current = line.membrane_current(inner.V.values[-1:])[0]
        assert float(outer.V[-1, 0] + 70) == pytest.approx(float(line.transfer(electrode) @ current), rel=1e-6)

    def test_a_sweep_of_an_electrode_outside_is_its_single_runs(self):
        pulse = lo.Step(-1e5, stop=0.1, at=lo.PointElectrode(20_000, 1000))
        strengths = [-2e5, -3e5, -4e5, -6e5]
        swept = lo.simulate(
            AXON, pulse, duration=3, over={"stimulus.amplitude": strengths}, record=lo.Peak(), where=[0]
        )
        for i, strength in enumerate(strengths):
            alone = lo.simulate(AXON, pulse.with_(amplitude=strength), duration=3, record=lo.Peak(), where=[0])
            assert float(swept.V_peak[i, 0]) == pytest.approx(float(alone.V_peak[0]), abs=1e-6)
        assert float(swept.V_peak[0, 0]) < -50 < 0 < float(swept.V_peak[-1, 0])

    def test_the_spike_outside_is_triphasic_and_smaller_farther_away(self):
        places = [lo.PointElectrode(25_000, h) for h in (500, 1000, 4000)]
        found = experiments.extracellular_potential(AXON, places, duration=4)
        sizes = [float(np.ptp(found[f"potential {i}"].sel(time=slice(0.6, None)).values)) for i in range(3)]
        assert sizes[0] > 1.5 * sizes[1] > 4 * sizes[2] / 2
        seen = found["potential 0"].sel(time=slice(0.6, 3.5)).values
        low = int(seen.argmin())
        assert seen[:low].max() > 0.2 * -seen[low] and seen[low:].max() > 0.05 * -seen[low]
        at_peak = found.time.values[int(found["V"].values.argmax())]
        assert at_peak == pytest.approx(found.time.sel(time=slice(0.6, None)).values[low], abs=0.15)

    def test_a_cathode_needs_less_than_an_anode_and_short_pulses_need_a_charge(self):
        curves = {
            sign: experiments.extracellular_strength_duration(
                AXON, lo.PointElectrode(20_000, 1000), [0.02, 0.04, 1, 5], polarity=sign, window=6, tolerance=0.01
            )
            for sign in (-1, 1)
        }
        cathode, anode = (curves[s].threshold.values for s in (-1, 1))
        assert (np.diff(cathode) < 0).all() and (anode > 3 * cathode).all()
        assert curves[-1].charge.values[0] == pytest.approx(curves[-1].charge.values[1], rel=0.1)
        assert json.loads(curves[-1].attrs["units"])["rheobase"] == "µA"

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda: lo.PointElectrode(0, 0), "distance = 0 µm; give a positive"),
            (lambda: lo.PointElectrode(0, 10, resistivity=-1), "resistivity = -1"),
            (lambda: lo.simulate(AXON, lo.Step(1, at=lo.PointElectrode(100, 100)), duration=1), "inside the fibre"),
            (
                lambda: lo.simulate(
                    fork(AXON, 2), lo.Step(1, at=lo.PointElectrode(0, 999)), duration=1, where="parent"
                ),
                "beside a straight fibre",
            ),
            (lambda: experiments.extracellular_potential(AXON, [5]), "electrodes: 5; give"),
            (lambda: experiments.extracellular_potential(AXON, []), "at least one"),
            (lambda: experiments.extracellular_strength_duration(AXON, polarity=2), "polarity: 2"),
            (lambda: lo.simulate(SQUID, lo.Step(1, at=lo.PointElectrode(0, 10)), duration=1), "a cell is one point"),
            (
                lambda: lo.VoltageClamp(hold=-65, step=0, start=0, stop=1, at=lo.PointElectrode(0, 10)),
                "is outside the fibre; a clamp holds V",
            ),
        ],
    )
    def test_mistakes_are_said(self, make, words):
        with pytest.raises(lo.LoligoError, match=words):
            make()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: experiments.velocity_vs_diameter(AXON, [476]), "two or more"),
        (lambda: experiments.velocity_vs_diameter(AXON.with_(diameter=lambda x: 5), [1, 2]), "one diameter"),
        (lambda: experiments.branch_block(AXON, [0]), "positive geometric ratios"),
        (lambda: experiments.branch_block(AXON, daughters=0), "daughters: 0"),
        (lambda: experiments.refractory_wake(AXON, [-1]), "longer than 0"),
        (lambda: experiments.length_constant(AXON.with_(left="killed")), "leave it sealed"),
        (lambda: experiments.length_constant(AXON, 0), "give a current"),
        (lambda: experiments.safety_factor(lo.Myelinated(FROG, 14), at=1e6), "off the fibre"),
        (lambda: experiments.propagated(lo.Myelinated(FROG, 14)), "Cable of one diameter"),
    ],
)
def test_mistakes_are_said(make, words):
    with pytest.raises(lo.LoligoError, match=words):
        make()
