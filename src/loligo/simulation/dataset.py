"""A run as a labelled Dataset that says what it is, where it comes from and how wrong it may be."""

from __future__ import annotations

import json
import math
from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr

from .._version import __version__
from ..model.cell import Cell
from ..model.files import as_dict
from .run import Run


def dataset(run: Run) -> xr.Dataset:
    """The Dataset of a run; see `simulate` for what it holds."""
    variables: dict[str, Any] = {}
    for path, values in run.values.items():
        seen = run.recorded[path]
        name = seen.description or path
        variables[path] = ("time", values, {"units": seen.unit, "long_name": name, "kind": seen.kind})
    if run.clamp is None:
        text = {"units": "µA/cm²", "long_name": "applied current", "kind": "stimulus"}
        variables["stimulus"] = ("time", run.input, text)
    variables["spike_times"] = ("spike", run.spike_times, {"units": "ms", "long_name": "spike times"})
    variables["spike_count"] = ((), np.int64(len(run.spike_times)), {"units": "1", "long_name": "number of spikes"})
    time = xr.Variable("time", run.time, {"units": "ms", "long_name": "time"})
    return xr.Dataset(variables, coords={"time": time}, attrs=attributes(run))


@lru_cache(maxsize=64)
def _definition(cell: Cell) -> dict[str, str]:
    return {
        "parameters": json.dumps({path: p.value for path, p in cell.parameters.items()}),
        "cell_definition": json.dumps(as_dict(cell)),
    }


def attributes(run: Run) -> dict[str, Any]:
    """What ran, in numbers and texts that every file format can hold."""
    c = run.criterion
    found: dict[str, Any] = {
        "kind": "run",
        "loligo_version": __version__,
        "cell": run.cell.name,
        "citation": run.cell.source,
        "doi": run.cell.doi,
        "validity": run.cell.validity,
        "stimulus": repr(run.stimulus) if run.stimulus is not None else "none",
        "duration": run.duration,
        "every": run.every,
        "initial": json.dumps(run.initial),
        "method": run.method,
        "tolerance": run.tolerance if math.isnan(run.dt) else math.nan,
        "dt": run.dt,
        "steps": run.steps,
        "rejected_steps": run.rejected,
        "error_V": run.error_V,
        "error_spike_times": run.error_spikes,
        "spike_threshold": c.threshold,
        "spike_rise": c.rise,
        "spike_criterion": f"V crosses {c.threshold:g} mV upwards on an upstroke of at least {c.rise:g} mV",
        "status": run.status,
        "warnings": "; ".join(run.notes),
        "seconds": run.seconds,
        "celsius": run.cell.celsius.value,
        **_definition(run.cell),
        "units": json.dumps({"duration": "ms", "every": "ms", "dt": "ms", "error_V": "mV", "error_spike_times": "ms",
                             "spike_threshold": "mV", "spike_rise": "mV", "seconds": "s", "celsius": "°C"}),
    }  # fmt: skip
    if run.clamp is not None:
        found.update(clamp="voltage", clamp_protocol=repr(run.clamp))
    return found
