"""The classical Runge-Kutta method of order four, fixed step.

Kutta (1901) Z Math Phys 46:435.
"""

from .current import input_at
from .hermite import accept, between
from .interface import index, jit, physics, real

ORDER = 4
GROUPS = 6  # of states: derivative at the beginning and at the end of the step, stages k2 .. k4, states of a stage
INPUTS = 3  # rows: the input at 0, 1/2 and 1


@jit
def start(f, g, b, r, clock, memo, wave, waves, k, q, y, size, n):
    """The derivative at the beginning of a step, where it is not known from the step before."""
    input_at(index(0), real(0.0), b, r, clock, memo, wave, waves, n)
    physics(f, b, index(0), q, y, y + size * index(3), y, k, n)


@jit
def advance(f, g, b, r, clock, memo, wave, waves, k, q, y, size, n):
    """One step of every lane, from the states y to z."""
    z, h, k1, end = y + size, y + size * index(2), y + size * index(3), y + size * index(4)
    k2, k3, k4, s = y + size * index(5), y + size * index(6), y + size * index(7), y + size * index(8)
    input_at(n, real(0.5), b, r, clock, memo, wave, waves, n)
    input_at(n * index(2), real(1.0), b, r, clock, memo, wave, waves, n)
    for e in range(size):
        b[s + e] = b[y + e] + b[h + e] * real(0.5) * b[k1 + e]
    physics(f, b, n, q, s, k2, s, k, n)
    for e in range(size):
        b[s + e] = b[y + e] + b[h + e] * real(0.5) * b[k2 + e]
    physics(f, b, n, q, s, k3, s, k, n)
    for e in range(size):
        b[s + e] = b[y + e] + b[h + e] * b[k3 + e]
    physics(f, b, n * index(2), q, s, k4, s, k, n)
    for e in range(size):
        slope = b[k1 + e] + real(2.0) * (b[k2 + e] + b[k3 + e]) + b[k4 + e]
        b[z + e] = b[y + e] + b[h + e] * slope / real(6.0)
    physics(f, b, n * index(2), q, z, end, z, k, n)


@jit
def commit(b, r, y, size, n):
    accept(b, r, y, size, n)


@jit
def quartic(i, j, b, r, y, size, n):
    return between(i, j, b, r, y, size, n)
