"""Applied currents. Positive depolarises; amplitudes in µA/cm², times in ms. Stimuli add up with ``+``.

On a cable or a tree amplitudes are in nA, and every stimulus has an electrode, at the place ``at``.

A stimulus is described by the pieces it is made of: straight lines over an interval of time, and sinusoidal
oscillations over an interval. Every end of a piece is a step boundary of the integrator, exactly.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from ..errors import LoligoError, PathError, nearest
from ..units import number, numbers_in
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


def _place(at: Any, kind: str) -> float | str | PointElectrode:
    return at if isinstance(at, (str, PointElectrode)) else number(at, "µm", f"{kind}.at")


def _interval(start: Any, stop: Any, kind: str) -> tuple[float, float]:
    begin = number(start, "ms", f"{kind}.start")
    end = number(stop, "ms", f"{kind}.stop", finite=False)
    if begin < 0:
        raise LoligoError(f"{kind}.start: {begin:g} ms lies before the run, which begins at 0")
    if end < begin:
        raise LoligoError(f"{kind}: it stops at {end:g} ms, before it starts at {begin:g} ms")
    return begin, end


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
        begin, end = _interval(start, stop, "Step")
        given = number(amplitude, "µA/cm²", "Step.amplitude")
        self._set(amplitude=given, start=begin, stop=end, at=_place(at, "Step"))

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
        begin, _ = _interval(start, math.inf, "Pulses")
        wide, apart = number(width, "ms", "Pulses.width"), number(interval, "ms", "Pulses.interval")
        if wide <= 0:
            raise LoligoError(f"Pulses.width: {wide:g} ms; give a positive duration")
        number_of_pulses = _whole(count, 1, "Pulses.count")
        if number_of_pulses > 1 and apart < wide:
            raise LoligoError(f"Pulses.interval: pulses of {wide:g} ms every {apart:g} ms would overlap")
        self._set(
            amplitude=number(amplitude, "µA/cm²", "Pulses.amplitude"),
            width=wide,
            interval=apart,
            count=number_of_pulses,
            start=begin,
            at=_place(at, "Pulses"),
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
        begin, end = _interval(start, number(stop, "ms", "Ramp.stop"), "Ramp")
        if end == begin:
            raise LoligoError(f"Ramp: it starts and stops at {begin:g} ms; a ramp needs time (a Step does not)")
        self._set(
            amplitude=number(amplitude, "µA/cm²", "Ramp.amplitude"),
            start=begin,
            stop=end,
            initial=number(initial, "µA/cm²", "Ramp.initial"),
            hold=bool(hold),
            at=_place(at, "Ramp"),
        )

    def pieces(self) -> Iterator[Line | Wave]:
        yield Line(self.start, self.stop, self.initial, self.amplitude)
        if self.hold:
            yield Line(self.stop, math.inf, self.amplitude, self.amplitude)


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
        begin, end = _interval(start, stop, "Sine")
        self._set(
            amplitude=number(amplitude, "µA/cm²", "Sine.amplitude"),
            frequency=_frequency(frequency, "Sine.frequency"),
            start=begin,
            stop=end,
            phase=number(phase, "rad", "Sine.phase"),
            offset=number(offset, "µA/cm²", "Sine.offset"),
            at=_place(at, "Sine"),
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
        begin, end = _interval(start, number(stop, "ms", "Chirp.stop"), "Chirp")
        if end == begin:
            raise LoligoError(f"Chirp: it starts and stops at {begin:g} ms; a sweep of frequencies needs time")
        self._set(
            amplitude=number(amplitude, "µA/cm²", "Chirp.amplitude"),
            first=_frequency(first, "Chirp.first"),
            last=_frequency(last, "Chirp.last"),
            start=begin,
            stop=end,
            phase=number(phase, "rad", "Chirp.phase"),
            at=_place(at, "Chirp"),
        )

    def pieces(self) -> Iterator[Line | Wave]:
        sweep = 1e-3 * math.pi * (self.last - self.first) / (self.stop - self.start)
        yield Wave(self.start, self.stop, self.amplitude, 2e-3 * math.pi * self.first, sweep, self.phase)


class Noise(Stimulus):
    """A random current: an Ornstein-Uhlenbeck process, frozen by its seed.

    ``dI = (mean - I) / tau dt + sigma sqrt(2 / tau) dW``: stationary with mean `mean` and standard deviation `sigma`.
    The process is sampled exactly (Gillespie 1996) every `dt` and runs straight in between, so that one seed gives
    one current, the same for every method, tolerance and number of threads.

    Parameters
    ----------
    sigma, mean : number
        µA/cm².
    tau : number
        Correlation time, ms.
    seed : int
    start, stop : number
        ms.
    dt : number
        Interval of the samples, ms.
    at : number or str
        The place of the electrode; see `Stimulus`.
    """

    sigma: float
    tau: float
    mean: float
    seed: int
    start: float
    stop: float
    dt: float

    def __init__(
        self,
        sigma: Any = 0.0,
        tau: Any = 2.0,
        mean: Any = 0.0,
        seed: int = 0,
        start: Any = 0.0,
        stop: Any = math.inf,
        dt: Any = 0.025,
        at: Any = 0.0,
    ) -> None:
        begin, end = _interval(start, stop, "Noise")
        spread = number(sigma, "µA/cm²", "Noise.sigma")
        times = {"tau": number(tau, "ms", "Noise.tau"), "dt": number(dt, "ms", "Noise.dt")}
        if spread < 0:
            raise LoligoError(f"Noise.sigma: a standard deviation of {spread:g} makes no sense; give at least 0")
        for name, value in times.items():
            if value <= 0:
                raise LoligoError(f"Noise.{name}: {value:g} ms; give a positive time")
        self._set(
            sigma=spread,
            tau=times["tau"],
            mean=number(mean, "µA/cm²", "Noise.mean"),
            seed=_whole(seed, 0, "Noise.seed"),
            start=begin,
            stop=end,
            dt=times["dt"],
            at=_place(at, "Noise"),
        )

    def pieces(self) -> Iterator[Line | Wave]:
        yield Line(self.start, self.stop, self.mean, self.mean)  # the fluctuations are drawn when a run is planned


class Waveform(Stimulus):
    """A current given by samples, such as a recorded one; any sampling, regular or not.

    Parameters
    ----------
    times : sequence of number
        ms, increasing. The current is 0 before the first and after the last.
    values : sequence of number
        µA/cm².
    interpolation : {"linear", "previous"}
        Straight between samples, or constant until the next.
    at : number or str
        The place of the electrode; see `Stimulus`.
    """

    times: tuple[float, ...]
    values: tuple[float, ...]
    interpolation: str

    def __init__(self, times: Any, values: Any, interpolation: str = "linear", at: Any = 0.0) -> None:
        t = numbers_in(times, "ms", "Waveform.times")
        v = numbers_in(values, "µA/cm²", "Waveform.values")
        if len(t) != len(v):
            raise LoligoError(f"Waveform: {len(t)} times but {len(v)} values")
        if len(t) < 2:
            raise LoligoError("Waveform: at least two samples are needed")
        for i, (a, b) in enumerate(pairwise(t)):
            if b <= a:
                what = "repeats" if b == a else "goes back behind"
                raise LoligoError(
                    f"Waveform.times: sample {i + 2}, at {b:g} ms, {what} sample {i + 1}, at {a:g} ms; "
                    "times must increase (sort them and drop repeated ones)"
                )
        if t[0] < 0:
            raise LoligoError(
                f"Waveform.times: the first sample, at {t[0]:g} ms, lies before the run, which begins at 0"
            )
        if interpolation not in ("linear", "previous"):
            raise LoligoError(f"Waveform.interpolation: {interpolation!r}; use 'linear' or 'previous'")
        self._set(times=t, values=v, interpolation=interpolation, at=_place(at, "Waveform"))

    def pieces(self) -> Iterator[Line | Wave]:
        held = self.interpolation == "previous"
        for i in range(len(self.times) - 1):
            first = self.values[i]
            yield Line(self.times[i], self.times[i + 1], first, first if held else self.values[i + 1])

    def __repr__(self) -> str:
        span = f"{self.times[0]:g} to {self.times[-1]:g} ms"
        shown = [f"{len(self.times)} samples", span, f"interpolation={self.interpolation!r}", *self._electrode()]
        return f"Waveform({', '.join(shown)})"


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


def _whole(value: Any, least: int, name: str) -> int:
    try:
        number_ = operator.index(value) if not isinstance(value, bool) else least - 1
    except TypeError:
        number_ = least - 1
    if number_ < least:
        raise LoligoError(f"{name}: {value!r}; give a whole number, at least {least}")
    return number_


def _frequency(value: Any, name: str) -> float:
    hertz = number(value, "Hz", name)
    if hertz < 0:
        raise LoligoError(f"{name}: {hertz:g} Hz; give at least 0")
    return hertz
