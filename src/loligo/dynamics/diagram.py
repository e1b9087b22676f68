"""The diagram of a cell over one parameter: equilibria, cycles, stability and every special point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.cell import Cell
from ..units import number
from . import branch as equilibrium
from . import crossings, cycles
from .branch import Curve, EquilibriumBranch
from .collocation import Orbit
from .cycles import Cycle, CycleCurve
from .field import CURRENT, Array, DynamicsError, Field, amount, current_unit
from .firing import firing_orbit
from .records import Options, Special
from .resting import roots

if TYPE_CHECKING:
    import xarray as xr

STARTS = 5  # values of the parameter at which equilibria are looked for


@dataclass(frozen=True)
class CycleBranch:
    """A branch of periodic orbits.

    Attributes
    ----------
    parameter : array (points)
    period : array (points)
        ms.
    V_max, V_min : array (points)
        mV.
    multipliers : array of complex (points, n)
        Floquet multipliers, the trivial one (1) among them; NaN where the cycle has shrunk to a point.
    stable : array of bool (points)
    critical : array of bool (points)
        Special points, where stability may change.
    orbits : tuple of Orbit
        The cycles themselves.
    end : str
        Why it ends where it does.
    """

    parameter: Array
    period: Array
    V_max: Array
    V_min: Array
    multipliers: Any
    stable: Any
    critical: Any
    orbits: tuple[Orbit, ...]
    end: str

    @property
    def frequency(self) -> Array:
        """Hz."""
        return 1000 / self.period


@dataclass(frozen=True)
class Diagram:
    """What a cell does over a range of one parameter.

    Attributes
    ----------
    cell : Cell
    parameter : str
        Its path.
    unit : str
    range : pair of float
    equilibria : tuple of EquilibriumBranch
    cycles : tuple of CycleBranch
    special : tuple of Special
        In the order of the parameter.
    notes : tuple of str
        What could not be done, and where.
    """

    cell: Cell
    parameter: str
    unit: str
    range: tuple[float, float]
    equilibria: tuple[EquilibriumBranch, ...]
    cycles: tuple[CycleBranch, ...]
    special: tuple[Special, ...]
    notes: tuple[str, ...]

    def of_kind(self, kind: str) -> tuple[Special, ...]:
        """The special points of one kind."""
        return tuple(s for s in self.special if s.kind == kind)

    def to_dataset(self) -> xr.Dataset:
        """The diagram as a Dataset, for `loligo.plot` and for files."""
        from .dataset import diagram

        return diagram(self)

    def __str__(self) -> str:
        low, high = self.range
        lines = [f"{self.cell.name}, {self.parameter} from {low:g} to {high:g} {self.unit}".rstrip()]
        lines += [f"  {s}" for s in self.special] or ["  no special points"]
        return "\n".join(lines + [f"  note: {n}" for n in self.notes])


def continuation(
    cell: Cell,
    parameter: str,
    range: tuple[Any, Any],
    *,
    current: Any = 0.0,
    cycles: bool = True,
    cycles_at: Any = (),
    options: Options | None = None,
) -> Diagram:
    """Follow all equilibria and cycles of a cell over a range of one parameter.

    Parameters
    ----------
    cell : Cell
    parameter : str
        ``"stimulus.amplitude"`` (constant applied current), or any path of the cell: ``"Na.g"``, ``"K.E"``,
        ``"celsius"``; a state's path holds that state.
    range : pair of numbers
    current : number
        Constant applied current where it is not the parameter, µA/cm².
    cycles : bool
        Follow periodic orbits too, from every Hopf point.
    cycles_at : sequence of numbers
        Values of the parameter at which a stable cycle is looked for by simulation, for branches that reach no Hopf
        point.
    options : Options, optional

    Returns
    -------
    Diagram
        Branches, and ``special``: records with ``kind``, ``parameter``, ``value``. A branch that could not be followed
        to its end says where and why in ``notes``.

    Raises
    ------
    DynamicsError
        If the parameter does not enter the equations, or there is no equilibrium in the range.

    Examples
    --------
    >>> import loligo as lo
    >>> diagram = lo.dynamics.continuation(lo.cells.squid(), "stimulus.amplitude", (0, 200), cycles=False)
    >>> [(s.kind, round(s.value, 6), s.criticality) for s in diagram.special]
    [('hopf', 9.775438, 'subcritical'), ('hopf', 154.522434, 'supercritical')]
    """
    chosen = options or Options()
    if not isinstance(chosen, Options):
        raise DynamicsError(f"options: {options!r}; give loligo.dynamics.Options(...)")
    if not isinstance(cell, Cell):
        raise DynamicsError(f"a cell is needed, such as loligo.cells.squid(), not {cell!r}")
    field = Field(cell, (str(parameter),), current=number(current, "µA/cm²", "current"))
    low, high = _range(field, range)
    wanted = tuple(amount(v, field.free[0], cell) for v in cycles_at)
    return diagram(field, low, high, chosen, cycles, lambda value: firing_orbit(field, value, chosen), wanted)


def diagram(
    field: Field,
    low: float,
    high: float,
    options: Options,
    with_cycles: bool,
    simulated: Callable[[float], Orbit | None],
    cycles_at: tuple[float, ...] = (),
) -> Diagram:
    """Follow all branches of a field with one free parameter.

    Parameters
    ----------
    simulated : callable
        A guess of the stable cycle at a value of the parameter, or None.
    cycles_at : tuple of float
        Values at which it is asked for.
    """
    curve = Curve(field, low, high, options)
    branches, special, notes = _equilibria(curve)
    found: list[CycleBranch] = []
    if with_cycles:
        loops = CycleCurve(field, low, high, options)
        reached: list[Special] = []
        for hopf in [s for s in special if s.kind == "hopf"]:
            if any(_same(hopf, other) for other in reached):
                continue
            first = cycles.first_cycle(loops, hopf)
            if first is None:
                notes.append(f"no cycle found near the Hopf point at {field.free[0]} = {hopf.value:.8g}")
                continue
            made, points = _cycles(loops, first, hopf, special, len(found), notes, reached)
            found.append(made)
            special += points
        for value in cycles_at:
            if any(_covered(made, value) for made in found):
                continue
            made_here, points = _from_simulation(loops, value, simulated(value), special, len(found), notes, reached)
            found += made_here
            special += points
    unit = _unit(field)
    ordered = tuple(sorted(special, key=lambda s: (s.value, s.kind)))
    return Diagram(field.cell, field.free[0], unit, (low, high), tuple(branches), tuple(found), ordered, tuple(notes))


def _range(field: Field, given: Any) -> tuple[float, float]:
    path = field.free[0]
    try:
        low, high = given
    except (TypeError, ValueError):
        raise DynamicsError(f"range: {given!r}; give two numbers, such as (-10, 200)") from None
    low, high = amount(low, path, field.cell), amount(high, path, field.cell)
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise DynamicsError(f"range: {path} from {low:g} to {high:g}; give the lower value first")
    parameter = field.cell.parameters.get(path)
    if parameter is not None:
        for value in (low, high):
            parameter.with_value(value, path)  # its bounds
    return low, high


def _unit(field: Field) -> str:
    path = field.free[0]
    if path == CURRENT:
        return current_unit(field.cell)
    states = {s.path: s.unit for s in field.system.states}
    unit = states.get(path) or field.cell.parameters[path].unit
    return "" if unit == "1" else unit


def _equilibria(curve: Curve) -> tuple[list[EquilibriumBranch], list[Special], list[str]]:
    """All branches of equilibria that pass one of a few values of the parameter."""
    field = curve.field
    branches: list[EquilibriumBranch] = []
    special: list[Special] = []
    notes: list[str] = []
    values = np.linspace(curve.low, curve.high, STARTS)
    values = values[[0, -1, *range(1, STARTS - 1)]]
    for value in values:
        for x in roots(field, np.array([value])):
            if any(_on(branch, x, float(value), field.scale) for branch in branches):
                continue
            branch, points, note = _through(curve, x, float(value), len(branches))
            if branch is None:
                continue
            branches.append(branch)
            special += points
            notes += note
    for crossing in [s for s in special if s.kind == "branch point"]:
        for x, p in _beside(curve, crossing):
            if not any(_on(branch, x, p, field.scale) for branch in branches):
                branch, points, note = _through(curve, x, p, len(branches))
                if branch is not None:
                    branches.append(branch)
                    special += [s for s in points if not any(_same(s, other) for other in special)]
                    notes += note
    if not branches:
        path = field.free[0]
        raise DynamicsError(
            f"{field.cell.name} has no equilibrium between -200 and 150 mV at any of {STARTS} values of {path} "
            f"from {curve.low:g} to {curve.high:g}; give another range"
        )
    return branches, special, notes


def _through(curve: Curve, x: Array, p: float, index: int) -> tuple[EquilibriumBranch | None, list[Special], list[str]]:
    """The branch through an equilibrium, followed both ways."""
    halves: list[list[Any]] = []
    special: list[Special] = []
    notes: list[str] = []
    ends: list[str] = []
    start = curve.first(x, p, 1)
    if start is None:  # on a fold: step off it
        return None, [], []
    for sign in (1.0, -1.0):
        first = replace(start, tangent=sign * start.tangent)
        outward = sign * start.tangent[-1]
        if (p <= curve.low and outward < 0) or (p >= curve.high and outward > 0):
            halves.append([first])
            ends.append("end of the range")
            continue
        points, end, closed = [first], "end of the range", False
        for point, reason in equilibrium.walk(curve, first):
            if point is points[-1] or point is first:
                end = reason or end
                continue
            found = equilibrium.specials(curve, points[-1], point)
            special += [replace(s, branch=index) for s, _ in found]
            points += [q for _, q in found] + [point]
            end = reason or end
            if len(points) > 20 and _back(curve, points, first):
                end, closed = "closed", True
                break
        if end not in ("end of the range", "closed"):
            notes.append(f"equilibria: {end}")
        halves.append(points)
        ends.append(end)
        if closed:
            halves.append([first])
            ends.append(end)
            break
    ordered = halves[1][::-1] + halves[0][1:]
    branch = EquilibriumBranch(
        np.array([q.p for q in ordered]),
        np.array([q.x for q in ordered]),
        np.array([q.eigenvalues for q in ordered]),
        curve.field.paths,
        f"{ends[1]}; {ends[0]}",
    )
    return branch, special, notes


def _back(curve: Curve, points: list[Any], first: Any) -> bool:
    """Has the branch closed upon itself?"""
    a, b = curve.coordinates(points[-2]), curve.coordinates(points[-1])
    origin = curve.coordinates(first)
    along = b - a
    length = float(np.linalg.norm(along))
    if length == 0:
        return False
    share = float((origin - a) @ along) / length**2
    return 0 <= share <= 1 and float(np.linalg.norm(a + share * along - origin)) < 0.05 * length + 1e-6


def _on(branch: EquilibriumBranch, x: Array, p: float, scale: Array) -> bool:
    """Does a branch pass an equilibrium?"""
    a, b = branch.parameter[:-1], branch.parameter[1:]
    near = np.flatnonzero((np.minimum(a, b) <= p) & (p <= np.maximum(a, b)))
    for k in near:
        share = 0.5 if b[k] == a[k] else (p - a[k]) / (b[k] - a[k])
        there = branch.states[k] + share * (branch.states[k + 1] - branch.states[k])
        step = np.abs((branch.states[k + 1] - branch.states[k]) / scale).max()
        if np.abs((there - x) / scale).max() < 0.1 * step + 1e-5:
            return True
    return False


def _beside(curve: Curve, crossing: Special) -> Iterator[tuple[Array, float]]:
    """Equilibria near a branch point, on both sides of it."""
    for side in (-1, 1):
        p = crossing.value + side * 2e-3 * (curve.high - curve.low)
        if curve.low <= p <= curve.high:
            for x in roots(curve.field, np.array([p])):
                yield x, p


def _same(a: Special, b: Special) -> bool:
    return (
        a.kind == b.kind
        and abs(a.value - b.value) < 1e-6 * (1 + abs(a.value))
        and all(abs(a.state[k] - b.state.get(k, np.inf)) < 1e-3 * (1 + abs(a.state[k])) for k in a.state)
    )


def _cycles(
    curve: CycleCurve, first: Cycle, origin: Special | None, known: list[Special], index: int, notes: list[str],
    reached: list[Special],
) -> tuple[CycleBranch, list[Special]]:  # fmt: skip
    """A branch of cycles and its special points, from a first cycle on."""
    points: list[Cycle] = []
    critical: list[bool] = []
    special: list[Special] = []
    end = ""
    for step in cycles.walk(curve, first):
        end = step.end or end
        if step.origin is not None and step.cycle is not None:
            found = crossings.between(curve, step.origin, step.cycle, step.length, index)
            special += [s for s, _ in found]
            points += [c for _, c in found]
            critical += [True] * len(found)
        if step.cycle is not None:
            points.append(step.cycle)
            critical.append(False)
    orbits = tuple(c.orbit for c in points)
    top, bottom = crossings.summary(orbits)
    columns: list[Any] = [
        np.array([o.p for o in orbits]),
        np.array([o.period for o in orbits]),
        top,
        bottom,
        np.array([c.multipliers for c in points]),
        np.array([c.stable for c in points]),
        np.array(critical),
    ]
    if origin is not None:
        columns = _with_hopf(columns, origin, 0)
    if end == "hopf":
        last = _nearest_hopf(orbits[-1], [s for s in known if s.kind == "hopf"], curve)
        if last is not None:
            reached.append(last)
            columns = _with_hopf(columns, last, len(columns[0]))
            end = f"Hopf point at {last.value:.8g}"
    elif end == "homoclinic" and len(orbits) > 2:
        special.append(crossings.ending(curve, orbits, [s for s in known if s.kind == "fold"], index))
    elif end != "end of the range":
        notes.append(f"cycles: {end}")
    p, period, top, bottom, multipliers, stable, special_rows = columns
    return CycleBranch(p, period, top, bottom, multipliers, stable, special_rows, orbits, end), special


def _with_hopf(columns: list[Any], hopf: Special, at: int) -> list[Any]:
    """The columns of a branch with the cycle of size zero at its end."""
    v = next(iter(hopf.state.values()))
    stable = columns[5][min(at, len(columns[5]) - 1)]
    rows = [hopf.value, hopf.period, v, v, np.full(columns[4].shape[1], np.nan), stable, True]
    return [np.insert(c, at, row, axis=0) for c, row in zip(columns, rows, strict=True)]


def _nearest_hopf(orbit: Orbit, hopfs: list[Special], curve: CycleCurve) -> Special | None:
    """The Hopf point into which a branch of cycles shrinks."""
    mean = orbit.x.mean(axis=0)

    def distance(s: Special) -> float:
        x = np.array([s.state[path] for path in curve.field.paths])
        gap = float(np.abs((x - mean) / curve.field.scale).max())
        return gap + abs(s.value - orbit.p) / curve.width + abs(s.period / orbit.period - 1)

    return min(hopfs, key=distance, default=None)


def _covered(made: CycleBranch, value: float) -> bool:
    stable = made.stable[:-1] & made.stable[1:]
    a, b = made.parameter[:-1], made.parameter[1:]
    return bool((stable & (np.minimum(a, b) <= value) & (value <= np.maximum(a, b))).any())


def _from_simulation(
    curve: CycleCurve, value: float, orbit: Orbit | None, known: list[Special], index: int, notes: list[str],
    reached: list[Special],
) -> tuple[list[CycleBranch], list[Special]]:  # fmt: skip
    """The branch through a cycle found by simulation, followed both ways."""
    if orbit is None:
        notes.append(f"no periodic firing at {curve.field.free[0]} = {value:g}")
        return [], []
    cycle = cycles.from_orbit(curve, orbit)
    if cycle is None:
        notes.append(f"the firing at {curve.field.free[0]} = {value:g} could not be made a cycle")
        return [], []
    halves: list[CycleBranch] = []
    special: list[Special] = []
    for tangent in (cycle.tangent.turned(), cycle.tangent):
        half, points = _cycles(curve, replace(cycle, tangent=tangent), None, known, index, notes, reached)
        halves.append(half)
        special += points
    return [_joined(*halves)], special


def _joined(back: CycleBranch, forth: CycleBranch) -> CycleBranch:
    """Two halves of a branch that begin at the same cycle, as one."""

    def both(name: str) -> Any:
        return np.concatenate([getattr(back, name)[:0:-1], getattr(forth, name)])

    return CycleBranch(
        both("parameter"),
        both("period"),
        both("V_max"),
        both("V_min"),
        both("multipliers"),
        both("stable"),
        both("critical"),
        (*back.orbits[:0:-1], *forth.orbits),
        f"{back.end}; {forth.end}",
    )
