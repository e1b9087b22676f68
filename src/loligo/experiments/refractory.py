"""Refractoriness: how strong a second pulse must be, and why (h has not recovered, n has not closed)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..numerics.batch import Stop
from ..units import number, numbers_in
from .bench import Bench
from .given import duration_of, positive, relative_width
from .periods import first_response
from .result import result
from .search import accuracy_for
from .second_pulse import FINER, SETTLE, Meeting, Spike, closer, first_spike, second, settling
from .thresholds import LEAST_JUMP, jumps, scale, thresholds

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
SPAN = (0.05, 120.0)  # the scan, in units of the current that would depolarise by 10 mV
SHARPER = 0.01  # bracket of the threshold at rest: where it is reached again slowly, the period hangs on its digits
NEAR = (1.01, 1.1)  # pulses that are tried, too: parts of the threshold at rest
BESIDE = np.geomspace(1e-6, FINER, 60)  # how far beside the last that fires it, and on both sides


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
        From the beginning of the first pulse to that of the second, ms; 2 to 40 unless given (longer in proportion
        where the spike lasts longer than 10 ms).
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
        ``threshold`` and ``ratio`` (to the threshold at rest; NaN where no pulse of the scan fires the cell, where it
        fires again without one, and until the first spike is over: V has peaked and is below half its height again),
        and the states at that moment (``V``, ``Na.h``, ``K.n``, ...) over ``interval``. ``attrs``: ``absolute`` (ms,
        bisected: below it, no pulse up to ``strongest`` gives a response), ``relative`` (ms, bisected: from it on the
        threshold at rest suffices), ``least_ratio`` and ``least_at`` (supernormality), ``resting_threshold``.

    Notes
    -----
    Soon after a spike responses are graded, so that thresholds there, and the absolute refractory period, depend on the
    criterion, which is given.
    """
    bench, width = Bench(cell, spike_threshold, stop=stop), duration_of(duration)
    wait, tolerance = positive(window, "window"), relative_width(tolerance)
    given = None if intervals is None else np.array(numbers_in(intervals, "ms", "intervals"))
    if given is not None and (not len(given) or (given <= width).any()):
        raise LoligoError(f"intervals: each must be longer than the pulse of {width:g} ms")
    unit = "mV" if width == 0 else cell.stimulus_unit
    strongest = SPAN[1] * scale(bench, np.array([width]))[0]
    resting, problem = _at_rest(bench, width, wait, max(1e-9, SHARPER * tolerance))
    size = 1.5 * resting if first is None else number(first, unit, "first")
    spike = first_spike(bench, size, width, wait) if problem == "done" else None
    if problem == "done" and spike is None:
        problem = f"{cell.name}: the first pulse, of {size:g} {unit}, does not fire it; nothing is refractory then"
    apart = _intervals(spike, width) if given is None else given
    found, meeting = _nothing(len(apart), len(bench.system.states)), None
    if spike is not None:
        meeting = Meeting(bench, size, width, wait, spike, settling(bench, resting, spike.peak_time, width, wait))
        found = _asked(meeting, apart, resting, tolerance)
        problem = _reservation(cell.name, apart, found, found.value / resting, f"{strongest:.4g} {unit}")
    ratio = found.value / resting
    least = int(np.nanargmin(ratio)) if np.isfinite(ratio).any() else None
    numbers = {
        "absolute": (found.absolute, "ms"),
        "relative": (found.relative, "ms"),
        "resting_threshold": (resting, unit),
        "first": (size, unit),
        "strongest": (strongest, unit),
        "least_ratio": (float(ratio[least]) if least is not None else math.nan, "1"),
        "least_at": (float(apart[least]) if least is not None else math.nan, "ms"),
    }
    over = "interval"
    variables: dict[str, Any] = {
        "threshold": (over, found.value, unit, "threshold of the second pulse"),
        "error": (over, found.error, unit, "half width of the bracket"),
        "ratio": (over, ratio, "1", "threshold, relative to that at rest"),
    }
    for j, v in enumerate(bench.system.states):
        variables[v.path] = (over, found.states[:, j], v.unit, f"{v.path} at the beginning of the second pulse")
    coords = {over: (apart, "ms", "interval between the pulses")}
    if meeting is not None:
        traces, more = _traces(meeting, float(apart.max()) + wait, found.relative, resting)
        variables, coords = {**variables, **traces}, {**coords, **more}
    later = SETTLE if meeting is None else meeting.settle
    criterion = (
        f"V peaks above {bench.threshold:g} mV later than {later:.3g} ms and within {wait:g} ms after the second pulse"
    )
    return result(
        "refractory_period", cell, variables, coords, numbers,
        criterion=criterion, tolerance=tolerance, status=problem, duration=width,
    )  # fmt: skip


@dataclass(frozen=True)
class _Found:
    """Thresholds of a second pulse and their errors, what it meets, and the two periods, ms.

    `over` says at which intervals the first spike is over, `alone` at which the cell fires again without a second.
    """

    value: Array
    error: Array
    states: Array
    over: NDArray[np.bool_]
    alone: NDArray[np.bool_]
    absolute: float
    relative: float


def _nothing(count: int, states: int) -> _Found:
    none, never = np.full(count, math.nan), np.zeros(count, dtype=bool)
    return _Found(none, none, np.full((count, states), math.nan), never, never, math.nan, math.nan)


