"""Euler's method, fixed step; with a random current, the method of Euler and Maruyama (strong order one).

Maruyama (1955) Rend Circ Mat Palermo 4:48. The noise enters through the current alone, which is sampled exactly.
"""

from .current import input_at
from .hermite import accept, between
from .interface import FIRST, HH, IN, LAST, P, Y, Z, jit, physics, real

ORDER = 1
GROUPS = 0  # of work


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
    for e in range(size):
        z = b[Y + e] + b[HH + e] * b[FIRST + e]
        b[Z + e] = z
        b[IN + e] = z
    input_at(real(1.0), b, r, clock, memo, wave, waves, n)
    physics(f, b, k)
    for e in range(size):
        b[LAST + e] = b[P + e]


@jit
def commit(b, r, size, n):
    accept(b, r, size, n)


@jit
def quartic(i, j, b, r, n):
    return between(i, j, b, r, n)
