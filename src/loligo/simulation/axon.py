"""Runs of a cable: from a fibre to arrays over its compartments, the march, and V(x, t) as a Dataset."""

from __future__ import annotations

import json
import math
import time as clock
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoWarning, SimulationError
from ..model.cable import Cable
from ..model.stimulus import Stimulus
from ..units import number
from .compartments import Array, Compartments, Membrane, start_of
from .march import March
from .protocol import terms_of
from .rest import parameter_values
from .settings import MOST_SAMPLES, late, positive

if TYPE_CHECKING:
    import xarray as xr

DEFAULT_DT = 0.01  # ms
MOST_PLACES = 1000  # recorded unless asked otherwise


def middles_of(cable: Cable) -> Array:
    """Middles of the compartments, µm."""
    middles: Array = (np.arange(cable.n) + 0.5) * np.float64(cable.dx)
    return middles


def fibre(cable: Cable) -> Compartments:
    """Cut a cable into compartments: frusta of cones."""
    n, dx = cable.n, cable.dx
    x = middles_of(cable)
    if callable(cable.diameter):
        faces = np.array([cable.diameter_at(float(v)) for v in np.arange(n + 1) * dx])
        middle = np.array([cable.diameter_at(float(v)) for v in x])
    else:
        faces, middle = np.full(n + 1, cable.diameter), np.full(n, cable.diameter)
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
        values[:, paths.index(path)] = [number(law(float(v)), "1", f"densities '{path}' at x = {v:g} µm") for v in x]
    capacitance = values[:, paths.index("capacitance")] * area * 1e-5  # µF/cm² µm² = 1e-8 µF = 1e-5 nF
    parent = np.maximum(np.arange(n) - 1, 0)
    membrane = Membrane(cable.cell, np.arange(n), values, not cable.densities)
    return Compartments(area, capacitance, parent, link, outside, beyond, (membrane,))


def sources_of(cable: Cable, stimulus: Stimulus | None) -> list[tuple[Stimulus, list[tuple[int, float]]]]:
    """Each stimulus with the compartments it reaches: the two beside its electrode, by the rule of the lever."""
    found = []
    for term in terms_of(stimulus):
        at = term.at
        if isinstance(at, str):
            raise SimulationError(f"at: '{at}' names a place of a tree; on a cable give the distance in µm")
        if not 0 <= at <= cable.length:
            raise SimulationError(
                f"at: {at:g} µm is off the cable; give a place between 0 and {cable.length:g} µm for the electrode"
            )
        beside = at / cable.dx - 0.5
        first = min(max(math.floor(beside), 0), cable.n - 1)
        second, part = min(first + 1, cable.n - 1), min(max(beside - first, 0.0), 1.0)
        found.append((term, [(first, 1.0 - part), (second, part)] if part else [(first, 1.0)]))
    return found


