"""Exponential Euler: every variable relaxes exactly towards where it would go if all the others stood still.

Rush & Larsen (1978) IEEE Trans Biomed Eng 25:389. First order, stable at any step, and therefore popular; its error in
the times of a train of spikes adds up to milliseconds.
"""

from .current import input_at
from .hermite import accept, between
from .interface import index, jit, physics, real
from .primitives import exprel

ORDER = 1
GROUPS = 4  # of states: derivative at the beginning and end of the step; the linear form p, s
INPUTS = 1  # row: the input at the beginning, later at the end, of the step


@jit
def start(f, g, b, r, clock, memo, wave, waves, k, q, y, size, n):
    """The linear form at the beginning of a step, where it is not known from the step before."""
    slope, p, s = y + size * index(3), y + size * index(5), y + size * index(6)
    input_at(index(0), real(0.0), b, r, clock, memo, wave, waves, n)
    physics(f, b, index(0), q, y, p, s, k, n)
    physics(g, b, index(0), q, y, p, s, k, n)
    for e in range(size):
        b[slope + e] = b[p + e] - b[s + e] * b[y + e]


@jit
def advance(f, g, b, r, clock, memo, wave, waves, k, q, y, size, n):
    """One step of every lane, from the states y to z."""
    z, h, slope, last = y + size, y + size * index(2), y + size * index(3), y + size * index(4)
    p, s = y + size * index(5), y + size * index(6)
    for e in range(size):
        b[z + e] = b[y + e] + b[slope + e] * b[h + e] * exprel(-b[s + e] * b[h + e])
    input_at(index(0), real(1.0), b, r, clock, memo, wave, waves, n)
    physics(f, b, index(0), q, z, p, s, k, n)
    physics(g, b, index(0), q, z, p, s, k, n)
    for e in range(size):
        b[last + e] = b[p + e] - b[s + e] * b[z + e]


@jit
def commit(b, r, y, size, n):
    accept(b, r, y, size, n)


@jit
def quartic(i, j, b, r, y, size, n):
    return between(i, j, b, r, y, size, n)
