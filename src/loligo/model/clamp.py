"""The ideal voltage clamp: V is held where the protocol says, with no electrode in between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import LoligoError
from ..units import number
from .immutable import Immutable
from .stimulus import Line

UNITS = {"hold": "mV", "step": "mV", "start": "ms", "stop": "ms"}


class VoltageClamp(Immutable):
    """Hold V at one level, step to another, and return.

    Parameters
    ----------
    hold, step : number
        mV.
    start, stop : number
        Beginning and end of the step, ms.
    """

    hold: float
    step: float
    start: float
    stop: float

    def __init__(self, hold: Any, step: Any, start: Any, stop: Any) -> None:
        begin, end = number(start, "ms", "VoltageClamp.start"), number(stop, "ms", "VoltageClamp.stop")
        if begin < 0 or end <= begin:
            raise LoligoError(f"VoltageClamp: the step lasts from {begin:g} to {end:g} ms; give 0 <= start < stop")
        self._set(
            hold=number(hold, "mV", "VoltageClamp.hold"),
            step=number(step, "mV", "VoltageClamp.step"),
            start=begin,
            stop=end,
        )

    def with_(self, **changes: Any) -> VoltageClamp:
        """A new clamp with some arguments changed."""
        now = {name: getattr(self, name) for name in UNITS}
        return VoltageClamp(**{**now, **changes})

    def pieces(self) -> Iterator[Line]:
        """The command as lines; hold everywhere else."""
        rise = self.step - self.hold
        yield Line(self.start, self.stop, rise, rise)

    def __repr__(self) -> str:
        return f"VoltageClamp(hold={self.hold:g}, step={self.step:g}, start={self.start:g}, stop={self.stop:g})"
