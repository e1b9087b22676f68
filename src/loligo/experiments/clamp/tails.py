"""Tail currents: what flows just after a pulse, through channels that had no time to close yet; an ideal clamp."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError
from ...model.cell import Cell
from ...model.clamp import VoltageSteps
from ...units import number, numbers_in
from ..given import positive
from ..result import result
from .held import SAMPLES, clamped_run, current_of
from .peaks import zero_crossing

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]


def tail_currents(
    cell: Cell,
    voltages: Any = None,
    *,
    channel: str | None = None,
    hold: Any = -65.0,
    pulse: Any = 0.0,
    pulse_duration: Any = 10.0,
    duration: Any = 10.0,
) -> xr.Dataset:
    """The current just after a pulse, at several potentials, and how fast it dies away.

    Parameters
    ----------
    cell : Cell
    voltages : sequence of number
        mV, after the pulse; -120 to 0 by 10 unless given.
    channel : str, optional
        Whose current; unless given K, or one whose name begins so, or else the first with gates.
    hold, pulse : number
        mV.
    pulse_duration, duration : number
        Of the pulse and of what follows, ms.

    Returns
    -------
    xarray.Dataset
        Over ``voltage``: ``instantaneous`` and ``final`` current (µA/cm²), ``decay_time`` (ms: until the difference of
        the two has fallen to 1/e). Traces: ``current`` over (voltage, time). ``attrs``: ``conductance``
        (mS/cm²: the slope of the instantaneous current, a straight line for an ohmic channel), ``curvature`` (µA/cm²:
        how far it is from one), ``reversal`` (mV; where there is a straight line, of this line, if need be beyond
        the potentials that were tried).
    """
    path = current_of(cell, channel, "K")
    channel = path.removesuffix(".I")
    held, up = number(hold, "mV", "hold"), number(pulse, "mV", "pulse")
    first, after = positive(pulse_duration, "pulse_duration"), positive(duration, "duration")
    steps = np.arange(-120, 1, 10.0) if voltages is None else np.array(numbers_in(voltages, "mV", "voltages"))
    if len(steps) < 2:
        raise LoligoError("voltages: a tail current reverses between two potentials; give at least two")
    every, before = _grid(first, after)
    traces = []
    for v in steps:
        done = clamped_run(
            cell, VoltageSteps(held, [(up, before * every), (v, 2 * after)]), before * every + after, every, path
        )
        traces.append(done.values[path][before:])
    current: Array = np.array([trace[: SAMPLES + 1] for trace in traces])
    time: Array = np.arange(current.shape[1]) * np.float64(every)
    start, end = current[:, 0], current[:, -1]
    decay = np.array([_falls_to(row - row[-1], time, math.exp(-1)) for row in current])
    slope, offset = np.polyfit(steps, start, 1)
    curvature = float(np.abs(start - slope * steps - offset).max())
    straight = slope != 0 and curvature < 1e-6 * float(np.abs(start).max())
    numbers = {
        "reversal": (float(-offset / slope) if straight else _reversal(steps, start), "mV"),
        "conductance": (float(slope), "mS/cm²"),
        "curvature": (curvature, "µA/cm²"),
    }
    variables = {
        "instantaneous": ("voltage", start, "µA/cm²", f"current of {channel} just after the pulse"),
        "final": ("voltage", end, "µA/cm²", f"current of {channel} at the end"),
        "decay_time": ("voltage", decay, "ms", "time to 1/e"),
        "current": (("voltage", "time"), current, "µA/cm²", f"current of {channel}"),
    }
    coords = {"voltage": (steps, "mV", "membrane potential after the pulse"), "time": (time, "ms", "time")}
    words = f"ideal clamp: {held:g} mV, {first:g} ms at {up:g} mV"
    status = "done"
    if not start.any():
        numbers = {**numbers, "conductance": (math.nan, "mS/cm²")}
        status = f"no current of {channel} of {cell.name} flows after a pulse to {up:g} mV"
    elif math.isnan(numbers["reversal"][0]):
        status = f"the current of {channel} of {cell.name} reverses at none of these potentials"
    return result("tail_currents", cell, variables, coords, numbers, criterion=words, status=status, channel=channel)


def _grid(first: float, after: float) -> tuple[float, int]:
    """An interval of samples that divides the first part, and how many there are in it."""
    every = after / SAMPLES
    count = max(1, round(first / every))
    return first / count, count


def _falls_to(trace: Any, time: Array, part: float) -> float:
    """When a trace has fallen to a part of its first value; NaN if it does not."""
    if trace[0] == 0:
        return math.nan
    relative = trace / trace[0]
    below = np.flatnonzero(relative <= part)
    if not len(below) or below[0] == 0:
        return math.nan
    i = int(below[0])
    step = (relative[i - 1] - part) / (relative[i - 1] - relative[i])
    return float(time[i - 1] + step * (time[i] - time[i - 1]))


def _reversal(v: Array, current: Array) -> float:
    """Where a current changes its sign, either way."""
    found = zero_crossing(v, current)
    return found if np.isfinite(found) else zero_crossing(v, -current)
