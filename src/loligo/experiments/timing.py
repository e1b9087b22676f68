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
from .given import positive
from .result import result

if TYPE_CHECKING:
    import xarray as xr


def latency(cell: Cell, amplitudes: Any = None, *, duration: Any = 100.0, spike_threshold: Any = None) -> xr.Dataset:
    """Time from the beginning of a step of current to the first spike.

    Parameters
    ----------
    cell : Cell
    amplitudes : sequence of number
        µA/cm²; 60 up to 50 unless given.
    duration : number
        Of the steps, ms.
    spike_threshold : number
        mV; the cell's own unless given.

    Returns
    -------
    xarray.Dataset
        ``latency`` (ms; NaN without a spike) over ``amplitude``. ``attrs``: ``longest``, ``shortest``.
    """
    bench, length = Bench(cell, spike_threshold), positive(duration, "duration")
    steps = (
        np.geomspace(0.5, 50, 60) if amplitudes is None else np.array(numbers_in(amplitudes, "µA/cm²", "amplitudes"))
    )
    found = bench.run(Step(0.0), {"stimulus.amplitude": steps}, length, (Spikes(),), 1e-8)
    times = found["spike_times"]
    first = times[:, 0] if times.shape[1] else np.full(len(steps), math.nan)
    any_ = np.isfinite(first).any()
    variables = {"latency": ("amplitude", first, "ms", "latency of the first spike")}
    numbers = {
        "longest": (float(np.nanmax(first)) if any_ else math.nan, "ms"),
        "shortest": (float(np.nanmin(first)) if any_ else math.nan, "ms"),
    }
    status = bench.problem or ("done" if any_ else f"{cell.name} fires at none of these currents")
    coords = {"amplitude": (steps, "µA/cm²", "applied current")}
    return result("latency", cell, variables, coords, numbers, criterion=bench.criterion, status=status)


def adaptation(cell: Cell, amplitude: Any = 20.0, *, duration: Any = 500.0, spike_threshold: Any = None) -> xr.Dataset:
    """How the rate falls (or rises) during a step of current.

    Parameters
    ----------
    cell : Cell
    amplitude, duration : number
        Of the step, µA/cm² and ms.
    spike_threshold : number
        mV; the cell's own unless given.

    Returns
    -------
    xarray.Dataset
        ``rate`` (Hz, one over each interval) at ``time`` (the end of the interval, ms). ``attrs``: ``first_rate``,
        ``last_rate``, ``index`` (1 - last / first; 0 without adaptation), ``spikes``.
    """
    bench, length = Bench(cell, spike_threshold), positive(duration, "duration")
    current = np.array([number(amplitude, "µA/cm²", "amplitude")])
    found = bench.run(Step(0.0), {"stimulus.amplitude": current}, length, (Spikes(),), 1e-9)
    times = found["spike_times"][0]
    times = times[np.isfinite(times)]
    rate = 1e3 / np.diff(times)
    enough = len(rate) > 0
    numbers = {
        "first_rate": (float(rate[0]) if enough else math.nan, "Hz"),
        "last_rate": (float(rate[-1]) if enough else math.nan, "Hz"),
        "index": (float(1 - rate[-1] / rate[0]) if enough else math.nan, "1"),
        "spikes": (float(len(times)), "1"),
    }
    status = bench.problem or ("done" if enough else f"{cell.name} fires {len(times)} time(s): there is no interval")
    variables = {"rate": ("time", rate, "Hz", "one over the interval")}
    coords = {"time": (times[1:], "ms", "end of the interval")}
    return result("adaptation", cell, variables, coords, numbers, criterion=bench.criterion, status=status)