def _asked(meeting: Meeting, apart: Array, resting: float, tolerance: float) -> _Found:
    """Ask for the threshold of a second pulse at each interval, and for the end of the two periods."""
    spike, final = meeting.spike, accuracy_for(tolerance)
    states = meeting.after(apart, final)
    over = spike.over(apart, states[:, 0])
    alone = meeting.responds(states, np.zeros(len(apart)), final) & over
    sizes, able = np.sort(np.append(_sizes(meeting.bench, meeting.width), resting * np.array(NEAR))), over & ~alone
    value, error = second(meeting, states, able, sizes, tolerance)
    if not np.isfinite(value).any():
        value, error = second(meeting, states, able, closer(sizes), tolerance)
    between = _between(apart, np.isfinite(value), spike.peak_time)
    known = (value + error)[np.isfinite(value) & (apart == between[1])]
    absolute, last_size = first_response(
        meeting.again, spike.peak_time, *between, np.unique(np.append(sizes, known)), tolerance
    )  # fmt: skip
    missed = able & np.isnan(value) & (apart > absolute)  # only few pulses fire it there
    if missed.any():
        some = np.append(closer(sizes[sizes < 3 * np.nanmax(value)]), last_size * (1 + np.append(BESIDE, -BESIDE)))
        found = second(meeting, states, missed, np.unique(some), tolerance)
        value, error = (np.where(missed, new, old) for new, old in zip(found, (value, error), strict=True))
    back = np.isfinite(value) & (value <= resting * (1 + tolerance))
    if back.any():
        back[back] = meeting.again(apart[back], np.full(back.sum(), resting), final)
    between = _between(apart, back, spike.peak_time)
    relative, _ = first_response(meeting.again, spike.peak_time, *between, np.array([resting]), tolerance)
    return _Found(value, error, states, over, alone, absolute, relative)


def _traces(
    meeting: Meeting, until: float, relative: float, resting: float
) -> tuple[dict[str, Any], dict[str, tuple[Any, str, str]]]:
    """What follows the first pulse alone, and V with a second one on both sides of the relative period."""
    time, course, pair = meeting.course(until, relative, resting)
    variables: dict[str, Any] = {
        f"after.{v.path}": ("time", course[v.path], v.unit, f"{v.path} after the first pulse alone")
        for v in meeting.bench.system.states
    }
    coords: dict[str, tuple[Any, str, str]] = {"time": (time, "ms", "time since the beginning of the first pulse")}
    if pair is not None:
        coords["side"] = (np.array(["no", "yes"]), "1", "side of the answer")
        variables["pair.V"] = (("side", "time"), pair, "mV", "V with a second pulse as strong as fires it at rest")
    return variables, coords


def _at_rest(bench: Bench, width: float, wait: float, tolerance: float) -> tuple[float, str]:
    """Threshold at rest, and "done" or why the cell has none."""
    found, problem = thresholds(bench, np.array([width]), 1, wait, tolerance, 32)
    if found is None:
        return math.nan, problem
    value = float(found.first()[0][0])
    if not math.isfinite(value):
        return math.nan, f"{bench.cell.name} cannot be fired from rest by such a pulse, so it has no refractory period"
    if jumps(bench, np.array([width]), np.array([value]), wait)[0] < LEAST_JUMP:
        return math.nan, (
            f"{bench.cell.name} answers such a pulse from rest in a graded way, without a threshold, so it has no "
            "refractory period"
        )
    return value, "done"


def _reservation(name: str, apart: Array, found: _Found, ratio: Array, strongest: str) -> str:
    """Why some number is missing; "done" where nothing is to be said."""
    last = int(np.argmax(apart))
    if not found.over[last]:
        return (
            f"{name}: the spike of the first pulse has not ended {apart[last]:g} ms after it (V is "
            f"{found.states[last, 0]:.1f} mV), so there is no refractory period"
        )
    if found.alone.any():
        return (
            f"{name} fires again without a second pulse at {found.alone.sum()} of these intervals; there it has no "
            "threshold"
        )
    if not np.isfinite(ratio).any():
        return (
            f"{name}: at none of these intervals does any pulse up to {strongest} fire it again; it is absolutely "
            f"refractory for longer than {apart[last]:g} ms"
        )
    if math.isnan(found.absolute):
        return (
            f"{name}: soon after the first pulse only pulses of almost one size fire it again; where the last of them "
            "stops to was not found"
        )
    if math.isnan(found.relative):
        end = "is longer than these intervals" if ratio[last] > NEAR[0] else "fades away, without an end"
        return (
            f"{name}: absolutely refractory for {found.absolute:.4g} ms; {apart[last]:.4g} ms after the first pulse it "
            f"still takes {ratio[last]:.7g} times the threshold at rest, so that the relative refractory period {end}"
        )
    return "done"


def _intervals(spike: Spike | None, width: float) -> Array:
    """2 to 40 ms; more where a spike lasts longer than 10 ms."""
    longer = max(1.0, spike.over_time / 10) if spike is not None and math.isfinite(spike.over_time) else 1.0
    apart: Array = longer * np.arange(2.0, 40.01, 1.0)
    return apart[apart > width]


def _sizes(bench: Bench, width: float) -> Array:
    """The pulses of the scan."""
    sizes: Array = scale(bench, np.array([width]))[0] * np.geomspace(*SPAN, 32)
    return sizes


def _between(apart: Array, good: NDArray[np.bool_], least: float) -> tuple[float, float]:
    """The last interval before the first good one (or else the least there is), and that; NaN where there is none."""
    order = np.argsort(apart)
    known = np.flatnonzero(good[order])
    if not len(known):
        return math.nan, math.nan
    first = float(apart[order][known[0]])
    before = float(apart[order][known[0] - 1]) if known[0] else min(least, first)
    return before, first
