"""One spike, taken apart: its phases, what carries each of them, and what it costs."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..simulation.recorders import Peak, Spikes, Trace, Trough
from ..units import number
from .bench import QUICK, Bench
from .given import duration_of, positive
from .result import result, unit_of
from .thresholds import LEAST_JUMP, jumps, thresholds, trial

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
FARADAY = 96485.33212  # C/mol
EVERY = 0.002  # ms
WINDOW, COST_WINDOW, LONG = 30.0, 100.0, 1000.0  # ms: how long one watches; to count ions; at most
SLOWLY = 0.1  # ms: interval of samples, to see how long
KNOWN_ANYWAY = ("peak", "peak_time", "trough", "trough_time")  # also where there is no spike
PULSE = 1.0  # ms: where no moderate jump of V fires a cell (its dendrites take the charge away), a pulse does


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
    return _taken_apart(cell, amplitude, duration, window, spike_threshold, WINDOW)


def _taken_apart(
    cell: Cell, amplitude: Any, duration: Any, window: Any, spike_threshold: Any, usual_window: float
) -> xr.Dataset:
    bench, length = Bench(cell, spike_threshold), duration_of(duration)
    graded = False
    if amplitude is None:
        size, length, graded = suprathreshold(bench, length)
    else:
        size = number(amplitude, "1", "amplitude")
    t, seen, next_spike = _watched(
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
    peak, when, trough, at = _extremes(bench, size, length, t[-1], begin * EVERY)
    half = 0.5 * (peak + rest)
    numbers.update(
        peak=(peak, "mV"), peak_time=(when, "ms"), trough=(trough, "mV"), trough_time=(at, "ms"),
        amplitude=(peak - rest, "mV"), half_width=(_width(v, top, half), "ms"),
        apd90=(_duration(v, speed, (begin, top), rest + 0.1 * (peak - rest)), "ms"),
        rise=(_crest(speed, slice(begin, top + 1), t, length), "mV/ms"),
        fall=(-_crest(-speed, slice(top, None), t, length), "mV/ms"),
    )  # fmt: skip
    own = bool((total[begin : top + 1] < 0).any()) or not alone
    fired = peak > bench.threshold and when > begin * EVERY + 1e-9 and own and not bench.problem
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


def energy(
    cell: Cell,
    amplitude: Any = None,
    duration: Any = 0.0,
    *,
    sodium: str = "Na",
    potassium: str | None = None,
    window: Any = None,
) -> xr.Dataset:
    """What a spike costs: sodium that enters, and the ATP to pump it out again.

    Parameters
    ----------
    cell : Cell
    amplitude, duration
        As of `anatomy`.
    window : number
        As of `anatomy`; at first 100 ms unless given.
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
            others = ", ".join(c.name for c in cell.channels)
            raise LoligoError(
                f"{name}: {cell.name} has no channel '{channel}' but {others}; name the one that carries {name}"
            )
    found = _taken_apart(cell, amplitude, duration, window, None, COST_WINDOW)
    bench = Bench(cell)
    flow = found[f"{sodium}.I"].values - current_at_rest(bench, f"{sodium}.I")
    over = math.isfinite(found.attrs["half_width"]) and (
        math.isfinite(found.attrs["apd90"]) or "next spike" in found.attrs["criterion"]
    )  # no spike has a price that did not end
    moles = float(-_integral(flow) / FARADAY * 1e3) if over else math.nan  # 1 nC/cm² / F is 1e-3 pmol/cm²
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
        "overlap": _integral(cancelled) / _integral(inward) if over and inward.any() else math.nan,
        "entry_ratio": _integral(flow) / until_peak if over and until_peak else math.nan,
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
    where = sodium.rpartition(".")[0]  # the compartment
    names = [str(n).removesuffix(".I") for n in found.data_vars if str(n).endswith(".I")]
    every = [f"{n}.I" for n in names if n != sodium and n.rpartition(".")[0] == where]
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


def _watched(
    bench: Bench, size: float, length: float, window: float, given: Any
) -> tuple[Array, dict[str, Array], bool]:
    """One run; longer where V takes longer to come back, unless the window was given; until the next spike begins."""
    t, seen = one_run(bench, size, length, window)
    v, threshold = seen["V"], bench.threshold
    level = bench.rest["V"] + 0.1 * (float(v.max()) - bench.rest["V"])
    if given is None and v[-1] > level and v.max() > threshold:
        stimulus, varied = trial(bench, np.array([length]), np.array([size]))
        slow = bench.run(stimulus, varied, length + LONG, (Trace("V"),), QUICK, SLOWLY)["V"][0]
        back = np.flatnonzero(slow[int(np.argmax(slow)) :] < level)
        if len(back):
            t, seen = one_run(bench, size, length, 1.25 * SLOWLY * (int(np.argmax(slow)) + int(back[0])))
    v = seen["V"]
    stimulus, varied = trial(bench, np.array([length]), np.array([size]))
    times = bench.run(stimulus, varied, float(t[-1]), (Spikes(),), 1e-8)["spike_times"][0]
    kicked = v[0] >= threshold  # the jump itself is no crossing
    times = times[np.isfinite(times)][0 if kicked else 1 :]
    if not len(times):
        return t, seen, False
    begin = int(np.argmax(v[: max(1, int(times[0] / EVERY))]))
    end = begin + int(np.argmin(v[begin : int(times[0] / EVERY) + 1])) + 1
    return t[:end], {name: values[:end] for name, values in seen.items()}, True


def suprathreshold(bench: Bench, length: float) -> tuple[float, float, bool]:
    """Size and duration of a stimulus that fires the cell, if there is one; are its responses graded?"""
    size = 15.0 if length == 0 else 10.0
    stimulus, varied = trial(bench, np.array([length]), np.array([size]))
    if bench.problem or bench.run(stimulus, varied, length + WINDOW)["spike_count"][0] > 0:
        return size, length, False
    found, _ = thresholds(bench, np.array([length]), 1, WINDOW, 1e-3, 48)
    if found is None or not found.answers:
        return size, length, False
    enough = 1.5 * found.answers[0].value
    if length == 0 and bench.rest["V"] + enough >= bench.threshold:
        return suprathreshold(bench, PULSE)  # so far a jump would be taken for the spike
    value = np.array([found.answers[0].value])
    return enough, length, bool(jumps(bench, np.array([length]), value, WINDOW)[0] < LEAST_JUMP)


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
