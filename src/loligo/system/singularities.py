"""Removable singularities: find them in the formulas as printed, and write them away.

Textbook rates such as ``0.1 (V + 40) / (1 - exp(-(V + 40)/10))`` are 0/0 at one voltage. Wherever a denominator p + q
exp(L), with L linear in V, vanishes at V0, it equals ``-p (L - L0) phi_1(L - L0)``; the numerator's own zero at V0
then cancels against L - L0, and what remains is finite everywhere. A numerator that does not vanish there leaves a
true pole, which is an error in the formula and is reported as one.
"""

from __future__ import annotations

import sympy

from ..errors import FormulaError
from ..model.functions import phi

RANGE = (-250.0, 250.0)  # mV: a pole outside is never met


def remove(formula: sympy.Expr, variable: sympy.Symbol, where: str = "formula") -> sympy.Expr:
    """Rewrite a formula so that its removable singularities in `variable` are gone.

    Parameters
    ----------
    formula : sympy.Expr
    variable : sympy.Symbol
        Usually V.
    where : str
        What the formula is, for the error message.

    Raises
    ------
    FormulaError
        If the formula is infinite at some voltage between -250 and 250 mV.
    """
    if not formula.has(variable) or not formula.args:
        return formula
    factors = [_inside(f, variable, where) for f in sympy.Mul.make_args(formula)]
    rebuilt = sympy.Mul(*factors)
    return _product(rebuilt, variable, where) if isinstance(rebuilt, (sympy.Mul, sympy.Pow)) else rebuilt


def _inside(factor: sympy.Expr, variable: sympy.Symbol, where: str) -> sympy.Expr:
    """Treat what a factor is made of, but not its own power, which may cancel against another factor."""
    return factor.func(*(remove(a, variable, where) for a in factor.args)) if factor.args else factor


def _product(product: sympy.Expr, variable: sympy.Symbol, where: str) -> sympy.Expr:
    factors = list(sympy.Mul.make_args(product))
    for i, factor in enumerate(factors):
        base, power = factor.as_base_exp()
        zero = _zero(base, variable) if power.is_Integer and power < 0 else None
        if zero is None:
            continue
        point, smooth = zero
        rest: list[sympy.Expr] | None = factors[:i] + factors[i + 1 :]
        for _ in range(int(-power)):
            rest = _divide(rest, variable, point) if rest is not None else None
        if rest is None:
            _refuse(point, where)
            continue
        cleared = sympy.Mul(*rest) * smooth**power
        return _product(cleared, variable, where) if isinstance(cleared, (sympy.Mul, sympy.Pow)) else cleared
    return product


def _zero(base: sympy.Expr, variable: sympy.Symbol) -> tuple[sympy.Expr, sympy.Expr] | None:
    """A voltage V0 where base vanishes, and base / (V - V0), which does not there; None if none is found."""
    if not isinstance(base, sympy.Add):
        return (sympy.Integer(0), sympy.Integer(1)) if base == variable else None
    if base.is_polynomial(variable):
        roots = [r for r in sympy.roots(sympy.Poly(base, variable)) if r.is_real is not False]
        roots.sort(key=lambda r: not _met(r))
        return (roots[0], _quotient(base, variable, roots[0])) if roots else None
    constant, growing = base.as_independent(variable, as_Add=True)
    common = sympy.Integer(1)
    if constant == 0 and len(growing.args) == 2:  # two exponentials: divide by one of them
        second, common = growing.args[1].as_independent(variable, as_Add=False)
        constant, growing = second, sympy.powsimp(growing.args[0] / common)
    factor, power = growing.as_independent(variable, as_Add=False)
    if not isinstance(power, sympy.exp) or constant == 0 or not (isinstance(common, sympy.exp) or common == 1):
        return None
    line = sympy.Poly(power.args[0], variable) if power.args[0].is_polynomial(variable) else None
    if line is None or line.degree() != 1:
        return None
    slope, offset = line.all_coeffs()
    ratio = -constant / factor
    if ratio.is_negative or ratio.is_zero:
        return None
    point = (sympy.log(ratio) - offset) / slope
    return point, -constant * slope * phi(1, slope * (variable - point)) * common


def _quotient(polynomial: sympy.Expr, variable: sympy.Symbol, point: sympy.Expr) -> sympy.Expr:
    return sympy.quo(sympy.Poly(polynomial, variable), sympy.Poly(variable - point, variable)).as_expr()


def _divide(factors: list[sympy.Expr], variable: sympy.Symbol, point: sympy.Expr) -> list[sympy.Expr] | None:
    """Divide a product by (V - V0); None if it has no zero there."""
    for i, factor in enumerate(factors):
        base, power = factor.as_base_exp()
        if not (power.is_Integer and power > 0):
            continue
        other = factors[:i] + factors[i + 1 :] + ([base ** (power - 1)] if power > 1 else [])
        if base.is_polynomial(variable):
            if base.has(variable) and sympy.simplify(base.subs(variable, point)) == 0:
                return [*other, _quotient(base, variable, point)]
            continue
        zero = _zero(base, variable)
        if zero is not None and sympy.simplify(zero[0] - point) == 0:
            return [*other, zero[1]]
    return None


def _met(point: sympy.Expr) -> bool:
    """Is it a voltage that a membrane may come to?"""
    return bool(point.is_number and point.is_real and RANGE[0] <= float(point) <= RANGE[1])


def _refuse(point: sympy.Expr, where: str) -> None:
    if _met(point):
        raise FormulaError(
            f"{where} is infinite at V = {float(point):g} mV, where its denominator vanishes and its numerator "
            "does not; check that both contain the same voltage"
        )
