"""The march of a tree of compartments, or of several variants of it side by side, through time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.clamp import VoltageClamp
from ..model.stimulus import Stimulus
from ..numerics import cable as solver
from .compartments import Array, Compartments, Whole
from .grips import Grips
from .placement import Placement
from .protocol import Protocol, lower

CHUNK = 4096  # steps in one call of the solver, at most
WORK = 4_000_000  # compartment-steps in one, some 0.1 s: between calls an interrupt is heard
CROSSINGS = 64  # of each compartment, in one call of the solver: there is room for so many
Reached = Sequence[tuple[int, float]]  # compartments and the part of a current that each takes
Sources = Sequence[tuple[Stimulus, Reached]]
Clamps = Sequence[tuple[VoltageClamp, int]]  # with the compartments that they hold


@dataclass(frozen=True)
class Wanted:
    """What is kept of a march.

    Attributes
    ----------
    compartments : array of int
        Where samples are taken, and extremes and means.
    samples : int
    every : float
        ms between them.
    gates : int
        How many of the states after V are sampled too.
    threshold : float
        Its upward crossings are written down in every compartment, ...
    most : int
        ... so many of them in one call of the solver, at most.
    watch : sequence of (mean, sign, after)
        The mean of V, or its extreme of that sign, leaving out what comes before a time (ms), ...
    spots : sequence of (array of int, array of int, array)
        ... at places of each variant: the compartments on either side, and how far it is from one to the other.
    """

    compartments: Whole
    samples: int = 0
    every: float = 1.0
    gates: int = 0
    threshold: float = 0.0
    most: int = 0
    watch: tuple[tuple[float, float, float], ...] = ()
    spots: tuple[tuple[Whole, Whole, Array], ...] = ()


NOTHING = Wanted(np.zeros(0, dtype=np.int64))


class March:
    """Variants of a tree on their way. `advance` may be called as often as one likes.

    Parameters
    ----------
    parts : sequence of Compartments
        One tree, or variants of it that differ in numbers only, `solver.VARIANTS` at most.
    start : sequence of array (states, n)
        Of each of them.
    wanted : Wanted
    fold : bool
        Fold a fibre, for the vector units. Without it, it is solved as trees are.

    Attributes
    ----------
    trace : array (samples, variants, compartments)
        V, mV.
    deep : array (samples, variants, compartments, gates)
    memo : array (watchers, variants, spots, 3)
        Integral of V (mV ms); or the extreme, times its sign, and its time.
    """

    def __init__(
        self, parts: Sequence[Compartments], start: Sequence[Array], wanted: Wanted = NOTHING, fold: bool = True
    ) -> None:
        self.placed = Placement(parts, fold)
        self.n, self.count = parts[0].n, len(parts)
        self.wanted = wanted
        self.b = solver.block()
        rows = [self.placed.spread(np.stack([s[row] for s in start])) for row in range(len(start[0]))]
        self.y = np.stack([rows[0], rows[0], *rows[1:]])
        places, kept = self.placed.places, self.count * len(wanted.compartments)
        self.work, self.older = np.zeros(5 * places), self.y[0].copy()
        self.recorded = self.placed.place[:, wanted.compartments].reshape(-1)
        self.trace = np.full((wanted.samples, self.count, len(wanted.compartments)), np.nan)
        self.deep = np.full((*self.trace.shape, wanted.gates), np.nan)
        self.past = np.zeros(2 * kept * wanted.gates + 1)
        self.watch = np.array([*wanted.watch, (0.0, 0.0, 0.0)])
        spots = [np.stack([self.placed.place[v, side] for side in s[:2]], axis=1) for v, s in enumerate(wanted.spots)]
        self.spots = np.concatenate([[sum(map(len, spots))], *(s.reshape(-1) for s in spots)]).astype(np.int64)
        self.share = np.concatenate([*(s[2] for s in wanted.spots), [0.0]])
        self.memo = np.zeros((len(wanted.watch), self.count, len(spots[0]) if spots else 0, 3))
        for memo, (mean, *_rest) in zip(self.memo, wanted.watch, strict=True):
            memo[..., 0] = 0.0 if mean else -1e300
        self.event = np.zeros((max(wanted.most, 1), 2))
        self.sample, self.events, self.steps, self.missed = 0, 0, 0, 0
        self.crossed: list[Array] = []
        self.place_of_source, self.weight = np.zeros(1, dtype=np.int64), np.zeros(1)
        self.grips = Grips([], self.placed, 0.0)

    def advance(self, t: float, h: float, current: Array, age: int, closing: bool) -> None:
        """Steps of length h from time t; `current` (steps, sources) in nA at their middles.

        `age` counts the steps since the last jump or kink of an input; `closing` says that the next one comes now.
        """
        p, wanted = self.placed, self.wanted
        steps = len(current)
        shape = np.array(
            [p.places, p.lanes, p.kinds, p.way, steps, age, closing, current.shape[1], len(self.recorded),
             self.sample, wanted.samples, self.events, wanted.most, len(wanted.watch), wanted.gates],
            dtype=np.int64)  # fmt: skip
        setting = np.array([t, h, wanted.every, wanted.threshold])
        ends: Array = t + np.float64(h) * np.arange(1, steps + 1)
        target = self.grips.targets(ends)
        paid = np.zeros_like(target)
        tables: list[NDArray[Any]] = [
            p.membranes, p.order, p.parent, self.b, p.numbers, self.y, p.q, p.table, self.work, p.carry,
            np.ascontiguousarray(current), self.place_of_source, self.weight, shape, setting, self.recorded,
            self.trace, self.older, self.event, self.grips.pinned, self.grips.grip, target, paid, self.spots,
            self.share, self.watch, self.memo, self.past, self.deep,
        ]  # fmt: skip
        solver.solver()(tables)
        self.grips.note(ends - 0.5 * h, paid)
        self.sample, self.events = int(shape[9]), int(shape[11])
        self._note()
        self.steps += steps

    def run(
        self, sources: Sequence[Sources], duration: float, dt: float, clamps: Sequence[Clamps] = (),
        stop: Any = None,
    ) -> None:  # fmt: skip
        """March to the end; every kink and jump of a stimulus or clamp, of any variant, is the end of a step.

        Parameters
        ----------
        sources, clamps : sequence
            Of each variant.
        stop : optional
            True once the march should end early.
        """
        inputs: list[Protocol] = []
        row, where, weight = [], [], []
        for variant, own in enumerate(sources):
            for term, reached in own:
                for compartment, part in reached:
                    row.append(len(inputs))
                    where.append(self.placed.place[variant, compartment])
                    weight.append(part)
                inputs.append(lower(term, duration, dt))
        if row:
            self.place_of_source, self.weight = np.array(where), np.array(weight)
        held = [(variant, c, clamp) for variant, own in enumerate(clamps) for clamp, c in own]
        self.grips = Grips(held, self.placed, duration)
        times = edges(duration, [p.times for p in (*inputs, *self.grips.commands)])
        chunk = max(1, min(CHUNK, WORK // self.placed.places))
        for begin, end in pairwise(times):
            steps = max(1, math.ceil((end - begin) / dt * (1 - 1e-9)))
            h = (end - begin) / steps
            self.grips.enter(begin, end, self.y[0])
            if held and self.sample and abs((self.sample - 1) * self.wanted.every - begin) < 1e-9 * begin:
                jumped = self.y[0, self.recorded].reshape(self.trace[0].shape)
                self.trace[self.sample - 1] = jumped  # a sample at a jump of a clamp is what comes after it
            for first in range(0, steps, chunk):
                if stop:
                    return
                count = min(chunk, steps - first)
                middles = begin + (first + np.arange(count) + 0.5) * h
                current = np.stack([inputs[k](middles) for k in row], axis=1) if row else np.zeros((count, 0))
                self.advance(begin + first * h, h, current, first, first + count == steps)

    @property
    def V(self) -> Array:
        """V of all compartments now (variants, n), mV."""
        now: Array = self.y[0, self.placed.place]
        return now

    @property
    def state(self) -> Array:
        """All states now (states, variants, n); gates are where V is at the end of a march."""
        now: Array = self.y[1:, self.placed.place]
        now[0] = self.V
        return now

    def _note(self) -> None:
        """Take the crossings out of the solver's table, which is empty then."""
        if self.wanted.most and self.events:
            self.missed += max(0, self.events - self.wanted.most)
            self.crossed.append(self.event[: min(self.events, self.wanted.most)].copy())
            self.events = 0

    def crossings(self) -> tuple[Whole, Whole, Array]:
        """Variant, compartment and time (ms) of every upward crossing of the threshold, in the order of time."""
        number_of = np.full(self.placed.places, -1)
        number_of[self.placed.place.reshape(-1)] = np.arange(self.placed.place.size)
        events = np.concatenate([np.zeros((0, 2)), *self.crossed])
        number = number_of[events[:, 0].astype(np.int64)]
        real = number >= 0
        order = np.argsort(events[real, 1], kind="stable")
        number = number[real][order]
        return number // self.n, number % self.n, events[real, 1][order]


def edges(duration: float, times: Sequence[Array]) -> Array:
    """Where steps have to end: the kinks and jumps of all inputs."""
    return np.unique(np.concatenate([[0.0, duration], *times]))


def arrivals(compartment: Whole, time: Array, n: int) -> tuple[Array, Whole]:
    """When every compartment was first crossed (ms; NaN: never), and how often, from crossings in the order of time."""
    arrival = np.full(n, np.nan)
    arrival[compartment[::-1]] = time[::-1]
    return arrival, np.bincount(compartment, minlength=n)
