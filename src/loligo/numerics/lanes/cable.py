"""Staggered Crank-Nicolson on trees of compartments (Hines 1984, Int J Biomed Comput 15:69).

Gates stand at half steps, V at whole steps, as in `staggered.py`; V of all compartments is found at once from

    (2/h C + G + axial) x = 2/h C V + I,    V' = 2 x - V,

a symmetric system, which `elimination.py` solves.

Compartments of one membrane have their places together, so that blocks of 64 lanes share their physics.

Arrays over compartments are in the order of places. ``y`` holds V, the V one step before, and the gates, state by
state; ``cable`` the capacitance (nF), the conductance to the next compartment (in a tree to the parent; µS), to all
neighbours and the outside, and the current from there (nA); ``work`` a, b, f, x and the sum of the conductances.

A voltage clamp is ideal: it makes V of a compartment what the command says, and supplies what current that takes.
"""

from .elimination import COLUMNS, branches, down, last_rows, side_by_side, up
from .interface import IN, P, Q, S, beyond, index, jit_apart, physics, real
from .onlook import crossed, look, note, remember, sample, sample_gates
from .primitives import exprel

FOLDED, BRANCHED, ASIDE = 0, 1, 2
FIRM = real(1e30)  # beside which all other conductances of a compartment are nothing
MEMBRANE = index(9)
"""Numbers that describe a membrane: f, g, first place, last, states, rows of parameters, how many of them vary from
place to place, where its constants begin, and where, in the same table, the numbers of the rows that vary."""


@jit_apart
def common(b, q, first, lanes, rows, places):
    """The parameters of a membrane, as they are at its first place."""
    for j in range(rows):
        at, row = j * places + first, Q + j * lanes
        for i in range(lanes):
            b[row + i] = q[at]


@jit_apart
def fill(b, y, q, first, lanes, states, places, membranes, varying, varied):
    """The states of a block of compartments, and the parameters that vary."""
    for i in range(lanes):
        b[IN + i] = y[first + i]
    for j in range(1, states):
        at = (j + 1) * places + first
        row = IN + j * lanes
        for i in range(lanes):
            b[row + i] = y[at + i]
    for k in range(varied):
        j = membranes[varying + k]
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


@jit_apart
def gates(membranes, kinds, b, numbers, y, q, places, lanes, length):
    """The gates of the whole tree over a time."""
    for kind in range(kinds):
        k = kind * MEMBRANE
        common(b, q, membranes[k + 2], lanes, membranes[k + 5], places)
        for first in range(membranes[k + 2], membranes[k + 3], lanes):
            fill(b, y, q, first, lanes, membranes[k + 4], places, membranes, membranes[k + 8], membranes[k + 6])
            physics(membranes[k], b, beyond(numbers, membranes[k + 7]))
            relax(b, y, first, lanes, membranes[k + 4], places, length)


@jit_apart
def hold(y, work, pinned, grip, target, first, places):
    """Clamped compartments come to the command at the end of the step: their equation becomes x = its middle."""
    for k in range(pinned[0]):
        e = pinned[3 * k + 1]
        d, x = 4 * places + e, 3 * places + e
        grip[2 * k], grip[2 * k + 1] = work[d], work[x]
        work[d] = FIRM
        work[x] = FIRM * (real(0.5) * (y[e] + target[first + k]))


@jit_apart
def current_of_clamps(y, pinned, grip, paid, first, places):
    """What the clamps supply in the middle of the step, nA: what the equations of their compartments lack."""
    count = pinned[0]
    for k in range(count):
        e = pinned[3 * k + 1]
        total = grip[2 * k] * (real(0.5) * (y[e] + y[places + e])) - grip[2 * k + 1]
        for j in range(pinned[3 * k + 2], pinned[3 * k + 3]):
            n = pinned[3 * count + 1 + j]
            total -= grip[2 * count + j] * (real(0.5) * (y[n] + y[places + n]))
        paid[first + k] = total


def march(
    membranes, order, parent, b, numbers, y, q, cable, work, carry, current, place, weight, shape, setting, recorded,
    trace, older, event, pinned, grip, target, paid, spots, share, watch, memo, past,
    deep,
):  # fmt: skip
    """Some steps of equal length within one segment of the input.

    ``shape``: places, lanes, membranes, how they are solved (FOLDED, BRANCHED or ASIDE), steps, how many there were in
    this segment, does it end, sources, recorded places, next sample, samples, events, most events, watchers, gates
    recorded. ``setting``: time, step, every, threshold. ``pinned``: the number of clamps, for
    each its place and where its neighbours begin and end among those that follow; ``grip``: two numbers for each clamp,
    then the conductances to the neighbours.
    """
    places, lanes, kinds, way = shape[0], shape[1], shape[2], shape[3]
    sources, kept, samples, clamps, watchers, depth = shape[7], shape[8], shape[10], pinned[0], shape[13], shape[14]
    h, every, threshold = setting[1], setting[2], setting[3]
    m = places // COLUMNS
    rate = real(2.0) / h
    for i in range(lanes):
        b[i] = real(0.0)
    common(b, q, membranes[2], lanes, membranes[5], places)
    for step in range(shape[4]):
        age = shape[5] + step
        fresh = age == 0
        length = real(0.5) * h if fresh else h
        time = setting[0] + step * h
        if depth > 0:
            remember(y, past, places, recorded, kept, depth)
        for kind in range(kinds):
            k = kind * MEMBRANE
            f, g, states = membranes[k], membranes[k + 1], membranes[k + 4]
            if kinds > 1:
                common(b, q, membranes[k + 2], lanes, membranes[k + 5], places)
            constants = beyond(numbers, membranes[k + 7])
            for first in range(membranes[k + 2], membranes[k + 3], lanes):
                fill(b, y, q, first, lanes, states, places, membranes, membranes[k + 8], membranes[k + 6])
                physics(f, b, constants)
                relax(b, y, first, lanes, states, places, length)
                physics(g, b, constants)
                assemble(b, y, cable, work, first, lanes, places, rate)
        for k in range(sources):
            work[3 * places + place[k]] += weight[k] * current[step * sources + k]
        if clamps > 0:
            hold(y, work, pinned, grip, target, step * clamps, places)
        if kept > 0 or shape[12] > 0 or watchers > 0:
            for e in range(places):
                older[e] = y[places + e]
        if way == ASIDE:
            side_by_side(y, cable, work, order, parent, places)
        elif way == BRANCHED:
            branches(y, cable, work, order, parent, places)
        else:
            down(cable, work, carry, places, m)
            last_rows(work, carry, places, m)
            up(y, work, carry, places, m)
        if clamps > 0:
            current_of_clamps(y, pinned, grip, paid, step * clamps, places)
        if shape[12] > 0 and crossed(y, cable, places, threshold) > real(0.0):
            shape[11] = note(y, older, places, threshold, time, h, fresh, event, shape[11], shape[12])
        if watchers > 0:
            look(y, older, places, spots, share, watch, memo, watchers, time, h, fresh)
        while shape[9] < samples and shape[9] * every <= time + h * (1.0 + 1e-9):
            x = (shape[9] * every - time) / h
            x = x if x > real(0.0) else real(0.0)
            sample(y, older, places, recorded, kept, trace, shape[9], x, fresh)
            if depth > 0:
                sample_gates(y, past, places, recorded, kept, depth, deep, shape[9], x, age)
            shape[9] += 1
        if shape[6] != 0 and step == shape[4] - 1:
            gates(membranes, kinds, b, numbers, y, q, places, lanes, real(0.5) * h)
