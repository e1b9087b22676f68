"""Events at given times, at which a state jumps: rows of the table of segments.

Every event begins a segment, so that it is the end of a step, exactly. Several at one time are rows of no length.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .lanes.columns import NO_TARGET

Array = NDArray[np.float64]
Event = tuple[float, str, float]  # time in ms, path of the state, what is added to it


def with_events(
    segment: Array, offset: NDArray[np.int64], events: Sequence[Event], states: Sequence[str]
) -> tuple[Array, NDArray[np.int64]]:
    """The table of segments with two more columns, the state that jumps and by how much, and the places in it.

    Parameters
    ----------
    segment : array (rows, 3)
    offset : array of int (variants, 4)
        Variants may share segments.
    events : sequence of (time, path, jump)
        Those of states that are not among `states`, and those after the end, are left out.
    states : sequence of str
        Paths, in the order of the system.
    """
    index = {path: i for i, path in enumerate(states)}
    known = np.array([(t, index[path], jump) for t, path, jump in events if path in index]).reshape(-1, 3)
    if not len(known):
        return np.column_stack([segment, np.full(len(segment), NO_TARGET), np.zeros(len(segment))]), offset
    known = known[np.argsort(known[:, 0], kind="stable")]
    spans, which = np.unique(offset[:, :2], axis=0, return_inverse=True)
    tables = [_merged(segment[begin:end], known) for begin, end in spans]
    ends = np.cumsum([len(t) for t in tables])
    places = offset.copy()
    places[:, 0] = (ends - [len(t) for t in tables])[which.ravel()]
    places[:, 1] = ends[which.ravel()]
    return np.concatenate(tables), places


def _merged(rows: Array, known: Array) -> Array:
    """One input cut at the events, with a row for each of them; a row without one where none falls on its beginning."""
    end = rows[-1, 0]
    known = known[known[:, 0] < end]
    times = np.unique(np.concatenate([rows[:, 0], known[:, 0]]))
    row = np.searchsorted(rows[:, 0], times, side="right") - 1
    base = rows[row, 1] + rows[row, 2] * (times - rows[row, 0])
    many = np.array([np.count_nonzero(known[:, 0] == t) for t in times])
    table = np.column_stack([times, base, rows[row, 2], np.full(len(times), NO_TARGET), np.zeros(len(times))])
    table = np.repeat(table, np.maximum(many, 1), axis=0)
    table[np.isin(table[:, 0], known[:, 0]), 3:] = known[:, 1:]
    return table
