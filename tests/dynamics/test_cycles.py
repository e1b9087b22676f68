"""Periodic orbits: order of the collocation, multipliers, periods, against other methods and published values."""

import numpy as np
import pytest
from examples import LANGFORD, flow, langford, monodromy, morris_lecar, roessler
from scipy.integrate import solve_ivp

import loligo as lo
from loligo.dynamics import DynamicsError, Options
from loligo.dynamics.collocation import Orbit, gauss, linearise, multipliers
from loligo.dynamics.crossings import extreme_phase
from loligo.dynamics.cycles import CycleCurve, Tangent, exactly, from_orbit
from loligo.dynamics.field import Field
from loligo.dynamics.firing import firing_orbit

CURRENT = "stimulus.amplitude"


def stable_cycle(cell, current, options):
    curve = CycleCurve(Field(cell, (CURRENT,)), -10, 200, options)
    cycle = from_orbit(curve, firing_orbit(curve.field, current, options))
    cycle = curve.refined(cycle, options.intervals, options.degree)
    return curve, exactly(curve, cycle, current)


@pytest.mark.parametrize("m", [2, 3, 4, 7])
def test_gauss_quadrature_and_coefficients(m):
    """Orders B(2m) and C(m) of Gauss's method (Hairer, Norsett & Wanner, IV.5)."""
    s = gauss(m)
    for k in range(1, 2 * m + 1):
        assert s.b @ s.c ** (k - 1) == pytest.approx(1 / k, abs=1e-13)
    for k in range(1, m + 1):
        np.testing.assert_allclose(s.a @ s.c ** (k - 1), s.c**k / k, atol=1e-13)


@pytest.mark.parametrize(
    ("current", "period", "multiplier"),
    # Hendrick 2026 (proved) at 8; Newton solutions to 1e-12 elsewhere.
    [(8, 16.007712803838, 0.070896780693), (10, 14.636209990, 0.074060), (50, 8.544380411, 0.207433)],
)
def test_stable_cycles_of_the_squid_axon(current, period, multiplier):
    _, cycle = stable_cycle(lo.cells.squid(), current, Options(intervals=120))
    assert cycle.orbit.period == pytest.approx(period, abs=1e-9)
    assert cycle.stable
    assert np.abs(cycle.others).max() == pytest.approx(multiplier, abs=1e-6 if current != 8 else 1e-9)
    top = cycle.orbit.at(extreme_phase(cycle.orbit, 1.0))[0]
    # the published maxima are those of samples along the cycle, and so up to 2e-5 mV low
    assert -2e-6 < top + 65 - {8: 95.957448, 10: 95.430897, 50: 72.504295}[current] < 3e-5


@pytest.mark.parametrize("m", [2, 3, 4])
def test_order_of_the_collocation_is_twice_the_degree(m):
    """Error of the period on uniform meshes, against one that is exact to rounding; a smooth cycle near block.

    Collocation at Gauss points converges with order 2 m at the mesh points, where the period is decided.
    """
    curve, exact = stable_cycle(lo.cells.squid(), 150.0, Options(intervals=200))
    # fine enough for the leading term of the error, coarse enough to stay clear of rounding
    counts = {2: (64, 128, 256), 3: (32, 44, 56), 4: (12, 16, 22)}[m]
    errors = []
    for count in counts:
        mesh = np.linspace(0, 1, count + 1)
        scheme = gauss(m)
        phases = mesh[:-1, None] + scheme.c / count
        guess = Orbit(mesh, exact.orbit.at(mesh[:-1]), exact.orbit.at(phases), exact.orbit.period, 150.0)
        plain = Tangent(np.zeros((count, m + 2, 4)), 0.0, curve.width)
        orbit, _, _ = curve.correct(guess, guess, plain, 20)
        errors.append(abs(orbit.period - exact.orbit.period))
    order = -np.polyfit(np.log(counts), np.log(errors), 1)[0]
    assert order == pytest.approx(2 * m, abs=0.1)


