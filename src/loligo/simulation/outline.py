"""Where the compartments of a tree lie in the plane of a picture."""

from __future__ import annotations

import numpy as np

from ..model.tree import Tree
from .compartments import Array
from .cutting import Cut


def outline(tree: Tree, whole: Cut) -> dict[str, Array]:
    """Where every compartment begins and ends in the plane: x and y of its points, or a dendrogram without them.

    Returns
    -------
    dict
        ``x_begin``, ``y_begin``, ``x_end``, ``y_end``: arrays (compartments), µm.
    """
    real = whole.real
    owner, begin, end = whole.owner[real], whole.begin[real], whole.end[real]
    found = {name: np.zeros(len(real)) for name in ("x_begin", "y_begin", "x_end", "y_end")}
    courses = _courses(tree)
    for i, (s, x, y) in enumerate(courses):
        mine = owner == i
        for name, values in (("begin", begin[mine]), ("end", end[mine])):
            found[f"x_{name}"][mine] = np.interp(values, s, x)
            found[f"y_{name}"][mine] = np.interp(values, s, y)
    return found


def traced(tree: Tree) -> bool:
    """Has every section a course in space?"""
    return all(s.points for s in tree.sections)


def _courses(tree: Tree) -> list[tuple[Array, Array, Array]]:
    """For every section the distance along it, x and y."""
    found: list[tuple[Array, Array, Array]] = []
    if traced(tree):
        for section in tree.sections:
            points = np.array(section.points)
            found.append((np.array(section.profile)[:, 0], points[:, 0], points[:, 1]))
        return found
    heights = _heights(tree)
    ends: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {}
    for section in tree.sections:
        x, y, last = 0.0, heights[section.name], heights[section.name]
        if section.parent is not None:
            (x0, x1), (y0, y1) = ends[section.parent]
            x, y = x0 + section.at * (x1 - x0), y0 + section.at * (y1 - y0)
        ends[section.name] = (x, x + section.length), (y, last)
        found.append((np.array([0.0, section.length]), np.array([x, x + section.length]), np.array([y, last])))
    return found


def _heights(tree: Tree) -> dict[str, float]:
    """Tips at equal distances, and every other section in the middle of what grows on it."""
    grown: dict[str, list[str]] = {}
    for section in tree.sections[1:]:
        grown.setdefault(str(section.parent), []).append(section.name)
    tips = [s.name for s in tree.sections if s.name not in grown]
    deep = max((s.length for s in tree.sections), default=1.0)
    apart = 0.25 * deep if len(tips) < 20 else 5.0 * deep / len(tips)
    found = {name: -i * apart for i, name in enumerate(tips)}
    for section in reversed(tree.sections):
        if section.name in grown:
            found[section.name] = sum(found[c] for c in grown[section.name]) / len(grown[section.name])
    middle = found[tree.sections[0].name]
    return {name: y - middle for name, y in found.items()}
