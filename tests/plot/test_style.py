"""Figures belong to whoever holds them, keep their style when saved, and change nothing for anybody else."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

import loligo.plot
from loligo.plot import plot
from loligo.plot.style import STYLE, style


@pytest.fixture(autouse=True)
def settings():
    """Check that no test leaves settings behind, nor a figure."""
    before, figures = dict(mpl.rcParams), plt.get_fignums()
    yield
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == figures


def test_pyplot_does_not_hold_the_figure(train):
    figure = plot(train)
    assert plt.get_fignums() == []
    watched = weakref.ref(figure)
    del figure
    gc.collect()
    assert watched() is None


def test_it_shows_itself_in_a_notebook(train):
    png = plot(train)._repr_png_()
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == 7 * 150  # pixels across


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")])
def test_it_is_saved_without_a_display(train, tmp_path, suffix, start):
    path = tmp_path / f"run.{suffix}"
    plot(train).savefig(path)
    content = path.read_bytes()
    assert content.startswith(start)
    if suffix == "png":
        assert int.from_bytes(content[16:20]) == 7 * 300
    if suffix == "pdf":
        assert b"/Type3" not in content  # fonts that journals refuse


def test_saving_twice_gives_the_same_bytes(train, tmp_path):
    for name in ("a.svg", "b.svg"):
        plot(train).savefig(tmp_path / name, metadata={"Date": None})
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_the_picture_does_not_depend_on_the_settings_of_the_user(train):
    usual = plot(train)._repr_png_()
    with mpl.rc_context({"lines.linewidth": 9, "font.size": 20, "axes.facecolor": "black", "axes.grid": True}):
        assert plot(train)._repr_png_() == usual


def test_settings_come_back_after_an_error():
    def draw():
        with style({"font.size": 30}):
            assert mpl.rcParams["font.size"] == 30
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        draw()


def test_settings_over_the_style_move_the_margins_with_them(train):
    usual, large = plot(train), plot(train, rc={"font.size": 12})
    assert large.axes[0].yaxis.label.get_size() == 12
    assert large.axes[0].get_position().x0 == pytest.approx(1.5 * usual.axes[0].get_position().x0)


def test_the_style_file_sets_what_matplotlib_knows():
    assert mpl.rc_params_from_file(STYLE, use_default_template=False)["axes.spines.top"] is False


def test_it_draws_into_a_figure_of_the_user(train, clamped):
    figure = plt.figure(figsize=(10, 5))
    figure.add_subplot()
    assert plot(train, figure=figure) is figure
    assert len(figure.axes) == 4  # the former content is gone
    assert tuple(figure.get_size_inches()) == (10, 5)
    figure.clear()
    left, right = figure.subfigures(1, 2)
    plot(train, figure=left)
    plot(clamped, figure=right)
    figure.canvas.draw()
    assert len(left.axes) == 4
    assert len(right.axes) == 3
    assert all(0 < ax.get_position().y0 < ax.get_position().y1 < 1 for ax in figure.axes)
    plt.close(figure)


def test_the_module_is_the_verb(train):
    """``loligo.plot`` is a module once anything of it is imported, and has to stay a function for ``lo.plot(ds)``."""
    assert len(loligo.plot(train, "V").axes) == 1


def test_importing_is_light_and_drawing_needs_no_pyplot():
    code = """
import sys
import loligo.plot
heavy = {"numpy", "xarray", "matplotlib", "sympy", "numba"} & set(sys.modules)
assert not heavy, heavy
import xarray as xr
t = {"dims": "time", "data": [0.0, 1.0, 2.0]}
v = {"dims": "time", "data": [-65.0, 20.0, -70.0], "attrs": {"units": "mV", "kind": "voltage"}}
ds = xr.Dataset.from_dict({"coords": {"time": t}, "data_vars": {"V": v}, "attrs": {"kind": "run"}})
loligo.plot.plot(ds).canvas.draw()
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
