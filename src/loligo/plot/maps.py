"""A quantity over the plane of two parameters, as a map; over three, as maps side by side; of a table, as points.

The colours are those of *viridis*, whose lightness grows evenly and which colour-blind readers can follow. What is
silent has no colour at all, so that the edge of firing shows at any rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import facets, palette
from .facets import Layout
from .grid import Axis, Grid, only, thin
from .style import NAME, extent, logarithmic, size, unit
from .traces import PlotError

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.colors import BoundaryNorm, Normalize
    from matplotlib.figure import Figure, SubFigure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COLOURS = "viridis"
QUIET, MISSING = "#e8e6e1", "#ffffff"
MOST_MAPS = 9
TICKS = 8  # numbers at the bar of colours, and lines of equal value, at most
RATIO = 0.58  # height of a single map relative to its width
GAP, BAR, NUMBERS = 0.14, 0.13, 0.62  # inches: from the map to the bar of colours, its width, its numbers and name


def height(grid: Grid, width: float) -> float:
    """Of the panels, inches."""
    return _layout(grid).height(width)


def draw(
    figure: Figure | SubFigure, grids: Sequence[Grid], names: Sequence[str], *, top: float, contours: bool
) -> float:
    """Draw one map, or a few; returns the left edge of the panels, as a part of the width."""
    (grid,) = grids
    shown, across, up, over = _slices(grid)
    layout = _layout(grid)
    panels = facets.place(figure, layout, top)
    finite = only([values[~quiet] for values, quiet, _, _ in shown] if len(shown) == 1 else _shown(shown))
    norm = _norm(grid, finite)
    for ax, (values, quiet, missing, caption) in zip(panels, shown, strict=True):
        if grid.table:
            mesh = _points(ax, grid, values, quiet, missing, norm)
        else:
            mesh = _map(ax, across, up, values, quiet, missing, norm)
            if contours and finite.size:
                _contours(ax, across, up, values, quiet | missing, norm, label=len(panels) == 1)
        if over is not None:
            ax.set_title(caption, fontsize="medium", pad=4)
        _scale(ax, across, up)
    for i, ax in enumerate(panels):
        if i + layout.columns >= layout.count:
            ax.set_xlabel(across.name)
        if i % layout.columns == 0:
            ax.set_ylabel(up.name)
            ax.yaxis.label.set_verticalalignment("center")
            ax.yaxis.set_label_coords(-NAME * unit() * 72 / extent(ax)[0], 0.5)
    _bar(figure, panels, mesh if finite.size else None, grid)
    return float(panels[0].get_position().x0)


def _layout(grid: Grid) -> Layout:
    right = GAP + BAR + NUMBERS
    if grid.table or len(grid.axes) == 2:
        return Layout(1, 1, RATIO, right)
    count = len(thin(len(grid.axes[_panels_over(grid)].values), MOST_MAPS))
    columns = count if count <= 3 else 2 if count == 4 else 3
    return Layout(count, columns, 0.8, right, titled=True)


def _panels_over(grid: Grid) -> int:
    """The axis that becomes panels: the one with the fewest values, the last of equals."""
    lengths = [len(axis.values) for axis in grid.axes]
    return max(i for i, n in enumerate(lengths) if n == min(lengths))


Slice = tuple["Floats", Any, Any, str]


def _slices(grid: Grid) -> tuple[list[Slice], Axis, Axis, Axis | None]:
    """For each panel its values, what is quiet and what is missing, and its title; and the axes."""
    import numpy as np

    if grid.table:
        across, up = grid.axes
        return [(grid.values, grid.quiet, grid.missing, "")], across, up, None
    order = [i for i in range(len(grid.axes)) if len(grid.axes) == 2 or i != _panels_over(grid)]
    rest = [i for i in range(len(grid.axes)) if i not in order]
    arrays: list[Any] = [np.transpose(a, (*rest, *order)) for a in (grid.values, grid.quiet, grid.missing)]
    across, up = _sorted(grid.axes[order[0]]), _sorted(grid.axes[order[1]])
    places = np.ix_(_order(grid.axes[order[0]]), _order(grid.axes[order[1]]))
    if not rest:
        values, quiet, missing = (a[places] for a in arrays)
        return [(values, quiet, missing, "")], across, up, None
    over, found = grid.axes[rest[0]], []
    for i in (_order(over)[k] for k in thin(len(_order(over)), MOST_MAPS)):
        values, quiet, missing = (a[i][places] for a in arrays)
        found.append((values, quiet, missing, over.at(i)))
    return found, across, up, over


def _order(axis: Axis) -> Any:
    import numpy as np

    return np.unique(axis.values, return_index=True)[1]


def _sorted(axis: Axis) -> Axis:
    return Axis(axis.path, axis.unit, axis.values[_order(axis)])


def _shown(slices: Sequence[Slice]) -> Floats:
    import numpy as np

    return np.concatenate([values[~quiet].ravel() for values, quiet, _, _ in slices])


def _norm(grid: Grid, finite: Floats) -> Normalize | BoundaryNorm:
    """From values to colours; a few whole numbers get a colour each."""
    from matplotlib import colormaps
    from matplotlib.colors import BoundaryNorm, Normalize

    if not finite.size:
        return Normalize(0, 1)
    low, high = float(finite.min()), float(finite.max())
    whole = bool((finite == finite.round()).all()) and grid.unit in ("", "1")
    if whole and 1 <= high - low <= 11:
        return BoundaryNorm([low - 0.5 + i for i in range(int(high - low) + 2)], colormaps[COLOURS].N)
    spread = high - low if high > low else max(abs(high), 1.0)
    return Normalize(low, low + spread)


def edges(values: Floats, logarithmic: bool) -> Floats:
    """Edges of cells around increasing values: half way between them, by difference or by ratio."""
    import numpy as np

    v = np.log(values) if logarithmic else values
    if len(v) == 1:
        v = np.array([v[0] - 0.5, v[0] + 0.5])
        middle = v
    else:
        inner = (v[1:] + v[:-1]) / 2
        middle = np.concatenate([[1.5 * v[0] - 0.5 * v[1]], inner, [1.5 * v[-1] - 0.5 * v[-2]]])
    found: Floats = np.exp(middle) if logarithmic else middle
    return found


def _map(ax: Axes, across: Axis, up: Axis, values: Floats, quiet: Any, missing: Any, norm: Any) -> Any:
    import numpy as np
    from matplotlib.colors import ListedColormap

    x, y = edges(across.values, across.logarithmic), edges(up.values, up.logarithmic)
    plain: dict[str, Any] = {"rasterized": True, "linewidth": 0, "edgecolors": "none"}
    for mask, colour, depth in ((missing, MISSING, 0.4), (quiet, QUIET, 0.5)):  # the hatch lies in between
        if mask.any():
            shown = np.ma.masked_where(~mask, np.zeros(mask.shape)).T
            ax.pcolormesh(x, y, shown, cmap=ListedColormap([colour]), zorder=depth, **plain)
    if missing.any():
        _hatch(ax)
    return ax.pcolormesh(
        x, y, np.ma.masked_where(quiet | missing, values).T, cmap=COLOURS, norm=norm, zorder=0.6, **plain
    )


def _hatch(ax: Axes) -> None:
    """Hatch the ground of a panel, which shows where nothing else is drawn."""
    from matplotlib.patches import Rectangle

    look: dict[str, Any] = {"hatch": "//////", "fill": False, "edgecolor": palette.HAIR, "linewidth": 0}
    ax.add_patch(Rectangle((0, 0), 1, 1, transform=ax.transAxes, zorder=0.45, **look))


def _points(ax: Axes, grid: Grid, values: Floats, quiet: Any, missing: Any, norm: Any) -> Any:
    x, y = (axis.values for axis in grid.axes)
    area = min(36.0, max(3.0, 12000.0 / len(x)))
    if missing.any():
        ax.scatter(x[missing], y[missing], s=area, marker="x", color=palette.HAIR, linewidth=0.6)
    ax.scatter(x[quiet], y[quiet], s=area, color=QUIET, edgecolors=palette.HAIR, linewidth=0.4)
    good = ~quiet & ~missing
    return ax.scatter(
        x[good], y[good], c=values[good], s=area, cmap=COLOURS, norm=norm, edgecolors="white", linewidth=0.3
    )


def _contours(ax: Axes, across: Axis, up: Axis, values: Floats, hidden: Any, norm: Any, *, label: bool) -> None:
    """Lines of equal value at the numbers of the bar of colours; none across a jump, where they would lie in a heap."""
    import numpy as np
    from matplotlib.ticker import MaxNLocator

    seen = values[~hidden]
    if min(values.shape) < 8 or (seen == seen.round()).all():
        return
    ticks = MaxNLocator(nbins=TICKS, steps=[1, 2, 5, 10]).tick_values(norm.vmin, norm.vmax)
    levels = [v for v in ticks if norm.vmin < v < norm.vmax]
    broken = hidden | _jumps(np.where(hidden, np.nan, values), 2 * (ticks[1] - ticks[0]))
    if not levels or broken.all():
        return
    shown = np.ma.masked_where(broken, values).T
    look: dict[str, Any] = {"colors": "white", "linewidths": 0.6, "linestyles": "solid", "alpha": 0.75}
    lines = ax.contour(across.values, up.values, shown, levels=levels, **look)
    if label:
        ax.clabel(lines, fmt="%g", fontsize="small", inline_spacing=3)


def _jumps(values: Floats, limit: float) -> Any:
    """Cells that differ from a neighbour by more than the limit."""
    import numpy as np

    found = np.zeros(values.shape, dtype=bool)
    for axis in (0, 1):
        far = np.abs(np.diff(values, axis=axis)) > limit
        found |= np.insert(far, 0, False, axis=axis) | np.insert(far, far.shape[axis], False, axis=axis)
    return found


def _scale(ax: Axes, across: Axis, up: Axis) -> None:
    for axis, which in ((across, "x"), (up, "y")):
        if axis.logarithmic:
            logarithmic(ax, which)


def _bar(figure: Figure | SubFigure, panels: Sequence[Axes], mesh: Any, grid: Grid) -> None:
    """The bar of colours beside the panels, and below it what is silent or missing."""
    from matplotlib.colors import BoundaryNorm
    from matplotlib.patches import Rectangle
    from matplotlib.ticker import MaxNLocator

    wide, high = size(figure)
    boxes = [ax.get_position() for ax in panels]
    right = max(box.x1 for box in boxes) * wide + GAP * unit()
    low, top = min(box.y0 for box in boxes) * high, max(box.y1 for box in boxes) * high
    patches = []
    if grid.quiet.any():
        patches.append((QUIET, "", grid.quiet_word))
    if grid.missing.any():
        patches.append((MISSING, "//////", "not run" if not mesh else "failed or\nnot run"))
    side = BAR * unit()
    for colour, hatch, word in patches:
        box = (right / wide, low / high, side / wide, side / high)
        figure.add_artist(
            Rectangle(box[:2], box[2], box[3], transform=figure.transSubfigure, facecolor=colour, hatch=hatch,
                      edgecolor=palette.HAIR, linewidth=0.6)
        )  # fmt: skip
        figure.text((right + side + 0.05 * unit()) / wide, (low + side / 2) / high, word, va="center_baseline")
        low += side + 0.09 * unit()
    if mesh is None:
        return
    if top - low < 0.2:
        raise PlotError("the figure is too low for a bar of colours; give it more height")
    axes = figure.add_axes((right / wide, low / high, side / wide, (top - low) / high))
    bar = figure.colorbar(mesh, cax=axes)
    bar.outline.set_visible(False)
    bar.set_label(grid.label)
    if isinstance(mesh.norm, BoundaryNorm):
        whole = [edge + 0.5 for edge in mesh.norm.boundaries[:-1]]
        bar.set_ticks(whole)
        axes.tick_params(which="minor", size=0)
    else:
        axes.yaxis.set_major_locator(MaxNLocator(nbins=TICKS, steps=[1, 2, 5, 10], min_n_ticks=2))
