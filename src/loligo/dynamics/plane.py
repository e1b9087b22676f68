"""The phase plane of two states: nullclines, vector field, fixed points, separatrix, trajectories.

A cell of more than two states is cut down to a plane by saying what the others do: they keep a value ("frozen"), are at
their steady state at V ("steady"), or follow one of the two along a line (see `reductions.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from ..errors import PathError, nearest
from ..model.cell import Cell
from ..numerics.arrays import array_function
from ..simulation.rest import initial_state
from ..system import System, system
from ..units import number
from .field import Array, DynamicsError
from .resting import Equilibrium, spectrum
from .scalar import scalar_function

if TYPE_CHECKING:
    import xarray as xr

STEP = 1 / 250  # of the plane's size: along a separatrix
MOST_STEPS = 6000


@dataclass(frozen=True)
class Line:
    """A state that follows another one: ``intercept + slope * other``."""

    other: str
    intercept: float
    slope: float


@dataclass(frozen=True)
class PhasePlane:
    """The flow of a cell in the plane of two of its states.

    Attributes
    ----------
    cell : Cell
    current : float
        Constant applied current, µA/cm².
    paths : pair of str
    rest : dict of str to (str, float or Line)
        What the other states do.
    x, y : array
        The grid.
    dx, dy : array (len(y), len(x))
        Rates of change, 1/ms (mV/ms for V).
    x_nullcline, y_nullcline : tuple of array (points, 2)
        Curves on which dx/dt, or dy/dt, is zero; polished to rounding.
    fixed_points : tuple of Equilibrium
        With the eigenvalues of the plane.
    """

    cell: Cell
    current: float
    paths: tuple[str, str]
    rest: dict[str, Any]
    x: Array
    y: Array
    dx: Array
    dy: Array
    x_nullcline: tuple[Array, ...]
    y_nullcline: tuple[Array, ...]
    fixed_points: tuple[Equilibrium, ...]
    _planar: _Planar
    _values: tuple[list[Any], float, list[float]]

    def velocity(self, x: Any, y: Any) -> Array:
        """(dx/dt, dy/dt) at points of the plane; shape (..., 2)."""
        return self._planar.rates(x, y, self._values)[..., :2]

    @cached_property
    def separatrix(self) -> tuple[Array, ...]:
        """Curves (points, 2) that separate what fires from what does not.

        Where there is a saddle, its stable manifold. Where there is none but the x-nullcline has a middle branch, the
        quasi-threshold: the trajectory that runs along that branch, followed back in time from its upper knee
        (FitzHugh 1955). Nearby starts part there sharply, but not infinitely so. Empty where there is neither.
        """
        if self.saddles:
            return tuple(curve for point in self.saddles for curve in self._manifold(point))
        knee = self._knee()
        if knee is None:
            return ()
        return (self._backwards(knee[0], knee[1]),)

    @property
    def sharp(self) -> bool:
        """Is the separatrix a true one, a saddle's stable manifold?"""
        return bool(self.saddles)

    @property
    def saddles(self) -> tuple[Equilibrium, ...]:
        """Fixed points with one growing and one decaying direction."""
        return tuple(p for p in self.fixed_points if p.unstable_directions == 1)

    def trajectory(self, x: Any, y: Any, duration: Any = 50.0, every: Any = 0.05) -> Array:
        """The path (points, 2) of the plane's flow from a state, sampled every so many ms."""
        from scipy.integrate import solve_ivp

        length, step = number(duration, "ms", "duration"), number(every, "ms", "every")
        f, rest = self._scalar

        def flow(_: float, z: Array) -> tuple[float, ...]:
            u, v = f(float(z[0]), float(z[1]), rest)[:2]
            return u, v

        times = np.arange(0.0, length + 0.5 * step, step)
        done = solve_ivp(flow, (0, times[-1]), [float(x), float(y)], method="LSODA", rtol=1e-8, atol=1e-9, t_eval=times)
        return np.asarray(done.y.T)

    def to_dataset(self) -> xr.Dataset:
        """The plane as a Dataset, for `loligo.plot` and for files."""
        from .dataset import phase_plane

        return phase_plane(self)

    @cached_property
    def _scalar(self) -> tuple[Any, list[float]]:
        states, value, parameters = self._values
        return self._planar.scalar, [*states, value, *parameters]

    def _manifold(self, point: Equilibrium) -> list[Array]:
        x, y = point.state[self.paths[0]], point.state[self.paths[1]]
        jacobian = self._planar.rates(x, y, self._values)[2:].reshape(2, 2)
        values, vectors = np.linalg.eig(jacobian)
        direction = np.real(vectors[:, np.argmin(values.real)])
        size = np.array([np.ptp(self.x), np.ptp(self.y)])
        direction = direction / np.linalg.norm(direction / size) * 1e-4
        start = np.array([x, y])
        found = []
        for sign in (1.0, -1.0):
            first = start + sign * direction
            found.append(np.vstack([start, self._backwards(float(first[0]), float(first[1]))]))
        return found

    def _backwards(self, x: float, y: float) -> Array:
        """The trajectory through a point, back in time to the edge of the plane (Runge and Kutta, 4th order).

        A step is `STEP` of the plane's size, or shorter where the flow is stiff, as it is near a saddle.
        """
        f, rest = self._scalar
        wide, high = float(np.ptp(self.x)), float(np.ptp(self.y))
        low_x, top_x = float(self.x[0]) - 0.02 * wide, float(self.x[-1]) + 0.02 * wide
        low_y, top_y = float(self.y[0]) - 0.02 * high, float(self.y[-1]) + 0.02 * high
        points = [(x, y)]
        since = 0.0
        for _ in range(MOST_STEPS):
            u, v, a, b, c, d = f(x, y, rest)
            speed = ((u / wide) ** 2 + (v / high) ** 2) ** 0.5
            if speed < 1e-9:  # arrived where everything comes from
                break
            stiff = max(abs(a) + abs(b) * high / wide, abs(d) + abs(c) * wide / high, 1e-300)
            h = -min(STEP / speed, 2.0 / stiff)
            a1, b1 = u, v
            a2, b2 = f(x + 0.5 * h * a1, y + 0.5 * h * b1, rest)[:2]
            a3, b3 = f(x + 0.5 * h * a2, y + 0.5 * h * b2, rest)[:2]
            a4, b4 = f(x + h * a3, y + h * b3, rest)[:2]
            x += h * (a1 + 2 * a2 + 2 * a3 + a4) / 6
            y += h * (b1 + 2 * b2 + 2 * b3 + b4) / 6
            since -= h * speed
            outside = not (low_x <= x <= top_x and low_y <= y <= top_y)
            if since >= STEP or outside:
                points.append((x, y))
                since = 0.0
            if outside:
                break
        return np.array(points)

    def _knee(self) -> tuple[float, float] | None:
        """The knee of largest x of the x-nullcline, where its middle branch ends."""
        best: tuple[float, float] | None = None
        for curve in self.x_nullcline:
            own = self._planar.rates(curve[:, 0], curve[:, 1], self._values)[:, 2]  # d(dx/dt)/dx
            turns = np.flatnonzero(own[:-1] * own[1:] < 0)
            for k in turns:
                share = own[k] / (own[k] - own[k + 1])
                point = curve[k] + share * (curve[k + 1] - curve[k])
                if best is None or point[0] > best[0]:
                    best = (float(point[0]), float(point[1]))
        return best


