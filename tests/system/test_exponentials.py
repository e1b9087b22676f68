"""Sharing of exponentials: fewer of them, and the same values."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from high_precision import DIGITS, evaluate, exact, relative_error
from hypothesis import given, settings
from hypothesis import strategies as st

import loligo as lo
from loligo.system import share, system
from loligo.system.exponentials import HIGHEST
from loligo.system.lower import Hoister, lower

V = sympy.Symbol("V", real=True)
W = sympy.Symbol("W", real=True)

SLOPES = st.one_of(
    st.integers(1, 100).map(lambda n: Fraction(1, n)),  # exp(V/10): they often share
    st.fractions(Fraction(1, 200), Fraction(1, 2), max_denominator=1000),  # exp(0.0314 V): they seldom do
    st.decimals("0.01", "0.5", places=4).map(Fraction),
)
SIGNED = st.tuples(SLOPES, st.sampled_from([1, -1])).map(lambda pair: sympy.Rational(pair[0]) * pair[1])


def powers(formulas: tuple[sympy.Expr, ...], symbol: sympy.Symbol) -> set[int]:
    """Exponents with which a symbol occurs."""

    def walk(e: sympy.Expr) -> set[int]:
        if e.is_Pow and e.base == symbol:
            return {int(e.exp)}
        return {1} if e == symbol else set().union(*map(walk, e.args))

    return set().union(*map(walk, formulas))


@settings(max_examples=60)
@given(st.lists(st.tuples(SIGNED, st.integers(-80, 80)), min_size=1, max_size=9), st.floats(-120, 60))
def test_values_do_not_change(lines: list[tuple[sympy.Rational, int]], v: float) -> None:
    formulas = tuple(
        1 / (1 + sympy.exp(slope * V + offset)) + i * sympy.exp(slope * (V + offset))
        for i, (slope, offset) in enumerate(lines)
    )
    shared, passed = share(formulas, (V,))
    assert not any(f.has(V) for f in passed)  # every exponential was replaced
    with mpmath.workdps(DIGITS):
        values = {s.symbol: mpmath.exp(exact(s.slope) * mpmath.mpf(v)) for s in shared}
        for before, after in zip(formulas, passed, strict=True):
            wanted = evaluate(before, {V: v})
            assert abs(evaluate(after, values) - wanted) <= abs(wanted) * mpmath.mpf(10) ** -(DIGITS - 10)
    slopes = {slope for slope, _ in lines}
    assert len(shared) <= len(slopes)
    assert len({s.slope for s in shared}) == len({s.symbol for s in shared}) == len(shared)
    for s in shared:
        assert powers(passed, s.symbol) <= set(range(-HIGHEST, HIGHEST + 1)) - {0}


@settings(max_examples=60)
@given(st.lists(SIGNED, min_size=2, max_size=6), st.floats(-120, 60))
def test_rounding_stays_small_in_ordinary_numbers(slopes: list[sympy.Rational], v: float) -> None:
    """The error of a power is at most its exponent times that of the base, here in doubles."""
    formulas = tuple(sympy.exp(slope * V) for slope in slopes)
    shared, passed = share(formulas, (V,))
    computed = {s.symbol: np.exp(float(s.slope) * v) for s in shared}
    for slope, after in zip(slopes, passed, strict=True):
        base, power = after.as_base_exp()
        value = np.prod([computed[base]] * abs(int(power)))
        value = 1 / value if power < 0 else value
        with mpmath.workdps(DIGITS):
            wanted = mpmath.exp(exact(slope) * mpmath.mpf(v))
        assert relative_error(value, wanted) < (12 + abs(float(slope) * v)) * 2.3e-16


@pytest.mark.parametrize(
    ("slopes", "count", "highest"),
    [
        (["-1/10", "-1/20", "-1/80"], 1, 8), (["1/10"], 1, 1), (["1/10", "-1/10"], 1, 1), (["1/10", "1/15"], 1, 3), (["1/2", "1/3"], 1, 3),
        (["1/10", "1/90"], 2, 1),  # a 9th power would be too high
        (["1/10", "157/5000", "173/5000"], 3, 1),  # Connor & Stevens' A current: nothing in common
        (["1/7", "1/11", "1/13"], 3, 1), (["1/18", "1/20", "-1/80", "1/10", "-1/10"], 2, 8), (["1", "2", "3", "4", "5", "6", "7", "8"], 1, 8),
    ],
)  # fmt: skip
def test_how_many_remain(slopes: list[str], count: int, highest: int) -> None:
    formulas = tuple(sympy.exp(sympy.Rational(s) * V) for s in slopes)
    shared, passed = share(formulas, (V,))
    assert len(shared) == count
    assert max(abs(n) for s in shared for n in powers(passed, s.symbol)) == highest


def test_the_six_exponentials_of_the_squid_become_two() -> None:
    for cell in (lo.cells.squid(), lo.cells.squid_1952()):
        whole = system(cell)
        linear = tuple(part for pair in whole.linear[1:] for part in pair)
        for formulas in (whole.derivatives, linear):
            low = lower(whole, formulas, Hoister())
            assert len(low.shared) == 2
            assert not any(f.has(sympy.exp) for f in (*low.results, *(e for _, e in low.steps)))


def test_each_variable_has_its_own_and_other_exponents_are_left_alone() -> None:
    a = sympy.Symbol("a", real=True)
    formulas = (
        sympy.exp(V / 10) * sympy.exp(W / 20),
        sympy.exp(V / 20 + 3 * a),
        sympy.exp(V**2),
        sympy.exp(a * V),
        sympy.exp(a),
        sympy.sqrt(2) * V,
    )
    shared, passed = share(formulas, (V, W))
    assert {(s.variable, s.slope) for s in shared} == {(V, sympy.Rational(1, 20)), (W, sympy.Rational(1, 20))}
    first = next(s.symbol for s in shared if s.variable == V)
    assert passed[1] == sympy.exp(3 * a) * first
    assert passed[2:] == formulas[2:]
    assert share((V + 1,), (V,)) == ([], (V + 1,))
    assert share((), (V,)) == ([], ())


def test_the_result_does_not_depend_on_the_order_of_sets() -> None:
    formulas = tuple(sympy.exp(sympy.Rational(n, 60) * V) for n in (6, -3, 4, 7, 11, 20, -20, 1))
    again = share(formulas, (V,))
    for _ in range(5):
        assert share(formulas, (V,)) == again
    backwards = share(formulas[::-1], (V,))
    assert [s.slope for s in backwards[0]] == [s.slope for s in again[0]]
    assert backwards[1][::-1] == again[1]
