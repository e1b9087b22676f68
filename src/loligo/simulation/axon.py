"""A cable in compartments: from a fibre to arrays, and the places along it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import SimulationError
from ..model.cable import Cable
from ..model.electrode import PointElectrode
from ..units import array_of, number
from .compartments import Array, Compartments, Membrane, Whole
from .layout import Layout, lever, too_coarse
from .march import Reached
from .outside import Straight
from .rest import parameter_values

MOST_PLACES = 1000  # recorded unless asked otherwise
ALONG = {"units": "µm", "long_name": "distance along the fibre"}


def layout(cable: Cable, where: Any = None) -> Layout:
    """A cable in compartments, and the places (µm) where V is recorded; all of them, or 1000, unless given."""
    parts = fibre(cable)
    x, first, fraction = _places(cable, where)
    middles = middles_of(cable)

    def electrode(at: Any) -> Reached:
        if isinstance(at, PointElectrode):
            return straight(cable, parts).reached(at)
        if isinstance(at, str):
            raise SimulationError(f"at: '{at}' names a place of a tree; on a cable give the distance in µm")
        if not 0 <= at <= cable.length:
            raise SimulationError(
                f"at: {at:g} µm is off the cable; give a place between 0 and {cable.length:g} µm for the electrode"
            )
        (k,), (part,) = _beside(cable, np.array([at]))
        return lever(int(k), min(int(k) + 1, cable.n - 1), float(part))

    return Layout(
        cable.cell, parts, np.arange(cable.n), electrode, first, np.minimum(first + 1, cable.n - 1), fraction, "x",
        {
            "x": ("x", x, ALONG),
            "x_compartment": ("compartment", middles, {**ALONG, "long_name": "middles of the compartments"}),
        },
        {
            "kind": "axon", "length": cable.length, "Ra": cable.Ra, "dx": cable.dx,
            "diameter": math.nan if callable(cable.diameter) else cable.diameter,
            "left": str(cable.left), "right": str(cable.right),
        },
        too_coarse(parts, np.full(cable.n, cable.dx), _diameters(cable, middles), cable.Ra),
    )  # fmt: skip


def straight(cable: Cable, parts: Compartments | None = None) -> Straight:
    """A cable along a straight line."""
    edges = np.arange(cable.n + 1) * np.float64(cable.dx)
    wide = _diameters(cable, middles_of(cable))
    return Straight(fibre(cable) if parts is None else parts, edges[:-1], edges[1:], wide)


def middles_of(cable: Cable) -> Array:
    """Middles of the compartments, µm."""
    middles: Array = (np.arange(cable.n) + 0.5) * np.float64(cable.dx)
    return middles


def _diameters(cable: Cable, x: NDArray[np.floating[Any]]) -> Array:
    """At places along the fibre, µm."""
    if not callable(cable.diameter):
        return np.full(len(x), cable.diameter)
    return np.array([cable.diameter_at(float(v)) for v in x])


def fibre(cable: Cable) -> Compartments:
    """Cut a cable into compartments: frusta of cones."""
    n, dx = cable.n, cable.dx
    x = middles_of(cable)
    faces, middle = _diameters(cable, np.arange(n + 1) * dx), _diameters(cable, x)
    slant = np.hypot(dx, 0.5 * np.diff(faces))
    area: Array = 0.5 * math.pi * (faces[:-1] + faces[1:]) * slant
    cut = 25.0 * math.pi / cable.Ra  # µS: pi d1 d2 / (4 Ra L), with diameters and length in µm, Ra in Ω·cm
    link, outside = np.zeros(n), np.zeros(n)
    link[1:] = cut * middle[:-1] * middle[1:] / dx
    beyond = np.zeros(n)
    for at, end, face in ((0, cable.left, faces[0]), (n - 1, cable.right, faces[-1])):
        if end != "sealed":
            conductance = cut * face * middle[at] / (0.5 * dx)
            there = 0.0 if isinstance(end, str) else float(end)
            total = outside[at] + conductance
            beyond[at] = (outside[at] * beyond[at] + conductance * there) / total
            outside[at] = total
    values = np.tile(np.array(parameter_values(cable.cell)), (n, 1))
    paths = list(cable.cell.parameters)
    for path, law in cable.densities:
        parameter = cable.cell.parameters[path]
        values[:, paths.index(path)] = [
            parameter.with_value(law(float(v)), f"densities '{path}' at x = {v:g} µm").value for v in x
        ]
    capacitance = values[:, paths.index("capacitance")] * area * 1e-5  # µF/cm² µm² = 1e-8 µF = 1e-5 nF
    parent = np.maximum(np.arange(n) - 1, 0)
    membrane = Membrane(cable.cell, np.arange(n), values, not cable.densities)
    return Compartments(area, capacitance, parent, link, outside, beyond, (membrane,))


def _beside(cable: Cable, x: Array) -> tuple[Whole, Array]:
    """The compartment before each place, and how far it is from its middle to the next; beyond 0 and 1 at the ends."""
    if cable.n == 1:
        return np.zeros(len(x), dtype=np.int64), np.zeros(len(x))
    beside = x / cable.dx - 0.5
    first = np.clip(np.floor(beside).astype(np.int64), 0, cable.n - 2)
    return first, beside - first


def _places(cable: Cable, where: Any) -> tuple[Array, Whole, Array]:
    """Where V is recorded: places, the compartment before each, and how far it is from there to the next."""
    if where is None:
        rows = np.unique(np.linspace(0, cable.n - 1, min(cable.n, MOST_PLACES)).round().astype(np.int64))
        return middles_of(cable)[rows], rows, np.zeros(len(rows))
    several = isinstance(where, (list, tuple)) or np.ndim(getattr(where, "magnitude", where)) == 1
    x: Array = array_of(where, "µm", "where") if several else np.array([number(where, "µm", "where")])
    off = x[~((x >= 0) & (x <= cable.length))]
    if len(off):
        raise SimulationError(f"where: {off[0]:g} µm is off the cable; give places between 0 and {cable.length:g} µm")
    if not len(x):
        raise SimulationError("where: no places; leave it out for all compartments")
    return x, *_beside(cable, x)
