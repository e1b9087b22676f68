"""The picture of a fibre: V over place and time as a map with the front of the wave; V along it at a few times.

The colours are those of *inferno*, whose lightness grows evenly. The front is where V first crosses the threshold; its
slope is the velocity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import palette
from .answers import sentence
from .moments import moments
from .style import blank, extent, name_axis, page_height, size, stack, style, unit
from .traces import PlotError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COLOURS = "inferno"
LATER = 3.0  # how many times later than a collision a picture ends
HEIGHTS = (2.6, 1.5)  # inches: the map, the snapshots
RIGHT, GAP, BAR = 0.95, 0.14, 0.12  # inches: right margin; from the map to the bar of colours, and its width
LABEL_FROM = 0.08  # inches: from the panel to the names of the snapshots
SNAPSHOTS = 6
FEW = 8  # places, up to which they are drawn as traces: a map would invent what lies in between
MIDDLE = (0.25, 0.75)  # parts of the length between which the front is timed
FLAT = 1e-3  # of the unit: below, a fibre is at rest, and has one colour
LONG = 2000.0  # µm: from here on places are given in mm


def draw(
    datasets: Sequence[xr.Dataset],
    what: str | Iterable[str] | None = None,
    *,
    figure: Figure | SubFigure | None = None,
    width: float = 7.0,
    title: str | None = None,
    time: tuple[float | None, float | None] | None = None,
    times: Sequence[float] | None = None,
    front: bool = True,
    rc: Mapping[str, Any] | None = None,
) -> Figure | SubFigure:
    """Draw one run of a fibre: as a map with snapshots, or as traces where V was recorded at a few places only.

    Parameters
    ----------
    datasets : sequence of Dataset
        One run.
    what : str, optional
        The variable over time and x to draw (``"V"``).
    title : str, optional
        The cell and the fibre unless given.
    time : pair of float, optional
        First and last time to draw, ms.
    times : sequence of float, optional
        Those of the snapshots, ms; unless given six, spread over the time in which the impulse spreads.
    front : bool
        Whether to draw the front of the wave.

    Raises
    ------
    PlotError
        If there are several runs, the variable is not over time and x, or there is nothing between the times.
    """
    if len(datasets) != 1:
        raise PlotError(f"one run of a fibre fits into a picture, not {len(datasets)}; plot them one by one")
    (ds,) = datasets
    name = field(ds, what)
    if time is None and np.isfinite(ds.attrs.get("time", np.nan)):  # impulses that meet: not long after that
        time = (None, min(LATER * float(ds.attrs["time"]), float(ds["time"][-1])))
    part = window(ds, time)
    traced = len(part["x"]) <= min(FEW, len(part["x_compartment"]) - 1)
    x, scale, unit_x, values = along(part, name)
    t, when = part["time"].values, moments(part, times, SNAPSHOTS)
    heading = _heading(ds) if title is None else title
    with style(rc):
        top = (0.36 + 0.17 * heading.count("\n") if heading else 0.14) * unit()
        heights = [HEIGHTS[0] * unit()] if traced else [h * unit() for h in HEIGHTS]
        if figure is None:
            figure = blank(width, page_height(heights, top, [0.0] * len(heights)), rc)
        else:
            figure.clear()
            figure.set_facecolor("white")
        label = _label(ds, name)
        panels = stack(figure, heights, right=RIGHT * unit(), top=top, above=[0.0] * len(heights))
        upper = panels[0]
        if traced:
            _traces(upper, part["x"].values * scale, unit_x, t, part[name].transpose("time", "x").values)
            name_axis(upper, label, ticks=6)
            upper.set_xlabel("Time (ms)")
        else:
            lower = panels[1]
            _map(figure, upper, x, t, values, label)
            name_axis(upper, "Time (ms)", ticks=6)
            if front and name == "V":
                _front(upper, ds, scale, (float(t[0]), float(t[-1])))
            _snapshots(upper, lower, x, t, values, when)
            name_axis(lower, label, ticks=5)
            lower.set_xlabel(f"Distance along the fibre ({unit_x})")
            upper.set_xlim(0.0, float(ds.attrs["length"]) * scale)
        if heading:
            edge = upper.get_position().x0
            high = size(figure)[1]
            name, _, said = heading.partition("\n")
            figure.text(edge, 1 - 0.08 * unit() / high, name, va="top", fontsize="large", fontweight="bold")
            figure.text(edge, 1 - 0.28 * unit() / high, said, va="top", fontsize="small")
    return figure


def field(ds: xr.Dataset, what: Any) -> str:
    """The one variable over time and x that is to be drawn."""
    names = [what] if isinstance(what, str) else list(what) if what is not None else ["V"]
    known = [str(n) for n, v in ds.data_vars.items() if {"time", "x"} <= set(map(str, v.dims))]
    if len(names) != 1 or names[0] not in known:
        raise PlotError(f"what= takes one variable over time and place, of {', '.join(known) or 'none'}; got {names}")
    extra = [str(d) for d in ds[names[0]].dims if d not in ("time", "x")]
    if extra:
        choice = ", ".join(f"{d!r}: 0" for d in extra)
        raise PlotError(f"'{names[0]}' has {extra} besides time and x; choose one, such as ds.isel({{{choice}}})")
    if ds.sizes["time"] < 2:
        raise PlotError("a picture of a fibre needs two times, or more; use a shorter every=")
    return names[0]


def window(ds: xr.Dataset, time: tuple[float | None, float | None] | None) -> xr.Dataset:
    """What lies between two times."""
    if time is None:
        return ds
    low, high = time
    part = ds.sel(time=slice(low, high))
    if part.sizes["time"] < 2:
        raise PlotError(f"time={time!r}: the run has fewer than two samples there; it goes on for {ds.time[-1]:g} ms")
    return part


def along(ds: xr.Dataset, name: str) -> tuple[Floats, float, str, Floats]:
    """Places in µm or mm, the factor, the unit, and the values there (times, places).

    V of a compartment stands for all of it, so that at an end it goes on to there.
    """
    x, middles, length = ds["x"].values, ds["x_compartment"].values, float(ds.attrs["length"])
    values = ds[name].transpose("time", "x").values
    before = [0.0] if 0 < x[0] <= middles[0] else []
    after = [length] if middles[-1] <= x[-1] < length else []
    scale, unit_x = (1e-3, "mm") if length > LONG else (1.0, "µm")
    values = np.pad(values, ((0, 0), (len(before), len(after))), mode="edge")
    return np.concatenate([before, x, after]) * scale, scale, unit_x, values


def velocity(ds: xr.Dataset) -> float:
    """Of the front over the middle half of the fibre, m/s; NaN where it does not simply pass."""
    length = float(ds.attrs["length"])
    x, arrival = ds["x_compartment"].values, ds["arrival"].values
    low, high = (part * length for part in MIDDLE)
    inside = (x >= low) & (x <= high)
    if inside.sum() < 3 or not np.isfinite(arrival[inside]).all():
        return float("nan")
    steps = np.diff(arrival[inside])
    if not ((steps > 0).all() or (steps < 0).all()):
        return float("nan")
    return float((high - low) * 1e-3 / abs(np.diff(np.interp([low, high], x, arrival))[0]))


def _heading(ds: xr.Dataset) -> str:
    a = ds.attrs
    if a["kind"] != "axon":
        return f"{a['cell']}: {a['kind'].replace('_', ' ')}\n{sentence(ds)}"
    wide = "tapering" if not np.isfinite(a.get("diameter", np.nan)) else f"{a['diameter']:g} µm"
    return f"{a['cell']} fibre, {wide}, {a['celsius']:g} °C" if "celsius" in a else str(a["cell"])


def _label(ds: xr.Dataset, name: str) -> str:
    units = str(ds[name].attrs.get("units", ""))
    plain = "V" if name == "V" else name
    return f"{plain} ({units})" if units not in ("", "1") else plain


def _map(figure: Any, axes: Axes, x: Floats, t: Floats, values: Floats, label: str) -> None:
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    high = high if high - low > FLAT else low + 1.0
    mesh = axes.pcolormesh(x, t, values, cmap=COLOURS, vmin=low, vmax=high, shading="gouraud", rasterized=True)
    axes.set_ylim(t[0], t[-1])
    box, (wide, _) = axes.get_position(), size(figure)
    bar = figure.add_axes((box.x1 + GAP * unit() / wide, box.y0, BAR * unit() / wide, box.height))
    figure.colorbar(mesh, cax=bar, label=label)
    bar.yaxis.label.set_rotation(90)


def _front(axes: Axes, ds: xr.Dataset, scale: float, limits: tuple[float, float]) -> None:
    """The front as a thin line, with its velocity beside it."""
    x, arrival = ds["x_compartment"].values * scale, ds["arrival"].values
    if not np.isfinite(arrival).any():
        return
    axes.plot(x, np.where((arrival >= limits[0]) & (arrival <= limits[1]), arrival, np.nan), color="white", lw=0.8)
    speed = velocity(ds)
    if np.isfinite(speed):
        middle = 0.5 * float(ds.attrs["length"]) * scale
        when = float(np.interp(middle, x, arrival))
        if limits[0] < when < limits[1]:
            axes.annotate(
                f"{speed:.3g} m/s", (middle, when), xytext=(6, -4), textcoords="offset points", color="white",
                va="top", ha="left",
            )  # fmt: skip


def _traces(axes: Axes, x: Floats, unit_x: str, t: Floats, values: Floats) -> None:
    """V over time at every place."""
    for i, where in enumerate(x):
        colour = palette.mix("#9a9a9a", palette.INK, i / max(1, len(x) - 1))
        axes.plot(t, values[:, i], color=colour, lw=1.0)
        _beside(axes, i, len(x), f"{where:.4g} {unit_x}", colour)
    axes.set_xlim(t[0], t[-1])


def _beside(axes: Axes, i: int, count: int, text: str, colour: str) -> None:
    """The name of one of some lines, beside their panel."""
    edge = 1 + LABEL_FROM * 72 * unit() / extent(axes)[0]
    axes.text(edge, 1 - (i + 0.5) / count, text, color=colour, va="center", fontsize="small", transform=axes.transAxes)


def _snapshots(upper: Axes, lower: Axes, x: Floats, t: Floats, values: Floats, times: Sequence[float]) -> None:
    """V along the fibre at some times; each time is marked at the edge of the map in the same colour."""
    for i, when in enumerate(times):
        row = int(np.argmin(np.abs(t - when)))
        colour = palette.mix("#9a9a9a", palette.INK, i / max(1, len(times) - 1))
        lower.plot(x, values[row], color=colour, lw=1.0)
        upper.plot([1.0], [t[row]], marker="<", ms=3.5, color=colour, transform=upper.get_yaxis_transform(),
                   clip_on=False)  # fmt: skip
        _beside(lower, i, len(times), f"{t[row]:.3g} ms", colour)
