"""Phase response: the cycle, and how much a small push advances it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import palette
from .bifurcation import legend
from .margin import room
from .style import LABEL_GAP, blank, name_axis, page_height, size, stack, style, unit, zero_line
from .traces import PlotError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure, SubFigure


def draw(
    datasets: Sequence[xr.Dataset],
    what: str | Iterable[str] | None = None,
    *,
    figure: Figure | SubFigure | None = None,
    width: float = 7.0,
    title: str | None = None,
    rc: Mapping[str, Any] | None = None,
) -> Figure | SubFigure:
    """Draw V along the cycle, and the advance per mV: a line from the adjoint, dots from pulses."""
    if len(datasets) != 1 or what is not None:
        raise PlotError("phase responses are drawn one at a time, and whole")
    ds = datasets[0]
    text = f"{ds.attrs['cell']}, {ds.attrs['current']:g} µA/cm², period {ds.attrs['period']:.6g} ms"
    title = text if title is None else title
    rows: list[tuple[dict[str, Any], str]] = [({"color": palette.INK, "linewidth": 1.2}, "adjoint")]
    if ds.sizes["pulse"]:
        rows.append(({"color": palette.VERMILION, "marker": "o", "linestyle": ""}, "pulses"))
    with style(rc):
        heights = [1.0 * unit(), 1.8 * unit()]
        top = (0.3 if title else 0.12) * unit()
        page = blank(width, page_height(heights, top, [0.0, 0.0]), rc) if figure is None else figure
        if figure is not None:
            figure.clear()
        margin = room([name for _, name in rows]) + 0.1 * unit()
        wide, high = size(page)
        upper, lower = stack(page, heights, right=margin, top=top, above=[0.0, 0.0])
        upper.plot(ds.phase, ds["cycle"].isel(state=0), color=palette.INK)
        lower.plot(ds.phase, ds["response"].isel(state=0), color=palette.INK)
        if ds.sizes["pulse"]:
            lower.plot(
                ds["pulse_phase"], ds["direct"], color=palette.VERMILION, marker="o", markersize=3.6, linestyle="",
                markeredgecolor="white", markeredgewidth=0.5,
            )  # fmt: skip
        zero_line(lower)
        lower.set_xlim(0, 1)
        lower.set_xlabel("Phase (0 at the peak of V)")
        name_axis(upper, "V (mV)", 4)
        name_axis(lower, "Advance (ms/mV)", 6)
        box = lower.get_position()
        legend(page, rows, wide - margin + LABEL_GAP * unit(), box.y1 * high)
        if title:
            page.text(box.x0, 1 - 0.08 * unit() / high, title, va="top", fontsize="large")
    return page
