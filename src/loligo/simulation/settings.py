"""What a run or a sweep is asked for, checked at the door."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import SimulationError
from ..model.amplifier import Amplifier
from ..model.cell import Cell
from ..model.clamp import VoltageClamp
from ..model.dynamic import DynamicClamp
from ..model.stimulus import Stimulus
from ..model.switched import SwitchedClamp
from ..numerics import kernel
from ..numerics.batch import Criterion
from ..units import number
from .protocol import terms_of

Clamp = VoltageClamp | SwitchedClamp | DynamicClamp
MOST_SAMPLES = 50_000_000


@dataclass(frozen=True)
class Settings:
    """How to run a cell.

    Attributes
    ----------
    duration, every : float
        ms.
    tolerance : float
    dt : float
        ms; NaN where the method chooses its steps.
    initial : "rest" or mapping
    """

    cell: Cell
    stimulus: Stimulus | None
    clamp: Clamp | None
    duration: float
    every: float
    method: kernel.Method
    tolerance: float
    dt: float
    initial: Any
    criterion: Criterion
    precision: str = "double"
    device: str = "cpu"

    @property
    def adaptive(self) -> bool:
        """Does the method choose its steps?"""
        return math.isnan(self.dt)

    @property
    def control(self) -> float:
        """What the integrator is given: the tolerance, or the step."""
        return self.tolerance if self.adaptive else self.dt

    @property
    def samples(self) -> int:
        """Number of points of the grid."""
        return math.floor(self.duration / self.every * (1 + 1e-12) + 1e-9) + 1

    @property
    def grid(self) -> NDArray[np.float64]:
        """Times of the samples, ms."""
        return np.arange(self.samples) * np.float64(self.every)


def settings(
    cell: Cell,
    stimulus: Stimulus | None,
    clamp: Clamp | None,
    duration: Any,
    every: Any,
    method: str,
    tolerance: Any,
    dt: Any,
    initial: Any,
    spike_threshold: Any,
    spike_rise: Any,
    precision: str = "double",
    device: str = "cpu",
) -> Settings:
    """Check the arguments of `simulate` that a run and a sweep have in common."""
    check_kinds(cell, stimulus, clamp)
    length, step = positive(duration, "duration"), positive(every, "every")
    chosen = kernel.method(method)
    accuracy = number(tolerance, "1", "tolerance")
    if not 1e-13 <= accuracy <= 0.1:
        raise SimulationError(f"tolerance: {accuracy:g}; give a value between 1e-13 and 0.1 (the default is 1e-6)")
    size = math.nan if dt is None else positive(dt, "dt")
    if method == "auto" and dt is not None:
        raise SimulationError("dt: method 'auto' chooses its own steps; give tolerance=, or method='rk4' with dt")
    if not chosen.adaptive and dt is None:
        raise SimulationError(f"dt: method '{chosen.name}' needs a step; give dt=0.01 (ms), say, or method='auto'")
    if precision not in ("double", "single"):
        raise SimulationError(f"precision: {precision!r}; use 'double' or 'single'")
    if device not in ("cpu", "cuda"):
        raise SimulationError(f"device: {device!r}; use 'cpu' or 'cuda'")
    criterion = Criterion(
        number(cell.spike_threshold if spike_threshold is None else spike_threshold, "mV", "spike_threshold"),
        positive(spike_rise, "spike_rise", "mV"),
    )
    made = Settings(
        cell, stimulus, clamp, length, step, chosen, accuracy, size, initial, criterion, precision, device
    )  # fmt: skip
    if made.samples > MOST_SAMPLES:
        raise SimulationError(
            f"every: {made.samples} samples of {step:g} ms would not fit in memory; use a longer interval"
        )
    return made


def check_kinds(cell: Any, stimulus: Any, clamp: Any) -> None:
    """Refuse what is no cell, stimulus or clamp."""
    if not isinstance(cell, Cell):
        raise SimulationError(f"simulate needs a cell, such as loligo.cells.squid(), not {cell!r}")
    check_stimulus(stimulus)
    for term in terms_of(stimulus):
        if term.at != 0:
            raise SimulationError(f"at: {term.at!r}; a cell is one point; leave it out, or simulate a Cable or a Tree")
    if clamp is not None and not isinstance(clamp, (VoltageClamp, SwitchedClamp, DynamicClamp)):
        raise SimulationError(
            f"clamp: {clamp!r} is not a voltage clamp; use loligo.VoltageClamp(hold=, step=, start=, stop=), or an "
            "Amplifier, a SwitchedClamp or a DynamicClamp"
        )
    if isinstance(clamp, VoltageClamp) and clamp.at != 0:
        raise SimulationError(f"at: {clamp.at!r}; a cell is one point; leave it out, or clamp a Cable or a Tree")
    if isinstance(clamp, Amplifier) and clamp.command is None:
        raise SimulationError("clamp: the amplifier has no command; give it one, Amplifier(VoltageClamp(...), ...)")
    if clamp is not None and stimulus is not None and not isinstance(clamp, DynamicClamp):
        raise SimulationError("clamp: no current can be applied to a clamped membrane; give a stimulus or a clamp")


def check_stimulus(stimulus: Any) -> None:
    """Refuse what is no stimulus."""
    if stimulus is not None and not isinstance(stimulus, Stimulus):
        hint = "; a voltage clamp is given as clamp=" if isinstance(stimulus, VoltageClamp) else ""
        raise SimulationError(f"stimulus: {stimulus!r} is not a stimulus such as loligo.Step(10, start=5){hint}")


def positive(value: Any, name: str, unit: str = "ms") -> float:
    """A positive number in a unit."""
    given = number(value, unit, name)
    if given <= 0:
        raise SimulationError(f"{name}: {given:g} {unit}; give a positive value")
    return given


def late(source: Stimulus | VoltageClamp | None, duration: float) -> tuple[str, ...]:
    """What is to be said of stimuli that begin after the end."""
    terms = (source,) if isinstance(source, VoltageClamp) else terms_of(source)
    begins = [(min(p.start for p in term.pieces()), type(term).__name__) for term in terms]
    return tuple(
        f"the {name} begins at {start:g} ms, after the run ends at {duration:g} ms"
        for start, name in begins
        if start >= duration
    )
