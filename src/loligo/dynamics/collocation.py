"""Periodic orbits by orthogonal collocation at Gauss points.

A cycle of period T is cut into mesh intervals of length h T. In each the solution is a polynomial that satisfies the
equations at m Gauss points, which is the implicit Runge-Kutta method of Gauss (Hairer, Norsett & Wanner 1993, II.7):

    X_j = x_i + h T sum_l a_jl f(X_l, p),      x_(i+1) = x_i + h T sum_l b_l f(X_l, p),      x_N = x_0

of order 2 m at the mesh points (de Boor & Swartz 1973). A Newton step eliminates the stages interval by interval, all
intervals at once, which leaves x_(i+1) = A_i x_i + u_i dT + w_i dp + r_i: a sparse cyclic system, whose blocks A_i
are also the pieces of the monodromy matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from .field import Array, Field

LARGEST = 1e100


@dataclass(frozen=True)
class Scheme:
    """Gauss's method with m stages: nodes c (m), coefficients a (m, m), weights b (m)."""

    c: Array
    a: Array
    b: Array
    nodes: Array  # 0, c, 1
    weights: Array  # barycentric, of the nodes


@lru_cache(maxsize=16)
def gauss(m: int) -> Scheme:
    """Gauss's method with m stages."""
    points, weights = np.polynomial.legendre.leggauss(m)
    c: Array = (points + 1) / 2
    b: Array = np.asarray(weights / 2, dtype=float)
    powers = np.arange(m)
    vandermonde = c[:, None] ** powers
    # a V = integrals of the monomials up to c
    a = np.linalg.solve(vandermonde.T, (c[:, None] ** (powers + 1) / (powers + 1)).T).T
    nodes = np.concatenate([[0.0], c, [1.0]])
    apart = nodes[:, None] - nodes[None, :] + np.eye(m + 2)
    return Scheme(c, a, b, nodes, 1 / apart.prod(axis=1))


@dataclass(frozen=True)
class Orbit:
    """A periodic orbit on a mesh.

    Attributes
    ----------
    mesh : array (N + 1)
        0 to 1, in units of the period.
    x : array (N, n)
        States at the beginning of each interval.
    stages : array (N, m, n)
        States at the Gauss points.
    period : float
        ms.
    p : float
        The free parameter.
    """

    mesh: Array
    x: Array
    stages: Array
    period: float
    p: float

    @property
    def intervals(self) -> int:
        """Number of mesh intervals."""
        return len(self.x)

    @property
    def degree(self) -> int:
        """Number of Gauss points in an interval."""
        return int(self.stages.shape[1])

    def nodes(self) -> tuple[Array, Array]:
        """Phases (N, m + 2) and states (N, m + 2, n) of the polynomial of each interval."""
        scheme = gauss(self.degree)
        phases = self.mesh[:-1, None] + np.diff(self.mesh)[:, None] * scheme.nodes
        ends = np.roll(self.x, -1, axis=0)
        return phases, np.concatenate([self.x[:, None], self.stages, ends[:, None]], axis=1)

    def at(self, phase: Any) -> Array:
        """States (..., n) at phases, in units of the period."""
        theta = np.mod(np.asarray(phase, dtype=float), 1.0)
        _, values = self.nodes()
        return interpolate(self.mesh, values, theta)


def interpolate(mesh: Array, values: Array, theta: Array) -> Array:
    """Piecewise polynomials with node values (N, m + 2, n) at phases within 0 to 1."""
    scheme = gauss(values.shape[1] - 2)
    row = np.clip(np.searchsorted(mesh, theta, side="right") - 1, 0, len(mesh) - 2)
    s = (theta - mesh[row]) / (mesh[row + 1] - mesh[row])
    apart = s[..., None] - scheme.nodes
    hit = np.abs(apart) < 1e-14
    share = np.where(hit.any(axis=-1, keepdims=True), hit, scheme.weights / np.where(hit, 1.0, apart))
    share = share / share.sum(axis=-1, keepdims=True)
    found: Array = np.einsum("...j,...jn->...n", share, values[row])
    return found


