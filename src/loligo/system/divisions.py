"""Fewer divisions.

A gate's equation (m_inf - m) / tau, with 1 / (1 + k/E) for m_inf and a + b / (1 + c F) for tau, divides four times; as
one fraction it divides once, and a division costs as much as ten products. The pass writes a formula as numerator over
denominator wherever that takes fewer divisions. Nothing cancels that did not cancel before: every difference stays one
of the same two numbers, both times the same positive factor.
"""

from __future__ import annotations

import sympy

MOST = 2  # fractions in a sum that are brought to one denominator: each takes two products, one division costs ten
LARGEST = 80  # nodes of a sum over its denominator: fractions within fractions within fractions grow without end
SMALL = {sympy.Integer(n) for n in (-1, 0, 1, 2)} | {sympy.Rational(1, 2)}  # that code writes as they are
Fraction = tuple[sympy.Expr, sympy.Expr]


def merge(formula: sympy.Expr) -> sympy.Expr:
    """The formula with fewer divisions, if there is such a form; else as it was."""
    top, bottom = _fraction(formula)
    merged = top / bottom
    return merged if divisions(merged) < divisions(formula) and _numbers(merged) <= SMALL else formula


def divisions(formula: sympy.Expr) -> int:
    """How many divisions it takes to compute a formula; of what occurs twice, and of a whole product, it is one."""
    found: set[sympy.Expr] = set()

    def visit(e: sympy.Expr) -> None:
        below = [f for f in e.args if _inverse(f)] if e.is_Mul else []
        if below or _inverse(e):
            found.add(sympy.Mul(*below) if below else e)
        for a in e.args:
            visit(a.base if a in below else a)

    visit(formula)
    return len(found)


def _inverse(e: sympy.Expr) -> bool:
    return isinstance(e, sympy.Pow) and bool(e.exp.is_Integer) and bool(e.exp < 0)


def _fraction(e: sympy.Expr) -> Fraction:
    if e.is_Add:
        return _sum([_fraction(a) for a in e.args])
    if e.is_Mul:
        parts = [_fraction(a) for a in e.args]
        return sympy.Mul(*(top for top, _ in parts)), sympy.Mul(*(bottom for _, bottom in parts))
    if isinstance(e, sympy.Pow) and e.exp.is_Integer:
        top, bottom = _fraction(e.base)
        if e.exp == -1:
            return bottom, top
        if e.exp < 0 and bottom == 1:
            return sympy.Integer(1), top**-e.exp
        return (top / bottom) ** e.exp, sympy.Integer(1)
    return e, sympy.Integer(1)


def _sum(parts: list[Fraction]) -> Fraction:
    broken = [(top, bottom) for top, bottom in parts if bottom != 1]
    whole = [top for top, bottom in parts if bottom == 1]
    if len({bottom for _, bottom in broken}) > MOST:
        return sympy.Add(*(top / bottom for top, bottom in parts)), sympy.Integer(1)
    below = sympy.Mul(*dict.fromkeys(bottom for _, bottom in broken))
    above = sympy.Add(*(top * (below / bottom) for top, bottom in broken), *(below * w for w in whole))
    if sum(1 for _ in sympy.preorder_traversal(above)) > LARGEST:
        return sympy.Add(*(top / bottom for top, bottom in parts)), sympy.Integer(1)
    return above, below


def _numbers(e: sympy.Expr) -> set[sympy.Expr]:
    """All numbers but whole exponents, which are products."""
    if e.is_Number:
        return {e}
    parts = e.args[:1] if e.is_Pow and e.exp.is_Integer else e.args
    return set().union(*map(_numbers, parts))
