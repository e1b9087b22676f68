"""A number that can be varied: its value, its unit, what it means and the values that make sense."""

from __future__ import annotations

import math
from typing import Any

from ..errors import UnitError
from ..units import number
from .immutable import Immutable


class Parameter(Immutable):
    """A named number of a channel or cell.

    Parameters
    ----------
    value : number or pint.Quantity
    unit : str
        One of the units of the package, ``"1"`` for a pure number.
    bounds : (float, float)
        Values outside are refused.
    description : str
    default : float, optional
        The value that `reset` goes back to; the first value unless given.
    """

    value: float
    unit: str
    bounds: tuple[float, float]
    description: str
    default: float

    def __init__(
        self,
        value: Any,
        unit: str = "1",
        bounds: tuple[float, float] = (-math.inf, math.inf),
        description: str = "",
        default: float | None = None,
        name: str = "parameter",
    ) -> None:
        given = number(value, unit, name)
        low, high = bounds
        if not low <= given <= high:
            wanted = f"at least {low:g}" if math.isinf(high) else f"between {low:g} and {high:g}"
            raise UnitError(f"{name}: {given:g} {unit} makes no sense; give a value {wanted}")
        self._set(
            value=given,
            unit=unit,
            bounds=(float(low), float(high)),
            description=description,
            default=given if default is None else float(default),
        )

    def with_value(self, value: Any, name: str) -> Parameter:
        """The same parameter with another value; the default stays."""
        return Parameter(value, self.unit, self.bounds, self.description, self.default, name)

    def __repr__(self) -> str:
        changed = "" if self.value == self.default else f" (default {self.default:g})"
        unit = "" if self.unit == "1" else f" {self.unit}"
        return f"{self.value:g}{unit}{changed}"
