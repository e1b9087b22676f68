"""Pictures of the dynamics: what is drawn is the result, and the numbers stand beside it."""

import numpy as np
import pytest

import loligo as lo
from loligo.plot import PlotError, palette, plot


@pytest.fixture(scope="module")
def diagram():
    return lo.dynamics.continuation(lo.cells.squid(), "stimulus.amplitude", (-10, 200))


def words(figure):
    return [t.get_text() for t in figure.texts]


def test_the_published_numbers_stand_beside_the_diagram(diagram):
    figure = plot(diagram)
    text = " ".join(words(figure))
    for number in ("6.2603213", "7.8423471", "7.9177855", "9.775438", "154.52243"):
        assert number in text


def test_stable_is_solid_and_unstable_is_dashed(diagram):
    whole = plot(diagram, zoom=False).axes[0]
    ink = [line for line in whole.get_lines() if line.get_color() == palette.INK and len(line.get_xdata()) > 1]
    solid = [line for line in ink if line.get_linestyle() == "-"]
    dashed = [line for line in ink if line.get_linestyle() != "-"]
    ends = sorted(float(x) for line in dashed for x in (line.get_xdata()[0], line.get_xdata()[-1]))
    np.testing.assert_allclose(ends, [9.7754379954, 154.5224336658], atol=1e-8)  # dashed from Hopf to Hopf
    assert len(solid) == 2


def test_crowded_points_get_a_panel_of_their_own(diagram):
    figure = plot(diagram)
    assert len(figure.axes) == 4
    low, high = figure.axes[1].get_xlim()
    assert low < 6.26 < 9.78 < high < 20
    assert len(plot(diagram, zoom=False).axes) == 2
    assert plot(diagram, zoom=(0, 30)).axes[1].get_xlim() == (0, 30)


def test_eigenvalues_and_multipliers_can_be_drawn(diagram):
    figure = plot(diagram, ["eigenvalues", "multipliers"], zoom=False)
    assert [ax.get_ylabel().split("\n")[0] for ax in figure.axes] == ["Real part of the", "Size of the"]
    with pytest.raises(PlotError, match="has no panel 'period'"):
        plot(diagram, "period")


def test_a_dataset_is_drawn_like_the_object(diagram):
    assert words(plot(diagram)) == words(plot(diagram.to_dataset()))


def test_a_phase_plane():
    plane = lo.dynamics.phase_plane(lo.cells.squid(), "V", "K.n", rest={"Na.h": "frozen"})
    figure = plot(plane, trajectories=[plane.trajectory(-50, 0.32, 10)])
    assert {"saddle", "stable focus", "separatrix", "trajectory"} <= set(words(figure))
    assert figure.axes[0].get_xlabel() == "Membrane potential (mV)"


def test_a_phase_response_and_isochrons():
    response = lo.dynamics.phase_response(lo.cells.squid(), 10, pulses=6)
    figure = plot(response)
    (dots,) = [line for line in figure.axes[1].get_lines() if line.get_marker() == "o"]
    np.testing.assert_array_equal(dots.get_ydata(), response.direct)
    assert any("14.6362 ms" in text for text in words(figure))
    assert plot(lo.dynamics.isochrons(lo.cells.squid(), 20, points=10)).axes


def test_curves_in_two_parameters():
    plane = lo.dynamics.bifurcation_curves(lo.cells.squid(), "stimulus.amplitude", (0, 200), "celsius", (6.3, 35))
    figure = plot(plane)
    assert "generalised Hopf" in words(figure)
    assert figure.axes[0].get_ylabel() == "Temperature (°C)"


def test_a_burst_is_drawn_on_the_plane_of_its_slow_variables():
    found = lo.dynamics.fast_slow(lo.cells.plant_1981_r15(), ["CaS.x", "Ca"], duration=20_000, transient=20_000)
    figure = plot(found.plane, trajectories=[found.path])
    assert "trajectory" in words(figure)
    assert "Hopf, supercritical" not in words(figure)  # there is none
    burst = [line for line in figure.axes[0].get_lines() if line.get_color() == palette.ORANGE]
    np.testing.assert_array_equal(burst[0].get_xydata(), found.path)
    assert "trajectory" in words(plot(found))
