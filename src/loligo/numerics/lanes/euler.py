"""Euler's method, fixed step; with a random current, the method of Euler and Maruyama (strong order one).

Maruyama (1955) Rend Circ Mat Palermo 4:48. The noise enters through the current alone, which is sampled exactly.
"""

from .current import input_at
from .hermite import accept, between
from .interface import index, jit, physics, real

ORDER = 1
GROUPS = 2  # of states: derivative at the beginning and at the end of the step
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
    for e in range(size):
        b[z + e] = b[y + e] + b[h + e] * b[k1 + e]
    input_at(n, real(1.0), b, r, clock, memo, wave, waves, n)
    physics(f, b, n, q, z, end, z, k, n)


@jit
def commit(b, r, y, size, n):
    accept(b, r, y, size, n)


@jit
def quartic(i, j, b, r, y, size, n):
    return between(i, j, b, r, y, size, n)
