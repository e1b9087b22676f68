"""Trials of facts, many at a time: everything that has the same equations and criterion of a spike is one batch."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.cell import Cell
from ..model.fact import Trial
from ..model.stimulus import Step, Stimulus
from ..numerics import batch, kernel
from ..numerics.lanes.columns import DONE
from ..simulation.protocol import lower
from ..simulation.rest import initial_state, parameter_values, steady_at
from ..system import system

Array = NDArray[np.float64]
CROSSING = 0.5  # mV: facts count every upward crossing, so hardly any rise is asked for


@dataclass(frozen=True)
class Observation:
    """What was seen of a trial.

    Attributes
    ----------
    spikes : array
        Times from the beginning of the trial proper, ms; negative ones lie in the time before.
    final : dict of str to float
        States at the end.
    trace : array
        V, if it was recorded.
    every : float
        Interval of the trace, ms.
    done : bool
        Did the run reach its end?
    """

    spikes: Array
    final: dict[str, float]
    trace: Array
    every: float
    done: bool


def start_of(cell: Cell, trial: Trial) -> dict[str, float]:
    """The state in which a trial begins."""
    if trial.initial == "own":
        own = dict(cell.initial)
        return steady_at(cell, own["V"], own)
    return initial_state(cell, "rest" if trial.initial == "rest" else dict(trial.initial))


def delayed(stimulus: Stimulus | None, before: float) -> Stimulus | None:
    """The stimulus with everything later by the time before the trial."""
    if before == 0 or stimulus is None:
        return stimulus
    assert isinstance(stimulus, Step)
    return Step(stimulus.amplitude, stimulus.start + before, stimulus.stop + before)


def observe(
    cell: Cell, trials: list[Trial], every: float = 0.0, starts: list[dict[str, float]] | None = None
) -> list[Observation]:
    """Carry out some trials of one cell; V is recorded if `every` (ms) is given."""
    groups: dict[float, list[int]] = defaultdict(list)
    for i, trial in enumerate(trials):
        groups[cell.spike_threshold if trial.threshold is None else trial.threshold].append(i)
    found: dict[int, Observation] = {}
    for threshold, members in groups.items():
        chosen = [trials[i] for i in members]
        begun = None if starts is None else [starts[i] for i in members]
        found.update(zip(members, _run(cell, chosen, threshold, every, begun), strict=True))
    return [found[i] for i in range(len(trials))]


def _run(
    cell: Cell, trials: list[Trial], threshold: float, every: float, starts: list[dict[str, float]] | None
) -> list[Observation]:
    changed = [cell.with_(dict(trial.changes)) for trial in trials]
    whole = system(cell)
    begun = starts or [start_of(c, trial) for c, trial in zip(changed, trials, strict=True)]
    longest = max(trial.before + trial.duration for trial in trials)
    result = batch.run(
        batch.Task(
            whole,
            kernel.method("auto"),
            True,
            np.array([[state[v.path] for v in whole.states] for state in begun]),
            np.array([parameter_values(c) for c in changed]),
            np.array([trial.accuracy for trial in trials]),
            _inputs(trials),
            record=[0] if every else [],
            every=every or longest,
            samples=int(longest / every) + 1 if every else 1,
            criterion=batch.Criterion(threshold, CROSSING),
            events=cell.events,
        )
    )
    return [
        Observation(
            result.spikes[i, : result.count[i]] - trial.before,
            {v.path: float(x) for v, x in zip(whole.states, result.final[i], strict=True)},
            result.trace[i, 0] if every else np.empty(0),
            every,
            bool(result.status[i] == DONE),
        )
        for i, trial in enumerate(trials)
    ]


def _inputs(trials: list[Trial]) -> batch.Inputs:
    """The stimuli of all trials, end to end."""
    protocols = [lower(delayed(t.stimulus, t.before), t.before + t.duration) for t in trials]
    segments = [np.stack([p.times, p.base, p.slope], axis=1) for p in protocols]
    rows = np.cumsum([0, *(len(s) for s in segments)])
    waves = np.cumsum([0, *(len(p.waves) for p in protocols)])
    offset = np.stack([rows[:-1], rows[1:], waves[:-1], waves[1:]], axis=1).astype(np.int64)
    return batch.Inputs(np.concatenate(segments), np.concatenate([p.waves for p in protocols]), offset)
