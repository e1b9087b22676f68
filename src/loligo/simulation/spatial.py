"""A run of a fibre or a tree: the march over its compartments, and what was recorded at places as a Dataset."""

from __future__ import annotations

import json
import time as clock
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import LoligoWarning
from .dataset import provenance
from .journey import Journey, traveller
from .march import March, arrivals
from .recorders import Quantity, Recorder
from .sights import seen_at_places, sights

if TYPE_CHECKING:
    import xarray as xr

UNITS = {"length": "µm", "diameter": "µm", "area": "µm²", "Ra": "Ω·cm", "dx": "µm", "dt": "ms", "every": "ms",
         "duration": "ms", "celsius": "°C", "spike_threshold": "mV", "seconds": "s"}  # fmt: skip
ARRIVAL = {"units": "ms", "long_name": "first upward crossing of the threshold"}
CROSSED = {"units": "1", "long_name": "number of upward crossings"}
CLAMPED = {"units": "nA", "long_name": "current of the clamp", "kind": "current"}


def simulate_spatial(asked: Journey, recorders: Sequence[Recorder]) -> xr.Dataset:
    """Run a fibre or a tree; see `simulate`."""
    import xarray as xr

    began = clock.perf_counter()
    one = traveller(asked)
    layout = one.layout
    look = sights(asked, recorders, layout.parts)
    compartments = np.unique(np.concatenate([layout.low, layout.high]))
    march = March([layout.parts], [one.start], look.wanted(compartments, [one]))
    march.run([one.sources], asked.duration, asked.dt, [one.clamps])
    _, compartment, time = march.crossings()
    (found,) = seen_at_places(look, march, [one], compartments, [(compartment, time)])
    arrival, count = arrivals(compartment, time, layout.parts.n)
    notes, broken = one.notes, not np.isfinite(march.V).all()
    if broken:
        notes = (*notes, "V is no longer a number; use a smaller dt")
    if march.missed:
        notes = (*notes, f"{march.missed} crossings of the threshold were too many to be counted; use a smaller dt")
    for text in notes:
        warnings.warn(text, LoligoWarning, stacklevel=3)
    attributes = {
        **provenance(layout.cell), **layout.attributes, "n": len(layout.real), "area": float(layout.parts.area.sum()),
        "stimulus": repr(asked.stimulus) if asked.stimulus is not None else "none",
        **({"clamp": "voltage", "clamp_protocol": "; ".join(map(repr, asked.clamps))} if asked.clamps else {}),
        "duration": asked.duration, "every": asked.every, "method": "staggered", "dt": asked.dt, "steps": march.steps,
        "spike_threshold": one.threshold, "status": notes[-1] if broken else "done", "warnings": "; ".join(notes),
        "seconds": clock.perf_counter() - began, "units": json.dumps(UNITS),
    }  # fmt: skip
    variables = {name: _variable(q, found[name], layout.place) for name, q in look.quantities().items()}
    if asked.clamps:
        variables["I_clamp"] = (("time", "clamp"), march.grips.currents(asked.grid), CLAMPED)
    variables["arrival"] = ("compartment", arrival[layout.real], ARRIVAL)
    variables["crossings"] = ("compartment", count[layout.real], CROSSED)
    coordinates = {**layout.coordinates, **clamp_coordinates(asked)}
    if any("time" in variable[0] for variable in variables.values()):
        coordinates["time"] = ("time", asked.grid, {"units": "ms", "long_name": "time"})
    return xr.Dataset(variables, coords=coordinates, attrs=attributes)


def _variable(q: Quantity, values: Any, place: str) -> tuple[Any, ...]:
    """A quantity at places, time before place, as a variable of a Dataset."""
    attributes = {"units": q.unit, "long_name": q.long_name, **q.attrs}
    extra = tuple(dim for dim, _ in q.extra)
    if extra == ("time",):
        return ("time", place), values.T, attributes
    return (place, *extra), values, attributes


def clamp_coordinates(asked: Journey) -> dict[str, Any]:
    """Where the clamps are."""
    if not asked.clamps:
        return {}
    return {"clamp": ("clamp", [str(clamp.at) for clamp in asked.clamps], {"long_name": "place of the clamp"})}
