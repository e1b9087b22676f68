"""March a queue of variants through a block of lanes.

Every lane has its own variant, its own time and step, and, with an adaptive method, its own error control. Each round
advances all lanes by one step, in vector code; only the lanes that need it (a spike, an output sample, the end of a
segment of the input, a failure) are then looked at one by one. A lane that finishes takes the next variant from the
queue, so that a slow cell never holds up the others. Kinks and jumps of the input are ends of steps, exactly.

The integration method supplies ``start, advance, estimate, commit, quartic`` (see `dopri5.py`), the cell two functions
``f`` and ``g`` (see `interface.py`); nothing here depends on which they are.
"""

import numpy as np

from .columns import (
    ADDRESS,
    BASE_VALUE,
    BLOWN_UP,
    CULPRIT,
    DONE,
    END,
    FIRST_STEP,
    GIVEN_UP,
    JUMP,
    MEMORY,
    MOST_STEPS,
    NOTE_COLUMNS,
    OFFSET_COLUMNS,
    OSCILLATIONS,
    PARAMETERS,
    REJECTED_COUNT,
    RISE,
    SEGMENT_COLUMNS,
    SEGMENTS,
    SEGMENTS_END,
    SETTINGS,
    SLOPE_VALUE,
    STATES,
    STATUS,
    STEP_COUNT,
    TALLY_COLUMNS,
    TARGET,
    THRESHOLD,
    TIME,
    WATCHED_ROWS,
    WATCHER_COLUMNS,
    WATCHERS,
    WAVES,
    WAVES_END,
)
from .control import check, ends, first_of_segment, judge, march, spread
from .interface import (
    ACCEPTED,
    ADAPTIVE,
    ATTENTION,
    BASE,
    CONTROL,
    COUNTED,
    DUE,
    ERROR,
    HELD,
    LEAST,
    LENGTH,
    OLDER,
    OVER,
    PEAK,
    REJECTED,
    RISING,
    ROW,
    SLOPE,
    STEPS,
    TAU,
    TROUGH,
    WANTED,
    H,
    Q,
    Y,
    Z,
    beyond,
    index,
    jit,
    jit_apart,
    look_on,
    real,
)
from .method import advance, commit, estimate, start
from .observe import detect, look, sample, schedule
from .tables import (
    FIRST_WAVE,
    LAST_WAVE,
    REACHED,
    SEGMENT,
    START,
    STOP,
    VARIANT,
)

SMALLEST_STEP = 1e-14  # relative to the time passed: below it, time stands still
FOREVER = real(1e30)


@jit_apart
def load(i, v, b, r, memo, shape, initial, parameters, control, offset, setting, m, blank, n):
    """Put variant v into lane i."""
    row = Q
    for j in range(shape[PARAMETERS]):
        b[row + i] = parameters[shape[PARAMETERS] * v + j]
        row += n
    row = Y
    for j in range(shape[STATES]):
        b[row + i] = initial[shape[STATES] * v + j]
        row += n
    for name in (ERROR, OLDER, STEPS, REJECTED, RISING, COUNTED, HELD):
        r[name + i] = real(0.0)
    r[CONTROL + i] = control[v]
    r[WANTED + i] = setting[FIRST_STEP]
    r[TROUGH + i] = b[Y + i]
    r[PEAK + i] = b[Y + i]
    memo[VARIANT + i] = v
    memo[REACHED + i] = 0
    memo[SEGMENT + i] = offset[OFFSET_COLUMNS * v + SEGMENTS]
    memo[FIRST_WAVE + i] = offset[OFFSET_COLUMNS * v + WAVES]
    memo[LAST_WAVE + i] = offset[OFFSET_COLUMNS * v + WAVES_END]
    for row in range(shape[WATCHED_ROWS]):
        m[ROW * row + i] = blank[row]


@jit
def jump(i, b, segment, at, n):
    """The event with which a row begins, if there is one."""
    target = np.int64(segment[at + TARGET])
    if target >= 0:
        b[Y + target * n + i] += real(segment[at + JUMP])


@jit_apart
def enter(i, b, r, clock, memo, shape, segment, setting, n):
    """Begin the present segment of the input in lane i: first its event, and others of the same time."""
    at = SEGMENT_COLUMNS * memo[SEGMENT + i]
    jump(i, b, segment, at, n)
    while segment[at + SEGMENT_COLUMNS + TIME] == segment[at + TIME]:
        memo[SEGMENT + i] += 1
        at += SEGMENT_COLUMNS
        jump(i, b, segment, at, n)
    begin, end = segment[at + TIME], segment[at + SEGMENT_COLUMNS + TIME]
    clock[START + i] = begin
    clock[STOP + i] = end
    r[LENGTH + i] = end - begin
    r[LEAST + i] = SMALLEST_STEP * (begin + end)
    r[BASE + i] = segment[at + BASE_VALUE]
    r[SLOPE + i] = segment[at + SLOPE_VALUE]
    r[TAU + i] = real(0.0)
    first_of_segment(i, r)
    schedule(i, r, clock, memo, shape, setting)