@dataclass(frozen=True)
class Linear:
    """A Newton step with its stages eliminated: the blocks of the cyclic system, and the way back to the stages."""

    A: Array  # (N, n, n)
    u: Array  # (N, n), by T
    w: Array  # (N, n), by p
    r: Array  # (N, n)
    back: Array  # (N, m, n, n + 3): stages by x_i, T, p, 1
    velocity: Array  # (N, n): dx/dphase at the mesh points
    residual: float


def linearise(field: Field, orbit: Orbit) -> Linear:
    """Linearise the collocation equations about an orbit."""
    m, n, count = orbit.degree, field.size, orbit.intervals
    scheme = gauss(m)
    every = np.concatenate([orbit.x[:, None], orbit.stages], axis=1)
    f, jacobian, slope = field.derivatives(every, np.array([orbit.p]))
    begin, f, jacobian, slope = f[:, 0], f[:, 1:], jacobian[:, 1:], slope[:, 1:, :, 0]
    h = np.diff(orbit.mesh)[:, None, None]
    ht = h * orbit.period
    moved = np.einsum("jl,iln->ijn", scheme.a, f)
    residual = orbit.x[:, None] + ht * moved - orbit.stages
    matrix = np.einsum("jl,ilab->ijalb", scheme.a, jacobian).reshape(count, m * n, m * n)
    matrix = np.eye(m * n) - ht * matrix
    right = np.empty((count, m, n, n + 3))
    right[..., :n] = np.eye(n)
    right[..., n] = h * moved
    right[..., n + 1] = ht * np.einsum("jl,iln->ijn", scheme.a, slope)
    right[..., n + 2] = residual
    back = np.linalg.solve(matrix, right.reshape(count, m * n, n + 3)).reshape(count, m, n, n + 3)
    total = ht * np.einsum("l,ilab,ilbk->iak", scheme.b, jacobian, back)
    total[..., :n] += np.eye(n)
    total[..., n] += h[..., 0] * np.einsum("l,iln->in", scheme.b, f)
    total[..., n + 1] += ht[..., 0] * np.einsum("l,iln->in", scheme.b, slope)
    gap = orbit.x + ht[..., 0] * np.einsum("l,iln->in", scheme.b, f) - np.roll(orbit.x, -1, axis=0)
    total[..., n + 2] += gap
    size = max(float(np.abs(residual / field.scale).max()), float(np.abs(gap / field.scale).max()))
    return Linear(total[..., :n], total[..., n], total[..., n + 1], total[..., n + 2], back, orbit.period * begin, size)


@lru_cache(maxsize=64)
def _pattern(count: int, n: int) -> tuple[Any, Any]:
    """Rows and columns of the cyclic system: blocks A_i, the identities, columns T and p, two full rows."""
    rows: list[Any] = []
    cols: list[Any] = []
    i: Any
    a: Any
    i, a, b = np.meshgrid(np.arange(count), np.arange(n), np.arange(n), indexing="ij")
    rows.append((i * n + a).ravel())
    cols.append((i * n + b).ravel())
    i, a = np.meshgrid(np.arange(count), np.arange(n), indexing="ij")
    rows.append((i * n + a).ravel())
    cols.append(((i + 1) % count * n + a).ravel())
    size = count * n
    for k in range(2):
        rows.append(np.arange(size))
        cols.append(np.full(size, size + k))
    for k in range(2):
        rows.append(np.full(size + 2, size + k))
        cols.append(np.arange(size + 2))
    return np.concatenate(rows), np.concatenate(cols)


class Cyclic:
    """The factored cyclic system, bordered by a phase condition and one more row."""

    def __init__(self, linear: Linear, phase: Array, row: Array) -> None:
        from scipy.sparse.linalg import splu

        self.linear, self.shape = linear, linear.u.shape
        try:
            self.lu = splu(self.matrix(linear, phase, row))
        except RuntimeError as error:  # singular
            raise FloatingPointError from error

    @staticmethod
    def matrix(linear: Linear, phase: Array, row: Array) -> Any:
        """The sparse matrix of the system."""
        from scipy.sparse import csc_matrix

        count, n = linear.u.shape
        size = count * n
        data = np.concatenate([-linear.A.ravel(), np.ones(size), -linear.u.ravel(), -linear.w.ravel(), phase, row])
        if not np.isfinite(data).all():
            raise FloatingPointError
        return csc_matrix((data, _pattern(count, n)), shape=(size + 2, size + 2))

    def solve(self, r: Array, last: tuple[float, float]) -> Array:
        """Changes of the mesh points, T and p, for right-hand sides of the blocks and of the two rows."""
        found: Array = self.lu.solve(np.concatenate([r.ravel(), last]))
        return found

    def stages(self, change: Array, affine: float) -> Array:
        """Changes of the stages that belong to changes of the mesh points."""
        n = self.shape[1]
        back = self.linear.back
        dx = change[:-2].reshape(self.shape)
        found: Array = (
            np.einsum("ijab,ib->ija", back[..., :n], dx)
            + back[..., n] * change[-2]
            + back[..., n + 1] * change[-1]
            + affine * back[..., n + 2]
        )
        return found


