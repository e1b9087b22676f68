"""Pictures of experiments: panels over one axis, and above them a sentence with the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from . import palette
from .answers import sentence
from .margin import Label, room, write
from .style import blank, name_axis, page_height, size, stack, style, unit, zero_line
from .traces import PlotError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

TOP, LINE = 0.38, 0.15  # inches: the title; each line of the sentence
LOGARITHMIC = {"duration", "frequency"}  # axes that are, where they span more than a decade and a half


@dataclass(frozen=True)
class Line:
    """One line: the variable, its name in the margin (if any), its colour and style; of two sides, which.

    With `bars`, points without a line and bars from ``variable_low`` to ``variable_high``.
    """

    variable: str
    label: str
    colour: str = palette.INK
    style: str = "-"
    side: str = ""
    dots: bool = False
    bars: bool = False
    width: float | None = None


@dataclass(frozen=True)
class Panel:
    """Some lines on one vertical axis.

    Parameters
    ----------
    name : str
        Of the axis, with its unit.
    lines : tuple of Line
    height : float
        Inches.
    log : bool
        Logarithmic vertical axis.
    level : float, optional
        Where a hairline helps to read.
    """

    name: str
    lines: tuple[Line, ...]
    height: float = 1.6
    log: bool = False
    level: float | None = None


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
    first = datasets[0]
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
        panels = [p for p in panels if p.lines][:1]
    heading = title if title is not None else f"{first.attrs['cell']}: {kind.replace('_', ' ')}"
    said = "" if many else sentence(first)
    with style(rc):
        heights = [p.height * unit() * (1.8 if many else 1) for p in panels] or [0.6 * unit()]
        texts = names if many else [line.label for p in panels for line in p.lines]
        right = max(0.15 * unit(), room(texts))
        top = (TOP + LINE * len(said.splitlines())) * unit()
        if figure is None:
            figure = blank(width, page_height(heights, top, [0.0] * len(heights)), rc)
        else:
            figure.clear()
        axes = stack(figure, heights, right=right, top=top, above=[0.0] * len(heights))
        if panels:
            _axis(axes, axis, first, time)
        else:
            axes[0].set_axis_off()
        for ax, panel in zip(axes, panels, strict=False):
            if many:
                _several(ax, panel, axis, datasets, names)
            else:
                _one(ax, panel, axis, first)
        edge, high = axes[0].get_position().x0, size(figure)[1]
        figure.text(edge, 1 - 0.08 * unit() / high, heading, va="top", fontsize="large", fontweight="bold")
        figure.text(edge, 1 - 0.27 * unit() / high, said, va="top", color="#555555")
    return figure


def _axis(axes: Sequence[Axes], axis: str, ds: xr.Dataset, limits: tuple[float | None, float | None] | None) -> None:
    x = ds[axis]
    values = x.values[np.isfinite(x.values)]
    spread = axis in LOGARITHMIC and values.min() > 0 and values.max() / values.min() > 30
    if spread:
        from matplotlib.ticker import FuncFormatter, LogLocator

        axes[0].set_xscale("log")
        axes[-1].xaxis.set_major_locator(LogLocator())
        axes[-1].xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
        axes[-1].xaxis.set_minor_formatter(FuncFormatter(lambda v, _: ""))
        for ax in axes[:-1]:
            ax.tick_params(axis="x", which="both", bottom=False, labelbottom=False)
    low, high = _span(ds, axis) if limits is None else limits
    axes[0].set_xlim(values.min() if low is None else low, values.max() if high is None else high)
    name = str(x.attrs["long_name"])
    units = "" if x.attrs["units"] == "1" else f" ({x.attrs['units']})"
    axes[-1].set_xlabel(name[:1].upper() + name[1:] + units)


def _span(ds: xr.Dataset, axis: str) -> tuple[float, float]:
    """Of time, what there is to see: until the membrane has come back close to rest."""
    x = ds[axis].values
    if axis != "time" or "V" not in ds:
        return float(x.min()), float(x.max())
    v = np.atleast_2d(ds["V"].values)
    away = (np.abs(v - v[:, -1:]) > 0.02 * (np.nanmax(v) - np.nanmin(v))).any(axis=0)
    last = x[np.flatnonzero(away)[-1]] if away.any() else x[-1]
    return float(x.min()), float(min(x.max(), 1.05 * last))


def _values(ds: xr.Dataset, line: Line) -> Any:
    found = ds[line.variable]
    return (found.sel(side=line.side) if line.side else found).values


def _one(ax: Axes, panel: Panel, axis: str, ds: xr.Dataset) -> None:
    x = ds[axis].values
    few = len(x) <= 60
    low, high = ax.get_xlim()
    keys = []
    for line in panel.lines:
        y = _values(ds, line)
        marker = "o" if line.bars or (line.dots and few) else ""
        style = "" if line.bars else line.style
        ax.plot(x, y, color=line.colour, linestyle=style, marker=marker, markersize=2.5, linewidth=line.width)
        if line.bars:
            ends = ds[f"{line.variable}_low"].values, ds[f"{line.variable}_high"].values
            ax.vlines(x, *ends, color=line.colour, linewidth=0.8)
        inside = np.flatnonzero(np.isfinite(y) & (x >= low * (1 - 1e-9)) & (x <= high * (1 + 1e-9)))
        if line.label:
            keys.append(Label(line.label, float(y[inside[-1]]) if len(inside) else None, line.colour, line.style))
    _vertical(ax, panel)
    if len(keys) > 1:
        write(ax, keys)


def _several(ax: Axes, panel: Panel, axis: str, datasets: Sequence[xr.Dataset], names: Sequence[str]) -> None:
    line = next((one for one in panel.lines if one.side in ("", "yes")), panel.lines[0])
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
        from matplotlib.ticker import FuncFormatter

        ax.set_yscale("log")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
        ax.yaxis.set_minor_formatter(FuncFormatter(lambda v, _: ""))
    if panel.level is not None:
        ax.axhline(panel.level, color=palette.HAIR, linewidth=0.5, zorder=0.5)
    elif not panel.log:
        zero_line(ax)


def panels_of(ds: xr.Dataset) -> tuple[str, list[Panel]]:
    """What is drawn of an experiment: the horizontal axis, and the panels."""
    kind = str(ds.attrs["kind"])
    if kind in ("threshold", "anode_break", "anatomy", "energy"):
        return "time", _of_time(ds)
    axis = next((str(d) for d in ds.dims if d != "time" or kind == "adaptation"), "time")
    return axis, [p for p in _CURVES[kind](ds) if p.lines]


def _of_time(ds: xr.Dataset) -> list[Panel]:
    """V on both sides of an answer; gates and currents of the run that fires."""
    if "V" not in ds:
        return []
    sides = "side" in ds.dims
    yes = "yes" if sides else ""
    names = [str(n) for n in ds.data_vars]
    channels = [n.removesuffix(".I") for n in names if n.endswith(".I")]
    colours = palette.colours(channels)
    v = [Line("V", "just above" if sides else "V", palette.INK, side=yes)]
    if sides:
        v.append(Line("V", "just below", palette.QUIET, "--", side="no"))
    gates, currents = [], []
    for channel in channels:
        own = [n for n in names if n.startswith(f"{channel}.") and ds[n].attrs["units"] == "1"]
        gates += [Line(n, n, colours[channel], palette.STYLES[i % 4], side=yes) for i, n in enumerate(own)]
        currents.append(Line(f"{channel}.I", f"{channel}.I", colours[channel], side=yes))
    unit_of = ds[currents[0].variable].attrs["units"] if currents else ""
    return [
        Panel("Membrane potential\n(mV)", tuple(v), 1.9),
        Panel("Open fraction", tuple(gates), 1.1),
        Panel(f"Current ({unit_of})", tuple(currents), 1.4),
    ]


def _strength(ds: xr.Dataset) -> list[Panel]:
    lines = (
        Line("threshold", "found", dots=True),
        Line("weiss", "Weiss", palette.QUIET, "--"),
        Line("lapicque", "Lapicque", palette.QUIET, ":"),
    )
    charge = (Line("charge", "charge", dots=True),)
    return [
        Panel("Threshold current\n(µA/cm²)", lines, 2.2, log=True, level=float(ds.attrs["rheobase"])),
        Panel("Charge (nC/cm²)", charge, 1.4, log=True),
    ]


def _refractory(ds: xr.Dataset) -> list[Panel]:
    gates = [n for n in map(str, ds.data_vars) if "." in n and ds[n].attrs["units"] == "1"]
    channels = list(dict.fromkeys(n.split(".")[0] for n in gates))
    colours = palette.colours(channels)
    lines = []
    for channel in channels:
        own = [n for n in gates if n.split(".")[0] == channel]
        lines += [Line(n, n, colours[channel], palette.STYLES[i % 4]) for i, n in enumerate(own)]
    return [
        Panel("Threshold, relative\nto rest", (Line("ratio", "ratio", dots=True),), 2.0, log=True, level=1.0),
        Panel("What the second\npulse meets: gates", tuple(lines), 1.4),
        Panel("V (mV)", (Line("V", "V"),), 0.9),
    ]


def _rate(ds: xr.Dataset) -> list[Panel]:
    lines = [Line("rate", "from rest", dots=True)]
    if np.isfinite(ds["rate_down"].values).any():
        lines.insert(0, Line("rate_down", "from firing", palette.ORANGE, dots=True))
    return [Panel("Firing rate (Hz)", tuple(lines), 2.6)]


def _simple(*panels: tuple[str, str, bool]) -> Any:
    def made(ds: xr.Dataset) -> list[Panel]:
        return [
            Panel(name, (Line(variable, variable, dots=True),), 1.5, log)
            for variable, name, log in panels
            if variable in ds and np.isfinite(ds[variable].values).any()
        ]

    return made


def _voltage(ds: xr.Dataset) -> list[Panel]:
    channels = [str(n).removesuffix(".peak") for n in ds.data_vars if str(n).endswith(".peak")]
    colours = palette.colours(channels)
    peak, open_ = [], []
    for c in channels:
        peak += [
            Line(f"{c}.peak", f"{c}, peak", colours[c], dots=True),
            Line(f"{c}.steady", f"{c}, steady", colours[c], "--"),
        ]
        if f"{c}.peak_conductance" in ds:
            open_.append(Line(f"{c}.peak_conductance", c, colours[c], dots=True))
    units = ds["peak"].attrs["units"]
    return [
        Panel(f"Current ({units})", tuple(peak), 2.4),
        Panel("Peak conductance\n(mS/cm²)", tuple(open_), 1.4),
    ]


def _recovered(ds: xr.Dataset) -> list[Panel]:
    gates = [str(n).removesuffix(".alpha") for n in ds.data_vars if str(n).endswith(".alpha")]
    made = []
    for gate in sorted(gates, key=lambda g: g.split(".")[-1], reverse=True):
        lines = []
        for word, colour in (("alpha", palette.BLUE), ("beta", palette.VERMILION)):
            path = f"{gate}.{word}"
            if f"{path}_true" in ds:
                lines.append(Line(f"{path}_true", "", palette.HAIR, width=3.5))
            lines.append(Line(f"{path}_refit", "", colour, "--"))
            lines.append(Line(path, "α" if word == "alpha" else "β", colour, bars=True))
        made.append(Panel(f"Rates of {gate}\n(1/ms)", tuple(lines), 1.7, log=True))
    return made


def _tails(ds: xr.Dataset) -> list[Panel]:
    colour = palette.channel_colour(str(ds.attrs["channel"]))
    units = ds["instantaneous"].attrs["units"]
    lines = (
        Line("instantaneous", "at once", colour, dots=True),
        Line("final", "in the end", palette.QUIET, "--"),
    )
    decay = (Line("decay_time", "time to 1/e", colour, dots=True),)
    return [Panel(f"Current ({units})", lines, 2.0), Panel("Time to 1/e (ms)", decay, 1.4)]


def _fitted(variable: str, name: str) -> Any:
    def made(ds: xr.Dataset) -> list[Panel]:
        colour = palette.channel_colour(str(ds.attrs["channel"]))
        return [
            Panel(
                name, (Line("fitted", "fitted", palette.QUIET, "--"), Line(variable, "found", colour, dots=True)), 2.2
            )
        ]

    return made


def _over_ramp(ds: xr.Dataset) -> list[Panel]:
    channels = [str(n).removesuffix(".I") for n in ds.data_vars if str(n).endswith(".I")]
    colours = palette.colours(channels)
    units = ds["current"].attrs["units"]
    both = (Line("steady", "steady", palette.HAIR, width=3.5), Line("current", "ramp"))
    each = tuple(Line(f"{c}.I", c, colours[c]) for c in channels)
    return [Panel(f"Current ({units})", both, 1.8), Panel(f"Of the channels\n({units})", each, 1.6)]


def _subtracted(ds: xr.Dataset) -> list[Panel]:
    units = ds["measured"].attrs["units"]
    raw = (Line("measured", "measured"), Line("leak", "leak", palette.GREY))
    clean = (Line("true", "true", palette.HAIR, width=3.5), Line("corrected", "corrected", palette.VERMILION))
    return [Panel(f"Current ({units})", raw, 1.6), Panel(f"Current ({units})", clean, 1.6)]


def _impedance(ds: xr.Dataset) -> list[Panel]:
    lines = [Line("impedance", "linearised")]
    if "measured" in ds:
        lines.append(Line("measured", "chirp", palette.ORANGE, ":"))
    size_of = Panel("Impedance (kΩ·cm²)", tuple(lines), 2.0, level=None)
    return [size_of, Panel("Phase (°)", (Line("phase", "phase"),) if "phase" in ds else (), 1.2)]


_CURVES: dict[str, Any] = {
    "strength_duration": _strength,
    "refractory_period": _refractory,
    "firing_rate": _rate,
    "current_voltage": _voltage,
    "impedance": _impedance,
    "recover_rates": _recovered,
    "tail_currents": _tails,
    "inactivation": _fitted("available", "Available part"),
    "recovery": _fitted("recovered", "Second peak over\nthe first"),
    "voltage_ramp": _over_ramp,
    "leak_subtraction": _subtracted,
    "accommodation": _simple(
        ("fires", "Fires? (1 yes, 0 no)", False), ("first_spike", "First spike (ms)", False)
    ),
    "rebound": _simple(("spikes", "Spikes after the pulse", False), ("latency", "Latency (ms)", False)),
    "latency": _simple(("latency", "Latency of the\nfirst spike (ms)", False)),
    "adaptation": _simple(("rate", "One over the\ninterval (Hz)", False)),
    "temperature": _simple(
        ("rheobase", "Rheobase (µA/cm²)", True), ("peak", "Peak after 15 mV\n(mV)", False),
        ("half_width", "Half width (ms)", True),
    ),
    "dose_response": _simple(
        ("threshold", "Threshold (µA/cm²)", True), ("peak", "Peak after 15 mV\n(mV)", False),
        ("half_width", "Half width (ms)", False),
    ),
}  # fmt: skip
KINDS = (*_CURVES, "threshold", "anode_break", "anatomy", "energy")
