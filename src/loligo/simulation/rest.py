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
from ..system import system
from ..units import number
from .steady import Steady

Array = NDArray[np.float64]
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
    steady = Steady(cell, current)
    grid, f = scan(steady, SCAN[0], SCAN[1])
    if everywhere(f):
        raise SimulationError(
            f"{cell.name}: no current drives V, so that every V is an equilibrium; give initial={{'V': ...}}"
        )
    found = []
    for values in zeros(steady, grid, f):
        state = {s.path: x for s, x in zip(steady.system.states, values, strict=True)}
        matrix = steady.jacobian(values)
        if not np.isfinite(matrix).all():
            raise SimulationError(
                f"{cell.name}: the equations have no derivative at their equilibrium, V = {values[0]:.4g} mV"
            )
        eigenvalues = sorted(np.linalg.eigvals(matrix), key=lambda e: (-e.real, -abs(e.imag), e.imag))
        exact = tuple(complex(e) for e in eigenvalues)
        found.append(Equilibrium(values[0], state, exact, exact[0].real < 0))
    return tuple(found)


def scan(steady: Steady, low: float, high: float) -> tuple[Array, Array]:
    """What drives V over a range of it, everything else being steady: V and dV/dt, finer where two zeros may hide."""
    grid = np.linspace(low, high, SCAN[2])
    with np.errstate(invalid="ignore", divide="ignore"):
        return _closer(steady, grid, steady.drift(grid)[0])


