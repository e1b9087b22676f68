"""Lowering: straight-line arithmetic without a number in it, that computes the same."""

from __future__ import annotations

import re
from typing import Any

import mpmath
import pytest
import sympy
from high_precision import DIGITS, evaluate, exact
from hypothesis import given, settings
from strategies import cells

import loligo as lo
from loligo import V, exp
from loligo.numerics import codegen
from loligo.numerics.codegen import Source, explicit, linear
from loligo.system import System, system
from loligo.system.lower import SMALL, Hoister, lower

LEAK = lo.Channel("leak", g=0.3, E=-60)
h, p = lo.symbols("h p")


def values_of(cell: lo.Cell, state: dict[str, float], current: float) -> dict[sympy.Symbol, float]:
    whole = system(cell)
    found = {s.symbol: state[s.path] for s in whole.states} | {whole.input: current}
    return found | {q.symbol: cell.parameters[q.path].value for q in whole.parameters}


def difference(cell: lo.Cell, formulas: tuple[sympy.Expr, ...], state: dict[str, float], current: float = 3.5) -> float:
    """The largest relative difference between formulas and what they are lowered to, in exact arithmetic."""
    whole, hoister = system(cell), Hoister()
    low = lower(whole, formulas, hoister)
    given = values_of(cell, state, current)
    with mpmath.workdps(DIGITS):
        wanted = [evaluate(f, given) for f in formulas]
        scope: dict[sympy.Symbol, Any] = {s.symbol: given[s.symbol] for s in whole.states} | {whole.input: current}
        for letter, store in (("k", hoister.constants), ("q", hoister.derived)):
            scope |= {sympy.Symbol(f"{letter}{i}", real=True): evaluate(e, given) for i, e in enumerate(store)}
        for shared, slope in zip(low.shared, low.slopes, strict=True):
            scope[shared.symbol] = mpmath.exp(evaluate(slope, scope) * exact(scope[shared.variable]))
        for symbol, step in low.steps:
            scope[symbol] = evaluate(step, scope)
        got = [evaluate(f, scope) for f in low.results]
        return max(float(abs(a - b) / abs(b)) if a != b else 0.0 for a, b in zip(got, wanted, strict=True))


def numbers_in(whole: System, formulas: tuple[sympy.Expr, ...]) -> set[Any]:
    """Numbers that are left after lowering, whole exponents apart, which are multiplications."""

    def walk(e: sympy.Expr) -> set[Any]:
        if e.is_Number:
            return {e}
        parts = e.args[:1] if e.is_Pow and e.exp.is_Integer else e.args
        return set().union(*map(walk, parts))

    low = lower(whole, formulas, Hoister())
    return set().union(*map(walk, (*low.results, *(e for _, e in low.steps))))


def alpha(formula: Any, **parameters: Any) -> lo.Cell:
    return lo.Cell(
        "c", [lo.Channel("X", g=1.5, E=-5, **parameters, m=lo.Gate(3, alpha=formula, beta=exp(-V / 30))), LEAK]
    )


