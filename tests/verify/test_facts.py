"""Every fact of every cell holds, or says why it does not."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import loligo as lo
from loligo.model.fact import Fact, Trial
from loligo.verify import measures
from loligo.verify.trials import Observation


@pytest.mark.parametrize("name", lo.cells.__all__)
def test_facts(name: str) -> None:
    found = lo.verify(name)
    wrong = [f"{o.what}: {o.found!r}, not {o.expected!r}" for o in found if not o.within and not o.reason]
    assert not wrong
    for fact in lo.cells.facts(name):
        if fact.reason:  # and a reason is only given where it is needed
            assert any(not o.within for o in found if o.reason == fact.reason)


def seen(*spikes: float) -> Observation:
    import numpy as np

    return Observation(np.array(spikes), {"V": -60.0}, np.empty(0), 0.0, True)


def test_measures_on_trains_known_by_heart() -> None:
    train = seen(10.0, 20.0, 25.0, 125.0, 130.0, 135.0, 235.0, 240.0, 245.0, 345.0)
    fact = Fact("", "bursts", {"period": 0, "spikes": 0, "duration": 0, "shortest": 0, "longest": 0}, gap=50, after=0)
    assert measures.bursts(fact, train) == {
        "period": 110.0, "spikes": 3.0, "duration": 10.0, "shortest": 5.0, "longest": 100.0
    }  # fmt: skip
    assert measures.rate(Fact("", "rate", 0, after=100), train)[""] == pytest.approx(1000 * 6 / 220)
    assert measures.interval(Fact("", "interval", 0), train)[""] == 100
    assert measures.count(Fact("", "count", 0, since=100), train)[""] == 7
    assert measures.times(Fact("", "times", [0, 0], since=100), train) == {"1": 25.0, "2": 30.0}
    assert measures.rate(Fact("", "rate", 0), seen()) == {"": 0.0}


def test_an_onset_that_does_not_exist_is_not_found() -> None:
    import math

    cell = lo.Cell("leak", [lo.Channel("leak", g=0.1, E=-70)], spike_threshold=0)
    fact = Fact("", "onset", 1.0, trial=Trial(lo.Step(1), 20), below=0.5)
    assert math.isnan(measures.onset(cell, fact)[""])


def test_an_onset_known_in_closed_form() -> None:
    """A passive cell reaches E + I / g (1 - exp(-t g / C)); the threshold -60 at time 20 gives I."""
    import math

    cell = lo.Cell("leak", [lo.Channel("leak", g=0.1, E=-70)], spike_threshold=-60)
    fact = Fact("", "onset", 1.0, trial=Trial(lo.Step(1), 20), below=50)
    assert measures.onset(cell, fact)[""] == pytest.approx(10 * 0.1 / (1 - math.exp(-2)), rel=1e-6)


def test_the_command_line_and_its_exit_code() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "loligo", "verify", "olufsen_2003_rtm", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    rows = json.loads(done.stdout)
    assert done.returncode == 0 and all(row["within"] for row in rows) and rows[0]["cell"] == "olufsen_2003_rtm"
    done = subprocess.run(
        [sys.executable, "-m", "loligo", "verify", "squib"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "squid" in done.stderr and done.stderr.count("\n") == 1
