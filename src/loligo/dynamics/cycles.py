"""Branches of periodic orbits: pseudo-arclength continuation of the collocation equations, with stability.

A branch starts at a Hopf point, where the first cycle is the infinitesimal ellipse of the critical eigenvectors, or at
a cycle that was found otherwise. It ends at a Hopf point, at the edge of the range, or where the period grows beyond
bounds. Folds, period doublings and torus points are found as roots along the arclength, on a mesh twice as fine as
the branch's own, and again on one twice as fine as that: the difference is their stated uncertainty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .collocation import Cyclic, Linear, Orbit, linearise, multipliers, remesh
from .field import Array, Field
from .records import Options, Special

STEP = 1.5  # the step along cycles, relative to that along equilibria


@dataclass(frozen=True)
class Tangent:
    """A direction in the space of orbits: change of the node values (N, m + 2, n), of T and of p."""

    nodes: Array
    period: float
    p: float

    def turned(self) -> Tangent:
        """The opposite direction."""
        return Tangent(-self.nodes, -self.period, -self.p)


@dataclass(frozen=True)
class Cycle:
    """A periodic orbit with the direction of its branch and its Floquet multipliers."""

    orbit: Orbit
    tangent: Tangent
    multipliers: Any

    @property
    def others(self) -> Any:
        """The multipliers without the trivial one."""
        return np.delete(self.multipliers, np.argmin(np.abs(self.multipliers - 1)))

    @property
    def stable(self) -> bool:
        """Are all other multipliers inside the unit circle?"""
        return bool((np.abs(self.others) < 1).all())


class CycleCurve:
    """The curve of periodic orbits of a field with one free parameter."""

    def __init__(self, field: Field, low: float, high: float, options: Options) -> None:
        self.field, self.low, self.high, self.options = field, low, high, options
        self.width = high - low
        self.weight = 1 / field.scale**2

    def dot(self, mesh: Array, a: Array, b: Array) -> float:
        """Inner product of two functions given at the mesh points (N, n)."""
        return float(np.einsum("i,in,n->", _hat(mesh), a * b, self.weight))

    def product(self, orbit: Orbit, a: Tangent, b: Tangent) -> float:
        """Inner product of two directions."""
        return (
            self.dot(orbit.mesh, a.nodes[:, 0], b.nodes[:, 0])
            + a.period * b.period / orbit.period**2
            + a.p * b.p / self.width**2
        )

    def _rows(self, linear: Linear, mesh: Array, base: Orbit, tangent: Tangent) -> tuple[Array, Array]:
        spread = _hat(mesh)[:, None] * self.weight
        phase = np.concatenate([(spread * linear.velocity).ravel(), [0.0, 0.0]])
        phase /= np.abs(phase).max()
        row = np.concatenate(
            [(spread * tangent.nodes[:, 0]).ravel(), [tangent.period / base.period**2, tangent.p / self.width**2]]
        )
        return phase, row

    def correct(self, guess: Orbit, base: Orbit, tangent: Tangent, most: int = 8) -> tuple[Orbit, Linear, int] | None:
        """Newton's method in the plane through `guess` normal to `tangent`."""
        orbit = guess
        for count in range(1, most + 1):
            linear = linearise(self.field, orbit)
            if not np.isfinite(linear.residual):
                return None
            if count == 1:
                reference = linear
            phase, row = self._rows(reference, guess.mesh, base, tangent)
            apart = (orbit.x - guess.x).ravel()
            last = (
                -float(phase[:-2] @ apart),
                -float(row[:-2] @ apart + row[-2] * (orbit.period - guess.period) + row[-1] * (orbit.p - guess.p)),
            )
            try:
                cyclic = Cyclic(linear, phase, row)
            except FloatingPointError:
                return None
            change = cyclic.solve(linear.r, last)
            stages = cyclic.stages(change, 1.0)
            dx = change[:-2].reshape(orbit.x.shape)
            size = max(
                float(np.abs(dx / self.field.scale).max()),
                abs(change[-2]) / orbit.period,
                abs(change[-1]) / self.width,
            )
            if not np.isfinite(size) or size > 0.5 or orbit.period + change[-2] <= 0:
                return None
            orbit = Orbit(
                orbit.mesh,
                orbit.x + dx,
                orbit.stages + stages,
                float(orbit.period + change[-2]),
                float(orbit.p + change[-1]),
            )
            if size < self.options.tolerance:
                return orbit, linear, count
        return None

    def direction(self, orbit: Orbit, linear: Linear, before: Tangent) -> Tangent:
        """Unit tangent of the curve at an orbit, pointing the way `before` does."""
        phase, row = self._rows(linear, orbit.mesh, orbit, before)
        cyclic = Cyclic(linear, phase, row)
        change = cyclic.solve(np.zeros_like(linear.r), (0.0, 1.0))
        dx = change[:-2].reshape(orbit.x.shape)
        nodes = np.concatenate([dx[:, None], cyclic.stages(change, 0.0), np.roll(dx, -1, axis=0)[:, None]], axis=1)
        found = Tangent(nodes, float(change[-2]), float(change[-1]))
        length = np.sqrt(self.product(orbit, found, found))
        return Tangent(found.nodes / length, found.period / length, found.p / length)

    def cycle(self, orbit: Orbit, before: Tangent, linear: Linear | None = None) -> Cycle:
        """The record of a corrected orbit."""
        linear = linearise(self.field, orbit) if linear is None else linear
        return Cycle(orbit, self.direction(orbit, linear, before), multipliers(linear.A))

    def at(self, origin: Cycle, distance: float) -> Cycle | None:
        """The cycle at an arclength from another one."""
        found = self.correct(moved(origin.orbit, origin.tangent, distance), origin.orbit, origin.tangent)
        return None if found is None else self.cycle(found[0], origin.tangent)

    def refined(self, cycle: Cycle, intervals: int, degree: int) -> Cycle | None:
        """The same cycle (up to the discretisation error) on another mesh."""
        orbit, nodes = remesh(cycle.orbit, self.field, intervals, degree, (cycle.tangent.nodes,))
        tangent = Tangent(nodes, cycle.tangent.period, cycle.tangent.p)
        found = self.correct(orbit, orbit, tangent, 12)
        return None if found is None else self.cycle(found[0], tangent)


