"""Every experiment has a picture, with a sentence that says the answer."""

from __future__ import annotations

import pytest

import loligo as lo
from loligo import experiments
from loligo.plot import PICTURES, PlotError
from loligo.plot.answers import SENTENCES, called, sentence
from loligo.plot.panels import kinds

SQUID = lo.cells.squid()
QUICK = {
    "strength_duration": {"durations": [0.1, 1, 10]},
    "refractory_period": {"intervals": [5, 10, 20]},
    "firing_rate": {"amplitudes": [5, 10, 20], "duration": 200},
    "accommodation": {"longest": 30, "points": 20},
    "temperature": {"celsius": [6, 20]},
    "dose_response": {"channel": "Na", "blocked": [0, 0.5]},
    "current_voltage": {"voltages": [-40, 0, 40]},
    "velocity_vs_diameter": {"diameters": [119, 476]},
    "velocity_vs_temperature": {"celsius": [15, 18.5]},
    "branch_block": {"ratios": [1, 4, 16], "tolerance": 0.2},
    "refractory_wake": {"intervals": [1, 3, 6, 12]},
    "extracellular_strength_duration": {"durations": [0.1, 1], "window": 6, "tolerance": 0.1},
}


FIBRE = lo.Cable(SQUID.with_({"celsius": 18.5}), 40_000, 476, 35.4, n=100)


