"""Staggered Crank-Nicolson: gates at half steps, V at whole steps, each linear in itself while the other stands still.

Hines (1984) Int J Biomed Comput 15:69. Second order. The gates take their exact exponential, V the trapezoidal rule. At
the beginning of a segment of the input the gates make half a step to fall into stagger; for output they are brought to
whole steps with the rates at their end.
"""

from .current import input_at
from .hermite import accept, between
from .interface import ACCEPTED, TAU, index, jit, jit_apart, physics, real
from .primitives import exprel

ORDER = 2
GROUPS = 6  # of states: dV/dt at the beginning and end; gates half a step before and after; the linear form p, s
INPUTS = 2  # rows: the input at 0 (later 1) and 1/2


@jit
def start(f, g, b, r, clock, memo, wave, waves, k, q, y, size, n):
    """The linear form at the beginning of a step, where it is not known from the step before."""
    slope, p, s = y + size * index(3), y + size * index(7), y + size * index(8)
    input_at(index(0), real(0.0), b, r, clock, memo, wave, waves, n)
    physics(g, b, index(0), q, y, p, s, k, n)
    for i in range(n):
        b[slope + i] = b[p + i] - b[s + i] * b[y + i]
    physics(f, b, index(0), q, y, p, s, k, n)


@jit
def advance(f, g, b, r, clock, memo, wave, waves, k, q, y, size, n):
    """One step of every lane, from the states y to z."""
    z, h, slope = y + size, y + size * index(2), y + size * index(4)
    before, after = y + size * index(5), y + size * index(6)
    p, s = y + size * index(7), y + size * index(8)
    for first in range(n, size, n):
        for i in range(n):
            e = first + i
            fresh = r[TAU + i] == real(0.0)
            x = b[y + e] if fresh else b[before + e]
            step = b[h + e] * real(0.5) if fresh else b[h + e]
            b[after + e] = x + (b[p + e] - b[s + e] * x) * step * exprel(-b[s + e] * step)
    for i in range(n):
        b[after + i] = b[y + i]
    input_at(n, real(0.5), b, r, clock, memo, wave, waves, n)
    physics(g, b, n, q, after, p, s, k, n)
    for i in range(n):
        half = b[h + i] * real(0.5)
        v = (b[y + i] + half * (real(2.0) * b[p + i] - b[s + i] * b[y + i])) / (real(1.0) + half * b[s + i])
        b[z + i] = v
        b[after + i] = v
    physics(f, b, n, q, after, p, s, k, n)
    for e in range(n, size):
        x, half = b[after + e], b[h + e] * real(0.5)
        b[z + e] = x + (b[p + e] - b[s + e] * x) * half * exprel(-b[s + e] * half)
    input_at(index(0), real(1.0), b, r, clock, memo, wave, waves, n)
    physics(g, b, index(0), q, z, p, s, k, n)
    for i in range(n):
        b[slope + i] = b[p + i] - b[s + i] * b[z + i]


@jit
def commit(b, r, y, size, n):
    accept(b, r, y, size, n)
    before, after = y + size * index(5), y + size * index(6)
    for first in range(n, size, n):
        for i in range(n):
            e = first + i
            b[before + e] = b[after + e] if r[ACCEPTED + i] > real(0.5) else b[before + e]


@jit_apart
def quartic(i, j, b, r, y, size, n):
    """V as a cubic, the gates as straight lines: both of the method's own order or better."""
    e = y + j * n + i
    if j > index(0):
        return b[e], b[e + size] - b[e], real(0.0), real(0.0), real(0.0)
    return between(i, j, b, r, y, size, n)
