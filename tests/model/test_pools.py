"""Pools, Markov schemes, compartments and whole cells: what they say of mistakes, and how they are changed and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import loligo as lo
from loligo import FormulaError, LoligoError, PathError, V, exp, symbol, symbols

I, Ca, tau = symbols("I Ca tau")
CALCIUM = lo.Pool("Ca", rate=-0.13 * I - Ca / tau, tau=lo.Parameter(13, "ms"))
KCA = lo.Channel("KCa", g=5, E=-80, reads="Ca", m=lo.Gate(1, inf=Ca / (Ca + 3)))
CAL = lo.Channel("CaL", g=1, E=lo.nernst(Ca, symbol("out"), 2), out=2.0, reads="Ca", carries="Ca")
LEAK = lo.Channel("leak", g=0.1, E=-65)


def test_a_channel_without_its_calcium_says_what_to_add() -> None:
    with pytest.raises(LoligoError, match=r"KCa reads the concentration 'Ca'.*no such pool.*cell \+"):
        lo.Cell("c", [LEAK]) + KCA
    cell = lo.Cell("c", [LEAK]) + CALCIUM + KCA + CAL
    assert [p.name for p in cell.pools] == ["Ca"]
    with pytest.raises(LoligoError, match="reads the concentration 'Ca'"):
        cell - "Ca"


def test_the_remedy_named_works() -> None:
    cell = lo.Cell("c", [LEAK]) + lo.channels.calcium_shell() + KCA
    assert "Ca.tau" in cell.parameters


def test_names_that_clash() -> None:
    with pytest.raises(LoligoError, match="'Ca'"):
        lo.Cell("c", [lo.Channel("Ca", g=1, E=0)], pools=[CALCIUM])
    with pytest.raises(LoligoError, match="two channels are called 'leak'"):
        lo.Cell("c", [LEAK, LEAK])


def test_an_undeclared_name_says_how_to_declare_it() -> None:
    with pytest.raises(FormulaError, match=r"reads='Ca'"):
        lo.Channel("KCa", g=5, E=-80, m=lo.Gate(1, inf=Ca / (Ca + 3)))
    with pytest.raises(FormulaError, match="neither V, I"):
        lo.Pool("Ca", rate=-I - Ca / symbol("teu"), tau=3)


def test_a_path_that_leads_nowhere_is_named() -> None:
    with pytest.raises(PathError, match=r"'K\.n'"):
        lo.Cell("c", [lo.channels.na_butera()], capacitance=lo.Parameter(21, "pF"))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ({}, "rate"),
        ({"rate": I, "value": 1}, "both"),
        ({"rate": I, "I": 3}, "taken"),
        ({"value": -1}, "makes no sense"),
    ],
)
def test_pools_that_make_no_sense(kind: dict[str, Any], value: str) -> None:
    with pytest.raises(LoligoError, match=value):
        lo.Pool("Ca", **kind)


@pytest.mark.parametrize(
    ("rates", "text"),
    [({}, "needs transitions"), ({"C > O": 1}, "reads"), ({"C <-> O": 1}, "two rates"), ({"C -> C": 1}, "reads"),
     ({"C -> O": 1, "C <-> O": (1, 2)}, "twice"), ({"C -> O": 1, "A -> B": 1}, "falls apart")],
)  # fmt: skip
def test_schemes_that_make_no_sense(rates: dict[str, Any], text: str) -> None:
    with pytest.raises(FormulaError, match=text):
        lo.Scheme(rates, open=symbol("O"))


def test_numbers_of_pools_and_compartments_have_paths() -> None:
    cell = lo.cells.pinsky_rinzel_1994()
    changed = cell.with_({"gc": 10.5, "dendrite.CaL.g": 5, "dendrite.Ca.factor": 0.2, "dendrite.capacitance": 2})
    for path, value in {"gc": 10.5, "dendrite.CaL.g": 5, "dendrite.Ca.factor": 0.2, "dendrite.capacitance": 2}.items():
        assert changed.parameters[path].value == value
    assert cell.parameters["gc"].value == 2.1
    assert cell["dendrite.CaL"].name == "CaL"
    with pytest.raises(PathError, match=r"dendrite\.CaL\.g"):
        cell.with_({"dendrite.CaL.gg": 1})


def test_two_views_of_a_whole_cell() -> None:
    cell = lo.cells.butera_1999_model1()
    density = cell.per_area()
    assert density.parameters["Na.g"].unit == "mS/cm²"
    assert density.parameters["Na.g"].value == pytest.approx(28 / 21)
    assert density.parameters["capacitance"].value == pytest.approx(1)
    assert density.whole_cell().parameters["Na.g"].value == pytest.approx(28)
    assert cell.stimulus_unit == "pA" and density.stimulus_unit == "µA/cm²"
    added = cell + lo.Channel("H", g=0.1, E=-40)  # a density, put into a whole cell of 2100 µm²
    assert added.parameters["H.g"].unit == "nS" and added.parameters["H.g"].value == pytest.approx(2.1)
    with pytest.raises(LoligoError, match="area"):
        lo.Cell("c", [LEAK, lo.Channel("Na", g=lo.Parameter(10, "nS"), E=50)])


def test_a_shift_moves_gates_and_nothing_else() -> None:
    channel = lo.channels.k_a_connor_stevens()
    moved = channel.shifted(5)
    assert moved.reversal == channel.reversal and moved.current == channel.current
    before = channel.gate("b").formulas["inf"].sympy
    assert moved.gate("b").formulas["inf"].sympy.equals(before.subs(V.sympy, V.sympy - 5))


def test_u_is_measured_from_rest() -> None:
    assert lo.shifted(-65).sympy == (V + 65).sympy
    assert (0.01 * exp(lo.shifted(-65))).sympy.has(V.sympy)


@pytest.mark.parametrize("name", lo.cells.__all__)
def test_every_cell_is_kept_and_printed(name: str, tmp_path: Path) -> None:
    cell = getattr(lo.cells, name)()
    cell.save(tmp_path / "cell.toml")
    assert lo.load(tmp_path / "cell.toml") == cell
    text, tex = cell.equations(), cell.latex()
    for path in cell.parameters:
        assert path in text
    assert tex.count("{") == tex.count("}") and "@" not in tex


def test_a_scheme_and_a_compartment_can_be_kept(tmp_path: Path) -> None:
    for cell in (lo.cells.destexhe_1996_tc(), lo.cells.mainen_sejnowski_1996_2comp()):
        cell = cell.with_({"celsius": 30})
        cell.save(tmp_path / "x.toml")
        assert lo.load(tmp_path / "x.toml") == cell


@pytest.mark.parametrize(
    ("text", "where"),
    [('[[pool]]\nname = "Ca"\n', "Ca"), ('[[pool]]\nrate = "I"\n', "without a name"), ("pool = 3\n", "[[pool]]"),
     ('[[compartment]]\nname = "d"\n', "coupling"), ('units = "furlongs"\n', "units")],
)  # fmt: skip
def test_files_that_make_no_sense_name_the_place(text: str, where: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LoligoError) as caught:
        lo.load(path)
    assert where in str(caught.value)
