"""The argument of 1952: from currents under voltage clamp to rate constants, and from those to formulas.

Sodium and potassium current are separated by blocking one of them. Divided by the driving force they are conductances,
g n^4 and g m^3 h. At every voltage, one at a time, rates are sought with which the gates explain the record; nothing is
assumed about how they depend on voltage. Only then formulas are laid through them.

Two kinds of records are used. From a very negative holding potential, at which m and n are shut and h is open, a step
shows opening and inactivation. After a short pulse, a step back shows how the gates shut and recover at voltages at
which no channel opens: at once in the tail, and in what a second pulse finds after several intervals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.clamp import VoltageSteps
from ..numerics.arrays import array_function
from ..simulation.rest import parameter_values
from ..system import system
from ..units import number, numbers_in
from .formulas import Refit, refit
from .records import Record, read_records, simulated
from .result import result

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
EVERY = 1 / 64  # ms; a power of two, so that the command jumps exactly at a sample
LENGTHS = {"hold": 0.5, "step": 12.0, "pulse": 3.0}  # ms
INTERVALS = (0.5, 2.0, 6.0, 16.0)  # ms between two pulses
LEAST_FORCE = 6.0  # mV: with less driving force a record says nothing about a conductance
NINETY_FIVE = 1.959964
VAGUE = 1.5  # standard error of the logarithm of a rate beyond which it counts as not determined


@dataclass(frozen=True)
class Ion:
    """What has to be known of a channel: its name, conductance (mS/cm²), reversal (mV) and the powers of its gates."""

    name: str
    g: float
    E: float
    gates: tuple[str, ...]
    powers: tuple[int, ...]


@dataclass(frozen=True)
class Fit:
    """Rates at one voltage.

    Attributes
    ----------
    rates, errors : array
        Logarithms of the rates (1/ms), and their standard errors.
    left : float
        Standard deviation of what the fit leaves, µA/cm².
    extra : array
        What else was sought.
    """

    rates: Array
    errors: Array
    left: float
    extra: Array


def recover_rates(
    source: Cell | Any,
    *,
    noise: Any = 5.0,
    hold: Any = -120.0,
    pulse: Any = 0.0,
    voltages: Any = None,
    seed: int = 0,
    sodium: str = "Na",
    potassium: str = "K",
    conductances: Mapping[str, Any] | None = None,
    reversals: Mapping[str, Any] | None = None,
) -> xr.Dataset:
    """Recover alpha(V) and beta(V) of m, h and n from voltage-clamp records, as Hodgkin and Huxley did.

    Parameters
    ----------
    source : Cell or path
        A cell, whose records under an ideal clamp are simulated; or a CSV file of records (see
        `loligo.experiments.records.read_records`).
    noise : number
        Standard deviation of each sample of a simulated record, µA/cm².
    hold, pulse : number
        mV; a holding potential at which m and n are shut and h is open; the pulse before and after intervals.
    voltages : sequence of number
        mV; -110 to 80 by 10 unless given. Up to halfway from hold to pulse they are intervals between two
        pulses, above it steps.
    seed : int
        Of the noise.
    sodium, potassium : str
        Names of the channels.
    conductances, reversals : mapping of str to number
        mS/cm² and mV by channel; the cell's own unless given. Needed for a file.

    Returns
    -------
    xarray.Dataset
        Over ``voltage``, for each gate: ``K.n.alpha``, ``K.n.alpha_low``, ``K.n.alpha_high`` (1/ms, with a confidence
        interval of 95 per cent; NaN where the records do not determine it), ``K.n.alpha_refit`` (the formula) and, of
        a cell, ``K.n.alpha_true``; ``beta`` likewise. ``attrs``: for each rate the numbers of its refitted formula,
        as ``K.n.alpha.rate`` (1/ms), ``.slope`` (mV) and, where it has one, ``.midpoint`` (mV); ``covered`` (per
        cent of the true rates inside their intervals); ``Na.left``, ``K.left`` (µA/cm²: what the fit leaves).

    Notes
    -----
    Formulas: x / (1 - exp(-x)) for alpha of m and n, exp(-x) for their betas and alpha of h, 1 / (1 + exp(-x)) for
    beta of h, with x = (V - midpoint) / slope, times ``rate`` (Hodgkin & Huxley 1952, equations 12, 13, 20, 21, 23,
    24). Exponentials have no midpoint of their own: their ``rate`` is that at -65 mV, in a cell whose pulse is 0 mV
    (in general 65 mV below the pulse).

    At the holding potential h is taken to be open and m shut. The 0.0002 that the squid's h lacks there is an error of
    1 per cent of beta of m at 20 mV, where m is almost always open, and of a fifth of beta of h at -110 mV.
    """
    held, up = number(hold, "mV", "hold"), number(pulse, "mV", "pulse")
    if held >= up:
        raise LoligoError(f"hold: {held:g} mV is not below the pulse of {up:g} mV")
    if isinstance(source, Cell):
        ions = _of_cell(source, sodium, potassium, conductances, reversals)
        wanted = np.arange(-110, 81, 10.0) if voltages is None else np.array(numbers_in(voltages, "mV", "voltages"))
        spread = number(noise, "µA/cm²", "noise")
        if spread < 0:
            raise LoligoError(f"noise: {spread:g} µA/cm²; give a standard deviation, 0 or more")
        commands = protocols(held, up, wanted)
        records = simulated(source, commands, spread, EVERY, int(seed), (sodium, potassium))
        name, cell = source.name, source
    else:
        if voltages is not None:
            raise LoligoError("voltages: a file has voltages of its own; leave this out")
        records = read_records(source)
        ions = _of_file(sodium, potassium, conductances, reversals)
        name, cell = Path(source).name, None
    found = fit_records(records, ions)
    return _dataset(name, cell, found, ions, up - 65.0)


def protocols(hold: float, pulse: float, voltages: Sequence[float] | Array) -> list[VoltageSteps]:
    """Commands of the records: steps, and pairs of pulses with several intervals."""
    before, steady = (hold, LENGTHS["hold"]), (pulse, LENGTHS["pulse"])
    limit = 0.5 * (hold + pulse)
    levels = sorted({float(v) for v in voltages if v > limit} | {pulse})
    steps = [VoltageSteps(hold, [before, (v, LENGTHS["step"])]) for v in levels]
    pairs = [
        VoltageSteps(hold, [before, steady, (float(v), interval), steady])
        for v in sorted({float(v) for v in voltages if v <= limit and v != hold})
        for interval in INTERVALS
    ]
    return steps + pairs


def fit_records(records: Sequence[Record], ions: tuple[Ion, Ion]) -> dict[str, dict[float, Fit]]:
    """Rates of the gates of each channel at each voltage.

    Raises
    ------
    LoligoError
        If the records are not steps from one potential, or pairs of equal pulses with an interval between them.
    """
    steps: dict[float, list[Record]] = {}
    pairs: dict[float, list[Record]] = {}
    pulses = set()
    for i, record in enumerate(records):
        levels = record.levels
        if len(levels) == 2:
            steps.setdefault(levels[1], []).append(record)
        elif len(levels) == 4 and levels[1] == levels[3]:
            pairs.setdefault(levels[2], []).append(record)
            pulses.add(levels[1])
        else:
            raise LoligoError(
                f"record {i}: the command goes through {', '.join(f'{v:g}' for v in levels[:6])} mV; a record is "
                "a step (hold, V) or two equal pulses with an interval (hold, pulse, V, pulse)"
            )
    if len(pulses) > 1 or (pulses and not pulses <= set(steps)):
        raise LoligoError(
            f"pulses at {', '.join(f'{v:g}' for v in sorted(pulses))} mV: use one pulse potential, and a step to it too"
        )
    middle = pulses.pop() if pulses else float(np.median(list(steps) or [0.0]))
    found: dict[str, dict[float, Fit]] = {}
    for ion in ions:
        mine: dict[float, Fit] = {}
        for v in sorted(steps, key=lambda v: abs(v - middle)):
            if abs(v - ion.E) >= LEAST_FORCE:
                mine[v] = _fit_step(steps[v], ion, v, _neighbour(mine, v))
        if pairs and middle not in mine:
            raise LoligoError(f"pulse: at {middle:g} mV {ion.name} has no driving force; use another pulse potential")
        for v in sorted(pairs, reverse=True):
            mine[v] = _fit_pairs(pairs[v], ion, v, mine[middle], _neighbour(mine, v))
        found[ion.name] = dict(sorted(mine.items()))
    return found


def _neighbour(known: Mapping[float, Fit], v: float) -> Array | None:
    """Rates at the nearest voltage that has been fitted: where the search begins."""
    return known[min(known, key=lambda other: abs(other - v))].rates if known else None


def _current(record: Record, ion: Ion) -> Array:
    return record.potassium if len(ion.gates) == 1 else record.sodium


def _opened(ion: Ion, gates: Sequence[Array]) -> Array:
    made: Array = ion.g * np.prod([x**p for x, p in zip(gates, ion.powers, strict=True)], axis=0)
    return made


def _relaxed(start: Any, alpha: float, beta: float, t: Any) -> Any:
    """A gate a time t after a jump (equation 8 of the paper)."""
    speed = alpha + beta
    return alpha / speed + (start - alpha / speed) * np.exp(-speed * t)


def _fit_step(records: Sequence[Record], ion: Ion, v: float, guess: Array | None) -> Fit:
    """A step from the holding potential. Where n begins is sought too; m is shut there and h open."""
    free = len(ion.gates) == 1
    parts = [(r.time[i:] - r.time[i], _current(r, ion)[i:]) for r in records for i in (r.begins[1],)]
    time, measured = (np.concatenate(p) for p in zip(*parts, strict=True))

    def model(rates: Array, extra: Array) -> Array:
        starts = (math.exp(extra[0]),) if free else (0.0, 1.0)
        pairs = rates.reshape(-1, 2)
        gates = [_relaxed(x, a, b, time) for x, (a, b) in zip(starts, pairs, strict=True)]
        return _opened(ion, gates) * (v - ion.E)

    return _least(model, measured, ion, guess, np.array([math.log(0.01)]) if free else np.empty(0))


def _fit_pairs(records: Sequence[Record], ion: Ion, v: float, at_pulse: Fit, guess: Array | None) -> Fit:
    """An interval between two pulses, for all intervals at once.

    The rates during the pulse, known from steps with an error, are sought again beside the new ones.
    """
    starts = (math.exp(at_pulse.extra[0]),) if len(ion.gates) == 1 else (0.0, 1.0)
    pieces, measured = [], []
    for r in records:
        _, first, second, third, _ = r.begins
        during, after = r.time[second:third] - r.time[second], r.time[third:] - r.time[third]
        pieces.append((r.time[second] - r.time[first], during, r.time[third] - r.time[second], after))
        measured.append(_current(r, ion)[second:])
    force, pulse_force = v - ion.E, float(records[0].levels[1]) - ion.E

    def model(rates: Array, extra: Array) -> Array:
        made = []
        pairs, known = rates.reshape(-1, 2), np.exp(extra).reshape(-1, 2)
        for length, during, interval, after in pieces:
            tail, second = [], []
            for x, (a, b), (at_a, at_b) in zip(starts, pairs, known, strict=True):
                begin = _relaxed(x, at_a, at_b, length)
                tail.append(_relaxed(begin, a, b, during))
                second.append(_relaxed(_relaxed(begin, a, b, interval), at_a, at_b, after))
            made += [_opened(ion, tail) * force, _opened(ion, second) * pulse_force]
        return np.concatenate(made)

    return _least(model, np.concatenate(measured), ion, guess, at_pulse.rates, at_pulse)


def _least(
    model: Callable[[Array, Array], Array],
    measured: Array,
    ion: Ion,
    guess: Array | None,
    extra: Array,
    before: Fit | None = None,
) -> Fit:
    """Least squares over the logarithms of the rates, from a few beginnings; the best counts.

    `before` says what is known of the extra parameters already.
    """
    from scipy.optimize import least_squares

    count = 2 * len(ion.gates)
    starts = [guess] if guess is not None else []
    starts.append(np.log(np.array((0.5, 0.1) if count == 2 else (4.0, 0.5, 0.02, 0.8))))

    def away(x: Array) -> Array:
        left = model(np.exp(np.clip(x[:count], -30, 12)), np.clip(x[count:], -30, 12)) - measured
        if before is None:
            return left
        known = (x[count:] - before.rates) * (before.left / np.maximum(before.errors, 1e-9))
        return np.concatenate([left, known])

    best = None
    for start in starts:
        done = least_squares(away, np.concatenate([start, extra]), method="lm", xtol=1e-9, ftol=1e-9, max_nfev=400)
        if best is None or done.cost < 0.999 * best.cost:
            best = done
    assert best is not None
    left = math.sqrt(2 * best.cost / max(len(measured) - count, 1))
    # The pseudo-inverse would call what is not determined certain; a little of nothing on the diagonal calls it vague.
    normal = best.jac.T @ best.jac
    normal += np.diag(1e-12 * np.diag(normal) + 1e-30)
    errors = max(left, 1e-12) * np.sqrt(np.diag(np.linalg.inv(normal)))
    return Fit(best.x[:count], errors[:count], left, best.x[count:])


def _of_cell(
    cell: Cell, sodium: str, potassium: str, conductances: Mapping[str, Any] | None, reversals: Mapping[str, Any] | None
) -> tuple[Ion, Ion]:
    """What is known of the channels, from the cell."""
    channels = {c.name: c for c in cell.channels}
    for name in (sodium, potassium):
        if name not in channels:
            raise LoligoError(
                f"recover_rates: {cell.name} has no channel '{name}' but {', '.join(channels)}; name its sodium and "
                "potassium channel by sodium= and potassium="
            )
    return (
        _ion(cell, channels[sodium], 2, conductances, reversals),
        _ion(cell, channels[potassium], 1, conductances, reversals),
    )


def _ion(
    cell: Cell,
    channel: Channel,
    gates: int,
    conductances: Mapping[str, Any] | None,
    reversals: Mapping[str, Any] | None,
) -> Ion:
    moving = [(n, g) for n, g in channel.gates if not g.instantaneous]
    kind = "an activation and an inactivation gate" if gates == 2 else "one gate"
    ohmic = channel.ohmic and f"{channel.name}.E" in cell.parameters
    if len(moving) != gates or len(channel.gates) != gates or channel.schemes or not ohmic:
        raise LoligoError(
            f"recover_rates: '{channel.name}' of {cell.name} is no ohmic channel with {kind} of finite speed "
            f"(it has {', '.join(n for n, _ in channel.gates) or 'none'})"
        )
    powers = {n: float(g.power.sympy) for n, g in moving}
    names = [n for n, _ in moving]
    if gates == 2:  # the one that is open at negative potentials inactivates
        whole = system(cell)
        steady = array_function(whole, tuple(whole.observable(f"{channel.name}.{n}.inf").formula for n in names))
        low, high = (
            steady([v] + [0.5] * (len(whole.states) - 1), 0.0, parameter_values(cell)) for v in (-150.0, 150.0)
        )
        rise = {n: float(b - a) for n, a, b in zip(names, low, high, strict=True)}
        names.sort(key=lambda n: rise[n] < 0)
    own = {
        "g": _given(conductances, channel.name, cell.parameters[f"{channel.name}.g"].value, "mS/cm²", "conductances"),
        "E": _given(reversals, channel.name, cell.parameters[f"{channel.name}.E"].value, "mV", "reversals"),
    }
    return Ion(channel.name, own["g"], own["E"], tuple(names), tuple(int(powers[n]) for n in names))


def _given(values: Mapping[str, Any] | None, name: str, own: float | None, unit: str, where: str) -> float:
    if values is not None and name in values:
        return number(values[name], unit, f"{where}[{name!r}]")
    if own is None:
        raise LoligoError(
            f"{where}: a file of records does not say it of {name}; give {where}={{'{name}': ...}} in {unit}"
        )
    return float(own)


def _of_file(
    sodium: str, potassium: str, conductances: Mapping[str, Any] | None, reversals: Mapping[str, Any] | None
) -> tuple[Ion, Ion]:
    """What is known of the channels, from what is said beside the file: m^3 h and n^4."""
    na, k = (
        (
            name,
            _given(conductances, name, None, "mS/cm²", "conductances"),
            _given(reversals, name, None, "mV", "reversals"),
        )
        for name in (sodium, potassium)
    )
    return Ion(*na, ("m", "h"), (3, 1)), Ion(*k, ("n",), (4,))


def _truth(cell: Cell, path: str, voltages: Array) -> Array | None:
    """The cell's own rate, from what it says of its gate."""
    whole = system(cell)
    gate, _, which = path.rpartition(".")
    inf, tau = (whole.observable(f"{gate}.{n}").formula for n in ("inf", "tau"))
    if (inf.free_symbols | tau.free_symbols) & {v.symbol for v in whole.states[1:]}:
        return None
    states = [voltages, *[0.5] * (len(whole.states) - 1)]
    steady, time = array_function(whole, (inf, tau))(states, 0.0, parameter_values(cell))
    return steady / time if which == "alpha" else (1 - steady) / time


