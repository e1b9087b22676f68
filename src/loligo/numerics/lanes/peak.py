"""Watcher: the highest (or lowest) value of a state, and when; within the steps too, on the method's interpolant."""

from .interface import ACCEPTED, FIRST, LAST, ROW, TAU, H, Z, choose, index, integer, jit_apart, real
from .method import quartic
from .tables import START, VARIANT

STATE, SIGN, AFTER = 0, 1, 2  # settings: which state; 1 for the highest, -1 for the lowest; from which time on
BEST, TIME_OF_BEST, MARK = 0, 1, 2  # rows of memory
BLANK = (-1e300, 0.0, 0.0)  # what they begin with


@jit_apart
def slope(c, x):
    return c[1] + x * (2.0 * c[2] + x * (3.0 * c[3] + x * 4.0 * c[4]))


@jit_apart
def propose(i, x, c, sign, start, h, m):
    """Is the value at fraction x of the step the best?"""
    value = sign * (c[0] + x * (c[1] + x * (c[2] + x * (c[3] + x * c[4]))))
    if value > m[integer(BEST) * ROW + i]:
        m[integer(BEST) * ROW + i] = value
        m[integer(TIME_OF_BEST) * ROW + i] = start + x * h


@jit_apart
def refine(i, j, sign, after, b, r, clock, m, n):
    """The extreme of state j of lane i within the last step, if it beats the best so far."""
    start, h = clock[START + i] + r[TAU + i], r[H + i]
    c = quartic(i, j, b, r, n)
    low = (after - start) / h
    low, high = (low if low > 0.0 else 0.0), 1.0
    propose(i, low, c, sign, start, h, m)
    propose(i, high, c, sign, start, h, m)
    if sign * slope(c, low) > 0.0 and sign * slope(c, high) < 0.0:
        for _ in range(50):
            x = 0.5 * (low + high)
            if sign * slope(c, x) > 0.0:
                low = x
            else:
                high = x
        propose(i, 0.5 * (low + high), c, sign, start, h, m)


def watch(b, r, clock, memo, w, m, n):
    """Look at every lane for a value that beats the best so far; look closely where there may be one."""
    row, sign, after = index(w[STATE]) * n, w[SIGN], w[AFTER]
    best, mark = index(BEST) * ROW, index(MARK) * ROW
    found = 0.0
    for i in range(n):
        start = clock[START + i] + r[TAU + i]
        accepted = (r[ACCEPTED + i] > real(0.5)) & (start + r[H + i] >= after)
        higher = sign * b[Z + row + i] > m[best + i]
        turned = (sign * b[FIRST + row + i] > 0.0) & (sign * b[LAST + row + i] < 0.0)
        first = start <= after
        marked = choose(accepted & (higher | turned | first), 1.0, 0.0)
        m[mark + i] = marked
        found += marked
    if found > 0.0:
        for i in range(n):
            if m[mark + i] > 0.5 and memo[VARIANT + i] >= 0:
                refine(i, index(w[STATE]), sign, after, b, r, clock, m, n)
