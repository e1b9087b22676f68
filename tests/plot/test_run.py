"""The picture of a run: its panels, its axes, its lines, and what it refuses to draw."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from loligo.errors import LoligoError
from loligo.plot import PlotError, palette, plot
from loligo.plot.margin import spread
from loligo.plot.run import NAMES


def names(figure: Figure) -> list[str]:
    return [ax.get_ylabel().replace("\n", " ") for ax in figure.axes]


def lines(ax: Axes, name: str) -> list[Line2D]:
    return [line for line in ax.get_lines() if line.get_label() == name]


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_everything_recorded_is_drawn_on_panels_that_share_time(train):
    figure = plot(train)
    assert names(figure) == ["Stimulus (µA/cm²)", "Membrane potential (mV)", "Open fraction", "Current (µA/cm²)"]
    assert [ax.get_xlabel() for ax in figure.axes] == ["", "", "", "Time (ms)"]
    assert {ax.get_xlim() for ax in figure.axes} == {(0.0, 50.0)}
    figure.axes[2].set_xlim(10, 20)
    assert figure.axes[0].get_xlim() == (10, 20)
    heights = [ax.get_position().height for ax in figure.axes]
    assert heights[0] == min(heights)
    assert heights[1] == max(heights)
    assert figure.texts[0].get_text() == "squid"


def test_lines_are_the_data(train):
    figure = plot(train)
    for ax, name in zip(figure.axes, ["stimulus", "V", "Na.h", "K.I"], strict=True):
        (line,) = lines(ax, name)
        np.testing.assert_array_equal(line.get_ydata(), train[name])
        np.testing.assert_array_equal(line.get_xdata(), train.time)
        low, high = ax.get_ylim()
        assert low <= train[name].min()
        assert train[name].max() <= high


def test_a_line_has_its_name_beside_it_as_the_papers_write_it(train):
    figure = plot(train)
    assert sorted(words(figure.axes[2])) == ["K $n$", "Na $h$", "Na $m$"]
    assert sorted(words(figure.axes[3])) == ["K", "Na", "leak"]
    for ax in figure.axes[2:]:
        for text in ax.texts:
            assert text.get_position()[0] > 1  # outside of the panel
            box = text.get_window_extent()
            assert figure.bbox.x0 < box.x0 < box.x1 < figure.bbox.x1  # inside of the page


def test_a_channel_has_one_colour_whatever_else_is_drawn(train, six):
    everything, part = plot(six), plot(train, ["Na.m", "Na.I"])
    colour = palette.channel_colour("Na")
    for figure in (everything, part):
        drawn = [line for ax in figure.axes for name in ("Na.m", "Na.h", "Na.I") for line in lines(ax, name)]
        assert {to_hex(line.get_color()) for line in drawn} == {colour.lower()}
    m, h = (lines(everything.axes[2], name)[0] for name in ("Na.m", "Na.h"))
    assert m.get_linestyle() != h.get_linestyle()
    alone = plot(train, "Na.h").axes[0]
    assert lines(alone, "Na.h")[0].get_linestyle() == h.get_linestyle()


def test_six_channels_can_be_told_apart(six):
    currents = plot(six).axes[3]
    drawn = [line for line in currents.get_lines() if line.get_label().endswith(".I")]
    assert len({to_hex(line.get_color()) for line in drawn}) == len(drawn) == 6


def test_names_beside_a_crowded_panel_do_not_overlap(six):
    for ax in plot(six).axes[2:]:
        middles = sorted(text.get_window_extent().y0 for text in ax.texts)
        assert np.diff(middles).min() > 8 * ax.figure.dpi / 72


def test_spikes_are_marked_inside_the_window_and_counted(train):
    figure = plot(train)
    (marks,) = lines(figure.axes[1], "_spikes")
    np.testing.assert_array_equal(marks.get_xdata(), train.spike_times[: int(train.spike_count)])
    assert words(figure.axes[1]) == ["3 spikes"]
    window = plot(train, time=(5, 12)).axes[1]
    assert words(window) == ["1 spike"]
    assert len(lines(window, "_spikes")[0].get_xdata()) == 1
    without = plot(train, spikes=False).axes[1]
    assert not lines(without, "_spikes")
    assert not words(without)


def test_a_silent_cell_looks_silent(silent):
    figure = plot(silent)
    assert words(figure.axes[1]) == ["no spikes"]
    low, high = figure.axes[1].get_ylim()
    assert high - low >= 20
    figure.canvas.draw()
    assert "−65" in [tick.get_text() for tick in figure.axes[1].get_yticklabels()]  # no offset, no powers of ten


def test_no_spike_has_been_looked_for(train):
    assert not words(plot(train.drop_vars(["spike_times", "spike_count"])).axes[1])


def test_under_voltage_clamp_the_current_is_the_large_panel(clamped):
    figure = plot(clamped)
    assert names(figure) == ["Command (mV)", "Current (µA/cm²)", "Open fraction"]
    heights = [ax.get_position().height for ax in figure.axes]
    assert np.argmax(heights) == 1
    assert sorted(words(figure.axes[1])) == ["K", "Na", "leak", "total"]
    (total,) = lines(figure.axes[1], "I_clamp")
    assert to_hex(total.get_color()) == palette.INK


def test_conductances_stand_in_for_currents_or_are_added(train):
    currents = [f"{c}.I" for c in ("Na", "K", "leak")]
    assert names(plot(train.drop_vars(currents)))[-1] == "Conductance (mS/cm²)"
    assert names(plot(train, conductances=True))[-2:] == ["Current (µA/cm²)", "Conductance (mS/cm²)"]
    assert len(plot(train.drop_vars(currents), conductances=False).axes) == 3
    with pytest.raises(PlotError, match=r"record='all'"):
        plot(train[["V"]], conductances=True)


@pytest.mark.parametrize(
    ("what", "panels"),
    [
        ("V", ["V"]),
        (["stimulus", "V"], ["stimulus", "V"]),
        ("Na", ["gates", "currents"]),
        (["V", "Na.conductance"], ["V", "conductances"]),
        (["gates", "K.I"], ["gates", "currents"]),
        (("conductances",), ["conductances"]),
    ],
)
def test_what_names_variables_channels_and_panels(train, what, panels):
    assert [name.split(" (")[0] for name in names(plot(train, what))] == [NAMES[panel] for panel in panels]


def test_a_run_that_holds_only_the_voltage(train):
    assert names(plot(train[["V"]])) == ["Membrane potential (mV)"]


def test_other_variables_have_a_panel_for_each_unit(train):
    ds = train.copy()
    ds["Ca.concentration"] = (
        "time",
        np.full(ds.time.size, 10.0),
        {"units": "µM", "kind": "other", "long_name": "calcium"},
    )
    ds["temperature"] = "time", np.full(ds.time.size, 6.3), {"units": "°C", "kind": "other", "long_name": "temperature"}
    figure = plot(ds)
    assert names(figure)[-2:] == ["Calcium (µM)", "Temperature (°C)"]
    assert lines(figure.axes[-2], "Ca.concentration")[0].get_color() == palette.channel_colour("Ca")
    figure.canvas.draw()
    assert max(len(t.get_text()) for t in figure.axes[-1].get_yticklabels()) <= 4


def test_two_runs_the_first_is_a_ghost(train, six):
    figure = plot([train, six], labels=["control", "more channels"])
    ghost, ink = lines(figure.axes[1], "V")
    np.testing.assert_array_equal(ghost.get_ydata(), train.V)
    assert to_hex(ink.get_color()) == palette.INK
    assert ghost.get_zorder() < ink.get_zorder()
    assert sum(palette.rgb(to_hex(ghost.get_color()))) > sum(palette.rgb(palette.INK))
    assert words(figure.axes[1]) == ["control", "more channels"]
    assert len(lines(figure.axes[1], "_spikes")) == 2
    assert figure.axes[0].get_xlim() == (0, 50)
    assert not figure.texts  # two cells have no one name


def test_of_many_runs_the_voltage_is_drawn(train):
    runs = [train.assign(V=train.V + i) for i in range(5)]
    figure = plot(runs)
    assert len(figure.axes) == 2
    assert len({to_hex(line.get_color()) for line in lines(figure.axes[1], "V")}) == 5
    assert len(lines(figure.axes[0], "stimulus")) == 1  # the same in all of them
    assert words(figure.axes[1]) == [f"run {i}" for i in range(1, 6)]
    assert len(plot(runs, "gates").axes) == 1


def test_window_and_title(train):
    figure = plot(train, time=(None, 12), title="")
    assert figure.axes[0].get_xlim() == (0, 12)
    assert not figure.texts
    assert plot(train, title="Squid").texts[0].get_text() == "Squid"
    between = plot(train, "V", time=(5.01, 5.02)).axes[0]  # between two samples: the line still crosses
    assert len(lines(between, "V")[0].get_xdata()) == 2


def test_a_run_that_went_wrong_can_still_be_looked_at(train):
    ds = train.copy(deep=True)
    for name in ("V", "Na.m", "Na.I"):
        ds[name][500:] = np.nan
    ds["K.I"][:] = np.nan
    figure = plot(ds)
    figure.canvas.draw()
    assert np.isfinite(figure.axes[1].get_ylim()).all()
    plot(ds.assign(V=ds.V * np.nan), "V").canvas.draw()


def test_the_figure_is_as_wide_as_asked_for(train):
    assert plot(train).get_size_inches()[0] == 7
    narrow = plot(train, width=3.4)
    assert narrow.get_size_inches()[0] == pytest.approx(3.4)
    assert narrow.axes[0].get_position().width > 0.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"what": "Na.q"}, r"'Na\.q' is not in this run; did you mean 'Na\."),
        ({"what": []}, "names nothing"),
        ({"what": [3]}, "not 3"),
        ({"time": (60, 70)}, "covers 0 to 50 ms"),
        ({"time": (9, 5)}, "earlier time first"),
        ({"time": 5}, "pair of times"),
        ({"labels": ["a", "b"]}, r"1 run\(s\), 2 name\(s\)"),
        ({"labels": "ab"}, "one name for each run"),
        ({"conductance": True}, "did you mean 'conductances'"),
        ({"width": 700}, "inches"),
        ({"rc": {"font.sise": 3}}, "did you mean 'font.size'"),
    ],
)
def test_a_wrong_option_is_named(train, arguments, message):
    with pytest.raises(PlotError, match=message) as caught:
        plot(train, **arguments)
    assert isinstance(caught.value, LoligoError)


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        (None, "not NoneType None"),
        ([], "the list is empty"),
        ([1.0, 2.0], r"not float 1\.0"),
        (xr.Dataset(), r"no attrs\['kind'\]"),
        (xr.Dataset(attrs={"kind": "seance"}), "kind 'seance'; known: run"),
        (xr.Dataset(attrs={"kind": "run"}), "no coordinate 'time'"),
        (xr.Dataset(coords={"time": [0.0]}, attrs={"kind": "run"}), "needs two"),
        (xr.Dataset(coords={"time": [0.0, 1.0]}, attrs={"kind": "run"}), "no variable over time"),
        (xr.DataArray([1.0], name="V"), r"plot\(ds, what='V'\)"),
    ],
)
def test_what_cannot_be_drawn_is_named(thing, message):
    with pytest.raises(PlotError, match=message):
        plot(thing)


def test_several_runs_in_one_dataset_are_to_be_chosen_from(train):
    with pytest.raises(PlotError, match=r"ds\.isel\(amplitude=0\)"):
        plot(xr.concat([train, train], "amplitude"))


def test_spread_keeps_distance_order_and_bounds():
    random = np.random.default_rng(1)
    for n in range(1, 9):
        wanted = random.random(n)
        placed = np.array(spread(list(wanted), 0.1))
        rank = np.argsort(wanted)
        assert (np.diff(placed[rank]) > 0.1 - 1e-12).all()
        assert placed.min() > -1e-12
        assert placed.max() < 1 + 1e-12
    assert spread([0.2, 0.8], 0.1) == [0.2, 0.8]
    np.testing.assert_allclose(spread([0.5, 0.5], 0.2), [0.6, 0.4])  # of equals the first is on top
    np.testing.assert_allclose(spread([0.0, 0.0, 1.0], 0.2), [0.2, 0.0, 1.0])
    np.testing.assert_allclose(spread([0.0] * 3, 1.0), [1.5, 0.5, -0.5])  # more than fit
