"""Run the facts of cells; what came out, beside what was expected."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .. import cells
from ..errors import LoligoWarning, PathError, nearest
from ..model.cell import Cell
from ..model.fact import Fact
from .measures import EVERY, OF_A_RUN, SEARCHES, Found
from .trials import observe


@dataclass(frozen=True)
class Outcome:
    """One number of a fact: what was expected of a cell, and what was found.

    Attributes
    ----------
    cell, what : str
    expected, found, allowed : float
        `allowed` is the greatest difference at which the fact holds.
    unit, source, reason : str
        `reason` says why a fact does not hold, where that is known.
    """

    cell: str
    what: str
    expected: float
    found: float
    allowed: float
    unit: str
    source: str
    reason: str

    @property
    def within(self) -> bool:
        """Does the fact hold?"""
        return abs(self.found - self.expected) <= self.allowed


def verify(names: Iterable[str] | str | None = None, *, progress: Callable[[str], None] | None = None) -> list[Outcome]:
    """Check the facts of published cells.

    Parameters
    ----------
    names : str or iterable of str, optional
        Names of `loligo.cells`; all of them unless given.
    progress : callable, optional
        Called with the name of each cell before its turn.

    Returns
    -------
    list of Outcome
        One for each number of each fact.
    """
    wanted = [names] if isinstance(names, str) else list(cells.__all__ if names is None else names)
    for name in wanted:
        if name not in cells.__all__:
            raise PathError(f"no cell is called '{name}'; {nearest(name, cells.__all__)}")
    found: list[Outcome] = []
    done: dict[tuple[Cell, Fact], Found] = {}  # some names share a cell
    for name in wanted:
        if progress is not None:
            progress(name)
        cell: Cell = getattr(cells, name)()
        facts = cells.facts(name)
        plain = cell.replace(name="")
        missing = [fact for fact in facts if (plain, fact) not in done]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LoligoWarning)  # of cells without a stable rest
            done.update(((plain, fact), value) for fact, value in zip(missing, _found(cell, missing), strict=True))
        for fact in facts:
            found += _outcomes(name, fact, done[plain, fact])
    return found


def _found(cell: Cell, facts: list[Fact]) -> list[Found]:
    results: dict[int, Found] = {}
    by_every: dict[float, list[int]] = {}
    for i, fact in enumerate(facts):
        if fact.measure in SEARCHES:
            results[i] = SEARCHES[fact.measure](cell, fact)
        else:
            by_every.setdefault(EVERY.get(fact.measure, 0.0), []).append(i)
    for every, members in by_every.items():
        trials = list(dict.fromkeys(facts[i].trial for i in members))
        seen = dict(zip(trials, observe(cell, trials, every), strict=True))
        for i in members:
            results[i] = OF_A_RUN[facts[i].measure](facts[i], seen[facts[i].trial])
    return [results[i] for i in range(len(facts))]


def _outcomes(name: str, fact: Fact, found: Found) -> list[Outcome]:
    rows = []
    for part, expected in fact.expected:
        allowed = fact.tolerance + fact.relative * abs(expected)
        if math.isnan(expected):
            continue
        what = f"{fact.what} {part}".strip() if part else fact.what
        rows.append(Outcome(name, what, expected, found[part], allowed, fact.unit, fact.source, fact.reason))
    return rows
