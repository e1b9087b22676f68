"""Sharing of exponentials.

In most rate functions the exponents are rational multiples of one another: exp(-V/10), exp(-V/20) and exp(-V/80) are
the 8th, 4th and 1st power of one exponential, and a power costs a few multiplications where an exponential costs
twenty. The pass replaces every exponential of a straight line in one variable by a constant times a power of a shared
one. The error of a power is that of the base times the exponent, so powers are kept small.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import sympy

HIGHEST = 8  # an 8th power of a result good to one unit in the last place is good to eight


@dataclass(frozen=True)
class Shared:
    """``symbol = exp(slope * variable)``; the formulas use powers of it."""

    symbol: sympy.Symbol
    variable: sympy.Symbol
    slope: sympy.Rational


def share(
    formulas: tuple[sympy.Expr, ...], variables: tuple[sympy.Symbol, ...]
) -> tuple[list[Shared], tuple[sympy.Expr, ...]]:
    """Replace exponentials of lines in one of the variables by powers of as few as possible.

    Parameters
    ----------
    formulas : tuple of sympy.Expr
    variables : tuple of sympy.Symbol

    Returns
    -------
    shared : list of Shared
    formulas : tuple of sympy.Expr
        With the same values. Exponents whose slope is not a number are left alone.
    """
    found = {e for f in formulas for e in f.atoms(sympy.exp)}
    shared: list[Shared] = []
    replaced: dict[sympy.Expr, sympy.Expr] = {}
    for variable in variables:
        lines = {}
        for e in found:
            line = _line(e.args[0], variable)
            if line is not None:
                lines[e] = line
        for base in _bases({slope for slope, _ in lines.values()}):
            symbol = sympy.Symbol(f"E{len(shared)}", positive=True)
            shared.append(Shared(symbol, variable, base))
            for e, (slope, offset) in lines.items():
                ratio = slope / base
                if e not in replaced and ratio.is_Integer and abs(ratio) <= HIGHEST:
                    replaced[e] = sympy.exp(offset) * symbol**ratio
    return shared, tuple(f.xreplace(replaced) for f in formulas)


def _line(exponent: sympy.Expr, variable: sympy.Symbol) -> tuple[sympy.Rational, sympy.Expr] | None:
    """Slope and offset of a line with a rational slope; None for anything else."""
    offset, rest = exponent.as_independent(variable, as_Add=True)
    slope = rest / variable
    return (slope, offset) if slope.is_Rational and slope != 0 else None


def _bases(slopes: set[sympy.Rational]) -> list[sympy.Rational]:
    """A small set of slopes of which all the given ones are multiples; greedy, the one that serves most first."""
    left = set(slopes)
    bases = []
    while left:
        candidates = set(left)
        for a, b in combinations(sorted(left), 2):
            candidates.add(sympy.gcd(a, b))
        serves = {c: {s for s in left if (s / c).is_Integer and abs(s / c) <= HIGHEST} for c in candidates}
        # among equals: fewer reciprocals, then smaller powers, then a fixed order
        best = max(
            candidates,
            key=lambda c: (len(serves[c]), -sum(bool(s / c < 0) for s in serves[c]), abs(c), c),
        )
        bases.append(best)
        left -= serves[best]
    return bases
