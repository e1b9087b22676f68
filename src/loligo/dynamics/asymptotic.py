"""Isochrons: the phase that every initial state of a plane ends up with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import PathError, nearest
from ..model.cell import Cell
from ..numerics.batch import Criterion
from ..units import number
from .collocation import Orbit
from .crossings import extreme_phase
from .dataset import attributes, labelled, state_units
from .field import Array, DynamicsError, Field, current_unit
from .phase import stable_cycle
from .records import Options
from .resting import along, start
from .trajectories import constant, integrate

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Isochrons:
    """Asymptotic phase over a plane of initial states.

    Attributes
    ----------
    x, y : array
        Values of the two states.
    paths : pair of str
    phase : array (len(y), len(x))
        The phase (0 to 1, 0 at the peak of V) that the trajectory from each state ends up with; NaN where it does not
        end on the cycle. Points of one phase form an isochron.
    cycle : array (points, 2)
        The cycle, projected.
    period : float
        ms.
    """

    cell: Cell
    current: float
    x: Array
    y: Array
    paths: tuple[str, str]
    phase: Array
    cycle: Array
    period: float

    def to_dataset(self) -> xr.Dataset:
        """The phases as a Dataset, for `loligo.plot` and for files."""
        return _dataset(self)


def isochrons(
    cell: Cell,
    current: Any,
    x: str = "V",
    y: str | None = None,
    *,
    ranges: tuple[tuple[float, float], tuple[float, float]] | None = None,
    points: int = 40,
    options: Options | None = None,
) -> Isochrons:
    """Sample the asymptotic phase over a plane of initial states.

    Every other state starts at its steady value at the V of the point. Trajectories run until they have settled on
    the cycle; when they fire tells the phase.

    Parameters
    ----------
    cell : Cell
    current : number
        µA/cm².
    x, y : str
        Two states; `y` is the slowest gate of the cell unless given.
    ranges : pair of pairs, optional
        Of x and y; by default around the cycle.
    points : int
        In each direction.
    options : Options, optional
    """
    level = number(current, current_unit(cell), "current")
    curve, cycle = stable_cycle(cell, level, options or Options())
    field, orbit = curve.field, cycle.orbit
    chosen = (x, y if y is not None else _slowest(field, orbit))
    index = [_state(field, path) for path in chosen]
    shape = orbit.at(np.linspace(0, 1, 400))
    spans = ranges or tuple(_around(shape[:, k], field.states[k].unit) for k in index)
    axis = [np.linspace(*span, points) for span in spans]
    grid_x, grid_y = np.meshgrid(*axis)
    initial = _filled(field, index, grid_x.ravel(), grid_y.ravel(), level)
    slowest = float(np.abs(cycle.others).max(initial=0.0))
    turns = 8 + (0 if slowest < 1e-30 else int(np.ceil(np.log(1e-5) / np.log(min(slowest, 0.98)))))
    v = shape[:, 0]
    criterion = Criterion(float(0.5 * (v.max() + v.min())), 0.25 * float(np.ptp(v)), np.inf)
    duration = turns * orbit.period
    done = integrate(field.system, cell, initial, constant(level, duration), tolerance=1e-8, criterion=criterion)
    last = done.spikes[np.arange(len(initial)), np.maximum(done.count - 1, 0)]
    on = (done.count > 1) & (last > duration - 1.5 * orbit.period)
    # on the cycle itself, the last crossing lies this long after its peak
    crossing = _crossing_phase(orbit, criterion.threshold)
    phase = np.where(on, np.mod(crossing - last / orbit.period - extreme_phase(orbit, 1.0), 1.0), np.nan)
    projected = shape[:, index]
    return Isochrons(cell, level, axis[0], axis[1], chosen, phase.reshape(points, points), projected, orbit.period)


def _crossing_phase(orbit: Orbit, level: float) -> float:
    """Phase at which V rises through a level."""
    from scipy.optimize import brentq

    phases = np.linspace(0, 1, 4001)
    v = orbit.at(phases)[:, 0] - level
    k = int(np.flatnonzero((v[:-1] < 0) & (v[1:] >= 0))[0])
    return float(brentq(lambda t: float(orbit.at(t)[0]) - level, phases[k], phases[k + 1]))


def _slowest(field: Field, orbit: Orbit) -> str:
    """The gate whose relaxation is slowest on average over the cycle."""
    _, jacobian, _ = field.derivatives(orbit.stages, np.array([orbit.p]))
    rates = np.abs(np.diagonal(jacobian, axis1=-2, axis2=-1)).mean(axis=(0, 1))[1:]
    if not len(rates):
        raise DynamicsError(f"{field.cell.name} has a single state, and so no plane")
    return field.paths[1 + int(np.argmin(rates))]


def _state(field: Field, path: str) -> int:
    if path not in field.paths:
        raise PathError(f"'{path}' is not a state of {field.cell.name}; {nearest(path, field.paths)}")
    return field.paths.index(path)


def _around(values: Array, unit: str) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    air = 0.15 * (high - low)
    if unit == "1":
        return max(0.0, low - air), min(1.0, high + air)
    return low - air, high + air


def _filled(field: Field, index: list[int], x: Array, y: Array, current: float) -> Array:
    """Whole states in which two are given and the others are steady at V."""
    if 0 in index:
        v = x if index[0] == 0 else y
        states = along(field, np.array([current]), v)
    else:
        states = np.tile(start(field), (len(x), 1))
    states = states.copy()
    states[:, index[0]], states[:, index[1]] = x, y
    return states


def _dataset(found: Isochrons) -> xr.Dataset:
    """The Dataset of sampled isochrons."""
    import xarray as xr

    units = state_units(found.cell, found.paths)
    variables = {
        "phase": labelled(found.phase, ("y", "x"), "1", "asymptotic phase (0 at the peak of V)"),
        "cycle_x": labelled(found.cycle[:, 0], "cycle", units[0], found.paths[0]),
        "cycle_y": labelled(found.cycle[:, 1], "cycle", units[1], found.paths[1]),
    }
    coordinates = {
        "x": labelled(found.x, "x", units[0], found.paths[0]),
        "y": labelled(found.y, "y", units[1], found.paths[1]),
    }
    text = attributes(
        "isochrons", found.cell, current=found.current, x=found.paths[0], y=found.paths[1], period=found.period
    )
    return xr.Dataset(variables, coords=coordinates, attrs=text)
