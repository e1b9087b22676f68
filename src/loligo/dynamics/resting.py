"""Where a membrane can rest: every equilibrium over a range of voltages, its kind, and what its eigenvalues mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..model.cell import Cell
from ..numerics.arrays import array_function
from ..simulation.rest import everywhere, scan, zeros
from ..simulation.steady import Steady
from ..units import number
from .field import Array, DynamicsError, Field, current_unit

POINTS = 1401
HALVINGS = 12  # from the scan towards each equilibrium; the rest of the way is Newton's


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
    """

    V: float
    state: dict[str, float]
    eigenvalues: tuple[complex, ...]

    @property
    def stable(self) -> bool:
        """Do all small perturbations decay?"""
        return self.eigenvalues[0].real < 0

    @property
    def unstable_directions(self) -> int:
        """Number of eigenvalues with positive real part."""
        return sum(e.real > 0 for e in self.eigenvalues)

    @property
    def kind(self) -> str:
        """Stable or unstable node or focus, saddle, or saddle-focus.

        A focus is a point whose slowest decaying (or fastest growing) perturbation oscillates.
        """
        growing = self.unstable_directions
        if growing in (0, len(self.eigenvalues)):
            turning = abs(self.eigenvalues[0].imag) > 0
            return f"{'unstable' if growing else 'stable'} {'focus' if turning else 'node'}"
        inner = (self.eigenvalues[growing - 1], self.eigenvalues[growing])
        return "saddle-focus" if any(abs(e.imag) > 0 for e in inner) else "saddle"

    @property
    def decay_time(self) -> float:
        """Time constant of the slowest perturbation, ms; negative where it grows."""
        return -1 / self.eigenvalues[0].real

    @property
    def ringing(self) -> float:
        """Frequency of the slowest oscillating perturbation, Hz; 0 if none oscillates."""
        return next((abs(e.imag) * 1000 / (2 * np.pi) for e in self.eigenvalues if e.imag != 0), 0.0)

    @property
    def meaning(self) -> str:
        """The same in words."""
        slowest = abs(self.decay_time)
        verb = "decay with a time constant of" if self.stable else "grow within"
        ringing = f", ringing at {self.ringing:.4g} Hz" if self.ringing else ""
        return f"{self.kind}: small perturbations {verb} {slowest:.4g} ms{ringing}"


def equilibria(cell: Cell, current: Any = 0.0, between: tuple[Any, Any] = (-200.0, 150.0)) -> tuple[Equilibrium, ...]:
    """All equilibria of a cell over a range of voltages.

    With every other state at its steady value, the current through the membrane is a function of V alone; its sign
    changes over a fine scan are refined by Newton's method on the whole system. A pool whose steady value does not
    follow from a formula gets it by bisection at each V, a second compartment its potential by its linear equation.

    Parameters
    ----------
    cell : Cell
    current : number
        Constant applied current, µA/cm².
    between : pair of numbers
        Range of V, mV.

    Returns
    -------
    tuple of Equilibrium
        The most negative first.

    Raises
    ------
    DynamicsError
        If there is none in the range, or every V is one.

    Examples
    --------
    >>> import loligo as lo
    >>> [rest] = lo.dynamics.equilibria(lo.cells.squid())
    >>> rest.kind, round(rest.ringing, 4), round(rest.decay_time, 4)
    ('stable node', 60.9921, 8.2874)
    """
    field = Field(cell, (), current=number(current, current_unit(cell), "current"))
    low, high = (number(v, "mV", "between") for v in between)
    if not low < high:
        raise DynamicsError(f"between: from {low:g} to {high:g} mV; the first must be the lower")
    states = roots(field, np.empty(0), low, high)
    if not len(states):
        at = f"at {field.current:g} µA/cm²"
        raise DynamicsError(f"{cell.name} has no equilibrium between {low:g} and {high:g} mV {at}")
    return tuple(describe(field, x, np.empty(0)) for x in states)


def describe(field: Field, x: Array, p: Array) -> Equilibrium:
    """The record of an equilibrium."""
    _, jacobian, _ = field.derivatives(x, p)
    if not np.isfinite(jacobian).all():
        raise DynamicsError(f"{field.cell.name}: the equations have no derivative at {field.paths[0]} = {x[0]:.5g}")
    state = dict(zip(field.paths, map(float, x), strict=True))
    return Equilibrium(float(x[0]), state, tuple(complex(e) for e in spectrum(jacobian)))


def spectrum(jacobian: Array) -> Any:
    """Eigenvalues, largest real part first."""
    found = np.linalg.eigvals(jacobian)
    return np.array(sorted(found, key=lambda e: (-e.real, -abs(e.imag), -e.imag)))


def roots(field: Field, p: Array, low: float = -200.0, high: float = 150.0) -> Array:
    """All equilibria at one value of the parameters, as states (count, n)."""
    if field.paths[0] != "V":
        return polish(field, np.tile(start(field), (1, 1)), p)
    begin = np.concatenate([_bracketed(field, p, low, high), _guessed(field, p, low, high)])
    found = polish(field, begin, p) if len(begin) else begin
    inside = sorted(found[(found[:, 0] >= low) & (found[:, 0] <= high)].tolist())
    once: list[Any] = []
    for x in np.array(inside).reshape(-1, field.size):
        if not once or (np.abs(x - once[-1]) / (field.scale + np.abs(x))).max() > 1e-7:
            once.append(x)
    return np.array(once).reshape(-1, field.size)


