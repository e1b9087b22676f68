"""Questions asked of a cell, ``lo.experiments.threshold(cell)``, or of a fibre, ``lo.experiments.propagated(cable)``.

Answers are Datasets that `loligo.plot` draws.
"""

from __future__ import annotations

import importlib
from typing import Any

from ..errors import PathError, nearest

_MODULE_OF = {
    "threshold": "thresholds",
    "strength_duration": "durations",
    "refractory_period": "refractory",
    "firing_rate": "rates",
    "accommodation": "ramps",
    "anode_break": "release",
    "rebound": "release",
    "anatomy": "spikes",
    "energy": "cost",
    "latency": "timing",
    "adaptation": "timing",
    "current_voltage": "clamp.current_voltage",
    "tail_currents": "clamp.tails",
    "inactivation": "clamp.inactivation",
    "recovery": "clamp.inactivation",
    "voltage_ramp": "clamp.ramp",
    "leak_subtraction": "clamp.leak",
    "recover_rates": "clamp.recover",
    "impedance": "resonance",
    "temperature": "series",
    "dose_response": "series",
    "compare": "comparison",
    "conduction_velocity": "fibres.velocity",
    "travelling_wave": "fibres.velocity",
    "propagated": "fibres.impulse",
    "length_constant": "fibres.passive",
    "velocity_vs_diameter": "fibres.scaling",
    "velocity_vs_temperature": "fibres.scaling",
    "safety_factor": "fibres.safety",
    "branch_block": "fibres.branching",
    "collision": "fibres.meetings",
    "refractory_wake": "fibres.meetings",
    "extracellular_potential": "fibres.field",
    "extracellular_strength_duration": "fibres.field",
}
ON_FIBRES = tuple(name for name, module in _MODULE_OF.items() if module.startswith("fibres."))
"""Those that are asked of a fibre, a `Cable` or a `Tree` without branches, not of a cell."""
__all__ = list(_MODULE_OF)


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'loligo.experiments' has no attribute '{name}'")
    return getattr(importlib.import_module(f".{_MODULE_OF[name]}", __name__), name)


def named_experiment(name: str) -> Any:
    """The experiment of that name.

    Raises
    ------
    PathError
        If there is none; the message lists the nearest ones.
    """
    known = [n for n in _MODULE_OF if n != "compare"]
    if name not in known:
        raise PathError(f"no experiment is called '{name}'; {nearest(name, known)}")
    return __getattr__(name)


def __dir__() -> list[str]:
    return sorted(__all__)
