"""A fibre or a tree in compartments, with its places: what a run of either needs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..model.cable import automatic_scale
from ..model.cell import Cell
from ..model.stimulus import Stimulus
from .compartments import Array, Compartments, Whole
from .march import Reached
from .protocol import terms_of

COARSE = 3.2  # times what "auto" gives: from there on an impulse is not to be trusted


@dataclass(frozen=True)
class Layout:
    """A fibre or a tree in compartments, and the places where V is recorded.

    Attributes
    ----------
    cell : Cell
        That the result is named after, and whose threshold counts.
    parts : Compartments
    real : array of int
        Those that have a membrane.
    electrode : callable
        From the place of a stimulus to the compartments it reaches.
    low, high : array of int (places)
        The compartments on either side of every place.
    fraction : array (places)
        How far it is from the one to the other; V is a straight line in between.
    place : str
        The dimension of the places.
    coordinates, attributes : dict
        Of the Dataset.
    notes : tuple of str
        What is to be warned of.
    """

    cell: Cell
    parts: Compartments
    real: Whole
    electrode: Callable[[Any], Reached]
    low: Whole
    high: Whole
    fraction: Array
    place: str
    coordinates: dict[str, Any]
    attributes: dict[str, Any]
    notes: tuple[str, ...]

    def sources(self, stimulus: Stimulus | None) -> list[tuple[Stimulus, Reached]]:
        """Each stimulus with the compartments it reaches."""
        return [(term, self.electrode(term.at)) for term in terms_of(stimulus)]

    def nearest(self, at: Any) -> int:
        """The compartment whose middle is nearest to a place."""
        return max(self.electrode(at), key=lambda reached: reached[1])[0]


def lever(first: int, second: int, fraction: float) -> Reached:
    """The compartments beside an electrode, and the part of its current that each takes."""
    part = min(max(fraction, 0.0), 1.0)
    return [(c, w) for c, w in ((first, 1.0 - part), (second, part)) if w]


def too_coarse(parts: Compartments, length: Array, diameter: Array, Ra: float) -> tuple[str, ...]:
    """What is to be said of compartments (lengths and diameters in µm) in which no impulse is to be trusted."""
    if np.count_nonzero(length) == 1:
        return ()
    allowed, worst = math.inf, 0.0
    for membrane in parts.membranes:
        if any(channel.gates for channel in membrane.cell.channels):
            mine = membrane.members[length[membrane.members] > 0]
            wanted = automatic_scale(Ra, membrane.cell.capacitance.value) * np.sqrt(diameter[mine])
            over = length[mine] > COARSE * wanted
            if over.any():
                allowed, worst = min(allowed, wanted[over].min()), max(worst, length[mine][over].max())
    if not worst:
        return ()
    return (
        f"compartments of {worst:.4g} µm are too coarse for an impulse in this membrane; "
        f"use dx='auto', or {allowed:.3g} µm or less",
    )
