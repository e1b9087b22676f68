"""Cells: made, changed into new ones, compared, and refused."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from strategies import cells

import loligo as lo
from loligo import FormulaError, ImmutableError, LoligoError, PathError, UnitError, V, exp

SQUID = lo.cells.squid()
NA, K, LEAK = SQUID.channels
SIGMOID = 1 / (1 + exp(-(V + 40) / 9))
PATHS = [
    "capacitance", "celsius", "Na.g", "Na.E", "Na.q10", "Na.celsius_ref", "K.g", "K.E", "K.q10", "K.celsius_ref", "leak.g", "leak.E",
]  # fmt: skip


def value(cell: lo.Cell, path: str) -> float:
    return cell.parameters[path].value


def test_the_squid_has_the_numbers_of_the_paper() -> None:
    """Hodgkin & Huxley 1952, table 3, with V = -V_1952 - 65 mV; temperature factor of p. 523."""
    numbers = {path: value(SQUID, path) for path in PATHS}
    assert list(SQUID.parameters) == PATHS
    assert numbers == {
        "capacitance": 1.0, "celsius": 6.3, "Na.g": 120.0, "Na.E": 115 - 65.0, "Na.q10": 3.0, "Na.celsius_ref": 6.3, "K.g": 36.0,
        "K.E": -12 - 65.0, "K.q10": 3.0, "K.celsius_ref": 6.3, "leak.g": 0.3, "leak.E": pytest.approx(10.613 - 65, abs=1e-12),
    }  # fmt: skip
    old = lo.cells.squid_1952()
    for path in PATHS:
        shift = 65.0 if path in ("Na.E", "K.E") else 0.0
        if path != "leak.E":
            assert value(old, path) == value(SQUID, path) + shift
    assert "1952" in SQUID.source
    assert SQUID.doi == "10.1113/jphysiol.1952.sp004764"
    assert SQUID.preparation
    assert SQUID.validity


def test_units_of_parameters() -> None:
    units = {path: p.unit for path, p in SQUID.parameters.items()}
    assert units["capacitance"] == "µF/cm²"
    assert units["celsius"] == units["Na.celsius_ref"] == "°C"
    assert units["Na.g"] == "mS/cm²"
    assert units["Na.E"] == "mV"
    assert units["Na.q10"] == "1"
    assert all(p.description for p in SQUID.parameters.values())


# --------------------------------------------------------------------------------------------------------------- with_


@pytest.mark.parametrize("path", PATHS)
def test_with_changes_one_number_in_a_new_cell(path: str) -> None:
    changed = SQUID.with_({path: 7.5})
    assert value(changed, path) == 7.5
    assert changed.parameters[path].default == SQUID.parameters[path].value
    assert [p for p in PATHS if value(changed, p) != value(SQUID, p)] == [path]
    assert lo.cells.squid() == SQUID
    assert changed != SQUID
    assert changed.with_({path: value(SQUID, path)}) == SQUID


def test_with_changes_many_and_formulas() -> None:
    changed = SQUID.with_({"Na.g": 60, "K.n.alpha": 0.02 * V + 5}, celsius=18.5, description="warm")
    assert (value(changed, "Na.g"), value(changed, "celsius"), changed.description) == (60, 18.5, "warm")
    assert changed["K"].gate("n").alpha == 0.02 * V + 5
    assert changed["K"].gate("n").beta == SQUID["K"].gate("n").beta
    assert SQUID.with_() == SQUID
    assert SQUID.with_({"initial": {"V": -60}}).initial == (("V", -60.0),)


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("Na.q", "'Na.q10'"), ("na.g", "'Na.g'"), ("Na", "'Na.g'"), ("Na.m.alph", "'Na.m.alpha'"), ("celcius", "'celsius'"),
        ("K.G", "'K.g'"), ("K.n.inf", "'K.n.beta'"), ("leak.q10", "'leak.g'"), ("Cm", "known: .*capacitance"),
        ("channels", "'celsius'"), ("", "known: capacitance, celsius"), ("Na.g.x", "'Na.g'"),
    ],
)  # fmt: skip
def test_an_unknown_path_lists_the_nearest(path: str, near: str) -> None:
    with pytest.raises(PathError, match=f"^'{path}' is not a parameter of squid: .*{near}"):
        SQUID.with_({path: 1})


@pytest.mark.parametrize(
    ("path", "number", "message"),
    [
        ("Na.g", -1, r"Na\.g: -1 mS/cm² makes no sense; give a value at least 0"),
        ("Na.g", math.nan, r"Na\.g: nan is not a finite number"), ("Na.g", "60", r"Na\.g: expected a number in mS/cm², got '60'"),
        ("Na.g", V, r"Na\.g: expected a number"), ("Na.g", None, r"Na\.g: expected a number"), ("K.E", math.inf, r"K\.E: inf"),
        ("capacitance", -1, "capacitance: -1 µF/cm² makes no sense"), ("capacitance", 0, "capacitance: 0 µF/cm² makes no sense"),
        ("celsius", 310, "celsius: 310 °C makes no sense; give a value between -50 and 100"),
    ],
)  # fmt: skip
def test_numbers_that_make_no_sense(path: str, number: Any, message: str) -> None:
    with pytest.raises(UnitError, match=f"^{message}"):
        SQUID.with_({path: number})


def test_formulas_that_make_no_sense() -> None:
    with pytest.raises(FormulaError, match=r"K\.n\.alpha uses 'x'"):
        SQUID.with_({"K.n.alpha": lo.symbol("x")})
    with pytest.raises(FormulaError, match="parse"):
        SQUID.with_({"K.n.alpha": "V"})


# -------------------------------------------------------------------------------------------------------- + and - and block


def test_adding_and_removing_channels() -> None:
    ka = lo.Channel("KA", g=47.7, E=-75, a=lo.Gate(3, inf=SIGMOID, tau=2))
    more = SQUID + ka
    assert [c.name for c in more.channels] == ["Na", "K", "leak", "KA"]
    assert more["KA"] is ka
    assert [c.name for c in SQUID.channels] == ["Na", "K", "leak"]
    assert more - "KA" == more - ka == SQUID
    assert [c.name for c in (SQUID - "K").channels] == ["Na", "leak"]
    assert (more.source, more.celsius) == (SQUID.source, SQUID.celsius)


def test_adding_and_removing_what_cannot_be() -> None:
    with pytest.raises(LoligoError, match="two channels are called 'Na'; rename one with channel.replace"):
        SQUID + NA
    assert [c.name for c in (SQUID + NA.replace(name="Na2")).channels][-1] == "Na2"
    with pytest.raises(PathError, match="squid has no channel 'na': did you mean 'Na'"):
        SQUID - "na"
    with pytest.raises(LoligoError, match="at least one channel"):
        SQUID - "Na" - "K" - "leak"
    for wrong in (3, "Na", SQUID):
        with pytest.raises(TypeError, match="cannot be added to a cell; add a channel or a pool"):
            SQUID + wrong  # type: ignore[operator]


def test_blocking() -> None:
    assert value(SQUID.block("Na", 0.9), "Na.g") == pytest.approx(12, rel=1e-15)
    assert value(SQUID.block("K"), "K.g") == 0
    assert value(SQUID.block("Na", 0.5).block("Na", 0.5), "Na.g") == 30  # of what the first toxin left
    assert SQUID.block("Na", 0) == SQUID
    for wrong in (-0.1, 1.1):
        with pytest.raises(LoligoError, match="fraction: .*between 0 and 1"):
            SQUID.block("Na", wrong)
    with pytest.raises(PathError, match="no channel 'Ca'"):
        SQUID.block("Ca")
    pump = lo.Channel("pump", current=lo.parse("0.1"))
    with pytest.raises(PathError, match="pump has no maximal conductance"):
        (SQUID + pump).block("pump")


# ------------------------------------------------------------------------------------------------------ made and refused


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lo.Cell("c", [NA, NA]), "c: two channels are called 'Na'; rename one"), (lambda: lo.Cell("c", []), "c: .*at least one channel"),
        (lambda: lo.Cell("c", [NA, "K"]), "c: 'K' is not a Channel"), (lambda: lo.Cell("c", NA, -1), "capacitance: -1"),
        (lambda: lo.Cell("c", NA, math.nan), "capacitance: nan"), (lambda: lo.Cell("c", NA, V), "capacitance is a number, not a formula"),
        (lambda: lo.Cell("c", NA, initial={"V": math.nan}), "V: nan"), (lambda: SQUID["na"], "squid has no channel 'na'.*'Na'"),
    ],
)  # fmt: skip
def test_refused(make: Any, message: str) -> None:
    with pytest.raises(LoligoError, match=message):
        make()


def test_a_negative_capacitance_is_refused_however_it_comes() -> None:
    with pytest.raises(UnitError):
        lo.Cell("c", NA, lo.Parameter(-3))


def test_a_changed_parameter_keeps_its_unit() -> None:
    assert SQUID.with_({"Na.g": lo.Parameter(60)}).parameters["Na.g"].unit == "mS/cm²"


@pytest.mark.parametrize("initial", [{"Na.q": 1}, {"Na.m": 3}, {"Na": 0.5}])
def test_initial_states_that_the_cell_has_not(initial: dict[str, float]) -> None:
    with pytest.raises(LoligoError):
        lo.Cell("c", SQUID.channels, initial=initial)


def test_default_of_a_gates_own_temperature_survives_a_change() -> None:
    warm = lo.Gate(1, inf=0.5, tau=1, q10=3, celsius_ref=20)
    changed = lo.Cell("c", lo.Channel("X", g=1, E=0, m=warm)).with_({"X.m.q10": 2})
    assert (value(changed, "X.m.q10"), changed.parameters["X.m.q10"].default) == (2, 3)


@pytest.mark.parametrize(
    "attempt", [lambda: SQUID - 3, lambda: SQUID.block(NA), lambda: lo.Cell("c", None), lambda: SQUID.with_([1])]
)
def test_mistakes_of_type_are_explained(attempt: Any) -> None:
    with pytest.raises(LoligoError):
        attempt()


# --------------------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize("name", PATHS)
def test_assignment_shows_the_line_to_write(name: str) -> None:
    with pytest.raises(ImmutableError) as caught:
        setattr(SQUID, name, 60)
    line = str(caught.value).split("write ")[1]
    assert line == f'cell = cell.with_({{"{name}": 60}})'
    scope = {"cell": SQUID}
    exec(line, scope)  # and the line does it
    assert value(scope["cell"], name) == 60


def test_assignment_of_anything_else() -> None:
    for name in ("name", "channels", "source", "new"):
        with pytest.raises(ImmutableError, match=r"cell\.with_\(\{path: value\}\) makes a new one"):
            setattr(SQUID, name, "x")
    with pytest.raises(ImmutableError):
        del SQUID.celsius
    SQUID.parameters["Na.g"] = lo.Parameter(3)  # a copy
    assert value(SQUID, "Na.g") == 120


@settings(max_examples=40)
@given(cells())
def test_equal_cells_are_one_key(cell: lo.Cell) -> None:
    again = lo.Cell(
        cell.name,
        [c.replace(g=dict(c.parameters)["g"].value) for c in cell.channels],
        cell.capacitance.value,
        cell.celsius.value,
    )
    assert again == cell
    assert hash(again) == hash(cell)
    assert len({cell, again, cell.with_(celsius=cell.celsius.value + 1)}) == 2
    path = f"{cell.channels[0].name}.g"
    assert cell.with_({path: value(cell, path) + 1}) != cell
    assert cell != "cell"


def test_the_hash_of_another_process_is_not_kept() -> None:
    step = lo.Step(3)
    hash(step)
    assert "_hash" not in pickle.loads(pickle.dumps(step)).__dict__
    assert pickle.loads(pickle.dumps(step)) == step
    assert pickle.loads(pickle.dumps(SQUID.celsius)) == SQUID.celsius


def test_cells_are_pickled_and_copied() -> None:
    assert pickle.loads(pickle.dumps(SQUID)) == SQUID
    assert copy.deepcopy(SQUID) == SQUID


def test_shown() -> None:
    assert repr(SQUID) == "<cell squid: Na, K, leak>"
    assert repr(SQUID.with_(celsius=18.5).parameters["celsius"]) == "18.5 °C (default 6.3)"
