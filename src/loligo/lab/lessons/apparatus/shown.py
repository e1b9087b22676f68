"""What every apparatus is made of: knobs, and a picture with readings."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ....errors import LoligoError


@dataclass(frozen=True)
class Knob:
    """A number that the student sets.

    Attributes
    ----------
    usual, low, high : float
    unit, text : str
        What is written beside it.
    whole : bool
        Only whole numbers.
    """

    usual: float
    low: float
    high: float
    unit: str
    text: str
    whole: bool = False

    def check(self, name: str, value: Any) -> None:
        """Refuse what it cannot be set to."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise LoligoError(f"{name}: {value!r} is not a finite number")
        if not self.low <= value <= self.high:
            raise LoligoError(f"{name}: {value:g} is outside {self.low:g} to {self.high:g} {self.unit}")
        if self.whole and value != round(value):
            raise LoligoError(f"{name}: {value:g} is not a whole number")


@dataclass(frozen=True)
class Curve:
    """A line of a picture; `channel` gives it that channel's colour, `faint` draws it pale."""

    name: str
    x: Any
    y: Any
    channel: str = ""
    faint: bool = False


@dataclass(frozen=True)
class Shown:
    """What an apparatus shows: curves over one axis, and readings with their units, NaN where there is none."""

    x: str
    y: str
    curves: tuple[Curve, ...]
    readings: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Kind:
    """An apparatus: what it is called, its knobs, and what computes the picture."""

    title: str
    knobs: Mapping[str, Knob]
    run: Callable[..., Shown]
