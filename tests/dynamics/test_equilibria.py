"""Equilibria: where they are, what they are called, what their eigenvalues mean."""

import numpy as np
import pytest
from examples import morris_lecar, polynomial
from hypothesis import given, settings
from scipy.optimize import fsolve
from strategies import cells, states

import loligo as lo
from loligo.dynamics import DynamicsError, equilibria
from loligo.dynamics.field import Field


def test_rest_of_the_squid_axon():
    (rest,) = equilibria(lo.cells.squid())
    # Recomputed at 1e-12 from the equations of 1952 with the printed leak.
    assert pytest.approx(-64.99637933119206, abs=1e-10) == rest.V
    expected = [-0.120665068014, -0.202638850458 + 0.383224511754j, -0.202638850458 - 0.383224511754j, -4.675027302854]
    np.testing.assert_allclose(rest.eigenvalues, expected, atol=1e-11)
    assert rest.kind == "stable node"
    assert rest.ringing == pytest.approx(60.992075, abs=1e-6)
    assert "ringing at 60.99 Hz" in rest.meaning


def test_rest_agrees_with_the_simulation_package():
    for current in (0.0, 10.0, 100.0):
        (ours,), (theirs,) = equilibria(lo.cells.squid(), current), lo.resting_states(lo.cells.squid(), current)
        assert pytest.approx(theirs.V, abs=1e-9) == ours.V
        first, second = (np.sort_complex(np.round(e.eigenvalues, 12)) for e in (ours, theirs))
        np.testing.assert_allclose(first, second, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("prinz_2003_ab_pd", [-35.0395]),  # calcium goes from 0.05 µM to 29 µM on the way there
        ("prinz_2003_py", [-49.3420, -45.3623, -27.6484]),
        ("mainen_sejnowski_1996_2comp", [-70.4878, -51.7265, -27.1716]),
        ("pinsky_rinzel_1994", [-30.5069]),
    ],
)
def test_equilibria_with_pools_and_in_two_compartments(name, expected):
    """MINPACK, from beside each of them, comes back to it; and none is missed."""
    cell = getattr(lo.cells, name)()
    # the formulas of 1994 have two more where calcium is negative or a gate is beyond 1
    found = [e for e in equilibria(cell) if all(0 <= x <= 1 for path, x in e.state.items() if path.endswith(".q"))]
    np.testing.assert_allclose([e.V for e in found], expected, atol=1e-4)
    field = Field(cell, ())
    for e in found:
        x = np.array([e.state[path] for path in field.paths])
        size = np.maximum(np.abs(x), 1e-3)
        solution, _, flag, _ = fsolve(
            lambda u, s=size: field(u * s, np.empty(0)) / s, x / size * 1.0001, full_output=True
        )
        assert flag == 1
        np.testing.assert_allclose(solution * size, x, rtol=1e-6)


def test_two_equilibria_that_are_about_to_meet_are_both_found():
    """5e-7 µA/cm² below the saddle-node at 39.96315309 node and saddle are some 0.01 mV apart."""
    node, saddle, _ = equilibria(morris_lecar("class1"), 39.963152)
    assert (node.kind, saddle.kind) == ("stable node", "saddle")
    assert 0 < saddle.V - node.V < 0.1


def test_three_equilibria_of_a_class_1_cell():
    low, saddle, high = equilibria(morris_lecar("class1"), 20.0)
    assert (low.kind, saddle.kind, high.kind) == ("stable node", "saddle", "unstable focus")
    assert low.V < saddle.V < high.V
    assert saddle.unstable_directions == 1


def test_a_range_without_equilibria_is_refused():
    with pytest.raises(DynamicsError, match=r"squid has no equilibrium between 0 and 10 mV at 0 µA/cm²"):
        equilibria(lo.cells.squid(), between=(0, 10))


def test_no_current_means_no_answer():
    with pytest.raises(DynamicsError, match="every V is an equilibrium"):
        equilibria(polynomial(0 * lo.V))


def test_a_range_the_wrong_way_round():
    with pytest.raises(DynamicsError, match="the first must be the lower"):
        equilibria(lo.cells.squid(), between=(10, 0))


@given(cell=cells(), data=__import__("hypothesis.strategies", fromlist=["data"]).data())
@settings(max_examples=25)
def test_eigenvalues_are_those_of_finite_differences(cell, data):
    """Random cells, random states: the symbolic Jacobian and a sixth-order difference have the same spectrum."""
    field = Field(cell, ())
    x = np.array(list(data.draw(states(cell)).values()))
    none = np.empty(0)
    _, exact, _ = field.derivatives(x, none)
    h = 1e-4 * field.scale
    weights = np.array([-1 / 60, 3 / 20, -3 / 4, 0, 3 / 4, -3 / 20, 1 / 60])
    columns = []
    for j in range(field.size):
        step = np.zeros(field.size)
        step[j] = h[j]
        columns.append(weights @ field(x + np.arange(-3, 4)[:, None] * step, none) / h[j])
    numeric = np.stack(columns, axis=1)
    size = np.abs(exact).max()
    np.testing.assert_allclose(numeric, exact, atol=1e-8 * size)
    scaled = [m * field.scale / field.scale[:, None] for m in (exact, numeric)]
    first, second = (np.sort_complex(np.linalg.eigvals(m)) for m in scaled)
    # Nearly equal eigenvalues are ill-conditioned; their elementary symmetric functions are not.
    np.testing.assert_allclose(np.poly(first), np.poly(second), atol=1e-6 * np.abs(np.poly(first)).max())
