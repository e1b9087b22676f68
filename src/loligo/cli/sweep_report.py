"""What a sweep found: as a short summary for people, and as one document for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ..plot.grid import silence
from ..simulation.block import FAILED, FINE, INVALID, NOT_RUN
from . import choose, output
from .study import Study

if TYPE_CHECKING:
    import xarray as xr

CODES = {FINE: "done", FAILED: "blew up", INVALID: "invalid", NOT_RUN: "not run"}


def counts(ds: xr.Dataset) -> dict[str, int]:
    """How many variants came to which end."""
    status = ds["status"].values
    return {word: int((status == code).sum()) for code, word in CODES.items()}


def axes(ds: xr.Dataset) -> dict[str, dict[str, Any]]:
    """What varied, and how far."""
    found = {}
    for path, axis in ds.coords.items():
        if axis.attrs.get("long_name") == path and set(axis.dims) <= set(ds["status"].dims):
            values = axis.values
            unit = axis.attrs["units"]
            found[str(path)] = {"min": np.nanmin(values), "max": np.nanmax(values), "count": len(values), "unit": unit}
    return found


def quantities(ds: xr.Dataset) -> dict[str, dict[str, Any]]:
    """Range and mean of each quantity that has one value for each variant that was run."""
    good = ds["status"].values == FINE
    found = {}
    for name, variable in ds.data_vars.items():
        if variable.dims == ds["status"].dims and name != "status":
            values = variable.values[good].astype(float)
            values = values[np.isfinite(values)]
            some = {"min": values.min(), "max": values.max(), "mean": values.mean()} if values.size else {}
            missing = int(good.sum()) - values.size
            found[str(name)] = {"unit": variable.attrs["units"], **some, "without": missing}
    return found


def document(asked: Study, ds: xr.Dataset, warnings: list[str], files: dict[str, str]) -> dict[str, Any]:
    """All of the summary, and what ran, for a program."""
    attrs = ds.attrs
    names = ("loligo_version", "cell", "citation", "doi", "validity", "celsius", "stimulus", "duration")
    errors = ("error_V", "error_spike_times", "error_sample", "error_unsure")
    how = ("method", "tolerance", "dt", "precision", "steps", *errors)
    silent = silence(ds)
    return {
        **{name: attrs[name] for name in names},
        "parameters": json.loads(attrs["parameters"]),
        "clamp": None if asked.clamp is None else repr(asked.clamp),
        "over": axes(ds),
        "shape": list(ds["status"].shape),
        "variants": attrs["variants"],
        "counts": counts(ds),
        "quantities": quantities(ds),
        "silent": None if silent is None else int(silent[0].sum()),
        **{name: attrs[name] for name in how},
        "seconds": attrs["seconds"],
        "status": attrs["status"],
        "warnings": warnings,
        "files": files,
        "units": json.loads(attrs["units"]),
    }


def summary(asked: Study, ds: xr.Dataset, files: dict[str, str]) -> str:
    """What a person wants to know first."""
    cell, attrs = asked.cell, ds.attrs
    title = f"{cell.name}   {cell.source}".rstrip()
    source = asked.clamp if asked.clamp is not None else asked.stimulus
    inputs = "no stimulus" if source is None else choose.description(source, asked.duration, "recorded current")
    found = counts(ds)
    over = axes(ds)
    width = max(len(path) for path in over)
    of_input = [path.partition(".")[2] for path in over if path.startswith(("stimulus.", "clamp."))]
    inputs += f" ({', '.join(of_input)} varied)" if of_input else ""
    lines = [asked.title] * bool(asked.title) + [title, f"{inputs}; {asked.duration:g} ms", ""]
    varied = [f"{path:{width}}   {_span(a)}, {a['count']:,} values" for path, a in over.items()]
    rows = [("varied", "\n".join(varied)), ("variants", f"{attrs['variants']:,}"), ("", "")]
    rows += [(name, _range(q, found["done"])) for name, q in quantities(ds).items()]
    silent = silence(ds)
    if silent is not None and found["done"]:
        many = int(silent[0].sum())
        rows.append(("silent", f"{many:,} of {found['done']:,} ({100 * many / found['done']:.0f} %), {silent[1]}"))
    trouble = [f"{many:,} {word}" for word, many in found.items() if many and word != "done"]
    rows += [("failures", ", ".join(trouble) or "none"), ("", "")]
    if asked.clamp is not None and attrs["clamp"] == "voltage":
        rows.append(("method", "exact: each gate relaxes exponentially while V is held"))
    else:
        rows.append(("method", _method(attrs)))
    if attrs["error_sample"]:
        errors = f"{_size(attrs['error_V'])} mV in V, {_size(attrs['error_spike_times'])} ms in the spike times"
        rows.append(("error", f"{errors} (estimated from {attrs['error_sample'] - attrs['error_unsure']} variants)"))
    rows.append(("time", f"{attrs['seconds']:.3g} s"))
    rows += [("", "")] * bool(files) + list(files.items())
    return "\n".join([*lines, output.table(rows)])


def _method(attrs: dict[str, Any]) -> str:
    control = f"dt {attrs['dt']:g} ms" if np.isnan(attrs["tolerance"]) else f"tolerance {attrs['tolerance']:g}"
    return f"{attrs['method']}, {attrs['precision']} precision, {attrs['steps']:,} steps, {control}"


def _size(error: float) -> str:
    return f"{error:.1g}" if np.isfinite(error) else "unknown"  # all at the edge of firing


def _span(axis: dict[str, Any]) -> str:
    unit = "" if axis["unit"] == "1" else f" {axis['unit']}"
    return f"{axis['min']:g} to {axis['max']:g}{unit}"


def _range(quantity: dict[str, Any], many: int) -> str:
    if "min" not in quantity:
        return "none"
    unit = "" if quantity["unit"] == "1" else f" {quantity['unit']}"
    without = f", {quantity['without']:,} without" if quantity["without"] else ""
    return f"{quantity['min']:.4g} to {quantity['max']:.4g}{unit}, {quantity['mean']:.4g} on average{without}"
