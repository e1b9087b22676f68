"""A cell's equations as a vector field with free parameters: f, its Jacobian and parameter derivatives, on arrays.

Everything is derived from the System by differentiation; nothing is written twice. A free parameter is named by its
path: ``stimulus.amplitude`` is the constant applied current, anything else a parameter of the cell, or one of its
states, which is then held instead of integrated (fast-slow analysis, phase planes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from ..errors import LoligoError, PathError, nearest
from ..model.cell import Cell
from ..numerics.arrays import array_function
from ..system import System, Variable, system
from ..units import number
from .scalar import scalar_function

Array = NDArray[np.floating[Any]]
CURRENT = "stimulus.amplitude"
VOLTAGE_SCALE = 50.0  # mV: what counts as a change of size 1 where voltages and open probabilities are compared


class DynamicsError(LoligoError):
    """A question about the dynamics of a cell that has no answer as it was asked."""


def equations(cell: Cell) -> System:
    """The System of a cell, whose equations must not name the time: every question about dynamics begins here.

    Raises
    ------
    DynamicsError
        If it is no cell, or one of its channels is driven by given spikes.
    """
    if not isinstance(cell, Cell):
        raise DynamicsError(f"a cell is needed, such as loligo.cells.squid(), not {cell!r}")
    for path, channel in cell.all_channels():
        if channel.times:
            raise DynamicsError(
                f"{cell.name}: channel {path} is driven by spikes at given times (from {channel.times[0]:g} ms), and "
                f"dynamics are those of autonomous equations; leave out its times= or the channel"
            )
    return system(cell)


class Field:
    """dx/dt = f(x, p) of a cell, for given free parameters p.

    Parameters
    ----------
    cell : Cell
    free : sequence of str
        Paths of the free parameters.
    current : float
        Constant applied current where it is not free, µA/cm².
    held : mapping of str to float
        States that do not move, with their values.
    sizes : mapping of str to float
        What counts as a change of size 1 in a state, where it is known; see `scale`.

    Raises
    ------
    PathError
        If a path leads nowhere.
    DynamicsError
        If a free parameter does not enter the equations, or the time does; see `equations`.
    """

    def __init__(
        self,
        cell: Cell,
        free: Sequence[str],
        *,
        current: float = 0.0,
        held: Mapping[str, float] | None = None,
        sizes: Mapping[str, float] | None = None,
    ) -> None:
        self.system: System = equations(cell)
        self.cell, self.free, self.current, self.held = cell, tuple(free), float(current), dict(held or {})
        self.sizes = dict(sizes or {})
        whole = self.system
        states = {s.path: s for s in whole.states}
        parameters = {p.path: p for p in whole.parameters}
        for path in self.held:
            if path not in states:
                raise PathError(f"'{path}' is not a state of {cell.name}; {nearest(path, states)}")
        for path in self.free:
            if path not in states and path not in parameters and path != CURRENT:
                known = [CURRENT, *parameters, *states]
                raise PathError(f"'{path}' is not a parameter of {cell.name}; {nearest(path, known)}")
        moving = [s for s in whole.states if s.path not in self.held and s.path not in self.free]
        self.states: tuple[Variable, ...] = tuple(moving)
        self.paths = tuple(s.path for s in moving)
        index = [whole.states.index(s) for s in moving]
        rates = [whole.derivatives[i] for i in index]
        symbols = [s.symbol for s in moving]
        self.symbols = tuple(
            whole.input if path == CURRENT else (states[path].symbol if path in states else parameters[path].symbol)
            for path in self.free
        )
        for path, symbol in zip(self.free, self.symbols, strict=True):
            if not any(f.has(symbol) for f in rates):
                raise DynamicsError(f"{path} does not enter the equations of {cell.name}, so nothing depends on it")
        self._f = array_function(whole, tuple(rates))
        jacobian = [whole.jacobian[i, j] for i in index for j in index]
        slopes = [sympy.diff(f, p) for f in rates for p in self.symbols]
        self._all = array_function(whole, (*rates, *jacobian, *slopes))
        self._values = [p.value for p in cell.parameters.values()]
        self._rates, self._symbols = rates, symbols

    @property
    def size(self) -> int:
        """Number of states that move."""
        return len(self.states)

    @property
    def scale(self) -> Array:
        """What counts as a change of size 1 in each state."""
        initial = dict(self.cell.initial)
        found = []
        for s in self.states:
            if s.path in self.sizes:
                found.append(self.sizes[s.path])
            elif s.kind == "voltage":
                found.append(VOLTAGE_SCALE)
            elif s.unit == "1":
                found.append(1.0)
            else:
                found.append(abs(initial.get(s.path, 1.0)) or 1.0)
        return np.array(found)

    def value(self, path: str) -> float:
        """The present value of a parameter, of a held state or of the current; NaN for a state that moves."""
        if path == CURRENT:
            return self.current
        if path in self.held:
            return self.held[path]
        if path not in self.cell.parameters:
            return float("nan")
        return float(self.cell.parameters[path].value)

    def fixed(self, path: str, value: float) -> Field:
        """The same field with one of its free parameters fixed."""
        free = tuple(p for p in self.free if p != path)
        if path == CURRENT:
            return Field(self.cell, free, current=value, held=self.held, sizes=self.sizes)
        if path in {s.path for s in self.system.states}:
            held = {**self.held, path: value}
            return Field(self.cell, free, current=self.current, held=held, sizes=self.sizes)
        changed = self.cell.with_({path: value})
        return Field(changed, free, current=self.current, held=self.held, sizes=self.sizes)

    def arguments(self, x: Any, p: Any) -> tuple[list[Any], Any, list[Any]]:
        """States, input and parameters in the order of the System, for `array_function`."""
        own = dict(zip(self.paths, np.moveaxis(np.asarray(x, dtype=float), -1, 0), strict=True))
        free = dict(zip(self.free, np.moveaxis(np.asarray(p, dtype=float), -1, 0), strict=True)) if self.free else {}
        states = [own.get(s.path, free.get(s.path, self.held.get(s.path, 0.0))) for s in self.system.states]
        parameters = [free.get(v.path, value) for v, value in zip(self.system.parameters, self._values, strict=True)]
        return states, free.get(CURRENT, self.current), parameters

    def __call__(self, x: Any, p: Any) -> Array:
        """F at states x (..., n) and parameters p (..., k); shape (..., n)."""
        with np.errstate(all="ignore"):
            return np.stack(self._f(*self.arguments(x, p)), axis=-1)

    def scalar(self, p: Any) -> Callable[[Any], tuple[float, ...]]:
        """F of one state at parameters p, on plain numbers: for trajectories, where it is some ten times quicker."""
        function = scalar_function(self.system, tuple(self._rates), tuple(s.symbol for s in self.states))
        states, value, parameters = self.arguments(np.zeros(self.size), p)
        rest = [float(v) for v in (*states, value, *parameters)]
        return lambda x: function(*map(float, x), rest)

    def derivatives(self, x: Any, p: Any) -> tuple[Array, Array, Array]:
        """F (..., n), its Jacobian (..., n, n) and its derivatives by the parameters (..., n, k)."""
        n, k = self.size, len(self.free)
        with np.errstate(all="ignore"):
            found = np.stack(self._all(*self.arguments(x, p)), axis=-1)
        head = found.shape[:-1]
        return (
            found[..., :n],
            found[..., n : n + n * n].reshape(*head, n, n),
            found[..., n + n * n :].reshape(*head, n, k),
        )

    def second(self, x: Array, p: Array, a: Array, b: Array) -> Array:
        """B(a, b), the second derivative of f in two directions.

        By central differences of order 6 of the exact Jacobian; about 11 digits.
        """
        return self._differences(x, p, a, (-1 / 60, 3 / 20, -3 / 4, 0, 3 / 4, -3 / 20, 1 / 60), 1) @ b

    def third(self, x: Array, p: Array, a: Array, b: Array) -> Array:
        """C(a, a, b), the third derivative of f, twice in direction a; about 9 digits."""
        weights = (1 / 90, -3 / 20, 3 / 2, -49 / 18, 3 / 2, -3 / 20, 1 / 90)
        return self._differences(x, p, a, weights, 2) @ b

    def _differences(self, x: Array, p: Array, a: Array, weights: Sequence[float], order: int) -> Array:
        size = float(np.linalg.norm(a / self.scale))
        if size == 0:
            return np.zeros((self.size, self.size))
        h = (5e-3 if order == 1 else 1e-2) / size
        offsets = np.arange(-3, 4) * h
        _, jacobian, _ = self.derivatives(x + offsets[:, None] * a, p)
        return np.tensordot(np.array(weights), jacobian, axes=1) / h**order


def current_unit(cell: Cell) -> str:
    """The unit of the cell's currents: densities, unless the cell has a size of its own."""
    return str(getattr(cell, "current_unit", "µA/cm²"))


def amount(value: Any, path: str, cell: Cell) -> float:
    """A number given for a path, in the path's unit."""
    if path == CURRENT:
        return number(value, current_unit(cell), path)
    if path in cell.parameters:
        return number(value, cell.parameters[path].unit, path)
    return number(value, "mV" if path == "V" else "1", path)
