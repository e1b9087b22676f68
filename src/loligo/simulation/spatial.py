"""Runs of fibres and trees: the march over their compartments, and V at places as a Dataset."""

from __future__ import annotations

import json
import math
import time as clock
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import LoligoWarning, SimulationError
from ..model.cable import Cable
from ..model.stimulus import Stimulus
from ..model.tree import Tree
from ..units import number
from . import axon, tree
from .compartments import start_of
from .dataset import provenance
from .march import March
from .settings import MOST_SAMPLES, check_stimulus, late, positive

if TYPE_CHECKING:
    import xarray as xr

DEFAULT_DT = 0.01  # ms
CROSSINGS = 64  # of each compartment, in one call of the solver: there is room for so many
UNITS = {"length": "µm", "diameter": "µm", "area": "µm²", "Ra": "Ω·cm", "dx": "µm", "dt": "ms", "every": "ms",
         "duration": "ms", "celsius": "°C", "spike_threshold": "mV", "seconds": "s"}  # fmt: skip
ARRIVAL = {"units": "ms", "long_name": "first upward crossing of the threshold"}
CROSSED = {"units": "1", "long_name": "number of upward crossings"}


def simulate_spatial(
    body: Cable | Tree,
    stimulus: Stimulus | None,
    *,
    duration: Any,
    dt: Any,
    every: Any,
    record: Any,
    where: Any,
    initial: Any,
    spike_threshold: Any,
) -> xr.Dataset:
    """Run a fibre or a tree; see `simulate`."""
    import xarray as xr

    began = clock.perf_counter()
    if record not in (None, "V", ["V"], ("V",)):
        raise SimulationError(
            f"record: {record!r}; of a cable or a tree V is recorded, at the places that where= names"
        )
    check_stimulus(stimulus)
    length, apart = positive(duration, "duration"), positive(every, "every")
    step = positive(DEFAULT_DT if dt is None else dt, "dt")
    layout = tree.layout(body, where) if isinstance(body, Tree) else axon.layout(body, where)
    given = layout.cell.spike_threshold if spike_threshold is None else spike_threshold
    threshold = number(given, "mV", "spike_threshold")
    needed, back = np.unique(np.concatenate([layout.low, layout.high]), return_inverse=True)
    places = len(layout.low)
    samples = math.floor(length / apart * (1 + 1e-12) + 1e-9) + 1
    if samples * len(needed) > MOST_SAMPLES:
        raise SimulationError(
            f"every: {samples} samples at {places} places would not fit in memory; use a longer interval"
        )
    parts = layout.parts
    sources = layout.sources(stimulus)
    march = March(parts, start_of(parts, initial), needed, samples, apart, threshold, CROSSINGS * parts.n)
    march.run(sources, length, step)
    low, high = march.trace[:, back[:places]], march.trace[:, back[places:]]
    notes = (*layout.notes, *late(stimulus, length))
    broken = not np.isfinite(march.V).all()
    if broken:
        notes = (*notes, "V is no longer a number; use a smaller dt")
    if march.missed:
        notes = (*notes, f"{march.missed} crossings of the threshold were too many to be counted; use a smaller dt")
    for text in notes:
        warnings.warn(text, LoligoWarning, stacklevel=3)
    arrival, crossings = march.arrivals()
    attributes = {
        **provenance(layout.cell), **layout.attributes, "n": len(layout.real), "area": float(parts.area.sum()),
        "stimulus": repr(stimulus) if stimulus is not None else "none", "duration": length, "every": apart,
        "method": "staggered", "dt": step, "steps": march.steps, "spike_threshold": threshold,
        "status": notes[-1] if broken else "done", "warnings": "; ".join(notes),
        "seconds": clock.perf_counter() - began, "units": json.dumps(UNITS),
    }  # fmt: skip
    return xr.Dataset(
        {
            "V": (("time", layout.place), low + layout.fraction * (high - low),
                  {"units": "mV", "long_name": "membrane potential", "kind": "voltage"}),
            "arrival": ("compartment", arrival[layout.real], ARRIVAL),
            "crossings": ("compartment", crossings[layout.real], CROSSED),
        },
        coords={
            "time": ("time", np.arange(samples) * apart, {"units": "ms", "long_name": "time"}),
            **layout.coordinates,
        },
        attrs=attributes,
    )  # fmt: skip
