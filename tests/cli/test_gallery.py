"""Pages of cells: every picture that a page shows is there, and every fact."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import loligo as lo
from loligo.cli import main
from loligo.cli.exhibits import EXHIBITS
from loligo.cli.gallery import _trace
from loligo.plot import portrait


def test_a_page_with_all_its_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gallery", "olufsen_2003_rtm", "noble_1962", "--output", str(tmp_path / "out")]) == 0
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert index.count("class='card'") == 2
    for name in ("olufsen_2003_rtm", "noble_1962"):
        page = (tmp_path / "out" / f"{name}.html").read_text(encoding="utf-8")
        for picture in re.findall(r"src='([^']+)'", page + index):
            assert (tmp_path / "out" / picture).stat().st_size > 500
        for fact in lo.cells.facts(name):
            assert fact.what in page
        for path in getattr(lo.cells, name)().parameters:
            assert path in page
        assert f"href='{name}.html'" in index


@pytest.mark.parametrize("name", EXHIBITS)
def test_what_is_shown_of_a_cell_happens(name: str) -> None:
    """Every exhibit is of a cell that there is, its potential is finite, and something of it fires."""
    cell = getattr(lo.cells, name)()
    peaks = []
    for title, trial in EXHIBITS[name]:
        time, v = _trace(cell, trial)
        assert title and np.isfinite(v).all()
        assert time[-1] == pytest.approx(trial.duration, rel=0.01)
        peaks.append(v.max())
    assert max(peaks) > min(peaks) or len(peaks) == 1
    assert max(peaks) > cell.spike_threshold


def test_a_cell_that_fires_but_once_has_a_sentence_in_place_of_a_curve(tmp_path: Path) -> None:
    assert main(["gallery", "rothman_manis_2003_type_ii", "--output", str(tmp_path)]) == 0
    page = (tmp_path / "rothman_manis_2003_type_ii.html").read_text(encoding="utf-8")
    assert "does not fire again and again" in page
    assert not (tmp_path / "rothman_manis_2003_type_ii-rates.png").exists()


def test_time_constants_have_numbers_that_can_be_read() -> None:
    """A time constant that hardly varies has a decade around it, and no label is a product of a power of ten."""
    figure = portrait.gates(lo.cells.destexhe_1996_tc())
    assert figure is not None
    figure.canvas.draw()
    for axes in figure.axes:
        if axes.get_yscale() == "log":
            low, high = axes.get_ylim()
            assert high >= 9.99 * low
            shown = [
                t.get_text() for t in axes.get_yticklabels() if low <= t.get_position()[1] <= high and t.get_text()
            ]
            assert 1 <= len(shown) <= 7
            assert not any("times" in text for text in shown)


def test_mistakes_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gallery", "olufson"]) == 2
    (tmp_path / "file").write_text("x")
    assert main(["gallery", "squid", "--output", str(tmp_path / "file")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 2


def test_every_cell_s_equations_can_be_set() -> None:
    from matplotlib.mathtext import MathTextParser

    from loligo.model.printing import latex_lines
    from loligo.plot.portrait import _settable

    parser = MathTextParser("path")
    for name in lo.cells.__all__:
        for line in latex_lines(getattr(lo.cells, name)()):
            parser.parse(f"${_settable(line)}$")
