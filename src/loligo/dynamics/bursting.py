"""Fast-slow dissection: the diagram of what is fast over a slow variable, with the burst drawn on it.

Where some states are much slower than the rest, the rest sees them as parameters (Rinzel 1985). A burst then runs along
the branches of the fast subsystem: resting on one, firing round another, jumping at the ends of both.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import LoligoWarning, PathError, nearest
from ..model.cell import Cell
from ..model.stimulus import Step
from ..simulation import simulate
from ..system import system
from ..units import number
from .collocation import Orbit
from .diagram import Diagram, diagram
from .field import Array, DynamicsError, Field
from .firing import orbit_from
from .records import Options

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class FastSlow:
    """The fast subsystem over a slow variable, and the cell's own trajectory.

    Attributes
    ----------
    diagram : Diagram
        Over the first slow variable.
    slow : tuple of str
        The slow variables.
    held : dict of str to float
        Where the others are held.
    time : array
        ms.
    V : array
        mV.
    path : array (time, slow)
        The slow variables along the trajectory.
    """

    diagram: Diagram
    slow: tuple[str, ...]
    held: dict[str, float]
    time: Array
    V: Array
    path: Array

    def to_dataset(self) -> xr.Dataset:
        """Diagram and trajectory as a Dataset, for `loligo.plot` and for files."""
        from .dataset import fast_slow

        return fast_slow(self)


def fast_slow(
    cell: Cell,
    slow: Sequence[str] | str,
    *,
    current: Any = 0.0,
    range: tuple[Any, Any] | None = None,
    duration: Any = 10_000.0,
    transient: Any = 5_000.0,
    initial: Any = None,
    options: Options | None = None,
) -> FastSlow:
    """Dissect a bursting cell into fast and slow.

    Parameters
    ----------
    cell : Cell
    slow : str or sequence of str
        Paths of the slow states. The first is the parameter of the diagram; the others are held at their mean along
        the trajectory.
    current : number
        µA/cm².
    range : pair of numbers, optional
        Of the first slow variable; by default half as much again as the trajectory covers.
    duration, transient : number
        Of the trajectory, and of what is left out before it, ms.
    initial : mapping, optional
        As in `loligo.simulate`; by default the cell's own start.
    options : Options, optional
    """
    names = (slow,) if isinstance(slow, str) else tuple(slow)
    states = {s.path: s for s in system(cell).states}
    if not names:
        raise DynamicsError("slow: name at least one slow state")
    for name in names:
        if name not in states or name == "V":
            raise PathError(f"slow: '{name}' is not a slow state of {cell.name}; {nearest(name, states)}")
    level = number(current, "µA/cm²", "current")
    length, settle = number(duration, "ms", "duration"), number(transient, "ms", "transient")
    begin = initial if initial is not None else (dict(cell.initial) or "rest")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LoligoWarning)  # about rest: a burster has none
        ds = simulate(
            cell, Step(level), duration=settle + length, initial=begin, record=list(states), every=0.2,
            estimate_error=False,
        )  # fmt: skip
    late = ds.time.values >= settle
    path = np.stack([ds[name].values[late] for name in names], axis=1)
    if not np.isfinite(path).all():
        raise DynamicsError(f"{cell.name}: the trajectory blows up; {ds.attrs['status']}")
    held = {name: float(path[:, k].mean()) for k, name in enumerate(names) if k > 0}
    low, high = _span(path[:, 0], states[names[0]].unit) if range is None else tuple(map(float, range))
    if not low < high:
        raise DynamicsError(f"range: {names[0]} from {low:g} to {high:g}; give the lower value first")
    field = Field(cell, (names[0],), current=level, held=held)
    chosen = options or Options()
    every = np.stack([ds[path].values[late] for path in field.paths], axis=1)

    def simulated(value: float) -> Orbit | None:
        nearest_ = np.argsort(np.abs(path[:, 0] - value))[:2000]
        start = every[nearest_[np.argmax(every[nearest_, 0])]]  # within a spike, if there is one at this value
        return orbit_from(field, value, start, chosen, (500.0, 3000.0))

    found = diagram(field, low, high, chosen, True, simulated, _spiking(path[:, 0], ds.V.values[late]))
    return FastSlow(found, names, held, ds.time.values[late] - settle, ds.V.values[late], path)


def _spiking(slow: Array, v: Array) -> tuple[float, ...]:
    """Values of the slow variable in the middle of its range while the cell fires."""
    middle = 0.5 * (v.max() + v.min())
    up = np.flatnonzero((v[:-1] < middle) & (v[1:] >= middle))
    if np.ptp(v) < 5.0 or not len(up):
        return ()
    return tuple(float(q) for q in np.quantile(slow[up], [0.5]))


def _span(values: Array, unit: str) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    air = 0.25 * max(high - low, 1e-6)
    if unit == "1":
        return max(0.0, low - air), min(1.0, high + air)
    return max(low - air, 0.0 if low >= 0 else -np.inf), high + air
