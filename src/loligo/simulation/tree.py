"""Runs of a tree: from sections to compartments, the march, and V at places as a Dataset."""

from __future__ import annotations

import json
import math
import time as clock
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import LoligoWarning, SimulationError
from ..model.cable import AUTO_FRACTION, AUTO_FREQUENCY
from ..model.stimulus import Stimulus
from ..model.tree import Place, Tree
from ..units import number
from .axon import DEFAULT_DT
from .compartments import Array, Whole, start_of
from .cutting import Cut, cut
from .march import March, Reached
from .outline import outline, traced
from .protocol import terms_of
from .settings import MOST_SAMPLES, late, positive

if TYPE_CHECKING:
    import xarray as xr

MOST_PLACES = 10_000  # recorded unless asked otherwise: a picture wants all of a neuron
COARSE = 3.2  # times what "auto" gives: from there on an impulse is not to be trusted
UNITS = {"Ra": "Ω·cm", "dt": "ms", "every": "ms", "duration": "ms", "celsius": "°C", "spike_threshold": "mV",
         "seconds": "s", "length": "µm", "area": "µm²"}  # fmt: skip


def sources_of(tree: Tree, parts: Cut, stimulus: Stimulus | None) -> list[tuple[Stimulus, Reached]]:
    """Each stimulus with the compartments it reaches: the two beside its electrode, by the rule of the lever."""
    found: list[tuple[Stimulus, Reached]] = []
    for term in terms_of(stimulus):
        first, second, part = parts.beside(*tree.place(term.at))
        part = min(max(part, 0.0), 1.0)
        found.append((term, [(first, 1.0 - part), (second, part)]))
    return found


def simulate_tree(
    tree: Tree,
    stimulus: Stimulus | None = None,
    *,
    duration: Any,
    dt: Any = None,
    every: Any = 0.025,
    record: Any = None,
    where: Any = None,
    initial: Any = "rest",
    spike_threshold: Any = None,
) -> xr.Dataset:
    """Run a tree; see `simulate`."""
    import xarray as xr

    began = clock.perf_counter()
    if record not in (None, "V", ["V"], ("V",)):
        raise SimulationError(f"record: {record!r}; of a tree V is recorded, at the places that where= names")
    length, apart = positive(duration, "duration"), positive(every, "every")
    step = positive(DEFAULT_DT if dt is None else dt, "dt")
    given = tree.cell.spike_threshold if spike_threshold is None else spike_threshold
    threshold = number(given, "mV", "spike_threshold")
    whole = cut(tree)
    notes = (*_coarse(tree, whole), *late(stimulus, length))
    places, low, high, part = _places(tree, whole, where)
    needed, back = np.unique(np.concatenate([low, high]), return_inverse=True)
    samples = math.floor(length / apart * (1 + 1e-12) + 1e-9) + 1
    if samples * len(needed) > MOST_SAMPLES:
        raise SimulationError(
            f"every: {samples} samples at {len(low)} places would not fit in memory; use a longer one"
        )
    march = March(whole.parts, start_of(whole.parts, initial), needed, samples, apart, threshold, 64 * whole.parts.n)
    march.run(sources_of(tree, whole, stimulus), length, step)
    first, second = march.trace[:, back[: len(low)]], march.trace[:, back[len(low) :]]
    V = first + part * (second - first)
    broken = not np.isfinite(march.V).all()
    if broken:
        notes = (*notes, "V is no longer a number; use a smaller dt")
    for text in notes:
        warnings.warn(text, LoligoWarning, stacklevel=3)
    arrival, crossings = march.arrivals()
    real = whole.real
    attributes = {
        "kind": "axon" if tree.unbranched else "tree", **_provenance(tree, whole),
        "stimulus": repr(stimulus) if stimulus is not None else "none", "duration": length, "every": apart,
        "method": "staggered", "dt": step, "steps": march.steps, "spike_threshold": threshold,
        "status": notes[-1] if broken else "done", "warnings": "; ".join(notes),
        "seconds": clock.perf_counter() - began, "units": json.dumps(UNITS),
    }  # fmt: skip
    name, values = ("x", _along(tree, places)) if tree.unbranched else ("place", [str(p) for p in places])
    what = {"units": "µm", "long_name": "distance along the fibre"} if name == "x" else {"long_name": "place"}
    ds = xr.Dataset(
        {
            "V": (("time", name), V, {"units": "mV", "long_name": "membrane potential", "kind": "voltage"}),
            "arrival": ("compartment", arrival[real],
                        {"units": "ms", "long_name": "first upward crossing of the threshold"}),
            "crossings": ("compartment", crossings[real],
                          {"units": "1", "long_name": "number of upward crossings"}),
        },
        coords={
            "time": ("time", np.arange(samples) * apart, {"units": "ms", "long_name": "time"}),
            name: (name, values, what),
            **_compartments(tree, whole),
        },
        attrs=attributes,
    )  # fmt: skip
    if name == "place":
        ds = ds.assign_coords(at_compartment=("place", _compartment_of(whole, places)))
    return ds


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
    found = [whole.beside(*place) for place in places]
    low, high, part = zip(*found, strict=True)
    return places, np.array(low), np.array(high), np.array(part)


def _is_place(where: tuple[Any, ...]) -> bool:
    return len(where) == 2 and isinstance(where[0], str) and not isinstance(where[1], str)


def _along(tree: Tree, places: list[Place]) -> Array:
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


def _coarse(tree: Tree, whole: Cut) -> tuple[str, ...]:
    if isinstance(tree.dx, str) or len(whole.real) == 1:
        return ()
    thin = np.inf
    for membrane in whole.parts.membranes:
        if any(channel.gates for channel in membrane.cell.channels):
            mine = membrane.members[whole.owner[membrane.members] >= 0]
            capacitance = membrane.cell.capacitance.value * 1e-6
            scale = 1e2 * math.sqrt(1 / (4 * math.pi * AUTO_FREQUENCY * tree.Ra * capacitance))
            wanted = AUTO_FRACTION * scale * np.sqrt(whole.diameter[mine])
            over = (whole.end - whole.begin)[mine] / wanted
            if len(over) and over.max() > COARSE:
                thin = min(thin, float(wanted[over > COARSE].min()))
    if thin == np.inf:
        return ()
    return (f"dx = {tree.dx:g} µm is too coarse for an impulse in this membrane; use dx='auto', or {thin:.3g} or less",)


def _provenance(tree: Tree, whole: Cut) -> dict[str, Any]:
    from .dataset import _provenance as of_cell

    found: dict[str, Any] = of_cell(tree.cell)
    wide = float(whole.diameter[whole.real].mean())
    return {
        **found, "length": tree.length, "diameter": wide, "Ra": tree.Ra, "n": len(whole.real),
        "area": float(whole.parts.area.sum()), "sections": len(tree.sections), "dx": str(tree.dx),
        "layout": "traced" if traced(tree) else "dendrogram",
    }  # fmt: skip