@jit_apart
def finish(i, status, time, b, r, memo, shape, initial, final, m, watched, tally, note, n):
    """Take the result of lane i. It then idles, running on from its initial state, until another variant is loaded."""
    v = memo[VARIANT + i]
    row = Y
    for j in range(shape[STATES]):
        final[shape[STATES] * v + j] = b[row + i]
        b[row + i] = initial[shape[STATES] * v + j]
        row += n
    tally[TALLY_COLUMNS * v + STATUS] = status
    tally[TALLY_COLUMNS * v + STEP_COUNT] = np.int64(r[STEPS + i])
    tally[TALLY_COLUMNS * v + REJECTED_COUNT] = np.int64(r[REJECTED + i])
    note[NOTE_COLUMNS * v + END] = time
    for row in range(shape[WATCHED_ROWS]):
        watched[shape[WATCHED_ROWS] * v + row] = m[ROW * row + i]
    idle(i, r, memo)


@jit
def watch(watcher, at, b, r, clock, memo, w, m, n):
    """Let one function look on."""
    own, rows = beyond(w, watcher[at + SETTINGS]), beyond(m, watcher[at + MEMORY] * np.int64(ROW))
    look_on(watcher[at + ADDRESS], b, r, clock, memo, own, rows, np.int64(n))


@jit
def idle(i, r, memo):
    memo[VARIANT + i] = -1
    r[LENGTH + i] = FOREVER
    r[DUE + i] = FOREVER


@jit_apart
def first_not_finite(i, b, size, n):
    """The first state of lane i that is no longer a number, or -1."""
    culprit = -1
    j = 0
    for first in range(index(0), size, n):
        value = b[Z + first + i]
        if culprit < 0 and not value - value == real(0.0):
            culprit = j
        j += 1
    return culprit


def integrate(
    f, g, b, r, clock, memo, shape, initial, parameters, numbers, control, floor, segment, offset, wave, setting,
    record, watcher, w, m, blank, final, trace, watched, spikes, tally, note, first, last, n, stop,
):  # fmt: skip
    """Run variants first..last-1 in n lanes (see `tables.py`). Setting stop[0] from another thread ends the run
    early."""
    size = index(shape[STATES]) * n
    states, waves = real(shape[STATES]), shape[OSCILLATIONS]
    threshold, rise = real(setting[THRESHOLD]), real(setting[RISE])
    most = real(setting[MOST_STEPS])
    queue = first
    busy = 0
    for i in range(n):  # a lane for which no variant is left runs the last one, and nobody looks
        variant = queue if queue < last else last - 1
        load(i, variant, b, r, memo, shape, initial, parameters, control, offset, setting, m, blank, n)
        enter(i, b, r, clock, memo, shape, segment, setting, n)
        if queue < last:
            queue += 1
            busy += 1
        else:
            idle(i, r, memo)
    fresh = True
    while busy > 0 and stop[0] == 0:
        if fresh:
            spread(b, r, size, n)
            start(f, g, b, r, clock, memo, wave, waves, numbers, size, n)
            fresh = False
        advance(f, g, b, r, clock, memo, wave, waves, numbers, size, n)
        if ADAPTIVE:
            estimate(b, r, floor, size, n)
            for i in range(n):
                judge(i, r, states, most)
                ends(i, r)
                look(i, b, r, threshold, rise)
        else:
            check(b, r, size, n)
            for i in range(n):
                ends(i, r)
                look(i, b, r, threshold, rise)
        for i in range(n):  # while the step is still there to be looked at
            if r[ATTENTION + i] > real(0.5) and r[ACCEPTED + i] > real(0.5) and memo[VARIANT + i] >= 0:
                v = memo[VARIANT + i]
                before = clock[START + i] + r[TAU + i]
                after = clock[STOP + i] if r[OVER + i] > real(0.5) else before + r[H + i]
                detect(i, v, before, after, b, r, n, clock, shape, setting, spikes, tally, note)
                sample(i, v, before, after, b, r, n, clock, memo, shape, setting, record, trace)
        for row in range(shape[WATCHERS]):
            at = WATCHER_COLUMNS * row
            watch(watcher, at, b, r, clock, memo, w, m, n)
        for i in range(n):
            march(i, r)
        commit(b, r, size, n)
        for i in range(n):
            if r[ATTENTION + i] > real(0.5) and memo[VARIANT + i] >= 0:
                v = memo[VARIANT + i]
                if r[ACCEPTED + i] < real(0.5):
                    tally[TALLY_COLUMNS * v + CULPRIT] = first_not_finite(i, b, size, n)
                    time = clock[START + i] + r[TAU + i]
                    status = GIVEN_UP if ADAPTIVE and r[STEPS + i] + r[REJECTED + i] >= most else BLOWN_UP
                    finish(i, status, time, b, r, memo, shape, initial, final, m, watched, tally, note, n)
                    busy -= 1
                    fresh = True
                elif r[OVER + i] > real(0.5):
                    fresh = True
                    memo[SEGMENT + i] += 1
                    if memo[SEGMENT + i] + 1 < offset[OFFSET_COLUMNS * v + SEGMENTS_END]:
                        enter(i, b, r, clock, memo, shape, segment, setting, n)
                    else:
                        finish(i, DONE, clock[STOP + i], b, r, memo, shape, initial, final, m, watched, tally, note, n)
                        busy -= 1
                if memo[VARIANT + i] < 0 and queue < last:
                    load(i, queue, b, r, memo, shape, initial, parameters, control, offset, setting, m, blank, n)
                    enter(i, b, r, clock, memo, shape, segment, setting, n)
                    queue += 1
                    busy += 1
    return busy
