"""Curves of folds and Hopf points in the plane of two parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from . import palette
from .bifurcation import UNSTABLE, legend, marker_size, parameter_name
from .margin import room
from .style import BOTTOM, LABEL_GAP, LEFT, blank, name_axis, size, style, unit
from .traces import PlotError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure, SubFigure

MARKS = {
    "bogdanov-takens": ("o", palette.INK, "Bogdanov-Takens"),
    "cusp": ("^", palette.BLUE, "cusp"),
    "generalised hopf": ("D", palette.VERMILION, "generalised Hopf"),
    "fold-hopf": ("s", palette.PURPLE, "fold-Hopf"),
    "double hopf": ("P", palette.GREEN, "double Hopf"),
}


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
    """Draw the curves: folds blue, Hopf points vermilion (solid supercritical, dashed subcritical).

    Parameters
    ----------
    datasets : sequence of Dataset
        One map.
    trajectories : sequence of array (points, 2)
        Paths of the two quantities to draw on it, such as that of a burst, ``FastSlow.path``.
    """
    if len(datasets) != 1 or what is not None:
        raise PlotError("curves in two parameters are drawn one map at a time, and whole")
    ds = datasets[0]
    title = ds.attrs["cell"] if title is None else title
    lines: list[tuple[dict[str, Any], str]] = []
    if "fold" in ds["kind"].values:
        lines.append(({"color": palette.BLUE, "linewidth": 1.2}, "fold"))
    if "hopf" in ds["kind"].values:
        lines.append(({"color": palette.VERMILION, "linewidth": 1.2}, "Hopf, supercritical"))
        lines.append(({"color": palette.VERMILION, "linewidth": 1.2, "linestyle": UNSTABLE}, "Hopf, subcritical"))
    if len(trajectories):
        lines.append(({"color": palette.ORANGE, "linewidth": 0.8}, "trajectory"))
    marks: list[tuple[dict[str, Any], str]] = []
    for kind, a, b in zip(
        ds["special_kind"].values, ds["special_first"].values, ds["special_second"].values, strict=True
    ):
        mark, colour, name = MARKS[str(kind)]
        marks.append(({"marker": mark, "color": colour, "linestyle": ""}, f"{name}\n({a:.6g}, {b:.6g})"))
    with style(rc):
        margin = room([part for _, text in [*lines, *marks] for part in text.split("\n")]) + 0.1 * unit()
        page = blank(width, 3.4 * unit(), rc) if figure is None else figure
        if figure is not None:
            figure.clear()
        wide, high = size(page)
        left, bottom, top = LEFT * unit(), BOTTOM * unit(), 0.3 * unit()
        axes = page.add_axes((left / wide, bottom / high, (wide - left - margin) / wide, (high - bottom - top) / high))
        for index, kind in enumerate(ds["kind"].values):
            own = ds["curve"].values == index
            x, y, c = (ds[name].values[own] for name in ("first", "second", "coefficient"))
            if kind == "fold":
                axes.plot(x, y, color=palette.BLUE)
                continue
            above = np.nan_to_num(c) > 0
            cuts = [0, *(np.flatnonzero(above[1:] != above[:-1]) + 1), len(x)]
            for begin, end in pairwise(cuts):
                axes.plot(
                    x[begin : end + 1], y[begin : end + 1], color=palette.VERMILION,
                    linestyle=UNSTABLE if above[begin] else "-",
                )  # fmt: skip
        for (look, _), a, b in zip(marks, ds["special_first"].values, ds["special_second"].values, strict=True):
            axes.plot(
                [a],
                [b],
                **look,
                markersize=marker_size(look["marker"]),
                markeredgecolor="white",
                markeredgewidth=0.5,
                zorder=4,
            )
        for path in trajectories:
            points = np.asarray(path)
            axes.plot(points[:, 0], points[:, 1], color=palette.ORANGE, linewidth=0.8, zorder=1)
        limits = json.loads(ds.attrs["limits"])
        axes.set_xlim(limits[0])
        axes.set_ylim(limits[1])
        name_axis(axes, parameter_name(ds.attrs["second"], ds.attrs["second_unit"]), 7)
        axes.set_xlabel(parameter_name(ds.attrs["first"], ds.attrs["first_unit"]))
        legend(page, [*lines, *marks], wide - margin + LABEL_GAP * unit(), high - top)
        if title:
            page.text(left / wide, 1 - 0.08 * unit() / high, title, va="top", fontsize="large")
    return page
