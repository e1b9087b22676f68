"""An experiment repeated over a number of the cell: temperature, dose of a blocker; or over several cells."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError, SimulationError
from ..model.cable import Cable
from ..model.cell import Cell
from ..model.myelinated import Myelinated
from ..model.tree import Tree
from ..system import system
from ..units import numbers_in
from .bench import Bench
from .given import positive
from .result import result
from .spikes import anatomy, suprathreshold
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
        only where it reaches the criterion), and ``peak`` (mV), ``half_width`` (ms) of the spike after 15 mV (or what
        `anatomy` takes instead, where that does not fire the cell). ``attrs``: ``block`` (°C: the lowest of these
        temperatures from which on the response is graded or there is none).
    """
    steps = np.arange(0, 35.1, 2.5) if celsius is None else np.array(numbers_in(celsius, "°C", "celsius"))
    warms = _warms(cell)
    cells = [cell.with_({"celsius": t}) for t in steps] if warms else [cell] * len(steps)
    series = _series(cell, cells, positive(duration, "duration"), tolerance)
    variables = {
        "rheobase": ("celsius", series.threshold, "µA/cm²", "threshold of a long step"),
        "graded": ("celsius", series.graded, "1", "is the response graded?"),
        "peak": ("celsius", series.peak, "mV", f"peak after {series.kick}"),
        "half_width": ("celsius", series.half_width, "ms", "width at half amplitude after it"),
    }
    block, status = series.end(steps, "at {} °C")
    if not warms:
        block, status = math.nan, f"{cell.name} does not depend on temperature: no formula of it has celsius in it"
    return result(
        "temperature", cell, variables, {"celsius": (steps, "°C", "temperature")}, {"block": (block, "°C")},
        criterion=Bench(cell).criterion, tolerance=tolerance, status=status,
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
        Over ``blocked``: ``threshold`` (µA/cm²), ``graded``; after 15 mV (or what `anatomy` takes instead, where that
        does not fire the cell) ``peak`` (mV), ``half_width`` and ``apd90`` (ms: from the steepest rise to 90 per cent
        repolarisation; see `anatomy`). ``attrs``: ``fails_at``, the least of these blocks from which on there is no
        all-or-none response.
    """
    parts = np.linspace(0, 0.95, 20) if blocked is None else np.array(numbers_in(blocked, "1", "blocked"))
    cells = [cell.block(channel, part) for part in parts]
    series = _series(cell, cells, positive(duration, "duration"), tolerance)
    variables = {
        "threshold": ("blocked", series.threshold, "µA/cm²", "threshold current"),
        "graded": ("blocked", series.graded, "1", "is the response graded?"),
        "peak": ("blocked", series.peak, "mV", f"peak after {series.kick}"),
        "half_width": ("blocked", series.half_width, "ms", "width at half amplitude after it"),
        "apd90": ("blocked", series.apd90, "ms", "duration of the spike, to 90 % repolarisation"),
    }
    fails_at, status = series.end(parts, "where a part of {} is blocked")
    return result(
        "dose_response", cell, variables, {"blocked": (parts, "1", f"blocked part of {channel}")},
        {"fails_at": (fails_at, "1")}, criterion=Bench(cell).criterion, tolerance=tolerance, status=status,
        channel=channel,
    )  # fmt: skip


def compare(cells: Any, what: Any = None, experiment: Callable[..., Any] | str = "threshold", **options: Any) -> Any:
    """Run an experiment on a cell, or a fibre, and on its variants.

    Parameters
    ----------
    cells : Cell, Cable or Tree; or mapping of str to such
        The cell, or fibre, itself (it comes first, under its cell's name), or all of them by name.
    what : mapping of str to Cell, Cable or Tree
        The variants: ``{"no inactivation": cell.freeze("Na.h")}``. A cell beside a fibre stands for the same fibre made
        of it.
    experiment : callable or str
        One of this package, or its name.
    **options
        Of the experiment.

    Returns
    -------
    dict of str to xarray.Dataset
        By name, for ``loligo.plot(list(found.values()), labels=list(found))``. Where an experiment could not be carried
        out on one of several, as when an impulse is not conducted, its numbers are NaN and its ``status`` says why.

    Raises
    ------
    LoligoError
        If something in the mappings is neither a cell nor a fibre; what the experiment raises, if it does of all.

    Examples
    --------
    >>> import loligo as lo
    >>> squid = lo.cells.squid()
    >>> axon = lo.Cable(squid.with_({"celsius": 18.5}), length=50_000, diameter=476)
    >>> fewer = {"half the Na channels": axon.cell.block("Na", 0.5)}
    >>> found = lo.experiments.compare(axon, fewer, "conduction_velocity")
    >>> [round(ds.attrs["velocity"], 1) for ds in found.values()]
    [18.7, 13.9]
    """
    if isinstance(cells, Cell | Cable | Tree):
        one = cells
        named = {one.name if isinstance(one, Cell) else one.cell.name: one}
    elif isinstance(cells, Mapping):
        one, named = None, dict(cells)
    else:
        raise LoligoError(f"compare takes a cell, a fibre or a mapping of names to such, not {cells!r}")
    if what is not None and not isinstance(what, Mapping):
        raise LoligoError("compare takes a mapping of names to cells, such as {'no inactivation': cell.freeze('Na.h')}")
    for name, variant in (what or {}).items():
        named[name] = variant
        if isinstance(variant, Cell) and isinstance(one, Cable | Tree):
            named[name] = one.with_({"node" if isinstance(one, Myelinated) else "cell": variant})
    for name, wrong in named.items():
        if not isinstance(wrong, Cell | Cable | Tree):
            raise LoligoError(f"compare: {name!r} is {wrong!r}; give a cell or a fibre")
    ask = experiment
    if isinstance(ask, str):
        from . import named_experiment

        ask = named_experiment(ask)
    found: dict[str, Any] = {}
    failed: dict[str, SimulationError] = {}
    for name, subject in named.items():
        try:
            found[name] = ask(subject, **options).assign_attrs(label=name)
        except SimulationError as error:  # one that does not conduct, say, is an answer beside the others
            failed[name] = error
    if not found:
        raise next(iter(failed.values()))
    example = next(iter(found.values()))
    return {
        name: found[name] if name in found else _nothing(example, named[name], name, failed[name]) for name in named
    }


def _nothing(example: Any, subject: Any, name: str, why: SimulationError) -> Any:
    """An answer as the others', without numbers, that says why."""
    import xarray as xr

    made = example.copy()
    for path, variable in example.variables.items():
        if path not in example.coords and np.issubdtype(variable.dtype, np.floating):
            made[path] = xr.full_like(example[path], math.nan)
    cell = subject if isinstance(subject, Cell) else subject.cell
    numbers = dict.fromkeys(json.loads(example.attrs["units"]), math.nan)
    return made.assign_attrs(**numbers, status=f"{cell.name}: {why}", cell=cell.name, label=name)


@dataclass(frozen=True)
class _Series:
    """What was found of each variant of a cell; `restless` are those that have no threshold, as they do not rest."""

    cell: Cell
    kick: str
    threshold: Array
    graded: Array
    restless: Array
    peak: Array
    half_width: Array
    apd90: Array

    def end(self, values: Array, where: str) -> tuple[float, str]:
        """The least value from which on no response is all or none; and what is to be said, or "done"."""
        problem, name = Bench(self.cell).problem, self.cell.name
        if problem:
            return math.nan, problem
        order = np.argsort(values)
        lost = ((self.graded > 0) | ~np.isfinite(self.threshold))[order]
        if lost.all():
            return (
                math.nan,
                f"{name} has no all-or-none response at any of these values: it is graded, or there is none",
            )
        first = len(lost) - int(np.argmin(lost[::-1]))
        end = float(values[order][first]) if first < len(lost) else math.nan
        if self.restless.any():
            which = ", ".join(f"{x:g}" for x in np.sort(values[self.restless > 0]))
            return end, f"{name} has no threshold {where.format(which)}: it does not come to rest, or fires by itself"
        return end, "done"


def _series(cell: Cell, cells: list[Cell], duration: float, tolerance: float) -> _Series:
    """Threshold, is it graded, and peak, half width and duration of the spike of each cell."""
    size, length = KICK, 0.0
    bench = Bench(cell)
    if not bench.problem:
        size, length, _ = suprathreshold(bench, 0.0)
    rows: list[tuple[float, ...]] = []
    for i, one in enumerate(cells):
        if i and one is cells[0]:  # nothing differs
            rows.append(rows[0])
            continue
        found, spike = threshold(one, duration, tolerance=tolerance), anatomy(one, size, length)
        status = str(found.attrs["status"])
        graded, restless = "graded" in status, "no stable resting" in status or "without any stimulus" in status
        shape = [spike.attrs[name] for name in ("peak", "half_width", "apd90")]
        rows.append((found.attrs["threshold"], float(graded), float(restless), *shape))
    columns = np.array(rows, dtype=float).reshape(-1, 6).T
    kick = f"a depolarisation of {size:g} mV" if length == 0 else f"{length:g} ms of {size:.4g} {cell.stimulus_unit}"
    return _Series(cell, kick, *columns)


def _warms(cell: Cell) -> bool:
    """Does anything in a cell depend on temperature?"""
    whole = system(cell)
    celsius = {p.symbol for p in whole.parameters if p.path == "celsius"}
    formulas = (*whole.derivatives, *(o.formula for o in whole.observables))
    return any(celsius & f.free_symbols for f in formulas)
