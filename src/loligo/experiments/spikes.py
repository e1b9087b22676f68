"""One spike, taken apart: its phases, what carries each of them, and what it costs."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..simulation.recorders import Peak, Trace, Trough
from ..units import number
from .bench import Bench
from .given import duration_of, positive
from .result import result, unit_of
from .thresholds import thresholds, trial

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
FARADAY = 96485.33212  # C/mol
EVERY = 0.002  # ms
PULSE = 1.0  # ms: where no moderate jump of V fires a cell (its dendrites take the charge away), a pulse does


def anatomy(
    cell: Cell, amplitude: Any = None, duration: Any = 0.0, *, window: Any = 30.0, spike_threshold: Any = None
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
        How long to watch, ms.
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
    """
    bench, length = Bench(cell, spike_threshold), duration_of(duration)
    if amplitude is None:
        size, length = _suprathreshold(bench, length)
    else:
        size = number(amplitude, "1", "amplitude")
    t, seen = one_run(bench, size, length, positive(window, "window"))
    v = seen["V"]
    rest = bench.rest["V"]
    total = sum(c for name, c in seen.items() if name.endswith(".I"))
    speed = (np.where(t < length, size, 0.0) - total) / cell.capacitance.value  # the membrane equation
    begin = round((length + 0.02) / EVERY) if length == 0 else 0
    top = begin + int(np.argmax(v[begin:]))
    numbers: dict[str, tuple[float, str]] = {}
    peak, when, trough, at = _extremes(bench, size, length, t[-1], begin * EVERY)
    half = 0.5 * (peak + rest)
    numbers.update(
        peak=(peak, "mV"), peak_time=(when, "ms"), trough=(trough, "mV"), trough_time=(at, "ms"),
        amplitude=(peak - rest, "mV"), half_width=(_width(v, top, half), "ms"),
        apd90=(_duration(v, speed, (begin, top), rest + 0.1 * (peak - rest)), "ms"),
        rise=(_crest(speed, slice(begin, top + 1), t, length), "mV/ms"),
        fall=(-_crest(-speed, slice(top, None), t, length), "mV/ms"),
    )  # fmt: skip
    fired = peak > bench.threshold
    currents = {name: c for name, c in seen.items() if name.endswith(".I")}
    for name, current in currents.items():
        excess = current - current_at_rest(bench, name)
        numbers[f"{name[:-2]}.charge_in"] = (float(-np.minimum(excess, 0).sum() * EVERY), "nC/cm²")
        numbers[f"{name[:-2]}.charge_out"] = (float(np.maximum(excess, 0).sum() * EVERY), "nC/cm²")
        if f"{name[:-2]}.conductance" in seen:
            numbers[f"{name[:-2]}.peak_conductance"] = (
                _crest(seen[f"{name[:-2]}.conductance"], slice(None), t, length), "mS/cm²",
            )  # fmt: skip
    width = numbers["half_width"][0]
    until = len(t) if math.isnan(width) else min(len(t), top + int(2.0 * width / EVERY) + 1)
    after = slice(top, until)
    upstroke = min(currents, key=lambda n: float(currents[n][: top + 1].sum()), default="")[:-2]
    ending = max(currents, key=lambda n: float(currents[n][after].sum()), default="")[:-2]
    known = {o.path: o for o in bench.system.observables}
    variables: dict[str, Any] = {
        name: ("time", values, known[name].unit, known[name].description or name) for name, values in seen.items()
    }
    variables["capacitive"] = ("time", cell.capacitance.value * speed, cell.current_unit, "capacitive current")
    status = "done"
    if not fired:
        status = f"{cell.name} does not fire on this: {peak:.1f} mV at the most"
    elif not (v[top:] < half).any():
        status = f"{cell.name}: the spike does not end: {t[-1]:g} ms after it began, V is still {v[-1]:.1f} mV"
    return result(
        "anatomy", cell, variables, {"time": (t, "ms", "time")}, numbers, criterion=bench.criterion,
        status=bench.problem or status, carries_upstroke=upstroke * fired, ends_upstroke=ending * fired,
    )  # fmt: skip


