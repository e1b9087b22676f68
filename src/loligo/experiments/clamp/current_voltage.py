"""Current and voltage: the peak and the steady current of each channel under a voltage clamp, ideal or not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError
from ...model.amplifier import Amplifier
from ...model.cell import Cell
from ...model.clamp import VoltageClamp
from ...simulation.amplifier import scale
from ...simulation.block import FINE, Study, compute
from ...simulation.recorders import Trace
from ...simulation.settings import settings
from ...units import number, numbers_in
from ..bench import Bench
from ..given import positive
from ..result import result
from .held import behind, through
from .peaks import peaks, zero_crossing

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
SAMPLES = 2000  # of a step
BLANK = 5.0  # time constants, of the charging membrane and of the filter, that are left out before a peak is sought


def current_voltage(
    cell: Cell, hold: Any = -65.0, voltages: Any = None, *, duration: Any = 12.0, clamp: Amplifier | None = None
) -> xr.Dataset:
    """Currents during steps of the membrane potential from a holding potential.

    Parameters
    ----------
    cell : Cell
    hold : number
        mV; held long enough for all gates to be at their steady state.
    voltages : sequence of number
        mV; -100 to 80 by 5 unless given.
    duration : number
        Of the steps, ms.
    clamp : Amplifier, optional
        What the command goes through, without a command of its own; the clamp is ideal unless given.

    Returns
    -------
    xarray.Dataset
        Over ``voltage``, for every channel: ``Na.peak`` (µA/cm²: the current of the largest size during the step),
        ``Na.peak_time`` (ms), ``Na.steady`` (at the end of the step), ``Na.peak_conductance`` (mS/cm²); ``peak``
        and ``steady`` of the whole ionic current. The traces are in ``Na.I`` over (voltage, time).
        ``attrs``: ``Na.reversal`` (mV: where the peak changes its sign), ``largest_inward`` (µA/cm²: of the
        whole ionic current, at any time of a step, also where a larger outward one follows) and ``largest_inward_at``
        (mV).

        Behind an amplifier ``voltage`` is the command. ``Na.peak_ideal`` is what an ideal clamp would show;
        ``V`` and ``I_measured`` are over (voltage, time), ``peak`` and ``steady`` are of ``I_measured``, later than
        ``blank`` (ms). ``V_error`` is V less the command, the largest while the current is within a tenth of its peak.
        ``attrs`` also: ``largest_error`` (mV) and ``largest_error_at``.

    Notes
    -----
    Gates relax in closed form while V is held (Hodgkin & Huxley 1952, equations 8 to 10), so that the traces are exact;
    a peak between two samples is found on a parabola through three.
    """
    bench, held, length = Bench(cell), number(hold, "mV", "hold"), positive(duration, "duration")
    steps = np.arange(-100.0, 80.01, 5.0) if voltages is None else np.array(numbers_in(voltages, "mV", "voltages"))
    if not len(steps):
        raise LoligoError("voltages: none given")
    known = [o for o in bench.system.observables if o.kind in ("current", "conductance")]
    every = length / SAMPLES
    command = VoltageClamp(held, held, 0.0, 2 * length)
    seen, problem = _family(cell, command if clamp is None else behind(clamp, command), steps, length)
    currents = {o.path: seen[o.path] for o in known if o.kind == "current"}
    conductances = {o.path: seen[o.path] for o in known if o.kind != "current"}
    time = np.arange(SAMPLES + 1) * every
    variables: dict[str, Any] = {}
    numbers: dict[str, tuple[float, str]] = {}
    unit = cell.current_unit
    total = np.sum(list(currents.values()), axis=0)
    for path, trace in {**currents, "": total}.items():
        name = path.removesuffix(".I")
        dot = f"{name}." if name else ""
        peak, when = peaks(trace, every)
        what = name or "all channels"
        variables[f"{dot}peak"] = ("voltage", peak, unit, f"peak current of {what}")
        variables[f"{dot}peak_time"] = ("voltage", when, "ms", f"time of the peak of {what}")
        variables[f"{dot}steady"] = ("voltage", trace[:, -1], unit, f"current of {what} at the end of the step")
        variables[path or "I_clamp"] = (("voltage", "time"), trace, unit, f"current of {what}")
        if name:
            numbers[f"{name}.reversal"] = (zero_crossing(steps, peak), "mV")
    for path, trace in conductances.items():
        name = path.removesuffix(".conductance")
        variables[f"{name}.peak_conductance"] = ("voltage", peaks(trace, every)[0], "mS/cm²", f"peak of {path}")
    criterion = "ideal clamp"
    if clamp is not None:
        criterion = _compare(cell, clamp, command, (steps, length), seen, variables, numbers)
    begun, current = (0, total) if clamp is None else (round(numbers["blank"][0] / every), seen["I_measured"])
    # not the peak, which is that of the larger size: an outward current may follow
    inward = peaks(np.minimum(np.nan_to_num(current[:, begun:]), 0.0), every)[0] / (
        1 if clamp is None else scale(cell, clamp)
    )
    some = bool((inward < 0).any())
    numbers["largest_inward"] = (float(inward.min()) if some else math.nan, unit)
    numbers["largest_inward_at"] = (float(steps[np.argmin(inward)]) if some else math.nan, "mV")
    axis = "membrane potential during the step" if clamp is None else "command during the step"
    coords = {"voltage": (steps, "mV", axis), "time": (time, "ms", "time of the step")}
    return result(
        "current_voltage", cell, variables, coords, numbers, criterion=criterion, status=problem or "done", hold=held
    )  # fmt: skip


def _family(cell: Cell, clamp: VoltageClamp, steps: Array, length: float) -> tuple[dict[str, Array], str]:
    """Every current and conductance (and V) during steps, over (step, time), and what is wrong with them."""
    names = ("V", *(o.path for o in Bench(cell).system.observables if o.kind in ("current", "conductance")))
    s = settings(cell, None, clamp, length, length / SAMPLES, "auto", 1e-9, None, "rest", None, 10.0)
    done = compute(Study(s, (Trace(*names),)), {"clamp.step": steps}, len(steps))
    good = (done.status == FINE)[:, None]
    found = {name: np.where(good, values, np.nan) for name, values in done.values.items()}
    return found, "" if good.all() else next(iter(done.remarks), "some of these steps could not be carried out")


def _compare(
    cell: Cell, clamp: Amplifier, command: VoltageClamp, protocol: tuple[Array, float], seen: dict[str, Array],
    variables: dict[str, Any], numbers: dict[str, tuple[float, str]],
) -> str:  # fmt: skip
    """Add what an amplifier made of a family of steps, beside what an ideal clamp shows; returns its description."""
    steps, length = protocol
    every, unit, per_nA = length / SAMPLES, cell.current_unit, scale(cell, clamp)
    ideal, _ = _family(cell, command, steps, length)
    for path in [p for p in ideal if p.endswith(".I")]:
        name = path.removesuffix(".I")
        variables[f"{name}.peak_ideal"] = ("voltage", peaks(ideal[path], every)[0], unit, f"{name}, ideal clamp")
        variables[f"{name}.steady_ideal"] = ("voltage", ideal[path][:, -1], unit, f"{name} at the end, ideal clamp")
    current = seen["I_measured"] / per_nA
    blank = BLANK * (1 / (2 * np.pi * clamp.filter) if clamp.filter else 0.0) + BLANK * _charging(cell, clamp)
    after = min(math.ceil(blank / every), SAMPLES - 3)
    peak, when = peaks(current[:, after:], every)
    variables["peak"] = ("voltage", peak, unit, "peak current as measured")
    variables["peak_time"] = ("voltage", when + after * every, "ms", "time of the peak as measured")
    variables["steady"] = ("voltage", current[:, -1], unit, "current as measured at the end of the step")
    variables["I_measured"] = (("voltage", "time"), seen["I_measured"], "nA", "current as measured")
    variables["I_true"] = (("voltage", "time"), seen["I_true"], "nA", "ionic current")
    variables["V"] = (("voltage", "time"), seen["V"], "mV", "membrane potential")
    error = seen["V"][:, after:] - steps[:, None]
    flow = np.abs(seen["I_true"][:, after:])
    there = flow >= 0.9 * np.nanmax(flow, axis=1, initial=0.0)[:, None]
    size = np.where(there, np.abs(error), -1.0)
    worst = error[np.arange(len(steps)), np.argmax(size, axis=1)]
    variables["V_error"] = ("voltage", worst, "mV", "V less the command, around the peak of the current")
    if np.isfinite(worst).any():
        place = int(np.nanargmax(np.abs(worst)))
        numbers["largest_error"] = (float(worst[place]), "mV")
        numbers["largest_error_at"] = (float(steps[place]), "mV")
    numbers["blank"] = (after * every, "ms")
    return f"{through(clamp)}, {per_nA:.4g} nA for 1 {unit}"


def _charging(cell: Cell, clamp: Amplifier) -> float:
    """Time constant with which the membrane follows the command, ms."""
    return clamp.series_resistance * scale(cell, clamp) * cell.capacitance.value * (1 - clamp.prediction / 100)
