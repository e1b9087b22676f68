"""Traces over one axis, each above the one before; or spikes, one row of marks for each variant."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from typing import TYPE_CHECKING

from . import palette
from .grid import Grid, only, thin
from .style import BOTTOM, extent, logarithmic, name_axis, size, stack, unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

MOST_TRACES = 24
ROW, LEAST, MOST = 0.34, 1.6, 6.0  # inches: one trace; all of them, at least and at most
RASTER = 3.2  # inches
SHARE = 1.08  # distance of two traces, in units of their range
BAR_GAP = 0.1  # inches, from the traces to the bar that is their scale


def height(grid: Grid, width: float) -> float:
    """Of the panel, inches."""
    if grid.extra == "spike":
        return RASTER * unit()
    return min(MOST, max(LEAST, ROW * len(thin(len(grid.axes[0].values), MOST_TRACES)))) * unit()


def draw(
    figure: Figure | SubFigure, grids: Sequence[Grid], names: Sequence[str], *, top: float, contours: bool
) -> float:
    """Draw the traces; returns the left edge of the panel, as a part of the width."""
    (grid,) = grids
    raster = grid.extra == "spike"
    right = 0.15 if raster else 0.75
    rest = size(figure)[1] - top - BOTTOM * unit()
    (ax,) = stack(figure, [rest], right=right * unit(), top=top, above=[0.0])
    if raster:
        _raster(ax, grid)
    else:
        _traces(ax, grid)
    ax.set_xlabel("Time (ms)")
    return float(ax.get_position().x0)


def _raster(ax: Axes, grid: Grid) -> None:
    import numpy as np

    axis = grid.axes[0]
    level = np.repeat(axis.values, grid.values.shape[1])
    rows = len(axis.values)
    ax.plot(
        grid.values.ravel(), level, linestyle="none", marker="|" if rows <= 40 else ".", color=palette.INK,
        markersize=min(6.0, max(2.4, 120 / rows)), markeredgewidth=0.7 if rows <= 40 else 0, label=grid.name,
    )  # fmt: skip
    ax.set_xlim(0.0, grid.duration)
    name_axis(ax, axis.name, ticks=7)
    if axis.logarithmic:
        logarithmic(ax, "y")


def _traces(ax: Axes, grid: Grid) -> None:
    """The traces, lowest value at the bottom, numbered by the value of the axis; a bar at the right is their scale."""
    import numpy as np

    assert grid.time is not None
    axis = grid.axes[0]
    order = np.argsort(axis.values, kind="stable")
    shown = [order[i] for i in thin(len(order), MOST_TRACES)]
    finite = only(grid.values[shown])
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    step = SHARE * (high - low or 1.0)
    places = []
    for rank, i in enumerate(shown):
        shift = rank * step
        trace = grid.values[i]
        known = only(trace)
        places.append(shift + (float(known[0]) if known.size else low))
        ax.plot(grid.time, trace + shift, color=palette.INK, linewidth=0.8, label=f"{axis.values[i]:g}")
    ax.set_xlim(float(grid.time[0]), float(grid.time[-1]))
    ax.set_ylim(low - 0.04 * step, high + (len(shown) - 1) * step + 0.04 * step)
    name_axis(ax, axis.name, ticks=7)
    ax.set_yticks(places, [f"{axis.values[i]:.4g}" for i in shown])
    ax.tick_params(axis="y", length=0)
    ax.spines.left.set_visible(False)
    _ruler(ax, grid, low, high)


def _ruler(ax: Axes, grid: Grid, low: float, high: float) -> None:
    """A bar of round length, in the unit of the traces."""
    span = (high - low) or 1.0
    power = 10.0 ** floor(log10(span))
    length = max(m * power for m in (0.5, 1.0, 2.0, 5.0) if m * power <= span)
    x = 1 + BAR_GAP * unit() * 72 / extent(ax)[0]
    ax.plot([x, x], [low, low + length], color=palette.INK, linewidth=1.4, transform=ax.get_yaxis_transform(),
            clip_on=False, solid_capstyle="butt", scalex=False, scaley=False, label="_scale")  # fmt: skip
    unit_text = f" {grid.unit}" if grid.unit not in ("", "1") else ""
    ax.text(x + 0.06 * unit() * 72 / extent(ax)[0], low + length / 2, f"{grid.name}\n{length:g}{unit_text}",
            transform=ax.get_yaxis_transform(), va="center", fontsize="small")  # fmt: skip
