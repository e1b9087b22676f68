"""What the page has to know of a cell to make its controls: parameters, channels with colours, equations."""

from __future__ import annotations

import math
from typing import Any

from .. import cells, channels
from ..model.cell import Cell
from ..model.parameter import Parameter
from ..model.printing import latex_symbols
from ..plot.palette import colours
from ..system import system
from . import messages, prepare


def description(request: messages.Describe) -> bytes:
    """A cell, described for the page."""
    cell = prepare.structure(request.preparation)
    prepare.prepared(request.preparation)  # what cannot be done to it is said now
    shade = colours(name for name, _ in cell.all_channels())
    whole = system(cell)
    header = {
        "id": request.id,
        "kind": "describe",
        "name": cell.name,
        "source": cell.source,
        "preparation": cell.preparation,
        "description": cell.description,
        "validity": cell.validity,
        "current_unit": cell.stimulus_unit,
        "conductance_unit": "nS" if cell.absolute else "mS/cm²",
        "membrane_current_unit": cell.current_unit,
        "parameters": [_parameter(path, p, cell) for path, p in cell.parameters.items()],
        "channels": [
            {
                "name": name,
                "colour": shade[name],
                "source": channel.source,
                "gates": [f"{name}.{gate}" for gate, _ in channel.gates],
                "instant": [f"{name}.{gate}" for gate, g in channel.gates if g.instantaneous],
                "blockable": f"{name}.g" in cell.parameters,
            }
            for name, channel in cell.all_channels()
        ],
        "states": [v.path for v in whole.states],
        "equations": [_lines(cell)],
        "symbols": latex_symbols(cell),
        "cells": list(cells.__all__),
        "library": list(channels.__all__),
    }
    return messages.encode(header)


def _lines(cell: Cell) -> str:
    return cell.latex()


def _parameter(path: str, p: Parameter, cell: Cell) -> dict[str, Any]:
    low, high = slider(path, p)
    where, _, name = path.rpartition(".")
    return {
        "path": path,
        "name": name,
        "channel": where,
        "value": p.value,
        "unit": "" if p.unit == "1" else p.unit,
        "low": low,
        "high": high,
        "least": p.bounds[0],
        "most": p.bounds[1],
        "description": p.description,
        "main": name in ("g", "E", "P") or path in ("capacitance", "celsius"),
    }


def slider(path: str, p: Parameter) -> tuple[float, float]:
    """From where to where a slider goes: where something is to be seen, within what makes sense."""
    name, value = path.rpartition(".")[2], p.value
    if path == "celsius" or p.unit == "°C":
        low, high = 0.0, max(40.0, value + 10)
    elif p.unit == "mV":
        reach = max(40.0, 0.5 * abs(value))
        low, high = value - reach, value + reach
    elif name in ("capacitance", "g") or value > 0:
        low, high = 0.0, 3.0 * value if value > 0 else 10.0
    else:
        low, high = (2.0 * value, 0.0) if value < 0 else (-1.0, 1.0)
    low, high = max(low, p.bounds[0]), min(high, p.bounds[1])
    return (low, high) if math.isfinite(low) and math.isfinite(high) and low < high else (value - 1, value + 1)
