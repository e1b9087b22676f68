"""Hopf points, folds of cycles and cycles of `numbers/hh_numbers.json`, computed by Loligo; u is V + 65 mV."""

from __future__ import annotations

from functools import lru_cache

import exact
import numpy as np
import pytest
from printed import compare, hh, table

import loligo as lo
from loligo.dynamics import Options
from loligo.dynamics.crossings import extreme_phase
from loligo.dynamics.cycles import CycleCurve, exactly, from_orbit
from loligo.dynamics.field import Field

NUMBERS = hh()
CURRENT = "stimulus.amplitude"
SQUID = lo.cells.squid()
SAMPLES = "The printed extreme is that of samples along the cycle, and so a little less far."


@lru_cache
def diagram(celsius=6.3, leak=-54.387, cycles=True):
    """What the axon does from 0 to 200 µA/cm²."""
    cell = SQUID.with_({"celsius": celsius, "leak.E": leak})
    return lo.dynamics.continuation(cell, CURRENT, (-10, 200), cycles=cycles)


def cycle(current, celsius=6.3, stable=True):
    """The cycle at a current: that of the branch which is nearest, moved there and solved on a fine mesh."""
    found = diagram(celsius)
    (branch,) = found.cycles
    known = dict(zip(branch.parameter, branch.stable, strict=True))
    near = min((o for o in branch.orbits if known[o.p] == stable), key=lambda o: abs(o.p - current))
    options = Options(intervals=120, tolerance=1e-10)
    curve = CycleCurve(Field(found.cell, (CURRENT,)), -10, 200, options)
    return exactly(curve, curve.refined(from_orbit(curve, near), options.intervals, options.degree), current)


def extremes(one):
    """Largest and smallest depolarisation."""
    return [float(one.orbit.at(extreme_phase(one.orbit, sign))[0]) + 65 for sign in (1.0, -1.0)]


def true_extremes(one, celsius=6.3):
    """The same of SciPy's solution from a point of the cycle on, during a turn and a bit."""
    found = [u for _, u in exact.extremes(one.orbit.x[0], ((1.2 * one.orbit.period, one.orbit.p),), celsius)]
    return max(found), min(found)


def test_hopf_points():
    low, high = diagram(cycles=False).of_kind("hopf")
    ours = {"J1": low.value, "J2": high.value, "u1": low.state["V"] + 65, "u2": high.state["V"] + 65}
    ours |= {"T1": low.period, "T2": high.period, "f1": low.frequency, "f2": high.frequency}
    ours |= {"subcritical": low.criticality == "subcritical"}
    ours |= {"J2_supercritical": high.criticality == "supercritical"}
    compare(NUMBERS["hopf_6p3"], ours)


def test_hopf_points_of_other_leaks():
    """They move by the current that the leak loses: J + 0.3 E_L is the same."""
    ours = {}
    for name, leak in (("10.59892097", 10.598920969391683), ("10.599", 10.599)):
        low, high = diagram(leak=leak - 65, cycles=False).of_kind("hopf")
        ours |= {f"{name} J1": low.value, f"{name} J2": high.value}
        assert low.value == pytest.approx(9.775437995393126 + 0.3 * (10.613 - leak), abs=1e-11)
    compare(table("more")["hopf_of_other_leaks"], ours)


def test_hopf_points_against_temperature():
    ours = {}
    for celsius in NUMBERS["hopf_vs_T"]:
        low, high = diagram(float(celsius), cycles=False).of_kind("hopf")
        ours |= {f"{celsius}/0": low.value, f"{celsius}/1": high.value}
    compare(NUMBERS["hopf_vs_T"], ours)
    assert diagram(29.0, cycles=False).of_kind("hopf") == ()


def test_folds_of_cycles():
    ours = {}
    for name, fold in zip(("main", "F1", "F2"), diagram().of_kind("fold of cycles"), strict=True):
        ours |= {f"{name}/J": fold.value, f"{name}/T": fold.period}
        if name == "main":
            ours |= {"main/f": fold.frequency, "main/umax": fold.state["V"] + 65}
    moved = diagram(leak=10.598920969391683 - 65).of_kind("fold of cycles")
    ours |= {"F1/J_at_EL_zero": moved[1].value, "F2/J_at_EL_zero": moved[2].value}
    first, second = diagram().of_kind("period doubling")
    ours |= {"PD1_J_near": first.value, "PD2_J_near": second.value}
    at_fold = "At a fold the period changes as a square root of the current, and is known to half its digits."
    why = {"main/umax": (7.3e-6, SAMPLES), "F2/T": (-7.1e-7, at_fold)}
    compare(NUMBERS["lc_folds_6p3"], ours, explained=why)


