"""What a question's answer is computed by: a closed list of computations, each with the wrong answers people give.

A computation gets the student's cell (a `Setup` with the student's numbers in it) and numbers of its own, and returns
the value and its rivals: what one gets by a typical mistake, by kind.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from ....errors import LoligoError
from ..setup import Setup
from .clamps import clamp_current, clamp_time, gate, half_activation, half_available, reversal, series_error
from .excitability import (
    anode_break,
    chronaxie,
    fixed_point,
    input_resistance,
    onset,
    ramp,
    rate,
    reading,
    refractory_ratio,
    resonance,
    rest_lost,
    ringing,
    threshold,
    threshold_charge,
)  # fmt: skip
from .fibres import velocity
from .found import Found
from .passive import charging, chord, ghk, length_constant, nernst, scatter, sealed_cable, time_constant

__all__ = ["ANSWERS", "Found", "arguments", "compute", "required"]

ANSWERS: dict[str, Callable[..., Found]] = {
    f.__name__: f
    for f in (
        nernst, ghk, charging, time_constant, input_resistance, length_constant, sealed_cable, chord, scatter, reading,
        threshold, threshold_charge, chronaxie, refractory_ratio, rate, onset, anode_break, ramp,
        rest_lost, fixed_point, ringing, resonance, clamp_current, reversal, half_available, gate, half_activation,
        series_error, clamp_time, velocity,
    )
}  # fmt: skip


def arguments(name: str) -> dict[str, bool]:
    """The arguments of a computation, and whether each is a text."""
    known = list(inspect.signature(ANSWERS[name]).parameters.values())[1:]
    return {p.name: p.annotation == "str" for p in known}


def required(name: str) -> list[str]:
    """Those without a default."""
    known = list(inspect.signature(ANSWERS[name]).parameters.values())[1:]
    return [p.name for p in known if p.default is inspect.Parameter.empty]


def compute(name: str, setup: Setup, numbers: Mapping[str, Any]) -> Found:
    """Carry out a computation.

    Parameters
    ----------
    name : str
        Of `ANSWERS`.
    setup : Setup
    numbers : mapping
        Its arguments; what is none of them is a path of the set-up (``Na.g``, ``stimulus.amplitude``).
    """
    if name not in ANSWERS:
        raise LoligoError(f"answer: no computation is called '{name}'")
    own = arguments(name)
    changed = setup.with_({k: v for k, v in numbers.items() if k not in own})
    return ANSWERS[name](changed, **{k: v for k, v in numbers.items() if k in own})
