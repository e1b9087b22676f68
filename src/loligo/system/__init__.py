"""The waist of the hourglass: a cell as states, parameters, right-hand sides and observables, in SymPy."""

from __future__ import annotations

from .build import system
from .exponentials import Shared, share
from .rig import amplified
from .singularities import remove
from .system import Observable, System, Variable

__all__ = ["Observable", "Shared", "System", "Variable", "amplified", "remove", "share", "system"]
