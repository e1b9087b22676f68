"""What the experiments on fibres share: what a fibre is, what starts an impulse in it, the same question of several."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError, SimulationError
from ...model.cable import Cable
from ...model.cell import Cell
from ...model.myelinated import Myelinated
from ...model.stimulus import Step, Stimulus
from ...model.tree import Tree
from ...simulation import axon, tree
from ...simulation.outside import Straight
from ...simulation.simulate import simulate
from ..result import result

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Fibre = Cable | Tree
ARRIVES = "V at every place first crosses {threshold:g} mV upward"


def fibre_of(fibre: Any, what: str) -> Fibre:
    """Refuse what has branches or is no fibre."""
    if isinstance(fibre, Cell):
        raise LoligoError(
            f"{what} needs a fibre; make one: loligo.Cable(loligo.cells.{fibre.name}(), length=50_000, diameter=476)"
        )
    if not isinstance(fibre, (Cable, Tree)) or (isinstance(fibre, Tree) and not fibre.unbranched):
        raise LoligoError(f"{what} needs a Cable, or a Tree without branches, not {fibre!r}")
    return fibre


def uniform(fibre: Fibre) -> bool:
    """Is it a cable that is the same everywhere?"""
    return isinstance(fibre, Cable) and not callable(fibre.diameter) and not fibre.densities


def uniform_cable(fibre: Any, what: str) -> Cable:
    """Refuse what is not the same everywhere."""
    found = fibre_of(fibre, what)
    if not isinstance(found, Cable) or not uniform(found):
        raise LoligoError(f"{what} needs a Cable of one diameter without densities=, not {fibre!r}")
    return found


def beginning(fibre: Fibre) -> float:
    """Diameter at the left end, µm."""
    return fibre.diameter_at(0) if isinstance(fibre, Cable) else fibre.sections[0].profile[0][1]


def thickness(fibre: Fibre) -> float:
    """The one diameter that a fibre is called by, µm; NaN of one that tapers."""
    wide = getattr(fibre, "diameter", None)
    if wide is None:
        return beginning(fibre)
    return math.nan if callable(wide) else float(wide)


def enough(fibre: Fibre, at: float = 0.0) -> Step:
    """A pulse that starts an impulse in most fibres; its current goes with the input conductance of the fibre."""
    if isinstance(fibre, Myelinated):
        return Step(0.4 * fibre.diameter, stop=0.1, at=at)
    return Step(20_000 * (beginning(fibre) / 476) ** 1.5, stop=0.5, at=at)


def finer(fibre: Fibre, factor: int) -> Fibre:
    """The same fibre in smaller compartments."""
    return fibre.with_({"n": factor * fibre.n} if isinstance(fibre, Cable) else {"finer": factor * fibre.finer})


def straight(fibre: Fibre) -> Straight:
    """Its compartments along a straight line."""
    return axon.straight(fibre) if isinstance(fibre, Cable) else tree.straight(fibre)


def everywhere(fibre: Fibre, stimulus: Stimulus | None, **options: Any) -> xr.Dataset:
    """A run with V in the middle of every compartment, in their order."""
    if isinstance(fibre, Cable):
        return simulate(fibre, stimulus, where=axon.middles_of(fibre), **options)
    return simulate(fibre, stimulus, **options)


def each(fibres: Iterable[Fibre], ask: Callable[[Fibre], Mapping[str, float]]) -> tuple[list[dict[str, float]], str]:
    """A question asked of several fibres: the answers (empty: none), and the first reason why there is none."""
    answers, why = [], ""
    for fibre in fibres:
        try:
            answers.append(dict(ask(fibre)))
        except SimulationError as error:
            answers.append({})
            why = why or str(error)
    return answers, why


def column(answers: Iterable[Mapping[str, float]], name: str) -> Array:
    """One number of all answers; NaN where there is none."""
    return np.array([answer.get(name, np.nan) for answer in answers], dtype=float)


def of_fibre(kind: str, fibre: Fibre, variables: Any, coords: Any, numbers: Any, **more: Any) -> xr.Dataset:
    """The Dataset of an experiment on a fibre."""
    own = {"fibre": repr(fibre), "length": fibre.length, "Ra": fibre.Ra}
    own["diameter"] = thickness(fibre)
    return result(kind, fibre.cell, variables, coords, numbers, **{**own, **more})
