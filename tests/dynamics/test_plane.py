"""Phase planes: nullclines, fixed points, separatrices, reductions."""

import numpy as np
import pytest
from examples import morris_lecar
from scipy.integrate import solve_ivp

import loligo as lo
from loligo.dynamics import DynamicsError, Line, equilibria, phase_plane, reduction


@pytest.fixture(scope="module")
def saddle_plane():
    return phase_plane(morris_lecar("class1"), "V", "K.w", current=30.0, ranges=((-75, 60), (-0.1, 0.7)))


def test_nullclines_of_morris_lecar_are_their_formulas(saddle_plane):
    """w = (I - g_Ca m(V) (V - 120) - 2 (V + 60)) / (8 (V + 84)), and w = w_inf(V)."""
    (x,) = saddle_plane.x_nullcline
    v, w = x[(x[:, 0] > -70) & (x[:, 0] < 55)].T
    m = 0.5 * (1 + np.tanh((v + 1.2) / 18))
    np.testing.assert_allclose(w, (30 - 4 * m * (v - 120) - 2 * (v + 60)) / (8 * (v + 84)), atol=1e-9)
    (y,) = saddle_plane.y_nullcline
    np.testing.assert_allclose(y[:, 1], 0.5 * (1 + np.tanh((y[:, 0] - 12) / 17.4)), atol=1e-9)


def test_fixed_points_are_the_equilibria(saddle_plane):
    theirs = equilibria(morris_lecar("class1"), 30.0)
    assert [p.kind for p in saddle_plane.fixed_points] == [e.kind for e in theirs]
    np.testing.assert_allclose([p.V for p in saddle_plane.fixed_points], [e.V for e in theirs], atol=1e-9)
    for p, e in zip(saddle_plane.fixed_points, theirs, strict=True):
        np.testing.assert_allclose(np.sort_complex(p.eigenvalues), np.sort_complex(e.eigenvalues), atol=1e-9)


def test_starts_on_either_side_of_the_separatrix_part(saddle_plane):
    """A saddle's stable manifold: a little to its right the cell spikes, a little to its left it does not."""
    assert saddle_plane.sharp
    curve = np.concatenate(saddle_plane.separatrix)
    below = curve[(curve[:, 1] < 0.01) & (curve[:, 0] < -10)]
    v, w = below[np.argmin(np.abs(below[:, 1]))]

    def peak(start):
        run = solve_ivp(
            lambda _, z: saddle_plane.velocity(z[0], z[1]), (0, 300), [start, w], method="LSODA", rtol=1e-9, atol=1e-10
        )
        return run.y[0, 1:].max()

    assert peak(v + 0.05) > 10
    assert peak(v - 0.05) < v + 5


