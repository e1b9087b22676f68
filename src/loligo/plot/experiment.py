"""Pictures of experiments: panels over one axis, and above them a sentence with the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import palette
from .answers import called, sentence
from .margin import Label, room, write
from .panel import Line, Panel
from .panels import moments_of, panels_of
from .style import blank, heading, logarithmic, name_axis, page_height, stack, style, unit, zero_line
from .traces import PlotError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

TOP, LINE, MARK = 0.38, 0.15, 0.14  # inches: the title; each line of the sentence; names of moments
MEMBERS = 13  # lines of a family at most
NEAR = 0.15  # of the width: moments closer than that are named together
WIDTHS = 12.0  # how many half widths after the peak of a spike are shown
CROWD = 40  # spikes that can be told apart on a page
AFTER = 3.0  # of a spike beside a threshold, how many times its latency
LOGARITHMIC = {"duration": 30, "frequency": 30, "ratio": 8, "diameter": 3}  # axes that are, from such a span on


def draw(
    datasets: Sequence[xr.Dataset],
    what: str | Iterable[str] | None = None,
    *,
    figure: Figure | SubFigure | None = None,
    width: float = 7.0,
    title: str | None = None,
    labels: Sequence[str] | None = None,
    time: tuple[float | None, float | None] | None = None,
    rc: Mapping[str, Any] | None = None,
) -> Figure | SubFigure:
    """Draw an experiment, or one experiment on several cells.

    Parameters
    ----------
    datasets : sequence of Dataset
        Results of one kind; of several, the first panel of each is laid over one another.
    what : str or iterable of str, optional
        Panels to draw, by a variable in each.
    title : str, optional
        The cell and the experiment unless given.
    labels : sequence of str, optional
        Names of the cells, where there are several.
    time : pair of float, optional
        Limits of the horizontal axis.
    """
    first = next((d for d in datasets if panels_of(d)[1]), datasets[0])  # an answer there, if there is any
    kind = str(first.attrs["kind"])
    axis, panels = panels_of(first)
    if what is not None:
        wanted = {what} if isinstance(what, str) else set(what)
        panels = [p for p in panels if wanted & {line.variable for line in p.lines}]
        if not panels:
            raise PlotError(f"no panel of this {kind} shows {', '.join(sorted(map(str, wanted)))}")
    if labels is not None and len(labels) != len(datasets):
        raise PlotError(f"{len(labels)} labels for {len(datasets)} results; give one for each")
    names = list(labels) if labels is not None else [str(d.attrs.get("label", d.attrs["cell"])) for d in datasets]
    many = len(datasets) > 1
    if many:
        panels = [p for p in panels if not p.axis][:1] or panels[:1]
    name = title if title is not None else f"{datasets[0].attrs['cell']}: {called(kind)}"
    said = "\n".join(sentence(d, n, short=True) if many else sentence(d) for d, n in zip(datasets, names, strict=True))
    along = [panel.axis or axis for panel in panels] or [axis]
    moments = [] if many or not panels else moments_of(first)
    with style(rc):
        heights = [p.height * unit() * (1.8 if many else 1) for p in panels] or [0.1 * unit()]
        texts = names if many else [text for p in panels for line in p.lines for text in _texts(line, first)]
        right = max(0.15 * unit(), room(texts))
        top = (TOP + LINE * len(said.splitlines())) * unit()
        above = [0.0] * len(heights)
        if moments and axis in along:
            above[along.index(axis)] = MARK * unit()
        if figure is None:
            figure = blank(width, page_height(heights, top, above, along), rc)
        else:
            figure.clear()
        axes = stack(figure, heights, right=right, top=top, above=above, axes=along)
        if panels:
            for own in dict.fromkeys(along):
                shared = [ax for ax, its in zip(axes, along, strict=True) if its == own]
                _axis(shared, own, datasets, time)
        else:
            axes[0].set_axis_off()
        for ax, panel, own in zip(axes, panels, along, strict=False):
            if many:
                _several(ax, panel, own, datasets, names)
            else:
                _one(ax, panel, own, first)
        _mark([ax for ax, its in zip(axes, along, strict=True) if its == axis], moments)
        heading(figure, axes[0], name, said)
    return figure


def _axis(
    axes: Sequence[Axes], axis: str, datasets: Sequence[xr.Dataset], limits: tuple[float | None, float | None] | None
) -> None:
    spans = [_span(ds, axis) for ds in datasets if axis in ds.coords]
    low, high = min(s[0] for s in spans), max(s[1] for s in spans)
    if low == high:  # one value only
        low, high = low - 0.5, high + 0.5
    wanted = (None, None) if limits is None else limits
    axes[0].set_xlim(*(own if given is None else given for given, own in zip(wanted, (low, high), strict=True)))
    if axis in LOGARITHMIC and low > 0 and high / low > LOGARITHMIC[axis]:
        logarithmic(axes[-1], "x")
        for ax in axes[:-1]:
            ax.tick_params(axis="x", which="both", bottom=False, labelbottom=False)
    x = next(ds[axis] for ds in datasets if axis in ds.coords)
    name = str(x.attrs["long_name"])
    units = "" if x.attrs["units"] == "1" else f" ({x.attrs['units']})"
    axes[-1].set_xlabel(name[:1].upper() + name[1:] + units)


def _span(ds: xr.Dataset, axis: str) -> tuple[float, float]:
    """Of time, what there is to see: until the membrane has come back close to rest."""
    x = ds[axis].values
    if axis != "time" or "V" not in ds or "time" not in ds["V"].dims:
        return float(x.min()), float(x.max())
    beside = [side for side in ("99 %", "101 %") if "side" in ds.coords and side in ds["side"].values]
    v = np.atleast_2d((ds["V"].sel(side=beside) if beside else ds["V"]).values)
    away = (np.abs(v - v[:, -1:]) > 0.02 * (np.nanmax(v) - np.nanmin(v))).any(axis=0)
    last = 1.05 * x[np.flatnonzero(away)[-1]] if away.any() else x[-1]
    attrs = ds.attrs
    if np.isfinite(attrs.get("peak_time", np.nan) + attrs.get("half_width", np.nan)):  # not all that follows a spike
        last = min(last, attrs["peak_time"] + WIDTHS * attrs["half_width"])
    elif beside:
        last = min(last, AFTER * x[int(np.argmax(v[-1]))])
    middle = 0.5 * (np.nanmax(v) + np.nanmin(v))
    up = np.flatnonzero((v[-1, :-1] < middle) & (v[-1, 1:] >= middle))
    if len(up) > CROWD:
        last = min(last, x[up[CROWD]])
    return float(x.min()), float(min(x.max(), last))


def _values(ds: xr.Dataset, line: Line) -> Any:
    found = ds[line.variable]
    return (found.sel(side=line.side) if line.side else found).values


def _texts(line: Line, ds: xr.Dataset) -> list[str]:
    """What is written beside a line."""
    if not line.family:
        return [line.label]
    values, units = ds[line.family].values, ds[line.family].attrs["units"]
    return [f"{value:g} {'' if units == '1' else units}".strip() for value in (values[0], values[-1])]


def _one(ax: Axes, panel: Panel, axis: str, ds: xr.Dataset) -> None:
    low, high = ax.get_xlim()
    keys = []
    for line in panel.lines:
        if line.family:
            keys += _family(ax, line, axis, ds)
            continue
        x, y = ds[line.over or axis].values, _values(ds, line)
        few = len(x) <= 60
        marker = "o" if line.bars or (line.dots and few) else ""
        style = "" if line.bars else line.style
        drawn = _broken(x, y) if line.jumps else (x, y)
        ax.plot(*drawn, color=line.colour, linestyle=style, marker=marker, markersize=2.5, linewidth=line.width)
        if line.bars:
            ends = ds[f"{line.variable}_low"].values, ds[f"{line.variable}_high"].values
            ax.vlines(x, *ends, color=line.colour, linewidth=0.8)
        inside = np.flatnonzero(np.isfinite(y) & (x >= low * (1 - 1e-9)) & (x <= high * (1 + 1e-9)))
        if line.label and len(inside):
            keys.append(Label(line.label, float(y[inside[-1]]), line.colour, line.style))
    _vertical(ax, panel)
    write(ax, keys)


def _family(ax: Axes, line: Line, axis: str, ds: xr.Dataset) -> list[Label]:
    """Some lines of many, evenly chosen."""
    members = ds[line.variable].transpose(line.family, axis).values
    chosen = np.unique(np.linspace(0, len(members) - 1, MEMBERS).round().astype(int))
    shades = [palette.mix(line.colour, "#ffffff", 0.7 * (1 - i / max(1, len(chosen) - 1))) for i in range(len(chosen))]
    for index, shade in zip(chosen, shades, strict=True):
        ax.plot(ds[axis].values, members[index], color=shade)
    ends = ((0, shades[0]), (-1, shades[-1]))
    last = [float(row[np.isfinite(row)][-1]) if np.isfinite(row).any() else None for row in members]
    return [Label(t, last[i], shade) for t, (i, shade) in zip(_texts(line, ds), ends, strict=True)]


def _broken(x: Any, y: Any) -> tuple[Any, Any]:
    """A line with a gap wherever it comes to 0, or leaves it."""
    places = 1 + np.flatnonzero((y[1:] == 0) != (y[:-1] == 0))
    return np.insert(x.astype(float), places, np.nan), np.insert(y.astype(float), places, np.nan)


def _mark(axes: Sequence[Axes], moments: Sequence[tuple[float, str]]) -> None:
    """Hairlines through all panels of one axis at some places, and their names above."""
    if not axes:
        return
    low, high = axes[0].get_xlim()
    inside = [(x, text) for x, text in moments if low <= x <= high]
    for ax in axes:
        for x, _ in inside:
            ax.axvline(x, color=palette.HAIR, linewidth=0.5, zorder=0.4)
    named: list[tuple[float, str]] = []
    for x, text in inside:
        if named and x - named[-1][0] < NEAR * (high - low):
            named[-1] = named[-1][0], f"{named[-1][1]}, {text}"
        else:
            named.append((x, text))
    across = axes[0].get_xaxis_transform()
    for x, text in named:
        side = "right" if x > 0.5 * (low + high) and axes[0].get_xscale() == "linear" else "left"
        axes[0].text(x, 1.01, text, transform=across, ha=side, va="bottom", color=palette.QUIET)


def _several(ax: Axes, panel: Panel, axis: str, datasets: Sequence[xr.Dataset], names: Sequence[str]) -> None:
    line = next((one for one in panel.lines if one.side in ("", "101 %")), panel.lines[0])
    keys = []
    for i, (ds, name) in enumerate(zip(datasets, names, strict=True)):
        colour = palette.INK if i == 0 else palette.SERIES[1 + (i - 1) % (len(palette.SERIES) - 1)]
        if line.variable in ds:
            ax.plot(ds[axis].values, _values(ds, line), color=colour)
        keys.append(Label(name, None, colour))
    _vertical(ax, panel)
    write(ax, keys)


def _vertical(ax: Axes, panel: Panel) -> None:
    name_axis(ax, panel.name, ticks=max(3, round(3.5 * panel.height)))
    if panel.log:
        logarithmic(ax, "y")
    if panel.limits is not None:
        ax.set_ylim(*panel.limits)
    if panel.words:
        ax.set_ylim(-0.25, len(panel.words) - 0.75)
        ax.set_yticks(range(len(panel.words)), labels=panel.words)
    if panel.shaded is not None:
        ax.axvspan(*panel.shaded, color=palette.HAIR, alpha=0.4, linewidth=0, zorder=0.2)
    if panel.bar is not None:
        begin, end, height, text = panel.bar
        ax.plot([begin, end], [height, height], color=palette.QUIET, marker="|", markersize=4, linewidth=0.8)
        ax.annotate(text, (end, height), (4, 0), textcoords="offset points", va="center", color=palette.QUIET)
    if panel.level is not None:
        ax.axhline(panel.level, color=palette.HAIR, linewidth=0.5, zorder=0.5)
    elif not panel.log:
        zero_line(ax)
