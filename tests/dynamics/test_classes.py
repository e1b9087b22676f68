"""Classes of excitability, and bursting cut into fast and slow."""

import numpy as np
import pytest
from examples import morris_lecar

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


def test_firing_that_begins_before_the_range_decides_nothing():
    """The same cell is of class 1 where its onset is seen."""
    wang = lo.cells.wang_buzsaki_1996()
    found = excitability(wang, (5, 20))
    assert (found.excitability_class, found.mechanism, found.onset) == (0, "range", 5)
    assert "class undecided" in str(found)
    assert excitability(wang, (-1, 20)).excitability_class == 1


@pytest.mark.slow
def test_firing_on_a_branch_of_its_own_is_found():
    """The cycles of its Hopf point die within 0.12 µA/cm² of it, unstable; those on which Erisir's cell fires are others.

    They begin in a fold of cycles on which the coarse mesh parts the two multipliers at 1. Where, simulations say.
    """
    cell = lo.cells.erisir_1999_reduced()
    found = excitability(cell, (6.4, 10))
    assert (found.excitability_class, found.mechanism) == (2, "fold of cycles")
    assert np.isnan(found.block)
    cycles = next(b for b in found.diagram.cycles if b.stable.any())
    orbit = cycles.orbits[
        int(np.argmin(np.where(cycles.stable, np.abs(cycles.parameter - found.onset - 0.02), np.inf)))
    ]
    state = dict(zip(found.diagram.equilibria[0].paths, orbit.x[0], strict=True))
    for current, lasts in ((found.onset - 0.02, False), (found.onset + 0.02, True)):
        ds = lo.simulate(cell, lo.Step(current), duration=1500, initial=state)
        assert (ds.spike_times.values.max() > 1400) == lasts


def butera(E_leak):
    return lo.cells.butera_1999_model1().with_({"leak.E": E_leak})


def test_the_square_wave_burst_of_butera_runs_between_the_homoclinic_and_the_fold():
    """Butera et al. (1999): bursts begin at the fold of rest and end at the homoclinic orbit of the fast subsystem."""
    found = fast_slow(butera(-60.0), "NaP.h", duration=15_000)
    (fold,), (end,) = found.diagram.of_kind("fold"), found.diagram.of_kind("homoclinic")
    h = found.path[:, 0]
    assert end.value == pytest.approx(h.min(), abs=5e-3)
    assert fold.value == pytest.approx(h.max(), abs=5e-3)
    (cycles,) = found.diagram.cycles
    top = np.interp(h[found.V > 0], cycles.parameter, cycles.V_max)
    assert (found.V[found.V > 0] < top + 0.5).all()
    assert "trajectory_V" in found.to_dataset()


@pytest.mark.slow
def test_the_square_wave_burst_of_chay_and_keizer():
    """Rinzel (1985): firing ends, as calcium rises, at the homoclinic orbit; rest ends, as it falls, at the fold."""
    found = fast_slow(lo.cells.chay_keizer_1983(), "Ca", duration=14_000, transient=12_000)
    (fold,), (end,) = found.diagram.of_kind("fold"), found.diagram.of_kind("homoclinic")
    assert end.value == pytest.approx(found.path.max(), rel=0.01)
    assert fold.value == pytest.approx(found.path.min(), rel=0.04)
    assert end.value > fold.value  # rest and firing coexist between them


def test_the_parabolic_burst_of_plant():
    """Rinzel & Lee (1987): in the plane of the two slow variables the burst is a loop that crosses the fold of rest.

    It fires on one side of the curve and is silent on the other, and the spikes are slow at both ends of the burst.
    """
    found = fast_slow(lo.cells.plant_1981_r15(), ["CaS.x", "Ca"], duration=20_000, transient=20_000)
    curve = max((c for c in found.plane.curves if c.kind == "fold"), key=lambda c: len(c.first))
    order = np.argsort(curve.second)
    x, ca = found.path.T
    fires = x > np.interp(ca, curve.second[order], curve.first[order])
    assert fires[found.V > 0].all()
    gaps = np.diff(found.time[1:][(found.V[:-1] < 0) & (found.V[1:] >= 0)])
    gaps = gaps[gaps < 2000]  # of one burst and of the next
    assert max(gaps[0], gaps[-1]) > 1.5 * gaps.min()


@pytest.mark.slow
def test_the_burst_of_pinsky_and_rinzel():
    """Rest is lost, as the slow potassium current wears off, in a saddle-node on the large cycle of the fast subsystem."""
    cell = lo.cells.pinsky_rinzel_1994()
    found = fast_slow(cell, "dendrite.AHP.q", current=0.5, duration=3000, transient=3000)
    (fold,), (onset,) = found.diagram.of_kind("fold"), found.diagram.of_kind("snic")
    assert onset.value == fold.value
    q = found.path[:, 0]
    assert q.min() < fold.value < q.max()
    assert (q[found.V > 0] < fold.value).all()
    (cycles,) = found.diagram.cycles
    assert cycles.V_max.max() == pytest.approx(found.V.max(), abs=1.0)


def test_the_fast_subsystem_is_the_cell_with_its_slow_gate_held():
    """At the fold two of its equilibria meet: counted by a scan of the current through the membrane, on its own."""
    cell = butera(-60.0)
    found = fast_slow(cell, "NaP.h", duration=3000, transient=1000, range=(0.3, 0.7))
    (fold,) = found.diagram.of_kind("fold")
    v = np.linspace(-80, 0, 200_001)

    def count(h):
        m, p, n = (1 / (1 + np.exp((v - at) / k)) for at, k in ((-34, -5), (-40, -6), (-29, -4)))
        ionic = 28 * m**3 * (1 - n) * (v - 50) + 2.8 * p * h * (v - 50) + 11.2 * n**4 * (v + 85) + 2.8 * (v + 60)
        return np.count_nonzero(ionic[:-1] * ionic[1:] < 0)

    assert count(fold.value - 1e-4) == count(fold.value + 1e-4) + 2


def test_slow_names_a_state():
    with pytest.raises(lo.LoligoError, match=r"'NaP\.q' is not a slow state"):
        fast_slow(butera(-58.0), "NaP.q")
    with pytest.raises(DynamicsError, match="name at least one"):
        fast_slow(butera(-58.0), [])
