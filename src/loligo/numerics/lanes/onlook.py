"""What is seen of a tree on its march: crossings of a threshold, samples, extremes and means at places.

Within a step V is the parabola through its last three values, and gates, which stand at half steps, are that through
theirs.
"""

from .interface import jit_apart, real


@jit_apart
def crossed(y, cable, places, threshold):
    """How many compartments cross the threshold upwards in this step."""
    total = real(0.0)
    for e in range(places):
        total += real(1.0) if (y[places + e] < threshold) & (y[e] >= threshold) else real(0.0)
    return total


@jit_apart
def note(y, older, places, threshold, time, h, fresh, event, count, most):
    """Write down who crosses the threshold, and when: on the parabola through three values of V."""
    for e in range(places):
        then, now = y[places + e], y[e]
        if then < threshold and now >= threshold:
            bend = real(0.0) if fresh else real(0.5) * (now - real(2.0) * then + older[e])
            x = (threshold - then) / (now - then)
            for _ in range(4):
                x -= (then + x * (now - then) + bend * x * (x - real(1.0)) - threshold) / (
                    now - then + bend * (real(2.0) * x - real(1.0))
                )
            x = x if (x >= real(0.0)) & (x <= real(1.0)) else (threshold - then) / (now - then)
            if count < most:
                event[2 * count] = real(e)
                event[2 * count + 1] = time + x * h
            count += 1
    return count


@jit_apart
def sample(y, older, places, recorded, kept, trace, row, x, fresh):
    """V within the step, on the parabola through three values."""
    for k in range(kept):
        e = recorded[k]
        then, now = y[places + e], y[e]
        bend = real(0.0) if fresh else real(0.5) * (now - real(2.0) * then + older[e])
        trace[row * kept + k] = then + x * (now - then) + bend * x * (x - real(1.0))


@jit_apart
def remember(y, past, places, recorded, kept, depth):
    """The gates at the recorded places before a step, and one step earlier."""
    for k in range(kept):
        for j in range(depth):
            past[kept * depth + k * depth + j] = past[k * depth + j]
            past[k * depth + j] = y[(j + 2) * places + recorded[k]]


@jit_apart
def sample_gates(y, past, places, recorded, kept, depth, deep, row, x, age):
    """The gates within the step; ``age`` counts the steps since they stood at a whole one."""
    first = real(-1.5) if age > 1 else real(-1.0)
    for k in range(kept):
        for j in range(depth):
            at = k * depth + j
            before, now = past[at], y[(j + 2) * places + recorded[k]]
            if age == 0:  # they have come from t to t + h / 2
                found = before + real(2.0) * x * (now - before)
            else:
                slope = now - before
                bend = (slope - (before - past[kept * depth + at]) / (real(-0.5) - first)) / (real(0.5) - first)
                found = before + (x + real(0.5)) * (slope + (x - real(0.5)) * bend)
            deep[row * kept * depth + at] = found


@jit_apart
def look(y, older, places, spots, share, watch, memo, watchers, time, h, fresh):
    """Extremes of V and their times, or its integral, at spots between two places.

    ``spots``: how many, and the two places of each; ``share``: how far each is from the first to the second;
    ``watch``: 0 or 1 for a mean, the sign of an extreme, and the time before which nothing counts, for each watcher.
    """
    for k in range(spots[0]):
        a, b, part = spots[2 * k + 1], spots[2 * k + 2], share[k]
        then = y[places + a] + part * (y[places + b] - y[places + a])
        now = y[a] + part * (y[b] - y[a])
        rise = now - then
        bend = real(0.0) if fresh else real(0.5) * (rise - then + older[a] + part * (older[b] - older[a]))
        for w in range(watchers):
            sign = watch[3 * w + 1]
            begin = (watch[3 * w + 2] - time) / h
            if begin >= real(1.0):
                continue
            s = begin if begin > real(0.0) else real(0.0)
            m = 3 * (w * spots[0] + k)
            if watch[3 * w] > real(0.0):
                mean = then * (real(1.0) - s) + rise * (real(1.0) - s * s) / real(2.0)
                mean += bend * ((real(1.0) - s * s * s) / real(3.0) - (real(1.0) - s * s) / real(2.0))
                memo[m] += h * mean
            else:
                value = sign * (then + s * (rise + bend * (s - real(1.0))))
                if value > memo[m]:
                    memo[m], memo[m + 1] = value, time + s * h
                if sign * now > memo[m]:
                    memo[m], memo[m + 1] = sign * now, time + h
                if sign * bend < real(0.0):
                    x = real(0.5) - rise / (real(2.0) * bend)
                    value = sign * (then + x * (rise + bend * (x - real(1.0))))
                    if (x > s) & (x < real(1.0)) & (value > memo[m]):
                        memo[m], memo[m + 1] = value, time + x * h
