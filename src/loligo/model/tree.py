"""A neuron with branches: sections grown on one another, and the membranes that cover them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ..errors import LoligoError, PathError, nearest
from ..units import number
from .cable import _positive
from .cell import Cell
from .immutable import Immutable
from .section import Section


class Place(NamedTuple):
    """A point of a tree: a section, and the fraction of its length."""

    section: str
    x: float

    def __str__(self) -> str:
        return f"{self.section}({self.x:.6g})"


class Tree(Immutable):
    """A branched neuron, by finite volumes on every section.

    A place is written ``"name(x)"``, x the fraction of the section's length: ``"soma(0.5)"``; ``"soma"`` is its middle.

    Parameters
    ----------
    sections : iterable of Section
        One of them, the root, has no parent. Parents come before what grows on them, or after: the order is free.
    cell : Cell
        The membrane.
    Ra : number
        Resistivity of the core, Ω·cm.
    cells : mapping, optional
        Other membranes, by region: ``{"dendrite": passive}``. They may have other channels.
    densities : mapping, optional
        Parameters that vary with the distance from the origin along the tree (µm), as functions of it,
        ``{"Na.g": lambda distance: ...}``, wherever the membrane has that parameter; or the same within regions,
        ``{"dendrite": {"h.g": ...}}``.
    regions : callable, optional
        ``regions(section, distance)`` names the region at a place, for regions by distance along the tree. Unless
        given, the region is that of the section.
    dx : "auto" or number
        Length of a compartment, µm, shortened to fit. ``"auto"`` is a tenth of the length constant at 1 kHz (as for a
        `Cable`), cone by cone.
    finer : int
        Cut every compartment into so many, to see what the cut matters.
    origin : number
        Where distances begin: a fraction of the length of the root.

    Examples
    --------
    >>> import loligo as lo
    >>> soma, stem = lo.Section("soma", 20, 20), lo.Section("stem", 200, 4, parent="soma")
    >>> tree = Tree([soma, stem, *(lo.Section(f"twig{i}", 150, 2, parent="stem") for i in (1, 2))], lo.cells.squid())
    >>> tree.distance("twig2(1)")
    370.0
    """

    sections: tuple[Section, ...]
    cell: Cell
    Ra: float
    cells: tuple[tuple[str, Cell], ...]
    densities: tuple[tuple[str, Any], ...]
    regions: Callable[[Section, float], str] | None
    dx: str | float
    finer: int
    origin: float

    def __init__(
        self,
        sections: Iterable[Section],
        cell: Cell,
        Ra: Any = 100.0,
        *,
        cells: Mapping[str, Cell] | None = None,
        densities: Mapping[str, Any] | None = None,
        regions: Callable[[Section, float], str] | None = None,
        dx: Any = "auto",
        finer: int = 1,
        origin: Any = 0.0,
    ) -> None:
        ordered = _in_order(tuple(sections))
        given = dict(cells or {})
        known = {s.region for s in ordered}
        for region, membrane in [("cell", cell), *given.items()]:
            if not isinstance(membrane, Cell):
                raise LoligoError(f"{region}: Tree needs a cell, such as loligo.cells.squid(), not {membrane!r}")
            if membrane.compartments or membrane.absolute:
                raise LoligoError(f"{membrane.name} has compartments or absolute units; a Tree is made of membrane")
            if region != "cell" and regions is None and region not in known:
                raise PathError(f"cells: the tree has no region '{region}'; {nearest(region, sorted(known))}")
        laws = dict(densities or {})
        _check(laws, [cell, *given.values()])
        if isinstance(finer, bool) or not isinstance(finer, int) or finer < 1:
            raise LoligoError(f"finer: {finer!r}; give a whole number, 1 or more")
        step = dx if isinstance(dx, str) else _positive(dx, "dx", "µm")
        if isinstance(step, str) and step != "auto":
            raise LoligoError(f"dx: {dx!r}; give 'auto' or a length in µm")
        begin = number(origin, "1", "origin")
        if not 0 <= begin <= 1:
            raise LoligoError(f"origin: {begin:g}; give a fraction of the length of the root, 0 to 1")
        self._set(
            sections=ordered, cell=cell, Ra=_positive(Ra, "Ra", "Ω·cm"), cells=tuple(given.items()),
            densities=tuple((k, tuple(v.items()) if isinstance(v, Mapping) else v) for k, v in laws.items()),
            regions=regions, dx=step, finer=finer, origin=begin,
        )  # fmt: skip

    @classmethod
    def from_swc(cls, path: str | os.PathLike[str], cell: Cell, *, soma: str = "auto", **options: Any) -> Tree:
        """The tree of an SWC file (Cannon et al. 1998, J Neurosci Methods 84:49).

        Parameters
        ----------
        path : path
        cell : Cell
            The membrane.
        soma : {"auto", "sphere", "contour", "cylinders"}
            What the points of the soma mean: one point a sphere, taken as a cylinder as long as wide, which has its
            area; three points, two of them children of the first a radius away from it, the same, as NeuroMorpho.Org
            writes it; an outline, taken as the cylinder that has its longest extent for length and its mean width for
            diameter; or a row of cylinders like any other branch. ``"auto"`` tells by the points.
        **options
            As of a `Tree`. The regions are ``"soma"``, ``"axon"``, ``"dendrite"``, ``"apical"``, or ``"type 5"`` for
            the others; sections are called by region and number, ``"dendrite.0"``.

        Raises
        ------
        LoligoError
            With the line, if something cannot be read, a parent is missing or comes in a circle, or a radius is 0.
        """
        from .swc import sections_of

        sections, origin = sections_of(path, soma)
        return cls(sections, cell, **{"origin": origin, **options})

    @property
    def numbers(self) -> dict[str, str]:
        """What may be varied in a sweep besides the membrane of `cell`, with units."""
        found = {path: p.unit for _, cell in self.cells for path, p in cell.parameters.items()}
        return {**found, "Ra": "Ω·cm"}

    @property
    def unbranched(self) -> bool:
        """Is every section continued by one other, end to end?"""
        return all(
            (i == 0 and s.parent is None) or (s.parent == self.sections[i - 1].name and s.at == 1)
            for i, s in enumerate(self.sections)
        )

    @property
    def length(self) -> float:
        """Of all sections together, µm."""
        return sum(s.length for s in self.sections)

    def section(self, name: str) -> Section:
        """The section of that name."""
        for section in self.sections:
            if section.name == name:
                return section
        names = [s.name for s in self.sections]
        near = nearest(name, names)
        if near.startswith("known") and len(names) > 12:
            near = f"it has {len(names)}, from '{names[0]}' to '{names[-1]}'"
        raise PathError(f"the tree has no section '{name}'; {near}")

    def place(self, where: Any) -> Place:
        """A place from ``"name(x)"``, from ``(name, x)``, or from µm along a tree without branches."""
        if isinstance(where, Place):
            return where
        if isinstance(where, str):
            found = re.fullmatch(r"\s*([^()]+?)\s*(?:\(\s*([-+.\deE]+)\s*\))?\s*", where)
            name, x = (found[1], found[2] or "0.5") if found else (where, "0.5")
            try:
                fraction = float(x)
            except ValueError:
                raise LoligoError(f"place '{where}': {x} is no fraction; write for example 'soma(0.5)'") from None
        elif isinstance(where, (tuple, list)) and len(where) == 2:
            name, fraction = str(where[0]), number(where[1], "1", f"place {where!r}")
        else:
            return self._along(number(where, "µm", "place"))
        self.section(name)
        if not 0 <= fraction <= 1:
            raise LoligoError(f"place '{name}({fraction:g})' is off the section; give a fraction between 0 and 1")
        return Place(name, fraction)

    def _along(self, x: float) -> Place:
        if x == 0:
            return Place(self.sections[0].name, 0.0)
        if not self.unbranched:
            raise LoligoError(f"place: {x:g} µm says nothing in a tree with branches; name it, such as 'soma(0.5)'")
        if not 0 <= x <= self.length * (1 + 1e-12):
            raise LoligoError(f"place: {x:g} µm is off the fibre; give one between 0 and {self.length:g} µm")
        way = 0.0
        for section in self.sections:
            if x <= way + section.length:
                return Place(section.name, (x - way) / section.length)
            way += section.length
        return Place(self.sections[-1].name, 1.0)

    def beginnings(self) -> dict[str, float]:
        """Distance from the origin along the tree to the beginning of every section, µm."""
        root, names = self.sections[0], {s.name: s for s in self.sections}
        found = {root.name: 0.0}
        for section in self.sections[1:]:
            parent = names[str(section.parent)]
            along = section.at * parent.length
            at_root = abs(along - self.origin * root.length)
            found[section.name] = at_root if parent is root else found[parent.name] + along
        return found

    def distance(self, where: Any) -> float:
        """From the origin along the tree, µm."""
        place = self.place(where)
        section = self.section(place.section)
        along = place.x * section.length
        if section is self.sections[0]:
            return abs(along - self.origin * section.length)
        return self.beginnings()[section.name] + along

    def with_(self, changes: Mapping[str, Any] | None = None, **named: Any) -> Tree:
        """A new tree with other arguments, or with other parameters of its membranes, by path."""
        own = {k: v for k, v in vars(self).items() if not k.startswith("_")}
        own["cells"] = dict(self.cells)
        own["densities"] = {k: dict(v) if isinstance(v, tuple) else v for k, v in self.densities}
        for path, value in {**(changes or {}), **named}.items():
            if path in own:
                own[path] = value
                continue
            holders = [r for r, c in self.cells if path in c.parameters]
            if path in own["cell"].parameters or not holders:
                own["cell"] = own["cell"].with_({path: value})
            for region in holders:
                own["cells"][region] = own["cells"][region].with_({path: value})
        return Tree(**own)

    def __repr__(self) -> str:
        regions = ", ".join(dict.fromkeys(s.region for s in self.sections))
        return f"<tree of {self.cell.name}: {len(self.sections)} sections, {self.length:g} µm long; {regions}>"


def _check(laws: Mapping[str, Any], cells: list[Cell]) -> None:
    known = [path for cell in cells for path in cell.parameters]
    for path, law in laws.items():
        if isinstance(law, Mapping):
            _check(law, cells)
        elif path not in known:
            raise PathError(f"densities: '{path}' is no parameter of any membrane here; {nearest(path, known)}")
        elif not callable(law):
            raise LoligoError(f"densities '{path}': {law!r} is no function of distance; a number goes into the cell")


def _in_order(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Every section after its parent; what grows on one is kept in its order."""
    for section in sections:
        if not isinstance(section, Section):
            raise LoligoError(f"Tree: {section!r} is no Section")
    names = {s.name: s for s in sections}
    if len(names) < len(sections):
        twice = next(s.name for i, s in enumerate(sections) if any(s.name == o.name for o in sections[:i]))
        raise LoligoError(f"Tree: two sections are called '{twice}'")
    roots = [s for s in sections if s.parent is None]
    if len(roots) != 1:
        shown = ", ".join(s.name for s in roots) or "none"
        raise LoligoError(f"Tree: one section has no parent, the root; here {shown}")
    grown: dict[str, list[Section]] = {}
    for section in sections:
        if section.parent is not None:
            if section.parent not in names:
                near = nearest(section.parent, names)
                raise PathError(f"{section.name}: there is no section '{section.parent}' to grow on; {near}")
            grown.setdefault(section.parent, []).append(section)
    ordered, waiting = [], [roots[0]]
    while waiting:
        section = waiting.pop()
        ordered.append(section)
        waiting.extend(reversed(grown.get(section.name, [])))
    if len(ordered) < len(sections):
        lost = next(s.name for s in sections if s not in ordered)
        raise LoligoError(f"Tree: '{lost}' grows in a circle, and not on {roots[0].name}")
    return tuple(ordered)