@pytest.mark.parametrize("name", [n for n in experiments.__all__ if n != "compare"])
def test_a_picture_with_its_answer(name, tmp_path):
    about = FIBRE if name in experiments.ON_FIBRES else SQUID
    found = experiments.named_experiment(name)(about, **QUICK.get(name, {}))
    figure = lo.plot(found)
    texts = " ".join(t.get_text() for t in figure.texts)
    assert found.attrs["status"] == "done"
    assert f": {called(name)}" in texts and len(texts) > 40
    assert all(ax.get_ylabel() for ax in figure.axes)
    figure.savefig(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 10_000


AWKWARD = {
    "passive": lo.Cell("passive", [lo.Channel("leak", g=0.5, E=-65)]),
    "without sodium": SQUID.block("Na", 1),
    "restless": SQUID.with_({"K.E": -55}),
    "bursting": lo.cells.chay_keizer_1983(),
    "large capacitance": lo.cells.morris_lecar_1981_class2(),
    "two compartments": lo.cells.pinsky_rinzel_1994(),
    "in pA": lo.cells.rothman_manis_2003_type_i_c(),
    "two rests": lo.cells.izhikevich_2007_inap_ik_bistable(),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", AWKWARD)
def test_pictures_of_awkward_cells(kind, tmp_path):
    """Whatever an experiment says of a cell can be drawn, without a warning, and stands above the picture."""
    cell = AWKWARD[kind]
    for name in (n for n in experiments.__all__ if n != "compare" and n not in experiments.ON_FIBRES):
        given = {"channel": cell.channels[0].name} if name == "dose_response" else {}
        try:
            found = experiments.named_experiment(name)(cell, **given)
        except lo.LoligoError as error:
            assert "channel" in str(error), name  # asks for one by name
            continue
        figure = lo.plot(found)
        figure.savefig(tmp_path / f"{name}.png")
        said = " ".join(t.get_text() for t in figure.texts).replace("\n", " ")
        assert found.attrs["status"] == "done" or found.attrs["status"][:40] in said, name
        assert "nan" not in said.split() and "none found" not in said, name


def test_every_kind_is_known():
    assert {*kinds(), "collision"} == set(SENTENCES) == set(experiments.__all__) - {"compare"}
    assert set(SENTENCES) <= set(PICTURES)


def test_no_answer_is_said():
    figure = lo.plot(experiments.threshold(SQUID.with_({"K.E": -55})))
    assert any("no stable resting state" in t.get_text() for t in figure.texts)


def test_several_cells_in_one_picture():
    found = experiments.compare(SQUID, {"slow n": SQUID.slow("K.n")}, "anatomy")
    figure = lo.plot(list(found.values()))
    assert {"squid", "slow n"} <= {t.get_text() for t in figure.axes[0].texts}
    with pytest.raises(PlotError, match="1 labels for 2 results"):
        lo.plot(list(found.values()), labels=["one"])


def test_variants_are_drawn_where_the_cell_itself_has_no_answer():
    restless = SQUID.with_({"K.E": -55})
    figure = lo.plot(list(experiments.compare(restless, {"squid itself": SQUID}, duration=1).values()))
    assert len(figure.axes[0].lines) > 2 and figure.axes[0].get_xlabel() == "Time (ms)"
    said = " ".join(t.get_text() for t in figure.texts)
    assert "no stable resting state" in said and "squid itself: Threshold 6.9189" in said


def test_a_later_variant_is_seen_to_its_end():
    """Without delayed rectifier the spike at threshold comes when the squid's own is long over."""
    found = experiments.compare(SQUID, {"n stuck": SQUID.freeze("K.n")}, "threshold")
    late = found["n stuck"].V.sel(side="101 %")
    high = lo.plot(list(found.values())).axes[0].get_xlim()[1]
    assert float(late.time[late.values.argmax()]) < high


def test_what_has_no_number_is_not_said():
    """Neither "none found" nor a panel without a line."""
    stuck = experiments.refractory_period(SQUID.freeze("Na.h"), [10, 20])
    figure = lo.plot(stuck)
    assert not any("Threshold" in ax.get_ylabel() for ax in figure.axes) and len(figure.axes) == 2
    assert "Excitability: class 1" in sentence(experiments.firing_rate(lo.cells.wang_buzsaki_1996(), [1, 2]))
    for cell, ask, said in (
        (lo.cells.wang_buzsaki_1996(), experiments.firing_rate, "Excitability: class 1. Firing ends at"),
        (lo.Cell("passive", [lo.Channel("leak", g=0.5, E=-65)]), experiments.impedance, "No resonance"),
    ):
        text = sentence(ask(cell)).replace("\n", " ")
        assert said in text and "none found" not in text
    assert "an instantaneous depolarisation" in sentence(experiments.threshold(SQUID, 0))


def test_a_threshold_is_shown_beside_itself():
    """At 101 % of it V and the carrier rise, at 99 % they do not; moments that matter are named above."""
    figure = lo.plot(experiments.threshold(SQUID))
    voltage, balance = figure.axes[:2]
    peaks = [line.get_ydata().max() for line in voltage.lines if len(line.get_xdata()) > 100]
    assert sum(peak > 0 for peak in peaks) == 2 and sum(peak < -50 for peak in peaks) == 2
    assert "the pulse ends, the balance tips" in {t.get_text() for t in voltage.texts}
    assert {"Na, 101 %", "others, 101 %", "Na, 99 %", "others, 99 %"} == {t.get_text() for t in balance.texts}
    assert balance.get_ylim()[0] == 0


def test_a_family_has_its_own_axis():
    """Clamp currents over time, and below what they say of V; the one kind of panel does not move the other."""
    figure = lo.plot(experiments.current_voltage(SQUID, voltages=[-60, -20, 20]))
    over = [ax.get_xlabel() for ax in figure.axes]
    assert over[0] == "Time of the step (ms)" and over[-1].startswith("Membrane potential")
    assert figure.axes[0].get_xlim()[0] == 0 and figure.axes[-1].get_xlim() == (-60, 20)
    assert {"-60 mV", "20 mV"} == {t.get_text() for t in figure.axes[0].texts}


def test_a_rate_that_jumps_is_drawn_with_a_gap():
    """Class 2: no rate between 0 and 50 Hz, and so no line."""
    ax = lo.plot(experiments.firing_rate(SQUID, [2, 5, 10, 20], duration=200)).axes[0]
    line = next(one for one in ax.lines if len(one.get_xdata()) == 5)
    assert line.get_ydata()[1] == 0 and line.get_ydata()[2] != line.get_ydata()[2] and line.get_ydata()[3] > 50
    ramps = lo.plot(experiments.accommodation(SQUID, longest=30, points=20))
    words = [t.get_text() for t in ramps.axes[1].get_yticklabels()]
    assert words == ["no", "yes"]


def test_an_h_is_dashed_also_where_m_is_instantaneous():
    balance = lo.plot(experiments.threshold(lo.cells.wang_buzsaki_1996()), ["Na.h"]).axes[0]
    assert "--" in {line.get_linestyle() for line in balance.lines if line.get_color() == "#D55E00"}


def test_a_panel_alone():
    found = experiments.threshold(SQUID)
    assert len(lo.plot(found, "V").axes) == 1
    with pytest.raises(PlotError, match="no panel"):
        lo.plot(found, "Ca.I")
