"""Questions asked of a cell: ``lo.experiments.threshold(cell)``. Answers are Datasets that `loligo.plot` draws."""

from __future__ import annotations

import importlib
from typing import Any

_MODULE_OF = {
    "threshold": "thresholds",
    "strength_duration": "durations",
    "refractory_period": "refractory",
    "firing_rate": "rates",
    "accommodation": "ramps",
    "anode_break": "release",
    "rebound": "release",
}
__all__ = list(_MODULE_OF)


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'loligo.experiments' has no attribute '{name}'")
    return getattr(importlib.import_module(f".{_MODULE_OF[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
