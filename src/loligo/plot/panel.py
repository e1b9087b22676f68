"""One panel of the picture of an experiment: an axis, and lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import palette

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Line:
    """One line: the variable, its name in the margin (if any), its colour and style; of two sides, which.

    With `bars`, points without a line and bars from ``variable_low`` to ``variable_high``.
    """

    variable: str
    label: str
    colour: str = palette.INK
    style: str = "-"
    side: str = ""
    dots: bool = False
    bars: bool = False
    width: float | None = None


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
    """

    name: str
    lines: tuple[Line, ...]
    height: float = 1.6
    log: bool = False
    level: float | None = None
    shaded: tuple[float, float] | None = None


def simple(*panels: tuple[str, str, bool]) -> Any:
    """What makes panels of one line with dots each: variable, name of the axis, logarithmic or not."""

    def made(ds: xr.Dataset) -> list[Panel]:
        return [Panel(name, (Line(variable, variable, dots=True),), 1.5, log) for variable, name, log in panels]

    return made
