"""Traces: variables on a uniform grid of times."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...numerics.arrays import array_function
from ...system import Observable
from .base import Context, Quantity, Recorder, Seen


def samples(context: Context) -> int:
    """Number of points of the grid."""
    return math.floor(context.duration / context.every * (1 + 1e-12) + 1e-9) + 1


@dataclass(frozen=True)
class Trace(Recorder):
    """Variables over time, every `every` ms (an argument of `simulate`).

    Parameters
    ----------
    variables : tuple of str
        V, gates, currents, conductances, rates, by path; ``"all"`` is every gate, current and conductance.
    """

    variables: tuple[str, ...] = ("V",)

    def __init__(self, *variables: Any) -> None:
        names = [name for given in variables or ("V",) for name in ([given] if isinstance(given, str) else given)]
        object.__setattr__(self, "variables", tuple(map(str, names)))

    def observables(self, context: Context) -> tuple[Observable, ...]:
        """What is recorded, in full."""
        if "all" in self.variables:
            kinds = ("voltage", "gate", "current", "conductance")
            return tuple(o for o in context.system.observables if o.kind in kinds)
        return tuple(context.system.observable(name) for name in dict.fromkeys(self.variables))

    def traced(self, context: Context) -> tuple[str, ...]:
        used = {s for o in self.observables(context) for s in o.formula.free_symbols}
        return tuple(s.path for s in context.system.states if s.symbol in used)

    def quantities(self, context: Context) -> tuple[Quantity, ...]:
        extra = (("time", samples(context)),)
        return tuple(
            Quantity(o.path, o.unit, o.description or o.path, extra, attrs={"kind": o.kind})
            for o in self.observables(context)
        )

    def reduce(self, seen: Seen) -> dict[str, Any]:
        system, wanted = seen.context.system, self.observables(seen.context)
        nothing = np.zeros((1, 1))
        states = [seen.traces.get(s.path, nothing) for s in system.states]
        parameters = [column[:, None] for column in seen.parameters.T]
        plain = {s.symbol: seen.traces.get(s.path) for s in system.states}
        found = {o.path: plain[o.formula] for o in wanted if o.formula in plain}
        others = [o for o in wanted if o.formula not in plain]
        if others:
            values = array_function(system, tuple(o.formula for o in others))(states, 0.0, parameters)
            shape = (len(seen.parameters), samples(seen.context))
            found.update({o.path: np.broadcast_to(v, shape) for o, v in zip(others, values, strict=True)})
        return found