def simulate_cable(
    cable: Cable,
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
    """Run a cable; see `simulate`."""
    import xarray as xr

    began = clock.perf_counter()
    if record not in (None, "V", ["V"], ("V",)):
        raise SimulationError(f"record: {record!r}; of a cable V is recorded, at the places that where= names")
    length, apart = positive(duration, "duration"), positive(every, "every")
    step = positive(DEFAULT_DT if dt is None else dt, "dt")
    given = cable.cell.spike_threshold if spike_threshold is None else spike_threshold
    threshold = number(given, "mV", "spike_threshold")
    notes = (*_coarse(cable), *late(stimulus, length))
    parts = fibre(cable)
    x, first, part = _places(cable, where)
    needed, back = np.unique(np.concatenate([first, np.minimum(first + 1, cable.n - 1)]), return_inverse=True)
    samples = math.floor(length / apart * (1 + 1e-12) + 1e-9) + 1
    if samples * len(needed) > MOST_SAMPLES:
        raise SimulationError(f"every: {samples} samples at {len(x)} places would not fit in memory; use a longer one")
    start = start_of(parts, initial)
    march = March(parts, start, needed, samples, apart, threshold, 64 * cable.n)
    march.run(sources_of(cable, stimulus), length, step)
    low, high = march.trace[:, back[: len(x)]], march.trace[:, back[len(x) :]]
    V = low + part * (high - low)
    broken = not np.isfinite(march.V).all()
    if broken:
        notes = (*notes, "V is no longer a number; use a smaller dt")
    if march.missed:
        notes = (*notes, f"{march.missed} crossings of the threshold were too many to be counted; use a smaller dt")
    for text in notes:
        warnings.warn(text, LoligoWarning, stacklevel=3)
    arrival, crossings = march.arrivals()
    attributes = {
        "kind": "axon", **_provenance(cable), "stimulus": repr(stimulus) if stimulus is not None else "none",
        "duration": length, "every": apart, "method": "staggered", "dt": step, "steps": march.steps,
        "spike_threshold": threshold, "status": notes[-1] if broken else "done", "warnings": "; ".join(notes),
        "seconds": clock.perf_counter() - began,
        "units": json.dumps({"length": "µm", "diameter": "µm", "Ra": "Ω·cm", "dx": "µm", "dt": "ms", "every": "ms",
                             "duration": "ms", "celsius": "°C", "spike_threshold": "mV", "seconds": "s"}),
    }  # fmt: skip
    middles = {"units": "µm", "long_name": "distance along the fibre"}
    return xr.Dataset(
        {
            "V": (("time", "x"), V, {"units": "mV", "long_name": "membrane potential", "kind": "voltage"}),
            "arrival": ("compartment", arrival, {"units": "ms", "long_name": "first upward crossing of the threshold"}),
            "crossings": ("compartment", crossings, {"units": "1", "long_name": "number of upward crossings"}),
        },
        coords={
            "time": ("time", np.arange(samples) * apart, {"units": "ms", "long_name": "time"}),
            "x": ("x", x, middles),
            "x_compartment": (
                "compartment",
                middles_of(cable),
                {**middles, "long_name": "middles of the compartments"},
            ),
        },
        attrs=attributes,
    )


def _places(cable: Cable, where: Any) -> tuple[Array, NDArray[np.int64], Array]:
    """Where V is recorded: places, the compartment before each, and how far it is from there to the next."""
    if where is None:
        rows = np.unique(np.linspace(0, cable.n - 1, min(cable.n, MOST_PLACES)).round().astype(np.int64))
        middles: Array = (rows + 0.5) * np.float64(cable.dx)
        return middles, rows, np.zeros(len(rows))
    x = np.atleast_1d(np.asarray(where, dtype=float))
    off = x[~((x >= 0) & (x <= cable.length))]
    if len(off):
        raise SimulationError(f"where: {off[0]:g} µm is off the cable; give places between 0 and {cable.length:g} µm")
    beside = x / cable.dx - 0.5
    first = np.clip(np.floor(beside).astype(np.int64), 0, max(cable.n - 2, 0))
    return x, first, beside - first if cable.n > 1 else np.zeros(len(x))


def _coarse(cable: Cable) -> tuple[str, ...]:
    wanted = cable.automatic_dx
    passive = not any(channel.gates for channel in cable.cell.channels)
    if cable.n == 1 or passive or cable.dx <= 3.2 * wanted:
        return ()
    better = math.ceil(cable.length / wanted)
    return (f"dx = {cable.dx:g} µm is too coarse for an impulse in this membrane; use n={better} (dx='auto') or more",)


def _provenance(cable: Cable) -> dict[str, Any]:
    from .dataset import _provenance as of_cell

    wide = math.nan if callable(cable.diameter) else cable.diameter
    own = {"length": cable.length, "diameter": wide, "Ra": cable.Ra, "n": cable.n, "dx": cable.dx}
    return {**of_cell(cable.cell), **own, "left": str(cable.left), "right": str(cable.right)}
