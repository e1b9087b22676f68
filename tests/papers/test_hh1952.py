"""The 1952 paper: printed numbers, and independent solutions of its equations (SciPy's DOP853 at rtol 1e-11)."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import loligo as lo
from loligo.errors import PathError
from loligo.papers import hh1952, named_paper
from loligo.papers.entry import Entry, text
from loligo.papers.wave import driven, velocity, wave_constant

ROOT = Path(__file__).parents[2]
DIFFERENT = {  # printed numbers that ours are not, within their rounding: hand integration, and the leak
    "leak potential, no current at rest", "K at 18.5 °C", "theta at 18.5 °C", "peak above rest",
    "greatest rate of rise", "Na+ that enters", "K+ that leaves",
}  # fmt: skip


@pytest.fixture(scope="module")
def entries():
    return hh1952.entries()


def test_ours_are_the_independent_solutions(entries):
    compared = [e for e in entries if e.solved is not None]
    assert len(compared) == len(entries) - 1
    for e in compared:
        travelling = e.where in ("Fig. 15", "Figs 16, 17", "impulse")  # of a cable of 900 compartments
        flat = 5e-5 if e.unit == "ms" else 0.0  # where a peak lies is known less well than how high it is
        assert e.ours == pytest.approx(e.solved, rel=1e-3 if travelling else 1e-5, abs=flat, nan_ok=True), e.what


def test_those_that_differ_from_the_printed_ones_say_why(entries):
    outside = {e.what for e in entries if e.within is False}
    assert outside == DIFFERENT
    assert all(e.note for e in entries if e.within is False)
    assert sum(e.within is True for e in entries) == 10
    for e in entries:  # hand integration: less than one per cent
        if e.deviation is not None and e.within is False:
            assert abs(e.deviation / e.printed) < 0.01


def test_velocity_by_shooting_and_by_the_cable(entries):
    """Two methods that share no equation solver."""
    warm = lo.cells.squid().with_({"celsius": 18.5})
    cable = lo.conduction_velocity(lo.Cable(warm, length=40_000, diameter=476, Ra=35.4, n=400), dt=0.01)
    theta = next(e.ours for e in entries if e.what == "theta at 18.5 °C")
    assert cable.attrs["velocity"] == pytest.approx(theta, rel=2e-4)


def test_no_impulse_in_a_wrong_bracket():
    with pytest.raises(lo.SimulationError, match="no impulse with K between 1 and 2"):
        wave_constant(lo.cells.squid(), 1.0, 2.0)


def test_velocity_formula():
    """Page 528: sqrt(10470 x 0.0238 / (2 x 35.4e-6)) cm/s."""
    assert velocity(10.47, 238, 35.4) == pytest.approx(math.sqrt(10470 * 0.0238 / (2 * 35.4e-6)) / 100, rel=1e-14)


def test_driven_gates_converge_to_the_run_that_made_the_course():
    squid = lo.cells.squid()
    errors = []
    for every in (0.02, 0.01):
        ds = lo.simulate(squid, lo.Step(10, 1, 2), duration=12, every=every, record="all", tolerance=1e-11)
        found = driven(squid, ds.time.values, ds.V.values, ("Na.I",))["Na.I"]
        errors.append(np.abs(found - ds["Na.I"].values).max())
    assert errors[1] < 1.0 and errors[0] / errors[1] == pytest.approx(4, rel=0.1)


def test_a_verdict():
    assert Entry("", "", "", 1.04, 1.0, 0.05).within is True
    assert Entry("", "", "", 1.06, 1.0, 0.05).within is False
    assert Entry("", "", "", 1.06).within is None
    assert Entry("", "", "", math.nan, math.nan).within is True
    assert Entry("", "", "", 3.0, math.nan).within is False


def test_the_page_shows_the_table(entries):
    page = (ROOT / "docs" / "hh1952.md").read_text(encoding="utf-8")
    shown = page.split("```text\n")[1].split("```")[0].splitlines()
    ours = text(entries).splitlines()
    assert len(shown) == len(ours)
    for a, b in zip(shown, ours, strict=True):
        words = list(zip(a.split(), b.split(), strict=True))
        assert all(x == y or float(x) == pytest.approx(float(y), rel=1e-4, abs=2e-4) for x, y in words), (a, b)


def test_as_a_module_and_on_the_command_line(entries, capsys):
    from loligo.cli import main

    done = subprocess.run([sys.executable, "-m", "loligo.papers.hh1952"], capture_output=True, text=True, check=True)
    assert "K at 18.5 °C" in done.stdout
    assert main(["paper", "hh1952", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["within"] == 10 and made["outside"] == 7 and len(made["entries"]) == len(entries)
    assert next(e for e in made["entries"] if e["what"] == "6 mV: impulse")["ours"] == "none"
    assert main(["paper"]) == 0
    assert "hh1952  Hodgkin & Huxley 1952" in capsys.readouterr().out


def test_an_unknown_paper():
    with pytest.raises(PathError, match="no paper is called 'hh1953'"):
        named_paper("hh1953")
