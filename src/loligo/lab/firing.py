"""The f-I curve of the laboratory: where repetitive firing begins, how fast it is, and where depolarisation ends it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..numerics.batch import Stop, Stopped
from . import messages

Array = NDArray[np.float64]
QUICK = 1e-4  # tolerance of runs of which only the number of spikes counts
ONSET = 12  # more currents, between the last that does not fire the cell and the first that does
SCAN = np.geomspace(0.03, 300.0, 28)  # mV/ms: how fast a current would charge a cell without channels
EVERY = 0.2  # ms, between the samples in which small oscillations are sought
WAVE, LASTING = 2.0, 0.8  # mV; least height of an oscillation, in the last third relative to the second


def rates(request: messages.Rates, cell: Cell, stop: Stop) -> bytes:
    """Firing rate over a constant current, from rest, closer where firing begins."""
    high = reach(cell, request.duration, stop) if request.high is None else request.high
    if not request.low < high:
        raise LoligoError(f"low: {request.low:g} is not below high, {high:g}")
    amplitudes = np.linspace(request.low, high, request.count)
    rate = _rate(cell, amplitudes, request.duration, stop)
    first = int(np.argmax(rate > 0))
    if first > 0:
        between = np.linspace(amplitudes[first - 1], amplitudes[first], ONSET + 2)[1:-1]
        amplitudes = np.insert(amplitudes, first, between)
        rate = np.insert(rate, first, _rate(cell, between, request.duration, stop))
    firing = np.flatnonzero(rate > 0)
    onset, onset_rate = (amplitudes[firing[0]], rate[firing[0]]) if len(firing) else (math.nan, math.nan)
    beyond = np.arange(len(amplitudes)) > firing[-1] if len(firing) else np.zeros(len(amplitudes), dtype=bool)
    small = np.full(len(amplitudes), math.nan)
    if beyond.any() and not stop:
        small[beyond] = _small(cell, amplitudes[beyond], request.duration, stop)
    if stop:
        raise Stopped
    steady = np.flatnonzero(beyond & ~(small > 0))
    header = {
        "id": request.id, "kind": "rates", "onset": onset, "onset_rate": onset_rate, "threshold": cell.spike_threshold,
        "last": amplitudes[firing[-1]] if len(firing) else math.nan,
        "block": amplitudes[steady[0]] if len(steady) else math.nan,
    }  # fmt: skip
    return messages.encode(header, {"amplitude": amplitudes, "rate": rate, "small": small})


def _small(cell: Cell, amplitudes: Array, duration: float, stop: Stop) -> Array:
    """The frequency of oscillations whose peaks stay below the threshold of a spike; NaN where V comes to rest.

    A strong current depolarises a cell so far that its sodium channels stay inactivated: spikes shrink to small waves,
    and these to a steady depolarisation. A wave is one that is as high in the last third of the run as in the second.
    """
    from ..model.stimulus import Step
    from ..simulation.block import FINE, Study, compute
    from ..simulation.recorders import Trace
    from ..simulation.settings import settings

    s = settings(cell, Step(0.0), None, duration, EVERY, "auto", QUICK, None, "rest", None, 10.0)
    found = compute(Study(s, (Trace("V"),)), {"stimulus.amplitude": amplitudes}, len(amplitudes), stop)
    made = np.full(len(amplitudes), math.nan)
    for i, v in enumerate(found.values["V"]):
        third = len(v) // 3
        middle, late = v[third : 2 * third], v[2 * third :]
        if found.status[i] == FINE and np.ptp(late) > max(WAVE, LASTING * np.ptp(middle)):
            made[i] = _frequency(v[third:])
    return made


def _frequency(v: Array) -> float:
    """Hz, from the upward crossings of the level half way between crest and trough."""
    level = 0.5 * (v.min() + v.max())
    at = np.flatnonzero((v[:-1] < level) & (v[1:] >= level))
    if len(at) < 2:
        return math.nan
    times = (at + (level - v[at]) / (v[at + 1] - v[at])) * EVERY
    return float(1e3 * (len(at) - 1) / (times[-1] - times[0]))


def reach(cell: Cell, duration: float, stop: Stop) -> float:
    """A round current, in the unit of the cell's stimulus, up to which an f-I curve shows how it fires.

    Beyond the largest of a scan on which it fires, but at most ten times the least: where firing begins is to be seen.
    """
    scan = cell.capacitance.value * SCAN  # its capacitance times 1 mV/ms is a current of the right size for any cell
    firing = np.flatnonzero(_rate(cell, scan, duration, stop) > 0)
    if not len(firing):
        return _round(60.0 * cell.capacitance.value)
    most = 1.2 * scan[firing[-1]]
    return _round(most if firing[0] == 0 else min(most, 10.0 * scan[firing[0]]))


def _round(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return float(next(m * power for m in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if m * power >= value * (1 - 1e-9)))


def _rate(cell: Cell, amplitudes: Array, duration: float, stop: Stop) -> Array:
    """The inverse of the mean interval in the last two thirds of a run; 0 where firing is over before the end."""
    from ..model.stimulus import Step
    from ..simulation.block import Study, compute
    from ..simulation.recorders import Spikes
    from ..simulation.settings import settings

    s = settings(cell, Step(0.0), None, duration, 1.0, "auto", QUICK, None, "rest", None, 10.0)
    found = compute(Study(s, (Spikes(),)), {"stimulus.amplitude": amplitudes}, len(amplitudes), stop)
    times = found.values["spike_times"]
    late = np.where(times >= duration / 3, times, np.nan)
    there = np.isfinite(late)
    count = there.sum(axis=1)
    first = np.where(there, late, np.inf).min(axis=1, initial=np.inf)
    last = np.where(there, late, -np.inf).max(axis=1, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        interval = (last - first) / np.maximum(count - 1, 1)
        lasting = (count > 1) & (last + 2.0 * interval > duration)
    return np.where(lasting, 1e3 / np.where(lasting, interval, 1.0), 0.0)
