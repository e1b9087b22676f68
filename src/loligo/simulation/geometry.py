"""Truncated cones in a row: area, axial resistance and electrotonic length between any two points, exactly."""

from __future__ import annotations

import math

import numpy as np

from ..model.section import Section
from .compartments import Array, Whole


class Course:
    """The cones of a section. ``s`` is the distance along it, µm.

    Resistances are for a core of 1 Ω·cm, in µm⁻¹ times 4 / pi: the conductance in µS is ``100 pi / (4 Ra r)``.
    """

    def __init__(self, section: Section) -> None:
        s, d = np.array(section.profile).T
        self.length = float(s[-1])
        long = np.diff(s)
        keep = long > 0  # where the diameter jumps there is no length
        self.s, self.long, self.first, self.last = s[:-1][keep], long[keep], d[:-1][keep], d[1:][keep]
        self.slant = np.hypot(self.long, 0.5 * (self.last - self.first)) / self.long
        self.before_area = self._sum(0.5 * math.pi * (self.first + self.last) * self.long * self.slant)
        self.before_resistance = self._sum(self.long / (self.first * self.last))
        self.before_root = self._sum(2 * self.long / (np.sqrt(self.first) + np.sqrt(self.last)))

    @staticmethod
    def _sum(values: Array) -> Array:
        return np.concatenate([[0.0], np.cumsum(values)[:-1]])

    def _cone(self, s: Array) -> tuple[Whole, Array, Array]:
        """The cone each point lies in, the way into it, and the diameter there."""
        k = np.clip(np.searchsorted(self.s, s, side="right") - 1, 0, len(self.s) - 1)
        into = np.minimum(s - self.s[k], self.long[k])
        wide = self.first[k] + (self.last[k] - self.first[k]) * (into / self.long[k])
        return k, into, wide

    def diameter(self, s: Array) -> Array:
        """µm."""
        return self._cone(s)[2]

    def area(self, s: Array) -> Array:
        """From the beginning to s, µm²."""
        k, into, wide = self._cone(s)
        found: Array = self.before_area[k] + 0.5 * math.pi * (self.first[k] + wide) * into * self.slant[k]
        return found

    def resistance(self, s: Array) -> Array:
        """The integral of ds / d² from the beginning to s, 1/µm."""
        k, into, wide = self._cone(s)
        found: Array = self.before_resistance[k] + into / (self.first[k] * wide)
        return found

    def electrotonic(self, s: Array) -> Array:
        """The integral of ds / sqrt(d) from the beginning to s, sqrt(µm)."""
        k, into, wide = self._cone(s)
        found: Array = self.before_root[k] + 2 * into / (np.sqrt(self.first[k]) + np.sqrt(wide))
        return found