def test_the_separatrix_is_a_trajectory(saddle_plane):
    for curve in saddle_plane.separatrix:
        inner = curve[3:-2]
        step = inner[2:] - inner[:-2]
        flow = saddle_plane.velocity(inner[1:-1, 0], inner[1:-1, 1])
        size = np.array([135.0, 0.8])
        a, b = step / size, flow / size
        cosine = (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
        assert np.abs(cosine).min() > 0.998


def test_a_plane_without_saddle_has_a_quasi_threshold():
    plane = phase_plane(lo.cells.squid(), "V", "K.n", rest={"Na.h": Line("K.n", 0.83, -1.0), "Na.m": "steady"})
    assert not plane.sharp
    (curve,) = plane.separatrix
    assert len(curve) > 20


def test_frozen_inactivation_gives_three_fixed_points():
    """With h held at its resting value the axon is bistable (FitzHugh 1960)."""
    plane = phase_plane(lo.cells.squid(), "V", "K.n", rest={"Na.h": "frozen"})
    assert [p.kind for p in plane.fixed_points] == ["stable focus", "saddle", "stable node"]
    (rest,) = equilibria(lo.cells.squid())
    resting = plane.fixed_points[0].V
    assert resting == pytest.approx(rest.V, abs=1e-9)


def test_the_field_is_the_cells_own():
    plane = phase_plane(lo.cells.squid(), "V", "Na.h", rest={"K.n": 0.4, "Na.m": 0.1}, current=5.0)
    from loligo.dynamics.field import Field

    field = Field(lo.cells.squid(), (), current=5.0)
    order = [field.paths.index(p) for p in ("V", "Na.h")]
    whole = np.array([{"V": -50.0, "Na.h": 0.3, "K.n": 0.4, "Na.m": 0.1}[p] for p in field.paths])
    np.testing.assert_allclose(plane.velocity(-50.0, 0.3), field(whole, np.empty(0))[order], rtol=1e-12)


def test_trajectories_follow_the_flow():
    plane = phase_plane(morris_lecar("class2"), "V", "K.w", current=100.0)
    path = plane.trajectory(-40.0, 0.1, duration=60, every=0.1)
    run = solve_ivp(
        lambda _, z: plane.velocity(z[0], z[1]), (0, 60), [-40.0, 0.1], method="DOP853", rtol=1e-11, atol=1e-12
    )
    np.testing.assert_allclose(path[-1], run.y[:, -1], rtol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("V", "Ca.m"), "'Ca.m' of morris_lecar_1981_class1 is no state of its own"),
        (("V", "V"), "two different states"),
        (("V", "K.q"), "'K.q' is not a state of morris_lecar_1981_class1"),
    ],
)
def test_planes_that_make_no_sense(arguments, text):
    with pytest.raises(lo.LoligoError, match=text):
        phase_plane(morris_lecar("class1"), *arguments)


def test_a_frozen_v_is_not_steady():
    with pytest.raises(DynamicsError, match="V has no steady value"):
        phase_plane(lo.cells.squid(), "Na.m", "K.n")


def test_the_classical_reduction_and_its_errors():
    """h = c - n with c near 0.85, m instantaneous (Krinsky & Kokoz 1973; Rinzel 1985), beside the full axon."""
    found = reduction(lo.cells.squid(), 10)
    line = found.rest["Na.h"]
    assert line.slope == -1
    assert 0.8 < line.intercept < 0.9
    assert found.fit_error < 0.03
    assert found.period == pytest.approx(14.63620999, abs=1e-6)
    # the plane's own period, from SciPy
    plane = found.plane()
    run = solve_ivp(
        lambda _, z: plane.velocity(z[0], z[1]), (0, 200), [-20.0, 0.4], method="LSODA", rtol=1e-9, atol=1e-10,
        dense_output=True, max_step=0.1,
    )  # fmt: skip
    t = np.linspace(100, 200, 200_001)
    v = run.sol(t)[0]
    up = t[:-1][(v[:-1] < -20) & (v[1:] >= -20)]
    assert found.reduced_period == pytest.approx(np.diff(up).mean(), rel=1e-3)
    assert -0.3 < found.period_error < 0
    assert "instantaneous" in str(found)


def test_a_fitted_slope_fits_no_worse():
    assert reduction(lo.cells.squid(), 10, slope=None).fit_error <= reduction(lo.cells.squid(), 10).fit_error


def test_reductions_leave_nothing_over():
    with pytest.raises(DynamicsError, match=r"Na\.m of squid is left over"):
        reduction(lo.cells.squid(), 10, instant=())


def test_what_is_held_is_no_axis():
    """A pool that is clamped at a concentration is a number, as is a parameter."""
    gated = lo.Channel("X", g=0.1, E=-60, reads="Ca", a=lo.Gate(1, inf=lo.symbol("Ca"), tau=5))
    cell = lo.Cell("held", [gated], pools=[lo.Pool("Ca", value=0.3, unit="mM")], capacitance=1)
    with pytest.raises(DynamicsError, match=r"'Ca' of held is held at 0\.3 and does not move; a plane can have V"):
        phase_plane(cell, "V", "Ca")
    with pytest.raises(DynamicsError, match=r"'Na\.h' of .* is frozen and does not move; thaw it"):
        phase_plane(lo.cells.squid().freeze("Na.h"), y="Na.h")
    with pytest.raises(DynamicsError, match=r"'K\.g' of squid is held at 36 and does not move"):
        phase_plane(lo.cells.squid(), "V", "K.g")