def energy(
    cell: Cell,
    amplitude: Any = None,
    duration: Any = 0.0,
    *,
    sodium: str = "Na",
    potassium: str | None = None,
    window: Any = 100.0,
) -> xr.Dataset:
    """What a spike costs: sodium that enters, and the ATP to pump it out again.

    Parameters
    ----------
    cell : Cell
    amplitude, duration, window
        As of `anatomy`.
    sodium : str
        The channel that carries sodium.
    potassium : str, optional
        The channel that carries potassium; all other channels together unless given.

    Returns
    -------
    xarray.Dataset
        As of `anatomy`, and over ``time`` ``sodium_in``, ``potassium_out`` (µA/cm², beyond what flows at rest) and
        ``cancelled``, the smaller of the two. ``attrs`` also: ``sodium`` (pmol/cm², beyond what enters at rest),
        ``atp`` (pmol/cm², one for three sodium ions), ``least`` (pmol/cm²: the charge C ΔV that the upstroke needs at
        the very least), ``excess`` (``sodium`` / ``least``: the efficiency factor), ``overlap`` (the part of the
        sodium that potassium cancels at the same moment) and ``entry_ratio`` (``sodium`` over what of it has entered
        by the peak).

    Notes
    -----
    The factor of about 4 for the squid (Hodgkin 1975, Phil Trans R Soc B 270:297; Attwell & Laughlin 2001, J Cereb
    Blood Flow Metab 21:1133) is that of the equations at 18.5 °C; mossy fibres have 1.3 (Alle, Roth & Geiger 2009,
    Science 325:1405). Overlap: Sengupta et al. 2010, PLoS Comput Biol 6:e1000840, who have 11 at 6.3 °C for spikes in a
    train, where the one from rest, as here, has 13. Entry ratio: Carter & Bean 2009, Neuron 64:898.
    """
    known = {o.path for o in Bench(cell).system.observables}
    for name, channel in (("sodium", sodium), ("potassium", potassium)):
        if channel is not None and f"{channel}.I" not in known:
            raise LoligoError(f"{name}: {cell.name} has no channel '{channel}'; name the one that carries {name}")
    found = anatomy(cell, amplitude, duration, window=window)
    bench = Bench(cell)
    flow = found[f"{sodium}.I"].values - current_at_rest(bench, f"{sodium}.I")
    moles = float(-_integral(flow) / FARADAY * 1e3)  # µA ms/cm² = nC/cm²; 1e-9 C/F is 1e3 pmol
    least = cell.capacitance.value * found.attrs["amplitude"] / FARADAY * 1e3
    inward, outward = np.maximum(-flow, 0.0), np.maximum(_outward(found, bench, sodium, potassium), 0.0)
    cancelled = np.minimum(inward, outward)
    entered = np.concatenate([[0.0], np.cumsum(0.5 * (flow[1:] + flow[:-1]) * EVERY)])
    until_peak = float(np.interp(found.attrs["peak_time"], found["time"].values, entered))
    numbers = {
        "sodium": moles,
        "atp": moles / 3,
        "least": least,
        "excess": moles / least,
        "overlap": _integral(cancelled) / _integral(inward),
        "entry_ratio": _integral(flow) / until_peak,
    }
    amount = unit_of(cell, "sodium", "pmol/cm²")
    units = {**json.loads(found.attrs["units"]), **dict.fromkeys(("sodium", "atp", "least"), amount)}
    units |= dict.fromkeys(("excess", "overlap", "entry_ratio"), "1")
    told = {"units": cell.current_unit, "kind": "current"}
    shown = {
        "sodium_in": ("time", inward, {**told, "long_name": f"inward current of {sodium}"}),
        "potassium_out": ("time", outward, {**told, "long_name": f"outward current of {potassium or 'all others'}"}),
        "cancelled": ("time", cancelled, {**told, "long_name": "what of the one the other cancels"}),
    }
    return found.assign(shown).assign_attrs(
        **numbers, units=json.dumps(units, ensure_ascii=False), kind="energy", experiment="energy"
    )


def _outward(found: xr.Dataset, bench: Bench, sodium: str, potassium: str | None) -> Array:
    """The current that works against sodium, in excess of what flows at rest."""
    every = [str(n) for n in found.data_vars if str(n).endswith(".I") and str(n) != f"{sodium}.I"]
    paths = every if potassium is None else [f"{potassium}.I"]
    total: Array = np.sum([found[p].values - current_at_rest(bench, p) for p in paths], axis=0)
    return total


