"""One curve of folds or Hopf points in two parameters, with the points where it changes its kind.

A fold is an equilibrium with det J = 0; a Hopf point (or a neutral saddle) one at which the product of all sums of two
eigenvalues is zero. Each is one equation more in the states and two parameters, so that a curve is followed as in
`branch.py`. Along it lie the points of codimension two (Kuznetsov 2004, chapter 8): on folds the cusp, where the
quadratic coefficient vanishes; on Hopf curves the generalised Hopf (Bautin) point, where the first Lyapunov
coefficient does; on both the Bogdanov-Takens point, where the frequency does, and the fold-Hopf point; on Hopf curves
the double Hopf point, where a second pair of eigenvalues is on the axis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from .branch import Curve
from .field import Array, Field
from .hopf import first_lyapunov
from .records import Options, Special
from .resting import spectrum

Ranges = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class CriticalCurve:
    """A curve of folds or Hopf points.

    Attributes
    ----------
    kind : str
        "fold" or "hopf".
    first, second : array (points)
        The two parameters.
    states : array (points, n)
    coefficient : array (points)
        First Lyapunov coefficient of Hopf points; quadratic coefficient of folds.
    frequency : array (points)
        Of Hopf points, Hz; NaN for folds.
    end : str
    """

    kind: str
    first: Array
    second: Array
    states: Array
    coefficient: Array
    frequency: Array
    end: str


@dataclass(frozen=True)
class Spot:
    """A point of a critical curve: scaled coordinates, tangent, Jacobian, and oriented null vectors of a fold."""

    u: Array
    tangent: Array
    jacobian: Array
    right: Array
    left: Array


class Critical(Curve):
    """Equilibria with one more condition, in the states and two parameters."""

    def __init__(
        self, field: Field, ranges: tuple[tuple[float, float], tuple[float, float]], kind: str, options: Options
    ) -> None:
        super().__init__(field, *ranges[0], options)
        self.ranges, self.kind = ranges, kind
        self.scale = np.concatenate([field.scale, [high - low for low, high in ranges]])
        self.size = 1.0  # of the Jacobian; set at the first point

    def split(self, u: Array) -> tuple[Array, Array]:
        """States and parameters of scaled coordinates (..., n + 2)."""
        plain = u * self.scale
        return plain[..., :-2], plain[..., -2:]

    def condition(self, jacobian: Array) -> Array:
        """Zero on the curve."""
        s = self.field.scale
        scaled = jacobian * s / s[:, None] / self.size
        if self.kind == "fold":
            return np.asarray(np.linalg.det(scaled))
        e = np.linalg.eigvals(scaled)
        i, j = np.triu_indices(e.shape[-1], 1)
        return np.asarray(np.prod(e[..., i] + e[..., j], axis=-1).real)

    def linear(self, u: Array) -> tuple[Array, Array, Array]:
        """The equations, their derivatives by the scaled coordinates, and the plain Jacobian."""
        x, p = self.split(u)
        f, jacobian, slope = self.field.derivatives(x, p)
        h = 1e-6
        steps = u + h * np.concatenate([np.eye(len(u)), -np.eye(len(u))])
        _, around, _ = self.field.derivatives(*self.split(steps))
        if not np.isfinite(around).all():
            return np.append(f, np.nan), np.full((len(f) + 1, len(u)), np.nan), jacobian
        sides = self.condition(around)
        gradient = (sides[: len(u)] - sides[len(u) :]) / (2 * h)
        matrix = np.vstack([np.concatenate([jacobian, slope], axis=1) * self.scale, gradient])
        return np.append(f, self.condition(jacobian)), matrix, jacobian

    def spot(self, u: Array, before: Array, like: Spot | None) -> Spot:
        """The record of a corrected point."""
        _, matrix, jacobian = self.linear(u)
        left, _, right = np.linalg.svd(jacobian * self.field.scale / self.field.scale[:, None])
        v, w = right[-1], left[:, -1]
        if like is not None:
            v, w = (v if v @ like.right > 0 else -v), (w if w @ like.left > 0 else -w)
        return Spot(u, self.tangent(matrix, before), jacobian, v, w)

    def along(self, origin: Spot, distance: float) -> Spot | None:
        """The point of the curve at an arclength from another one."""
        found = self.correct(origin.u + distance * origin.tangent, origin.tangent)
        return None if found is None else self.spot(found[0], origin.tangent, origin)

    def quadratic(self, spot: Spot) -> float:
        """Quadratic coefficient of a fold, in scaled coordinates: zero at a cusp."""
        x, p = self.split(spot.u)
        v = spot.right * self.field.scale
        return float(spot.left @ (self.field.second(x, p, v, v) / self.field.scale))

    def pair(self, spot: Spot) -> tuple[complex, complex]:
        """The two eigenvalues whose sum is nearest to zero."""
        e = np.linalg.eigvals(spot.jacobian)
        i, j = np.triu_indices(len(e), 1)
        k = int(np.argmin(np.abs(e[i] + e[j])))
        return complex(e[i[k]]), complex(e[j[k]])

    def square(self, spot: Spot) -> float:
        """omega^2 on a Hopf curve: zero at a Bogdanov-Takens point, negative on neutral saddles."""
        a, b = self.pair(spot)
        return float((a * b).real)

    def others(self, spot: Spot) -> float:
        """Product of the eigenvalues that are not the critical pair: zero at a fold-Hopf point."""
        return float(np.linalg.det(spot.jacobian) / self.square(spot))

    def second_pair(self, spot: Spot) -> float:
        """Product of all sums of two eigenvalues but the critical one: zero at a double Hopf point."""
        e = np.linalg.eigvals(spot.jacobian) / self.size**2
        i, j = np.triu_indices(len(e), 1)
        sums = e[i] + e[j]
        return float(np.prod(np.delete(sums, np.argmin(np.abs(sums)))).real)

    def double(self, spot: Spot) -> bool:
        """Are there two pairs of eigenvalues on the imaginary axis?"""
        e = np.linalg.eigvals(spot.jacobian)
        turning = e[e.imag > 1e-6 * np.abs(e).max()]
        return int(np.count_nonzero(np.abs(turning.real) < 1e-5 * np.abs(e).max())) == 2

    def lyapunov(self, spot: Spot) -> float:
        """First Lyapunov coefficient of a Hopf point; NaN where there is none."""
        square = self.square(spot)
        x, p = self.split(spot.u)
        if square <= 1e-12 * self.size**2:
            return float("nan")
        try:
            return first_lyapunov(self.field, x, p, float(np.sqrt(square)))
        except np.linalg.LinAlgError:
            return float("nan")

    def turning(self, spot: Spot) -> float:
        """Real part of the complex pair nearest to the axis, on a fold; 1 where all are real."""
        e = spectrum(spot.jacobian)
        e = np.delete(e, np.argmin(np.abs(e)))
        e = e[e.imag > 0]
        return float(e.real[np.argmin(np.abs(e.real))]) if len(e) else 1.0

    def crossed(self, spot: Spot) -> float:
        """Left times right null vector of a fold: zero at a Bogdanov-Takens point."""
        return float(spot.left @ spot.right)


def follow(curve: Critical, start: Special) -> tuple[CriticalCurve | None, list[Special], list[str]]:
    """A curve through a point of it, both ways."""
    field = curve.field
    x = np.array([start.state[path] for path in field.paths])
    u = np.concatenate([x, [start.value, start.second[1]]]) / curve.scale
    _, jacobian, _ = field.derivatives(*curve.split(u))
    curve.size = float(np.abs(np.linalg.eigvals(jacobian)).max()) ** 0.5 or 1.0
    _, matrix, _ = curve.linear(u)
    _, _, basis = np.linalg.svd(matrix / np.abs(matrix).max(axis=1, keepdims=True))
    found = curve.correct(u, basis[-1])
    if found is None:
        return None, [], []
    origin = curve.spot(found[0], basis[-1], None)
    special: list[Special] = []
    notes: list[str] = []
    halves, ends = [], []
    for sign in (1.0, -1.0):
        spots, points, end = _half(curve, replace(origin, tangent=sign * origin.tangent))
        special += points
        halves.append(spots)
        ends.append(end)
        if end == "closed":
            break
        if "stalled" in end or "stopped" in end:
            notes.append(f"curve of {curve.kind}s: {end}")
    spots = (halves[1][::-1] if len(halves) > 1 else []) + halves[0][1 if len(halves) > 1 else 0 :]
    u_all = np.array([s.u for s in spots]) * curve.scale
    if curve.kind == "hopf":
        coefficient = np.array([curve.lyapunov(s) for s in spots])
        frequency = np.array([np.sqrt(max(curve.square(s), 0.0)) * 1000 / (2 * np.pi) for s in spots])
    else:
        coefficient = np.array([curve.quadratic(s) for s in spots])
        frequency = np.full(len(spots), np.nan)
    made = CriticalCurve(
        curve.kind, u_all[:, -2], u_all[:, -1], u_all[:, :-2], coefficient, frequency, "; ".join(ends[::-1])
    )
    return made, special, notes


def _half(curve: Critical, origin: Spot) -> tuple[list[Spot], list[Special], str]:
    options = curve.options
    spots, step = [origin], min(0.01, options.largest)
    special: list[Special] = []
    if curve.kind == "hopf" and curve.square(origin) <= 0:
        away = curve.along(origin, 1e-3)
        if away is None or curve.square(away) <= 0:
            return spots, [], "neutral saddle"
    for _ in range(options.points):
        here = spots[-1]
        after = None
        while True:
            after = curve.along(here, step)
            if after is not None and (angle := float(after.tangent @ here.tangent)) > 0.95:
                break
            step /= 2
            if step < options.smallest:
                pairs = zip(curve.field.free, curve.split(here.u)[1], strict=True)
                return spots, special, "stalled at " + ", ".join(f"{path} = {value:.8g}" for path, value in pairs)
        outside = _outside(curve, after)
        points, end = _between(curve, here, after, step)
        inside = [(s, q) for s, q in points if not _outside(curve, q)]
        special += [s for s, _ in inside]
        spots += [q for _, q in inside]
        if end and inside:
            return spots, special, end
        if outside:
            edge = _edge(curve, here, after, step)
            return spots + ([edge] if edge is not None else []), special, "end of the range"
        spots.append(after)
        if len(spots) > 20 and float(np.linalg.norm(after.u - origin.u)) < step and float(
            after.tangent @ origin.tangent
        ) > 0.9:  # fmt: skip
            return [*spots, origin], special, "closed"
        step = min(1.5 * step, options.largest) if angle > 0.99 else step
    return spots, special, f"stopped after {options.points} points"


def _outside(curve: Critical, spot: Spot) -> bool:
    _, p = curve.split(spot.u)
    return any(not low <= value <= high for value, (low, high) in zip(p, curve.ranges, strict=True))


def _excess(curve: Critical, k: int, limit: float, spot: Spot) -> float:
    return float(curve.split(spot.u)[1][k] - limit)


def _edge(curve: Critical, here: Spot, after: Spot, step: float) -> Spot | None:
    """Where the curve leaves the ranges."""
    best: Spot | None = None
    reach = step
    for k, limits in enumerate(curve.ranges):
        for limit in limits:
            a, b = (curve.split(s.u)[1][k] - limit for s in (here, after))
            if a * b < 0:
                spot = _root(curve, here, step, partial(_excess, curve, k, limit))
                if spot is not None and (distance := float((spot.u - here.u) @ here.tangent)) <= reach:
                    best, reach = spot, distance
    return best


def _between(curve: Critical, a: Spot, b: Spot, step: float) -> tuple[list[tuple[Special, Spot]], str]:
    """Points of codimension two between two neighbours; and whether the curve ends there."""
    found: list[tuple[Special, Spot]] = []
    if curve.kind == "hopf":
        tests: list[tuple[str, Callable[[Spot], float]]] = [
            ("bogdanov-takens", curve.square),
            ("generalised hopf", curve.lyapunov),
            ("fold-hopf", curve.others),
            ("double hopf", curve.second_pair),
        ]
    else:
        tests = [("cusp", curve.quadratic), ("bogdanov-takens", curve.crossed), ("fold-hopf", curve.turning)]
    for kind, test in tests:
        if kind == "fold-hopf" and (found or (curve.kind == "hopf" and curve.square(a) <= 0)):
            continue
        first, second = test(a), test(b)
        if not (np.isfinite(first) and np.isfinite(second)) or first * second >= 0:
            continue
        spot = _root(curve, a, step, test)
        if spot is None or (kind == "fold-hopf" and abs(test(spot)) > 1e-6):
            continue
        if kind == "generalised hopf" and abs(test(spot)) > 1e-3 * max(abs(first), abs(second)):
            continue  # a pole, such as at a fold-Hopf point
        if kind == "double hopf" and not curve.double(spot):
            continue
        x, p = curve.split(spot.u)
        state = dict(zip(curve.field.paths, map(float, x), strict=True))
        record = Special(kind, curve.field.free[0], float(p[0]), state, second=(curve.field.free[1], float(p[1])))
        found.append((record, spot))
        if kind == "bogdanov-takens" and curve.kind == "hopf":
            return found, "Bogdanov-Takens point"
    return found, ""


def _root(curve: Critical, origin: Spot, step: float, test: Callable[[Spot], float]) -> Spot | None:
    from scipy.optimize import brentq

    seen: dict[float, Spot] = {0.0: origin}

    def along(distance: float) -> float:
        if distance not in seen:
            spot = curve.along(origin, distance)
            if spot is None:  # a trial that hits the crossing of two curves, where there is no tangent
                spot = curve.along(origin, distance * (1 + 1e-7))
            if spot is None:
                raise FloatingPointError
            seen[distance] = spot
        value = test(seen[distance])
        if not np.isfinite(value):
            raise FloatingPointError
        return value

    try:
        best = brentq(along, 0.0, step, xtol=1e-14, rtol=1e-13, maxiter=80)
        along(best)
    except FloatingPointError:
        return None
    return seen[best]


def passes(
    field: Field, curve: CriticalCurve, point: Special, ranges: tuple[tuple[float, float], tuple[float, float]]
) -> bool:
    """Does a curve pass a point of the same kind?"""
    if curve.kind != point.kind:
        return False
    scale = np.concatenate([field.scale, [high - low for low, high in ranges]])
    u = np.concatenate([curve.states, curve.first[:, None], curve.second[:, None]], axis=1) / scale
    x = np.array([point.state[path] for path in field.paths])
    target = np.concatenate([x, [point.value, point.second[1]]]) / scale
    begin, piece = u[:-1], np.diff(u, axis=0)
    length = np.maximum((piece**2).sum(axis=1), 1e-300)
    share = np.clip(((target - begin) * piece).sum(axis=1) / length, 0, 1)
    gap = np.linalg.norm(begin + share[:, None] * piece - target, axis=1)
    return bool((gap < 0.25 * np.sqrt(length) + 1e-3).any())


def near(a: Special, b: Special, ranges: Ranges) -> bool:
    """Are two records of one point?"""
    gaps = (abs(a.value - b.value), abs(a.second[1] - b.second[1]))
    return a.kind == b.kind and all(g < 1e-5 * (high - low) for g, (low, high) in zip(gaps, ranges, strict=True))
