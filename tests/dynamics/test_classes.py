"""Classes of excitability, and bursting cut into fast and slow."""

import numpy as np
import pytest
from examples import butera, morris_lecar

import loligo as lo
from loligo.dynamics import DynamicsError, excitability, fast_slow


def test_the_squid_axon_is_of_class_2():
    found = excitability(lo.cells.squid(), (-10, 200))
    assert (found.excitability_class, found.mechanism) == (2, "fold of cycles")
    assert found.onset == pytest.approx(6.2603212745, abs=1e-9)
    assert found.onset_frequency == pytest.approx(50.263277, abs=1e-5)
    assert found.bistable == (pytest.approx(6.2603212745), pytest.approx(9.7754379954))
    assert found.block == pytest.approx(154.522433666)
    assert any("depolarisation block" in line for line in found.evidence)
    # f-I: 1000 / T of the published stable cycles
    for current, period in ((20, 11.564697477), (50, 8.544380411)):
        assert np.interp(current, found.current, found.frequency) == pytest.approx(1000 / period, rel=1e-2)


@pytest.mark.parametrize(
    ("kind", "expected", "mechanism"),
    [("class1", 1, "snic"), ("class2", 2, "fold of cycles"), ("homoclinic", 1, "homoclinic")],
)
def test_morris_lecar(kind, expected, mechanism):
    found = excitability(morris_lecar(kind), (-50, 300))
    assert (found.excitability_class, found.mechanism) == (expected, mechanism)
    if kind == "class1":
        assert found.bistable is None


def test_a_poisoned_axon_is_of_class_3():
    found = excitability(lo.cells.squid().block("Na", 0.6), (0, 200))
    assert (found.excitability_class, found.mechanism) == (3, "none")
    assert np.isnan(found.onset)


def test_a_square_wave_burst_runs_between_the_homoclinic_and_the_fold():
    """Butera et al. (1999): bursts begin at the fold of rest and end at the homoclinic orbit of the fast subsystem."""
    found = fast_slow(butera(-60.0), "NaP.h", duration=15_000)
    (fold,), (end,) = found.diagram.of_kind("fold"), found.diagram.of_kind("homoclinic")
    h = found.path[:, 0]
    assert end.value == pytest.approx(h.min(), abs=5e-3)
    assert fold.value == pytest.approx(h.max(), abs=5e-3)
    (cycles,) = found.diagram.cycles
    top = np.interp(h[found.V > 0], cycles.parameter, cycles.V_max)
    assert (found.V[found.V > 0] < top + 0.5).all()
    ds = found.to_dataset()
    assert "trajectory_V" in ds


def test_the_fast_subsystem_is_the_cell_with_its_slow_gate_held():
    found = fast_slow(butera(-60.0), "NaP.h", duration=3000, transient=1000, range=(0.3, 0.7))
    (fold,) = found.diagram.of_kind("fold")

    def count(h):
        return len(lo.dynamics.equilibria(butera(-60.0).with_({"NaP.h.inf": h, "NaP.h.tau": 1.0})))

    assert count(fold.value - 1e-4) == count(fold.value + 1e-4) + 2


def test_slow_names_a_state():
    with pytest.raises(lo.LoligoError, match=r"'NaP\.q' is not a slow state"):
        fast_slow(butera(), "NaP.q")
    with pytest.raises(DynamicsError, match="name at least one"):
        fast_slow(butera(), [])
