"""Exponential Euler: every variable relaxes exactly towards where it would go if all the others stood still.

Rush & Larsen (1978) IEEE Trans Biomed Eng 25:389. First order, stable at any step, and therefore popular; its error in
the times of a train of spikes adds up to milliseconds.
"""

from .current import input_at
from .hermite import accept, between
from .interface import FIRST, HH, IN, LAST, P, S, Y, Z, jit, physics, real
from .primitives import exprel

ORDER = 1
GROUPS = 0  # of work


@jit
def start(f, g, b, r, clock, memo, wave, waves, k, size, n):
    """The linear form at the beginning of a step, where it is not known from the step before."""
    input_at(real(0.0), b, r, clock, memo, wave, waves, n)
    for e in range(size):
        b[IN + e] = b[Y + e]
    physics(f, b, k)
    physics(g, b, k)
    for e in range(size):
        b[FIRST + e] = b[P + e] - b[S + e] * b[Y + e]


@jit
def advance(f, g, b, r, clock, memo, wave, waves, k, size, n):
    """One step of every lane, from the states y to z."""
    for e in range(size):
        z = b[Y + e] + b[FIRST + e] * b[HH + e] * exprel(-b[S + e] * b[HH + e])
        b[Z + e] = z
        b[IN + e] = z
    input_at(real(1.0), b, r, clock, memo, wave, waves, n)
    physics(f, b, k)
    physics(g, b, k)
    for e in range(size):
        b[LAST + e] = b[P + e] - b[S + e] * b[Z + e]


@jit
def commit(b, r, size, n):
    accept(b, r, size, n)


@jit
def quartic(i, j, b, r, n):
    return between(i, j, b, r, n)
