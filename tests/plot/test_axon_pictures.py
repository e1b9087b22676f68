"""The picture of a fibre, and the moving one."""

import re

import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from PIL import Image

import loligo as lo
from loligo.plot.axon import velocity


@pytest.fixture(scope="module")
def wave():
    fibre = lo.Cable(lo.cells.squid().with_({"celsius": 18.5}), length=50_000, diameter=476, n=250)
    return lo.simulate(fibre, lo.Step(20_000, stop=0.5), duration=4, every=0.05)


def test_the_map_is_the_data_and_bears_the_velocity(wave):
    figure = lo.plot(wave)
    upper, lower = figure.axes[:2]
    (mesh,) = (c for c in upper.collections if isinstance(c, QuadMesh))
    drawn = mesh.get_array().reshape(len(wave.time), -1)
    assert np.array_equal(drawn[:, 1:-1], wave.V.values)
    assert np.array_equal(drawn[:, [0, -1]], wave.V.values[:, [0, -1]])  # out to the ends
    assert [text.get_text() for text in upper.texts] == ["18.7 m/s"]
    assert lower.get_xlabel() == "Distance along the fibre (mm)"
    front = upper.get_lines()[0]
    assert np.allclose(front.get_ydata(), wave.arrival.values)


def test_the_front_that_meets_another_has_no_velocity(wave):
    met = wave.copy()
    met["arrival"] = ("compartment", np.minimum(wave.arrival.values, wave.arrival.values[::-1]))
    assert np.isnan(velocity(met))


def test_snapshots_at_given_times(wave):
    figure = lo.plot(wave, times=[1.0, 2.0], title="")
    lines = figure.axes[1].get_lines()
    assert len(lines) == 2
    assert np.array_equal(lines[1].get_ydata()[1:-1], wave.V.values[40])
    with pytest.raises(lo.LoligoError, match="between 0 and 4 ms"):
        lo.plot(wave, times=[9.0])


def test_snapshots_are_taken_while_the_impulse_travels(wave):
    names = [text.get_text() for text in lo.plot(wave).axes[1].texts]
    times = [float(name.removesuffix(" ms")) for name in names]
    assert len(set(times)) == 6
    assert times[0] < 0.2 and times[-1] == pytest.approx(1.25 * float(wave.arrival.max()), abs=0.1)


def test_what_cannot_be_drawn_is_said(wave):
    with pytest.raises(lo.LoligoError, match="one run of a fibre"):
        lo.plot([wave, wave])
    with pytest.raises(lo.LoligoError, match="what= takes one variable"):
        lo.plot(wave, "Na.m")
    with pytest.raises(lo.LoligoError, match="two times"):
        lo.plot(wave.isel(time=[0]))


@pytest.mark.parametrize("places", [[20], [0, 100, 249]])
def test_a_few_places_are_drawn_as_traces(wave, places):
    (axes,) = lo.plot(wave.isel(x=places)).axes
    assert np.array_equal([line.get_ydata() for line in axes.get_lines()], wave.V.values[:, places].T)
    assert [text.get_text() for text in axes.texts] == [f"{x * 1e-3:.4g} mm" for x in wave.x.values[places]]


def test_a_fibre_at_rest_has_one_colour_and_a_bar_that_can_be_read():
    fibre = lo.Cable(lo.cells.squid(), 5000, 100, n=50)
    figure = lo.plot(lo.simulate(fibre, duration=1))
    figure.canvas.draw()
    labels = [text.get_text() for text in figure.axes[-1].get_yticklabels()]
    assert max(map(len, labels)) <= 6


def test_a_moving_picture(wave, tmp_path):
    made = lo.animate(wave, tmp_path / "wave.gif", frames=5)
    with Image.open(made) as picture:
        assert picture.n_frames == 5
    page = lo.animate(wave, tmp_path / "wave.html", frames=3).read_text(encoding="utf-8")
    assert page.count("data:image/png") == 3
    assert page.startswith("<!DOCTYPE html>") and "http" not in page and "fa-" not in page  # it loads nothing
    buttons = re.findall(r"<button[^>]*>(.*?)</button>", page, flags=re.DOTALL)
    assert [b.strip() for b in buttons] == ["−", "|◀", "◀|", "◀", "❚❚", "▶", "|▶", "▶|", "+"]
    with pytest.raises(lo.LoligoError, match=r"\.gif, \.html or \.mp4"):
        lo.animate(wave, tmp_path / "wave.png")


def test_snapshots_of_a_fibre_that_fires_all_at_once_are_of_the_whole_run():
    ds = lo.simulate(lo.Cable(lo.cells.squid(), 500, 100, n=20), lo.Step(500, stop=0.5), duration=5)
    times = [text.get_text() for text in lo.plot(ds).axes[1].texts]
    assert times == ["0 ms", "1 ms", "2 ms", "3 ms", "4 ms", "5 ms"]
