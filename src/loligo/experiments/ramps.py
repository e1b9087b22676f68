"""Accommodation: a current that rises slowly enough does not fire the cell, however far it rises."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..model.stimulus import Ramp
from ..simulation.recorders import Spikes
from ..simulation.rest import resting_states
from ..units import number
from .bench import Bench
from .beside import BESIDE, beside
from .driven import own_spikes
from .given import positive, relative_width, usual, waiting
from .result import listed, result
from .search import search

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]


def accommodation(
    cell: Cell,
    amplitude: Any = None,
    *,
    longest: Any = 100.0,
    window: Any = 20.0,
    tolerance: float = 1e-6,
    spike_threshold: Any = None,
    points: int = 200,
) -> xr.Dataset:
    """Which ramps from zero to an amplitude fire the cell.

    Parameters
    ----------
    cell : Cell
    amplitude : number
        At the end of the ramp; 6 µA/cm² unless given (times the capacitance, µF/cm² or pF).
    longest : number
        The longest ramp, ms.
    window : number
        A spike counts until so long after the end of the ramp, where the current returns to 0, ms.
    tolerance : float
        Relative width of the brackets.
    spike_threshold : number
        mV; the cell's own unless given.
    points : int
        Of the scan.

    Returns
    -------
    xarray.Dataset
        ``fires`` (0 or 1) and ``first_spike`` (ms) over ``ramp`` (duration, ms). All gates and currents over ``time``
        on ramps 1 per cent longer and shorter than the slowest that fires (``side`` "no", "yes"). ``attrs``:
        ``slowest_duration`` (ms), ``slowest_slope`` (µA/cm²/ms): of the slowest ramp that fires; ``answers``: every
        duration at which firing begins or ends (JSON). They need not be one or two: the damped oscillation around rest
        rides on the ramp.
    """
    bench = Bench(cell, spike_threshold)
    high = float(usual(cell, 6.0)) if amplitude is None else number(amplitude, "µA/cm²", "amplitude")
    most = positive(longest, "longest")
    wait, tolerance = waiting(window), relative_width(tolerance)
    if high == 0:
        raise LoligoError("amplitude: a ramp to 0 µA/cm² is none; give the current at its end")
    ramps = np.linspace(most / points, most, points)

    def ask(rows: NDArray[np.int64], values: Array, accuracy: float) -> NDArray[np.bool_]:
        fired: NDArray[np.bool_] = _spikes(bench, high, values, wait, accuracy)[0] > 0
        return fired

    found = search(ask, ramps[None, :], tolerance)
    fires, first = _spikes(bench, high, ramps, wait, 1e-8)
    last = next((a.value for a in reversed(found.answers) if a.yes < a.no), math.nan)
    status, unit = bench.problem or "done", cell.stimulus_unit
    if status == "done" and not fires.any():
        status = f"{cell.name} fires on no ramp to {high:g} {unit} of up to {most:g} ms"
    elif status == "done" and not own_spikes(bench, np.array([high]), most)[0]:
        status, last = (
            f"{cell.name} does not fire: at {high:g} {unit} the current alone takes V to the criterion",
            math.nan,
        )
    elif status == "done" and fires[-1]:
        status, last = f"{cell.name} still fires on the slowest ramp tried, of {most:g} ms; raise longest", math.nan
        if bench.settled and not any(e.stable and bench.threshold > e.V for e in resting_states(cell, high)):
            status = (
                f"{cell.name} fires however slowly the current rises: under {high:g} {unit} it has no resting state"
            )
    variables: dict[str, Any] = {
        "fires": ("ramp", (fires > 0).astype(float), "1", "does the ramp fire the cell?"),
        "first_spike": ("ramp", first, "ms", "time of the first spike"),
    }
    numbers = {
        "slowest_duration": (last, "ms"),
        "slowest_slope": (high / last, "µA/cm²/ms"),
        "amplitude": (high, "µA/cm²"),
    }
    coords: dict[str, Any] = {"ramp": (ramps, "ms", "duration of the ramp")}
    if math.isfinite(last):
        durations = last * np.array([1 + BESIDE, 1 - BESIDE])
        until = float(durations.max()) + wait
        traces, more = beside(bench, Ramp(high, 0.0, until), {"stimulus.stop": durations}, until, "all")
        variables, coords = {**variables, **traces}, {**coords, **more}
    return result(
        "accommodation", cell, variables, coords, numbers,
        criterion=f"{bench.criterion} until {wait:g} ms after the ramp", tolerance=tolerance, status=status,
        answers=listed(found.answers),
    )  # fmt: skip


def _spikes(bench: Bench, amplitude: float, durations: Array, wait: float, accuracy: float) -> tuple[Any, Array]:
    """Number of spikes during each ramp and the time after it, and the time of the first."""
    longest = float(durations.max())
    slope = {"stimulus.stop": durations}
    found = bench.run(Ramp(amplitude, 0.0, longest), slope, longest + wait, (Spikes(),), accuracy)
    times = np.where(found["spike_times"] <= durations[:, None] + wait, found["spike_times"], np.nan)
    first = np.where(np.isfinite(times), times, np.inf).min(axis=1, initial=np.inf)
    return np.isfinite(times).sum(axis=1), np.where(np.isfinite(first), first, np.nan)
