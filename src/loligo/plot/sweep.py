"""A sweep: a curve over one axis, a map over two, maps side by side over three; scattered points; stacked traces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import curve, maps, stacked
from .grid import Grid, read
from .style import blank, page_height, size, style, unit
from .traces import PlotError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure, SubFigure

MOST_AXES = 3


def draw(
    datasets: Sequence[xr.Dataset],
    what: str | Iterable[str] | None = None,
    *,
    figure: Figure | SubFigure | None = None,
    width: float = 7.0,
    variable: str | None = None,
    title: str | None = None,
    labels: Sequence[str] | None = None,
    contours: bool = True,
    rc: Mapping[str, Any] | None = None,
) -> Figure | SubFigure:
    """Draw one quantity of a sweep.

    Over one axis it is a curve (several sweeps over the same axis are laid over one another), over two a map, over
    three maps side by side that share one scale. Of a table, each row is a point: against the one column, in the plane
    of two, or against each of more. Traces and spike times over one axis are stacked.

    Parameters
    ----------
    datasets : sequence of Dataset
        Sweeps, as `loligo.simulate` returns them.
    what : str, optional
        The same as `variable`.
    figure : Figure or SubFigure, optional
        Draw here, in place of what is there. By default a new figure.
    width : float
        Of a new figure, inches. Its height follows from what is drawn.
    variable : str, optional
        What to draw; by default the rate, else the number of spikes, else what was recorded first.
    title : str, optional
        By default that of the study, or the name of the cell and axes of one value; ``""`` for none.
    labels : sequence of str, optional
        One name for each sweep.
    contours : bool
        Whether lines of equal value are laid over a map.
    rc : mapping, optional
        Settings of matplotlib to lay over the package's style.

    Raises
    ------
    PlotError
        If there is no such quantity, or it has too many dimensions to be drawn.
    """
    grids = [read(ds, _one(what, variable)) for ds in datasets]
    first = grids[0]
    names = _names(labels, grids)
    if title is None:
        shared = len({grid.cell for grid in grids}) == 1 and labels is None
        own = str(datasets[0].attrs.get("title", ""))
        title = own or ", ".join(
            (*(text for text in [first.cell] if text and (shared or len(grids) == 1)), *first.fixed)
        )
    picture = _picture(first)
    if len(grids) > 1 and picture is not curve:
        raise PlotError("only curves over one axis can be laid over one another; draw these sweeps one by one")
    with style(rc):
        top = (0.3 if title else 0.12) * unit()
        if figure is None:
            high = page_height([picture.height(first, width)], top, [0.0])
            figure = blank(width, high, rc)
        else:
            figure.clear()
            figure.set_facecolor("white")
        edge = picture.draw(figure, grids, names, top=top, contours=contours)
        if title:
            high = size(figure)[1]
            figure.text(edge, 1 - 0.08 * unit() / high, title, va="top", fontsize="large", fontweight="bold")
    return figure


def _picture(grid: Grid) -> Any:
    """The file that draws such a quantity."""
    many = len(grid.axes)
    if grid.extra:
        if many > 1 and not grid.table:
            choice = ", ".join(f"'{axis.path}': 0" for axis in grid.axes[1:])
            raise PlotError(
                f"'{grid.name}' over {grid.extra} and {many} axes cannot be drawn; choose, such as "
                f"grid.isel({{{choice}}}), or draw a quantity: variable='rate'"
            )
        if grid.extra in ("time", "spike"):
            return stacked
        raise PlotError(f"'{grid.name}' has a dimension '{grid.extra}' of its own; choose with isel({grid.extra}=0)")
    if not many:
        raise PlotError("nothing varies in this sweep, so there is no axis to draw along; read the number itself")
    if many == 1 or (grid.table and many > 2):
        return curve
    if many > MOST_AXES:
        choice = ", ".join(f"'{axis.path}': 0" for axis in grid.axes[MOST_AXES:])
        raise PlotError(
            f"a picture has at most {MOST_AXES} axes, and this sweep {many}; choose: grid.isel({{{choice}}})"
        )
    return maps


def _one(what: Any, variable: str | None) -> str | None:
    """The quantity to draw, by either of its names."""
    if what is None:
        return variable
    items = [what] if isinstance(what, str) else list(what)
    if len(items) != 1 or (variable is not None and variable != items[0]):
        raise PlotError(f"one quantity of a sweep is drawn at a time, not {', '.join(map(str, items))}")
    return str(items[0])


def _names(labels: Sequence[str] | None, grids: Sequence[Grid]) -> list[str]:
    if labels is None:
        cells = [grid.cell for grid in grids]
        return cells if len(set(cells)) == len(cells) else [f"sweep {i + 1}" for i in range(len(grids))]
    if isinstance(labels, str) or len(labels) != len(grids):
        number = 1 if isinstance(labels, str) else len(labels)
        raise PlotError(f"labels= takes one name for each sweep: {len(grids)} sweep(s), {number} name(s)")
    return [str(label) for label in labels]
