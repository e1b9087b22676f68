"""A cell that has just been fired meets a second pulse: when its first spike is over, and what counts as a response."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.stimulus import Step
from ..simulation.recorders import Peak, Trace
from .bench import QUICK, Bench, fires
from .beside import BESIDE
from .search import refine
from .thresholds import trial

Array = NDArray[np.float64]
SETTLE = 0.6  # ms after the end of the pulse, from which on a peak of V counts as a response of the membrane
EVERY, LONG = 0.02, 1000.0  # ms: interval of samples, and how long the end of the first spike is waited for
COURSE, ALIKE = 4000, 1e-8  # samples of what follows the first pulse, and the tolerance at which it is found
FINER = 0.02  # step of the logarithm of pulses that are tried where only few fire the cell


@dataclass(frozen=True)
class Spike:
    """The spike of the first pulse: V halfway from rest to its peak, and when it peaks and is over, ms after it began.

    `over_time` is NaN where V stays above half the height.
    """

    half: float
    peak_time: float
    over_time: float

    def over(self, intervals: Array, v: Array) -> NDArray[np.bool_]:
        """Is it over after these intervals, where V is this? Not while it still rises."""
        return np.asarray((intervals > self.peak_time) & (v < self.half))


def first_spike(bench: Bench, size: float, width: float, wait: float) -> Spike | None:
    """The spike that the first pulse elicits, if it does."""
    stimulus, varied = trial(bench, np.array([width]), np.array([size]))
    for length in (width + wait, width + LONG):
        v = bench.run(stimulus, varied, length, (Trace("V"),), QUICK, EVERY)["V"][0]
        above = np.flatnonzero((v >= bench.threshold) & (np.arange(len(v)) > 0))
        if not len(above) or not fires(bench, varied, stimulus, width + wait, QUICK)[0]:
            return None
        begin = int(above[0])
        below = np.flatnonzero(v[begin:] < bench.threshold)
        end = begin + int(below[0]) if len(below) else len(v) - 1
        top = begin + int(np.argmax(v[begin : end + 1]))
        half = 0.5 * (bench.rest["V"] + float(v[top]))
        fallen = np.flatnonzero(v[top:] < half)
        if len(fallen):
            break
    # the peak to all digits, since half its height decides when the spike is over
    found = bench.run(stimulus, varied, max(end * EVERY, width), (Peak("V"),), 1e-8)
    peak, when = float(found["V_peak"][0]), float(found["V_peak_time"][0])
    over = (top + int(fallen[0])) * EVERY if len(fallen) else math.nan
    return Spike(0.5 * (bench.rest["V"] + peak), when, over)


def settling(bench: Bench, resting: float, first: float, width: float, wait: float) -> float:
    """How long after a pulse a peak may still be its own doing, ms: shorter in cells that answer sooner."""
    stimulus, varied = trial(bench, np.array([width]), np.array([1.01 * resting]))
    when = float(bench.run(stimulus, varied, width + wait, (Peak("V", after=width),), 1e-8)["V_peak_time"][0])
    return min(SETTLE, 0.5 * max(when - width, 0.0), 0.6 * max(first - width, 0.1))


@dataclass(frozen=True)
class Meeting:
    """How a second pulse meets a cell that a first one has fired: sizes, ms, and what counts as a response."""

    bench: Bench
    first: float
    width: float
    wait: float
    spike: Spike
    settle: float

    def after(self, intervals: Array, accuracy: float) -> Array:
        """States at the intervals after the first pulse."""
        state = dict(self.bench.rest)
        if self.width == 0:
            state["V"] += self.first
        stimulus = Step(self.first, 0.0, self.width) if self.width else None
        return self.bench.states_at(stimulus, intervals, state, accuracy)

    def course(self, until: float, interval: float, size: float) -> tuple[Array, dict[str, Array], Array | None]:
        """What follows the first pulse alone, and V where a second one comes a little before and after an interval.

        Returns
        -------
        time : array (samples)
            ms since the first pulse began.
        alone : dict of str to array (samples)
            Every state.
        pair : array (2, samples) or None
            V with a second pulse of this size at 99 and 101 per cent of the interval; None of an interval of NaN, and
            of instantaneous depolarisations.
        """
        paths = [state.path for state in self.bench.system.states]
        paired = math.isfinite(interval) and self.width > 0
        begins = interval * np.array([1.0, 1 - BESIDE, 1 + BESIDE]) if paired else np.zeros(1)
        second = {"amplitude": size * (np.arange(len(begins)) > 0), "start": begins, "stop": begins + self.width}
        varied: dict[str, Array] = {f"stimulus.1.{name}": values.astype(float) for name, values in second.items()}
        varied["initial.V"] = np.full(len(begins), self.bench.rest["V"] + (self.first if self.width == 0 else 0.0))
        stimulus = Step(self.first if self.width else 0.0, 0.0, self.width) + Step(0.0, 0.0, self.width)
        every = max(EVERY, until / COURSE)
        found = self.bench.run(stimulus, varied, until, (Trace(*paths),), ALIKE, every)
        time: Array = np.arange(found[paths[0]].shape[1]) * np.float64(every)
        return time, {path: found[path][0] for path in paths}, found["V"][1:] if paired else None

    def responds(self, states: Array, sizes: Array, accuracy: float) -> NDArray[np.bool_]:
        """Does V peak above the criterion? Not where it falls from what the pulse itself did to it."""
        begin, varied = states.copy(), {}
        if self.width == 0:
            begin[:, 0] += sizes
        else:
            varied["stimulus.amplitude"] = sizes
        varied.update(self.bench.varied_states(begin))
        stimulus = Step(0.0, 0.0, self.width) if self.width else None
        watched = (Peak("V", after=self.width + self.settle),)
        found = self.bench.run(stimulus, varied, self.width + self.wait, watched, accuracy)
        high = np.where(found["fine"], found["V_peak"], -np.inf) > self.bench.threshold
        fired: NDArray[np.bool_] = high & (found["V_peak_time"] > self.width + self.settle + 1e-9)
        return fired

    def again(self, intervals: Array, sizes: Array, accuracy: float) -> NDArray[np.bool_]:
        """Does a pulse of this size, so long after the first, fire the cell again?"""
        met, which = np.unique(intervals, return_inverse=True)
        then = self.after(met, accuracy)[which]
        fired = self.responds(then, sizes, accuracy)
        return fired & self.spike.over(intervals, then[:, 0])


def second(
    meeting: Meeting, states: Array, able: NDArray[np.bool_], sizes: Array, tolerance: float
) -> tuple[Array, Array]:
    """Threshold of a pulse that meets the cell in these states, the least if several, and its error."""
    value, error = np.full((2, len(states)), math.nan)
    most, left = len(sizes) * 2 // 3, np.flatnonzero(able)
    for part in (sizes[:most], sizes[most - 1 :]):  # no state meets much stronger pulses than it needs
        if not len(left):
            break
        rows = left

        def ask(among: NDArray[np.int64], tried: Array, accuracy: float, rows: Any = rows) -> NDArray[np.bool_]:
            return meeting.responds(states[rows[among]], tried, accuracy)

        tried = np.tile(np.append(0.0, part), (len(rows), 1))
        said = ask(np.repeat(np.arange(len(rows)), len(part) + 1), tried.ravel(), QUICK).reshape(tried.shape)
        fired = np.flatnonzero(said.any(axis=1))
        place = np.argmax(said[fired], axis=1)
        no, yes = refine(ask, fired, tried[fired, np.maximum(place - 1, 0)], tried[fired, place], tolerance)
        good = no != yes  # else what the scan saw was an error of a rough integration
        value[rows[fired[good]]] = 0.5 * (no + yes)[good]
        error[rows[fired[good]]] = 0.5 * (yes - no)[good]
        left = np.delete(rows, fired)
    return value, error


def closer(sizes: Array) -> Array:
    """Sizes between the least and the greatest of these, one so close to the next that hardly a response is missed."""
    made: Array = np.exp(np.arange(math.log(sizes[0]), math.log(sizes[-1]), FINER))
    return made
