"""The README's tour runs, in order, in one namespace, and says what it claims."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import numpy as np

import loligo as lo

README = Path(__file__).parents[1] / "README.md"


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
    for picture in ("spike.png", "a-current.png", "bistable.png"):
        assert (tmp_path / picture).stat().st_size > 20_000
    assert "[ 6.90" in printed[0]
    stated, real = float(printed[1].split()[2]), float(printed[1].split()[-1])
    assert real <= stated
    assert float(printed[2].split()[-1]) == np.float64(lo.resting_states(lo.cells.squid())[0].V)
    assert [int(run.spike_count) for run in names["both"]] == [6, 4]
    below, above = (float(line.split()[1]) for line in printed[6].splitlines())
    assert below < -40 < 20 < above
    assert -1460 < float(printed[7]) < -1450
    for point in ("9.775437995", "154.5224337", "6.260321275", "7.84234712", "7.917785494"):
        assert point in printed[10]
    assert [int(names[run].spike_count) for run in ("silent", "firing")] == [0, 4]
    assert printed[8].strip() == "100 mS/cm² (default 120)"


def test_the_commands_are_there():
    text = README.read_text(encoding="utf-8")
    assert "python -m pip install . && loligo run" in text
    assert 'python -m pip install ".[test]" && python -m pytest' in text
