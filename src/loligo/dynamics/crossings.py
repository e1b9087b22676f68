"""Special points of a branch of cycles: folds, period doublings, torus points, homoclinic orbits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .collocation import Orbit
from .cycles import Cycle, CycleCurve, root
from .records import Special

FINER = (1.5, 2.0)  # meshes on which a special point is computed again, relative to the branch's own


def fold(cycle: Cycle) -> float:
    """Zero where the branch turns round in the parameter."""
    return cycle.tangent.p


def doubling(cycle: Cycle) -> float:
    """Zero where a multiplier is -1."""
    mu = cycle.others
    return float(np.prod((mu + 1) / (1 + np.abs(mu))).real)


def torus(cycle: Cycle) -> float:
    """Zero where two multipliers have the product 1, as a complex pair on the unit circle has."""
    mu = cycle.others
    i, j = np.triu_indices(len(mu), 1)
    pairs = mu[i] * mu[j]
    return float(np.prod((1 - pairs) / (1 + np.abs(pairs))).real)


TRUST = 1e-2  # where the trivial multiplier is further from 1 than this, the others mean nothing
TESTS: dict[str, Callable[[Cycle], float]] = {"fold of cycles": fold, "period doubling": doubling, "torus": torus}


def between(curve: CycleCurve, a: Cycle, b: Cycle, length: float, branch: int) -> list[tuple[Special, Cycle]]:
    """Special points between two neighbours of a branch.

    Parameters
    ----------
    a, b : Cycle
        `b` at an arclength from `a`, on the mesh of `a`.
    length : float
        That arclength.
    """
    found = []
    for kind, test in TESTS.items():
        if test(a) * test(b) >= 0:
            continue
        near = root(curve, a, length, test, 1e-6)
        if near is None or not _genuine(kind, near):
            continue
        found.append(_sharpened(curve, near, kind, test, branch))
    return found


def _genuine(kind: str, cycle: Cycle) -> bool:
    gaps = np.sort(np.abs(cycle.multipliers - 1))
    if (
        kind == "fold of cycles"
    ):  # a second multiplier meets the trivial one, and an error of it parts the two as its root
        return bool(gaps[0] * gaps[1] < TRUST)
    if gaps[0] > TRUST:
        return False
    if kind != "torus":
        return True
    turning = cycle.others[cycle.others.imag > 0]
    return bool(len(turning) and (np.abs(np.abs(turning) - 1) < 1e-3).any())


def _sharpened(
    curve: CycleCurve, near: Cycle, kind: str, test: Callable[[Cycle], float], branch: int
) -> tuple[Special, Cycle]:
    values, best = [near.orbit.p], near
    for factor in FINER:
        finer = curve.refined(best, round(factor * curve.options.intervals), curve.options.degree)
        point = None if finer is None else secant(curve, finer, test)
        if point is None:
            break
        best = point
        values.append(best.orbit.p)
    uncertainty = abs(values[-1] - values[-2]) if len(values) > 1 else float("nan")
    special = Special(
        kind,
        curve.field.free[0],
        best.orbit.p,
        peak(curve, best.orbit),
        best.orbit.period,
        uncertainty=uncertainty,
        branch=branch,
    )
    return special, best


def secant(curve: CycleCurve, origin: Cycle, test: Callable[[Cycle], float]) -> Cycle | None:
    """A root of a test function near a cycle, by the secant method along the arclength."""
    s0, f0, best = 0.0, test(origin), origin
    s1 = 1e-4
    for _ in range(14):
        point = curve.at(origin, s1)
        if point is None:
            return None
        f1, best = test(point), point
        if f1 == f0:
            break
        s0, s1, f0 = s1, s1 - f1 * (s1 - s0) / (f1 - f0), f1
        if abs(s1 - s0) < 1e-10 or abs(s1) > 0.2:
            break
    return best if abs(s1) <= 0.2 else None


def peak(curve: CycleCurve, orbit: Orbit) -> dict[str, float]:
    """The state of a cycle at which V (its first state) is largest."""
    x = orbit.at(extreme_phase(orbit, 1.0))
    return dict(zip(curve.field.paths, map(float, x), strict=True))


def extreme_phase(orbit: Orbit, sign: float) -> float:
    """Phase at which the first state is largest (sign 1) or smallest (sign -1)."""
    from scipy.optimize import minimize_scalar

    fine = np.linspace(0, 1, 9)[:-1]
    phases = (orbit.mesh[:-1, None] + np.diff(orbit.mesh)[:, None] * fine).ravel()
    values = sign * orbit.at(phases)[:, 0]
    k = int(np.argmax(values))
    low = phases[k - 1] - (1.0 if k == 0 else 0.0)
    high = phases[(k + 1) % len(phases)] + (1.0 if k == len(phases) - 1 else 0.0)
    found = minimize_scalar(
        lambda t: -sign * float(orbit.at(t)[0]), bounds=(low, high), method="bounded", options={"xatol": 1e-9}
    )
    return float(found.x % 1.0)


def ending(curve: CycleCurve, orbits: Sequence[Orbit], folds: Sequence[Special], branch: int) -> Special:
    """What a branch whose period grows beyond bounds runs into: a homoclinic orbit, or a saddle-node on it.

    Near a saddle-node the period goes with the inverse square root of the distance in the parameter, near a saddle
    with minus its logarithm.
    """
    last, before = orbits[-1], orbits[-2]
    slowest = last.x[np.argmin(np.abs(curve.field(last.x, np.array([last.p])) / curve.field.scale).max(axis=1))]
    state = dict(zip(curve.field.paths, map(float, slowest), strict=True))
    for point in folds:
        gap, gap_before = abs(last.p - point.value), abs(before.p - point.value)
        if gap == 0 or gap == gap_before:
            continue
        exponent = np.log(last.period / before.period) / np.log(gap_before / gap)
        if 0.35 < exponent < 0.6:
            return Special("snic", curve.field.free[0], point.value, point.state, np.inf, branch=branch)
    return Special(
        "homoclinic", curve.field.free[0], last.p, state, np.inf, uncertainty=abs(last.p - before.p), branch=branch
    )


def summary(orbits: Sequence[Orbit]) -> tuple[Any, Any]:
    """Largest and smallest first state of each orbit."""
    top, bottom = [], []
    for orbit in orbits:
        fine = (orbit.mesh[:-1, None] + np.diff(orbit.mesh)[:, None] * np.linspace(0, 1, 9)[:-1]).ravel()
        v = orbit.at(fine)[:, 0]
        top.append(v.max())
        bottom.append(v.min())
    return np.array(top), np.array(bottom)
