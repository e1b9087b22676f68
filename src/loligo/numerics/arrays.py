"""Formulas of a System evaluated on NumPy arrays: for resting states, recorded currents, closed-form clamps."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from ..system import System

Array = NDArray[np.float64]


def phi(k: int, x: Any) -> Any:
    """phi_k(x), see `model/functions.py`: recurrence from expm1, Taylor's series near 0 where that would cancel."""
    x = np.asarray(x, dtype=float)
    near = np.abs(x) < (1.0 if k > 1 else 1e-5)
    series = sum(np.where(near, x, 0.0) ** n / math.factorial(n + k) for n in range(20))
    safe = np.where(near, 1.0, x)
    direct = np.expm1(safe) / safe
    for j in range(1, k):
        direct = (direct - 1 / math.factorial(j)) / safe
    return np.where(near, series, direct)


@lru_cache(maxsize=1024)
def array_function(system: System, formulas: tuple[sympy.Expr, ...]) -> Callable[..., list[Array]]:
    """A function of the states, the input and the parameters that returns the values of the formulas.

    Parameters
    ----------
    system : System
    formulas : tuple of sympy.Expr
        In the System's symbols.

    Returns
    -------
    callable
        ``f(states, input, parameters)``: `states` and `parameters` are sequences of arrays (or numbers) in the order
        of the System; returns one array per formula, broadcast together.
    """
    inputs = [system.input] if system.input not in {v.symbol for v in system.states} else []
    symbols = [v.symbol for v in system.states] + inputs + [p.symbol for p in system.parameters]
    names = {s: sympy.Symbol(f"a{i}") for i, s in enumerate(symbols)}
    plain = [sympy.sympify(f).xreplace(names) for f in formulas]
    compiled = sympy.lambdify([names[s] for s in symbols], plain, modules=[{"phi": phi}, "numpy"], cse=True)

    def evaluate(states: Any, value: Any, parameters: Any) -> list[Array]:
        with np.errstate(over="ignore"):
            results = compiled(*states, *([value] if inputs else []), *parameters)
        shape = np.broadcast_shapes(*(np.shape(s) for s in (*states, value, *parameters)))
        return [np.broadcast_to(np.asarray(r, dtype=float), shape) for r in results]

    return evaluate
