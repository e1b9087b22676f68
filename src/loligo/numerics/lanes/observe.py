"""What is seen of a run: spikes, and the variables on a uniform grid of times.

A *spike* is an upstroke of V that crosses the threshold. An upstroke is a rise of at least ``RISE`` mV from trough to
peak; smaller ripples are never counted, however often they cross the line. Its time is the first upward crossing, on
the method's own interpolant. Upstrokes of at least ``WATCH`` mV that stay below the threshold are counted apart, so
that a run can say what a fixed threshold would hide.

``look`` follows all lanes at once and only marks those in which something happened; ``detect`` and ``sample`` then deal
with one lane.
"""

import math

from .columns import (
    CAPACITY,
    EVERY,
    MISSED_COUNT,
    MISSED_PEAK,
    NOTE_COLUMNS,
    RECORDED,
    RISE,
    SAMPLES,
    SPIKE_COUNT,
    TALLY_COLUMNS,
    THRESHOLD,
    TRACED,
    WATCH,
)
from .interface import (
    ACCEPTED,
    ATTENTION,
    COUNTED,
    DUE,
    FIRST,
    HELD,
    LAST,
    PEAK,
    RISING,
    TAU,
    TROUGH,
    H,
    Y,
    Z,
    choose,
    index,
    jit,
    jit_apart,
    real,
)
from .method import quartic
from .tables import (
    PENDING,
    REACHED,
    START,
    VARIANT,
)


@jit
def look(i, b, r, threshold, rise):
    """Follow V from trough to peak to trough; mark the lane if V crosses, turns, or passes an output sample, and if it
    has a maximum within the step, which may be above the threshold where both ends are below."""
    accepted = r[ACCEPTED + i] > real(0.5)
    then, now = b[Y + i], b[Z + i]
    rising = r[RISING + i] > real(0.5)
    peak = choose(now > r[PEAK + i], now, r[PEAK + i])
    trough = choose(now < r[TROUGH + i], now, r[TROUGH + i])
    crossed = (then < threshold) & (now >= threshold) & ((not rising) | (r[COUNTED + i] < real(0.5)))
    turned = choose(rising, now < peak - rise, now >= trough + rise)
    topped = (b[FIRST + i] > real(0.0)) & (b[LAST + i] < real(0.0)) & (then < threshold) & (now < threshold)
    due = r[TAU + i] + r[H + i] >= r[DUE + i]
    r[PEAK + i] = choose(accepted & rising, peak, r[PEAK + i])
    r[TROUGH + i] = choose(accepted & (not rising), trough, r[TROUGH + i])
    r[HELD + i] = choose(accepted & (not rising) & (now < threshold), real(0.0), r[HELD + i])
    r[ATTENTION + i] = choose(accepted & (crossed | turned | topped | due), real(1.0), r[ATTENTION + i])


@jit
def value(c, x):
    return c[0] + x * (c[1] + x * (c[2] + x * (c[3] + x * c[4])))


@jit_apart
def crossing(c, level):
    """The fraction of the step at which an interpolant that begins below the level and ends above reaches it: Newton's
    method, kept within a bracket that every evaluation tightens."""
    low, high = real(0.0), real(1.0)
    x = (level - c[0]) / (value(c, high) - c[0])
    for _ in range(60):
        gap = value(c, x) - level
        if gap < real(0.0):
            low = x
        else:
            high = x
        slope = c[1] + x * (real(2.0) * c[2] + x * (real(3.0) * c[3] + x * real(4.0) * c[4]))
        newton = x - gap / slope
        better = newton if (newton > low) & (newton < high) else real(0.5) * (low + high)
        moved = abs(better - x)
        x = better
        if moved <= real(1e-12):  # the next move would be its square
            break
    return x


@jit_apart
def top(c):
    """The fraction of the step at which an interpolant that begins by rising and ends by falling is highest."""
    low, high = real(0.0), real(1.0)
    for _ in range(40):
        x = real(0.5) * (low + high)
        if c[1] + x * (real(2.0) * c[2] + x * (real(3.0) * c[3] + x * real(4.0) * c[4])) > real(0.0):
            low = x
        else:
            high = x
    return real(0.5) * (low + high)


