"""The README's tour runs, in order, in one namespace, and says what it claims."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import numpy as np
import pytest

import loligo as lo

README = Path(__file__).parents[1] / "README.md"


PICTURES = (
    "spike.png", "threshold.png", "refractory.png", "a-current.png", "rate-map.png", "bistable.png", "wave.png",
    "wave.gif",
)  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*no stable resting state")
def test_the_tour(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), flags=re.M | re.S)
    assert len(examples) == 11  # ten of the tour, and why it fires
    names: dict = {}
    printed = []
    for number, example in enumerate(examples, start=1):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(compile(example, f"README example {number}", "exec"), names)
        printed.append(output.getvalue())
    for picture in PICTURES:
        assert (tmp_path / picture).stat().st_size > 20_000
    assert "[ 6.90" in printed[0]
    stated, real = float(printed[1].split()[2]), float(printed[1].split()[-1])
    assert real <= stated
    assert float(printed[2].split()[-1]) == np.float64(lo.resting_states(lo.cells.squid())[0].V)
    assert [float(word) for word in printed[4].splitlines()[-1].split()] == pytest.approx([16.6, 26.8], abs=0.05)
    assert [int(run.spike_count) for run in names["both"]] == [6, 4]
    below, above = (float(line.split()[1]) for line in printed[3].splitlines()[:2])
    assert below < -40 < 20 < above
    assert float(printed[3].splitlines()[2]) == pytest.approx(6.9189, abs=5e-5)
    assert float(printed[4].splitlines()[2]) == pytest.approx(6.3394, abs=5e-5)
    assert -1460 < float(printed[6].split()[1]) < -1450
    nearby = names["grid"].rate.sel({"stimulus.amplitude": 10, "K.g": 36}, method="nearest")
    alone = lo.simulate(
        names["squid"].with_({"K.g": nearby["K.g"].item()}),
        lo.Step(nearby["stimulus.amplitude"].item()),
        duration=1000,
        tolerance=1e-8,
    )
    late = alone.spike_times.values[alone.spike_times.values >= 500]
    assert float(printed[7].split()[0]) == pytest.approx(1000 / np.diff(late).mean(), rel=1e-6)
    rate = names["grid"].rate
    assert 46 < float(rate.where(rate > 0).min()) < 50  # what the caption says
    assert float(rate["K.g"][(rate > 0).any("stimulus.amplitude")].max()) < 56
    for point in ("9.775437995", "154.5224337", "6.260321275", "7.84234712", "7.917785494"):
        assert point in printed[10]
    assert float(printed[9].split()[0]) == pytest.approx(18.731888, rel=1e-4)
    assert float(printed[9].split()[-1]) == pytest.approx(18.731888248, abs=1e-8)
    assert [int(names[run].spike_count) for run in ("silent", "firing")] == [0, 4]


def test_the_commands_are_there():
    text = README.read_text(encoding="utf-8")
    assert "python -m pip install . && loligo run" in text
    assert 'python -m pip install ".[test]" && python -m pytest' in text