def one_run(bench: Bench, size: float, length: float, window: float) -> tuple[Array, dict[str, Array]]:
    """Everything after one pulse (or kick) from rest."""
    stimulus, varied = trial(bench, np.array([length]), np.array([size]))
    found = bench.run(stimulus, varied, length + window, (Trace("all", "V"),), 1e-10, EVERY)
    known = {o.path for o in bench.system.observables}
    seen = {name: values[0] for name, values in found.items() if name in known}
    time: Array = np.arange(len(seen["V"]), dtype=np.float64) * EVERY
    return time, seen


def _suprathreshold(bench: Bench, length: float) -> tuple[float, float]:
    """Size and duration of a stimulus that fires the cell, if there is one."""
    size = 15.0 if length == 0 else 10.0
    stimulus, varied = trial(bench, np.array([length]), np.array([size]))
    if bench.problem or bench.run(stimulus, varied, length + 30.0)["spike_count"][0] > 0:
        return size, length
    found, _ = thresholds(bench, np.array([length]), 1, 30.0, 1e-3, 48)
    if found is None or not found.answers:
        return size, length
    enough = 1.5 * found.answers[0].value
    if length == 0 and bench.rest["V"] + enough >= bench.threshold:
        return _suprathreshold(bench, PULSE)  # so far a jump would be taken for the spike
    return enough, length


def current_at_rest(bench: Bench, path: str) -> float:
    """A current in the resting state."""
    from ..numerics.arrays import array_function
    from ..simulation.rest import parameter_values

    formula = (bench.system.observable(path).formula,)
    state = [bench.rest[v.path] for v in bench.system.states]
    return float(array_function(bench.system, formula)(state, 0.0, parameter_values(bench.cell))[0])


def _integral(values: Array) -> float:
    """Simpson's rule on the grid of `one_run`."""
    n = (len(values) - 1) // 2 * 2
    y = values[: n + 1]
    return float(EVERY / 3 * (y[0] + y[-1] + 4 * y[1:-1:2].sum() + 2 * y[2:-1:2].sum()))


def _extremes(bench: Bench, size: float, length: float, end: float, begin: float) -> tuple[float, float, float, float]:
    """The peak and the trough after it, with their times, within the steps of the integrator."""
    stimulus, varied = trial(bench, np.array([length]), np.array([size]))
    top = bench.run(stimulus, varied, end, (Peak("V", after=begin),), 1e-11)
    when = float(top["V_peak_time"][0])
    low = bench.run(stimulus, varied, end, (Trough("V", after=min(when, 0.999 * end)),), 1e-11)
    return float(top["V_peak"][0]), when, float(low["V_trough"][0]), float(low["V_trough_time"][0])


def _duration(v: Array, speed: Array, rise: tuple[int, int], level: float) -> float:
    """Time from the steepest rise until V falls below a level; NaN if it never does."""
    begin, top = rise
    after = np.flatnonzero(v[top:] < level)
    if not len(after) or top - begin < 3:
        return math.nan
    i = begin + 1 + int(np.argmax(speed[begin + 1 : top]))
    a, b, c = (float(speed[i + k]) for k in (-1, 0, 1))
    steepest = i + (0.5 * (a - c) / (a - 2 * b + c) if b > max(a, c) else 0.0)
    j = top + int(after[0])
    end = j - 1 + (level - float(v[j - 1])) / float(v[j] - v[j - 1])
    return (end - steepest) * EVERY


def _crest(values: Array, part: slice, time: Array, end: float) -> float:
    """Largest value of a part of a trace, on a curve through five samples; not across the end of the pulse."""
    i = (part.start or 0) + int(np.argmax(values[part]))
    if not 1 < i < len(values) - 2 or time[i - 2] < end <= time[i + 2]:
        return float(values[i])
    curve = np.polynomial.Polynomial.fit(np.arange(-2.0, 3.0), values[i - 2 : i + 3], 4, domain=(-1, 1))
    flat = curve.deriv().roots()
    flat = flat[(np.abs(flat.imag) < 1e-9) & (np.abs(flat.real) <= 1)].real
    return float(max(values[i], *curve(flat), -math.inf))


def _width(v: Array, top: int, level: float) -> float:
    """Time for which V is above a level around its peak."""
    before, after = np.flatnonzero(v[:top] < level), np.flatnonzero(v[top:] < level)
    if not len(before) or not len(after):
        return math.nan
    i, j = before[-1], top + after[0]
    start = i + (level - v[i]) / (v[i + 1] - v[i])
    end = j - 1 + (level - v[j - 1]) / (v[j] - v[j - 1])
    return float((end - start) * EVERY)