def _bracketed(field: Field, p: Array, low: float, high: float) -> Array:
    """Starts (count, n) from a scan of V in which pools are bisected for: however far away they are, but above 0."""
    steady = _steady(field, p)
    if steady is None:
        return np.empty((0, field.size))
    grid, drift = scan(steady, low, high)
    _driven(field, drift)
    return np.array(zeros(steady, grid, drift, HALVINGS)).reshape(-1, field.size)


def _guessed(field: Field, p: Array, low: float, high: float) -> Array:
    """Starts (count, n) from a scan in which Newton's method makes the rest steady: states held, or pools below 0."""
    if _steady(field, p) is not None and len(field.system.unknowns) == 1:
        return np.empty((0, field.size))  # formulas give everything
    grid = np.linspace(low, high, POINTS)
    drift = np.asarray(field(_settled_at(field, p, grid), p)[:, 0], np.float64)
    _driven(field, drift)
    good, signs = np.isfinite(drift), np.sign(drift)
    change = np.flatnonzero(good[:-1] & good[1:] & (signs[:-1] * signs[1:] <= 0) & (signs[:-1] != 0))
    share = drift[change] / (drift[change] - drift[change + 1])
    return _settled_at(field, p, grid[change] + share * (grid[change + 1] - grid[change]))


def _driven(field: Field, drift: Any) -> None:
    if everywhere(drift):
        raise DynamicsError(f"{field.cell.name}: no current drives V, so that every V is an equilibrium")


def _steady(field: Field, p: Array) -> Steady | None:
    """The search for steady values that simulations begin with.

    None where states are held, which it cannot do, or where pools depend on one another, which takes it seconds.
    """
    if field.size < len(field.system.states) or sum(s.kind == "voltage" for s in field.states) > 2:
        return None
    _, current, values = field.arguments(np.zeros(field.size), p)
    steady = Steady(field.cell, float(current), tuple(float(v) for v in values))
    return None if steady.plan.coupled else steady


def along(field: Field, p: Array, v: Array) -> Array:
    """States (len(v), n) in which everything but V is steady at each V."""
    steady = _steady(field, p)
    if steady is None:
        return _settled_at(field, p, v)
    x = np.stack(steady.drift(np.asarray(v, np.float64))[1], axis=-1)
    lost = ~np.isfinite(x).all(axis=1)
    x[lost] = _settled_at(field, p, v[lost])
    return x


def _settled_at(field: Field, p: Array, v: Array) -> Array:
    """The same by formulas, and by Newton's method from the cell's own start where there are none."""
    whole = field.system
    x = np.tile(start(field), (len(v), 1))
    x[:, 0] = v
    formulas = {s.path: whole.steady[s.symbol] for s in field.states[1:] if s.symbol in whole.steady}
    # A state that is held keeps its value, also where another one's steady value depends on it.
    loose = [s for s in field.states[1:] if s.symbol not in whole.steady]
    for _ in range(1 if not loose else 4):
        with np.errstate(all="ignore"):
            values = array_function(whole, tuple(formulas.values()))(*field.arguments(x, p)) if formulas else []
        for path, value in zip(formulas, values, strict=True):
            x[:, field.paths.index(path)] = value
        if loose or field.held or any(s.path in field.free for s in whole.states):
            x = _settled(field, x, p)
    return x


def _settled(field: Field, x: Array, p: Array) -> Array:
    """Newton's method on everything but V, at many voltages at once."""
    scale = field.scale[1:]
    best = np.full(len(x), np.inf)
    for _ in range(60):
        f, jacobian, _ = field.derivatives(x, p)
        if not len(scale):
            return x
        matrix, residual = jacobian[:, 1:, 1:], f[:, 1:]
        size = np.abs(residual).max(axis=1)
        if np.nanmax(size) < 1e-13:
            break
        with np.errstate(all="ignore"):
            regular: Any = np.isfinite(matrix).all(axis=(1, 2)) & np.isfinite(residual).all(axis=1)
            safe: Array = np.where(regular[:, None, None], matrix, np.eye(len(scale)))
            right: Array = np.where(regular[:, None], residual, 0.0)
            try:
                step: Array = -np.linalg.solve(safe, right[..., None])[..., 0]
            except np.linalg.LinAlgError:
                step = -0.1 * residual
        largest = np.abs(step / scale).max(axis=1)
        step *= np.minimum(1.0, 0.5 / np.maximum(largest, 1e-300))[:, None]
        x = x.copy()
        x[:, 1:] += step
        if (size >= best).all() and largest.max() < 1e-12:
            break
        best = np.minimum(best, size)
    return x


def start(field: Field) -> Array:
    """Values to begin from where no formula gives any: the cell's own, or half-open gates."""
    initial = dict(field.cell.initial)
    typical = {"voltage": -60.0, "gate": 0.5}
    return np.array([initial.get(s.path, typical.get(s.kind, 1e-4)) for s in field.states])


def polish(field: Field, x: Array, p: Array) -> Array:
    """Newton's method on the whole system, from several states at once; those that arrive."""
    for _ in range(30):
        f, jacobian, _ = field.derivatives(x, p)
        try:
            step = np.linalg.solve(jacobian, f[..., None])[..., 0]
        except np.linalg.LinAlgError:
            break
        largest = np.abs(step / field.scale).max(axis=1)
        x = x - step * np.minimum(1.0, 0.5 / np.maximum(largest, 1e-300))[:, None]
        if largest.max() < 1e-15:
            break
    f, jacobian, _ = field.derivatives(x, p)
    size = np.abs(f) / (np.abs(jacobian) @ field.scale[:, None])[..., 0]
    return x[np.isfinite(size).all(axis=1) & (size < 1e-9).all(axis=1)]
