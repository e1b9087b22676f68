"""``loligo bifurcation``."""

import json

import pytest


def test_the_diagram_of_the_squid_axon(loligo, folder):
    done = loligo(
        "bifurcation",
        "squid",
        "--parameter",
        "stimulus.amplitude",
        "--range",
        "-10",
        "200",
        "--plot",
        "b.png",
        "--json",
    )
    assert done.code == 0
    found = json.loads(done.out)
    values = {(s["kind"], round(s["value"], 6)) for s in found["special"]}
    assert {("hopf", 9.775438), ("hopf", 154.522434), ("fold of cycles", 6.260321)} <= values
    assert all(s["parameter"] == "stimulus.amplitude" for s in found["special"])
    assert (folder / "b.png").read_bytes().startswith(b"\x89PNG")
    assert found["picture"] == "b.png"


def test_the_summary_lists_special_points(loligo):
    done = loligo("bifurcation", "--no-cycles", "--celsius", "18.5", "--range", "0,200")
    assert done.code == 0
    assert "18.55982" in done.out
    assert "subcritical" in done.out
    assert "1 of equilibria, 0 of cycles" in done.out


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--range", "5", "1"), "give the lower value first"),
        (("--range", "5"), "is not two numbers"),
        (("--parameter", "Na.gg"), "'Na.gg' is not a parameter of squid"),
        (("--plot", "b.txt"), "should end in"),
        (("--longest", "0"), "longest=0"),
    ],
)
def test_mistakes_are_one_line(loligo, words, text):
    done = loligo("bifurcation", "squid", *words)
    assert done.code == 2
    assert text in done.err
    assert done.err.count("\n") == 1


def test_doublings_out_of_range_are_refused(loligo):
    done = loligo("bifurcation", "--range", "0,20", "--doublings", "7")
    assert done.code == 2
    assert "doublings=7; give a whole number from 0 to 4" in done.err
