"""Equations for people. LaTeX is checked by Matplotlib's own parser, row by row."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from matplotlib.mathtext import MathTextParser
from strategies import cells

import loligo as lo
from loligo import V, exp
from loligo.errors import LoligoError

PARSER = MathTextParser("path")
g, E, m, p = lo.symbols("g E m p")


def rows(latex: str) -> list[str]:
    """The rows of an ``aligned`` environment, which Matplotlib does not know."""
    assert latex.startswith("\\begin{aligned}\n")
    assert latex.endswith("\n\\end{aligned}")
    return [row.replace("&", "") for row in latex.split("\n", 1)[1].rsplit("\n", 1)[0].split(" \\\\\n")]


def renders(latex: str) -> bool:
    """Can it be set? Braces and \\left-\\right pairs must balance, and the parser must know every command."""
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    PARSER.parse(f"${latex}$")
    return True


@pytest.mark.parametrize(
    ("formula", "latex"),
    [
        (0.1 * (V + 40) / (1 - exp(-(V + 40) / 10)), r"\frac{0.1\,\left(V + 40\right)}{1 - e^{-\frac{V + 40}{10}}}"),
        (4 * exp(-(V + 65) / 18), r"4\,e^{-\frac{V + 65}{18}}"),
        (V**2, "V^{2}"), ((-V) ** 2, r"\left(-V\right)^{2}"), (-(V**2), "-V^{2}"), (V ** (V**2), "V^{V^{2}}"),
        ((V + 1) * (V + 2), r"\left(V + 1\right)\,\left(V + 2\right)"), (V - (V - 1), r"V - \left(V - 1\right)"),
        (V * 3, r"V \cdot 3"), (3 * V, r"3\,V"), (3 * 2**V, r"3 \cdot 2^{V}"),
        (lo.sqrt(V), r"\sqrt{V}"), (lo.log(V), r"\ln\left(V\right)"), (lo.minimum(V, 3), r"\min\left(V, 3\right)"),
        (lo.symbol("V_half"), r"V_{\mathrm{half}}"), (3 - (-V) / 3, r"3 - \left(-\frac{V}{3}\right)"),
    ],
)  # fmt: skip
def test_formulas_in_latex(formula: Any, latex: str) -> None:
    assert formula.latex() == latex
    assert renders(latex)


@pytest.mark.parametrize(
    "formula",
    [
        lo.tanh(V / 2) * lo.cosh(V) - lo.sinh(V), lo.absolute(V) + lo.exprel(V / 10), lo.maximum(V, 0) / lo.log10(V),
        (0.0761 * exp(0.0314 * (V + 94.22)) / (1 + exp(0.0346 * (V + 1.17)))) ** (1 / 3),
        V / (1 / (1 / V)), -(V + 1) / 2, -(-V), (2 * V) ** V, 2 ** (-V), exp(exp(-(V**2))),
    ],
)  # fmt: skip
def test_other_formulas_can_be_set(formula: Any) -> None:
    assert renders(formula.latex())


@pytest.mark.parametrize("cell", [lo.cells.squid(), lo.cells.squid_1952()], ids=lambda c: c.name)
def test_the_squid_can_be_set(cell: lo.Cell) -> None:
    text = cell.latex()
    for row in rows(text):
        assert renders(row)
    assert cell._repr_latex_() == f"$${text}$$"
    assert r"I_{\mathrm{Na}} &= \bar{g}_{\mathrm{Na}}\,m^{3}\,h\,\left(V - E_{\mathrm{Na}}\right)" in text
    assert r"\frac{dn}{dt} &= \phi_{\mathrm{K}}\left[\alpha_{n} (1 - n) - \beta_{n}\, n\right]" in text
    assert r"\phi_{\mathrm{Na}} &= 3^{(T - 6.3)/10}" in text


@settings(max_examples=6)
@given(cells())
def test_random_cells_can_be_set(cell: lo.Cell) -> None:
    for row in rows(cell.latex()):
        assert renders(row)


def test_equations_of_the_squid_read_like_the_paper() -> None:
    squid = lo.cells.squid()
    lines = squid.equations().splitlines()
    assert str(squid) == squid.equations()
    assert lines[0] == "squid  (Hodgkin & Huxley 1952, J Physiol 117:500-544)"
    for line in (
        "capacitance*dV/dt = stimulus - Na.I - K.I - leak.I",
        "Na.I = Na.g*Na.m**3*Na.h*(V - Na.E)",
        "d Na.m/dt = Na.phi*(Na.m.alpha*(1 - Na.m) - Na.m.beta*Na.m)",
        "    Na.m.alpha = 0.1*(V + 40)/(1 - exp(-(V + 40)/10))",
        "    Na.phi = Na.q10**((celsius - Na.celsius_ref)/10)",
        "    leak.E         = -54.387 mV   reversal potential",
    ):
        assert line in lines


@settings(max_examples=25)
@given(cells())
def test_every_parameter_and_formula_is_listed(cell: lo.Cell) -> None:
    text = cell.equations()
    for path, parameter in cell.parameters.items():
        assert re.search(rf"^    {re.escape(path)} += {parameter.value:.12g}( |$)", text, re.M)
    for channel in cell.channels:
        for name, gate in channel.gates:
            for part, formula in gate.formulas.items():
                assert f"    {channel.name}.{name}.{part} = {formula}" in text


def test_names_of_a_channel_are_qualified_in_its_current() -> None:
    made = lo.Channel("X", g=1, E=0, p=2, current=g * m * (V - E) / (1 + p), m=lo.Gate(1, inf=p / 9, tau=3))
    text = lo.Cell("c", [made]).equations()
    assert "X.I = X.g*X.m*(V - X.E)/(1 + X.p)" in text
    assert "d X.m/dt = (X.m.inf - X.m)/X.m.tau" in text
    assert "    X.m.inf = X.p/9" in text


def test_gates_at_once_and_gates_with_their_own_temperature() -> None:
    fast = lo.Gate(1, inf=1 / (1 + exp(-V / 9)))
    warm = lo.Gate(1, inf=0.5, tau=3, q10=2, celsius_ref=20)
    text = lo.Cell("c", [lo.Channel("X", g=1, E=0, m=fast, h=warm)]).equations()
    assert "X.m = X.m.inf" in text
    assert "d X.h/dt = X.h.phi*(X.h.inf - X.h)/X.h.tau" in text
    assert "    X.h.phi = X.h.q10**((celsius - X.h.celsius_ref)/10)" in text


def two_channels(**gate: Any) -> lo.Cell:
    return lo.Cell("c", [lo.Channel(name, g=1, E=0, m=lo.Gate(1, inf=0.5, tau=3, **gate)) for name in ("A", "B")])


def test_two_channels_with_a_gate_of_one_letter() -> None:
    for row in rows(two_channels().latex()):
        assert renders(row)


def test_own_temperature_of_a_gate_in_latex() -> None:
    cell = lo.Cell(
        "c", [lo.Channel("X", g=1, E=0, q10=3, celsius_ref=6.3, m=lo.Gate(1, inf=0.5, tau=3, q10=2, celsius_ref=20))]
    )
    assert "2^{(T - 20)/10}" in cell.latex()


def test_powers_of_exponentials() -> None:
    assert renders((exp(V) ** 2).latex())


@pytest.mark.parametrize(
    ("formula", "misread"),
    [((V / 3) ** 2, r"\frac{V}{3}^{2}"), (2 * (-V), r"2\,-V"), (V * (-2), r"V\,-2"), (2 - (-V), "2 - -V")],
)
def test_brackets_that_the_reader_needs(formula: Any, misread: str) -> None:
    assert formula.latex() != misread


def test_temperature_factor_and_a_parameter_of_its_name() -> None:
    with pytest.raises(LoligoError, match="'phi' is taken"):
        lo.Channel("X", g=1, E=0, q10=3, celsius_ref=6.3, phi=2, m=lo.Gate(1, inf=0.5, tau=lo.symbol("phi")))
    assert lo.Channel("X", g=1, E=0, phi=2, m=lo.Gate(1, inf=0.5, tau=lo.symbol("phi"))).parameters


def test_numbers_in_mathematics_are_as_short_as_they_were_meant() -> None:
    V = lo.V
    assert (5 * 0.07 * V).latex().startswith("0.35")
    assert "0.35000000000000003" in str(5 * 0.07 * V)  # as text it is the number itself, which a file gives back
    assert r"1.6 \cdot 10^{-5}" in (1.6e-5 * V).latex() and (1e-5 * V).latex().startswith("10^{-5}")
    assert (lo.symbol("tau") * V).latex().startswith(r"\tau")
