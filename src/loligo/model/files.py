"""Cells as TOML files."""

from __future__ import annotations

import math
import os
import tomllib
from pathlib import Path
from typing import Any

from ..errors import FormulaError, LoligoError, nearest
from ..units import number
from .activation import Activation
from .cell import Cell
from .channel import STANDARD, Channel
from .compartment import Compartment
from .expression import Expression, parse
from .gate import Gate
from .parameter import Parameter
from .pool import Pool
from .scheme import Scheme

_TEXTS = ("source", "doi", "preparation", "validity", "description")
_PLAIN = Channel("plain", g=1, E=0, q10=1, celsius_ref=0)  # what g, E and the rest are like unless a channel says more
_WHOLE = Channel("whole", g=Parameter(1, "nS", (0, math.inf), "maximal conductance"), E=0)
_CHANNEL_TEXTS = ("source", "doi", "preparation", "description")
_LARGEST = 10_000_000  # bytes of a cell file


def as_dict(cell: Cell) -> dict[str, Any]:
    """A cell as plain dictionaries, texts and numbers: what its TOML file holds."""
    data: dict[str, Any] = {"loligo": 1, "name": cell.name}
    data.update({key: getattr(cell, key) for key in _TEXTS if getattr(cell, key)})
    data.update(capacitance=_number(cell.capacitance), celsius=_number(cell.celsius))
    if cell.absolute:
        data["units"] = "pF, nS, pA"
    if cell.area is not None:
        data["area"] = cell.area
    if cell.initial:
        data["initial"] = dict(cell.initial)
    if cell.spike_threshold:
        data["spike_threshold"] = cell.spike_threshold
    if cell.stimulus_unit != cell.current_unit:
        data["stimulus_unit"] = cell.stimulus_unit
    if cell.stimulated:
        data["stimulated"] = cell.stimulated
    if cell.share is not None:
        data["share"] = str(cell.share)
    if cell.shared:
        data["shared"] = {name: _table(p) for name, p in cell.shared}
    data["channel"] = [_channel(c) for c in cell.channels]
    if cell.pools:
        data["pool"] = [_pool(p) for p in cell.pools]
    if cell.compartments:
        data["compartment"] = [_compartment(c) for c in cell.compartments]
    return data


def _compartment(c: Compartment) -> dict[str, Any]:
    data: dict[str, Any] = {"name": c.name, "coupling": str(c.coupling), "share": str(c.share)}
    data["capacitance"] = _number(c.capacitance)
    data["channel"] = [_channel(x) for x in c.channels]
    if c.pools:
        data["pool"] = [_pool(p) for p in c.pools]
    return data


def _pool(pool: Pool) -> dict[str, Any]:
    data: dict[str, Any] = {"name": pool.name, "unit": pool.unit}
    data.update({key: getattr(pool, key) for key in ("source", "description") if getattr(pool, key)})
    if pool.reads:
        data["reads"] = list(pool.reads)
    if pool.rate is not None:
        data["rate"] = str(pool.rate)
    parameters = dict(pool.parameters)
    if pool.name in parameters:
        data["value"] = _table(parameters.pop(pool.name))
    if parameters:
        data["parameter"] = {name: _table(p) for name, p in parameters.items()}
    return data


def _table(p: Parameter) -> dict[str, Any]:
    """A parameter of one's own: all there is to say of it."""
    table: dict[str, Any] = {"value": p.value, "unit": p.unit}
    if p.value != p.default:
        table["default"] = p.default
    if p.bounds != (-math.inf, math.inf):
        table["bounds"] = list(p.bounds)
    if p.description:
        table["description"] = p.description
    return table


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
    data.update({key: getattr(channel, key) for key in _CHANNEL_TEXTS if getattr(channel, key)})
    if channel.reads:
        data["reads"] = list(channel.reads)
    if channel.carries:
        data["carries"] = dict(channel.carries)
    if not channel.ohmic:
        data["current"] = str(channel.current)
    if channel.reversal is not None:
        data["E"] = str(channel.reversal)
    for name, p in channel.parameters:
        if name in STANDARD:
            data[name] = _number(p, dict((_WHOLE if p.unit == "nS" else _PLAIN).parameters)[name])
        else:
            data.setdefault("parameter", {})[name] = _table(p)
    for name, scheme in channel.schemes:
        rates = {arrow: str(rate) for arrow, rate in scheme.formulas.items()}
        data.setdefault("scheme", {})[name] = {"open": str(scheme.open), "rates": rates}
    for name, activation in channel.activations:
        parts = {part: str(f) for part, f in activation.formulas.items()}
        data.setdefault("activation", {})[name] = {"power": str(activation.power), **parts, "jump": activation.jump}
    if channel.times:
        data["times"] = list(channel.times)
    for name, gate in channel.gates:
        table: dict[str, Any] = {"power": str(gate.power), **{part: str(f) for part, f in gate.formulas.items()}}
        if gate.q10 is not None and gate.celsius_ref is not None:
            table.update(q10=gate.q10.value, celsius_ref=gate.celsius_ref.value)
        data.setdefault("gate", {})[name] = table
    return data