def _hat(mesh: Array) -> Array:
    h = np.diff(mesh)
    return np.asarray((h + np.roll(h, 1)) / 2)


def moved(orbit: Orbit, tangent: Tangent, distance: float) -> Orbit:
    """A step along a tangent."""
    return Orbit(
        orbit.mesh,
        orbit.x + distance * tangent.nodes[:, 0],
        orbit.stages + distance * tangent.nodes[:, 1:-1],
        orbit.period + distance * tangent.period,
        orbit.p + distance * tangent.p,
    )


def from_hopf(curve: CycleCurve, special: Special) -> tuple[Orbit, Tangent]:
    """The cycle of size zero at a Hopf point, and the direction in which it grows."""
    n, count, m = curve.field.size, curve.options.intervals, curve.options.degree
    x = np.array([special.state[path] for path in curve.field.paths])
    _, jacobian, _ = curve.field.derivatives(x, np.array([special.value]))
    values, vectors = np.linalg.eig(jacobian)
    omega = 2 * np.pi / special.period
    q = vectors[:, np.argmin(np.abs(values - 1j * omega))]
    mesh = np.linspace(0, 1, count + 1)
    orbit = Orbit(mesh, np.tile(x, (count, 1)), np.tile(x, (count, m, 1)), special.period, special.value)
    phases, _ = orbit.nodes()
    wave = np.real(np.exp(2j * np.pi * phases)[..., None] * q)
    tangent = Tangent(wave.reshape(count, m + 2, n), 0.0, 0.0)
    length = np.sqrt(curve.product(orbit, tangent, tangent))
    return orbit, replace(tangent, nodes=tangent.nodes / length)


def first_cycle(curve: CycleCurve, special: Special, size: float = 0.01) -> Cycle | None:
    """A small cycle near a Hopf point."""
    orbit, tangent = from_hopf(curve, special)
    for _ in range(8):
        guess = moved(orbit, tangent, size)
        # the phase condition needs a cycle to refer to, so that the first guess is one already
        found = curve.correct(guess, guess, tangent, 12)
        if found is not None:
            return curve.cycle(found[0], tangent)
        size /= 2
    return None


