"""One spike, taken apart: its phases, and what carries each of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.cell import Cell
from ..units import number
from .bench import Bench
from .given import duration_of, positive
from .one_spike import WINDOW, current_at_rest, extremes, suprathreshold, watched
from .result import result
from .shape import EVERY, crest, time_to, width_at

if TYPE_CHECKING:
    import xarray as xr

KNOWN_ANYWAY = ("peak", "peak_time", "trough", "trough_time")  # also where there is no spike


def anatomy(
    cell: Cell, amplitude: Any = None, duration: Any = 0.0, *, window: Any = None, spike_threshold: Any = None
) -> xr.Dataset:
    """One action potential: phases, currents, conductances, charges.

    Parameters
    ----------
    cell : Cell
    amplitude : number
        µA/cm², or mV for an instantaneous depolarisation; unless given, 15 mV (Hodgkin & Huxley 1952, figure 14) or
        10 µA/cm², and one and a half times the threshold where that does not fire the cell; a pulse of 1 ms where
        such a jump would itself reach the potential that counts as a spike.
    duration : number
        Of the pulse, ms; 0 for an instantaneous depolarisation.
    window : number
        How long to watch, ms; 30 unless given, and as long as V takes to come back, up to 1 s. Where the cell fires
        again, only until the next spike begins.
    spike_threshold : number
        mV; the cell's own unless given.

    Returns
    -------
    xarray.Dataset
        All gates, currents, conductances and ``capacitive`` (C dV/dt) over ``time``. ``attrs``: ``peak``,
        ``peak_time``, ``trough``, ``trough_time``, ``amplitude`` (from rest), ``half_width`` (ms, at half of it),
        ``apd90`` (ms, from the steepest rise until 90 per cent of it are gone),
        ``rise`` and ``fall`` (the greatest and least dV/dt, mV/ms), and for every channel ``Na.charge_in`` and
        ``Na.charge_out`` (nC/cm², in excess of what flows at rest) and ``Na.peak_conductance`` (mS/cm²).
        ``carries_upstroke`` and ``ends_upstroke``
        name the channels with the largest inward and outward charge until, and in the half width after, the peak.
        Where there is no spike, only peak and trough are told; it is none where V merely falls back from the stimulus.
    """
    return taken_apart(cell, amplitude, duration, window, spike_threshold, WINDOW)


def taken_apart(
    cell: Cell, amplitude: Any, duration: Any, window: Any, spike_threshold: Any, usual_window: float
) -> xr.Dataset:
    """As `anatomy`, with a window of its own where none is given."""
    bench, length = Bench(cell, spike_threshold), duration_of(duration)
    graded = False
    if amplitude is None:
        size, length, graded = suprathreshold(bench, length)
    else:
        size = number(amplitude, "1", "amplitude")
    t, seen, next_spike = watched(
        bench, size, length, usual_window if window is None else positive(window, "window"), window
    )
    v = seen["V"]
    rest = bench.rest["V"]
    currents = {name: c for name, c in seen.items() if name.endswith(".I")}
    here = {name: c for name, c in currents.items() if name.count(".") == 1}  # of the compartment whose V this is
    total = np.sum(list(here.values()), axis=0)
    alone = sum(s.kind == "voltage" for s in bench.system.states) == 1
    # the membrane equation; between compartments current flows, too
    speed = (np.where(t < length, size, 0.0) - total) / cell.capacitance.value if alone else np.gradient(v, EVERY)
    begin = round((length + 0.02) / EVERY) if length == 0 else 0
    top = begin + int(np.argmax(v[begin:]))
    numbers: dict[str, tuple[float, str]] = {}
    peak, when, trough, at = extremes(bench, size, length, t[-1], begin * EVERY)
    half = 0.5 * (peak + rest)
    numbers.update(
        peak=(peak, "mV"), peak_time=(when, "ms"), trough=(trough, "mV"), trough_time=(at, "ms"),
        amplitude=(peak - rest, "mV"), half_width=(width_at(v, top, half), "ms"),
        apd90=(time_to(v, speed, (begin, top), rest + 0.1 * (peak - rest)), "ms"),
        rise=(crest(speed, slice(begin, top + 1), t, length), "mV/ms"),
        fall=(-crest(-speed, slice(top, None), t, length), "mV/ms"),
    )  # fmt: skip
    own = bool((total[begin : top + 1] < 0).any()) or not alone
    fired = peak > bench.threshold and when > begin * EVERY + 1e-9 and own and not bench.problem
    for name, current in currents.items():
        excess = current - current_at_rest(bench, name)
        numbers[f"{name[:-2]}.charge_in"] = (float(-np.minimum(excess, 0).sum() * EVERY), "nC/cm²")
        numbers[f"{name[:-2]}.charge_out"] = (float(np.maximum(excess, 0).sum() * EVERY), "nC/cm²")
        if f"{name[:-2]}.conductance" in seen:
            numbers[f"{name[:-2]}.peak_conductance"] = (
                crest(seen[f"{name[:-2]}.conductance"], slice(None), t, length), "mS/cm²",
            )  # fmt: skip
    width = numbers["half_width"][0]
    until = len(t) if math.isnan(width) else min(len(t), top + int(2.0 * width / EVERY) + 1)
    after = slice(top, until)
    upstroke = min(here, key=lambda n: float(here[n][: top + 1].sum()), default="")[:-2]
    ending = max(here, key=lambda n: float(here[n][after].sum()), default="")[:-2]
    known = {o.path: o for o in bench.system.observables}
    variables: dict[str, Any] = {
        name: ("time", values, known[name].unit, known[name].description or name) for name, values in seen.items()
    }
    variables["capacitive"] = ("time", cell.capacitance.value * speed, cell.current_unit, "capacitive current")
    if not fired:
        numbers = {k: (x if k in KNOWN_ANYWAY else math.nan, u) for k, (x, u) in numbers.items()}
    status = bench.problem or _reservation(
        cell.name, fired, graded, numbers, next_spike, (float(t[-1]), float(v[-1])), half
    )
    until_next = f"; watched for {t[-1]:.4g} ms, until the next spike begins" if next_spike else ""
    return result(
        "anatomy", cell, variables, {"time": (t, "ms", "time")}, numbers,
        criterion=bench.criterion + until_next, status=status,
        carries_upstroke=upstroke * fired, ends_upstroke=ending * fired,
    )  # fmt: skip


def _reservation(
    name: str, fired: bool, graded: bool, numbers: dict[str, tuple[float, str]], next_spike: bool,
    end: tuple[float, float], half: float,
) -> str:  # fmt: skip
    """Why there are no numbers, or not all of them; else "done". The end is the last time and V of the trace."""
    if not fired:
        return f"{name} does not fire on this: {numbers['peak'][0]:.1f} mV at the most"
    if math.isnan(numbers["half_width"][0]) and not next_spike:
        return f"{name}: the spike does not end: {end[0]:g} ms after it began, V is still {end[1]:.1f} mV"
    if graded:
        return f"{name}: the response is graded, no spike that is all or none; its shape depends on the stimulus"
    if math.isnan(numbers["apd90"][0]):
        why = (
            "before the next spike begins"
            if next_spike
            else f"within {end[0]:g} ms, in which it reaches {end[1]:.1f} mV"
        )
        return f"{name}: V does not come back by 90 % of the spike {why}, so that it has no duration to there"
    return "done"