_CELL_KEYS = {
    "loligo", "name", "capacitance", "celsius", "initial", "spike_threshold", "channel", "pool", "compartment",
    "shared", "share", "stimulated", "stimulus_unit", "area", "units", *_TEXTS,
}  # fmt: skip


def from_dict(data: dict[str, Any], where: str = "cell") -> Cell:
    """The cell that `as_dict` described."""
    _only(data, _CELL_KEYS, where)
    if data.get("loligo", 1) != 1:
        raise LoligoError(f"{where}: written by a later version of loligo (format {data['loligo']!r}; this reads 1)")
    absolute = data.get("units", "") == "pF, nS, pA"
    if "units" in data and not absolute:
        raise LoligoError(f"{where}: units = {data['units']!r}; write 'pF, nS, pA' for a whole cell, or leave it out")
    texts = {key: str(data[key]) for key in (*_TEXTS, "stimulated", "stimulus_unit") if key in data}
    shared = data.get("shared", {})
    if not isinstance(shared, dict):
        raise LoligoError(f"{where}: shared parameters are written as [shared.NAME] tables")
    capacitance = _value(data.get("capacitance", 1.0))
    cell = Cell(
        str(data.get("name", where)),
        [_channel_from(c, where, absolute) for c in _tables(data, "channel", where)],
        Parameter(capacitance, "pF", name="capacitance") if absolute else capacitance,
        _value(data.get("celsius", 6.3)),
        pools=[_pool_from(p, where) for p in _tables(data, "pool", where)],
        compartments=[_compartment_from(c, where) for c in _tables(data, "compartment", where)],
        shared={key: _own(table, key, f"{where}: shared '{key}'") for key, table in shared.items()},
        share=_formula(data["share"], f"{where}: share") if "share" in data else None,
        area=data.get("area"),
        initial=data.get("initial"),
        spike_threshold=data.get("spike_threshold", 0.0),
        **texts,
    )
    for key in ("capacitance", "celsius"):
        if isinstance(data.get(key), dict):
            p: Parameter = getattr(cell, key)
            cell = cell.replace(**{key: _defaulted(p, data[key], f"{where}: {key}")})
    return cell


