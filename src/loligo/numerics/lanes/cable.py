"""Staggered Crank-Nicolson on trees of compartments (Hines 1984, Int J Biomed Comput 15:69).

Gates stand at half steps, V at whole steps, as in `staggered.py`; V of all compartments is found at once from

    (2/h C + G + axial) x = 2/h C V + I,    V' = 2 x - V,

a symmetric system. Elimination from the tips of the tree to its root fills nothing in, and solves it (``branches``).

A fibre of one membrane without branches has three diagonals. So that vector units can solve them, it is folded into
``COLUMNS`` columns of ``m`` compartments: compartment ``column * m + j`` has the place ``j * COLUMNS + column``. The
last compartment of every column is left to the end: sweeping down, all columns at once, x_j becomes
a_j + b_j x_{j+1} + f_j s, where s is the last compartment of the column before, whose own equation takes the other half
of every elimination; then the few last ones are solved, and a sweep up gives the rest.

Compartments of one membrane have their places together, so that blocks of 64 lanes share their physics.

Arrays over compartments are in the order of places. ``y`` holds V, the V one step before, and the gates, state by
state; ``cable`` the capacitance (nF), the conductance to the next compartment (in a tree to the parent; µS), to all
neighbours and the outside, and the current from there (nA); ``work`` a, b, f, x and the sum of the conductances.
"""

from .interface import IN, P, Q, S, beyond, index, jit, jit_apart, physics, real
from .primitives import exprel

COLUMNS = index(16)
MEMBRANE = index(8)  # numbers that describe a membrane: f, g, first place, last, states, parameter rows, whole, offset


@jit_apart
def fill(b, y, q, first, lanes, states, rows, places, whole):
    """The states and, where they vary, the parameters of a block of compartments."""
    for i in range(lanes):
        b[IN + i] = y[first + i]
    for j in range(1, states):
        at = (j + 1) * places + first
        row = IN + j * lanes
        for i in range(lanes):
            b[row + i] = y[at + i]
    if whole:
        for j in range(rows):
            at, row = j * places + first, Q + j * lanes
            for i in range(lanes):
                b[row + i] = q[at + i]


@jit_apart
def relax(b, y, first, lanes, states, places, step):
    """The gates of a block, by their exact exponential."""
    for j in range(1, states):
        row, at = j * lanes, (j + 1) * places + first
        for i in range(lanes):
            x, speed = b[IN + row + i], b[S + row + i]
            x += (b[P + row + i] - speed * x) * step * exprel(-speed * step)
            b[IN + row + i] = x
            y[at + i] = x


@jit_apart
def assemble(b, y, cable, work, first, lanes, places, rate):
    """The equations of a block: what is on the diagonal, and the right-hand side."""
    for i in range(lanes):
        at = first + i
        capacitance = cable[at]
        work[4 * places + at] = capacitance * (rate + b[S + i]) + cable[2 * places + at]
        work[3 * places + at] = capacitance * (rate * y[at] + b[P + i]) + cable[3 * places + at]


@jit
def down(cable, work, carry, places, m):
    """Eliminate all but the last row."""
    a0, b0, f0, x0, d0, c0 = 0, places, 2 * places, 3 * places, 4 * places, places
    for i in range(COLUMNS):
        carry[i] = real(0.0)  # a of the row before
        carry[COLUMNS + i] = real(0.0)  # b
        carry[2 * COLUMNS + i] = real(0.0)  # c
        carry[3 * COLUMNS + i] = carry[7 * COLUMNS + i]  # g: the link to the column before
        carry[4 * COLUMNS + i] = real(0.0)  # taken from the diagonal there
        carry[5 * COLUMNS + i] = real(0.0)  # and from the right-hand side
    for j in range(m - 1):
        at = j * COLUMNS
        for i in range(COLUMNS):
            e = at + i
            c, c_next, g = carry[2 * COLUMNS + i], cable[c0 + e], carry[3 * COLUMNS + i]
            inverse = real(1.0) / (work[d0 + e] - c * carry[COLUMNS + i])
            a = (work[x0 + e] + c * carry[i]) * inverse
            b = c_next * inverse
            f = g * inverse
            work[a0 + e] = a
            work[b0 + e] = b
            work[f0 + e] = f
            carry[i] = a
            carry[COLUMNS + i] = b
            carry[2 * COLUMNS + i] = c_next
            carry[3 * COLUMNS + i] = g * b
            carry[4 * COLUMNS + i] += g * f
            carry[5 * COLUMNS + i] += g * a


