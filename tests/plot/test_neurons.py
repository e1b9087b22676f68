"""Pictures of neurons: what the colours say, as traced or as a dendrogram, at which moments."""

import numpy as np
import pytest

import loligo as lo
from loligo.plot import PlotError

WARM = lo.cells.squid().with_({"celsius": 18.5})
SOMA = lo.Section("soma", points=[(0, -10, 0, 20), (0, 10, 0, 20)])
TRACED = [
    SOMA,
    *(lo.Section(f"d{k}", points=[(0, 0, 0, 3), (300 * k, 200, 50, 2)], parent="soma", at=0.5) for k in (1, -1)),
]
PLAIN = [lo.Section("stem", 2000, 10), lo.Section("a", 1500, 8, parent="stem"), lo.Section("b", 1000, 5, parent="stem")]


def run(sections, **options):
    return lo.simulate(lo.Tree(sections, WARM), lo.Step(20, stop=0.5), duration=6, every=0.05, **options)


def lines_of(figure):
    return [c for ax in figure.axes for c in ax.collections if hasattr(c, "get_segments") and c.get_array() is not None]


@pytest.mark.parametrize("sections", [TRACED, PLAIN])
def test_the_colours_are_v_at_each_moment(sections):
    ds = run(sections)
    figure = lo.plot(ds, times=[1, 2, 3])
    drawn = lines_of(figure)[:3]
    for lines, t in zip(drawn, (1, 2, 3), strict=True):
        assert np.sort(lines.get_array().data) == pytest.approx(np.sort(ds.V.sel(time=t, method="nearest").values))
    assert [ax.get_title("left") for ax in figure.axes[:3]] == ["1 ms", "2 ms", "3 ms"]


def test_a_dendrogram_hangs_together():
    ds = run(PLAIN)
    ends = {
        name: (ds.x_end.values[ds.section.values == name][-1], ds.y_end.values[ds.section.values == name][-1])
        for name in "ab"
    }
    stem = ds.section.values == "stem"
    for name in "ab":
        first = np.flatnonzero(ds.section.values == name)[0]
        assert ds.x_begin.values[first] == pytest.approx(ds.x_end.values[stem][-1]) == 2000
        assert ds.y_begin.values[first] == pytest.approx(ds.y_end.values[stem][-1])
    assert (ends["a"][0], ends["b"][0]) == (3500, 3000)
    assert ends["a"][1] != ends["b"][1]


def test_arrivals_are_drawn_where_v_is_known_at_few_places():
    ds = run(PLAIN, where=["stem(0)", "b(1)"])
    lines = lines_of(lo.plot(ds))[0]
    assert np.nanmax(lines.get_array()) == pytest.approx(float(ds.arrival.max()))
    with pytest.raises(PlotError, match="at some places only"):
        lo.plot(ds, what="V")


def test_mistakes_are_said():
    ds = run(PLAIN)
    with pytest.raises(PlotError, match="between 0 and 6 ms"):
        lo.plot(ds, times=[7])
    with pytest.raises(PlotError, match="'Na.m' cannot be drawn"):
        lo.plot(ds, what="Na.m")
    silent = lo.simulate(lo.Tree(PLAIN, WARM), duration=1)
    assert len(lines_of(lo.plot(silent))) >= 4
    with pytest.raises(PlotError, match="no impulse came"):
        lo.plot(silent, what="arrival")
