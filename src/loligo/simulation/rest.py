"""Where a membrane comes to rest: every equilibrium, with its stability.

With all gates at their steady values the current through the membrane is a function of V alone; its zeros are the
equilibria. They are found as sign changes on a scan of V and refined to the last digit, never by integrating towards
them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoWarning, PathError, SimulationError, nearest
from ..model.cell import Cell
from ..numerics.arrays import array_function
from ..system import system
from ..units import number

SCAN = (-200.0, 150.0, 1401)  # mV: from, to, points


@dataclass(frozen=True)
class Equilibrium:
    """A state in which nothing changes.

    Attributes
    ----------
    V : float
        mV.
    state : dict of str to float
        All states, V included.
    eigenvalues : tuple of complex
        Of the Jacobian, 1/ms, the largest real part first.
    stable : bool
        Do all perturbations decay?
    """

    V: float
    state: dict[str, float]
    eigenvalues: tuple[complex, ...]
    stable: bool

    @property
    def decay_time(self) -> float:
        """Time constant of the slowest perturbation, ms (negative where it grows)."""
        return -1 / self.eigenvalues[0].real

    @property
    def ringing(self) -> float:
        """Frequency at which the slowest oscillating perturbation rings, Hz; 0 if none does."""
        return max((abs(e.imag) for e in self.eigenvalues), default=0.0) / (2e-3 * np.pi)


def resting_states(cell: Cell, current: Any = 0.0) -> tuple[Equilibrium, ...]:
    """All equilibria of a cell between -200 and 150 mV, the most negative first.

    Parameters
    ----------
    cell : Cell
    current : number
        Constant applied current, µA/cm².

    Examples
    --------
    >>> import loligo as lo
    >>> [rest] = lo.resting_states(lo.cells.squid())
    >>> round(rest.V, 5), rest.stable
    (-64.99638, True)
    """
    return _equilibria(cell, number(current, "µA/cm²", "current"))


@lru_cache(maxsize=256)
def _equilibria(cell: Cell, current: float) -> tuple[Equilibrium, ...]:
    whole = system(cell)
    values = parameter_values(cell)
    if set(whole.steady) != {s.symbol for s in whole.states[1:]}:
        missing = [s.path for s in whole.states[1:] if s.symbol not in whole.steady]
        raise SimulationError(f"the steady state of {', '.join(missing)} does not follow from V; give initial values")
    formula = whole.derivatives[0].xreplace(whole.steady)
    slope = array_function(whole, (formula,))
    blank = [0.0] * (len(whole.states) - 1)

    def drift(at: NDArray[np.float64]) -> NDArray[np.float64]:
        return slope([at, *blank], current, values)[0]

    low, high, points = SCAN
    grid = np.linspace(low, high, points)
    with np.errstate(invalid="ignore", divide="ignore"):
        f = drift(grid)
    if np.count_nonzero(f == 0) > len(grid) // 2:
        raise SimulationError(
            f"{cell.name}: no current drives V, so that every V is an equilibrium; give initial={{'V': ...}}"
        )
    signs = np.sign(f)
    crossing = np.flatnonzero(np.isfinite(f[:-1]) & np.isfinite(f[1:]) & (signs[:-1] * signs[1:] < 0))
    within = bisect(drift, grid[crossing], grid[crossing + 1], f[crossing] < 0)
    roots = np.sort(np.concatenate([within, grid[f == 0]]))
    steady = array_function(whole, tuple(whole.steady[s.symbol] for s in whole.states[1:]))
    jacobian = array_function(whole, tuple(whole.jacobian))
    count = len(whole.states)
    found = []
    for root in roots:
        gates = [float(x) for x in steady([root, *blank], current, values)]
        state = {s.path: x for s, x in zip(whole.states, [float(root), *gates], strict=True)}
        matrix = np.array(jacobian(list(state.values()), current, values), dtype=float).reshape(count, count)
        if not np.isfinite(matrix).all():
            raise SimulationError(
                f"{cell.name}: the equations have no derivative at their equilibrium, V = {root:.4g} mV"
            )
        eigenvalues = sorted(np.linalg.eigvals(matrix), key=lambda e: (-e.real, -abs(e.imag), e.imag))
        exact = tuple(complex(e) for e in eigenvalues)
        found.append(Equilibrium(float(root), state, exact, exact[0].real < 0))
    return tuple(found)


def bisect(
    function: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    rising: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Roots of a function, each between two points, to the last digit."""
    for _ in range(60):
        middle = 0.5 * (low + high)
        above = (function(middle) > 0) == rising
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return 0.5 * (low + high)


def parameter_values(cell: Cell) -> tuple[float, ...]:
    """The values of a cell's parameters, in the order of its System."""
    return tuple(p.value for p in cell.parameters.values())


def initial_state(cell: Cell, wanted: Any) -> dict[str, float]:
    """The state a run begins with.

    Parameters
    ----------
    cell : Cell
    wanted : "rest" or mapping
        Values by path; states not named take their steady value at the given (or resting) V.
    """
    whole = system(cell)
    if isinstance(wanted, str) and wanted == "rest":
        return dict(_rest(cell).state)
    if not isinstance(wanted, Mapping):
        raise SimulationError(f"initial: {wanted!r}; use 'rest' or values such as {{'V': -65.0}}")
    known = {s.path: s.unit for s in whole.states}
    for path in wanted:
        if path not in known:
            raise PathError(f"initial: '{path}' is not a state of {cell.name}; {nearest(path, known)}")
    given = {path: number(value, known[path], f"initial {path}") for path, value in wanted.items()}
    for path, value in given.items():
        if path != "V" and not 0 <= value <= 1:
            raise SimulationError(f"initial {path}: {value:g}; an open probability lies between 0 and 1")
    return {**steady_at(cell, given["V"] if "V" in given else _rest(cell).V), **given}


def steady_at(cell: Cell, v: float) -> dict[str, float]:
    """V and the steady values of all gates at that V."""
    whole = system(cell)
    gates = array_function(whole, tuple(whole.steady[s.symbol] for s in whole.states[1:]))
    values = gates([v, *[0.0] * (len(whole.states) - 1)], 0.0, parameter_values(cell))
    return {"V": v, **{s.path: float(x) for s, x in zip(whole.states[1:], values, strict=True)}}


def _rest(cell: Cell) -> Equilibrium:
    """The stable resting state; a warning where there is none or more than one."""
    found = resting_states(cell)
    stable = [e for e in found if e.stable]
    if len(stable) == 1:
        return stable[0]
    if stable:
        shown = ", ".join(f"{e.V:.2f}" for e in stable)
        _warn(f"{cell.name} has {len(stable)} stable resting states ({shown} mV); starting at {stable[0].V:.2f} mV")
        return stable[0]
    if not found:
        raise SimulationError(
            f"{cell.name} has no equilibrium between {SCAN[0]:g} and {SCAN[1]:g} mV; start from initial={{'V': ...}}"
        )
    if cell.initial:
        state = {**steady_at(cell, dict(cell.initial).get("V", found[0].V)), **dict(cell.initial)}
        _warn(f"{cell.name} has no stable resting state; starting from the initial state that the cell brings along")
    else:
        state = steady_at(cell, found[0].V - 5.0)
        _warn(
            f"{cell.name} has no stable resting state (unstable: {', '.join(f'{e.V:.2f}' for e in found)} mV); "
            f"starting 5 mV below, at {state['V']:.2f} mV. Give initial={{'V': ...}} to choose"
        )
    return Equilibrium(state["V"], state, found[0].eigenvalues, False)


def _warn(message: str) -> None:
    warnings.warn(message, LoligoWarning, stacklevel=5)
