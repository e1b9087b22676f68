"""Formulas of a System evaluated on NumPy arrays: for resting states, recorded currents, closed-form clamps."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy.printing.numpy import NumPyPrinter

from ..system import System

Array = NDArray[np.float64]


def phi(k: int, x: Any) -> Any:
    """phi_k(x), see `model/functions.py`: recurrence from expm1, Taylor's series near 0 where that would cancel."""
    x = np.asarray(x, dtype=float)
    near = np.abs(x) < (1.0 if k > 1 else 1e-5)
    safe = np.where(near, 1.0, x)
    direct = np.expm1(np.minimum(safe, 700.0)) / safe
    for j in range(1, k):
        direct = (direct - 1 / math.factorial(j)) / safe
    if not near.any():
        return direct
    series = sum(np.where(near, x, 0.0) ** n / math.factorial(n + k) for n in range(20))
    return np.where(near, series, direct)


def exp(x: Any) -> Any:
    """Exponential function that saturates instead of overflowing, as the kernel's does."""
    return np.exp(np.minimum(x, 700.0))


_NAMES: dict[str, Any] = {
    "exp": exp, "log": np.log, "sqrt": np.sqrt, "abs": np.abs, "amin": np.amin, "amax": np.amax,
    "where": np.where, "minimum": np.minimum, "maximum": np.maximum, "phi": phi, "sign": np.sign,
    "heaviside": lambda x, middle=0.5: np.heaviside(x, 0.5),
}  # fmt: skip


class _Printer(NumPyPrinter):
    """NumPy code in which a symbol such as ``Na.m`` is called ``Na·m`` (a dot that Python allows in names)."""

    def __init__(self) -> None:
        super().__init__({"fully_qualified_modules": False, "allow_unknown_functions": True})

    def _print_Symbol(self, expr: sympy.Symbol) -> str:
        return str(expr.name).replace(".", "·")

    def _print_phi(self, expr: sympy.Expr) -> str:
        return f"phi({expr.args[0]}, {self._print(expr.args[1])})"

    def _print_select(self, expr: sympy.Expr) -> str:
        x, yes, no = map(self._print, expr.args)
        return f"where({x} > 0, {yes}, {no})"

    def _print_Heaviside(self, expr: sympy.Expr) -> str:
        return f"heaviside({self._print(expr.args[0])})"

    def _print_Min(self, expr: sympy.Expr) -> str:
        return self._nested("minimum", expr)

    def _print_Max(self, expr: sympy.Expr) -> str:
        return self._nested("maximum", expr)

    def _nested(self, name: str, expr: sympy.Expr) -> str:
        shown = self._print(expr.args[0])
        for other in expr.args[1:]:
            shown = f"{name}({shown}, {self._print(other)})"
        return str(shown)


def _row(a: Any) -> Any:
    """`numpy.atleast_1d`, which is slow on what most arguments are: numbers, and arrays that are rows already."""
    if isinstance(a, np.ndarray) and a.ndim:
        return a
    return np.array([a]) if isinstance(a, float) else np.atleast_1d(a)


def _common_shape(values: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape that they have when broadcast together; most are numbers, and the rest mostly alike."""
    shapes = {a.shape if isinstance(a, np.ndarray) else np.shape(a) for a in values if not isinstance(a, float)}
    shapes.discard(())
    return shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)


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
        ``f(states, input, parameters)``: `states` and `parameters` are sequences of arrays (or numbers) in the order of
        the System; returns one array per formula, broadcast together.
    """
    inputs = [system.input] if system.input not in {v.symbol for v in system.states} else []
    symbols = [v.symbol for v in system.states] + inputs + [p.symbol for p in system.parameters]
    steps, results = sympy.cse([sympy.sympify(f) for f in formulas], symbols=sympy.numbered_symbols("x_"), list=False)
    show = _Printer().doprint
    lines = [f"def function({', '.join(map(show, symbols))}):"]
    lines += [f"    {show(name)} = {show(value)}" for name, value in steps]
    lines += [f"    return [{', '.join(map(show, results))}]"]
    namespace = dict(_NAMES)
    exec(compile("\n".join(lines), f"<formulas of {system.name}>", "exec"), namespace)  # our own text, never the user's
    compiled = namespace["function"]

    def evaluate(states: Any, value: Any, parameters: Any) -> list[Array]:
        # NumPy computes some functions of a single number otherwise than those of arrays, by a unit in the last place;
        # with arrays throughout, one variant gives the same bits as many.
        given = [_row(a) for a in (*states, *([value] if inputs else []), *parameters)]
        with np.errstate(over="ignore"):
            found = compiled(*given)
        shape = _common_shape((*states, value, *parameters))
        wide = shape or (1,)
        return [
            f
            if isinstance(f, np.ndarray) and f.shape == shape and f.dtype == np.float64
            else np.broadcast_to(np.asarray(f, dtype=float), wide).reshape(shape)
            for f in found
        ]

    return evaluate
