"""What a recorder is: what it needs of a run, and what it makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import PathError, SimulationError, nearest
from ...numerics.batch import Watcher
from ...system import System

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Quantity:
    """One variable of the result.

    Attributes
    ----------
    name : str
    unit, long_name : str
    extra : tuple of (str, int)
        Dimensions besides those of the sweep, with their lengths; the length of ``"spike"`` is only a first guess.
    integer : bool
        Whole numbers, -1 where there is none; otherwise real numbers, NaN where there is none.
    attrs : dict
        Further attributes.
    """

    name: str
    unit: str
    long_name: str
    extra: tuple[tuple[str, int], ...] = ()
    integer: bool = False
    attrs: dict[str, Any] = field(default_factory=dict)

    @property
    def fill(self) -> Any:
        """What stands for "none"."""
        return -1 if self.integer else np.nan


@dataclass(frozen=True)
class Context:
    """What recorders may know before anything has run: the System; duration and interval of samples, ms."""

    system: System
    duration: float
    every: float


@dataclass(frozen=True)
class Seen:
    """What there is to see of some variants.

    Attributes
    ----------
    spikes : array (variants, most spikes)
        Spike times, ms; NaN where there are no more.
    count : array of int (variants)
    final : array (variants, states)
    watched : tuple of array (variants, rows)
        What this recorder's own watchers remember.
    traces : dict of str to array (variants, samples)
        States by path, as far as any recorder asked for them.
    onset : array (variants)
        When the stimulus begins, ms.
    parameters : array (variants, parameters)
    """

    context: Context
    spikes: Array
    count: NDArray[np.int64]
    final: Array
    watched: tuple[Array, ...]
    traces: dict[str, Array]
    onset: Array
    parameters: Array


class Recorder:
    """Base of all recorders. A recorder of your own is a frozen dataclass with `quantities` and `reduce`."""

    needs_spikes: bool = False

    def watchers(self, context: Context) -> tuple[Watcher, ...]:
        """Compiled functions to look on (see `numerics/lanes/interface.py`)."""
        return ()

    def traced(self, context: Context) -> tuple[str, ...]:
        """Paths of the states that are to be sampled."""
        return ()

    def quantities(self, context: Context) -> tuple[Quantity, ...]:
        """The variables it makes."""
        raise NotImplementedError(f"{type(self).__name__} must say which variables it makes")

    def reduce(self, seen: Seen) -> dict[str, Any]:
        """Their values, by name: arrays that begin with the dimension of the variants."""
        raise NotImplementedError(f"{type(self).__name__} must make the variables it promised")


def place_of_state(context: Context, path: str, recorder: str) -> int:
    """The index of a state, or an error that says what can be recorded."""
    states = [s.path for s in context.system.states]
    if path in states:
        return states.index(path)
    if any(o.path == path for o in context.system.observables):
        raise SimulationError(
            f"{recorder}: '{path}' is no state but follows from them; record Trace('{path}') and reduce that"
        )
    raise PathError(f"{recorder}: '{path}' is not a state; {nearest(path, states)}")


def time_of(value: float, name: str, context: Context) -> None:
    """Refuse a time that lies outside the run."""
    if not 0 <= value < context.duration:
        raise SimulationError(
            f"{name}: {value:g} ms is not within the run of {context.duration:g} ms; give 0 <= after < duration"
        )
