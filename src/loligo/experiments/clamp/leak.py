"""Leak subtraction: what small pulses say of the leak, taken away from the response to a large one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import LoligoError
from ...model.amplifier import Amplifier
from ...model.cell import Cell
from ...model.clamp import VoltageSteps
from ...units import number
from ..given import positive
from ..result import result
from .held import SAMPLES, clamped_run, through

if TYPE_CHECKING:
    import xarray as xr


def leak_subtraction(
    cell: Cell,
    *,
    hold: Any = -100.0,
    pulse: Any = 0.0,
    duration: Any = 10.0,
    pulses: int = 4,
    noise: Any = 0.0,
    seed: int = 0,
    clamp: Amplifier | None = None,
) -> xr.Dataset:
    """P/N: the response to N small pulses the other way, scaled, is taken away from that to one large pulse.

    What is left is the current of channels with gates, if none of them opens or shuts during the small pulses.

    Parameters
    ----------
    cell : Cell
    hold, pulse : number
        mV.
    duration : number
        Of each pulse, ms.
    pulses : int
        N: how many small ones, each of -1/N of the large one.
    noise : number
        Standard deviation of each sample, µA/cm². The sum of N small pulses brings that of N samples along.
    seed : int
    clamp : Amplifier, optional
        What the command goes through; the clamp is ideal unless given. Its own noise is left out; what it does not
        cancel of the cell's capacitive current is in ``measured``, and P/N takes it away.

    Returns
    -------
    xarray.Dataset
        Over ``time``: ``measured``, ``leak`` (what is taken away), ``corrected``, and ``true``: the current of channels
        with gates beyond that at the holding potential (µA/cm²). ``attrs``: ``error`` (µA/cm²: the largest between
        corrected and true, noise left out), ``noise`` (µA/cm²: standard deviation of what is left).
    """
    held, up, length = number(hold, "mV", "hold"), number(pulse, "mV", "pulse"), positive(duration, "duration")
    spread = number(noise, "µA/cm²", "noise")
    if held == up:
        raise LoligoError(f"pulse: {up:g} mV is the holding potential; give another, so that there is a step")
    if pulses < 1:
        raise LoligoError(f"pulses: {pulses} small ones say nothing of the leak; give N >= 1")
    gated = [f"{c.name}.I" for c in cell.channels if c.gates or c.schemes]
    every, quiet = length / SAMPLES, None if clamp is None else clamp.with_(noise=0)
    large, small = (
        clamped_run(cell, VoltageSteps(held, [(v, 2 * length)]), length, every, *gated, clamp=quiet)
        for v in (up, held - (up - held) / pulses)
    )
    still = clamped_run(cell, VoltageSteps(held, [(held, 2 * length)]), every, every, *gated, clamp=quiet)
    at_rest = still.values["I_clamp"][0]
    rng = np.random.Generator(np.random.Philox(int(seed)))
    measured = large.values["I_clamp"] - at_rest
    leak = -pulses * (small.values["I_clamp"] - at_rest)
    true = sum((large.values[p] - still.values[p][0] for p in gated), np.zeros(len(measured)))
    error = float(np.abs(measured - leak - true).max())
    noisy = measured + spread * rng.standard_normal(len(measured))
    drift = leak - spread * rng.standard_normal((int(pulses), len(measured))).sum(axis=0)
    variables = {
        "measured": ("time", noisy, "µA/cm²", "current beyond that at the holding potential"),
        "leak": ("time", drift, "µA/cm²", f"what {pulses} small pulses say of the leak"),
        "corrected": ("time", noisy - drift, "µA/cm²", "the difference"),
        "true": ("time", true, "µA/cm²", "current of channels with gates"),
    }
    left = float(np.std(noisy - drift - (measured - leak)))
    coords = {"time": (np.arange(len(measured)) * every, "ms", "time")}
    numbers = {"error": (error, "µA/cm²"), "noise": (left, "µA/cm²")}
    words = f"{through(clamp)}: {held:g} mV to {up:g} mV, P/{pulses}"
    return result("leak_subtraction", cell, variables, coords, numbers, criterion=words)
