"""SWC files: points of a neuron, one a line, become sections.

Cannon, Turner, Pyapali & Wheal (1998) J Neurosci Methods 84:49. A line is ``number type x y z radius parent``, µm; type
1 is soma, 2 axon, 3 dendrite, 4 apical dendrite; the parent of the first point is -1.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ..errors import LoligoError
from .section import Section

REGIONS = {1: "soma", 2: "axon", 3: "dendrite", 4: "apical"}
COLUMNS = ("number", "type", "x", "y", "z", "radius", "parent")
SOMATA = ("auto", "sphere", "contour", "cylinders")
MIDDLE = 0.5
NEAR = 0.05  # how well two points must lie a radius away for the soma of three points

Course = list[tuple[float, float, float, float]]


class Point(NamedTuple):
    """A line of the file; `parent` is -1 at the root, `line` is for messages."""

    number: int
    kind: int
    x: float
    y: float
    z: float
    radius: float
    parent: int
    line: int

    @property
    def place(self) -> tuple[float, float, float]:
        """Where it is, µm."""
        return self.x, self.y, self.z

    @property
    def ball(self) -> tuple[float, float, float, float]:
        """Where it is, and the diameter, µm."""
        return self.x, self.y, self.z, 2 * self.radius

    @property
    def region(self) -> str:
        """What its type is called."""
        return REGIONS.get(self.kind, f"type {self.kind}")


def read(path: str | os.PathLike[str]) -> dict[int, Point]:
    """The points of a file by number, checked: one tree, no radius of 0."""
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise LoligoError(f"{path}: cannot be read: {error.strerror or error}") from None
    points: dict[int, Point] = {}
    for line, row in enumerate(text.splitlines(), 1):
        words = row.partition("#")[0].split()
        if words:
            point = _point(words, line, file.name)
            if point.number in points:
                first = points[point.number].line
                raise LoligoError(f"{file.name}, line {line}: point {point.number} is also on line {first}")
            points[point.number] = point
    if not points:
        raise LoligoError(f"{file.name}: no points; a line of SWC is 'number type x y z radius parent'")
    _one_tree(points, file.name)
    return points


def _point(words: Sequence[str], line: int, name: str) -> Point:
    if len(words) != 7:
        raise LoligoError(
            f"{name}, line {line}: {len(words)} word{'s' * (len(words) != 1)}; "
            "a line of SWC is 'number type x y z radius parent'"
        )
    for word, what in zip(words, COLUMNS, strict=True):
        whole = what in ("number", "type", "parent")
        try:
            int(word) if whole else float(word)
        except ValueError:
            wanted = "a whole number" if whole else "a number"
            raise LoligoError(f"{name}, line {line}: {what} is '{word}', which is not {wanted}") from None
    number, kind, parent = (int(words[i]) for i in (0, 1, 6))
    x, y, z, radius = map(float, words[2:6])
    if not all(map(math.isfinite, (x, y, z, radius))):
        raise LoligoError(f"{name}, line {line}: point {number} has a number that is not finite")
    if radius <= 0:
        raise LoligoError(f"{name}, line {line}: point {number} has radius {radius:g} µm; give a positive one")
    if number < 0:
        raise LoligoError(f"{name}, line {line}: point {number}; numbers are not negative")
    return Point(number, kind, x, y, z, radius, parent if parent >= 0 else -1, line)


def _one_tree(points: dict[int, Point], name: str) -> None:
    roots = [p for p in points.values() if p.parent == -1]
    for p in points.values():
        if p.parent != -1 and p.parent not in points:
            raise LoligoError(f"{name}, line {p.line}: point {p.number} is an orphan: there is no point {p.parent}")
    if len(roots) > 1:
        raise LoligoError(
            f"{name}, line {roots[1].line}: point {roots[1].number} is a second root (the first is on line "
            f"{roots[0].line}); a file holds one tree"
        )
    grown = children_of(points)
    reached, waiting = set(), [r.number for r in roots]
    while waiting:
        number = waiting.pop()
        reached.add(number)
        waiting.extend(c.number for c in grown.get(number, []))
    for p in points.values():
        if p.number not in reached:
            raise LoligoError(f"{name}, line {p.line}: point {p.number} comes, by its parents, back to itself")


def children_of(points: dict[int, Point]) -> dict[int, list[Point]]:
    """The points that grow on every point."""
    grown: dict[int, list[Point]] = {}
    for p in points.values():
        if p.parent != -1:
            grown.setdefault(p.parent, []).append(p)
    return grown


def sections_of(path: str | os.PathLike[str], soma: str = "auto") -> tuple[list[Section], float]:
    """The sections of a file, and where on the root distances begin; see `Tree.from_swc`."""
    if soma not in SOMATA:
        raise LoligoError(f"soma: '{soma}'; use {', '.join(SOMATA)}")
    points = read(path)
    return _Builder(points, Path(path).name, soma).build()


class _Builder:
    """Cuts a tree of points into sections where it branches or changes its type."""

    def __init__(self, points: dict[int, Point], name: str, soma: str) -> None:
        self.points, self.name = points, name
        self.grown = children_of(points)
        self.root = next(p for p in points.values() if p.parent == -1)
        self.body = self._body()
        self.soma = self._convention() if soma == "auto" else soma
        self.sections: list[Section] = []
        self.count: dict[str, int] = {}

    def build(self) -> tuple[list[Section], float]:
        if self.body and self.soma != "cylinders":
            whole = _ball(self.root) if self.soma == "sphere" else _outline(self.body)
            self.sections.append(Section("soma", points=whole))
            inside = {p.number for p in self.body}
            for p in self.body:
                self._grow([c for c in self.grown.get(p.number, []) if c.number not in inside], p, "soma", MIDDLE)
            return self.sections, MIDDLE
        after = self.grown.get(self.root.number, [])
        if not after:
            raise LoligoError(f"{self.name}: a single point that is no soma (type 1) makes no section")
        start = next((c for c in after if c.kind == self.root.kind), after[0])
        root = self._run([self.root], start, None, 1.0)
        self._grow([c for c in after if c is not start], self.root, root, 0.0)
        return self.sections, 0.0

    def _body(self) -> list[Point]:
        """The points of the soma, if the root is one."""
        if self.root.kind != 1:
            return []
        found = [p for p in self.points.values() if p.kind == 1]
        for p in found:
            if p.parent != -1 and self.points[p.parent].kind != 1:
                raise LoligoError(f"{self.name}, line {p.line}: point {p.number} of the soma lies apart from the soma")
        return found

    def _convention(self) -> str:
        body = self.body
        if len(body) == 1:
            return "sphere"
        away = [p for p in body if p is not self.root]
        radius = self.root.radius
        if len(body) == 3 and all(
            p.parent == self.root.number and abs(math.dist(p.place, self.root.place) - radius) <= NEAR * radius
            for p in away
        ):
            return "sphere"
        way = sum(math.dist(p.place, self.points[p.parent].place) for p in away)
        single = all(len([c for c in self.grown.get(p.number, []) if c.kind == 1]) <= 1 for p in body)
        closed = len(body) > 3 and single and math.dist(body[0].place, body[-1].place) < 0.25 * way
        return "contour" if closed else "cylinders"

    def _grow(self, children: list[Point], on: Point, parent: str, at: float) -> None:
        """Sections that begin with each of the children, and all that grows on them."""
        waiting = [(child, on, parent, at) for child in reversed(children)]
        while waiting:
            child, base, name, where = waiting.pop()
            self._run([base], child, name, where, waiting)

    def _run(
        self, begun: list[Point], point: Point, parent: str | None, at: float,
        waiting: list[tuple[Point, Point, str, float]] | None = None,
    ) -> str:  # fmt: skip
        """One section, from a point it begins with to where it ends; what grows on its end is left waiting."""
        row, kind = [*begun, point], point.kind
        side: list[tuple[Point, Point]] = []
        while True:
            after = self.grown.get(row[-1].number, [])
            alike = [c for c in after if c.kind == kind]
            if len(after) == 1 and alike:
                row.append(alike[0])
            elif kind == 1 and len(alike) == 1:  # what grows on a soma does not cut it
                side += [(c, row[-1]) for c in after if c is not alike[0]]
                row.append(alike[0])
            else:
                break
        course = _course(row, self.name)
        number = self.count.get(point.region, 0)
        self.count[point.region] = number + 1
        name = f"{point.region}.{number}" if kind != 1 or number else "soma"
        section = Section(name, parent=parent, at=at, region=point.region, points=course)
        self.sections.append(section)
        ways = {p.number: way for p, (way, _) in zip(row[-len(section.profile) :], section.profile, strict=True)}
        todo = [(c, p, name, ways[p.number] / section.length) for c, p in side]
        todo += [(c, row[-1], name, 1.0) for c in self.grown.get(row[-1].number, [])]
        if waiting is None:
            for c, p, on, where in todo:
                self._grow([c], p, on, where)
        else:
            waiting.extend(reversed(todo))
        return name


def _course(row: list[Point], name: str) -> Course:
    """The points of a section; one that leaves the soma begins with its own first point, where it has two."""
    leaves = row[0].kind == 1 and row[1].kind != 1
    if leaves:
        own = [p.ball for p in row[1:]]
        course = own if len(own) > 1 else [(*row[0].place, 2 * row[1].radius), *own]
    else:
        course = [p.ball for p in row]
    if sum(math.dist(a[:3], b[:3]) for a, b in pairwise(course)) <= 0:
        raise LoligoError(
            f"{name}, line {row[-1].line}: point {row[-1].number} lies on its parent; the branch has no length"
        )
    return course


def _ball(centre: Point) -> Course:
    x, y, z = centre.place
    r = centre.radius
    return [(x, y - r, z, 2 * r), (x, y, z, 2 * r), (x, y + r, z, 2 * r)]


def _outline(body: list[Point]) -> Course:
    """The cylinder for an outline: as long as it is, and as wide as it is on average."""
    far = max(((a, b) for a in body for b in body), key=lambda pair: math.dist(pair[0].place, pair[1].place))
    a, b = far[0].place, far[1].place
    length = math.dist(a, b)
    cross = [0.0, 0.0, 0.0]  # twice the area of the outline, as a vector (shoelace formula)
    for p, q in zip(body, [*body[1:], body[0]], strict=True):
        u = [p.place[i] - a[i] for i in range(3)]
        v = [q.place[i] - a[i] for i in range(3)]
        for i in range(3):
            j, k = (i + 1) % 3, (i + 2) % 3
            cross[i] += u[j] * v[k] - u[k] * v[j]
    width = 0.5 * math.hypot(*cross) / length if length else 0.0
    if width <= 0:
        raise LoligoError("soma: the outline encloses no area; name another convention, soma='cylinders'")
    return [(*a, width), (*(0.5 * (a[i] + b[i]) for i in range(3)), width), (*b, width)]  # type: ignore[list-item]