def doubled(curve: CycleCurve, orbit: Orbit, size: float = 0.02) -> Cycle | None:
    """A cycle of two turns near a period doubling.

    Its difference from the cycle run through twice is the perturbation that returns with the opposite sign.

    Parameters
    ----------
    curve : CycleCurve
        Whose mesh has room for two turns.
    orbit : Orbit
        At the period doubling.
    """
    linear = linearise(curve.field, orbit)
    mode = _alternating(linear)
    inner = np.einsum("ijab,ib->ija", linear.back[..., : mode.shape[1]], mode)
    after = np.concatenate([mode[1:], -mode[:1]])
    wave = np.concatenate([mode[:, None], inner, after[:, None]], axis=1)
    mesh = np.concatenate([orbit.mesh[:-1] / 2, 0.5 + orbit.mesh / 2])
    twice = Orbit(mesh, np.tile(orbit.x, (2, 1)), np.tile(orbit.stages, (2, 1, 1)), 2 * orbit.period, orbit.p)
    nodes: Array = np.concatenate([wave, -wave])
    twice, nodes = remesh(twice, curve.field, curve.options.intervals, curve.options.degree, (nodes,))
    tangent = Tangent(nodes, 0.0, 0.0)
    length = np.sqrt(curve.product(twice, tangent, tangent))
    tangent = replace(tangent, nodes=nodes / length)
    for _ in range(8):
        found = curve.correct(moved(twice, tangent, size), twice, tangent, 12)
        if found is not None:
            return curve.cycle(found[0], tangent)
        size /= 2
    return None


def _alternating(linear: Linear) -> Array:
    """The perturbation (N, n) nearest to one that has changed its sign after a turn, by inverse iteration."""
    from scipy.sparse import csc_matrix
    from scipy.sparse.linalg import splu

    count, n = linear.u.shape
    i, a, b = np.meshgrid(np.arange(count), np.arange(n), np.arange(n), indexing="ij")
    k, c = np.meshgrid(np.arange(count), np.arange(n), indexing="ij")
    ones = np.where(k == count - 1, -1.0, 1.0)
    data = np.concatenate([-linear.A.ravel(), ones.ravel()])
    rows = np.concatenate([(i * n + a).ravel(), (k * n + c).ravel()])
    columns = np.concatenate([(i * n + b).ravel(), ((k + 1) % count * n + c).ravel()])
    # a little off, so that the matrix can be factored at the doubling itself
    matrix = csc_matrix((data * (1 + 1e-12), (rows, columns)), shape=(count * n, count * n))
    lu = splu(matrix)
    x = np.ones(count * n)
    for _ in range(6):
        x = lu.solve(lu.solve(x), trans="T")
        x = x / np.linalg.norm(x)
    return np.asarray(x.reshape(count, n))


@dataclass(frozen=True)
class Step:
    """One step along a branch: the cycle reached, from which origin (on the same mesh), over what arclength.

    `end` says why it is the last one, "" otherwise; `cycle` is None if there is nothing to add.
    """

    cycle: Cycle | None
    origin: Cycle | None = None
    length: float = 0.0
    end: str = ""


def walk(curve: CycleCurve, start: Cycle, *, born_double: bool = False) -> Iterator[Step]:
    """Cycles along a branch.

    Parameters
    ----------
    born_double : bool
        Does it begin at a period doubling? It then ends where its two turns become one again.
    """
    options = curve.options
    here, step = start, 0.02
    past: list[tuple[float, float]] = []
    longest = max(options.longest, 5 * start.orbit.period)  # slow oscillations are no approach to infinity
    yield Step(here)
    for _ in range(options.points):
        orbit, nodes = remesh(here.orbit, curve.field, options.intervals, options.degree, (here.tangent.nodes,))
        origin = replace(here, orbit=orbit, tangent=replace(here.tangent, nodes=nodes))
        while True:
            found = curve.correct(moved(orbit, origin.tangent, step), orbit, origin.tangent)
            after = None if found is None else curve.cycle(found[0], origin.tangent)
            if found is not None and after is not None:
                angle, iterations = curve.product(after.orbit, after.tangent, origin.tangent), found[2]
                if angle > 0.85:
                    break
            step /= 2
            if step < options.smallest:
                where = f"{curve.field.free[0]} = {here.orbit.p:.8g}, period {here.orbit.period:.6g} ms"
                yield Step(None, end=f"stalled at {where}: no step is small enough")
                return
        if _inverted(curve, orbit, after.orbit):
            yield Step(None, end="hopf")
            return
        if born_double and _merged(curve, orbit, after.orbit):
            yield Step(None, end="period doubling")
            return
        if not curve.low <= after.orbit.p <= curve.high:
            edge = curve.low if after.orbit.p < curve.low else curve.high
            last = at_parameter(curve, origin, step, edge)
            yield Step(last, origin if last is not None else None, step, "end of the range")
            return
        here = after
        past.append((after.orbit.p, after.orbit.period))
        end = "homoclinic" if after.orbit.period > longest or _converged(past, curve.width) else ""
        yield Step(here, origin, step, end)
        if end:
            return
        if angle > 0.96 and iterations <= 4:
            step = min(1.5 * step, STEP * options.largest)
        elif angle < 0.9:
            step /= 1.5
    yield Step(None, end=f"stopped after {options.points} points")


