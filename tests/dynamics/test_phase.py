"""Phase response and isochrons."""

import numpy as np
import pytest
from examples import flow, morris_lecar
from scipy.integrate import solve_ivp

import loligo as lo
from loligo.dynamics import DynamicsError, Options, isochrons, phase_response


@pytest.mark.parametrize(("cell", "current"), [(lo.cells.squid(), 10.0), (morris_lecar("class1"), 45.0)])
def test_adjoint_and_pulses_agree(cell, current):
    found = phase_response(cell, current)
    assert found.normalisation < 1e-7  # Z . dx/dt = 1 along the whole cycle
    assert found.disagreement < 1e-3


def test_the_response_obeys_the_adjoint_equation():
    """Z carried backwards by SciPy over one period comes back to itself."""
    from loligo.dynamics.field import Field

    cell = lo.cells.squid()
    found = phase_response(cell, 10.0, pulses=0, points=200)
    field = Field(cell, (), current=10.0)
    n = field.size

    def both(t, y):
        f, jacobian, _ = field.derivatives(y[:n], np.empty(0))
        return np.concatenate([f, -jacobian.T @ y[n:]])

    # forwards over a tenth of the cycle, where the adjoint does not grow out of hand
    run = solve_ivp(
        both, (0, 0.1 * found.period), np.concatenate([found.cycle[100], found.infinitesimal[100]]),
        method="DOP853", rtol=1e-11, atol=1e-13,
    )  # fmt: skip
    np.testing.assert_allclose(run.y[n:, -1], found.infinitesimal[120], atol=2e-6 * np.abs(found.infinitesimal).max())


def test_type_of_the_response():
    """Class 1: a depolarisation almost always advances the spike. Class 2: early ones delay it (Ermentrout 1996)."""
    one = phase_response(morris_lecar("class1"), 41.0, pulses=0)
    two = phase_response(lo.cells.squid(), 10.0, pulses=0)
    assert -one.V.min() / one.V.max() < 0.1
    assert -two.V.min() / two.V.max() > 0.3


def test_near_a_saddle_node_the_response_becomes_one_minus_cosine():
    """Ermentrout (1996): Z ~ 1 - cos, the better the nearer. The peak of the spike is at phase 0, where it vanishes."""
    gaps = []
    for current in (44.0, 42.0, 40.5, 40.05):
        found = phase_response(morris_lecar("class1"), current, pulses=0)
        expected = (1 - np.cos(2 * np.pi * found.phase)) / 2
        middle = (found.phase > 0.1) & (found.phase < 0.9)
        gaps.append(np.abs(found.V / found.V.max() - expected)[middle].max())
    assert (np.diff(gaps) < 0).all()
    assert gaps[-1] < 0.17


def test_no_firing_no_response():
    with pytest.raises(DynamicsError, match="squid settles on no periodic firing at 2 µA/cm² within 10 s"):
        phase_response(lo.cells.squid(), 2.0)


def test_isochrons_carry_each_other_on():
    """Phase advances at the same rate everywhere: a start moved on by a quarter of the period has a quarter more."""
    cell = morris_lecar("class2")
    found = isochrons(cell, 100.0, points=15)
    f = flow(cell, 100.0)
    checked = 0
    for i in range(2, 13, 3):
        for j in range(2, 13, 3):
            start = np.array([found.x[j], found.y[i]])
            run = solve_ivp(f, (0, found.period / 4), start, method="DOP853", rtol=1e-9, atol=1e-10)
            later = _phase_at(cell, run.y[:, -1], found)
            if np.isnan(found.phase[i, j]) or np.isnan(later):
                continue
            gap = np.mod(later - found.phase[i, j] - 0.25 + 0.5, 1) - 0.5
            assert abs(gap) < 2e-3
            checked += 1
    assert checked > 8


def _phase_at(cell, state, like):
    """The asymptotic phase of one state, by SciPy: when it peaks, long after."""
    f = flow(cell, like.current)

    def turn(t, x):
        return f(t, x)[0]

    turn.direction = -1
    run = solve_ivp(f, (0, 12 * like.period), state, method="DOP853", rtol=1e-9, atol=1e-10, events=turn)
    peaks = [t for t, x in zip(run.t_events[0], run.y_events[0], strict=True) if x[0] > 0]
    return np.mod(-peaks[-1] / like.period, 1) if peaks and peaks[-1] > 10 * like.period else np.nan


def test_points_of_the_cycle_have_their_own_phase():
    """In two dimensions a plane holds the whole cycle, and on it the phase is the time since the peak."""
    cell = morris_lecar("class2")
    cycle = phase_response(cell, 100.0, pulses=0, points=8)
    for phase, (v, w) in zip(cycle.phase, cycle.cycle, strict=True):
        found = isochrons(cell, 100.0, "V", "K.w", ranges=((v, v + 1), (w, w + 0.01)), points=2)
        assert abs(np.mod(found.phase[0, 0] - phase + 0.5, 1) - 0.5) < 1e-4


def test_nearly_every_start_ends_on_the_cycle_where_rest_is_unstable():
    found = isochrons(lo.cells.squid(), 20.0, "V", "K.n", points=12)
    assert found.paths == ("V", "K.n")
    assert np.isfinite(found.phase).mean() > 0.9


def test_what_goes_to_rest_has_no_phase():
    found = isochrons(lo.cells.squid(), 8.0, points=12)
    assert 0 < np.isnan(found.phase).mean() < 1


def test_the_axes_are_states():
    with pytest.raises(lo.LoligoError, match="'K.q' is not a state"):
        isochrons(lo.cells.squid(), 10.0, "V", "K.q")


def test_a_cell_that_creeps_past_a_saddle_node_is_waited_for():
    """Just above onset the first spike comes after most of a second; T goes with (I - 39.96315309)^(-1/2)."""
    periods = [phase_response(morris_lecar("class1"), current, pulses=0).period for current in (40.0, 40.05)]
    assert periods[0] == pytest.approx(1000 / 1.0597, rel=1e-4)  # Hz, counted in a simulation
    ratio = np.sqrt((40.05 - 39.96315309) / (40.0 - 39.96315309))
    assert periods[0] / periods[1] == pytest.approx(ratio, rel=0.02)


def test_no_cycle_on_too_coarse_a_mesh_is_said():
    with pytest.raises(DynamicsError, match=r"fires at 8 µA/cm² with a period near 16\.0.*Options\(intervals=8\)"):
        phase_response(lo.cells.squid(), 8.0, options=Options(intervals=4, degree=2))


@pytest.mark.parametrize(
    "name", ["wang_buzsaki_1996", "connor_stevens_1977", "traub_miles_1991", "erisir_1999_reduced"]
)
def test_the_normalisation_holds_for_other_cells(name):
    """Z . dx/dt = 1 along the cycle, of mammals and a crab as of the squid."""
    cell = getattr(lo.cells, name)()
    assert phase_response(cell, 10.0, pulses=0).normalisation < 1e-6
