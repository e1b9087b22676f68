"""Why a cell fires: equilibria, cycles, their stability and their bifurcations.

    lo.dynamics.equilibria(squid)                                               # where it rests, how it returns
    diagram = lo.dynamics.continuation(squid, "stimulus.amplitude", (-10, 200))
    diagram.special                                                             # Hopf points, folds, period doublings
    lo.plot(diagram)

Names are resolved when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

_MODULE_OF = {
    "Equilibrium": "resting",
    "equilibria": "resting",
    "Diagram": "diagram",
    "continuation": "diagram",
    "Map": "curves",
    "bifurcation_curves": "curves",
    "PhaseResponse": "phase",
    "phase_response": "phase",
    "Isochrons": "asymptotic",
    "isochrons": "asymptotic",
    "Lyapunov": "chaos",
    "lyapunov": "chaos",
    "Line": "planar",
    "PhasePlane": "plane",
    "phase_plane": "plane",
    "Reduction": "reductions",
    "reduction": "reductions",
    "Excitability": "classes",
    "excitability": "classes",
    "FastSlow": "bursting",
    "fast_slow": "bursting",
    "Options": "records",
    "Special": "records",
    "DynamicsError": "field",
}

__all__ = list(_MODULE_OF)


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        return getattr(importlib.import_module(f".{_MODULE_OF[name]}", __name__), name)
    raise AttributeError(f"module 'loligo.dynamics' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)


if TYPE_CHECKING:
    from .asymptotic import Isochrons as Isochrons
    from .asymptotic import isochrons as isochrons
    from .bursting import FastSlow as FastSlow
    from .bursting import fast_slow as fast_slow
    from .chaos import Lyapunov as Lyapunov
    from .chaos import lyapunov as lyapunov
    from .classes import Excitability as Excitability
    from .classes import excitability as excitability
    from .curves import Map as Map
    from .curves import bifurcation_curves as bifurcation_curves
    from .diagram import Diagram as Diagram
    from .diagram import continuation as continuation
    from .field import DynamicsError as DynamicsError
    from .phase import PhaseResponse as PhaseResponse
    from .phase import phase_response as phase_response
    from .planar import Line as Line
    from .plane import PhasePlane as PhasePlane
    from .plane import phase_plane as phase_plane
    from .records import Options as Options
    from .records import Special as Special
    from .reductions import Reduction as Reduction
    from .reductions import reduction as reduction
    from .resting import Equilibrium as Equilibrium
    from .resting import equilibria as equilibria
