"""A neuron in the plane: its branches coloured by V at a few moments, or by when the impulse came; traces below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import palette
from .moments import moments
from .style import BOTTOM, LEFT, blank, name_axis, size, style, unit
from .traces import PlotError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.collections import LineCollection
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure, SubFigure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COLOURS, ARRIVALS = "plasma", "viridis_r"
MOST = 4  # moments, and traces
HIGH, LOW = 2.9, 1.2  # inches: the neuron, the traces
RIGHT = 1.05  # inches: room for the bar of colours, and names
THIN, MOST_POINTS = 0.7, 6.0  # points: no branch is drawn thinner; the thickest of a dendrogram


def draw(
    datasets: Sequence[xr.Dataset],
    what: str | Iterable[str] | None = None,
    *,
    figure: Figure | SubFigure | None = None,
    width: float = 7.0,
    times: Sequence[float] | None = None,
    title: str | None = None,
    rc: Mapping[str, Any] | None = None,
) -> Figure | SubFigure:
    """Draw a neuron as it was traced, or as a dendrogram if it was not.

    Parameters
    ----------
    datasets : sequence of Dataset
        One result of simulating a `Tree`.
    what : {"V", "arrival"}, optional
        The colour: V at a few moments, or the time at which the impulse came. V unless it is known at a few places
        only.
    times : sequence of float, optional
        The moments, ms; unless given, spread over the time in which the impulse spreads.
    title : str, optional
    """
    if len(datasets) != 1:
        raise PlotError("neurons are drawn one at a time")
    ds = datasets[0]
    whole = ds.sizes["place"] == ds.sizes["compartment"]
    chosen = what if isinstance(what, str) else ("V" if whole else "arrival") if what is None else next(iter(what), "V")
    if chosen not in ("V", "arrival"):
        raise PlotError(f"what='{chosen}' cannot be drawn of a neuron; use 'V' or 'arrival'")
    if chosen == "V" and not whole:
        raise PlotError("V was recorded at some places only (where=); use what='arrival', or leave where= out")
    if chosen == "arrival" and not np.isfinite(ds["arrival"].values).any():
        raise PlotError("no impulse came anywhere; there is no arrival to draw")
    shown_at = moments(ds, times, MOST) if chosen == "V" else []
    title = f"{ds.attrs['cell']}, {ds.attrs['n']} compartments" if title is None else title
    with style(rc):
        count = max(len(shown_at), 1)
        top, left, right = 0.42 * unit(), LEFT * unit(), RIGHT * unit()
        tall = _height(ds, (width - 0.1 * unit() - right) / count)
        page = blank(width, tall + (LOW + BOTTOM + 0.62) * unit(), rc) if figure is None else figure
        if figure is not None:
            figure.clear()
        wide, high = size(page)
        low = high * LOW * unit() / (tall + (LOW + BOTTOM + 0.62) * unit())
        bottom = BOTTOM * unit() + low + 0.2 * unit()
        across = (wide - 0.1 * unit() - right) / count
        share = (high - top - bottom) / high
        panels = []
        for k in range(count):
            box = ((0.1 * unit() + k * across) / wide, bottom / high, across / wide, share)
            panels.append(page.add_axes(box))
        values, norm, colours, label = _colours(ds, chosen, shown_at)
        for ax, shown in zip(panels, values, strict=True):
            lines = _neuron(ax, ds, shown, norm, colours)
        for ax, t in zip(panels, shown_at, strict=False):
            ax.set_title(f"{t:.4g} ms", fontsize="medium", pad=2)
        _scale(panels[0], ds)
        bar = page.add_axes(
            ((wide - right + 0.1 * unit()) / wide, bottom / high + 0.15 * share, 0.12 * unit() / wide, 0.7 * share)
        )
        page.colorbar(lines, cax=bar, label=label)
        traces = page.add_axes((left / wide, BOTTOM * unit() / high, (wide - left - right) / wide, low / high))
        _traces(traces, ds, shown_at)
        if title:
            page.text(
                0.1 * unit() / wide, 1 - 0.08 * unit() / high, title, va="top", fontsize="large", fontweight="bold"
            )
    return page


def _height(ds: xr.Dataset, across: float) -> float:
    """Of the panels, inches, for neurons as traced that are so wide."""
    most = HIGH * unit()
    if ds.attrs["layout"] == "dendrogram":
        return most
    x, y = (np.concatenate([ds[f"{c}_begin"].values, ds[f"{c}_end"].values]) for c in "xy")
    return float(np.clip(across * (np.ptp(y) + 1) / (np.ptp(x) + 1), 0.4 * most, most))


def _colours(ds: xr.Dataset, chosen: str, moments: Sequence[float]) -> tuple[list[Floats], Normalize, str, str]:
    from matplotlib.colors import Normalize

    if chosen == "arrival":
        values = [ds["arrival"].values]
        return values, Normalize(np.nanmin(values[0]), np.nanmax(values[0])), ARRIVALS, "Arrival (ms)"
    values = [ds["V"].sel(time=t, method="nearest").values for t in moments]
    low, high = float(ds["V"].min()), float(ds["V"].max())
    return values, Normalize(low, high if high > low else low + 1), COLOURS, "V (mV)"


def _neuron(ax: Axes, ds: xr.Dataset, values: Floats, norm: Normalize, colours: str) -> LineCollection:
    """The branches as lines as wide as they are, what has no value in grey."""
    from matplotlib import colormaps
    from matplotlib.collections import LineCollection
    from matplotlib.patches import Circle

    x = np.stack([ds["x_begin"].values, ds["x_end"].values], axis=1)
    y = np.stack([ds["y_begin"].values, ds["y_end"].values], axis=1)
    wide = ds["diameter"].values
    flat = ds.attrs["layout"] == "dendrogram"
    ax.set_aspect("auto" if flat else "equal", adjustable="box")
    margin = 0.02 * np.ptp(x) if flat else 0.5 * wide.max() + 0.02 * max(np.ptp(x), np.ptp(y))
    ax.set_xlim(x.min() - margin, x.max() + margin)
    ax.set_ylim(y.min() - (0.15 * np.ptp(y) if flat else margin), y.max() + (0.15 * np.ptp(y) if flat else margin))
    ax.set_anchor("C")
    ax.axis("off")
    ax.apply_aspect()
    inches = ax.get_position().width * size(ax.figure)[0]
    points = MOST_POINTS / wide.max() if flat else inches * 72 / np.ptp(ax.get_xlim())
    map_ = colormaps[colours].with_extremes(bad=palette.HAIR)
    order = np.argsort(norm(np.nan_to_num(values, nan=-1e9)))  # what is active on top
    lines = LineCollection(
        list(np.stack([x, y], axis=2)[order]), cmap=map_, norm=norm, capstyle="round", clip_on=False,
        linewidths=np.maximum(wide[order] * points, THIN),
    )  # fmt: skip
    lines.set_array(np.ma.masked_invalid(values[order]))
    ax.add_collection(lines, autolim=False)
    body = (ds["section"].values == ds["section"].values[0]) & (ds["region"].values == "soma")
    if body.any() and not flat:
        end = np.hypot(np.ptp(x[body]), np.ptp(y[body]))
        if abs(end - wide[body].max()) < 0.02 * end:  # a cylinder as long as wide stands for a sphere
            lines.set_linewidth(np.where(body[order], 0, np.maximum(wide[order] * points, THIN)).tolist())
            centre = (0.5 * (x[body].min() + x[body].max()), 0.5 * (y[body].min() + y[body].max()))
            shade = map_(norm(np.ma.masked_invalid([values[body].mean()])))[0]
            ax.add_patch(Circle(centre, 0.5 * end, color=shade, linewidth=0, zorder=3))
    return lines


def _scale(ax: Axes, ds: xr.Dataset) -> None:
    """A bar of a round length below the first neuron."""
    low, high = ax.get_xlim()
    reach = 0.4 * (high - low)
    ten = 10 ** np.floor(np.log10(reach))
    length = max(k * ten for k in (1, 2, 5) if k * ten <= reach)
    bottom = ax.get_ylim()[0]
    ax.plot([low, low + length], [bottom, bottom], color=palette.INK, linewidth=1.2, clip_on=False)
    ax.annotate(f"{length:g} µm", (low, bottom), xytext=(0, 3), textcoords="offset points", fontsize="small")


def _traces(ax: Axes, ds: xr.Dataset, moments: Sequence[float]) -> None:
    """V where the tree begins, and at the farthest place of every region."""
    rows = _rows(ds)
    for k, row in reversed(list(enumerate(rows))):
        colour = palette.SERIES[k % len(palette.SERIES)]
        ax.plot(ds["time"], ds["V"].values[:, row], color=colour, linewidth=1.1)
        ax.annotate(
            _name(ds, row), (1, 1), xytext=(5, -10 * k - 4), xycoords="axes fraction", textcoords="offset points",
            color=colour, fontsize="small", va="center",
        )  # fmt: skip
    for t in moments:
        ax.axvline(t, color=palette.HAIR, linewidth=0.6, zorder=0)
    ax.set_xlim(float(ds["time"][0]), float(ds["time"][-1]))
    ax.set_xlabel("Time (ms)")
    name_axis(ax, "V (mV)", 4)


def _rows(ds: xr.Dataset) -> list[int]:
    of = ds["at_compartment"].values
    if len(of) <= MOST:
        return list(range(len(of)))
    region, distance = ds["region"].values[of], ds["distance"].values[of]
    found = [0]
    for name in dict.fromkeys(region):
        mine = np.flatnonzero(region == name)
        far = int(mine[distance[mine].argmax()])
        if name != region[0] or len(set(region)) == 1:
            found.append(far)
    return found[:MOST]


def _name(ds: xr.Dataset, row: int) -> str:
    k = int(ds["at_compartment"][row])
    away = float(ds["distance"][k])
    return f"{ds['region'].values[k]}, {away:.0f} µm" if row or away > 20 else str(ds["region"].values[k])
