"""The formulas of a plane, on arrays and on single numbers, and what follows from them: nullclines, fixed points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy

from ..numerics.arrays import array_function
from ..system import System
from .field import Array
from .resting import Equilibrium, spectrum
from .scalar import scalar_function


@dataclass(frozen=True)
class Line:
    """A state that follows another one: ``intercept + slope * other``."""

    other: str
    intercept: float
    slope: float


@dataclass(frozen=True)
class Planar:
    """The formulas of a plane: rates and their derivatives, for arrays and for single numbers."""

    array: Any
    scalar: Any
    flow: Any  # the two rates alone
    index: tuple[int, int]

    def rates(self, x: Any, y: Any, values: tuple[list[Any], float, list[float]]) -> Array:
        """Dx, dy and the four derivatives, along the last axis."""
        states, value, parameters = values
        given = list(states)
        given[self.index[0]], given[self.index[1]] = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        with np.errstate(all="ignore"):
            return np.stack(self.array(given, value, parameters), axis=-1)


@lru_cache(maxsize=64)
def planar_of(whole: System, paths: tuple[str, str], rest: tuple[tuple[str, Any], ...]) -> Planar:
    """The formulas of the plane of two states, with the others as `rest` says."""
    by_path = {s.path: s for s in whole.states}
    x, y = (by_path[path].symbol for path in paths)
    replaced: dict[sympy.Symbol, sympy.Expr] = {}
    for path, how in rest:
        symbol = by_path[path].symbol
        if how == "steady":
            replaced[symbol] = whole.steady[symbol]
        elif isinstance(how, Line):
            replaced[symbol] = sympy.Float(how.intercept) + sympy.Float(how.slope) * by_path[how.other].symbol
    index = (whole.states.index(by_path[paths[0]]), whole.states.index(by_path[paths[1]]))
    rates = []
    for i in index:
        f = whole.derivatives[i]
        for _ in range(3):  # a steady state may depend on one that follows a line
            f = f.xreplace(replaced)
        rates.append(f)
    formulas = (*rates, *(sympy.diff(f, s) for f in rates for s in (x, y)))
    return Planar(
        array_function(whole, formulas),
        scalar_function(whole, formulas, (x, y)),
        scalar_function(whole, tuple(rates), (x, y)),
        index,
    )


def nullcline(planar: Planar, values: Any, x: Array, y: Array, f: Array, k: int) -> tuple[Array, ...]:
    """Lines of zero, drawn through the grid and then moved onto the curve along the gradient (Newton, twice)."""
    from contourpy import contour_generator

    finite = np.where(np.isfinite(f), f, np.nan)
    # what is divided by does not move the zero, but evens out a field that varies over decades
    scaled = np.arcsinh(finite / (np.nanmedian(np.abs(finite)) + 1e-300))
    found = []
    for line in contour_generator(x, y, np.ma.masked_invalid(scaled)).lines(0.0):
        points = np.array(line)
        size = np.array([np.ptp(x), np.ptp(y)])
        for _ in range(3):
            every = planar.rates(points[:, 0], points[:, 1], values)
            gradient = every[:, 2 + 2 * k : 4 + 2 * k] * size
            step = (every[:, k] / np.maximum((gradient**2).sum(axis=1), 1e-300))[:, None] * gradient * size
            large = np.abs(step / size).max(axis=1) > 2.0 / len(x)
            points = points - np.where(large[:, None], 0.0, step)
        found.append(points)
    return tuple(found)


def fixed_points(
    planar: Planar, values: Any, x: Array, y: Array, every: Array, paths: tuple[str, str]
) -> tuple[Equilibrium, ...]:
    """Fixed points: where both rates change sign within a cell of the grid (or next to it), by Newton's method."""

    def mixed(f: Array) -> Any:
        corners = np.stack([f[:-1, :-1], f[1:, :-1], f[:-1, 1:], f[1:, 1:]])
        return (corners.min(axis=0) <= 0) & (corners.max(axis=0) >= 0)

    rows, columns = np.nonzero(mixed(every[..., 0]) & mixed(every[..., 1]))
    if not len(rows):
        return ()
    z = np.stack([(x[columns] + x[columns + 1]) / 2, (y[rows] + y[rows + 1]) / 2], axis=1)
    size = np.array([np.ptp(x), np.ptp(y)])
    for _ in range(12):
        found = planar.rates(z[:, 0], z[:, 1], values)
        a, b, c, d = found[:, 2:].T
        determinant = a * d - b * c
        determinant = np.where(determinant == 0, 1e-300, determinant)
        step = np.stack(
            [(d * found[:, 0] - b * found[:, 1]), (a * found[:, 1] - c * found[:, 0])], axis=1
        ) / determinant[:, None]  # fmt: skip
        length = np.abs(step / size).max(axis=1)
        z = z - step * np.minimum(1.0, 0.05 / np.maximum(length, 1e-300))[:, None]
        if length.max() < 1e-14:
            break
    inside = (length < 1e-10) & (z[:, 0] >= x[0]) & (z[:, 0] <= x[-1]) & (z[:, 1] >= y[0]) & (z[:, 1] <= y[-1])
    kept: list[Array] = []
    for point in z[inside][np.lexsort((z[inside][:, 1], z[inside][:, 0]))]:
        if all(np.abs((point - other) / size).max() > 1e-8 for other in kept):
            kept.append(point)
    records = []
    for point in kept:
        jacobian = planar.rates(point[0], point[1], values)[2:].reshape(2, 2)
        state = dict(zip(paths, map(float, point), strict=True))
        records.append(Equilibrium(float(point[0]), state, tuple(complex(e) for e in spectrum(jacobian))))
    return tuple(records)
