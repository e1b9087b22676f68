"""Planning and running: from a cell and a protocol to a labelled Dataset."""

from __future__ import annotations

from .rest import Equilibrium, resting_states
from .run import Run, run
from .simulate import simulate

__all__ = ["Equilibrium", "Run", "resting_states", "run", "simulate"]
