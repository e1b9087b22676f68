"""Figures that look the same everywhere: the style file, pages of stacked panels, and the furniture of an axis.

**What kind of figure.** `matplotlib.pyplot` is never imported. Its figures are kept alive in a global list until they
are closed, so that a loop over a thousand runs would fill the memory, and it may want a display. The figures made here
belong to whoever holds them. Three things follow, and are seen to:

- *notebooks* show such a figure when it is the value of a cell, because `blank` gives it a ``_repr_png_`` (a bare
  ``matplotlib.figure.Figure`` shows itself only after somebody imported pyplot);
- *scripts* and servers call ``figure.savefig("run.pdf")``: PNG, PDF and SVG need no display. The style file is in force
  while it saves, so that resolution and font embedding are those of the package;
- *a window* is pyplot's business: ``lo.plot(ds, figure=plt.figure()); plt.show()``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import nearest
from .palette import HAIR
from .traces import PlotError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

STYLE = Path(__file__).with_name("loligo.mplstyle")
# In inches, for type of 8 points (see `unit`):
LEFT, BOTTOM, GAP = 0.78, 0.42, 0.13  # beside, below and between the panels
NAME, LABEL_GAP = 0.57, 0.06  # from an axis to its name on the left, and to the names of the lines on the right


@contextmanager
def style(changes: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Draw in the style of the package, and leave matplotlib's settings as they were.

    Parameters
    ----------
    changes : mapping, optional
        Settings of matplotlib (``rcParams``) to lay over the style, such as ``{"font.size": 10}``.
    """
    from matplotlib import rc_context, rcParams

    with rc_context(fname=STYLE):
        for name, value in (changes or {}).items():
            if name not in rcParams:
                raise PlotError(f"rc= has '{name}', which is no setting of matplotlib; {nearest(name, rcParams)}")
            rcParams[name] = value  # type: ignore[index]
        yield


def unit() -> float:
    """An inch on a page set in type of 8 points; larger where the type in force is larger."""
    from matplotlib import rcParams

    return float(rcParams["font.size"]) / 8


@cache
def _figure_class() -> type[Figure]:
    from io import BytesIO

    from matplotlib.figure import Figure

    class Page(Figure):
        """A figure that keeps its style when it is saved and shows itself in a notebook."""

        changes: Mapping[str, Any] | None = None

        def savefig(self, fname: Any, *, transparent: bool | None = None, **kwargs: Any) -> None:
            with style(self.changes):
                super().savefig(fname, transparent=transparent, **kwargs)

        def _repr_png_(self) -> bytes:
            stream = BytesIO()
            self.savefig(stream, format="png", dpi=self.dpi)
            return stream.getvalue()

    return Page


