"""The march of a tree of compartments through time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..model.stimulus import Stimulus
from ..numerics import cable as solver
from ..system import system
from .compartments import Array, Compartments, Whole
from .protocol import lower

CHUNK = 4096  # steps in one call of the solver, at most
WORK = 4_000_000  # compartment-steps in one, some 0.1 s: between calls an interrupt is heard
Reached = Sequence[tuple[int, float]]  # compartments and the part of a current that each takes


class March:
    """A tree on its way. `advance` may be called as often as one likes.

    Parameters
    ----------
    parts : Compartments
    start : array (states, n)
    recorded : array of int
        Compartments whose V is kept, `samples` times, `every` ms apart.
    threshold : float
        Its upward crossings are written down, at most `most_events` of them.
    fold : bool
        Fold a fibre, for the vector units. Without it, it is solved as trees are.
    """

    def __init__(self, parts: Compartments, start: Array, recorded: Whole, samples: int, every: float,
                 threshold: float, most_events: int, fold: bool = True) -> None:  # fmt: skip
        n = parts.n
        self.branched = not (fold and parts.chain)
        self.b = solver.block()
        self._place(parts)
        y = start[:, self.owner]
        self.y = np.ascontiguousarray(np.concatenate([y[:1], y[:1], y[1:]]))
        table = np.zeros((4, self.places))
        table[0] = parts.capacitance[self.owner]
        table[2, self.place] = parts.axial
        table[3, self.place] = parts.outside * parts.beyond
        self.carry = np.zeros(9 * solver.COLUMNS)
        self.order, self.parent = np.arange(self.places), np.arange(self.places)
        if self.branched:
            table[1, self.place] = parts.link
            spare = np.setdiff1d(self.order, self.place)
            self.order = np.concatenate([self.place, spare])
            self.parent[self.place] = self.place[parts.parent]
        else:
            m = self.places // solver.COLUMNS
            table[1, self.place[:-1]] = parts.link[1:]
            for column in range(1, min(solver.COLUMNS, -(-n // m))):
                self.carry[7 * solver.COLUMNS + column] = parts.link[column * m]
        self.table = table
        self.work, self.older = np.zeros(5 * self.places), self.y[0].copy()
        self.recorded = self.place[recorded]
        self.trace = np.full((samples, len(recorded)), np.nan)
        self.every, self.threshold, self.sample = every, threshold, 0
        self.event = np.zeros((max(most_events, 1), 2))
        self.most, self.count, self.steps, self.missed = most_events, 0, 0, 0
        self.crossed: list[Array] = []
        self.place_of_source, self.weight = np.zeros(1, dtype=np.int64), np.zeros(1)

    def _place(self, parts: Compartments) -> None:
        """Give every compartment its place, membrane by membrane; places left over repeat one, on their own."""
        self.place = np.zeros(parts.n, dtype=np.int64)
        owner: list[Whole] = []
        columns: list[Array] = []
        described, constants, first, offset = [], [], 0, 0
        single = len(parts.membranes) == 1
        for membrane in parts.membranes:
            whole = system(membrane.cell)
            f, g, numbers, self.lanes = solver.physics(whole)
            members = membrane.members
            if self.branched:
                length = -(-len(members) // self.lanes) * self.lanes
                within = np.arange(len(members))
            else:
                m, within = solver.places(parts.n)
                length = m * solver.COLUMNS
            row = np.full(length, len(members) - 1)
            row[within] = np.arange(len(members))
            self.place[members] = first + within
            derived = numbers.derive(membrane.parameters[:1] if membrane.uniform else membrane.parameters)
            columns.append(derived[np.zeros_like(row) if membrane.uniform else row].T)
            owner.append(members[row])
            varied = not (single and membrane.uniform)
            described.append([f, g, first, first + length, len(whole.states), derived.shape[1], varied, offset])
            constants.append(numbers.constants)
            first, offset = first + length, offset + len(numbers.constants)
        self.places, self.owner = first, np.concatenate(owner)
        self.membranes = np.array(described, dtype=np.int64)
        self.numbers = np.concatenate(constants)
        self.q = np.zeros((max(len(c) for c in columns) or 1, first))
        for part, (_, _, begin, end, *_rest) in zip(columns, described, strict=True):
            self.q[: len(part), begin:end] = part
        self.shared = described[0][5] if single and parts.membranes[0].uniform else 0

    def advance(self, t: float, h: float, current: Array, fresh: bool, closing: bool) -> None:
        """Steps of length h from time t; `current` (steps, sources) in nA at their middles."""
        shape = np.array(
            [self.places, self.lanes, len(self.membranes), self.branched, len(current), fresh, closing,
             current.shape[1], len(self.recorded), self.sample, len(self.trace), self.shared, self.count, self.most],
            dtype=np.int64)  # fmt: skip
        setting = np.array([t, h, self.every, self.threshold])
        solver.solver()([
            self.membranes, self.order, self.parent, self.b, self.numbers, self.y, self.q, self.table, self.work,
            self.carry, np.ascontiguousarray(current), self.place_of_source, self.weight, shape, setting, self.recorded,
            self.trace, self.older, self.event,
        ])  # fmt: skip
        self.sample, self.count = int(shape[9]), int(shape[12])
        self._note()
        self.steps += len(current)

    def run(self, sources: Sequence[tuple[Stimulus, Reached]], duration: float, dt: float) -> None:
        """March to the end; every kink and jump of a stimulus is the end of a step."""
        inputs = [lower(term, duration, dt) for term, _ in sources]
        row = [k for k, (_, reached) in enumerate(sources) for _ in reached]
        self.place_of_source = self.place[[c for _, reached in sources for c, _ in reached] or [0]]
        self.weight = np.array([w for _, reached in sources for _, w in reached] or [0.0])
        times = np.unique(np.concatenate([[0.0, duration], *(p.times for p in inputs)]))
        for begin, end in pairwise(times):
            steps = max(1, math.ceil((end - begin) / dt * (1 - 1e-9)))
            h = (end - begin) / steps
            chunk = max(1, min(CHUNK, WORK // self.places))
            for first in range(0, steps, chunk):
                count = min(chunk, steps - first)
                middles = begin + (first + np.arange(count) + 0.5) * h
                current = np.stack([inputs[k](middles) for k in row], axis=1) if row else np.zeros((count, 0))
                self.advance(begin + first * h, h, current, first == 0, first + count == steps)

    @property
    def V(self) -> Array:
        """V of all compartments now, mV."""
        now: Array = self.y[0, self.place]
        return now

    def _note(self) -> None:
        """Take the crossings out of the solver's table, which is empty then."""
        if self.most and self.count:
            self.missed += max(0, self.count - self.most)
            self.crossed.append(self.event[: min(self.count, self.most)].copy())
            self.count = 0

    def crossings(self) -> tuple[Whole, Array]:
        """Compartment and time (ms) of every upward crossing of the threshold, in the order of time."""
        number_of = np.full(self.places, -1)
        number_of[self.place] = np.arange(len(self.place))
        events = np.concatenate([np.zeros((0, 2)), *self.crossed])
        compartment = number_of[events[:, 0].astype(np.int64)]
        real = compartment >= 0
        order = np.argsort(events[real, 1], kind="stable")
        return compartment[real][order], events[real, 1][order]

    def arrivals(self) -> tuple[Array, NDArray[np.int64]]:
        """When every compartment first crossed the threshold upwards (ms; NaN: never), and how often."""
        compartment, time = self.crossings()
        arrival = np.full(len(self.place), np.nan)
        arrival[compartment[::-1]] = time[::-1]
        crossings = np.bincount(compartment, minlength=len(self.place))
        return arrival, crossings
