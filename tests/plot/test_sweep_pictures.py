"""The pictures of sweeps: what stands where is the data, what is silent has no colour, and what they refuse to draw."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.colors import to_rgba

import loligo as lo
from loligo.plot import PlotError, maps, plot
from loligo.plot.grid import Axis, parameter, silence, thin

pytestmark = pytest.mark.filterwarnings("ignore:.*no stable resting state")
SQUID = lo.cells.squid()
CURRENTS, DENSITIES = np.linspace(0, 30, 11), np.linspace(20, 60, 9)


@pytest.fixture(scope="module")
def grid():
    over = {"stimulus.amplitude": CURRENTS, "K.g": DENSITIES}
    return lo.simulate(SQUID, lo.Step(), duration=200, over=over, record=[lo.Rate(100), lo.Spikes(), lo.Peak("V")])


@pytest.fixture(scope="module")
def cube():
    over = {"stimulus.amplitude": CURRENTS[::2], "celsius": [6.3, 18.5], "K.g": np.geomspace(20, 200, 8)}
    return lo.simulate(SQUID, lo.Step(), duration=100, over=over, record=lo.Rate(20), spike_threshold=-30)


@pytest.fixture(scope="module")
def traces():
    over = {"stimulus.amplitude": [0, 5, 10, 20]}
    return lo.simulate(SQUID, lo.Step(start=5), duration=40, over=over, record=[lo.Trace("V"), lo.Spikes()])


def table(**columns):
    return xr.Dataset({path.replace("__", "."): ("variant", values) for path, values in columns.items()})


def meshes(ax):
    return [c for c in ax.collections if isinstance(c, QuadMesh)]


def test_over_two_axes_it_is_a_map_of_the_data(grid):
    figure = plot(grid)
    ax, bar = figure.axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Applied current (µA/cm²)", r"$g_{\mathrm{K}}$ (mS/cm²)")
    assert bar.get_ylabel() == "Firing rate after 100 ms (Hz)"
    quiet, mesh = meshes(ax)
    shown = mesh.get_array()
    silent = grid.rate.values.T == 0
    assert silent.any() and not silent.all()
    np.testing.assert_array_equal(shown.mask, silent)
    np.testing.assert_array_equal(shown[~silent], grid.rate.values.T[~silent])
    np.testing.assert_array_equal(~quiet.get_array().mask, silent)
    corners = mesh.get_coordinates()
    assert (corners[0, :-1, 0] < CURRENTS).all() and (corners[0, 1:, 0] > CURRENTS).all()
    assert (corners[:-1, 0, 1] < DENSITIES).all() and (corners[1:, 0, 1] > DENSITIES).all()
    assert "silent" in [text.get_text() for text in figure.texts]


def test_the_silent_region_has_a_colour_that_no_rate_has(grid):
    from matplotlib import colormaps

    scale = colormaps[maps.COLOURS](np.linspace(0, 1, 256))
    grey = np.array(to_rgba(maps.QUIET))
    assert np.abs(scale - grey).max(axis=1).min() > 0.2
    luminance = scale[:, :3] @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(luminance) > 0).all()  # so that it reads in grey too


def test_another_quantity_by_either_name(grid):
    first, second = plot(grid, variable="V_peak"), plot(grid, "V_peak")
    for figure in (first, second):
        (mesh,) = meshes(figure.axes[0])
        np.testing.assert_array_equal(mesh.get_array(), grid["V_peak"].values.T)
        assert figure.axes[1].get_ylabel() == "Highest value of V (mV)"


def test_what_is_drawn_by_default(grid):
    counted = plot(grid.drop_vars("rate"))
    assert counted.axes[1].get_ylabel() == "Number of spikes"
    assert plot(grid[["V_peak", "status"]].assign_attrs(grid.attrs)).axes[1].get_ylabel() == "Highest value of V (mV)"


def test_a_variant_that_failed_is_neither_silent_nor_a_value(grid):
    broken = grid.copy(deep=True)
    broken["status"][3, 4] = 1
    figure = plot(broken)
    gap, quiet, mesh = meshes(figure.axes[0])
    assert mesh.get_array().mask[4, 3] and quiet.get_array().mask[4, 3] and not gap.get_array().mask[4, 3]
    assert any("failed" in text.get_text() for text in figure.texts)


def test_over_one_axis_it_is_a_curve_with_a_gap_at_the_onset(grid):
    row = grid.isel({"K.g": 3})
    figure = plot(row)
    (ax,) = figure.axes
    (line,) = ax.get_lines()
    x, y = line.get_xdata(), line.get_ydata()
    gaps = np.isnan(y)
    np.testing.assert_array_equal(x[~gaps], CURRENTS)
    np.testing.assert_array_equal(y[~gaps], row.rate.values)
    assert gaps.sum() == np.abs(np.diff(row.rate.values > 0)).sum() == 1
    assert "35 mS/cm²" in figure.texts[0].get_text()


def test_curves_of_several_sweeps_are_laid_over_one_another(grid):
    rows = [grid.isel({"K.g": i}) for i in (0, 4)]
    figure = plot(rows, labels=["less K", "more K"])
    assert len([line for line in figure.axes[0].get_lines() if line.get_label() == "rate"]) == 2
    assert [text.get_text() for text in figure.axes[0].texts] == ["less K", "more K"]
    with pytest.raises(PlotError, match="one by one"):
        plot([grid, grid])


def test_over_three_axes_maps_stand_side_by_side_on_one_scale(cube):
    figure = plot(cube)
    first, second, bar = figure.axes
    assert [ax.get_title(loc="left") for ax in (first, second)] == ["Temperature = 6.3 °C", "Temperature = 18.5 °C"]
    norms = [(mesh.norm.vmin, mesh.norm.vmax) for ax in (first, second) for mesh in [meshes(ax)[-1]]]
    positive = cube.rate.values[cube.rate.values > 0]
    np.testing.assert_allclose(norms, [(positive.min(), positive.max())] * 2, rtol=1e-14)
    for i, ax in enumerate((first, second)):
        np.testing.assert_array_equal(meshes(ax)[-1].get_array().filled(0), cube.rate.isel(celsius=i).values.T)
        assert ax.get_yscale() == "log"
    assert bar.get_ylabel() == "Firing rate after 20 ms (Hz)"


def test_a_table_of_two_columns_is_points_in_their_plane():
    rows = table(stimulus__amplitude=[20.0, 0.0, 10.0], K__g=[30.0, 36.0, 36.0])
    ds = lo.simulate(SQUID, lo.Step(), duration=100, over=rows, record=lo.Rate(20))
    (ax, _) = plot(ds).axes
    silent, fired = (c for c in ax.collections if isinstance(c, PathCollection))
    np.testing.assert_array_equal(fired.get_offsets(), [[20, 30], [10, 36]])
    np.testing.assert_array_equal(fired.get_array(), ds.rate.values[[0, 2]])
    np.testing.assert_array_equal(silent.get_offsets(), [[0, 36]])


def test_a_table_of_more_columns_is_a_panel_for_each():
    rows = table(stimulus__amplitude=[20.0, 12.0], K__g=[30.0, 36.0], Na__g=[120.0, 110.0])
    ds = lo.simulate(SQUID, lo.Step(), duration=100, over=rows, record=lo.Rate(20))
    panels = plot(ds).axes
    assert len(panels) == 3
    assert panels[2].get_xlabel() == r"$g_{\mathrm{Na}}$ (mS/cm²)"
    np.testing.assert_array_equal(panels[1].get_lines()[1].get_xdata(), [30, 36])
    np.testing.assert_array_equal(panels[1].get_lines()[1].get_ydata(), ds.rate.values)


def test_traces_are_stacked_and_numbered(traces):
    (ax,) = plot(traces, variable="V").axes
    lines = [line for line in ax.get_lines() if line.get_label() != "_scale"]
    for i, line in enumerate(lines):
        shift = line.get_ydata() - traces.V.values[i]
        np.testing.assert_allclose(shift, shift[0], atol=1e-9)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["0", "5", "10", "20"]
    (scale,) = [line for line in ax.get_lines() if line.get_label() == "_scale"]
    assert np.ptp(scale.get_ydata()) == pytest.approx(100)
    assert ax.texts[0].get_text() == "V\n100 mV"


def test_the_traces_of_a_table_do_not_make_time_a_column():
    rows = table(stimulus__amplitude=[20.0, 0.0, 10.0])
    ds = lo.simulate(SQUID, lo.Step(), duration=20, over=rows, record=["V", lo.Spikes()])
    (ax,) = plot(ds, variable="V").axes
    assert [text.get_text() for text in ax.get_yticklabels()] == ["0", "10", "20"]
    (ax,) = plot(ds).axes
    assert ax.get_xlabel() == "Applied current (µA/cm²)"


def test_spike_times_are_rows_of_marks(traces):
    (ax,) = plot(traces, variable="spike_times").axes
    (marks,) = ax.get_lines()
    times = marks.get_xdata()
    assert np.isfinite(times).sum() == traces.spike_count.sum()
    assert ax.get_xlim() == (0, 40)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda g: plot(g, variable="rte"), "did you mean 'rate'"),
        (lambda g: plot(g, ["rate", "V_peak"]), "one quantity"),
        (lambda g: plot(g, variable="spike_times"), "isel"),
        (lambda g: plot(g.isel({"K.g": 0, "stimulus.amplitude": 0})), "nothing varies"),
        (lambda g: plot(g[["status"]].assign_attrs(g.attrs)), "nothing to draw"),
        (lambda g: plot(g, labels=["a", "b"]), "labels="),
        (lambda g: plot(g, time=(0, 1)), "no option 'time'"),
    ],
)
def test_what_cannot_be_drawn(grid, change, message):
    with pytest.raises(PlotError, match=message):
        change(grid)


def test_four_axes_are_too_many():
    over = {"stimulus.amplitude": [0, 9], "K.g": [30, 36], "Na.g": [100, 120], "celsius": [6, 9]}
    ds = lo.simulate(SQUID, lo.Step(), duration=20, over=over, record=lo.Rate())
    with pytest.raises(PlotError, match="at most 3 axes"):
        plot(ds)
    assert len(plot(ds.isel(celsius=0)).axes) == 3


def test_when_all_are_silent_there_is_no_bar(grid):
    figure = plot(grid.isel({"stimulus.amplitude": [0, 1], "K.g": [6, 7, 8]}))
    assert len(figure.axes) == 1
    assert [text.get_text() for text in figure.texts] == ["silent", "squid"]


def test_silence_is_counted_as_it_is_drawn(grid):
    mask, words = silence(grid)
    np.testing.assert_array_equal(mask, grid.rate.values == 0)
    assert words == "fewer than two spikes after 100 ms"
    mask, words = silence(grid.drop_vars("rate"))
    np.testing.assert_array_equal(mask, grid.spike_count.values == 0)
    assert words == "no spike"
    assert silence(grid[["V_peak", "status"]]) is None


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=20, unique=True), st.booleans())
def test_every_value_lies_in_its_own_cell(values, logarithmic):
    centres = np.unique(np.round(values, 3))
    found = maps.edges(centres, logarithmic)
    assert len(found) == len(centres) + 1
    assert (found[:-1] < centres).all() and (centres < found[1:]).all()


def test_axes_by_ratios_are_recognised():
    assert Axis("K.g", "mS/cm²", np.geomspace(1, 100, 9)).logarithmic
    assert not Axis("K.g", "mS/cm²", np.linspace(1, 100, 9)).logarithmic
    assert not Axis("K.E", "mV", np.linspace(-90, -60, 9)).logarithmic


def test_names_of_what_varies():
    assert parameter("stimulus.start") == "Stimulus start"
    assert parameter("Na.m.q10") == "Na.m.q10"
    assert parameter("initial.K.n") == "Initial value of K.n"


@given(st.integers(1, 500), st.integers(2, 30))
def test_thinned_axes_keep_their_ends(count, most):
    found = thin(count, most)
    assert found[0] == 0 and found[-1] == count - 1 and len(found) == min(count, most)


def test_a_table_of_a_saved_sweep_is_drawn_as_it_was(grid, tmp_path):
    grid.to_netcdf(tmp_path / "grid.nc", engine="h5netcdf")
    again = xr.load_dataset(tmp_path / "grid.nc")
    assert plot(again)._repr_png_() == plot(grid)._repr_png_()
