"""All branches of equilibria of a field over a range of its parameter: found, followed both ways, told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from .branch import Curve, EquilibriumBranch, specials, walk
from .field import Array, DynamicsError
from .records import Special
from .resting import roots

STARTS = 5  # values of the parameter at which equilibria are looked for


def equilibrium_branches(curve: Curve) -> tuple[list[EquilibriumBranch], list[Special], list[str]]:
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
            special += [s for s in points if not any(same_point(s, other) for other in special)]
            notes += note
    for crossing in [s for s in special if s.kind == "branch point"]:
        for x, p in _beside(curve, crossing):
            if not any(_on(branch, x, p, field.scale) for branch in branches):
                branch, points, note = _through(curve, x, p, len(branches))
                if branch is not None:
                    branches.append(branch)
                    special += [s for s in points if not any(same_point(s, other) for other in special)]
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
        for point, reason in walk(curve, first):
            if point is points[-1] or point is first:
                end = reason or end
                continue
            found = specials(curve, points[-1], point)
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
    air = 1e-9 * float(np.ptp(branch.parameter))  # the ends of a branch are those of the range up to rounding
    near = np.flatnonzero((np.minimum(a, b) - air <= p) & (p <= np.maximum(a, b) + air))
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


def same_point(a: Special, b: Special) -> bool:
    """Are two records of the same point?"""
    return (
        a.kind == b.kind
        and abs(a.value - b.value) < 1e-6 * (1 + abs(a.value))
        and all(abs(a.state[k] - b.state.get(k, np.inf)) < 1e-3 * (1 + abs(a.state[k])) for k in a.state)
    )
