"""Cubic interpolation between the ends of a step, for methods that know the derivative at both.

The error of the interpolant is of fourth order in the step.
"""

from .interface import ACCEPTED, FIRST, HH, LAST, H, Y, Z, choose, index, jit, jit_apart, real


@jit
def cubic(start, end, slope, last):
    """c0 + c1 x + c2 x^2 + c3 x^3 (+ 0 x^4) from values and derivatives (times the step) at x = 0 and 1."""
    rise = end - start
    return start, slope, real(3.0) * rise - real(2.0) * slope - last, slope + last - real(2.0) * rise, real(0.0)


@jit
def accept(b, r, size, n):
    """Where the step was accepted, z becomes y, and the derivative at its end that at the beginning of the next."""
    for first in range(index(0), size, n):
        for i in range(n):
            e = first + i
            accepted = r[ACCEPTED + i] > real(0.5)
            b[Y + e] = choose(accepted, b[Z + e], b[Y + e])
            b[FIRST + e] = choose(accepted, b[LAST + e], b[FIRST + e])
            b[HH + e] = r[H + i]


@jit_apart
def between(i, j, b, r, n):
    """State j of lane i within the last step."""
    e = j * n + i
    h = r[H + i]
    return cubic(b[Y + e], b[Z + e], h * b[FIRST + e], h * b[LAST + e])
