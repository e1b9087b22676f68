"""Fewer divisions: the same values, in exact arithmetic and in that of the machine."""

from __future__ import annotations

import random

import mpmath
import pytest
import sympy
from high_precision import DIGITS, evaluate

import loligo as lo
from loligo.system import system
from loligo.system.divisions import divisions, merge
from loligo.system.lower import Hoister, lower

E, F, m, k, a, b = sympy.symbols("E F m k a b", positive=True)
OURS = {"linoid": lambda z, exp_z: z / (exp_z - 1) if z else 1.0, "power": pow}
GATE = (1 / (1 + k / E) - m) / (a + b / (1 + F))


def test_a_gate_divides_once() -> None:
    merged = merge(GATE)
    assert divisions(GATE) == 4
    assert divisions(merged) == 1
    assert sympy.simplify(merged - GATE) == 0


@pytest.mark.parametrize(
    "formula",
    [a + b, a / b, 1 / (1 + E), a * (1 - m) - b * m / (1 + E), (a / (a + b)) ** 3 * m, sympy.exp(-a) / b + F],
)
def test_what_gains_nothing_stays(formula: sympy.Expr) -> None:
    assert merge(formula) is formula


def test_fractions_within_fractions_do_not_grow_without_end() -> None:
    formula = m
    for x in sympy.symbols("x0:40", positive=True):
        formula = x / (x + 1 / (k + 1 / formula))
    merged = merge(formula)
    assert divisions(merged) < divisions(formula)
    assert sum(1 for _ in sympy.preorder_traversal(merged)) < 20 * sum(1 for _ in sympy.preorder_traversal(formula))


def test_no_number_is_made_that_code_cannot_write() -> None:
    formula = 1 / (1 + 1 / (1 + 1 / (1 + 1 / (1 + 1 / E))))  # as one fraction it has a 3 and a 5 in it
    assert merge(formula) is formula


@pytest.mark.parametrize("name", ["prinz_2003_ab_pd", "rothman_manis_2003_type_i_c", "mahon_2000", "destexhe_1996_re"])
def test_as_accurate_as_before(name: str) -> None:
    """Compared with many digits: the machine's rounding error in a merged formula is no larger than in the printed one."""
    cell = getattr(lo.cells, name)()
    whole = system(cell)
    hoister = Hoister()
    low = lower(whole, whole.derivatives, hoister)
    random.seed(3)
    for v in (-110.0, -81.3, -60.2, -40.7, -13.9, 25.1, 70.0):
        state = {s.symbol: v if s.kind == "voltage" else random.uniform(0.05, 0.95) for s in whole.states}
        given = state | {whole.input: 0.0} | {q.symbol: cell.parameters[q.path].value for q in whole.parameters}
        with mpmath.workdps(DIGITS):
            exact = [evaluate(f, given) for f in whole.derivatives]
            numbers = {sympy.Symbol(f"{letter}{i}", real=True): float(evaluate(e, given))
                       for letter, store in (("k", hoister.constants), ("q", hoister.derived)) for i, e in enumerate(store)}  # fmt: skip
        scope: dict[sympy.Symbol, float] = {**{s: float(x) for s, x in given.items()}, **numbers}

        def machine(formula: sympy.Expr, scope: dict[sympy.Symbol, float] = scope) -> float:
            symbols = sorted(formula.free_symbols, key=str)
            names = [f"s{i}" for i in range(len(symbols))]
            plain = formula.xreplace({s: sympy.Symbol(n, real=True) for s, n in zip(symbols, names, strict=True)})
            return float(sympy.lambdify(names, plain, [OURS, "math"])(*(scope[s] for s in symbols)))

        for shared, slope in zip(low.shared, low.slopes, strict=True):
            scope[shared.symbol] = float(mpmath.exp(machine(slope) * scope[shared.variable]))
        for symbol, step in low.steps:
            scope[symbol] = machine(step)
        for x, formula, wanted in zip(whole.states, low.results, exact, strict=True):
            scale = max(abs(float(wanted)), 1e-3)
            assert abs(machine(formula) - float(wanted)) < 4e-13 * scale * (1e3 if x.kind == "voltage" else 1), x.path


def test_reversal_potentials_of_one_pool_share_their_logarithm() -> None:
    whole = system(lo.cells.prinz_2003_ab_pd())
    low = lower(whole, whole.derivatives, Hoister())
    logarithms = set().union(*(f.atoms(sympy.log) for f in (*low.results, *(f for _, f in low.steps))))
    assert len(logarithms) == 1
