"""The classical Runge-Kutta method of order four, fixed step.

Kutta (1901) Z Math Phys 46:435.
"""

from .current import input_at
from .hermite import accept, between
from .interface import FIRST, GROUP, HH, IN, LAST, WORK, P, Y, Z, jit, physics, real

ORDER = 4
GROUPS = 2  # of work: the stages k2 and k3
K2, K3 = WORK, WORK + GROUP


@jit
def start(f, g, b, r, clock, memo, wave, waves, k, size, n):
    """The derivative at the beginning of a step, where it is not known from the step before."""
    input_at(real(0.0), b, r, clock, memo, wave, waves, n)
    for e in range(size):
        b[IN + e] = b[Y + e]
    physics(f, b, k)
    for e in range(size):
        b[FIRST + e] = b[P + e]


@jit
def advance(f, g, b, r, clock, memo, wave, waves, k, size, n):
    """One step of every lane, from the states y to z."""
    input_at(real(0.5), b, r, clock, memo, wave, waves, n)
    for e in range(size):
        b[IN + e] = b[Y + e] + b[HH + e] * real(0.5) * b[FIRST + e]
    physics(f, b, k)
    for e in range(size):
        b[K2 + e] = b[P + e]
        b[IN + e] = b[Y + e] + b[HH + e] * real(0.5) * b[P + e]
    physics(f, b, k)
    for e in range(size):
        b[K3 + e] = b[P + e]
        b[IN + e] = b[Y + e] + b[HH + e] * b[P + e]
    input_at(real(1.0), b, r, clock, memo, wave, waves, n)
    physics(f, b, k)
    for e in range(size):
        slope = b[FIRST + e] + real(2.0) * (b[K2 + e] + b[K3 + e]) + b[P + e]
        z = b[Y + e] + b[HH + e] * slope / real(6.0)
        b[Z + e] = z
        b[IN + e] = z
    physics(f, b, k)
    for e in range(size):
        b[LAST + e] = b[P + e]


@jit
def commit(b, r, size, n):
    accept(b, r, size, n)


@jit
def quartic(i, j, b, r, n):
    return between(i, j, b, r, n)
