"""The phase plane of two states: nullclines, vector field, fixed points, separatrix, trajectories.

A cell of more than two states is cut down to a plane by saying what the others do: they keep a value ("frozen"), are at
their steady state at V ("steady"), or follow one of the two along a line (see `reductions.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import PathError, nearest
from ..model.cell import Cell
from ..model.transforms import STUCK
from ..simulation.rest import initial_state
from ..system import System
from ..units import number
from .dataset import attributes, labelled, state_units
from .field import Array, DynamicsError, current_unit, equations
from .planar import Line, Planar, fixed_points, nullcline, planar_of
from .resting import Equilibrium

if TYPE_CHECKING:
    import xarray as xr

STEP = 1 / 250  # of the plane's size: along a separatrix
BEND = 0.1  # rad: the most it turns in one step
MOST_STEPS = 6000


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
    _planar: Planar
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

    def trajectory(self, x: Any, y: Any, duration: Any = 50.0, every: Any = 0.01) -> Array:
        """The path (points, 2) of the plane's flow from a state, sampled every so many ms."""
        from scipy.integrate import solve_ivp

        length, step = number(duration, "ms", "duration"), number(every, "ms", "every")
        f, rest = self._planar.flow, self._rest

        def flow(_: float, z: Array) -> tuple[float, ...]:
            found: tuple[float, ...] = f(float(z[0]), float(z[1]), rest)
            return found

        times = np.arange(0.0, length + 0.5 * step, step)
        done = solve_ivp(flow, (0, times[-1]), [float(x), float(y)], method="LSODA", rtol=1e-8, atol=1e-9, t_eval=times)
        return np.asarray(done.y.T)

    def to_dataset(self) -> xr.Dataset:
        """The plane as a Dataset, for `loligo.plot` and for files."""
        return _dataset(self)

    @cached_property
    def _rest(self) -> list[float]:
        states, value, parameters = self._values
        return [*states, value, *parameters]

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

        A step is `STEP` of the plane's size, or shorter where the path bends, and where what grows in forward time,
        and so decays here, is fast.
        """
        f, flow, rest = self._planar.scalar, self._planar.flow, self._rest
        wide, high = float(np.ptp(self.x)), float(np.ptp(self.y))
        low_x, top_x = float(self.x[0]) - 0.02 * wide, float(self.x[-1]) + 0.02 * wide
        low_y, top_y = float(self.y[0]) - 0.02 * high, float(self.y[-1]) + 0.02 * high
        # where everything comes from
        sources = [(p.state[self.paths[0]], p.state[self.paths[1]]) for p in self.fixed_points if p not in self.saddles]
        near_x, near_y = 0.5 * STEP * wide, 0.5 * STEP * high
        points = [(x, y)]
        since = bent = 0.0
        for _ in range(MOST_STEPS):
            u, v, a, b, c, d = f(x, y, rest)
            speed = ((u / wide) ** 2 + (v / high) ** 2) ** 0.5
            arrived = any(abs(x - p) < near_x and abs(y - q) < near_y for p, q in sources)
            if arrived or speed < 1e-9:
                break
            bend = abs(u * (c * u + d * v) - v * (a * u + b * v)) / (wide * high * speed**2)
            h = -min(STEP / speed, BEND / max(bend, 1e-300), 2.0 / max(_growth(a, b, c, d), 1e-300))
            a1, b1 = u, v
            a2, b2 = flow(x + 0.5 * h * a1, y + 0.5 * h * b1, rest)
            a3, b3 = flow(x + 0.5 * h * a2, y + 0.5 * h * b2, rest)
            a4, b4 = flow(x + h * a3, y + h * b3, rest)
            x += h * (a1 + 2 * a2 + 2 * a3 + a4) / 6
            y += h * (b1 + 2 * b2 + 2 * b3 + b4) / 6
            since -= h * speed
            bent -= h * bend
            outside = not (low_x <= x <= top_x and low_y <= y <= top_y)
            if since >= STEP or bent >= BEND or outside:
                points.append((x, y))
                since = bent = 0.0
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


def _growth(a: float, b: float, c: float, d: float) -> float:
    """Real part of the fastest growing eigenvalue of [[a, b], [c, d]]; 0 if none grows."""
    half = 0.5 * (a + d)
    inside = half * half - a * d + b * c
    return float(max(half + inside**0.5 if inside > 0 else half, 0.0))


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
    whole = equations(cell)
    paths = (_moving(cell, whole, x), _moving(cell, whole, y))
    if x == y:
        raise DynamicsError(f"a plane needs two different states; '{x}' is given twice")
    level = number(current, current_unit(cell), "current")
    others = [s.path for s in whole.states if s.path not in paths]
    chosen = _rest(cell, whole, paths, others, rest)
    planar = planar_of(whole, paths, tuple((p, "frozen" if isinstance(h, float) else h) for p, h in chosen.items()))
    states: list[Any] = [chosen[s.path] if isinstance(chosen.get(s.path), float) else 0.0 for s in whole.states]
    values = (states, level, [p.value for p in cell.parameters.values()])
    units = {s.path: s.unit for s in whole.states}
    spans = _spans(paths, units, ranges)
    grid_x, grid_y = (np.linspace(low, high, points) for low, high in spans)
    every = planar.rates(grid_x[None, :], grid_y[:, None], values)
    lines = [nullcline(planar, values, grid_x, grid_y, every[..., k], k) for k in range(2)]
    fixed = fixed_points(planar, values, grid_x, grid_y, every, paths)
    return PhasePlane(
        cell, level, paths, chosen, grid_x, grid_y, every[..., 0], every[..., 1], lines[0], lines[1], fixed, planar,
        values,
    )  # fmt: skip


def _moving(cell: Cell, whole: System, path: str) -> str:
    known = [s.path for s in whole.states]
    if path in known:
        speed = cell.parameters.get(f"{path}_speed")
        if speed is not None and speed.value <= STUCK:
            raise DynamicsError(
                f"'{path}' of {cell.name} is frozen and does not move; thaw it with "
                f"with_({{'{path}_speed': 1}}), or choose another state"
            )
        return path
    if any(o.path == path for o in whole.observables):
        raise DynamicsError(
            f"'{path}' of {cell.name} is no state of its own (it follows from the others at once); "
            f"a plane can have {', '.join(known)}"
        )
    if path in cell.parameters:
        raise DynamicsError(
            f"'{path}' of {cell.name} is held at {cell.parameters[path].value:g} and does not move; "
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


def _dataset(found: PhasePlane) -> xr.Dataset:
    """The Dataset of a phase plane: the field on its grid, curves laid end to end with NaN between them."""
    first, second = found.paths
    units = state_units(found.cell, found.paths)
    import xarray as xr

    variables: dict[str, Any] = {
        "dx": labelled(found.dx, ("y", "x"), f"{units[0]}/ms", f"d {first}/dt"),
        "dy": labelled(found.dy, ("y", "x"), f"{units[1]}/ms", f"d {second}/dt"),
    }
    curves = {
        "x_nullcline": (found.x_nullcline, f"d {first}/dt = 0"),
        "y_nullcline": (found.y_nullcline, f"d {second}/dt = 0"),
        "separatrix": (found.separatrix, "separatrix" if found.sharp else "quasi-threshold"),
    }
    for name, (lines, label) in curves.items():
        a, b = _lines(lines)
        variables[f"{name}_x"] = labelled(a, name, units[0], label)
        variables[f"{name}_y"] = labelled(b, name, units[1], label)
    points = found.fixed_points
    variables["fixed_x"] = labelled([p.state[first] for p in points], "fixed", units[0], "fixed points")
    variables["fixed_y"] = labelled([p.state[second] for p in points], "fixed", units[1], "fixed points")
    variables["fixed_stable"] = labelled(np.array([p.stable for p in points], dtype=np.int8), "fixed", "1", "stable")
    variables["fixed_kind"] = ("fixed", np.array([p.kind for p in points], dtype="U16"))
    coordinates = {
        "x": labelled(found.x, "x", units[0], first),
        "y": labelled(found.y, "y", units[1], second),
    }
    text = attributes("phase plane", found.cell, current=found.current, x=first, y=second, sharp=int(found.sharp))
    return xr.Dataset(variables, coords=coordinates, attrs=text)


def _lines(lines: Any) -> tuple[Any, Any]:
    """Curves laid end to end, with a NaN after each."""
    parts = [np.vstack([line, np.full((1, 2), np.nan)]) for line in lines]
    joined = np.concatenate(parts) if parts else np.empty((0, 2))
    return joined[:, 0], joined[:, 1]
