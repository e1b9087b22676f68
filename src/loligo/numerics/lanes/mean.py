"""Watcher: the integral of a state over time, from which its mean follows.

Each step adds the integral of the cubic through its ends, h (y + z) / 2 + h^2 (y' - z') / 12, which is of fifth order.
"""

from .interface import ACCEPTED, FIRST, LAST, ROW, TAU, H, Y, Z, choose, index, jit_apart, real
from .method import quartic
from .tables import START, VARIANT

STATE, AFTER = 0, 1  # settings: which state; from which time on
AREA = 0  # row of memory
BLANK = (0.0,)


@jit_apart
def integral(c, x):
    return x * (c[0] + x * (c[1] / 2.0 + x * (c[2] / 3.0 + x * (c[3] / 4.0 + x * c[4] / 5.0))))


def watch(b, r, clock, memo, w, m, n):
    """Add what the last step contributes."""
    row, after = index(w[STATE]) * n, w[AFTER]
    split = 0.0
    for i in range(n):
        start, h = clock[START + i] + r[TAU + i], r[H + i]
        whole = (r[ACCEPTED + i] > real(0.5)) & (start >= after)
        area = h * real(0.5) * (b[Y + row + i] + b[Z + row + i])
        area += h * h * (b[FIRST + row + i] - b[LAST + row + i]) / real(12.0)
        m[index(AREA) * ROW + i] += choose(whole, area, real(0.0))
        split += choose((start < after) & (start + h > after), 1.0, 0.0)
    if split > 0.0:
        for i in range(n):
            start, h = clock[START + i] + r[TAU + i], r[H + i]
            if r[ACCEPTED + i] > real(0.5) and start < after and start + h > after and memo[VARIANT + i] >= 0:
                c = quartic(i, index(w[STATE]), b, r, n)
                x = (after - start) / h
                m[index(AREA) * ROW + i] += h * (integral(c, 1.0) - integral(c, x))
