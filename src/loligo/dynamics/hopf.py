"""The first Lyapunov coefficient: whether the cycles born at a Hopf point are stable.

Kuznetsov (2004), Elements of Applied Bifurcation Theory, 3rd ed., eq. 5.62:

    l1 = Re( <p, C(q, q, q*)> - 2 <p, B(q, A^-1 B(q, q*))> + <p, B(q*, (2 i omega - A)^-1 B(q, q))> ) / (2 omega)

with A q = i omega q, A^T p = -i omega p, <q, q> = <p, q> = 1. Positive: the cycles are unstable and surround the stable
equilibrium (subcritical); negative: they are stable (supercritical).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .field import Array, Field


def first_lyapunov(field: Field, x: Array, p: Array, omega: float) -> float:
    """First Lyapunov coefficient at a Hopf point.

    Parameters
    ----------
    field : Field
    x : array (n)
        The equilibrium.
    p : array (k)
        The parameters.
    omega : float
        Imaginary part of the critical eigenvalue, 1/ms.
    """
    n = field.size
    _, a, _ = field.derivatives(x, p)
    right = _eigenvector(a, 1j * omega)
    left = _eigenvector(a.T, -1j * omega)
    q = right / np.linalg.norm(right)
    adjoint = left / np.conj(np.vdot(left, q))
    qr, qi = q.real, q.imag

    def b(u: Any, v: Any) -> Any:
        ur, ui = np.real(u), np.imag(u)
        along = field.second(x, p, ur, np.eye(n)), field.second(x, p, ui, np.eye(n))
        return (along[0] + 1j * along[1]) @ v

    b_qq, b_qc = b(q, q), b(q, np.conj(q)).real
    # C(q, q, q*) from real directions: C(q, q*, .) = C(qr, qr, .) + C(qi, qi, .), since the mixed terms cancel.
    c_qqc = (field.third(x, p, qr, np.eye(n)) + field.third(x, p, qi, np.eye(n))) @ q
    first = np.vdot(adjoint, c_qqc)
    second = np.vdot(adjoint, b(q, np.linalg.solve(a, b_qc)))
    third = np.vdot(adjoint, b(np.conj(q), np.linalg.solve(2j * omega * np.eye(n) - a, b_qq)))
    return float(np.real(first - 2 * second + third) / (2 * omega))


def _eigenvector(matrix: Array, value: complex) -> Any:
    values, vectors = np.linalg.eig(matrix)
    return vectors[:, np.argmin(np.abs(values - value))]
