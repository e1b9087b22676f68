"""A study: cell, stimulus, what varies, what is kept, how it is computed, where it goes; and its TOML file.

Every mistake is named by the file and the key it stands under. Names in the file are data: nothing in it is ever run.
"""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import LoligoError, nearest
from ..model.cell import Cell
from ..model.clamp import VoltageClamp
from ..model.expression import parse
from ..model.recorded import read_waveform
from ..model.stimuli import STIMULI
from ..model.stimulus import Stimulus
from . import choose, recording, values

KEYS = (
    "title", "cell", "set", "duration", "stimulus", "clamp", "over", "table", "record", "numerics", "output",
)  # fmt: skip
OURS = {"cell", "over", "table", "record", "duration"}  # a file with one of these is a study, not a cell
NUMERICS: dict[str, tuple[type, ...]] = {
    "method": (str,), "tolerance": (float, int), "dt": (float, int), "every": (float, int), "precision": (str,),
    "initial": (str, dict), "seed": (int,), "spike_threshold": (float, int), "spike_rise": (float, int),
    "workers": (int,), "device": (str,), "estimate_error": (bool,),
}  # fmt: skip
OUTPUT: dict[str, tuple[type, ...]] = {"save": (str,), "plot": (str,), "variable": (str,), "store": (str,)}
WORDS: dict[type, str] = {
    str: "a text", float: "a number", int: "a whole number", dict: "a table", bool: "true or false", list: "a list",
}  # fmt: skip
LARGEST = 100_000_000  # bytes


@dataclass(frozen=True)
class Study:
    """A whole study.

    Attributes
    ----------
    cell : Cell
    stimulus : Stimulus or None
    clamp : VoltageClamp or None
    duration : float
        ms.
    over : dict of str to array, xarray.Dataset or None
        Axes, or a table of variants.
    record : tuple
        Recorders, and paths that stand for traces; empty for what `simulate` records of itself.
    options : dict
        Further arguments of `simulate`.
    output : dict of str to str
        Files to write, by ``save``, ``plot``, ``store``, and the ``variable`` to draw.
    title : str
    text : str
        The file that it was read from, as a whole.
    source : str
        The name of that file.
    """

    cell: Cell
    stimulus: Stimulus | None
    clamp: VoltageClamp | None
    duration: float
    over: Any = None
    record: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    output: dict[str, str] = field(default_factory=dict)
    title: str = ""
    text: str = ""
    source: str = ""


def is_one(path: Path) -> bool:
    """Is this the file of a study (and not that of a cell, nor a name from the library)?"""
    if path.suffix.lower() != ".toml" or not path.is_file():
        return False
    try:
        return bool(OURS & set(_toml(path)))
    except LoligoError:
        return False  # and will be complained of as a cell


def read(path: Path) -> Study:
    """Read the file of a study.

    Files that it names lie relative to it; those that it writes, to the folder one works in.

    Raises
    ------
    LoligoError
        If it cannot be read; the message names the key.
    """
    data = _toml(path)
    try:
        return _study(data, path)
    except LoligoError as error:
        text = str(error)
        raise type(error)(text if text.startswith(str(path)) else f"{path}: {text}") from None