@jit_apart
def last_rows(work, carry, places, m):
    """The last compartments of all columns: a system with three diagonals again."""
    at = (m - 1) * COLUMNS
    x0, d0 = 3 * places + at, 4 * places + at
    before = 6 * COLUMNS  # x_last = carry[before] + carry[8 * COLUMNS] x_last of the next column
    for i in range(COLUMNS):
        c, g = carry[2 * COLUMNS + i], carry[3 * COLUMNS + i]
        d = work[d0 + i] - c * carry[COLUMNS + i]
        r = work[x0 + i] + c * carry[i]
        if i + 1 < COLUMNS:
            d -= carry[4 * COLUMNS + i + 1]
            r += carry[5 * COLUMNS + i + 1]
        if i > 0:
            d -= g * carry[8 * COLUMNS + i - 1]
            r += g * carry[before + i - 1]
        after = carry[3 * COLUMNS + i + 1] if i + 1 < COLUMNS else real(0.0)
        carry[before + i] = r / d
        carry[8 * COLUMNS + i] = after / d
    for k in range(COLUMNS):
        i = COLUMNS - 1 - k
        x = carry[before + i]
        if k > 0:
            x += carry[8 * COLUMNS + i] * work[x0 + i + 1]
        work[x0 + i] = x
    for i in range(COLUMNS):
        carry[i] = work[x0 + i - 1] if i > 0 else real(0.0)  # s of every column
        carry[COLUMNS + i] = work[x0 + i]


@jit
def up(y, work, carry, places, m):
    """All x, and from them V at the end of the step."""
    a0, b0, f0 = 0, places, 2 * places
    at = (m - 1) * COLUMNS
    for i in range(COLUMNS):
        e = at + i
        v = y[e]
        y[places + e] = v
        y[e] = real(2.0) * carry[COLUMNS + i] - v
    for k in range(m - 1):
        at = (m - 2 - k) * COLUMNS
        for i in range(COLUMNS):
            e = at + i
            x = work[a0 + e] + work[b0 + e] * carry[COLUMNS + i] + work[f0 + e] * carry[i]
            carry[COLUMNS + i] = x
            v = y[e]
            y[places + e] = v
            y[e] = real(2.0) * x - v


@jit_apart
def branches(y, cable, work, order, parent, places):
    """All x of a tree, and V at the end of the step; ``order`` has every place after that of its parent."""
    c0, x0, d0 = places, 3 * places, 4 * places
    for k in range(places):
        e = order[places - 1 - k]
        inverse = real(1.0) / work[d0 + e]
        f = cable[c0 + e] * inverse  # 0 at the root, which is its own parent
        p = parent[e]
        work[d0 + p] -= cable[c0 + e] * f
        a = work[x0 + e]
        work[x0 + p] += f * a
        work[e] = a * inverse
        work[places + e] = f
    for k in range(places):
        e = order[k]
        work[e] += work[places + e] * work[parent[e]]
    for e in range(places):
        v = y[e]
        y[places + e] = v
        y[e] = real(2.0) * work[e] - v


@jit_apart
def gates(membranes, kinds, b, numbers, y, q, places, lanes, length):
    """The gates of the whole tree over a time."""
    for kind in range(kinds):
        k = kind * MEMBRANE
        for first in range(membranes[k + 2], membranes[k + 3], lanes):
            fill(b, y, q, first, lanes, membranes[k + 4], membranes[k + 5], places, membranes[k + 6] != 0)
            physics(membranes[k], b, beyond(numbers, membranes[k + 7]))
            relax(b, y, first, lanes, membranes[k + 4], places, length)


