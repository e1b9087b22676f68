"""When a cell fires under a step of current: the latency of the first spike, and how the intervals change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.cell import Cell
from ..model.stimulus import Step
from ..simulation.recorders import Spikes
from ..units import number, numbers_in
from .bench import Bench
from .beside import family
from .driven import own_spikes
from .given import positive, usual
from .result import result
from .thresholds import thresholds

if TYPE_CHECKING:
    import xarray as xr

LONG, TIMES, LATE = 100.0, (2, 3, 5, 8, 12), 0.8  # ms; times the threshold of such a pulse; when firing lasts
LATER, SPIKE = 1.05, 2.0  # V is shown until so many times the latency, and so many ms more
UPSTROKE = 20.0  # ms after the crossing, in which the membrane shows that it is its own


def latency(cell: Cell, amplitudes: Any = None, *, duration: Any = 100.0, spike_threshold: Any = None) -> xr.Dataset:
    """Time from the beginning of a step of current to the first spike.

    Parameters
    ----------
    cell : Cell
    amplitudes : sequence of number
        µA/cm²; 60 up to 50 unless given (times the capacitance, µF/cm² or pF).
    duration : number
        Of the steps, ms.
    spike_threshold : number
        mV; the cell's own unless given.

    Returns
    -------
    xarray.Dataset
        ``latency`` (ms; NaN without a spike, also where the current alone takes V so far) over ``amplitude``; V, to
        a little after the first spike, over (amplitude, time).
        ``attrs``: ``longest``, ``shortest``. A cell without a stable resting state has no latencies.
    """
    bench, length = Bench(cell, spike_threshold), positive(duration, "duration")
    steps = (
        usual(cell, np.geomspace(0.5, 50, 60))
        if amplitudes is None
        else np.array(numbers_in(amplitudes, "µA/cm²", "amplitudes"))
    )
    first = np.full(len(steps), math.nan)
    if not bench.problem:
        found = bench.run(Step(0.0), {"stimulus.amplitude": steps}, length, (Spikes(),), 1e-8)
        first = found["spike_times"][:, 0] if found["spike_times"].shape[1] else first
        fired = np.isfinite(first)
        if fired.any():
            own = own_spikes(bench, steps[fired], float(first[fired].max()) + UPSTROKE)
            first[fired] = np.where(own, first[fired], math.nan)
    any_ = np.isfinite(first).any()
    variables: dict[str, Any] = {"latency": ("amplitude", first, "ms", "latency of the first spike")}
    numbers = {
        "longest": (float(np.nanmax(first)) if any_ else math.nan, "ms"),
        "shortest": (float(np.nanmin(first)) if any_ else math.nan, "ms"),
    }
    range_ = f"{steps.min():.4g} to {steps.max():.4g} {cell.stimulus_unit}" if len(steps) else "none given"
    status = bench.problem or ("done" if any_ else f"{cell.name} fires at none of these currents, {range_}")
    coords: dict[str, Any] = {"amplitude": (steps, "µA/cm²", "applied current")}
    if any_:
        until = min(length, LATER * numbers["longest"][0] + SPIKE)
        traces, more = family(bench, Step(0.0), {"stimulus.amplitude": steps}, until, "amplitude")
        dims, v, unit, text = traces["V"]
        over = more["time"][0] > LATER * first[:, None] + SPIKE  # what comes after the first spike hides the others
        variables["V"] = (dims, np.where(over, math.nan, v), unit, f"{text}, to the first spike")
        coords |= more
    return result("latency", cell, variables, coords, numbers, criterion=bench.criterion, status=status)


def _moderate(bench: Bench, length: float) -> float:
    """A current at which a cell fires to the end of a step, but not as fast as it can."""
    found, _ = thresholds(bench, np.array([LONG]), 1, LONG, 1e-3, 24)
    rheobase = float(found.first()[0][0]) if found is not None and found.answers else float(usual(bench.cell, 2.0))
    tried = rheobase * np.array(TIMES)
    spikes = bench.run(Step(0.0), {"stimulus.amplitude": tried}, length, (Spikes(),))["spike_times"]
    last = np.nan_to_num(np.nanmax(spikes, axis=1, initial=-math.inf), neginf=0.0)
    return float(tried[int(np.argmax(last > LATE * length))])


def adaptation(cell: Cell, amplitude: Any = None, *, duration: Any = 500.0, spike_threshold: Any = None) -> xr.Dataset:
    """How the rate falls (or rises) during a step of current.

    Parameters
    ----------
    cell : Cell
    amplitude, duration : number
        Of the step. The current, unless given, is the least of 2, 3, 5, 8 and 12 times the threshold of a pulse of
        100 ms at which the cell fires to the end.
    spike_threshold : number
        mV; the cell's own unless given.

    Returns
    -------
    xarray.Dataset
        ``rate`` (Hz, one over each interval) at ``time`` (the end of the interval, ms); V over ``moment`` (ms).
        ``attrs``: ``amplitude``,
        ``first_rate``, ``last_rate``, ``index`` (1 - last / first; 0 without adaptation), ``spikes``. A cell without a
        stable resting state begins in the state it brings along: it has rates, but no adaptation index.
    """
    bench, length = Bench(cell, spike_threshold), positive(duration, "duration")
    given = _moderate(bench, length) if amplitude is None else number(amplitude, "µA/cm²", "amplitude")
    current = np.array([given])
    found = bench.run(Step(0.0), {"stimulus.amplitude": current}, length, (Spikes(),), 1e-9)
    times = found["spike_times"][0]
    times = times[np.isfinite(times)]
    if len(times) == 1 and not bench.problem and not own_spikes(bench, current, float(times[0]) + UPSTROKE)[0]:
        times = times[:0]  # the current alone took V so far
    rate = 1e3 / np.diff(times)
    enough = len(rate) > 0
    numbers = {
        "amplitude": (given, "µA/cm²"),
        "first_rate": (float(rate[0]) if enough else math.nan, "Hz"),
        "last_rate": (float(rate[-1]) if enough else math.nan, "Hz"),
        "index": (float(1 - rate[-1] / rate[0]) if enough and not bench.problem else math.nan, "1"),
        "spikes": (float(len(times)), "1"),
    }
    count = "fires only once" if len(times) == 1 else "does not fire"
    status = "done" if enough else f"{cell.name} {count} in {length:g} ms of {current[0]:g} {cell.stimulus_unit}"
    if bench.problem:
        status = f"{cell.name} has no stable resting state: what the intervals do depends on where it begins"
    variables: dict[str, Any] = {"rate": ("time", rate, "Hz", "one over the interval")}
    coords: dict[str, Any] = {"time": (times[1:], "ms", "end of the interval")}
    traces, more = family(bench, Step(0.0), {"stimulus.amplitude": current}, length, "", "moment")
    variables, coords = {**variables, **traces}, {**coords, **more}
    return result("adaptation", cell, variables, coords, numbers, criterion=bench.criterion, status=status)
