"""Pseudo-arclength continuation of equilibria, with folds, Hopf points and branch points located to rounding.

A branch is a curve f(x, p) = 0. From a point and its tangent the next one is predicted at a distance and corrected by
Newton's method in the plane normal to the tangent (Keller 1977), in coordinates in which 50 mV, an open probability of
1 and the range of the parameter are of size 1. A special point lies between two points where a test function changes
sign; it is found as a root of the test function along the arclength, every trial being a point of the curve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .field import Array, Field
from .hopf import first_lyapunov
from .records import Options, Special
from .resting import spectrum


@dataclass(frozen=True)
class Point:
    """A point of a branch: state, parameter, unit tangent (in scaled coordinates), eigenvalues."""

    x: Array
    p: float
    tangent: Array
    eigenvalues: Any

    @property
    def growing(self) -> int:
        """Number of eigenvalues with positive real part, beyond rounding."""
        return int(np.count_nonzero(self.eigenvalues.real > 1e-14 * np.abs(self.eigenvalues).max()))


@dataclass(frozen=True)
class EquilibriumBranch:
    """A branch of equilibria.

    Attributes
    ----------
    parameter : array (points)
    states : array (points, n)
    eigenvalues : array of complex (points, n)
    paths : tuple of str
        Names of the states.
    end : str
        Why it ends where it does.
    """

    parameter: Array
    states: Array
    eigenvalues: Any
    paths: tuple[str, ...]
    end: str

    @property
    def V(self) -> Array:
        """Membrane potential (the first state), mV."""
        return np.asarray(self.states[:, 0])

    @property
    def stable(self) -> Any:
        """Is every eigenvalue in the left half-plane?"""
        return self.eigenvalues.real.max(axis=1) < 0

    @property
    def critical(self) -> Any:
        """Special points, where an eigenvalue lies on the imaginary axis."""
        size = np.abs(self.eigenvalues).max(axis=1)
        return np.abs(self.eigenvalues.real).min(axis=1) < 1e-9 * size


class Curve:
    """The curve f(x, p) = 0 of a field with one free parameter, in scaled coordinates."""

    def __init__(self, field: Field, low: float, high: float, options: Options) -> None:
        self.field, self.low, self.high, self.options = field, low, high, options
        self.scale = np.append(field.scale, high - low)

    def linear(self, u: Array) -> tuple[Array, Array, Array]:
        """f, its derivative by the scaled coordinates (n, n + 1), and the plain Jacobian."""
        f, jacobian, slope = self.field.derivatives(u[:-1] * self.scale[:-1], u[-1:] * self.scale[-1])
        return f, np.concatenate([jacobian, slope], axis=1) * self.scale, jacobian

    def tangent(self, matrix: Array, before: Array) -> Array:
        """Unit null vector that points the way `before` does."""
        rows = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-300)
        bordered = np.vstack([matrix / rows, before])
        right = np.zeros(len(before))
        right[-1] = 1.0
        found = np.linalg.solve(bordered, right)
        found /= np.linalg.norm(found)
        return np.asarray(found)

    def correct(self, guess: Array, direction: Array) -> tuple[Array, Array, Array, int] | None:
        """Newton's method in the plane through `guess` normal to `direction`: point, matrix, Jacobian, iterations."""
        u = guess
        for count in range(1, 13):
            f, matrix, jacobian = self.linear(u)
            if not (np.isfinite(matrix).all() and np.isfinite(f).all()):
                return None
            rows = np.maximum(np.abs(matrix).max(axis=1), 1e-300)
            try:
                step = np.linalg.solve(
                    np.vstack([matrix / rows[:, None], direction]), np.append(-f / rows, direction @ (guess - u))
                )
            except np.linalg.LinAlgError:
                return None
            u = u + step
            size = float(np.abs(step).max())
            if size > 2.0:
                return None
            if size < 1e-3 * self.options.tolerance:
                return u, matrix, jacobian, count
            if count == 12 and size < self.options.tolerance:
                return u, matrix, jacobian, count
        return None

    def point(self, u: Array, matrix: Array, jacobian: Array, before: Array) -> Point:
        """The record of a corrected point."""
        tangent = self.tangent(matrix, before)
        return Point(u[:-1] * self.scale[:-1], float(u[-1] * self.scale[-1]), tangent, spectrum(jacobian))

    def coordinates(self, point: Point) -> Array:
        """Scaled coordinates of a point."""
        return np.asarray(np.append(point.x, point.p) / self.scale)

    def at(self, origin: Point, distance: float) -> Point | None:
        """The point of the curve at an arclength from another one."""
        found = self.correct(self.coordinates(origin) + distance * origin.tangent, origin.tangent)
        if found is None:
            return None
        u, matrix, jacobian, _ = found
        _, matrix, jacobian = self.linear(u)
        return self.point(u, matrix, jacobian, origin.tangent)

    def first(self, x: Array, p: float, direction: int) -> Point | None:
        """The point at a known equilibrium, with the tangent towards larger or smaller p."""
        u = np.append(x, p) / self.scale
        axis = np.zeros(len(u))
        axis[-1] = direction
        found = self.correct(u, axis)
        if found is None:
            return None
        u, matrix, jacobian, _ = found
        return self.point(u, matrix, jacobian, axis)


