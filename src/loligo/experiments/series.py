"""An experiment repeated over a number of the cell: temperature, dose of a blocker."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..model.cell import Cell
from ..system import system
from ..units import numbers_in
from .bench import Bench
from .given import positive
from .one_spike import suprathreshold
from .result import result
from .spikes import anatomy
from .thresholds import threshold

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
SAMPLES, WIDTHS = 1500, 4.0  # of the spikes, and how many half widths after its peak the longest is shown
KICK = 15.0  # mV: the instantaneous depolarisation whose spike is described (Hodgkin & Huxley 1952, figure 14)


def temperature(cell: Cell, celsius: Any = None, *, duration: Any = 100.0, tolerance: float = 1e-6) -> xr.Dataset:
    """Rheobase and shape of the spike against temperature.

    Parameters
    ----------
    cell : Cell
    celsius : sequence of number
        °C; 0 to 35 by 2.5 unless given.
    duration : number
        Of the pulse that stands for an endless one, ms.
    tolerance : float
        As of `threshold`.

    Returns
    -------
    xarray.Dataset
        Over ``celsius``: ``rheobase`` (µA/cm²), ``graded`` (1 where the response is graded, so that the rheobase is
        only where it reaches the criterion), and ``peak`` (mV), ``half_width`` (ms) of the spike after 15 mV (or what
        `anatomy` takes instead, where that does not fire the cell), and V of it over (celsius, time). ``attrs``:
        ``block`` (°C: the lowest of these temperatures from which on the response is graded or there is none).
    """
    steps = np.arange(0, 35.1, 2.5) if celsius is None else np.array(numbers_in(celsius, "°C", "celsius"))
    warms = _warms(cell)
    cells = [cell.with_({"celsius": t}) for t in steps] if warms else [cell] * len(steps)
    series = _series(cell, cells, positive(duration, "duration"), tolerance)
    variables = {
        "rheobase": ("celsius", series.threshold, "µA/cm²", "threshold of a long step"),
        "graded": ("celsius", series.graded, "1", "is the response graded?"),
        "peak": ("celsius", series.peak, "mV", f"peak after {series.kick}"),
        "half_width": ("celsius", series.half_width, "ms", "width at half amplitude after it"),
    }
    block, status = series.end(steps, "at {} °C")
    if not warms:
        block, status = math.nan, f"{cell.name} does not depend on temperature: no formula of it has celsius in it"
    spikes, coords = series.spikes("celsius")
    return result(
        "temperature", cell, {**variables, **spikes}, {"celsius": (steps, "°C", "temperature"), **coords},
        {"block": (block, "°C")},
        criterion=Bench(cell).criterion, tolerance=tolerance, status=status,
    )  # fmt: skip


def dose_response(
    cell: Cell, channel: str, blocked: Any = None, *, duration: Any = 1.0, tolerance: float = 1e-6
) -> xr.Dataset:
    """Threshold and shape of the spike against the part of a channel that is blocked (Na by TTX, K by TEA).

    Parameters
    ----------
    cell : Cell
    channel : str
    blocked : sequence of number
        Blocked parts, 0 to 1; 0 to 0.95 by 0.05 unless given.
    duration : number
        Of the pulse, ms.
    tolerance : float
        As of `threshold`.

    Returns
    -------
    xarray.Dataset
        Over ``blocked``: ``threshold`` (µA/cm²), ``graded``; after 15 mV (or what `anatomy` takes instead, where that
        does not fire the cell) ``peak`` (mV), ``half_width`` and ``apd90`` (ms: from the steepest rise to 90 per cent
        repolarisation; see `anatomy`), and V over (blocked, time). ``attrs``: ``fails_at``, the least of these blocks
        from which on there is no all-or-none response.
    """
    parts = np.linspace(0, 0.95, 20) if blocked is None else np.array(numbers_in(blocked, "1", "blocked"))
    cells = [cell.block(channel, part) for part in parts]
    series = _series(cell, cells, positive(duration, "duration"), tolerance)
    variables = {
        "threshold": ("blocked", series.threshold, "µA/cm²", "threshold current"),
        "graded": ("blocked", series.graded, "1", "is the response graded?"),
        "peak": ("blocked", series.peak, "mV", f"peak after {series.kick}"),
        "half_width": ("blocked", series.half_width, "ms", "width at half amplitude after it"),
        "apd90": ("blocked", series.apd90, "ms", "duration of the spike, to 90 % repolarisation"),
    }
    fails_at, status = series.end(parts, "where a part of {} is blocked")
    spikes, coords = series.spikes("blocked")
    return result(
        "dose_response", cell, {**variables, **spikes},
        {"blocked": (parts, "1", f"blocked part of {channel}"), **coords},
        {"fails_at": (fails_at, "1")}, criterion=Bench(cell).criterion, tolerance=tolerance, status=status,
        channel=channel,
    )  # fmt: skip


@dataclass(frozen=True)
class _Series:
    """What was found of each variant of a cell; `restless` are those that have no threshold, as they do not rest."""

    cell: Cell
    kick: str
    time: Array
    v: Array
    threshold: Array
    graded: Array
    restless: Array
    peak: Array
    half_width: Array
    apd90: Array

    def spikes(self, over: str) -> tuple[dict[str, Any], dict[str, tuple[Any, str, str]]]:
        """V of every spike over time, as `result` takes it."""
        shown = {"V": ((over, "time"), self.v, "mV", f"membrane potential, after {self.kick}")}
        return shown, {"time": (self.time, "ms", "time")}

    def end(self, values: Array, where: str) -> tuple[float, str]:
        """The least value from which on no response is all or none; and what is to be said, or "done"."""
        problem, name = Bench(self.cell).problem, self.cell.name
        if problem:
            return math.nan, problem
        order = np.argsort(values)
        lost = ((self.graded > 0) | ~np.isfinite(self.threshold))[order]
        if lost.all():
            return (
                math.nan,
                f"{name} has no all-or-none response at any of these values: it is graded, or there is none",
            )
        first = len(lost) - int(np.argmin(lost[::-1]))
        end = float(values[order][first]) if first < len(lost) else math.nan
        if self.restless.any():
            which = ", ".join(f"{x:g}" for x in np.sort(values[self.restless > 0]))
            return end, f"{name} has no threshold {where.format(which)}: it does not come to rest, or fires by itself"
        return end, "done"


def _series(cell: Cell, cells: list[Cell], duration: float, tolerance: float) -> _Series:
    """Threshold, is it graded, and peak, half width and duration of the spike of each cell."""
    size, length = KICK, 0.0
    bench = Bench(cell)
    if not bench.problem:
        size, length, _ = suprathreshold(bench, 0.0)
    rows: list[tuple[float, ...]] = []
    traces: list[tuple[Array, Array]] = []
    ends: list[float] = []
    for i, one in enumerate(cells):
        if i and one is cells[0]:  # nothing differs
            rows.append(rows[0])
            traces.append(traces[0])
            continue
        found, spike = threshold(one, duration, tolerance=tolerance), anatomy(one, size, length)
        status = str(found.attrs["status"])
        graded, restless = "graded" in status, "no stable resting" in status or "without any stimulus" in status
        shape = [spike.attrs[name] for name in ("peak", "half_width", "apd90")]
        rows.append((found.attrs["threshold"], float(graded), float(restless), *shape))
        traces.append((spike["time"].values, spike["V"].values))
        ends.append(spike.attrs["peak_time"] + WIDTHS * spike.attrs["half_width"])
    columns = np.array(rows, dtype=float).reshape(-1, 6).T
    longest = max((t[-1] for t, _ in traces), default=1.0)
    time = np.linspace(0.0, np.nanmax([*ends, 0.0]) or longest, SAMPLES)
    v = np.array([np.interp(time, *trace, right=math.nan) for trace in traces]).reshape(-1, SAMPLES)
    kick = f"a depolarisation of {size:g} mV" if length == 0 else f"{length:g} ms of {size:.4g} {cell.stimulus_unit}"
    return _Series(cell, kick, time, v, *columns)


def _warms(cell: Cell) -> bool:
    """Does anything in a cell depend on temperature?"""
    whole = system(cell)
    celsius = {p.symbol for p in whole.parameters if p.path == "celsius"}
    formulas = (*whole.derivatives, *(o.formula for o in whole.observables))
    return any(celsius & f.free_symbols for f in formulas)
