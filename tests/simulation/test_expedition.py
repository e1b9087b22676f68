"""Sweeps of fibres and trees: every entry is the single run, whatever marches beside it."""

import numpy as np
import pytest

import loligo as lo
from loligo.simulation.compartments import start_of
from loligo.simulation.journey import layout_of
from loligo.simulation.march import March

SQUID = lo.cells.squid()
AXON = lo.Cable(SQUID.with_({"celsius": 18.5}), 10_000, 476, Ra=35.4, n=70)
PULSE = lo.Step(20_000, stop=0.5)
FORK = lo.Tree(
    [
        lo.Section("soma", 20, 20),
        lo.Section("stem", 200, 4, parent="soma"),
        lo.Section("left", 150, 2, parent="stem"),
        lo.Section("right", 150, (3, 1), parent="stem"),
    ],
    SQUID,
    dx=10,
    cells={"soma": SQUID.block("K", 0.2)},
)
PLACES = {"x": [0, 1234.5, 10_000], "place": ["soma", "stem(0.33)", "right(1)"]}


def entries(body, stimulus, over, **options):
    """Every entry of a sweep over one path, with its single run."""
    ds = lo.simulate(body, stimulus, over=over, **options)
    ((path, values),) = over.items()
    assert (ds.status == 0).all()
    for i, value in enumerate(values):
        part, _, name = path.partition(".")
        if part == "stimulus":
            single = lo.simulate(body, stimulus.with_(**{name: value}), **options)
        elif part == "initial":
            single = lo.simulate(body, stimulus, **{**options, "initial": {name: value}})
        else:
            single = lo.simulate(body.with_({path: value}), stimulus, **options)
        yield ds.isel({path: i}), single


def apart(entry, single):
    """How far they are apart, relative to what there is; NaN in the same places."""
    worst = 0.0
    for name, there in single.data_vars.items():
        here = entry[name].values
        if "spike" in there.dims:
            assert np.isnan(here[..., there.shape[-1] :]).all()
            here = here[..., : there.shape[-1]]
        assert np.array_equal(np.isnan(here), np.isnan(there.values)), name
        worst = max(worst, np.nanmax(np.abs(here - there.values) / np.maximum(np.abs(there.values), 1), initial=0))
    return worst


RECORD = [lo.Spikes(), lo.Peak(), lo.Mean(after=1), lo.Trough(), lo.Rate(), lo.Final(("V", "Na.m")),
          lo.Trace("V", "Na.m", "K.I")]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("diameter", np.linspace(200, 600, 10)),
        ("Ra", [20, 35.4, 60, 80, 100, 120, 140, 160, 180]),
        ("length", np.linspace(8000, 12_000, 8)),
        ("celsius", np.linspace(6, 20, 9)),
        ("Na.g", np.linspace(80, 140, 8)),
        ("stimulus.amplitude", np.linspace(5_000, 20_000, 8)),
        ("stimulus.at", np.linspace(0, 10_000, 8)),
        ("initial.V", np.linspace(-70, -60, 8)),
    ],
)
def test_each_entry_of_a_cable_is_the_single_run_to_rounding(path, values):
    where = None if path == "length" else PLACES["x"]
    for entry, single in entries(AXON, PULSE, {path: values}, duration=3, record=RECORD, where=where):
        assert apart(entry, single) < 1e-8
        assert np.array_equal(entry["x_compartment"], single["x_compartment"])


@pytest.mark.parametrize(("path", "values"), [("Na.g", np.linspace(80, 140, 11)), ("Ra", np.linspace(50, 150, 8))])
def test_each_entry_of_a_tree_is_the_single_run_bit_for_bit(path, values):
    options = {"duration": 3, "record": RECORD, "where": PLACES["place"]}
    for entry, single in entries(FORK, lo.Step(1, stop=0.5), {path: values}, **options):
        assert apart(entry, single) == 0


def test_myelinated_fibres_of_different_diameter_side_by_side():
    fibre = lo.Myelinated(SQUID.with_({"celsius": 20, "Na.g": 1200, "K.g": 200}), 12, nodes=6, rest=-65)
    record = [lo.Spikes(), lo.Trace("V", "Na.m")]
    for entry, single in entries(fibre, lo.Step(3, stop=0.2), {"diameter": [8, 9, 10, 11, 12, 13, 14, 15]},
                                 duration=2, record=record):  # fmt: skip
        assert apart(entry, single) == 0
        assert np.array_equal(entry["compartment_diameter"], single["diameter"])
        assert np.isnan(entry["Na.m"].values).all(axis=0).sum() == 5 * 9  # there is no sodium channel in the myelin


def test_what_begins_at_different_times_goes_its_own_way():
    for entry, single in entries(AXON, lo.Step(20_000, start=0.1, stop=0.8), {"stimulus.start": [0, 0.123, 0.4]},
                                 duration=2, record=RECORD, where=[5000]):  # fmt: skip
        assert apart(entry, single) == 0  # alone, in the very arithmetic of the single run


def test_long_cables_are_folded_each_by_itself_and_equal_the_single_run_bit_for_bit():
    long = AXON.with_(n=5000)
    for entry, single in entries(
        long, PULSE, {"diameter": np.linspace(200, 600, 9)}, duration=0.5, record=[lo.Spikes(), lo.Trace("V")]
    ):
        assert apart(entry, single) == 0


