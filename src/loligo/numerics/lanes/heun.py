"""Heun's method, order two, fixed step; for currents given as frozen noise, strong order one.

Kloeden & Platen (1992) Numerical Solution of Stochastic Differential Equations, section 15.1.
"""

from .current import input_at
from .hermite import accept, between
from .interface import index, jit, physics, real

ORDER = 2
GROUPS = 4  # of states: derivative at the beginning and at the end of the step, stage k2, states of the stage
INPUTS = 2  # rows: the input at 0 and 1


@jit
def start(f, g, b, r, clock, memo, wave, waves, k, q, y, size, n):
    """The derivative at the beginning of a step, where it is not known from the step before."""
    input_at(index(0), real(0.0), b, r, clock, memo, wave, waves, n)
    physics(f, b, index(0), q, y, y + size * index(3), y, k, n)


@jit
def advance(f, g, b, r, clock, memo, wave, waves, k, q, y, size, n):
    """One step of every lane, from the states y to z."""
    z, h, k1, end = y + size, y + size * index(2), y + size * index(3), y + size * index(4)
    k2, s = y + size * index(5), y + size * index(6)
    input_at(n, real(1.0), b, r, clock, memo, wave, waves, n)
    for e in range(size):
        b[s + e] = b[y + e] + b[h + e] * b[k1 + e]
    physics(f, b, n, q, s, k2, s, k, n)
    for e in range(size):
        b[z + e] = b[y + e] + b[h + e] * real(0.5) * (b[k1 + e] + b[k2 + e])
    physics(f, b, n, q, z, end, z, k, n)


@jit
def commit(b, r, y, size, n):
    accept(b, r, y, size, n)


@jit
def quartic(i, j, b, r, y, size, n):
    return between(i, j, b, r, y, size, n)
