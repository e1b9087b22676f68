"""Sinusoidal currents: of one frequency, or of one that rises.

Units and places are as in `stimulus.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ..errors import LoligoError
from ..units import number
from .stimulus import Line, Stimulus, Wave, interval_of, place_of


class Sine(Stimulus):
    """A sinusoidal current, ``offset + amplitude * sin(2 pi frequency (t - start) + phase)``.

    Parameters
    ----------
    amplitude, offset : number
        µA/cm².
    frequency : number
        Hz.
    start, stop : number
        ms.
    phase : number
        rad.
    at : number or str
        The place of the electrode; see `Stimulus`.
    """

    amplitude: float
    frequency: float
    start: float
    stop: float
    phase: float
    offset: float

    def __init__(
        self,
        amplitude: Any = 0.0,
        frequency: Any = 50.0,
        start: Any = 0.0,
        stop: Any = math.inf,
        phase: Any = 0.0,
        offset: Any = 0.0,
        at: Any = 0.0,
    ) -> None:
        begin, end = interval_of(start, stop, "Sine")
        self._set(
            amplitude=number(amplitude, "µA/cm²", "Sine.amplitude"),
            frequency=_frequency(frequency, "Sine.frequency"),
            start=begin,
            stop=end,
            phase=number(phase, "rad", "Sine.phase"),
            offset=number(offset, "µA/cm²", "Sine.offset"),
            at=place_of(at, "Sine"),
        )

    def pieces(self) -> Iterator[Line | Wave]:
        yield Line(self.start, self.stop, self.offset, self.offset)
        yield Wave(self.start, self.stop, self.amplitude, 2e-3 * math.pi * self.frequency, 0.0, self.phase)


class Chirp(Stimulus):
    """A sinusoidal current whose frequency goes linearly from `first` to `last` between `start` and `stop` (a ZAP).

    Parameters
    ----------
    amplitude : number
        µA/cm².
    first, last : number
        Hz.
    start, stop : number
        ms.
    phase : number
        rad.
    at : number or str
        The place of the electrode; see `Stimulus`.
    """

    amplitude: float
    first: float
    last: float
    start: float
    stop: float
    phase: float

    def __init__(
        self,
        amplitude: Any = 0.0,
        first: Any = 1.0,
        last: Any = 200.0,
        start: Any = 0.0,
        stop: Any = 1000.0,
        phase: Any = 0.0,
        at: Any = 0.0,
    ) -> None:
        begin, end = interval_of(start, number(stop, "ms", "Chirp.stop"), "Chirp")
        if end == begin:
            raise LoligoError(f"Chirp: it starts and stops at {begin:g} ms; a sweep of frequencies needs time")
        self._set(
            amplitude=number(amplitude, "µA/cm²", "Chirp.amplitude"),
            first=_frequency(first, "Chirp.first"),
            last=_frequency(last, "Chirp.last"),
            start=begin,
            stop=end,
            phase=number(phase, "rad", "Chirp.phase"),
            at=place_of(at, "Chirp"),
        )

    def pieces(self) -> Iterator[Line | Wave]:
        sweep = 1e-3 * math.pi * (self.last - self.first) / (self.stop - self.start)
        yield Wave(self.start, self.stop, self.amplitude, 2e-3 * math.pi * self.first, sweep, self.phase)


def _frequency(value: Any, name: str) -> float:
    hertz = number(value, "Hz", name)
    if hertz < 0:
        raise LoligoError(f"{name}: {hertz:g} Hz; give at least 0")
    return hertz
