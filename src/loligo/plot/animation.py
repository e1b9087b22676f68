"""A wave that moves: V along a fibre, frame by frame, as GIF, MP4 or a page of HTML."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import palette
from .axon import _heading, _label, along, field, window
from .style import blank, name_axis, page_height, size, stack, style, unit
from .traces import PlotError

if TYPE_CHECKING:
    import os

    import xarray as xr

FORMATS = (".gif", ".html", ".mp4")
SIGNS = {"minus": "−", "plus": "+", "fast-backward": "|◀", "step-backward": "◀|", "play": "▶", "pause": "❚❚",
         "stop": "■", "step-forward": "|▶", "fast-forward": "▶|"}  # fmt: skip


def animate(
    ds: xr.Dataset,
    path: str | os.PathLike[str],
    what: str = "V",
    *,
    time: tuple[float | None, float | None] | None = None,
    frames: int = 100,
    fps: int = 20,
    width: float = 6.0,
    title: str | None = None,
) -> Path:
    """Write V(x) of a fibre as a moving picture.

    Parameters
    ----------
    ds : Dataset
        What `loligo.simulate` returned for a `Cable`.
    path : path
        Ends in ``.gif``, ``.html`` (a page with a player) or ``.mp4`` (needs ffmpeg).
    what : str
        The variable over time and x.
    time : pair of float, optional
        First and last time, ms.
    frames : int
        Pictures, spread evenly over the time; no more than there are samples.
    fps : int
        Pictures per second.
    width : float
        Inches.
    title : str, optional
        The cell and the fibre unless given.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    PlotError
        If the file does not end as it should, or what is asked for is not in the run.
    """
    from matplotlib import animation

    target = checked(Path(path))
    if ds.attrs.get("kind") != "axon":
        raise PlotError("animate() takes a run of a Cable")
    if not 2 <= frames <= 2000 or not 0 < fps <= 200:
        raise PlotError(f"frames={frames!r}, fps={fps!r}: give 2 to 2000 frames, and up to 200 of them per second")
    name, part = field(ds, what), window(ds, time)
    t = part["time"].values
    x, scale, unit_x, values = along(part, name)
    rows = np.unique(np.linspace(0, len(t) - 1, min(frames, len(t))).round().astype(int))
    with style():
        top, height = 0.36 * unit(), [2.0 * unit()]
        figure = blank(width, page_height(height, top, [0.0]))
        (axes,) = stack(figure, height, right=0.2 * unit(), top=top, above=[0.0])
        (line,) = axes.plot(x, values[0], color=palette.INK)
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        air = 0.05 * (high - low) or 1.0
        axes.set_ylim(low - air, high + air)
        axes.set_xlim(0, float(ds.attrs["length"]) * scale)
        axes.set_xlabel(f"Distance along the fibre ({unit_x})")
        name_axis(axes, _label(ds, name), ticks=6)
        clock = axes.text(0.99, 0.97, "", transform=axes.transAxes, ha="right", va="top")
        heading = _heading(ds) if title is None else title
        figure.text(axes.get_position().x0, 1 - 0.08 * unit() / size(figure)[1], heading, va="top", fontsize="large",
                    fontweight="bold")  # fmt: skip

        def show(row: int) -> tuple[Any, Any]:
            line.set_ydata(values[row])
            clock.set_text(f"{t[row]:.2f} ms")
            return line, clock

        moving = animation.FuncAnimation(figure, show, frames=list(rows), interval=1000 / fps, blit=False)
        if target.suffix.lower() == ".html":
            target.write_text(_page(moving, fps, heading or "V along a fibre"), encoding="utf-8")
        else:
            kind: Any = animation.PillowWriter if target.suffix.lower() == ".gif" else animation.FFMpegWriter
            moving.save(target, writer=kind(fps=fps), dpi=110)
    return target


def checked(path: Path, name: str = "path") -> Path:
    """Refuse a file that could not be written in the end; `name` is for the message."""
    from matplotlib import animation

    if path.suffix.lower() not in FORMATS:
        raise PlotError(f"{name}: '{path}' should end in .gif, .html or .mp4")
    if path.suffix.lower() == ".mp4" and not animation.writers.is_available("ffmpeg"):
        raise PlotError(f"{name}: .mp4 needs the program ffmpeg, which is not installed; use .gif or .html")
    return path


def _page(moving: Any, fps: int, title: str) -> str:
    """A whole page with the player, which loads nothing: its buttons are signs, not a font from elsewhere."""
    from matplotlib import rc_context

    with rc_context({"animation.embed_limit": 100.0, "savefig.dpi": 100}):
        player = re.sub(r"<link[^>]*>", "", moving.to_jshtml(fps=fps))
    player = re.sub(r'<i class="fa fa-([a-z-]+)( fa-flip-horizontal)?"></i>', _sign, player)
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title>'
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>{head}</head>\n<body>{player}</body>\n</html>\n'


def _sign(found: re.Match[str]) -> str:
    return "◀" if found[2] else SIGNS[found[1]]
