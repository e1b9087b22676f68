"""``loligo tree``."""

from __future__ import annotations

import json

import pytest

CELL = """# ball and stick
1 1 0 0 0 10 -1
2 3 10 0 0 1 1
3 3 110 0 0 1 2
4 2 -10 0 0 0.5 1
5 2 -110 0 0 0.5 4
"""


@pytest.fixture
def swc(folder):
    (folder / "cell.swc").write_text(CELL)
    return "cell.swc"


def test_a_summary_a_picture_and_a_file(loligo, folder, swc):
    done = loligo("tree", swc, "--step", "2", "--duration", "4", "--plot", "t.png", "--save", "t.nc")
    assert done.code == 0 and done.err == ""
    assert "dendrite    the impulse came to" in done.out
    assert (folder / "t.png").stat().st_size > 10_000 and (folder / "t.nc").stat().st_size > 10_000


def test_json(loligo, swc):
    words = ("--region", "dendrite=hodgkin_huxley_1952", "--celsius", "18.5", "--where", "soma", "--at", "axon.0(1)")
    made = json.loads(loligo("tree", swc, "--step", "1", "--duration", "4", "--json", *words).out)
    assert made["sections"] == 3 and set(made["regions"]) == {"soma", "dendrite", "axon"}
    assert made["regions"]["axon"]["first"] < made["regions"]["soma"]["first"]
    assert made["regions"]["soma"]["area"] == pytest.approx(1256.637, rel=1e-6)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("none.swc",), "none.swc: cannot be read"),
        (("cell.swc", "--at", "nowhere"), "no section 'nowhere'"),
        (("cell.swc", "--soma", "ball"), "soma: 'ball'"),
        (("cell.swc", "--region", "tuft=squid"), "no region 'tuft'"),
        (("cell.swc", "--resistivity", "0"), "Ra: 0"),
        (("bad.swc",), "bad.swc, line 1: 6 words"),
    ],
)
def test_mistakes_are_one_line(loligo, folder, swc, words, message):
    (folder / "bad.swc").write_text("1 1 0 0 0 10\n")
    done = loligo("tree", *words)
    assert done.code == 2 and message in done.err and done.err.count("\n") == 1
