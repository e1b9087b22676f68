"""Transforms of a cell, against what they are by definition."""

from __future__ import annotations

import math

import numpy as np
import pytest

import loligo as lo

SQUID = lo.cells.squid()
STEP = lo.Step(10, start=5)


def run(cell, **options):
    return lo.simulate(cell, STEP, duration=40, record=["Na.h", "Na.m", "K.n", "Na.m.inf", "Na.m.tau"], **options)


def test_a_frozen_gate_stays_at_rest():
    ds = run(SQUID.freeze("Na.h"))
    assert float(np.ptp(ds["Na.h"].values)) < 1e-7
    [rest, *_] = lo.resting_states(SQUID)
    assert float(ds.V[0]) == pytest.approx(rest.V, abs=1e-9) and float(ds["Na.h"][0]) == pytest.approx(
        rest.state["Na.h"]
    )


def test_slow_and_speed_are_inverse_and_change_nothing_but_time():
    slow = SQUID.slow("K.n", 3)
    v = {"initial": {"V": -40.0}, "duration": 1}
    tau = [float(lo.simulate(c, record=["K.n.tau"], **v)["K.n.tau"][0]) for c in (SQUID, slow)]
    assert tau[1] == pytest.approx(3 * tau[0])
    again = slow.speed("K.n", 3)
    assert again.parameters["K.n_speed"].value == pytest.approx(1)
    np.testing.assert_allclose(run(again).V, run(SQUID).V, atol=2e-4)
    assert pytest.approx(lo.resting_states(SQUID)[0].V, abs=1e-9) == lo.resting_states(slow)[0].V


def test_all_gates_slowed_is_a_slower_clock():
    """Rates times 1/2 and capacitance times 2 and the same current: V(2 t) of the slow cell is V(t)."""
    slow = SQUID.slow("Na.m").slow("Na.h").slow("K.n").with_({"capacitance": 2})
    a = lo.simulate(SQUID, lo.Step(10), duration=30, every=0.1, tolerance=1e-9)
    b = lo.simulate(slow, lo.Step(10), duration=60, every=0.2, tolerance=1e-9)
    np.testing.assert_allclose(a.V, b.V, atol=1e-3)


def test_an_instantaneous_gate_is_at_its_steady_state():
    ds = lo.simulate(SQUID.instant("Na.m"), STEP, duration=40, record=["Na.m", "Na.m.inf"])
    np.testing.assert_allclose(ds["Na.m"], ds["Na.m.inf"], rtol=1e-12)
    v = ds.V
    a, b = 0.1 * (v + 40) / (1 - np.exp(-(v + 40) / 10)), 4 * np.exp(-(v + 65) / 18)
    np.testing.assert_allclose(ds["Na.m"], a / (a + b), rtol=1e-9)


def test_a_shift_moves_the_curves():
    moved = SQUID.shift("Na.m", 4).shift("Na.m", 3)
    at = {"duration": 1, "record": ["Na.m.inf", "Na.m.tau"]}
    here = lo.simulate(moved, initial={"V": -33.0}, **at)
    there = lo.simulate(SQUID, initial={"V": -40.0}, **at)
    for name in ("Na.m.inf", "Na.m.tau"):
        assert float(here[name][0]) == pytest.approx(float(there[name][0]), rel=1e-12)


def test_ions_by_nernst():
    """Squid, 6.3 °C: potassium 20 mM outside and 400 inside, sodium 440 and 50: -72.1 and 52.4 mV."""
    cell = SQUID.replace_ion("K", 20, 400).replace_ion("Na", 440, 50)
    assert cell.parameters["K.E"].value == pytest.approx(-72.1, abs=0.05)
    assert cell.parameters["Na.E"].value == pytest.approx(52.4, abs=0.05)
    tenth = cell.replace_ion("Na", ratio=0.1)
    e = 8.314462618 * 279.45 / 96.48533212
    assert tenth.parameters["Na.E"].value - cell.parameters["Na.E"].value == pytest.approx(e * math.log(0.1))


def test_a_transformed_cell_survives_a_file(tmp_path):
    cell = SQUID.freeze("Na.h").shift("K.n", 2)
    cell.save(tmp_path / "cell.toml")
    assert lo.load(tmp_path / "cell.toml") == cell


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda: SQUID.freeze("Na.x"), "'Na.x' is not a gate of squid; .*Na.m"),
        (lambda: SQUID.slow("K.n", 0), "give a positive factor"),
        (lambda: SQUID.instant("K.n").slow("K.n", 2), "instantaneous"),
        (lambda: SQUID.replace_ion("K"), "give outside and inside"),
        (lambda: SQUID.replace_ion("K", -1, 400), "outside: -1 mM"),
    ],
)
def test_nonsense_is_refused(change, message):
    with pytest.raises(lo.LoligoError, match=message):
        change()
