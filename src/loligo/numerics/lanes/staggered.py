"""Staggered Crank-Nicolson: gates at half steps, V at whole steps, each linear in itself while the other stands still.

Hines (1984) Int J Biomed Comput 15:69. Second order. The gates take their exact exponential, V the trapezoidal rule. At
the beginning of a segment of the input the gates make half a step to fall into stagger; for output they are brought to
whole steps with the rates at their end.
"""

from .current import input_at
from .hermite import accept, between
from .interface import (
    ACCEPTED,
    FIRST,
    GROUP,
    HH,
    IN,
    LAST,
    TAU,
    WORK,
    P,
    S,
    Y,
    Z,
    choose,
    index,
    jit,
    jit_apart,
    physics,
    real,
)
from .primitives import exprel

ORDER = 2
GROUPS = 2  # of work: gates half a step before and after; of the derivatives only that of V is known
BEFORE, AFTER = WORK, WORK + GROUP


@jit
def start(f, g, b, r, clock, memo, wave, waves, k, size, n):
    """The linear form at the beginning of a step, where it is not known from the step before."""
    input_at(real(0.0), b, r, clock, memo, wave, waves, n)
    for e in range(size):
        b[IN + e] = b[Y + e]
    physics(g, b, k)
    for i in range(n):
        b[FIRST + i] = b[P + i] - b[S + i] * b[Y + i]
    physics(f, b, k)


@jit
def advance(f, g, b, r, clock, memo, wave, waves, k, size, n):
    """One step of every lane, from the states y to z."""
    for first in range(n, size, n):
        for i in range(n):
            e = first + i
            fresh = r[TAU + i] == real(0.0)
            x = b[Y + e] if fresh else b[BEFORE + e]
            step = b[HH + e] * real(0.5) if fresh else b[HH + e]
            x += (b[P + e] - b[S + e] * x) * step * exprel(-b[S + e] * step)
            b[AFTER + e] = x
            b[IN + e] = x
    for i in range(n):
        b[IN + i] = b[Y + i]
    input_at(real(0.5), b, r, clock, memo, wave, waves, n)
    physics(g, b, k)
    for i in range(n):
        half = b[HH + i] * real(0.5)
        v = (b[Y + i] + half * (real(2.0) * b[P + i] - b[S + i] * b[Y + i])) / (real(1.0) + half * b[S + i])
        b[Z + i] = v
        b[IN + i] = v
    physics(f, b, k)
    for e in range(n, size):
        x, half = b[AFTER + e], b[HH + e] * real(0.5)
        x += (b[P + e] - b[S + e] * x) * half * exprel(-b[S + e] * half)
        b[Z + e] = x
        b[IN + e] = x
    input_at(real(1.0), b, r, clock, memo, wave, waves, n)
    physics(g, b, k)
    for i in range(n):
        b[LAST + i] = b[P + i] - b[S + i] * b[Z + i]


@jit
def commit(b, r, size, n):
    accept(b, r, size, n)
    for first in range(n, size, n):
        for i in range(n):
            e = first + i
            b[BEFORE + e] = choose(r[ACCEPTED + i] > real(0.5), b[AFTER + e], b[BEFORE + e])


@jit_apart
def quartic(i, j, b, r, n):
    """V as a cubic, the gates as straight lines: both of the method's own order or better."""
    e = j * n + i
    if j > index(0):
        return b[Y + e], b[Z + e] - b[Y + e], real(0.0), real(0.0), real(0.0)
    return between(i, j, b, r, n)
