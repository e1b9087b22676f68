"""Run the facts of cells; what came out, beside what was expected."""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
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


def verify(
    names: Iterable[str] | str | None = None,
    *,
    workers: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Outcome]:
    """Check the facts of published cells.

    Parameters
    ----------
    names : str or iterable of str, optional
        Names of `loligo.cells`; all of them unless given.
    workers : int, optional
        Threads; one for each processor unless given.
    progress : callable, optional
        Called with the name of each cell that is done.

    Returns
    -------
    list of Outcome
        One for each number of each fact.
    """
    wanted = [names] if isinstance(names, str) else list(cells.__all__ if names is None else names)
    for name in wanted:
        if name not in cells.__all__:
            raise PathError(f"no cell is called '{name}'; {nearest(name, cells.__all__)}")
    made = {name: getattr(cells, name)() for name in wanted}
    sheets: dict[Cell, str] = {}  # some names share a cell: it is run once
    for name, cell in made.items():
        sheets.setdefault(cell.replace(name=""), name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LoligoWarning)  # of cells without a stable rest
        with ThreadPoolExecutor(workers or min(os.cpu_count() or 1, 8)) as pool:
            runs = {cell: pool.submit(_found, cell, cells.facts(name)) for cell, name in sheets.items()}
            results = {}
            for cell, run in runs.items():
                results[cell] = run.result()
                if progress is not None:
                    progress(sheets[cell])
    outcomes: list[Outcome] = []
    for name, cell in made.items():
        for fact, found in zip(cells.facts(name), results[cell.replace(name="")], strict=True):
            outcomes += _outcomes(name, fact, found)
    return outcomes


def _found(cell: Cell, facts: tuple[Fact, ...]) -> list[Found]:
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
