"""Where each variant of a sweep begins: at rest, or at values given for it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError, LoligoWarning
from ..model.cell import Cell
from ..numerics.arrays import array_function
from ..numerics.roots import roots
from ..system import System, system
from .rest import SCAN, bisect, initial_state
from .steady import Steady, felt

Array = NDArray[np.float64]
UNSTABLE_OFFSET = 5.0  # mV below an unstable rest, where a run begins that has no stable one


def starts(
    cell: Cell, parameters: Array, initial: Any, varied: Mapping[str, Array]
) -> tuple[Array, NDArray[np.bool_], dict[str, int]]:
    """States at time 0.

    Parameters
    ----------
    cell : Cell
    parameters : array (variants, parameters)
    initial : "rest" or mapping
        As of `simulate`; the same for all variants.
    varied : mapping of str to array (variants)
        Initial values of single states that vary.

    Returns
    -------
    states : array (variants, states)
    found : array of bool (variants)
        False where there is nowhere to begin.
    remarks : dict of str to int
        What is to be said of how many variants.
    """
    whole = system(cell)
    given = {} if isinstance(initial, str) else dict(initial)
    found: NDArray[np.bool_] = np.ones(len(parameters), dtype=bool)
    remarks: dict[str, int] = {}
    if all(state.path in given or state.path in varied for state in whole.states):  # nothing is left to be found
        states = np.empty((len(parameters), len(whole.states)))
    elif "V" in varied:  # no resting state is needed
        states = _steady(cell, parameters, varied["V"], {**given, **varied})
    else:
        states, found, remarks = _resting(cell, whole, parameters, initial, given)
        if felt(whole, tuple(varied)):
            states = _steady(cell, parameters, states[:, 0], {**given, **varied})
    return _given(whole, states, {**given, **varied}), found, remarks


def _resting(
    cell: Cell, whole: System, parameters: Array, initial: Any, given: dict[str, Any]
) -> tuple[Array, NDArray[np.bool_], dict[str, int]]:
    """The same without initial values that vary: one search for all variants that have their parameters in common."""
    rows, where = np.unique(parameters, axis=0, return_inverse=True)
    where = where.reshape(-1)
    found = np.ones(len(rows), dtype=bool)
    masks: dict[str, NDArray[np.bool_]] = {}
    if len(rows) == 1 or len(whole.unknowns) > 1:
        states = _one_by_one(cell, whole, rows, initial, found)
    else:
        states, found, masks = _together(cell, whole, rows, given)
    counts = np.bincount(where, minlength=len(rows))
    remarks = {text: int(counts[mask].sum()) for text, mask in masks.items()}
    return states[where], found[where], remarks


def _place(whole: System, path: str) -> int:
    return [s.path for s in whole.states].index(path)


def _one_by_one(cell: Cell, whole: System, rows: Array, initial: Any, found: NDArray[np.bool_]) -> Array:
    states = np.full((len(rows), len(whole.states)), np.nan)
    names = list(cell.parameters)
    for i, row in enumerate(rows):
        try:
            changes = {n: v for n, v in zip(names, row, strict=True) if v != cell.parameters[n].value}
            start = initial_state(cell.with_(changes), initial)
            states[i] = [start[s.path] for s in whole.states]
        except LoligoError:
            if len(rows) == 1:
                raise
            found[i] = False
    return states


def _together(
    cell: Cell, whole: System, rows: Array, given: dict[str, Any]
) -> tuple[Array, NDArray[np.bool_], dict[str, NDArray[np.bool_]]]:
    if "V" in given:
        states = _steady(cell, rows, np.full(len(rows), given["V"]), given)
        return _given(whole, states, given), np.ones(len(rows), dtype=bool), {}
    at, count = roots(whole, rows, 0.0, SCAN[:2], SCAN[2])
    v, stable, found, masks = _rest(cell, rows, at, count)
    states = _steady(cell, rows, v, given)
    brought = dict(cell.initial)
    if brought and not stable.all():
        states[~stable] = _given(whole, _steady(cell, rows[~stable], v[~stable], {**brought, **given}), brought)
    states = _given(whole, states, given)
    hard = count < -1  # equilibria about to meet, which take a closer look
    if hard.any():
        fine = np.ones(int(hard.sum()), dtype=bool)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LoligoWarning)
            states[hard] = _one_by_one(cell, whole, rows[hard], given or "rest", fine)
        found[hard] = fine
        masks = {text: mask & ~hard for text, mask in masks.items()}
    return states, found, masks


def _given(whole: System, states: Array, given: dict[str, Any]) -> Array:
    for path, value in given.items():
        states[:, _place(whole, path)] = value
    return states


def _rest(
    cell: Cell, rows: Array, at: Array, count: NDArray[np.int64]
) -> tuple[Array, NDArray[np.bool_], NDArray[np.bool_], dict[str, NDArray[np.bool_]]]:
    """V of the stable equilibrium, as `rest.resting_states` finds it one cell at a time; is it stable; is there one?"""
    places = np.argwhere(np.isfinite(at))
    v = _polished(cell, rows[places[:, 0]], at[places[:, 0], places[:, 1]], np.linspace(*SCAN))
    at[places[:, 0], places[:, 1]] = v
    stable = np.zeros(at.shape, dtype=bool)
    stable[places[:, 0], places[:, 1]] = _stable(cell, rows[places[:, 0]], v)
    if cell.initial:  # a stable plateau above the threshold of a spike is no rest
        stable &= at < cell.spike_threshold
    number = stable.sum(axis=1)
    found = np.isfinite(at[:, 0])
    first = np.where(number > 0, np.argmax(stable, axis=1), 0)
    chosen = at[np.arange(len(rows)), first]
    brought = dict(cell.initial).get("V", np.nan)
    instead = chosen - UNSTABLE_OFFSET if np.isnan(brought) else np.full(len(rows), brought)
    v = np.where(number > 0, chosen, instead)
    masks = {
        "more than one stable resting state, and start at the most negative": number > 1,
        "no stable resting state, and start near the unstable one": found & (number == 0),
        "no resting state": ~found,
    }
    return v, number > 0, found, {text: mask for text, mask in masks.items() if mask.any()}


def _polished(cell: Cell, rows: Array, v: Array, grid: Array) -> Array:
    """The roots once more, by the very arithmetic of `rest.resting_states`, so that a sweep equals its single runs."""
    steady = Steady(cell, 0.0, rows.T)

    def drift(at: Array) -> Array:
        return steady.drift(at)[0]

    place = np.clip(np.searchsorted(grid, v) - 1, 0, len(grid) - 2)
    low, high = grid[place], grid[place + 1]
    before, after = drift(low), drift(high)
    within = bisect(drift, low, high, before < 0)
    return np.where(before * after < 0, within, v)


def _steady(cell: Cell, rows: Array, v: Array, given: Mapping[str, Any] | None = None) -> Array:
    """V, in every compartment, and the steady value of every other state at that V, and with what is given."""
    steady = Steady(cell, 0.0, rows.T, given)
    return np.stack(steady.fill([v] * len(steady.plan.voltages)), axis=1)


def _stable(cell: Cell, rows: Array, v: Array) -> NDArray[np.bool_]:
    whole = system(cell)
    count = len(whole.states)
    entries = array_function(whole, tuple(whole.jacobian))(_steady(cell, rows, v).T, 0.0, rows.T)
    matrices = np.stack(entries, axis=1).reshape(-1, count, count)
    finite = np.isfinite(matrices).all(axis=(1, 2))
    result = np.zeros(len(v), dtype=bool)
    result[finite] = np.linalg.eigvals(matrices[finite]).real.max(axis=1) < 0
    return result
