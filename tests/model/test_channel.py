"""Gates, channels and parameters: what can be written, and what is refused with which words."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
import sympy

import loligo as lo
from loligo import FormulaError, ImmutableError, LoligoError, PathError, UnitError, V, exp

g, E, m, h, p = lo.symbols("g E m h p")
SIGMOID = 1 / (1 + exp(-(V + 40) / 9))


def gate(**formulas: Any) -> lo.Gate:
    return lo.Gate(1, **formulas)


# --------------------------------------------------------------------------------------------------------------- gates


def test_three_kinds_of_gate() -> None:
    rates, steady, fast = gate(alpha=V, beta=2), gate(inf=SIGMOID, tau=3), gate(inf=SIGMOID)
    assert list(rates.formulas) == ["alpha", "beta"]
    assert list(steady.formulas) == ["inf", "tau"]
    assert list(fast.formulas) == ["inf"]
    assert [x.instantaneous for x in (rates, steady, fast)] == [False, False, True]
    assert gate(inf=SIGMOID, tau=0) == fast  # tau 0 is no time constant


@pytest.mark.parametrize(
    "given", ["", "alpha", "beta", "tau", "alpha beta inf", "alpha beta tau", "alpha inf", "beta inf tau"]
)
def test_gates_that_are_half_or_twice_defined(given: str) -> None:
    with pytest.raises(
        FormulaError,
        match=f"alpha and beta, or inf and tau, or inf alone; got {', '.join(given.split()) or 'nothing'}$",
    ):
        gate(**dict.fromkeys(given.split(), 1))


@pytest.mark.parametrize("power", [0, -1, V, p, 0.0, lo.parse("1 - 2")])
def test_powers_are_positive_numbers(power: Any) -> None:
    with pytest.raises(FormulaError, match="power of a gate is a positive number"):
        lo.Gate(power, inf=SIGMOID)


@pytest.mark.parametrize(("power", "shown"), [(3, "3"), (0.5, "0.5"), (lo.parse("1/3"), "1/3"), (4.0, "4")])
def test_any_positive_power(power: Any, shown: str) -> None:
    assert repr(lo.Gate(power, inf=SIGMOID)) == f"Gate({shown}, inf={SIGMOID})"


def test_temperature_of_a_gate_needs_both_numbers() -> None:
    for half in ({"q10": 3}, {"celsius_ref": 20}):
        with pytest.raises(FormulaError, match="q10 and celsius_ref .*together"):
            gate(inf=SIGMOID, tau=1, **half)
    warm = gate(inf=SIGMOID, tau=1, q10=3, celsius_ref=20)
    assert repr(warm).endswith("q10=3, celsius_ref=20)")


def test_replacing_parts_of_a_gate() -> None:
    first = lo.Gate(3, alpha=V, beta=2, q10=3, celsius_ref=6.3)
    assert first.replace(alpha=2 * V) == lo.Gate(3, alpha=2 * V, beta=2, q10=3, celsius_ref=6.3)
    assert first.replace(alpha=None, beta=None, inf=SIGMOID) == lo.Gate(3, inf=SIGMOID, q10=3, celsius_ref=6.3)
    with pytest.raises(FormulaError):
        first.replace(inf=SIGMOID)


def test_a_gate_that_never_moves_is_refused_like_a_channel() -> None:
    with pytest.raises(UnitError):
        lo.Channel("X", g=1, E=0, q10=0, celsius_ref=6.3)
    with pytest.raises(UnitError):
        gate(inf=SIGMOID, tau=1, q10=0, celsius_ref=6.3)


# ------------------------------------------------------------------------------------------------------------ channels


def test_the_ohmic_current_is_the_default() -> None:
    channel = lo.Channel("X", g=2, E=-70, m=lo.Gate(3, inf=SIGMOID, tau=1), h=lo.Gate(1, inf=SIGMOID))
    assert channel.ohmic
    assert str(channel.current) == "g*m**3*h*(V - E)"
    assert str(lo.Channel("leak", g=1, E=0).current) == "g*(V - E)"


def test_another_current() -> None:
    channel = lo.Channel("X", g=2, p=3, current=g * m * V / (p + V**2), m=gate(inf=SIGMOID, tau=1))
    assert not channel.ohmic
    assert {name: q.value for name, q in channel.parameters} == {"g": 2, "p": 3}


@pytest.mark.parametrize(
    "name",
    ["", "1a", "a b", "Na.g", "V", "I", "t", "time", "celsius", "capacitance", "stimulus", "conductance", None, 3],
)
def test_names_that_no_channel_can_have(name: Any) -> None:
    with pytest.raises(
        LoligoError, match=rf"^{re.escape(repr(name))} cannot be the name of a channel: use a short word"
    ):
        lo.Channel(name, g=1, E=0)


@pytest.mark.parametrize("name", ["V", "I", "celsius", "capacitance", "t", "_x", "__class__"])
def test_names_that_no_part_can_have(name: str) -> None:
    for part in (3, gate(inf=SIGMOID)):
        with pytest.raises(LoligoError, match=f"X: '{name}' is taken"):
            lo.Channel("X", g=1, E=0, **{name: part})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"g": 1}, "X: E missing"), ({"E": 1}, "X: g missing"), ({}, "X: g and E missing; give g and E, or the current"),
        ({"g": 1, "E": 0, "q10": 3}, "X: give q10 and celsius_ref together"),
        ({"g": 1, "E": 0, "celsius_ref": 3}, "X: give q10 and celsius_ref together"),
        ({"g": V, "E": 0}, r"X\.g is a formula; a parameter is a number"),
        ({"g": 1, "E": 0, "p": V}, r"X\.p is a formula; a parameter is a number"),
        ({"current": "g*V", "g": 1}, r"loligo\.parse\('g\*V'\)"),
    ],
)  # fmt: skip
def test_what_is_missing_or_misplaced(given: dict[str, Any], message: str) -> None:
    with pytest.raises(LoligoError, match=message):
        lo.Channel("X", **given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"g": -1}, r"X\.g: -1 mS/cm² makes no sense; give a value at least 0"),
        ({"g": math.nan}, r"X\.g: nan is not a finite number; give a value in mS/cm²"),
        ({"g": math.inf}, r"X\.g: inf is not"), ({"g": "1"}, r"X\.g: expected a number in mS/cm², got '1'"),
        ({"E": 1000}, r"X\.E: 1000 mV makes no sense; give a value between -500 and 500"), ({"E": None}, "X: E missing"),
        ({"q10": -1, "celsius_ref": 6}, r"X\.q10: -1 .*between 0\.01 and 100"), ({"p": "x"}, r"X\.p: expected a number"),
        ({"q10": 3, "celsius_ref": 310}, r"X\.celsius_ref: 310 °C makes no sense; give a value between -50 and 100"),
    ],
)  # fmt: skip
def test_numbers_that_make_no_sense(given: dict[str, Any], message: str) -> None:
    with pytest.raises(LoligoError, match=message):
        lo.Channel("X", **{"g": 1, "E": 0, **given})


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"m": gate(inf=lo.symbol("v"))}, r"X\.m\.inf uses 'v', .*did you mean 'V'\?"),
        ({"m": gate(alpha=1, beta=p)}, r"X\.m\.beta uses 'p'"),
        ({"m": gate(inf=m / 2, tau=1)}, r"X\.m\.inf uses 'm'"),  # a gate that depends on itself is not linear in itself
        ({"m": gate(inf=lo.symbol("Na"), tau=1)}, r"X\.m\.inf uses 'Na'"),
        ({"current": lo.symbol("gg") * V}, r"X: the current uses 'gg', .*did you mean 'g'\?"),
        ({"current": lo.symbol("nan") * V}, "X: the current uses 'nan'"),
    ],
)
def test_unknown_names_in_formulas(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(FormulaError, match=message):
        lo.Channel("X", g=1, E=0, **parts)


def test_a_formula_may_use_gates_parameters_and_the_temperature() -> None:
    channel = lo.Channel(
        "X", g=1, E=0, p=3, m=gate(inf=h / p, tau=lo.symbol("celsius") / 9), h=gate(inf=SIGMOID, tau=1)
    )
    assert channel.gate("m").inf == h / p
    with pytest.raises(PathError, match="X has no gate 'n'.*known: m, h"):
        channel.gate("n")


def test_replacing_parts_of_a_channel() -> None:
    channel = lo.Channel("X", g=1, E=0, p=3, m=gate(inf=SIGMOID, tau=1), source="A", description="B")
    changed = channel.replace(g=2, name="Y")
    assert (changed.name, changed.source, changed.description) == ("Y", "A", "B")
    assert (dict(changed.parameters)["g"].value, dict(changed.parameters)["g"].default) == (2, 1)
    assert changed.gates == channel.gates
    with pytest.raises(UnitError, match=r"X\.g: -1"):
        channel.replace(g=-1)
    assert channel.replace(current=g * V).replace(g=5).current == g * V


def test_a_channel_shows_what_it_is_made_of() -> None:
    assert repr(lo.Channel("leak", g=0.3, E=-54.387, source="HH")) == "Channel('leak', g=0.3, E=-54.387, source='HH')"
    assert "current=g*V" in repr(lo.Channel("X", g=1, current=g * V))


@pytest.mark.parametrize("wrong", [lo.Parameter(-5), lo.Parameter(-5, "mS/cm²")])
def test_a_negative_conductance_is_refused_however_it_comes(wrong: Any) -> None:
    with pytest.raises(UnitError):
        lo.Channel("X", g=wrong, E=0)


@pytest.mark.parametrize("name", ["lambda", "class", "x.y", "a b", "2"])
def test_names_of_parts_that_formulas_cannot_use(name: str) -> None:
    with pytest.raises(LoligoError, match=re.escape(name)):
        lo.Channel("X", g=1, E=0, **{name: 3})


@pytest.mark.parametrize("formula", [lambda: V * lo.log(0), lambda: lo.sqrt(-1) * V, lambda: sympy.I * V.sympy])
def test_formulas_without_a_real_value(formula: Any) -> None:
    with pytest.raises(FormulaError):
        lo.Channel("X", current=formula())


# ---------------------------------------------------------------------------------------------------------- parameters


def test_a_parameter_has_a_unit_bounds_a_description_and_a_default() -> None:
    q = lo.Parameter(2, "mM", (0, 10), "calcium outside", default=3)
    assert (q.value, q.unit, q.bounds, q.description, q.default) == (2.0, "mM", (0.0, 10.0), "calcium outside", 3.0)
    assert repr(q) == "2 mM (default 3)"
    changed = q.with_value(4, "X.Ca")
    assert (changed.value, changed.default, changed.bounds) == (4, 3, (0, 10))
    assert repr(lo.Parameter(2)) == "2"
    with pytest.raises(UnitError, match=r"X\.Ca: 11 mM makes no sense; give a value between 0 and 10"):
        q.with_value(11, "X.Ca")


@pytest.mark.parametrize(
    "given", [{"default": math.nan}, {"default": 5.0}, {"bounds": (2.0, 0.0)}, {"bounds": (math.nan, 2)}]
)
def test_default_and_bounds_make_sense(given: dict[str, Any]) -> None:
    with pytest.raises(UnitError, match="default|bounds"):
        lo.Parameter(1, "mV", **{"bounds": (0, 2), **given})


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (lo.Parameter(1), "value"),
        (gate(inf=SIGMOID), "inf"),
        (lo.Channel("X", g=1, E=0), "g"),
        (lo.Step(1), "amplitude"),
        (lo.VoltageClamp(-65, 0, 1, 2), "hold"),
    ],
    ids=lambda x: type(x).__name__,
)
def test_nothing_changes_in_place(thing: Any, name: str) -> None:
    before = repr(thing)
    for attempt in (lambda: setattr(thing, name, 7), lambda: delattr(thing, "name")):
        with pytest.raises(ImmutableError, match=f"{type(thing).__name__} cannot be changed in place"):
            attempt()
    with pytest.raises(AttributeError, match=f"make a new one with {name}=7"):  # and Python's own kind of error, too
        setattr(thing, name, 7)
    assert repr(thing) == before
