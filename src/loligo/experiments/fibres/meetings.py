"""Impulses that meet, and impulses that follow one another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError, SimulationError
from ...model.cable import Cable
from ...model.tree import Tree
from ...simulation.settings import positive
from ...simulation.simulate import simulate
from ...units import numbers_in
from .runs import Fibre, enough, everywhere, fibre_of, of_fibre

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
EVERY = 0.005  # ms between samples, from which the passing of the second impulse is read
BETWEEN = (0.5, 0.8)  # of the length
STRAIGHT = (0.08, 0.25)  # of the length from the meeting: there the fronts are straight
FINEST = 0.01  # ms: width of the bracket around the shortest interval


def collision(cable: Cable | Tree, *, duration: Any = 20.0, dt: Any = None, every: Any = 0.02) -> xr.Dataset:
    """Impulses from both ends: where they meet, both end, because each runs into the refractory wake of the other.

    Parameters
    ----------
    cable : Cable, or Tree without branches such as Myelinated
    duration, dt, every : number
        Of the run, ms.

    Returns
    -------
    xarray.Dataset
        ``V`` (mV) over ``(time, x)``, ``arrival`` (ms) and ``crossings`` of every compartment. ``attrs``: ``place``
        (µm) and ``time`` (ms) of the meeting, ``passed`` (impulses that any place has seen at the most: 1 if none came
        through).
    """
    fibre = fibre_of(cable, "collision")
    # each end gets the same current: a cable that tapers, or is not the same everywhere, has its meeting elsewhere
    both = enough(fibre) + enough(fibre, at=fibre.length)
    ds = simulate(fibre, both, duration=positive(duration, "duration"), dt=dt, every=every)
    arrival, x = ds["arrival"].values, ds["x_compartment"].values
    if not np.isfinite(arrival).all():
        raise SimulationError(
            f"no propagated impulse: it did not come to {int((~np.isfinite(arrival)).sum())} of {len(x)} compartments; "
            "give a longer duration, or a fibre that conducts"
        )
    last = int(arrival.argmax())
    place, when = _vertex(x, arrival, last)
    numbers = {"place": (place, "µm"), "time": (when, "ms"), "passed": (float(ds["crossings"].max()), "1")}
    found = of_fibre("collision", fibre, {}, {}, numbers, criterion="the place that is reached last")
    return ds.assign_attrs({**ds.attrs, **found.attrs})


def _vertex(x: Array, arrival: Array, last: int) -> tuple[float, float]:
    """Where two straight fronts meet: laid through them where they do not yet help one another."""
    near, far = (part * x[-1] for part in STRAIGHT)
    sides = [np.flatnonzero((x <= x[last] - near) & (x >= x[last] - far)),
             np.flatnonzero((x >= x[last] + near) & (x <= x[last] + far))]  # fmt: skip
    if min(map(len, sides)) < 2:
        return float(x[last]), float(arrival[last])
    (a, b), (c, d) = (np.polyfit(x[s], arrival[s], 1) for s in sides)
    place = (d - b) / (a - c)
    return float(place), float(a * place + b)


def refractory_wake(
    cable: Cable | Tree, intervals: Any = None, *, strength: float = 1.0, duration: Any = None, dt: Any = None
) -> xr.Dataset:
    """A second impulse behind the first: from which interval on it is conducted, and how fast.

    Close behind the first it is slower; farther behind, where the membrane is left more excitable than at rest, it may
    be faster, and catch up (Miller & Rinzel 1981, Biophys J 34:227).

    Parameters
    ----------
    cable : Cable, or Tree without branches such as Myelinated
    intervals : sequence of number
        Between the two pulses at the left end, ms; 1 to 40 in 24 steps unless given.
    strength : number
        Of the second pulse, relative to the first.
    duration : number
        How long to wait for both, ms, after the second pulse; unless given, thrice as long as the first needs.
    dt : number
        As of `simulate`, ms.

    Returns
    -------
    xarray.Dataset
        ``ratio`` (velocity of the second impulse over that of the first) and ``interval_there`` (ms: in the middle of
        the fibre) over ``interval``. ``attrs``: ``absolute`` (ms: below, no second impulse), ``most`` (the greatest
        ratio) ``most_at`` (ms), ``velocity`` (m/s) of the first.
    """
    fibre = fibre_of(cable, "refractory_wake")
    chosen = np.geomspace(1, 40, 24) if intervals is None else np.array(numbers_in(intervals, "ms", "intervals"))
    if not len(chosen) or (chosen <= 0).any():
        raise LoligoError("intervals: give times longer than 0 ms")
    places = [p * fibre.length for p in BETWEEN]
    first = enough(fibre)
    alone, wait = _alone(fibre, dt, duration)
    way = np.diff(places)[0] * 1e-3
    speed = way / (alone[1] - alone[0])

    def second(interval: float) -> tuple[float, float]:
        width = min(first.stop, 0.5 * interval)
        pulse = enough(fibre).with_(amplitude=strength * first.amplitude, start=interval, stop=interval + width)
        ds = simulate(
            fibre, first.with_(stop=width) + pulse, duration=interval + wait, dt=dt, every=EVERY, where=places
        )
        threshold = float(ds.attrs["spike_threshold"])
        times = [_crossings(ds["time"].values, v, threshold) for v in ds["V"].values.T]
        if min(map(len, times)) < 2:
            return math.nan, math.nan
        one, two = ([float(times[i][k]) for i in (0, 1)] for k in (0, 1))
        return way / (two[1] - two[0]) / (way / (one[1] - one[0])), two[0] - one[0]

    found = np.array([second(float(i)) for i in chosen])
    ratio, there = found[:, 0], found[:, 1]
    absolute = _shortest(chosen, ratio, second)
    best = int(np.nanargmax(ratio)) if np.isfinite(ratio).any() else 0
    return of_fibre(
        "refractory_wake", fibre,
        {
            "ratio": ("interval", ratio, "1", "velocity of the second over the first"),
            "interval_there": ("interval", there, "ms", "interval in the middle of the fibre"),
        },
        {"interval": (chosen, "ms", "interval between the pulses")},
        {
            "absolute": (absolute, "ms"), "most": (float(ratio[best]), "1"), "most_at": (float(chosen[best]), "ms"),
            "velocity": (speed, "m/s"),
        },
        criterion="V crosses the threshold a second time in the middle and at four fifths",
        status="done" if np.isfinite(ratio).any() else "no second impulse is conducted at any of these intervals",
    )  # fmt: skip


def _alone(fibre: Fibre, dt: Any, duration: Any) -> tuple[Array, float]:
    """When the first impulse passes the two places, and how long to wait behind each pulse."""
    limit = 20.0 if duration is None else positive(duration, "duration")
    ds = everywhere(fibre, enough(fibre), duration=limit, dt=dt, every=limit / 50)
    x, arrival = ds["x_compartment"].values, ds["arrival"].values
    times = np.interp(np.array(BETWEEN) * fibre.length, x, arrival)
    if not np.isfinite(times).all():
        raise SimulationError(
            f"no propagated impulse: V at the far end reached {float(ds['V'].values[:, -1].max()):.4g} mV within "
            f"{limit:g} ms; give a longer duration, or a fibre that conducts"
        )
    return times, limit if duration is not None else min(limit, 3 * float(times[1]) + 1)


def _crossings(t: Array, v: Array, threshold: float) -> Array:
    """Upward crossings, on straight lines between samples."""
    k = np.flatnonzero((v[:-1] < threshold) & (v[1:] >= threshold))
    found: Array = t[k] + (threshold - v[k]) / (v[k + 1] - v[k]) * (t[k + 1] - t[k])
    return found


def _shortest(intervals: Array, ratio: Array, second: Any) -> float:
    """Between the longest interval that fails below the shortest that passes, by halving."""
    order = np.argsort(intervals)
    ok, x = np.isfinite(ratio[order]), intervals[order]
    if not ok.any():
        return math.nan
    k = int(np.argmax(ok))
    if k == 0:
        return math.nan
    low, high = float(x[k - 1]), float(x[k])
    while high - low > FINEST:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if math.isfinite(second(middle)[0]) else (middle, high)
    return 0.5 * (low + high)
