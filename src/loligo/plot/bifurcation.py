"""The bifurcation diagram: membrane potential and frequency over a parameter, stability, special points with numbers.

Solid lines are stable, dashed ones unstable. Equilibria are ink, cycles blue: their largest and smallest V. What the
markers mean, and where they lie, stands in the margin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import nearest
from . import palette
from .style import BOTTOM, GAP, LABEL_GAP, LEFT, blank, name_axis, size, style, unit
from .traces import PlotError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

PANELS = {
    "V": ("Membrane potential (mV)", 2.6),
    "frequency": ("Frequency (Hz)", 1.1),
    "eigenvalues": ("Real part of the\neigenvalues (1/ms)", 1.3),
    "multipliers": ("Size of the\nmultipliers", 1.3),
}
MARKS = {
    "fold": ("s", palette.INK, "fold"),
    "hopf": ("o", palette.VERMILION, "Hopf"),
    "branch point": ("X", palette.INK, "branch point"),
    "fold of cycles": ("D", palette.BLUE, "fold of cycles"),
    "period doubling": ("^", palette.PURPLE, "period doubling"),
    "torus": ("P", palette.GREEN, "torus"),
    "homoclinic": ("*", palette.OCHRE, "homoclinic"),
    "snic": ("*", palette.OCHRE, "saddle-node on\ninvariant circle"),
}
STABLE, UNSTABLE = "-", (0, (2.6, 1.6))
CROWD, PART = 3, 0.12  # so many special points within this part of the range get a panel of their own


def draw(
    datasets: Sequence[xr.Dataset],
    what: str | Iterable[str] | None = None,
    *,
    figure: Figure | SubFigure | None = None,
    width: float = 7.0,
    title: str | None = None,
    zoom: tuple[float, float] | bool = True,
    rc: Mapping[str, Any] | None = None,
) -> Figure | SubFigure:
    """Draw a bifurcation diagram.

    Parameters
    ----------
    datasets : sequence of Dataset
        One diagram, as ``Diagram.to_dataset()`` gives it.
    what : str or iterable of str, optional
        Panels, from top to bottom: ``"V"``, ``"frequency"``, ``"eigenvalues"``, ``"multipliers"``. By default the
        first two.
    figure, width
        As in `loligo.plot`.
    title : str, optional
        By default the name of the cell; ``""`` for none.
    zoom : pair of float or bool
        A range of the parameter that is drawn enlarged beside the whole; True chooses one where special points crowd.
    rc : mapping, optional
        Settings of matplotlib over the package's style.
    """
    if len(datasets) != 1:
        raise PlotError("bifurcation diagrams are drawn one at a time")
    ds = datasets[0]
    panels = _panels(ds, what)
    whole = float(ds.attrs["low"]), float(ds.attrs["high"])
    part = _zoom(ds, whole, zoom)
    title = ds.attrs["cell"] if title is None else title
    with style(rc):
        margin = _legend_width(ds)
        heights = [PANELS[name][1] * unit() for name in panels]
        top = (0.3 if title else 0.12) * unit()
        high = top + sum(heights) + (BOTTOM + GAP * (len(heights) - 1)) * unit()
        page = blank(width, high, rc) if figure is None else figure
        if figure is not None:
            figure.clear()
        wide, tall = size(page)
        left, gap = LEFT * unit(), 0.42 * unit()
        room = wide - left - margin - (gap if part else 0)
        spans = [whole] if part is None else [whole, part]
        shares = [1.0] if part is None else [0.5, 0.5]
        x, columns = left, []
        for share in shares:
            columns.append((x, share * room))
            x += share * room + gap
        y = tall - top
        stretch = (tall - top - (BOTTOM + GAP * (len(heights) - 1)) * unit()) / sum(heights)
        for row, (name, height) in enumerate(zip(panels, heights, strict=True)):
            y -= height * stretch
            for column, ((begin, breadth), span) in enumerate(zip(columns, spans, strict=True)):
                axes = page.add_axes((begin / wide, y / tall, breadth / wide, height * stretch / tall))
                _draw_panel(axes, name, ds, span)
                axes.set_xlim(span)
                if column == 0:
                    name_axis(axes, PANELS[name][0], 6 if height > 1.5 else 4)
                    if part is not None:
                        axes.axvspan(*part, color="#f0f0f0", zorder=0, linewidth=0)
                else:
                    axes.set_facecolor("#f7f7f7")
                if row < len(panels) - 1:
                    axes.tick_params(axis="x", bottom=False, labelbottom=False)
                    axes.spines.bottom.set_visible(False)
                else:
                    axes.set_xlabel(parameter_name(ds.attrs["parameter"], ds.attrs["parameter_unit"]))
            y -= GAP * unit()
        legend(page, _rows(ds), wide - margin + LABEL_GAP * unit(), tall - top)
        if title:
            page.text(left / wide, 1 - 0.08 * unit() / tall, title, va="top", fontsize="large")
    return page


def _panels(ds: xr.Dataset, what: str | Iterable[str] | None) -> list[str]:
    if what is None:
        return ["V", "frequency"] if ds.sizes["cycle"] else ["V"]
    names = [what] if isinstance(what, str) else list(what)
    for name in names:
        if name not in PANELS:
            raise PlotError(f"a bifurcation diagram has no panel '{name}'; {nearest(name, PANELS)}")
    return names


def _zoom(ds: xr.Dataset, whole: tuple[float, float], zoom: tuple[float, float] | bool) -> tuple[float, float] | None:
    if zoom is False:
        return None
    if zoom is not True:
        low, high = map(float, zoom)
        if not low < high:
            raise PlotError(f"zoom={zoom!r}; give the lower value first")
        return low, high
    values = np.sort(ds["special_parameter"].values)
    best: tuple[float, float] | None = None
    most = CROWD - 1
    for k, low in enumerate(values):
        inside = values[k:][values[k:] <= low + PART * (whole[1] - whole[0])]
        if len(inside) > most and inside[-1] > low and len(values):
            best, most = (float(low), float(inside[-1])), len(inside)
    if best is None or best[1] - best[0] > 0.4 * (whole[1] - whole[0]):
        return None
    air = 0.2 * (best[1] - best[0])
    return best[0] - air, best[1] + air


def _draw_panel(axes: Axes, name: str, ds: xr.Dataset, span: tuple[float, float]) -> None:
    drawn: list[Any] = []
    if name == "V":
        if "trajectory_V" in ds:
            slow = ds[f"trajectory_{ds.attrs['parameter']}"].values
            axes.plot(slow, ds["trajectory_V"].values, color=palette.ORANGE, linewidth=0.35, zorder=1)
            drawn.append((slow, ds["trajectory_V"].values))
        drawn += _lines(axes, ds, "branch", "parameter", "V", "stable", palette.INK, 1.2)
        for side in ("V_max", "V_min"):
            drawn += _lines(axes, ds, "cycle_branch", "cycle_parameter", side, "cycle_stable", palette.BLUE, 1.2)
    elif name == "frequency":
        drawn += _lines(axes, ds, "cycle_branch", "cycle_parameter", "frequency", "cycle_stable", palette.BLUE, 1.2)
        axes.set_ylim(bottom=0)
    elif name == "eigenvalues":
        for mode in range(ds.sizes["mode"]):
            one = ds.isel(mode=mode)
            drawn += _lines(axes, one, "branch", "parameter", "eigenvalue_re", "stable", palette.INK, 0.9)
        axes.axhline(0, color=palette.HAIR, linewidth=0.5, zorder=0.5)
        slow = ds["eigenvalue_re"].values
        axes.set_ylim(max(slow.min(), -8 * max(slow.max(), 0.1)), 1.2 * max(slow.max(), 0.05))
    else:
        size_of = np.hypot(ds["multiplier_re"], ds["multiplier_im"])
        changed = ds.assign(size=size_of)
        for mode in range(ds.sizes["mode"]):
            one = changed.isel(mode=mode)
            drawn += _lines(axes, one, "cycle_branch", "cycle_parameter", "size", "cycle_stable", palette.BLUE, 0.9)
        axes.set_yscale("log")
        axes.axhline(1, color=palette.HAIR, linewidth=0.5, zorder=0.5)
        axes.set_ylim(1e-4, 1e6)
    if name in ("V", "frequency"):
        _limits(axes, drawn, span, zero=name == "frequency")
        _points(axes, ds, name)


def _limits(axes: Axes, drawn: list[Any], span: tuple[float, float], *, zero: bool) -> None:
    """Vertical limits from what lies within the span of the parameter."""
    inside = [y[(x >= span[0]) & (x <= span[1]) & np.isfinite(y)] for x, y in drawn]
    joined = np.concatenate(inside) if inside else np.empty(0)
    if len(joined):
        low, high = float(joined.min()), float(joined.max())
        air = 0.06 * max(high - low, 1e-9)
        axes.set_ylim(0 if zero else low - air, high + 1.5 * air)


def _lines(
    axes: Axes, ds: xr.Dataset, branch: str, x: str, y: str, stable: str, colour: str, width: float
) -> list[tuple[Any, Any]]:
    """The branches, in pieces of one stability. A special point belongs to the pieces on both its sides."""
    drawn = []
    critical = stable.replace("stable", "critical")
    values = {name: ds[name].values for name in (branch, x, y, stable, critical)}
    for index in np.unique(values[branch]):
        own = values[branch] == index
        px, py = values[x][own], values[y][own]
        calm = values[stable][own].astype(bool) | values[critical][own].astype(bool)
        both = values[critical][own].astype(bool)
        good = calm[1:] & calm[:-1] & ~(both[1:] & both[:-1])  # of each piece between two points
        cuts = [0, *(np.flatnonzero(good[1:] != good[:-1]) + 1), len(good)]
        for begin, end in pairwise(cuts):
            if end > begin:
                line = STABLE if good[begin] else UNSTABLE
                axes.plot(px[begin : end + 1], py[begin : end + 1], color=colour, linestyle=line, linewidth=width)
        drawn.append((px, py))
    return drawn


def _points(axes: Axes, ds: xr.Dataset, panel: str) -> None:
    for kind, x, v, period in zip(
        ds["special_kind"].values, ds["special_parameter"].values, ds["special_V"].values,
        ds["special_period"].values, strict=True,
    ):  # fmt: skip
        mark, colour, _ = MARKS.get(str(kind), ("o", palette.QUIET, str(kind)))
        y = v if panel == "V" else 1000 / period
        if np.isfinite(y) and not (panel == "frequency" and kind in ("fold", "branch point")):
            axes.plot(
                [x], [y], marker=mark, color=colour, markersize=marker_size(mark), markeredgecolor="white",
                markeredgewidth=0.5,
                linestyle="", zorder=4, clip_on=True,
            )  # fmt: skip


def marker_size(mark: str) -> float:
    """Points; marks with little area are drawn larger."""
    return {"*": 8.5, "^": 5.6, "P": 5.6, "X": 5.6}.get(mark, 4.2)


def _entries(ds: xr.Dataset) -> list[tuple[str, str]]:
    found = []
    for kind, x, side in zip(
        ds["special_kind"].values, ds["special_parameter"].values, ds["special_criticality"].values, strict=True
    ):
        name = MARKS.get(str(kind), ("", "", str(kind)))[2].replace("\n", " ")
        remark = {"subcritical": ", sub", "supercritical": ", super"}.get(str(side), "")
        found.append((str(kind), f"{x:.8g}  {name}{remark}"))
    return found


def _legend_width(ds: xr.Dataset) -> float:
    from .margin import room

    return room([text for _, text in _entries(ds)] + ["unstable equilibrium"]) + 0.05 * unit()


def _rows(ds: xr.Dataset) -> list[tuple[dict[str, Any], str]]:
    """What the lines and markers mean."""
    rows: list[tuple[dict[str, Any], str]] = []
    kinds = [("equilibrium", palette.INK), *([("cycle", palette.BLUE)] if ds.sizes["cycle"] else [])]
    for name, colour in kinds:
        for prefix, dash in (("stable", STABLE), ("unstable", UNSTABLE)):
            rows.append(({"color": colour, "linestyle": dash, "linewidth": 1.2}, f"{prefix} {name}"))
    if "trajectory_V" in ds:
        rows.append(({"color": palette.ORANGE, "linewidth": 0.8}, "trajectory"))
    rows.append(({}, ""))
    for kind, text in _entries(ds):
        mark, colour, _ = MARKS.get(kind, ("o", palette.QUIET, kind))
        rows.append(({"marker": mark, "color": colour, "linestyle": ""}, text))
    return rows


def legend(page: Any, rows: Sequence[tuple[dict[str, Any], str]], x: float, y: float) -> None:
    """Pieces of line or markers with their texts, downwards from a place in inches."""
    from matplotlib.lines import Line2D

    from .margin import line_height

    wide, tall = size(page)
    step = 1.25 * line_height() / 72
    for look, text in rows:
        lines = text.split("\n")
        height = (y - 0.5 * step) / tall
        if look:
            ends = [x, x + 0.18 * unit()] if "marker" not in look else [x + 0.09 * unit()]
            rim: dict[str, Any] = {
                "markersize": marker_size(look.get("marker", "o")),
                "markeredgecolor": "white",
                "markeredgewidth": 0.5,
            }
            drawn = {**(rim if "marker" in look else {}), **look}
            place = [height] * len(ends)
            page.add_artist(Line2D([e / wide for e in ends], place, transform=page.transSubfigure, **drawn))
        for line in lines:
            page.text((x + 0.24 * unit()) / wide, (y - 0.5 * step) / tall, line, va="center_baseline")
            y -= step


def parameter_name(path: str, units: str) -> str:
    """A parameter as the name of an axis."""
    name = {"stimulus.amplitude": "Applied current", "celsius": "Temperature"}.get(path, path)
    return f"{name} ({units})" if units else name
