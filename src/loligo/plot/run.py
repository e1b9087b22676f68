"""A run, or a few of them laid over one another: stimulus, membrane potential, gates, currents, along one time axis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from . import palette
from .margin import Label, line_height, pretty, room, write
from .style import LABEL_GAP, blank, heading, name_axis, page_height, stack, style, unit, zero_line
from .traces import PlotError, Run, Trace, choose, limits, read

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

THIN, TALL = 0.5, 2.0  # inches
HEIGHTS = {"stimulus": THIN, "V": TALL, "gates": 1.05, "electrode": 1.5, "currents": 1.35,
           "conductances": 1.35, "other": 0.9}  # fmt: skip
NAMES = {
    "stimulus": "Stimulus",
    "V": "Membrane potential",
    "electrode": "Current at the electrode",
    "gates": "Open fraction",
    "currents": "Current",
    "conductances": "Conductance",
}
LEAST = {"stimulus": 1.0, "V": 20.0, "electrode": 1e-4, "currents": 0.1, "conductances": 1e-3, "other": 1e-9}
"""The least range of an axis, in its own unit: numerical dust at rest shall look like rest."""
FROM_ZERO = ("stimulus", "electrode", "currents", "conductances")  # axes that always contain zero
THROUGH = {"V": "true", "V_measured": "command", "V_pipette": "pipette", "I_true": "true", "I_measured": "measured"}
"""What the traces of a cell behind an amplifier are called."""
ROW, ROWS = 0.1, 0.8  # inches: one row of spike marks; all of them at most
MANY = 3  # from so many runs on, only stimulus and voltage are drawn unless more is asked for


@dataclass(frozen=True)
class Panel:
    """One panel of the picture.

    Parameters
    ----------
    kind : str
        One of the values of `loligo.plot.traces.PANELS`.
    traces : tuple of Trace
        Its lines.
    height : float
        In inches, before there is more to name than fits.
    imposed : bool
        Whether it shows the command of a voltage clamp.
    """

    kind: str
    traces: tuple[Trace, ...]
    height: float
    imposed: bool = False

    @property
    def name(self) -> str:
        """Name of the vertical axis, with the unit."""
        first = self.traces[0]
        name = "Command" if self.imposed else NAMES.get(self.kind, "Other")
        if self.kind == "other" and len(self.traces) == 1:
            name = first.meaning[:1].upper() + first.meaning[1:]
        units = "" if self.kind == "gates" or first.units in ("", "1") else f" ({first.units})"
        lines = wrap(name + units, int(72 * self.height / 4.5), break_long_words=False, break_on_hyphens=False)
        return "\n".join(lines) if len(lines) < 3 else f"{first.name}\n{units.strip()}"


@dataclass(frozen=True)
class Pen:
    """Colour and style of the line of one variable."""

    colour: str
    style: str = "-"


def draw(
    datasets: Sequence[xr.Dataset],
    what: str | Iterable[str] | None = None,
    *,
    figure: Figure | SubFigure | None = None,
    width: float = 7.0,
    title: str | None = None,
    labels: Sequence[str] | None = None,
    time: tuple[float | None, float | None] | None = None,
    spikes: bool = True,
    conductances: bool | None = None,
    rc: Mapping[str, Any] | None = None,
) -> Figure | SubFigure:
    """Draw one run, or several for comparison: the last one in full ink, those before it as pale lines behind it.

    Parameters
    ----------
    datasets : sequence of Dataset
        Runs, as `loligo.simulate` returns them.
    what : str or iterable of str, optional
        Variables (``"Na.m"``), channels (``"Na"``) or panels (``"stimulus"``, ``"V"``, ``"gates"``, ``"currents"``,
        ``"conductances"``, ``"other"``) to draw. By default everything recorded; of three runs or more, stimulus and
        voltage.
    figure : Figure or SubFigure, optional
        Draw here, in place of what is there. By default a new figure.
    width : float
        Of a new figure, inches. Its height follows from the panels.
    title : str, optional
        By default the name of the cell; ``""`` for none.
    labels : sequence of str, optional
        One name for each run; of a single run, its title.
    time : pair of float, optional
        First and last time to draw, ms; None for an open end.
    spikes : bool
        Whether to mark the times of the spikes above the voltage.
    conductances : bool, optional
        True adds the conductances, False leaves them out. By default they stand in where no current was recorded.
    rc : mapping, optional
        Settings of matplotlib to lay over the package's style, such as ``{"font.size": 10}``.

    Returns
    -------
    Figure
        One that pyplot does not know of (see `loligo.plot.style`), or the one given.

    Raises
    ------
    PlotError
        If a name is not in the runs, or an option makes no sense for them.
    """
    runs = [read(ds, time) for ds in datasets]
    captions = _captions(labels, runs)
    if what is None and len(runs) >= MANY:
        what = [panel for panel in ("stimulus", "V") if any(t.panel == panel for t in _all(runs))] or None
    panels = arrange(choose(runs, what, conductances), clamped=all(run.clamped for run in runs))
    pens = pens_for(_all(runs))
    if title is None:
        title = captions[0] if len(runs) == 1 else runs[0].cell if len({run.cell for run in runs}) == 1 else ""

    with style(rc):
        keys = [_key(panel, pens, runs, captions) for panel in panels]
        heights = [max(p.height * unit(), len(key) * line_height() / 72) for p, key in zip(panels, keys, strict=True)]
        fired = [(i, run) for i, run in enumerate(runs) if spikes and run.spikes is not None and not run.clamped]
        rows = [fired if panel.kind == "V" and not panel.imposed else [] for panel in panels]
        pitch = min(ROW, ROWS / max(1, len(fired))) * unit()
        above = [pitch * len(row) for row in rows]
        count = _count(runs[0]) if len(runs) == 1 and any(rows) else ""
        top = (0.3 if title else 0.12) * unit()
        right = max(0.15 * unit(), room([label.text for key in keys for label in key]), room([count], swatch=False))
        if figure is None:
            figure = blank(width, page_height(heights, top, above), rc)
        else:
            figure.clear()
            figure.set_facecolor("white")  # whatever the settings in force when it was made
        axes = stack(figure, heights, right=right, top=top, above=above)
        axes[0].set_xlim(*limits(time, runs))
        for ax, panel, key, row in zip(axes, panels, keys, rows, strict=True):
            _lines(ax, panel, pens, runs)
            _vertical(ax, panel, runs)
            write(ax, key)
            for up, (i, run) in enumerate(reversed(row)):
                _marks(ax, run, up * pitch, 0.65 * pitch, _tint(palette.INK, i, len(runs)), count)
        axes[-1].set_xlabel("Time (ms)")
        if title:
            heading(figure, axes[0], title)
    return figure


def arrange(traces: Sequence[Trace], *, clamped: bool) -> list[Panel]:
    """Put each variable on its panel, from top to bottom.

    Under voltage clamp the voltage is what is imposed and the current is what is measured, so that the first becomes a
    thin panel on top and the second the large one.
    """
    order = ("stimulus", "V", "currents", "conductances", "gates") if clamped else tuple(NAMES)
    panels = []
    for kind in order:
        lines = tuple(trace for trace in traces if trace.panel == kind)
        if lines:
            height = {"V": THIN, "currents": TALL}.get(kind, HEIGHTS[kind]) if clamped else HEIGHTS[kind]
            panels.append(Panel(kind, lines, height, imposed=clamped and kind == "V"))
    rest = [trace for trace in traces if trace.panel not in NAMES]
    for units in dict.fromkeys(trace.units for trace in rest):  # one panel for each unit
        panels.append(Panel("other", tuple(t for t in rest if t.units == units), HEIGHTS["other"]))
    return panels


def pens_for(traces: Iterable[Trace]) -> dict[str, Pen]:
    """Choose colour and style of the line of each variable, whether or not it is drawn.

    The colour says which channel, and the style which of its gates; what belongs to no channel is near-black.
    """
    known = {trace.name: trace for trace in traces}
    ours = [trace for trace in known.values() if trace.channel]
    pools = palette.colours(trace.channel for trace in ours if trace.panel == "other")
    colours = pools | palette.colours(trace.channel for trace in ours if trace.panel != "other")
    pens: dict[str, Pen] = {}
    for name, trace in known.items():
        gates = [other for other, t in known.items() if t.channel == trace.channel and t.panel == "gates"]
        rank = gates.index(name) if trace.panel == "gates" else 0
        bare = [other for other, t in known.items() if not t.channel and t.panel == trace.panel and other != "I_clamp"]
        shade = palette.shade(palette.INK, bare.index(name) if name in bare else 0)
        if name in ("V_command", "V_measured", "I_measured"):
            shade = palette.PURPLE
        style = palette.gate_style(name, rank) if trace.panel == "gates" else palette.STYLES[0]
        pens[name] = Pen(colours.get(trace.channel, shade), style)
    return pens


def _key(panel: Panel, pens: Mapping[str, Pen], runs: Sequence[Run], captions: Sequence[str]) -> list[Label]:
    """Names to write beside a panel: of the runs beside the voltage, of the variables elsewhere."""
    labels: list[Label] = []
    if len(runs) > 1 and panel.kind == "V" and len(panel.traces) == 1:
        (trace,) = panel.traces
        for i, (run, caption) in enumerate(zip(runs, captions, strict=True)):
            if trace.name in run.traces:
                end = _end(run, trace.name) if len(runs) < MANY else None  # of many, an ordered list reads better
                colour = _tint(pens[trace.name].colour, i, len(runs))
                labels.append(Label(caption, end, colour, width=_width(i, len(runs))))
        return labels
    if len(panel.traces) == 1 and not (panel.traces[0].channel and panel.kind != "other"):
        return []  # the axis says it
    for trace in panel.traces:
        run = [run for run in runs if trace.name in run.traces][-1]
        text = pretty(trace.channel, trace.part) if panel.kind in ("gates", "other") else trace.channel
        text = "total" if trace.name == "I_clamp" else text or trace.part
        if any(t.name in ("V_measured", "I_measured") for t in panel.traces):
            text = THROUGH.get(trace.name, text)
        text = "command" if trace.name == "V_command" else text
        labels.append(Label(text, _end(run, trace.name), pens[trace.name].colour, pens[trace.name].style))
    return labels


def _lines(ax: Axes, panel: Panel, pens: Mapping[str, Pen], runs: Sequence[Run]) -> None:
    for rank, trace in enumerate(sorted(panel.traces, key=_depth)):
        pen = pens[trace.name]
        for i, run in enumerate(runs):
            if trace.name in run.traces and not (panel.kind == "stimulus" and _same(run, runs[i + 1 :], trace.name)):
                ax.plot(
                    run.time,
                    run.traces[trace.name].values,
                    color=_tint(pen.colour, i, len(runs)),
                    linestyle=pen.style,
                    linewidth=3.2 if trace.name == "V_command" else _width(i, len(runs)),
                    zorder=2 + i / len(runs) + 0.001 * rank,
                    label=trace.name,
                )


def _vertical(ax: Axes, panel: Panel, runs: Sequence[Run]) -> None:
    """Limits, numbers and name of the vertical axis."""
    import numpy as np

    name_axis(ax, panel.name, ticks=2 if panel.height <= THIN else 4 if panel.height < TALL else 7)
    if panel.kind == "gates":
        ax.set_ylim(-0.04, 1.04)
        ax.set_yticks([0, 0.5, 1])
        return
    shown = [run.traces[t.name].values for t in panel.traces for run in runs if t.name in run.traces]
    values = np.concatenate(shown)
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    if panel.kind in FROM_ZERO:
        low, high = min(low, 0.0), max(high, 0.0)
    lack = max(LEAST[panel.kind], 0.02 * abs(low + high)) - (high - low)
    if lack > 0:
        low, high = low - (lack / 2 if low else 0), high + (lack / 2 if low else lack)
    air = 0.05 * (high - low)
    ax.set_ylim(low - air, high + air)
    if panel.kind in ("electrode", "currents"):
        zero_line(ax)


def _marks(ax: Axes, run: Run, up: float, length: float, colour: str, count: str) -> None:
    """Mark the spikes of a run by a row of ticks, so many inches above the panel of the voltage."""
    from matplotlib.transforms import ScaledTranslation, blended_transform_factory

    assert run.spikes is not None
    figure = ax.figure
    place = blended_transform_factory(ax.transData, ax.transAxes) + ScaledTranslation(
        0, up + length, figure.dpi_scale_trans
    )
    ax.plot(
        run.spikes,
        [1.0] * len(run.spikes),
        linestyle="none",
        marker="|",
        markersize=72 * length,
        markeredgewidth=0.9,
        color=colour,
        transform=place,
        clip_on=False,
        scalex=False,
        scaley=False,
        label="_spikes",
    )
    if count:
        edge = ax.transAxes + ScaledTranslation(LABEL_GAP * unit(), up + length, figure.dpi_scale_trans)
        ax.text(1.0, 1.0, count, transform=edge, va="center_baseline", color=palette.QUIET, fontsize="small")


def _count(run: Run) -> str:
    """Say how many spikes are in the picture."""
    number = 0 if run.spikes is None else len(run.spikes)
    return f"{number or 'no'} spike{'' if number == 1 else 's'}"


def _captions(labels: Sequence[str] | None, runs: Sequence[Run]) -> list[str]:
    if labels is None:
        cells = [run.cell for run in runs]
        return cells if len(set(cells)) == len(cells) else [f"run {i + 1}" for i in range(len(runs))]
    if isinstance(labels, str) or len(labels) != len(runs):
        number = 1 if isinstance(labels, str) else len(labels)
        raise PlotError(f"labels= takes one name for each run: {len(runs)} run(s), {number} name(s)")
    return [str(label) for label in labels]


def _all(runs: Sequence[Run]) -> list[Trace]:
    return [trace for run in runs for trace in run.traces.values()]


def _tint(colour: str, i: int, of: int) -> str:
    return palette.ghost(colour, of - 1 - i, of)


def _width(i: int, of: int) -> float:
    """A pale line is broad, so that it shows on both sides of a dark one that covers it."""
    return 1.1 if i == of - 1 or of >= MANY else 1.9


def _depth(trace: Trace) -> tuple[bool, float]:
    """Order from back to front: what stays near zero, what reaches far, totals."""
    import numpy as np

    return not trace.channel, float(np.max(np.abs(np.nan_to_num(trace.values)), initial=0.0))


def _same(run: Run, later: Sequence[Run], name: str) -> bool:
    """Whether a later run will cover this line exactly."""
    import numpy as np

    return any(
        name in other.traces
        and np.array_equal(run.time, other.time)
        and np.array_equal(run.traces[name].values, other.traces[name].values)
        for other in later
    )


def _end(run: Run, name: str) -> float:
    """Last finite value of a variable."""
    import numpy as np

    values = run.traces[name].values
    finite = values[np.isfinite(values)]
    return float(finite[-1]) if finite.size else 0.0
