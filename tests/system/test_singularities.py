"""Removable singularities of published rates: regular everywhere, and the same function."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from high_precision import DIGITS, evaluate, limit, relative_error
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import decimals

import loligo as lo
from loligo import FormulaError, V, exp
from loligo.numerics.arrays import array_function
from loligo.system import remove, system

X = sympy.Symbol("V", real=True)

PUBLISHED = [
    # Hodgkin & Huxley 1952: today's signs, and as printed with V the depolarisation
    ("0.1*(V + 40)/(1 - exp(-(V + 40)/10))", "-40"), ("0.01*(V + 55)/(1 - exp(-(V + 55)/10))", "-55"),
    ("0.1*(25 - V)/(exp((25 - V)/10) - 1)", "25"), ("0.01*(10 - V)/(exp((10 - V)/10) - 1)", "10"),
    # the same, as other programs write it
    ("-0.1*(V + 40)/(exp(-0.1*(V + 40)) - 1)", "-40"), ("(0.1*V + 4)/(1 - exp(-0.1*V - 4))", "-40"),
    ("(2.5 - 0.1*(V + 65))/(exp(2.5 - 0.1*(V + 65)) - 1)", "-40"), ("0.1*(V + 40)/(1 - exp(-4)*exp(-V/10))", "-40"),
    # Connor, Walter & McKown 1977
    ("0.38*(V + 29.7)/(1 - exp(-0.1*(V + 29.7)))", "-29.7"), ("0.02*(V + 45.7)/(1 - exp(-(V + 45.7)/10))", "-45.7"),
    # Frankenhaeuser & Huxley 1964, u = V + 70
    ("0.36*(V + 70 - 22)/(1 - exp((22 - (V + 70))/3))", "-48"), ("0.4*(13 - (V + 70))/(1 - exp((V + 70 - 13)/20))", "-57"),
    ("0.1*(-10 - (V + 70))/(1 - exp((V + 70 + 10)/6))", "-80"), ("0.02*(V + 70 - 35)/(1 - exp((35 - (V + 70))/10))", "-35"),
    ("0.006*(V + 70 - 40)/(1 - exp((40 - (V + 70))/10))", "-30"), ("0.09*(-25 - (V + 70))/(1 - exp((V + 70 + 25)/20))", "-95"),
    # Noble 1962
    ("0.1*(-V - 48)/(exp((-V - 48)/15) - 1)", "-48"), ("0.12*(V + 8)/(exp((V + 8)/5) - 1)", "-8"), ("0.0001*(-V - 50)/(exp((-V - 50)/10) - 1)", "-50"),
    # Beeler & Reuter 1977: a sum with one singular term, and alpha_m
    ("0.35*(4*(exp(0.04*(V + 85)) - 1)/(exp(0.08*(V + 53)) + exp(0.04*(V + 53))) + 0.2*(V + 23)/(1 - exp(-0.04*(V + 23))))", "-23"),
    ("(V + 47)/(1 - exp(-0.1*(V + 47)))", "-47"),
    # Plant 1981: the singular voltage is no float
    ("0.1*(50 - (127*V + 8265)/105)/(exp((50 - (127*V + 8265)/105)/10) - 1)", "-3015/127"),
    ("0.01*(55 - (127*V + 8265)/105)/(exp((55 - (127*V + 8265)/105)/10) - 1)", "-2490/127"),
    # Traub & Miles 1991 (threshold -63 mV); Pinsky & Rinzel 1994; Olufsen et al. 2003
    ("0.32*(13 - (V + 63))/(exp((13 - (V + 63))/4) - 1)", "-50"), ("0.28*(V + 63 - 40)/(exp((V + 63 - 40)/5) - 1)", "-23"),
    ("0.032*(15 - (V + 63))/(exp((15 - (V + 63))/5) - 1)", "-48"), ("0.32*(-46.9 - V)/(exp((-46.9 - V)/4) - 1)", "-46.9"),
    ("0.28*(V + 19.9)/(exp((V + 19.9)/5) - 1)", "-19.9"), ("0.016*(-24.9 - V)/(exp((-24.9 - V)/5) - 1)", "-24.9"),
    ("0.02*(V + 8.9)/(exp((V + 8.9)/5) - 1)", "-8.9"), ("0.032*(V + 52)/(1 - exp(-(V + 52)/5))", "-52"),
    # Wang & Buzsaki 1996
    ("-0.1*(V + 35)/(exp(-0.1*(V + 35)) - 1)", "-35"), ("-0.01*(V + 34)/(exp(-0.1*(V + 34)) - 1)", "-34"),
    # Mainen & Sejnowski 1996
    ("0.182*(V - 10 + 35)/(1 - exp(-(V - 10 + 35)/9))", "-25"), ("-0.124*(V + 25)/(1 - exp((V + 25)/9))", "-25"),
    ("-0.0091*(V + 65)/(1 - exp((V + 65)/5))", "-65"), ("0.001*(V + 30)/(1 - exp(-(V + 30)/9))", "-30"),
    # Erisir et al. 1999
    ("40*(75.5 - V)/(exp((75.5 - V)/13.5) - 1)", "75.5"), ("0.017*(-51.25 - V)/(exp((-51.25 - V)/5.2) - 1)", "-51.25"),
    ("(95 - V)/(exp((95 - V)/11.8) - 1)", "95"), ("0.014*(-44 - V)/(exp((-44 - V)/2.3) - 1)", "-44"),
    # McIntyre, Richardson & Grill 2002
    ("1.86*(V + 21.4)/(1 - exp(-(V + 21.4)/10.3))", "-21.4"), ("0.086*(-(V + 25.7))/(1 - exp((V + 25.7)/9.16))", "-25.7"),
    ("0.062*(-(V + 114))/(1 - exp((V + 114)/11))", "-114"), ("0.00025*(-(V + 34))/(1 - exp((V + 34)/10))", "-34"),
    # Pospischil et al. 2008, calcium
    ("0.055*(-27 - V)/(exp((-27 - V)/3.8) - 1)", "-27"),
    # not published, but of the kind: higher order, ratios, products, within other functions
    ("(V + 40)**2/(1 - exp(-(V + 40)/10))**2", "-40"), ("(exp((V + 40)/5) - 1)/(exp((V + 40)/10) - 1)", "-40"),
    ("(V + 40)/(2 - 2*exp(-(V + 40)/10))*(V + 55.5)/(1 - exp(-(V + 55.5)/10))", "-40"), ("1/(1 + (V + 40)/(1 - exp(-(V + 40)/10)))", "-40"),
    ("sqrt((V + 40)/(1 - exp(-(V + 40)/10)))", "-40"),
]  # fmt: skip


def regular(formula: sympy.Expr) -> Any:
    """The formula, with singularities removed, as a function of an array, through the System of a cell."""
    gate = lo.Gate(1, alpha=formula, beta=1)
    whole = system(lo.Cell("c", [lo.Channel("X", g=1, E=0, m=gate)]))
    function = array_function(whole, (whole.observable("X.m.alpha").formula,))
    return lambda v: function([v, 0.0], 0.0, [1.0] * len(whole.parameters))[0]


@pytest.mark.parametrize(("text", "singular"), PUBLISHED)
def test_published_rates_are_regular_and_unchanged(text: str, singular: str) -> None:
    formula = lo.parse(text)
    place = float(sympy.Rational(singular))
    steps = np.concatenate([np.logspace(-13, 1, 60), [3.7, 20, 51.3]])
    v = np.concatenate(
        [
            np.linspace(-150, 100, 251),
            place + steps,
            place - steps,
            [np.nextafter(place, 999), np.nextafter(place, -999)],
        ]
    )
    v = v[v != place]
    function = regular(formula)
    with mpmath.workdps(DIGITS):
        wanted = [evaluate(formula.sympy, {X: float(x)}) for x in v]
        at = limit(formula.sympy, X, sympy.Rational(singular))
    assert max(relative_error(g, w) for g, w in zip(function(v), wanted, strict=True)) < 1e-13
    assert relative_error(function(np.array([place]))[0], at) < 1e-13


def test_the_current_of_goldman_hodgkin_and_katz() -> None:
    """Frankenhaeuser & Huxley 1964: sodium at 20 °C; where the current changes sign, against the size of its two parts."""
    text = "0.008*96.485/25.26*V*(13.74 - 114.5*exp(-V/25.26))/(1 - exp(-V/25.26))"
    v = np.concatenate([np.linspace(-150, 150, 300), np.logspace(-13, 0, 50), -np.logspace(-13, 0, 50)])
    function, formula = regular(lo.parse(text)), lo.parse(text).sympy
    parts = lo.parse(text.replace("13.74 - ", "13.74 + ")).sympy
    with mpmath.workdps(DIGITS):
        wanted, sizes = ([evaluate(f, {X: float(x)}) for x in v] for f in (formula, parts))
    assert max(relative_error(g, w, abs(z)) for g, w, z in zip(function(v), wanted, sizes, strict=True)) < 1e-14
    assert function(np.array([0.0]))[0] == pytest.approx(0.008 * 96.485 * (13.74 - 114.5), rel=1e-14)


@settings(max_examples=25)
@given(decimals(-100, 60, 1), decimals(0.5, 60, 1), decimals(0.001, 9, 3), st.booleans(), st.booleans())
def test_any_rate_of_that_form(half: float, width: float, scale: float, rising: bool, printed: bool) -> None:
    sign = 1 if rising else -1
    formula = scale * (V - half) / (1 - exp(-sign * (V - half) / width))
    if printed:  # multiplied out, as programs often do
        formula = (scale * V - scale * lo.parse(repr(half))) / (
            1 - exp(-sign * V / width) * exp(sign * lo.parse(repr(half)) / width)
        )
    function = regular(formula)
    v = np.array([half, np.nextafter(half, 999), np.nextafter(half, -999), half + 1e-9, half + 0.3, half - 17.0])
    with mpmath.workdps(DIGITS):
        close = [abs(x - half) < 1e-30 for x in v]
        reference = formula.sympy
        wanted = [
            limit(reference, X, sympy.Rational(repr(half))) if c else evaluate(reference, {X: float(x)})
            for x, c in zip(v, close, strict=True)
        ]
    assert max(relative_error(g, w) for g, w in zip(function(v), wanted, strict=True)) < 1e-13


def test_the_singular_voltage_may_be_a_parameter() -> None:
    """Pospischil et al. 2008: rates relative to a threshold V_T, which is a number of the cell."""
    u = V - lo.symbol("VT")
    gate = lo.Gate(
        3, alpha=0.32 * (13 - u) / (exp((13 - u) / 4) - 1), beta=0.28 * (u - 40) / (exp((u - 40) / lo.symbol("k")) - 1)
    )
    whole = system(lo.Cell("c", [lo.Channel("Na", g=1, E=50, VT=-56.2, k=5, m=gate)]))
    function = array_function(whole, tuple(whole.observable(f"Na.m.{rate}").formula for rate in ("alpha", "beta")))
    values = {"Na.VT": -56.0, "Na.k": 5.0}
    numbers = [values.get(p.path, 1.0) for p in whole.parameters]
    alpha, beta = function([np.array([-43.0, -16.0]), 0.0], 0.0, numbers)
    assert alpha[0] == pytest.approx(0.32 * 4, rel=1e-14)
    assert beta[1] == pytest.approx(0.28 * 5, rel=1e-14)
    assert np.isfinite([*alpha, *beta]).all()


@pytest.mark.parametrize(
    "formula",
    [V, V**2 + 3, exp(-V / 3), 1 / (1 + exp(-(V + 40) / 9)), 4 * exp(-(V + 65) / 18), lo.tanh(V / 20), lo.parse("3")],
)
def test_regular_formulas_are_left_alone(formula: Any) -> None:
    assert remove(formula.sympy, X) == formula.sympy


@pytest.mark.parametrize(
    ("text", "voltage"),
    [
        ("1/(1 - exp(-(V + 40)/10))", "-40"), ("0.1*(V + 45)/(1 - exp(-(V + 40)/10))", "-40"), ("(V + 40)/(1 - exp(-(V + 40)/10))**2", "-40"),
        ("1/(exp((V - 20)/5) - 1)", "20"), ("3/(2 - exp(V/10))", "6.93147"), ("1 + exp(V)/(1 - exp(V/7))", "0"),
        ("1/(1 - exp(-(V - 250)/10))", "250"), ("(V + 40)/(1 - exp(-(V + 40.001)/10))", "-40.001"), ("exp(-1/(1 - exp(V/10)))", "0"),
    ],
)  # fmt: skip
def test_true_poles_are_refused_with_their_voltage(text: str, voltage: str) -> None:
    with pytest.raises(FormulaError, match=rf"^X\.m\.alpha is infinite at V = {voltage} mV, .*same voltage"):
        regular(lo.parse(text))


def test_the_current_of_a_channel_is_checked_too() -> None:
    with pytest.raises(FormulaError, match="the current of X is infinite at V = 10 mV"):
        system(lo.Cell("c", [lo.Channel("X", current=V / (1 - exp((V - 10) / 9)))]))


@pytest.mark.parametrize("place", [-251, 251, -400])
def test_poles_that_are_never_met_do_no_harm(place: int) -> None:
    function = regular(1 / (1 - exp((V - place) / 10)))
    assert np.isfinite(function(np.linspace(-250, 250, 101))).all()


@pytest.mark.parametrize(
    "text",
    [
        "1/(V + 40)",
        "1/V**2",
        "1/(V**2 - 1600)",
        "1/(exp(V/10) - exp(-V/10))",
        "1/sinh(V/10)",
        "1/tanh(V/10)",
        "1/(exp(V/10) - exp(V/20))",
    ],
)
def test_poles_of_other_forms_are_refused(text: str) -> None:
    with pytest.raises(FormulaError, match="is infinite at V"):
        regular(lo.parse(text))


@pytest.mark.parametrize(
    ("text", "singular"),
    [
        ("V/(exp(V/10) - exp(-V/10))", 0), ("V/sinh(V/10)", 0), ("(V + 40)/tanh((V + 40)/10)", -40), ("(V + 40)/(exp((V + 40)/10) - exp(-(V + 40)/7))", -40),
        ("(V**2 - 1600)/(V + 40)", -40),
    ],
)  # fmt: skip
def test_removable_singularities_of_other_forms(text: str, singular: int) -> None:
    formula = lo.parse(text)
    with np.errstate(all="ignore"):
        [value] = regular(formula)(np.array([float(singular)]))
    assert relative_error(value, limit(formula.sympy, X, singular)) < 1e-9


@pytest.mark.parametrize("text", ["1/(V**2 - 410*V + 4000)", "1/(V**2 - 390*V - 4000)"])
def test_a_pole_is_found_behind_one_that_is_never_met(text: str) -> None:
    """Poles at 10 and 400 mV, and at -10 and 400 mV."""
    with pytest.raises(FormulaError, match="is infinite at V = -?10 mV"):
        regular(lo.parse(text))


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("1/(1 + exp(-V/0.1))", (0.0, 1.0)), ("1/cosh(V/0.2)", (0.0, 0.0)), ("1/(exp(V/0.3) + exp(-V/0.2))", (0.0, 0.0)),
        ("V/(exp(V/0.1) - 1)", (240.0, 0.0)), ("tanh(V/2)", (-1.0, 1.0)),
        ("tanh(V/0.2)", (-1.0, 1.0)), ("1 + tanh((V + 20)/0.3)", (0.0, 2.0)), ("V/tanh(V/0.2)", (240.0, 240.0)),
    ],
)  # fmt: skip
def test_steep_functions_saturate(text: str, limits: tuple[float, float]) -> None:
    """Far out an exponential overflows; what it stands in must not become infinity over infinity."""
    with np.errstate(all="ignore"):
        assert regular(lo.parse(text))(np.array([-240.0, 240.0])) == pytest.approx(limits, abs=1e-12)


def test_a_time_constant_that_vanishes_is_refused() -> None:
    with pytest.raises(FormulaError):
        system(lo.Cell("c", [lo.Channel("X", g=1, E=0, m=lo.Gate(1, inf=0.5, tau=V))]))
