"""Steady states of everything but the potential: gates follow from V, pools may have to be searched for.

Where a pool depends on itself, as calcium does when its own reversal potential drives its influx, its steady
concentration is found by bisection, for all potentials of a scan at once. In a cell of two compartments the steady
membrane equation of the first is linear in the potential of the second, which therefore follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from ..errors import SimulationError
from ..model.cell import Cell
from ..numerics.arrays import array_function
from ..system import System, system

Array = NDArray[np.float64]
LEAST, MOST = 1e-15, 1e9  # between which concentrations are looked for
HALVINGS, SWEEPS = 64, 40


class Steady:
    """Steady values of one cell's states.

    Parameters
    ----------
    cell : Cell
    current : float
        Constant applied current.
    values : sequence of number or array, optional
        Values of the parameters in place of the cell's own: arrays for many variants, one potential for each.
    given : mapping of str to number or array, optional
        States that are held at a value: the others are steady with them.
    """

    def __init__(self, cell: Cell, current: float, values: Any = None, given: Mapping[str, Any] | None = None) -> None:
        self.cell, self.current = cell, current
        self.system = system(cell)
        self.values = tuple(p.value for p in cell.parameters.values()) if values is None else values
        self.given = dict(given or {})
        self.plan = _plan(self.system, felt(self.system, tuple(self.given)))

    def fill(self, potentials: list[Array]) -> list[Array]:
        """All states, where the potential of each compartment is given."""
        states = [np.full(np.shape(potentials[0]), 0.5) for _ in self.system.states]
        for row, v in zip(self.plan.voltages, potentials, strict=True):
            states[row] = np.asarray(v, dtype=float)
        for row, variable in enumerate(self.system.states[1:], 1):
            if variable.path in self.given:
                states[row] = np.zeros_like(states[0]) + self.given[variable.path]
        with np.errstate(all="ignore"):
            for _ in range(SWEEPS if self.plan.coupled else 1):
                for row, slope in self.plan.searched:
                    if self.system.states[row].path not in self.given:
                        states[row] = self._bisect(states, row, slope)
                if self.plan.scheme:
                    self._solve_schemes(states)
            found = self.plan.steady(states, self.current, self.values)
        for row, value in zip(self.plan.rows, found, strict=True):
            if self.system.states[row].path not in self.given:
                states[row] = np.array(value)
        return states

    def _solve_schemes(self, states: list[Array]) -> None:
        """Occupancies of large Markov schemes, whose equations are linear in them."""
        rows = self.plan.scheme
        count = len(rows)
        values = self.plan.scheme_parts(states, self.current, self.values)
        matrix = np.stack(values[: count * count], axis=-1).reshape(*values[0].shape, count, count)
        right = np.stack(values[count * count :], axis=-1)
        found = np.linalg.solve(matrix, -right[..., None])[..., 0]
        for j, row in enumerate(rows):
            states[row] = np.asarray(found[..., j], dtype=np.float64)

    def _bisect(self, states: list[Array], row: int, slope: Any) -> Array:
        pool = self.system.states[row].kind == "pool"
        low = np.full(states[row].shape, np.log(LEAST) if pool else 0.0)
        high = np.full(states[row].shape, np.log(MOST) if pool else 1.0)

        def rising(at: Array) -> Any:
            tried = [*states[:row], np.exp(at) if pool else at, *states[row + 1 :]]
            return slope(tried, self.current, self.values)[0] > 0

        bounded = rising(low) & ~rising(high)
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            above = rising(middle)
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        found = 0.5 * (low + high)
        return np.where(bounded, np.exp(found) if pool else found, np.nan)

    def drift(self, v: Array) -> tuple[Array, list[Array]]:
        """What is left of the equations at potential v of the main compartment, mV/ms, and all states."""
        _, *others = self.plan.voltages
        if not others:
            states = self.fill([v])
            return self.plan.slopes(states, self.current, self.values)[0], states
        if len(others) > 1:
            raise SimulationError(
                f"{self.cell.name}: resting states of more than two compartments are not searched for"
            )
        flat = [self.plan.slopes(self.fill([v, np.full_like(v, w)]), self.current, self.values)[0] for w in (0.0, 1.0)]
        states = self.fill([v, flat[0] / (flat[0] - flat[1])])
        return self.plan.slopes(states, self.current, self.values)[1], states

    def polish(self, states: list[float]) -> list[float]:
        """Newton's method on all states at once."""
        count = len(states)
        point = np.array(states)
        for _ in range(20):
            f = np.array([float(x) for x in self.plan.all_slopes(list(point), self.current, self.values)])
            matrix = self.jacobian(list(point))
            if not (np.isfinite(matrix).all() and np.isfinite(f).all()):
                break
            step = np.linalg.lstsq(matrix, f, rcond=None)[0]
            point = point - step
            if np.all(np.abs(step) <= 1e-14 * np.maximum(np.abs(point), 1e-12)):
                break
        if not np.isfinite(point).all() or abs(point[0] - states[0]) > 0.1:
            return states
        return [float(x) for x in point[:count]]

    def jacobian(self, states: list[float]) -> Array:
        """The Jacobian at a state."""
        flat = self.plan.jacobian(states, self.current, self.values)
        return np.array([float(x) for x in flat]).reshape(len(states), len(states))


