"""The diagram of a cell: published values to their last digits, every kind of point, and what is refused."""

import dataclasses

import numpy as np
import pytest
from examples import morris_lecar, polynomial

import loligo as lo
from loligo.dynamics import DynamicsError, Options, continuation

CURRENT = "stimulus.amplitude"


def values(diagram, kind):
    return [s.value for s in diagram.of_kind(kind)]


def test_the_squid_axon(squid_diagram):
    """Hopf points (Hassard 1978, to 12 digits since), folds of cycles (Rinzel & Miller 1980) recomputed to 1e-10."""
    d = squid_diagram
    assert d.notes == ()
    np.testing.assert_allclose(values(d, "hopf"), [9.7754379953931, 154.5224336658080], atol=1e-10)
    np.testing.assert_allclose(values(d, "fold of cycles"), [6.2603212745, 7.8423471202, 7.9177854943], atol=1e-10)
    np.testing.assert_allclose(values(d, "period doubling"), [7.84534, 7.91778], atol=1e-5)
    low, high = d.of_kind("hopf")
    assert (low.criticality, high.criticality) == ("subcritical", "supercritical")
    assert low.period == pytest.approx(10.717882808, abs=1e-8)
    assert high.period == pytest.approx(5.911239441, abs=1e-8)
    main = d.of_kind("fold of cycles")[0]
    assert main.period == pytest.approx(19.89524071, abs=1e-7)
    # 91.494648084 above -65 mV is the largest of samples along the cycle, and so a little low.
    assert 0 < main.state["V"] - (91.494648084 - 65) < 2e-5
    assert all(s.uncertainty < 1e-9 for s in d.special)
    (cycles,) = d.cycles
    assert cycles.end.startswith("Hopf point at 154.52")


def test_what_is_stable_in_the_squid_axon(squid_diagram):
    (rest,), (cycles,) = squid_diagram.equilibria, squid_diagram.cycles
    free = ~rest.critical
    outside = (rest.parameter < 9.7754) | (rest.parameter > 154.5225)
    np.testing.assert_array_equal(rest.stable[free], outside[free])
    k = int(np.argmin(cycles.parameter))
    assert cycles.stable[k + 1 :].all()
    assert not cycles.stable[1:k].any()


def test_the_published_frequencies_lie_on_the_branch(squid_diagram):
    (cycles,) = squid_diagram.cycles
    k = int(np.argmin(cycles.parameter)) + 1
    # (current, period) of the stable cycle, Newton solutions to 1e-12; linear interpolation between our points.
    table = [(20, 11.564697477), (50, 8.544380411), (100, 6.790270717), (150, 5.957573835)]
    for current, period in table:
        assert np.interp(current, cycles.parameter[k:], cycles.period[k:]) == pytest.approx(period, rel=2e-2)


@pytest.mark.parametrize(
    ("kind", "folds", "hopfs"),
    [
        ("class2", [], [(93.85761837, 78.75661), (212.0188161, 42.281921)]),
        ("class1", [-9.94903932, 39.96315309], [(97.78788896, 24.913951)]),
        ("homoclinic", [-9.94903932, 39.96315309], [(36.3162175, 16.584416)]),
    ],
)
def test_morris_lecar(kind, folds, hopfs):
    """The three parameter sets of Rinzel and Ermentrout."""
    d = continuation(morris_lecar(kind), CURRENT, (-50, 300))
    np.testing.assert_allclose(values(d, "fold"), folds, atol=1e-8)
    np.testing.assert_allclose(values(d, "hopf"), [v for v, _ in hopfs], atol=1e-7)
    np.testing.assert_allclose([s.period for s in d.of_kind("hopf")], [t for _, t in hopfs], atol=1e-5)
    assert all(s.criticality == "subcritical" for s in d.of_kind("hopf"))
    if kind == "class2":
        # 88.29325 and 216.89984 were found by simulation, which overstays at the second.
        np.testing.assert_allclose(values(d, "fold of cycles"), [88.29325, 216.8998], atol=5e-5)
    if kind == "class1":
        assert values(d, "snic") == [pytest.approx(39.96315309, abs=1e-8)]
    if kind == "homoclinic":
        (end,) = d.of_kind("homoclinic")
        assert end.period == np.inf
        assert 35.0 < end.value < 35.02


def test_a_class_1_cell_slows_down_as_an_inverse_square_root():
    """Near the saddle-node T ~ (I - I0)^(-1/2)."""
    d = continuation(morris_lecar("class1"), CURRENT, (-50, 300), options=Options(longest=3000))
    (branch,) = d.cycles
    late = branch.period > 1000
    slope = np.polyfit(np.log(branch.parameter[late] - 39.96315309), np.log(branch.period[late]), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.02)


