"""Voltage clamps along a fibre or a tree: which compartments they hold, at what V, and what current that takes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..model.clamp import VoltageClamp
from .compartments import Array, Compartments, Whole
from .placement import Placement
from .protocol import lower


class Grips:
    """Clamps on variants of a tree.

    Parameters
    ----------
    held : sequence of (int, int, VoltageClamp)
        Variant and compartment of each.
    placed : Placement
    duration : float
        ms.

    Attributes
    ----------
    commands : list of Protocol
        mV.
    pinned, grip
        See `march` in `numerics/lanes/cable.py`.
    """

    def __init__(self, held: Sequence[tuple[int, int, VoltageClamp]], placed: Placement, duration: float) -> None:
        self.commands = [lower(clamp, duration) for *_, clamp in held]
        self.places = np.array([placed.place[v, c] for v, c, _ in held], dtype=np.int64)
        beside = [neighbours(placed.parts[v], c) for v, c, _ in held]
        ends = np.cumsum([0, *(len(near) for near, _ in beside)])
        table = np.stack([self.places, ends[:-1], ends[1:]], axis=1).reshape(-1)
        near = [placed.place[v, c] for (v, _, _), (found, _) in zip(held, beside, strict=True) for c in found]
        self.pinned = np.array([len(held), *table, *near], dtype=np.int64)
        self.grip = np.concatenate([np.zeros(2 * len(held)), *(links for _, links in beside), [0.0]])
        self.begin, self.first, self.slope = 0.0, np.zeros(len(held)), np.zeros(len(held))
        self.segments: list[float] = []
        self.middles: list[Array] = []
        self.paid: list[Array] = []

    def enter(self, begin: float, end: float, V: Array) -> None:
        """Begin a segment on which all commands are straight lines; V (by place) jumps to where they begin."""
        self.begin = begin
        self.segments.append(begin)
        middle = 0.5 * (begin + end)
        self.first = np.array([float(c(np.array(begin))) for c in self.commands])
        later = np.array([float(c(np.array(middle))) for c in self.commands])
        self.slope = (later - self.first) / (middle - begin)
        V[self.places] = self.first

    def targets(self, times: Array) -> Array:
        """V at the ends of steps, (steps, clamps)."""
        found: Array = self.first + self.slope * (times[:, None] - self.begin)
        return found

    def note(self, middles: Array, paid: Array) -> None:
        """Keep the currents in the middles of steps."""
        if len(self.places):
            self.middles.append(middles)
            self.paid.append(paid)

    def currents(self, times: Array) -> Array:
        """Of each clamp at given times (times, clamps), nA: a straight line between the middles of two steps.

        The charge that a jump of the command takes, at once, is no part of it.
        """
        middles, paid = np.concatenate(self.middles), np.concatenate(self.paid)
        found = np.full((len(times), paid.shape[1]), np.nan)
        bounds = [*self.segments, np.inf]
        for begin, end in pairwise(bounds):
            now = (times >= begin) & (times < end)
            own = (middles > begin) & (middles < end)
            x, values = middles[own], paid[own]
            if len(x) > 1:
                k = np.clip(np.searchsorted(x, times[now]) - 1, 0, len(x) - 2)
                part = (times[now] - x[k]) / (x[k + 1] - x[k])
                found[now] = values[k] + part[:, None] * (values[k + 1] - values[k])
            elif len(x):
                found[now] = values[0]
        return found


def neighbours(parts: Compartments, compartment: int) -> tuple[Whole, Array]:
    """The compartments beside one, and the conductances to them, µS."""
    children = np.flatnonzero((parts.parent == compartment) & (np.arange(parts.n) != compartment))
    near, links = list(children), list(parts.link[children])
    if parts.parent[compartment] != compartment:
        near.append(parts.parent[compartment])
        links.append(parts.link[compartment])
    return np.array(near, dtype=np.int64), np.array(links, dtype=np.float64)
