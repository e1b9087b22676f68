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
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError
from ...model.cell import Cell
from ...model.clamp import VoltageSteps
from ...numerics.arrays import array_function
from ...simulation.rest import parameter_values
from ...system import system
from ...units import number, numbers_in
from ..result import result
from .fitting import Fit, fit_records
from .formulas import Refit, refit
from .held import SHOWN
from .ions import Ion, of_cell, of_file
from .records import Record, read_records, simulated

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
EVERY = 1 / 64  # ms; a power of two, so that the command jumps exactly at a sample
LENGTHS = {"hold": 0.5, "step": 12.0, "pulse": 3.0}  # ms
INTERVALS = (0.5, 2.0, 6.0, 16.0)  # ms between two pulses
NINETY_FIVE = 1.959964
VAGUE = 1.5  # standard error of the logarithm of a rate beyond which it counts as not determined


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
        `loligo.experiments.clamp.records.read_records`).
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
        a cell, ``K.n.alpha_true``; ``beta`` likewise; the currents of single steps, ``K.I`` and ``Na.I``, over
        (step, time). ``attrs``: for each rate the numbers of its refitted formula,
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
        ions = of_cell(source, sodium, potassium, conductances, reversals)
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
        ions = of_file(sodium, potassium, conductances, reversals)
        name, cell = Path(source).name, None
    found = fit_records(records, ions)
    return _dataset(name, cell, found, ions, up - 65.0, records)


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
    name: str, cell: Cell | None, found: Mapping[str, Mapping[float, Fit]], ions: tuple[Ion, Ion], reference: float,
    records: Sequence[Record],
) -> xr.Dataset:  # fmt: skip
    voltages = np.array(sorted({v for fits in found.values() for v in fits}))
    variables: dict[str, Any] = {}
    numbers: dict[str, tuple[float, str]] = {}
    inside: list[bool] = []
    vague: list[str] = []
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
                vague += [path] * math.isnan(formula.rate)
        left = [f.left for f in fits.values()]
        numbers[f"{ion.name}.left"] = (float(np.sqrt(np.mean(np.square(left)))), "µA/cm²")
    numbers["covered"] = (100 * float(np.mean(inside)) if inside else math.nan, "%")
    shown, more = _steps(records, ions)
    variables |= shown
    coords = {"voltage": (voltages, "mV", "membrane potential"), **more}
    status = f"{name}: the records do not determine {', '.join(vague)}; the others are found" if vague else "done"
    return result(
        "recover_rates", cell if cell is not None else name, variables, coords, numbers,
        criterion="least squares at each voltage; intervals of 95 %", status=status,
    )  # fmt: skip


def _steps(records: Sequence[Record], ions: tuple[Ion, Ion]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The currents of both channels during single steps, as recorded, over (step, time)."""
    steps = sorted((r for r in records if len(r.levels) == 2), key=lambda r: r.levels[1])
    if not steps:
        return {}, {}
    begins = [int(r.begins[1]) for r in steps]
    longest = max(float(r.time[-1] - r.time[i]) for r, i in zip(steps, begins, strict=True))
    time = np.linspace(0.0, longest, SHOWN)
    made: dict[str, Any] = {}
    for ion, currents in zip(ions, ([r.sodium for r in steps], [r.potassium for r in steps]), strict=True):
        traces = [
            np.interp(time, r.time[i:] - r.time[i], current[i:], right=math.nan)
            for r, i, current in zip(steps, begins, currents, strict=True)
        ]
        made[f"{ion.name}.I"] = (("step", "time"), np.array(traces), "µA/cm²", f"current of {ion.name}, by its block")
    levels = np.array([r.levels[1] for r in steps])
    return made, {"step": (levels, "mV", "potential of the step"), "time": (time, "ms", "time of the step")}


def _spread(rows: NDArray[np.int64], values: Sequence[float]) -> Array:
    """Values of a channel's own voltages on all of them; NaN where it has none."""
    made: Array = np.where(rows >= 0, np.array([*values, np.nan])[rows], np.nan)
    return made


def _numbers(path: str, formula: Refit) -> dict[str, tuple[float, str]]:
    made = {f"{path}.rate": (formula.rate, "1/ms"), f"{path}.slope": (formula.slope, "mV")}
    if formula.kind != "exponential":
        made[f"{path}.midpoint"] = (formula.midpoint, "mV")
    return made