@dataclass(frozen=True)
class _Planar:
    """The formulas of a plane: rates and their derivatives, for arrays and for single numbers."""

    array: Any
    scalar: Any
    index: tuple[int, int]

    def rates(self, x: Any, y: Any, values: tuple[list[Any], float, list[float]]) -> Array:
        """Dx, dy and the four derivatives, along the last axis."""
        states, value, parameters = values
        given = list(states)
        given[self.index[0]], given[self.index[1]] = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        with np.errstate(all="ignore"):
            return np.stack(self.array(given, value, parameters), axis=-1)


@lru_cache(maxsize=64)
def _planar(whole: System, paths: tuple[str, str], rest: tuple[tuple[str, Any], ...]) -> _Planar:
    by_path = {s.path: s for s in whole.states}
    x, y = (by_path[path].symbol for path in paths)
    replaced: dict[sympy.Symbol, sympy.Expr] = {}
    for path, how in rest:
        symbol = by_path[path].symbol
        if how == "steady":
            replaced[symbol] = whole.steady[symbol]
        elif isinstance(how, Line):
            replaced[symbol] = sympy.Float(how.intercept) + sympy.Float(how.slope) * by_path[how.other].symbol
    index = tuple(whole.states.index(by_path[path]) for path in paths)
    rates = []
    for i in index:
        f = whole.derivatives[i]
        for _ in range(3):  # a steady state may depend on one that follows a line
            f = f.xreplace(replaced)
        rates.append(f)
    formulas = (*rates, *(sympy.diff(f, s) for f in rates for s in (x, y)))
    return _Planar(array_function(whole, formulas), scalar_function(whole, formulas, (x, y)), index)  # type: ignore[arg-type]