def test_the_two_cycles_at_8():
    stable, unstable = cycle(8.0), cycle(8.0, stable=False)
    high, low = extremes(stable)
    ours = {"T_stable": stable.orbit.period, "f": 1e3 / stable.orbit.period, "umax": high, "umin": low}
    ours |= {"mu": float(np.abs(stable.others).max()), "T_unstable": unstable.orbit.period}
    ours |= {"mu_unstable": float(np.abs(unstable.others).max())}
    compare(NUMBERS["J8"], ours, explained={"umax": (1.04e-6, SAMPLES)})


@pytest.mark.slow
def test_stable_cycles():
    """Periods to 11 digits, multipliers to 1e-10. The printed extremes are those of samples, up to 6e-5 less far."""
    for row in NUMBERS["stable_cycles_6p3"]:
        one = cycle(float(row["J"]))
        high, low = extremes(one)
        ours = {"J": one.orbit.p, "T_ms": one.orbit.period, "f_Hz": 1e3 / one.orbit.period}
        compare({name: row[name] for name in ours}, ours, significant=11)
        assert float(np.abs(one.others).max()) == pytest.approx(float(row["mu"]), abs=1e-10)
        assert (high, low) == pytest.approx(true_extremes(one), abs=1e-6)
        assert -1e-6 < high - float(row["umax"]) < 6e-5 and -1e-6 < float(row["umin"]) - low < 1e-6


@pytest.mark.slow
def test_stable_cycles_in_the_warmth():
    ours = {}
    for i, row in enumerate(NUMBERS["stable_cycles_18p5"]):
        one = cycle(float(row["J"]), 18.5)
        ours |= {f"{i}/J": one.orbit.p, f"{i}/T_ms": one.orbit.period}
    compare(NUMBERS["stable_cycles_18p5"], ours)


@pytest.mark.slow
def test_the_least_current_of_lasting_firing():
    """The fold of cycles; and the least step from rest that leads to the cycle."""
    lowest = {t: diagram(float(t)).of_kind("fold of cycles")[0].value for t in NUMBERS["sustained_range"]}
    ours = {"6.3/fold": lowest["6.3"], **{f"{t}/lowest": lowest[t] for t in lowest if t != "6.3"}}
    for celsius, steps in (("6.3", [6.2, 6.3]), ("18.5", [8.0, 8.1])):
        cell = SQUID.with_({"celsius": float(celsius)})
        found = lo.experiments.firing_rate(cell, steps, duration=6000, spike_threshold=-15, down=False)
        ours[f"{celsius}/step_from_rest"] = found.attrs["onset"]
    ghost = (
        "Just below the fold firing goes on for tens of periods and more before it stops (below), so that a run of finite "
        "length finds less than the fold; theirs were shorter than ours."
    )
    why = {"10/lowest": 7.39e-4, "18.5/lowest": 1.589e-3, "25/lowest": 0.01351}
    why |= {"6.3/step_from_rest": -5.5e-6, "18.5/step_from_rest": 9.07e-4}
    compare(NUMBERS["sustained_range"], ours, explained={path: (x, ghost) for path, x in why.items()})
    for celsius, fold in lowest.items():
        printed = NUMBERS["sustained_range"][celsius].get("lowest")
        if printed is not None:
            dying, living = (firing(float(celsius), j, fold) for j in (float(printed), fold + 2e-5))
            assert 10 < dying[-1] < 3000 and living[-1] > 4900


def firing(celsius, current, fold):
    """Times of the peaks in 5 s, from a point of a cycle just above the fold on."""
    field = Field(diagram(celsius).cell, (CURRENT,))
    (branch,) = diagram(celsius).cycles
    known = dict(zip(branch.parameter, branch.stable, strict=True))
    near = min((o for o in branch.orbits if known[o.p]), key=lambda o: abs(o.p - fold))
    begin = dict(zip(field.paths, map(float, near.x[0]), strict=True))
    ds = lo.simulate(
        diagram(celsius).cell, lo.Step(current), duration=5000, initial=begin, spike_threshold=-40, tolerance=1e-9,
        estimate_error=False,
    )  # fmt: skip
    return ds.spike_times.values
