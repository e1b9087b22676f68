"""The engine under every experiment that looks for a value: scan, bracket, bisect, verify.

A question is asked of a whole block of trials at once, because a block costs hardly more than one trial. The answer
need not be unique: a ramp that ends a little later may fire the cell, then not, then again. So the scan looks at a
grid, every change between neighbours is an answer, and each is refined by cutting all brackets at once. While a
bracket is wide the integrator may be rough; when it is asked to be more accurate, the ends of the bracket are tried
again, and where they no longer differ the bracket is widened. So the last bracket holds at the last accuracy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .bench import QUICK

Array = NDArray[np.float64]
Ask = Callable[[NDArray[np.int64], Array, float], NDArray[np.bool_]]
LANES = 64  # trials in a block
FINEST = 1e-12  # tolerance of the integrator
WIDENINGS = 40
SURE = 1e-9  # tolerance of the integrator at which a scan is not rough


@dataclass(frozen=True)
class Answer:
    """A place where "no" becomes "yes" (or the other way round).

    Attributes
    ----------
    row : int
        Which of several questions.
    no, yes : float
        The bracket: the last value tried with the answer no, and with yes.
    """

    row: int
    no: float
    yes: float

    @property
    def value(self) -> float:
        """Middle of the bracket."""
        return 0.5 * (self.no + self.yes)

    @property
    def error(self) -> float:
        """Half the width of the bracket."""
        return 0.5 * abs(self.yes - self.no)


@dataclass(frozen=True)
class Found:
    """All answers, and what the scan saw.

    Attributes
    ----------
    answers : tuple of Answer
        By row, then in the order of the scan.
    grid : array (rows, points)
    said : array of bool (rows, points)
    """

    answers: tuple[Answer, ...]
    grid: Array
    said: NDArray[np.bool_]

    def of(self, row: int) -> tuple[Answer, ...]:
        """The answers of one row."""
        return tuple(a for a in self.answers if a.row == row)

    def first(self) -> tuple[Array, Array]:
        """Value and error of the first answer of each row; NaN where there is none."""
        value, error = np.full(len(self.grid), np.nan), np.full(len(self.grid), np.nan)
        for answer in reversed(self.answers):
            value[answer.row], error[answer.row] = answer.value, answer.error
        return value, error


def accuracy_for(tolerance: float) -> float:
    """Tolerance of the integrator at which an answer to a relative `tolerance` is verified."""
    return min(QUICK, max(FINEST, 1e-3 * tolerance))


def search(ask: Ask, grid: Array, tolerance: float, *, accuracy: float = QUICK) -> Found:
    """Find where the answer to a question changes.

    Parameters
    ----------
    ask : callable
        ``ask(rows, values, accuracy)`` says yes or no to a block of trials.
    grid : array (rows, points)
        Where to look first, in order.
    tolerance : float
        Width of the final brackets, relative to the values.
    accuracy : float
        Tolerance of the integrator in the scan.
    """
    count, points = grid.shape
    rows = np.repeat(np.arange(count), points)
    said = ask(rows, grid.ravel(), accuracy).reshape(grid.shape)
    row, place = np.nonzero(said[:, 1:] != said[:, :-1])
    before, after = grid[row, place], grid[row, place + 1]
    rising = said[row, place + 1]
    no, yes = np.where(rising, before, after), np.where(rising, after, before)
    no, yes = refine(ask, row, no, yes, tolerance, accuracy)
    if accuracy > SURE and (no == yes).any():
        return search(ask, grid, tolerance, accuracy=SURE)  # the change may lie beyond the bracket of a rough scan
    kept = [(int(r), float(a), float(b)) for r, a, b in zip(row, no, yes, strict=True) if a != b]
    return Found(tuple(Answer(*answer) for answer in kept), grid, said)


def refine(
    ask: Ask, row: NDArray[np.int64], no: Array, yes: Array, tolerance: float, accuracy: float = QUICK
) -> tuple[Array, Array]:
    """Cut brackets, all at once, until each is narrow enough at the final accuracy; no = yes where none holds."""
    if not len(row):
        return no, yes
    final, checked, limits = accuracy_for(tolerance), accuracy, (no, yes)
    cuts = int(np.clip(LANES // len(row) - 2, 1, LANES))
    for _ in range(400):
        width = np.abs(yes - no) / np.maximum(np.maximum(np.abs(no), np.abs(yes)), 1e-300)
        done = bool((width <= tolerance).all())
        wanted = final if done else max(final, min(accuracy, 1e-3 * float(width.max())))
        if wanted < checked * 0.5:
            no, yes = verify(ask, row, no, yes, limits, wanted)
            checked = wanted
            continue
        if done:
            return no, yes
        inner = np.linspace(0.0, 1.0, cuts + 2)[1:-1]
        values = no[:, None] + (yes - no)[:, None] * inner
        said = ask(np.repeat(row, cuts), values.ravel(), checked).reshape(values.shape)
        ends = np.concatenate([np.zeros((len(row), 1), bool), said, np.ones((len(row), 1), bool)], axis=1)
        at = np.concatenate([no[:, None], values, yes[:, None]], axis=1)
        place = np.argmax(ends, axis=1)
        index = np.arange(len(row))
        alive = no != yes
        no, yes = np.where(alive, at[index, place - 1], no), np.where(alive, at[index, place], yes)
    return no, yes


def verify(
    ask: Ask, row: NDArray[np.int64], no: Array, yes: Array, limits: tuple[Array, Array], accuracy: float
) -> tuple[Array, Array]:
    """Try the ends of brackets at another accuracy; widen those that no longer hold, up to the bracket of the scan.

    Where even that does not hold, what the scan saw was an error of a rough integration: no = yes, and no answer.
    """
    for _ in range(WIDENINGS):
        said = ask(np.concatenate([row, row]), np.concatenate([no, yes]), accuracy)
        bad_no, bad_yes = said[: len(row)], ~said[len(row) :]
        lost = (bad_no & (no == limits[0])) | (bad_yes & (yes == limits[1])) | (no == yes)
        if not ((bad_no | bad_yes) & ~lost).any():
            return no, np.where(lost, no, yes)
        step = 2 * (yes - no)
        least, most = np.minimum(*limits), np.maximum(*limits)
        no = np.clip(np.where(bad_no & ~lost, no - step, no), least, most)
        yes = np.where(lost, no, np.clip(np.where(bad_yes, yes + step, yes), least, most))
    return no, yes
