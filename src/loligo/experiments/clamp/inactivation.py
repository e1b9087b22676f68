"""Inactivation: how much of a channel a prepulse leaves, and how it comes back between two pulses."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import LoligoError
from ...model.amplifier import Amplifier
from ...model.cell import Cell
from ...units import number, numbers_in
from ..given import positive
from ..result import result
from .formulas import boltzmann, exponential_rise
from .held import SHOWN, current_of, peak_after, through

if TYPE_CHECKING:
    import xarray as xr


def inactivation(
    cell: Cell,
    prepulses: Any = None,
    *,
    channel: str | None = None,
    pulse: Any = 0.0,
    duration: Any = 200.0,
    pulse_duration: Any = 5.0,
    clamp: Amplifier | None = None,
) -> xr.Dataset:
    """How much of a channel a prepulse leaves: steady inactivation (Hodgkin & Huxley 1952, J Physiol 116:497).

    Parameters
    ----------
    cell : Cell
    prepulses : sequence of number
        mV; -140 to 0 by 5 unless given. The most negative serves as hold.
    channel : str, optional
        Whose current; unless given Na, or one whose name begins so, or else the first with gates.
    pulse : number
        The test pulse, mV.
    duration, pulse_duration : number
        Of the prepulse and of the test pulse, ms.
    clamp : Amplifier, optional
        What the command goes through; the clamp is ideal unless given. The current is the channel's own.

    Returns
    -------
    xarray.Dataset
        Over ``prepulse`` (mV): ``peak`` of the current during the pulse (µA/cm²) and ``available``, relative to the
        largest; ``fitted``, 1 / (1 + exp((V - half) / slope)); ``current`` during the pulse over (prepulse, time).
        ``attrs``: ``half``, ``slope`` (mV).
    """
    path, up = current_of(cell, channel, "Na"), number(pulse, "mV", "pulse")
    channel = path.removesuffix(".I")
    before, test = positive(duration, "duration"), positive(pulse_duration, "pulse_duration")
    levels = np.arange(-140, 1, 5.0) if prepulses is None else np.array(numbers_in(prepulses, "mV", "prepulses"))
    if len(levels) < 3:
        raise LoligoError(f"prepulses: {len(levels)} given; half and slope need at least three")
    peak, traces, lost = np.full(len(levels), math.nan), np.full((len(levels), SHOWN), math.nan), ""
    for i, v in enumerate(levels):
        try:
            peak[i], traces[i] = peak_after(cell, path, float(levels.min()), [(v, before)], up, test, clamp)
        except LoligoError as error:
            if clamp is not None:
                raise
            lost = str(error)
    if np.isnan(peak).all():
        raise LoligoError(lost)
    largest = peak[np.nanargmax(np.abs(peak))]
    available = peak / largest if largest != 0 else np.full(len(peak), np.nan)
    half, slope, fitted = boltzmann(levels, available)
    status = "done" if np.isfinite(half) else f"{channel} of {cell.name} shows no inactivation between these prepulses"
    if largest == 0:
        status = f"no current of {channel} of {cell.name} flows at {up:g} mV"
    elif lost:
        failed = ", ".join(f"{v:g}" for v in levels[np.isnan(peak)])
        status = f"{cell.name}: not carried out at prepulses of {failed} mV, and fitted to the others; {lost}"
    variables: dict[str, Any] = {
        "peak": ("prepulse", peak, "µA/cm²", f"peak current of {channel}"),
        "available": ("prepulse", available, "1", f"part of {channel} that is available"),
        "fitted": ("prepulse", fitted, "1", "fitted"),
        "current": (("prepulse", "time"), traces, "µA/cm²", f"current of {channel} during the pulse"),
    }
    coords = {"prepulse": (levels, "mV", "prepulse potential"), "time": _moments(test)}
    numbers = {"half": (half, "mV"), "slope": (slope, "mV")}
    words = f"{through(clamp)}: {before:g} ms of prepulse, pulse to {up:g} mV"
    return result(
        "inactivation", cell, variables, coords, numbers, criterion=words, status=status, channel=channel
    )  # fmt: skip


def recovery(
    cell: Cell,
    intervals: Any = None,
    *,
    channel: str | None = None,
    hold: Any = -65.0,
    pulse: Any = 0.0,
    pulse_duration: Any = 10.0,
    clamp: Amplifier | None = None,
) -> xr.Dataset:
    """How a channel recovers from inactivation between two pulses.

    Parameters
    ----------
    cell : Cell
    intervals : sequence of number
        ms; 0.5 to 64 by half octaves unless given.
    channel : str, optional
        Whose current; unless given Na, or one whose name begins so, or else the first with gates.
    hold, pulse : number
        mV.
    pulse_duration : number
        Of both pulses, ms.
    clamp : Amplifier, optional
        As of `inactivation`.

    Returns
    -------
    xarray.Dataset
        Over ``interval`` (ms): ``recovered``, the second peak over the first, and ``fitted``, a single exponential;
        ``current`` during the second pulse over (interval, time).
        ``attrs``: ``tau`` (ms), ``start`` and ``end`` of the exponential.
    """
    path, held, up = current_of(cell, channel, "Na"), number(hold, "mV", "hold"), number(pulse, "mV", "pulse")
    channel = path.removesuffix(".I")
    length = positive(pulse_duration, "pulse_duration")
    gaps = 2 ** np.arange(-1, 6.01, 0.5) if intervals is None else np.array(numbers_in(intervals, "ms", "intervals"))
    if len(gaps) < 3 or gaps.min() <= 0:
        raise LoligoError("intervals: give at least three positive intervals, ms")
    first, _ = peak_after(cell, path, held, [], up, length, clamp)
    own = cell.parameters.get(f"{channel}.g")
    if first == 0 and (own is None or own.value != 0):
        raise LoligoError(f"pulse: at {up:g} mV no current of '{channel}' flows; use another potential")
    traces = np.full((len(gaps), SHOWN), math.nan)
    if first == 0:
        nothing = np.full(len(gaps), math.nan)
        recovered, (start, end, tau, fitted) = nothing, (math.nan, math.nan, math.nan, nothing)
    else:
        second = [peak_after(cell, path, held, [(up, length), (held, gap)], up, length, clamp) for gap in gaps]
        recovered = np.array([peak for peak, _ in second]) / first
        traces = np.array([trace for _, trace in second])
        start, end, tau, fitted = exponential_rise(gaps, recovered)
    variables: dict[str, Any] = {
        "recovered": ("interval", recovered, "1", "second peak over the first"),
        "fitted": ("interval", fitted, "1", "fitted"),
        "current": (("interval", "time"), traces, "µA/cm²", f"current of {channel} during the second pulse"),
    }
    coords = {"interval": (gaps, "ms", "interval between the pulses"), "time": _moments(length)}
    status = "done" if np.isfinite(tau) else f"{channel} of {cell.name} does not recover exponentially"
    if first == 0:
        status = f"no current of {channel} of {cell.name} flows at {up:g} mV"
    elif not gaps.min() / 2 < tau < gaps.max() and np.isfinite(tau):
        word = "faster than the shortest" if tau < gaps.max() else "slower than the longest"
        status = f"{channel} of {cell.name} recovers {word} of these intervals, so that they do not tell how fast"
        start, end, tau, fitted = math.nan, math.nan, math.nan, np.full(len(gaps), math.nan)
        variables["fitted"] = ("interval", fitted, "1", "fitted")
    numbers = {"tau": (tau, "ms"), "start": (start, "1"), "end": (end, "1")}
    words = f"{through(clamp)}: two pulses of {length:g} ms to {up:g} mV from {held:g} mV"
    return result("recovery", cell, variables, coords, numbers, criterion=words, status=status, channel=channel)


def _moments(length: float) -> tuple[Any, str, str]:
    return np.linspace(0, length, SHOWN), "ms", "time since the beginning of the pulse"
