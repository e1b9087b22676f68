"""Whole branches of cycles: followed from a Hopf point or from a simulation to where they end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import crossings, cycles
from .collocation import Orbit
from .cycles import Cycle, CycleCurve
from .field import Array
from .records import Special


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


def follow(
    curve: CycleCurve, first: Cycle, origin: Special | None, known: list[Special], index: int, notes: list[str],
    reached: list[Special],
) -> tuple[CycleBranch, list[Special]]:  # fmt: skip
    """A branch of cycles and its special points, from a first cycle on.

    Parameters
    ----------
    origin : Special or None
        The Hopf point or period doubling at which it begins.
    known : list of Special
        All special points so far.
    reached : list of Special
        Gets the point at which the branch ends, if it is one of those.
    """
    double = origin is not None and origin.kind == "period doubling"
    points: list[Cycle] = []
    critical: list[bool] = []
    special: list[Special] = []
    end = ""
    for step in cycles.walk(curve, first, born_double=double):
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
    if origin is not None and not double:
        columns = _with_hopf(columns, origin, 0)
    if end == "hopf":
        last = _nearest_hopf(orbits[-1], [s for s in known if s.kind == "hopf"], curve)
        if last is not None:
            reached.append(last)
            columns = _with_hopf(columns, last, len(columns[0]))
            end = f"Hopf point at {last.value:.8g}"
    elif end == "period doubling":
        others = [
            s for s in known if s.kind == end and s != origin and abs(2 * s.period / orbits[-1].period - 1) < 0.05
        ]
        joined = min(others, key=lambda s: abs(s.value - orbits[-1].p), default=None)
        if joined is not None:
            reached.append(joined)
            end = f"period doubling at {joined.value:.8g}"
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


def covered(made: CycleBranch, value: float) -> bool:
    """Has a branch stable cycles at a value of the parameter?"""
    stable = made.stable[:-1] & made.stable[1:]
    a, b = made.parameter[:-1], made.parameter[1:]
    return bool((stable & (np.minimum(a, b) <= value) & (value <= np.maximum(a, b))).any())


def from_simulation(
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
        half, points = follow(curve, replace(cycle, tangent=tangent), None, known, index, notes, reached)
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


def from_doublings(
    curve: CycleCurve, parents: list[CycleBranch], known: list[Special], index: int, notes: list[str],
    reached: list[Special],
) -> tuple[list[CycleBranch], list[Special]]:  # fmt: skip
    """The branches of two turns that begin at the period doublings of other branches."""
    made: list[CycleBranch] = []
    special: list[Special] = []
    for origin in [s for s in known if s.kind == "period doubling"]:
        at = [o for b in parents for o in b.orbits if o.p == origin.value and o.period == origin.period]
        if not at or origin in reached:
            continue
        first = cycles.doubled(curve, at[0])
        if first is None:
            notes.append(f"no cycle of two turns near the period doubling at {origin.parameter} = {origin.value:.8g}")
            continue
        branch, points = follow(curve, first, origin, [*known, *special], index + len(made), notes, reached)
        made.append(branch)
        special += points
    return made, special
