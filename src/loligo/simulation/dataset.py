"""A run as a labelled Dataset that says what it is, where it comes from and how wrong it may be."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .._version import __version__
from ..model.amplifier import Amplifier
from ..model.cell import Cell
from ..model.dynamic import DynamicClamp
from ..model.files import as_dict
from ..model.switched import SwitchedClamp
from ..numerics.batch import Criterion
from .block import MEANING, Study
from .recorders import Quantity
from .run import Run
from .sample import Sampled
from .settings import Clamp, Settings
from .variants import Variants

if TYPE_CHECKING:
    from .journey import Journey  # brings the machinery of fibres, which a point can do without


def dataset(run: Run) -> xr.Dataset:
    """The Dataset of a run; see `simulate` for what it holds."""
    variables: dict[str, Any] = {}
    for path, values in run.values.items():
        seen = run.recorded[path]
        name = seen.description or path
        variables[path] = ("time", values, {"units": seen.unit, "long_name": name, "kind": seen.kind})
    if run.clamp is None or isinstance(run.clamp, DynamicClamp):
        text = {"units": "µA/cm²", "long_name": "applied current", "kind": "stimulus"}
        variables["stimulus"] = ("time", run.input, text)
    variables["spike_times"] = ("spike", run.spike_times, {"units": "ms", "long_name": "spike times"})
    variables["spike_count"] = ((), np.int64(len(run.spike_times)), {"units": "1", "long_name": "number of spikes"})
    time = xr.Variable("time", run.time, {"units": "ms", "long_name": "time"})
    return xr.Dataset(variables, coords={"time": time}, attrs=attributes(run))


def sweep_dataset(
    study: Study,
    variants: Variants,
    values: dict[str, Any],
    status: Any,
    about: dict[str, Any],
    errors: Sampled | None,
) -> xr.Dataset:
    """The Dataset of a sweep, from arrays that begin with one dimension for all variants."""
    shape, dims = variants.shape, variants.dims
    found: dict[str, Any] = {}
    for quantity in study.quantities().values():
        array = values[quantity.name]
        extra = tuple(name for name, _ in quantity.extra)
        described = quantity_attributes(quantity)
        found[quantity.name] = ((*dims, *extra), array.reshape((*shape, *array.shape[1:])), described)
    found["status"] = (dims, status.reshape(shape), status_attributes())
    coords = coordinates(variants, study.quantities().values(), study.settings)
    return xr.Dataset(found, coords=coords, attrs=sweep_attributes(study, variants, about, errors))


def quantity_attributes(quantity: Quantity) -> dict[str, Any]:
    """Unit, name and further attributes of a variable of a sweep."""
    return {"units": quantity.unit, "long_name": quantity.long_name, **quantity.attrs}


def status_attributes() -> dict[str, Any]:
    """What the codes in `status` mean, in the manner of the CF conventions."""
    meanings = " ".join(text.split(",")[0].replace(" ", "_") for text in MEANING.values())
    return {"long_name": "what became of the variant", "flag_values": list(MEANING), "flag_meanings": meanings}


def coordinates(variants: Variants, quantities: Iterable[Quantity], settings: Settings | Journey) -> dict[str, Any]:
    """The numbers that vary, and the times of the samples."""
    found: dict[str, Any] = {}
    for path, values in variants.values.items():
        dim = variants.dims[0] if variants.is_table else path
        found[path] = xr.Variable(dim, values, {"units": variants.units[path], "long_name": path})
    for name, labels in variants.labels.items():
        found.setdefault(name, (variants.dims[0], labels))
    if any(name == "time" for q in quantities for name, _ in q.extra):
        found["time"] = xr.Variable("time", settings.grid, {"units": "ms", "long_name": "time"})
    return found


def sweep_attributes(study: Study, variants: Variants, about: dict[str, Any], errors: Sampled | None) -> dict[str, Any]:
    """What ran, in numbers and texts that every file format can hold."""
    s = study.settings
    errors = errors or Sampled(math.nan, math.nan, 0, 0)
    found: dict[str, Any] = {
        "kind": "sweep",
        **provenance(s.cell),
        "stimulus": repr(s.stimulus) if s.stimulus is not None else "none",
        "duration": s.duration,
        "initial": s.initial if isinstance(s.initial, str) else json.dumps(dict(s.initial)),
        "method": s.method.name,
        "precision": s.precision,
        "tolerance": s.tolerance if s.adaptive else math.nan,
        "dt": s.dt,
        **_spike_attributes(s.criterion),
        "variants": variants.count,
        "steps": about["steps"],
        "error_V": errors.error_v,
        "error_spike_times": errors.error_spikes,
        "error_sample": errors.size,
        "error_unsure": errors.unsure,
        "status": about["status"],
        "warnings": "; ".join(about["notes"]),
        "seconds": about["seconds"],
        "units": json.dumps({**_UNITS, "duration": "ms"}),
    }
    if s.clamp is not None:
        found.update(clamp=clamp_name(s.clamp), clamp_protocol=repr(s.clamp))
    return found


_UNITS = {"duration": "ms", "every": "ms", "dt": "ms", "error_V": "mV", "error_spike_times": "ms",
          "spike_threshold": "mV", "spike_rise": "mV", "seconds": "s", "celsius": "°C"}  # fmt: skip


def provenance(cell: Cell) -> dict[str, Any]:
    """What every result says of the version and the cell."""
    return {
        "loligo_version": __version__,
        "cell": cell.name,
        "citation": cell.source,
        "doi": cell.doi,
        "validity": cell.validity,
        "celsius": cell.celsius.value,
        **_definition(cell),
    }


def clamp_name(clamp: Clamp) -> str:
    """What attributes call a clamp: "voltage" if it is ideal, "amplifier" if it is not; "switched", "dynamic"."""
    if isinstance(clamp, SwitchedClamp):
        return "switched"
    if isinstance(clamp, DynamicClamp):
        return "dynamic"
    return "amplifier" if isinstance(clamp, Amplifier) else "voltage"


def _spike_attributes(criterion: Criterion) -> dict[str, Any]:
    c = criterion
    return {
        "spike_threshold": c.threshold,
        "spike_rise": c.rise,
        "spike_criterion": f"V crosses {c.threshold:g} mV upwards on an upstroke of at least {c.rise:g} mV",
    }


@lru_cache(maxsize=64)
def _definition(cell: Cell) -> dict[str, str]:
    return {
        "parameters": json.dumps({path: p.value for path, p in cell.parameters.items()}),
        "cell_definition": json.dumps(as_dict(cell)),
    }


def attributes(run: Run) -> dict[str, Any]:
    """What ran, in numbers and texts that every file format can hold."""
    found: dict[str, Any] = {
        "kind": "run",
        **provenance(run.cell),
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
        **_spike_attributes(run.criterion),
        "status": run.status,
        "warnings": "; ".join(run.notes),
        "seconds": run.seconds,
        "units": json.dumps(_UNITS),
    }
    if run.clamp is not None:
        found.update(clamp=clamp_name(run.clamp), clamp_protocol=repr(run.clamp))
    return found