def everywhere(f: Array) -> bool:
    """Does nothing drive V, over most of a scan?"""
    return bool(np.count_nonzero(f == 0) > len(f) // 2)


def zeros(steady: Steady, grid: Array, f: Array, halvings: int = 60) -> list[list[float]]:
    """The states at which a scan of V changes its sign; to the last digit, unless fewer halvings are asked for."""
    signs = np.sign(f)
    crossing = np.flatnonzero(np.isfinite(f[:-1]) & np.isfinite(f[1:]) & (signs[:-1] * signs[1:] < 0))
    simple = len(steady.system.unknowns) == 1
    halvings = halvings if simple else min(halvings, 16)  # where pools are searched for, Newton's method does the rest
    rising = f[crossing] < 0
    within = _sectioned(lambda at: steady.drift(at)[0], grid[crossing], grid[crossing + 1], rising, halvings)
    # a pole changes the sign too, but there the drift is larger than beside it, and at a zero smaller
    small = np.abs(steady.drift(within)[0]) <= np.maximum(np.abs(f[crossing]), np.abs(f[crossing + 1]))
    roots = np.sort(np.concatenate([within[small], grid[f == 0]]))
    filled = steady.drift(roots)[1]
    found = []
    for i in range(len(roots)):
        values = [float(x[i]) for x in filled]
        found.append(values if simple else steady.polish(values))
    return found


def _closer(steady: Steady, grid: Array, f: Array) -> tuple[Array, Array]:
    """A scan made finer wherever the drift turns near zero: two equilibria about to meet lie close together."""
    part = np.linspace(0, 1, 8, endpoint=False)[1:]
    for _ in range(8):
        size = np.abs(f[1:-1])
        same = (f[:-2] * f[1:-1] > 0) & (f[1:-1] * f[2:] > 0)
        turns = 1 + np.flatnonzero(same & (size < np.abs(f[:-2])) & (size < np.abs(f[2:])))
        if not len(turns):
            break
        gaps = np.unique(np.concatenate([turns - 1, turns]))
        new = (grid[gaps, None] + part * (grid[gaps + 1] - grid[gaps])[:, None]).ravel()
        grid, f = np.concatenate([grid, new]), np.concatenate([f, steady.drift(new)[0]])
        order = np.argsort(grid)
        grid, f = grid[order], f[order]
    return grid, f


def _sectioned(
    function: Callable[[Array], Array], low: Array, high: Array, rising: NDArray[np.bool_], halvings: int
) -> Array:
    """Roots as by `bisect`, to the last bit, of a function that is the same for all.

    Calls cost more than points, and six halvings fit into one call; but not the last halvings, where rounding decides.
    """
    inner, row = np.arange(1, 64) / 64, np.arange(len(low))
    calls = min(halvings, 36) // 6
    for _ in range(calls):
        cuts = low[:, None] + (high - low)[:, None] * inner
        beyond = (function(cuts.ravel()).reshape(cuts.shape) > 0) == rising[:, None]
        first, last = np.zeros(len(low), dtype=int), np.full(len(low), 64)
        for _ in range(6):
            middle = (first + last) // 2
            over = beyond[row, middle - 1]
            first, last = np.where(over, first, middle), np.where(over, middle, last)
        edges = np.concatenate([low[:, None], cuts, high[:, None]], axis=1)
        low, high = edges[row, first], edges[row, last]
    return bisect(function, low, high, rising, halvings - 6 * calls)


def bisect(
    function: Callable[[Array], Array],
    low: Array,
    high: Array,
    rising: NDArray[np.bool_],
    halvings: int = 60,
) -> Array:
    """Roots of a function, each between two points, to the last digit."""
    for _ in range(halvings):
        middle = 0.5 * (low + high)
        if ((middle == low) | (middle == high)).all():
            break
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
        Values by path; states not named take their steady value at the given (or resting) V, and at the concentrations
        that are given.
    """
    state, note = beginning(cell, wanted)
    if note:
        warnings.warn(note, LoligoWarning, stacklevel=3)
    return state


def beginning(cell: Cell, wanted: Any) -> tuple[dict[str, float], str]:
    """The same, and what is to be said of it: that there is no stable resting state, or more than one."""
    whole = system(cell)
    if isinstance(wanted, str) and wanted == "rest":
        found, note = _rest(cell)
        return dict(found.state), note
    if not isinstance(wanted, Mapping):
        raise SimulationError(f"initial: {wanted!r}; use 'rest' or values such as {{'V': -65.0}}")
    known, kinds = {s.path: s.unit for s in whole.states}, {s.path: s.kind for s in whole.states}
    for path in wanted:
        if path not in known:
            raise PathError(f"initial: '{path}' is not a state of {cell.name}; {nearest(path, known)}")
    given = {path: number(value, known[path], f"initial {path}") for path, value in wanted.items()}
    for path, value in given.items():
        if kinds[path] in ("gate", "scheme") and not 0 <= value <= 1:
            raise SimulationError(f"initial {path}: {value:g}; an open probability lies between 0 and 1")
    if "V" in given:
        return steady_at(cell, given["V"], given), ""
    rest, note = _rest(cell)
    return steady_at(cell, rest.V, given), note


def steady_at(cell: Cell, v: float, given: Mapping[str, float] | None = None) -> dict[str, float]:
    """The steady values of all gates and pools with V, in every compartment, at that value, and with what is given."""
    steady = Steady(cell, 0.0, given=given)
    states = steady.fill([np.array([v])] * len(steady.plan.voltages))
    found = {s.path: float(x[0]) for s, x in zip(steady.system.states, states, strict=True)}
    lost = [path for path, x in found.items() if not np.isfinite(x)]
    if lost:
        raise SimulationError(
            f"{cell.name}: no steady value of {lost[0]} was found at V = {v:g} mV; give initial values"
        )
    return found


def _rest(cell: Cell) -> tuple[Equilibrium, str]:
    """The stable resting state, and what is to be said where there is none or more than one."""
    found = resting_states(cell)
    stable = [e for e in found if e.stable]
    if cell.initial:  # a stable plateau above the threshold of a spike is no rest
        stable = [e for e in stable if cell.spike_threshold > e.V]
    if len(stable) == 1:
        return stable[0], ""
    if stable:
        shown = ", ".join(f"{e.V:.2f}" for e in stable)
        note = f"{cell.name} has {len(stable)} stable resting states ({shown} mV); starting at {stable[0].V:.2f} mV"
        return stable[0], note
    if not found:
        raise SimulationError(
            f"{cell.name} has no equilibrium between {SCAN[0]:g} and {SCAN[1]:g} mV; start from initial={{'V': ...}}"
        )
    if cell.initial:
        state = steady_at(cell, dict(cell.initial).get("V", found[0].V), dict(cell.initial))
        note = f"{cell.name} has no stable resting state; starting from the initial state that the cell brings along"
    else:
        state = steady_at(cell, found[0].V - 5.0)
        note = (
            f"{cell.name} has no stable resting state (unstable: {', '.join(f'{e.V:.2f}' for e in found)} mV); "
            f"starting 5 mV below, at {state['V']:.2f} mV. Give initial={{'V': ...}} to choose"
        )
    return Equilibrium(state["V"], state, found[0].eigenvalues, False), note
