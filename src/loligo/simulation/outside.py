"""A straight fibre in a wide conductor: what an electrode beside it does to it, and what it sees of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..errors import SimulationError
from ..model.electrode import PointElectrode
from .compartments import Array, Compartments
from .march import Reached


@dataclass(frozen=True)
class Straight:
    """Compartments along a straight line.

    Attributes
    ----------
    parts : Compartments
    begin, end : array (n)
        Of every compartment, µm along the fibre.
    diameter : array (n)
        µm.
    """

    parts: Compartments
    begin: Array
    end: Array
    diameter: Array

    def transfer(self, electrode: PointElectrode) -> Array:
        """Potential at the electrode for 1 nA out of the membrane of each compartment (mV/nA), and the other way round.

        The current of a compartment leaves evenly along its axis (the line source of Rosenfalck 1969; Holt & Koch
        1999, J Comput Neurosci 6:169, equation 3).
        """
        x, h = electrode.x, electrode.distance
        if (self.begin[0] <= x <= self.end[-1]) and h < 0.5 * float(
            self.diameter[int(np.argmin(np.abs(0.5 * (self.begin + self.end) - x)))]
        ):
            raise SimulationError(f"{electrode!r}: {h:g} µm from the axis is inside the fibre; give a longer distance")
        low, high = (self.begin - x) / h, (self.end - x) / h
        length = self.end - self.begin
        point = 1 / np.hypot(0.5 * (low + high), 1.0) / h
        spread = np.divide(np.arcsinh(high) - np.arcsinh(low), length, out=point, where=length > 0)
        found: Array = 1e-2 * electrode.resistivity / (4 * math.pi) * spread  # Ω·cm nA / µm = 0.01 mV
        return found

    def reached(self, electrode: PointElectrode) -> Reached:
        """The current inside the fibre that does what 1 nA from the electrode does, compartment by compartment.

        Outside of compartment i the potential is e_i; the axial current is driven by V + e, so that the differences of
        e act like a current: the activating function (Rattay 1986, equation 5), for compartments of any size.
        """
        e, parts = self.transfer(electrode), self.parts
        current = np.zeros(parts.n)
        across = parts.link[1:] * (e[parts.parent[1:]] - e[1:])
        current[1:] += across
        np.add.at(current, parts.parent[1:], -across)
        for i in np.flatnonzero(parts.outside):
            x = self.begin[i] if i == 0 else self.end[i]
            face = 1e-2 * electrode.resistivity / (4 * math.pi * math.hypot(x - electrode.x, electrode.distance))
            current[i] += parts.outside[i] * (face - e[i])
        return [(i, float(w)) for i, w in enumerate(current) if w]

    def membrane_current(self, V: Array, injected: Array | None = None) -> Array:
        """Current out through the membrane of each compartment, nA: what comes along the core, and what is injected.

        Parameters
        ----------
        V : array (times, n)
        injected : array (times, n), optional
            nA.
        """
        parts = self.parts
        found = parts.outside * (parts.beyond - V)
        across = parts.link[1:] * (V[:, parts.parent[1:]] - V[:, 1:])
        found[:, 1:] += across
        np.add.at(found.T, parts.parent[1:], -across.T)
        return found if injected is None else found + injected
