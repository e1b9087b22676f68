"""Curves in two parameters, and the points of codimension two on them."""

import numpy as np
import pytest
from examples import LANGFORD, langford, morris_lecar, polynomial, two_oscillators
from scipy.optimize import fsolve

import loligo as lo
from loligo.dynamics import DynamicsError, bifurcation_curves, continuation
from loligo.dynamics.field import Field

CURRENT = "stimulus.amplitude"


@pytest.fixture(scope="module")
def potassium():
    return bifurcation_curves(lo.cells.squid(), CURRENT, (-100, 300), "K.E", (-100, 0))


def test_bogdanov_takens_of_the_squid_axon(potassium):
    """An equilibrium whose characteristic polynomial ends in two zeros, solved for by MINPACK on its own."""
    (found,) = potassium.of_kind("bogdanov-takens")
    field = Field(lo.cells.squid(), (CURRENT, "K.E"))

    def residual(u):
        f, jacobian, _ = field.derivatives(u[:4] * field.scale, u[4:] * 50)
        return [*f, *np.poly(jacobian)[-2:]]

    start = np.concatenate([np.array(list(found.state.values())) / field.scale, [-6.6 / 50, -59.6 / 50]])
    solution, _, flag, _ = fsolve(residual, start * 1.0003, xtol=1e-13, full_output=True)
    assert flag == 1
    assert found.value == pytest.approx(solution[4] * 50, abs=1e-6)
    assert found.second == ("K.E", pytest.approx(solution[5] * 50, abs=1e-6))


def test_curves_pass_the_hopf_points_of_the_diagrams(potassium):
    for E in (-90.0, -77.0):
        d = continuation(lo.cells.squid().with_({"K.E": E}), CURRENT, (-100, 300), cycles=False)
        for hopf in d.of_kind("hopf"):
            gaps = []
            for c in potassium.curves:
                if c.kind == "hopf":
                    order = np.argsort(c.second)
                    gaps.append(abs(np.interp(E, c.second[order], c.first[order]) - hopf.value))
            assert min(gaps) < 0.3


def test_criticality_changes_where_the_generalised_hopf_point_says(potassium):
    hopf = next(s for s in potassium.of_kind("generalised hopf") if s.value > -50)
    for E, kind in ((hopf.second[1] - 0.02, "subcritical"), (hopf.second[1] + 0.02, "supercritical")):
        d = continuation(lo.cells.squid().with_({"K.E": E}), CURRENT, (-20, 20), cycles=False)
        nearest = min(d.of_kind("hopf"), key=lambda s: abs(s.value - hopf.value))
        assert nearest.criticality == kind


def test_the_axon_stops_firing_between_28_8_and_29_degrees():
    plane = bifurcation_curves(lo.cells.squid(), CURRENT, (0, 200), "celsius", (0, 35))
    (curve,) = plane.curves
    assert 28.8 < curve.second.max() < 29
    for celsius, low, high in ((0, 8.413357, 152.297479),):
        at = np.sort(curve.first[np.isclose(curve.second, celsius, atol=1e-9)])
        np.testing.assert_allclose(at, [low, high], atol=1e-5)


def test_cusp_of_the_normal_form():
    """V' = p + q V - V^3: folds on 27 p^2 = 4 q^3, which meet in a cusp at the origin."""
    V, p, q = lo.V, lo.symbol("p"), lo.symbol("q")
    cell = polynomial(p + q * V / 10 - V**3 / 1000, p=0.0, q=1.0)
    plane = bifurcation_curves(cell, "X.p", (-1, 1), "X.q", (-0.5, 1.5))
    (curve,) = plane.curves
    np.testing.assert_allclose(27 * curve.first**2, 4 * curve.second**3, atol=1e-8)
    (cusp,) = plane.special
    assert cusp.kind == "cusp"
    assert abs(cusp.value) < 1e-6
    assert abs(cusp.second[1]) < 1e-4


def test_morris_lecar_folds_merge_in_a_cusp():
    plane = bifurcation_curves(morris_lecar("class1"), CURRENT, (-50, 300), "Ca.g", (1, 6))
    (cusp,) = plane.of_kind("cusp")
    below = continuation(
        morris_lecar("class1").with_({"Ca.g": cusp.second[1] - 0.01}), CURRENT, (-50, 300), cycles=False
    )
    above = continuation(
        morris_lecar("class1").with_({"Ca.g": cusp.second[1] + 0.01}), CURRENT, (-50, 300), cycles=False
    )
    assert (len(below.of_kind("fold")), len(above.of_kind("fold"))) == (0, 2)


def test_the_same_parameter_twice_is_refused():
    with pytest.raises(DynamicsError, match="two parameters are needed"):
        bifurcation_curves(lo.cells.squid(), "Na.g", (0, 1), "Na.g", (0, 1))


def test_fold_hopf_of_the_langford_system():
    """Fold: alpha = z^2. Hopf: z = beta. Both: alpha = beta^2, mu = -2 beta^3 / 3."""
    beta = LANGFORD["beta"]
    plane = bifurcation_curves(langford(), "z.mu", (-1, 1), "z.alpha", (0.1, 1.2))
    (point,) = plane.special
    assert point.kind == "fold-hopf"
    assert point.value == pytest.approx(-2 * beta**3 / 3, abs=1e-8)
    assert point.second == ("z.alpha", pytest.approx(beta**2, abs=1e-8))


def test_double_hopf_of_two_oscillators():
    plane = bifurcation_curves(two_oscillators(), "m", (-1, 1), "n", (-1, 1.1))
    (point,) = plane.of_kind("double hopf")
    assert abs(point.value) < 1e-7
    assert abs(point.second[1]) < 1e-7
