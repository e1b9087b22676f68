"""Cells that never fire, fire by themselves or have no rest get an answer that says so; nonsense is refused."""

from __future__ import annotations

import json
import math

import pytest

import loligo as lo
from loligo import experiments

SQUID = lo.cells.squid()
PASSIVE = lo.Cell("passive", [lo.Channel("leak", g=0.3, E=-65)])
RESTLESS = SQUID.with_({"K.E": -55})


def test_a_cell_that_never_fires():
    found = experiments.threshold(PASSIVE, 1.0)
    assert "graded" in found.attrs["status"]
    found = experiments.anode_break(PASSIVE, 5.0)
    assert math.isnan(found.attrs["threshold"]) and "none of" in found.attrs["status"]
    found = experiments.firing_rate(PASSIVE, [1.0, 2.0], duration=50)
    assert math.isnan(found.attrs["onset"]) and "none of these" in found.attrs["status"]
    assert "no ramp" in experiments.accommodation(PASSIVE, 2.0, longest=20, points=10).attrs["status"]


def test_a_cell_without_a_stable_rest():
    for ask in (experiments.threshold, experiments.strength_duration, experiments.refractory_period):
        found = ask(RESTLESS)
        assert "no stable resting state" in found.attrs["status"]
    assert math.isnan(experiments.threshold(RESTLESS).attrs["threshold"])


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (lambda: experiments.threshold("squid"), "needs a cell"),
        (lambda: experiments.threshold(SQUID, -1), "duration: -1 ms"),
        (lambda: experiments.strength_duration(SQUID, [0.0, 1.0]), "each is a positive time"),
        (lambda: experiments.refractory_period(SQUID, [0.2], duration=0.5), "longer than the pulse"),
        (lambda: experiments.firing_rate(SQUID, [5.0, 1.0]), "in increasing order"),
        (lambda: experiments.accommodation(SQUID, 0), "a ramp to 0"),
        (lambda: experiments.threshold(SQUID, tolerance=0), "tolerance: 0; give a relative width"),
        (lambda: experiments.strength_duration(SQUID, tolerance=2), "tolerance: 2; give"),
        (lambda: experiments.threshold(SQUID, window=-5), "window: -5 ms"),
        (lambda: experiments.refractory_period(SQUID, window=0), "window: 0 ms"),
        (lambda: experiments.anatomy(SQUID, window=0), "window: 0 ms"),
        (lambda: experiments.firing_rate(SQUID, duration=0), "duration: 0 ms"),
        (lambda: experiments.latency(SQUID, duration=-1), "duration: -1 ms; give a positive"),
        (lambda: experiments.anode_break(SQUID, 0), "duration: 0 ms"),
        (lambda: experiments.rebound(SQUID, duration=0), "duration: 0 ms"),
        (lambda: experiments.accommodation(SQUID, longest=-3), "longest: -3 ms"),
        (lambda: experiments.leak_subtraction(SQUID, pulse=-100), "pulse: -100 mV is the holding potential"),
    ],
)
def test_nonsense_is_refused(question, message):
    with pytest.raises(lo.LoligoError, match=message):
        question()


@pytest.mark.parametrize("name", ["mainen_sejnowski_1996_2comp", "connor_stevens_1977", "rothman_manis_2003_type_ii"])
def test_other_cells_have_thresholds_and_spikes(name):
    """Two compartments; a cell with an A-current; one in pA."""
    cell = getattr(lo.cells, name)()
    found = experiments.threshold(cell, 2.0, tolerance=1e-4)
    assert found.attrs["status"] == "done" and found.attrs["threshold"] > 0
    assert cell.stimulus_unit in found.attrs["units"]
    assert experiments.anatomy(cell).attrs["carries_upstroke"].endswith("Na")


def test_units_are_those_of_the_cell():
    """A cell in pA; one of compartments, stimulated in nA through a membrane counted per area."""
    absolute, parts = lo.cells.rothman_manis_2003_type_ii(), lo.cells.mainen_sejnowski_1996_2comp()
    spike, cost = experiments.anatomy(absolute), json.loads(experiments.energy(absolute).attrs["units"])
    assert spike["Na.I"].attrs["units"] == spike["capacitive"].attrs["units"] == "pA"
    assert cost["Na.charge_in"] == "fC" and cost["sodium"] == cost["least"] == "amol"
    spike, pulse = (
        experiments.anatomy(parts),
        json.loads(experiments.threshold(parts, 2, tolerance=1e-3).attrs["units"]),
    )
    assert spike["Na.I"].attrs["units"] == "µA/cm²" and json.loads(spike.attrs["units"])["Na.charge_in"] == "nC/cm²"
    assert pulse["threshold"] == "nA" and pulse["charge"] == "pC"
