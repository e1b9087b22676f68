"""A tree is cut into compartments, with a point of no capacitance wherever three or more meet."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ..errors import LoligoError
from ..model.cable import automatic_scale
from ..model.cell import Cell
from ..model.section import Section
from ..model.tree import Tree
from .compartments import Array, Compartments, Membrane, Whole
from .geometry import Course
from .rest import parameter_values

MOST = 10_000_000


@dataclass
class Row:
    """The compartments of one section.

    Attributes
    ----------
    number : int
        Of the section in its tree.
    section : Section
    course : Course
    begins : float
        Distance of its beginning from the origin of the tree, µm.
    nodes : list of int
        Its compartments and meeting points, in order, with what comes before and after it.
    knots : list of float
        Where they are, as resistance from its beginning.
    """

    number: int
    section: Section
    course: Course
    begins: float
    nodes: list[int] = field(default_factory=list)
    knots: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Cut:
    """A tree in compartments.

    Attributes
    ----------
    parts : Compartments
        With the points where branches meet among them.
    rows : dict of str to Row
    owner : array of int (n)
        The section of every compartment, by number; -1 for points where branches meet.
    begin, end : array (n)
        Where on its section it begins and ends, µm.
    distance : array (n)
        Of its middle from the origin, µm.
    regions : tuple of str
    diameter : array (n)
        In its middle, µm.
    """

    parts: Compartments
    rows: dict[str, Row]
    owner: Whole
    begin: Array
    end: Array
    distance: Array
    regions: tuple[str, ...]
    diameter: Array

    @property
    def length(self) -> Array:
        """Of every compartment, µm."""
        return self.end - self.begin

    @property
    def real(self) -> Whole:
        """The compartments that have a membrane."""
        return np.flatnonzero(self.owner >= 0)

    def beside(self, name: str, x: float) -> tuple[int, int, float]:
        """The compartments on either side of a place, and how far it is from the first to the second.

        The fraction is one of resistance, in which V is a straight line; it is beyond 0 or 1 at the tips.
        """
        row = self.rows[name]
        at = float(row.course.resistance(np.array(x * row.section.length)))
        if len(row.nodes) == 1:
            return row.nodes[0], row.nodes[0], 0.0
        k = int(np.clip(np.searchsorted(row.knots, at, side="right") - 1, 0, len(row.knots) - 2))
        return row.nodes[k], row.nodes[k + 1], (at - row.knots[k]) / (row.knots[k + 1] - row.knots[k])


def cut(tree: Tree) -> Cut:
    """Cut a tree into compartments of about a tenth of the length constant, or of `dx`."""
    return _Cutter(tree).done()


class _Cutter:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.cells = dict(tree.cells)
        self.grown: dict[str, list[Section]] = {}
        self.at = self._attachments()
        for section in tree.sections[1:]:
            self.grown.setdefault(self.at[section.name][0], []).append(section)
        self.parent: list[int] = []
        self.resistance: list[float] = []  # to the parent, 1/µm; 0 for the root
        self.owner: list[int] = []
        self.begin: list[float] = []
        self.end: list[float] = []
        self.rows: dict[str, Row] = {}
        self.ends: dict[tuple[str, float], tuple[int, float]] = {}  # what can be grown on: a node, and how far it is
        beginnings = tree.beginnings()
        for i, section in enumerate(tree.sections):
            self._section(Row(i, section, Course(section), beginnings[section.name]))

    def _attachments(self) -> dict[str, tuple[str, float]]:
        """What every section grows on, and where; on the beginning of one means where that one grows."""
        root = self.tree.sections[0].name
        found: dict[str, tuple[str, float]] = {}
        for section in self.tree.sections[1:]:
            on, at = str(section.parent), section.at
            found[section.name] = found[on] if at == 0 and on != root else (on, at)
        return found

    def _node(self, owner: int, begin: float, end: float, parent: int, resistance: float) -> int:
        new = len(self.parent)
        self.parent.append(max(parent, 0))
        self.resistance.append(resistance if parent >= 0 else 0.0)
        self.owner.append(owner)
        self.begin.append(begin)
        self.end.append(end)
        return new

    def _section(self, row: Row) -> None:
        section, course, name = row.section, row.course, row.section.name
        self.rows[name] = row
        children = self.grown.get(name, [])
        if section.parent is not None:
            node, away = self.ends[self.at[name]]
            row.nodes.append(node)
            row.knots.append(-away)
        elif sum(self.at[c.name][1] == 0 for c in children) > 1:
            node, away = self._node(-1, 0.0, 0.0, -1, 0.0), 0.0
            row.nodes.append(node)
            row.knots.append(0.0)
        else:
            node, away = -1, 0.0
        if node >= 0:
            self.ends[(name, 0.0)] = (node, away)
        meetings = sorted({self.at[c.name][1] for c in children} - {0.0})
        edges = [0.0, *(m for m in meetings if m < 1), 1.0]
        for low, high in pairwise(edges):
            faces = section.length * np.linspace(low, high, self._count(row, low, high) + 1)
            middles = 0.5 * (faces[:-1] + faces[1:])
            where = course.resistance(middles)
            last = float(course.resistance(faces[0]))
            for k, at in enumerate(where):
                node = self._node(row.number, faces[k], faces[k + 1], node, float(at) - last + away)
                away, last = 0.0, float(at)
                row.nodes.append(node)
                row.knots.append(float(at))
                if low == 0 and k == 0 and (name, 0.0) not in self.ends:
                    self.ends[(name, 0.0)] = (node, float(at))
            edge = float(course.resistance(faces[-1]))
            away = edge - last
            here = [c for c in children if self.at[c.name][1] == high]
            if here and (high < 1 or len(here) > 1):
                node, away = self._node(-1, faces[-1], faces[-1], node, away), 0.0
                row.nodes.append(node)
                row.knots.append(edge)
            self.ends[(name, high)] = (node, away)

    def _cell(self, region: str) -> Cell:
        return self.cells.get(region, self.tree.cell)

    def _region(self, row: Row, s: float) -> str:
        if self.tree.regions is None:
            return row.section.region
        named = self.tree.regions(row.section, self._distance(row, s))
        if not isinstance(named, str):
            raise LoligoError(f"regions: {named!r} for {row.section.name}; the function returns the name of a region")
        return named

    def _distance(self, row: Row, s: float) -> float:
        if row.section.parent is None:
            return abs(s - self.tree.origin * row.section.length)
        return row.begins + s

    def _count(self, row: Row, low: float, high: float) -> int:
        length = row.section.length
        if isinstance(self.tree.dx, str):
            cell = self._cell(self._region(row, 0.5 * (low + high) * length))
            across = float(np.diff(row.course.electrotonic(np.array([low, high]) * length))[0])
            n = across / automatic_scale(self.tree.Ra, cell.capacitance.value)
        else:
            n = (high - low) * length / self.tree.dx
        if n * self.tree.finer + len(self.parent) > MOST:
            raise LoligoError(f"dx: more than {MOST} compartments; give a longer one")
        return max(1, math.ceil(n - 1e-9)) * self.tree.finer

    def done(self) -> Cut:
        n, rows = len(self.parent), list(self.rows.values())
        self._look_ahead()
        owner, begin, end = np.array(self.owner), np.array(self.begin), np.array(self.end)
        area, distance, wide = np.zeros(n), np.zeros(n), np.zeros(n)
        for i, row in enumerate(rows):
            mine = np.flatnonzero(owner == i)
            middles = 0.5 * (begin[mine] + end[mine])
            area[mine] = row.course.area(end[mine]) - row.course.area(begin[mine])
            distance[mine] = [self._distance(row, s) for s in middles]
            wide[mine] = row.course.diameter(middles)
        near = np.arange(n)  # a meeting point is covered, for what it matters, by the membrane beside it
        for node in np.flatnonzero(owner < 0):
            near[node] = self.parent[node] if self.parent[node] != node else node + 1
        regions = [self._region(rows[owner[k]], 0.5 * (begin[k] + end[k])) if owner[k] >= 0 else "" for k in range(n)]
        regions = [regions[near[k]] for k in range(n)]
        membranes = tuple(self._membranes(regions, distance[near], owner))
        capacitance = np.zeros(n)
        for m in membranes:
            values = m.parameters[:, list(m.cell.parameters).index("capacitance")]
            capacitance[m.members] = values * area[m.members] * 1e-5  # µF/cm² µm² = 1e-5 nF
        across = np.array(self.resistance)
        link = np.divide(25 * math.pi / self.tree.Ra, across, out=np.zeros(n), where=across > 0)  # µS
        parts = Compartments(area, capacitance, np.array(self.parent), link, np.zeros(n), np.zeros(n), membranes)
        return Cut(parts, self.rows, owner, begin, end, distance, tuple(regions), wide)

    def _look_ahead(self) -> None:
        """Where one section simply continues another, its first compartment is the next one of the other."""
        for row in self.rows.values():
            children = self.grown.get(row.section.name, [])
            here = [c for c in children if self.at[c.name][1] == 1]
            if len(here) == 1:
                after = self.rows[here[0].name]
                row.nodes.append(after.nodes[1])
                row.knots.append(float(row.course.resistance(np.array(row.section.length))) + after.knots[1])

    def _membranes(self, regions: list[str], distance: Array, owner: Whole) -> list[Membrane]:
        groups: dict[Cell, list[int]] = {}
        for k, region in enumerate(regions):
            groups.setdefault(self._cell(region), []).append(k)
        found = []
        for cell, nodes in groups.items():
            paths = list(cell.parameters)
            values = np.tile(np.array(parameter_values(cell)), (len(nodes), 1))
            varied = False
            for key, law in self.tree.densities:
                for path, rule in law if isinstance(law, tuple) else [(key, law)]:
                    mine = [i for i, k in enumerate(nodes) if not isinstance(law, tuple) or regions[k] == key]
                    if path in paths and mine:
                        varied = True
                        parameter = cell.parameters[path]
                        values[mine, paths.index(path)] = [
                            parameter.with_value(rule(d), f"densities '{path}' at a distance of {d:g} µm").value
                            for d in map(float, distance[[nodes[i] for i in mine]])
                        ]
            found.append(Membrane(cell, np.array(nodes), values, not varied))
        return found