def _tables(data: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    found = data.get(key, [])
    if not isinstance(found, list) or not all(isinstance(c, dict) for c in found):
        raise LoligoError(f"{where}: {key}s are written as [[{key}]] tables")
    return found


def _compartment_from(data: dict[str, Any], where: str) -> Compartment:
    _only(data, {"name", "coupling", "share", "capacitance", "channel", "pool"}, f"{where}: compartment")
    here = f"{where}: compartment {data.get('name')!r}"
    if "name" not in data or "coupling" not in data:
        raise LoligoError(f"{here}: a compartment has a name and a coupling")
    made = Compartment(
        data["name"],
        [_channel_from(c, here) for c in _tables(data, "channel", here)],
        _formula(data["coupling"], f"{here}, coupling"),
        _formula(data.get("share", 1), f"{here}, share"),
        _value(data.get("capacitance", 1.0)),
        [_pool_from(p, here) for p in _tables(data, "pool", here)],
    )
    if isinstance(data.get("capacitance"), dict):
        return made.replace(capacitance=_defaulted(made.capacitance, data["capacitance"], f"{here}: capacitance"))
    return made


def _pool_from(data: dict[str, Any], where: str) -> Pool:
    name = data.get("name")
    if not isinstance(name, str):
        raise LoligoError(f'{where}: a pool without a name; write name = "Ca", say, under [[pool]]')
    here = f"{where}: pool {name!r}"
    _only(data, {"name", "rate", "value", "unit", "reads", "source", "description", "parameter"}, here)
    parameters = data.get("parameter", {})
    if not isinstance(parameters, dict):
        raise LoligoError(f"{here}: parameters are written as [pool.parameter.NAME] tables")
    named: dict[str, Any] = {
        key: _own(table, f"{name}.{key}", f"{here}, parameter '{key}'") for key, table in parameters.items()
    }
    texts: dict[str, Any] = {key: str(data[key]) for key in ("unit", "source", "description") if key in data}
    taken = [key for key in named if key in ("rate", "value", "reads", *texts, "name")]
    if taken:
        raise LoligoError(f"{here}: '{taken[0]}' is no name for a parameter")
    return Pool(
        name,
        _formula(data["rate"], f"{here}, rate") if "rate" in data else None,
        value=_own(data["value"], name, f"{here}, value") if "value" in data else None,
        reads=_names(data.get("reads", []), f"{here}, reads"),
        **texts,
        **named,
    )


def _names(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise LoligoError(f'{where}: write a list of names, such as ["Ca"]; got {value!r}')
    return value


def _own(table: Any, name: str, where: str) -> Parameter:
    """A parameter of one's own, with its unit."""
    _only(table, {"value", "unit", "default", "bounds", "description"}, where)
    bounds = _bounds(table.get("bounds", (-math.inf, math.inf)), where)
    unit = table.get("unit", "1")
    if not isinstance(unit, str):
        raise LoligoError(f'{where}: the unit is a text, such as "mV"; got {table["unit"]!r}')
    default = number(table["default"], unit, f"{where}, default") if "default" in table else None
    return Parameter(table.get("value"), unit, bounds, table.get("description", ""), default, name)


def _channel_from(data: dict[str, Any], where: str, absolute: bool = False) -> Channel:
    name = data.get("name")
    if name is None:
        raise LoligoError(f'{where}: a channel without a name; write name = "Na", say, under [[channel]]')
    here = f"{where}: channel {name!r}"
    _only(
        data,
        {
            "name",
            "current",
            "reads",
            "carries",
            "parameter",
            "gate",
            "scheme",
            "activation",
            "times",
            *STANDARD,
            *_CHANNEL_TEXTS,
        },
        here,
    )
    gates, parameters, schemes = data.get("gate", {}), data.get("parameter", {}), data.get("scheme", {})
    if not (isinstance(gates, dict) and isinstance(parameters, dict) and isinstance(schemes, dict)):
        raise LoligoError(f"{here}: gates, schemes and parameters are written as [channel.gate.NAME] tables")
    parts: dict[str, Any] = {}
    for key, table in parameters.items():
        parts[key] = _own(table, f"{name}.{key}", f"{here}, parameter '{key}'")
    for key, table in schemes.items():
        parts[key] = _scheme(table, f"{here}, scheme '{key}'")
    activations = data.get("activation", {})
    if not isinstance(activations, dict):
        raise LoligoError(f"{here}: activations are written as [channel.activation.NAME] tables")
    for key, table in activations.items():
        parts[key] = _activation(table, f"{here}, activation '{key}'")
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
        key: _known(data[key], f"{name}.{key}", f"{here}: {key}", absolute) for key in STANDARD if key in data
    }
    plain["reads"] = _names(data.get("reads", []), f"{here}, reads")
    plain["carries"] = data.get("carries", {})
    plain["times"] = data.get("times", [])
    if "current" in data:
        plain["current"] = _formula(data["current"], f"{here}, current")
    texts = {key: str(data[key]) for key in _CHANNEL_TEXTS if key in data}
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


def _scheme(table: Any, where: str) -> Scheme:
    _only(table, {"open", "rates"}, where)
    rates = table.get("rates", {})
    if not isinstance(rates, dict):
        raise LoligoError(f'{where}: rates are written as "C -> O" = "formula"')
    formulas = {arrow: _formula(rate, f"{where}, {arrow}") for arrow, rate in rates.items()}
    return Scheme(formulas, _formula(table.get("open", ""), f"{where}, open"))


def _activation(table: Any, where: str) -> Activation:
    _only(table, {"power", "tau", "drive", "jump"}, where)
    if "tau" not in table:
        raise LoligoError(f"{where}: it needs its time constant, tau (ms)")
    formulas = {part: _formula(table[part], f"{where}, {part}") for part in ("tau", "drive") if part in table}
    return Activation(_formula(table.get("power", 1), f"{where}, power"), **formulas, jump=table.get("jump", 0.0))


def _known(entry: Any, name: str, where: str, absolute: bool) -> Any:
    """g, E, q10 or celsius_ref: a number, or a table with its default, bounds and description; E may be a formula."""
    conductance = absolute and name.endswith(".g")
    if isinstance(entry, str) and name.endswith(".E"):
        return _formula(entry, where)
    if not isinstance(entry, dict):
        return Parameter(entry, "nS", (0, math.inf), "maximal conductance", name=name) if conductance else entry
    _only(entry, {"value", "default", "bounds", "description"}, where)
    unit = "nS" if conductance else dict(_PLAIN.parameters)[name.rsplit(".", 1)[-1]].unit
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
