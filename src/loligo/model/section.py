"""A piece of a neuron without branches: a row of truncated cones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..errors import LoligoError
from ..units import number
from .immutable import Immutable


class Section(Immutable):
    """An unbranched piece of a tree.

    Parameters
    ----------
    name : str
        What it is called in its tree.
    length : number, optional
        µm; needed unless `points` are given.
    diameter : number or sequence of number, optional
        µm; several are at equal distances from one end to the other, with cones between them.
    parent : str, optional
        The section it grows from; none for the root of the tree.
    at : number
        Where on the parent, as a fraction of its length.
    region : str, optional
        What kind of membrane covers it, such as ``"soma"``, ``"axon"``, ``"dendrite"``, ``"apical"``; the name
        unless given.
    points : sequence of (x, y, z, diameter), optional
        The course of the section in space, µm, in place of `length` and `diameter`.

    Examples
    --------
    >>> Section("dendrite", 200, (4, 1), parent="soma").length
    200.0
    """

    name: str
    parent: str | None
    at: float
    region: str
    points: tuple[tuple[float, float, float, float], ...]
    profile: tuple[tuple[float, float], ...]

    def __init__(
        self,
        name: str,
        length: Any = None,
        diameter: Any = None,
        *,
        parent: str | None = None,
        at: Any = 1.0,
        region: str | None = None,
        points: Sequence[Sequence[float]] | None = None,
    ) -> None:
        if not isinstance(name, str) or not name or "(" in name:
            raise LoligoError(f"Section: the name {name!r} should be a text without parentheses")
        where = number(at, "1", f"{name}: at")
        if not 0 <= where <= 1:
            raise LoligoError(f"{name}: at = {where:g}; give a fraction of the length of the parent, 0 to 1")
        course: tuple[tuple[float, float, float, float], ...] = ()
        if points is not None:
            if length is not None or diameter is not None:
                raise LoligoError(f"{name}: give either points, or length and diameter")
            course = tuple(_point(p, name) for p in points)
            profile = _profile_of(course)
        else:
            if length is None or diameter is None:
                raise LoligoError(f"{name}: a section needs a length and a diameter, or points")
            long = _positive(length, f"{name}: length")
            wide = list(diameter) if isinstance(diameter, (list, tuple)) else [diameter, diameter]
            wide = wide * 2 if len(wide) == 1 else wide
            step = long / max(len(wide) - 1, 1)
            profile = tuple((i * step, _positive(d, f"{name}: diameter")) for i, d in enumerate(wide))
        if len(profile) < 2 or profile[-1][0] <= 0:
            raise LoligoError(f"{name}: a section needs two different points at least")
        self._set(
            name=name, parent=parent, at=where, region=name if region is None else region, points=course,
            profile=profile,
        )  # fmt: skip

    @property
    def length(self) -> float:
        """Along its course, µm."""
        return self.profile[-1][0]

    def with_(self, **changes: Any) -> Section:
        """The same course with another name, parent, place on it, or region."""
        new = {"name": self.name, "parent": self.parent, "at": self.at, "region": self.region, **changes}
        copy = Section(new.pop("name"), 1, 1, **new)
        copy._set(points=self.points, profile=self.profile)
        return copy

    def __repr__(self) -> str:
        where = f" on {self.parent}({self.at:g})" if self.parent is not None else ""
        return f"<section {self.name}: {self.length:g} µm long{where}, {self.region}>"


def _positive(value: Any, name: str) -> float:
    given = number(value, "µm", name)
    if given <= 0:
        raise LoligoError(f"{name}: {given:g} µm; give a positive value")
    return given


def _point(values: Sequence[float], name: str) -> tuple[float, float, float, float]:
    if len(values) != 4:
        raise LoligoError(f"{name}: a point is x, y, z and the diameter, not {values!r}")
    x, y, z = (number(v, "µm", f"{name}: point") for v in values[:3])
    return x, y, z, _positive(values[3], f"{name}: diameter")


def _profile_of(points: Sequence[tuple[float, float, float, float]]) -> tuple[tuple[float, float], ...]:
    """Distance along the course, and diameter there."""
    way, found = 0.0, []
    for i, (*here, wide) in enumerate(points):
        if i:
            way += math.dist(here, points[i - 1][:3])
        found.append((way, wide))
    return tuple(found)
