"""Recorded currents: their samples as a stimulus, and as CSV files."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..errors import LoligoError
from ..units import numbers_in
from .stimulus import Line, Stimulus, Wave, place_of


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
        self._set(times=t, values=v, interpolation=interpolation, at=place_of(at, "Waveform"))

    def pieces(self) -> Iterator[Line | Wave]:
        held = self.interpolation == "previous"
        for i in range(len(self.times) - 1):
            first = self.values[i]
            yield Line(self.times[i], self.times[i + 1], first, first if held else self.values[i + 1])

    def __repr__(self) -> str:
        span = f"{self.times[0]:g} to {self.times[-1]:g} ms"
        shown = [f"{len(self.times)} samples", span, f"interpolation={self.interpolation!r}", *self._electrode()]
        return f"Waveform({', '.join(shown)})"


def read_waveform(path: Any, interpolation: str = "linear") -> Waveform:
    """A recorded current from a CSV file: time in ms and current in µA/cm², two columns, any sampling.

    The separator may be a comma, semicolon, tab or blanks; one header line is allowed, and lines that begin with ``#``.

    Raises
    ------
    LoligoError
        If a line holds anything else, or times do not increase; the message names the line.
    """
    source = Path(path)
    try:
        lines = source.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise LoligoError(f"cannot read {source}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise LoligoError(f"{source} is not a text file; export time (ms) and current (µA/cm²) as CSV") from None
    times: list[float] = []
    values: list[float] = []
    header_allowed = True
    for count, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        fields = _fields(line)
        try:
            row = [float(field) for field in fields]
        except ValueError:
            if header_allowed and not any(_is_number(f) for f in fields):
                header_allowed = False
                continue
            raise LoligoError(f"{source}, line {count}: {line.strip()!r} is not two numbers (time, current)") from None
        header_allowed = False
        if len(row) != 2:
            raise LoligoError(
                f"{source}, line {count}: {len(row)} numbers; expected two (time in ms, current in µA/cm²)"
            )
        if not all(map(math.isfinite, row)):
            raise LoligoError(f"{source}, line {count}: a gap ({line.strip()}); fill it in or cut it out")
        if times and row[0] <= times[-1]:
            what = "repeats the time" if row[0] == times[-1] else "goes back in time to"
            raise LoligoError(f"{source}, line {count}: {what} {row[0]:g} ms; times must increase")
        times.append(row[0])
        values.append(row[1])
    if len(times) < 2:
        raise LoligoError(f"{source}: {len(times)} samples; a waveform needs at least two lines of time, current")
    return Waveform(times, values, interpolation)


def _fields(line: str) -> list[str]:
    separator = next((s for s in (",", ";", "\t") if s in line), None)
    if separator is None:
        return line.split()
    try:
        return [field.strip() for field in next(csv.reader([line], delimiter=separator))]
    except csv.Error:
        return [line]  # which is no number, and will be said to be none


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
