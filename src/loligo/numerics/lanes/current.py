"""The input of each lane: injected current, or the command of a voltage clamp.

Every stimulus is lowered to a table of segments on which the input is ``base + slope * tau``, tau being the time since
the segment began, plus any number of oscillations ``amplitude * sin(phase + w s + r s^2)``, s being the time since
the oscillation came on; they go on and off only where segments begin. So a new stimulus, even of another kind,
compiles nothing, and every kink and jump is the end of a step.
"""

import math

from .columns import (
    AMPLITUDE,
    ANGULAR,
    OFF,
    ON,
    PHASE,
    SWEEP,
    WAVE_COLUMNS,
)
from .interface import BASE, SLOPE, TAU, H, jit, jit_apart, real
from .tables import (
    FIRST_WAVE,
    LAST_WAVE,
    START,
    STOP,
)


@jit_apart
def oscillation(i, tau, clock, memo, wave):
    """Sum of the oscillations that are on in lane i, at time tau of its segment."""
    t = clock[START + i] + tau
    middle = 0.5 * (clock[START + i] + clock[STOP + i])
    total = 0.0
    for row in range(memo[FIRST_WAVE + i], memo[LAST_WAVE + i]):
        at = WAVE_COLUMNS * row
        if wave[at + ON] <= middle and middle < wave[at + OFF]:
            s = t - wave[at + ON]
            angle = wave[at + PHASE] + (wave[at + ANGULAR] + wave[at + SWEEP] * s) * s
            total += wave[at + AMPLITUDE] * math.sin(angle)
    return real(total)


@jit
def input_at(fraction, b, r, clock, memo, wave, waves, n):
    """The input at the given fraction of each lane's step, into the first row of the block."""
    for i in range(n):
        tau = r[TAU + i] + fraction * r[H + i]
        b[i] = r[BASE + i] + r[SLOPE + i] * tau
    if waves > 0:
        for i in range(n):
            b[i] += oscillation(i, r[TAU + i] + fraction * r[H + i], clock, memo, wave)
