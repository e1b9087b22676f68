"""Panels side by side, in rows, that share their axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .style import BOTTOM, LEFT, size, unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

BETWEEN, NAMED, APART = 0.16, 0.24, 0.5  # inches: between panels; above one with a title; between rows with x axes


@dataclass(frozen=True)
class Layout:
    """How panels stand on a page.

    Parameters
    ----------
    count, columns : int
    ratio : float
        Height of a panel relative to its width.
    right : float
        Margin, inches.
    titled : bool
        Whether each has a title of its own.
    own_x : bool
        Whether each has an x axis of its own.
    """

    count: int
    columns: int
    ratio: float
    right: float
    titled: bool = False
    own_x: bool = False

    @property
    def rows(self) -> int:
        """Number of rows."""
        return -(-self.count // self.columns)

    @property
    def between(self) -> float:
        """From one row to the next, inches for type of 8 points."""
        return BETWEEN + (NAMED if self.titled else 0) + (APART if self.own_x else 0)

    def wide(self, width: float) -> float:
        """Width of a panel on a page of a given width, inches."""
        inner = width - (LEFT + self.right + BETWEEN * (self.columns - 1)) * unit()
        return max(0.3, inner / self.columns)

    def height(self, width: float) -> float:
        """Of all rows, without the margins of the page; inches."""
        own = self.rows * self.ratio * self.wide(width)
        return own + (self.between * (self.rows - 1) + (NAMED if self.titled else 0)) * unit()


def place(figure: Figure | SubFigure, layout: Layout, top: float) -> list[Axes]:
    """Put the panels on the page, row by row; only the outer ones show the numbers of axes that are shared.

    Parameters
    ----------
    figure : Figure or SubFigure
    layout : Layout
    top : float
        Margin, inches.
    """
    wide, high = size(figure)
    across = layout.wide(wide)
    spare = high - top - (BOTTOM + layout.between * (layout.rows - 1) + (NAMED if layout.titled else 0)) * unit()
    down = max(0.2, spare / layout.rows)
    found: list[Axes] = []
    for i in range(layout.count):
        row, column = divmod(i, layout.columns)
        x = LEFT * unit() + column * (across + BETWEEN * unit())
        y = high - top - (NAMED * unit() if layout.titled else 0) - down - row * (down + layout.between * unit())
        first = found[0] if found else None
        box = (x / wide, y / high, across / wide, down / high)
        axes = figure.add_axes(box, sharex=None if layout.own_x else first, sharey=first)
        lowest = i + layout.columns >= layout.count
        axes.tick_params(labelbottom=lowest or layout.own_x, labelleft=column == 0)
        found.append(axes)
    return found
