"""Where every compartment stands in the tables of the solver: one tree, or several variants of it side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..numerics import cable as solver
from ..numerics.kernel import Numbers
from ..system import system
from .compartments import Array, Compartments, Membrane, Whole


class Placement:
    """The tables that do not change on a march.

    Compartments stand in *slots*, membrane by membrane; slots left over repeat one compartment, on their own. A slot
    is one place of the solver, or has a place for each of `solver.VARIANTS` variants; places left over repeat the last
    variant.

    Parameters
    ----------
    parts : sequence of Compartments
        Variants of one tree: they differ in numbers only.
    fold : bool
        Fold a fibre, for the vector units. Without it, it is solved as trees are.

    Attributes
    ----------
    way : int
        How the solver goes about it.
    lanes : int
        Of the membrane's physics.
    place : array of int (variants, n)
    owner : array of int (slots)
        The compartment of every slot.
    membranes, numbers, q, shared
        See `march` in `numerics/lanes/cable.py`.
    table, carry, order, parent
    """

    def __init__(self, parts: Sequence[Compartments], fold: bool = True) -> None:
        first = parts[0]
        self.parts = parts
        chain = fold and first.chain
        self.way = solver.ASIDE if len(parts) > 1 else solver.FOLDED if chain else solver.BRANCHED
        self.unit = solver.VARIANTS if self.way == solver.ASIDE else 1
        if len(parts) > self.unit:
            raise ValueError(f"{len(parts)} variants side by side; the solver takes {self.unit}")
        self.variant = np.minimum(np.arange(self.unit), len(parts) - 1)
        self.slot = np.zeros(first.n, dtype=np.int64)
        self._slots()
        self.slots = len(self.owner)
        self.places = self.slots * self.unit
        self.place = self.slot * self.unit + np.arange(len(parts))[:, None]
        self.carry = np.zeros(9 * solver.COLUMNS)
        self.order, self.parent = np.arange(self.slots), np.arange(self.slots)
        self._table()

    def spread(self, values: Array) -> Array:
        """Values (variants, n) by place."""
        found: Array = np.ascontiguousarray(values[self.variant][:, self.owner].T).reshape(-1)
        return found

    def _slots(self) -> None:
        """Give every compartment its slot, and every membrane its physics."""
        owner: list[Whole] = []
        columns: list[tuple[int, int, Array]] = []
        described, constants, begin, offset = [], [], 0, 0
        first = self.parts[0]
        for k, membrane in enumerate(first.membranes):
            whole = system(membrane.cell)
            f, g, numbers, self.lanes = solver.physics(whole)
            members = membrane.members
            if self.way == solver.FOLDED:
                m, within = solver.places(first.n)
                length = m * solver.COLUMNS
            else:
                row = self.lanes // self.unit
                length = -(-len(members) // row) * row
                within = np.arange(len(members))
            mine = np.full(length, len(members) - 1)
            mine[within] = np.arange(len(members))
            self.slot[members] = begin + within
            owner.append(members[mine])
            derived, alike = self._derived([p.membranes[k] for p in self.parts], numbers)
            shared = alike and len(first.membranes) == 1
            rows = derived.shape[2]
            spread = derived[self.variant][:, mine[:1] * 0 if alike else mine]
            columns.append((begin, begin + (1 if shared else length), spread.transpose(2, 1, 0)))
            described.append(
                [f, g, begin * self.unit, (begin + length) * self.unit, len(whole.states), rows, not shared, offset]
            )
            constants.append(numbers.constants)
            begin, offset = begin + length, offset + len(numbers.constants)
            self.shared = rows if shared else 0
        self.owner = np.concatenate(owner)
        self.membranes = np.array(described, dtype=np.int64)
        self.numbers = np.concatenate(constants)
        q = np.zeros((max(len(c) for *_, c in columns) or 1, begin, self.unit))  # untouched where it is not filled
        for low, high, values in columns:
            q[: len(values), low:high] = values
        self.q = q.reshape(len(q), -1)

    def _derived(self, membranes: Sequence[Membrane], numbers: Numbers) -> tuple[Array, bool]:
        """The parameters of the physics, (variants, members or 1, rows); are they the same everywhere?"""
        alike = all(m.uniform for m in membranes)
        given = [m.parameters[:1] if alike else m.parameters for m in membranes]
        alike = alike and all(np.array_equal(g, given[0]) for g in given)
        if all(g is given[0] or np.array_equal(g, given[0]) for g in given):
            one = numbers.derive(given[0])
            return np.broadcast_to(one, (len(given), *one.shape)), alike
        found = np.stack([numbers.derive(g) for g in given])
        if all(m.uniform for m in membranes):
            found = np.broadcast_to(found, (len(given), len(membranes[0].members), found.shape[2]))
        return found, alike

    def _table(self) -> None:
        """Capacitance, links, their sum, and currents from outside; which slot is the parent of which."""
        n, real = self.parts[0].n, np.zeros(self.slots, dtype=bool)
        real[self.slot] = True
        by = {name: np.stack([getattr(p, name) for p in self.parts]) for name in ("capacitance", "link", "axial")}
        by["current"] = np.stack([p.outside * p.beyond for p in self.parts])
        table = np.stack([self.spread(values) for values in by.values()]).reshape(4, self.slots, self.unit)
        table[1:, ~real] = 0.0
        parent = self.parts[0].parent
        if self.way == solver.FOLDED:
            m = self.places // solver.COLUMNS
            link = self.parts[0].link
            table[1] = 0.0
            table[1, self.slot[:-1], 0] = link[1:]
            for column in range(1, min(solver.COLUMNS, -(-n // m))):
                self.carry[7 * solver.COLUMNS + column] = link[column * m]
        else:
            self.order = np.concatenate([self.slot, np.flatnonzero(~real)])
            self.parent[self.slot] = self.slot[parent]
        self.table = table.reshape(4, -1)
