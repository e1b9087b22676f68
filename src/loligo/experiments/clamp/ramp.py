"""A ramp of the potential: current against voltage in one sweep. Ramps are integrated."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError
from ...model.amplifier import Amplifier
from ...model.cell import Cell
from ...model.clamp import VoltageSteps
from ...numerics.arrays import array_function
from ...simulation.steady import Steady
from ...system import system
from ...units import number
from ..given import positive
from ..result import result
from .held import SAMPLES, clamped_run, through
from .peaks import zero_crossing

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]


def voltage_ramp(
    cell: Cell,
    *,
    hold: Any = -65.0,
    start: Any = -100.0,
    stop: Any = 60.0,
    duration: Any = 1000.0,
    clamp: Amplifier | None = None,
) -> xr.Dataset:
    """The current while the potential rises steadily, beside the steady current at every potential.

    Parameters
    ----------
    cell : Cell
    hold, start, stop : number
        mV; before the ramp, at its beginning and its end.
    duration : number
        Of the ramp, ms.
    clamp : Amplifier, optional
        What the command goes through; the clamp is ideal unless given.

    Returns
    -------
    xarray.Dataset
        Over ``voltage`` (the command): ``current`` of the clamp, ``steady`` and, for every channel, ``Na.I`` (µA/cm²).
        ``attrs``: ``zero`` (mV: where the ramp's current changes from inward to outward), ``slope`` (mV/ms),
        ``difference`` (µA/cm²: the largest between ramp and steady current).
    """
    held = number(hold, "mV", "hold")
    low, high, length = number(start, "mV", "start"), number(stop, "mV", "stop"), positive(duration, "duration")
    if low == high:
        raise LoligoError(f"stop: the ramp begins and ends at {low:g} mV")
    every = length / SAMPLES
    settle = 64 * every  # at the first potential, before the ramp
    total = settle + length
    names = [o.path for o in system(cell).observables if o.kind == "current"]
    done = clamped_run(
        cell,
        VoltageSteps(held, [(low, settle), (low, high, length), (high, length)]),
        total,
        every,
        *names,
        clamp=clamp,
    )
    v, seen = done.input[64 : 64 + SAMPLES + 1], slice(64, 64 + SAMPLES + 1)
    steady = _steady_current(cell, v)
    current = done.values["I_clamp"][seen]
    order = np.argsort(v)
    variables: dict[str, Any] = {
        "current": ("voltage", current[order], "µA/cm²", "current of the clamp, ionic part"),
        "steady": ("voltage", steady[order], "µA/cm²", "steady current"),
    }
    for name in names:
        variables[name] = ("voltage", done.values[name][seen][order], "µA/cm²", f"current of {name.removesuffix('.I')}")
    numbers = {
        "zero": (zero_crossing(v, current), "mV"),
        "slope": ((high - low) / length, "mV/ms"),
        "difference": (_largest(current - steady), "µA/cm²"),
    }
    coords = {"voltage": (v[order], "mV", "membrane potential")}
    status = "done"
    if not np.isfinite(steady).any():
        status = f"{cell.name}: of a cell of several compartments there is no steady current to compare the ramp's with"
    elif math.isnan(numbers["zero"][0]):
        status = f"{cell.name}: the current turns outward nowhere between {low:g} and {high:g} mV"
    words = f"{through(clamp)}, integrated"
    return result("voltage_ramp", cell, variables, coords, numbers, criterion=words, status=status)


def _steady_current(cell: Cell, v: Array) -> Array:
    """Sum of the currents in the steady state of every potential; unknown of several compartments."""
    whole = system(cell)
    if sum(s.kind == "voltage" for s in whole.states) > 1:
        return np.full(len(v), math.nan)
    steady = Steady(cell, 0.0)
    states = steady.fill([v])
    total = sum(o.formula for o in whole.observables if o.kind == "current")
    return array_function(whole, (total,))(states, 0.0, steady.values)[0]


def _largest(values: Array) -> float:
    known = np.abs(values[np.isfinite(values)])
    return float(known.max()) if len(known) else math.nan
