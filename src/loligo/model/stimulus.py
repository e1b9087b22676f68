"""Applied currents, and those of straight lines. Positive depolarises; amplitudes in µA/cm², times in ms. They add up.

On a cable or a tree amplitudes are in nA, and every stimulus has an electrode, at the place ``at``.

A stimulus is described by the pieces it is made of: straight lines over an interval of time, and sinusoidal
oscillations over an interval. Every end of a piece is a step boundary of the integrator, exactly.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..errors import LoligoError, PathError, nearest
from ..units import number
from .electrode import PointElectrode
from .immutable import Immutable


class Line(NamedTuple):
    """A current that goes straight from one value at `start` to another at `stop`."""

    start: float
    stop: float
    first: float
    last: float


class Wave(NamedTuple):
    """``amplitude * sin(phase + angular * s + sweep * s**2)``, s = t - start, between start and stop."""

    start: float
    stop: float
    amplitude: float
    angular: float
    sweep: float
    phase: float


UNITS = {  # of the numbers that a sweep may vary; a place is none
    **dict.fromkeys(["amplitude", "offset", "initial", "sigma", "mean"], "µA/cm²"),
    **dict.fromkeys(["start", "stop", "width", "interval", "tau", "dt"], "ms"),
    **dict.fromkeys(["frequency", "first", "last"], "Hz"),
    **dict.fromkeys(["count", "seed"], "1"),
    "phase": "rad",
}


class Stimulus(Immutable):
    """Base of all stimuli.

    Attributes
    ----------
    at : float, str or PointElectrode
        Where the electrode is: on a cable µm from its left end, on a tree a place, ``"dendrite(0.5)"``, or outside a
        fibre. 0 is the beginning of either; a cell is one point, and has no other.
    """

    at: float | str | PointElectrode = 0.0

    def pieces(self) -> Iterator[Line | Wave]:
        """The lines and waves this stimulus is the sum of."""
        raise NotImplementedError(f"{type(self).__name__} must say which pieces it is made of")

    def __add__(self, other: Stimulus) -> Stimulus:
        if not isinstance(other, Stimulus):
            return NotImplemented
        return Sum((*_terms(self), *_terms(other)))

    def with_(self, **changes: Any) -> Stimulus:
        """A new stimulus with some arguments changed."""
        now = {k: v for k, v in vars(self).items() if not k.startswith("_")}
        unknown = [k for k in changes if k not in now]
        if unknown:
            raise PathError(f"{type(self).__name__} has no '{unknown[0]}': {nearest(unknown[0], now)}")
        return type(self)(**{**now, **changes})

    def __repr__(self) -> str:
        fields = [f"{k}={v:g}" for k, v in vars(self).items() if not k.startswith("_") and k != "at"]
        return f"{type(self).__name__}({', '.join([*fields, *self._electrode()])})"

    def _electrode(self) -> list[str]:
        """The place as an argument, where it is not the beginning."""
        return [f"at={self.at:g}" if isinstance(self.at, float) else f"at={self.at!r}"] if self.at else []


class Sum(Stimulus):
    """Several stimuli at once. Made with ``+``."""

    terms: tuple[Stimulus, ...]

    def __init__(self, terms: tuple[Stimulus, ...]) -> None:
        self._set(terms=tuple(terms))

    def pieces(self) -> Iterator[Line | Wave]:
        for term in self.terms:
            yield from term.pieces()

    def __repr__(self) -> str:
        return " + ".join(map(repr, self.terms))


def _terms(stimulus: Stimulus) -> tuple[Stimulus, ...]:
    return stimulus.terms if isinstance(stimulus, Sum) else (stimulus,)


def place_of(at: Any, kind: str) -> float | str | PointElectrode:
    """Where the electrode of a stimulus of this kind is, checked."""
    return at if isinstance(at, (str, PointElectrode)) else number(at, "µm", f"{kind}.at")


def interval_of(start: Any, stop: Any, kind: str) -> tuple[float, float]:
    """Beginning and end of a stimulus of this kind, checked, ms."""
    begin = number(start, "ms", f"{kind}.start")
    end = number(stop, "ms", f"{kind}.stop", finite=False)
    if begin < 0:
        raise LoligoError(f"{kind}.start: {begin:g} ms lies before the run, which begins at 0")
    if end < begin:
        raise LoligoError(f"{kind}: it stops at {end:g} ms, before it starts at {begin:g} ms")
    return begin, end


def whole_number(value: Any, least: int, name: str) -> int:
    """A count or a seed, checked."""
    try:
        number_ = operator.index(value) if not isinstance(value, bool) else least - 1
    except TypeError:
        number_ = least - 1
    if number_ < least:
        raise LoligoError(f"{name}: {value!r}; give a whole number, at least {least}")
    return number_


class Step(Stimulus):
    """A constant current from `start` to `stop`.

    Parameters
    ----------
    amplitude : number
        µA/cm²; 0 unless given, for sweeps over it.
    start, stop : number
        ms; `stop` defaults to the end of the run.
    at : number or str
        On a cable or a tree, the place of the electrode; see `Stimulus`.
    """

    amplitude: float
    start: float
    stop: float

    def __init__(self, amplitude: Any = 0.0, start: Any = 0.0, stop: Any = math.inf, at: Any = 0.0) -> None:
        begin, end = interval_of(start, stop, "Step")
        given = number(amplitude, "µA/cm²", "Step.amplitude")
        self._set(amplitude=given, start=begin, stop=end, at=place_of(at, "Step"))

    def pieces(self) -> Iterator[Line | Wave]:
        yield Line(self.start, self.stop, self.amplitude, self.amplitude)


class Pulses(Stimulus):
    """A train of `count` rectangular pulses.

    Parameters
    ----------
    amplitude : number
        µA/cm².
    width : number
        Duration of each pulse, ms.
    interval : number
        From the beginning of one pulse to that of the next, ms.
    count : int
    start : number
        Beginning of the first pulse, ms.
    at : number or str
        The place of the electrode; see `Stimulus`.
    """

    amplitude: float
    width: float
    interval: float
    count: int
    start: float

    def __init__(
        self,
        amplitude: Any = 0.0,
        width: Any = 1.0,
        interval: Any = 20.0,
        count: int = 2,
        start: Any = 0.0,
        at: Any = 0.0,
    ) -> None:
        begin, _ = interval_of(start, math.inf, "Pulses")
        wide, apart = number(width, "ms", "Pulses.width"), number(interval, "ms", "Pulses.interval")
        if wide <= 0:
            raise LoligoError(f"Pulses.width: {wide:g} ms; give a positive duration")
        number_of_pulses = whole_number(count, 1, "Pulses.count")
        if number_of_pulses > 1 and apart < wide:
            raise LoligoError(f"Pulses.interval: pulses of {wide:g} ms every {apart:g} ms would overlap")
        self._set(
            amplitude=number(amplitude, "µA/cm²", "Pulses.amplitude"),
            width=wide,
            interval=apart,
            count=number_of_pulses,
            start=begin,
            at=place_of(at, "Pulses"),
        )

    def pieces(self) -> Iterator[Line | Wave]:
        for i in range(self.count):
            begin = self.start + i * self.interval
            yield Line(begin, begin + self.width, self.amplitude, self.amplitude)


class Ramp(Stimulus):
    """A current that rises (or falls) linearly from `initial` at `start` to `amplitude` at `stop`.

    Parameters
    ----------
    amplitude, initial : number
        µA/cm².
    start, stop : number
        ms.
    hold : bool
        Keep `amplitude` after `stop` instead of returning to 0.
    at : number or str
        The place of the electrode; see `Stimulus`.
    """

    amplitude: float
    start: float
    stop: float
    initial: float
    hold: bool

    def __init__(
        self,
        amplitude: Any = 0.0,
        start: Any = 0.0,
        stop: Any = 100.0,
        initial: Any = 0.0,
        hold: bool = False,
        at: Any = 0.0,
    ) -> None:
        begin, end = interval_of(start, number(stop, "ms", "Ramp.stop"), "Ramp")
        if end == begin:
            raise LoligoError(f"Ramp: it starts and stops at {begin:g} ms; a ramp needs time (a Step does not)")
        self._set(
            amplitude=number(amplitude, "µA/cm²", "Ramp.amplitude"),
            start=begin,
            stop=end,
            initial=number(initial, "µA/cm²", "Ramp.initial"),
            hold=bool(hold),
            at=place_of(at, "Ramp"),
        )

    def pieces(self) -> Iterator[Line | Wave]:
        yield Line(self.start, self.stop, self.initial, self.amplitude)
        if self.hold:
            yield Line(self.stop, math.inf, self.amplitude, self.amplitude)
