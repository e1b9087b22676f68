"""Spikes after hyperpolarisation: anode break excitation, and rebound after pulses of several strengths."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.cell import Cell
from ..model.stimulus import Step
from ..simulation.recorders import Spikes
from ..units import numbers_in
from .bench import Bench, fires
from .beside import family
from .given import positive, usual, waiting
from .result import result
from .thresholds import LEAST_JUMP, threshold

if TYPE_CHECKING:
    import xarray as xr


def anode_break(
    cell: Cell, duration: Any = 20.0, *, window: Any = None, tolerance: float = 1e-6, spike_threshold: Any = None
) -> xr.Dataset:
    """The weakest hyperpolarising pulse whose end fires the cell.

    Parameters
    ----------
    cell : Cell
    duration : number
        Of the pulse, ms.
    window, tolerance, spike_threshold
        As of `threshold`.

    Returns
    -------
    xarray.Dataset
        As of `threshold`; the ``threshold`` is negative.
    """
    length = positive(duration, "duration")
    found = threshold(
        cell, length, sign=-1, window=window, tolerance=tolerance, spike_threshold=spike_threshold
    )  # fmt: skip
    return found.assign_attrs(kind="anode_break", experiment="anode_break")


def rebound(
    cell: Cell, amplitudes: Any = None, *, duration: Any = 20.0, window: Any = 100.0, spike_threshold: Any = None
) -> xr.Dataset:
    """Number and time of the spikes after hyperpolarising pulses.

    Parameters
    ----------
    cell : Cell
    amplitudes : sequence of number
        µA/cm²; 0 to -20 unless given (times the capacitance, µF/cm² or pF).
    duration, window : number
        Of the pulse; of the time after it, ms.
    spike_threshold : number
        mV; the cell's own unless given.

    Returns
    -------
    xarray.Dataset
        ``spikes`` (number) and ``latency`` (ms from the end of the pulse to the first spike) over ``amplitude``; V over
        (amplitude, time). ``attrs``: ``most`` spikes. Of a cell that has no stable resting state, or fires without a
        pulse, spikes are counted, but not as an answer to the pulse: there is no ``most``.
    """
    bench, length, wait = Bench(cell, spike_threshold), positive(duration, "duration"), waiting(window)
    pulses = (
        usual(cell, np.linspace(-20, 0, 41))
        if amplitudes is None
        else np.array(numbers_in(amplitudes, "µA/cm²", "amplitudes"))
    )
    found = bench.run(Step(0, 0, length), {"stimulus.amplitude": pulses}, length + wait, (Spikes(),), 1e-8)
    after = np.where(found["spike_times"] >= length, found["spike_times"], np.nan)
    first = np.where(np.isfinite(after), after, np.inf).min(axis=1, initial=np.inf)
    count = np.isfinite(after).sum(axis=1)
    variables = {
        "spikes": ("amplitude", count, "1", "spikes after the pulse"),
        "latency": ("amplitude", np.where(np.isfinite(first), first - length, np.nan), "ms", "latency of the first"),
    }
    problem = bench.problem or _by_itself(bench, length + wait)
    status = problem or ("done" if count.any() else f"{cell.name} does not fire after any of these pulses")
    most = math.nan if problem else float(count.max(initial=0))
    traces, more = family(bench, Step(0, 0, length), {"stimulus.amplitude": pulses}, length + wait, "amplitude")
    return result(
        "rebound", cell, {**variables, **traces},
        {"amplitude": (pulses, "µA/cm²", "hyperpolarising current"), **more}, {"most": (most, "1")},
        criterion=bench.criterion, status=status, duration=length,
    )  # fmt: skip


def _by_itself(bench: Bench, duration: float) -> str:
    """Why spikes are no answer to the pulse: the cell fires without one, or V crosses when it returns."""
    if fires(bench, {"initial.V": np.array([bench.rest["V"]])}, None, duration, 1e-8)[0]:
        return f"{bench.cell.name} fires without any pulse, so its spikes are no answer to one"
    if bench.rest["V"] > bench.threshold - LEAST_JUMP:
        return (
            f"{bench.cell.name} rests at {bench.rest['V']:.1f} mV, so close to the {bench.threshold:g} mV that count "
            "as a spike that the return to rest would be taken for one; give spike_threshold"
        )
    return ""
