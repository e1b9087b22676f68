"""Recorded currents as CSV files."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

from ..errors import LoligoError
from .stimulus import Waveform


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
