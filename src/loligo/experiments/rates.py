"""Firing rate against current: onset, class of excitability, the range where rest and firing coexist, block."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..model.stimulus import Step
from ..simulation.recorders import Final, Spikes
from ..simulation.rest import resting_states
from ..units import number, numbers_in
from .bench import Bench
from .coexistence import Down, way_down
from .given import positive, relative_width
from .result import result
from .search import accuracy_for, refine

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
ACCURACY = 1e-7  # tolerance of the integrator: rates to 1e-5 Hz
CLASS_RATIO = 0.25  # a rate at onset below this part of the highest one is "arbitrarily low": class 1


def firing_rate(
    cell: Cell,
    amplitudes: Any = None,
    *,
    duration: Any = 500.0,
    settle: Any = None,
    tolerance: float = 1e-6,
    spike_threshold: Any = None,
    down: bool = True,
) -> xr.Dataset:
    """The f-I curve, up from rest and down from firing.

    Parameters
    ----------
    cell : Cell
    amplitudes : sequence of number
        Steps of current, µA/cm²; 100 from 0 to 50 unless given.
    duration : number
        Of the steps, ms.
    settle : number
        What comes before is left out of the rate, ms; 40 per cent of the duration unless given.
    tolerance : float
        Relative width of the bracket of the onset.
    spike_threshold : number
        mV; the cell's own unless given.
    down : bool
        Also begin each step in the middle of firing (the state in which the cell was at the fastest firing of the way
        up). Between ``bistable_from`` and ``bistable_to`` it fires so, though there is a stable resting state.

    Returns
    -------
    xarray.Dataset
        ``rate`` (Hz: intervals in the last part of the step over their time; 0 where firing has stopped by then) and
        ``rate_down`` over ``amplitude``. ``attrs``: ``onset`` (the least current at which firing from rest lasts
        to the end), ``onset_rate``, ``block`` (current at which it ends again), ``bistable_from``, ``bistable_to``,
        ``excitability`` ("class 1", "class 2", "class 3", or that it is unknown, since there is no onset).
    """
    bench, length = Bench(cell, spike_threshold), positive(duration, "duration")
    skip = 0.4 * length if settle is None else number(settle, "ms", "settle")
    steps = (
        np.linspace(0, 50, 101)[1:] if amplitudes is None else np.array(numbers_in(amplitudes, "µA/cm²", "amplitudes"))
    )
    if len(steps) < 2 or not (np.diff(steps) > 0).all():
        raise LoligoError("amplitudes: give at least two currents, in increasing order")
    if not 0 <= skip < length:
        raise LoligoError(f"settle: {skip:g} ms is not within the steps of {length:g} ms")
    tolerance = relative_width(tolerance)
    begin = np.array([bench.rest[v.path] for v in bench.system.states])
    rate, finals = _rates(bench, steps, begin, length, skip, ACCURACY)
    onset, onset_rate, block = math.nan, math.nan, math.nan
    tried, fast = steps, rate
    if rate[0] > 0 and steps[0] > 0:  # the onset may lie below the first current
        tried = np.concatenate([[0.0], steps])
        fast = np.concatenate([_rates(bench, np.zeros(1), begin, length, skip, ACCURACY)[0], rate])
    edges = np.flatnonzero((fast[1:] > 0) != (fast[:-1] > 0))
    if len(edges):
        rising = fast[edges + 1] > 0
        no = np.where(rising, tried[edges], tried[edges + 1])
        yes = np.where(rising, tried[edges + 1], tried[edges])

        def ask(rows: NDArray[np.int64], values: Array, accuracy: float) -> NDArray[np.bool_]:
            fires: NDArray[np.bool_] = _rates(bench, values, begin, length, skip, accuracy)[0] > 0
            return fires

        no, yes = refine(ask, edges.astype(np.int64), no, yes, tolerance)
        if rising.any():
            onset = float(0.5 * (no + yes)[rising][0])
            at_last = accuracy_for(tolerance)  # as sharp as the bracket, or it may not fire there
            onset_rate = float(_rates(bench, yes[rising][:1], begin, length, skip, at_last)[0][0])
            onset_rate = onset_rate or float(np.where(rising, fast[edges + 1], math.inf).min())
        if (~rising).any():
            block = float(0.5 * (no + yes)[~rising][-1])
    rate_down, low, high = np.full(len(steps), math.nan), math.nan, math.nan
    if down and (rate > 0).any():
        found = way_down(
            lambda currents, states: _rates(bench, currents, states, length, skip, ACCURACY),
            steps, finals[int(np.argmax(rate > 0))], tolerance,
        )  # fmt: skip
        rate_down = found.rate
        low, high = _coexisting(bench, steps, found, tolerance)
    numbers = {
        "onset": (onset, "µA/cm²"),
        "onset_rate": (onset_rate, "Hz"),
        "block": (block, "µA/cm²"),
        "bistable_from": (low, "µA/cm²"),
        "bistable_to": (high, "µA/cm²"),
    }
    variables = {
        "rate": ("amplitude", rate, "Hz", "firing rate, from rest"),
        "rate_down": ("amplitude", rate_down, "Hz", "firing rate, from firing"),
    }
    status = (
        bench.problem and f"{cell.name} fires spontaneously or has no stable rest: the curve begins in its own state"
    )
    if not (rate > 0).any():
        status = f"{cell.name} fires repetitively at none of these currents"
    kind = "class 3" if not (rate > 0).any() else "class 1" if onset_rate < CLASS_RATIO * rate.max() else "class 2"
    if (rate > 0).any() and math.isnan(onset_rate):
        kind = "of unknown class: it fires at the lowest of these currents already"
    return result(
        "firing_rate", cell, variables, {"amplitude": (steps, "µA/cm²", "applied current")}, numbers,
        criterion=f"{bench.criterion}; firing that lasts to the end of {length:g} ms", tolerance=tolerance,
        status=status or "done", excitability=kind, duration=length, settle=skip,
    )  # fmt: skip


def _coexisting(bench: Bench, steps: Array, down: Down, tolerance: float) -> tuple[float, float]:
    """From where to where the membrane can both rest (a stable equilibrium) and fire (on the way down)."""
    firing, low = np.flatnonzero(down.rate > 0), down.lowest
    if not len(firing) or not bench.settled:
        return math.nan, math.nan

    def quiet(current: float) -> bool:
        return any(e.stable for e in resting_states(bench.cell, current))

    if not quiet(low):
        return math.nan, math.nan
    inside, outside = low, next((float(x) for x in steps[firing] if not quiet(float(x))), math.inf)
    if math.isinf(outside):
        return low, float(steps[firing[-1]])
    while outside - inside > tolerance * outside:
        middle = 0.5 * (inside + outside)
        inside, outside = (middle, outside) if quiet(middle) else (inside, middle)
    return low, 0.5 * (inside + outside)


def _rates(
    bench: Bench, steps: Array, begin: Array, length: float, skip: float, accuracy: float
) -> tuple[Array, Array]:
    """Rate in the last part of each step, and the states at its end."""
    varied = {"stimulus.amplitude": steps, **bench.varied_states(np.broadcast_to(begin, (len(steps), begin.shape[-1])))}
    recorders = (Spikes(), Final())
    found = bench.run(Step(0.0), varied, length, recorders, accuracy)
    times = np.where(found["spike_times"] >= skip, found["spike_times"], np.nan)
    there = np.isfinite(times)
    count = there.sum(axis=1)
    first = np.where(there, times, np.inf).min(axis=1, initial=np.inf)
    last = np.where(there, times, -np.inf).max(axis=1, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        interval = (last - first) / np.maximum(count - 1, 1)
        lasting = (count > 1) & (last + 2.0 * interval > length)  # not over before the end
    rate = np.where(lasting, 1e3 / np.where(lasting, interval, 1.0), 0.0)
    finals = np.stack([found[f"{v.path}_final"] for v in bench.system.states], axis=1)
    return rate, finals