@jit_apart
def crossed(y, cable, places, threshold):
    """How many compartments cross the threshold upwards in this step."""
    total = real(0.0)
    for e in range(places):
        total += real(1.0) if (y[places + e] < threshold) & (y[e] >= threshold) else real(0.0)
    return total


@jit_apart
def note(y, older, places, threshold, time, h, fresh, event, count, most):
    """Write down who crosses the threshold, and when: on the parabola through three values of V."""
    for e in range(places):
        then, now = y[places + e], y[e]
        if then < threshold and now >= threshold:
            bend = real(0.0) if fresh else real(0.5) * (now - real(2.0) * then + older[e])
            x = (threshold - then) / (now - then)
            for _ in range(4):
                x -= (then + x * (now - then) + bend * x * (x - real(1.0)) - threshold) / (
                    now - then + bend * (real(2.0) * x - real(1.0))
                )
            x = x if (x >= real(0.0)) & (x <= real(1.0)) else (threshold - then) / (now - then)
            if count < most:
                event[2 * count] = real(e)
                event[2 * count + 1] = time + x * h
            count += 1
    return count


@jit_apart
def sample(y, older, places, recorded, kept, trace, row, x, fresh):
    """V within the step, on the parabola through three values."""
    for k in range(kept):
        e = recorded[k]
        then, now = y[places + e], y[e]
        bend = real(0.0) if fresh else real(0.5) * (now - real(2.0) * then + older[e])
        trace[row * kept + k] = then + x * (now - then) + bend * x * (x - real(1.0))


def march(
    membranes, order, parent, b, numbers, y, q, cable, work, carry, current, place, weight, shape, setting, recorded,
    trace, older, event,
):  # fmt: skip
    """Some steps of equal length within one segment of the input.

    ``shape``: places, lanes, membranes, branched, steps, fresh, closing, sources, recorded places, next sample,
    samples, parameters to begin with, events, most events. ``setting``: time, step, every, threshold.
    """
    places, lanes, kinds, branched = shape[0], shape[1], shape[2], shape[3] != 0
    sources, kept, samples = shape[7], shape[8], shape[10]
    h, every, threshold = setting[1], setting[2], setting[3]
    m = places // COLUMNS
    rate = real(2.0) / h
    for i in range(lanes):
        b[i] = real(0.0)
    for j in range(shape[11]):  # the same everywhere
        for i in range(lanes):
            b[Q + j * lanes + i] = q[j * places]
    for step in range(shape[4]):
        fresh = (shape[5] != 0) & (step == 0)
        length = real(0.5) * h if fresh else h
        time = setting[0] + step * h
        for kind in range(kinds):
            k = kind * MEMBRANE
            f, g, states, rows = membranes[k], membranes[k + 1], membranes[k + 4], membranes[k + 5]
            whole = membranes[k + 6] != 0
            constants = beyond(numbers, membranes[k + 7])
            for first in range(membranes[k + 2], membranes[k + 3], lanes):
                fill(b, y, q, first, lanes, states, rows, places, whole)
                physics(f, b, constants)
                relax(b, y, first, lanes, states, places, length)
                physics(g, b, constants)
                assemble(b, y, cable, work, first, lanes, places, rate)
        for k in range(sources):
            work[3 * places + place[k]] += weight[k] * current[step * sources + k]
        if kept > 0 or shape[13] > 0:
            for e in range(places):
                older[e] = y[places + e]
        if branched:
            branches(y, cable, work, order, parent, places)
        else:
            down(cable, work, carry, places, m)
            last_rows(work, carry, places, m)
            up(y, work, carry, places, m)
        if shape[13] > 0 and crossed(y, cable, places, threshold) > real(0.0):
            shape[12] = note(y, older, places, threshold, time, h, fresh, event, shape[12], shape[13])
        while shape[9] < samples and shape[9] * every <= time + h * (1.0 + 1e-9):
            x = (shape[9] * every - time) / h
            sample(y, older, places, recorded, kept, trace, shape[9], x if x > real(0.0) else real(0.0), fresh)
            shape[9] += 1
        if shape[6] != 0 and step == shape[4] - 1:
            gates(membranes, kinds, b, numbers, y, q, places, lanes, real(0.5) * h)
