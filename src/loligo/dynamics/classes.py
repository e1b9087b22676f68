"""Hodgkin's classes of excitability, decided from how rest is lost and how slowly the cell can fire.

Hodgkin (1948, J Physiol 107:165-181) sorted axons by their firing under long currents: class 1 begins arbitrarily
slowly, class 2 at a frequency of its own, class 3 fires a few spikes at most. Rinzel and Ermentrout (1998) found the
bifurcations behind them: a saddle-node on an invariant circle, a Hopf point or fold of cycles, none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.cell import Cell
from .diagram import Diagram, continuation, limits
from .field import CURRENT, Array, Field
from .records import Options

if TYPE_CHECKING:
    import xarray as xr

SIMULATED = 6  # currents at which firing is looked for unless a branch from a Hopf point is stable there


@dataclass(frozen=True)
class Excitability:
    """The class of a cell, and why.

    Attributes
    ----------
    excitability_class : int
        1, 2 or 3; 0 if the beginning of firing was not found, so that nothing decides.
    mechanism : str
        How sustained firing begins: "snic", "homoclinic", "fold of cycles", "hopf", or "none"; "range" if it goes on
        below the range, "unknown" if its branch could not be followed to where it begins.
    onset : float
        Lowest current of sustained firing, µA/cm²; NaN for class 3.
    onset_frequency : float
        Hz; 0 for class 1; of the slowest firing that was found, where the class is undecided.
    block : float
        Highest current of sustained firing; NaN where it lies beyond the range.
    bistable : tuple of float or None
        Currents between which rest and firing are both stable.
    current, frequency : array
        The f-I curve of sustained firing, µA/cm² and Hz.
    evidence : tuple of str
    diagram : Diagram
    """

    excitability_class: int
    mechanism: str
    onset: float
    onset_frequency: float
    block: float
    bistable: tuple[float, float] | None
    current: Array
    frequency: Array
    evidence: tuple[str, ...]
    diagram: Diagram

    def to_dataset(self) -> xr.Dataset:
        """Its diagram as a Dataset, for `loligo.plot`: the f-I curve is a panel of it."""
        return self.diagram.to_dataset()

    def __str__(self) -> str:
        head = f"{self.diagram.cell.name}: class {self.excitability_class or 'undecided'}"
        return "\n".join([head, *(f"  {line}" for line in self.evidence)])


def excitability(
    cell: Cell, range: tuple[Any, Any] = (-50.0, 200.0), *, options: Options | None = None
) -> Excitability:
    """Decide a cell's class of excitability over a range of constant currents.

    Parameters
    ----------
    cell : Cell
    range : pair of numbers
        Of the applied current, µA/cm².
    options : Options, optional

    Examples
    --------
    >>> import loligo as lo
    >>> found = lo.dynamics.excitability(lo.cells.squid(), (0, 200))
    >>> found.excitability_class, found.mechanism, round(found.onset, 4), round(found.onset_frequency, 2)
    (2, 'fold of cycles', 6.2603, 50.26)
    """
    low, high = limits(Field(cell, (CURRENT,)), range)
    tried = tuple(np.linspace(low, high, SIMULATED + 2)[1:-1])
    diagram = continuation(cell, CURRENT, (low, high), cycles_at=tried, options=options)
    current, frequency = _curve(diagram)
    rest_lost = _rest_lost(diagram)
    evidence = [_lost(rest_lost)]
    if not len(current):
        evidence.append(
            f"no stable cycle between {diagram.range[0]:g} and {diagram.range[1]:g} µA/cm²: it never fires on"
        )
        nan = float("nan")
        return Excitability(3, "none", nan, nan, nan, None, current, frequency, tuple(evidence), diagram)
    onset, slowest, mechanism = _onset(diagram, current, frequency)
    kind = {"snic": 1, "homoclinic": 1, "range": 0, "unknown": 0}.get(mechanism, 2)
    block = float(current.max())
    at_edge = block > diagram.range[1] - 1e-6
    words = {
        "snic": "in a saddle-node on an invariant circle: its frequency falls to 0 as a square root",
        "homoclinic": "in a homoclinic orbit: its frequency falls to 0 as an inverse logarithm",
        "fold of cycles": f"in a fold of cycles, at {slowest:.5g} Hz",
        "hopf": f"in a supercritical Hopf point, at {slowest:.5g} Hz",
        "range": f"or below, where the range begins, at {slowest:.5g} Hz",
        "unknown": f"or below, where its branch was lost, at {slowest:.5g} Hz",
    }
    evidence.append(f"sustained firing begins at {onset:.7g} µA/cm² {words[mechanism]}")
    bistable = None
    if rest_lost is not None and rest_lost.value > onset + 1e-6 * (1 + abs(onset)):
        bistable = (onset, rest_lost.value)
        evidence.append(f"rest and firing coexist from {bistable[0]:.7g} to {bistable[1]:.7g} µA/cm²")
    evidence.append(
        f"firing goes on to the end of the range, {block:g} µA/cm²" if at_edge
        else f"firing ends at {block:.7g} µA/cm² (depolarisation block), at {frequency[np.argmax(current)]:.5g} Hz"
    )  # fmt: skip
    return Excitability(
        kind, mechanism, onset, 0.0 if kind == 1 else slowest, float("nan") if at_edge else block, bistable, current,
        frequency, tuple(evidence), diagram,
    )  # fmt: skip


def _curve(diagram: Diagram) -> tuple[Array, Array]:
    """Currents and frequencies of all stable cycles, by current."""
    current = [b.parameter[b.stable | (b.critical & _beside(b.stable))] for b in diagram.cycles]
    frequency = [b.frequency[b.stable | (b.critical & _beside(b.stable))] for b in diagram.cycles]
    if not current:
        return np.empty(0), np.empty(0)
    x, y = np.concatenate(current), np.concatenate(frequency)
    order = np.argsort(x, kind="stable")
    return x[order], y[order]


def _beside(stable: Any) -> Any:
    """Has a point a stable neighbour?"""
    return np.append(stable[1:], False) | np.append(False, stable[:-1])


def _rest_lost(diagram: Diagram) -> Any:
    """The special point at which the stable rest of the lowest current ends."""
    best = None
    for index, branch in enumerate(diagram.equilibria):
        k = int(np.argmin(branch.parameter))
        if not branch.stable[k]:
            continue
        points = [s for s in diagram.special if s.branch == index and s.kind in ("fold", "hopf")]
        lost = min(points, key=lambda s: s.value, default=None)
        # on an S-shaped branch rest is lost at the upper fold, the one at the lower voltage
        folds = [s for s in points if s.kind == "fold"]
        if folds:
            lowest = min(folds, key=lambda s: next(iter(s.state.values())))
            before = [s for s in points if s.kind == "hopf" and s.state["V"] < lowest.state["V"]]
            lost = min(before, key=lambda s: s.value, default=lowest)
        if lost is not None and (best is None or lost.value < best.value):
            best = lost
    return best


def _lost(point: Any) -> str:
    if point is None:
        return "rest is stable over the whole range, or nowhere"
    name = "fold" if point.kind == "fold" else f"{point.criticality} Hopf point"
    return f"rest ends at {point.value:.7g} µA/cm² in a {name}"


def _onset(diagram: Diagram, current: Array, frequency: Array) -> tuple[float, float, str]:
    """Lowest current of stable firing, the frequency there, and how it begins."""
    k = int(np.argmin(current))
    lowest, slowest = float(current[k]), float(frequency[k])
    width = diagram.range[1] - diagram.range[0]
    for s in diagram.special:
        if s.kind in ("snic", "homoclinic") and abs(s.value - lowest) < 2e-3 * width:
            return s.value, 0.0, s.kind
    for s in diagram.special:
        near = abs(s.value - lowest) < 1e-9 * width
        if near and (s.kind == "fold of cycles" or (s.kind == "hopf" and s.criticality == "supercritical")):
            return s.value, 1000 / s.period, s.kind
    return lowest, slowest, "range" if lowest - diagram.range[0] < 1e-6 * width else "unknown"
