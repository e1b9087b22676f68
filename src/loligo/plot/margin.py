"""Names of the lines, in the margin at their ends: each as near to the end of its line as the others allow.

A name comes with a piece of its line, so that it serves as a legend where several lines end in one place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .style import LABEL_GAP, extent, unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SWATCH, AIR = 13.0, 4.0  # points, for type of 8 points: length of the piece of line, and space before the name
LEADING = 1.22  # distance of two names, in units of the type size


@dataclass(frozen=True)
class Label:
    """A name to write at the end of a line.

    Parameters
    ----------
    text : str
        The name; what stands between dollar signs is set as mathematics.
    end : float or None
        Height of the end of the line, in data units; None for the middle of the panel.
    colour, style : str
        Those of the line.
    width : float
        Width of the line, points.
    """

    text: str
    end: float | None
    colour: str
    style: str = "-"
    width: float = 1.1


def pretty(channel: str, part: str) -> str:
    """Write ``Na.m`` as the papers do: the channel upright, the gate in italics."""
    channel, part = channel.replace("$", r"\$"), part.replace("$", r"\$")
    if re.fullmatch(r"[A-Za-z]\d*", part):
        part = f"${part}$" if len(part) == 1 else f"${part[0]}_{{{part[1:]}}}$"
    return f"{channel} {part}".strip()


def room(texts: Sequence[str], *, swatch: bool = True) -> float:
    """Width of a margin that holds these names, with or without pieces of line, in inches (in the style in force)."""
    from matplotlib import rcParams
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font = FontProperties(size=rcParams["font.size"])
    widths = [TextPath((0, 0), text, prop=font).get_extents().width for text in texts if text.strip()]
    if not widths:
        return 0.0
    return (LABEL_GAP + 0.06 + (SWATCH + AIR if swatch else 0) / 72) * unit() + max(widths) / 72


def line_height() -> float:
    """Height that one name needs, in points (in the style in force)."""
    from matplotlib import rcParams

    return LEADING * float(rcParams["font.size"])


def write(axes: Axes, labels: Sequence[Label]) -> None:
    """Write the names to the right of a panel whose limits are final."""
    wide, high = extent(axes)
    swatch, air = SWATCH * unit() / wide, AIR * unit() / wide
    low, top = axes.get_ylim()
    step = line_height() / high
    if axes.get_yscale() == "log":
        from math import log

        low, top = log(low), log(top)
        ends = [log(label.end) if label.end and label.end > 0 else (low + top) / 2 for label in labels]
    else:
        ends = [(low + top) / 2 if label.end is None else label.end for label in labels]
    wanted = [(min(max(end, low), top) - low) / (top - low) for end in ends]
    x = 1 + LABEL_GAP * unit() * 72 / wide
    for label, y in zip(labels, spread(wanted, step), strict=True):
        axes.plot(
            [x, x + swatch],
            [y, y],
            color=label.colour,
            linestyle=label.style,
            linewidth=max(label.width, 1.4),
            transform=axes.transAxes,
            clip_on=False,
            scalex=False,
            scaley=False,
            label="_name",
        )
        axes.text(
            x + swatch + air,
            y,
            label.text,
            color=label.colour,
            transform=axes.transAxes,
            va="center_baseline",
        )


def spread(wanted: Sequence[float], step: float) -> list[float]:
    """Move points between 0 and 1 apart until neighbours are a step away from one another, as little as possible.

    Points that collide form a group, centred on the mean of where its members wanted to be; groups that collide become
    one. (This is the pool-adjacent-violators algorithm, which minimises the sum of the squared displacements; a group
    at an edge is then pushed inside, which keeps the sum least.)

    Parameters
    ----------
    wanted : sequence of float
        In any order; equal ones keep their order, the first on top.
    step : float
        Least distance.

    Returns
    -------
    list of float
        In the order of ``wanted``. More than fit between 0 and 1 stand out equally on both sides.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], -i))
    groups: list[tuple[float, int]] = []  # mean and number of (wanted place - rank * step), which must not fall
    for rank, i in enumerate(order):
        mean, count = wanted[i] - rank * step, 1
        while groups and groups[-1][0] > mean:
            below, many = groups.pop()
            mean, count = (below * many + mean * count) / (many + count), many + count
        groups.append((mean, count))
    spare = 1 - (len(wanted) - 1) * step
    low, high = min(0.0, spare / 2), max(spare, spare / 2)
    levels = [min(max(mean, low), high) for mean, count in groups for _ in range(count)]
    result = [0.0] * len(wanted)
    for rank, (i, level) in enumerate(zip(order, levels, strict=True)):
        result[i] = level + rank * step
    return result
