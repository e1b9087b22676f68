"""The numbers that many experiments take: durations, times to wait, tolerances; what is wrong with one is said here."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import LoligoError
from ..model.cell import Cell
from ..units import number

NARROWEST = 1e-12  # relative width of a bracket; no integrator in double precision tells its ends apart below


def positive(value: Any, name: str) -> float:
    """A time longer than 0, ms."""
    given = number(value, "ms", name)
    if given <= 0:
        raise LoligoError(f"{name}: {given:g} ms; give a positive duration")
    return given


def duration_of(value: Any) -> float:
    """A duration that may be 0, ms."""
    given = number(value, "ms", "duration")
    if given < 0:
        raise LoligoError(f"duration: {given:g} ms; give a positive duration, or 0 for an instantaneous depolarisation")
    return given


def waiting(value: Any) -> float:
    """How long to wait for a spike, ms."""
    given = number(value, "ms", "window")
    if given < 0:
        raise LoligoError(f"window: {given:g} ms; give how long to wait for a spike, 0 ms or more")
    return given


def relative_width(tolerance: Any) -> float:
    """Relative width of a bracket."""
    given = number(tolerance, "1", "tolerance")
    if not NARROWEST <= given < 1:
        raise LoligoError(f"tolerance: {given:g}; give a relative width from {NARROWEST:g} to below 1, such as 1e-6")
    return given


def usual(cell: Cell, currents: Any) -> Any:
    """Currents that are tried unless others are given: so many µA/µF (mV/ms), or fiftieths of as many nA."""
    if cell.stimulus_unit == "nA":
        return np.asarray(currents) / 50
    return np.asarray(currents) * cell.capacitance.value
