"""What every file of this folder builds on: the jit decorator, and how physics, watchers and methods are called.

How a block of lanes is laid out is said in `layout.py`.

The files of this folder are the hand-written numerics. They are ordinary modules, to be read, imported and checked as
they stand; for use, `kernel.py` copies them, word for word, behind a header like this one into one file per method and
precision, which Numba compiles once per machine. They know nothing of any cell: its physics comes in as a compiled
function.

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

from numba import njit, types

from ..bits import as_integer, as_real, beyond, call_address, choose  # noqa: F401  (for the files copied behind this header)
from .layout import (  # noqa: F401
    ACCEPTED,
    ATTENTION,
    BASE,
    CONTROL,
    COUNTED,
    DUE,
    ERROR,
    FIRST,
    GROUP,
    HELD,
    HH,
    IN,
    LAST,
    LEAST,
    LENGTH,
    OLDER,
    OVER,
    PADDING,
    PARAMETER_ROWS,
    PEAK,
    REJECTED,
    RISING,
    ROW,
    ROWS,
    SLOPE,
    STEPS,
    TAU,
    TROUGH,
    WANTED,
    WIDTH,
    WORK,
    H,
    P,
    Q,
    S,
    Y,
    Z,
    index,
    integer,
    real,
)

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


@jit
def physics(function, b, k):
    """Call a function of the cell, given its address."""
    call_address(function, (b, k))


@jit
def look_on(function, b, r, clock, memo, w, m, n):
    """Call a watcher, given its address."""
    call_address(function, (b, r, clock, memo, w, m, n))


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
