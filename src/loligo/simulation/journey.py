"""What a run of a fibre or a tree is asked for, and what follows from it for one variant before anything moves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..errors import SimulationError
from ..model.amplifier import Amplifier
from ..model.cable import Cable
from ..model.clamp import VoltageClamp
from ..model.stimulus import Stimulus
from ..model.tree import Tree
from ..numerics import cable as solver
from ..system import system
from ..units import number
from . import axon, tree
from .compartments import Array, held, start_of
from .inputs import changed
from .layout import Layout
from .march import Clamps, Sources, edges
from .protocol import lower, terms_of
from .settings import MOST_SAMPLES, check_stimulus, late, positive

DEFAULT_DT = 0.01  # ms


@dataclass(frozen=True)
class Journey:
    """How to run a fibre or a tree.

    Attributes
    ----------
    duration, every, dt : float
        ms.
    threshold : float, optional
        Of a spike, mV; unless given, the cell's own.
    where : optional
        Places, as given.
    initial : "rest" or mapping
    """

    body: Cable | Tree
    stimulus: Stimulus | None
    clamps: tuple[VoltageClamp, ...]
    duration: float
    every: float
    dt: float
    threshold: float | None
    where: Any
    initial: Any

    @property
    def samples(self) -> int:
        """Number of points of the grid."""
        return math.floor(self.duration / self.every * (1 + 1e-12) + 1e-9) + 1

    @property
    def grid(self) -> Array:
        """Times of the samples, ms."""
        return np.arange(self.samples) * np.float64(self.every)


def journey(
    body: Cable | Tree, stimulus: Any, clamp: Any, duration: Any, every: Any, dt: Any, spike_threshold: Any,
    where: Any, initial: Any,
) -> Journey:  # fmt: skip
    """Check what was asked for."""
    check_stimulus(stimulus)
    clamps = tuple(clamp) if isinstance(clamp, (list, tuple)) else () if clamp is None else (clamp,)
    for one in clamps:
        if isinstance(one, Amplifier):
            raise SimulationError(
                "clamp: an amplifier clamps a single point; a fibre takes VoltageClamp(..., at=place)"
            )
        if not isinstance(one, VoltageClamp):
            raise SimulationError(f"clamp: {one!r} is not a voltage clamp; use loligo.VoltageClamp(..., at=place)")
    threshold = None if spike_threshold is None else number(spike_threshold, "mV", "spike_threshold")
    made = Journey(
        body, stimulus, clamps, positive(duration, "duration"), positive(every, "every"),
        positive(DEFAULT_DT if dt is None else dt, "dt"), threshold, where, initial,
    )  # fmt: skip
    if made.samples > MOST_SAMPLES:
        raise SimulationError(f"every: {made.samples} samples would not fit in memory; use a longer interval")
    return made


@dataclass(frozen=True)
class Traveller:
    """One variant, ready to go.

    Attributes
    ----------
    layout : Layout
    start : array (states, n)
    sources, clamps
        Stimuli and clamps with the compartments they reach.
    threshold : float
        mV.
    onset : float
        When the first stimulus begins, ms.
    notes : tuple of str
        What is to be warned of.
    """

    layout: Layout
    start: Array
    sources: Sources
    clamps: Clamps
    threshold: float
    onset: float
    notes: tuple[str, ...]


def traveller(asked: Journey, layout: Layout | None = None) -> Traveller:
    """Cut a fibre or a tree into compartments, and find where it begins."""
    made = layout_of(asked.body, asked.where) if layout is None else layout
    sources = made.sources(asked.stimulus)
    clamps = [(clamp, made.nearest(clamp.at)) for clamp in asked.clamps]
    grips: dict[int, float] = {}
    for clamp, compartment in clamps:
        if compartment in grips:
            raise SimulationError(f"clamp: two clamps hold one compartment, at {clamp.at!r}; leave one of them out")
        grips[compartment] = float(lower(clamp, asked.duration)(np.array(0.0)))
    start, notes = start_of(held(made.parts, grips), asked.initial)
    threshold = made.cell.spike_threshold if asked.threshold is None else asked.threshold
    begins = [min(p.start for p in term.pieces()) for term in terms_of(asked.stimulus)]
    of_clamps = tuple(text for clamp in asked.clamps for text in late(clamp, asked.duration))
    notes = (*made.notes, *notes, *late(asked.stimulus, asked.duration), *of_clamps)
    return Traveller(made, start, sources, clamps, threshold, min(begins, default=0.0), notes)


def layout_of(body: Cable | Tree, where: Any = None) -> Layout:
    """A fibre or a tree in compartments."""
    return tree.layout(body, where) if isinstance(body, Tree) else axon.layout(body, where)


def varied(asked: Journey, numbers: Mapping[str, float]) -> Journey:
    """The same with other numbers, by path.

    Raises
    ------
    LoligoError
        If they make no sense.
    """
    split: dict[str, dict[str, float]] = {"stimulus": {}, "clamp": {}, "initial": {}, "": {}}
    for path, value in numbers.items():
        kind = "stimulus" if path == "seed" else path.partition(".")[0]
        split[kind if kind in split else ""][path] = value
    found = asked
    if split[""]:
        found = replace(found, body=found.body.with_(split[""]))
    if split["stimulus"] and found.stimulus is not None:
        found = replace(found, stimulus=changed(found.stimulus, split["stimulus"]))
    if split["clamp"]:
        (clamp,) = found.clamps
        found = replace(found, clamps=(clamp.with_(**{p[6:]: v for p, v in split["clamp"].items()}),))
    if split["initial"]:
        given = {} if isinstance(found.initial, str) else dict(found.initial)
        found = replace(found, initial={**given, **{p[8:]: v for p, v in split["initial"].items()}})
    return found


def kinship(asked: Journey, one: Traveller) -> tuple[Any, ...]:
    """Variants of which this is the same can march side by side: same compartments, membranes and edges of inputs."""
    parts = one.layout.parts
    commands = [lower(c, asked.duration).times for c, _ in one.clamps]
    times = edges(asked.duration, [*(lower(s, asked.duration, asked.dt).times for s, _ in one.sources), *commands])
    physics = tuple((solver.physics(system(m.cell))[:2], m.members.tobytes()) for m in parts.membranes)
    return parts.parent.tobytes(), physics, times.tobytes(), one.threshold
