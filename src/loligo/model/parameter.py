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
        bounds: tuple[Any, Any] = (-math.inf, math.inf),
        description: str = "",
        default: Any = None,
        name: str = "parameter",
    ) -> None:
        given = number(value, unit, name)
        low, high = (number(b, unit, f"{name}, bounds", finite=False) for b in bounds)
        if not low <= high:
            raise UnitError(f"{name}, bounds: {low:g} to {high:g} {unit} leave nothing in between")
        first = given if default is None else number(default, unit, f"{name}, default")
        if default is not None and not low <= first <= high:
            raise UnitError(f"{name}, default: {first:g} {unit} lies outside the bounds, {low:g} to {high:g}")
        if not low <= given <= high:
            wanted = f"at least {low:g}" if math.isinf(high) else f"between {low:g} and {high:g}"
            raise UnitError(f"{name}: {given:g} {unit} makes no sense; give a value {wanted}")
        self._set(
            value=given,
            unit=unit,
            bounds=(low, high),
            description=description,
            default=first,
        )

    def with_value(self, value: Any, name: str) -> Parameter:
        """The same parameter with another value; the default stays."""
        value = value.value if isinstance(value, Parameter) else value
        return Parameter(value, self.unit, self.bounds, self.description, self.default, name)

    def __repr__(self) -> str:
        changed = "" if self.value == self.default else f" (default {self.default:g})"
        unit = "" if self.unit == "1" else f" {self.unit}"
        return f"{self.value:g}{unit}{changed}"


def standard(value: Any, name: str, unit: str, bounds: tuple[float, float], description: str) -> Parameter:
    """A parameter whose unit and bounds are known, such as a conductance, from a number or a `Parameter`."""
    if not isinstance(value, Parameter):
        return Parameter(value, unit, bounds, description, name=name)
    if value.unit not in ("1", unit):
        raise UnitError(f"{name}: a parameter in {value.unit}; this one is in {unit}")
    inside = (max(bounds[0], value.bounds[0]), min(bounds[1], value.bounds[1]))
    return Parameter(value.value, unit, inside, value.description or description, value.default, name)
