"""V of all compartments at once: elimination from the tips of a tree to its root, which fills nothing in.

The system is symmetric: a diagonal, and the conductances between neighbours (see `cable.py`). Three ways to solve it:

`branches`
    any tree, one compartment after another.
`down`, `last_rows`, `up`
    a fibre of one membrane without branches has three diagonals. So that vector units can solve them, it is folded
    into ``COLUMNS`` columns of ``m`` compartments: compartment ``column * m + j`` has the place ``j * COLUMNS +
    column``. The last compartment of every column is left to the end: sweeping down, all columns at once, x_j becomes
    a_j + b_j x_{j+1} + f_j s, where s is the last compartment of the column before, whose own equation takes the other
    half of every elimination; then the few last ones are solved, and a sweep up gives the rest.
`side_by_side`
    any tree in ``VARIANTS`` variants: compartment ``c`` of variant ``v`` has the place ``c * VARIANTS + v``, and every
    vector unit does for all variants what `branches` does for one, in the same order.
"""

from ..vectors import alike, eight, put
from .interface import index, jit, jit_apart, real

COLUMNS = index(16)
VARIANTS = index(8)  # as many as `eight` takes


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
        work[x0 + e] = a * inverse
        work[d0 + e] = f
    for k in range(places):
        e = order[k]
        work[x0 + e] += work[d0 + e] * work[x0 + parent[e]]
    for e in range(places):
        v = y[e]
        y[places + e] = v
        y[e] = real(2.0) * work[x0 + e] - v


@jit_apart
def side_by_side(y, cable, work, order, parent, places):
    """The same for variants side by side; ``order`` and ``parent`` count compartments."""
    c0, x0, d0 = places, 3 * places, 4 * places
    count = places // VARIANTS
    one = alike(real(1.0))
    for k in range(count):
        child = order[count - 1 - k]
        e, p = child * VARIANTS, parent[child] * VARIANTS
        inverse = one / eight(work, d0 + e)
        f = eight(cable, c0 + e) * inverse
        put(work, d0 + p, eight(work, d0 + p) - eight(cable, c0 + e) * f)
        a = eight(work, x0 + e)
        put(work, x0 + p, eight(work, x0 + p) + f * a)
        put(work, x0 + e, a * inverse)
        put(work, d0 + e, f)
    for k in range(count):
        child = order[k]
        e, p = child * VARIANTS, parent[child] * VARIANTS
        put(work, x0 + e, eight(work, x0 + e) + eight(work, d0 + e) * eight(work, x0 + p))
    for e in range(places):
        v = y[e]
        y[places + e] = v
        y[e] = real(2.0) * work[x0 + e] - v