def _toml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise LoligoError(f"{path}: too large for a study; put the variants into a CSV file")
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise LoligoError(f"cannot read {path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LoligoError(f"{path} is not a TOML file: {error}") from None


def _study(data: dict[str, Any], path: Path) -> Study:
    _known(data, KEYS, "")
    folder = path.parent
    name = _typed(data, "cell", (str,), 'write cell = "squid" or the name of a cell\'s .toml file')
    beside = folder / name
    cell = choose.named_cell(str(beside) if name.lower().endswith(".toml") else name)
    cell = cell.with_(_settings(data.get("set", {})))
    duration = _typed(data, "duration", (float, int), "write duration = 500, say (ms)")
    stimulus = _stimulus(data["stimulus"], folder) if "stimulus" in data else None
    clamp = _clamp(data["clamp"]) if "clamp" in data else None
    if stimulus is not None and clamp is not None:
        raise LoligoError("clamp: no current can be applied to a clamped membrane; keep [clamp] or [[stimulus]]")
    record = data.get("record", [])
    numerics = _table(data, "numerics", NUMERICS)
    if isinstance(numerics.get("initial"), dict):
        numerics["initial"] = _flat(numerics["initial"])
    return Study(
        cell,
        stimulus,
        clamp,
        float(duration),
        _over(data, folder),
        recording.recorders(record if isinstance(record, list) else [record], cell, "record"),
        numerics,
        _table(data, "output", OUTPUT),
        str(data.get("title", "")),
        path.read_text(encoding="utf-8-sig"),
        str(path),
    )


def _settings(given: Any) -> dict[str, Any]:
    """Numbers, and formulas as text, by path."""
    found = {}
    for path, value in _flat(_must(given, (dict,), "set")).items():
        found[path] = parse(value) if isinstance(value, str) else _must(value, (float, int), f"set.{path}")
    return found


def _stimulus(given: Any, folder: Path) -> Stimulus:
    terms = given if isinstance(given, list) else [given]
    if not terms:
        raise LoligoError('stimulus: there is none in the list; write [[stimulus]] with kind = "Step", or leave it out')
    made = [_term(term, f"stimulus {i}" if len(terms) > 1 else "stimulus", folder) for i, term in enumerate(terms)]
    return sum(made[1:], made[0])


def _term(given: Any, where: str, folder: Path) -> Stimulus:
    options = dict(_must(given, (dict,), where))
    kind = options.pop("kind", None)
    if kind not in STIMULI:
        raise LoligoError(f"{where}: kind = {kind!r} is no stimulus; {nearest(str(kind), STIMULI)}")
    if kind == "Waveform":
        _known(options, ("file", "interpolation"), where)
        name = _typed(options, "file", (str,), 'write file = "recorded.csv"', where)
        return read_waveform(folder / name, options.get("interpolation", "linear"))
    make = STIMULI[kind]
    _known(options, list(inspect.signature(make).parameters), where)
    try:
        made: Stimulus = make(**options)
    except LoligoError as error:
        raise type(error)(f"{where}: {error}") from None
    return made


def _clamp(given: Any) -> VoltageClamp:
    names = ("hold", "step", "start", "stop")
    _known(_must(given, (dict,), "clamp"), names, "clamp")
    return VoltageClamp(
        *(_typed(given, n, (float, int), "a clamp has hold, step, start, stop", "clamp") for n in names)
    )


def _over(data: dict[str, Any], folder: Path) -> Any:
    """The axes of a grid, or a table."""
    if "over" in data and "table" in data:
        raise LoligoError("table: there are axes under [over] already; a grid or a table of variants, not both")
    if "over" in data:
        given = _flat(_must(data["over"], (dict,), "over"))
        return {path: _axis(value, f"over.{path}") for path, value in given.items()}
    if "table" not in data:
        return None
    given = _must(data["table"], (dict,), "table")
    if "file" in given:
        _known(given, ("file",), "table")
        return values.read_table(folder / _typed(given, "file", (str,), "", "table"))
    columns = {path: _must(column, (list,), f"table.{path}") for path, column in _flat(given).items()}
    for path, column in columns.items():
        for value in column:
            _must(value, (float, int), f"table.{path}")
    return values.table(columns, "table")


def _axis(value: Any, where: str) -> Any:
    if isinstance(value, str):
        return values.axis(value, where)
    items = value if isinstance(value, list) else [value]
    return [_must(item, (float, int), where, values.FORMS) for item in items]


def _flat(given: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Paths as one key each, whether they were written ``"K.g" = 1`` or ``K.g = 1``, which TOML takes for a table."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        inner = _flat(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": value}
        for path, item in inner.items():
            if path in found:
                raise LoligoError(f"'{path}' is named twice; keep one")
            found[path] = item
    return found


def _table(data: dict[str, Any], key: str, kinds: Mapping[str, tuple[type, ...]]) -> dict[str, Any]:
    given = dict(_must(data.get(key, {}), (dict,), key))
    _known(given, kinds, key)
    for name, value in given.items():
        _must(value, kinds[name], f"{key}.{name}")
    return given


def _typed(data: Mapping[str, Any], key: str, kinds: tuple[type, ...], remedy: str, where: str = "") -> Any:
    if key not in data:
        raise LoligoError(f"{where + ': ' if where else ''}'{key}' is missing; {remedy}")
    return _must(data[key], kinds, f"{where}.{key}" if where else key, remedy)


def _must(value: Any, kinds: tuple[type, ...], where: str, remedy: str = "") -> Any:
    if (isinstance(value, bool) and bool not in kinds) or not isinstance(value, kinds):
        wanted = " or ".join(WORDS[kind] for kind in kinds if not (kind is int and float in kinds))
        raise LoligoError(f"{where}: {value!r} is not {wanted}{'; ' + remedy if remedy else ''}")
    return value


def _known(given: Iterable[str], known: Iterable[str], where: str) -> None:
    names = list(known)
    for key in given:
        if key not in names:
            raise LoligoError(f"{where + ': ' if where else ''}there is no key '{key}'; {nearest(key, names)}")
