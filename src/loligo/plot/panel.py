"""One panel of the picture of an experiment: an axis, and lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import palette

if TYPE_CHECKING:
    import xarray as xr

SHORT = 18  # letters of a name and its unit that stand in one line
NEWLINE = "\n"


@dataclass(frozen=True)
class Line:
    """One line: the variable, its name in the margin (if any), its colour and style; of two sides, which.

    With `bars`, points without a line and bars from ``variable_low`` to ``variable_high``. Of a `family`, the name of a
    dimension, a dozen lines along it, from pale to the colour itself. A line that `jumps` to or from 0 is broken there.
    `over` is its own horizontal coordinate, in the unit of that of the panel.
    """

    variable: str
    label: str
    colour: str = palette.INK
    style: str = "-"
    side: str = ""
    dots: bool = False
    bars: bool = False
    width: float | None = None
    family: str = ""
    jumps: bool = False
    over: str = ""


@dataclass(frozen=True)
class Panel:
    """Some lines on one vertical axis.

    Parameters
    ----------
    name : str
        Of the axis, with its unit.
    lines : tuple of Line
    height : float
        Inches.
    log : bool
        Logarithmic vertical axis.
    level : float, optional
        Where a hairline helps to read.
    shaded : (float, float), optional
        A range of the horizontal axis.
    axis : str
        The horizontal axis, where it is not that of the picture.
    limits : (float, float), optional
        Of the vertical axis.
    words : tuple of str
        What 0, 1, ... mean, where the vertical axis has no numbers.
    bar : (float, float, float, str), optional
        From where to where, at which height, and what it is.
    """

    name: str
    lines: tuple[Line, ...]
    height: float = 1.6
    log: bool = False
    level: float | None = None
    shaded: tuple[float, float] | None = None
    axis: str = ""
    limits: tuple[float, float] | None = None
    words: tuple[str, ...] = ()
    bar: tuple[float, float, float, str] | None = None


def simple(*panels: tuple[str, str, bool]) -> Any:
    """What makes panels of one line with dots each: variable, name of the axis, logarithmic or not."""

    def made(ds: xr.Dataset) -> list[Panel]:
        return [
            Panel(named(name, ds, variable), (Line(variable, "", dots=True),), 1.5, log)
            for variable, name, log in panels
            if variable in ds
        ]

    return made


def named(text: str, ds: xr.Dataset, variable: str) -> str:
    """The name of an axis, with the unit of a variable; in two lines where it is long."""
    unit = str(ds[variable].attrs["units"])
    if unit == "1":
        return text
    return f"{text}{' ' if len(text) + len(unit) < SHORT or NEWLINE in text else NEWLINE}({unit})"


def gate_lines(ds: xr.Dataset, side: str = "", *, before: str = "", over: str = "") -> tuple[Line, ...]:
    """The gates of each channel, in its colour; those whose names begin in a certain way, over another coordinate."""
    starts = [str(n) for n in ds.data_vars if str(n).startswith(before) and ds[n].attrs["units"] == "1"]
    gates = [name.removeprefix(before) for name in starts if "." in name.removeprefix(before)]
    own: dict[str, list[str]] = {}
    for gate in gates:
        own.setdefault(gate.rpartition(".")[0], []).append(gate)
    colours = palette.colours(own)
    return tuple(
        Line(before + gate, gate, colours[channel], palette.gate_style(gate, rank), side, over=over)
        for channel, its in own.items()
        for rank, gate in enumerate(its)
    )
