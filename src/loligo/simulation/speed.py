"""Where on a fibre an impulse is timed, and how fast it passes there."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..model.cable import Cable
from ..model.electrode import PointElectrode
from ..model.stimulus import Stimulus
from ..model.tree import Tree
from .protocol import terms_of
from .settings import check_stimulus
from .tree import along


def passing_speed(x: Any, arrival: Any, at: float) -> float:
    """The velocity from arrivals (ms) at the middles of compartments (µm), where `conduction_velocity` times it, m/s.

    `at` is the place of the electrode, µm. NaN where no impulse passes.
    """
    length = float(x[0] + x[-1])
    low, high = window(at / length)
    times = np.interp([low * length, high * length], x, arrival)
    passing = times[1] - times[0] if at <= low * length else times[0] - times[1]
    return float((high - low) * length * 1e-3 / passing) if passing > 0 else np.nan


def window(start: float) -> tuple[float, float]:
    """From a half to four fifths of the way from an electrode to the farther end, as fractions of the length."""
    if start <= 0.5:
        return start + 0.5 * (1 - start), start + 0.8 * (1 - start)
    return 0.2 * start, 0.5 * start


def entrance(cable: Cable | Tree, source: Stimulus) -> float:
    """Where the first stimulus enters, as a fraction of the length."""
    check_stimulus(source)
    at = terms_of(source)[0].at
    if isinstance(at, PointElectrode):
        return float(np.clip(at.x / cable.length, 0, 1))
    if isinstance(cable, Tree):
        return float(along(cable, [cable.place(at)])[0]) / cable.length
    return float(at) / cable.length if not isinstance(at, str) else 0.0  # a run says that a cable has no such place