def test_any_path_can_be_the_parameter():
    squid = lo.cells.squid()
    leak = continuation(squid, "leak.E", (-60, 0), cycles=False)
    # Only stimulus + g E of the leak enters: E at the Hopf point follows from the current there.
    (hopf,) = leak.of_kind("hopf")
    assert hopf.value == pytest.approx(-54.387 + 9.7754379953931 / 0.3, abs=1e-9)
    warm = continuation(squid, "celsius", (10, 28), current=24.729788, cycles=False)
    assert values(warm, "hopf") == [pytest.approx(22.0, abs=1e-5)]


@pytest.mark.parametrize(("celsius", "low", "high"), [(0, 8.413357, 152.297479), (18.5, 18.559826, 151.578692)])
def test_hopf_points_move_with_temperature(celsius, low, high):
    d = continuation(lo.cells.squid().with_(celsius=celsius), CURRENT, (0, 200), cycles=False)
    np.testing.assert_allclose(values(d, "hopf"), [low, high], atol=1e-6)


def test_above_29_degrees_the_squid_axon_never_fires_on_its_own():
    assert continuation(lo.cells.squid().with_(celsius=29), CURRENT, (0, 200)).special == ()


def test_fold_of_the_normal_form():
    V, p = lo.V, lo.symbol("p")
    d = continuation(polynomial(p - V**2 / 100, p=4.0), "X.p", (-1, 10))
    (fold,) = d.special
    assert fold.kind == "fold"
    assert fold.value == pytest.approx(0, abs=1e-12)
    (branch,) = d.equilibria
    np.testing.assert_allclose(branch.V**2 / 100, branch.parameter, atol=1e-9)
    np.testing.assert_array_equal(branch.stable[~branch.critical], branch.V[~branch.critical] > 0)


def test_branch_point_of_a_pitchfork():
    V, p = lo.V, lo.symbol("p")
    d = continuation(polynomial(p * V - V**3 / 100, p=-0.5), "X.p", (-1, 1.3))
    (point,) = d.of_kind("branch point")
    assert point.value == pytest.approx(0, abs=1e-6)
    for branch in d.equilibria:
        residual = branch.parameter * branch.V - branch.V**3 / 100
        np.testing.assert_allclose(residual, 0, atol=1e-8)
    ends = {round(float(v), 3) for b in d.equilibria for p, v in zip(b.parameter, b.V, strict=True) if p == 1.3}
    assert ends == {0.0, round(float(np.sqrt(130)), 3), -round(float(np.sqrt(130)), 3)}


def test_first_lyapunov_coefficient_of_a_known_case():
    """Morris-Lecar, from the formula for planar systems (Guckenheimer & Holmes 1983, eq. 3.4.11), with SymPy."""
    import sympy

    from loligo.system import system

    cell = morris_lecar("class2")
    hopf = continuation(cell, CURRENT, (50, 150), cycles=False).of_kind("hopf")[0]
    whole = system(cell)
    numbers = {p.symbol: cell.parameters[p.path].value for p in whole.parameters}
    numbers[whole.input] = hopf.value
    x, y = (s.symbol for s in whole.states)
    f, g = (d.subs(numbers) for d in whole.derivatives)
    at = {x: hopf.state["V"], y: hopf.state["K.w"]}
    a = np.array([[float(sympy.diff(h, v).subs(at)) for v in (x, y)] for h in (f, g)])
    values, vectors = np.linalg.eig(a)
    q = vectors[:, np.argmax(values.imag)]
    q = q / np.linalg.norm(q)
    omega = float(values.imag.max())
    # coordinates with z = q u - conj: columns Re q, -Im q make the linear part [[0, -w], [w, 0]]
    T = np.column_stack([q.real, -q.imag])
    inverse = np.linalg.inv(T)
    s, t = sympy.symbols("s t")
    moved = {x: at[x] + T[0, 0] * s + T[0, 1] * t, y: at[y] + T[1, 0] * s + T[1, 1] * t}
    rates = [h.subs(moved, simultaneous=True) for h in (f, g)]
    F, G = (sum(inverse[i, j] * rates[j] for j in range(2)) for i in range(2))

    def d(h, *by):
        return float(sympy.diff(h, *by).subs({s: 0, t: 0}))

    third = d(F, s, s, s) + d(F, s, t, t) + d(G, s, s, t) + d(G, t, t, t)
    second = (
        d(F, s, t) * (d(F, s, s) + d(F, t, t)) - d(G, s, t) * (d(G, s, s) + d(G, t, t))
        - d(F, s, s) * d(G, s, s) + d(F, t, t) * d(G, t, t)
    )  # fmt: skip
    # Kuznetsov's l1 is 8 / omega times a of Guckenheimer and Holmes over 4 in these coordinates (x = 2 Re z q).
    a16 = third / 16 + second / (16 * omega)
    ratio = hopf.coefficient * omega / a16
    assert ratio > 0
    assert ratio == pytest.approx(round(ratio * 2) / 2, rel=1e-5)


