"""What every file of this folder builds on: number types, the jit decorator, and the layout of a block of lanes.

The files of this folder are the hand-written numerics. They are ordinary modules, to be read, imported and checked as
they stand; for use, `kernel.py` copies them, word for word, behind a header like this one into one file per method and
precision, which Numba compiles once per machine. They know nothing of any cell: its physics comes in as a compiled
function.

The block
---------
A *lane* is one variant of a cell, ``n`` lanes make a block. What the vector units work on lies in two arrays.

``b``
    rows of ``n`` numbers: the input (from offset 0), the parameters of the cell (from ``Q``), then groups of one row for
    each state: the states (``Y``), the states one step later (``Z``), the step repeated for every state (``HH``), what
    the physics reads and writes (``IN``, ``P``, ``S``), the derivatives at the beginning and the end of the step
    (``FIRST``, ``LAST``), and the work of the method (from ``WORK``). A group is contiguous, so that one flat loop of ``size = states * n`` serves all states of
    all lanes; groups lie at constant distances, so that the compiler sees that they never overlap. The distance is no
    multiple of a memory page, lest all groups compete for one cache set.
``r``
    rows of ``ROW`` numbers for the book-keeping of each lane, at the constant offsets below.

The physics
-----------
A cell provides functions ``(b, k)``, each compiled for one number of lanes. They read the input in the first row, the
parameters from ``Q``, the states in group ``IN`` and the numbers of the formulas in ``k``; they write groups ``P`` and
``S`` and touch nothing else. All places are known to the compiler, so that it needs no check for overlaps and no loop
where one vector holds all lanes:

``derivatives``
    P becomes dy/dt of every state.
``gates``
    P and S become the linear form x' = P - S x of every state but the first.
``membrane``
    the same for the first state, V: S = g / C and P = (r + u) / C, where the membrane current is g V - r.

The watchers
------------
A run may be given any number of functions that look on and remember something of each lane, such as its highest V (see
`peak.py`). They are compiled apart and called once per step through their address, with their settings ``w`` and their
memory ``m``, rows of ``ROW`` numbers that the driver sets when a variant enters a lane and keeps when it leaves.
"""

import numpy as np
from numba import njit, types

from ..bits import as_integer, as_real, beyond, call_address, choose  # noqa: F401  (for the files copied behind this header)

real, integer, index = np.float64, np.int64, np.int64
OPTIONS = {
    "error_model": "numpy",
    "fastmath": {"contract", "nsz", "arcp"},  # a NaN must survive to be reported: never nnan, ninf or reassoc
    "no_cpython_wrapper": True,  # called from compiled code and through its address only
    "no_cfunc_wrapper": True,
    "_nrt": False,  # nothing is allocated, so there are no references to count
}
ADAPTIVE = True


def jit(function):
    """Compile into whatever calls it."""
    return njit(function, forceinline=True, **OPTIONS)


def jit_apart(function):
    """Compile as a function of its own: for what is called rarely, or from many places."""
    return njit(function, **OPTIONS)


REAL = types.float64
REALS = types.CPointer(REAL)


ROW = index(64)  # the most lanes in a block
WIDTH = index(4096)  # the most numbers in a group
GROUP = WIDTH + index(24)  # from one group to the next
Q = ROW
Y = Q + index(256) * ROW
Z, HH = Y + GROUP, Y + index(2) * GROUP
IN, P, S = Y + index(3) * GROUP, Y + index(4) * GROUP, Y + index(5) * GROUP
FIRST, LAST = Y + index(6) * GROUP, Y + index(7) * GROUP
WORK = Y + index(8) * GROUP


@jit
def physics(function, b, k):
    """Call a function of the cell, given its address."""
    call_address(function, (b, k))


BASE, SLOPE = index(0) * ROW, index(1) * ROW  # of the input in the present segment
TAU, LENGTH = index(2) * ROW, index(3) * ROW  # time since the segment began; its length
H = index(4) * ROW  # the step
WANTED = index(5) * ROW  # the step that the error control would take if no segment ended
LEAST = index(6) * ROW  # a step below this makes no progress
CONTROL = index(7) * ROW  # tolerance, or the step asked for
ERROR, OLDER = index(8) * ROW, index(9) * ROW  # error of the step in units of the tolerance; logarithm of the last one
ACCEPTED = index(10) * ROW  # 1 or 0, as are OVER, ATTENTION, RISING, COUNTED and HELD
OVER = index(11) * ROW  # the step ends the segment
ATTENTION = index(12) * ROW  # this lane needs a look
RISING, COUNTED, HELD = index(13) * ROW, index(14) * ROW, index(15) * ROW  # see observe.py
TROUGH, PEAK = index(16) * ROW, index(17) * ROW  # of V since it last turned
DUE = index(18) * ROW  # time, since the segment began, of the next output sample
STEPS, REJECTED = index(19) * ROW, index(20) * ROW  # counted so far
ROWS = index(21) * ROW

_FLOATS, _INTS = types.CPointer(types.float64), types.CPointer(types.int64)
PHYSICS = types.void(REALS, REALS)
WATCHING = types.void(REALS, REALS, _FLOATS, _INTS, _FLOATS, _FLOATS, types.int64)  # b, r, clock, memo, w, m, n
FIND_ROOTS = types.int64(types.int64, REALS, REALS, _INTS, REALS, REALS, REALS, _INTS, types.int64)
INTEGRATE = types.int64(
    types.int64, types.int64,  # f, g
    REALS, REALS, _FLOATS, _INTS, _INTS,  # b, r, clock, memo, shape
    REALS, REALS, REALS, REALS, REALS,  # initial, parameters, numbers, control, floor
    _FLOATS, _INTS, _FLOATS, _FLOATS, _INTS,  # segment, offset, wave, setting, record
    _INTS, _FLOATS, _FLOATS, _FLOATS,  # watchers, their settings, memory and its first values
    REALS, REALS, _FLOATS, _FLOATS, _INTS, _FLOATS,  # final, trace, watched, spikes, tally, note
    types.int64, types.int64, types.int64, types.CPointer(types.uint8),  # first, last, n, stop
)  # fmt: skip