FORMULAS = [
    "0.1*(V + 40)/(1 - exp(-(V + 40)/10))", "exp(V/10) + exp(V/7) + exp(-V/3.3)", "exp(V/10)/(1 + exp(V/5)**2)", "log10(V + 500)", "sqrt(V + 500)",
    "(V + 500)**0.3", "(V + 500)**(-1/3)", "2**(V/10)", "abs(V)", "minimum(V, 3)", "maximum(minimum(2*V, 3), -7.5)", "(V + 300)**-3", "V**3 + V**17",
    "exp(V**2/1000)", "exp(exp(V/50))", "exprel(V/10)", "exprel(V**2/1000)", "exprel(-V)*exprel(V/2)**2", "tanh(V/20)", "1/cosh(V/20)",
    "exp(V/10)**0.3", "(1 + exp(V/10))**-4", "(1 + exp(V/10))**(1/3)", "exp(0.0314*V + 2)/(1 + exp(0.0346*V))", "3", "V", "exp(3)", "exp(celsius/10)",
    "exp(V*celsius/1000)", "celsius**0.5*V", "(V + 500)**(celsius/10)", "exp(-(V + 40)/p)", "(V + p)/(1 - exp(-(V + p)/10))",
    "(V + 40)/(1 - exp(-(V + 40)/p))", "p**(V/10)", "(V + 500)**p", "p**2*V**3/p", "exp(-((V + 50)/30)**2)", "log(1 + exp(V/10))", "1/sqrt(V**2 + 1)",
    "0.5*V + 2*V**2 - 1", "1 + minimum(exp(V/10), maximum(V, exp(-V/10)))",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_the_same_values_and_no_numbers(text: str) -> None:
    cell = alpha(lo.parse(text), p=lo.Parameter(7.3))
    whole = system(cell)
    for v in (-81.7, -40.0, 0.0, 23.9):
        assert difference(cell, whole.derivatives, {"V": v, "X.m": 0.37}) < 1e-45
    assert numbers_in(whole, whole.derivatives) <= set(SMALL)


@settings(max_examples=20)
@given(cells())
def test_random_cells_are_lowered_without_a_change(cell: lo.Cell) -> None:
    whole = system(cell)
    pairs = tuple(part for pair in whole.linear for part in pair)
    state = {s.path: -47.3 if s.path == "V" else 0.3 for s in whole.states}
    for formulas in (whole.derivatives, pairs):
        assert difference(cell, formulas, state) < 1e-45
        assert numbers_in(whole, formulas) <= set(SMALL)


def digits_in(source: Source) -> set[str]:
    """Numbers in the loops of the generated text, rows of the tables and names apart."""
    found: set[str] = set()
    for text in source.functions.values():
        for line in text.split("for i in range(LANES):")[1].splitlines():
            code = re.sub(r"b\[[^\]]*\]", "", line.split("#")[0])
            found |= set(re.findall(r"(?<![\w.])[\d.]+", code))
    return found


@pytest.mark.parametrize("generate", [explicit, linear])
def test_no_number_in_the_text_of_the_squid(generate: Any) -> None:
    assert digits_in(generate(system(lo.cells.squid()), 4)) == set()


def test_numbers_are_arguments() -> None:
    """What differs only in numbers has one text: parameters, and constants inside formulas."""
    first, second = lo.cells.squid(), lo.cells.squid().with_({"Na.g": 60, "celsius": 20, "leak.E": -1})
    assert explicit(system(first), 4) == explicit(system(second), 4)
    changed = first.with_(
        {
            "Na.m.alpha": 0.1 * (V + 41) / (1 - exp(-(V + 41) / 10)), "Na.m.beta": 4.5 * exp(-(V + 66) / 18),
            "Na.h.alpha": 0.075 * exp(-(V + 64) / 20), "Na.h.beta": 1 / (1 + exp(-(V + 36) / 10)),
            "K.n.alpha": 0.01 * (V + 54) / (1 - exp(-(V + 54) / 10)), "K.n.beta": 0.13 * exp(-(V + 66) / 80),
        }
    )  # fmt: skip
    for generate in (explicit, linear):
        a, b = generate(system(first), 4), generate(system(changed), 4)
        assert a.functions == b.functions
        assert a.constants != b.constants
        assert [e.free_symbols for e in a.derived] == [e.free_symbols for e in b.derived]


def test_two_gates_never_get_one_name_in_the_kernel() -> None:
    first = lo.Channel("A", g=1, E=0, b_c=lo.Gate(1, inf=0.5, tau=1))
    second = lo.Channel("A_b", g=1, E=0, c=lo.Gate(1, inf=0.1, tau=3))
    text = explicit(system(lo.Cell("c", [first, second])), 4).functions["derivatives"]
    read = re.findall(r"^ +(\w+) = b\[IN\b.*\]", text, re.M)
    assert len(set(read)) == len(read) == 3


def test_nested_fractions_are_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0
    show = codegen._Printer.show

    def counted(self: Any, *arguments: Any) -> str:
        nonlocal calls
        calls += 1
        return show(self, *arguments)

    monkeypatch.setattr(codegen._Printer, "show", counted)
    inf = lo.parse("1/(1 + " * 12 + "exp(V)" + ")" * 12)
    explicit(system(lo.Cell("c", [lo.Channel("X", g=1, E=0, m=lo.Gate(1, inf=inf, tau=1)), LEAK])), 4)
    assert calls < 500


@pytest.mark.parametrize("current", [lo.minimum(V, -3) * 0.1, lo.maximum(V, -3) * 0.1, lo.absolute(V + 60) * 0.1])
def test_currents_with_a_kink_have_a_linear_form(current: Any) -> None:
    linear(system(lo.Cell("c", [lo.Channel("X", current=current), LEAK])), 4)
