"""The highest, lowest, mean and last value of a state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ...numerics.batch import Watcher
from ...units import number
from .base import Context, Quantity, Recorder, Seen, place_of_state, time_of


@dataclass(frozen=True)
class _Level(Recorder):
    variable: str = "V"
    after: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "after", number(self.after, "ms", f"{type(self).__name__}.after"))

    def _state(self, context: Context) -> int:
        time_of(self.after, f"{type(self).__name__}.after", context)
        return place_of_state(context, self.variable, type(self).__name__)


@dataclass(frozen=True)
class Peak(_Level):
    """The highest value of a state, within the steps too, and when it is reached.

    Parameters
    ----------
    variable : str
        V, or a gate such as ``"Na.m"``.
    after : number
        What comes before is left out, ms.
    """

    word: ClassVar[str] = "peak"
    sign: ClassVar[float] = 1.0

    def watchers(self, context: Context) -> tuple[Watcher, ...]:
        return (Watcher("peak.py", (self._state(context), self.sign, self.after)),)

    def quantities(self, context: Context) -> tuple[Quantity, ...]:
        unit = context.system.states[self._state(context)].unit
        which = "highest" if self.sign > 0 else "lowest"
        return (
            Quantity(f"{self.variable}_{self.word}", unit, f"{which} value of {self.variable}"),
            Quantity(f"{self.variable}_{self.word}_time", "ms", f"time of the {which} value of {self.variable}"),
        )

    def reduce(self, seen: Seen) -> dict[str, Any]:
        best, time, _ = seen.watched[0].T
        found = best > -1e299
        name = f"{self.variable}_{self.word}"
        return {name: np.where(found, self.sign * best, np.nan), f"{name}_time": np.where(found, time, np.nan)}


@dataclass(frozen=True)
class Trough(Peak):
    """The lowest value of a state, within the steps too, and when it is reached. Parameters as of `Peak`."""

    word: ClassVar[str] = "trough"
    sign: ClassVar[float] = -1.0


@dataclass(frozen=True)
class Mean(_Level):
    """The mean of a state over time.

    Parameters
    ----------
    variable : str
        V, or a gate such as ``"Na.m"``.
    after : number
        What comes before is left out, ms.
    """

    def watchers(self, context: Context) -> tuple[Watcher, ...]:
        return (Watcher("mean.py", (self._state(context), self.after)),)

    def quantities(self, context: Context) -> tuple[Quantity, ...]:
        unit = context.system.states[self._state(context)].unit
        return (Quantity(f"{self.variable}_mean", unit, f"mean of {self.variable}"),)

    def reduce(self, seen: Seen) -> dict[str, Any]:
        return {f"{self.variable}_mean": seen.watched[0][:, 0] / (seen.context.duration - self.after)}


@dataclass(frozen=True)
class Final(Recorder):
    """The states at the end of the run.

    Parameters
    ----------
    variables : tuple of str
        Which states; all unless given.
    """

    variables: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        given = (self.variables,) if isinstance(self.variables, str) else tuple(self.variables)
        object.__setattr__(self, "variables", given)

    def _names(self, context: Context) -> tuple[str, ...]:
        return self.variables or tuple(s.path for s in context.system.states)

    def quantities(self, context: Context) -> tuple[Quantity, ...]:
        states = context.system.states
        found = [(name, states[place_of_state(context, name, "Final")].unit) for name in self._names(context)]
        return tuple(Quantity(f"{name}_final", unit, f"{name} at the end") for name, unit in found)

    def reduce(self, seen: Seen) -> dict[str, Any]:
        context = seen.context
        names = self._names(context)
        return {f"{name}_final": seen.final[:, place_of_state(context, name, "Final")] for name in names}
