"""How facts are measured: from spikes, from the resting state, or by a search over currents."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..model.cell import Cell
from ..model.fact import Fact, Trial
from ..model.stimulus import Step
from ..simulation.rest import Equilibrium, resting_states
from .trials import Array, Observation, observe, start_of

LANES, FINEST = 64, 1e-9
Found = dict[str, float]


def after(fact: Fact, seen: Observation) -> Array:
    """The spikes that count: those of the trial proper, after ``after=``, counted from ``since=``."""
    options = dict(fact.options)
    since = options.get("since", 0.0)
    times = seen.spikes[seen.spikes > max(since, options.get("after", 0.0))]
    shifted: Array = times - since
    return shifted


def times(fact: Fact, seen: Observation) -> Found:
    """Times of the first spikes."""
    t = after(fact, seen)
    return {name: float(t[i]) if i < len(t) else math.nan for i, (name, _) in enumerate(fact.expected)}


def count(fact: Fact, seen: Observation) -> Found:
    """Number of spikes."""
    return {"": float(len(after(fact, seen))) if seen.done else math.nan}


def last(fact: Fact, seen: Observation) -> Found:
    """Time of the last spike."""
    t = after(fact, seen)
    return {"": float(t[-1]) if len(t) else math.nan}


def interval(fact: Fact, seen: Observation) -> Found:
    """The last interval between spikes."""
    t = after(fact, seen)
    return {"": float(t[-1] - t[-2]) if len(t) > 1 else math.nan}


def rate(fact: Fact, seen: Observation) -> Found:
    """Spikes per second: 1000 (n - 1) / (last - first)."""
    t = after(fact, seen)
    return {"": 1000 * (len(t) - 1) / float(t[-1] - t[0]) if len(t) > 1 else 0.0}


def bursts(fact: Fact, seen: Observation) -> Found:
    """Mean period, spikes, duration, shortest and longest interval of the complete bursts."""
    t = after(fact, seen)
    apart = np.diff(t)
    gaps = np.flatnonzero(apart > dict(fact.options)["gap"])
    if len(gaps) < 2:
        return {name: math.nan for name, _ in fact.expected}
    first, end = gaps[:-1] + 1, gaps[1:]  # a burst begins after a gap and ends at the next
    found = {
        "period": float(np.mean(np.diff(t[gaps + 1]))),
        "spikes": float(np.mean(end - first + 1)),
        "duration": float(np.mean(t[end] - t[first])),
        "shortest": float(apart[gaps[0] + 1 : gaps[-1]].min(initial=math.inf)),
        "longest": float(apart[gaps].max()),
    }
    return {name: found[name] for name, _ in fact.expected}


def final(fact: Fact, seen: Observation) -> Found:
    """States at the end."""
    return {name: seen.final[name] for name, _ in fact.expected}


def extremes(fact: Fact, seen: Observation) -> Found:
    """Lowest and highest V after ``after=``."""
    v = seen.trace[int(dict(fact.options)["after"] / seen.every) :]
    found = {"low": float(np.nanmin(v)), "high": float(np.nanmax(v))}
    return {name: found[name] for name, _ in fact.expected}


OF_A_RUN: dict[str, Callable[[Fact, Observation], Found]] = {
    "times": times, "count": count, "last": last, "interval": interval, "rate": rate, "bursts": bursts, "final": final,
    "range": extremes,
}  # fmt: skip


def rest(cell: Cell, fact: Fact) -> Found:
    """The equilibrium nearest to the expected one."""
    expected = dict(fact.expected)
    found = resting_states(cell.with_(dict(fact.trial.changes)))
    if not found:
        return dict.fromkeys(expected, math.nan)
    nearest = min(found, key=lambda e: abs(e.V - expected["V"]))
    return {path: nearest.state[path] for path in expected}


def onset(cell: Cell, fact: Fact) -> Found:
    """The least amplitude that gives ``least=`` spikes: the interval from 0 is cut into 65 parts again and again."""
    options = dict(fact.options)
    least = options.get("least", 1.0)
    low, high = min(0.0, options["below"]), max(0.0, options["below"])
    pulse = fact.trial.stimulus
    assert isinstance(pulse, Step)
    changed = cell.with_(dict(fact.trial.changes))
    start = start_of(changed, fact.trial)
    if fact.trial.before:
        [settled] = observe(cell, [_with(fact.trial, None, fact.trial.before, 0.0)], starts=[start])
        start = settled.final
    while high - low > FINEST * max(abs(low), abs(high)):
        levels = np.linspace(low, high, LANES + 2)[1:-1]
        trials = [
            _with(fact.trial, Step(x, pulse.start, pulse.stop), fact.trial.duration, 0.0) for x in levels.tolist()
        ]
        fires = [len(seen.spikes) >= least for seen in observe(cell, trials, starts=[start] * LANES)]
        first = fires.index(True) if True in fires else LANES
        low, high = ([low, *levels][first], [*levels, high][first])
        if high == options["below"] and first == LANES and low == levels[-1] and not fires[-1] and high - low < 1e-6:
            return {"": math.nan}
    return {"": float(0.5 * (low + high))}


def _with(trial: Trial, stimulus: Step | None, duration: float, before: float) -> Trial:
    return Trial(stimulus, duration, dict(trial.changes), trial.initial, before, trial.threshold, trial.accuracy)


def hopf(cell: Cell, fact: Fact) -> Found:
    """Where a pair of eigenvalues crosses the imaginary axis, near a given current."""

    def pair(current: float) -> tuple[float, Equilibrium, complex]:
        candidates = [(e, z) for e in resting_states(changed, current) for z in e.eigenvalues if z.imag > 0]
        if not candidates:
            return math.nan, resting_states(changed, current)[0], 0j
        e, z = min(candidates, key=lambda c: abs(c[0].V - dict(fact.expected)["V"]))
        return z.real, e, z

    changed = cell.with_(dict(fact.trial.changes))
    near = dict(fact.options)["near"]
    low, high = near - 0.01 * abs(near), near + 0.01 * abs(near)
    low, high = _root(lambda i: pair(i)[0], low, high)
    _, e, z = pair(0.5 * (low + high))
    found = {"current": 0.5 * (low + high), "V": e.V, "period": 2 * math.pi / z.imag if z.imag else math.nan}
    return {name: found[name] for name, _ in fact.expected}


def fold(cell: Cell, fact: Fact) -> Found:
    """Where two equilibria meet, near a given current: they are the extreme of the current over V."""
    changed = cell.with_(dict(fact.trial.changes))
    near, v = dict(fact.options)["near"], dict(fact.expected)["V"]
    width = 0.01 * max(abs(near), 1.0)
    many = {side: _near(changed, near + side * width, v) for side in (-1, 1)}
    two = max(many, key=lambda side: len(many[side]))
    low, high = near - two * width, near + two * width
    for _ in range(50):
        middle = 0.5 * (low + high)
        if len(_near(changed, middle, v)) >= len(many[two]):
            high = middle
        else:
            low = middle
    closest = sorted(_near(changed, high, v), key=lambda e: abs(e.V - v))[:2]
    found = {"current": 0.5 * (low + high), "V": float(np.mean([e.V for e in closest])) if closest else math.nan}
    return {name: found[name] for name, _ in fact.expected}


def _near(cell: Cell, current: float, v: float) -> list[Equilibrium]:
    return [e for e in resting_states(cell, current) if abs(e.V - v) < 10]


def _root(f: Callable[[float], float], low: float, high: float) -> tuple[float, float]:
    at_low = f(low)
    if not (at_low * f(high) < 0):
        return math.nan, math.nan
    for _ in range(60):
        middle = 0.5 * (low + high)
        if f(middle) * at_low > 0:
            low = middle
        else:
            high = middle
    return low, high


SEARCHES: dict[str, Callable[[Cell, Fact], Found]] = {"rest": rest, "onset": onset, "hopf": hopf, "fold": fold}
EVERY: dict[str, Any] = {"range": 0.02}  # ms, where V is looked at
