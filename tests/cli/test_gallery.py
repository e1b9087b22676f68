"""Pages of cells: every picture that a page shows is there, and every fact."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import loligo as lo
from loligo.cli import main


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
