"""Cells as TOML files, and recorded currents as CSV files."""

from __future__ import annotations

import csv
import math
import os
import tomllib
from pathlib import Path
from typing import Any

from ..errors import FormulaError, LoligoError, nearest
from ..units import number
from .cell import Cell
from .channel import STANDARD, Channel
from .expression import Expression
from .formula import parse
from .gate import Gate
from .parameter import Parameter
from .stimulus import Waveform

_TEXTS = ("source", "doi", "preparation", "validity", "description")
_PLAIN = Channel("plain", g=1, E=0, q10=1, celsius_ref=0)  # what g, E and the rest are like unless a channel says more
_LARGEST = 10_000_000  # bytes of a cell file


def as_dict(cell: Cell) -> dict[str, Any]:
    """A cell as plain dictionaries, texts and numbers: what its TOML file holds."""
    data: dict[str, Any] = {"loligo": 1, "name": cell.name}
    data.update({key: getattr(cell, key) for key in _TEXTS if getattr(cell, key)})
    data.update(capacitance=_number(cell.capacitance), celsius=_number(cell.celsius))
    if cell.initial:
        data["initial"] = dict(cell.initial)
    if cell.spike_threshold:
        data["spike_threshold"] = cell.spike_threshold
    data["channel"] = [_channel(c) for c in cell.channels]
    return data


def _number(p: Parameter, known: Parameter | None = None) -> Any:
    """A number, or a table where there is more to say than its value."""
    table: dict[str, Any] = {"value": p.value}
    if p.value != p.default:
        table["default"] = p.default
    if known is not None and p.bounds != known.bounds:
        table["bounds"] = list(p.bounds)
    if known is not None and p.description != known.description:
        table["description"] = p.description
    return table if len(table) > 1 else p.value


def _channel(channel: Channel) -> dict[str, Any]:
    data: dict[str, Any] = {"name": channel.name}
    data.update({key: getattr(channel, key) for key in ("source", "description") if getattr(channel, key)})
    if not channel.ohmic:
        data["current"] = str(channel.current)
    for name, p in channel.parameters:
        if name in STANDARD:
            data[name] = _number(p, dict(_PLAIN.parameters)[name])
        else:
            table: dict[str, Any] = {"value": p.value, "unit": p.unit}
            if p.value != p.default:
                table["default"] = p.default
            if p.bounds != (-math.inf, math.inf):
                table["bounds"] = list(p.bounds)
            if p.description:
                table["description"] = p.description
            data.setdefault("parameter", {})[name] = table
    for name, gate in channel.gates:
        table = {"power": str(gate.power), **{part: str(f) for part, f in gate.formulas.items()}}
        if gate.q10 is not None and gate.celsius_ref is not None:
            table.update(q10=gate.q10.value, celsius_ref=gate.celsius_ref.value)
        data.setdefault("gate", {})[name] = table
    return data


def from_dict(data: dict[str, Any], where: str = "cell") -> Cell:
    """The cell that `as_dict` described."""
    _only(data, {"loligo", "name", "capacitance", "celsius", "initial", "spike_threshold", "channel", *_TEXTS}, where)
    if data.get("loligo", 1) != 1:
        raise LoligoError(f"{where}: written by a later version of loligo (format {data['loligo']!r}; this reads 1)")
    channels = data.get("channel", [])
    if not isinstance(channels, list) or not all(isinstance(c, dict) for c in channels):
        raise LoligoError(f"{where}: channels are written as [[channel]] tables")
    made = [_channel_from(c, where) for c in channels]
    texts = {key: str(data[key]) for key in _TEXTS if key in data}
    cell = Cell(
        str(data.get("name", where)),
        made,
        _value(data.get("capacitance", 1.0)),
        _value(data.get("celsius", 6.3)),
        initial=data.get("initial"),
        spike_threshold=data.get("spike_threshold", 0.0),
        **texts,
    )
    for key in ("capacitance", "celsius"):
        if isinstance(data.get(key), dict):
            p: Parameter = getattr(cell, key)
            cell = cell.replace(**{key: _defaulted(p, data[key], f"{where}: {key}")})
    return cell


