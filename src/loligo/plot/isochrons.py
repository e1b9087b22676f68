"""Isochrons: the plane coloured by the phase at which a trajectory arrives on the cycle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import palette
from .plane import _axis
from .style import BOTTOM, LEFT, blank, name_axis, size, style, unit
from .traces import PlotError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure, SubFigure

LINES = 20


def draw(
    datasets: Sequence[xr.Dataset],
    what: str | Iterable[str] | None = None,
    *,
    figure: Figure | SubFigure | None = None,
    width: float = 7.0,
    title: str | None = None,
    rc: Mapping[str, Any] | None = None,
) -> Figure | SubFigure:
    """Draw the phase as a cyclic colour, isochrons as lines, the cycle on top; white is what never fires."""
    if len(datasets) != 1 or what is not None:
        raise PlotError("isochrons are drawn one at a time, and whole")
    ds = datasets[0]
    title = f"{ds.attrs['cell']}, {ds.attrs['current']:g} µA/cm²" if title is None else title
    with style(rc):
        page = blank(width, 3.8 * unit(), rc) if figure is None else figure
        if figure is not None:
            figure.clear()
        wide, high = size(page)
        left, bottom, top, margin = LEFT * unit(), BOTTOM * unit(), 0.3 * unit(), 0.95 * unit()
        axes = page.add_axes((left / wide, bottom / high, (wide - left - margin) / wide, (high - bottom - top) / high))
        phase = np.ma.masked_invalid(ds["phase"].values)
        image = axes.pcolormesh(
            ds.x, ds.y, phase, cmap="twilight", vmin=0, vmax=1, shading="nearest", rasterized=True, alpha=0.85
        )
        axes.plot(ds["cycle_x"], ds["cycle_y"], color=palette.INK, linewidth=1.4)
        # where the phase jumps from 1 to 0 there is no isochron: contours of cosine and sine have no such jump
        angle = 2 * np.pi * phase
        for k in range(LINES // 2):
            turned = np.ma.sin(angle - 2 * np.pi * k / LINES)
            axes.contour(ds.x, ds.y, turned, levels=[0.0], colors="white", linewidths=0.4)
        axes.set_xlim(float(ds.x[0]), float(ds.x[-1]))
        axes.set_ylim(float(ds.y[0]), float(ds.y[-1]))
        axes.set_xlabel(_axis(ds, "x", ds.attrs["x"]))
        name_axis(axes, _axis(ds, "y", ds.attrs["y"]), 7)
        bar = page.add_axes(((wide - 0.75 * unit()) / wide, bottom / high, 0.12 * unit() / wide,
                             (high - bottom - top) / high))  # fmt: skip
        page.colorbar(image, cax=bar, label="Asymptotic phase")
        if title:
            page.text(left / wide, 1 - 0.08 * unit() / high, title, va="top", fontsize="large")
    return page