def blank(width: float, height: float, changes: Mapping[str, Any] | None = None) -> Figure:
    """Return an empty figure that pyplot knows nothing of, with a canvas that needs no display.

    Parameters
    ----------
    width, height : float
        In inches.
    changes : mapping, optional
        Settings over the style, which come into force again when the figure is saved.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = _figure_class()(figsize=(width, height))
    figure.changes = changes  # type: ignore[attr-defined]
    FigureCanvasAgg(figure)
    return figure


def stack(
    figure: Figure | SubFigure,
    heights: Sequence[float],
    *,
    right: float,
    top: float,
    above: Sequence[float],
    axes: Sequence[str] = (),
) -> list[Axes]:
    """Stack panels; neighbours share their horizontal axis, and only the lowest of them shows its numbers.

    Parameters
    ----------
    figure : Figure or SubFigure
        Filled from edge to edge. Where its height differs from the one asked for, the panels shrink or grow.
    heights : sequence of float
        Height of each panel, inches.
    right, top : float
        Margins, inches.
    above : sequence of float
        Room to leave free above each panel in addition to the usual gap, inches.
    axes : sequence of str, optional
        What the horizontal axis of each panel is; one for all unless given.

    Returns
    -------
    list of Axes
        From top to bottom.
    """
    from matplotlib.ticker import MaxNLocator

    wide, high = size(figure)
    left, gap = LEFT * unit(), GAP * unit()
    stretch = max(0.2, (high - page_height([0.0] * len(heights), top, above, axes)) / sum(heights))
    panels: list[Axes] = []
    y = high - top
    for place, (height, room) in enumerate(zip(heights, above, strict=True)):
        alone = place == 0 or _parted(axes, place)
        y -= height * stretch + room + (BOTTOM * unit() if alone and place else 0.0)
        box = (left / wide, y / high, max(0.2, wide - left - right) / wide, height * stretch / high)
        panels.append(figure.add_axes(box, sharex=None if alone else panels[-1]))
        if alone:
            panels[-1].xaxis.set_major_locator(
                MaxNLocator(nbins=max(5, round(1.3 * (wide - left - right) / unit())), steps=[1, 2, 5, 10])
            )
        y -= gap
    for place, panel in enumerate(panels[:-1], start=1):
        if not _parted(axes, place):
            panel.tick_params(axis="x", which="both", bottom=False, labelbottom=False)
            panel.spines.bottom.set_visible(False)
    return panels


def _parted(axes: Sequence[str], place: int) -> bool:
    """Has a panel another horizontal axis than the one above it?"""
    return bool(axes) and axes[place] != axes[place - 1]


def page_height(heights: Sequence[float], top: float, above: Sequence[float], axes: Sequence[str] = ()) -> float:
    """Height in inches of a page on which `stack` gives every panel the height asked for."""
    between = sum(_parted(axes, place) for place in range(1, len(axes)))
    return top + (BOTTOM * (1 + between) + GAP * (len(heights) - 1)) * unit() + sum(above) + sum(heights)


def size(figure: Figure | SubFigure) -> tuple[float, float]:
    """Width and height of a figure, or of the part of one, in inches."""
    return figure.bbox.width / figure.dpi, figure.bbox.height / figure.dpi


def extent(axes: Axes) -> tuple[float, float]:
    """Width and height of a panel, in points."""
    box = axes.get_position()
    wide, high = size(axes.figure)
    return box.width * wide * 72, box.height * high * 72


def name_axis(axes: Axes, text: str, ticks: int) -> None:
    """Name the vertical axis (all names stand in one column) and limit how many numbers it bears."""
    from matplotlib.ticker import MaxNLocator

    axes.set_ylabel(text)
    axes.yaxis.label.set_verticalalignment("center")
    axes.yaxis.set_label_coords(-NAME * unit() * 72 / extent(axes)[0], 0.5)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=ticks, steps=[1, 2, 5, 10], min_n_ticks=2))


def logarithmic(axes: Axes, which: str) -> None:
    """Spread an axis (``"x"`` or ``"y"``) by ratios, with numbers as people write them."""
    from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter

    (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    axis = axes.xaxis if which == "x" else axes.yaxis
    low, high = sorted(axis.get_view_interval())
    if high < 3 * low:  # hardly more than one of 1, 2, 5, ...: round numbers at even distances say more
        (axes.set_xscale if which == "x" else axes.set_yscale)("linear")
        return
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if high < 1000 * low else (1.0,)))
    axis.set_major_formatter(FormatStrFormatter("%g"))
    axis.set_minor_formatter(NullFormatter())


def heading(figure: Figure | SubFigure, axes: Axes, title: str, below: str = "") -> None:
    """Write a title into the top left corner, in line with a panel, and in grey what is to stand below it."""
    edge, high = axes.get_position().x0, size(figure)[1]
    figure.text(edge, 1 - 0.08 * unit() / high, title, va="top", fontsize="large", fontweight="bold")
    if below:
        figure.text(edge, 1 - 0.27 * unit() / high, below, va="top", color="#555555")


def zero_line(axes: Axes) -> None:
    """Draw a hairline at zero, behind everything, where zero is inside the panel."""
    low, high = axes.get_ylim()
    if low < 0 < high:
        axes.axhline(0, color=HAIR, linewidth=0.5, zorder=0.5)
