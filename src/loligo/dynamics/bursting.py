"""Fast-slow dissection: the diagram of what is fast over a slow variable, with the burst drawn on it.

Where some states are much slower than the rest, the rest sees them as parameters (Rinzel 1985). A burst then runs along
the branches of the fast subsystem: resting on one, firing round another, jumping at the ends of both.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import LoligoWarning, PathError, nearest
from ..model.cell import Cell
from ..model.stimulus import Step
from ..simulation import simulate
from ..system import Variable
from ..units import number
from .collocation import Orbit
from .curves import Map, every_curve
from .dataset import labelled
from .diagram import Diagram, diagram
from .field import Array, DynamicsError, Field, amount, current_unit, equations
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
    plane : Map or None
        With two slow variables or more: where the fast subsystem changes its behaviour in the plane of the first two.
    """

    diagram: Diagram
    slow: tuple[str, ...]
    held: dict[str, float]
    time: Array
    V: Array
    path: Array
    plane: Map | None = None

    def to_dataset(self) -> xr.Dataset:
        """Diagram and trajectory as a Dataset, for `loligo.plot` and for files."""
        return _dataset(self)


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
        Paths of the slow states. The first is the parameter of the diagram; the others are held at their mean over
        the spikes. Of two or more, the plane of the first two is mapped as well: a burst whose slow variables go round
        a loop, as a parabolic one's do, crosses from rest to firing and back there.
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
    states = {s.path: s for s in equations(cell).states}
    if not names:
        raise DynamicsError("slow: name at least one slow state")
    for name in names:
        if name not in states or name == "V":
            raise PathError(f"slow: '{name}' is not a slow state of {cell.name}; {nearest(name, states)}")
    level = number(current, current_unit(cell), "current")
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
    v = ds.V.values[late]
    spikes = _spikes(v)
    held = {name: float(path[spikes, k].mean()) for k, name in enumerate(names) if k > 0}
    spans = [_span(path[:, k], states[name]) for k, name in enumerate(names)]
    if range is not None:
        spans[0] = amount(range[0], names[0], cell), amount(range[1], names[0], cell)
    (low, high) = spans[0]
    if not low < high:
        raise DynamicsError(f"range: {names[0]} from {low:g} to {high:g}; give the lower value first")
    sizes = {p: float(np.ptp(ds[p].values[late])) or 1.0 for p, s in states.items() if s.kind == "pool"}
    chosen = options or Options()
    field = Field(cell, (names[0],), current=level, held=held, sizes=sizes)
    every = np.stack([ds[path].values[late] for path in field.paths], axis=1)

    def simulated(value: float) -> Orbit | None:
        nearest_ = np.argsort(np.abs(path[:, 0] - value))[:2000]
        start = every[nearest_[np.argmax(every[nearest_, 0])]]  # within a spike, if there is one at this value
        return orbit_from(field, value, start, chosen, (500.0, 3000.0))

    firing = (float(np.median(path[spikes, 0])),) if len(spikes) < len(v) else ()
    found = diagram(field, low, high, chosen, True, simulated, firing)
    plane = None
    if len(names) > 1:
        rest = {name: held[name] for name in names[2:]}
        both = Field(cell, names[:2], current=level, held=rest, sizes=sizes)
        plane = every_curve(both, (spans[0], spans[1]), chosen)
    return FastSlow(found, names, held, ds.time.values[late] - settle, v, path, plane)


def _spikes(v: Array) -> Any:
    """Where V rises through the middle of its range; everywhere if it hardly moves."""
    middle = 0.5 * (v.max() + v.min())
    up = np.flatnonzero((v[:-1] < middle) & (v[1:] >= middle))
    return up if np.ptp(v) >= 5.0 and len(up) else np.arange(len(v))


def _span(values: Array, state: Variable) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    air = 0.25 * max(high - low, 1e-6)
    top = 1.0 if state.kind == "gate" else np.inf
    return max(low - air, 0.0 if low >= 0 else -np.inf), min(high + air, top)


def _dataset(found: FastSlow) -> xr.Dataset:
    """The Dataset of a fast-slow dissection: the diagram, and the trajectory over ``time``."""
    ds = found.diagram.to_dataset()
    ds["trajectory_V"] = labelled(found.V, "time", "mV", "membrane potential")
    for k, path in enumerate(found.slow):
        ds[f"trajectory_{path}"] = labelled(found.path[:, k], "time", "1", path)
    ds = ds.assign_coords(time=labelled(found.time, "time", "ms", "time"))
    ds.attrs["slow"] = ", ".join(found.slow)
    ds.attrs["held"] = json.dumps(found.held)
    return ds
