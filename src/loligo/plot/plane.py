"""The phase plane: nullclines, flow, fixed points, separatrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import palette
from .bifurcation import UNSTABLE, legend, parameter_name
from .margin import room
from .style import BOTTOM, LABEL_GAP, LEFT, blank, name_axis, size, style, unit
from .traces import PlotError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

ARROWS = 18  # in each direction


def draw(
    datasets: Sequence[xr.Dataset],
    what: str | Iterable[str] | None = None,
    *,
    figure: Figure | SubFigure | None = None,
    width: float = 7.0,
    title: str | None = None,
    trajectories: Sequence[Any] = (),
    rc: Mapping[str, Any] | None = None,
) -> Figure | SubFigure:
    """Draw a phase plane.

    Parameters
    ----------
    datasets : sequence of Dataset
        One plane.
    trajectories : sequence of array (points, 2)
        Paths to draw on it, as ``PhasePlane.trajectory`` returns them.
    """
    if len(datasets) != 1 or what is not None:
        raise PlotError("phase planes are drawn one at a time, and whole")
    ds = datasets[0]
    first, second = ds.attrs["x"], ds.attrs["y"]
    threshold = str(ds["separatrix_x"].attrs["long_name"])
    rows: list[tuple[dict[str, Any], str]] = [
        ({"color": palette.VERMILION, "linewidth": 1.3}, f"d{first}/dt = 0"),
        ({"color": palette.BLUE, "linewidth": 1.3}, f"d{second}/dt = 0"),
    ]
    if ds.sizes["separatrix"]:
        rows.append(({"color": palette.PURPLE, "linewidth": 1.1, "linestyle": UNSTABLE}, threshold))
    if len(trajectories):
        rows.append(({"color": palette.INK, "linewidth": 1.0}, "trajectory"))
    for stable, kind in zip(ds["fixed_stable"].values, ds["fixed_kind"].values, strict=True):
        look = {
            "marker": "o",
            "linestyle": "",
            "color": palette.INK if stable else "white",
            "markeredgecolor": palette.INK,
            "markeredgewidth": 0.8,
        }
        rows.append((look, str(kind)))
    title = f"{ds.attrs['cell']}, {ds.attrs['current']:g} µA/cm²" if title is None else title
    with style(rc):
        margin = room([text for _, text in rows]) + 0.1 * unit()
        page = blank(width, 3.6 * unit(), rc) if figure is None else figure
        if figure is not None:
            figure.clear()
        wide, high = size(page)
        left, bottom, top = LEFT * unit(), BOTTOM * unit(), 0.3 * unit()
        axes = page.add_axes((left / wide, bottom / high, (wide - left - margin) / wide, (high - bottom - top) / high))
        _flow(axes, ds)
        axes.plot(ds["x_nullcline_x"], ds["x_nullcline_y"], color=palette.VERMILION, linewidth=1.3)
        axes.plot(ds["y_nullcline_x"], ds["y_nullcline_y"], color=palette.BLUE, linewidth=1.3)
        axes.plot(ds["separatrix_x"], ds["separatrix_y"], color=palette.PURPLE, linewidth=1.1, linestyle=UNSTABLE)
        for path in trajectories:
            points = np.asarray(path)
            axes.plot(points[:, 0], points[:, 1], color=palette.INK, linewidth=1.0)
        for x, y, stable in zip(ds["fixed_x"].values, ds["fixed_y"].values, ds["fixed_stable"].values, strict=True):
            axes.plot(
                [x], [y], marker="o", markersize=4.5, color=palette.INK if stable else "white",
                markeredgecolor=palette.INK, markeredgewidth=0.8, zorder=5,
            )  # fmt: skip
        axes.set_xlim(float(ds.x[0]), float(ds.x[-1]))
        axes.set_ylim(float(ds.y[0]), float(ds.y[-1]))
        axes.set_xlabel(_axis(ds, "x", first))
        name_axis(axes, _axis(ds, "y", second), 7)
        legend(page, rows, wide - margin + LABEL_GAP * unit(), high - top)
        if title:
            page.text(left / wide, 1 - 0.08 * unit() / high, title, va="top", fontsize="large")
    return page


def _axis(ds: xr.Dataset, name: str, path: str) -> str:
    units = ds[name].attrs["units"]
    return parameter_name("Membrane potential" if path == "V" else path, "" if units == "1" else units)


def _flow(axes: Axes, ds: xr.Dataset) -> None:
    """Arrows of one length: the direction of the flow, in the plane as it is drawn."""
    step = max(1, len(ds.x) // ARROWS)
    part = ds.isel(x=slice(step // 2, None, step), y=slice(step // 2, None, step))
    u = part["dx"].values / float(np.ptp(ds.x.values))
    v = part["dy"].values / float(np.ptp(ds.y.values))
    box = axes.get_position()
    wide, high = size(axes.figure)
    u, v = u * box.width * wide, v * box.height * high
    length = np.hypot(u, v)
    length = np.where(length > 0, length, 1.0)
    axes.quiver(
        part.x, part.y, u / length, v / length, color=palette.HAIR, angles="uv", pivot="mid", scale=34, width=0.0016,
        headwidth=4, headlength=4, headaxislength=3.5, zorder=0.6,
    )  # fmt: skip
