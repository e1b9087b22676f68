"""Step size: error control for adaptive methods, an exact division of each segment for the others."""

import math

from .interface import (
    ACCEPTED,
    ADAPTIVE,
    ATTENTION,
    CONTROL,
    ERROR,
    HH,
    LEAST,
    LENGTH,
    OLDER,
    OVER,
    REJECTED,
    STEPS,
    TAU,
    WANTED,
    H,
    Z,
    choose,
    index,
    jit,
    real,
)
from .method import ORDER
from .primitives import rough_exp2, rough_log2

SAFETY, SHRINK, GROW = real(0.95), real(0.2), real(5.0)
# Proportional-integral control (Gustafsson 1991): it damps the step's hunting where stability, not accuracy, limits it,
# as it does between spikes. Damped more than in Hairer & Wanner's DOPRI5 (0.9, 0.04 and 0.17 at order five), the squid
# axon needs up to a sixth fewer evaluations for the same error; `benchmarks/pairs.py` has the same controller.
INTEGRAL = real(0.3 / ORDER)
PROPORTIONAL = real(0.525 / ORDER)
LEAST_ERROR, GREATEST_ERROR = real(1e-20), real(1e20)  # squared
YES, NO = real(1.0), real(0.0)
BEYOND = real(1e5)  # mV


@jit
def judge(i, r, states, most):
    """Adaptive: from the error of the step just taken, is it accepted, and which step is wanted next?

    A lane that took `most` steps is taken for stuck.
    """
    error = r[ERROR + i] / states  # squared
    r[ERROR + i] = NO
    endless = r[STEPS + i] + r[REJECTED + i] >= most
    accepted = (error <= real(1.0)) & (not endless)
    error = error if error < GREATEST_ERROR else GREATEST_ERROR  # also when it is not a number
    error = error if error > LEAST_ERROR else LEAST_ERROR
    size = real(0.5) * rough_log2(error)  # a rough power will do: it delays the next step less
    factor = SAFETY * rough_exp2(INTEGRAL * r[OLDER + i] - PROPORTIONAL * size)
    factor = factor if factor > SHRINK else SHRINK
    factor = factor if factor < GROW else GROW
    step = r[H + i] * factor
    # A step cut short by the end of a segment says nothing against the longer one wanted before.
    longer = choose(step > r[WANTED + i], step, r[WANTED + i])
    after_success = choose(factor >= real(1.0), longer, step)
    after_failure = choose(factor < SAFETY, step, SAFETY * r[H + i])
    wanted = choose(accepted, after_success, after_failure)
    stuck = endless | ((not accepted) & (not wanted > r[LEAST + i]))
    r[OLDER + i] = choose(accepted, size, r[OLDER + i])
    r[WANTED + i] = wanted
    r[ACCEPTED + i] = choose(accepted, YES, NO)
    r[ATTENTION + i] = choose(stuck, YES, NO)
    r[REJECTED + i] += choose(accepted, NO, YES)


@jit
def check(b, r, size, n):
    """Fixed step: every step is accepted unless a state is no longer a finite number, or V beyond all measure."""
    for first in range(index(0), size, n):
        for i in range(n):
            value = b[Z + first + i]
            r[ERROR + i] += value - value  # 0, or not a number
    for i in range(n):
        finite = (r[ERROR + i] == NO) & (abs(b[Z + i]) < BEYOND)
        r[ERROR + i] = NO
        r[ACCEPTED + i] = choose(finite, YES, NO)
        r[ATTENTION + i] = choose(finite, NO, YES)


@jit
def ends(i, r):
    """Does the step, if accepted, reach the end of the segment?"""
    at_end = r[TAU + i] + r[H + i] >= r[LENGTH + i] - real(1e-3) * r[H + i]
    over = at_end & (r[ACCEPTED + i] > real(0.5))
    r[OVER + i] = choose(over, YES, NO)
    r[ATTENTION + i] = choose(over, YES, r[ATTENTION + i])


@jit
def march(i, r):
    """An accepted lane moves on in time, and takes the step it wants, or what fits into the segment."""
    accepted = r[ACCEPTED + i]
    tau = r[TAU + i] + accepted * r[H + i]
    r[TAU + i] = tau
    r[STEPS + i] += accepted
    if ADAPTIVE:
        left = r[LENGTH + i] - tau
        step = r[WANTED + i]
        shared = choose(step * real(2.0) > left, left * real(0.5), step)  # the last two steps share what is left
        r[H + i] = choose(step * real(1.01) >= left, left, shared)


@jit
def spread(b, r, size, n):
    """Repeat the steps of the lanes for every state."""
    for first in range(index(0), size, n):
        for i in range(n):
            b[HH + first + i] = r[H + i]


@jit
def first_of_segment(i, r):
    """The step with which lane i enters a segment."""
    length = r[LENGTH + i]
    if ADAPTIVE:
        r[H + i] = r[WANTED + i] if r[WANTED + i] < length else length
    else:
        count = math.ceil(length / r[CONTROL + i] - 1e-9)
        r[H + i] = length / count if count > 1 else length
