"""Runs in phases: voltage clamp and current clamp in turn, a virtual conductance that is switched on and off.

Every phase begins in the state in which the one before it ended. A voltage phase made of steps is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.cell import Cell
from ..model.dynamic import SWITCH, DynamicClamp
from ..model.switched import SwitchedClamp
from ..numerics import batch
from ..system import System, system
from . import clamp as voltage_clamp
from .accuracy import companions
from .protocol import Protocol, lower
from .rest import beginning, parameter_values, steady_at
from .settings import Settings

Array = NDArray[np.float64]
Switching = (SwitchedClamp, DynamicClamp)


@dataclass(frozen=True)
class Part:
    """A phase: when, under voltage clamp or not, under what input, with what parameters of the cell."""

    begin: float
    end: float
    held: bool
    protocol: Protocol
    parameters: tuple[float, ...]


@dataclass
class Phased:
    """What a run in phases gave.

    Attributes
    ----------
    cell : Cell
        With its virtual channel, if there is one.
    start : dict of str to float
    traces : array (lanes that are recorded, states, samples)
    held : array of bool (samples)
        Was V clamped?
    input : array (samples)
        Current, or command where V was clamped.
    spikes : list of list of float
        Of each lane.
    batches : list of Batch
        Of the phases that were integrated, with their System.
    """

    cell: Cell
    start: dict[str, float]
    traces: Array
    held: NDArray[np.bool_]
    input: Array
    spikes: list[list[float]]
    batches: list[tuple[System, batch.Batch]]

    @property
    def failed(self) -> bool:
        """Did the run blow up?"""
        return bool(self.batches) and bool(self.batches[-1][1].failed[0])


def phased(s: Settings, clamp: SwitchedClamp | DynamicClamp, estimate: bool, stop: batch.Stop | None = None) -> Phased:
    """Carry out the phases of a protocol, in as many lanes as the run and its companions need."""
    cell, start, parts = _planned(s, clamp)
    whole, grid = system(cell), s.grid
    others = companions(s.adaptive, s.control) if estimate else ()
    controls = np.array([s.control, *(c.control for c in others)])
    state = np.tile(np.array([start[v.path] for v in whole.states]), (len(controls), 1))
    made = Phased(
        cell, start, np.full((min(len(controls), 2), len(whole.states), len(grid)), np.nan),
        np.zeros(len(grid), dtype=bool), np.full(len(grid), np.nan), [[] for _ in controls], [],
    )  # fmt: skip
    for i, part in enumerate(parts):
        edges = np.searchsorted(grid, np.array([part.begin, part.end]) * (1 - 1e-12) - 1e-12)
        here = slice(int(edges[0]), len(grid) if i == len(parts) - 1 else int(edges[1]))
        made.held[here] = part.held
        made.input[here] = part.protocol(np.clip(grid[here], part.begin, part.end))
        state = (_clamped if part.held else _free)(s, part, made, controls, state, here, stop)
        if made.failed or stop:
            break
    return made


def _planned(s: Settings, clamp: SwitchedClamp | DynamicClamp) -> tuple[Cell, dict[str, float], list[Part]]:
    """The cell, the state in which it begins, and the phases."""
    if isinstance(clamp, SwitchedClamp):
        phases = clamp.within(s.duration)
        own = parameter_values(s.cell)
        parts = [Part(p.start, p.stop, p.mode == "V", _line(p), own) for p in phases]
        first = phases[0]
        if first.mode == "V" and isinstance(s.initial, str):
            return s.cell, steady_at(s.cell, first.first), parts
        return s.cell, beginning(s.cell, s.initial)[0], parts
    cell = clamp.added_to(s.cell)
    place = list(cell.parameters).index(f"{clamp.virtual.name}.{SWITCH}")
    off = parameter_values(cell)
    on = (*off[:place], clamp.factor, *off[place + 1 :])
    whole = lower(s.stimulus, s.duration, None if s.adaptive else s.dt)
    edges = [0.0, *sorted({min(clamp.start, s.duration), min(clamp.stop, s.duration)} - {0.0, s.duration}), s.duration]
    parts = []
    for begin, end in pairwise(edges):
        inside = clamp.start <= begin < clamp.stop
        parts.append(Part(begin, end, False, cut(whole, begin, end), on if inside else off))
    return cell, beginning(cell, s.initial)[0], parts


def _line(phase: Any) -> Protocol:
    slope = (phase.last - phase.first) / (phase.stop - phase.start)
    times = np.array([phase.start, phase.stop])
    return Protocol(times, np.array([phase.first, 0.0]), np.array([slope, 0.0]), np.zeros((0, 6)))


def cut(protocol: Protocol, begin: float, end: float) -> Protocol:
    """The part of an input between two times."""
    times = np.unique(np.concatenate([[begin, end], protocol.times]))
    times = times[(times >= begin) & (times <= end)]
    row = np.clip(np.searchsorted(protocol.times, times, side="right") - 1, 0, len(protocol.times) - 2)
    base = protocol.base[row] + protocol.slope[row] * (times - protocol.times[row])
    slope = protocol.slope[row].copy()
    base[-1], slope[-1] = 0.0, 0.0
    return Protocol(times, base, slope, protocol.waves)


def _free(
    s: Settings, part: Part, made: Phased, controls: Array, state: Array, here: slice, stop: batch.Stop | None
) -> Array:
    whole = system(made.cell)
    done = _integrated(s, part, made, whole, controls, state, list(range(len(whole.states))), here.stop, stop)
    made.traces[:, :, here] = done.trace[:, :, here]
    for found, times, count in zip(made.spikes, done.spikes, done.count, strict=True):
        found.extend(float(t) for t in times[:count])
    return done.final


def _clamped(
    s: Settings, part: Part, made: Phased, controls: Array, state: Array, here: slice, stop: batch.Stop | None
) -> Array:
    held = system(made.cell).clamped
    p = part.protocol
    state = state.copy()
    made.traces[:, 0, here] = made.input[here]
    if voltage_clamp.solvable(held) and p.steps and not made.cell.events:
        grid = np.clip(s.grid[here], part.begin, part.end)
        for lane, row in enumerate(state):
            begin = dict(zip((v.path for v in held.states), row[1:], strict=True))
            gates, end = voltage_clamp.solve(held, part.parameters, p, begin, grid)
            row[1:] = [end[v.path] for v in held.states]
            if lane < len(made.traces):
                made.traces[lane, 1:, here] = [gates[v.path] for v in held.states]
    elif held.states:
        every = list(range(len(held.states)))
        done = _integrated(s, part, made, held, controls, state[:, 1:], every, here.stop, stop)
        made.traces[:, 1:, here] = done.trace[:, :, here]
        state[:, 1:] = done.final
    state[:, 0] = p.base[-2] + p.slope[-2] * (part.end - p.times[-2])
    return state


def _integrated(
    s: Settings, part: Part, made: Phased, what: System, controls: Array, state: Array, record: list[int],
    samples: int, stop: batch.Stop | None,
) -> batch.Batch:  # fmt: skip
    """A phase, from its beginning in the run's own time; the samples before it mean nothing."""
    lanes, p = len(controls), part.protocol
    events = [e for e in made.cell.events if part.begin <= e[0] < part.end]
    done = batch.run(
        batch.Task(
            what, s.method, s.adaptive, state, np.tile(np.array(part.parameters), (lanes, 1)), controls,
            batch.Inputs.shared(p.segments, p.waves, lanes), record, s.every, samples,
            None if part.held else s.criterion, events=events, traced=len(made.traces),
        ),
        stop,
    )  # fmt: skip
    made.batches.append((what, done))
    return done
