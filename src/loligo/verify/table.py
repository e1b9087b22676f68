"""Run the facts of cells; what came out, beside what was expected."""

from __future__ import annotations

import math
import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
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
    processes: int = 1,
    progress: Callable[[str], None] | None = None,
) -> list[Outcome]:
    """Check the facts of published cells.

    Parameters
    ----------
    names : str or iterable of str, optional
        Names of `loligo.cells`; all of them unless given.
    workers : int, optional
        Threads of each process; one for each processor unless given.
    processes : int
        Processes among which the papers are shared out: compiling, of which there is much the first time, keeps only
        one thread of a process busy. As always with processes, a script calls this below ``if __name__ == "__main__"``.
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
    papers = cells.by_paper(wanted)
    if processes > 1 and len(papers) > 1:
        return _shared_out(wanted, papers, processes, progress)
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


def _shared_out(
    wanted: list[str], papers: list[list[str]], processes: int, progress: Callable[[str], None] | None
) -> list[Outcome]:
    """The same in several processes; what takes long begins first."""

    def length(names: list[str]) -> float:
        return sum(fact.trial.before + fact.trial.duration for name in names for fact in cells.facts(name))

    outcomes: dict[str, list[Outcome]] = {name: [] for name in wanted}
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        for run in as_completed(
            [pool.submit(verify, names, workers=1) for names in sorted(papers, key=length, reverse=True)]
        ):
            for outcome in run.result():
                outcomes[outcome.cell].append(outcome)
            if progress is not None:
                for name in dict.fromkeys(o.cell for o in run.result()):
                    progress(name)
    return [outcome for name in wanted for outcome in outcomes[name]]


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
