"""Dormand-Prince 5(4): explicit Runge-Kutta of order five with an embedded error estimate and dense output.

Dormand & Prince (1980) J Comput Appl Math 6:19; interpolant of order four (so that interpolated values converge as
fast as the steps): Hairer, Norsett & Wanner (1993) Solving Ordinary Differential Equations I, section II.6.
"""

from .current import input_at
from .interface import (
    ACCEPTED,
    CONTROL,
    ERROR,
    FIRST,
    GROUP,
    HH,
    IN,
    LAST,
    WORK,
    H,
    P,
    Y,
    Z,
    choose,
    index,
    jit,
    jit_apart,
    physics,
    real,
)

ORDER = 5
GROUPS = 5  # of work: the derivatives at the stages within the step
K1, K7 = FIRST, LAST
K2, K3, K4 = WORK, WORK + GROUP, WORK + index(2) * GROUP
K5, K6 = WORK + index(3) * GROUP, WORK + index(4) * GROUP

C2, C3, C4, C5, C6 = real(1 / 5), real(3 / 10), real(4 / 5), real(8 / 9), real(1.0)
A21 = real(1 / 5)
A31, A32 = real(3 / 40), real(9 / 40)
A41, A42, A43 = real(44 / 45), real(-56 / 15), real(32 / 9)
A51, A52, A53, A54 = real(19372 / 6561), real(-25360 / 2187), real(64448 / 6561), real(-212 / 729)
A61, A62, A63, A64, A65 = real(9017 / 3168), real(-355 / 33), real(46732 / 5247), real(49 / 176), real(-5103 / 18656)
B1, B3, B4, B5, B6 = real(35 / 384), real(500 / 1113), real(125 / 192), real(-2187 / 6784), real(11 / 84)
E1, E3, E4 = real(71 / 57600), real(-71 / 16695), real(71 / 1920)
E5, E6, E7 = real(-17253 / 339200), real(22 / 525), real(-1 / 40)
D1, D3, D4 = real(-12715105075 / 11282082432), real(87487479700 / 32700410799), real(-10690763975 / 1880347072)
D5, D6, D7 = real(701980252875 / 199316789632), real(-1453857185 / 822651844), real(69997945 / 29380423)


@jit
def start(f, g, b, r, clock, memo, wave, waves, k, size, n):
    """The derivative at the beginning of a step, where it is not known from the step before."""
    input_at(real(0.0), b, r, clock, memo, wave, waves, n)
    for e in range(size):
        b[IN + e] = b[Y + e]
    physics(f, b, k)
    for e in range(size):
        b[K1 + e] = b[P + e]


@jit
def advance(f, g, b, r, clock, memo, wave, waves, k, size, n):
    """One step of every lane, from the states Y to Z. Each loop keeps the derivative just found and goes to the next
    stage."""
    for e in range(size):
        b[IN + e] = b[Y + e] + b[HH + e] * A21 * b[K1 + e]
    input_at(C2, b, r, clock, memo, wave, waves, n)
    physics(f, b, k)
    for e in range(size):
        b[K2 + e] = b[P + e]
        b[IN + e] = b[Y + e] + b[HH + e] * (A31 * b[K1 + e] + A32 * b[P + e])
    input_at(C3, b, r, clock, memo, wave, waves, n)
    physics(f, b, k)
    for e in range(size):
        b[K3 + e] = b[P + e]
        b[IN + e] = b[Y + e] + b[HH + e] * (A41 * b[K1 + e] + A42 * b[K2 + e] + A43 * b[P + e])
    input_at(C4, b, r, clock, memo, wave, waves, n)
    physics(f, b, k)
    for e in range(size):
        b[K4 + e] = b[P + e]
        slope = A51 * b[K1 + e] + A52 * b[K2 + e] + A53 * b[K3 + e] + A54 * b[P + e]
        b[IN + e] = b[Y + e] + b[HH + e] * slope
    input_at(C5, b, r, clock, memo, wave, waves, n)
    physics(f, b, k)
    for e in range(size):
        b[K5 + e] = b[P + e]
        slope = A61 * b[K1 + e] + A62 * b[K2 + e] + A63 * b[K3 + e] + A64 * b[K4 + e] + A65 * b[P + e]
        b[IN + e] = b[Y + e] + b[HH + e] * slope
    input_at(C6, b, r, clock, memo, wave, waves, n)
    physics(f, b, k)
    for e in range(size):
        b[K6 + e] = b[P + e]
        slope = B1 * b[K1 + e] + B3 * b[K3 + e] + B4 * b[K4 + e] + B5 * b[K5 + e] + B6 * b[P + e]
        z = b[Y + e] + b[HH + e] * slope
        b[Z + e] = z
        b[IN + e] = z
    physics(f, b, k)
    for e in range(size):
        b[K7 + e] = b[P + e]


@jit
def estimate(b, r, floor, size, n):
    """Square of the error of the step, in units of the tolerance, summed over the states (added to ERROR)."""
    for e in range(size):
        slope = E1 * b[K1 + e] + E3 * b[K3 + e] + E4 * b[K4 + e] + E5 * b[K5 + e] + E6 * b[K6 + e] + E7 * b[K7 + e]
        b[IN + e] = b[HH + e] * slope
    j = 0
    for first in range(index(0), size, n):
        least = floor[j]
        for i in range(n):
            e = first + i
            error = b[IN + e] / (r[CONTROL + i] * (least + abs(b[Y + e]) + abs(b[Z + e])))
            r[ERROR + i] += error * error
        j += 1


@jit
def commit(b, r, size, n):
    """Where the step was accepted, z becomes y, and its derivative the first stage of the next step; h is the next."""
    for first in range(index(0), size, n):
        for i in range(n):
            e = first + i
            accepted = r[ACCEPTED + i] > real(0.5)
            b[Y + e] = choose(accepted, b[Z + e], b[Y + e])
            b[K1 + e] = choose(accepted, b[K7 + e], b[K1 + e])
            b[HH + e] = r[H + i]


@jit_apart
def quartic(i, j, b, r, n):
    """State j of lane i within the last step as c0 + c1 x + ... + c4 x^4, 0 <= x <= 1."""
    e = j * n + i
    h = r[H + i]
    rise = b[Z + e] - b[Y + e]
    bend = h * b[K1 + e] - rise
    twist = rise - h * b[K7 + e] - bend
    last = h * (D1 * b[K1 + e] + D3 * b[K3 + e] + D4 * b[K4 + e] + D5 * b[K5 + e] + D6 * b[K6 + e] + D7 * b[K7 + e])
    return b[Y + e], rise + bend, twist + last - bend, -twist - last - last, last