@pytest.mark.parametrize("current", [8.0, 120.0])
def test_multipliers_are_those_of_the_variational_equations(current):
    cell = lo.cells.squid() if current == 8.0 else morris_lecar("class2")
    _, cycle = stable_cycle(cell, current, Options(intervals=120))
    m = monodromy(cell, current, cycle.orbit.x[0], cycle.orbit.period)
    theirs = np.linalg.eigvals(m)
    theirs = theirs[np.argsort(-np.abs(theirs))]
    np.testing.assert_allclose(cycle.multipliers[:2], theirs[:2], atol=1e-8)


def test_multipliers_of_an_unstable_cycle():
    """The saddle cycle at 8 µA/cm² (Hendrick 2026, proved): multipliers 10.303 and 0.19683, period 14.344 ms."""
    diagram = lo.dynamics.continuation(lo.cells.squid(), CURRENT, (7.95, 9.9), options=Options(intervals=100))
    branch = diagram.cycles[0]
    k = int(np.argmin(np.abs(branch.parameter - 8.0)))
    curve = CycleCurve(Field(lo.cells.squid(), (CURRENT,)), 7.95, 9.9, Options(intervals=100))
    orbit = branch.orbits[k - 1]  # the branch begins with the Hopf point, which is no orbit
    near = from_orbit(curve, orbit)
    cycle = exactly(curve, near, 8.0)
    assert cycle.orbit.period == pytest.approx(14.34360094817, abs=1e-8)
    np.testing.assert_allclose(np.abs(cycle.others[:2]), [10.30288282, 0.196832229], rtol=1e-7)
    assert not cycle.stable


def test_a_cycle_is_a_solution():
    """From a point of the cycle SciPy comes back to it, and meets the orbit on the way."""
    _, cycle = stable_cycle(lo.cells.squid(), 20.0, Options(intervals=100))
    orbit = cycle.orbit
    times = np.linspace(0, orbit.period, 50)
    run = solve_ivp(
        flow(lo.cells.squid(), 20.0), (0, orbit.period), orbit.x[0], method="DOP853", rtol=1e-11, atol=1e-13,
        t_eval=times,
    )  # fmt: skip
    assert np.abs(run.y[:, -1] - orbit.x[0]).max() < 1e-7
    assert np.abs(run.y.T[:-1] - orbit.at(times[:-1] / orbit.period)).max() < 1e-5


def test_product_of_multipliers_is_liouvilles():
    """Abel, Jacobi, Liouville: their product is exp of the integral of the trace."""
    cell = morris_lecar("class2")
    curve, cycle = stable_cycle(cell, 120.0, Options(intervals=100))
    s, orbit = gauss(7), cycle.orbit
    _, jacobian, _ = curve.field.derivatives(orbit.stages, np.array([orbit.p]))
    trace = np.trace(jacobian, axis1=-2, axis2=-1)
    integral = orbit.period * (np.diff(orbit.mesh)[:, None] * trace * s.b).sum()
    assert np.prod(cycle.multipliers).real == pytest.approx(np.exp(integral), rel=1e-8)


def test_multipliers_of_very_different_sizes():
    """Blocks whose product would have multipliers 1e40, 1 and 1e-40: the middle one survives, as no product would."""
    rng = np.random.default_rng(3)
    frames = [np.linalg.qr(rng.normal(size=(3, 3)))[0] for _ in range(40)]
    step = np.diag([10.0, 1.0, 0.1])
    blocks = np.array([frames[(i + 1) % 40] @ step @ frames[i].T for i in range(40)])
    large, own, small = multipliers(blocks)
    assert own == pytest.approx(1, abs=1e-10)
    assert abs(large) > 1e12
    assert abs(small) < 1e-12
    mild = np.array([frames[(i + 1) % 40] @ np.diag(np.diag(step) ** 0.1) @ frames[i].T for i in range(40)])
    np.testing.assert_allclose(multipliers(mild), [1e4, 1.0, 1e-4], rtol=1e-9)


