"""Fibres and trees as arrays over their compartments, and the state they rest in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import PathError, SimulationError, nearest
from ..model.cell import Cell
from ..system import System, system
from .rest import beginning

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
FIRM = 1e9  # times the conductance to the neighbours: what holds V in a resting state


@dataclass(frozen=True)
class Membrane:
    """The compartments that one cell's membrane covers.

    Attributes
    ----------
    cell : Cell
    members : array of int (m)
        Their numbers.
    parameters : array (m, parameters)
    uniform : bool
        Are the parameters the same in all of them?
    """

    cell: Cell
    members: Whole
    parameters: Array
    uniform: bool


@dataclass(frozen=True)
class Compartments:
    """A tree of compartments, every one after its parent; a fibre is a tree without branches.

    Attributes
    ----------
    area : array (n)
        µm²; 0 for a point where branches meet.
    capacitance : array (n)
        nF.
    parent : array of int (n)
        The root is its own.
    link : array (n)
        Conductance to the parent, µS; 0 for the root.
    outside : array (n)
        Conductance to the outside through a cut end or a clamp, µS.
    beyond : array (n)
        V there, mV.
    membranes : tuple of Membrane
        Every compartment belongs to one of them.
    """

    area: Array
    capacitance: Array
    parent: Whole
    link: Array
    outside: Array
    beyond: Array
    membranes: tuple[Membrane, ...]

    @property
    def n(self) -> int:
        """Number of compartments."""
        return len(self.area)

    @property
    def chain(self) -> bool:
        """Is it a fibre of one membrane, without branches?"""
        return len(self.membranes) == 1 and bool((self.parent[1:] == np.arange(self.n - 1)).all())

    @property
    def axial(self) -> Array:
        """The sum of the conductances to all neighbours and the outside, µS."""
        total = self.outside + self.link
        np.add.at(total, self.parent, self.link)
        return total


def held(parts: Compartments, at: Mapping[int, float]) -> Compartments:
    """The same tree with the V of some compartments (mV, by number) held: what voltage clamps make of its rest."""
    if not at:
        return parts
    outside, beyond = parts.outside.copy(), parts.beyond.copy()
    for compartment, V in at.items():
        outside[compartment] = FIRM * max(float(parts.axial[compartment]), 1.0)
        beyond[compartment] = V
    return replace(parts, outside=outside, beyond=beyond)


def start_of(parts: Compartments, wanted: Any) -> tuple[Array, tuple[str, ...]]:
    """The states to begin with, (states, n), and what is to be said of them.

    For ``"rest"`` they are the resting state of the whole tree.
    """
    known = {s.path: None for membrane in parts.membranes for s in system(membrane.cell).states}
    if isinstance(wanted, Mapping):
        for path in wanted:
            if path not in known:
                raise PathError(f"initial: '{path}' is no state of any membrane here; {nearest(path, known)}")
    notes: list[str] = []
    found = np.zeros((max(len(system(m.cell).states) for m in parts.membranes), parts.n))
    for membrane in parts.membranes:
        own = system(membrane.cell)
        if membrane.cell.events:
            raise SimulationError(
                f"{membrane.cell.name}: synapses driven by spike times do not work on a cable yet; take the times away"
            )
        here = {s.path for s in own.states}
        given = {k: v for k, v in wanted.items() if k in here} if isinstance(wanted, Mapping) else wanted
        state, note = beginning(membrane.cell, given)
        notes += [note] * bool(note)
        found[: len(own.states), membrane.members] = np.array([[state[s.path]] for s in own.states])
    alike = len(parts.membranes) == 1 and parts.membranes[0].uniform and not parts.outside.any()
    if wanted != "rest" or alike:
        return found, tuple(notes)
    settled, note = _settle(parts, found)
    return settled, (*notes, *[note] * bool(note))


class _Steady:
    """dV/dt of a membrane with all gates at their steady values."""

    def __init__(self, membrane: Membrane) -> None:
        from ..numerics.arrays import array_function

        whole = system(membrane.cell)
        if set(whole.steady) != {s.symbol for s in whole.states[1:]}:
            raise SimulationError(
                f"initial: the steady state of {membrane.cell.name} does not follow from V; give initial values"
            )
        self.whole: System = whole
        self.members, self.columns = membrane.members, membrane.parameters.T
        self.blank = [0.0] * (len(whole.states) - 1)
        self.formula = array_function(whole, (whole.derivatives[0].xreplace(whole.steady),))
        self.steady = array_function(whole, tuple(whole.steady[s.symbol] for s in whole.states[1:]))

    def drift(self, V: Array) -> Array:
        here = V[self.members]
        return np.broadcast_to(self.formula([here, *self.blank], 0.0, self.columns)[0], here.shape)

    def fill(self, found: Array) -> None:
        here = found[0, self.members]
        for row, values in enumerate(self.steady([here, *self.blank], 0.0, self.columns), start=1):
            found[row, self.members] = values


def _settle(parts: Compartments, found: Array) -> tuple[Array, str]:
    """Newton's method on the steady state of a tree that is not the same everywhere."""
    steady = [_Steady(membrane) for membrane in parts.membranes]
    V, n, note = found[0].copy(), parts.n, ""
    child, parent = np.arange(1, n), parts.parent[1:]
    link, axial, small = parts.link[1:], parts.axial, 1e-5
    for _ in range(60):
        now, slope = np.zeros(n), np.zeros(n)
        for one in steady:
            now[one.members] = one.drift(V)
            slope[one.members] = -(one.drift(V + small) - one.drift(V - small)) / (2 * small)
        flow = parts.outside * (parts.beyond - V)
        across = link * (V[parent] - V[child])
        np.add.at(flow, child, across)
        np.add.at(flow, parent, -across)
        diagonal = parts.capacitance * np.maximum(slope, 1e-9) + axial
        step = eliminate(diagonal, parts.link, parts.parent, parts.capacitance * now + flow)
        V += np.clip(step, -20, 20)
        if np.abs(step).max() < 1e-9:
            break
    else:
        note = "the resting state was not found; the run starts near it"
    settled = found.copy()
    settled[0] = V
    for one in steady:
        one.fill(settled)
    return settled, note


def eliminate(diagonal: Array, link: Array, parent: Whole, right: Array) -> Array:
    """Solve ``diagonal[i] x[i] - sum of link times the neighbours' x = right[i]`` from the tips to the root."""
    d, r, c, p = diagonal.tolist(), right.tolist(), link.tolist(), parent.tolist()
    for i in range(len(d) - 1, 0, -1):
        f = c[i] / d[i]
        d[p[i]] -= c[i] * f
        r[p[i]] += f * r[i]
    r[0] /= d[0]
    for i in range(1, len(d)):
        r[i] = (r[i] + c[i] * r[p[i]]) / d[i]
    return np.array(r)
