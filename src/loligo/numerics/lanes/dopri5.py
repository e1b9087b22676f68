"""Dormand-Prince 5(4): explicit Runge-Kutta of order five with an embedded error estimate and dense output.

Dormand & Prince (1980) J Comput Appl Math 6:19; interpolant of order four (so that interpolated values converge as
fast as the steps): Hairer, Norsett & Wanner (1993) Solving Ordinary Differential Equations I, section II.6.
"""

from .current import oscillation
from .interface import ACCEPTED, BASE, CONTROL, ERROR, SLOPE, TAU, H, index, jit, jit_apart, physics, real

ORDER = 5
GROUPS = 8  # of states: the stage derivatives k1 .. k7, and the states at which the next one is taken
INPUTS = 6  # rows: the input at 0, c2 .. c6

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
def start(f, g, b, r, clock, memo, wave, waves, k, q, y, size, n):
    """The derivative at the beginning of a step, where it is not known from the step before."""
    for i in range(n):
        b[i] = r[BASE + i] + r[SLOPE + i] * r[TAU + i]
        if waves > 0:
            b[i] += oscillation(i, r[TAU + i], clock, memo, wave)
    physics(f, b, index(0), q, y, y + size * index(3), y, k, n)


@jit
def inputs(b, r, clock, memo, wave, waves, n):
    """The input at every stage."""
    for i in range(n):
        base, slope, tau, h = r[BASE + i], r[SLOPE + i], r[TAU + i], r[H + i]
        b[n + i] = base + slope * (tau + C2 * h)
        b[index(2) * n + i] = base + slope * (tau + C3 * h)
        b[index(3) * n + i] = base + slope * (tau + C4 * h)
        b[index(4) * n + i] = base + slope * (tau + C5 * h)
        b[index(5) * n + i] = base + slope * (tau + C6 * h)
    if waves > 0:
        row = n
        for c in (C2, C3, C4, C5, C6):
            for i in range(n):
                b[row + i] += oscillation(i, r[TAU + i] + c * r[H + i], clock, memo, wave)
            row += n


@jit
def advance(f, g, b, r, clock, memo, wave, waves, k, q, y, size, n):
    """One step of every lane, from the states y to z."""
    z, h, k1, k2 = y + size, y + size * index(2), y + size * index(3), y + size * index(4)
    k3, k4, k5, k6 = y + size * index(5), y + size * index(6), y + size * index(7), y + size * index(8)
    k7, s = y + size * index(9), y + size * index(10)
    inputs(b, r, clock, memo, wave, waves, n)
    for e in range(size):
        b[s + e] = b[y + e] + b[h + e] * A21 * b[k1 + e]
    physics(f, b, n, q, s, k2, s, k, n)
    for e in range(size):
        b[s + e] = b[y + e] + b[h + e] * (A31 * b[k1 + e] + A32 * b[k2 + e])
    physics(f, b, n * index(2), q, s, k3, s, k, n)
    for e in range(size):
        b[s + e] = b[y + e] + b[h + e] * (A41 * b[k1 + e] + A42 * b[k2 + e] + A43 * b[k3 + e])
    physics(f, b, n * index(3), q, s, k4, s, k, n)
    for e in range(size):
        slope = A51 * b[k1 + e] + A52 * b[k2 + e] + A53 * b[k3 + e] + A54 * b[k4 + e]
        b[s + e] = b[y + e] + b[h + e] * slope
    physics(f, b, n * index(4), q, s, k5, s, k, n)
    for e in range(size):
        slope = A61 * b[k1 + e] + A62 * b[k2 + e] + A63 * b[k3 + e] + A64 * b[k4 + e] + A65 * b[k5 + e]
        b[s + e] = b[y + e] + b[h + e] * slope
    physics(f, b, n * index(5), q, s, k6, s, k, n)
    for e in range(size):
        slope = B1 * b[k1 + e] + B3 * b[k3 + e] + B4 * b[k4 + e] + B5 * b[k5 + e] + B6 * b[k6 + e]
        b[z + e] = b[y + e] + b[h + e] * slope
    physics(f, b, n * index(5), q, z, k7, z, k, n)


@jit
def estimate(b, r, floor, y, size, n):
    """Square of the error of the step, in units of the tolerance, summed over the states (added to ERROR)."""
    z, h, k1, k3 = y + size, y + size * index(2), y + size * index(3), y + size * index(5)
    k4, k5, k6, k7 = y + size * index(6), y + size * index(7), y + size * index(8), y + size * index(9)
    s = y + size * index(10)
    for e in range(size):
        slope = E1 * b[k1 + e] + E3 * b[k3 + e] + E4 * b[k4 + e] + E5 * b[k5 + e] + E6 * b[k6 + e] + E7 * b[k7 + e]
        b[s + e] = b[h + e] * slope
    j = 0
    for first in range(index(0), size, n):
        least = floor[j]
        for i in range(n):
            e = first + i
            error = b[s + e] / (r[CONTROL + i] * (least + abs(b[y + e]) + abs(b[z + e])))
            r[ERROR + i] += error * error
        j += 1


@jit
def commit(b, r, y, size, n):
    """Where the step was accepted, z becomes y, and its derivative the first stage of the next step; h is the next."""
    z, h, k1, k7 = y + size, y + size * index(2), y + size * index(3), y + size * index(9)
    for first in range(index(0), size, n):
        for i in range(n):
            e = first + i
            accepted = r[ACCEPTED + i] > real(0.5)
            b[y + e] = b[z + e] if accepted else b[y + e]
            b[k1 + e] = b[k7 + e] if accepted else b[k1 + e]
            b[h + e] = r[H + i]


@jit_apart
def quartic(i, j, b, r, y, size, n):
    """State j of lane i within the last step as c0 + c1 x + ... + c4 x^4, 0 <= x <= 1."""
    e = j * n + i
    z, k1, k3, k4 = y + size + e, y + size * index(3) + e, y + size * index(5) + e, y + size * index(6) + e
    k5, k6, k7 = y + size * index(7) + e, y + size * index(8) + e, y + size * index(9) + e
    h = r[H + i]
    rise = b[z] - b[y + e]
    bend = h * b[k1] - rise
    twist = rise - h * b[k7] - bend
    last = h * (D1 * b[k1] + D3 * b[k3] + D4 * b[k4] + D5 * b[k5] + D6 * b[k6] + D7 * b[k7])
    return b[y + e], rise + bend, twist + last - bend, -twist - last - last, last
