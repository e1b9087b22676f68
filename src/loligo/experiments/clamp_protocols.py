"""Classical voltage-clamp protocols: tails, prepulses, pairs of pulses, ramps, leak subtraction; with an ideal clamp.

Steps are in closed form, so that every sample is exact; only a ramp is integrated.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.amplifier import Amplifier
from ..model.cell import Cell
from ..model.clamp import VoltageSteps
from ..numerics.arrays import array_function
from ..simulation.steady import Steady
from ..system import system
from ..units import number, numbers_in
from .clamped import zero_crossing
from .formulas import boltzmann, exponential_rise
from .given import positive
from .held import SAMPLES, clamped_run, peak_after, through
from .result import result

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]


def tail_currents(
    cell: Cell,
    voltages: Any = None,
    *,
    channel: str = "K",
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
    channel : str
        Whose current.
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
    path = _current(cell, channel)
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


def inactivation(
    cell: Cell,
    prepulses: Any = None,
    *,
    channel: str = "Na",
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
    channel : str
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
        largest; ``fitted``, 1 / (1 + exp((V - half) / slope)). ``attrs``: ``half``, ``slope`` (mV).
    """
    path, up = _current(cell, channel), number(pulse, "mV", "pulse")
    before, test = positive(duration, "duration"), positive(pulse_duration, "pulse_duration")
    levels = np.arange(-140, 1, 5.0) if prepulses is None else np.array(numbers_in(prepulses, "mV", "prepulses"))
    if len(levels) < 3:
        raise LoligoError(f"prepulses: {len(levels)} given; half and slope need at least three")
    peak, lost = np.full(len(levels), math.nan), ""
    for i, v in enumerate(levels):
        try:
            peak[i] = peak_after(cell, path, float(levels.min()), [(v, before)], up, test, clamp)
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
    variables = {
        "peak": ("prepulse", peak, "µA/cm²", f"peak current of {channel}"),
        "available": ("prepulse", available, "1", f"part of {channel} that is available"),
        "fitted": ("prepulse", fitted, "1", "fitted"),
    }
    coords = {"prepulse": (levels, "mV", "prepulse potential")}
    numbers = {"half": (half, "mV"), "slope": (slope, "mV")}
    words = f"{through(clamp)}: {before:g} ms of prepulse, pulse to {up:g} mV"
    return result(
        "inactivation", cell, variables, coords, numbers, criterion=words, status=status, channel=channel
    )  # fmt: skip