class _Plan:
    """What follows from the structure of a System, however many cells share it."""

    def __init__(self, whole: System, held: frozenset[sympy.Symbol]) -> None:
        resolved, unknowns = whole.resolve(held)
        row = {v.symbol: i for i, v in enumerate(whole.states)}
        self.voltages = [i for i, v in enumerate(whole.states) if v.kind == "voltage"]
        self.rows = [row[x] for x in resolved]
        self.steady = array_function(whole, tuple(resolved.values()))
        known = {whole.states[i].symbol for i in self.voltages} | held
        kinds = {v.symbol: v.kind for v in whole.states}
        schemes = [x for x in unknowns if kinds[x] == "scheme" and x not in held]
        self.scheme = [row[x] for x in schemes]
        flows = [whole.derivatives[i].xreplace(resolved) for i in self.scheme]
        parts = [sympy.diff(f, x) for f in flows for x in schemes]
        parts += [f.xreplace(dict.fromkeys(schemes, sympy.Integer(0))) for f in flows]
        self.scheme_parts = array_function(whole, tuple(parts))
        inner = [x for x in unknowns if x not in known and x not in schemes]
        slopes: dict[sympy.Symbol, sympy.Expr] = {x: whole.derivatives[row[x]].xreplace(resolved) for x in inner}
        self.searched = [(row[x], array_function(whole, (f,))) for x, f in slopes.items()]
        others = set(inner) | set(schemes)
        self.coupled = any(f.free_symbols & (others - {x}) for x, f in slopes.items())
        self.slopes = array_function(whole, tuple(whole.derivatives[i] for i in self.voltages))
        self.all_slopes = array_function(whole, whole.derivatives)
        self.jacobian = array_function(whole, tuple(whole.jacobian))


@lru_cache(maxsize=256)
def _plan(whole: System, held: frozenset[sympy.Symbol]) -> _Plan:
    return _Plan(whole, held)


@lru_cache(maxsize=256)
def felt(whole: System, paths: tuple[str, ...]) -> frozenset[sympy.Symbol]:
    """Those of some states that others feel, potentials apart: what is steady with them is worked out anew."""
    named = {v.symbol for v in whole.states[1:] if v.path in paths and v.kind != "voltage"}
    flows = zip(whole.states, whole.derivatives, strict=True)
    felt = set().union(*(f.free_symbols - {x.symbol} for x, f in flows if x.kind != "voltage"))
    return frozenset(named & felt)