def test_densities_and_killed_ends_in_lanes():
    cable = lo.Cable(SQUID, 2000, lambda x: 20 - x / 200, Ra=100, n=80, left="killed", right=-60.0,
                     densities={"Na.g": lambda x: 120 - x / 50})  # fmt: skip
    for entry, single in entries(cable, lo.Step(5, stop=1, at=800), {"right": np.linspace(-70, -50, 8)},
                                 duration=3, record=RECORD):  # fmt: skip
        assert apart(entry, single) < 1e-8


def test_grids_tables_and_defaults():
    pandas = pytest.importorskip("pandas")
    ds = lo.simulate(AXON, PULSE, duration=2, over={"diameter": [300, 476], "Na.g": [60, 120, 140]}, every=1)
    assert ds.spike_count.dims == ("diameter", "Na.g", "x")
    assert ds.arrival.dims == ("diameter", "Na.g", "compartment")
    table = pandas.DataFrame({"diameter": [300, 476], "Na.g": [60, 140]})
    rows = lo.simulate(AXON, PULSE, duration=2, over=table, every=1)
    assert rows.arrival.dims == ("variant", "compartment")
    wanted = ds.arrival.sel({"diameter": 476, "Na.g": 140})
    assert np.allclose(rows.arrival.isel(variant=1), wanted, rtol=0, atol=1e-9, equal_nan=True)


def test_one_core_or_more_the_result_is_the_same():
    over = {"diameter": np.linspace(200, 600, 20)}
    one, two = (lo.simulate(AXON, PULSE, duration=2, over=over, workers=w) for w in (1, 2))
    assert np.allclose(one.arrival, two.arrival, rtol=0, atol=1e-9, equal_nan=True)


def test_what_fails_is_said_and_the_others_complete():
    pandas = pytest.importorskip("pandas")
    over = pandas.DataFrame(
        {"stimulus.amplitude": [2e4, 2e4, 2e4, 1e200, 2e4, 2e4, 2e4, 2e4, 2e4],
         "diameter": [400, -5, 410, 420, 430, 440, 450, 460, 470]})  # fmt: skip
    with pytest.warns(lo.LoligoWarning) as said:
        ds = lo.simulate(AXON, PULSE, duration=2, over=over, record=[lo.Spikes(), lo.Trace("V")], where=[5000])
    assert ds.status.values.tolist() == [0, 2, 0, 1, 0, 0, 0, 0, 0]
    assert np.isnan(ds.V.values[[1, 3]]).all()
    assert (ds.spike_count.values[[0, 2, 4, 5, 6, 7, 8], 0] == 1).all()
    texts = " ".join(str(w.message) for w in said)
    assert "1 of 9 variants blew up" in texts
    assert "1 of 9 variants have numbers that make no sense" in texts


def test_mistakes_are_said():
    pandas = pytest.importorskip("pandas")
    twice = pandas.DataFrame([[1.0, 2.0]], columns=["Ra", "Ra"])
    for over, words in [
        ({"Nq.g": [1]}, "'Nq.g' leads nowhere"),
        ({"diameter": []}, "the axis has no values"),
        ({}, "nothing varies"),
        (twice, "named twice"),
        ({"clamp.hold": [1]}, "leads nowhere"),
        ({"dx": [1]}, "leads nowhere"),
    ]:
        with pytest.raises(lo.LoligoError, match=words):
            lo.simulate(AXON, PULSE, duration=1, over=over)
    with pytest.raises(lo.LoligoError, match="the result would take"):
        lo.simulate(AXON, PULSE, duration=100, every=1e-4, over={"Ra": np.linspace(1, 2, 10_000)}, record=lo.Trace())
    with pytest.raises(lo.LoligoError, match="'diameter' leads nowhere"):  # it tapers
        lo.simulate(AXON.with_(diameter=lambda x: 400 + x / 1000), duration=1, over={"diameter": [1, 2]})
    with pytest.raises(lo.LoligoError, match="on a fibre or a tree it is there for V"):
        lo.simulate(AXON, PULSE, duration=1, over={"Ra": [30]}, record=lo.Peak("Na.m"))
    with pytest.raises(lo.LoligoError, match="known to no membrane"):
        lo.simulate(AXON, PULSE, duration=1, over={"Ra": [30]}, record=lo.Trace("Ca.m"))
    auto = lo.Tree([lo.Section("a", 500, 5)], SQUID)
    with pytest.raises(lo.LoligoError, match="give dx= as a number"):
        lo.simulate(auto, duration=1, over={"Ra": [100, 1000]})


@pytest.mark.parametrize("count", [1, 5, 8])
def test_charge_is_conserved_to_rounding_side_by_side(count):
    # without ionic current all that is injected stays, in every variant: sum C dV = I t
    cell = lo.Cell("insulator", [lo.Channel("leak", g=1e-15, E=-70)])
    stem, twig = lo.Section("stem", 300, (5, 2)), lo.Section("twig", 200, 1, parent="stem", at=0.4)
    trees = [lo.Tree([stem, twig], cell, Ra=50 + 20 * k, dx=7) for k in range(count)]
    layouts = [layout_of(tree) for tree in trees]
    march = March([one.parts for one in layouts], [start_of(one.parts, {"V": -70.0})[0] for one in layouts])
    march.run([one.sources(lo.Step(0.05 + k, stop=2, at="twig(0.5)")) for k, one in enumerate(layouts)], 5.0, 0.01)
    for k, one in enumerate(layouts):
        charge = np.sum(one.parts.capacitance * (march.V[k] + 70))
        assert charge == pytest.approx(2 * (0.05 + k), rel=1e-11)
