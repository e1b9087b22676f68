"""Trees against closed forms, against cables, and against what branches do to impulses."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loligo as lo
from loligo.numerics.cable import FOLDED
from loligo.simulation import axon
from loligo.simulation.compartments import eliminate, start_of
from loligo.simulation.cutting import cut
from loligo.simulation.march import March, Wanted
from loligo.simulation.tree import layout

SQUID = lo.cells.squid()
WARM = SQUID.with_({"celsius": 18.5})
PASSIVE = lo.Cell("passive", [lo.Channel("leak", g=0.1, E=-70)])
RA = 150.0


def run(tree, stimulus, duration, dt=0.01):
    """All compartments at the end, and the tree in compartments."""
    whole = cut(tree)
    march = March([whole.parts], [start_of(whole.parts, {"V": -70.0})[0]])
    march.run([layout(tree).sources(stimulus)], duration, dt)
    return whole, march


# ---- a cable is a tree without branches


@pytest.mark.parametrize("n", [1, 2, 17, 130])
def test_a_cable_through_the_tree_is_the_cable(n):
    step = lo.Step(1, stop=1, at=33.0)
    cable = lo.simulate(lo.Cable(SQUID, 160, 10, Ra=100, n=n), step, duration=5)
    one = lo.simulate(lo.Tree([lo.Section("a", 160, 10)], SQUID, Ra=100, dx=160 / n), step, duration=5)
    assert one.x.values == pytest.approx(cable.x.values)
    assert np.abs(one.V.values - cable.V.values).max() < 1e-8  # a spike makes what is lost by rounding grow
    assert one.arrival.values == pytest.approx(cable.arrival.values, abs=1e-9, nan_ok=True)


def test_elimination_from_the_tips_agrees_with_the_folded_fibre():
    cable = lo.Cable(SQUID, 2000, lambda x: 4 + x / 500, Ra=100, n=200, left="killed", right=-70.0)
    parts = axon.fibre(cable)
    start, _ = start_of(parts, "rest")
    found = []
    for fold in (True, False):
        march = March([parts], [start], Wanted(np.array([50]), 51, 0.1, most=100), fold)
        march.run([axon.layout(cable).sources(lo.Step(5, stop=1, at=800))], 5.0, 0.01)
        assert (march.placed.way == FOLDED) is fold
        found.append(march)
    assert np.abs(found[0].V - found[1].V).max() < 1e-9
    assert np.abs(found[0].trace - found[1].trace).max() < 1e-9


def test_a_fibre_in_pieces_is_the_fibre():
    pieces = [lo.Section("a", 500, 10), lo.Section("b", 1000, 10, parent="a"), lo.Section("c", 500, 10, parent="b")]
    step = lo.Step(5, stop=1, at=333.0)
    where = [0, 100.0, 500.0, 777.7, 1500.0, 2000.0]
    whole = lo.simulate(lo.Tree([lo.Section("a", 2000, 10)], SQUID, Ra=100, dx=50), step, duration=5, where=where)
    apart = lo.simulate(lo.Tree(pieces, SQUID, Ra=100, dx=50), step, duration=5, where=where)
    assert apart.attrs["n"] == whole.attrs["n"] == 40
    assert np.abs(apart.V.values - whole.V.values).max() < 1e-9
    assert apart.x.values == pytest.approx(where)


def test_two_membranes_of_one_kind_are_one_membrane():
    sections = [
        lo.Section("a", 500, 10),
        lo.Section("b", 500, 10, parent="a"),
        lo.Section("c", 300, 3, parent="a", at=0.4),
    ]
    step = lo.Step(5, stop=1, at="a(0)")
    same = lo.Cell("other", SQUID.channels, capacitance=1.0, celsius=6.3)  # another cell, the same equations
    one = lo.simulate(lo.Tree(sections, SQUID), step, duration=5)
    two = lo.simulate(lo.Tree(sections, SQUID, cells={"b": same}), step, duration=5)
    assert np.abs(one.V.values - two.V.values).max() < 1e-8


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
@settings(max_examples=50, deadline=None)
def test_elimination_solves_any_tree(seed, n):
    rng = np.random.default_rng(seed)
    parent = np.array([0, *(rng.integers(0, i) for i in range(1, n))])
    link, right = np.concatenate([[0.0], rng.uniform(0, 1, n - 1)]), rng.normal(size=n)
    matrix = np.diag(rng.uniform(0.1, 1, n))
    for i in range(1, n):
        p = parent[i]
        matrix[i, i] += link[i]
        matrix[p, p] += link[i]
        matrix[i, p] -= link[i]
        matrix[p, i] -= link[i]
    found = eliminate(np.diag(matrix).copy(), link, parent, right)
    assert np.allclose(found, np.linalg.solve(matrix, right), rtol=1e-9, atol=1e-9)


# ---- closed forms


def input_conductance(section, tree, g=1e-4):
    """µS at the beginning of a section of a passive tree: Rall 1959, from the tips on."""
    d, length = section.profile[0][1] * 1e-4, section.length * 1e-4
    constant = math.sqrt(d / (4 * RA * g))
    infinite = math.pi * d**2 / (4 * RA * constant) * 1e6
    load = sum(input_conductance(s, tree) for s in tree.sections if s.parent == section.name) / infinite
    T = math.tanh(length / constant)
    return infinite * (load + T) / (1 + load * T)


def y_tree(**options):
    """Diameters by no rule, three branches at one point, a soma with a dendrite on its middle left out."""
    return lo.Tree(
        [
            lo.Section("stem", 400, 5), lo.Section("left", 300, 3, parent="stem"), lo.Section("right", 500, 2, parent="stem"),
            lo.Section("twig1", 200, 1, parent="left"), lo.Section("twig2", 250, 0.7, parent="left"),
            lo.Section("twig3", 100, 1.5, parent="left"), lo.Section("on", 300, 1.3, parent="right"),
        ],
        PASSIVE, Ra=RA, **options,
    )  # fmt: skip


def test_input_resistance_of_a_passive_tree_and_second_order_in_dx():
    exact = 0.05 / input_conductance(y_tree().sections[0], y_tree())
    errors = []
    for finer in (2, 4, 8):
        ds = lo.simulate(
            y_tree(dx=100, finer=finer), lo.Step(0.05, at="stem(0)"), duration=400, dt=0.1, every=400, where="stem(0)"
        )
        errors.append(abs(float(ds.V[-1, 0]) + 70 - exact) / exact)
    assert errors[-1] < 1e-4
    assert math.log2(errors[0] / errors[1]) == pytest.approx(2, abs=0.2)
    assert math.log2(errors[1] / errors[2]) == pytest.approx(2, abs=0.2)


def test_transfer_is_reciprocal():
    # V there for a current here is V here for a current there: Koch, Poggio & Torre 1982
    def response(there, here):
        ds = lo.simulate(y_tree(), lo.Step(0.05, at=there), duration=300, dt=0.1, every=300, where=here)
        return float(ds.V[-1, 0]) + 70

    assert response("twig1(0.6)", "on(0.3)") == pytest.approx(response("on(0.3)", "twig1(0.6)"), rel=1e-9)


def test_the_equivalent_cylinder_of_rall():
    # d^(3/2) conserved, tips at one electrotonic distance: seen from the stem, one cylinder (Rall 1962)
    thin = 8 / 2 ** (2 / 3)
    sections = [
        lo.Section("stem", 400, 8),
        *(lo.Section(f"d{k}", 400 / 2 ** (1 / 3), thin, parent="stem") for k in (1, 2)),
    ]
    step = lo.Step(4, stop=1)  # at the beginning
    tree = lo.simulate(lo.Tree(sections, WARM, Ra=RA, dx=10), step, duration=6, dt=0.01, where=["stem(0.25)", "d1(1)"])
    n = math.ceil(400 / 10)  # the same compartments, folded into one
    cylinder = lo.simulate(lo.Cable(WARM, 800, 8, Ra=RA, n=2 * n), step, duration=6, dt=0.01, where=[100.0, 800.0])
    assert tree.V.values.max() > 20  # an impulse, not only decay
    # each branch has 32 compartments where the cylinder has 40: equal to the error of dx
    assert np.abs(tree.V.values - cylinder.V.values).max() < 0.2


@pytest.mark.parametrize("taper", [(4, 1), (1, 4, 2)])
def test_cones_have_their_area_and_resistance(taper):
    section = lo.Section("cone", 200, taper)
    whole = cut(lo.Tree([section], PASSIVE, Ra=RA, dx=7))
    long = 200 / (len(taper) - 1)
    pairs = list(itertools.pairwise(taper))
    area = sum(math.pi * (a + b) / 2 * math.hypot(long, (a - b) / 2) for a, b in pairs)
    assert whole.parts.area.sum() == pytest.approx(area, rel=1e-12)
    s = (np.arange(200_000) + 0.5) / 1000
    d = np.interp(s, *np.array(section.profile).T)
    resistance = np.sum(0.001 / d**2)  # between the two ends
    first, last = whole.rows["cone"].knots[0], whole.rows["cone"].knots[-1]
    ends = resistance - np.sum(1 / whole.parts.link[1:]) * 25 * math.pi / RA
    assert ends == pytest.approx(first + resistance - last, rel=1e-3)


def test_charge_is_conserved():
    insulator = lo.Cell("insulator", [lo.Channel("leak", g=1e-12, E=-70)])
    tree = lo.Tree(
        [*y_tree().sections, lo.Section("side", 77, (3, 1), parent="stem", at=0.37)], insulator, Ra=RA, dx=13
    )
    whole, march = run(tree, lo.Step(0.05, stop=2, at="twig2(0.3)"), 5.0)
    assert np.sum(whole.parts.capacitance * (march.V + 70)) == pytest.approx(0.1, rel=1e-9)


def test_second_order_in_dt():
    times = []
    for dt in (0.02, 0.01, 0.005):
        ds = lo.simulate(y_tree().with_(cell=WARM), lo.Step(1, stop=1, at="stem(0)"), duration=6, dt=dt, every=6)
        times.append(ds.arrival.values[-1])
    assert math.log2((times[0] - times[1]) / (times[1] - times[2])) == pytest.approx(2, abs=0.25)


# ---- rest, regions, densities


def test_a_tree_of_different_membranes_rests():
    tree = lo.Tree(
        [lo.Section("soma", 20, 20), lo.Section("axon", 500, 2, parent="soma", at=0), lo.Section("dendrite", 300, 3, parent="soma")],
        SQUID, cells={"dendrite": PASSIVE}, densities={"axon": {"Na.g": lambda x: 120 + x / 10}},
    )  # fmt: skip
    ds = lo.simulate(tree, duration=5)
    assert np.abs(ds.V.values - ds.V.values[0]).max() < 1e-6
    soma, tip = (float(lo.simulate(tree, duration=0.1, where=w).V[0, 0]) for w in ("soma", "dendrite(1)"))
    assert -70 < tip < soma < -64.99


def test_regions_by_distance():
    sections = [lo.Section("soma", 20, 20), lo.Section("apical", 400, 4, parent="soma")]
    tree = lo.Tree(
        sections, SQUID, cells={"tuft": PASSIVE}, origin=0.5,
        regions=lambda section, distance: "tuft" if distance > 200 else section.region,
    )  # fmt: skip
    ds = lo.simulate(tree, duration=0.1)
    assert set(ds.region.values) == {"soma", "apical", "tuft"}
    assert (ds.distance.values[ds.region.values == "tuft"] > 200).all()
    assert (ds.distance.values[ds.region.values == "apical"] <= 200).all()


# ---- impulses


def fork(ratio):
    """A stem that ends in two branches, with so many times the (sum of d^3/2) of its own."""
    wide = 10 * (ratio / 2) ** (2 / 3)
    stem = lo.Section("stem", 5000, 10)
    return lo.Tree(
        [stem, *(lo.Section(f"b{k}", 4000 * (wide / 10) ** 0.5, wide, parent="stem") for k in (1, 2))], WARM, Ra=35.4
    )


@pytest.mark.parametrize(("ratio", "passes"), [(1, True), (4, True), (8, True), (14, False), (20, False)])
def test_an_impulse_passes_a_branch_point_up_to_a_geometric_ratio_of_about_ten(ratio, passes):
    # Goldstein & Rall 1974, Biophys J 14:731: propagation fails above a geometric ratio of about 10
    ds = lo.simulate(fork(ratio), lo.Step(50, stop=0.5), duration=12, every=1)
    section = ds.section.values
    assert (ds.crossings.values[section == "stem"][5:-5] == 1).all()
    assert (ds.crossings.values[section == "b1"][-5:] == int(passes)).all()


def test_behind_a_branch_point_of_ratio_one_the_impulse_goes_on_at_the_same_electrotonic_speed():
    ds = lo.simulate(fork(1), lo.Step(50, stop=0.5), duration=12, every=1)

    def speed(name, low, high):
        mine = ds.section.values == name
        s, a = ds.fraction.values[mine], ds.arrival.values[mine]
        length = fork(1).section(name).length
        return (high - low) * length / (np.interp(high, s, a) - np.interp(low, s, a))

    thin = fork(1).section("b1").profile[0][1]
    assert speed("b1", 0.2, 0.6) / speed("stem", 0.4, 0.8) == pytest.approx(math.sqrt(thin / 10), rel=2e-3)


# ---- mistakes


def test_mistakes_are_said():
    soma, dendrite = lo.Section("soma", 20, 20), lo.Section("dendrite", 100, 2, parent="soma")
    tree = lo.Tree([soma, dendrite], SQUID)
    for make, words in {
        lambda: lo.Section("s", 0, 1): "length: 0 µm",
        lambda: lo.Section("s", 10, 0): "diameter: 0 µm",
        lambda: lo.Section("s", 10): "needs a length and a diameter",
        lambda: lo.Section("s", 10, 1, at=2): "at = 2",
        lambda: lo.Tree([soma, soma], SQUID): "two sections are called 'soma'",
        lambda: lo.Tree([soma, lo.Section("d", 1, 1)], SQUID): "one section has no parent",
        lambda: lo.Tree([soma, lo.Section("d", 1, 1, parent="sona")], SQUID): "no section 'sona'.*'soma'",
        lambda: lo.Tree([soma, lo.Section("a", 1, 1, parent="b"), lo.Section("b", 1, 1, parent="a")], SQUID): "in a circle",
        lambda: lo.Tree([soma], SQUID, Ra=0): "Ra: 0",
        lambda: lo.Tree([soma], SQUID, dx="fine"): "dx: 'fine'",
        lambda: lo.Tree([soma], SQUID, finer=0): "finer: 0",
        lambda: lo.Tree([soma], SQUID, cells={"axon": PASSIVE}): "no region 'axon'",
        lambda: lo.Tree([soma], SQUID, densities={"Nb.g": lambda x: x}): "'Nb.g' is no parameter",
        lambda: lo.Tree([soma], SQUID, densities={"Na.g": 12}): "no function",
        lambda: lo.Tree([soma], lo.cells.pinsky_rinzel_1994()): "compartments or absolute",
        lambda: lo.simulate(fork(1), lo.Step(1, at=50), duration=1): "tree with branches",
        lambda: lo.simulate(tree, lo.Step(1, at="dendrit"), duration=1): "no section 'dendrit'",
        lambda: lo.simulate(tree, lo.Step(1, at="dendrite(2)"), duration=1): "off the section",
        lambda: lo.simulate(tree, lo.Step(1, at="dendrite(x)"), duration=1): "no section",
        lambda: lo.simulate(tree, duration=1, over={"Nq.g": [1, 2]}): "'Nq.g' leads nowhere",
        lambda: lo.simulate(tree, duration=1, method="rk4"): "method: 'rk4' does not solve a tree",
        lambda: lo.simulate(tree, duration=1, initial={"Nb.m": 0.1}): "'Nb.m' is no state",
        lambda: lo.simulate(lo.Cable(SQUID, 10, 10, n=1), lo.Step(1, at="soma"), duration=1): "names a place of a tree",
        lambda: lo.conduction_velocity(fork(1)): "without branches",
        lambda: lo.Myelinated(SQUID, 10): "rest:",
        lambda: lo.Myelinated(SQUID, 10, rest=-65, nodes=1): "nodes: 1",
        lambda: lo.Myelinated(SQUID, 10, rest=-65, g_ratio=1): "g_ratio: 1",
    }.items():  # fmt: skip
        with pytest.raises(lo.LoligoError, match=words):
            make()
    with pytest.warns(lo.LoligoWarning, match="compartments of 1000 µm are too coarse .* or 12.6 µm or less"):
        lo.simulate(lo.Tree([lo.Section("a", 5000, 2)], SQUID, dx=1000), duration=0.1)


def test_places_and_distances():
    tree = lo.Tree(
        [
            lo.Section("soma", 20, 20),
            lo.Section("d", 100, 2, parent="soma"),
            lo.Section("e", 50, 1, parent="d", at=0.5),
        ],
        SQUID,
        origin=0.5,
    )
    assert tree.with_(sections=tree.sections[:2]).place(70) == ("d", 0.5)  # µm, where there are no branches
    assert tree.place("d") == tree.place(("d", 0.5)) == tree.place(" d ( 0.5 ) ")
    assert tree.distance("soma(0.5)") == 0
    assert tree.distance("soma(0)") == tree.distance("soma(1)") == 10
    assert tree.distance("e(1)") == 10 + 50 + 50
    assert tree.length == 170
    changed = tree.with_({"Na.g": 60, "dx": 5})
    assert changed.cell.parameters["Na.g"].value == 60
    assert changed.dx == 5