def pencil(A: Array) -> tuple[Array, Array]:
    """Matrices P, Q with P x_0 = Q x_N for x_(i+1) = A_i x_i, without ever forming the product of the A_i.

    Neighbouring relations are merged pairwise by orthogonal transformations, so that multipliers of very different
    sizes do not drown each other (Fairgrieve & Jepson 1991): those beyond 1e15 and below 1e-15 are known to be large
    and small, those between keep their digits.
    """
    n = A.shape[-1]
    p, q = A.copy(), np.broadcast_to(np.eye(n), A.shape).copy()
    while len(p) > 1:
        even = len(p) // 2 * 2
        first, second = slice(0, even, 2), slice(1, even, 2)
        stacked = np.concatenate([q[first], -p[second]], axis=1)
        z = np.swapaxes(np.linalg.qr(stacked, mode="complete")[0], 1, 2)[:, n:]
        merged_p, merged_q = z[:, :, :n] @ p[first], z[:, :, n:] @ q[second]
        p = np.concatenate([merged_p, p[even:]])
        q = np.concatenate([merged_q, q[even:]])
    return p[0], q[0]


def multipliers(A: Array) -> Any:
    """Floquet multipliers, the largest first; the one nearest to 1 is the cycle's own. None is above `LARGEST`."""
    from scipy.linalg import eigvals

    alpha, beta = eigvals(*pencil(A), homogeneous_eigvals=True)
    small = np.abs(alpha) / LARGEST
    found = alpha / np.where(np.abs(beta) < small, small + 1e-300, beta)
    return found[np.argsort(-np.abs(found))]


def remesh(orbit: Orbit, field: Field, intervals: int, degree: int, extra: tuple[Array, ...] = ()) -> tuple[Any, ...]:
    """The same orbit on a mesh that spreads the error evenly, with as many intervals and Gauss points as asked for.

    The error of collocation in an interval goes with h^(m+1) times the derivative of that order, which is estimated
    from the jumps of the highest derivative between neighbours (de Boor 1973).

    Parameters
    ----------
    extra : tuple of array (N, m + 2, n)
        Other functions on the old mesh, as values at its nodes, to be carried over.

    Returns
    -------
    tuple
        The orbit, then the others as node values on the new mesh.
    """
    m = orbit.degree
    _, values = orbit.nodes()
    scheme = gauss(m)
    h = np.diff(orbit.mesh)
    scaled = values / field.scale
    # derivative of order m + 1 of the interpolating polynomial of degree m + 1, constant within each interval
    top = np.einsum("j,ijn->in", scheme.weights, scaled) / h[:, None] ** (m + 1)
    size = np.abs(top).max(axis=1) ** (1 / (m + 1))
    size = np.maximum(size, np.roll(size, 1)) / 2 + np.maximum(size, np.roll(size, -1)) / 2
    total = float((size * h).sum())
    density = size + 0.1 * total + 1e-12  # no interval longer than about ten times the mean
    grown = np.concatenate([[0.0], np.cumsum(density * h)])
    mesh = np.interp(np.linspace(0, grown[-1], intervals + 1), grown, orbit.mesh)
    mesh[0], mesh[-1] = 0.0, 1.0
    new = gauss(degree)
    where = mesh[:-1, None] + np.diff(mesh)[:, None] * new.nodes
    where[:, -1] = mesh[1:]
    inside = np.minimum(where, 1.0)
    states = interpolate(orbit.mesh, values, inside)
    carried = tuple(interpolate(orbit.mesh, other, inside) for other in extra)
    return Orbit(mesh, states[:, 0], states[:, 1:-1], orbit.period, orbit.p), *carried