def _channel_from(data: dict[str, Any], where: str) -> Channel:
    name = data.get("name")
    if name is None:
        raise LoligoError(f'{where}: a channel without a name; write name = "Na", say, under [[channel]]')
    here = f"{where}: channel {name!r}"
    _only(
        data,
        {"name", "source", "description", "current", "g", "E", "q10", "celsius_ref", "parameter", "gate"},
        here,
    )
    gates, parameters = data.get("gate", {}), data.get("parameter", {})
    if not isinstance(gates, dict) or not isinstance(parameters, dict):
        raise LoligoError(f"{here}: gates and parameters are written as [channel.gate.NAME] tables")
    parts: dict[str, Any] = {}
    for key, table in parameters.items():
        _only(table, {"value", "unit", "default", "bounds", "description"}, f"{here}, parameter '{key}'")
        bounds = _bounds(table.get("bounds", (-math.inf, math.inf)), f"{here}, parameter '{key}'")
        if not isinstance(table.get("unit", "1"), str):
            raise LoligoError(f"{here}, parameter '{key}': the unit is a text, such as \"mV\"; got {table['unit']!r}")
        parts[key] = Parameter(
            table.get("value"),
            table.get("unit", "1"),
            bounds,
            table.get("description", ""),
            None
            if "default" not in table
            else number(table["default"], table.get("unit", "1"), f"{here}, default of '{key}'"),
            f"{name}.{key}",
        )
    for key, table in gates.items():
        _only(table, {"power", "alpha", "beta", "inf", "tau", "q10", "celsius_ref"}, f"{here}, gate '{key}'")
        formulas = {
            part: _formula(table[part], f"{here}, gate '{key}', {part}")
            for part in ("alpha", "beta", "inf", "tau")
            if part in table
        }
        extra = {part: table[part] for part in ("q10", "celsius_ref") if part in table}
        parts[key] = Gate(_formula(table.get("power", 1), f"{here}, gate '{key}', power"), **formulas, **extra)
    plain: dict[str, Any] = {
        key: _known(data[key], f"{name}.{key}", f"{here}: {key}") for key in STANDARD if key in data
    }
    if "current" in data:
        plain["current"] = _formula(data["current"], f"{here}, current")
    texts = {key: str(data[key]) for key in ("source", "description") if key in data}
    taken = [key for key in parts if key in (*plain, *texts, "name", "source", "description", "current")]
    taken += [key for key in gates if key in parameters]
    if taken:
        raise LoligoError(f"{here}: '{taken[0]}' is there twice, or is no name for a gate or parameter")
    channel = Channel(str(name), **plain, **texts, **parts)
    return channel


def _formula(source: Any, where: str) -> Expression:
    try:
        return parse(str(source))
    except FormulaError as error:
        raise FormulaError(f"{where}: {error}") from None


def _known(entry: Any, name: str, where: str) -> Any:
    """g, E, q10 or celsius_ref: a number, or a table with its default, bounds and description."""
    if not isinstance(entry, dict):
        return entry
    _only(entry, {"value", "default", "bounds", "description"}, where)
    unit = dict(_PLAIN.parameters)[name.rsplit(".", 1)[-1]].unit
    bounds = _bounds(entry.get("bounds", (-math.inf, math.inf)), where)
    return Parameter(entry.get("value"), unit, bounds, entry.get("description", ""), entry.get("default"), name)


def _bounds(bounds: Any, where: str) -> tuple[float, float]:
    numeric = isinstance(bounds, (list, tuple)) and all(isinstance(x, (int, float)) for x in bounds)
    if not numeric or len(bounds) != 2:
        raise LoligoError(f"{where}: bounds are two numbers, such as [0, 10]; got {bounds!r}")
    return float(bounds[0]), float(bounds[1])


def _defaulted(p: Parameter, table: dict[str, Any], where: str) -> Parameter:
    _only(table, {"value", "default"}, where)
    default = number(table["default"], p.unit, f"{where}, default") if "default" in table else None
    return Parameter(p.value, p.unit, p.bounds, p.description, default)


def _value(entry: Any) -> Any:
    return entry.get("value") if isinstance(entry, dict) else entry


def _only(table: Any, known: set[str], where: str) -> None:
    if not isinstance(table, dict):
        raise LoligoError(f"{where}: expected a table, got {table!r}")
    for key in table:
        if key not in known:
            raise LoligoError(f"{where}: unknown key '{key}'; {nearest(key, sorted(known))}")


def save(cell: Cell, path: Any) -> None:
    """Write a cell to a TOML file; a file of that name is replaced only once the new one is complete."""
    import tomli_w

    target = Path(path)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_text(tomli_w.dumps(as_dict(cell)), encoding="utf-8")
        os.replace(part, target)
    except OSError as error:
        raise LoligoError(f"cannot write {target}: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)


def load(path: Any) -> Cell:
    """Read a cell from a TOML file.

    Raises
    ------
    LoligoError
        If the file cannot be read or does not describe a cell; the message names the place.
    """
    source = Path(path)
    try:
        if source.stat().st_size > _LARGEST:
            raise LoligoError(f"{source}: {source.stat().st_size} bytes are too many for a cell")
        data = tomllib.loads(source.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise LoligoError(f"cannot read {source}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LoligoError(f"{source} is not a TOML file: {error}") from None
    return from_dict(data, str(source))


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
