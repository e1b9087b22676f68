"""Where every compartment stands in the tables of the solver: one tree, or several variants of it side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..numerics import cable as solver
from ..numerics.kernel import Numbers
from ..system import system
from .compartments import Array, Compartments, Membrane, Whole

MEMBRANE = 9  # numbers that describe one, as in `numerics/lanes/cable.py`


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
    membranes, kinds, numbers, q
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
        columns: list[tuple[int, int, Whole, Array]] = []
        described, lists, constants, begin, offset = [], [], [], 0, 0
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
            derived = self._derived([p.membranes[k] for p in self.parts], numbers)
            varying = np.flatnonzero((derived != derived[:1, :1]).any(axis=(0, 1)))
            rows = derived.shape[2]
            columns.append((begin, begin + 1, np.arange(rows), derived[:1, :1]))
            whole_of = np.broadcast_to(derived[..., varying], (len(self.parts), len(members), len(varying)))
            columns.append((begin, begin + length, varying, whole_of[self.variant][:, mine]))
            ends = [begin * self.unit, (begin + length) * self.unit]
            described.append([f, g, *ends, len(whole.states), rows, len(varying), offset])
            lists.append(varying)
            constants.append(numbers.constants)
            begin, offset = begin + length, offset + len(numbers.constants)
        self.owner = np.concatenate(owner)
        where = MEMBRANE * len(described) + np.cumsum([0, *map(len, lists)])
        table = [[*row, int(at)] for row, at in zip(described, where, strict=False)]
        self.membranes = np.concatenate([np.array(table).reshape(-1), *lists]).astype(np.int64)
        self.kinds = len(described)
        self.numbers = np.concatenate(constants)
        most = max(len(which) for _, _, which, _ in columns)
        q = np.zeros((most or 1, begin, self.unit))  # no memory is taken where nothing is written
        for low, high, which, values in columns:
            q[which, low:high] = values.transpose(2, 1, 0)
        self.q = q.reshape(len(q), -1)

    def _derived(self, membranes: Sequence[Membrane], numbers: Numbers) -> Array:
        """The parameters of the physics, (variants, members, rows); one where all are the same."""
        uniform = all(m.uniform for m in membranes)
        given = [m.parameters[:1] if uniform else m.parameters for m in membranes]
        alike = all(np.array_equal(g, given[0]) for g in given)
        return np.stack([numbers.derive(g) for g in (given[:1] if alike else given)])

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