def from_orbit(curve: CycleCurve, guess: Orbit) -> Cycle | None:
    """The cycle near a guess, at the guess's parameter, with the tangent towards larger parameters."""
    nodes = np.zeros((guess.intervals, guess.degree + 2, curve.field.size))
    plain = Tangent(nodes, 0.0, curve.width)
    found = curve.correct(guess, guess, plain, 25)
    return None if found is None else curve.cycle(found[0], plain)


def _converged(past: list[tuple[float, float]], width: float) -> bool:
    """Does the period grow while the parameter stands still, as near an orbit that is homoclinic to a saddle?

    There the distance in the parameter falls exponentially with the period; beyond this point neither it nor the
    multipliers can be told from rounding.
    """
    if len(past) < 4:
        return False
    p, period = np.array(past[-4:]).T
    return bool(np.ptp(p) < 2e-8 * width and (np.diff(period) > 0).all() and period[-1] > 1.15 * period[0])


def _inverted(curve: CycleCurve, a: Orbit, b: Orbit) -> bool:
    """Has the cycle shrunk to a point and come out on the other side of it?"""
    first, second = a.x - _mean(a), b.x - _mean(b)
    return curve.dot(a.mesh, first, second) < 0


def _merged(curve: CycleCurve, a: Orbit, b: Orbit) -> bool:
    """Have the two turns of a cycle become one, and changed places?"""
    first, second = (o.x - o.at(o.mesh[:-1] + 0.5) for o in (a, b))
    return curve.dot(a.mesh, first, second) < 0


def _mean(orbit: Orbit) -> Array:
    return np.asarray(_hat(orbit.mesh) @ orbit.x)


def root(curve: CycleCurve, origin: Cycle, length: float, test: Callable[[Cycle], float], sharp: float) -> Cycle | None:
    """The cycle at which a test function is zero, between an origin and an arclength from it.

    Parameters
    ----------
    sharp : float
        Accuracy of the arclength.
    """
    from scipy.optimize import brentq

    seen: dict[float, Cycle] = {0.0: origin}

    def along(distance: float) -> float:
        if distance not in seen:
            found = curve.at(origin, distance)
            if found is None:
                raise FloatingPointError
            seen[distance] = found
        return test(seen[distance])

    try:
        if along(0.0) * along(length) > 0:
            return None
        best = brentq(along, 0.0, length, xtol=sharp, rtol=1e-12, maxiter=60)
        along(best)
    except FloatingPointError:
        return None
    return seen[best]


def at_parameter(curve: CycleCurve, origin: Cycle, length: float, p: float) -> Cycle | None:
    """The cycle of a branch at a value of the parameter, between an origin and an arclength from it."""
    found = root(curve, origin, length, lambda c: c.orbit.p - p, 1e-10)
    if found is None:
        return None
    return exactly(curve, found, p)


def exactly(curve: CycleCurve, near: Cycle, p: float) -> Cycle | None:
    """The cycle at a value of the parameter, from one that is nearly there."""
    orbit, tangent = replace(near.orbit, p=p), near.tangent
    plain = Tangent(np.zeros_like(tangent.nodes), 0.0, curve.width)
    found = curve.correct(orbit, orbit, plain, 15)
    return None if found is None else curve.cycle(found[0], tangent)
