"""From stimuli and clamps to the tables that the integrators read."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import SimulationError
from ..model.clamp import VoltageClamp
from ..model.noise import Noise
from ..model.stimulus import Line, Stimulus, Sum, Wave

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Protocol:
    """An input as segments on which it is a straight line, plus oscillations.

    Attributes
    ----------
    times : array (segments + 1)
        Where the segments begin, and the end; ms.
    base, slope : array (segments + 1)
        Value at the beginning of each segment, and slope; the last entry is 0.
    waves : array (waves, 6)
        start, stop, amplitude, angular frequency, sweep, phase.
    """

    times: Array
    base: Array
    slope: Array
    waves: Array

    def __call__(self, t: Array) -> Array:
        """The input at given times; at a jump, the value after it."""
        if len(self.times) == 2 and self.slope[0] == 0:
            value: Array = np.full(np.shape(t), self.base[0])
        else:
            row = np.clip(np.searchsorted(self.times, t, side="right") - 1, 0, len(self.times) - 2)
            value = self.base[row] + self.slope[row] * (t - self.times[row])
        for start, stop, amplitude, angular, sweep, phase in self.waves:
            s = t - start
            on = (t >= start) & (t < stop)
            value = value + np.where(on, amplitude * np.sin(phase + (angular + sweep * s) * s), 0.0)
        return value

    @property
    def segments(self) -> Array:
        """Time, base and slope of each segment, and a last row for the end (segments + 1, 3)."""
        return np.stack([self.times, self.base, self.slope], axis=1)

    @property
    def steps(self) -> bool:
        """Is the input constant on every segment?"""
        return not self.slope.any() and not len(self.waves)


def lower(source: Stimulus | VoltageClamp | None, duration: float, dt: float | None = None) -> Protocol:
    """Lower a stimulus or a voltage clamp.

    Parameters
    ----------
    source : Stimulus, VoltageClamp or None
    duration : float
        ms.
    dt : float, optional
        Noise is used at this interval instead of its own (a multiple of it).
    """
    lines: list[Line] = []
    waves: list[Wave] = []
    if isinstance(source, VoltageClamp):
        lines.append(Line(0.0, math.inf, source.hold, source.hold))
    for piece in source.pieces() if source is not None else ():
        if piece.start < duration and piece.stop > piece.start:
            if isinstance(piece, Line):
                lines.append(piece)
            else:
                waves.append(piece)
    table = np.array(lines, dtype=float).reshape(-1, 4)
    for term in terms_of(source):
        if isinstance(term, Noise) and term.start < duration:
            table = np.concatenate([table, _fluctuations(term, duration, dt)])
    kept = np.array([(w.start, min(w.stop, duration), *w[2:]) for w in waves], dtype=float).reshape(-1, 6)
    edges = np.concatenate([[0.0, duration], table[:, 0], table[:, 1], kept[:, 0], kept[:, 1]])
    times = np.unique(edges[(edges >= 0) & (edges <= duration)])
    base, slope = np.zeros(len(times)), np.zeros(len(times))
    if len(table):
        _add_lines(table, times, base, slope)
    return Protocol(times, base, slope, kept)


def _add_lines(table: Array, times: Array, base: Array, slope: Array) -> None:
    """Sum the lines on the segments. Lines of one segment, as of a waveform, are added at once."""
    start, stop, first, last = table.T
    finite = np.isfinite(stop)
    rate = np.where(finite, (last - first) / np.where(finite, stop - start, 1.0), 0.0)
    begin = np.searchsorted(times, start)
    end = np.searchsorted(times, np.minimum(stop, times[-1]))
    single = end == begin + 1
    np.add.at(base, begin[single], first[single])
    np.add.at(slope, begin[single], rate[single])
    for i in np.flatnonzero(~single):
        rows = slice(begin[i], end[i])
        base[rows] += first[i] + rate[i] * (times[rows] - start[i])
        slope[rows] += rate[i]


def _fluctuations(noise: Noise, duration: float, dt: float | None) -> Array:
    """An Ornstein-Uhlenbeck process around 0, sampled exactly, as lines between the samples.

    Gillespie (1996) Phys Rev E 54:2084: x(t + dt) = x(t) e^(-dt/tau) + sigma sqrt(1 - e^(-2 dt/tau)) N(0, 1).
    """
    stop = min(noise.stop, duration)
    count = math.ceil((stop - noise.start) / noise.dt - 1e-9)
    stride = 1 if dt is None or dt <= noise.dt else round(dt / noise.dt)
    if dt is not None and dt > noise.dt and abs(stride * noise.dt - dt) > 1e-9 * dt:
        raise SimulationError(
            f"dt: {dt:g} ms is not a multiple of the noise's own interval, {noise.dt:g} ms; "
            "use such a step, or Noise(dt=...)"
        )
    draws = np.random.Generator(np.random.Philox(noise.seed)).standard_normal(count + stride)
    path = _relax(draws, math.exp(-noise.dt / noise.tau))[::stride] * noise.sigma
    t = noise.start + np.arange(len(path)) * (stride * noise.dt)
    lines = np.stack([t[:-1], t[1:], path[:-1], path[1:]], axis=1)
    over = lines[:, 1] > stop
    fraction = (stop - lines[over, 0]) / (lines[over, 1] - lines[over, 0])
    lines[over, 3] = lines[over, 2] + fraction * (lines[over, 3] - lines[over, 2])
    lines[over, 1] = stop
    return lines[lines[:, 1] > lines[:, 0]]


def _relax(draws: Array, rho: float) -> Array:
    """x[0] = draws[0], x[k+1] = rho x[k] + sqrt(1 - rho^2) draws[k+1], in blocks."""
    innovations = draws * math.sqrt(1 - rho * rho)
    innovations[0] = draws[0]
    width = 64
    padded = np.zeros(-(-len(draws) // width) * width)
    padded[: len(draws)] = innovations
    lag = np.subtract.outer(np.arange(width), np.arange(width))
    weights = np.where(lag >= 0, rho ** np.maximum(lag, 0.0), 0.0)
    blocks = padded.reshape(-1, width) @ weights.T
    carry = rho ** np.arange(1, width + 1)
    for i in range(1, len(blocks)):
        blocks[i] += blocks[i - 1, -1] * carry
    path: Array = blocks.ravel()[: len(draws)]
    return path


def terms_of(source: Stimulus | VoltageClamp | None) -> tuple[Stimulus, ...]:
    """The stimuli that are added up; none for a clamp."""
    if isinstance(source, Sum):
        return source.terms
    return (source,) if isinstance(source, Stimulus) else ()
