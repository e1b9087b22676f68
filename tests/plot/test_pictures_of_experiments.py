"""Every experiment has a picture, with a sentence that says the answer."""

from __future__ import annotations

import pytest

import loligo as lo
from loligo import experiments
from loligo.plot import PICTURES, PlotError
from loligo.plot.answers import SENTENCES
from loligo.plot.experiment import KINDS

SQUID = lo.cells.squid()
QUICK = {
    "strength_duration": {"durations": [0.1, 1, 10]},
    "refractory_period": {"intervals": [5, 10, 20]},
    "firing_rate": {"amplitudes": [5, 10, 20], "duration": 200},
    "accommodation": {"longest": 30, "points": 20},
    "temperature": {"celsius": [6, 20]},
    "dose_response": {"channel": "Na", "blocked": [0, 0.5]},
    "current_voltage": {"voltages": [-40, 0, 40]},
}


@pytest.mark.parametrize("name", [n for n in experiments.__all__ if n != "compare"])
def test_a_picture_with_its_answer(name, tmp_path):
    found = experiments.named_experiment(name)(SQUID, **QUICK.get(name, {}))
    figure = lo.plot(found)
    texts = " ".join(t.get_text() for t in figure.texts)
    assert found.attrs["status"] == "done"
    assert name.replace("_", " ") in texts and len(texts) > 40
    assert all(ax.get_ylabel() for ax in figure.axes)
    figure.savefig(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 10_000


def test_every_kind_is_known():
    assert set(KINDS) == set(SENTENCES) == set(experiments.__all__) - {"compare"}
    assert set(KINDS) <= set(PICTURES)


def test_no_answer_is_said():
    figure = lo.plot(experiments.threshold(SQUID.with_({"K.E": -55})))
    assert any("no stable resting state" in t.get_text() for t in figure.texts)


def test_several_cells_in_one_picture():
    found = experiments.compare(SQUID, {"slow n": SQUID.slow("K.n")}, "anatomy")
    figure = lo.plot(list(found.values()))
    assert {"squid", "slow n"} <= {t.get_text() for t in figure.axes[0].texts}
    with pytest.raises(PlotError, match="1 labels for 2 results"):
        lo.plot(list(found.values()), labels=["one"])


def test_a_panel_alone():
    found = experiments.threshold(SQUID)
    assert len(lo.plot(found, "V").axes) == 1
    with pytest.raises(PlotError, match="no panel"):
        lo.plot(found, "Ca.I")
