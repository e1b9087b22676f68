"""Formulas of a System as plain Python on single numbers: some ten times quicker there than arrays of one element.

For what follows one trajectory step by step: separatrices and orbits of a phase plane.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import sympy

from ..numerics.arrays import _Printer
from ..system import System


def _exp(x: float) -> float:
    return math.exp(x if x < 700.0 else 700.0)


_NEAR = (0.0, 1e-5, 0.1, 0.5)  # below these |x| the series of phi_k is used, whose first terms are then enough
_SERIES = [[1 / math.factorial(n + k) for n in reversed(range(4 if k == 1 else 12))] for k in range(4)]


def _phi(k: int, x: float) -> float:
    """phi_1 = (exp(x) - 1) / x, phi_k = (phi_(k-1) - 1 / (k - 1)!) / x."""
    if k < len(_NEAR) and -_NEAR[k] < x < _NEAR[k]:
        found = 0.0
        for c in _SERIES[k]:
            found = found * x + c
        return found
    found = math.expm1(x if x < 700.0 else 700.0) / x
    for j in range(1, k):
        found = (found - 1 / math.factorial(j)) / x
    return found


_NAMES: dict[str, Any] = {
    "exp": _exp, "log": math.log, "sqrt": math.sqrt, "abs": abs, "minimum": min, "maximum": max, "phi": _phi,
    "sign": lambda x: (x > 0) - (x < 0), "tanh": math.tanh, "cosh": math.cosh, "sinh": math.sinh, "pi": math.pi,
    "where": lambda condition, yes, no: yes if condition else no,
    "amin": lambda values, axis=0: min(values), "amax": lambda values, axis=0: max(values),
    "heaviside": lambda x, middle=0.5: 0.5 * ((x > 0) - (x < 0) + 1),
}  # fmt: skip


@lru_cache(maxsize=256)
def scalar_function(
    system: System, formulas: tuple[sympy.Expr, ...], free: tuple[sympy.Symbol, ...]
) -> Callable[..., tuple[float, ...]]:
    """A function of `free`, then of everything else the System has: states, input, parameters, as one sequence.

    Returns
    -------
    callable
        ``f(x, y, ..., rest)`` with `rest` a sequence of all states, the input and all parameters.
    """
    everything = [s.symbol for s in system.states] + [system.input] + [p.symbol for p in system.parameters]
    steps, results = sympy.cse([sympy.sympify(f) for f in formulas], symbols=sympy.numbered_symbols("x_"), list=False)
    show = _Printer().doprint
    used = set().union(*(f.free_symbols for f in formulas)) - set(free)
    lines = [f"def function({', '.join(map(show, free))}, rest):"]
    lines += [f"    {show(s)} = rest[{i}]" for i, s in enumerate(everything) if s in used]
    lines += [f"    {show(name)} = {show(value)}" for name, value in steps]
    lines += [f"    return ({', '.join(map(show, results))},)"]
    namespace = dict(_NAMES)
    exec(compile("\n".join(lines), f"<formulas of {system.name}>", "exec"), namespace)  # our own text, never the user's
    made: Callable[..., tuple[float, ...]] = namespace["function"]
    return made
