"""Units of the field, and the door through which every number comes in.

A plain number is taken in the unit of its place (mV, ms, µA/cm², mS/cm², µF/cm², °C, mM, µm, Ω·cm, nA). A `pint`
quantity is converted; one of another dimension is refused. Pint itself is never imported here: a quantity brings it
along.
"""

from __future__ import annotations

import math
import numbers
from typing import Any

from .errors import UnitError

_PINT = {
    "mV": "millivolt",
    "ms": "millisecond",
    "µA/cm²": "microampere / centimeter ** 2",
    "mS/cm²": "millisiemens / centimeter ** 2",
    "µF/cm²": "microfarad / centimeter ** 2",
    "°C": "degree_Celsius",
    "Hz": "hertz",
    "mM": "millimole / liter",
    "µm": "micrometer",
    "Ω·cm": "ohm * centimeter",
    "nA": "nanoampere",
    "pA": "picoampere",
    "nS": "nanosiemens",
    "pF": "picofarad",
    "µm²": "micrometer ** 2",
    "cm²": "centimeter ** 2",
    "cm": "centimeter",
    "cm/s": "centimeter / second",
    "µM": "micromole / liter",
    "MΩ": "megaohm",
    "kHz": "kilohertz",
    "µs": "microsecond",
    "%": "percent",
    "1/mV": "1 / millivolt",
    "1/ms": "1 / millisecond",
    "rad": "radian",
    "1": "dimensionless",
}


def number(value: Any, unit: str, name: str, *, finite: bool = True) -> float:
    """A float in the given unit, from a number or a pint quantity.

    Parameters
    ----------
    value : number or pint.Quantity
    unit : str
        One of the package's units, such as ``"mS/cm²"``.
    name : str
        What the number is, for the error message.
    finite : bool
        Refuse infinities too. A value that is not a number is always refused.

    Raises
    ------
    UnitError
        If the value is not a real number, is not finite, or has another dimension.
    """
    if hasattr(value, "magnitude") and hasattr(value, "to"):
        try:
            value = value.to(_PINT.get(unit, unit)).magnitude
        except Exception as error:  # pint's own errors share no base class that can be named without importing it
            raise UnitError(f"{name}: cannot convert {value} to {unit}: {error}") from None
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        item = getattr(value, "item", None)
        value = item() if item is not None and getattr(value, "ndim", None) == 0 else value
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise UnitError(f"{name}: expected a number in {unit}, got {value!r}")
    try:
        result = float(value)
    except OverflowError:
        raise UnitError(f"{name}: the number is beyond all measure; give a value in {unit}") from None
    if math.isnan(result) or (finite and math.isinf(result)):
        wanted = "a pure number" if unit == "1" else f"a value in {unit}"
        raise UnitError(f"{name}: {result} is not a {'finite ' if finite else ''}number; give {wanted}")
    return result


def array_of(values: Any, unit: str, name: str) -> Any:
    """A one-dimensional float array in the given unit, from a sequence, an array or a pint quantity holding one.

    NaN and infinities are let through; text and other dimensions are not.
    """
    import numpy as np

    if hasattr(values, "magnitude") and hasattr(values, "to"):
        try:
            values = values.to(_PINT.get(unit, unit)).magnitude
        except Exception as error:  # see above
            raise UnitError(f"{name}: cannot convert to {unit}: {error}") from None
    items = values.to_numpy() if hasattr(values, "to_numpy") else values
    if isinstance(items, (list, tuple)) and any(hasattr(item, "magnitude") for item in items):
        items = numbers_in(items, unit, name)
    try:
        array = np.asarray(items)
        if array.dtype.kind not in "iuf":
            raise ValueError
    except ValueError:
        raise UnitError(f"{name}: expected numbers in {unit}, got {values!r}") from None
    if array.ndim != 1:
        raise UnitError(f"{name}: expected a list of numbers in {unit}, got {array.ndim} dimensions")
    return array.astype(float)


def numbers_in(values: Any, unit: str, name: str) -> tuple[float, ...]:
    """A tuple of floats in the given unit, from a sequence of numbers or a pint quantity holding an array."""
    if hasattr(values, "magnitude") and hasattr(values, "to"):
        try:
            values = values.to(_PINT.get(unit, unit)).magnitude
        except Exception as error:  # see above
            raise UnitError(f"{name}: cannot convert to {unit}: {error}") from None
    try:
        items = list(values.tolist()) if hasattr(values, "tolist") else list(values)
    except TypeError:
        raise UnitError(f"{name}: expected a sequence of numbers in {unit}, got {values!r}") from None
    return tuple(number(item, unit, f"{name}[{i}]") for i, item in enumerate(items))
