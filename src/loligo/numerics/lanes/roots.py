"""Where a function of V changes sign: a scan on a grid, then ever finer grids within each interval found.

The function is the drift of V with everything else at its steady value (`codegen.steady`), so its roots are the
equilibria of the membrane. One variant at a time: its lanes are different voltages.
"""

import numpy as np

from .interface import IN, P, Q, S, index, jit_apart, physics, real

LANES = index(64)
PARAMETERS, POINTS, MOST = 0, 1, 2  # shape: parameters of a variant, points of the grid, most roots that are kept


@jit_apart
def drift(f, b, k, start, step):
    """The function at LANES points from start on, into group P."""
    for i in range(LANES):
        b[IN + i] = start + step * real(i)
    physics(f, b, k)


@jit_apart
def narrow(f, b, k, low, high, rising):
    """The root between two points of opposite sign, to the last digit."""
    for _ in range(12):
        step = (high - low) / real(LANES + 1)
        if low + step <= low or high - step >= high:
            break
        drift(f, b, k, low + step, step)
        above = 0
        while above < LANES and (b[P + above] > real(0.0)) != rising:
            above += 1
        first = low + step
        if above < LANES:
            high = first + step * real(above)
        if above > 0:
            low = first + step * real(above - 1)
    return real(0.5) * (low + high)


@jit_apart
def scan(f, b, k, shape, low, step, roots, at):
    """The roots with one set of parameters; their number, or -1 if the function vanishes almost everywhere.

    Two roots close to one another may hide between two points of the grid. Where the function turns towards zero, and
    the parabola through three points comes more than half of the way, the number is -2 minus that of the roots found.
    """
    found, zeros, hidden, older, before = 0, 0, 0, real(0.0), real(0.0)
    for block in range(0, shape[POINTS], LANES):
        drift(f, b, k, low + step * real(block), step)
        for i in range(LANES):
            b[S + i] = b[P + i]
        for i in range(min(LANES, shape[POINTS] - block)):
            now, here = b[S + i], low + step * real(block + i)
            if now == real(0.0):
                zeros += 1
            if now == real(0.0) or now * before < real(0.0):
                if found < shape[MOST]:
                    at_zero = now == real(0.0)
                    roots[at + found] = here if at_zero else narrow(f, b, k, here - step, here, before < real(0.0))
                found += 1
            bend = now - real(2.0) * before + older
            turned = older * before > real(0.0) and before * now > real(0.0) and bend * before > real(0.0)
            if turned and (now - before) * (before - older) < real(0.0):
                least = before - (now - older) * (now - older) / (real(8.0) * bend)
                hidden += 1 if least * before < real(0.5) * before * before else 0
            older, before = before, now
    if hidden > 0:
        return -2 - found
    return -1 if zeros > shape[POINTS] // 2 else found


def find_roots(f, b, k, shape, parameters, span, roots, count, variants):
    """Roots of every variant between span[0] and span[1]: the leftmost ``MOST`` of each, and their number."""
    step = (span[1] - span[0]) / real(shape[POINTS] - 1)
    for v in range(variants):
        row = Q
        for j in range(shape[PARAMETERS]):
            for i in range(LANES):
                b[row + i] = parameters[shape[PARAMETERS] * v + j]
            row += LANES
        count[v] = scan(f, b, k, shape, span[0], step, roots, shape[MOST] * v)
    return np.int64(0)
