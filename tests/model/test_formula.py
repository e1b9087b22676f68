"""Text that becomes a formula: arithmetic and a few functions, nothing else, and never evaluated."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import loligo as lo
from loligo import FormulaError, V, exp

X = sympy.Symbol("V", real=True)

NOT_ARITHMETIC = [
    "V.real", "V.__class__", "().__class__.__bases__", "V[0]", "V[0:1]", "lambda: 1", "(lambda x: x)(V)", "'text'", '"V"', "b'x'",
    "f'{V}'", "f'{V!r:>{V}}'", "[V]", "(V, 1)", "{V}", "{V: 1}", "[x for x in V]", "(x for x in V)", "{x for x in V}",
    "1 if V else 2", "V and 1", "V or 1", "not V", "~V", "V < 1", "0 < V < 1", "V == 1", "V is 1", "V in V", "V // 2", "V % 2",
    "V @ V", "V << 2", "V >> 2", "V & 1", "V | 1", "1j", "True", "False", "None", "...", "(V := 3)", "exp(x=1)", "exp(*V)",
    "exp(**V)", "await V", "'%s' % V", "V.exp(1)", "exp(V).real", "exp.__globals__",
]  # fmt: skip
NOT_A_FORMULA = [
    "", " ", "V V", "2V", "V +", "* V", "exp(V", "exp(V))", "V = 1", "V; V", "V\nV", "import os", "yield V", "pass", "V!", "V²",
    "1.e", "0777", "1__0", "V\0", "\ud800", "return V", "del V", "V)(", "()", "exp()", "exp(V, V)", "minimum(V)",
]  # fmt: skip
UNKNOWN_FUNCTIONS = [
    "__import__('os')", "eval(V)", "exec(V)", "open(V)", "print(V)", "getattr(V, V)", "sin(V)", "pow(V, 2)", "Abs(V)",
    "exp(V)(V)", "np(V)", "system(V)", "lambdify(V)", "sympify(V)", "phi(1, V)", "float(V)", "V(3)",
]  # fmt: skip
TOO_LARGE = [
    "2**101",
    "2**1000000",
    "9**9**9",
    "9**9**9**9",
    "V**1e9",
    "V**-1e9",
    "10**10**10",
    "V**exp(100)",
    "1e400",
    "2**(10**18)",
]
ENDLESS = [
    "(" * 300 + "V" + ")" * 300, "(" * 5000, "-" * 9000 + "V", "+" * 9000 + "V", "V**" * 3000 + "V", "V+" * 4999 + "V",
    "exp(" * 500 + "V" + ")" * 500, "1/(1+" * 400 + "V" + ")" * 400, "V" * 10_001, " " * 20_000 + "V", "V" + "*V" * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_ARITHMETIC + NOT_A_FORMULA + UNKNOWN_FUNCTIONS + TOO_LARGE)
def test_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        lo.parse(text)


@pytest.mark.parametrize("text", ENDLESS, ids=lambda t: f"{t[:6]}_{len(t)}")
def test_refused_however_long(text: str) -> None:
    with pytest.raises(FormulaError):
        lo.parse(text)


def test_refused_at_once() -> None:
    """In a process of its own, so that a formula that takes for ever is a failure and not a hang."""
    hostile = NOT_ARITHMETIC + UNKNOWN_FUNCTIONS + TOO_LARGE + ENDLESS
    program = (
        "import loligo as lo, time\n"
        "lo.parse('V')\n"
        "began = time.monotonic()\n"
        f"for text in {hostile!r}:\n"
        "    try:\n"
        "        lo.parse(text)\n"
        "    except lo.FormulaError:\n"
        "        continue\n"
        "    raise SystemExit(text)\n"
        "print(time.monotonic() - began)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 20  # a thousandth of that, in truth


@pytest.mark.parametrize("text", ["((2**100)**100)**100", "(((9**99)**99)**9)", "1e300**100"])
def test_towers_of_powers_are_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        lo.parse(text)


def test_powers_beyond_all_numbers_are_refused() -> None:
    with pytest.raises(FormulaError):
        lo.parse("2**exp(exp(exp(exp(9))))")


@pytest.mark.parametrize("text", ["1/0", "V/0", "0/0", "V/(1 - 1)", "1/log(1)", "1/(1 - exp(0))"])
def test_division_by_zero(text: str) -> None:
    with pytest.raises(FormulaError, match="division by zero"):
        lo.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("V.real", "'V.real' is not arithmetic"),
        ("1 + [V]", r"'\[V\]' is not arithmetic"),
        ("expp(V)", "unknown function 'expp' .*did you mean 'exp'"),
        ("max(V, 0)", "did you mean 'maximum'"),
        ("2**1000", r"power .*2\*\*1000 is too large"),
        ("V" * 10_001, "10001 characters: the limit is 10000"),
        ("exp(V", "cannot read the formula 'exp\\(V'.*never closed"),
        ("log10(V, 2)", "log10 takes 1 argument, got 2"),
    ],
)
def test_the_message_shows_what_is_not_understood(text: str, message: str) -> None:
    with pytest.raises(FormulaError, match=message):
        lo.parse(text)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("0.1*(V + 40)/(1 - exp(-(V + 40)/10))", 0.1 * (V + 40) / (1 - exp(-(V + 40) / 10))),
        (" 4*exp(-(V+65)/18)\n", 4 * exp(-(V + 65) / 18)),
        ("V^2", V**2), ("V**-1", V**-1), ("-V**2", -(V**2)), ("2**-V", 2 ** (-V)), ("(V\n+ 1)", V + 1), ("+V", V),
        ("1e-3*V", 0.001 * V), ("1_000", lo.parse("1000")), ("0x10", lo.parse("16")), ("V # the voltage", V),
        ("maximum(V, 0)", lo.maximum(V, 0)), ("abs(V)", lo.absolute(V)), ("exprel(V)", lo.exprel(V)), ("exp(V,)", exp(V)),
        ("g*m**3*h", lo.symbol("g") * lo.symbol("m") ** 3 * lo.symbol("h")),
    ],
)  # fmt: skip
def test_read(text: str, formula: Any) -> None:
    read = lo.parse(text)
    assert read == formula
    assert read.sympy == formula.sympy


def test_names_are_only_names() -> None:
    """What would be dangerous or special elsewhere is a variable here, that no channel has."""
    for name in ("__import__", "__builtins__", "os", "exp", "e", "pi", "E", "I", "nan", "inf", "lo"):
        assert lo.parse(name).sympy == sympy.Symbol(name, real=True)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        formula = lo.parse(text)
    except FormulaError as error:
        assert str(error)
    else:
        assert lo.parse(str(formula)) == formula


@given(st.text("V0123456789.+-*/^()e, exp", max_size=30))
def test_any_arithmetic_is_read_or_refused(text: str) -> None:
    try:
        formula = lo.parse(text)
    except FormulaError as error:
        assert str(error)
    else:
        assert lo.parse(str(formula)) == formula
        assert lo.parse(str(formula)).sympy == formula.sympy