def phase_plane(
    cell: Cell,
    x: str = "V",
    y: str = "K.n",
    *,
    current: Any = 0.0,
    rest: Any = "steady",
    ranges: tuple[tuple[Any, Any], tuple[Any, Any]] | None = None,
    points: int = 80,
) -> PhasePlane:
    """The phase plane of two states of a cell.

    Parameters
    ----------
    cell : Cell
    x, y : str
        Paths of the two states.
    current : number
        Constant applied current, µA/cm².
    rest : str or mapping
        What the other states do: ``"steady"``, ``"frozen"`` (at their values at rest), or for each path ``"steady"``,
        ``"frozen"``, a number, or a `Line` from `reduction`. States not named are steady.
    ranges : pair of pairs, optional
        Of x and y; by default -90 to 60 mV for V and 0 to 1 for gates.
    points : int
        Of the grid, in each direction.

    Returns
    -------
    PhasePlane
        Its nullclines, field and fixed points are there; separatrix and trajectories are computed when asked for.

    Raises
    ------
    PathError, DynamicsError
        If x or y is not a state that moves.

    Examples
    --------
    >>> import loligo as lo
    >>> plane = lo.dynamics.phase_plane(lo.cells.squid(), "V", "K.n", rest={"Na.h": "frozen"})
    >>> [p.kind for p in plane.fixed_points]
    ['stable focus', 'saddle', 'stable node']
    """
    if not isinstance(cell, Cell):
        raise DynamicsError(f"a cell is needed, such as loligo.cells.squid(), not {cell!r}")
    whole = system(cell)
    paths = (_moving(cell, whole, x), _moving(cell, whole, y))
    if x == y:
        raise DynamicsError(f"a plane needs two different states; '{x}' is given twice")
    level = number(current, "µA/cm²", "current")
    others = [s.path for s in whole.states if s.path not in paths]
    chosen = _rest(cell, whole, paths, others, rest)
    planar = _planar(whole, paths, tuple((p, "frozen" if isinstance(h, float) else h) for p, h in chosen.items()))
    states: list[Any] = [chosen[s.path] if isinstance(chosen.get(s.path), float) else 0.0 for s in whole.states]
    values = (states, level, [p.value for p in cell.parameters.values()])
    units = {s.path: s.unit for s in whole.states}
    spans = _spans(paths, units, ranges)
    grid_x, grid_y = (np.linspace(low, high, points) for low, high in spans)
    every = planar.rates(grid_x[None, :], grid_y[:, None], values)
    lines = [_nullcline(planar, values, grid_x, grid_y, every[..., k], k) for k in range(2)]
    fixed = _fixed(planar, values, grid_x, grid_y, every, paths)
    return PhasePlane(
        cell, level, paths, chosen, grid_x, grid_y, every[..., 0], every[..., 1], lines[0], lines[1], fixed, planar,
        values,
    )  # fmt: skip


def _moving(cell: Cell, whole: System, path: str) -> str:
    known = [s.path for s in whole.states]
    if path in known:
        return path
    if any(o.path == path for o in whole.observables):
        raise DynamicsError(
            f"'{path}' of {cell.name} is no state of its own (it follows from the others at once); "
            f"a plane can have {', '.join(known)}"
        )
    raise PathError(f"'{path}' is not a state of {cell.name}; {nearest(path, known)}")


def _rest(cell: Cell, whole: System, paths: tuple[str, str], others: list[str], given: Any) -> dict[str, Any]:
    wanted = dict(given) if isinstance(given, Mapping) else dict.fromkeys(others, given)
    for path in wanted:
        if path not in others:
            raise PathError(f"rest: '{path}' is not one of the other states; {nearest(path, others)}")
    found: dict[str, Any] = {}
    resting: dict[str, float] | None = None
    for path in others:
        how = wanted.get(path, "steady")
        if how == "frozen":
            resting = resting or initial_state(cell, "rest")
            found[path] = float(resting[path])
        elif how == "steady":
            if path == "V" or whole.states[[s.path for s in whole.states].index(path)].symbol not in whole.steady:
                raise DynamicsError(f"rest: {path} has no steady value that follows from V; freeze it")
            found[path] = "steady"
        elif isinstance(how, Line):
            if how.other not in paths:
                raise DynamicsError(f"rest: {path} follows {how.other}, which is not in the plane")
            found[path] = how
        elif isinstance(how, str):
            raise DynamicsError(f"rest: {path} is {how!r}; give 'steady', 'frozen', a number or a Line")
        else:
            found[path] = number(how, "mV" if path == "V" else "1", path)
    return found


def _spans(paths: tuple[str, str], units: dict[str, str], ranges: Any) -> list[tuple[float, float]]:
    if ranges is None:
        return [(-90.0, 60.0) if units[p] == "mV" else (0.0, 1.0) for p in paths]
    found = []
    for path, (low, high) in zip(paths, ranges, strict=True):
        a, b = number(low, units[path], path), number(high, units[path], path)
        if not a < b:
            raise DynamicsError(f"ranges: {path} from {a:g} to {b:g}; give the lower value first")
        found.append((a, b))
    return found


def _nullcline(planar: _Planar, values: Any, x: Array, y: Array, f: Array, k: int) -> tuple[Array, ...]:
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


def _fixed(
    planar: _Planar, values: Any, x: Array, y: Array, every: Array, paths: tuple[str, str]
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
