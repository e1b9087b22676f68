"""A quantity over one axis, as a curve; of a table, as points against each of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from . import facets, palette
from .facets import Layout
from .grid import FIRST, Axis, Grid, only, thin
from .margin import Label, room, write
from .style import extent, logarithmic, name_axis, unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

RATIO = 0.5
DOTS = 60  # up to so many values, each is marked
MOST_PANELS = 12


def height(grid: Grid, width: float) -> float:
    """Of the panels, inches."""
    return _layout(grid, 0.15).height(width)


def draw(
    figure: Figure | SubFigure, grids: Sequence[Grid], names: Sequence[str], *, top: float, contours: bool
) -> float:
    """Draw the curves, the last one in front; returns the left edge of the panels, as a part of the width."""
    many = len(grids)
    colours = [palette.ghost(palette.INK, many - 1 - i, many) for i in range(many)]
    right = max(0.15, room(names) / unit()) if many > 1 else 0.15
    panels = facets.place(figure, _layout(grids[0], right), top)
    if grids[0].table:
        _clouds(panels, grids[0])
    else:
        for grid, colour in zip(grids, colours, strict=True):
            _curve(panels[0], grid, colour)
        panels[0].set_xlabel(grids[0].axes[0].name)
    for ax in panels[:: _layout(grids[0], right).columns]:
        longest = int(extent(ax)[1] / (4.5 * unit()))
        name_axis(ax, "\n".join(wrap(grids[0].label, max(12, longest), break_long_words=False)), ticks=7)
    _limits(panels[0], grids)
    if many > 1:
        ends = [only(grid.values[_increasing(grid.axes[0])]) for grid in grids]
        write(panels[0], [Label(n, e[-1] if e.size else None, c) for n, e, c in zip(names, ends, colours, strict=True)])
    return float(panels[0].get_position().x0)


def _layout(grid: Grid, right: float) -> Layout:
    if len(grid.axes) == 1:
        return Layout(1, 1, RATIO, right)
    count = len(thin(len(grid.axes), MOST_PANELS))
    return Layout(count, min(3 if count != 4 else 2, count), 0.8, right, own_x=True)


def _increasing(axis: Axis) -> Any:
    import numpy as np

    return np.argsort(axis.values, kind="stable")


def _curve(ax: Axes, grid: Grid, colour: str) -> None:
    """One curve, with a gap where firing begins or ends: there, nothing lies in between."""
    import numpy as np

    order = _increasing(grid.axes[0])
    x, y, quiet = grid.axes[0].values[order], grid.values[order], grid.quiet[order]
    if grid.name in FIRST:
        jumps = np.flatnonzero(quiet[1:] != quiet[:-1]) + 1
        x, y = np.insert(x, jumps, np.nan), np.insert(y, jumps, np.nan)
    marked = len(order) <= DOTS
    ax.plot(x, y, color=colour, marker="o" if marked else "", markersize=2.6, label=grid.name)
    lost = grid.axes[0].values[grid.missing]
    if lost.size:
        ax.plot(lost, [0.015] * lost.size, "x", color=palette.QUIET, markersize=3.5, transform=ax.get_xaxis_transform())
    if grid.axes[0].logarithmic:
        logarithmic(ax, "x")


def _clouds(panels: Sequence[Axes], grid: Grid) -> None:
    from matplotlib.ticker import MaxNLocator

    shown = thin(len(grid.axes), MOST_PANELS)
    size = min(4.0, max(0.8, 60.0 / len(grid.values) ** 0.5))
    for ax, i in zip(panels, shown, strict=True):
        axis = grid.axes[i]
        for mask, colour in ((grid.quiet, palette.HAIR), (~grid.quiet & ~grid.missing, palette.INK)):
            values = grid.values[mask]
            ax.plot(axis.values[mask], values, ".", color=colour, markersize=2 * size, markeredgewidth=0, alpha=0.8)
        if axis.logarithmic:
            logarithmic(ax, "x")
        else:
            ax.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
        ax.set_xlabel(axis.name)


def _limits(ax: Axes, grids: Sequence[Grid]) -> None:
    """Zero is on the axis of what is counted; a little air elsewhere."""
    import numpy as np

    values = only(np.concatenate([grid.values.ravel() for grid in grids]))
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    if grids[0].name in FIRST:
        low = min(low, 0.0)
    if high <= low:
        low, high = low - 0.5, high + 0.5
    air = 0.05 * (high - low)
    ax.set_ylim(low - air, high + air)