@jit
def count(i, v, time, r, shape, spikes, tally):
    number = tally[TALLY_COLUMNS * v + SPIKE_COUNT]
    if number < shape[CAPACITY]:
        spikes[shape[CAPACITY] * v + number] = time
    tally[TALLY_COLUMNS * v + SPIKE_COUNT] = number + 1
    r[COUNTED + i] = real(1.0)
    r[HELD + i] = real(0.0)


@jit_apart
def over(i, v, before, after, b, r, n, shape, setting, spikes, tally):
    """Count a spike whose top lies between the ends of the step, both of which are below the threshold."""
    threshold = setting[THRESHOLD]
    if b[Y + i] < threshold and b[Z + i] < threshold and b[FIRST + i] > real(0.0) and b[LAST + i] < real(0.0):
        c = quartic(i, index(0), b, r, n)
        x = top(c)
        if value(c, x) > threshold:
            shrunk = (c[0], x * c[1], x * x * c[2], x * x * x * c[3], x * x * x * x * c[4])
            time = before + crossing(shrunk, threshold) * x * (after - before)
            count(i, v, time, r, shape, spikes, tally)


@jit_apart
def detect(i, v, before, after, b, r, n, clock, shape, setting, spikes, tally, note):
    """A crossing or a turn of V in lane i."""
    threshold, rise = setting[THRESHOLD], setting[RISE]
    then, now = b[Y + i], b[Z + i]
    rising = r[RISING + i] > real(0.5)
    if then < threshold and now >= threshold and not (rising and r[COUNTED + i] > real(0.5)):
        time = before + crossing(quartic(i, index(0), b, r, n), threshold) * (after - before)
        if rising:
            count(i, v, time, r, shape, spikes, tally)
        else:
            clock[PENDING + i] = time
            r[HELD + i] = real(1.0)
    if rising and r[COUNTED + i] < real(0.5):
        over(i, v, before, after, b, r, n, shape, setting, spikes, tally)
    if rising and now < r[PEAK + i] - rise:
        if r[COUNTED + i] < real(0.5) and r[PEAK + i] - r[TROUGH + i] >= setting[WATCH]:
            tally[TALLY_COLUMNS * v + MISSED_COUNT] += 1
            at = NOTE_COLUMNS * v + MISSED_PEAK
            note[at] = r[PEAK + i] if r[PEAK + i] < note[at] else note[at]
        r[RISING + i] = real(0.0)
        r[TROUGH + i] = now
    elif not rising and now >= r[TROUGH + i] + rise:
        r[RISING + i] = real(1.0)
        r[COUNTED + i] = real(0.0)
        r[PEAK + i] = now
        if r[HELD + i] > real(0.5):
            count(i, v, clock[PENDING + i], r, shape, spikes, tally)
        else:
            over(i, v, before, after, b, r, n, shape, setting, spikes, tally)


@jit_apart
def sample(i, v, before, after, b, r, n, clock, memo, shape, setting, record, trace):
    """Write the output samples that fall into the step of lane i from time before to time after."""
    samples, rows = shape[SAMPLES], shape[RECORDED]
    every = setting[EVERY]
    first = memo[REACHED + i]
    last = math.floor(after / every + 1e-9) + 1
    last = last if last < samples else samples
    if last <= first or v >= shape[TRACED]:
        return
    memo[REACHED + i] = last
    schedule(i, r, clock, memo, shape, setting)
    begin = (first * every - before) / (after - before)
    apart = every / (after - before)
    for row in range(rows):
        c = quartic(i, record[row], b, r, n)
        for m in range(first, last):
            x = real(begin + (m - first) * apart)
            trace[(v * rows + row) * samples + m] = value(c, x if x < real(1.0) else real(1.0))


@jit
def schedule(i, r, clock, memo, shape, setting):
    """When is the next output sample due in lane i?"""
    if shape[RECORDED] > 0 and memo[VARIANT + i] < shape[TRACED] and memo[REACHED + i] < shape[SAMPLES]:
        r[DUE + i] = (memo[REACHED + i] - 1e-6) * setting[EVERY] - clock[START + i]
    else:
        r[DUE + i] = real(1e30)
