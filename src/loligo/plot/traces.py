"""From a Dataset to lines on paper: what a run holds, which part of it is wanted, and what cannot be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import LoligoError, nearest

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PANELS = {
    "stimulus": "stimulus",
    "voltage": "V",
    "gate": "gates",
    "electrode": "electrode",
    "current": "currents",
    "conductance": "conductances",
    "other": "other",
}
"""The panel on which each ``attrs["kind"]`` of a variable is drawn, from top to bottom."""


class PlotError(LoligoError):
    """Something that cannot be drawn."""


@dataclass(frozen=True)
class Trace:
    """One recorded variable.

    Parameters
    ----------
    name : str
        Its path, such as ``Na.m``.
    panel : str
        Where it belongs: one of the values of `PANELS`.
    units, meaning : str
        From the attributes of the variable (``units`` and ``long_name``).
    values : array
        One for each time of the run.
    """

    name: str
    panel: str
    units: str
    meaning: str
    values: Floats

    @property
    def channel(self) -> str:
        """The part of the name before the last dot; empty for ``V`` and the like."""
        return self.name.rpartition(".")[0]

    @property
    def part(self) -> str:
        """The part of the name after the last dot."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True)
class Run:
    """One run, cut to the window of time that is to be drawn.

    Parameters
    ----------
    time : array
        In ms.
    traces : dict of str to Trace
        By name, in the order in which they were recorded.
    spikes : array or None
        Times of the spikes inside the window, ms; None if the run has not looked for any.
    clamped : bool
        Whether the voltage was imposed.
    cell : str
        Name of the cell.
    """

    time: Floats
    traces: dict[str, Trace]
    spikes: Floats | None
    clamped: bool
    cell: str


def read(ds: xr.Dataset, window: tuple[float | None, float | None] | None = None) -> Run:
    """Read a run.

    Parameters
    ----------
    ds : Dataset
        As `loligo.simulate` returns it.
    window : pair of float, optional
        First and last time to draw, ms; None for an open end.

    Raises
    ------
    PlotError
        If there is no time axis, a variable has other dimensions besides time, or the window lies outside of the run.
    """
    import numpy as np

    if "time" not in ds.coords or ds["time"].dims != ("time",):
        raise PlotError(f"this run has no coordinate 'time' to draw along; its dimensions are {_names(ds.dims)}")
    time = np.asarray(ds["time"].values, dtype=float)
    if time.size < 2:
        raise PlotError(f"this run has {time.size} point(s) in time; a line needs two or more")
    low, high = _window(window, float(time[0]), float(time[-1]))
    first = max(0, int(np.searchsorted(time, low, side="right")) - 1)
    last = min(time.size, int(np.searchsorted(time, high, side="left")) + 1)

    traces: dict[str, Trace] = {}
    for name in map(str, ds.data_vars):
        variable = ds[name]
        if "time" not in variable.dims:
            continue
        extra = [str(d) for d in variable.dims if d != "time"]
        if extra:
            choice = ", ".join(f"{d}=0" for d in extra)
            raise PlotError(
                f"'{name}' depends on {_names(extra)} besides time, and this picture shows one run; "
                f"choose one, for example ds.isel({choice})"
            )
        kind = str(variable.attrs.get("kind", {"V": "voltage", "stimulus": "stimulus"}.get(name, "other")))
        traces[name] = Trace(
            name=name,
            panel="currents" if name == "I_clamp" else PANELS.get(kind, "other"),
            units=str(variable.attrs.get("units", "")),
            meaning=str(variable.attrs.get("long_name", name)),
            values=np.asarray(variable.values[first:last], dtype=float),
        )
    spikes: Floats | None = None
    if "spike_times" in ds and ds.attrs.get("clamp") != "amplifier":
        times = np.asarray(ds["spike_times"].values, dtype=float).ravel()
        spikes = times[(times >= low) & (times <= high)]  # a NaN is neither
    clamped = ds.attrs.get("clamp") == "voltage"
    return Run(time[first:last], traces, spikes, clamped, str(ds.attrs.get("cell", "")))


def limits(window: tuple[float | None, float | None] | None, runs: Sequence[Run]) -> tuple[float, float]:
    """First and last time of the picture: the window where it says so, else all that there is."""
    low, high = window or (None, None)
    return (
        float(min(run.time[0] for run in runs) if low is None else low),
        float(max(run.time[-1] for run in runs) if high is None else high),
    )


def choose(runs: Sequence[Run], what: str | Iterable[str] | None, conductances: bool | None) -> list[Trace]:
    """Decide which variables to draw.

    Parameters
    ----------
    runs : sequence of Run
        All that are drawn in the same picture.
    what : str or iterable of str, optional
        Variables (``"Na.m"``), channels (``"Na"``) or panels (``"gates"``); None for everything.
    conductances : bool, optional
        True adds all conductances, False leaves out those that were not asked for by name. By default they are drawn
        where no current of a channel was recorded.

    Returns
    -------
    list of Trace
        One for each variable, in the order in which they were recorded.
    """
    known: dict[str, Trace] = {}
    for run in runs:
        for trace in run.traces.values():
            known.setdefault(trace.name, trace)
    if not known:
        raise PlotError("this run holds no variable over time, so there is nothing to draw")
    every = {name for name, trace in known.items() if trace.panel == "conductances"}
    if conductances and not every:
        raise PlotError("this run holds no conductances; record them: simulate(..., record='all')")
    if conductances is None:
        conductances = not any(trace.panel == "currents" and trace.channel for trace in known.values())
        extra: set[str] = set()
    else:
        extra = every if conductances else set()
    implied = set(known) if conductances else set(known) - every
    items = [what] if isinstance(what, str) else what
    chosen = implied if items is None else extra.union(*(_matching(item, known, implied) for item in items))
    if not chosen:
        raise PlotError("what= names nothing to draw; leave it out to draw everything")
    return [trace for name, trace in known.items() if name in chosen]


def _matching(item: Any, known: dict[str, Trace], implied: set[str]) -> set[str]:
    """Names that an item of ``what`` stands for; a channel stands for those that are implied."""
    if not isinstance(item, str):
        raise PlotError(f"what= takes names of variables, channels or panels, not {item!r}")
    found = {name for name, trace in known.items() if item in (name, trace.panel)}
    found |= {name for name in implied if known[name].channel == item}
    if not found:
        words = {*known, *(t.channel for t in known.values() if t.channel), *(t.panel for t in known.values())}
        raise PlotError(
            f"'{item}' is not in this run; {nearest(item, sorted(words))} "
            "Only what was recorded can be drawn; simulate(..., record='all') keeps everything"
        )
    return found


def _window(window: tuple[float | None, float | None] | None, start: float, stop: float) -> tuple[float, float]:
    if window is None:
        return start, stop
    try:
        low, high = window
        low = start if low is None else float(low)
        high = stop if high is None else float(high)
    except (TypeError, ValueError):
        raise PlotError(f"time= takes a pair of times in ms, such as time=(10, 20), not {window!r}") from None
    if not low < high:
        raise PlotError(f"time=({low:g}, {high:g}) is empty; write the earlier time first")
    if high <= start or low >= stop:
        raise PlotError(f"time=({low:g}, {high:g}) lies outside of the run, which covers {start:g} to {stop:g} ms")
    return low, high


def _names(items: Iterable[object]) -> str:
    return ", ".join(f"'{item}'" for item in items) or "none"
