"""What every result says of itself as a Dataset, for `loligo.plot` and for files."""

from __future__ import annotations

import json
from typing import Any

from .._version import __version__
from ..model.cell import Cell
from ..system import system
from .field import CURRENT, current_unit


def labelled(values: Any, dims: Any, units: str, name: str) -> tuple[Any, Any, dict[str, str]]:
    """A variable of a Dataset."""
    return dims, values, {"units": units, "long_name": name}


def attributes(kind: str, cell: Cell, **more: Any) -> dict[str, Any]:
    """What every result says of itself."""
    return {
        "kind": kind,
        "loligo_version": __version__,
        "cell": cell.name,
        "citation": cell.source,
        "parameters": json.dumps({path: p.value for path, p in cell.parameters.items()}),
        **more,
    }


def state_units(cell: Cell, paths: Any) -> list[str]:
    """The units of states."""
    units = {s.path: s.unit for s in system(cell).states}
    return [units[path] for path in paths]


def unit_of(cell: Cell, path: str) -> str:
    """The unit of a parameter, of a state, or of the applied current; empty for pure numbers."""
    if path == CURRENT:
        return current_unit(cell)
    units = {s.path: s.unit for s in system(cell).states} | {p: v.unit for p, v in cell.parameters.items()}
    return "" if units[path] == "1" else units[path]
