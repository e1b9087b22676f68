"""An experiment repeated over a number of the cell: temperature, dose of a blocker; or over several cells."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..units import numbers_in
from .bench import Bench
from .given import positive
from .result import result
from .spikes import anatomy
from .thresholds import threshold

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
KICK = 15.0  # mV: the instantaneous depolarisation whose spike is described (Hodgkin & Huxley 1952, figure 14)


def temperature(cell: Cell, celsius: Any = None, *, duration: Any = 100.0, tolerance: float = 1e-6) -> xr.Dataset:
    """Rheobase and shape of the spike against temperature.

    Parameters
    ----------
    cell : Cell
    celsius : sequence of number
        °C; 0 to 35 by 2.5 unless given.
    duration : number
        Of the pulse that stands for an endless one, ms.
    tolerance : float
        As of `threshold`.

    Returns
    -------
    xarray.Dataset
        Over ``celsius``: ``rheobase`` (µA/cm²), ``graded`` (1 where the response is graded, so that the rheobase is
        only where it reaches the criterion), and ``peak`` (mV), ``half_width`` (ms) of the spike after 15 mV.
        ``attrs``: ``block`` (°C: the lowest at which the response is graded or there is none).
    """
    steps = np.arange(0, 35.1, 2.5) if celsius is None else np.array(numbers_in(celsius, "°C", "celsius"))
    cells = [cell.with_({"celsius": t}) for t in steps]
    rheobase, graded, peak, width, _ = _each(cells, positive(duration, "duration"), tolerance)
    bad = np.flatnonzero((graded > 0) | ~np.isfinite(rheobase))
    numbers = {"block": (float(steps[bad].min()) if len(bad) else math.nan, "°C")}
    variables = {
        "rheobase": ("celsius", rheobase, "µA/cm²", "threshold of a long step"),
        "graded": ("celsius", graded, "1", "is the response graded?"),
        "peak": ("celsius", peak, "mV", "peak after a depolarisation of 15 mV"),
        "half_width": ("celsius", width, "ms", "width at half amplitude after it"),
    }
    coords = {"celsius": (steps, "°C", "temperature")}
    bench = Bench(cell)
    return result(
        "temperature", cell, variables, coords, numbers, criterion=bench.criterion, tolerance=tolerance,
        status=bench.problem or "done",
    )  # fmt: skip


def dose_response(
    cell: Cell, channel: str, blocked: Any = None, *, duration: Any = 1.0, tolerance: float = 1e-6
) -> xr.Dataset:
    """Threshold and shape of the spike against the part of a channel that is blocked (Na by TTX, K by TEA).

    Parameters
    ----------
    cell : Cell
    channel : str
    blocked : sequence of number
        Blocked parts, 0 to 1; 0 to 0.95 by 0.05 unless given.
    duration : number
        Of the pulse, ms.
    tolerance : float
        As of `threshold`.

    Returns
    -------
    xarray.Dataset
        Over ``blocked``: ``threshold`` (µA/cm²), ``graded``; after 15 mV ``peak`` (mV), ``half_width`` and ``apd90``
        (ms: from the steepest rise to 90 per cent repolarisation; see `anatomy`).
        ``attrs``: ``fails_at``, the least block at which there is no all-or-none response.
    """
    parts = np.linspace(0, 0.95, 20) if blocked is None else np.array(numbers_in(blocked, "1", "blocked"))
    cells = [cell.block(channel, part) for part in parts]
    strength, graded, peak, width, apd90 = _each(cells, positive(duration, "duration"), tolerance)
    bad = np.flatnonzero((graded > 0) | ~np.isfinite(strength))
    numbers = {"fails_at": (float(parts[bad].min()) if len(bad) else math.nan, "1")}
    variables = {
        "threshold": ("blocked", strength, "µA/cm²", "threshold current"),
        "graded": ("blocked", graded, "1", "is the response graded?"),
        "peak": ("blocked", peak, "mV", "peak after a depolarisation of 15 mV"),
        "half_width": ("blocked", width, "ms", "width at half amplitude after it"),
    }
    variables["apd90"] = ("blocked", apd90, "ms", "duration of the spike, to 90 % repolarisation")
    coords = {"blocked": (parts, "1", f"blocked part of {channel}")}
    bench = Bench(cell)
    return result(
        "dose_response", cell, variables, coords, numbers, criterion=bench.criterion, tolerance=tolerance,
        status=bench.problem or "done", channel=channel,
    )  # fmt: skip


def compare(cells: Any, what: Any = None, experiment: Callable[..., Any] | str = "threshold", **options: Any) -> Any:
    """Run an experiment on a cell and on its variants.

    Parameters
    ----------
    cells : Cell or mapping of str to Cell
        The cell itself (it comes first, under its name), or all cells by name.
    what : mapping of str to Cell
        The variants: ``{"no inactivation": cell.freeze("Na.h")}``.
    experiment : callable or str
        One of this package, or its name.
    **options
        Of the experiment.

    Returns
    -------
    dict of str to xarray.Dataset
        By name, for ``loligo.plot(list(found.values()), labels=list(found))``.
    """
    named = {cells.name: cells} if isinstance(cells, Cell) else dict(cells)
    if what is not None and not isinstance(what, Mapping):
        raise LoligoError("compare takes a mapping of names to cells, such as {'no inactivation': cell.freeze('Na.h')}")
    named.update(what or {})
    ask = experiment
    if isinstance(ask, str):
        from . import named_experiment

        ask = named_experiment(ask)
    return {name: ask(cell, **options).assign_attrs(label=name) for name, cell in named.items()}


def _each(cells: list[Cell], duration: float, tolerance: float) -> tuple[Array, ...]:
    """Threshold, is it graded, peak, half width and duration of the spike of each cell."""
    rows = []
    for one in cells:
        found, spike = threshold(one, duration, tolerance=tolerance), anatomy(one, KICK)
        fired = spike.attrs["status"] == "done"
        width, apd90 = (spike.attrs[name] if fired else math.nan for name in ("half_width", "apd90"))
        graded = float("graded" in found.attrs["status"])
        rows.append((found.attrs["threshold"], graded, spike.attrs["peak"], width, apd90))
    return tuple(np.array(rows, dtype=float).reshape(-1, 5).T)
