"""SymPy expressions evaluated by mpmath, node by node, to many digits: what the package's numbers are compared with.

Nothing here calls the package: phi_k is computed from its definition, and the helper functions of a lowered formula
from theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mpmath
import sympy

DIGITS = 60


def phi(k: int, x: Any) -> Any:
    """phi_0 = exp, phi_(k+1)(x) = (phi_k(x) - 1/k!)/x, with its limit at 0."""
    if x == 0:
        return 1 / mpmath.factorial(k)
    with mpmath.workdps(4 * DIGITS):  # the recurrence cancels near 0
        value = mpmath.exp(x)
        for j in range(k):
            value = (value - 1 / mpmath.factorial(j)) / x
    return +value


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "Abs": abs,
    "Min": min,
    "Max": max,
    "phi": lambda k, x: phi(int(k), x),
    "linoid": lambda x, e: x / (e - 1) if x else mpmath.mpf(1),
    "power": lambda x, p: x**p,
}


def exact(value: Any) -> Any:
    """A number as mpmath's: SymPy's without rounding, a decimal text as it reads, a float as the float it is."""
    if isinstance(value, sympy.Rational):
        return mpmath.mpf(int(value.p)) / int(value.q)
    if isinstance(value, sympy.Basic):
        return mpmath.mpf(sympy.N(value, mpmath.mp.dps + 5)._mpf_)
    return mpmath.mpf(value)


def evaluate(formula: sympy.Expr, values: Mapping[sympy.Symbol, Any]) -> Any:
    """The value of a formula. Set the precision around the call: ``with mpmath.workdps(DIGITS)``."""
    if formula.is_Symbol:
        return exact(values[formula])
    if formula.is_number and not formula.args:
        return exact(formula)
    parts = [evaluate(a, values) for a in formula.args]
    if formula.is_Add:
        return mpmath.fsum(parts)
    if formula.is_Mul:
        return mpmath.fprod(parts)
    if formula.is_Pow:
        return parts[0] ** parts[1]
    return _FUNCTIONS[type(formula).__name__](*parts)


def limit(formula: sympy.Expr, symbol: sympy.Symbol, point: Any) -> Any:
    """The value at a removable singularity, from so close beside it that the difference is beyond 40 digits."""
    with mpmath.workdps(3 * DIGITS):
        value = evaluate(formula, {symbol: exact(point) + mpmath.mpf(10) ** -(DIGITS + 10)})
    return +value


def relative_error(got: Any, wanted: Any, scale: Any = None) -> float:
    """|got - wanted| / scale, the scale being |wanted| unless given."""
    size = abs(wanted) if scale is None else scale
    difference = abs(mpmath.mpf(float(got)) - wanted)
    return 0.0 if difference == 0 else float(difference / size)


def worst(got: Sequence[Any], wanted: Sequence[Any]) -> float:
    """The largest relative error of a row of numbers."""
    return max(relative_error(g, w) for g, w in zip(got, wanted, strict=True))
