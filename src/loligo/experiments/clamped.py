"""Current and voltage: the peak and the steady current of each channel under an ideal voltage clamp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..model.clamp import VoltageClamp
from ..simulation.block import FINE, Study, compute
from ..simulation.recorders import Trace
from ..simulation.settings import settings
from ..units import number, numbers_in
from .bench import Bench
from .given import positive
from .result import result

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
SAMPLES = 2000  # of a step


def current_voltage(cell: Cell, hold: Any = -65.0, voltages: Any = None, *, duration: Any = 12.0) -> xr.Dataset:
    """Currents during steps of the membrane potential from a holding potential, with an ideal clamp.

    Parameters
    ----------
    cell : Cell
    hold : number
        mV; held long enough for all gates to be at their steady state.
    voltages : sequence of number
        mV; -100 to 80 by 5 unless given.
    duration : number
        Of the steps, ms.

    Returns
    -------
    xarray.Dataset
        Over ``voltage``, for every channel: ``Na.peak`` (µA/cm²: the current of the largest size during the step),
        ``Na.peak_time`` (ms), ``Na.steady`` (at the end of the step), ``Na.peak_conductance`` (mS/cm²); ``peak``
        and ``steady`` of the whole ionic current. The traces are in ``Na.I`` over (voltage, time).
        ``attrs``: ``Na.reversal`` (mV: where the peak changes its sign), ``largest_inward`` (µA/cm²) and
        ``largest_inward_at`` (mV).

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
    clamp = VoltageClamp(held, held, 0.0, 2 * length)
    s = settings(cell, None, clamp, length, every, "auto", 1e-9, None, "rest", None, 10.0)
    study = Study(s, (Trace(*(o.path for o in known)),))
    done = compute(study, {"clamp.step": steps}, len(steps))
    good = done.status == FINE
    currents = {o.path: np.where(good[:, None], done.values[o.path], np.nan) for o in known if o.kind == "current"}
    conductances = {o.path: np.where(good[:, None], done.values[o.path], np.nan) for o in known if o.kind != "current"}
    time = np.arange(SAMPLES + 1) * every
    variables: dict[str, Any] = {}
    numbers: dict[str, tuple[float, str]] = {}
    unit = cell.current_unit
    for path, trace in {**currents, "": np.sum(list(currents.values()), axis=0)}.items():
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
    inward = np.where(np.isfinite(variables["peak"][1]), variables["peak"][1], np.inf)
    numbers["largest_inward"] = (float(inward.min()), unit)
    numbers["largest_inward_at"] = (float(steps[np.argmin(inward)]), "mV")
    coords = {"voltage": (steps, "mV", "membrane potential during the step"), "time": (time, "ms", "time of the step")}
    return result("current_voltage", cell, variables, coords, numbers, criterion="ideal clamp", hold=held)


def peaks(traces: Array, every: float) -> tuple[Array, Array]:
    """Value and time of the largest absolute value of each trace, on a parabola through three samples."""
    size = np.abs(np.nan_to_num(traces))
    i = np.argmax(size, axis=1)
    rows = np.arange(len(traces))
    inner = np.clip(i, 1, traces.shape[1] - 2)
    a, b, c = (traces[rows, inner + k] for k in (-1, 0, 1))
    bend = a - 2 * b + c
    at_end = (i != inner) | (bend == 0)
    x = np.where(at_end, 0.0, 0.5 * (a - c) / np.where(bend == 0, 1.0, bend))
    value = np.where(at_end, traces[rows, i], b - 0.25 * (a - c) * x)
    return value, np.where(at_end, i, inner + x) * every


def zero_crossing(x: Array, y: Array) -> float:
    """Where y first changes its sign from below to above, on a straight line; NaN where it never does."""
    order = np.argsort(x)
    x, y = x[order], y[order]
    place = np.flatnonzero((y[:-1] < 0) & (y[1:] >= 0))
    if not len(place):
        return float("nan")
    i = place[-1]
    return float(x[i] - y[i] * (x[i + 1] - x[i]) / (y[i + 1] - y[i]))