def _dataset(
    name: str, cell: Cell | None, found: Mapping[str, Mapping[float, Fit]], ions: tuple[Ion, Ion], reference: float
) -> xr.Dataset:
    voltages = np.array(sorted({v for fits in found.values() for v in fits}))
    variables: dict[str, Any] = {}
    numbers: dict[str, tuple[float, str]] = {}
    inside: list[bool] = []
    for ion in ions:
        fits = found[ion.name]
        rows = np.array([list(fits).index(v) if v in fits else -1 for v in voltages])
        for j, gate in enumerate(ion.gates):
            for side, word in enumerate(("alpha", "beta")):
                path, which = f"{ion.name}.{gate}.{word}", 2 * j + side
                log = _spread(rows, [f.rates[which] for f in fits.values()])
                error = _spread(rows, [f.errors[which] for f in fits.values()])
                log, error = (np.where(error < VAGUE, x, np.nan) for x in (log, error))
                formula = refit((len(ion.gates), j, side), voltages, log, error, reference)
                low, high = np.exp(log - NINETY_FIVE * error), np.exp(log + NINETY_FIVE * error)
                columns = {"": np.exp(log), "_low": low, "_high": high, "_refit": formula.values(voltages)}
                truth = _truth(cell, path, voltages) if cell is not None else None
                if truth is not None:
                    columns["_true"] = truth
                    known = np.isfinite(log)
                    inside += list(((truth >= low) & (truth <= high))[known])
                for suffix, values in columns.items():
                    variables[path + suffix] = (
                        "voltage",
                        values,
                        "1/ms",
                        f"{word} of {gate}{suffix.replace('_', ', ')}",
                    )
                numbers |= _numbers(path, formula)
        left = [f.left for f in fits.values()]
        numbers[f"{ion.name}.left"] = (float(np.sqrt(np.mean(np.square(left)))), "µA/cm²")
    numbers["covered"] = (100 * float(np.mean(inside)) if inside else math.nan, "%")
    coords = {"voltage": (voltages, "mV", "membrane potential")}
    return result(
        "recover_rates", cell if cell is not None else name, variables, coords, numbers,
        criterion="least squares at each voltage; intervals of 95 %",
    )  # fmt: skip


def _spread(rows: NDArray[np.int64], values: Sequence[float]) -> Array:
    """Values of a channel's own voltages on all of them; NaN where it has none."""
    made: Array = np.where(rows >= 0, np.array([*values, np.nan])[rows], np.nan)
    return made


def _numbers(path: str, formula: Refit) -> dict[str, tuple[float, str]]:
    made = {f"{path}.rate": (formula.rate, "1/ms"), f"{path}.slope": (formula.slope, "mV")}
    if formula.kind != "exponential":
        made[f"{path}.midpoint"] = (formula.midpoint, "mV")
    return made