def test_a_parameter_without_effect_is_refused():
    passive = lo.Cell("passive", [lo.Channel("leak", g=0.1, E=-70)])
    with pytest.raises(DynamicsError, match="celsius does not enter the equations of passive"):
        continuation(passive, "celsius", (0, 10))


@pytest.mark.parametrize(
    ("path", "span", "text"),
    [
        ("Q.g", (0, 1), "'Q.g' is not a parameter of squid; did you mean 'K.g'"),
        (CURRENT, (5, 1), "give the lower value first"),
        (CURRENT, 5, "give two numbers"),
        ("Na.g", (-5, 1), "Na.g"),
    ],
)
def test_mistakes_are_named(path, span, text):
    with pytest.raises(lo.LoligoError, match=text):
        continuation(lo.cells.squid(), path, span)


def test_options_check_themselves():
    with pytest.raises(DynamicsError, match="intervals=2; give a value between 4 and 2000"):
        Options(intervals=2)
    with pytest.raises(DynamicsError, match="degree=3.5"):
        Options(degree=3.5)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Options().degree = 3


def test_a_branch_that_stalls_says_where_and_keeps_what_it_has():
    """V' = p - sqrt(V): the branch V = p^2 ends at the origin, where the equation itself ends."""
    d = continuation(polynomial(lo.symbol("p") - lo.sqrt(lo.V), p=1.0), "X.p", (-5, 5), cycles=False)
    (branch,) = d.equilibria
    assert len(branch.parameter) > 5
    np.testing.assert_allclose(branch.V, branch.parameter**2, atol=1e-8)
    (note,) = d.notes
    assert "stalled at X.p = " in note
    assert "no step is small enough" in note
    assert 0 <= float(note.split("X.p = ")[1].split(",")[0]) < 0.1


def test_few_points_are_said_to_be_few():
    d = continuation(lo.cells.squid(), CURRENT, (-10, 200), options=Options(points=5), cycles=False)
    assert any("stopped after 5 points" in note for note in d.notes)


def test_the_dataset_holds_the_diagram(squid_diagram, tmp_path):
    import xarray as xr

    ds = squid_diagram.to_dataset()
    assert ds.attrs["kind"] == "bifurcation"
    assert ds.sizes["special"] == 7
    ds.to_netcdf(tmp_path / "d.nc", engine="h5netcdf")
    again = xr.load_dataset(tmp_path / "d.nc", engine="h5netcdf")
    xr.testing.assert_equal(again, ds)


def test_cycles_that_stop_keep_what_they_have():
    d = continuation(lo.cells.squid(), CURRENT, (0, 200), options=Options(points=12))
    assert any(note.startswith("cycles: stopped after 12 points") for note in d.notes)
    assert len(d.of_kind("hopf")) == len({round(s.value, 6) for s in d.of_kind("hopf")})  # each of them once
    assert 10 < len(d.cycles[0].parameter) < 40
    assert d.of_kind("hopf")


def test_a_range_without_equilibria():
    """V' = p + V^2: none for p > 0."""
    with pytest.raises(DynamicsError, match=r"normal form has no equilibrium .* from 1 to 5; give another range"):
        continuation(polynomial(lo.symbol("p") + lo.V**2 / 100, p=1.0), "X.p", (1, 5))


def test_the_doubled_cycles_of_the_squid_axon_join_its_two_period_doublings():
    """Between them lies the window that Guckenheimer & Oliva (2002) found chaos in, near 7.86: the cascade leads there."""
    d = continuation(lo.cells.squid(), CURRENT, (0, 160), doublings=1)
    _, double = d.cycles
    low, high = (s for s in d.of_kind("period doubling") if s.branch == 0)
    assert double.end == f"period doubling at {high.value:.8g}"
    assert double.parameter.min() > low.value
    assert double.parameter.max() < high.value
    assert double.period.min() > 2 * 16.7
    inner = [s.value for s in d.of_kind("period doubling") if s.branch == 1]
    assert all(7.8453 < v < 7.9178 for v in inner)
    assert len(inner) >= 2


@pytest.mark.parametrize("span", [(7.5, 9.9), (0.1, 0.7), (-3.3, 11.1), (9, 10.1)])
def test_a_branch_is_followed_once(span):
    """Its end is that of the range only up to rounding, and must not be taken for another branch."""
    d = continuation(lo.cells.squid(), CURRENT, span, cycles=False)
    assert len(d.equilibria) == 1
    assert len(d.of_kind("hopf")) == (1 if span[0] < 9.775438 < span[1] else 0)
