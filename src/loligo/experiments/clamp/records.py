"""Records of a voltage clamp with sodium or potassium blocked: simulated with noise, or read from a file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError
from ...model.cell import Cell
from ...model.clamp import VoltageSteps
from ...simulation.run import run

Array = NDArray[np.float64]
COLUMNS = ("record", "time", "voltage", "control", "Na_blocked", "K_blocked")
UNITS = "a number, ms, mV, and three currents in µA/cm²"
FEWEST = 8  # samples of a record


@dataclass(frozen=True)
class Record:
    """One sweep under three conditions.

    Attributes
    ----------
    time : array (samples)
        ms.
    voltage : array (samples)
        The command, mV. It jumps at the first sample with the new value.
    control, sodium_blocked, potassium_blocked : array (samples)
        µA/cm², outward positive.
    """

    time: Array
    voltage: Array
    control: Array
    sodium_blocked: Array
    potassium_blocked: Array

    @property
    def sodium(self) -> Array:
        """The current that is gone when sodium is blocked: whatever else flows, a leak too, drops out."""
        return self.control - self.sodium_blocked

    @property
    def potassium(self) -> Array:
        """The current that is gone when potassium is blocked."""
        return self.control - self.potassium_blocked

    @property
    def begins(self) -> NDArray[np.int64]:
        """Where each level of the command begins, as an index of a sample, and the number of samples."""
        jumps = np.flatnonzero(np.diff(self.voltage)) + 1
        return np.concatenate([[0], jumps, [len(self.time)]]).astype(np.int64)

    @property
    def levels(self) -> tuple[float, ...]:
        """The levels of the command, mV."""
        return tuple(float(self.voltage[i]) for i in self.begins[:-1])


def simulated(
    cell: Cell, commands: Sequence[VoltageSteps], noise: float, every: float, seed: int, names: tuple[str, str]
) -> list[Record]:
    """What an ideal clamp measures, in closed form, with noise of its own in every record.

    Parameters
    ----------
    cell : Cell
    commands : sequence of VoltageSteps
    noise : float
        Standard deviation of each sample, µA/cm².
    every : float
        Interval of the samples, ms.
    seed : int
    names : (str, str)
        Of the sodium and the potassium channel.
    """
    rng = np.random.Generator(np.random.Philox(seed))
    paths = [f"{name}.I" for name in names]
    made = []
    for command in commands:
        samples = round(command.stop / every)
        # A little less than the whole command, so that no sample falls on the return to the holding potential.
        done = run(
            cell, clamp=command, duration=(samples - 0.5) * every, every=every, record=paths, estimate_error=False
        )  # fmt: skip
        total = done.values["I_clamp"]
        currents = [total, *(total - done.values[path] for path in paths)]
        noisy = [i + noise * rng.standard_normal(len(i)) for i in currents]
        made.append(Record(done.time, done.input, *noisy))
    return made


def write_records(records: Sequence[Record], path: Any) -> None:
    """Write records as the CSV file that `read_records` reads."""
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for i, r in enumerate(records):
            for row in zip(r.time, r.voltage, r.control, r.sodium_blocked, r.potassium_blocked, strict=True):
                writer.writerow([i, *(repr(float(x)) for x in row)])


def read_records(path: Any) -> list[Record]:
    """Read clamp records from a CSV file.

    Parameters
    ----------
    path : path
        Columns, by name in the first line and in any order: ``record`` (which sweep), ``time`` (ms), ``voltage`` (the
        command, mV), ``control``, ``Na_blocked``, ``K_blocked`` (µA/cm², outward positive).

    Raises
    ------
    LoligoError
        If the columns are others, a value is no number, or the times of a record do not rise; with the line.
    """
    where = Path(path)
    try:
        with where.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise LoligoError(f"{where}: cannot be read as a CSV file: {error}") from None
    header = [name.strip() for name in rows[0]] if rows else []
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise LoligoError(
            f"{where}: no column {', '.join(repr(n) for n in missing)} among {', '.join(header) or 'none'}; "
            f"clamp records have the columns {', '.join(COLUMNS)} ({UNITS})"
        )
    order = [header.index(name) for name in COLUMNS]
    table: dict[str, list[list[float]]] = {}
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < len(header):
            raise LoligoError(f"{where}, line {line}: {len(row)} values under {len(header)} columns")
        table.setdefault(row[order[0]].strip(), []).append(
            [_value(row[j], where, line, name) for j, name in zip(order[1:], COLUMNS[1:], strict=True)]
        )
    if not table:
        raise LoligoError(f"{where}: no records under the header")
    return [_record(name, np.array(values), where) for name, values in table.items()]


def _value(text: str, where: Path, line: int, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise LoligoError(f"{where}, line {line}: '{text.strip()}' under {name} is no finite number")
    return value


def _record(name: str, values: Array, where: Path) -> Record:
    if len(values) < FEWEST:
        raise LoligoError(f"{where}: record {name} has {len(values)} samples; a fit needs at least {FEWEST}")
    if (np.diff(values[:, 0]) <= 0).any():
        bad = float(values[1:][np.diff(values[:, 0]) <= 0][0, 0])
        raise LoligoError(f"{where}: the times of record {name} do not rise at {bad:g} ms; sort them, one row per time")
    return Record(*values.T)