def walk(curve: Curve, start: Point) -> Iterator[tuple[Point, str]]:
    """Points along a curve, each with the reason if it is the last one ("" otherwise)."""
    options = curve.options
    here, step = start, min(0.01, options.largest)
    yield here, ""
    for _ in range(options.points):
        after = None
        while True:
            guess = curve.coordinates(here) + step * here.tangent
            found = curve.correct(guess, here.tangent)
            if found is not None:
                u, matrix, jacobian, count = found
                after = curve.point(u, matrix, jacobian, here.tangent)
                angle = float(after.tangent @ here.tangent)
                changed = abs(after.growing - here.growing) > 2
                if angle > 0.9 and not (changed and step > 1e-4):
                    break
            step /= 2
            if step < options.smallest:
                names = ", ".join(f"{n} = {v:.5g}" for n, v in zip(curve.field.paths[:1], here.x[:1], strict=True))
                yield here, f"stalled at {curve.field.free[0]} = {here.p:.8g}, {names}: no step is small enough"
                return
        if not curve.low <= after.p <= curve.high:
            edge = curve.low if after.p < curve.low else curve.high
            last = edge_point(curve, here, edge)
            if last is not None:
                yield last, "end of the range"
            return
        here = after
        yield here, ""
        if angle > 0.985 and count <= 5:
            step = min(step * 1.6, options.largest)
        elif angle < 0.96:
            step /= 1.5
    yield here, f"stopped after {options.points} points"


def edge_point(curve: Curve, near: Point, p: float) -> Point | None:
    """The point at a given value of the parameter."""
    axis = np.zeros(len(curve.scale))
    axis[-1] = 1.0
    u = curve.coordinates(near)
    slope = near.tangent[-1]
    if slope != 0:
        u = u + (p / curve.scale[-1] - u[-1]) / slope * near.tangent
    u[-1] = p / curve.scale[-1]
    found = curve.correct(u, axis)
    if found is None:
        return None
    u, matrix, jacobian, _ = found
    return curve.point(u, matrix, jacobian, near.tangent)


def specials(curve: Curve, a: Point, b: Point) -> list[tuple[Special, Point]]:
    """Special points between two neighbours."""
    length = float((curve.coordinates(b) - curve.coordinates(a)) @ a.tangent)
    found: list[tuple[Special, Point]] = []
    folds = a.tangent[-1] * b.tangent[-1] < 0
    if folds:
        point = root(curve, a, length, lambda q: float(q.tangent[-1]))
        if point is not None:
            found.append((_special("fold", curve, point), point))
    change = b.growing - a.growing
    if abs(change) == 2 or (folds and abs(change) in (0, 2) and _pair(a) is not None and _crosses(a, b)):
        point = root(curve, a, length, lambda q: float(np.real(_critical(q))))
        if point is not None and abs(np.imag(_critical(point))) > 1e-9:
            found.append((hopf(curve, point), point))
    elif abs(change) == 1 and not folds:
        point = root(curve, a, length, lambda q: _smallest(q))
        if point is not None:
            found.append((_special("branch point", curve, point), point))
    return found


def _special(kind: str, curve: Curve, point: Point) -> Special:
    state = dict(zip(curve.field.paths, map(float, point.x), strict=True))
    return Special(kind, curve.field.free[0], point.p, state)


def hopf(curve: Curve, point: Point) -> Special:
    """The record of a Hopf point, with its criticality."""
    omega = abs(float(np.imag(_critical(point))))
    coefficient = first_lyapunov(curve.field, point.x, np.array([point.p]), omega)
    state = dict(zip(curve.field.paths, map(float, point.x), strict=True))
    kind = "subcritical" if coefficient > 0 else "supercritical"
    return Special("hopf", curve.field.free[0], point.p, state, 2 * np.pi / omega, kind, coefficient)


def _pair(point: Point) -> Any:
    turning = point.eigenvalues[point.eigenvalues.imag > 0]
    return None if not len(turning) else turning[np.argmin(np.abs(turning.real))]


def _critical(point: Point) -> Any:
    """The complex eigenvalue nearest to the imaginary axis; where there is none, the sum of two real ones."""
    pair = _pair(point)
    if pair is not None:
        return pair
    e = np.sort(point.eigenvalues.real)
    sums = e[:, None] + e[None, :]
    upper = sums[np.triu_indices(len(e), 1)]
    return complex(upper[np.argmin(np.abs(upper))])


def _crosses(a: Point, b: Point) -> bool:
    first, second = _pair(a), _pair(b)
    return first is not None and second is not None and first.real * second.real < 0


def _smallest(point: Point) -> float:
    real = point.eigenvalues[np.abs(point.eigenvalues.imag) < 1e-12].real
    return float(real[np.argmin(np.abs(real))]) if len(real) else float(point.eigenvalues[0].real)


def root(curve: Curve, origin: Point, length: float, test: Callable[[Point], float]) -> Point | None:
    """Where a test function of the points of the curve is zero, between an origin and a distance from it."""
    from scipy.optimize import brentq

    seen: dict[float, Point] = {}

    def along(distance: float) -> float:
        point = origin if distance == 0 else curve.at(origin, distance)
        if point is None:  # a trial that hits a branch point exactly, where the curve has no tangent
            point = curve.at(origin, distance * (1 + 1e-8))
        if point is None:
            raise FloatingPointError
        seen[distance] = point
        return test(point)

    try:
        if along(0.0) * along(length) > 0:
            return None
        best = brentq(along, 0.0, length, xtol=1e-15, rtol=1e-14, maxiter=60)
        if best not in seen:
            along(best)
    except FloatingPointError:
        return None
    return seen[best]