def test_the_residual_of_a_corrected_orbit_is_rounding():
    curve, cycle = stable_cycle(lo.cells.squid(), 10.0, Options())
    assert linearise(curve.field, cycle.orbit).residual < 1e-11


def test_no_firing_no_cycle():
    assert firing_orbit(Field(lo.cells.squid(), (CURRENT,)), 2.0, Options()) is None


def test_cycles_found_by_simulation_join_the_diagram():
    """Where no Hopf point is in the range, a simulation finds the branch, which is then followed both ways."""
    d = lo.dynamics.continuation(lo.cells.squid(), CURRENT, (20, 40), cycles_at=(30,))
    (branch,) = d.cycles
    assert branch.stable.all()
    assert (np.diff(branch.parameter) > 0).all()
    np.testing.assert_allclose(branch.parameter[[0, -1]], [20, 40], atol=1e-9)
    np.testing.assert_allclose(branch.period[[0, -1]], [11.564697477, 9.207428970], atol=1e-7)


def test_the_period_doubling_cascade_of_roessler():
    """At c = 2.83, 3.84, 4.12 (a = b = 0.2), as textbooks print: each branch of doubled cycles has the next."""
    d = lo.dynamics.continuation(roessler(), "z.c", (1.0, 4.2), cycles_at=(2.0,), doublings=2)
    np.testing.assert_allclose([s.value for s in d.special], [2.832445, 3.837358, 4.124215], atol=5e-3)
    assert {s.kind for s in d.special} == {"period doubling"}
    one, two, four = d.cycles
    for parent, child in ((one, two), (two, four)):
        assert child.period[0] == pytest.approx(
            2 * np.interp(child.parameter[0], parent.parameter, parent.period), rel=1e-3
        )
        assert child.stable[0]
    # the doubled cycle is one of two turns: SciPy comes back after the period, and not after half of it
    curve = CycleCurve(Field(roessler(), ("z.c",)), 1.0, 4.2, Options())
    cycle = exactly(curve, from_orbit(curve, two.orbits[int(np.argmin(np.abs(two.parameter - 3.5)))]), 3.5)
    orbit = cycle.orbit

    def f(t, x):
        return curve.field(x, np.array([3.5]))

    run = solve_ivp(f, (0, orbit.period), orbit.x[0], method="DOP853", rtol=1e-11, atol=1e-12, dense_output=True)
    np.testing.assert_allclose(run.y[:, -1], orbit.x[0], atol=1e-6)
    assert abs(run.sol(orbit.period / 2)[0] - orbit.x[0, 0]) > 0.1


def test_a_torus_is_born_where_the_symmetric_langford_system_says():
    """The cycle is z = beta, r^2 (1 + rho beta) = mu + alpha beta - beta^3 / 3.

    In (r, z) the linear part has trace alpha - beta^2 - rho r^2, which is zero at the torus.
    """
    beta, rho, alpha = LANGFORD["beta"], LANGFORD["rho"], LANGFORD["alpha"]
    d = lo.dynamics.continuation(langford(), "z.mu", (-0.7, 3))
    born = beta**3 / 3 - alpha * beta
    radius2 = (alpha - beta**2) / rho
    (hopf,), (torus,) = d.of_kind("hopf"), d.of_kind("torus")
    assert hopf.value == pytest.approx(born, abs=1e-10)
    assert torus.value == pytest.approx(born + radius2 * (1 + rho * beta), abs=1e-8)
    assert torus.period == pytest.approx(2 * np.pi / 3.5, rel=1e-9)
    assert torus.state["V"] == pytest.approx(50 * np.sqrt(radius2), rel=1e-6)


@pytest.mark.parametrize("doublings", [-1, 9, 1.5])
def test_doublings_is_a_small_whole_number(doublings):
    with pytest.raises(DynamicsError, match="give a whole number from 0 to 4"):
        lo.dynamics.continuation(lo.cells.squid(), CURRENT, (0, 10), doublings=doublings)
