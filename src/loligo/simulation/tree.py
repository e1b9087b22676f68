"""A tree in compartments: its places, and what is known of every compartment."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import SimulationError
from ..model.electrode import PointElectrode
from ..model.myelinated import Myelinated
from ..model.tree import Place, Tree
from .compartments import Array, Whole
from .cutting import Cut, cut
from .layout import Layout, lever, too_coarse
from .march import Reached
from .outline import outline, traced
from .outside import Straight

MOST_PLACES = 10_000  # recorded unless asked otherwise: a picture wants all of a neuron


def layout(tree: Tree, where: Any = None) -> Layout:
    """A tree in compartments, and the places where V is recorded; all compartments, or 10000, unless given."""
    whole = cut(tree)
    places, low, high, fraction = _places(tree, whole, where)

    def electrode(at: Any) -> Reached:
        if isinstance(at, PointElectrode):
            return straight(tree, whole).reached(at)
        return lever(*whole.beside(*tree.place(at)))

    coordinates: dict[str, Any]
    if tree.unbranched:
        x = along(tree, places)
        coordinates = {"x": ("x", x, {"units": "µm", "long_name": "distance along the fibre"})}
    else:
        coordinates = {
            "place": ("place", [str(p) for p in places], {"long_name": "place"}),
            "at_compartment": ("place", _compartment_of(whole, places)),
        }
    return Layout(
        tree.cell, whole.parts, whole.real, electrode, low, high, fraction, next(iter(coordinates)),
        {**coordinates, **_compartments(tree, whole)}, _attributes(tree, whole),
        too_coarse(whole.parts, whole.length, whole.diameter, tree.Ra),
    )  # fmt: skip


def straight(tree: Tree, whole: Cut | None = None) -> Straight:
    """A tree without branches along a straight line."""
    if not tree.unbranched:
        raise SimulationError(f"a PointElectrode stands beside a straight fibre, and {tree!r} has branches")
    made = cut(tree) if whole is None else whole
    before = np.cumsum([0.0, *(s.length for s in tree.sections[:-1])])[made.owner]
    return Straight(made.parts, before + made.begin, before + made.end, made.diameter)


def _places(tree: Tree, whole: Cut, where: Any) -> tuple[list[Place], Whole, Whole, Array]:
    """Where V is recorded, the compartments on either side, and how far it is from one to the other."""
    if where is None:
        real = whole.real
        rows = real[np.unique(np.linspace(0, len(real) - 1, min(len(real), MOST_PLACES)).round().astype(np.int64))]
        middles = []
        for k in rows:
            section = tree.sections[whole.owner[k]]
            middles.append(Place(section.name, float(0.5 * (whole.begin[k] + whole.end[k]) / section.length)))
        return middles, rows, rows, np.zeros(len(rows))
    several = isinstance(where, (list, np.ndarray)) or (isinstance(where, tuple) and not _is_place(where))
    places = [tree.place(w) for w in (where if several else [where])]
    if not places:
        raise SimulationError("where: no places; leave it out for all compartments")
    found = [whole.beside(*place) for place in places]
    low, high, part = zip(*found, strict=True)
    return places, np.array(low), np.array(high), np.array(part)


def _is_place(where: tuple[Any, ...]) -> bool:
    return len(where) == 2 and isinstance(where[0], str) and not isinstance(where[1], str)


def along(tree: Tree, places: list[Place]) -> Array:
    """Places of a fibre as distances from its beginning, µm."""
    sections = {s.name: s for s in tree.sections}
    starts = dict(zip(sections, np.cumsum([0.0, *(s.length for s in tree.sections)]), strict=False))
    return np.array([starts[p.section] + p.x * sections[p.section].length for p in places])


def _compartment_of(whole: Cut, places: list[Place]) -> Whole:
    """The compartment each place lies in, by its number among those with a membrane."""
    number_of = np.full(whole.parts.n, -1)
    number_of[whole.real] = np.arange(len(whole.real))
    found = []
    for place in places:
        row = whole.rows[place.section]
        at = place.x * row.section.length
        own = [
            k for k in row.nodes if whole.owner[k] == row.number and whole.begin[k] - 1e-9 <= at <= whole.end[k] + 1e-9
        ]
        found.append(number_of[own[0]])
    return np.array(found)


def _compartments(tree: Tree, whole: Cut) -> dict[str, Any]:
    """What each compartment is, and where."""
    real = whole.real
    owner = whole.owner[real]
    lengths = np.array([s.length for s in tree.sections])
    middle = 0.5 * (whole.begin + whole.end)[real]
    found = {
        "section": ("compartment", [tree.sections[k].name for k in owner]),
        "region": ("compartment", [whole.regions[k] for k in real]),
        "fraction": ("compartment", middle / lengths[owner], {"units": "1", "long_name": "place on the section"}),
        "distance": ("compartment", whole.distance[real], {"units": "µm", "long_name": "distance from the origin"}),
        "diameter": ("compartment", whole.diameter[real], {"units": "µm", "long_name": "diameter"}),
        "membrane_area": ("compartment", whole.parts.area[real], {"units": "µm²", "long_name": "area of membrane"}),
    }
    if tree.unbranched:
        before = np.cumsum([0.0, *lengths[:-1]])
        x = before[owner] + middle
        found["x_compartment"] = ("compartment", x, {"units": "µm", "long_name": "middles of the compartments"})
    for name, values in outline(tree, whole).items():
        found[name] = ("compartment", values, {"units": "µm", "long_name": f"{name[0]} where it {name[2:]}s"})
    return found


def _attributes(tree: Tree, whole: Cut) -> dict[str, Any]:
    wide = whole.diameter[whole.real]
    if isinstance(tree, Myelinated):
        diameter = tree.diameter
    else:
        diameter = float(wide[0]) if np.ptp(wide) == 0 else math.nan
    return {
        "kind": "axon" if tree.unbranched else "tree", "length": tree.length, "diameter": diameter, "Ra": tree.Ra,
        "dx": tree.dx, "sections": len(tree.sections), "layout": "traced" if traced(tree) else "dendrogram",
    }  # fmt: skip
