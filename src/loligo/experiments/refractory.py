"""Refractoriness: how strong a second pulse must be, and why (h has not recovered, n has not closed)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..model.stimulus import Step
from ..numerics.batch import Stop
from ..simulation.recorders import Peak
from ..units import number, numbers_in
from .bench import QUICK, Bench, fires
from .given import duration_of, positive, relative_width
from .periods import first_response
from .result import result
from .search import accuracy_for, search
from .thresholds import scale, trial

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
SETTLE = 0.6  # ms after the end of the pulse, from which on a peak of V counts as a response of the membrane
SPAN = (0.05, 120.0)  # the scan, in units of the current that would depolarise by 10 mV


def refractory_period(
    cell: Cell,
    intervals: Any = None,
    *,
    duration: Any = 0.5,
    first: Any = None,
    window: Any = 30.0,
    tolerance: float = 1e-6,
    spike_threshold: Any = None,
    stop: Stop | None = None,
) -> xr.Dataset:
    """Threshold of a second pulse against its distance from the first.

    Parameters
    ----------
    cell : Cell
    intervals : sequence of number
        From the beginning of the first pulse to that of the second, ms; 2 to 40 unless given.
    duration : number
        Of each pulse, ms; 0 for instantaneous depolarisations.
    first : number
        Size of the first pulse, µA/cm² (mV if instantaneous); one and a half times the threshold unless given.
    window : number
        How long to wait for the second spike, ms.
    tolerance : float
        Relative width of the brackets.
    spike_threshold : number
        A response must peak above this, mV; the cell's own unless given.
    stop : Stop, optional
        Ends it early, from another thread; then `Stopped` is raised.

    Returns
    -------
    xarray.Dataset
        ``threshold`` and ``ratio`` (to the threshold at rest; NaN where no pulse of the scan fires, and where the first
        spike still lasts: V is above half its height), and the states at that moment (``V``, ``Na.h``, ``K.n``, ...)
        over ``interval``. ``attrs``: ``absolute`` (ms, bisected: below it, nothing in the scan, up to ``strongest``,
        gives a response), ``relative`` (ms, bisected: from it on the threshold at rest suffices), ``least_ratio``
        and ``least_at`` (supernormality), ``resting_threshold``.

    Notes
    -----
    Soon after a spike responses are graded, so that thresholds there, and the absolute refractory period, depend on the
    criterion, which is given.
    """
    bench, width = Bench(cell, spike_threshold, stop=stop), duration_of(duration)
    wait, tolerance = positive(window, "window"), relative_width(tolerance)
    apart = np.arange(2.0, 40.01, 1.0) if intervals is None else np.array(numbers_in(intervals, "ms", "intervals"))
    if not len(apart) or (apart <= width).any():
        raise LoligoError(f"intervals: each must be longer than the pulse of {width:g} ms")
    rest = np.array([[bench.rest[v.path] for v in bench.system.states]])
    unit = "mV" if width == 0 else "µA/cm²"
    problem, value = bench.problem or "done", np.full(len(apart), math.nan)
    error, states, resting = value.copy(), np.full((len(apart), rest.shape[1]), math.nan), math.nan
    strongest = SPAN[1] * scale(bench, np.array([width]))[0]
    if problem == "done":
        resting = float(_second(bench, rest, width, wait, tolerance)[0][0])
        if not math.isfinite(resting):
            problem = f"{cell.name} cannot be fired from rest by such a pulse, so it has no refractory period"
    size = 1.5 * resting if first is None else number(first, unit, "first")
    half = math.nan
    if problem == "done":
        half = _half_height(bench, size, width, wait)
        if math.isnan(half):
            problem = f"{cell.name}: the first pulse, of {size:g} {unit}, does not fire it; nothing is refractory then"
    if problem == "done":
        states = _after(bench, size, width, apart, accuracy_for(tolerance))
        over_by_then = states[:, 0] < half
        value, error = _second(bench, states, width, wait, tolerance)
        value, error = np.where(over_by_then, value, math.nan), np.where(over_by_then, error, math.nan)
        last = int(np.argmax(apart))
        if not over_by_then[last]:
            problem = (
                f"{cell.name}: the spike of the first pulse has not ended {apart[last]:g} ms after it (V is "
                f"{states[last, 0]:.1f} mV), so there is no refractory period"
            )
        elif not np.isfinite(value).any():
            problem = (
                f"{cell.name}: at none of these intervals does any pulse up to {strongest:.4g} {unit} fire it again"
            )
    ratio = value / resting
    least = int(np.nanargmin(ratio)) if np.isfinite(ratio).any() else None

    def fires_again(intervals: Array, sizes: Array, accuracy: float) -> NDArray[np.bool_]:
        met, which = np.unique(intervals, return_inverse=True)
        then = _after(bench, size, width, met, accuracy)[which]
        return _responds(bench, then, sizes, width, wait, accuracy) & (then[:, 0] < half)

    every = _sizes(bench, width)
    absolute = first_response(fires_again, *_between(apart, np.isfinite(value)), every, tolerance)
    back = np.isfinite(ratio) & (ratio <= 1.0)
    relative = first_response(fires_again, *_between(apart, back), np.array([resting]), tolerance)
    numbers = {
        "absolute": (absolute, "ms"),
        "relative": (relative, "ms"),
        "resting_threshold": (resting, unit),
        "first": (size, unit),
        "strongest": (strongest, unit),
        "least_ratio": (float(ratio[least]) if least is not None else math.nan, "1"),
        "least_at": (float(apart[least]) if least is not None else math.nan, "ms"),
    }
    over = "interval"
    variables = {
        "threshold": (over, value, unit, "threshold of the second pulse"),
        "error": (over, error, unit, "half width of the bracket"),
        "ratio": (over, ratio, "1", "threshold, relative to that at rest"),
    }
    for j, v in enumerate(bench.system.states):
        variables[v.path] = (over, states[:, j], v.unit, f"{v.path} at the beginning of the second pulse")
    criterion = (
        f"V peaks above {bench.threshold:g} mV later than {SETTLE:g} ms and within {wait:g} ms after the second pulse"
    )
    return result(
        "refractory_period", cell, variables, {over: (apart, "ms", "interval between the pulses")}, numbers,
        criterion=criterion, tolerance=tolerance, status=problem, duration=width,
    )  # fmt: skip


def _half_height(bench: Bench, size: float, width: float, wait: float) -> float:
    """V halfway from rest to the peak of the first spike; NaN if there is no spike."""
    stimulus, varied = trial(bench, np.array([width]), np.array([size]))
    if not fires(bench, varied, stimulus, width + wait, QUICK)[0]:
        return math.nan
    peak = float(bench.run(stimulus, varied, width + wait, (Peak("V"),))["V_peak"][0])
    return 0.5 * (bench.rest["V"] + peak)


def _after(bench: Bench, size: float, width: float, apart: Array, accuracy: float) -> Array:
    """States at the intervals after the first pulse."""
    state = dict(bench.rest)
    if width == 0:
        state["V"] += size
    return bench.states_at(Step(size, 0.0, width) if width else None, apart, state, accuracy)


def _second(bench: Bench, states: Array, width: float, wait: float, tolerance: float) -> tuple[Array, Array]:
    """Threshold of a pulse that meets the cell in these states; least one if several."""

    def ask(rows: NDArray[np.int64], values: Array, accuracy: float) -> NDArray[np.bool_]:
        return _responds(bench, states[rows], values, width, wait, accuracy)

    return search(ask, np.tile(_sizes(bench, width), (len(states), 1)), tolerance, accuracy=QUICK).first()


def _sizes(bench: Bench, width: float) -> Array:
    """The pulses of the scan."""
    sizes: Array = scale(bench, np.array([width]))[0] * np.geomspace(*SPAN, 32)
    return sizes


def _responds(
    bench: Bench, states: Array, values: Array, width: float, wait: float, accuracy: float
) -> NDArray[np.bool_]:
    """Does the membrane, in each of these states, respond to a pulse of each of these sizes?"""
    begin, varied = states.copy(), {}
    if width == 0:
        begin[:, 0] += values
    else:
        varied["stimulus.amplitude"] = values
    varied.update(bench.varied_states(begin))
    stimulus = Step(0.0, 0.0, width) if width else None
    found = bench.run(stimulus, varied, width + wait, (Peak("V", after=width + SETTLE),), accuracy)
    high = np.where(found["fine"], found["V_peak"], -np.inf)
    at_start = found["V_peak_time"] <= width + SETTLE + 1e-9  # still falling from what the pulse itself did
    fired: NDArray[np.bool_] = (high > bench.threshold) & ~at_start
    return fired


def _between(apart: Array, good: NDArray[np.bool_]) -> tuple[float, float]:
    """The last interval before the first good one, and that; NaN where there is none."""
    order = np.argsort(apart)
    known = np.flatnonzero(good[order])
    if not len(known) or known[0] == 0:
        return math.nan, math.nan
    return float(apart[order][known[0] - 1]), float(apart[order][known[0]])