def recovery(
    cell: Cell,
    intervals: Any = None,
    *,
    channel: str = "Na",
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
    channel : str
    hold, pulse : number
        mV.
    pulse_duration : number
        Of both pulses, ms.
    clamp : Amplifier, optional
        As of `inactivation`.

    Returns
    -------
    xarray.Dataset
        Over ``interval`` (ms): ``recovered``, the second peak over the first, and ``fitted``, a single exponential.
        ``attrs``: ``tau`` (ms), ``start`` and ``end`` of the exponential.
    """
    path, held, up = _current(cell, channel), number(hold, "mV", "hold"), number(pulse, "mV", "pulse")
    length = positive(pulse_duration, "pulse_duration")
    gaps = 2 ** np.arange(-1, 6.01, 0.5) if intervals is None else np.array(numbers_in(intervals, "ms", "intervals"))
    if len(gaps) < 3 or gaps.min() <= 0:
        raise LoligoError("intervals: give at least three positive intervals, ms")
    first = peak_after(cell, path, held, [], up, length, clamp)
    own = cell.parameters.get(f"{channel}.g")
    if first == 0 and (own is None or own.value != 0):
        raise LoligoError(f"pulse: at {up:g} mV no current of '{channel}' flows; use another potential")
    if first == 0:
        nothing = np.full(len(gaps), math.nan)
        recovered, (start, end, tau, fitted) = nothing, (math.nan, math.nan, math.nan, nothing)
    else:
        second = [peak_after(cell, path, held, [(up, length), (held, gap)], up, length, clamp) for gap in gaps]
        recovered = np.array(second) / first
        start, end, tau, fitted = exponential_rise(gaps, recovered)
    variables = {
        "recovered": ("interval", recovered, "1", "second peak over the first"),
        "fitted": ("interval", fitted, "1", "fitted"),
    }
    coords = {"interval": (gaps, "ms", "interval between the pulses")}
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


def voltage_ramp(
    cell: Cell,
    *,
    hold: Any = -65.0,
    start: Any = -100.0,
    stop: Any = 60.0,
    duration: Any = 1000.0,
    clamp: Amplifier | None = None,
) -> xr.Dataset:
    """The current while the potential rises steadily, beside the steady current at every potential.

    Parameters
    ----------
    cell : Cell
    hold, start, stop : number
        mV; before the ramp, at its beginning and its end.
    duration : number
        Of the ramp, ms.
    clamp : Amplifier, optional
        What the command goes through; the clamp is ideal unless given.

    Returns
    -------
    xarray.Dataset
        Over ``voltage`` (the command): ``current`` of the clamp, ``steady`` and, for every channel, ``Na.I`` (µA/cm²).
        ``attrs``: ``zero`` (mV: where the ramp's current changes from inward to outward), ``slope`` (mV/ms),
        ``difference`` (µA/cm²: the largest between ramp and steady current).
    """
    held = number(hold, "mV", "hold")
    low, high, length = number(start, "mV", "start"), number(stop, "mV", "stop"), positive(duration, "duration")
    if low == high:
        raise LoligoError(f"stop: the ramp begins and ends at {low:g} mV")
    every = length / SAMPLES
    settle = 64 * every  # at the first potential, before the ramp
    total = settle + length
    names = [o.path for o in system(cell).observables if o.kind == "current"]
    done = clamped_run(
        cell,
        VoltageSteps(held, [(low, settle), (low, high, length), (high, length)]),
        total,
        every,
        *names,
        clamp=clamp,
    )
    v, seen = done.input[64 : 64 + SAMPLES + 1], slice(64, 64 + SAMPLES + 1)
    steady = _steady_current(cell, v)
    current = done.values["I_clamp"][seen]
    order = np.argsort(v)
    variables: dict[str, Any] = {
        "current": ("voltage", current[order], "µA/cm²", "current of the clamp, ionic part"),
        "steady": ("voltage", steady[order], "µA/cm²", "steady current"),
    }
    for name in names:
        variables[name] = ("voltage", done.values[name][seen][order], "µA/cm²", f"current of {name.removesuffix('.I')}")
    numbers = {
        "zero": (zero_crossing(v, current), "mV"),
        "slope": ((high - low) / length, "mV/ms"),
        "difference": (_largest(current - steady), "µA/cm²"),
    }
    coords = {"voltage": (v[order], "mV", "membrane potential")}
    status = "done"
    if not np.isfinite(steady).any():
        status = f"{cell.name}: of a cell of several compartments there is no steady current to compare the ramp's with"
    elif math.isnan(numbers["zero"][0]):
        status = f"{cell.name}: the current turns outward nowhere between {low:g} and {high:g} mV"
    words = f"{through(clamp)}, integrated"
    return result("voltage_ramp", cell, variables, coords, numbers, criterion=words, status=status)


def leak_subtraction(
    cell: Cell,
    *,
    hold: Any = -100.0,
    pulse: Any = 0.0,
    duration: Any = 10.0,
    pulses: int = 4,
    noise: Any = 0.0,
    seed: int = 0,
    clamp: Amplifier | None = None,
) -> xr.Dataset:
    """P/N: the response to N small pulses the other way, scaled, is taken away from that to one large pulse.

    What is left is the current of channels with gates, if none of them opens or shuts during the small pulses.

    Parameters
    ----------
    cell : Cell
    hold, pulse : number
        mV.
    duration : number
        Of each pulse, ms.
    pulses : int
        N: how many small ones, each of -1/N of the large one.
    noise : number
        Standard deviation of each sample, µA/cm². The sum of N small pulses brings that of N samples along.
    seed : int
    clamp : Amplifier, optional
        What the command goes through; the clamp is ideal unless given. Its own noise is left out; what it does not
        cancel of the cell's capacitive current is in ``measured``, and P/N takes it away.

    Returns
    -------
    xarray.Dataset
        Over ``time``: ``measured``, ``leak`` (what is taken away), ``corrected``, and ``true``: the current of channels
        with gates beyond that at the holding potential (µA/cm²). ``attrs``: ``error`` (µA/cm²: the largest between
        corrected and true, noise left out), ``noise`` (µA/cm²: standard deviation of what is left).
    """
    held, up, length = number(hold, "mV", "hold"), number(pulse, "mV", "pulse"), positive(duration, "duration")
    spread = number(noise, "µA/cm²", "noise")
    if held == up:
        raise LoligoError(f"pulse: {up:g} mV is the holding potential; give another, so that there is a step")
    if pulses < 1:
        raise LoligoError(f"pulses: {pulses} small ones say nothing of the leak; give N >= 1")
    gated = [f"{c.name}.I" for c in cell.channels if c.gates or c.schemes]
    every, quiet = length / SAMPLES, None if clamp is None else clamp.with_(noise=0)
    large, small = (
        clamped_run(cell, VoltageSteps(held, [(v, 2 * length)]), length, every, *gated, clamp=quiet)
        for v in (up, held - (up - held) / pulses)
    )
    still = clamped_run(cell, VoltageSteps(held, [(held, 2 * length)]), every, every, *gated, clamp=quiet)
    at_rest = still.values["I_clamp"][0]
    rng = np.random.Generator(np.random.Philox(int(seed)))
    measured = large.values["I_clamp"] - at_rest
    leak = -pulses * (small.values["I_clamp"] - at_rest)
    true = sum((large.values[p] - still.values[p][0] for p in gated), np.zeros(len(measured)))
    error = float(np.abs(measured - leak - true).max())
    noisy = measured + spread * rng.standard_normal(len(measured))
    drift = leak - spread * rng.standard_normal((int(pulses), len(measured))).sum(axis=0)
    variables = {
        "measured": ("time", noisy, "µA/cm²", "current beyond that at the holding potential"),
        "leak": ("time", drift, "µA/cm²", f"what {pulses} small pulses say of the leak"),
        "corrected": ("time", noisy - drift, "µA/cm²", "the difference"),
        "true": ("time", true, "µA/cm²", "current of channels with gates"),
    }
    left = float(np.std(noisy - drift - (measured - leak)))
    coords = {"time": (np.arange(len(measured)) * every, "ms", "time")}
    numbers = {"error": (error, "µA/cm²"), "noise": (left, "µA/cm²")}
    words = f"{through(clamp)}: {held:g} mV to {up:g} mV, P/{pulses}"
    return result("leak_subtraction", cell, variables, coords, numbers, criterion=words)


def _current(cell: Cell, channel: str) -> str:
    if not isinstance(cell, Cell):
        raise LoligoError(f"an experiment needs a cell, such as loligo.cells.squid(), not {cell!r}")
    names = [o.path.removesuffix(".I") for o in system(cell).observables if o.kind == "current"]
    if channel not in names:
        raise LoligoError(f"channel: {cell.name} has no channel '{channel}'; it has {', '.join(names)}; name one")
    return f"{channel}.I"


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


def _largest(values: Array) -> float:
    known = np.abs(values[np.isfinite(values)])
    return float(known.max()) if len(known) else math.nan


def _steady_current(cell: Cell, v: Array) -> Array:
    """Sum of the currents in the steady state of every potential; unknown of several compartments."""
    whole = system(cell)
    if sum(s.kind == "voltage" for s in whole.states) > 1:
        return np.full(len(v), math.nan)
    steady = Steady(cell, 0.0)
    states = steady.fill([v])
    total = sum(o.formula for o in whole.observables if o.kind == "current")
    return array_function(whole, (total,))(states, 0.0, steady.values)[0]
