"""Loligo: a laboratory for excitable membranes.

Write down conductances, get the whole behaviour of the cell. Names are resolved when they are first used, so that
``import loligo`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._version import __version__

_MODULE_OF = {
    **dict.fromkeys(
        ["V", "exp", "exprel", "log", "log10", "sqrt", "tanh", "cosh", "sinh", "minimum", "maximum", "symbol", "symbols"],
        "model.expression",
    ),
    "absolute": "model.expression",
    "parse": "model.formula",
    "Parameter": "model.parameter",
    "Gate": "model.gate",
    "Channel": "model.channel",
    "Cell": "model.cell",
    **dict.fromkeys(["Step", "Pulses", "Ramp", "Sine", "Chirp", "Noise", "Waveform"], "model.stimulus"),
    "VoltageClamp": "model.clamp",
    "load": "model.files",
    "System": "system",
    "simulate": "simulation",
    "resting_states": "simulation",
    "plot": "plot",
    **dict.fromkeys(["LoligoError", "FormulaError", "PathError", "UnitError", "ImmutableError"], "errors"),
    **dict.fromkeys(["SimulationError", "LoligoWarning"], "errors"),
}
_MODULES = {"cells", "channels"}

__all__ = ["__version__", "cells", "channels", *_MODULE_OF]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    if name in _MODULE_OF:
        value = getattr(importlib.import_module(f".{_MODULE_OF[name]}", __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'loligo' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)


if TYPE_CHECKING:
    from . import cells, channels
    from .errors import (
        FormulaError,
        ImmutableError,
        LoligoError,
        LoligoWarning,
        PathError,
        SimulationError,
        UnitError,
    )
    from .model.cell import Cell
    from .model.channel import Channel
    from .model.clamp import VoltageClamp
    from .model.expression import (
        V,
        absolute,
        cosh,
        exp,
        exprel,
        log,
        log10,
        maximum,
        minimum,
        sinh,
        sqrt,
        symbol,
        symbols,
        tanh,
    )
    from .model.files import load
    from .model.formula import parse
    from .model.gate import Gate
    from .model.parameter import Parameter
    from .model.stimulus import Chirp, Noise, Pulses, Ramp, Sine, Step, Waveform
    from .plot import plot
    from .simulation import resting_states, simulate
    from .system import System
