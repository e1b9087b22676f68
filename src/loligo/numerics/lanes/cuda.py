"""The binding to CUDA: one lane in each thread, with the same physics and methods. No other file names `numba.cuda`.

In a kernel file for a GPU this takes the place of `interface.py`; the block has one lane, and physics is compiled in.
"""

import math
import os

import numpy as np
from numba import cuda

from .driver import integrate
from .layout import ROWS, WORK, integer, real
from .primitives import EXP_HIGH, EXP_LOW
from .tables import CLOCKS, MEMOS

THREADS = 64  # in a group of the GPU


def jit(function):
    """Compile into whatever calls it."""
    return cuda.jit(function, device=True)


jit_apart = jit


@jit
def choose(condition, x, y):
    return x if condition else y


@jit
def beyond(numbers, count):
    return numbers[count:]


# ---- what comes before this line precedes the methods; what follows comes after them


@jit
def exp(x):
    """The GPU's own function, saturated like ours."""
    x = EXP_HIGH if x > EXP_HIGH else x
    x = EXP_LOW if x < EXP_LOW else x
    return real(math.exp(x))


@jit
def expm1(x):
    x = EXP_HIGH if x > EXP_HIGH else x
    return real(math.expm1(x))


@jit
def log(x):
    return real(math.log(x))


@jit
def rough_log2(x):
    return real(math.log2(x))


@jit
def rough_exp2(x):
    return real(2.0**x)


BLOCK_SIZE = int(WORK + GROUPS * GROUP)  # noqa: F821  (of the method that precedes)
ROW_SIZE, CLOCK_SIZE, MEMO_SIZE = int(ROWS), int(CLOCKS), int(MEMOS)
MEMORY_SIZE = int(WATCHED)  # noqa: F821  (what the watchers that precede remember)


@cuda.jit(cache=os.environ.get("NUMBA_ENABLE_CUDASIM") != "1")
def every_lane(
    variants, shape, initial, parameters, numbers, control, floor, segment, offset, wave, setting, record, watcher, w,
    blank, final, trace, watched, spikes, tally, note, stop,
):  # fmt: skip
    v = cuda.grid(1)
    if v < variants:
        b = cuda.local.array(BLOCK_SIZE, real)
        r = cuda.local.array(ROW_SIZE, real)
        clock = cuda.local.array(CLOCK_SIZE, np.float64)
        memo = cuda.local.array(MEMO_SIZE, np.int64)
        m = cuda.local.array(MEMORY_SIZE, np.float64)
        for e in range(BLOCK_SIZE):
            b[e] = real(0.0)
        for e in range(ROW_SIZE):
            r[e] = real(0.0)
        integrate(
            0, 1, b, r, clock, memo, shape, initial, parameters, numbers, control, floor, segment, offset, wave,
            setting, record, watcher, w, m, blank, final, trace, watched, spikes, tally, note, v, v + 1, integer(1),
            stop,
        )  # fmt: skip


def missing():
    """Why there is no GPU to run on, or nothing."""
    if cuda.is_available():
        return ""
    try:
        cuda.detect()
    except Exception as error:  # whatever the driver has to say
        return str(error)
    return "no CUDA device or driver was found"


def launch(tables, results):
    """Run all variants; `results` are filled in place. Both are flat arrays."""
    there = [cuda.to_device(table) for table in tables]
    back = [cuda.to_device(result) for result in results]
    stop = cuda.to_device(np.zeros(1, dtype=np.uint8))
    variants = len(tables[4])  # the control has one number for each
    every_lane[(variants + THREADS - 1) // THREADS, THREADS](variants, *there, *back, stop)
    for result, found in zip(results, back, strict=True):
        found.copy_to_host(result)
