"""What every file of this folder builds on: number types, the jit decorator, and the layout of a block of lanes.

The files of this folder are the hand-written numerics. They are ordinary modules, to be read, imported and checked as they
stand; for use, `build.py` copies them, word for word, behind a header like this one into one file per method and precision,
which Numba compiles once per machine. They know nothing of any cell: its physics comes in as a compiled function.

The block
---------
A *lane* is one variant of a cell, ``n`` lanes make a block. What the vector units work on lies in two arrays.

``b``
    rows of ``n`` numbers: the input at each stage of the step, the parameters of the cell, then groups of ``states`` rows each: the
    states ``y``, the states one step later ``z``, the step ``h`` repeated for every state, and the work rows of the
    method. A group is contiguous, so that one flat loop of ``size = states * n`` serves all states of all lanes.
``r``
    rows of ``ROW`` numbers for the book-keeping of each lane, at the constant offsets below.

Indices are unsigned, because a signed one brings in a test for negative indices that stops vectorisation.

The physics
-----------
A cell provides functions ``(b, u, q, y, p, s, k, n)``. They read the input in the row at offset ``u`` of ``b``, the parameters in
the rows from ``q``, the states in the rows from ``y``, and the numbers of the formulas in ``k``; they write rows and touch nothing else:

``derivatives``
    dy/dt of every state into the rows from ``p`` (``s`` is not used).
``gates``
    the linear form x' = p - s x of every state but the first.
``membrane``
    the same of the first state, V: s = g / C and p = (r + u) / C, where the membrane current is g V - r.
"""

import numpy as np
from numba import njit, types

from ..bits import as_integer, as_real, call_address  # noqa: F401  (for the files copied behind this header)

real, integer, index = np.float64, np.int64, np.uint64
OPTIONS = {
    "error_model": "numpy",
    "fastmath": {"contract", "nsz", "arcp"},  # a NaN must survive to be reported: never nnan, ninf or reassoc
    "no_cpython_wrapper": True,  # called from compiled code and through its address only
    "no_cfunc_wrapper": True,
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


@jit
def physics(function, b, u, q, y, p, s, k, n):
    """Call a function of the cell, given its address."""
    call_address(function, b, u, q, y, p, s, k, n)


ROW = index(64)  # the most lanes in a block
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
PHYSICS = types.void(REALS, *[types.uint64] * 5, REALS, types.uint64)
INTEGRATE = types.int64(
    types.int64, types.int64,  # f, g
    REALS, REALS, _FLOATS, _INTS, _INTS,  # b, r, clock, memo, shape
    REALS, REALS, REALS, REALS, REALS,  # initial, parameters, numbers, control, floor
    _FLOATS, _INTS, _FLOATS, _FLOATS, types.CPointer(types.uint64),  # segment, offset, wave, setting, record
    REALS, REALS, _FLOATS, _INTS, _FLOATS,  # final, trace, spikes, tally, note
    types.int64, types.int64, types.uint64, types.CPointer(types.uint8),  # first, last, n, stop
)  # fmt: skip
